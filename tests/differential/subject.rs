//! Carafe, through its public API.

use crate::case::{Case, Outcome};
use carafe::time::{FixedClock, Time};
use carafe::{Engine, Loader, Source, Status, dialect, dialect::ErrorMode, json, loader::LoadError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The clock that `reference.rb` is frozen at.
const NOW: &str = "2024-01-01T00:01:58Z";

struct Partials(BTreeMap<String, String>);

impl Loader for Partials {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let missing = || LoadError::new(format!("Could not find asset {name}"));
        self.0.get(name).cloned().ok_or_else(missing)
    }
}

/// Parses, and renders what parses.
pub fn run(case: &Case) -> Outcome {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .error_mode(if case.strict { ErrorMode::Strict } else { ErrorMode::Lax })
        .loader(Partials(case.partials.clone()))
        .build();
    let template = engine.inspect(&Arc::new(Source::new("template", case.template.as_str())));
    if let Some(error) = template.reference_error() {
        let text = format!("Liquid syntax error (line {}): {}", error.line, error.message);
        return Outcome::Refused(text);
    }
    let data = case.data.to_string();
    let clock = FixedClock(Time::from_rfc3339(NOW).expect("a time"));
    let render = template.prepare().line_numbers(true).stop_at_error(case.stop).clock(&clock);
    let outcome = render.run(&json::Text(&data));
    match outcome.status {
        Status::Failed(_, text) => Outcome::Raised(text),
        Status::Exceeded(exceeded) => Outcome::GaveUp(exceeded.to_string()),
        _ => Outcome::Output(outcome.text),
    }
}
