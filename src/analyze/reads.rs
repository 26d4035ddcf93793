//! What a template reads of its data: every lookup with its full path, and whether a render needs it.
//!
//! A name that the template itself has made by then (by `assign`, `capture`, counters and what fetches) is not the data's.
//! A loop variable stands for the items that are walked, and a name that one plain `assign` gives for what it is assigned.
//!
//! A read is needed where every render comes by it and nothing provides for its absence. Not needed are: what a `default`
//! follows; what stands in a branch, or in a loop that may have no turn, but for what is read of the loop's own item; what
//! a condition or a `case` tests; what is only handed on to a partial or to a tag of the host, taken in turn by `cycle` or
//! is the argument of a `default`; the collection of a loop, which has no turn without it; what goes into a name that is
//! tested, walked or given a default anywhere; what stands behind a test of the same value that may abort the message;
//! globals.

use super::parts::nodes;
use super::variables::{VariableKind, set_name};
use crate::dialect::Dialect;
use crate::source::Span;
use crate::syntax::ast::*;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Paths are told apart to this depth.
const DEPTH: usize = 32;

/// Names that stand for paths written longer than this are not followed, so that a template of such names takes no more
/// than linear time.
const FOLLOWED_BYTES: usize = 1024;

/// Where a dialect with references looks for plain names.
const VARIABLES: &str = "vars";

/// Where it looks for references without a namespace.
const PROFILE: &str = "profile";

/// Where stand-ins for what only the platform writes are looked for.
const TAGS: &str = "tags";

/// What is rendered in any case.
const ROOT_REGION: usize = 0;

/// One read.
pub(super) struct Read<'t> {
    /// The path as the dialect writes it.
    pub text: String,
    pub kind: VariableKind,
    pub span: Span,
    /// From the root of the data, as far as it leads to one place.
    pub steps: Vec<Step>,
    /// Whether they lead all the way.
    pub is_whole: bool,
    /// Whether a `default` follows.
    pub defaulted: bool,
    /// What `default` gives at once where the value is missing.
    pub fallback: Option<&'t Literal>,
    /// Whether a render needs it. Of a path through a loop: the items need what follows.
    pub needed: bool,
    /// Whether it is walked as a loop does.
    pub walked: bool,
    /// Whether a condition or a `case` tests it.
    tested: bool,
}

/// One step into the data.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// Each item, as a loop walks them.
    Each,
    /// An item by its number.
    At,
    /// `first` or `last`.
    End,
}

/// What `body` reads, in order. `is_global` says which plain names have a value where the data has none.
pub(super) fn reads<'t>(
    body: &'t Body,
    dialect: &Dialect,
    is_global: &'t dyn Fn(&str) -> bool,
) -> Vec<Read<'t>> {
    let mut reader = Reader::new(dialect, is_global);
    nodes(body, &mut |node| {
        if let Some(name) = set_name(&node.kind) {
            let count = reader.made_times.entry(name).or_insert(0);
            *count = count.saturating_add(1);
        }
    });
    reader.body(body);
    reader.finish()
}

/// What stands behind a name.
#[derive(Clone)]
struct Bound {
    text: String,
    kind: VariableKind,
    steps: Vec<Step>,
    /// Whether the steps lead all the way.
    is_whole: bool,
    /// Whether every render has it where it is bound.
    certain: bool,
    /// The region in which what is read of it is as certain.
    region: usize,
}

/// How the value of an expression is used.
#[derive(Clone, Copy)]
struct Purpose<'t> {
    /// Whether nothing else will do.
    needed: bool,
    /// Whether its absence is provided for: it is tested, or a `default` follows.
    provided: bool,
    defaulted: bool,
    fallback: Option<&'t Literal>,
    walked: bool,
}

const NEEDED: Purpose<'_> =
    Purpose { needed: true, provided: false, defaulted: false, fallback: None, walked: false };
const TESTED: Purpose<'_> =
    Purpose { needed: false, provided: true, defaulted: false, fallback: None, walked: false };
const HANDED_ON: Purpose<'_> =
    Purpose { needed: false, provided: false, defaulted: false, fallback: None, walked: false };

/// What went into a name: stretches of all that was read.
struct Sources {
    reads: Range<usize>,
    names: Range<usize>,
}

