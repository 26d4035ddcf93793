//! What `carafe compare` can be told.
#![cfg(feature = "liquid")]

use super::{Language, LimitArguments, Messages, Partials};
use clap::{Args, ValueEnum};

/// `carafe compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// File, or `-` for standard input
    pub template: String,
    /// The other engine: liquid
    ///
    /// `liquid` is the Rust crate of that name, version 0.26, with its standard tags and filters. It knows no dialect but
    /// its own, so that the dialect is `liquid` unless given.
    ///
    /// Example: --with liquid
    #[arg(long, value_name = "ENGINE", value_enum, hide_possible_values = true)]
    pub with: OtherEngine,
    #[command(flatten)]
    pub language: Language,
    /// Take the data from this file
    ///
    /// A JSON object in which every key is a variable. `-` reads standard input.
    ///
    /// Example: --data customer.json
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Set one value: NAME=TEXT or NAME:=JSON
    ///
    /// As for `render`.
    ///
    /// Example: -D name=Ada
    #[arg(short = 'D', long = "define", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    pub define: Vec<String>,
    #[command(flatten)]
    pub partials: Partials,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}

/// What a template is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OtherEngine {
    /// The Rust crate `liquid`
    Liquid,
}
