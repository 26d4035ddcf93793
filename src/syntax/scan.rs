//! Template text to pieces: text, outputs, tags, and the bodies of `raw`, `comment` and `doc`.
//!
//! The template level of Liquid is not context-free, so it is scanned by hand, with the rules of the reference's
//! tokenizer: a tag ends at the first `%}` and an output at the first `}}`, whatever stands in quotes; a lone `}` or
//! a `{%` inside an output breaks it. To LiquidJS quotes hide what is in them from the end of an output. In dialects with references, `${name}` and inner `{{ … }}` are balanced first.
//! White-space control is applied here: text comes with what was removed from its ends.
//!
//! Every byte is looked at a bounded number of times, whatever is left unclosed.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::ast::Text;
use super::liquidjs::quote_end;
use super::tags::custom::{TagForm, TagForms};
use crate::dialect::{Dialect, Family};
use crate::source::Span;
use memchr::{memchr, memchr2, memchr3, memmem};

/// A tag from `{%` to `%}`, or one line of a `liquid` tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TagPiece {
    /// The whole tag.
    pub span: Span,
    /// Its name.
    pub name: Span,
    /// What follows the name, without the blanks in front.
    pub markup: Span,
}

/// How the body of `raw`, `comment` or `doc` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyEnd {
    /// At this end tag.
    Closed(Span),
    /// Nowhere: the body reaches the end of the template.
    Open,
    /// Nowhere, because a `raw` in the comment, at this place, is not closed.
    OpenRaw(Span),
    /// At this second `doc`, which must not stand in the first.
    NestedDoc(Span),
}

/// A stretch of the template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    /// What stands between tags and outputs.
    Text(Text),
    /// `{{ markup }}`
    Output {
        /// From `{{` to `}}`.
        span: Span,
        /// What stands between, without the hyphens of white-space control.
        markup: Span,
    },
    /// `{% name markup %}`
    Tag(TagPiece),
    /// `{% raw %}`, `{% comment %}` or `{% doc %}` with its body.
    Verbatim {
        /// The opening tag.
        open: TagPiece,
        /// What stands between the tags.
        body: Span,
        /// How it ends.
        end: BodyEnd,
    },
    /// An output that is not closed properly; the span is what the reference takes for it.
    BrokenOutput(Span),
    /// A tag without an end or without a name; the span is what the reference takes for it.
    BrokenTag(Span),
}

/// Inner braces deeper than this are not balanced: no honest output has them, and it bounds the work on others.
const INNER_BRACES: usize = 20;

static NO_TAGS: TagForms = TagForms::NONE;

/// The pieces of a template, in order.
pub(crate) struct Scanner<'s> {
    text: &'s str,
    /// The host's tags, some of which have bodies that are not read.
    tags: &'s TagForms,
    references: bool,
    /// Whether quotes hide the end of an output, and comments do not nest: LiquidJS's rules.
    liquidjs: bool,
    /// Whether hyphens in delimiters take white space.
    white_space_control: bool,
    at: usize,
    trim: bool,
    tags_over: bool,
    /// Where a `}` was last looked for, and the place of the first one from there.
    brace: (usize, Option<usize>),
}

enum OutputEnd {
    Closed(usize),
    Broken { end: usize, resume: usize },
}

impl<'s> Scanner<'s> {
    /// The pieces of `text`; `references` says whether `${…}` and inner braces are balanced.
    pub fn new(text: &'s str, references: bool) -> Self {
        Scanner {
            text,
            tags: &NO_TAGS,
            references,
            liquidjs: false,
            white_space_control: true,
            at: 0,
            trim: false,
            tags_over: false,
            brace: (usize::MAX, None),
        }
    }

    /// The pieces of `text` as `dialect` cuts it.
    pub fn of(text: &'s str, dialect: &Dialect, tags: &'s TagForms) -> Self {
        Scanner {
            tags,
            liquidjs: dialect.family == Family::LiquidJs,
            white_space_control: dialect.white_space_control,
            ..Scanner::new(text, dialect.references)
        }
    }

    /// The same, but the first text is trimmed if `trims`.
    pub fn after_trim(self, trims: bool) -> Self {
        Scanner { trim: trims, ..self }
    }

    /// Whether the next text is trimmed.
    pub fn trims(&self) -> bool {
        self.trim
    }

    fn bytes(&self) -> &'s [u8] {
        self.text.as_bytes()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    /// Whether a hyphen for white-space control stands at `at`.
    fn is_hyphen(&self, at: usize) -> bool {
        self.white_space_control && self.byte(at) == Some(b'-')
    }

