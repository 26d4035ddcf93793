//! The data of a render, put together from what the user hands in.
//!
//! In go texts that someone else has read from files: a data document, a profile, an event, and single values by path.
//! Out comes one root value, with findings that point into those texts.
//!
//! In a dialect with `${…}` (Braze) the root is an object of namespaces: `custom_attribute`, `event_properties` and so
//! on, `profile` for the attributes without a namespace, `vars` for plain variables, and the stand-ins for what Braze
//! fetches while it renders ([`STAND_INS`]). In plain Liquid every key of the root is a variable.
//!
//! Of several inputs that say the same, the later wins: the stand-ins from files of their own, the data document, the event's id and e-mail address, the
//! profile, the event's properties, the single values. Namespaces are merged key by key; a key keeps the place where it
//! came first.

mod define;
mod document;
mod event;
mod platform;
mod profile;
mod stand_in;
mod table;
mod tree;

#[cfg(test)]
mod tests;

use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, Label, code};
use crate::dialect::{Dialect, NAMESPACES, PROFILE_ATTRIBUTES};
use crate::json::Step;
use crate::source::{Source, Span};
use crate::value::Value;
use document::Document;
pub use stand_in::StandIn;
use std::sync::Arc;
use tree::Tree;

/// The key of the attributes without a namespace: `${first_name}`.
pub const PROFILE: &str = "profile";

/// The key of plain variables.
pub const VARIABLES: &str = "vars";

/// The key of what tags write that only the platform knows.
const TAGS: &str = "tags";

/// The namespace of custom attributes.
const CUSTOM_ATTRIBUTES: &str = "custom_attribute";

/// The namespace of an event's properties.
const EVENT_PROPERTIES: &str = "event_properties";

/// The keys that stand in for what Braze fetches from elsewhere; content blocks are a namespace as well.
pub static STAND_INS: &[&str] = &["catalogs", "connected_content", "promotions", "shopping_carts"];

/// What the user hands in.
///
/// ```
/// use carafe::data::Inputs;
/// use carafe::{Arena, Source, Value, dialect};
/// use std::sync::Arc;
///
/// let event = r#"{"events": [{"external_id": "7", "properties": {"title": "Mug"}}]}"#;
/// let inputs = Inputs::new(&dialect::BRAZE)
///     .event(Arc::new(Source::new("event.json", event)), None)
///     .define("profile.first_name=Ada");
/// let arena = Arena::default();
/// let Value::Map(root) = inputs.read(&arena).unwrap().value else { unreachable!() };
/// assert_eq!(root.keys().collect::<Vec<_>>(), ["profile", "event_properties"]);
/// ```
#[derive(Clone, Debug)]
pub struct Inputs {
    dialect: &'static Dialect,
    stand_ins: Vec<(StandIn, Arc<Source>)>,
    data: Option<Arc<Source>>,
    profile: Option<Arc<Source>>,
    event: Option<(Arc<Source>, Option<usize>)>,
    defines: Vec<Given>,
}

/// A single value as it was given.
#[derive(Clone, Debug)]
struct Given {
    source: Arc<Source>,
    /// The place in a file that it was made from, to which its findings lead.
    origin: Option<(Arc<Source>, Span)>,
}

/// The data of a render.
#[derive(Debug)]
pub struct Root<'r> {
    /// An object: of namespaces in Braze, of variables in plain Liquid.
    pub value: Value<'r>,
    /// What is doubtful about the inputs.
    pub warnings: Vec<Diagnostic>,
    /// Whether the event was asked for in a batch that holds none: such a batch is valid, and there is nothing to render.
    pub is_without_event: bool,
}

impl Inputs {
    /// No data yet, for templates of `dialect`.
    pub fn new(dialect: &'static Dialect) -> Self {
        Inputs { dialect, stand_ins: Vec::new(), data: None, profile: None, event: None, defines: Vec::new() }
    }

