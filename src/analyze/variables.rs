//! The variables and attributes a template reads from its data.
//!
//! Names that the template itself has made (by `assign`, `capture`, loops and counters) are not listed. A loop variable is
//! followed to what it walks: in `{% for p in event_properties.${products} %}{{ p.id }}` the template reads
//! `event_properties.${products}[].id`; so is a name that one plain `assign` gives.

use super::parts::nodes;
use super::place::Located;
use super::reads::{Read, reads};
use crate::dialect::Dialect;
use crate::source::{Source, Span};
use crate::syntax::ast::*;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// One variable or attribute with its full path, and every place that reads it.
///
/// Serialized it is an object of `path`, `kind`, `hasDefault` and `places`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variable {
    /// The path as the template's dialect writes it: `custom_attribute.${plan}`, `items[].name`.
    pub path: String,
    /// What its first part is.
    pub kind: VariableKind,
    /// Where it is read, in order.
    pub places: Vec<Place>,
}

/// Whether a path starts at an attribute or at a plain variable.
///
/// Serialized it is `"attribute"` or `"variable"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VariableKind {
    /// Braze's `${…}`.
    Attribute,
    /// A plain name.
    Variable,
}

/// One place that reads a variable.
///
/// Serialized it is an object of `file`, the name of the source, `line`, `column`, `endLine` and `endColumn`, which count
/// characters from 1, `byteStart` and `byteEnd`, which count bytes from 0, and `hasDefault`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Place {
    /// The template.
    pub source: Arc<Source>,
    /// The lookup.
    pub span: Span,
    /// Whether a `default` filter follows, so that the value may be missing.
    pub defaulted: bool,
}

impl Variable {
    /// Whether the value may be missing at every place that reads it.
    pub fn has_default(&self) -> bool {
        self.places.iter().all(|place| place.defaulted)
    }
}

impl Serialize for Variable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Variable", 4)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("hasDefault", &self.has_default())?;
        fields.serialize_field("places", &self.places)?;
        fields.end()
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Located::of_read(&self.source, self.span, self.defaulted).serialize(serializer)
    }
}

/// The variables that `body` reads, in order of first use.
pub(crate) fn variables(body: &Body, source: &Arc<Source>, dialect: &Dialect) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for Read { text, kind, span, defaulted, .. } in reads(body, dialect, &|_| false) {
        let place = Place { source: source.clone(), span, defaulted };
        match known.get(&text).and_then(|at| found.get_mut(*at)) {
            Some(variable) => variable.places.push(place),
            None => {
                known.insert(text.clone(), found.len());
                found.push(Variable { path: text, kind, places: vec![place] });
            }
        }
    }
    found
}

/// The names that `body` makes anywhere: by `assign`, `capture`, loops, counters, and what saves something fetched.
pub(super) fn made_names(body: &Body) -> HashSet<String> {
    let mut made = HashSet::new();
    nodes(body, &mut |node| {
        let name = match &node.kind {
            NodeKind::For(tag) => Some(&tag.markup.item),
            NodeKind::TableRow(tag) => Some(&tag.markup.item),
            _ => None,
        };
        made.extend(name.map(|name| name.text.clone()));
        made.extend(set_name(&node.kind).map(str::to_owned));
    });
    made
}

/// The name that a node gives a value, beside the names of loops.
pub(super) fn set_name(node: &NodeKind) -> Option<&str> {
    match node {
        NodeKind::Assign(markup) => Some(&markup.name.text),
        NodeKind::Capture { name, .. } | NodeKind::Increment(name) | NodeKind::Decrement(name) => {
            Some(&name.text)
        }
        NodeKind::Fetch(markup) => markup.variable(),
        _ => None,
    }
}
