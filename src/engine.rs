//! The engine: a dialect with its limits, filters, partials and clock, ready to compile templates.

use crate::compile::{self, Program, Settings};
use crate::diagnostic::Diagnostic;
use crate::dialect::{BRAZE, Dialect, ErrorMode, Undefined};
use crate::failure::{Failure, RenderError, RenderErrorKind};
use crate::fetch::Fetch;
use crate::filters::{Arguments, CustomFilter, FilterFunction, FilterResult, FilterSet};
use crate::limits::Limits;
use crate::loader::{LoadError, Loader, NoPartials};
use crate::render::{Compiled as Fetched, Globals};
use crate::source::Source;
use crate::syntax::{self, Language};
use crate::tags::{CustomTag, FunctionTag, TagSet};
use crate::time::Clock;
use crate::value::ToData;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Compiles templates and holds what they share. Cheap to clone; usable from many threads at once.
///
/// ```
/// use carafe::{Engine, dialect};
///
/// let engine = Engine::builder().dialect(&dialect::LIQUID).filter("shout", |text: &str| format!("{text}!")).build();
/// let template = engine.template("Hi {{ name | shout }}")?;
/// assert_eq!(template.render(&serde_json::json!({"name": "Ada"}))?, "Hi Ada!");
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    dialect: &'static Dialect,
    error_mode: ErrorMode,
    limits: Limits,
    undefined: Undefined,
    filters: FilterSet,
    tags: TagSet,
    globals: Globals,
    loader: Box<dyn Loader>,
    clock: Option<Box<dyn Clock>>,
    fetch: Option<Box<dyn Fetch>>,
    seed: u64,
    /// Partials are read once, and again only where others took their room.
    partials: Cache<String, Arc<Partial>, PartialBytes>,
}

/// What a partial is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Variant {
    /// Whether the program keeps the reference's scores.
    pub scored: bool,
    /// Whether the first text is trimmed.
    pub trimmed: bool,
}

/// A partial with its programs, each compiled when it is first asked for.
struct Partial {
    source: Arc<Source>,
    programs: [OnceLock<Arc<Program>>; 4],
}

impl Partial {
    fn program(&self, variant: Variant) -> &OnceLock<Arc<Program>> {
        let [plain, trimmed, scored, both] = &self.programs;
        match (variant.scored, variant.trimmed) {
            (false, false) => plain,
            (false, true) => trimmed,
            (true, false) => scored,
            (true, true) => both,
        }
    }
}

/// Bytes of the texts of partials that an engine keeps. Names may come from data, so that there is no end of them.
const PARTIALS_BYTES: u64 = 16 << 20;

/// Partials that a set-up usually has.
const PARTIALS: usize = 64;

/// What a partial counts for, beside its text.
const PARTIAL_BYTES: u64 = 1 << 10;

#[derive(Clone)]
struct PartialBytes;

impl Weighter<String, Arc<Partial>> for PartialBytes {
    fn weight(&self, name: &String, partial: &Arc<Partial>) -> u64 {
        let text = name.len().saturating_add(partial.source.text().len());
        u64::try_from(text).unwrap_or(u64::MAX).saturating_add(PARTIAL_BYTES)
    }
}

/// Sets up an [`Engine`].
pub struct Builder {
    dialect: &'static Dialect,
    error_mode: Option<ErrorMode>,
    limits: Limits,
    undefined: Option<Undefined>,
    filters: Vec<CustomFilter>,
    tags: TagSet,
    globals: Globals,
    loader: Box<dyn Loader>,
    clock: Option<Box<dyn Clock>>,
    fetch: Option<Box<dyn Fetch>>,
    seed: u64,
}

#[cfg(feature = "clock")]
fn system_clock() -> Option<Box<dyn Clock>> {
    Some(Box::new(crate::time::SystemClock))
}

/// Without the feature the library cannot ask for the time.
#[cfg(not(feature = "clock"))]
fn system_clock() -> Option<Box<dyn Clock>> {
    None
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { dialect, error_mode, .. } = &*self.shared;
        f.debug_struct("Engine")
            .field("dialect", &dialect.name)
            .field("error_mode", &error_mode.name())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("dialect", &self.dialect.name).finish_non_exhaustive()
    }
}

impl Default for Engine {
    /// An engine for Braze's dialect.
    fn default() -> Self {
        Engine::builder().build()
    }
}

