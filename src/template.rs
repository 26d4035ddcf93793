//! A compiled template, and its renders.

use crate::analyze;
use crate::arena::Arena;
use crate::check::{self, blame, risk};
use crate::compile::{self, Program};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::Dialect;
use crate::engine::{Engine, Variant};
use crate::error::Error;
use crate::failure::{Failure, RenderError};
use crate::fetch::Exchange;
use crate::filters::Environment;
use crate::json::Projection;
use crate::limits::{Exceeded, Interrupt, ReferenceLimits, Scores};
use crate::render::{self, Data, End, NoTrace, Options, Outside, Partials, Recorder, SourceMap, TraceMap};
use crate::source::Source;
use crate::syntax::{self, ReferenceError, ast::Body};
use crate::time::Clock;
use crate::value::{ToData, Value, lookup};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::Write;
use std::sync::{Arc, OnceLock};

/// A template, compiled once and rendered any number of times, from any number of threads.
#[derive(Clone)]
pub struct Template {
    engine: Engine,
    parts: Arc<Parts>,
}

struct Parts {
    source: Arc<Source>,
    ast: Body,
    program: Program,
    /// The program that keeps the reference's scores, once it was asked for.
    scored: OnceLock<Program>,
    diagnostics: Vec<Diagnostic>,
    reference_error: Option<ReferenceError>,
}

/// How a render ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Status {
    /// At the end of the template.
    Complete,
    /// By `abort_message`, with its reason.
    Aborted(String),
    /// At a limit.
    Exceeded(Exceeded),
    /// At an error, where [`Render::stop_at_error`] asked for it. The text is the reference's inline text.
    Failed(RenderError, String),
}

/// What a render gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The text that was written. Of a render that did not complete it is no body: nothing of it must be sent.
    pub text: String,
    /// How it ended.
    pub status: Status,
    /// Errors that were printed inline, limits, and, if asked for, what was missing or doubtful.
    pub diagnostics: Vec<Diagnostic>,
    /// The source map, if it was asked for.
    pub trace: Option<SourceMap>,
    /// The reference's scores, if [`Render::reference_limits`] asked for them.
    pub scores: Option<Scores>,
    /// The requests that `connected_content` made, in order, whoever answered them.
    pub requests: Vec<Exchange>,
    /// What `message_extras` attached to the send event: keys and values, each key once, in order.
    pub message_extras: Vec<(String, String)>,
    pub(crate) dialect: &'static Dialect,
}

/// A render about to be run: set what is to be different, then [`run`](Render::run) it.
#[must_use]
pub struct Render<'t> {
    template: &'t Template,
    options: Options,
    trace: bool,
    scored: bool,
    clock: Option<&'t dyn Clock>,
    seed: Option<u64>,
    buffer: Option<String>,
    interrupt: Option<Arc<dyn Interrupt>>,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("source", &self.parts.source.name()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Render<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Render").field("template", self.template).finish_non_exhaustive()
    }
}

impl Outcome {
    /// The body, if there is one.
    ///
    /// # Errors
    /// With what ended the render before its end.
    pub fn into_body(self) -> Result<String, Error> {
        if self.status == Status::Complete {
            return Ok(self.text);
        }
        let mut errors: Vec<_> = self.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        // The last one is what ended the render; it decides.
        if let Some(last) = errors.pop() {
            errors.insert(0, last);
        }
        Err(Error::new(errors))
    }

    /// Checks that the body is JSON that data cannot change, and blames what is wrong on the places of the template
    /// that wrote it. Without a [source map](Render::trace) the findings know only their places in the body, and data
    /// cannot be told from the template's own text. Of a render that did not complete there is no body to check.
    pub fn check_json(&self) -> Vec<Diagnostic> {
        if self.status != Status::Complete {
            return Vec::new();
        }
        let nothing = TraceMap::default();
        blame::diagnose(&self.text, self.trace.as_deref().unwrap_or(&nothing), self.dialect)
    }

