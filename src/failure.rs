//! Why evaluating a node gave no value: the reference's render errors, a limit, or an abort by the template.

use crate::diagnostic::{Diagnostic, Severity, code};
use crate::error::Error;
use crate::limits::Exceeded;
use std::fmt;

/// What stops the evaluation of a node. It is small, since everything that is evaluated may come back with one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// An error of the template or its data: printed inline and reported, rendering goes on.
    Error(Box<RenderError>),
    /// A bound of [`crate::Limits`] was met: rendering ends.
    Limit(Box<Exceeded>),
    /// The template ended the message (Braze's `abort_message`): rendering ends.
    Abort(Box<Abort>),
}

/// The end of a message that its template asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Abort {
    /// Why, in the template's words.
    pub reason: String,
}

/// The classes of the reference's errors; they decide the words before the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderErrorKind {
    /// `Liquid error: …`: wrong arguments, comparisons and conversions that fail.
    Argument,
    /// `Liquid error: divided by 0`.
    ZeroDivision,
    /// `Liquid syntax error: …`: what only shows at render, such as a partial that does not parse.
    Syntax,
    /// `Liquid error: …`: a partial that cannot be had.
    FileSystem,
    /// `Liquid error: Nesting too deep`.
    StackLevel,
    /// `Liquid error: undefined …`: an unknown variable, property or filter under a strict policy.
    Undefined,
    /// A value is missing in a dialect that sends nothing then.
    Missing,
    /// `Liquid error: internal`: the reference trips over its own implementation here.
    Internal,
}

/// One error of the reference, with its message as the reference words it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RenderError {
    /// The class.
    pub kind: RenderErrorKind,
    /// The message without `Liquid error: `.
    pub message: String,
    /// The name of the partial the error came from, where the reference names it.
    pub partial: Option<String>,
    /// The line within the template or partial, where already known.
    pub line: Option<usize>,
}

impl Failure {
    /// A bound that was met.
    #[cold]
    pub fn limit(exceeded: Exceeded) -> Self {
        Failure::Limit(Box::new(exceeded))
    }

    /// An abort for `reason`.
    #[cold]
    pub fn abort(reason: impl Into<String>) -> Self {
        Failure::Abort(Box::new(Abort { reason: reason.into() }))
    }

    /// An error of class `kind`.
    #[cold]
    pub fn error(kind: RenderErrorKind, message: impl Into<String>) -> Self {
        Failure::Error(Box::new(RenderError { kind, message: message.into(), partial: None, line: None }))
    }

    /// What the reference prints where it trips over its own implementation: `Liquid error: internal`.
    #[cold]
    pub fn internal() -> Self {
        Failure::error(RenderErrorKind::Internal, "internal")
    }

    /// An [`RenderErrorKind::Argument`] error.
    #[cold]
    pub fn argument(message: impl Into<String>) -> Self {
        Failure::error(RenderErrorKind::Argument, message)
    }

    /// The reference's `divided by 0`.
    #[cold]
    pub fn zero_division() -> Self {
        Failure::error(RenderErrorKind::ZeroDivision, "divided by 0")
    }

    /// The reference's `invalid integer`.
    #[cold]
    pub fn invalid_integer() -> Self {
        Failure::argument("invalid integer")
    }
}

impl fmt::Display for Failure {
    /// The message of the error, of the limit, or of the abort.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Error(error) => error.fmt(f),
            Failure::Limit(exceeded) => exceeded.fmt(f),
            Failure::Abort(abort) => f.write_str(&abort.reason),
        }
    }
}

impl std::error::Error for Failure {}

/// For what fails outside of a render, such as values that a host makes in an arena of its own.
impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let diagnostic = match failure {
            Failure::Error(error) => Diagnostic::new(&code::RENDER_ERROR, error.message),
            Failure::Limit(exceeded) => exceeded.diagnostic(),
            Failure::Abort(abort) => Diagnostic::new(&code::RENDER_ABORTED, abort.reason),
        };
        diagnostic.severity(Severity::Error).into()
    }
}

impl From<Exceeded> for Failure {
    #[cold]
    fn from(exceeded: Exceeded) -> Self {
        Failure::limit(exceeded)
    }
}

impl RenderError {
    /// The text the reference prints in place of the node: `Liquid error: …`, with `(line n)` where `line` is given.
    pub fn inline_text(&self, line: Option<usize>) -> String {
        let words = match self.kind {
            RenderErrorKind::Syntax => "Liquid syntax error",
            _ => "Liquid error",
        };
        let line = self.line.or(line);
        match (&self.partial, line) {
            (Some(partial), Some(line)) => format!("{words} ({partial} line {line}): {}", self.message),
            (None, Some(line)) => format!("{words} (line {line}): {}", self.message),
            (_, None) => format!("{words}: {}", self.message),
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
