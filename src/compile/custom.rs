//! The host's tags: their arguments become expressions, and each use is shown to its tag.

use super::build::{Builder, once_each};
use super::program::{Expression, Operation};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::failure::Failure;
use crate::source::Span;
use crate::syntax::ast::{Body, CustomBody, CustomMarkup};
use crate::tags::{self, TagCall, TagSite};
use std::fmt;
use std::sync::Arc;

/// One use of a tag of the host.
pub(crate) struct CustomTag {
    pub name: Box<str>,
    pub tag: Arc<dyn tags::CustomTag>,
    /// What follows the name, without the white space around it.
    pub markup: Span,
    pub positional: Box<[Expression]>,
    pub keyword: Box<[(Box<str>, Expression)]>,
    /// What a verbatim tag stands around.
    pub verbatim: Option<Span>,
}

impl fmt::Debug for CustomTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomTag").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Stands where a tag refused to: templates with one are not rendered, but partials are compiled as far as they go.
struct Refused {
    message: String,
}

impl tags::CustomTag for Refused {
    fn enter(&self, _: &mut TagCall<'_, '_>, _: u64) -> Result<bool, Failure> {
        Err(Failure::argument(self.message.as_str()))
    }

    fn render(&self, _: &mut TagCall<'_, '_>) -> Result<(), Failure> {
        Err(Failure::argument(self.message.as_str()))
    }
}

impl Builder<'_> {
    #[inline(never)]
    pub fn custom_tag(&mut self, markup: &CustomMarkup, span: Span) {
        if let Some(tag) = self.custom(markup, span) {
            self.emit(Operation::Custom(Box::new(tag)), span);
        }
    }

    pub fn custom_block(&mut self, markup: &CustomMarkup, body: &Body, span: Span) {
        let Some(begin) = self.custom_begin(markup, span) else { return };
        let start = self.here();
        self.body(body, false, span);
        self.emit(Operation::CustomEnd { body: start }, span);
        self.land(begin);
        let end = self.here();
        self.recover(begin, false, end);
    }

    /// It stands apart, lest what it takes of the stack is taken by every block around it.
    #[inline(never)]
    fn custom_begin(&mut self, markup: &CustomMarkup, span: Span) -> Option<u32> {
        let tag = Box::new(self.custom(markup, span)?);
        Some(self.emit(Operation::CustomBegin { tag, end: 0 }, span))
    }

    fn custom(&mut self, markup: &CustomMarkup, span: Span) -> Option<CustomTag> {
        // The parser knows the tags of the same engine.
        let tag = self.tags.find(&markup.name.text)?.clone();
        // A tag may ask for any name.
        self.includes = true;
        let verbatim = match markup.body {
            CustomBody::Verbatim(span) => Some(span),
            CustomBody::None | CustomBody::Template(_) => None,
        };
        let trimmed = trimmed(self.source.slice(markup.markup), markup.markup);
        let keywords: Vec<&str> = once_each(&markup.keyword).map(|(name, _)| name.text.as_str()).collect();
        let site = TagSite {
            source: self.source,
            span,
            markup: self.source.slice(trimmed),
            positional: markup.positional.len(),
            keywords: &keywords,
            verbatim: verbatim.map(|span| self.source.slice(span)),
        };
        let tag = match tag.prepare(&site) {
            Ok(None) => tag,
            Ok(Some(prepared)) => prepared,
            Err(message) => {
                let place = if trimmed.is_empty() { markup.name.span } else { trimmed };
                let diagnostic =
                    Diagnostic::new(&code::SYNTAX_ERROR, format!("`{}`: {message}", markup.name.text))
                        .severity(Severity::Error)
                        .at(self.source, place, "");
                self.diagnostics.push(diagnostic);
                Arc::new(Refused { message })
            }
        };
        Some(CustomTag {
            name: markup.name.text.as_str().into(),
            tag,
            markup: trimmed,
            positional: markup.positional.iter().map(|value| self.walked(value)).collect(),
            keyword: once_each(&markup.keyword)
                .map(|(name, value)| (name.text.as_str().into(), self.walked(value)))
                .collect(),
            verbatim,
        })
    }
}

/// The place of `text`, which stands at `span`, without the white space around it.
fn trimmed(text: &str, span: Span) -> Span {
    let end = span.from().saturating_add(text.trim_end().len());
    let start = span.to().saturating_sub(text.trim_start().len());
    Span::new(start.min(end), end)
}
