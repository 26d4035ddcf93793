//! `:rerender`: Liquid in fetched text is rendered once, with the variables of the template, and fetches nothing.
//!
//! Every text of the fetched value that holds Liquid is rendered in its turn, as a frame on the machine's stack, and the
//! value is put together anew when the last one is done.

use crate::arena::Arena;
use crate::compile::{Program, behind};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::failure::Failure;
use crate::render::machine::{Call, Flow, Frame, Machine};
use crate::render::trace::Trace;
use crate::value::Value;
use memchr::memmem;

/// Collections inside each other whose texts are rendered, whatever the limits say.
const DEEPEST: usize = 200;

/// Where fetched text comes from.
#[derive(Clone, Copy)]
pub(in crate::render) enum Origin<'r> {
    /// The catalog of this name.
    Catalog(&'r str),
    /// The answer from this URL.
    Answer(&'r str),
}

/// A fetched value whose texts are being rendered.
pub(in crate::render) struct Rerender<'r> {
    value: Value<'r>,
    /// The variable it goes to; none where it is one text, which is written.
    number: Option<usize>,
    origin: Origin<'r>,
    /// The texts that hold Liquid, in the order of the value.
    texts: Vec<&'r str>,
    /// What they were rendered to, as far as they are.
    done: Vec<&'r str>,
    /// How many interrupts were pending before, which are no business of the texts.
    pub interrupts: usize,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// Renders the texts in `value`, and then sets the variable `number` to it.
    pub fn rerender(&mut self, value: Value<'r>, number: usize, origin: Origin<'r>) -> Result<Flow, Failure> {
        let mut texts = Vec::new();
        let depth = self.arena.budget().limits().data_depth.min(DEEPEST);
        collect(value, depth, self.arena, &mut texts)?;
        self.begin_rerender(value, Some(number), origin, texts)
    }

    /// Renders `text` to where the tag stands.
    pub fn rerender_text(&mut self, text: &'r str, origin: Origin<'r>) -> Result<Flow, Failure> {
        self.begin_rerender(Value::String(text), None, origin, vec![text])
    }

    fn begin_rerender(
        &mut self,
        value: Value<'r>,
        number: Option<usize>,
        origin: Origin<'r>,
        texts: Vec<&'r str>,
    ) -> Result<Flow, Failure> {
        let interrupts = self.interrupts.len();
        let done = Vec::with_capacity(texts.len());
        self.go_on_rerendering(Rerender { value, number, origin, texts, done, interrupts })
    }

    /// Begins the next text that parses, or ends.
    fn go_on_rerendering(&mut self, mut state: Rerender<'r>) -> Result<Flow, Failure> {
        while let Some(text) = state.texts.get(state.done.len()).copied() {
            let name = match state.origin {
                Origin::Catalog(name) => format!("catalog {name}"),
                Origin::Answer(url) => url.to_owned(),
            };
            self.charge_text(text)?;
            let (program, findings) = self.outside.text(&name, text)?;
            for finding in findings {
                self.report_fetched(finding);
            }
            if let Some(program) = program {
                self.enter_scope(false)?;
                self.hide_unnamed(program)?;
                let arena = self.arena;
                let map = Some(self.scope().map(program, arena)?);
                let frame = self.trace.frame(program, Some(self.site()));
                if state.number.is_some() {
                    self.output.mark();
                    self.trace.begin();
                }
                let call = Call::Rerender(Box::new(state));
                self.enter(Frame::new(program, frame, map, None, call));
                return Ok(Flow::Frame);
            }
            if state.number.is_none() {
                self.write_value(Value::String(text))?;
            }
            state.done.push(text);
        }
        if let Some(number) = state.number {
            let mut done = state.done.iter().copied();
            let depth = self.arena.budget().limits().data_depth.min(DEEPEST);
            let value = rebuilt(state.value, depth, self.arena, &mut done)?;
            self.scope().assign(number, value);
        }
        Ok(Flow::Next)
    }

    /// Ends the frame of one text, which was taken off the stack.
    #[cold]
    pub fn end_rerender(&mut self, frame: Frame<'r>) -> Result<(), Failure> {
        let Call::Rerender(mut state) = frame.call else { return Ok(()) };
        self.interrupts.truncate(state.interrupts);
        let text = if state.number.is_some() {
            let mark = self.output.unmark();
            let text = self.arena.text(self.output.since(mark))?;
            self.trace.capture(mark, text);
            self.output.truncate(mark);
            text
        } else {
            ""
        };
        state.done.push(text);
        if let Flow::Next = self.go_on_rerendering(*state)? {
            self.at = behind(self.at);
        }
        Ok(())
    }

    /// The text of a template that comes in while another is rendered: reading it is work, and its program takes memory.
    pub fn charge_text(&mut self, text: &str) -> Result<(), Failure> {
        self.outside.partials.charge(text.len())?;
        let budget = self.arena.budget();
        budget.partial()?;
        budget.spend(text.len() as u64 / 4)?;
        Ok(budget.allocate(text.len().saturating_mul(16).saturating_add(1024))?)
    }

    /// Reports what the parser found in fetched text. Braze leaves what does not parse as it is.
    fn report_fetched(&mut self, mut finding: Diagnostic) {
        if !self.options.warn {
            return;
        }
        finding.severity = finding.severity.min(Severity::Warning);
        let span = self.site().span;
        if let Some(frame) = self.frames.last() {
            let program = frame.program;
            finding = finding.and(&program.source, span, "fetched here");
            self.report_once(program, finding);
        }
    }

    /// Braze looks for the attributes that a message names before it renders it; those that only fetched text names are
    /// not there.
    fn hide_unnamed(&mut self, program: &'r Program) -> Result<(), Failure> {
        let sources: Vec<&str> = self.frames.iter().map(|frame| frame.program.source.text()).collect();
        for source in &sources {
            self.arena.budget().spend_bytes(source.len().saturating_mul(program.slots.len()))?;
        }
        let named = |namespace: Option<&str>, name: &str| {
            sources.iter().any(|source| names_attribute(source, namespace, name))
        };
        let hidden = self.scope().hide_unnamed(program, named);
        for name in hidden {
            let message = format!("`{name}` stands in fetched text alone, where Braze does not find it");
            let finding = Diagnostic::new(&code::BRAZE_RERENDER, message)
                .help(format!("name it in the message too: `{{% assign named = {{{{{name}}}}} %}}`"));
            self.warn(finding, "fetched here");
        }
        Ok(())
    }
}

