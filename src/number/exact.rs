//! Exact decimals: what both operands become when a fraction takes part.
//!
//! A decimal is a mantissa and a scale, worth `mantissa / 10^scale`. Mantissas of prices and
//! floats fit 128 bits, where checked arithmetic is exact; what does not fit goes on in
//! `BigDecimal`, with the same result.

use std::cmp::Ordering;
use std::fmt::Write;

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use super::float::Shortest;
use super::{MAX_BITS, MAX_DIGITS, Number, NumberError};

/// Scales that are worked with, above and below zero. Floats reach 340, texts [`MAX_DIGITS`].
#[expect(clippy::cast_possible_wrap, reason = "a constant, far from the ends")]
const MAX_SCALE: i64 = 2 * MAX_DIGITS as i64;

/// Significant digits of a quotient before its last, which tells that more follow. More than twice
/// what a float holds, as Ruby computes.
const QUOTIENT_DIGITS: u64 = 40;

/// Integers up to here are floats without rounding.
const EXACT_FLOAT: u128 = 1 << 53;

/// An operand of a decimal operation.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// NaN, an infinity or `-0.0`, which have no decimal.
    Special(f64),
    /// `mantissa / 10^scale`.
    Small { mantissa: i128, scale: i64 },
    /// A decimal whose mantissa may exceed 128 bits.
    Large(BigDecimal),
}

/// How digits are dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    HalfAwayFromZero,
    Floor,
    Ceiling,
    TowardZero,
}

fn power_of_ten(exponent: i64) -> Option<i128> {
    10i128.checked_pow(u32::try_from(exponent).ok()?)
}

fn big_power_of_ten(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent.clamp(0, 4 * MAX_SCALE)).unwrap_or_default())
}

/// `mantissa * 10^zeros`. Scales are at most [`MAX_SCALE`] from zero, so that no power here is one that is cut.
#[expect(clippy::arithmetic_side_effects, reason = "big integers grow")]
pub(super) fn with_zeros(mantissa: BigInt, zeros: i64) -> BigInt {
    mantissa * big_power_of_ten(zeros)
}

/// The float nearest to `mantissa / 10^scale`.
pub(super) fn nearest_float(mantissa: &BigInt, scale: i64) -> f64 {
    match mantissa.to_i128() {
        Some(small) => nearest_small_float(small, scale),
        None => parse_float(mantissa, scale),
    }
}

fn nearest_small_float(mantissa: i128, scale: i64) -> f64 {
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    // Both are floats without rounding, so the one operation rounds correctly.
    if mantissa.unsigned_abs() <= EXACT_FLOAT
        && let Ok(index) = usize::try_from(scale.unsigned_abs())
        && let Some(power) = POWERS.get(index)
    {
        let mantissa = mantissa as f64;
        return if scale < 0 { mantissa * power } else { mantissa / power };
    }
    parse_float(&mantissa, scale)
}

/// Through text, because the standard library's parser rounds correctly at any length.
fn parse_float(mantissa: &dyn std::fmt::Display, scale: i64) -> f64 {
    let mut text = String::with_capacity(64);
    // Writing to a String cannot fail.
    let _ = write!(text, "{mantissa}e{}", scale.saturating_neg());
    // Digits, `e` and an integer are always a float.
    text.parse().unwrap_or(f64::NAN)
}

impl Operand {
    /// The operand that a number is in decimal arithmetic.
    pub(super) fn lift(number: &Number) -> Result<Self, NumberError> {
        Ok(match number {
            Number::Integer(value) => Self::Small { mantissa: i128::from(*value), scale: 0 },
            Number::BigInteger(value) => {
                if value.bits() > MAX_BITS {
                    return Err(NumberError::TooLarge);
                }
                Self::from_big(value.clone(), 0)
            }
            Number::Float(value) => Self::from_float(*value),
            Number::Decimal(value) => {
                let (mantissa, scale) = value.as_bigint_and_scale();
                if mantissa.bits() > 2 * MAX_BITS || scale.saturating_abs() > MAX_SCALE {
                    return Err(NumberError::TooLarge);
                }
                match mantissa.to_i128() {
                    Some(mantissa) => Self::Small { mantissa, scale },
                    None => Self::Large(value.clone()),
                }
            }
        })
    }

