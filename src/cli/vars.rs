//! `carafe vars`: the variables and attributes that a template reads, or a JSON Schema of the data it needs.

use super::args::Vars;
use super::exit::Status;
use super::files::Files;
use super::target::Target;
use super::terminal::Terminal;
use crate::analyze::{Place, Variable};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::report::{MessageFormat, visible_line};
use serde::Serialize;
use std::fmt::Write;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'v> {
    schema_version: u32,
    file: &'v str,
    variables: &'v [Variable],
}

/// Lists the variables of one template on standard output.
pub fn run(arguments: &Vars, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let target = Target::find(&arguments.template, &Files::new(&limits))?;
    let compiled = target.draft.clone().compile(&target.engine(&arguments.language, &limits).build());
    let found = compiled.diagnostics();
    if found.iter().any(Diagnostic::is_error) {
        return Err(Error::new(found));
    }
    terminal.report(&found, None);
    let variables = compiled.variables();
    let text = match terminal.format() {
        _ if arguments.schema => schema(&compiled.schema()),
        MessageFormat::Json => json(&target.name, &variables),
        MessageFormat::Full | MessageFormat::Concise => table(&target.name, &variables),
    };
    terminal.list(&text)?;
    Ok(Status::of(&found))
}

/// One line a variable: path, places, and whether it has a default.
fn table(file: &str, variables: &[Variable]) -> String {
    let paths: Vec<String> = variables.iter().map(|variable| visible_line(&variable.path)).collect();
    let width = paths.iter().map(|path| path.chars().count()).max().unwrap_or(0).min(60);
    let mut text = String::new();
    for (variable, path) in variables.iter().zip(paths) {
        let places: Vec<String> = variable.places.iter().map(|found| place(file, found)).collect();
        let remark = if variable.has_default() { "  has a default" } else { "" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{path:width$}  {}{remark}", places.join(" "));
    }
    text
}

/// `line:column`, behind the name of the file where it is not `file`.
fn place(file: &str, place: &Place) -> String {
    let position = place.source.position(place.span.from());
    match place.source.name() {
        name if name == file => format!("{}:{}", position.line, position.column),
        name => format!("{}:{}:{}", visible_line(name), position.line, position.column),
    }
}

fn schema(schema: &serde_json::Value) -> String {
    // Keys are texts and depth is bounded: nothing that serde_json can refuse.
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

fn json(file: &str, variables: &[Variable]) -> String {
    let list = List { schema_version: SCHEMA_VERSION, file, variables };
    // Strings, numbers and lists of them: nothing that serde_json can refuse.
    let mut text = serde_json::to_string(&list).unwrap_or_default();
    text.push('\n');
    text
}
