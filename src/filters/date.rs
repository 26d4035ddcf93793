//! Dates and times.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
