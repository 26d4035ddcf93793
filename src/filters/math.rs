//! Arithmetic.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
