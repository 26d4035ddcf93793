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
    output_bytes: usize,
    value_bytes: usize,
}

impl Output {
    pub fn new(limits: &Limits) -> Self {
        Output {
            text: String::new(),
            marks: Vec::new(),
            output_bytes: limits.output_bytes,
            value_bytes: limits.value_bytes,
        }
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    #[inline]
    pub fn push(&mut self, text: &str) -> Result<(), Failure> {
        let length = self.text.len().saturating_add(text.len());
        if length > self.output_bytes {
            return Err(self.too_long(length));
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Begins a capture.
    pub fn mark(&mut self) {
        self.marks.push(self.text.len());
    }

    /// Ends the innermost capture: where it began. The text behind is to be read and taken off.
    pub fn unmark(&mut self) -> usize {
        self.marks.pop().unwrap_or(self.text.len())
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
    fn too_long(&self, length: usize) -> Failure {
        let captured = self.marks.first().map_or(0, |first| length - first);
        Failure::Limit(if captured > self.value_bytes {
            Exceeded::new(Limit::ValueBytes, self.value_bytes)
        } else {
            Exceeded::new(Limit::OutputBytes, self.output_bytes)
        })
    }
}
