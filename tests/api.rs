//! Carafe inside another program: the engine's public API as a host uses it.

use carafe::diagnostic::code;
use carafe::filters::CustomFilter;
use carafe::limits::Limit;
use carafe::time::{FixedClock, Time};
use carafe::value::Map;
use carafe::{
    Arena, Engine, Error, Failure, Limits, Loader, Object, Severity, Source, Status, Template, ToData, Value,
    dialect, dialect::ErrorMode, failure::RenderErrorKind, json, loader::LoadError, value::Sink,
};
use serde_json::json;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn engine() -> Engine {
    Engine::builder().dialect(&dialect::LIQUID).build()
}

fn render(engine: &Engine, template: &str, data: &(impl ToData + ?Sized)) -> String {
    engine.template(template).expect("parses").render(data).expect("renders")
}

#[test]
fn engines_templates_and_errors_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Engine>();
    crosses::<Template>();
    crosses::<Error>();
    crosses::<carafe::Diagnostic>();
    crosses::<carafe::Outcome>();
}

#[test]
fn one_template_renders_in_several_threads() {
    let partials = BTreeMap::from([("p".to_owned(), "<{{ n }}>".to_owned())]);
    let engine = Engine::builder().dialect(&dialect::LIQUID).loader(partials).build();
    let template =
        engine.template("{% for i in (1..3) %}{% render 'p', n: n %}{% endfor %}").expect("parses");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let template = &template;
            scope.spawn(move || {
                for _ in 0..50 {
                    let expected = format!("<{thread}>").repeat(3);
                    assert_eq!(template.render(&json!({"n": thread})).expect("renders"), expected);
                }
            });
        }
    });
}

#[test]
fn an_engine_is_for_braze_unless_told_otherwise() {
    assert_eq!(Engine::default().dialect(), &dialect::BRAZE);
    assert_eq!(Engine::default().limits(), &Limits::default());
    assert_eq!(
        render(&Engine::default(), "{{${a}}}{{ b }}", &json!({"profile": {"a": 1}, "vars": {"b": 2}})),
        "12"
    );
    let strict = Engine::builder().dialect(&dialect::LIQUID).error_mode(ErrorMode::Strict2).build();
    assert_eq!((strict.dialect(), strict.error_mode()), (&dialect::LIQUID, ErrorMode::Strict2));
}

#[test]
fn every_error_of_a_template_comes_at_once() {
    let error = engine().template("{% nope %}\n{% if a %}").expect_err("is refused");
    let codes: Vec<_> = error.diagnostics().iter().map(|finding| finding.code.name).collect();
    assert_eq!(codes, ["syntax/unknown-tag", "syntax/unclosed-block"]);
    assert_eq!(error.code(), &code::UNKNOWN_TAG);
    assert_eq!(error.to_string().lines().count(), 1);
    assert!(error.to_string().starts_with("template:1:4: error[syntax/unknown-tag]: "));
    let named =
        engine().compile(&Arc::new(Source::new("mail.liquid", "{% nope %}"))).expect_err("is refused");
    assert!(named.to_string().starts_with("mail.liquid:1:4: "));
}

#[test]
fn checks_need_no_data() {
    let source = Arc::new(Source::new("t", "{{ a | upcse }}{% nope %}"));
    let findings: Vec<_> =
        engine().check(&source).iter().map(|finding| (finding.code.name, finding.severity)).collect();
    let expected = [("filter/unknown", Severity::Warning), ("syntax/unknown-tag", Severity::Error)];
    assert_eq!(findings, expected);
    let faulty = engine().inspect(&source);
    assert_eq!(faulty.reference_error().map(|error| error.message.as_str()), Some("Unknown tag 'nope'"));
    let doubtful = engine().template("{{ a | upcse }}").expect("is only doubtful");
    assert_eq!(doubtful.diagnostics().len(), 1);
    assert_eq!(doubtful.source().text(), "{{ a | upcse }}");
}

#[test]
fn variables_are_listed_with_their_places() {
    let text = "{% assign x = user.name %}{{ x }}{{ user.name }}{% for i in list %}{{ i.id }}{{ other }}{% endfor %}";
    let template = engine().template(text).expect("parses");
    let paths: Vec<_> = template.variables().iter().map(|variable| variable.path.clone()).collect();
    assert!(paths.contains(&"user.name".to_owned()), "{paths:?}");
    assert!(paths.contains(&"other".to_owned()), "{paths:?}");
    assert!(!paths.contains(&"x".to_owned()), "{paths:?}");
    let attribute = Engine::default().template("{{custom_attribute.${plan}}}").expect("parses");
    assert_eq!(attribute.variables()[0].path, "custom_attribute.${plan}");
}

