//! The part of the body that an error is about, for errors that came up before there was a whole body.

use crate::diagnostic::{Diagnostic, Label};
use crate::render::{Site, TraceMap};
use crate::source::{Source, Span};
use crate::webhook::Rendered;
use std::sync::Arc;

/// So many errors are looked up; each is a walk over the source map.
const MOST: usize = 50;

/// Gives errors that have a place in a template the place in the body that came of it, unless they have one.
pub fn point_into_body(findings: &mut [Diagnostic], outcome: &Rendered<'_>) {
    let Some(trace) = &outcome.trace else { return };
    let body = Arc::new(Source::new("rendered body", outcome.text.as_str()));
    let errors = findings.iter_mut().filter(|finding| finding.is_error() && finding.rendered.is_none());
    for finding in errors.take(MOST) {
        finding.rendered = finding.primary.as_ref().and_then(|label| rendered(trace, label, &body));
    }
}

/// What the place of `label` wrote first, or where it wrote nothing.
fn rendered(trace: &TraceMap, label: &Label, body: &Arc<Source>) -> Option<Label> {
    let comes_of = |site: &Site| {
        let touches = site.span.start < label.span.end && label.span.start < site.span.end;
        touches && trace.source(*site).is_some_and(|source| Arc::ptr_eq(source, &label.source))
    };
    let written = trace.segments.iter().find(|segment| segment.path.iter().any(comes_of));
    let blank = || trace.events.iter().find(|event| comes_of(&event.site));
    let (span, message) = match written {
        Some(segment) => (Span::new(segment.range.start, segment.range.end), "written for it"),
        None => (Span::at(blank()?.at), "nothing is written here"),
    };
    Some(Label { source: body.clone(), span, message: message.to_owned() })
}
