//! `carafe compare`: what another engine makes of a template, and why it is something else.

use super::args::compare::Compare;
use super::exit::Status;
use super::files::Files;
use super::partials::Folder;
use super::terminal::Terminal;
use crate::arena::Arena;
use crate::data::Inputs;
use crate::diagnostic::Diagnostic;
use crate::dialect::LIQUID;
use crate::engine::Engine;
use crate::error::Error;
use crate::liquid::compare::{self, Theirs};
use crate::loader::Loader;
use crate::template::Status as End;
use similar::TextDiff;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the other engine is at work, whose panics are no bugs of Carafe.
static OTHER: AtomicBool = AtomicBool::new(false);

/// Whether a panic is one of the engine that a template is compared with.
pub fn is_other_engine() -> bool {
    OTHER.load(Ordering::SeqCst)
}

/// Compares the renders of one template.
pub fn run(arguments: &Compare, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let files = Files::new(&limits);
    let source = files.template(&arguments.template)?;
    let dialect = arguments.language.dialect.unwrap_or(&LIQUID);
    let open = || arguments.partials.folder.as_ref().map(|folder| Folder::open(folder, &limits)).transpose();
    let mut builder = Engine::builder().dialect(dialect).limits(limits.clone());
    if let Some(mode) = arguments.language.error_mode {
        builder = builder.error_mode(mode);
    }
    if let Some(folder) = open()? {
        builder = builder.loader(folder);
    }
    let template = builder.build().inspect(&source);
    if template.diagnostics().iter().any(Diagnostic::is_error) {
        terminal.report(template.diagnostics(), None);
        return Ok(Status::of(template.diagnostics()));
    }
    let mut inputs = Inputs::new(dialect);
    if let Some(path) = &arguments.data {
        inputs = inputs.data(files.data(path)?);
    }
    for define in &arguments.define {
        inputs = inputs.define(define);
    }
    let arena = Arena::new(&limits);
    let data = inputs.read(&arena).map_err(Error::new)?;
    let outcome = template.prepare().run_in(&arena, data.value);
    if outcome.status != End::Complete {
        terminal.report(&outcome.diagnostics, None);
        return Ok(Status::of(&outcome.diagnostics));
    }
    // The other engine has no limits: it would end the program.
    if outcome.diagnostics.iter().any(|found| found.is_error() && found.code.name.starts_with("limit/")) {
        terminal.report(&outcome.diagnostics, None);
        return Ok(Status::of(&outcome.diagnostics));
    }
    if dialect.references {
        let remark = format!(
            "`liquid` cannot read the dialect {}, whose references are `${{…}}`; this is Carafe's render alone\n",
            dialect.name
        );
        terminal.remark(&remark);
        terminal.list(&lined(&outcome.text))?;
        return Ok(Status::Good);
    }
    let loader = open()?.map(|folder| Box::new(folder) as Box<dyn Loader>);
    let text = template.source().text();
    OTHER.store(true, Ordering::SeqCst);
    let theirs = compare::render(text, data.value, &arena, loader);
    OTHER.store(false, Ordering::SeqCst);
    if theirs == Theirs::Text(outcome.text.clone()) {
        terminal.list("same\n")?;
        return Ok(Status::Good);
    }
    terminal.list(&shown(text, &outcome.text, &theirs))?;
    Ok(Status::Findings)
}

/// Both outcomes, and the reasons.
fn shown(template: &str, ours: &str, theirs: &Theirs) -> String {
    let mut out = String::new();
    match theirs {
        Theirs::Text(text) => {
            let diff = TextDiff::from_lines(text.as_str(), ours);
            out.push_str(&lined(&diff.unified_diff().header("liquid 0.26", "carafe").to_string()));
        }
        Theirs::Error(message) => {
            out.push_str(&format!("--- liquid 0.26 fails\n{message}\n+++ carafe\n{}", lined(ours)));
        }
        Theirs::Panic => out.push_str(&format!("--- liquid 0.26 panics\n+++ carafe\n{}", lined(ours))),
    }
    out.push('\n');
    let reasons = compare::reasons(template, ours, theirs);
    for reason in &reasons {
        // A text takes what is written to it.
        let _ = writeln!(out, "{}: {}", reason.name, reason.reason);
    }
    if reasons.is_empty() {
        out.push_str("The reason is not known.\n");
    }
    out
}

/// `text` with a line break at its end.
fn lined(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}
