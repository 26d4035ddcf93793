//! Base64 and percent-encoding.

use super::Filter;

pub(super) static FILTERS: &[Filter] = &[];
