//! Many rows to many bodies: one JSON document a line in, one body a line out, in the same order, over all cores.
//!
//! In comes NDJSON from a reader, with a compiled template; out go lines to a writer, and a [`Summary`]. A row that has
//! no body, for whatever reason, is reported as [`Failed`] and never stops or shifts the others. Whatever the size
//! of input and bodies, only a few chunks of them are in memory. Each thread reads a chunk, renders its rows, and writes
//! when its turn comes; while one reads or writes, the others render.
//!
//! Each line is what a render of the row alone gives, JSON without the white space between its parts.

mod failed;
mod identity;
mod lines;
mod output;
mod profiles;
mod shape;
mod text;
mod turns;
mod verdict;
mod worker;

pub use failed::Failed;
pub use identity::{Identity, KeyPath};
pub use output::{Cause, Stopped, Summary};
pub use profiles::{ProfileIndex, Profiles, ProfilesError, each as each_profile};
pub use shape::Shape;
#[cfg(feature = "cli")]
pub(crate) use verdict::PRINTED;

use crate::data::Inputs;
use crate::dialect::Dialect;
use crate::engine::Engine;
use crate::template::Template;
#[cfg(feature = "webhook")]
use crate::webhook::Compiled;
use lines::{Chunk, Lines};
use output::Output;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::thread;
use turns::{Guard, Turns};
use worker::{Done, Worker};

/// So many bytes are read at a time: enough that handing over costs nothing, and little enough for a core's cache.
const CHUNK_BYTES: usize = 1 << 18;

/// So many chunks of each thread may wait for a slow one before them.
const WAITING: usize = 4;

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The body: JSON on one line, or a text as a JSON string. `null` for a row without one.
    #[default]
    Bodies,
    /// An object: `{"row":1,"id":"ada","body":…}`, or `error` or `aborted` in place of `body`.
    Full,
}

/// What bodies are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expect {
    /// Each is taken for JSON if it looks like it.
    #[default]
    Auto,
    /// JSON: a row whose body is none has failed.
    Json,
    /// Text, whatever it looks like.
    Text,
}

/// Renders rows with one template.
///
/// ```
/// use carafe::{Engine, batch::Batch};
///
/// let template = Engine::default().template(r#"{ "hi": "{{ ${first_name} }}" }"#)?;
/// let rows = "{\"profile\": {\"first_name\": \"Ada\"}}\n\
///             {\"profile\": \n\
///             {\"profile\": {\"first_name\": \"Lin\"}}\n";
/// let mut bodies = Vec::new();
/// let summary = Batch::new(&template).run(rows.as_bytes(), &mut bodies).expect("memory can be written to");
/// assert_eq!(String::from_utf8_lossy(&bodies), "{\"hi\":\"Ada\"}\nnull\n{\"hi\":\"Lin\"}\n");
/// assert_eq!((summary.rendered, summary.failed), (2, 1));
/// # Ok::<(), carafe::Error>(())
/// ```
///
/// Rows are documents of data as for [`json::Text`](crate::json::Text), in which `{"$time": "…"}` is a time;
/// [`rows_are`](Batch::rows_are), [`join`](Batch::join) and [`inputs`](Batch::inputs) make them users or events, or add
/// to them what all share.
#[must_use]
pub struct Batch<'b> {
    settings: Settings<'b>,
    rejects: Option<&'b mut (dyn Write + Send)>,
    on_failure: Option<OnFailure<'b>>,
    on_progress: Option<OnProgress<'b>>,
}

type OnFailure<'b> = Box<dyn FnMut(&Failed) + Send + 'b>;
type OnProgress<'b> = Box<dyn FnMut(&Summary) + Send + 'b>;

/// What all threads know.
struct Settings<'b> {
    subject: Subject<'b>,
    shape: Shape,
    inputs: Inputs,
    join: Option<(&'b dyn Profiles, KeyPath)>,
    id: Option<KeyPath>,
    format: Format,
    expect: Expect,
    skip_failed: bool,
    checks: bool,
    empty_namespaces: bool,
    name: String,
    threads: NonZeroUsize,
    chunk_bytes: usize,
    skip: u64,
    stop: Option<&'b AtomicBool>,
}

