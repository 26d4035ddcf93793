//! What came of a case against what the case expects.

use super::{Produced, Update, findings, is_json, meaning, place, text};
use crate::check;
use crate::diagnostic::{Diagnostic, Label, Severity, code};
use crate::source::{Source, Span};
use crate::webhook::{CASES_FOLDER, Case, ExpectedBody, Webhook};
use std::ops::Range;
use std::sync::Arc;

/// The judgement on one case.
pub(super) struct Verdict<'c> {
    webhook: &'c Webhook,
    case: &'c Case,
    produced: &'c Produced,
    pub differences: Vec<Diagnostic>,
    pub updates: Vec<Update>,
    /// What is to be replaced in the case's file.
    edits: Vec<(Span, String)>,
}

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Body,
    Request,
}

impl Whole {
    fn name(self) -> &'static str {
        match self {
            Whole::Body => "body",
            Whole::Request => "request",
        }
    }
}

impl<'c> Verdict<'c> {
    pub fn new(webhook: &'c Webhook, case: &'c Case, produced: &'c Produced) -> Self {
        Verdict { webhook, case, produced, differences: Vec::new(), updates: Vec::new(), edits: Vec::new() }
    }

    /// Compares everything.
    pub fn judge(&mut self) {
        self.abort();
        self.findings();
        if let Some(expected) = &self.case.expectation.body {
            self.text_of(expected, self.produced.body.as_ref(), Whole::Body);
        }
        if let Some(expected) = &self.case.expectation.request {
            self.request(expected);
        }
        self.edit_case();
    }

    fn abort(&mut self) {
        let expected = self.case.expectation.aborted.as_ref();
        match (expected, &self.produced.aborted) {
            (Some(expected), Some(reason)) if expected.value != *reason => {
                let message = format!("the reason of the abort: {reason:?} → {:?}", expected.value);
                self.differ(message, Some(expected.span), "expected here");
                self.edits.push((expected.span, quoted(reason)));
            }
            // Of a template that does not parse its errors say enough.
            (Some(expected), None) if self.produced.is_parsed => {
                self.differ("the message is not aborted".to_owned(), Some(expected.span), "expected here");
            }
            (None, Some(reason)) => {
                let message = format!("the template aborts the message: {reason}");
                self.differ(message, None, "");
            }
            _ => {}
        }
    }

    fn findings(&mut self) {
        let came: Vec<&Diagnostic> = findings::listed(&self.produced.findings).collect();
        match &self.case.expectation.findings {
            Some(expected) => {
                let differences = findings::compare(&expected.value, &self.case.source, &came, self.webhook);
                if !differences.is_empty() {
                    self.edits.push((expected.span, findings::written(&came, self.webhook)));
                }
                self.differences.extend(differences);
            }
            None => {
                let errors = came.into_iter().filter(|finding| finding.is_error());
                self.differences.extend(errors.map(|finding| findings::unexpected(finding, self.webhook)));
            }
        }
    }

    fn request(&mut self, expected: &ExpectedBody) {
        let request = self.produced.request.as_ref();
        if request.is_none() && self.webhook.url.is_none() {
            let message = "the webhook has no `url`, so there is no request".to_owned();
            self.differ(message, Some(expected.span), "expected here");
            return;
        }
        let written = request.map(|request| match expected.by_meaning {
            true => request.to_json(),
            false => request.to_string(),
        });
        let written = written.map(|text| Arc::new(Source::new("rendered request", text)));
        self.text_of(expected, written.as_ref(), Whole::Request);
    }

    fn text_of(&mut self, expected: &ExpectedBody, body: Option<&Arc<Source>>, whole: Whole) {
        let name = whole.name();
        let Some(body) = body else {
            // Why there is none was said before, unless the case expects just that.
            if self.differences.is_empty() {
                self.differ(format!("there is no {name}"), Some(expected.span), "expected here");
            }
            return;
        };
        if expected.by_meaning && !is_json(body.text()) {
            let message = format!("the {name} is no JSON, so that it cannot be compared by its meaning");
            self.differ(message, Some(expected.span), "expected here");
            self.help(&format!("to record the {name} as it is, name a file that ends in `.txt`"));
            return;
        }
        let before = self.differences.len();
        match &expected.source {
            None => {
                let message = format!("`{}` is still to be written", expected.path);
                self.differ(message, Some(expected.span), "no such file");
                self.help("`carafe test --update` writes what is rendered");
            }
            Some(wanted) if expected.by_meaning => self.meaning(wanted, body, whole),
            Some(wanted) => self.text(wanted, body, whole),
        }
        if self.differences.len() > before {
            let text = match expected.by_meaning {
                true => format!("{}\n", body.text().trim()),
                false => body.text().to_owned(),
            };
            self.updates.push(Update { path: expected.path.clone(), text });
        }
    }

