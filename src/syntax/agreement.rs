//! The two readers of markup agree: what the grammar accepts, the fallback reads to the same tree, in every mode.

use super::fallback::{Fallback, Reading, Rejected};
use super::markup::Grammar;
use crate::dialect::{BRAZE, Dialect, ErrorMode, LIQUID};
use crate::limits::Limits;
use proptest::prelude::*;
use std::fmt::Debug;

const WORDS: &[&str] = &[
    "a",
    "b-c",
    "d.e",
    "item",
    "nil",
    "true",
    "empty",
    "contains",
    "and",
    "or",
    "in",
    "reversed",
    "limit",
    "offset",
    "cols",
    "with",
    "for",
    "as",
    "continue",
    "f?",
    "'s'",
    "\"t u\"",
    "''",
    "1",
    "-2",
    "3.5",
    "99999999999999999999",
    "(1..2)",
    "(a..b.c)",
    "[0]",
    "['k']",
    "[b]",
    ".",
    ",",
    ":",
    "|",
    "=",
    "==",
    "!=",
    "<>",
    "<",
    ">=",
    "(",
    ")",
    "[",
    "]",
    "..",
    "-",
    "?",
];

const BRAZE_WORDS: &[&str] = &["${a}", "n.${b c}", ".${d}", "{{a}}", "{{ ${b} | c: 1 }}", "{{a"];

/// Markup that often means something: words of the language in any order, with and without blanks.
fn markup(words: &'static [&'static str], more: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => prop::sample::select(words), 3 => prop::sample::select(more)];
    prop::collection::vec((word, prop::bool::weighted(0.8)), 1..8).prop_map(|words| {
        words.iter().map(|(word, blank)| format!("{word}{}", if *blank { " " } else { "" })).collect()
    })
}

/// Markup made to fit one kind of tag.
fn shaped() -> impl Strategy<Value = String> {
    let value = || {
        prop::sample::select(vec![
            "a",
            "b.c",
            "d[0]",
            "e['f g'].h",
            "i[j.k]",
            "nil",
            "blank",
            "1",
            "-2.5",
            "'s'",
            "\"t\"",
            "(1..3)",
            "(a..b)",
            "x-y?",
        ])
    };
    let argument = (prop::option::of(prop::sample::select(vec!["k", "limit"])), value())
        .prop_map(|(key, value)| key.map_or(value.to_owned(), |key| format!("{key}: {value}")));
    let filter =
        (prop::sample::select(vec!["f", "plus", "g_h"]), prop::collection::vec(argument.clone(), 0..3))
            .prop_map(|(name, arguments)| match arguments.is_empty() {
                true => format!(" | {name}"),
                false => format!(" | {name}: {}", arguments.join(", ")),
            });
    let chain = (value(), prop::collection::vec(filter, 0..3))
        .prop_map(|(value, filters)| value.to_owned() + &filters.concat());
    let comparison =
        (value(), prop::option::of((prop::sample::select(vec!["==", "<>", ">", "contains"]), value())))
            .prop_map(|(left, right)| {
                right.map_or(left.to_owned(), |(sign, right)| format!("{left} {sign} {right}"))
            });
    let condition = (
        comparison.clone(),
        prop::collection::vec((prop::sample::select(vec!["and", "or"]), comparison), 0..3),
    )
        .prop_map(|(first, rest)| {
            rest.iter().fold(first, |all, (word, next)| format!("{all} {word} {next}"))
        });
    let option = (
        prop::sample::select(vec!["limit", "offset", "cols"]),
        prop_oneof![4 => value(), 1 => Just("continue")],
    )
        .prop_map(|(name, value)| format!(" {name}:{value}"));
    let walk = (value(), any::<bool>(), prop::collection::vec(option, 0..3)).prop_map(
        |(value, reversed, options)| {
            format!("item in {value}{}{}", if reversed { " reversed" } else { "" }, options.concat())
        },
    );
    let list = prop::collection::vec(value(), 1..4).prop_map(|values| values.join(", "));
    let cycle = (prop::option::of(value()), list.clone())
        .prop_map(|(group, list)| group.map_or(list.clone(), |group| format!("{group}: {list}")));
    let partial = (
        prop::sample::select(vec!["'p'", "name"]),
        prop::option::of((prop::sample::select(vec!["with", "for"]), value())),
        prop::option::of(Just("alias")),
        prop::collection::vec(argument, 0..3),
    )
        .prop_map(|(name, binding, alias, arguments)| {
            let binding = binding.map_or(String::new(), |(word, value)| format!(" {word} {value}"));
            let alias = alias.map_or(String::new(), |alias| format!(" as {alias}"));
            let arguments: String = arguments.iter().map(|argument| format!(", {argument}")).collect();
            format!("{name}{binding}{alias}{arguments}")
        });
    let assign = chain.clone().prop_map(|chain| format!("name = {chain}"));
    prop_oneof![chain, assign, condition, walk, list, cycle, partial]
}

fn same<T: Debug + PartialEq>(
    markup: &str,
    mode: ErrorMode,
    read: Option<T>,
    again: impl FnOnce() -> Result<Reading<T>, Rejected>,
) {
    let Some(read) = read else { return };
    match again() {
        Ok(reading) => assert_eq!(reading.value, read, "{markup:?} in {}", mode.name()),
        Err(rejected) => panic!("{markup:?} in {}: {}", mode.name(), rejected.reference),
    }
}

fn agree(markup: &str, dialect: &'static Dialect) {
    let limits = &Limits::default();
    for mode in [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2] {
        let grammar = Grammar { mode, dialect, limits };
        let fallback = Fallback { mode, dialect, limits };
        macro_rules! agree {
            ($($kind:ident),*) => {
                $(same(markup, mode, grammar.$kind(markup, 7), || fallback.$kind(markup, 7));)*
            };
        }
        agree!(chain, assign, condition, case_subject, when_values, for_loop, table_row, cycle);
        agree!(capture_name, counter_name);
        for isolated in [true, false] {
            same(markup, mode, grammar.partial(isolated, markup, 7), || {
                fallback.partial(isolated, markup, 7)
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_words_in_any_order(markup in markup(WORDS, WORDS)) {
        agree(&markup, &LIQUID);
    }

    #[test]
    fn on_words_of_braze(markup in markup(WORDS, BRAZE_WORDS)) {
        agree(&markup, &BRAZE);
    }

    #[test]
    fn on_markup_that_fits(markup in shaped()) {
        agree(&markup, &LIQUID);
        agree(&markup, &BRAZE);
    }
}
