//! Rows to lines: what each thread does with a chunk.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a chunk in memory, and counts of rows that were read"
)]

use super::failed::{self, Failed};
use super::identity::Identity;
use super::lines::Chunk;
use super::output::Summary;
use super::verdict::{Verdict, judged};
use super::{Expect, Format, Settings, Shape, Subject, text};
use crate::arena::Arena;
use crate::data::{self, STAND_INS};
use crate::diagnostic::{Diagnostic, code};
use crate::json::{Compactor, Projector, ReadOptions};
use crate::limits::{Exceeded, Limit};
use crate::source::{Source, Span};
use crate::template::{Outcome, Status, Template};
use crate::value::Value;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

/// What has come of a chunk is written in parts of about so many bytes, however long the bodies of short rows are.
const PART_BYTES: usize = 1 << 20;

/// About as much as a finding holds.
const FINDING_BYTES: usize = 1 << 10;

/// What has come of a chunk, or of a part of it.
#[derive(Default)]
pub(super) struct Done {
    /// UTF-8, in whole lines.
    pub lines: Vec<u8>,
    pub rejects: String,
    pub failed: Vec<Failed>,
    pub summary: Summary,
    findings: usize,
}

impl Done {
    fn clear(&mut self) {
        self.lines.clear();
        self.rejects.clear();
        self.failed.clear();
        // What a single long row took is not kept.
        self.lines.shrink_to(2 * PART_BYTES);
        self.rejects.shrink_to(2 * PART_BYTES);
        (self.summary, self.findings) = (Summary::default(), 0);
    }

    /// About how many bytes it holds.
    fn bytes(&self) -> usize {
        self.lines.len() + self.rejects.len() + self.findings.saturating_mul(FINDING_BYTES)
    }
}

/// One thread's memory.
pub(super) struct Worker<'s, 'b> {
    settings: &'s Settings<'b>,
    arena: Arena,
    /// The template and what it reads, where a row is the data as it stands.
    direct: Option<(&'b Template, Projector)>,
    /// The memory of the last body, for the next.
    body: String,
    compactor: Compactor,
    /// So many bytes of rows are enough for a chunk, as far as the last one tells.
    pub chunk_bytes: usize,
}

impl<'s, 'b> Worker<'s, 'b> {
    pub fn new(settings: &'s Settings<'b>) -> Self {
        let template = match settings.subject {
            Subject::Template(template) => Some(template),
            #[cfg(feature = "webhook")]
            Subject::Webhook(webhook) => webhook.only_template(),
        };
        let is_direct = settings.shape == Shape::Data
            && settings.join.is_none()
            && settings.inputs.is_empty()
            && !settings.checks;
        let arena = Arena::new(settings.engine().limits());
        let options = ReadOptions { times: true };
        let direct = template
            .filter(|_| is_direct)
            .map(|template| (template, Projector::with_options(&template.projection(), options)));
        Worker {
            settings,
            arena,
            direct,
            body: String::new(),
            compactor: Compactor::default(),
            chunk_bytes: usize::MAX,
        }
    }

    /// Makes `done` what comes of `chunk`, or of its last rows: what came of those before is given to `write_part`.
    /// `false` if that said so: nothing more is to be made.
    pub fn render(
        &mut self,
        chunk: &Chunk,
        done: &mut Done,
        mut write_part: impl FnMut(&Done) -> bool,
    ) -> bool {
        done.clear();
        let bytes = chunk.bytes();
        if chunk.is_overlong {
            let exceeded = Exceeded::new(Limit::DataBytes, self.settings.engine().limits().data_bytes);
            let finding = exceeded.diagnostic();
            self.fail(chunk.first, b"", None, vec![self.placed(finding, chunk.first, "")], done);
            done.summary.bytes_written = done.lines.len() as u64;
            return true;
        }
        // Nothing but whole lines of UTF-8 is UTF-8 too.
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let (mut at, mut counted, mut made) = (0, 0, 0);
        for number in chunk.first.. {
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            match text {
                Some(text) => {
                    let row = text.get(at..at + end).unwrap_or_default();
                    self.row(number, row.strip_suffix('\r').unwrap_or(row), done);
                }
                None => {
                    let row = rest.get(..end).unwrap_or_default();
                    self.bytes(number, row.strip_suffix(b"\r").unwrap_or(row), done);
                }
            }
            at += (end + 1).min(rest.len());
            done.summary.bytes_read = (at - counted) as u64;
            done.summary.bytes_written = done.lines.len() as u64;
            if at == bytes.len() {
                break;
            }
            if done.bytes() >= PART_BYTES {
                if !write_part(done) {
                    return false;
                }
                (counted, made) = (at, made + done.bytes());
                done.clear();
            }
        }
        // So many bytes of rows make half a part, so that chunks are handed over as a whole.
        let made = made + done.bytes();
        self.chunk_bytes =
            (PART_BYTES / 2).saturating_mul(bytes.len()).checked_div(made).unwrap_or(usize::MAX);
        true
    }

