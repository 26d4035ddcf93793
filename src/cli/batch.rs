//! `carafe batch`: a template and many rows to many bodies.

mod input;
mod product;
mod progress;
mod resume;

pub use input::Input;

use super::args::{self, Format, LineFormat, MissingNamespace, RowsAre};
use super::exit::Status;
use super::files::{Files, STDIN};
use super::partials::Folder;
use super::profiles::Store;
use super::target::Target;
use super::terminal::Terminal;
use crate::batch::{Batch, Cause, Expect, KeyPath, ProfileIndex, Profiles, Shape, Summary};
use crate::data::Inputs;
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::Dialect;
use crate::error::Error;
use crate::limits::Limits;
use crate::time::FixedClock;
use crate::webhook::BodyKind;
use product::Product;
use progress::Progress;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether rows are being rendered, so that Ctrl-C is to let those in hand be finished.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C was pressed since.
static STOP: AtomicBool = AtomicBool::new(false);

/// Tells a running batch to stop; `false` if there is none, or it was told before.
pub fn is_told_to_stop() -> bool {
    RUNNING.load(Ordering::SeqCst) && !STOP.swap(true, Ordering::SeqCst)
}

/// Renders one template for each row.
pub fn run(arguments: &args::Batch, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let files = Files::new(&limits);
    let target = Target::find(&arguments.template, &files)?;
    let dialect = target.dialect(&arguments.language);
    let mut builder = target.engine(&arguments.language, &limits);
    if let Some(folder) = &arguments.partials.folder {
        builder = builder.loader(Folder::open(folder, &limits)?);
    }
    if let Some(now) = arguments.now {
        builder = builder.clock(FixedClock(now));
    }
    let engine = builder.seed(arguments.seed.unwrap_or_default()).build();
    let compiled = target.draft.clone().body_only().compile(&engine);
    let parsed = compiled.diagnostics();
    let is_refused = parsed.iter().any(Diagnostic::is_error);
    terminal.report(&parsed, is_refused.then_some("no row is rendered"));
    if is_refused {
        return Ok(Status::of(&parsed));
    }
    let profiles = profiles(arguments, dialect, &limits, &files, terminal)?;
    let mut rows = Input::open(&arguments.rows, &files, &STOP)?;
    let shape = shape(arguments, dialect, &mut rows, terminal)?;
    let mut product = Product::open(arguments, &files)?;
    let mut rejects = product::rejects(arguments, &files, product.rows)?;

    let progress = Mutex::new(Progress::new(&rows, product.is_terminal(), product.rows, terminal));
    let mut batch = Batch::of_webhook(&compiled)
        .rows_are(shape)
        .inputs(inputs(arguments, &target, dialect))
        .format(match arguments.format {
            LineFormat::Bodies => crate::batch::Format::Bodies,
            LineFormat::Full => crate::batch::Format::Full,
        })
        .expects(expect(arguments.expect, &target))
        .checks(arguments.check)
        .skip_failed(arguments.skip_failed)
        .empty_namespaces(arguments.missing_namespace == MissingNamespace::Empty)
        .name(&rows.name)
        .skip_rows(product.rows)
        .stop(&STOP)
        .on_failure(|failed| progress::lock(&progress).failure(failed))
        .on_progress(|summary| progress::lock(&progress).advance(summary));
    if let Some(profiles) = &profiles {
        batch = batch.join(&**profiles, KeyPath::new(arguments.join.as_deref().unwrap_or_default()));
    }
    if let Some(path) = &arguments.id {
        batch = batch.id(KeyPath::new(path));
    }
    if let Some(threads) = arguments.threads {
        batch = batch.threads(threads);
    }
    if let Some(rejects) = &mut rejects {
        batch = batch.rejects(rejects);
    }
    RUNNING.store(true, Ordering::SeqCst);
    let ended = batch.run(&mut rows.reader, &mut product);
    let (summary, mut stopped) = match ended {
        Ok(summary) => (summary, None),
        Err(stopped) => (stopped.summary, Some(stopped.cause)),
    };
    // What was written is to be whole even where the rows could not be read to their end.
    if !matches!(stopped, Some(Cause::Write(_))) {
        stopped = product.finish().map_err(Cause::Write).err().or(stopped);
    }
    if let (Some(rejects), None) = (&mut rejects, &stopped) {
        stopped = rejects.finish().map_err(Cause::WriteRejects).err();
    }
    RUNNING.store(false, Ordering::SeqCst);
    let progress = progress.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(Cause::Write(error)) = &stopped
        && error.kind() == ErrorKind::BrokenPipe
        && product.is_stdout()
    {
        // Whoever closed the pipe wants no more.
        return Ok(Status::Good);
    }
    progress.finish(&summary, arguments.rejects.is_some());
    finish(arguments, stopped, &summary, &product, terminal)
}

