//! Rows to values, as far as they are wanted.
//!
//! What comes in is one JSON text after another, such as the lines of a file, and what is wanted of each. What goes out is what
//! [`read`](super::read()) makes of it, without the parts that are not wanted; those are only checked. The keys of an object
//! mostly come in the order in which they came in the text before: what stands between two values is compared with
//! what stood there then, before it is read as a key.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and counts of what stands in it"
)]

use super::keeper::Followed;
use super::literal::Literal;
use super::projection::Projection;
use super::read::{ReadError, ReadOptions, read_with};
use super::routes::{Make, Route, Routes, Stop, Then};
use super::row::{Entry, Row, may_hold_time};
use super::scan::{self, Bounds, Trouble};
use crate::arena::Arena;
use crate::limits::{Exceeded, Limit};
use crate::value::{Map, Value};

/// So many keys of an object are remembered in their order.
const REMEMBERED: usize = 256;

/// So many places around the expected one are looked at before a key is read.
const NEAR: usize = 24;

/// A key is remembered if it and the white space around it take at most so many bytes.
const LONGEST: usize = 256;

/// After so many keys that came otherwise than expected, the order is learned anew.
const PATIENCE: u32 = 64;

/// Reads the wanted parts of one JSON text after another.
///
/// ```
/// use carafe::{Arena, Engine, dialect, json};
///
/// let engine = Engine::builder().dialect(&dialect::LIQUID).build();
/// let template = engine.template("Hi {{ user.name }}")?;
/// let mut projector = json::Projector::new(&template.projection());
/// let mut arena = Arena::default();
/// for row in [r#"{"user": {"id": 1, "name": "Ada"}}"#, r#"{"user": {"id": 2, "name": "Ben"}}"#] {
///     let data = projector.read(row, &arena).unwrap();
///     assert!(template.prepare().run_in(&arena, data).text.starts_with("Hi "));
///     arena.reset();
/// }
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Projector {
    nodes: Vec<Node>,
    root: Want,
    routes: Routes,
    options: ReadOptions,
}

/// What is wanted of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    All,
    /// The parts that the node of this number names.
    Parts(usize),
}

/// An object or an array of which parts are wanted.
#[derive(Clone, Debug)]
struct Node {
    keys: Vec<(Box<str>, Want)>,
    items: Option<(usize, Want)>,
    /// The keys in the order in which they are expected.
    order: Vec<Expected>,
    /// How many keys came otherwise of late.
    missed: u32,
}

/// A key as it was written last, from behind the comma or bracket in front of it up to its value.
#[derive(Clone, Debug)]
struct Expected {
    literal: Literal,
    member: Member,
}

/// What is to be done with the member of a key.
#[derive(Clone, Copy, Debug)]
struct Member {
    want: Want,
    /// The place of the key among the wanted ones, or `UNWANTED`.
    place: u32,
    /// From the start of the expected text to that of the key, and its length; a length of `ESCAPED` if it was written
    /// with escapes.
    key: (u32, u32),
}

const ESCAPED: u32 = u32::MAX;

const UNWANTED: u32 = u32::MAX;

impl Projector {
    /// A projector that has seen no text yet.
    pub fn new(wanted: &Projection) -> Self {
        Projector::with_options(wanted, ReadOptions::default())
    }

    /// A projector that reads as `options` say.
    pub fn with_options(wanted: &Projection, options: ReadOptions) -> Self {
        let mut projector =
            Projector { nodes: Vec::new(), root: Want::All, routes: Routes::default(), options };
        projector.root = projector.wanted(wanted);
        projector
    }

    /// The depth of a projection is bounded.
    fn wanted(&mut self, wanted: &Projection) -> Want {
        let Some(parts) = wanted.parts() else { return Want::All };
        let keys = parts.keys.iter().map(|(key, value)| (key.clone(), self.wanted(value))).collect();
        let items = parts.items.as_ref().map(|items| (items.count, self.wanted(&items.each)));
        self.nodes.push(Node { keys, items, order: Vec::new(), missed: 0 });
        Want::Parts(self.nodes.len() - 1)
    }

