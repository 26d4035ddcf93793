//! The port of Ruby's `Date._parse` (`ext/date/date_parse.c` of Ruby 3.1): a lower-case text goes in, the parts of a date and
//! of a time of day that it contains come out, unchecked.
//!
//! The text is searched for a day name, for a time of day, and then for the first form of date that is found in it. What was
//! found is replaced with a space before the search goes on. Only the parts that `Time.parse` uses are kept: week dates and
//! day names are recognised, so that their digits are not taken for something else, and dropped.
#![expect(clippy::arithmetic_side_effects, reason = "every number of a text is cut to 10^15 when it is read")]

use std::sync::LazyLock;

use regex::{Captures, Regex};

use digits::read_run;
use order::set_year_month_day;

mod digits;
mod order;

/// What a text says of a time. Nothing has been checked: a month may be 99.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) year: Option<i64>,
    pub(super) month: Option<i64>,
    pub(super) day: Option<i64>,
    /// Day of the year.
    pub(super) ordinal: Option<i64>,
    pub(super) hour: Option<i64>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    /// The fraction of the second in nanoseconds.
    pub(super) nanos: Option<u32>,
    /// The zone as it is written, in lower case.
    pub(super) zone: Option<String>,
    /// The year is meant as it is, so 24 is not 2024.
    whole_year: bool,
    /// The text counts its years before Christ.
    before_christ: bool,
}

/// Compiles one of this module's constant patterns.
pub(super) fn pattern(source: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "every pattern is a constant of this module and is compiled by its tests"
    )]
    Regex::new(source).expect("constant pattern")
}

/// Static patterns over [`plain`] text; `MONTHS` and `ERA` stand for the constants below. Word boundaries are those of ASCII:
/// the Unicode ones take milliseconds to compile.
macro_rules! patterns {
    ($($name:ident = $source:expr;)*) => {$(
        static $name: LazyLock<Regex> = LazyLock::new(|| {
            let source = $source.replace("MONTHS", MONTHS).replace("ERA", ERA);
            pattern(&source.replace(r"\b", r"(?-u:\b)"))
        });
    )*};
}

const MONTHS: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const ERA: &str = r"c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.)";

