//! Strategies for whole templates: text, outputs and every tag.

use crate::expressions::{collection, condition, expression, filtered, lookup, range};
use crate::values::PARTIALS;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// A part of a template, before it is decided whether it stands in text or in a `liquid` tag.
#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Output(String),
    Tag(String),
    /// What has no place in a `liquid` tag.
    Verbatim(String),
}

use Piece::{Output, Tag, Text, Verbatim};

type Pieces = BoxedStrategy<Vec<Piece>>;

/// A template that uses the partials from the one numbered `partials` on, with blocks nested up to `depth`.
pub fn template(partials: usize, depth: usize) -> BoxedStrategy<String> {
    let body = body(partials, depth);
    let trims = prop::collection::vec(prop_oneof![8 => Just(0u8), 1 => 0..4u8], 64);
    (body, trims)
        .prop_map(|(pieces, trims)| {
            let mut trims = trims.into_iter().cycle();
            pieces.iter().map(|piece| print(piece, trims.next().unwrap_or_default())).collect()
        })
        .boxed()
}

/// As a template has it; the bits of `trim` say on which side blanks are taken off.
fn print(piece: &Piece, trim: u8) -> String {
    let left = if trim & 1 == 0 { "" } else { "-" };
    let right = if trim & 2 == 0 { "" } else { "-" };
    match piece {
        Text(text) | Verbatim(text) => text.clone(),
        Output(markup) => format!("{{{{{left} {markup} {right}}}}}"),
        Tag(markup) => format!("{{%{left} {markup} {right}%}}"),
    }
}

/// As a line of a `liquid` tag.
fn line(piece: &Piece) -> String {
    match piece {
        Text(_) | Verbatim(_) => "echo '.'".to_owned(),
        Output(markup) => format!("echo {}", markup.replace('\n', " ")),
        // 5.4 has no `liquid` in `liquid`: its lines stand for themselves.
        Tag(markup) if markup.starts_with("liquid\n") => markup["liquid\n".len()..].to_owned(),
        Tag(markup) => markup.replace('\n', " "),
    }
}

fn words(words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words).prop_map(str::to_owned).boxed()
}

fn one(strategy: BoxedStrategy<String>, piece: fn(String) -> Piece) -> Pieces {
    strategy.prop_map(move |text| vec![piece(text)]).boxed()
}

fn body(partials: usize, depth: usize) -> Pieces {
    prop::collection::vec(node(partials, depth), 1..4).prop_map(|nodes| nodes.concat()).boxed()
}

fn node(partials: usize, depth: usize) -> Pieces {
    let text = words(&["a", " ", "\n", "b c", " \n ", ".", "é", "-", "}", "{ ", "%", "\t"]);
    let mut options = vec![
        (3, one(text, Text)),
        (8, one(filtered(), Output)),
        (4, one(simple_tag(), Tag)),
        (1, verbatim()),
    ];
    options.push((1, one(partial_tag(partials), Tag)));
    if depth > 0 {
        let inner = body(partials, depth - 1);
        options.push((3, if_tag(&inner)));
        options.push((4, for_tag(&inner)));
        options.push((1, case_tag(&inner)));
        options.push((1, tablerow_tag(&inner)));
        options.push((2, simple_block(&inner)));
        options.push((1, liquid_tag(&inner)));
    }
    Union::new_weighted(options).boxed()
}

fn target() -> BoxedStrategy<String> {
    words(&["v", "v", "w", "x", "item", "forloop", "a-b"])
}

/// Tags without an end.
fn simple_tag() -> BoxedStrategy<String> {
    let group = prop_oneof![2 => Just(String::new()), 1 => words(&["'g': ", "name: ", "s: ", "1: "])];
    let cycled = prop::collection::vec(expression(), 1..4).prop_map(|values| values.join(", "));
    prop_oneof![
        6 => (target(), filtered()).prop_map(|(name, value)| format!("assign {name} = {value}")),
        2 => (group, cycled).prop_map(|(group, values)| format!("cycle {group}{values}")),
        1 => words(&["increment v", "increment c", "increment x", "decrement c", "decrement w", "decrement x"]),
        1 => filtered().prop_map(|value| format!("echo {value}")),
        1 => words(&["break", "continue"]),
        1 => words(&["# note", "#", "# a | b"]),
    ]
    .boxed()
}

fn verbatim() -> Pieces {
    let text = words(&[
        "{% raw %} {{ x }} {% y %} {% endraw %}",
        "{% raw %}{{ {% {% endraw %}",
        "{%- raw -%} a {% endraw -%}",
        "{% comment %} {{ x }} {% if %} {% endcomment %}",
        "{% comment %}{% comment %}a{% endcomment %}{% endcomment %}",
        "{% comment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}",
        "{{}}",
        "{{ }}",
        "{%- # a -%}",
    ]);
    one(text, Verbatim)
}

fn arguments() -> BoxedStrategy<String> {
    let argument = (words(&["x", "v", "key", "item", "limit"]), expression());
    prop::collection::vec(argument, 0..3)
        .prop_map(|arguments| arguments.iter().map(|(name, value)| format!(", {name}: {value}")).collect())
        .boxed()
}

