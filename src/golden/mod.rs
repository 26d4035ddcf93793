//! Runs the cases of webhooks and compares what comes out with what must.
//!
//! In comes a [`Webhook`] with a [`Case`]; out comes a [`CaseResult`]: the body, its findings, what differs (each
//! difference with the place of the template that wrote it), and the texts of the files that would make the case pass.
//! A body whose file is called `….json` is compared by its meaning, any other text by text.

mod expect;
mod findings;
mod meaning;
mod place;
mod text;

use crate::arena::Arena;
use crate::check;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::engine::Engine;
use crate::error::Error;
use crate::fetch::Exchange;
use crate::limits::Limits;
use crate::render::SourceMap;
use crate::source::{Source, Span};
use crate::template::Status;
use crate::time::{Clock, Time};
use crate::webhook::{BodyKind, Case, Project, Request, Webhook};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What came of a case.
#[derive(Debug)]
pub struct CaseResult {
    /// The case's name.
    pub name: String,
    /// The body, where there is one.
    pub body: Option<Arc<Source>>,
    /// What the templates, the data, the render, the body and the request were found to have, in this order; errors,
    /// warnings and notes.
    pub findings: Vec<Diagnostic>,
    /// The requests that the render made, in order.
    pub requests: Vec<Exchange>,
    /// What is not as the case expects.
    pub differences: Vec<Diagnostic>,
    /// Whether the template parses. Where not, its errors are the same in every case.
    pub is_parsed: bool,
    /// The files that the differences would change, as they would be: of a case that expects another kind of end than
    /// the one that came, or whose own files are wrong, not all that differs can be mended so. [`apply`] shows what is left.
    pub updates: Vec<Update>,
}

impl CaseResult {
    /// Whether all is as the case expects.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// A file of a webhook's folder as it would have to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The path within the webhook's folder.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Renders `case` and compares. Everything that goes wrong is among the result's differences.
pub fn run(webhook: &Webhook, case: &Case, limits: &Limits) -> CaseResult {
    run_in(webhook, case, limits, &Project::default())
}

/// The same in a project, which has the secrets that the webhook names.
pub fn run_in(webhook: &Webhook, case: &Case, limits: &Limits, project: &Project) -> CaseResult {
    let produced = produce(webhook, case, limits, project);
    let mut verdict = expect::Verdict::new(webhook, case, &produced);
    if produced.is_runnable {
        verdict.judge();
    } else {
        verdict.differences.extend(produced.findings.iter().cloned());
    }
    let expect::Verdict { differences, updates, .. } = verdict;
    CaseResult {
        name: case.name.clone(),
        body: produced.body,
        findings: produced.findings,
        requests: produced.requests,
        differences,
        is_parsed: produced.is_parsed,
        updates,
    }
}

/// The webhook with `updates` made to its files, to see what is still different then.
///
/// # Errors
/// Where an update leaves `webhook.toml` unreadable.
pub fn apply(webhook: &Webhook, updates: &[Update]) -> Result<Webhook, Error> {
    let mut folder = webhook.folder().clone();
    for update in updates {
        folder.insert(&update.path, update.text.as_str());
    }
    Webhook::read(folder)
}

/// What a case gives, before it is judged.
struct Produced {
    /// Whether the case could be run at all. Where not, the findings say why.
    is_runnable: bool,
    /// Whether the template parses.
    is_parsed: bool,
    body: Option<Arc<Source>>,
    request: Option<Request>,
    requests: Vec<Exchange>,
    /// Bytes that the body had before its text: those of a byte order mark.
    dropped: usize,
    aborted: Option<String>,
    trace: Option<SourceMap>,
    findings: Vec<Diagnostic>,
}

fn produce(webhook: &Webhook, case: &Case, limits: &Limits, project: &Project) -> Produced {
    let mut produced = Produced {
        is_runnable: true,
        is_parsed: true,
        body: None,
        request: None,
        requests: Vec::new(),
        dropped: 0,
        aborted: None,
        trace: None,
        findings: Vec::new(),
    };
    let dialect = webhook.dialect_in(project);
    let engine = Engine::builder().dialect(dialect).limits(limits.clone()).build();
    let compiled = webhook.draft().compile(&engine);
    produced.findings = compiled.diagnostics();
    if produced.findings.iter().any(Diagnostic::is_error) {
        produced.is_parsed = false;
        return produced;
    }
    produced.findings.extend(compiled.check(project));
    let arena = Arena::new(limits);
    let inputs = case.inputs_in(dialect, project);
    let root = match inputs.read(&arena) {
        Ok(root) => root,
        Err(findings) => return Produced { is_runnable: false, findings, ..produced },
    };
    produced.findings.extend(root.warnings);
    if root.is_without_event {
        return produced;
    }
    let clock = CaseClock { now: case.now, asked: AtomicBool::new(false) };
    let mut rendered = compiled.render(&arena, root.value, |render| {
        let render = render.trace(true).warnings(true).clock(&clock);
        match case.seed {
            Some(seed) => render.seed(seed),
            None => render,
        }
    });
    produced.requests = std::mem::take(&mut rendered.requests);
    if case.now.is_none() && clock.asked.load(Ordering::Relaxed) {
        let finding =
            Diagnostic::new(&code::CASE_INVALID, "the template asks for the time, and the case has none")
                .at(&case.source, Span::at(0), "in this case")
                .help("add `now = \"2023-12-06T18:20:45Z\"`, or whatever the time is to be");
        return Produced { is_runnable: false, findings: vec![finding], ..produced };
    }
    let mut in_body = Vec::new();
    if webhook.body == BodyKind::Json {
        in_body = rendered.check_json();
        in_body.extend(rendered.check_risks(&in_body));
    }
    let against = webhook.contract.as_ref().map(|contract| rendered.check_contract(contract, case.now));
    in_body.extend(against.unwrap_or_default());
    let in_request = rendered.check_request();
    // An abort is judged by its reason.
    let aborted = |finding: &Diagnostic| finding.code == &code::RENDER_ABORTED;
    let in_render = std::mem::take(&mut rendered.findings).into_iter();
    produced.findings.extend(in_render.filter(|finding| !aborted(finding)));
    produced.findings.extend(in_body);
    produced.findings.extend(in_request);
    produced.request = rendered.request();
    match rendered.status {
        Status::Complete => {
            let written = rendered.text.len();
            let body = Source::new("rendered body", rendered.text);
            produced.dropped = written.saturating_sub(body.text().len());
            produced.body = Some(Arc::new(body));
        }
        Status::Aborted(reason) => produced.aborted = Some(reason),
        Status::Exceeded(_) | Status::Failed(..) => {}
    }
    produced.trace = rendered.trace;
    produced
}

/// Whether `body` is JSON.
fn is_json(body: &str) -> bool {
    let findings = check::json::check(body, check::json::CheckLimits::default());
    !findings.iter().any(|finding| finding.severity() == Severity::Error)
}

/// The time of a case. A template that asks a case without one is told 1970, and the asking is remembered.
struct CaseClock {
    now: Option<Time>,
    asked: AtomicBool,
}

impl Clock for CaseClock {
    fn now(&self) -> Time {
        self.asked.store(true, Ordering::Relaxed);
        self.now.unwrap_or(Time::UNIX_EPOCH)
    }
}
