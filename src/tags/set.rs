//! The tags that one engine has beside those of its dialect.

use super::CustomTag;
use crate::syntax::tags::custom::TagForms;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tags by name.
#[derive(Clone, Default)]
pub(crate) struct TagSet {
    pub forms: TagForms,
    tags: BTreeMap<Box<str>, Arc<dyn CustomTag>>,
}

impl TagSet {
    /// Adds a tag. It wins over one that was added before, and over the language's own.
    pub fn add(&mut self, name: &str, tag: Arc<dyn CustomTag>) {
        self.forms.add(name, tag.form());
        self.tags.insert(name.into(), tag);
    }

    /// The tag `name`.
    pub fn find(&self, name: &str) -> Option<&Arc<dyn CustomTag>> {
        self.tags.get(name)
    }
}
