//! Persons and events as Customer.io and CleverTap know them.

use super::document::Document;
use super::event::{self, Batch};
use crate::arena::Arena;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, DialectSet};
use crate::failure::Failure;
use crate::json::Step;
use crate::value::{Map, Value};

/// The names under which a platform's templates read a person and an event.
pub(super) struct Names {
    pub person: &'static str,
    pub event: &'static str,
}

/// The names of `dialect`; `None` for a dialect whose data has no such names.
pub(super) fn names(dialect: &Dialect) -> Option<Names> {
    if dialect.roots.is_empty() {
        return None;
    }
    Some(match dialect.set.intersects(DialectSet::CLEVERTAP) {
        true => Names { person: "Profile", event: "Event" },
        false => Names { person: "customer", event: "event" },
    })
}

/// The attributes of the person in `document`: all of a flat object, or what Customer.io's and CleverTap's interfaces wrap
/// them in.
pub(super) fn person<'r>(
    document: &Document<'r>,
    findings: &mut Vec<Diagnostic>,
) -> Option<&'r [(&'r str, Value<'r>)]> {
    const WRAPPERS: &[&[&str]] = &[
        &["customer", "attributes"],
        &["customer"],
        &["attributes"],
        &["record", "profileData"],
        &["profileData"],
        &["ProfileData"],
    ];
    for wrapper in WRAPPERS {
        let mut value = Value::Map(document.root);
        for key in *wrapper {
            value = match value {
                Value::Map(map) => map.get(key).unwrap_or(Value::Nil),
                _ => Value::Nil,
            };
        }
        match value {
            Value::Map(attributes) => return Some(attributes.entries()),
            Value::Nil => {}
            other if wrapper.len() == 1 => {
                let path: Vec<Step> = wrapper.iter().map(|key| Step::Key(key)).collect();
                findings.push(document.wrong_shape(&path, "an object with attributes", other));
                return None;
            }
            _ => {}
        }
    }
    Some(document.root.entries())
}

/// What an event gives to the root of the data.
pub(super) struct Event<'r> {
    /// What templates read of it.
    pub data: Vec<(&'r str, Value<'r>)>,
    /// Its name.
    pub name: Option<Value<'r>>,
    /// Its id.
    pub id: Option<Value<'r>>,
    /// When it happened.
    pub time: Option<Value<'r>>,
}

/// The event of `document`, the one counted `number` from 1 of a batch. An event that wraps its data is known by `data`,
/// `properties`, `evtData` or `event_properties`; any other object is the data itself. What Currents, Momentum and SparkPost
/// report is read as everywhere.
pub(super) fn event<'r>(
    document: &Document<'r, Value<'r>>,
    number: Option<usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Batch<Event<'r>>> {
    let row = match event::choose(document, number, findings)? {
        Batch::Event(row) => row,
        Batch::Nothing => return Some(Batch::Nothing),
    };
    if row.is_reported() {
        let event = row.event(document, findings)?;
        let name = event.name.map(Value::String);
        return Some(Batch::Event(Event { data: event.properties, name, id: None, time: event.time }));
    }
    let (event, path) = row.object()?;
    own_event(document, event, path, findings).map(Batch::Event)
}

fn own_event<'r>(
    document: &Document<'r, Value<'r>>,
    event: &'r Map<'r>,
    path: &[Step<'r>],
    findings: &mut Vec<Diagnostic>,
) -> Option<Event<'r>> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| event.get(key)).filter(|value| !value.is_nil());
    for wrapper in ["data", "properties", "evtData", "event_properties"] {
        match event.get(wrapper) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(data)) => {
                return Some(Event {
                    data: data.entries().to_vec(),
                    name: first(&["name", "event_name", "evtName", "event"]),
                    id: first(&["id", "event_id"]),
                    time: first(&["timestamp", "event_timestamp", "ts"]),
                });
            }
            Some(other) => {
                let path = [path, &[Step::Key(wrapper)]].concat();
                findings.push(document.wrong_shape(&path, "an object with the event's data", other));
                return None;
            }
        }
    }
    Some(Event { data: event.entries().to_vec(), name: None, id: None, time: None })
}

/// The value of an event's name, and the entries beside it.
type Split<'r> = (Value<'r>, Vec<(&'static str, Value<'r>)>);

impl<'r> Event<'r> {
    /// The entries that stand under the event's name, and those that stand at the root beside it.
    pub fn split(mut self, dialect: &Dialect, arena: &'r Arena) -> Result<Split<'r>, Failure> {
        if dialect.set.intersects(DialectSet::CLEVERTAP) {
            // CleverTap's templates read the name as a property.
            if let (Some(name), false) = (self.name, self.data.iter().any(|(key, _)| *key == "name")) {
                self.data.push(("name", name));
            }
            return Ok((Value::Map(arena.map(&self.data)?), Vec::new()));
        }
        let beside = [("event_name", self.name), ("event_id", self.id), ("event_timestamp", self.time)];
        let beside = beside.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        Ok((Value::Map(arena.map(&self.data)?), beside))
    }
}
