//! What a request is rendered from, and the rendering of all its parts together.
//!
//! In goes a webhook, or a template alone, which is a body and nothing else; out comes a [`Rendered`]. URL, headers and
//! body see the same data and the same time, each in a scope of its own, as on the platforms. They render in this order,
//! and the first that does not reach its end ends the whole: there is no half of a request.

use super::checks::{self, Traced};
use super::fragment::Fragment;
use super::project::Project;
use super::request::{Header, Request};
use super::table::Placed;
use super::{BodyKind, secret};
use crate::analyze::{Shape, Variable};
use crate::arena::Arena;
use crate::check::{blame, risk};
use crate::contract::Contract;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::fetch::Exchange;
use crate::render::{Frame, Segment, Site, SourceMap, TraceMap, Written};
use crate::source::{Source, Span};
use crate::template::{Outcome, Render, Status, Template};
use crate::time::Time;
use crate::value::Value;
use std::sync::Arc;

/// What a request is rendered from.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) method: Placed<String>,
    /// The file that says method, URL and headers; none for a template alone.
    pub(super) home: Option<Arc<Source>>,
    pub(super) url: Option<Fragment>,
    pub(super) headers: Vec<(Placed<String>, Fragment)>,
    pub(super) body: Content,
    /// What the body is; none where it is not said.
    pub(super) kind: Option<BodyKind>,
}

/// What a body is made of.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// One text.
    Text(Fragment),
    /// Keys and their values, of which the body is made.
    Pairs(Vec<(Placed<String>, Fragment)>),
}

/// A [`Draft`] whose texts are compiled.
pub struct Compiled {
    pub(super) draft: Draft,
    pub(super) dialect: &'static Dialect,
    #[cfg(feature = "batch")]
    engine: Engine,
    pub(super) parts: Vec<Part>,
}

/// One Liquid text of a request.
pub(super) struct Part {
    pub role: Role,
    pub fragment: Fragment,
    pub template: Template,
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Url,
    /// The header of this number.
    Header(usize),
    Body,
    /// The value of the pair of this number.
    Pair(usize),
}

/// What came of a render.
pub struct Rendered<'c> {
    compiled: &'c Compiled,
    /// How it ended: as the last text that was rendered did.
    pub status: Status,
    /// The body. Of a render that did not complete it is none.
    pub text: String,
    /// The body's source map, if it was asked for.
    pub trace: Option<SourceMap>,
    /// What the render found, with places in the files.
    pub findings: Vec<Diagnostic>,
    /// The requests that the render made, in order, with the places of their tags in the files.
    pub requests: Vec<Exchange>,
    /// What `message_extras` attached to the send event.
    pub message_extras: Vec<(String, String)>,
    /// The outcomes of URL and headers.
    heads: Vec<(&'c Part, Outcome)>,
}

impl Draft {
    /// A template alone: a body.
    pub fn of_template(source: &Arc<Source>) -> Self {
        Draft {
            method: Placed { value: "POST".to_owned(), span: Span::default() },
            home: None,
            url: None,
            headers: Vec::new(),
            body: Content::Text(Fragment::file(source)),
            kind: None,
        }
    }

    /// The same without anything but the body.
    #[must_use]
    pub fn body_only(mut self) -> Self {
        self.url = None;
        self.headers.clear();
        self
    }

    /// Everything wrong or doubtful without data: about the Liquid of every text, of the partials that they name if
    /// `partials` says so, and about the request in `project`.
    pub fn check(self, engine: &Engine, partials: bool, project: &Project) -> Vec<Diagnostic> {
        let compiled = self.compile(engine);
        let mut found = Vec::new();
        for part in &compiled.parts {
            let of_part = match partials {
                true => engine.check_with_partials(&part.fragment.source),
                false => part.template.diagnostics().to_vec(),
            };
            found.extend(of_part.into_iter().map(|finding| part.fragment.relocate(finding)));
        }
        if compiled.draft.home.is_some() {
            found.extend(compiled.check(project));
        }
        found
    }

    /// Compiles every text, as far as it can be compiled: what is wrong is among the [diagnostics](Compiled::diagnostics).
    pub fn compile(self, engine: &Engine) -> Compiled {
        let url = self.url.iter().map(|url| (Role::Url, url));
        let headers = self.headers.iter().enumerate().map(|(at, (_, value))| (Role::Header(at), value));
        let body: Vec<(Role, &Fragment)> = match &self.body {
            Content::Text(text) => vec![(Role::Body, text)],
            Content::Pairs(pairs) => {
                pairs.iter().enumerate().map(|(at, (_, value))| (Role::Pair(at), value)).collect()
            }
        };
        let part = |(role, fragment): (Role, &Fragment)| Part {
            role,
            fragment: fragment.clone(),
            template: engine.inspect(&fragment.source),
        };
        let parts = url.chain(headers).chain(body).map(part).collect();
        Compiled {
            dialect: engine.dialect(),
            #[cfg(feature = "batch")]
            engine: engine.clone(),
            parts,
            draft: self,
        }
    }
}

