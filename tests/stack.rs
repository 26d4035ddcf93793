//! What is nested as deep as may be, and deeper, takes no more stack than 256 KiB: it is read, walked, copied, compared,
//! printed and dropped in a thread that has no more. What is not done for a render may take the usual stack.

use carafe::json::{PathStep, Projection, Projector};
use carafe::limits::Limit;
use carafe::syntax::{parse, print};
use carafe::{Arena, Diagnostic, Dialect, Engine, Limits, Source, dialect, dialect::ErrorMode, json};
use std::sync::Arc;

const STACK: usize = 256 << 10;

/// What a thread has that nobody has asked for more or less of.
const USUAL_STACK: usize = 2 << 20;

/// Deeper than any stack of recursive calls.
const VERY_DEEP: usize = 20_000;

/// Runs `work` in a thread with a small stack.
fn small<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    within(STACK, work)
}

fn within<T: Send>(stack: usize, work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack);
        thread.spawn_scoped(scope, work).expect("a thread").join().expect("no panic")
    })
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
}

fn dialects() -> impl Iterator<Item = &'static Dialect> {
    Dialect::all().into_iter()
}

/// Limits that let data be as deep as it is.
fn any_depth() -> Limits {
    let mut limits = Limits::default();
    limits.data_depth = usize::MAX;
    limits
}

