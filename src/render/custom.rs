//! The host's tags.

use super::machine::{Flow, Machine};
use super::trace::{EventKind, Trace};
use crate::compile::{CustomTag, Program, SlotKey};
use crate::failure::Failure;
use crate::source::{Source, Span};
use crate::tags::{Host, TagCall};
use crate::value::Value;
use std::sync::Arc;

/// A call of a host's tag.
#[derive(Clone, Copy)]
pub(super) struct CustomCall<'r> {
    tag: &'r CustomTag,
    source: &'r Arc<Source>,
    positional: &'r [Value<'r>],
    keyword: &'r [(&'r str, Value<'r>)],
    span: Span,
    /// How often the body of a block was rendered.
    turn: u64,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    #[cold]
    pub fn custom_tag(&mut self, program: &'r Program, tag: &'r CustomTag) -> Result<Flow, Failure> {
        let call = self.custom_call(program, tag)?;
        let body = tag.verbatim.map_or("", |span| program.source.slice(span));
        let start = self.output.len();
        self.tag_call(call, body, |call| tag.tag.render(call))?;
        if self.output.len() == start {
            self.happened(EventKind::BlankOutput);
        }
        Ok(Flow::Next)
    }

    #[cold]
    pub fn begin_custom(
        &mut self,
        program: &'r Program,
        tag: &'r CustomTag,
        end: u32,
    ) -> Result<Flow, Failure> {
        let call = self.custom_call(program, tag)?;
        if !self.tag_call(call, "", |call| tag.tag.enter(call, 0))? {
            return Ok(Flow::Jump(end));
        }
        self.begin_body(call);
        Ok(Flow::Next)
    }

    #[cold]
    pub fn end_custom(&mut self, body: u32) -> Result<Flow, Failure> {
        self.scorer.end_capture();
        let mark = self.output.unmark();
        let Some(mut call) = self.customs.pop() else { return Ok(Flow::Next) };
        let text = self.arena.text(self.output.since(mark))?;
        self.trace.capture(mark, text);
        self.output.truncate(mark);
        let tag = &call.tag.tag;
        self.tag_call(call, text, |call| tag.render(call))?;
        call.turn = call.turn.saturating_add(1);
        // A `break` or `continue` in the body is on its way to a loop around the block.
        if !self.interrupts.is_empty() || !self.tag_call(call, text, |given| tag.enter(given, call.turn))? {
            return Ok(Flow::Next);
        }
        self.begin_body(call);
        Ok(Flow::Jump(body))
    }

    fn begin_body(&mut self, call: CustomCall<'r>) {
        self.customs.push(call);
        self.scorer.begin_capture();
        self.output.mark();
        self.trace.begin();
    }

    fn custom_call(&mut self, program: &'r Program, tag: &'r CustomTag) -> Result<CustomCall<'r>, Failure> {
        let arena = self.arena;
        let mut positional = arena.list();
        for value in &tag.positional {
            positional.push(self.expression(program, value)?)?;
        }
        let positional = positional.finish();
        let mut keyword = Vec::with_capacity(tag.keyword.len());
        for (name, value) in &tag.keyword {
            keyword.push((&**name, self.expression(program, value)?));
        }
        let (keyword, span) = (arena.slice(&keyword)?, self.site().span);
        Ok(CustomCall { tag, source: &program.source, positional, keyword, span, turn: 0 })
    }

    fn tag_call<R>(
        &mut self,
        call: CustomCall<'r>,
        body: &'r str,
        run: impl FnOnce(&mut TagCall<'_, 'r>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        self.arena.budget().spend(1)?;
        let (arena, environment) = (self.arena, self.environment);
        let CustomCall { tag, source, positional, keyword, span, .. } = call;
        let markup = source.slice(tag.markup);
        run(&mut TagCall { host: self, arena, environment, positional, keyword, source, span, markup, body })
    }
}

impl<'r, T: Trace> Host<'r> for Machine<'r, '_, T> {
    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.arena.budget().spend_bytes(text.len())?;
        let start = self.output.len();
        self.output.push(text)?;
        if start < self.output.len() {
            self.wrote(start, text.as_ptr() as usize);
        }
        Ok(())
    }

    fn write_value(&mut self, value: Value<'r>) -> Result<(), Failure> {
        Machine::write_value(self, value)
    }

    fn get(&mut self, name: &str) -> Result<Option<Value<'r>>, Failure> {
        let arena = self.arena;
        self.scope().read_named(arena.text(name)?, arena)
    }

    fn set(&mut self, name: &str, value: Value<'r>) -> Result<(), Failure> {
        let name = self.arena.text(name)?;
        let number = self.scope().number(SlotKey::Variable(name)) as usize;
        self.scope().assign(number, value);
        Ok(())
    }
}
