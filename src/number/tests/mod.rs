use std::cmp::Ordering::{Equal, Greater, Less};

use bigdecimal::BigDecimal;
use num_bigint::BigInt;
use proptest::prelude::*;

use super::*;

/// A literal of the tables: text in quotes, an integer, or a float.
fn operand(literal: &str) -> Number {
    if let Some(text) = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Number::from_text(text).unwrap();
    }
    match literal.parse::<BigInt>() {
        Ok(integer) => integer.into(),
        Err(_) => Number::Float(literal.parse().unwrap()),
    }
}

fn filter(input: &str, name: &str, argument: Option<&str>) -> Result<Number, NumberError> {
    let input = operand(input);
    let argument = operand(argument.unwrap_or("0"));
    match name {
        "plus" => input.plus(&argument),
        "minus" => input.minus(&argument),
        "times" => input.times(&argument),
        "divided_by" => input.divided_by(&argument),
        "modulo" => input.modulo(&argument),
        "at_least" => Ok(input.at_least(&argument)),
        "at_most" => Ok(input.at_most(&argument)),
        "round" => argument.digit_count().and_then(|digits| input.round(digits)),
        "abs" => Ok(input.abs()),
        "ceil" => input.ceil(),
        "floor" => input.floor(),
        _ => panic!("no filter {name}"),
    }
}

/// `math.txt` holds what Ruby's Liquid renders, a filter a line: `10 | times: 1.1 => 11.0`.
#[test]
fn math_filters_give_what_ruby_gives() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in include_str!("math.txt").lines() {
        let (left, expected) = line.split_once(" => ").unwrap();
        let (input, call) = left.split_once(" | ").unwrap();
        let (name, argument) = match call.split_once(": ") {
            Some((name, argument)) => (name, Some(argument)),
            None => (call, None),
        };
        let got = match filter(input, name, argument) {
            Ok(number) => number.to_string(),
            Err(error) => error.to_string(),
        };
        if got != expected {
            wrong.push(format!("{line}, got {got}"));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows >= 200, "{rows} rows read");
}