#[test]
fn filters_tags_and_partials_are_listed_with_their_places() {
    let text = "{% if a %}{{ b | upcase | append: c.d }}{% elsif x %}{%- raw -%}{{ r | gone }}{% endraw %}\n\
                {% else %}{% # note %}{% comment %}{{ r | gone }}{% endcomment %}{% endif %}\n\
                {% render 'card', n: 1 %}{% include page.name %}{% include 'card' %}{% liquid\n\
                assign z = b | upcase\n  echo z | strip\n%}{% unless z %}{% capture q %}{% cycle 1, 2 %}\n\
                {% endcapture %}{% endunless %}{% case z %}{% when 1 %}{% endcase %}";
    let template = engine().template(text).expect("parses");
    let names = |uses: &[carafe::analyze::Use]| {
        uses.iter().map(|each| format!("{} {}", each.name, each.places.len())).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(names(&template.filters()), "upcase 2, append 1, strip 1");
    let expected = "if 1, raw 1, # 1, comment 1, render 1, include 2, assign 1, echo 1, unless 1, capture 1, cycle 1, case 1";
    assert_eq!(names(&template.tags()), expected);
    assert_eq!(names(&template.partials()), "card 2, page.name 1");
    let computed: Vec<_> = template.partials().iter().map(|partial| partial.is_computed).collect();
    assert_eq!(computed, [false, true]);
    for (uses, written) in
        [(template.filters(), "strip"), (template.tags(), "echo"), (template.partials(), "'card'")]
    {
        let name = written.trim_matches('\'');
        let place = &uses.iter().find(|each| each.name == name).expect(name).places[0];
        assert_eq!(place.source.slice(place.span), written);
    }
    let json = serde_json::to_value(&template.filters()[1]).expect("JSON");
    let place = json!({"file": "template", "line": 1, "column": 27, "endLine": 1, "endColumn": 33, "byteStart": 26, "byteEnd": 32});
    assert_eq!(json, json!({"name": "append", "isComputed": false, "places": [place]}));

    let braze = Engine::default()
        .template("{% abort_message('x') %}{% connected_content https://a.example/{{${id} | url_encode}} %}");
    let braze = braze.expect("parses");
    assert_eq!(names(&braze.filters()), "url_encode 1");
    assert_eq!(names(&braze.tags()), "abort_message 1, connected_content 1");
}

#[test]
fn closures_are_filters() {
    let prefix = "so ".to_owned();
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .filter("prefixed", move |text: &str| format!("{prefix}{text}"))
        .filter("repeated", |text: &str, times: Option<i64>| {
            text.repeat(times.unwrap_or(2).clamp(0, 9) as usize)
        })
        .filter("celsius", |fahrenheit: f64| (fahrenheit - 32.0) / 1.8)
        .filter("counted", move |value: i64| {
            counter.fetch_add(1, Ordering::Relaxed);
            value + 1
        })
        .filter("evens", |all: Vec<i64>| all.into_iter().filter(|n| n % 2 == 0).collect::<Vec<_>>())
        .filter("kind", |value: Value<'_>| value.kind())
        .filter("port", |text: &str| text.parse::<u16>().map(i64::from))
        .filter("some", |text: String, on: bool| on.then_some(text))
        .filter("upcase", |text: &str| text.to_lowercase())
        .custom_filter(CustomFilter::raw("named", |call| Ok(call.named("k").unwrap_or(call.input))))
        .build();
    for (template, expected) in [
        ("{{ 'a' | prefixed }}", "so a"),
        ("{{ 'ab' | repeated }}{{ 'ab' | repeated: 1 }}", "ababab"),
        ("{{ 212 | celsius }}", "100.0"),
        ("{{ 1 | counted }}{{ '2' | counted }}", "23"),
        ("{{ list | evens | join: '-' }}{{ (1..4) | evens }}", "2-424"),
        ("{{ list | kind }}", "array"),
        ("{{ '80' | port }}", "80"),
        ("[{{ 'a' | some: false }}{{ 'b' | some: true }}]", "[b]"),
        ("{{ 'SHOUT' | upcase }}", "shout"),
        ("{{ 1 | named }}{{ 1 | named: k: 2 }}", "12"),
    ] {
        assert_eq!(render(&engine, template, &json!({"list": [1, 2, 3, 4]})), expected, "{template}");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn errors_of_filters_are_printed_in_place() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .filter("port", |text: &str| {
            text.parse::<u16>().map(i64::from).map_err(|_| format!("{text} is no port"))
        })
        .build();
    let template = engine.template("a{{ 'x' | port }}b{{ '1' | port: 2 }}c").expect("parses");
    let outcome = template.prepare().run(&());
    let expected =
        "aLiquid error: x is no portbLiquid error: wrong number of arguments (given 2, expected 1)c";
    assert_eq!((outcome.text.as_str(), outcome.status), (expected, Status::Complete));
    let codes: Vec<_> = outcome.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [&code::RENDER_ERROR, &code::RENDER_ERROR]);

    let stopped = template.prepare().stop_at_error(true).run(&());
    let Status::Failed(error, text) = &stopped.status else { panic!("{:?}", stopped.status) };
    assert_eq!((error.kind, error.message.as_str()), (RenderErrorKind::Argument, "x is no port"));
    assert_eq!(text, "Liquid error: x is no port");
    // What ended the render is the error of whoever wants the body.
    let error = stopped.into_body().expect_err("has no body");
    assert_eq!(error.to_string(), "template:1:2: error[render/error]: x is no port");
    let unloaded = engine.template("a{% render 'p' %}").expect("parses");
    let error = unloaded.prepare().stop_at_error(true).run(&()).into_body().expect_err("has no body");
    assert_eq!((error.code(), error.diagnostics().len()), (&code::PARTIAL_MISSING, 1));
}

#[test]
fn renders_end_in_one_of_four_ways() {
    let braze = Engine::default();
    let aborting = braze.template("a{% abort_message('no') %}").expect("parses");
    assert_eq!(aborting.prepare().run(&()).status, Status::Aborted("no".to_owned()));
    assert_eq!(aborting.render(&()).expect_err("aborts").code(), &code::RENDER_ABORTED);

    let mut limits = Limits::default();
    limits.steps = 1_000;
    let small = Engine::builder().dialect(&dialect::LIQUID).limits(limits.clone()).build();
    assert_eq!(small.limits(), &limits);
    let endless = small.template("{% for i in (1..100000) %}{% endfor %}").expect("parses");
    let Status::Exceeded(exceeded) = endless.prepare().run(&()).status else { panic!("must end at a limit") };
    assert_eq!((exceeded.limit, exceeded.value), (Limit::Steps, 1_000));
    assert_eq!(endless.render(&()).expect_err("ends").code(), &code::LIMIT_STEPS);
}

#[test]
fn renders_take_options() {
    let template = engine().template("\n{{ 1 | divided_by: 0 }}{{ gone }}").expect("parses");
    let outcome = template.prepare().line_numbers(true).warnings(true).trace(true).run(&());
    assert_eq!(outcome.text, "\nLiquid error (line 2): divided by 0");
    assert!(outcome.diagnostics.iter().any(|finding| finding.code == &code::VARIABLE_UNDEFINED));
    assert!(outcome.trace.is_some());
    let plain = template.prepare().run(&());
    assert_eq!(plain.text, "\nLiquid error: divided by 0");
    assert!(plain.diagnostics.iter().all(|finding| finding.code != &code::VARIABLE_UNDEFINED));
    assert!(plain.trace.is_none());
}

#[test]
fn bodies_are_checked() {
    let template = engine().template(r#"{"a": "{{ a }}"}"#).expect("parses");
    let check = |data: serde_json::Value| template.prepare().trace(true).run(&data).check_json().len();
    assert_eq!(check(json!({"a": "fine"})), 0);
    assert!(check(json!({"a": "\", \"b\": \""})) > 0);
}

#[test]
fn clocks_are_the_hosts() {
    let at = |text: &str| FixedClock(Time::from_rfc3339(text).expect("a time"));
    let engine = Engine::builder().dialect(&dialect::LIQUID).clock(at("2001-02-03T04:05:06Z")).build();
    let template = engine.template("{{ 'now' | date: '%F' }}").expect("parses");
    assert_eq!(template.render(&()).expect("renders"), "2001-02-03");
    let other = at("2026-03-09T00:00:00Z");
    assert_eq!(template.prepare().clock(&other).run(&()).text, "2026-03-09");
}

/// Partials that know how often they were asked for.
struct Counting(Arc<AtomicUsize>);

impl Loader for Counting {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        match name {
            "good" => Ok("G{{ n }}".to_owned()),
            "faulty" => Ok("{% if %}".to_owned()),
            "secret" => Err(LoadError::new("not for you")),
            _ => Err(LoadError::not_found(name)),
        }
    }
}

#[test]
fn partials_come_from_the_host_and_are_compiled_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let engine = Engine::builder().dialect(&dialect::LIQUID).loader(Counting(asked.clone())).build();
    let template =
        engine.template("{% for n in (1..9) %}{% render 'good', n: n %}{% endfor %}").expect("parses");
    assert_eq!(template.render(&()).expect("renders"), "G1G2G3G4G5G6G7G8G9");
    assert_eq!(template.render(&()).expect("renders"), "G1G2G3G4G5G6G7G8G9");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(render(&engine, "a{% render 'secret' %}b", &()), "aLiquid error: not for youb");
    assert_eq!(render(&engine, "a{% include 'gone' %}b", &()), "aLiquid error: No such template 'gone'b");
    assert!(render(&engine, "{% render 'faulty' %}", &()).starts_with("Liquid syntax error: "));

    let map = HashMap::from([("p".to_owned(), "P".to_owned())]);
    assert_eq!(map.names(), ["p"]);
    let engine = Engine::builder().dialect(&dialect::LIQUID).loader(map).build();
    assert_eq!(render(&engine, "{% render 'p' %}", &()), "P");
    let none = render(&crate::engine(), "{% render 'p' %}", &());
    assert_eq!(none, "Liquid error: This liquid context does not allow includes.");
}

#[test]
fn data_comes_in_many_shapes() {
    #[derive(serde::Serialize)]
    struct User<'a> {
        name: &'a str,
        tags: Vec<&'a str>,
        age: Option<u8>,
    }

    let template =
        engine().template("{{ name }} {{ tags | join: ',' }} {{ age | default: '-' }}").expect("parses");
    let expected = "Ada a,b -";
    let user = User { name: "Ada", tags: vec!["a", "b"], age: None };
    let text = r#"{"name": "Ada", "tags": ["a", "b"]}"#;
    assert_eq!(template.render(&json!({"name": "Ada", "tags": ["a", "b"]})).expect("renders"), expected);
    assert_eq!(template.render(&json::Text(text)).expect("renders"), expected);
    assert_eq!(template.render(&json::Serialized(user)).expect("renders"), expected);
    let error = template.render(&json::Text("{")).expect_err("is no JSON");
    assert_eq!(error.code(), &code::DATA_INVALID);

    let arena = Arena::default();
    let root = json::read(text, &arena).expect("is JSON");
    assert_eq!(template.prepare().run_in(&arena, root).text, expected);
}