    #[expect(clippy::cast_possible_truncation, reason = "a whole float below 2^53")]
    fn from_float(value: f64) -> Self {
        if !value.is_finite() || (value == 0.0 && value.is_sign_negative()) {
            return Self::Special(value);
        }
        // Whole floats below 2^53 print as the integer they are.
        if value.abs() < EXACT_FLOAT as f64 && value.trunc() == value {
            return Self::Small { mantissa: value as i128, scale: 0 };
        }
        let (mantissa, scale) = Shortest::of(value).mantissa_and_scale();
        let mantissa = if value < 0.0 { mantissa.saturating_neg() } else { mantissa };
        Self::Small { mantissa: i128::from(mantissa), scale }
    }

    fn from_big(mantissa: BigInt, scale: i64) -> Self {
        match mantissa.to_i128() {
            Some(mantissa) => Self::Small { mantissa, scale },
            None => Self::Large(BigDecimal::new(mantissa, scale)),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Special(value) => *value == 0.0,
            Self::Small { mantissa, .. } => *mantissa == 0,
            Self::Large(value) => value.is_zero(),
        }
    }

    /// A float of the same kind and sign: itself, or -1, 0 or 1. Where infinities, NaN or zeros
    /// meet, the result depends on nothing else, and IEEE arithmetic agrees with Ruby's decimals.
    pub(super) fn representative(&self) -> f64 {
        match self {
            Self::Special(value) => *value,
            Self::Small { mantissa, .. } => mantissa.signum() as f64,
            Self::Large(value) => match value.sign() {
                Sign::Minus => -1.0,
                Sign::NoSign => 0.0,
                Sign::Plus => 1.0,
            },
        }
    }

    fn big(&self) -> (BigInt, i64) {
        match self {
            Self::Special(_) => (BigInt::default(), 0),
            Self::Small { mantissa, scale } => (BigInt::from(*mantissa), *scale),
            Self::Large(value) => value.as_bigint_and_exponent(),
        }
    }

    fn decimal(&self) -> BigDecimal {
        let (mantissa, scale) = self.big();
        BigDecimal::new(mantissa, scale)
    }

    pub(super) fn to_f64(&self) -> f64 {
        match self {
            Self::Special(value) => *value,
            Self::Small { mantissa, scale } => nearest_small_float(*mantissa, *scale),
            Self::Large(value) => {
                let (mantissa, scale) = value.as_bigint_and_scale();
                nearest_float(&mantissa, scale)
            }
        }
    }

    fn negated(&self) -> Self {
        match self {
            Self::Special(value) => Self::Special(-value),
            Self::Small { mantissa, scale } => match mantissa.checked_neg() {
                Some(mantissa) => Self::Small { mantissa, scale: *scale },
                None => Self::Large(-self.decimal()),
            },
            Self::Large(value) => Self::Large(-value),
        }
    }

