//! Golden sections: `tests/sections/DIALECT/FEATURE.txt` holds templates with their data and what comes out.
//! `tests/sections/README.md` says how a file is written.
//!
//! With `CARAFE_UPDATE=1` the expectations are written anew.

use carafe::fetch::{Answerer, Caching, Exchange, Use};
use carafe::time::{FixedClock, Time};
use carafe::{Arena, Diagnostic, Dialect, Engine, Source, Status, dialect::ErrorMode, json};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The parts that go in, in the order in which they are written.
const GIVEN: [&str; 4] = ["template", "data", "partial", "now"];
/// The parts that come out, in the order in which they are written.
const EXPECTED: [&str; 7] = ["output", "aborted", "requests", "extras", "errors", "warnings", "reference"];

fn main() {
    let arguments = Arguments::from_args();
    let update = std::env::var_os("CARAFE_UPDATE").is_some_and(|value| value == "1");
    let mut trials = Vec::new();
    for dialect in Dialect::all() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sections").join(dialect.name);
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
            .unwrap_or_default();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
        files.sort();
        if files.is_empty() {
            trials.push(Trial::test(dialect.name, || Err("there are no sections".into())));
        }
        for file in files {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{}/{stem}", dialect.name);
            match read(&file, dialect, update) {
                Ok(sections) => trials.extend(sections.into_iter().map(|section| {
                    let place = format!("tests/sections/{name}.txt:{}", section.line);
                    Trial::test(format!("{name}/{}", section.name), move || check(&section, dialect, &place))
                })),
                Err(reason) => trials.push(Trial::test(name, move || Err(reason.into()))),
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// One section of a file.
struct Section {
    name: String,
    flags: Vec<String>,
    /// Where its heading stands.
    line: usize,
    /// What follows `---`, and the lines below it.
    parts: Vec<(String, String)>,
}

impl Section {
    fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, text)| text.as_str())
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }
}

/// The sections of a file; with `update` the file is written first.
fn read(file: &Path, dialect: &'static Dialect, update: bool) -> Result<Vec<Section>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let mut sections = parse(&text)?;
    if update {
        for section in &mut sections {
            let results = run(section, dialect).map_err(|error| format!("line {}: {error}", section.line))?;
            section.parts.retain(|(part, _)| is_given(part));
            section.parts.extend(results.into_iter().map(|(part, text)| (part.to_owned(), text)));
        }
        std::fs::write(file, print(&sections)).map_err(|error| error.to_string())?;
    }
    Ok(sections)
}

fn is_given(part: &str) -> bool {
    GIVEN.iter().any(|given| part.split(' ').next() == Some(given))
}

fn parse(text: &str) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let close = |sections: &mut Vec<Section>, lines: &mut Vec<&str>, at: usize, heading: bool| {
        let Some((_, text)) = sections.last_mut().and_then(|section| section.parts.last_mut()) else {
            return if lines.is_empty() {
                Ok(())
            } else {
                Err(format!("line {at}: text before the first section"))
            };
        };
        if heading && lines.pop() != Some("") {
            return Err(format!("line {at}: an empty line must stand before a section"));
        }
        *text = lines.join("\n");
        lines.clear();
        Ok(())
    };
    // Not `lines`, which takes carriage returns away.
    let text = text.strip_suffix('\n').unwrap_or(text);
    for (index, line) in text.split('\n').enumerate() {
        let at = index + 1;
        match line.strip_prefix("--- ") {
            None => lines.push(line),
            Some(rest) => {
                let heading = rest.strip_suffix(" ---");
                close(&mut sections, &mut lines, at, heading.is_some())?;
                if let Some(heading) = heading {
                    let mut words = heading.split(' ').map(str::to_owned);
                    let name = words.next().unwrap_or_default();
                    if sections.iter().any(|section| section.name == name) {
                        return Err(format!("line {at}: a second section is called {name}"));
                    }
                    let parts = vec![("template".to_owned(), String::new())];
                    sections.push(Section { name, flags: words.collect(), line: at, parts });
                    continue;
                }
                let Some(section) = sections.last_mut() else {
                    return Err(format!("line {at}: a part outside of a section"));
                };
                if !is_given(rest) && !EXPECTED.contains(&rest) {
                    return Err(format!("line {at}: there is no part `{rest}`"));
                }
                if section.part(rest).is_some() {
                    return Err(format!("line {at}: a second part `{rest}`"));
                }
                section.parts.push((rest.to_owned(), String::new()));
            }
        }
    }
    close(&mut sections, &mut lines, text.split('\n').count(), false)?;
    Ok(sections)
}

