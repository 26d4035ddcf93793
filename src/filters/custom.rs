//! Filters that the host adds: plain closures with typed arguments.

use super::{Call, Parameter, parameter};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Value, convert, print};
use std::any::Any;
use std::borrow::Cow;
use std::fmt;

type Boxed = Box<dyn for<'c, 'r> Fn(&Call<'c, 'r>) -> Result<Value<'r>, Failure> + Send + Sync>;

/// A filter of the host program.
///
/// ```
/// use carafe::filters::CustomFilter;
///
/// CustomFilter::new("shout", |text: &str| format!("{}!", text.to_uppercase()));
/// CustomFilter::new("repeat", |text: &str, times: Option<i64>| {
///     text.repeat(times.unwrap_or(2).clamp(0, 100) as usize)
/// });
/// CustomFilter::new("celsius", |fahrenheit: f64| (fahrenheit - 32.0) / 1.8);
/// CustomFilter::new("port", |text: &str| text.parse::<u16>().map(i64::from));
/// ```
pub struct CustomFilter {
    name: Box<str>,
    /// `None`: the function looks at its arguments itself.
    parameters: Option<Box<[Parameter]>>,
    function: Boxed,
}

impl CustomFilter {
    /// A filter called `name` that does what `function` does. The first argument of the function is the input, up to four
    /// more are the filter's own; those of type [`Option`] at the end may be left out.
    ///
    /// [`Argument`] says what types the arguments may have, [`FilterResult`] what the function may return. Arguments must
    /// be written with their types: `|text: &str, count: i64| …`.
    pub fn new<F, R, A>(name: impl Into<Box<str>>, function: F) -> Self
    where
        F: FilterFunction<R, A> + for<'a> FilterFunction<R, <A as Arguments<'a>>::Output>,
        R: FilterResult,
        A: for<'a> Arguments<'a>,
    {
        let function: Boxed = Box::new(move |call| {
            if let (false, Some((name, _))) = (A::TAKES_KEYWORDS, call.keyword.first()) {
                return Err(Failure::argument(format!("unknown keyword: {name}")));
            }
            let arguments = A::from_call(call)?;
            function.invoke(arguments).into_value(call.arena)
        });
        CustomFilter { name: name.into(), parameters: Some(parameters(A::places())), function }
    }

    /// A filter called `name` that works on the call itself: any number of arguments, arguments by name, results that are
    /// parts of the input, doubts.
    pub fn raw<F>(name: impl Into<Box<str>>, function: F) -> Self
    where
        F: for<'c, 'r> Fn(&Call<'c, 'r>) -> Result<Value<'r>, Failure> + Send + Sync + 'static,
    {
        CustomFilter { name: name.into(), parameters: None, function: Box::new(function) }
    }

    /// The name after the `|`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments besides the input; none are known of a [raw](CustomFilter::raw) filter.
    pub fn parameters(&self) -> &[Parameter] {
        self.parameters.as_deref().unwrap_or_default()
    }

    /// Runs the filter.
    ///
    /// # Errors
    /// When the number of arguments is wrong, an argument is not of its type, the function fails, or the result is over a
    /// limit.
    pub fn call<'r>(&self, call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
        if let Some(parameters) = &self.parameters {
            parameter::check_count(parameters, call.positional.len())?;
        }
        (self.function)(call)
    }
}

impl fmt::Debug for CustomFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomFilter").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The parameters behind the input: what may be left out is so only at the end.
fn parameters(optional: &[bool]) -> Box<[Parameter]> {
    const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];
    let own = optional.get(1..).unwrap_or_default();
    let required = least(own);
    let make = |(at, name): (usize, &'static str)| match at < required {
        true => Parameter::required(name, ""),
        false => Parameter::optional(name, ""),
    };
    NAMES.into_iter().take(own.len()).enumerate().map(make).collect()
}

