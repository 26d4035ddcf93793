//! Dates as Ruby writes them: a time, Unix seconds or a text goes in, and comes out as the format says.

use super::{Call, Filter, Parameter};
use crate::arena::Arena;
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::time::{self, FormatBounds, FormatError, Time, Zone, zone_from_hours, zone_from_text};
use crate::value::Value;

const DATE: Filter = Filter {
    name: "date",
    parameters: &[Parameter::required("format", "the format, in the directives of `strftime`")],
    description: "Writes a date or time in another format; what is no date stays as it is.",
    example: r#"{{ "2026-03-09T18:05:00Z" | date: "%d.%m.%Y at %H:%M" }}"#,
    output: "09.03.2026 at 18:05",
    dialects: DialectSet::RUBY_3,
    function: date,
};

pub(super) static FILTERS: &[Filter] = &[
    DATE,
    Filter {
        parameters: &[
            Parameter::required("format", "the format, in the directives of `strftime`"),
            Parameter::optional(
                "zone",
                "an IANA name, a long name such as `(GMT-10:00) Hawaii`, or hours from UTC",
            ),
        ],
        example: r#"{{ 1483272000 | date: "%F %R" }} {{ 1483272000 | date: "%R", -8 }}"#,
        output: "2017-01-01 12:00 04:00",
        dialects: DialectSet::CUSTOMERIO_LEGACY,
        function: |call| zoned(call, true),
        ..DATE
    },
    Filter {
        name: "date_tz",
        parameters: &[
            Parameter::required("format", "the format, in the directives of `strftime`"),
            Parameter::required("zone", "an IANA name or an offset such as `+0530`"),
        ],
        description: "Writes a date or time in another format and zone; what is no date stays as it is.",
        example: r#"{{ "2026-03-09T18:05:00Z" | date_tz: "%H:%M", "Asia/Kolkata" }}"#,
        output: "23:35",
        dialects: DialectSet::CLEVERTAP,
        function: |call| zoned(call, false),
    },
];

fn date<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let format = call.text_argument(0)?;
    if format.is_empty() {
        return Ok(call.input);
    }
    match read(call, format)? {
        Read::Time(time) => written(call, time, format),
        Read::Nothing(value) => Ok(value),
    }
}

/// The date in the zone of the second argument. Customer.io documents only seconds as input, and says so where `doubted`.
fn zoned<'r>(call: &Call<'_, 'r>, doubted: bool) -> Result<Value<'r>, Failure> {
    let format = call.text_argument(0)?;
    if format.is_empty() {
        return Ok(call.input);
    }
    let time = match read(call, format)? {
        Read::Time(time) => time,
        Read::Nothing(value) => return Ok(value),
    };
    if doubted {
        doubt_input(call, call.input, true);
    }
    let time = match call.given(1) {
        Some(argument) => time.with_zone(zone(call, argument)?),
        None => time,
    };
    written(call, time, format)
}

/// What the input is to a filter of dates.
enum Read<'r> {
    Time(Time),
    /// No date, and what the filter gives then.
    Nothing(Value<'r>),
}

fn read<'r>(call: &Call<'_, 'r>, format: &'r str) -> Result<Read<'r>, Failure> {
    if let Some(time) = call.to_time(call.input)? {
        return Ok(Read::Time(time));
    }
    // A moment too far away for a date still is one, of which such a format asks nothing.
    if matches!(call.input, Value::Integer(_) | Value::BigInteger(_)) && !format.contains('%') {
        return Ok(Read::Nothing(Value::String(format)));
    }
    if let Value::String(text) = call.input
        && !text.trim().is_empty()
    {
        call.doubt(&code::FILTER_WARNING, "the input is no date and stays as it is", None);
    }
    Ok(Read::Nothing(call.input))
}

fn written<'r>(call: &Call<'_, 'r>, time: Time, format: &str) -> Result<Value<'r>, Failure> {
    let mut text = String::new();
    let bounds = bounds(call.arena);
    bounded(time::format(time, format, bounds, &mut text), bounds)?;
    Ok(Value::String(call.arena.text(&text)?))
}

/// How long and wide formats may be in a render.
pub(super) fn bounds(arena: &Arena) -> FormatBounds {
    let limits = arena.budget().limits();
    FormatBounds { bytes: limits.date_format_bytes, width: limits.date_width }
}

/// What a format that is refused is to a render.
pub(super) fn bounded(written: Result<(), FormatError>, bounds: FormatBounds) -> Result<(), Failure> {
    match written {
        Ok(()) => Ok(()),
        Err(FormatError::TooLong { .. }) => {
            Err(Failure::limit(Exceeded::new(Limit::DateFormatBytes, bounds.bytes)))
        }
        Err(FormatError::TooWide { .. }) => {
            Err(Failure::limit(Exceeded::new(Limit::DateWidth, bounds.width)))
        }
        Err(error @ FormatError::Incomplete { .. }) => Err(Failure::argument(error.to_string())),
        Err(FormatError::Output) => Err(Failure::internal()),
    }
}

/// The zone that a value names: an IANA name, a long name, an offset, or hours from UTC; UTC where there is none.
pub(super) fn zone(call: &Call<'_, '_>, value: Value<'_>) -> Result<Zone, Failure> {
    let named = match value {
        Value::Integer(hours) => zone_from_hours(hours as f64),
        Value::Float(hours) => zone_from_hours(hours),
        Value::String(name) => match zone_from_text(name) {
            None => time::zone_from_display_name(name).map(|(zone, agrees)| {
                if !agrees {
                    call.doubt(
                        &code::FILTER_WARNING,
                        format!("the zone `{name}` is never so far from UTC; its name counts"),
                        Some("write a name such as `America/New_York`".to_owned()),
                    );
                }
                zone
            }),
            named => named,
        },
        _ => None,
    };
    Ok(named.unwrap_or_else(|| {
        call.doubt(
            &code::FILTER_WARNING,
            "no time zone has this name; the time is shown in UTC",
            Some("write a name such as `Europe/Paris`".to_owned()),
        );
        Zone::Utc
    }))
}

/// Says what of a date Customer.io does not document: milliseconds, and text that is no number.
pub(super) fn doubt_input(call: &Call<'_, '_>, input: Value<'_>, is_date: bool) {
    /// More seconds than any date of interest has, and fewer milliseconds.
    const MILLISECONDS: f64 = 1e11;
    let number = match input {
        Value::Integer(value) => value as f64,
        Value::Float(value) => value,
        Value::String("now" | "today") => return,
        Value::String(text) if text.trim().is_empty() => return,
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            crate::number::ecmascript_from_text(text)
        }
        Value::String(_) if is_date => {
            return call.doubt(
                &code::FILTER_WARNING,
                "Customer.io documents only seconds since 1970 as the input of dates; this text may not be read as here",
                Some("store the date as seconds".to_owned()),
            );
        }
        Value::String(_) => {
            return call.doubt(&code::FILTER_WARNING, "the input is no date and stays as it is", None);
        }
        _ => return,
    };
    if number.abs() >= MILLISECONDS {
        call.doubt(
            &code::FILTER_WARNING,
            "the number is read as seconds since 1970, and is too large for that: is it in milliseconds?",
            Some("use `divided_by: 1000` before it".to_owned()),
        );
    }
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
            ("5", r#""%9999d""#, "a directive of a date format is wider than 1024 characters"),
        ] {
            assert_eq!(outcome("date", input, &format!("[{format}]")), expected, "{input} | date: {format}");
        }
        let long = format!("[\"{}\"]", "%d".repeat(3000));
        assert_eq!(outcome("date", "5", &long), "a date format is longer than 4096 bytes");
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
