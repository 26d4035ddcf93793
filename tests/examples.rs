//! The examples in the tables of filters and tags write what the tables say, in every dialect that has the entry.

use carafe::syntax::tags::TAGS;
use carafe::time::{FixedClock, Time};
use carafe::{Dialect, Engine, Status, dialect::DialectSet, filters};
use std::collections::BTreeMap;

/// An entry of a table: its name, its dialects, the example and what it writes.
type Entry = (&'static str, DialectSet, &'static str, &'static str);

/// The examples of `entries` that write something else.
fn wrong(entries: &[Entry]) -> Vec<String> {
    let clock = FixedClock(Time::from_rfc3339("2026-03-09T12:00:00Z").expect("a time"));
    let mut wrong = Vec::new();
    for dialect in Dialect::all() {
        // The partial that the examples of `render` and `include` name.
        let partials = BTreeMap::from([("button".to_owned(), String::new())]);
        let engine = Engine::builder().dialect(dialect).loader(partials).build();
        for (name, dialects, example, output) in entries {
            if !dialects.intersects(dialect.set) {
                continue;
            }
            let outcome = match engine.template(*example) {
                Ok(template) => template.prepare().clock(&clock).run(&()),
                Err(error) => {
                    wrong.push(format!("{name} in {}: {error}", dialect.name));
                    continue;
                }
            };
            if outcome.text != *output || !matches!(outcome.status, Status::Complete | Status::Aborted(_)) {
                let place = format!("{name} in {}: {example}", dialect.name);
                wrong.push(format!("{place}\n  {output:?}\n  {:?} {:?}", outcome.text, outcome.status));
            }
        }
    }
    wrong
}

#[test]
fn filters_do_what_their_examples_say() {
    let entries: Vec<Entry> =
        filters::all().map(|filter| (filter.name, filter.dialects, filter.example, filter.output)).collect();
    assert!(entries.len() > 60);
    assert_eq!(wrong(&entries), Vec::<String>::new());
}

#[test]
fn tags_do_what_their_examples_say() {
    let entries: Vec<Entry> =
        TAGS.iter().map(|tag| (tag.name, tag.dialects, tag.example, tag.output)).collect();
    assert!(entries.len() > 20);
    assert_eq!(wrong(&entries), Vec::<String>::new());
}

#[test]
fn examples_use_what_they_are_for() {
    for filter in filters::all() {
        assert!(filter.example.contains(filter.name), "{}", filter.name);
    }
    for tag in TAGS {
        assert!(tag.example.contains(tag.name), "{}", tag.name);
    }
}