impl Engine {
    /// An engine for Braze's dialect with default limits, no partials, the system's clock and no way to the network, unless
    /// told otherwise. Without the feature `clock` there is no clock either, and `'now' | date` an error.
    pub fn builder() -> Builder {
        Builder {
            dialect: &BRAZE,
            error_mode: None,
            limits: Limits::default(),
            undefined: None,
            filters: Vec::new(),
            tags: TagSet::default(),
            globals: Globals::default(),
            loader: Box::new(NoPartials),
            clock: system_clock(),
            fetch: None,
            seed: 0,
        }
    }

    /// The dialect.
    pub fn dialect(&self) -> &'static Dialect {
        self.shared.dialect
    }

    /// The error mode templates are parsed in.
    pub fn error_mode(&self) -> ErrorMode {
        self.shared.error_mode
    }

    /// The limits of parses and renders.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) fn clock(&self) -> Option<&dyn Clock> {
        self.shared.clock.as_deref()
    }

    /// What answers requests that nothing in the data stands in for.
    pub(crate) fn fetch(&self) -> Option<&dyn Fetch> {
        self.shared.fetch.as_deref()
    }

    /// What random numbers start from.
    pub(crate) fn seed(&self) -> u64 {
        self.shared.seed
    }

    /// Values that every render finds where its data has none.
    pub(crate) fn globals(&self) -> &Globals {
        &self.shared.globals
    }

    /// How templates are read.
    pub(crate) fn language(&self) -> Language<'_> {
        Language {
            dialect: self.dialect(),
            mode: self.error_mode(),
            limits: self.limits(),
            tags: &self.shared.tags.forms,
        }
    }

    /// What templates are compiled with.
    pub(crate) fn settings(&self, scored: bool) -> Settings<'_> {
        let Shared { dialect, undefined, filters, tags, .. } = &*self.shared;
        Settings { dialect, undefined: *undefined, filters, tags, scored }
    }

    /// The text of the partial called `name`.
    pub(crate) fn partial_source(&self, name: &str) -> Result<Arc<Source>, LoadError> {
        Ok(Arc::new(Source::new(name, self.shared.loader.load(name)?)))
    }

    /// The partial called `name`, compiled for `variant`. The errors for which it cannot be are added to
    /// `errors`.
    pub(crate) fn partial(
        &self,
        name: &str,
        variant: Variant,
        errors: &mut Vec<Diagnostic>,
    ) -> Result<Arc<Program>, Failure> {
        let partial = match self.shared.partials.get(name) {
            Some(known) => known,
            None => {
                let loaded = self.partial_source(name);
                let source =
                    loaded.map_err(|error| Failure::error(RenderErrorKind::FileSystem, error.message))?;
                let partial = Arc::new(Partial { source, programs: Default::default() });
                self.shared.partials.insert(name.to_owned(), partial.clone());
                partial
            }
        };
        let program = partial.program(variant);
        if let Some(program) = program.get() {
            return Ok(program.clone());
        }
        let source = partial.source.clone();
        let parsed = syntax::parse_in(self.language(), &source, variant.trimmed);
        if let Some(exceeded) = parsed.limit {
            return Err(Failure::limit(exceeded));
        }
        if let Some(error) = parsed.reference_error {
            errors.extend(parsed.diagnostics.into_iter().filter(Diagnostic::is_error));
            return Err(Failure::Error(Box::new(RenderError {
                kind: RenderErrorKind::Syntax,
                message: error.message,
                partial: Some(name.to_owned()),
                line: Some(error.line),
            })));
        }
        let (compiled, _) =
            compile::compile(&parsed.ast, &parsed.carried, &source, self.settings(variant.scored));
        Ok(program.get_or_init(|| Arc::new(compiled)).clone())
    }

    /// A text that comes in while a template is rendered, compiled.
    pub(crate) fn fetched(&self, source: &Arc<Source>, scored: bool) -> Result<Fetched, Failure> {
        let parsed = syntax::parse_in(self.language(), source, false);
        if let Some(exceeded) = parsed.limit {
            return Err(Failure::limit(exceeded));
        }
        let mut diagnostics = parsed.diagnostics;
        if parsed.reference_error.is_some() {
            return Ok(Fetched { program: None, diagnostics });
        }
        let (program, found) = compile::compile(&parsed.ast, &parsed.carried, source, self.settings(scored));
        diagnostics.extend(found);
        Ok(Fetched { program: Some(Arc::new(program)), diagnostics })
    }
}

