//! The loop that runs operations, and what it keeps while it does.
//!
//! Templates and the partials they call are frames on a stack of its own, so that no template can exhaust the thread's.

use super::custom::CustomCall;
use super::fetch::{Fetching, Rerender};
use super::loops::{ForLoop, Items, TableRowLoop};
use super::output::Output;
use super::outside::Outside;
use super::scope::{Data, Scope};
use super::scorer::Scorer;
use super::trace::{EventKind, FrameNumber, Site, Trace, Written};
use super::{End, Options, Rendered};
use crate::arena::{Arena, Sink};
use crate::compile::{self, Chain, Expression, Interrupt, Operation, Program, Slot, Text, behind};
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::filters::Environment;
use crate::number::{FloatText, Price};
use crate::source::Span;
use crate::value::{Value, print};
use bumpalo::collections::Vec as BumpVec;
use std::collections::{BTreeMap, BTreeSet};

/// How values are printed.
pub(super) type Print<'r> = fn(Value<'r>, &'r Arena, &mut dyn Sink) -> Result<(), Failure>;

/// A render in progress.
pub(super) struct Machine<'r, 't, T: Trace> {
    pub arena: &'r Arena,
    pub environment: &'r Environment<'r>,
    pub outside: &'r Outside<'r>,
    pub options: Options,
    pub trace: &'t mut T,
    pub output: Output<'r>,
    /// The templates being rendered, innermost last.
    pub frames: BumpVec<'r, Frame<'r>>,
    /// Where the innermost of them is.
    pub at: u32,
    /// For included programs: the scope's numbers of the innermost's slots.
    pub map: Option<&'r [u32]>,
    pub scope: Scope<'r>,
    /// The scopes of the templates around, outermost first.
    outer: Vec<Scope<'r>>,
    /// Whether a template asked for `self`.
    pub has_itself: bool,
    pub loops: BumpVec<'r, LoopState<'r>>,
    pub cases: Vec<CaseState<'r>>,
    /// The host's blocks whose bodies are being rendered.
    pub customs: Vec<CustomCall<'r>>,
    /// The `break`s and `continue`s that have not reached a loop yet.
    pub interrupts: Vec<Interrupt>,
    pub diagnostics: Vec<Diagnostic>,
    /// What was reported already: once for each place is enough.
    pub reported: Option<BTreeSet<(&'static str, FrameKey, Span)>>,
    /// Findings beyond those that are kept.
    pub hidden: usize,
    /// How often near names were looked for.
    pub searches: usize,
    /// Variables that were assigned nothing because something was missing: where that is.
    pub missing_origins: Option<BTreeMap<(usize, usize), (FrameKey, Span)>>,
    pub scorer: Scorer,
    pub fetching: Fetching,
}

/// A program's address: tells templates apart in what was reported.
pub(super) type FrameKey = usize;

/// A template or partial being rendered.
pub(super) struct Frame<'r> {
    pub program: &'r Program,
    /// Where it goes on when the frame above it ends.
    at: u32,
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
#[derive(Clone, Copy)]
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

impl<'r> Frame<'r> {
    pub fn new(
        program: &'r Program,
        number: FrameNumber,
        map: Option<&'r [u32]>,
        name: Option<&'r str>,
        call: Call<'r>,
    ) -> Self {
        Frame { program, at: 0, map, number, name, call }
    }
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
        let mut machine = Machine {
            arena,
            environment,
            outside,
            options,
            trace,
            output: Output::new(arena),
            frames: BumpVec::with_capacity_in(2, arena.bump()),
            at: 0,
            map: None,
            scope: Scope::new(program, data, arena),
            outer: Vec::new(),
            has_itself: false,
            loops: BumpVec::new_in(arena.bump()),
            cases: Vec::new(),
            customs: Vec::new(),
            interrupts: Vec::new(),
            diagnostics: Vec::new(),
            reported: None,
            hidden: 0,
            searches: 0,
            missing_origins: None,
            scorer: Scorer::new(options.reference_limits),
            fetching: Fetching::default(),
        };
        machine.enter(Frame::new(program, number, None, None, Call::Template));
        machine
    }