impl Compiled {
    /// The template of the body, where it is one text and nothing else is rendered.
    #[cfg(feature = "batch")]
    pub(crate) fn only_template(&self) -> Option<&Template> {
        match self.parts.as_slice() {
            [Part { role: Role::Body, template, .. }] => Some(template),
            _ => None,
        }
    }

    /// What its texts were compiled with.
    #[cfg(feature = "batch")]
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is wrong or doubtful about the texts' Liquid, with places in the files.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let found = self.parts.iter().flat_map(|part| {
            let relocated = |found: &Diagnostic| part.fragment.relocate(found.clone());
            part.template.diagnostics().iter().map(relocated)
        });
        found.collect()
    }

    /// What is wrong or doubtful about the request without data: the method, names of headers, secrets that `project`
    /// does not know, words that were to be replaced.
    pub fn check(&self, project: &Project) -> Vec<Diagnostic> {
        checks::before(self, project)
    }

    /// The variables and attributes that all texts read, with their places in the files.
    pub fn variables(&self) -> Vec<Variable> {
        let mut all: Vec<Variable> = Vec::new();
        for part in &self.parts {
            for mut variable in part.template.variables() {
                for place in &mut variable.places {
                    (place.source, place.span) = part.fragment.place(place.span);
                }
                match all.iter_mut().find(|known| known.path == variable.path) {
                    Some(known) => known.places.append(&mut variable.places),
                    None => all.push(variable),
                }
            }
        }
        all
    }

    /// A JSON Schema of the data that all texts need, by the rules of [`Template::schema`].
    pub fn schema(&self) -> serde_json::Value {
        let mut shape = Shape::default();
        self.parts.iter().for_each(|part| part.template.add_to(&mut shape));
        shape.schema()
    }

    /// Renders with data that lies in `arena`, whose budget all texts share. `prepare` sets up the render of each.
    pub fn render<'c, 'r>(
        &'c self,
        arena: &'r Arena,
        root: Value<'r>,
        prepare: impl Fn(Render<'c>) -> Render<'c>,
    ) -> Rendered<'c>
    where
        'c: 'r,
    {
        let mut rendered = Rendered {
            compiled: self,
            status: Status::Complete,
            text: String::new(),
            trace: None,
            findings: Vec::new(),
            requests: Vec::new(),
            message_extras: Vec::new(),
            heads: Vec::new(),
        };
        let mut values = Vec::new();
        for part in &self.parts {
            let mut outcome = prepare(part.template.prepare()).run_in(arena, root);
            let found = std::mem::take(&mut outcome.diagnostics).into_iter();
            rendered.findings.extend(found.map(|finding| part.fragment.relocate(finding)));
            for mut made in std::mem::take(&mut outcome.requests) {
                if Arc::ptr_eq(&made.source, &part.fragment.source) {
                    (made.source, made.span) = part.fragment.place(made.span);
                }
                rendered.requests.push(made);
            }
            rendered.message_extras.append(&mut outcome.message_extras);
            if outcome.status != Status::Complete {
                rendered.status = outcome.status;
                rendered.text.clear();
                rendered.trace = None;
                return rendered;
            }
            match part.role {
                Role::Url | Role::Header(_) => rendered.heads.push((part, outcome)),
                Role::Body => (rendered.text, rendered.trace) = (outcome.text, outcome.trace),
                Role::Pair(at) => values.push((at, part, outcome)),
            }
        }
        if let Content::Pairs(pairs) = &self.draft.body {
            rendered.compose(pairs, values);
        }
        rendered
    }
}