struct Reader<'t> {
    references: bool,
    is_global: &'t dyn Fn(&str) -> bool,
    reads: Vec<Read<'t>>,
    /// How often each name is made anywhere.
    made_times: HashMap<&'t str, usize>,
    /// The names made so far, each with what it stands for where that is plain.
    made: HashMap<&'t str, Option<Bound>>,
    /// The names that the branch being walked made, to be taken back at its end.
    journal: Vec<&'t str>,
    /// Loop variables in scope, with the items they stand for where these are known.
    loops: Vec<(&'t str, Option<Bound>)>,
    /// The stretch of the template that is rendered as a whole or not at all.
    region: usize,
    regions: usize,
    /// How many tags that end the render, and that leave a turn of a loop, were met.
    aborts: usize,
    leaves: usize,
    /// The names that were read so far, of the data or made.
    names: Vec<&'t str>,
    /// What went into each made name.
    sources: HashMap<&'t str, Vec<Sources>>,
    /// The made names whose absence is provided for somewhere.
    provided: HashSet<&'t str>,
    /// Paths that were tested in front of an end of the render.
    guarded: HashSet<String>,
}

impl<'t> Reader<'t> {
    fn new(dialect: &Dialect, is_global: &'t dyn Fn(&str) -> bool) -> Self {
        Reader {
            references: dialect.references,
            is_global,
            reads: Vec::new(),
            made_times: HashMap::new(),
            made: HashMap::new(),
            journal: Vec::new(),
            loops: Vec::new(),
            region: ROOT_REGION,
            regions: ROOT_REGION,
            aborts: 0,
            leaves: 0,
            names: Vec::new(),
            sources: HashMap::new(),
            provided: HashSet::new(),
            guarded: HashSet::new(),
        }
    }

