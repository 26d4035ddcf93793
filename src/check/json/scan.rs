//! Reading a body byte by byte: white space, comments, numbers and text outside quotes. Every look is at one
//! position and says where the thing that begins there ends.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::check::finding::{Word, is_invisible};

/// How far a look ahead that may fail goes: it keeps the check linear when many looks fail.
pub(in crate::check) const LOOK_AHEAD: usize = 4 * 1024;

/// Where a value or a key is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Place {
    /// The whole document.
    Root,
    /// The key of a member.
    Key,
    /// The value of a member.
    Member,
    /// A value of an array.
    Element,
}

/// The body that is checked.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Text<'a> {
    body: &'a str,
    /// Position of the last `*/`, so that comments without an end cost no search each.
    last_comment_end: Option<usize>,
}

impl<'a> Text<'a> {
    pub(in crate::check) fn new(body: &'a str) -> Self {
        Text { body, last_comment_end: memchr::memmem::rfind(body.as_bytes(), b"*/") }
    }

    pub(in crate::check) fn len(&self) -> usize {
        self.body.len()
    }

    pub(in crate::check) fn at(&self, position: usize) -> Option<u8> {
        self.body.as_bytes().get(position).copied()
    }

    /// The bytes from `start` to before `end`; none where the range is not in the body.
    pub(in crate::check) fn bytes(&self, start: usize, end: usize) -> &'a [u8] {
        self.body.as_bytes().get(start..end).unwrap_or_default()
    }

    /// The text from `start` to before `end`; empty where the range is not in the body.
    pub(in crate::check) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.body.get(start..end).unwrap_or_default()
    }

    pub(in crate::check) fn rest(&self, start: usize) -> &'a str {
        self.slice(start, self.len())
    }

    /// Behind the white space at `position`, on this line.
    pub(in crate::check) fn skip_blanks(&self, mut position: usize) -> usize {
        while matches!(self.at(position), Some(b' ' | b'\t' | b'\r')) {
            position += 1;
        }
        position
    }

    /// Behind the white space at `position`, over line ends.
    pub(in crate::check) fn skip_space(&self, mut position: usize) -> usize {
        while matches!(self.at(position), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            position += 1;
        }
        position
    }

    /// The first byte on the line that is not white space; `None` at the line's and the body's end.
    pub(in crate::check) fn next_on_line(&self, position: usize) -> Option<u8> {
        self.at(self.skip_blanks(position)).filter(|&byte| byte != b'\n')
    }

    /// Where the line of `position` ends, before its line break.
    pub(in crate::check) fn line_end(&self, position: usize) -> usize {
        let end = memchr::memchr(b'\n', self.bytes(position, self.len()))
            .map_or(self.len(), |offset| position.saturating_add(offset));
        self.trim_end(position, end)
    }

    /// `end` without the white space before it, but not before `start`: the white space that [`Text::skip_space`] skips.
    pub(in crate::check) fn trim_end(&self, start: usize, end: usize) -> usize {
        let kept =
            self.bytes(start, end).iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        kept.map_or(start, |last| start.saturating_add(last).saturating_add(1))
    }

    /// Behind the comment at `position`. A `/*` without an end is taken to end with its line.
    pub(in crate::check) fn comment_end(&self, position: usize) -> Option<usize> {
        match (self.at(position)?, self.at(position + 1)) {
            (b'#', _) | (b'/', Some(b'/')) => Some(self.line_end(position)),
            (b'/', Some(b'*')) => {
                let inner = position + 2;
                if self.last_comment_end.is_some_and(|last| last >= inner) {
                    let offset = memchr::memmem::find(self.bytes(inner, self.len()), b"*/")?;
                    Some(inner.saturating_add(offset).saturating_add(2))
                } else {
                    Some(self.line_end(position))
                }
            }
            _ => None,
        }
    }

    /// Behind a run of control and invisible characters that are no JSON white space.
    pub(in crate::check) fn skip_invisible(&self, position: usize) -> usize {
        let run = self
            .rest(position)
            .char_indices()
            .find(|(_, character)| {
                !is_invisible(*character) || character.is_ascii_whitespace() && *character != '\x0c'
            })
            .map_or(self.len().saturating_sub(position), |(offset, _)| offset);
        position.saturating_add(run)
    }

    /// Behind the JSON number at `position`: the longest prefix that is one.
    pub(in crate::check) fn number_end(&self, position: usize) -> Option<usize> {
        let digits = |from: usize| {
            let mut at = from;
            while self.at(at).is_some_and(|byte| byte.is_ascii_digit()) {
                at += 1;
            }
            (at > from).then_some(at)
        };
        let start = if self.at(position) == Some(b'-') { position + 1 } else { position };
        let mut end = if self.at(start) == Some(b'0') { start + 1 } else { digits(start)? };
        if self.at(end) == Some(b'.')
            && let Some(fraction) = digits(end + 1)
        {
            end = fraction;
        }
        if matches!(self.at(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.at(end + 1), Some(b'+' | b'-')));
            if let Some(exponent) = digits(end + 1 + sign) {
                end = exponent;
            }
        }
        Some(end)
    }

    /// Behind the number, `true`, `false` or `null` at `position`, if nothing that belongs to it follows.
    pub(in crate::check) fn scalar_end(&self, position: usize) -> Option<usize> {
        let end = ["true", "false", "null"]
            .iter()
            .find(|word| self.rest(position).starts_with(**word))
            .map(|word| position.saturating_add(word.len()))
            .or_else(|| self.number_end(position))?;
        match self.at(end) {
            None
            | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b':' | b'"' | b'{' | b'[' | b'#') => {
                Some(end)
            }
            Some(b'/') => self.comment_end(end).map(|_| end),
            Some(_) => (self.skip_invisible(end) > end).then_some(end),
        }
    }

    /// Behind the scalar at `position`, if the whole text up to the next comma, bracket or line end is that scalar:
    /// `12 Main St` is text, `[1 2]` is two numbers.
    pub(in crate::check) fn lone_scalar_end(&self, position: usize, place: Place) -> Option<usize> {
        let end = self.scalar_end(position)?;
        let next = self.skip_blanks(end);
        let alone = match self.at(next) {
            Some(b',') => {
                let grouped = next == end && self.at(next + 1).is_some_and(|byte| byte.is_ascii_digit());
                place == Place::Element
                    || !(grouped && self.at(position).is_some_and(|b| !b.is_ascii_alphabetic()))
            }
            None | Some(b'\n' | b']' | b'}' | b'{' | b'[') => true,
            Some(b':') => next > end,
            Some(b'"') => next > end || !self.ends_value(next + 1),
            Some(b'/' | b'#') => self.comment_end(next).is_some(),
            Some(_) => {
                self.skip_invisible(next) > next || place == Place::Element && self.scalar_end(next).is_some()
            }
        };
        alone.then_some(end)
    }

    /// Whether a value can end here: a comma, a closing bracket or the line's end follows.
    fn ends_value(&self, position: usize) -> bool {
        matches!(self.next_on_line(position), None | Some(b',' | b'}' | b']'))
    }

    /// The next quote on the line that no backslash escapes, at `position` or behind it.
    fn quote_on_line(&self, position: usize) -> Option<usize> {
        let window = self.bytes(position, self.len().min(position.saturating_add(LOOK_AHEAD)));
        let mut from = 0;
        loop {
            let offset = memchr::memchr3(b'"', b'\\', b'\n', window.get(from..)?)?;
            let found = from.saturating_add(offset);
            match window.get(found) {
                Some(b'"') => return Some(position.saturating_add(found)),
                Some(b'\\') => from = found + 2,
                _ => return None,
            }
        }
    }

    /// Whether the quote at `position` opens a string that ends on its line and has one of `expected` behind it; a line break
    /// stands for the line's or the body's end.
    pub(in crate::check) fn string_before(&self, position: usize, expected: &[u8]) -> bool {
        self.quote_on_line(position + 1)
            .is_some_and(|close| expected.contains(&self.next_on_line(close + 1).unwrap_or(b'\n')))
    }

    /// Behind the text outside quotes at `position`, where a value stands: it goes on to a comma, a closing bracket,
    /// a comment, the next key or the line's end. Commas within its own brackets are its own.
    pub(in crate::check) fn value_text_end(&self, position: usize) -> usize {
        self.text_end(position, true).or_else(|| self.text_end(position, false)).unwrap_or(position + 1)
    }

    /// As [`Text::value_text_end`]; `None` if brackets are to be followed and do not close on the line.
    fn text_end(&self, start: usize, follow_brackets: bool) -> Option<usize> {
        let mut at = start;
        let mut depth = 0_usize;
        while let Some(byte) = self.at(at) {
            if depth > 0 && at.saturating_sub(start) > LOOK_AHEAD {
                return None;
            }
            match byte {
                b'\n' => break,
                b'\\' if self.at(at + 1).is_some_and(|next| next == b'"' || next == b'\\') => at += 1,
                b'(' | b'{' | b'[' if follow_brackets => depth = depth.saturating_add(1),
                b'{' | b'[' if at > start => break,
                b')' if depth > 0 => depth -= 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b',' if depth > 0 => {}
                b',' | b'}' | b']' if at > start => break,
                b'"' if at > start => match self.quote_on_line(at + 1) {
                    _ if self.ends_value(at + 1) => {}
                    Some(close) if self.next_on_line(close + 1) == Some(b':') => break,
                    Some(close) => at = close,
                    None => {}
                },
                b'/' | b'#' if self.begins_comment_after_text(at) => break,
                0..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f if at > start => break,
                _ => {}
            }
            at += 1;
        }
        (depth == 0).then(|| self.trim_end(start, at).max(start + 1))
    }

    fn begins_comment_after_text(&self, position: usize) -> bool {
        let blank = |byte: Option<u8>| matches!(byte, Some(b' ' | b'\t'));
        let before = position.checked_sub(1).and_then(|before| self.at(before));
        let after = self.at(position + 1);
        blank(before)
            && (self.at(position) == Some(b'/') && matches!(after, Some(b'/' | b'*')) || blank(after))
            && self.comment_end(position).is_some()
    }

    /// Behind the text outside quotes at `position`, where a key stands.
    pub(in crate::check) fn key_text_end(&self, position: usize) -> usize {
        let mut at = position + 1;
        while let Some(byte) = self.at(at) {
            match byte {
                b'\n' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' => break,
                b'=' if self.at(at + 1) == Some(b'>') => break,
                b'/' | b'#' if self.begins_comment_after_text(at) => break,
                _ => at += 1,
            }
        }
        // `name": 1`: only the opening quote was lost.
        if self.at(at) == Some(b'"') && self.next_on_line(at + 1) == Some(b':') {
            return at + 1;
        }
        self.trim_end(position, at).max(position + 1)
    }

    /// Behind the text in quotes of another kind at `position`, if the quote that closes it stands on the line and
    /// is followed by what can follow a string.
    pub(in crate::check) fn wrong_quotes_end(&self, position: usize) -> Option<usize> {
        let rest = self.rest(position);
        let opening = rest.chars().next()?;
        let closing: &[char] = match opening {
            '\'' => &['\''],
            '`' => &['`', '\''],
            '‘' | '’' => &['’', '\''],
            '“' | '”' | '„' | '«' => &['”', '“', '»', '"'],
            _ => return None,
        };
        let line =
            rest.char_indices().skip(1).take(LOOK_AHEAD).take_while(|(_, character)| *character != '\n');
        line.filter(|(_, character)| closing.contains(character)).find_map(|(offset, close)| {
            let end = position.saturating_add(offset).saturating_add(close.len_utf8());
            matches!(self.next_on_line(end), None | Some(b',' | b':' | b'}' | b']' | b'=')).then_some(end)
        })
    }
}

