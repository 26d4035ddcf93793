//! Equality, order, `contains`, `blank` and `empty`, as conditions and filters need them.
#![expect(clippy::arithmetic_side_effects, reason = "only depths are counted, up to `DEPTH`")]

use super::Value;
use crate::arena::Arena;
use crate::failure::{Failure, RenderErrorKind};
use crate::number::{Number, compare_i64_f64};
use crate::value::print;
use std::cmp::Ordering;

/// Collections inside each other are compared down to this depth.
const DEPTH: usize = 200;

/// Whether `left == right` in a condition: `blank` and `empty` ask for a property, numbers compare by value.
///
/// # Errors
/// When a host object fails.
#[inline]
pub fn equal<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    match (left, right) {
        (Value::String(a), Value::String(b)) => Ok(a == b),
        (Value::Integer(a), Value::Integer(b)) => Ok(a == b),
        _ => same(left.resolve(arena)?, right.resolve(arena)?, arena, 0),
    }
}

fn same<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena, depth: usize) -> Result<bool, Failure> {
    if depth > DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "stack level too deep"));
    }
    arena.budget().spend(1)?;
    Ok(match (left, right) {
        // The keywords ask for a property that they themselves do not have.
        (Value::Empty | Value::Blank, Value::Empty | Value::Blank) => false,
        (Value::Empty, other) | (other, Value::Empty) => is_empty(other, arena)?,
        (Value::Blank, other) | (other, Value::Blank) => is_blank(other, arena)?,
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Binary(a), Value::Binary(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::Range(a), Value::Range(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).try_fold(true, |all, (a, b)| {
                    Ok::<_, Failure>(all && same(a.resolve(arena)?, b.resolve(arena)?, arena, depth + 1)?)
                })?
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.entries().iter().try_fold(true, |all, (key, value)| {
                    Ok::<_, Failure>(
                        all && match b.get(key) {
                            Some(other) => {
                                same(value.resolve(arena)?, other.resolve(arena)?, arena, depth + 1)?
                            }
                            None => false,
                        },
                    )
                })?
        }
        (Value::Object(a), Value::Object(b)) if std::ptr::addr_eq(a, b) => true,
        (Value::Object(host), other) | (other, Value::Object(host)) => match host.entries(arena)? {
            Some(entries) => match other {
                Value::Object(_) => false,
                _ => same(Value::Map(arena.map(entries)?), other, arena, depth + 1)?,
            },
            None => match (host.items(arena)?, other) {
                (Some(items), Value::Array(_)) => same(Value::Array(items), other, arena, depth + 1)?,
                _ => false,
            },
        },
        _ => numbers(left, right) == Some(Ordering::Equal),
    })
}

/// Whether `value == empty`: an empty text, array or object.
///
/// # Errors
/// When a host object fails.
pub fn is_empty<'r>(value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match value.resolve(arena)? {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Object(host) => match (host.items(arena)?, host.entries(arena)?) {
            (Some(items), _) => items.is_empty(),
            (None, Some(entries)) => entries.is_empty(),
            (None, None) => false,
        },
        _ => false,
    })
}

/// Whether `value == blank`: nil, false, white space, or an empty collection.
///
/// # Errors
/// When a host object fails.
pub fn is_blank<'r>(value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match value.resolve(arena)? {
        Value::Nil | Value::Bool(false) => true,
        Value::String(text) => text.chars().all(char::is_whitespace),
        other => is_empty(other, arena)?,
    })
}

/// The order of two numbers; `None` where one is none, or not a number.
#[inline]
pub fn numbers(left: Value<'_>, right: Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(&b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(&b),
        (Value::Integer(a), Value::Float(b)) => compare_i64_f64(a, b),
        (Value::Float(a), Value::Integer(b)) => compare_i64_f64(b, a).map(Ordering::reverse),
        (Value::BigInteger(a), Value::BigInteger(b)) => Some(large_integers(a, b)),
        // A large integer is beyond all smaller ones, on the side that its sign says.
        (Value::BigInteger(a), Value::Integer(_)) => Some(large_integers(a, "0")),
        (Value::Integer(_), Value::BigInteger(b)) => Some(large_integers("0", b)),
        (Value::BigInteger(_), _) | (_, Value::BigInteger(_)) => lift(left)?.compare(&lift(right)?),
        _ => None,
    }
}