    fn finish(mut self) -> Vec<Read<'t>> {
        let mut pending: Vec<&str> = self.provided.iter().copied().collect();
        while let Some(name) = pending.pop() {
            for sources in self.sources.remove(name).into_iter().flatten() {
                let reads = self.reads.get_mut(sources.reads).unwrap_or_default();
                reads.iter_mut().for_each(|read| read.needed = false);
                pending.extend(self.names.get(sources.names).unwrap_or_default());
            }
        }
        self.reads
    }

    /// Notes what was read since `before` as what went into `name`.
    fn note_sources(&mut self, name: &'t str, before: &Sources) {
        let (reads, names) = (before.reads.end..self.reads.len(), before.names.end..self.names.len());
        self.sources.entry(name).or_default().push(Sources { reads, names });
    }

    /// What was read so far.
    fn so_far(&self) -> Sources {
        Sources { reads: 0..self.reads.len(), names: 0..self.names.len() }
    }

    fn body(&mut self, body: &'t Body) {
        body.nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Output(chain) => chain.iter().for_each(|chain| self.chain(chain, NEEDED)),
            NodeKind::Assign(markup) => self.assign(markup),
            NodeKind::Capture { name, body } => {
                let before = self.so_far();
                self.body(body);
                self.note_sources(&name.text, &before);
                self.make(&name.text, None);
            }
            NodeKind::Increment(name) | NodeKind::Decrement(name) => self.make(&name.text, None),
            NodeKind::IfChanged(body) => self.body(body),
            NodeKind::If(tag) => self.branches(|reader, made| {
                for branch in &tag.branches {
                    branch.condition.iter().for_each(|condition| reader.condition(condition));
                    reader.branch(&branch.body, made);
                }
            }),
            NodeKind::Case(tag) => self.branches(|reader, made| {
                reader.expression(&tag.subject, TESTED);
                for branch in &tag.branches {
                    branch.values.iter().flatten().for_each(|value| reader.expression(value, TESTED));
                    reader.branch(&branch.body, made);
                }
            }),
            NodeKind::For(tag) => {
                let markup = &tag.markup;
                let is_part = markup.limit.is_some() || markup.offset.is_some();
                let items = self.items(&markup.collection, is_part);
                markup.limit.iter().for_each(|limit| self.expression(limit, NEEDED));
                if let Some(Offset::Skip(skip)) = &markup.offset {
                    self.expression(skip, NEEDED);
                }
                self.repeated(&markup.item, items, "forloop", &tag.body);
                let mut made = Vec::new();
                tag.otherwise.iter().for_each(|body| self.branch(body, &mut made));
                made.into_iter().for_each(|(name, bound)| self.make(name, bound));
            }
            NodeKind::TableRow(tag) => {
                let TableRowMarkup { columns, limit, offset, .. } = &tag.markup;
                let is_part = limit.is_some() || offset.is_some();
                let items = self.items(&tag.markup.collection, is_part);
                let counts = [columns, limit, offset].into_iter().flatten();
                counts.for_each(|count| self.expression(count, NEEDED));
                self.repeated(&tag.markup.item, items, "tablerowloop", &tag.body);
            }
            NodeKind::Cycle(markup) => {
                markup.group.iter().chain(&markup.values).for_each(|value| self.expression(value, HANDED_ON));
            }
            NodeKind::Partial(markup) => {
                self.expression(&markup.name, NEEDED);
                markup.binding.iter().for_each(|binding| self.expression(&binding.value, HANDED_ON));
                markup.arguments.iter().for_each(|(_, value)| self.expression(value, HANDED_ON));
            }
            NodeKind::Fetch(markup) => {
                let texts = markup.texts().into_iter();
                texts.flat_map(|text| text.chains()).for_each(|chain| self.chain(chain, NEEDED));
                markup.variable().into_iter().for_each(|name| self.make(name, None));
            }
            // The host's tag decides whether it renders its body, and what it does without a value.
            NodeKind::Custom(tag) => {
                let arguments = tag.positional.iter().chain(tag.keyword.iter().map(|(_, value)| value));
                arguments.for_each(|argument| self.expression(argument, HANDED_ON));
                let region = self.region;
                self.enter_region();
                tag.template().into_iter().for_each(|body| self.body(body));
                self.region = region;
            }
            NodeKind::Random(bound) => bound.iter().for_each(|bound| self.expression(bound, NEEDED)),
            NodeKind::Vendor(VendorMarkup::RenderLiquid(text)) => self.expression(text, NEEDED),
            NodeKind::Vendor(VendorMarkup::StandIn(name)) => {
                let steps = vec![Step::Key(TAGS.to_owned()), Step::Key(name.text.clone())];
                let bound = Bound {
                    text: format!("{TAGS}.{}", name.text),
                    kind: VariableKind::Variable,
                    steps,
                    is_whole: true,
                    certain: false,
                    region: ROOT_REGION,
                };
                self.read(bound, name.span, HANDED_ON);
            }
            NodeKind::Abort(_) => self.aborts = self.aborts.saturating_add(1),
            NodeKind::Break | NodeKind::Continue => self.leaves = self.leaves.saturating_add(1),
            NodeKind::Text(_) | NodeKind::Vendor(VendorMarkup::Uuid) | NodeKind::Comment => {}
        }
    }

    fn assign(&mut self, markup: &'t AssignMarkup) {
        let name = markup.name.text.as_str();
        let once = self.made_times.get(name) == Some(&1);
        let bound = match plain(&markup.value) {
            Some(lookup) if once => self.path(lookup).filter(|bound| bound.text.len() <= FOLLOWED_BYTES),
            _ => None,
        };
        let before = self.so_far();
        // What stands for a path is needed where it is used.
        self.chain(&markup.value, if bound.is_some() { HANDED_ON } else { NEEDED });
        self.note_sources(name, &before);
        let bound = bound.map(|bound| Bound {
            certain: bound.certain && bound.region == self.region,
            region: self.region,
            ..bound
        });
        self.make(name, bound);
    }

    fn make(&mut self, name: &'t str, bound: Option<Bound>) {
        if !self.made.contains_key(name) {
            self.journal.push(name);
        }
        self.made.insert(name, bound);
    }

    /// Walks branches of which one at most is rendered: what one makes is not made in the others, and made behind them.
    fn branches(&mut self, walk: impl FnOnce(&mut Self, &mut Vec<(&'t str, Option<Bound>)>)) {
        let (aborts, before) = (self.aborts, self.reads.len());
        let mut made = Vec::new();
        let region = self.region;
        walk(self, &mut made);
        self.region = region;
        made.into_iter().for_each(|(name, bound)| self.make(name, bound));
        if self.aborts > aborts {
            let tested = self.reads.get(before..).unwrap_or_default().iter().filter(|read| read.tested);
            let tested = tested.map(|read| read.text.strip_suffix(".size").unwrap_or(&read.text).to_owned());
            self.guarded.extend(tested);
        }
    }

    fn branch(&mut self, body: &'t Body, made: &mut Vec<(&'t str, Option<Bound>)>) {
        let (mark, region) = (self.journal.len(), self.region);
        self.enter_region();
        self.body(body);
        self.region = region;
        for name in self.journal.split_off(mark.min(self.journal.len())) {
            if let Some(bound) = self.made.remove(name) {
                made.push((name, bound));
            }
        }
    }

    fn enter_region(&mut self) {
        self.regions = self.regions.saturating_add(1);
        self.region = self.regions;
    }

    /// Reads what a loop walks, and says what its items are.
    fn items(&mut self, collection: &'t Expression, is_part: bool) -> Option<Bound> {
        // What is missing is walked as an empty list is.
        self.expression(collection, Purpose { walked: true, ..TESTED });
        let lookup = match &collection.kind {
            ExpressionKind::Lookup(lookup) => Some(lookup),
            ExpressionKind::Inner(chain) => plain(chain),
            _ => None,
        };
        let mut items = self.path(lookup?).filter(|items| items.text.len() <= FOLLOWED_BYTES)?;
        items.text.push_str("[]");
        items.is_whole = items.is_whole && push(&mut items.steps, Step::Each);
        items.certain = items.certain && items.region == self.region && !is_part;
        Some(items)
    }

    fn repeated(&mut self, item: &'t Name, items: Option<Bound>, object: &'t str, body: &'t Body) {
        let (region, leaves, before) = (self.region, self.leaves, self.reads.len());
        self.enter_region();
        let items = items.map(|items| Bound { region: self.region, ..items });
        self.loops.push((object, None));
        self.loops.push((&item.text, items));
        self.body(body);
        self.loops.truncate(self.loops.len().saturating_sub(2));
        self.region = region;
        if self.leaves > leaves {
            // Which items are read in full is not known.
            let inside = self.reads.get_mut(before..).unwrap_or_default();
            inside.iter_mut().for_each(|read| read.needed = false);
            self.leaves = leaves;
        }
    }

    fn condition(&mut self, condition: &'t Condition) {
        let comparisons =
            std::iter::once(&condition.first).chain(condition.rest.iter().map(|(_, next)| next));
        for comparison in comparisons {
            self.expression(&comparison.left, TESTED);
            comparison.right.iter().for_each(|(_, right)| self.expression(right, TESTED));
        }
    }

    fn chain(&mut self, chain: &'t Chain, purpose: Purpose<'t>) {
        let at = chain.filters.iter().position(|filter| filter.name.text == "default");
        let input = match at {
            None if chain.filters.is_empty() => purpose,
            None => Purpose { walked: false, fallback: None, ..purpose },
            Some(at) => {
                let filter = chain.filters.first().filter(|_| at == 0);
                let fallback = filter.and_then(|filter| filter.positional.first());
                let fallback = fallback.and_then(|value| match &value.kind {
                    ExpressionKind::Literal(literal) => Some(literal),
                    _ => None,
                });
                Purpose { needed: false, provided: true, defaulted: true, fallback, walked: false }
            }
        };
        self.expression(&chain.input, input);
        for filter in &chain.filters {
            let given = if filter.name.text == "default" { HANDED_ON } else { NEEDED };
            let given = Purpose { needed: given.needed && purpose.needed, ..given };
            let arguments = filter.positional.iter().chain(filter.keyword.iter().map(|(_, value)| value));
            arguments.for_each(|argument| self.expression(argument, given));
        }
    }

    /// The parser bounds how deep expressions nest.
    fn expression(&mut self, expression: &'t Expression, purpose: Purpose<'t>) {
        let part = Purpose { walked: false, fallback: None, ..purpose };
        match &expression.kind {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Range(ends) => {
                self.expression(&ends.0, part);
                self.expression(&ends.1, part);
            }
            ExpressionKind::Inner(chain) => self.chain(chain, purpose),
            ExpressionKind::Formula(formula) => {
                let is_test = formula.terms.iter().any(|term| matches!(term, Term::Operator(_)));
                let part = if is_test { Purpose { defaulted: part.defaulted, ..TESTED } } else { part };
                for term in &formula.terms {
                    if let Term::Operand(operand) = term {
                        self.expression(operand, part);
                    }
                }
            }
            ExpressionKind::Lookup(lookup) => {
                let inner = Purpose { needed: purpose.needed, ..HANDED_ON };
                if let Root::Dynamic(start) | Root::Value(start) = &lookup.root {
                    self.expression(start, inner);
                }
                for segment in &lookup.segments {
                    if let Segment::Index(index) = segment {
                        self.expression(index, inner);
                    }
                }
                if let Root::Name(name) = &lookup.root {
                    self.names.push(&name.text);
                    if purpose.provided {
                        self.provided.insert(&name.text);
                    }
                }
                if let Some(path) = self.path(lookup) {
                    self.read(path, expression.span, purpose);
                }
            }
        }
    }

    fn read(&mut self, path: Bound, span: Span, purpose: Purpose<'t>) {
        let Purpose { needed, provided, defaulted, fallback, walked } = purpose;
        let tested = provided && !defaulted && !walked;
        let needed = needed && path.certain && path.region == self.region && !self.is_guarded(&path.text);
        let Bound { text, kind, steps, is_whole, .. } = path;
        self.reads.push(Read {
            text,
            kind,
            span,
            steps,
            is_whole,
            defaulted,
            fallback,
            needed,
            walked,
            tested,
        });
    }

    /// Whether the path, or one it begins with, was tested in front of an end of the render.
    fn is_guarded(&self, text: &str) -> bool {
        if self.guarded.is_empty() {
            return false;
        }
        let ends = text.match_indices(['.', '[']).map(|(at, _)| at).filter(|at| *at > 0).take(DEPTH);
        ends.chain([text.len()]).any(|end| text.get(..end).is_some_and(|start| self.guarded.contains(start)))
    }

    /// The full path of a lookup; `None` where it starts at a name of the template's own, or at a computed one.
    fn path(&self, lookup: &Lookup) -> Option<Bound> {
        let mut path = self.root(&lookup.root)?;
        for segment in &lookup.segments {
            let step = match segment {
                Segment::Name(name) => {
                    path.text.push('.');
                    path.text.push_str(&name.text);
                    match name.text.as_str() {
                        "size" => None,
                        "first" | "last" => Some(Step::End),
                        name => Some(Step::Key(name.to_owned())),
                    }
                }
                Segment::Reference(name) => {
                    path.text.push_str(&format!(".${{{}}}", name.text));
                    Some(Step::Key(name.text.clone()))
                }
                Segment::Index(index) => match &index.kind {
                    ExpressionKind::Literal(Literal::Integer(at)) => {
                        path.text.push_str(&format!("[{at}]"));
                        Some(Step::At)
                    }
                    ExpressionKind::Literal(Literal::String(key)) => {
                        path.text.push_str(&format!("[{key:?}]"));
                        Some(Step::Key(key.to_string()))
                    }
                    _ => {
                        path.text.push_str("[]");
                        None
                    }
                },
            };
            path.is_whole = path.is_whole && step.is_some_and(|step| push(&mut path.steps, step));
        }
        Some(path)
    }

    fn root(&self, root: &Root) -> Option<Bound> {
        let (text, kind, steps, certain) = match root {
            Root::Reference { namespace, name } => {
                let (place, text) = match namespace {
                    None => (PROFILE, format!("${{{}}}", name.text)),
                    Some(namespace) => {
                        (namespace.text.as_str(), format!("{}.${{{}}}", namespace.text, name.text))
                    }
                };
                let steps = vec![Step::Key(place.to_owned()), Step::Key(name.text.clone())];
                (text, VariableKind::Attribute, steps, true)
            }
            Root::Name(name) => match self.loops.iter().rev().find(|(item, _)| *item == name.text) {
                Some((_, items)) => return items.clone(),
                None => match self.made.get(name.text.as_str()) {
                    Some(bound) => return bound.clone(),
                    None => self.variable(name.text.clone(), &name.text),
                },
            },
            Root::Dynamic(name) => match &name.kind {
                ExpressionKind::Literal(Literal::String(name)) => self.variable(format!("[{name:?}]"), name),
                _ => return None,
            },
            Root::Value(_) => return None,
        };
        Some(Bound { text, kind, steps, is_whole: true, certain, region: ROOT_REGION })
    }

    fn variable(&self, text: String, name: &str) -> (String, VariableKind, Vec<Step>, bool) {
        let place = self.references.then(|| Step::Key(VARIABLES.to_owned()));
        let steps = place.into_iter().chain([Step::Key(name.to_owned())]).collect();
        (text, VariableKind::Variable, steps, !(self.is_global)(name))
    }
}

/// Adds a step unless there are as many as are told apart.
fn push(steps: &mut Vec<Step>, step: Step) -> bool {
    let fits = steps.len() < DEPTH;
    if fits {
        steps.push(step);
    }
    fits
}

/// The lookup that a chain is, where it is nothing else.
fn plain(chain: &Chain) -> Option<&Lookup> {
    match &chain.input.kind {
        _ if !chain.filters.is_empty() => None,
        ExpressionKind::Lookup(lookup) => Some(lookup),
        ExpressionKind::Inner(chain) => plain(chain),
        _ => None,
    }
}
