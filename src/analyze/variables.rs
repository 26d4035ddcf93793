//! The variables and attributes a template reads from its data.
//!
//! Names that the template itself makes (by `assign`, `capture`, loops and counters) are not listed. A loop variable is
//! followed to what it walks: in `{% for p in event_properties.${products} %}{{ p.id }}` the template reads
//! `event_properties.${products}[].id`.

use crate::source::{Source, Span};
use crate::syntax::ast::*;
use std::collections::HashSet;
use std::sync::Arc;

/// One variable or attribute with its full path, and every place that reads it.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The path as the template's dialect writes it: `custom_attribute.${plan}`, `items[].name`.
    pub path: String,
    /// What its first part is.
    pub kind: VariableKind,
    /// Where it is read, in order.
    pub places: Vec<Place>,
}

/// Whether a path starts at an attribute or at a plain variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// Braze's `${…}`.
    Attribute,
    /// A plain name.
    Variable,
}

/// One place that reads a variable.
#[derive(Clone, Debug)]
pub struct Place {
    /// The template.
    pub source: Arc<Source>,
    /// The lookup.
    pub span: Span,
    /// Whether a `default` filter follows, so that the value may be missing.
    pub defaulted: bool,
}

/// The variables that `body` reads, in order of first use.
pub(crate) fn variables(body: &Body, source: &Arc<Source>) -> Vec<Variable> {
    let mut reader = Reader { source, found: Vec::new(), made: HashSet::new(), loops: Vec::new() };
    collect_made(body, &mut reader.made);
    reader.body(body);
    reader.found
}

/// The names that `body` makes anywhere: by `assign`, `capture`, loops, counters, and what saves something fetched.
pub(super) fn made_names(body: &Body) -> HashSet<String> {
    let mut made = HashSet::new();
    collect_made(body, &mut made);
    collect_items(body, &mut made);
    made
}

fn collect_items(body: &Body, made: &mut HashSet<String>) {
    for node in &body.nodes {
        match &node.kind {
            NodeKind::For(tag) => {
                made.insert(tag.markup.item.text.clone());
                collect_items(&tag.body, made);
                tag.otherwise.iter().for_each(|body| collect_items(body, made));
            }
            NodeKind::TableRow(tag) => {
                made.insert(tag.markup.item.text.clone());
                collect_items(&tag.body, made);
            }
            NodeKind::If(tag) => tag.branches.iter().for_each(|branch| collect_items(&branch.body, made)),
            NodeKind::Case(tag) => tag.branches.iter().for_each(|branch| collect_items(&branch.body, made)),
            NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => collect_items(body, made),
            NodeKind::Custom(tag) => tag.template().iter().for_each(|body| collect_items(body, made)),
            _ => {}
        }
    }
}

fn collect_made(body: &Body, made: &mut HashSet<String>) {
    for node in &body.nodes {
        match &node.kind {
            NodeKind::Assign(markup) => {
                made.insert(markup.name.text.clone());
            }
            NodeKind::Capture { name, body } => {
                made.insert(name.text.clone());
                collect_made(body, made);
            }
            NodeKind::Increment(name) | NodeKind::Decrement(name) => {
                made.insert(name.text.clone());
            }
            NodeKind::Fetch(markup) => made.extend(markup.variable().map(str::to_owned)),
            NodeKind::If(tag) => tag.branches.iter().for_each(|branch| collect_made(&branch.body, made)),
            NodeKind::Case(tag) => tag.branches.iter().for_each(|branch| collect_made(&branch.body, made)),
            NodeKind::For(tag) => {
                collect_made(&tag.body, made);
                tag.otherwise.iter().for_each(|body| collect_made(body, made));
            }
            NodeKind::TableRow(tag) => collect_made(&tag.body, made),
            NodeKind::IfChanged(body) => collect_made(body, made),
            NodeKind::Custom(tag) => tag.template().iter().for_each(|body| collect_made(body, made)),
            _ => {}
        }
    }
}

