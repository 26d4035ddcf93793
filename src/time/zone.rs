//! Time zones: a name, an offset or a number of hours goes in, a [`Zone`] comes out.
//!
//! The rules of the zones are those of the IANA database that `chrono-tz` carries in the program. No zone file of the system is
//! ever looked at, so a name is only ever compared with the names in that table: `../../etc/passwd` is just an unknown name.

use std::borrow::Cow;
use std::fmt;

use chrono::{FixedOffset, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetName, TZ_VARIANTS, Tz};

/// The largest number of hours that a bare number stands for. The offsets in use today run from -12 to +14.
const MAX_HOURS: f64 = 14.0;

/// The zone a [`Time`](super::Time) is shown in. It does not change the instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Coordinated Universal Time, shown as `UTC`.
    #[default]
    Utc,
    /// A fixed distance from UTC, without a name: `%Z` of it is empty, as in Ruby.
    Offset(FixedOffset),
    /// A zone of the IANA database, with its daylight saving rules.
    Named(Tz),
}

impl Zone {
    /// The zone that is `seconds` east of UTC (negative is west); `None` from a day on. A distance of 0 is [`Zone::Utc`].
    #[must_use]
    pub fn from_offset_seconds(seconds: i32) -> Option<Zone> {
        if seconds == 0 {
            return Some(Zone::Utc);
        }
        FixedOffset::east_opt(seconds).map(Zone::Offset)
    }

    /// How many seconds the zone is east of UTC at the instant `utc`.
    pub(super) fn offset_seconds_at(self, utc: &NaiveDateTime) -> i32 {
        match self {
            Zone::Utc => 0,
            Zone::Offset(offset) => offset.local_minus_utc(),
            Zone::Named(zone) => zone.offset_from_utc_datetime(utc).fix().local_minus_utc(),
        }
    }

    /// What `%Z` prints at the instant `utc`: `UTC`, `PDT`, and nothing for a bare offset. Zones whose abbreviations are
    /// numbers (`America/Sao_Paulo`) give the number (`-03`).
    pub(super) fn abbreviation_at(self, utc: &NaiveDateTime) -> Cow<'static, str> {
        match self {
            Zone::Utc => Cow::Borrowed("UTC"),
            Zone::Offset(_) => Cow::Borrowed(""),
            Zone::Named(zone) => {
                let offset = zone.offset_from_utc_datetime(utc);
                match offset.abbreviation() {
                    Some(name) => Cow::Owned(name.to_owned()),
                    None => Cow::Owned(numeric_abbreviation(offset.fix().local_minus_utc())),
                }
            }
        }
    }
}

/// The name of the zone: `UTC`, `+05:30`, `Europe/Paris`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Zone::Utc => f.write_str("UTC"),
            Zone::Offset(offset) => offset.fmt(f),
            Zone::Named(zone) => f.write_str(zone.name()),
        }
    }
}

/// The IANA database's own form: `+HH`, or `+HHMM` where there are minutes.
fn numeric_abbreviation(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match minutes % 60 {
        0 => format!("{sign}{:02}", minutes / 60),
        rest => format!("{sign}{:02}{rest:02}", minutes / 60),
    }
}

/// The zone with this IANA name (`Europe/Paris`, `US/Pacific`, `UTC`), in any case. White space around the name is ignored.
#[must_use]
pub fn find(name: &str) -> Option<Zone> {
    let name = name.trim();
    let zone = name
        .parse::<Tz>()
        .ok()
        .or_else(|| TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name)))?;
    Some(match zone {
        Tz::UTC
        | Tz::UCT
        | Tz::Zulu
        | Tz::Universal
        | Tz::Etc__UTC
        | Tz::Etc__UCT
        | Tz::Etc__Zulu
        | Tz::Etc__Universal => Zone::Utc,
        zone => Zone::Named(zone),
    })
}

/// The zone that a text names: an IANA name, or an offset `+HHMM` or `+HH:MM` of less than a day.
///
/// Braze's pages use `-0005` for an American zone, meaning five hours. Written without a colon, `+0001` to `+0014` are
/// therefore hours: no zone is so few minutes away from UTC.
#[must_use]
pub fn zone_from_text(text: &str) -> Option<Zone> {
    offset_from_text(text.trim()).or_else(|| find(text))
}

