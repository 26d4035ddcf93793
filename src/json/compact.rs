//! JSON without white space.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::read::{ReadError, check};
use super::routes::BLOCK;
use super::scan::{self, Trouble};

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
    let before = out.len();
    // Whole blocks are written, the last of which may go beyond the end.
    out.resize(before + body.len() + BLOCK, 0);
    let room = out.get_mut(before..).unwrap_or_default();
    match (Copier { bytes: body.as_bytes(), at: 0, room, to: 0 }).document() {
        Ok(length) => {
            out.truncate(before + length);
            Ok(())
        }
        Err(Trouble) => {
            out.truncate(before);
            check(body)
        }
    }
}

/// A walk over a body that writes what it keeps.
pub(super) struct Copier<'b> {
    pub bytes: &'b [u8],
    pub at: usize,
    /// As long as the body and a block more.
    pub room: &'b mut [u8],
    pub to: usize,
}

impl Copier<'_> {
    /// Copies one document; gives its length.
    fn document(mut self) -> Result<usize, Trouble> {
        // A bit for each open collection, set for objects; the lowest is the innermost.
        let mut objects: u128 = 0;
        let mut open = 0;
        self.space();
        loop {
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    if open == DEPTH {
                        return Err(Trouble);
                    }
                    let object = bracket == b'{';
                    self.copy_byte(bracket);
                    self.space();
                    let close = if object { b'}' } else { b']' };
                    if self.peek() == Some(close) {
                        self.copy_byte(close);
                    } else {
                        objects = objects << 1 | u128::from(object);
                        open += 1;
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                _ => self.scalar()?,
            }
            loop {
                if open == 0 {
                    self.space();
                    return if self.at == self.bytes.len() { Ok(self.to) } else { Err(Trouble) };
                }
                self.space();
                let object = objects & 1 == 1;
                match self.peek() {
                    Some(b',') => {
                        self.copy_byte(b',');
                        self.space();
                        if object {
                            self.key()?;
                        }
                        break;
                    }
                    Some(b'}') if object => self.copy_byte(b'}'),
                    Some(b']') if !object => self.copy_byte(b']'),
                    _ => return Err(Trouble),
                }
                open -= 1;
                objects >>= 1;
            }
        }
    }

    /// Copies the value that stands here, which is no object and no array.
    #[inline(always)]
    pub fn scalar(&mut self) -> Result<(), Trouble> {
        match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => self.copy_to(scan::number(self.bytes, self.at)?.end),
            _ => self.copy_to(scan::word(self.bytes, self.at)?),
        }
        Ok(())
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline(always)]
    fn space(&mut self) {
        self.at = match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<2>()) {
            Some([first, _]) if *first > b' ' => self.at,
            Some([b' ', next]) if *next > b' ' => self.at + 1,
            _ => scan::space_end(self.bytes, self.at),
        };
    }

    /// Copies the key that stands here and its colon, up to the value.
    #[inline(always)]
    fn key(&mut self) -> Result<(), Trouble> {
        if self.peek() != Some(b'"') {
            return Err(Trouble);
        }
        self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            return Err(Trouble);
        }
        self.copy_byte(b':');
        self.space();
        Ok(())
    }

    /// Copies the string whose quote stands here.
    #[inline(always)]
    fn string(&mut self) -> Result<(), Trouble> {
        // The opening quote ends nothing.
        let mut skipped = 1;
        loop {
            let source = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<BLOCK>());
            let target = self.room.get_mut(self.to..).and_then(|rest| rest.first_chunk_mut::<BLOCK>());
            let (Some(source), Some(target)) = (source, target) else {
                let (room, at) = (&mut *self.room, self.at);
                let length =
                    string_end(self.bytes, at, skipped, room.get_mut(self.to..).unwrap_or_default())?;
                self.at += length;
                self.to += length;
                return Ok(());
            };
            *target = *source;
            let found = scan::special_of_two(source) >> skipped << skipped;
            let length = if found == 0 { BLOCK } else { found.trailing_zeros() as usize };
            self.at += length;
            self.to += length;
            skipped = 0;
            if found != 0 {
                match self.peek() {
                    // It is written already.
                    Some(b'"') => {
                        self.at += 1;
                        self.to += 1;
                        return Ok(());
                    }
                    Some(b'\\') => self.copy_to(scan::escape_end(self.bytes, self.at + 1)?),
                    _ => return Err(Trouble),
                }
            }
        }
    }

    #[inline(always)]
    fn copy_byte(&mut self, byte: u8) {
        if let Some(target) = self.room.get_mut(self.to) {
            *target = byte;
        }
        self.at += 1;
        self.to += 1;
    }

    /// Copies up to `end`.
    #[inline(always)]
    fn copy_to(&mut self, end: usize) {
        copy_block(self.bytes, self.at, end, self.room.get_mut(self.to..).unwrap_or_default());
        self.to += end - self.at;
        self.at = end;
    }
}

/// Copies what lies between `start` and `end`, as a whole block if that is enough and there is room for it.
#[inline(always)]
fn copy_block(source: &[u8], start: usize, end: usize, target: &mut [u8]) {
    let block = source.get(start..).and_then(|rest| rest.first_chunk::<BLOCK>());
    match (block, target.first_chunk_mut::<BLOCK>()) {
        (Some(block), Some(target)) if end - start <= BLOCK => *target = *block,
        _ => copy(source.get(start..end).unwrap_or_default(), target),
    }
}

#[inline(never)]
fn copy(source: &[u8], target: &mut [u8]) {
    if let Some(target) = target.get_mut(..source.len()) {
        target.copy_from_slice(source);
    }
}

/// Copies the rest of a string, near the end of the body, of which so many bytes cannot end it; gives its length.
#[inline(never)]
fn string_end(bytes: &[u8], at: usize, skipped: u32, room: &mut [u8]) -> Result<usize, Trouble> {
    let rest = bytes.get(at..).unwrap_or_default();
    for (length, (byte, room)) in (1..).zip(rest.iter().zip(&mut *room)) {
        *room = *byte;
        match byte {
            b'"' if length > skipped as usize => return Ok(length),
            b'\\' | 0..0x20 => break,
            _ => {}
        }
    }
    let (end, _) = scan::string(bytes, at + skipped as usize)?;
    let rest = bytes.get(at..=end).unwrap_or_default();
    copy(rest, room);
    Ok(rest.len())
}