    /// What other data would break in a body that is to be JSON, and identifiers that are sent as empty texts: warnings
    /// at the places of the template. `found` is what [`check_json`](Outcome::check_json) found; what it says of a place
    /// is not said again. Without a [source map](Render::trace), and of a render that did not complete, nothing is known.
    pub fn check_risks(&self, found: &[Diagnostic]) -> Vec<Diagnostic> {
        match &self.trace {
            Some(trace) if self.status == Status::Complete => {
                risk::diagnose(&self.text, trace, self.dialect, found)
            }
            _ => Vec::new(),
        }
    }
}

impl Engine {
    /// Compiles a template.
    ///
    /// # Errors
    /// With every error of the template at once. Warnings are kept in [`Template::diagnostics`].
    pub fn template(&self, text: impl Into<String>) -> Result<Template, Error> {
        self.compile(&Arc::new(Source::new("template", text)))
    }

    /// Compiles the template that the loader has under this name.
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// let loader = HashMap::from([("greeting".to_owned(), "Hi {{ name }}".to_owned())]);
    /// let template = carafe::Engine::builder().loader(loader).build().load("greeting")?;
    /// assert_eq!(template.source().name(), "greeting");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the loader has none, and with every error of the template at once.
    pub fn load(&self, name: &str) -> Result<Template, Error> {
        match self.partial_source(name) {
            Ok(source) => self.compile(&source),
            Err(error) => {
                let found = Diagnostic::new(&code::PARTIAL_MISSING, error.message);
                Err(Error::new(vec![found.severity(Severity::Error)]))
            }
        }
    }

    /// Compiles a template that has a name for diagnostics.
    ///
    /// # Errors
    /// With every error of the template at once. Warnings are kept in [`Template::diagnostics`].
    pub fn compile(&self, source: &Arc<Source>) -> Result<Template, Error> {
        let template = Template::new(self, source);
        if template.diagnostics().iter().any(Diagnostic::is_error) {
            return Err(Error::new(template.diagnostics().to_vec()));
        }
        Ok(template)
    }

    /// Compiles what can be compiled of a template, for tools that look at faulty templates too: its errors are in
    /// [`Template::diagnostics`].
    pub fn inspect(&self, source: &Arc<Source>) -> Template {
        Template::new(self, source)
    }

    /// Everything wrong or doubtful about a template, without data.
    pub fn check(&self, source: &Arc<Source>) -> Vec<Diagnostic> {
        Template::new(self, source).diagnostics().to_vec()
    }

    /// The same, and of the partials that it names and those that they name, each once. A partial that cannot be had is
    /// an error where it is named first; names that only a render knows are left out.
    pub fn check_with_partials(&self, source: &Arc<Source>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![source.clone()];
        while let Some(source) = open.pop() {
            let template = Template::new(self, &source);
            found.extend_from_slice(template.diagnostics());
            for (name, span) in analyze::partials(template.ast()) {
                if !seen.insert(name.clone()) {
                    continue;
                }
                match self.partial_source(&name) {
                    Ok(partial) => open.push(partial),
                    Err(error) => {
                        found.push(
                            Diagnostic::new(&code::PARTIAL_MISSING, error.message)
                                .severity(Severity::Error)
                                .at(&source, span, "named here"),
                        )
                    }
                }
            }
        }
        found
    }
}

impl Template {
    /// Compiles, errors or not.
    pub(crate) fn new(engine: &Engine, source: &Arc<Source>) -> Self {
        let parsed = syntax::parse_in(engine.language(), source, false);
        let (program, found) = compile::compile(&parsed.ast, &parsed.carried, source, engine.settings(false));
        let mut diagnostics = parsed.diagnostics;
        diagnostics.extend(found);
        diagnostics.extend(analyze::strangers(&parsed.strangers, &parsed.ast, source, engine.dialect()));
        // What has no place, such as the count of what is not shown, stands last.
        let start = |found: &Diagnostic| found.primary.as_ref().map_or(u32::MAX, |label| label.span.start);
        diagnostics.sort_by_key(start);
        let parts = Parts {
            source: source.clone(),
            ast: parsed.ast,
            program,
            scored: OnceLock::new(),
            diagnostics,
            reference_error: parsed.reference_error,
        };
        Template { engine: engine.clone(), parts: Arc::new(parts) }
    }

