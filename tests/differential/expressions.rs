//! Strategies for what stands inside of tags and outputs: literals, variable lookups, filters, conditions.

use crate::values::KEYS;
use proptest::prelude::*;
use proptest::sample::select;

/// What a filter takes: the input, and what its parameters are best given.
struct Filter {
    name: &'static str,
    input: Kind,
    parameters: &'static [Kind],
    /// So many of the parameters must be given.
    required: usize,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    List,
    Items,
    Property,
    Format,
    Any,
}

use Kind::{Any, Format, Items, List, Number, Property, Text};

const fn filter(name: &'static str, input: Kind, parameters: &'static [Kind], required: usize) -> Filter {
    Filter { name, input, parameters, required }
}

/// Every filter that both versions of the reference have.
const FILTERS: &[Filter] = &[
    filter("abs", Number, &[], 0),
    filter("append", Text, &[Any], 1),
    filter("at_least", Number, &[Number], 1),
    filter("at_most", Number, &[Number], 1),
    filter("base64_decode", Text, &[], 0),
    filter("base64_encode", Text, &[], 0),
    filter("base64_url_safe_decode", Text, &[], 0),
    filter("base64_url_safe_encode", Text, &[], 0),
    filter("capitalize", Text, &[], 0),
    filter("ceil", Number, &[], 0),
    filter("compact", Items, &[Property], 0),
    filter("concat", List, &[List], 1),
    filter("date", Format, &[Format], 1),
    filter("default", Any, &[Any], 0),
    filter("divided_by", Number, &[Number], 1),
    filter("downcase", Text, &[], 0),
    filter("escape", Text, &[], 0),
    filter("escape_once", Text, &[], 0),
    filter("first", List, &[], 0),
    filter("floor", Number, &[], 0),
    filter("h", Text, &[], 0),
    filter("join", List, &[Text], 0),
    filter("last", List, &[], 0),
    filter("lstrip", Text, &[], 0),
    filter("map", Items, &[Property], 1),
    filter("minus", Number, &[Number], 1),
    filter("modulo", Number, &[Number], 1),
    filter("newline_to_br", Text, &[], 0),
    filter("plus", Number, &[Number], 1),
    filter("prepend", Text, &[Any], 1),
    filter("remove", Text, &[Text], 1),
    filter("remove_first", Text, &[Text], 1),
    filter("remove_last", Text, &[Text], 1),
    filter("replace", Text, &[Text, Text], 1),
    filter("replace_first", Text, &[Text, Text], 1),
    filter("replace_last", Text, &[Text, Text], 2),
    filter("reverse", List, &[], 0),
    filter("round", Number, &[Number], 0),
    filter("rstrip", Text, &[], 0),
    filter("size", Any, &[], 0),
    filter("slice", Any, &[Number, Number], 1),
    filter("sort", Items, &[Property], 0),
    filter("sort_natural", Items, &[Property], 0),
    filter("split", Text, &[Text], 1),
    filter("strip", Text, &[], 0),
    filter("strip_html", Text, &[], 0),
    filter("strip_newlines", Text, &[], 0),
    filter("times", Number, &[Number], 1),
    filter("truncate", Text, &[Number, Text], 0),
    filter("truncatewords", Text, &[Number, Text], 0),
    filter("uniq", Items, &[Property], 0),
    filter("upcase", Text, &[], 0),
    filter("url_decode", Text, &[], 0),
    filter("url_encode", Text, &[], 0),
    filter("where", Items, &[Property, Any], 1),
    filter("unknown_filter", Any, &[Any], 0),
];

fn word(words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words).prop_map(str::to_owned).boxed()
}

fn text_literal() -> BoxedStrategy<String> {
    word(&[
        "''",
        "' '",
        "'a'",
        "\"b\"",
        "'an'",
        "', '",
        "'x y'",
        "\"it's\"",
        "'<i>'",
        "'1'",
        "'2.5'",
        "'-3'",
        "'Ünï'",
        "'%'",
        "'a|b'",
        "'\n'",
        "'true'",
        "'name'",
        "\"\\n\"",
        "'$1 \\\\0'",
    ])
}