patterns! {
    DAY_NAME = r"\b(?:sun|mon|tue|wed|thu|fri|sat)[^-/0-9 ]*";
    TIME = concat!(
        r"((?:[0-9]+ *: *[0-9]+(?: *: *[0-9]+(?:[,.][0-9]*)?)?|[0-9]+ *h(?: *[0-9]+m?(?: *[0-9]+s?)?)?)(?: *[ap](?:m\b|\.m\.))?",
        r"|[0-9]+ *[ap](?:m\b|\.m\.))",
        r"(?: *((?:gmt|utc?)?[-+][0-9]+(?:[,.:][0-9]+(?::[0-9]+)?)?|[a-zQ. ]+(?:standard|daylight) time\b|[a-zQ]+(?: dst)?\b))?",
    );
    TIME_PARTS = r"^([0-9]+)h?(?: *:? *([0-9]+)m?(?: *:? *([0-9]+)(?:[,.]([0-9]+))?s?)?)?(?: *([ap])(?:m\b|\.m\.))?";
    DAY_MONTH = r"('?[0-9]+)[^-0-9 ]* *(MONTHS)[^-0-9 ']*(?: *(ERA)? *('?-?[0-9]+(?:(?:st|nd|rd|th)\b)?))?";
    MONTH_DAY = r"\b(MONTHS)[^-0-9 ']* *('?[0-9]+)[^-0-9 ']*(?: *,? *(ERA)? *('?-?[0-9]+))?";
    ISO = r"('?[-+]?[0-9]+)-([0-9]+)-('?-?[0-9]+)";
    JAPANESE_ERA = r"\b([mtshr])([0-9]+)\.([0-9]+)\.([0-9]+)";
    VMS_DAY_MONTH = r"('?-?[0-9]+)-(MONTHS)[^-/.]*-('?-?[0-9]+)";
    VMS_MONTH_DAY = r"\b(MONTHS)[^-/.]*-('?-?[0-9]+)(?:-('?-?[0-9]+))?";
    SLASHES = r"('?-?[0-9]+)/ *('?[0-9]+)(?:[^0-9] *('?-?[0-9]+))?";
    DOTS = r"('?-?[0-9]+)\. *('?[0-9]+)\. *('?-?[0-9]+)";
    ISO_WEEK = r"\b(?:[0-9]{2}|[0-9]{4})?-?w[0-9]{2}(?:-?[0-9])?\b";
    ISO_WEEK_DAY = r"-w-[0-9]\b";
    ISO_MONTH_DAY = r"--([0-9]{2})?-([0-9]{2})\b";
    ISO_MONTH_DAY_BASIC = r"--([0-9]{2})([0-9]{2})?\b";
    ISO_ORDINAL_AFTER_FRACTION = r"[,.](?:[0-9]{2}|[0-9]{4})-[0-9]{3}\b";
    ISO_ORDINAL = r"\b([0-9]{2}|[0-9]{4})-([0-9]{3})\b";
    ISO_ORDINAL_AFTER_DIGIT = r"[0-9]-[0-9]{3}\b";
    ISO_ORDINAL_DAY = r"\b-([0-9]{3})\b";
    SHORT_YEAR = r"'([0-9]+)\b";
    MONTH = r"\b(MONTHS)[^ ]*";
    DAY = r"([0-9]+)(?:st|nd|rd|th)\b";
    DIGITS = r"([-+]?)([0-9]{2,14})(?: *t? *([0-9]{2,6})?(?:[,.]([0-9]*))?)?(?: *(z\b|[-+][0-9]{1,4}\b|\[[-+]?[0-9][^\]]*\]))?";
    BEFORE_CHRIST = r"\b(?:bc\b|bce\b|b\.c\.|b\.c\.e\.)";
    LONE_NUMBER = r"^ *([0-9]{1,2}) *$";
}

/// Finds the parts of a date and of a time of day in a text in lower case; `None` where Ruby's `Date._parse` itself gives up.
pub(super) fn read(text: &str) -> Option<Fields> {
    let mut fields = Fields::default();
    let mut text = plain(text);

    take(&mut text, &DAY_NAME, |_| ());
    if let Some((time, zone)) = take(&mut text, &TIME, |found| (part(found, 1).to_owned(), owned(found, 2))) {
        read_time(&time, &mut fields)?;
        fields.zone = zone;
    }

    read_date(&mut text, &mut fields);

    if has_letter(&text) && take(&mut text, &BEFORE_CHRIST, |_| ()).is_some() {
        fields.before_christ = true;
    }
    take(&mut text, &LONE_NUMBER, |found| {
        let number = number(part(found, 1));
        if fields.hour.is_some() && fields.day.is_none() && (1..=31).contains(&number) {
            fields.day = Some(number);
        }
        if fields.day.is_some() && fields.hour.is_none() && (0..=24).contains(&number) {
            fields.hour = Some(number);
        }
    });

    if let Some(year) = &mut fields.year {
        if fields.before_christ {
            *year = 1 - *year;
        }
        if !fields.whole_year && (0..=99).contains(year) {
            *year += if *year >= 69 { 1900 } else { 2000 };
        }
    }
    Some(fields)
}

