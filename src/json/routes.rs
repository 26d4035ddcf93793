//! The ways that rows take: what stands between their values, as it stood in rows before.
//!
//! Rows of one kind differ in their values more than in what is around them. A row is followed value by value as long as all
//! that is between two of them, such as `,"email":`, is what stood there in a row before; then it has that row's objects and
//! arrays, and these need not be read. A way splits where rows differ, by a key that is missing or an item more; where nobody
//! asks which way was taken, ways come together again as soon as the same collections are open.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and counts of what stands in it"
)]

use super::literal::Literal;
use super::scan;
use std::collections::HashMap;

/// So many places between values are remembered in all.
const PLACES: usize = 4096;

/// The longest way has so many of them.
const STOPS: usize = 512;

/// What ways make of their rows is remembered up to so many bytes.
const SHAPE_BYTES: usize = 4 << 20;

/// A way goes on with one of so many texts.
const SPLITS: usize = 12;

/// The longest text between two values that is remembered, in bytes.
const LONGEST: usize = 512;

/// So many more rows may take no known way than take one.
const PATIENCE: u32 = 1000;

/// So many times a collection may take no known way, before it is counted whether most do.
const TRIES: u64 = 64;

const NONE: u32 = u32::MAX;

/// What is written is copied in blocks of so many bytes.
pub(super) const BLOCK: usize = 32;

/// Ways that were learned.
#[derive(Clone, Debug, Default)]
pub(super) struct Routes {
    places: Vec<Place>,
    shapes: Vec<Shape>,
    /// How much memory the shapes take.
    shape_bytes: usize,
    most_values: usize,
    /// Of ways that come together: the first place of those with the same text in front and the same open collections.
    known: HashMap<(Box<[u8]>, Then, Open), u32>,
    /// How many sets of ways on from a place there are.
    states: u32,
    /// Collections inside each other, at most, on ways that come together.
    deepest: usize,
    /// How many rows took no known way, less those that did.
    missed: u32,
    /// How many rows took a known way.
    hits: u64,
    /// How many places the ways through unwanted collections have.
    inner_places: usize,
}

/// What stands in front of a value or at the end, and what comes then.
#[derive(Clone, Debug)]
pub(super) struct Place {
    literal: Literal,
    pub then: Then,
    /// How many collections are around the value.
    pub depth: usize,
    /// What is written for the text, in whole blocks, and its length.
    pub written: Box<[u8]>,
    pub length: usize,
    /// The place behind the value.
    next: u32,
    /// What may stand here instead.
    other: u32,
    /// Places of the same state go on alike.
    state: u32,
    pub number: u32,
    /// The ways through the collections that stood here and are not wanted.
    pub inner: Option<Box<Inner>>,
}

/// Ways through a collection that is not wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Inner {
    pub routes: Routes,
    /// How often none was taken, and how many rows there had been at the first time.
    missed: u64,
    since: u64,
    /// Whether too few take them.
    pub is_given_up: bool,
}

/// What stands behind a text between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// The collections that are open at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Open {
    /// A bit for each, set for objects; the lowest is the innermost.
    objects: u128,
    count: u32,
}

/// How the values that were kept make a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Objects and arrays, those inside of others first; the last one is the row. Behind the kept values they are values of
    /// their own, in this order.
    pub made: Vec<Make>,
    /// How many values are kept.
    pub kept: usize,
    /// Collections inside each other.
    pub depth: usize,
    /// How many objects there are, and how many entries they have together.
    pub maps: usize,
    pub entries: usize,
    /// How much memory all that takes.
    pub bytes: usize,
}

/// A collection of values, which are told by their numbers.
#[derive(Clone, Debug)]
pub(super) enum Make {
    Map(Vec<(Box<str>, usize)>),
    Array(Vec<usize>),
}

/// A way that was taken by a row.
#[derive(Debug, Default)]
pub(super) struct Route<'r> {
    pub stops: Vec<Stop<'r>>,
    pub shape: Shape,
    /// Collections inside each other, where it may meet other ways.
    deepest: usize,
    /// The way [through](Route::through) `text` has a value between each two stops: where it begins and ends.
    text: &'r [u8],
    pub values: Vec<(usize, usize)>,
}

/// A place on a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop<'r> {
    /// What stands in front of the value.
    pub text: &'r [u8],
    pub then: Then,
    pub depth: usize,
    /// What is open at the value, where the way may go on as any other does that has the same open.
    pub open: Option<Open>,
}

