//! One JSON object a line and finding; [`super::MessageFormat::Json`] describes its keys.

use super::place::{Locator, Stretch};
use super::{excerpt, visible};
use crate::diagnostic::{Diagnostic, Label};
use serde::{Serialize, Serializer};

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    schema_version: u32,
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    span: Option<Stretch>,
    label: Option<&'a str>,
    labels: Vec<Place<'a>>,
    rendered: Option<Rendered<'a>>,
    notes: &'a [String],
    help: &'a [String],
    fix: Option<Change<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    span: Stretch,
    message: &'a str,
}

#[derive(Serialize)]
struct Rendered<'a> {
    file: &'a str,
    #[serde(flatten)]
    span: Stretch,
    message: &'a str,
    excerpt: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    message: &'a str,
    file: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    span: Stretch,
    text: &'a str,
}

/// As [`MessageFormat::Json`](super::MessageFormat::Json) has it.
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        finding(self, &mut Locator::default()).serialize(serializer)
    }
}

pub(super) fn write(diagnostics: &[Diagnostic], out: &mut String) {
    let mut locator = Locator::default();
    for diagnostic in diagnostics {
        // Strings, numbers and lists of them: nothing that serde_json can refuse.
        let line = serde_json::to_string(&finding(diagnostic, &mut locator)).unwrap_or_default();
        out.push_str(&visible::escaped(&line));
        out.push('\n');
    }
}

fn finding<'a>(diagnostic: &'a Diagnostic, locator: &mut Locator) -> Finding<'a> {
    let primary = diagnostic.primary.as_ref();
    Finding {
        schema_version: SCHEMA_VERSION,
        code: diagnostic.code.name,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        file: primary.map(|label| label.source.name()),
        span: primary.map(|label| Stretch::with(locator, &label.source, label.span)),
        label: primary.map(|label| label.message.as_str()),
        labels: diagnostic.secondary.iter().map(|label| place(label, locator)).collect(),
        rendered: diagnostic.rendered.as_ref().map(|label| Rendered {
            file: label.source.name(),
            span: Stretch::with(locator, &label.source, label.span),
            message: &label.message,
            excerpt: excerpt::around(&label.source, label.span),
        }),
        notes: &diagnostic.notes,
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().map(|fix| Change {
            message: &fix.message,
            file: fix.source.name(),
            edits: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    span: Stretch::with(locator, &fix.source, edit.span),
                    text: &edit.text,
                })
                .collect(),
        }),
    }
}

fn place<'a>(label: &'a Label, locator: &mut Locator) -> Place<'a> {
    Place {
        file: label.source.name(),
        span: Stretch::with(locator, &label.source, label.span),
        message: &label.message,
    }
}
