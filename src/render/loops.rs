//! What loops walk, and the objects `forloop` and `tablerowloop`.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Object, Range, Value, convert, lookup};
use std::cell::Cell;

/// The items of a loop, in the order of its turns. Ranges are never laid out.
#[derive(Clone, Copy)]
pub(super) struct Items<'r> {
    source: Source<'r>,
    /// The first item's place in the source.
    from: u64,
    /// The number of turns.
    pub length: u64,
    reversed: bool,
}

#[derive(Clone, Copy)]
enum Source<'r> {
    List(&'r [Value<'r>]),
    Entries(&'r [(&'r str, Value<'r>)]),
    Range(Range<'r>),
    Single(Value<'r>),
}

impl<'r> Items<'r> {
    /// The stretch of `collection` that a loop walks. Text is one item; what cannot be walked has none.
    pub fn new(
        collection: Value<'r>,
        skip: i64,
        limit: Option<i64>,
        reversed: bool,
        arena: &'r Arena,
    ) -> Result<Self, Failure> {
        let source = match collection.resolve(arena)? {
            Value::Array(items) => Source::List(items),
            Value::Map(map) => Source::Entries(map.entries()),
            Value::Range(range) => Source::Range(range),
            Value::Object(host) => match (host.items(arena)?, host.entries(arena)?) {
                (Some(items), _) => Source::List(items),
                (None, Some(entries)) => Source::Entries(entries),
                (None, None) => Source::List(&[]),
            },
            // As since Ruby 1.8: text is walked whole, whatever the limits say.
            text @ Value::String(characters) => {
                let length = u64::from(!characters.is_empty());
                return Ok(Items { source: Source::Single(text), from: 0, length, reversed });
            }
            bytes @ Value::Binary(_) => {
                return Ok(Items { source: Source::Single(bytes), from: 0, length: 1, reversed });
            }
            _ => Source::List(&[]),
        };
        let total = match source {
            Source::List(items) => items.len() as u64,
            Source::Entries(entries) => entries.len() as u64,
            Source::Range(range) => range.len(),
            Source::Single(_) => 1,
        };
        let from = u64::try_from(skip).unwrap_or(0).min(total);
        let until = match limit {
            Some(limit) => u64::try_from(skip.saturating_add(limit)).unwrap_or(0).min(total),
            None => total,
        };
        Ok(Items { source, from, length: until.saturating_sub(from), reversed })
    }

    /// The stretch of all items that JavaScript's `slice` leaves, first from `offset` on, then up to `limit`: fractions are
    /// cut, what is negative counts from the end, what is no number is 0.
    pub fn slice(self, offset: f64, limit: Option<f64>, reversed: bool) -> Self {
        let skipped = place(offset, self.length);
        let left = self.length - skipped;
        let length = limit.map_or(left, |limit| place(limit, left));
        Items { from: self.from.saturating_add(skipped), length, reversed, ..self }
    }

    /// The items as they lie in memory, where the turns go through them in that order; else none.
    pub fn list(&self) -> &'r [Value<'r>] {
        match self.source {
            Source::List(items) if !self.reversed => {
                let (from, length) = (self.from as usize, self.length as usize);
                items.get(from..).and_then(|items| items.get(..length)).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// The item of turn `turn`, counted from 0.
    #[inline]
    pub fn get(&self, turn: u64, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        let turn = if self.reversed { self.length - 1 - turn } else { turn };
        let at = self.from + turn;
        let place = usize::try_from(at).unwrap_or(usize::MAX);
        Ok(match self.source {
            Source::List(items) => items.get(place).copied().unwrap_or(Value::Nil),
            Source::Entries(entries) => match entries.get(place) {
                Some((key, value)) => lookup::pair(key, *value, arena)?,
                None => Value::Nil,
            },
            Source::Range(range) => range.nth(at, arena)?,
            Source::Single(value) => value,
        })
    }
}

/// A place that `slice` is given, in a list of `length` items.
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

impl Object for ForLoop<'_> {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let index = self.index.get();
        Ok(Some(match key.as_str() {
            Some("index") => Value::Integer(index + 1),
            Some("index0") => Value::Integer(index),
            Some("rindex") => Value::Integer(self.length - index),
            Some("rindex0") => Value::Integer(self.length - index - 1),
            Some("first") => Value::Bool(index == 0),
            Some("last") => Value::Bool(index + 1 == self.length),
            Some("length") => Value::Integer(self.length),
            Some("name") => Value::String(self.name),
            Some("parentloop") => self.parent.map_or(Value::Nil, |parent| Value::Object(parent)),
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
        self.index.set(self.index.get() + 1);
        if self.column.get() == self.columns {
            self.column.set(1);
            self.row.set(self.row.get() + 1);
        } else {
            self.column.set(self.column.get() + 1);
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
            Some("index") => Value::Integer(index + 1),
            Some("index0") => Value::Integer(index),
            Some("rindex") => Value::Integer(self.length - index),
            Some("rindex0") => Value::Integer(self.length - index - 1),
            Some("first") => Value::Bool(index == 0),
            Some("last") => Value::Bool(index + 1 == self.length),
            Some("length") => Value::Integer(self.length),
            Some("col") => Value::Integer(column),
            Some("col0") => Value::Integer(column - 1),
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
