//! Floats and their decimal digits: the shortest decimal that names a float, and its text in
//! Ruby's layout (`Float#to_s`).

use std::io::Write;

/// The shortest decimal digits of a positive finite float, and where the point stands.
pub(super) struct Shortest {
    buffer: [u8; 32],
    length: usize,
    /// Digits before the decimal point: 1 for `5.0`, 0 for `0.5`, -1 for `0.05`.
    pub(super) point: i32,
}

impl Shortest {
    /// Takes `{:e}` apart, which the standard library defines as the shortest round-trip digits.
    pub(super) fn of(value: f64) -> Self {
        let mut text = [0u8; 32];
        let mut rest = &mut text[..];
        // At most 24 bytes: sign, 17 digits, point, `e`, sign, 3 digits.
        let _ = write!(rest, "{:e}", value.abs());
        let used = 32 - rest.len();

        let mut buffer = [0u8; 32];
        let mut length = 0;
        let mut exponent = 0i32;
        let mut exponent_sign = 1;
        let mut in_exponent = false;
        for &byte in text.iter().take(used) {
            match byte {
                b'e' => in_exponent = true,
                b'-' => exponent_sign = -1,
                b'0'..=b'9' if in_exponent => {
                    exponent = exponent.saturating_mul(10).saturating_add(i32::from(byte - b'0'));
                }
                b'0'..=b'9' => {
                    if let Some(slot) = buffer.get_mut(length) {
                        *slot = byte;
                        length += 1;
                    }
                }
                _ => {}
            }
        }
        Self { buffer, length, point: exponent_sign * exponent + 1 }
    }

    /// The digits in ASCII, without zeros at the end.
    pub(super) fn digits(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// The digits as one integer, and the power of ten that divides it. At most 17 digits.
    pub(super) fn mantissa_and_scale(&self) -> (i64, i64) {
        let mantissa = self
            .digits()
            .iter()
            .fold(0i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
        (mantissa, self.length as i64 - i64::from(self.point))
    }
}

/// Appends a float as Ruby prints it: `5.0`, `0.0001`, `1.0e-05`, `1.0e+20`, `-0.0`, `Infinity`,
/// `NaN`.
///
/// The plain form is used from `0.0001` up, and as long as the digits reach past the point or the
/// integer part has no more than 15 digits: `999999999999999.0` and `1000000000000000.5`, but
/// `1.0e+15`.
pub fn write_float(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("NaN");
        return;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    if value.is_infinite() {
        out.push_str("Infinity");
        return;
    }
    if value == 0.0 {
        out.push_str("0.0");
        return;
    }

    let shortest = Shortest::of(value);
    let digits = shortest.digits().iter().map(|&digit| char::from(digit));
    let count = shortest.length as i32;
    let point = shortest.point;
    if (-3..=0).contains(&point) {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
        out.extend(digits);
    } else if point > 0 && count > point {
        for (index, digit) in (0..).zip(digits) {
            if index == point {
                out.push('.');
            }
            out.push(digit);
        }
    } else if (1..=15).contains(&point) {
        out.extend(digits);
        (count..point).for_each(|_| out.push('0'));
        out.push_str(".0");
    } else {
        let mut digits = digits;
        out.extend(digits.next());
        out.push('.');
        if count == 1 {
            out.push('0');
        }
        out.extend(digits);
        let exponent = point - 1;
        out.push('e');
        out.push(if exponent < 0 { '-' } else { '+' });
        if exponent.abs() < 10 {
            out.push('0');
        }
        super::write_integer(i64::from(exponent.abs()), out);
    }
}
