//! Places as tools read them.

use crate::source::{Source, Span};
use serde::Serialize;

/// A stretch of a template, by lines and columns that count from 1 and by bytes that count from 0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stretch<'s> {
    file: &'s str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
    /// Whether a value stands in for one that is missing; only reads have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_default: Option<bool>,
}

impl<'s> Stretch<'s> {
    pub fn new(source: &'s Source, span: Span) -> Self {
        let (start, end) = (source.position(span.from()), source.position(span.to()));
        Stretch {
            file: source.name(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_start: span.from(),
            byte_end: span.to(),
            has_default: None,
        }
    }

    /// The same of a read.
    pub fn of_read(source: &'s Source, span: Span, has_default: bool) -> Self {
        Stretch { has_default: Some(has_default), ..Stretch::new(source, span) }
    }
}