/// What is rendered.
#[derive(Clone, Copy)]
enum Subject<'b> {
    Template(&'b Template),
    #[cfg(feature = "webhook")]
    Webhook(&'b Compiled),
}

impl<'b> Batch<'b> {
    /// Rows for `template`, on as many threads as there are cores.
    pub fn new(template: &'b Template) -> Self {
        Batch::of(Subject::Template(template), template.engine().dialect())
    }

    /// Rows for the body of a webhook.
    #[cfg(feature = "webhook")]
    pub fn of_webhook(webhook: &'b Compiled) -> Self {
        Batch::of(Subject::Webhook(webhook), webhook.engine().dialect())
    }

    fn of(subject: Subject<'b>, dialect: &'static Dialect) -> Self {
        let settings = Settings {
            subject,
            shape: Shape::Data,
            inputs: Inputs::new(dialect),
            join: None,
            id: None,
            format: Format::Bodies,
            expect: Expect::Auto,
            skip_failed: false,
            checks: false,
            empty_namespaces: false,
            name: "rows".to_owned(),
            threads: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            chunk_bytes: CHUNK_BYTES,
            skip: 0,
            stop: None,
        };
        Batch { settings, rejects: None, on_failure: None, on_progress: None }
    }

    /// Works on so many threads. One does everything in turn.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.settings.threads = threads;
        self
    }

    /// Takes the rows for users or events; they are data unless said.
    pub fn rows_are(mut self, shape: Shape) -> Self {
        self.settings.shape = shape;
        self
    }

    /// Adds to each row the profile whose id stands at `key` in it. A row without one has failed. Of an event in the shape
    /// of Braze Currents or Momentum `external_id`, `email` and `braze_id` are found wherever they stand there.
    pub fn join(mut self, profiles: &'b dyn Profiles, key: KeyPath) -> Self {
        self.settings.join = Some((profiles, key));
        self
    }

    /// Adds to each row what all of them share: stand-ins, and single values, which win over the row. A document, a profile
    /// or an event among them gives way to the row's.
    pub fn inputs(mut self, inputs: Inputs) -> Self {
        self.settings.inputs = inputs;
        self
    }

    /// Names rows by what stands at `path` in them. Without it by what they are joined by, or by the `external_id` of users
    /// and events.
    pub fn id(mut self, path: KeyPath) -> Self {
        self.settings.id = Some(path);
        self
    }

    /// Writes lines as `format` says.
    pub fn format(mut self, format: Format) -> Self {
        self.settings.format = format;
        self
    }

    /// Says what bodies are.
    pub fn expects(mut self, expect: Expect) -> Self {
        self.settings.expect = expect;
        self
    }

    /// Leaves out the lines of rows without a body. Then the lines no longer belong to the rows by their number.
    pub fn skip_failed(mut self, skip: bool) -> Self {
        self.settings.skip_failed = skip;
        self
    }

    /// Checks each body with its source map, as [`Outcome::check_json`](crate::Outcome::check_json) does: a body of JSON
    /// whose structure the data changed has then failed too. It is slower.
    pub fn checks(mut self, checks: bool) -> Self {
        self.settings.checks = checks;
        self
    }

    /// See [`Render::empty_namespaces`](crate::Render::empty_namespaces).
    pub fn empty_namespaces(mut self, empty: bool) -> Self {
        self.settings.empty_namespaces = empty;
        self
    }

    /// Calls the input so in findings: a row is `name:7`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = name.into();
        self
    }

    /// Reads at most so many bytes at a time; 256 KiB unless said, and less where much comes of few rows. A reader that
    /// gives less than it is asked for, as a pipe does, has its rows rendered as they come.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.settings.chunk_bytes = bytes;
        self
    }

    /// Passes over so many rows at the begin, which an earlier run has rendered. The numbers of the others stay.
    pub fn skip_rows(mut self, rows: u64) -> Self {
        self.settings.skip = rows;
        self
    }

    /// Reads no more once `stop` is true: rows that were read are rendered and written, and then the run ends.
    pub fn stop(mut self, stop: &'b AtomicBool) -> Self {
        self.settings.stop = Some(stop);
        self
    }

    /// Writes each row without a body to `rejects` too, before its line: one JSON object with `row`, `id`, `code`,
    /// `message`, `file`, `line`, `column`, and as `input` the row as JSON, or as a text if it is none.
    pub fn rejects(mut self, rejects: &'b mut (dyn Write + Send)) -> Self {
        self.rejects = Some(rejects);
        self
    }

    /// Calls `report` with each row without a body, in the order of the rows.
    pub fn on_failure(mut self, report: impl FnMut(&Failed) + Send + 'b) -> Self {
        self.on_failure = Some(Box::new(report));
        self
    }

    /// Calls `report` whenever rows were written, with what has come of the run so far.
    pub fn on_progress(mut self, report: impl FnMut(&Summary) + Send + 'b) -> Self {
        self.on_progress = Some(Box::new(report));
        self
    }

    /// Renders each row of `rows` to a line of `bodies`.
    ///
    /// # Errors
    /// When reading or writing fails. What was rendered until then is written, and ends at a row unless writing failed.
    pub fn run<R: Read + Send, W: Write + Send>(self, rows: R, bodies: W) -> Result<Summary, Stopped> {
        let settings = self.settings;
        let threads = settings.threads.get();
        let most = settings.engine().limits().data_bytes;
        let lines = Mutex::new(Lines::new(rows, settings.chunk_bytes, most, settings.skip, settings.stop));
        let output = Mutex::new(Output::new(bodies, self.rejects, self.on_failure, self.on_progress));
        let turns = Turns::new(threads.saturating_mul(WAITING));
        let work = || {
            let _guard = Guard(&turns);
            work(&settings, &lines, &turns, &output);
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        output.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

impl<'b> Settings<'b> {
    fn engine(&self) -> &'b Engine {
        match self.subject {
            Subject::Template(template) => template.engine(),
            #[cfg(feature = "webhook")]
            Subject::Webhook(webhook) => webhook.engine(),
        }
    }
}

/// One thread's share of a run.
fn work<R: Read, W: Write>(
    settings: &Settings<'_>,
    lines: &Mutex<Lines<'_, R>>,
    turns: &Turns<Done>,
    output: &Mutex<Output<'_, W>>,
) {
    let mut worker = Worker::new(settings);
    let (mut chunk, mut done) = (Chunk::default(), Done::default());
    while !turns.is_halted() {
        let next = lines.lock().unwrap_or_else(PoisonError::into_inner).next(&mut chunk, worker.chunk_bytes);
        match next {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                output.lock().unwrap_or_else(PoisonError::into_inner).fail(Cause::Read(error));
                return;
            }
        }
        let write = |done: &Done| output.lock().unwrap_or_else(PoisonError::into_inner).write(done);
        let goes_on = worker.render(&chunk, &mut done, |part| turns.write_part(chunk.sequence, part, write))
            && turns.hand_over(chunk.sequence, &mut done, write);
        if !goes_on {
            return;
        }
    }
}
