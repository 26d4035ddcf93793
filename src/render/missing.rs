//! What is missing where a dialect sends nothing without it: the error that ends the render, and the warnings of a near miss.

use super::machine::Machine;
use super::scope;
use super::trace::Trace;
use crate::compile::{Base, Key, Lookup, Program, SlotKey};
use crate::diagnostic::{Diagnostic, Severity, code, suggest};
use crate::dialect::Undefined;
use crate::failure::{Failure, RenderError, RenderErrorKind};
use crate::filters;
use crate::source::Span;
use crate::value::{Value, lookup};

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// Ends the render for a value that is missing behind the first `found` parts of a lookup, unless that is a whole
    /// namespace and the user wants those to be empty.
    pub(super) fn demand(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        found: usize,
    ) -> Result<(), Failure> {
        let (path, known) = self.path_of(program, lookup, found)?;
        let title = program.dialect.title;
        let is_namespace = found == 0
            && program.dialect.roots.iter().any(|root| root.name == path && !lookup.keys.is_empty());
        let message = format!("Variable '{}' is missing", self.whole_path(program, lookup, &path, found)?);
        let mut diagnostic = Diagnostic::new(&code::VARIABLE_MISSING, message.as_str()).at(
            &program.source,
            lookup.span,
            "nothing defines this",
        );
        if is_namespace && self.options.empty_namespaces {
            diagnostic = diagnostic.severity(Severity::Warning).note(format!(
                "the data has no `{path}`: what is looked up in it is empty, as was asked for"
            ));
            self.report_once(program, diagnostic);
            return Ok(());
        }
        diagnostic = diagnostic.note(match program.dialect.undefined {
            Undefined::Strict => format!("{title} sends nothing then: the delivery has failed"),
            Undefined::Lenient => "this engine ends a render that prints what is undefined".to_owned(),
        });
        if is_namespace {
            diagnostic = diagnostic.help(format!(
                "the data has no `{path}`; if this workflow has none either, `--missing-namespace=empty` renders as if it were empty"
            ));
        } else {
            let last = path.rsplit('.').next().unwrap_or(&path).to_owned();
            diagnostic.help.extend(self.near_miss(lookup, &last, &known));
        }
        diagnostic = diagnostic.help(match filters::find("default", program.dialect.set) {
            Some(_) => "give it a value in the data, or a `default` right behind it: `| default: \"\"`",
            None => "give it a value in the data, or test for it with `if` first",
        });
        self.diagnostics.push(diagnostic);
        Err(Failure::error(RenderErrorKind::Missing, message))
    }

    /// The part of a lookup that is missing, as its names joined by points, and the names that were there instead.
    fn path_of(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        found: usize,
    ) -> Result<(String, Vec<&'r str>), Failure> {
        let arena = self.arena;
        let (mut path, mut value) = match &lookup.root {
            Base::Slot(slot) => {
                let number = self.number(*slot);
                let name = match self.scope().name(number) {
                    Some(SlotKey::Variable(name) | SlotKey::Attribute { name, .. }) => name,
                    None => "",
                };
                (name.to_owned(), self.scope().read(number, arena)?.unwrap_or(Value::Nil))
            }
            Base::Dynamic(name) => {
                let value = self.expression(program, name)?;
                (self.key_text(value)?.to_owned(), Value::Nil)
            }
            Base::Value(value) => (String::from("value"), self.expression(program, value)?),
        };
        if found == 0 {
            let known = self.scope().known_names(arena).collect();
            return Ok((path, known));
        }
        let mut known = Vec::new();
        for key in lookup.keys.iter().take(found) {
            let key = self.key_value(program, key)?;
            known = scope::keys(value, arena).collect();
            path.push('.');
            path.push_str(self.key_text(key)?);
            value = lookup::index(value, key, arena)?.unwrap_or(Value::Nil);
        }
        Ok((path, known))
    }

    /// The path with the parts behind the missing one, where names say them.
    fn whole_path(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        path: &str,
        found: usize,
    ) -> Result<String, Failure> {
        let mut whole = path.to_owned();
        for key in lookup.keys.iter().skip(found) {
            let key = self.key_value(program, key)?;
            whole.push('.');
            whole.push_str(self.key_text(key)?);
        }
        Ok(whole)
    }

    fn key_value(&mut self, program: &'r Program, key: &'r Key) -> Result<Value<'r>, Failure> {
        match key {
            Key::Name(name, _) | Key::Reference(name) => Ok(Value::String(name)),
            Key::Index(index) | Key::Own(index) => self.expression(program, index)?.resolve(self.arena),
        }
    }

    fn key_text(&self, key: Value<'r>) -> Result<&'r str, Failure> {
        crate::value::print::to_text(key, self.arena)
    }

    /// A name that differs only by case, or a little more.
    fn near_miss(&mut self, lookup: &Lookup, name: &str, known: &[&'r str]) -> Option<String> {
        if let Some(other) = known.iter().find(|other| other.to_lowercase() == name.to_lowercase()) {
            let place = if lookup.keys.is_empty() { "the data has" } else { "there is" };
            return Some(format!("{place} `{other}`: names are told apart by capital and small letters"));
        }
        suggest::did_you_mean(name, known.iter().copied())
    }

    /// Reports the error that ends a render whose errors are not printed.
    pub(super) fn report_fatal(&mut self, program: &'r Program, error: &RenderError, span: Span) {
        let title = program.dialect.title;
        let diagnostic = Diagnostic::new(&code::RENDER_ERROR, error.message.clone())
            .severity(Severity::Error)
            .at(&program.source, span, "the error arose here")
            .note(match program.dialect.undefined {
                Undefined::Strict => format!("{title} sends nothing then: the delivery has failed"),
                Undefined::Lenient => format!("{title} renders nothing then"),
            });
        self.diagnostics.push(diagnostic);
    }
}
