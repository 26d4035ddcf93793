//! The filters of LiquidJS 10, which Customer.io's current engine is.
//!
//! Values are what JavaScript makes of them: every number is a float and prints without a needless `.0`, an object as
//! text is `[object Object]`, arguments too many are ignored and those too few are `undefined`.

mod collection;
mod date;
mod encode;
mod expression;
mod general;
mod grouping;
mod math;
mod selection;
mod string;
mod text;
mod value;

pub(super) use date::read as read_date;
pub(super) use expression::{free_names, takes_expression};
pub(super) use general::to_json;
pub(super) use text::{array, joined_text, number, number_or_nan, stringify};
pub(super) use value::same;

use super::{Call, Filter, Function, Parameter};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::Value;

/// The groups of the table.
pub(super) static GROUPS: &[&[Filter]] = &[
    string::FILTERS,
    encode::FILTERS,
    math::FILTERS,
    collection::FILTERS,
    selection::FILTERS,
    grouping::FILTERS,
    expression::FILTERS,
    general::FILTERS,
    date::FILTERS,
];

/// An entry of the table.
const fn entry(
    name: &'static str,
    parameters: &'static [Parameter],
    description: &'static str,
    (example, output): (&'static str, &'static str),
    function: Function,
) -> Filter {
    Filter { name, parameters, description, example, output, dialects: DialectSet::CUSTOMERIO, function }
}

/// The parameters of a filter that has none.
const NONE: &[Parameter] = &[Parameter::IGNORED];

/// Calls `function` with the input and the first two arguments as JavaScript's text, where its rule is the same.
pub(super) fn with_text<'r>(call: &Call<'_, 'r>, function: Function) -> Result<Value<'r>, Failure> {
    let input = Value::String(stringify(call.input, call.arena)?);
    let positional = call
        .positional
        .iter()
        .map(|value| Ok(Value::String(stringify(*value, call.arena)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    function(&Call { input, positional: &positional, ..*call })
}
