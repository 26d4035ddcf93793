//! Filters and tags of the crate `liquid` in our templates, and our filters and templates in its own.
#![cfg(feature = "liquid")]

use carafe::liquid::{ParserBuilderExt, Partial, Partials};
use carafe::time::{FixedClock, Time};
use carafe::{Builder, Engine, dialect};
use liquid::partials::{EagerCompiler, InMemorySource, LazyCompiler};
use liquid_core::parser::FilterReflection;
use liquid_core::runtime::RuntimeBuilder;
use liquid_core::{
    Display_filter, Expression, Filter, FilterParameters, FromFilterParameters, Renderable, Result, Runtime,
    Value, ValueView,
};
use serde_json::json;

fn engine() -> Builder {
    Engine::builder().dialect(&dialect::LIQUID)
}

#[track_caller]
fn table(engine: &Engine, cases: &[(&str, &str)]) {
    let data = json!({
        "n": 3, "one": 1, "big": 12345678901234567890_u64, "list": ["b", "a", {"k": 1}], "map": {"z": 1, "a": [2.0]},
        "text": "Ünder the Sea", "nothing": null, "deep": {"deeper": {"text": "t"}},
    });
    for (template, expected) in cases {
        let rendered = match engine.template(*template) {
            Ok(template) => template.render(&data).unwrap_or_else(|error| error.to_string()),
            Err(error) => error.to_string(),
        };
        assert_eq!(&rendered, expected, "{template}");
    }
}

/// Says what it was given.
#[derive(Clone, liquid_core::ParseFilter, liquid_core::FilterReflection)]
#[filter(
    name = "probe",
    description = "Says what it was given.",
    parameters(ProbeArguments),
    parsed(ProbeFilter)
)]
struct Probe;

#[derive(Debug, FilterParameters)]
struct ProbeArguments {
    #[parameter(description = "By place.", arg_type = "str")]
    first: Option<Expression>,
    #[parameter(description = "By name.", mode = "keyword")]
    key: Option<Expression>,
}

#[derive(Debug, FromFilterParameters, Display_filter)]
#[name = "probe"]
struct ProbeFilter {
    #[parameters]
    arguments: ProbeArguments,
}

impl Filter for ProbeFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let arguments = self.arguments.evaluate(runtime)?;
        let mut text = format!("{} {}", input.type_name(), input.source());
        if let Some(list) = input.as_array() {
            text.push_str(&format!(
                " {} {:?}",
                list.size(),
                list.last().map(|last| last.to_kstr().into_string())
            ));
        }
        if let Some(object) = input.as_object() {
            let keys: Vec<_> = object.keys().map(|key| key.into_string()).collect();
            text.push_str(&format!(" {keys:?} {}", object.contains_key("a")));
        }
        if let Some(first) = arguments.first {
            text.push_str(&format!(" first={first}"));
        }
        if let Some(key) = arguments.key {
            text.push_str(&format!(" key={}", key.source()));
        }
        Ok(Value::scalar(text))
    }
}

/// Gives its input back.
#[derive(Clone, liquid_core::ParseFilter, liquid_core::FilterReflection)]
#[filter(name = "echo_back", description = "Gives its input.", parsed(EchoFilter))]
struct Echo;

#[derive(Debug, Default, Display_filter)]
#[name = "echo_back"]
struct EchoFilter;

impl Filter for EchoFilter {
    fn evaluate(&self, input: &dyn ValueView, _: &dyn Runtime) -> Result<Value> {
        Ok(input.to_value())
    }
}

#[test]
fn filters_of_others() {
    let engine = engine()
        .liquid_filter(liquid_lib::shopify::Pluralize)
        .liquid_filter(liquid_lib::jekyll::Slugify)
        .liquid_filter(liquid_heck::SnakeCase)
        .liquid_filter(liquid_heck::TrainCase)
        .liquid_filter(Probe)
        .liquid_filter(Echo)
        .build();
    table(
        &engine,
        &[
            ("{{ n | pluralize: 'mug', 'mugs' }} {{ one | pluralize: 'mug', text }}", "mugs mug"),
            ("{{ text | slugify }} {{ text | slugify: 'ascii' }}", "ünder-the-sea nder-the-sea"),
            ("{{ text | snakecase }} {{ text | traincase | upcase }}", "nder_the_sea NDER-THE-SEA"),
            ("{{ text | probe }}", "string \"Ünder the Sea\""),
            (
                "{{ n | probe }} {{ 1.0 | probe }} {{ missing | probe }}",
                "whole number 3 fractional number 1.0 nil nil",
            ),
            ("{{ big | probe }}", "string 12345678901234567890"),
            ("{{ (1..3) | probe }}", "array 1..3 3 Some(\"3\")"),
            ("{{ list | slice: 0, 2 | probe }}", "array [\"b\", \"a\"] 2 Some(\"a\")"),
            ("{{ map | probe }}", "object {\"a\"=>[2.0], \"z\"=>1} [\"a\", \"z\"] true"),
            (
                "{{ n | probe: text }} {{ n | probe: key: missing }}",
                "whole number 3 first=Ünder the Sea whole number 3 key=nil",
            ),
            (
                "{{ n | probe: n, key: one }}{{ n | probe: one, key: n }}",
                "whole number 3 first=3 key=1whole number 3 first=1 key=3",
            ),
            ("{{ list | echo_back }} {{ map | echo_back }}", "ba{\"k\"=>1} {\"a\"=>[2.0], \"z\"=>1}"),
            (
                "{{ big | echo_back }} {{ '2024-02-29' | date: '%s' | echo_back }}",
                "12345678901234567890 1709164800",
            ),
        ],
    );
}

