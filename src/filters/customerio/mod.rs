//! What Customer.io adds to its engines: digests, JSON, numbers and currencies of a locale, words and days.

mod currency;
mod data;
mod days;
mod encode;
mod locale;
mod words;

use super::{Call, Filter, Function, Parameter, digest, liquidjs};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::Value;

/// The groups of the table.
pub(super) static GROUPS: &[&[Filter]] =
    &[encode::FILTERS, data::FILTERS, locale::FILTERS, words::FILTERS, days::FILTERS];

/// An entry of the table that both engines have.
const fn entry(
    name: &'static str,
    parameters: &'static [Parameter],
    description: &'static str,
    (example, output): (&'static str, &'static str),
    function: Function,
) -> Filter {
    Filter { name, parameters, description, example, output, dialects: DialectSet::CUSTOMERIO_ANY, function }
}

/// Whether the current engine is at work, in which numbers are those of JavaScript.
fn is_latest(call: &Call<'_, '_>) -> bool {
    call.environment.dialect.set.intersects(DialectSet::CUSTOMERIO)
}

/// The input as text, as the engine at work writes it.
fn text<'r>(call: &Call<'_, 'r>) -> Result<&'r str, Failure> {
    text_of(call, call.input)
}

/// Any value as text, as the engine at work writes it.
fn text_of<'r>(call: &Call<'_, 'r>, value: Value<'r>) -> Result<&'r str, Failure> {
    if is_latest(call) { liquidjs::stringify(value, call.arena) } else { call.to_text(value) }
}

/// The value as a number, as the engine at work reads it.
fn number<'r>(call: &Call<'_, 'r>, value: Value<'r>) -> Result<f64, Failure> {
    match value {
        Value::Integer(value) => Ok(value as f64),
        Value::Float(value) => Ok(value),
        other => Ok(crate::number::ecmascript_from_text(crate::value::print::to_text(other, call.arena)?)),
    }
}
