//! JSON and lists.

use super::{Call, Filter, Parameter, entry, is_latest, liquidjs, number, text, text_of};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::json;
use crate::source::Source;
use crate::value::Value;
use std::collections::HashSet;

const NONE: &[Parameter] = &[Parameter::IGNORED];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "to_json",
        NONE,
        "Writes a value as compact JSON; text gets its quotes.",
        (r#"{{ 'say "hi"' | to_json }}"#, r#""say \"hi\"""#),
        to_json,
    ),
    entry(
        "from_json",
        NONE,
        "Reads a text of JSON and gives its value.",
        (r#"{% assign place = '{"city":"Ulm"}' | from_json %}{{ place.city }}"#, "Ulm"),
        from_json,
    ),
    Filter {
        dialects: DialectSet::CUSTOMERIO,
        ..entry(
            "json_array_uniq",
            NONE,
            "Gives the items without repetitions, each where it stood first. Objects of equal JSON are alike.",
            (
                r#"{% assign list = '[{"n":1},{"n":2},{"n":1}]' | from_json %}{{ list | json_array_uniq | size }}"#,
                "2",
            ),
            json_array_uniq,
        )
    },
    entry(
        "limit",
        &[Parameter::required("count", "the most items to give"), Parameter::IGNORED],
        "Gives the first items of an array.",
        (r#"{{ "a,b,c" | split: "," | limit: 2 | join: " " }}"#, "a b"),
        limit,
    ),
    entry(
        "random",
        &[
            Parameter::optional("bound", "what the number stays below, instead of the input"),
            Parameter::IGNORED,
        ],
        "Gives a whole number from 0 up to the input, which it never reaches.",
        ("{{ 1 | random }}", "0"),
        random,
    ),
    Filter {
        dialects: DialectSet::CUSTOMERIO,
        ..entry(
            "sample",
            &[
                Parameter::optional("count", "how many to give, as an array if more than one"),
                Parameter::IGNORED,
            ],
            "Gives items in an order of chance.",
            (r#"{{ "a" | split: "," | sample }}"#, "a"),
            sample,
        )
    },
    Filter {
        dialects: DialectSet::CUSTOMERIO,
        ..entry(
            "contains",
            &[Parameter::required("part", "what to look for"), Parameter::IGNORED],
            "Says whether a text has a part, or an array an item.",
            (r#"{{ "carafe" | contains: "car" }}"#, "true"),
            contains,
        )
    },
];

fn to_json<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    if is_latest(call) {
        return liquidjs::to_json(call, "");
    }
    let mut out = call.arena.builder();
    json::write(call.input, call.arena, &mut out)?;
    Ok(Value::String(out.finish()))
}

/// What is data already passes through.
fn from_json<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    let Value::String(text) = input else {
        if let Value::Array(_) | Value::Map(_) = input {
            call.doubt(
                &code::FILTER_WARNING,
                format!("`from_json` needs a text of JSON, found {}", input.kind()),
                Some("the value is data already: use it without `from_json`".to_owned()),
            );
        }
        return Ok(input);
    };
    match json::read(text, call.arena) {
        Ok(value) => Ok(value),
        Err(json::ReadError { limit: Some(exceeded), .. }) => Err(exceeded.into()),
        Err(error) => {
            let position = Source::new("", text).position(error.at);
            Err(Failure::argument(format!(
                "the input of `from_json` is no JSON: line {}, column {}: {}",
                position.line, position.column, error.message
            )))
        }
    }
}

fn json_array_uniq<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let input = match call.input.resolve(arena)? {
        Value::String(text) if text.trim_start().starts_with('[') => from_json(call)?,
        other => other,
    };
    let mut seen = HashSet::new();
    let mut list = arena.list();
    for item in liquidjs::array(input, arena)? {
        let Value::String(key) = liquidjs::to_json(&Call { input: *item, ..*call }, "")? else { continue };
        if seen.insert(key) {
            list.push(*item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

fn limit<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let count = whole(number(call, call.argument(0))?);
    let items = liquidjs::array(call.input, call.arena)?;
    Ok(Value::Array(items.get(..count.min(items.len())).unwrap_or_default()))
}

/// The number as a count: what is below 0 or no number is 0, and what is too large is at the end.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "wanted, as it says above")]
fn whole(number: f64) -> usize {
    number as usize
}

fn random<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let bound = number(call, call.given(0).unwrap_or(call.input))?;
    let number = call.environment.random(whole(bound) as u64)?;
    Ok(Value::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
}

fn sample<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let mut items = match call.input.resolve(arena)? {
        Value::Nil => return Ok(Value::Array(&[])),
        Value::String(text) => {
            let mut list = arena.list();
            for (at, character) in text.char_indices() {
                let end = at.saturating_add(character.len_utf8());
                list.push(Value::String(text.get(at..end).unwrap_or_default()))?;
            }
            list.finish().to_vec()
        }
        other => liquidjs::array(other, arena)?.to_vec(),
    };
    let wanted = call.given(0).map_or(Ok(1.0), |count| number(call, count))?;
    let count = whole(wanted).min(items.len());
    for at in 0..count {
        let rest = items.get_mut(at..).unwrap_or_default();
        let other = usize::try_from(call.environment.random(rest.len() as u64)?).unwrap_or(0);
        if let Some((first, others)) = rest.split_first_mut()
            && let Some(other) = other.checked_sub(1).and_then(|other| others.get_mut(other))
        {
            std::mem::swap(first, other);
        }
    }
    if wanted == 1.0 {
        return Ok(items.first().copied().into());
    }
    Ok(Value::Array(arena.array(items.get(..count).unwrap_or_default())?))
}

fn contains<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let wanted = call.argument(0);
    Ok(Value::Bool(match call.input.resolve(call.arena)? {
        Value::Array(items) => {
            let mut found = false;
            for item in items {
                found = found || liquidjs::same(*item, wanted, call.arena)?;
            }
            found
        }
        _ => text(call)?.contains(text_of(call, wanted)?),
    }))
}