fn print(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str("--- ");
        text.push_str(&section.name);
        for flag in &section.flags {
            text.push(' ');
            text.push_str(flag);
        }
        text.push_str(" ---\n");
        for (part, content) in &section.parts {
            if part != "template" {
                text.push_str(&format!("--- {part}\n"));
            }
            // A part without a line is empty; one with an empty line would be the same text.
            if !content.is_empty() {
                text.push_str(content);
                text.push('\n');
            }
        }
    }
    text
}

/// What comes out: the parts of [`EXPECTED`] that there are.
fn run(section: &Section, dialect: &'static Dialect) -> Result<Vec<(&'static str, String)>, String> {
    let mut builder = Engine::builder().dialect(dialect);
    for flag in &section.flags {
        match flag.parse::<ErrorMode>() {
            Ok(mode) => builder = builder.error_mode(mode),
            Err(()) if ["warn", "line-numbers"].contains(&flag.as_str()) => {}
            Err(()) => return Err(format!("there is no flag `{flag}`")),
        }
    }
    let partials: BTreeMap<String, String> = section
        .parts
        .iter()
        .filter_map(|(part, text)| Some((part.strip_prefix("partial ")?.to_owned(), text.clone())))
        .collect();
    if !partials.is_empty() {
        builder = builder.loader(partials);
    }
    let template_text = section.part("template").unwrap_or_default();
    let template = builder.build().inspect(&Arc::new(Source::new("template", template_text)));
    let mut findings = template.diagnostics().to_vec();
    let mut results = Vec::new();
    if !findings.iter().any(Diagnostic::is_error) {
        let now = section.part("now").map_or(Some(Time::UNIX_EPOCH), Time::from_rfc3339);
        let clock = FixedClock(now.ok_or("the part `now` is no RFC 3339 time")?);
        let arena = Arena::default();
        let options = json::ReadOptions { times: dialect.references };
        let text = section.part("data").unwrap_or("{}");
        let data =
            json::read_with(text, &arena, options).map_err(|error| format!("the data: {}", error.message))?;
        let render = |warn: bool| {
            let render = template.prepare().clock(&clock).warnings(warn);
            render.line_numbers(section.has("line-numbers"))
        };
        let outcome = render(section.has("warn")).run_in(&arena, data);
        let wanted = template.projection();
        let mut projector = json::Projector::with_options(&wanted, options);
        for _ in 0..2 {
            let arena = Arena::default();
            let parts = projector.read(text, &arena).map_err(|error| error.message)?;
            let again = render(false).run_in(&arena, parts);
            if (&again.text, &again.status) != (&outcome.text, &outcome.status) {
                return Err(format!(
                    "of the wanted parts {wanted:?} only: {:?}, {:?}",
                    again.status, again.text
                ));
            }
        }
        match outcome.status {
            Status::Complete => results.push(("output", outcome.text)),
            Status::Aborted(reason) => results.push(("aborted", reason)),
            Status::Exceeded(_) | Status::Failed(..) => findings.extend(outcome.diagnostics.iter().cloned()),
            other => return Err(format!("{other:?}")),
        }
        let requests: Vec<String> = outcome.requests.iter().map(exchange).collect();
        let extras: Vec<String> =
            outcome.message_extras.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        for (part, lines) in [("requests", requests), ("extras", extras)] {
            if !lines.is_empty() {
                results.push((part, lines.join("\n")));
            }
        }
        if section.has("warn") {
            findings.extend(outcome.diagnostics);
        }
    }
    let lines = |error: bool| {
        let chosen = findings.iter().filter(|finding| finding.is_error() == error);
        chosen.map(line).collect::<Vec<_>>().join("\n")
    };
    for (part, text) in [("errors", lines(true)), ("warnings", lines(false))] {
        if !text.is_empty() {
            results.push((part, text));
        }
    }
    if let Some(error) = template.reference_error() {
        results.push(("reference", format!("line {}: {}", error.line, error.message)));
    }
    Ok(results)
}

