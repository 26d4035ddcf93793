//! The markup of the tags that fetch something.

use super::{Chain, Name};
use crate::source::Span;

/// Text in a tag, which is rendered before the tag does its work.
#[derive(Clone, Debug, PartialEq)]
pub struct TagText {
    /// The place.
    pub span: Span,
    /// What it is made of, in order.
    pub parts: Vec<TextPart>,
}

/// A part of a [`TagText`].
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// What stands for itself.
    Text(Span),
    /// `{{ … }}` or a bare `${name}`.
    Output(Chain),
}

/// What a tag fetches.
#[derive(Clone, Debug, PartialEq)]
pub enum FetchMarkup {
    /// `connected_content`
    ConnectedContent(ConnectedContentMarkup),
    /// `catalog_items` and `catalog_selection_items`
    Catalog(CatalogMarkup),
    /// `promotion('list')`: the name of the list.
    Promotion(Name),
    /// `message_extras :key k :value v`
    MessageExtras {
        /// The key.
        key: TagText,
        /// The value.
        value: TagText,
    },
    /// `shopping_cart id`
    ShoppingCart {
        /// The cart's id.
        id: TagText,
        /// Whether the message ends if the cart was bought; it does unless the option says `false`.
        abort_if_not_abandoned: bool,
    },
}

/// `connected_content url :option value`
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectedContentMarkup {
    /// The URL.
    pub url: TagText,
    /// `:method`
    pub method: Option<TagText>,
    /// `:headers`, an object in JSON.
    pub headers: Option<TagText>,
    /// `:body`
    pub body: Option<TagText>,
    /// `:content_type`
    pub content_type: Option<TagText>,
    /// `:basic_auth` or `:auth_credentials`: the name of a stored credential.
    pub credential: Option<(CredentialKind, TagText)>,
    /// `:save`: the variable for the answer.
    pub save: Option<Name>,
    /// `:cache_max_age`, in seconds.
    pub cache_max_age: Option<TagText>,
    /// `:no_cache`
    pub no_cache: bool,
    /// `:retry`
    pub retry: bool,
    /// `:rerender`
    pub rerender: bool,
}

/// How a stored credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// `:basic_auth`
    Basic,
    /// `:auth_credentials`
    Token,
}

/// `catalog_items name id …` and `catalog_selection_items name selection`
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogMarkup {
    /// The catalog's name.
    pub catalog: TagText,
    /// Which rows.
    pub rows: CatalogRows,
    /// `:rerender`
    pub rerender: bool,
}

/// The rows that a tag asks of a catalog.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogRows {
    /// Those of these ids. A text may render to several, with blanks between them.
    Ids(Vec<TagText>),
    /// Those of the selection of this name.
    Selection(TagText),
}

impl TagText {
    /// The stretch of the template that the text is, where nothing in it is to be rendered.
    pub fn plain(&self) -> Option<Span> {
        self.parts.iter().all(|part| matches!(part, TextPart::Text(_))).then_some(self.span)
    }

    /// What is rendered in it.
    pub fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Text(_) => None,
            TextPart::Output(chain) => Some(chain),
        })
    }
}

impl FetchMarkup {
    /// Every text in it, in the order in which they are rendered.
    pub fn texts(&self) -> Vec<&TagText> {
        match self {
            FetchMarkup::ConnectedContent(call) => {
                let ConnectedContentMarkup { url, method, headers, body, content_type, .. } = call;
                let credential = call.credential.as_ref().map(|(_, name)| name);
                let options =
                    [method.as_ref(), headers.as_ref(), body.as_ref(), content_type.as_ref(), credential];
                let options = options.into_iter().chain([call.cache_max_age.as_ref()]);
                std::iter::once(url).chain(options.flatten()).collect()
            }
            FetchMarkup::Catalog(markup) => match &markup.rows {
                CatalogRows::Ids(ids) => std::iter::once(&markup.catalog).chain(ids).collect(),
                CatalogRows::Selection(name) => vec![&markup.catalog, name],
            },
            FetchMarkup::Promotion(_) => Vec::new(),
            FetchMarkup::MessageExtras { key, value } => vec![key, value],
            FetchMarkup::ShoppingCart { id, .. } => vec![id],
        }
    }

    /// The variable that the tag sets, if it sets one.
    pub fn variable(&self) -> Option<&str> {
        match self {
            FetchMarkup::ConnectedContent(call) => {
                Some(call.save.as_ref().map_or("connected", |name| &name.text))
            }
            FetchMarkup::Catalog(_) => Some("items"),
            FetchMarkup::ShoppingCart { .. } => Some("shopping_cart"),
            FetchMarkup::Promotion(_) | FetchMarkup::MessageExtras { .. } => None,
        }
    }
}
