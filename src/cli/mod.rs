//! The program `carafe`.
//!
//! In come the arguments, files, the clock and the terminal; the rest of the crate knows none of them. Out come the body
//! on standard output, everything else on standard error, and an exit status. One file a command.

mod args;
mod batch;
mod check;
#[cfg(feature = "liquid")]
mod compare;
mod completions;
mod contract;
mod exit;
mod export;
mod exchanges;
mod files;
mod network;
mod partials;
mod profiles;
mod project;
mod render;
mod root;
mod target;
mod terminal;
mod test;
mod vars;

use crate::error::Error;
use crate::report::{MessageFormat, visible_line};
use args::{Arguments, Command, Profiles};
use clap::Parser;
use exit::Status;
use std::ffi::OsString;
use std::panic::{self, Location, UnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use terminal::{Terminal, unwritten};

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        if !profiles::is_store_read() && !is_other_engine() {
            HAS_PANICKED.store(true, Ordering::SeqCst);
            Terminal::new(MessageFormat::Full).remark(&bug(panic.location()));
        }
    }));
    // Without a handler Ctrl-C ends the program all the same, only less tidily.
    let _ = ctrlc::set_handler(interrupt);
    let status = guarded(program);
    // A row of a batch that panicked has ended no more than itself.
    let status = if HAS_PANICKED.load(Ordering::SeqCst) { Status::Bug } else { status };
    status.into()
}

#[cfg(feature = "liquid")]
use compare::is_other_engine;

/// Without the feature there is no other engine.
#[cfg(not(feature = "liquid"))]
fn is_other_engine() -> bool {
    false
}

/// Whether a mistake in Carafe was met, on whatever thread.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

/// What `program` comes to; a panic is a bug.
fn guarded(program: impl FnOnce() -> Status + UnwindSafe) -> Status {
    panic::catch_unwind(program).unwrap_or(Status::Bug)
}

fn program() -> Status {
    match Arguments::try_parse() {
        Ok(arguments) => command(arguments.command),
        Err(error) if error.use_stderr() => {
            // There is nobody to tell if that fails.
            let _ = visible(error, std::env::args_os()).print();
            Status::Usage
        }
        Err(help) => match help.print().or_else(unwritten) {
            Ok(()) => Status::Good,
            Err(error) => {
                Terminal::new(MessageFormat::Full).report(error.diagnostics(), None);
                Status::Usage
            }
        },
    }
}

/// What clap says of `arguments`, with escapes for what would act on the terminal: it repeats them as they are.
fn visible(error: clap::Error, arguments: impl Iterator<Item = OsString>) -> clap::Error {
    let arguments: Vec<String> = arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    let shown: Vec<String> = arguments.iter().map(|argument| visible_line(argument)).collect();
    match shown == arguments {
        true => error,
        false => Arguments::try_parse_from(shown).err().unwrap_or(error),
    }
}

fn command(command: Command) -> Status {
    let (terminal, ended) = match command {
        Command::Render(render) => {
            with(render.messages.message_format, |terminal| render::run(&render, terminal))
        }
        Command::Batch(batch) => with(batch.messages.message_format, |terminal| batch::run(&batch, terminal)),
        Command::Profiles(Profiles::Import(import)) => {
            with(import.messages.message_format, |terminal| profiles::import(&import, terminal))
        }
        Command::Check(check) => with(check.messages.message_format, |terminal| check::run(&check, terminal)),
        #[cfg(feature = "liquid")]
        Command::Compare(compare) => {
            with(compare.messages.message_format, |terminal| compare::run(&compare, terminal))
        }
        Command::Vars(vars) => with(vars.message_format, |terminal| vars::run(&vars, terminal)),
        Command::Test(test) => with(test.messages.message_format, |terminal| test::run(&test, terminal)),
        Command::Completions(shell) => {
            with(MessageFormat::Full, |terminal| completions::run(&shell, terminal))
        }
    };
    ended.unwrap_or_else(|error| {
        terminal.report(error.diagnostics(), None);
        Status::of(error.diagnostics())
    })
}

/// A terminal that writes findings as `format`, and what `command` came to with it.
fn with(
    format: MessageFormat,
    command: impl FnOnce(&Terminal) -> Result<Status, Error>,
) -> (Terminal, Result<Status, Error>) {
    let terminal = Terminal::new(format);
    let ended = command(&terminal);
    (terminal, ended)
}

/// What is said of a panic: nothing of its message, which may hold data, and of the place only what is the same on
/// every machine.
fn bug(place: Option<&Location<'_>>) -> String {
    let place = place.map(|place| {
        let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
        format!(" ({file}:{})", place.line())
    });
    let place = place.unwrap_or_default();
    format!(
        "carafe {} failed{place}: this is a bug in Carafe, not in your template or data\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[expect(clippy::disallowed_methods, reason = "the one way to end from the thread that Ctrl-C runs on")]
fn interrupt() {
    if batch::is_told_to_stop() || profiles::is_told_to_stop() {
        return;
    }
    files::between_writes(|| std::process::exit(Status::Interrupted.number().into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_status_70_and_tells_nothing() {
        assert_eq!(guarded(|| panic!("ada@example.com")).number(), 70);
        let place = Location::caller();
        assert_eq!(
            bug(Some(place)),
            format!(
                "carafe {} failed (mod.rs:{}): this is a bug in Carafe, not in your template or data\n",
                env!("CARGO_PKG_VERSION"),
                place.line()
            )
        );
    }
}
