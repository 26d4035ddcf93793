//! What a body says, read as far as it can be read: the values, each with its place.
//!
//! The check tells what it reads while it walks. Where it goes on after a mistake, so does the reading: comments are
//! left out, a missing comma is supplied, one too many is dropped, and a value that cannot be read is
//! [unknown](Kind::Unknown). Values lie in one list and name each other by their numbers, so that nesting costs no call
//! depth.

use std::borrow::Cow;
use std::ops::Range;

/// The number of a value in its [`Document`].
pub type ValueNumber = usize;

/// The values of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    values: Vec<Reading>,
    /// Whether all members are there: false where a mistake may have swallowed some of them.
    pub is_whole: bool,
}

/// One value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its bytes in the body, quotes and brackets included.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An object, with its members in the order of the body.
    Object(Vec<Member>),
    /// An array.
    Array(Vec<ValueNumber>),
    /// A text: its span without the quotes.
    Text(Range<usize>),
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// Something that is no JSON, or nothing where a value is due.
    Unknown,
}

/// One member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key as it is meant: escapes are resolved.
    pub key: String,
    /// The bytes of the key with its quotes.
    pub place: Range<usize>,
    /// Its value.
    pub value: ValueNumber,
}

impl Document {
    /// The number of the outermost value; none if the body holds no value.
    pub fn root(&self) -> Option<ValueNumber> {
        (!self.values.is_empty()).then_some(0)
    }

    /// Every value, in the order in which the body begins them.
    pub fn values(&self) -> &[Reading] {
        &self.values
    }

    /// The value of this number.
    pub fn value(&self, number: ValueNumber) -> Option<&Reading> {
        self.values.get(number)
    }
}

/// Puts a document together from what the check reads.
#[derive(Default)]
pub(super) struct Builder {
    document: Document,
    open: Vec<Open>,
}

/// An open container.
struct Open {
    number: ValueNumber,
    /// The key that still waits for its value, and its place.
    key: Option<(String, Range<usize>)>,
}

impl Builder {
    pub fn open(&mut self, at: usize, closing: u8) {
        let kind = if closing == b'}' { Kind::Object(Vec::new()) } else { Kind::Array(Vec::new()) };
        let number = self.value(at..at.saturating_add(1), kind);
        self.open.push(Open { number, key: None });
    }

    pub fn close(&mut self, end: usize) {
        self.without_value(end);
        if let Some(open) = self.open.pop()
            && let Some(value) = self.document.values.get_mut(open.number)
        {
            value.span.end = end.max(value.span.end);
        }
    }

    pub fn key(&mut self, name: Cow<'_, str>, place: &Range<usize>) {
        self.without_value(place.start);
        if let Some(open) = self.open.last_mut() {
            open.key = Some((name.into_owned(), place.clone()));
        }
    }

    /// Gives a key that no value follows an unknown one.
    pub fn without_value(&mut self, at: usize) {
        if self.open.last().is_some_and(|open| open.key.is_some()) {
            self.value(at..at, Kind::Unknown);
        }
    }

    pub fn value(&mut self, span: Range<usize>, kind: Kind) -> ValueNumber {
        let number = self.document.values.len();
        if let Some(open) = self.open.last_mut() {
            let container = self.document.values.get_mut(open.number);
            match (container.map(|container| &mut container.kind), open.key.take()) {
                (Some(Kind::Object(members)), Some((key, place))) => {
                    members.push(Member { key, place, value: number });
                }
                (Some(Kind::Array(items)), _) => items.push(number),
                _ => {}
            }
        }
        self.document.values.push(Reading { span, kind });
        number
    }

    /// The document; `end` is the end of the body, where what is still open ends.
    pub fn finish(mut self, end: usize, is_whole: bool) -> Document {
        while !self.open.is_empty() {
            self.close(end);
        }
        self.document.is_whole = is_whole;
        self.document
    }
}
