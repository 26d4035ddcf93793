//! The loop that runs operations, and what it keeps while it does.
//!
//! Templates and the partials they call are frames on a stack of its own, so that no template can exhaust the thread's.

use super::fetch::{Fetching, Rerender};
use super::loops::{ForLoop, Items, TableRowLoop};
use super::output::Output;
use super::outside::Outside;
use super::scope::{Data, Scope};
use super::scorer::Scorer;
use super::trace::{EventKind, FrameNumber, Site, Trace, Written};
use super::{End, Options, Rendered};
use crate::arena::{Arena, Sink};
use crate::compile::{Expression, Interrupt, Operation, Program, Slot};
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::filters::Environment;
use crate::source::Span;
use crate::value::{Value, print};
use std::collections::{HashMap, HashSet};

/// How values are printed.
pub(super) type Print<'r> = fn(Value<'r>, &'r Arena, &mut dyn Sink) -> Result<(), Failure>;

/// A render in progress.
pub(super) struct Machine<'r, 't, T: Trace> {
    pub arena: &'r Arena,
    pub environment: &'r Environment<'r>,
    pub outside: &'r Outside<'r>,
    pub options: Options,
    pub trace: &'t mut T,
    pub output: Output,
    pub frames: Vec<Frame<'r>>,
    pub scopes: Vec<Scope<'r>>,
    pub loops: Vec<LoopState<'r>>,
    pub cases: Vec<CaseState<'r>>,
    /// The `break`s and `continue`s that have not reached a loop yet.
    pub interrupts: Vec<Interrupt>,
    pub diagnostics: Vec<Diagnostic>,
    /// What was reported already: once for each place is enough.
    pub reported: HashSet<(&'static str, FrameKey, Span)>,
    /// Findings beyond those that are kept.
    pub hidden: usize,
    /// How often near names were looked for.
    pub searches: usize,
    /// Variables that were assigned nothing because something was missing: where that is.
    pub missing_origins: HashMap<(usize, usize), (FrameKey, Span)>,
    pub scorer: Scorer,
    pub fetching: Fetching,
}

/// A program's address: tells templates apart in what was reported.
pub(super) type FrameKey = usize;

/// A template or partial being rendered.
pub(super) struct Frame<'r> {
    pub program: &'r Program,
    pub at: u32,
    /// For included programs: the scope's numbers of its slots.
    pub map: Option<&'r [u32]>,
    pub number: FrameNumber,
    /// The partial's name; none for the template itself.
    pub name: Option<&'r str>,
    pub call: Call<'r>,
}

/// How a frame was called, and what is to be done when it ends.
pub(super) enum Call<'r> {
    Template,
    Include {
        /// Names that were bound, with what they were before.
        saved: Vec<(usize, Option<Value<'r>>)>,
        /// The remaining items of an array given to the partial, and the slot they are bound to.
        pending: &'r [Value<'r>],
        slot: usize,
    },
    Render {
        /// The turns of `for`: the items, the turn, and the name they are given by.
        turns: Option<RenderTurns<'r>>,
        /// How many loops and cases the caller has open, and interrupts pending, which are no business of the partial.
        loops: usize,
        cases: usize,
        interrupts: usize,
    },
    /// A content block.
    Block,
    /// One of the texts of a fetched value.
    Rerender(Box<Rerender<'r>>),
}

/// The turns of `{% render 'name' for items %}`.
pub(super) struct RenderTurns<'r> {
    pub items: Items<'r>,
    pub turn: u64,
    pub forloop: &'r ForLoop<'r>,
    pub operation: &'r crate::compile::Partial,
}

/// A loop being walked.
pub(super) struct LoopState<'r> {
    pub items: Items<'r>,
    pub turn: u64,
    pub item: usize,
    pub saved_item: Option<Value<'r>>,
    pub object: LoopObject<'r>,
    pub object_slot: Option<usize>,
    pub saved_object: Option<Value<'r>>,
    /// The loop's tag.
    pub site: Site,
}

/// What a loop shows of itself.
#[derive(Clone, Copy)]
pub(super) enum LoopObject<'r> {
    None,
    For(&'r ForLoop<'r>),
    TableRow(&'r TableRowLoop),
}

/// A `case` being decided.
pub(super) struct CaseState<'r> {
    pub subject: &'r Expression,
    /// The subject's value; what a branch does may change it.
    pub value: Option<Value<'r>>,
    pub matched: bool,
    /// How many values of the `when` have been tried, where others are left.
    pub tried: usize,
}

