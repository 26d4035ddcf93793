//! The body under construction, with the captures open on it.
//!
//! A capture writes to the tail of the body; when it ends the tail is taken off.

use super::body::Body;
use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use bumpalo::collections::Vec as BumpVec;

/// Digits of an integer of 64 bits, with its sign.
const LONGEST_INTEGER: usize = 20;

/// The body so far.
#[derive(Debug)]
pub(super) struct Output<'r> {
    text: Body,
    /// Where the open captures begin, outermost first.
    marks: BumpVec<'r, usize>,
    /// How long the text may be: the body up to its own bound, an open capture up to a value's.
    most: usize,
    /// How long it may become before there must be more room: never beyond `most`.
    room: usize,
    output_bytes: usize,
    value_bytes: usize,
}

impl<'r> Output<'r> {
    /// An empty body.
    pub fn new(arena: &'r Arena) -> Self {
        let limits = arena.budget().limits();
        Output {
            room: 0,
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
        if text.len() > self.room - self.text.len() {
            self.grow(text.len())?;
        }
        self.text.push(text);
        Ok(())
    }

    #[inline(always)]
    pub fn push_integer(&mut self, number: i64) -> Result<(), Failure> {
        if self.room - self.text.len() < LONGEST_INTEGER {
            return self.push(itoa::Buffer::new().format(number));
        }
        self.text.push_integer(number);
        Ok(())
    }

    /// Makes room for `more` bytes, if the text may be that long.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) -> Result<(), Failure> {
        if self.text.len().saturating_add(more) > self.most {
            return Err(self.too_long());
        }
        self.text.reserve(more);
        self.room = self.text.capacity().min(self.most);
        Ok(())
    }

    /// Bounds the text; what is there already may be longer, until it is taken off.
    fn bound(&mut self, most: usize) {
        self.most = most;
        self.room = self.text.capacity().min(most).max(self.text.len());
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
        self.bound(self.most);
    }

    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.text).into_string()
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
