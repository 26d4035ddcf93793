//! Values as numbers, integers and times, by the reference's rules for filter arguments.

use super::{Range, Value, print};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::number::{self, Number};
use crate::time::{self, Time};
use std::str::FromStr;

/// The value as a number: numbers are themselves, text is read as far as it is one, all else is 0.
///
/// # Errors
/// When a limit is met, or a host object fails.
pub fn to_number<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Number, Failure> {
    Ok(match readable(value, arena)? {
        Value::Integer(value) => Number::Integer(value),
        Value::Float(value) => Number::Float(value),
        Value::BigInteger(digits) => number_from_text(digits, arena)?,
        Value::String(text) => number_from_text(text, arena)?,
        _ => Number::Integer(0),
    })
}

/// The value itself, where it is binary text as text: numbers are ASCII.
fn readable<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    match value.resolve(arena)? {
        binary @ Value::Binary(_) => Ok(Value::String(print::to_text(binary, arena)?)),
        other => Ok(other),
    }
}

fn number_from_text(text: &str, arena: &Arena) -> Result<Number, Failure> {
    spend_digits(text, arena)?;
    number::Number::from_text(text).map_err(|error| lower_error(error, arena))
}

/// Charges reading a number and computing with it: both cost the square of its digits.
fn spend_digits(text: &str, arena: &Arena) -> Result<(), Failure> {
    let digits = text.len() as u64;
    arena.budget().spend_bytes(text.len())?;
    Ok(arena.budget().spend(digits.saturating_mul(digits) / 4096)?)
}

/// A number as a value of the render.
///
/// # Errors
/// When a limit is met.
pub fn from_number(number: Number, arena: &Arena) -> Result<Value<'_>, Failure> {
    Ok(match number {
        Number::Integer(value) => Value::Integer(value),
        Number::Float(value) => Value::Float(value),
        big @ Number::BigInteger(_) => {
            let mut digits = String::new();
            big.write(&mut digits);
            if digits.trim_start_matches('-').len() > most_digits(arena) {
                return Err(too_long(arena));
            }
            Value::BigInteger(arena.text(&digits)?)
        }
        decimal @ Number::Decimal(_) => Value::Float(decimal.to_f64()),
    })
}

/// What a failed operation on numbers is in the words of the reference.
#[cold]
pub fn lower_error(error: number::NumberError, arena: &Arena) -> Failure {
    use number::NumberError as E;
    match error {
        E::DividedByZero => Failure::zero_division(),
        E::TooLong | E::TooLarge => too_long(arena),
        E::FloatDomain(_) | E::InvalidInteger | E::NullByte => Failure::argument(error.to_string()),
    }
}

/// The most digits of an integer: those of the limits, and no more than arithmetic goes to.
fn most_digits(arena: &Arena) -> usize {
    arena.budget().limits().number_digits.min(number::MAX_DIGITS)
}

#[cold]
fn too_long(arena: &Arena) -> Failure {
    Failure::limit(Exceeded::new(Limit::NumberDigits, most_digits(arena)))
}

/// The value as an integer, as loops and filters such as `truncate` and `slice` need it.
///
/// Text must be an integer from end to end. Integers beyond 64 bits are held at the bound: no count needs more.
///
/// # Errors
/// The reference's `invalid integer` for everything else.
pub fn to_integer<'r>(value: Value<'r>, arena: &'r Arena) -> Result<i64, Failure> {
    match value.resolve(arena)? {
        Value::Integer(value) => Ok(value),
        Value::BigInteger(digits) => Ok(if digits.starts_with('-') { i64::MIN } else { i64::MAX }),
        other => {
            let text = print::to_text(other, arena)?;
            match number::integer_from_text(text) {
                Ok(Number::Integer(value)) => Ok(value),
                Ok(Number::BigInteger(_)) => {
                    Ok(if text.trim().starts_with('-') { i64::MIN } else { i64::MAX })
                }
                _ => Err(Failure::invalid_integer()),
            }
        }
    }
}

