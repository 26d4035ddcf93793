use proptest::prelude::*;

use super::parse;
use crate::time::Time;

fn now() -> Time {
    Time::from_rfc3339("2024-05-17T13:45:27.5Z").expect("a time")
}

fn read(text: &str) -> String {
    parse(text, now()).map_or_else(|| "none".to_owned(), Time::to_rfc3339)
}

#[test]
fn dates_are_read_as_ruby_reads_them() {
    let cases: Vec<_> = include_str!("../parse.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.rsplit_once('\t').expect("a tab in every line"))
        .collect();
    assert!(cases.len() > 250, "{} cases", cases.len());
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(text, expected)| (text, expected, read(text)))
        .filter(|(_, expected, actual)| actual != expected)
        .collect();
    assert!(wrong.is_empty(), "(text, Ruby, here): {wrong:#?}");
}

#[test]
fn now_digits_and_limits_follow_liquid() {
    for (text, expected) in [
        ("now", "2024-05-17T13:45:27.500Z"),
        ("Today", "2024-05-17T13:45:27.500Z"),
        ("NOW", "2024-05-17T13:45:27.500Z"),
        (" now", "none"),
        ("", "none"),
        ("0", "1970-01-01T00:00:00Z"),
        ("20210603", "1970-08-22T22:03:23Z"),
        ("1152098955", "2006-07-05T11:29:15Z"),
        ("00001152098955", "2006-07-05T11:29:15Z"),
        ("253402300799", "9999-12-31T23:59:59Z"),
        ("253402300800", "+10000-01-01T00:00:00Z"),
        ("1609459200000", "+52971-09-25T00:00:00Z"),
        ("99999999999999999", "none"),
        ("99999999999999999999", "none"),
        ("-99999999999999", "none"),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
    let padded = |length: usize| format!("{:length$}", "2021-06-03");
    assert_eq!(read(&padded(128)), "2021-06-03T00:00:00Z");
    assert_eq!(read(&padded(129)), "none");
    assert_eq!(read(&format!("{:0>200}", 86_400)), "1970-01-02T00:00:00Z");
}

#[test]
fn braze_milliseconds_after_a_colon_count() {
    for (text, expected) in [
        ("2025-08-05T08:15:30:250-0800", "2025-08-05T08:15:30.250-08:00"),
        ("2025-08-05 08:15:30:007+05:30", "2025-08-05T08:15:30.007+05:30"),
        ("2025-08-05T08:15:30:250Z", "2025-08-05T08:15:30.250Z"),
        ("2025-08-05T08:15:30:250", "2025-08-05T08:15:30.250Z"),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_missing_comes_from_now_in_the_zone_of_the_text() {
    let late = Time::from_rfc3339("2024-12-31T23:30:00Z").expect("a time");
    for (text, expected) in [
        ("10:00", "2024-12-31T10:00:00Z"),
        ("10:00 +0100", "2025-01-01T10:00:00+01:00"),
        ("10:00 PST", "2024-12-31T10:00:00-08:00"),
        ("March 3", "2024-03-03T00:00:00Z"),
    ] {
        let read = parse(text, late).map(Time::to_rfc3339);
        assert_eq!(read.as_deref(), Some(expected), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,130}") {
        let _ = parse(&text, now());
    }

    #[test]
    fn text_like_a_date_is_read_or_refused(
        text in "((jan|3rd|feb|'|-|\\+|:|/|\\.|,| |t|w|h|z|pm|bc|\\[|\\]|[0-9]{1,15}|é){1,14})"
    ) {
        if let Some(time) = parse(&text, now()) {
            prop_assert!(Time::from_unix_nanos(time.unix_seconds(), time.subsec_nanos()).is_some());
        }
    }
}
