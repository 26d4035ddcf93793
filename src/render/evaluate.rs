//! Expressions, chains of filters, and conditions.

use super::machine::{LoopObject, Machine};
use super::scope::{self, Scope};
use super::trace::{Made, Site, Trace};
use crate::compile::{
    Base, Chain, Comparison, Condition, Expression, FilterCall, Key, Lookup, LoopProperty, Program, SlotKey,
};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::filters::{self, Call, Callee, Filter};
use crate::source::Span;
use crate::syntax::ast::{Connective, Operator};
use crate::value::{Object, Value, compare, convert, ecmascript, lookup, same_text};
use std::cmp::Ordering;

/// Arguments that need no list of their own; hardly a filter takes more.
const FEW: usize = 2;

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// The value of a chain.
    #[inline]
    pub fn chain(&mut self, program: &'r Program, chain: &'r Chain) -> Result<Value<'r>, Failure> {
        let value = self.value(program, &chain.input)?;
        if chain.filters.is_empty() {
            return Ok(value);
        }
        self.filtered(program, chain, value)
    }

    /// What the filters of a chain make of its input.
    pub fn filtered(
        &mut self,
        program: &'r Program,
        chain: &'r Chain,
        input: Value<'r>,
    ) -> Result<Value<'r>, Failure> {
        let mut value = input;
        for filter in &chain.filters {
            value = self.filter(program, filter, value)?;
        }
        Ok(value)
    }

    /// The value of an expression.
    pub fn expression(
        &mut self,
        program: &'r Program,
        expression: &'r Expression,
    ) -> Result<Value<'r>, Failure> {
        self.value(program, expression)
    }

    /// The same, for where most values are made.
    #[inline(always)]
    pub fn value(&mut self, program: &'r Program, expression: &'r Expression) -> Result<Value<'r>, Failure> {
        match self.at_hand(program, expression, &mut Value::Nil) {
            Some(value) => Ok(*value),
            None => self.evaluate(program, expression),
        }
    }

    /// The value of an expression that takes no work: a constant, or a lookup that finds all as it was the last time.
    #[inline(always)]
    fn at_hand<'a>(
        &'a self,
        program: &'r Program,
        expression: &'r Expression,
        made: &'a mut Value<'r>,
    ) -> Option<&'a Value<'r>> {
        match expression {
            Expression::Lookup(lookup) => match lookup.of_loop {
                None => self.scope.quick(self.map, lookup),
                Some(property) => {
                    *made = self.loop_property(&lookup.root, property)?;
                    Some(made)
                }
            },
            Expression::Constant(constant) => {
                *made = if T::ON { program.traced_constant(constant) } else { program.constant(constant) };
                Some(made)
            }
            _ => None,
        }
    }

    /// What the innermost loop tells of itself, where `forloop` is its own object.
    #[inline]
    fn loop_property(&self, root: &Base, property: LoopProperty) -> Option<Value<'r>> {
        let (Base::Slot(slot), LoopObject::For(forloop)) = (root, self.loops.last()?.object) else {
            return None;
        };
        self.scope.shows(self.number(*slot), forloop).then(|| forloop.property(property))
    }

    fn evaluate(&mut self, program: &'r Program, expression: &'r Expression) -> Result<Value<'r>, Failure> {
        match expression {
            Expression::Constant(constant) => Ok(program.traced_constant(constant)),
            Expression::Lookup(lookup) => self.lookup(program, lookup),
            Expression::Range(ends) => {
                let start = self.expression(program, &ends.0)?;
                let end = self.expression(program, &ends.1)?;
                convert::to_range(start, end, self.arena).map(Value::Range)
            }
            Expression::Inner(chain) => self.chain(program, chain),
            Expression::Stretch(ends) => self.stretch(program, ends),
            Expression::Formula(terms) => self.formula(program, terms),
        }
    }

    fn lookup(&mut self, program: &'r Program, lookup: &'r Lookup) -> Result<Value<'r>, Failure> {
        let arena = self.arena;
        let found = match &lookup.root {
            Base::Slot(slot) => {
                let number = self.number(*slot);
                let found = self.scope().read(number, arena)?;
                if lookup.spells_path && self.options.warn && found.is_some() {
                    self.doubt_attribute(program, lookup, number)?;
                }
                found
            }
            Base::Dynamic(name) => match self.expression(program, name)?.resolve(arena)? {
                Value::String(name) => self.scope().read_named(name, arena)?,
                _ => None,
            },
            Base::Value(value) => Some(self.expression(program, value)?),
        };
        let Some(mut value) = found else {
            return match self.itself(program, &lookup.root)? {
                Some(itself) => self.keys(program, lookup, itself),
                None => self.missing(program, lookup, 0),
            };
        };
        if !lookup.keys.is_empty() {
            value = self.keys(program, lookup, value)?;
        }
        if lookup.watched && value.is_nil() {
            self.report_missing_origin(program, lookup);
        }
        Ok(value)
    }

    /// `self` of Liquid 5.13, where nothing else has that name: the variables as an object.
    #[cold]
    fn itself(&mut self, program: &'r Program, root: &'r Base) -> Result<Option<Value<'r>>, Failure> {
        let Base::Slot(slot) = root else { return Ok(None) };
        let number = self.number(*slot);
        let has_itself = program.dialect.set.intersects(DialectSet::LIQUID);
        if !has_itself || self.scope().name(number) != Some(SlotKey::Variable("self")) {
            return Ok(None);
        }
        let (arena, place) = (self.arena, self.scope_depth());
        let itself = self.scope().itself(place, arena)?;
        self.has_itself = true;
        Ok(Some(Value::Object(itself)))
    }

    /// The scope whose `self` an object is.
    fn scope_of(&self, object: &dyn Object) -> Option<usize> {
        let is_it = |scope: &Scope<'r>| scope.itself.is_some_and(|itself| std::ptr::addr_eq(itself, object));
        self.all_scopes().find(|scope| is_it(scope))?.itself.map(|itself| itself.scope)
    }

    fn keys(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        start: Value<'r>,
    ) -> Result<Value<'r>, Failure> {
        let mut value = start;
        for (at, key) in lookup.keys.iter().enumerate() {
            if let (Value::Map(map), Key::Name(name, place)) = (value, key)
                && let Some(found) = map.find(name, place)
            {
                value = *found;
                continue;
            }
            match self.property(program, lookup, value, key)? {
                Some(found) => value = found,
                None => return self.missing(program, lookup, at.saturating_add(1)),
            }
        }
        Ok(value)
    }

    #[inline]
    fn property(
        &mut self,
        program: &'r Program,
        lookup: &'r Lookup,
        value: Value<'r>,
        key: &'r Key,
    ) -> Result<Option<Value<'r>>, Failure> {
        let arena = self.arena;
        if self.has_itself
            && let Value::Object(object) = value
            && let Some(place) = self.scope_of(object)
        {
            let name = match key {
                Key::Name(name, _) | Key::Reference(name) => Some(&**name),
                Key::Index(index) | Key::Own(index) => {
                    self.expression(program, index)?.resolve(arena)?.as_str()
                }
            };
            let (Some(name), Some(scope)) = (name, self.scope_at(place)) else { return Ok(None) };
            return scope.read_named(name, arena);
        }
        match key {
            Key::Name(name, _) => lookup::property(value, name, arena),
            Key::Index(index) => {
                let index = self.expression(program, index)?.resolve(arena)?;
                self.doubt_index(program, lookup, value, index);
                lookup::index(value, index, arena)
            }
            Key::Reference(name) => match lookup::index(value, Value::String(name), arena)? {
                Some(found) => {
                    self.doubt_reference(program, lookup, value, name)?;
                    Ok(Some(found))
                }
                None => scope::path(value, name, arena),
            },
            Key::Own(key) => {
                let key = self.expression(program, key)?;
                ecmascript::property(value, key, arena)
            }
        }
    }

    fn filter(
        &mut self,
        program: &'r Program,
        call: &'r FilterCall,
        input: Value<'r>,
    ) -> Result<Value<'r>, Failure> {
        let mut few = [Value::Nil; FEW];
        if call.keyword.is_empty()
            && let Some(few) = few.get_mut(..call.positional.len())
        {
            for (value, argument) in few.iter_mut().zip(&call.positional) {
                *value = self.value(program, argument)?;
            }
            // Nearly every call: nothing to record, and nothing but values to work on.
            if let Callee::Table(filter) = &call.callee
                && !T::ON
                && call.fits
                && !self.has_itself
            {
                self.arena.budget().spend(1)?;
                let (arena, environment) = (self.arena, self.environment);
                let result =
                    (filter.function)(&Call { input, positional: few, keyword: &[], arena, environment });
                if environment.has_doubts() {
                    self.report_doubts(program, call);
                }
                return result;
            }
            return self.apply(program, call, input, few, &[]);
        }
        let mut positional = Vec::with_capacity(call.positional.len().saturating_add(1));
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
        if self.has_itself
            && let Value::Object(object) = input
            && let Some(place) = self.scope_of(object)
            && let Some(scope) = self.scope_at(place)
        {
            scope.show_itself(arena)?;
        }
        let result = match &call.callee {
            Callee::Unknown => return Ok(input),
            Callee::Custom(filter) => filter.call(&Call { input, positional, keyword, arena, environment }),
            Callee::Table(filter) => {
                // As in Ruby, the arguments by name arrive as one more argument, an object.
                let named;
                let positional = if keyword.is_empty() {
                    positional
                } else {
                    let object = Value::Map(arena.map(keyword)?);
                    named = [positional, &[object]].concat();
                    &named
                };
                if !call.fits {
                    filters::check_count(filter.parameters, positional.len())?;
                }
                (filter.function)(&Call { input, positional, keyword: &[], arena, environment })
            }
        };
        if environment.has_doubts() {
            self.report_doubts(program, call);
        }
        let value = result?;
        if T::ON { self.record_derived(call, value, input, positional, keyword) } else { Ok(value) }
    }

    /// Tells the trace about text that a filter made, unless it is a part of what went in. What an escaping filter leaves
    /// as it is becomes a text of its own, so that it can be told from the value that went in.
    fn record_derived(
        &mut self,
        call: &'r FilterCall,
        value: Value<'r>,
        input: Value<'r>,
        positional: &[Value<'r>],
        keyword: &[(&'r str, Value<'r>)],
    ) -> Result<Value<'r>, Failure> {
        let Value::String(mut text) = value else { return Ok(value) };
        let within = |source: Value<'r>| match source {
            Value::String(source) => {
                let (source, text) = (source.as_bytes().as_ptr_range(), text.as_bytes().as_ptr_range());
                source.start <= text.start && text.end <= source.end
            }
            Value::Array(items) => {
                items.iter().any(|item| item.as_str().is_some_and(|item| item.as_ptr() == text.as_ptr()))
            }
            _ => false,
        };
        let mut sources = std::iter::once(input)
            .chain(positional.iter().copied())
            .chain(keyword.iter().map(|(_, value)| *value));
        // What a filter of the host's does to text is not known.
        let (decodes, seals, escapes) = match &call.callee {
            // Where there is no filter that escapes, taking the quotes out is the way.
            Callee::Table(Filter { name: "replace" | "remove", .. })
                if positional.first().and_then(|first| first.as_str()) == Some("\"") =>
            {
                (false, true, true)
            }
            Callee::Table(Filter { name, .. }) => {
                (filters::decodes(name), filters::seals(name), filters::escapes(name))
            }
            _ => (false, true, false),
        };
        if text.is_empty() {
            return Ok(value);
        }
        if sources.clone().any(within) {
            if !escapes || self.trace.is_template_text(text) {
                return Ok(value);
            }
            text = self.arena.text(text)?;
        }
        // What a decoder writes was hidden in its input.
        let decoded = decodes && !input.as_str().is_some_and(|input| self.trace.is_template_text(input));
        let made = Made {
            from_data: decoded || sources.clone().any(|source| self.holds_special_data(source, 4)),
            exposed: !seals && sources.any(|source| self.is_exposed(source, 4)),
        };
        let origin = input.as_str().map_or(0, |text| text.as_ptr() as usize);
        let site = Site { frame: self.site().frame, span: call.span };
        self.trace.derive(text, site, made, origin);
        Ok(Value::String(text))
    }

    fn is_exposed(&self, value: Value<'r>, depth: usize) -> bool {
        match value {
            Value::String(text) => self.trace.is_exposed(text),
            Value::Array(items) if depth > 0 => {
                items.iter().any(|item| self.is_exposed(*item, depth.saturating_sub(1)))
            }
            Value::Map(map) if depth > 0 => {
                map.entries().iter().any(|(_, value)| self.is_exposed(*value, depth.saturating_sub(1)))
            }
            Value::Object(_) => true,
            _ => false,
        }
    }

    fn holds_special_data(&self, value: Value<'r>, depth: usize) -> bool {
        match value {
            Value::String(text) => self.trace.holds_special_data(text),
            Value::Array(items) if depth > 0 => {
                items.iter().any(|item| self.holds_special_data(*item, depth.saturating_sub(1)))
            }
            Value::Map(map) if depth > 0 => map.entries().iter().any(|(key, value)| {
                self.trace.holds_special_data(key) || self.holds_special_data(*value, depth.saturating_sub(1))
            }),
            Value::Object(_) | Value::Binary(_) => true,
            _ => false,
        }
    }

    /// Whether a condition holds. `and` and `or` associate to the right: the first comparison that decides ends it.
    #[inline(never)]
    pub fn condition(&mut self, program: &'r Program, condition: &'r Condition) -> Result<bool, Failure> {
        if condition.rest.is_empty()
            && let Some(holds) = self.plain_comparison(program, &condition.first)
        {
            return Ok(holds);
        }
        self.decide(program, condition)
    }

    fn decide(&mut self, program: &'r Program, condition: &'r Condition) -> Result<bool, Failure> {
        let mut blank = None;
        let mut holds = self.comparison(program, &condition.first, &mut blank)?;
        for (connective, comparison) in &condition.rest {
            match connective {
                Connective::And if !holds => return Ok(false),
                Connective::Or if holds => return Ok(true),
                _ => {}
            }
            self.arena.budget().spend(1)?;
            holds = self.comparison(program, comparison, &mut blank)?;
        }
        if holds && let Some(span) = blank {
            self.doubt_blank(program, span);
        }
        Ok(holds)
    }

    /// Whether a comparison holds that takes no work: of integers, of texts, or with nothing. `None` says only that it takes
    /// more to find out.
    #[inline(always)]
    fn plain_comparison(&self, program: &'r Program, comparison: &'r Comparison) -> Option<bool> {
        if let (Expression::Lookup(Lookup { of_loop: Some(property), root, .. }), None) =
            (&comparison.left, &comparison.right)
        {
            return Some(self.loop_property(root, *property)?.is_truthy());
        }
        let mut made = Value::Nil;
        let left = self.at_hand(program, &comparison.left, &mut made)?;
        let Some((operator, right)) = &comparison.right else {
            return match left {
                Value::Bool(value) => Some(*value),
                Value::Nil => Some(false),
                Value::String(text) if self.options.warn && !begins_visibly(text) => None,
                Value::Object(_) => None,
                _ => Some(true),
            };
        };
        let mut made = Value::Nil;
        let order = plain_order(left, self.at_hand(program, right, &mut made)?)?;
        Some(match operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            // A text is not below or above another.
            _ if !matches!(left, Value::Integer(_)) => return None,
            Operator::Less => order.is_lt(),
            Operator::Greater => order.is_gt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Contains | Operator::Unknown(_) => return None,
        })
    }

    /// Whether a value equals what an expression gives.
    pub fn equals(
        &mut self,
        program: &'r Program,
        left: Value<'r>,
        right: &'r Expression,
    ) -> Result<bool, Failure> {
        let mut made = Value::Nil;
        if let Some(right) = self.at_hand(program, right, &mut made)
            && let Some(order) = plain_order(&left, right)
        {
            return Ok(order.is_eq());
        }
        let right = self.expression(program, right)?;
        compare::equal(left, right, self.arena)
    }

    /// Whether a comparison holds. `blank` becomes the place of a value that is taken for present and is a blank text.
    fn comparison(
        &mut self,
        program: &'r Program,
        comparison: &'r Comparison,
        blank: &mut Option<Span>,
    ) -> Result<bool, Failure> {
        if let Some(holds) = self.plain_comparison(program, comparison) {
            return Ok(holds);
        }
        let left = self.expression(program, &comparison.left)?;
        let Some((operator, right)) = &comparison.right else {
            let left = left.resolve(self.arena)?;
            if let Value::String(text) = left
                && self.options.warn
                && text.trim().is_empty()
            {
                *blank = looked_up(&comparison.left);
            }
            return Ok(left.is_truthy());
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
}

/// The order of two integers, and whether two texts are the same.
#[inline(always)]
fn plain_order(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => {
            Some(if same_text(left, right) { Ordering::Equal } else { Ordering::Less })
        }
        _ => None,
    }
}

/// Whether a text plainly is not blank.
fn begins_visibly(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_graphic)
}

/// The place of the lookup that an expression is, in braces or not.
fn looked_up(expression: &Expression) -> Option<Span> {
    let mut expression = expression;
    loop {
        match expression {
            Expression::Lookup(lookup) => return Some(lookup.span),
            Expression::Inner(chain) if chain.filters.is_empty() => expression = &chain.input,
            _ => return None,
        }
    }
}
