//! The body under construction, with the captures open on it.
//!
//! A capture writes to the tail of the body; when it ends the tail is taken off.

use crate::failure::Failure;
use crate::limits::{Exceeded, Limit, Limits};

/// The body so far.
#[derive(Debug)]
pub(super) struct Output {
    text: String,
    /// Where the open captures begin, outermost first.
    marks: Vec<usize>,
    /// How long the text may be: the body up to its own bound, an open capture up to a value's.
    most: usize,
    output_bytes: usize,
    value_bytes: usize,
}

impl Output {
    pub fn new(limits: &Limits) -> Self {
        Output {
            text: String::new(),
            marks: Vec::new(),
            most: limits.output_bytes,
            output_bytes: limits.output_bytes,
            value_bytes: limits.value_bytes,
        }
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    #[inline]
    pub fn push(&mut self, text: &str) -> Result<(), Failure> {
        if self.text.len().saturating_add(text.len()) > self.most {
            return Err(self.too_long());
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Begins a capture.
    pub fn mark(&mut self) {
        if self.marks.is_empty() {
            self.most = self.text.len().saturating_add(self.value_bytes);
        }
        self.marks.push(self.text.len());
    }

    /// Ends the innermost capture: where it began. The text behind is to be read and taken off.
    pub fn unmark(&mut self) -> usize {
        let mark = self.marks.pop().unwrap_or(self.text.len());
        if self.marks.is_empty() {
            self.most = self.output_bytes;
        }
        mark
    }

    /// Where the innermost open capture began, if that is behind `start`; else `start`.
    pub fn mark_of(&self, start: usize) -> usize {
        self.marks.last().map_or(start, |mark| start.max(*mark))
    }

    /// How many captures are open.
    pub fn open_marks(&self) -> usize {
        self.marks.len()
    }

    pub fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or_default()
    }

    pub fn truncate(&mut self, mark: usize) {
        self.text.truncate(mark);
    }

    pub fn finish(self) -> String {
        self.text
    }

    #[cold]
    fn too_long(&self) -> Failure {
        Failure::Limit(if self.marks.is_empty() {
            Exceeded::new(Limit::OutputBytes, self.output_bytes)
        } else {
            Exceeded::new(Limit::ValueBytes, self.value_bytes)
        })
    }
}
