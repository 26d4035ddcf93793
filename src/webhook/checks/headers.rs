//! Headers: names that are names, values on one line, and the type that the body has.

use super::traced::{Traced, replaced};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::{CUSTOMERIO, CUSTOMERIO_LEGACY, Dialect};
use crate::render::Written;
use crate::source::Source;
use crate::webhook::draft::Draft;
use crate::webhook::fragment::Fragment;
use crate::webhook::table::Placed;
use crate::webhook::{BodyKind, secret};
use std::collections::HashMap;
use std::sync::Arc;

/// Headers that whoever sends the request makes itself.
const RESERVED: &[&str] = &[
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "keep-alive",
    "proxy-connection",
    "metadata-flavor",
    "x-google-metadata-request",
];

/// What is wrong with the names.
pub(super) fn names(headers: &[(Placed<String>, Fragment)], home: &Arc<Source>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut known = HashMap::new();
    for (name, _) in headers {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let text = name.value.as_str();
        if text.is_empty() || !text.chars().all(is_token) {
            let message = format!("`{}` cannot be the name of a header", text.escape_debug());
            let finding = Diagnostic::new(&code::REQUEST_HEADER_NAME, message).at(home, name.span, "");
            found.push(match text.contains("{{") {
                true => finding.help("names of headers are fixed: only their values can be Liquid"),
                false => finding.help("letters, digits and hyphens make up a name, such as `X-Api-Key`"),
            });
        }
        let lower = text.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) {
            let message = format!("`{text}` is made by whoever sends the request and cannot be set");
            let finding = Diagnostic::new(&code::REQUEST_HEADER_RESERVED, message).at(home, name.span, "");
            found.push(finding.help("leave it out"));
        }
        if let Some(first) = known.insert(lower, name.span) {
            let message = format!("the header `{text}` is there twice: capitals make no difference");
            found.push(
                Diagnostic::new(&code::REQUEST_HEADER_TWICE, message).at(home, name.span, "again here").and(
                    home,
                    first,
                    "first here",
                ),
            );
        }
    }
    found
}

/// What is wrong with the value of the header `name`.
pub(super) fn value(name: &str, value: &Traced<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let wrong = value.text.char_indices().find(|(_, c)| c.is_control() && *c != '\t');
    if let Some((at, c)) = wrong {
        let what = match c {
            '\n' | '\r' => "a line break".to_owned(),
            c => format!("the control character U+{:04X}", u32::from(c)),
        };
        let is_data =
            value.trace.segment_at(at).is_some_and(|segment| !matches!(segment.written, Written::Template));
        let (whose, help) = match is_data {
            true => (" in the data", "take it out: `| strip_newlines`"),
            false => ("", "write the value on one line; `{%-` and `-%}` take line breaks away"),
        };
        let message = format!("{what}{whose} would end the header `{name}` and begin another");
        let range = at..at.saturating_add(c.len_utf8());
        found.push(value.finding(&code::REQUEST_HEADER_VALUE, message, range).help(help));
    } else if let Some((at, c)) = value.text.char_indices().find(|(_, c)| !c.is_ascii()) {
        let message = format!("`{c}` in the header `{name}`: receivers read only ASCII there for certain");
        let range = at..at.saturating_add(c.len_utf8());
        found.push(value.finding(&code::REQUEST_HEADER_ENCODING, message, range));
    }
    if value.text.trim().is_empty()
        && let Some((at, site)) = value.blanks().next()
    {
        let message = format!("the data is missing, and the header `{name}` is empty");
        let finding = value.finding_at(&code::REQUEST_HEADER_BLANK, message, site, at);
        found.push(finding.help("give it a `default`, or end the message where it is missing"));
    }
    found
}

/// Whether the header `Content-Type` says what the body is.
pub(super) fn content_type(value: &Traced<'_>, kind: Option<BodyKind>) -> Vec<Diagnostic> {
    if !secret::mentions(value.text).is_empty() || value.text.trim().is_empty() {
        return Vec::new();
    }
    let all = value.text.trim();
    let start = value.text.len().saturating_sub(value.text.trim_start().len());
    let name = all.split(';').next().unwrap_or_default().trim_end();
    let range = start..start.saturating_add(name.len());
    let lower = name.to_ascii_lowercase();
    let wanted = match kind {
        Some(BodyKind::Json) => Some("application/json"),
        Some(BodyKind::Form) => Some("application/x-www-form-urlencoded"),
        Some(BodyKind::Text) | None => None,
    };
    let is_form = lower.ends_with("x-www-form-urlencoded");
    let (message, right) = if !lower.contains('/') {
        let right = match lower.as_str() {
            "x-www-form-urlencoded" => Some("application/x-www-form-urlencoded"),
            "json" => Some("application/json"),
            _ => wanted,
        };
        (format!("`{name}` is no content type: the part before the `/` is missing"), right)
    } else if kind == Some(BodyKind::Json) && !(lower.ends_with("/json") || lower.ends_with("+json")) {
        (format!("the body is JSON, and the content type says `{name}`"), wanted)
    } else if kind == Some(BodyKind::Form) && !is_form {
        (format!("the body is a form, and the content type says `{name}`"), wanted)
    } else if kind == Some(BodyKind::Text) && lower == "application/json" {
        ("the content type says JSON, and the body is not checked to be".to_owned(), None)
    } else {
        return Vec::new();
    };
    let finding = value.finding(&code::REQUEST_CONTENT_TYPE, message, range);
    let place = finding.primary.as_ref().map(|label| (label.source.clone(), label.span));
    let is_own = place.as_ref().is_some_and(|(source, span)| source.slice(*span) == name);
    vec![match (right, place) {
        (Some(right), Some((source, span))) if is_own => finding.help(format!("write `{right}`")).fix(
            &source,
            "name the type of the body",
            replaced(span, right),
        ),
        (Some(right), _) => finding.help(format!("write `{right}`")),
        (None, _) => finding.help("say `body = \"json\"`"),
    }]
}

/// A body that the request does not say the type of.
pub(super) fn missing_content_type(
    draft: &Draft,
    dialect: &'static Dialect,
    home: &Arc<Source>,
) -> Option<Diagnostic> {
    let (kind, right) = match draft.kind? {
        // Customer.io fills it in.
        BodyKind::Json if [&CUSTOMERIO, &CUSTOMERIO_LEGACY].contains(&dialect) => return None,
        BodyKind::Json => ("JSON", "application/json"),
        BodyKind::Form => ("a form", "application/x-www-form-urlencoded"),
        BodyKind::Text => return None,
    };

    let message = format!("the body is {kind}, and no header `Content-Type` says so");
    let place = draft.headers.first().map_or(draft.method.span, |(name, _)| name.span);
    Some(
        Diagnostic::new(&code::REQUEST_CONTENT_TYPE, message)
            .at(home, place, "")
            .help(format!("add `Content-Type = \"{right}\"` to `[headers]`")),
    )
}