#[test]
fn numbers_of_data_are_exact() {
    let data = json::Text(r#"{"id": 12345678901234567890, "price": 1.10, "more": 9007199254740993}"#);
    assert_eq!(
        render(&engine(), "{{ id }} {{ price }} {{ more }}", &data),
        "12345678901234567890 1.1 9007199254740993"
    );
}

/// An account of the host program, read in place.
struct Account {
    name: String,
    orders: Vec<i64>,
    /// How often the expensive property was computed.
    computed: Cell<usize>,
}

impl Object for Account {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match key {
            Value::String("name") => Some(Value::String(&self.name)),
            Value::String("score") => {
                self.computed.set(self.computed.get() + 1);
                Some(Value::Integer(self.orders.iter().sum()))
            }
            Value::String("orders") => {
                let mut list = arena.list();
                for order in &self.orders {
                    list.push(Value::Integer(*order))?;
                }
                Some(Value::Array(list.finish()))
            }
            Value::String("friend") => Some(Value::Object(self)),
            Value::String("broken") => {
                return Err(Failure::error(RenderErrorKind::Argument, "no connection"));
            }
            Value::Integer(place) => usize::try_from(place)
                .ok()
                .and_then(|place| self.orders.get(place))
                .map(|order| Value::Integer(*order)),
            _ => None,
        })
    }

    fn write_text(&self, _: &Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
        sink.push("account of ")?;
        sink.push(&self.name)
    }

    fn type_name(&self) -> &str {
        "Account"
    }
}

