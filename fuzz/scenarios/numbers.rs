//! Three numbers, each on a line: what is read is printed and read again as it was, arithmetic is that of exact decimals,
//! and comparison is an order.
//!
//! `num-bigint` and `bigdecimal` say what is right; a decimal result is the nearest float, a float operand the shortest
//! decimal that prints it.

use super::{chosen, engine};
use bigdecimal::BigDecimal;
use carafe::number::{
    FloatText, MAX_DIGITS, Number, NumberError, Sum, ecmascript_from_text, integer_from_text, money,
    with_delimiter, write_ecmascript, write_float,
};
use carafe::{Arena, Dialect, Status, Template, json};
use num_bigint::BigInt;
use std::cmp::Ordering;
use std::fmt::Write;
use std::str::FromStr;
use std::sync::LazyLock;

/// With the filters of all dialects.
pub fn all(text: &str) {
    run(text, &TEMPLATES);
}

/// With the filters of the dialect that the first byte chooses.
pub fn one(text: &str) {
    let chosen = chosen(text.as_bytes(), TEMPLATES.len());
    run(text, &TEMPLATES[chosen..=chosen]);
}

fn run(text: &str, templates: &[Template]) {
    let lines: Vec<&str> = text.lines().take(3).collect();
    let mut numbers = Vec::new();
    for line in &lines {
        for number in [Number::from_text(line), integer_from_text(line)].into_iter().flatten() {
            is_printed_as_it_was(&number);
            rounds(&number);
            numbers.push(number);
        }
        if let Ok(float) = line.parse::<f64>() {
            float_is_read_again(float);
            is_printed_as_it_was(&Number::Float(float));
            rounds(&Number::Float(float));
            numbers.push(Number::Float(float));
        }
        let float = ecmascript_from_text(line);
        float_is_read_again(float);
        json_keeps(line);
    }
    for a in &numbers {
        for b in &numbers {
            arithmetic(a, b);
        }
    }
    is_an_order(&numbers);
    sums(&numbers);
    filters(&lines, templates);
}

fn text_of(number: &Number) -> String {
    number.to_string()
}

fn is_printed_as_it_was(number: &Number) {
    let text = text_of(number);
    match number {
        Number::Integer(_) | Number::BigInteger(_) => {
            // More digits than are read can be computed from hexadecimal ones, not from these.
            if text.len() <= MAX_DIGITS {
                assert_eq!(Number::from_text(&text).as_ref(), Ok(number), "{text}");
                assert_eq!(integer_from_text(&text).as_ref(), Ok(number), "{text}");
            }
        }
        Number::Float(float) if float.is_finite() => {
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(float.to_bits()), "{text}");
        }
        Number::Float(float) => assert_eq!(text, ruby_name(*float)),
        Number::Decimal(_) => assert_eq!(text, Number::Float(number.to_f64()).to_string()),
    }
    let delimited = with_delimiter(&text);
    assert_eq!(delimited.replace(',', ""), text.replace(',', ""), "a delimiter changes the digits");
    assert!(!money(number).is_empty());
}

fn ruby_name(float: f64) -> &'static str {
    match float {
        float if float.is_nan() => "NaN",
        float if float > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

fn float_is_read_again(float: f64) {
    let mut ruby = String::new();
    write_float(float, &mut ruby);
    assert_eq!(FloatText::of(float).as_str(), ruby);
    let mut ecmascript = String::new();
    write_ecmascript(float, &mut ecmascript);
    if float.is_finite() {
        assert_eq!(ruby.parse::<f64>().map(f64::to_bits), Ok(float.to_bits()), "{ruby}");
        assert!(serde_json::from_str::<f64>(&ruby).is_ok(), "{ruby} is no number of JSON");
        assert!(
            ruby.bytes().filter(u8::is_ascii_digit).count() <= 17 + 4 + 3,
            "{ruby} is longer than need be"
        );
        // -0 has no text of its own there.
        let again = ecmascript_from_text(&ecmascript);
        assert_eq!(again, float, "{ecmascript}");
    }
}

/// A number of a JSON text is written as what it is worth; an integer digit by digit.
fn json_keeps(line: &str) {
    let arena = Arena::default();
    let Ok(value) = json::read(line, &arena) else { return };
    let mut written = arena.builder();
    json::write(value, &arena, &mut written).expect("it was read within the same limits");
    let written = written.finish();
    let line = line.trim_matches([' ', '\t', '\r']);
    let digits = line.strip_prefix('-').unwrap_or(line);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let expected = if digits == "0" { "0" } else { line };
        assert_eq!(written, expected, "an integer changes");
    } else if let Ok(float) = line.parse::<f64>() {
        assert_eq!(written.parse::<f64>(), Ok(float), "{line} is written as {written}");
    }
}

