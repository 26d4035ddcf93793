//! A body as the rules see it: its values with their places, and the same values for the schema.

use crate::check::json::document::{Document, Kind, Member, ValueNumber};
use crate::check::json::{self, CheckLimits};
use crate::check::value::{About, ValueFinding};
use crate::diagnostic::Code;
use jsonschema::paths::{Location, LocationSegment};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

/// How many brackets are followed.
const DEPTH: usize = 128;

/// Objects of so many members are searched one by one.
const SMALL: usize = 32;

/// A body.
pub(super) struct Body<'b> {
    pub text: &'b str,
    pub document: Document,
    /// The values as the schema takes them; what cannot be read is null.
    pub value: Value,
    /// The members of large objects by their keys, once one was asked for.
    indices: RefCell<HashMap<ValueNumber, HashMap<String, usize>>>,
}

/// A value of a body, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub number: ValueNumber,
    pub path: String,
}

impl<'b> Body<'b> {
    /// None if there is no value in it.
    pub fn read(text: &'b str) -> Option<Self> {
        let (_, document) = json::read(text, CheckLimits { depth: DEPTH, ..CheckLimits::default() });
        let value = value(text, &document, document.root()?);
        Some(Body { text, document, value, indices: RefCell::default() })
    }

    /// The outermost value.
    pub fn root(&self) -> Spot {
        Spot { number: 0, path: String::new() }
    }

    /// The bytes of the outermost value.
    pub fn span(&self) -> Range<usize> {
        self.span_of(0)
    }

    pub fn span_of(&self, number: ValueNumber) -> Range<usize> {
        self.document.value(number).map_or(0..0, |value| value.span.clone())
    }

    /// Whether a finding counts: nothing is said of values that cannot be read, and nothing is missing where a mistake may
    /// have swallowed it.
    pub fn counts(&self, finding: &ValueFinding) -> bool {
        finding.about != About::Absent || self.document.is_whole
    }

    /// The value that a schema's error is about; none if it cannot be read.
    pub fn at(&self, location: &Location) -> Option<Spot> {
        let mut spot = self.root();
        for segment in location.segments() {
            spot = match segment {
                LocationSegment::Property(key) => self.member(&spot, &key)?,
                LocationSegment::Index(at) => self.item(&spot, at)?,
            };
        }
        self.is_known(&spot).then_some(spot)
    }

    fn is_known(&self, spot: &Spot) -> bool {
        self.document.value(spot.number).is_some_and(|value| value.kind != Kind::Unknown)
    }

    /// The member of an object.
    pub fn member(&self, object: &Spot, key: &str) -> Option<Spot> {
        let member = self.found(object.number, key)?;
        Some(Spot { number: member.value, path: path_to(&object.path, key) })
    }

    /// The place of a member's key.
    pub fn key(&self, object: &Spot, key: &str) -> Option<Range<usize>> {
        Some(self.found(object.number, key)?.place.clone())
    }

    /// The values of an object's members.
    pub fn members(&self, object: &Spot) -> Vec<Spot> {
        let spot = |member: &Member| Spot { number: member.value, path: path_to(&object.path, &member.key) };
        self.members_of(object.number).iter().map(spot).collect()
    }

    fn members_of(&self, object: ValueNumber) -> &[Member] {
        match self.document.value(object).map(|value| &value.kind) {
            Some(Kind::Object(members)) => members,
            _ => &[],
        }
    }

    /// Of large objects the keys are looked up in an index, so that many errors in one take no quadratic time.
    fn found(&self, object: ValueNumber, key: &str) -> Option<&Member> {
        let members = self.members_of(object);
        if members.len() <= SMALL {
            return members.iter().rfind(|member| member.key == key);
        }
        let mut indices = self.indices.borrow_mut();
        let index = indices.entry(object).or_insert_with(|| {
            members.iter().enumerate().map(|(at, member)| (member.key.clone(), at)).collect()
        });
        members.get(*index.get(key)?)
    }