/// The order of two integers by their digits, which have no leading zeros.
fn large_integers(left: &str, right: &str) -> Ordering {
    match (left.strip_prefix('-'), right.strip_prefix('-')) {
        (None, None) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
        (Some(left), Some(right)) => right.len().cmp(&left.len()).then_with(|| right.cmp(left)),
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}

fn lift(value: Value<'_>) -> Option<Number> {
    match value {
        Value::Integer(value) => Some(Number::Integer(value)),
        Value::Float(value) => Some(Number::Float(value)),
        Value::BigInteger(digits) => Number::from_text(digits).ok(),
        _ => None,
    }
}

/// Ruby's `<=>` between plain values: `None` where the two have no order.
pub fn order(left: Value<'_>, right: Value<'_>) -> Option<Ordering> {
    order_to(left, right, 0)
}

fn order_to(left: Value<'_>, right: Value<'_>, depth: usize) -> Option<Ordering> {
    if depth > DEPTH {
        return None;
    }
    match (left, right) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Binary(_), _) | (_, Value::Binary(_)) => Some(left.as_bytes()?.cmp(right.as_bytes()?)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Nil, Value::Nil) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) if a == b => Some(Ordering::Equal),
        (Value::Array(a), Value::Array(b)) => {
            for (a, b) in a.iter().zip(b) {
                match order_to(*a, *b, depth + 1)? {
                    Ordering::Equal => {}
                    unequal => return Some(unequal),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        _ => numbers(left, right),
    }
}

/// `left operator right` for `<`, `>`, `<=` and `>=`, where `accepts` says which orders hold.
///
/// Nil, booleans and collections are never ordered: false. Two scalars of different kinds are an error.
///
/// # Errors
/// The reference's `comparison of String with 5 failed`.
pub fn ordered<'r>(
    left: Value<'r>,
    right: Value<'r>,
    accepts: fn(Ordering) -> bool,
    arena: &'r Arena,
) -> Result<bool, Failure> {
    if let (Value::Integer(a), Value::Integer(b)) = (left, right) {
        return Ok(accepts(a.cmp(&b)));
    }
    let (left, right) = (left.resolve(arena)?, right.resolve(arena)?);
    let orderable = |value| {
        matches!(
            value,
            Value::Integer(_)
                | Value::BigInteger(_)
                | Value::Float(_)
                | Value::String(_)
                | Value::Binary(_)
                | Value::Time(_)
        )
    };
    if !orderable(left) || !orderable(right) {
        return Ok(false);
    }
    match order(left, right) {
        Some(order) => Ok(accepts(order)),
        None if matches!(left, Value::Float(x) if x.is_nan())
            || matches!(right, Value::Float(x) if x.is_nan()) =>
        {
            Ok(false)
        }
        None => Err(comparison_failed(left, right, arena)),
    }
}

/// `comparison of String with 5 failed`: Ruby names the class of the left side, and of the right side unless it is a
/// small value, which it shows. An integer is small within 63 bits: the 64th tells it from a reference.
#[cold]
pub fn comparison_failed<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena) -> Failure {
    const SMALL: std::ops::Range<i64> = -(1 << 62)..1 << 62;
    let is_shown = match right {
        Value::Integer(value) => SMALL.contains(&value),
        Value::Nil | Value::Bool(_) | Value::Float(_) => true,
        _ => false,
    };
    let shown = match right {
        _ if is_shown => {
            let mut builder = arena.builder();
            match print::write_inspected(right, arena, &mut builder) {
                Ok(()) => builder.finish(),
                Err(failure) => return failure,
            }
        }
        other => other.class_name(),
    };
    Failure::argument(format!("comparison of {} with {shown} failed", left.class_name()))
}

/// `left contains right`: a part of a text, an item of an array, a key of an object; false for anything else. The words
/// `blank` and `empty` are items of no array: no item is one of them.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn contains<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    let (left, right) = (left.resolve(arena)?, right.resolve(arena)?);
    if !left.is_truthy() || !right.is_truthy() {
        return Ok(false);
    }
    match left {
        Value::String(_) | Value::Binary(_) => {
            let text = left.as_bytes().unwrap_or_default();
            let wanted = print::to_bytes(right, arena)?;
            // Preparing the search walks the wanted text several times.
            arena.budget().spend_bytes(text.len().saturating_add(wanted.len().saturating_mul(4)))?;
            Ok(memchr::memmem::find(text, wanted).is_some())
        }
        Value::Array(items) => has_item(items, right, arena),
        Value::Map(map) => Ok(right.as_str().is_some_and(|key| map.get(key).is_some())),
        Value::Range(range) => Ok(range.contains(right)),
        Value::Object(host) => match (host.items(arena)?, host.entries(arena)?) {
            (Some(items), _) => has_item(items, right, arena),
            (None, Some(entries)) => {
                Ok(right.as_str().is_some_and(|key| entries.iter().any(|(k, _)| *k == key)))
            }
            (None, None) => Ok(false),
        },
        _ => Ok(false),
    }
}

fn has_item<'r>(items: &'r [Value<'r>], wanted: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    if matches!(wanted, Value::Empty | Value::Blank) {
        return Ok(false);
    }
    for item in items {
        if equal(*item, wanted, arena)? {
            return Ok(true);
        }
    }
    Ok(false)
}
