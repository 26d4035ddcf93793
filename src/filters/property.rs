//! `item[property]` as the array filters read it: Ruby's `[]`, which more than objects have.
//!
//! Objects give the value of the key, text its character at a place or the part that was asked for, integers a bit.
//! Floats, booleans, nil and times have no properties at all; most filters then give nil as a whole.

use super::Call;
use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::value::{Range, Value, convert, lookup, print};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// The first number that is no integer of 64 bits.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;
/// Numbers have no more bits, whatever the limit on their digits.
const MOST_BITS: u64 = 1 << 20;
/// Values inside each other are weighed down to this depth, which no comparison goes beyond.
const DEPTH: usize = 200;

/// A property to read from items.
#[derive(Clone, Copy)]
pub(super) struct Property<'r> {
    key: Value<'r>,
    arena: &'r Arena,
}

impl<'r> Property<'r> {
    /// The property that the argument at place `at` names, be it nil.
    pub(super) fn required(call: &Call<'_, 'r>, at: usize) -> Result<Self, Failure> {
        let key = call.argument(at).resolve(call.arena)?;
        Ok(Property { key, arena: call.arena })
    }

    /// The property that the argument at place `at` names; `None` where it is nil or not given.
    pub(super) fn optional(call: &Call<'_, 'r>, at: usize) -> Result<Option<Self>, Failure> {
        let property = Self::required(call, at)?;
        Ok((!property.key.is_nil()).then_some(property))
    }

    /// The key as text, if it is text.
    pub(super) fn name(self) -> Option<&'r str> {
        self.key.as_str()
    }

    /// The property of `item`, nil where it has none of that name; `None` where such an item has no properties.
    ///
    /// # Errors
    /// The reference's `cannot select the property 'x'`, where the key is of the wrong kind for the item.
    pub(super) fn of(self, item: Value<'r>) -> Result<Option<Value<'r>>, Failure> {
        Ok(Some(match item {
            Value::Map(map) => self.key.as_str().and_then(|key| map.get(key)).into(),
            Value::Object(host) => host.get(self.key, self.arena)?.into(),
            Value::String(text) => match self.key {
                Value::String(part) => {
                    self.arena.budget().spend_bytes(text.len())?;
                    memchr::memmem::find(text.as_bytes(), part.as_bytes()).map(|_| part).into()
                }
                Value::BigInteger(_) => return Err(Failure::internal()),
                Value::Range(range) => {
                    self.arena.budget().spend_bytes(text.len())?;
                    let starts = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
                    places(range, text.chars().count())?
                        .and_then(|part| text.get(starts().nth(part.start)?..starts().nth(part.end)?))
                        .into()
                }
                Value::Float(place) if !(-BEYOND..BEYOND).contains(&place) => return Err(Failure::internal()),
                _ => character(text, self.place()?, self.arena)?.into(),
            },
            Value::Binary(bytes) => match self.key {
                Value::BigInteger(_) => return Err(Failure::internal()),
                Value::String(part) => {
                    self.arena.budget().spend_bytes(bytes.len())?;
                    memchr::memmem::find(bytes, part.as_bytes()).map(|_| part).into()
                }
                Value::Range(range) => {
                    places(range, bytes.len())?.and_then(|part| bytes.get(part)).map(Value::from_bytes).into()
                }
                _ => {
                    let place = self.place()?;
                    let found =
                        places(&Range::new(place, place), bytes.len())?.and_then(|part| bytes.get(part));
                    found.filter(|found| !found.is_empty()).map(Value::from_bytes).into()
                }
            },
            Value::Array(items) => match self.key {
                Value::Range(range) => places(range, items.len())?.and_then(|part| items.get(part)).into(),
                _ => lookup::nth(items, self.place()?).into(),
            },
            Value::Integer(value) => match self.key {
                Value::Range(range) => bits(value.into(), range, self.arena)?,
                _ => bit(value, self.place()?),
            },
            Value::BigInteger(digits) => {
                self.arena.budget().spend((digits.len() as u64 / 8).saturating_add(1))?;
                let value = digits.parse().unwrap_or_default();
                match self.key {
                    Value::Range(range) => bits(value, range, self.arena)?,
                    _ => big_bit(&value, self.place()?),
                }
            }
            _ => return Ok(None),
        }))
    }

    /// Whether `item` is of a kind that has properties.
    pub(super) fn fits(item: Value<'r>) -> bool {
        matches!(
            item,
            Value::Map(_)
                | Value::Object(_)
                | Value::String(_)
                | Value::Binary(_)
                | Value::Array(_)
                | Value::Integer(_)
                | Value::BigInteger(_)
        )
    }

    /// The key as a place; floats are cut.
    fn place(self) -> Result<i64, Failure> {
        match self.key {
            Value::Integer(place) => Ok(place),
            #[expect(clippy::cast_possible_truncation, reason = "what is beyond the ends is at the end")]
            Value::Float(place) => Ok(place as i64),
            Value::BigInteger(digits) => Ok(if digits.starts_with('-') { i64::MIN } else { i64::MAX }),
            _ => Err(self.failure()?),
        }
    }

    #[cold]
    fn failure(self) -> Result<Failure, Failure> {
        let name = print::to_text(self.key, self.arena)?;
        Ok(Failure::argument(format!("cannot select the property '{name}'")))
    }
}

