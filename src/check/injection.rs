//! Data that changes the structure of the body.
//!
//! In go the rendered body and the byte ranges of it that were written from data with nothing between the data and the
//! body that escapes them. The walk follows the structure that the *template* writes: a quote from data closes no
//! string of the template, a backslash from data escapes nothing of the template, and data outside quotes is one value.
//! Where the data does otherwise, that is a finding, whether or not the body is still JSON.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and brackets of it, of which none is closed at depth 0"
)]

use std::ops::Range;

use super::finding::{Detail, Finding, Rule};
use super::json::CheckLimits;
use super::json::scan::Text;

/// Bytes of the body that were written from data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSlot {
    /// The bytes of the body.
    pub range: Range<usize>,
    /// The caller's number for the output that wrote them.
    pub slot: u32,
}

/// Finds the slots of `data` that change the structure of `body`, by position and at most 1,000. `data` is sorted and
/// does not overlap; two ranges of one slot in one string give one finding.
pub fn check_injection(body: &str, data: &[DataSlot]) -> Vec<Finding> {
    let mut walk = Walk::new(body, data);
    walk.run();
    walk.findings
}

/// The strings that the template writes into `body`, in order, each from its opening quote to behind its closing one:
/// quotes that the slots of `data` bring along end none.
pub fn strings(body: &str, data: &[DataSlot]) -> Vec<Range<usize>> {
    let mut walk = Walk::new(body, data);
    walk.run();
    walk.strings
}

/// Joins the findings of the strict check with those of [`check_injection`], by position: what the strict check found
/// only because data changed the structure is left out.
pub fn merge(check: Vec<Finding>, injection: Vec<Finding>) -> Vec<Finding> {
    let mut merged = check;
    merged.retain(|finding| !injection.iter().any(|cause| follows_from(finding, cause)));
    merged.extend(injection);
    merged.sort_by_key(|finding| (finding.span.start, finding.span.end));
    merged
}

/// Whether the strict check's `finding` says no more than that the data of `cause` changed the structure.
fn follows_from(finding: &Finding, cause: &Finding) -> bool {
    let Detail::Slot { string, reach, .. } = &cause.detail else { return false };
    if finding.rule == Rule::LiquidError || cause.rule == Rule::DataEscape {
        return false;
    }
    match finding.detail {
        // The template's own string is still there; a line break in it is a mistake of its own.
        Detail::InString { start, .. } if Some(start) == *string => {
            matches!(finding.rule, Rule::UnescapedQuote | Rule::UnclosedString)
                || finding.span.start >= reach.end
        }
        Detail::InString { start, .. } if reach.contains(&start) => true,
        Detail::Opening(Some(open)) if reach.contains(&open) => true,
        _ => reach.contains(&finding.span.start),
    }
}

/// What the template wrote last, outside strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    Open,
    Comma,
    Colon,
    /// Part of a number or word that ends here, and whether it stands where a value stands.
    Scalar {
        end: usize,
        value: bool,
    },
    /// A string or a closing bracket.
    Closed,
}

struct Walk<'a> {
    text: Text<'a>,
    data: &'a [DataSlot],
    /// The open brackets.
    stack: Vec<u8>,
    last: Last,
    findings: Vec<Finding>,
    strings: Vec<Range<usize>>,
}

impl<'a> Walk<'a> {
    fn new(body: &'a str, data: &'a [DataSlot]) -> Self {
        let (stack, findings, strings) = (Vec::new(), Vec::new(), Vec::new());
        Walk { text: Text::new(body), data, stack, last: Last::Start, findings, strings }
    }

