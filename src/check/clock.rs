//! Times that a template took from the clock.

use crate::diagnostic::Diagnostic;
use crate::render::{Segment, TraceMap};

/// The finding about a time with a note, where the time is that of sending: an event is to carry the time at which it happened.
pub(crate) fn noted(finding: Diagnostic, body: &str, trace: &TraceMap) -> Diagnostic {
    // A `Source` has no byte order mark; the positions behind it move.
    let dropped = if body.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Some(label) = &finding.rendered else { return finding };
    let (start, end) = (label.span.from().saturating_add(dropped), label.span.to().saturating_add(dropped));
    let first = trace.segments.partition_point(|segment| segment.range.end <= start);
    let mut writers = trace.segments.iter().skip(first).take_while(|segment| segment.range.start < end);
    if !writers.any(|segment| is_clock(segment, trace)) {
        return finding;
    }
    finding.note("the time is taken from `now`: it is when the message is sent, not when the event happened")
}

/// Whether a filter made the text of the clock.
fn is_clock(segment: &Segment, trace: &TraceMap) -> bool {
    let Some((site, source)) = segment.filter.and_then(|site| Some((site, trace.source(site)?))) else {
        return false;
    };
    let before = source.text().get(..site.span.from()).unwrap_or_default().trim_end();
    let input = before.strip_suffix('|').unwrap_or(before).trim_end();
    ["'now'", "\"now\""].iter().any(|clock| input.ends_with(clock))
}
