//! Filters that are given an expression as a text, and ask it of every item: `where_exp: "item", "item.price > 10"`.
//!
//! The text is read by the engine's own parser, by the strictest grammar. It sees the item under its name and, where the
//! text stands in the template, the variables it names: the compiler passes them on as arguments by name.

use super::grouping::{Groups, enumerable};
use super::text::{array, stringify};
use super::value::{Step, missing, property_of};
use super::{Call, Filter, Parameter, entry};
use crate::dialect::{DialectSet, ErrorMode, LIQUID};
use crate::failure::Failure;
use crate::filters::find;
use crate::source::Source;
use crate::syntax;
use crate::syntax::ast::{
    Chain, Comparison, Condition, Connective, Expression, ExpressionKind, Literal, Lookup, NodeKind,
    Operator, Root, Segment,
};
use crate::value::ecmascript::{self, Operand};
use crate::value::{Value, convert};
use std::cmp::Ordering;
use std::sync::Arc;

const EXPRESSION: &[Parameter] = &[
    Parameter::required("item", "the name by which the expression knows the item"),
    Parameter::required("expression", "what is asked of each item, such as `item.price > 10`"),
    Parameter::IGNORED,
];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "where_exp",
        EXPRESSION,
        "Gives the items for which an expression is true.",
        (
            r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | where_exp: "item", "item.n > 1" | map: "n" | join }}"#,
            "2",
        ),
        |call| keep(call, true),
    ),
    entry(
        "reject_exp",
        EXPRESSION,
        "Gives the items for which an expression is false.",
        (
            r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | reject_exp: "item", "item.n > 1" | map: "n" | join }}"#,
            "1",
        ),
        |call| keep(call, false),
    ),
    entry(
        "find_exp",
        EXPRESSION,
        "Gives the first item for which an expression is true.",
        (
            r#"{% assign found = '[{"n":1},{"n":2}]' | from_json | find_exp: "item", "item.n > 1" %}{{ found.n }}"#,
            "2",
        ),
        |call| Ok(search(call)?.map_or(Value::Nil, |(_, item)| item)),
    ),
    entry(
        "find_index_exp",
        EXPRESSION,
        "Gives the place, counted from 0, of the first item for which an expression is true.",
        (r#"{{ "a,b,c" | split: "," | find_index_exp: "item", "item == 'b'" }}"#, "1"),
        |call| Ok(search(call)?.map_or(Value::Nil, |(at, _)| Value::from(at))),
    ),
    entry(
        "has_exp",
        EXPRESSION,
        "Says whether an expression is true for any item.",
        (r#"{{ "a,b,c" | split: "," | has_exp: "item", "item == 'b'" }}"#, "true"),
        |call| Ok(Value::Bool(search(call)?.is_some())),
    ),
    entry(
        "group_by_exp",
        EXPRESSION,
        "Gives an array of groups, each with the `name` that an expression gives and the `items` that have it.",
        (
            r#"{% assign groups = "fig,pear,plum" | split: "," | group_by_exp: "item", "item | size" %}{% for group in groups %}{{ group.name }}:{{ group.items | join: "+" }} {% endfor %}"#,
            "3:fig 4:pear+plum ",
        ),
        |call| {
            let question = Question::new(call)?;
            let mut groups = Groups::new(call.arena);
            for item in enumerable(call.input, call.arena)? {
                groups.add(question.ask(*item)?, *item)?;
            }
            groups.finish()
        },
    ),
];

/// The filter called `name` if it takes an expression as its second argument.
pub(in crate::filters) fn takes_expression(name: &str) -> bool {
    FILTERS.iter().any(|filter| filter.name == name)
}

/// The variables that the expression `text` reads besides `item`, each once.
pub(in crate::filters) fn free_names(item: &str, text: &str, limits: &crate::Limits) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(parsed) = parse(text, limits) {
        parsed.each_lookup(&mut |lookup| {
            if let Root::Name(name) = &lookup.root
                && name.text != item
                && !names.contains(&name.text)
            {
                names.push(name.text.clone());
            }
        });
    }
    names
}

