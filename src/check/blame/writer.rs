//! Bytes of the body to the stretches of templates that wrote them.

use crate::render::{Segment, Site, TraceMap, Written};
use crate::source::Span;
use std::ops::Range;

/// How many segments one stretch is put together from at most.
const SEGMENTS: usize = 256;

/// A text, an output or another tag within a [`Stretch`].
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Piece {
    /// The place: of text exactly the bytes in question, of anything else the whole tag.
    pub site: Site,
    /// Whether it is text of the template.
    pub text: bool,
}

/// A stretch of one template that wrote a range of the body.
#[derive(Clone, Debug)]
pub(in crate::check) struct Stretch {
    /// The place.
    pub site: Site,
    /// What it is made of, in order.
    pub pieces: Vec<Piece>,
    /// Whether it wrote all of the range, and nothing else but white space.
    pub whole: bool,
}

/// From which site of their paths on the writers of `positions` differ: the sites before it are outputs that printed
/// one captured text that holds them all. Never past the innermost site of the first.
pub(in crate::check) fn level(trace: &TraceMap, positions: &[usize]) -> usize {
    let mut writers = positions.iter().filter_map(|&at| trace.segment_at(at));
    let Some(first) = writers.next() else { return 0 };
    writers.fold(innermost(first), |level, other| {
        let same = first.writes.iter().zip(&other.writes).take_while(|(one, other)| one == other);
        level.min(same.count()).min(innermost(other))
    })
}

/// The number of the innermost site of a path.
pub(in crate::check) fn innermost(segment: &Segment) -> usize {
    segment.path.len().saturating_sub(1)
}

/// The site at `level` of the path of `segment`, for the bytes of it that lie in `range`.
fn piece(segment: &Segment, range: &Range<usize>, level: usize) -> Option<Piece> {
    let site = *segment.path.get(level)?;
    let text = segment.written == Written::Template && level == innermost(segment);
    if !text {
        return Some(Piece { site, text });
    }
    let from = range.start.saturating_sub(segment.range.start);
    let to = range.end.min(segment.range.end).saturating_sub(segment.range.start);
    let start = site.span.from();
    let span = Span::new(start.saturating_add(from), start.saturating_add(to));
    Some(Piece { site: Site { span, ..site }, text })
}

/// The stretch that wrote `range` of `body`, at `level` of the writers' paths. Where the range was not written in the
/// order of the template, it is what wrote the beginning.
pub(in crate::check) fn stretch(
    trace: &TraceMap,
    body: &str,
    range: Range<usize>,
    level: usize,
) -> Option<Stretch> {
    let at = trace.segments.partition_point(|segment| segment.range.end <= range.start);
    let first = trace.segments.get(at)?;
    let begin = piece(first, &range, level)?;
    let mut found = Stretch { site: begin.site, pieces: vec![begin], whole: true };
    let mut last = first;
    for segment in trace.segments.iter().skip(at).skip(1).take(SEGMENTS) {
        if segment.range.start >= range.end {
            break;
        }
        let around = level.min(segment.writes.len());
        let Some(next) = piece(segment, &range, level)
            .filter(|_| segment.writes.get(..around) == first.writes.get(..around))
            .filter(|next| next.site.frame == found.site.frame)
        else {
            break;
        };
        if next.site != found.pieces.last().map_or(found.site, |piece| piece.site) {
            if next.site.span.start < found.site.span.end {
                break;
            }
            found.site.span = found.site.span.join(next.site.span);
            found.pieces.push(next);
        }
        last = segment;
    }
    let blank = |start: usize, end: usize| body.get(start..end).is_none_or(|text| text.trim().is_empty());
    let is_text = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.text);
    found.whole = (is_text(found.pieces.first()) || blank(extent(trace, first, level).start, range.start))
        && (is_text(found.pieces.last()) || blank(range.end, extent(trace, last, level).end))
        && last.range.end >= range.end;
    Some(found)
}

/// What the run of the site at `level` that wrote `segment` wrote in all.
fn extent(trace: &TraceMap, segment: &Segment, level: usize) -> Range<usize> {
    let run =
        |segment: &Segment| segment.writes.iter().copied().take(level.saturating_add(1)).collect::<Vec<_>>();
    let wanted = run(segment);
    let start = trace.segments.partition_point(|other| run(other) < wanted);
    let end = trace.segments.partition_point(|other| run(other) <= wanted);
    let written = trace.segments.get(start..end).unwrap_or_default();
    match (written.first(), written.last()) {
        (Some(first), Some(last)) if first.range.start <= segment.range.start => {
            first.range.start..last.range.end
        }
        _ => segment.range.clone(),
    }
}
