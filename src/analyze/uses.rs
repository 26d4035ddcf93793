//! The filters, tags and partials that a template uses.

use super::parts::{Part, nodes, parts};
use super::place::Located;
use crate::source::{Source, Span};
use crate::syntax::ast::*;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::collections::HashMap;
use std::sync::Arc;

/// A filter, a tag or a partial, and every place that uses it.
///
/// Serialized it is an object of `name`, `isComputed` and `places`; a place has `file`, `line`, `column`, `endLine`,
/// `endColumn` (from 1, in characters), `byteStart` and `byteEnd`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Use {
    /// The name as written. Of a partial whose name only a render knows, the expression that gives it.
    pub name: String,
    /// Whether `name` is such an expression.
    pub is_computed: bool,
    /// Where it is used, in order.
    pub places: Vec<Spot>,
}

/// One place that uses something by its name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Spot {
    /// The template.
    pub source: Arc<Source>,
    /// The name; of a partial with the quotes around it.
    pub span: Span,
}

impl Serialize for Use {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Use", 3)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("isComputed", &self.is_computed)?;
        fields.serialize_field("places", &self.places)?;
        fields.end()
    }
}

impl Serialize for Spot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Located::new(&self.source, self.span).serialize(serializer)
    }
}

/// The filters of `body` in order of first use, under the names they are called by.
pub(crate) fn filters(body: &Body, source: &Arc<Source>) -> Vec<Use> {
    let mut found = Found::default();
    nodes(body, &mut |node| {
        parts(&node.kind, &mut |part| match part {
            Part::Chain(chain) => found.chain(chain),
            Part::Value(value) => found.expression(value),
            Part::Body(_) => {}
        });
    });
    found.uses(source)
}

/// The tags of `body` in order of first use: those that open blocks or stand alone, and neither their branches nor the
/// tags that close them. The tags inside `liquid` are listed and it is not.
pub(crate) fn tags(body: &Body, source: &Arc<Source>) -> Vec<Use> {
    let mut found = Found::default();
    nodes(body, &mut |node| {
        if let Some(span) = tag_name(node, source) {
            found.add(source.slice(span).to_owned(), false, span);
        }
    });
    found.uses(source)
}

/// The partials of `body` in order of first use.
pub(crate) fn used_partials(body: &Body, source: &Arc<Source>) -> Vec<Use> {
    let mut found = Found::default();
    nodes(body, &mut |node| {
        if let NodeKind::Partial(markup) = &node.kind {
            let span = markup.name.span;
            match &markup.name.kind {
                ExpressionKind::Literal(Literal::String(name)) => found.add(name.to_string(), false, span),
                _ => found.add(source.slice(span).to_owned(), true, span),
            }
        }
    });
    found.uses(source)
}

/// The name of the tag that a node was read from; none of outputs and text. The tree keeps what tags mean and not how they
/// are called.
fn tag_name(node: &Node, source: &Source) -> Option<Span> {
    let text = source.slice(node.tag);
    let rest = match text.strip_prefix("{%") {
        Some(rest) => rest.strip_prefix('-').unwrap_or(rest).trim_start(),
        // A line of `liquid` begins with the name of its tag.
        None if !matches!(node.kind, NodeKind::Text(_)) && !text.starts_with("{{") => text.trim_start(),
        None => return None,
    };
    let length = match rest.starts_with('#') {
        true => 1,
        false => rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()),
    };
    let start = node.tag.from().saturating_add(text.len().saturating_sub(rest.len()));
    (length > 0).then(|| Span::new(start, start.saturating_add(length)))
}

/// What was found, in no order.
#[derive(Default)]
struct Found {
    places: Vec<(String, bool, Span)>,
}

impl Found {
    fn add(&mut self, name: String, is_computed: bool, span: Span) {
        self.places.push((name, is_computed, span));
    }

    fn chain(&mut self, chain: &Chain) {
        self.expression(&chain.input);
        for filter in &chain.filters {
            self.add(filter.name.text.clone(), false, filter.name.span);
            let arguments = filter.positional.iter().chain(filter.keyword.iter().map(|(_, value)| value));
            arguments.for_each(|argument| self.expression(argument));
        }
    }

    /// The parser bounds how deep expressions nest.
    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Range(ends) => {
                self.expression(&ends.0);
                self.expression(&ends.1);
            }
            ExpressionKind::Inner(chain) => self.chain(chain),
            ExpressionKind::Formula(formula) => {
                for term in &formula.terms {
                    if let Term::Operand(operand) = term {
                        self.expression(operand);
                    }
                }
            }
            ExpressionKind::Lookup(lookup) => {
                if let Root::Dynamic(start) | Root::Value(start) = &lookup.root {
                    self.expression(start);
                }
                for segment in &lookup.segments {
                    if let Segment::Index(index) = segment {
                        self.expression(index);
                    }
                }
            }
        }
    }

    fn uses(mut self, source: &Arc<Source>) -> Vec<Use> {
        self.places.sort_by_key(|(_, _, span)| span.start);
        let mut uses: Vec<Use> = Vec::new();
        let mut known: HashMap<(String, bool), usize> = HashMap::new();
        for (name, is_computed, span) in self.places {
            let spot = Spot { source: source.clone(), span };
            let key = (name, is_computed);
            match known.get(&key).and_then(|at| uses.get_mut(*at)) {
                Some(known) => known.places.push(spot),
                None => {
                    uses.push(Use { name: key.0.clone(), is_computed, places: vec![spot] });
                    known.insert(key, uses.len().saturating_sub(1));
                }
            }
        }
        uses
    }
}
