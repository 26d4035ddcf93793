//! Carafe renders, checks and tests the webhook bodies of customer-engagement platforms.
//!
//! It is a Liquid engine with five [dialects](dialect): Braze's, which is the default, Liquid 5.13 as the reference
//! implementation in Ruby renders it, those of Customer.io's two engines, and CleverTap's. Beside rendering it says
//! what is wrong: with a template, without data; with a rendered body, by the place in the template that wrote it. The
//! program `carafe` is a thin layer over this crate.
//!
//! ```
//! use carafe::Engine;
//!
//! let template = Engine::default().template("Hi {{ ${first_name} | default: 'there' }}!")?;
//! let body = template.render(&serde_json::json!({"profile": {"first_name": "Ada"}}))?;
//! assert_eq!(body, "Hi Ada!");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # The way of the data
//!
//! - An [`Engine`] holds what templates share: dialect, error mode, [`Limits`], filters, a [`Loader`] of partials, a
//!   [`Clock`](time::Clock).
//! - [`Engine::template`] compiles: [`syntax`] reads the text of a [`Source`] to a tree, and the tree becomes a flat
//!   program. What is wrong comes as [`Diagnostic`]s: errors all at once in an [`Error`], warnings in
//!   [`Template::diagnostics`].
//! - [`Template::render`] runs the program with data and gives the text. [`Template::prepare`] sets up a [`Render`],
//!   which gives an [`Outcome`]: the text, how the render ended, findings, and a source map if asked for.
//! - [`check`] reads the text of an outcome as JSON and leads findings back over the source map.
//! - [`report`] writes findings as pictures, lines or JSON.
//!
//! An engine is cheap to clone; engines and templates can be used from many threads at once. The core reads no file,
//! clock or environment and opens no connection: clock, partials and the [network](fetch::Fetch) come in through traits.
//!
//! # Data in
//!
//! Data is anything that is [`ToData`]: a [`serde_json::Value`], JSON text as [`json::Text`], whatever `serde` can
//! serialize as [`json::Serialized`], a [`Value`] that holds a host's own [`Object`]s, whose properties are computed
//! when a template asks for them, and with the feature `liquid` what that crate's traits describe. In Braze's dialect
//! the keys of the data are `profile`, the [namespaces](dialect::NAMESPACES), and `vars` for plain variables; in
//! the others every key is a variable:
//!
//! ```
//! use carafe::{Engine, dialect};
//!
//! let engine = Engine::builder().dialect(&dialect::LIQUID).build();
//! let template = engine.template("{{ items | map: 'title' | join: ', ' }}")?;
//! let data = serde_json::json!({"items": [{"title": "Mug"}, {"title": "Jug"}]});
//! assert_eq!(template.render(&data)?, "Mug, Jug");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! [`data::Inputs`] puts a data file, a profile as Braze exports it, an event and single values together.
//!
//! # Filters of one's own
//!
//! A closure is a filter. Its first argument is the input, the others are the filter's arguments;
//! [`CustomFilter::new`](filters::CustomFilter::new) lists the types.
//!
//! ```
//! use carafe::Engine;
//!
//! let engine = Engine::builder()
//!     .filter("repeat", |text: &str, times: Option<i64>| text.repeat(times.unwrap_or(2).clamp(0, 9) as usize))
//!     .build();
//! assert_eq!(engine.template("{{ 'ho' | repeat }} {{ 'hey' | repeat: 1 }}")?.render(&())?, "hoho hey");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Checking a body
//!
//! With a source map, findings in the body stand in the template. Here the data closes the string it stands in:
//!
//! ```
//! use carafe::Engine;
//!
//! let template = Engine::default().template(r#"{"name": "{{ ${first_name} }}"}"#)?;
//! let data = serde_json::json!({"profile": {"first_name": r#"Ada", "admin": "yes"#}});
//! let outcome = template.prepare().trace(true).run(&data);
//! let findings = outcome.check_json();
//! assert_eq!(findings[0].code.name, "json/injection");
//! assert_eq!(findings[0].primary.as_ref().unwrap().source.name(), "template");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Errors
//!
//! The reference prints an error of a single node in its place (`Liquid error: divided by 0`) and goes on; so does
//! [`Template::render`]. [`Render::run`] reports such errors as findings too, and [`Render::stop_at_error`] ends at
//! the first. A template that aborts the message, or that meets a limit, gives no body but an [`Error`], in an
//! outcome a [`Status`].
//!
//! # Limits
//!
//! Templates and data may be hostile. [`Limits`] bound the size of templates, data, values and the body, the work of
//! a render and every nesting, and are on by default; a limit that is met ends the render. No input makes the crate
//! panic or exhausts the stack; where one does, it is a bug.
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `batch` | many rows to many bodies, over all cores: [`batch`] |
//! | `cli` (default) | the program; implies `batch` and `webhook` |
//! | `contract` | bodies are checked against what their receivers expect: [`contract`] |
//! | `webhook` | webhook folders and their recorded cases: [`webhook`], [`golden`]; implies `contract` |
//! | `liquid` (default) | data of the crate `liquid` renders as it is: [`mod@liquid`] |
//!
//! Without `batch`, `contract`, `webhook` and `liquid` the modules of these names are not there.
#![deny(missing_docs)]
#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        clippy::allow_attributes_without_reason
    )
)]

pub mod source;
pub mod diagnostic;
pub mod report;
mod error;
#[doc(hidden)]
pub mod number;
pub mod time;
pub mod limits;
pub mod failure;
mod arena;
pub mod value;
pub mod json;
pub mod dialect;
pub mod fetch;
#[doc(hidden)]
pub mod syntax;
pub mod filters;
pub mod tags;
pub mod analyze;
mod compile;
pub mod render;
pub mod check;
pub mod data;
pub mod loader;
mod engine;
mod template;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "webhook")]
pub mod webhook;
#[cfg(feature = "webhook")]
pub mod golden;
#[cfg(feature = "batch")]
pub mod batch;
#[cfg(feature = "liquid")]
pub mod liquid;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use arena::Arena;
#[cfg(feature = "batch")]
pub use batch::Batch;
pub use diagnostic::{Diagnostic, Severity};
pub use dialect::Dialect;
pub use engine::{Builder, Engine};
pub use error::Error;
pub use failure::Failure;
pub use limits::Limits;
pub use loader::Loader;
pub use source::Source;
pub use template::{Outcome, Render, Status, Template};
pub use value::{Object, ToData, Value};

/// The README, whose examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