    /// The mantissa with all but `digits` digits behind the point dropped; a negative count drops
    /// digits before the point. The result is worth `mantissa / 10^digits`, or the operand itself
    /// (`None`) if it has no such digits.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "powers of ten are not zero, a rest is below its power, what is stepped from was divided by 10 at least"
    )]
    pub(super) fn dropped(&self, digits: i64, rounding: Rounding) -> Option<BigInt> {
        let (scale, small) = match self {
            Self::Special(_) => return None,
            Self::Small { mantissa, scale } => (*scale, Some(*mantissa)),
            Self::Large(value) => (value.fractional_digit_count(), None),
        };
        let drop = scale.saturating_sub(digits);
        if drop <= 0 {
            return None;
        }
        if let Some(mantissa) = small
            && let Some(power) = power_of_ten(drop)
        {
            let (quotient, rest) = (mantissa / power, mantissa % power);
            let half = rest.abs() >= power - rest.abs();
            return Some(BigInt::from(quotient + step(rest.signum() as i8, half, rounding)));
        }

        let (mantissa, _) = self.big();
        let sign = if mantissa.is_negative() { -1 } else { i8::from(!mantissa.is_zero()) };
        // A decimal digit takes more than 3 bits, so every digit and one more is dropped here.
        if u64::try_from(drop).unwrap_or_default() > mantissa.bits() / 3 + 2 {
            return Some(BigInt::from(step(sign, false, rounding)));
        }
        let power = big_power_of_ten(drop);
        let (quotient, rest) = (&mantissa / &power, &mantissa % &power);
        let half = rest.abs() * 2 >= power;
        let sign = if rest.is_zero() { 0 } else { sign };
        Some(quotient + step(sign, half, rounding))
    }

    /// The integer that rounding gives.
    pub(super) fn to_integer(&self, rounding: Rounding) -> Result<BigInt, NumberError> {
        if let Self::Special(value) = self
            && !value.is_zero()
        {
            return Err(NumberError::float_domain(*value));
        }
        Ok(match self.dropped(0, rounding) {
            Some(integer) => integer,
            None => {
                let (mantissa, scale) = self.big();
                with_zeros(mantissa, scale.saturating_neg())
            }
        })
    }
}

/// What is added to a quotient cut toward zero: `sign` is that of the rest, 0 for none.
fn step(sign: i8, half: bool, rounding: Rounding) -> i128 {
    let away = match rounding {
        Rounding::HalfAwayFromZero => half,
        Rounding::Floor => sign < 0,
        Rounding::Ceiling => sign > 0,
        Rounding::TowardZero => false,
    };
    if away { i128::from(sign) } else { 0 }
}

/// Two small decimals on one scale, if both fit.
fn aligned(a: &Operand, b: &Operand) -> Option<(i128, i128, i64)> {
    match (a, b) {
        (Operand::Small { mantissa: x, scale: x_scale }, Operand::Small { mantissa: y, scale: y_scale }) => {
            let scale = *x_scale.max(y_scale);
            let x = x.checked_mul(power_of_ten(scale.checked_sub(*x_scale)?)?)?;
            let y = y.checked_mul(power_of_ten(scale.checked_sub(*y_scale)?)?)?;
            Some((x, y, scale))
        }
        _ => None,
    }
}

fn aligned_big(a: &Operand, b: &Operand) -> (BigInt, BigInt, i64) {
    let ((x, x_scale), (y, y_scale)) = (a.big(), b.big());
    let scale = x_scale.max(y_scale);
    let by = |own: i64| scale.saturating_sub(own);
    (with_zeros(x, by(x_scale)), with_zeros(y, by(y_scale)), scale)
}

/// `a + b`.
#[expect(clippy::arithmetic_side_effects, reason = "big decimals grow")]
pub(super) fn add(a: &Operand, b: &Operand) -> Operand {
    match (a, b) {
        (Operand::Special(special), other) | (other, Operand::Special(special)) => {
            if *special == 0.0 && !other.is_zero() {
                other.clone()
            } else {
                Operand::Special(special + other.representative()).without_plain_zero()
            }
        }
        _ => match aligned(a, b).and_then(|(x, y, scale)| Some((x.checked_add(y)?, scale))) {
            Some((mantissa, scale)) => Operand::Small { mantissa, scale },
            None => Operand::Large(a.decimal() + b.decimal()),
        },
    }
}

/// `a - b`.
pub(super) fn subtract(a: &Operand, b: &Operand) -> Operand {
    if let Operand::Special(special) = a
        && *special == 0.0
        && b.is_zero()
    {
        return Operand::Special(special - b.representative()).without_plain_zero();
    }
    add(a, &b.negated())
}

/// `a * b`.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "big decimals grow; scales are at most `MAX_SCALE` from zero"
)]
pub(super) fn multiply(a: &Operand, b: &Operand) -> Operand {
    match (a, b) {
        (Operand::Special(_), _) | (_, Operand::Special(_)) => {
            Operand::Special(a.representative() * b.representative()).without_plain_zero()
        }
        _ if a.is_zero() || b.is_zero() => {
            Operand::Special(a.representative() * b.representative()).without_plain_zero()
        }
        (Operand::Small { mantissa: x, scale: x_scale }, Operand::Small { mantissa: y, scale: y_scale }) => {
            match x.checked_mul(*y) {
                Some(mantissa) => Operand::Small { mantissa, scale: x_scale + y_scale },
                None => Operand::Large(a.decimal() * b.decimal()),
            }
        }
        _ => Operand::Large(a.decimal() * b.decimal()),
    }
}