#[test]
fn errors_of_filters_have_the_place_of_the_call() {
    let engine = engine().liquid_filter(liquid_lib::shopify::Pluralize).liquid_filter(Probe).build();
    for (template, expected) in [
        ("a\n{{ 'x' | pluralize: 'a', 'b' }}", "Invalid input"),
        ("a\n{{ n | pluralize: 'a' }}", "Invalid number of arguments"),
        ("a\n{{ n | probe: other: 1 }}", "Unexpected named argument"),
    ] {
        let template = engine.template(template).unwrap();
        let outcome = template.prepare().run(&json!({"n": 1}));
        let found = outcome.diagnostics.first().expect("an error");
        assert!(found.message.contains(expected), "{}", found.message);
        assert!(!found.message.contains('\n'), "{}", found.message);
        let place = found.primary.as_ref().expect("a place");
        assert_eq!(place.source.line(place.span.from()), 2);
    }
}

#[test]
fn deep_values_end_with_an_error() {
    let engine = engine().liquid_filter(Echo).build();
    let mut data = json!(1);
    for _ in 0..120 {
        data = json!([data]);
    }
    let template = engine.template("{{ x | echo_back }}").unwrap();
    assert_eq!(template.render(&json!({"x": data})).unwrap(), "Liquid error: Nesting too deep");
}

