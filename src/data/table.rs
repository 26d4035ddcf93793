//! A catalog from a CSV file.
//!
//! The first row names the columns, one of which is `id`. A column whose cells are all numbers holds numbers, one whose
//! cells are all `true` or `false` holds those, as Braze guesses types when a catalog is uploaded; the ids are text. An
//! empty cell holds nothing.

use super::document;
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::json;
use crate::source::{Source, Span};
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Numbers,
    Flags,
    Texts,
}

/// The catalog in `source`: an object whose `items` are the rows by id.
pub(super) fn read<'r>(
    source: &'r Arc<Source>,
    arena: &'r Arena,
    findings: &mut Vec<Diagnostic>,
) -> Result<Value<'r>, Box<Diagnostic>> {
    document::check_size(source, arena)?;
    let failed = |failure| Box::new(document::failed(failure, Some(source)));
    let text = source.text().strip_prefix('\u{feff}').unwrap_or(source.text());
    let offset = source.text().len().saturating_sub(text.len());
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let place = |position: Option<&csv::Position>| {
        let at = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        Span::at(at.saturating_add(offset).min(source.text().len()))
    };
    let broken = |error: csv::Error| {
        let message = format!("the table cannot be read: {error}");
        Box::new(Diagnostic::new(&code::DATA_INVALID, message).at(source, place(error.position()), ""))
    };
    let mut names = Vec::new();
    for name in reader.headers().map_err(broken)? {
        names.push(arena.text(name.trim()).map_err(failed)?);
    }
    let Some(id) = names.iter().position(|name| *name == "id") else {
        let mut finding = Diagnostic::new(&code::DATA_SHAPE, "the table has no column `id`").at(
            source,
            Span::at(offset),
            "",
        );
        finding.help.push(match suggest::did_you_mean("id", names.iter().copied()) {
            Some(near) => near,
            None => "the first row names the columns; rows are found by their `id`".to_owned(),
        });
        return Err(Box::new(finding));
    };
    let mut columns = vec![None; names.len()];
    let mut rows = Vec::new();
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let at = place(record.position());
        let mut cells = Vec::with_capacity(names.len());
        for (cell, column) in record.iter().zip(&mut columns) {
            *column = joined(*column, cell);
            cells.push(arena.text(cell).map_err(failed)?);
        }
        let key = cells.get(id).copied().unwrap_or_default();
        if let Some(first) = seen.insert(key, at)
            && findings.len() < suggest::SUGGESTIONS
        {
            let message = format!("the id `{key}` stands in two rows; the last one counts");
            findings.push(
                Diagnostic::new(&code::DATA_DUPLICATE, message).at(source, at, "the second row").and(
                    source,
                    first,
                    "the first row",
                ),
            );
        }
        rows.push((key, cells));
    }
    if let Some(column) = columns.get_mut(id) {
        *column = Some(Column::Texts);
    }
    let mut items = Vec::with_capacity(rows.len());
    for (key, cells) in rows {
        let mut row = Vec::with_capacity(cells.len());
        for ((name, column), cell) in names.iter().zip(&columns).zip(cells) {
            row.push((*name, value(*column, cell, arena)));
        }
        items.push((key, Value::Map(arena.map(&row).map_err(failed)?)));
    }
    let items = Value::Map(arena.map(&items).map_err(failed)?);
    Ok(Value::Map(arena.map(&[("items", items)]).map_err(failed)?))
}

/// What a column is once it holds `cell` too; nothing yet while all its cells are empty.
fn joined(column: Option<Column>, cell: &str) -> Option<Column> {
    let kind = match cell {
        "" => return column,
        "true" | "false" => Column::Flags,
        _ if is_number(cell) => Column::Numbers,
        _ => Column::Texts,
    };
    Some(if column.is_none_or(|column| column == kind) { kind } else { Column::Texts })
}

/// Whether a cell is written as JSON writes numbers: `007` and `1e5` are names.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits)
}

fn value<'r>(column: Option<Column>, cell: &'r str, arena: &'r Arena) -> Value<'r> {
    match column {
        _ if cell.is_empty() => Value::Nil,
        Some(Column::Flags) => Value::Bool(cell == "true"),
        // A number of too many digits stays the text it is.
        Some(Column::Numbers) => json::read(cell, arena).unwrap_or(Value::String(cell)),
        _ => Value::String(cell),
    }
}
