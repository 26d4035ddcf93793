//! Filters on arrays as a whole: join, sort, uniq, map, slice of them.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
