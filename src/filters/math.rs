//! Arithmetic.
//!
//! Integers stay integers of any size. Where a fraction takes part, the filters compute in exact decimals and give the
//! nearest float. Text counts as the number it begins with; nil, booleans and collections count as 0.

use super::{Call, Filter, Parameter};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::number::{Number, NumberError};
use crate::value::{Value, convert};

const OPERAND: &[Parameter] = &[Parameter::required("number", "the other number")];

/// An entry of the table: all take the same kinds of numbers and exist wherever numbers are Ruby's.
const fn filter(
    name: &'static str,
    parameters: &'static [Parameter],
    description: &'static str,
    (example, output): (&'static str, &'static str),
    function: super::Function,
) -> Filter {
    Filter { name, parameters, description, example, output, dialects: DialectSet::RUBY, function }
}

pub(super) static FILTERS: &[Filter] = &[
    filter("abs", &[], "Gives the number without its sign.", ("{{ -4 | abs }}", "4"), |call| {
        give(call, Ok(call.number()?.abs()))
    }),
    filter("ceil", &[], "Rounds up to an integer.", ("{{ 4.2 | ceil }}", "5"), |call| {
        give(call, call.number()?.ceil())
    }),
    filter("floor", &[], "Rounds down to an integer.", ("{{ 4.8 | floor }}", "4"), |call| {
        give(call, call.number()?.floor())
    }),
    filter(
        "round",
        &[Parameter::optional("digits", "how many digits to keep behind the point; 0 if not given")],
        "Rounds to the nearest integer, or to some digits behind the point, halves away from zero.",
        ("{{ 4.567 | round: 2 }}", "4.57"),
        round,
    ),
    filter("plus", OPERAND, "Adds a number.", ("{{ 4 | plus: 2 }}", "6"), plus),
    filter("minus", OPERAND, "Subtracts a number.", ("{{ 4 | minus: 2.5 }}", "1.5"), |call| {
        give(call, call.number()?.minus(&call.number_argument(0)?))
    }),
    filter("times", OPERAND, "Multiplies by a number.", ("{{ 4 | times: 3 }}", "12"), |call| {
        give(call, call.number()?.times(&call.number_argument(0)?))
    }),
    filter(
        "divided_by",
        OPERAND,
        "Divides by a number; the quotient of two integers is rounded down.",
        ("{{ 7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }}", "3 3.5"),
        |call| give(call, call.number()?.divided_by(&call.number_argument(0)?)),
    ),
    filter(
        "modulo",
        OPERAND,
        "Gives the remainder of a division, which has the sign of the divisor.",
        ("{{ 7 | modulo: 3 }}", "1"),
        |call| give(call, call.number()?.modulo(&call.number_argument(0)?)),
    ),
    filter(
        "at_least",
        &[Parameter::required("minimum", "the smallest number to give")],
        "Gives the number, or a minimum where it is less.",
        ("{{ 4 | at_least: 5 }}", "5"),
        |call| give(call, Ok(call.number()?.at_least(&call.number_argument(0)?))),
    ),
    filter(
        "at_most",
        &[Parameter::required("maximum", "the largest number to give")],
        "Gives the number, or a maximum where it is more.",
        ("{{ 4 | at_most: 3 }}", "3"),
        |call| give(call, Ok(call.number()?.at_most(&call.number_argument(0)?))),
    ),
];

fn give<'r>(call: &Call<'_, 'r>, result: Result<Number, NumberError>) -> Result<Value<'r>, Failure> {
    let number = result.map_err(|error| convert::lower_error(error, call.arena))?;
    convert::from_number(number, call.arena)
}

fn round<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let number = call.number()?;
    let digits = match call.number_argument(0)?.digit_count() {
        // Ruby takes a count of 32 bits.
        Ok(digits) if i32::try_from(digits).is_err() => {
            return Err(Failure::internal());
        }
        digits => digits,
    };
    give(call, digits.and_then(|digits| number.round(digits)))
}

fn plus<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    if let Value::String(text) = call.input
        && call.environment.dialect.set.intersects(DialectSet::BRAZE)
        && starts_with_date(text)
    {
        call.doubt(
            &code::FILTER_WARNING,
            format!("the text counts as {}, the number it begins with, and not as a time", call.number()?),
            Some("use `| date: '%s' | plus: 0` to get seconds that can be compared".to_owned()),
        );
    }
    give(call, call.number()?.plus(&call.number_argument(0)?))
}

