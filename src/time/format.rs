//! Ruby's `Time#strftime`: a [`Time`] and a format go in, text comes out.
//!
//! The work is done by `strftime-ruby`, a port of Ruby's own. In front of it stand the limits: Ruby pads to whatever width a
//! format asks for, so `%99999999d` would be a hundred megabytes. A directive that Ruby does not know is printed as it is.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a format in memory, of which each part is no longer than the whole, and widths of which each is held to its least"
)]

use std::borrow::Cow;
use std::fmt;

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::Time;

/// How long and wide a format may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatBounds {
    /// The longest format in bytes.
    pub bytes: usize,
    /// The largest width that a directive may ask for, as in `%10Y`.
    pub width: usize,
}

/// Why a format was refused. Nothing has been written then, except with [`FormatError::Output`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The format is longer than [`FormatBounds::bytes`].
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A directive asks for more than [`FormatBounds::width`].
    TooWide {
        /// The directive up to its width, shortened if it is long.
        directive: String,
    },
    /// The format ends in the middle of a directive, as `%` and `%-` do. Ruby raises `ArgumentError` with this message.
    Incomplete {
        /// The format.
        format: String,
    },
    /// The place that the text was written to takes no more.
    Output,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::TooLong { length } => {
                write!(f, "a date format of {length} bytes is too long")
            }
            FormatError::TooWide { directive } => {
                write!(f, "the date directive `{directive}` is too wide")
            }
            FormatError::Incomplete { format } => write!(f, "invalid format: {format}"),
            FormatError::Output => f.write_str("the formatted date could not be written"),
        }
    }
}

impl std::error::Error for FormatError {}

/// Writes `time` as `format` says, in the time's zone.
///
/// # Errors
/// See [`FormatError`]. The limits are checked before anything is written.
pub fn format(
    time: Time,
    format: &str,
    bounds: FormatBounds,
    out: &mut dyn fmt::Write,
) -> Result<(), FormatError> {
    check(format, bounds)?;
    let view = View::new(time);
    let mut rest = format;
    let mut unwritten = format;
    while let Some((directive, after)) = next_directive(rest) {
        if directive.offset_colons.is_some() || directive.plain.is_some() {
            let before = unwritten.len() - after.len() - directive.text.len();
            view.write(unwritten.get(..before).unwrap_or_default(), out)?;
            if let Some(colons) = directive.offset_colons {
                view.write_offset(&directive, colons, out).map_err(|_| FormatError::Output)?;
            }
            view.write(directive.plain.as_deref().unwrap_or_default(), out)?;
            unwritten = after;
        }
        rest = after;
    }
    view.write(unwritten, out)
}

/// The directives in `format` that Ruby prints as they are written, each once.
pub fn unknown_to_ruby(format: &str) -> Vec<&str> {
    /// The letters of all directives.
    const KNOWN: &str = "YCymBbhdejHIklMSLNzZAauwGgVUWsPpntcDFvxXrRT+%";
    let mut unknown = Vec::new();
    let mut rest = format;
    while let Some((directive, after)) = next_directive(rest) {
        let letter = directive.text.chars().next_back();
        if letter.is_some_and(|letter| !KNOWN.contains(letter))
            && !directive.is_incomplete
            && !unknown.contains(&directive.text)
        {
            unknown.push(directive.text);
        }
        rest = after;
    }
    unknown
}

/// Refuses a format that would be too much, and one that Ruby refuses.
fn check(format: &str, bounds: FormatBounds) -> Result<(), FormatError> {
    if format.len() > bounds.bytes {
        return Err(FormatError::TooLong { length: format.len() });
    }
    let mut rest = format;
    while let Some((directive, after)) = next_directive(rest) {
        if directive.width.is_none_or(|width| width > bounds.width) {
            return Err(FormatError::TooWide { directive: shortened(directive.text) });
        }
        if directive.is_incomplete {
            return Err(FormatError::Incomplete { format: format.to_owned() });
        }
        rest = after;
    }
    Ok(())
}

/// A directive as far as this module needs to know it.
struct Directive<'f> {
    /// From the `%` on.
    text: &'f str,
    flags: &'f str,
    /// 0 if there is none, `None` if it is no number that a width can be.
    width: Option<usize>,
    /// The number of colons of a directive for the offset from UTC: `%z`, `%:z`, `%::z`, `%:::z`.
    offset_colons: Option<usize>,
    /// The directive without the colons that count for nothing, if it has such.
    plain: Option<String>,
    /// Nothing follows the flags and the width.
    is_incomplete: bool,
}

