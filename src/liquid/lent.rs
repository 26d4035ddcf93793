//! Values lent to code that was written for the crate: read in place, collections one level at a time.

use super::owned;
use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Object, Value, compare, print};
use elsa::FrozenMap;
use liquid_core::model::{ArrayView, DisplayCow, KStringCow, ScalarCow, State};
use liquid_core::{ObjectView, ValueView};
use std::cell::{OnceCell, RefCell};
use std::fmt;

/// What lent values have in common. The crate's traits know no errors, so the first failure is kept here and nil stands in
/// for the value.
pub(super) struct Loan<'r> {
    pub arena: &'r Arena,
    failure: RefCell<Option<Failure>>,
}

impl<'r> Loan<'r> {
    pub fn new(arena: &'r Arena) -> Self {
        Loan { arena, failure: RefCell::default() }
    }

    /// What went wrong while values were read.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.borrow_mut().take()
    }

    pub fn fail(&self, failure: Failure) {
        self.failure.borrow_mut().get_or_insert(failure);
    }

    fn or_noted<T: Default>(&self, result: Result<T, Failure>) -> T {
        result.unwrap_or_else(|failure| {
            self.fail(failure);
            T::default()
        })
    }
}

/// A value of a render.
pub(super) struct Lent<'l, 'r> {
    value: Value<'r>,
    loan: &'l Loan<'r>,
    /// The items, or the values of the entries.
    inside: OnceCell<Inside<'l, 'r>>,
    /// What an object that cannot be listed gave for single keys.
    asked: FrozenMap<String, Box<Lent<'l, 'r>>>,
}

#[derive(Default)]
struct Inside<'l, 'r> {
    keys: Vec<&'r str>,
    values: Vec<Lent<'l, 'r>>,
}

/// The property `key` of a list or object, those that the language adds among them. As the crate has it, but that texts are
/// measured in characters.
pub(super) fn property<'l, 'r>(
    value: Value<'r>,
    key: &ScalarCow<'_>,
    loan: &'l Loan<'r>,
) -> Option<Lent<'l, 'r>> {
    let key = match key.type_name() {
        "whole number" => Value::Integer(key.to_integer()?),
        _ => Value::String(loan.or_noted(loan.arena.text(&key.to_kstr()).map(Some))?),
    };
    let found = match key {
        Value::String(name) => crate::value::lookup::property(value, name, loan.arena),
        key => crate::value::lookup::index(value, key, loan.arena),
    };
    Some(Lent::new(loan.or_noted(found)?, loan))
}

impl<'l, 'r> Lent<'l, 'r> {
    pub fn new(value: Value<'r>, loan: &'l Loan<'r>) -> Self {
        let resolved = value.resolve(loan.arena).map(Some);
        let value = loan.or_noted(resolved).unwrap_or(Value::Nil);
        Lent { value, loan, inside: OnceCell::new(), asked: FrozenMap::new() }
    }

    pub fn value(&self) -> Value<'r> {
        self.value
    }

    fn inside(&self) -> &Inside<'l, 'r> {
        self.inside.get_or_init(|| {
            let (loan, arena) = (self.loan, self.loan.arena);
            let laid_out = || {
                let (keys, values): (Vec<_>, Vec<_>) = match self.value {
                    Value::Array(items) => (Vec::new(), items.to_vec()),
                    Value::Map(map) => map.entries().iter().copied().unzip(),
                    Value::Range(range) => {
                        arena.budget().items(usize::try_from(range.len()).unwrap_or(usize::MAX))?;
                        let numbers: Result<Vec<_>, _> =
                            (0..range.len()).map(|at| range.nth(at, arena)).collect();
                        (Vec::new(), numbers?)
                    }
                    Value::Object(object) => match (object.entries(arena)?, object.items(arena)?) {
                        (Some(entries), _) => entries.iter().copied().unzip(),
                        (None, Some(items)) => (Vec::new(), items.to_vec()),
                        (None, None) => return Ok(Inside::default()),
                    },
                    _ => return Ok(Inside::default()),
                };
                arena.budget().spend_items(values.len())?;
                arena.budget().allocate(values.len().saturating_mul(size_of::<Lent<'_, '_>>()))?;
                let values = values.into_iter().map(|value| Lent::new(value, loan)).collect();
                Ok(Inside { keys, values })
            };
            loan.or_noted(laid_out())
        })
    }

    fn is_list(&self) -> bool {
        match self.value {
            Value::Array(_) | Value::Range(_) => true,
            Value::Object(object) => self.listed(object),
            _ => false,
        }
    }

    fn listed(&self, object: &'r dyn Object) -> bool {
        self.loan.or_noted(object.items(self.loan.arena).map(|items| items.is_some()))
    }
}