    fn program(&self, scored: bool) -> &Program {
        let Parts { source, ast, program, scored: kept, .. } = &*self.parts;
        if !scored {
            return program;
        }
        kept.get_or_init(|| compile::compile(ast, &program.carried, source, self.engine.settings(true)).0)
    }

    /// Renders with `data`.
    ///
    /// Errors of single nodes are printed inline (`Liquid error: …`), as the reference does; use
    /// [`prepare`](Template::prepare) to learn of them.
    ///
    /// # Errors
    /// When the template aborts the message, or a limit is met, or the data cannot be read.
    pub fn render<D: ToData + ?Sized>(&self, data: &D) -> Result<String, Error> {
        self.prepare().run(data).into_body()
    }

    /// Renders with `data` to `out`: all of the body, or nothing where there is none.
    ///
    /// # Errors
    /// As [`render`](Template::render), and when `out` cannot be written to.
    pub fn render_to<D: ToData + ?Sized>(&self, data: &D, out: &mut impl Write) -> Result<(), Error> {
        let body = self.render(data)?;
        out.write_all(body.as_bytes()).map_err(|error| {
            let found =
                Diagnostic::new(&code::FILE_UNWRITABLE, format!("the body cannot be written: {error}"));
            Error::new(vec![found.severity(Severity::Error)])
        })
    }

    /// Renders with `data`, and gives with the body the source map: which place of the template wrote which bytes.
    ///
    /// ```
    /// let template = carafe::Engine::default().template("Hi {{ name | upcase }}")?;
    /// let (body, map) = template.render_with_map(&serde_json::json!({"vars": {"name": "Ada"}}))?;
    /// assert_eq!(body, "Hi ADA");
    /// let writer = map.segment_at(4).unwrap().path[0];
    /// assert_eq!(template.source().slice(writer.span), "{{ name | upcase }}");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`render`](Template::render).
    pub fn render_with_map<D: ToData + ?Sized>(&self, data: &D) -> Result<(String, SourceMap), Error> {
        let mut outcome = self.prepare().trace(true).run(data);
        let map = outcome.trace.take().unwrap_or_else(|| TraceMap::default().into());
        outcome.into_body().map(|body| (body, map))
    }