    pub fn run(&mut self) -> Rendered {
        let mut end = self.run_frames();
        if end.is_ok() && self.fetching.exhausted {
            end = Err(Failure::abort("exhausted_cc_retries"));
        }
        let end = match end {
            Ok(()) => End::Complete,
            Err(Failure::Abort(abort)) => {
                self.report_abort(&abort.reason);
                End::Aborted(abort.reason)
            }
            Err(Failure::Limit(exceeded)) => {
                self.report_limit(*exceeded);
                End::Exceeded(*exceeded)
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
            diagnostics: std::mem::take(&mut self.diagnostics),
            scores: self.scorer.scores,
            requests: std::mem::take(&mut self.fetching.exchanges),
            extras: std::mem::take(&mut self.fetching.extras),
        }
    }

    fn run_frames(&mut self) -> Result<(), Failure> {
        while let Some(frame) = self.frames.last() {
            let program = frame.program;
            if let Err(failure) = self.run_operations(program) {
                self.fail(program, failure)?;
            }
        }
        Ok(())
    }

    /// Runs the innermost template up to its end, or until it calls another.
    ///
    /// A program is finite, so it is charged once as a whole, and each turn of a loop as the whole body, whether or not all
    /// of it is run.
    fn run_operations(&mut self, program: &'r Program) -> Result<(), Failure> {
        let operations = &*program.operations;
        // While interrupts are pending, operations are run one at a time: those behind are out of reach.
        let mut reach = self.reach(operations);
        let mut at = self.at;
        loop {
            self.at = at;
            let Some(operation) = reach.get(at as usize) else {
                if at as usize >= operations.len() {
                    self.charge(operations.len())?;
                    return self.leave_frame();
                }
                if self.unwind(program, at)? {
                    at = self.at;
                    reach = self.reach(operations);
                } else {
                    let rest =
                        if self.interrupts.is_empty() { operations.len() } else { behind(at) as usize };
                    reach = operations.get(..rest).unwrap_or_default();
                }
                continue;
            };
            match operation {
                Operation::Text(text) => {
                    self.text(text)?;
                    at = behind(at);
                }
                Operation::Output(output) => {
                    let compile::Output { before, node, chain } = &**output;
                    if !before.is_empty() || T::ON && node.start < node.end {
                        self.write_text(before, *node)?;
                    }
                    let start = self.output.len();
                    match self.written(chain) {
                        Some(Value::String(text)) => {
                            let text = *text;
                            self.output.push(text)?;
                            self.wrote(start, text.as_ptr() as usize);
                        }
                        Some(Value::Integer(number)) => {
                            self.output.push_integer(*number)?;
                            self.wrote(start, 0);
                        }
                        _ => self.write_chain(program, chain)?,
                    }
                    at = behind(at);
                }
                Operation::Jump(to) => at = *to,
                Operation::LoopNext { body } => {
                    self.charge(behind(at).saturating_sub(*body) as usize)?;
                    if self.takes_next() || self.advance()? {
                        at = *body;
                        if !self.interrupts.is_empty() {
                            reach = self.reach(operations);
                        }
                    } else {
                        self.leave_loop();
                        at = behind(at);
                    }
                }
                Operation::LoopBegin { spec, empty } => {
                    at = if self.begin_loop(program, spec)? { behind(at) } else { *empty };
                }
                Operation::Branch { condition, negated, otherwise, branch } => {
                    let holds = self.condition(program, condition)? != *negated;
                    self.branch(*branch, holds);
                    at = if holds { behind(at) } else { *otherwise };
                }
                Operation::CaseWhen { values, otherwise, branch } => {
                    at = if self.when(program, values, *branch)? { behind(at) } else { *otherwise };
                }
                Operation::Else { branch } => {
                    self.branch(*branch, true);
                    at = behind(at);
                }
                Operation::Assign { slot, chain } => {
                    self.assign(program, *slot, chain)?;
                    at = behind(at);
                }
                other => {
                    let flow = self.rare_step(program, other)?;
                    if !self.interrupts.is_empty() {
                        reach = self.reach(operations);
                    }
                    match flow {
                        Flow::Next => at = behind(at),
                        Flow::Jump(to) => {
                            self.charge(behind(at).saturating_sub(to) as usize)?;
                            at = to;
                        }
                        Flow::Frame => return Ok(()),
                    }
                }
            }
        }
    }

    /// The operations, unless interrupts are pending.
    #[cold]
    #[inline(never)]
    fn reach(&self, operations: &'r [Operation]) -> &'r [Operation] {
        if self.interrupts.is_empty() { operations } else { &[] }
    }

    #[inline]
    fn charge(&self, operations: usize) -> Result<(), Failure> {
        Ok(self.arena.budget().spend(operations as u64)?)
    }

    /// Prints an error in place of the operation, and goes on behind it; anything else ends the render.
    #[cold]
    fn fail(&mut self, program: &'r Program, failure: Failure) -> Result<(), Failure> {
        match failure {
            Failure::Error(error) => {
                let recovery = program.recovery(self.at);
                self.print_error(*error, recovery.silent)?;
                self.at = recovery.resume;
                Ok(())
            }
            Failure::Limit(exceeded) if exceeded.limit.is_reference() && !self.options.stop_at_error => {
                self.end_at_score(*exceeded)
            }
            ending => Err(ending),
        }
    }

    /// Puts a frame on top: it begins at its first operation.
    pub fn enter(&mut self, frame: Frame<'r>) {
        if let Some(caller) = self.frames.last_mut() {
            caller.at = self.at;
        }
        self.at = 0;
        self.map = frame.map;
        self.frames.push(frame);
    }

    /// Takes the frame on top off; the one below is where it called it.
    pub fn leave(&mut self) -> Option<Frame<'r>> {
        let frame = self.frames.pop();
        if let Some(caller) = self.frames.last() {
            self.at = caller.at;
            self.map = caller.map;
        }
        frame
    }

    #[inline(always)]
    fn text(&mut self, text: &'r Text) -> Result<(), Failure> {
        let node = if T::ON { self.site().span } else { Span::default() };
        self.write_text(text, node)
    }

    /// The value of an output that is written without work, if it is one.
    #[inline(always)]
    fn written(&self, chain: &'r Chain) -> Option<&Value<'r>> {
        match &chain.input {
            Expression::Lookup(lookup) if chain.filters.is_empty() => self.scope.quick(self.map, lookup),
            _ => None,
        }
    }

    #[inline(never)]
    fn write_chain(&mut self, program: &'r Program, chain: &'r Chain) -> Result<(), Failure> {
        let value = self.chain(program, chain)?;
        self.write_value(value)
    }

    #[inline(never)]
    fn assign(&mut self, program: &'r Program, slot: Slot, chain: &'r Chain) -> Result<(), Failure> {
        let value = self.chain(program, chain)?;
        let number = self.number(slot);
        self.note_origin(program, chain, value, number);
        self.scope.assign(number, value);
        Ok(())
    }

    /// The names of the innermost template and of those that it includes or that include it.
    #[inline]
    pub fn scope(&mut self) -> &mut Scope<'r> {
        &mut self.scope
    }

    /// How many scopes are around the innermost one, which tells it apart from them.
    pub fn scope_depth(&self) -> usize {
        self.outer.len()
    }

    /// The scope with `depth` others around it.
    pub fn scope_at(&mut self, depth: usize) -> Option<&mut Scope<'r>> {
        if depth == self.outer.len() { Some(&mut self.scope) } else { self.outer.get_mut(depth) }
    }

