//! What `carafe profiles` can be told.

use super::{Language, LimitArguments, Messages};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `carafe profiles`.
#[derive(Debug, Subcommand)]
pub enum Profiles {
    /// Put profiles into a store, in which `carafe batch` looks them up without reading them all
    ///
    /// Of profiles with one key the last counts.
    ///
    /// Example: carafe profiles import users.ndjson --key external_id -o profiles.db
    Import(Import),
}

/// `carafe profiles import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The profiles: one JSON object a line
    ///
    /// Users as Braze exports them, or documents of data. `-` reads standard input.
    pub profiles: String,
    /// The key by which they are known
    ///
    /// A name, or names with dots between them.
    ///
    /// Example: --key external_id
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// Write the store to this file
    ///
    /// The file is made as a whole or not at all. One that is there is refused without --force.
    ///
    /// Example: -o profiles.db
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replace a store that is there
    ///
    /// Never an input.
    ///
    /// Example: carafe profiles import users.ndjson --key external_id -o profiles.db --force
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub language: Language,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}
