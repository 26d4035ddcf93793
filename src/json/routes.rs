//! The ways that rows take: what stands between their values, as it stood in rows before.
//!
//! Rows of one kind differ in their values more than in what is around them. A row is followed value by value as long as all
//! that is between two of them, such as `,"email":`, is what stood there in a row before; then it has that row's objects and
//! arrays, and these need not be read. A way splits where rows differ, by a key that is missing or an item more.

use super::literal::Literal;

/// So many places between values are remembered in all.
const PLACES: usize = 4096;

/// The longest way has so many of them.
const STOPS: usize = 512;

/// A way goes on with one of so many texts.
const SPLITS: usize = 12;

/// The longest text between two values that is remembered, in bytes.
const LONGEST: usize = 512;

/// So many more rows may take no known way than take one.
const PATIENCE: u32 = 1000;

const NONE: u32 = u32::MAX;

/// Ways that were learned.
#[derive(Clone, Debug, Default)]
pub(super) struct Routes {
    places: Vec<Place>,
    shapes: Vec<Shape>,
    most_kept: usize,
    /// How many rows took no known way, less those that did.
    missed: u32,
}

/// What stands in front of a value or at the end, and what comes then.
#[derive(Clone, Debug)]
pub(super) struct Place {
    literal: Literal,
    pub then: Then,
    /// How many collections are around the value.
    pub depth: usize,
    /// What is written for the text, with a block of nothing behind it, and its length.
    pub written: Box<[u8]>,
    pub length: usize,
    /// The place behind the value.
    next: u32,
    /// What may stand here instead.
    other: u32,
}

/// What stands behind a text between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// A value that is not wanted.
    Skip,
    /// A value that is wanted, whole.
    Keep,
    /// A value of which only parts are wanted, and which has none: it is neither an object nor an array.
    Plain,
    /// The end, which makes a row of this shape.
    End(u32),
}

/// How the values that were kept make a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Objects and arrays, those inside of others first; the last one is the row.
    pub made: Vec<Make>,
    /// Collections inside each other.
    pub depth: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Make {
    Map(Vec<(Box<str>, Part)>),
    Array(Vec<Part>),
}

/// A value that was kept, or made, by its number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Kept(usize),
    Made(usize),
}

/// A way that was taken by a row.
#[derive(Debug, Default)]
pub(super) struct Route<'r> {
    /// What stands in front of each value, what comes then, and in how many collections.
    pub stops: Vec<(&'r [u8], Then, usize)>,
    pub shape: Shape,
    pub kept: usize,
}

/// A traveller on the known ways.
pub(super) trait Visit {
    /// Steps over the value at `at`, in front of which `place` is; where it ends, or nothing where it is none, or none of that
    /// kind.
    fn step(&mut self, at: usize, place: &Place) -> Option<usize>;

    /// The end is reached, which is `place`.
    fn end(&mut self, _: &Place) {}
}

impl Routes {
    /// How many values a way keeps at most.
    pub fn most_kept(&self) -> usize {
        self.most_kept
    }

    /// Whether there are ways at all, and enough rows take them.
    pub fn are_known(&self) -> bool {
        !self.places.is_empty()
    }

    pub fn shape(&self, number: u32) -> Option<&Shape> {
        self.shapes.get(number as usize)
    }

    /// Follows `bytes`; the shape at the end.
    #[inline(always)]
    pub fn follow(&self, bytes: &[u8], visitor: &mut impl Visit) -> Option<u32> {
        let mut at = 0;
        let mut place = self.places.first()?;
        loop {
            if place.literal.stands(bytes, at) {
                let value = at + place.literal.len();
                match place.then {
                    Then::End(shape) if value == bytes.len() => {
                        visitor.end(place);
                        return Some(shape);
                    }
                    Then::End(_) => {}
                    Then::Skip | Then::Keep | Then::Plain => {
                        if let Some(end) = visitor.step(value, place) {
                            at = end;
                            place = self.places.get(place.next as usize)?;
                            continue;
                        }
                    }
                }
            }
            place = self.places.get(place.other as usize)?;
        }
    }

    /// A row has taken a known way.
    #[inline(always)]
    pub fn hit(&mut self) {
        self.missed = self.missed.saturating_sub(1);
    }

    /// A row has taken none; whether its way is to be learned.
    pub fn miss(&mut self) -> bool {
        self.missed = self.missed.saturating_add(1);
        if self.missed > PATIENCE {
            // Looking for a way only costs time here. An empty list is never filled again.
            self.places = Vec::new();
            return false;
        }
        self.places.len() < PLACES
    }

    /// Learns the way of a row. `written` says what is to be written for a text, and how long that is.
    pub fn learn(&mut self, route: Route<'_>, written: impl Fn(&[u8]) -> (Box<[u8]>, usize)) {
        if route.stops.len() > STOPS {
            return;
        }
        let shape = self.shapes.len() as u32;
        let mut from = None;
        for (text, then, depth) in route.stops {
            if text.len() > LONGEST || self.places.len() >= PLACES {
                return;
            }
            let then = if let Then::End(_) = then { Then::End(shape) } else { then };
            let new = self.places.len();
            let Some(number) = self.place(from, text, then, depth) else { return };
            if number == new
                && let Some(place) = self.places.get_mut(number)
            {
                (place.written, place.length) = written(text);
            }
            from = Some(number);
        }
        self.most_kept = self.most_kept.max(route.kept);
        self.shapes.push(route.shape);
    }

    /// The place behind the value at `from`, or the first one, where `text` stands; new if need be. None where a way would split
    /// too often.
    fn place(&mut self, from: Option<usize>, text: &[u8], then: Then, depth: usize) -> Option<usize> {
        let mut at = match from {
            None if self.places.is_empty() => NONE,
            None => 0,
            Some(from) => self.places.get(from)?.next,
        };
        let mut last = None;
        let mut splits = 0;
        while let Some(place) = self.places.get(at as usize) {
            if place.literal.bytes() == text && place.then == then {
                return Some(at as usize);
            }
            splits += 1;
            last = Some(at as usize);
            at = place.other;
        }
        if splits >= SPLITS {
            return None;
        }
        let number = self.places.len();
        self.places.push(Place {
            literal: Literal::new(text),
            then,
            depth,
            written: Box::default(),
            length: 0,
            next: NONE,
            other: NONE,
        });
        match (last, from) {
            (Some(last), _) => self.places.get_mut(last)?.other = number as u32,
            (None, Some(from)) => self.places.get_mut(from)?.next = number as u32,
            (None, None) => {}
        }
        Some(number)
    }
}