/// The places of a range in something of `size` places, negative ones counted from the end; `None` where it starts
/// outside.
fn places(range: &Range<'_>, size: usize) -> Result<Option<std::ops::Range<usize>>, Failure> {
    let (first, last) = range.small().ok_or_else(Failure::internal)?;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let from_end = |place: i64| if place < 0 { place.saturating_add(size) } else { place };
    let (start, end) = (from_end(first), from_end(last).saturating_add(1).min(size));
    let place = |place: i64| usize::try_from(place).ok();
    let within = place(start).filter(|_| start <= size);
    Ok(within.map(|start| start..place(end).unwrap_or(0).max(start)))
}

/// The character at `place`, negative places counted from the end.
fn character<'r>(text: &'r str, place: i64, arena: &Arena) -> Result<Option<&'r str>, Failure> {
    arena.budget().spend_bytes(text.len())?;
    let distance = |count: i64| usize::try_from(count).ok();
    let found = if place < 0 {
        // The last character is at -1: all bits of a place turned around are the distance from there.
        distance(!place).and_then(|back| text.char_indices().nth_back(back))
    } else {
        distance(place).and_then(|forth| text.char_indices().nth(forth))
    };
    Ok(found.and_then(|(at, character)| text.get(at..at.saturating_add(character.len_utf8()))))
}

fn bit<'r>(value: i64, place: i64) -> Value<'r> {
    Value::Integer(match place {
        ..0 => 0,
        // Beyond the word stands the sign, as far as anyone looks.
        _ => (value >> place.min(63)) & 1,
    })
}

fn big_bit<'r>(value: &BigInt, place: i64) -> Value<'r> {
    Value::Integer(match u64::try_from(place) {
        Err(_) => 0,
        Ok(place) if place >= value.bits() => i64::from(value.is_negative()),
        Ok(place) => i64::from(value.bit(place)),
    })
}

/// The bits of `value` in a range of places, the lowest first; all from the first place on if the range is empty. Below the
/// first bit of a number lie zeros, above its last one the sign.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "big integers grow, and what they grow by is held to `most` bits"
)]
fn bits<'r>(value: BigInt, range: &Range<'_>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let (first, last) = range.small().ok_or_else(Failure::internal)?;
    if first == last {
        return Ok(big_bit(&value, first));
    }
    let digits = arena.budget().limits().number_digits;
    // A digit takes less than four bits.
    let most = u64::try_from(digits).unwrap_or(u64::MAX).saturating_mul(4).min(MOST_BITS);
    let too_long = || Failure::limit(Exceeded::new(Limit::NumberDigits, digits));
    let count = (last > first).then(|| last.abs_diff(first).saturating_add(1));
    let (zeros, passed) = if first < 0 { (first.unsigned_abs(), 0) } else { (0, first.unsigned_abs()) };
    let rest = value.clone() >> passed.min(value.bits());
    let kept = match count.map(|count| count.saturating_sub(zeros)) {
        None => rest,
        Some(count) if count >= rest.bits() && !rest.is_negative() => rest,
        Some(count) if count > most => return Err(too_long()),
        Some(count) => rest & ((BigInt::from(1) << count) - 1),
    };
    if kept.is_zero() {
        return Ok(Value::Integer(0));
    }
    if zeros > most {
        return Err(too_long());
    }
    convert::from_number((kept << zeros).into(), arena)
}

/// What one walk over `value` costs, in bytes; the walk to find out is charged.
pub(super) fn weight(value: Value<'_>, arena: &Arena) -> Result<u64, Failure> {
    weigh(value, arena, 0)
}

fn weigh(value: Value<'_>, arena: &Arena, depth: usize) -> Result<u64, Failure> {
    const EACH: u64 = 8;
    Ok(match value {
        Value::String(text) => EACH.saturating_add(text.len() as u64),
        Value::Binary(bytes) => EACH.saturating_add(bytes.len() as u64),
        Value::Range(range) if range.small().is_none() => {
            weigh(range.first(), arena, depth)?.saturating_add(weigh(range.last(), arena, depth)?)
        }
        // Comparing large integers reads their digits anew each time.
        Value::BigInteger(digits) => EACH.saturating_mul(digits.len() as u64).saturating_add(EACH),
        Value::Array(items) if depth < DEPTH => {
            arena.budget().spend_items(items.len())?;
            items.iter().try_fold(EACH, |sum, item| {
                Ok::<_, Failure>(sum.saturating_add(weigh(*item, arena, depth.saturating_add(1))?))
            })?
        }
        Value::Map(map) if depth < DEPTH => {
            arena.budget().spend_items(map.len())?;
            map.entries().iter().try_fold(EACH, |sum, (key, item)| {
                let entry = weigh(*item, arena, depth.saturating_add(1))?.saturating_add(key.len() as u64);
                Ok::<_, Failure>(sum.saturating_add(entry))
            })?
        }
        _ => EACH,
    })
}