/// Data whose `account` is a host object.
struct Root<'a>(&'a Account);

impl ToData for Root<'_> {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        Ok(Value::Map(arena.map(&[("account", Value::Object(self.0))])?))
    }
}

#[test]
fn host_objects_compute_their_properties() {
    let account = Account { name: "Ada".to_owned(), orders: vec![3, 4], computed: Cell::new(0) };
    for (template, expected) in [
        ("{{ account.name }} {{ account['name'] }} {{ account.friend.friend.name | upcase }}", "Ada Ada ADA"),
        ("{{ account }}", "account of Ada"),
        ("{{ account[1] }}[{{ account[7] }}]", "4[]"),
        ("{% for o in account.orders %}{{ o }},{% endfor %}{{ account.orders | size }}", "3,4,2"),
        ("{% if account %}yes{% endif %}{% if account.gone %}no{% endif %}", "yes"),
        ("a{{ account.broken }}b", "aLiquid error: no connectionb"),
        ("{{ account.name }}[{{ account.broken | default: 'x' }}]", "Ada[Liquid error: no connection]"),
    ] {
        assert_eq!(render(&engine(), template, &Root(&account)), expected, "{template}");
    }
    assert_eq!(account.computed.get(), 0);
    assert_eq!(
        render(&engine(), "{% if false %}{{ account.score }}{% endif %}{{ account.score }}", &Root(&account)),
        "7"
    );
    assert_eq!(account.computed.get(), 1);
}

