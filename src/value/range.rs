//! `(1..3)`.
#![expect(clippy::arithmetic_side_effects, reason = "sums of 64 bits fit 128, and big integers grow")]

use super::{Value, compare, convert};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::number::Number;
use num_bigint::BigInt;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The integers from a first to a last one, both included; none where the last is below the first. They have any size, as
/// Ruby's have.
#[derive(Clone, Copy)]
pub struct Range<'v>(Ends<'v>);

#[derive(Clone, Copy)]
enum Ends<'v> {
    Small { start: i64, end: i64 },
    Large(&'v Large<'v>),
}

/// A range one of whose ends at least is beyond 64 bits.
#[derive(Clone, Copy)]
struct Large<'v> {
    first: Value<'v>,
    last: Value<'v>,
    size: Value<'v>,
}

impl<'v> Range<'v> {
    /// The range between two integers of 64 bits.
    pub const fn new(start: i64, end: i64) -> Self {
        Range(Ends::Small { start, end })
    }

    /// The range between two integers.
    ///
    /// # Errors
    /// When a limit is met.
    pub(super) fn between(start: Number, end: Number, arena: &'v Arena) -> Result<Self, Failure> {
        if let (&Number::Integer(start), &Number::Integer(end)) = (&start, &end) {
            return Ok(Range::new(start, end));
        }
        let size = match (integer(&end), integer(&start)) {
            (end, start) if end < start => Number::Integer(0),
            (end, start) => Number::from(end - start + 1),
        };
        let large = Large {
            first: convert::from_number(start, arena)?,
            last: convert::from_number(end, arena)?,
            size: convert::from_number(size, arena)?,
        };
        Ok(Range(Ends::Large(arena.put(large)?)))
    }

    /// The two ends, where both have 64 bits.
    pub fn small(self) -> Option<(i64, i64)> {
        match self.0 {
            Ends::Small { start, end } => Some((start, end)),
            Ends::Large(_) => None,
        }
    }

    /// The first integer.
    pub fn first(self) -> Value<'v> {
        match self.0 {
            Ends::Small { start, .. } => Value::Integer(start),
            Ends::Large(large) => large.first,
        }
    }

    /// The last integer.
    pub fn last(self) -> Value<'v> {
        match self.0 {
            Ends::Small { end, .. } => Value::Integer(end),
            Ends::Large(large) => large.last,
        }
    }

    /// How many integers there are; `u64::MAX` where there are more.
    pub fn len(self) -> u64 {
        match self.0 {
            Ends::Small { end, start } if end < start => 0,
            Ends::Small { start, end } => {
                u64::try_from(i128::from(end) - i128::from(start) + 1).unwrap_or(u64::MAX)
            }
            Ends::Large(large) => match large.size {
                Value::Integer(size) => u64::try_from(size).unwrap_or(0),
                Value::BigInteger(digits) => digits.parse().unwrap_or(u64::MAX),
                _ => 0,
            },
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        compare::numbers(self.last(), self.first()).is_some_and(Ordering::is_lt)
    }

    /// How many integers there are, exactly.
    ///
    /// # Errors
    /// When a limit is met.
    pub(super) fn size(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        match self.0 {
            Ends::Small { start, end } => {
                let size = i128::from(end) - i128::from(start) + 1;
                convert::from_number(Number::from(size.max(0)), arena)
            }
            Ends::Large(large) => Ok(large.size),
        }
    }

    /// The integer at place `index`, counted from 0; nil behind the last.
    ///
    /// # Errors
    /// When a limit is met.
    #[inline]
    pub fn nth(self, index: u64, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        match self.0 {
            Ends::Small { start, end } => {
                let value = i64::try_from(i128::from(start) + i128::from(index)).ok();
                Ok(value.filter(|value| *value <= end).map(Value::Integer).into())
            }
            Ends::Large(_) => self.large_nth(index, arena),
        }
    }

    #[cold]
    fn large_nth(self, index: u64, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        let value = match self.first() {
            Value::Integer(start) => {
                convert::from_number(Number::from(i128::from(start) + i128::from(index)), arena)?
            }
            first => match convert::to_number(first, arena)? {
                Number::BigInteger(start) => convert::from_number(Number::from(start + index), arena)?,
                _ => Value::Nil,
            },
        };
        Ok(if self.contains(value) { value } else { Value::Nil })
    }

    /// Whether the number lies between the ends, as a fraction may too.
    pub fn contains(self, number: Value<'_>) -> bool {
        compare::numbers(self.first(), number).is_some_and(Ordering::is_le)
            && compare::numbers(number, self.last()).is_some_and(Ordering::is_le)
    }
}

/// The end as an integer of any size, which all ends are.
fn integer(end: &Number) -> BigInt {
    match end {
        Number::Integer(value) => BigInt::from(*value),
        Number::BigInteger(value) => value.clone(),
        Number::Float(_) | Number::Decimal(_) => BigInt::default(),
    }
}

impl PartialEq for Range<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = |a, b| compare::numbers(a, b) == Some(Ordering::Equal);
        same(self.first(), other.first()) && same(self.last(), other.last())
    }
}

impl Eq for Range<'_> {}

impl Hash for Range<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for end in [self.first(), self.last()] {
            match end {
                Value::Integer(value) => value.hash(state),
                Value::BigInteger(digits) => digits.hash(state),
                _ => {}
            }
        }
    }
}

impl fmt::Debug for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}..{:?}", self.first(), self.last())
    }
}
