//! Numbers as Liquid counts with them: an operand comes in as an integer, a float or a text, one
//! operation runs, and a number that can be printed goes out.
//!
//! The rules are those of the Ruby implementation. Integers have no fixed width. As soon as a
//! fraction takes part, a filter computes in exact decimals, where a float stands for the shortest
//! decimal that prints it (`0.1 | plus: 0.2` is `0.3`), and hands back the nearest float. Every
//! size that a template could drive up is capped, so no operation takes more than a few
//! milliseconds.

mod arithmetic;
mod compare;
mod ecmascript;
mod exact;
mod float;
mod format;
mod parse;

use std::fmt;

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};

pub use arithmetic::Sum;
pub use compare::compare_i64_f64;
pub use ecmascript::{ecmascript_from_text, is_ecmascript_space, write_ecmascript};
pub use float::{FloatText, Price, write_float};
pub use format::{money, with_delimiter};
pub use parse::integer_from_text;

/// Digits that a number may have, in a text that is read and in an integer that is computed.
pub const MAX_DIGITS: usize = 4096;

/// Bits of the largest integer of [`MAX_DIGITS`] digits (`10^4096` has 13,607 bits).
const MAX_BITS: u64 = 13_607;

/// A number, owned for the time of one operation.
///
/// `==` compares the form too: `Integer(1)` is not `Float(1.0)`. [`Number::compare`] compares the
/// worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// An integer of 64 bits.
    Integer(i64),
    /// An integer beyond 64 bits. Built with `From`, which turns what fits into `Integer`.
    BigInteger(BigInt),
    /// A float: a literal, a value of the data, or the result of a decimal operation.
    Float(f64),
    /// An exact decimal, as a text like `19.90` gives it. Printed like the nearest float.
    Decimal(BigDecimal),
}

/// Why an operation gave no number. The texts are those that Liquid puts after `Liquid error: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// An integer division, or a remainder of any kind, by zero.
    DividedByZero,
    /// NaN or an infinity where an integer is asked for; holds the part of Ruby's message that
    /// names it.
    FloatDomain(&'static str),
    /// The text is not an integer by the rules of Ruby's `Integer()`.
    InvalidInteger,
    /// The text of a decimal has a NUL around it, which Ruby refuses.
    NullByte,
    /// The text has more than [`MAX_DIGITS`] digits.
    TooLong,
    /// An operand or the result has more than about [`MAX_DIGITS`] digits.
    TooLarge,
}

impl NumberError {
    fn float_domain(value: f64) -> Self {
        Self::FloatDomain(if value.is_nan() {
            "'NaN' (Not a Number)"
        } else if value > 0.0 {
            "'Infinity'"
        } else {
            "'-Infinity'"
        })
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DividedByZero => f.write_str("divided by 0"),
            Self::FloatDomain(what) => write!(f, "Computation results in {what}"),
            Self::InvalidInteger => f.write_str("invalid integer"),
            Self::NullByte => f.write_str("string contains null byte"),
            Self::TooLong => write!(f, "number has more than {MAX_DIGITS} digits"),
            Self::TooLarge => write!(f, "result has more than {MAX_DIGITS} digits"),
        }
    }
}

impl std::error::Error for NumberError {}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i128> for Number {
    fn from(value: i128) -> Self {
        match i64::try_from(value) {
            Ok(small) => Self::Integer(small),
            Err(_) => Self::BigInteger(BigInt::from(value)),
        }
    }
}

impl From<BigInt> for Number {
    fn from(value: BigInt) -> Self {
        match value.to_i64() {
            Some(small) => Self::Integer(small),
            None => Self::BigInteger(value),
        }
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<BigDecimal> for Number {
    fn from(value: BigDecimal) -> Self {
        Self::Decimal(value)
    }
}

impl Number {
    /// The number that a filter reads in a text, as Liquid's `to_number` does: `-12.50`, alone but
    /// for white space, is a decimal; otherwise the integer that the text begins with (`12abc` is
    /// 12, `1_000` is 1000, `1,000` and `1e3` are 1), and 0 if it begins with none.
    ///
    /// # Errors
    /// [`NumberError::TooLong`] over [`MAX_DIGITS`] digits, [`NumberError::NullByte`] for a decimal
    /// with a NUL beside it.
    pub fn from_text(text: &str) -> Result<Self, NumberError> {
        parse::from_text(text)
    }

    /// The integer that a float is cut to, as Ruby's `Float#to_i`; `None` of NaN and the infinities.
    pub fn from_integer_part(value: f64) -> Option<Self> {
        BigInt::from_f64(value).map(Number::from)
    }

    /// Whether the number is an integer in form: `5` is, `5.0` is not.
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::BigInteger(_))
    }

    /// Whether the number is worth zero: `0`, `0.0` or `-0.0`.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Integer(value) => *value == 0,
            Self::BigInteger(value) => value.is_zero(),
            Self::Float(value) => *value == 0.0,
            Self::Decimal(value) => value.is_zero(),
        }
    }

    /// Whether the number is below zero; `-0.0` and NaN are not.
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Integer(value) => *value < 0,
            Self::BigInteger(value) => value.is_negative(),
            Self::Float(value) => *value < 0.0,
            Self::Decimal(value) => value.is_negative(),
        }
    }

    /// The nearest float; `±Infinity` beyond its range.
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Integer(value) => *value as f64,
            Self::BigInteger(value) => exact::nearest_float(value, 0),
            Self::Float(value) => *value,
            Self::Decimal(value) => {
                let (mantissa, scale) = value.as_bigint_and_scale();
                exact::nearest_float(&mantissa, scale)
            }
        }
    }

    /// The number as a filter hands it on: a decimal becomes the nearest float, the rest stays.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Decimal(_) => Self::Float(self.to_f64()),
            other => other,
        }
    }

    /// Appends the number as Liquid prints it: integers with all digits, floats and decimals by
    /// [`write_float`].
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Integer(value) => write_integer(*value, out),
            Self::BigInteger(value) => out.push_str(&value.to_string()),
            Self::Float(_) | Self::Decimal(_) => write_float(self.to_f64(), out),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.pad(&text)
    }
}

/// Appends an integer in decimal digits.
pub fn write_integer(value: i64, out: &mut String) {
    use fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests;
