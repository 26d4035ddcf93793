//! The conformance suites liquid-spec and golden-liquid, where a checkout of them lies beside the project.
//!
//! Each case goes through the server of `examples/liquid_spec_server`, in this process. `tests/conformance/known-gaps.txt`
//! lists the cases that do not pass, each with its reason. A listed case that passes fails the run, and so does an
//! unlisted one that does not. The last line is `N passed, N failed, N skipped`; what is skipped are the listed cases, or
//! the suites that are not here.

#[path = "conformance/judge.rs"]
mod judge;
#[path = "../examples/liquid_spec_server/objects.rs"]
mod objects;
#[path = "../examples/liquid_spec_server/server.rs"]
mod server;

use carafe::{Arena, Value, json};
use libtest_mimic::Arguments;
use server::{field, text};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/conformance");
const GAPS: &str = include_str!("conformance/known-gaps.txt");

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if arguments.list {
        println!("conformance: test");
        return ExitCode::SUCCESS;
    }
    if arguments.filter.as_deref().is_some_and(|filter| !"conformance".contains(filter)) {
        return ExitCode::SUCCESS;
    }
    let mut tally = Tally::default();
    match std::fs::read_to_string(format!("{FOLDER}/liquid-spec.jsonl")) {
        Ok(cases) => {
            for case in cases.lines().filter(|line| !line.is_empty()) {
                let arena = Arena::default();
                let name = json::read(case, &arena).map_or("", |case| text(field(case, "id"))).to_owned();
                tally.count(&name, || judge::liquid_spec(case));
            }
        }
        Err(_) => tally.skip("liquid-spec"),
    }
    match std::fs::read_to_string(format!("{FOLDER}/golden_liquid.json")) {
        Ok(suite) => {
            let arena = Arena::default();
            let suite = json::read(&suite, &arena).expect("golden_liquid.json is JSON");
            let Value::Array(cases) = field(suite, "tests") else {
                panic!("golden_liquid.json has no tests")
            };
            for case in cases {
                tally.count(text(field(*case, "name")), || judge::golden_liquid(*case));
            }
        }
        Err(_) => tally.skip("golden-liquid"),
    }
    tally.close()
}

/// What became of the cases.
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// The known gaps that no case has been counted for.
    gaps: BTreeMap<&'static str, &'static str>,
    /// Whether both suites were here, so that a gap without a case is a mistake.
    complete: bool,
}

impl Default for Tally {
    fn default() -> Self {
        let lines = GAPS.lines().filter(|line| !line.starts_with('#'));
        let gaps = lines.filter_map(|line| line.split_once(": ")).collect();
        Tally { passed: 0, failed: 0, skipped: 0, gaps, complete: true }
    }
}

impl Tally {
    fn count(&mut self, name: &str, run: impl FnOnce() -> Result<(), String>) {
        let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("a panic".to_owned()));
        match (result, self.gaps.remove(name)) {
            (Ok(()), None) => self.passed += 1,
            (Err(_), Some(_)) => self.skipped += 1,
            (Ok(()), Some(_)) => self.fail(name, "passes, and is listed as a gap"),
            (Err(reason), None) => self.fail(name, &reason),
        }
    }

    fn fail(&mut self, name: &str, reason: &str) {
        self.failed += 1;
        println!("FAILED {name}: {reason}");
    }

    fn skip(&mut self, suite: &str) {
        println!("{suite} is not here and is skipped");
        self.skipped += 1;
        self.complete = false;
    }

    fn close(mut self) -> ExitCode {
        if self.complete {
            for name in std::mem::take(&mut self.gaps).into_keys() {
                self.fail(name, "is listed as a gap, and there is no such case");
            }
        }
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