    /// With a file that stands in for something Braze fetches: a catalog, a content block, answers to `connected_content`.
    /// May be given many times; of two that give the same, the later wins, and a data document wins over both.
    ///
    /// ```
    /// use carafe::data::{Inputs, StandIn};
    /// use carafe::{Arena, Engine, Source, dialect};
    /// use std::sync::Arc;
    ///
    /// let table = Arc::new(Source::new("games.csv", "id,title,price\n1234,Tales,7.49\n"));
    /// let inputs = Inputs::new(&dialect::BRAZE).stand_in(StandIn::Catalog("games".to_owned()), table);
    /// let arena = Arena::default();
    /// let data = inputs.read(&arena).unwrap().value;
    /// let template = Engine::default().template("{% catalog_items games 1234 %}{{ items[0].price }}")?;
    /// assert_eq!(template.prepare().run_in(&arena, data).text, "7.49");
    /// # Ok::<(), carafe::Error>(())
    /// ```
    #[must_use]
    pub fn stand_in(mut self, stand_in: StandIn, source: Arc<Source>) -> Self {
        self.stand_ins.push((stand_in, source));
        self
    }

    /// With a data document: one JSON object whose keys are those of the root.
    #[must_use]
    pub fn data(mut self, source: Arc<Source>) -> Self {
        self.data = Some(source);
        self
    }

    /// With a user: as Braze's `/users/export` gives one, or as a flat object of profile attributes.
    #[must_use]
    pub fn profile(mut self, source: Arc<Source>) -> Self {
        self.profile = Some(source);
        self
    }

    /// With an event: as Braze's `/users/track` takes it, or as Braze Currents, Momentum or SparkPost report it, alone or in
    /// a batch. `number` picks one of a batch, counted from 1.
    #[must_use]
    pub fn event(mut self, source: Arc<Source>, number: Option<usize>) -> Self {
        self.event = Some((source, number));
        self
    }

    /// With a single value: `a.b=text`, or `a.b:=json` for a value of any kind. `a.b[0]` is an item of an array.
    #[must_use]
    pub fn define(mut self, define: impl Into<String>) -> Self {
        self.defines.push(Given { source: Arc::new(Source::new("-D", define)), origin: None });
        self
    }

    /// The same for a value that stands in a file: findings lead to `span` in `origin`.
    #[cfg(feature = "webhook")]
    #[must_use]
    pub(crate) fn define_of(mut self, define: String, origin: &Arc<Source>, span: Span) -> Self {
        let origin = Some((origin.clone(), span));
        self.defines.push(Given { source: Arc::new(Source::new("-D", define)), origin });
        self
    }

    /// Whether nothing was handed in.
    #[cfg(feature = "batch")]
    pub(crate) fn is_empty(&self) -> bool {
        let documents = [self.data.is_some(), self.profile.is_some(), self.event.is_some()];
        self.stand_ins.is_empty() && self.defines.is_empty() && !documents.contains(&true)
    }

    /// Reads the inputs and puts them together.
    ///
    /// # Errors
    /// When an input is not JSON, does not have the shape it needs, or is over a limit. All findings are given, the
    /// errors of every input among them.
    pub fn read<'r>(&'r self, arena: &'r Arena) -> Result<Root<'r>, Vec<Diagnostic>> {
        let mut reading =
            Reading { arena, tree: Tree::new(arena), findings: Vec::new(), is_without_event: false };
        if self.dialect.references {
            self.read_namespaces(&mut reading);
        } else {
            self.read_variables(&mut reading);
        }
        let Reading { tree, findings, is_without_event, .. } = reading;
        match (tree.root(), findings.iter().any(Diagnostic::is_error)) {
            (Ok(value), false) => Ok(Root { value, warnings: findings, is_without_event }),
            (Ok(_), true) => Err(findings),
            (Err(failure), _) => Err(findings.into_iter().chain([document::failed(failure, None)]).collect()),
        }
    }

