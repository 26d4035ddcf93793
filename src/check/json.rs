//! The strict check of a body: RFC 8259, going on after a mistake.
//!
//! In goes the rendered body, out come the findings in the order of their positions; none of them an error means that
//! the body is JSON. A number may be of any size, as the grammar has it (`1e999` is fine), a surrogate half alone is
//! not. The walk keeps its own stack, so that nesting costs no call depth, and after a mistake it goes on in the state
//! that the author most likely meant, so that one mistake gives one finding.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

pub mod document;
mod loose;
pub(super) mod scan;
mod string;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::finding::{Detail, Finding, Rule};
use document::{Builder, Document, Kind};
use scan::{Place, Text};
use string::{End, Flaw};

/// How far the check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckLimits {
    /// How many brackets may be open at once; one more is a finding, and the check ends there.
    pub depth: usize,
    /// How many findings are kept; the check ends with the last of them.
    pub findings: usize,
}

impl Default for CheckLimits {
    /// 512 brackets, 1,000 findings.
    fn default() -> Self {
        CheckLimits { depth: 512, findings: 1_000 }
    }
}

/// Checks that `body` is one JSON document. Never fails: what is wrong is in the findings, by position.
pub fn check(body: &str, limits: CheckLimits) -> Vec<Finding> {
    let mut walk = Walk::new(body, limits);
    walk.run();
    sorted(walk.findings, limits)
}

/// Checks as [`check`] does, and reads what the body says as far as it can be read.
pub fn read(body: &str, limits: CheckLimits) -> (Vec<Finding>, Document) {
    let mut walk = Walk::new(body, limits);
    walk.reading = Some(Builder::default());
    walk.run();
    let is_whole = !walk.stopped && !walk.findings.iter().any(|finding| swallows(finding.rule));
    let document = walk.reading.unwrap_or_default().finish(body.len(), is_whole);
    (sorted(walk.findings, limits), document)
}

fn sorted(mut findings: Vec<Finding>, limits: CheckLimits) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
    findings.truncate(limits.findings);
    findings
}

/// Whether a mistake may have swallowed members of the document.
fn swallows(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::UnescapedQuote
            | Rule::UnclosedString
            | Rule::UnclosedBracket
            | Rule::MismatchedBracket
            | Rule::MissingKey
            | Rule::TextBeforeDocument
            | Rule::TextAfterDocument
            | Rule::LiquidError
            | Rule::RubyInspect
            | Rule::TooDeep
    )
}

impl<'a> Walk<'a> {
    fn new(body: &'a str, limits: CheckLimits) -> Self {
        Walk {
            text: Text::new(body),
            limits,
            findings: Vec::new(),
            stack: Vec::new(),
            state: State::Start,
            at: 0,
            last_end: 0,
            comma: 0,
            document: None,
            broken_off: false,
            stopped: false,
            reading: None,
        }
    }
}

/// What is due next in the innermost container (or in the document, if none is open).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first key or value, or the closing bracket.
    Start,
    /// A key or value, after a comma.
    Next,
    /// A colon, after a key.
    Colon,
    /// A value, after a colon.
    Value,
    /// A comma or the closing bracket, after a value.
    Comma,
}

/// An open container.
struct Container<'a> {
    open: usize,
    closing: u8,
    /// The keys of an object, with the place of their first use.
    keys: HashMap<Cow<'a, str>, Range<usize>>,
    /// Whether the object is printed as Ruby prints a hash, itself or as a part of one.
    ruby: bool,
    /// The finding that reports it, if it is the outermost hash.
    ruby_finding: Option<usize>,
}