/// A type that an argument of a [`CustomFilter`]'s function may have.
///
/// | Type | What it is of a value |
/// |---|---|
/// | `&str`, `String` | its text, as filters see it; nothing of nil |
/// | `i64`, `i32`, `u8` to `u64`, `usize` | the integer it is or that its text is from end to end; else, and beyond the type, `invalid integer` |
/// | `f64` | the number it is or that its text begins with, 0 of anything else |
/// | `bool` | whether a condition takes it for true |
/// | `Value<'_>` | itself |
/// | `Option<T>` | `None` of nil and of an argument that is not given |
/// | `Vec<T>` | its items; nil has none, anything else is its own only item |
/// | [`Keywords<'_>`](Keywords) | all arguments by name; it stands last |
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type that an argument of a filter or tag may have",
    note = "it may be `&str`, `String`, an integer, `f64`, `bool`, `Value`, an `Option` or `Vec` of them, or `Keywords`",
    note = "closures name the types of their arguments: `|text: &str, count: i64| …`"
)]
pub trait Argument<'v> {
    /// The type with the lifetime of the values of the render.
    type Output;

    /// Whether the argument may be left out.
    const OPTIONAL: bool = false;

    /// Whether these are the arguments by name, which stand at no place.
    const IS_KEYWORDS: bool = false;

    /// The argument from its value; `None` where it is not given.
    ///
    /// # Errors
    /// When the value does not fit the type, or a limit is met.
    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<Self::Output, Failure>;

    /// The argument from the call, where it is the one with the value `value`.
    ///
    /// # Errors
    /// As [`from_value`](Argument::from_value).
    fn from_call(call: &Call<'_, 'v>, value: Option<Value<'v>>) -> Result<Self::Output, Failure> {
        Self::from_value(value, call.arena)
    }
}

impl<'v> Argument<'v> for &str {
    type Output = &'v str;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<&'v str, Failure> {
        let text = print::to_text(value.unwrap_or(Value::Nil), arena)?;
        arena.budget().spend_bytes(text.len())?;
        Ok(text)
    }
}

impl<'v> Argument<'v> for String {
    type Output = String;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<String, Failure> {
        let text = <&str>::from_value(value, arena)?;
        arena.budget().allocate(text.len())?;
        Ok(text.to_owned())
    }
}

macro_rules! integer_arguments {
    ($($integer:ty),*) => {$(
        impl<'v> Argument<'v> for $integer {
            type Output = $integer;

            fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<$integer, Failure> {
                convert::to_exact_integer(value.unwrap_or(Value::Nil), arena)
            }
        }
    )*};
}

integer_arguments!(i64, i32, u8, u16, u32, u64, usize);

macro_rules! integer_results {
    ($($integer:ty),*) => {$(
        impl FilterResult for $integer {
            fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
                match i64::try_from(self) {
                    Ok(small) => Ok(Value::Integer(small)),
                    Err(_) => Ok(Value::BigInteger(arena.text(&self.to_string())?)),
                }
            }
        }
    )*};
}

integer_results!(i32, u8, u16, u32, u64, usize);

impl<'v> Argument<'v> for f64 {
    type Output = f64;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<f64, Failure> {
        Ok(convert::to_number(value.unwrap_or(Value::Nil), arena)?.to_f64())
    }
}

impl<'v> Argument<'v> for bool {
    type Output = bool;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<bool, Failure> {
        Ok(value.unwrap_or(Value::Nil).resolve(arena)?.is_truthy())
    }
}

impl<'v> Argument<'v> for Value<'_> {
    type Output = Value<'v>;

    fn from_value(value: Option<Value<'v>>, _: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(value.unwrap_or(Value::Nil))
    }
}

impl<'v, T: Argument<'v>> Argument<'v> for Option<T> {
    type Output = Option<T::Output>;

    const OPTIONAL: bool = true;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<Self::Output, Failure> {
        match value.map(|value| value.resolve(arena)).transpose()? {
            None | Some(Value::Nil) => Ok(None),
            given => T::from_value(given, arena).map(Some),
        }
    }
}

