//! Bodies without white space, one after another.

use super::compact::{BLOCK, Copier, compact_bytes, copy_block};
use super::read::ReadError;
use super::routes::{Place, Route, Routes, Shape, Then, Visit};
use super::scan;

/// Takes the white space out of one body after another, as [`compact_bytes`](super::compact_bytes()) does. Bodies of one template
/// are built alike: what stood between two values in a body before, such as `,\n  "email": `, is known by sight.
///
/// ```
/// use carafe::json::Compactor;
///
/// let (mut compactor, mut out) = (Compactor::default(), Vec::new());
/// for body in ["{\n  \"price\": 1.50\n}", "{\n  \"price\": 2\n}", "{\n  \"price\": }"] {
///     let _ = compactor.compact(body, &mut out);
/// }
/// assert_eq!(out, br#"{"price":1.50}{"price":2}"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Compactor {
    routes: Routes,
}

impl Compactor {
    /// Appends `body`, which must be one JSON document, to `out` without the white space outside of its strings.
    ///
    /// # Errors
    /// Where the text is not JSON by RFC 8259, with the place. `out` is then as it was.
    pub fn compact(&mut self, body: &str, out: &mut Vec<u8>) -> Result<(), ReadError> {
        let before = out.len();
        if self.routes.are_known() {
            // What is written is shorter than what is read, and whole blocks are.
            out.resize(before + body.len() + BLOCK, 0);
            let room = out.get_mut(before..).unwrap_or_default();
            let mut writer = Writer { copier: Copier { bytes: body.as_bytes(), at: 0, room, to: 0 } };
            if self.routes.follow(body.as_bytes(), &mut writer).is_some() {
                let length = writer.copier.to;
                out.truncate(before + length);
                self.routes.hit();
                return Ok(());
            }
            out.truncate(before);
        }
        compact_bytes(body, out)?;
        if self.routes.miss() {
            self.learn(body);
        }
        Ok(())
    }

    /// Learns the way of a body that is known to be JSON.
    fn learn(&mut self, body: &str) {
        let bytes = body.as_bytes();
        let mut stops = Vec::new();
        let (mut at, mut end) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let after = match byte {
                b'"' => scan::string(bytes, at + 1).map(|(end, _)| end + 1),
                b'-' | b'0'..=b'9' => scan::number(bytes, at).map(|number| number.end),
                b't' | b'f' | b'n' => scan::word(bytes, at),
                _ => {
                    at += 1;
                    continue;
                }
            };
            let Ok(after) = after else { return };
            let is_key = *byte == b'"' && bytes.get(scan::space(bytes, after)) == Some(&b':');
            if !is_key {
                stops.push((bytes.get(end..at).unwrap_or_default(), Then::Keep, 0));
                end = after;
            }
            at = after;
        }
        stops.push((bytes.get(end..).unwrap_or_default(), Then::End(0), 0));
        self.routes.learn(Route { stops, shape: Shape::default(), kept: 0 }, without_space);
    }
}

/// What stands between two values, keys among it, without white space and with a block behind it; and its length.
fn without_space(text: &[u8]) -> (Box<[u8]>, usize) {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let end = match byte {
            b'"' => scan::string(text, at + 1).map_or(text.len(), |(end, _)| end + 1),
            _ => at + 1,
        };
        if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            kept.extend_from_slice(text.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    let length = kept.len();
    kept.resize(length + BLOCK, 0);
    (kept.into(), length)
}

/// Writes a body on its way.
struct Writer<'b> {
    copier: Copier<'b>,
}

impl Writer<'_> {
    #[inline(always)]
    fn write(&mut self, place: &Place) {
        let room = self.copier.room.get_mut(self.copier.to..).unwrap_or_default();
        copy_block(&place.written, 0, place.length, room);
        self.copier.to += place.length;
    }
}

impl Visit for Writer<'_> {
    #[inline(always)]
    fn step(&mut self, at: usize, place: &Place) -> Option<usize> {
        let before = self.copier.to;
        self.write(place);
        self.copier.at = at;
        match self.copier.scalar() {
            Ok(()) => Some(self.copier.at),
            Err(_) => {
                self.copier.to = before;
                None
            }
        }
    }

    #[inline(always)]
    fn end(&mut self, place: &Place) {
        self.write(place);
    }
}
