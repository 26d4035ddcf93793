//! What can be wrong, and where: the one type that the parser, the renderer, the checkers and the commands report with.
//!
//! A [`Diagnostic`] is data. Pictures, lines and JSON are made from it in [`crate::report`].

pub mod code;
pub mod suggest;

pub use code::Code;

use crate::source::{Source, Span};
use std::sync::Arc;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; changes no exit status.
    Note,
    /// Probably not what was meant; changes no exit status of `render`.
    Warning,
    /// Wrong: there is no body, or it must not be sent.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in a source with a few words on its part in the matter.
#[derive(Clone, Debug)]
pub struct Label {
    /// The source the span lies in.
    pub source: Arc<Source>,
    /// The place.
    pub span: Span,
    /// What this place did; may be empty.
    pub message: String,
}

/// One replacement of a [`Fix`]: the text of `span` becomes `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where text is inserted.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change to a template that would mend the finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What the change does, as an imperative sentence without a full stop.
    pub message: String,
    /// The template to change.
    pub source: Arc<Source>,
    /// The replacements, in order of place, not overlapping.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The entry of the table of codes.
    pub code: &'static Code,
    /// How bad it is here; the code's own severity unless a mode changes it.
    pub severity: Severity,
    /// What is wrong, one line.
    pub message: String,
    /// The place that caused it, if it has one.
    pub primary: Option<Label>,
    /// Other places that took part.
    pub secondary: Vec<Label>,
    /// The stretch of the rendered body the finding is about, as a place in the rendered text.
    pub rendered: Option<Label>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
    /// A change that would mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of kind `code` without a place.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            rendered: None,
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// The same finding, caused at `span` of `source`.
    pub fn at(mut self, source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        self.primary = Some(Label { source: source.clone(), span, message: message.into() });
        self
    }

    /// The same finding with another place that took part.
    pub fn and(mut self, source: &Arc<Source>, span: Span, message: impl Into<String>) -> Self {
        self.secondary.push(Label { source: source.clone(), span, message: message.into() });
        self
    }

    /// The same finding with a fact added.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same finding with advice added.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same finding with a change that mends it.
    pub fn fix(mut self, source: &Arc<Source>, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { message: message.into(), source: source.clone(), edits });
        self
    }

    /// The same finding at another severity.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether the finding is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl std::fmt::Display for Diagnostic {
    /// One line: `name:line:column: error[code]: message`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(label) = &self.primary {
            let position = label.source.position(label.span.from());
            write!(f, "{}:{}:{}: ", label.source.name(), position.line, position.column)?;
        }
        write!(f, "{}[{}]: {}", self.severity.name(), self.code.name, self.message)
    }
}
