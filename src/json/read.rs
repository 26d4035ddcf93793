//! JSON text to values: strict RFC 8259, one pass, no recursion.
//!
//! The order of keys is kept, of equal keys the last value wins, integers are exact. Strings without escapes stay where
//! they are: the values borrow the text.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and counts of what stands in it"
)]

use super::build::{Builder, Open};
use super::describe;
use super::scan;
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, code};
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::source::{Source, Span};
use crate::time::{self, Time};
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// What a reader makes of JSON beyond plain values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether `{"$time": "2021-06-03T17:13:41Z"}` is a time, as in Braze's own data and Carafe's data files.
    pub times: bool,
}

/// Why a text is no JSON, or none that the limits allow.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadError {
    /// The byte where it shows.
    pub at: usize,
    /// What is wrong: what was expected, and what was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The limit that was met, where the text itself may be well-formed.
    pub limit: Option<Exceeded>,
}

impl ReadError {
    fn new(at: usize, message: impl Into<String>) -> Self {
        ReadError { at, message: message.into(), help: None, limit: None }
    }

    pub(super) fn limit(at: usize, exceeded: Exceeded) -> Self {
        ReadError { at, message: exceeded.to_string(), help: None, limit: Some(exceeded) }
    }

    fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The error as a finding in `source`, the text that was read.
    pub fn diagnostic(&self, source: &Arc<Source>) -> Diagnostic {
        let next = source.text().get(self.at..).and_then(|rest| rest.chars().next());
        let width = next.filter(|next| !matches!(next, '\n' | '\r')).map_or(0, char::len_utf8);
        let span = Span::new(self.at, self.at.saturating_add(width));
        let diagnostic = match self.limit {
            Some(exceeded) => exceeded.diagnostic(),
            None => Diagnostic::new(&code::DATA_INVALID, self.message.clone()),
        };
        let mut diagnostic = diagnostic.at(source, span, "");
        diagnostic.help.extend(self.help.clone());
        diagnostic
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// Reads one JSON document.
///
/// An integer beyond 64 bits keeps its digits, any other number is the nearest float; a number no float comes near
/// (`1e400`) is an error. Collections inside each other are bounded by [`Limits::data_depth`](crate::Limits), numbers by
/// [`Limits::number_digits`](crate::Limits).
///
/// ```
/// use carafe::{Arena, json};
///
/// let arena = Arena::default();
/// assert!(json::read(r#"{"sku": 12345678901234567890}"#, &arena).is_ok());
/// let error = json::read(r#"{"sku": 1,}"#, &arena).unwrap_err();
/// assert_eq!((error.at, error.message.as_str()), (9, "a trailing comma before `}`"));
/// ```
///
/// # Errors
/// Where the text is not JSON by RFC 8259, with the place; or where a limit is met.
pub fn read<'r>(text: &'r str, arena: &'r Arena) -> Result<Value<'r>, ReadError> {
    read_with(text, arena, ReadOptions::default())
}

/// Reads one JSON document as [`read`] does, and as `options` say.
///
/// # Errors
/// Those of [`read`]; with `times` also where `$time` holds no time.
pub fn read_with<'r>(text: &'r str, arena: &'r Arena, options: ReadOptions) -> Result<Value<'r>, ReadError> {
    Reader::new(text, arena, options).document()
}

/// Reads the value that begins at `at` inside of `depth` collections, and says where it ends.
pub(super) fn read_part<'r>(
    text: &'r str,
    at: usize,
    depth: usize,
    arena: &'r Arena,
    options: ReadOptions,
) -> Result<(Value<'r>, usize), ReadError> {
    let mut reader = Reader::new(text, arena, options);
    reader.at = at;
    reader.builder.enclosed(depth);
    let value = reader.value()?;
    Ok((value, reader.at))
}

/// Whether `text` is a JSON document; its numbers may be of any size.
pub(super) fn check(text: &str) -> Result<(), ReadError> {
    let arena = Arena::default();
    let mut reader = Reader::new(text, &arena, ReadOptions::default());
    reader.any_number = true;
    reader.document().map(drop)
}

struct Reader<'r> {
    text: &'r str,
    at: usize,
    options: ReadOptions,
    /// Whether numbers may have any size. They are nil then.
    any_number: bool,
    builder: Builder<'r>,
    /// Where the brackets of the open collections stand.
    opened: Vec<usize>,
    /// The string with escapes that is being read.
    unescaped: String,
}

