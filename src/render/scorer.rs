//! The reference's scores and their bounds.

use crate::limits::{Exceeded, Limit, ReferenceLimits, Scores};

/// The scores so far, and what they are counted from.
#[derive(Debug, Default)]
pub(super) struct Scorer {
    limits: ReferenceLimits,
    pub scores: Scores,
    /// Within a capture: the bytes of it that have been counted.
    pub captured: Option<usize>,
    /// The same for the captures around it.
    pub outer: Vec<Option<usize>>,
    /// Where the open cells of tables begin; like a capture, a cell is written to a buffer of its own first.
    pub cells: Vec<usize>,
    /// What was open when the frames began.
    pub frames: Vec<Open>,
}

/// How many blocks are open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    pub loops: usize,
    pub cases: usize,
    pub marks: usize,
    pub captures: usize,
    pub cells: usize,
    pub interrupts: usize,
}

impl Scorer {
    pub fn new(limits: ReferenceLimits) -> Self {
        Scorer { limits, ..Scorer::default() }
    }

    pub fn render(&mut self, nodes: u32) -> Result<(), Exceeded> {
        let (scores, limits) = (&mut self.scores, &self.limits);
        let grow = |score: &mut u64| *score = score.saturating_add(nodes.into());
        grow(&mut scores.render);
        grow(&mut scores.cumulative_render);
        within(scores.render, limits.render_score, Limit::RenderScore)?;
        within(scores.cumulative_render, limits.cumulative_render_score, Limit::CumulativeRenderScore)
    }

    /// A capture may shrink what it counted before: then `less` is taken off.
    pub fn assign(&mut self, more: u64, less: u64) -> Result<(), Exceeded> {
        let (scores, limits) = (&mut self.scores, &self.limits);
        let change = |score: &mut u64| *score = score.saturating_add(more).saturating_sub(less);
        change(&mut scores.assign);
        change(&mut scores.cumulative_assign);
        within(scores.assign, limits.assign_score, Limit::AssignScore)?;
        within(scores.cumulative_assign, limits.cumulative_assign_score, Limit::CumulativeAssignScore)
    }

    /// `length` bytes stand in the innermost buffer.
    pub fn written(&mut self, length: usize) -> Result<(), Exceeded> {
        match self.captured.replace(length) {
            Some(counted) => self.assign(length as u64, counted as u64),
            None => {
                self.captured = None;
                within(length as u64, self.limits.render_length, Limit::RenderLength)
            }
        }
    }

    pub fn begin_capture(&mut self) {
        if self.is_on() {
            self.outer.push(self.captured.replace(0));
        }
    }

    pub fn end_capture(&mut self) {
        if self.is_on() {
            self.captured = self.outer.pop().flatten();
        }
    }

    /// Whether the program keeps scores: then its first operation says that a template begins.
    fn is_on(&self) -> bool {
        !self.frames.is_empty()
    }
}

fn within(score: u64, most: Option<u64>, limit: Limit) -> Result<(), Exceeded> {
    match most {
        Some(most) if score > most => Err(Exceeded { limit, value: most }),
        _ => Ok(()),
    }
}
