//! Markup to tokens, the reference's kinds with byte offsets.
//!
//! Follows the lexer of Liquid 5.13; where the dialect has references, `${…}` and the inner braces are tokens too.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::Rejected;
use crate::source::Span;
use memchr::memchr;

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    String,
    Number,
    Dot,
    DotDot,
    Comma,
    Colon,
    Pipe,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    Comparison,
    Question,
    Dash,
    Reference,
    OpenBraces,
    CloseBraces,
    End,
}

impl Kind {
    /// The reference's name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Id => "id",
            Kind::String => "string",
            Kind::Number => "number",
            Kind::Dot => "dot",
            Kind::DotDot => "dotdot",
            Kind::Comma => "comma",
            Kind::Colon => "colon",
            Kind::Pipe => "pipe",
            Kind::OpenRound => "open_round",
            Kind::CloseRound => "close_round",
            Kind::OpenSquare => "open_square",
            Kind::CloseSquare => "close_square",
            Kind::Comparison => "comparison",
            Kind::Question => "question",
            Kind::Dash => "dash",
            Kind::Reference => "reference",
            Kind::OpenBraces => "open_braces",
            Kind::CloseBraces => "close_braces",
            Kind::End => "end_of_string",
        }
    }

    /// What a person would call it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Id => "a name",
            Kind::String => "a text in quotes",
            Kind::Number => "a number",
            Kind::Dot => "`.`",
            Kind::DotDot => "`..`",
            Kind::Comma => "`,`",
            Kind::Colon => "`:`",
            Kind::Pipe => "`|`",
            Kind::OpenRound => "`(`",
            Kind::CloseRound => "`)`",
            Kind::OpenSquare => "`[`",
            Kind::CloseSquare => "`]`",
            Kind::Comparison => "an operator",
            Kind::Question => "`?`",
            Kind::Dash => "`-`",
            Kind::Reference => "an attribute",
            Kind::OpenBraces => "`{{`",
            Kind::CloseBraces => "`}}`",
            Kind::End => "the end",
        }
    }
}

/// A token: its kind and the bytes of the markup it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The blanks of the reference's regular expressions.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// A letter, digit or `_` of ASCII.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A letter, digit, `_` or `-`.
pub(super) fn is_segment(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

/// The first offset from `at` on whose byte does not satisfy `test`.
pub(super) fn skip(bytes: &[u8], at: usize, test: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| !test(byte)).unwrap_or(rest.len())
}

/// All tokens of `text`, the last of kind [`Kind::End`]. `base` is the offset of `text` in the template.
pub(super) fn tokenize(text: &str, base: usize, references: bool) -> Result<Vec<Token>, Rejected> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = skip(bytes, 0, is_blank);
    while let Some(&first) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        let found = match (first, next) {
            (b'.', Some(b'.')) => Some((Kind::DotDot, at + 2)),
            (b'-', Some(b'0'..=b'9')) | (b'0'..=b'9', _) => Some((Kind::Number, number_end(bytes, at))),
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) | (b'<', Some(b'>')) => Some((Kind::Comparison, at + 2)),
            (b'<' | b'>', _) => Some((Kind::Comparison, at + 1)),
            (b'\'' | b'"', _) => memchr(first, bytes.get(at + 1..).unwrap_or_default())
                .map(|length| (Kind::String, at + length + 2)),
            (b'$', Some(b'{')) if references => memchr(b'}', bytes.get(at..).unwrap_or_default())
                .map(|length| (Kind::Reference, at + length + 1)),
            (b'{', Some(b'{')) if references => Some((Kind::OpenBraces, at + 2)),
            (b'}', Some(b'}')) if references => Some((Kind::CloseBraces, at + 2)),
            (b'a'..=b'z' | b'A'..=b'Z' | b'_', _) => {
                let mut end = skip(bytes, at, is_segment);
                if bytes.get(end) == Some(&b'?') {
                    end += 1;
                }
                let operator = text.get(at..end) == Some("contains")
                    && tokens.last().is_none_or(|token| token.kind != Kind::Dot);
                Some((if operator { Kind::Comparison } else { Kind::Id }, end))
            }
            _ => special(first).map(|kind| (kind, at + 1)),
        };
        let Some((kind, end)) = found else { return Err(unexpected(text, base, at)) };
        tokens.push(Token { kind, start: at, end });
        at = skip(bytes, end, is_blank);
    }
    tokens.push(Token { kind: Kind::End, start: text.len(), end: text.len() });
    Ok(tokens)
}

fn special(byte: u8) -> Option<Kind> {
    Some(match byte {
        b'.' => Kind::Dot,
        b',' => Kind::Comma,
        b':' => Kind::Colon,
        b'|' => Kind::Pipe,
        b'(' => Kind::OpenRound,
        b')' => Kind::CloseRound,
        b'[' => Kind::OpenSquare,
        b']' => Kind::CloseSquare,
        b'?' => Kind::Question,
        b'-' => Kind::Dash,
        _ => return None,
    })
}

fn number_end(bytes: &[u8], at: usize) -> usize {
    let digit = |byte: u8| byte.is_ascii_digit();
    let whole = skip(bytes, at + 1, digit);
    if bytes.get(whole) == Some(&b'.') {
        let end = skip(bytes, whole + 1, digit);
        if end > whole + 1 {
            return end;
        }
    }
    whole
}

#[cold]
fn unexpected(text: &str, base: usize, at: usize) -> Rejected {
    let character = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
    let span = Span::new(at, at + character.len_utf8()).shifted(base);
    let reference = format!("Unexpected character {character}");
    let (message, help) = match character {
        '\'' | '"' => (format!("the quote {character} is never closed"), None),
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => (
            format!("unexpected character `{character}`"),
            Some("write texts in straight quotes, 'so' or \"so\""),
        ),
        '&' => (format!("unexpected character `{character}`"), Some("join conditions with `and`")),
        '=' => (format!("unexpected character `{character}`"), Some("compare with `==`")),
        '!' => (format!("unexpected character `{character}`"), Some("negate with `!=`, or use `unless`")),
        '+' | '*' | '/' | '%' => (
            format!("unexpected character `{character}`"),
            Some("calculate with the filters `plus`, `minus`, `times`, `divided_by` and `modulo`"),
        ),
        _ => (format!("unexpected character `{}`", character.escape_debug()), None),
    };
    let rejected = Rejected::new(reference, span, message);
    match help {
        Some(help) => rejected.help(help),
        None => rejected,
    }
}
