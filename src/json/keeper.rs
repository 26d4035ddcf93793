//! The values of a row whose way is known.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::routes::{Place, Routes, Then, Visit};
use super::row::{Row, may_hold_time};
use super::scan::{self, Bounds};
use crate::value::Value;

/// What came of a known way.
pub(super) struct Followed<'r> {
    /// The number of its shape.
    pub shape: u32,
    /// The values that were kept, with room for those that are made of them.
    pub values: &'r mut [Value<'r>],
    /// A collection that is not wanted and was not known: the number of the place in front of it, and where it lies.
    pub unknown: Option<(u32, usize, usize)>,
}

impl<'r> Followed<'r> {
    /// Goes the way of a row before, if it is that of this one.
    #[inline(never)]
    pub fn along(routes: &Routes, row: &Row<'r>) -> Option<Self> {
        if !routes.are_known() {
            return None;
        }
        let values = row.arena.values(routes.most_values()).ok()?;
        let mut keeper = Keeper { row, slots: values.iter_mut(), unknown: None };
        let (shape, _) = routes.follow(row.text, &mut keeper)?;
        let unknown = keeper.unknown;
        // Rows may be read with other limits than the one whose way this was.
        let shallow = routes.shape(shape)?.depth <= row.bounds.depth;
        shallow.then_some(Followed { shape, values, unknown })
    }
}

/// Keeps the values of a row on its way.
struct Keeper<'k, 'r> {
    row: &'k Row<'r>,
    slots: std::slice::IterMut<'k, Value<'r>>,
    unknown: Option<(u32, usize, usize)>,
}

impl<'r> Visit<'r> for Keeper<'_, 'r> {
    #[inline(always)]
    fn step(&mut self, rest: &'r str, place: &Place) -> Option<&'r str> {
        let first = *rest.as_bytes().first()?;
        if place.then == Then::Skip {
            return match first {
                b'"' => behind_string(rest),
                b'{' | b'[' => self.skip_collection(rest, place),
                _ => behind_scalar(rest, self.row.bounds),
            };
        }
        // A slot is taken once nothing can fail any more: what may stand here instead takes the same.
        if first == b'"' {
            let (end, escaped) = scan::string(rest.as_bytes(), 1).ok()?;
            if !escaped {
                let (text, behind) = (rest.get(1..end)?, rest.get(end + 1..)?);
                *self.slots.next()? = Value::String(text);
                return Some(behind);
            }
        } else if place.then == Then::Plain && matches!(first, b'{' | b'[') {
            return None;
        }
        let mut at = self.row.text.len() - rest.len();
        let value = self.row.scalar(&mut at, place.depth).ok()?;
        let behind = self.row.text.get(at..)?;
        *self.slots.next()? = value;
        Some(behind)
    }

    #[inline(always)]
    fn end(&mut self, rest: &'r str, _: &Place) -> bool {
        rest.is_empty()
    }
}

impl<'r> Keeper<'_, 'r> {
    /// What is behind the collection that `rest` begins with, which is not wanted.
    #[inline(never)]
    fn skip_collection(&mut self, rest: &'r str, place: &Place) -> Option<&'r str> {
        let row = self.row;
        if let Some(inner) = &place.inner
            && place.depth + inner.routes.deepest() <= row.bounds.depth
            && let Some((_, behind)) = inner.routes.follow(rest, &mut Skipper { bounds: row.bounds })
        {
            return Some(behind);
        }
        let end = scan::value(rest, 0, place.depth, row.bounds).ok()?;
        let (value, behind) = rest.split_at_checked(end)?;
        if row.options.times && may_hold_time(value) {
            return None;
        }
        if !place.inner.as_ref().is_some_and(|inner| inner.is_given_up) {
            let start = row.text.len() - rest.len();
            self.unknown = Some((place.number, start, start + end));
        }
        Some(behind)
    }
}

/// What is behind the string that `rest` begins with.
#[inline(always)]
fn behind_string(rest: &str) -> Option<&str> {
    let (end, _) = scan::string(rest.as_bytes(), 1).ok()?;
    rest.get(end + 1..)
}

/// What is behind the number or word that `rest` begins with.
#[inline(never)]
fn behind_scalar(rest: &str, bounds: Bounds) -> Option<&str> {
    rest.get(scan::scalar(rest, 0, bounds).ok()?..)
}

/// Steps over the values of a collection that is not wanted.
struct Skipper {
    bounds: Bounds,
}

impl<'t> Visit<'t> for Skipper {
    #[inline(always)]
    fn step(&mut self, rest: &'t str, _: &Place) -> Option<&'t str> {
        match rest.as_bytes().first()? {
            b'"' => behind_string(rest),
            _ => behind_scalar(rest, self.bounds),
        }
    }

    #[inline(always)]
    fn end(&mut self, _: &'t str, _: &Place) -> bool {
        true
    }
}
