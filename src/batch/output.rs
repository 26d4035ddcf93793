//! Where lines go, and what has come of a run.

use super::worker::Done;
use super::{OnFailure, OnProgress};
use std::fmt;
use std::io::{self, Write};

/// What has come of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Rows with a body.
    pub rendered: u64,
    /// Rows whose template aborted the message.
    pub aborted: u64,
    /// Rows that have failed.
    pub failed: u64,
    /// Rows whose body was taken for JSON because it looks like it.
    pub guessed_json: u64,
    /// Rows whose body was taken for text because it does not look like JSON.
    pub guessed_text: u64,
    /// Bytes of the rows, line breaks included.
    pub bytes_read: u64,
    /// Bytes of the lines that were written.
    pub bytes_written: u64,
}

impl Summary {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.rendered.saturating_add(self.aborted).saturating_add(self.failed)
    }

    pub(super) fn add(&mut self, other: &Summary) {
        for (sum, more) in [
            (&mut self.rendered, other.rendered),
            (&mut self.aborted, other.aborted),
            (&mut self.failed, other.failed),
            (&mut self.guessed_json, other.guessed_json),
            (&mut self.guessed_text, other.guessed_text),
            (&mut self.bytes_read, other.bytes_read),
            (&mut self.bytes_written, other.bytes_written),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

/// A run that ended before its input did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Stopped {
    /// What came of the rows that were written.
    pub summary: Summary,
    /// Why it ended.
    pub cause: Cause,
}

/// Why a run ended before its input did.
#[derive(Debug)]
pub enum Cause {
    /// The rows cannot be read.
    Read(io::Error),
    /// The bodies cannot be written.
    Write(io::Error),
    /// The rejects cannot be written.
    WriteRejects(io::Error),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, error) = match &self.cause {
            Cause::Read(error) => ("the rows cannot be read", error),
            Cause::Write(error) => ("the bodies cannot be written", error),
            Cause::WriteRejects(error) => ("the rejects cannot be written", error),
        };
        write!(f, "{what}, after {} rows: {}", self.summary.rows(), error.kind())
    }
}

impl std::error::Error for Stopped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Read(error) | Cause::Write(error) | Cause::WriteRejects(error) => Some(error),
        }
    }
}

/// What is written to, and who is told.
pub(super) struct Output<'b, W> {
    bodies: W,
    rejects: Option<&'b mut (dyn Write + Send)>,
    on_failure: Option<OnFailure<'b>>,
    on_progress: Option<OnProgress<'b>>,
    summary: Summary,
    cause: Option<Cause>,
}

impl<'b, W: Write> Output<'b, W> {
    pub fn new(
        bodies: W,
        rejects: Option<&'b mut (dyn Write + Send)>,
        on_failure: Option<OnFailure<'b>>,
        on_progress: Option<OnProgress<'b>>,
    ) -> Self {
        Output { bodies, rejects, on_failure, on_progress, summary: Summary::default(), cause: None }
    }

    /// Writes what has come of a chunk; `false` if that failed. Rejects come first: where a run is cut off between, each
    /// body that is written has its reject, and what is too much among them can be told by its number.
    pub fn write(&mut self, done: &Done) -> bool {
        if let Some(rejects) = &mut self.rejects
            && !done.rejects.is_empty()
            && let Err(error) = rejects.write_all(done.rejects.as_bytes())
        {
            self.fail(Cause::WriteRejects(error));
            return false;
        }
        if let Err(error) = self.bodies.write_all(&done.lines) {
            self.fail(Cause::Write(error));
            return false;
        }
        self.summary.add(&done.summary);
        if let Some(report) = &mut self.on_failure {
            done.failed.iter().for_each(report);
        }
        if let Some(report) = &mut self.on_progress {
            report(&self.summary);
        }
        true
    }

    /// Of several causes the first counts.
    pub fn fail(&mut self, cause: Cause) {
        self.cause.get_or_insert(cause);
    }

    pub fn finish(mut self) -> Result<Summary, Stopped> {
        if self.cause.is_none() {
            let rejects = self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.flush());
            let flushed = rejects.map_err(Cause::WriteRejects);
            self.cause = flushed.and_then(|()| self.bodies.flush().map_err(Cause::Write)).err();
        }
        let summary = self.summary;
        self.cause.map_or(Ok(summary), |cause| Err(Stopped { summary, cause }))
    }
}
