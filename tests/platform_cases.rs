//! The cases from the documents of Customer.io, CleverTap, Amplitude and Braze, where a checkout of them lies beside the
//! project.
//!
//! `tests/platform_cases/known-gaps.txt` lists the ones that do not pass, each with its reason. A listed case that passes
//! fails the run, and so does an unlisted one that does not. Bodies for the contract checker and signatures are other
//! tests' business.

use carafe::dialect::{self, Dialect};
use carafe::time::{FixedClock, Time};
use carafe::{Arena, Engine, Source, Status, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/platforms.json");
const GAPS: &str = include_str!("platform_cases/known-gaps.txt");

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
    let mut gaps: BTreeMap<String, &str> = GAPS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, reason)| (name.to_owned(), reason))
        .collect();
    let (mut passed, mut listed, mut wrong) = (0, 0, Vec::new());
    for case in cases {
        let platform = text_of(*case, "platform");
        let Some(wanted) = Wanted::of(*case) else { continue };
        let name = format!("{platform}/{}", text_of(*case, "name"));
        match (run(*case, platform, wanted), gaps.remove(&name)) {
            (Ok(()), None) => passed += 1,
            (Ok(()), Some(_)) => wrong.push(format!("{name}: passes, and is listed as a gap")),
            (Err(_), Some(_)) => listed += 1,
            (Err(reason), None) => wrong.push(format!("{name}: {reason}")),
        }
    }
    wrong.extend(gaps.keys().map(|name| format!("{name}: is listed as a gap, and there is no such case")));
    println!("{passed} passed, {} failed, {listed} listed as gaps", wrong.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a case expects.
enum Wanted<'r> {
    Text(&'r str),
    /// An error of the template or the render.
    Error,
    /// The message is aborted.
    Abort,
    /// Refused with a sentence that names the language.
    Refused(&'static str),
}

impl<'r> Wanted<'r> {
    fn of(case: Value<'r>) -> Option<Self> {
        let notes = field(case, "notes").as_str().unwrap_or_default();
        Some(match (text_of(case, "platform"), field(case, "expected").as_str()) {
            ("amplitude-freemarker", _) => Wanted::Refused("FreeMarker"),
            ("braze" | "customerio-latest" | "customerio-legacy" | "clevertap", Some(text)) => {
                Wanted::Text(text)
            }
            ("braze" | "customerio-latest" | "customerio-legacy" | "clevertap", None) => match notes {
                notes if notes.contains("ERROR") => Wanted::Error,
                notes if notes.contains("ABORT") => Wanted::Abort,
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn field<'r>(case: Value<'r>, key: &str) -> Value<'r> {
    match case {
        Value::Map(map) => map.get(key).unwrap_or(Value::Nil),
        _ => Value::Nil,
    }
}

fn text_of<'r>(case: Value<'r>, key: &str) -> &'r str {
    field(case, key).as_str().expect("a case has a name, a platform and a template")
}

fn dialect_of(platform: &str) -> &'static Dialect {
    match platform {
        "customerio-latest" => &dialect::CUSTOMERIO,
        "customerio-legacy" => &dialect::CUSTOMERIO_LEGACY,
        "clevertap" => &dialect::CLEVERTAP,
        _ => &dialect::BRAZE,
    }
}

fn run(case: Value<'_>, platform: &str, wanted: Wanted) -> Result<(), String> {
    let engine = Engine::builder().dialect(dialect_of(platform)).build();
    let source = Arc::new(Source::new("template", text_of(case, "template")));
    let template = match (engine.compile(&source), &wanted) {
        (Ok(template), _) => template,
        (Err(_), Wanted::Error) => return Ok(()),
        (Err(error), Wanted::Refused(name)) if error.to_string().contains(name) => return Ok(()),
        (Err(error), _) => return Err(error.to_string()),
    };
    let now = field(case, "now").as_str().map_or(Some(Time::UNIX_EPOCH), Time::from_rfc3339);
    let clock = FixedClock(now.ok_or("the clock is no RFC 3339 time")?);
    let outcome = template.prepare().clock(&clock).run(&field(case, "data"));
    match (wanted, &outcome.status) {
        (Wanted::Text(expected), Status::Complete) if same(expected, &outcome.text) => Ok(()),
        (Wanted::Text(expected), status) => {
            Err(format!("expected {expected:?}, got {:?} ({status:?})", outcome.text))
        }
        (Wanted::Error, Status::Failed(..)) => Ok(()),
        (Wanted::Abort, Status::Aborted(_)) => Ok(()),
        (_, status) => Err(format!("got {:?} ({status:?})", outcome.text)),
    }
}

/// Which space stands between groups of digits, the documents do not say.
fn same(expected: &str, found: &str) -> bool {
    let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ");
    plain(expected) == plain(found)
}
