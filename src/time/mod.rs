//! Instants, the zones they are shown in, and the two directions between them and text.
//!
//! In go a text and the current time ([`parse`]), Unix seconds ([`Time::from_unix`]) or an RFC 3339 text; out comes a [`Time`].
//! In goes a [`Time`] and a format ([`format()`]); out comes text. The rules are Ruby's, since Liquid's `date` filter is a thin
//! cover over `Time.parse` and `Time#strftime`. Text without a zone is UTC. Zones come from a table in the program, never
//! from the system, and the current time comes from a [`Clock`] that the caller chooses.

mod clock;
mod format;
mod liquidjs;
mod parse;
pub mod zone;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDateTime, SecondsFormat, TimeDelta};

#[cfg(feature = "clock")]
pub use clock::SystemClock;
pub use clock::{Clock, FixedClock};
pub use format::{FormatBounds, FormatError, format, unknown_to_ruby};
pub use liquidjs::{format_liquidjs, unknown_to_liquidjs};
pub use parse::{MAX_TEXT_LEN, parse, parse_ecmascript};
pub use zone::{Zone, zone_from_display_name, zone_from_hours, zone_from_text};

/// The first and the last year that a [`Time`] reaches, in UTC: a little less than chrono's, so that no zone leads out of it.
const YEARS: std::ops::RangeInclusive<i32> = -262_000..=262_000;

/// An instant with nanoseconds, and the zone it is shown in.
///
/// Two times are equal when they are the same instant, whatever their zones. Instants lie within the years -262000 to 262000
/// (counted in UTC, in the Gregorian calendar throughout): constructors give `None` outside of them.
#[derive(Clone, Copy)]
pub struct Time {
    seconds: i64,
    nanos: u32,
    zone: Zone,
    /// Whether it was read from a text that says `UTC`, which to Ruby is another thing than a machine whose zone is UTC.
    says_utc: bool,
}

impl Time {
    /// 1970-01-01 00:00:00 UTC.
    pub const UNIX_EPOCH: Time = Time { seconds: 0, nanos: 0, zone: Zone::Utc, says_utc: false };

    /// The instant so many seconds after the Unix epoch, in UTC.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Time> {
        Time::from_unix_nanos(seconds, 0)
    }

    /// The instant so many seconds after the Unix epoch, and then `nanos` nanoseconds later, in UTC. `nanos` must be less
    /// than a second.
    #[must_use]
    pub fn from_unix_nanos(seconds: i64, nanos: u32) -> Option<Time> {
        if nanos >= 1_000_000_000 {
            return None;
        }
        let utc = DateTime::from_timestamp(seconds, nanos)?;
        YEARS.contains(&utc.year()).then_some(Time { seconds, nanos, zone: Zone::Utc, says_utc: false })
    }

    /// Reads an RFC 3339 text (`2021-06-03T17:13:41.5-07:00`) and keeps its offset. A leap second is the first second of the
    /// next minute.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Time> {
        let parsed = DateTime::parse_from_rfc3339(text).ok()?;
        let nanos = parsed.timestamp_subsec_nanos();
        // chrono shows a leap second as a second with more than 10^9 nanoseconds.
        let time = match nanos.checked_sub(1_000_000_000) {
            Some(rest) => Time::from_unix_nanos(parsed.timestamp().checked_add(1)?, rest)?,
            None => Time::from_unix_nanos(parsed.timestamp(), nanos)?,
        };
        let zone = Zone::from_offset_seconds(parsed.offset().local_minus_utc())?;
        Some(time.with_zone(zone))
    }

    /// The RFC 3339 text of this time, with as many fraction digits (0, 3, 6 or 9) as it needs, and `Z` for UTC. Where the
    /// zone is not a whole number of minutes from UTC, which RFC 3339 cannot say, the text is in UTC. Years that it cannot say
    /// have a sign and as many digits as they need.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let offset = match self.utc_offset() {
            whole if whole % 60 == 0 => FixedOffset::east_opt(whole),
            _ => None,
        };
        let utc = self.utc().and_utc();
        match offset {
            Some(offset) => utc.with_timezone(&offset).to_rfc3339_opts(SecondsFormat::AutoSi, true),
            None => utc.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        }
    }

    /// Whole seconds since the Unix epoch, rounded down: what `%s` prints.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds after [`unix_seconds`](Time::unix_seconds), less than 10^9.
    #[must_use]
    pub fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// The zone this time is shown in.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// The same instant, shown in another zone.
    #[must_use]
    pub fn with_zone(self, zone: Zone) -> Time {
        Time { zone, says_utc: self.says_utc && zone == self.zone, ..self }
    }

    /// How many seconds this time's zone is east of UTC at this instant.
    #[must_use]
    pub fn utc_offset(self) -> i32 {
        self.zone.offset_seconds_at(&self.utc())
    }

    /// The time so many months later, earlier if negative, at the same time of day: a day that the month does not have is
    /// its last. `None` beyond the years of a time.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Option<Time> {
        let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
        let utc = self.utc();
        let moved =
            if months < 0 { utc.checked_sub_months(count) } else { utc.checked_add_months(count) }?.and_utc();
        Some(Time::from_unix_nanos(moved.timestamp(), self.nanos)?.with_zone(self.zone))
    }

    /// Writes what Ruby's `Time#to_s` gives: `2021-06-03 17:13:41 UTC`, or with an offset `2021-06-03 10:13:41 -0700`.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn write_text(self, out: &mut dyn fmt::Write) -> fmt::Result {
        let local = self.local();
        write_year(local.year(), out)?;
        write!(out, "{}", local.format("-%m-%d %H:%M:%S "))?;
        if self.zone == Zone::Utc {
            return out.write_str("UTC");
        }
        let offset = self.utc_offset();
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        write!(out, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }

    /// The calendar and clock in UTC.
    fn utc(self) -> NaiveDateTime {
        // The constructors let in only instants that chrono has; the epoch is never used.
        DateTime::from_timestamp(self.seconds, self.nanos).unwrap_or_default().naive_utc()
    }

    /// The calendar and clock in this time's zone.
    fn local(self) -> NaiveDateTime {
        let utc = self.utc();
        // chrono reaches beyond the years of a time, so a shift of less than a day never leaves its range.
        utc.checked_add_signed(TimeDelta::seconds(i64::from(self.zone.offset_seconds_at(&utc))))
            .unwrap_or(utc)
    }
}

