//! Text to a time as the `Date` of JavaScript reads it, by the rules of V8 where the standard leaves them open.
//!
//! ISO texts come first: a date alone is midnight in UTC. Everything else goes through the reader of old: numbers, names
//! of months, times of day and offsets in nearly any order. A text without a zone is in UTC.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "texts have 256 bytes, numbers nine digits, and parts of a time of day are held to their range before they meet"
)]

use crate::time::Time;
use chrono::{Days, NaiveDate};

/// The longest text that is read.
const MAX_LEN: usize = 256;

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    /// A number, cut to nine digits, and how many digits it has.
    Number(u32, usize),
    Symbol(char),
    Space,
    Word(Word),
    End,
}

/// What the first three letters of a word say.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Month(u32),
    /// `AM` and `PM`, with the hours to add.
    Half(u32),
    /// Hours east of UTC.
    Zone(i32),
    /// The letter between date and time.
    Time,
    Other,
}

/// The instant that `text` names.
pub fn parse_ecmascript(text: &str) -> Option<Time> {
    if text.len() > MAX_LEN {
        return None;
    }
    let tokens = tokenize(text);
    let mut iso = Reader::new(&tokens);
    match iso.iso() {
        Iso::Whole => return iso.finish(true),
        Iso::Invalid => return None,
        Iso::Other => {}
    }
    // What was read of the date stays read.
    iso.loose()?;
    iso.finish(false)
}

fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |test: fn(char) -> bool| rest.len() - rest.trim_start_matches(test).len();
        let length = if first.is_ascii_digit() {
            let length = same(|c| c.is_ascii_digit());
            let digits = rest.get(..length).unwrap_or_default();
            let significant = digits.trim_start_matches('0');
            let number = significant.get(..9).unwrap_or(significant).parse().unwrap_or(0);
            tokens.push(Token::Number(number, length));
            length
        } else if first.is_ascii_alphabetic() {
            let length = same(|c| c.is_ascii_alphabetic());
            tokens.push(Token::Word(word(rest.get(..length).unwrap_or_default())));
            length
        } else if first.is_whitespace() {
            tokens.push(Token::Space);
            same(char::is_whitespace)
        } else {
            tokens.push(Token::Symbol(first));
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn word(text: &str) -> Word {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let month = (1..).zip(MONTHS).find(|(_, name)| lower.get(..3) == Some(name));
    if let Some((number, _)) = month {
        return Word::Month(number);
    }
    match lower.as_str() {
        "am" => Word::Half(0),
        "pm" => Word::Half(12),
        "ut" | "utc" | "z" | "gmt" => Word::Zone(0),
        "est" | "cdt" => Word::Zone(-5),
        "edt" => Word::Zone(-4),
        "cst" | "mdt" => Word::Zone(-6),
        "mst" | "pdt" => Word::Zone(-7),
        "pst" => Word::Zone(-8),
        "t" => Word::Time,
        _ => Word::Other,
    }
}

/// How the strict reading went.
enum Iso {
    /// All of the text is an ISO date.
    Whole,
    /// It begins as one with a time and is none.
    Invalid,
    /// It is something else.
    Other,
}

/// Tokens, and what was read of them.
struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    day: Vec<i64>,
    month: Option<u32>,
    time: Vec<u32>,
    half: Option<u32>,
    sign: Option<i32>,
    hour: Option<u32>,
    minute: Option<u32>,
}

impl<'t> Reader<'t> {
    fn new(tokens: &'t [Token]) -> Self {
        Reader {
            tokens,
            at: 0,
            day: Vec::new(),
            month: None,
            time: Vec::new(),
            half: None,
            sign: None,
            hour: None,
            minute: None,
        }
    }