/// The exact worth of what has one.
fn exact(number: &Number) -> Option<BigDecimal> {
    match number {
        Number::Integer(value) => Some(BigDecimal::from(*value)),
        Number::BigInteger(value) => Some(BigDecimal::from(value.clone())),
        Number::Decimal(value) => Some(value.clone()),
        Number::Float(value) if !value.is_finite() || (*value == 0.0 && value.is_sign_negative()) => None,
        Number::Float(value) => BigDecimal::from_str(&FloatText::of(*value).as_str().replace("e+", "e")).ok(),
    }
}

fn nearest(value: &BigDecimal) -> f64 {
    let (mantissa, scale) = value.as_bigint_and_exponent();
    format!("{mantissa}e{}", -i128::from(scale)).parse().expect("digits and an exponent")
}

fn big(number: &Number) -> Option<BigInt> {
    match number {
        Number::Integer(value) => Some(BigInt::from(*value)),
        Number::BigInteger(value) => Some(value.clone()),
        _ => None,
    }
}

type Operation = fn(&Number, &Number) -> Result<Number, NumberError>;

fn arithmetic(a: &Number, b: &Number) {
    let _ = (a.at_least(b), a.at_most(b), a.negate(), a.abs());
    let quotient = a.divided_by(b);
    let rest = a.modulo(b);
    if let (Some(left), Some(right)) = (exact(a), exact(b)) {
        let results: [(Operation, BigDecimal); 3] = [
            (Number::plus, &left + &right),
            (Number::minus, &left - &right),
            (Number::times, &left * &right),
        ];
        for (at, (operation, expected)) in results.into_iter().enumerate() {
            match operation(a, b) {
                Ok(result) => match big(&result) {
                    Some(integer) => assert_eq!(BigDecimal::from(integer), expected, "{a} {b}, {at}"),
                    None => assert_eq!(result.to_f64(), nearest(&expected), "{a} {b}, {at}"),
                },
                Err(error) => assert_eq!(error, NumberError::TooLarge, "{a} {b}, {at}"),
            }
        }
        if exact(a) < exact(b) {
            assert_eq!((a.at_least(b), b.at_most(a)), (b.clone().lowered(), a.clone().lowered()));
        }
    }
    let (Some(left), Some(right)) = (big(a), big(b)) else {
        if let (Ok(quotient), Some(left), Some(right)) = (quotient, exact(a), exact(b))
            && right != 0
        {
            let expected = (left.with_prec(40) / right.with_prec(40)).with_prec(40);
            let (got, expected) = (quotient.to_f64(), nearest(&expected));
            let is_near = got == expected || got.to_bits().abs_diff(expected.to_bits()) <= 1;
            assert!(is_near, "{a} / {b} is {got}, not {expected}");
        }
        return;
    };
    let zero = BigInt::from(0);
    if right == zero {
        assert_eq!(quotient, Err(NumberError::DividedByZero));
        assert_eq!(rest, Err(NumberError::DividedByZero));
        return;
    }
    let (Ok(quotient), Ok(rest)) = (quotient, rest) else {
        assert!(left.bits() > 13_000 || right.bits() > 13_000, "{a} and {b} are not large");
        return;
    };
    let quotient = big(&quotient).expect("integers give integers");
    let rest = big(&rest).expect("integers give integers");
    assert_eq!(&quotient * &right + &rest, left, "{a} / {b}");
    assert!(rest == zero || (rest < zero) == (right < zero), "the rest {rest} has not the sign of {b}");
    assert!(rest.magnitude() < right.magnitude());
}

fn rounds(number: &Number) {
    // What a filter rounds is the decimal that prints the float.
    let number = &exact(number).map_or_else(|| number.clone(), Number::Decimal);
    let (Ok(down), Ok(up)) = (number.floor(), number.ceil()) else { return };
    assert!(down.is_integer() && up.is_integer());
    assert_ne!(down.compare(number), Some(Ordering::Greater), "{number} is rounded down to {down}");
    assert_ne!(up.compare(number), Some(Ordering::Less), "{number} is rounded up to {up}");
    let width = up.minus(&down).expect("they are near");
    assert!(matches!(width, Number::Integer(0 | 1)), "{down} and {up} are {width} apart");
    for digits in [i64::MIN, -400, -1, 0, 1, 2, 400, i64::MAX] {
        let Ok(rounded) = number.round(digits) else { continue };
        assert_eq!(rounded.round(digits), Ok(rounded.clone()), "{number} rounded to {digits} digits twice");
        if digits == 0 {
            assert!(rounded == down || rounded == up, "{number} is rounded to {rounded}");
        }
    }
    let _ = number.digit_count();
}

