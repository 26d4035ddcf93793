//! Conditions: comparisons between the words `and` and `or`, of each what its first fragments say.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::super::lexer::{is_blank, skip};
use super::super::{Rejected, comparison_span};
use super::Reader;
use crate::source::Span;
use crate::syntax::ast::{Comparison, Condition, Connective, Expression, ExpressionKind, Literal, Operator};
use std::ops::Range;

/// What a condition falls into.
struct Part {
    /// Whether it is `and` or `or`.
    connective: Option<Connective>,
    place: Range<usize>,
}

impl Reader<'_> {
    /// The condition of `if`, `elsif` and `unless`.
    pub fn condition(&mut self) -> Result<Condition, Rejected> {
        let parts = self.parts();
        // The reference reads from the right, in turns a comparison and a connective.
        if parts.len().is_multiple_of(2) {
            return Err(self.no_condition());
        }
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return Err(self.no_condition()) };
        let mut kept = Vec::new();
        let first = self.comparison(first.place, &mut kept)?;
        let mut span = comparison_span(&first);
        let mut rest = Vec::new();
        while let (Some(word), Some(part)) = (parts.next(), parts.next()) {
            let Some(connective) = word.connective else { return Err(self.no_condition()) };
            kept.push(word.place);
            let comparison = self.comparison(part.place, &mut kept)?;
            span = span.join(comparison_span(&comparison));
            rest.push((connective, comparison));
        }
        self.ignore_between(0..self.bytes.len(), kept, b"");
        Ok(Condition { span, first, rest })
    }

    #[cold]
    fn no_condition(&self) -> Rejected {
        let reference = "Syntax Error in tag 'if' - Valid syntax: if [expression]";
        let span = super::super::whole(self.text, self.base);
        Rejected::new(reference, span, "there is no condition to be made out here")
    }

    fn parts(&self) -> Vec<Part> {
        let end = self.bytes.len();
        let mut parts = Vec::new();
        let mut at = 0;
        while at < end {
            if let Some((connective, after)) = self.connective(at) {
                parts.push(Part { connective: Some(connective), place: at..after });
                at = after;
                continue;
            }
            let start = at;
            let mut items = false;
            loop {
                at = self.skip_blanks(at, end);
                if at >= end || self.connective(at).is_some() {
                    break;
                }
                items = true;
                at = match self.fragment_end(at, end) {
                    Some(after) => after,
                    None => skip(self.bytes, at, |byte| !is_blank(byte)),
                };
            }
            if items {
                parts.push(Part { connective: None, place: start..at });
            }
        }
        parts
    }

    /// The `and` or `or` at `at`, standing as a word of its own, and the offset behind it and one blank.
    fn connective(&self, at: usize) -> Option<(Connective, usize)> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let (connective, end) = if rest.starts_with(b"and") {
            (Connective::And, at + 3)
        } else if rest.starts_with(b"or") {
            (Connective::Or, at + 2)
        } else {
            return None;
        };
        // The boundaries of the reference's `\b` know the letters of every script, unlike its `\w`.
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        let word = |at: usize| self.slice(at..self.bytes.len()).starts_with(letter);
        if word(end) || self.slice(0..at).ends_with(letter) {
            return None;
        }
        let blank = self.byte(end).is_some_and(is_blank) && word(end + 1);
        Some((connective, if blank { end + 1 } else { end }))
    }

    fn comparison(
        &mut self,
        part: Range<usize>,
        kept: &mut Vec<Range<usize>>,
    ) -> Result<Comparison, Rejected> {
        let Some(first) = self.find_fragment(part.clone()) else { return Err(self.no_condition()) };
        kept.push(first.clone());
        let left = self.value(first.clone())?;
        let start = self.skip_blanks(first.end, part.end);
        let sign = |byte: u8| matches!(byte, b'=' | b'!' | b'<' | b'>' | b'a'..=b'z' | b'_');
        let operator = start..skip(self.bytes, start, sign).min(part.end);
        if operator.is_empty() {
            return Ok(Comparison { left, right: None });
        }
        kept.push(operator.clone());
        let second = self.skip_blanks(operator.end, part.end);
        let right = match self.fragment_end(second, part.end) {
            Some(end) => {
                kept.push(second..end);
                self.value(second..end)?
            }
            None => {
                let span = Span::at(operator.end).shifted(self.base);
                Expression { span, kind: ExpressionKind::Literal(Literal::Nil) }
            }
        };
        Ok(Comparison { left, right: Some((Operator::from(self.slice(operator)), right)) })
    }
}