impl fmt::Debug for Lent<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl ValueView for Lent<'_, '_> {
    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn render(&self) -> DisplayCow<'_> {
        DisplayCow::Owned(Box::new(self.loan.or_noted(print::to_text(self.value, self.loan.arena))))
    }

    fn source(&self) -> DisplayCow<'_> {
        let mut text = self.loan.arena.builder();
        let written = print::write_inspected(self.value, self.loan.arena, &mut text);
        self.loan.or_noted(written);
        DisplayCow::Owned(Box::new(text.finish()))
    }

    fn type_name(&self) -> &'static str {
        match self.value {
            Value::Nil => "nil",
            Value::Bool(_) => "boolean",
            Value::Integer(_) => "whole number",
            Value::Float(_) => "fractional number",
            Value::BigInteger(_) | Value::String(_) | Value::Binary(_) => "string",
            Value::Time(_) => "date time",
            Value::Empty => "empty",
            Value::Blank => "blank",
            _ if self.is_list() => "array",
            _ => "object",
        }
    }

    fn query_state(&self, state: State) -> bool {
        let arena = self.loan.arena;
        match state {
            State::Truthy => self.value.is_truthy(),
            State::DefaultValue => {
                !self.value.is_truthy() || self.loan.or_noted(compare::is_empty(self.value, arena))
            }
            State::Empty => self.loan.or_noted(compare::is_empty(self.value, arena)),
            State::Blank => self.loan.or_noted(compare::is_blank(self.value, arena)),
        }
    }

    fn to_kstr(&self) -> KStringCow<'_> {
        KStringCow::from_ref(self.loan.or_noted(print::to_text(self.value, self.loan.arena)))
    }

    fn to_value(&self) -> liquid_core::Value {
        match owned::to_liquid(self.value, self.loan.arena) {
            Ok(value) => value,
            Err(failure) => {
                self.loan.fail(failure);
                liquid_core::Value::Nil
            }
        }
    }

    fn as_scalar(&self) -> Option<ScalarCow<'_>> {
        match self.value {
            Value::Bool(value) => Some(ScalarCow::new(value)),
            Value::Integer(value) => Some(ScalarCow::new(value)),
            Value::Float(value) => Some(ScalarCow::new(value)),
            Value::BigInteger(text) | Value::String(text) => Some(ScalarCow::new(KStringCow::from_ref(text))),
            Value::Binary(bytes) => Some(ScalarCow::new(String::from_utf8_lossy(bytes).into_owned())),
            Value::Time(time) => Some(match owned::date_time(*time) {
                Some(time) => ScalarCow::new(time),
                None => ScalarCow::new(self.to_kstr()),
            }),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&dyn ArrayView> {
        self.is_list().then_some(self as &dyn ArrayView)
    }

    fn as_object(&self) -> Option<&dyn ObjectView> {
        match self.value {
            Value::Map(_) => Some(self),
            Value::Object(object) if !self.listed(object) => Some(self),
            _ => None,
        }
    }

    fn as_state(&self) -> Option<State> {
        match self.value {
            Value::Empty => Some(State::Empty),
            Value::Blank => Some(State::Blank),
            _ => None,
        }
    }

    fn is_nil(&self) -> bool {
        self.value.is_nil()
    }
}

impl ArrayView for Lent<'_, '_> {
    fn as_value(&self) -> &dyn ValueView {
        self
    }

    fn size(&self) -> i64 {
        i64::try_from(self.inside().values.len()).unwrap_or(i64::MAX)
    }

    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        Box::new(self.inside().values.iter().map(|value| value as &dyn ValueView))
    }

    fn contains_key(&self, index: i64) -> bool {
        ArrayView::get(self, index).is_some()
    }

    fn get(&self, index: i64) -> Option<&dyn ValueView> {
        let place = if index < 0 { ArrayView::size(self).checked_add(index)? } else { index };
        let place = usize::try_from(place).ok()?;
        self.inside().values.as_slice().get(place).map(|value| value as &dyn ValueView)
    }
}

impl ObjectView for Lent<'_, '_> {
    fn as_value(&self) -> &dyn ValueView {
        self
    }

    fn size(&self) -> i64 {
        ArrayView::size(self)
    }

    fn keys<'k>(&'k self) -> Box<dyn Iterator<Item = KStringCow<'k>> + 'k> {
        Box::new(self.inside().keys.iter().map(|key| KStringCow::from_ref(key)))
    }

    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        ArrayView::values(self)
    }

    fn iter<'k>(&'k self) -> Box<dyn Iterator<Item = (KStringCow<'k>, &'k dyn ValueView)> + 'k> {
        Box::new(ObjectView::keys(self).zip(ObjectView::values(self)))
    }

    fn contains_key(&self, index: &str) -> bool {
        ObjectView::get(self, index).is_some()
    }

    fn get<'s>(&'s self, index: &str) -> Option<&'s dyn ValueView> {
        let (loan, arena) = (self.loan, self.loan.arena);
        if let Some(known) = self.asked.get(index) {
            return Some(known);
        }
        let found = match self.value {
            Value::Map(map) => map.get(index),
            Value::Object(object) => {
                let found = arena.text(index).and_then(|key| object.get(Value::String(key), arena));
                loan.or_noted(found)
            }
            _ => None,
        };
        Some(self.asked.insert(index.to_owned(), Box::new(Lent::new(found?, loan))))
    }
}
