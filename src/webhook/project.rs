//! The project's file `carafe.toml`: the dialect of its templates, what stands in for fetched content, and which
//! environment variables hold secrets.
//!
//! In comes the file's text, out come its settings. The files that it names are read by the program, and so are the
//! secrets' values, only where something is sent.

use super::stubs::StandIns;
use super::table::{Placed, Reader, listed};
use crate::data::Inputs;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::source::{Source, Span};
use std::sync::Arc;

/// The file's name.
pub const PROJECT_FILE: &str = "carafe.toml";

const KEYS: &[&str] = &["dialect", "stubs", "secrets", "credentials"];

/// The settings of a project; without a file all are left out.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The file.
    pub source: Option<Arc<Source>>,
    /// The dialect of templates of which nothing else is said.
    pub dialect: Option<&'static Dialect>,
    /// What stands in for fetched content, by the paths of its files.
    pub stubs: Vec<Stub>,
    /// The same, read: whoever reads files puts it here.
    pub stand_ins: StandIns,
    /// The secrets.
    pub secrets: Vec<Secret>,
    /// What Braze stores as credentials of Connected Content.
    pub credentials: Vec<StoredCredential>,
}

/// A file or folder that stands in for something that is fetched.
#[derive(Clone, Debug)]
pub struct Stub {
    /// What it stands in for.
    pub kind: StubKind,
    /// The path, from the folder of the file that names it.
    pub path: Placed<String>,
}

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StubKind {
    /// A folder of content blocks: `NAME.liquid`, `NAME.html` or `NAME.txt`.
    ContentBlocks,
    /// A folder of catalogs: `NAME.json` or `NAME.csv`.
    Catalogs,
    /// A file of answers to Connected Content.
    ConnectedContent,
    /// A file of promotion codes.
    Promotions,
    /// A file of shopping carts.
    ShoppingCarts,
}

/// A secret: a name, and the environment variable that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The name, as in `<secret:NAME>`.
    pub name: String,
    /// The environment variable.
    pub variable: String,
}

/// A credential that `:basic_auth` or `:auth_credentials` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// Its name.
    pub name: String,
    /// The hosts that it may be sent to.
    pub hosts: Vec<String>,
    /// The headers it sends; each value may name secrets.
    pub headers: Vec<(String, String)>,
    /// The user name and the password of `:basic_auth`; both may name secrets.
    pub basic: Option<(String, String)>,
}

impl StubKind {
    /// Every kind.
    pub const ALL: [StubKind; 5] = [
        StubKind::ContentBlocks,
        StubKind::Catalogs,
        StubKind::ConnectedContent,
        StubKind::Promotions,
        StubKind::ShoppingCarts,
    ];

    /// The key under which files name it, which is its key in data files too.
    pub fn name(self) -> &'static str {
        match self {
            StubKind::ContentBlocks => "content_blocks",
            StubKind::Catalogs => "catalogs",
            StubKind::ConnectedContent => "connected_content",
            StubKind::Promotions => "promotions",
            StubKind::ShoppingCarts => "shopping_carts",
        }
    }

    /// The endings of the files in its folder; none where it is a file itself.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            StubKind::ContentBlocks => &["liquid", "html", "txt"],
            StubKind::Catalogs => &["json", "csv"],
            StubKind::ConnectedContent | StubKind::Promotions | StubKind::ShoppingCarts => &[],
        }
    }
}

impl Project {
    /// Reads a `carafe.toml`.
    ///
    /// # Errors
    /// With every mistake in it at once.
    pub fn read(source: &Arc<Source>) -> Result<Project, Error> {
        let mut reader = Reader::new(source, KEYS);
        let dialect = super::dialect(&mut reader);
        let stubs = stubs(&mut reader);
        let mut open = Vec::new();
        let secrets = secrets(&mut reader, &mut open);
        let credentials = credentials(&mut reader, &secrets);
        let mut findings = reader.finish();
        if !findings.is_empty() {
            let source = if open.is_empty() { source.clone() } else { without(source, &open) };
            for finding in &mut findings {
                finding.code = &code::PROJECT_INVALID;
                finding.primary.iter_mut().for_each(|label| label.source = source.clone());
            }
            return Err(Error::new(findings));
        }
        Ok(Project {
            source: Some(source.clone()),
            dialect,
            stubs,
            stand_ins: StandIns::new(),
            secrets,
            credentials,
        })
    }

    /// No data yet but what stands in for fetched content: the project's, and over it `more`. Only Braze fetches.
    pub fn inputs(&self, dialect: &'static Dialect, more: &StandIns) -> Inputs {
        let all = self.stand_ins.iter().chain(more).filter(|_| dialect.references);
        all.fold(Inputs::new(dialect), |inputs, (stand_in, file)| {
            inputs.stand_in(stand_in.clone(), file.clone())
        })
    }

    /// The environment variable of the secret `name`.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.secrets.iter().find(|secret| secret.name == name).map(|secret| secret.variable.as_str())
    }

    /// A finding about `span` of the project's file.
    pub fn finding(&self, message: impl Into<String>, span: Span) -> Diagnostic {
        let finding = Diagnostic::new(&code::PROJECT_INVALID, message);
        match &self.source {
            Some(source) => finding.at(source, span, ""),
            None => finding,
        }
    }
}

/// A path that stays within its folder.
fn inner(reader: &mut Reader<'_>, path: Placed<String>) -> Option<Placed<String>> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']);
    let trimmed = path.value.strip_suffix('/').unwrap_or(&path.value);
    if trimmed.split('/').all(plain) {
        return Some(Placed { value: trimmed.to_owned(), span: path.span });
    }
    reader.fault(path.span, "a project names files below its own folder only", "this leads elsewhere");
    None
}