/// The text in ASCII, with a space for every run of characters that are no part of a date.
///
/// Ruby keeps the letters and decimal digits of all scripts, but only those of ASCII ever mean something. The others still
/// count as parts of words and of zone names, so a capital letter, which a lower-case text does not have, stands for a letter,
/// and an underscore, which is part of a word but neither letter nor digit, for a digit.
fn plain(text: &str) -> String {
    const FOREIGN_LETTER: char = 'Q';
    const FOREIGN_DIGIT: char = '_';
    let mut plain = String::with_capacity(text.len());
    let mut in_noise = false;
    for character in text.chars() {
        let is_noise = match character {
            'a'..='z' | '0'..='9' => false,
            '-' | '+' | '\'' | ',' | '.' | '/' | ':' | '@' | '[' | ']' => false,
            foreign => foreign.is_ascii() || !(foreign.is_alphabetic() || is_decimal_digit(foreign)),
        };
        if is_noise {
            if !in_noise {
                plain.push(' ');
            }
        } else if character.is_ascii() {
            plain.push(character);
        } else if character.is_alphabetic() {
            plain.push(FOREIGN_LETTER);
        } else {
            plain.push(FOREIGN_DIGIT);
        }
        in_noise = is_noise;
    }
    plain
}

fn is_decimal_digit(character: char) -> bool {
    static DECIMAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{Nd}"));
    // `is_numeric` also has fractions and superscripts, which are no decimal digits.
    character.is_numeric() && DECIMAL.is_match(character.encode_utf8(&mut [0; 4]))
}

/// Takes the first form of date out of the text, in the order in which Ruby tries them.
fn read_date(text: &mut String, fields: &mut Fields) {
    let named_month = has_letter(text)
        && (take(text, &DAY_MONTH, |found| {
            fields.before_christ = part(found, 3).starts_with('b');
            let month = month_number(part(found, 2));
            set_year_month_day(fields, get(found, 4), Some(&month), get(found, 1));
        })
        .is_some()
            || take(text, &MONTH_DAY, |found| {
                fields.before_christ = part(found, 3).starts_with('b');
                let month = month_number(part(found, 1));
                set_year_month_day(fields, get(found, 4), Some(&month), get(found, 2));
            })
            .is_some());
    if named_month {
        return;
    }
    let _ = take(text, &ISO, |found| {
        set_year_month_day(fields, get(found, 1), get(found, 2), get(found, 3));
    })
    .or_else(|| {
        take(text, &JAPANESE_ERA, |found| {
            fields.year = Some(number(part(found, 2)) + japanese_era(part(found, 1)));
            fields.month = Some(number(part(found, 3)));
            fields.day = Some(number(part(found, 4)));
        })
    })
    .or_else(|| {
        take(text, &VMS_DAY_MONTH, |found| {
            let month = month_number(part(found, 2));
            set_year_month_day(fields, get(found, 3), Some(&month), get(found, 1));
        })
    })
    .or_else(|| {
        take(text, &VMS_MONTH_DAY, |found| {
            let month = month_number(part(found, 1));
            set_year_month_day(fields, get(found, 3), Some(&month), get(found, 2));
        })
    })
    .or_else(|| {
        take(text, &SLASHES, |found| {
            set_year_month_day(fields, get(found, 1), get(found, 2), get(found, 3));
        })
    })
    .or_else(|| {
        take(text, &DOTS, |found| {
            set_year_month_day(fields, get(found, 1), get(found, 2), get(found, 3));
        })
    })
    .or_else(|| read_iso_forms(text, fields))
    .or_else(|| {
        take(text, &SHORT_YEAR, |found| {
            fields.year = Some(number(part(found, 1)));
        })
    })
    .or_else(|| {
        take(text, &MONTH, |found| {
            fields.month = Some(number(&month_number(part(found, 1))));
        })
    })
    .or_else(|| {
        take(text, &DAY, |found| {
            fields.day = Some(number(part(found, 1)));
        })
    })
    .or_else(|| take(text, &DIGITS, |found| read_run(found, fields)));
}

