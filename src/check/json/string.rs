//! Strings: where one ends, also when quotes inside it are not escaped or its closing quote is missing, and what is
//! wrong inside it.
//!
//! A quote *ends* a string if what follows can follow a string. If text follows, a later quote that is followed by a
//! comma, a bracket, a colon or a line end is taken for the true end, and the quotes between are the finding.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use std::borrow::Cow;
use std::ops::Range;

use super::scan::{LOOK_AHEAD, Place, Text};

/// How a string ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// At this quote.
    Quote(usize),
    /// At the quote `close`; the quotes from `first` to `last` belong to the text and are not escaped.
    Later { first: usize, last: usize, close: usize },
    /// Its closing quote is missing; it is taken to end before this position.
    Missing(usize),
}

/// Where the string that is opened by the quote at `start` ends. `expected` gives the closing brackets that are due,
/// the innermost first.
pub(super) fn find_end(
    text: Text<'_>,
    start: usize,
    place: Place,
    expected: &dyn Fn(usize) -> Option<u8>,
) -> End {
    let mut at = start + 1;
    // The next quote behind a line break, and whether the string breaks off if its line begins like JSON.
    let mut ahead: Option<(usize, bool)> = None;
    loop {
        let Some(offset) = memchr::memchr3(b'"', b'\\', b'\n', text.bytes(at, text.len())) else {
            return End::Missing(before_brackets(text, start + 1, text.len(), expected));
        };
        let found = at.saturating_add(offset);
        match text.at(found) {
            Some(b'"') => return quote_or_later(text, start, found, place),
            Some(b'\\') if text.at(found + 1) != Some(b'\n') => at = found + 2,
            Some(b'\n') => {
                let next_line = text.skip_space(found);
                ahead = ahead.filter(|(quote, _)| *quote >= next_line).or_else(|| {
                    next_quote(text, next_line).map(|quote| (quote, !can_end(text, quote + 1, place)))
                });
                let like_json = matches!(text.at(next_line), Some(b'"' | b'{' | b'}' | b'[' | b']' | b','));
                if ahead.is_none_or(|(_, opens)| opens && like_json) {
                    return End::Missing(before_brackets(text, start + 1, found, expected));
                }
                at = next_line;
            }
            _ => at = found + 1,
        }
    }
}

/// The next quote that no backslash escapes.
fn next_quote(text: Text<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at.saturating_add(memchr::memchr2(b'"', b'\\', text.bytes(at, text.len()))?);
        if text.at(found) == Some(b'"') {
            return Some(found);
        }
        at = found + 2;
    }
}

/// The end of an unclosed string's text on its line: a comma and the closing brackets that are due are not its own.
fn before_brackets(
    text: Text<'_>,
    start: usize,
    line_end: usize,
    expected: &dyn Fn(usize) -> Option<u8>,
) -> usize {
    let line = text.bytes(start, line_end);
    let own = line.iter().rposition(|byte| !b" \t\r\n,}]".contains(byte)).map_or(0, |last| last + 1);
    let tail = line.get(own..).unwrap_or_default();
    let mut brackets = tail.iter().filter(|&byte| matches!(byte, b'}' | b']')).enumerate();
    if brackets.all(|(nth, byte)| expected(nth) == Some(*byte)) {
        start.saturating_add(own)
    } else {
        text.trim_end(start, line_end)
    }
}

fn quote_or_later(text: Text<'_>, start: usize, quote: usize, place: Place) -> End {
    let next = text.skip_blanks(quote + 1);
    let following: &[u8] = match place {
        Place::Key | Place::Member => b":",
        Place::Element => b",]\n\"",
        Place::Root => b"",
    };
    let ends = match text.at(next) {
        None | Some(b'\n' | b',' | b'}' | b']' | b':' | b'{' | b'[') => true,
        Some(b'/') => text.comment_end(next).is_some(),
        Some(b'#') => next > quote + 1,
        Some(b'=') => text.at(next + 1) == Some(b'>'),
        Some(b'"') => place == Place::Key || text.string_before(next, following),
        Some(_) => false,
    };
    if ends {
        return End::Quote(quote);
    }
    // `"a, "b": 1`: the text before the quote ends with a comma and the quote opens the next key or value.
    let content = text.trim_end(start + 1, quote);
    if matches!(place, Place::Member | Place::Element)
        && content.checked_sub(1).is_some_and(|last| last > start && text.at(last) == Some(b','))
        && text.string_before(quote, following)
    {
        return End::Missing(content - 1);
    }
    later_end(text, quote, place).unwrap_or(End::Quote(quote))
}

/// The later quote that ends the string, if one does within reach.
fn later_end(text: Text<'_>, first: usize, place: Place) -> Option<End> {
    let limit = text.len().min(first.saturating_add(LOOK_AHEAD));
    let (mut at, mut last) = (first + 1, first);
    loop {
        let found = at.saturating_add(memchr::memchr2(b'"', b'\\', text.bytes(at, limit))?);
        // A key is short: it does not go on over another member.
        if place == Place::Key && text.bytes(at, found).iter().any(|byte| b",{}[]\n".contains(byte)) {
            return None;
        }
        if text.at(found) == Some(b'\\') {
            at = found + 2;
            continue;
        }
        if can_end(text, found + 1, place) {
            return Some(End::Later { first, last, close: found });
        }
        if place == Place::Member && text.next_on_line(found + 1) == Some(b':') {
            return None;
        }
        last = found;
        at = found + 1;
    }
}

