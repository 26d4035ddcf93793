//! Expressions, chains of filters, and conditions.

use super::machine::Machine;
use super::scope;
use super::trace::{Site, Trace};
use crate::compile::{Base, Chain, Comparison, Condition, Expression, FilterCall, Key, Lookup, Program};
use crate::diagnostic::{Diagnostic, code};
use crate::failure::Failure;
use crate::filters::{self, Call, Callee};
use crate::syntax::ast::{Connective, Operator};
use crate::value::{Range, Value, compare, convert, lookup};
use std::cmp::Ordering;

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// The value of a chain.
    #[inline]
    pub fn chain(&mut self, program: &'r Program, chain: &'r Chain) -> Result<Value<'r>, Failure> {
        let mut value = self.expression(program, &chain.input)?;
        for filter in &chain.filters {
            value = self.filter(program, filter, value)?;
        }
        Ok(value)
    }

    /// The value of an expression.
    #[inline]
    pub fn expression(
        &mut self,
        program: &'r Program,
        expression: &'r Expression,
    ) -> Result<Value<'r>, Failure> {
        match expression {
            Expression::Constant(constant) => Ok(program.constant(constant)),
            Expression::Lookup(lookup) => self.lookup(program, lookup),
            Expression::Range(ends) => {
                let start = self.expression(program, &ends.0)?;
                let end = self.expression(program, &ends.1)?;
                let Range { start, end } = convert::to_range(start, end, self.arena)?;
                Ok(Value::Range(Range { start, end }))
            }
            Expression::Inner(chain) => self.chain(program, chain),
        }
    }

    fn lookup(&mut self, program: &'r Program, lookup: &'r Lookup) -> Result<Value<'r>, Failure> {
        let arena = self.arena;
        let found = match &lookup.root {
            Base::Slot(slot) => {
                let number = self.number(*slot);
                if self.options.warn
                    && let Some(name) = self.scope().ambiguous(number, arena)?
                {
                    self.doubt_key(program, lookup, name);
                }
                self.scope().read(number, arena)?
            }
            Base::Dynamic(name) => match self.expression(program, name)?.resolve(arena)? {
                Value::String(name) => self.scope().read_named(name, arena)?,
                _ => None,
            },
        };
        let Some(mut value) = found else { return Ok(self.missing(program, lookup)) };
        for key in &lookup.keys {
            let found = match key {
                Key::Name(name) => lookup::property(value, name, arena)?,
                Key::Index(index) => {
                    let index = self.expression(program, index)?.resolve(arena)?;
                    self.doubt_index(program, lookup, value, index);
                    lookup::index(value, index, arena)?
                }
                Key::Reference(name) => match lookup::index(value, Value::String(name), arena)? {
                    Some(found) => {
                        if self.options.warn && scope::path(value, name, arena)?.is_some() {
                            self.doubt_key(program, lookup, name);
                        }
                        Some(found)
                    }
                    None => scope::path(value, name, arena)?,
                },
            };
            match found {
                Some(found) => value = found,
                None => return Ok(self.missing(program, lookup)),
            }
        }
        if lookup.watched && value.is_nil() {
            self.report_missing_origin(program, lookup);
        }
        Ok(value)
    }

    /// The documentation reads `${a.b}` as a key in one place and as a path in another; the key wins.
    #[cold]
    fn doubt_key(&mut self, program: &'r Program, lookup: &'r Lookup, name: &str) {
        let message = format!("`${{{name}}}` fits a key and a path; the key is taken");
        let diagnostic = Diagnostic::new(&code::BRAZE_PATH_AND_KEY, message)
            .at(&program.source, lookup.span, "the data has both")
            .help("close the braces after the first name to take the path");
        self.report_once(program, diagnostic);
    }

    /// A page of Braze's documentation prints the first item of a list; the reference prints all of them in a row.
    pub fn doubt_output(&mut self, program: &'r Program, value: Value<'r>) {
        let kind = match value {
            Value::Array(_) => "list",
            Value::Map(_) => "object",
            _ => return,
        };
        if program.dialect.references {
            let span = self.site().span;
            let message = format!("a whole {kind} is printed as text");
            let diagnostic = Diagnostic::new(&code::BRAZE_ARRAY_AS_TEXT, message)
                .at(&program.source, span, format!("this is a {kind}"))
                .help("choose one item, or use `join` or `as_json_string`");
            self.report_once(program, diagnostic);
        }
    }

    /// Braze's documentation indexes an object with a number once; the reference finds nothing there.
    fn doubt_index(&mut self, program: &'r Program, lookup: &'r Lookup, value: Value<'r>, index: Value<'r>) {
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

    fn filter(
        &mut self,
        program: &'r Program,
        call: &'r FilterCall,
        input: Value<'r>,
    ) -> Result<Value<'r>, Failure> {
        if call.positional.is_empty() && call.keyword.is_empty() {
            return self.apply(program, call, input, &[], &[]);
        }
        let mut positional = Vec::with_capacity(call.positional.len() + 1);
        for argument in &call.positional {
            positional.push(self.expression(program, argument)?);
        }
        let mut keyword = Vec::with_capacity(call.keyword.len());
        for (name, argument) in &call.keyword {
            keyword.push((&**name, self.expression(program, argument)?));
        }
        self.apply(program, call, input, &positional, &keyword)
    }

    fn apply(
        &mut self,
        program: &'r Program,
        call: &'r FilterCall,
        input: Value<'r>,
        positional: &[Value<'r>],
        keyword: &[(&'r str, Value<'r>)],
    ) -> Result<Value<'r>, Failure> {
        self.arena.budget().spend(1)?;
        let (arena, environment) = (self.arena, self.environment);
        let result = match &call.callee {
            Callee::Unknown => return Ok(input),
            Callee::Custom(filter) => filter.call(&Call { input, positional, keyword, arena, environment }),
            Callee::Table(filter) => {
                let takes_keywords =
                    filter.parameters.iter().any(|known| known.need == filters::Need::Keyword);
                if keyword.is_empty() || takes_keywords {
                    filters::check_count(filter.parameters, positional.len())?;
                    (filter.function)(&Call { input, positional, keyword, arena, environment })
                } else {
                    // As in Ruby, keywords that a filter does not know arrive as one more argument, an object.
                    let mut positional = positional.to_vec();
                    positional.push(Value::Map(arena.map(keyword)?));
                    filters::check_count(filter.parameters, positional.len())?;
                    (filter.function)(&Call {
                        input,
                        positional: &positional,
                        keyword: &[],
                        arena,
                        environment,
                    })
                }
            }
        };
        self.report_doubts(program, call);
        let value = result?;
        if T::ON {
            self.record_derived(call, value, input, positional, keyword);
        }
        Ok(value)
    }

    /// Tells the trace about text that a filter made, unless it is a part of what went in.
    fn record_derived(
        &mut self,
        call: &'r FilterCall,
        value: Value<'r>,
        input: Value<'r>,
        positional: &[Value<'r>],
        keyword: &[(&'r str, Value<'r>)],
    ) {
        let Value::String(text) = value else { return };
        let within = |source: Value<'r>| match source {
            Value::String(source) => {
                let (start, at) = (source.as_ptr() as usize, text.as_ptr() as usize);
                start <= at && at + text.len() <= start + source.len()
            }
            Value::Array(items) => {
                items.iter().any(|item| item.as_str().is_some_and(|item| item.as_ptr() == text.as_ptr()))
            }
            _ => false,
        };
        let mut sources = std::iter::once(input)
            .chain(positional.iter().copied())
            .chain(keyword.iter().map(|(_, value)| *value));
        if text.is_empty() || sources.clone().any(within) {
            return;
        }
        let from_data = sources.any(|source| self.holds_special_data(source, 4));
        let origin = input.as_str().map_or(0, |text| text.as_ptr() as usize);
        let site = Site { frame: self.site().frame, span: call.span };
        self.trace.derive(text, site, from_data, origin);
    }

    fn holds_special_data(&self, value: Value<'r>, depth: usize) -> bool {
        match value {
            Value::String(text) => self.trace.holds_special_data(text),
            Value::Array(items) if depth > 0 => {
                items.iter().any(|item| self.holds_special_data(*item, depth - 1))
            }
            Value::Map(map) if depth > 0 => map.entries().iter().any(|(key, value)| {
                self.trace.holds_special_data(key) || self.holds_special_data(*value, depth - 1)
            }),
            Value::Object(_) => true,
            _ => false,
        }
    }

    /// Whether a condition holds. `and` and `or` associate to the right: the first comparison that decides ends it.
    pub fn condition(&mut self, program: &'r Program, condition: &'r Condition) -> Result<bool, Failure> {
        let mut holds = self.comparison(program, &condition.first)?;
        for (connective, comparison) in &condition.rest {
            match connective {
                Connective::And if !holds => return Ok(false),
                Connective::Or if holds => return Ok(true),
                _ => {}
            }
            self.arena.budget().spend(1)?;
            holds = self.comparison(program, comparison)?;
        }
        Ok(holds)
    }

    fn comparison(&mut self, program: &'r Program, comparison: &'r Comparison) -> Result<bool, Failure> {
        let left = self.expression(program, &comparison.left)?;
        let Some((operator, right)) = &comparison.right else {
            return Ok(left.resolve(self.arena)?.is_truthy());
        };
        let right = self.expression(program, right)?;
        let arena = self.arena;
        match operator {
            Operator::Equal => {
                self.doubt_time(program, left, right);
                compare::equal(left, right, arena)
            }
            Operator::NotEqual => {
                self.doubt_time(program, left, right);
                Ok(!compare::equal(left, right, arena)?)
            }
            Operator::Less => compare::ordered(left, right, Ordering::is_lt, arena),
            Operator::Greater => compare::ordered(left, right, Ordering::is_gt, arena),
            Operator::LessOrEqual => compare::ordered(left, right, Ordering::is_le, arena),
            Operator::GreaterOrEqual => compare::ordered(left, right, Ordering::is_ge, arena),
            Operator::Contains => compare::contains(left, right, arena),
            Operator::Unknown(operator) => Err(Failure::argument(format!("Unknown operator {operator}"))),
        }
    }

    /// Braze documents a comparison of a time with text as an error; the reference says they differ.
    fn doubt_time(&mut self, program: &'r Program, left: Value<'r>, right: Value<'r>) {
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
}
