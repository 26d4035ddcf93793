//! What comes of one row, by the way that a single render goes: whatever the row is, with all that is to be said of it.

use super::identity::{Identity, KeyPath};
use super::{Expect, Settings, Shape, Subject};
use crate::arena::Arena;
use crate::check::sniff;
use crate::data::{self, Inputs};
use crate::diagnostic::{Code, Diagnostic, Severity, code};
use crate::source::{Source, Span};
use crate::template::{Outcome, Status};
use crate::value::Value;
#[cfg(feature = "webhook")]
use crate::webhook::Rendered;
use std::marker::PhantomData;
use std::sync::Arc;

/// Errors whose text is printed in place of what failed. A text is sent with it, JSON is not.
pub(crate) static PRINTED: &[&Code] =
    &[&code::RENDER_ERROR, &code::PARTIAL_MISSING, &code::RENDER_OBJECT_TEXT];

/// What came of a row.
pub(super) enum Verdict {
    /// A body, which is JSON or a text.
    Body { text: String, is_json: bool },
    /// The template aborted the message, or there is nothing to send: the reason, and the finding that says so.
    Aborted(String, Vec<Diagnostic>),
    /// Errors, at least one.
    Failed(Vec<Diagnostic>),
}

/// What a render gave, of a template or of a webhook.
enum Made<'b> {
    Template(Outcome, PhantomData<&'b ()>),
    #[cfg(feature = "webhook")]
    Webhook(Rendered<'b>),
}

impl Made<'_> {
    fn parts(&mut self) -> (&Status, &mut String, &mut Vec<Diagnostic>) {
        match self {
            Made::Template(outcome, _) => (&outcome.status, &mut outcome.text, &mut outcome.diagnostics),
            #[cfg(feature = "webhook")]
            Made::Webhook(rendered) => (&rendered.status, &mut rendered.text, &mut rendered.findings),
        }
    }

    fn check_json(&self) -> Vec<Diagnostic> {
        match self {
            Made::Template(outcome, _) => outcome.check_json(),
            #[cfg(feature = "webhook")]
            Made::Webhook(rendered) => rendered.check_json(),
        }
    }
}

impl Settings<'_> {
    /// Whether a body is taken for JSON.
    pub(super) fn is_json(&self, body: &str) -> bool {
        match self.expect {
            Expect::Json => true,
            Expect::Text => false,
            Expect::Auto => sniff::looks_like_json(body),
        }
    }

    /// What comes of `row`. With `traced`, the body is checked with its source map.
    pub(super) fn judge(&self, number: u64, row: &str, arena: &Arena, traced: bool) -> Verdict {
        let source = Arc::new(Source::new(format!("{}:{number}", self.name), row));
        let inputs = match self.inputs_of(&source, arena) {
            Ok(inputs) => inputs,
            Err(found) => return Verdict::Failed(vec![*found]),
        };
        let data = match inputs.read(arena) {
            Ok(data) if data.is_without_event => {
                let finding = data.warnings.into_iter().find(|found| found.code == &code::DATA_EMPTY_BATCH);
                let reason = finding.as_ref().map_or("", |found| found.message.as_str()).to_owned();
                return Verdict::Aborted(reason, finding.into_iter().collect());
            }
            Ok(data) => data.value,
            Err(found) => return Verdict::Failed(errors(found)),
        };
        let mut made = self.render(arena, data, traced);
        let (status, text, findings) = made.parts();
        let findings = std::mem::take(findings);
        match status {
            Status::Aborted(reason) => return Verdict::Aborted(reason.clone(), errors(findings)),
            Status::Complete => {}
            Status::Exceeded(_) | Status::Failed(..) => return Verdict::Failed(errors(findings)),
        }
        let is_json = self.is_json(text);
        let mut errors = errors(findings.into_iter().map(|finding| judged(finding, is_json)).collect());
        if is_json && traced {
            errors.extend(made.check_json().into_iter().filter(Diagnostic::is_error));
        }
        if !errors.is_empty() {
            return Verdict::Failed(errors);
        }
        let (_, text, _) = made.parts();
        Verdict::Body { text: std::mem::take(text), is_json }
    }

    fn render(&self, arena: &Arena, data: Value<'_>, traced: bool) -> Made<'_> {
        match self.subject {
            Subject::Template(template) => {
                let render = template.prepare().trace(traced).empty_namespaces(self.empty_namespaces);
                Made::Template(render.run_in(arena, data), PhantomData)
            }
            #[cfg(feature = "webhook")]
            Subject::Webhook(webhook) => {
                Made::Webhook(webhook.render(arena, data, |render| {
                    render.trace(traced).empty_namespaces(self.empty_namespaces)
                }))
            }
        }
    }

    /// The inputs that a single render of the row would have.
    fn inputs_of(&self, row: &Arc<Source>, arena: &Arena) -> Result<Inputs, Box<Diagnostic>> {
        let mut inputs = self.inputs.clone();
        if let Some((profiles, key)) = &self.join {
            let failed = |message: String| {
                Box::new(Diagnostic::new(&code::DATA_NO_PROFILE, message).at(row, Span::at(0), ""))
            };
            let id = self
                .identity_at(key, row, arena)
                .ok_or_else(|| failed(format!("the row has no `{}` to join a profile by", key.as_str())))?;
            let profile = profiles
                .profile(&id.text)
                .map_err(failed)?
                .ok_or_else(|| failed(format!("there is no profile of `{}`", id.text)))?;
            let profile = Arc::new(Source::new(format!("profile {}", id.text), profile));
            inputs = match profiles.shape() {
                Shape::Data => inputs.data(profile),
                Shape::Users | Shape::Events => inputs.profile(profile),
            };
        }
        Ok(match self.shape {
            Shape::Data => inputs.data(row.clone()),
            Shape::Users => inputs.profile(row.clone()),
            Shape::Events => inputs.event(row.clone(), None),
        })
    }

    /// What the row of this number is known by.
    pub(super) fn identity(&self, row: &str, arena: &Arena) -> Option<Identity> {
        let source = || Arc::new(Source::new("row", row));
        match (&self.id, &self.join, self.shape) {
            (Some(path), ..) => path.identity(row),
            (None, Some((_, key)), _) => self.identity_at(key, &source(), arena),
            (None, None, Shape::Data) => None,
            (None, None, Shape::Users) => {
                ["external_id", "braze_id"].iter().find_map(|key| KeyPath::new(*key).identity(row))
            }
            (None, None, Shape::Events) => self.identity_at(&KeyPath::new("external_id"), &source(), arena),
        }
    }

    /// What stands at `key` of the row; of an event, what its platform calls so.
    fn identity_at(&self, key: &KeyPath, row: &Arc<Source>, arena: &Arena) -> Option<Identity> {
        key.identity(row.text()).or_else(|| match self.shape {
            Shape::Events => data::event_identifier(row, key.as_str(), arena).map(Identity::of_text),
            Shape::Data | Shape::Users => None,
        })
    }
}

/// A finding as grave as it is for a body of this kind.
pub(super) fn judged(finding: Diagnostic, is_json: bool) -> Diagnostic {
    match PRINTED.contains(&finding.code) {
        true => finding.severity(if is_json { Severity::Error } else { Severity::Warning }),
        false => finding,
    }
}

/// The errors among `found`; the last one, which decides, first.
fn errors(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(Diagnostic::is_error).collect()
}
