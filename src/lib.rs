//! Carafe renders, checks and tests the webhook bodies of customer-engagement platforms.
//!
//! It is a Liquid engine with five [dialects](dialect): Braze's, which is the default, Liquid 5.13 as the reference
//! implementation in Ruby renders it, those of Customer.io's two engines, and CleverTap's. Beside rendering it says
//! what is wrong: with a template, without data; with a rendered body, by the place in the template that wrote it. The
//! program `carafe` is a thin layer over this crate.
//!
//! ```
//! use carafe::{Engine, dialect};
//!
//! let engine = Engine::builder().dialect(&dialect::LIQUID).build();
//! let template = engine.template("Hi {{ name | default: 'there' }}!")?;
//! assert_eq!(template.render(&serde_json::json!({"name": "Ada"}))?, "Hi Ada!");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! An [`Engine`] holds what templates share. It is made once and cheap to clone. A [`Template`] is compiled once and
//! rendered any number of times. This page is a tour in the order in which a host needs things:
//!
//! 1. [Data in](#data-in)
//! 2. [Filters](#filters), [functions, tags and blocks](#functions-tags-and-blocks)
//! 3. [Partials](#partials)
//! 4. [Undefined names, and globals](#undefined-names-and-globals)
//! 5. [Errors and findings](#errors-and-findings), [checking a body](#checking-a-body)
//! 6. [Limits](#limits)
//! 7. [Threads and batches](#threads-and-batches)
//! 8. [Features](#features), and [where to go next](#where-to-go-next)
//!
//! # Data in
//!
//! [`Template::render`] takes anything that is [`ToData`]:
//!
//! | The data is | Give |
//! | --- | --- |
//! | a [`serde_json::Value`] | a reference to it, which is read in place |
//! | a struct, a map, whatever implements `serde::Serialize` | [`json::Serialized`]`(&data)` |
//! | JSON text | [`json::Text`]`(text)`, which is read once for each render |
//! | an [`Object`], whose properties are computed when a template asks for them | `&Value::Object(&object)` |
//! | several of these | a type of one's own that implements [`ToData`] |
//! | what the crate `liquid` renders: derived structs, its `Object` | `liquid::View::new(&data)`, with the feature `liquid` |
//! | nothing | `&()` |
//!
//! ```
//! use carafe::{Engine, dialect, json};
//!
//! #[derive(serde::Serialize)]
//! struct Order {
//!     id: u32,
//!     titles: Vec<&'static str>,
//! }
//!
//! let engine = Engine::builder().dialect(&dialect::LIQUID).build();
//! let template = engine.template("{{ id }}: {{ titles | join: ', ' }}")?;
//! let order = Order { id: 7, titles: vec!["Mug", "Jug"] };
//! assert_eq!(template.render(&json::Serialized(&order))?, "7: Mug, Jug");
//! assert_eq!(template.render(&json::Text(r#"{"id": 8, "titles": ["Tea"]}"#))?, "8: Tea");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! An [`Object`] computes a property when a template asks for it. What it makes lies in the [`Arena`], the memory of one
//! render. A [`Value`] is only a reference there or into the host's own data, so that nothing needs to be copied:
//!
//! ```
//! use carafe::{Arena, Engine, Failure, Object, Value, dialect};
//!
//! struct Customer {
//!     name: String,
//! }
//!
//! impl Object for Customer {
//!     fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
//!         Ok(match key.as_str() {
//!             Some("name") => Some(Value::from(&self.name)),
//!             Some("initials") => {
//!                 let initials: String = self.name.split(' ').filter_map(|word| word.chars().next()).collect();
//!                 Some(Value::from(arena.text(&initials)?))
//!             }
//!             _ => None,
//!         })
//!     }
//! }
//!
//! let engine = Engine::builder().dialect(&dialect::LIQUID).build();
//! let template = engine.template("{{ name }} ({{ initials }})")?;
//! let ada = Customer { name: "Ada King".into() };
//! assert_eq!(template.render(&Value::Object(&ada))?, "Ada King (AK)");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! Where an object is one variable among others, a type that implements [`ToData`] puts them together.
//!
//! In Braze's dialect the keys of the data are `profile`, the [namespaces](dialect::NAMESPACES), and `vars` for plain
//! variables; in the others every key is a variable. [`data::Inputs`] puts a data file, a profile as Braze exports it, an
//! event and single values together.
//!
//! ```
//! let template = carafe::Engine::default().template("{{ ${first_name} }} has {{ custom_attribute.${plan} }}, {{ n }}")?;
//! let data = serde_json::json!({
//!     "profile": {"first_name": "Ada"}, "custom_attribute": {"plan": "gold"}, "vars": {"n": 1},
//! });
//! assert_eq!(template.render(&data)?, "Ada has gold, 1");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Filters
//!
//! A closure is a filter. Its first argument is the input, the others are the filter's arguments, the last may be the
//! [`Keywords`](filters::Keywords). [`Argument`](filters::Argument) lists the types it may take,
//! [`FilterResult`](filters::FilterResult) those it may give; a `Result` makes an error of the template. The types of the
//! arguments must be written out.
//!
//! ```
//! use carafe::Engine;
//!
//! let engine = Engine::builder()
//!     .filter("repeat", |text: &str, times: Option<i64>| text.repeat(times.unwrap_or(2).clamp(0, 9) as usize))
//!     .filter("port", |text: &str| text.parse::<u16>().map(i64::from))
//!     .build();
//! assert_eq!(engine.template("{{ 'ho' | repeat }} {{ 'hey' | repeat: 1 }}")?.render(&())?, "hoho hey");
//! assert_eq!(engine.template("{{ '80' | port }}")?.render(&())?, "80");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Functions, tags and blocks
//!
//! A [`function`](Builder::function) is a tag that writes what a closure gives. A [`CustomTag`](tags::CustomTag) does more:
//! it gets its arguments evaluated, may read and set variables, and as a block decides whether and how often what it stands
//! around is rendered.
//!
//! ```
//! use carafe::tags::{CustomTag, TagCall, TagForm};
//! use carafe::{Engine, Failure};
//!
//! /// `{% box title: "News" %}…{% endbox %}`
//! struct Box;
//!
//! impl CustomTag for Box {
//!     fn form(&self) -> TagForm {
//!         TagForm::block()
//!     }
//!
//!     fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
//!         let title = call.keywords().get::<&str>("title")?;
//!         call.write(&format!("<h1>{title}</h1>{}", call.body()))
//!     }
//! }
//!
//! let engine = Engine::builder()
//!     .tag("box", Box)
//!     .function("stars", |count: i64| "*".repeat(count.clamp(0, 5) as usize))
//!     .build();
//! let template = engine.template("{% box title: 'News' %}{% stars 3 %}{% endbox %}")?;
//! assert_eq!(template.render(&())?, "<h1>News</h1>***");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Partials
//!
//! The core reads no files. What `render` and `include` name comes from a [`Loader`], and so does
//! [`Engine::load`]'s template. A map is one; it is asked once for each name.
//!
//! ```
//! use carafe::{Engine, dialect};
//! use std::collections::HashMap;
//!
//! let partials = HashMap::from([("greeting", "Hi {{ name }}!")]);
//! let engine = Engine::builder().dialect(&dialect::LIQUID).loader(partials).build();
//! let template = engine.template("{% render 'greeting', name: user.name %}")?;
//! assert_eq!(template.render(&serde_json::json!({"user": {"name": "Ada"}}))?, "Hi Ada!");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Undefined names, and globals
//!
//! A name that nothing defines prints nothing, unless the dialect or [`Builder::undefined`] says otherwise: then the render
//! ends where it would be printed. A [`global`](Builder::global) is there for every template, under whatever the data has
//! of its name.
//!
//! ```
//! use carafe::dialect::{LIQUID, Undefined};
//!
//! let engine = carafe::Engine::builder()
//!     .dialect(&LIQUID)
//!     .undefined(Undefined::Strict)
//!     .global("shop", serde_json::json!({"name": "Mugs"}))
//!     .build();
//! let template = engine.template("{{ shop.name }}: {{ nick | default: 'friend' }}, {{ code }}")?;
//! let error = template.render(&()).unwrap_err();
//! assert_eq!(error.to_string(), "template:1:53: error[variable/missing]: Variable 'code' is missing");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Errors and findings
//!
//! Whatever is wrong or doubtful is a [`Diagnostic`]: a code, a sentence, places, and often a fix. An [`Error`] is one or
//! more of them. `{}` is one line, `{:#}` and `{:?}` are pictures; [`report`] writes them in colour or as JSON, and for
//! `serde` they are data.
//!
//! ```
//! # let engine = carafe::Engine::default();
//! let error = engine.template("Hi {{ name }}!\n{% if vip %}Thank you").unwrap_err();
//! assert_eq!(error.to_string(), "template:2:1: error[syntax/unclosed-block]: `if` is never closed");
//! assert_eq!(format!("{error:#}"), "\
//! error[syntax/unclosed-block]: `if` is never closed
//!  --> template:2:1
//!   |
//! 2 | {% if vip %}Thank you
//!   | ^^^^^^^^^^^^ opened here
//!   |
//!   = note: Liquid itself says: 'if' tag was never closed
//!   = help: close it with `{% endif %}`");
//! ```
//!
//! - [`Engine::template`] and [`Engine::load`] give every error of the template at once. Warnings, such as a filter that
//!   does not exist, are in [`Template::diagnostics`]; [`Engine::check`] gives all of them for a text.
//! - In a render, the reference prints an error of a single node in its place (`Liquid error: divided by 0`) and goes on;
//!   so does [`Template::render`]. [`Render::stop_at_error`] ends at the first instead.
//! - A template that aborts the message, or that meets a limit, gives no body but an error.
//! - [`Template::prepare`] sets up a [`Render`], which gives an [`Outcome`]: the text, how the render ended, findings, and
//!   a source map if asked for.
//!
//! ```
//! let template = carafe::Engine::default().template("{{ 7 | divided_by: n }} {{ nmae }}")?;
//! let data = serde_json::json!({"vars": {"n": 0, "name": "Ada"}});
//! assert_eq!(template.render(&data)?, "Liquid error: divided by 0 ");
//!
//! let outcome = template.prepare().warnings(true).run(&data);
//! let codes: Vec<_> = outcome.diagnostics.iter().map(|finding| finding.code.name).collect();
//! assert_eq!(codes, ["render/error", "variable/undefined"]);
//!
//! let error = template.prepare().stop_at_error(true).run(&data).into_body().unwrap_err();
//! assert_eq!(error.to_string(), "template:1:1: error[render/error]: divided by 0");
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! Without data a template can be asked for its [variables](Template::variables), [filters](Template::filters),
//! [tags](Template::tags), [partials](Template::partials), and for a [JSON Schema](Template::schema) of the data it needs.
//!
//! # Checking a body
//!
//! With a source map, findings in the body stand in the template. [`Template::check`] does all of it in one call, and
//! [`Outcome::check_json`] is the part about JSON. Here the data closes the string it stands in:
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
//! # Limits
//!
//! Templates and data may be hostile. [`Limits`] bound the size of templates, data, values and the body, the work and time
//! of a render and every nesting, and are on by default; a limit that is met ends the render. [`Limits::untrusted`] suits
//! templates of strangers. No input makes the crate panic or exhausts the stack; where one does, it is a bug.
//!
//! ```
//! use carafe::{Engine, Limits, diagnostic::code};
//!
//! let engine = Engine::builder().limits(Limits::untrusted()).build();
//! let error = engine.template("{% for i in (1..1000000000) %}{% endfor %}")?.render(&()).unwrap_err();
//! assert_eq!(error.code(), &code::LIMIT_STEPS);
//! # Ok::<(), carafe::Error>(())
//! ```
//!
//! # Threads and batches
//!
//! Engines, templates, errors and outcomes go from thread to thread; a [`Value`] and its [`Arena`] stay in one render.
//! There is no global state. With the feature `batch`, [`Batch`] renders rows of NDJSON to bodies over all cores:
//!
//! ```
//! # #[cfg(feature = "batch")] {
//! let template = carafe::Engine::default().template("Hi {{ ${first_name} }}").unwrap();
//! let rows = "{\"profile\": {\"first_name\": \"Ada\"}}\n{\"profile\": {\"first_name\": \"Lin\"}}\n";
//! let mut bodies = Vec::new();
//! carafe::Batch::new(&template).run(rows.as_bytes(), &mut bodies).unwrap();
//! assert_eq!(bodies, b"\"Hi Ada\"\n\"Hi Lin\"\n");
//! # }
//! ```
//!
//! Hosts that render many bodies one by one save memory with [`Render::buffer`] and [`Render::run_in`], and time with
//! [`Template::projection`], by which no more is read of a row than the template needs.
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `cli` (default) | the program; implies `batch`, `clock` and `webhook` |
//! | `clock` (default) | engines tell the time by the clock of the operating system; without it `'now' \| date` is an error, unless [`Builder::clock`] gives one |
//! | `liquid` (default) | data of the crate `liquid` renders as it is: [`mod@liquid`] |
//! | `batch` | many rows to many bodies, over all cores: [`batch`] |
//! | `contract` | bodies are checked against what their receivers expect: [`contract`] |
//! | `webhook` | webhook folders and their recorded cases: [`webhook`], [`golden`]; implies `contract` |
//!
//! A program that only renders wants `default-features = false`, and `clock` if its templates may know the time. The core
//! then reads no file, clock or environment and opens no connection: clock, partials and the [network](fetch::Fetch) come in
//! through traits. Without `batch`, `contract`, `webhook` and `liquid` the modules of these names are not there.
//!
//! # Where to go next
//!
//! - `examples/` in the repository has a small program for each part of this tour, a service with axum, and a move from the
//!   crate `liquid`; [the guide](liquid::guide) leads over from it.
//! - `docs/language.md` lists every tag and filter, `docs/diagnostics.md` every finding, `docs/compatibility.md` where
//!   Carafe differs from a platform on purpose.
//! - The modules below follow the data: a [`Source`] is read to a tree and compiled, [`render`] runs it and keeps the source
//!   map, [`check`] reads the body, [`report`] writes what was found.
#![deny(missing_docs)]
// Modules that are not there cannot be linked to.
#![cfg_attr(
    not(all(feature = "cli", feature = "liquid")),
    allow(rustdoc::broken_intra_doc_links, reason = "the tour links to the modules of every feature")
)]
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
