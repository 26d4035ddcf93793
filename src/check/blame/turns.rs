//! Which turns of which loops a byte of the body was written in.

use crate::render::{Event, EventKind, Site, TraceMap};
use crate::source::{Source, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// One turn of a loop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// The loop's tag.
    pub site: Site,
    /// The turn, counted from 1.
    pub number: u64,
    /// The turn of the loop around it.
    parent: Option<usize>,
}

/// The turns of all loops of a render.
pub(super) struct Turns {
    turns: Vec<Turn>,
    /// For each event the innermost turn after it.
    after: Vec<Option<usize>>,
    /// For each event whether it ends a loop that had no turns.
    unwalked: Vec<bool>,
    /// The tags of all loops.
    loops: HashSet<(*const Source, Span)>,
}

impl Turns {
    pub fn new(trace: &TraceMap) -> Self {
        let mut found = Turns {
            turns: Vec::new(),
            after: Vec::with_capacity(trace.events.len()),
            unwalked: Vec::with_capacity(trace.events.len()),
            loops: HashSet::new(),
        };
        let mut current = None;
        for event in &trace.events {
            let open = found.find(current, event.site);
            current = match (event.kind, open) {
                (EventKind::LoopTurn, Some(before)) => {
                    found.add(event.site, before.number.saturating_add(1), before.parent)
                }
                (EventKind::LoopTurn, None) => found.add(event.site, 1, current),
                (EventKind::LoopEnd, Some(ended)) => ended.parent,
                _ => current,
            };
            found.after.push(current);
            found.unwalked.push(event.kind == EventKind::LoopEnd && open.is_none());
            if event.kind == EventKind::LoopTurn
                && let Some(source) = trace.source(event.site)
            {
                found.loops.insert((Arc::as_ptr(source), event.site.span));
            }
        }
        found
    }

    /// The turns byte `at` was written in, the outermost loop's first.
    pub fn at(&self, trace: &TraceMap, at: usize) -> Vec<(usize, Turn)> {
        let happened = trace.events.partition_point(|event| event.at <= at);
        let innermost = happened.checked_sub(1).and_then(|last| self.after.get(last).copied().flatten());
        let mut turns: Vec<_> = self.around(innermost).collect();
        turns.reverse();
        turns
    }

    /// The events from byte `before` to byte `after`, each with whether it ends a loop that had no turns.
    pub fn events<'t>(
        &'t self,
        trace: &'t TraceMap,
        before: usize,
        after: usize,
    ) -> impl Iterator<Item = (&'t Event, bool)> {
        let first = trace.events.partition_point(|event| event.at < before);
        let unwalked = self.unwalked.get(first..).unwrap_or_default();
        trace.events_between(before, after).iter().zip(unwalked.iter().copied())
    }

    /// Whether a place is the tag of a loop that had turns.
    pub fn is_loop(&self, source: &Arc<Source>, span: Span) -> bool {
        self.loops.contains(&(Arc::as_ptr(source), span))
    }

    fn around(&self, innermost: Option<usize>) -> impl Iterator<Item = (usize, Turn)> {
        let mut next = innermost;
        std::iter::from_fn(move || {
            let here = next?;
            let turn = *self.turns.get(here)?;
            next = turn.parent;
            Some((here, turn))
        })
    }

    fn find(&self, innermost: Option<usize>, site: Site) -> Option<Turn> {
        self.around(innermost).map(|(_, turn)| turn).find(|turn| turn.site == site)
    }

    fn add(&mut self, site: Site, number: u64, parent: Option<usize>) -> Option<usize> {
        let turn = self.turns.len();
        self.turns.push(Turn { site, number, parent });
        Some(turn)
    }
}
