//! The findings of a case against the list it expects.

use crate::diagnostic::{Diagnostic, Severity, code};
use crate::source::Source;
use crate::webhook::{Placed, Webhook};
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::sync::Arc;

/// `area/name line:column`, as a case lists a finding. Where the place is not in the template, its file stands before
/// the line; a finding without a place is its code alone.
pub(super) fn entry(finding: &Diagnostic, webhook: &Webhook) -> String {
    let Some(label) = &finding.primary else { return finding.code.name.to_owned() };
    let position = label.source.position(label.span.from());
    let place = format!("{}:{}", position.line, position.column);
    if webhook.template.as_ref().is_some_and(|template| template.name() == label.source.name()) {
        return format!("{} {place}", finding.code.name);
    }
    let prefix = format!("{}/", webhook.folder().name());
    let name = label.source.name();
    format!("{} {}:{place}", finding.code.name, name.strip_prefix(&prefix).unwrap_or(name))
}

/// The findings that a case can list: notes are left out.
pub(super) fn listed(findings: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    findings.iter().filter(|finding| finding.severity > Severity::Note)
}

/// What differs between the list of a case and the findings that came.
pub(super) fn compare(
    expected: &[Placed<String>],
    case: &Arc<Source>,
    came: &[&Diagnostic],
    webhook: &Webhook,
) -> Vec<Diagnostic> {
    let wanted: Vec<&str> = expected.iter().map(|entry| entry.value.as_str()).collect();
    let entries: Vec<String> = came.iter().map(|finding| entry(finding, webhook)).collect();
    let found: Vec<&str> = entries.iter().map(String::as_str).collect();
    let mut differences = Vec::new();
    for step in capture_diff_slices(Algorithm::Myers, &wanted, &found) {
        if step.tag() == DiffTag::Equal {
            continue;
        }
        for missing in expected.get(step.old_range()).unwrap_or_default() {
            let message = format!("the finding `{}` did not come", missing.value);
            differences.push(Diagnostic::new(&code::CASE_FINDINGS, message).at(
                case,
                missing.span,
                "expected here",
            ));
        }
        for new in came.get(step.new_range()).unwrap_or_default() {
            differences.push(unexpected(new, webhook));
        }
    }
    differences
}

/// A finding that the case does not expect, with all it has to say.
pub(super) fn unexpected(finding: &Diagnostic, webhook: &Webhook) -> Diagnostic {
    let message = format!("unexpected `{}`: {}", entry(finding, webhook), finding.message);
    Diagnostic { code: &code::CASE_FINDINGS, severity: Severity::Error, message, ..finding.clone() }
}

/// The list as a case writes it.
pub(super) fn written(came: &[&Diagnostic], webhook: &Webhook) -> String {
    if came.is_empty() {
        return "[]".to_owned();
    }
    let lines: String =
        came.iter().map(|finding| format!("    \"{}\",\n", entry(finding, webhook))).collect();
    format!("[\n{lines}]")
}