fn codes(findings: &[Diagnostic]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

/// Parses and does with the tree whatever can be done, in all dialects.
fn tree(text: &str, limits: &Limits, stack: usize) {
    for dialect in dialects() {
        let source = Arc::new(Source::new("deep", text));
        // Only who asks for it copies, compares or prints a tree.
        within(USUAL_STACK, || {
            let tree = parse(&source, dialect, ErrorMode::Lax, limits).ast;
            let copy = tree.clone();
            assert_eq!(copy, tree);
            assert!(!format!("{tree:?}").is_empty());
        });
        within(stack, || {
            let parsed = parse(&source, dialect, ErrorMode::Lax, limits);
            print(&parsed.ast, &source, dialect);
            drop(parsed);
            let engine = Engine::builder().dialect(dialect).limits(limits.clone()).build();
            let template = engine.inspect(&source);
            template.prepare().trace(true).run(&json::Text("{}"));
        });
    }
}

/// The templates of most blocks and expressions inside each other.
fn deepest(blocks: usize, expressions: usize) -> Vec<String> {
    let brackets = nested("a[", "1", "]", expressions);
    let braces = nested("{{a | plus: ", "1", "}}", 20);
    let ranges = nested("(1..", "2", ")", expressions);
    let mut texts = vec![
        format!("{{{{ {brackets} }}}}"),
        format!("{{{{ x | append: {brackets} | append: {brackets} }}}}"),
        braces,
        format!("{{{{ {ranges} }}}}"),
        format!("{{% assign x = {} %}}", nested("[", "'a'", "]", expressions)),
    ];
    for (open, close) in [
        ("{% if 1 %}", "{% endif %}"),
        ("{% unless nil %}", "{% endunless %}"),
        ("{% if nil %}{% else %}", "{% endif %}"),
        ("{% case 1 %}{% when 1 %}", "{% endcase %}"),
        ("{% for i in (1..1) %}", "{% endfor %}"),
        ("{% tablerow i in (1..1) %}", "{% endtablerow %}"),
        ("{% capture a %}", "{% endcapture %}"),
        ("{% ifchanged %}", "{% endifchanged %}"),
    ] {
        texts.push(nested(open, &format!("{{{{ {brackets} }}}}"), close, blocks));
    }
    texts.push(nested(&format!("{{% if {brackets} %}}{{% else %}}"), "x", "{% endif %}", blocks));
    texts.push(format!("{{% liquid\n{} %}}", nested("if 1\n", "echo 1\n", "endif\n", blocks)));
    texts.push(format!("{{% {}echo 1 %}}", "liquid ".repeat(blocks)));
    texts
}

#[test]
fn the_deepest_templates_are_walked() {
    let limits = Limits::default();
    for text in deepest(limits.block_depth, limits.expression_depth - 1) {
        tree(&text, &limits, STACK);
    }
}

#[test]
fn templates_that_no_limit_bounds_take_the_usual_stack() {
    let mut limits = Limits::default();
    (limits.block_depth, limits.expression_depth) = (usize::MAX, usize::MAX);
    for text in deepest(199, 199).into_iter().chain(deepest(1_000, 1_000)) {
        tree(&text, &limits, USUAL_STACK);
    }
}

/// What walks a value as deep as it goes.
const WALKS: &[&str] = &[
    "{{ a }}",
    "{{ a | json }}",
    "{{ a | to_json }}",
    "{{ a | inspect }}",
    "{{ a | jsonify }}",
    "{{ a | join: ',' }}",
    "{{ a | uniq }}",
    "{{ a | sort }}",
    "{{ a | sort_natural }}",
    "{{ a | concat: a | compact | reverse }}",
    "{{ a | map: 'a' }}",
    "{{ a | where: 'a', a }}",
    "{{ a | sum }}",
    "{{ a | size }}",
    "{{ a | append: a }}",
    "{{ a | strip_html }}",
    "{{ a | date: a }}",
    "{{ a | default: a }}",
    "{% if a == b %}same{% endif %}",
    "{% if a contains b %}holds{% endif %}",
    "{% for x in a %}{{ x }}{% endfor %}",
    "{% assign x = a %}{% capture y %}{{ x }}{% endcapture %}{{ y }}",
    "{{ a[a] }}",
    "{% case a %}{% when b %}1{% endcase %}",
];

fn walk(data: &str, limits: &Limits) {
    for dialect in dialects() {
        small(|| {
            let engine = Engine::builder().dialect(dialect).limits(limits.clone()).build();
            for text in WALKS {
                let template = engine.inspect(&Arc::new(Source::new("walk", *text)));
                template.prepare().trace(true).run(&json::Text(data));
            }
        });
    }
}

/// The same value twice.
fn twice(value: &str) -> String {
    format!("{{\"a\":{value},\"b\":{value},\"vars\":{{\"a\":{value},\"b\":{value}}}}}")
}

#[test]
fn the_deepest_data_is_walked() {
    let limits = Limits::default();
    let depth = limits.data_depth - 2;
    walk(&twice(&nested("[", "1", "]", depth)), &limits);
    walk(&twice(&nested("{\"a\":", "1", "}", depth)), &limits);
}

#[test]
fn data_that_no_limit_bounds_takes_no_stack() {
    let limits = any_depth();
    walk(&twice(&nested("[", "1", "]", VERY_DEEP)), &limits);
    walk(&twice(&nested("{\"a\":", "1", "}", VERY_DEEP)), &limits);
}

#[test]
fn values_of_serde_are_as_deep_as_data() {
    small(|| {
        let limits = Limits::default();
        let arena = Arena::new(&limits);
        let text = nested("[", "1", "]", 126);
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let value = json::from_serde(&document, &arena).expect("a value");
        assert_eq!(json::to_serde(value, &arena).expect("JSON"), document);
        let exceeded =
            json::read(&nested("[", "1", "]", limits.data_depth + 1), &arena).expect_err("too deep");
        assert_eq!(exceeded.limit.map(|exceeded| exceeded.limit), Some(Limit::DataDepth));
    });
}

#[test]
fn paths_of_definitions_take_no_stack() {
    let limits = any_depth();
    for step in [".a", "[0]"] {
        small(|| {
            let arena = Arena::new(&limits);
            let inputs =
                carafe::data::Inputs::new(&dialect::LIQUID).define(format!("a{}=1", step.repeat(VERY_DEEP)));
            let refused = inputs.read(&arena).map(|_| ()).expect_err("too deep");
            assert_eq!(codes(&refused), ["limit/data-depth"]);
        });
    }
}

#[test]
fn what_is_wanted_of_data_is_bounded() {
    small(|| {
        let mut wanted = Projection::nothing();
        wanted.want(&vec![PathStep::Key("a"); VERY_DEEP]);
        let copy = wanted.clone();
        assert_eq!(copy, wanted);
        let limits = any_depth();
        let arena = Arena::new(&limits);
        let text = nested("{\"a\":", "1", "}", VERY_DEEP);
        let mut projector = Projector::new(&wanted);
        for _ in 0..3 {
            projector.read(&text, &arena).expect("a value");
        }
    });
}

#[test]
fn bodies_are_checked_at_any_depth() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]"), ("{", ""), ("", "]")] {
        for depth in [100, 511, VERY_DEEP] {
            small(|| {
                let body = nested(open, "1", close, depth);
                let findings = carafe::check::json::check(&body, Default::default());
                assert!(!format!("{:?}", findings.clone()).is_empty());
                drop(carafe::check::json::read(&body, Default::default()));
                let _ = json::compact(&body, &mut String::new());
            });
        }
    }
}

