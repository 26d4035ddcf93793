//! A JSON Schema, compiled, with the annotations that are Carafe's own.
//!
//! `x-must` says in words what a value must be, `x-help` what to do about one that is not, `x-severity` makes warnings of
//! all that is wrong below it, and `x-unit` says what a time counts. Formats are checked; `time-zone` and `zoned-time` are
//! added to those of JSON Schema.

use super::body::Body;
use super::sentence::Sentences;
use crate::check::finding::on_one_line;
use crate::check::value::ValueFinding;
use crate::diagnostic::{Diagnostic, Severity, code, suggest};
use crate::error::Error;
use crate::source::{Source, Span};
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{Keyword, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The annotation for the unit of a time.
pub(super) const UNIT: &str = "x-unit";

/// A number from which on a time that counts seconds is in the year 5138, and one that counts milliseconds in 1973.
const MILLISECONDS_FROM: f64 = 1e11;

/// Errors of the validator that are looked at.
const MOST_ERRORS: usize = 10_000;

/// What the annotations may be.
const ANNOTATIONS: &[(&str, &[&str])] =
    &[("x-severity", &["error", "warning"]), (UNIT, &["seconds", "milliseconds"])];

/// A schema.
pub(super) struct Schema {
    value: Value,
    validator: Validator,
}

impl Schema {
    /// Compiles the schema in `source`.
    ///
    /// # Errors
    /// With one finding, at its place.
    pub fn read(source: &Arc<Source>) -> Result<Self, Error> {
        let refused = |span: std::ops::Range<usize>, message: String, label: &str| {
            Diagnostic::new(&code::CONTRACT_INVALID, message).at(
                source,
                Span::new(span.start, span.end),
                label,
            )
        };
        let faults = crate::check::json::check(source.text(), Default::default());
        if let Some(fault) = faults.iter().find(|fault| fault.severity() == Severity::Error) {
            let message = format!("the schema of a contract is JSON: {}", fault.message(source.text()));
            return Err(refused(fault.span.clone(), message, "").into());
        }
        let Some(body) = Body::read(source.text()).filter(|body| body.document.is_whole) else {
            return Err(refused(0..0, "the schema is nested too deep".to_owned(), "").into());
        };
        if !body.value.is_object() {
            let message = "the schema of a contract is a JSON object".to_owned();
            return Err(refused(body.span(), message, "this is none")
                .help("`docs/contracts.md` shows how one is written")
                .into());
        }
        let place = |location: &Location| body.at(location).map_or(0..0, |spot| body.span_of(spot.number));
        if let Some((location, message, help)) = unknown_annotation(&body.value) {
            return Err(refused(place(&location), message, "unknown").help(help).into());
        }
        if let Some((location, message)) = stray_reference(&body.value) {
            return Err(refused(place(&location), message, "this leads elsewhere")
                .help("put what it refers to into the schema, below `$defs`")
                .into());
        }
        if let Err(error) = jsonschema::meta::options().validate(&body.value) {
            let span = place(error.instance_path());
            let path = super::body::path_of(error.instance_path());
            let written = on_one_line(source.text().get(span.clone()).unwrap_or_default());
            let draft = body.value.get("$schema").and_then(Value::as_str);
            let message = match (path.is_empty(), draft) {
                (true, Some(draft)) => {
                    format!(
                        "`$schema` names a draft of JSON Schema that is not known: `{}`",
                        on_one_line(draft)
                    )
                }
                (true, None) => "the schema is not what JSON Schema allows".to_owned(),
                (false, _) => format!("`{path}` of the schema is not what JSON Schema allows: `{written}`"),
            };
            return Err(refused(span, message, "").into());
        }
        match build(&body.value) {
            Ok(validator) => Ok(Schema { validator, value: body.value.clone() }),
            Err(error) => {
                let span = place(error.instance_path());
                if matches!(error.kind(), ValidationErrorKind::Format { format } if format == "regex") {
                    let written = on_one_line(source.text().get(span.clone()).unwrap_or_default());
                    let help = "patterns take linear time: they cannot look around or refer back";
                    return Err(refused(span, format!("{written} is no pattern that can be used"), "")
                        .help(help)
                        .into());
                }
                let message = format!("the schema cannot be used: {}", first_line(&error.to_string()));
                Err(refused(span, message, "").into())
            }
        }
    }

    /// Adds what is wrong with `body`.
    pub fn check(&self, body: &Body<'_>, findings: &mut Vec<ValueFinding>) {
        let sentences = Sentences { schema: &self.value, body };
        for error in self.validator.iter_errors(&body.value).take(MOST_ERRORS) {
            sentences.tell(&error, findings);
        }
    }
}

fn build(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(PatternOptions::regex())
        .with_format("time-zone", |text: &str| text.parse::<chrono_tz::Tz>().is_ok())
        .with_format("zoned-time", is_zoned_time)
        .with_keyword(UNIT, |_, value, _| {
            let milliseconds = value.as_str() == Some("milliseconds");
            Ok(Box::new(Unit { milliseconds }) as Box<dyn for<'i> Keyword<'i>>)
        })
        .build(schema)
}

/// Whether a text is a time as RFC 3339 writes it, or with an offset without a colon.
fn is_zoned_time(text: &str) -> bool {
    let with_colon = || {
        let (head, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let sign = head.len().checked_sub(3)?;
        matches!(head.as_bytes().get(sign)?, b'+' | b'-').then(|| format!("{head}:{minutes}"))
    };
    let is_time = |text: &str| crate::time::Time::from_rfc3339(text).is_some();
    text.contains('T') && (is_time(text) || with_colon().is_some_and(|text| is_time(&text)))
}

/// The unit of a time: numbers, also as texts, must be of its magnitude.
struct Unit {
    milliseconds: bool,
}

impl<'i> Keyword<'i> for Unit {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match Keyword::is_valid(self, instance) {
            true => Ok(()),
            false if self.milliseconds => Err(ValidationError::custom("milliseconds")),
            false => Err(ValidationError::custom("seconds")),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let number = match instance {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if number.is_finite() && number > 0.0 => {
                (number >= MILLISECONDS_FROM) == self.milliseconds
            }
            _ => true,
        }
    }
}

/// An annotation of Carafe's with a value that it cannot have: its place, what is wrong, and what to do.
fn unknown_annotation(schema: &Value) -> Option<(Location, String, String)> {
    walk(schema, |location, object| {
        ANNOTATIONS.iter().find_map(|(name, values)| {
            let text = object.get(*name)?.as_str()?;
            if values.contains(&text) {
                return None;
            }
            let help = suggest::did_you_mean(text, values.iter().copied())
                .unwrap_or_else(|| format!("it can be `{}`", values.join("` or `")));
            let message = format!("`{}` is no value of `{name}`", on_one_line(text));
            Some((location.join(*name), message, help))
        })
    })
}

/// A reference to something that is not in the schema: its place, and what is wrong.
fn stray_reference(schema: &Value) -> Option<(Location, String)> {
    walk(schema, |location, object| {
        let target = object.get("$ref")?.as_str()?;
        let message = match target.strip_prefix('#') {
            Some("") => return None,
            Some(pointer) if pointer.starts_with('/') => {
                if schema.pointer(&unescaped(pointer)).is_some() {
                    return None;
                }
                format!("the schema holds no `{}`", on_one_line(target))
            }
            // An anchor.
            Some(_) => return None,
            None => format!(
                "a contract is one file, and `{}` is another: nothing is read from elsewhere",
                on_one_line(target)
            ),
        };
        Some((location.join("$ref"), message))
    })
}

/// A pointer in a reference may have characters written as in an address.
fn unescaped(pointer: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(pointer).decode_utf8_lossy()
}

/// Asks `look` of every object in the schema, until it finds something.
fn walk<T>(schema: &Value, mut look: impl FnMut(&Location, &Map<String, Value>) -> Option<T>) -> Option<T> {
    let mut open = vec![(Location::new(), schema)];
    while let Some((location, value)) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(found) = look(&location, members) {
                    return Some(found);
                }
                open.extend(members.iter().map(|(key, value)| (location.join(key.as_str()), value)));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(at, value)| (location.join(at), value)));
            }
            _ => {}
        }
    }
    None
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// What the annotations on the way to an error say.
#[derive(Default)]
pub(super) struct Annotations<'s> {
    /// The schema whose keyword failed.
    pub schema: Option<&'s Map<String, Value>>,
    /// The severity that is nearest to it on the way.
    pub severity: Option<Severity>,
}

