//! Tags and blocks that a host adds.

use carafe::dialect::{self, Undefined};
use carafe::tags::{CustomTag, TagCall, TagForm, TagSite};
use carafe::{Engine, Failure, Severity, Value};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// `{% show a, b, key: c %}`: the arguments as they come.
struct Show;

impl CustomTag for Show {
    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        for value in call.positional() {
            call.write_value(*value)?;
            call.write(",")?;
        }
        for (name, value) in call.keywords().iter() {
            call.write(&format!("{name}="))?;
            call.write_value(value)?;
            call.write(",")?;
        }
        Ok(())
    }
}

/// `{% repeat n %}…{% endrepeat %}`
struct Repeat;

impl CustomTag for Repeat {
    fn form(&self) -> TagForm {
        TagForm::block()
    }

    fn enter(&self, call: &mut TagCall, turn: u64) -> Result<bool, Failure> {
        let (times,) = call.arguments::<(i64,)>()?;
        call.set("turn", Value::Integer(turn as i64))?;
        Ok((turn as i64) < times)
    }

    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        call.write(call.body())
    }
}

/// `{% shout %}…{% endshout %}`: text that is not read as Liquid, in capitals.
struct Shout;

impl CustomTag for Shout {
    fn form(&self) -> TagForm {
        TagForm::verbatim().with_text()
    }

    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        let text = format!("{}<{}>", call.body().to_uppercase(), call.markup());
        call.write(&text)
    }
}

/// `{% icon name %}`, whose name is looked at when the template is compiled.
struct Icon;

struct Drawn(char);

impl CustomTag for Icon {
    fn form(&self) -> TagForm {
        TagForm::inline().with_text()
    }

    fn prepare(&self, site: &TagSite<'_>) -> Result<Option<Arc<dyn CustomTag>>, String> {
        match site.markup {
            "sun" => Ok(Some(Arc::new(Drawn('☀')))),
            other => Err(format!("there is no icon `{other}`")),
        }
    }

    fn render(&self, _: &mut TagCall) -> Result<(), Failure> {
        Ok(())
    }
}

impl CustomTag for Drawn {
    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        call.write(self.0.encode_utf8(&mut [0; 4]))
    }
}

fn engine() -> Engine {
    let partials = HashMap::from([
        ("card".to_owned(), "[{% repeat 2 %}{{ x }}{% endrepeat %}]".to_owned()),
        ("moon".to_owned(), "{% icon moon %}".to_owned()),
    ]);
    Engine::builder()
        .dialect(&dialect::LIQUID)
        .loader(partials)
        .tag("show", Show)
        .tag("repeat", Repeat)
        .tag("shout", Shout)
        .tag("icon", Icon)
        .function("sum", |a: i64, b: Option<i64>| a + b.unwrap_or(1))
        .function("version", || "1.0")
        .build()
}