#[test]
fn tags_of_others() {
    use liquid_lib::jekyll::IncludeTag;
    use liquid_lib::stdlib::{AssignTag, CycleTag, ForBlock, IfBlock, IncrementTag};
    let engine = engine()
        .liquid_tag(AssignTag)
        .liquid_tag(CycleTag)
        .liquid_tag(IncrementTag)
        .liquid_tag(IncludeTag)
        .liquid_block(ForBlock)
        .liquid_block(IfBlock)
        .build();
    table(
        &engine,
        &[
            ("{% assign x = deep.deeper.text | append: '!' %}[{{ x }}]", "[t!]"),
            ("{% assign x = list[1] %}{% assign y = text.size %}{{ x }}{{ y }}", "a13"),
            ("{% for x in list %}{{ x }},{% endfor %}{{ x }}", "b,a,k1,"),
            ("{% for x in (1..3) %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "13"),
            ("{% if n == 3 %}{% assign z = 'set' %}{% endif %}{{ z }}", "set"),
            ("{% increment c %}{% cycle 'a', 'b' %}", "0a"),
            ("{% assign x = nope %}", "Liquid error: Unknown variable (requested variable=nope)"),
            (
                "{% include 'card' %}",
                "Liquid error: Partials cannot be included from here (requested partial='card')",
            ),
        ],
    );
    for (template, expected) in [
        ("a {% assign x %}", "`assign`: "),
        ("{% assign x = 99999999999999999999 %}", "`assign`: the crate `liquid` fails on it"),
        ("{% if a %}{% nope %}{% endif %}", "Unknown tag"),
    ] {
        let error = engine.template(template).expect_err(template).to_string();
        assert!(error.contains(expected), "{error}");
    }
    let many = format!("{{% if a %}}{}{{% endif %}}", "{% increment n %}".repeat(201));
    assert!(engine.template(many).expect_err("too many").to_string().contains("more than 200 tags"));
}

#[test]
fn our_filters_in_its_templates() {
    let now = FixedClock(Time::from_unix(1_709_164_800).unwrap());
    let parser =
        liquid::ParserBuilder::with_stdlib().with_carafe_filters_at(&dialect::BRAZE, now).build().unwrap();
    let globals = liquid::object!({
        "s": "é", "n": 2, "list": [{"k": "b"}, {"k": "a"}], "when": liquid::model::DateTime::from_ymd(2024, 2, 29),
    });
    for (template, expected) in [
        ("{{ s | md5 }}", "3f2e4295bc71e8a83a21a4d5e8a1b4c7"),
        ("{{ 'abc' | plus: 1 }} {{ nil | abs }} {{ 0.1 | plus: 0.2 }}", "1 0 0.3"),
        ("{{ 9223372036854775807 | plus: 1 }}", "9223372036854775808"),
        ("{{ list | map: 'k' | sort | join: '-' }}", "a-b"),
        ("{{ list | json_escape }}", "[{\\\"k\\\"=>\\\"b\\\"}, {\\\"k\\\"=>\\\"a\\\"}]"),
        (
            "{{ 'now' | date: '%F' }} {{ when | date: '%s' }} {{ 1152098955 | date: '%Y' }}",
            "2024-02-29 1709164800 2006",
        ),
        ("{{ n | default: 5, allow_false: true }} {{ nil | default: missing }}", "2 "),
        ("{{ list | where: 'k', 'a' | size }} {{ s | size }}", "1 1"),
    ] {
        let rendered = parser.parse(template).unwrap().render(&globals);
        match rendered {
            Ok(text) if template.contains("md5") => assert_eq!(text.len(), 32, "{text}"),
            other => {
                assert_eq!(other.map_err(|error| error.to_string()).as_deref(), Ok(expected), "{template}")
            }
        }
    }
    let error = parser.parse("{{ 1 | divided_by: 0 }}").unwrap().render(&globals).unwrap_err().to_string();
    assert!(error.contains("divided by 0") && error.contains("divided_by: 0"), "{error}");
    let error = parser.parse("{{ 1 | plus }}").err().expect("too few").to_string();
    assert!(error.contains("wrong number of arguments (given 1, expected 2)"), "{error}");
}

#[test]
fn reflection_is_that_of_the_table() {
    let ours: Vec<_> = carafe::liquid::filters(&dialect::BRAZE).collect();
    let known: Vec<_> = carafe::filters::all()
        .filter(|filter| {
            carafe::filters::find(filter.name, dialect::BRAZE.set)
                .is_some_and(|found| std::ptr::eq(found, *filter))
        })
        .collect();
    assert_eq!(ours.len(), known.len());
    for (ours, known) in ours.iter().zip(known) {
        let reflection: &dyn FilterReflection = ours.reflection();
        assert_eq!((reflection.name(), reflection.description()), (known.name, known.description));
    }
    let default = ours.iter().find(|filter| filter.reflection().name() == "default").unwrap();
    assert_eq!(default.reflection().keyword_parameters()[0].name, "allow_false");
}

#[test]
fn our_templates_in_its_templates() {
    let ours = engine().build();
    let card = "{{ item.name | default: 'none' }}{{ missing }}{% assign item = 'own' %}:{{ n }}";
    let mut others = InMemorySource::new();
    others.add("plain", "plain {{ n }}");
    others.add("card", "never");
    let partials = Partials::before(LazyCompiler::new(others))
        .with("card", ours.template(card).unwrap())
        .with("broken", ours.template("a\n{{ 1 | divided_by: 0 }}").unwrap())
        .with(
            "braze",
            Engine::default().template("{{ ${first_name} }} {{ n }} {{ custom_attribute.${plan} }}").unwrap(),
        );
    let parser = liquid::ParserBuilder::with_stdlib().partials(partials).build().unwrap();
    let globals = liquid::object!({
        "n": 4.0, "items": [{"name": "tea"}, {"no": 1}],
        "profile": {"first_name": "Ada"}, "custom_attribute": {"plan": "gold"},
    });
    let render = |template: &str| match parser.parse(template) {
        Ok(template) => template.render(&globals).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    for (template, expected) in [
        ("{% for item in items %}{% include 'card' %} {% endfor %}", "tea:4.0 none:4.0 "),
        ("{% for item in items %}{% render 'card', item: item %} {% endfor %}", "tea: none: "),
        ("{% assign n = 1 %}{% include 'card' %} {% include 'plain' %}", "none:1 plain 1"),
        ("{% include 'braze' %}", "Ada 4.0 gold"),
    ] {
        assert_eq!(render(template).as_deref(), Ok(expected), "{template}");
    }
    let error = render("{% include 'broken' %}").unwrap_err();
    for part in ["divided by 0", "template=template", "line=2"] {
        assert!(error.contains(part), "{error}");
    }
    let error = render("{% include 'nope' %}").unwrap_err();
    assert!(error.contains("braze, broken, card, plain") || error.contains("nope"), "{error}");
}

#[test]
fn a_template_is_a_renderable() {
    let template = engine().build().template("{{ name | upcase }}").unwrap();
    let globals = liquid::object!({"name": "ada"});
    let runtime = RuntimeBuilder::new().set_globals(&globals).build();
    assert_eq!(Partial::new(template).render(&runtime).unwrap(), "ADA");
    let none: Partials<EagerCompiler<InMemorySource>> = Partials::new();
    assert!(liquid::ParserBuilder::with_stdlib().partials(none).build().is_ok());
}