fn number_literal() -> BoxedStrategy<String> {
    word(&[
        "0",
        "1",
        "2",
        "3",
        "4",
        "7",
        "10",
        "-1",
        "-2",
        "1.0",
        "0.5",
        "-1.5",
        "2.75",
        "100000000000000000000",
        "0.0",
    ])
}

fn keyword() -> BoxedStrategy<String> {
    word(&["nil", "true", "false", "blank", "empty", "null"])
}

/// The names a template can use: its data, what other tags assign, and nothing.
fn name() -> BoxedStrategy<String> {
    word(&[
        "x",
        "x",
        "y",
        "y",
        "s",
        "s",
        "t",
        "num",
        "num",
        "n",
        "m",
        "list",
        "list",
        "items",
        "items",
        "user",
        "user",
        "v",
        "w",
        "i",
        "item",
        "p1",
        "missing",
        "forloop",
        "tablerowloop",
    ])
}

fn property() -> BoxedStrategy<String> {
    prop_oneof![
        5 => select(&KEYS[..]).prop_map(|key| format!("'{key}'")),
        1 => word(&["'missing'", "s", "0", "nil", "''", "'name.size'"]),
    ]
    .boxed()
}

/// One step of a path.
fn step() -> BoxedStrategy<String> {
    prop_oneof![
        6 => word(&[".name", ".price", ".tag", ".nested", ".missing", ".a-b"]),
        4 => word(&[".size", ".first", ".last"]),
        3 => word(&["[0]", "[1]", "[-1]", "[9]", "[-9]", "[1.0]", "[nil]", "[true]"]),
        3 => word(&["['name']", "[\"a b\"]", "['size']", "['first']", "[s]", "[n]", "[user.name]", "['']"]),
    ]
    .boxed()
}

fn loop_property() -> BoxedStrategy<String> {
    word(&[
        "forloop.index",
        "forloop.index0",
        "forloop.rindex",
        "forloop.rindex0",
        "forloop.first",
        "forloop.last",
        "forloop.length",
        "forloop.parentloop.index",
        "forloop.name",
        "tablerowloop.col",
        "tablerowloop.row",
        "tablerowloop.col_first",
        "tablerowloop.col_last",
        "tablerowloop.index",
        "tablerowloop.last",
        "tablerowloop.col0",
        "tablerowloop.length",
    ])
}

pub fn lookup() -> BoxedStrategy<String> {
    prop_oneof![
        12 => (name(), prop::collection::vec(step(), 0..3)).prop_map(|(name, steps)| name + &steps.concat()),
        2 => loop_property(),
        1 => word(&["['x']", "[s]", "['user'].name"]),
    ]
    .boxed()
}

/// Its ends are small, or variables that are.
pub fn range() -> BoxedStrategy<String> {
    let end =
        || word(&["0", "1", "2", "3", "-1", "5", "n", "m", "n", "list.size", "nil", "'2'", "1.5", "missing"]);
    (end(), end()).prop_map(|(first, last)| format!("({first}..{last})")).boxed()
}

pub fn expression() -> BoxedStrategy<String> {
    prop_oneof![
        10 => lookup(),
        4 => text_literal(),
        3 => number_literal(),
        1 => keyword(),
        1 => range(),
    ]
    .boxed()
}

/// What a loop may run over.
pub fn collection() -> BoxedStrategy<String> {
    prop_oneof![
        4 => word(&["list", "items", "user", "x", "y"]),
        3 => range(),
        2 => lookup(),
        1 => expression(),
    ]
    .boxed()
}

