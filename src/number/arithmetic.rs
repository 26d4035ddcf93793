//! The operations of the math filters.
//!
//! Two integers give an integer. If a fraction takes part, the operation runs on exact decimals
//! and gives the nearest float.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::exact::{self, Operand, Rounding};
use super::{MAX_BITS, Number, NumberError};

type BigPair<'a> = (Cow<'a, BigInt>, Cow<'a, BigInt>);

/// The operands as big integers, if both are integers.
fn integers<'a>(a: &'a Number, b: &'a Number) -> Option<Result<BigPair<'a>, NumberError>> {
    Some(match (integer(a)?, integer(b)?) {
        (x, y) if x.bits() > MAX_BITS || y.bits() > MAX_BITS => Err(NumberError::TooLarge),
        pair => Ok(pair),
    })
}

fn integer(number: &Number) -> Option<Cow<'_, BigInt>> {
    match number {
        Number::Integer(value) => Some(Cow::Owned(BigInt::from(*value))),
        Number::BigInteger(value) => Some(Cow::Borrowed(value)),
        Number::Float(_) | Number::Decimal(_) => None,
    }
}

fn capped(value: BigInt) -> Result<Number, NumberError> {
    if value.bits() > MAX_BITS { Err(NumberError::TooLarge) } else { Ok(Number::from(value)) }
}

