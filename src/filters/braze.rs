//! Braze's own filters that belong to no other group: amounts, integers, properties, time zones.

use super::{Call, Filter, Parameter};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::number::{self, Number};
use crate::time::{Zone, zone_from_hours, zone_from_text};
use crate::value::{Value, convert, lookup};

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "money",
        parameters: &[],
        description: "Writes a number with two decimals, without a currency sign.",
        example: "{{ 17.8 | money }}",
        output: "17.80",
        dialects: DialectSet::BRAZE,
        function: money,
    },
    Filter {
        name: "number_with_delimiter",
        parameters: &[],
        description: "Writes a number with commas between thousands.",
        example: "{{ 1234567.5 | number_with_delimiter }}",
        output: "1,234,567.5",
        dialects: DialectSet::BRAZE,
        function: number_with_delimiter,
    },
    Filter {
        name: "to_i",
        parameters: &[],
        description: "Gives the integer that a text or number begins with, 0 if there is none.",
        example: r#"{{ "00421" | to_i }}"#,
        output: "421",
        dialects: DialectSet::BRAZE,
        function: to_i,
    },
    Filter {
        name: "property_accessor",
        parameters: &[Parameter::required("key", "the name of the property")],
        description: "Gives the property of an object whose name is only known at send time.",
        example: r#"{{ '{"gold": 19}' | json_parse | property_accessor: "gold" }}"#,
        output: "19",
        dialects: DialectSet::BRAZE,
        function: property_accessor,
    },
    Filter {
        name: "time_zone",
        parameters: &[Parameter::required("zone", "an IANA name, an offset, or hours from UTC")],
        description: "Shows a time in another zone; `date` behind it writes it so.",
        example: r#"{{ "2021-08-04 09:00:00 UTC" | time_zone: "America/Los_Angeles" | date: "%H:%M" }}"#,
        output: "02:00",
        dialects: DialectSet::BRAZE,
        function: time_zone,
    },
];

/// Two decimals, rounded half away from zero. What is no number passes through.
fn money<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if input.is_nil() || !is_numeric(call, input, "money") {
        return Ok(input);
    }
    let number = convert::to_number(input, call.arena)?;
    Ok(Value::String(call.arena.text(&number::money(&number))?))
}

/// Commas between thousands, as the helper of that name in Rails. What is no number passes through.
fn number_with_delimiter<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if input.is_nil() || !is_numeric(call, input, "number_with_delimiter") {
        return Ok(input);
    }
    let text = call.to_text(input)?;
    call.arena.budget().allocate(text.len().saturating_mul(2))?;
    Ok(Value::String(call.arena.text(&number::with_delimiter(text))?))
}

/// Whether the value is a number, or text that is one from end to end; a doubt where it is not.
fn is_numeric(call: &Call<'_, '_>, value: Value<'_>, name: &str) -> bool {
    let help = match value {
        Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => return true,
        Value::String(text) if is_decimal(text) => return true,
        Value::String(text) if text.contains(',') => {
            Some("take the commas out with `remove: ','` first".to_owned())
        }
        _ => None,
    };
    call.doubt(
        &code::FILTER_WARNING,
        format!("`{name}` needs a number; the {} is unchanged", value.kind()),
        help,
    );
    false
}

/// Digits with an optional sign and fraction, and white space around them.
fn is_decimal(text: &str) -> bool {
    let text = text.trim_ascii();
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

/// Ruby's `to_i`: fractions are cut off, a time gives its Unix seconds.
fn to_i<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let number = match call.input.resolve(call.arena)? {
        integer @ (Value::Integer(_) | Value::BigInteger(_)) => return Ok(integer),
        Value::Time(time) => return Ok(Value::Integer(time.unix_seconds())),
        Value::Float(value) if value.is_finite() => Number::Float(value.trunc()).floor(),
        Value::String(text) => {
            // Before the point there is only an integer to be read, which is where Ruby stops.
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            return convert::from_number(convert::to_number(Value::String(whole), call.arena)?, call.arena);
        }
        other => {
            if !other.is_nil() {
                call.doubt(&code::FILTER_WARNING, format!("`to_i` of {} is 0", other.kind()), None);
            }
            return Ok(Value::Integer(0));
        }
    };
    convert::from_number(number.map_err(|error| convert::lower_error(error, call.arena))?, call.arena)
}

fn property_accessor<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let object = call.input.resolve(call.arena)?;
    let key = call.argument(0).resolve(call.arena)?;
    if !object.is_nil() && !matches!(object, Value::Map(_) | Value::Object(_)) {
        call.doubt(
            &code::FILTER_WARNING,
            format!("`property_accessor` needs an object, and this is {}", object.kind()),
            None,
        );
        return Ok(Value::Nil);
    }
    Ok(lookup::index(object, key, call.arena)?.unwrap_or(Value::Nil))
}

/// Text without a zone is UTC. What is no time passes through.
fn time_zone<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    let Some(time) = call.to_time(input)? else {
        if !matches!(input, Value::Nil | Value::String("")) {
            call.doubt(&code::FILTER_WARNING, "this is not a time that can be read", None);
        }
        return Ok(input);
    };
    let zone = zone(call)?;
    let shown = time.with_zone(zone);
    if let Value::String(text) = input
        && shown.utc_offset() < 0
        && is_date_only(text)
    {
        call.doubt(
            &code::FILTER_WARNING,
            "a date without a time of day is midnight in UTC, which is the day before in this zone",
            Some("write the time of day and the offset into the text".to_owned()),
        );
    }
    Ok(Value::Time(call.arena.put(shown)?))
}