/// A list and a plain value of the host.
struct Shelf<'a>(&'a [Value<'a>]);

impl Object for Shelf<'_> {
    fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match key {
            Value::String("size") => Some(Value::Integer(self.0.len() as i64)),
            _ => None,
        })
    }

    fn items<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
        Ok(Some(self.0))
    }
}

struct Price(i64);

impl Object for Price {
    fn get<'r>(&'r self, _: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(None)
    }

    fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(Some(Value::Integer(self.0)))
    }
}

#[test]
fn host_objects_are_lists_and_plain_values() {
    let arena = Arena::default();
    let items = [Value::Integer(2), Value::Integer(1), Value::String("x")];
    let (shelf, price) = (Shelf(&items), Price(42));
    let entries = [("shelf", Value::Object(&shelf)), ("price", Value::Object(&price))];
    let root = Value::Map(arena.map(&entries).expect("fits"));
    for (template, expected) in [
        ("{% for i in shelf %}{{ i }}{% if forloop.last %}.{% endif %}{% endfor %}", "21x."),
        ("{{ shelf | join: '-' }} {{ shelf | reverse | first }} {{ shelf.size }}", "2-1-x x 3"),
        ("{{ price }} {{ price | plus: 1 }}", "42 43"),
        ("{% if price == 42 %}same{% endif %}{% if price > 41 %}more{% endif %}", "samemore"),
    ] {
        let template = engine().template(template).expect("parses");
        let outcome = template.prepare().run_in(&arena, root);
        assert_eq!(outcome.text, expected, "{}", template.source().text());
    }
}

#[test]
fn nothing_of_a_render_is_left_for_the_next() {
    let template =
        engine().template("{% increment n %}{% cycle 1, 2 %}{{ a }}{% assign a = 1 %}").expect("parses");
    for _ in 0..3 {
        assert_eq!(template.render(&()).expect("renders"), "01");
    }
}

#[test]
fn maps_keep_their_order() {
    let arena = Arena::default();
    let map: &Map<'_> = arena.map(&[("b", Value::Integer(1)), ("a", Value::Nil)]).expect("fits");
    assert_eq!(map.len(), 2);
    let template = engine().template("{% for p in m %}{{ p[0] }}{% endfor %}").expect("parses");
    let root = Value::Map(arena.map(&[("m", Value::Map(map))]).expect("fits"));
    assert_eq!(template.prepare().run_in(&arena, root).text, "ba");
}

