//! What the fuzz targets do with a text, and what must hold whatever the text is.

use carafe::diagnostic::Label;
use carafe::{
    Arena, Dialect, Engine, ErrorMode, Limits, Outcome, Source, Template, Value, check, dialect, json,
};
use std::sync::Arc;

const DIALECTS: [&Dialect; 2] = [&dialect::BRAZE, &dialect::LIQUID];

/// Small enough that the fuzzer sees a limit met, and does not wait.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.steps = 100_000;
    limits.memory_bytes = 8 << 20;
    limits.output_bytes = 1 << 20;
    limits
}

/// A template in every dialect and error mode.
pub fn parse(text: &str) {
    let source = Arc::new(Source::new("template", text));
    for dialect in DIALECTS {
        for mode in [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2] {
            let engine = Engine::builder().dialect(dialect).error_mode(mode).limits(limits()).build();
            let template = engine.inspect(&source);
            let found = template.diagnostics().iter();
            found.flat_map(|found| found.primary.iter().chain(&found.secondary)).for_each(lies_in_its_source);
            template.variables();
        }
    }
}

fn lies_in_its_source(label: &Label) {
    let range = label.span.start as usize..label.span.end as usize;
    assert!(label.source.text().get(range).is_some(), "{label:?} is no part of its source");
}

/// A template and its data, parted by a line `---`.
pub fn render(text: &str) {
    let (template, data) = text.split_once("\n---\n").unwrap_or((text, "{}"));
    let arena = Arena::new(&limits());
    let data = json::read(data, &arena).unwrap_or(Value::Nil);
    let source = Arc::new(Source::new("template", template));
    for dialect in DIALECTS {
        let engine = Engine::builder().dialect(dialect).limits(limits()).clock(noon()).build();
        let template = engine.inspect(&source);
        let plain = run(&template, data, false);
        let again = run(&template, data, false);
        assert_eq!((&plain.text, &plain.status), (&again.text, &again.status), "two renders differ");
        let traced = run(&template, data, true);
        assert_eq!(
            (&plain.text, &plain.status),
            (&traced.text, &traced.status),
            "the source map changes the body"
        );
        let trace = traced.trace.expect("it was asked for");
        for at in (0..traced.text.len()).step_by(1 + traced.text.len() / 64) {
            assert!(trace.segment_at(at).is_some(), "nothing wrote byte {at} of the body");
        }
        assert!(plain.text.len() <= limits().output_bytes);
    }
}

fn run(template: &Template, data: Value<'_>, trace: bool) -> Outcome {
    template.prepare().trace(trace).warnings(true).run(&data)
}

fn noon() -> carafe::time::FixedClock {
    carafe::time::FixedClock(carafe::time::Time::UNIX_EPOCH)
}

/// A rendered body.
pub fn json_check(text: &str) {
    let findings = check::json::check(text, check::json::CheckLimits::default());
    for finding in &findings {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?} is no part of the body");
        finding.message(text);
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => {
            assert!(findings.iter().all(|found| found.severity() != carafe::Severity::Error), "{findings:?}");
        }
        // `serde_json` holds numbers and depth to its own limits, which are not the checker's.
        Err(error) if is_a_limit(&error) => {}
        Err(error) => assert!(!findings.is_empty(), "serde_json refuses it: {error}"),
    }
}

fn is_a_limit(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.starts_with("number out of range") || message.starts_with("recursion limit exceeded")
}
