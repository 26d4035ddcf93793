//! The filters of one engine: the table's for its dialect, and the host's own.

use super::{CustomFilter, Filter, all};
use crate::dialect::DialectSet;
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// What a filter's name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// An entry of the table.
    Table(&'static Filter),
    /// A filter of the host.
    Custom(Arc<CustomFilter>),
    /// Nothing: the value passes through.
    Unknown,
}

/// Filters by name. The host's own win over the table's.
#[derive(Clone, Debug)]
pub(crate) struct FilterSet {
    table: HashMap<&'static str, &'static Filter>,
    custom: HashMap<String, Arc<CustomFilter>>,
}

impl FilterSet {
    /// The table's filters for the dialects in `set`.
    pub fn new(set: DialectSet) -> Self {
        let table =
            all().filter(|filter| filter.dialects.intersects(set)).map(|filter| (filter.name, filter));
        FilterSet { table: table.collect(), custom: HashMap::new() }
    }

    /// Adds a filter of the host.
    pub fn add(&mut self, filter: CustomFilter) {
        self.custom.insert(filter.name().to_owned(), Arc::new(filter));
    }

    /// What `name` stands for.
    pub fn find(&self, name: &str) -> Option<Callee> {
        if let Some(filter) = self.custom.get(name) {
            return Some(Callee::Custom(filter.clone()));
        }
        self.table.get(name).map(|filter| Callee::Table(filter))
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table.keys().copied().chain(self.custom.keys().map(String::as_str))
    }
}
