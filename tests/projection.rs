//! Rows read as far as a template wants them: the render is the same, and so is every error.
//!
//! Templates and rows are drawn from seeds, so that a failure names the one to look at.

use carafe::json::{self, Compactor, PathStep, Projection, Projector, ReadOptions};
use carafe::{Arena, Engine, Limits, Template, dialect};
use fastrand::Rng;

/// Few names, so that templates and rows meet.
const NAMES: [&str; 8] = ["a", "b", "c", "size", "long_name_of_a_key", "0", "é", "a.b"];

fn name(rng: &mut Rng) -> &'static str {
    NAMES[rng.usize(..NAMES.len())]
}

/// A lookup in `root`, by all kinds of keys.
fn lookup(rng: &mut Rng, root: &str) -> String {
    let mut text = root.to_owned();
    for _ in 0..rng.usize(..4) {
        match rng.usize(..12) {
            0 => text.push_str("[0]"),
            1 => text.push_str("[1]"),
            2 => text.push_str("[-1]"),
            3 => text.push_str(".size"),
            4 => text.push_str(".first"),
            5 => text.push_str("[k]"),
            6 => text.push_str(&format!("['{}']", name(rng))),
            _ => text.push_str(&format!(".{}", ["a", "b", "c"][rng.usize(..3)])),
        }
    }
    text
}

fn root(rng: &mut Rng) -> &'static str {
    ["a", "b", "c", "a", "b", "c", "long_name_of_a_key", "x"][rng.usize(..8)]
}

/// Nodes that read variables; loops of up to `depth` inside each other.
fn template(rng: &mut Rng, depth: usize, text: &mut String) {
    for _ in 0..rng.usize(1..4) {
        let name = root(rng);
        let path = lookup(rng, name);
        match rng.usize(..10) {
            0 if depth > 0 => {
                let item = ["x", "y", "a"][rng.usize(..3)];
                text.push_str(&format!("{{% for {item} in {path} %}}({{{{ forloop.index }}}}"));
                template(rng, depth - 1, text);
                let inner = lookup(rng, item);
                text.push_str(&format!("{{{{ {inner} }}}}){{% else %}}none{{% endfor %}}"));
            }
            1 if depth > 0 => {
                text.push_str(&format!("{{% tablerow y in {path} limit: 2 %}}"));
                template(rng, depth - 1, text);
                text.push_str("{{ y.a }}{% endtablerow %}");
            }
            2 => text.push_str(&format!("{{% if {path} %}}yes{{% else %}}no{{% endif %}}")),
            3 => text.push_str(&format!("{{% if {path} == {} %}}same{{% endif %}}", lookup(rng, "b"))),
            4 => text.push_str(&format!("{{% assign x = {path} | default: c.a %}}")),
            5 => text.push_str(&format!("{{% assign k = '{}' %}}", NAMES[rng.usize(..3)])),
            6 => text.push_str(&format!("{{% case {path} %}}{{% when b.b, 1 %}}w{{% endcase %}}")),
            _ => text.push_str(&format!("{{{{ {path} }}}};")),
        }
    }
}

/// White space, mostly none.
fn space(rng: &mut Rng, text: &mut String) {
    if rng.u8(..8) == 0 {
        text.push([' ', '\t', '\n', '\r'][rng.usize(..4)]);
    }
}

/// What stands in a string: mostly plain, as long and as odd as it comes.
fn string(rng: &mut Rng, text: &mut String) {
    text.push('"');
    for _ in 0..rng.usize(..4) {
        text.push_str(match rng.usize(..16) {
            0 => r#"\""#,
            1 => r"\\",
            2 => r"\n",
            3 => r"\u00e9",
            4 => r"\ud83d\ude00",
            5 => "😀é",
            6 => r"\/",
            7 => "{[,]}: ",
            8 => "a text that is longer than sixteen bytes",
            _ => "abc",
        });
    }
    text.push('"');
}

fn key(rng: &mut Rng, text: &mut String) {
    match (rng.usize(..24), name(rng)) {
        (0, _) => string(rng, text),
        (1, "a") => text.push_str(r#""\u0061""#),
        (_, name) => text.push_str(&format!("\"{name}\"")),
    }
}

const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "7",
    "-12",
    "9223372036854775807",
    "9223372036854775808",
    "123456789012345678901234567890",
    "1.50",
    "-0.0",
    "1e3",
    "1E-2",
    "2.5e+10",
    "76.48",
    "100000000000000000.1",
    "1e308",
    "0.1e1",
];

