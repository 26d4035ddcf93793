//! The exit statuses, and which of them findings lead to.

use crate::diagnostic::{Diagnostic, code};
use std::process::ExitCode;

/// How the program ends. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Good; warnings alone are good.
    Good,
    /// Something was found in the body, by `check`, or in a case.
    Findings,
    /// The arguments, a file, or the data.
    Usage,
    /// The template.
    Template,
    /// A limit was met.
    Limit,
    /// The template ended the message.
    Aborted,
    /// A mistake in Carafe.
    Bug,
    /// Ctrl-C.
    Interrupted,
}

impl Status {
    /// The number the shell sees.
    pub fn number(self) -> u8 {
        match self {
            Status::Good => 0,
            Status::Findings => 1,
            Status::Usage => 2,
            Status::Template => 3,
            Status::Limit => 4,
            Status::Aborted => 5,
            Status::Bug => 70,
            Status::Interrupted => 130,
        }
    }

    /// What the errors among `diagnostics` lead to: of several, what has to be mended first.
    pub fn of(diagnostics: &[Diagnostic]) -> Status {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(Status::of_error).fold(Status::Good, Status::worse)
    }

    fn of_error(error: &Diagnostic) -> Status {
        match error.code.name.split('/').next() {
            Some("json" | "request" | "form") => Status::Findings,
            Some("case") if [&code::CASE_DIFFERENCE, &code::CASE_FINDINGS].contains(&error.code) => {
                Status::Findings
            }
            Some("contract") if ![&code::CONTRACT_UNKNOWN, &code::CONTRACT_INVALID].contains(&error.code) => {
                Status::Findings
            }
            Some("data" | "file" | "case" | "project" | "contract") => Status::Usage,
            Some("limit") => Status::Limit,
            Some("internal") => Status::Bug,
            _ if error.code == &code::RENDER_ABORTED => Status::Aborted,
            _ => Status::Template,
        }
    }

    /// Of two statuses the one that says more.
    pub fn worse(self, other: Status) -> Status {
        let rank = |status| match status {
            Status::Good => 0,
            Status::Findings => 1,
            Status::Template => 2,
            Status::Limit => 3,
            Status::Aborted => 4,
            Status::Usage => 5,
            Status::Bug => 6,
            Status::Interrupted => 7,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(status.number())
    }
}
