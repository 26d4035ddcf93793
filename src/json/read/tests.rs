use super::*;
use crate::limits::Limits;
use proptest::prelude::*;

fn error(text: &str) -> (usize, String, Option<String>) {
    let arena = Arena::default();
    let error = read(text, &arena).expect_err(text);
    (error.at, error.message, error.help)
}

fn written(text: &str) -> String {
    let arena = Arena::default();
    let mut sink = arena.builder();
    crate::json::write(read(text, &arena).expect(text), &arena, &mut sink).expect(text);
    sink.finish().to_owned()
}

#[test]
fn documents_are_read_as_they_stand() {
    for (text, expected) in [
        (" null ", "null"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("9007199254740993", "9007199254740993"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9223372036854775808"),
        ("-123456789012345678901234567890", "-123456789012345678901234567890"),
        ("1.10", "1.1"),
        ("1E2", "100.0"),
        ("1e21", "1.0e+21"),
        ("1e-400", "0.0"),
        (r#""a\u00e9\ud83d\ude00\/\n\\""#, r#""aé😀/\n\\""#),
        (r#"{"b":1,"a":{},"":[[],[1,"x",true]],"__proto__":null}"#, ""),
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
        ("\t[ 1 ,\r\n2 ] ", "[1,2]"),
    ] {
        let expected = if expected.is_empty() { text } else { expected };
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn strings_without_escapes_are_borrowed() {
    let arena = Arena::default();
    let text = String::from(r#"["borrowed"]"#);
    let Ok(Value::Array([Value::String(inner)])) = read(&text, &arena) else { panic!("an array") };
    assert!(text.as_bytes().as_ptr_range().contains(&inner.as_ptr()));
}

#[test]
fn errors_name_place_and_expectation() {
    for (text, at, message, help) in [
        ("", 0, "expected a value, found an empty text", ""),
        (" \n ", 3, "expected a value, found an empty text", ""),
        (r#"{"a": 1 "b": 2}"#, 8, "expected `,` or `}` after a member, found `\"`", ""),
        ("[1 2]", 3, "expected `,` or `]` after an item, found `2`", ""),
        ("[1,\n2,\n]", 5, "a trailing comma before `]`", "remove the comma"),
        (r#"{"a":1,}"#, 7 - 1, "a trailing comma before `}`", "remove the comma"),
        ("[,1]", 1, "expected a value, found `,`", ""),
        ("{,}", 1, "expected a key or `}`, found `,`", ""),
        ("{a: 1}", 1, "expected a key or `}`, found `a`", "keys stand in double quotes"),
        (r#"{"a" 1}"#, 5, "expected `:` after a key, found `1`", ""),
        (r#"{"a":}"#, 5, "expected a value, found `}`", "the `{` of line 1 is not closed"),
        ("// hi\n1", 0, "expected a value, found `/`", "comments are not JSON; remove it"),
        (
            "[1 // hi\n]",
            3,
            "expected `,` or `]` after an item, found `/`",
            "comments are not JSON; remove it",
        ),
        ("['a']", 1, "expected a value, found `'`", "strings stand in double quotes"),
        ("[“a”]", 1, "expected a value, found `“`", "strings stand in straight double quotes"),
        ("[True]", 1, "expected a value, found `True`", "write `true`"),
        ("[nulls]", 1, "expected a value, found `nulls`", "text stands in double quotes"),
        (
            "NaN",
            0,
            "expected a value, found `NaN`",
            "JSON has no such number; write `null` or a number with digits",
        ),
        (
            "-Infinity",
            1,
            "expected a digit in a number, found `Infinity`",
            "JSON has no such number; write `null` or a number with digits",
        ),
        ("01", 0, "a number has no leading zero", ""),
        ("1.", 2, "expected a digit in a number, found the end of the text", ""),
        (".5", 0, "expected a value, found `.`", "a number has a digit before its point, as in `0.5`"),
        ("+1", 0, "expected a value, found `+`", "a number has no `+` before it"),
        (
            "1e400",
            0,
            "a number too large for a float",
            "the largest is about 1.8e308; write larger ones as text",
        ),
        ("\"ab", 0, "unterminated string: no `\"` up to the end of the text", ""),
        ("{\"a\": \"b,\n\"c\": 1}", 6, "unterminated string: no `\"` up to the end of the line", ""),
        ("[\"a\nb\"]", 3, "a line break inside a string", "write it as `\\n`"),
        ("\"\t\"", 1, "the control character U+0009 inside a string", "write it as `\\t`"),
        (r#""\x""#, 1, "`\\x` is no escape of JSON", "a backslash itself is written `\\\\`"),
        (r#""\u12""#, 1, "expected four hexadecimal digits after `\\u`", ""),
        (
            r#""\ud83d!""#,
            1,
            "`\\ud83d` is half of a pair and stands alone",
            "characters beyond U+FFFF are two escapes, such as `\\ud83d\\ude00`",
        ),
        ("{} {}", 3, "expected the end after the document, found `{`", "a document is one value"),
        (
            "[1]]",
            3,
            "expected the end after the document, found `]`",
            "this bracket has no partner before it",
        ),
        (
            "\n[\n{\"a\": 1]",
            10,
            "expected `,` or `}` after a member, found `]`",
            "the `{` of line 3 is not closed",
        ),
        (
            "[1, 2",
            5,
            "expected `,` or `]` after an item, found the end of the text",
            "the `[` of line 1 is not closed",
        ),
        ("\u{feff}1", 0, "a byte order mark before the document", "remove it"),
    ] {
        let help = (!help.is_empty()).then(|| help.to_owned());
        assert_eq!(error(text), (at, message.to_owned(), help), "{text}");
    }
}

#[test]
fn limits_are_errors_of_their_own() {
    let limits = Limits { data_depth: 3, number_digits: 5, ..Limits::default() };
    let arena = Arena::new(&limits);
    assert!(read("[[[1]]]", &arena).is_ok());
    for (text, at, limit) in [
        ("[[[[1]]]]", 3, Limit::DataDepth),
        ("[123456]", 1, Limit::NumberDigits),
        ("[0.123456]", 1, Limit::NumberDigits),
    ] {
        let error = read(text, &arena).expect_err(text);
        assert_eq!((error.at, error.limit.map(|exceeded| exceeded.limit)), (at, Some(limit)), "{text}");
        let source = Arc::new(Source::new("data.json", text));
        assert_eq!(error.diagnostic(&source).code.name, format!("limit/{}", limit.name()));
    }
    let deep = "[".repeat(1_000_000);
    assert_eq!(read(&deep, &Arena::default()).expect_err("deep").at, 128);
}

#[test]
fn times_are_read_where_asked() {
    let arena = Arena::default();
    let times = ReadOptions { times: true };
    for (text, expected) in [
        (r#"{"$time":"2021-06-03T17:13:41Z"}"#, "2021-06-03 17:13:41 UTC"),
        (r#"{"$time":"2025-08-05T08:15:30:250-0800"}"#, "2025-08-05 08:15:30 -0800"),
        (r#"{"$time":"1980-01-01"}"#, "1980-01-01 00:00:00 UTC"),
    ] {
        let Ok(Value::Time(time)) = read_with(text, &arena, times) else { panic!("{text}") };
        assert_eq!(time.to_string(), expected);
        assert!(matches!(read(text, &arena), Ok(Value::Map(_))));
    }
    assert!(matches!(read_with(r#"{"$time":"1980-01-01","a":1}"#, &arena, times), Ok(Value::Map(_))));
    for text in [r#"[{"$time":"now"}]"#, r#"[{"$time":5}]"#, r#"[{"$time":"12:30"}]"#] {
        assert_eq!(read_with(text, &arena, times).expect_err(text).at, 1, "{text}");
    }
}

#[test]
fn diagnostics_point_at_the_place() {
    let source = Arc::new(Source::new("data.json", "{\n  \"é\": x\n}"));
    let arena = Arena::default();
    let diagnostic = read(source.text(), &arena).expect_err("no JSON").diagnostic(&source);
    assert_eq!(
        diagnostic.to_string(),
        "data.json:2:8: error[data/invalid-json]: expected a value, found `x`"
    );
    assert_eq!(diagnostic.help, ["text stands in double quotes"]);
}

/// Texts of JSON; `exact` ones have no number that serde_json rounds otherwise than to the nearest float.
fn documents(exact: bool) -> impl Strategy<Value = String> {
    let numbers = if exact {
        prop_oneof![
            any::<i64>().prop_map(|value| value.to_string()),
            any::<u64>().prop_map(|value| value.to_string())
        ]
        .boxed()
    } else {
        prop_oneof![
            any::<i128>().prop_map(|value| value.to_string()),
            any::<f64>()
                .prop_filter("finite", |value| value.is_finite())
                .prop_map(|value| format!("{value:e}"))
        ]
        .boxed()
    };
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        numbers,
        any::<String>().prop_map(|value| serde_json::to_string(&value).expect("text")),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[ {} ]", items.join(", "))),
            prop::collection::vec(("[a-c]{0,2}", inner), 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("\"{key}\" :{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A document with one slip in it, which may or may not leave it JSON.
fn spoilt() -> impl Strategy<Value = String> {
    let slips = prop::sample::select(vec![
        ",", "\"", "]", "}", "{", "[", "\\", "0", "-", ".", "e", "\n", "\u{1}", "u", " ", "/", ":", "null",
    ]);
    (documents(false), any::<prop::sample::Index>(), slips, any::<bool>()).prop_map(
        |(text, at, slip, insert)| {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let place = places[at.index(places.len())];
            let rest = &text[place..];
            let rest = if insert { rest } else { &rest[rest.chars().next().map_or(0, char::len_utf8)..] };
            format!("{}{slip}{rest}", &text[..place])
        },
    )
}

proptest! {
    #[test]
    fn accepts_what_serde_json_accepts(text in prop_oneof![documents(false), spoilt(), any::<String>()]) {
        let arena = Arena::default();
        let ours = read(&text, &arena);
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
        if let Err(error) = ours {
            prop_assert!(text.is_char_boundary(error.at), "{:?}", error);
        }
    }

    #[test]
    fn means_what_serde_json_means(text in documents(true)) {
        let theirs: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let arena = Arena::default();
        let ours = crate::json::to_serde(read(&text, &arena).expect("JSON"), &arena).expect("in limits");
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn written_text_is_read_to_the_same_text(text in documents(false)) {
        let once = written(&text);
        prop_assert_eq!(written(&once), once);
    }
}