/// A traveller on the known ways through a text.
pub(super) trait Visit<'t> {
    /// Steps over the value that `rest` begins with, in front of which `place` is; what is behind it, or nothing where it is
    /// none, or none of that kind.
    fn step(&mut self, rest: &'t str, place: &Place) -> Option<&'t str>;

    /// Whether this, with `rest` behind `place`, can be the end.
    fn end(&mut self, rest: &'t str, place: &Place) -> bool;
}

impl Shape {
    /// How much memory it takes to remember it.
    fn kept_bytes(&self) -> usize {
        let made = self.made.iter().map(|make| match make {
            Make::Map(members) => {
                members.iter().map(|(name, _)| size_of::<(Box<str>, usize)>() + name.len()).sum()
            }
            Make::Array(parts) => size_of_val(&**parts),
        });
        self.made.len() * size_of::<Make>() + made.sum::<usize>()
    }
}

/// The number of a place or a shape, of which there are never so many that it does not fit.
fn number_of(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}

impl Open {
    /// Nothing where too many are open.
    fn push(&mut self, object: bool) -> Option<()> {
        if self.count == u128::BITS {
            return None;
        }
        self.objects = self.objects << 1 | u128::from(object);
        self.count += 1;
        Some(())
    }

    fn pop(&mut self) {
        self.objects >>= 1;
        self.count = self.count.saturating_sub(1);
    }
}

impl<'r> Route<'r> {
    /// The way through all scalars of the JSON that lies between `start` and `end`. All of them are to be dealt with in the
    /// same manner.
    pub fn through(bytes: &'r [u8], start: usize, end: usize, then: Then) -> Option<Self> {
        let bytes = bytes.get(..end)?;
        let mut route = Route { text: bytes, ..Route::default() };
        let mut open = Open::default();
        let (mut at, mut from) = (start, start);
        while let Some(byte) = bytes.get(at) {
            let after = match byte {
                b'"' => scan::string(bytes, at + 1).ok()?.0 + 1,
                b'-' | b'0'..=b'9' => scan::number(bytes, at).ok()?.end,
                b't' | b'f' | b'n' => scan::word(bytes, at).ok()?,
                bracket => {
                    match bracket {
                        b'{' | b'[' => open.push(*bracket == b'{')?,
                        b'}' | b']' => open.pop(),
                        _ => {}
                    }
                    route.deepest = route.deepest.max(open.count as usize);
                    at += 1;
                    continue;
                }
            };
            let is_key = *byte == b'"' && bytes.get(scan::space(bytes, after)) == Some(&b':');
            if !is_key {
                route.stops.push(Stop { text: bytes.get(from..at)?, then, depth: 0, open: Some(open) });
                route.values.push((at, after));
                from = after;
            }
            at = after;
        }
        route.stops.push(Stop { text: bytes.get(from..)?, then: Then::End(0), depth: 0, open: Some(open) });
        Some(route)
    }

    /// The same way for texts in which those values that `is_fixed` says are always the same, and so part of what stands
    /// between the others.
    pub fn fix(&mut self, is_fixed: &[bool]) {
        let ends = self.values.iter().map(|(_, end)| *end);
        let starts = self.values.iter().map(|(start, _)| *start).chain([self.text.len()]);
        let mut from = 0;
        let mut stops = Vec::new();
        let mut behind = starts.clone().skip(1);
        for (number, ((stop, start), end)) in self.stops.iter().zip(starts).zip(ends.chain([0])).enumerate() {
            let is_short = behind.next().is_some_and(|behind| behind - from <= LONGEST);
            if is_short && is_fixed.get(number) == Some(&true) {
                continue;
            }
            stops.push(Stop { text: self.text.get(from..start).unwrap_or_default(), ..*stop });
            from = end;
        }
        self.stops = stops;
    }
}

impl Routes {
    /// How many values a way keeps and makes at most.
    pub fn most_values(&self) -> usize {
        self.most_values
    }

    /// Collections inside each other, at most, on ways that come together.
    pub fn deepest(&self) -> usize {
        self.deepest
    }

    /// Whether there are ways at all, and enough rows take them.
    pub fn are_known(&self) -> bool {
        !self.places.is_empty()
    }

    pub fn shape(&self, number: u32) -> Option<&Shape> {
        self.shapes.get(number as usize)
    }

    /// Follows `text`; the shape at the end, and what is behind it.
    #[inline(always)]
    pub fn follow<'t>(&self, text: &'t str, visitor: &mut impl Visit<'t>) -> Option<(u32, &'t str)> {
        let places = &*self.places;
        let mut place = places.first()?;
        let mut rest = text;
        loop {
            if place.literal.begins(rest.as_bytes()) {
                let value = rest.get(place.literal.len()..)?;
                if let Then::End(shape) = place.then {
                    if visitor.end(value, place) {
                        return Some((shape, value));
                    }
                } else if let Some(behind) = visitor.step(value, place) {
                    rest = behind;
                    place = places.get(place.next as usize)?;
                    continue;
                }
            }
            place = places.get(place.other as usize)?;
        }
    }

    /// A row has taken a known way.
    #[inline(always)]
    pub fn hit(&mut self) {
        self.missed = self.missed.saturating_sub(1);
        self.hits += 1;
    }

    /// A row has taken none; whether its way is to be learned.
    pub fn miss(&mut self) -> bool {
        self.missed = self.missed.saturating_add(1);
        if self.missed > PATIENCE {
            // Looking for a way only costs time here. An empty list is never filled again.
            (self.places, self.known, self.shapes) = (Vec::new(), HashMap::new(), Vec::new());
            return false;
        }
        self.places.len() < PLACES && self.shape_bytes < SHAPE_BYTES
    }

    /// The unwanted collection between `start` and `end` behind the place of this number has taken no known way.
    #[inline(never)]
    pub fn miss_inside(&mut self, number: u32, bytes: &[u8], start: usize, end: usize) {
        let (hits, has_room) = (self.hits, self.inner_places < PLACES);
        let Some(place) = self.places.get_mut(number as usize) else { return };
        let inner = place.inner.get_or_insert_with(|| Box::new(Inner { since: hits, ..Inner::default() }));
        inner.missed += 1;
        if inner.missed > TRIES && inner.missed > (hits - inner.since) / 2 {
            **inner = Inner { is_given_up: true, ..Inner::default() };
        } else if has_room && let Some(route) = Route::through(bytes, start, end, Then::Skip) {
            let before = inner.routes.places.len();
            inner.routes.learn(route, |_| Default::default());
            self.inner_places += inner.routes.places.len() - before;
        }
    }

    /// Learns the way of a row. `written` says what is to be written for a text, in whole blocks, and how long that is.
    pub fn learn(&mut self, route: Route<'_>, written: impl Fn(&[u8]) -> (Box<[u8]>, usize)) {
        let shape_bytes = self.shape_bytes + route.shape.kept_bytes();
        if route.stops.len() > STOPS || shape_bytes > SHAPE_BYTES {
            return;
        }
        self.shape_bytes = shape_bytes;
        self.deepest = self.deepest.max(route.deepest);
        let shape = number_of(self.shapes.len());
        let mut from = None;
        for mut stop in route.stops {
            if stop.text.len() > LONGEST || self.places.len() >= PLACES {
                return;
            }
            if let (Then::End(_), None) = (stop.then, stop.open) {
                stop.then = Then::End(shape);
            }
            let Some(number) = self.place(from, &stop, &written) else { return };
            from = Some(number);
        }
        let Shape { made, kept, .. } = &route.shape;
        if !made.is_empty() {
            self.most_values = self.most_values.max(kept + made.len());
            self.shapes.push(route.shape);
        }
    }

    /// The place behind the value at `from`, or the first one, where `stop` is; new if need be. None where a way would split too
    /// often.
    fn place(
        &mut self,
        from: Option<usize>,
        stop: &Stop<'_>,
        written: impl Fn(&[u8]) -> (Box<[u8]>, usize),
    ) -> Option<usize> {
        let mut at = match from {
            None if self.places.is_empty() => NONE,
            None => 0,
            Some(from) => self.places.get(from)?.next,
        };
        let mut last = None;
        let mut splits = 0;
        while let Some(place) = self.places.get(at as usize) {
            if place.literal.bytes() == stop.text && place.then == stop.then {
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
        let alike = stop.open.and_then(|open| {
            let known = self.known.entry((stop.text.into(), stop.then, open)).or_insert(number_of(number));
            self.places.get(*known as usize)
        });
        let (state, next) = alike.map_or((self.states, NONE), |place| (place.state, place.next));
        self.states = self.states.max(state + 1);
        let (written, length) = written(stop.text);
        self.places.push(Place {
            literal: Literal::new(stop.text),
            then: stop.then,
            depth: stop.depth,
            written,
            length,
            next,
            other: NONE,
            state,
            number: number_of(number),
            inner: None,
        });
        match (last, from) {
            (Some(last), _) => self.places.get_mut(last)?.other = number_of(number),
            (None, Some(from)) => {
                let state = self.places.get(from)?.state;
                let alike = self.places.iter_mut().filter(|place| place.state == state);
                alike.for_each(|place| place.next = number_of(number));
            }
            (None, None) => {}
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_take_no_memory_without_end() {
        let mut routes = Routes::default();
        for number in 0..100 {
            let text = format!("{{\"n\":{number}");
            let stops = vec![Stop { text: text.as_bytes(), then: Then::End(0), depth: 0, open: None }];
            let made = vec![Make::Array(vec![0; 60_000])];
            let shape = Shape { made, ..Shape::default() };
            routes.learn(Route { stops, shape, ..Route::default() }, |_| Default::default());
        }
        let bytes: usize = routes.shapes.iter().map(Shape::kept_bytes).sum();
        assert!(bytes > SHAPE_BYTES / 2 && bytes <= SHAPE_BYTES, "{bytes} bytes");
    }
}
