//! What a render has to say: errors printed inline, limits, missing variables, doubtful filter calls.

use super::machine::Machine;
use super::scope;
use super::trace::{Trace, Written};
use crate::compile::{Base, Chain, Expression, FilterCall, Lookup, Program, SlotKey};
use crate::diagnostic::{Code, Diagnostic, Severity, code, suggest};
use crate::dialect::{Family, NAMESPACES, PROFILE_ATTRIBUTES};
use crate::failure::{Failure, RenderError, RenderErrorKind};
use crate::limits::{Exceeded, Limit};
use crate::source::Span;
use crate::syntax::shown_up_to;
use crate::value::{Value, lookup};

/// The most characters of a name that a message repeats.
const LONGEST_NAME: usize = 200;

/// Findings told apart by their places; beyond them nothing is counted.
const MOST_PLACES: usize = 100_000;

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// Prints an error in place of the node, as the reference does, and reports it; or ends the render with it.
    #[cold]
    pub fn print_error(&mut self, mut error: RenderError, silent: bool) -> Result<(), Failure> {
        let site = self.site();
        let Some(frame) = self.frames.last() else { return Ok(()) };
        let program = frame.program;
        error.line = error.line.or_else(|| Some(program.line(site.span)));
        error.partial = error.partial.take().or_else(|| frame.name.map(str::to_owned));
        let is_missing = matches!(error.kind, RenderErrorKind::Missing);
        if is_missing || program.dialect.family == Family::LiquidJs {
            // What is missing was reported where it was looked for.
            if !is_missing {
                self.report_fatal(program, &error, site.span);
            }
            return Err(Failure::Error(Box::new(error)));
        }
        let (code, severity): (&'static Code, _) = match error.kind {
            RenderErrorKind::StackLevel => (&code::LIMIT_SCOPE_DEPTH, Severity::Error),
            RenderErrorKind::FileSystem => (&code::PARTIAL_MISSING, Severity::Error),
            _ => (&code::RENDER_ERROR, Severity::Warning),
        };
        let diagnostic = Diagnostic::new(code, error.message.clone()).at(
            &program.source,
            site.span,
            "the error arose here",
        );
        if self.options.stop_at_error {
            self.diagnostics.push(diagnostic.severity(Severity::Error));
            return Err(Failure::Error(Box::new(error)));
        }
        let mut shown = error.clone();
        if !self.options.line_numbers {
            shown.line = None;
        }
        let text = shown.inline_text(None);
        if !silent && !matches!(error.kind, RenderErrorKind::Undefined) {
            let start = self.output.len();
            self.output.push(&text)?;
            if T::ON {
                self.trace.write(start..self.output.len(), site, Written::Error, 0);
            }
        }
        let diagnostic = diagnostic.severity(severity).note(if silent {
            "nothing is printed for it".to_owned()
        } else {
            format!("`{text}` is printed in its place")
        });
        self.report_once(program, diagnostic);
        Ok(())
    }

    /// Reports that the template ended the message.
    #[cold]
    pub fn report_abort(&mut self, reason: &str) {
        let site = self.site();
        let mut diagnostic =
            Diagnostic::new(&code::RENDER_ABORTED, format!("the template aborts the message: {reason}"));
        if let Some(frame) = self.frames.last() {
            diagnostic = diagnostic.at(&frame.program.source, site.span, "the message was ended here");
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports the limit that ends the render.
    #[cold]
    pub fn report_limit(&mut self, exceeded: Exceeded) {
        let site = self.site();
        let mut diagnostic = exceeded.diagnostic();
        if matches!(exceeded.limit, Limit::PartialDepth | Limit::PartialRenders | Limit::Steps) {
            diagnostic.notes.extend(self.open_partials());
        }
        if let Some(frame) = self.frames.last() {
            diagnostic = diagnostic.at(&frame.program.source, site.span, "the render was ended here");
        }
        self.diagnostics.push(diagnostic);
    }

    /// The partials that are open, as a note: those of a circle, if they go round in one, else the innermost.
    fn open_partials(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let names: Vec<&str> = self.frames.iter().filter_map(|frame| frame.name).collect();
        let (last, before) = names.split_last()?;
        let (from, what) = match before.iter().rposition(|name| name == last) {
            Some(again) => {
                (again.max(names.len().saturating_sub(SHOWN)), "partials render each other in a circle")
            }
            None => (names.len().saturating_sub(SHOWN), "the partials that are open"),
        };
        let shown = names.get(from..).unwrap_or_default().join("` > `");
        Some(format!("{what}: `{shown}`"))
    }

    /// Reports a finding unless it was reported for the same place before.
    pub fn report_once(&mut self, program: &'r Program, diagnostic: Diagnostic) {
        let span = diagnostic.primary.as_ref().map_or(Span::default(), |label| label.span);
        let key = (diagnostic.code.name, std::ptr::from_ref(program) as usize, span);
        let reported = self.reported.get_or_insert_default();
        if reported.len() >= MOST_PLACES || !reported.insert(key) {
            return;
        }
        if self.diagnostics.len() < self.arena.budget().limits().diagnostics {
            self.diagnostics.push(diagnostic);
        } else {
            self.hidden = self.hidden.saturating_add(1);
        }
    }

    /// Says how many findings were not kept.
    pub fn report_hidden(&mut self) {
        if self.hidden > 0 {
            let places = self.reported.as_ref().map_or(0, |places| places.len());
            let more = if places < MOST_PLACES { "" } else { "or more " };
            let message = format!("{} {more}findings of the render are not shown", self.hidden);
            self.diagnostics.push(Diagnostic::new(&code::RENDER_MORE, message));
        }
    }

    /// Reports what the filter just called found doubtful.
    pub fn report_doubts(&mut self, program: &'r Program, call: &'r FilterCall) {
        for doubt in self.environment.take_doubts() {
            let mut diagnostic =
                Diagnostic::new(doubt.code, doubt.message).at(&program.source, call.span, "");
            if let Some(help) = doubt.help {
                diagnostic = diagnostic.help(help);
            }
            if self.options.warn {
                self.report_once(program, diagnostic);
            }
        }
    }

    /// Nothing was found behind the first `found` parts of a lookup. Worth a warning if the place is one where that matters,
    /// or the end of the render.
    #[cold]
    pub fn missing(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        found: usize,
    ) -> Result<Value<'r>, Failure> {
        if lookup.required {
            self.demand(program, lookup, found)?;
        } else if lookup.watched && self.options.warn {
            self.report_undefined(program, lookup, lookup.span);
        }
        Ok(Value::Nil)
    }

    /// Remembers that a variable is nil because of something that is missing.
    pub fn note_origin(&mut self, program: &'r Program, chain: &'r Chain, value: Value<'r>, number: usize) {
        if !self.options.warn || !value.is_nil() {
            return;
        }
        let scope = self.scope_depth();
        if let Expression::Lookup(lookup) = &chain.input {
            let key = std::ptr::from_ref(program) as usize;
            self.missing_origins.get_or_insert_default().insert((scope, number), (key, lookup.span));
        }
    }

    /// A variable that was found and is nil: reports where it came from, if something was missing there.
    #[cold]
    pub fn report_missing_origin(&mut self, program: &'r Program, lookup: &'r Lookup) {
        let Base::Slot(slot) = &lookup.root else { return };
        let number = self.number(*slot);
        let place = (self.scope_depth(), number);
        let Some(&(key, origin)) = self.missing_origins.as_ref().and_then(|origins| origins.get(&place))
        else {
            return;
        };
        if !self.options.warn || !lookup.keys.is_empty() {
            return;
        }
        let written = shown_up_to(program.source.slice(lookup.span), LONGEST_NAME);
        let mut diagnostic = Diagnostic::new(&code::VARIABLE_UNDEFINED, format!("`{written}` holds nothing"))
            .at(&program.source, lookup.span, "used here");
        if key == std::ptr::from_ref(program) as usize {
            diagnostic = diagnostic.and(&program.source, origin, "nothing defines this");
        }
        self.report_once(program, diagnostic.help(DEFAULT_HELP));
    }

    fn report_undefined(&mut self, program: &'r Program, lookup: &'r Lookup, span: Span) {
        let written = program.source.slice(span);
        // What lax mode made of broken markup is no name anyone wrote; the parser has said what is wrong there.
        let before = program.source.text().get(..span.from()).unwrap_or_default();
        if before.ends_with(['"', '\'']) || !is_well_formed(written) {
            return;
        }
        let written = &shown_up_to(written, LONGEST_NAME);
        let mut diagnostic = Diagnostic::new(
            &code::VARIABLE_UNDEFINED,
            format!("`{written}` is not defined"),
        )
        .at(&program.source, span, "nothing defines this");
        if let Some(diagnostic) = self.failed_call(program, lookup, span, written) {
            return self.report_once(program, diagnostic);
        }
        if self.searches < suggest::SUGGESTIONS {
            self.searches = self.searches.saturating_add(1);
            diagnostic.help.extend(self.near_names(program, lookup));
        }
        self.report_once(program, diagnostic.help(DEFAULT_HELP));
    }

    fn near_names(&mut self, program: &'r Program, lookup: &'r Lookup) -> Option<String> {
        let Base::Slot(slot) = &lookup.root else { return None };
        let number = self.number(*slot);
        let arena = self.arena;
        let scope = self.scope();
        match scope.name(number)? {
            SlotKey::Variable(name) => {
                let mut near =
                    suggest::did_you_mean(name, scope.known_names(arena).filter(|known| *known != name));
                if near.is_none() && program.dialect.references && name == "now" {
                    near = Some("write `'now'` in quotes for the current time".to_owned());
                }
                near
            }
            SlotKey::Attribute { namespace, name } => {
                let attributes = scope.data.attributes;
                let inside = |namespace| {
                    lookup::index(attributes, Value::String(namespace), arena)
                        .ok()
                        .flatten()
                        .unwrap_or(Value::Nil)
                };
                let namespace = namespace.unwrap_or("profile");
                let misspelt = namespace == "profile" && !PROFILE_ATTRIBUTES.contains(&name);
                let standard = if misspelt { PROFILE_ATTRIBUTES } else { &[] };
                let known = standard.iter().copied().chain(scope::keys(inside(namespace), arena));
                suggest::did_you_mean(name, known).or_else(|| {
                    let elsewhere = NAMESPACES.iter().find(|other| {
                        matches!(lookup::index(inside(other.name), Value::String(name), arena), Ok(Some(_)))
                    })?;
                    Some(format!("`{}.${{{name}}}` has a value", elsewhere.name))
                })
            }
        }
    }
}

/// Whether `written` is a name with its properties and brackets, and nothing else.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "brackets of a text in memory, and none is closed at depth 0"
)]
fn is_well_formed(written: &str) -> bool {
    let (mut depth, mut in_reference) = (0_usize, false);
    if written.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    for c in written.chars() {
        match c {
            '{' if depth == 0 => in_reference = true,
            '}' if in_reference => in_reference = false,
            _ if in_reference => {}
            '[' => depth += 1,
            ']' if depth == 0 => return false,
            ']' => depth -= 1,
            _ if depth > 0 => {}
            '$' | '_' | '-' | '?' | '.' => {}
            _ if c.is_alphanumeric() || c.is_whitespace() => {}
            _ => return false,
        }
    }
    depth == 0
}

const DEFAULT_HELP: &str = "give it a value in the data, or a `default` in the template";
