//! `(1..3)`.

use super::{Value, compare, convert};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::number::Number;
use num_bigint::BigInt;
use num_traits::Signed;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The integers from a first to a last one, both included; none where the last is below the first. They have any size, as
/// Ruby's have.
#[derive(Clone, Copy)]
pub struct Range<'v>(Ends<'v>);

#[derive(Clone, Copy)]
enum Ends<'v> {
    Small {
        start: i64,
        end: i64,
    },
    /// Integers, one of which at least is beyond 64 bits.
    Large(&'v [Value<'v>; 2]),
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
        let ends = [convert::from_number(start, arena)?, convert::from_number(end, arena)?];
        Ok(Range(Ends::Large(arena.put(ends)?)))
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
            Ends::Large([first, _]) => *first,
        }
    }

    /// The last integer.
    pub fn last(self) -> Value<'v> {
        match self.0 {
            Ends::Small { end, .. } => Value::Integer(end),
            Ends::Large([_, last]) => *last,
        }
    }

    /// How many integers there are; `u64::MAX` where there are more.
    pub fn len(self) -> u64 {
        match self.0 {
            Ends::Small { end, start } if end < start => 0,
            Ends::Small { start, end } => {
                u64::try_from(i128::from(end) - i128::from(start) + 1).unwrap_or(u64::MAX)
            }
            Ends::Large(ends) => match distance(ends) {
                distance if distance.is_negative() => 0,
                distance => u64::try_from(distance + 1).unwrap_or(u64::MAX),
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
        if self.is_empty() {
            return Ok(Value::Integer(0));
        }
        match self.0 {
            Ends::Small { start, end } => {
                convert::from_number(Number::from(i128::from(end) - i128::from(start) + 1), arena)
            }
            Ends::Large(ends) => convert::from_number(Number::from(distance(ends) + 1), arena),
        }
    }

    /// The integer at place `index`, counted from 0; nil behind the last.
    ///
    /// # Errors
    /// When a limit is met.
    pub fn nth(self, index: u64, arena: &'v Arena) -> Result<Value<'v>, Failure> {
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

/// How far the last integer is behind the first.
fn distance([first, last]: &[Value<'_>; 2]) -> BigInt {
    let integer = |end: &Value<'_>| match end {
        Value::Integer(value) => BigInt::from(*value),
        Value::BigInteger(digits) => digits.parse().unwrap_or_default(),
        _ => BigInt::default(),
    };
    integer(last) - integer(first)
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
