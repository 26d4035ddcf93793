//! Findings about values: the body may be JSON, and a value of it is not what its receiver wants.
//!
//! [`blame::diagnose_values`](super::blame::diagnose_values) leads them back to the template, [`ValueFinding::in_body`]
//! shows them in a body that no template here wrote.

use super::finding::on_one_line;
use super::json::document::{Kind, Reading};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity, code};
use crate::source::{Source, Span};
use std::ops::Range;
use std::sync::Arc;

/// What is wrong with one value of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValueFinding {
    /// The entry of the table of codes.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where the value stands in the document: `properties.categories[0].id`; empty for the whole of it.
    pub path: String,
    /// The bytes of the value in the body, quotes included; of something that is missing those of the object or array
    /// that lacks it; of a key that should not be there those of the key.
    pub span: Range<usize>,
    /// What is wrong, one line.
    pub message: String,
    /// What to do about it, beside what the [`mend`](ValueFinding::mend) says.
    pub help: Vec<String>,
    /// How the value can be written so that it is right.
    pub mend: Mend,
    /// What the finding is about.
    pub about: About,
}

/// What a [`ValueFinding`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The value at the span.
    Value,
    /// A member or item that the object or array at the span lacks.
    Absent,
    /// The key at the span.
    Key,
}

/// A change to how a value is written that makes it right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mend {
    /// Its quotes are to go, all in all.
    pub unquoted: bool,
    /// Three zeros are to follow it, all in all: seconds become milliseconds.
    pub zeros: bool,
    /// The part of it that mends this finding.
    pub edit: Option<MendEdit>,
}

/// One way to change how a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MendEdit {
    /// The quotes round it are taken away.
    Unquote,
    /// Quotes are put round it.
    Quote,
    /// `000` is put behind it.
    Zeros,
}

impl ValueFinding {
    /// A finding of kind `code` about the value at `span`.
    pub fn new(code: &'static Code, span: Range<usize>, message: impl Into<String>) -> Self {
        ValueFinding {
            code,
            severity: code.severity,
            path: String::new(),
            span,
            message: message.into(),
            help: Vec::new(),
            mend: Mend::default(),
            about: About::Value,
        }
    }

    /// The finding with its place in `body`, the text it was found in.
    pub fn in_body(&self, body: &Arc<Source>) -> Diagnostic {
        let inner = content(body.text(), &self.span);
        let (whole, inner) = (Span::new(self.span.start, self.span.end), Span::new(inner.start, inner.end));
        let (shown, label) = match self.about {
            About::Value if is_container(body.slice(whole)) => (opening(&self.span), ""),
            About::Value | About::Key => (self.span.clone(), ""),
            About::Absent => (opening(&self.span), "lacks it"),
        };
        let mut diagnostic = Diagnostic::new(self.code, self.message.clone()).severity(self.severity).at(
            body,
            Span::new(shown.start, shown.end),
            label,
        );
        diagnostic.help.extend(self.written_as(&on_one_line(body.slice(inner))));
        diagnostic.help.extend(self.help.iter().cloned());
        if let Some(edit) = self.mend.edit {
            let (message, edits) = edit.of(whole, inner);
            diagnostic = diagnostic.fix(body, message, edits);
        }
        diagnostic
    }

    /// How the value is to be written, if what writes it now is `writer`.
    pub(super) fn written_as(&self, writer: &str) -> Option<String> {
        let Mend { unquoted, zeros, edit } = self.mend;
        match (unquoted, zeros, edit) {
            (true, true, _) => Some(format!("write `{writer}000` without quotes")),
            (true, false, _) => Some(format!("write `{writer}` without quotes")),
            (false, true, _) => Some(format!("write `{writer}000`")),
            (_, _, Some(MendEdit::Quote)) => Some(format!("write `\"{writer}\"`, with quotes")),
            _ => None,
        }
    }
}

impl MendEdit {
    /// What the change is called, and the replacements: `whole` is the value, `inner` it without quotes.
    pub(super) fn of(self, whole: Span, inner: Span) -> (&'static str, Vec<Edit>) {
        let (before, after) = (Span::new(whole.from(), inner.from()), Span::new(inner.to(), whole.to()));
        let edit = |span: Span, text: &str| Edit { span, text: text.to_owned() };
        match self {
            MendEdit::Unquote => ("leave out the quotes", vec![edit(before, ""), edit(after, "")]),
            MendEdit::Quote => (
                "put it in quotes",
                vec![edit(Span::at(whole.from()), "\""), edit(Span::at(whole.to()), "\"")],
            ),
            MendEdit::Zeros => ("make milliseconds of the seconds", vec![edit(Span::at(inner.to()), "000")]),
        }
    }
}

/// The words for no value, where they are sent as texts: `"null"`. Receivers take them for a text like any other.
pub fn quoted_nulls(body: &str) -> Vec<ValueFinding> {
    if !["\"null\"", "\"nil\""]
        .iter()
        .any(|word| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some())
    {
        return Vec::new();
    }
    let (_, document) = super::json::read(body, super::json::CheckLimits::default());
    let finding = |value: &Reading| {
        let Kind::Text(inner) = &value.kind else { return None };
        let word = body.get(inner.clone()).filter(|word| matches!(*word, "null" | "nil"))?;
        let message = format!("the text `\"{word}\"` is sent, which is not `null`");
        let mut finding = ValueFinding::new(&code::JSON_QUOTED_NULL, value.span.clone(), message);
        if word == "null" {
            finding.mend = Mend { unquoted: true, edit: Some(MendEdit::Unquote), ..Mend::default() };
        }
        finding
            .help
            .push("where there is no value, write `null` without quotes, or leave the member out".to_owned());
        Some(finding)
    };
    document.values().iter().filter_map(finding).collect()
}

/// The bytes of a value without the quotes of a string.
pub(super) fn content(body: &str, span: &Range<usize>) -> Range<usize> {
    let text = body.get(span.clone()).unwrap_or_default();
    if text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        return span.start.saturating_add(1)..span.end.saturating_sub(1);
    }
    span.clone()
}

/// Whether the text of a value is that of an object or an array.
pub(super) fn is_container(text: &str) -> bool {
    text.starts_with(['{', '['])
}

/// The opening bracket of the object or array at `span`.
pub(super) fn opening(span: &Range<usize>) -> Range<usize> {
    span.start..span.start.saturating_add(1).min(span.end)
}