struct Walk<'a> {
    text: Text<'a>,
    limits: CheckLimits,
    findings: Vec<Finding>,
    stack: Vec<Container<'a>>,
    state: State,
    at: usize,
    /// End of the last thing that was read, comments aside.
    last_end: usize,
    /// Position of the last comma.
    comma: usize,
    /// Where the document begins behind text before it, once it was looked for.
    document: Option<Option<usize>>,
    /// Whether an unclosed string reached the body's end, which leaves brackets open too.
    broken_off: bool,
    stopped: bool,
    /// What was read, if it is asked for.
    reading: Option<Builder>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) {
        if self.text.rest(0).starts_with('\u{feff}') {
            self.report(Rule::ByteOrderMark, 0..'\u{feff}'.len_utf8(), Detail::None);
            self.at = '\u{feff}'.len_utf8();
            self.last_end = self.at;
        }
        while !self.stopped {
            self.at = self.text.skip_space(self.at);
            let Some(byte) = self.text.at(self.at) else {
                self.finish();
                break;
            };
            let before = self.at;
            self.step(byte);
            // Every step reads something; if one did not, the walk would not end.
            if self.at == before && !self.stopped {
                self.at = self.next_character();
            }
        }
    }

    fn step(&mut self, byte: u8) {
        if let Some(end) = self.comment_here(byte) {
            self.report(Rule::Comment, self.at..end, Detail::None);
            self.at = end;
            return;
        }
        let invisible = self.text.skip_invisible(self.at);
        if invisible > self.at {
            self.report(Rule::ControlCharacter, self.at..invisible, Detail::None);
            self.at = invisible;
            return;
        }
        if self.stack.is_empty() && self.state == State::Comma {
            let end = self.text.trim_end(self.at, self.text.len());
            self.report(Rule::TextAfterDocument, self.at..end, Detail::None);
            self.stopped = true;
            return;
        }
        match byte {
            b'{' => self.open(b'}'),
            b'[' if !self.begins_preamble() => self.open(b']'),
            b'}' | b']' => self.close(byte),
            b',' => self.comma(),
            b':' => self.colon(),
            b'"' => self.string(),
            b'=' if self.text.at(self.at + 1) == Some(b'>') && self.state == State::Colon => self.arrow(),
            _ => self.other(),
        }
    }

    /// The end of the comment here. `#ff0000` after a colon is a value that lacks its quotes.
    fn comment_here(&self, byte: u8) -> Option<usize> {
        if !matches!(byte, b'/' | b'#') {
            return None;
        }
        let text = byte == b'#'
            && self.state == State::Value
            && self.text.skip_blanks(self.last_end) == self.at
            && !matches!(self.text.at(self.at + 1), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
        if text { None } else { self.text.comment_end(self.at) }
    }

    fn place(&self) -> Place {
        match (self.stack.last(), self.state) {
            (None, _) => Place::Root,
            (Some(container), _) if container.closing == b']' => Place::Element,
            (_, State::Start | State::Next | State::Comma) => Place::Key,
            _ => Place::Member,
        }
    }

    fn in_ruby(&self) -> bool {
        self.stack.last().is_some_and(|container| container.ruby)
    }

    fn report(&mut self, rule: Rule, span: Range<usize>, detail: Detail) {
        if self.findings.len() < self.limits.findings {
            self.findings.push(Finding { rule, span, detail });
        }
        if self.findings.len() >= self.limits.findings {
            self.stopped = true;
        }
    }

    /// Reports that something is missing behind what was read last.
    fn report_gap(&mut self, rule: Rule) {
        let detail = Detail::Between { before: self.last_end, after: self.at };
        self.report(rule, self.last_end..self.last_end, detail);
    }

    fn next_character(&self) -> usize {
        let width = self.text.rest(self.at).chars().next().map_or(1, char::len_utf8);
        self.at.saturating_add(width)
    }

    fn read_to(&mut self, end: usize) {
        self.at = end;
        self.last_end = end;
    }

    /// Reports what is missing before a value that begins here.
    fn before_value(&mut self) {
        match (self.place(), self.state) {
            (Place::Key, State::Start | State::Next) => self.report_gap(Rule::MissingKey),
            (_, State::Colon) => self.report_gap(Rule::MissingColon),
            (_, State::Comma) => self.report_gap(Rule::MissingComma),
            _ => {}
        }
    }

    fn open(&mut self, closing: u8) {
        // Liquid joins a printed list without commas: `{"a"=>1}{"a"=>2}`.
        let joined = closing == b'}'
            && self.state == State::Comma
            && self.last_end == self.at
            && self
                .findings
                .last()
                .is_some_and(|last| last.rule == Rule::RubyInspect && last.span.end == self.at);
        if !joined {
            self.before_value();
        }
        if self.stopped {
            return;
        }
        if self.stack.len() >= self.limits.depth {
            self.report(Rule::TooDeep, self.at..self.at + 1, Detail::None);
            self.stopped = true;
            return;
        }
        let ruby = self.in_ruby();
        if let Some(reading) = &mut self.reading {
            reading.open(self.at, closing);
        }
        self.stack.push(Container { open: self.at, closing, keys: HashMap::new(), ruby, ruby_finding: None });
        self.state = State::Start;
        self.read_to(self.at + 1);
    }

    fn close(&mut self, byte: u8) {
        let Some(top) = self.stack.last() else {
            self.report(Rule::MismatchedBracket, self.at..self.at + 1, Detail::Opening(None));
            self.read_to(self.at + 1);
            return;
        };
        let (open, closing) = (top.open, top.closing);
        if closing == byte {
            self.leave(self.at + 1);
            return;
        }
        let outer = self.stack.iter().rev().position(|container| container.closing == byte);
        let mismatch = Detail::Opening(Some(open));
        if self.fits_after_closing(1) {
            self.report(Rule::MismatchedBracket, self.at..self.at + 1, mismatch);
            self.leave(self.at + 1);
        } else if let Some(outer) = outer.filter(|&outer| self.fits_after_closing(outer.saturating_add(1))) {
            for _ in 0..outer {
                if let Some(inner) = self.stack.last() {
                    let open = inner.open;
                    self.report(Rule::UnclosedBracket, open..open + 1, Detail::Unclosed(1));
                }
                self.leave(self.at);
            }
            self.leave(self.at + 1);
        } else {
            self.report(Rule::MismatchedBracket, self.at..self.at + 1, mismatch);
            if self.fits_after_closing(0) {
                self.read_to(self.at + 1);
            } else {
                self.leave(self.at + 1);
            }
        }
    }

    /// Whether what follows the bracket here fits, if the bracket closes `count` containers: the brackets behind it
    /// match what is still open, and a comma is followed by what its container holds.
    fn fits_after_closing(&self, count: usize) -> bool {
        let mut open = self.stack.iter().rev().skip(count).map(|container| container.closing).peekable();
        let mut at = self.text.skip_space(self.at + 1);
        loop {
            match (self.text.at(at), open.peek()) {
                (None, None) => return true,
                (Some(byte @ (b'}' | b']')), Some(&due)) if byte == due => {
                    open.next();
                    at = self.text.skip_space(at + 1);
                }
                (Some(b','), Some(&due)) => {
                    let after = self.text.skip_space(at + 1);
                    return match (self.text.at(after), due) {
                        (Some(b'"'), b'}') => self.text.string_before(after, b":"),
                        (Some(b'"'), _) => !self.text.string_before(after, b":"),
                        (Some(b'}' | b']') | None, _) => true,
                        (_, due) => due == b']',
                    };
                }
                _ => return false,
            }
        }
    }

    /// Ends the innermost container at `end`, and reports what it still lacks.
    fn leave(&mut self, end: usize) {
        match self.state {
            State::Next => {
                self.report(Rule::TrailingComma, self.comma..self.comma + 1, Detail::Closing(self.at))
            }
            State::Colon => self.report_gap(Rule::MissingColon),
            State::Value => self.report_gap(Rule::MissingValue),
            State::Start | State::Comma => {}
        }
        let ruby_finding = self.stack.pop().and_then(|container| container.ruby_finding);
        if let Some(finding) = ruby_finding.and_then(|index| self.findings.get_mut(index)) {
            finding.span.end = end;
        }
        if let Some(reading) = &mut self.reading {
            reading.close(end);
        }
        self.state = State::Comma;
        self.read_to(end);
    }

    fn comma(&mut self) {
        let between = Detail::Between { before: self.last_end, after: self.at };
        let here = self.at..self.at + 1;
        let mut next = State::Next;
        match self.state {
            State::Start => {
                self.report(Rule::ExtraComma, here, between);
                next = State::Start;
            }
            State::Next => {
                let blank = self.text.bytes(self.last_end, self.at);
                // `[1, , 2]` is the mark of an output that wrote nothing, `,,` and a comma on its own line of a loop.
                if self.place() == Place::Element && !blank.is_empty() && !blank.contains(&b'\n') {
                    self.report(Rule::MissingValue, self.last_end..self.last_end, between);
                } else {
                    self.report(Rule::ExtraComma, here, between);
                }
            }
            State::Colon => self.report_gap(Rule::MissingColon),
            State::Value => self.report_gap(Rule::MissingValue),
            State::Comma => {}
        }
        if let Some(reading) = &mut self.reading {
            reading.without_value(self.at);
        }
        self.comma = self.at;
        self.state = next;
        self.read_to(self.at + 1);
    }

    fn colon(&mut self) {
        let here = self.at..self.at + 1;
        match (self.place(), self.state) {
            (_, State::Colon) => self.state = State::Value,
            (Place::Key, State::Start | State::Next) => {
                let symbol = self.text.key_text_end(self.at + 1);
                if self.arrow_follows(symbol) {
                    self.read_to(symbol);
                    self.state = State::Colon;
                    return;
                }
                self.report_gap(Rule::MissingKey);
                self.state = State::Value;
            }
            (Place::Root | Place::Element, State::Start | State::Next) => {
                self.report(Rule::ExtraColon, here, Detail::None);
            }
            (_, State::Value | State::Comma | State::Start | State::Next) => {
                self.report(Rule::ExtraColon, here, Detail::None);
                self.state = State::Value;
            }
        }
        self.read_to(self.at + 1);
    }

    fn arrow_follows(&self, position: usize) -> bool {
        let next = self.text.skip_blanks(position);
        self.text.bytes(next, next.saturating_add(2)) == b"=>"
    }

    /// Reads the `=>` here as the colon of a Ruby hash, and reports the outermost hash once.
    fn arrow(&mut self) {
        let arrow = self.at..self.at + 2;
        let finding = self.findings.len();
        if let Some(container) = self.stack.last_mut().filter(|container| !container.ruby) {
            container.ruby = true;
            container.ruby_finding = Some(finding);
            let open = container.open;
            self.report(Rule::RubyInspect, open..arrow.end, Detail::Arrow(arrow.clone()));
        }
        self.state = State::Value;
        self.read_to(arrow.end);
    }

    fn string(&mut self) {
        let start = self.at;
        let mut place = self.place();
        match place {
            Place::Key if self.state != State::Comma => {}
            _ => self.before_value(),
        }
        if self.state == State::Colon {
            place = Place::Member;
        }
        let end = {
            let stack = &self.stack;
            let expected =
                |nth: usize| stack.iter().rev().nth(nth).map(|container: &Container<'_>| container.closing);
            string::find_end(self.text, start, place, &expected)
        };
        let (content_end, after) = match end {
            End::Quote(quote) => (quote, quote + 1),
            End::Later { first, last, close } => {
                let detail = Detail::InString { start, end: close + 1 };
                self.report(Rule::UnescapedQuote, first..last + 1, detail);
                (close, close + 1)
            }
            End::Missing(end) => {
                let detail = Detail::InString { start, end };
                self.report(Rule::UnclosedString, start..end, detail);
                self.broken_off |= self.text.skip_space(end) >= self.text.len();
                (end, end)
            }
        };
        self.report_flaws(start, content_end, after);
        self.read_to(after);
        if place == Place::Key {
            self.key(start..after, start + 1..content_end);
        } else {
            let closed = matches!(end, End::Quote(_));
            self.value(start..after, if closed { Kind::Text(start + 1..content_end) } else { Kind::Unknown });
            self.state = State::Comma;
        }
    }

    fn report_flaws(&mut self, start: usize, content_end: usize, after: usize) {
        let detail = Detail::InString { start, end: after };
        for flaw in string::flaws(self.text, start + 1, content_end) {
            if self.stopped {
                return;
            }
            match flaw {
                Flaw::Control(span) => self.report(Rule::ControlCharacter, span, detail.clone()),
                Flaw::Escape(span) => self.report(Rule::BadEscape, span, detail.clone()),
            }
        }
        if let Some(offset) = scan::liquid_error(self.text.slice(start + 1, content_end)) {
            let error = start.saturating_add(1).saturating_add(offset);
            self.report(Rule::LiquidError, error..self.text.line_end(error).min(content_end), detail);
        }
    }

    /// Takes down a value, if what is read is asked for.
    fn value(&mut self, span: Range<usize>, kind: Kind) {
        if let Some(reading) = &mut self.reading {
            reading.value(span, kind);
        }
    }

    /// Takes the key that was just read.
    fn key(&mut self, span: Range<usize>, name: Range<usize>) {
        self.state = State::Colon;
        let name = string::unescaped(self.text, name.start, name.end);
        if let Some(reading) = &mut self.reading {
            reading.key(name.clone(), &span);
        }
        let Some(object) = self.stack.last_mut() else { return };
        match object.keys.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(span);
            }
            Entry::Occupied(entry) => {
                let first = entry.get().clone();
                self.report(Rule::DuplicateKey, span, Detail::First(first));
            }
        }
    }

    fn finish(&mut self) {
        if let Some(innermost) = self.stack.last() {
            if !self.broken_off {
                let open = innermost.open;
                self.report(Rule::UnclosedBracket, open..open + 1, Detail::Unclosed(self.stack.len()));
            }
        } else if self.state != State::Comma {
            let only_asides = self
                .findings
                .iter()
                .all(|finding| matches!(finding.rule, Rule::Comment | Rule::ByteOrderMark));
            if only_asides {
                self.report(Rule::EmptyBody, self.text.len()..self.text.len(), Detail::None);
            }
        }
    }
}