/// The rarer forms of ISO 8601: weeks (dropped), dates without a year, days of the year.
fn read_iso_forms(text: &mut String, fields: &mut Fields) -> Option<()> {
    take(text, &ISO_WEEK, |_| ())
        .or_else(|| take(text, &ISO_WEEK_DAY, |_| ()))
        .or_else(|| {
            take(text, &ISO_MONTH_DAY, |found| {
                fields.month = get(found, 1).map(number);
                fields.day = Some(number(part(found, 2)));
            })
        })
        .or_else(|| {
            take(text, &ISO_MONTH_DAY_BASIC, |found| {
                fields.month = Some(number(part(found, 1)));
                fields.day = get(found, 2).map(number);
            })
        })
        .or_else(|| {
            if ISO_ORDINAL_AFTER_FRACTION.is_match(text) {
                return None;
            }
            take(text, &ISO_ORDINAL, |found| {
                fields.year = Some(number(part(found, 1)));
                fields.ordinal = Some(number(part(found, 2)));
            })
        })
        .or_else(|| {
            if ISO_ORDINAL_AFTER_DIGIT.is_match(text) {
                return None;
            }
            take(text, &ISO_ORDINAL_DAY, |found| {
                fields.ordinal = Some(number(part(found, 1)));
            })
        })
}

/// Reads `10`, `10:30:05.25`, `10h 30m`, each with or without am or pm. An hour with am or pm that is no 32-bit number stops
/// Ruby, and so gives `None`.
fn read_time(time: &str, fields: &mut Fields) -> Option<()> {
    let found = TIME_PARTS.captures(time)?;
    let mut hour = number(part(&found, 1));
    if let Some(half) = get(&found, 5) {
        hour = i64::from(i32::try_from(hour).ok()?) % 12 + if half == "p" { 12 } else { 0 };
    }
    fields.hour = Some(hour);
    fields.minute = get(&found, 2).map(number);
    fields.second = get(&found, 3).map(number);
    fields.nanos = get(&found, 4).map(fraction);
    Some(())
}

/// Runs `read` on the first match of `pattern` and replaces the match with a space.
fn take<T>(text: &mut String, pattern: &Regex, read: impl FnOnce(&Captures<'_>) -> T) -> Option<T> {
    let (range, result) = {
        let found = pattern.captures(text)?;
        (found.get_match().range(), read(&found))
    };
    text.replace_range(range, " ");
    Some(result)
}

fn get<'t>(found: &Captures<'t>, group: usize) -> Option<&'t str> {
    found.get(group).map(|group| group.as_str())
}

/// The text of a group, empty if it took no part in the match.
fn part<'t>(found: &Captures<'t>, group: usize) -> &'t str {
    get(found, group).unwrap_or_default()
}

fn owned(found: &Captures<'_>, group: usize) -> Option<String> {
    get(found, group).map(str::to_owned)
}

/// Lets a text without letters skip the searches for names.
fn has_letter(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The value of ASCII digits with or without a sign. Values no date has room for all become the same large number, so that sums
/// of a few of them stay in range; an empty text is 0.
fn number(digits: &str) -> i64 {
    const LARGE: i64 = 1_000_000_000_000_000;
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let value = digits
        .bytes()
        .fold(0, |value: i64, digit| (value * 10 + i64::from(digit.wrapping_sub(b'0'))).min(LARGE));
    if negative { -value } else { value }
}

/// The nanoseconds that the digits after a decimal point stand for; more than nine digits are cut off.
fn fraction(digits: &str) -> u32 {
    digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |nanos, digit| nanos * 10 + u32::from(digit.wrapping_sub(b'0')))
}

/// The number of the month whose name starts like this, as text.
fn month_number(name: &str) -> String {
    let position = MONTHS.split('|').position(|month| name.starts_with(month));
    (position.unwrap_or(0) + 1).to_string()
}

/// The year before the first year of the era with this letter: Meiji, Taishō, Shōwa, Heisei, Reiwa.
fn japanese_era(letter: &str) -> i64 {
    match letter {
        "m" => 1867,
        "t" => 1911,
        "s" => 1925,
        "h" => 1988,
        "r" => 2018,
        _ => 0,
    }
}