fn render(template: &str) -> String {
    let data = json!({"x": "A", "list": [1, 2], "n": null});
    match engine().template(template) {
        Ok(template) => template.render(&data).unwrap_or_else(|error| error.to_string()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn tags_get_their_arguments_and_blocks_their_bodies() {
    for (template, expected) in [
        ("{% show %}", ""),
        ("{% show x, 'b', list[1], key: x, other: n %}", "A,b,2,key=A,other=,"),
        ("{%- show x -%} y", "A,y"),
        ("{% repeat 3 %}{{ turn }}{% endrepeat %}", "012"),
        ("{% repeat 0 %}never{% endrepeat %}.", "."),
        ("{% repeat 2 %}({% repeat 2 %}{{ turn }}{% endrepeat %}){% endrepeat %}", "(01)(01)"),
        ("{% shout loud %}{{ x }}{% if %}{% endshout %}.", "{{ X }}{% IF %}<loud>."),
        ("{% icon sun %}", "☀"),
        ("{% sum 1 %} {% sum 1, 2 %} {% version %}", "2 3 1.0"),
        ("{% liquid\n repeat 2\n sum 3\n endrepeat %}", "44"),
        ("{% capture c %}{% show x %}{% endcapture %}{{ c | downcase }}", "a,"),
        ("{% render 'card', x: 7 %}", "[77]"),
        (
            "{% for i in list %}{% repeat 9 %}{{ i }}{% if i == 1 %}{% continue %}{% endif %}!{% endrepeat %}{% endfor %}",
            "12!2!2!2!2!2!2!2!2!",
        ),
        ("{% for i in (1..9) %}{% repeat 2 %}{{ i }}{% break %}{% endrepeat %}x{% endfor %}.", "1."),
    ] {
        assert_eq!(render(template), expected, "{template}");
    }
}

#[test]
fn what_is_wrong_with_a_tag_is_said_at_its_place() {
    for (template, expected) in [
        ("a {% icon moon %}", "template:1:11: error[syntax/invalid]: `icon`: there is no icon `moon`"),
        (
            "{% sum %}",
            "template:1:4: error[syntax/invalid]: `sum`: wrong number of arguments (given 0, expected 1..2)",
        ),
        ("{% sum 1, by: 2 %}", "template:1:8: error[syntax/invalid]: `sum`: unknown keyword: by"),
        ("{% show 'a' 'b' %}", "template:1:9: error[syntax/invalid]: the arguments of `show` cannot be read"),
        ("{% repeat 2 %}", "template:1:1: error[syntax/unclosed-block]: `repeat` is never closed"),
        ("{% shout %}", "template:1:1: error[syntax/unclosed-block]: `shout` is never closed"),
        (
            "{% endrepeat %}",
            "template:1:1: error[syntax/unexpected-tag]: no `repeat` is open for this `endrepeat`",
        ),
        (
            "{% repeat 2 %}{% else %}{% endrepeat %}",
            "template:1:15: error[syntax/unexpected-tag]: a `repeat` has no `else`",
        ),
        ("{% repeet 2 %}", "template:1:4: error[syntax/unknown-tag]: no tag is called `repeet`"),
    ] {
        assert_eq!(render(template), expected, "{template}");
    }
}

#[test]
fn errors_of_a_render_are_printed_where_the_tag_stands() {
    for (template, expected) in [
        ("a{% sum x %}b", "aLiquid error: invalid integerb"),
        ("a{% repeat x %}body{% endrepeat %}b", "aLiquid error: invalid integerb"),
        ("{% render 'moon' %}", "Liquid error: there is no icon `moon`"),
    ] {
        assert_eq!(render(template), expected, "{template}");
    }
}

#[test]
fn a_tag_wins_over_the_dialects_own_but_for_the_languages_structure() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .function("echo", |text: &str| text.to_uppercase())
        .function("else", || "never")
        .build();
    let template = engine.template("{% echo 'a' %}{% if false %}{% else %}b{% endif %}").unwrap();
    assert_eq!(template.render(&()).unwrap(), "Ab");
}

#[test]
fn what_a_tag_writes_is_blamed_on_it_and_a_body_on_its_own_places() {
    let engine = Engine::builder().tag("show", Show).tag("repeat", Repeat).build();
    let template = engine
        .template("{\"a\": {% show 1 %} {% repeat 1 %}\"b\": \"{{ vars_x }}\"{% endrepeat %}}")
        .unwrap();
    let data = json!({"vars": {"vars_x": "\""}});
    let found = template.check(&data);
    let errors: Vec<String> =
        found.iter().filter(|found| found.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.iter().any(|error| error.contains("json/")), "{errors:?}");
    let (body, map) = template.render_with_map(&data).unwrap();
    assert_eq!(body, "{\"a\": 1, \"b\": \"\"\"}");
    let writer = |at: usize| {
        let site = *map.segment_at(at).unwrap().path.last().unwrap();
        template.source().slice(site.span)
    };
    assert_eq!(writer(body.find('1').unwrap()), "{% show 1 %}");
    assert_eq!(writer(body.find("\"b").unwrap()), "\"b\": \"");
    assert_eq!(writer(body.len() - 3), "{{ vars_x }}");
}

#[test]
fn turns_without_end_meet_a_limit() {
    let template = engine().template("{% repeat 999999999999 %}{% endrepeat %}").unwrap();
    let error = template.render(&()).unwrap_err();
    assert!(error.to_string().contains("error[limit/"), "{error}");
}

#[test]
fn tags_read_the_data_of_a_batch_too() {
    struct Hidden;
    impl CustomTag for Hidden {
        fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
            match call.get("hidden")? {
                Some(value) => call.write_value(value),
                None => call.write("-"),
            }
        }
    }
    let engine = Engine::builder().dialect(&dialect::LIQUID).tag("hidden", Hidden).build();
    let template = engine.template("{% hidden %}{{ other }}").unwrap();
    assert_eq!(template.render(&json!({"hidden": 1, "other": 2})).unwrap(), "12");
    assert_eq!(template.render(&json!({"other": 2})).unwrap(), "-2");
    assert!(template.projection().is_all());
}

#[test]
fn strict_engines_end_at_what_is_undefined() {
    let engine = Engine::builder().dialect(&dialect::LIQUID).undefined(Undefined::Strict).build();
    for (template, expected) in [
        ("{{ a.b }}", Ok("1")),
        ("{{ a.c | default: 'x' }}{% if q %}{% endif %}", Ok("x")),
        ("{{ a.c }}", Err("template:1:4: error[variable/missing]: Variable 'a.c' is missing")),
        ("{{ q | upcase }}", Err("template:1:4: error[variable/missing]: Variable 'q' is missing")),
    ] {
        let rendered = engine.template(template).unwrap().render(&json!({"a": {"b": 1}}));
        let rendered = rendered.map_err(|error| error.to_string());
        assert_eq!(rendered.as_deref().map_err(String::as_str), expected, "{template}");
    }
}

#[test]
fn globals_stand_where_the_data_has_nothing() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .global("shop", json!({"name": "Mugs"}))
        .global("year", carafe::json::Text("2026"))
        .build();
    let template = engine.template("{{ shop.name }} {{ year }} {{ ['shop'].name }} {{ none }}").unwrap();
    assert_eq!(template.render(&()).unwrap(), "Mugs 2026 Mugs ");
    assert_eq!(template.render(&json!({"shop": {"name": "Jugs"}})).unwrap(), "Jugs 2026 Jugs ");
}

