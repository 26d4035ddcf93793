//! Floats and their decimal digits: the shortest decimal that names a float, and its text in
//! Ruby's layout (`Float#to_s`).
#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "what is counted here are digits and places of one float: 32 bytes at most, and an exponent below 400"
)]

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
        Self::of_thousandths(value.abs()).unwrap_or_else(|| Self::of_any(value))
    }

    fn of_thousandths(value: f64) -> Option<Self> {
        let thousandths = thousandths(value)?;
        let mut text = itoa::Buffer::new();
        let digits = text.format(thousandths).as_bytes();
        let length = digits.iter().rposition(|digit| *digit != b'0')? + 1;
        let mut buffer = [0u8; 32];
        buffer.get_mut(..digits.len())?.copy_from_slice(digits);
        Some(Self { buffer, length, point: digits.len() as i32 - 3 })
    }

    fn of_any(value: f64) -> Self {
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
        let mut shortest = Self { buffer, length, point: exponent_sign * exponent + 1 };
        shortest.settle_tie(value.abs());
        shortest
    }

    /// Two shortest texts can be equally near to a float (157287882285535.125 has no third
    /// decimal to spend). Ruby then takes the even last digit, the standard library the larger one.
    ///
    /// Such a float has exactly one digit more than its shortest text, so it has few binary places
    /// behind the point, which is soon told.
    fn settle_tie(&mut self, value: f64) {
        let last = self.length.saturating_sub(1);
        let odd = self.buffer.get(last).is_some_and(|digit| digit % 2 == 1);
        let places = self.length as i32 + 1 - self.point;
        if !odd || self.length < 16 || self.point > 41 || (value * 2f64.powi(places)).fract() != 0.0 {
            return;
        }
        // Below 10^41 this many digits are all there are.
        let exact: Vec<u8> =
            format!("{value:.60e}").bytes().take_while(|b| *b != b'e').filter(|b| *b != b'.').collect();
        let Some((cut, [b'5', tail @ ..])) = exact.split_at_checked(self.length) else {
            return;
        };
        let tie = tail.iter().all(|digit| *digit == b'0') && cut != self.digits();
        let Some(text) = std::str::from_utf8(cut).ok().filter(|text| tie && !text.ends_with('0')) else {
            return;
        };
        let exponent = i64::from(self.point) - self.length as i64;
        if format!("{text}e{exponent}").parse() == Ok(value)
            && let Some(slot) = self.buffer.get_mut(..self.length)
        {
            slot.copy_from_slice(cut);
        }
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

/// The thousandths of a float that a decimal of at most three places names, where that is not zero. Decimals of at most 15
/// digits all name different floats, so that there is no shorter one.
#[inline]
#[expect(clippy::cast_sign_loss, reason = "what does not come back as it was is no such decimal")]
fn thousandths(value: f64) -> Option<u64> {
    const MOST: f64 = 1e12;
    let thousandths = (value * 1000.0 + 0.5) as u64;
    let is_one = value < MOST && thousandths != 0 && thousandths as f64 / 1000.0 == value;
    is_one.then_some(thousandths)
}

/// A float that a decimal of at most three places names, as those of prices do.
pub struct Price {
    /// Whether there is a minus in front.
    pub negative: bool,
    /// What stands before the point.
    pub whole: u32,
    /// The point and what stands behind it: one digit at least, and no zero behind others.
    pub fraction: &'static str,
}

impl Price {
    /// The float, if it is one of those.
    #[inline]
    pub fn of(value: f64) -> Option<Self> {
        let thousandths = thousandths(value.abs())?;
        let whole = u32::try_from(thousandths / 1000).ok()?;
        let place = (thousandths % 1000) as usize;
        let length = match place {
            _ if place.is_multiple_of(100) => 2,
            _ if place.is_multiple_of(10) => 3,
            _ => 4,
        };
        let fraction = FRACTIONS.get(4 * place..4 * place + length)?;
        Some(Price { negative: value < 0.0, whole, fraction })
    }
}

/// `.000.001.002` and so on, up to `.999`.
#[expect(clippy::indexing_slicing, reason = "computed when the program is built")]
static FRACTIONS: &str = {
    const DIGITS: [u8; 4000] = {
        let mut digits = [b'.'; 4000];
        let mut place = 0;
        while place < 1000 {
            digits[4 * place + 1] = b'0' + (place / 100) as u8;
            digits[4 * place + 2] = b'0' + (place / 10 % 10) as u8;
            digits[4 * place + 3] = b'0' + (place % 10) as u8;
            place += 1;
        }
        digits
    };
    match std::str::from_utf8(&DIGITS) {
        Ok(text) => text,
        // They are ASCII.
        Err(_) => "",
    }
};

/// The text of a float, as [`write_float`] writes it.
pub struct FloatText {
    bytes: [u8; 32],
    length: usize,
}

impl FloatText {
    /// The text of `value`.
    pub fn of(value: f64) -> Self {
        let mut text = FloatText { bytes: [0; 32], length: 0 };
        match Price::of(value) {
            Some(price) => {
                text.push_str(if price.negative { "-" } else { "" });
                text.push_str(itoa::Buffer::new().format(price.whole));
                text.push_str(price.fraction);
            }
            None => write(value, &mut text),
        }
        text
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }

    /// At most 24 bytes come together: a sign, a point, 17 digits, an exponent or leading zeros.
    fn push_str(&mut self, text: &str) {
        let end = self.length + text.len();
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(text.as_bytes());
            self.length = end;
        }
    }

    fn push(&mut self, byte: u8) {
        if let Some(room) = self.bytes.get_mut(self.length) {
            *room = byte;
            self.length += 1;
        }
    }
}

/// Appends a float as Ruby prints it: `5.0`, `0.0001`, `1.0e-05`, `1.0e+20`, `-0.0`, `Infinity`,
/// `NaN`.
///
/// The plain form is used from `0.0001` up, and as long as the digits reach past the point or the
/// integer part has no more than 15 digits: `999999999999999.0` and `1000000000000000.5`, but
/// `1.0e+15`.
pub fn write_float(value: f64, out: &mut String) {
    out.push_str(FloatText::of(value).as_str());
}

fn write(value: f64, out: &mut FloatText) {
    if value.is_nan() {
        out.push_str("NaN");
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
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
    let digits = std::str::from_utf8(shortest.digits()).unwrap_or_default();
    let count = shortest.length as i32;
    let point = shortest.point;
    if (-3..=0).contains(&point) {
        out.push_str("0.");
        (point..0).for_each(|_| out.push(b'0'));
        out.push_str(digits);
    } else if let Some((whole, fraction)) =
        usize::try_from(point).ok().and_then(|point| digits.split_at_checked(point))
        && point > 0
        && !fraction.is_empty()
    {
        out.push_str(whole);
        out.push(b'.');
        out.push_str(fraction);
    } else if (1..=15).contains(&point) {
        out.push_str(digits);
        (count..point).for_each(|_| out.push(b'0'));
        out.push_str(".0");
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        out.push(b'.');
        out.push_str(if count == 1 { "0" } else { rest });
        let exponent = point - 1;
        out.push(b'e');
        out.push(if exponent < 0 { b'-' } else { b'+' });
        if exponent.abs() < 10 {
            out.push(b'0');
        }
        out.push_str(itoa::Buffer::new().format(exponent.abs()));
    }
}
