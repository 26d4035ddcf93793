//! Text as JSON, written behind what is there.

use crate::arena::Sink;
use crate::failure::Failure;
use crate::json;

/// A text that has no bound.
struct Line<'o>(&'o mut String);

impl Sink for Line<'_> {
    fn push(&mut self, text: &str) -> Result<(), Failure> {
        self.0.push_str(text);
        Ok(())
    }
}

/// Writes `text` as a JSON string.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    let written = json::escape(text, &mut Line(out));
    debug_assert!(written.is_ok(), "a text without a bound takes everything");
    out.push('"');
}
