//! Texts to numbers: the lenient reading of the math filters, and the strict one of positions,
//! lengths and counts.

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};

use super::{MAX_DIGITS, Number, NumberError};

/// What Ruby's `ISSPACE` skips.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

pub(super) fn from_text(text: &str) -> Result<Number, NumberError> {
    let stripped = text.trim_matches(|c: char| c == '\0' || u8::try_from(c).is_ok_and(is_space));
    if let Some(decimal) = decimal(stripped) {
        return if text.contains('\0') { Err(NumberError::NullByte) } else { decimal };
    }
    leading_integer(text.as_bytes())
}

/// A decimal that fills the text: digits, point, digits, with a minus or none.
fn decimal(text: &str) -> Option<Result<Number, NumberError>> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.')?;
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    if whole.len().saturating_add(fraction.len()) > MAX_DIGITS {
        return Some(Err(NumberError::TooLong));
    }

    let digits = whole.bytes().chain(fraction.bytes()).collect();
    let mantissa = integer(digits, 10, negative);
    Some(Ok(if negative && mantissa.sign() == Sign::NoSign {
        Number::Float(-0.0)
    } else {
        Number::Decimal(BigDecimal::new(mantissa, i64::try_from(fraction.len()).unwrap_or(i64::MAX)))
    }))
}

/// The value of digits that the caller has checked against the radix.
fn integer(digits: Vec<u8>, radix: u32, negative: bool) -> BigInt {
    let value = match std::str::from_utf8(&digits) {
        Ok(text) => match i128::from_str_radix(text, radix) {
            Ok(small) => BigInt::from(small),
            Err(_) => BigInt::parse_bytes(&digits, radix).unwrap_or_default(),
        },
        Err(_) => BigInt::default(),
    };
    if negative { -value } else { value }
}

fn skip_spaces(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_space(*first)
    {
        bytes = rest;
    }
    bytes
}

fn split_sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    }
}

/// Digits of one radix with single underscores between them, and what follows.
struct Scan<'a> {
    digits: Vec<u8>,
    underscores: bool,
    /// The digits end in an underscore that no digit follows.
    dangling: bool,
    rest: &'a [u8],
}

fn scan_digits(bytes: &[u8], radix: u32) -> Result<Scan<'_>, NumberError> {
    let mut digits = Vec::new();
    let mut underscores = false;
    let mut dangling = false;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        if char::from(*first).is_digit(radix) {
            if digits.len() == MAX_DIGITS {
                return Err(NumberError::TooLong);
            }
            digits.push(*first);
            dangling = false;
        } else if *first == b'_' && !dangling && !digits.is_empty() {
            underscores = true;
            dangling = true;
        } else {
            break;
        }
        rest = tail;
    }
    Ok(Scan { digits, underscores, dangling, rest })
}

/// Ruby's `String#to_i`, which reads `0d19` as 19 and no other prefix.
fn leading_integer(bytes: &[u8]) -> Result<Number, NumberError> {
    let (negative, bytes) = split_sign(skip_spaces(bytes));
    let bytes = match bytes {
        [b'0', b'd' | b'D', rest @ ..] => rest,
        _ => bytes,
    };
    let scan = scan_digits(bytes, 10)?;
    if scan.digits.is_empty() {
        return Ok(Number::Integer(0));
    }
    Ok(integer(scan.digits, 10, negative).into())
}

/// The integer that a text is, by the rules of Ruby's `Integer()`: white space around it, a sign,
/// single underscores between digits, and the prefixes `0x`, `0b`, `0o`, `0d` and `0` (octal) are
/// allowed; a fraction, an exponent or anything else is not.
///
/// A NUL ends the text, but only if the number has an underscore or exceeds 64 bits: Ruby's two
/// scanners differ here, and recorded renders depend on it.
///
/// # Errors
/// [`NumberError::InvalidInteger`], or [`NumberError::TooLong`] over [`MAX_DIGITS`] digits.
pub fn integer_from_text(text: &str) -> Result<Number, NumberError> {
    let (negative, bytes) = split_sign(skip_spaces(text.as_bytes()));
    let (radix, bytes) = match bytes {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'd' | b'D', rest @ ..] => (10, rest),
        [b'0', ..] => (8, bytes),
        _ => (10, bytes),
    };
    let scan = scan_digits(bytes, radix)?;
    if scan.digits.is_empty() || scan.dangling {
        return Err(NumberError::InvalidInteger);
    }
    let value = integer(scan.digits, radix, negative);
    let ended = match skip_spaces(scan.rest) {
        [] => true,
        [0, ..] => scan.underscores || value.bits() > 64,
        _ => false,
    };
    if ended { Ok(value.into()) } else { Err(NumberError::InvalidInteger) }
}
