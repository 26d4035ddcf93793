//! A template in every dialect and error mode: it compiles or is refused, what is named lies in it, and what is printed of
//! it reads to the same template.

use super::{MODES, chosen, engine, limits, places_are_true};
use carafe::syntax;
use carafe::{Dialect, Engine, Source, Status, Template, dialect::ErrorMode, json};
use std::fmt::{self, Write};
use std::sync::Arc;

/// In all dialects and modes.
pub fn all(text: &str) {
    for number in 0..Dialect::all().len() * MODES.len() {
        parse(text, number);
    }
}

/// In the dialect and mode that the first byte chooses.
pub fn one(text: &str) {
    parse(text, chosen(text.as_bytes(), Dialect::all().len() * MODES.len()));
}

fn parse(text: &str, number: usize) {
    let engine = engine(number / MODES.len(), Some(number % MODES.len()));
    let source = Arc::new(Source::new("template", text));
    let template = engine.inspect(&source);
    let found = template.diagnostics();
    found.iter().for_each(places_are_true);
    let mut places = Places { length: text.len(), source: &source, rest: String::new() };
    write!(places, "{:?}", template.ast()).expect("nothing else fails");
    for variable in template.variables() {
        for place in &variable.places {
            let range = place.span.from()..place.span.to();
            assert!(place.source.text().get(range).is_some(), "{variable:?} stands nowhere");
        }
    }
    // It ends, and prints as one line.
    assert!(!format!("{:?}", template.projection()).contains('\n'));
    if found.iter().any(|found| found.is_error()) {
        assert!(engine.compile(&source).is_err(), "what has errors is no template");
        return;
    }
    assert!(template.reference_error().is_none(), "the reference refuses what has no errors");
    prints_to_the_same(engine, &template);
}

/// What is printed of a template without errors, of which nothing was left out, and which was not read in lax mode, has none,
/// prints as it is, and renders to the same.
fn prints_to_the_same(engine: &Engine, template: &Template) {
    let source = template.source();
    let printed = syntax::print(template.ast(), source, engine.dialect());
    // Lax mode reads more than can be written: `(1` is the variable called 1, and `1` a number.
    let leaves_out = template.diagnostics().iter().any(|found| found.code.name == "syntax/ignored");
    if leaves_out || engine.error_mode() == ErrorMode::Lax || printed.len() > limits().template_bytes {
        return;
    }
    let second = Arc::new(Source::new("printed", printed.as_str()));
    let again = match engine.compile(&second) {
        Ok(again) => again,
        Err(error) => panic!("{:?} prints to {printed:?}, which has errors: {error}", source.text()),
    };
    let twice = syntax::print(again.ast(), &second, engine.dialect());
    assert_eq!(twice, printed, "what {:?} prints to prints to something else", source.text());
    let (before, after) = (run(template), run(&again));
    if before.1 == Status::Complete && after.1 == Status::Complete {
        assert_eq!(after.0, before.0, "{:?} and what is printed of it render differently", source.text());
    }
}

fn run(template: &Template) -> (String, Status) {
    let outcome = template.prepare().run(&json::Text(DATA));
    (outcome.text, outcome.status)
}

/// Something for the names that seeds and dictionary use.
const DATA: &str = r#"{"a": [1, "b", {"c": 2.5}], "b": "x", "c": {"a": 1, "b": [3]}, "items": ["p", "q"],
    "n": 3, "profile": {"first_name": "Ada", "b": "x"}, "vars": {"a": [1, 2], "b": "x", "n": 3},
    "customer": {"name": "Ada"}, "trigger": {"a": 1}}"#;

/// Reads the spans out of what a tree says of itself, and keeps nothing of it.
struct Places<'s> {
    length: usize,
    source: &'s Source,
    /// A line that has only begun.
    rest: String,
}

impl Write for Places<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.rest.push_str(text);
        if self.rest.len() > 4096 {
            let from = self.take();
            self.rest.drain(..from);
        }
        Ok(())
    }
}

impl Drop for Places<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.take();
        }
    }
}

impl Places<'_> {
    /// Checks the whole spans in what is there, and says where a span may have begun that is not whole.
    fn take(&self) -> usize {
        let mut from = 0;
        while let Some(found) = self.rest[from..].find("Span { start: ") {
            let start = from + found;
            let Some(end) = self.rest[start..].find(" }") else { return start };
            self.check(&self.rest[start + "Span { start: ".len()..start + end]);
            from = start + end;
        }
        let mut keep = self.rest.len().saturating_sub("Span { start: ".len()).max(from);
        while !self.rest.is_char_boundary(keep) {
            keep -= 1;
        }
        keep
    }

    fn check(&self, numbers: &str) {
        // Texts of the template stand in the tree too, and may look like spans.
        let Some((start, end)) = numbers.split_once(", end: ") else { return };
        let (Ok(start), Ok(end)) = (start.parse::<usize>(), end.parse::<usize>()) else { return };
        if self.source.text().contains("Span") {
            return;
        }
        assert!(start <= end && end <= self.length, "{start}..{end} is no place in the template");
        let slice = self.source.text().get(start..end);
        assert!(slice.is_some(), "{start}..{end} cuts a character");
    }
}