fn keep<'r>(call: &Call<'_, 'r>, wanted: bool) -> Result<Value<'r>, Failure> {
    let question = Question::new(call)?;
    let mut list = call.arena.list();
    for item in array(call.input, call.arena)? {
        // Only `true` and `false` themselves count.
        if matches!(question.ask(*item)?, Value::Bool(answer) if answer == wanted) {
            list.push(*item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

fn search<'r>(call: &Call<'_, 'r>) -> Result<Option<(usize, Value<'r>)>, Failure> {
    let question = Question::new(call)?;
    for (at, item) in array(call.input, call.arena)?.iter().enumerate() {
        // What JavaScript takes for true, which is not what a condition of Liquid does.
        let found = match question.ask(*item)? {
            Value::Nil | Value::Bool(false) | Value::Integer(0) | Value::String("") => false,
            Value::Float(value) => value != 0.0 && !value.is_nan(),
            _ => true,
        };
        if found {
            return Ok(Some((at, *item)));
        }
    }
    Ok(None)
}

/// An expression as the parser gives it.
enum Parsed {
    Chain(Chain),
    Condition(Condition),
}

fn parse(text: &str, limits: &crate::Limits) -> Option<Parsed> {
    // What would end the markup around it is no expression.
    if ["%}", "}}", "{%", "{{"].iter().any(|delimiter| text.contains(delimiter)) {
        return None;
    }
    let read = |template: String| {
        let source = Arc::new(Source::new("expression", template));
        let parsed = syntax::parse(&source, &LIQUID, ErrorMode::Strict2, limits);
        let is_valid = parsed.reference_error.is_none() && parsed.limit.is_none();
        parsed.ast.nodes.into_iter().next().filter(|_| is_valid).map(|node| node.kind)
    };
    if let Some(NodeKind::If(block)) = read(format!("{{% if {text} %}}{{% endif %}}"))
        && let Some(condition) = block.branches.into_iter().next().and_then(|branch| branch.condition)
    {
        return Some(Parsed::Condition(condition));
    }
    match read(format!("{{{{ {text} }}}}"))? {
        NodeKind::Output(chain) => chain.map(|chain| Parsed::Chain(*chain)),
        _ => None,
    }
}

impl Parsed {
    fn each_lookup(&self, visit: &mut dyn FnMut(&Lookup)) {
        match self {
            Parsed::Chain(chain) => {
                let filters = chain.filters.iter().flat_map(|filter| &filter.positional);
                std::iter::once(&chain.input).chain(filters).for_each(|value| each_lookup(value, visit));
            }
            Parsed::Condition(condition) => {
                let rest = condition.rest.iter().map(|(_, comparison)| comparison);
                for comparison in std::iter::once(&condition.first).chain(rest) {
                    each_lookup(&comparison.left, visit);
                    if let Some((_, right)) = &comparison.right {
                        each_lookup(right, visit);
                    }
                }
            }
        }
    }
}

/// The parser bounds how deep expressions are nested.
fn each_lookup(expression: &Expression, visit: &mut dyn FnMut(&Lookup)) {
    match &expression.kind {
        // The grammar that reads these expressions knows no formulas.
        ExpressionKind::Literal(_) | ExpressionKind::Inner(_) | ExpressionKind::Formula(_) => {}
        ExpressionKind::Range(ends) => {
            each_lookup(&ends.0, visit);
            each_lookup(&ends.1, visit);
        }
        ExpressionKind::Lookup(lookup) => {
            visit(lookup);
            for segment in &lookup.segments {
                if let Segment::Index(index) = segment {
                    each_lookup(index, visit);
                }
            }
        }
    }
}

/// An expression and what it may see.
struct Question<'c, 'r> {
    call: &'c Call<'c, 'r>,
    item: &'r str,
    parsed: Parsed,
}

impl<'c, 'r> Question<'c, 'r> {
    fn new(call: &'c Call<'c, 'r>) -> Result<Self, Failure> {
        let arena = call.arena;
        let item = stringify(call.argument(0), arena)?;
        let text = stringify(call.argument(1), arena)?;
        // Reading an expression tries it as two kinds of markup.
        arena.budget().spend(text.len() as u64)?;
        let parsed = parse(text, arena.budget().limits()).ok_or_else(|| {
            Failure::argument(format!("`{text}` is no expression that can be asked of items"))
        })?;
        Ok(Question { call, item, parsed })
    }

    /// What the expression gives for `item`.
    fn ask(&self, item: Value<'r>) -> Result<Value<'r>, Failure> {
        self.call.arena.budget().spend(8)?;
        match &self.parsed {
            Parsed::Chain(chain) => self.chain(chain, item),
            Parsed::Condition(Condition { first, rest, .. }) if rest.is_empty() => {
                self.comparison(first, item)
            }
            Parsed::Condition(Condition { first, rest, .. }) => {
                let mut holds = self.comparison(first, item)?.is_truthy();
                for (connective, comparison) in rest {
                    match connective {
                        Connective::And if !holds => break,
                        Connective::Or if holds => break,
                        _ => holds = self.comparison(comparison, item)?.is_truthy(),
                    }
                }
                Ok(Value::Bool(holds))
            }
        }
    }

    fn chain(&self, chain: &Chain, item: Value<'r>) -> Result<Value<'r>, Failure> {
        let Call { arena, environment, .. } = *self.call;
        let mut value = self.expression(&chain.input, item)?;
        for filter in &chain.filters {
            arena.budget().spend(1)?;
            // An expression of the data that names itself would never end.
            if takes_expression(&filter.name.text) {
                return Err(Failure::argument("an expression within an expression is not supported"));
            }
            let Some(known) = find(&filter.name.text, DialectSet::CUSTOMERIO) else { continue };
            let arguments = filter.positional.iter().map(|argument| self.expression(argument, item));
            let positional = arguments.collect::<Result<Vec<_>, Failure>>()?;
            value = (known.function)(&Call {
                input: value,
                positional: &positional,
                keyword: &[],
                arena,
                environment,
            })?;
        }
        Ok(value)
    }

    fn comparison(&self, comparison: &Comparison, item: Value<'r>) -> Result<Value<'r>, Failure> {
        let arena = self.call.arena;
        let left = self.expression(&comparison.left, item)?;
        let Some((operator, right)) = &comparison.right else { return left.resolve(arena) };
        // The word `nil` has no order; a value that is nil counts as 0.
        let operand = |written: &Expression, value| match written.kind {
            ExpressionKind::Literal(Literal::Nil) => Operand::Nil,
            _ => Operand::Value(value),
        };
        let (left, right) = (operand(&comparison.left, left), operand(right, self.expression(right, item)?));
        let is = |accepts| ecmascript::ordered(left, right, accepts, arena);
        Ok(Value::Bool(match operator {
            Operator::Equal => ecmascript::equal(left, right, arena)?,
            Operator::NotEqual => !ecmascript::equal(left, right, arena)?,
            Operator::Less => is(Ordering::is_lt)?,
            Operator::Greater => is(Ordering::is_gt)?,
            Operator::LessOrEqual => is(Ordering::is_le)?,
            Operator::GreaterOrEqual => is(Ordering::is_ge)?,
            Operator::Contains => ecmascript::contains(left, right, arena)?,
            Operator::Unknown(operator) => {
                return Err(Failure::argument(format!("Unknown operator {operator}")));
            }
        }))
    }

    fn expression(&self, expression: &Expression, item: Value<'r>) -> Result<Value<'r>, Failure> {
        let arena = self.call.arena;
        Ok(match &expression.kind {
            ExpressionKind::Literal(literal) => match literal {
                Literal::Nil => Value::Nil,
                Literal::Bool(value) => Value::Bool(*value),
                Literal::Integer(value) => Value::Integer(*value),
                Literal::BigInteger(digits) => Value::BigInteger(arena.text(digits)?),
                Literal::Float(value) => Value::Float(*value),
                Literal::String(text) => Value::String(arena.text(text)?),
                Literal::Empty => Value::Empty,
                Literal::Blank => Value::Blank,
            },
            ExpressionKind::Range(ends) => {
                let (first, last) = (self.expression(&ends.0, item)?, self.expression(&ends.1, item)?);
                Value::Range(convert::to_range(first, last, arena)?)
            }
            ExpressionKind::Lookup(lookup) => self.lookup(lookup, item)?,
            ExpressionKind::Inner(chain) => self.chain(chain, item)?,
            ExpressionKind::Formula(_) => Value::Nil,
        })
    }

    fn lookup(&self, lookup: &Lookup, item: Value<'r>) -> Result<Value<'r>, Failure> {
        let arena = self.call.arena;
        let Root::Name(root) = &lookup.root else { return Ok(Value::Nil) };
        let mut written = root.text.clone();
        let start = match self.call.positional.last() {
            _ if root.text == self.item => Some(item),
            Some(Value::Map(variables)) => variables.get(&root.text),
            _ => None,
        };
        let mut value = start.ok_or_else(|| missing(&written))?;
        for segment in &lookup.segments {
            let step = match segment {
                Segment::Name(name) | Segment::Reference(name) => Step::Name(arena.text(&name.text)?),
                Segment::Index(index) => match self.expression(index, item)?.resolve(arena)? {
                    Value::Integer(place) => Step::Place(place),
                    other => Step::Name(stringify(other, arena)?),
                },
            };
            match step {
                Step::Name(name) => written.extend([".", name]),
                Step::Place(place) => written.push_str(&format!("[{place}]")),
            }
            value = property_of(value, &[step], arena)?.ok_or_else(|| missing(&written))?;
        }
        Ok(value)
    }
}
