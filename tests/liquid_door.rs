//! Data of the crate `liquid` renders as it is.
#![cfg(feature = "liquid")]

use carafe::liquid::{View, view};
use carafe::{Arena, Dialect, Engine, ToData, dialect};
use liquid::model::{Date, DateTime, KStringCow, State, Value};
use liquid::{ObjectView, ValueView};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

fn render_in(dialect: &'static Dialect, template: &str, data: &(impl ToData + ?Sized)) -> String {
    let engine = Engine::builder().dialect(dialect).build();
    engine.template(template).expect(template).render(data).expect(template)
}

fn render(template: &str, object: &dyn ObjectView) -> String {
    render_in(&dialect::LIQUID, template, &View::new(object))
}

#[track_caller]
fn table(object: &dyn ObjectView, cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        assert_eq!(&render(template, object), expected, "{template}");
    }
}

#[test]
fn the_example_of_liquid_s_own_readme() {
    let globals = liquid::object!({
        "num": 4f64
    });
    // The float stays one, as in Ruby; liquid itself prints `2`.
    assert_eq!(render_in(&dialect::LIQUID, "Liquid! {{num | minus: 2}}", &globals), "Liquid! 2.0");
}

#[derive(Debug, ObjectView, ValueView)]
struct Address {
    street: String,
    zip: Option<String>,
}

#[derive(Debug, ObjectView, ValueView)]
struct Item {
    name: &'static str,
    price: f64,
    count: u32,
    tags: Vec<String>,
}

#[derive(Debug, ObjectView, ValueView)]
struct User {
    name: String,
    age: i64,
    active: bool,
    rate: f64,
    address: Address,
    second: Option<Address>,
    items: Vec<Item>,
    born: Date,
    seen: DateTime,
    points: BTreeMap<String, i64>,
}

fn user() -> User {
    let item = |name, price, count, tags: &[&str]| Item {
        name,
        price,
        count,
        tags: tags.iter().map(ToString::to_string).collect(),
    };
    User {
        name: "Zoë".to_owned(),
        age: i64::MAX,
        active: true,
        rate: 2.0,
        address: Address { street: "Main \"St\"".to_owned(), zip: None },
        second: None,
        items: vec![item("tea", 2.5, 1, &["hot", "new"]), item("ice", 1e20, 2, &[])],
        born: Date::from_ymd(1990, 2, 28),
        seen: DateTime::from_str("2024-02-29 23:30:00 +0530").expect("a time"),
        points: [("b".to_owned(), 2), ("a".to_owned(), 1)].into(),
    }
}

#[test]
fn scalars() {
    table(
        &user(),
        &[
            ("{{ name }} {{ age }} {{ active }} {{ rate }}", "Zoë 9223372036854775807 true 2.0"),
            ("{{ age | plus: 1 }}", "9223372036854775808"),
            ("{{ rate | times: 2 }} {{ items[1].price }}", "4.0 1.0e+20"),
            ("{{ name.size }} {{ name | size }} {{ name.first }}", "3 3 Z"),
            ("{% if active == true and age > 5 %}yes{% endif %}", "yes"),
            ("[{{ missing }}{{ address.missing }}{{ missing.deep }}]", "[]"),
        ],
    );
}

#[test]
fn options() {
    table(
        &user(),
        &[
            ("[{{ address.zip }}]{% if address.zip == nil %}nil{% endif %}", "[]nil"),
            ("{{ address.zip | default: 'none' }}", "none"),
            ("{% if second %}yes{% else %}no{% endif %}[{{ second.street }}]", "no[]"),
        ],
    );
}

#[test]
fn dates_are_times() {
    table(
        &user(),
        &[
            ("{{ born }}", "1990-02-28 00:00:00 UTC"),
            ("{{ born | date: '%d %b %Y' }}", "28 Feb 1990"),
            ("{{ seen }}", "2024-02-29 23:30:00 +0530"),
            ("{{ seen | date: '%s %H:%M %z' }}", "1709229600 23:30 +0530"),
            ("{% if born < seen %}before{% endif %}", "before"),
        ],
    );
}

