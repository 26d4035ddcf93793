//! Numbers for readers: thousands grouped, and amounts with two decimals.

use num_traits::Signed;

use super::Number;

/// Groups the integer part by thousands with commas, as Rails' `number_with_delimiter` does:
/// `1234567.5` becomes `1,234,567.5`. A text that is no number comes back unchanged.
pub fn with_delimiter(text: &str) -> String {
    if !is_number(text) {
        return text.to_owned();
    }
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len().saturating_add(text.len() / 3));
    let mut bytes = whole;
    while !bytes.is_empty() {
        let run = bytes.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, tail) = bytes.split_at(run);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && run.abs_diff(index) % 3 == 0 {
                out.push(',');
            }
            out.push(digit);
        }
        let other = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (between, tail) = tail.split_at(other);
        out.push_str(between);
        bytes = tail;
    }
    out.push_str(rest);
    out
}

/// Whether Ruby reads all of the text as a decimal: sign, digits with single underscores, fraction,
/// exponent, white space around.
fn is_number(text: &str) -> bool {
    let text = text.trim_ascii();
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits =
        |part: &str| part.split('_').all(|run| !run.is_empty() && run.bytes().all(|b| b.is_ascii_digit()));
    let exponent_digits = exponent.map(|part| part.strip_prefix(['-', '+']).unwrap_or(part));
    digits(whole) && fraction.is_none_or(digits) && exponent_digits.is_none_or(digits)
}

/// The number with two decimals, rounded half away from zero, without symbol or grouping: 145 is
/// `145.00`, 17.8 is `17.80`, 1.005 is `1.01`. What rounds to zero has no sign; NaN and infinities
/// print as such.
pub fn money(number: &Number) -> String {
    let Some(hundredths) = number.hundredths() else {
        return number.to_string();
    };
    let digits = format!("{:03}", hundredths.magnitude());
    // Digits are ASCII and at least three.
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(2));
    let sign = if hundredths.is_negative() { "-" } else { "" };
    format!("{sign}{whole}.{fraction}")
}
