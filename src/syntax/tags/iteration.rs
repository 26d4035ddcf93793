//! `for`, `tablerow` and what belongs to them.

use super::{Read, Tag, TagKind};
use crate::dialect::DialectSet;
use crate::syntax::ast::{Body, For, NodeKind, TableRow};
use crate::syntax::context::Place;
use crate::syntax::fallback::Fallback;
use crate::syntax::markup::Grammar;

pub(super) const FOR: Tag = Tag {
    name: "for",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Renders its body for each item of a collection or range.",
    example: "{% for i in (1..5) reversed limit: 3 %}{{ i }}{% endfor %}",
    output: "321",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let markup = context.read(Place::Loop, span, span.from(), Grammar::for_loop, Fallback::for_loop)?;
        Some(NodeKind::For(Box::new(For { markup, body: Body::default(), otherwise: None })))
    }),
};

pub(super) const TABLEROW: Tag = Tag {
    name: "tablerow",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Renders its body as a cell of an HTML table for each item of a collection.",
    example: "{% capture t %}{% tablerow i in (1..2) %}{{ i }}{% endtablerow %}{% endcapture %}{{ t | strip_newlines }}",
    output: "<tr class=\"row1\"><td class=\"col1\">1</td><td class=\"col2\">2</td></tr>",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let markup = context.read(Place::Loop, span, span.from(), Grammar::table_row, Fallback::table_row)?;
        Some(NodeKind::TableRow(Box::new(TableRow { markup, body: Body::default() })))
    }),
};

pub(super) const IFCHANGED: Tag = Tag {
    name: "ifchanged",
    kind: TagKind::Block,
    dialects: DialectSet::ALL.except(DialectSet::CUSTOMERIO),
    description: "Renders its body if it differs from what the last `ifchanged` rendered.",
    example: "{% for i in (1..3) %}{% ifchanged %}x{% endifchanged %}{% endfor %}",
    output: "x",
    read: Read::Node(|_, _| Some(NodeKind::IfChanged(Body::default()))),
};

pub(super) const BREAK: Tag = Tag {
    name: "break",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Leaves the loop.",
    example: "{% for i in (1..5) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}",
    output: "12",
    read: Read::Node(|_, _| Some(NodeKind::Break)),
};

pub(super) const CONTINUE: Tag = Tag {
    name: "continue",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Goes on with the next turn of the loop.",
    example: "{% for i in (1..3) %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}",
    output: "13",
    read: Read::Node(|_, _| Some(NodeKind::Continue)),
};

pub(super) const CYCLE: Tag = Tag {
    name: "cycle",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Writes the next of its values, each time it is rendered.",
    example: "{% for i in (1..3) %}{% cycle 'odd', 'even' %} {% endfor %}",
    output: "odd even odd ",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let markup = context.read(Place::Other, span, span.from(), Grammar::cycle, Fallback::cycle)?;
        Some(NodeKind::Cycle(Box::new(markup)))
    }),
};
