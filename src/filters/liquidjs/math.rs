//! Arithmetic on floats of 64 bits. What is no number counts as 0.

use super::text::{given, number};
use super::value::from_f64;
use super::{Call, Filter, NONE, Parameter, entry};
use crate::failure::Failure;
use crate::number::{ecmascript_from_text, write_ecmascript};
use crate::value::Value;

const OPERAND: &[Parameter] = &[Parameter::required("number", "the other number"), Parameter::IGNORED];

pub(super) static FILTERS: &[Filter] = &[
    entry("abs", NONE, "Gives the number without its sign.", ("{{ -4 | abs }}", "4"), |call| {
        one(call, f64::abs)
    }),
    entry("ceil", NONE, "Rounds up to an integer.", ("{{ 4.2 | ceil }}", "5"), |call| one(call, f64::ceil)),
    entry("floor", NONE, "Rounds down to an integer.", ("{{ 4.8 | floor }}", "4"), |call| {
        one(call, f64::floor)
    }),
    entry(
        "round",
        &[
            Parameter::optional("digits", "how many digits to keep behind the point; 0 if not given"),
            Parameter::IGNORED,
        ],
        "Rounds to the nearest integer, or to some digits behind the point, halves away from zero.",
        ("{{ 4.567 | round: 2 }}", "4.57"),
        round,
    ),
    entry("plus", OPERAND, "Adds a number.", (r#"{{ 4 | plus: "2" }}"#, "6"), |call| two(call, |a, b| a + b)),
    entry("minus", OPERAND, "Subtracts a number.", ("{{ 4 | minus: 2.5 }}", "1.5"), |call| {
        two(call, |a, b| a - b)
    }),
    entry("times", OPERAND, "Multiplies by a number.", ("{{ 5 | times: 2.0 }}", "10"), |call| {
        two(call, |a, b| a * b)
    }),
    entry(
        "divided_by",
        &[
            Parameter::required("number", "the other number"),
            Parameter::optional("whole", "`true` to round the quotient down"),
            Parameter::IGNORED,
        ],
        "Divides by a number; the quotient of two integers may have a fraction.",
        ("{{ 10 | divided_by: 4 }} {{ 10 | divided_by: 4, true }}", "2.5 2"),
        divided_by,
    ),
    entry(
        "modulo",
        OPERAND,
        "Gives the remainder of a division, which is never negative.",
        ("{{ -7 | modulo: 3 }}", "2"),
        modulo,
    ),
    entry(
        "at_least",
        &[Parameter::required("minimum", "the smallest number to give"), Parameter::IGNORED],
        "Gives the number, or a minimum where it is less.",
        ("{{ 41 | at_least: 42 }}", "42"),
        |call| bound(call, f64::max),
    ),
    entry(
        "at_most",
        &[Parameter::required("maximum", "the largest number to give"), Parameter::IGNORED],
        "Gives the number, or a maximum where it is more.",
        ("{{ 43 | at_most: 42 }}", "42"),
        |call| bound(call, f64::min),
    ),
];

fn one<'r>(call: &Call<'_, 'r>, compute: fn(f64) -> f64) -> Result<Value<'r>, Failure> {
    Ok(from_f64(compute(number(call.input, call.arena)?)))
}

/// A missing operand is no number, and so is the result.
fn two<'r>(call: &Call<'_, 'r>, compute: fn(f64, f64) -> f64) -> Result<Value<'r>, Failure> {
    Ok(from_f64(compute(number(call.input, call.arena)?, given(call, 0, f64::NAN)?)))
}

fn bound<'r>(call: &Call<'_, 'r>, choose: fn(f64, f64) -> f64) -> Result<Value<'r>, Failure> {
    let value = number(call.input, call.arena)?;
    Ok(from_f64(choose(value, given(call, 0, value)?)))
}

/// LiquidJS gives `Infinity` for a division by zero, which no receiver can use; here it is an error.
fn divided_by<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let (dividend, divisor) = (number(call.input, call.arena)?, given(call, 0, f64::NAN)?);
    if divisor == 0.0 {
        return Err(Failure::zero_division());
    }
    let quotient = dividend / divisor;
    let whole = given(call, 1, 0.0)? != 0.0;
    Ok(from_f64(if whole { quotient.floor() } else { quotient }))
}

/// Customer.io documents that the result is positive whatever the sign of the divisor.
fn modulo<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let (value, divisor) = (number(call.input, call.arena)?, given(call, 0, f64::NAN)?.abs());
    if divisor == 0.0 {
        return Err(Failure::zero_division());
    }
    Ok(from_f64((value % divisor + divisor) % divisor))
}

fn round<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(from_f64(rounded(number(call.input, call.arena)?, given(call, 0, 0.0)?)))
}

/// Rounds the decimal that a float is written as, halves away from zero.
pub(in crate::filters) fn rounded(value: f64, digits: f64) -> f64 {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let scaled = shifted(value.abs(), digits);
    if scaled.is_nan() || scaled > SAFE {
        return value;
    }
    shifted(scaled.round(), -digits).copysign(value)
}

/// The decimal of a float with its point moved.
fn shifted(value: f64, digits: f64) -> f64 {
    let mut text = String::new();
    write_ecmascript(value, &mut text);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent = exponent.parse::<f64>().unwrap_or(0.0) + digits;
    let mut shifted = format!("{mantissa}e");
    write_ecmascript(exponent, &mut shifted);
    ecmascript_from_text(&shifted)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (value, digits, expected) in [
            (2.5, 0.0, 3.0),
            (-2.5, 0.0, -3.0),
            (1.005, 2.0, 1.01),
            (1234.5, -2.0, 1200.0),
            (1e300, 2.0, 1e300),
            (0.0, 5.0, 0.0),
        ] {
            assert_eq!(rounded(value, digits), expected);
        }
        assert!(rounded(f64::NAN, 0.0).is_nan());
    }
}
