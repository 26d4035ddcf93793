//! Text outside quotes: numbers and the three words where they stand alone, and everything that is no JSON, as a
//! value, as a key, and before the document.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::document::Kind;
use super::scan::{self, Place};
use super::{State, Walk};
use crate::check::finding::{Detail, Rule, Word};

impl Walk<'_> {
    /// Anything that is no bracket, comma, colon or string: numbers, the three words, and text outside quotes.
    pub(super) fn other(&mut self) {
        let place = self.place();
        let start = self.at;
        if place == Place::Root && self.preamble() {
            return;
        }
        if scan::begins_liquid_error(self.text.rest(start)) {
            let end = self.text.value_text_end(start);
            self.report(Rule::LiquidError, start..end, Detail::None);
            if place != Place::Key {
                self.value(start..end, Kind::Unknown);
            }
            self.after_stray(end);
            return;
        }
        if place == Place::Key {
            self.key_text();
            return;
        }
        if self.state == State::Colon && self.text.at(start) == Some(b'=') {
            let detail = Detail::Between { before: self.last_end, after: self.at + 1 };
            self.report(Rule::MissingColon, start..start + 1, detail);
            self.state = State::Value;
            self.read_to(start + 1);
            return;
        }
        let lone = if place == Place::Root { self.text.scalar_end(start) } else { None };
        if let Some(end) = lone.or_else(|| self.text.lone_scalar_end(start, place)) {
            self.before_value();
            self.value(start..end, Kind::Scalar);
            self.read_to(end);
            self.state = State::Comma;
            return;
        }
        if self.state == State::Colon {
            self.report_gap(Rule::MissingColon);
        }
        let end = match (place, self.text.wrong_quotes_end(start)) {
            (_, Some(end)) => end,
            (Place::Root, None) => self.text.trim_end(start, self.text.len()),
            (_, None) => self.with_digit_groups(start, self.text.value_text_end(start), place),
        };
        self.bare(start, end);
        self.value(start..end, Kind::Unknown);
        self.read_to(end);
        self.state = State::Comma;
    }

    /// `1,000` in an object is one number: no key begins with a digit.
    fn with_digit_groups(&self, start: usize, end: usize, place: Place) -> usize {
        let mut end = end;
        if place != Place::Member || !scan::is_number_like(self.text.slice(start, end)) {
            return end;
        }
        while self.text.at(end) == Some(b',')
            && self.text.at(end + 1).is_some_and(|byte| byte.is_ascii_digit())
        {
            end += 1;
            while self.text.at(end).is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
                end += 1;
            }
        }
        end
    }

    /// Reports the text outside quotes from `start` to `end`, where a value stands.
    fn bare(&mut self, start: usize, end: usize) {
        let text = self.text.slice(start, end);
        if self.in_ruby() && text.starts_with([':', 'n', '#']) {
            return;
        }
        if let Some(offset) = scan::liquid_error(text) {
            self.report(Rule::LiquidError, start.saturating_add(offset)..end, Detail::None);
        } else if self.place() == Place::Key && self.text.wrong_quotes_end(start) != Some(end) {
            self.report(Rule::BareWord, start..end, Detail::Word(Word::Stray));
        } else if scan::is_number_like(text) {
            self.report(Rule::BadNumber, start..end, Detail::None);
        } else if self.text.wrong_quotes_end(start) == Some(end) {
            self.report(Rule::WrongQuotes, start..end, Detail::None);
        } else {
            self.report(Rule::BareWord, start..end, Detail::Word(scan::classify(text)));
        }
    }

    /// Reads text outside quotes where a key stands (or a comma, after a value).
    fn key_text(&mut self) {
        let start = self.at;
        let quotes = self.text.wrong_quotes_end(start);
        let end = quotes.unwrap_or_else(|| self.text.key_text_end(start));
        if self.text.next_on_line(end) == Some(b':') || self.arrow_follows(end) {
            if self.state == State::Comma {
                self.report_gap(Rule::MissingComma);
            }
            if !self.arrow_follows(end) {
                let rule = if quotes.is_some() { Rule::WrongQuotes } else { Rule::BareKey };
                self.report(rule, start..end, Detail::None);
            }
            self.read_to(end);
            self.key(start..end, start..end);
        } else {
            self.bare(start, end);
            self.after_stray(end);
        }
    }

    /// Goes on after text that stands for nothing that was due: it counts as a member or value if a comma or a bracket
    /// follows, and not at all before a key.
    fn after_stray(&mut self, end: usize) {
        self.read_to(end);
        let member = matches!(self.text.at(self.text.skip_space(end)), None | Some(b',' | b'}' | b']'));
        if member || self.place() != Place::Key {
            self.state = State::Comma;
        }
    }

    /// Whether the `[` here only begins a line of text (`[Order 1]`), with the document behind it.
    pub(super) fn begins_preamble(&mut self) -> bool {
        self.stack.is_empty()
            && !crate::check::sniff::opens_document(self.text.rest(self.at))
            && self.document_start().is_some()
    }

    /// The bracket at which the document begins, behind the text here.
    fn document_start(&mut self) -> Option<usize> {
        if let Some(known) = self.document {
            return known;
        }
        let rest = self.text.rest(self.at);
        let starts = || memchr::memchr2_iter(b'{', b'[', rest.as_bytes());
        let found = starts()
            .find(|&offset| crate::check::sniff::opens_document(rest.get(offset..).unwrap_or_default()))
            .or_else(|| memchr::memchr(b'{', rest.as_bytes()))
            .map(|offset| self.at.saturating_add(offset));
        self.document = Some(found);
        found
    }

    /// Reads text before the document, up to a comment or the document. False if the text here is the document.
    fn preamble(&mut self) -> bool {
        let alone = self.text.scalar_end(self.at);
        if alone.is_some_and(|end| self.text.skip_space(end) >= self.text.len()) {
            return false;
        }
        let Some(document) = self.document_start().filter(|&document| document > self.at) else {
            return false;
        };
        let start = self.at;
        let mut end = start;
        let mut line = start;
        while line < document && (line == start || self.text.comment_end(line).is_none()) {
            end = self.text.line_end(line).min(document);
            line = self.text.skip_space(end);
        }
        let end = self.text.trim_end(start, end);
        let error = scan::liquid_error(self.text.slice(start, end)).is_some();
        let rule = if error { Rule::LiquidError } else { Rule::TextBeforeDocument };
        self.report(rule, start..end, Detail::None);
        self.read_to(end);
        true
    }
}
