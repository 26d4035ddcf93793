//! JSON Schemas of the data that templates need.

use carafe::tags::{CustomTag, TagCall, TagForm};
use carafe::{Dialect, Engine, Failure, dialect};
use serde_json::{Value, json};

fn schema(dialect: &'static Dialect, text: &str) -> Value {
    let template = Engine::builder().dialect(dialect).build().template(text).expect(text);
    let mut schema = template.schema();
    let entries = schema.as_object_mut().expect("an object");
    assert_eq!(entries.remove("$schema"), Some(json!("https://json-schema.org/draft/2020-12/schema")));
    assert_eq!(entries.remove("type"), Some(json!("object")));
    schema
}

/// The schema of each template in the dialect `liquid`.
fn check(cases: &[(&str, Value)]) {
    for (text, expected) in cases {
        assert_eq!(&schema(&dialect::LIQUID, text), expected, "{text}");
    }
}

#[test]
fn keys_are_told_by_the_paths_that_are_read() {
    check(&[
        ("nothing", json!({})),
        ("{{ a }}", json!({"properties": {"a": {}}, "required": ["a"]})),
        (
            "{{ a.b }}{{ a['c d'] }}{{ ['x'] }}",
            json!({
                "properties": {
                    "a": {"type": "object", "properties": {"b": {}, "c d": {}}, "required": ["b", "c d"]},
                    "x": {},
                },
                "required": ["a", "x"],
            }),
        ),
        ("{{ a.size }}", json!({"properties": {"a": {}}, "required": ["a"]})),
        ("{{ a.first }}", json!({"properties": {"a": {"type": ["array", "object"]}}, "required": ["a"]})),
        (
            "{{ a[0].b }}",
            json!({
                "properties": {
                    "a": {"type": "array", "items": {"type": ["object", "null"], "properties": {"b": {}}}},
                },
                "required": ["a"],
            }),
        ),
        // What key is read, only a render knows.
        ("{{ a[b].c }}", json!({"properties": {"a": {}, "b": {}}, "required": ["a", "b"]})),
        ("{% assign b = 1 %}{{ b }}{% capture c %}{% endcapture %}{{ c }}", json!({})),
        ("{% assign b = b | upcase %}{{ b }}", json!({"properties": {"b": {}}, "required": ["b"]})),
    ]);
}

#[test]
fn loops_lead_to_items() {
    let named = json!({"type": "object", "properties": {"name": {}}, "required": ["name"]});
    let items = |items: &Value| json!({"properties": {"items": {"type": ["array", "null"], "items": items}}});
    let optional = json!({"type": ["object", "null"], "properties": {"name": {}}});
    check(&[
        ("{% for i in items %}{{ i.name }}{% endfor %}", items(&named)),
        ("{% tablerow i in items %}{{ i.name }}{% endtablerow %}", items(&named)),
        ("{% for i in items %}{% if i.name %}{{ i.name }}{% endif %}{% endfor %}", items(&optional)),
        ("{% for i in items limit: 2 %}{{ i.name }}{% endfor %}", items(&optional)),
        ("{% for i in items %}{{ i.name }}{% break %}{% endfor %}", items(&optional)),
        ("{% for i in items %}{{ i.name }}{% else %}-{% endfor %}", items(&named)),
        ("{% assign all = items %}{% for i in all %}{{ i.name }}{% endfor %}", items(&named)),
        ("{% for i in items %}{% assign n = i.name %}{{ n }}{% endfor %}", items(&named)),
        (
            "{% for i in items %}{{ i }}{% endfor %}",
            json!({
                "properties": {"items": {"type": ["array", "object", "null"]}}
            }),
        ),
        (
            "{% for i in items %}{{ i[0] }}{{ i[1] }}{{ forloop.index }}{% endfor %}",
            json!({
                "properties": {"items": {"type": ["array", "object", "null"], "items": {"type": ["array", "null"]}}}
            }),
        ),
        // Without items nothing else of the body is read.
        (
            "{% for i in items %}{{ i.name }}{{ other }}{% endfor %}",
            json!({
                "properties": {"items": {"type": ["array", "null"], "items": named}, "other": {}}
            }),
        ),
        (
            "{% for a in xs %}{% for b in a.ys %}{{ b.z }}{{ a.q }}{% endfor %}{% endfor %}",
            json!({
                "properties": {"xs": {"type": ["array", "null"], "items": {
                    "type": ["object", "null"],
                    "properties": {
                        "q": {},
                        "ys": {
                            "type": ["array", "null"],
                            "items": {"type": "object", "properties": {"z": {}}, "required": ["z"]},
                        },
                    }
                }}}
            }),
        ),
        // An item does not stand for another loop's.
        (
            "{% for a in xs %}{% assign k = a %}{% endfor %}{% for b in ys %}{{ k.z }}{% endfor %}",
            json!({
                "properties": {
                    "xs": {"type": ["array", "null"], "items": {"type": ["object", "null"], "properties": {"z": {}}}},
                    "ys": {"type": ["array", "object", "null"]},
                }
            }),
        ),
    ]);
}

