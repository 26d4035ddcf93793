//! Order between numbers of any two forms, without rounding either.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed};

use super::Number;
use super::exact::{self, Operand};

/// Two to the power of 63: the first float above every `i64`.
const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;

/// Compares an integer with a float by their exact worth; `None` for NaN.
///
/// Ruby does the same: `9007199254740993 > 9007199254740992.0` holds, although the integer's
/// nearest float is the other operand.
pub fn compare_i64_f64(integer: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        None
    } else if float >= TWO_POW_63 {
        Some(Ordering::Less)
    } else if float < -TWO_POW_63 {
        Some(Ordering::Greater)
    } else {
        let whole = float.trunc();
        #[expect(clippy::cast_possible_truncation, reason = "whole, and in range by the two tests above")]
        let order = integer.cmp(&(whole as i64));
        // The part behind the point decides between equal integer parts.
        Some(order.then(whole.partial_cmp(&float)?))
    }
}

fn compare_big_f64(integer: &BigInt, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    match BigInt::from_f64(float) {
        // A big integer lies beyond 64 bits, where every float is whole; below that the float's
        // fraction cannot change the order.
        Some(whole) => Some(integer.cmp(&whole)),
        None => Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater }),
    }
}

impl Number {
    /// Compares the worth of two numbers exactly; `None` if either is NaN.
    ///
    /// A float against an integer counts with its binary worth, as in Ruby's conditions; against a
    /// decimal it counts as the shortest decimal that prints it.
    pub fn compare(&self, other: &Number) -> Option<Ordering> {
        use Number::{BigInteger, Decimal, Float, Integer};
        match (self, other) {
            (Integer(a), Integer(b)) => Some(a.cmp(b)),
            (Integer(a), Float(b)) => compare_i64_f64(*a, *b),
            (Float(a), Integer(b)) => compare_i64_f64(*b, *a).map(Ordering::reverse),
            (Float(a), Float(b)) => a.partial_cmp(b),
            (BigInteger(a), BigInteger(b)) => Some(a.cmp(b)),
            (BigInteger(a), Integer(b)) => Some(a.cmp(&BigInt::from(*b))),
            (Integer(a), BigInteger(b)) => Some(BigInt::from(*a).cmp(b)),
            (BigInteger(a), Float(b)) => compare_big_f64(a, *b),
            (Float(a), BigInteger(b)) => compare_big_f64(b, *a).map(Ordering::reverse),
            (Decimal(_), _) | (_, Decimal(_)) => self.compare_as_decimals(other),
        }
    }

    /// Compares as the filters `at_least` and `at_most` do, where a float counts as the shortest
    /// decimal that prints it.
    pub(super) fn compare_as_decimals(&self, other: &Number) -> Option<Ordering> {
        match (Operand::lift(self), Operand::lift(other)) {
            (Ok(a), Ok(b)) => exact::compare(&a, &b),
            // Beyond the caps only a rounded order is worth its time.
            _ => self.to_f64().partial_cmp(&other.to_f64()),
        }
    }

    /// The larger of two, as the filter `at_least` gives it: the receiver unless `minimum` exceeds
    /// it.
    #[must_use]
    pub fn at_least(&self, minimum: &Number) -> Number {
        let exceeded = minimum.compare_as_decimals(self) == Some(Ordering::Greater);
        if exceeded { minimum } else { self }.clone().lowered()
    }

    /// The smaller of two, as the filter `at_most` gives it: the receiver unless it exceeds
    /// `maximum`.
    #[must_use]
    pub fn at_most(&self, maximum: &Number) -> Number {
        let exceeded = maximum.compare_as_decimals(self) == Some(Ordering::Less);
        if exceeded { maximum } else { self }.clone().lowered()
    }

    /// The sign turned around. A zero integer and a zero decimal stay as they are.
    #[must_use]
    pub fn negate(&self) -> Number {
        match self {
            Number::Integer(value) => {
                value.checked_neg().map_or_else(|| Number::from(i128::from(*value).abs()), Number::Integer)
            }
            Number::BigInteger(value) => Number::from(-value),
            Number::Float(value) => Number::Float(-value),
            Number::Decimal(value) => Number::Decimal(-value),
        }
    }

    /// The number without its sign, as the filter `abs` gives it (`-0.0` becomes `0.0`).
    #[must_use]
    pub fn abs(&self) -> Number {
        match self {
            Number::Integer(value) => Number::from(i128::from(*value).abs()),
            Number::BigInteger(value) => Number::from(value.abs()),
            Number::Float(value) => Number::Float(value.abs()),
            Number::Decimal(value) => Number::Decimal(value.abs()).lowered(),
        }
    }
}
