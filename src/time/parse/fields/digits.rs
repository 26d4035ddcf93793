//! Dates and times written as a run of digits, such as `20010203T040506`.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "signs are turned of numbers of four digits, and 3 is taken from 5 and 7"
)]

use regex::Captures;

use super::{Fields, fraction, get, number, part};

/// Reads a run of digits by its length. After it may follow a second run (the time of day), a fraction and a zone.
///
/// A fraction right after the first run makes the run end with the seconds; otherwise it starts with the year.
pub(super) fn read_run(found: &Captures<'_>, fields: &mut Fields) {
    let sign = if part(found, 1) == "-" { -1 } else { 1 };
    let run = part(found, 2);
    let time = get(found, 3);
    let decimals = get(found, 4);

    if time.is_none() && decimals.is_some() {
        run_that_ends_with_seconds(run, sign, fields);
    } else {
        run_that_starts_with_date(run, sign, fields);
    }
    if let Some(time) = time.filter(|time| time.len() % 2 == 0) {
        let mut rest = time;
        if decimals.is_none() {
            set(&mut fields.hour, first(&mut rest, 2));
            set(&mut fields.minute, first(&mut rest, 2));
            set(&mut fields.second, first(&mut rest, 2));
        } else {
            set(&mut fields.second, last(&mut rest, 2));
            set(&mut fields.minute, last(&mut rest, 2));
            set(&mut fields.hour, last(&mut rest, 2));
        }
    }
    if let Some(decimals) = decimals {
        fields.nanos = Some(fraction(decimals));
    }
    if let Some(zone) = get(found, 5) {
        fields.zone = Some(bracketed_name(zone).to_owned());
    }
}

fn run_that_ends_with_seconds(run: &str, sign: i64, fields: &mut Fields) {
    // Runs of an odd length are short of the first digit of their first field, but only as far as the day.
    if !matches!(run.len(), 2..=8 | 10 | 12 | 14) {
        return;
    }
    let mut rest = run;
    set(&mut fields.second, last(&mut rest, 2));
    set(&mut fields.minute, last(&mut rest, 2));
    set(&mut fields.hour, last(&mut rest, 2));
    set(&mut fields.day, last(&mut rest, 2));
    set(&mut fields.month, last(&mut rest, 2));
    if let Some(year) = last(&mut rest, 4) {
        fields.year = Some(sign * year);
        fields.whole_year = run.len() == 14;
    }
}

fn run_that_starts_with_date(run: &str, sign: i64, fields: &mut Fields) {
    let mut rest = run;
    match run.len() {
        2 => set(&mut fields.day, first(&mut rest, 2)),
        3 => set(&mut fields.ordinal, first(&mut rest, 3)),
        4 => {
            set(&mut fields.month, first(&mut rest, 2));
            set(&mut fields.day, first(&mut rest, 2));
        }
        5 | 7 => {
            set(&mut fields.year, first(&mut rest, run.len() - 3).map(|year| sign * year));
            set(&mut fields.ordinal, first(&mut rest, 3));
        }
        6 => {
            set(&mut fields.year, first(&mut rest, 2).map(|year| sign * year));
            set(&mut fields.month, first(&mut rest, 2));
            set(&mut fields.day, first(&mut rest, 2));
        }
        8 | 10 | 12 | 14 => {
            set(&mut fields.year, first(&mut rest, 4).map(|year| sign * year));
            set(&mut fields.month, first(&mut rest, 2));
            set(&mut fields.day, first(&mut rest, 2));
            set(&mut fields.hour, first(&mut rest, 2));
            set(&mut fields.minute, first(&mut rest, 2));
            set(&mut fields.second, first(&mut rest, 2));
            fields.whole_year = true;
        }
        _ => {}
    }
}

/// Sets a field if the run reaches it; one it does not reach may have been set by a time of day before.
fn set(field: &mut Option<i64>, value: Option<i64>) {
    if value.is_some() {
        *field = value;
    }
}

/// Takes up to `count` digits from the front.
fn first(digits: &mut &str, count: usize) -> Option<i64> {
    let (taken, rest) = digits.split_at_checked(count.min(digits.len()))?;
    *digits = rest;
    (!taken.is_empty()).then(|| number(taken))
}

/// Takes up to `count` digits from the end.
fn last(digits: &mut &str, count: usize) -> Option<i64> {
    let (rest, taken) = digits.split_at_checked(digits.len().saturating_sub(count))?;
    *digits = rest;
    (!taken.is_empty()).then(|| number(taken))
}

/// The name in `[+9:jst]`, the offset in `[+0900]`; other zones as they are.
fn bracketed_name(zone: &str) -> &str {
    let Some(inner) = zone.strip_prefix('[').and_then(|zone| zone.strip_suffix(']')) else {
        return zone;
    };
    inner.split_once(':').map_or(inner, |(_, name)| name)
}