/// At least four digits, after the sign if the year is before year 0.
fn write_year(year: i32, out: &mut dyn fmt::Write) -> fmt::Result {
    let width = if year < 0 { 5 } else { 4 };
    write!(out, "{year:0width$}")
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_text(f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time({} [{}])", self.to_rfc3339(), self.zone)
    }
}

impl PartialEq for Time {
    fn eq(&self, other: &Time) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Time) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Time) -> Ordering {
        (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos))
    }
}

impl Hash for Time {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.seconds, self.nanos).hash(state);
    }
}

const _: () = assert!(size_of::<Time>() <= 24);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Time {
        Time::from_rfc3339(text).expect("a time")
    }

    #[test]
    fn text_is_that_of_ruby() {
        let zoned = |name: &str| time("2021-06-03T17:13:41.9Z").with_zone(zone::find(name).expect("a zone"));
        for (time, expected) in [
            (zoned("UTC"), "2021-06-03 17:13:41 UTC"),
            (zoned("America/Los_Angeles"), "2021-06-03 10:13:41 -0700"),
            (zoned("Asia/Kolkata"), "2021-06-03 22:43:41 +0530"),
            (zoned("GMT"), "2021-06-03 17:13:41 +0000"),
            (time("0044-03-15T00:00:00-03:30"), "0044-03-15 00:00:00 -0330"),
        ] {
            assert_eq!(time.to_string(), expected);
        }
        let ancient = Time::from_unix(-63_549_360_000).expect("a time");
        assert_eq!(ancient.to_string(), "-0044-03-15 00:00:00 UTC");
    }

    #[test]
    fn instants_are_compared_without_their_zones() {
        assert_eq!(time("2021-06-03T17:00:00Z"), time("2021-06-03T10:00:00-07:00"));
        assert!(time("2021-06-03T17:00:00.1Z") > time("2021-06-03T10:00:00-07:00"));
        assert!(time("1969-12-31T23:59:59Z") < Time::UNIX_EPOCH);
    }

    #[test]
    fn years_outside_the_range_are_refused() {
        for (seconds, expected) in [
            (253_402_300_800, Some("10000-01-01 00:00:00 UTC")),
            (-377_705_116_801, Some("-10000-12-31 23:59:59 UTC")),
            (8_205_785_827_199, Some("262000-12-31 23:59:59 UTC")),
            (8_205_785_827_200, None),
            (-8_330_088_643_200, Some("-262000-01-01 00:00:00 UTC")),
            (-8_330_088_643_201, None),
            (i64::MAX, None),
            (i64::MIN, None),
        ] {
            let text = Time::from_unix(seconds).map(|time| time.to_string());
            assert_eq!(text.as_deref(), expected, "{seconds}");
        }
        assert_eq!(Time::from_unix_nanos(0, 1_000_000_000), None);
    }

    #[test]
    fn rfc_3339_keeps_offset_and_fraction() {
        for text in
            ["2021-06-03T17:13:41Z", "2021-06-03T17:13:41.500-07:00", "2021-06-03T17:13:41.123456789+05:45"]
        {
            assert_eq!(time(text).to_rfc3339(), text);
        }
        assert_eq!(time("2016-12-31T23:59:60.25Z").to_rfc3339(), "2017-01-01T00:00:00.250Z");
        for text in ["", "garbage", "2021-06-03", "2021-13-03T00:00:00Z", "10000-01-01T00:00:00Z"] {
            assert_eq!(Time::from_rfc3339(text), None, "{text:?}");
        }
        // Paris was 9 minutes and 21 seconds ahead, which an RFC 3339 offset cannot say.
        let paris = time("1850-01-01T00:00:00Z").with_zone(zone::find("Europe/Paris").expect("a zone"));
        assert_eq!(paris.to_string(), "1850-01-01 00:09:21 +0009");
        assert_eq!(paris.to_rfc3339(), "1850-01-01T00:00:00Z");
    }

    #[test]
    fn clocks_show_the_time_they_are_set_to() {
        let fixed = FixedClock(time("2024-01-01T00:01:58Z"));
        assert_eq!(fixed.now(), fixed.now());
        #[cfg(feature = "clock")]
        assert!(SystemClock.now() > time("2024-01-01T00:00:00Z"));
    }

    proptest! {
        #[test]
        fn any_number_of_seconds_is_a_time_or_none(seconds: i64, near in -9_000_000_000_000_i64..9_000_000_000_000) {
            for seconds in [seconds, near] {
                if let Some(time) = Time::from_unix(seconds) {
                    for zone in [Zone::Utc, Zone::Named(chrono_tz::Asia::Tokyo), Zone::Named(chrono_tz::US::Hawaii)] {
                        prop_assert!(!time.with_zone(zone).to_string().is_empty());
                    }
                }
            }
        }
    }
}
