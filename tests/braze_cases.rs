//! The cases from Braze's documents, where a checkout of them lies beside the project.
//!
//! `tests/braze_cases/known-gaps.txt` lists the ones that do not pass, each with its reason. A listed case that passes
//! fails the run, and so does an unlisted one that does not.

use carafe::time::{FixedClock, Time};
use carafe::{Arena, Engine, Source, Status, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/braze.json");
const GAPS: &str = include_str!("braze_cases/known-gaps.txt");

#[test]
fn documented_cases() {
    let Ok(text) = std::fs::read_to_string(CASES) else {
        println!("0 passed, 0 failed, the cases are not here");
        return;
    };
    let arena = Arena::default();
    let Ok(Value::Array(cases)) = json::read_with(&text, &arena, json::ReadOptions { times: true }) else {
        panic!("the case file is no JSON array");
    };
    let mut gaps: BTreeMap<&str, &str> =
        GAPS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": ")).collect();
    let engine = Engine::default();
    let (mut passed, mut listed, mut wrong) = (0, 0, Vec::new());
    for case in cases {
        if field(*case, "expected").is_nil() && field(*case, "expected_abort").is_nil() {
            continue;
        }
        let name = field(*case, "name").as_str().expect("a case has a name");
        match (run(&engine, *case, name), gaps.remove(name)) {
            (Ok(()), None) => passed += 1,
            (Ok(()), Some(_)) => wrong.push(format!("{}: passes, and is listed as a gap", name)),
            (Err(_), Some(_)) => listed += 1,
            (Err(reason), None) => wrong.push(format!("{}: {reason}", name)),
        }
    }
    wrong.extend(gaps.keys().map(|name| format!("{name}: is listed as a gap, and there is no such case")));
    println!("{passed} passed, {} failed, {listed} listed as gaps", wrong.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn field<'r>(case: Value<'r>, key: &str) -> Value<'r> {
    match case {
        Value::Map(map) => map.get(key).unwrap_or(Value::Nil),
        _ => Value::Nil,
    }
}

fn run(engine: &Engine, case: Value<'_>, name: &str) -> Result<(), String> {
    let text = field(case, "template").as_str().expect("a case has a template");
    let template = engine.compile(&Arc::new(Source::new(name, text))).map_err(|error| error.to_string())?;
    let now = field(case, "now").as_str().map_or(Some(Time::UNIX_EPOCH), Time::from_rfc3339);
    let clock = FixedClock(now.ok_or("the clock is no RFC 3339 time")?);
    let outcome = template.prepare().clock(&clock).run(&field(case, "data"));
    let (expected, abort) = (field(case, "expected").as_str(), field(case, "expected_abort").as_str());
    match (expected, abort, outcome.status) {
        (Some(expected), _, Status::Complete) if expected == outcome.text => Ok(()),
        (None, Some(expected), Status::Aborted(reason)) if expected == reason => Ok(()),
        (expected, abort, status) => {
            Err(format!("expected {:?}, got {:?} ({status:?})", expected.or(abort), outcome.text))
        }
    }
}