fn value(rng: &mut Rng, depth: usize, text: &mut String) {
    match rng.usize(..if depth == 0 { 5 } else { 12 }) {
        0 => text.push_str(["true", "false", "null"][rng.usize(..3)]),
        1 | 2 => text.push_str(NUMBERS[rng.usize(..NUMBERS.len())]),
        3 | 4 => string(rng, text),
        kind => {
            let object = kind < 9;
            text.push(if object { '{' } else { '[' });
            space(rng, text);
            for at in 0..rng.usize(..6) {
                if at > 0 {
                    text.push(',');
                    space(rng, text);
                }
                if object {
                    key(rng, text);
                    space(rng, text);
                    text.push(':');
                    space(rng, text);
                }
                value(rng, depth - 1, text);
                space(rng, text);
            }
            text.push(if object { '}' } else { ']' });
        }
    }
}

/// An object, with space around it.
fn row(rng: &mut Rng) -> String {
    let mut text = String::new();
    space(rng, &mut text);
    let start = text.len();
    while !text[start..].starts_with('{') {
        text.truncate(start);
        value(rng, 5, &mut text);
    }
    space(rng, &mut text);
    text
}

/// The same with one character more, less, or another.
fn broken(rng: &mut Rng, row: &str) -> String {
    let mut characters: Vec<char> = row.chars().collect();
    let at = rng.usize(..characters.len());
    let any = ['"', '\\', ',', ':', '{', '}', '[', ']', '0', '.', 'e', '-', 'u', ' ', '\u{1}', '\u{a0}', 't'];
    let other = any[rng.usize(..any.len())];
    match rng.usize(..4) {
        0 => drop(characters.remove(at)),
        1 => characters.insert(at, other),
        2 => characters.truncate(at),
        _ => characters[at] = other,
    }
    characters.into_iter().collect()
}

fn same(seed: u64, template: &Template, projector: &mut Projector, row: &str, limits: &Limits) {
    let (whole, parts) = (Arena::new(limits), Arena::new(limits));
    match (json::read(row, &whole), projector.read(row, &parts)) {
        (Ok(all), Ok(read)) => {
            let all = template.prepare().run_in(&whole, all);
            let some = template.prepare().run_in(&parts, read);
            let source = template.source().text();
            let wanted = template.projection();
            let expected = (all.text, all.status);
            assert_eq!((some.text, some.status), expected, "seed {seed}: {wanted:?}\n{source}\n{row}");
        }
        (Err(all), Err(read)) => assert_eq!(read, all, "seed {seed}: {row}"),
        (all, read) => panic!("seed {seed}: {:?} and {:?} of {row}", all.is_ok(), read.is_ok()),
    }
}

#[test]
fn a_render_from_the_wanted_parts_is_the_render_from_the_whole() {
    let dialects = [&dialect::LIQUID, &dialect::CUSTOMERIO, &dialect::CUSTOMERIO_LEGACY, &dialect::CLEVERTAP];
    let (mut partial, mut broken_rows) = (0, 0);
    for seed in 0..6000 {
        let mut rng = Rng::with_seed(seed);
        let engine = Engine::builder().dialect(dialects[rng.usize(..dialects.len())]).build();
        let mut text = String::new();
        template(&mut rng, 2, &mut text);
        let Ok(template) = engine.template(text) else { continue };
        let wanted = template.projection();
        partial += usize::from(!wanted.is_all());
        let mut projector = Projector::new(&wanted);
        let mut before = row(&mut rng);
        for _ in 0..6 {
            let row = if rng.u8(..4) == 0 { before.clone() } else { row(&mut rng) };
            same(seed, &template, &mut projector, &row, engine.limits());
            let broken = broken(&mut rng, &row);
            broken_rows += usize::from(json::read(&broken, &Arena::default()).is_err());
            same(seed, &template, &mut projector, &broken, engine.limits());
            before = row;
        }
    }
    assert!(partial > 4000, "{partial} templates want parts");
    assert!(broken_rows > 10_000, "{broken_rows} rows are broken");
}

