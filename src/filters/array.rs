//! Filters on arrays as a whole: join, first, last, reverse, concat, map, compact. `sort` and `uniq` have their own files.

use super::items::Items;
use super::property::Property;
use super::{Call, Filter, Parameter};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::{Value, lookup, print};

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "join",
        parameters: &[Parameter::optional(
            "separator",
            "what to put between the items; a space if not given",
        )],
        description: "Gives the items as one text.",
        example: r#"{{ "a,b,c" | split: "," | join: " - " }}"#,
        output: "a - b - c",
        dialects: DialectSet::RUBY,
        function: join,
    },
    Filter {
        name: "first",
        parameters: &[],
        description: "Gives the first item of an array, or the first character of a text.",
        example: r#"{{ "a,b,c" | split: "," | first }}"#,
        output: "a",
        dialects: DialectSet::RUBY,
        function: first,
    },
    Filter {
        name: "last",
        parameters: &[],
        description: "Gives the last item of an array, or the last character of a text.",
        example: r#"{{ "a,b,c" | split: "," | last }}"#,
        output: "c",
        dialects: DialectSet::RUBY,
        function: last,
    },
    Filter {
        name: "reverse",
        parameters: &[],
        description: "Gives the items from last to first.",
        example: r#"{{ "a,b,c" | split: "," | reverse | join: " " }}"#,
        output: "c b a",
        dialects: DialectSet::RUBY,
        function: reverse,
    },
    Filter {
        name: "concat",
        parameters: &[Parameter::required("array", "the array whose items come after")],
        description: "Gives the items of two arrays, one after the other.",
        example: r#"{% assign more = "c,d" | split: "," %}{{ "a,b" | split: "," | concat: more | join: " " }}"#,
        output: "a b c d",
        dialects: DialectSet::RUBY,
        function: concat,
    },
    Filter {
        name: "map",
        parameters: &[Parameter::required(
            "property",
            "the property to read; of texts, the place of a character",
        )],
        description: "Gives one property of each item.",
        example: r#"{{ "ann,bob" | split: "," | map: 0 | join: " " }}"#,
        output: "a b",
        dialects: DialectSet::RUBY,
        function: map,
    },
    Filter {
        name: "compact",
        parameters: &[Parameter::optional(
            "property",
            "what must not be nil, instead of the items themselves",
        )],
        description: "Gives the items that are not nil.",
        example: r#"{{ "ab,c" | split: "," | map: 1 | compact | join: " " }}"#,
        output: "b",
        dialects: DialectSet::RUBY,
        function: compact,
    },
];

fn join<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let separator = call.given(0).map_or(Ok(" "), |separator| call.to_text(separator))?;
    let mut text = call.arena.builder();
    for (at, item) in Items::of(call.input, call.arena)?.walk(call.arena)?.enumerate() {
        if at > 0 {
            text.push(separator)?;
        }
        print::write_text(item, call.arena, &mut text)?;
    }
    Ok(Value::String(text.finish()))
}

fn first<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match call.input.resolve(call.arena)? {
        Value::String(text) => Value::String(lookup::first_character(text)),
        Value::Binary(bytes) => Value::from_bytes(bytes.get(..1).unwrap_or_default()),
        Value::Array(items) => items.first().copied().into(),
        Value::Map(map) => first_entry(map.entries(), call)?,
        Value::Range(range) => range.first(),
        Value::Object(host) => match host.first(call.arena)? {
            Some(first) => first,
            None => host.entries(call.arena)?.map_or(Ok(Value::Nil), |entries| first_entry(entries, call))?,
        },
        _ => Value::Nil,
    })
}

fn first_entry<'r>(entries: &[(&'r str, Value<'r>)], call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    entries.first().map_or(Ok(Value::Nil), |(key, value)| lookup::pair(key, *value, call.arena))
}

fn last<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match call.input.resolve(call.arena)? {
        Value::String(text) => Value::String(lookup::last_character(text)),
        Value::Binary(bytes) => lookup::last_byte(bytes),
        Value::Array(items) => items.last().copied().into(),
        Value::Range(range) => range.last(),
        Value::Object(host) => host.last(call.arena)?.into(),
        _ => Value::Nil,
    })
}

fn reverse<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let mut list = call.arena.list();
    match Items::of(call.input, call.arena)? {
        Items::List(items) => items.iter().rev().try_for_each(|item| list.push(*item))?,
        range => {
            range.walk(call.arena)?.try_for_each(|item| list.push(item))?;
            list.as_mut_slice().reverse();
        }
    }
    Ok(Value::Array(list.finish()))
}

fn concat<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let Value::Array(more) = call.argument(0).resolve(call.arena)? else {
        return Err(Failure::argument("concat filter requires an array argument"));
    };
    let mut list = call.arena.list();
    Items::of(call.input, call.arena)?.walk(call.arena)?.try_for_each(|item| list.push(item))?;
    call.arena.budget().spend_items(more.len())?;
    list.extend(more)?;
    Ok(Value::Array(list.finish()))
}