impl Rendered<'_> {
    /// Checks that the body is JSON that data cannot change, as [`Outcome::check_json`] does.
    pub fn check_json(&self) -> Vec<Diagnostic> {
        if self.status != Status::Complete {
            return Vec::new();
        }
        let nothing = TraceMap::default();
        let trace = self.trace.as_deref().unwrap_or(&nothing);
        let found = blame::diagnose(&self.text, trace, self.compiled.dialect);
        found.into_iter().map(|finding| self.compiled.relocate(finding)).collect()
    }

    /// What other data would break in a body of JSON, as [`Outcome::check_risks`] says; `found` is what
    /// [`check_json`](Rendered::check_json) found.
    pub fn check_risks(&self, found: &[Diagnostic]) -> Vec<Diagnostic> {
        let Some(trace) = self.trace.as_ref().filter(|_| self.status == Status::Complete) else {
            return Vec::new();
        };
        let risks = risk::diagnose(&self.text, trace, self.compiled.dialect, found);
        risks.into_iter().map(|finding| self.compiled.relocate(finding)).collect()
    }

    /// Checks the body against `contract`, as [`Outcome::check_contract`](crate::Outcome::check_contract) does.
    pub fn check_contract(&self, contract: &Contract, now: Option<Time>) -> Vec<Diagnostic> {
        if self.status != Status::Complete {
            return Vec::new();
        }
        let found = contract.blame(&self.text, self.trace.as_deref(), self.compiled.dialect, now);
        found.into_iter().map(|finding| self.compiled.relocate(finding)).collect()
    }

    /// Checks the request: its URL and what data did to it, the headers, and whether they fit the body. Without a
    /// source map nothing can be told.
    pub fn check_request(&self) -> Vec<Diagnostic> {
        if self.status != Status::Complete {
            return Vec::new();
        }
        let found = checks::after(self);
        found.into_iter().map(|finding| self.compiled.relocate(finding)).collect()
    }

    /// The request; `None` where the webhook says no URL, or the render did not complete. Secrets are told from data by
    /// the source map; without one nothing counts as a secret.
    pub fn request(&self) -> Option<Request> {
        if self.status != Status::Complete {
            return None;
        }
        let draft = &self.compiled.draft;
        let sealed = |(part, outcome): &(&Part, Outcome)| match &outcome.trace {
            Some(trace) => secret::sealed(&outcome.text, trace, &part.fragment.source),
            None => outcome.text.as_str().into(),
        };
        let url = self.heads.iter().find(|(part, _)| part.role == Role::Url).map(sealed)?;
        let headers = self.heads.iter().filter_map(|head| match head.0.role {
            Role::Header(at) => {
                Some(Header { name: draft.headers.get(at)?.0.value.clone(), value: sealed(head) })
            }
            _ => None,
        });
        Some(Request {
            method: draft.method.value.clone(),
            headers: headers.collect(),
            url,
            body: self.text.clone(),
            has_json: draft.kind == Some(BodyKind::Json),
        })
    }

    /// What was compiled.
    pub(super) fn compiled(&self) -> &Compiled {
        self.compiled
    }

    /// URL and headers with their source maps, in this order.
    pub(super) fn heads(&self) -> impl Iterator<Item = (&Part, Traced<'_>)> {
        self.heads.iter().filter_map(|(part, outcome)| {
            let trace = outcome.trace.as_ref()?;
            Some((*part, Traced::new(&outcome.text, trace, self.compiled.dialect)))
        })
    }

    /// The body with its source map, where it is one text.
    pub(super) fn body(&self) -> Option<Traced<'_>> {
        let is_text = matches!(self.compiled.draft.body, Content::Text(_));
        let trace = self.trace.as_ref().filter(|_| is_text)?;
        Some(Traced::new(&self.text, trace, self.compiled.dialect))
    }

    /// Makes the body of keys and the texts that their values came to. All values are texts, as Braze's composer for JSON
    /// makes them.
    fn compose(&mut self, pairs: &[(Placed<String>, Fragment)], values: Vec<(usize, &Part, Outcome)>) {
        let is_json = self.compiled.draft.kind != Some(BodyKind::Form);
        let mut trace = TraceMap::default();
        let mut body = String::new();
        let last = pairs.len().saturating_sub(1);
        for (number, (at, part, outcome)) in values.into_iter().enumerate() {
            let key = pairs.get(at).map_or("", |(key, _)| key.value.as_str());
            let (opening, value, end) = if is_json {
                let quoted = |text: &str| serde_json::Value::from(text).to_string();
                let opening = if number == 0 { "{\n" } else { "" };
                let end = if number == last { "\n}\n" } else { ",\n" };
                (format!("{opening}  {}: ", quoted(key)), quoted(&outcome.text), end)
            } else {
                let encoded =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let end = if number == last { "" } else { "&" };
                (format!("{}=", encoded(key)), encoded(&outcome.text), end)
            };
            if outcome.trace.is_some() {
                let frame = u32::try_from(trace.frames.len()).unwrap_or(u32::MAX);
                let source = part.fragment.source.clone();
                let whole = Span::new(0, source.text().len());
                trace.frames.push(Frame { source, caller: None });
                // Of what stands around a value nobody asks who wrote it, but a source map has no gaps.
                let pieces = [(opening.as_str(), Written::Constant, Span::default())];
                let pieces = pieces.into_iter().chain([
                    (value.as_str(), Written::Derived { from_data: false }, whole),
                    (end, Written::Constant, Span::default()),
                ]);
                for (text, written, span) in pieces.filter(|(text, ..)| !text.is_empty()) {
                    let range = body.len()..body.len().saturating_add(text.len());
                    let write = u32::try_from(trace.segments.len()).unwrap_or(u32::MAX);
                    trace.segments.push(Segment {
                        range,
                        path: vec![Site { frame, span }],
                        writes: vec![write],
                        written,
                        filter: None,
                        origin: None,
                        exposed: false,
                    });
                    body.push_str(text);
                }
            } else {
                body.push_str(&opening);
                body.push_str(&value);
                body.push_str(end);
            }
        }
        if is_json && pairs.is_empty() {
            body.push_str("{}\n");
        }
        self.trace = (!trace.frames.is_empty()).then(|| trace.into());
        self.text = body;
    }
}

impl Compiled {
    /// The finding with its places in the files.
    pub fn relocate(&self, finding: Diagnostic) -> Diagnostic {
        self.parts.iter().fold(finding, |finding, part| part.fragment.relocate(finding))
    }
}
