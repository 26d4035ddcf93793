//! A date, a format and a zone, each on a line: what is read can be written and read again, formats keep to their limits,
//! and every filter of dates takes them.

use super::{chosen, engine, noon};
use carafe::time::{self, FormatBounds, FormatError, Time, zone};
use carafe::{Dialect, Status, Template};
use std::fmt::Write;
use std::sync::LazyLock;

/// Those of the limits that engines have here.
const BOUNDS: FormatBounds = FormatBounds { bytes: 4096, width: 1024 };

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
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (date, format, place) = (line(), line(), line());
    let times = [time::parse(date, noon()), time::parse_ecmascript(date), Time::from_rfc3339(date)];
    let zones = [
        zone::find(place),
        time::zone_from_text(place),
        time::zone_from_display_name(place).map(|(zone, _)| zone),
    ];
    for time in times.into_iter().flatten().chain([noon()]) {
        is_read_again(time);
        formats(time, format, place);
        for zone in zones.into_iter().flatten() {
            let there = time.with_zone(zone);
            assert_eq!(there, time, "a zone moves the instant");
            is_read_again(there);
            formats(there, format, place);
        }
        if let Some(moved) = date.len().try_into().ok().and_then(|months| time.plus_months(months)) {
            assert!(moved >= time, "{moved:?} is before {time:?}");
        }
    }
    filters(date, format, place, templates);
}

fn written(time: Time, format: &str) -> String {
    let mut out = String::new();
    time::format(time, format, BOUNDS, &mut out).expect("a good format");
    out
}

/// The texts of ISO 8601 read back to the time. Years beyond four digits, and offsets of seconds, have no such text.
fn is_read_again(time: Time) {
    let year: i64 = written(time, "%Y").parse().expect("a number");
    let utc_year: i64 = written(time.with_zone(zone::Zone::Utc), "%Y").parse().expect("a number");
    if !(0..=9999).contains(&year) || !(0..=9999).contains(&utc_year) {
        return;
    }
    let text = time.to_rfc3339();
    assert_eq!(Time::from_rfc3339(&text), Some(time), "{text}");
    let millis = Time::from_unix_nanos(time.unix_seconds(), time.subsec_nanos() / 1_000_000 * 1_000_000);
    assert_eq!(time::parse_ecmascript(&text), millis, "{text}");
    if time.utc_offset() % 60 != 0 {
        return;
    }
    let iso = written(time, "%Y-%m-%dT%H:%M:%S.%9N%:z");
    assert_eq!(time::parse(&iso, noon()), Some(time), "{iso}");
    let whole = Time::from_unix(time.unix_seconds());
    let ruby = time.to_string();
    assert_eq!(time::parse(&ruby, noon()), whole, "{ruby}");
    if time.unix_seconds() >= 0 {
        let seconds = written(time, "%s");
        assert_eq!(time::parse(&seconds, noon()), whole, "{seconds}");
    }
}

/// More than any directive writes without a width: `%c`, `%v` and their like, and the longest names of months.
const LONGEST: usize = 64;

fn formats(time: Time, format: &str, place: &str) {
    let most = format.len() + format.matches('%').count() * (BOUNDS.width + LONGEST);
    let mut ruby = String::new();
    let result = time::format(time, format, BOUNDS, &mut ruby);
    is_within(format, &result, ruby.len(), most);
    assert!(result.is_ok() || ruby.is_empty(), "{result:?}, and yet {ruby:?}");
    let mut liquidjs = String::new();
    let result = time::format_liquidjs(time, place, format, BOUNDS, &mut liquidjs);
    is_within(format, &result, liquidjs.len(), most + format.matches('%').count() * place.len() * 3);
    for unknown in time::unknown_to_ruby(format).into_iter().chain(time::unknown_to_liquidjs(format)) {
        assert!(format.contains(unknown), "{unknown:?} is not in {format:?}");
    }
}

fn is_within(format: &str, result: &Result<(), FormatError>, length: usize, most: usize) {
    assert_eq!(matches!(result, Err(FormatError::TooLong { .. })), format.len() > BOUNDS.bytes);
    match result {
        Ok(()) => assert!(length <= most, "{length} bytes for {format:?}"),
        Err(FormatError::TooWide { .. }) => {
            assert!(
                format.bytes().filter(u8::is_ascii_digit).count() > 3,
                "nothing in {format:?} is so wide"
            );
        }
        Err(FormatError::Incomplete { .. }) => assert!(format.contains('%')),
        Err(FormatError::TooLong { .. }) => {}
        Err(FormatError::Output) => panic!("a text takes everything"),
    }
}

/// Every filter that knows dates, of the dialect of this number.
static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let calls = [
        "date: f",
        "date: f, z",
        "time_zone: z",
        "time_zone: z | date: f",
        "date_tz: f, z",
        "add_day: 3",
        "add_day: d",
        "subtract_month: 1",
        "add_year: d",
        "timestamp",
        "date_to_xmlschema",
        "date_to_rfc822",
        "date_to_string: f, z",
        "date_to_long_string",
        "date: '%s' | plus: 1 | date: f",
        "to_timestamp",
    ];
    let of = |number: usize| {
        let dialect = Dialect::all()[number];
        let has = |call: &str| {
            call.split(" | ").all(|call| {
                carafe::filters::find(call.split(':').next().unwrap_or_default(), dialect.set).is_some()
            })
        };
        let mut text = String::new();
        for call in calls.into_iter().filter(|call| has(call)) {
            write!(text, "{{{{ d | {call} }}}};").expect("a text takes everything");
        }
        engine(number, None).template(text).expect("the calls are right")
    };
    (0..Dialect::all().len()).map(of).collect()
});

fn filters(date: &str, format: &str, place: &str, templates: &[Template]) {
    for template in templates {
        let variables = serde_json::json!({"d": date, "f": format, "z": place});
        let data = match template.engine().dialect().references {
            true => serde_json::json!({ "vars": variables }),
            false => variables,
        };
        let (first, second) = (template.prepare().run(&data), template.prepare().warnings(true).run(&data));
        assert_eq!((&first.text, &first.status), (&second.text, &second.status), "warnings change the text");
        if matches!(first.status, Status::Complete) {
            assert!(
                first.text.len()
                    < 64 * (format.len() + date.len() + BOUNDS.width * (1 + format.matches('%').count()))
            );
        }
    }
}