    /// All scopes, outermost first.
    pub fn all_scopes(&self) -> impl Iterator<Item = &Scope<'r>> {
        self.outer.iter().chain([&self.scope])
    }

    pub fn push_scope(&mut self, scope: Scope<'r>) {
        self.outer.push(std::mem::replace(&mut self.scope, scope));
    }

    pub fn pop_scope(&mut self) {
        if let Some(scope) = self.outer.pop() {
            self.scope = scope;
        }
    }

    #[inline]
    pub fn number(&self, slot: Slot) -> usize {
        match self.map {
            None => slot.0 as usize,
            Some(map) => map.get(slot.0 as usize).map_or(usize::MAX, |number| *number as usize),
        }
    }

    /// The call of a template that is being rendered.
    fn frame_number(&self) -> FrameNumber {
        self.frames.last().map_or(0, |frame| frame.number)
    }

    /// The node being rendered.
    pub fn site(&self) -> Site {
        match self.frames.last() {
            Some(frame) => Site {
                frame: frame.number,
                span: frame.program.spans.get(self.at as usize).copied().unwrap_or_default(),
            },
            None => Site { frame: 0, span: Span::default() },
        }
    }

    pub fn branch(&mut self, branch: Span, taken: bool) {
        if T::ON {
            let frame = self.frame_number();
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

    #[inline(always)]
    fn write_text(&mut self, text: &Text, node: Span) -> Result<(), Failure> {
        let (start, span) = (self.output.len(), text.span);
        self.output.push_text(text)?;
        if T::ON {
            let (end, frame) = (self.output.len(), self.frame_number());
            self.trace.write(start..end, Site { frame, span }, Written::Template, 0);
            let removed = [(start, node.start..span.start), (end, span.end..node.end)];
            for (at, removed) in removed {
                if !removed.is_empty() {
                    let span = Span { start: removed.start, end: removed.end };
                    self.trace.event(at, Site { frame, span }, EventKind::WhitespaceRemoved);
                }
            }
        }
        Ok(())
    }

    /// Writes a value where the template has an output.
    #[inline(always)]
    pub fn write_value(&mut self, value: Value<'r>) -> Result<(), Failure> {
        let start = self.output.len();
        match value {
            Value::String(text) => {
                self.output.push(text)?;
                self.wrote(start, text.as_ptr() as usize);
                Ok(())
            }
            Value::Integer(number) => {
                self.output.push_integer(number)?;
                self.wrote(start, 0);
                Ok(())
            }
            Value::Float(number) if !T::ON => self.write_float(number),
            _ => self.write_printed(value, print::write_output),
        }
    }

    /// Records the value that was written from `start` on, with the address of its text.
    #[inline(always)]
    pub fn wrote(&mut self, start: usize, address: usize) {
        if T::ON {
            let end = self.output.len();
            if start == end {
                return self.happened(EventKind::BlankOutput);
            }
            let site = self.site();
            self.trace.write(start..end, site, Written::Data, address);
        }
    }

    #[inline(never)]
    fn write_float(&mut self, number: f64) -> Result<(), Failure> {
        match Price::of(number) {
            Some(price) => {
                self.output.push(if price.negative { "-" } else { "" })?;
                self.output.push_integer(price.whole.into())?;
                self.output.push(price.fraction)
            }
            None => self.output.push(FloatText::of(number).as_str()),
        }
    }

    /// Writes a value as `print` prints it.
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
struct ValueSink<'m, 'r, T: Trace> {
    output: &'m mut Output<'r>,
    trace: &'m mut T,
    site: Site,
    /// Whether the value is, or may hold, text.
    text: bool,
}

impl<T: Trace> Sink for ValueSink<'_, '_, T> {
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
