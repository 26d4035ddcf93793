//! Rules of single contracts that a schema cannot say: across members, and with the time of sending.

use super::body::{Body, Spot};
use super::sentence::subject;
use crate::check::value::{About, ValueFinding};
use crate::diagnostic::code;
use crate::time::Time;
use serde_json::Value;
use std::collections::HashMap;

/// The rules of one contract: a body and when it is sent go in, findings are added.
pub(super) type Rules = fn(&Body<'_>, Option<Time>, &mut Vec<ValueFinding>);

/// How old an event may be that Movable Ink takes.
const OLDEST_DAYS: i64 = 30;

/// The largest body that Movable Ink takes.
const MOST_BYTES: usize = 1_000_000;

/// The events whose properties Movable Ink describes.
const EVENTS: &[&str] = &[
    "product_viewed",
    "product_added",
    "product_removed",
    "category_viewed",
    "searched",
    "product_searched",
    "conversion",
    "order_completed",
];

/// Hashes of an empty text: MD5, SHA-1, SHA-256.
const EMPTY_HASHES: &[&str] = &[
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

pub(super) fn movable_ink(body: &Body<'_>, now: Option<Time>, findings: &mut Vec<ValueFinding>) {
    let root = body.root();
    let batch = body.member(&root, "events").filter(|_| body.member(&root, "type").is_none());
    let events = batch.map_or_else(|| vec![root.clone()], |batch| body.items(&batch));
    for event in &events {
        for key in ["user_id", "anonymous_id"] {
            hash_of_nothing(body, event, key, findings);
        }
        event_name(body, event, findings);
        age(body, event, now, findings);
    }
    if body.text.len() > MOST_BYTES {
        let message = format!("the body has {} bytes, and the receiver takes 1,000,000", body.text.len());
        let mut finding = body.finding(&code::CONTRACT_RANGE, &root, message);
        finding.about = About::Value;
        findings.push(finding);
    }
}

/// An event that is written like one that Movable Ink describes, but not as it is.
fn event_name(body: &Body<'_>, event: &Spot, findings: &mut Vec<ValueFinding>) {
    let Some(spot) = body.member(event, "event") else { return };
    let Some(name) = body.text_of(&spot) else { return };
    let letters = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let written = letters(&name);
    let known = EVENTS.iter().find(|known| **known != name && letters(known) == written);
    if let Some(known) = known.filter(|_| !EVENTS.contains(&name.as_str())) {
        let message =
            format!("{} is written `{known}`, so that its properties are known", subject(&spot.path));
        let mut finding = body.finding(&code::CONTRACT_EVENT_NAME, &spot, message);
        finding.help.push(format!("write `{known}`, unless another name was agreed upon"));
        findings.push(finding);
    }
}

/// Whether an event is older than Movable Ink takes.
fn age(body: &Body<'_>, event: &Spot, now: Option<Time>, findings: &mut Vec<ValueFinding>) {
    let Some(spot) = body.member(event, "timestamp") else { return };
    let (Some(now), Some(Value::Number(sent))) = (now, body.scalar(&spot)) else { return };
    let Some(milliseconds) = sent.as_i64().filter(|sent| *sent >= 100_000_000_000) else { return };
    let seconds = now.unix_seconds().saturating_sub(milliseconds / 1_000);
    let days = seconds / 86_400;
    if days > OLDEST_DAYS {
        let message = format!(
            "{} is {days} days before the body is sent, and the receiver may not take what is older than {OLDEST_DAYS}",
            subject(&spot.path)
        );
        findings.push(body.finding(&code::CONTRACT_OLD, &spot, message));
    }
}

fn hash_of_nothing(body: &Body<'_>, object: &Spot, key: &str, findings: &mut Vec<ValueFinding>) {
    let Some(spot) = body.member(object, key) else { return };
    let Some(text) = body.text_of(&spot) else { return };
    if EMPTY_HASHES.iter().any(|hash| text.eq_ignore_ascii_case(hash)) {
        let message = format!(
            "{} is the hash of an empty text, which everyone without a value shares",
            subject(&spot.path)
        );
        let mut finding = body.finding(&code::CONTRACT_HASH_OF_NOTHING, &spot, message);
        finding
            .help
            .push("send no identifier where there is nothing to hash, or abort the message".to_owned());
        findings.push(finding);
    }
}

pub(super) fn currents(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    if let Some(events) = body.member(&body.root(), "events") {
        repeated(body, &body.items(&events), "id", findings);
    }
}

pub(super) fn moengage(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    if let Some(events) = body.member(&body.root(), "events") {
        repeated(body, &body.items(&events), "event_uuid", findings);
    }
}

pub(super) fn momentum(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    let mut events = Vec::new();
    for element in body.items(&body.root()) {
        if let Some(wrappers) = body.member(&element, "msys") {
            events.extend(body.members(&wrappers));
        }
    }
    repeated(body, &events, "event_id", findings);
}

/// Ids that stand twice in a batch.
fn repeated(body: &Body<'_>, events: &[Spot], key: &str, findings: &mut Vec<ValueFinding>) {
    let mut first: HashMap<String, String> = HashMap::new();
    for event in events {
        let Some(spot) = body.member(event, key) else { continue };
        let Some(id) = body.text_of(&spot).filter(|id| !id.trim().is_empty()) else { continue };
        if let Some(before) = first.get(&id) {
            let message = format!(
                "{} is the id of {} too: the receiver takes only one of them",
                subject(&spot.path),
                subject(before)
            );
            findings.push(body.finding(&code::CONTRACT_REPEATED_ID, &spot, message));
        } else {
            first.insert(id, event.path.clone());
        }
    }
}

pub(super) fn segment(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    let root = body.root();
    let events = if body.is_array(&root) { body.items(&root) } else { vec![root] };
    for event in &events {
        identified(body, event, &["userId", "anonymousId"], findings);
    }
    repeated(body, &events, "messageId", findings);
}

pub(super) fn customerglu_segment(body: &Body<'_>, now: Option<Time>, findings: &mut Vec<ValueFinding>) {
    segment(body, now, findings);
    let root = body.root();
    let count = body.items(&root).len();
    if body.is_array(&root) && count != 1 {
        let message = format!("the body must hold one event, is an array of {count}");
        let mut finding = body.finding(&code::CONTRACT_RANGE, &root, message);
        finding.help.push("set the batch size to 1 in Segment".to_owned());
        findings.push(finding);
    }
}

pub(super) fn webengage(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    identified(body, &body.root(), &["user_id", "anonymous_id"], findings);
}

pub(super) fn amplitude(body: &Body<'_>, _: Option<Time>, findings: &mut Vec<ValueFinding>) {
    identified(body, &body.root(), &["user_id", "device_id"], findings);
}

/// Of several identifiers one is to be there, and those that are there are not to be blank; `null` counts as none.
fn identified(body: &Body<'_>, object: &Spot, keys: &[&str], findings: &mut Vec<ValueFinding>) {
    if !body.is_object(object) {
        return;
    }
    let mut stands = false;
    for spot in keys.iter().filter_map(|key| body.member(object, key)) {
        match body.scalar(&spot) {
            Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {
                stands = true;
                let what = if text.is_empty() { "an empty text" } else { "nothing but white space" };
                let message = format!("{} must be a text that is not empty, is {what}", subject(&spot.path));
                let mut finding = body.finding(&code::CONTRACT_BLANK, &spot, message);
                finding.help.push("leave the identifier out where there is none".to_owned());
                findings.push(finding);
            }
            // What cannot be read is no less there.
            _ => stands = true,
        }
    }
    if !stands {
        let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let message = format!("{} needs {}", subject(&object.path), names.join(" or "));
        let mut finding = body.finding(&code::CONTRACT_MISSING, object, message);
        finding.about = About::Absent;
        findings.push(finding);
    }
}
