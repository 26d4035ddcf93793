//! Values that change sides for good: copies, all the way down.

use super::view;
use crate::arena::Arena;
use crate::failure::{Failure, RenderErrorKind};
use crate::time::Time;
use crate::value::{Value, print};
use liquid_core::model::{DateTime, KString, State};
use liquid_core::{Object, ValueView};

/// Collections inside each other are copied down to this depth.
const DEPTH: usize = 100;

/// A copy of a value of the crate. Keys of objects come sorted, since its own have no order.
pub(super) fn from_liquid<'r>(view: &dyn ValueView, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    copied(view, arena, DEPTH)
}

fn copied<'r>(view: &dyn ValueView, arena: &'r Arena, depth: usize) -> Result<Value<'r>, Failure> {
    arena.budget().spend(1)?;
    if let Some(scalar) = view.as_scalar() {
        return match view::plain(&scalar, arena)? {
            Some(plain) => Ok(plain),
            None => Ok(Value::String(arena.text(&scalar.into_cow_str())?)),
        };
    }
    let deeper = || depth.checked_sub(1).ok_or_else(too_deep);
    if let Some(items) = view.as_array() {
        let depth = deeper()?;
        let mut list = arena.list();
        for item in items.values() {
            list.push(copied(item, arena, depth)?)?;
        }
        return Ok(Value::Array(list.finish()));
    }
    if let Some(object) = view.as_object() {
        let depth = deeper()?;
        let mut entries = Vec::new();
        for (key, value) in object.iter() {
            entries.push((arena.text(&key)?, copied(value, arena, depth)?));
        }
        entries.sort_by_key(|(key, _)| *key);
        return Ok(Value::Map(arena.map(&entries)?));
    }
    Ok(match view.as_state() {
        Some(State::Empty) => Value::Empty,
        Some(State::Blank) => Value::Blank,
        _ => Value::Nil,
    })
}

/// A copy of `value` for the crate. An integer of more than 64 bits is text, as are bytes that are no UTF-8, with `�` in
/// their place; a range is the list of its numbers.
pub(super) fn to_liquid<'r>(value: Value<'r>, arena: &'r Arena) -> Result<liquid_core::Value, Failure> {
    given(value, arena, DEPTH)
}

fn given<'r>(value: Value<'r>, arena: &'r Arena, depth: usize) -> Result<liquid_core::Value, Failure> {
    arena.budget().spend(1)?;
    arena.budget().allocate(size_of::<liquid_core::Value>())?;
    let deeper = || depth.checked_sub(1).ok_or_else(too_deep);
    let items = |items: &[Value<'r>], depth| {
        let items: Result<Vec<_>, _> = items.iter().map(|item| given(*item, arena, depth)).collect();
        Ok::<_, Failure>(liquid_core::Value::Array(items?))
    };
    let entries = |entries: &[(&'r str, Value<'r>)], depth| {
        let mut object = Object::new();
        for (key, value) in entries {
            arena.budget().allocate(key.len())?;
            object.insert(KString::from_ref(key), given(*value, arena, depth)?);
        }
        Ok::<_, Failure>(liquid_core::Value::Object(object))
    };
    let owned = |text: &str| {
        arena.budget().allocate(text.len())?;
        Ok::<_, Failure>(liquid_core::Value::scalar(text.to_owned()))
    };
    match value.resolve(arena)? {
        Value::Nil => Ok(liquid_core::Value::Nil),
        Value::Bool(value) => Ok(liquid_core::Value::scalar(value)),
        Value::Integer(value) => Ok(liquid_core::Value::scalar(value)),
        Value::Float(value) => Ok(liquid_core::Value::scalar(value)),
        Value::BigInteger(text) | Value::String(text) => owned(text),
        Value::Binary(bytes) => owned(&String::from_utf8_lossy(bytes)),
        Value::Time(time) => match date_time(*time) {
            Some(time) => Ok(liquid_core::Value::scalar(time)),
            None => owned(print::to_text(Value::Time(time), arena)?),
        },
        Value::Empty => Ok(liquid_core::Value::State(State::Empty)),
        Value::Blank => Ok(liquid_core::Value::State(State::Blank)),
        Value::Array(list) => items(list, deeper()?),
        Value::Range(range) => {
            arena.budget().items(usize::try_from(range.len()).unwrap_or(usize::MAX))?;
            let numbers: Result<Vec<_>, _> = (0..range.len()).map(|at| range.nth(at, arena)).collect();
            items(&numbers?, deeper()?)
        }
        Value::Map(map) => entries(map.entries(), deeper()?),
        Value::Object(object) => match (object.entries(arena)?, object.items(arena)?) {
            (Some(known), _) => entries(known, deeper()?),
            (None, Some(known)) => items(known, deeper()?),
            (None, None) => owned(print::to_text(Value::Object(object), arena)?),
        },
    }
}

/// A time as the crate has it, to the minute of its zone; it knows no years beyond 9999.
pub(super) fn date_time(time: Time) -> Option<DateTime> {
    let mut text = String::new();
    time.write_text(&mut text).ok()?;
    let (clock, zone) = text.rsplit_once(' ')?;
    let zone = if zone == "UTC" { "+0000" } else { zone };
    match time.subsec_nanos() {
        0 => DateTime::from_str(&format!("{clock} {zone}")),
        nanos => DateTime::from_str(&format!("{clock}.{nanos:09} {zone}")),
    }
}

fn too_deep() -> Failure {
    Failure::error(RenderErrorKind::StackLevel, "Nesting too deep")
}

/// What an error of the crate says, in one line.
pub(super) fn message(error: &liquid_core::Error) -> String {
    let text = error.to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let mut message = first.strip_prefix("liquid: ").unwrap_or(first).to_owned();
    let context: Vec<_> =
        lines.filter(|line| line.starts_with(' ') && line.contains('=')).map(str::trim).collect();
    if !context.is_empty() {
        message.push_str(&format!(" ({})", context.join(", ")));
    }
    message
}

/// A failure as an error of the crate.
pub(super) fn error(failure: Failure) -> liquid_core::Error {
    liquid_core::Error::with_msg(match failure {
        Failure::Error(error) => error.message,
        Failure::Limit(exceeded) => exceeded.to_string(),
        Failure::Abort(abort) => abort.reason,
    })
}
