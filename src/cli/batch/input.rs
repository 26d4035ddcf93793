//! Rows from a file or standard input, uncompressed by the ending of the name.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use crate::cli::files::{self, Files, STDIN};
use crate::error::Error;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// So many bytes are asked of what may keep one waiting.
const BLOCK: usize = 1 << 16;

/// So often it is looked whether to go on waiting.
const PATIENCE: Duration = Duration::from_millis(20);

/// So much of the input is looked at for its first row.
const FIRST_ROW: usize = 1 << 20;

/// What a file's name says of how it is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`.
    Gzip,
    /// `.zst`.
    Zstd,
}

impl Compression {
    /// By the ending of the file's name.
    pub fn of(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ending) if ending.eq_ignore_ascii_case("gz") => Compression::Gzip,
            Some(ending) if ending.eq_ignore_ascii_case("zst") => Compression::Zstd,
            _ => Compression::None,
        }
    }
}

/// Rows to be read.
pub struct Input {
    /// As messages call it.
    pub name: String,
    /// What is to be read, uncompressed.
    pub reader: Box<dyn Read + Send>,
    /// The bytes of the file, where it is one.
    pub size: Option<u64>,
    /// How many of them were read.
    pub consumed: Arc<AtomicU64>,
}

impl Input {
    /// Opens the file `path`; `-` is standard input. What keeps one waiting ends once `stop` is true.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &str, files: &Files, stop: &'static AtomicBool) -> Result<Input, Error> {
        let consumed = Arc::new(AtomicU64::new(0));
        if path == STDIN {
            files.take_stdin()?;
            let reader = Box::new(Waiting::new(io::stdin(), stop));
            return Ok(Input { name: "<stdin>".to_owned(), reader, size: None, consumed });
        }
        let file = Path::new(path);
        let opened = File::open(file).and_then(|opened| {
            let about = opened.metadata()?;
            match about.is_dir() {
                true => Err(io::Error::from(ErrorKind::IsADirectory)),
                false => Ok((opened, about)),
            }
        });
        let (opened, about) = opened.map_err(|error| Error::from(files::unreadable(file, path, &error)))?;
        files.keep(file);
        let counted = Counted { reader: opened, count: consumed.clone() };
        let plain: Box<dyn Read + Send> = match about.is_file() {
            true => Box::new(counted),
            false => Box::new(Waiting::new(counted, stop)),
        };
        let reader: Box<dyn Read + Send> = match Compression::of(file) {
            Compression::None => plain,
            Compression::Gzip => {
                Box::new(Filling(MultiGzDecoder::new(io::BufReader::with_capacity(BLOCK, plain))))
            }
            Compression::Zstd => {
                let decoder = zstd::stream::read::Decoder::new(plain);
                Box::new(Filling(
                    decoder.map_err(|error| Error::from(files::unreadable(file, path, &error)))?,
                ))
            }
        };
        let size = about.is_file().then_some(about.len());
        Ok(Input { name: path.to_owned(), reader, size, consumed })
    }

    /// The first row that is not blank, or as much of it as is worth a look. It is read again with the others.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn first_row(&mut self) -> Result<String, Error> {
        let mut read = Vec::new();
        let mut block = vec![0; BLOCK];
        let begin = loop {
            let begin = read.len().saturating_sub(read.trim_ascii_start().len());
            let row: &[u8] = read.get(begin..).unwrap_or_default();
            if memchr::memchr(b'\n', row).is_some() || read.len() > FIRST_ROW {
                break begin;
            }
            match self.reader.read(&mut block) {
                Ok(0) => break begin,
                Ok(count) => read.extend_from_slice(block.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(files::unreadable(Path::new(&self.name), &self.name, &error).into());
                }
            }
        };
        let row = read.get(begin..).unwrap_or_default();
        let row = row.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let row = String::from_utf8_lossy(row).trim_start_matches('\u{feff}').to_owned();
        let rest = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(read).chain(rest));
        Ok(row)
    }
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Gives as much as it is asked for.
struct Filling<R>(R);

impl<R: Read> Read for Filling<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read(rest) {
                Ok(0) => break,
                Ok(read) => filled = filled.saturating_add(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // What was read before is to be rendered; the error comes again.
                Err(_) if filled > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// Reads what may keep one waiting for ever, on a thread of its own, and ends when told to.
struct Waiting {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Cursor<Vec<u8>>,
    stop: &'static AtomicBool,
}

impl Waiting {
    fn new(mut reader: impl Read + Send + 'static, stop: &'static AtomicBool) -> Self {
        let (sender, blocks) = mpsc::sync_channel(4);
        // Nobody waits for this thread: it may never come back from reading.
        thread::spawn(move || {
            loop {
                let mut block = vec![0; BLOCK];
                let read = match reader.read(&mut block) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    read => read,
                };
                let is_last = !matches!(read, Ok(1..));
                let block = read.map(|read| {
                    block.truncate(read);
                    block
                });
                if sender.send(block).is_err() || is_last {
                    return;
                }
            }
        });
        Waiting { blocks, block: Cursor::new(Vec::new()), stop }
    }
}

impl Read for Waiting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.block.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            match self.blocks.recv_timeout(PATIENCE) {
                Ok(block) => self.block = Cursor::new(block?),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) if self.stop.load(Ordering::SeqCst) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
