//! A rendered text with its source map, and who wrote which of its bytes.

use crate::check::fix;
use crate::diagnostic::{Code, Diagnostic, Edit, Label};
use crate::dialect::{BRAZE, Dialect};
use crate::filters;
use crate::render::{EventKind, Segment, Site, TraceMap, Written};
use crate::source::{Source, Span};
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Filters after which no character is left that means something in a URL or a form.
const SAFE: &[&str] = &[
    "url_encode",
    "url_param_escape",
    "cgi_escape",
    "base64_url_safe_encode",
    "md5",
    "sha1",
    "sha2",
    "sha256",
    "hmac_sha1",
    "hmac_sha256",
    "hmac_sha1_hex",
    "hmac_sha256_hex",
    "size",
    "abs",
    "ceil",
    "floor",
    "round",
    "plus",
    "minus",
    "times",
    "divided_by",
    "modulo",
    "at_least",
    "at_most",
    "to_i",
    "number_of_words",
    "slugify",
    "date",
];
/// Filters that encode, but leave the characters that part a URL.
const PARTLY: &[&str] = &["url_escape", "uri_escape", "escape"];
/// Filters that put the template's own characters among those of data.
const COMPOSING: &[&str] = &[
    "append",
    "prepend",
    "join",
    "replace",
    "replace_first",
    "replace_last",
    "default",
    "json",
    "to_json",
    "as_json_string",
    "base64_encode",
    "base64",
    "hex_base64",
    "hmac_sha1_base64",
    "hmac_sha256_base64",
];

/// A rendered text with its source map.
pub(in crate::webhook) struct Traced<'t> {
    /// The text.
    pub text: &'t str,
    pub trace: &'t TraceMap,
    pub dialect: &'static Dialect,
    rendered: OnceCell<Arc<Source>>,
    /// For each output that was looked at how it encodes. Turns of a loop ask again and again.
    outputs: RefCell<HashMap<Output, Owner>>,
    /// The outputs that something was said about.
    blamed: RefCell<HashSet<(Output, bool)>>,
}

/// An output: its template, by its address, and its place.
type Output = (usize, Span);

/// Who wrote a stretch, as far as it matters to what its characters mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::webhook) enum Owner {
    /// The template.
    Own,
    /// Data as it came.
    Data,
    /// Data behind a filter that encodes some of it.
    Partly,
    /// Data behind a filter that adds characters of the template's.
    Mixed,
    /// Data behind a filter that makes it harmless.
    Safe,
}

impl<'t> Traced<'t> {
    pub fn new(text: &'t str, trace: &'t TraceMap, dialect: &'static Dialect) -> Self {
        Traced {
            text,
            trace,
            dialect,
            rendered: OnceCell::new(),
            outputs: RefCell::default(),
            blamed: RefCell::default(),
        }
    }

    /// The stretches of the text in order, and who wrote them.
    pub fn stretches(&self) -> impl Iterator<Item = (&'t Segment, Owner)> {
        self.trace.segments.iter().map(|segment| (segment, self.owner(segment)))
    }

    fn owner(&self, segment: &Segment) -> Owner {
        match segment.written {
            Written::Template | Written::Constant | Written::Error => Owner::Own,
            Written::Data | Written::Derived { .. } => {
                let name = self.filter(segment).unwrap_or_default();
                let is_in = |names: &[&str]| names.contains(&name);
                match () {
                    () if is_in(SAFE) => Owner::Safe,
                    () if is_in(PARTLY) => Owner::Partly,
                    () if is_in(COMPOSING) => Owner::Mixed,
                    // A filter that had nothing to encode gave what it was given, and left no trace.
                    () => self.as_written(segment),
                }
            }
        }
    }