    /// Reads the wanted parts of `text`. A render that reads no other gives the same with them as with the whole.
    ///
    /// Of an object of which some keys are wanted, these come in an order of their own.
    ///
    /// # Errors
    /// Those of [`read`](super::read()), in the same places, whether they lie in what is wanted or not; and where the text is
    /// larger than [`Limits::data_bytes`](crate::Limits). Only what is read counts toward the memory of a render.
    pub fn read<'r>(&'r mut self, text: &'r str, arena: &'r Arena) -> Result<Value<'r>, ReadError> {
        let limits = arena.budget().limits();
        if text.len() > limits.data_bytes {
            return Err(ReadError::limit(0, Exceeded::new(Limit::DataBytes, limits.data_bytes)));
        }
        // A text this short has no array and no value that is too long.
        let small = text.len() / 2 < limits.collection_items && text.len() <= limits.value_bytes;
        if let Want::Parts(_) = self.root
            && small
        {
            let bounds = Bounds { depth: limits.data_depth, digits: limits.number_digits };
            let row = Row { text, bytes: text.as_bytes(), arena, bounds, options: self.options };
            if let Some(Followed { shape, values, unknown }) = Followed::along(&self.routes, &row) {
                self.routes.hit();
                if let Some((number, start, end)) = unknown {
                    self.routes.miss_inside(number, row.bytes, start, end);
                }
                if let Some(value) = self.routes.shape(shape).and_then(|shape| row.make(shape, values)) {
                    return Ok(value);
                }
            } else if !(self.options.times && may_hold_time(text))
                && let Ok(value) = self.document(&row)
            {
                if self.routes.miss()
                    && let Some(route) = Learner::new(&self.nodes, &row).learn(self.root)
                {
                    self.routes.learn(route, |_| Default::default());
                }
                return Ok(value);
            }
        }
        read_with(text, arena, self.options)
    }

    fn document<'r>(&mut self, row: &Row<'r>) -> Result<Value<'r>, Trouble> {
        let mut at = scan::space(row.bytes, 0);
        let value = self.value(row, &mut at, self.root, 0, &mut Vec::new())?;
        if scan::space(row.bytes, at) == row.bytes.len() { Ok(value) } else { Err(Trouble) }
    }

    /// The wanted parts of the value at `at`, which becomes its end. As deep as the projection at most. What was found of the
    /// objects around it stands in `open`.
    fn value<'r>(
        &mut self,
        row: &Row<'r>,
        at: &mut usize,
        want: Want,
        depth: usize,
        open: &mut Vec<Entry<'r>>,
    ) -> Result<Value<'r>, Trouble> {
        match (row.bytes.get(*at), want) {
            (Some(b'{'), Want::Parts(number)) => {
                let Some(node) = self.nodes.get_mut(number) else { return Err(Trouble) };
                if node.items.is_some() {
                    return row.part(at, depth);
                }
                // A node lies in none of its parts, so that nobody asks for its keys meanwhile.
                let mut order = std::mem::take(&mut node.order);
                let value = self.object(row, at, number, &mut order, depth, open);
                if let Some(node) = self.nodes.get_mut(number) {
                    node.order = order;
                }
                value
            }
            (Some(b'['), Want::Parts(number)) => self.array(row, at, number, depth, open),
            (Some(b'{' | b'['), _) => row.part(at, depth),
            _ => row.scalar(at, depth),
        }
    }

    /// The wanted members of the object at `at`.
    #[inline(always)]
    fn object<'r>(
        &mut self,
        row: &Row<'r>,
        end: &mut usize,
        number: usize,
        order: &mut Vec<Expected>,
        depth: usize,
        open: &mut Vec<Entry<'r>>,
    ) -> Result<Value<'r>, Trouble> {
        if depth >= row.bounds.depth {
            return Err(Trouble);
        }
        let first = open.len();
        let mut next = 0;
        let mut at = *end + 1;
        let inside = scan::space(row.bytes, at);
        if row.bytes.get(inside) == Some(&b'}') {
            *end = inside + 1;
            return row.map(&mut []);
        }
        loop {
            let start = at;
            let member = match order.get(next) {
                Some(expected) if expected.literal.stands(row.bytes, at) => {
                    next += 1;
                    at += expected.literal.len();
                    expected.member
                }
                _ => {
                    let node = self.nodes.get_mut(number).ok_or(Trouble)?;
                    node.member(row, &mut at, order, &mut next)?
                }
            };
            match member.place {
                UNWANTED => at = row.skip(at, depth + 1)?,
                place => {
                    let value = match member.want {
                        Want::All => row.all(&mut at, depth + 1)?,
                        want => self.value(row, &mut at, want, depth + 1, open)?,
                    };
                    let from = start + member.key.0 as usize;
                    let key = match member.key.1 {
                        ESCAPED => row.key(from)?,
                        length => row.text.get(from..from + length as usize).ok_or(Trouble)?,
                    };
                    let found = open.get_mut(first..).unwrap_or_default();
                    match found.iter_mut().find(|entry| entry.place == place) {
                        Some(entry) => *entry = Entry { place, key, value },
                        None => open.push(Entry { place, key, value }),
                    }
                }
            }
            let mut after = row.bytes.get(at);
            if !matches!(after, Some(b',' | b'}')) {
                at = scan::space(row.bytes, at);
                after = row.bytes.get(at);
            }
            at += 1;
            match after {
                Some(b',') => {}
                Some(b'}') => break,
                _ => return Err(Trouble),
            }
        }
        *end = at;
        let map = row.map(open.get_mut(first..).unwrap_or_default());
        open.truncate(first);
        map
    }

    /// The wanted items of the array at `at`.
    fn array<'r>(
        &mut self,
        row: &Row<'r>,
        end: &mut usize,
        number: usize,
        depth: usize,
        open: &mut Vec<Entry<'r>>,
    ) -> Result<Value<'r>, Trouble> {
        if depth >= row.bounds.depth {
            return Err(Trouble);
        }
        let node = self.nodes.get(number).ok_or(Trouble)?;
        let (count, want) = node.items.unwrap_or((0, Want::All));
        let mut items = row.arena.list();
        let mut at = scan::space(row.bytes, *end + 1);
        if row.bytes.get(at) == Some(&b']') {
            *end = at + 1;
            return Ok(Value::Array(items.finish()));
        }
        loop {
            if items.len() < count {
                items.push(self.value(row, &mut at, want, depth + 1, open)?).map_err(|_| Trouble)?;
            } else {
                at = row.skip(at, depth + 1)?;
            }
            at = scan::space(row.bytes, at);
            match row.bytes.get(at) {
                Some(b',') => at = scan::space(row.bytes, at + 1),
                Some(b']') => break,
                _ => return Err(Trouble),
            }
        }
        *end = at + 1;
        Ok(Value::Array(items.finish()))
    }
}

