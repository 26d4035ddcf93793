//! What JavaScript says of two values, and the properties of one.

use super::text::{joined_text, number_or_nan};
use crate::arena::Arena;
use crate::failure::{Failure, RenderErrorKind};
use crate::value::{Value, lookup};
use std::cmp::Ordering;

/// A number of JavaScript as a value: whole ones are integers, so that they print without a fraction.
pub(in crate::filters) fn from_f64<'r>(value: f64) -> Value<'r> {
    /// Up to here every integer is a float of its own.
    const SAFE: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= SAFE {
        Value::Integer(value as i64)
    } else {
        Value::Float(value)
    }
}

/// The float of a number.
fn float(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Integer(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        Value::BigInteger(digits) => Some(crate::number::ecmascript_from_text(digits)),
        _ => None,
    }
}

/// LiquidJS's `==`: numbers by worth, text and booleans of one kind, arrays item by item, objects by identity. `empty`
/// and `blank` ask what they always ask.
pub(in crate::filters) fn same<'r>(
    left: Value<'r>,
    right: Value<'r>,
    arena: &'r Arena,
) -> Result<bool, Failure> {
    let (left, right) = (left.resolve(arena)?, right.resolve(arena)?);
    if let (Some(left), Some(right)) = (float(left), float(right)) {
        return Ok(left == right);
    }
    Ok(match (left, right) {
        (Value::Empty, value) | (value, Value::Empty) => is_empty(value),
        (Value::Blank, value) | (value, Value::Blank) => is_blank(value),
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => {
            arena.budget().spend_bytes(a.len().min(b.len()))?;
            a == b
        }
        (Value::Array(a), Value::Array(b)) => {
            if std::ptr::eq(a, b) {
                return Ok(true);
            }
            arena.budget().spend_items(a.len().min(b.len()))?;
            // One level: arrays in arrays are compared by what they are, which needs no deeper walk than they have.
            a.len() == b.len() && nested_same(a, b, arena, 0)?
        }
        (Value::Map(a), Value::Map(b)) => std::ptr::eq(a, b),
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => std::ptr::addr_eq(a, b),
        _ => false,
    })
}

/// Collections inside each other are compared down to this depth.
const DEPTH: usize = 200;

fn nested_same<'r>(
    left: &'r [Value<'r>],
    right: &'r [Value<'r>],
    arena: &'r Arena,
    depth: usize,
) -> Result<bool, Failure> {
    for (a, b) in left.iter().zip(right) {
        let is_same = match (*a, *b) {
            (Value::Array(a), Value::Array(b)) => {
                arena.budget().spend_items(a.len().min(b.len()))?;
                a.len() == b.len() && depth < DEPTH && nested_same(a, b, arena, depth + 1)?
            }
            (a, b) => same(a, b, arena)?,
        };
        if !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_empty(value: Value<'_>) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

fn is_blank(value: Value<'_>) -> bool {
    match value {
        Value::Nil | Value::Bool(false) => true,
        Value::String(text) => text.chars().all(crate::number::is_ecmascript_space),
        other => is_empty(other),
    }
}

/// JavaScript's `<` and `>`: text against text by its letters, anything else as numbers. `None` where neither holds.
pub(in crate::filters) fn order<'r>(
    left: Value<'r>,
    right: Value<'r>,
    arena: &'r Arena,
) -> Result<Option<Ordering>, Failure> {
    let (left, right) = (primitive(left, arena)?, primitive(right, arena)?);
    if let (Value::String(a), Value::String(b)) = (left, right) {
        arena.budget().spend_bytes(a.len().min(b.len()))?;
        return Ok(Some(if a.is_ascii() && b.is_ascii() {
            a.cmp(b)
        } else {
            a.encode_utf16().cmp(b.encode_utf16())
        }));
    }
    Ok(number_or_nan(left, arena)?.partial_cmp(&number_or_nan(right, arena)?))
}

/// Collections as the text that stands for them in a comparison.
fn primitive<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    Ok(match value.resolve(arena)? {
        collection @ (Value::Array(_) | Value::Map(_) | Value::Range(_) | Value::Object(_)) => {
            Value::String(joined_text(collection, arena)?)
        }
        other => other,
    })
}

/// A step of a path such as `variants[0].title`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::filters) enum Step<'r> {
    /// `.title`, `["title"]`
    Name(&'r str),
    /// `[0]`
    Place(i64),
}

/// The steps of a path as LiquidJS writes properties.
pub(in crate::filters) fn property(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path.trim_matches(crate::number::is_ecmascript_space);
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let Some((index, after)) = inside.split_once(']') else { break };
            let index = index.trim();
            let quoted =
                ['"', '\''].into_iter().find_map(|quote| index.strip_prefix(quote)?.strip_suffix(quote));
            steps.push(match (quoted, index.parse()) {
                (Some(name), _) => Step::Name(name),
                (None, Ok(place)) => Step::Place(place),
                (None, Err(_)) => Step::Name(index),
            });
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if !name.is_empty() || after.is_empty() {
                steps.push(Step::Name(name));
            }
            rest = after;
            if rest == "." {
                break;
            }
        }
    }
    steps
}

/// The property of `item` at the end of the path; `None` where it has none.
pub(in crate::filters) fn property_of<'r>(
    item: Value<'r>,
    steps: &[Step<'r>],
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    let mut value = item;
    for step in steps {
        arena.budget().spend(1)?;
        let next = match (*step, value.resolve(arena)?) {
            // What nothing has is asked for nothing more.
            (_, Value::Nil) => return Ok(None),
            (Step::Name(name), Value::Array(items)) => match (name, name.parse::<usize>()) {
                ("size" | "first" | "last", _) => lookup::property(Value::Array(items), name, arena)?,
                (_, Ok(place)) => items.get(place).copied(),
                _ => None,
            },
            (Step::Name("first" | "last"), Value::Map(map)) => match *step {
                Step::Name(name) => map.get(name),
                Step::Place(_) => None,
            },
            (Step::Name("size"), Value::String(text)) => Some(Value::from(text.encode_utf16().count())),
            (Step::Name(_), Value::String(_)) => None,
            (Step::Name(_), Value::Integer(_) | Value::BigInteger(_)) => None,
            (Step::Name(name), other) => lookup::property(other, name, arena)?,
            (Step::Place(place), Value::Array(items)) => lookup::nth(items, place),
            (Step::Place(place), Value::Map(map)) => map.get(&place.to_string()),
            (Step::Place(place), other) => lookup::index(other, Value::Integer(place), arena)?,
        };
        match next {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// The error of a property that an item lacks, in the words of Customer.io's composer.
#[cold]
pub(in crate::filters) fn missing(path: &str) -> Failure {
    Failure::error(RenderErrorKind::Undefined, format!("Variable '{path}' is missing"))
}
