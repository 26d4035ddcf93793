//! A webhook as a folder: the template to paste, what is sent where, and cases that say what must come out.
//!
//! In comes a [`Folder`] of texts; out comes a [`Webhook`] with its [`Case`]s, or findings with places in its files.
//! Nothing here touches a file. The format is described in `docs/webhooks.md`.

mod case;
mod checks;
mod contract;
mod draft;
#[cfg(feature = "cli")]
pub mod embedded;
mod folder;
mod fragment;
pub mod project;
pub mod request;
mod secret;
pub mod stubs;
mod table;

pub use case::{Case, Define, Expectation, ExpectedBody};
pub use draft::{Compiled, Draft, Rendered};
pub use folder::Folder;
pub use fragment::Fragment;
pub use project::Project;
pub use request::Request;
pub use table::Placed;

use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::dialect::{BRAZE, Dialect};
use crate::error::Error;
use crate::source::{Source, Span};
use draft::Content;
use std::sync::Arc;
use stubs::StandIns;
use table::Reader;

/// The file with the template.
pub const TEMPLATE_FILE: &str = "template.liquid";
/// The file that says what is sent where.
pub const WEBHOOK_FILE: &str = "webhook.toml";
/// The folder of the cases.
pub const CASES_FOLDER: &str = "cases";

/// How the name of a file with a contract's schema ends.
pub const SCHEMA_SUFFIX: &str = ".schema.json";

const METHODS: &[&str] = &["POST", "PUT", "PATCH", "DELETE", "GET"];
const KEYS: &[&str] = &[
    "description",
    "method",
    "url",
    "headers",
    "dialect",
    "body",
    "json",
    "form",
    "contract",
    "stubs",
    "default_case",
];

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON: it is checked.
    Json,
    /// A form, `key=value&key=value`: it is checked to be encoded.
    Form,
    /// Any text.
    Text,
}

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// What it is for.
    pub description: Option<String>,
    /// The HTTP method, in capital letters.
    pub method: String,
    /// Where the request goes.
    pub url: Option<String>,
    /// The request's headers, in the order of the file.
    pub headers: Vec<(String, String)>,
    /// The Liquid of the platform that sends it.
    pub dialect: &'static Dialect,
    /// Whether its file says so.
    pub names_dialect: bool,
    /// What the body is.
    pub body: BodyKind,
    /// What the receiver expects of the body.
    pub contract: Option<Contract>,
    /// The template of the body; none where the body is made of keys and values.
    pub template: Option<Arc<Source>>,
    /// What stands in for fetched content in all of its cases.
    pub stand_ins: StandIns,
    draft: Draft,
    folder: Folder,
    default_case: Option<Placed<String>>,
}

