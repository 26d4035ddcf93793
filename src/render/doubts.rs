//! What Braze's documents call wrong or leave open, seen in the values of a render: worth a warning, once a place.

use super::machine::Machine;
use super::scope;
use super::trace::Trace;
use crate::compile::{Lookup, Program};
use crate::diagnostic::{Diagnostic, Edit, code};
use crate::dialect::Family;
use crate::failure::Failure;
use crate::source::Span;
use crate::value::Value;

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// Braze's documentation indexes an object with a number once; the reference finds nothing there.
    pub fn doubt_index(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        value: Value<'r>,
        index: Value<'r>,
    ) {
        if program.dialect.references
            && self.options.warn
            && let (Value::Map(_), Value::Integer(at)) = (value, index)
        {
            let diagnostic = Diagnostic::new(
                &code::BRAZE_INDEX_ON_OBJECT,
                format!("`[{at}]` is used on an object, not on an array: there is nothing there"),
            )
            .at(&program.source, lookup.span, "an object stands before the index")
            .help("name the key instead of the index");
            self.report_once(program, diagnostic);
        }
    }

    /// The documents read `${a.b}` as a key in one place and as a path in another; the key wins.
    #[cold]
    pub fn doubt_attribute(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        number: usize,
    ) -> Result<(), Failure> {
        let arena = self.arena;
        if let Some(name) = self.scope().ambiguous(number, arena)? {
            self.report_ambiguous(program, lookup, name);
        }
        Ok(())
    }

    /// The same for a reference behind another one.
    pub fn doubt_reference(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        object: Value<'r>,
        name: &'r str,
    ) -> Result<(), Failure> {
        if self.options.warn && scope::path(object, name, self.arena)?.is_some() {
            self.report_ambiguous(program, lookup, name);
        }
        Ok(())
    }

    fn report_ambiguous(&mut self, program: &'r Program, lookup: &'r Lookup, name: &str) {
        let message = format!("`${{{name}}}` fits a key and a path; the key is taken");
        let diagnostic = Diagnostic::new(&code::BRAZE_PATH_AND_KEY, message)
            .at(&program.source, lookup.span, "the data has both")
            .help("close the braces after the first name to take the path");
        self.report_once(program, diagnostic);
    }

    /// Braze's pages disagree on what a printed array looks like; the reference runs its items together.
    #[cold]
    pub fn doubt_collection(&mut self, value: Value<'r>) {
        let (Some(frame), span) = (self.frames.last(), self.site().span) else { return };
        let program = frame.program;
        if program.dialect.family == Family::LiquidJs {
            self.doubt_object(program, span, value);
            return;
        }
        if !program.dialect.references {
            return;
        }
        let (message, help) = match value {
            Value::Map(_) => (
                "a whole object is printed, as Ruby writes it",
                "print one of its keys, or all as JSON: `| as_json_string`",
            ),
            _ => (
                "a whole array is printed: its items stand one after another, with nothing between them",
                "join them, `| join: ', '`, or print them as JSON: `| as_json_string`",
            ),
        };
        let diagnostic = Diagnostic::new(&code::BRAZE_ARRAY_AS_TEXT, message)
            .at(&program.source, span, "printed here")
            .help(help);
        self.report_once(program, diagnostic);
    }

    /// JavaScript has no text for an object.
    fn doubt_object(&mut self, program: &'r Program, span: Span, value: Value<'r>) {
        let holds_object = match value {
            Value::Map(_) => true,
            Value::Array(items) => items.iter().any(|item| matches!(item, Value::Map(_))),
            _ => false,
        };
        if holds_object {
            let message = "an object is printed: `[object Object]` is all that is written of it";
            let diagnostic = Diagnostic::new(&code::RENDER_OBJECT_TEXT, message)
                .at(&program.source, span, "printed here")
                .help("print one of its attributes, or all as JSON: `| to_json`");
            self.report_once(program, diagnostic);
        }
    }

    /// The reference puts the bytes into the body, unless it trips over their encoding; a body here is UTF-8.
    #[cold]
    pub fn doubt_binary(&mut self) {
        let (Some(frame), span) = (self.frames.last(), self.site().span) else { return };
        let program = frame.program;
        let message = "what is printed here is not UTF-8: U+FFFD stands for the bytes that are no text";
        let diagnostic = Diagnostic::new(&code::RENDER_BINARY_TEXT, message)
            .at(&program.source, span, "printed here")
            .help("print bytes encoded: `| base64_encode`");
        self.report_once(program, diagnostic);
    }

    /// Braze documents a comparison of a time with text as an error; the reference says they differ.
    pub fn doubt_time(&mut self, program: &'r Program, left: Value<'r>, right: Value<'r>) {
        let text = |value| matches!(value, Value::String(_) | Value::Blank | Value::Empty);
        let pair = (left, right);
        let doubtful = matches!(pair, (Value::Time(_), other) | (other, Value::Time(_)) if text(other));
        if doubtful && program.dialect.references && self.options.warn {
            let span = self.site().span;
            let diagnostic = Diagnostic::new(&code::BRAZE_TIME_COMPARED, "a time is compared with text")
                .at(&program.source, span, "Braze documents `Comparison of Time with String Failed` here")
                .help("give the time a `default: \"\"` by `assign` first, or compare `| date: \"%s\"`");
            self.report_once(program, diagnostic);
        }
    }

    /// A condition took a blank text for a value: only nil and false do not count.
    #[cold]
    pub fn doubt_blank(&mut self, program: &'r Program, span: Span) {
        let written = program.source.slice(span);
        let message =
            format!("`{written}` is a blank text, and the condition takes it for a value that is there");
        let text = program.source.text();
        let behind = text.get(span.to()..).unwrap_or_default();
        let end = match behind.trim_start().strip_prefix("}}") {
            Some(rest) => text.len().saturating_sub(rest.len()),
            None => span.to(),
        };
        let diagnostic = Diagnostic::new(&code::DATA_BLANK_IS_TRUTHY, message)
            .at(&program.source, span, "blank, and taken for present")
            .help("only what is missing and `false` do not count: compare with `blank`")
            .fix(
                &program.source,
                "test that it is not blank",
                vec![Edit { span: Span::at(end), text: " != blank".to_owned() }],
            );
        self.report_once(program, diagnostic);
    }
}
