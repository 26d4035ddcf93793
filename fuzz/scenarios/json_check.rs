//! A body or data document: the checker and the readers of JSON take exactly what `serde_json` takes, and read the same.
//!
//! Only limits differ. `serde_json` refuses collections nested more than 127 deep and numbers beyond a float; the checker
//! follows 512 brackets and takes numbers of any size; the reader of data follows 128 and refuses numbers beyond a float,
//! and integers of too many digits.

use super::places_are_true;
use carafe::json::{self, Compactor, ReadError};
use carafe::{Arena, Limits, Severity, Source, check};
use serde_json::Value as Json;
use std::sync::Arc;

pub fn run(text: &str) {
    let expected = serde_json::from_str::<Json>(text);
    let expected = match &expected {
        Ok(value) => Some(value),
        Err(error) if is_a_limit(error) => return without_serde_json(text),
        Err(_) => None,
    };
    checker(text, expected);
    reader(text, expected);
    compacted(text, expected);
}

fn is_a_limit(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.starts_with("number out of range") || message.starts_with("recursion limit exceeded")
}

fn without_serde_json(text: &str) {
    findings(text);
    let _ = json::read(text, &Arena::default()).is_ok();
    let mut out = String::new();
    let _ = json::compact(text, &mut out);
}

/// What the checker finds, each in its place; whether there is an error.
fn findings(text: &str) -> bool {
    let findings = check::json::check(text, check::json::CheckLimits::default());
    for finding in &findings {
        assert!(text.get(finding.span.clone()).is_some(), "{finding:?} is no part of the body");
        assert!(!finding.message(text).is_empty(), "{finding:?} says nothing");
    }
    let (again, _) = check::json::read(text, check::json::CheckLimits::default());
    assert_eq!(again, findings, "the check that reads finds something else");
    findings.iter().any(|found| found.severity() == Severity::Error)
}

fn checker(text: &str, expected: Option<&Json>) {
    assert_eq!(!findings(text), expected.is_some(), "the checker and serde_json do not agree");
}

fn reader(text: &str, expected: Option<&Json>) {
    let arena = Arena::default();
    let value = match (json::read(text, &arena), expected) {
        (Ok(value), Some(_)) => value,
        (Err(error), None) => return is_placed(text, &error),
        (Err(error), Some(_)) if error.limit.is_some() => return is_placed(text, &error),
        (read, expected) => panic!("the reader says {:?}, serde_json {expected:?}", read.err()),
    };
    let again = json::to_serde(value, &arena).expect("what was read is no host's object");
    assert!(expected.is_some_and(|expected| alike(&again, expected)), "{again:?} was read for {expected:?}");
    let mut written = arena.builder();
    json::write(value, &arena, &mut written).expect("it was read within the same limits");
    let written = written.finish();
    let reread: Json = serde_json::from_str(written).expect("what is written is JSON");
    assert!(alike(&reread, &again), "{again:?} is written as {written}");
    // Integers are exact, whatever their size.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        assert_eq!(written, text);
    }
    let rewritten = Arena::default();
    let value = json::read(written, &rewritten).expect("what is written can be read");
    let mut twice = rewritten.builder();
    json::write(value, &rewritten, &mut twice).expect("it is as large as before");
    assert_eq!(twice.finish(), written, "what is written is written otherwise when it was read");
}

fn is_placed(text: &str, error: &ReadError) {
    assert!(text.is_char_boundary(error.at), "{error:?} stands nowhere");
    places_are_true(&error.diagnostic(&Arc::new(Source::new("data", text))));
}

/// The same value: numbers as they are worth, since `serde_json` reads large integers as floats, and floats to the last
/// bit but one.
fn alike(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || a.as_f64().zip(b.as_f64()).is_some_and(near),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        (a, b) => a == b,
    }
}

fn near((a, b): (f64, f64)) -> bool {
    a == b || a.is_sign_negative() == b.is_sign_negative() && a.to_bits().abs_diff(b.to_bits()) <= 1
}

fn compacted(text: &str, expected: Option<&Json>) {
    let mut out = "before".to_owned();
    let taken = json::compact(text, &mut out);
    let line = out.strip_prefix("before").expect("what was there stays");
    match (&taken, expected) {
        (Ok(()), Some(expected)) => {
            let value: Json = serde_json::from_str(line).expect("it is JSON as before");
            assert_eq!(&value, expected, "without white space it says something else");
            let mut twice = String::new();
            json::compact(line, &mut twice).expect("it is JSON as before");
            assert_eq!(twice, line);
        }
        (Err(error), None) => {
            is_placed(text, error);
            assert_eq!(line, "", "something was written for what is no JSON");
        }
        (Err(error), Some(_)) => assert!(error.limit.is_some(), "{error:?}"),
        (Ok(()), None) => panic!("what is no JSON is written as {line}"),
    }
    // One that has seen bodies before writes the same.
    let mut compactor = Compactor::default();
    for body in [text, "{\"a\": 1, \"b\": [\"x\"]}", text, text] {
        let mut bytes = Vec::new();
        let is_written = compactor.compact(body, &mut bytes).is_ok();
        if body == text {
            assert_eq!(
                (is_written, bytes.as_slice()),
                (taken.is_ok(), line.as_bytes()),
                "bodies before change it"
            );
        }
    }
}

/// Whether the limits of the reader are the ones said above.
#[allow(dead_code, reason = "the fuzz targets have no tests")]
pub fn limits_are_as_said() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let reads = |text: &str| json::read(text, &Arena::new(&Limits::default())).is_ok();
    let checks = |text: &str| check::json::check(text, check::json::CheckLimits::default()).is_empty();
    assert!(serde_json::from_str::<Json>(&nested(127)).is_ok());
    assert!(serde_json::from_str::<Json>(&nested(128)).is_err());
    assert!(reads(&nested(128)) && !reads(&nested(129)));
    assert!(checks(&nested(512)) && !checks(&nested(513)));
    assert!(!reads("1e999") && checks("1e999"));
}