#[expect(clippy::arithmetic_side_effects, reason = "two digits each")]
fn offset_from_text(text: &str) -> Option<Zone> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes, colon) = match *text.as_bytes().get(1..)? {
        [a, b, c, d] => (two_digits(a, b)?, two_digits(c, d)?, false),
        [a, b, b':', c, d] => (two_digits(a, b)?, two_digits(c, d)?, true),
        _ => return None,
    };
    if !colon && hours == 0 && (1..=14).contains(&minutes) {
        return Zone::from_offset_seconds(sign * minutes * 3600);
    }
    if minutes > 59 {
        return None;
    }
    Zone::from_offset_seconds(sign * (hours * 3600 + minutes * 60))
}

fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    let value = |digit: u8| char::from(digit).to_digit(10);
    i32::try_from(value(tens)?.checked_mul(10)?.checked_add(value(ones)?)?).ok()
}

/// The zone of a long display name, as the menus of Rails applications write it: `(GMT-10:00) Hawaii`.
///
/// The name counts, whose zone has its daylight saving rules; the offset where nobody knows the name. The flag says
/// whether the zone ever has the offset that is written.
#[must_use]
pub fn zone_from_display_name(text: &str) -> Option<(Zone, bool)> {
    let inside = text.trim().strip_prefix('(')?;
    let (offset, name) = inside.split_once(')')?;
    let offset = offset.trim().strip_prefix("GMT").or_else(|| offset.trim().strip_prefix("UTC"))?;
    let offset = if offset.is_empty() { Zone::Utc } else { offset_from_text(offset)? };
    let name = name.trim();
    let known = find(name).or_else(|| {
        DISPLAY_NAMES
            .iter()
            .find(|(_, names)| names.split('|').any(|known| known.eq_ignore_ascii_case(name)))
            .and_then(|(zone, _)| find(zone))
    });
    let Some(zone) = known else { return Some((offset, true)) };
    // A day of winter and one of summer.
    let agrees = [1_704_067_200, 1_719_792_000]
        .into_iter()
        .filter_map(|at| chrono::DateTime::from_timestamp(at, 0))
        .any(|day| zone.offset_seconds_at(&day.naive_utc()) == offset.offset_seconds_at(&day.naive_utc()));
    Some((zone, agrees))
}

