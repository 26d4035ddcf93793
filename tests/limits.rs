//! Hostile templates and data end at a limit, or render; they never take the thread's stack, the memory or the time.
//!
//! Every case runs in a thread with a stack of 256 KiB. There are no clocks here: a case that is not linear would not
//! end.

use carafe::limits::{Cancel, Limit};
use carafe::{Arena, Engine, ErrorMode, Limits, Outcome, Source, Status, Value, dialect, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const STACK: usize = 256 << 10;

/// How a case ended.
#[derive(Debug, PartialEq)]
enum End {
    /// With this text.
    Text(String),
    /// At this limit, in the parser or in the render.
    Limit(Limit),
    /// Refused by the parser: the code of the first error.
    Refused(&'static str),
}

use End::{Limit as At, Refused, Text};

fn text(text: &str) -> End {
    Text(text.to_owned())
}

/// One case: a template with its partials, its data and the engine's limits.
#[derive(Clone, Default)]
struct Case {
    template: String,
    data: String,
    partials: BTreeMap<String, String>,
    limits: Limits,
}

impl Case {
    fn new(template: impl Into<String>) -> Self {
        Case { template: template.into(), data: "{}".to_owned(), ..Case::default() }
    }

    fn data(mut self, data: impl Into<String>) -> Self {
        self.data = data.into();
        self
    }

    fn partial(mut self, name: &str, text: impl Into<String>) -> Self {
        self.partials.insert(name.to_owned(), text.into());
        self
    }

    fn limits(mut self, set: impl FnOnce(&mut Limits)) -> Self {
        set(&mut self.limits);
        self
    }

    /// Parses, renders and drops everything in a thread with a small stack.
    fn run(self) -> End {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let handle = thread.spawn(move || self.run_here()).expect("a thread");
        handle.join().expect("no case panics")
    }

    fn run_here(self) -> End {
        let engine =
            Engine::builder().dialect(&dialect::LIQUID).loader(self.partials).limits(self.limits).build();
        let template = engine.inspect(&Arc::new(Source::new("case", self.template)));
        if let Some(error) = template.diagnostics().iter().find(|finding| finding.is_error()) {
            return match error.code.name.strip_prefix("limit/") {
                Some(name) => At(limit(name)),
                None => Refused(error.code.name),
            };
        }
        let Outcome { text, status, .. } = template.prepare().run(&json::Text(&self.data));
        match status {
            Status::Complete => Text(text),
            Status::Exceeded(exceeded) => At(exceeded.limit),
            other => panic!("{other:?}"),
        }
    }
}

fn limit(name: &str) -> Limit {
    Limit::find(name).expect("a limit")
}

fn run(template: impl Into<String>) -> End {
    Case::new(template).run()
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
}

/// A loop of `count` turns that makes `a` anew from itself by `expression`.
fn growing(start: &str, expression: &str, count: usize) -> String {
    format!("{start}{{% for i in (1..{count}) %}}{{% assign a = {expression} %}}{{% endfor %}}")
}

#[test]
fn a_hundred_blocks_nest_and_one_more_does_not() {
    for (open, close) in [
        ("{% if true %}", "{% endif %}"),
        ("{% unless false %}", "{% endunless %}"),
        ("{% case 1 %}{% when 1 %}", "{% endcase %}"),
    ] {
        assert_eq!(run(nested(open, "x", close, 100)), text("x"), "{open}");
        assert_eq!(run(nested(open, "x", close, 101)), At(Limit::BlockDepth), "{open}");
        assert_eq!(run(nested(open, "x", close, 20_000)), At(Limit::BlockDepth), "{open}");
        assert_eq!(run(open.repeat(3_000)), At(Limit::BlockDepth), "{open}");
    }
}

#[test]
fn loops_nest_as_deep_as_scopes_do() {
    let (open, close) = ("{% for i in (1..1) %}", "{% endfor %}");
    assert_eq!(run(nested(open, "x", close, 99)), text("x"));
    assert_eq!(run(nested(open, "x", close, 100)), text(TOO_DEEP));
    assert_eq!(run(nested(open, "x", close, 101)), At(Limit::BlockDepth));
    let include = Case::new(nested(open, "{% include 'p' %}", close, 99)).partial("p", "x");
    assert_eq!(include.run(), text(TOO_DEEP));
    // To the reference a rendered partial is one scope, however many its caller has open.
    let render =
        Case::new(nested(open, "{% render 'p' %}", close, 99)).partial("p", nested(open, "x", close, 98));
    assert_eq!(render.run(), text("x"));
}

#[test]
fn branches_and_lines_cost_what_they_are() {
    let blanks = " ".repeat(400_000);
    let many = format!("{{%{blanks}if a %}}{}{{% endif %}}", "{% elsif b %}".repeat(20_000));
    for mode in [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2] {
        let engine = Engine::builder().dialect(&dialect::LIQUID).error_mode(mode).build();
        assert!(engine.template(many.as_str()).is_ok());
    }
    let failing = format!("{{% for i in (1..20000) %}}{{%{blanks}include 1 %}}{{% endfor %}}");
    assert!(matches!(run(failing), Text(_)));
    let values = "1,".repeat(50_000);
    let case = format!(
        "{{% for i in (1..9000) %}}{{% case 0 %}}{{% when {values}1 %}}{{% endcase %}}{{% endfor %}}"
    );
    assert_eq!(run(case), At(Limit::Steps));
}

#[test]
fn bits_end_at_a_limit() {
    let first = |range: &str| run(format!("{{% assign r = {range} %}}{{{{ 5 | map: r | first | size }}}}"));
    assert_eq!(first("(-60000..60000)"), At(Limit::NumberDigits));
    assert_eq!(first("(-9223372036854775808..9223372036854775807)"), At(Limit::NumberDigits));
    assert_eq!(first("(9223372036854775806..9223372036854775807)"), text("8"));
}

#[test]
fn blocks_in_a_liquid_tag_count_like_others() {
    let lines = |depth| nested("if true\n", "echo 'x'\n", "endif\n", depth);
    assert_eq!(run(format!("{{% liquid\n{}%}}", lines(99))), text("x"));
    assert_eq!(run(format!("{{% liquid\n{}%}}", lines(20_000))), At(Limit::BlockDepth));
}

#[test]
fn comments_in_comments_take_no_stack() {
    let many = nested("{% comment %}", "x", "{% endcomment %}", 20_000);
    assert!(matches!(run(many), Text(_) | At(Limit::BlockDepth)));
    assert_eq!(run("{% comment %}".repeat(20_000)), Refused("syntax/unclosed-block"));
    assert_eq!(run("{% raw %}".repeat(20_000)), Refused("syntax/unclosed-block"));
}

#[test]
fn long_conditions_render() {
    let long =
        |word: &str| format!("{{% if true {}%}}y{{% endif %}}", format!("{word} true ").repeat(20_000));
    assert_eq!(run(long("and")), text("y"));
    assert_eq!(run(long("or")), text("y"));
    assert_eq!(
        run(format!("{{% if false {}%}}{{% else %}}n{{% endif %}}", "or false ".repeat(20_000))),
        text("n")
    );
}

#[test]
fn deep_brackets_end_at_a_limit() {
    let brackets = |depth| format!("[{{{{ {} }}}}]", nested("a[", "0", "]", depth));
    assert_eq!(run(brackets(90)), text("[]"));
    assert_eq!(run(brackets(5_000)), At(Limit::ExpressionDepth));
    assert_eq!(run(format!("{{{{ {} }}}}", "a[".repeat(5_000))), At(Limit::ExpressionDepth));
    let ranges = format!("{{% for i in {} %}}{{% endfor %}}", nested("(1..", "2", ")", 5_000));
    assert!(matches!(run(ranges), Text(_) | At(_) | Refused(_)));
}

#[test]
fn long_paths_and_chains_render() {
    assert_eq!(run(format!("[{{{{ a{} }}}}]", ".a".repeat(50_000))), text("[]"));
    assert_eq!(run(format!("{{{{ 'a'{} }}}}", " | upcase".repeat(50_000))), text("A"));
    assert_eq!(run(format!("{{{{ 'a' | append: 'b'{} }}}}", ", 'c'".repeat(20_000))), {
        text("Liquid error: wrong number of arguments (given 20002, expected 2)")
    });
    let arms = format!("{{% if false %}}{}{{% endif %}}", "{% elsif false %}".repeat(20_000));
    assert_eq!(run(format!("{arms}x")), text("x"));
    let whens = format!("{{% case 0 %}}{}{{% endcase %}}x", "{% when 1 %}a".repeat(20_000));
    assert_eq!(run(whens), text("x"));
    assert_eq!(run(format!("{{% cycle 1{} %}}", ", 1".repeat(100_000))), text("1"));
}

#[test]
fn unclosed_braces_are_one_error() {
    for open in ["{{", "{%", "{{ a ", "{% if a ", "{{ '", "{{{", "{%-", "{% liquid "] {
        let end = run(open.repeat(50_000));
        assert!(matches!(end, Refused(_)), "{open}: {end:?}");
    }
    assert_eq!(run(format!("{{{{ '{}", "a".repeat(4 << 20))), Refused("syntax/unclosed-output"));
    assert_eq!(run("{% case x %}"), Refused("syntax/unclosed-block"));
    assert_eq!(run("{% raw %}"), Refused("syntax/unclosed-block"));
    assert_eq!(run("{% raw %}a{%- endraw -%} b"), text("ab"));
    assert_eq!(run("}}".repeat(50_000)), text(&"}}".repeat(50_000)));
}

#[test]
fn the_size_of_a_template_is_bounded() {
    let case = |bytes: usize| Case::new("x".repeat(bytes)).limits(|limits| limits.template_bytes = 1_000);
    assert_eq!(case(1_000).run(), text(&"x".repeat(1_000)));
    assert_eq!(case(1_001).run(), At(Limit::TemplateBytes));
}

#[test]
fn a_flood_of_errors_is_cut() {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let source = Arc::new(Source::new("case", "{% nope %}\n".repeat(10_000)));
    assert!(engine.check(&source).len() <= 1_001);
    let name = "x\x1b[31m".repeat(200_000);
    let source = Arc::new(Source::new("case", format!("{{% {name} %}}{{{{ 1 | {name} }}}}")));
    for finding in engine.check(&source) {
        assert!(finding.message.len() < 1_000, "{} bytes", finding.message.len());
        assert!(!finding.to_string().contains('\x1b'));
    }
}

#[test]
fn loops_over_a_trillion_turns_end_at_a_limit() {
    assert_eq!(run("{% for i in (1..1000000000000) %}{% endfor %}"), At(Limit::Steps));
    assert_eq!(run("{% for i in (1..1000000000000) %}x{% endfor %}"), At(Limit::Steps));
    let rows = run("{% tablerow i in (1..1000000000000) %}{% endtablerow %}");
    assert!(matches!(rows, At(Limit::OutputBytes | Limit::Steps)), "{rows:?}");
    let deep = "{% for i in (1..100) %}".repeat(4) + "{% endfor %}{% endfor %}{% endfor %}{% endfor %}";
    assert_eq!(run(deep), At(Limit::Steps));
}

#[test]
fn parts_of_a_trillion_turns_render() {
    for (markup, expected) in [
        ("limit:1", "1 "),
        ("limit:1 offset:5", "6 "),
        ("reversed limit:1 offset:999999999999", "1000000000000 "),
        ("offset: 999999999998", "999999999999 1000000000000 "),
        ("offset: 1000000000001", ""),
        ("limit:-1", ""),
    ] {
        let template = format!("{{% for i in (1..1000000000000) {markup} %}}{{{{ i }}}} {{% endfor %}}");
        assert_eq!(run(template), text(expected), "{markup}");
    }
}

#[test]
fn filters_do_not_write_a_trillion_items() {
    let with = |filter: &str| run(format!("{{% assign r = (1..1000000000000) %}}{{{{ r | {filter} }}}}"));
    assert_eq!(with("size"), text("1000000000000"));
    assert_eq!(with("first"), text("1"));
    assert_eq!(with("last"), text("1000000000000"));
    for filter in ["join", "sort", "reverse", "map: 'x'", "uniq", "compact", "sum", "json"] {
        if carafe::filters::find(filter.split(':').next().unwrap_or(filter), dialect::LIQUID.set).is_some() {
            let end = with(filter);
            assert!(matches!(end, At(Limit::CollectionItems | Limit::Steps)), "{filter}: {end:?}");
        }
    }
}

#[test]
fn odd_ranges_render() {
    let turns = |range: &str| run(format!("{{% for i in {range} %}}{{{{ i }}}} {{% endfor %}}"));
    assert_eq!(turns("(5..1)"), text(""));
    assert_eq!(turns("(x..1)"), text("0 1 "));
    assert_eq!(
        turns("(9223372036854775806..9223372036854775807)"),
        text("9223372036854775806 9223372036854775807 ")
    );
    assert_eq!(
        turns("(-9223372036854775808..-9223372036854775807)"),
        text("-9223372036854775808 -9223372036854775807 ")
    );
}

#[test]
fn doubled_texts_end_at_a_limit() {
    for expression in ["a | append: a", "a | prepend: a", "a | replace: 'x', a | append: a"] {
        let end = run(growing("{% assign a = 'xx' %}", expression, 40));
        assert!(matches!(end, At(Limit::ValueBytes | Limit::MemoryBytes)), "{expression}: {end:?}");
    }
    let captured = "{% assign a = 'xx' %}{% for i in (1..40) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}";
    assert!(matches!(run(captured), At(Limit::ValueBytes | Limit::MemoryBytes)));
}

#[test]
fn replaced_texts_end_at_a_limit() {
    for expression in ["a | replace: 'a', a", "a | replace: '', a", "a | append: '-' | replace: 'a', a"] {
        let end = run(growing("{% assign a = 'aa' %}", expression, 12));
        assert!(matches!(end, At(_)), "{expression}: {end:?}");
    }
    assert_eq!(run("{{ 'aa' | replace_first: 'a', '$&$&' }}"), text("$&$&a"));
    assert_eq!(run("{{ 'aa' | replace_last: 'a', '\\0$1' }}"), text("a\\0$1"));
}

#[test]
fn doubled_lists_end_at_a_limit() {
    let list = "{% assign a = 'x,y' | split: ',' %}";
    let end = run(growing(list, "a | concat: a", 40));
    assert!(matches!(end, At(Limit::CollectionItems | Limit::MemoryBytes)), "{end:?}");
    let long = format!("{{% assign a = '{0},{0}' | split: ',' %}}", "x".repeat(10_000));
    for output in ["{{ a | join }}", "{{ a }}", "{{ a | json }}"] {
        let end = run(growing(&long, "a | concat: a", 14) + output);
        assert!(matches!(end, At(_)), "{output}: {end:?}");
    }
}

#[test]
fn texts_split_into_many_items_render() {
    let case = |markup: &str| {
        let text = "a ".repeat(200_000);
        Case::new(format!("{{{{ t | {markup} | size }}}}")).data(format!("{{\"t\": \"{text}\"}}")).run()
    };
    assert_eq!(case("split: ''"), text("400000"));
    assert_eq!(case("split: ' '"), text("200000"));
    assert_eq!(case("split: 'a'"), text("200001"));
}

#[test]
fn date_formats_are_bounded() {
    let format = |format: &str| run(format!("{{{{ 0 | date: '{format}' }}}}"));
    assert_eq!(format("%99999999d"), At(Limit::DateWidth));
    assert_eq!(format("%1024d").to_string_len(), Some(1_024));
    for odd in ["%", "%-", "%Q", "%99999999999999999999d"] {
        assert!(matches!(format(odd), Text(_) | At(Limit::DateWidth)), "{odd}");
    }
    assert_eq!(format(&"%Y".repeat(500_000)), At(Limit::DateFormatBytes));
}

impl End {
    fn to_string_len(&self) -> Option<usize> {
        match self {
            Text(text) => Some(text.len()),
            _ => None,
        }
    }
}

#[test]
fn columns_of_any_number_render() {
    for cols in ["0", "-1", "1000000000000", "'x'", "nobody"] {
        let end = run(format!("{{% tablerow i in (1..2) cols:{cols} %}}{{{{ i }}}}{{% endtablerow %}}"));
        assert!(matches!(&end, Text(text) if !text.is_empty()), "{cols}: {end:?}");
    }
    for markup in ["{% cycle %}", "{% cycle 'a': %}"] {
        assert!(matches!(run(markup), Text(_) | Refused(_)), "{markup}");
    }
}

/// As in the reference the node that goes too deep becomes an error text.
const TOO_DEEP: &str = "Liquid error: Nesting too deep";

#[test]
fn partials_inside_themselves_end_at_a_limit() {
    for tag in ["include", "render"] {
        let call = |name: &str| format!("{{% {tag} '{name}' %}}");
        let own = Case::new(call("a")).partial("a", call("a"));
        assert_eq!(own.run(), text(TOO_DEEP), "{tag}");
        let ring = Case::new(call("a")).partial("a", call("b")).partial("b", format!("x{}", call("a")));
        // A rendered partial has a scope of its own from the start, an included one makes one.
        let deepest = if tag == "include" { 49 } else { 50 };
        assert_eq!(ring.run(), Text("x".repeat(deepest) + TOO_DEEP), "{tag}");
        let looped = "{% for i in (1..3) %}".to_owned() + &call("a") + "{% endfor %}";
        let end = Case::new(&looped).partial("a", &looped).run();
        assert!(matches!(end, At(Limit::Steps | Limit::PartialRenders)), "{tag}: {end:?}");
        let wrapped = nested("{% if true %}", &call("a"), "{% endif %}", 99);
        assert_eq!(Case::new(&wrapped).partial("a", &wrapped).run(), text(TOO_DEEP), "{tag}");
    }
}

#[test]
fn partials_nest_as_deep_as_the_limit() {
    let chain = |depth: usize| {
        let case = Case::new("{% render 'p1' %}").limits(|limits| limits.scope_depth = 10);
        (1..=depth).fold(case, |case, at| {
            let text = if at == depth { "x".to_owned() } else { format!("{{% render 'p{}' %}}", at + 1) };
            case.partial(&format!("p{at}"), text)
        })
    };
    assert_eq!(chain(10).run(), text("x"));
    assert_eq!(chain(11).run(), text(TOO_DEEP));
}

#[test]
fn partials_that_fan_out_end_at_a_limit() {
    let mut case = Case::new("{% render 'p0' %}");
    for at in 0..10 {
        case = case.partial(&format!("p{at}"), format!("{{% render 'p{}' %}}", at + 1).repeat(10));
    }
    let case = case.partial("p10", "x");
    assert!(matches!(case.run(), At(Limit::PartialRenders | Limit::Steps)));
}

#[test]
fn a_capture_gives_the_body_no_more_room() {
    let long = "x".repeat(50);
    let case = |body: &str| {
        Case::new(format!("{{% capture c %}}{long}{{% endcapture %}}{body}"))
            .limits(|limits| limits.output_bytes = 10)
            .run()
    };
    assert_eq!(case("0123456789"), text("0123456789"));
    assert_eq!(case("0123456789a"), At(Limit::OutputBytes));
    assert_eq!(case("{{ c }}"), At(Limit::OutputBytes));
}

#[test]
fn steps_are_counted_over_partials() {
    let partial = "{% for i in (1..1000) %}{% endfor %}";
    let case = |times: usize| {
        Case::new("{% render 'p' %}".repeat(times))
            .partial("p", partial)
            .limits(|limits| limits.steps = 50_000)
    };
    assert_eq!(case(1).run(), text(""));
    assert_eq!(case(1_000).run(), At(Limit::Steps));
}

#[test]
fn tags_without_ends_are_stripped_in_linear_time() {
    for unit in ["<script", "<", "<!--", "<a title=\"'>", "</script", "<style>"] {
        let data = serde_json::json!({"t": unit.repeat(50_000)}).to_string();
        let end = Case::new("{{ t | strip_html | size }}").data(data).run();
        assert!(matches!(end, Text(_)), "{unit}: {end:?}");
    }
}

#[test]
fn long_texts_pass_every_text_filter() {
    for (filter, unit) in [
        ("truncatewords: 99999999999", "a b "),
        ("strip_newlines", "\n"),
        ("newline_to_br", "\n"),
        ("escape", "<"),
        ("escape_once", "&amp;"),
        ("url_encode", "é"),
        ("url_decode", "%25"),
        ("strip", " "),
        ("capitalize", "ß"),
        ("remove: 'a'", "a"),
        ("base64_encode", "abc"),
        ("truncate: 5", "é"),
        ("slice: 100000, 5", "é"),
    ] {
        let data = serde_json::json!({"t": unit.repeat(300_000)}).to_string();
        let end = Case::new(format!("{{{{ t | {filter} | size }}}}")).data(data).run();
        assert!(matches!(end, Text(_)), "{filter}: {end:?}");
    }
}

#[test]
fn texts_that_filters_expand_are_bounded() {
    for (filter, unit) in
        [("escape", "\""), ("newline_to_br", "\n"), ("url_encode", "é"), ("base64_encode", "aa")]
    {
        let data = serde_json::json!({"t": unit.repeat(1_000)}).to_string();
        let case = Case::new(format!("{{{{ t | {filter} }}}}")).data(data);
        let end = case.limits(|limits| limits.value_bytes = 2_500).run();
        assert_eq!(end, At(Limit::ValueBytes), "{filter}");
    }
}

#[test]
fn the_body_is_bounded_to_the_byte() {
    let case = |template: &str| Case::new(template).limits(|limits| limits.output_bytes = 10).run();
    assert_eq!(case("0123456789"), text("0123456789"));
    assert_eq!(case("01234567890"), At(Limit::OutputBytes));
    assert_eq!(case("{{ 'ééééé' }}"), text("ééééé"));
    assert_eq!(case("{{ 'éééééé' }}"), At(Limit::OutputBytes));
    assert_eq!(case("{% capture a %}01234567890{% endcapture %}{{ a | size }}"), text("11"));
    assert_eq!(case("{% for i in (1..11) %}x{% endfor %}"), At(Limit::OutputBytes));
}

#[test]
fn data_is_bounded() {
    let deep =
        |depth: usize| Case::new("ok").data(format!("{{\"a\": {}}}", nested("[", "", "]", depth))).run();
    assert_eq!(deep(100), text("ok"));
    assert_eq!(deep(100_000), At(Limit::DataDepth));
    let large = Case::new("ok").data(format!("{{\"a\": \"{}\"}}", "x".repeat(1_000)));
    assert_eq!(large.limits(|limits| limits.data_bytes = 100).run(), At(Limit::DataBytes));
}

#[test]
fn numbers_are_bounded() {
    assert_eq!(run("{{ 99999999999999999999999 }}"), text("99999999999999999999999"));
    let square = growing("{% assign a = 99999999999 %}", "a | times: a", 40);
    assert_eq!(run(square), At(Limit::NumberDigits));
    assert_eq!(run(format!("{{{{ {} | plus: 1 }}}}", "9".repeat(100_000))), At(Limit::NumberDigits));
}

#[test]
fn integers_are_exact_at_the_ends_of_64_bits() {
    for (expression, expected) in [
        ("min | divided_by: -1", "9223372036854775808"),
        ("min | modulo: -1", "0"),
        ("min | abs", "9223372036854775808"),
        ("min | minus: 1", "-9223372036854775809"),
        ("max | plus: 1", "9223372036854775808"),
        ("max | times: 2", "18446744073709551614"),
        ("1 | divided_by: 0", "Liquid error: divided by 0"),
        ("1 | modulo: 0", "Liquid error: divided by 0"),
        ("1.5 | round: 999999999", "1.5"),
        ("1.5 | round: -999999999", "0"),
        ("'abc' | slice: 0, 9223372036854775807", "abc"),
        ("'abc' | slice: -9223372036854775808, 5", ""),
        ("'abc' | slice: 1, -1", ""),
        ("'aé漢👍' | slice: 2, 2", "漢👍"),
        ("'éééééé' | truncate: 5", "éé..."),
        ("'abc' | truncate: -9", "..."),
        ("'abc' | truncate: 9223372036854775807", "abc"),
        ("'a b' | truncatewords: 0", "a..."),
        ("list[-1]", "2"),
        ("list[-9223372036854775808]", ""),
        ("list[1000000000000]", ""),
        ("list['x']", ""),
        ("5.foo", ""),
        ("'str'[0]", "str"),
    ] {
        let data = r#"{"min": -9223372036854775808, "max": 9223372036854775807, "list": [1, 2]}"#;
        let end = Case::new(format!("{{{{ {expression} }}}}")).data(data).run();
        assert_eq!(end, text(expected), "{expression}");
    }
}

#[test]
fn counters_grow_beyond_64_bits() {
    let data = r#"{"x": 1}"#;
    let template = "{% increment x %}{% decrement y %}";
    assert_eq!(Case::new(template).data(data).run(), text("0-1"));
}

#[test]
fn mixed_lists_never_panic() {
    let data = r#"{"mixed": [3, "a", null, 1.5, true, {}, [1], -2], "s": "x", "n": 5, "m": {"a": 1}}"#;
    for filter in
        ["sort", "sort: 'k'", "sort_natural", "uniq", "map: 'k'", "where: 'k'", "sum", "sum: 'k'", "first"]
    {
        for input in ["mixed", "s", "n", "m", "nobody", "true", "(1..3)"] {
            for last in ["size", "join", "compact", "reverse"] {
                let template = format!("{{{{ {input} | {filter} | {last} }}}}");
                let end = Case::new(&template).data(data).run();
                assert!(matches!(end, Text(_)), "{template}: {end:?}");
            }
        }
    }
}

#[test]
fn long_lists_of_mixed_items_are_sorted_and_thinned() {
    let items: Vec<String> = (0..100_000).map(|n| format!("\"{}\"", n * 7_919 % 50_000)).collect();
    let data = format!("{{\"l\": [{}]}}", items.join(","));
    for (filter, expected) in
        [("sort", "100000"), ("uniq", "50000"), ("sort_natural", "100000"), ("reverse", "100000")]
    {
        let end = Case::new(format!("{{{{ l | {filter} | size }}}}")).data(&data).run();
        assert_eq!(end, text(expected), "{filter}");
    }
}

#[test]
fn variables_without_number_end_at_a_limit() {
    let many: String = (0..20_000).map(|n| format!("{{% assign v{n} = {n} %}}")).collect();
    assert_eq!(run(many + "{{ v19999 }}"), text("19999"));
    let captures = "{% for i in (1..1000000) %}{% capture a %}{{ a }}0123456789{% endcapture %}{% endfor %}";
    assert!(matches!(run(captures), At(_)));
}

#[test]
fn nothing_is_left_after_a_limit() {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let endless =
        engine.template("{% increment n %}{% for i in (1..100000000) %}{% endfor %}").expect("parses");
    assert!(endless.render(&()).is_err());
    assert_eq!(engine.template("{% increment n %}").expect("parses").render(&()).expect("renders"), "0");
    assert!(endless.render(&()).is_err());
}

#[test]
fn names_near_undefined_ones_are_looked_for_within_bounds() {
    let assigned = (0..5_000).map(|at| format!("{{% assign v{at} = 1 %}}"));
    let used = (0..5_000).map(|at| format!("{{{{ w{at} }}}}"));
    let template: String = assigned.chain(used).collect();
    let outcome = Engine::builder()
        .build()
        .template(&template)
        .unwrap()
        .prepare()
        .warnings(true)
        .run(&serde_json::json!({}));
    assert_eq!(outcome.diagnostics.len(), 1_001);
    let helped = outcome
        .diagnostics
        .iter()
        .filter(|found| found.help.iter().any(|help| help.contains("did you mean")));
    assert_eq!(helped.count(), 50);
    let last = outcome.diagnostics.last().map(|found| (found.code.name, found.message.as_str()));
    assert_eq!(last, Some(("render/more-findings", "4000 findings of the render are not shown")));
}

#[test]
fn a_partial_that_renders_itself_names_the_circle() {
    let mut limits = Limits::untrusted();
    limits.partial_depth = 3;
    let partials = BTreeMap::from([
        ("a".to_owned(), "{% render 'b' %}".to_owned()),
        ("b".to_owned(), "{% render 'a' %}".to_owned()),
    ]);
    let engine = Engine::builder().dialect(&dialect::LIQUID).loader(partials).limits(limits).build();
    let template = engine.template("{% render 'a' %}").expect("it parses");
    let outcome = template.prepare().run(&());
    let found = &outcome.diagnostics[0];
    assert_eq!(found.code.name, "limit/partial-depth");
    assert_eq!(found.notes, ["partials render each other in a circle: `a` > `b` > `a`"]);
}

#[test]
fn the_text_of_partials_counts_once_a_render() {
    let partials = BTreeMap::from([("p".to_owned(), "x".repeat(100))]);
    let run = |times: usize, most: usize| {
        let mut limits = Limits::local();
        limits.template_bytes = most;
        let engine =
            Engine::builder().dialect(&dialect::LIQUID).loader(partials.clone()).limits(limits).build();
        let template = engine.template("{% include 'p' %}".repeat(times)).expect("it parses");
        template.prepare().run(&()).status
    };
    let bytes = 3 * "{% include 'p' %}".len() + 100;
    assert_eq!(run(3, bytes), Status::Complete);
    let Status::Exceeded(met) = run(3, bytes - 1) else { panic!("a limit") };
    assert_eq!(met.limit, Limit::TemplateBytes);
}

#[test]
fn a_deadline_and_a_host_end_a_render() {
    let template = "{% for i in (1..10000000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}";
    let mut limits = Limits::local();
    limits.steps = u64::MAX;
    limits.deadline = Some(Duration::from_millis(20));
    let engine = Engine::builder().limits(limits.clone()).build();
    let outcome = engine.template(template).expect("it parses").prepare().run(&());
    assert_eq!(outcome.diagnostics[0].message, "the render takes longer than 20 milliseconds");

    limits.deadline = None;
    let engine = Engine::builder().limits(limits).build();
    let cancel = Arc::new(Cancel::default());
    let template = engine.template(template).expect("it parses");
    let render = {
        let cancel = cancel.clone();
        std::thread::spawn(move || template.prepare().interrupt(cancel).run(&()).status)
    };
    cancel.cancel();
    let Status::Exceeded(met) = render.join().expect("no panic") else { panic!("a limit") };
    assert_eq!(met.limit, Limit::Cancelled);
}

#[test]
fn one_budget_serves_many_renders() {
    let mut limits = Limits::local();
    limits.steps = 5_000;
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let template = engine.template("{% for i in (1..999) %}{{ i }}{% endfor %}").expect("it parses");
    let mut arena = Arena::new(&limits);
    let mut ended = Vec::new();
    for _ in 0..4 {
        ended.push(template.prepare().run_in(&arena, Value::Nil).status == Status::Complete);
        arena.clear();
    }
    assert!(ended[0], "one fits");
    assert!(!ended[3], "four do not");
    arena.reset();
    assert_eq!(template.prepare().run_in(&arena, Value::Nil).status, Status::Complete);
}

#[test]
fn presets_have_names_and_every_limit_can_be_set() {
    for name in Limits::PRESETS {
        let mut limits = Limits::preset(name).expect(name);
        for (number, limit) in (7..).zip(Limit::ALL) {
            assert!(limits.get(*limit).is_some(), "{}", limit.name());
            limits.set(*limit, number);
            assert_eq!(limits.get(*limit), Some(number), "{}", limit.name());
            assert_eq!(Limit::find(limit.name()), Some(*limit));
        }
    }
    assert_eq!(Limits::default(), Limits::local());
}