/// A value that was kept, or made, by its number.
#[derive(Clone, Copy, Debug)]
enum Part {
    Kept(usize),
    Made(usize),
}

/// A collection whose way was found out.
enum Found {
    Map(Vec<(Box<str>, Part)>),
    Array(Vec<Part>),
}

/// Finds out the way of a row that is known to be JSON.
struct Learner<'l, 'r> {
    nodes: &'l [Node],
    row: &'l Row<'r>,
    route: Route<'r>,
    kept: usize,
    made: Vec<Found>,
    /// The end of the last value.
    end: usize,
}

impl<'l, 'r> Learner<'l, 'r> {
    fn new(nodes: &'l [Node], row: &'l Row<'r>) -> Self {
        Learner { nodes, row, route: Route::default(), kept: 0, made: Vec::new(), end: 0 }
    }

    /// The way; none where it is not plain, because of a key with escapes.
    fn learn(mut self, want: Want) -> Option<Route<'r>> {
        let mut at = scan::space(self.row.bytes, 0);
        match self.part(&mut at, want, 0)? {
            Part::Made(_) => {}
            // A row that is no object and no array.
            Part::Kept(_) => return None,
        }
        self.stop(self.row.bytes.len(), Then::End(0), 0)?;
        let kept = self.kept;
        let number = |part: Part| match part {
            Part::Kept(number) => number,
            Part::Made(number) => kept + number,
        };
        let made = self.made.into_iter().map(|found| match found {
            Found::Map(members) => {
                Make::Map(members.into_iter().map(|(name, part)| (name, number(part))).collect())
            }
            Found::Array(parts) => Make::Array(parts.into_iter().map(number).collect()),
        });
        let shape = &mut self.route.shape;
        (shape.made, shape.kept) = (made.collect(), kept);
        for make in &shape.made {
            shape.bytes += match make {
                Make::Map(members) => {
                    shape.maps += 1;
                    shape.entries += members.len();
                    size_of::<Map<'_>>() + members.len() * size_of::<(&str, Value<'_>)>()
                }
                Make::Array(parts) => parts.len() * size_of::<Value<'_>>(),
            };
        }
        Some(self.route)
    }

    fn stop(&mut self, at: usize, then: Then, depth: usize) -> Option<()> {
        let text = self.row.bytes.get(self.end..at)?;
        self.route.stops.push(Stop { text, then, depth, open: None });
        Some(())
    }

    /// A wanted value. As deep as the projection at most.
    fn part(&mut self, at: &mut usize, want: Want, depth: usize) -> Option<Part> {
        let node = match want {
            Want::All => None,
            Want::Parts(number) => self.nodes.get(number),
        };
        let then = match (node, self.row.bytes.get(*at)) {
            (Some(node), Some(b'{')) if node.items.is_none() => return self.object(at, node, depth),
            (Some(node), Some(b'[')) => return self.array(at, node, depth),
            (Some(node), _) if node.items.is_none() => Then::Plain,
            // Where items are wanted, an object would be kept whole, and only an array would not.
            (Some(_), _) => return None,
            (None, _) => Then::Keep,
        };
        self.stop(*at, then, depth)?;
        *at = self.row.skip(*at, 0).ok()?;
        self.end = *at;
        self.kept += 1;
        Some(Part::Kept(self.kept - 1))
    }

    fn skip(&mut self, at: &mut usize, depth: usize) -> Option<()> {
        self.stop(*at, Then::Skip, depth)?;
        *at = self.row.skip(*at, 0).ok()?;
        self.end = *at;
        Some(())
    }

    fn made(&mut self, found: Found, depth: usize) -> Part {
        self.made.push(found);
        let deepest = &mut self.route.shape.depth;
        *deepest = (*deepest).max(depth + 1);
        Part::Made(self.made.len() - 1)
    }

    fn object(&mut self, at: &mut usize, node: &'l Node, depth: usize) -> Option<Part> {
        let bytes = self.row.bytes;
        let mut parts: Vec<Option<Part>> = vec![None; node.keys.len()];
        *at = scan::space(bytes, *at + 1);
        while bytes.get(*at) != Some(&b'}') {
            let (end, escaped) = scan::string(bytes, *at + 1).ok()?;
            if escaped {
                return None;
            }
            let key = self.row.text.get(*at + 1..end)?;
            let colon = scan::space(bytes, end + 1);
            *at = scan::space(bytes, colon + 1);
            match node.keys.iter().position(|(name, _)| **name == *key) {
                Some(place) => {
                    let (_, want) = node.keys.get(place)?;
                    *parts.get_mut(place)? = Some(self.part(at, *want, depth + 1)?);
                }
                None => self.skip(at, depth + 1)?,
            }
            self.next(at);
        }
        *at += 1;
        let members = node.keys.iter().zip(parts);
        let members = members.filter_map(|((name, _), part)| Some((name.clone(), part?))).collect();
        Some(self.made(Found::Map(members), depth))
    }

    fn array(&mut self, at: &mut usize, node: &'l Node, depth: usize) -> Option<Part> {
        let (count, want) = node.items.unwrap_or((0, Want::All));
        let mut parts = Vec::new();
        *at = scan::space(self.row.bytes, *at + 1);
        while self.row.bytes.get(*at) != Some(&b']') {
            match parts.len() < count {
                true => parts.push(self.part(at, want, depth + 1)?),
                false => self.skip(at, depth + 1)?,
            }
            self.next(at);
        }
        *at += 1;
        Some(self.made(Found::Array(parts), depth))
    }

    /// Steps over the comma behind a value, if one stands there.
    fn next(&self, at: &mut usize) {
        *at = scan::space(self.row.bytes, *at);
        if self.row.bytes.get(*at) == Some(&b',') {
            *at = scan::space(self.row.bytes, *at + 1);
        }
    }
}

