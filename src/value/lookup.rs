//! Properties of values: `value.key`, `value[key]`, `.size`, `.first` and `.last`.

use super::Value;
use crate::arena::Arena;
use crate::failure::Failure;

/// The property `key` of `object` as `.key` reads it; `None` where there is no such property.
///
/// `size`, `first` and `last` are commands where no key has their name.
///
/// # Errors
/// When a host object fails.
#[inline]
pub fn property<'r>(object: Value<'r>, key: &'r str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    if let Value::Map(map) = object
        && let Some(value) = map.get(key)
    {
        return Ok(Some(value));
    }
    match key {
        "size" | "first" | "last" => command_or_key(object, key, arena),
        _ => index(object, Value::String(key), arena),
    }
}

/// The property `key` of `object` as `[key]` reads it; `None` where there is no such property.
///
/// Arrays take integers, negative ones counted from the end; objects take keys.
///
/// # Errors
/// When a host object fails; the reference's `internal` where an array is asked for a place beyond 64 bits.
pub fn index<'r>(object: Value<'r>, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(match (object, key) {
        (Value::Map(map), Value::String(key)) => map.get(key),
        (Value::Array(items), Value::Integer(at)) => Some(nth(items, at).unwrap_or(Value::Nil)),
        (Value::Array(_), Value::BigInteger(_)) => {
            return Err(Failure::internal());
        }
        (Value::Map(_), Value::Integer(_)) => Some(Value::Nil),
        (Value::Object(host), key) => host.get(key, arena)?,
        _ => None,
    })
}

/// The item at place `at`, negative places counted from the end.
pub fn nth<'r>(items: &'r [Value<'r>], at: i64) -> Option<Value<'r>> {
    let place = if at < 0 { i64::try_from(items.len()).ok()?.checked_add(at)? } else { at };
    items.get(usize::try_from(place).ok()?).copied()
}

#[cold]
fn command_or_key<'r>(
    object: Value<'r>,
    key: &'r str,
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    if let Value::Object(host) = object {
        if let Some(value) = host.get(Value::String(key), arena)? {
            return Ok(Some(value));
        }
        if let Some(items) = host.items(arena)? {
            return command(Value::Array(items), key, arena);
        }
        if let Some(entries) = host.entries(arena)? {
            return command(Value::Map(arena.map(entries)?), key, arena);
        }
        return Ok(None);
    }
    command(object, key, arena)
}

fn command<'r>(object: Value<'r>, key: &str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(match (object, key) {
        (_, "size") => size(object, arena)?,
        (Value::Array(items), "first") => Some(items.first().copied().into()),
        (Value::Array(items), "last") => Some(items.last().copied().into()),
        (Value::Map(map), "first") => Some(match map.entries().first() {
            Some(&(key, value)) => pair(key, value, arena)?,
            None => Value::Nil,
        }),
        (Value::Range(range), "first") => Some(range.first()),
        (Value::Range(range), "last") => Some(range.last()),
        (Value::String(text), "first") => Some(Value::String(first_character(text))),
        (Value::String(text), "last") => Some(Value::String(last_character(text))),
        (Value::Binary(bytes), "first") => Some(Value::from_bytes(bytes.get(..1).unwrap_or_default())),
        (Value::Binary(bytes), "last") => Some(last_byte(bytes)),
        _ => None,
    })
}

/// What `.size` and the filter `size` count: characters, items, keys; bytes of binary text, and of an
/// integer, as Ruby's `Integer#size`.
///
/// # Errors
/// When a limit is met.
pub fn size<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(Some(match value {
        Value::String(text) => Value::from(text.chars().count()),
        Value::Binary(bytes) => Value::from(bytes.len()),
        Value::Array(items) => Value::from(items.len()),
        Value::Map(map) => Value::from(map.len()),
        Value::Range(range) => range.size(arena)?,
        Value::Integer(_) => Value::Integer(8),
        Value::BigInteger(digits) => {
            let bits = digits.parse::<num_bigint::BigInt>().map_or(64, |value| value.bits());
            Value::Integer(i64::try_from(bits.div_ceil(8)).unwrap_or(i64::MAX))
        }
        _ => return Ok(None),
    }))
}

/// A key and its value as the two-item array that loops over objects hand out.
///
/// # Errors
/// When a limit is met.
pub fn pair<'r>(key: &'r str, value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    Ok(Value::Array(arena.array(&[Value::String(key), value])?))
}

/// The last byte of binary text.
pub fn last_byte(bytes: &[u8]) -> Value<'_> {
    Value::from_bytes(bytes.get(bytes.len().saturating_sub(1)..).unwrap_or_default())
}

/// The first character of `text`, or nothing of an empty text.
pub fn first_character(text: &str) -> &str {
    text.chars().next().and_then(|first| text.get(..first.len_utf8())).unwrap_or_default()
}

/// The last character of `text`, or nothing of an empty text.
pub fn last_character(text: &str) -> &str {
    text.char_indices().next_back().and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}