/// A request in lines: what was asked where, what went with it, and what came of it.
fn exchange(exchange: &Exchange) -> String {
    let request = &exchange.request;
    let position = exchange.source.position(exchange.span.from());
    let mut text = format!("{}:{} {} {}", position.line, position.column, request.method, request.url);
    for (name, value) in &request.headers {
        let _ = write!(text, "\n  {name}: {value}");
    }
    if let Some(credential) = &request.credential {
        let _ = write!(text, "\n  {credential:?}");
    }
    if let Some(body) = &request.body {
        let _ = write!(text, "\n  body {body:?}");
    }
    let who = match exchange.answered_by {
        Answerer::StandIn(number) => format!("stand-in {number}"),
        Answerer::Fetch => "fetch".to_owned(),
        Answerer::Nobody => "nobody".to_owned(),
    };
    let answer = match &exchange.answer {
        Ok(response) => response.status.to_string(),
        Err(error) => error.to_string(),
    };
    let made = match &exchange.outcome {
        Use::Saved(name) => format!("saved in {name}"),
        Use::Written => "written".to_owned(),
        Use::Failed(name) => format!("{name} is nil"),
    };
    let kept = match exchange.caching {
        Caching::Seconds(seconds) => format!("kept {seconds} s"),
        Caching::Off(reason) => format!("not kept: {reason}"),
    };
    let _ = write!(text, "\n  {who}: {answer}; {made}; {kept}");
    text
}

/// `line:column severity[code]: message`, with the name of a partial before it.
fn line(finding: &Diagnostic) -> String {
    let mut line = String::new();
    if let Some(label) = &finding.primary {
        let position = label.source.position(label.span.from());
        if label.source.name() != "template" {
            line.push_str(label.source.name());
            line.push(':');
        }
        let _ = write!(line, "{}:{} ", position.line, position.column);
    }
    let _ = write!(line, "{}[{}]: {}", finding.severity.name(), finding.code.name, finding.message);
    line
}

fn check(section: &Section, dialect: &'static Dialect, place: &str) -> Result<(), Failed> {
    let results = run(section, dialect).map_err(|error| format!("{place}: {error}"))?;
    let expected: Vec<_> = section.parts.iter().filter(|(part, _)| !is_given(part)).collect();
    if expected.is_empty() {
        return Err(format!("{place}: the section expects nothing").into());
    }
    let mut wrong = String::new();
    for part in EXPECTED {
        let wanted = section.part(part);
        let actual = results.iter().find(|(name, _)| *name == part).map(|(_, text)| text.as_str());
        if wanted != actual {
            let _ = writeln!(wrong, "--- {part}");
            difference(wanted, actual, &mut wrong);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{place}\n{wrong}").into()) }
}

/// Lines that are wanted with `-`, lines that came with `+`, the others with a space.
fn difference(wanted: Option<&str>, actual: Option<&str>, out: &mut String) {
    let lines = |text: Option<&str>| -> Vec<String> {
        text.map(|text| text.split('\n').map(|line| format!("{line:?}")).collect()).unwrap_or_default()
    };
    let (wanted, actual) = (lines(wanted), lines(actual));
    let start = wanted.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let rest = wanted.len().min(actual.len()) - start;
    let end = wanted.iter().rev().zip(actual.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut write = |sign: char, lines: &[String]| {
        for line in lines {
            let _ = writeln!(out, "{sign} {line}");
        }
    };
    write(' ', &wanted[..start]);
    write('-', &wanted[start..wanted.len() - end]);
    write('+', &actual[start..actual.len() - end]);
    write(' ', &wanted[wanted.len() - end..]);
}