#[test]
fn objects_are_as_maps() {
    table(
        &user(),
        &[
            ("{{ address }}", r##"{"street"=>"Main \"St\"", "zip"=>nil}"##),
            ("{{ address.street | escape }} {{ address['street'] }}", "Main &quot;St&quot; Main \"St\""),
            ("{% assign key = 'zip' %}{{ address[key] | inspect }}[{{ address[0] }}]", "[]"),
            ("{% for pair in address %}{{ pair[0] }}={{ pair[1] }};{% endfor %}", "street=Main \"St\";zip=;"),
            (
                "{{ address.size }} {{ address | size }} {{ address.first | join: '~' }}",
                "2 2 street~Main \"St\"",
            ),
            ("{% if address contains 'zip' %}a{% endif %}{% if address contains 'x' %}b{% endif %}", "a"),
            (
                "{% if address %}a{% endif %}{% if address == blank %}b{% endif %}{% if address == empty %}c{% endif %}",
                "a",
            ),
            (
                "{% assign other = address %}{% if other == address and items[0] == items[0] %}same{% endif %}",
                "same",
            ),
            ("{% if items[0] == items[1] %}same{% else %}other{% endif %}", "other"),
        ],
    );
}

#[test]
fn arrays_are_as_arrays() {
    table(
        &user(),
        &[
            (
                "{% for item in items %}{{ forloop.index }}/{{ forloop.length }} {{ item.name }}x{{ item.count }} {% endfor %}",
                "1/2 teax1 2/2 icex2 ",
            ),
            ("{% for item in items reversed offset: 1 %}{{ item.name }}{% endfor %}", "ice"),
            ("{% for tag in items[0].tags %}{{ tag }},{% else %}none{% endfor %}", "hot,new,"),
            ("{% for tag in items[1].tags %}{{ tag }},{% else %}none{% endfor %}", "none"),
            (
                "{{ items.size }} {{ items | size }} {{ items.first.name }} {{ items.last.name }}",
                "2 2 tea ice",
            ),
            (
                "{{ items[0].name }}{{ items[-1].name }}[{{ items[2] }}{{ items[-3].name }}{{ items['x'] }}]",
                "teaice[]",
            ),
            ("{{ items[0].tags }} {{ items[0].tags | join: '+' }}", "hotnew hot+new"),
            ("{{ items | map: 'name' | join: ' ' }} {{ items | map: 'count' | sum }}", "tea ice 3"),
            (
                "{{ items | where: 'count', 2 | map: 'name' }} {{ items | sort: 'name' | map: 'name' | first }}",
                "ice ice",
            ),
            (
                "{% if items[0].tags contains 'hot' %}hot{% endif %}{% if items[1].tags == empty %} none{% endif %}",
                "hot none",
            ),
            ("{{ items | map: 'tags' | uniq | join: ' ' }}", "hot new"),
        ],
    );
}

/// A map of the host with an order that is not the alphabet's.
fn shuffled() -> HashMap<String, i64> {
    ["z", "a", "m", "b", "q", "c"].into_iter().zip(1..).map(|(key, value)| (key.to_owned(), value)).collect()
}

#[test]
fn keys_of_maps_come_sorted_and_fields_as_declared() {
    let keys = "{% for pair in this %}{{ pair[0] }}{% endfor %}";
    for _ in 0..8 {
        let globals = liquid::object!({ "this": { "z": 1, "a": 2, "m": 3, "b": { "y": 1, "x": 2 } } });
        assert_eq!(render(keys, &globals), "abmz");
        assert_eq!(render("{{ this.b }}", &globals), r#"{"x"=>2, "y"=>1}"#);
        assert_eq!(render(keys, &HashMap::from([("this".to_owned(), shuffled())])), "abcmqz");
    }
    assert_eq!(render("{% for pair in points %}{{ pair[0] }}{% endfor %}", &user()), "ab");
    assert_eq!(render("{% for pair in address %}{{ pair[0] }} {% endfor %}", &user()), "street zip ");
}

#[test]
fn keys_come_in_the_map_s_own_order_on_request() {
    let map = shuffled();
    let expected: String = map.keys().map(String::as_str).collect();
    let data = HashMap::from([("this".to_owned(), map)]);
    let template = "{% for pair in this %}{{ pair[0] }}{% endfor %}";
    assert_eq!(render_in(&dialect::LIQUID, template, &view(&data).in_own_order()), expected);
}

#[test]
fn states_and_nil() {
    let states = [("empty_state", State::Empty), ("blank_state", State::Blank), ("truthy", State::Truthy)];
    let mut globals = liquid::object!({ "list": [], "nothing": Value::Nil });
    globals.extend(states.map(|(name, state)| (name.into(), Value::State(state))));
    table(
        &globals,
        &[
            ("{% if list == empty_state %}yes{% endif %}", "yes"),
            ("{% if nothing == blank_state %}yes{% endif %}", "yes"),
            ("[{{ empty_state }}{{ blank_state }}{{ truthy }}{{ nothing }}]", "[]"),
            ("{% if truthy == nil and nothing == nil %}nil{% endif %}", "nil"),
        ],
    );
}

#[test]
fn keys_of_the_root_are_namespaces_in_braze() {
    let data = liquid::object!({
        "profile": { "first_name": "Ada", "plan": { "name": "pro" } },
        "custom_attribute": { "score": 4.5 },
        "vars": { "plain": "yes" },
    });
    let template =
        "{{ ${first_name} }} {{ ${plan.name} }} {{ custom_attribute.${score} }} {{ plain }}[{{ profile }}]";
    assert_eq!(render_in(&dialect::BRAZE, template, &data), "Ada pro 4.5 yes[]");
}

#[test]
fn missing_names_are_suggested_from_views() {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let template = engine.template("{{ nmae }}").expect("template");
    let outcome = template.prepare().warnings(true).run(&View::new(&user()));
    assert!(
        outcome.diagnostics.iter().any(|found| format!("{found:?}").contains("`name`")),
        "{:?}",
        outcome.diagnostics
    );
}

/// A list that counts how often it is walked.
#[derive(Debug)]
struct Counting {
    items: Vec<Item>,
    walks: Cell<usize>,
}

impl ValueView for Counting {
    fn as_debug(&self) -> &dyn std::fmt::Debug {
        self
    }
    fn render(&self) -> liquid::model::DisplayCow<'_> {
        self.items.render()
    }
    fn source(&self) -> liquid::model::DisplayCow<'_> {
        self.items.source()
    }
    fn type_name(&self) -> &'static str {
        "counting"
    }
    fn query_state(&self, state: State) -> bool {
        self.items.query_state(state)
    }
    fn to_kstr(&self) -> KStringCow<'_> {
        self.items.to_kstr()
    }
    fn to_value(&self) -> Value {
        self.items.to_value()
    }
    fn as_array(&self) -> Option<&dyn liquid::model::ArrayView> {
        Some(self)
    }
}