/// `[stubs]`: paths by kind.
pub(super) fn stubs(reader: &mut Reader<'_>) -> Vec<Stub> {
    let mut stubs = Vec::new();
    for (key, value) in reader.entries("stubs") {
        let kind = StubKind::ALL.into_iter().find(|kind| kind.name() == key.value);
        let names = StubKind::ALL.map(StubKind::name);
        let Some(kind) = kind else {
            let near = suggest::did_you_mean(&key.value, names);
            reader.fault(key.span, format!("`{}` is nothing that is fetched", key.value), "unknown");
            reader.advise(near.unwrap_or_else(|| format!("the keys are {}", listed(&names))));
            continue;
        };
        let serde_json::Value::String(path) = value.value else {
            let what = if kind.endings().is_empty() { "file" } else { "folder" };
            reader.fault(value.span, format!("`{}` must be the path of a {what}, in quotes", key.value), "");
            continue;
        };
        let path = inner(reader, Placed { value: path, span: value.span });
        stubs.extend(path.map(|path| Stub { kind, path }));
    }
    stubs
}

/// The file with stars in the places of `spans`, so that no picture of it shows what stands there.
fn without(source: &Source, spans: &[Span]) -> Arc<Source> {
    let mut bytes = source.text().as_bytes().to_vec();
    for span in spans {
        let bytes = bytes.get_mut(span.from()..span.to()).unwrap_or_default();
        bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
    }
    // The spans are those of whole values: no character is cut.
    Arc::new(Source::new(source.name(), String::from_utf8(bytes).unwrap_or_default()))
}

/// `[secrets]`. What stands where the name of a variable should may be a secret itself: its place goes to `open`.
fn secrets(reader: &mut Reader<'_>, open: &mut Vec<Span>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for (key, value) in reader.entries("secrets") {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if key.value.is_empty() || !key.value.chars().all(is_name) {
            let message = format!("`{}` cannot be the name of a secret", key.value.escape_debug());
            reader.fault(key.span, message, "letters, digits, `_`, `-` and `.` make up a name");
            continue;
        }
        let variable = match &value.value {
            serde_json::Value::Object(entry) if entry.len() == 1 => {
                entry.get("env").and_then(serde_json::Value::as_str)
            }
            _ => None,
        };
        let is_variable = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        match variable {
            Some(variable) if is_variable(variable) => {
                secrets.push(Secret { name: key.value, variable: variable.to_owned() });
            }
            Some(_) => {
                open.push(value.span);
                let message =
                    format!("the secret `{}` names what cannot be an environment variable", key.value);
                reader.fault(value.span, message, "letters, digits and `_` make up its name");
            }
            None => {
                let message = format!("the secret `{}` must name its environment variable", key.value);
                open.push(value.span);
                reader.fault(key.span, message, "");
                reader.advise(format!(
                    "write `{0} = {{ env = \"{0}\" }}`; secrets stand in no file",
                    key.value
                ));
            }
        }
    }
    secrets
}

/// `[credentials.NAME]`: `hosts`, and `user` and `password` or `headers`.
fn credentials(reader: &mut Reader<'_>, secrets: &[Secret]) -> Vec<StoredCredential> {
    let mut credentials = Vec::new();
    for (key, value) in reader.entries("credentials") {
        let serde_json::Value::Object(entry) = &value.value else {
            reader.fault(key.span, format!("the credential `{}` must be a table", key.value), "");
            continue;
        };
        let text = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        let known = ["hosts", "user", "password", "headers"];
        if let Some(wrong) = entry.keys().find(|name| !known.contains(&name.as_str())) {
            let near = suggest::did_you_mean(wrong, known);
            reader.fault(key.span, format!("unknown key `{wrong}` of the credential `{}`", key.value), "");
            reader.advise(near.unwrap_or_else(|| format!("the keys are {}", listed(&known))));
            continue;
        }
        let hosts = entry.get("hosts").and_then(serde_json::Value::as_array);
        let hosts: Vec<String> = hosts
            .into_iter()
            .flatten()
            .filter_map(|host| host.as_str().map(|host| host.to_ascii_lowercase()))
            .collect();
        if hosts.is_empty() {
            let message = format!("the credential `{}` does not say where it may be sent", key.value);
            reader.fault(key.span, message, "");
            reader.advise("add `hosts = [\"api.example.com\"]`: it is sent nowhere else");
            continue;
        }
        let headers = entry.get("headers").and_then(serde_json::Value::as_object);
        let headers: Vec<(String, String)> = headers
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        let basic = text("user").map(|user| (user, text("password").unwrap_or_default()));
        if basic.is_none() == headers.is_empty() {
            let message = format!("the credential `{}` needs either `user` or `headers`", key.value);
            reader.fault(key.span, message, "");
            reader.advise(
                "`user` and `password` are for `:basic_auth`, `headers` for `:auth_credentials`; both may name \
                 `<secret:NAME>`",
            );
            continue;
        }
        let texts = headers.iter().map(|(_, value)| value).chain(basic.iter().flat_map(|(a, b)| [a, b]));
        let unknown = texts
            .flat_map(|text| super::secret::mentions(text))
            .find(|mention| secrets.iter().all(|secret| secret.name != mention.name));
        if let Some(unknown) = unknown {
            let names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
            reader.fault(key.span, format!("there is no secret `{}`", unknown.name), "named here");
            let near = suggest::did_you_mean(&unknown.name, names.iter().copied());
            reader.advise(near.unwrap_or_else(|| "add it to `[secrets]`".to_owned()));
            continue;
        }
        credentials.push(StoredCredential { name: key.value, hosts, headers, basic });
    }
    credentials
}
