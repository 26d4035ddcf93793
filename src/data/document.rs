//! One input that is a JSON object, and findings that point into it.

use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::failure::Failure;
use crate::json::{self, ReadOptions, Step};
use crate::limits::{Exceeded, Limit};
use crate::source::{Source, Span};
use crate::value::{Map, Value};
use std::sync::Arc;

/// So many unknown keys of one object are reported one by one.
const REPORTED: usize = 20;

/// A text of JSON: an object, unless it may be anything.
pub(super) struct Document<'r, R = &'r Map<'r>> {
    pub source: &'r Arc<Source>,
    pub root: R,
}

impl<'r> Document<'r, Value<'r>> {
    /// Reads `source`, whatever it holds.
    pub fn read_any(source: &'r Arc<Source>, arena: &'r Arena) -> Result<Self, Box<Diagnostic>> {
        read(source, arena).map(|root| Document { source, root })
    }
}

impl<'r> Document<'r> {
    /// Reads `source`; `expected` says what it should be.
    pub fn read(source: &'r Arc<Source>, arena: &'r Arena, expected: &str) -> Result<Self, Box<Diagnostic>> {
        match read(source, arena)? {
            Value::Map(root) => Ok(Document { source, root }),
            other => Err(Box::new(wrong_shape(source, &[], expected, other))),
        }
    }
}

impl<R> Document<'_, R> {
    /// The value at `path` is not what is `expected` there.
    pub fn wrong_shape(&self, path: &[Step<'_>], expected: &str, found: Value<'_>) -> Diagnostic {
        wrong_shape(self.source, path, expected, found)
    }

    /// Where the value at `path` stands, or its key if `key`.
    pub fn span(&self, path: &[Step<'_>], key: bool) -> Span {
        span(self.source, path, key)
    }

    /// A warning for each key of the object at `path` that is not `known`: the key, and then `words`.
    pub fn unknown_keys(
        &self,
        path: &[Step<'_>],
        words: &str,
        known: impl Fn(&str) -> bool,
        candidates: &[&str],
    ) -> Vec<Diagnostic> {
        let text = self.source.text();
        let Some(object) = json::locate(text, path) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut more = 0usize;
        for member in json::members(text, object.value) {
            if known(&member.key) {
                continue;
            }
            if found.len() == REPORTED {
                more = more.saturating_add(1);
                continue;
            }
            let span = member.place.key.unwrap_or(member.place.value);
            let message = format!("`{}` {words}", member.key);
            let mut warning = Diagnostic::new(&code::DATA_UNKNOWN_KEY, message).at(self.source, span, "");
            warning.help.extend(suggest::did_you_mean(&member.key, candidates.iter().copied()));
            found.push(warning);
        }
        if let Some(last) = found.last_mut()
            && more > 0
        {
            last.notes.push(format!("{more} more keys of this object are unknown"));
        }
        found
    }
}

/// The value that the text of `source` is in JSON.
pub(super) fn read<'r>(source: &'r Arc<Source>, arena: &'r Arena) -> Result<Value<'r>, Box<Diagnostic>> {
    check_size(source, arena)?;
    let read = json::read_with(source.text(), arena, ReadOptions { times: true });
    read.map_err(|error| Box::new(error.diagnostic(source)))
}

/// Whether the text of `source` is within the bound on data.
pub(super) fn check_size(source: &Arc<Source>, arena: &Arena) -> Result<(), Box<Diagnostic>> {
    let most = arena.budget().limits().data_bytes;
    if source.text().len() > most {
        let exceeded = Exceeded::new(Limit::DataBytes, most);
        return Err(Box::new(failed(exceeded.into(), Some(source))));
    }
    Ok(())
}

/// A finding on what a limit or a host object stopped.
pub(super) fn failed(failure: Failure, source: Option<&Arc<Source>>) -> Diagnostic {
    let diagnostic = match failure {
        Failure::Limit(exceeded) => exceeded.diagnostic(),
        Failure::Error(error) => Diagnostic::new(&code::DATA_INVALID, error.message),
        Failure::Abort(abort) => Diagnostic::new(&code::DATA_INVALID, abort.reason),
    };
    match source {
        Some(source) => diagnostic.at(source, Span::at(0), ""),
        None => diagnostic,
    }
}

/// Where the value at `path` stands in `source`, or its key if `key`.
pub(super) fn span(source: &Arc<Source>, path: &[Step<'_>], key: bool) -> Span {
    let place = json::locate(source.text(), path);
    place.map_or(Span::at(0), |place| if key { place.key.unwrap_or(place.value) } else { place.value })
}

/// The value at `path` of `source` is not what is `expected` there.
pub(super) fn wrong_shape(
    source: &Arc<Source>,
    path: &[Step<'_>],
    expected: &str,
    found: Value<'_>,
) -> Diagnostic {
    let what = path_text(path);
    let message = format!("{what} must be {expected}, found {}", kind(found));
    let value = span(source, path, false);
    // Of a long value only the beginning is pointed at.
    let first = match found {
        Value::Array(_) | Value::Map(_) => {
            Span::new(value.from(), value.to().min(value.from().saturating_add(1)))
        }
        _ => value,
    };
    Diagnostic::new(&code::DATA_SHAPE, message).at(source, first, "")
}

/// `path` as a message names it.
fn path_text(path: &[Step<'_>]) -> String {
    if path.is_empty() {
        return "the document".to_owned();
    }
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Index(at) => text.push_str(&format!("[{at}]")),
        }
    }
    format!("`{text}`")
}

/// What a value is, with its article.
pub(super) fn kind(value: Value<'_>) -> &'static str {
    match value {
        Value::Nil => "null",
        Value::Bool(true) => "`true`",
        Value::Bool(false) => "`false`",
        Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => "a number",
        Value::Array(_) => "an array",
        Value::Map(_) | Value::Object(_) => "an object",
        Value::Time(_) => "a time",
        other => other.kind(),
    }
}
