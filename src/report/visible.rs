//! Text made safe to look at: characters that act on a terminal or hide text become escapes.

use std::borrow::Cow;
use std::fmt::Write;

/// The most bytes of one message that are shown.
const LONGEST_MESSAGE: usize = 1_000;

/// Whether `c` would act on the terminal, reorder or hide text instead of showing a glyph.
///
/// The zero-width joiner stays, since emoji are made with it.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends `c` to `out`, as an escape such as `\x1b` or `\u{202e}` if it would act.
fn push_character(c: char, out: &mut String) {
    if !acts(c) {
        out.push(c);
        return;
    }
    // Writing to a `String` cannot fail.
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if c.is_ascii() => write!(out, "\\x{:02x}", u32::from(c)),
        c => write!(out, "\\u{{{:x}}}", u32::from(c)),
    };
}

/// Appends source text to `out`. Tabs stay: the picture sets them as four blanks.
pub(super) fn push_source(text: &str, out: &mut String) {
    for c in text.chars() {
        if c == '\t' { out.push(c) } else { push_character(c, out) }
    }
}

/// Text in which line breaks and tabs stay and characters that would act are written as JSON escapes them, so that JSON
/// remains the same JSON.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let stays = |at: usize, c: char| match c {
        '\n' | '\t' => true,
        '\r' => text.as_bytes().get(at.saturating_add(1)) == Some(&b'\n'),
        c => !acts(c),
    };
    if text.char_indices().all(|(at, c)| stays(at, c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(64));
    for (at, c) in text.char_indices() {
        if stays(at, c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

/// Source text in which line breaks and tabs stay.
pub(super) fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        push_source(line.strip_suffix('\r').unwrap_or(line), &mut out);
    }
    out
}

/// A message, a name or a label as one line, cut when it is very long.
pub(super) fn line(text: &str) -> String {
    let shown = text.get(..floor(text, LONGEST_MESSAGE)).unwrap_or("");
    let mut out = String::with_capacity(shown.len());
    shown.chars().for_each(|c| push_character(c, &mut out));
    if shown.len() < text.len() {
        out.push_str("...");
    }
    out
}

/// A note or advice: like [`line`], but line breaks stay.
pub(super) fn paragraph(text: &str) -> String {
    let shown = text.get(..floor(text, LONGEST_MESSAGE)).unwrap_or("");
    let mut out = block(shown).replace('\t', "    ");
    if shown.len() < text.len() {
        out.push_str("...");
    }
    out
}

/// The last character boundary of `text` at or before byte `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    // A character has at most four bytes, and 0 is always a boundary.
    (at.saturating_sub(3)..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
