//! What a tag of the host gets to work with.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::filters::{Arguments, Call, Environment, Keywords};
use crate::source::{Source, Span};
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// The render around a tag.
pub(crate) trait Host<'r> {
    /// Writes text that may be the data's.
    fn write(&mut self, text: &str) -> Result<(), Failure>;
    /// Writes a value as an output does.
    fn write_value(&mut self, value: Value<'r>) -> Result<(), Failure>;
    /// The plain variable called `name`.
    fn get(&mut self, name: &str) -> Result<Option<Value<'r>>, Failure>;
    /// Sets it.
    fn set(&mut self, name: &str, value: Value<'r>) -> Result<(), Failure>;
}

/// One call of a [`CustomTag`](super::CustomTag) in a render: its arguments, and what it can do.
pub struct TagCall<'c, 'r> {
    pub(crate) host: &'c mut dyn Host<'r>,
    pub(crate) arena: &'r Arena,
    pub(crate) environment: &'c Environment<'c>,
    pub(crate) positional: &'r [Value<'r>],
    pub(crate) keyword: &'r [(&'r str, Value<'r>)],
    pub(crate) source: &'r Arc<Source>,
    pub(crate) span: Span,
    pub(crate) markup: &'r str,
    pub(crate) body: &'r str,
}

impl fmt::Debug for TagCall<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TagCall")
            .field("positional", &self.positional)
            .field("keyword", &self.keyword)
            .field("markup", &self.markup)
            .finish_non_exhaustive()
    }
}

impl<'r> TagCall<'_, 'r> {
    /// The arguments by place, with their types: a tuple of one to five of those that [`Argument`](crate::filters::Argument)
    /// lists. Those of type [`Option`] at the end may be left out. The types are written at the call, as in
    /// `let (label, count) = call.arguments::<(&str, Option<i64>)>()?`.
    ///
    /// # Errors
    /// When there are too few or too many, or one is not of its type.
    pub fn arguments<A: Arguments<'r>>(&self) -> Result<A::Output, Failure> {
        A::check_count(self.positional.len())?;
        let (input, positional) = match self.positional {
            [first, rest @ ..] => (*first, rest),
            [] => (Value::Nil, &[][..]),
        };
        let (arena, environment) = (self.arena, self.environment);
        A::from_call(&Call { input, positional, keyword: self.keyword, arena, environment })
    }

    /// The arguments by place, as values.
    pub fn positional(&self) -> &'r [Value<'r>] {
        self.positional
    }

    /// The arguments by name.
    pub fn keywords(&self) -> Keywords<'r> {
        Keywords::new(self.keyword, self.arena)
    }

    /// What follows the tag's name, without the white space around it.
    pub fn markup(&self) -> &'r str {
        self.markup
    }

    /// Of a block the text of what it stands around, as it was rendered just now; of a verbatim one the text itself. Else
    /// empty.
    pub fn body(&self) -> &'r str {
        self.body
    }

    /// Where the tag stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The template it stands in.
    pub fn source(&self) -> &'r Arc<Source> {
        self.source
    }

    /// Writes text. To check a body as JSON it counts as data, unless it is what a block stands around.
    ///
    /// # Errors
    /// When a limit is met.
    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.host.write(text)
    }

    /// Writes a value as an output `{{ … }}` does.
    ///
    /// # Errors
    /// When it cannot be printed, or a limit is met.
    pub fn write_value(&mut self, value: impl Into<Value<'r>>) -> Result<(), Failure> {
        self.host.write_value(value.into())
    }

    /// The plain variable called `name`, of the template or its data.
    ///
    /// # Errors
    /// When a host's object cannot compute it.
    pub fn get(&mut self, name: &str) -> Result<Option<Value<'r>>, Failure> {
        self.host.get(name)
    }

    /// Sets the variable called `name`, as `assign` does.
    ///
    /// # Errors
    /// When a limit is met.
    pub fn set(&mut self, name: &str, value: impl Into<Value<'r>>) -> Result<(), Failure> {
        self.host.set(name, value.into())
    }

    /// Where values are made: [`Arena::text`] keeps text that a variable is set to.
    pub fn arena(&self) -> &'r Arena {
        self.arena
    }

    /// The render around the call.
    pub fn environment(&self) -> &Environment<'_> {
        self.environment
    }
}
