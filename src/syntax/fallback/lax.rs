//! Markup to tree as the reference's regular expressions read it, in one pass from left to right.
//!
//! The unit of that reading is the *fragment*: a text in quotes, or everything up to a blank, a comma, a pipe or a
//! stray quote. `${…}` and inner braces, where the dialect has them, are part of a fragment whatever they hold. What no
//! fragment that counts covers is ignored, and remembered.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

mod chain;
mod condition;
mod tags;

use super::lexer::{is_blank, is_segment, is_word, skip};
use super::{Fallback, Rejected, literal};
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::Span;
use crate::syntax::ast::{Chain, Expression, ExpressionKind, Literal, Lookup, Name, Root, Segment};
use memchr::memchr;
use std::iter::once;
use std::ops::Range;

/// A reader of one markup.
pub(super) struct Reader<'m> {
    text: &'m str,
    bytes: &'m [u8],
    base: usize,
    limits: &'m Limits,
    /// Every `${…}` and `{{…}}`, sorted by start.
    braces: Vec<Range<usize>>,
    /// Every `[…]`, sorted by start.
    brackets: Vec<Range<usize>>,
    depth: usize,
    ignored: Vec<Range<usize>>,
}

/// What a variable's name is made of.
enum Piece {
    Name(Range<usize>),
    /// What stands between the brackets.
    Brackets(Range<usize>),
    Reference(Range<usize>),
}

impl<'m> Reader<'m> {
    /// A reader of `text`, which stands at `base` in the template.
    pub fn new(text: &'m str, base: usize, fallback: &Fallback<'m>) -> Self {
        let bytes = text.as_bytes();
        let braces = if fallback.dialect.references { braces(bytes) } else { Vec::new() };
        let mut reader = Reader {
            text,
            bytes,
            base,
            limits: fallback.limits,
            braces,
            brackets: Vec::new(),
            depth: 0,
            ignored: Vec::new(),
        };
        reader.brackets = reader.pair_brackets();
        reader
    }

    /// The stretches that were passed over, as places in the template.
    pub fn ignored(mut self) -> Vec<Span> {
        self.ignored.sort_by_key(|range| range.start);
        self.ignored.iter().map(|range| Span::new(range.start, range.end).shifted(self.base)).collect()
    }