/// The zone that the argument names; UTC where there is none of that name.
fn zone(call: &Call<'_, '_>) -> Result<Zone, Failure> {
    let named = match call.argument(0).resolve(call.arena)? {
        Value::Integer(hours) => zone_from_hours(hours as f64),
        Value::Float(hours) => zone_from_hours(hours),
        Value::String(name) => zone_from_text(name),
        _ => None,
    };
    Ok(named.unwrap_or_else(|| {
        call.doubt(
            &code::FILTER_WARNING,
            "no time zone has this name; the time is shown in UTC",
            Some("write a name such as `Europe/Paris`, or an offset such as `+0200`".to_owned()),
        );
        Zone::Utc
    }))
}

/// Whether a text that was read as a time has a day, but no time of day. Digits alone are Unix seconds.
fn is_date_only(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_time =
        bytes.contains(&b':') || bytes.windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'T' | b't']));
    let has_digit = bytes.iter().any(u8::is_ascii_digit);
    has_digit && !has_time && !bytes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{doubts, printed};
    use crate::arena::Arena;
    use crate::time::Time;
    use crate::value::Value::{self, BigInteger, Bool, Float, Integer, Map, Nil, String as S};

    #[test]
    fn numbers_are_written_and_read() {
        let time = Time::from_unix(1_622_740_421).unwrap();
        for (name, input, expected, doubtful) in [
            ("money", Integer(145), "145.00", false),
            ("money", S(" 17.8"), "17.80", false),
            ("money", S("1,234"), "1,234", true),
            ("money", S("ten"), "ten", true),
            ("money", Float(-0.001), "0.00", false),
            ("money", Nil, "", false),
            ("money", Bool(true), "true", true),
            ("number_with_delimiter", Integer(123_456), "123,456", false),
            ("number_with_delimiter", Float(-1234.5), "-1,234.5", false),
            ("number_with_delimiter", S("1234567"), "1,234,567", false),
            ("number_with_delimiter", S("12 items"), "12 items", true),
            (
                "number_with_delimiter",
                BigInteger("123456789012345678901"),
                "123,456,789,012,345,678,901",
                false,
            ),
            ("to_i", S("00421"), "421", false),
            ("to_i", S(" 12.9 items"), "12", false),
            ("to_i", S("-1_000.5"), "-1000", false),
            ("to_i", S("items"), "0", false),
            ("to_i", Float(-2.9), "-2", false),
            ("to_i", Float(1e20), "100000000000000000000", false),
            ("to_i", Float(f64::NAN), "0", true),
            ("to_i", Integer(i64::MIN), "-9223372036854775808", false),
            ("to_i", Value::Time(&time), "1622740421", false),
            ("to_i", Nil, "0", false),
            ("to_i", Bool(true), "0", true),
        ] {
            assert_eq!(printed(name, input, &[]), expected, "{input:?} | {name}");
            assert_eq!(doubts(name, input, &[]).len(), usize::from(doubtful), "{input:?} | {name}");
        }
    }

    #[test]
    fn properties_are_read_by_name() {
        let arena = Arena::default();
        let prices = Map(arena.map(&[("gold", Integer(19)), ("size", S("L"))]).unwrap());
        for (input, key, expected, doubtful) in [
            (prices, S("gold"), "19", false),
            (prices, S("size"), "L", false),
            (prices, S("silver"), "", false),
            (prices, Nil, "", false),
            (Nil, S("gold"), "", false),
            (S("gold"), S("gold"), "", true),
        ] {
            assert_eq!(printed("property_accessor", input, &[key]), expected, "{input:?}: {key:?}");
            let doubts = doubts("property_accessor", input, &[key]);
            assert_eq!(doubts.len(), usize::from(doubtful), "{input:?}: {key:?}");
        }
    }

    #[test]
    fn times_are_shown_in_zones() {
        for (input, zone, expected, doubtful) in [
            (S("2021-08-04 9:00:00 UTC"), S("America/Los_Angeles"), "2021-08-04 02:00:00 -0700", false),
            (S("now"), S("Europe/Paris"), "2026-03-10 13:00:00 +0100", false),
            (S("now"), S("-0005"), "2026-03-10 07:00:00 -0500", false),
            (S("now"), Integer(-5), "2026-03-10 07:00:00 -0500", false),
            (S("now"), Float(5.5), "2026-03-10 17:30:00 +0530", false),
            (S("now"), S("+05:30"), "2026-03-10 17:30:00 +0530", false),
            (S("now"), S("Mars/Base"), "2026-03-10 12:00:00 UTC", true),
            (S("now"), Integer(100), "2026-03-10 12:00:00 UTC", true),
            (S("now"), Nil, "2026-03-10 12:00:00 UTC", true),
            (S("2025-08-05T08:15:30:250-0800"), S("UTC"), "2025-08-05 16:15:30 UTC", false),
            (S("2019-12-01"), S("America/New_York"), "2019-11-30 19:00:00 -0500", true),
            (S("2019-12-01"), S("Europe/Paris"), "2019-12-01 01:00:00 +0100", false),
            (S("1622740421"), S("America/New_York"), "2021-06-03 13:13:41 -0400", false),
            (S("soon"), S("Europe/Paris"), "soon", true),
            (S(""), S("Europe/Paris"), "", false),
            (Nil, S("Europe/Paris"), "", false),
        ] {
            assert_eq!(printed("time_zone", input, &[zone]), expected, "{input:?} | time_zone: {zone:?}");
            let doubts = doubts("time_zone", input, &[zone]);
            assert_eq!(doubts.len(), usize::from(doubtful), "{input:?} | time_zone: {zone:?}: {doubts:?}");
        }
    }
}
