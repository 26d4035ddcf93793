//! Reading dates as Liquid's `date` filter reads them: a text and the current time go in, a [`Time`] comes out.
//!
//! The rule is `Liquid::Utils.to_date`: `now` and `today` are the current time, a text of digits is Unix seconds, and all else
//! goes to Ruby's `Time.parse`, which looks for anything that resembles a date or a time of day ([`fields`]) and fills in
//! what is missing from the current time ([`resolve`]). Ruby runs in UTC here, so a text without a zone is UTC.
//!
//! ```text
//! "Fri Jul 16 01:00:00 2004"  →  2004-07-16 01:00:00 UTC
//! "12/03/2026"                →  2026-03-12 00:00:00 UTC     (the day comes first)
//! "2024-02-30"                →  2024-03-01 00:00:00 UTC     (days up to 31 run on into the next month)
//! "12:30"                     →  today at 12:30
//! "notadate"                  →  nothing
//! ```
//!
//! One form is read otherwise than Ruby reads it: Braze writes `2025-08-05T08:15:30:250-0800`, with a colon before the
//! milliseconds. Ruby stops reading there and loses the offset; here milliseconds and offset count.

mod ecmascript;
mod fields;
mod resolve;

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Time;

pub use ecmascript::parse_ecmascript;

/// The longest text in bytes that is looked at, apart from digits: the limit of Ruby's `Date._parse`.
pub const MAX_TEXT_LEN: usize = 128;

/// Reads a date, a time of day or both, as `{{ text | date: … }}` does; `None` if there is none, or no such date.
///
/// `now` is the answer for `now` and `today`, and gives what the text leaves out: the year for `March 3`, the day for
/// `12:30`. The result has the text's offset as its zone, and UTC if the text has none or one that Ruby does not know.
#[must_use]
pub fn parse(text: &str, now: Time) -> Option<Time> {
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Time::from_unix(text.parse().ok()?);
    }
    if text.len() > MAX_TEXT_LEN {
        return None;
    }
    let text = text.to_lowercase();
    if matches!(text.as_str(), "now" | "today") {
        return Some(now);
    }
    resolve::resolve(&fields::read(&braze_milliseconds(&text))?, now)
}

/// `2025-08-05t08:15:30:250-0800` with a point instead of the third colon; all other texts as they are.
fn braze_milliseconds(text: &str) -> Cow<'_, str> {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        fields::pattern(
            r"^( *[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}:[0-9]{2}):([0-9]{3} *(?:z|utc|[-+][0-9]{2}:?[0-9]{2})? *)$",
        )
    });
    if text.bytes().filter(|byte| *byte == b':').count() < 3 {
        return Cow::Borrowed(text);
    }
    PATTERN.replace(text, "$1.$2")
}

#[cfg(test)]
mod tests;
