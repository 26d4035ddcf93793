//! From bytes of a body to the place of the template that wrote them.

use crate::diagnostic::Diagnostic;
use crate::render::{Segment, Site, TraceMap, Written};
use crate::source::Span;
use std::ops::Range;

/// Places inside captures and filters that are named with a finding.
const MOST_INNER: usize = 4;

/// The finding, caused at the place that wrote `bytes` of the body. Where captured text was printed, the places that
/// filled the capture are named too. `words` say what the place did.
pub(super) fn blame(
    diagnostic: Diagnostic,
    trace: &TraceMap,
    bytes: &Range<usize>,
    words: &str,
) -> Diagnostic {
    let first = trace.segments.partition_point(|segment| segment.range.end <= bytes.start);
    let touched = trace.segments.iter().skip(first).take_while(|segment| segment.range.start < bytes.end);
    let mut outer: Option<Site> = None;
    let mut inner: Vec<Site> = Vec::new();
    for segment in touched {
        let Some(site) = segment.path.first() else { continue };
        let span = exact(segment, site.span, bytes);
        match &mut outer {
            None => outer = Some(Site { frame: site.frame, span }),
            Some(outer) if outer.frame == site.frame => outer.span = outer.span.join(span),
            Some(_) => {}
        }
        for site in segment.path.iter().skip(1) {
            if inner.len() < MOST_INNER && !inner.contains(site) {
                inner.push(*site);
            }
        }
    }
    let Some((outer, source)) = outer.and_then(|site| Some((site, trace.source(site)?))) else {
        return diagnostic;
    };
    let mut diagnostic = diagnostic.at(source, outer.span, words);
    for site in inner.into_iter().filter(|site| *site != outer) {
        if let Some(source) = trace.source(site) {
            diagnostic = diagnostic.and(source, site.span, "filled here");
        }
    }
    diagnostic
}

/// Of template text that was copied whole only the bytes in question; of everything else the whole place.
fn exact(segment: &Segment, site: Span, bytes: &Range<usize>) -> Span {
    if segment.written != Written::Template || segment.path.len() > 1 || site.len() != segment.range.len() {
        return site;
    }
    let from = bytes.start.saturating_sub(segment.range.start);
    let to = bytes.end.min(segment.range.end).saturating_sub(segment.range.start);
    Span::new(from, to).shifted(site.from())
}