/// The first directive of a format, known or not, and what follows it.
fn next_directive(format: &str) -> Option<(Directive<'_>, &str)> {
    let start = format.find('%')?;
    let (_, directive) = format.split_at(start);
    let (_, after_percent) = directive.split_at(1);
    let after_flags = after_percent.trim_start_matches(['-', '_', '0', '^', '#']);
    let (flags, _) = after_percent.split_at(after_percent.len() - after_flags.len());
    let after_width = after_flags.trim_start_matches(|c: char| c.is_ascii_digit());
    let (digits, _) = after_flags.split_at(after_flags.len() - after_width.len());
    let width = match digits {
        "" => Some(0),
        // No more than the standard library can lay out.
        digits => digits.parse::<u16>().ok().map(usize::from),
    };
    let after_colons = after_width.trim_start_matches(':');
    let colons = after_width.len() - after_colons.len();
    // Ruby passes over four colons at a time.
    let passes_over = colons > 0 && colons % 4 == 0;
    let mut characters = if passes_over { after_colons.chars() } else { after_width.chars() };
    let letter = characters.next();
    let (offset_colons, plain, after) = match after_colons.strip_prefix('z') {
        Some(after) if !passes_over => (Some(colons % 4), None, after),
        _ => {
            let known = letter.filter(|letter| {
                passes_over && *letter != 'z' && (letter.is_ascii_alphabetic() || *letter == '%')
            });
            let plain = known.map(|letter| format!("%{flags}{digits}{letter}"));
            (None, plain, characters.as_str())
        }
    };
    let (text, _) = directive.split_at(directive.len() - after.len());
    let is_incomplete = letter.is_none();
    Some((Directive { text, flags, width, offset_colons, plain, is_incomplete }, after))
}

/// The start of a directive.
fn shortened(directive: &str) -> String {
    const SHOWN: usize = 24;
    match directive.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", directive.get(..end).unwrap_or_default()),
        None => directive.to_owned(),
    }
}

/// A time taken apart, in the form that `strftime-ruby` asks for.
struct View {
    local: NaiveDateTime,
    seconds: i64,
    offset: i32,
    says_utc: bool,
    zone: Cow<'static, str>,
}

impl View {
    fn new(time: Time) -> View {
        let utc = time.utc();
        View {
            local: time.local(),
            seconds: time.unix_seconds(),
            offset: time.utc_offset(),
            says_utc: time.says_utc,
            zone: time.zone().abbreviation_at(&utc),
        }
    }
}

impl View {
    /// Writes a stretch of a format with whole directives.
    fn write(&self, format: &str, out: &mut dyn fmt::Write) -> Result<(), FormatError> {
        strftime::fmt::strftime(self, format, out).map_err(|error| match error {
            strftime::Error::InvalidFormatString => FormatError::Incomplete { format: format.to_owned() },
            _ => FormatError::Output,
        })
    }

    /// Writes the offset from UTC. `strftime-ruby` (1.3.2) pads the two-digit hours west of UTC (Honolulu) with one zero too
    /// many, so this directive is not left to it.
    fn write_offset(
        &self,
        directive: &Directive<'_>,
        colons: usize,
        out: &mut dyn fmt::Write,
    ) -> fmt::Result {
        let distance = self.offset.unsigned_abs();
        let (hours, minutes, seconds) = (distance / 3600, distance / 60 % 60, distance % 60);
        let rest = match colons {
            0 => format!("{minutes:02}"),
            2 => format!(":{minutes:02}:{seconds:02}"),
            3 if seconds != 0 => format!(":{minutes:02}:{seconds:02}"),
            3 if minutes == 0 => String::new(),
            _ => format!(":{minutes:02}"),
        };
        // Ruby shows a time that says it is UTC as -00:00, RFC 3339's "local offset unknown", when asked not to pad.
        let west = self.offset < 0 || (self.says_utc && directive.flags.contains('-'));
        let sign = if west { '-' } else { '+' };
        let width = directive.width.unwrap_or(0);
        // The hours take two places even when blanks fill them up.
        let hours_width = width.saturating_sub(rest.len() + 1).max(2);
        let padding =
            directive.flags.rfind(['-', '_', '0']).and_then(|last| directive.flags.get(last..=last));
        if padding == Some("_") {
            let digits = if hours < 10 { 1 } else { 2 };
            let blanks = hours_width - digits;
            write!(out, "{:blanks$}{sign}{hours}{rest}", "")
        } else {
            write!(out, "{sign}{hours:0hours_width$}{rest}")
        }
    }
}

/// Narrows a calendar field to a byte. chrono's fields all fit; should one not, `strftime-ruby` refuses the value.
fn byte(field: u32) -> u8 {
    u8::try_from(field).unwrap_or(u8::MAX)
}