struct Reader<'s> {
    source: &'s Arc<Source>,
    found: Vec<Variable>,
    /// Names that the template makes anywhere.
    made: HashSet<String>,
    /// Loop variables in scope, with the path of their items where it is known.
    loops: Vec<(String, Option<(String, VariableKind)>)>,
}

impl Reader<'_> {
    fn body(&mut self, body: &Body) {
        body.nodes.iter().for_each(|node| self.node(&node.kind));
    }

    fn node(&mut self, node: &NodeKind) {
        match node {
            NodeKind::Output(chain) => chain.iter().for_each(|chain| self.chain(chain, false)),
            NodeKind::Assign(markup) => self.chain(&markup.value, false),
            NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => self.body(body),
            NodeKind::Case(tag) => {
                self.expression(&tag.subject, false);
                for branch in &tag.branches {
                    branch.values.iter().flatten().for_each(|value| self.expression(value, false));
                    self.body(&branch.body);
                }
            }
            NodeKind::If(tag) => {
                for branch in &tag.branches {
                    branch.condition.iter().for_each(|condition| self.condition(condition));
                    self.body(&branch.body);
                }
            }
            NodeKind::For(tag) => {
                let markup = &tag.markup;
                self.expression(&markup.collection, false);
                markup.limit.iter().for_each(|limit| self.expression(limit, false));
                if let Some(Offset::Skip(skip)) = &markup.offset {
                    self.expression(skip, false);
                }
                self.repeated(&markup.item, &markup.collection, "forloop", &tag.body);
                tag.otherwise.iter().for_each(|body| self.body(body));
            }
            NodeKind::TableRow(tag) => {
                let markup = &tag.markup;
                self.expression(&markup.collection, false);
                let counts = [&markup.columns, &markup.limit, &markup.offset];
                counts.into_iter().flatten().for_each(|count| self.expression(count, false));
                self.repeated(&markup.item, &markup.collection, "tablerowloop", &tag.body);
            }
            NodeKind::Cycle(markup) => {
                markup.group.iter().chain(&markup.values).for_each(|value| self.expression(value, false));
            }
            NodeKind::Partial(markup) => {
                self.expression(&markup.name, false);
                markup.binding.iter().for_each(|binding| self.expression(&binding.value, false));
                markup.arguments.iter().for_each(|(_, value)| self.expression(value, false));
            }
            NodeKind::Fetch(markup) => {
                let texts = markup.texts().into_iter();
                texts.flat_map(|text| text.chains()).for_each(|chain| self.chain(chain, false));
            }
            NodeKind::Custom(tag) => {
                tag.positional.iter().for_each(|value| self.expression(value, false));
                tag.keyword.iter().for_each(|(_, value)| self.expression(value, false));
                tag.template().iter().for_each(|body| self.body(body));
            }
            NodeKind::Random(bound) => bound.iter().for_each(|bound| self.expression(bound, false)),
            NodeKind::Vendor(VendorMarkup::RenderLiquid(text)) => self.expression(text, false),
            NodeKind::Text(_)
            | NodeKind::Vendor(VendorMarkup::StandIn(_) | VendorMarkup::Uuid)
            | NodeKind::Increment(_)
            | NodeKind::Decrement(_)
            | NodeKind::Break
            | NodeKind::Continue
            | NodeKind::Comment
            | NodeKind::Abort(_) => {}
        }
    }

    fn repeated(&mut self, item: &Name, collection: &Expression, object: &str, body: &Body) {
        let walked = match &collection.kind {
            ExpressionKind::Lookup(lookup) => self.path(lookup),
            ExpressionKind::Inner(chain) => match &chain.input.kind {
                ExpressionKind::Lookup(lookup) if chain.filters.is_empty() => self.path(lookup),
                _ => None,
            },
            _ => None,
        };
        self.loops.push((object.to_owned(), None));
        self.loops.push((item.text.clone(), walked.map(|(path, kind)| (format!("{path}[]"), kind))));
        self.body(body);
        self.loops.truncate(self.loops.len().saturating_sub(2));
    }

    fn condition(&mut self, condition: &Condition) {
        for comparison in std::iter::once(&condition.first).chain(condition.rest.iter().map(|(_, next)| next))
        {
            self.expression(&comparison.left, false);
            comparison.right.iter().for_each(|(_, right)| self.expression(right, false));
        }
    }

    /// `defaulted` says that a `default` filter follows the chain as a whole, as in `{{${a}}} | default: 'x'`.
    fn chain(&mut self, chain: &Chain, defaulted: bool) {
        let defaulted = defaulted || chain.filters.iter().any(|filter| filter.name.text == "default");
        self.expression(&chain.input, defaulted);
        for filter in &chain.filters {
            let arguments = filter.positional.iter().chain(filter.keyword.iter().map(|(_, value)| value));
            arguments.for_each(|argument| self.expression(argument, false));
        }
    }

    fn expression(&mut self, expression: &Expression, defaulted: bool) {
        match &expression.kind {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Range(ends) => {
                self.expression(&ends.0, defaulted);
                self.expression(&ends.1, defaulted);
            }
            ExpressionKind::Inner(chain) => self.chain(chain, defaulted),
            ExpressionKind::Formula(formula) => {
                for term in &formula.terms {
                    if let Term::Operand(operand) = term {
                        self.expression(operand, defaulted);
                    }
                }
            }
            ExpressionKind::Lookup(lookup) => {
                if let Root::Dynamic(start) | Root::Value(start) = &lookup.root {
                    self.expression(start, false);
                }
                for segment in &lookup.segments {
                    if let Segment::Index(index) = segment {
                        self.expression(index, false);
                    }
                }
                if let Some((path, kind)) = self.path(lookup) {
                    self.found(path, kind, expression.span, defaulted);
                }
            }
        }
    }

    fn found(&mut self, path: String, kind: VariableKind, span: Span, defaulted: bool) {
        let place = Place { source: self.source.clone(), span, defaulted };
        match self.found.iter_mut().find(|known| known.path == path) {
            Some(known) => known.places.push(place),
            None => self.found.push(Variable { path, kind, places: vec![place] }),
        }
    }

    /// The full path of a lookup; `None` where it starts at a name of the template's own, or at a computed one.
    fn path(&self, lookup: &Lookup) -> Option<(String, VariableKind)> {
        let (mut path, kind) = match &lookup.root {
            Root::Reference { namespace: None, name } => {
                (format!("${{{}}}", name.text), VariableKind::Attribute)
            }
            Root::Reference { namespace: Some(namespace), name } => {
                (format!("{}.${{{}}}", namespace.text, name.text), VariableKind::Attribute)
            }
            Root::Name(name) => match self.loops.iter().rev().find(|(item, _)| *item == name.text) {
                Some((_, walked)) => walked.clone()?,
                None if self.made.contains(&name.text) => return None,
                None => (name.text.clone(), VariableKind::Variable),
            },
            Root::Dynamic(name) => match &name.kind {
                ExpressionKind::Literal(Literal::String(name)) => {
                    (format!("[{name:?}]"), VariableKind::Variable)
                }
                _ => return None,
            },
            Root::Value(_) => return None,
        };
        for segment in &lookup.segments {
            match segment {
                Segment::Name(name) => {
                    path.push('.');
                    path.push_str(&name.text);
                }
                Segment::Reference(name) => path.push_str(&format!(".${{{}}}", name.text)),
                Segment::Index(index) => match &index.kind {
                    ExpressionKind::Literal(Literal::Integer(at)) => path.push_str(&format!("[{at}]")),
                    ExpressionKind::Literal(Literal::String(key)) => path.push_str(&format!("[{key:?}]")),
                    _ => path.push_str("[]"),
                },
            }
        }
        Some((path, kind))
    }
}