    /// The name of the filter that made a stretch.
    fn filter(&self, segment: &Segment) -> Option<&'t str> {
        let site = segment.filter?;
        let written = self.trace.source(site)?.slice(site.span);
        let written = written.trim_start_matches(['|', ' ']);
        written.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
    }

    /// Who wrote a stretch, by the filters that the outputs on its way name, or the `assign` of the variable that they
    /// print.
    fn as_written(&self, segment: &Segment) -> Owner {
        let owners = segment.path.iter().filter_map(|site| {
            let source = self.trace.source(*site)?;
            let output = (Arc::as_ptr(source).addr(), site.span);
            let known = self.outputs.borrow().get(&output).copied();
            Some(known.unwrap_or_else(|| {
                let owner = output_of(source, site.span);
                self.outputs.borrow_mut().insert(output, owner);
                owner
            }))
        });
        let found: Vec<Owner> = owners.filter(|owner| *owner != Owner::Data).collect();
        match found.contains(&Owner::Safe) {
            true => Owner::Safe,
            false => found.first().copied().unwrap_or(Owner::Data),
        }
    }

    /// Whether nothing was said yet about the output that wrote `segment`; an error and a warning count apart.
    pub fn is_new(&self, segment: &Segment, is_error: bool) -> bool {
        let Some(site) = segment.path.last() else { return true };
        let Some(source) = self.trace.source(*site) else { return true };
        self.blamed.borrow_mut().insert(((Arc::as_ptr(source).addr(), site.span), is_error))
    }

    /// Where outputs wrote nothing.
    pub fn blanks(&self) -> impl Iterator<Item = (usize, Site)> {
        let blank = self.trace.events.iter().filter(|event| event.kind == EventKind::BlankOutput);
        blank.map(|event| (event.at, event.site))
    }

    /// A finding about `bytes` of the text, at the place that wrote the first of them.
    pub fn finding(&self, code: &'static Code, message: String, bytes: Range<usize>) -> Diagnostic {
        let finding = self.shown(Diagnostic::new(code, message), &bytes);
        let Some(segment) = self.trace.segment_at(bytes.start).or(self.trace.segment_before(bytes.start))
        else {
            // An empty text: all of its template is to blame.
            let whole = self.trace.frames.first();
            return match whole {
                Some(frame) => finding.at(&frame.source, Span::new(0, frame.source.text().len()), ""),
                None => finding,
            };
        };
        let Some(site) = segment.path.last() else { return finding };
        let Some(source) = self.trace.source(*site) else { return finding };
        let mut span = site.span;
        if segment.written == Written::Template && span.len() == segment.range.len() {
            let from = bytes.start.saturating_sub(segment.range.start);
            let to = bytes.end.min(segment.range.end).saturating_sub(segment.range.start);
            span = Span::new(from, to).shifted(site.span.from());
        }
        finding.at(source, span, "")
    }

    /// A finding about the output at `site`, which wrote nothing at `at`.
    pub fn finding_at(&self, code: &'static Code, message: String, site: Site, at: usize) -> Diagnostic {
        let finding = self.shown(Diagnostic::new(code, message), &(at..at));
        match self.trace.source(site) {
            Some(source) => finding.at(source, site.span, "this wrote nothing"),
            None => finding,
        }
    }

    /// The finding with the stretch of the rendered text that it is about.
    fn shown(&self, mut finding: Diagnostic, bytes: &Range<usize>) -> Diagnostic {
        let rendered = self.rendered.get_or_init(|| Arc::new(Source::new("rendered text", self.text)));
        let span = Span::new(bytes.start, bytes.end);
        finding.rendered = Some(Label { source: rendered.clone(), span, message: String::new() });
        finding
    }

    /// The finding with the advice to encode the output that wrote `segment`.
    pub fn encode(&self, finding: Diagnostic, segment: &Segment) -> Diagnostic {
        let filter = self.encoder();
        let finding = finding.help(format!("encode the value: `| {filter}`"));
        let edit = segment.path.last().and_then(|site| {
            let source = self.trace.source(*site)?;
            Some((source, fix::filtered(source, site.span, filter)?))
        });
        match edit {
            Some((source, edit)) => finding.fix(source, "encode the value", vec![edit]),
            None => finding,
        }
    }

    /// The filter of the dialect that encodes a value.
    pub fn encoder(&self) -> &'static str {
        let has = |name: &&&str| filters::find(name, self.dialect.set).is_some();
        let names: &[&str] = if self.dialect == &BRAZE {
            &["url_param_escape", "url_encode"]
        } else {
            &["url_encode", "cgi_escape"]
        };
        names.iter().find(has).copied().unwrap_or("url_encode")
    }
}

/// What the output at `span` of `source` does to data.
fn output_of(source: &Source, span: Span) -> Owner {
    let written = source.slice(span);
    let inner = written.trim_start_matches(['{', '-']).trim_end_matches(['}', '-']);
    let variable = inner.split('|').next().unwrap_or_default().trim();
    let is_name =
        !variable.is_empty() && variable.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let through = |filters: &[&str]| {
        names_filter(written, filters) || (is_name && assigned(source.text(), variable, filters))
    };
    match () {
        () if through(SAFE) => Owner::Safe,
        () if through(PARTLY) => Owner::Partly,
        () => Owner::Data,
    }
}

/// Whether `markup` names one of `filters` behind a bar.
fn names_filter(markup: &str, filters: &[&str]) -> bool {
    let behind_bars = markup.split('|').skip(1);
    let names = behind_bars
        .filter_map(|text| text.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next());
    names.into_iter().any(|name| filters.contains(&name))
}

/// Whether an `assign` of `variable` in `text` names one of `filters`.
fn assigned(text: &str, variable: &str, filters: &[&str]) -> bool {
    text.split("{%").skip(1).any(|tag| {
        let markup = tag.split("%}").next().unwrap_or_default().trim_start_matches('-').trim_start();
        let behind = markup.strip_prefix("assign").map(str::trim_start);
        let value = behind.and_then(|behind| behind.strip_prefix(variable)).map(str::trim_start);
        value.is_some_and(|value| value.starts_with('=') && names_filter(value, filters))
    })
}

/// The edit that puts `text` in the place of `span`.
pub(super) fn replaced(span: Span, text: &str) -> Vec<Edit> {
    vec![Edit { span, text: text.to_owned() }]
}
