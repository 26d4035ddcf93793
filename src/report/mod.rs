//! Findings on their way out: a picture for people, a line for logs, JSON for programs.
//!
//! In come [`Diagnostic`]s; out goes text for the chosen [`MessageFormat`]. Whatever the findings and their
//! sources hold, `full` and `concise` show control characters and bidirectional overrides as escapes (see
//! `visible`) and show a long line only around the place in question (see `excerpt`), so that data can neither
//! steer a terminal nor flood it.
//!
//! ```
//! use carafe::diagnostic::{Diagnostic, code};
//! use carafe::report::{self, MessageFormat, Options};
//!
//! let source = std::sync::Arc::new(carafe::Source::new("card.liquid", "Hi {{ name | upcse }}!"));
//! let finding = Diagnostic::new(&code::FILTER_UNKNOWN, "unknown filter `upcse`").at(
//!     &source,
//!     carafe::source::Span::new(13, 18),
//!     "no filter has this name",
//! );
//! let mut out = String::new();
//! report::write(&[finding], MessageFormat::Full, &Options::default(), &mut out);
//! assert_eq!(out, "\
//! warning[filter/unknown]: unknown filter `upcse`
//!  --> card.liquid:1:14
//!   |
//! 1 | Hi {{ name | upcse }}!
//!   |              ^^^^^ no filter has this name
//! ");
//! ```

mod concise;
mod excerpt;
mod json;
mod place;
mod text;
mod visible;

pub(crate) use place::Stretch;

use crate::diagnostic::{Diagnostic, Severity};

/// The most findings that `full` and `concise` show; a count of the others follows.
const MOST_SHOWN: usize = 1_000;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MessageFormat {
    /// A picture of each finding with the lines of the sources it is about.
    #[default]
    Full,
    /// One line a finding: `name:line:column: error[code]: message`.
    Concise,
    /// One JSON object a line and finding.
    ///
    /// | key | value |
    /// |---|---|
    /// | `schemaVersion` | 1; grows when a key changes its meaning or goes |
    /// | `code`, `severity`, `message` | as in [`Diagnostic`] |
    /// | `file`, `span`, `label` | the place that caused it: name of the source, stretch, words on it; `null` without a place |
    /// | `labels` | other places: `{"file", "span", "message"}` each |
    /// | `rendered` | the place in the rendered body, or `null`: `file`, the keys of a span, `message`, and `excerpt`, the line around the place (at most some hundred bytes) |
    /// | `notes`, `help` | texts |
    /// | `fix` | `null`, or `{"message", "file", "edits"}`; an edit has the keys of a span and `text`, which replaces it |
    ///
    /// A span is `{"line", "column", "endLine", "endColumn", "byteStart", "byteEnd"}`. Lines and columns start
    /// at 1, columns count characters, bytes start at 0; the end is the place after the last character. Texts are
    /// given as they are; control characters and marks of direction are written as escapes. No finding is left out.
    Json,
}

impl MessageFormat {
    /// Every format.
    pub const ALL: [MessageFormat; 3] = [MessageFormat::Full, MessageFormat::Concise, MessageFormat::Json];

    /// `full`, `concise` or `json`.
    pub fn name(self) -> &'static str {
        match self {
            MessageFormat::Full => "full",
            MessageFormat::Concise => "concise",
            MessageFormat::Json => "json",
        }
    }
}

impl std::str::FromStr for MessageFormat {
    type Err = String;

    /// The format called `name`; the error names the formats there are.
    fn from_str(name: &str) -> Result<Self, String> {
        let found = MessageFormat::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| "the formats are `full`, `concise` and `json`".to_owned())
    }
}

/// What the place that shows the findings can do. [`MessageFormat::Json`] has no use for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether to colour with ANSI escape sequences.
    pub color: bool,
    /// Whether frames are drawn with Unicode's lines and arrows, not with ASCII.
    pub unicode: bool,
    /// Columns of the terminal: how much of a long source line is shown. 140 if not known.
    pub width: Option<usize>,
}

/// Appends `diagnostics` to `out`, in the order given, each ending with a line break.
pub fn write(diagnostics: &[Diagnostic], format: MessageFormat, options: &Options, out: &mut String) {
    match format {
        MessageFormat::Full => text::write(diagnostics, options, out),
        MessageFormat::Concise => concise::write(diagnostics, out),
        MessageFormat::Json => json::write(diagnostics, out),
    }
}

/// How many findings of each severity there are: `2 errors, 1 warning`, or `no findings`.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        match diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count() {
            0 => {}
            1 => parts.push(format!("1 {}", severity.name())),
            count => parts.push(format!("{count} {}s", severity.name())),
        }
    }
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// The findings that are shown and how many are not.
fn shown(diagnostics: &[Diagnostic]) -> (&[Diagnostic], usize) {
    diagnostics.split_at_checked(MOST_SHOWN).map_or((diagnostics, 0), |(shown, rest)| (shown, rest.len()))
}

/// The finding as one line without a line break.
pub(crate) fn line(diagnostic: &Diagnostic) -> String {
    concise::line(diagnostic, &mut place::Locator::default())
}

/// A text for a terminal: control characters and marks of direction are written as JSON escapes them (`\u001b`), all but
/// line breaks and tabs. JSON remains the same JSON.
pub fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    visible::escaped(text)
}

/// A text as one line in which nothing can hide: line breaks, control characters and marks of direction are written out.
pub fn visible_line(text: &str) -> String {
    visible::line(text)
}
