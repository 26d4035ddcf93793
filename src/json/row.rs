//! One row of many: its parts as they are read wherever they stand.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::read::{ReadOptions, read_part};
use super::routes::{Make, Shape};
use super::scan::{self, Bounds, Trouble};
use crate::arena::Arena;
use crate::value::{Map, Value};

/// The text that is being read.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub text: &'r str,
    pub bytes: &'r [u8],
    pub arena: &'r Arena,
    pub bounds: Bounds,
    pub options: ReadOptions,
}

/// A wanted member that was found.
#[derive(Clone, Copy)]
pub(super) struct Entry<'r> {
    /// The place of the key among the wanted ones.
    pub place: u32,
    pub key: &'r str,
    pub value: Value<'r>,
}

impl<'r> Row<'r> {
    /// The end of the value at `at`, which is not wanted.
    #[inline(always)]
    pub fn skip(&self, at: usize, depth: usize) -> Result<usize, Trouble> {
        match self.bytes.get(at) {
            Some(b'"') => Ok(scan::string(self.bytes, at + 1)?.0 + 1),
            _ => self.skip_other(at, depth),
        }
    }

    #[inline(never)]
    pub fn skip_other(&self, at: usize, depth: usize) -> Result<usize, Trouble> {
        scan::value(self.text, at, depth, self.bounds)
    }

    /// All of the value at `at`, which becomes its end.
    #[inline(always)]
    pub fn all(&self, at: &mut usize, depth: usize) -> Result<Value<'r>, Trouble> {
        if self.bytes.get(*at) == Some(&b'"') {
            let start = *at + 1;
            let (end, escaped) = scan::string(self.bytes, start)?;
            if !escaped {
                *at = end + 1;
                return self.text.get(start..end).map(Value::String).ok_or(Trouble);
            }
        }
        self.scalar(at, depth)
    }

    #[inline(never)]
    pub fn scalar(&self, at: &mut usize, depth: usize) -> Result<Value<'r>, Trouble> {
        let value = match self.bytes.get(*at) {
            Some(b'-' | b'0'..=b'9') => return self.number(at),
            Some(b'"' | b'{' | b'[') => return self.part(at, depth),
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            _ => Value::Nil,
        };
        *at = scan::word(self.bytes, *at)?;
        Ok(value)
    }

    /// All of the value at `at`, as the reader reads it.
    #[inline(never)]
    pub fn part(&self, at: &mut usize, depth: usize) -> Result<Value<'r>, Trouble> {
        let (value, end) = read_part(self.text, *at, depth, self.arena, self.options).map_err(|_| Trouble)?;
        *at = end;
        Ok(value)
    }

    /// The key with escapes whose text begins at `start`.
    #[cold]
    pub fn key(&self, start: usize) -> Result<&'r str, Trouble> {
        match self.part(&mut start.saturating_sub(1), 0)? {
            Value::String(key) => Ok(key),
            _ => Err(Trouble),
        }
    }

    #[inline(always)]
    fn number(&self, at: &mut usize) -> Result<Value<'r>, Trouble> {
        if let Some(short) = scan::short_number(self.bytes, *at)
            && short.digits <= self.bounds.digits
            && let Some(value) = short_value(short)
        {
            *at = short.end;
            return Ok(value);
        }
        let number = scan::number(self.bytes, *at)?;
        if number.digits > self.bounds.digits {
            return Err(Trouble);
        }
        let text = self.text.get(*at..number.end).ok_or(Trouble)?;
        *at = number.end;
        if number.integer {
            return Ok(text.parse().map_or(Value::BigInteger(text), Value::Integer));
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            _ => Err(Trouble),
        }
    }

    /// The row of this shape.
    #[inline(never)]
    pub fn make(&self, shape: &'r Shape, values: &'r mut [Value<'r>]) -> Option<Value<'r>> {
        self.arena.budget().allocate(shape.bytes).ok()?;
        let bump = self.arena.bump();
        // The numbers of a shape are those of its values.
        let entries = bump.alloc_slice_fill_copy(shape.entries, ("", Value::Nil));
        let mut maps = bump.alloc_slice_fill_with(shape.maps, |_| Map::distinct(&[])).iter_mut();
        let mut rest = entries;
        let mut value = Value::Nil;
        for (number, make) in (shape.kept..).zip(&shape.made) {
            value = match make {
                Make::Map(members) => {
                    let (entries, others) = rest.split_at_mut_checked(members.len())?;
                    rest = others;
                    for (entry, (name, from)) in entries.iter_mut().zip(members) {
                        (entry.0, entry.1) = (name, *values.get(*from)?);
                    }
                    let map = maps.next()?;
                    *map = Map::distinct(entries);
                    Value::Map(map)
                }
                Make::Array(parts) => {
                    let items = bump.alloc_slice_fill_copy(parts.len(), Value::Nil);
                    for (item, from) in items.iter_mut().zip(parts) {
                        *item = *values.get(*from)?;
                    }
                    Value::Array(items)
                }
            };
            *values.get_mut(number)? = value;
        }
        Some(value)
    }

    /// The object of the entries that were `found`.
    #[inline]
    pub fn map(&self, found: &mut [Entry<'r>]) -> Result<Value<'r>, Trouble> {
        found.sort_unstable_by_key(|entry| entry.place);
        let entries = self.arena.entries(found.len()).map_err(|_| Trouble)?;
        for (entry, found) in entries.iter_mut().zip(found) {
            *entry = (found.key, found.value);
        }
        self.arena.distinct_map(entries).map(Value::Map).map_err(|_| Trouble)
    }
}

/// Whether an object of `text` may be a time.
pub(super) fn may_hold_time(text: &str) -> bool {
    memchr::memchr2(b'$', b'\\', text.as_bytes()).is_some()
        && (text.contains("$time") || text.contains("\\u"))
}

/// Powers of ten that are exact.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The value of a number that is short enough that two exact floats give the nearest one.
#[inline(always)]
fn short_value<'r>(number: scan::ShortNumber) -> Option<Value<'r>> {
    Some(match number.fraction {
        None if number.is_negative => Value::Integer(-number.value),
        None => Value::Integer(number.value),
        Some(digits) => {
            let size = number.value as f64 / TENS.get(digits)?;
            Value::Float(if number.is_negative { -size } else { size })
        }
    })
}
