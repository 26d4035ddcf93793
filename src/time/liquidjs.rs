//! LiquidJS's `strftime`: a [`Time`] and a format go in, text comes out.
//!
//! It knows fewer directives than Ruby's: one it does not know is printed as it is written. `%c`, `%x` and `%X` are
//! written as in the United States, and `%q` is the ending of the day's ordinal.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a format in memory, of which each part is no longer than the whole, and days of a week and of a year"
)]

use super::{FormatBounds, FormatError, Time};
use chrono::{Datelike, NaiveDateTime, Timelike};
use std::fmt;

/// Writes `time` as `format` says, in the time's zone, which `%Z` calls `zone`; its offset where there is no name.
///
/// # Errors
/// [`FormatError::TooLong`], [`FormatError::TooWide`] and [`FormatError::Output`].
pub fn format_liquidjs(
    time: Time,
    zone: &str,
    format: &str,
    bounds: FormatBounds,
    out: &mut dyn fmt::Write,
) -> Result<(), FormatError> {
    if format.len() > bounds.bytes {
        return Err(FormatError::TooLong { length: format.len() });
    }
    let view = View { time, local: time.local(), zone };
    for piece in pieces(format) {
        match piece {
            Piece::Text(text) => out.write_str(text),
            Piece::Directive(directive) if directive.width()? > bounds.width => {
                return Err(directive.too_wide());
            }
            Piece::Directive(directive) => match view.value(&directive)? {
                Some(value) => out.write_str(&directive.laid_out(value)?),
                None => out.write_str(directive.text),
            },
        }
        .map_err(|_| FormatError::Output)?;
    }
    Ok(())
}

/// The directives in `format` that LiquidJS prints as they are written, each once.
pub fn unknown_to_liquidjs(format: &str) -> Vec<&str> {
    let mut unknown = Vec::new();
    for piece in pieces(format) {
        if let Piece::Directive(directive) = piece
            && !KNOWN.contains(directive.letter)
            && !unknown.contains(&directive.text)
        {
            unknown.push(directive.text);
        }
    }
    unknown
}

/// The letters of all directives.
const KNOWN: &str = "aAbBcCdeHIjklLmMNpPqsSuUwWxXyYzZtnh%";

/// A part of a format.
enum Piece<'f> {
    Text(&'f str),
    Directive(Directive<'f>),
}

/// A directive, known or not.
struct Directive<'f> {
    text: &'f str,
    flags: &'f str,
    width: &'f str,
    letter: char,
}

/// The parts of a format in order.
fn pieces(format: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = format;
    let mut pending = None;
    std::iter::from_fn(move || {
        if let Some(directive) = pending.take() {
            return Some(Piece::Directive(directive));
        }
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|text| text.find('%')).map(|found| from + found) {
            let (before, text) = rest.split_at(at);
            if let Some((directive, after)) = directive(text) {
                rest = after;
                if before.is_empty() {
                    return Some(Piece::Directive(directive));
                }
                pending = Some(directive);
                return Some(Piece::Text(before));
            }
            from = at + 1;
        }
        Some(Piece::Text(std::mem::take(&mut rest)))
    })
}

