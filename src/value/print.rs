//! Values as text, as Ruby writes them.
//!
//! There are two forms. [`write_output`] is what `{{ value }}` prints: arrays print their items one after another.
//! [`write_text`] is what filters see when they need text (`to_s`): arrays and objects in Ruby's notation,
//! `["a", 1]` and `{"a"=>1}`.

use super::Value;
use crate::arena::{Arena, Sink};
use crate::failure::{Failure, RenderErrorKind};
use crate::number;
use regex::Regex;
use std::sync::LazyLock;

/// Collections inside each other are printed down to this depth; the reference overflows its stack somewhat later.
const DEPTH: usize = 200;

/// Writes `value` as `{{ value }}` prints it.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn write_output<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    output(value, arena, sink, 0)
}

fn output<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink, depth: usize) -> Result<(), Failure> {
    let items = match value {
        Value::Array(items) => items,
        Value::Object(object) => match object.to_value(arena)? {
            Some(Value::Object(_)) | None => match object.items(arena)? {
                Some(items) => items,
                None => return text(value, arena, sink, depth),
            },
            Some(plain) => return output(plain, arena, sink, deeper(depth)?),
        },
        _ => return text(value, arena, sink, depth),
    };
    let depth = deeper(depth)?;
    arena.budget().spend_items(items.len())?;
    items.iter().try_for_each(|item| output(*item, arena, sink, depth))
}

/// Writes `value` as Ruby's `to_s` does: nil is nothing, collections are in Ruby's notation.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn write_text<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    text(value, arena, sink, 0)
}

fn text<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink, depth: usize) -> Result<(), Failure> {
    match value {
        Value::Nil | Value::Empty | Value::Blank => Ok(()),
        Value::Bool(value) => sink.push(if value { "true" } else { "false" }),
        Value::Integer(value) => write_integer(value, sink),
        Value::BigInteger(digits) => sink.push(digits),
        Value::Float(value) => sink.push(number::FloatText::of(value).as_str()),
        Value::String(text) => sink.push(text),
        Value::Binary(bytes) => write_lossy(bytes, sink),
        Value::Range(range) => {
            text(range.first(), arena, sink, depth)?;
            sink.push("..")?;
            text(range.last(), arena, sink, depth)
        }
        Value::Time(time) => sink.push(&time.to_string()),
        Value::Array(_) | Value::Map(_) => inspected(value, arena, sink, depth),
        Value::Object(object) => match object.to_value(arena)? {
            Some(Value::Object(_)) | None => match object.entries(arena)? {
                Some(entries) => inspect_entries(entries, arena, sink, depth),
                None => match object.items(arena)? {
                    Some(items) => inspect_items(items, arena, sink, depth),
                    None => object.write_text(arena, sink),
                },
            },
            Some(plain) => text(plain, arena, sink, deeper(depth)?),
        },
    }
}

/// Writes `value` in Ruby's notation (`inspect`): text in quotes, `nil` as a word.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn write_inspected<'r>(value: Value<'r>, arena: &'r Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
    inspected(value, arena, sink, 0)
}

fn inspected<'r>(
    value: Value<'r>,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    match value {
        Value::Nil => sink.push("nil"),
        Value::String(text) => inspect_string(text, sink),
        Value::Binary(bytes) => inspect_bytes(bytes, sink),
        Value::Array(items) => inspect_items(items, arena, sink, depth),
        Value::Map(map) => inspect_entries(map.entries(), arena, sink, depth),
        other => text(other, arena, sink, depth),
    }
}

fn inspect_items<'r>(
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
            sink.push(", ")?;
        }
        inspected(*item, arena, sink, depth)?;
    }
    sink.push("]")
}

fn inspect_entries<'r>(
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
            sink.push(", ")?;
        }
        inspect_string(key, sink)?;
        sink.push("=>")?;
        inspected(*value, arena, sink, depth)?;
    }
    sink.push("}")
}

/// Ruby's `String#inspect`: what is not printable becomes an escape, and so does a `#` that would start an interpolation.
fn inspect_string(text: &str, sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.push("\"")?;
    escape(text, sink)?;
    sink.push("\"")
}

/// The same for binary text, each of whose bytes is a character.
fn inspect_bytes(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.push("\"")?;
    for run in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        match std::str::from_utf8(run).ok().filter(|run| run.is_ascii()) {
            Some(text) => escape(text, sink)?,
            None => run.iter().try_for_each(|byte| sink.push(&format!("\\x{byte:02X}")))?,
        }
    }
    sink.push("\"")
}

/// A body is UTF-8: what is not becomes U+FFFD.
fn write_lossy(bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Failure> {
    for chunk in bytes.utf8_chunks() {
        sink.push(chunk.valid())?;
        if !chunk.invalid().is_empty() {
            sink.push("\u{fffd}")?;
        }
    }
    Ok(())
}

fn escape(text: &str, sink: &mut dyn Sink) -> Result<(), Failure> {
    let mut kept = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let escape = match character {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '\r' => "\\r".to_owned(),
            '\u{c}' => "\\f".to_owned(),
            '\u{b}' => "\\v".to_owned(),
            '\u{8}' => "\\b".to_owned(),
            '\u{7}' => "\\a".to_owned(),
            '\u{1b}' => "\\e".to_owned(),
            '#' if matches!(next, Some('{' | '$' | '@')) => "\\#".to_owned(),
            unprintable if is_unprintable(unprintable) => match u32::from(unprintable) {
                point if point > 0xffff => format!("\\u{{{point:X}}}"),
                point => format!("\\u{point:04X}"),
            },
            _ => continue,
        };
        sink.push(text.get(kept..at).unwrap_or_default())?;
        sink.push(&escape)?;
        kept = at.saturating_add(character.len_utf8());
    }
    sink.push(text.get(kept..).unwrap_or_default())
}

/// Whether Ruby shows `character` as an escape: controls, separators of lines and what Unicode has not assigned. Characters
/// that only format, such as U+200D inside an emoji, are printed; so is U+0085.
fn is_unprintable(character: char) -> bool {
    static UNPRINTABLE: LazyLock<Regex> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "a constant, compiled by the tests of this module")]
        Regex::new(r"[\p{Cc}\p{Cn}\u{2028}\u{2029}--\u{85}]").expect("constant pattern")
    });
    match character {
        _ if character.is_ascii() => character.is_ascii_control(),
        _ if character.is_alphanumeric() => false,
        _ => UNPRINTABLE.is_match(character.encode_utf8(&mut [0; 4])),
    }
}

/// The text of `value`: text itself, anything else as [`write_text`] writes it. Of binary text, bytes that are not UTF-8
/// become U+FFFD.
///
/// # Errors
/// When a limit is met, or a host object fails.
#[inline]
pub fn to_text<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r str, Failure> {
    match value {
        Value::String(text) => Ok(text),
        Value::Nil => Ok(""),
        other => {
            let mut builder = arena.builder();
            write_text(other, arena, &mut builder)?;
            Ok(builder.finish())
        }
    }
}

/// The bytes of the text of `value`; those of binary text are themselves.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn to_bytes<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r [u8], Failure> {
    match value.resolve(arena)? {
        Value::Binary(bytes) => Ok(bytes),
        _ => Ok(to_text(value, arena)?.as_bytes()),
    }
}

/// Writes an integer in decimal digits.
///
/// # Errors
/// When a limit is met.
#[inline]
pub fn write_integer(value: i64, sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.push(itoa::Buffer::new().format(value))
}

fn deeper(depth: usize) -> Result<usize, Failure> {
    if depth >= DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "stack level too deep"));
    }
    Ok(depth.saturating_add(1))
}