impl Webhook {
    /// Reads a webhook. Its cases are read one by one, with [`case`](Webhook::case), so that a mistake in one leaves the
    /// others to be had.
    ///
    /// # Errors
    /// When `template.liquid` or `webhook.toml` is missing, or `webhook.toml` is not what it must be: every mistake in
    /// it at once.
    pub fn read(folder: Folder) -> Result<Webhook, Error> {
        let missing = |path: &str| {
            Diagnostic::new(&code::CASE_INVALID, format!("`{}` holds no `{path}`", folder.name())).help(
                format!(
                    "a webhook is a folder with `{TEMPLATE_FILE}`, `{WEBHOOK_FILE}` and `{CASES_FOLDER}/`"
                ),
            )
        };
        let template = folder.file(TEMPLATE_FILE).cloned();
        let Some(source) = folder.file(WEBHOOK_FILE).cloned() else {
            let absent = [(template.is_none(), TEMPLATE_FILE), (true, WEBHOOK_FILE)];
            let absent = absent.into_iter().filter(|(is_absent, _)| *is_absent);
            return Err(Error::new(absent.map(|(_, path)| missing(path)).collect()));
        };
        let mut reader = Reader::new(&source, KEYS);
        let description = reader.text("description").map(|text| text.value);
        let method = reader.text("method").and_then(|method| {
            let span = method.span;
            let known = |name: &str| METHODS.contains(&name).then(|| name.to_owned());
            let value = chosen(&mut reader, "method", method, known, METHODS)?;
            Some(Placed { value, span })
        });
        let url = reader.text("url");
        let headers = texts(&mut reader, "headers", "the header");
        let dialect = dialect(&mut reader);
        let (kind, pairs) = body(&mut reader, template.as_ref());
        let contract = contract::read(&mut reader, &folder, kind);
        let named = project::stubs(&mut reader);
        let stand_ins = stubs::of_folder(&mut reader, &named, &folder, "");
        if template.is_none() && pairs.is_none() {
            return Err(Error::new([missing(TEMPLATE_FILE)].into_iter().chain(reader.finish()).collect()));
        }
        let default_case = reader.text("default_case");
        if let Some(default) = &default_case
            && folder.file(&case_path(&default.value)).is_none()
        {
            let message = format!("there is no case `{}`", default.value);
            let near = suggest::did_you_mean(&default.value, case_names(&folder));
            reader.fault(default.span, message, "no such case");
            near.into_iter().for_each(|near| reader.advise(near));
        }
        let findings = reader.finish();
        if !findings.is_empty() {
            return Err(Error::new(findings));
        }
        let fragment = |text: &Placed<String>| Fragment::of_toml(&source, text.span, &text.value);
        let placed = |pairs: &[(Placed<String>, Placed<String>)]| {
            pairs.iter().map(|(name, value)| (name.clone(), fragment(value))).collect::<Vec<_>>()
        };
        let content = match (&pairs, &template) {
            (None, Some(template)) => Content::Text(Fragment::file(template)),
            (pairs, _) => Content::Pairs(placed(pairs.as_deref().unwrap_or_default())),
        };
        let method = method.unwrap_or_else(|| Placed { value: "POST".to_owned(), span: Span::default() });
        let draft = Draft {
            method: method.clone(),
            home: Some(source.clone()),
            url: url.as_ref().map(fragment),
            headers: placed(&headers),
            body: content,
            kind: Some(kind),
        };
        Ok(Webhook {
            description,
            method: method.value,
            url: url.map(|url| url.value),
            headers: headers.into_iter().map(|(name, value)| (name.value, value.value)).collect(),
            dialect: dialect.unwrap_or(&BRAZE),
            names_dialect: dialect.is_some(),
            body: kind,
            contract,
            template: template.filter(|_| pairs.is_none()),
            draft,
            stand_ins,
            folder,
            default_case,
        })
    }

    /// Its dialect in a project: its own, else the project's.
    pub fn dialect_in(&self, project: &Project) -> &'static Dialect {
        project.dialect.filter(|_| !self.names_dialect).unwrap_or(self.dialect)
    }

    /// What its requests are rendered from.
    pub fn draft(&self) -> Draft {
        self.draft.clone()
    }

    /// The files it was read from.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The names of the cases, in the order of the alphabet.
    pub fn case_names(&self) -> impl Iterator<Item = &str> {
        case_names(&self.folder)
    }

    /// The name of the case that is rendered where none is asked for: `default_case` of `webhook.toml`, else the first.
    pub fn default_case(&self) -> Option<&str> {
        let chosen = self.default_case.as_ref().map(|name| name.value.as_str());
        chosen.or_else(|| self.case_names().next())
    }

    /// The case called `name`.
    ///
    /// # Errors
    /// When there is none ([`CASE_UNKNOWN`](code::CASE_UNKNOWN)), or its file is not what it must be: every mistake in it
    /// at once.
    pub fn case(&self, name: &str) -> Result<Case, Error> {
        let Some(source) = self.folder.file(&case_path(name)) else {
            let message = format!("`{}` has no case `{name}`", self.folder.name());
            let names: Vec<&str> = self.case_names().collect();
            let help = suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| {
                match names.as_slice() {
                    [] => format!("add it as `{}`", case_path(name)),
                    names => format!("its cases are {}", table::listed(names)),
                }
            });
            return Err(Diagnostic::new(&code::CASE_UNKNOWN, message).help(help).into());
        };
        case::read(name, source, &self.folder, &self.stand_ins)
    }
}

