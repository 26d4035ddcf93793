//! `default` and `size`.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