/// `include` and `render`.
fn partial_tag(partials: usize) -> BoxedStrategy<String> {
    let mut names: Vec<String> = PARTIALS[partials..].iter().map(|name| format!("'{name}'")).collect();
    let weight = if names.is_empty() { 1 } else { 12 };
    if names.is_empty() {
        names.push("'missing'".to_owned());
    }
    let known = prop_oneof![weight => select(names), 1 => Just("'missing'".to_owned())];
    // Partials name none that the data holds: it might be their own.
    let any = if partials == 0 {
        prop_oneof![6 => known.clone(), 1 => words(&["partial", "partial", "x"])].boxed()
    } else {
        known.clone().boxed()
    };
    let with = || {
        prop_oneof![
            3 => Just(String::new()),
            1 => expression().prop_map(|value| format!(" with {value}")),
            1 => (expression(), words(&["v", "item", "x"])).prop_map(|(value, name)| format!(" with {value} as {name}")),
            1 => collection().prop_map(|value| format!(" for {value}")),
            1 => (collection(), words(&["v", "item", "x"])).prop_map(|(value, name)| format!(" for {value} as {name}")),
        ]
    };
    prop_oneof![
        (any, with(), arguments())
            .prop_map(|(name, with, arguments)| format!("include {name}{with}{arguments}")),
        (known, with(), arguments())
            .prop_map(|(name, with, arguments)| format!("render {name}{with}{arguments}")),
    ]
    .boxed()
}

fn tag(markup: impl Into<String>) -> Vec<Piece> {
    vec![Tag(markup.into())]
}

fn if_tag(inner: &Pieces) -> Pieces {
    let elsif = (condition(), inner.clone())
        .prop_map(|(condition, body)| [tag(format!("elsif {condition}")), body].concat());
    let otherwise = inner.clone().prop_map(|body| [tag("else"), body].concat());
    let elsifs = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(elsif, 1..3)];
    let otherwise = prop::option::of(otherwise);
    (words(&["if", "if", "unless"]), condition(), inner.clone(), elsifs, otherwise)
        .prop_map(|(name, condition, body, elsifs, otherwise)| {
            let end = tag(format!("end{name}"));
            [tag(format!("{name} {condition}")), body, elsifs.concat(), otherwise.unwrap_or_default(), end]
                .concat()
        })
        .boxed()
}

fn number() -> BoxedStrategy<String> {
    prop_oneof![
        6 => words(&["1", "2", "3", "0", "n", "m"]),
        1 => words(&["-1", "nil", "'2'", "1.5", "s", "x", "list.size", "true"]),
    ]
    .boxed()
}

/// Options of loops, in any order and any number.
fn loop_options(names: &'static [&'static str]) -> BoxedStrategy<String> {
    let option = prop_oneof![
        8 => (words(names), number()).prop_map(|(name, value)| format!(" {name}:{value}")),
        2 => Just(" offset: continue".to_owned()),
    ];
    prop_oneof![3 => Just(Vec::new()), 4 => prop::collection::vec(option, 1..3)]
        .prop_map(|options| options.concat())
        .boxed()
}

fn for_tag(inner: &Pieces) -> Pieces {
    let reversed = words(&["", "", "", " reversed"]);
    let otherwise =
        prop_oneof![3 => Just(Vec::new()), 1 => inner.clone().prop_map(|body| [tag("else"), body].concat())];
    let stop = prop_oneof![
        4 => Just(Vec::new()),
        1 => (condition(), words(&["break", "continue"])).prop_map(|(condition, name)| [
            tag(format!("if {condition}")),
            tag(name),
            tag("endif")
        ]
        .concat()),
    ];
    let head =
        (words(&["i", "item", "item", "v"]), collection(), reversed, loop_options(&["limit", "offset"]));
    (head, stop, inner.clone(), otherwise)
        .prop_map(|((name, collection, reversed, options), stop, body, otherwise)| {
            let start = tag(format!("for {name} in {collection}{reversed}{options}"));
            [start, stop, body, otherwise, tag("endfor")].concat()
        })
        .boxed()
}

fn tablerow_tag(inner: &Pieces) -> Pieces {
    let head = (words(&["i", "item"]), collection(), loop_options(&["cols", "cols", "limit", "offset"]));
    (head, inner.clone())
        .prop_map(|((name, collection, options), body)| {
            let start = tag(format!("tablerow {name} in {collection}{options}"));
            [start, body, tag("endtablerow")].concat()
        })
        .boxed()
}

fn case_tag(inner: &Pieces) -> Pieces {
    let values = (prop::collection::vec(expression(), 1..3), words(&[", ", " or "]))
        .prop_map(|(values, by)| values.join(&by));
    let when =
        (values, inner.clone()).prop_map(|(values, body)| [tag(format!("when {values}")), body].concat());
    let otherwise = inner.clone().prop_map(|body| [tag("else"), body].concat());
    let branch = prop_oneof![5 => when, 1 => otherwise];
    let blank = words(&["", " ", "\n "]);
    (prop_oneof![3 => lookup(), 1 => expression()], blank, prop::collection::vec(branch, 0..4))
        .prop_map(|(value, blank, branches)| {
            [tag(format!("case {value}")), vec![Text(blank)], branches.concat(), tag("endcase")].concat()
        })
        .boxed()
}

/// Blocks without branches.
fn simple_block(inner: &Pieces) -> Pieces {
    let block = prop_oneof![
        3 => target().prop_map(|name| (format!("capture {name}"), "endcapture")),
        1 => Just(("ifchanged".to_owned(), "endifchanged")),
        1 => Just(("comment".to_owned(), "endcomment")),
        1 => range().prop_map(|range| (format!("for i in {range}"), "endfor")),
    ];
    (block, inner.clone()).prop_map(|((start, end), body)| [tag(start), body, tag(end)].concat()).boxed()
}

fn liquid_tag(inner: &Pieces) -> Pieces {
    inner
        .clone()
        .prop_map(|pieces| {
            let lines: Vec<String> = pieces.iter().map(line).collect();
            tag(format!("liquid\n{}\n", lines.join("\n")))
        })
        .boxed()
}
