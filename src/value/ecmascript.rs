//! Values as LiquidJS has them: what JavaScript makes of text, numbers, equality, order and properties.
//!
//! Every number is a float there, an object has no text of its own, and objects are equal only to themselves. The words
//! `blank` and `empty` ask for a property, as in Ruby; whether `nil` was written out counts, too, see [`Operand`].
#![expect(clippy::arithmetic_side_effects, reason = "only depths are counted, up to `DEPTH`")]

use super::{Value, print};
use crate::arena::{Arena, Sink};
use crate::failure::{Failure, RenderErrorKind};
use crate::number::{ecmascript_from_text, is_ecmascript_space, write_ecmascript};
use std::cmp::Ordering;

/// Collections inside each other are walked down to this depth; LiquidJS overflows its stack somewhat later.
const DEPTH: usize = 200;

/// Integers up to this are the same as a float.
const EXACT: i64 = 1 << 53;

/// One side of an operator.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'r> {
    /// A value; nil among them, which counts as 0 in an order.
    Value(Value<'r>),
    /// The word `nil` or `null`, which has no order and is not `blank`.
    Nil,
}

impl<'r> Operand<'r> {
    /// The value it is outside of comparisons.
    #[must_use]
    pub fn value(self) -> Value<'r> {
        match self {
            Operand::Value(value) => value,
            Operand::Nil => Value::Nil,
        }
    }
}

/// Writes `value` as `{{ value }}` prints it and filters see it: the items of an array one after another, an object as
/// `[object Object]`.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn write_text<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    text(value, "", arena, sink, 0)
}

/// The text of `value`; see [`write_text`].
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn to_text<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    match value {
        Value::String(text) => Ok(text),
        Value::Nil => Ok(""),
        other => {
            let mut builder = arena.builder();
            write_text(other, arena, &mut builder)?;
            Ok(builder.finish())
        }
    }
}

/// The items of arrays stand `between` apart: with nothing for LiquidJS, with a comma where the language itself makes text.
fn text<'r>(
    value: Value<'r>,
    between: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    match value {
        Value::Integer(number) if (-EXACT..=EXACT).contains(&number) => print::write_integer(number, sink),
        Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => {
            let mut text = String::new();
            write_ecmascript(number(value), &mut text);
            sink.push(&text)
        }
        Value::Map(_) => sink.push("[object Object]"),
        Value::Array(items) => {
            arena.budget().spend_items(items.len())?;
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    sink.push(between)?;
                }
                text(*item, between, arena, sink, depth + 1)?;
            }
            Ok(())
        }
        Value::Range(range) => {
            for at in 0..range.len() {
                arena.budget().spend(1)?;
                if at > 0 {
                    sink.push(between)?;
                }
                text(range.nth(at, arena)?, between, arena, sink, depth + 1)?;
            }
            Ok(())
        }
        Value::Object(host) => match host.to_value(arena)? {
            Some(Value::Object(_)) | None => match (host.items(arena)?, host.entries(arena)?) {
                (Some(items), _) => text(Value::Array(items), between, arena, sink, depth + 1),
                (None, Some(_)) => sink.push("[object Object]"),
                (None, None) => host.write_text(arena, sink),
            },
            Some(plain) => text(plain, between, arena, sink, depth + 1),
        },
        other => print::write_text(other, arena, sink),
    }
}

/// A number as a float; not a number of anything else.
fn number(value: Value<'_>) -> f64 {
    match value {
        Value::Integer(value) => value as f64,
        Value::Float(value) => value,
        // Digits with a sign, which the standard library reads to the nearest float.
        Value::BigInteger(digits) => digits.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// `Number(value)`: nothing is 0, text is a number from end to end, an array is its text, an object is none.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn to_number<'r>(value: Value<'r>, arena: &'r Arena) -> Result<f64, Failure> {
    Ok(match value.resolve(arena)? {
        Value::Nil | Value::Empty | Value::Blank => 0.0,
        Value::Bool(value) => f64::from(u8::from(value)),
        Value::String(text) => {
            arena.budget().spend_bytes(text.len())?;
            ecmascript_from_text(text)
        }
        list @ (Value::Array(_) | Value::Range(_)) => ecmascript_from_text(to_primitive(list, arena)?),
        other => number(other),
    })
}

/// The text of `value` as the language itself makes it: the items of an array have commas between them.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn to_primitive<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    let mut builder = arena.builder();
    text(value, ",", arena, &mut builder, 0)?;
    Ok(builder.finish())
}