/// The zones of the IANA database with the names that menus have for them.
static DISPLAY_NAMES: &[(&str, &str)] = &[
    ("Africa/Algiers", "West Central Africa"),
    ("Africa/Cairo", "Cairo"),
    ("Africa/Casablanca", "Casablanca"),
    ("Africa/Harare", "Harare"),
    ("Africa/Johannesburg", "Pretoria"),
    ("Africa/Monrovia", "Monrovia"),
    ("Africa/Nairobi", "Nairobi"),
    ("America/Argentina/Buenos_Aires", "Buenos Aires"),
    ("America/Bogota", "Bogota"),
    ("America/Caracas", "Caracas"),
    ("America/Chicago", "Central Time (US & Canada)|Central Time"),
    ("America/Chihuahua", "Chihuahua"),
    ("America/Denver", "Mountain Time (US & Canada)|Mountain Time"),
    ("America/Guatemala", "Central America"),
    ("America/Guyana", "Georgetown"),
    ("America/Halifax", "Atlantic Time (Canada)|Atlantic Time"),
    ("America/Indiana/Indianapolis", "Indiana (East)"),
    ("America/Juneau", "Alaska"),
    ("America/La_Paz", "La Paz"),
    ("America/Lima", "Lima|Quito"),
    ("America/Los_Angeles", "Pacific Time (US & Canada)|Pacific Time"),
    ("America/Mazatlan", "Mazatlan"),
    ("America/Mexico_City", "Guadalajara|Mexico City"),
    ("America/Monterrey", "Monterrey"),
    ("America/Montevideo", "Montevideo"),
    ("America/New_York", "Eastern Time (US & Canada)|Eastern Time"),
    ("America/Nuuk", "Greenland"),
    ("America/Phoenix", "Arizona"),
    ("America/Puerto_Rico", "Puerto Rico"),
    ("America/Regina", "Saskatchewan"),
    ("America/Santiago", "Santiago"),
    ("America/Sao_Paulo", "Brasilia"),
    ("America/St_Johns", "Newfoundland"),
    ("America/Tijuana", "Tijuana"),
    ("Asia/Almaty", "Almaty|Astana"),
    ("Asia/Baghdad", "Baghdad"),
    ("Asia/Baku", "Baku"),
    ("Asia/Bangkok", "Bangkok|Hanoi"),
    ("Asia/Chongqing", "Chongqing"),
    ("Asia/Colombo", "Sri Jayawardenepura"),
    ("Asia/Dhaka", "Dhaka"),
    ("Asia/Hong_Kong", "Hong Kong"),
    ("Asia/Irkutsk", "Irkutsk"),
    ("Asia/Jakarta", "Jakarta"),
    ("Asia/Jerusalem", "Jerusalem"),
    ("Asia/Kabul", "Kabul"),
    ("Asia/Kamchatka", "Kamchatka"),
    ("Asia/Karachi", "Islamabad|Karachi"),
    ("Asia/Kathmandu", "Kathmandu"),
    ("Asia/Kolkata", "Chennai|Kolkata|Mumbai|New Delhi"),
    ("Asia/Krasnoyarsk", "Krasnoyarsk"),
    ("Asia/Kuala_Lumpur", "Kuala Lumpur"),
    ("Asia/Kuwait", "Kuwait"),
    ("Asia/Magadan", "Magadan"),
    ("Asia/Muscat", "Abu Dhabi|Muscat"),
    ("Asia/Novosibirsk", "Novosibirsk"),
    ("Asia/Rangoon", "Rangoon"),
    ("Asia/Riyadh", "Riyadh"),
    ("Asia/Seoul", "Seoul"),
    ("Asia/Shanghai", "Beijing"),
    ("Asia/Singapore", "Singapore"),
    ("Asia/Srednekolymsk", "Srednekolymsk"),
    ("Asia/Taipei", "Taipei"),
    ("Asia/Tashkent", "Tashkent"),
    ("Asia/Tbilisi", "Tbilisi"),
    ("Asia/Tehran", "Tehran"),
    ("Asia/Tokyo", "Osaka|Sapporo|Tokyo"),
    ("Asia/Ulaanbaatar", "Ulaanbaatar"),
    ("Asia/Urumqi", "Urumqi"),
    ("Asia/Vladivostok", "Vladivostok"),
    ("Asia/Yakutsk", "Yakutsk"),
    ("Asia/Yekaterinburg", "Ekaterinburg"),
    ("Asia/Yerevan", "Yerevan"),
    ("Atlantic/Azores", "Azores"),
    ("Atlantic/Cape_Verde", "Cape Verde Is."),
    ("Atlantic/South_Georgia", "Mid-Atlantic"),
    ("Australia/Adelaide", "Adelaide"),
    ("Australia/Brisbane", "Brisbane"),
    ("Australia/Darwin", "Darwin"),
    ("Australia/Hobart", "Hobart"),
    ("Australia/Melbourne", "Canberra|Melbourne"),
    ("Australia/Perth", "Perth"),
    ("Australia/Sydney", "Sydney"),
    ("Etc/UTC", "Coordinated Universal Time"),
    ("Europe/Amsterdam", "Amsterdam"),
    ("Europe/Athens", "Athens"),
    ("Europe/Belgrade", "Belgrade"),
    ("Europe/Berlin", "Berlin"),
    ("Europe/Bratislava", "Bratislava"),
    ("Europe/Brussels", "Brussels"),
    ("Europe/Bucharest", "Bucharest"),
    ("Europe/Budapest", "Budapest"),
    ("Europe/Copenhagen", "Copenhagen"),
    ("Europe/Dublin", "Dublin"),
    ("Europe/Helsinki", "Helsinki"),
    ("Europe/Istanbul", "Istanbul"),
    ("Europe/Kaliningrad", "Kaliningrad"),
    ("Europe/Kiev", "Kyiv"),
    ("Europe/Lisbon", "Lisbon"),
    ("Europe/Ljubljana", "Ljubljana"),
    ("Europe/London", "Edinburgh|London"),
    ("Europe/Madrid", "Madrid"),
    ("Europe/Minsk", "Minsk"),
    ("Europe/Moscow", "Moscow|St. Petersburg"),
    ("Europe/Paris", "Paris"),
    ("Europe/Prague", "Prague"),
    ("Europe/Riga", "Riga"),
    ("Europe/Rome", "Rome"),
    ("Europe/Samara", "Samara"),
    ("Europe/Sarajevo", "Sarajevo"),
    ("Europe/Skopje", "Skopje"),
    ("Europe/Sofia", "Sofia"),
    ("Europe/Stockholm", "Stockholm"),
    ("Europe/Tallinn", "Tallinn"),
    ("Europe/Vienna", "Vienna"),
    ("Europe/Vilnius", "Vilnius"),
    ("Europe/Volgograd", "Volgograd"),
    ("Europe/Warsaw", "Warsaw"),
    ("Europe/Zagreb", "Zagreb"),
    ("Europe/Zurich", "Bern|Zurich"),
    ("Pacific/Apia", "Samoa"),
    ("Pacific/Auckland", "Auckland|Wellington"),
    ("Pacific/Chatham", "Chatham Is."),
    ("Pacific/Fakaofo", "Tokelau Is."),
    ("Pacific/Fiji", "Fiji"),
    ("Pacific/Guadalcanal", "Solomon Is."),
    ("Pacific/Guam", "Guam"),
    ("Pacific/Honolulu", "Hawaii"),
    ("Pacific/Majuro", "Marshall Is."),
    ("Pacific/Midway", "International Date Line West|Midway Island"),
    ("Pacific/Noumea", "New Caledonia"),
    ("Pacific/Pago_Pago", "American Samoa"),
    ("Pacific/Port_Moresby", "Port Moresby"),
    ("Pacific/Tongatapu", "Nuku'alofa"),
];

