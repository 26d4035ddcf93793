//! `catalog_items`, `catalog_selection_items` and `shopping_cart`.

use super::options::{self, Table, Takes};
use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::{CatalogMarkup, CatalogRows, FetchMarkup, NodeKind};
use crate::syntax::context::Context;
use crate::syntax::findings::shown;
use crate::syntax::scan::TagPiece;

pub(in crate::syntax::tags) const CATALOG_ITEMS: Tag = Tag {
    name: "catalog_items",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Reads rows of a catalog by their ids into `items`; ids that the catalog does not have are left out.",
    example: "{% catalog_items games 1234 %}{{ items.size }}",
    output: "0",
    read: Read::Node(|context, piece| catalog(context, piece, false)),
};

pub(in crate::syntax::tags) const CATALOG_SELECTION_ITEMS: Tag = Tag {
    name: "catalog_selection_items",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Reads the rows of a catalog's selection into `items`, at most 50.",
    example: "{% catalog_selection_items games on-sale %}{{ items.size }}",
    output: "0",
    read: Read::Node(|context, piece| catalog(context, piece, true)),
};

pub(in crate::syntax::tags) const SHOPPING_CART: Tag = Tag {
    name: "shopping_cart",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Reads a shopping cart into `shopping_cart`.",
    example: "{% shopping_cart cart-1 %}{{ shopping_cart.total_value | default: 'no cart' }}",
    output: "no cart",
    read: Read::Node(cart),
};

static CATALOG_OPTIONS: Table = &[("rerender", Takes::Nothing)];
static CART_OPTIONS: Table = &[("abort_if_not_abandoned", Takes::Value)];

const CART: &str = "{% shopping_cart {{context.${cart_id}}} %}";

fn catalog(context: &mut Context, piece: &TagPiece, selection: bool) -> Option<NodeKind> {
    let (usage, missing) = match selection {
        true => ("{% catalog_selection_items CATALOG SELECTION %}", "the name of a selection"),
        false => ("{% catalog_items CATALOG ID ID … %}", "the id of a row"),
    };
    let words = options::words(context, piece, usage)?;
    let given = options::known(context, piece, words.options, CATALOG_OPTIONS);
    let mut positional = words.words.into_iter();
    let (Some(name), Some(first)) = (positional.next(), positional.next()) else {
        let tag = context.slice(piece.name);
        let missing = format!("`{tag}` needs the name of a catalog and {missing}");
        options::malformed(context, piece.span, &missing, usage);
        return None;
    };
    let catalog = options::text(context, name);
    let first = options::text(context, first);
    let rows = if selection {
        options::surplus(context, positional.as_slice(), "a selection has one name");
        CatalogRows::Selection(first)
    } else {
        let mut ids = vec![first];
        ids.extend(positional.map(|id| options::text(context, id)));
        CatalogRows::Ids(ids)
    };
    let markup = CatalogMarkup { catalog, rows, rerender: !given.is_empty() };
    Some(NodeKind::Fetch(Box::new(FetchMarkup::Catalog(markup))))
}

fn cart(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let words = options::words(context, piece, CART)?;
    let mut given = options::known(context, piece, words.options, CART_OPTIONS);
    let mut positional = words.words.into_iter();
    let Some(id) = positional.next() else {
        options::malformed(context, piece.span, "`shopping_cart` needs the id of a cart", CART);
        return None;
    };
    options::surplus(context, positional.as_slice(), "a cart has one id");
    let id = options::text(context, id);
    let option = options::take(&mut given, "abort_if_not_abandoned").and_then(|option| option.value);
    let mut abort_if_not_abandoned = true;
    if let Some(value) = option {
        match options::plain(context, &value) {
            Some("true") => {}
            Some("false") => abort_if_not_abandoned = false,
            _ => {
                let what = shown(context.slice(value.span));
                let message = format!("`:abort_if_not_abandoned` is `true` or `false`, not `{what}`");
                let diagnostic = Diagnostic::new(&code::BRAZE_OPTION_VALUE, message).at(
                    context.source,
                    value.span,
                    "`true` counts",
                );
                context.findings.report(diagnostic);
            }
        }
    }
    Some(NodeKind::Fetch(Box::new(FetchMarkup::ShoppingCart { id, abort_if_not_abandoned })))
}
