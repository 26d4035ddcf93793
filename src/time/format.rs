//! Ruby's `Time#strftime`: a [`Time`] and a format go in, text comes out.
//!
//! The work is done by `strftime-ruby`, a port of Ruby's own. In front of it stand the limits: Ruby pads to whatever width a
//! format asks for, so `%99999999d` would be a hundred megabytes. A directive that Ruby does not know is printed as it is.

use std::borrow::Cow;
use std::fmt;

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::{Time, Zone};

/// The longest format in bytes.
pub const MAX_FORMAT_LEN: usize = 4096;

/// The largest width that a directive may ask for, as in `%10Y`.
pub const MAX_WIDTH: usize = 1024;

/// Why a format was refused. Nothing has been written then, except with [`FormatError::Output`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The format is longer than [`MAX_FORMAT_LEN`] bytes.
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A directive asks for more than [`MAX_WIDTH`].
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
                write!(f, "date format of {length} bytes is longer than {MAX_FORMAT_LEN} bytes")
            }
            FormatError::TooWide { directive } => {
                write!(f, "width in date directive `{directive}` is more than {MAX_WIDTH}")
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
pub fn format(time: Time, format: &str, out: &mut dyn fmt::Write) -> Result<(), FormatError> {
    check_limits(format)?;
    let view = View::new(time);
    strftime::fmt::strftime(&view, format, out).map_err(|error| match error {
        strftime::Error::InvalidFormatString => FormatError::Incomplete { format: format.to_owned() },
        _ => FormatError::Output,
    })
}

/// Walks over the directives of a format and refuses what would be too much.
fn check_limits(format: &str) -> Result<(), FormatError> {
    if format.len() > MAX_FORMAT_LEN {
        return Err(FormatError::TooLong { length: format.len() });
    }
    let mut rest = format;
    while let Some((_, directive)) = rest.split_once('%') {
        let after_flags = directive.trim_start_matches(|c| matches!(c, '-' | '_' | '0' | '^' | '#'));
        let after_width = after_flags.trim_start_matches(|c: char| c.is_ascii_digit());
        let (digits, _) = after_flags.split_at(after_flags.len() - after_width.len());
        if !digits.is_empty() && !digits.parse().is_ok_and(|width: usize| width <= MAX_WIDTH) {
            return Err(FormatError::TooWide {
                directive: shortened(directive, directive.len() - after_width.len()),
            });
        }
        let mut characters = after_width.chars();
        if characters.next().is_none() {
            return Err(FormatError::Incomplete { format: format.to_owned() });
        }
        rest = characters.as_str();
    }
    Ok(())
}

/// `%` and the first `length` bytes of the directive, which are ASCII.
fn shortened(directive: &str, length: usize) -> String {
    const SHOWN: usize = 24;
    let text = directive.get(..length.min(SHOWN)).unwrap_or_default();
    let dots = if length > SHOWN { "…" } else { "" };
    format!("%{text}{dots}")
}

/// A time taken apart, in the form that `strftime-ruby` asks for.
struct View {
    local: NaiveDateTime,
    seconds: i64,
    offset: i32,
    is_utc: bool,
    zone: Cow<'static, str>,
}

impl View {
    fn new(time: Time) -> View {
        let utc = time.utc();
        View {
            local: time.local(),
            seconds: time.unix_seconds(),
            offset: time.utc_offset(),
            is_utc: time.zone() == Zone::Utc,
            zone: time.zone().abbreviation_at(&utc),
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
        self.is_utc
    }

    fn utc_offset(&self) -> i32 {
        self.offset
    }

    fn time_zone(&self) -> &str {
        &self.zone
    }
}