    /// Renders with `data`, and says everything that is wrong or doubtful: about the template, about the render, and,
    /// where the body looks like JSON, about that. Errors stand with the places that cause them; without any the body may be sent.
    ///
    /// ```
    /// let template = carafe::Engine::default().template(r#"{"name": "{{ ${first_name} }}",}"#)?;
    /// let found = template.check(&serde_json::json!({"profile": {"first_name": "Ada"}}));
    /// assert_eq!(found[0].to_string(), "template:1:31: error[json/trailing-comma]: a comma stands after the last member");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn check<D: ToData + ?Sized>(&self, data: &D) -> Vec<Diagnostic> {
        let mut found = self.diagnostics().to_vec();
        let outcome = self.prepare().warnings(true).trace(true).run(data);
        found.extend_from_slice(&outcome.diagnostics);
        if check::sniff::looks_like_json(&outcome.text) {
            let body = outcome.check_json();
            let risks = outcome.check_risks(&body);
            found.extend(body);
            found.extend(risks);
        }
        found
    }

    /// A render to be set up further.
    pub fn prepare(&self) -> Render<'_> {
        Render {
            template: self,
            options: Options::default(),
            trace: false,
            scored: false,
            clock: None,
            seed: None,
            buffer: None,
            interrupt: None,
        }
    }

    /// The warnings of parsing; of a template that [`Engine::compile`] refused, the errors too.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.parts.diagnostics
    }

    /// The text the template was compiled from.
    pub fn source(&self) -> &Arc<Source> {
        &self.parts.source
    }

    /// The variables and attributes the template reads from its data, with every place.
    ///
    /// ```
    /// let template = carafe::Engine::default().template("Hi {{ ${first_name} | default: 'there' }}")?;
    /// assert_eq!(template.variables()[0].path, "${first_name}");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn variables(&self) -> Vec<analyze::Variable> {
        analyze::variables(&self.parts.ast, &self.parts.source, self.engine.dialect())
    }

    /// The filters the template calls, in order of first use, under the names it calls them by.
    ///
    /// ```
    /// let template = carafe::Engine::default().template("{{ ${city} | strip | upcase }}{{ ${country} | upcase }}")?;
    /// let filters = template.filters();
    /// assert_eq!((filters[1].name.as_str(), filters[1].places.len()), ("upcase", 2));
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn filters(&self) -> Vec<analyze::Use> {
        analyze::filters(&self.parts.ast, &self.parts.source)
    }

    /// The tags the template uses, in order of first use: those that open a block or stand alone. Branches such as
    /// `else` and the tags that close blocks belong to these; of `liquid` the tags inside are listed.
    pub fn tags(&self) -> Vec<analyze::Use> {
        analyze::tags(&self.parts.ast, &self.parts.source)
    }

    /// The partials that the template's `render` and `include` name, in order of first use. A name that only a render
    /// knows is given as the expression that stands there, and [marked](analyze::Use::is_computed).
    pub fn partials(&self) -> Vec<analyze::Use> {
        analyze::used_partials(&self.parts.ast, &self.parts.source)
    }

    /// What renders of the template can read of their data, or more: to read no more than that of many rows, see
    /// [`Projector`](crate::json::Projector). Renders print the same with it as with the whole; only findings that name what else the data
    /// has may know less.
    ///
    /// ```
    /// let template = carafe::Engine::default().template("{{ ${email} | downcase }} {{ items[0].sku }}")?;
    /// let wanted = format!("{:?}", template.projection());
    /// assert_eq!(wanted, r#"{"profile": {"email": all}, "vars": {"items": [1: {"sku": all}]}}"#);
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn projection(&self) -> Projection {
        let variant = Variant { scored: false, trimmed: false };
        compile::projection(&self.parts.program, |name| {
            self.engine.partial(name, variant, &mut Vec::new()).ok()
        })
    }

    /// A JSON Schema (draft 2020-12) of the data that renders of the template need, in the shape that data has: of Braze
    /// `profile`, the namespaces and `vars`, otherwise names.
    ///
    /// - **What is there.** Every key that the template itself reads, through loops and names that stand for others; partials
    ///   are not looked into. Other keys are allowed. What loops walk, and what is reached by a number, `first` or `last`,
    ///   are `items`. `size`, `first` and `last` are no keys, and what is reached by computed keys is not told.
    /// - **`required`** is what every render reads with nothing to provide for its absence: without a `default`, outside of
    ///   branches, and not only in a condition, as an argument of a partial, one of the values of `cycle` or the collection of
    ///   a loop, which has no turn without it, and not of a global. What a loop reads of its item is required of each item,
    ///   unless `limit`, `offset`, `break` or `continue` leave items out. What goes into a name that is tested, walked or given
    ///   a default somewhere is not required; nor is what stands behind a test of it that may abort the message.
    /// - **`default`** is the text, number or boolean that a `default` right behind the value gives, where all places agree
    ///   and the value is not required.
    /// - **`type`** is told where the use leaves no choice: `object` for what keys are read of, `array` for what is reached by a
    ///   number or walked with keys read of its items, both for what is walked only, since a loop walks the pairs of an
    ///   object too. What may be left out may be `null` as well. A value that is printed has no type.
    ///
    /// ```
    /// let source = "{{ ${email_address} }}{% for p in event_properties.${products} %}{{ p.id }}{% endfor %}";
    /// let schema = carafe::Engine::default().template(source)?.schema();
    /// let products = &schema["properties"]["event_properties"]["properties"]["products"];
    /// assert_eq!(products["items"]["required"][0], "id");
    /// assert_eq!(schema["required"][0], "profile");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn schema(&self) -> serde_json::Value {
        let mut shape = analyze::Shape::default();
        self.add_to(&mut shape);
        shape.schema()
    }

    /// Adds what the template reads to the shape of data.
    pub(crate) fn add_to(&self, shape: &mut analyze::Shape) {
        shape.add(&self.parts.ast, self.engine.dialect(), &|name| self.engine.globals().has(name));
    }

    /// The tree.
    pub fn ast(&self) -> &Body {
        &self.parts.ast
    }

    /// The engine that compiled it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The error at which the reference implementation would have refused the template.
    pub fn reference_error(&self) -> Option<&ReferenceError> {
        self.parts.reference_error.as_ref()
    }
}

