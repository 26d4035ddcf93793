//! `date`: a time, Unix seconds or a text goes in, and comes out as the format says.

use super::{Call, Filter, Parameter};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::time::{self, FormatError};
use crate::value::{Value, convert};

pub(super) static FILTERS: &[Filter] = &[Filter {
    name: "date",
    parameters: &[Parameter::required("format", "the format, in the directives of `strftime`")],
    description: "Writes a date or time in another format; what is no date stays as it is.",
    example: r#"{{ "2026-03-09T18:05:00Z" | date: "%d.%m.%Y at %H:%M" }}"#,
    output: "09.03.2026 at 18:05",
    dialects: DialectSet::ALL,
    function: date,
}];

fn date<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let format = call.text_argument(0)?;
    if format.is_empty() {
        return Ok(call.input);
    }
    let Some(time) = convert::to_time(call.input, call.environment.now(), call.arena)? else {
        // A moment too far away for a date still is one, of which such a format asks nothing.
        if matches!(call.input, Value::Integer(_) | Value::BigInteger(_)) && !format.contains('%') {
            return Ok(Value::String(format));
        }
        if let Value::String(text) = call.input
            && !text.trim().is_empty()
        {
            call.doubt(&code::FILTER_WARNING, "the input is no date and stays as it is", None);
        }
        return Ok(call.input);
    };
    let mut text = String::new();
    match time::format(time, format, &mut text) {
        Ok(()) => Ok(Value::String(call.arena.text(&text)?)),
        Err(FormatError::TooLong { .. }) => Err(limit(time::MAX_FORMAT_LEN)),
        Err(FormatError::TooWide { .. }) => Err(limit(time::MAX_WIDTH)),
        Err(error @ FormatError::Incomplete { .. }) => Err(Failure::argument(error.to_string())),
        Err(FormatError::Output) => Err(Failure::internal()),
    }
}

fn limit(value: usize) -> Failure {
    Failure::Limit(Exceeded::new(Limit::DateFormat, value))
}

#[cfg(test)]
mod tests {
    use crate::dialect::LIQUID;
    use crate::filters::trial::{Trial, outcome};
    use crate::time::Time;
    use crate::value::Value;

    #[test]
    fn dates_are_formatted_and_all_else_stays() {
        for (input, format, expected) in [
            (r#""2026-03-09T18:05:00-05:00""#, r#""%d/%m %H:%M %z""#, r#""09/03 18:05 -0500""#),
            ("1152098955", r#""%m/%d/%Y""#, r#""07/05/2006""#),
            ("-1", r#""%Y""#, r#""1969""#),
            (r#""1152098955""#, r#""%H""#, r#""11""#),
            (r#""Now""#, r#""%F""#, r#""2026-01-02""#),
            (r#""today""#, r#""%F %T""#, r#""2026-01-02 03:04:05""#),
            (r#""March 14""#, r#""%F""#, r#""2026-03-14""#),
            ("0", "5", r#""5""#),
            (r#""no date""#, r#""%Y""#, r#""no date""#),
            (r#""""#, r#""%Y""#, r#""""#),
            ("null", r#""%Y""#, "nil"),
            ("1.5", r#""%Y""#, "1.5"),
            ("[1]", r#""%Y""#, "[1]"),
            ("5", r#""""#, "5"),
            ("5", "null", "5"),
            ("5", r#""%""#, "Liquid error: invalid format: %"),
            ("5", r#""%9999d""#, "a date format is longer or wider than 1024"),
        ] {
            assert_eq!(outcome("date", input, &format!("[{format}]")), expected, "{input} | date: {format}");
        }
        let long = format!("[\"{}\"]", "%d".repeat(3000));
        assert_eq!(outcome("date", "5", &long), "a date format is longer or wider than 4096");
    }

    #[test]
    fn text_that_is_no_date_is_doubted() {
        for (input, doubts) in [
            (Value::String("no date"), 1),
            (Value::String("2026-03-09"), 0),
            (Value::String(" "), 0),
            (Value::Nil, 0),
        ] {
            let trial = Trial::new(&LIQUID);
            trial.run("date", input, &[Value::String("%Y")]).unwrap();
            assert_eq!(trial.environment.take_doubts().len(), doubts, "{input:?}");
        }
    }

    #[test]
    fn a_time_is_formatted_in_its_zone() {
        let time = Time::from_rfc3339("2026-03-09T18:05:00+02:00").unwrap();
        let trial = Trial::new(&LIQUID);
        let text = trial.run("date", Value::Time(&time), &[Value::String("%H %z")]);
        assert_eq!(trial.shown(text), r#""18 +0200""#);
    }
}
