//! Places as tools read them.

use crate::report::Stretch;
use crate::source::{Source, Span};
use serde::Serialize;

/// A stretch of a template.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Located<'s> {
    file: &'s str,
    #[serde(flatten)]
    span: Stretch,
    /// Whether a value stands in for one that is missing; only reads have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_default: Option<bool>,
}

impl<'s> Located<'s> {
    pub fn new(source: &'s Source, span: Span) -> Self {
        Located { file: source.name(), span: Stretch::new(source, span), has_default: None }
    }

    /// The same of a read.
    pub fn of_read(source: &'s Source, span: Span, has_default: bool) -> Self {
        Located { has_default: Some(has_default), ..Located::new(source, span) }
    }
}
