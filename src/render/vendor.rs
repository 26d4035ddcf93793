//! What Customer.io adds to the language: snippets, text that is rendered where it stands, and tags that only the platform
//! can fill.

use super::machine::{Call, Flow, Frame, Machine};
use super::scope::Scope;
use super::trace::Trace;
use crate::compile::{Program, Vendor};
use crate::diagnostic::{Diagnostic, code};
use crate::failure::{Failure, RenderErrorKind};
use crate::value::{Value, ecmascript, lookup, print};

/// The key of the data under which the values of tags stand that only the platform knows.
const TAGS: &str = "tags";

/// The key of the data under which snippets stand.
const SNIPPETS: &str = "snippets";

impl<'r, T: Trace> Machine<'r, '_, T> {
    #[cold]
    pub fn vendor(&mut self, program: &'r Program, node: &'r Vendor) -> Result<Flow, Failure> {
        match node {
            Vendor::StandIn(name) => self.stand_in_tag(name)?,
            Vendor::Uuid => {
                let mut bytes = [0; 16];
                self.random_numbers().fill(&mut bytes);
                let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
                self.write_markup(&id.hyphenated().to_string())?;
            }
            Vendor::RenderLiquid(text) => {
                let value = self.expression(program, text)?.resolve(self.arena)?;
                let text = print::to_text(value, self.arena)?;
                return self.render_text(text);
            }
            Vendor::Snippet { name, required } => return self.snippet(name, *required),
        }
        Ok(Flow::Next)
    }

    fn stand_in_tag(&mut self, name: &'r str) -> Result<(), Failure> {
        let arena = self.arena;
        let tags =
            lookup::index(self.scope().data.variables, Value::String(TAGS), arena)?.unwrap_or(Value::Nil);
        match lookup::index(tags, Value::String(name), arena)? {
            Some(value) if !value.is_nil() => self.write_printed(value, ecmascript::write_text),
            _ => {
                let message = format!("only Customer.io knows what `{name}` writes");
                let finding = Diagnostic::new(&code::VARIABLE_UNDEFINED, message)
                    .help(format!("say it in the data: `{{\"{TAGS}\": {{\"{name}\": \"…\"}}}}`"));
                self.warn(finding, "nothing is written here");
                Ok(())
            }
        }
    }

    /// Renders a snippet, which neither sees the template's variables nor shows it its own.
    fn snippet(&mut self, name: &'r str, required: bool) -> Result<Flow, Failure> {
        let arena = self.arena;
        let data = self.scope().data;
        let all = lookup::index(data.variables, Value::String(SNIPPETS), arena)?.unwrap_or(Value::Nil);
        let text = match lookup::index(all, Value::String(name), arena)? {
            Some(text) => print::to_text(text, arena)?,
            None if required => {
                let message = format!("Variable '{SNIPPETS}.{name}' is missing");
                let mut finding = Diagnostic::new(&code::VARIABLE_MISSING, message.as_str())
                    .help(format!("give its text under `{SNIPPETS}` in the data"));
                finding.help.extend(self.near_snippet(name, all));
                self.warn(finding, "no snippet has this name");
                return Err(Failure::error(RenderErrorKind::Missing, message));
            }
            None => return Ok(Flow::Next),
        };
        if self
            .frames
            .iter()
            .any(|frame| frame.name == Some(name) && matches!(frame.call, Call::Render { .. }))
        {
            let message = format!("the snippet `{name}` includes itself");
            return Err(Failure::error(RenderErrorKind::StackLevel, message));
        }
        let called = match self.outside.known_block(name) {
            Some(called) => called,
            None => {
                self.charge_text(text)?;
                let (called, findings) = self.outside.block(name, text)?;
                self.parsed(called, findings)?
            }
        };
        self.enter_partial(true)?;
        let number = self.trace.frame(called, Some(self.site()));
        let call = Call::Render {
            turns: None,
            loops: self.loops.len(),
            cases: self.cases.len(),
            interrupts: self.interrupts.len(),
        };
        self.push_scope(Scope::new(called, data, self.arena));
        self.enter(Frame::new(called, number, None, Some(name), call));
        Ok(Flow::Frame)
    }

    /// Renders a text with the variables of the template.
    fn render_text(&mut self, text: &'r str) -> Result<Flow, Failure> {
        const NAME: &str = "render_liquid";
        let arena = self.arena;
        self.charge_text(text)?;
        let (called, findings) = self.outside.text(NAME, text)?;
        let called = self.parsed(called, findings)?;
        self.enter_partial(false)?;
        let map = Some(self.scope().map(called, arena)?);
        let number = self.trace.frame(called, Some(self.site()));
        self.enter(Frame::new(called, number, map, Some(NAME), Call::Block));
        Ok(Flow::Frame)
    }

    /// A text that was compiled. One that does not parse is an error where it is to be rendered.
    fn parsed(
        &mut self,
        program: Option<&'r Program>,
        findings: Vec<Diagnostic>,
    ) -> Result<&'r Program, Failure> {
        let reason =
            findings.iter().find(|finding| finding.is_error()).map(|finding| finding.message.clone());
        let findings = findings.into_iter().filter(|finding| self.options.warn || finding.is_error());
        self.diagnostics.extend(findings);
        let failed = || Failure::error(RenderErrorKind::Syntax, reason.unwrap_or_default());
        program.ok_or_else(failed)
    }

    fn near_snippet(&self, name: &str, all: Value<'r>) -> Option<String> {
        crate::diagnostic::suggest::did_you_mean(name, super::scope::keys(all, self.arena))
    }
}