/// The directive at the start of `text`, and what follows it: flags, a width, `E` or `O`, and any character but a line
/// break. Where nothing follows what could be flags or a width, the last of that is the character.
fn directive(text: &str) -> Option<(Directive<'_>, &str)> {
    let inside = text.get(1..)?;
    let count = |text: &str, test: fn(char) -> bool| text.len() - text.trim_start_matches(test).len();
    let most_flags = count(inside, |c| "-_0^#:".contains(c));
    for flags_end in (most_flags.saturating_sub(1)..=most_flags).rev() {
        let (flags, after_flags) = inside.split_at(flags_end);
        let most_digits = count(after_flags, |c| c.is_ascii_digit());
        for width_end in (most_digits.saturating_sub(1)..=most_digits).rev() {
            let (width, after_width) = after_flags.split_at(width_end);
            let modified = after_width.strip_prefix(['E', 'O']);
            for after in modified.into_iter().chain([after_width]) {
                let Some(letter) = after.chars().next().filter(|c| !is_line_break(*c)) else { continue };
                let (_, rest) = after.split_at(letter.len_utf8());
                let (text, _) = text.split_at(text.len() - rest.len());
                return Some((Directive { text, flags, width, letter }, rest));
            }
        }
    }
    None
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

impl Directive<'_> {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// The width that is asked for, if any.
    fn width(&self) -> Result<usize, FormatError> {
        if self.width.is_empty() {
            return Ok(0);
        }
        // No more than the standard library can lay out.
        self.width.parse::<u16>().map(usize::from).map_err(|_| self.too_wide())
    }

    fn too_wide(&self) -> FormatError {
        FormatError::TooWide { directive: self.text.chars().take(24).collect() }
    }

    /// The value in the case and the width that the flags ask for.
    fn laid_out(&self, value: String) -> Result<String, FormatError> {
        let value = if self.has('^') {
            value.to_uppercase()
        } else if self.has('#') {
            let has_small = value.chars().any(|c| c.is_ascii_lowercase());
            if has_small { value.to_uppercase() } else { value.to_lowercase() }
        } else {
            value
        };
        let padding = match self.letter {
            _ if self.has('_') => ' ',
            _ if self.has('0') => '0',
            'a' | 'A' | 'b' | 'B' | 'c' | 'e' | 'k' | 'l' | 'p' | 'P' => ' ',
            _ => '0',
        };
        let width = match self.width()? {
            _ if self.has('-') => 0,
            0 => match self.letter {
                'C' | 'd' | 'e' | 'H' | 'I' | 'k' | 'l' | 'm' | 'M' | 'S' | 'U' | 'W' | 'y' => 2,
                'j' | 'L' => 3,
                'Y' => 4,
                _ => 0,
            },
            width => width,
        };
        let (sign, digits) = match value.strip_prefix('-') {
            Some(digits) if padding == '0' => ("-", digits),
            _ => ("", value.as_str()),
        };
        let missing = width.saturating_sub(sign.len() + digits.encode_utf16().count());
        let padding: String = std::iter::repeat_n(padding, missing).collect();
        Ok(format!("{sign}{padding}{digits}"))
    }
}

/// A time taken apart.
struct View<'z> {
    time: Time,
    local: NaiveDateTime,
    zone: &'z str,
}

