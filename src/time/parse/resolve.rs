//! The port of Ruby's `Time.parse` after `Date._parse`: the parts that a text gave and the current time go in, an instant comes
//! out if there is one.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "every part of a text is cut to 10^15 when it is read, what is moved is less than two days, and divisors are 24 and 60"
)]

use chrono::{Datelike, NaiveDate, Timelike};

use super::fields::Fields;
use crate::time::{Time, Zone};

const DAY: i64 = 86_400;

/// Calendar and clock, unchecked, as they are handed to Ruby's `Time.utc`.
#[derive(Clone, Copy)]
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
}

/// Makes an instant of what a text says. The parts above the highest one that the text has come from `now`, in the text's
/// offset; those below the lowest one are the first of their kind.
pub(super) fn resolve(fields: &Fields, now: Time) -> Option<Time> {
    let offset = match fields.zone.as_deref().and_then(offset_of) {
        Some(seconds) => i32::try_from(seconds).ok()?,
        None => 0,
    };
    let zone = Zone::from_offset_seconds(offset)?;
    let now = now.with_zone(zone);
    let time = match fields.ordinal {
        Some(ordinal) => resolve_ordinal(fields, ordinal, now),
        None => to_time(fill(fields, fields.month, fields.day, now)?, now.zone()),
    }?;
    let says_utc = matches!(fields.zone.as_deref(), Some("utc" | "ut" | "z" | "-00" | "-0000" | "-00:00"));
    Some(Time { says_utc, ..time })
}

/// Finds the day of the year as Ruby does: guess a date, look which day of the year it is, and move it by the difference.
fn resolve_ordinal(fields: &Fields, ordinal: i64, now: Time) -> Option<Time> {
    if !(1..=366).contains(&ordinal) {
        return None;
    }
    let mut month = (ordinal - 1) / 31 + 1;
    let mut day = (ordinal - 1) % 31 + 1;
    let parts = fill(fields, Some(month), Some(day), now)?;
    let guess = to_time(parts, now.zone())?;
    let difference = ordinal - i64::from(guess.local().ordinal());
    if difference == 0 {
        return Some(guess);
    }
    day += difference;
    if let Some(days) = days_of_month(parts.year, month).filter(|days| day > 28 && day > *days) {
        day -= days;
        month += 1;
        if month > 12 {
            return None;
        }
    }
    to_time(fill(fields, Some(month), Some(day), now)?, now.zone())
}

/// Completes the parts; `None` if the text gave none at all.
fn fill(fields: &Fields, month: Option<i64>, day: Option<i64>, now: Time) -> Option<Parts> {
    let given = [fields.year, month, day, fields.hour, fields.minute, fields.second];
    let highest = match given.iter().position(Option::is_some) {
        Some(highest) => highest,
        None if fields.nanos.is_some() => given.len(),
        None => return None,
    };
    let local = now.local();
    let current = [
        i64::from(local.year()),
        i64::from(local.month()),
        i64::from(local.day()),
        i64::from(local.hour()),
        i64::from(local.minute()),
        i64::from(local.second()),
    ];
    let lowest = [1970, 1, 1, 0, 0, 0];
    let part = |index: usize| {
        let missing = if index < highest { current } else { lowest };
        given.get(index).copied().flatten().or_else(|| missing.get(index).copied())
    };
    Some(Parts {
        year: part(0)?,
        month: part(1)?,
        day: part(2)?,
        hour: part(3)?,
        minute: part(4)?,
        second: part(5)?,
        nanos: fields.nanos.unwrap_or(0),
    })
}

/// The instant of these parts in `zone`.
fn to_time(parts: Parts, zone: Zone) -> Option<Time> {
    let offset = match zone {
        Zone::Offset(offset) => i64::from(offset.local_minus_utc()),
        Zone::Utc | Zone::Named(_) => 0,
    };
    utc(shift_to_utc(parts, offset)).map(|time| time.with_zone(zone))
}