#[test]
fn references_are_found_as_keys_and_as_paths() {
    let engine = Engine::default();
    let rows = [
        r#"{"profile": {"a": {"b": [{"c": 1}, 2]}, "a.b": "key"}, "vars": {"a": 3, "x": {"a.b": 4}}, "api_trigger_properties": {"b": 5}}"#,
        r#"{"vars": {"x": {"a": {"b": 6}}}, "profile": {"a": {"b": [7]}, "unread": 8}, "event_properties": {"a": 9}}"#,
    ];
    for (text, wanted) in [
        ("{{ ${a.b} }}", r#"{"profile": {"a.b": all, "a": {"b": all}}}"#),
        ("{{ ${a.b[0].c} }}", r#"{"profile": {"a.b[0].c": all, "a": {"b": [1: {"c": all}]}}}"#),
        ("{{ ${a.b.size} }}", r#"{"profile": {"a.b.size": all, "a": {"b": all}}}"#),
        ("{{ ${a}.b[-1] }}", r#"{"profile": {"a": {"b": [all]}}}"#),
        ("{{ ${x}.${a.b} }}", r#"{"profile": {"x": all}}"#),
        (
            "{{ a }}{{ api_trigger_properties.${b} }}",
            r#"{"vars": {"a": all}, "api_trigger_properties": {"b": all}}"#,
        ),
        (
            "{% assign a = event_properties.${a} %}{{ a }}",
            r#"{"event_properties": {"a": all}, "vars": {"a": all}}"#,
        ),
        ("{{content_blocks.${a}}}", "all"),
        ("{% connected_content https://example.com/{{ ${a} }} %}", "all"),
        ("{% message_extras :key a :value {{ ${a} }} %}", r#"{"profile": {"a": all}}"#),
    ] {
        let template = engine.template(text).expect(text);
        let projection = template.projection();
        assert_eq!(format!("{projection:?}"), wanted, "{text}");
        let mut projector = Projector::new(&projection);
        for row in rows {
            same(0, &template, &mut projector, row, engine.limits());
        }
    }
}

#[test]
fn what_a_template_can_read() {
    let partials = [
        ("card", "{{ user.card }}{% include 'card' %}{{ x }}"),
        ("loop", "{% for y in user.list %}{{ y.z }}{% endfor %}"),
        ("open", "{% render name %}"),
    ];
    let partials: std::collections::BTreeMap<String, String> =
        partials.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for (text, wanted) in [
        ("plain", "{}"),
        ("{{ a.b.c }}{{ a.d }}", r#"{"a": {"b": {"c": all}, "d": all}}"#),
        ("{{ a.b }}{{ a }}", r#"{"a": all}"#),
        (
            "{{ a.size }}{{ b['size'] }}{{ c['d'].first }}",
            r#"{"a": all, "b": {"size": all}, "c": {"d": all}}"#,
        ),
        ("{{ a[b.c].d }}", r#"{"a": all, "b": {"c": all}}"#),
        ("{{ a[0].b }}{{ a[2].c }}", r#"{"a": [3: {"b": all, "c": all}]}"#),
        ("{% for x in a.b %}{{ x.c }}{{ forloop.index }}{% endfor %}", r#"{"a": {"b": [{"c": all}]}}"#),
        ("{% for x in a %}{% endfor %}{{ x.y }}", r#"{"a": [{}], "x": {"y": all}}"#),
        (
            "{% for x in a %}{% for y in x.b %}{{ y.c }}{% endfor %}{% endfor %}",
            r#"{"a": [{"b": [{"c": all}]}]}"#,
        ),
        ("{% for x in a %}{{ x }}{% endfor %}", r#"{"a": [all]}"#),
        ("{% for x in (1..n.m) limit: l.i %}{{ x.y }}{% endfor %}", r#"{"l": {"i": all}, "n": {"m": all}}"#),
        ("{% assign x = a.b %}{{ x.c }}", r#"{"a": {"b": all}, "x": {"c": all}}"#),
        ("{{ a | where: b.c, d.e | map: 'f' }}", r#"{"a": all, "b": {"c": all}, "d": {"e": all}}"#),
        ("{% increment a %}{% capture b %}{{ c.d }}{% endcapture %}", r#"{"c": {"d": all}}"#),
        ("{% cycle a.b: c.d, 'e' %}", r#"{"a": {"b": all}, "c": {"d": all}}"#),
        ("{{ [a] }}", "all"),
        ("{{ ['a'].b }}", r#"{"a": {"b": all}}"#),
        ("{{ self.a }}", "all"),
        ("{% render 'loop' %}", r#"{"loop": all, "user": {"list": [{"z": all}]}}"#),
        (
            "{% include 'card', x: a.b %}",
            r#"{"card": all, "a": {"b": all}, "user": {"card": all}, "x": all}"#,
        ),
        (
            "{% for x in a %}{% include 'card' %}{% endfor %}",
            r#"{"a": [all], "card": all, "user": {"card": all}, "x": all}"#,
        ),
        ("{% render 'open' %}", "all"),
        ("{% render 'missing' %}", "all"),
    ] {
        let engine = Engine::builder().dialect(&dialect::LIQUID).error_mode(carafe::dialect::ErrorMode::Lax);
        let engine = engine.loader(partials.clone()).build();
        let template = engine.template(text).expect(text);
        assert_eq!(format!("{:?}", template.projection()), wanted, "{text}");
    }
}

#[test]
fn limits_are_those_of_the_whole() {
    let mut limits = Limits::default();
    (limits.data_depth, limits.number_digits, limits.collection_items) = (4, 5, 6);
    (limits.value_bytes, limits.data_bytes) = (40, 200);
    let mut wanted = Projection::nothing();
    wanted.want(&[PathStep::Key("a"), PathStep::Key("b")]);
    let mut projector = Projector::new(&wanted);
    let long = format!(r#"{{"a": "{}"}}"#, "x".repeat(200));
    for row in [
        r#"{"c": [[[1]]]}"#,
        r#"{"c": [[[[1]]]]}"#,
        r#"{"a": {"b": [[1]]}}"#,
        r#"{"a": {"b": [[[1]]]}}"#,
        r#"{"c": 12345}"#,
        r#"{"c": 123456}"#,
        r#"{"a": {"b": 123.456}}"#,
        r#"{"c": 1e400}"#,
        r#"{"c": 1e-400}"#,
        r#"{"c": [1,2,3,4,5,6]}"#,
        r#"{"c": [1,2,3,4,5,6,7]}"#,
        r#"{"a": {"b": [1,2,3,4,5,6,7]}}"#,
        r#"{"c": "\n123456789012345678901234567890123456789"}"#,
        r#"{"c": "\n1234567890123456789012345678901234567890"}"#,
        r#"{"c": "12345678901234567890123456789012345678901234567890"}"#,
        "[1]",
        "1",
        "",
    ] {
        let (whole, parts) = (Arena::new(&limits), Arena::new(&limits));
        let (all, read) = (json::read(row, &whole), projector.read(row, &parts));
        assert_eq!(read.err(), all.err(), "{row}");
    }
    let arena = Arena::new(&limits);
    let error = projector.read(&long, &arena).expect_err("too long");
    assert_eq!((error.at, error.message.as_str()), (0, "the data is larger than 200 bytes"));
}

#[test]
fn a_known_way_is_checked_like_any_other() {
    let mut wanted = Projection::nothing();
    wanted.want(&[PathStep::Key("a"), PathStep::Key("b")]);
    wanted.want(&[PathStep::Key("l"), PathStep::Items(usize::MAX), PathStep::Key("n")]);
    let row = |b: &str, n: &str, rest: &str| {
        format!(r#"{{"skipped": {rest}, "a": {{"x": {rest}, "b": {b}}}, "l": [{{"n": {n}, "m": 1}}, {n}]}}"#)
    };
    let values = [
        "1",
        "-1.5e3",
        r#""text""#,
        r#""a\u00e9\n""#,
        r#""a text that is longer than thirty-two bytes, and éé""#,
        "null",
        "true",
        "[1, {}]",
        r#"{"n": [[[]]]}"#,
        "01",
        "1.",
        "tru",
        "nul",
        "truex",
        r#""\x""#,
        r#""\ud800""#,
        "\"a\tb\"",
        r#""open"#,
        "",
        "[",
        "1e400",
        "1234567",
        "}",
        "1 1",
        "1,",
        r#"{"n": 1, "n": 2}"#,
        "[[[[1]]]]",
        "9223372036854775808",
    ];
    let mut limits = Limits::default();
    let mut projector = Projector::new(&wanted);
    let mut refused = 0;
    for _ in 0..2 {
        for b in values {
            for n in values {
                for rest in values {
                    let row = row(b, n, rest);
                    let (whole, parts) = (Arena::new(&limits), Arena::new(&limits));
                    let (all, read) = (json::read(&row, &whole), projector.read(&row, &parts));
                    refused += usize::from(all.is_err());
                    assert_eq!(read.as_ref().err(), all.as_ref().err(), "{row}");
                    let (Ok(all), Ok(read)) = (all, read) else { continue };
                    let mut texts = Vec::new();
                    for (data, arena) in [(all, &whole), (read, &parts)] {
                        let template = "{{ a.b }}{% for x in l %}{{ x.n }},{% endfor %}";
                        let template = Engine::builder().dialect(&dialect::LIQUID).build().template(template);
                        texts.push(template.expect("a template").prepare().run_in(arena, data).text);
                    }
                    assert_eq!(texts[0], texts[1], "{row}");
                }
            }
        }
        (limits.data_depth, limits.number_digits) = (4, 6);
    }
    assert!(refused > 20_000, "{refused} rows are refused");
}

#[test]
fn what_is_not_wanted_is_checked_however_it_is_built() {
    let template = Engine::builder().dialect(&dialect::LIQUID).build().template("{{ user.id }}").unwrap();
    let options = ReadOptions { times: true };
    let (mut refused, mut read) = (0, 0);
    for seed in 0..400 {
        let mut rng = Rng::with_seed(seed);
        let mut projector = Projector::with_options(&template.projection(), options);
        let form = rng.usize(..3);
        for number in 0..40 {
            let items: Vec<String> = (0..rng.usize(..5)).map(|_| rng.u32(..2000).to_string()).collect();
            let text =
                ["short", "a text that is longer than thirty-two bytes", r#"\"\u00e9\n"#][rng.usize(..3)];
            let mut inner = format!(
                r#""n": [{}], "t": "{text}", "o": {{"x": [{{}}, {{"y": -1.5e3}}]}}"#,
                items.join(", ")
            );
            match (form, rng.u8(..12)) {
                (0, 0) => inner = r#""$time": "2021-06-03T17:13:41Z""#.to_owned(),
                (0, 1) => inner = r#""$time": 1"#.to_owned(),
                (1, 0) => inner.push_str(r#", "more": [[[[]]], "$time"]"#),
                (2, _) => {
                    inner = String::from("\"v\": ");
                    value(&mut rng, 3, &mut inner);
                }
                _ => {}
            }
            let mut row = format!(r#"{{"a": {{{inner}}}, "user": {{"id": {number}, "b": [{{{inner}}}]}}}}"#);
            if rng.u8(..4) == 0 {
                row = broken(&mut rng, &row);
            }
            let (whole, parts) = (Arena::default(), Arena::default());
            match (json::read_with(&row, &whole, options), projector.read(&row, &parts)) {
                (Ok(all), Ok(some)) => {
                    let all = template.prepare().run_in(&whole, all).text;
                    assert_eq!(template.prepare().run_in(&parts, some).text, all, "seed {seed}: {row}");
                    read += 1;
                }
                (Err(all), Err(some)) => {
                    assert_eq!(some, all, "seed {seed}: {row}");
                    refused += 1;
                }
                (all, some) => panic!("seed {seed}: {:?} and {:?} of {row}", all.is_ok(), some.is_ok()),
            }
        }
    }
    assert!(refused > 1000 && read > 8000, "{refused} rows are refused, {read} are read");
}

#[test]
fn bodies_that_are_built_alike_are_compacted_like_any_other() {
    let values = [
        "1",
        "-2.50e1",
        r#""text""#,
        r#""a text that is longer than thirty-two bytes, and éé""#,
        r#""\"\\ \u00e9""#,
        "null",
        "true",
        "[ ]",
    ];
    let (mut refused, mut written) = (0, 0);
    for seed in 0..500 {
        let mut rng = Rng::with_seed(seed);
        let mut compactor = Compactor::default();
        for number in 0..60 {
            let mut value = || values[rng.usize(..values.len())];
            // Later bodies differ in what was the same in all before, too.
            let fixed = if number < 30 { r#""a  track""# } else { value() };
            let (id, item) = (value(), value());
            let list = [item].repeat(if number % 4 == 0 { 3 } else { 2 }).join(" ,\t");
            let mut body = format!(
                "{{\n  \"type\": {fixed},\n  \"id\": {id}, \"list\": [ {list} ],\n  \"last\": {fixed}\n}}\n"
            );
            if rng.u8(..4) == 0 {
                body = broken(&mut rng, &body);
            }
            let (mut bytes, mut out) = (b"before".to_vec(), "before".to_owned());
            let compacted = compactor.compact(&body, &mut bytes);
            assert_eq!(json::compact(&body, &mut out), compacted, "seed {seed}: {body}");
            assert_eq!(out.as_bytes(), bytes, "seed {seed}: {body}");
            match compacted {
                Ok(()) => written += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 1000 && written > 10_000, "{refused} bodies are refused, {written} are written");
}

/// White space outside of strings taken out, by character.
fn without_space(text: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let kept = text.chars().filter(|character| {
        let quote = *character == '"' && !escaped;
        escaped = inside && *character == '\\' && !escaped;
        inside ^= quote;
        inside || quote || !matches!(character, ' ' | '\t' | '\n' | '\r')
    });
    kept.collect()
}

#[test]
fn compaction_takes_out_white_space_alone() {
    let mut refused = 0;
    let mut compactor = Compactor::default();
    let mut before = String::from("1");
    for seed in 0..40_000 {
        let mut rng = Rng::with_seed(seed);
        if seed % 100 == 0 {
            compactor = Compactor::default();
        }
        let mut text = if rng.bool() { before } else { row(&mut rng) };
        before = text.clone();
        if rng.bool() {
            text = broken(&mut rng, &text);
        }
        let mut bytes = b"before".to_vec();
        let compacted = compactor.compact(&text, &mut bytes);
        let mut out = "before".to_owned();
        assert_eq!(json::compact(&text, &mut out), compacted, "seed {seed}: {text}");
        assert_eq!(out.as_bytes(), bytes, "seed {seed}: {text}");
        match (compacted, json::read(&text, &Arena::default())) {
            (Ok(()), Ok(_)) => {
                assert_eq!(out, format!("before{}", without_space(&text)), "seed {seed}: {text}")
            }
            (Ok(()), Err(error)) => {
                assert_eq!(error.message, "a number too large for a float", "seed {seed}")
            }
            (Err(error), whole) => {
                let whole = whole.expect_err(&text);
                // Before the place of the error a number may be that is only too large to be read.
                if whole.message != "a number too large for a float" {
                    assert_eq!(error, whole, "seed {seed}: {text}");
                }
                assert_eq!(out, "before", "seed {seed}: {text}");
                refused += 1;
            }
        }
    }
    assert!(refused > 5000, "{refused} texts are refused");
}

#[test]
fn numbers_of_any_size_stay_as_they_are() {
    let body = format!("[1e400, -0.00E+1,{}]", "1".repeat(5000));
    let mut out = String::new();
    json::compact(&body, &mut out).expect("JSON");
    assert_eq!(out, body.replace(", ", ","));
    for (body, at) in [("[1e400, 01]", 8), ("[1e400, x]", 8), ("", 0), ("1 2", 2), (&"[".repeat(129), 128)] {
        assert_eq!(json::compact(body, &mut out).expect_err(body).at, at, "{body}");
    }
    out.clear();
    json::compact(&("[".repeat(128) + &"]".repeat(128)), &mut out).expect("not too deep");
}

#[test]
fn items_without_what_is_wanted_take_no_more_memory_than_when_all_is_read() {
    let wanted: String = (0..60).map(|number| format!("{{{{ x.k{number} }}}}")).collect();
    let source = format!("{{% for x in l %}}{wanted}{{% endfor %}}");
    let template =
        Engine::builder().dialect(&dialect::LIQUID).build().template(&*source).expect("a template");
    let mut projector = Projector::new(&template.projection());
    for item in ["{}", r#"{"k1":1}"#, r#"{"k1":{},"k1":2,"z":[]}"#] {
        let row = format!(r#"{{"l":[{item}{}]}}"#, format!(",{item}").repeat(4999));
        let mut limits = Limits::default();
        limits.memory_bytes = 1_000_000;
        json::read(&row, &Arena::new(&limits)).expect(item);
        let arena = Arena::new(&limits);
        let value = projector.read(&row, &arena).unwrap_or_else(|error| panic!("{item}: {error}"));
        let body = template.prepare().run_in(&Arena::default(), value).text;
        let last = item.rsplit_once("k1\":").map_or("", |(_, rest)| &rest[..1]);
        assert_eq!(body, last.repeat(5000), "{item}");
    }
}
