//! Contracts that arguments name, and the check of finished bodies.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use super::args::Check;
use super::files::{self, Files};
use super::target::Target;
use crate::check::json::{self, CheckLimits};
use crate::check::value;
use crate::contract::{self, Contract};
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::source::Span;
use std::path::Path;

/// What `--contract` says of itself: the contracts in the program, a line each.
pub fn help() -> String {
    let mut help = String::from(
        "Check the body against what its receiver expects: a name or a schema file\n\n\
         A file is a JSON Schema; `docs/contracts.md` shows what it can say. The names are:\n\n",
    );
    for known in contract::all() {
        help.push_str(&format!("  {:20} {}\n", known.name, known.about));
    }
    help.push_str("\nExample: --contract movable-ink");
    help
}

/// The contract that an argument names. A file wins over a contract of the same name.
pub fn find(name: &str, files: &Files) -> Result<Contract, Error> {
    let path = Path::new(name);
    if path.is_file() {
        return Contract::from_schema(&files.data(name)?);
    }
    Contract::find(name).map_err(|error| {
        if !name.ends_with(".json") {
            return error;
        }
        let message = format!("there is no file `{name}`, and no contract of this name");
        let near = files::near_names(path, &[]);
        let mut finding = Diagnostic::new(&code::CONTRACT_UNKNOWN, message);
        finding.help.extend(near);
        finding.into()
    })
}

/// The contract of a render: the argument's, else the webhook's.
pub fn chosen(argument: Option<&str>, target: &Target, files: &Files) -> Result<Option<Contract>, Error> {
    match argument {
        Some(name) => find(name, files).map(Some),
        None => Ok(target.webhook.as_ref().and_then(|webhook| webhook.contract.clone())),
    }
}

/// Checks the body in a file: that it is JSON, and what its receiver expects.
pub fn check(path: &str, arguments: &Check, files: &Files) -> Result<Vec<Diagnostic>, Error> {
    let contract = arguments.contract.as_deref().map(|name| find(name, files)).transpose()?;
    let body = files.data(path)?;
    let faults = json::check(body.text(), CheckLimits::default());
    let shown = |fault: &crate::check::finding::Finding| {
        let span = Span::new(fault.span.start, fault.span.end);
        Diagnostic::new(fault.rule.entry(), fault.message(body.text()))
            .severity(fault.severity())
            .at(&body, span, "")
    };
    let mut findings: Vec<Diagnostic> = faults.iter().map(shown).collect();
    findings.extend(value::quoted_nulls(body.text()).iter().map(|found| found.in_body(&body)));
    findings.extend(contract.iter().flat_map(|contract| contract.diagnose(&body, arguments.now)));
    Ok(findings)
}
