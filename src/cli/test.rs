//! `carafe test`: the cases of webhooks.

use super::args::Test;
use super::exit::Status;
use super::files::Files;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::golden::{self, CaseResult};
use crate::limits::Limits;
use crate::report::MessageFormat;
use crate::webhook::{Webhook, embedded};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const SCHEMA_VERSION: u32 = 1;

/// What came of a case, as one line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'t> {
    schema_version: u32,
    webhook: &'t str,
    case: &'t str,
    outcome: &'t str,
}

/// A webhook to test, and its folder if it has one on disk.
struct Tested {
    webhook: Webhook,
    path: Option<PathBuf>,
}

/// Runs every case of every webhook, whatever becomes of the others.
pub fn run(arguments: &Test, terminal: &Terminal) -> Result<Status, Error> {
    if arguments.update && is_build() {
        let message = "expectations are not rewritten where the environment variable CI is set";
        let help = "run `carafe test --update` on your own machine and look at what it changed";
        return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).help(help).into());
    }
    let files = Files::default();
    let mut tally = Tally { terminal, files: &files, update: arguments.update, ..Tally::new(terminal, &files) };
    let paths = if arguments.paths.is_empty() { vec![PathBuf::from(".")] } else { arguments.paths.clone() };
    for path in &paths {
        for found in webhooks(path, &files)? {
            match found {
                Ok(tested) => tally.webhook(&tested)?,
                Err(error) => tally.broken(&error),
            }
        }
    }
    tally.finish()
}

/// Whether the environment says that this is a build, where nobody looks at changes.
fn is_build() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
