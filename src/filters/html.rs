//! HTML: escaping, stripping, line breaks.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
