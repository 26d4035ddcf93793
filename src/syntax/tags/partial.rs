//! `render` and `include`.

use super::{Read, Tag, TagKind};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::context::{Context, Place};
use crate::syntax::scan::TagPiece;

pub(super) const RENDER: Tag = Tag {
    name: "render",
    kind: TagKind::Inline,
    dialects: DialectSet::LIQUID,
    description: "Renders a partial that sees only what it is given.",
    example: "{% render 'button', label: 'Buy' %}",
    output: "",
    read: Read::Node(|context, piece| partial(context, piece, true)),
};

pub(super) const INCLUDE: Tag = Tag {
    name: "include",
    kind: TagKind::Inline,
    dialects: DialectSet::LIQUID,
    description: "Renders a partial that shares the variables of the template.",
    example: "{% include 'button', label: 'Buy' %}",
    output: "",
    read: Read::Node(|context, piece| partial(context, piece, false)),
};

fn partial(context: &mut Context, piece: &TagPiece, isolated: bool) -> Option<NodeKind> {
    let span = piece.markup;
    let markup = context.read(
        Place::Other,
        span,
        span.from(),
        |grammar, markup, base| grammar.partial(isolated, markup, base),
        |fallback, markup, base| fallback.partial(isolated, markup, base),
    );
    markup.map(|markup| NodeKind::Partial(Box::new(markup)))
}
