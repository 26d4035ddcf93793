//! `carafe render`: a template and data to a body, with everything that is to be said of it.

mod excerpt;

use super::args::{Format, MissingNamespace, Render};
use super::contract;
use super::exchanges;
use super::exit::Status;
use super::export;
use super::files::Files;
use super::network::Network;
use super::partials::Folder;
use super::target::Target;
use super::terminal::Terminal;
use crate::arena::Arena;
use crate::batch::PRINTED;
use crate::check::sniff;
use crate::data::Inputs;
use crate::diagnostic::{Code, Diagnostic, Severity, code};
use crate::error::Error;
use crate::limits::Limits;
use crate::report::MessageFormat;
use crate::template::Status as End;
use crate::time::{Clock, FixedClock, SystemClock, Time};
use crate::webhook::{BodyKind, Compiled, Draft, Rendered, Webhook};
use std::sync::Arc;

/// What is a warning unless `--strict` is given.
static STRICT: &[&Code] = &[
    &code::VARIABLE_UNDEFINED,
    &code::FILTER_UNKNOWN,
    &code::FILTER_NOT_IN_DIALECT,
    &code::FILTER_WARNING,
    &code::DATA_HASH_OF_MISSING,
    &code::DATA_HASH_OF_SPELLING,
    &code::DATA_BLANK_IS_TRUTHY,
    &code::DATA_BLANK_IDENTIFIER,
    &code::DATA_UNESCAPED_SLOT,
    &code::BRAZE_INDEX_ON_OBJECT,
    &code::BRAZE_ARRAY_AS_TEXT,
    &code::BRAZE_DOUBLE_AMPERSAND,
    &code::BRAZE_TIME_COMPARED,
    &code::RENDER_ERROR,
    &code::PARTIAL_MISSING,
];

/// Renders one template.
pub fn run(arguments: &Render, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let files = Files::new(&limits);
    let target = Target::find(&arguments.template, &files)?;
    let contract = contract::chosen(arguments.contract.as_deref(), &target, &files)?;
    let (inputs, case_time, case_seed) = inputs(arguments, &target, &files)?;
    let mut builder = target.engine(&arguments.language, &limits);
    if let Some(folder) = &arguments.partials.folder {
        builder = builder.loader(Folder::open(folder, &limits)?);
    }
    // The time stands still, so that a second render gives the same.
    let now = arguments.now.or(case_time).unwrap_or_else(|| SystemClock.now());
    builder = builder.clock(FixedClock(now));
    let network = Network::new(&arguments.allow_host, &target.project.project, variable);
    if !arguments.allow_host.is_empty() {
        builder = builder.fetch(network.clone());
    }
    builder = builder.seed(arguments.seed.or(case_seed).unwrap_or_default());
    let whole = arguments.request || arguments.form.is_some();
    let compiled = draft(arguments, &target, whole)?.compile(&builder.build());
    let parsed = compiled.diagnostics();
    if parsed.iter().any(Diagnostic::is_error) {
        let findings: Vec<_> = parsed.into_iter().map(|finding| judged(finding, arguments.strict)).collect();
        terminal.report(&findings, Some("there is no body"));
        return Ok(Status::of(&findings));
    }

    let arena = Arena::new(&limits);
    let data = inputs.read(&arena).map_err(Error::new)?;
    if data.is_without_event {
        terminal.report(&data.warnings, None);
        return Ok(Status::of(&data.warnings));
    }
    let empty = arguments.missing_namespace == MissingNamespace::Empty;
    let mut rendered =
        compiled.render(&arena, data.value, |render| render.warnings(true).empty_namespaces(empty));
    let mut findings: Vec<Diagnostic> = data.warnings;
    findings.extend(parsed);
    if whole {
        findings.extend(compiled.check(&target.project.project));
    }
    findings.extend_from_slice(&rendered.findings);
    if arguments.requests.show {
        exchanges::show(&rendered.requests, terminal);
    }
    if rendered.status != End::Complete {
        terminal.report(&findings, Some("there is no body"));
        return Ok(ended(&rendered.status, &findings));
    }
    let json =
        arguments.contract.is_some() || is_json(arguments.format, &target, &rendered.text, &mut findings);
    // Only now is it known that there is a body worth a source map: a hostile template would have filled memory with it.
    let known = std::mem::take(&mut rendered.findings);
    if json || whole || arguments.strict {
        network.rewind();
        rendered = traced(&compiled, &inputs, &limits, empty)?;
    }
    if json {
        let found = rendered.check_json();
        let risks = rendered.check_risks(&found);
        findings.extend(found.into_iter().filter(|finding| !is_known(finding, &known)).chain(risks));
        let against = contract.map(|contract| rendered.check_contract(&contract, Some(now)));
        findings.extend(against.unwrap_or_default());
    }
    if whole {
        findings.extend(rendered.check_request());
    }
    for finding in &mut findings {
        // A text is sent with the error in it, as the platform would; JSON must not be.
        if PRINTED.contains(&finding.code) {
            finding.severity = if json { Severity::Error } else { Severity::Warning };
        }
        if arguments.strict && STRICT.contains(&finding.code) {
            finding.severity = Severity::Error;
        }
    }
    let product = match whole.then(|| rendered.request()).flatten() {
        Some(request) => export::written(&request, arguments.form, &target.project.project, now)?,
        None => rendered.text.clone(),
    };
    finish(arguments, terminal, &files, &rendered, &product, findings)
}

