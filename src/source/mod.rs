//! Template text and the places in it.
//!
//! A [`Source`] is a named text; a [`Span`] is a stretch of its bytes. Everything later in the pipeline speaks
//! of places as spans and turns them into lines and columns only when a person is to read them.

mod lines;

use lines::LineIndex;
pub use lines::Position;
use std::sync::OnceLock;

/// A stretch of bytes of one source: `start` inclusive, `end` exclusive.
///
/// Sources are limited to 4 GiB, so that a span takes eight bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from byte `start` up to byte `end`; offsets past 4 GiB are held at the limit.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The empty span at byte `at`.
    pub fn at(at: usize) -> Self {
        Span::new(at, at)
    }

    /// The first byte's offset, as an index.
    pub fn from(self) -> usize {
        self.start as usize
    }

    /// The offset after the last byte, as an index.
    pub fn to(self) -> usize {
        self.end as usize
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The smallest span that holds both.
    pub fn join(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span moved `by` bytes towards the end of the source.
    pub fn shifted(self, by: usize) -> Span {
        Span::new(self.from().saturating_add(by), self.to().saturating_add(by))
    }
}

/// A named text: a template, a partial, a data file, a rendered body.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The name shown in diagnostics: a path as the user typed it, or what stands for one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`; empty when the span lies outside the source or cuts a character.
    #[inline]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.from()..span.to()).unwrap_or("")
    }

    /// Line and column of byte `offset`.
    ///
    /// ```
    /// let source = carafe::Source::new("greeting", "Hi\n{{ name }}");
    /// let position = source.position(6);
    /// assert_eq!((position.line, position.column), (2, 4));
    /// ```
    pub fn position(&self, offset: usize) -> Position {
        self.index().position(&self.text, offset)
    }

    /// The 1-based line that holds byte `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.index().line(offset)
    }

    /// The span of the 1-based line `line`, without its line break.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        self.index().line_span(&self.text, line)
    }

    fn index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}
