//! Values as text, numbers and lists, as JavaScript converts them.

use crate::arena::{Arena, Sink};
use crate::failure::{Failure, RenderErrorKind};
use crate::filters::Call;
use crate::number::{ecmascript_from_text, write_ecmascript};
use crate::value::{Value, print};

/// Collections inside each other are converted down to this depth.
const DEPTH: usize = 200;

fn deeper(depth: usize) -> Result<usize, Failure> {
    if depth >= DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "Maximum call stack size exceeded"));
    }
    Ok(depth + 1)
}

/// The text of a value where a filter needs one: nil is nothing, the items of an array follow one another.
pub(in crate::filters) fn stringify<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    as_text(value, "", arena)
}

/// The text of a value as JavaScript's own `String` gives it: the items of an array have commas between them.
pub(in crate::filters) fn joined_text<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    as_text(value, ",", arena)
}

fn as_text<'r>(value: Value<'r>, separator: &str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let text = match value {
        Value::String(text) => text,
        Value::Nil => "",
        other => {
            let mut builder = arena.builder();
            write(other, separator, arena, &mut builder, 0)?;
            builder.finish()
        }
    };
    arena.budget().spend_bytes(text.len())?;
    Ok(text)
}

/// Writes what [`joined_text`] gives.
pub(in crate::filters) fn write_text<'r>(
    value: Value<'r>,
    arena: &'r Arena,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    write(value, ",", arena, sink, 0)
}

fn write<'r>(
    value: Value<'r>,
    separator: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    match value.resolve(arena)? {
        Value::Integer(value) => write_number(value as f64, sink),
        Value::Float(value) => write_number(value, sink),
        Value::BigInteger(digits) => write_number(ecmascript_from_text(digits), sink),
        Value::Map(_) => sink.push("[object Object]"),
        Value::Object(host) => match host.items(arena)? {
            Some(_) => write_items(array(value, arena)?, separator, arena, sink, depth),
            None => sink.push("[object Object]"),
        },
        Value::Array(items) => write_items(items, separator, arena, sink, depth),
        Value::Range(_) => write_items(array(value, arena)?, separator, arena, sink, depth),
        other => print::write_text(other, arena, sink),
    }
}

fn write_number(value: f64, sink: &mut dyn Sink) -> Result<(), Failure> {
    let mut text = String::new();
    write_ecmascript(value, &mut text);
    sink.push(&text)
}

fn write_items<'r>(
    items: &'r [Value<'r>],
    separator: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    let depth = deeper(depth)?;
    arena.budget().spend_items(items.len())?;
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            sink.push(separator)?;
        }
        write(*item, separator, arena, sink, depth)?;
    }
    Ok(())
}

/// The number of a value as `Number(value)` gives it; NaN of what is none.
pub(in crate::filters) fn number_or_nan<'r>(value: Value<'r>, arena: &'r Arena) -> Result<f64, Failure> {
    Ok(match value.resolve(arena)? {
        Value::Nil => 0.0,
        Value::Bool(value) => f64::from(u8::from(value)),
        Value::Integer(value) => value as f64,
        Value::Float(value) => value,
        Value::Time(time) => time.unix_seconds() as f64,
        Value::Map(_) => f64::NAN,
        other => ecmascript_from_text(joined_text(other, arena)?),
    })
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
pub(in crate::filters) fn given(call: &Call<'_, '_>, at: usize, missing: f64) -> Result<f64, Failure> {
    call.given(at).map_or(Ok(missing), |value| number(value, call.arena))
}
