//! Braze's tags that fetch something: known, and not supported yet.

use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::context::Context;
use crate::syntax::scan::TagPiece;

const fn fetch(name: &'static str, description: &'static str, example: &'static str) -> Tag {
    Tag {
        name,
        kind: TagKind::Inline,
        dialects: DialectSet::BRAZE,
        description,
        example,
        output: "",
        read: Read::Node(unsupported),
    }
}

pub(super) const CONNECTED_CONTENT: Tag = fetch(
    "connected_content",
    "Calls a web service and saves what it answers.",
    "{% connected_content https://example.com/offers.json :save offers %}",
);

pub(super) const CATALOG_ITEMS: Tag = fetch(
    "catalog_items",
    "Reads rows of a catalog by their ids into `items`.",
    "{% catalog_items games 1234 %}",
);

pub(super) const CATALOG_SELECTION_ITEMS: Tag = fetch(
    "catalog_selection_items",
    "Reads the rows of a catalog selection into `items`.",
    "{% catalog_selection_items games on-sale %}",
);

pub(super) const PROMOTION: Tag =
    fetch("promotion", "Writes a code from a list of promotion codes.", "{% promotion('spring-list') %}");

pub(super) const MESSAGE_EXTRAS: Tag = fetch(
    "message_extras",
    "Attaches a key and a value to the send event.",
    "{% message_extras :key plan :value gold %}",
);

pub(super) const SHOPPING_CART: Tag =
    fetch("shopping_cart", "Reads a shopping cart into `shopping_cart`.", "{% shopping_cart {{cart_id}} %}");

pub(super) const RANDOM: Tag = fetch("random", "Writes a random number.", "{% random 10 %}");

fn unsupported(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let message = format!("`{}` is not supported yet", context.slice(piece.name));
    let diagnostic = Diagnostic::new(&code::BRAZE_UNSUPPORTED, message).at(context.source, piece.span, "");
    context.findings.report(diagnostic);
    None
}