/// `a / b` as a float; by zero it is an infinity or NaN.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "zeros are answered first, big integers grow, and scales and their digits are far below 64 bits"
)]
pub(super) fn divide(a: &Operand, b: &Operand) -> f64 {
    let special = |operand: &Operand| matches!(operand, Operand::Special(_)) || operand.is_zero();
    if special(a) || special(b) {
        return a.representative() / b.representative();
    }
    if let Some((x, y, _)) = aligned(a, b)
        && x.unsigned_abs() <= EXACT_FLOAT
        && y.unsigned_abs() <= EXACT_FLOAT
    {
        return x as f64 / y as f64;
    }

    let ((x, x_scale), (y, y_scale)) = (a.big(), b.big());
    // A digit takes between 3 and 4 bits, so this asks for a few digits too many, never too few.
    let missing = (QUOTIENT_DIGITS + y.bits() / 3).saturating_sub(x.bits() / 4);
    let shift = i64::try_from(missing).unwrap_or_default();
    let numerator = x * big_power_of_ten(shift);
    let quotient = &numerator / &y;
    let inexact = &quotient * &y != numerator;
    let last = if !inexact { 0 } else { i32::from(quotient.signum().to_i8().unwrap_or_default()) };
    nearest_float(&(quotient * 10 + last), x_scale - y_scale + shift + 1)
}

/// The remainder with the divisor's sign.
#[expect(clippy::arithmetic_side_effects, reason = "zero divisors are answered first, and big integers grow")]
pub(super) fn modulo(a: &Operand, b: &Operand) -> Result<Operand, NumberError> {
    let (x, y) = (a.representative(), b.representative());
    if x.is_nan() || y.is_nan() {
        return Ok(Operand::Special(f64::NAN));
    }
    if y == 0.0 {
        return Err(NumberError::DividedByZero);
    }
    if x.is_infinite() {
        return Ok(Operand::Special(f64::NAN));
    }
    if y.is_infinite() {
        // Ruby does not floor here: -2.0 modulo Infinity is -2.0.
        return Ok(a.clone());
    }
    if x == 0.0 {
        return Ok(Operand::Small { mantissa: 0, scale: 0 });
    }
    if let Some((x, y, scale)) = aligned(a, b) {
        // The one pair that overflows, i128::MIN and -1, has the remainder 0. What is added has the other sign.
        let rest = x.checked_rem(y).unwrap_or(0);
        let mantissa = if rest != 0 && (rest < 0) != (y < 0) { rest.wrapping_add(y) } else { rest };
        return Ok(Operand::Small { mantissa, scale });
    }
    let (x, y, scale) = aligned_big(a, b);
    let rest = x % &y;
    let turn = !rest.is_zero() && rest.is_negative() != y.is_negative();
    Ok(Operand::from_big(if turn { rest + y } else { rest }, scale))
}

/// The order of two operands; `None` if either is NaN.
pub(super) fn compare(a: &Operand, b: &Operand) -> Option<Ordering> {
    let (x, y) = (a.representative(), b.representative());
    if !x.is_finite() || !y.is_finite() || x != y {
        return x.partial_cmp(&y);
    }
    if x == 0.0 {
        return Some(Ordering::Equal);
    }
    Some(match aligned(a, b) {
        Some((x, y, _)) => x.cmp(&y),
        None => {
            let (x, y, _) = aligned_big(a, b);
            x.cmp(&y)
        }
    })
}

impl Operand {
    /// `Special` never holds `0.0`, which is a decimal.
    fn without_plain_zero(self) -> Self {
        match self {
            Self::Special(value) if value == 0.0 && value.is_sign_positive() => {
                Self::Small { mantissa: 0, scale: 0 }
            }
            other => other,
        }
    }
}