    fn peek(&self) -> Token {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn skip(&mut self, symbol: char) -> bool {
        let found = self.peek() == Token::Symbol(symbol);
        self.at += usize::from(found);
        found
    }

    /// The number that comes next if it has `digits` digits and lies between the bounds.
    fn fixed(&mut self, digits: usize, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        match self.peek() {
            Token::Number(number, length) if length == digits && bounds.contains(&number) => {
                self.at += 1;
                Some(number)
            }
            _ => None,
        }
    }

    fn iso(&mut self) -> Iso {
        let year = match self.peek() {
            Token::Symbol(sign @ ('+' | '-')) => {
                self.at += 1;
                match self.fixed(6, 0..=999_999) {
                    Some(year) if sign == '-' && year != 0 => Some(-i64::from(year)),
                    Some(year) if sign == '+' => Some(i64::from(year)),
                    _ => {
                        self.at = 0;
                        None
                    }
                }
            }
            _ => self.fixed(4, 0..=9999).map(i64::from),
        };
        let Some(year) = year else { return Iso::Other };
        self.day.push(year);
        for bounds in [1..=12, 1..=31] {
            if !self.skip('-') {
                break;
            }
            match self.fixed(2, bounds) {
                Some(number) => self.day.push(i64::from(number)),
                None => return Iso::Other,
            }
        }
        match self.peek() {
            Token::End => {}
            Token::Word(Word::Time) => {
                self.at += 1;
                if self.iso_time().is_none() {
                    return Iso::Invalid;
                }
            }
            _ => return Iso::Other,
        }
        if self.time.is_empty() && self.sign.is_none() {
            self.sign = Some(1);
        }
        Iso::Whole
    }

    fn iso_time(&mut self) -> Option<()> {
        let hour = self.fixed(2, 0..=24)?;
        let last = |most| if hour == 24 { 0 } else { most };
        self.time.push(hour);
        self.skip(':').then_some(())?;
        let minute = self.fixed(2, 0..=last(59))?;
        self.time.push(minute);
        if self.skip(':') {
            let second = self.fixed(2, 0..=last(59))?;
            self.time.push(second);
            if self.skip('.') {
                let Token::Number(number, length) = self.next() else { return None };
                self.time.push(milliseconds(number, length));
            }
        }
        match self.peek() {
            Token::Word(Word::Zone(0)) => {
                self.at += 1;
                self.set_zone(0);
            }
            Token::Symbol(sign @ ('+' | '-')) => {
                self.at += 1;
                self.sign = Some(if sign == '-' { -1 } else { 1 });
                if let Some(both) = self.fixed(4, 0..=2359) {
                    (both % 100 < 60).then_some(())?;
                    self.hour = Some(both / 100);
                    self.minute = Some(both % 100);
                } else {
                    self.hour = Some(self.fixed(2, 0..=23)?);
                    self.skip(':').then_some(())?;
                    self.minute = Some(self.fixed(2, 0..=59)?);
                }
            }
            _ => {}
        }
        (self.peek() == Token::End).then_some(())
    }

    fn set_zone(&mut self, hours: i32) {
        self.sign = Some(if hours < 0 { -1 } else { 1 });
        self.hour = Some(hours.unsigned_abs());
        self.minute = Some(0);
    }

    /// Whether `number` can be the next part of the time of day.
    fn expects_time(&self, number: u32) -> bool {
        match self.time.len() {
            1 | 2 => number < 60,
            3 => number < 1000,
            _ => false,
        }
    }

    fn add_time(&mut self, number: u32) -> Option<()> {
        (self.time.len() < 4).then(|| self.time.push(number))
    }

    fn end_time(&mut self, number: u32) -> Option<()> {
        self.add_time(number)?;
        self.time.resize(4, 0);
        Some(())
    }

    fn loose(&mut self) -> Option<()> {
        let mut has_number = !self.day.is_empty();
        loop {
            match self.next() {
                Token::End => return Some(()),
                Token::Number(number, _) => {
                    has_number = true;
                    self.loose_number(number)?;
                }
                Token::Word(Word::Half(hours)) if !self.time.is_empty() => self.half = Some(hours),
                Token::Word(Word::Month(month)) => {
                    self.month = Some(month);
                    self.skip('-');
                }
                Token::Word(Word::Zone(hours)) if has_number => self.set_zone(hours),
                Token::Word(_) => {
                    // Other words may stand only before the first number, and apart from it.
                    if has_number || matches!(self.peek(), Token::Number(..)) {
                        return None;
                    }
                }
                Token::Symbol(sign @ ('+' | '-')) if self.is_utc() || !self.time.is_empty() => {
                    has_number = true;
                    self.loose_offset(sign)?;
                }
                Token::Symbol('+' | '-' | ')') if has_number => return None,
                Token::Symbol('(') => self.skip_parentheses(),
                Token::Symbol(_) | Token::Space => {}
            }
        }
    }

    fn is_utc(&self) -> bool {
        self.hour == Some(0) && self.minute == Some(0)
    }

    fn loose_number(&mut self, number: u32) -> Option<()> {
        if self.skip(':') {
            if self.skip(':') {
                self.time.is_empty().then_some(())?;
                self.add_time(number)?;
                return self.add_time(0);
            }
            self.add_time(number)?;
            self.skip('.');
            return Some(());
        }
        if self.peek() == Token::Symbol('.') {
            self.at += 1;
            if self.expects_time(number) {
                self.add_time(number)?;
                let Token::Number(fraction, length) = self.next() else { return None };
                return self.end_time(milliseconds(fraction, length));
            }
        }
        if self.hour.is_some() && self.minute.is_none() && number < 60 {
            self.minute = Some(number);
            return Some(());
        }
        if self.expects_time(number) {
            self.end_time(number)?;
            let ends = matches!(
                self.peek(),
                Token::End | Token::Space | Token::Word(Word::Zone(0)) | Token::Symbol('+' | '-')
            );
            return ends.then_some(());
        }
        (self.day.len() < 3).then(|| self.day.push(i64::from(number)))?;
        self.skip('-');
        Some(())
    }

    fn loose_offset(&mut self, sign: char) -> Option<()> {
        self.sign = Some(if sign == '-' { -1 } else { 1 });
        let (number, length) = match self.peek() {
            Token::Number(number, length) => {
                self.at += 1;
                (number, length)
            }
            _ => (0, 0),
        };
        (self.hour, self.minute) = match length {
            _ if self.peek() == Token::Symbol(':') => (Some(number), None),
            1 | 2 => (Some(number), Some(0)),
            3 | 4 => (Some(number / 100), Some(number % 100)),
            _ => return None,
        };
        Some(())
    }

    fn skip_parentheses(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Token::End => return,
                Token::Symbol('(') => depth += 1,
                Token::Symbol(')') => depth -= 1,
                _ => {}
            }
        }
    }

    /// The instant that the parts make.
    fn finish(mut self, iso: bool) -> Option<Time> {
        if self.day.is_empty() {
            return None;
        }
        self.day.resize(3, 1);
        let &[first, second, third] = self.day.as_slice() else { return None };
        let is_day = |number: i64| (1..=31).contains(&number);
        let (mut year, month, day) = match self.month.map(i64::from) {
            None if iso || !is_day(first) => (first, second, third),
            None => (third, first, second),
            Some(month) if !is_day(first) => (first, month, second),
            Some(month) => (second, month, first),
        };
        if !iso {
            year += match year {
                0..=49 => 2000,
                50..=99 => 1900,
                _ => 0,
            };
        }
        if !(1..=12).contains(&month) || !is_day(day) {
            return None;
        }
        self.time.resize(4, 0);
        let &[mut hour, minute, second, millisecond] = self.time.as_slice() else { return None };
        if let Some(half) = self.half {
            if hour > 12 {
                return None;
            }
            hour = hour % 12 + half;
        }
        let is_midnight = hour == 24 && minute == 0 && second == 0 && millisecond == 0;
        if hour > 23 && !is_midnight || minute > 59 || second > 59 || millisecond > 999 {
            return None;
        }
        // A day that the month does not have is one of the next.
        let start = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, 1)?;
        let date = start.checked_add_days(Days::new(u64::try_from(day - 1).ok()?))?;
        let seconds = i64::from(hour * 3600 + minute * 60 + second);
        let offset = i64::from(self.hour.unwrap_or(0)) * 3600 + i64::from(self.minute.unwrap_or(0)) * 60;
        let offset = offset * i64::from(self.sign.unwrap_or(1));
        let midnight = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
        Time::from_unix_nanos(midnight + seconds - offset, millisecond * 1_000_000)
    }
}

