//! One case of a webhook: what it is rendered with, and what must come out.

use super::project::{self, Project};
use super::stubs::{self, StandIns};
use super::table::{Placed, Reader};
use super::{CASES_FOLDER, Folder};
use crate::data::Inputs;
use crate::diagnostic::suggest;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::source::{Source, Span};
use crate::time::Time;
use std::sync::Arc;

const KEYS: &[&str] = &[
    "description",
    "now",
    "data",
    "profile",
    "event",
    "event_number",
    "defines",
    "stubs",
    "seed",
    "expected",
    "expected_request",
    "findings",
    "aborted",
];

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name: the file's without `.toml`.
    pub name: String,
    /// The file it was read from.
    pub source: Arc<Source>,
    /// What the case is about.
    pub description: Option<String>,
    /// What time it is. Without one the template must not ask.
    pub now: Option<Time>,
    /// A data file: an object of namespaces.
    pub data: Option<Arc<Source>>,
    /// A file with the profile's attributes.
    pub profile: Option<Arc<Source>>,
    /// A file with the trigger event, as `{"events": [...]}`.
    pub event: Option<Arc<Source>>,
    /// Which event of the file, counted from 1.
    pub event_number: Option<usize>,
    /// Single values, set after all files.
    pub defines: Vec<Define>,
    /// What stands in for fetched content: the webhook's, then the case's own.
    pub stand_ins: StandIns,
    /// What random numbers start from.
    pub seed: Option<u64>,
    /// What must come out.
    pub expectation: Expectation,
}

impl Case {
    /// What the case is rendered with, in a webhook of `dialect`.
    pub fn inputs(&self, dialect: &'static Dialect) -> Inputs {
        self.inputs_in(dialect, &Project::default())
    }

    /// The same in a project, which may have stand-ins for what is fetched.
    pub fn inputs_in(&self, dialect: &'static Dialect, project: &Project) -> Inputs {
        let mut inputs = project.inputs(dialect, &self.stand_ins);
        if let Some(data) = &self.data {
            inputs = inputs.data(data.clone());
        }
        if let Some(profile) = &self.profile {
            inputs = inputs.profile(profile.clone());
        }
        if let Some(event) = &self.event {
            inputs = inputs.event(event.clone(), self.event_number);
        }
        self.defines.iter().fold(inputs, |inputs, define| {
            let text = format!("{}:={}", define.path.value, define.value.value);
            inputs.define_of(text, &self.source, define.path.span)
        })
    }
}

/// A value that a case sets by its path in the data.
#[derive(Clone, Debug)]
pub struct Define {
    /// The path: `profile.user_id`.
    pub path: Placed<String>,
    /// The value.
    pub value: Placed<serde_json::Value>,
}

/// What must come out of a case. One of the four is there.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The body.
    pub body: Option<ExpectedBody>,
    /// The request, as [`Request::to_json`](super::Request::to_json) writes it or, compared as text, as people read it.
    pub request: Option<ExpectedBody>,
    /// The findings: `area/name line:column` each, errors and warnings in the order they are shown.
    pub findings: Option<Placed<Vec<Placed<String>>>>,
    /// The reason for which the template must abort the message.
    pub aborted: Option<Placed<String>>,
}

/// The body that must come out.
#[derive(Clone, Debug)]
pub struct ExpectedBody {
    /// Its file, as the path within the webhook's folder.
    pub path: String,
    /// Where the case names it.
    pub span: Span,
    /// Whether it is compared by meaning, as JSON, because the file is called `….json`; else text by text.
    pub by_meaning: bool,
    /// The file; none if it is still to be made.
    pub source: Option<Arc<Source>>,
}

