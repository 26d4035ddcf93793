//! The tags that fetch something: their texts become pieces of the template and chains, their variables slots.

use super::build::Builder;
use super::program::*;
use crate::source::Span;
use crate::syntax::ast::{
    self, CatalogRows, ConnectedContentMarkup, CredentialKind, ExpressionKind, FetchMarkup, Root,
};

/// The namespace whose attributes are texts to be rendered.
const CONTENT_BLOCKS: &str = "content_blocks";

/// Text in a tag, rendered before the tag does its work.
#[derive(Debug)]
pub(crate) struct TagText {
    pub parts: Box<[TextPart]>,
    pub span: Span,
}

#[derive(Debug)]
pub(crate) enum TextPart {
    Text(Span),
    Output(Chain),
}

/// What a tag fetches.
#[derive(Debug)]
pub(crate) enum Fetch {
    Call(Call),
    Catalog(Catalog),
    Promotion(Box<str>),
    MessageExtras { key: TagText, value: TagText },
    ShoppingCart { id: TagText, abort_if_not_abandoned: bool, slot: Slot },
}

/// A `connected_content`.
#[derive(Debug)]
pub(crate) struct Call {
    pub url: TagText,
    pub method: Option<TagText>,
    pub headers: Option<TagText>,
    pub body: Option<TagText>,
    pub content_type: Option<TagText>,
    pub credential: Option<(CredentialKind, TagText)>,
    /// The variable of the answer and its name.
    pub save: (Slot, Box<str>),
    /// Whether the tag names that variable.
    pub named: bool,
    pub cache_max_age: Option<TagText>,
    pub no_cache: bool,
    pub retry: bool,
    pub rerender: bool,
    /// Whether the tag speaks of a single person, so that Braze keeps no answer.
    pub personal: bool,
}

/// A `catalog_items` or `catalog_selection_items`.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub name: TagText,
    pub rows: Rows,
    pub rerender: bool,
    pub slot: Slot,
}

#[derive(Debug)]
pub(crate) enum Rows {
    Ids(Box<[TagText]>),
    Selection(TagText),
}

/// What makes a request one of a single person, as Braze tells from the text of the tag.
const PERSONAL: [&str; 5] = ["user_id", "braze_id", "email", "phone", "date_of_birth"];

impl Builder<'_> {
    pub fn fetch(&mut self, markup: &FetchMarkup, span: Span) {
        let fetch = match markup {
            FetchMarkup::ConnectedContent(call) => Fetch::Call(self.call(call, span)),
            FetchMarkup::Catalog(markup) => Fetch::Catalog(Catalog {
                name: self.text_of(&markup.catalog),
                rows: match &markup.rows {
                    CatalogRows::Ids(ids) => Rows::Ids(ids.iter().map(|id| self.text_of(id)).collect()),
                    CatalogRows::Selection(name) => Rows::Selection(self.text_of(name)),
                },
                rerender: markup.rerender,
                slot: self.variable("items"),
            }),
            FetchMarkup::Promotion(list) => Fetch::Promotion(list.text.as_str().into()),
            FetchMarkup::MessageExtras { key, value } => {
                Fetch::MessageExtras { key: self.text_of(key), value: self.text_of(value) }
            }
            FetchMarkup::ShoppingCart { id, abort_if_not_abandoned } => Fetch::ShoppingCart {
                id: self.text_of(id),
                abort_if_not_abandoned: *abort_if_not_abandoned,
                slot: self.variable("shopping_cart"),
            },
        };
        self.emit(Operation::Fetch(Box::new(fetch)), span);
    }

    fn call(&mut self, call: &ConnectedContentMarkup, span: Span) -> Call {
        let written = self.source.slice(span);
        let name = call.save.as_ref().map_or("connected", |name| &name.text);
        let mut text = |text: &Option<ast::TagText>| text.as_ref().map(|text| self.text_of(text));
        Call {
            method: text(&call.method),
            headers: text(&call.headers),
            body: text(&call.body),
            content_type: text(&call.content_type),
            cache_max_age: text(&call.cache_max_age),
            credential: call.credential.as_ref().map(|(kind, name)| (*kind, self.text_of(name))),
            url: self.text_of(&call.url),
            save: (self.variable(name), name.into()),
            named: call.save.is_some(),
            no_cache: call.no_cache,
            retry: call.retry,
            rerender: call.rerender,
            personal: PERSONAL.iter().any(|word| written.contains(word)),
        }
    }

    fn text_of(&mut self, text: &ast::TagText) -> TagText {
        let parts = text.parts.iter().map(|part| match part {
            ast::TextPart::Text(span) => TextPart::Text(*span),
            ast::TextPart::Output(chain) => TextPart::Output(self.printed_chain(chain)),
        });
        TagText { parts: parts.collect(), span: text.span }
    }

    /// Whether an output is nothing but a content block, which then writes to the body itself.
    pub fn written_block<'a>(&self, chain: &'a ast::Chain) -> Option<&'a str> {
        let lookup = match &chain.input.kind {
            ExpressionKind::Lookup(lookup) if chain.filters.is_empty() && lookup.segments.is_empty() => {
                lookup
            }
            _ => return None,
        };
        block_name(&lookup.root)
    }

    pub fn write_block(&mut self, name: &str, span: Span) {
        self.emit(Operation::ContentBlock(name.into()), span);
    }

    /// A content block as a value: it is rendered before the node that reads it, and its text is kept where an attribute's
    /// value is.
    pub fn read_block(&mut self, root: &Root, slot: Slot, span: Span) {
        if let Some(name) = block_name(root) {
            self.emit(Operation::CaptureBegin, span);
            self.emit(Operation::ContentBlock(name.into()), span);
            self.emit(Operation::CaptureEnd { slot }, span);
        }
    }
}

fn block_name(root: &Root) -> Option<&str> {
    match root {
        Root::Reference { namespace: Some(namespace), name } if namespace.text == CONTENT_BLOCKS => {
            Some(&name.text)
        }
        _ => None,
    }
}
