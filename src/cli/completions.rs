//! `carafe completions`: a script that completes arguments in a shell.

use super::args::{Arguments, Completions};
use super::exit::Status;
use super::terminal::Terminal;
use crate::error::Error;
use clap::CommandFactory;

/// Writes the script to standard output.
pub fn run(arguments: &Completions, terminal: &Terminal) -> Result<Status, Error> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "carafe", &mut script);
    terminal.product(&String::from_utf8_lossy(&script))?;
    Ok(Status::Good)
}
