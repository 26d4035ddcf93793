//! Carafe, through its public API.

use crate::case::{Case, Outcome};
use carafe::time::{FixedClock, Time};
use carafe::{Engine, ErrorMode, LoadError, Loader, Source, Status, dialect, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The clock that `reference.rb` is frozen at.
const NOW: &str = "2024-01-01T00:01:58Z";

/// What Carafe made of a case, and the codes of what it found in it.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub outcome: Outcome,
    pub codes: Vec<&'static str>,
}

struct Partials(BTreeMap<String, String>);

impl Loader for Partials {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let missing = || LoadError::new(format!("Could not find asset {name}"));
        self.0.get(name).cloned().ok_or_else(missing)
    }
}

/// Parses, and renders what parses.
pub fn run(case: &Case) -> Rendered {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .error_mode(if case.strict { ErrorMode::Strict } else { ErrorMode::Lax })
        .loader(Partials(case.partials.clone()))
        .build();
    let template = engine.inspect(&Arc::new(Source::new("template", case.template.as_str())));
    let mut codes: Vec<_> = template.diagnostics().iter().map(|found| found.code.name).collect();
    if let Some(error) = template.reference_error() {
        let text = format!("Liquid syntax error (line {}): {}", error.line, error.message);
        return Rendered { outcome: Outcome::Refused(text), codes };
    }
    for partial in case.partials.values() {
        let found = engine.check(&Arc::new(Source::new("partial", partial.as_str())));
        codes.extend(found.iter().map(|found| found.code.name));
    }
    let data = case.data.to_string();
    let clock = FixedClock(Time::from_rfc3339(NOW).expect("a time"));
    let render = template.prepare().line_numbers(true).stop_at_error(case.stop).clock(&clock);
    let outcome = render.run(&json::Text(&data));
    let outcome = match outcome.status {
        Status::Failed(_, text) => Outcome::Raised(text),
        Status::Exceeded(exceeded) => Outcome::GaveUp(exceeded.to_string()),
        _ => Outcome::Output(outcome.text),
    };
    Rendered { outcome, codes }
}