    fn slice(&self, range: Range<usize>) -> &'m str {
        self.text.get(range).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(range.start, range.end).shifted(self.base)
    }

    fn name(&self, range: Range<usize>) -> Name {
        Name { text: self.slice(range.clone()).to_owned(), span: self.span(range) }
    }

    fn ignore(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.ignored.push(range);
        }
    }

    /// Ignores what lies in `part` and in none of `kept`, but for blanks and the bytes of `punctuation` at its ends.
    fn ignore_between(&mut self, part: Range<usize>, mut kept: Vec<Range<usize>>, punctuation: &[u8]) {
        kept.sort_by_key(|range| range.start);
        let free = |byte: u8| is_blank(byte) || punctuation.contains(&byte);
        let mut at = part.start;
        for range in kept.into_iter().chain(once(part.end..part.end)) {
            let mut gap = at..range.start;
            while gap.start < gap.end && self.byte(gap.start).is_some_and(free) {
                gap.start += 1;
            }
            while gap.start < gap.end && self.byte(gap.end - 1).is_some_and(free) {
                gap.end -= 1;
            }
            self.ignore(gap);
            at = at.max(range.end);
        }
    }

    /// The `${…}` or `{{…}}` that starts at `at` and ends by `end`.
    fn brace_end(&self, at: usize, end: usize) -> Option<usize> {
        matching(&self.braces, at).filter(|&close| close <= end)
    }

    fn pair_brackets(&self) -> Vec<Range<usize>> {
        let mut pairs = Vec::new();
        let mut open = Vec::new();
        // What stands in inner braces is read on its own, so its brackets pair among themselves.
        let mut closes: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(byte) = self.byte(at) {
            while let Some(&(_, outside)) = closes.last().filter(|(close, _)| *close <= at) {
                open.truncate(outside);
                closes.pop();
            }
            let floor = closes.last().map_or(0, |(_, outside)| *outside);
            match byte {
                b'[' => open.push(at),
                b']' if open.len() > floor => pairs.extend(open.pop().map(|start| start..at + 1)),
                b'$' | b'{' => match self.brace_end(at, self.bytes.len()) {
                    Some(close) if byte == b'$' => {
                        at = close;
                        continue;
                    }
                    Some(close) => closes.push((close, open.len())),
                    None => {}
                },
                _ => {}
            }
            at += 1;
        }
        pairs.sort_by_key(|pair| pair.start);
        pairs
    }

    fn skip_blanks(&self, at: usize, end: usize) -> usize {
        skip(self.bytes, at, is_blank).min(end)
    }

    /// The end of the text in quotes that starts at `at`.
    fn string_end(&self, at: usize, end: usize) -> Option<usize> {
        let quote = self.byte(at).filter(|byte| matches!(byte, b'\'' | b'"'))?;
        let length = memchr(quote, self.bytes.get(at + 1..end)?)?;
        Some(at + length + 2)
    }

    /// The end of the smallest part of a fragment at `at`: a character, a text in quotes, `${…}` or `{{…}}`.
    fn atom_end(&self, at: usize, end: usize) -> Option<usize> {
        if at >= end {
            return None;
        }
        match self.byte(at)? {
            b'\'' | b'"' => self.string_end(at, end),
            b',' | b'|' => None,
            byte if is_blank(byte) => None,
            b'$' | b'{' => Some(self.brace_end(at, end).unwrap_or(at + 1)),
            _ => Some(at + 1),
        }
    }

    /// The end of the fragment that starts at `at`.
    fn fragment_end(&self, at: usize, end: usize) -> Option<usize> {
        self.string_end(at, end).or_else(|| self.atoms_end(at, end))
    }

    fn atoms_end(&self, at: usize, end: usize) -> Option<usize> {
        let mut to = self.atom_end(at, end)?;
        let mut braces = self.brace_end(at, end).is_some();
        while let Some(next) = self.atom_end(to, end) {
            // The platform puts something of its own in the place of braces, so an operator may touch them.
            if braces && matches!(self.byte(to), Some(b'=' | b'!' | b'<' | b'>')) {
                break;
            }
            braces = self.brace_end(to, end).is_some();
            to = next;
        }
        Some(to)
    }

    /// The end of the fragments that start at `at` and follow each other closely.
    fn fragments_end(&self, at: usize, end: usize) -> Option<usize> {
        let mut to = self.fragment_end(at, end)?;
        while let Some(next) = self.fragment_end(to, end) {
            to = next;
        }
        Some(to)
    }

    /// The first fragment in `part`.
    fn find_fragment(&self, part: Range<usize>) -> Option<Range<usize>> {
        part.clone().find_map(|at| Some(at..self.fragment_end(at, part.end)?))
    }

    fn stripped(&self, part: Range<usize>) -> Range<usize> {
        trimmed(self.text, part)
    }

    /// One level further into brackets, ranges or inner braces.
    fn inside<T>(
        &mut self,
        part: Range<usize>,
        read: impl FnOnce(&mut Self, Range<usize>) -> Result<T, Rejected>,
    ) -> Result<T, Rejected> {
        let deepest = super::deepest(self.limits);
        if self.depth >= deepest {
            return Err(Rejected::limit(Exceeded::new(Limit::ExpressionDepth, deepest), self.span(part)));
        }
        self.depth += 1;
        let result = read(self, part);
        self.depth -= 1;
        result
    }

    /// The value written in `part`.
    fn value(&mut self, part: Range<usize>) -> Result<Expression, Rejected> {
        let part = self.stripped(part);
        let text = self.slice(part.clone());
        let span = self.span(part.clone());
        let literal = |literal| Ok(Expression { span, kind: ExpressionKind::Literal(literal) });
        if text.is_empty() {
            return literal(Literal::Nil);
        }
        if ['\'', '"'].iter().any(|&quote| text.starts_with(quote) && text.ends_with(quote)) {
            let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
            return literal(Literal::String(inside.to_owned()));
        }
        if let Some(word) = literal::word(text) {
            return literal(word);
        }
        if text.starts_with("{{")
            && let Some(end) = self.brace_end(part.start, part.end)
        {
            self.ignore(end..part.end);
            return self.inner(part.start..end);
        }
        if let Some((first, last)) = self.range_ends(part.clone()) {
            let first = self.inside(first, Reader::value)?;
            let last = self.inside(last, Reader::value)?;
            super::check_range(&first, &last, |end| {
                let place = end.from().saturating_sub(self.base)..end.to().saturating_sub(self.base);
                self.slice(place).to_owned()
            })?;
            return Ok(Expression { span, kind: ExpressionKind::Range(Box::new((first, last))) });
        }
        match literal::number(text, self.limits) {
            Ok(Some((number, used))) => {
                let end = part.start + used;
                self.ignore(end..part.end);
                Ok(Expression { span: self.span(part.start..end), kind: ExpressionKind::Literal(number) })
            }
            Ok(None) => self.lookup(part),
            Err(exceeded) => Err(Rejected::limit(exceeded, span)),
        }
    }

    /// The chain in the inner braces at `braces`.
    fn inner(&mut self, braces: Range<usize>) -> Result<Expression, Rejected> {
        let span = self.span(braces.clone());
        let inside = braces.start + 2..braces.end.saturating_sub(2);
        let chain = self.inside(inside, Reader::chain)?;
        let chain = chain.unwrap_or_else(|| nothing_at(span.from().saturating_add(2)));
        Ok(Expression { span, kind: ExpressionKind::Inner(Box::new(chain)) })
    }

    /// The two ends of the range written in `part`: what stands before and after the last `..` of the first word.
    fn range_ends(&self, part: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        if self.byte(part.start) != Some(b'(') || !self.slice(part.clone()).ends_with(')') {
            return None;
        }
        let inside = self.stripped(part.start + 1..part.end.checked_sub(1)?.max(part.start + 1));
        let word = inside.start..self.word_end(inside.clone());
        let after = self.skip_blanks(word.end, inside.end);
        let (first, rest) = if self.slice(after..inside.end).starts_with("..") && !word.is_empty() {
            (word, after + 2)
        } else {
            let (before, _) = self.slice(word.clone()).rsplit_once("..")?;
            let dots = word.start + before.len();
            (word.start..dots, dots + 2)
        };
        let last = self.stripped(rest..inside.end);
        let whole = self.word_end(last.clone()) == last.end;
        (whole && !first.is_empty() && !last.is_empty()).then_some((first, last))
    }

    /// The end of the first word in `part`; blanks in braces are part of a word.
    fn word_end(&self, part: Range<usize>) -> usize {
        let mut at = part.start;
        while at < part.end && !self.byte(at).is_some_and(is_blank) {
            at = self.brace_end(at, part.end).unwrap_or(at + 1);
        }
        at
    }

    /// The variable in `part`: its names and brackets, whatever stands between them.
    fn lookup(&mut self, part: Range<usize>) -> Result<Expression, Rejected> {
        let pieces = self.pieces(part.clone());
        let place = |piece: &Piece| match piece {
            Piece::Name(place) | Piece::Reference(place) => self.span(place.clone()),
            Piece::Brackets(inside) => self.span(inside.start - 1..inside.end + 1),
        };
        let span = match (pieces.first(), pieces.last()) {
            (Some(first), Some(last)) => place(first).join(place(last)),
            _ => self.span(part),
        };
        let mut pieces = pieces.into_iter().peekable();
        let root = match pieces.next() {
            // A variable without a name: unlike the word `nil` it is no constant.
            None => {
                let name = Box::new(Expression { span, kind: ExpressionKind::Literal(Literal::Nil) });
                let lookup = Lookup { root: Root::Dynamic(name), segments: Vec::new() };
                return Ok(Expression { span, kind: ExpressionKind::Lookup(lookup) });
            }
            Some(Piece::Name(name)) => {
                let name = self.name(name);
                match pieces.peek() {
                    Some(Piece::Reference(reference)) => {
                        let attribute = self.attribute(reference.clone());
                        pieces.next();
                        Root::Reference { namespace: Some(name), name: attribute }
                    }
                    _ => Root::Name(name),
                }
            }
            Some(Piece::Brackets(inside)) => Root::Dynamic(Box::new(self.inside(inside, Reader::value)?)),
            Some(Piece::Reference(reference)) => {
                Root::Reference { namespace: None, name: self.attribute(reference) }
            }
        };
        let mut segments = Vec::new();
        for piece in pieces {
            segments.push(match piece {
                Piece::Name(name) => Segment::Name(self.name(name)),
                Piece::Brackets(inside) => Segment::Index(self.inside(inside, Reader::value)?),
                Piece::Reference(reference) => Segment::Reference(self.attribute(reference)),
            });
        }
        Ok(Expression { span, kind: ExpressionKind::Lookup(Lookup { root, segments }) })
    }

    fn attribute(&self, reference: Range<usize>) -> Name {
        super::attribute(self.slice(reference.clone()), self.span(reference))
    }

    fn pieces(&mut self, part: Range<usize>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = part.start;
        let mut passed = at;
        while at < part.end {
            let byte = self.byte(at).unwrap_or_default();
            let (piece, end) = match byte {
                b'[' => match matching(&self.brackets, at).filter(|&close| close <= part.end) {
                    Some(close) => (Some(Piece::Brackets(at + 1..close - 1)), close),
                    None => (None, at + 1),
                },
                b'$' | b'{' => match self.brace_end(at, part.end) {
                    Some(close) if byte == b'$' => (Some(Piece::Reference(at..close)), close),
                    Some(close) => (None, close),
                    None => (None, at + 1),
                },
                _ if is_segment(byte) => {
                    let mut end = skip(self.bytes, at, is_segment).min(part.end);
                    if end < part.end && self.byte(end) == Some(b'?') {
                        end += 1;
                    }
                    (Some(Piece::Name(at..end)), end)
                }
                _ => (None, at + 1),
            };
            if let Some(piece) = piece {
                let dot = self.slice(passed..at) == "." && !pieces.is_empty();
                if !dot || matches!(piece, Piece::Brackets(_)) {
                    self.ignore(passed..at);
                }
                passed = end;
                pieces.push(piece);
            }
            at = end;
        }
        self.ignore(passed..part.end);
        pieces
    }

    /// The `name: value` pairs in `part`, wherever they stand.
    fn attributes(&self, part: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
        let mut pairs = Vec::new();
        let mut at = part.start;
        while at < part.end {
            if let Some(close) = self.brace_end(at, part.end) {
                at = close;
                continue;
            }
            if !self.byte(at).is_some_and(is_word) {
                at += 1;
                continue;
            }
            let name = at..skip(self.bytes, at, is_segment).min(part.end);
            at = name.end;
            if let Some(value) = self.after_colon(name.end, part.end) {
                at = value.end;
                pairs.push((name, value));
            }
        }
        pairs
    }

    /// The fragment behind the colon that stands at `at`, blanks aside.
    fn after_colon(&self, at: usize, end: usize) -> Option<Range<usize>> {
        let colon = self.skip_blanks(at, end);
        if colon >= end || self.byte(colon) != Some(b':') {
            return None;
        }
        let value = self.skip_blanks(colon + 1, end);
        Some(value..self.fragment_end(value, end)?)
    }

    /// The first blank-separated `word` at or after `at` that is followed by a blank, as the place behind it.
    fn word_between_blanks(&self, word: &str, at: usize, end: usize) -> Option<usize> {
        let start = self.skip_blanks(at, end);
        let to = start + word.len();
        let after = self.skip_blanks(to, end);
        (start > at && after > to && self.slice(start..to.min(end)) == word).then_some(after)
    }
}