impl<'t> Render<'t> {
    /// Records the source map.
    pub fn trace(mut self, trace: bool) -> Self {
        self.trace = trace;
        self
    }

    /// Reports undefined variables and doubtful values.
    pub fn warnings(mut self, warn: bool) -> Self {
        self.options.warn = warn;
        self
    }

    /// Names the line in inline error texts: `Liquid error (line 2): …`.
    pub fn line_numbers(mut self, line_numbers: bool) -> Self {
        self.options.line_numbers = line_numbers;
        self
    }

    /// Ends the render at the first error instead of printing it.
    pub fn stop_at_error(mut self, stop: bool) -> Self {
        self.options.stop_at_error = stop;
        self
    }

    /// Takes a namespace that the data lacks, such as `trigger` in a workflow that an event starts, for empty instead of
    /// ending the render. Customer.io's customers tell of both; other names that are missing end the render all the same.
    pub fn empty_namespaces(mut self, empty: bool) -> Self {
        self.options.empty_namespaces = empty;
        self
    }

    /// Keeps the reference's scores and bounds them. Where errors are printed, a template that exceeds one gives the
    /// reference's text instead of a body, and a finding; with [`stop_at_error`](Render::stop_at_error) the render ends
    /// [`Exceeded`](Status::Exceeded).
    ///
    /// The first such render compiles the template once more. Keeping scores is work, which [`Limits`](crate::Limits)
    /// count: about two steps more for each node.
    pub fn reference_limits(mut self, limits: ReferenceLimits) -> Self {
        self.options.reference_limits = limits;
        self.scored = true;
        self
    }

