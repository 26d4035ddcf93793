//! JSON in and out: text made safe for a JSON string, JSON text to values, values to JSON text.

use super::{Call, Filter};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::json;
use crate::source::Source;
use crate::value::Value;

/// The key under which Braze keeps the status of a Connected Content call; it is no part of the response.
const HTTP_STATUS: &str = "__http_status_code__";

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "json_escape",
        parameters: &[],
        description: "Escapes quotes, backslashes and control characters, for use inside the quotes of a JSON string.",
        example: r#"{"note": "{{ 'She said "hi" \o/' | json_escape }}"}"#,
        output: r#"{"note": "She said \"hi\" \\o/"}"#,
        dialects: DialectSet::BRAZE,
        function: json_escape,
    },
    Filter {
        name: "json_parse",
        parameters: &[],
        description: "Reads a text of JSON and gives its value; nothing, with a warning, if it is no JSON.",
        example: r#"{% assign stores = '[{"id": "1", "city": "Ulm"}]' | json_parse %}{{ stores[0].city }}"#,
        output: "Ulm",
        dialects: DialectSet::BRAZE,
        function: json_parse,
    },
    Filter {
        name: "as_json_string",
        parameters: &[],
        description: "Writes a value as compact JSON; text gets its quotes.",
        example: r#"{{ 'red,"blue"' | split: ',' | as_json_string }}"#,
        output: r#"["red","\"blue\""]"#,
        dialects: DialectSet::BRAZE,
        function: as_json_string,
    },
];

fn json_escape<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if let Value::Array(_) | Value::Map(_) | Value::Object(_) = input {
        call.doubt(
            &code::FILTER_WARNING,
            format!("`json_escape` needs text, found {}; it escapes what Ruby prints of it", input.kind()),
            Some("`as_json_string`, with no quotes around it, writes objects and arrays as JSON".to_owned()),
        );
    }
    let text = call.to_text(input)?;
    if !text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        return Ok(Value::String(text));
    }
    let mut builder = call.arena.builder();
    json::escape(text, &mut builder)?;
    Ok(Value::String(builder.finish()))
}

fn json_parse<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if let Value::Nil | Value::Array(_) | Value::Map(_) | Value::Object(_) = input {
        call.doubt(
            &code::FILTER_WARNING,
            format!("`json_parse` needs a text of JSON, found {}; it gives nothing", input.kind()),
            (!input.is_nil()).then(|| "the value is data already: use it without `json_parse`".to_owned()),
        );
        return Ok(Value::Nil);
    }
    let text = call.to_text(input)?;
    match json::read(text, call.arena) {
        Ok(value) => Ok(value),
        Err(json::ReadError { limit: Some(exceeded), .. }) => Err(exceeded.into()),
        Err(error) => {
            let position = Source::new("", text).position(error.at);
            let message = format!(
                "`json_parse` gives nothing, since its input is no JSON: line {}, column {}: {}",
                position.line, position.column, error.message
            );
            call.doubt(&code::FILTER_WARNING, message, error.help);
            Ok(Value::Nil)
        }
    }
}

fn as_json_string<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let mut value = call.input.resolve(call.arena)?;
    if let Value::Map(map) = value
        && map.get(HTTP_STATUS).is_some()
    {
        let rest: Vec<_> = map.entries().iter().copied().filter(|(key, _)| *key != HTTP_STATUS).collect();
        value = Value::Map(call.arena.map(&rest)?);
    }
    let mut builder = call.arena.builder();
    json::write(value, call.arena, &mut builder)?;
    Ok(Value::String(builder.finish()))
}

#[cfg(test)]
mod tests {
    use crate::dialect::{BRAZE, DialectSet};
    use crate::filters::{Call, Environment, find};
    use crate::time::{FixedClock, Time};
    use crate::value::print;
    use crate::{Arena, Failure, Limits};

