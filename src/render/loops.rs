//! What loops walk, and the objects `forloop` and `tablerowloop`.

use crate::arena::Arena;
use crate::compile::LoopProperty;
use crate::failure::Failure;
use crate::value::{Object, Range, Value, convert, lookup};
use std::cell::Cell;

/// The items of a loop, in the order of its turns. Ranges are never laid out.
#[derive(Clone, Copy)]
pub(super) struct Items<'r> {
    pub source: Source<'r>,
    /// The number of turns.
    pub length: u64,
}

/// Where the items come from.
#[derive(Clone, Copy)]
pub(super) enum Source<'r> {
    List(&'r [Value<'r>]),
    Entries(&'r [(&'r str, Value<'r>)]),
    /// The integers from this one on.
    Integers(i64),
    /// Those of a range, from this place on.
    Range(&'r Range<'r>, u64),
    /// Others, from the last to the first.
    Reversed(&'r Items<'r>),
}

impl<'r> Items<'r> {
    /// The stretch of `collection` that a loop walks. Text is one item; what cannot be walked has none.
    #[inline]
    pub fn new(
        collection: Value<'r>,
        skip: i64,
        limit: Option<i64>,
        reversed: bool,
        arena: &'r Arena,
    ) -> Result<Self, Failure> {
        match collection {
            Value::Array(items) if skip == 0 && limit.is_none() && !reversed => Ok(Items::of_list(items)),
            _ => Items::walked(collection, skip, limit, reversed, arena),
        }
    }

    fn walked(
        collection: Value<'r>,
        skip: i64,
        limit: Option<i64>,
        reversed: bool,
        arena: &'r Arena,
    ) -> Result<Self, Failure> {
        let all = match collection.resolve(arena)? {
            Value::Array(items) => Items::of_list(items),
            Value::Map(map) => Items::of_entries(map.entries()),
            Value::Range(range) => Items {
                source: range.small().map_or(Source::Range(range, 0), |(start, _)| Source::Integers(start)),
                length: range.len(),
            },
            Value::Object(host) => match (host.items(arena)?, host.entries(arena)?) {
                (Some(items), _) => Items::of_list(items),
                (None, Some(entries)) => Items::of_entries(entries),
                (None, None) => Items::of_list(&[]),
            },
            // As since Ruby 1.8: text is walked whole, whatever the limits say.
            Value::String("") => Items::of_list(&[]),
            text @ (Value::String(_) | Value::Binary(_)) => {
                return Ok(Items::of_list(std::slice::from_ref(arena.put(text)?)));
            }
            _ => Items::of_list(&[]),
        };
        let from = u64::try_from(skip).unwrap_or(0).min(all.length);
        let until = match limit {
            Some(limit) => u64::try_from(skip.saturating_add(limit)).unwrap_or(0).min(all.length),
            None => all.length,
        };
        all.part(from, until.saturating_sub(from), reversed, arena)
    }

    fn of_list(items: &'r [Value<'r>]) -> Self {
        Items { source: Source::List(items), length: items.len() as u64 }
    }

    fn of_entries(entries: &'r [(&'r str, Value<'r>)]) -> Self {
        Items { source: Source::Entries(entries), length: entries.len() as u64 }
    }

    /// `length` of the items, of which there are that many behind the first `skip`.
    fn part(self, skip: u64, length: u64, reversed: bool, arena: &'r Arena) -> Result<Self, Failure> {
        let places = place_of(skip)..place_of(skip.saturating_add(length));
        let source = match self.source {
            Source::List(items) => Source::List(items.get(places).unwrap_or_default()),
            Source::Entries(entries) => Source::Entries(entries.get(places).unwrap_or_default()),
            Source::Integers(start) => Source::Integers(start.wrapping_add_unsigned(skip)),
            Source::Range(range, from) => Source::Range(range, from.saturating_add(skip)),
            Source::Reversed(items) => {
                let behind = items.length.saturating_sub(skip).saturating_sub(length);
                Source::Reversed(arena.put(items.part(behind, length, false, arena)?)?)
            }
        };
        let part = Items { source, length };
        Ok(if reversed { Items { source: Source::Reversed(arena.put(part)?), length } } else { part })
    }

    /// The stretch of all items that JavaScript's `slice` leaves, first from `offset` on, then up to `limit`: fractions are
    /// cut, what is negative counts from the end, what is no number is 0.
    pub fn slice(
        self,
        offset: f64,
        limit: Option<f64>,
        reversed: bool,
        arena: &'r Arena,
    ) -> Result<Self, Failure> {
        let skipped = place(offset, self.length);
        let left = self.length.saturating_sub(skipped);
        let length = limit.map_or(left, |limit| place(limit, left));
        self.part(skipped, length, reversed, arena)
    }

    /// The item of turn `turn`, counted from 0.
    pub fn get(&self, turn: u64, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        let place = place_of(turn);
        Ok(match self.source {
            Source::List(items) => items.get(place).copied().unwrap_or(Value::Nil),
            Source::Entries(entries) => match entries.get(place) {
                Some((key, value)) => lookup::pair(key, *value, arena)?,
                None => Value::Nil,
            },
            Source::Integers(start) => Value::Integer(start.wrapping_add_unsigned(turn)),
            Source::Range(range, from) => range.nth(from.saturating_add(turn), arena)?,
            // Reversing is done once, so this goes one deep.
            Source::Reversed(items) => {
                items.get(items.length.saturating_sub(1).saturating_sub(turn), arena)?
            }
        })
    }
}

