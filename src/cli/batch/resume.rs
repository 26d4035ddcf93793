//! What an earlier run has written: how many rows, and the end of it that is no whole line cut away.
#![expect(clippy::arithmetic_side_effects, reason = "lengths of files and counts of their lines")]

use super::input::Compression;
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

const BLOCK: usize = 1 << 18;

/// How many lines there are, and where the last one ends.
#[derive(Default)]
struct Count {
    lines: u64,
    /// Bytes up to the end of the last whole line.
    whole: u64,
    bytes: u64,
}

impl Count {
    fn read(mut reader: impl Read) -> io::Result<Count> {
        let mut count = Count::default();
        let mut block = vec![0; BLOCK];
        loop {
            let read = match reader.read(&mut block) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            let bytes = block.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(count);
            }
            count.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            if let Some(at) = memchr::memrchr(b'\n', bytes) {
                count.whole = count.bytes + at as u64 + 1;
            }
            count.bytes += read as u64;
        }
    }
}

/// The rows that the file at `path` holds. It is left so that the next one is written behind them.
///
/// # Errors
/// When it cannot be read, or is none that a run has written.
pub fn rows(file: Option<&mut File>, path: &Path) -> Result<u64, Error> {
    let Some(file) = file else { return Ok(0) };
    let counted = match Compression::of(path) {
        Compression::None => lines(file),
        Compression::Gzip => members(file, |reader| Count::read(flate2::bufread::GzDecoder::new(reader))),
        Compression::Zstd => members(file, |reader| {
            Count::read(zstd::stream::read::Decoder::with_buffer(reader)?.single_frame())
        }),
    };
    counted.map_err(|error| {
        let message = format!("`{}` cannot be gone on with: {error}", path.display());
        Error::from(Diagnostic::new(&code::FILE_UNREADABLE, message).help("--force writes it anew"))
    })
}

fn lines(file: &mut File) -> io::Result<u64> {
    let count = Count::read(&mut *file)?;
    cut(file, count.whole)?;
    Ok(count.lines)
}

/// The lines of all members that are whole; a last one that is not is cut away.
fn members(
    file: &mut File,
    read: impl Fn(&mut BufReader<&mut File>) -> io::Result<Count>,
) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(BLOCK, &mut *file);
    let (mut rows, mut whole) = (0, 0);
    while !reader.fill_buf()?.is_empty() {
        match read(&mut reader) {
            Ok(count) if count.whole == count.bytes => rows += count.lines,
            Ok(_) => return Err(io::Error::other("a part of it ends within a line")),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        whole = reader.stream_position()?;
    }
    drop(reader);
    cut(file, whole)?;
    Ok(rows)
}

fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}

/// Cuts away rejects of rows behind the first `rows`, which the output does not hold.
///
/// # Errors
/// When the file cannot be read, or is compressed.
pub fn cut_rejects(file: Option<&mut File>, path: &Path, rows: u64) -> Result<(), Error> {
    let Some(file) = file else { return Ok(()) };
    let name = path.display();
    if Compression::of(path) != Compression::None {
        let message = format!("`{name}` is compressed, and rejects that are cannot be gone on with");
        let help = "name another file for the rejects of the rows that are left";
        return Err(Diagnostic::new(&code::FILE_UNREADABLE, message).help(help).into());
    }
    let end = end_of_rejects(file, rows).and_then(|end| cut(file, end));
    end.map_err(|error| {
        let message = format!("`{name}` cannot be gone on with: {error}");
        Diagnostic::new(&code::FILE_UNREADABLE, message).into()
    })
}

fn end_of_rejects(file: &mut File, rows: u64) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(BLOCK, file);
    let (mut end, mut line) = (0u64, Vec::new());
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        // Lines are written as `{"row":17,…}`, in the order of the rows.
        let number = line.strip_prefix(b"{\"row\":").and_then(|rest| rest.split(|byte| *byte == b',').next());
        let row = number.and_then(|number| std::str::from_utf8(number).ok()?.parse::<u64>().ok());
        match row {
            Some(row) if row <= rows && line.ends_with(b"\n") => end += line.len() as u64,
            Some(_) => return Ok(end),
            // An end of the file within the first letters of a line.
            None if !line.ends_with(b"\n") => return Ok(end),
            None => return Err(io::Error::other("it holds lines that are no rejects")),
        }
    }
}