    fn starts_tag(&self, at: usize) -> bool {
        !self.tags_over && self.byte(at) == Some(b'{') && self.byte(at + 1) == Some(b'%')
    }

    fn starts_output(&self, at: usize) -> bool {
        self.byte(at) == Some(b'{') && self.byte(at + 1) == Some(b'{')
    }

    fn seek(&self, needle: &str, from: usize) -> Option<usize> {
        let rest = self.bytes().get(from..)?;
        memmem::find(rest, needle.as_bytes()).map(|found| from + found)
    }

    /// Where the `%}` at or after `from` starts. Tags are short: to set up a search for two bytes would cost more than it.
    fn seek_tag_end(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr(b'%', self.bytes().get(at..)?)?;
            if self.byte(at + 1) == Some(b'}') {
                return Some(at);
            }
            at += 1;
        }
    }

    /// Where the `%}` at or after `from` starts. Once there is none, `{%` is text: one report is enough.
    fn tag_close(&mut self, from: usize) -> Option<usize> {
        let close = if self.tags_over { None } else { self.seek_tag_end(from) };
        self.tags_over |= close.is_none();
        close
    }

    /// Where the first `}` at or after `from` is. The answer is kept, lest it be looked for again and again.
    fn next_brace(&mut self, from: usize) -> Option<usize> {
        let (asked, found) = self.brace;
        if from < asked || found.is_some_and(|found| found < from) {
            self.brace = (from, self.seek("}", from));
        }
        self.brace.1
    }

    fn next_delimiter(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(found) = self.bytes().get(at..).and_then(|rest| memchr(b'{', rest)) {
            at += found;
            if self.starts_tag(at) || self.starts_output(at) {
                return at;
            }
            at += 1;
        }
        self.text.len()
    }

    fn text_piece(&mut self) -> Piece {
        let (start, end) = (self.at, self.next_delimiter(self.at));
        self.at = end;
        let mut kept = (start, end);
        let whole = self.text.get(start..end).unwrap_or_default();
        if std::mem::take(&mut self.trim) {
            kept.0 = end - whole.trim_start_matches(is_stripped).len();
        }
        if end < self.text.len() && self.is_hyphen(end + 2) {
            let rest = self.text.get(kept.0..end).unwrap_or_default();
            kept.1 = kept.0 + rest.trim_end_matches(is_stripped).len();
        }
        Piece::Text(Text {
            kept: Span::new(kept.0, kept.1),
            removed_before: Span::new(start, kept.0),
            removed_after: Span::new(kept.1, end),
        })
    }

    fn output_piece(&mut self) -> Piece {
        let start = self.at;
        match self.output_end(start) {
            OutputEnd::Closed(end) => {
                self.at = end;
                self.trim = self.is_hyphen(end - 3);
                let first = start + 2 + usize::from(self.is_hyphen(start + 2));
                let last = end - 2 - usize::from(self.trim);
                Piece::Output { span: Span::new(start, end), markup: Span::new(first, last) }
            }
            OutputEnd::Broken { end, resume } => {
                self.at = resume;
                self.trim = false;
                Piece::BrokenOutput(Span::new(start, end))
            }
        }
    }

    fn output_end(&mut self, start: usize) -> OutputEnd {
        if self.liquidjs {
            return self.quoted_end(start);
        }
        if self.references {
            let balanced = self.balanced_end(start, true).or_else(|| self.balanced_end(start, false));
            if let Some(end) = balanced {
                return OutputEnd::Closed(end);
            }
        }
        let mut at = start + 2;
        let length = self.text.len();
        while let Some(found) = self.bytes().get(at..).and_then(|rest| memchr2(b'{', b'}', rest)) {
            at += found;
            match (self.byte(at), self.byte(at + 1)) {
                (Some(b'}'), Some(b'}')) => return OutputEnd::Closed(at + 2),
                (Some(b'}'), _) => return OutputEnd::Broken { end: at + 1, resume: at + 1 },
                (_, Some(b'%')) => {
                    let end = self.tag_close(at + 2).map_or(at + 2, |end| end + 2);
                    return OutputEnd::Broken { end, resume: at };
                }
                _ => at += 1,
            }
        }
        OutputEnd::Broken { end: start + 2, resume: length }
    }

    /// The end of an output in which a text in quotes may hold braces. Where it has none, LiquidJS reads no further.
    fn quoted_end(&self, start: usize) -> OutputEnd {
        let length = self.text.len();
        let mut at = start + 2;
        while let Some(found) = self.bytes().get(at..).and_then(|rest| memchr3(b'"', b'\'', b'}', rest)) {
            at += found;
            at = match self.byte(at) {
                Some(b'}') if self.byte(at + 1) == Some(b'}') => return OutputEnd::Closed(at + 2),
                Some(b'}') => at + 1,
                _ => match quote_end(self.bytes(), at) {
                    Some(end) => end,
                    None => break,
                },
            };
        }
        OutputEnd::Broken { end: length, resume: length }
    }

    /// The end of an output with `${…}`, inner braces or, if `singles`, a pair of single braces in it; `None` where it
    /// has none of them, and where they do not balance.
    fn balanced_end(&mut self, start: usize, singles: bool) -> Option<usize> {
        let mut at = start + 2;
        let first = self.next_brace(at)?;
        if !self.bytes().get(at..first)?.contains(&b'{') {
            return None;
        }
        let mut depth = 0;
        let mut single = false;
        loop {
            let byte = self.byte(at)?;
            let next = self.byte(at + 1);
            match byte {
                b'\'' | b'"' => {
                    let rest = self.bytes().get(at + 1..).unwrap_or_default();
                    at += memchr(byte, rest).map_or(1, |close| close + 2);
                }
                b'$' if next == Some(b'{') => at = self.next_brace(at + 2)? + 1,
                b'{' if next == Some(b'{') => {
                    depth += 1;
                    at += 2;
                    if depth > INNER_BRACES {
                        return None;
                    }
                }
                b'{' if next == Some(b'%') => return None,
                b'{' => {
                    single |= singles && at == start + 2;
                    at += 1;
                }
                b'}' if single && depth == 0 => {
                    single = false;
                    at += 1;
                }
                b'}' if next == Some(b'}') => {
                    at += 2;
                    if depth == 0 {
                        return Some(at);
                    }
                    depth -= 1;
                }
                b'}' => return None,
                _ => at += 1,
            }
        }
    }

    fn tag_piece(&mut self) -> Piece {
        let start = self.at;
        let Some(close) = self.tag_close(start + 2) else {
            self.trim = false;
            self.at = start + 2;
            return Piece::BrokenTag(Span::new(start, start + 2));
        };
        let end = close + 2;
        self.at = end;
        self.trim = self.is_hyphen(end - 3);
        let Some(tag) = self.read_tag(start, end) else {
            return Piece::BrokenTag(Span::new(start, end));
        };
        match self.slice(tag.name) {
            "raw" => self.raw(tag),
            "doc" => self.doc(tag),
            "comment" => self.comment(tag),
            name if self.tags.find(name).is_some_and(TagForm::is_verbatim) => self.custom(tag, name),
            _ => Piece::Tag(tag),
        }
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.get(span.from()..span.to()).unwrap_or_default()
    }

    /// The tag from `start` (at `{%`) to `end` (after `%}`), if it has a name.
    fn read_tag(&self, start: usize, end: usize) -> Option<TagPiece> {
        let from = start + 2 + usize::from(self.is_hyphen(start + 2));
        let mut to = end - 2;
        if to > from && self.is_hyphen(to - 1) {
            to -= 1;
        }
        let (name, markup) = read_name(self.text, from, to)?;
        Some(TagPiece { span: Span::new(start, end), name, markup })
    }

    /// Where the verbatim body that runs from `from` ends: the last tag name before each `%}` is asked for, since
    /// the reference overlooks every `{%` and `{{` before it.
    fn verbatim_end(&self, from: usize, mut verdict: impl FnMut(&str) -> bool) -> Option<(&'s str, Span)> {
        let mut at = from;
        loop {
            let start = self.seek("{%", at)?;
            let end = self.seek("%}", start + 2)? + 2;
            let mut last = None;
            let mut inside = start;
            while let Some(open) = self.seek_before("{%", inside, end) {
                inside = open + 2;
                if let Some(tag) = self.read_tag(open, end).filter(|tag| self.slice(tag.name) != "#") {
                    last = Some((self.slice(tag.name), tag.span));
                }
            }
            if let Some((name, span)) = last
                && verdict(name)
            {
                return Some((name, span));
            }
            at = end;
        }
    }

    fn seek_before(&self, needle: &str, from: usize, to: usize) -> Option<usize> {
        let stretch = self.bytes().get(from..to)?;
        memmem::find(stretch, needle.as_bytes()).map(|found| from + found)
    }

    fn close(&mut self, open: TagPiece, end: Option<Span>, otherwise: BodyEnd) -> Piece {
        let from = open.span.to();
        match end {
            Some(end) => {
                self.at = end.to();
                self.trim = self.is_hyphen(end.to() - 3);
                Piece::Verbatim { open, body: Span::new(from, end.from()), end: BodyEnd::Closed(end) }
            }
            None => {
                self.at = self.text.len();
                self.trim = false;
                Piece::Verbatim { open, body: Span::new(from, self.at), end: otherwise }
            }
        }
    }

    fn raw(&mut self, open: TagPiece) -> Piece {
        let end = self.verbatim_end(open.span.to(), |name| name == "endraw");
        self.close(open, end.map(|(_, span)| span), BodyEnd::Open)
    }

    fn custom(&mut self, open: TagPiece, name: &str) -> Piece {
        let end = self.verbatim_end(open.span.to(), |found| found.strip_prefix("end") == Some(name));
        self.close(open, end.map(|(_, span)| span), BodyEnd::Open)
    }

    fn doc(&mut self, open: TagPiece) -> Piece {
        let mut nested = None;
        let mut from = open.span.to();
        loop {
            match self.verbatim_end(from, |name| name == "enddoc" || name == "doc") {
                Some(("doc", span)) => {
                    nested.get_or_insert(span);
                    from = span.to();
                }
                end => {
                    let piece = self.close(open, end.map(|(_, span)| span), BodyEnd::Open);
                    return match (nested, piece) {
                        (Some(doc), Piece::Verbatim { open, body, .. }) => {
                            Piece::Verbatim { open, body, end: BodyEnd::NestedDoc(doc) }
                        }
                        (_, piece) => piece,
                    };
                }
            }
        }
    }

    /// A comment ends at its own `endcomment`: comments and `raw` inside it must be closed, all else is skipped.
    fn comment(&mut self, open: TagPiece) -> Piece {
        let mut depth = 1_usize;
        let mut at = open.span.to();
        loop {
            at = self.next_delimiter(at);
            if at >= self.text.len() {
                return self.close(open, None, BodyEnd::Open);
            }
            if self.starts_output(at) {
                at = match self.output_end(at) {
                    OutputEnd::Closed(end) => end,
                    OutputEnd::Broken { end, resume } => end.max(resume),
                };
                continue;
            }
            let Some(close) = self.tag_close(at + 2) else {
                return self.close(open, None, BodyEnd::Open);
            };
            let (start, end) = (at, close + 2);
            at = end;
            let Some(tag) = self.read_tag(start, end) else { continue };
            match self.slice(tag.name) {
                "raw" => match self.verbatim_end(end, |name| name == "endraw") {
                    Some((_, endraw)) => at = endraw.to(),
                    None => return self.close(open, None, BodyEnd::OpenRaw(tag.span)),
                },
                "comment" if !self.liquidjs => depth += 1,
                "endcomment" => {
                    depth -= 1;
                    if depth == 0 {
                        return self.close(open, Some(tag.span), BodyEnd::Open);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.at >= self.text.len() {
            return None;
        }
        if self.starts_output(self.at) {
            return Some(self.output_piece());
        }
        if self.starts_tag(self.at) {
            return Some(self.tag_piece());
        }
        Some(self.text_piece())
    }
}

/// `text` from the first character that is not blank.
fn without_blanks(text: &str) -> &str {
    let blanks = text.bytes().position(|byte| !is_blank(char::from(byte))).unwrap_or(text.len());
    text.get(blanks..).unwrap_or_default()
}

/// The tag name at the start of `from..to`, after blanks, and what follows it: the reference's `#|\w+`.
pub(crate) fn read_name(text: &str, from: usize, to: usize) -> Option<(Span, Span)> {
    let stretch = text.get(from..to)?;
    let trimmed = without_blanks(stretch);
    let start = to - trimmed.len();
    let length = match trimmed.as_bytes().first()? {
        b'#' => 1,
        _ => trimmed
            .bytes()
            .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
            .unwrap_or(trimmed.len()),
    };
    if length == 0 {
        return None;
    }
    let rest = without_blanks(trimmed.get(length..)?);
    Some((Span::new(start, start + length), Span::new(to - rest.len(), to)))
}

/// What `\s` matches in the reference's regular expressions.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// What Ruby's `strip` removes, and so white-space control.
fn is_stripped(c: char) -> bool {
    is_blank(c) || c == '\0'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str, references: bool) -> String {
        let slice = |span: Span| &text[span.from()..span.to()];
        Scanner::new(text, references)
            .map(|piece| match piece {
                Piece::Text(part) => format!("T[{}]", slice(part.kept)),
                Piece::Output { markup, .. } => format!("O[{}]", slice(markup)),
                Piece::Tag(tag) => format!("t[{}:{}]", slice(tag.name), slice(tag.markup)),
                Piece::Verbatim { open, body, end } => {
                    let end = match end {
                        BodyEnd::Closed(_) => "",
                        BodyEnd::Open => "!open",
                        BodyEnd::OpenRaw(_) => "!raw",
                        BodyEnd::NestedDoc(_) => "!nested",
                    };
                    format!("V[{}:{}{end}]", slice(open.name), slice(body))
                }
                Piece::BrokenOutput(span) => format!("BO[{}]", slice(span)),
                Piece::BrokenTag(span) => format!("BT[{}]", slice(span)),
            })
            .collect()
    }

    #[test]
    fn plain_templates_are_cut_as_the_reference_cuts_them() {
        for (text, expected) in [
            ("a{{ b }}c", "T[a]O[ b ]T[c]"),
            ("{% if x %}y{%endif%}", "t[if:x ]T[y]t[endif:]"),
            (" a {{- b -}} c ", "T[ a]O[ b ]T[c ]"),
            ("{{-}} a", "O[]T[a]"),
            ("{{-1}}", "O[1]"),
            ("{%- # note -%} a", "t[#:note ]T[a]"),
            ("{{ '{{' }}", "O[ '{{' ]"),
            ("{{ a } b }}", "BO[{{ a }]T[ b }}]"),
            ("{{ a {% if x %}", "BO[{{ a {% if x %}]t[if:x ]"),
            ("{{ a", "BO[{{]"),
            ("x {% if a", "T[x ]BT[{%]T[ if a]"),
            ("{% %}{%-%}", "BT[{% %}]BT[{%-%}]"),
            ("{% raw -%} a {{ b }} {%- endraw -%} c", "V[raw: a {{ b }} ]T[c]"),
            ("{% raw %} {% }} {{ {% endraw %}", "V[raw: {% }} {{ ]"),
            ("{% raw %}a", "V[raw:a!open]"),
            (
                "{% comment %}{% comment %}{% endcomment %}a{% endcomment x %}b",
                "V[comment:{% comment %}{% endcomment %}a]T[b]",
            ),
            ("{% comment %}{{ liquid{% endcomment %}", "V[comment:{{ liquid{% endcomment %}!open]"),
            ("{% comment %}{% raw %}{% endcomment %}", "V[comment:{% raw %}{% endcomment %}!raw]"),
            ("{% doc %}{{ foo {% enddoc %}", "V[doc:{{ foo ]"),
            ("{% doc %}{% doc %}{% enddoc %}b", "V[doc:{% doc %}!nested]T[b]"),
        ] {
            assert_eq!(picture(text, false), expected, "{text}");
        }
    }

    #[test]
    fn references_and_inner_braces_are_balanced() {
        for (text, expected) in [
            (r#"{"points": {{custom_attribute.${p}}}}"#, r#"T[{"points": ]O[custom_attribute.${p}]T[}]"#),
            ("{{a | plus: {{b}}}}", "O[a | plus: {{b}}]"),
            ("{{custom_attribute.${p} | default: 0}}}", "O[custom_attribute.${p} | default: 0]T[}]"),
            ("{% if {{x}} == 1%}", "t[if:{{x}} == 1]"),
            ("{{{a.${k}}}}", "O[{a.${k}}]"),
            ("{{{a.${k}}}, b", "O[{a.${k}]T[, b]"),
            ("{{{a.${k}} | date: '%s'}}", "O[{a.${k}} | date: '%s']"),
            ("{{ '{{' }}", "O[ '{{' ]"),
            ("{{ {{ a }} b", "O[ {{ a ]T[ b]"),
            ("{{ ${a }}", "O[ ${a ]"),
            ("cost ${{a}}", "T[cost $]O[a]"),
        ] {
            assert_eq!(picture(text, true), expected, "{text}");
        }
    }

    #[test]
    fn hostile_templates_are_scanned() {
        // A quadratic scan of one of these would take minutes.
        for text in [
            "{{",
            "{%",
            "{{ {{ x }} ",
            "{{ ${",
            "{% raw %}",
            "{% comment %}",
            "{% doc %}",
            "{{ '",
            "{%{{",
            "{% comment %}{{",
        ] {
            for references in [false, true] {
                assert!(Scanner::new(&(text.repeat(50_000) + "}"), references).count() > 0);
            }
        }
    }
}