/// The first three digits of a fraction.
fn milliseconds(number: u32, length: usize) -> u32 {
    match length {
        1 => number * 100,
        2 => number * 10,
        3 => number,
        // A number is cut to nine digits.
        _ => number / 10_u32.pow(u32::try_from(length.min(9) - 3).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_v8_reads_them() {
        for (text, expected) in [
            ("2017-01-01", "2017-01-01T00:00:00Z"),
            ("2017-01", "2017-01-01T00:00:00Z"),
            ("2017", "2017-01-01T00:00:00Z"),
            ("2017-01-01T12:30", "2017-01-01T12:30:00Z"),
            ("2017-01-01T12:30:15.5Z", "2017-01-01T12:30:15.500Z"),
            ("2017-01-01T12:30:15+02:00", "2017-01-01T10:30:15Z"),
            ("2017-01-01T12:30:15-0530", "2017-01-01T18:00:15Z"),
            ("2017-01-01T24:00", "2017-01-02T00:00:00Z"),
            ("2017-02-31", "2017-03-03T00:00:00Z"),
            ("2017-01-01 12:30", "2017-01-01T12:30:00Z"),
            ("2017-01-01 12:30:00 +0200", "2017-01-01T10:30:00Z"),
            ("2017/1/2", "2017-01-02T00:00:00Z"),
            ("1/2/2017", "2017-01-02T00:00:00Z"),
            ("1/2/17", "2017-01-02T00:00:00Z"),
            ("Jan 2, 2017", "2017-01-02T00:00:00Z"),
            ("2 January 2017 3:04 PM", "2017-01-02T15:04:00Z"),
            ("March 14", "2001-03-14T00:00:00Z"),
            ("Sun, 01 Jan 2017 12:00:00 +0000", "2017-01-01T12:00:00Z"),
            ("Sun, 01 Jan 2017 12:00:00 EST", "2017-01-01T17:00:00Z"),
            ("Sun Jan 01 2017 12:00:00 GMT-0800 (Pacific Standard Time)", "2017-01-01T20:00:00Z"),
            ("12:00 2017-01-01", "2017-01-01T12:00:00Z"),
            ("-5", "2001-05-01T00:00:00Z"),
            ("+012017-01-01", "+12017-01-01T00:00:00Z"),
            ("foo", "none"),
            ("", "none"),
            ("2017-13-01", "none"),
            ("2017-01-01T25:00", "none"),
            ("2017-01-01T12:30:15.5 Z", "none"),
            ("1483272000.5", "none"),
            ("tomorrow", "none"),
            ("10 apples", "none"),
        ] {
            let shown = parse_ecmascript(text).map_or("none".to_owned(), Time::to_rfc3339);
            assert_eq!(shown, expected, "{text}");
        }
    }
}
