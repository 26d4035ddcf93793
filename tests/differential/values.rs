//! Strategies for data: every type, with the values that tell one rule of conversion from another.

use crate::case::Data;
use proptest::prelude::*;
use proptest::sample::select;

/// The names of partials. Each may use only those after it, so that none calls itself.
pub const PARTIALS: [&str; 3] = ["p1", "p2", "p3"];

/// Keys of hashes, which templates look up. Some are names of properties that other types have.
pub const KEYS: [&str; 8] = ["name", "price", "tag", "size", "first", "last", "a b", "nested"];

const TEXTS: [&str; 44] = [
    "",
    " ",
    "\n",
    "\t x \n",
    "a",
    "b",
    "apple",
    "Banana",
    "cherry pie",
    "one two three four",
    "Ünïcödé ß",
    "日本語",
    "👍🏽 ok",
    "e\u{301}",
    "<b>bold</b> & \"q\" 'r'",
    "&lt;p&gt; &amp; &#39;",
    "<script>x</script>y<!-- c -->",
    "a,b,,c,",
    "line\nbreak\r\nend\n",
    "1",
    "-2",
    "3.5",
    "007",
    " 4 ",
    "1e3",
    "-0",
    "12abc",
    ".5",
    "5.",
    "99999999999999999999",
    "true",
    "false",
    "nil",
    "empty",
    "blank",
    "size",
    "2024-02-29",
    "2023-12-31 23:59:58 +0200",
    "March 14, 2016",
    "1152098955",
    "a+b%20c%2Fd?e=f&g",
    "aGVsbG8=",
    "{{ a }} {% b %}",
    "back\\slash \\0 \\1 $1",
];

const NUMBERS: [&str; 26] = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "-1",
    "-3",
    "42",
    "255",
    "1000000",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "123456789012345678901234567890",
    "0.0",
    "-0.0",
    "1.0",
    "1.5",
    "-2.5",
    "3.14159",
    "0.1",
    "1e20",
    "1e-7",
    "123456789.987654321",
    "1e16",
];

pub fn text() -> BoxedStrategy<Data> {
    select(&TEXTS[..]).prop_map(|text| Data::Text(text.to_owned())).boxed()
}

pub fn number() -> BoxedStrategy<Data> {
    select(&NUMBERS[..]).prop_map(|number| Data::Number(number.to_owned())).boxed()
}

/// A value that can end a range: none makes a loop run long.
fn bound() -> BoxedStrategy<Data> {
    prop_oneof![
        6 => (-2..6i32).prop_map(|number| Data::Number(number.to_string())),
        1 => select(vec!["1.9", "0.0", "3.0"]).prop_map(|number| Data::Number(number.to_owned())),
        1 => select(vec!["2", "x", "", " 3"]).prop_map(|text| Data::Text(text.to_owned())),
        1 => Just(Data::Nil),
    ]
    .boxed()
}

fn scalar() -> BoxedStrategy<Data> {
    prop_oneof![
        1 => Just(Data::Nil),
        2 => any::<bool>().prop_map(Data::Bool),
        4 => number(),
        6 => text(),
    ]
    .boxed()
}

fn hash_of(value: BoxedStrategy<Data>) -> BoxedStrategy<Data> {
    prop::collection::vec((select(&KEYS[..]), value), 0..4)
        .prop_map(|entries| {
            let mut unique: Vec<(String, Data)> = Vec::new();
            for (key, value) in entries {
                if unique.iter().all(|(other, _)| other != key) {
                    unique.push((key.to_owned(), value));
                }
            }
            Data::Hash(unique)
        })
        .boxed()
}

fn array_of(value: BoxedStrategy<Data>, most: usize) -> BoxedStrategy<Data> {
    prop::collection::vec(value, 0..=most).prop_map(Data::Array).boxed()
}

pub fn any_value() -> BoxedStrategy<Data> {
    scalar()
        .prop_recursive(
            3,
            12,
            4,
            |inner| prop_oneof![2 => array_of(inner.clone().boxed(), 4), 2 => hash_of(inner.boxed())],
        )
        .boxed()
}

/// A list of one type, as most data is, or a mixed one.
fn list() -> BoxedStrategy<Data> {
    prop_oneof![
        3 => array_of(number(), 5),
        3 => array_of(text(), 5),
        2 => array_of(scalar(), 5),
        1 => array_of(any_value(), 4),
    ]
    .boxed()
}

/// The variables of a template. What they hold is told by their names: `n` and `m` end ranges, so that no range is
/// long.
pub fn environment() -> BoxedStrategy<Data> {
    let items = prop_oneof![
        6 => array_of(hash_of(prop_oneof![4 => scalar(), 1 => list()].boxed()), 5),
        1 => array_of(prop_oneof![hash_of(scalar()), scalar()].boxed(), 4),
    ];
    let partial = prop_oneof![
        4 => select(&PARTIALS[..]).prop_map(|name| Data::Text(name.to_owned())),
        1 => scalar(),
    ];
    let values = (
        (any_value(), any_value(), text(), text(), number()),
        (bound(), bound(), list(), items, hash_of(any_value()), partial),
    );
    values
        .prop_map(|((x, y, s, t, num), (n, m, list, items, user, partial))| {
            let named = [
                ("x", x),
                ("y", y),
                ("s", s),
                ("t", t),
                ("num", num),
                ("n", n),
                ("m", m),
                ("list", list),
                ("items", items),
                ("user", user),
                ("partial", partial),
            ];
            Data::Hash(named.map(|(name, value)| (name.to_owned(), value)).into())
        })
        .boxed()
}
