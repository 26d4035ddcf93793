//! Rows without a body, as they are reported.

use super::identity::Identity;
use super::text;
use crate::diagnostic::Diagnostic;
use crate::json;
use std::fmt::Write;

/// A row that gave no body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failed {
    /// The number of the row, counted from 1.
    pub row: u64,
    /// What it is known by.
    pub id: Option<Identity>,
    /// The reason, where the template aborted the message: it works as it is meant to.
    pub aborted: Option<String>,
    /// Why there is no body: errors, at least one, with places in the template or in the row.
    pub diagnostics: Vec<Diagnostic>,
}

impl Failed {
    /// The row as people say it: `row 7 (id ada)`.
    pub fn name(&self) -> String {
        match &self.id {
            Some(id) => format!("row {} (id {})", self.row, id.text),
            None => format!("row {}", self.row),
        }
    }

    /// The error of `--format full`, as a JSON object.
    pub(super) fn write_error(&self, out: &mut String) {
        out.push('{');
        self.write_fields(out);
        out.push('}');
    }

    /// The line of the rejects with what was read as `row`.
    pub(super) fn write_reject(&self, row: &[u8], out: &mut String) {
        // Writing to a text cannot fail.
        let _ = write!(out, "{{\"row\":{},\"id\":{},", self.row, id(self.id.as_ref()));
        self.write_fields(out);
        out.push_str(",\"input\":");
        let is_json = std::str::from_utf8(row).is_ok_and(|row| json::compact(row, out).is_ok());
        if !is_json {
            text::quote(&String::from_utf8_lossy(row), out);
        }
        out.push_str("}\n");
    }

    fn write_fields(&self, out: &mut String) {
        let Some(first) = self.diagnostics.first() else { return };
        out.push_str("\"code\":");
        text::quote(first.code.name, out);
        out.push_str(",\"message\":");
        text::quote(&first.message, out);
        match &first.primary {
            Some(label) => {
                let position = label.source.position(label.span.from());
                out.push_str(",\"file\":");
                text::quote(label.source.name(), out);
                let _ = write!(out, ",\"line\":{},\"column\":{}", position.line, position.column);
            }
            None => out.push_str(",\"file\":null,\"line\":null,\"column\":null"),
        }
    }
}

/// An id as JSON; null if there is none.
pub(super) fn id(id: Option<&Identity>) -> &str {
    id.map_or("null", |id| id.json.as_str())
}
