//! Replacing and removing parts of a text, with the escapes that Ruby reads in replacements.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::Call;
use super::pieces::{Pieces, part};
use crate::failure::Failure;
use crate::value::Value;
use memchr::memmem;

/// `replace`: all occurrences, as Ruby's `gsub` with a text.
pub(super) fn replace<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    replace_all(call, call.text_argument(1)?)
}

/// `replace_first`: the first occurrence, as Ruby's `sub` with a text.
pub(super) fn replace_first<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let (text, wanted) = (call.text()?, call.text_argument(0)?);
    let Some(found) = Match::new(text, wanted, memmem::find(text.as_bytes(), wanted.as_bytes())) else {
        return Ok(Value::String(text));
    };
    let mut out = Pieces::new(call.arena);
    out.push(found.before())?;
    found.expand(call.text_argument(1)?, &mut out)?;
    out.push(found.after())?;
    Ok(Value::String(out.finish()))
}

/// `replace_last`: the last occurrence. The replacement is taken as it stands, without escapes.
pub(super) fn replace_last<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    put_in_place(call, memmem::rfind, call.text_argument(1)?)
}

/// `remove`: all occurrences.
pub(super) fn remove<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    replace_all(call, "")
}

/// `remove_first`: the first occurrence.
pub(super) fn remove_first<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    put_in_place(call, memmem::find, "")
}

/// `remove_last`: the last occurrence.
pub(super) fn remove_last<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    put_in_place(call, memmem::rfind, "")
}

/// Puts `replacement`, as it stands, in the place that `find` gives for the wanted text.
fn put_in_place<'r>(
    call: &Call<'_, 'r>,
    find: fn(&[u8], &[u8]) -> Option<usize>,
    replacement: &'r str,
) -> Result<Value<'r>, Failure> {
    let (text, wanted) = (call.text()?, call.text_argument(0)?);
    let Some(found) = Match::new(text, wanted, find(text.as_bytes(), wanted.as_bytes())) else {
        return Ok(Value::String(text));
    };
    let mut out = Pieces::new(call.arena);
    out.push(found.before())?;
    out.push(replacement)?;
    out.push(found.after())?;
    Ok(Value::String(out.finish()))
}

fn replace_all<'r>(call: &Call<'_, 'r>, replacement: &'r str) -> Result<Value<'r>, Failure> {
    let (text, wanted) = (call.text()?, call.text_argument(0)?);
    let budget = call.arena.budget();
    let escapes = replacement.contains('\\');
    let mut out = Pieces::with_room(call.arena, text.len() + 16);
    let mut kept = 0;
    let mut put = |start: usize| -> Result<(), Failure> {
        let found = Match { text, start, end: start + wanted.len() };
        budget.spend(1)?;
        out.push(part(text, kept, start))?;
        kept = found.end;
        if escapes {
            budget.spend_bytes(replacement.len())?;
            found.expand(replacement, &mut out)
        } else {
            out.push(replacement)
        }
    };
    if wanted.is_empty() {
        // The empty text is found before every character and at the end.
        text.char_indices().try_for_each(|(at, _)| put(at))?;
        put(text.len())?;
    } else {
        memmem::find_iter(text.as_bytes(), wanted.as_bytes()).try_for_each(put)?;
    }
    if kept == 0 && !wanted.is_empty() {
        return Ok(Value::String(text));
    }
    out.push(part(text, kept, text.len()))?;
    Ok(Value::String(out.finish()))
}

/// One occurrence of the wanted text.
#[derive(Clone, Copy)]
struct Match<'r> {
    text: &'r str,
    start: usize,
    end: usize,
}

impl<'r> Match<'r> {
    fn new(text: &'r str, wanted: &str, start: Option<usize>) -> Option<Self> {
        start.map(|start| Match { text, start, end: start + wanted.len() })
    }

    fn before(self) -> &'r str {
        part(self.text, 0, self.start)
    }

    fn after(self) -> &'r str {
        part(self.text, self.end, self.text.len())
    }

    /// Writes `replacement` with its escapes: `\0` and `\&` are what was found, `` \` `` and `\'` what stands before and
    /// after it, `\\` is a backslash. There are no groups, so that `\1` to `\9` and `\+` are nothing and a `\k<name>` is
    /// an error, which the reference does not expect either. A backslash before anything else stays.
    fn expand(self, replacement: &'r str, out: &mut Pieces<'r>) -> Result<(), Failure> {
        let mut rest = replacement;
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            let value = match rest.as_bytes().get(at + 1) {
                Some(b'0' | b'&') => part(self.text, self.start, self.end),
                Some(b'`') => self.before(),
                Some(b'\'') => self.after(),
                Some(b'\\') => "\\",
                Some(b'1'..=b'9' | b'+') => "",
                Some(b'k') if rest.as_bytes().get(at + 2) == Some(&b'<') => {
                    return Err(Failure::internal());
                }
                _ => {
                    out.push(part(rest, 0, at + 1))?;
                    rest = part(rest, at + 1, rest.len());
                    continue;
                }
            };
            out.push(part(rest, 0, at))?;
            out.push(value)?;
            rest = part(rest, at + 2, rest.len());
        }
        out.push(rest)
    }
}