impl<'v, T: Argument<'v>> Argument<'v> for Vec<T> {
    type Output = Vec<T::Output>;

    fn from_value(value: Option<Value<'v>>, arena: &'v Arena) -> Result<Self::Output, Failure> {
        let budget = arena.budget();
        let charge = |count: usize| {
            budget.items(count)?;
            budget.spend_items(count)?;
            budget.allocate(count.saturating_mul(size_of::<T::Output>()))
        };
        let value = value.unwrap_or(Value::Nil).resolve(arena)?;
        let items = match value {
            Value::Nil => return Ok(Vec::new()),
            Value::Array(items) => items,
            Value::Range(range) => {
                let count = usize::try_from(range.len()).unwrap_or(usize::MAX);
                charge(count)?;
                let integers = (0..range.len()).map(|at| range.nth(at, arena));
                return integers.map(|value| T::from_value(Some(value?), arena)).collect();
            }
            Value::Object(host) => match host.items(arena)? {
                Some(items) => items,
                None => return Ok(vec![T::from_value(Some(value), arena)?]),
            },
            single => return Ok(vec![T::from_value(Some(single), arena)?]),
        };
        charge(items.len())?;
        items.iter().map(|item| T::from_value(Some(*item), arena)).collect()
    }
}

/// The arguments by name: `{{ text | truncate_at: 10, mark: '…' }}`.
///
/// ```
/// use carafe::filters::{CustomFilter, Keywords};
/// use carafe::Failure;
///
/// CustomFilter::new("link", |text: &str, url: &str, options: Keywords| -> Result<String, Failure> {
///     options.only(&["class"])?;
///     let class = options.get::<Option<&str>>("class")?.unwrap_or("plain");
///     Ok(format!("<a class={class:?} href={url:?}>{text}</a>"))
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Keywords<'v> {
    given: &'v [(&'v str, Value<'v>)],
    arena: &'v Arena,
}

impl<'v> Keywords<'v> {
    pub(crate) fn new(given: &'v [(&'v str, Value<'v>)], arena: &'v Arena) -> Self {
        Keywords { given, arena }
    }

    /// The argument called `name`, as `T`: an [`Option`] where it may be left out. The type is written at the call, as in
    /// `get::<i64>("count")`.
    ///
    /// # Errors
    /// When it is missing, or not of its type.
    pub fn get<T: Argument<'v>>(&self, name: &str) -> Result<T::Output, Failure> {
        let value = self.given.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value);
        if value.is_none() && !T::OPTIONAL {
            return Err(Failure::argument(format!("missing keyword: {name}")));
        }
        T::from_value(value, self.arena)
    }

    /// The names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'v str, Value<'v>)> {
        self.given.iter().copied()
    }

    /// That no other names than these are given.
    ///
    /// # Errors
    /// With the first name that is none of them.
    pub fn only(&self, names: &[&str]) -> Result<(), Failure> {
        match self.given.iter().find(|(name, _)| !names.contains(name)) {
            Some((name, _)) => Err(Failure::argument(format!("unknown keyword: {name}"))),
            None => Ok(()),
        }
    }
}

impl<'v> Argument<'v> for Keywords<'_> {
    type Output = Keywords<'v>;

    const OPTIONAL: bool = true;

    const IS_KEYWORDS: bool = true;

    fn from_value(_: Option<Value<'v>>, arena: &'v Arena) -> Result<Keywords<'v>, Failure> {
        Ok(Keywords { given: &[], arena })
    }

    fn from_call(call: &Call<'_, 'v>, _: Option<Value<'v>>) -> Result<Keywords<'v>, Failure> {
        Ok(Keywords { given: call.arena.slice(call.keyword)?, arena: call.arena })
    }
}