impl<'r> Reader<'r> {
    fn new(text: &'r str, arena: &'r Arena, options: ReadOptions) -> Self {
        let builder = Builder::new(arena);
        let (opened, unescaped) = (Vec::new(), String::new());
        Reader { text, at: 0, options, any_number: false, builder, opened, unescaped }
    }

    fn document(mut self) -> Result<Value<'r>, ReadError> {
        let whole = self.value()?;
        self.end(whole)
    }

    fn value(&mut self) -> Result<Value<'r>, ReadError> {
        let mut comma = None;
        loop {
            self.space();
            let mut value = match self.peek() {
                Some(b'{') => {
                    self.open(Open::Object(0))?;
                    self.space();
                    if self.peek() == Some(b'}') {
                        self.close()?
                    } else {
                        self.key(None)?;
                        comma = None;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.open(Open::Array(0))?;
                    self.space();
                    if self.peek() == Some(b']') {
                        self.close()?
                    } else {
                        comma = None;
                        continue;
                    }
                }
                Some(b'"') => Value::String(self.string()?),
                Some(b'-' | b'0'..=b'9') => self.number()?,
                _ => self.literal(comma)?,
            };
            loop {
                let added = self.builder.add(value);
                if let Some(whole) = added.map_err(|exceeded| ReadError::limit(self.at, exceeded))? {
                    return Ok(whole);
                }
                self.space();
                let object = matches!(self.builder.innermost(), Some(Open::Object(_)));
                match (self.peek(), object) {
                    (Some(b','), _) => {
                        comma = Some(self.at);
                        self.at += 1;
                        if object {
                            self.space();
                            self.key(comma)?;
                            comma = None;
                        }
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => value = self.close()?,
                    _ => return Err(self.expected_separator(object)),
                }
            }
        }
    }

    fn end(&mut self, whole: Value<'r>) -> Result<Value<'r>, ReadError> {
        self.space();
        if self.at == self.text.len() {
            return Ok(whole);
        }
        let found = describe::found(self.text, self.at);
        let error = ReadError::new(self.at, format!("expected the end after the document, found {found}"));
        Err(match self.peek() {
            Some(b'/' | b'#') => error.helped("comments are not JSON; remove it"),
            Some(b'}' | b']') => error.helped("this bracket has no partner before it"),
            _ => error.helped("a document is one value"),
        })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn open(&mut self, kind: Open) -> Result<(), ReadError> {
        let opened = match kind {
            Open::Array(_) => self.builder.open_array(),
            Open::Object(_) => self.builder.open_object(),
        };
        opened.map_err(|exceeded| ReadError::limit(self.at, exceeded))?;
        self.opened.push(self.at);
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<Value<'r>, ReadError> {
        self.at += 1;
        let opened = self.opened.pop().unwrap_or_default();
        let value = self.builder.close().map_err(|failure| self.failure(failure))?;
        match value {
            Value::Map(map) if self.options.times && map.len() == 1 => match map.get("$time") {
                Some(inner) => self.time(inner, opened),
                None => Ok(value),
            },
            _ => Ok(value),
        }
    }

    fn time(&self, inner: Value<'r>, at: usize) -> Result<Value<'r>, ReadError> {
        let error = || {
            ReadError::new(at, "`$time` holds no time")
                .helped("write a time such as `2021-06-03T17:13:41Z`, or a date such as `2021-06-03`")
        };
        let Value::String(text) = inner else {
            return Err(error());
        };
        let time = Time::from_rfc3339(text).or_else(|| calendar_time(text)).ok_or_else(error)?;
        let time = self.builder.arena().put(time).map_err(|failure| self.failure(failure))?;
        Ok(Value::Time(time))
    }

    /// A key and its colon, after `{` or after the comma at `comma`.
    fn key(&mut self, comma: Option<usize>) -> Result<(), ReadError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected_key(comma));
        }
        let key = self.string()?;
        self.builder.key(key).map_err(|exceeded| ReadError::limit(self.at, exceeded))?;
        self.space();
        if self.peek() != Some(b':') {
            let found = describe::found(self.text, self.at);
            return Err(ReadError::new(self.at, format!("expected `:` after a key, found {found}")));
        }
        self.at += 1;
        Ok(())
    }

    /// The text between the quotes, the first of which stands here.
    fn string(&mut self) -> Result<&'r str, ReadError> {
        let quote = self.at;
        self.at += 1;
        let start = self.at;
        let mut kept = start;
        self.unescaped.clear();
        loop {
            self.at = scan::plain_end(self.text.as_bytes(), self.at);
            match self.peek() {
                None => return Err(self.unterminated(quote, self.text.len())),
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = self.text;
                    self.unescaped.push_str(text.get(kept..self.at).unwrap_or_default());
                    let character = self.escape(quote)?;
                    self.unescaped.push(character);
                    kept = self.at;
                }
                _ => return Err(self.control(quote)),
            }
        }
        let text = self.text;
        let last = text.get(kept..self.at).unwrap_or_default();
        self.at += 1;
        if kept == start {
            return Ok(last);
        }
        self.unescaped.push_str(last);
        self.builder.arena().text(&self.unescaped).map_err(|failure| self.failure(failure))
    }

    /// The character of the escape whose backslash stands here.
    fn escape(&mut self, quote: usize) -> Result<char, ReadError> {
        let backslash = self.at;
        let Some(letter) = self.text.get(backslash + 1..).and_then(|rest| rest.chars().next()) else {
            return Err(self.unterminated(quote, self.text.len()));
        };
        self.at += 1 + letter.len_utf8();
        Ok(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(backslash),
            _ => {
                let shown = letter.escape_debug();
                return Err(ReadError::new(backslash, format!("`\\{shown}` is no escape of JSON"))
                    .helped("a backslash itself is written `\\\\`"));
            }
        })
    }

    /// The character of `\u1234`, or of a pair of them, read up to the digits.
    fn unicode(&mut self, backslash: usize) -> Result<char, ReadError> {
        let lone = |unit: u32| {
            ReadError::new(backslash, format!("`\\u{unit:04x}` is half of a pair and stands alone"))
                .helped("characters beyond U+FFFF are two escapes, such as `\\ud83d\\ude00`")
        };
        let first = self.hex(backslash)?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if first >= 0xdc00 || !rest.starts_with(b"\\u") {
            return Err(lone(first));
        }
        self.at += 2;
        let second = self.hex(self.at - 2)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone(first));
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| lone(first))
    }

    fn hex(&mut self, backslash: usize) -> Result<u32, ReadError> {
        let digits = self.text.get(self.at..self.at.saturating_add(4)).unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ReadError::new(backslash, "expected four hexadecimal digits after `\\u`"));
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|error| ReadError::new(backslash, error.to_string()))
    }

    #[cold]
    fn control(&self, quote: usize) -> ReadError {
        let byte = self.peek().unwrap_or_default();
        if matches!(byte, b'\n' | b'\r') {
            // A string that is closed on no later line was most likely not closed on this one.
            let line = self.text.get(self.at..).unwrap_or_default().trim_start().lines().next();
            let closed = line.is_some_and(|line| line.matches('"').count() % 2 == 1);
            return match closed {
                true => ReadError::new(self.at, "a line break inside a string").helped("write it as `\\n`"),
                false => self.unterminated(quote, self.at),
            };
        }
        let escape = match byte {
            b'\t' => "\\t".to_owned(),
            other => format!("\\u{other:04x}"),
        };
        ReadError::new(self.at, format!("the control character U+{byte:04X} inside a string"))
            .helped(format!("write it as `{escape}`"))
    }

    #[cold]
    fn unterminated(&self, quote: usize, end: usize) -> ReadError {
        let place = if end == self.text.len() { "the text" } else { "the line" };
        ReadError::new(quote, format!("unterminated string: no `\"` up to the end of {place}"))
    }

    fn number(&mut self) -> Result<Value<'r>, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        let mut count = self.digits(start)?;
        if count > 1 && self.text.as_bytes().get(whole) == Some(&b'0') {
            return Err(ReadError::new(whole, "a number has no leading zero"));
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            count += self.digits(start)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(start)?;
        }
        if self.any_number {
            return Ok(Value::Nil);
        }
        let most = self.builder.arena().budget().limits().number_digits;
        if count > most {
            return Err(ReadError::limit(start, Exceeded::new(Limit::NumberDigits, most)));
        }
        let text = self.text;
        let text = text.get(start..self.at).unwrap_or_default();
        if integer {
            return Ok(text.parse().map_or(Value::BigInteger(text), Value::Integer));
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            _ => Err(ReadError::new(start, "a number too large for a float")
                .helped("the largest is about 1.8e308; write larger ones as text")),
        }
    }

    /// Steps over at least one digit.
    fn digits(&mut self, number: usize) -> Result<usize, ReadError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            let found = describe::found(self.text, self.at);
            let error = ReadError::new(self.at, format!("expected a digit in a number, found {found}"));
            let help = describe::value_help(self.text.get(number..).unwrap_or_default());
            return Err(match help {
                Some(help) if help.starts_with("JSON has no") => error.helped(help),
                _ => error,
            });
        }
        self.at += count;
        Ok(count)
    }

    fn literal(&mut self, comma: Option<usize>) -> Result<Value<'r>, ReadError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, value) in
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Nil)]
        {
            if rest.starts_with(word) {
                let after = self.at + word.len();
                let next = self.text.as_bytes().get(after);
                if !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
                    self.at = after;
                    return Ok(value);
                }
            }
        }
        Err(self.expected_value(comma, rest))
    }

    #[cold]
    fn expected_value(&self, comma: Option<usize>, rest: &str) -> ReadError {
        if let (Some(comma), Some(bracket @ (b'}' | b']'))) = (comma, self.peek()) {
            return trailing_comma(comma, bracket);
        }
        if self.text.trim_ascii().is_empty() {
            return ReadError::new(self.at, "expected a value, found an empty text");
        }
        if rest.starts_with('\u{feff}') {
            return ReadError::new(self.at, "a byte order mark before the document").helped("remove it");
        }
        let found = describe::found(self.text, self.at);
        let error = ReadError::new(self.at, format!("expected a value, found {found}"));
        match describe::value_help(rest) {
            Some(help) => error.helped(help),
            None => self.unclosed(error),
        }
    }

    #[cold]
    fn expected_key(&self, comma: Option<usize>) -> ReadError {
        if let (Some(comma), Some(b'}')) = (comma, self.peek()) {
            return trailing_comma(comma, b'}');
        }
        let found = describe::found(self.text, self.at);
        let expected = if comma.is_some() { "a key" } else { "a key or `}`" };
        let error = ReadError::new(self.at, format!("expected {expected}, found {found}"));
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.chars().next() {
            Some('/' | '#') => error.helped("comments are not JSON; remove it"),
            None | Some('{' | '}' | '[' | ']' | ',' | ':') => self.unclosed(error),
            Some('“' | '”' | '„' | '‘' | '’') => {
                error.helped("keys stand in straight double quotes")
            }
            Some(_) => error.helped("keys stand in double quotes"),
        }
    }

    #[cold]
    fn expected_separator(&self, object: bool) -> ReadError {
        let found = describe::found(self.text, self.at);
        let (bracket, what) = if object { ('}', "a member") } else { (']', "an item") };
        let error =
            ReadError::new(self.at, format!("expected `,` or `{bracket}` after {what}, found {found}"));
        match self.peek() {
            Some(b'/' | b'#') => error.helped("comments are not JSON; remove it"),
            _ => self.unclosed(error),
        }
    }

    /// At the end of the text and at a wrong bracket, says where the open bracket stands.
    fn unclosed(&self, error: ReadError) -> ReadError {
        let ends = matches!(self.peek(), None | Some(b'}' | b']'));
        match self.opened.last() {
            Some(&opened) if ends => {
                let before = self.text.get(..opened).unwrap_or_default();
                let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
                let bracket = self.text.get(opened..=opened).unwrap_or_default();
                error.helped(format!("the `{bracket}` of line {line} is not closed"))
            }
            _ => error,
        }
    }

    #[cold]
    fn failure(&self, failure: Failure) -> ReadError {
        match failure {
            Failure::Limit(exceeded) => ReadError::limit(self.at, *exceeded),
            Failure::Error(error) => ReadError::new(self.at, error.message),
            Failure::Abort(abort) => ReadError::new(self.at, abort.reason),
        }
    }
}

fn trailing_comma(at: usize, bracket: u8) -> ReadError {
    let bracket = char::from(bracket);
    ReadError::new(at, format!("a trailing comma before `{bracket}`")).helped("remove the comma")
}

/// A text that begins with a whole date: what it leaves out is zero, never today's.
fn calendar_time(text: &str) -> Option<Time> {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let dated = digits(0..4) && digits(5..7) && digits(8..10) && text.get(4..5) == Some("-");
    if !dated || text.get(7..8) != Some("-") {
        return None;
    }
    time::parse(text, Time::UNIX_EPOCH)
}

#[cfg(test)]
mod tests;
