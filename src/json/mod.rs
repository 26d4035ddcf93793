//! JSON text to values and back.
//!
//! [`read()`] turns text into values in an arena, in order and with exact integers; [`write()`] is the way back, and
//! [`escape`] the part of it that templates need most. [`locate`] finds the place of a value in the text it was read
//! from. [`Projector`] reads only what a [`Projection`] wants. [`compact`] takes white space out. [`from_serde`], [`from_serialize`] and [`to_serde`] are the doors to other Rust programs' data.

mod build;
mod compact;
mod compactor;
mod describe;
mod keeper;
mod literal;
mod locate;
mod project;
mod projection;
mod read;
mod routes;
mod row;
mod scan;
mod serde;
mod serializer;
mod text;
mod write;

pub use compact::{compact, compact_bytes};
pub use compactor::Compactor;
pub use locate::{Member, Place, Step, items, locate, members};
pub use project::Projector;
pub use projection::{PathStep, Projection};
pub use read::{ReadError, ReadOptions, read, read_with};
pub use serde::{from_serde, to_serde};
pub use serializer::from_serialize;
pub use text::{Serialized, Text};
pub(crate) use write::is_plain;
pub use write::{escape, write};