impl<'s> Annotations<'s> {
    /// Follows the way that the validator took through `schema` to the keyword that failed.
    pub fn of(schema: &'s Value, way: &Location) -> Self {
        let mut found = Annotations::default();
        let mut here = schema;
        let mut segments = way.segments().peekable();
        loop {
            found.enter(here);
            let Some(segment) = segments.next() else { return found };
            // The last step is the keyword itself.
            if segments.peek().is_none() {
                found.schema = here.as_object();
                return found;
            }
            let next = match &segment {
                LocationSegment::Property(key) if key == "$ref" => target(schema, here),
                LocationSegment::Property(key) => here.get(key.as_ref()),
                LocationSegment::Index(at) => here.get(*at),
            };
            let Some(next) = next else { return found };
            here = next;
        }
    }

    fn enter(&mut self, schema: &Value) {
        match schema.get("x-severity").and_then(Value::as_str) {
            Some("warning") => self.severity = Some(Severity::Warning),
            Some("error") => self.severity = Some(Severity::Error),
            _ => {}
        }
    }

    /// A text that the schema is annotated with.
    pub fn text(&self, name: &str) -> Option<&'s str> {
        self.schema?.get(name)?.as_str()
    }
}

/// What the `$ref` of a schema leads to.
pub(super) fn target<'s>(root: &'s Value, schema: &'s Value) -> Option<&'s Value> {
    let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
    root.pointer(&unescaped(pointer))
}

/// Whether an error only says that a member is missing: its name.
pub(super) fn missing(error: &ValidationError<'_>) -> Option<String> {
    match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().map(str::to_owned),
        _ => None,
    }
}
