//! Where the program writes: the body to standard output, everything else to standard error.
//!
//! Colour is for terminals only: `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are heeded. A reader that has closed its
//! end of a pipe wants no more, which is no error.
//!
//! What data or a template holds can neither steer a terminal nor the build service that reads the log: findings show
//! control characters as escapes, a body does on a terminal, and in a build the commands of such services are broken up.

use crate::diagnostic::{Diagnostic, Severity, code};
use crate::error::Error;
use crate::report::{self, MessageFormat, Options};
use anstream::{AutoStream, ColorChoice};
use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Set by the build services that take lines of a log for commands: GitHub Actions and Azure Pipelines.
const BUILDS: &[&str] = &["GITHUB_ACTIONS", "TF_BUILD"];

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
        let _ = stream.write_all(self.harmless(text).as_bytes()).and_then(|()| stream.flush());
    }

    /// Writes lines of the program's own to standard output, in which names have been made [visible](report::visible_line).
    ///
    /// # Errors
    /// When they cannot be written, as on a full disk.
    pub fn list(&self, lines: &str) -> Result<(), Error> {
        let lines = match self.format {
            MessageFormat::Json => report::escaped(lines),
            MessageFormat::Full | MessageFormat::Concise => Cow::Borrowed(lines),
        };
        self.product(&self.harmless(&lines))
    }

    /// `text` without commands to a build service, where one reads it.
    fn harmless<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match is_build() {
            true => without_commands(text, self.format),
            false => Cow::Borrowed(text),
        }
    }

    /// Writes `text` to standard output exactly as it is. A terminal gets escapes for what would act on it, and a line
    /// break at the end if there is none, so that the prompt stands on a line of its own.
    ///
    /// # Errors
    /// When it cannot be written, as on a full disk.
    pub fn product(&self, text: &str) -> Result<(), Error> {
        let mut stream = io::stdout().lock();
        let shown = if stream.is_terminal() { report::escaped(text) } else { Cow::Borrowed(text) };
        let end = if stream.is_terminal() && !text.is_empty() && !text.ends_with('\n') { "\n" } else { "" };
        let written = stream
            .write_all(shown.as_bytes())
            .and_then(|()| stream.write_all(end.as_bytes()))
            .and_then(|()| stream.flush());
        written.or_else(unwritten)
    }
}

/// Standard output could not be written, which is an error unless its reader wants no more.
///
/// # Errors
/// When it is one.
pub fn unwritten(error: io::Error) -> Result<(), Error> {
    if error.kind() == ErrorKind::BrokenPipe {
        return Ok(());
    }
    let message = format!("standard output cannot be written: {}", error.kind());
    Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).into())
}

#[expect(clippy::disallowed_methods, reason = "the program's environment is the program's business")]
fn is_build() -> bool {
    BUILDS.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// `text` in which no line begins with `::` and none holds `##[` or `##vso[`, whatever stands in front of it.
fn without_commands(text: &str, format: MessageFormat) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let (colon, bracket) = match format {
        MessageFormat::Json => ("\\u003a:", "\\u005b"),
        MessageFormat::Full | MessageFormat::Concise => ("\\x3a:", "\\x5b"),
    };
    let lines = text.split_inclusive('\n').map(|line| {
        let command = line.trim_start();
        let blanks = line.strip_suffix(command).unwrap_or_default();
        let line = match command.strip_prefix("::") {
            Some(rest) => format!("{blanks}{colon}{rest}"),
            None => line.to_owned(),
        };
        line.replace("##[", &format!("##{bracket}")).replace("##vso[", &format!("##vso{bracket}"))
    });
    Cow::Owned(lines.collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_to_build_services_are_broken_up() {
        for (text, full, json) in [
            ("a::b ## [x]\n", "a::b ## [x]\n", "a::b ## [x]\n"),
            ("a\n  ::error::b\n", "a\n  \\x3a:error::b\n", "a\n  \\u003a:error::b\n"),
            ("a ##vso[x]##[y]", "a ##vso\\x5bx]##\\x5by]", "a ##vso\\u005bx]##\\u005by]"),
        ] {
            assert_eq!(without_commands(text, MessageFormat::Full), full);
            assert_eq!(without_commands(text, MessageFormat::Json), json);
        }
    }
}