#[test]
fn closures_take_and_give_numbers_of_any_size_and_owned_text() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .filter("length", |text: &str| text.len())
        .filter("first_char", |text: &str| text.chars().next())
        .filter("small", |n: u8| n)
        .filter("huge", || u64::MAX)
        .filter("same", |n: u64| n)
        .filter("signed", |n: i64| n)
        .filter("plain", |text: &str| -> std::borrow::Cow<'static, str> { text.to_lowercase().into() })
        .build();
    for (template, expected) in [
        ("{{ 'häm' | length }} {{ 'häm' | first_char }} {{ 'HÄM' | plain }}", "4 h häm"),
        ("{{ 255 | small }} {{ 256 | small }}", "255 Liquid error: invalid integer"),
        ("{{ 1 | huge }}", "18446744073709551615"),
        (
            "{{ 1 | huge | same }} {{ '18446744073709551615' | same }}",
            "18446744073709551615 18446744073709551615",
        ),
        ("{{ 18446744073709551616 | same }}", "Liquid error: invalid integer"),
        ("{{ -1 | same }} {{ '-9' | signed }}", "Liquid error: invalid integer -9"),
        ("{{ 9223372036854775807 | signed }}", "9223372036854775807"),
        ("{{ 9223372036854775808 | signed }}", "Liquid error: invalid integer"),
    ] {
        assert_eq!(engine.template(template).unwrap().render(&()).unwrap(), expected, "{template}");
    }
}

#[test]
fn every_dialect_reads_the_arguments_of_a_tag() {
    let data = json!({
        "profile": {"first_name": "Ada"}, "vars": {"x": "A", "list": [1, 2]}, "x": "A", "list": [1, 2],
    });
    for dialect in carafe::Dialect::all() {
        let engine = Engine::builder().dialect(dialect).tag("show", Show).tag("repeat", Repeat).build();
        let text = "{% show x, list[1], key: 'v' %}{% repeat 2 %}{{ x }}{% endrepeat %}";
        let template = engine.template(text).unwrap();
        assert_eq!(template.render(&data).unwrap(), "A,2,key=v,AA", "{}", dialect.name);
        if dialect.references {
            let template = engine.template("{% show ${first_name}, {{ ${first_name} | upcase }} %}").unwrap();
            assert_eq!(template.render(&data).unwrap(), "Ada,ADA,");
            assert_eq!(template.variables()[0].path, "${first_name}");
        }
        let used: Vec<String> = template.tags().into_iter().map(|used| used.name).collect();
        assert!(used.contains(&"show".to_owned()), "{used:?}");
    }
}
