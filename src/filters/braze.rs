//! Braze's own filters that belong to no other group.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