    pub fn item(&self, array: &Spot, at: usize) -> Option<Spot> {
        match &self.document.value(array.number)?.kind {
            Kind::Array(items) => {
                Some(Spot { number: *items.get(at)?, path: format!("{}[{at}]", array.path) })
            }
            _ => None,
        }
    }

    /// The items of an array; none of anything else.
    pub fn items(&self, array: &Spot) -> Vec<Spot> {
        let Some(Kind::Array(items)) = self.document.value(array.number).map(|value| &value.kind) else {
            return Vec::new();
        };
        let spot = |(at, number): (usize, &ValueNumber)| Spot {
            number: *number,
            path: format!("{}[{at}]", array.path),
        };
        items.iter().enumerate().map(spot).collect()
    }

    pub fn is_object(&self, spot: &Spot) -> bool {
        matches!(self.document.value(spot.number).map(|value| &value.kind), Some(Kind::Object(_)))
    }

    pub fn is_array(&self, spot: &Spot) -> bool {
        matches!(self.document.value(spot.number).map(|value| &value.kind), Some(Kind::Array(_)))
    }

    /// The text of a string, escapes resolved.
    pub fn text_of(&self, spot: &Spot) -> Option<String> {
        match self.scalar(spot)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A string, number, boolean or null.
    pub fn scalar(&self, spot: &Spot) -> Option<Value> {
        scalar(self.text, &self.document, spot.number)
    }

    /// A finding about the value at `spot`.
    pub fn finding(&self, code: &'static Code, spot: &Spot, message: impl Into<String>) -> ValueFinding {
        let mut finding = ValueFinding::new(code, self.span_of(spot.number), message);
        finding.path.clone_from(&spot.path);
        finding
    }

    /// A finding about a member that the object at `spot` lacks.
    pub fn absence(
        &self,
        code: &'static Code,
        spot: &Spot,
        key: &str,
        message: impl Into<String>,
    ) -> ValueFinding {
        let mut finding = self.finding(code, spot, message);
        finding.path = path_to(&spot.path, key);
        finding.about = About::Absent;
        finding
    }
}

/// `properties.price`; a key that is no plain name stands in brackets.
pub(super) fn path_to(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$'));
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => {
            format!("{path}[{}]", crate::check::finding::on_one_line(&Value::from(key).to_string()))
        }
    }
}

/// The value as the schema takes it. The check that read the document bounds how deep it nests.
fn value(text: &str, document: &Document, number: ValueNumber) -> Value {
    match document.value(number).map(|value| &value.kind) {
        Some(Kind::Object(members)) => {
            let members =
                members.iter().map(|member| (member.key.clone(), value(text, document, member.value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Some(Kind::Array(items)) => {
            Value::Array(items.iter().map(|item| value(text, document, *item)).collect())
        }
        _ => scalar(text, document, number).unwrap_or(Value::Null),
    }
}

fn scalar(text: &str, document: &Document, number: ValueNumber) -> Option<Value> {
    let reading = document.value(number)?;
    let written = text.get(reading.span.clone())?;
    match &reading.kind {
        Kind::Text(inner) => {
            // A string with control characters or wrong escapes in it is read as it stands.
            let read = serde_json::from_str(written).ok();
            read.or_else(|| Some(Value::from(text.get(inner.clone())?)))
        }
        Kind::Scalar => serde_json::from_str(written).ok().or_else(|| too_large(written)),
        _ => None,
    }
}

/// The largest number there is, for one that is larger.
fn too_large(written: &str) -> Option<Value> {
    let largest = if written.starts_with('-') { f64::MIN } else { f64::MAX };
    Number::from_f64(largest).map(Value::Number)
}

/// A place in a document as a path.
pub(super) fn path_of(location: &Location) -> String {
    location.segments().fold(String::new(), |path, segment| match segment {
        LocationSegment::Property(key) => path_to(&path, &key),
        LocationSegment::Index(at) => format!("{path}[{at}]"),
    })
}
