//! `assign` and `capture`.

use super::{Read, Tag, TagKind, no_name};
use crate::dialect::DialectSet;
use crate::syntax::ast::{Body, NodeKind};
use crate::syntax::context::Place;
use crate::syntax::fallback::Fallback;
use crate::syntax::lint;
use crate::syntax::markup::Grammar;

pub(super) const ASSIGN: Tag = Tag {
    name: "assign",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Gives a variable a value.",
    example: "{% assign name = 'ada' | capitalize %}{{ name }}",
    output: "Ada",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let markup = context.read(Place::Assign, span, span.from(), Grammar::assign, Fallback::assign)?;
        lint::chain(context, &markup.value);
        context.assigns_now |= markup.name.text == "now";
        Some(NodeKind::Assign(Box::new(markup)))
    }),
};

pub(super) const CAPTURE: Tag = Tag {
    name: "capture",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Gives a variable the text its body renders.",
    example: "{% capture greeting %}Hi {{ 'Ada' }}{% endcapture %}{{ greeting }}!",
    output: "Hi Ada!",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let name =
            context.read(Place::Name, span, span.from(), Grammar::capture_name, Fallback::capture_name);
        let name = name.unwrap_or_else(|| no_name(span));
        context.assigns_now |= name.text == "now";
        Some(NodeKind::Capture { name, body: Body::default() })
    }),
};