/// The target of an assignment and the offset of what is assigned.
pub(super) fn assignment(markup: &str) -> Option<(Range<usize>, usize)> {
    let bytes = markup.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = signature_end(bytes, at);
        if end > at {
            let sign = skip(bytes, end, is_blank);
            if bytes.get(sign) == Some(&b'=') {
                return Some((at..end, skip(bytes, sign + 1, is_blank)));
            }
        }
        at = end.max(at + 1);
    }
    None
}

/// The end of what may name a variable from `at` on: letters, digits, `_ - . [ ]`, each perhaps in parentheses.
fn signature_end(bytes: &[u8], mut at: usize) -> usize {
    let part =
        |at: usize| bytes.get(at).is_some_and(|&byte| is_segment(byte) || matches!(byte, b'.' | b'[' | b']'));
    loop {
        let inside = if bytes.get(at) == Some(&b'(') { at + 1 } else { at };
        if !part(inside) {
            return at;
        }
        at = inside + 1;
        if bytes.get(at) == Some(&b')') {
            at += 1;
        }
    }
}

/// A chain that is nil.
pub(super) fn nothing_at(at: usize) -> Chain {
    let span = Span::at(at);
    let input = Expression { span, kind: ExpressionKind::Literal(Literal::Nil) };
    Chain { span, input, filters: Vec::new() }
}

