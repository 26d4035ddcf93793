//! Dates: seconds since 1970 or a text go in, and come out as the format says.
//!
//! Customer.io stores dates as seconds and says that nothing else is supported; what the engine makes of other input is
//! done, with a doubt. The zone is UTC unless the second argument names another.

use super::text::{joined_text, stringify};
use super::{Call, Filter, NONE, Parameter, entry};
use crate::diagnostic::code;
use crate::failure::Failure;
use crate::filters::date::{bounded, bounds, doubt_input};
use crate::time::{self, Time, Zone};
use crate::value::Value;

const STYLE: &[Parameter] = &[
    Parameter::optional("type", "`ordinal` to write the day as `1st`"),
    Parameter::optional("style", "`US` to write the month first"),
    Parameter::IGNORED,
];

/// What `date` writes without a format.
const DEFAULT_FORMAT: &str = "%A, %B %-e, %Y at %-l:%M %P %z";

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "date",
        &[
            Parameter::optional("format", "the format, in the directives of LiquidJS"),
            Parameter::optional(
                "zone",
                "an IANA name, a long name such as `(GMT-10:00) Hawaii`, or minutes west of UTC",
            ),
            Parameter::IGNORED,
        ],
        "Writes a date or time in another format; what is no date stays as it is.",
        (
            r#"{{ 1483272000 | date: "%H:%M, %a, %b %d, %Y" }} {{ 1483272000 | date: "%H:%M", "America/New_York" }}"#,
            "12:00, Sun, Jan 01, 2017 07:00",
        ),
        date,
    ),
    entry(
        "date_to_xmlschema",
        NONE,
        "Writes a date as ISO 8601 has it.",
        ("{{ 1483272000 | date_to_xmlschema }}", "2017-01-01T12:00:00+00:00"),
        |call| fixed(call, "%Y-%m-%dT%H:%M:%S%:z"),
    ),
    entry(
        "date_to_rfc822",
        NONE,
        "Writes a date as e-mail has it.",
        ("{{ 1483272000 | date_to_rfc822 }}", "Sun, 01 Jan 2017 12:00:00 +0000"),
        |call| fixed(call, "%a, %d %b %Y %H:%M:%S %z"),
    ),
    entry(
        "date_to_string",
        STYLE,
        "Writes a date with the short name of the month.",
        (
            r#"{{ 1483272000 | date_to_string }} {{ 1483272000 | date_to_string: "ordinal" }}"#,
            "01 Jan 2017 1st Jan 2017",
        ),
        |call| styled(call, ["%d %b %Y", "%-d%q %b %Y", "%b %-d%q, %Y"]),
    ),
    entry(
        "date_to_long_string",
        STYLE,
        "Writes a date with the name of the month.",
        (
            r#"{{ 1483272000 | date_to_long_string }} {{ 1483272000 | date_to_long_string: "ordinal", "US" }}"#,
            "01 January 2017 January 1st, 2017",
        ),
        |call| styled(call, ["%d %B %Y", "%-d%q %B %Y", "%B %-d%q, %Y"]),
    ),
];

fn date<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let Some(time) = read(call)? else { return Ok(call.input) };
    let format = match call.argument(0).resolve(call.arena)? {
        Value::Nil => DEFAULT_FORMAT,
        other => stringify(other, call.arena)?,
    };
    let (zone, name) = match call.argument(1).resolve(call.arena)? {
        // The filter `timezone` before this one chose the zone.
        Value::Nil if time.zone() != Zone::Utc => (time.zone(), ""),
        Value::Nil => (Zone::Utc, "UTC"),
        Value::String(name) => (named_zone(call, name)?, name),
        other => {
            let minutes = super::number(other, call.arena)?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "no zone is where too large a number is held"
            )]
            let zone = Zone::from_offset_seconds((minutes as i32).saturating_mul(-60));
            (zone.ok_or_else(|| Failure::argument("a time zone is less than 1440 minutes from UTC"))?, "")
        }
    };
    written(call, time.with_zone(zone), name, format)
}

/// The zone that a text names.
fn named_zone(call: &Call<'_, '_>, name: &str) -> Result<Zone, Failure> {
    if let Some(zone) = time::zone::find(name) {
        return Ok(zone);
    }
    let Some((zone, agrees)) = time::zone_from_display_name(name) else {
        return Err(Failure::argument(format!("Invalid time zone specified: {name}")));
    };
    if !agrees {
        call.doubt(
            &code::FILTER_WARNING,
            format!("the zone `{name}` is never so far from UTC; its name counts"),
            Some("write a name such as `America/New_York`".to_owned()),
        );
    }
    Ok(zone)
}

fn fixed<'r>(call: &Call<'_, 'r>, format: &str) -> Result<Value<'r>, Failure> {
    match read(call)? {
        Some(time) => written(call, time.with_zone(Zone::Utc), "UTC", format),
        None => Ok(call.input),
    }
}

fn styled<'r>(call: &Call<'_, 'r>, [plain, ordinal, american]: [&str; 3]) -> Result<Value<'r>, Failure> {
    let is = |at: usize, word: &str| call.argument(at).as_str() == Some(word);
    let format = match (is(0, "ordinal"), is(1, "US")) {
        (false, _) => plain,
        (true, false) => ordinal,
        (true, true) => american,
    };
    fixed(call, format)
}

fn written<'r>(call: &Call<'_, 'r>, time: Time, zone: &str, format: &str) -> Result<Value<'r>, Failure> {
    call.arena.budget().spend((format.len() as u64).saturating_add(32))?;
    let mut text = String::new();
    let bounds = bounds(call.arena);
    bounded(time::format_liquidjs(time, zone, format, bounds, &mut text), bounds)?;
    Ok(Value::String(call.arena.text(&text)?))
}

/// The input as an instant; `None` where it is none.
pub(in crate::filters) fn read(call: &Call<'_, '_>) -> Result<Option<Time>, Failure> {
    let input = call.input.resolve(call.arena)?;
    call.arena.budget().spend(32)?;
    let time = match input {
        Value::Nil => return Ok(None),
        Value::String("now" | "today") => Some(call.environment.now()?),
        Value::Time(time) => Some(*time),
        Value::Bool(value) => from_milliseconds(f64::from(u8::from(value))),
        Value::Integer(_) | Value::Float(_) | Value::BigInteger(_) => {
            from_milliseconds(super::number_or_nan(input, call.arena)? * 1000.0)
        }
        Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            from_milliseconds(super::number_or_nan(input, call.arena)? * 1000.0)
        }
        other => time::parse_ecmascript(joined_text(other, call.arena)?),
    };
    doubt_input(call, input, time.is_some());
    Ok(time)
}

/// The instants that a `Date` of JavaScript reaches.
fn from_milliseconds(milliseconds: f64) -> Option<Time> {
    if milliseconds.is_nan() || milliseconds.abs() > 8.64e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "fractions are cut, and the range is checked above")]
    let whole = milliseconds as i64;
    let nanos = u32::try_from(whole.rem_euclid(1000)).ok()?.checked_mul(1_000_000)?;
    Time::from_unix_nanos(whole.div_euclid(1000), nanos)
}