impl strftime::Time for View {
    fn year(&self) -> i32 {
        self.local.year()
    }

    fn month(&self) -> u8 {
        byte(self.local.month())
    }

    fn day(&self) -> u8 {
        byte(self.local.day())
    }

    fn hour(&self) -> u8 {
        byte(self.local.hour())
    }

    fn minute(&self) -> u8 {
        byte(self.local.minute())
    }

    fn second(&self) -> u8 {
        byte(self.local.second())
    }

    fn nanoseconds(&self) -> u32 {
        self.local.nanosecond()
    }

    fn day_of_week(&self) -> u8 {
        byte(self.local.weekday().num_days_from_sunday())
    }

    fn day_of_year(&self) -> u16 {
        u16::try_from(self.local.ordinal()).unwrap_or(u16::MAX)
    }

    fn to_int(&self) -> i64 {
        self.seconds
    }

    fn is_utc(&self) -> bool {
        self.says_utc
    }

    fn utc_offset(&self) -> i32 {
        self.offset
    }

    fn time_zone(&self) -> &str {
        &self.zone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{Zone, zone_from_text};

    const BOUNDS: FormatBounds = FormatBounds { bytes: 4096, width: 1024 };

    fn formatted(time: Time, text: &str) -> Result<String, FormatError> {
        let mut out = String::new();
        format(time, text, BOUNDS, &mut out).map(|()| out)
    }

    #[test]
    fn times_are_formatted_as_ruby_formats_them() {
        let mut count = 0;
        for line in include_str!("format.tsv").lines() {
            if line.starts_with('#') {
                continue;
            }
            let [time, zone, text, expected] =
                line.splitn(4, '\t').collect::<Vec<_>>()[..].try_into().expect("four columns");
            let time: &str = time;
            let zone = zone_from_text(zone).expect("a zone");
            // RFC 3339 has no years before 0000.
            let time = super::super::parse(time, Time::UNIX_EPOCH).expect("a time").with_zone(zone);
            let actual = formatted(time, text).map(|text| text.replace('\n', "\\n").replace('\t', "\\t"));
            assert_eq!(actual.as_deref(), Ok(expected), "{line}");
            count += 1;
        }
        assert!(count > 150, "{count} cases");
    }

    #[test]
    fn formats_beyond_the_limits_are_refused() {
        let wide = |directive: &str| Err(FormatError::TooWide { directive: directive.to_owned() });
        let incomplete = |format: &str| Err(FormatError::Incomplete { format: format.to_owned() });
        let time = Time::UNIX_EPOCH;
        assert_eq!(formatted(time, "%1024d").map(|text| text.len()), Ok(1024));
        assert_eq!(formatted(time, "%1024z").map(|text| text.len()), Ok(1024));
        assert_eq!(formatted(time, "%1025d"), wide("%1025d"));
        assert_eq!(formatted(time, "%1025z"), wide("%1025z"));
        assert_eq!(formatted(time, "a %-_99999999d b"), wide("%-_99999999d"));
        assert_eq!(formatted(time, "%99999999999999999999999999d"), wide("%99999999999999999999999…"));
        assert_eq!(formatted(time, "%"), incomplete("%"));
        assert_eq!(formatted(time, "a%-"), incomplete("a%-"));
        assert_eq!(formatted(time, "%:%"), incomplete("%:%"));
        assert_eq!(formatted(time, "%5"), incomplete("%5"));
        assert_eq!(formatted(time, &"é".repeat(2048)).map(|text| text.len()), Ok(4096));
        assert_eq!(formatted(time, &"x".repeat(4097)), Err(FormatError::TooLong { length: 4097 }));
        assert_eq!(FormatError::Incomplete { format: "a%".to_owned() }.to_string(), "invalid format: a%");
    }

    #[test]
    fn a_full_output_is_reported() {
        struct Full;
        impl fmt::Write for Full {
            fn write_str(&mut self, _: &str) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        for text in ["%Y", "%z"] {
            let result = format(Time::UNIX_EPOCH, text, BOUNDS, &mut Full);
            assert_eq!(result, Err(FormatError::Output), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_format_of_any_time_is_written_or_refused(
            text in "(%?[-_0^#:]{0,3}[0-9]{0,5}[a-zA-Z%é]){0,8}",
            seconds in -8_330_088_643_200_i64..=8_205_785_827_199,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let time = Time::from_unix(seconds).expect("a year within the range");
            let _ = formatted(time.with_zone(Zone::Named(chrono_tz::TZ_VARIANTS[zone])), &text);
        }
    }
}
