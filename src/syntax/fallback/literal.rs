//! Values written out: words, numbers, operators, and texts without the blanks between their tokens.

use crate::limits::{Exceeded, Limit, Limits};
use crate::syntax::ast::Literal;

/// The value a word stands for when it stands alone.
pub(super) fn word(text: &str) -> Option<Literal> {
    match text {
        "nil" | "null" => Some(Literal::Nil),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "empty" => Some(Literal::Empty),
        "blank" => Some(Literal::Blank),
        _ => None,
    }
}

/// The number at the start of `text`, which must hold only digits and dots after an optional `-`, with the number of
/// bytes it takes: `1.2.3` is 1.2 and `1.` is 1.0. `None` where `text` is no number.
pub(super) fn number(text: &str, limits: &Limits) -> Result<Option<(Literal, usize)>, Exceeded> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit())
        || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Ok(None);
    }
    if text.len() > limits.number_digits {
        return Err(Exceeded::new(Limit::NumberDigits, limits.number_digits));
    }
    let mut dots = text.match_indices('.').map(|(at, _)| at);
    let Some(point) = dots.next() else { return Ok(Some((integer(text), text.len()))) };
    let end = dots.next().unwrap_or(text.len());
    // `1.` and `1..5` have no fraction; what then counts as written is the whole part.
    let used = if end == point.saturating_add(1) { point } else { end };
    let value = text.get(..used).and_then(|number| number.parse().ok()).unwrap_or_default();
    Ok(Some((Literal::Float(value), used)))
}

fn integer(text: &str) -> Literal {
    if let Ok(integer) = text.parse() {
        return Literal::Integer(integer);
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    Literal::BigInteger(format!("{sign}{}", digits.trim_start_matches('0')))
}

/// `text` without the blanks outside quotes, as the reference puts tokens together again.
pub(super) fn written(text: &str) -> String {
    let mut quote = None;
    let keep = |c: &char| {
        match quote {
            Some(open) if open == *c => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(*c),
            _ => {}
        }
        quote.is_some() || !u8::try_from(*c).is_ok_and(super::lexer::is_blank)
    };
    text.chars().filter(keep).collect()
}