#[test]
fn what_is_provided_for_is_not_required() {
    let free = json!({"properties": {"a": {}}});
    let user = json!({"properties": {"user": {"type": ["object", "null"], "properties": {"name": {}}}}});
    let needed = json!({
        "properties": {"user": {"type": "object", "properties": {"name": {}}, "required": ["name"]}},
        "required": ["user"],
    });
    check(&[
        ("{{ a | default: 'x' }}", json!({"properties": {"a": {"default": "x"}}})),
        (
            "{{ a | default: 'x' }}{{ a | upcase | default: 1 }}",
            json!({"properties": {"a": {"default": "x"}}}),
        ),
        ("{{ a | default: 'x' }}{{ a | default: 'y' }}", free.clone()),
        ("{{ a | default: 'x' }}{{ a }}", json!({"properties": {"a": {}}, "required": ["a"]})),
        ("{{ a | upcase | default: 'x' }}", free.clone()),
        ("{{ 'x' | default: a }}", free.clone()),
        ("{% if a %}{{ a }}{% endif %}", free.clone()),
        ("{% if 1 == 2 %}{{ a }}{% endif %}", free.clone()),
        ("{% unless a == blank %}{% endunless %}", free.clone()),
        ("{% case a %}{% when 1 %}{% endcase %}", free.clone()),
        ("{% cycle a, 1 %}", free.clone()),
        ("{% render 'p', x: a %}", free.clone()),
        ("{% for i in (1..2) %}{{ a }}{% endfor %}", free.clone()),
        ("{% assign b = a | strip %}{% if b == '' %}{% endif %}{{ b }}", free.clone()),
        ("{% assign b = a | strip %}{{ b | default: 1 }}", free.clone()),
        ("{% assign b = a %}{% if b %}{{ b }}{% endif %}", free),
        ("{% assign u = user %}{{ u.name }}", needed.clone()),
        ("{% if user.name %}{% endif %}{{ user.name }}", needed),
        ("{% if user %}{{ user.name }}{% endif %}", user.clone()),
        ("{% if 1 %}{% assign n = user.name %}{% endif %}{{ n }}", user),
        // What one branch makes is the data's in the other.
        // What is provided for under another name is so for what went into it.
        (
            "{% capture b %}{{ a }}{% endcapture %}{% if b == '' %}x{% endif %}",
            json!({"properties": {"a": {}}}),
        ),
        (
            "{% assign b = a | strip %}{% capture c %}{{ b }}!{% endcapture %}{{ c | upcase | default: 'x' }}{{ b }}",
            json!({"properties": {"a": {}}}),
        ),
        (
            "{% assign b = b | append: c %}{% assign c = b | strip %}{{ c | default: 'x' }}",
            json!({"properties": {"b": {}, "c": {}}}),
        ),
        (
            "{% capture b %}{{ a }}{% endcapture %}{{ b }}",
            json!({"properties": {"a": {}}, "required": ["a"]}),
        ),
        ("{% if 1 %}{% assign b = 1 %}{% else %}{{ b }}{% endif %}{{ b }}", json!({"properties": {"b": {}}})),
    ]);
    let abort = "{% if ${first_name} == blank %}{% abort_message('no name') %}{% endif %}{{ ${first_name} }}{{ ${city} }}";
    assert_eq!(
        schema(&dialect::BRAZE, abort),
        json!({
            "properties": {"profile": {
                "type": "object",
                "properties": {"city": {}, "first_name": {}},
                "required": ["city"],
            }},
            "required": ["profile"],
        })
    );
    // Only what is tested is, not what such a branch reads.
    let abort = "{% if ${country} == 'X' %}{{ ${city} }}{% abort_message('no') %}{% endif %}{{ ${city} }}{{ ${country} }}";
    assert_eq!(
        schema(&dialect::BRAZE, abort),
        json!({
            "properties": {"profile": {
                "type": "object",
                "properties": {"city": {}, "country": {}},
                "required": ["city"],
            }},
            "required": ["profile"],
        })
    );
}

