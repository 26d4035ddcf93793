//! The words and signs that LiquidJS knows.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::syntax::ast::{Connective, Expression, ExpressionKind, Literal, Lookup, Operator, Root, Sign};

/// The operators as they are written, longer ones before those they begin with.
pub(super) static SIGNS: &[(&str, Sign)] = &[
    ("==", Sign::Compare(Operator::Equal)),
    ("!=", Sign::Compare(Operator::NotEqual)),
    ("<=", Sign::Compare(Operator::LessOrEqual)),
    (">=", Sign::Compare(Operator::GreaterOrEqual)),
    ("<", Sign::Compare(Operator::Less)),
    (">", Sign::Compare(Operator::Greater)),
    ("contains", Sign::Compare(Operator::Contains)),
    ("not", Sign::Not),
    ("and", Sign::Join(Connective::And)),
    ("or", Sign::Join(Connective::Or)),
];

/// The value that `word` stands for.
pub(super) fn literal(word: &str) -> Option<Literal> {
    match word {
        "nil" | "null" => Some(Literal::Nil),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "empty" => Some(Literal::Empty),
        "blank" => Some(Literal::Blank),
        _ => None,
    }
}

/// How long the number at the start of `text` is; `None` where there is none, or where it is the start of a name.
pub(super) fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut length = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let (mut digits, mut point) = (false, false);
    loop {
        match (bytes.get(length), bytes.get(length + 1)) {
            (Some(byte), _) if byte.is_ascii_digit() => digits = true,
            (Some(b'.'), after) if after != Some(&b'.') => {
                if point || !digits {
                    return None;
                }
                point = true;
            }
            _ => break,
        }
        length += 1;
    }
    let follows = text.get(length..).and_then(|rest| rest.chars().next());
    (digits && !follows.is_some_and(super::text::is_word)).then_some(length)
}

/// The number that is written so. Every number is a float to LiquidJS; whole ones are kept as integers, which print alike.
pub(super) fn number(written: &str) -> Literal {
    if let Ok(integer) = written.parse() {
        return Literal::Integer(integer);
    }
    let value: f64 = written.parse().unwrap_or_default();
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and in range")]
        whole if whole.fract() == 0.0 && whole.abs() < 9e15 => Literal::Integer(whole as i64),
        value => Literal::Float(value),
    }
}

/// Whether an expression is nothing but the variable `name`.
pub(super) fn is_bare(expression: &Expression, name: &str) -> bool {
    matches!(&expression.kind,
        ExpressionKind::Lookup(Lookup { root: Root::Name(root), segments }) if root.text == name && segments.is_empty())
}
