//! Values as JSON text: compact, keys in their order, numbers as Ruby's `to_json` writes them.

use super::scan;
use crate::arena::{Arena, Sink};
use crate::failure::{Failure, RenderErrorKind};
use crate::number;
use crate::value::{Value, print};

/// Collections inside each other are written down to this depth, as they are printed.
const DEPTH: usize = 200;

/// Writes `value` as JSON.
///
/// What JSON cannot say becomes what Ruby's `to_json` makes of it: times, ranges and host objects without data are
/// their text in quotes. NaN and the infinities are `null`.
///
/// # Errors
/// When a limit is met, a host object fails, or collections are nested too deep.
pub fn write<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    write_at(value, arena, sink, 0)
}

fn write_at<'r>(
    value: Value<'r>,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    match value {
        Value::Nil => sink.push("null"),
        Value::Bool(value) => sink.push(if value { "true" } else { "false" }),
        Value::Integer(value) => print::write_integer(value, sink),
        Value::BigInteger(digits) => sink.push(digits),
        Value::Float(value) if !value.is_finite() => sink.push("null"),
        Value::Float(value) => sink.push(number::FloatText::of(value).as_str()),
        Value::String(text) => {
            arena.budget().spend_bytes(text.len())?;
            quote(text, sink)
        }
        Value::Array(items) => write_items(items, arena, sink, depth),
        Value::Map(map) => write_entries(map.entries(), arena, sink, depth),
        Value::Binary(_) | Value::Range(_) | Value::Time(_) | Value::Empty | Value::Blank => {
            quote_text(value, arena, sink)
        }
        Value::Object(object) => match object.to_value(arena)? {
            Some(Value::Object(_)) | None => match object.entries(arena)? {
                Some(entries) => write_entries(entries, arena, sink, depth),
                None => match object.items(arena)? {
                    Some(items) => write_items(items, arena, sink, depth),
                    None => quote_text(value, arena, sink),
                },
            },
            Some(plain) => write_at(plain, arena, sink, deeper(depth)?),
        },
    }
}

fn write_items<'r>(
    items: &'r [Value<'r>],
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    let depth = deeper(depth)?;
    arena.budget().spend_items(items.len())?;
    sink.push("[")?;
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            sink.push(",")?;
        }
        write_at(*item, arena, sink, depth)?;
    }
    sink.push("]")
}

fn write_entries<'r>(
    entries: &'r [(&'r str, Value<'r>)],
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    let depth = deeper(depth)?;
    arena.budget().spend_items(entries.len())?;
    sink.push("{")?;
    for (at, (key, value)) in entries.iter().enumerate() {
        if at > 0 {
            sink.push(",")?;
        }
        quote(key, sink)?;
        sink.push(":")?;
        write_at(*value, arena, sink, depth)?;
    }
    sink.push("}")
}

fn quote(text: &str, sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.push("\"")?;
    escape(text, sink)?;
    sink.push("\"")
}

fn quote_text<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    quote(print::to_text(value, arena)?, sink)
}

/// Writes `text` as it stands inside the quotes of a JSON string.
///
/// Escaped are `"`, `\` and the control characters below U+0020, by their short forms where JSON has them; `/`, `<`,
/// `>`, `&` and everything beyond ASCII stay.
///
/// # Errors
/// When a limit is met.
pub fn escape(text: &str, sink: &mut dyn Sink) -> Result<(), Failure> {
    let bytes = text.as_bytes();
    let mut kept = 0;
    loop {
        let at = scan::plain_end(bytes, kept);
        if at == bytes.len() {
            return sink.push(text.get(kept..).unwrap_or_default());
        }
        sink.push(text.get(kept..at).unwrap_or_default())?;
        let mut long = [0; 6];
        sink.push(match bytes.get(at) {
            Some(b'"') => "\\\"",
            Some(b'\\') => "\\\\",
            Some(b'\n') => "\\n",
            Some(b'\r') => "\\r",
            Some(b'\t') => "\\t",
            Some(8) => "\\b",
            Some(12) => "\\f",
            byte => control(byte.copied().unwrap_or_default(), &mut long),
        })?;
        kept = at.saturating_add(1);
    }
}

/// Whether text stands in a JSON string as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    scan::plain_end(text.as_bytes(), 0) == text.len()
}

/// The long form `\u001f`.
fn control(byte: u8, long: &mut [u8; 6]) -> &str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |bits: u8| DIGITS.get(usize::from(bits)).copied().unwrap_or_default();
    *long = [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 0xf)];
    std::str::from_utf8(long).unwrap_or_default()
}

fn deeper(depth: usize) -> Result<usize, Failure> {
    if depth >= DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "stack level too deep"));
    }
    Ok(depth.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;
    use crate::value::{Object, Range};

    struct Host(&'static str);

    impl Object for Host {
        fn get<'r>(&'r self, _: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
            Ok(None)
        }

        fn items<'r>(&'r self, arena: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
            (self.0 == "items").then(|| arena.array(&[Value::Integer(1)])).transpose()
        }

        fn entries<'r>(&'r self, arena: &'r Arena) -> Result<Option<&'r [(&'r str, Value<'r>)]>, Failure> {
            Ok((self.0 == "entries").then_some(arena.map(&[("k", Value::Nil)])?.entries()))
        }

        fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
            Ok((self.0 == "value").then_some(Value::Bool(true)))
        }

        fn type_name(&self) -> &str {
            "Ho\"st"
        }
    }

    #[test]
    fn values_are_written_as_ruby_writes_them() {
        let arena = Arena::default();
        for (value, expected) in [
            (Value::Nil, "null"),
            (Value::Integer(i64::MIN), "-9223372036854775808"),
            (Value::BigInteger("12345678901234567890"), "12345678901234567890"),
            (Value::Float(1.0), "1.0"),
            (Value::Float(1e-5), "1.0e-05"),
            (Value::Float(f64::NAN), "null"),
            (Value::Float(f64::INFINITY), "null"),
            (
                Value::String("a\"\\\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}/<>&é\u{2028}"),
                "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}/<>&é\u{2028}\"",
            ),
            (Value::Range(&Range::new(1, 3)), "\"1..3\""),
            (Value::Time(&Time::UNIX_EPOCH), "\"1970-01-01 00:00:00 UTC\""),
            (Value::Empty, "\"\""),
            (Value::Object(&Host("items")), "[1]"),
            (Value::Object(&Host("entries")), r#"{"k":null}"#),
            (Value::Object(&Host("value")), "true"),
            (Value::Object(&Host("")), r#""Ho\"st""#),
        ] {
            let mut sink = arena.builder();
            write(value, &arena, &mut sink).expect(expected);
            assert_eq!(sink.finish(), expected);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let arena = Arena::default();
        let mut value = Value::Nil;
        for _ in 0..1000 {
            value = Value::Array(arena.array(&[value]).expect("in limits"));
        }
        let mut sink = arena.builder();
        assert!(matches!(write(value, &arena, &mut sink), Err(Failure::Error(_))));
    }
}
