//! The operations of blocks and loops.

use super::loops::{self, ForLoop, Items, Source, TableRowLoop, place_of};
use super::machine::{Call, CaseState, Flow, Frame, LoopObject, LoopState, Machine};
use super::trace::{EventKind, Site, Trace};
use crate::arena::Arena;
use crate::compile::{self, CycleGroup, Interrupt, LoopOffset, Operation, Program, Slot, behind};
use crate::failure::{Failure, RenderErrorKind};
use crate::limits::{Exceeded, Limit};
use crate::number::Number;
use crate::source::Span;
use crate::value::{Value, convert, print};
use std::cell::Cell;

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub fn rare_step(&mut self, program: &'r Program, operation: &'r Operation) -> Result<Flow, Failure> {
        match operation {
            Operation::CaptureBegin => {
                self.scorer.begin_capture();
                self.output.mark();
                self.trace.begin();
            }
            Operation::IfChangedBegin => {
                self.output.mark();
                self.trace.begin();
            }
            Operation::CaptureEnd { slot } => {
                self.scorer.end_capture();
                self.end_capture(*slot)?;
            }
            Operation::IfChangedEnd => self.end_if_changed(),
            Operation::CaseBegin(subject) => {
                self.cases.push(CaseState { subject, value: None, matched: false, tried: 0 });
            }
            Operation::CaseRepeat(when) => {
                if self.cases.last().is_some_and(|case| case.tried > 0) {
                    return Ok(Flow::Jump(*when));
                }
            }
            Operation::CaseElse { otherwise, branch } => {
                let taken = self.cases.last().is_none_or(|case| !case.matched);
                self.branch(*branch, taken);
                if !taken {
                    return Ok(Flow::Jump(*otherwise));
                }
                if let Some(case) = self.cases.last_mut() {
                    case.value = None;
                }
            }
            Operation::CaseEnd => {
                self.cases.pop();
            }
            Operation::TableRowBegin { spec, empty } => return self.begin_table_row(program, spec, *empty),
            Operation::TableRowNext { body } => return self.next_cell(*body),
            Operation::Cycle(cycle) => self.cycle(program, &cycle.group, &cycle.values)?,
            Operation::Counter { slot, decrement } => self.count(*slot, *decrement)?,
            Operation::Partial(partial) => return self.partial(program, partial),
            Operation::Interrupt(interrupt) => self.interrupts.push(*interrupt),
            Operation::Abort(reason) => {
                let reason = reason.as_deref().unwrap_or("{% abort_message %} called");
                return Err(Failure::abort(reason));
            }
            Operation::LiquidJs { node, otherwise } => return self.liquidjs(program, node, *otherwise),
            Operation::Vendor(node) => return self.vendor(program, node),
            Operation::Fetch(fetch) => return self.fetch(program, fetch),
            Operation::ContentBlock(name) => return self.content_block(name),
            Operation::Custom(tag) => return self.custom_tag(program, tag),
            Operation::CustomBegin { tag, end } => return self.begin_custom(program, tag, *end),
            Operation::CustomEnd { body } => return self.end_custom(*body),
            Operation::Random(bound) => self.random(program, bound.as_deref())?,
            Operation::ScoreTemplate { nodes } => self.score_template(*nodes)?,
            Operation::ScoreBody { nodes } => self.score_body(*nodes)?,
            Operation::ScoreCell { nodes } => self.score_cell(*nodes)?,
            Operation::ScoreNode => self.score_node()?,
            Operation::ScoreAssign { slot } => self.score_assign(*slot)?,
            Operation::Text(_)
            | Operation::Output(_)
            | Operation::Jump(_)
            | Operation::Branch { .. }
            | Operation::Else { .. }
            | Operation::LoopBegin { .. }
            | Operation::CaseWhen { .. }
            | Operation::Assign { .. }
            | Operation::LoopNext { .. } => debug_assert!(false, "run by the machine itself"),
        }
        Ok(Flow::Next)
    }

    fn end_capture(&mut self, slot: Slot) -> Result<(), Failure> {
        let mark = self.output.unmark();
        let text = self.arena.text(self.output.since(mark))?;
        self.trace.capture(mark, text);
        self.output.truncate(mark);
        let number = self.number(slot);
        self.scope().assign(number, Value::String(text));
        Ok(())
    }

    fn end_if_changed(&mut self) {
        let mark = self.output.unmark();
        let written = self.output.since(mark).to_owned();
        if self.scope().more().if_changed.as_ref() == Some(&written) {
            self.output.truncate(mark);
            self.trace.discard(mark);
        } else {
            self.scope().more().if_changed = Some(written);
            self.trace.keep();
        }
    }

    /// Whether one of a `when`'s values that have not been tried equals the subject: its branch is run once for each.
    #[inline(never)]
    pub fn when(
        &mut self,
        program: &'r Program,
        values: &'r [compile::Expression],
        branch: Span,
    ) -> Result<bool, Failure> {
        let Some(CaseState { subject, value, tried, .. }) = self.cases.last().copied() else {
            return Ok(false);
        };
        let subject = match value {
            Some(known) => known,
            None => self.value(program, subject)?,
        };
        let mut found = None;
        for (at, value) in values.iter().enumerate().skip(tried) {
            self.arena.budget().spend(1)?;
            if self.equals(program, subject, value)? {
                found = Some(at);
                break;
            }
        }
        if let Some(case) = self.cases.last_mut() {
            case.matched |= found.is_some();
            let next = found.and_then(|at| at.checked_add(1)).filter(|next| *next < values.len());
            case.tried = next.unwrap_or(0);
            case.value = if found.is_some() { None } else { Some(subject) };
        }
        if tried == 0 {
            self.branch(branch, found.is_some());
        }
        Ok(found.is_some())
    }

    /// The count that a loop's attribute gives, as `read` reads it.
    fn counted(
        &mut self,
        program: &'r Program,
        count: Option<&'r compile::Expression>,
        read: fn(Value<'r>, &'r Arena) -> Result<Option<i64>, Failure>,
    ) -> Result<Option<i64>, Failure> {
        match count {
            None => Ok(None),
            Some(expression) => {
                let value = self.expression(program, expression)?;
                read(value, self.arena)
            }
        }
    }

    /// Begins the first turn of a loop, if there is one.
    #[inline(never)]
    pub fn begin_loop(&mut self, program: &'r Program, spec: &'r compile::ForLoop) -> Result<bool, Failure> {
        let arena = self.arena;
        let skip = match &spec.offset {
            LoopOffset::Start => 0,
            LoopOffset::Continue => self.scope().more().places.get(&*spec.name).copied().unwrap_or(0),
            LoopOffset::Skip(skip) => self.counted(program, Some(skip), loops::count)?.unwrap_or(0),
        };
        let collection = self.value(program, &spec.collection)?;
        let limit = self.counted(program, spec.limit.as_ref(), loops::count)?;
        let items = Items::new(collection, skip, limit, spec.reversed, arena)?;
        let length = i64::try_from(items.length).unwrap_or(i64::MAX);
        if spec.remembered || self.frames.len() > 1 {
            self.scope().more().places.insert(&spec.name, skip.saturating_add(length));
        }
        if items.length == 0 {
            self.happened(EventKind::LoopEnd);
            return Ok(false);
        }
        self.enter_scope(false)?;
        let object = match spec.forloop {
            None => LoopObject::None,
            Some(_) => {
                let parent = self.parent_loop();
                let (name, index) = (&*spec.name, Cell::new(0));
                LoopObject::For(arena.object(ForLoop { name, length, index, parent })?)
            }
        };
        let item = self.number(spec.item);
        let object_slot = spec.forloop.map(|slot| self.number(slot));
        self.enter_loop(items, item, object, object_slot)?;
        Ok(true)
    }

    /// The `forloop` around a new loop: of this template, or of those that include it.
    #[inline]
    pub fn parent_loop(&self) -> Option<&'r ForLoop<'r>> {
        match self.loops.last()?.object {
            LoopObject::For(forloop) if self.frames.len() == 1 => Some(forloop),
            _ => self.outer_loop(),
        }
    }

    fn outer_loop(&self) -> Option<&'r ForLoop<'r>> {
        let isolated = self.frames.iter().rev().find_map(|frame| match &frame.call {
            Call::Render { loops, .. } => Some(*loops),
            _ => None,
        });
        let own = self.loops.get(isolated.unwrap_or(0)..).unwrap_or_default();
        own.iter().rev().find_map(|state| match state.object {
            LoopObject::For(forloop) => Some(forloop),
            _ => None,
        })
    }

    #[inline]
    pub fn enter_loop(
        &mut self,
        items: Items<'r>,
        item: usize,
        object: LoopObject<'r>,
        object_slot: Option<usize>,
    ) -> Result<Flow, Failure> {
        let first = items.get(0, self.arena)?;
        let value = match object {
            LoopObject::None => None,
            LoopObject::For(forloop) => Some(Value::Object(forloop)),
            LoopObject::TableRow(table) => Some(Value::Object(table)),
        };
        let saved_object = object_slot.and_then(|slot| self.scope().bind(slot, value));
        // The item may have the object's name; then it hides the object.
        let saved_item = self.scope().bind(item, Some(first));
        let site = if T::ON { self.site() } else { Site::default() };
        self.loops.push(LoopState {
            items,
            turn: 0,
            item,
            saved_item,
            object,
            object_slot,
            saved_object,
            site,
        });
        self.happened(EventKind::LoopTurn);
        Ok(Flow::Next)
    }

    /// Binds the next item of the innermost loop where that takes no work: it lies in a list.
    #[inline(always)]
    pub fn takes_next(&mut self) -> bool {
        let Some(state) = self.loops.last_mut() else { return false };
        let turn = state.next_turn();
        match state.items.source {
            Source::List(items) => match items.get(place_of(turn)) {
                Some(value) => {
                    state.set_turn(turn);
                    self.scope.rebind(state.item, value);
                }
                None => return false,
            },
            _ => return false,
        }
        self.happened(EventKind::LoopTurn);
        true
    }

    /// Binds the next item of the innermost loop, if there is one.
    #[inline(never)]
    pub fn advance(&mut self) -> Result<bool, Failure> {
        let arena = self.arena;
        let Some(state) = self.loops.last_mut() else { return Ok(false) };
        state.set_turn(state.next_turn());
        if state.turn >= state.items.length {
            return Ok(false);
        }
        let value = state.items.get(state.turn, arena)?;
        self.scope.rebind(state.item, &value);
        self.happened(EventKind::LoopTurn);
        Ok(true)
    }

    /// Leaves the bodies and loops that a pending interrupt ends here; whether there are any. As in the reference, a body ends
    /// behind the node that interrupts it, and behind the first node that is no text if it begins after that, as those of a
    /// `case` and of the turns of an `include` may. The loop around takes the last interrupt.
    #[cold]
    pub fn unwind(&mut self, program: &'r Program, at: u32) -> Result<bool, Failure> {
        let isolated = self.frames.iter().rev().find_map(|frame| match &frame.call {
            Call::Render { interrupts, .. } => Some(*interrupts),
            Call::Rerender(state) => Some(state.interrupts),
            _ => None,
        });
        if self.interrupts.len() <= isolated.unwrap_or(0) {
            return Ok(false);
        }
        if let Some(end) = program.body_end(at) {
            self.at = end;
            return Ok(true);
        }
        let is_table = match program.operations.get(at as usize) {
            Some(Operation::LoopNext { .. }) => false,
            Some(Operation::TableRowNext { .. }) => true,
            _ => return Ok(false),
        };
        if self.interrupts.pop() == Some(Interrupt::Continue) {
            return Ok(false);
        }
        if is_table {
            self.scorer.cells.pop();
            self.write_markup("</td>")?;
            self.write_markup("</tr>\n")?;
        } else if let Some(state) = self.loops.last_mut() {
            state.set_turn(state.next_turn());
        }
        self.leave_loop();
        self.at = behind(at);
        Ok(true)
    }

    pub fn leave_loop(&mut self) {
        if let Some(state) = self.loops.pop() {
            self.scope().bind(state.item, state.saved_item);
            if let Some(slot) = state.object_slot {
                self.scope().bind(slot, state.saved_object);
            }
            if T::ON {
                // A `break` leaves the loop too: the site is the loop's own, not the one being rendered.
                self.trace.event(self.output.len(), state.site, EventKind::LoopEnd);
            }
        }
    }

    /// A partial or content block is about to begin, and its scope with it.
    pub fn enter_partial(&self, isolated: bool) -> Result<(), Failure> {
        let budget = self.arena.budget();
        budget.partial()?;
        // First what the reference prints an error for.
        self.enter_scope(isolated)?;
        // The template is the first frame, so that there are as many as partials with the next.
        let most = budget.limits().partial_depth;
        if self.frames.len() > most {
            return Err(Failure::limit(Exceeded::new(Limit::PartialDepth, most)));
        }
        Ok(())
    }

    /// Another scope is about to begin: that of a loop or a partial. To the reference a rendered partial is one scope,
    /// however many its caller has open.
    pub fn enter_scope(&self, isolated: bool) -> Result<(), Failure> {
        let limit = self.arena.budget().limits().scope_depth;
        if self.frames.len().saturating_add(self.loops.len()) < limit {
            return Ok(());
        }
        let is_rendered = |frame: &Frame<'_>| matches!(frame.call, Call::Render { .. });
        let rendered = self.frames.iter().filter(|frame| is_rendered(frame)).count();
        let root = self.frames.iter().rposition(is_rendered).unwrap_or(0);
        let outside = match self.frames.get(root).map(|frame| &frame.call) {
            Some(Call::Render { loops, .. }) => *loops,
            _ => 0,
        };
        let (frames, loops) =
            (self.frames.len().saturating_sub(root), self.loops.len().saturating_sub(outside));
        let scopes = [rendered, frames, loops, usize::from(!isolated)];
        if scopes.into_iter().fold(0, usize::saturating_add) > limit {
            return Err(Failure::error(RenderErrorKind::StackLevel, "Nesting too deep"));
        }
        Ok(())
    }

    fn begin_table_row(
        &mut self,
        program: &'r Program,
        spec: &'r compile::TableRow,
        empty: u32,
    ) -> Result<Flow, Failure> {
        let arena = self.arena;
        let collection = self.expression(program, &spec.collection)?;
        let walked = collection.resolve(arena)?;
        if matches!(walked, Value::Nil | Value::Bool(false)) {
            return Ok(Flow::Jump(empty));
        }
        let skip = self.counted(program, spec.offset.as_ref(), loops::coerced_count)?.unwrap_or(0);
        let limit = self.counted(program, spec.limit.as_ref(), loops::coerced_count)?;
        let items = Items::new(walked, skip, limit, false, arena)?;
        let length = i64::try_from(items.length).unwrap_or(i64::MAX);
        let columns = self.counted(program, spec.columns.as_ref(), loops::coerced_count)?.unwrap_or(length);
        self.write_markup("<tr class=\"row1\">\n")?;
        self.enter_scope(false)?;
        if items.length == 0 {
            self.write_markup("</tr>\n")?;
            return Ok(Flow::Jump(empty));
        }
        let table = arena.object(TableRowLoop {
            length,
            columns,
            index: Cell::new(0),
            row: Cell::new(1),
            column: Cell::new(1),
        })?;
        let (item, slot) = (self.number(spec.item), self.number(spec.tablerowloop));
        let flow = self.enter_loop(items, item, LoopObject::TableRow(table), Some(slot))?;
        self.write_markup("<td class=\"col1\">")?;
        Ok(flow)
    }

    fn next_cell(&mut self, body: u32) -> Result<Flow, Failure> {
        self.scorer.cells.pop();
        self.write_markup("</td>")?;
        let Some(LoopObject::TableRow(table)) = self.loops.last().map(|state| state.object) else {
            return Ok(Flow::Next);
        };
        let ends_row = table.ends_row();
        table.advance();
        if !self.advance()? {
            self.write_markup("</tr>\n")?;
            self.leave_loop();
            return Ok(Flow::Next);
        }
        if ends_row {
            self.write_markup(&format!("</tr>\n<tr class=\"row{}\">", table.row.get()))?;
        }
        self.write_markup(&format!("<td class=\"col{}\">", table.column.get()))?;
        Ok(Flow::Jump(body))
    }

    fn cycle(
        &mut self,
        program: &'r Program,
        group: &'r CycleGroup,
        values: &'r [compile::Expression],
    ) -> Result<(), Failure> {
        let key = match group {
            CycleGroup::Values(values) => format!("\0{values}"),
            CycleGroup::Tag => format!("\0{program:p}@{}", self.site().span.start),
            CycleGroup::Named(name) => {
                let name = self.expression(program, name)?;
                let mut key = self.arena.builder();
                print::write_inspected(name, self.arena, &mut key)?;
                key.finish().to_owned()
            }
        };
        let turn = self.scope().more().cycles.get(&key).copied().unwrap_or(0);
        let value = match values.get(turn) {
            Some(value) => self.expression(program, value)?,
            None => Value::Nil,
        };
        self.write_value(value)?;
        let next = turn.checked_add(1).filter(|next| *next < values.len()).unwrap_or(0);
        self.scope().more().cycles.insert(key, next);
        Ok(())
    }

    /// `increment` writes the counter and adds one; `decrement` takes one off and writes it.
    fn count(&mut self, slot: Slot, decrement: bool) -> Result<(), Failure> {
        let arena = self.arena;
        let number = self.number(slot);
        let before = match self.scope().counter(number) {
            Some(value) => convert::to_number(value, arena)?,
            None => Number::Integer(0),
        };
        let step = Number::Integer(if decrement { -1 } else { 1 });
        let after = before.plus(&step).map_err(|error| convert::lower_error(error, arena))?;
        let after = convert::from_number(after, arena)?;
        let shown = if decrement { after } else { convert::from_number(before, arena)? };
        self.scope().set_counter(number, after);
        self.write_value(shown)
    }
}

impl LoopState<'_> {
    /// Goes on to the next turn. `forloop` counts on behind the last one, which shows where it was kept in a variable.
    #[inline]
    fn set_turn(&mut self, turn: u64) {
        self.turn = turn;
        if let LoopObject::For(forloop) = self.object {
            forloop.index.set(self.turn.cast_signed());
        }
    }

    /// The turn behind this one. A loop would have to run for centuries to get to the last number.
    #[inline(always)]
    fn next_turn(&self) -> u64 {
        self.turn.wrapping_add(1)
    }
}