#[test]
fn floats_print_as_in_ruby() {
    for (value, expected) in [
        (5.0, "5.0"),
        (1e20, "1.0e+20"),
        (1e16, "1.0e+16"),
        (1e15, "1.0e+15"),
        (-1e15, "-1.0e+15"),
        (1e15 + 0.5, "1000000000000000.5"),
        (1234567890123456.0, "1.234567890123456e+15"),
        (999999999999999.0, "999999999999999.0"),
        (9007199254740992.0, "9.007199254740992e+15"),
        (1e-5, "1.0e-05"),
        (0.00012345, "0.00012345"),
        (0.0001, "0.0001"),
        (0.05, "0.05"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1234567.891, "1234567.891"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
        (f64::NAN, "NaN"),
        (-f64::NAN, "NaN"),
        (5e-324, "5.0e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (1e100, "1.0e+100"),
        (1e-10, "1.0e-10"),
        // Two shortest texts are equally near; Ruby takes the even one.
        (157287882285535.0 + 0.125, "157287882285535.12"),
        (71752487487590.0 + 0.125, "71752487487590.12"),
    ] {
        let mut text = String::new();
        write_float(value, &mut text);
        assert_eq!(text, expected);
    }
}

#[test]
fn a_decimal_prints_as_the_nearest_float() {
    assert_eq!(Number::from_text("19.90").unwrap().to_string(), "19.9");
    assert_eq!(Number::from_text("12345678901234567890.5").unwrap().to_string(), "1.2345678901234567e+19");
    assert_eq!(Number::from_text("1.10").unwrap().lowered(), Number::Float(1.1));
}

#[test]
fn texts_are_integers_by_the_strict_rules() {
    for (text, expected) in [
        ("12", Some("12")),
        (" 12 ", Some("12")),
        ("\n12\n", Some("12")),
        ("\t5\u{b}", Some("5")),
        ("1_0", Some("10")),
        ("+5", Some("5")),
        ("-5", Some("-5")),
        ("0", Some("0")),
        ("-0", Some("0")),
        ("0x1A", Some("26")),
        ("-0x1a", Some("-26")),
        ("0x1_f", Some("31")),
        ("0b1_0", Some("2")),
        ("0o17", Some("15")),
        ("0O7", Some("7")),
        ("017", Some("15")),
        ("0_7", Some("7")),
        ("0d19", Some("19")),
        ("99999999999999999999", Some("99999999999999999999")),
        ("18446744073709551616\0", Some("18446744073709551616")),
        ("-18446744073709551616 \0q", Some("-18446744073709551616")),
        ("1_2\0zz", Some("12")),
        ("1_2 \0", Some("12")),
        ("0x1_0\0", Some("16")),
        ("18446744073709551615\0", None),
        ("12\0", None),
        ("1_\0", None),
        ("14869535643\0_3", None),
        ("28755290710011999999999\n \u{8}\0", None),
        ("08", None),
        ("0_8", None),
        ("1.5", None),
        ("2.0", None),
        ("1e3", None),
        ("", None),
        (" ", None),
        ("abc", None),
        ("12abc", None),
        ("1 2", None),
        ("1__0", None),
        ("0__7", None),
        ("_1", None),
        ("1_", None),
        ("- 5", None),
        ("+-5", None),
        ("-", None),
        ("0x", None),
        ("0x_1", None),
        ("0x-1", None),
        ("0xg", None),
        ("0b2", None),
        ("0o8", None),
        ("\u{a0}12", None),
        ("\u{ff10}", None),
    ] {
        let got = integer_from_text(text).map(|number| number.to_string());
        assert_eq!(got, expected.map(str::to_owned).ok_or(NumberError::InvalidInteger), "{text:?}");
    }
}

#[test]
fn texts_with_unusual_characters_are_read_as_in_ruby() {
    for (text, expected) in [
        ("\u{b}12", "12"),
        ("\n-7", "-7"),
        ("12\0", "12"),
        ("\u{0}12", "0"),
        ("\u{a0}12", "0"),
        ("\u{a0}12.5", "0"),
        ("\u{663}", "0"),
        ("1.5\n2", "1"),
        ("\r1.5\n", "1.5"),
        ("00__7", "0"),
    ] {
        assert_eq!(Number::from_text(text).unwrap().to_string(), expected, "{text:?}");
    }
    assert_eq!(Number::from_text("12.5\0"), Err(NumberError::NullByte));
    assert_eq!(NumberError::NullByte.to_string(), "string contains null byte");
    assert_eq!(NumberError::InvalidInteger.to_string(), "invalid integer");
}

#[test]
fn sizes_are_capped() {
    let longest = "9".repeat(MAX_DIGITS);
    let too_long = "9".repeat(MAX_DIGITS + 1);
    let big = Number::from_text(&longest).unwrap();
    assert_eq!(big.to_string(), longest);
    assert_eq!(Number::from_text(&too_long), Err(NumberError::TooLong));
    assert_eq!(integer_from_text(&too_long), Err(NumberError::TooLong));
    assert_eq!(Number::from_text(&format!("0.{longest}")), Err(NumberError::TooLong));

    assert_eq!(big.times(&big), Err(NumberError::TooLarge));
    assert_eq!(big.minus(&Number::Integer(9)).unwrap().to_string().len(), MAX_DIGITS);
    assert_eq!(big.plus(&Number::Float(1.5)), Ok(Number::Float(f64::INFINITY)));
    assert_eq!(big.times(&Number::Float(-0.0)), Ok(Number::Float(-0.0)));
    assert_eq!(big.divided_by(&big), Ok(Number::Integer(1)));
    assert_eq!(Number::Float(1.5).divided_by(&big), Ok(Number::Float(0.0)));
    assert_eq!(big.modulo(&Number::Float(2.0)), Ok(Number::Float(1.0)));

    for scale in [i64::MAX, i64::MIN, 1_000_000_000_000] {
        let extreme = Number::Decimal(BigDecimal::new(BigInt::from(1), scale));
        assert_eq!(extreme.plus(&Number::Integer(1)), Err(NumberError::TooLarge));
        assert_eq!(extreme.ceil(), Err(NumberError::TooLarge));
        assert_eq!(extreme.round(2), Err(NumberError::TooLarge));
        assert!(extreme.compare(&Number::Integer(1)).is_some());
        assert_eq!(money(&extreme), extreme.to_string());
    }
}

#[test]
fn any_count_of_digits_is_answered() {
    for (input, digits, expected) in [
        ("1.5", 999_999_999, "1.5"),
        ("1.5", -999_999_999, "0"),
        ("5", -999_999_999, "0"),
        ("5", i64::MAX, "5"),
        ("1.5", i64::MAX, "1.5"),
        ("1.5", i64::MIN, "0"),
        ("1e308", i64::MIN, "0"),
        ("5e-324", 400, "5.0e-324"),
        ("99999999999999999999", -20, "100000000000000000000"),
        ("99999999999999999999", -21, "0"),
        ("5e-324", 300, "0.0"),
        ("-5e-324", 300, "-0.0"),
    ] {
        assert_eq!(operand(input).round(digits).unwrap().to_string(), expected, "{input}, {digits}");
    }
    assert_eq!(operand("1e308").ceil().unwrap().to_string(), format!("1{}", "0".repeat(308)));
    assert_eq!(operand("1e300").digit_count(), Ok(i64::MAX));
    assert_eq!(operand("-99999999999999999999").digit_count(), Ok(i64::MIN));
}

#[test]
fn order_is_exact_between_forms() {
    for (a, b, expected) in [
        ("1", "1.0", Some(Equal)),
        ("1.0", "9007199254740993", Some(Less)),
        ("9007199254740993", "9007199254740992.0", Some(Greater)),
        ("9007199254740992", "9007199254740992.0", Some(Equal)),
        ("-9007199254740993", "-9007199254740992.0", Some(Less)),
        ("9223372036854775807", "9223372036854775808.0", Some(Less)),
        ("-9223372036854775808", "-9223372036854775808.0", Some(Equal)),
        ("2", "2.5", Some(Less)),
        ("-2", "-2.5", Some(Greater)),
        ("0", "-0.0", Some(Equal)),
        ("1", "nan", None),
        ("nan", "nan", None),
        ("1", "inf", Some(Less)),
        ("100000000000000000000", "1e20", Some(Equal)),
        ("100000000000000000001", "1e20", Some(Greater)),
        ("99999999999999991611392", "1e23", Some(Equal)),
        ("100000000000000000000", "inf", Some(Less)),
        ("100000000000000000000", "-inf", Some(Greater)),
        ("100000000000000000000", "nan", None),
        ("100000000000000000000", "9223372036854775807", Some(Greater)),
        ("-100000000000000000000", "1.5", Some(Less)),
        ("\"1.10\"", "1.1", Some(Equal)),
        ("\"1.10\"", "2", Some(Less)),
        ("\"0.1000000000000000000000000000000000000000000001\"", "0.1", Some(Greater)),
        ("\"-1.5\"", "-inf", Some(Greater)),
        ("\"1.5\"", "nan", None),
    ] {
        let (x, y) = (operand(a), operand(b));
        assert_eq!(x.compare(&y), expected, "{a} <=> {b}");
        assert_eq!(y.compare(&x), expected.map(std::cmp::Ordering::reverse), "{b} <=> {a}");
    }
}

#[test]
fn a_sum_rounds_once() {
    let sum = |literals: &[&str]| {
        let mut sum = Sum::default();
        literals.iter().for_each(|literal| sum.add(&operand(literal)).unwrap());
        sum.total().to_string()
    };
    assert_eq!(sum(&[]), "0");
    assert_eq!(sum(&["1", "2", "\"3\""]), "6");
    assert_eq!(sum(&["0.1", "0.2", "0.3"]), "0.6");
    assert_eq!(sum(&["0.1", "0.2", "-0.3"]), "0.0");
    assert_eq!(sum(&["0.1", "-0.2", "-0.3"]), "-0.4");
    assert_eq!(sum(&["0.1", "\"0.2\"", "\"0.3\""]), "0.6");
    assert_eq!(sum(&["-0.0"]), "0.0");
    assert_eq!(sum(&["1e300", "1", "-1e300"]), "1.0");
    assert_eq!(sum(&["9223372036854775807", "1"]), "9223372036854775808");
    assert_eq!(sum(&["inf", "-inf"]), "NaN");
}

#[test]
fn numbers_are_laid_out_for_readers() {
    for (text, expected) in [
        ("123456", "123,456"),
        ("1234567.5", "1,234,567.5"),
        ("-1234.5", "-1,234.5"),
        ("999", "999"),
        ("-999", "-999"),
        ("1000", "1,000"),
        ("0.123456", "0.123456"),
        ("1.0e+20", "1.0e+20"),
        ("12345678901234567890", "12,345,678,901,234,567,890"),
        ("1234abc", "1234abc"),
        ("1,234", "1,234"),
        ("", ""),
    ] {
        assert_eq!(with_delimiter(text), expected);
    }
    for (literal, expected) in [
        ("145", "145.00"),
        ("17.8", "17.80"),
        ("\"1.005\"", "1.01"),
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        ("0", "0.00"),
        ("0.05", "0.05"),
        ("-0.0", "0.00"),
        ("-0.001", "0.00"),
        ("-0.005", "-0.01"),
        ("0.994", "0.99"),
        ("999.995", "1000.00"),
        ("1e20", "100000000000000000000.00"),
        (
            "12345678901234567890123456789012345678901234567890",
            "12345678901234567890123456789012345678901234567890.00",
        ),
        ("nan", "NaN"),
        ("-inf", "-Infinity"),
    ] {
        assert_eq!(money(&operand(literal)), expected, "{literal}");
    }
}

fn floored(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, rest) = (a / b, a % b);
    if rest.sign() != num_bigint::Sign::NoSign && rest.sign() != b.sign() {
        (quotient - 1, rest + b)
    } else {
        (quotient, rest)
    }
}

proptest! {
    #[test]
    fn printed_floats_parse_back(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite());
        let mut text = String::new();
        write_float(value, &mut text);
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
        prop_assert!(text.contains('.'));
    }

    #[test]
    fn eighths_print_and_parse_back(mantissa in 0u64..1 << 53, places in 0i32..40) {
        let value = mantissa as f64 / 2f64.powi(places);
        let mut text = String::new();
        write_float(value, &mut text);
        prop_assert_eq!(text.parse::<f64>().unwrap(), value);
    }

    #[test]
    fn integers_count_like_big_integers(a: i64, b: i64, shift in 0u32..70) {
        let (x, y) = (BigInt::from(a) << shift, BigInt::from(b));
        let (m, n) = (Number::from(x.clone()), Number::from(y.clone()));
        prop_assert_eq!(m.plus(&n).unwrap(), Number::from(&x + &y));
        prop_assert_eq!(m.minus(&n).unwrap(), Number::from(&x - &y));
        prop_assert_eq!(m.times(&n).unwrap(), Number::from(&x * &y));
        prop_assert_eq!(m.compare(&n), Some(x.cmp(&y)));
        prop_assert_eq!(m.negate(), Number::from(-&x));
        if b != 0 {
            let (quotient, rest) = floored(&x, &y);
            prop_assert_eq!(m.divided_by(&n).unwrap(), Number::from(quotient));
            prop_assert_eq!(m.modulo(&n).unwrap(), Number::from(rest));
        }
    }

    #[test]
    fn prices_count_like_hundredths(a in -10_000_000i64..10_000_000, b in -10_000_000i64..10_000_000) {
        let price = |cents: i64| Number::Float(cents as f64 / 100.0);
        prop_assert_eq!(price(a).plus(&price(b)).unwrap(), price(a + b));
        prop_assert_eq!(money(&price(a).minus(&price(b)).unwrap()), money(&price(a - b)));
        prop_assert_eq!(price(a).compare(&price(b)), Some(a.cmp(&b)));
    }

    #[test]
    fn no_text_panics(text in "[-+ 0-9_.xbode\\x00]{0,40}") {
        let _ = integer_from_text(&text);
        let _ = with_delimiter(&text);
        if let Ok(number) = Number::from_text(&text) {
            let _ = (number.round(2), number.ceil(), money(&number), number.to_string());
        }
    }
}
