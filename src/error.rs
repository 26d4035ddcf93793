//! The one error of the library.
//!
//! Everything that ends an operation comes out as an [`Error`]: one or more [`Diagnostic`]s, the first of which
//! says what the operation failed for.

use crate::diagnostic::{Code, Diagnostic, code};
use crate::report::{self, MessageFormat, Options};
use serde::{Serialize, Serializer};
use std::fmt;

/// Why an operation failed: at least one finding, with places and advice.
///
/// `{}` is one line on the first finding, `{:#}` the picture of all of them, without colour and without a line
/// break at the end. An `Error` is one word wide.
///
/// ```
/// use carafe::diagnostic::{Diagnostic, code};
///
/// let source = std::sync::Arc::new(carafe::Source::new("hello", "Hi {{ name"));
/// let finding = Diagnostic::new(&code::UNCLOSED_OUTPUT, "this output is not closed")
///     .at(&source, carafe::source::Span::new(3, 5), "opened here")
///     .help("add `}}`");
/// let error = carafe::Error::from(finding);
/// assert_eq!(error.code(), &code::UNCLOSED_OUTPUT);
/// assert_eq!(error.to_string(), "hello:1:4: error[syntax/unclosed-output]: this output is not closed");
/// assert_eq!(format!("{error:#}"), "\
/// error[syntax/unclosed-output]: this output is not closed
///  --> hello:1:4
///   |
/// 1 | Hi {{ name
///   |    ^^ opened here
///   |
///   = help: add `}}`");
/// ```
// `Error::new` sees to it that the list is never empty.
#[allow(clippy::box_collection, reason = "a boxed slice would be two words wide")]
pub struct Error(Box<Vec<Diagnostic>>);

const _: () = assert!(size_of::<Error>() == size_of::<usize>());

impl Error {
    /// The error that `diagnostics` describe; the first one decides. Without any, the error says that Carafe
    /// failed to give a reason.
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        if diagnostics.is_empty() {
            diagnostics.push(Diagnostic::new(&code::INTERNAL, "the operation failed without a reason"));
        }
        Error(Box::new(diagnostics))
    }

    /// The findings, at least one.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }

    /// The findings, at least one, to keep.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        *self.0
    }

    /// The code of the first finding.
    pub fn code(&self) -> &'static Code {
        self.0.first().map_or(&code::INTERNAL, |first| first.code)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Error::new(vec![diagnostic])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            let mut picture = String::new();
            report::write(self.diagnostics(), MessageFormat::Full, &Options::default(), &mut picture);
            return f.write_str(picture.trim_end_matches('\n'));
        }
        let Some((first, rest)) = self.diagnostics().split_first() else { return Ok(()) };
        f.write_str(&report::line(first))?;
        if rest.is_empty() { Ok(()) } else { write!(f, " (and {} more)", rest.len()) }
    }
}

impl fmt::Debug for Error {
    /// The picture, since `unwrap` and a `main` that returns the error show this to people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl std::error::Error for Error {}

/// A list of its findings, each as [`MessageFormat::Json`] has it.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.diagnostics())
    }
}
