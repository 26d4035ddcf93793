//! A case in this process, through the public API, in a thread with a stack of 256 KiB.

use crate::case::{Row, exit_of};
use crate::ending::Ending;
use carafe::limits::Limit;
use carafe::report::{self, MessageFormat};
use carafe::{Diagnostic, Engine, Limits, Outcome, Severity, Source, Status, dialect::ErrorMode, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The stack of a thread of musl, which is among the smallest that threads are given.
pub const STACK: usize = 256 << 10;

/// Milliseconds: what a case meets is a limit of work, on a slow machine too.
pub const DEADLINE: u64 = 60_000;

/// What a text is sent with, as the platform would, and JSON is not.
const PRINTED: &[&str] = &["render/error", "render/missing-partial", "render/object-text"];

/// The preset called `name`, with the limits of `set` set otherwise.
pub fn limits(name: &str, set: &BTreeMap<String, u64>) -> Limits {
    let preset = Limits::preset(name);
    let mut limits = preset.unwrap_or_else(|| panic!("there are no limits called {name}"));
    limits.set(Limit::Deadline, DEADLINE);
    for (name, number) in set {
        let limit = Limit::find(name).unwrap_or_else(|| panic!("there is no limit called {name}"));
        limits.set(limit, *number);
    }
    limits
}

/// The ending of a row that is a template; a command line is run as a program alone, and so is a template that is no
/// text.
pub fn run(row: &Row) -> Option<Ending> {
    let case = row.case;
    if case.is_command() || !case.flags.is_empty() {
        return None;
    }
    let template = String::from_utf8(row.template.clone()?).ok()?;
    let data = match &row.data {
        Some(data) => String::from_utf8(data.clone()).ok()?,
        None => "{}".to_owned(),
    };
    let partials: BTreeMap<String, String> = case
        .partials
        .iter()
        .map(|(name, text)| Some((name.clone(), String::from_utf8(row.build(text)).ok()?)))
        .collect::<Option<_>>()?;
    let mut builder = Engine::builder().dialect(case.dialect()).limits(case.limits());
    if !partials.is_empty() {
        builder = builder.loader(partials);
    }
    if let Some(name) = case.error_mode.as_ref().map(|name| row.fill(name)) {
        let modes = [("lax", ErrorMode::Lax), ("strict", ErrorMode::Strict), ("strict2", ErrorMode::Strict2)];
        let mode = modes.into_iter().find(|(mode, _)| *mode == name).expect("an error mode");
        builder = builder.error_mode(mode.1);
    }
    let json = case.format.as_deref() == Some("json");
    let ending = in_small_stack(move || render(&builder.build(), template, &data, json));
    Some(ending)
}

/// What `run` gives in a thread whose stack is small.
pub fn in_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread");
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What the program does with a template and data, without its files.
fn render(engine: &Engine, template: String, data: &str, json: bool) -> Ending {
    let template = engine.inspect(&Arc::new(Source::new("template.liquid", template)));
    if template.diagnostics().iter().any(Diagnostic::is_error) {
        return ending(template.diagnostics(), String::new());
    }
    let outcome = template.prepare().warnings(true).trace(json).run(&json::Text(data));
    let mut checked = if json { outcome.check_json() } else { Vec::new() };
    if json {
        checked.extend(outcome.check_risks(&checked));
    }
    let Outcome { text, status, diagnostics, .. } = outcome;
    let mut found = template.diagnostics().to_vec();
    found.extend(diagnostics);
    found.extend(checked);
    for finding in found.iter_mut().filter(|finding| PRINTED.contains(&finding.code.name)) {
        finding.severity = if json { Severity::Error } else { Severity::Warning };
    }
    let body = if status == Status::Complete { text } else { String::new() };
    ending(&found, body)
}

fn ending(found: &[Diagnostic], body: String) -> Ending {
    let first = found.iter().find(|finding| finding.is_error());
    let exit = first.map_or(0, |error| exit_of(error.code.name));
    let mut stderr = String::new();
    report::write(found, MessageFormat::Concise, &report::Options::default(), &mut stderr);
    let stdout = if exit == 0 { body.into_bytes() } else { Vec::new() };
    Ending { exit: Some(exit), stdout, stderr }
}