fn map<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let property = Property::required(call, 0)?;
    let items = Items::of(call.input, call.arena)?;
    // The reference's name for a value as templates see it, which every item already is.
    if property.name() == Some("to_liquid") {
        return Ok(Value::Array(items.laid_out(call.arena)?));
    }
    let mut list = call.arena.list();
    for item in items.walk(call.arena)? {
        list.push(property.of(item)?.unwrap_or(Value::Nil))?;
    }
    Ok(Value::Array(list.finish()))
}

fn compact<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let property = Property::optional(call, 0)?;
    let mut list = call.arena.list();
    for item in Items::of(call.input, call.arena)?.walk(call.arena)? {
        let Some(value) = property.map_or(Ok(Some(item)), |property| property.of(item))? else {
            return Ok(Value::Nil);
        };
        if !value.resolve(call.arena)?.is_nil() {
            list.push(item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

#[cfg(test)]
mod tests {
    use crate::filters::trial::{outcome, outcome_of};
    use crate::value::{Range, Value};

    #[test]
    fn every_kind_of_input_is_a_list() {
        for (name, input, arguments, expected) in [
            ("join", r#"["a", [1, [2.5, null]], true]"#, "[]", r#""a 1 2.5  true""#),
            ("join", r#"[1, {"a": "b"}]"#, r#"["-"]"#, r#""1-{\"a\"=>\"b\"}""#),
            ("join", "[1, 2]", "[null]", r#""12""#),
            ("join", "[1, 2]", "[0]", r#""102""#),
            ("join", "null", "[]", r#""""#),
            ("join", "5", "[]", r#""5""#),
            ("reverse", "[1, [2, 3]]", "[]", "[3, 2, 1]"),
            ("reverse", r#""abc""#, "[]", r#"["abc"]"#),
            ("reverse", r#"{"a": 1}"#, "[]", r#"[{"a"=>1}]"#),
            ("concat", "[1, [2]]", "[[3, [4]]]", "[1, 2, 3, [4]]"),
            ("concat", "null", "[[1]]", "[1]"),
            ("concat", "[1]", r#"["x"]"#, "Liquid error: concat filter requires an array argument"),
            ("concat", "[1]", "[null]", "Liquid error: concat filter requires an array argument"),
            ("first", "[1, 2]", "[]", "1"),
            ("first", r#""äb""#, "[]", r#""ä""#),
            ("first", r#"{"a": 1, "b": 2}"#, "[]", r#"["a", 1]"#),
            ("first", "5", "[]", "nil"),
            ("last", "[1, 2]", "[]", "2"),
            ("last", r#""bä""#, "[]", r#""ä""#),
            ("last", r#"{"a": 1}"#, "[]", "nil"),
        ] {
            assert_eq!(outcome(name, input, arguments), expected, "{input} | {name}: {arguments}");
        }
    }

    #[test]
    fn properties_are_read_as_ruby_reads_them() {
        for (name, input, arguments, expected) in [
            ("map", r#"[{"x": 1}, {"y": 2}, [{"x": 3}]]"#, r#"["x"]"#, "[1, nil, 3]"),
            ("map", r#"{"x": 1}"#, r#"["x"]"#, "[1]"),
            ("map", r#"[{"x": 1}]"#, "[0]", "[nil]"),
            ("map", r#"["axe", "bee"]"#, r#"["x"]"#, r#"["x", nil]"#),
            ("map", r#"["äbc", ""]"#, "[-3]", r#"["ä", nil]"#),
            ("map", r#"["abc"]"#, "[1.7]", r#"["b"]"#),
            ("map", "[5, -1, 18446744073709551615, null, 1.5, true]", "[64]", "[0, 1, 0, nil, nil, nil]"),
            ("map", "[5]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
            ("map", r#"["a"]"#, "[null]", "Liquid error: cannot select the property ''"),
            ("map", r#"["a", 1.5]"#, r#"["to_liquid"]"#, r#"["a", 1.5]"#),
            ("map", "[]", r#"["x"]"#, "[]"),
            ("compact", "[1, null, [false, null]]", "[]", "[1, false]"),
            ("compact", r#"[{"x": 1}, {"x": null}, {}]"#, r#"["x"]"#, r#"[{"x"=>1}]"#),
            ("compact", "[null]", r#"["x"]"#, "nil"),
            ("compact", "[5]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
        ] {
            assert_eq!(outcome(name, input, arguments), expected, "{input} | {name}: {arguments}");
        }
    }

    #[test]
    fn ranges_are_laid_out_only_where_they_must() {
        let endless = Range::new(1, 1_000_000_000_000);
        let endless = Value::Range(&endless);
        let short = Range::new(1, 3);
        let short = Value::Range(&short);
        for (name, input, expected) in [
            ("size", endless, "1000000000000"),
            ("first", endless, "1"),
            ("last", endless, "1000000000000"),
            ("join", endless, "an array has more than 10000000 items"),
            ("reverse", endless, "an array has more than 10000000 items"),
            ("sort", endless, "an array has more than 10000000 items"),
            ("uniq", endless, "an array has more than 10000000 items"),
            ("sum", endless, "an array has more than 10000000 items"),
            ("join", short, r#""1 2 3""#),
            ("reverse", short, "[3, 2, 1]"),
            ("sum", short, "6"),
        ] {
            assert_eq!(outcome_of(name, input), expected, "{input:?} | {name}");
        }
    }
}