fn of_kind(kind: Kind) -> BoxedStrategy<String> {
    let fitting = match kind {
        Text => prop_oneof![2 => word(&["s", "t", "s", "user.name", "x"]), 2 => text_literal()].boxed(),
        Number => prop_oneof![2 => word(&["num", "n", "m", "x", "s"]), 3 => number_literal()].boxed(),
        List => word(&["list", "list", "items", "x", "y", "user", "(1..3)", "v"]),
        Items => word(&["items", "items", "items", "list", "x", "user"]),
        Property => property(),
        Format => word(&[
            "'%Y-%m-%d'",
            "'%H:%M:%S %z'",
            "'%a, %b %e'",
            "'%s %j %U'",
            "''",
            "'%-d/%-m/%y %I %p'",
            "'%10Y|%^b|%%'",
            "s",
            "'2024-02-29'",
            "0",
            "1152098955",
            "'2023-12-31 23:59:58 +0200'",
            "nil",
        ]),
        Any => expression(),
    };
    prop_oneof![5 => fitting, 1 => expression()].boxed()
}

fn keyword_argument() -> BoxedStrategy<String> {
    prop_oneof![
        2 => (word(&["allow_false: "]), word(&["true", "false", "x"])),
        1 => (word(&["key: ", "limit:"]), expression()),
    ]
    .prop_map(|(name, value)| name + &value)
    .boxed()
}

fn with_arguments(name: &str, arguments: Vec<String>) -> String {
    if arguments.is_empty() { name.to_owned() } else { format!("{name}: {}", arguments.join(", ")) }
}

/// A filter with arguments that fit; now and then with others, or with too many or too few.
fn applied(filter: &'static Filter) -> BoxedStrategy<String> {
    let most = filter.parameters.len();
    let fitting = filter.parameters.iter().map(|kind| of_kind(*kind)).collect::<Vec<_>>();
    let fitting = (fitting, filter.required..=most).prop_map(|(mut arguments, count)| {
        arguments.truncate(count);
        arguments
    });
    let any = prop::collection::vec(expression(), 0..=most + 1);
    let named = (prop::collection::vec(expression(), 0..=most), keyword_argument()).prop_map(
        |(mut arguments, named)| {
            arguments.push(named);
            arguments
        },
    );
    let with_keywords = if filter.name == "default" { 30 } else { 1 };
    prop_oneof![40 => fitting, 2 => any, with_keywords => named]
        .prop_map(|arguments| with_arguments(filter.name, arguments))
        .boxed()
}

fn any_filter() -> BoxedStrategy<String> {
    prop::strategy::Union::new(FILTERS.iter().map(applied)).boxed()
}

/// A filter on an input that fits it.
fn fitting_filter() -> BoxedStrategy<String> {
    let each = FILTERS.iter().map(|filter| (of_kind(filter.input), applied(filter)));
    prop::strategy::Union::new(
        each.map(|pair| pair.prop_map(|(input, filter)| format!("{input} | {filter}")).boxed()),
    )
    .boxed()
}

/// What an output or an assignment holds.
pub fn filtered() -> BoxedStrategy<String> {
    let chain = |count: std::ops::Range<usize>| prop::collection::vec(any_filter(), count);
    let first = prop_oneof![3 => expression(), 5 => fitting_filter()];
    (first, prop_oneof![3 => chain(0..1), 3 => chain(1..3)])
        .prop_map(|(first, chain)| chain.iter().fold(first, |text, filter| format!("{text} | {filter}")))
        .boxed()
}

pub fn condition() -> BoxedStrategy<String> {
    let operator = || word(&["==", "!=", "<>", "<", ">", "<=", ">=", "contains"]);
    let special = word(&["blank", "empty", "nil", "false", "true"]);
    let single = prop_oneof![
        3 => expression(),
        8 => (expression(), operator(), expression()).prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        2 => (lookup(), operator(), special).prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        1 => (word(&["blank", "empty"]), operator(), expression()).prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
    ]
    .boxed();
    let more = prop::collection::vec((word(&[" and ", " or "]), single.clone()), 0..3);
    let joined = (single.clone(), more).prop_map(|(first, more)| {
        more.into_iter().fold(first, |text, (relation, next)| text + &relation + &next)
    });
    prop_oneof![3 => single, 2 => joined].boxed()
}
