//! `serde_json` values as Carafe's, and back.

use super::build::Builder;
use crate::arena::Arena;
use crate::failure::{Failure, RenderErrorKind};
use crate::value::{Value, print};
use serde_json::Value as Json;

/// Collections inside each other are turned down to this depth.
const DEPTH: usize = 200;

/// The value that `value` says, borrowing its texts. Integers are exact, of any size that `value` keeps.
///
/// # Errors
/// When a limit is met, or a number is beyond every float.
pub fn from_serde<'r>(value: &'r Json, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    enum Walk<'r> {
        Array(std::slice::Iter<'r, Json>),
        Object(serde_json::map::Iter<'r>),
    }
    let mut builder = Builder::new(arena);
    let mut walks: Vec<Walk<'r>> = Vec::new();
    let mut next = value;
    loop {
        let mut plain = match next {
            Json::Null => Some(Value::Nil),
            Json::Bool(value) => Some(Value::Bool(*value)),
            Json::Number(value) => Some(number(value, arena)?),
            Json::String(text) => Some(Value::String(text)),
            Json::Array(items) => {
                builder.open_array()?;
                walks.push(Walk::Array(items.iter()));
                None
            }
            Json::Object(members) => {
                builder.open_object()?;
                walks.push(Walk::Object(members.iter()));
                None
            }
        };
        loop {
            if let Some(value) = plain.take()
                && let Some(whole) = builder.add(value)?
            {
                return Ok(whole);
            }
            let child = match walks.last_mut() {
                Some(Walk::Array(items)) => items.next(),
                Some(Walk::Object(members)) => match members.next() {
                    Some((key, child)) => {
                        builder.key(key)?;
                        Some(child)
                    }
                    None => None,
                },
                None => None,
            };
            match child {
                Some(child) => {
                    next = child;
                    break;
                }
                None => {
                    walks.pop();
                    plain = Some(builder.close()?);
                }
            }
        }
    }
}

fn number<'r>(number: &serde_json::Number, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    if let Some(value) = number.as_i64() {
        return Ok(Value::Integer(value));
    }
    // With serde_json's `arbitrary_precision` there are more numbers than its accessors tell: their text does.
    let text = number.to_string();
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::BigInteger(arena.text(&text)?));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Value::Float(value)),
        _ => Err(Failure::argument(format!("the number {text} is too large for a float"))),
    }
}

/// The `serde_json` value that says what `value` says. An integer beyond 64 bits becomes the nearest float, what is no
/// JSON becomes text, as [`write`](super::write()) has it.
///
/// # Errors
/// When a host object fails, a limit is met, or collections are nested too deep.
pub fn to_serde<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Json, Failure> {
    to_serde_at(value, arena, 0)
}

fn to_serde_at<'r>(value: Value<'r>, arena: &'r Arena, depth: usize) -> Result<Json, Failure> {
    if depth > DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "stack level too deep"));
    }
    let items = |items: &'r [Value<'r>]| {
        arena.budget().spend_items(items.len())?;
        let items: Result<_, Failure> =
            items.iter().map(|item| to_serde_at(*item, arena, depth.saturating_add(1))).collect();
        Ok::<_, Failure>(Json::Array(items?))
    };
    let entries = |entries: &'r [(&'r str, Value<'r>)]| {
        arena.budget().spend_items(entries.len())?;
        let entries: Result<_, Failure> = entries
            .iter()
            .map(|(key, value)| Ok(((*key).to_owned(), to_serde_at(*value, arena, depth.saturating_add(1))?)))
            .collect();
        Ok::<_, Failure>(Json::Object(entries?))
    };
    Ok(match value {
        Value::Nil => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Integer(value) => value.into(),
        Value::BigInteger(digits) => match digits.parse::<u64>() {
            Ok(value) => value.into(),
            Err(_) => digits.parse::<f64>().map_or(Json::Null, Json::from),
        },
        Value::Float(value) => value.into(),
        Value::String(text) => text.into(),
        Value::Array(array) => items(array)?,
        Value::Map(map) => entries(map.entries())?,
        Value::Binary(_) | Value::Range(_) | Value::Time(_) | Value::Empty | Value::Blank => {
            print::to_text(value, arena)?.into()
        }
        Value::Object(object) => match object.to_value(arena)? {
            Some(Value::Object(_)) | None => match (object.entries(arena)?, object.items(arena)?) {
                (Some(list), _) => entries(list)?,
                (None, Some(list)) => items(list)?,
                (None, None) => print::to_text(value, arena)?.into(),
            },
            Some(plain) => to_serde_at(plain, arena, depth.saturating_add(1))?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Limit, Limits};
    use serde_json::json;

    #[test]
    fn values_come_back_as_they_went() {
        let arena = Arena::default();
        for json in [
            json!(null),
            json!([]),
            json!({}),
            json!({"a": [1, -2, 2.5, true, null, "x", {"b": []}], "c": {"d": {}}}),
            json!(u64::MAX),
            json!([[1], [2, [3]]]),
        ] {
            let value = from_serde(&json, &arena).expect("in limits");
            assert_eq!(to_serde(value, &arena).expect("in limits"), json);
        }
        let text = json!("borrowed");
        let Ok(Value::String(inner)) = from_serde(&text, &arena) else { panic!("text") };
        assert_eq!(Some(inner.as_ptr()), text.as_str().map(str::as_ptr));
        assert!(matches!(
            from_serde(&json!(u64::MAX), &arena),
            Ok(Value::BigInteger("18446744073709551615"))
        ));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = (0..10).fold(json!(1), |inner, _| json!([inner]));
        let limits = Limits { data_depth: 9, ..Limits::default() };
        let arena = Arena::new(&limits);
        let Err(Failure::Limit(exceeded)) = from_serde(&deep, &arena) else { panic!("a limit") };
        assert_eq!(exceeded.limit, Limit::DataDepth);
    }
}