/// How the program ends, and what is said last.
fn finish(
    arguments: &args::Batch,
    stopped: Option<Cause>,
    summary: &Summary,
    product: &Product,
    terminal: &Terminal,
) -> Result<Status, Error> {
    let goes_on = arguments.output.as_deref().is_some_and(|path| path != Path::new(STDIN));
    let help = "--resume goes on where this run has ended";
    let advised = |finding: Diagnostic| match goes_on && !arguments.skip_failed {
        true => finding.help(help),
        false => finding,
    };
    match stopped {
        Some(Cause::Write(error)) => {
            let message = format!("{} cannot be written: {}", product.name(), error.kind());
            return Err(advised(Diagnostic::new(&code::FILE_UNWRITABLE, message)).into());
        }
        Some(Cause::WriteRejects(error)) => {
            let message = format!("the rejects cannot be written: {}", error.kind());
            return Err(advised(Diagnostic::new(&code::FILE_UNWRITABLE, message)).into());
        }
        Some(Cause::Read(error)) => {
            let row = product.rows.saturating_add(summary.rows());
            let message = format!("`{}` cannot be read behind row {row}: {error}", arguments.rows);
            return Err(advised(Diagnostic::new(&code::FILE_UNREADABLE, message)).into());
        }
        None if STOP.load(Ordering::SeqCst) => {
            let row = product.rows.saturating_add(summary.rows());
            let how = if goes_on && !arguments.skip_failed { "; --resume goes on from there" } else { "" };
            terminal.remark(&format!("stopped after row {row}{how}\n"));
            return Ok(Status::Interrupted);
        }
        None => {}
    }
    Ok(if summary.failed > 0 { Status::Findings } else { Status::Good })
}

/// What the rows are. That it was guessed is said.
fn shape(
    arguments: &args::Batch,
    dialect: &'static Dialect,
    rows: &mut Input,
    terminal: &Terminal,
) -> Result<Shape, Error> {
    Ok(match (arguments.rows_are, &arguments.profiles) {
        (RowsAre::Data, _) => Shape::Data,
        (RowsAre::Users, None) => Shape::Users,
        (RowsAre::Users, Some(_)) => {
            let message = "rows that are users have no profiles to be joined to";
            let help = "leave out --profiles, or say --rows-are events";
            return Err(Diagnostic::new(&code::DATA_SHAPE, message).help(help).into());
        }
        (RowsAre::Events, _) | (RowsAre::Auto, Some(_)) => Shape::Events,
        (RowsAre::Auto, None) => {
            let shape = Shape::of(&rows.first_row()?, dialect);
            if shape != Shape::Data {
                let name = shape.name();
                let message = format!("the rows of `{}` look like {name} and are taken for them", rows.name);
                let help = format!("say so with `--rows-are {name}`, or what else they are");
                terminal.report(&[Diagnostic::new(&code::DATA_GUESSED, message).help(help)], None);
            }
            shape
        }
    })
}

/// The profiles to join by.
fn profiles(
    arguments: &args::Batch,
    dialect: &'static Dialect,
    limits: &Limits,
    files: &Files,
    terminal: &Terminal,
) -> Result<Option<Box<dyn Profiles>>, Error> {
    let Some(path) = &arguments.profiles else { return Ok(None) };
    if !dialect.references && dialect.roots.is_empty() {
        let message = format!("the dialect `{}` knows no profiles to join rows to", dialect.name);
        let help = "choose the dialect `braze`, or put all of the data into the rows";
        return Err(Diagnostic::new(&code::DATA_SHAPE, message).help(help).into());
    }
    if path.ends_with(".db") {
        files.keep(Path::new(path));
        let store = Store::open(Path::new(path))?;
        return Ok(Some(Box::new(store)));
    }
    let key = KeyPath::new(arguments.join.as_deref().unwrap_or_default());
    let input = Input::open(path, files, &STOP)?;
    let read = ProfileIndex::read(input.reader, &key, dialect, limits);
    let index = read.map_err(|error| {
        Error::from(Diagnostic::new(&code::DATA_INVALID, format!("`{}`: {error}", input.name)))
    })?;
    if index.duplicates > 0 {
        terminal.report(&[duplicates(&input.name, index.duplicates, key.as_str())], None);
    }
    Ok(Some(Box::new(index)))
}

/// That profiles share a key.
pub fn duplicates(file: &str, count: u64, key: &str) -> Diagnostic {
    let message = format!("`{file}`: {count} more profiles have the `{key}` of another; the last one counts");
    Diagnostic::new(&code::DATA_DUPLICATE, message)
}

/// What all rows share.
fn inputs(arguments: &args::Batch, target: &Target, dialect: &'static Dialect) -> Inputs {
    let of_webhook = target.webhook.as_ref().map(|webhook| webhook.stand_ins.clone()).unwrap_or_default();
    let inputs = target.project.project.inputs(dialect, &of_webhook);
    arguments.define.iter().fold(inputs, Inputs::define)
}

/// What bodies are.
fn expect(expected: Format, target: &Target) -> Expect {
    match (expected, &target.webhook) {
        (Format::Json, _) => Expect::Json,
        (Format::Text, _) => Expect::Text,
        (Format::Auto, Some(webhook)) if webhook.body == BodyKind::Json => Expect::Json,
        (Format::Auto, Some(_)) => Expect::Text,
        (Format::Auto, None) if target.name.ends_with(".json.liquid") => Expect::Json,
        (Format::Auto, None) => Expect::Auto,
    }
}