    /// What a filter makes of a value, as JSON text gives it, in Ruby's notation; and what it finds doubtful.
    fn filtered(name: &str, input: &str, limits: &Limits) -> Result<(String, Vec<String>), Failure> {
        let arena = Arena::new(limits);
        let value = crate::json::read(input, &arena).expect("JSON");
        let clock = FixedClock(Time::UNIX_EPOCH);
        let environment = Environment::new(&BRAZE, Some(&clock));
        let filter = find(name, DialectSet::BRAZE).expect("a filter");
        let call =
            Call { input: value, positional: &[], keyword: &[], arena: &arena, environment: &environment };
        let value = (filter.function)(&call)?;
        let mut sink = arena.builder();
        print::write_inspected(value, &arena, &mut sink)?;
        let doubts = environment.take_doubts().into_iter().map(|doubt| doubt.message).collect();
        Ok((sink.finish().to_owned(), doubts))
    }

    #[test]
    fn values_go_in_and_out() {
        for (name, input, expected) in [
            ("json_escape", r#""plain é </a>""#, r#""plain é </a>""#),
            ("json_escape", r#""a\"b\\c\n\u0001""#, r#""a\\\"b\\\\c\\n\\u0001""#),
            ("json_escape", "5", r#""5""#),
            ("json_escape", "null", r#""""#),
            ("json_parse", r#""[{\"id\": 1}]""#, r#"[{"id"=>1}]"#),
            ("json_parse", r#"" \n{\"a\": 1, \"b\": 2, \"a\": 3}""#, r#"{"a"=>3, "b"=>2}"#),
            ("json_parse", "5", "5"),
            (
                "as_json_string",
                r#"[{"id": "1", "n": 1.0, "x": null}]"#,
                r#""[{\"id\":\"1\",\"n\":1.0,\"x\":null}]""#,
            ),
            ("as_json_string", r#""a\"""#, r#""\"a\\\"\"""#),
            ("as_json_string", "null", r#""null""#),
            (
                "as_json_string",
                r#"{"__http_status_code__": 200, "a": {"__http_status_code__": 1}}"#,
                r#""{\"a\":{\"__http_status_code__\":1}}""#,
            ),
        ] {
            let (text, doubts) = filtered(name, input, &Limits::default()).expect(input);
            assert_eq!(text, expected, "{input} | {name}");
            assert!(doubts.is_empty(), "{doubts:?}");
        }
    }

    #[test]
    fn what_is_no_json_parses_to_nothing_and_says_so() {
        for (input, doubt) in [
            (
                r#""[1,\n x]""#,
                "`json_parse` gives nothing, since its input is no JSON: line 2, column 2: expected a value, found `x`",
            ),
            (
                r#""""#,
                "`json_parse` gives nothing, since its input is no JSON: line 1, column 1: expected a value, found an empty text",
            ),
            ("null", "`json_parse` needs a text of JSON, found nothing; it gives nothing"),
            ("[1]", "`json_parse` needs a text of JSON, found array; it gives nothing"),
        ] {
            let (text, doubts) = filtered("json_parse", input, &Limits::default()).expect(input);
            assert_eq!((text.as_str(), doubts), ("nil", vec![doubt.to_owned()]), "{input}");
        }
    }

    #[test]
    fn what_is_no_text_is_escaped_as_ruby_prints_it_with_a_doubt() {
        for (input, kind, expected) in
            [(r#"["a"]"#, "array", r#""[\\\"a\\\"]""#), (r#"{"a": 1}"#, "object", r#""{\\\"a\\\"=>1}""#)]
        {
            let (text, doubts) = filtered("json_escape", input, &Limits::default()).expect(input);
            let doubt = format!("`json_escape` needs text, found {kind}; it escapes what Ruby prints of it");
            assert_eq!((text.as_str(), doubts), (expected, vec![doubt]), "{input}");
        }
    }

    #[test]
    fn depth_ends_the_render() {
        let limits = Limits { data_depth: 2, ..Limits::default() };
        assert!(matches!(filtered("json_parse", r#""[[[1]]]""#, &limits), Err(Failure::Limit(_))));
    }
}
