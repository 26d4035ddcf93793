//! Values as text, numbers and lists, as JavaScript converts them.

use crate::arena::{Arena, TextBuilder};
use crate::failure::Failure;
use crate::filters::Call;
use crate::value::{Value, ecmascript};

/// The text of a value where a filter needs one: nil is nothing, the items of an array follow one another.
pub(in crate::filters) fn stringify<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    let text = ecmascript::to_text(value, arena)?;
    arena.budget().spend_bytes(text.len())?;
    Ok(text)
}

/// The text of a value as JavaScript's own `String` gives it: the items of an array have commas between them.
pub(in crate::filters) fn joined_text<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    let text = match value {
        Value::String(text) => text,
        other => ecmascript::to_primitive(other, arena)?,
    };
    arena.budget().spend_bytes(text.len())?;
    Ok(text)
}

/// Writes what [`joined_text`] gives.
pub(super) fn write_text<'r>(
    value: Value<'r>,
    arena: &'r Arena,
    out: &mut TextBuilder<'r>,
) -> Result<(), Failure> {
    out.push(joined_text(value, arena)?)
}

/// The number of a value as `Number(value)` gives it; NaN of what is none.
pub(in crate::filters) fn number_or_nan<'r>(value: Value<'r>, arena: &'r Arena) -> Result<f64, Failure> {
    match value.resolve(arena)? {
        Value::Time(time) => Ok(time.unix_seconds() as f64),
        other => ecmascript::to_number(other, arena),
    }
}

/// The number of a value where a filter needs one: what is no number counts as 0.
pub(in crate::filters) fn number<'r>(value: Value<'r>, arena: &'r Arena) -> Result<f64, Failure> {
    let number = number_or_nan(value, arena)?;
    Ok(if number.is_nan() { 0.0 } else { number })
}

/// The items of a value: those of an array or a range, none of nil, and of anything else itself.
pub(in crate::filters) fn array<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r [Value<'r>], Failure> {
    let items = match value.resolve(arena)? {
        Value::Nil => &[],
        Value::Array(items) => items,
        Value::Range(range) => {
            let mut list = arena.list();
            for at in 0..range.len() {
                arena.budget().spend_items(1)?;
                list.push(range.nth(at, arena)?)?;
            }
            list.finish()
        }
        Value::Object(host) => match host.items(arena)? {
            Some(items) => items,
            None => arena.array(&[value])?,
        },
        other => arena.array(&[other])?,
    };
    arena.budget().spend_items(items.len())?;
    Ok(items)
}

/// The argument at place `at` as a number; `missing` where it is not given.
pub(super) fn given(call: &Call<'_, '_>, at: usize, missing: f64) -> Result<f64, Failure> {
    call.given(at).map_or(Ok(missing), |value| number(value, call.arena))
}