#[cfg(feature = "contract")]
#[test]
fn contracts_are_held_at_any_depth() {
    use carafe::contract::Contract;
    for (open, inside, close) in [
        ("{\"type\":\"object\",\"properties\":{\"a\":", "{\"type\":\"string\"}", "}}"),
        ("{\"items\":", "{\"type\":\"string\"}", "}"),
        ("{\"allOf\":[", "{\"type\":\"string\"}", "]}"),
        ("{\"not\":", "{}", "}"),
    ] {
        for depth in [20, 40, 60, 126, VERY_DEEP] {
            within(USUAL_STACK, || {
                let schema = Arc::new(Source::new("schema", nested(open, inside, close, depth)));
                let Ok(contract) = Contract::from_schema(&schema) else { return };
                for body in [nested("{\"a\":", "1", "}", 400), nested("[", "1", "]", 400)] {
                    contract.check(&body, None);
                }
            });
        }
    }
    // A schema that holds itself takes a body as deep as it is.
    let itself =
        r##"{"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}, "type": ["object", "array"]}"##;
    for depth in [100, 511, VERY_DEEP] {
        within(USUAL_STACK, || {
            let contract = Contract::from_schema(&Arc::new(Source::new("schema", itself))).expect("a schema");
            for body in [nested("{\"a\":", "1", "}", depth), nested("[", "1", "]", depth)] {
                contract.check(&body, None);
            }
        });
    }
}

#[cfg(feature = "webhook")]
mod webhooks {
    use super::*;
    use carafe::golden;
    use carafe::webhook::{Folder, Project, Webhook};

    fn case(files: &[(&str, String)]) -> Result<bool, carafe::Error> {
        let mut folder = Folder::new("hook");
        folder.extend(files.iter().map(|(path, text)| (*path, text.as_str())));
        let webhook = Webhook::read(folder)?;
        let case = webhook.case("a")?;
        Ok(golden::run(&webhook, &case, &Limits::default()).passed())
    }

    #[test]
    fn expected_bodies_are_compared_at_any_depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for depth in [100, 511, 900, 1_100] {
                small(|| {
                    let told = |inside: &str| {
                        case(&[
                            ("template.liquid", nested(open, "1", close, depth)),
                            ("webhook.toml", "dialect = 'liquid'".to_owned()),
                            ("cases/a.toml", "expected = 'a.json'".to_owned()),
                            ("cases/a.json", nested(open, inside, close, depth)),
                        ])
                    };
                    assert!(!told("2").is_ok_and(|passed| passed), "{depth}");
                });
            }
        }
    }

    #[test]
    fn tables_are_read_at_any_depth() {
        for value in [
            format!("a{} = 1", ".a".repeat(VERY_DEEP)),
            format!("[a{}]\nb = 1", ".a".repeat(VERY_DEEP)),
            format!("[[a{}]]\nb = 1", ".a".repeat(VERY_DEEP)),
            format!("a = {}", nested("[", "1", "]", VERY_DEEP)),
            format!("a = {}", nested("{a=", "1", "}", VERY_DEEP)),
            format!("a = {{ a{} = 1 }}", ".a".repeat(VERY_DEEP)),
            format!("a = {}", nested("[", "1", "]", 70)),
            format!("vars.a{} = 1", ".a".repeat(70)),
            format!("vars.a = {}", nested("{a=", "1", "}", 70)),
        ] {
            for file in ["webhook.toml", "cases/a.toml"] {
                small(|| {
                    let mut files = vec![("template.liquid", "{}".to_owned()), (file, value.clone())];
                    if file != "webhook.toml" {
                        files.push(("webhook.toml", String::new()));
                    }
                    let _ = case(&files);
                });
            }
            small(|| {
                let _ = Project::read(&Arc::new(Source::new("carafe.toml", value.clone())));
            });
        }
    }
}

#[test]
fn spans_that_end_before_they_begin_hold_nothing() {
    let span = carafe::source::Span { start: 5, end: 2 };
    assert_eq!((span.len(), span.is_empty()), (0, true));
    assert_eq!(Source::new("a", "text that is longer").slice(span), "");
}

#[test]
fn blocks_of_a_host_nest_on_the_machines_own_stack() {
    use carafe::Failure;
    use carafe::tags::{CustomTag, TagCall, TagForm};
    struct Bracket;
    impl CustomTag for Bracket {
        fn form(&self) -> TagForm {
            TagForm::block()
        }
        fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
            let text = format!("[{}]", call.body());
            call.write(&text)
        }
    }
    let mut limits = Limits::default();
    limits.block_depth = 200;
    let text = nested("{% bracket a[b[c]] %}", "{{ x }}", "{% endbracket %}", 200);
    let body = small(|| {
        let engine =
            Engine::builder().dialect(&dialect::LIQUID).limits(limits).tag("bracket", Bracket).build();
        let template = engine.template(text).expect("as deep as may be");
        template.variables();
        template.render(&json::Text(r#"{"x": 1}"#)).expect("it renders")
    });
    assert_eq!(body, nested("[", "1", "]", 200));
}
