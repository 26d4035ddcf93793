//! `carafe vars`: the variables and attributes that a template reads.

use super::args::Vars;
use super::exit::Status;
use super::files::Files;
use super::target::Target;
use super::terminal::Terminal;
use crate::analyze::{Place, Variable, VariableKind};
use crate::error::Error;
use crate::report::MessageFormat;
use serde::Serialize;
use std::fmt::Write;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'v> {
    schema_version: u32,
    file: &'v str,
    variables: Vec<Entry<'v>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'v> {
    path: &'v str,
    kind: &'static str,
    /// Whether a `default` filter follows at every place.
    has_default: bool,
    places: Vec<Spot>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spot {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
    has_default: bool,
}

/// Lists the variables of one template on standard output.
pub fn run(arguments: &Vars, terminal: &Terminal) -> Result<Status, Error> {
    let target = Target::find(&arguments.template, &Files::default())?;
    let template = target.engine(&arguments.language).build().compile(&target.template)?;
    terminal.report(template.diagnostics(), None);
    let variables = template.variables();
    let text = match terminal.format() {
        MessageFormat::Json => json(target.template.name(), &variables),
        MessageFormat::Full | MessageFormat::Concise => table(&variables),
    };
    terminal.product(&text)?;
    Ok(Status::of(template.diagnostics()))
}

fn has_default(variable: &Variable) -> bool {
    variable.places.iter().all(|place| place.defaulted)
}

/// One line a variable: path, places, and whether it has a default.
fn table(variables: &[Variable]) -> String {
    let width = variables.iter().map(|variable| variable.path.chars().count()).max().unwrap_or(0).min(60);
    let mut text = String::new();
    for variable in variables {
        let places: Vec<String> = variable.places.iter().map(place).collect();
        let remark = if has_default(variable) { "  has a default" } else { "" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{:width$}  {}{remark}", variable.path, places.join(" "));
    }
    text
}

fn place(place: &Place) -> String {
    let position = place.source.position(place.span.from());
    format!("{}:{}", position.line, position.column)
}

fn json(file: &str, variables: &[Variable]) -> String {
    let entries = variables.iter().map(|variable| Entry {
        path: &variable.path,
        kind: match variable.kind {
            VariableKind::Attribute => "attribute",
            VariableKind::Variable => "variable",
        },
        has_default: has_default(variable),
        places: variable.places.iter().map(spot).collect(),
    });
    let list = List { schema_version: SCHEMA_VERSION, file, variables: entries.collect() };
    // Strings, numbers and lists of them: nothing that serde_json can refuse.
    let mut text = serde_json::to_string(&list).unwrap_or_default();
    text.push('\n');
    text
}

fn spot(place: &Place) -> Spot {
    let start = place.source.position(place.span.from());
    let end = place.source.position(place.span.to());
    Spot {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_start: place.span.from(),
        byte_end: place.span.to(),
        has_default: place.defaulted,
    }
}
