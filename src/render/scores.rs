//! The reference's scores, kept where a render was asked for them.
//!
//! Only programs that were compiled for it hold the operations that come here. The reference counts at fixed points: when a
//! body begins, after a node, after an `assign`. A partial is a template of its own to it: the scores start anew, and a
//! limit that is met ends the partial alone.

use super::machine::Machine;
use super::scorer::Open;
use super::trace::{Trace, Written};
use crate::arena::Arena;
use crate::compile::Slot;
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::limits::Exceeded;
use crate::value::Value;

/// What the reference's template gives as its body when a limit is met.
const MEMORY_ERROR: &str = "Liquid error: Memory limits exceeded";

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
        Ok(self.scorer.written(self.output.len().saturating_sub(buffer))?)
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
                map.entries().iter().fold(1, |sum: u64, (key, _)| sum.saturating_add(key.len() as u64))
            }
            _ => 1,
        };
        score = score.saturating_add(own);
    }
    Ok(score)
}
