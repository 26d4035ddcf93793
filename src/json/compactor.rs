//! Bodies without white space, one after another.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::compact::{Copier, compact_bytes};
use super::read::ReadError;
use super::routes::{BLOCK, Place, Route, Routes, Then, Visit};
use super::scan;

/// Takes the white space out of one body after another, as [`compact_bytes`](super::compact_bytes()) does. Bodies of one template
/// are built alike: what stood between two values in a body before, such as `,\n  "email": `, is known by sight.
///
/// ```
/// use carafe::json::Compactor;
///
/// let (mut compactor, mut out) = (Compactor::default(), Vec::new());
/// for body in ["{\n  \"price\": 1.50\n}", "{\n  \"price\": 2\n}", "{\n  \"price\": }"] {
///     let _ = compactor.compact(body, &mut out);
/// }
/// assert_eq!(out, br#"{"price":1.50}{"price":2}"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Compactor {
    routes: Routes,
    samples: Samples,
}

/// So many bodies are looked at for values that are the same in all.
const SAMPLES: usize = 16;

/// What the first bodies have in common.
#[derive(Clone, Debug, Default)]
struct Samples {
    count: usize,
    first: String,
    /// How many of the others are built like the first one.
    alike: usize,
    /// Of each value of the first body, whether it is that of the others that are built like it.
    is_fixed: Vec<bool>,
}

impl Compactor {
    /// Appends `body`, which must be one JSON document, to `out` without the white space outside of its strings.
    ///
    /// # Errors
    /// Where the text is not JSON by RFC 8259, with the place. `out` is then as it was.
    pub fn compact(&mut self, body: &str, out: &mut Vec<u8>) -> Result<(), ReadError> {
        let before = out.len();
        if self.routes.are_known() {
            // What is written is shorter than what is read, and whole blocks are.
            out.resize(before + body.len() + BLOCK, 0);
            let room = out.get_mut(before..).unwrap_or_default();
            let mut writer = Writer { room };
            if self.routes.follow(body, &mut writer).is_some() {
                let left = writer.room.len();
                out.truncate(out.len() - left);
                self.routes.hit();
                if self.samples.count < SAMPLES {
                    self.sample(body);
                }
                return Ok(());
            }
            out.truncate(before);
        }
        compact_bytes(body, out)?;
        if self.routes.miss()
            && let Some(route) = Route::through(body.as_bytes(), 0, body.len(), Then::Keep)
        {
            self.routes.learn(route, without_space);
        }
        if self.samples.count < SAMPLES {
            self.sample(body);
        }
        Ok(())
    }

    /// Looks at one of the first bodies, which is JSON. After the last, values that were the same in all are taken for text of
    /// the template; in which case a body with others takes a way of its own.
    #[inline(never)]
    fn sample(&mut self, body: &str) {
        let Samples { count, first, alike, is_fixed } = &mut self.samples;
        *count += 1;
        let through = |body: &'_ str| {
            Route::through(body.as_bytes(), 0, body.len(), Then::Keep).map(|route| route.values)
        };
        let Some(values) = through(body) else { return };
        if first.is_empty() {
            body.clone_into(first);
            *is_fixed = vec![true; values.len()];
            return;
        }
        let Some(mut known) = Route::through(first.as_bytes(), 0, first.len(), Then::Keep) else { return };
        if known.values.len() == values.len() {
            *alike += 1;
            for ((fixed, known), value) in is_fixed.iter_mut().zip(&known.values).zip(&values) {
                *fixed &= first.get(known.0..known.1) == body.get(value.0..value.1);
            }
        }
        // Bodies that are the same throughout do not tell what is the template's.
        let tells = *alike >= SAMPLES / 2 && is_fixed.contains(&false);
        if *count == SAMPLES && tells && is_fixed.contains(&true) {
            known.fix(is_fixed);
            self.routes = Routes::default();
            self.routes.learn(known, without_space);
            self.samples = Samples { count: SAMPLES, ..Samples::default() };
        }
    }
}

/// What stands between two values, keys among it, without white space and in whole blocks, at least one; and its length.
fn without_space(text: &[u8]) -> (Box<[u8]>, usize) {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let end = match byte {
            b'"' => scan::string(text, at + 1).map_or(text.len(), |(end, _)| end + 1),
            _ => at + 1,
        };
        if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            kept.extend_from_slice(text.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    let length = kept.len();
    kept.resize(length.max(1).next_multiple_of(BLOCK), 0);
    (kept.into(), length)
}

/// Writes a body on its way.
struct Writer<'b> {
    /// What is not written yet. No more is written than was read, but for a block.
    room: &'b mut [u8],
}

/// Writes what is to be written for the text of `place`; what is left of the room.
#[inline(always)]
fn write_text<'w>(room: &'w mut [u8], place: &Place) -> Option<&'w mut [u8]> {
    let (blocks, _) = place.written.as_chunks::<BLOCK>();
    let (first, others) = blocks.split_first()?;
    *room.first_chunk_mut::<BLOCK>()? = *first;
    if !others.is_empty() {
        let written = others.as_flattened();
        room.get_mut(BLOCK..BLOCK + written.len())?.copy_from_slice(written);
    }
    room.get_mut(place.length..)
}

impl<'t> Visit<'t> for Writer<'_> {
    #[inline(always)]
    fn step(&mut self, rest: &'t str, place: &Place) -> Option<&'t str> {
        let room = write_text(self.room, place)?;
        let length = match string(rest.as_bytes(), room) {
            Some(length) => length,
            None => scalar(rest, room)?,
        };
        let room = std::mem::take(&mut self.room);
        self.room = room.get_mut(place.length + length..)?;
        rest.get(length..)
    }

    #[inline(always)]
    fn end(&mut self, rest: &'t str, place: &Place) -> bool {
        if !rest.is_empty() {
            return false;
        }
        match write_text(std::mem::take(&mut self.room), place) {
            Some(room) => self.room = room,
            None => return false,
        }
        true
    }
}

/// Copies the string that `rest` begins with to `room`; gives its length. Nothing where it is no string, or one with escapes, or
/// lies too near to the end.
#[inline(always)]
fn string(rest: &[u8], room: &mut [u8]) -> Option<usize> {
    if rest.first() != Some(&b'"') {
        return None;
    }
    let blocks = rest.as_chunks::<BLOCK>().0.iter().zip(room.as_chunks_mut::<BLOCK>().0);
    // The opening quote ends nothing.
    let (mut start, mut kept) = (0, !1);
    for (source, target) in blocks {
        let found = scan::special_of_two(source) & kept;
        *target = *source;
        if found != 0 {
            let end = start + found.trailing_zeros() as usize;
            return (rest.get(end) == Some(&b'"')).then_some(end + 1);
        }
        (start, kept) = (start + BLOCK, !0);
    }
    None
}

/// Copies the value that `rest` begins with to `room`; gives its length.
#[inline(never)]
fn scalar(rest: &str, room: &mut [u8]) -> Option<usize> {
    let mut copier = Copier { bytes: rest.as_bytes(), at: 0, room, to: 0 };
    copier.scalar().ok()?;
    Some(copier.at)
}
