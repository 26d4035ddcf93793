//! JSON without white space.

use super::read::{ReadError, check};
use super::scan::{self, Bounds};

/// How deep collections may be nested.
const DEPTH: usize = 128;

/// Appends `body`, which must be one JSON document, to `out` without the white space outside of its strings. Strings and numbers
/// stay as they are written, and of equal keys all stay.
///
/// ```
/// let mut line = String::new();
/// carafe::json::compact("{ \"price\": 1.50,\n  \"name\": \"a b\" }", &mut line).unwrap();
/// assert_eq!(line, r#"{"price":1.50,"name":"a b"}"#);
/// assert_eq!(carafe::json::compact("{ \"price\": }", &mut line).unwrap_err().at, 11);
/// ```
///
/// # Errors
/// Where the text is not JSON by RFC 8259, with the place, as [`read`](super::read()) says it; numbers may be of any size.
/// Collections may be nested 128 deep. `out` is then as it was.
pub fn compact(body: &str, out: &mut String) -> Result<(), ReadError> {
    let mut bytes = Vec::new();
    compact_bytes(body, &mut bytes)?;
    // White space is taken out of a text between whole characters.
    out.push_str(std::str::from_utf8(&bytes).unwrap_or_default());
    Ok(())
}

/// Appends `body` to the bytes of a text, as [`compact`] does: the fastest way where many bodies are written one after another.
///
/// # Errors
/// Those of [`compact`].
pub fn compact_bytes(body: &str, out: &mut Vec<u8>) -> Result<(), ReadError> {
    let bytes = body.as_bytes();
    let before = out.len();
    // Whole blocks are written, the last of which may go beyond the end.
    out.resize(before + body.len() + BLOCK, 0);
    let mut run = Run { bytes, out: out.get_mut(before..).unwrap_or_default(), from: 0, to: 0 };
    let bounds = Bounds { depth: DEPTH, numbers: None };
    run.from = scan::space(bytes, 0);
    let walked = scan::value(body, run.from, 0, bounds, |from, to| {
        run.copy(from);
        run.from = to;
    });
    if let Ok(end) = walked
        && scan::space(bytes, end) == bytes.len()
    {
        run.copy(end);
        let written = run.to;
        out.truncate(before + written);
        return Ok(());
    }
    out.truncate(before);
    check(body)
}

/// The bytes written at once.
const BLOCK: usize = 16;

/// A stretch of a body that is kept, and where it goes.
struct Run<'b> {
    bytes: &'b [u8],
    out: &'b mut [u8],
    from: usize,
    to: usize,
}

impl Run<'_> {
    /// Copies up to `end`, in blocks: most stretches are short.
    #[inline(always)]
    fn copy(&mut self, end: usize) {
        while self.from < end {
            let source = self.bytes.get(self.from..).and_then(|rest| rest.first_chunk::<BLOCK>());
            let target = self.out.get_mut(self.to..).and_then(|rest| rest.first_chunk_mut::<BLOCK>());
            let (Some(source), Some(target)) = (source, target) else { return self.copy_rest(end) };
            *target = *source;
            let length = (end - self.from).min(BLOCK);
            self.from += length;
            self.to += length;
        }
    }

    /// Copies near the end of the body.
    #[inline(never)]
    fn copy_rest(&mut self, end: usize) {
        let rest = self.bytes.get(self.from..end).unwrap_or_default();
        if let Some(target) = self.out.get_mut(self.to..self.to + rest.len()) {
            target.copy_from_slice(rest);
        }
        self.from = end;
        self.to += rest.len();
    }
}
