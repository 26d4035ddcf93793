//! Spans as tools read them: the lines and columns of many, without counting a long line from its start again and again.

use crate::source::{Position, Source, Span};
use serde::Serialize;
use std::collections::HashMap;

/// A span as tools read it: lines and columns count from 1, bytes from 0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stretch {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
}

impl Stretch {
    /// Finds the lines and columns of a single span.
    pub fn new(source: &Source, span: Span) -> Self {
        Stretch::with(&mut Locator::default(), source, span)
    }

    pub(super) fn with(locator: &mut Locator, source: &Source, span: Span) -> Self {
        let (start, end) = locator.positions(source, span);
        Stretch {
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_start: span.from(),
            byte_end: span.to(),
        }
    }
}

/// Finds positions and remembers the last one of each source, to count on from there.
#[derive(Default)]
pub(super) struct Locator {
    last: HashMap<*const Source, (usize, Position)>,
}

impl Locator {
    /// Line and column of byte `offset`.
    pub fn position(&mut self, source: &Source, offset: usize) -> Position {
        let text = source.text().as_bytes();
        let offset = offset.min(text.len());
        let known = self.last.get(&std::ptr::from_ref(source)).copied();
        let position = match known {
            Some((from, known)) if from <= offset && source.line(offset) == known.line => {
                let between = text.get(from..offset).unwrap_or_default();
                let characters = between.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count();
                Position { line: known.line, column: known.column.saturating_add(characters) }
            }
            _ => source.position(offset),
        };
        self.last.insert(source, (offset, position));
        position
    }

    /// Positions of the start and the end of `span`.
    pub fn positions(&mut self, source: &Source, span: Span) -> (Position, Position) {
        (self.position(source, span.from()), self.position(source, span.to()))
    }
}
