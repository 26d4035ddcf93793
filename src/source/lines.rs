//! Byte offsets to lines and columns, and back.

use super::Span;

/// A place as people count it: both numbers start at 1, columns count characters (not bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

#[derive(Debug)]
pub(super) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0)
            .chain(breaks.map(|at| u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX)));
        LineIndex { starts: starts.collect() }
    }

    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset)
    }

    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.start(line);
        let before = text.as_bytes().get(start..offset.min(text.len())).unwrap_or_default();
        let continuation = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
        Position { line, column: before.iter().filter(continuation).count().saturating_add(1) }
    }

    pub fn line_span(&self, text: &str, line: usize) -> Option<Span> {
        if line == 0 || line > self.starts.len() {
            return None;
        }
        let end = self.starts.get(line).map_or(text.len(), |&next| (next as usize).saturating_sub(1));
        let start = self.start(line);
        let length = match text.as_bytes().get(start..end).unwrap_or_default() {
            [line @ .., b'\r'] => line.len(),
            line => line.len(),
        };
        Some(Span::new(start, start.saturating_add(length)))
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(1)).map_or(0, |&start| start as usize)
    }
}
