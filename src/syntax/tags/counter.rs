//! `increment` and `decrement`.

use super::{Read, Tag, TagKind};
use crate::dialect::DialectSet;
use crate::syntax::ast::{Name, NodeKind};
use crate::syntax::context::{Context, Place};
use crate::syntax::fallback::Fallback;
use crate::syntax::markup::Grammar;
use crate::syntax::scan::TagPiece;

pub(super) const INCREMENT: Tag = Tag {
    name: "increment",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Writes a counter that starts at 0, then adds 1 to it.",
    example: "{% increment n %}{% increment n %}",
    output: "01",
    read: Read::Node(|context, piece| counter(context, piece).map(NodeKind::Increment)),
};

pub(super) const DECREMENT: Tag = Tag {
    name: "decrement",
    kind: TagKind::Inline,
    dialects: DialectSet::ALL,
    description: "Takes 1 from a counter that starts at 0, then writes it.",
    example: "{% decrement n %}{% decrement n %}",
    output: "-1-2",
    read: Read::Node(|context, piece| counter(context, piece).map(NodeKind::Decrement)),
};

fn counter(context: &mut Context, piece: &TagPiece) -> Option<Name> {
    let span = piece.markup;
    context.read(Place::Name, span, span.from(), Grammar::counter_name, Fallback::counter_name)
}
