//! Outputs: a fragment, then filters between pipes.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::super::Rejected;
use super::super::lexer::{is_segment, is_word, skip};
use super::Reader;
use crate::syntax::ast::{Chain, FilterCall};
use std::ops::Range;

/// An argument of a filter: the name, if it has one, and the value.
type Argument = (Option<Range<usize>>, Range<usize>);

impl Reader<'_> {
    /// The chain in the markup from `start` on; `None` where there is no value in it.
    pub fn output(&mut self, start: usize) -> Result<Option<Chain>, Rejected> {
        self.chain(start..self.bytes.len())
    }

    /// The chain in `part`; `None` where there is no value in it.
    pub(super) fn chain(&mut self, part: Range<usize>) -> Result<Option<Chain>, Rejected> {
        let Some(first) = self.find_fragment(part.clone()) else {
            let nothing = self.stripped(part);
            self.ignore(nothing);
            return Ok(None);
        };
        let input = self.value(first.clone())?;
        let mut span = input.span;
        let mut kept = vec![first.clone()];
        let mut filters = Vec::new();
        if let Some(pipe) = self.find_pipe(first.end..part.end) {
            kept.push(pipe..pipe + 1);
            let mut at = pipe + 1;
            while at < part.end {
                let end = self.filter_end(at, part.end);
                if end == at {
                    at += 1;
                    continue;
                }
                if let Some(call) = self.filter(at..end, &mut kept)? {
                    if !filters.is_empty() {
                        kept.extend(self.single_pipe(at, first.end));
                    }
                    span = span.join(call.span);
                    filters.push(call);
                }
                at = end;
            }
            // A pipe with nothing behind it is passed over.
            if filters.is_empty() {
                kept.retain(|range| *range != (pipe..pipe + 1));
            }
        }
        self.ignore_between(part, kept, b",:");
        Ok(Some(Chain { span, input, filters }))
    }

    /// The pipe right in front of `at`.
    fn single_pipe(&self, at: usize, start: usize) -> Option<Range<usize>> {
        let pipe = at.checked_sub(1).filter(|&pipe| pipe >= start)?;
        (self.byte(pipe) == Some(b'|')).then_some(pipe..at)
    }

    fn find_pipe(&self, part: Range<usize>) -> Option<usize> {
        let mut at = part.start;
        while at < part.end {
            if self.byte(at) == Some(b'|') {
                return Some(at);
            }
            at = self.brace_end(at, part.end).unwrap_or(at + 1);
        }
        None
    }

    /// The end of the blanks, fragments and commas from `at` on.
    fn filter_end(&self, mut at: usize, end: usize) -> usize {
        loop {
            let blanks = self.skip_blanks(at, end);
            let next = match self.fragment_end(blanks, end) {
                Some(next) => next,
                None if blanks < end && self.byte(blanks) == Some(b',') => blanks + 1,
                None => return blanks,
            };
            at = next;
        }
    }

    /// The filter in `part`; `None` where there is no word in it.
    fn filter(
        &mut self,
        part: Range<usize>,
        kept: &mut Vec<Range<usize>>,
    ) -> Result<Option<FilterCall>, Rejected> {
        let bytes = self.bytes;
        let Some(start) = part.clone().find(|&at| bytes.get(at).copied().is_some_and(is_word)) else {
            return Ok(None);
        };
        let name = start..skip(bytes, start, is_word).min(part.end);
        kept.push(name.clone());
        let name = self.name(name);
        let mut call = FilterCall { span: name.span, name, positional: Vec::new(), keyword: Vec::new() };
        let mut at = part.start;
        while at < part.end {
            let found = match self.byte(at) {
                Some(b':' | b',') => self.argument(at + 1, part.end),
                _ => None,
            };
            let Some((keyword, written)) = found else {
                at = self.brace_end(at, part.end).unwrap_or(at + 1);
                continue;
            };
            at = written.end;
            kept.push(keyword.as_ref().map_or(written.start, |name| name.start)..written.end);
            let value = self.value(written)?;
            call.span = call.span.join(value.span);
            match keyword {
                Some(name) => call.keyword.push((self.name(name), value)),
                None => call.positional.push(value),
            }
        }
        Ok(Some(call))
    }

    /// The argument behind the colon or comma in front of `at`.
    fn argument(&self, at: usize, end: usize) -> Option<Argument> {
        let at = self.skip_blanks(at, end);
        let word = at..skip(self.bytes, at, is_word).min(end);
        if !word.is_empty()
            && let Some(value) = self.after_colon(word.end, end)
        {
            return Some((Some(word), value));
        }
        let written = at..self.fragment_end(at, end)?;
        let name = at..skip(self.bytes, at, is_segment).min(written.end);
        let named = self.byte(at).is_some_and(is_word)
            && self.byte(name.end) == Some(b':')
            && name.end + 1 < written.end;
        if named { Some((Some(name.clone()), name.end + 1..written.end)) } else { Some((None, written)) }
    }
}
