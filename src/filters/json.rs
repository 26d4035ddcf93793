//! JSON in and out.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
