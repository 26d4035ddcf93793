//! The rows of an input: lines of bytes, in chunks that end at a line.
//!
//! A row is a line, and its number is the line's, so that the n-th line of what is written belongs to the n-th of what
//! is read. Blank lines at the end of the input are no rows; others are, and hold no data. A byte order mark at the
//! begin is left out. The last line needs no line break.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a chunk in memory, and counts of rows that were read"
)]

use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Whole lines of the input.
#[derive(Default)]
pub(super) struct Chunk {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The place among the chunks, counted from 0.
    pub sequence: u64,
    /// The number of the first row.
    pub first: u64,
    /// Whether it stands for one row that is longer than may be.
    pub is_overlong: bool,
}

/// The input, from which chunks are taken one after another.
pub(super) struct Lines<'b, R> {
    reader: R,
    stop: Option<&'b AtomicBool>,
    /// So many bytes are asked for at a time.
    size: usize,
    /// So many bytes a row may have.
    most: usize,
    /// So many rows are passed over at the begin.
    skip: u64,
    /// What was read behind the last chunk: blank lines and the begin of a line.
    rest: Vec<u8>,
    sequence: u64,
    /// The number of the next row.
    row: u64,
    has_begun: bool,
    has_ended: bool,
}

impl Chunk {
    /// The bytes of its rows.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Its rows without their line breaks.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let bytes = self.bytes();
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let mut rest = Some(bytes).filter(|_| self.start < self.end);
        std::iter::from_fn(move || {
            let bytes = rest?;
            let (row, behind) = match memchr::memchr(b'\n', bytes) {
                Some(at) => (bytes.get(..at), bytes.get(at + 1..)),
                None => (Some(bytes), None),
            };
            rest = behind;
            row.map(|row| row.strip_suffix(b"\r").unwrap_or(row))
        })
    }
}

impl<'b, R: Read> Lines<'b, R> {
    pub fn new(reader: R, size: usize, most: usize, skip: u64, stop: Option<&'b AtomicBool>) -> Self {
        Lines {
            reader,
            stop,
            size: size.max(1),
            most,
            skip,
            rest: Vec::new(),
            sequence: 0,
            row: 1,
            has_begun: false,
            has_ended: false,
        }
    }