    fn run(&mut self) {
        let mut at = 0;
        while let Some(byte) = self.text.at(at) {
            if self.findings.len() >= CheckLimits::default().findings {
                break;
            }
            if let Some(slot) = self.slot_at(at) {
                self.outside_quotes(slot, at);
                at = slot.range.end.min(self.text.len());
                continue;
            }
            if let Some(end) = self.text.comment_end(at).filter(|_| !self.in_scalar(at)) {
                at = end;
                continue;
            }
            let mut next = at + 1;
            self.last = match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.last,
                b'{' | b'[' => {
                    self.stack.push(byte);
                    Last::Open
                }
                b'}' | b']' => {
                    self.stack.pop();
                    Last::Closed
                }
                b',' => Last::Comma,
                b':' => Last::Colon,
                b'"' => {
                    next = self.string(at);
                    self.strings.push(at..next);
                    Last::Closed
                }
                _ => Last::Scalar { end: next, value: self.at_value(at) },
            };
            at = next;
        }
    }

    /// The slot that wrote the byte at `position`.
    fn slot_at(&self, position: usize) -> Option<&'a DataSlot> {
        let index = self.data.partition_point(|slot| slot.range.end <= position);
        self.data.get(index).filter(|slot| slot.range.start <= position)
    }

    fn in_scalar(&self, position: usize) -> bool {
        matches!(self.last, Last::Scalar { end, .. } if end == position)
    }

    /// Whether a value, or more of one, is written at `position`.
    fn at_value(&self, position: usize) -> bool {
        match self.last {
            Last::Start | Last::Colon => true,
            Last::Open | Last::Comma => self.stack.last() != Some(&b'{'),
            Last::Scalar { end, value } => value && end == position,
            Last::Closed => false,
        }
    }

    /// Walks the template's string that opens at `start`, and gives the position behind it.
    fn string(&mut self, start: usize) -> usize {
        let first_finding = self.findings.len();
        let mut at = start + 1;
        let end = loop {
            let Some(offset) = memchr::memchr3(b'"', b'\\', b'\n', self.text.bytes(at, self.text.len()))
            else {
                break self.text.len();
            };
            let found = at.saturating_add(offset);
            let slot = self.slot_at(found);
            match (self.text.at(found), slot) {
                (Some(b'"'), Some(slot)) => {
                    self.report_in_string(Rule::Injection, slot.slot, found..found + 1, start, first_finding);
                    at = found + 1;
                }
                (Some(b'"'), None) => break found + 1,
                // A line break of the template's own: its closing quote is missing.
                (Some(b'\n'), None) => break found,
                (Some(b'\n'), Some(_)) => at = found + 1,
                (_, Some(slot)) if found + 1 < self.text.len() && self.slot_at(found + 1).is_none() => {
                    let width = self.text.rest(found + 1).chars().next().map_or(1, char::len_utf8);
                    let span = found..found.saturating_add(1).saturating_add(width);
                    self.report_in_string(Rule::SwallowedQuote, slot.slot, span, start, first_finding);
                    at = found + 1;
                }
                (_, Some(slot)) => {
                    if let Some(end) = self.escape_end(found) {
                        self.report_in_string(Rule::DataEscape, slot.slot, found..end, start, first_finding);
                    }
                    at = found + 2;
                }
                _ => at = found + 2,
            }
        };
        for finding in self.findings.iter_mut().skip(first_finding) {
            if let Detail::Slot { reach, .. } = &mut finding.detail {
                *reach = start..end;
            }
        }
        end
    }

    /// Behind the escape that the backslash at `position` begins, if JSON has it.
    fn escape_end(&self, position: usize) -> Option<usize> {
        let end = match self.text.at(position + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => position + 2,
            b'u' => position + 6,
            _ => return None,
        };
        let digits = self.text.bytes(position + 2, end);
        (digits.len() == end - position - 2 && digits.iter().all(u8::is_ascii_hexdigit)).then_some(end)
    }

    fn report_in_string(
        &mut self,
        rule: Rule,
        slot: u32,
        span: Range<usize>,
        start: usize,
        first_finding: usize,
    ) {
        // A slot's ranges follow each other, so its finding in this string, if there is one, is the last.
        let own =
            |finding: &Finding| matches!(finding.detail, Detail::Slot { slot: other, .. } if other == slot);
        let known = self.findings.get(first_finding..).and_then(<[_]>::last).filter(|finding| own(finding));
        let escape = known.is_some_and(|finding| finding.rule == Rule::DataEscape);
        // Data that ends a string does worse than to change its own text.
        if escape && rule != Rule::DataEscape {
            self.findings.pop();
        } else if known.is_some() {
            return;
        }
        if self.findings.len() < CheckLimits::default().findings {
            let detail = Detail::Slot { slot, string: Some(start), reach: start..start };
            self.findings.push(Finding { rule, span, detail });
        }
    }

    /// Looks at the bytes of `slot` from `start`, outside the template's strings.
    fn outside_quotes(&mut self, slot: &DataSlot, start: usize) {
        let end = self.text.trim_end(start, slot.range.end.min(self.text.len()));
        if end == start {
            return;
        }
        if !self.at_value(start) {
            if !self.stack.is_empty() && writes_structure(self.text, start..end) {
                let behind = self.text.skip_space(slot.range.end).saturating_add(1);
                let detail = Detail::Slot { slot: slot.slot, string: None, reach: start..behind };
                self.findings.push(Finding { rule: Rule::ExtraValue, span: start..end, detail });
            }
            self.last = match end.checked_sub(1).and_then(|last| self.text.at(last)) {
                Some(b',') => Last::Comma,
                Some(b':') => Last::Colon,
                _ => Last::Closed,
            };
            return;
        }
        let in_object = self.stack.last() == Some(&b'{');
        // A value right behind another one that has ended is not this data's mistake: the template lacks a comma.
        let closed = start.checked_sub(1).and_then(|before| self.text.at(before));
        let first = self.text.at(start);
        let begins =
            matches!(closed, Some(b'"' | b'}' | b']')) && !matches!(first, Some(b',' | b':' | b'}' | b']'));
        let goes_on = self.in_scalar(start) && !begins;
        if let Some(extra) = extra_value(self.text, start..end, goes_on, in_object) {
            let behind = self.text.skip_space(slot.range.end).saturating_add(1);
            let detail = Detail::Slot { slot: slot.slot, string: None, reach: start..behind };
            self.findings.push(Finding { rule: Rule::ExtraValue, span: extra..end, detail });
        }
        self.last = Last::Scalar { end: slot.range.end, value: true };
    }
}