/// Whether `${name}` or `namespace.${name}` stands anywhere in a template, in its text too: Braze looks no closer.
fn names_attribute(template: &str, namespace: Option<&str>, name: &str) -> bool {
    memmem::find_iter(template.as_bytes(), "${").any(|at| {
        let (before, rest) = template.split_at_checked(at).unwrap_or_default();
        let rest = rest.strip_prefix("${").unwrap_or_default();
        let is_name =
            rest.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('}'));
        is_name
            && match namespace {
                None => !before.ends_with('.'),
                Some(namespace) => before.strip_suffix('.').is_some_and(|before| before.ends_with(namespace)),
            }
    })
}

fn holds_liquid(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// The texts of `value` that hold Liquid, to a depth that data may have.
fn collect<'r>(
    value: Value<'r>,
    depth: usize,
    arena: &'r Arena,
    texts: &mut Vec<&'r str>,
) -> Result<(), Failure> {
    arena.budget().spend(1)?;
    match value {
        Value::String(text) => {
            arena.budget().spend_bytes(text.len())?;
            if holds_liquid(text) {
                texts.push(text);
            }
        }
        Value::Array(items) if depth > 0 => {
            for item in items {
                collect(*item, depth.saturating_sub(1), arena, texts)?;
            }
        }
        Value::Map(map) if depth > 0 => {
            for (_, value) in map.entries() {
                collect(*value, depth.saturating_sub(1), arena, texts)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// `value` with the next of `done` in place of each text that [`collect`] gave.
fn rebuilt<'r>(
    value: Value<'r>,
    depth: usize,
    arena: &'r Arena,
    done: &mut dyn Iterator<Item = &'r str>,
) -> Result<Value<'r>, Failure> {
    arena.budget().spend(1)?;
    Ok(match value {
        Value::String(text) => {
            arena.budget().spend_bytes(text.len())?;
            let rendered = if holds_liquid(text) { done.next() } else { None };
            Value::String(rendered.unwrap_or(text))
        }
        Value::Array(items) if depth > 0 => {
            let mut list = arena.list();
            for item in items {
                list.push(rebuilt(*item, depth.saturating_sub(1), arena, done)?)?;
            }
            Value::Array(list.finish())
        }
        Value::Map(map) if depth > 0 => {
            let mut entries = Vec::with_capacity(map.len());
            for &(key, value) in map.entries() {
                entries.push((key, rebuilt(value, depth.saturating_sub(1), arena, done)?));
            }
            Value::Map(arena.map(&entries)?)
        }
        other => other,
    })
}
