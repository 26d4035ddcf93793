//! Where lines are written: a file, compressed by the ending of its name, or standard output.
//!
//! Lines are written as they come, so that a run that is cut off leaves what it has done. Compressed files are made of
//! members of a few MiB, each of whole lines and readable by itself: what is lost is at most the last one.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use super::input::Compression;
use super::resume;
use crate::cli::args;
use crate::cli::files::{Files, STDIN};
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::report::escaped;
use flate2::write::GzEncoder;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

/// So many bytes of lines a member of a compressed file has at least.
const MEMBER: usize = 8 << 20;

/// Lines to be written.
pub struct Product {
    name: String,
    writer: Writer,
    /// The rows that an earlier run has written.
    pub rows: u64,
}

enum Writer {
    Stdout(io::Stdout),
    Plain(File),
    Gzip(Members<GzEncoder<File>>),
    Zstd(Members<zstd::stream::write::Encoder<'static, File>>),
}

/// A compressed file.
struct Members<E> {
    file: File,
    /// The member that is being written, and how many bytes of lines it has.
    open: Option<(E, usize)>,
}

impl Product {
    /// What the arguments say.
    ///
    /// # Errors
    /// When the file cannot be written, is an input, or holds something already.
    pub fn open(arguments: &args::Batch, files: &Files) -> Result<Product, Error> {
        match &arguments.output {
            Some(path) if path.as_os_str() != STDIN => {
                let (mut product, is_new) = Product::file(path, arguments.resume, arguments.force, files)?;
                if arguments.resume && !is_new {
                    product.rows = resume::rows(product.writer.file(), path)?;
                }
                Ok(product)
            }
            _ if arguments.resume => {
                let message = "--resume goes on in a file, and standard output is none";
                let help = "name the file with -o";
                Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).help(help).into())
            }
            _ => Ok(Product {
                name: "standard output".to_owned(),
                writer: Writer::Stdout(io::stdout()),
                rows: 0,
            }),
        }
    }

    /// The file `path`, and whether it holds nothing.
    fn file(path: &Path, resume: bool, force: bool, files: &Files) -> Result<(Product, bool), Error> {
        let name = format!("`{}`", path.display());
        files.check_is_no_input(path)?;
        let failed = |error: io::Error| {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("{name} cannot be written: there is no such folder"),
                kind => format!("{name} cannot be written: {kind}"),
            };
            Error::from(Diagnostic::new(&code::FILE_UNWRITABLE, message))
        };
        let present = std::fs::metadata(path).ok();
        let is_file = present.as_ref().is_none_or(|present| present.is_file());
        let is_new = present.as_ref().is_none_or(|present| !present.is_file() || present.len() == 0);
        if !is_new && !resume && !force {
            let message = format!("{name} holds something already");
            let help = "--resume goes on where an earlier run was cut off, --force writes the file anew";
            return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).help(help).into());
        }
        let mut options = OpenOptions::new();
        options.write(true).read(is_file && resume).create(true).truncate(is_file && force);
        let file = options.open(path).map_err(failed)?;
        files.keep(path);
        let writer = match Compression::of(path) {
            Compression::None => Writer::Plain(file),
            Compression::Gzip => Writer::Gzip(Members { file, open: None }),
            Compression::Zstd => Writer::Zstd(Members { file, open: None }),
        };
        Ok((Product { name, writer, rows: 0 }, is_new))
    }

    /// As messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is standard output.
    pub fn is_stdout(&self) -> bool {
        matches!(self.writer, Writer::Stdout(_))
    }

    /// Whether lines go to a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.writer, Writer::Stdout(stdout) if stdout.is_terminal())
    }

    /// Writes what is not yet written.
    ///
    /// # Errors
    /// When that fails.
    pub fn finish(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Stdout(stdout) => stdout.flush(),
            Writer::Plain(file) => file.flush(),
            Writer::Gzip(members) => members.close(|encoder| encoder.finish().map(drop)),
            Writer::Zstd(members) => members.close(|encoder| encoder.finish().map(drop)),
        }
    }
}

/// The file of the rejects, cut back to the `rows` that an earlier run has written.
///
/// # Errors
/// When it cannot be written, is an input or the output, or holds something already.
pub fn rejects(arguments: &args::Batch, files: &Files, rows: u64) -> Result<Option<Product>, Error> {
    let Some(path) = &arguments.rejects else { return Ok(None) };
    let (mut product, is_new) = Product::file(path, arguments.resume, arguments.force, files)?;
    if arguments.resume && !is_new {
        resume::cut_rejects(product.writer.file(), path, rows)?;
    }
    Ok(Some(product))
}

impl Writer {
    fn file(&mut self) -> Option<&mut File> {
        match self {
            Writer::Stdout(_) => None,
            Writer::Plain(file) => Some(file),
            Writer::Gzip(members) => Some(&mut members.file),
            Writer::Zstd(members) => Some(&mut members.file),
        }
    }
}

impl Write for Product {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        if lines.is_empty() {
            return Ok(0);
        }
        match &mut self.writer {
            Writer::Stdout(stdout) => {
                match std::str::from_utf8(lines) {
                    Ok(lines) if stdout.is_terminal() => stdout.write_all(escaped(lines).as_bytes())?,
                    _ => stdout.write_all(lines)?,
                }
                // Whoever reads the other end of a pipe is to have the rows as they come.
                stdout.flush()?;
            }
            Writer::Plain(file) => return file.write(lines),
            Writer::Gzip(members) => members.write(
                lines,
                |file| Ok(GzEncoder::new(file, flate2::Compression::default())),
                |encoder| encoder.finish().map(drop),
            )?,
            Writer::Zstd(members) => members.write(
                lines,
                |file| zstd::stream::write::Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL),
                |encoder| encoder.finish().map(drop),
            )?,
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<E: Write> Members<E> {
    /// Writes whole lines, and closes the member if it is large enough.
    fn write(
        &mut self,
        lines: &[u8],
        begin: impl FnOnce(File) -> io::Result<E>,
        end: impl FnOnce(E) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut encoder, written) = match self.open.take() {
            Some(open) => open,
            None => (begin(self.file.try_clone()?)?, 0),
        };
        encoder.write_all(lines)?;
        let written = written.saturating_add(lines.len());
        if written >= MEMBER {
            return end(encoder);
        }
        self.open = Some((encoder, written));
        Ok(())
    }

    fn close(&mut self, end: impl FnOnce(E) -> io::Result<()>) -> io::Result<()> {
        self.open.take().map_or(Ok(()), |(encoder, _)| end(encoder))
    }
}