impl Number {
    /// The number as a float that is exactly it, if it is whole, not zero, and a float or small enough for one. The quotient
    /// of two such floats is rounded once, as that of the decimals would be.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float below 2^53 that is no integer is not told from one"
    )]
    fn as_exact_float(&self) -> Option<f64> {
        const MOST: f64 = (1u64 << 53) as f64;
        let value = match self {
            Number::Integer(value) => *value as f64,
            Number::Float(value) => *value,
            Number::BigInteger(_) | Number::Decimal(_) => return None,
        };
        (value.abs() < MOST && value as i64 as f64 == value && value != 0.0).then_some(value)
    }

    fn decimal(
        &self,
        other: &Number,
        operation: fn(&Operand, &Operand) -> Operand,
    ) -> Result<Number, NumberError> {
        let result = operation(&Operand::lift(self)?, &Operand::lift(other)?);
        Ok(Number::Float(result.to_f64()))
    }

    /// The sum, as the filter `plus` gives it.
    ///
    /// # Errors
    /// [`NumberError::TooLarge`].
    #[expect(clippy::arithmetic_side_effects, reason = "64 bits each fit 128, and big integers grow")]
    pub fn plus(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Number::Integer(a), Number::Integer(b)) = (self, other) {
            let exact = || Number::from(i128::from(*a) + i128::from(*b));
            return Ok(a.checked_add(*b).map_or_else(exact, Number::Integer));
        }
        match integers(self, other) {
            Some(pair) => pair.and_then(|(a, b)| capped(a.as_ref() + b.as_ref())),
            None => self.decimal(other, exact::add),
        }
    }

    /// The difference, as the filter `minus` gives it.
    ///
    /// # Errors
    /// [`NumberError::TooLarge`].
    #[expect(clippy::arithmetic_side_effects, reason = "64 bits each fit 128, and big integers grow")]
    pub fn minus(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Number::Integer(a), Number::Integer(b)) = (self, other) {
            let exact = || Number::from(i128::from(*a) - i128::from(*b));
            return Ok(a.checked_sub(*b).map_or_else(exact, Number::Integer));
        }
        match integers(self, other) {
            Some(pair) => pair.and_then(|(a, b)| capped(a.as_ref() - b.as_ref())),
            None => self.decimal(other, exact::subtract),
        }
    }

    /// The product, as the filter `times` gives it.
    ///
    /// # Errors
    /// [`NumberError::TooLarge`].
    #[expect(clippy::arithmetic_side_effects, reason = "64 bits each fit 128, and big integers grow")]
    pub fn times(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Number::Integer(a), Number::Integer(b)) = (self, other) {
            let exact = || Number::from(i128::from(*a) * i128::from(*b));
            return Ok(a.checked_mul(*b).map_or_else(exact, Number::Integer));
        }
        match integers(self, other) {
            Some(pair) => pair.and_then(|(a, b)| capped(a.as_ref() * b.as_ref())),
            None => self.decimal(other, exact::multiply),
        }
    }

    /// The quotient, as the filter `divided_by` gives it: rounded down between integers
    /// (`-7 | divided_by: 2` is -4), a float otherwise. A decimal zero as divisor gives `Infinity`
    /// or `NaN`, as in Ruby.
    ///
    /// # Errors
    /// [`NumberError::DividedByZero`] if both are integers; [`NumberError::TooLarge`].
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "zero divisors are answered first; a quotient with a rest is below its dividend, so that one less fits"
    )]
    pub fn divided_by(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Number::Integer(a), Number::Integer(b)) = (self, other) {
            if *b == 0 {
                return Err(NumberError::DividedByZero);
            }
            if let (Some(quotient), Some(rest)) = (a.checked_div(*b), a.checked_rem(*b)) {
                let down = rest != 0 && (rest < 0) != (*b < 0);
                return Ok(Number::Integer(quotient - i64::from(down)));
            }
            let (a, b) = (i128::from(*a), i128::from(*b));
            let down = a % b != 0 && (a < 0) != (b < 0);
            return Ok(Number::from(a / b - i128::from(down)));
        }
        if let (Some(a), Some(b)) = (self.as_exact_float(), other.as_exact_float()) {
            return Ok(Number::Float(a / b));
        }
        match integers(self, other) {
            Some(pair) => {
                let (a, b) = pair?;
                if b.is_zero() {
                    return Err(NumberError::DividedByZero);
                }
                let quotient = a.as_ref() / b.as_ref();
                let rest = a.as_ref() % b.as_ref();
                let down = !rest.is_zero() && rest.is_negative() != b.is_negative();
                Ok(Number::from(if down { quotient - 1 } else { quotient }))
            }
            None => {
                let quotient = exact::divide(&Operand::lift(self)?, &Operand::lift(other)?);
                Ok(Number::Float(quotient))
            }
        }
    }

    /// The remainder with the divisor's sign, as the filter `modulo` gives it.
    ///
    /// # Errors
    /// [`NumberError::DividedByZero`] for any zero divisor; [`NumberError::TooLarge`].
    pub fn modulo(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Number::Integer(a), Number::Integer(b)) = (self, other)
            && *b != 0
        {
            // The one pair that overflows, i64::MIN and -1, has the remainder 0.
            let rest = a.checked_rem(*b).unwrap_or(0);
            let turn = rest != 0 && (rest < 0) != (*b < 0);
            return Ok(Number::Integer(if turn { rest.wrapping_add(*b) } else { rest }));
        }
        let rest = exact::modulo(&Operand::lift(self)?, &Operand::lift(other)?)?;
        if self.is_integer() && other.is_integer() {
            return Ok(Number::from(rest.to_integer(Rounding::TowardZero)?));
        }
        Ok(Number::Float(rest.to_f64()))
    }

    /// The next integer up, as the filter `ceil` gives it.
    ///
    /// # Errors
    /// [`NumberError::FloatDomain`] for NaN and infinities, [`NumberError::TooLarge`].
    pub fn ceil(&self) -> Result<Number, NumberError> {
        self.to_integer(Rounding::Ceiling)
    }

    /// The next integer down, as the filter `floor` gives it.
    ///
    /// # Errors
    /// [`NumberError::FloatDomain`] for NaN and infinities, [`NumberError::TooLarge`].
    pub fn floor(&self) -> Result<Number, NumberError> {
        self.to_integer(Rounding::Floor)
    }

    fn to_integer(&self, rounding: Rounding) -> Result<Number, NumberError> {
        if self.is_integer() {
            return Ok(self.clone());
        }
        capped(Operand::lift(self)?.to_integer(rounding)?)
    }

    /// Rounds half away from zero to `digits` digits behind the point, as the filter `round` does.
    ///
    /// With 0 or fewer digits the result is an integer (`15.5 | round: -1` is `20`). An integer
    /// stays one at any count. Any count is answered at once: where Ruby refuses counts beyond 32
    /// bits, they give the number itself, or 0.
    ///
    /// # Errors
    /// [`NumberError::FloatDomain`] for NaN and infinities if an integer is asked for,
    /// [`NumberError::TooLarge`].
    pub fn round(&self, digits: i64) -> Result<Number, NumberError> {
        if self.is_integer() && digits >= 0 {
            return Ok(self.clone());
        }
        let operand = Operand::lift(self)?;
        if digits > 0 {
            let rounded = match operand.dropped(digits, Rounding::HalfAwayFromZero) {
                None => operand.to_f64(),
                Some(mantissa) if mantissa.is_zero() => 0f64.copysign(operand.representative()),
                Some(mantissa) => exact::nearest_float(&mantissa, digits),
            };
            return Ok(Number::Float(rounded));
        }
        match operand.dropped(digits, Rounding::HalfAwayFromZero) {
            None => capped(operand.to_integer(Rounding::TowardZero)?),
            Some(mantissa) if mantissa.is_zero() => Ok(Number::Integer(0)),
            // Digits are left, so the count of those dropped is below that of the operand.
            Some(mantissa) => capped(exact::with_zeros(mantissa, digits.saturating_neg())),
        }
    }

    /// The number as a count of digits for [`Number::round`]: cut toward zero, and held within the
    /// range of `i64`.
    ///
    /// # Errors
    /// [`NumberError::FloatDomain`] for NaN and infinities.
    pub fn digit_count(&self) -> Result<i64, NumberError> {
        let saturated = if self.is_negative() { i64::MIN } else { i64::MAX };
        match self.to_integer(Rounding::TowardZero) {
            Ok(Number::Integer(count)) => Ok(count),
            Ok(_) | Err(NumberError::TooLarge) => Ok(saturated),
            Err(error) => Err(error),
        }
    }

    /// The number in hundredths, rounded half away from zero; `None` for NaN and infinities.
    pub(super) fn hundredths(&self) -> Option<BigInt> {
        let operand = Operand::lift(self).ok()?;
        if !operand.representative().is_finite() {
            return None;
        }
        match operand.dropped(2, Rounding::HalfAwayFromZero) {
            Some(hundredths) => Some(hundredths),
            None => exact::multiply(&operand, &Operand::Small { mantissa: 100, scale: 0 })
                .to_integer(Rounding::TowardZero)
                .ok(),
        }
    }
}