/// The zone that is `hours` east of UTC, up to 14 either way: `-5` (which is also what an unquoted `-0005` is) and `5.5`.
/// Parts of a minute are dropped.
#[must_use]
pub fn zone_from_hours(hours: f64) -> Option<Zone> {
    // Written so that NaN is refused.
    if !(-MAX_HOURS..=MAX_HOURS).contains(&hours) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "14 hours have 840 minutes")]
    let minutes = (hours * 60.0).trunc() as i32;
    Zone::from_offset_seconds(minutes.checked_mul(60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: Option<Zone>) -> String {
        zone.map_or_else(|| "unknown".to_owned(), |zone| zone.to_string())
    }

    #[test]
    fn names_are_found_in_any_case_and_utc_is_one_zone() {
        for (name, expected) in [
            ("Europe/Paris", "Europe/Paris"),
            ("europe/paris", "Europe/Paris"),
            (" America/Los_Angeles ", "America/Los_Angeles"),
            ("UTC", "UTC"),
            ("utc", "UTC"),
            ("Etc/UTC", "UTC"),
            ("Etc/GMT+5", "Etc/GMT+5"),
            ("EST5EDT", "EST5EDT"),
            ("Nope/Zone", "unknown"),
            ("../../etc/passwd", "unknown"),
            ("/usr/share/zoneinfo/UTC", "unknown"),
            ("Europe/Paris\0", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(shown(find(name)), expected, "{name:?}");
        }
    }

    #[test]
    fn texts_name_a_zone_or_an_offset() {
        for (text, expected) in [
            ("Asia/Kolkata", "Asia/Kolkata"),
            ("+0530", "+05:30"),
            ("+05:30", "+05:30"),
            ("-0800", "-08:00"),
            ("-0005", "-05:00"),
            ("+0014", "+14:00"),
            ("+0015", "+00:15"),
            ("-00:05", "-00:05"),
            ("+0000", "UTC"),
            ("-00:00", "UTC"),
            ("+2359", "+23:59"),
            ("+2400", "unknown"),
            ("+99:99", "unknown"),
            ("+0560", "unknown"),
            ("+05", "unknown"),
            ("0530", "unknown"),
            ("+", "unknown"),
            ("+é30", "unknown"),
        ] {
            assert_eq!(shown(zone_from_text(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_hours() {
        for (hours, expected) in [
            (-5.0, "-05:00"),
            (0.0, "UTC"),
            (5.5, "+05:30"),
            (14.0, "+14:00"),
            (-14.0, "-14:00"),
            (14.5, "unknown"),
            (-15.0, "unknown"),
            (1e300, "unknown"),
            (f64::NAN, "unknown"),
            (f64::NEG_INFINITY, "unknown"),
        ] {
            assert_eq!(shown(zone_from_hours(hours)), expected, "{hours}");
        }
    }

    #[test]
    fn display_names_name_zones() {
        for (zone, names) in DISPLAY_NAMES {
            assert!(find(zone).is_some(), "{zone} {names}");
        }
        for (text, expected, agrees) in [
            ("(GMT-10:00) Hawaii", "Pacific/Honolulu", true),
            ("(GMT-11:00) Hawaii", "Pacific/Honolulu", false),
            ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York", true),
            ("(GMT+02:00) Nowhere", "+02:00", true),
            ("(GMT) UTC", "UTC", true),
        ] {
            let found = zone_from_display_name(text).unwrap();
            assert_eq!((found.0.to_string(), found.1), (expected.to_owned(), agrees), "{text}");
        }
        for text in ["Hawaii", "(GMT-11:00 Hawaii", "(ABC) Hawaii", ""] {
            assert_eq!(zone_from_display_name(text), None, "{text}");
        }
    }
}
