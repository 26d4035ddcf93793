//! Makes a case that differs as small as it can be. It works on the text, so that faulty markup shrinks as valid
//! templates do.

use crate::case::{Case, Data};
use crate::noise::tokens;
use std::collections::BTreeMap;

/// Every case that is one step simpler, the boldest steps first.
pub fn simpler(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    let texts = || std::iter::once(&case.template).chain(case.partials.values());
    if let Data::Hash(entries) = &case.data {
        let used = |name: &str| texts().any(|text| tokens(text).contains(&name));
        let used = entries.iter().filter(|(name, _)| used(name)).cloned().collect();
        found.push(Case { data: Data::Hash(used), ..case.clone() });
        found.push(Case { data: Data::Hash(Vec::new()), ..case.clone() });
    }
    found.push(Case { partials: BTreeMap::new(), ..case.clone() });
    for name in case.partials.keys() {
        let mut partials = case.partials.clone();
        partials.remove(name);
        found.push(Case { partials, ..case.clone() });
    }
    found.push(Case { stop: false, ..case.clone() });
    found.extend(shorter(&case.template).into_iter().map(|template| Case { template, ..case.clone() }));
    for (name, partial) in &case.partials {
        for text in shorter(partial) {
            let mut partials = case.partials.clone();
            partials.insert(name.clone(), text);
            found.push(Case { partials, ..case.clone() });
        }
    }
    found.extend(plainer(&case.data).into_iter().map(|data| Case { data, ..case.clone() }));
    found.retain(|other| matches!(other.data, Data::Hash(_)) && other != case);
    found
}

/// The template without some of its tokens.
fn shorter(template: &str) -> Vec<String> {
    let tokens = tokens(template);
    let mut found = Vec::new();
    let mut length = tokens.len();
    while length > 0 {
        for start in (0..tokens.len()).step_by(length) {
            let end = (start + length).min(tokens.len());
            // Without its blanks markup is another kind of markup.
            if length == 1 && tokens[start].trim_matches(' ').is_empty() {
                continue;
            }
            found.push([&tokens[..start], &tokens[end..]].concat().concat());
        }
        length /= 2;
    }
    let nodes = nodes(&tokens);
    for (at, node) in nodes.iter().enumerate() {
        found.push([&tokens[..node.start], &tokens[node.end..]].concat().concat());
        // With its end, so that blocks stay balanced: first with what stands in it, then without.
        if let Some(end) = nodes[at..].iter().find(|end| end.name.strip_prefix("end") == Some(node.name)) {
            found.push([&tokens[..node.start], &tokens[end.end..]].concat().concat());
            found.push(
                [&tokens[..node.start], &tokens[node.end..end.start], &tokens[end.end..]].concat().concat(),
            );
        }
    }
    for length in [3, 5] {
        for start in 0..tokens.len().saturating_sub(length) {
            found.push([&tokens[..start], &tokens[start + length..]].concat().concat());
        }
    }
    for (at, token) in tokens.iter().enumerate() {
        if token.len() > 3 && token.starts_with(['\'', '"']) {
            found.push([&tokens[..at], &["'a'"], &tokens[at + 1..]].concat().concat());
        }
    }
    found
}

/// A tag or output, as a range of tokens.
struct Node<'t> {
    start: usize,
    end: usize,
    name: &'t str,
}

fn nodes<'t>(tokens: &[&'t str]) -> Vec<Node<'t>> {
    let mut nodes = Vec::new();
    let mut start = None;
    for (at, token) in tokens.iter().enumerate() {
        if token.starts_with("{{") || token.starts_with("{%") {
            start = Some(at);
        } else if (token.ends_with("}}") || token.ends_with("%}"))
            && let Some(start) = start.take()
        {
            let name = tokens[start + 1..at].iter().find(|token| !token.trim().is_empty());
            nodes.push(Node { start, end: at + 1, name: name.copied().unwrap_or_default() });
        }
    }
    nodes
}

/// The value with less in it, or in place of it something simple.
fn plainer(data: &Data) -> Vec<Data> {
    let mut found = Vec::new();
    match data {
        Data::Nil => {}
        Data::Bool(_) => found.push(Data::Nil),
        Data::Number(number) => {
            found.push(Data::Nil);
            if number.len() > 1 {
                found.extend(["1", "1.5"].map(|number| Data::Number(number.to_owned())));
            }
        }
        Data::Text(text) => {
            found.push(Data::Nil);
            if !text.is_empty() {
                found.push(Data::Text(String::new()));
            }
            if text.chars().count() > 1 {
                found.push(Data::Text("a".to_owned()));
                found.extend((0..text.chars().count()).map(|skipped| {
                    let kept = text.chars().enumerate().filter(|(at, _)| *at != skipped);
                    Data::Text(kept.map(|(_, c)| c).collect())
                }));
            }
        }
        Data::Array(items) => {
            found.push(Data::Nil);
            for at in 0..items.len() {
                found.push(Data::Array([&items[..at], &items[at + 1..]].concat()));
            }
            found.extend(items.iter().cloned());
            for (at, item) in items.iter().enumerate() {
                for simple in plainer(item) {
                    let mut items = items.clone();
                    items[at] = simple;
                    found.push(Data::Array(items));
                }
            }
        }
        Data::Hash(entries) => {
            found.push(Data::Nil);
            for at in 0..entries.len() {
                found.push(Data::Hash([&entries[..at], &entries[at + 1..]].concat()));
            }
            for (at, (_, value)) in entries.iter().enumerate() {
                for simple in plainer(value) {
                    let mut entries = entries.clone();
                    entries[at].1 = simple;
                    found.push(Data::Hash(entries));
                }
            }
        }
    }
    found
}