/// `left == right`.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn equal<'r>(left: Operand<'r>, right: Operand<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    same(resolve(left, arena)?, resolve(right, arena)?, arena, 0)
}

fn resolve<'r>(operand: Operand<'r>, arena: &'r Arena) -> Result<Operand<'r>, Failure> {
    match operand {
        Operand::Value(value) => value.resolve(arena).map(Operand::Value),
        Operand::Nil => Ok(Operand::Nil),
    }
}

fn same<'r>(left: Operand<'r>, right: Operand<'r>, arena: &'r Arena, depth: usize) -> Result<bool, Failure> {
    if depth > DEPTH {
        return Err(too_deep());
    }
    arena.budget().spend(1)?;
    let (left, right) = match (left, right) {
        (Operand::Nil, other) => return Ok(other.value().is_nil()),
        (Operand::Value(word @ (Value::Blank | Value::Empty)), other) => {
            return fits(word, other.value(), arena);
        }
        (other, Operand::Value(word @ (Value::Blank | Value::Empty))) => {
            return fits(word, other.value(), arena);
        }
        (other, Operand::Nil) => return Ok(other.value().is_nil()),
        (Operand::Value(left), Operand::Value(right)) => (left, right),
    };
    Ok(match (left, right) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Binary(a), Value::Binary(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::Map(a), Value::Map(b)) => std::ptr::eq(a, b),
        (Value::Object(a), Value::Object(b)) => std::ptr::addr_eq(a, b),
        (Value::Range(a), Value::Range(b)) => a == b,
        (Value::Array(_) | Value::Range(_), Value::Array(_) | Value::Range(_)) => {
            let (Some(a), Some(b)) = (length(left, arena)?, length(right, arena)?) else { return Ok(false) };
            if a != b {
                return Ok(false);
            }
            for at in 0..a {
                let (a, b) = (nth(left, at, arena)?, nth(right, at, arena)?);
                if !same(Operand::Value(a), Operand::Value(b), arena, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => number(left) == number(right),
    })
}

/// Whether `value` is `blank` or `empty`, whichever `word` is.
fn fits<'r>(word: Value<'r>, value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match (value, word) {
        (Value::Nil | Value::Bool(false), Value::Blank) => true,
        (Value::String(text), Value::Blank) => text.chars().all(is_ecmascript_space),
        (Value::String(text), _) => text.is_empty(),
        (Value::Map(map), _) => map.is_empty(),
        (Value::Range(range), _) => range.is_empty(),
        (Value::Array(items), _) => items.is_empty(),
        (Value::Object(host), _) => match (host.items(arena)?, host.entries(arena)?) {
            (Some(items), _) => items.is_empty(),
            (None, Some(entries)) => entries.is_empty(),
            (None, None) => false,
        },
        _ => false,
    })
}

/// `left operator right` for `<`, `>`, `<=` and `>=`, where `accepts` says which orders hold. Text is compared with text by
/// its UTF-16 units; anything else as numbers, nothing among them as 0. What is no number has no order.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn ordered<'r>(
    left: Operand<'r>,
    right: Operand<'r>,
    accepts: fn(Ordering) -> bool,
    arena: &'r Arena,
) -> Result<bool, Failure> {
    let (Operand::Value(left), Operand::Value(right)) = (left, right) else { return Ok(false) };
    let (left, right) = (left.resolve(arena)?, right.resolve(arena)?);
    let is_word = |value| matches!(value, Value::Blank | Value::Empty);
    if is_word(left) || is_word(right) {
        return Ok(false);
    }
    let order = match (comparable(left, arena)?, comparable(right, arena)?) {
        (Value::String(a), Value::String(b)) => {
            arena.budget().spend_bytes(a.len().min(b.len()))?;
            Some(a.encode_utf16().cmp(b.encode_utf16()))
        }
        (left, right) => to_number(left, arena)?.partial_cmp(&to_number(right, arena)?),
    };
    Ok(order.is_some_and(accepts))
}