/// Where the data in `range`, which stands where one value stands, begins to write more than that value: a second
/// value, a comma before one, a colon after a string, or a bracket that it did not open. Text that is no JSON is one
/// value up to a bracket or a comma before a quote; a hash as Ruby prints it is one value.
fn extra_value(text: Text<'_>, range: Range<usize>, goes_on: bool, in_object: bool) -> Option<usize> {
    let word_end = |from: usize| {
        let word = text.bytes(from, range.end);
        word.iter()
            .position(|byte| b" \t\r\n,:\"{}[]".contains(byte))
            .map_or(range.end, |length| from + length)
    };
    let (mut depth, mut values, mut only_json, mut after_string) = (0_usize, 0_usize, true, false);
    let mut at = range.start;
    if goes_on {
        values = 1;
        at = word_end(at);
    }
    while at < range.end {
        let byte = text.at(at)?;
        let here = at;
        at += 1;
        let begins_value = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'}' | b']' => {
                if depth == 0 {
                    return Some(here);
                }
                depth -= 1;
                continue;
            }
            b',' => {
                let quote = text.at(text.skip_space(at)) == Some(b'"') && text.skip_space(at) < range.end;
                if depth == 0 && (quote || (!in_object && only_json && values > 0)) {
                    return Some(here);
                }
                continue;
            }
            b':' => {
                if depth == 0 && after_string && only_json {
                    return Some(here);
                }
                continue;
            }
            b'=' if text.at(at) == Some(b'>') => return None,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                depth == 1
            }
            b'"' => {
                at = string_end(text, at, range.end);
                depth == 0
            }
            _ => {
                at = word_end(here);
                only_json &= depth > 0 || text.scalar_end(here).is_some_and(|end| end >= at);
                depth == 0
            }
        };
        if begins_value {
            // Printed hashes follow each other without a comma; that they are Ruby's shows only inside them.
            if values > 0 && only_json && !prints_ruby(text, here, range.end) {
                return Some(here);
            }
            values = values.saturating_add(1);
            after_string = byte == b'"';
        }
    }
    None
}

/// Whether the data in `range`, which stands where no value is due, writes members or closes brackets: more than one
/// string, one separator, or text that is no JSON.
fn writes_structure(text: Text<'_>, range: Range<usize>) -> bool {
    let (mut depth, mut strings, mut separators, mut at) = (0_usize, 0_usize, 0_usize, range.start);
    while at < range.end {
        let here = at;
        at += 1;
        match text.at(here) {
            Some(b'"') => {
                at = string_end(text, at, range.end);
                strings = strings.saturating_add(1);
            }
            Some(b'{') if prints_ruby(text, here, range.end) => return false,
            Some(b'{' | b'[') => depth = depth.saturating_add(1),
            Some(b'}' | b']') if depth == 0 => return true,
            Some(b'}' | b']') => depth -= 1,
            Some(b',' | b':') => separators = separators.saturating_add(1),
            _ => {}
        }
    }
    strings > 1 || (strings == 1 && separators > 0)
}