/// What the function of a [`CustomFilter`] may return: `String`, `&'static str`, `Cow<'static, str>`, `char`, integers, `f64`,
/// `bool`, an `Option` of these (`None` is nil), a `Vec`, or a `Result`, whose error becomes the render error of its text. A
/// [`Failure`] is passed on as it is.
///
/// A part of an argument's text is given back as a `String`: `|text: &str| text.trim().to_owned()`. A filter that gives back one of its values, as it is, is
/// made by [`CustomFilter::raw`].
#[diagnostic::on_unimplemented(
    message = "a filter or tag cannot give a `{Self}`",
    note = "it may give text it owns (`String`, `&'static str`, `char`), an integer, `f64`, `bool`, and an `Option`, `Vec` or `Result` of these"
)]
pub trait FilterResult {
    /// The value, copied into the arena.
    ///
    /// # Errors
    /// When the function failed, or the value is over a limit.
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure>;
}

impl FilterResult for String {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(Value::String(arena.text(&self)?))
    }
}

impl FilterResult for &'static str {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        arena.budget().text(self.len())?;
        Ok(Value::String(self))
    }
}

impl FilterResult for i64 {
    fn into_value<'v>(self, _: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(Value::Integer(self))
    }
}

impl FilterResult for f64 {
    fn into_value<'v>(self, _: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(Value::Float(self))
    }
}

impl FilterResult for char {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(Value::String(arena.text(self.encode_utf8(&mut [0; 4]))?))
    }
}

impl FilterResult for Cow<'static, str> {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        match self {
            Cow::Borrowed(text) => text.into_value(arena),
            Cow::Owned(text) => text.into_value(arena),
        }
    }
}

impl FilterResult for bool {
    fn into_value<'v>(self, _: &'v Arena) -> Result<Value<'v>, Failure> {
        Ok(Value::Bool(self))
    }
}

impl<R: FilterResult> FilterResult for Option<R> {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        self.map_or(Ok(Value::Nil), |value| value.into_value(arena))
    }
}

impl<R: FilterResult> FilterResult for Vec<R> {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        let mut list = arena.list();
        for item in self {
            list.push(item.into_value(arena)?)?;
        }
        Ok(Value::Array(list.finish()))
    }
}

impl<R: FilterResult, E: fmt::Display + 'static> FilterResult for Result<R, E> {
    fn into_value<'v>(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        let error = match self {
            Ok(value) => return value.into_value(arena),
            Err(error) => error,
        };
        // A failure of the render is passed on as it is: a limit must not become an error that is printed.
        let mut error = Some(error);
        match (&mut error as &mut dyn Any).downcast_mut::<Option<Failure>>().and_then(Option::take) {
            Some(failure) => Err(failure),
            None => Err(Failure::argument(error.map_or_else(String::new, |error| error.to_string()))),
        }
    }
}

/// The arguments of a function, the input first: a tuple of one to five [`Argument`]s.
pub trait Arguments<'v> {
    /// The tuple with the lifetime of the values of the render.
    type Output;

    /// Which of them may be left out.
    const OPTIONAL: &'static [bool];

    /// Whether arguments by name are taken.
    const TAKES_KEYWORDS: bool;

    /// The arguments of a call.
    ///
    /// # Errors
    /// When a value does not fit its type, or a limit is met.
    fn from_call(call: &Call<'_, 'v>) -> Result<Self::Output, Failure>;

    /// Whether `given` arguments by place, the first one counted, are neither too few nor too many.
    ///
    /// # Errors
    /// `wrong number of arguments (given 2, expected 1)`
    fn check_count(given: usize) -> Result<(), Failure> {
        let places = Self::places();
        parameter::check_range(least(places), places.len(), given)
    }

    /// Which of the arguments by place may be left out.
    fn places() -> &'static [bool] {
        let by_name = usize::from(Self::TAKES_KEYWORDS);
        Self::OPTIONAL.get(..Self::OPTIONAL.len().saturating_sub(by_name)).unwrap_or_default()
    }
}

impl Arguments<'_> for () {
    type Output = ();

    const OPTIONAL: &'static [bool] = &[];

    const TAKES_KEYWORDS: bool = false;

    fn from_call(_: &Call<'_, '_>) -> Result<(), Failure> {
        Ok(())
    }
}

impl<F, R> FilterFunction<R, ()> for F
where
    F: Fn() -> R + Send + Sync + 'static,
{
    fn invoke(&self, (): ()) -> R {
        self()
    }
}