    /// A row that may be no UTF-8.
    fn bytes(&mut self, number: u64, row: &[u8], done: &mut Done) {
        match std::str::from_utf8(row) {
            Ok(row) => self.row(number, row, done),
            Err(error) => {
                let before = row.get(..error.valid_up_to()).unwrap_or_default();
                let before = String::from_utf8_lossy(before);
                let message = "the row is not UTF-8: a byte here begins no character";
                let finding = Diagnostic::new(&code::FILE_ENCODING, message);
                let source = Arc::new(Source::new(self.name(number), before.as_ref()));
                let finding = finding.at(&source, Span::at(before.len()), "");
                self.fail(number, row, None, vec![finding], done);
            }
        }
    }

    /// A row, whatever becomes of it: where a filter of the host panics, the others are rendered all the same.
    fn row(&mut self, number: u64, row: &str, done: &mut Done) {
        let before = (done.lines.len(), done.rejects.len(), done.failed.len(), done.summary, done.findings);
        let rendered = panic::catch_unwind(AssertUnwindSafe(|| self.render_row(number, row, done)));
        if rendered.is_err() {
            let (lines, rejects, failed, summary, findings) = before;
            done.lines.truncate(lines);
            done.rejects.truncate(rejects);
            done.failed.truncate(failed);
            (done.summary, done.findings) = (summary, findings);
            let finding = Diagnostic::new(&code::INTERNAL, "a filter, or Carafe itself, panicked");
            self.fail(number, row.as_bytes(), None, vec![self.placed(finding, number, row)], done);
        }
    }

    fn render_row(&mut self, number: u64, row: &str, done: &mut Done) {
        if row.trim_ascii().is_empty() {
            let finding = Diagnostic::new(&code::DATA_INVALID, "the row is blank");
            self.fail(number, row.as_bytes(), None, vec![self.placed(finding, number, row)], done);
            return;
        }
        let mut traced = self.settings.checks;
        self.arena.reset();
        if let Some(outcome) = self.render_directly(row) {
            let is_good = self.is_good(&outcome);
            let is_written =
                is_good && self.body(number, row, &outcome.text, self.settings.is_json(&outcome.text), done);
            self.body = outcome.text;
            if is_written {
                return;
            }
            // Why it has failed is told by a render with the source map.
            traced = true;
            self.arena.reset();
        }
        let mut verdict = self.settings.judge(number, row, &self.arena, traced);
        if let Verdict::Body { text, is_json } = &verdict
            && self.body(number, row, text, *is_json, done)
        {
            return;
        }
        if !traced && !matches!(verdict, Verdict::Aborted(..)) {
            self.arena.reset();
            verdict = self.settings.judge(number, row, &self.arena, true);
        }
        match verdict {
            Verdict::Aborted(reason, found) => self.fail(number, row.as_bytes(), Some(reason), found, done),
            Verdict::Failed(found) => self.fail(number, row.as_bytes(), None, found, done),
            Verdict::Body { .. } => {
                let message = "the body is refused as JSON, and nothing says why";
                let finding = Diagnostic::new(&code::INTERNAL, message);
                self.fail(number, row.as_bytes(), None, vec![finding], done);
            }
        }
    }