/// Whether the object at `position` begins as Ruby prints a hash.
fn prints_ruby(text: Text<'_>, position: usize, end: usize) -> bool {
    if text.at(position) != Some(b'{') {
        return false;
    }
    let key_end = match text.at(position + 1) {
        Some(b'"') => string_end(text, position + 2, end),
        _ => return false,
    };
    let arrow = text.skip_blanks(key_end);
    text.bytes(arrow, arrow.saturating_add(2)) == b"=>"
}

/// Behind the string whose text begins at `from`; `end` if it does not end before.
fn string_end(text: Text<'_>, from: usize, end: usize) -> usize {
    let mut at = from;
    while let Some(offset) = memchr::memchr2(b'"', b'\\', text.bytes(at, end)) {
        let found = at.saturating_add(offset);
        if text.at(found) == Some(b'"') {
            return found + 1;
        }
        at = found + 2;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::json::check;
    use super::*;

    /// The body of `marked`, in which `‹…›` marks what was written from data, slots numbered from 0.
    fn read(marked: &str) -> (String, Vec<DataSlot>) {
        let (mut body, mut data, mut start) = (String::new(), Vec::new(), 0);
        for character in marked.chars() {
            match character {
                '‹' => start = body.len(),
                '›' => {
                    let slot = u32::try_from(data.len()).expect("few slots");
                    data.push(DataSlot { range: start..body.len(), slot });
                }
                other => body.push(other),
            }
        }
        (body, data)
    }

    #[test]
    fn finds_data_that_changes_the_structure() {
        type Expected = &'static [(u32, &'static str, &'static str)];
        let table: &[(&str, Expected)] = &[
            (r#"{"a": "‹Ann›", "b": ‹1›, "c": [‹2›, ‹"x"›]}"#, &[]),
            (
                r#"{"a": "‹x \" y \\› \n", "b": "‹é\n›"}"#,
                &[(0, "unescaped-backslash", "\\\""), (1, "unescaped-backslash", "\\n")],
            ),
            (
                r#"["‹a\u0022b›", "‹\u12›", "‹\d›", "‹\n"›"]"#,
                &[(0, "unescaped-backslash", "\\u0022"), (3, "injection", "\"")],
            ),
            (r#"{"a": ‹{"b": [1, 2], "c": "}"}›, "d": ‹[1, 2]›, "e": ‹-1.5e3›}"#, &[]),
            (r#"{"a": "‹x","admin":true,"z":"›"}"#, &[(0, "injection", "\"")]),
            (r#"{"a": "‹5" tall›", "b": "‹a "b"›"}"#, &[(0, "injection", "\""), (1, "injection", "\"")]),
            (r#"{"‹a": 1, "b›": 2}"#, &[(0, "injection", "\"")]),
            (r#"{"a": "‹C:\›", "b": "‹x›"}"#, &[(0, "swallowed-quote", "\\\"")]),
            (r#"{"a": "‹C:\›é"}"#, &[(0, "swallowed-quote", "\\é")]),
            (r#"{"a": "\‹"›"}"#, &[]),
            (r#"{"n": ‹1, "admin": true›}"#, &[(0, "extra-value", ", \"admin\": true")]),
            (r#"{"n": 1‹0, "admin": true›}"#, &[(0, "extra-value", ", \"admin\": true")]),
            (r#"{"n": ‹"x", "admin": true›}"#, &[(0, "extra-value", ", \"admin\": true")]),
            (r#"{"n": ‹Ann, "admin": true›}"#, &[(0, "extra-value", ", \"admin\": true")]),
            (r#"{"n": ‹1}, {"n": 2›}"#, &[(0, "extra-value", "}, {\"n\": 2")]),
            (r#"{"n": ‹"a": 1›}"#, &[(0, "extra-value", ": 1")]),
            (
                r#"[‹1, 2›, ‹1 2›, ‹{} {}›]"#,
                &[(0, "extra-value", ", 2"), (1, "extra-value", "2"), (2, "extra-value", "{}")],
            ),
            (r#"[‹"a"›‹"b"›]"#, &[]),
            (r#"[‹"a"›‹, "b"›]"#, &[(1, "extra-value", ", \"b\"")]),
            (r#"‹{"a": 1}›"#, &[]),
            (r#"‹{"a": 1}{"b": 2}›"#, &[(0, "extra-value", "{\"b\": 2}")]),
            // Text that is no JSON is the strict check's to report.
            (r#"{"a": ‹Ann Lee, Paris›, "b": ‹1,000›, "c": ‹Note: x›, "d": ‹True›, "e": ‹›}"#, &[]),
            (r#"{"a": ‹{"b"=>1, "c"=>2}{"b"=>3}›}"#, &[]),
            // Keys and separators alone.
            (r#"{‹"a"›: 1‹,›"b"‹:›2‹ ›}"#, &[]),
            // Members written whole, comments, and a template that forgot a quote.
            (
                r#"{‹"a": 1, "b": 2›, "c": "‹x›" ‹, "d": 1›}"#,
                &[(0, "extra-value", "\"a\": 1, \"b\": 2"), (2, "extra-value", ", \"d\": 1")],
            ),
            (r#"[{"a": "q"‹}, {›}]"#, &[(0, "extra-value", "}, {")]),
            ("// the \"name\n# it\"s ‹x\"›\n{\"a\": \"‹x\"›\"}", &[(1, "injection", "\"")]),
            ("{\"a\": \"‹x›,\n\"b\": \"‹y\"›\"}", &[(1, "injection", "\"")]),
        ];
        for (marked, expected) in table {
            let (body, data) = read(marked);
            let found: Vec<_> = check_injection(&body, &data)
                .into_iter()
                .map(|finding| match finding.detail {
                    Detail::Slot { slot, .. } => {
                        (slot, finding.rule.code(), body.get(finding.span).unwrap_or("?").to_owned())
                    }
                    other => panic!("{other:?} in {marked}"),
                })
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|&(slot, code, text)| (slot, code, text.to_owned())).collect();
            assert_eq!(found, expected, "{marked}");
        }
    }

    #[test]
    fn says_where_the_string_began() {
        let (body, data) = read(r#"{"a": "‹x"›y"}"#);
        let found = check_injection(&body, &data);
        assert_eq!(found[0].span, 8..9);
        assert_eq!(found[0].detail, Detail::Slot { slot: 0, string: Some(6), reach: 6..11 });
    }

    #[test]
    fn an_injection_replaces_what_follows_from_it() {
        for (marked, expected) in [
            (r#"{"a": "‹say "hi"›", "b": 1,}"#, &["injection", "trailing-comma"][..]),
            (r#"{"a": "‹x",›", "b": 1}"#, &["injection"]),
            (r#"{"a": "‹x"}›"}"#, &["injection"]),
            (r#"{"a": "‹x", "b": ["›"}"#, &["injection"]),
            (r#"{"a": "‹x","a":"›"}"#, &["injection"]),
            (r#"{"a": "‹C:\›", "b": 1}"#, &["swallowed-quote"]),
            (r#"["‹C:\›", "b"]"#, &["swallowed-quote"]),
            (r#"{"a": "‹C:\›"}"#, &["swallowed-quote"]),
            (
                "{\"a\": \"‹say \"hi\"\nyou›\", \"b\": \"‹x\ny›\"}",
                &["injection", "control-character", "control-character"],
            ),
            (r#"{"n": ‹1}›}"#, &["extra-value"]),
            (r#"{"n": 1, "m": ‹1, "n": 2›, "n": 3}"#, &["extra-value", "duplicate-key"]),
            ("{\"a\": \"‹x\"›\"\n\"b\": 1}", &["injection", "missing-comma"]),
        ] {
            let (body, data) = read(marked);
            let merged = merge(check(&body, CheckLimits::default()), check_injection(&body, &data));
            let found: Vec<_> = merged.iter().map(|finding| finding.rule.code()).collect();
            assert_eq!(found, expected, "{marked}");
        }
    }

    #[test]
    fn is_bounded() {
        for part in ["\"", "\\", "a", "{", ",1", "/*", "\n"] {
            let body = part.repeat(500_000 / part.len());
            for start in ["", "[", "[\"", "{\"a\":"] {
                let whole = [DataSlot { range: start.len()..start.len() + body.len(), slot: 0 }];
                let bytes = (start.len()..body.len()).step_by(2).zip(0..);
                let single: Vec<_> = bytes.map(|(at, slot)| DataSlot { range: at..at + 1, slot }).collect();
                let body = format!("{start}{body}");
                assert!(check_injection(&body, &whole).len() <= 1);
                let limits = CheckLimits::default();
                let merged = merge(check(&body, limits), check_injection(&body, &single));
                assert!(merged.len() <= 2 * limits.findings);
            }
        }
    }
}