#[test]
fn names_people_bring_along_lead_to_the_right_ones() {
    for (template, help) in [
        ("{{ ${firstname} }}", Some("did you mean `first_name`?")),
        ("{{ ${last_name} }}", None),
        ("{{ 'x' | json }}", Some("did you mean `as_json_string`?")),
        ("{{ 'x' | to_json }}", Some("did you mean `as_json_string`?")),
    ] {
        let template = Engine::builder().build().template(template).unwrap();
        let outcome = template.prepare().warnings(true).run(&serde_json::json!({}));
        let findings = template.diagnostics().iter().chain(&outcome.diagnostics);
        let found = findings.flat_map(|found| &found.help).find(|help| help.starts_with("did you mean"));
        assert_eq!(found.map(String::as_str), help);
    }
}

#[test]
fn findings_are_data_for_serde() {
    let error = Engine::default().template("{{ a").unwrap_err();
    let found = serde_json::to_value(&error).unwrap();
    assert_eq!(found[0]["code"], "syntax/unclosed-output");
    assert_eq!(found[0]["severity"], "error");
    assert_eq!(found[0]["span"]["line"], 1);
    assert_eq!(found[0], serde_json::to_value(&error.diagnostics()[0]).unwrap());
}

#[test]
fn bodies_are_written_whole_or_not_at_all() {
    let template =
        Engine::default().template("Hi {{ vars_name }}{% if stop %}{% abort_message %}{% endif %}").unwrap();
    let mut out = Vec::new();
    template.render_to(&serde_json::json!({"vars": {"vars_name": "Ada"}}), &mut out).unwrap();
    assert_eq!(out, b"Hi Ada");
    let mut none = Vec::new();
    let error = template.render_to(&serde_json::json!({"vars": {"stop": true}}), &mut none).unwrap_err();
    assert_eq!((error.code().name, none.as_slice()), ("render/aborted", &b""[..]));
    let error = template.render_to(&(), &mut &mut [0_u8; 2][..]).unwrap_err();
    assert_eq!(error.code().name, "file/unwritable");
}

#[test]
fn templates_are_loaded_by_name() {
    let loader = std::collections::BTreeMap::from([("a".to_owned(), "{{ x".to_owned())]);
    let engine = Engine::builder().loader(loader).build();
    assert_eq!(
        engine.load("a").unwrap_err().to_string(),
        "a:1:1: error[syntax/unclosed-output]: the output is not closed properly"
    );
    assert_eq!(
        engine.load("b").unwrap_err().to_string(),
        "error[render/missing-partial]: No such template 'b'"
    );
}

#[test]
#[cfg(not(feature = "clock"))]
fn without_a_clock_what_depends_on_the_time_is_an_error() {
    let engine = Engine::builder().dialect(&carafe::dialect::LIQUID).build();
    let render = |text: &str| engine.template(text).unwrap().render(&()).unwrap();
    assert_eq!(render("{{ '2024-05-01 10:00' | date: '%d.%m.' }}"), "01.05.");
    for text in ["{{ 'now' | date: '%Y' }}", "{{ 'March 3' | date: '%m' }}", "{{ '12:30' | date: '%H' }}"] {
        assert_eq!(render(text), "Liquid error: there is no clock to tell the time", "{text}");
    }
}

#[test]
fn loaders_are_maps_of_any_texts_and_shared() {
    let borrowed = HashMap::from([("p", "one")]);
    let shared: Arc<dyn Loader> = Arc::new(BTreeMap::from([("p".to_owned(), "two")]));
    assert_eq!(shared.names(), ["p"]);
    for (builder, expected) in
        [(Engine::builder().loader(borrowed), "one"), (Engine::builder().loader(shared.clone()), "two")]
    {
        let engine = builder.dialect(&dialect::LIQUID).build();
        assert_eq!(render(&engine, "{% render 'p' %}", &()), expected);
        let error = engine.load("q").expect_err("there is none");
        assert_eq!(error.code(), &code::PARTIAL_MISSING);
    }
}

#[test]
fn data_made_by_the_host_fails_with_the_one_error() {
    fn data(arena: &Arena) -> Result<Value<'_>, Error> {
        Ok(Value::Map(arena.map(&[
            ("n", 1.into()),
            ("m", 2_u32.into()),
            ("t", arena.text("abc")?.into()),
        ])?))
    }
    let arena = Arena::default();
    assert_eq!(render(&engine(), "{{ n }}{{ m }}{{ t }}", &data(&arena).expect("in limits")), "12abc");
    let mut limits = Limits::default();
    limits.value_bytes = 2;
    let error = data(&Arena::new(&limits)).expect_err("the text is too long");
    assert_eq!(error.code().name, "limit/value-bytes");
}