/// Ruby's `apply_offset`: subtracts the offset field by field and carries into the date.
///
/// It works on unchecked parts, and that shows at the edges: hour 24 west of UTC is the next day, but `24:00-00:30` is refused
/// since no whole hour is carried into it; a day that does not exist can be carried into one that does.
fn shift_to_utc(mut parts: Parts, offset: i64) -> Parts {
    let direction = offset.signum();
    let mut rest = offset.abs();
    for (field, base) in [(&mut parts.second, 60), (&mut parts.minute, 60), (&mut parts.hour, 24)] {
        let moved = rest % base;
        rest /= base;
        if moved != 0 {
            *field -= direction * moved;
            rest -= direction * field.div_euclid(base);
            *field = field.rem_euclid(base);
        }
    }
    if rest == 0 {
        return parts;
    }
    parts.day -= direction * rest;
    if direction < 0 && days_of_month(parts.year, parts.month).is_some_and(|days| days < parts.day) {
        parts.month += 1;
        if parts.month > 12 {
            parts.month = 1;
            parts.year += 1;
        }
        parts.day = 1;
    } else if direction > 0 && parts.day < 1 {
        parts.month -= 1;
        if parts.month < 1 {
            parts.year -= 1;
            parts.month = 12;
        }
        // A month that does not exist has no days; `utc` refuses it by its month.
        parts.day = days_of_month(parts.year, parts.month).unwrap_or(1);
    }
    parts
}

/// Ruby's `Time.utc`: hour 24 is allowed on the hour, second 60 and days up to 31 run on.
fn utc(parts: Parts) -> Option<Time> {
    let in_range = (1..=12).contains(&parts.month)
        && (1..=31).contains(&parts.day)
        && (0..=24).contains(&parts.hour)
        && (0..=59).contains(&parts.minute)
        && (0..=60).contains(&parts.second)
        && (parts.hour < 24 || (parts.minute == 0 && parts.second == 0));
    if !in_range {
        return None;
    }
    let first =
        NaiveDate::from_ymd_opt(i32::try_from(parts.year).ok()?, u32::try_from(parts.month).ok()?, 1)?;
    // Within chrono's years (±262,143) and the ranges above, these sums are far from the ends of i64.
    let seconds = first.and_hms_opt(0, 0, 0)?.and_utc().timestamp()
        + (parts.day - 1) * DAY
        + parts.hour * 3600
        + parts.minute * 60
        + parts.second;
    Time::from_unix_nanos(seconds, parts.nanos)
}

/// The length of a month. Ruby looks month 0 up from the end of its table, so that it is as long as December.
fn days_of_month(year: i64, month: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 => Some(if leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        0 | 1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        _ => None,
    }
}

/// Ruby's `Time.zone_offset`: `+0530`, `+05:30`, `+05:30:00`, `+05` and the names of RFC 822 in seconds east of UTC. All other
/// zones, such as `jst` and `gmt+2`, are unknown to it and count as UTC.
fn offset_of(zone: &str) -> Option<i64> {
    if let Some(digits) = zone.strip_prefix('+') {
        return offset_digits(digits);
    }
    if let Some(digits) = zone.strip_prefix('-') {
        return offset_digits(digits).map(|seconds| -seconds);
    }
    let hours = match zone {
        "utc" | "z" | "ut" | "gmt" => 0,
        "est" | "cdt" => -5,
        "edt" => -4,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => military_hours(zone)?,
    };
    Some(hours * 3600)
}

/// One letter: `a` to `m` east, `n` to `y` west, without `j`.
fn military_hours(zone: &str) -> Option<i64> {
    let &[letter] = zone.as_bytes() else {
        return None;
    };
    match letter {
        b'a'..=b'i' => Some(i64::from(letter - b'a') + 1),
        b'k'..=b'm' => Some(i64::from(letter - b'a')),
        b'n'..=b'y' => Some(-i64::from(letter - b'm')),
        _ => None,
    }
}

/// `HH`, `HHMM`, `HHMMSS`, or the same with colons throughout.
fn offset_digits(digits: &str) -> Option<i64> {
    let pair = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit())
            .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes, seconds) = match *digits.as_bytes() {
        [a, b] => (pair(a, b)?, 0, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (pair(a, b)?, pair(c, d)?, 0),
        [a, b, c, d, e, f] | [a, b, b':', c, d, b':', e, f] => (pair(a, b)?, pair(c, d)?, pair(e, f)?),
        _ => return None,
    };
    Some(hours * 3600 + minutes * 60 + seconds)
}