/// `cases/NAME.toml`.
fn case_path(name: &str) -> String {
    format!("{CASES_FOLDER}/{name}.toml")
}

fn case_names(folder: &Folder) -> impl Iterator<Item = &str> {
    folder.paths().filter_map(|path| {
        let name = path.strip_prefix(CASES_FOLDER)?.strip_prefix('/')?.strip_suffix(".toml")?;
        (!name.contains('/')).then_some(name)
    })
}

/// What the text names, or a finding that lists what it could name.
fn chosen<T>(
    reader: &mut Reader<'_>,
    key: &str,
    text: Placed<String>,
    find: impl FnOnce(&str) -> Option<T>,
    names: &[&str],
) -> Option<T> {
    let found = find(&text.value);
    if found.is_none() {
        let near = suggest::did_you_mean(&text.value, names.iter().copied());
        let help = near.unwrap_or_else(|| format!("it can be {}", table::listed(names)));
        reader.fault(text.span, format!("`{}` is no {key}", text.value), "unknown");
        reader.advise(help);
    }
    found
}

/// The key `dialect`.
fn dialect(reader: &mut Reader<'_>) -> Option<&'static Dialect> {
    let names: Vec<&str> = Dialect::all().iter().map(|dialect| dialect.name).collect();
    let dialect = reader.text("dialect")?;
    chosen(reader, "dialect", dialect, Dialect::find, &names)
}

/// Keys and their texts.
type Texts = Vec<(Placed<String>, Placed<String>)>;

/// What the body is, and the keys and values it is made of, where it is not a template.
fn body(reader: &mut Reader<'_>, template: Option<&Arc<Source>>) -> (BodyKind, Option<Texts>) {
    let said = reader.text("body").and_then(|body| {
        let span = body.span;
        let kind = |name: &str| match name {
            "json" => Some(BodyKind::Json),
            "form" => Some(BodyKind::Form),
            "text" => Some(BodyKind::Text),
            _ => None,
        };
        let value = chosen(reader, "body", body, kind, &["json", "form", "text"])?;
        Some(Placed { value, span })
    });
    let mut pairs = None;
    for (key, kind) in [("json", BodyKind::Json), ("form", BodyKind::Form)] {
        let Some(place) = reader.place(key) else { continue };
        let entries = texts(reader, key, "the value of");
        if pairs.is_some() {
            reader.fault(place, "a body is either `[json]` or `[form]`", "keep one of the two");
        } else if template.is_some() {
            let message = format!("the body is made of `[{key}]`, and there is a `{TEMPLATE_FILE}` too");
            reader.fault(place, message, "keep one of the two");
        }
        if let Some(said) = said.as_ref().filter(|said| said.value != kind) {
            reader.fault(said.span, format!("the body is made of `[{key}]`"), "this says something else");
        }
        pairs = Some((kind, entries));
    }
    match pairs {
        Some((kind, entries)) => (kind, Some(entries)),
        None => (said.map_or(BodyKind::Json, |said| said.value), None),
    }
}

/// A table of texts; `what` is one of them in messages.
fn texts(reader: &mut Reader<'_>, key: &str, what: &str) -> Texts {
    let mut texts = Vec::new();
    for (name, value) in reader.entries(key) {
        match value.value {
            serde_json::Value::String(text) => texts.push((name, Placed { value: text, span: value.span })),
            _ => {
                let message = format!("{what} `{}` must be a text in quotes", name.value);
                reader.fault(Span::new(name.span.from(), value.span.to()), message, "this is no text");
            }
        }
    }
    texts
}
