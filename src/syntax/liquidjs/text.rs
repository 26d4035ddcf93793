//! Characters and quoted texts as LiquidJS reads them.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::number::is_ecmascript_space;
use std::iter::Peekable;
use std::str::Chars;

/// White space.
pub(super) fn is_blank(c: char) -> bool {
    is_ecmascript_space(c) && c != '\u{feff}'
}

/// A character of a name.
pub(super) fn is_word(c: char) -> bool {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '?'),
        '\u{201c}' | '\u{201d}' => false,
        _ => !is_blank(c),
    }
}

/// The text in quotes at the start of `rest`, and how many bytes it takes with them.
pub(super) fn quoted(rest: &str) -> Option<(String, usize)> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = quote_end(rest.as_bytes(), 0).unwrap_or(rest.len());
    let whole = rest.get(..end)?;
    // Without its second quote a text loses its last character instead.
    let last = whole.chars().next_back().map_or(0, char::len_utf8);
    let inside = whole.get(quote.len_utf8()..whole.len() - last).unwrap_or_default();
    Some((unescaped(inside), end))
}

/// Behind the quote that closes the one at `open`.
pub(in crate::syntax) fn quote_end(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = *bytes.get(open)?;
    let mut at = open + 1;
    loop {
        let found = memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        at += found;
        if bytes.get(at) == Some(&quote) {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The text with JavaScript's escapes replaced: `\n`, `\u00e9`, `\101`; before anything else a backslash is dropped.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        }
        match rest.peek().copied() {
            Some('0'..='7') => units.push(code(&mut rest, 8, 3)),
            Some('u') => {
                rest.next();
                units.push(code(&mut rest, 16, 4));
            }
            Some(other) => {
                rest.next();
                let meant = match other {
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\u{b}',
                    other => other,
                };
                units.extend(meant.encode_utf16(&mut [0; 2]).iter());
            }
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

/// The number in at most `most` digits; that many fit 16 bits.
fn code(rest: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> u16 {
    let mut value = 0_u32;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|c| c.to_digit(radix)) else { break };
        value = value * radix + digit;
        rest.next();
    }
    u16::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_escapes_of_javascript() {
        for (written, expected) in [
            (r#""a" b"#, Some(("a", 3))),
            (r"'it\\'s'", Some(("it\\", 6))),
            (r"'it\'s'", Some(("it's", 7))),
            (r"'\n\x\u00e9\u41\101\0'", Some(("\nx\u{e9}AA\0", 22))),
            (r"'\ud83d\ude00'", Some(("\u{1f600}", 14))),
            ("'open", Some(("ope", 5))),
            ("'", Some(("", 1))),
            ("a", None),
        ] {
            let found = quoted(written);
            assert_eq!(found.as_ref().map(|(text, length)| (text.as_str(), *length)), expected, "{written}");
        }
    }
}
