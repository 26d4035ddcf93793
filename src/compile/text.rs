//! The texts of a template.

use crate::source::Span;

/// How many bytes are copied at once of a text that is no longer.
pub(crate) const BLOCK: usize = 32;

const BLANKS: &str = "                                ";
const _: () = assert!(BLANKS.len() == BLOCK);

/// A stretch of the template that is written as it is.
#[derive(Debug)]
pub(crate) struct Text {
    /// The text; behind a short one, blanks up to a whole block.
    padded: Box<str>,
    length: usize,
    /// Where it stands.
    pub span: Span,
}

impl Default for Text {
    fn default() -> Self {
        Text { padded: BLANKS.into(), length: 0, span: Span::default() }
    }
}

impl Text {
    /// The text at `span`.
    pub fn new(text: &str, span: Span) -> Self {
        let mut padded = String::with_capacity(text.len().max(BLOCK));
        padded.push_str(text);
        padded.extend(BLANKS.get(text.len()..));
        Text { padded: padded.into(), length: text.len(), span }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.padded.get(..self.length).unwrap_or_default()
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The block that a short text begins.
    #[inline]
    pub fn block(&self) -> Option<&[u8; BLOCK]> {
        if self.length <= BLOCK { self.padded.as_bytes().first_chunk() } else { None }
    }
}