/// The value as an integer of the type `I`. Text must be an integer from end to end.
///
/// # Errors
/// The reference's `invalid integer` for everything else, and for integers beyond the type.
pub fn to_exact_integer<'r, I>(value: Value<'r>, arena: &'r Arena) -> Result<I, Failure>
where
    I: TryFrom<i64> + FromStr,
{
    match value.resolve(arena)? {
        Value::Integer(value) => I::try_from(value).ok(),
        Value::BigInteger(digits) => digits.parse().ok(),
        other => match number::integer_from_text(print::to_text(other, arena)?) {
            Ok(Number::Integer(value)) => I::try_from(value).ok(),
            // The types have 64 bits at most, so that a longer number is refused without a look at its digits.
            Ok(Number::BigInteger(value)) if value.bits() <= 64 => value.to_string().parse().ok(),
            _ => None,
        },
    }
    .ok_or_else(Failure::invalid_integer)
}

/// The value as Ruby's `to_i` gives it: floats are cut, text is read as far as it is an integer, nil is 0.
///
/// # Errors
/// The reference's `invalid integer` for what has no `to_i`.
pub fn to_leading_integer<'r>(value: Value<'r>, arena: &'r Arena) -> Result<i64, Failure> {
    Ok(match readable(value, arena)? {
        Value::Integer(value) => value,
        Value::String(text) => {
            saturate(&Number::from_text(leading_integer(text)).unwrap_or(Number::Integer(0)))
        }
        number @ (Value::BigInteger(_) | Value::Float(_)) => saturate(&to_number(number, arena)?),
        Value::Nil => 0,
        Value::Time(time) => time.unix_seconds(),
        _ => return Err(Failure::invalid_integer()),
    })
}

/// One end of a range: integers are themselves, nil is 0, and text counts as far as it is an integer. Anything else must be
/// an integer as text.
fn to_range_end<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Number, Failure> {
    Ok(match readable(value, arena)? {
        Value::Integer(value) => Number::Integer(value),
        Value::Nil => Number::Integer(0),
        Value::String(text) => number_from_text(leading_integer(text), arena)?,
        Value::BigInteger(digits) => number_from_text(digits, arena)?,
        other => Number::Integer(to_integer(other, arena)?),
    })
}

/// The part of `text` before a decimal point: Ruby's `to_i` stops there.
fn leading_integer(text: &str) -> &str {
    text.split_once('.').map_or(text, |(integer, _)| integer)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float beyond the ends becomes the end, as the name says"
)]
fn saturate(number: &Number) -> i64 {
    match number {
        Number::Integer(value) => *value,
        Number::Float(value) => *value as i64,
        other if other.to_f64() < 0.0 => i64::MIN,
        _ => i64::MAX,
    }
}

/// The range from `start` to `end`.
///
/// # Errors
/// When an end is no integer, or a limit is met.
pub fn to_range<'r>(start: Value<'r>, end: Value<'r>, arena: &'r Arena) -> Result<&'r Range<'r>, Failure> {
    arena.put(match (start, end) {
        (Value::Integer(start), Value::Integer(end)) => Range::new(start, end),
        _ => Range::between(to_range_end(start, arena)?, to_range_end(end, arena)?, arena)?,
    })
}

/// The value as a time, as the filter `date` reads it: times are themselves, integers and digits are Unix seconds,
/// `now` and `today` are `now`, other text is read as Ruby's `Time.parse` reads it. `None` where it is no time.
///
/// # Errors
/// When a host object fails.
pub fn to_time<'r>(value: Value<'r>, now: Time, arena: &'r Arena) -> Result<Option<Time>, Failure> {
    // Reading a date tries many patterns, and what is read is formatted next: much more than a step.
    arena.budget().spend(32)?;
    Ok(match value.resolve(arena)? {
        Value::Time(time) => Some(*time),
        Value::Integer(seconds) => Time::from_unix(seconds),
        Value::String(text) => {
            arena.budget().spend(text.len() as u64)?;
            match text {
                "" => None,
                _ if text.eq_ignore_ascii_case("now") || text.eq_ignore_ascii_case("today") => Some(now),
                _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                    text.parse().ok().and_then(Time::from_unix)
                }
                _ => time::parse(text, now),
            }
        }
        _ => None,
    })
}