/// The place of an item in a list in memory; beyond all of them where it is none.
#[inline(always)]
pub(super) fn place_of(turn: u64) -> usize {
    usize::try_from(turn).unwrap_or(usize::MAX)
}

/// A place that `slice` is given, in a list of `length` items.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the sign is known, and what is too large is held at the end"
)]
fn place(number: f64, length: u64) -> u64 {
    match number.trunc() {
        back if back < 0.0 => length.saturating_sub(-back as u64),
        // A cast takes what is no number for 0.
        place => (place as u64).min(length),
    }
}

/// `forloop`.
#[derive(Debug)]
pub(super) struct ForLoop<'r> {
    pub name: &'r str,
    pub length: i64,
    pub index: Cell<i64>,
    pub parent: Option<&'r ForLoop<'r>>,
}

impl<'r> ForLoop<'r> {
    pub fn property(&self, property: LoopProperty) -> Value<'r> {
        let index = self.index.get();
        match property {
            LoopProperty::Index => Value::Integer(index.saturating_add(1)),
            LoopProperty::Index0 => Value::Integer(index),
            LoopProperty::Rindex => Value::Integer(self.length.saturating_sub(index)),
            LoopProperty::Rindex0 => Value::Integer(self.length.saturating_sub(index).saturating_sub(1)),
            LoopProperty::First => Value::Bool(index == 0),
            LoopProperty::Last => Value::Bool(index.saturating_add(1) == self.length),
            LoopProperty::Length => Value::Integer(self.length),
            LoopProperty::Name => Value::String(self.name),
            LoopProperty::ParentLoop => self.parent.map_or(Value::Nil, |parent| Value::Object(parent)),
        }
    }
}

impl Object for ForLoop<'_> {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(key.as_str().and_then(LoopProperty::of).map(|property| self.property(property)))
    }

    fn first<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.get(Value::String("first"), arena)
    }

    fn last<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.get(Value::String("last"), arena)
    }

    fn type_name(&self) -> &str {
        "Liquid::ForloopDrop"
    }
}

/// `tablerowloop`.
#[derive(Debug)]
pub(super) struct TableRowLoop {
    pub length: i64,
    pub columns: i64,
    pub index: Cell<i64>,
    pub row: Cell<i64>,
    pub column: Cell<i64>,
}

impl TableRowLoop {
    /// Goes on to the next cell.
    pub fn advance(&self) {
        let count = |counter: &Cell<i64>| counter.set(counter.get().saturating_add(1));
        count(&self.index);
        if self.column.get() == self.columns {
            self.column.set(1);
            count(&self.row);
        } else {
            count(&self.column);
        }
    }

    /// Whether this is the last cell of its row.
    pub fn ends_row(&self) -> bool {
        self.column.get() == self.columns
    }
}

impl Object for TableRowLoop {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let (index, column) = (self.index.get(), self.column.get());
        Ok(Some(match key.as_str() {
            Some("index") => Value::Integer(index.saturating_add(1)),
            Some("index0") => Value::Integer(index),
            Some("rindex") => Value::Integer(self.length.saturating_sub(index)),
            Some("rindex0") => Value::Integer(self.length.saturating_sub(index).saturating_sub(1)),
            Some("first") => Value::Bool(index == 0),
            Some("last") => Value::Bool(index.saturating_add(1) == self.length),
            Some("length") => Value::Integer(self.length),
            Some("col") => Value::Integer(column),
            Some("col0") => Value::Integer(column.saturating_sub(1)),
            Some("col_first") => Value::Bool(column == 1),
            Some("col_last") => Value::Bool(self.ends_row()),
            Some("row") => Value::Integer(self.row.get()),
            _ => return Ok(None),
        }))
    }

    fn first<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.get(Value::String("first"), arena)
    }

    fn last<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        self.get(Value::String("last"), arena)
    }

    fn type_name(&self) -> &str {
        "Liquid::TablerowloopDrop"
    }
}

/// A count given by a loop's attribute: nil is none.
pub(super) fn count<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Option<i64>, Failure> {
    match value.resolve(arena)? {
        Value::Nil => Ok(None),
        other => convert::to_integer(other, arena).map(Some),
    }
}

/// A count as `tablerow` reads it: nil, and text that is no number, count as 0.
pub(super) fn coerced_count<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Option<i64>, Failure> {
    convert::to_leading_integer(value, arena).map(Some)
}
