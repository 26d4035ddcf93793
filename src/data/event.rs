//! An event as Braze's `/users/track` takes it.

use super::document::Document;
use crate::diagnostic::{Diagnostic, code};
use crate::json::Step;
use crate::value::{Map, Value};

/// So many events of a batch are listed.
const LISTED: usize = 20;

/// What an event gives to a render. Its name and time are not for templates to see.
pub(super) struct Event<'r> {
    /// Profile attributes: the id and the e-mail address of the user.
    pub identifiers: Vec<(&'r str, Value<'r>)>,
    /// The entries of `event_properties`.
    pub properties: &'r [(&'r str, Value<'r>)],
}

/// The fields of an event object.
static FIELDS: &[&str] = &[
    "external_id",
    "email",
    "name",
    "time",
    "properties",
    "user_alias",
    "braze_id",
    "phone",
    "app_id",
    "_update_existing_only",
];

/// The event of `document`, the one counted `number` from 1 where it holds several. `None` with an error among
/// `findings`.
pub(super) fn read<'r>(
    document: &Document<'r>,
    number: Option<usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Event<'r>> {
    let before = findings.len();
    let (event, path) = match pick(document, number) {
        Ok(picked) => picked,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    let to = |key| [path.as_slice(), &[Step::Key(key)]].concat();
    let mut identifiers = Vec::new();
    for (field, attribute) in [("external_id", "user_id"), ("email", "email_address")] {
        match event.get(field) {
            None | Some(Value::Nil) => {}
            Some(value @ Value::String(_)) => identifiers.push((attribute, value)),
            Some(other) => findings.push(document.wrong_shape(&to(field), "text", other)),
        }
    }
    let properties = match event.get("properties") {
        None | Some(Value::Nil) => &[],
        Some(Value::Map(properties)) => properties.entries(),
        Some(other) => {
            findings.push(document.wrong_shape(&to("properties"), "an object", other));
            &[]
        }
    };
    let mut unknown = document.unknown_keys(
        &path,
        "is no field of an event, and no template can read it",
        |key| FIELDS.contains(&key),
        FIELDS,
    );
    if let Some(first) = unknown.first_mut() {
        first.help.push("what templates read as `event_properties.${…}` stands in `properties`".to_owned());
    }
    findings.extend(unknown);
    let failed = findings.iter().skip(before).any(Diagnostic::is_error);
    (!failed).then_some(Event { identifiers, properties })
}

/// The object of the event and the path to it.
pub(super) fn pick<'r>(
    document: &Document<'r>,
    number: Option<usize>,
) -> Result<(&'r Map<'r>, Vec<Step<'static>>), Box<Diagnostic>> {
    const EVENTS: Step<'static> = Step::Key("events");
    let (events, only) = match document.root.get("events") {
        Some(Value::Array(events)) => (events, None),
        Some(other) => return Err(Box::new(document.wrong_shape(&[EVENTS], "an array of events", other))),
        None => (&[][..], Some(document.root)),
    };
    let count = if only.is_some() { 1 } else { events.len() };
    let place = match (number, count) {
        (None, 1) => 0,
        (Some(number), _) if (1..=count).contains(&number) => number - 1,
        (None, 0) => return Err(finding(document, &code::DATA_SHAPE, "`events` holds no event", &[])),
        (None, _) => {
            let name = document.source.name();
            let message = format!("`events` holds {count} events, and none was chosen");
            let mut finding = finding(document, &code::DATA_SEVERAL_EVENTS, &message, events);
            finding.help.push(format!("choose one by its number: `{name}#1`"));
            return Err(finding);
        }
        (Some(number), _) => {
            let message = match count {
                1 => format!("there is no event {number}: there is only one"),
                _ => format!("there is no event {number}: there are {count}"),
            };
            return Err(finding(document, &code::DATA_SHAPE, &message, events));
        }
    };
    if let Some(only) = only {
        return Ok((only, Vec::new()));
    }
    let path = vec![EVENTS, Step::Index(place)];
    match events.get(place) {
        Some(Value::Map(event)) => Ok((event, path)),
        other => {
            let found = other.copied().unwrap_or(Value::Nil);
            Err(Box::new(document.wrong_shape(&path, "an object", found)))
        }
    }
}

/// A finding on the whole batch, with a list of it.
fn finding(
    document: &Document<'_>,
    code: &'static crate::diagnostic::Code,
    message: &str,
    events: &[Value<'_>],
) -> Box<Diagnostic> {
    let span = document.span(&[Step::Key("events")], true);
    let mut finding = Diagnostic::new(code, message).at(document.source, span, "");
    for (at, event) in events.iter().enumerate().take(LISTED) {
        let field = |key| match event {
            Value::Map(event) => event.get(key).and_then(Value::as_str),
            _ => None,
        };
        let name = field("name").unwrap_or("without a name");
        let time = field("time").map(|time| format!(", {time}")).unwrap_or_default();
        finding.notes.push(format!("#{}: {name}{time}", at + 1));
    }
    if events.len() > LISTED {
        finding.notes.push(format!("and {} more", events.len() - LISTED));
    }
    Box::new(finding)
}
