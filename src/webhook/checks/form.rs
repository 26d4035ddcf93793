//! Bodies of forms: `key=value&key=value`, with everything else encoded.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::traced::{Owner, Traced};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::render::Written;

/// The findings of a rendered body that is a form.
pub(super) fn check(body: &Traced<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let end = body.text.trim_end_matches(['\r', '\n']).len();
    for (segment, owner) in body.stretches() {
        let text = body.text.get(segment.range.start..segment.range.end.min(end)).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        if matches!(owner, Owner::Own) {
            let wrong =
                text.char_indices().find(|(_, c)| !c.is_ascii() || c.is_whitespace() || c.is_control());
            if let Some((at, c)) = wrong.filter(|_| body.is_new(segment, true)) {
                let name = match c {
                    ' ' => "a space".to_owned(),
                    '\n' | '\r' => "a line break".to_owned(),
                    c => format!("`{}`", c.escape_debug()),
                };
                let message = format!("{name} in a form must be encoded");
                let range = segment.range.start + at..segment.range.start + at + c.len_utf8();
                let finding = body.finding(&code::FORM_INVALID, message, range);
                found.push(match (c, segment.written) {
                    (' ', _) => finding.help("write it as `+`"),
                    ('\n' | '\r', Written::Template) => finding.help("put the whole form on one line"),
                    _ => {
                        let mut buffer = [0; 4];
                        let bytes = c.encode_utf8(&mut buffer).bytes();
                        let encoded: String = bytes.map(|byte| format!("%{byte:02X}")).collect();
                        finding.help(format!("write it as `{encoded}`"))
                    }
                });
            }
            continue;
        }
        if owner == Owner::Safe {
            continue;
        }
        let broken = text.char_indices().find(|(_, c)| breaks(*c));
        if !body.is_new(segment, broken.is_some()) {
            continue;
        }
        let finding = match broken {
            Some((at, c)) => {
                let (name, does) = match c {
                    '&' => ("`&`".to_owned(), "begins another value"),
                    '+' => ("`+`".to_owned(), "is read as a space"),
                    '%' => ("`%`".to_owned(), "is read as the begin of an encoded character"),
                    ' ' => ("space".to_owned(), "must be encoded"),
                    c => (format!("`{}`", c.escape_debug()), "must be encoded"),
                };
                let message = format!("a {name} in the data {does}");
                let range = segment.range.start + at..segment.range.start + at + c.len_utf8();
                body.finding(&code::FORM_UNENCODED, message, range).severity(Severity::Error)
            }
            None if owner == Owner::Partly => continue,
            None => {
                let message = "data stands in a form without being encoded".to_owned();
                body.finding(&code::FORM_UNENCODED, message, segment.range.clone())
                    .note("a `&`, `+`, `%` or space in the data would change or cut the value")
            }
        };
        found.push(body.encode(finding, segment));
    }
    found
}

/// Whether a character of data is read as something else.
fn breaks(c: char) -> bool {
    matches!(c, '&' | '+' | '%') || c.is_whitespace() || c.is_control() || !c.is_ascii()
}
