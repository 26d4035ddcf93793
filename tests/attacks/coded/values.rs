//! The cases V that need code.

use super::Coded;

pub const ALL: &[Coded] = &[];
