//! Numbers as JavaScript writes and reads them, for the engines that run on it.
//!
//! Every number there is a float of 64 bits: `10.0` prints as `10`, and text is a number only from end to end.

/// Appends a float as JavaScript's `String(number)` writes it: `10`, `0.1`, `1e+21`, `NaN`, `-Infinity`.
pub fn write_ecmascript(value: f64, out: &mut String) {
    if !value.is_finite() {
        out.push_str(match value {
            _ if value.is_nan() => "NaN",
            _ if value > 0.0 => "Infinity",
            _ => "-Infinity",
        });
        return;
    }
    if value == 0.0 {
        out.push('0');
        return;
    }
    if value < 0.0 {
        out.push('-');
    }
    // The standard library writes the shortest digits that name the float, as the language's standard asks.
    let text = format!("{:e}", value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let zeros = |count: i32| std::iter::repeat_n('0', usize::try_from(count).unwrap_or(0));
    let point = exponent.parse::<i32>().unwrap_or(0).saturating_add(1);
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    match point {
        1..=21 if point >= length => {
            out.push_str(&digits);
            out.extend(zeros(point.saturating_sub(length)));
        }
        1..=21 => {
            let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
            out.push_str(whole);
            out.push('.');
            out.push_str(fraction);
        }
        -5..=0 => {
            out.push_str("0.");
            out.extend(zeros(point.saturating_neg()));
            out.push_str(&digits);
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            out.push_str(first);
            if !rest.is_empty() {
                out.push('.');
                out.push_str(rest);
            }
            out.push_str(if point > 0 { "e+" } else { "e-" });
            out.push_str(&point.saturating_sub(1).unsigned_abs().to_string());
        }
    }
}

/// The number that JavaScript's `Number(text)` reads: all of the text but white space around it, 0 of no text, NaN of
/// what is no number.
#[must_use]
pub fn ecmascript_from_text(text: &str) -> f64 {
    let text = text.trim_matches(is_ecmascript_space);
    if text.is_empty() {
        return 0.0;
    }
    let radix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => Some(16),
        [b'0', b'o' | b'O', ..] => Some(8),
        [b'0', b'b' | b'B', ..] => Some(2),
        _ => None,
    };
    if let Some(radix) = radix {
        let digits = text.get(2..).unwrap_or_default();
        let add = |sum: f64, digit: char| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?));
        return match digits {
            "" => f64::NAN,
            digits => digits.chars().try_fold(0.0, add).unwrap_or(f64::NAN),
        };
    }
    match text {
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    // The standard library reads words such as `inf`, which JavaScript does not.
    let is_decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(is_decimal) {
        return f64::NAN;
    }
    text.parse().unwrap_or(f64::NAN)
}

/// What JavaScript takes for white space when it trims.
#[must_use]
pub fn is_ecmascript_space(character: char) -> bool {
    character == '\u{feff}' || character.is_whitespace() && character != '\u{85}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_javascript_writes_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (10.0, "10"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1.25e21, "1.25e+21"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (123456.789, "123456.789"),
            (9007199254740993.0, "9007199254740992"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            let mut text = String::new();
            write_ecmascript(value, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn text_is_a_number_from_end_to_end() {
        for (text, expected) in [
            ("", 0.0),
            ("  \u{feff}12\n", 12.0),
            ("-1.5e3", -1500.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+5", 5.0),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            ("0o17", 15.0),
            ("Infinity", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(ecmascript_from_text(text), expected, "{text:?}");
        }
        for text in
            ["12abc", "inf", "nan", "1_000", "1,000", ".", "-", "0x", "0xg", "--1", "1 2", "$5", "infinity"]
        {
            assert!(ecmascript_from_text(text).is_nan(), "{text:?}");
        }
    }
}