/// Collections take part in an order by their text.
fn comparable<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    Ok(match value {
        Value::Array(_) | Value::Range(_) | Value::Map(_) | Value::Object(_) => {
            Value::String(to_primitive(value, arena)?)
        }
        plain => plain,
    })
}

/// `left contains right`: an item of an array, a part of a text; false for anything else, objects among them.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn contains<'r>(left: Operand<'r>, right: Operand<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    let (left, right) = (left.value().resolve(arena)?, resolve(right, arena)?);
    let left = if matches!(left, Value::Empty | Value::Blank) { Value::String("") } else { left };
    match left {
        Value::String(text) => {
            let wanted = match right.value() {
                // JavaScript searches for the word.
                Value::Nil => "null",
                other => to_primitive(other, arena)?,
            };
            // Preparing the search walks the wanted text several times.
            arena.budget().spend_bytes(text.len().saturating_add(wanted.len().saturating_mul(4)))?;
            Ok(memchr::memmem::find(text.as_bytes(), wanted.as_bytes()).is_some())
        }
        list => {
            for at in 0..length(list, arena)?.unwrap_or(0) {
                if same(Operand::Value(nth(list, at, arena)?.resolve(arena)?), right, arena, 0)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

/// How many items a list has; `None` for what is no list.
fn length<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Option<u64>, Failure> {
    Ok(match value {
        Value::Array(items) => Some(items.len() as u64),
        Value::Range(range) => Some(range.len()),
        Value::Object(host) => host.items(arena)?.map(|items| items.len() as u64),
        _ => None,
    })
}

/// The item of a list at place `at`, which must be below its length.
fn nth<'r>(list: Value<'r>, at: u64, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let place = usize::try_from(at).unwrap_or(usize::MAX);
    Ok(match list {
        Value::Array(items) => items.get(place).copied().unwrap_or(Value::Nil),
        Value::Range(range) => range.nth(at, arena)?,
        Value::Object(host) => {
            host.items(arena)?.and_then(|items| items.get(place).copied()).unwrap_or(Value::Nil)
        }
        _ => Value::Nil,
    })
}

/// The property `key` of `object`, as `.key` and `[key]` read it; `None` where there is none, which is not the same as one
/// that is nil. Nothing has every property, and each is nil.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn property<'r>(
    object: Value<'r>,
    key: Value<'r>,
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    let key = key.resolve(arena)?;
    let name = match key {
        Value::Nil => "null",
        other => to_primitive(other, arena)?,
    };
    Ok(match object {
        Value::Nil => Some(Value::Nil),
        Value::Map(map) => match (map.get(name), name) {
            (None, "size") => Some(Value::from(map.len())),
            (found, _) => found,
        },
        Value::Array(_) | Value::Range(_) => {
            let length = length(object, arena)?.unwrap_or(0);
            let place = match (key, name) {
                (_, "size" | "length") => {
                    return Ok(Some(Value::Integer(i64::try_from(length).unwrap_or(i64::MAX))));
                }
                (_, "first") => Some(0),
                (_, "last") => length.checked_sub(1),
                (Value::Integer(at), _) if at < 0 => length.checked_sub(at.unsigned_abs()),
                _ => place(name),
            };
            match place.filter(|place| *place < length) {
                Some(place) => Some(nth(object, place, arena)?),
                None => None,
            }
        }
        Value::String(text) => match name {
            "size" | "length" => {
                arena.budget().spend_bytes(text.len())?;
                Some(Value::from(text.encode_utf16().count()))
            }
            _ => match place(name).and_then(|at| text.chars().nth(usize::try_from(at).ok()?)) {
                Some(character) => Some(Value::String(arena.text(character.encode_utf8(&mut [0; 4]))?)),
                None => None,
            },
        },
        Value::Object(_) => super::lookup::property(object, name, arena)?,
        _ => None,
    })
}

/// The place that a key names: digits without a leading zero.
fn place(name: &str) -> Option<u64> {
    let plain = name == "0" || !name.starts_with('0');
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if plain && digits { name.parse().ok() } else { None }
}

#[cold]
fn too_deep() -> Failure {
    Failure::error(RenderErrorKind::StackLevel, "stack level too deep")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn read<'r>(text: &str, arena: &'r Arena) -> Operand<'r> {
        match text {
            "nil" => Operand::Nil,
            "blank" => Operand::Value(Value::Blank),
            "empty" => Operand::Value(Value::Empty),
            json => Operand::Value(json::read(arena.text(json).unwrap(), arena).unwrap()),
        }
    }

    #[test]
    fn text_is_that_of_javascript() {
        let arena = Arena::default();
        for (value, expected) in [
            ("5.0", "5"),
            ("0.1", "0.1"),
            ("1e21", "1e+21"),
            ("9007199254740993", "9007199254740992"),
            ("12345678901234567890", "12345678901234567000"),
            ("true", "true"),
            ("null", ""),
            (r#"{"a": 1}"#, "[object Object]"),
            (r#"[1, null, "a", [2, {}]]"#, "1a2[object Object]"),
        ] {
            assert_eq!(to_text(read(value, &arena).value(), &arena).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn equality_is_strict_and_words_ask_for_a_property() {
        let arena = Arena::default();
        for (left, right, expected) in [
            ("1", "1.0", true),
            ("1", r#""1""#, false),
            ("null", "nil", true),
            ("nil", "null", true),
            ("nil", "blank", false),
            ("blank", "nil", true),
            ("null", "blank", true),
            ("false", "blank", true),
            (r#"" \n""#, "blank", true),
            (r#"" \n""#, "empty", false),
            (r#""""#, "empty", true),
            ("{}", "empty", true),
            ("[]", "blank", true),
            ("blank", "empty", false),
            ("null", "empty", false),
            ("0", "blank", false),
            ("{}", "{}", false),
            ("[1, [2]]", "[1, [2]]", true),
            ("[1]", "[2]", false),
            ("null", "false", false),
        ] {
            let found = equal(read(left, &arena), read(right, &arena), &arena).unwrap();
            assert_eq!(found, expected, "{left} == {right}");
        }
    }

    #[test]
    fn order_is_that_of_numbers_unless_both_are_text() {
        let arena = Arena::default();
        for (left, right, expected) in [
            ("1", "2", true),
            (r#""10""#, r#""9""#, true),
            (r#""10""#, "9", false),
            (r#""5""#, "9", true),
            (r#""x""#, "9", false),
            ("null", "1", true),
            ("nil", "1", false),
            ("1", "blank", false),
            ("[1]", "2", true),
            ("false", "1", true),
        ] {
            let less = ordered(read(left, &arena), read(right, &arena), Ordering::is_lt, &arena).unwrap();
            assert_eq!(less, expected, "{left} < {right}");
        }
    }

    #[test]
    fn properties_are_own_ones() {
        let arena = Arena::default();
        for (object, key, expected) in [
            (r#"{"a": null}"#, r#""a""#, "Some(nil)"),
            (r#"{"a": 1}"#, r#""b""#, "None"),
            (r#"{"a": 1}"#, r#""size""#, "Some(1)"),
            (r#"{"1": 2}"#, "1", "Some(2)"),
            (r#"{"a": 1}"#, r#""first""#, "None"),
            ("[1, 2]", "-1", "Some(2)"),
            ("[1, 2]", "2", "None"),
            ("[1, 2]", r#""1""#, "Some(2)"),
            ("[1, 2]", "0.5", "None"),
            ("[]", r#""first""#, "None"),
            (r#""añ""#, r#""size""#, "Some(2)"),
            (r#""añ""#, "1", "Some(\"ñ\")"),
            ("null", r#""x""#, "Some(nil)"),
            ("5", r#""size""#, "None"),
        ] {
            let found = property(read(object, &arena).value(), read(key, &arena).value(), &arena).unwrap();
            assert_eq!(format!("{found:?}"), expected, "{object}[{key}]");
        }
    }
}
