//! `default` and `size`.

use super::{Call, Filter, Parameter};
use crate::arena::Arena;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::{Value, lookup};

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "default",
        parameters: &[
            Parameter::optional("value", "what to give instead; an empty text if not given"),
            Parameter::optional("options", "an object with the options that can be given by name"),
            Parameter::keyword("allow_false", "whether false stays as it is"),
        ],
        description: "Gives the input, or another value where the input is nil, false or empty.",
        example: r#"Dear {{ "" | default: "friend" }}"#,
        output: "Dear friend",
        dialects: DialectSet::RUBY_3,
        function: default,
    },
    Filter {
        name: "size",
        parameters: &[],
        description: "Counts the characters of a text, the items of an array or the keys of an object.",
        example: r#"{{ "a,b,c" | split: "," | size }}"#,
        output: "3",
        dialects: DialectSet::RUBY,
        function: size,
    },
];

fn default<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let missing = match option(call.argument(1), "allow_false", call.arena)? {
        Some(allowed) if allowed.is_truthy() => call.input.is_nil(),
        _ => !call.input.resolve(call.arena)?.is_truthy(),
    };
    if missing || is_empty(call.input, call.arena)? {
        return Ok(call.given(0).unwrap_or(Value::String("")));
    }
    Ok(call.input)
}

/// The value of `name` in the options, which are an object or count for nothing.
fn option<'r>(options: Value<'r>, name: &str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(match options.resolve(arena)? {
        Value::Map(map) => map.get(name),
        Value::Object(host) => host
            .entries(arena)?
            .and_then(|entries| entries.iter().find(|(key, _)| *key == name))
            .map(|(_, value)| *value),
        _ => None,
    })
}

/// Whether the value itself is an empty text or collection. A host object that only stands for an empty text is none.
fn is_empty<'r>(value: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
    Ok(match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Object(host) => match value.resolve(arena)? {
            Value::Array(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => host.entries(arena)?.is_some_and(<[_]>::is_empty),
        },
        _ => false,
    })
}

fn size<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    Ok(match call.input.resolve(arena)? {
        Value::Object(host) => match (host.items(arena)?, host.entries(arena)?) {
            (Some(items), _) => Value::from(items.len()),
            (None, Some(entries)) => Value::from(entries.len()),
            (None, None) => Value::Integer(0),
        },
        plain => {
            if let Value::String(text) | Value::BigInteger(text) = plain {
                arena.budget().spend_bytes(text.len())?;
            }
            lookup::size(plain, arena)?.unwrap_or(Value::Integer(0))
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::filters::trial::{outcome, outcome_of, outcome_with};
    use crate::value::Value;

    #[test]
    fn default_replaces_what_is_missing() {
        for input in ["null", "false", r#""""#, "[]", "{}"] {
            assert_eq!(outcome("default", input, r#"["d"]"#), r#""d""#, "{input}");
            let kept = if input == "false" { "false" } else { r#""d""# };
            assert_eq!(
                outcome_with("default", input, r#"["d"]"#, &[("allow_false", Value::Bool(true))]),
                kept
            );
            assert_eq!(outcome("default", input, "[]"), r#""""#, "{input}");
        }
        for (input, kept) in [("0", "0"), (r#"" ""#, r#"" ""#), ("true", "true"), ("[null]", "[nil]")] {
            assert_eq!(outcome("default", input, r#"["d"]"#), kept);
        }
        assert_eq!(
            outcome("default", "null", r#"["d", 1, 2]"#),
            "Liquid error: wrong number of arguments (given 4, expected 1..3)"
        );
    }

    #[test]
    fn size_counts() {
        for (input, expected) in [
            (r#""äöü""#, "3"),
            ("[1, [2, 3]]", "2"),
            (r#"{"a": 1}"#, "1"),
            ("5", "8"),
            ("1.5", "0"),
            ("null", "0"),
            ("true", "0"),
        ] {
            assert_eq!(outcome("size", input, "[]"), expected, "{input}");
        }
        assert_eq!(outcome_of("size", Value::BigInteger("99999999999999999999999")), "10");
    }
}