/// A variable of the environment, which is asked only for a secret that is about to be sent.
#[expect(clippy::disallowed_methods, reason = "the program's environment is the program's business")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What is rendered: the whole request, or the body alone.
fn draft(arguments: &Render, target: &Target, whole: bool) -> Result<Draft, Error> {
    if !whole {
        return Ok(target.draft.clone().body_only());
    }
    let (message, help) = match &target.webhook {
        Some(webhook) if webhook.url.is_some() => return Ok(target.draft.clone()),
        Some(webhook) => {
            let name = webhook.folder().name();
            (
                format!("`{name}` says no `url`, so there is no request"),
                "add `url = \"https://…\"` to webhook.toml",
            )
        }
        None => (
            format!("`{}` is a template, and only a webhook has a request", arguments.template),
            "make it a folder with `template.liquid` and `webhook.toml`, which says method, URL and headers",
        ),
    };
    Err(Diagnostic::new(&code::CASE_INVALID, message).help(help).into())
}

/// Whether a finding in the body is the text of an error that the render has reported with its reason.
fn is_known(finding: &Diagnostic, known: &[Diagnostic]) -> bool {
    let place =
        |finding: &Diagnostic| finding.primary.as_ref().map(|label| (Arc::as_ptr(&label.source), label.span));
    finding.code == &code::JSON_LIQUID_ERROR
        && known.iter().any(|error| PRINTED.contains(&error.code) && place(error) == place(finding))
}

/// The same render once more, with the source map.
fn traced<'c>(
    compiled: &'c Compiled,
    inputs: &Inputs,
    limits: &Limits,
    empty: bool,
) -> Result<Rendered<'c>, Error> {
    let arena = Arena::new(limits);
    let data = inputs.read(&arena).map_err(Error::new)?;
    Ok(compiled.render(&arena, data.value, |render| render.trace(true).empty_namespaces(empty)))
}