/// How many arguments are needed at least: what may be left out is so only at the end.
fn least(optional: &[bool]) -> usize {
    optional.iter().rposition(|optional| !optional).map_or(0, |last| last.saturating_add(1))
}

/// A function that can be a filter or a tag: `Fn() -> R`, `Fn(A) -> R` to `Fn(A, B, C, D, E) -> R`. It is implemented for all of them.
pub trait FilterFunction<R, A>: Send + Sync + 'static {
    /// Calls the function.
    fn invoke(&self, arguments: A) -> R;
}

macro_rules! functions {
    ($input:ident $(, $argument:ident $at:literal)*) => {
        impl<'v, $input: Argument<'v> $(, $argument: Argument<'v>)*> Arguments<'v> for ($input, $($argument,)*) {
            type Output = ($input::Output, $($argument::Output,)*);

            const OPTIONAL: &'static [bool] = &[$input::OPTIONAL, $($argument::OPTIONAL,)*];

            const TAKES_KEYWORDS: bool = $input::IS_KEYWORDS $(|| $argument::IS_KEYWORDS)*;

            fn from_call(call: &Call<'_, 'v>) -> Result<Self::Output, Failure> {
                Ok((
                    $input::from_call(call, Some(call.input))?,
                    $($argument::from_call(call, call.given($at))?,)*
                ))
            }
        }

        impl<F, R, $input $(, $argument)*> FilterFunction<R, ($input, $($argument,)*)> for F
        where
            F: Fn($input $(, $argument)*) -> R + Send + Sync + 'static,
        {
            #[allow(non_snake_case, reason = "types and arguments have the same names in this macro")]
            fn invoke(&self, ($input, $($argument,)*): ($input, $($argument,)*)) -> R {
                self($input $(, $argument)*)
            }
        }
    };
}

functions!(A);
functions!(A, B 0);
functions!(A, B 0, C 1);
functions!(A, B 0, C 1, D 2);
functions!(A, B 0, C 1, D 2, E 3);

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use super::*;
    use crate::dialect::LIQUID;
    use crate::limits::Limits;
    use crate::time::{FixedClock, Time};
    use crate::value::Range;
    use crate::value::Value::{Array, Bool, Float, Integer, Nil, Range as R, String as S};

    fn run(filter: &CustomFilter, input: Value<'_>, positional: &[Value<'_>], arena: &Arena) -> String {
        let environment = Environment::new(&LIQUID, Some(&FixedClock(Time::UNIX_EPOCH)));
        let given = [("k", Integer(7))];
        // Capital letters stand for filters that are given an argument by name.
        let keyword = if filter.name() < "a" { &given[..] } else { &[] };
        let call = Call { input, positional, keyword, arena, environment: &environment };
        match filter.call(&call) {
            Ok(value) => format!("{value:?} {}", print::to_text(value, arena).unwrap()),
            Err(Failure::Error(error)) => error.message,
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn closures_get_typed_arguments_and_give_values() {
        let prefix = "so ".to_owned();
        let items = [Integer(1), S("2"), Float(3.5)];
        for (filter, input, arguments, expected) in [
            (
                CustomFilter::new("a", move |s: &str| format!("{prefix}{s}")),
                Integer(5),
                &[][..],
                "\"so 5\" so 5",
            ),
            (
                CustomFilter::new("b", |s: &str, n: i64| s.repeat(n as usize)),
                S("ab"),
                &[S("2")],
                "\"abab\" abab",
            ),
            (
                CustomFilter::new("b", |s: &str, n: i64| s.repeat(n as usize)),
                S("ab"),
                &[S("x")],
                "invalid integer",
            ),
            (
                CustomFilter::new("b", |s: &str, n: i64| s.repeat(n as usize)),
                S("ab"),
                &[],
                "wrong number of arguments (given 1, expected 2)",
            ),
            (CustomFilter::new("c", |s: String, on: bool| on.then_some(s)), S("a"), &[Bool(false)], "nil "),
            (CustomFilter::new("d", |x: f64, y: Option<f64>| x * y.unwrap_or(2.0)), S("1.5"), &[], "3.0 3.0"),
            (
                CustomFilter::new("d", |x: f64, y: Option<f64>| x * y.unwrap_or(2.0)),
                S("1.5"),
                &[Nil],
                "3.0 3.0",
            ),
            (
                CustomFilter::new("d", |x: f64, y: Option<f64>| x * y.unwrap_or(2.0)),
                S("1.5"),
                &[Nil, Nil],
                "wrong number of arguments (given 3, expected 1..2)",
            ),
            (CustomFilter::new("e", |v: Value<'_>| v.kind()), Array(&items), &[], "\"array\" array"),
            (CustomFilter::new("f", |all: Vec<f64>| all.iter().sum::<f64>()), Array(&items), &[], "6.5 6.5"),
            (
                CustomFilter::new("g", |all: Vec<i64>| all.into_iter().rev().collect::<Vec<_>>()),
                R(&Range::new(1, 3)),
                &[],
                "[3 items] [3, 2, 1]",
            ),
            (CustomFilter::new("h", |all: Vec<&str>| all.concat()), Nil, &[], "\"\" "),
            (CustomFilter::new("i", |s: &str| s.parse::<u8>().map(i64::from)), S("12"), &[], "12 12"),
            (
                CustomFilter::new("i", |s: &str| s.parse::<u8>().map(i64::from)),
                S("256"),
                &[],
                "number too large to fit in target type",
            ),
            (
                CustomFilter::new("j", |a: &str, b: &str, c: &str, d: &str, e: &str| {
                    a == b && c == d && e.is_empty()
                }),
                S("1"),
                &[Integer(1), S("x"), S("x"), Nil],
                "true true",
            ),
            (
                CustomFilter::new("K", |s: &str, by: Keywords| by.get::<i64>("k").map(|k| format!("{s}{k}"))),
                S("a"),
                &[],
                "\"a7\" a7",
            ),
            (
                CustomFilter::new("L", |_: &str, n: i64, by: Keywords| -> Result<i64, Failure> {
                    by.only(&["other"])?;
                    Ok(n)
                }),
                S("a"),
                &[Integer(1)],
                "unknown keyword: k",
            ),
            (
                CustomFilter::new("M", |_: &str, by: Keywords| by.get::<&str>("other").map(str::to_owned)),
                S("a"),
                &[],
                "missing keyword: other",
            ),
            (
                CustomFilter::new("N", |_: &str, by: Keywords| by.iter().count() as i64),
                S("a"),
                &[Nil],
                "wrong number of arguments (given 2, expected 1)",
            ),
            (CustomFilter::new("O", |s: String| s), S("a"), &[], "unknown keyword: k"),
            (
                CustomFilter::raw("P", |call| Ok(call.named("k").unwrap_or(call.input))),
                S("a"),
                &[Nil, Nil, Nil],
                "7 7",
            ),
        ] {
            assert_eq!(run(&filter, input, arguments, &Arena::default()), expected, "{}", filter.name());
        }
    }

    #[test]
    fn results_and_lists_are_held_by_the_limits() {
        let arena = Arena::new(&Limits { value_bytes: 100, ..Limits::default() });
        let long = CustomFilter::new("long", |n: i64| "x".repeat(n as usize));
        assert!(run(&long, Integer(101), &[], &arena).contains("ValueBytes"));
        let count = CustomFilter::new("count", |all: Vec<i64>| all.len() as i64);
        let endless = Range::new(i64::MIN, i64::MAX);
        assert!(run(&count, R(&endless), &[], &arena).contains("CollectionItems"));
    }

    #[test]
    fn optional_arguments_are_so_at_the_end() {
        let filter = CustomFilter::new("f", |_: &str, _: Option<i64>, _: i64, _: Option<i64>| true);
        let needs: Vec<_> = filter.parameters().iter().map(|parameter| parameter.need).collect();
        use super::super::Need::{Optional, Required};
        assert_eq!(needs, [Required, Required, Optional]);
    }
}
