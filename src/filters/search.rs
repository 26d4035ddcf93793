//! Filters that pick items by a property: where, find, has, reject, sum.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