    /// The render of a row that is the data as it stands; `None` where more is to be done with it.
    fn render_directly(&mut self, row: &str) -> Option<Outcome> {
        let (template, projector) = self.direct.as_mut()?;
        let data = projector.read(row, &self.arena).ok()?;
        let Value::Map(root) = data else { return None };
        // What a namespace must be, and stand-ins, are not checked here.
        let is_plain = |&(key, value): &(&str, Value<'_>)| match value {
            Value::Map(_) => !STAND_INS.contains(&key),
            Value::Nil => true,
            _ => !data::is_namespace(key) && !STAND_INS.contains(&key),
        };
        if template.engine().dialect().references && !root.entries().iter().all(is_plain) {
            return None;
        }
        let render = template.prepare().empty_namespaces(self.settings.empty_namespaces);
        Some(render.buffer(std::mem::take(&mut self.body)).run_in(&self.arena, data))
    }

    /// Whether a single render would write the body, as far as it is known without a look at it.
    fn is_good(&self, outcome: &Outcome) -> bool {
        let is_json = || self.settings.is_json(&outcome.text);
        outcome.status == Status::Complete
            && (outcome.diagnostics.is_empty()
                || outcome.diagnostics.iter().all(|found| !judged(found.clone(), is_json()).is_error()))
    }

    /// Writes the line of a body; `false` where it is to be JSON and is none.
    fn body(&mut self, number: u64, row: &str, body: &str, is_json: bool, done: &mut Done) -> bool {
        let start = done.lines.len();
        if self.settings.format == Format::Full {
            self.open(number, row, done);
            done.lines.extend_from_slice(b"\"body\":");
        }
        if !is_json {
            let mut quoted = String::with_capacity(body.len() + 2);
            text::quote(body, &mut quoted);
            done.lines.extend_from_slice(quoted.as_bytes());
        } else if self.compactor.compact(body, &mut done.lines).is_err() {
            done.lines.truncate(start);
            return false;
        }
        done.lines.extend_from_slice(if self.settings.format == Format::Full { b"}\n" } else { b"\n" });
        done.summary.rendered += 1;
        if self.settings.expect == Expect::Auto {
            done.summary.guessed_json += u64::from(is_json);
            done.summary.guessed_text += u64::from(!is_json);
        }
        true
    }

    /// Opens the object of a row.
    fn open(&self, number: u64, row: &str, done: &mut Done) {
        let identity = self.identity(row);
        let start = format!("{{\"row\":{number},\"id\":{},", failed::id(identity.as_ref()));
        done.lines.extend_from_slice(start.as_bytes());
    }

    /// What the row is known by. The arena still holds the row's data; what is laid beside it here is little.
    fn identity(&self, row: &str) -> Option<Identity> {
        self.settings.identity(row, &self.arena)
    }

    /// Reports a row without a body, and writes what stands in its place.
    fn fail(
        &self,
        number: u64,
        row: &[u8],
        aborted: Option<String>,
        diagnostics: Vec<Diagnostic>,
        done: &mut Done,
    ) {
        let id = std::str::from_utf8(row).ok().and_then(|row| self.identity(row));
        let failed = Failed { row: number, id, aborted, diagnostics };
        match &failed.aborted {
            Some(_) => done.summary.aborted += 1,
            None => done.summary.failed += 1,
        }
        failed.write_reject(row, &mut done.rejects);
        if !self.settings.skip_failed {
            self.stand_in(&failed, done);
        }
        done.findings += failed.diagnostics.len() + 1;
        done.failed.push(failed);
    }

    /// Writes the line of a row without a body.
    fn stand_in(&self, failed: &Failed, done: &mut Done) {
        if self.settings.format == Format::Bodies {
            done.lines.extend_from_slice(b"null\n");
            return;
        }
        let out = &mut format!("{{\"row\":{},\"id\":{},", failed.row, failed::id(failed.id.as_ref()));
        match &failed.aborted {
            Some(reason) => {
                out.push_str("\"aborted\":");
                text::quote(reason, out);
            }
            None => {
                out.push_str("\"error\":");
                failed.write_error(out);
            }
        }
        out.push_str("}\n");
        done.lines.extend_from_slice(out.as_bytes());
    }

    fn name(&self, number: u64) -> String {
        format!("{}:{number}", self.settings.name)
    }

    /// A finding on the row as a whole.
    fn placed(&self, finding: Diagnostic, number: u64, row: &str) -> Diagnostic {
        finding.at(&Arc::new(Source::new(self.name(number), row)), Span::at(0), "")
    }
}