/// Antisymmetric and transitive among what templates compare: integers and floats.
fn is_an_order(numbers: &[Number]) {
    let comparable: Vec<Number> = numbers.iter().map(|number| number.clone().lowered()).collect();
    for a in &comparable {
        for b in &comparable {
            let order = a.compare(b);
            assert_eq!(order, b.compare(a).map(Ordering::reverse), "{a} and {b}");
            for c in &comparable {
                if let (Some(first), Some(second)) = (order, b.compare(c))
                    && (first == second || first == Ordering::Equal || second == Ordering::Equal)
                {
                    let expected = if first == Ordering::Equal { second } else { first };
                    assert_eq!(a.compare(c), Some(expected), "{a}, {b} and {c}");
                }
            }
        }
    }
}

fn sums(numbers: &[Number]) {
    let mut sum = Sum::default();
    let mut expected = Some(BigDecimal::from(0));
    for number in numbers {
        if sum.add(number).is_err() {
            return;
        }
        expected = expected.zip(exact(number)).map(|(sum, number)| sum + number);
    }
    if let Some(expected) = expected {
        match big(&sum.total()) {
            Some(total) => assert_eq!(BigDecimal::from(total), expected),
            None => assert_eq!(sum.total().to_f64(), nearest(&expected)),
        }
    }
}

/// Every filter that counts, of each dialect, and a comparison that writes one sign where there is an order.
static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let calls = [
        "plus: b",
        "minus: b",
        "times: b",
        "divided_by: b",
        "modulo: b",
        "abs",
        "ceil",
        "floor",
        "round",
        "round: b",
        "at_least: b",
        "at_most: b",
        "number_with_delimiter",
        "money",
        "format_number",
        "currency",
        "currency: b",
        "percentage",
        "slice: b",
        "slice: a, b",
        "truncate: b",
        "truncatewords: b",
        "json",
        "to_number",
        "to_integer",
        "pad_left: 3",
        "rounded_currency",
        "format_currency",
    ];
    let of = |number: usize| {
        let dialect = Dialect::all()[number];
        let mut text = String::new();
        text.push_str(
            "{% if a < b %}<{% endif %}{% if a == b %}={% endif %}{% if a > b %}>{% endif %}\n{{ a }}\n",
        );
        for call in calls {
            let name = call.split(':').next().unwrap_or_default();
            if carafe::filters::find(name, dialect.set).is_some() {
                write!(text, "{{{{ a | {call} }}}};").expect("a text takes everything");
            }
        }
        text.push_str("{{ all | sort | join: ' ' }}");
        engine(number, None).template(text).expect("the calls are right")
    };
    (0..Dialect::all().len()).map(of).collect()
});

/// In templates, as numbers of JSON and as texts.
fn filters(lines: &[&str], templates: &[Template]) {
    let line = |at: usize| lines.get(at).copied().unwrap_or("0");
    let (a, b, c) = (line(0), line(1), line(2));
    let text = |line: &str| serde_json::Value::from(line).to_string();
    let arena = Arena::default();
    let is_number = |line: &str| {
        matches!(
            json::read(line, &arena),
            Ok(carafe::Value::Integer(_) | carafe::Value::BigInteger(_) | carafe::Value::Float(_))
        )
    };
    let as_given = |line: &str| if is_number(line) { line.to_owned() } else { text(line) };
    for (is_text, [a, b, c]) in [(false, [a, b, c].map(as_given)), (true, [a, b, c].map(text))] {
        for template in templates {
            let variables = format!("{{\"a\": {a}, \"b\": {b}, \"c\": {c}, \"all\": [{a}, {b}, {c}]}}");
            let data = match template.engine().dialect().references {
                true => format!("{{\"vars\": {variables}}}"),
                false => variables,
            };
            let outcome = template.prepare().run(&json::Text(&data));
            if outcome.status != Status::Complete || is_text || !is_number(&a) || !is_number(&b) {
                continue;
            }
            let mut written = outcome.text.lines();
            let order = written.next().unwrap_or_default();
            assert!(matches!(order, "<" | "=" | ">"), "{a} and {b} are compared as {order:?}");
            let printed = written.next().unwrap_or_default();
            let is_integer = a.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && a.trim() != "-0";
            if is_integer && template.engine().dialect().name != "customerio" {
                assert_eq!(printed, a.trim(), "{}: {:?}", template.engine().dialect().name, outcome.text);
            }
        }
    }
}
