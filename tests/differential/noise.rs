//! Faults in markup: tokens are dropped, doubled, swapped, and odd ones put in, so that parse errors and what lax mode
//! makes of markup are compared too.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Splits a template into what a fault or a simplification takes as one: delimiters, strings, words, blanks, signs.
pub fn tokens(template: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let delimiter = ["{{-", "{%-", "-}}", "-%}", "{{", "{%", "}}", "%}", ".."]
            .into_iter()
            .find(|d| rest.starts_with(d));
        let length = match (delimiter, first) {
            (Some(delimiter), _) => delimiter.len(),
            (None, '\'' | '"') => rest[1..].find(first).map_or(1, |end| end + 2),
            (None, c) if c.is_alphanumeric() || c == '_' => run(|c| c.is_alphanumeric() || c == '_'),
            (None, ' ') => run(|c| c == ' '),
            (None, c) => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

#[derive(Clone, Debug)]
enum Fault {
    Drop(Index),
    Double(Index),
    Swap(Index, Index),
    Insert(Index, &'static str),
    Replace(Index, &'static str),
}

const ODD: [&str; 60] = [
    "=", "==", "&", "&&", "!", "!=", ",", ",,", ":", "::", "|", "||", ".", "..", "...", "'", "\"", "[", "]",
    "[]", "(", ")", "{", "}", "{{", "}}", "{%", "%}", "%", "-", "--", "?", "#", "$", "@", "*", "+", "/",
    "\\", ";", "~", "`", "^", "<", "<>", ">", "\n", " ", "é", "a.b", "1.", ".5", "1..2", "-1", "contains",
    "and", "or", "in", "reversed", "endif",
];

fn apply(fault: &Fault, tokens: &mut Vec<String>) {
    if tokens.is_empty() {
        return;
    }
    match fault {
        Fault::Drop(at) => drop(tokens.remove(at.index(tokens.len()))),
        Fault::Double(at) => {
            let at = at.index(tokens.len());
            tokens.insert(at, tokens[at].clone());
        }
        Fault::Swap(one, other) => {
            let (one, other) = (one.index(tokens.len()), other.index(tokens.len()));
            tokens.swap(one, other);
        }
        Fault::Insert(at, text) => tokens.insert(at.index(tokens.len() + 1), (*text).to_owned()),
        Fault::Replace(at, text) => {
            let at = at.index(tokens.len());
            tokens[at] = (*text).to_owned();
        }
    }
}

/// Templates of `valid` with one to three faults.
pub fn faulty(valid: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let at = any::<Index>;
    let fault = prop_oneof![
        3 => at().prop_map(Fault::Drop),
        1 => at().prop_map(Fault::Double),
        2 => (at(), at()).prop_map(|(one, other)| Fault::Swap(one, other)),
        4 => (at(), select(&ODD[..])).prop_map(|(at, text)| Fault::Insert(at, text)),
        2 => (at(), select(&ODD[..])).prop_map(|(at, text)| Fault::Replace(at, text)),
    ];
    (valid, prop::collection::vec(fault, 1..4))
        .prop_map(|(template, faults)| {
            let mut tokens: Vec<String> = tokens(&template).into_iter().map(str::to_owned).collect();
            for fault in &faults {
                apply(fault, &mut tokens);
            }
            tokens.concat()
        })
        .boxed()
}
