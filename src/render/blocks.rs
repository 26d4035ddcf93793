//! Content blocks: texts of the data that are rendered where they are named, with the variables of the template.

use super::machine::{Call, Flow, Frame, Machine};
use super::trace::Trace;
use crate::compile::Program;
use crate::diagnostic::{Diagnostic, code};
use crate::failure::Failure;
use crate::value::{Value, print};

/// A block may stand in a block of the message; one that stands deeper vanishes.
const DEEPEST: usize = 2;

impl<'r, T: Trace> Machine<'r, '_, T> {
    #[cold]
    pub fn content_block(&mut self, name: &'r str) -> Result<Flow, Failure> {
        if self.is_rerendering() {
            return Ok(self.passed_over("a content block"));
        }
        let open: Vec<&str> = self.frames.iter().filter_map(|frame| frame.block()).collect();
        if open.contains(&name) {
            let message = format!("the content block `{name}` includes itself");
            let mut finding = Diagnostic::new(&code::BRAZE_BLOCK_RECURSION, message);
            if open.last() != Some(&name) {
                finding = finding.note(format!("`{}` include each other", open.join("`, `")));
            }
            self.warn(finding, "nothing is written here");
            return Ok(Flow::Next);
        }
        if open.len() >= DEEPEST {
            let message = format!("the content block `{name}` stands in a block of a block and vanishes");
            let finding = Diagnostic::new(&code::BRAZE_BLOCK_DEPTH, message)
                .note("Braze renders a block in a block, and no deeper")
                .help("name it in the message, or put its text into the block above it");
            self.warn(finding, "nothing is written here");
            return Ok(Flow::Next);
        }
        let Some(called) = self.block(name)? else { return Ok(Flow::Next) };
        let arena = self.arena;
        self.enter_partial(false)?;
        let map = Some(self.scope().map(called, arena)?);
        let number = self.trace.frame(called, Some(self.site()));
        self.enter(Frame::new(called, number, map, Some(name), Call::Block));
        Ok(Flow::Frame)
    }

    /// The block `name`, compiled; none where there is none. One that does not parse ends the message, as in Braze.
    fn block(&mut self, name: &'r str) -> Result<Option<&'r Program>, Failure> {
        if let Some(program) = self.outside.known_block(name) {
            return Ok(Some(program));
        }
        let (found, all) = self.stand_in("content_blocks", name)?;
        let text = match found {
            Some(Value::String(text)) => text,
            Some(other) => print::to_text(other, self.arena)?,
            None => {
                let help = self.near_keys(name, all, "content_blocks");
                let message = format!("there is no content block `{name}`");
                let finding = Diagnostic::new(&code::BRAZE_BLOCK_MISSING, message).help(help);
                self.warn(finding, "nothing is written here");
                return Ok(None);
            }
        };
        self.charge_text(text)?;
        let (program, findings) = self.outside.block(name, text)?;
        let findings = findings.into_iter().filter(|finding| self.options.warn || finding.is_error());
        self.diagnostics.extend(findings);
        match program {
            Some(program) => Ok(Some(program)),
            None => Err(Failure::abort("template_parse_error")),
        }
    }
}

impl<'r> Frame<'r> {
    /// The name of the content block, if the frame is one.
    fn block(&self) -> Option<&'r str> {
        self.name.filter(|_| matches!(self.call, Call::Block))
    }
}