    /// Makes `chunk` the next one: what one read of `enough` bytes gave, if it completed a line. `false` at the end of the
    /// input, and once it is to stop.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn next(&mut self, chunk: &mut Chunk, enough: usize) -> std::io::Result<bool> {
        while !self.has_ended && !self.is_stopped() {
            self.fill(chunk, enough).inspect_err(|_| self.has_ended = true)?;
            let rows = match chunk.is_overlong {
                true => 1,
                false => count(chunk.bytes()),
            };
            chunk.first = self.row;
            self.row = self.row.saturating_add(rows);
            let passed = self.skip.saturating_sub(chunk.first - 1).min(rows);
            for _ in 0..passed {
                let line = memchr::memchr(b'\n', chunk.bytes()).map_or(chunk.end, |at| chunk.start + at + 1);
                chunk.start = line;
            }
            chunk.first = chunk.first.saturating_add(passed);
            if passed < rows {
                chunk.sequence = self.sequence;
                self.sequence += 1;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Reads until there is a line that is not blank. The chunk may hold no row where the input ends.
    fn fill(&mut self, chunk: &mut Chunk, enough: usize) -> std::io::Result<()> {
        (chunk.start, chunk.end, chunk.is_overlong) = (0, 0, false);
        let buffer = &mut chunk.buffer;
        let mut filled = self.rest.len();
        // A buffer that a long row has made large is not kept.
        let wanted = self.size.min(enough).max(filled.saturating_add(1));
        if buffer.capacity() > wanted.saturating_mul(4) {
            *buffer = Vec::new();
        }
        buffer.resize(wanted, 0);
        if let Some(start) = buffer.get_mut(..filled) {
            start.copy_from_slice(&self.rest);
        }
        self.rest.clear();
        loop {
            if filled == buffer.len() {
                buffer.resize(filled.saturating_mul(2), 0);
            }
            let read = self.read(buffer.get_mut(filled..).unwrap_or_default())?;
            let before = filled;
            filled += read;
            if !self.has_begun && (filled >= BYTE_ORDER_MARK.len() || read == 0) {
                self.has_begun = true;
                if buffer.get(..filled).is_some_and(|bytes| bytes.starts_with(BYTE_ORDER_MARK)) {
                    buffer.copy_within(BYTE_ORDER_MARK.len()..filled, 0);
                    filled -= BYTE_ORDER_MARK.len();
                }
            }
            let bytes = buffer.get(..filled).unwrap_or_default();
            if read == 0 {
                self.has_ended = true;
                // What the program was stopped in the middle of is no row.
                let is_whole = !self.is_stopped();
                let ends_at = match is_whole {
                    true => filled,
                    false => memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1),
                };
                chunk.end = without_blank_lines(bytes.get(..ends_at).unwrap_or_default());
                return Ok(());
            }
            // Before what was just read there is no line but blank ones.
            let fresh = bytes.get(before.min(filled)..).unwrap_or_default();
            let complete = match memchr::memrchr(b'\n', fresh) {
                Some(at) => filled - fresh.len() + at + 1,
                None if filled > self.most => return self.pass_over(chunk, filled),
                None => continue,
            };
            let lines = bytes.get(..complete).unwrap_or_default();
            let end = match without_blank_lines(lines) {
                // So many blank lines are not held back for ever.
                0 if complete > self.size => complete,
                0 => continue,
                end => end,
            };
            self.rest.extend_from_slice(bytes.get(end..).unwrap_or_default());
            chunk.end = end;
            return Ok(());
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Reads on to the end of a row that is longer than may be, without keeping it.
    fn pass_over(&mut self, chunk: &mut Chunk, filled: usize) -> std::io::Result<()> {
        let bytes = chunk.buffer.get(..filled).unwrap_or_default();
        if let Some(at) = memchr::memrchr(b'\n', bytes) {
            // Blank lines stand before it and are rows of their own; the next chunk begins with it.
            self.rest.extend_from_slice(bytes.get(at + 1..).unwrap_or_default());
            chunk.end = at + 1;
            return Ok(());
        }
        chunk.is_overlong = true;
        loop {
            let mut buffer = std::mem::take(&mut chunk.buffer);
            let read = self.read(&mut buffer);
            chunk.buffer = buffer;
            let read = chunk.buffer.get(..read?).unwrap_or_default();
            if read.is_empty() {
                self.has_ended = true;
                return Ok(());
            }
            if let Some(at) = memchr::memchr(b'\n', read) {
                self.rest.extend_from_slice(read.get(at + 1..).unwrap_or_default());
                return Ok(());
            }
        }
    }
}

/// How many rows `bytes` are.
fn count(bytes: &[u8]) -> u64 {
    let breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
    breaks + u64::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

/// Where the last line ends that is not blank; 0 if there is none.
fn without_blank_lines(bytes: &[u8]) -> usize {
    let text = bytes.trim_ascii_end().len();
    if text == 0 {
        return 0;
    }
    let behind = bytes.get(text..).unwrap_or_default();
    memchr::memchr(b'\n', behind).map_or(bytes.len(), |at| text + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Slow<'t>(&'t [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = self.1.min(buffer.len());
            Read::read(&mut self.0.take(length as u64), &mut buffer[..length]).inspect(|read| {
                self.0 = &self.0[*read..];
            })
        }
    }

    fn rows(text: &str, size: usize, step: usize, most: usize, skip: u64) -> Vec<(u64, String)> {
        let mut lines = Lines::new(Slow(text.as_bytes(), step), size, most, skip, None);
        let (mut chunk, mut found) = (Chunk::default(), Vec::new());
        while lines.next(&mut chunk, usize::MAX).unwrap() {
            if chunk.is_overlong {
                found.push((chunk.first, "too long".to_owned()));
                continue;
            }
            let rows = chunk.rows().map(|row| String::from_utf8(row.to_vec()).unwrap());
            found.extend((chunk.first..).zip(rows));
        }
        found
    }

    #[test]
    fn rows_are_the_lines_whatever_is_read_at_a_time() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\n \r\n\n", &[]),
            ("a", &["a"]),
            ("a\n", &["a"]),
            ("\u{feff}a\r\nb\r\n", &["a", "b"]),
            ("a\n\n\nbb\n \n\n", &["a", "", "", "bb"]),
            ("\nlong line\nb\n\n", &["", "long line", "b"]),
            ("ä\nö\nü", &["ä", "ö", "ü"]),
        ];
        for (text, expected) in cases {
            for size in 1..8 {
                for step in 1..6 {
                    let found = rows(text, size, step, 100, 0);
                    // Long runs of blank lines at the end are rows once they fill what is read at a time.
                    let found: Vec<_> = found
                        .iter()
                        .enumerate()
                        .filter(|(at, (_, row))| *at < expected.len() || !row.trim().is_empty())
                        .map(|(at, (number, row))| {
                            assert_eq!(*number, at as u64 + 1);
                            row.trim().to_owned()
                        })
                        .collect();
                    assert_eq!(found, *expected, "{text:?} by {size} and {step}");
                }
            }
        }
    }

    #[test]
    fn no_more_is_read_than_is_enough() {
        let mut lines = Lines::new(&b"a\nb\nc\nd\nlong line\ne\nf\ng\nh\n"[..], 6, 100, 0, None);
        let mut chunk = Chunk::default();
        for (enough, expected) in
            [(usize::MAX, "a\nb\nc\n"), (2, "d\n"), (2, "long line\ne\nf\ng\n"), (1, "h\n")]
        {
            assert!(lines.next(&mut chunk, enough).unwrap());
            assert_eq!(String::from_utf8_lossy(chunk.bytes()), expected);
        }
        assert!(!lines.next(&mut chunk, 2).unwrap());
    }

    #[test]
    fn blank_lines_at_the_end_are_no_rows() {
        assert_eq!(rows("a\n\n\n", 100, 100, 100, 0), [(1, "a".to_owned())]);
        assert_eq!(rows("a\n \n\t\r\n", 100, 3, 100, 0), [(1, "a".to_owned())]);
    }

    #[test]
    fn a_row_that_is_too_long_is_passed_over() {
        for step in 1..9 {
            let found =
                rows("a\n\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nc\ndddddddddddddddddddddddddddd", 4, step, 8, 0);
            let found: Vec<_> = found.iter().map(|(number, row)| (*number, row.as_str())).collect();
            assert_eq!(found, [(1, "a"), (2, ""), (3, "too long"), (4, "c"), (5, "too long")], "{step}");
        }
    }

    #[test]
    fn rows_are_passed_over_by_their_number() {
        for skip in 0..6 {
            for size in 1..9 {
                let found = rows("a\nb\n\nd\ne\n", size, 3, 100, skip);
                let expected = (1..).zip(["a", "b", "", "d", "e"].map(str::to_owned)).skip(skip as usize);
                let expected: Vec<_> = expected.collect();
                assert_eq!(found, expected, "{skip} by {size}");
            }
        }
    }
}