/// Whether what stands at `position` can only follow the end of a string.
fn can_end(text: Text<'_>, position: usize, place: Place) -> bool {
    let on_line = text.skip_blanks(position);
    let next = text.skip_space(on_line);
    let new_line = next > on_line;
    match (place, text.at(next)) {
        (_, None) => true,
        (Place::Root, _) => false,
        (Place::Key, Some(byte)) => byte == b':',
        (Place::Member, Some(b',')) => {
            let after = text.skip_space(next + 1);
            match text.at(after) {
                None | Some(b'}' | b']' | b',' | b'#' | b'/' | b'\'') => true,
                Some(b'"') => text.string_before(after, b":"),
                Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                    let key = text.bytes(after, text.len().min(after.saturating_add(64)));
                    let name =
                        key.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                    text.next_on_line(after.saturating_add(name)) == Some(b':')
                }
                Some(_) => false,
            }
        }
        (Place::Element, Some(b',')) => {
            let after = text.skip_space(next + 1);
            matches!(text.at(after), None | Some(b'"' | b'{' | b'[' | b']' | b'/' | b'#'))
                || text.scalar_end(after).is_some()
        }
        (Place::Member, Some(b'}')) | (Place::Element, Some(b']')) => {
            matches!(text.at(text.skip_space(next + 1)), None | Some(b',' | b'}' | b']' | b'/' | b'#'))
        }
        (Place::Member, Some(b'"')) => new_line && text.string_before(next, b":"),
        (Place::Element, Some(b'"')) => new_line && text.string_before(next, b",]\n"),
        (_, Some(b'}' | b']' | b'/' | b'#')) => new_line,
        (_, Some(_)) => false,
    }
}

/// What is wrong inside a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A run of raw control characters.
    Control(Range<usize>),
    /// A backslash and what it cannot escape.
    Escape(Range<usize>),
}

/// What is wrong in the string's text from `start` to before `end`, by position.
pub(super) fn flaws(text: Text<'_>, start: usize, end: usize) -> impl Iterator<Item = Flaw> {
    let mut at = start;
    std::iter::from_fn(move || {
        while at < end {
            let byte = text.at(at)?;
            let from = at;
            if byte == b'\\' {
                let (after, good) = escape_end(text, at, end);
                at = after;
                if !good {
                    return Some(Flaw::Escape(from..after));
                }
            } else if byte < 0x20 {
                while at < end && text.at(at).is_some_and(|byte| byte < 0x20) {
                    at += 1;
                }
                return Some(Flaw::Control(from..at));
            } else {
                at += 1;
            }
        }
        None
    })
}

/// Behind the escape at `position`, and whether it is one that JSON has. A surrogate needs its other half.
fn escape_end(text: Text<'_>, position: usize, end: usize) -> (usize, bool) {
    match text.at(position + 1).filter(|_| position + 1 < end) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (position + 2, true),
        Some(b'u') => match code_unit(text, position) {
            Ok(0xd800..=0xdbff) => match code_unit(text, position + 6) {
                Ok(0xdc00..=0xdfff) => (position + 12, true),
                _ => (position + 6, false),
            },
            Ok(0xdc00..=0xdfff) => (position + 6, false),
            Ok(_) => (position + 6, true),
            Err(digits) => (position.saturating_add(2).saturating_add(digits), false),
        },
        // The control character or the character's other bytes are looked at on their own.
        None | Some(0..=0x1f) => (position + 1, false),
        Some(_) => {
            let width = text.rest(position + 1).chars().next().map_or(1, char::len_utf8);
            (position.saturating_add(1).saturating_add(width), false)
        }
    }
}

/// The code unit that the escape `\uXXXX` at `position` names, or how many of its four digits there are.
fn code_unit(text: Text<'_>, position: usize) -> Result<u16, usize> {
    if text.bytes(position, position.saturating_add(2)) != b"\\u" {
        return Err(0);
    }
    let mut unit = 0_u16;
    for count in 0..4 {
        let digit =
            text.at(position.saturating_add(2 + count)).and_then(|byte| char::from(byte).to_digit(16));
        // A digit is below 16 and there are four of them, so 16 bits hold the sum.
        unit = unit.wrapping_mul(16) | u16::try_from(digit.ok_or(count)?).unwrap_or_default();
    }
    Ok(unit)
}

/// The text of a key with its escapes undone, so that `"a"` and `"\u0061"` are one key. A bad escape stays as it is.
pub(super) fn unescaped(text: Text<'_>, start: usize, end: usize) -> Cow<'_, str> {
    let raw = text.slice(start, end);
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut at = start;
    while at < end {
        let Some(offset) = memchr::memchr(b'\\', text.bytes(at, end)) else { break };
        let slash = at.saturating_add(offset);
        out.push_str(text.slice(at, slash));
        let (after, good) = escape_end(text, slash, end);
        match text.at(slash + 1) {
            _ if !good => out.push_str(text.slice(slash, after)),
            Some(b'b') => out.push('\u{8}'),
            Some(b'f') => out.push('\u{c}'),
            Some(b'n') => out.push('\n'),
            Some(b'r') => out.push('\r'),
            Some(b't') => out.push('\t'),
            Some(b'u') => {
                let units = [code_unit(text, slash), code_unit(text, slash + 6)];
                let count = if after > slash + 6 { 2 } else { 1 };
                out.extend(char::decode_utf16(units.into_iter().take(count).flatten()).flatten());
            }
            _ => out.push_str(text.slice(slash + 1, after)),
        }
        at = after;
    }
    out.push_str(text.slice(at.min(end), end));
    Cow::Owned(out)
}