impl Node {
    /// The member whose key begins at `at`, which is not the expected one; `at` becomes the start of its value.
    #[inline(never)]
    fn member(
        &mut self,
        row: &Row<'_>,
        at: &mut usize,
        order: &mut Vec<Expected>,
        next: &mut usize,
    ) -> Result<Member, Trouble> {
        let known = order.len();
        let near = (*next..known).chain(0..(*next).min(known)).take(NEAR);
        for place in near {
            if let Some(expected) = order.get(place)
                && expected.literal.stands(row.bytes, *at)
            {
                let member = expected.member;
                *at += expected.literal.len();
                *next = place + 1;
                self.miss(order);
                return Ok(member);
            }
        }
        let start = *at;
        let quote = scan::space(row.bytes, start);
        if row.bytes.get(quote) != Some(&b'"') {
            return Err(Trouble);
        }
        let (end, escaped) = scan::string(row.bytes, quote + 1)?;
        let key = match escaped {
            true => row.key(quote + 1)?,
            false => row.text.get(quote + 1..end).ok_or(Trouble)?,
        };
        let colon = scan::space(row.bytes, end + 1);
        if row.bytes.get(colon) != Some(&b':') {
            return Err(Trouble);
        }
        *at = scan::space(row.bytes, colon + 1);
        let place = self.keys.iter().position(|(name, _)| **name == *key);
        let offset = u32::try_from(quote + 1 - start).map_err(|_| Trouble)?;
        let length = if escaped { Some(ESCAPED) } else { u32::try_from(key.len()).ok() };
        let member = Member {
            want: place.and_then(|place| self.keys.get(place)).map_or(Want::All, |(_, want)| *want),
            place: place.and_then(|place| u32::try_from(place).ok()).unwrap_or(UNWANTED),
            key: (offset, length.ok_or(Trouble)?),
        };
        let text = row.bytes.get(start..*at).unwrap_or_default();
        match order.iter().position(|expected| expected.literal.bytes() == text) {
            Some(place) => {
                *next = place + 1;
                self.miss(order);
            }
            None if known < REMEMBERED && text.len() <= LONGEST => {
                order.insert((*next).min(known), Expected { literal: Literal::new(text), member });
                *next += 1;
            }
            None => {}
        }
        Ok(member)
    }

    fn miss(&mut self, order: &mut Vec<Expected>) {
        self.missed += 1;
        if self.missed > PATIENCE {
            self.missed = 0;
            order.clear();
        }
    }
}