/// A running sum that rounds once, at its end, as the filter `sum` does: 0.1, 0.2 and -0.3 sum up
/// to `0.0`.
#[derive(Clone, Debug)]
pub struct Sum {
    total: Total,
}

#[derive(Clone, Debug)]
enum Total {
    Integer(Number),
    Decimal(Operand),
}

impl Default for Sum {
    fn default() -> Self {
        Self { total: Total::Integer(Number::Integer(0)) }
    }
}

impl Sum {
    /// Adds one number.
    ///
    /// # Errors
    /// [`NumberError::TooLarge`]; the sum is then as before.
    pub fn add(&mut self, number: &Number) -> Result<(), NumberError> {
        self.total = match &self.total {
            Total::Integer(total) if number.is_integer() => Total::Integer(total.plus(number)?),
            Total::Integer(total) => {
                Total::Decimal(exact::add(&Operand::lift(total)?, &Operand::lift(number)?))
            }
            Total::Decimal(total) => Total::Decimal(exact::add(total, &Operand::lift(number)?)),
        };
        Ok(())
    }

    /// The sum so far: an integer if only integers were added, else the nearest float.
    pub fn total(&self) -> Number {
        match &self.total {
            Total::Integer(total) => total.clone(),
            Total::Decimal(total) => Number::Float(total.to_f64()),
        }
    }
}
