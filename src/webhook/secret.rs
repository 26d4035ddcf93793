//! Secrets, by their names.
//!
//! A webhook's URL and headers name a secret as `<secret:NAME>`. Only the file's own text names one: the same characters
//! out of data are data. What a secret is stands nowhere in this crate's core.

use super::request::Text;
use crate::render::{TraceMap, Written};
use crate::source::{Source, Span};
use std::ops::Range;
use std::sync::Arc;

const OPENING: &str = "<secret:";

/// `<secret:NAME>` in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub name: String,
    /// All of it.
    pub range: Range<usize>,
}

impl Mention {
    pub fn span(&self) -> Span {
        Span::new(self.range.start, self.range.end)
    }
}

/// The secrets that `text` names.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    for (start, opening) in text.match_indices(OPENING) {
        let from = start.saturating_add(opening.len());
        let rest = text.get(from..).unwrap_or_default();
        let name = rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).next();
        let name = name.unwrap_or_default();
        if rest.get(name.len()..).is_some_and(|behind| behind.starts_with('>')) {
            let end = from.saturating_add(name.len()).saturating_add(1);
            found.push(Mention { name: name.to_owned(), range: start..end });
        }
    }
    found
}

/// What was rendered from the template `source`, with the secrets that the template's own text names.
pub(super) fn sealed(rendered: &str, trace: &TraceMap, source: &Arc<Source>) -> Text {
    let mut text = Text::default();
    let mut done = 0;
    for segment in &trace.segments {
        let own = segment.path.last().and_then(|site| trace.source(*site));
        if segment.written != Written::Template || !own.is_some_and(|own| Arc::ptr_eq(own, source)) {
            continue;
        }
        let written = rendered.get(segment.range.clone()).unwrap_or_default();
        for mention in mentions(written) {
            let start = segment.range.start.saturating_add(mention.range.start);
            text.push(rendered.get(done..start).unwrap_or_default());
            text.push_secret(&mention.name);
            done = segment.range.start.saturating_add(mention.range.end);
        }
    }
    text.push(rendered.get(done..).unwrap_or_default());
    text
}