impl liquid::model::ArrayView for Counting {
    fn as_value(&self) -> &dyn ValueView {
        self
    }
    fn size(&self) -> i64 {
        self.items.len() as i64
    }
    fn values<'k>(&'k self) -> Box<dyn Iterator<Item = &'k dyn ValueView> + 'k> {
        self.walks.set(self.walks.get() + 1);
        self.items.values()
    }
    fn contains_key(&self, index: i64) -> bool {
        self.items.contains_key(index)
    }
    fn get(&self, index: i64) -> Option<&dyn ValueView> {
        liquid::model::ArrayView::get(&self.items, index)
    }
}

#[test]
fn a_list_is_laid_out_once_however_often_it_is_read() {
    let items = || (0..40).map(|count| Item { name: "n", price: 1.0, count, tags: Vec::new() }).collect();
    for (template, walks) in [
        ("{% for i in (0..39) %}{{ page.list[i].count }},{% endfor %}{{ page.list.size }}", 1),
        (
            "{% for i in (0..39) %}{% if i == page.list.size %}{% endif %}{% for a in page.list %}{% endfor %}{% endfor %}",
            1,
        ),
        ("{{ page.list[0].count }}{{ page.list[-1].count }}", 0),
        ("{{ page.other }}", 0),
    ] {
        let page = BTreeMap::from([(
            "page".to_owned(),
            BTreeMap::from([("list".to_owned(), Counting { items: items(), walks: Cell::new(0) })]),
        )]);
        render(template, &page);
        assert_eq!(page["page"]["list"].walks.get(), walks, "{template}");
    }
}

#[test]
fn limits_hold() {
    let object = liquid::object!({ "list": (0..1000).collect::<Vec<i64>>() });
    let mut limits = carafe::Limits::default();
    limits.collection_items = 999;
    let arena = Arena::new(&limits);
    let data = View::new(&object);
    let value = data.to_data(&arena).expect("nothing is laid out yet");
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let template = engine.template("{{ list | join: ' ' }}").expect("template");
    let outcome = template.prepare().run_in(&arena, value);
    assert!(matches!(outcome.status, carafe::Status::Exceeded(_)), "{:?}", outcome.status);
}