/// Whether a text begins like `2026-03-09`.
fn starts_with_date(text: &str) -> bool {
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    let shape = b"0000-00-00";
    text.len() >= shape.len() && text.as_bytes().iter().zip(shape).all(fits)
}

#[cfg(test)]
mod tests {
    use crate::dialect::{BRAZE, LIQUID};
    use crate::filters::trial::{Trial, outcome};
    use crate::time::Time;
    use crate::value::Value;

    #[test]
    fn numbers_follow_the_reference() {
        for (name, input, arguments, expected) in [
            ("abs", r#""-17.50""#, "[]", "17.5"),
            ("abs", "-9223372036854775808", "[]", "9223372036854775808"),
            ("abs", "null", "[]", "0"),
            ("ceil", "-1.5", "[]", "-1"),
            ("floor", "-1.5", "[]", "-2"),
            ("floor", r#""12abc""#, "[]", "12"),
            ("ceil", "1e300", "[]", &format!("1{}", "0".repeat(300))),
            ("round", "2.5", "[]", "3"),
            ("round", "-2.5", "[]", "-3"),
            ("round", "2.675", "[2]", "2.68"),
            ("round", "15.5", "[-1]", "20"),
            ("round", "5", "[2]", "5"),
            ("round", "5.55", r#"["1"]"#, "5.6"),
            ("plus", "0.1", "[0.2]", "0.3"),
            ("plus", "9223372036854775807", "[1]", "9223372036854775808"),
            ("plus", r#""3""#, r#"["4.5"]"#, "7.5"),
            ("plus", "[1, 2]", "[1]", "1"),
            ("minus", "5", "[12]", "-7"),
            ("times", "0.1", "[3]", "0.3"),
            (
                "times",
                "18446744073709551615",
                "[18446744073709551615]",
                "340282366920938463426481119284349108225",
            ),
            ("divided_by", "-7", "[2]", "-4"),
            ("divided_by", "7", "[2.0]", "3.5"),
            ("divided_by", "5", "[0]", "Liquid error: divided by 0"),
            ("divided_by", "5", "[0.0]", "Infinity"),
            ("divided_by", "5", "[null]", "Liquid error: divided by 0"),
            ("modulo", "-7", "[3]", "2"),
            ("modulo", "7.5", "[2]", "1.5"),
            ("modulo", "7", "[0.0]", "Liquid error: divided by 0"),
            ("at_least", "4", "[5.0]", "5.0"),
            ("at_least", "4", r#"["x"]"#, "4"),
            ("at_most", r#""4.50""#, "[5]", "4.5"),
            ("at_most", "4", "[null]", "0"),
            ("plus", "4", "[]", "Liquid error: wrong number of arguments (given 1, expected 2)"),
        ] {
            assert_eq!(outcome(name, input, arguments), expected, "{input} | {name}: {arguments}");
        }
    }

    #[test]
    fn results_beyond_the_limit_end_the_render() {
        let nines = "9".repeat(4000);
        let trial = Trial::new(&LIQUID);
        let product = trial.run("times", Value::BigInteger(&nines), &[Value::BigInteger(&nines)]);
        assert_eq!(trial.shown(product), "a number has more than 4096 digits");
    }

    #[test]
    fn braze_counts_times_in_unix_seconds() {
        let time = Time::from_unix(1_700_000_000).unwrap();
        for (dialect, expected) in [(&BRAZE, "1700000000"), (&LIQUID, "0")] {
            let trial = Trial::new(dialect);
            let sum = trial.run("plus", Value::Time(&time), &[Value::Integer(0)]);
            assert_eq!(trial.shown(sum), expected);
        }
    }

    #[test]
    fn braze_doubts_sums_of_date_texts() {
        for (dialect, text, doubts) in
            [(&BRAZE, "2026-03-09 10:00", 1), (&BRAZE, "2026", 0), (&LIQUID, "2026-03-09 10:00", 0)]
        {
            let trial = Trial::new(dialect);
            let sum = trial.run("plus", Value::String(text), &[Value::Integer(0)]);
            assert_eq!(trial.shown(sum), "2026");
            assert_eq!(trial.environment.take_doubts().len(), doubts, "{} {text}", dialect.name);
        }
    }
}
