//! The reference's scores, kept where a render was asked for them.
//!
//! Only programs that were compiled for it hold the operations that come here. The reference counts at fixed points: when a
//! body begins, after a node, after an `assign`. A partial is a template of its own to it: the scores start anew, and a
//! limit that is met ends the partial alone.

use super::machine::Machine;
use super::trace::{Trace, Written};
use crate::arena::Arena;
use crate::compile::Slot;
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit, ReferenceLimits, Scores};
use crate::value::Value;

/// What the reference's template gives as its body when a limit is met.
const MEMORY_ERROR: &str = "Liquid error: Memory limits exceeded";

/// The scores so far, and what they are counted from.
#[derive(Debug, Default)]
pub(super) struct Scorer {
    limits: ReferenceLimits,
    pub scores: Scores,
    /// Within a capture: the bytes of it that have been counted.
    captured: Option<usize>,
    /// The same for the captures around it.
    outer: Vec<Option<usize>>,
    /// Where the open cells of tables begin; like a capture, a cell is written to a buffer of its own first.
    pub cells: Vec<usize>,
    /// What was open when the frames began.
    frames: Vec<Open>,
}

/// How many blocks are open.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    loops: usize,
    cases: usize,
    marks: usize,
    captures: usize,
    cells: usize,
    interrupts: usize,
}

impl Scorer {
    pub fn new(limits: ReferenceLimits) -> Self {
        Scorer { limits, ..Scorer::default() }
    }

    fn render(&mut self, nodes: u32) -> Result<(), Exceeded> {
        let (scores, limits) = (&mut self.scores, &self.limits);
        let grow = |score: &mut u64| *score = score.saturating_add(nodes.into());
        grow(&mut scores.render);
        grow(&mut scores.cumulative_render);
        within(scores.render, limits.render_score, Limit::RenderScore)?;
        within(scores.cumulative_render, limits.cumulative_render_score, Limit::CumulativeRenderScore)
    }

    /// A capture may shrink what it counted before: then `less` is taken off.
    fn assign(&mut self, more: u64, less: u64) -> Result<(), Exceeded> {
        let (scores, limits) = (&mut self.scores, &self.limits);
        let change = |score: &mut u64| *score = score.saturating_add(more).saturating_sub(less);
        change(&mut scores.assign);
        change(&mut scores.cumulative_assign);
        within(scores.assign, limits.assign_score, Limit::AssignScore)?;
        within(scores.cumulative_assign, limits.cumulative_assign_score, Limit::CumulativeAssignScore)
    }

    /// `length` bytes stand in the innermost buffer.
    fn written(&mut self, length: usize) -> Result<(), Exceeded> {
        match self.captured.replace(length) {
            Some(counted) => self.assign(length as u64, counted as u64),
            None => {
                self.captured = None;
                within(length as u64, self.limits.render_length, Limit::RenderLength)
            }
        }
    }

    pub fn begin_capture(&mut self) {
        self.outer.push(self.captured.replace(0));
    }

    pub fn end_capture(&mut self) {
        self.captured = self.outer.pop().flatten();
    }
}

fn within(score: u64, most: Option<u64>, limit: Limit) -> Result<(), Exceeded> {
    match most {
        Some(most) if score > most => Err(Exceeded { limit, value: most }),
        _ => Ok(()),
    }
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// A template or partial of `nodes` nodes begins.
    pub fn score_template(&mut self, nodes: u32) -> Result<(), Failure> {
        let open = self.open();
        let scorer = &mut self.scorer;
        scorer.scores.render = 0;
        scorer.scores.assign = 0;
        scorer.captured = None;
        scorer.frames.truncate(self.frames.len().saturating_sub(1));
        scorer.frames.push(open);
        self.score_body(nodes)
    }

    pub fn score_body(&mut self, nodes: u32) -> Result<(), Failure> {
        Ok(self.scorer.render(nodes)?)
    }

    pub fn score_cell(&mut self, nodes: u32) -> Result<(), Failure> {
        self.scorer.cells.push(self.output.len());
        self.score_body(nodes)
    }

    /// A node has been rendered.
    pub fn score_node(&mut self) -> Result<(), Failure> {
        let buffer = self.output.mark_of(self.scorer.cells.last().copied().unwrap_or(0));
        Ok(self.scorer.written(self.output.len() - buffer)?)
    }

    /// A variable was set.
    pub fn score_assign(&mut self, slot: Slot) -> Result<(), Failure> {
        let number = self.number(slot);
        let value = self.scope().assigned(number).unwrap_or(Value::Nil);
        let score = score(value, self.arena)?;
        Ok(self.scorer.assign(score, 0)?)
    }

    fn open(&self) -> Open {
        Open {
            loops: self.loops.len(),
            cases: self.cases.len(),
            marks: self.output.open_marks(),
            captures: self.scorer.outer.len(),
            cells: self.scorer.cells.len(),
            interrupts: self.interrupts.len(),
        }
    }

    /// A limit of the reference was met, where errors are printed: the innermost template ends, and what it had open is
    /// dropped. A partial leaves what it has written; the template itself gives the error's text and nothing else.
    #[cold]
    pub fn end_at_score(&mut self, exceeded: Exceeded) -> Result<(), Failure> {
        let site = self.site();
        let Some(frame) = self.frames.last() else { return Ok(()) };
        let program = frame.program;
        let diagnostic = Diagnostic::new(exceeded.limit.code(), exceeded.to_string());
        self.report_once(program, diagnostic.at(&program.source, site.span, "the score was exceeded here"));
        let before = self.scorer.frames.last().copied().unwrap_or_default();
        while self.output.open_marks() > before.marks {
            let mark = self.output.unmark();
            self.drop_output(mark, true);
        }
        if let Some(cell) = self.scorer.cells.get(before.cells).copied() {
            self.scorer.cells.truncate(before.cells);
            self.drop_output(cell, false);
        }
        while self.scorer.outer.len() > before.captures {
            self.scorer.end_capture();
        }
        while self.loops.len() > before.loops {
            self.leave_loop();
        }
        self.interrupts.truncate(before.interrupts);
        self.cases.truncate(before.cases);
        if self.frames.len() > 1 {
            return self.leave_frame();
        }
        self.frames.clear();
        self.drop_output(0, false);
        self.output.push(MEMORY_ERROR)?;
        if T::ON {
            self.trace.write(0..self.output.len(), site, Written::Error, 0);
        }
        Ok(())
    }

    /// Drops the output from `mark` on, where a capture or the like began, or none did.
    fn drop_output(&mut self, mark: usize, began: bool) {
        if !began {
            self.trace.begin();
        }
        self.output.truncate(mark);
        self.trace.discard(mark);
    }
}

/// What the reference counts a value that is kept as.
fn score<'r>(value: Value<'r>, arena: &'r Arena) -> Result<u64, Failure> {
    let mut score = 0_u64;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let own = match value {
            Value::String(text) => text.len() as u64,
            Value::Binary(bytes) => bytes.len() as u64,
            // These words are empty texts where they are values.
            Value::Empty | Value::Blank => 0,
            Value::Array(items) => {
                arena.budget().spend_items(items.len())?;
                open.extend(items);
                1
            }
            Value::Map(map) => {
                arena.budget().spend_items(map.len())?;
                open.extend(map.entries().iter().map(|(_, value)| *value));
                map.entries().iter().fold(1, |sum, (key, _)| sum + key.len() as u64)
            }
            _ => 1,
        };
        score = score.saturating_add(own);
    }
    Ok(score)
}