impl View<'_> {
    /// What a directive stands for; `None` where LiquidJS does not know it.
    fn value(&self, directive: &Directive<'_>) -> Result<Option<String>, FormatError> {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        const DAYS: [&str; 7] =
            ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        let local = self.local;
        let month = MONTHS.get(local.month0() as usize).copied().unwrap_or_default();
        let weekday = local.weekday().num_days_from_sunday();
        let day = DAYS.get(weekday as usize).copied().unwrap_or_default();
        let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
        let (year, hour) = (local.year(), local.hour());
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let half = if hour < 12 { "AM" } else { "PM" };
        let day_of_year = local.ordinal();
        let week = |first_day: u32| (day_of_year + 6 - (weekday + 7 - first_day) % 7) / 7;
        let milliseconds = self.time.subsec_nanos() / 1_000_000;
        let date = || format!("{}/{}/{year}", local.month(), local.day());
        let clock = || format!("{twelve}:{:02}:{:02} {half}", local.minute(), local.second());
        Ok(Some(match directive.letter {
            'a' => short(day),
            'A' => day.to_owned(),
            'b' | 'h' => short(month),
            'B' => month.to_owned(),
            'c' => format!("{}, {}", date(), clock()),
            'C' => year.div_euclid(100).to_string(),
            'd' | 'e' => local.day().to_string(),
            'H' | 'k' => hour.to_string(),
            'I' | 'l' => twelve.to_string(),
            'j' => day_of_year.to_string(),
            'L' => milliseconds.to_string(),
            'm' => local.month().to_string(),
            'M' => local.minute().to_string(),
            'N' => {
                let width = match directive.width()? {
                    0 => 9,
                    width => width,
                };
                let digits = format!("{milliseconds:03}");
                format!("{:0<width$}", digits.get(..width.min(3)).unwrap_or_default())
            }
            'p' => half.to_owned(),
            'P' => half.to_lowercase(),
            'q' => match local.day() {
                11..=13 => "th",
                day => match day % 10 {
                    1 => "st",
                    2 => "nd",
                    3 => "rd",
                    _ => "th",
                },
            }
            .to_owned(),
            's' => self.time.unix_seconds().to_string(),
            'S' => local.second().to_string(),
            'u' => (if weekday == 0 { 7 } else { weekday }).to_string(),
            'U' => week(0).to_string(),
            'w' => weekday.to_string(),
            'W' => week(1).to_string(),
            'x' => date(),
            'X' => clock(),
            'y' => year.rem_euclid(100).to_string(),
            'Y' => year.to_string(),
            'z' => self.offset(directive),
            'Z' if self.zone.is_empty() => self.offset(directive),
            'Z' => self.zone.to_owned(),
            't' => "\t".to_owned(),
            'n' => "\n".to_owned(),
            '%' => "%".to_owned(),
            _ => return Ok(None),
        }))
    }

    fn offset(&self, directive: &Directive<'_>) -> String {
        let seconds = self.time.utc_offset();
        let minutes = seconds.unsigned_abs() / 60;
        let sign = if seconds < 0 { '-' } else { '+' };
        let colon = if directive.has(':') { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone::find;

    const BOUNDS: FormatBounds = FormatBounds { bytes: 4096, width: 1024 };

    fn formatted(format: &str) -> String {
        let mut out = String::new();
        let time = Time::from_unix_nanos(1_483_272_000, 7_000_000).unwrap();
        match format_liquidjs(time, "UTC", format, BOUNDS, &mut out) {
            Ok(()) => out,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn directives_are_those_of_liquidjs() {
        for (format, expected) in [
            ("%H:%M, %a, %b %d, %Y", "12:00, Sun, Jan 01, 2017"),
            ("%c|%x|%X", "1/1/2017, 12:00:00 PM|1/1/2017|12:00:00 PM"),
            ("%Z|%z|%:z", "UTC|+0000|+00:00"),
            ("%q|%-d%q|%e|%5d|%05e|%_5m", "st|1st| 1|00001|00001|    1"),
            ("%^a|%#p|%#A|%^B", "SUN|pm|SUNDAY|JANUARY"),
            ("%C|%U|%W|%j|%L|%N|%3N|%1N|%12N", "20|01|00|001|007|007000000|007|0|007000000000"),
            ("%s|%s000", "1483272000|1483272000000"),
            ("%P|%k|%l|%I|%u|%w|%h|%y", "pm|12|12|12|7|0|Jan|17"),
            ("%%|%t|%n", "%|\t|\n"),
            ("%F %D %R %T %r %g %G %Q %v %V %+", "%F %D %R %T %r %g %G %Q %v %V %+"),
            ("%Ey|%E|%10Y|%-", "17|%E|0000002017|%-"),
            ("%", "%"),
            ("50%\n%Y", "50%\n2017"),
            ("%-\n", "%-\n"),
            ("é%dü", "é01ü"),
            ("%9999d", "the date directive `%9999d` is too wide"),
        ] {
            assert_eq!(formatted(format), expected, "{format}");
        }
    }

    #[test]
    fn zones_shift_the_clock_and_name_themselves() {
        let time = Time::from_unix(1_483_272_000).unwrap().with_zone(find("America/New_York").unwrap());
        let mut out = String::new();
        format_liquidjs(time, "", "%H %Z %z %:z", BOUNDS, &mut out).unwrap();
        assert_eq!(out, "07 -0500 -0500 -05:00");
    }

    #[test]
    fn unknown_directives_are_told() {
        assert_eq!(unknown_to_liquidjs("%Y %F %-F %F %%F %Q"), ["%F", "%-F", "%Q"]);
        assert_eq!(unknown_to_liquidjs("%-d%q %c"), Vec::<&str>::new());
    }
}