/// `part` of `text` without the blanks at its ends.
pub(super) fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let inside = text.get(part.clone()).unwrap_or_default();
    let rest = inside.trim_start_matches(super::is_stripped);
    let start = part.start + (inside.len() - rest.len());
    start..start + rest.trim_end_matches(super::is_stripped).len()
}

fn matching(pairs: &[Range<usize>], start: usize) -> Option<usize> {
    let index = pairs.binary_search_by_key(&start, |pair| pair.start).ok()?;
    pairs.get(index).map(|pair| pair.end)
}

/// Every `${…}` and `{{…}}` in `bytes`, sorted by start; what stands in quotes does not count.
fn braces(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut pairs = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    let last_close = memchr::memrchr(b'}', bytes).unwrap_or(0);
    let rest = |at: usize| bytes.get(at..).unwrap_or_default();
    while let Some(&byte) = bytes.get(at) {
        let doubled = bytes.get(at + 1) == Some(&byte);
        let closed = match byte {
            b'\'' | b'"' => memchr(byte, rest(at + 1)).map(|length| at + length + 2),
            b'$' if bytes.get(at + 1) == Some(&b'{') && at < last_close => {
                let end = memchr(b'}', rest(at)).map(|length| at + length + 1);
                pairs.extend(end.map(|end| at..end));
                end
            }
            b'{' if doubled => {
                open.push(at);
                Some(at + 2)
            }
            b'}' if doubled => {
                pairs.extend(open.pop().map(|start| start..at + 2));
                Some(at + 2)
            }
            _ => None,
        };
        at = closed.unwrap_or(at + 1);
    }
    pairs.sort_by_key(|pair| pair.start);
    pairs
}
