use super::*;
use crate::check::finding::Word;
use crate::diagnostic::Severity;

fn rules(body: &str) -> Vec<(&'static str, &str)> {
    check(body, CheckLimits::default())
        .iter()
        .map(|finding| {
            (finding.rule.code(), body.get(finding.span.clone()).expect("a span is on characters"))
        })
        .collect()
}

#[test]
fn finds_each_mistake_once() {
    let table: &[(&str, &[(&str, &str)])] = &[
        // Valid.
        (r#"{"a": [1, -0.5e+3, "x\u00e9\ud83d\ude00", true, false, null, {}, []], "b": {"c": {}}}"#, &[]),
        (" \r\n\t1e999\n", &[]),
        ("\"\u{7f}é😀\"", &[]),
        // The whole document.
        ("", &[("empty-body", "")]),
        (" \n", &[("empty-body", "")]),
        ("// a\n", &[("comment", "// a"), ("empty-body", "")]),
        ("\u{feff}{}", &[("byte-order-mark", "\u{feff}")]),
        ("Hi Ann,\nsee this\n{\"a\": 1}", &[("text-before-document", "Hi Ann,\nsee this")]),
        (
            "Hi\n// a\nyou\n[1]",
            &[("text-before-document", "Hi"), ("comment", "// a"), ("text-before-document", "you")],
        ),
        ("[Order 1] {\"a\": 1}", &[("text-before-document", "[Order 1]")]),
        ("cb({\"a\": 1});", &[("text-before-document", "cb("), ("text-after-document", ");")]),
        ("{\"a\": 1} x y \n", &[("text-after-document", "x y")]),
        ("{}{}", &[("text-after-document", "{}")]),
        ("{} // a", &[("comment", "// a")]),
        ("Hello you,\nbye", &[("bare-word", "Hello you,\nbye")]),
        ("True", &[("bare-word", "True")]),
        ("01", &[("bad-number", "01")]),
        // Comments.
        (
            "// a\n# b\n/* c */ /* d\ne */\n{ // f\n\"a\": /* g */ 1 # h\n}",
            &[
                ("comment", "// a"),
                ("comment", "# b"),
                ("comment", "/* c */"),
                ("comment", "/* d\ne */"),
                ("comment", "// f"),
                ("comment", "/* g */"),
                ("comment", "# h"),
            ],
        ),
        ("{\"a\": 1 /* b\n}", &[("comment", "/* b")]),
        (r##"{"c": #ff0000, "d": 1}"##, &[("bare-word", "#ff0000")]),
        (r#"{"a": nil // b"#, &[("unclosed-bracket", "{"), ("bare-word", "nil"), ("comment", "// b")]),
        // Commas.
        ("{\"a\": \"1\"\n  \"b\": 2 \"c\": 3}", &[("missing-comma", ""), ("missing-comma", "")]),
        ("[1 2 {} [] \"a\" \"b\"]", &[("missing-comma", ""); 5]),
        ("[\"a\"\"b\"\n\"c\"]", &[("missing-comma", ""); 2]),
        ("{\"a\": {\"b\": 1}\n\"c\": 2}", &[("missing-comma", "")]),
        ("{\"a\": 1 b: 2}", &[("bare-word", "1 b: 2")]),
        ("[1, 2,]", &[("trailing-comma", ",")]),
        ("{\"a\": {\"b\": [1,\n],}\n,}", &[("trailing-comma", ","); 3]),
        ("[,1]", &[("extra-comma", ",")]),
        ("{,\"a\": 1,,\"b\": 2}", &[("extra-comma", ","), ("extra-comma", ",")]),
        ("[1,\n,2]", &[("extra-comma", ",")]),
        ("[1, , 2]", &[("missing-value", "")]),
        // Values, keys, colons.
        ("{\"a\": , \"b\":}", &[("missing-value", ""), ("missing-value", "")]),
        ("{\"a\" 1, \"b\" \"c\", \"d\" {}}", &[("missing-colon", ""); 3]),
        ("{\"a\", \"b\": 1, \"c\"}", &[("missing-colon", ""), ("missing-colon", "")]),
        ("{\"a\" = 1}", &[("missing-colon", "=")]),
        ("{\"a\":: 1}", &[("extra-colon", ":")]),
        ("{\"a\": \"b\": 1}", &[("extra-colon", ":")]),
        ("[\"a\": 1]", &[("extra-colon", ":")]),
        ("{{\"a\": 1}}", &[("missing-key", "")]),
        ("{: 1}", &[("missing-key", "")]),
        // Text outside quotes.
        (
            "{\"a\": True, \"b\": nil, \"c\": NaN, \"d\": -Infinity, \"e\": Ann Lee, \"f\": 12 Main St}",
            &[
                ("bare-word", "True"),
                ("bare-word", "nil"),
                ("bare-word", "NaN"),
                ("bare-word", "-Infinity"),
                ("bare-word", "Ann Lee"),
                ("bare-word", "12 Main St"),
            ],
        ),
        ("{\"a\": https://x.co/y?a=b\n}", &[("bare-word", "https://x.co/y?a=b")]),
        (
            "{\"a\": 2024-01-02T10:11:12Z, \"b\": 10:30}",
            &[("bare-word", "2024-01-02T10:11:12Z"), ("bare-word", "10:30")],
        ),
        ("{\"a\": it's \"so\" good (a, b), \"c\": 1}", &[("bare-word", "it's \"so\" good (a, b)")]),
        ("{\"a\": Ann \"b\": 1}", &[("bare-word", "Ann"), ("missing-comma", "")]),
        ("{\"a\": Ann\", \"b\": 1}", &[("bare-word", "Ann\"")]),
        ("[true story, truefalse]", &[("bare-word", "true story"), ("bare-word", "truefalse")]),
        ("{hello \"a\": 1, oops, \"b\": 2}", &[("bare-word", "hello"), ("bare-word", "oops")]),
        ("{\"a\": 1, \"b\": \"x\" y, \"c\": 2}", &[("bare-word", "y")]),
        ("{a: 1, b_c : 2, d\": 3}", &[("bare-key", "a"), ("bare-key", "b_c"), ("bare-key", "d\"")]),
        (
            "{'a': 'it''s', “b”: “c”, \"d\": `e`}",
            &[
                ("wrong-quotes", "'a'"),
                ("wrong-quotes", "'it''s'"),
                ("wrong-quotes", "“b”"),
                ("wrong-quotes", "“c”"),
                ("wrong-quotes", "`e`"),
            ],
        ),
        ("{\u{a0}\"a\": \u{200b}1}", &[("control-character", "\u{a0}"), ("control-character", "\u{200b}")]),
        ("[1\0, 2]", &[("control-character", "\0")]),
        // Numbers.
        (
            "[01, +1, .5, 1., -, 0x1F, 1e, --1, 1_000]",
            &[
                ("bad-number", "01"),
                ("bad-number", "+1"),
                ("bad-number", ".5"),
                ("bad-number", "1."),
                ("bad-number", "-"),
                ("bad-number", "0x1F"),
                ("bad-number", "1e"),
                ("bad-number", "--1"),
                ("bad-number", "1_000"),
            ],
        ),
        ("{\"a\": 1,000, \"b\": 1,234,567.89}", &[("bad-number", "1,000"), ("bad-number", "1,234,567.89")]),
        ("{\"a\": $5, \"b\": 5%}", &[("bare-word", "$5"), ("bare-word", "5%")]),
        // Strings.
        ("{\"a\": \"x\ny\t\r\nz\"}", &[("control-character", "\n"), ("control-character", "\t\r\n")]),
        ("{\"a\": \"x\n\"}", &[("control-character", "\n")]),
        (
            r#"["\x", "\u12", "\ud800", "\udc00x", "C:\é"]"#,
            &[
                ("bad-escape", r"\x"),
                ("bad-escape", r"\u12"),
                ("bad-escape", r"\ud800"),
                ("bad-escape", r"\udc00"),
                ("bad-escape", r"\é"),
            ],
        ),
        (r#"{"a": "say "hi" now", "b": 1}"#, &[("unescaped-quote", r#""hi""#)]),
        (r#"{"a": "say "hi"", "b": 1}"#, &[("unescaped-quote", r#""hi""#)]),
        (r#"{"a": ""hi" he said", "b": 1}"#, &[("unescaped-quote", r#""hi""#)]),
        (r#"{"a": "5" tall", "b": "x" }"#, &[("unescaped-quote", "\"")]),
        (r#"{"a": "he said "hi", then left", "b": 1}"#, &[("unescaped-quote", r#""hi""#)]),
        (
            "{\"a\": \"the \"best\"\nshop\",\n\"b\": 1}",
            &[("unescaped-quote", "\"best\""), ("control-character", "\n")],
        ),
        (r#"{"say "hi" now": 1}"#, &[("unescaped-quote", r#""hi""#)]),
        (r#"["5" tall", "b"]"#, &[("unescaped-quote", "\"")]),
        (r#""he said "hi"""#, &[("unescaped-quote", r#""hi""#)]),
        ("{\"a\": \"AED,\n\"b\": 1}", &[("unclosed-string", "\"AED")]),
        ("{\"a\": \"AED, \"b\": 1}", &[("unclosed-string", "\"AED")]),
        ("{\"a\": \"x}", &[("unclosed-string", "\"x")]),
        ("{\"a\": [\"x\n]\n}", &[("unclosed-string", "\"x")]),
        ("[{\"a\": \"x\n}, {\"b\": 1}]", &[("unclosed-string", "\"x")]),
        ("[\"abc", &[("unclosed-string", "\"abc")]),
        (r#"{"a": "C:\", "b": 1}"#, &[("unclosed-string", r#""C:\""#)]),
        (
            "{\"a\": 1, \"\\u0061\": 2, \"a\": 3}",
            &[("duplicate-key", "\"\\u0061\""), ("duplicate-key", "\"a\"")],
        ),
        ("[{\"a\": 1}, {\"a\": 1}]", &[]),
        // Brackets.
        ("{\"a\": [1, {\"b\": 2", &[("unclosed-bracket", "{")]),
        ("{\"a\": 1,", &[("unclosed-bracket", "{")]),
        ("{\"a\":", &[("unclosed-bracket", "{")]),
        ("{\"a\": [1, 2}", &[("unclosed-bracket", "[")]),
        ("[{\"a\": [1}, {\"b\": 2}]", &[("unclosed-bracket", "[")]),
        ("{\"a\": [1, 2}, \"b\": 1}", &[("mismatched-bracket", "}")]),
        ("{\"a\": [1, 2}}", &[("mismatched-bracket", "}")]),
        ("{\"a\": 1]", &[("mismatched-bracket", "]")]),
        ("{\"a\": 1], \"b\": 2}", &[("mismatched-bracket", "]")]),
        ("}", &[("mismatched-bracket", "}")]),
        // What Liquid leaves behind.
        ("{\"a\": Liquid error: divided by 0, \"b\": 1}", &[("liquid-error", "Liquid error: divided by 0")]),
        (
            "{\"a\": Liquid error (line 3): wrong number (given 1, expected 2)}",
            &[("liquid-error", "Liquid error (line 3): wrong number (given 1, expected 2)")],
        ),
        (
            "{Liquid syntax error (line 1): x\n\"b\": 1}",
            &[("liquid-error", "Liquid syntax error (line 1): x")],
        ),
        ("{\"a\": \"x Liquid error: y\"}", &[("liquid-error", "Liquid error: y")]),
        ("Liquid error: x\n{\"a\": 1}", &[("liquid-error", "Liquid error: x")]),
        (
            r#"{"a": {"b"=>1, "c" => nil, :d=>[{"e"=>2}]}, "f": 1}"#,
            &[("ruby-inspect", r#"{"b"=>1, "c" => nil, :d=>[{"e"=>2}]}"#)],
        ),
        (r#"[{"a"=>1}{"a"=>2}]"#, &[("ruby-inspect", r#"{"a"=>1}"#), ("ruby-inspect", r#"{"a"=>2}"#)]),
        // Line ends of Windows, several mistakes, text of several bytes.
        (
            "{\r\n  \"a\": \"é\"\r\n  \"b\": [1,],\r\n}\r\n",
            &[("missing-comma", ""), ("trailing-comma", ","), ("trailing-comma", ",")],
        ),
        (
            "{\"ключ\": значение, \"b\": \"日本\" \"c\": ,}",
            &[
                ("bare-word", "значение"),
                ("missing-comma", ""),
                ("missing-value", ""),
                ("trailing-comma", ","),
            ],
        ),
    ];
    let wrong: Vec<_> = table
        .iter()
        .filter(|(body, expected)| rules(body) != *expected)
        .map(|(body, expected)| format!("{body:?}\n   found {:?}\nexpected {expected:?}", rules(body)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The body that the vendor's product_viewed example sends for a known user.
const PRODUCT_VIEWED: &str = concat!(
    "// Timestamp of \"now\", in seconds\n\n\n// The hashed address as the anonymous id\n\n\n",
    "// Which identifier to use. It's the id if there is one\n\n\n\n",
    "{\n  \"user_id\": \"1\"\n  \"event\": \"product_viewed\",\n  \"properties\": {\n    \"categories\": [\n      {\n",
    "        \"id\": \"Bathroom\",\n        \"url\": \"https://example.com/cat/bathroom\"\n      }\n    ],\n",
    "    \"title\": \"The \"best\" wipes\"\n  },\n  \"type\": \"track\",\n}\n"
);

#[test]
fn finds_the_mistakes_of_product_viewed() {
    let found = rules(PRODUCT_VIEWED);
    assert_eq!(
        found.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(),
        ["comment", "comment", "comment", "missing-comma", "unescaped-quote", "trailing-comma"]
    );
    let findings = check(PRODUCT_VIEWED, CheckLimits::default());
    let before = PRODUCT_VIEWED.find("\n  \"event\"").expect("it is there");
    assert_eq!(findings[3].span, before..before);
    assert_eq!(findings[3].detail, Detail::Between { before, after: before + 3 });
    assert_eq!(findings[5].detail, Detail::Closing(PRODUCT_VIEWED.len() - 2));
}

#[test]
fn gives_the_positions_of_each_rule() {
    for (body, expected) in [
        ("{\"a\": , \"b\": 1}", Detail::Between { before: 5, after: 6 }),
        ("[1, , 2]", Detail::Between { before: 3, after: 4 }),
        ("[,1]", Detail::Between { before: 1, after: 1 }),
        ("{\"a\" 1}", Detail::Between { before: 4, after: 5 }),
        ("{\"a\": 1, \"a\": 2}", Detail::First(1..4)),
        ("{\"a\": [1}}", Detail::Opening(Some(6))),
        ("}", Detail::Opening(None)),
        ("[[{", Detail::Unclosed(3)),
        ("[\"a\tb\"]", Detail::InString { start: 1, end: 6 }),
        ("[\"5\" x\", 1]", Detail::InString { start: 1, end: 7 }),
        ("[nil]", Detail::Word(Word::Misspelt("null"))),
        ("[NaN]", Detail::Word(Word::NotFinite)),
        ("[x]", Detail::Word(Word::Text)),
        ("{\"a\" => 1}", Detail::Arrow(5..7)),
    ] {
        let found = check(body, CheckLimits::default());
        assert_eq!(found.first().map(|finding| &finding.detail), Some(&expected), "{body}");
    }
}

#[test]
fn says_it_in_one_line() {
    let long = format!("{{\"a\": {}}}", "wörd ".repeat(40));
    for (body, expected) in [
        ("{\"a\": nil}", "`nil` is not JSON; it is written `null`"),
        ("[\"a\nb\"]", "a line break inside a string must be escaped"),
        ("[\"a\u{1}b\"]", "the control character U+0001 inside a string must be escaped"),
        ("{\"a\": 1 \"b\": 2}", "a comma is missing between two members"),
        ("{\"a\": [1}}", "`}` cannot close the `[` that is open here"),
        ("[[", "2 brackets are never closed, the last of them this `[`"),
        ("a\nb", "text is not in double quotes: `a\\nb`"),
        (&long, &format!("text is not in double quotes: `{}…`", "wörd ".repeat(12))),
    ] {
        let found = check(body, CheckLimits::default());
        assert_eq!(found.first().map(|finding| finding.message(body)).as_deref(), Some(expected), "{body}");
    }
}

#[test]
fn keeps_to_its_limits() {
    assert_eq!(rules(&"[".repeat(50_000)), [("too-deep", "[")]);
    assert_eq!(rules(&format!("{}{}", "[".repeat(512), "]".repeat(512))), []);
    assert_eq!(check("[,,,]", CheckLimits { findings: 2, ..CheckLimits::default() }).len(), 2);
    assert_eq!(check(&"nil ,".repeat(5_000), CheckLimits::default()).len(), 1);
    assert_eq!(check(&format!("[{}1]", "nil,".repeat(5_000)), CheckLimits::default()).len(), 1_000);
}

/// Inputs of a size that a quadratic scan would take minutes for.
#[test]
fn is_bounded() {
    for part in [
        "\"",
        "\"\"",
        "\\\"",
        "\"a",
        "\"a\"b",
        "\"\n",
        "\"a\n,",
        "\\",
        "/*",
        "[ /*",
        "[ /*\n",
        "#",
        "(a,",
        "1,",
        "1 ",
        "'",
        "a\n",
        "a\n//\n",
        "{\"a\"=>",
        "]",
        "{]",
        "Liquid error: ",
        ",",
        ":",
        "{\"\":",
        " ",
        "\n\n",
        "\u{a0}",
        "a\\\"",
        "\"a,\"b\":",
        "`a`b",
    ] {
        let many = part.repeat(1_000_000 / part.len());
        for body in [
            many.clone(),
            format!("[{many}"),
            format!("{{\"a\": {many}"),
            format!("[\"{many}"),
            format!("x {many}"),
        ] {
            let limits = CheckLimits::default();
            assert!(check(&body, limits).len() <= limits.findings);
        }
    }
}

mod oracle {
    use super::*;
    use proptest::prelude::*;

    fn has_errors(body: &str) -> bool {
        check(body, CheckLimits::default()).iter().any(|finding| finding.severity() == Severity::Error)
    }

    fn judged_as_a_parser_does(body: &str) -> Result<(), TestCaseError> {
        let parsed = serde_json::from_str::<serde_json::Value>(body);
        // The parser ends at a number too large for it, whatever stands behind it.
        prop_assume!(
            !parsed.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range"))
        );
        prop_assert_eq!(parsed.is_ok(), !has_errors(body), "{:?} {:?}", body, rules(body));
        Ok(())
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("-0.5e-3".to_owned()),
            Just("[]".to_owned()),
            Just("{}".to_owned()),
            "[a-z\"\\\\\n\té😀/]{0,6}".prop_map(|text| serde_json::Value::from(text).to_string()),
            any::<i32>().prop_map(|number| number.to_string()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4)
                    .prop_map(|items| format!("[{}]", items.join(" , "))),
                prop::collection::vec(("[a-c]{1,2}", inner), 1..4).prop_map(|members| {
                    let members: Vec<_> =
                        members.iter().map(|(key, value)| format!("\n\"{key}\": {value}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    /// Pieces that break JSON, or do not.
    const PIECES: [&str; 32] = [
        "\"",
        "\\",
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "\n",
        " ",
        "0",
        "1",
        "-",
        ".",
        "e",
        "+",
        "//",
        "/*",
        "*/",
        "#",
        "=>",
        "true",
        "nil",
        "'",
        "\\u00",
        "\\ud83d",
        "\u{a0}",
        "\u{feff}",
        "é",
        "Liquid error: x",
        "\"a\": 1",
        "\u{1}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_error_is_found_where_a_parser_fails(
            json in json(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, prop::sample::select(&PIECES[..])), 0..4),
        ) {
            let mut body: Vec<char> = json.chars().collect();
            for (index, remove, piece) in changes {
                let at = index.index(body.len() + 1);
                let end = (at + remove).min(body.len());
                body.splice(at..end, piece.chars());
            }
            let body: String = body.into_iter().collect();
            judged_as_a_parser_does(&body)?;
        }

        #[test]
        fn any_pieces_are_judged_as_a_parser_does(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12),
        ) {
            let body = pieces.concat();
            judged_as_a_parser_does(&body)?;
        }
    }
}