/// What follows an operation.
pub(super) enum Flow {
    Next,
    Jump(u32),
    /// The frame on top was pushed or popped: it says itself where it is.
    Frame,
}

impl<'r, 't, T: Trace> Machine<'r, 't, T> {
    pub fn new(
        program: &'r Program,
        data: Data<'r>,
        arena: &'r Arena,
        environment: &'r Environment<'r>,
        outside: &'r Outside<'r>,
        options: Options,
        trace: &'t mut T,
    ) -> Self {
        let number = trace.frame(program, None);
        Machine {
            arena,
            environment,
            outside,
            options,
            trace,
            output: Output::new(arena.budget().limits()),
            frames: vec![Frame { program, at: 0, map: None, number, name: None, call: Call::Template }],
            scopes: vec![Scope::new(program, data)],
            loops: Vec::new(),
            cases: Vec::new(),
            interrupts: Vec::new(),
            diagnostics: Vec::new(),
            reported: HashSet::new(),
            hidden: 0,
            searches: 0,
            missing_origins: HashMap::new(),
            scorer: Scorer::new(options.reference_limits),
            fetching: Fetching::default(),
        }
    }

    pub fn run(mut self) -> Rendered {
        let mut end = self.run_frames();
        if end.is_ok() && self.fetching.exhausted {
            end = Err(Failure::Abort("exhausted_cc_retries".into()));
        }
        let end = match end {
            Ok(()) => End::Complete,
            Err(Failure::Abort(reason)) => {
                self.report_abort(&reason);
                End::Aborted(reason.into())
            }
            Err(Failure::Limit(exceeded)) => {
                self.report_limit(exceeded);
                End::Exceeded(exceeded)
            }
            Err(Failure::Error(error)) => {
                let mut shown = error.clone();
                if !self.options.line_numbers {
                    shown.line = None;
                }
                End::Failed(*error, shown.inline_text(None))
            }
        };
        self.report_hidden();
        Rendered {
            text: self.output.finish(),
            end,
            diagnostics: self.diagnostics,
            scores: self.scorer.scores,
            requests: self.fetching.exchanges,
            extras: self.fetching.extras,
        }
    }

    fn run_frames(&mut self) -> Result<(), Failure> {
        while let Some(frame) = self.frames.last() {
            let (program, at) = (frame.program, frame.at);
            if !self.interrupts.is_empty() && self.unwind(program, at)? {
                continue;
            }
            let Some(operation) = program.operations.get(at as usize) else {
                self.leave_frame()?;
                continue;
            };
            self.arena.budget().spend(1)?;
            match self.step(program, operation) {
                Ok(Flow::Next) => self.go_to(at + 1),
                Ok(Flow::Jump(to)) => self.go_to(to),
                Ok(Flow::Frame) => {}
                Err(Failure::Error(error)) => {
                    let recovery = program.recovery(at);
                    self.print_error(*error, recovery.silent)?;
                    self.go_to(recovery.resume);
                }
                Err(Failure::Limit(exceeded))
                    if exceeded.limit.is_reference() && !self.options.stop_at_error =>
                {
                    self.end_at_score(exceeded)?
                }
                Err(ending) => return Err(ending),
            }
        }
        Ok(())
    }

