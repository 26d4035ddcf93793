//! What JavaScript says of two values, and the properties of one.

use crate::arena::Arena;
use crate::failure::{Failure, RenderErrorKind};
use crate::value::Value;
use crate::value::ecmascript::{self, Operand};
use std::cmp::Ordering;

/// A number of JavaScript as a value: whole ones are integers, so that they print without a fraction.
pub(in crate::filters) fn from_f64<'r>(value: f64) -> Value<'r> {
    /// Up to here every integer is a float of its own.
    const SAFE: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= SAFE {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and in range")]
        Value::Integer(value as i64)
    } else {
        Value::Float(value)
    }
}

/// LiquidJS's `==`.
pub(in crate::filters) fn same<'r>(
    left: Value<'r>,
    right: Value<'r>,
    arena: &'r Arena,
) -> Result<bool, Failure> {
    ecmascript::equal(Operand::Value(left), Operand::Value(right), arena)
}

/// What `<` and `>` of JavaScript say of two keys; equal where neither holds.
pub(super) fn order<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena) -> Result<Ordering, Failure> {
    let is = |accepts| ecmascript::ordered(Operand::Value(left), Operand::Value(right), accepts, arena);
    Ok(match (is(Ordering::is_lt)?, is(Ordering::is_gt)?) {
        (true, _) => Ordering::Less,
        (_, true) => Ordering::Greater,
        _ => Ordering::Equal,
    })
}

/// A step of a path such as `variants[0].title`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::filters) enum Step<'r> {
    /// `.title`, `["title"]`
    Name(&'r str),
    /// `[0]`
    Place(i64),
}

/// The steps of a path as LiquidJS writes properties.
pub(in crate::filters) fn property(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path.trim_matches(crate::number::is_ecmascript_space);
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let Some((index, after)) = inside.split_once(']') else { break };
            let index = index.trim();
            let quoted =
                ['"', '\''].into_iter().find_map(|quote| index.strip_prefix(quote)?.strip_suffix(quote));
            steps.push(match (quoted, index.parse()) {
                (Some(name), _) => Step::Name(name),
                (None, Ok(place)) => Step::Place(place),
                (None, Err(_)) => Step::Name(index),
            });
            rest = after;
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if !name.is_empty() || after.is_empty() {
                steps.push(Step::Name(name));
            }
            rest = after;
            if rest == "." {
                break;
            }
        }
    }
    steps
}

/// The property of `item` at the end of the path; `None` where it has none.
pub(in crate::filters) fn property_of<'r>(
    item: Value<'r>,
    steps: &[Step<'r>],
    arena: &'r Arena,
) -> Result<Option<Value<'r>>, Failure> {
    let mut value = item;
    for step in steps {
        arena.budget().spend(1)?;
        let key = match *step {
            Step::Name(name) => Value::String(name),
            Step::Place(place) => Value::Integer(place),
        };
        match ecmascript::property(value.resolve(arena)?, key, arena)? {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// The error of a property that an item lacks, in the words of Customer.io's composer.
#[cold]
pub(in crate::filters) fn missing(path: &str) -> Failure {
    Failure::error(RenderErrorKind::Undefined, format!("Variable '{path}' is missing"))
}
