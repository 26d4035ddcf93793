//! Where the program writes: the body to standard output, everything else to standard error.
//!
//! Colour is for terminals only: `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are heeded. A reader that has closed its
//! end of a pipe wants no more, which is no error.

use crate::diagnostic::{Diagnostic, Severity, code};
use crate::error::Error;
use crate::report::{self, MessageFormat, Options};
use anstream::{AutoStream, ColorChoice};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Standard output and standard error, and how findings are to be written.
pub struct Terminal {
    format: MessageFormat,
}

impl Terminal {
    /// Findings are written as `format`.
    pub fn new(format: MessageFormat) -> Self {
        Terminal { format }
    }

    /// How findings are written.
    pub fn format(&self) -> MessageFormat {
        self.format
    }

    /// Writes findings to standard error, and behind them a line that counts them and says what `remark` has to add.
    pub fn report(&self, diagnostics: &[Diagnostic], remark: Option<&str>) {
        if diagnostics.is_empty() {
            return;
        }
        let mut text = self.written(diagnostics);
        if let Some(summary) = summary(diagnostics, self.format, remark) {
            if self.format == MessageFormat::Full {
                text.push('\n');
            }
            text.push_str(&summary);
            text.push('\n');
        }
        self.remark(&text);
    }

    /// Writes findings to standard error, and nothing behind them but an empty line between two in full.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        let mut text = self.written(diagnostics);
        if self.format == MessageFormat::Full {
            text.push('\n');
        }
        self.remark(&text);
    }

    fn written(&self, diagnostics: &[Diagnostic]) -> String {
        let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        let width = terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
        let mut text = String::new();
        report::write(diagnostics, self.format, &Options { color, unicode: false, width }, &mut text);
        text
    }

    /// Writes `text` to standard error. There is nobody to tell if that fails.
    pub fn remark(&self, text: &str) {
        let mut stream = AutoStream::auto(io::stderr());
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Writes `text` to standard output exactly as it is. A terminal gets a line break at the end if there is none, so
    /// that the prompt stands on a line of its own.
    ///
    /// # Errors
    /// When it cannot be written, as on a full disk.
    pub fn product(&self, text: &str) -> Result<(), Error> {
        let mut stream = io::stdout().lock();
        let end = if stream.is_terminal() && !text.is_empty() && !text.ends_with('\n') { "\n" } else { "" };
        let written = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.write_all(end.as_bytes()))
            .and_then(|()| stream.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                let message = format!("standard output cannot be written: {}", error.kind());
                Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).into())
            }
            _ => Ok(()),
        }
    }
}

/// `1 error, 2 warnings: remark`, for people only. Notes alone are not counted.
fn summary(diagnostics: &[Diagnostic], format: MessageFormat, remark: Option<&str>) -> Option<String> {
    if format == MessageFormat::Json
        || diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Note)
    {
        return None;
    }
    let counts = report::summary(diagnostics);
    Some(match remark {
        Some(remark) => format!("{counts}: {remark}"),
        None => counts,
    })
}