    fn read_namespaces<'r>(&'r self, reading: &mut Reading<'r>) {
        for (stand_in, source) in &self.stand_ins {
            if let Some(read) = stand_in::read(stand_in, source, reading.arena, &mut reading.findings) {
                reading.stand_in(read.key, read.value, source);
            }
        }
        if let Some(source) = &self.data {
            let expected = "an object whose keys are namespaces, such as {\"custom_attribute\": {…}}";
            if let Some(document) = reading.document(source, expected) {
                read_data(&document, reading);
            }
        }
        let event = self.event.as_ref().and_then(|(source, number)| {
            let document = reading.any_document(source)?;
            let read = event::read(&document, *number, &mut reading.findings)?;
            reading.chosen(read)
        });
        let user = self.profile.as_ref().and_then(|source| {
            let document = reading.document(source, "an object with the attributes of one user")?;
            let user = profile::read(&document, reading.arena, &mut reading.findings);
            reading.taken(user, source).flatten()
        });
        if let (Some((source, _)), Some(event)) = (&self.event, &event) {
            reading.merge(PROFILE, &event.identifiers, source);
        }
        if let (Some(source), Some(user)) = (&self.profile, &user) {
            reading.merge(PROFILE, &user.attributes, source);
            reading.merge(CUSTOM_ATTRIBUTES, user.custom_attributes, source);
        }
        if let (Some((source, _)), Some(event)) = (&self.event, &event) {
            reading.merge(EVENT_PROPERTIES, &event.properties, source);
        }
        for given in &self.defines {
            reading.define(given, true);
        }
    }

    /// The data of a platform whose names are known: what stands beside them is doubtful.
    fn read_platform<'r>(&'r self, names: &platform::Names, reading: &mut Reading<'r>) {
        for (_, source) in &self.stand_ins {
            self.refuse(source, "a stand-in for what is fetched", reading);
        }
        if let Some(source) = &self.data
            && let Some(document) = reading.document(source, "an object whose keys are variables")
        {
            let roots = self.dialect.roots;
            let candidates: Vec<&str> = roots.iter().map(|root| root.name).collect();
            let known = |key: &str| key == TAGS || candidates.contains(&key);
            let words = format!("is nothing that {} fills", self.dialect.title);
            reading.findings.extend(document.unknown_keys(&[], &words, known, &candidates));
            reading.tree.replace(document.root);
        }
        if let Some(source) = &self.profile
            && let Some(document) = reading.document(source, "an object with the attributes of one person")
            && let Some(attributes) = platform::person(&document, &mut reading.findings)
        {
            reading.merge(names.person, attributes, source);
        }
        if let Some((source, number)) = &self.event
            && let Some(document) = reading.any_document(source)
            && let Some(read) = platform::event(&document, *number, &mut reading.findings)
            && let Some(event) = reading.chosen(read)
            && let Some((data, beside)) = reading.taken(event.split(self.dialect, reading.arena), source)
        {
            if let Value::Map(data) = data {
                reading.merge(names.event, data.entries(), source);
            }
            for (key, value) in beside {
                let put = reading.tree.put(key, value);
                reading.taken(put, source);
            }
        }
        for given in &self.defines {
            reading.define(given, false);
        }
    }

    /// An input that only Braze's templates can read.
    fn refuse<'r>(&'r self, source: &'r Arc<Source>, what: &str, reading: &mut Reading<'r>) {
        let message = format!("{what} is Braze's: the dialect `{}` knows none", self.dialect.name);
        reading.findings.push(
            Diagnostic::new(&code::DATA_SHAPE, message)
                .at(source, Span::at(0), "")
                .help("choose the dialect `braze`, or give the data as a data file"),
        );
    }

    fn read_variables<'r>(&'r self, reading: &mut Reading<'r>) {
        if let Some(names) = platform::names(self.dialect) {
            self.read_platform(&names, reading);
            return;
        }
        let profile = self.profile.iter().map(|source| (source, "a profile"));
        let event = self.event.iter().map(|(source, _)| (source, "an event"));
        let stand_ins = self.stand_ins.iter().map(|(_, source)| (source, "a stand-in for what is fetched"));
        for (source, what) in profile.chain(event).chain(stand_ins) {
            self.refuse(source, what, reading);
        }
        if let Some(source) = &self.data
            && let Some(document) = reading.document(source, "an object whose keys are variables")
        {
            reading.tree.replace(document.root);
        }
        for given in &self.defines {
            reading.define(given, false);
        }
    }
}

