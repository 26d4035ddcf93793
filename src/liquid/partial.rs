//! Templates out: one of ours renders inside a template of the crate `liquid`.

use super::view;
use crate::arena::Arena;
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::template::{Status, Template};
use crate::value::{Object, Value};
use elsa::FrozenMap;
use liquid_core::model::{KString, ScalarCow};
use liquid_core::partials::{EagerCompiler, InMemorySource, PartialCompiler, PartialSource};
use liquid_core::runtime::PartialStore;
use liquid_core::{Language, Renderable, Runtime};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::Arc;

/// A compiled template as a `Renderable` of the crate `liquid`.
///
/// The variables of the liquid template around it are its data, and are copied when it reads them. In a dialect with
/// references, such as Braze's, they are the plain variables, and those called `profile` or as a namespace are what
/// references read, too. What the template assigns stays its own.
///
/// As in the crate, the first error ends the render: it is the crate's error, with the template and the line. A name that
/// nothing defines is no error, but as the engine of the template has it.
///
/// The trait is not implemented by [`Template`] itself, whose own `render` it would hide behind another of that name, with
/// other rules for errors.
#[derive(Clone)]
pub struct Partial {
    template: Template,
}

impl Partial {
    /// `template` for the crate.
    pub fn new(template: Template) -> Self {
        Partial { template }
    }
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Partial").field(&self.template.source().name()).finish()
    }
}

impl Renderable for Partial {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> liquid_core::Result<()> {
        let engine = self.template.engine();
        let around = Around { runtime, nested: engine.dialect().references, read: FrozenMap::new() };
        let arena = Arena::new(engine.limits());
        let outcome = self.template.prepare().stop_at_error(true).run_in(&arena, Value::Object(&around));
        if outcome.status != Status::Complete {
            return Err(self.error(&outcome.diagnostics, &outcome.status));
        }
        writer
            .write_all(outcome.text.as_bytes())
            .map_err(|error| liquid_core::Error::with_msg(format!("Failed to render: {error}")))
    }
}

impl Partial {
    /// What ended the render, with its place.
    fn error(&self, diagnostics: &[Diagnostic], status: &Status) -> liquid_core::Error {
        let whole = self.template.source().name();
        let (message, template, line) = match (status, diagnostics.last()) {
            (Status::Failed(error, _), _) => {
                let template = error.partial.clone().unwrap_or_else(|| whole.to_owned());
                (error.message.clone(), template, error.line)
            }
            (_, Some(last)) => match &last.primary {
                Some(place) => {
                    let line = place.source.line(place.span.from());
                    (last.message.clone(), place.source.name().to_owned(), Some(line))
                }
                None => (last.message.clone(), whole.to_owned(), None),
            },
            (Status::Aborted(reason), None) => (reason.clone(), whole.to_owned(), None),
            (Status::Exceeded(exceeded), None) => (exceeded.to_string(), whole.to_owned(), None),
            (Status::Complete, None) => (String::new(), whole.to_owned(), None),
        };
        let error = liquid_core::Error::with_msg(message).context("template", template);
        match line {
            Some(line) => error.context("line", line.to_string()),
            None => error,
        }
    }
}

/// The variables of the template around.
struct Around<'g> {
    runtime: &'g dyn Runtime,
    /// Whether plain names are looked up in `vars`.
    nested: bool,
    read: FrozenMap<String, Box<liquid_core::Value>>,
}

impl Object for Around<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let Value::String(name) = key else { return Ok(None) };
        let known = match self.read.get(name) {
            Some(known) => Some(known),
            None => {
                let found = self.runtime.try_get(&[ScalarCow::new(KString::from_ref(name))]);
                found.map(|value| self.read.insert(name.to_owned(), Box::new(value.into_owned())))
            }
        };
        match known {
            Some(known) => view::value(known.as_view(), view::Order::Sorted, arena).map(Some),
            None if self.nested && name == "vars" => Ok(Some(Value::Object(self))),
            None => Ok(None),
        }
    }
}

/// Partials for a parser of the crate `liquid`, some of which are templates of Carafe: `{% include %}` and `{% render %}` find
/// those first, and the crate's own behind them. So a program moves one partial at a time.
///
/// ```
/// use carafe::{Engine, dialect, liquid::Partials};
///
/// let engine = Engine::builder().dialect(&dialect::LIQUID).build();
/// let partials = Partials::new().with("card", engine.template("<{{ name | default: 'nobody' }}>")?);
/// let parser = liquid::ParserBuilder::with_stdlib().partials(partials).build()?;
/// let template = parser.parse("{% include 'card' %}{% render 'card', name: 'Bo' %}")?;
/// assert_eq!(template.render(&liquid::object!({"name": "Ada"}))?, "<Ada><Bo>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Partials<C = EagerCompiler<InMemorySource>> {
    templates: BTreeMap<String, Partial>,
    others: C,
}

impl Partials {
    /// No partials yet, and none of the crate's own.
    pub fn new() -> Self {
        Partials::before(EagerCompiler::empty())
    }
}

impl Default for Partials {
    fn default() -> Self {
        Partials::new()
    }
}

impl<C: PartialCompiler> Partials<C> {
    /// No partials yet; what is not found here is looked for in `others`, and compiled by the crate.
    pub fn before(others: C) -> Self {
        Partials { templates: BTreeMap::new(), others }
    }

    /// Adds `template` as the partial `name`, written as in `{% include %}`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, template: Template) -> Self {
        self.templates.insert(name.into(), Partial::new(template));
        self
    }
}

impl<C> fmt::Debug for Partials<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.templates.keys()).finish()
    }
}

impl<C: PartialCompiler> PartialCompiler for Partials<C> {
    fn compile(self, language: Arc<Language>) -> liquid_core::Result<Box<dyn PartialStore + Send + Sync>> {
        let shared = |(name, partial)| -> (String, Arc<dyn Renderable>) { (name, Arc::new(partial)) };
        let templates = self.templates.into_iter().map(shared).collect();
        Ok(Box::new(Store { templates, others: self.others.compile(language)? }))
    }

    fn source(&self) -> &dyn PartialSource {
        self
    }
}

impl<C: PartialCompiler> PartialSource for Partials<C> {
    fn contains(&self, name: &str) -> bool {
        self.templates.contains_key(name) || self.others.source().contains(name)
    }

    fn names(&self) -> Vec<&str> {
        together(self.templates.keys(), self.others.source().names())
    }

    fn try_get<'a>(&'a self, name: &str) -> Option<Cow<'a, str>> {
        match self.templates.get(name) {
            Some(partial) => Some(Cow::Borrowed(partial.template.source().text())),
            None => self.others.source().try_get(name),
        }
    }
}

struct Store {
    templates: BTreeMap<String, Arc<dyn Renderable>>,
    others: Box<dyn PartialStore + Send + Sync>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl PartialStore for Store {
    fn contains(&self, name: &str) -> bool {
        self.templates.contains_key(name) || self.others.contains(name)
    }

    fn names(&self) -> Vec<&str> {
        together(self.templates.keys(), self.others.names())
    }

    fn try_get(&self, name: &str) -> Option<Arc<dyn Renderable>> {
        self.templates.get(name).cloned().or_else(|| self.others.try_get(name))
    }

    fn get(&self, name: &str) -> liquid_core::Result<Arc<dyn Renderable>> {
        self.templates.get(name).cloned().map_or_else(|| self.others.get(name), Ok)
    }
}

fn together<'a>(ours: impl Iterator<Item = &'a String>, others: Vec<&'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = ours.map(String::as_str).chain(others).collect();
    names.sort_unstable();
    names.dedup();
    names
}