    fn meaning(&mut self, wanted: &Arc<Source>, body: &Arc<Source>, whole: Whole) {
        let faults = check::json::check(wanted.text(), check::json::CheckLimits::default());
        let mut broken = false;
        for fault in faults.iter().filter(|fault| fault.severity() == Severity::Error) {
            broken = true;
            let span = Span::new(fault.span.start, fault.span.end);
            let message =
                format!("the expected {} is no JSON: {}", whole.name(), fault.message(wanted.text()));
            self.differences.push(Diagnostic::new(&code::CASE_INVALID, message).at(wanted, span, ""));
        }
        if broken {
            return;
        }
        for difference in meaning::compare(wanted.text(), body.text()) {
            let words = match (&difference.found, &difference.wanted) {
                (Some(found), Some(_)) => format!("this wrote {found}"),
                (Some(_), None) => "this wrote it".to_owned(),
                (None, _) => "this begins what must hold it".to_owned(),
            };
            let expected = match &difference.wanted {
                Some(wanted) => format!("{wanted} is expected"),
                None => "nothing of it is expected here".to_owned(),
            };
            let diagnostic = Diagnostic::new(&code::CASE_DIFFERENCE, difference.message());
            let rendered = difference.rendered.from()..difference.rendered.to();
            let diagnostic = self.blamed(diagnostic, body, rendered, &words, whole);
            self.differences.push(diagnostic.and(wanted, difference.expected, expected));
        }
    }

    fn text(&mut self, wanted: &Arc<Source>, body: &Arc<Source>, whole: Whole) {
        if wanted.text() == body.text() {
            return;
        }
        let message = format!("the {} is not the text of `{}`", whole.name(), wanted.name());
        let diagnostic = Diagnostic::new(&code::CASE_DIFFERENCE, message);
        let first = text::first_difference(wanted.text(), body.text());
        let diagnostic = self.blamed(diagnostic, body, first, "the first difference was written here", whole);
        self.differences.push(diagnostic.note(text::difference(wanted.text(), body.text())));
    }

    /// The finding with the place of the template that wrote `bytes` of the body, and the bytes themselves.
    fn blamed(
        &self,
        diagnostic: Diagnostic,
        body: &Arc<Source>,
        bytes: Range<usize>,
        words: &str,
        whole: Whole,
    ) -> Diagnostic {
        // A request is put together of several texts: what differs says where in it.
        let mut diagnostic = match self.produced.trace.as_ref().filter(|_| whole == Whole::Body) {
            Some(trace) => {
                let dropped = self.produced.dropped;
                let written = bytes.start.saturating_add(dropped)..bytes.end.saturating_add(dropped);
                place::blame(diagnostic, trace, &written, words)
            }
            None => diagnostic,
        };
        let span = Span::new(bytes.start, bytes.end);
        diagnostic.rendered = Some(Label { source: body.clone(), span, message: String::new() });
        diagnostic
    }

    fn differ(&mut self, message: String, place: Option<Span>, words: &str) {
        let diagnostic = Diagnostic::new(&code::CASE_DIFFERENCE, message);
        self.differences.push(match place {
            Some(span) => diagnostic.at(&self.case.source, span, words),
            None => diagnostic,
        });
    }

    /// Adds advice to the last difference.
    fn help(&mut self, help: &str) {
        if let Some(last) = self.differences.last_mut() {
            last.help.push(help.to_owned());
        }
    }

    /// The case's file with its expectations replaced.
    fn edit_case(&mut self) {
        if self.edits.is_empty() {
            return;
        }
        self.edits.sort_by_key(|(span, _)| *span);
        let mut text = self.case.source.text().to_owned();
        for (span, new) in self.edits.iter().rev() {
            text.replace_range(span.from()..span.to(), new);
        }
        self.updates.push(Update { path: format!("{CASES_FOLDER}/{}.toml", self.case.name), text });
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
