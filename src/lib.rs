//! Carafe renders, checks and tests the webhook bodies of customer-engagement platforms.
#![deny(missing_docs)]
#![deny(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod source;
pub mod diagnostic;
pub mod report;
mod error;
pub mod number;
pub mod time;
pub mod limits;
mod failure;
mod arena;
pub mod value;
pub mod json;
pub mod dialect;
pub mod syntax;
pub mod filters;
pub mod analyze;
mod compile;
pub mod render;
pub mod check;
pub mod data;
mod loader;
mod engine;
mod template;
#[cfg(feature = "webhook")]
pub mod webhook;
#[cfg(feature = "webhook")]
pub mod golden;
#[cfg(feature = "liquid")]
pub mod liquid;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use arena::{Arena, Sink, TextBuilder};
pub use diagnostic::{Diagnostic, Severity};
pub use dialect::{Dialect, ErrorMode};
pub use engine::{Builder, Engine};
pub use error::Error;
pub use failure::{Failure, RenderError, RenderErrorKind};
pub use limits::Limits;
pub use loader::{LoadError, Loader};
pub use source::{Source, Span};
pub use template::{Outcome, Render, Status, Template};
pub use value::{ListBuilder, Object, ToData, Value};