    /// Takes the time from `clock` instead of the engine's.
    pub fn clock(mut self, clock: &'t dyn Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Draws random numbers from `seed` instead of the engine's.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Writes into the memory of `buffer`, whose text is dropped. A host that renders many bodies hands in the text of the
    /// last one, so that no memory is taken for the next.
    pub fn buffer(mut self, buffer: String) -> Self {
        self.buffer = Some(buffer);
        self
    }

    /// Asks `interrupt` now and then whether to go on, beside [`Limits::deadline`](crate::Limits::deadline).
    pub fn interrupt(mut self, interrupt: Arc<dyn Interrupt>) -> Self {
        self.interrupt = Some(interrupt);
        self
    }

    /// Renders with `data`.
    pub fn run<D: ToData + ?Sized>(self, data: &D) -> Outcome {
        let arena = Arena::new(self.template.engine.limits());
        match data.to_data(&arena) {
            Ok(root) => self.run_in(&arena, root),
            Err(failure) => self.without_data(failure),
        }
    }

    /// Renders with data that already lies in `arena`, whose budget the render shares. An
    /// [`interrupt`](Render::interrupt) becomes that of the arena's budget, for the renders after it too.
    pub fn run_in<'r>(self, arena: &'r Arena, root: Value<'r>) -> Outcome
    where
        't: 'r,
    {
        if let Some(interrupt) = self.interrupt.clone() {
            arena.budget().set_interrupt(interrupt);
        }
        let template = self.template;
        let engine = &template.engine;
        let data = match split(engine, root, arena) {
            Ok(data) => data,
            Err(failure) => return self.without_data(failure),
        };
        let environment = Environment::new(engine.dialect(), self.clock.or(engine.clock()));
        // A partial that does not parse is tried wherever it is rendered; what is wrong with it is said once.
        let broken: RefCell<Option<BTreeMap<String, Vec<Diagnostic>>>> = RefCell::default();
        let load = |name: &str, trimmed: bool| {
            let mut errors = Vec::new();
            let loaded = engine.partial(name, Variant { scored: self.scored, trimmed }, &mut errors);
            if !errors.is_empty() {
                broken.borrow_mut().get_or_insert_default().insert(name.to_owned(), errors);
            }
            loaded
        };
        let program = template.program(self.scored);
        let compile = |source: &Arc<Source>| engine.fetched(source, self.scored);
        let partials = Partials::new(&load, program, engine.limits());
        let outside = Outside::new(partials, engine.fetch(), &compile);
        let options = Options { seed: self.seed.unwrap_or(engine.seed()), ..self.options };
        let buffer = self.buffer.unwrap_or_else(|| String::with_capacity(program.expected_bytes));
        let (rendered, trace) = if self.trace {
            let mut recorder = Recorder::with_room(buffer.capacity());
            let rendered =
                render::render(program, data, arena, &environment, &outside, options, buffer, &mut recorder);
            (rendered, Some(SourceMap::new(recorder)))
        } else {
            let trace = &mut NoTrace;
            (render::render(program, data, arena, &environment, &outside, options, buffer, trace), None)
        };
        let status = match rendered.end {
            End::Complete => Status::Complete,
            End::Aborted(reason) => Status::Aborted(reason),
            End::Exceeded(exceeded) => Status::Exceeded(exceeded),
            End::Failed(error, text) => Status::Failed(error, text),
        };
        let mut diagnostics = rendered.diagnostics;
        // In front, since what ended a render stands last.
        if let Some(broken) = broken.take() {
            diagnostics.splice(0..0, broken.into_values().flatten());
        }
        let scores = self.scored.then_some(rendered.scores);
        Outcome {
            text: rendered.text,
            status,
            diagnostics,
            trace,
            scores,
            requests: rendered.requests,
            message_extras: rendered.extras,
            dialect: engine.dialect(),
        }
    }

    fn without_data(&self, failure: Failure) -> Outcome {
        let (status, diagnostic) = match failure {
            Failure::Limit(exceeded) => (Status::Exceeded(*exceeded), exceeded.diagnostic()),
            Failure::Error(error) => {
                let diagnostic = Diagnostic::new(&code::DATA_INVALID, error.message.clone());
                let text = error.inline_text(None);
                (Status::Failed(*error, text), diagnostic.severity(Severity::Error))
            }
            Failure::Abort(abort) => {
                (Status::Aborted(abort.reason.clone()), Diagnostic::new(&code::RENDER_ABORTED, abort.reason))
            }
        };
        Outcome {
            text: String::new(),
            status,
            diagnostics: vec![diagnostic],
            trace: None,
            scores: None,
            requests: Vec::new(),
            message_extras: Vec::new(),
            dialect: self.template.engine.dialect(),
        }
    }
}

/// What plain names and Braze's references are looked up in.
fn split<'r>(engine: &'r Engine, root: Value<'r>, arena: &'r Arena) -> Result<Data<'r>, Failure> {
    let globals = engine.globals().value(arena)?;
    if !engine.dialect().references {
        return Ok(Data { variables: root, attributes: Value::Nil, globals });
    }
    let variables = lookup::index(root, Value::String("vars"), arena)?.unwrap_or(Value::Nil);
    Ok(Data { variables, attributes: root, globals })
}
