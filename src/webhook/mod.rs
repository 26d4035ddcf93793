//! A webhook as a folder: the template to paste, what is sent where, and cases that say what must come out.
//!
//! In comes a [`Folder`] of texts; out comes a [`Webhook`] with its [`Case`]s, or findings with places in its files.
//! Nothing here touches a file. The format is described in `docs/webhooks.md`.

mod case;
mod contract;
#[cfg(feature = "cli")]
pub mod embedded;
mod folder;
mod table;

pub use case::{Case, Define, Expectation, ExpectedBody};
pub use folder::Folder;
pub use table::Placed;

use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::dialect::{BRAZE, Dialect};
use crate::error::Error;
use crate::source::{Source, Span};
use std::sync::Arc;
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
const KEYS: &[&str] =
    &["description", "method", "url", "headers", "dialect", "body", "contract", "default_case"];

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON: it is checked.
    Json,
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
    /// What the body is.
    pub body: BodyKind,
    /// What the receiver expects of the body.
    pub contract: Option<Contract>,
    /// The template.
    pub template: Arc<Source>,
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
        let (template, source) = match (folder.file(TEMPLATE_FILE), folder.file(WEBHOOK_FILE)) {
            (Some(template), Some(source)) => (template.clone(), source.clone()),
            (template, source) => {
                let absent = [(template, TEMPLATE_FILE), (source, WEBHOOK_FILE)];
                let absent = absent.into_iter().filter(|(file, _)| file.is_none());
                return Err(Error::new(absent.map(|(_, path)| missing(path)).collect()));
            }
        };
        let mut reader = Reader::new(&source, KEYS);
        let description = reader.text("description").map(|text| text.value);
        let method = reader.text("method").and_then(|method| {
            chosen(
                &mut reader,
                "method",
                method,
                |name| METHODS.contains(&name).then(|| name.to_owned()),
                METHODS,
            )
        });
        let url = reader.text("url").map(|url| url.value);
        let headers = headers(&mut reader);
        let names: Vec<&str> = Dialect::all().iter().map(|dialect| dialect.name).collect();
        let dialect = reader
            .text("dialect")
            .and_then(|dialect| chosen(&mut reader, "dialect", dialect, Dialect::find, &names));
        let body = reader.text("body").and_then(|body| {
            let kind = |name: &str| match name {
                "json" => Some(BodyKind::Json),
                "text" => Some(BodyKind::Text),
                _ => None,
            };
            chosen(&mut reader, "body", body, kind, &["json", "text"])
        });
        let contract = contract::read(&mut reader, &folder, body.unwrap_or(BodyKind::Json));
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
        Ok(Webhook {
            description,
            method: method.unwrap_or_else(|| "POST".to_owned()),
            url,
            headers,
            dialect: dialect.unwrap_or(&BRAZE),
            body: body.unwrap_or(BodyKind::Json),
            contract,
            template,
            folder,
            default_case,
        })
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
        case::read(name, source, &self.folder)
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

fn headers(reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in reader.entries("headers") {
        match value.value {
            serde_json::Value::String(text) => headers.push((name.value, text)),
            _ => {
                let message = format!("the header `{}` must be a text in quotes", name.value);
                reader.fault(Span::new(name.span.from(), value.span.to()), message, "this is no text");
            }
        }
    }
    headers
}
