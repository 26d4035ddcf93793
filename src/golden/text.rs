//! Two texts, line by line.

use similar::TextDiff;
use std::ops::Range;

/// Lines of a difference that are shown.
const MOST_LINES: usize = 60;
/// Lines shown around a change.
const AROUND: usize = 2;

/// The changed lines and those around them: `-` before what was rendered, `+` before what is expected.
pub(super) fn difference(expected: &str, rendered: &str) -> String {
    let diff = TextDiff::from_lines(rendered, expected);
    let whole = diff.unified_diff().context_radius(AROUND).header("rendered", "expected").to_string();
    let mut lines: Vec<&str> = whole.lines().collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    let mut shown = lines.join("\n");
    if more > 0 {
        shown.push_str(&format!("\n{more} more lines"));
    }
    shown
}

/// The first character of `rendered` that is not as in `expected`; at the end of `rendered` the last character before it.
pub(super) fn first_difference(expected: &str, rendered: &str) -> Range<usize> {
    let same = expected.bytes().zip(rendered.bytes()).take_while(|(a, b)| a == b).count();
    let mut start = same.min(rendered.len());
    while !rendered.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    if start == rendered.len() {
        start = rendered.char_indices().next_back().map_or(0, |(last, _)| last);
    }
    let width = rendered.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    start..start.saturating_add(width)
}
