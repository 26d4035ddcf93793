//! `default`, and values as JSON.
#![expect(clippy::arithmetic_side_effects, reason = "only depths are counted, up to `DEPTH`")]

use super::text::number_or_nan;
use super::value::from_f64;
use super::{Call, Filter, NONE, Parameter, entry};
use crate::arena::{Arena, Sink};
use crate::failure::{Failure, RenderErrorKind};
use crate::json;
use crate::number::write_ecmascript;
use crate::value::Value;

const INDENT: &[Parameter] = &[
    Parameter::optional(
        "indent",
        "how many spaces, or what text, to indent by; all on one line if not given",
    ),
    Parameter::IGNORED,
];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "default",
        &[
            Parameter::optional("value", "what to give instead"),
            Parameter::keyword("allow_false", "whether false stays as it is"),
            Parameter::IGNORED,
        ],
        "Gives the input, or another value where the input is missing, nil, false, an empty text or an empty array.",
        (r#"Dear {{ "" | default: "friend" }}"#, "Dear friend"),
        default,
    ),
    entry("raw", NONE, "Gives the input as it is.", (r#"{{ "a" | raw }}"#, "a"), |call| Ok(call.input)),
    entry(
        "to_integer",
        NONE,
        "Gives the number that a text is from end to end; `NaN` where it is none.",
        (r#"{{ "12.5" | to_integer }}"#, "12.5"),
        |call| {
            let missing = call.input.resolve(call.arena)?.is_nil();
            Ok(from_f64(if missing { 0.0 } else { number_or_nan(call.input, call.arena)? }))
        },
    ),
    entry(
        "json",
        INDENT,
        "Writes a value as JSON; text gets its quotes.",
        (r#"{{ "red,blue" | split: "," | json }}"#, r#"["red","blue"]"#),
        |call| to_json(call, indent(call)?),
    ),
    entry(
        "jsonify",
        INDENT,
        "Writes a value as JSON; another name of `json`.",
        (r#"{{ "red,blue" | split: "," | jsonify }}"#, r#"["red","blue"]"#),
        |call| to_json(call, indent(call)?),
    ),
    entry(
        "inspect",
        INDENT,
        "Writes a value as JSON; another name of `json`.",
        (r#"{{ "red,blue" | split: "," | inspect }}"#, r#"["red","blue"]"#),
        |call| to_json(call, indent(call)?),
    ),
];

fn default<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let missing = match call.input.resolve(call.arena)? {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Nil | Value::Empty | Value::Blank => true,
        Value::Bool(false) => {
            let allowed = call.positional.last().is_some_and(|last| match last {
                Value::Map(options) => options.get("allow_false").is_some_and(Value::is_truthy),
                _ => false,
            });
            !allowed
        }
        _ => false,
    };
    Ok(if missing { call.argument(0) } else { call.input })
}

/// What one level of nesting is indented by: at most ten characters, as in `JSON.stringify`.
fn indent<'r>(call: &Call<'_, 'r>) -> Result<&'r str, Failure> {
    const SPACES: &str = "          ";
    Ok(match call.argument(0).resolve(call.arena)? {
        Value::String(text) => {
            let end = text.char_indices().nth(SPACES.len()).map_or(text.len(), |(at, _)| at);
            text.get(..end).unwrap_or_default()
        }
        Value::Integer(count) => {
            let count = usize::try_from(count).unwrap_or(0).min(SPACES.len());
            SPACES.get(..count).unwrap_or_default()
        }
        _ => "",
    })
}

/// The value as JSON, all on one line where `indent` is empty.
pub(in crate::filters) fn to_json<'r>(call: &Call<'_, 'r>, indent: &str) -> Result<Value<'r>, Failure> {
    let mut out = call.arena.builder();
    write(call.input, indent, call.arena, &mut out, 0)?;
    Ok(Value::String(out.finish()))
}

/// Collections inside each other are written down to this depth.
const DEPTH: usize = 200;

fn write<'r>(
    value: Value<'r>,
    indent: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    if depth > DEPTH {
        return Err(Failure::error(RenderErrorKind::StackLevel, "Maximum call stack size exceeded"));
    }
    match value.resolve(arena)? {
        number @ (Value::Integer(_) | Value::Float(_) | Value::BigInteger(_)) => {
            let number = number_or_nan(number, arena)?;
            let mut text = String::new();
            write_ecmascript(number, &mut text);
            sink.push(if number.is_finite() { &text } else { "null" })
        }
        Value::Array(items) => write_items(items, indent, arena, sink, depth),
        Value::Map(map) => write_entries(map.entries(), indent, arena, sink, depth),
        Value::Range(_) => write_items(super::array(value, arena)?, indent, arena, sink, depth),
        Value::Object(host) => match (host.entries(arena)?, host.items(arena)?) {
            (Some(entries), _) => write_entries(entries, indent, arena, sink, depth),
            (None, Some(items)) => write_items(items, indent, arena, sink, depth),
            (None, None) => json::write(value, arena, sink),
        },
        other => json::write(other, arena, sink),
    }
}

fn write_items<'r>(
    items: &'r [Value<'r>],
    indent: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    arena.budget().spend_items(items.len())?;
    sink.push("[")?;
    for (at, item) in items.iter().enumerate() {
        sink.push(if at > 0 { "," } else { "" })?;
        new_line(indent, depth + 1, sink)?;
        write(*item, indent, arena, sink, depth + 1)?;
    }
    if !items.is_empty() {
        new_line(indent, depth, sink)?;
    }
    sink.push("]")
}

fn write_entries<'r>(
    entries: &'r [(&'r str, Value<'r>)],
    indent: &str,
    arena: &'r Arena,
    sink: &mut dyn Sink,
    depth: usize,
) -> Result<(), Failure> {
    arena.budget().spend_items(entries.len())?;
    sink.push("{")?;
    for (at, (key, value)) in entries.iter().enumerate() {
        sink.push(if at > 0 { "," } else { "" })?;
        new_line(indent, depth + 1, sink)?;
        json::write(Value::String(key), arena, sink)?;
        sink.push(if indent.is_empty() { ":" } else { ": " })?;
        write(*value, indent, arena, sink, depth + 1)?;
    }
    if !entries.is_empty() {
        new_line(indent, depth, sink)?;
    }
    sink.push("}")
}

fn new_line(indent: &str, depth: usize, sink: &mut dyn Sink) -> Result<(), Failure> {
    if indent.is_empty() {
        return Ok(());
    }
    sink.push("\n")?;
    (0..depth).try_for_each(|_| sink.push(indent))
}
