//! The calls of partials: what a partial sees of its caller, and what is done when it ends.

use super::loops::{ForLoop, Items};
use super::machine::{Call, Flow, Frame, Machine, RenderTurns};
use super::scope::Scope;
use super::trace::Trace;
use crate::arena::Arena;
use crate::compile::{Partial, Program, SlotKey, behind};
use crate::failure::Failure;
use crate::value::Value;
use std::cell::Cell;

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub fn partial(&mut self, program: &'r Program, partial: &'r Partial) -> Result<Flow, Failure> {
        let arena = self.arena;
        if !partial.isolated && self.frames.iter().any(|frame| matches!(frame.call, Call::Render { .. })) {
            return Err(Failure::argument("include usage is not allowed in this context"));
        }
        let name = match self.expression(program, &partial.name)?.resolve(arena)? {
            Value::String(name) => name,
            _ if partial.isolated => {
                return Err(Failure::argument("Argument error in tag 'render' - Illegal template name"));
            }
            _ => return Err(Failure::argument("Argument error in tag 'include' - Illegal template name")),
        };
        let called = self.outside.partials.get(name)?;
        self.enter_partial(partial.isolated)?;
        let bound_name = bound_name(partial, name);
        if partial.isolated {
            self.begin_render(program, partial, called, name, bound_name)
        } else {
            self.begin_include(program, partial, called, name, bound_name)
        }
    }

    fn begin_include(
        &mut self,
        program: &'r Program,
        partial: &'r Partial,
        called: &'r Program,
        name: &'r str,
        bound_name: &'r str,
    ) -> Result<Flow, Failure> {
        let arena = self.arena;
        let value = match &partial.binding {
            Some((_, value)) => self.expression(program, value)?,
            None => self.scope().read_named(name, arena)?.unwrap_or(Value::Nil),
        };
        let mut saved = Vec::with_capacity(partial.arguments.len().saturating_add(1));
        for (argument, value) in &partial.arguments {
            let value = self.expression(program, value)?;
            let number = self.scope().number(SlotKey::Variable(argument)) as usize;
            saved.push((number, self.scope().bind(number, Some(value))));
        }
        let slot = self.scope().number(SlotKey::Variable(bound_name)) as usize;
        let (first, pending) = match value {
            Value::Array([first, rest @ ..]) => (*first, rest),
            Value::Array([]) => {
                self.restore(saved);
                return Ok(Flow::Next);
            }
            single => (single, &[][..]),
        };
        saved.push((slot, self.scope().bind(slot, Some(first))));
        let map = Some(self.scope().map(called, arena)?);
        let number = self.trace.frame(called, Some(self.site()));
        let call = Call::Include { saved, pending, slot };
        self.enter(Frame::new(called, number, map, Some(name), call));
        Ok(Flow::Frame)
    }

    fn begin_render(
        &mut self,
        program: &'r Program,
        partial: &'r Partial,
        called: &'r Program,
        name: &'r str,
        bound_name: &'r str,
    ) -> Result<Flow, Failure> {
        let arena = self.arena;
        let mut value = Value::Nil;
        let mut turns = None;
        if let Some((each, binding)) = &partial.binding {
            value = self.expression(program, binding)?;
            if *each && is_walkable(value, arena)? {
                let items = Items::new(value, 0, None, false, arena)?;
                if items.length == 0 {
                    return Ok(Flow::Next);
                }
                let length = i64::try_from(items.length).unwrap_or(i64::MAX);
                let forloop = arena.object(ForLoop { name, length, index: Cell::new(0), parent: None })?;
                value = items.get(0, arena)?;
                turns = Some(RenderTurns { items, turn: 0, forloop, operation: partial });
            }
        }
        let forloop = turns.as_ref().map(|turns| turns.forloop);
        let scope = self.isolated_scope(program, partial, called, bound_name, value, forloop)?;
        let number = self.trace.frame(called, Some(self.site()));
        let call = Call::Render {
            turns,
            loops: self.loops.len(),
            cases: self.cases.len(),
            interrupts: self.interrupts.len(),
        };
        self.push_scope(scope);
        self.enter(Frame::new(called, number, None, Some(name), call));
        Ok(Flow::Frame)
    }

    /// What a rendered partial sees: its arguments, the value it is rendered with, and the data; nothing that the
    /// templates around it made.
    fn isolated_scope(
        &mut self,
        program: &'r Program,
        partial: &'r Partial,
        called: &'r Program,
        bound_name: &'r str,
        value: Value<'r>,
        forloop: Option<&'r ForLoop<'r>>,
    ) -> Result<Scope<'r>, Failure> {
        let data = self.scope().data;
        let mut scope = Scope::new(called, data, self.arena);
        if let Some(forloop) = forloop {
            let number = scope.number(SlotKey::Variable("forloop")) as usize;
            scope.assign(number, Value::Object(forloop));
        }
        for (argument, value) in &partial.arguments {
            let value = self.expression(program, value)?;
            let number = scope.number(SlotKey::Variable(argument)) as usize;
            scope.assign(number, value);
        }
        if !value.is_nil() {
            let number = scope.number(SlotKey::Variable(bound_name)) as usize;
            scope.assign(number, value);
        }
        Ok(scope)
    }

    fn restore(&mut self, saved: Vec<(usize, Option<Value<'r>>)>) {
        for (slot, value) in saved.into_iter().rev() {
            self.scope().bind(slot, value);
        }
    }

    /// Ends the frame on top, or begins its next turn.
    pub fn leave_frame(&mut self) -> Result<(), Failure> {
        let Some(mut frame) = self.leave() else { return Ok(()) };
        if matches!(frame.call, Call::Rerender(_)) {
            return self.end_rerender(frame);
        }
        match &mut frame.call {
            Call::Template => return Ok(()),
            Call::Block | Call::Rerender(_) => {}
            Call::Include { saved, pending, slot } => {
                if let [next, rest @ ..] = *pending {
                    *pending = rest;
                    let slot = *slot;
                    self.scope().bind(slot, Some(*next));
                    self.enter(frame);
                    return Ok(());
                }
                let saved = std::mem::take(saved);
                self.restore(saved);
            }
            Call::Render { turns, loops, cases, interrupts } => {
                self.loops.truncate(*loops);
                self.cases.truncate(*cases);
                self.interrupts.truncate(*interrupts);
                self.pop_scope();
                if let Some(turns) = turns
                    && turns.go_on()
                    && let Some(caller) = self.frames.last()
                {
                    let value = turns.items.get(turns.turn, self.arena)?;
                    let (operation, forloop) = (turns.operation, turns.forloop);
                    let name = frame.name.unwrap_or_default();
                    let bound_name = bound_name(operation, name);
                    let (called, program) = (frame.program, caller.program);
                    let scope =
                        self.isolated_scope(program, operation, called, bound_name, value, Some(forloop))?;
                    self.push_scope(scope);
                    self.enter(frame);
                    return Ok(());
                }
            }
        }
        self.at = behind(self.at);
        Ok(())
    }
}

impl RenderTurns<'_> {
    /// Goes on to the next turn; whether there is one.
    fn go_on(&mut self) -> bool {
        self.turn = self.turn.saturating_add(1);
        self.forloop.index.set(i64::try_from(self.turn).unwrap_or(i64::MAX));
        self.turn < self.items.length
    }
}

/// The name a partial knows its value by: the alias, or the last part of its own name.
fn bound_name<'r>(partial: &'r Partial, name: &'r str) -> &'r str {
    partial.alias.as_deref().unwrap_or(name.rsplit('/').next().unwrap_or(name))
}

/// Whether `render … for` walks the value; anything else is given to the partial whole.
fn is_walkable<'r>(value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match value.resolve(arena)? {
        Value::Array(_) | Value::Map(_) | Value::Range(_) => true,
        Value::Object(host) => host.items(arena)?.is_some() || host.entries(arena)?.is_some(),
        _ => false,
    })
}