#[test]
fn the_shape_is_that_of_the_dialects_data() {
    let text = "{{ ${first_name} | default: 'you' }}{{ custom_attribute.${plan} }}{{ event_properties.${p}[0].id }}\
                {{ x }}{% assign c = {{${city}}} | default: 'Ulm' %}";
    assert_eq!(
        schema(&dialect::BRAZE, text),
        json!({
            "properties": {
                "custom_attribute": {"type": "object", "properties": {"plan": {}}, "required": ["plan"]},
                "event_properties": {
                    "type": "object",
                    "properties": {"p": {
                        "type": "array",
                        "items": {"type": ["object", "null"], "properties": {"id": {}}},
                    }},
                    "required": ["p"],
                },
                "profile": {
                    "type": ["object", "null"],
                    "properties": {"city": {"default": "Ulm"}, "first_name": {"default": "you"}},
                },
                "vars": {"type": "object", "properties": {"x": {}}, "required": ["x"]},
            },
            "required": ["custom_attribute", "event_properties", "vars"],
        })
    );
    let text = "{{ customer.id }}{% if event.a or not event.b %}{% endif %}{{ event.c or 'none' }}\
                {% for i in event.items %}{{ i.sku }}{% endfor %}{% unsubscribe_url %}";
    assert_eq!(
        schema(&dialect::CUSTOMERIO, text),
        json!({
            "properties": {
                "customer": {"type": "object", "properties": {"id": {}}, "required": ["id"]},
                "event": {
                    "type": ["object", "null"],
                    "properties": {
                        "a": {}, "b": {}, "c": {},
                        "items": {
                            "type": ["array", "null"],
                            "items": {"type": "object", "properties": {"sku": {}}, "required": ["sku"]},
                        },
                    },
                },
                "tags": {"type": ["object", "null"], "properties": {"unsubscribe_url": {}}},
            },
            "required": ["customer"],
        })
    );
}

#[test]
fn the_hosts_own_is_left_to_the_host() {
    struct Maybe;
    impl CustomTag for Maybe {
        fn form(&self) -> TagForm {
            TagForm::block()
        }

        fn render(&self, call: &mut TagCall<'_, '_>) -> Result<(), Failure> {
            call.write(call.body())
        }
    }
    let engine =
        Engine::builder().dialect(&dialect::LIQUID).tag("maybe", Maybe).global("shop", json!({})).build();
    let text = "{{ shop.name }}{% maybe given %}{{ inside }}{% endmaybe %}{{ a }}";
    let schema = engine.template(text).expect("parses").schema();
    assert_eq!(schema["required"], json!(["a"]));
    let keys: Vec<&str> =
        schema["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    assert_eq!(keys, ["a", "given", "inside", "shop"]);
}

#[test]
fn templates_of_any_size_and_depth_are_read() {
    let long = format!("{{{{ a{} }}}}", ".b".repeat(5000));
    let names: String = (0..5000).map(|n| format!("{{% assign a{} = a{n}.bcd %}}", n + 1)).collect();
    let nested = format!("{}{{{{ i.x }}}}{}", "{% for i in i.y %}".repeat(90), "{% endfor %}".repeat(90));
    for text in [long, names + "{{ a5000 }}", nested] {
        let engine = Engine::builder().dialect(&dialect::LIQUID).build();
        let template = engine.template(text).expect("parses");
        assert!(serde_json::to_string(&template.schema()).expect("JSON").len() < 20_000);
        assert!(!template.variables().is_empty());
    }
}
