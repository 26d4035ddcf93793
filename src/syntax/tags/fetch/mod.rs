//! The tags that fetch something, and `random`.

mod catalog;
mod connected_content;
mod extras;
mod options;
mod random;

pub(super) use catalog::{CATALOG_ITEMS, CATALOG_SELECTION_ITEMS, SHOPPING_CART};
pub(super) use connected_content::CONNECTED_CONTENT;
pub(super) use extras::{MESSAGE_EXTRAS, PROMOTION};
pub(super) use random::RANDOM;

use super::{Read, Tag, TagKind};