    #[inline]
    pub fn go_to(&mut self, at: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = at;
        }
    }

    #[inline]
    fn step(&mut self, program: &'r Program, operation: &'r Operation) -> Result<Flow, Failure> {
        match operation {
            Operation::Text(span) => {
                self.write_text(program, *span)?;
                Ok(Flow::Next)
            }
            Operation::Output(chain) => {
                // Looking a value up and printing it is the most work that one operation does.
                self.arena.budget().spend(1)?;
                let value = self.chain(program, chain)?;
                self.write_value(value)?;
                Ok(Flow::Next)
            }
            Operation::Jump(to) => Ok(Flow::Jump(*to)),
            Operation::Branch { condition, negated, otherwise, branch } => {
                let holds = self.condition(program, condition)? != *negated;
                self.branch(*branch, holds);
                Ok(if holds { Flow::Next } else { Flow::Jump(*otherwise) })
            }
            Operation::Assign { slot, chain } => {
                let value = self.chain(program, chain)?;
                let number = self.number(*slot);
                self.note_origin(program, chain, value, number);
                self.scope().assign(number, value);
                Ok(Flow::Next)
            }
            Operation::LoopNext { body } => self.next_turn(*body),
            other => self.rare_step(program, other),
        }
    }

    #[inline]
    pub fn scope(&mut self) -> &mut Scope<'r> {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    #[inline]
    pub fn number(&self, slot: Slot) -> usize {
        match self.frames.last().and_then(|frame| frame.map) {
            None => slot.0 as usize,
            Some(map) => map.get(slot.0 as usize).map_or(usize::MAX, |number| *number as usize),
        }
    }

    /// The node being rendered.
    pub fn site(&self) -> Site {
        match self.frames.last() {
            Some(frame) => Site {
                frame: frame.number,
                span: frame.program.spans.get(frame.at as usize).copied().unwrap_or_default(),
            },
            None => Site { frame: 0, span: Span::default() },
        }
    }

    pub fn branch(&mut self, branch: Span, taken: bool) {
        if T::ON {
            let frame = self.site().frame;
            let kind = if taken { EventKind::BranchTaken } else { EventKind::BranchSkipped };
            self.trace.event(self.output.len(), Site { frame, span: branch }, kind);
        }
    }

    pub fn happened(&mut self, kind: EventKind) {
        if T::ON {
            let site = self.site();
            self.trace.event(self.output.len(), site, kind);
        }
    }

    fn write_text(&mut self, program: &'r Program, span: Span) -> Result<(), Failure> {
        let start = self.output.len();
        self.output.push(program.source.slice(span))?;
        if T::ON {
            let node = self.site();
            let removed = [
                (start, Span { start: node.span.start, end: span.start }),
                (self.output.len(), Span { start: span.end, end: node.span.end }),
            ];
            for (at, removed) in removed {
                if removed.start < removed.end {
                    self.trace.event(at, Site { span: removed, ..node }, EventKind::WhitespaceRemoved);
                }
            }
            self.trace.write(start..self.output.len(), Site { span, ..node }, Written::Template, 0);
        }
        Ok(())
    }

    /// Writes a value where the template has an output.
    #[inline]
    pub fn write_value(&mut self, value: Value<'r>) -> Result<(), Failure> {
        self.write_printed(value, print::write_output)
    }

    /// Writes a value as `print` prints it.
    #[inline]
    pub fn write_printed(&mut self, value: Value<'r>, print: Print<'r>) -> Result<(), Failure> {
        let start = self.output.len();
        match value {
            Value::String(text) if !T::ON => self.output.push(text)?,
            Value::Nil => {}
            _ => {
                match value {
                    Value::Array(_) | Value::Map(_) if self.options.warn => self.doubt_collection(value),
                    Value::Binary(_) if self.options.warn => self.doubt_binary(),
                    _ => {}
                }
                let arena = self.arena;
                let site = if T::ON { self.site() } else { Site { frame: 0, span: Span::default() } };
                let text = matches!(
                    value,
                    Value::String(_) | Value::Array(_) | Value::Map(_) | Value::Object(_) | Value::Binary(_)
                );
                let mut sink = ValueSink { output: &mut self.output, trace: &mut *self.trace, site, text };
                print(value, arena, &mut sink)?;
            }
        }
        if T::ON && self.output.len() == start {
            self.happened(EventKind::BlankOutput);
        }
        Ok(())
    }

    /// Writes text that the tag being rendered makes itself.
    pub fn write_markup(&mut self, text: &str) -> Result<(), Failure> {
        let start = self.output.len();
        self.output.push(text)?;
        if T::ON {
            let site = self.site();
            self.trace.write(start..self.output.len(), site, Written::Constant, 0);
        }
        Ok(())
    }
}

/// The body as a place to print values to.
struct ValueSink<'m, T: Trace> {
    output: &'m mut Output,
    trace: &'m mut T,
    site: Site,
    /// Whether the value is, or may hold, text.
    text: bool,
}

impl<T: Trace> Sink for ValueSink<'_, T> {
    fn push(&mut self, text: &str) -> Result<(), Failure> {
        let start = self.output.len();
        self.output.push(text)?;
        if T::ON {
            let address = if self.text { text.as_ptr() as usize } else { 0 };
            self.trace.write(start..self.output.len(), self.site, Written::Data, address);
        }
        Ok(())
    }
}
