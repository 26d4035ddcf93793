//! Hashes and keyed hashes.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