/// The data that was asked for, and the time of the case it came from.
fn inputs(
    arguments: &Render,
    target: &Target,
    files: &Files,
) -> Result<(Inputs, Option<Time>, Option<u64>), Error> {
    let dialect = target.dialect(&arguments.language);
    let project = &target.project.project;
    let of_webhook = target.webhook.as_ref().map(|webhook| webhook.stand_ins.clone()).unwrap_or_default();
    let (mut inputs, mut time, mut seed) = (project.inputs(dialect, &of_webhook), None, None);
    let given = arguments.data.is_some() || arguments.profile.is_some() || arguments.event.is_some();
    let case = match (&arguments.case, &target.webhook) {
        (Some(name), Some(webhook)) => Some((webhook, name.as_str())),
        (Some(name), None) => {
            let message = format!("there is no case `{name}`: `{}` is no webhook", arguments.template);
            let help = "name the folder of a webhook, or an embedded one";
            return Err(Diagnostic::new(&code::CASE_UNKNOWN, message).help(help).into());
        }
        (None, Some(webhook)) if !given => webhook.default_case().map(|name| (webhook, name)),
        (None, _) => None,
    };
    if let Some((webhook, name)) = case {
        let case = Webhook::case(webhook, name)?;
        inputs = case.inputs_in(dialect, project);
        time = case.now;
        seed = case.seed;
    }
    if let Some(path) = &arguments.data {
        inputs = inputs.data(files.data(path)?);
    }
    if let Some(path) = &arguments.profile {
        inputs = inputs.profile(files.data(path)?);
    }
    if let Some(path) = &arguments.event {
        let (path, number) = numbered(path);
        inputs = inputs.event(files.data(path)?, number);
    }
    for define in &arguments.define {
        inputs = inputs.define(define);
    }
    Ok((inputs, time, seed))
}

/// `FILE#2` as the file and the number. A file that is called so wins.
#[expect(clippy::disallowed_methods, reason = "the argument names a file")]
fn numbered(argument: &str) -> (&str, Option<usize>) {
    let split = argument.rsplit_once('#').and_then(|(path, number)| Some((path, number.parse().ok()?)));
    match split {
        Some((path, number)) if !std::path::Path::new(argument).exists() => (path, Some(number)),
        _ => (argument, None),
    }
}

/// Whether the body is to be JSON. That it was guessed is a finding.
fn is_json(format: Format, target: &Target, body: &str, findings: &mut Vec<Diagnostic>) -> bool {
    match (format, &target.webhook) {
        (Format::Json, _) => true,
        (Format::Text, _) => false,
        (Format::Auto, Some(webhook)) => webhook.body == BodyKind::Json,
        (Format::Auto, None) if target.name.ends_with(".json.liquid") => true,
        (Format::Auto, None) => {
            let guessed = sniff::looks_like_json(body);
            if guessed {
                let note =
                    Diagnostic::new(&code::JSON_GUESSED, "the body looks like JSON and is checked as such");
                findings
                    .push(note.help("say so with `--format json`, or that it is not with `--format text`"));
            }
            guessed
        }
    }
}

fn judged(finding: Diagnostic, strict: bool) -> Diagnostic {
    if strict && STRICT.contains(&finding.code) { finding.severity(Severity::Error) } else { finding }
}

/// How the program ends after a render that did not reach the template's end.
fn ended(end: &End, findings: &[Diagnostic]) -> Status {
    match end {
        End::Aborted(_) => Status::Aborted,
        End::Exceeded(_) => Status::Limit,
        End::Complete | End::Failed(..) => Status::of(findings),
    }
}

/// Reports, and writes the body unless something is wrong with it.
fn finish(
    arguments: &Render,
    terminal: &Terminal,
    files: &Files,
    rendered: &Rendered<'_>,
    product: &str,
    mut findings: Vec<Diagnostic>,
) -> Result<Status, Error> {
    let status = Status::of(&findings);
    let held_back = status != Status::Good && !arguments.force;
    if status != Status::Good && terminal.format() != MessageFormat::Concise {
        excerpt::point_into_body(&mut findings, rendered);
    }
    let remark = match held_back {
        true if arguments.request || arguments.form.is_some() => {
            Some("the request is not written; --force writes it all the same")
        }
        true => Some("the body is not written; --force writes it all the same"),
        false => None,
    };
    terminal.report(&findings, remark);
    if held_back {
        return Ok(status);
    }
    match &arguments.output {
        Some(path) if path.as_os_str() != super::files::STDIN => files.write(path, product)?,
        _ => terminal.product(product)?,
    }
    Ok(status)
}
