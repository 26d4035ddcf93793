//! Single values by path: `a.b=text` and `a.b:=json`.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

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

/// Steps of a path, whatever the limits say: values are set by calls that nest like them.
const DEEPEST: usize = 200;

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
    let (path, spans) = segments(source, path, namespaces)?;
    let most = arena.budget().limits().data_depth.min(DEEPEST);
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

/// The segments of `path`, which is the beginning of `source`, and their places. A name may stand as templates write
/// it, `custom_attribute.${plan}`, and in quotes, `vars.item["a.b"]`. Where there are `namespaces`, a path may begin
/// with `${…}`, which is an attribute of the profile.
fn segments<'r>(
    source: &'r Arc<Source>,
    path: &'r str,
    namespaces: bool,
) -> Result<(Vec<Segment<'r>>, Vec<Span>), Box<Diagnostic>> {
    let mut found = Vec::new();
    let mut spans = Vec::new();
    let mut rest = path;
    loop {
        let at = path.len() - rest.len();
        let (key, whole) = match rest.strip_prefix("${") {
            Some(inner) => {
                let Some((name, _)) = inner.split_once('}') else {
                    return Err(shape(source, Span::new(at, path.len()), "this `${` is not closed"));
                };
                if !namespaces {
                    let span = Span::new(at, at + name.len() + 3);
                    let error = shape(source, span, "`${…}` is Braze's: plain Liquid has no attributes");
                    return Err(Box::new(error.help(format!("write `{name}`"))));
                }
                if found.is_empty() {
                    found.push(Segment::Key(PROFILE));
                    spans.push(Span::new(at, at + 2));
                }
                (name, name.len() + 3)
            }
            None => {
                let name = rest.split(['.', '[']).next().unwrap_or_default();
                (name, name.len())
            }
        };
        if key.is_empty() {
            let end = at + rest.split('.').next().unwrap_or_default().len();
            let what = if path.is_empty() { "a path before `=`" } else { "a name between the points" };
            return Err(shape(source, Span::new(at, end), format!("expected {what}")));
        }
        found.push(Segment::Key(key));
        spans.push(Span::new(at, at + whole));
        rest = rest.get(whole..).unwrap_or_default();
        while rest.starts_with('[') {
            let from = path.len() - rest.len();
            let Some((segment, length)) = bracketed(rest) else {
                let end = rest.find(']').map_or(path.len(), |end| from + end + 1);
                let error =
                    shape(source, Span::new(from, end), "expected the number of an item or a key in quotes");
                return Err(Box::new(error.help("write `[0]` or `[\"key\"]`")));
            };
            found.push(segment);
            spans.push(Span::new(from, from + length));
            rest = rest.get(length..).unwrap_or_default();
        }
        if rest.is_empty() {
            return Ok((found, spans));
        }
        let from = path.len() - rest.len();
        let Some(next) = rest.strip_prefix('.') else {
            return Err(shape(source, Span::new(from, path.len()), "expected a point, `[` or `=`"));
        };
        rest = next;
    }
}

/// `[0]` or `["key"]` at the beginning of `text`, and its length.
fn bracketed(text: &str) -> Option<(Segment<'_>, usize)> {
    let inner = text.strip_prefix('[')?;
    for quote in ['"', '\''] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            let (key, after) = quoted.split_once(quote)?;
            return after.starts_with(']').then_some((Segment::Key(key), key.len() + 4));
        }
    }
    let (digits, _) = inner.split_once(']')?;
    Some((Segment::Index(digits.parse().ok()?), digits.len() + 2))
}

fn shape(source: &Arc<Source>, span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(&code::DATA_SHAPE, message).at(source, span, ""))
}
