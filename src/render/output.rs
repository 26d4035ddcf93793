//! The body under construction, with the captures open on it.
//!
//! A capture writes to the tail of the body; when it ends the tail is taken off.

use super::body::Body;
use crate::arena::Arena;
use crate::compile::Text;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use bumpalo::collections::Vec as BumpVec;

/// The body so far.
#[derive(Debug)]
pub(super) struct Output<'r> {
    text: Body,
    /// Where the open captures begin, outermost first.
    marks: BumpVec<'r, usize>,
    /// How long the text may be: the body up to its own bound, an open capture up to a value's.
    most: usize,
    output_bytes: usize,
    value_bytes: usize,
}

impl<'r> Output<'r> {
    /// An empty body.
    pub fn new(arena: &'r Arena) -> Self {
        let limits = arena.budget().limits();
        Output {
            text: Body::default(),
            marks: BumpVec::new_in(arena.bump()),
            most: limits.output_bytes,
            output_bytes: limits.output_bytes,
            value_bytes: limits.value_bytes,
        }
    }

    /// Takes the memory of `buffer` for a body that has nothing in it yet.
    pub fn reuse(&mut self, buffer: String) {
        self.text = Body::new(buffer);
        self.bound(self.most);
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    #[inline(always)]
    pub fn push(&mut self, text: &str) -> Result<(), Failure> {
        if self.text.push(text) { Ok(()) } else { self.push_more(text) }
    }

    /// Writes a text of the template.
    #[inline(always)]
    pub fn push_text(&mut self, text: &Text) -> Result<(), Failure> {
        if self.text.push_text(text) { Ok(()) } else { self.push_more(text.as_str()) }
    }

    #[inline(always)]
    pub fn push_integer(&mut self, number: i64) -> Result<(), Failure> {
        if self.text.push_integer(number) {
            Ok(())
        } else {
            self.push_more(itoa::Buffer::new().format(number))
        }
    }

    /// Writes what there was no room for, if the text may be that long.
    #[cold]
    #[inline(never)]
    fn push_more(&mut self, text: &str) -> Result<(), Failure> {
        if self.text.make_room(text.len(), self.most) && self.text.push(text) {
            return Ok(());
        }
        Err(self.too_long())
    }

    fn bound(&mut self, most: usize) {
        self.most = most;
        self.text.bound(most);
    }

    /// Begins a capture.
    pub fn mark(&mut self) {
        if self.marks.is_empty() {
            self.bound(self.text.len().saturating_add(self.value_bytes));
        }
        self.marks.push(self.text.len());
    }

    /// Ends the innermost capture: where it began. The text behind is to be read and taken off.
    pub fn unmark(&mut self) -> usize {
        let mark = self.marks.pop().unwrap_or(self.text.len());
        if self.marks.is_empty() {
            self.bound(self.output_bytes);
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
        self.text.since(mark)
    }

    pub fn truncate(&mut self, mark: usize) {
        self.text.truncate(mark);
        self.text.bound(self.most);
    }

    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.text).into_string()
    }

    #[cold]
    fn too_long(&self) -> Failure {
        Failure::limit(if self.marks.is_empty() {
            Exceeded::new(Limit::OutputBytes, self.output_bytes)
        } else {
            Exceeded::new(Limit::ValueBytes, self.value_bytes)
        })
    }
}
