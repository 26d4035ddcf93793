//! Filters of text on binary text, whose every byte is a character to Ruby.
//!
//! For the time of a call each byte that is no ASCII is one character of a private plane. Such a character is no letter,
//! no space and no digit, as such a byte is none, so that the filters need not know.

use super::{Call, Function};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Value, print};

/// The character that stands for byte 0. Those for the bytes from 128 on are never assigned.
const STAND_IN: u32 = 0x10_ff00;

/// Calls `function`, bytewise where the input or an argument is binary text.
///
/// # Errors
/// The reference's `internal` where binary text meets other text that is not ASCII: Ruby joins no two encodings.
#[inline(always)]
pub(super) fn bytewise<'r>(call: &Call<'_, 'r>, function: Function) -> Result<Value<'r>, Failure> {
    let is_binary = |value: &Value<'_>| matches!(value, Value::Binary(_));
    if !is_binary(&call.input) && !call.positional.iter().any(is_binary) {
        return function(call);
    }
    on_bytes(call, function)
}

#[cold]
fn on_bytes<'r>(call: &Call<'_, 'r>, function: Function) -> Result<Value<'r>, Failure> {
    let input = stand_in(call.input, call.arena)?;
    let positional = call
        .positional
        .iter()
        .map(|argument| stand_in(*argument, call.arena))
        .collect::<Result<Vec<_>, Failure>>()?;
    let result = function(&Call { input, positional: &positional, ..*call })?;
    // Another error comes first: an argument may be no text at all to the filter.
    for value in call.positional.iter().chain([&call.input]) {
        if !joins_bytes(*value, call.arena)? {
            return Err(Failure::internal());
        }
    }
    match result {
        Value::Array(items) => {
            let mut list = call.arena.list();
            for item in items {
                list.push(restored(*item, call.arena)?)?;
            }
            Ok(Value::Array(list.finish()))
        }
        other => restored(other, call.arena),
    }
}

/// Whether the value's text can be joined with bytes.
fn joins_bytes<'r>(value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match value {
        Value::Binary(_) | Value::Nil | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => true,
        _ => print::to_text(value, arena)?.is_ascii(),
    })
}

fn stand_in<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let Value::Binary(bytes) = value else { return Ok(value) };
    let mut text = arena.builder();
    for run in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        match std::str::from_utf8(run).ok().filter(|run| run.is_ascii()) {
            Some(ascii) => text.push(ascii)?,
            None => {
                let mut characters =
                    run.iter().filter_map(|byte| char::from_u32(STAND_IN + u32::from(*byte)));
                characters.try_for_each(|character| text.push_char(character))?;
            }
        }
    }
    Ok(Value::String(text.finish()))
}

/// A result with its bytes again.
fn restored<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let Value::String(text) = value else { return Ok(value) };
    if text.is_ascii() {
        return Ok(value);
    }
    // All of it is ASCII or stands for a byte, since all that went in was.
    let byte = |character: char| {
        let code = u32::from(character);
        u8::try_from(code.checked_sub(STAND_IN).unwrap_or(code)).unwrap_or(b'?')
    };
    let bytes: Vec<u8> = text.chars().map(byte).collect();
    Ok(Value::from_bytes(arena.slice(&bytes)?))
}

#[cfg(test)]
mod tests {
    use super::super::trial::call;
    use super::super::{Environment, trial};
    use crate::arena::Arena;
    use crate::dialect::LIQUID;
    use crate::time::{FixedClock, Time};
    use crate::value::Value::{Array, Binary, Integer, String as S};

    #[test]
    fn bytes_pass_text_filters() {
        let environment = Environment::new(&LIQUID, Some(&FixedClock(Time::UNIX_EPOCH)));
        for (name, input, arguments, expected) in [
            ("append", Binary(b"1\xc0"), &[S("x")][..], &b"1\xc0x"[..]),
            ("append", Binary(b"\xc0"), &[Binary(b"\xff")], b"\xc0\xff"),
            ("append", Binary(b"\xc3"), &[Binary(b"\xa9")], "é".as_bytes()),
            ("append", S("x"), &[Binary(b"\xc0")], b"x\xc0"),
            ("append", Binary(b"\xc0"), &[Integer(7)], b"\xc07"),
            ("prepend", Binary(b"\xc0"), &[S("x")], b"x\xc0"),
            ("slice", Binary(b"1\xc0\xc1"), &[Integer(1)], b"\xc0"),
            ("slice", Binary(b"1\xc0\xc1"), &[Integer(-3), Integer(1)], b"1"),
            ("upcase", Binary(b"a\xe9\xc0"), &[], b"A\xe9\xc0"),
            ("downcase", Binary(b"A\xc9\xc0"), &[], b"a\xc9\xc0"),
            ("capitalize", Binary(b"\xe9A\xc0"), &[], b"\xe9a\xc0"),
            ("strip", Binary(b" \xa0\xc0 \t"), &[], b"\xa0\xc0"),
            ("replace", Binary(b"1\xc01"), &[S("1"), S("2")], b"2\xc02"),
            ("remove", Binary(b"1\xc01"), &[Binary(b"\xc0")], b"11"),
            ("truncate", Binary(b"\xc0\xc1\xc2\xc3\xc4"), &[Integer(4)], b"\xc0..."),
            ("truncatewords", Binary(b"\xc0 \xc1 b"), &[Integer(1)], b"\xc0..."),
            ("first", Binary(b"\xc0\xc1"), &[], b"\xc0"),
            ("last", Binary(b"\xc0\xc1"), &[], b"\xc1"),
        ] {
            let arena = Arena::default();
            let result = call(name, input, arguments, &arena, &environment).expect(name);
            assert_eq!(result.as_bytes(), Some(expected), "{input:?} | {name}: {arguments:?}");
        }
        let arena = Arena::default();
        let Ok(Array(parts)) = call("split", Binary(b"\xc0,a,\xc1"), &[S(",")], &arena, &environment) else {
            panic!("not split");
        };
        let parts: Vec<_> = parts.iter().filter_map(|part| part.as_bytes()).collect();
        assert_eq!(parts, [&b"\xc0"[..], b"a", b"\xc1"]);
    }

    #[test]
    fn two_encodings_do_not_meet() {
        for (name, input, arguments) in [
            ("append", Binary(b"\xc0"), &[S("é")][..]),
            ("append", S("é"), &[Binary(b"\xc0")]),
            ("replace", Binary(b"\xc0"), &[S("é"), S("")]),
        ] {
            assert_eq!(trial::printed(name, input, arguments), "Liquid error: internal", "{name}");
        }
    }
}
