//! The few lines of a source that a picture needs, as text that is safe to show.
//!
//! An [`Excerpt`] is small however long the source and its lines are: of a line that is too long for the
//! terminal only the surroundings of the places stay, and what was left out is marked. The places are given
//! anew, as byte ranges of the excerpt's text.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::visible;
use crate::source::{Source, Span};
use std::ops::Range;

/// Lines between two places that are at most this far apart belong to one excerpt.
const FARTHEST: usize = 60;

/// How an excerpt is cut.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    /// The most characters of a line that are shown whole.
    pub width: usize,
    /// What stands for the parts left out.
    pub mark: &'static str,
}

/// Some successive lines of a source.
pub(super) struct Excerpt {
    /// The lines, joined by line feeds.
    pub text: String,
    /// The number of the first line.
    pub first_line: usize,
    /// The places in `text`: which of the given spans, and where it is now.
    pub places: Vec<(usize, Range<usize>)>,
}

/// A span moved to character boundaries inside of `source`.
pub(super) fn clamp(source: &Source, span: Span) -> Range<usize> {
    let start = visible::floor(source.text(), span.from());
    let end = visible::floor(source.text(), span.to());
    start..end.max(start)
}

/// A span as a picture can point at it: like [`clamp`], without the line break at its end, and only its first
/// line when it goes over very many.
pub(super) fn pointed(source: &Source, span: Span) -> Range<usize> {
    let Range { start, end } = clamp(source, span);
    let first = source.line(start);
    let mut last = source.line(end);
    if last > first && source.line_span(last).is_some_and(|line| line.from() == end) {
        last -= 1;
    }
    let shown = if last - first > FARTHEST { first } else { last };
    let line_end = source.line_span(shown).map_or(end, Span::to);
    // A span that lies in the line break itself is shown at the end of the line.
    let start = start.min(source.line_span(first).map_or(start, Span::to));
    start..end.min(line_end).max(start)
}

/// The line around the start of `span`, cut to some hundred bytes.
pub(super) fn around(source: &Source, span: Span) -> &str {
    const SIDE: usize = 100;
    let place = pointed(source, span);
    let line = source.line_span(source.line(place.start)).unwrap_or_default();
    let start = visible::floor(source.text(), line.from().max(place.start.saturating_sub(SIDE)));
    let end = place.end.min(place.start + SIDE) + SIDE;
    let end = visible::floor(source.text(), line.to().min(end));
    source.text().get(start..end).unwrap_or("")
}

/// The excerpts that show `places`, from top to bottom of the source.
pub(super) fn excerpts(source: &Source, places: &[Range<usize>], cut: Cut) -> Vec<Excerpt> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    let start = |&at: &usize| places.get(at).map_or(0, |place| place.start);
    order.sort_by_key(start);

    let mut excerpts = Vec::new();
    let mut group: Vec<(usize, Range<usize>)> = Vec::new();
    let mut last_line = 0;
    for (at, place) in order.into_iter().filter_map(|at| Some((at, places.get(at)?.clone()))) {
        if !group.is_empty() && source.line(place.start) > last_line + FARTHEST {
            excerpts.push(excerpt(source, std::mem::take(&mut group), cut));
        }
        last_line = last_line.max(source.line(place.end));
        group.push((at, place));
    }
    if !group.is_empty() {
        excerpts.push(excerpt(source, group, cut));
    }
    excerpts
}

fn excerpt(source: &Source, places: Vec<(usize, Range<usize>)>, cut: Cut) -> Excerpt {
    let first_line = source.line(places.iter().map(|(_, place)| place.start).min().unwrap_or(0));
    let last_line = source.line(places.iter().map(|(_, place)| place.end).max().unwrap_or(0));
    let mut offsets: Vec<usize> = places.iter().flat_map(|(_, place)| [place.start, place.end]).collect();
    offsets.sort_unstable();
    offsets.dedup();

    let mut text = String::new();
    let mut moved = Vec::with_capacity(offsets.len());
    let mut rest = offsets.as_slice();
    for number in first_line..=last_line {
        if number > first_line {
            text.push('\n');
        }
        let line = source.line_span(number).unwrap_or_default();
        let next = source.line_span(number + 1).map_or(usize::MAX, Span::from);
        let (here, later) = rest.split_at(rest.partition_point(|&offset| offset < next));
        push_line(source, line, here, cut, &mut text, &mut moved);
        rest = later;
    }
    let find = |offset: usize| match offsets.binary_search(&offset) {
        Ok(at) => moved.get(at).copied().unwrap_or(text.len()),
        Err(_) => text.len(),
    };
    let places = places.into_iter().map(|(at, place)| (at, find(place.start)..find(place.end))).collect();
    Excerpt { first_line, places, text }
}

/// Appends `line`, or its parts around `offsets`, to `text`, and where the offsets are in it to `moved`.
fn push_line(
    source: &Source,
    line: Span,
    offsets: &[usize],
    cut: Cut,
    text: &mut String,
    moved: &mut Vec<usize>,
) {
    let mut at = line.from();
    let push = |from: usize, to: usize, text: &mut String| {
        visible::push_source(source.text().get(from..to).unwrap_or(""), text);
    };
    let mut offsets = offsets.iter().copied().peekable();
    for kept in kept(source, line, offsets.clone(), cut.width) {
        if kept.start > at {
            text.push_str(cut.mark);
        }
        at = kept.start;
        while let Some(offset) = offsets.next_if(|&offset| offset <= kept.end) {
            push(at, offset, text);
            moved.push(text.len());
            at = offset;
        }
        push(at, kept.end, text);
        at = kept.end;
    }
    if at < line.to() {
        text.push_str(cut.mark);
    }
    // Offsets in the line break are shown at the end of the line.
    moved.extend(offsets.map(|_| text.len()));
}

/// The parts of `line` that are shown, in order and apart from each other.
fn kept(
    source: &Source,
    line: Span,
    offsets: impl Iterator<Item = usize>,
    width: usize,
) -> Vec<Range<usize>> {
    // Only a line that may fit is counted, so that a huge one costs nothing.
    let fits = line.len() <= width
        || (line.len() <= width.saturating_mul(4) && source.slice(line).chars().count() <= width);
    let mut kept: Vec<Range<usize>> = Vec::new();
    if fits {
        kept.push(line.from()..line.to());
        return kept;
    }
    let side = width / 3;
    for offset in offsets.map(|offset| offset.min(line.to())) {
        let start = visible::floor(source.text(), offset.saturating_sub(side).max(line.from()));
        let end = visible::floor(source.text(), offset.saturating_add(side).min(line.to()));
        // A mark is not worth its place where it stands for a few bytes.
        match kept.last_mut() {
            Some(last) if start <= last.end + 8 => last.end = last.end.max(end),
            _ => kept.push(start..end),
        }
    }
    if kept.is_empty() {
        kept.push(line.from()..visible::floor(source.text(), line.from() + width));
    }
    kept
}
