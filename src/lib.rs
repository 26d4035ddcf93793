//! Carafe renders, checks and tests the webhook bodies of customer-engagement platforms.
#![deny(missing_docs)]
#![deny(unsafe_code)]

mod arena;
pub mod data;
pub mod diagnostic;
pub mod json;
pub mod dialect;
mod failure;
pub mod filters;
pub mod limits;
pub mod number;
pub mod source;
pub mod syntax;
pub mod time;
pub mod value;

pub use arena::{Arena, ListBuilder, Sink, TextBuilder};
pub use failure::{Failure, RenderError, RenderErrorKind};
pub use limits::Limits;
pub use source::{Source, Span};
pub use value::{Object, Value};
