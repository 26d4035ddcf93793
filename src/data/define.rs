//! Single values by path: `a.b=text` and `a.b:=json`.

use super::document::{failed, kind};
use super::tree::{Refusal, Segment, Tree};
use super::{NO_ATTRIBUTE, PROFILE, STAND_INS, first_names, is_namespace};
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, Severity, code, suggest};
use crate::dialect::PROFILE_ATTRIBUTES;
use crate::json::{self, ReadOptions};
use crate::limits::{Exceeded, Limit};
use crate::source::{Source, Span};
use crate::value::Value;
use std::sync::Arc;

/// A value and where it belongs.
pub(super) struct Define<'r> {
    source: &'r Arc<Source>,
    path: Vec<Segment<'r>>,
    /// The places of the segments in the text.
    spans: Vec<Span>,
    value: Value<'r>,
    /// What is doubtful about it.
    pub warning: Option<Diagnostic>,
}

/// Takes `source` apart. Where there are `namespaces`, the path must begin with one.
pub(super) fn read<'r>(
    source: &'r Arc<Source>,
    arena: &'r Arena,
    namespaces: bool,
) -> Result<Define<'r>, Box<Diagnostic>> {
    let text = source.text();
    let Some((left, right)) = text.split_once('=') else {
        let whole = Span::new(0, text.len());
        return Err(shape(source, whole, "expected `path=text` or `path:=json`, found no `=`"));
    };
    let start = text.len() - right.len();
    let (path, typed) = match left.strip_suffix(':') {
        Some(path) => (path, true),
        None => (left, false),
    };
    let value = if typed {
        json::read_with(right, arena, ReadOptions { times: true }).map_err(|mut error| {
            error.at = error.at.saturating_add(start);
            Box::new(error.diagnostic(source))
        })?
    } else {
        Value::String(right)
    };
    let (path, spans) = segments(source, path)?;
    let most = arena.budget().limits().data_depth;
    if path.len() > most {
        let exceeded = Exceeded::new(Limit::DataDepth, most);
        return Err(Box::new(failed(exceeded.into(), Some(source))));
    }
    let mut define = Define { source, path, spans, value, warning: None };
    if namespaces {
        define.check_namespace(start)?;
    }
    Ok(define)
}

impl<'r> Define<'r> {
    /// Sets the value in `tree`.
    pub fn apply(&self, tree: &mut Tree<'r>) -> Result<(), Box<Diagnostic>> {
        tree.set(&self.path, self.value).map_err(|refusal| match refusal {
            Refusal::Failure(failure) => Box::new(failed(failure, Some(self.source))),
            Refusal::Shape { walked, found } => {
                let walked_to = self.spans.get(walked.saturating_sub(1)).map_or(0, |span| span.to());
                let before = self.source.text().get(..walked_to).unwrap_or_default();
                let span = self.spans.get(walked).copied().unwrap_or_default();
                let found = kind(found);
                let message = match self.path.get(walked) {
                    Some(Segment::Index(at)) => format!("`{before}` is {found} and has no item {at}"),
                    _ => format!("`{before}` is {found} and has no such member"),
                };
                let diagnostic = Diagnostic::new(&code::DATA_SHAPE, message).at(self.source, span, "");
                Box::new(diagnostic.help(format!("replace it as a whole with `{before}:=…`")))
            }
        })
    }

    /// The value starts at byte `start`.
    fn check_namespace(&mut self, start: usize) -> Result<(), Box<Diagnostic>> {
        let (Some(Segment::Key(first)), Some(span)) = (self.path.first(), self.spans.first()) else {
            return Ok(());
        };
        if STAND_INS.contains(first) {
            return Ok(());
        }
        if !is_namespace(first) {
            let message = format!("`{first}` is no namespace");
            let error = Diagnostic::new(&code::DATA_UNKNOWN_KEY, message).severity(Severity::Error).at(
                self.source,
                *span,
                "",
            );
            let help = if PROFILE_ATTRIBUTES.contains(first) {
                format!("a profile attribute is written `{PROFILE}.{first}=…`")
            } else {
                suggest::did_you_mean(first, first_names()).unwrap_or_else(|| {
                    "a path begins with a namespace, `profile` or `vars`, as in `custom_attribute.plan=gold`"
                        .to_owned()
                })
            };
            return Err(Box::new(error.help(help)));
        }
        match (self.path.get(1), self.value) {
            (None, Value::Map(_)) => {}
            (None, other) => {
                let span = Span::new(start, self.source.text().len());
                let message = format!("`{first}` must be an object, found {}", kind(other));
                return Err(shape(self.source, span, message));
            }
            (Some(Segment::Index(_)), _) => {
                let span = self.spans.get(1).copied().unwrap_or_default();
                return Err(shape(self.source, span, format!("`{first}` is an object and has no items")));
            }
            (Some(Segment::Key(name)), _) if *first == PROFILE && !PROFILE_ATTRIBUTES.contains(name) => {
                let span = self.spans.get(1).copied().unwrap_or_default();
                let message = format!("`{name}` {NO_ATTRIBUTE}");
                let mut warning = Diagnostic::new(&code::DATA_UNKNOWN_KEY, message).at(self.source, span, "");
                warning.help.extend(suggest::did_you_mean(name, PROFILE_ATTRIBUTES.iter().copied()));
                self.warning = Some(warning);
            }
            (Some(Segment::Key(_)), _) => {}
        }
        Ok(())
    }
}

/// The segments of `path`, which is the beginning of `source`, and their places.
fn segments<'r>(
    source: &'r Arc<Source>,
    path: &'r str,
) -> Result<(Vec<Segment<'r>>, Vec<Span>), Box<Diagnostic>> {
    let mut found = Vec::new();
    let mut spans = Vec::new();
    let mut at = 0;
    for part in path.split('.') {
        let (key, indexes) = indexed(part);
        if key.is_empty() {
            let what = if path.is_empty() { "a path before `=`" } else { "a name between the points" };
            return Err(shape(source, Span::new(at, at + part.len()), format!("expected {what}")));
        }
        found.push(Segment::Key(key));
        spans.push(Span::new(at, at + key.len()));
        for (from, to, index) in indexes {
            found.push(Segment::Index(index));
            spans.push(Span::new(at + from, at + to));
        }
        at += part.len() + 1;
    }
    Ok((found, spans))
}

/// `name[0][1]` as the name and its indexes with their places; any other part is a name as a whole.
fn indexed(part: &str) -> (&str, Vec<(usize, usize, usize)>) {
    let mut indexes = Vec::new();
    let mut rest = part;
    while let Some((before, index)) = rest.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        let Ok(index) = index.parse() else { break };
        indexes.push((before.len(), rest.len(), index));
        rest = before;
    }
    indexes.reverse();
    if rest.is_empty() { (part, Vec::new()) } else { (rest, indexes) }
}

fn shape(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(&code::DATA_SHAPE, message).at(source, span, ""))
}
