//! What is said while rows are rendered, and at the end: on a terminal a bar, rows that have failed, and what has come
//! of it all.

#![expect(clippy::disallowed_methods, reason = "the program says how long it takes")]

use super::input::Input;
use crate::batch::{Failed, Summary};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::MessageFormat;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Of rows that have failed, and of rows that were aborted, so many are shown.
const SHOWN: u64 = 10;

/// Of the errors of one row so many.
const SHOWN_OF_ROW: usize = 3;

const SINCE_LAST: Duration = Duration::from_millis(100);

/// The course of a run.
pub struct Progress<'t> {
    terminal: &'t Terminal,
    bar: ProgressBar,
    consumed: Arc<AtomicU64>,
    begun: Instant,
    drawn: Instant,
    /// Rows that were passed over.
    before: u64,
    failed: u64,
    aborted: u64,
}

/// The progress, whoever else has panicked.
pub fn lock<'l, 't>(progress: &'l Mutex<Progress<'t>>) -> MutexGuard<'l, Progress<'t>> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'t> Progress<'t> {
    /// Of `rows`, of which so many were rendered `before`. Lines on a terminal leave no room for a bar.
    pub fn new(rows: &Input, is_terminal: bool, before: u64, terminal: &'t Terminal) -> Self {
        // On anything but a terminal it is hidden.
        let target = match is_terminal || terminal.format() == MessageFormat::Json {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let (bar, style) = match rows.size {
            Some(size) => {
                (ProgressBar::with_draw_target(Some(size), target), "{bar:30} {percent}%, {msg}, {eta} left")
            }
            None => (ProgressBar::with_draw_target(None, target), "{spinner} {msg}"),
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        let now = Instant::now();
        let consumed = rows.consumed.clone();
        Progress { terminal, bar, consumed, begun: now, drawn: now, before, failed: 0, aborted: 0 }
    }

    /// Shows how far the run has come.
    pub fn advance(&mut self, summary: &Summary) {
        if self.bar.is_hidden() || self.drawn.elapsed() < SINCE_LAST {
            return;
        }
        self.drawn = Instant::now();
        let rows = HumanCount(summary.rows().saturating_add(self.before));
        let rate = HumanCount(per_second(summary.rows(), self.begun.elapsed()));
        let failed = match summary.failed {
            0 => String::new(),
            failed => format!(", {} failed", HumanCount(failed)),
        };
        self.bar.set_position(self.consumed.load(Ordering::Relaxed));
        self.bar.set_message(format!("{rows} rows, {rate} rows/s{failed}"));
    }

    /// Shows a row without a body, if it is one of the first.
    pub fn failure(&mut self, failed: &Failed) {
        let count = if failed.aborted.is_some() { &mut self.aborted } else { &mut self.failed };
        *count = count.saturating_add(1);
        if *count > SHOWN {
            return;
        }
        let name = failed.name();
        let said = |finding: &Diagnostic| {
            let mut finding = finding.clone();
            finding.message = format!("{name}: {}", finding.message);
            if failed.aborted.is_some() {
                // The template does what it is meant to do.
                finding.severity = Severity::Note;
            }
            finding
        };
        let findings: Vec<Diagnostic> = failed.diagnostics.iter().take(SHOWN_OF_ROW).map(said).collect();
        self.bar.suspend(|| self.terminal.show(&findings));
    }

    /// Says what has come of it all.
    pub fn finish(self, summary: &Summary, has_rejects: bool) {
        self.bar.finish_and_clear();
        let elapsed = self.begun.elapsed();
        let seconds = elapsed.as_secs_f64();
        let rows_per_second = per_second(summary.rows(), elapsed);
        // Tenths of a megabyte, and as many of them as fit into an integer.
        let megabytes = per_second(summary.bytes_read / 100_000, elapsed) as f64 / 10.0;
        let mut text = String::new();
        if self.terminal.format() == MessageFormat::Json {
            let Summary { rendered, aborted, failed, .. } = summary;
            // Writing to a text cannot fail.
            let _ = writeln!(
                text,
                "{{\"summary\":{{\"rows\":{},\"rendered\":{rendered},\"aborted\":{aborted},\"failed\":{failed},\
                 \"seconds\":{seconds:.3},\"rows_per_second\":{rows_per_second},\"megabytes_per_second\":{megabytes:.1}}}}}",
                summary.rows()
            );
            return self.terminal.remark(&text);
        }
        for (count, what) in [(summary.failed, "failed"), (summary.aborted, "aborted")] {
            if count > SHOWN {
                let more = count.saturating_sub(SHOWN);
                let all = if has_rejects { "" } else { "; `--rejects FILE` writes all of them" };
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{more} more {} {what}{all}", plural(more, "row"));
            }
        }
        if summary.guessed_json > 0 && summary.guessed_text > 0 {
            // Writing to a text cannot fail.
            let _ = writeln!(
                text,
                "{} {} taken for JSON by their look, and {} for text: say what they are with `--expect`",
                summary.guessed_json,
                if summary.guessed_json == 1 { "body was" } else { "bodies were" },
                summary.guessed_text
            );
        }
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{} {}: {} rendered, {} aborted, {} failed; {seconds:.2} s, {rows_per_second} rows/s, {megabytes:.1} MB/s",
            summary.rows(),
            plural(summary.rows(), "row"),
            summary.rendered,
            summary.aborted,
            summary.failed
        );
        self.terminal.remark(&text);
    }
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

fn per_second(count: u64, elapsed: Duration) -> u64 {
    let rate = u128::from(count).saturating_mul(1_000_000).checked_div(elapsed.as_micros().max(1));
    rate.and_then(|rate| u64::try_from(rate).ok()).unwrap_or(u64::MAX)
}