impl Builder {
    /// The dialect of the templates; [`BRAZE`](crate::dialect::BRAZE) unless set.
    pub fn dialect(mut self, dialect: &'static Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// How forgiving the parser is; the dialect's own mode unless set.
    pub fn error_mode(mut self, mode: ErrorMode) -> Self {
        self.error_mode = Some(mode);
        self
    }

    /// The bounds of every parse and render.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What becomes of a name that nothing defines; as the dialect has it unless set.
    ///
    /// ```
    /// use carafe::dialect::Undefined;
    /// use carafe::Engine;
    ///
    /// let engine = Engine::builder().undefined(Undefined::Strict).build();
    /// let template = engine.template("{{ nick | default: 'you' }} {{ name }}")?;
    /// let error = template.render(&()).unwrap_err();
    /// assert_eq!(error.to_string(), "template:1:32: error[variable/missing]: Variable 'name' is missing");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn undefined(mut self, undefined: Undefined) -> Self {
        self.undefined = Some(undefined);
        self
    }

    /// Adds a variable that every template finds where its data has none of this name.
    ///
    /// ```
    /// let engine = carafe::Engine::builder().global("shop", serde_json::json!({"name": "Mugs"})).build();
    /// assert_eq!(engine.template("{{ shop.name }}")?.render(&())?, "Mugs");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn global(mut self, name: impl Into<String>, value: impl ToData + Send + Sync + 'static) -> Self {
        self.globals.add(name.into(), Box::new(value));
        self
    }

    /// Adds a tag or block. It wins over one of the dialect, but for those that make up the language's structure: the
    /// branches of blocks, `raw`, `comment`, `doc`, `liquid`, and all that begin with `end`.
    pub fn tag(mut self, name: &str, tag: impl CustomTag + 'static) -> Self {
        self.tags.add(name, Arc::new(tag));
        self
    }

    /// Adds a tag that writes what a closure gives for its arguments. [`Argument`](crate::filters::Argument) lists the
    /// types that it may take, [`FilterResult`] those that it may give.
    ///
    /// ```
    /// let engine = carafe::Engine::builder()
    ///     .function("stars", |count: i64, sign: Option<&str>| sign.unwrap_or("*").repeat(count.clamp(0, 5) as usize))
    ///     .build();
    /// assert_eq!(engine.template("{% stars 3 %} {% stars 2, '+' %}")?.render(&())?, "*** ++");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    pub fn function<F, R, A>(self, name: &str, function: F) -> Self
    where
        F: FilterFunction<R, A> + for<'a> FilterFunction<R, <A as Arguments<'a>>::Output>,
        R: FilterResult,
        A: for<'a> Arguments<'a>,
    {
        self.tag(name, FunctionTag::new(function))
    }

    /// Where partials come from; nowhere unless set.
    pub fn loader(mut self, loader: impl Loader + 'static) -> Self {
        self.loader = Box::new(loader);
        self
    }

    /// What time it is; the system's clock unless set, or none without the feature `clock`.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// What answers the requests of `connected_content` that nothing in the data stands in for; nothing unless set, so that
    /// they fail.
    pub fn fetch(mut self, fetch: impl Fetch + 'static) -> Self {
        self.fetch = Some(Box::new(fetch));
        self
    }

    /// What random numbers start from; 0 unless set. Every render with the same seed draws the same numbers.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds a filter: a closure whose first argument is the input and whose others are the filter's own.
    /// [`CustomFilter::new`] says which types it may take and give.
    pub fn filter<F, R, A>(self, name: &str, function: F) -> Self
    where
        F: FilterFunction<R, A> + for<'a> FilterFunction<R, <A as Arguments<'a>>::Output>,
        R: FilterResult,
        A: for<'a> Arguments<'a>,
    {
        self.custom_filter(CustomFilter::new(name, function))
    }

    /// Adds a filter that was made before. It wins over a standard filter of the same name.
    pub fn custom_filter(mut self, filter: CustomFilter) -> Self {
        self.filters.push(filter);
        self
    }

    /// The engine.
    pub fn build(self) -> Engine {
        let mut filters = FilterSet::new(self.dialect.set);
        for filter in self.filters {
            filters.add(filter);
        }
        Engine {
            shared: Arc::new(Shared {
                dialect: self.dialect,
                error_mode: self.error_mode.unwrap_or(self.dialect.error_mode),
                limits: self.limits,
                undefined: self.undefined.unwrap_or(self.dialect.undefined),
                filters,
                tags: self.tags,
                globals: self.globals,
                loader: self.loader,
                clock: self.clock,
                fetch: self.fetch,
                seed: self.seed,
                partials: Cache::with_weighter(PARTIALS, PARTIALS_BYTES, PartialBytes),
            }),
        }
    }
}
