//! What the fuzz targets do with an input, and what must hold whatever it is: one module a target.
//!
//! A scenario fails by panicking. It needs nothing but the crate, the standard library and crates that the crate itself
//! uses, so that `tests/fuzz_seeds.rs` can run it over the seeds.

#[cfg(feature = "batch")]
pub mod batch_rows;
#[cfg(feature = "webhook")]
pub mod data_files;
pub mod dates;
pub mod json_check;
pub mod numbers;
pub mod parse;
pub mod render;

use carafe::diagnostic::Label;
use carafe::time::{FixedClock, Time};
use carafe::{Diagnostic, Dialect, Engine, Limits, dialect::ErrorMode};
use std::sync::LazyLock;

pub const MODES: [ErrorMode; 3] = [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2];

/// The parts of an input stand between lines of three dashes.
const SEPARATOR: &str = "\n---\n";

/// Small enough that the fuzzer sees limits met, and does not wait.
pub fn limits() -> Limits {
    let mut limits = Limits::default();
    // What ends by the clock ends otherwise the next time.
    limits.deadline = None;
    limits.steps = 50_000;
    limits.memory_bytes = 4 << 20;
    limits.value_bytes = 1 << 20;
    limits.output_bytes = 1 << 18;
    limits.requests = 10;
    limits.partial_renders = 100;
    limits
}

/// An engine for each dialect and error mode, of one dialect after the other.
static ENGINES: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let builder = |dialect: &'static Dialect, mode| {
        Engine::builder().dialect(dialect).error_mode(mode).limits(limits()).clock(clock()).build()
    };
    Dialect::all().into_iter().flat_map(|dialect| MODES.map(|mode| builder(dialect, mode))).collect()
});

/// The engine of this number, and of the dialect's own mode where only the dialect matters.
pub fn engine(dialect: usize, mode: Option<usize>) -> &'static Engine {
    let own = Dialect::all()[dialect].error_mode;
    let mode = mode.or_else(|| MODES.iter().position(|mode| *mode == own)).expect("there are no other modes");
    &ENGINES[dialect * MODES.len() + mode]
}

pub fn noon() -> Time {
    Time::from_unix(1_717_416_821).expect("a time of our days")
}

pub fn clock() -> FixedClock {
    FixedClock(noon())
}

/// A number below `count` that the first byte of an input gives: so a fuzzer can choose, and the input stays as it is.
pub fn chosen(input: &[u8], count: usize) -> usize {
    input.first().map_or(0, |byte| usize::from(*byte)) % count
}

/// The parts of an input, as many as are wanted; those that it lacks are empty.
pub fn parts<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.splitn(N, SEPARATOR);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Every place that a finding names lies in its text, and its fix can be applied.
pub fn places_are_true(found: &Diagnostic) {
    assert!(!found.message.is_empty(), "{found:?} says nothing");
    found.primary.iter().chain(&found.secondary).chain(&found.rendered).for_each(lies_in_its_source);
    let Some(fix) = &found.fix else { return };
    let mut edits: Vec<_> = fix.edits.iter().map(|edit| edit.span.from()..edit.span.to()).collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    for edit in &edits {
        assert!(fix.source.text().get(edit.clone()).is_some(), "{fix:?} mends what is not there");
    }
    for pair in edits.windows(2) {
        assert!(pair[0].end <= pair[1].start, "edits lie on each other: {fix:?}");
    }
}

fn lies_in_its_source(label: &Label) {
    let range = label.span.from()..label.span.to();
    assert!(label.source.text().get(range).is_some(), "{label:?} is no part of its source");
    label.source.position(label.span.from());
    label.source.position(label.span.to());
}
