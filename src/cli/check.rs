//! `carafe check`: everything wrong or doubtful about templates, without data, and about finished bodies.

use super::args::Check;
use super::contract;
use super::exit::Status;
use super::files::Files;
use super::partials::Folder;
use super::target::Target;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::error::Error;

/// Checks every template, whatever the others hold.
pub fn run(arguments: &Check, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let files = Files::new(&limits);
    let mut status = Status::Good;
    let mut findings = Vec::new();
    for name in &arguments.templates {
        match Target::find(name, &files) {
            Ok(target) => {
                let mut builder = target.engine(&arguments.language, &limits);
                let partials = arguments.partials.folder.as_ref();
                if let Some(folder) = partials {
                    builder = builder.loader(Folder::open(folder, &limits)?);
                }
                let project = &target.project.project;
                let found = target.draft.check(&builder.build(), partials.is_some(), project);
                let found = found.into_iter().map(severe);
                findings.extend(found.inspect(|finding| status = status.worse(status_of(finding))));
            }
            Err(error) => {
                status = status.worse(Status::of(error.diagnostics()));
                findings.extend(error.into_diagnostics());
            }
        }
    }
    if let Some(body) = &arguments.body {
        let found = contract::check(body, arguments, &files)?;
        findings.extend(found.into_iter().inspect(|finding| status = status.worse(status_of(finding))));
    }
    terminal.report(&findings, None);
    Ok(status)
}

/// Rendering lets a value pass through a filter that is unknown. Whoever checks wants to know that it is.
fn severe(finding: Diagnostic) -> Diagnostic {
    if [&code::FILTER_UNKNOWN, &code::FILTER_NOT_IN_DIALECT].contains(&finding.code) {
        return finding.severity(Severity::Error);
    }
    finding
}

/// Anything but a note counts, and a limit is more than a finding.
fn status_of(finding: &Diagnostic) -> Status {
    match Status::of(std::slice::from_ref(finding)) {
        Status::Limit => Status::Limit,
        _ if finding.severity > Severity::Note => Status::Findings,
        _ => Status::Good,
    }
}