/// What kind of bare word `text` is.
pub(in crate::check) fn classify(text: &str) -> Word {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true"]) {
        Word::Misspelt("true")
    } else if is(&["false"]) {
        Word::Misspelt("false")
    } else if is(&["null", "none", "nil", "undefined"]) {
        Word::Misspelt("null")
    } else if is(&["nan", "infinity", "-infinity", "+infinity", "-nan", "inf", "-inf", "+inf"]) {
        Word::NotFinite
    } else {
        Word::Text
    }
}

/// Whether `text` is meant as a number: signs, digits in groups, a fraction, an exponent, or hexadecimal digits.
pub(in crate::check) fn is_number_like(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.len() + 2 < text.len() {
        return false;
    }
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let grouped = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'_');
    (mantissa.is_empty() && digits.is_empty()
        || mantissa.bytes().all(grouped) && mantissa.bytes().any(|byte| byte.is_ascii_digit()))
        && exponent.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit())
}

/// Where Liquid's own error text begins in `text`: `Liquid error: …`, `Liquid error (…): …`, `Liquid syntax error…`.
pub(in crate::check) fn liquid_error(text: &str) -> Option<usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"Liquid ")
        .find(|&start| begins_liquid_error(text.get(start..).unwrap_or_default()))
}

/// Whether `text` begins with Liquid's own error text.
pub(in crate::check) fn begins_liquid_error(text: &str) -> bool {
    ["Liquid error", "Liquid syntax error"].iter().any(|name| {
        text.strip_prefix(name).is_some_and(|after| after.starts_with(':') || after.starts_with(" ("))
    })
}