pub(super) fn read(
    name: &str,
    source: &Arc<Source>,
    folder: &Folder,
    of_webhook: &StandIns,
) -> Result<Case, Error> {
    let mut reader = Reader::new(source, KEYS);
    let description = reader.text("description").map(|text| text.value);
    let now = reader.time("now").map(|time| time.value);
    let data = file(&mut reader, "data", folder);
    let profile = file(&mut reader, "profile", folder);
    let event = file(&mut reader, "event", folder);
    let event_number = reader.number("event_number");
    if let Some(number) = &event_number
        && event.is_none()
    {
        reader.fault(number.span, "`event_number` without an `event`", "nothing to choose from");
    }
    let defines = reader.entries("defines").into_iter().map(|(path, value)| Define { path, value }).collect();
    let named = project::stubs(&mut reader);
    let own = stubs::of_folder(&mut reader, &named, folder, CASES_FOLDER);
    let seed = reader.number("seed").and_then(|seed| u64::try_from(seed.value).ok());
    let inputs: Vec<&Arc<Source>> = [&data, &profile, &event].into_iter().flatten().collect();
    let expectation = expectation(&mut reader, source, folder, &inputs);
    let findings = reader.finish();
    if !findings.is_empty() {
        return Err(Error::new(findings));
    }
    Ok(Case {
        name: name.to_owned(),
        source: source.clone(),
        description,
        now,
        data,
        profile,
        event,
        event_number: event_number.map(|number| number.value),
        defines,
        stand_ins: of_webhook.iter().cloned().chain(own).collect(),
        seed,
        expectation,
    })
}

fn expectation(
    reader: &mut Reader<'_>,
    source: &Arc<Source>,
    folder: &Folder,
    inputs: &[&Arc<Source>],
) -> Expectation {
    let is_stated =
        ["expected", "expected_request", "findings", "aborted"].into_iter().any(|key| reader.has(key));
    let named = reader.text("expected");
    let request = reader.text("expected_request");
    let findings = reader.texts("findings");
    let aborted = reader.text("aborted");
    if let (Some(_), Some(aborted)) = (named.as_ref().or(request.as_ref()), &aborted) {
        let message = "a message that is aborted has no body to be `expected`";
        reader.fault(aborted.span, message, "keep one of the two");
    }
    if !is_stated {
        let end = source.text().trim_end().len();
        reader.fault(Span::at(end), "the case does not say what must come out", "");
        reader.advise(
            "add `expected = \"NAME.json\"`, `findings = [...]` or `aborted = \"reason\"`; `carafe test --update` \
             writes the file and the list",
        );
    }
    let mut expected = |named: Placed<String>| {
        let path = within(&named.value);
        if path.is_none() {
            reader.fault(named.span, LEADS_OUT, "this leads elsewhere");
        }
        let path = path?;
        // An update would write over it.
        let is_input =
            folder.file(&path).is_some_and(|file| inputs.iter().any(|input| Arc::ptr_eq(input, file)));
        if is_input || path.to_ascii_lowercase().ends_with(".toml") {
            reader.fault(named.span, "what is expected stands in a file of its own", "this is an input");
        }
        Some(ExpectedBody {
            by_meaning: path.ends_with(".json"),
            source: folder.file(&path).cloned(),
            span: named.span,
            path,
        })
    };
    let body = named.and_then(&mut expected);
    let request = request.and_then(expected);
    Expectation { body, request, findings, aborted }
}

/// What is wrong with a name that leads out of the cases' folder.
const LEADS_OUT: &str = "a case names files below its `cases/` only";

/// The file that `key` names.
fn file(reader: &mut Reader<'_>, key: &str, folder: &Folder) -> Option<Arc<Source>> {
    let named = reader.text(key)?;
    let path = within(&named.value);
    if path.is_none() && !named.value.is_empty() {
        reader.fault(named.span, LEADS_OUT, "this leads elsewhere");
        return None;
    }
    let found = path.and_then(|path| folder.file(&path));
    if found.is_none() {
        let prefix = format!("{CASES_FOLDER}/");
        let names = folder.paths().filter_map(|path| path.strip_prefix(&prefix));
        let near = suggest::did_you_mean(&named.value, names.filter(|name| !name.ends_with(".toml")));
        reader.fault(named.span, format!("there is no file `{}`", named.value), "no such file");
        let help = near.unwrap_or_else(|| format!("files are looked up in the folder `{CASES_FOLDER}`"));
        reader.advise(help);
    }
    found.cloned()
}

/// The path within the webhook's folder of a file that a case names; none if it would lead out of the cases' folder.
fn within(name: &str) -> Option<String> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\\');
    name.split('/').all(plain).then(|| format!("{CASES_FOLDER}/{name}"))
}