/// What the user of the event in `source` is known by under `name`, the name that Braze's export gives it, wherever the
/// event's platform puts it. `None` where it says nothing, or where there is no single event.
#[cfg(feature = "batch")]
pub(crate) fn event_identifier(source: &Arc<Source>, name: &str, arena: &Arena) -> Option<String> {
    let document = Document::read_any(source, arena).ok()?;
    let event::Batch::Event(event) = event::read(&document, None, &mut Vec::new())? else { return None };
    let name = profile::name_in_templates(name);
    let (_, value) = event.identifiers.iter().find(|(key, _)| *key == name)?;
    match value {
        Value::String(text) if !text.is_empty() => Some((*text).to_owned()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Inputs being read: what is there, and what is wrong with it.
struct Reading<'r> {
    arena: &'r Arena,
    tree: Tree<'r>,
    findings: Vec<Diagnostic>,
    is_without_event: bool,
}

impl<'r> Reading<'r> {
    fn document(&mut self, source: &'r Arc<Source>, expected: &str) -> Option<Document<'r>> {
        Document::read(source, self.arena, expected)
            .map_err(|diagnostic| self.findings.push(*diagnostic))
            .ok()
    }

    /// The event of a batch, if it holds one.
    fn chosen<E>(&mut self, batch: event::Batch<E>) -> Option<E> {
        match batch {
            event::Batch::Event(event) => Some(event),
            event::Batch::Nothing => {
                self.is_without_event = true;
                None
            }
        }
    }

    fn any_document(&mut self, source: &'r Arc<Source>) -> Option<Document<'r, Value<'r>>> {
        Document::read_any(source, self.arena).map_err(|diagnostic| self.findings.push(*diagnostic)).ok()
    }

    fn merge(&mut self, namespace: &'r str, entries: &[(&'r str, Value<'r>)], source: &Arc<Source>) {
        let merged = self.tree.merge(namespace, entries);
        self.taken(merged, source);
    }

    /// Lays what stands in for something fetched over what does already.
    fn stand_in(&mut self, key: &'r str, value: Value<'r>, source: &Arc<Source>) {
        let laid = stand_in::laid_over(key, self.tree.get(key), value, self.arena);
        let put = laid.and_then(|value| self.tree.put(key, value));
        self.taken(put, source);
    }

    fn define(&mut self, given: &'r Given, namespaces: bool) {
        let before = self.findings.len();
        let source = &given.source;
        let warning = define::read(source, self.arena, namespaces)
            .and_then(|define| define.apply(&mut self.tree).map(|()| define.warning));
        match warning {
            Ok(warning) => self.findings.extend(warning),
            Err(diagnostic) => self.findings.push(*diagnostic),
        }
        let Some((file, span)) = &given.origin else { return };
        for finding in self.findings.iter_mut().skip(before) {
            finding.primary = Some(Label { source: file.clone(), span: *span, message: String::new() });
        }
    }

    /// What was made of `source`, or a finding on the limit it met.
    fn taken<T>(&mut self, made: Result<T, crate::Failure>, source: &Arc<Source>) -> Option<T> {
        made.map_err(|failure| self.findings.push(document::failed(failure, Some(source)))).ok()
    }
}

fn read_data<'r>(document: &Document<'r>, reading: &mut Reading<'r>) {
    for &(key, value) in document.root.entries() {
        match value {
            _ if STAND_INS.contains(&key) => {
                stand_in::check(document, key, value, &mut reading.findings);
                reading.stand_in(key, value, document.source);
            }
            _ if !is_namespace(key) => {}
            Value::Nil => {}
            Value::Map(map) => {
                stand_in::check(document, key, value, &mut reading.findings);
                reading.merge(key, map.entries(), document.source);
            }
            _ => {
                let finding = document.wrong_shape(&[Step::Key(key)], "an object", value);
                reading.findings.push(finding);
            }
        }
    }
    let known = |key: &str| is_namespace(key) || STAND_INS.contains(&key);
    let mut unknown =
        document.unknown_keys(&[], "is no namespace, and no template can read it", known, &first_names());
    let mut attributes = document.root.keys().filter(|key| !known(key) && PROFILE_ATTRIBUTES.contains(key));
    if let (Some(first), Some(attribute)) = (unknown.first_mut(), attributes.next()) {
        first.help.push(format!(
            "attributes of the user, such as `{attribute}`, stand in `{PROFILE}`, or in a file of the profile's own"
        ));
    }
    reading.findings.extend(unknown);
    let attribute = |key: &str| PROFILE_ATTRIBUTES.contains(&key);
    reading.findings.extend(document.unknown_keys(
        &[Step::Key(PROFILE)],
        NO_ATTRIBUTE,
        attribute,
        PROFILE_ATTRIBUTES,
    ));
}

/// What is wrong with an unknown name in a profile.
const NO_ATTRIBUTE: &str = "is no profile attribute of Braze";

/// Whether `key` is one of the objects that Braze's templates read: a namespace, `profile` or `vars`.
pub(crate) fn is_namespace(key: &str) -> bool {
    key == PROFILE || key == VARIABLES || NAMESPACES.iter().any(|namespace| namespace.name == key)
}

/// Every name that a path of Braze data may begin with.
fn first_names() -> Vec<&'static str> {
    let namespaces = NAMESPACES.iter().map(|namespace| namespace.name);
    namespaces.chain([PROFILE, VARIABLES]).chain(STAND_INS.iter().copied()).collect()
}
