//! One event in the shape of its platform, and what its fields are to a template.
//!
//! Braze's `/users/track` says `external_id` and `properties`, and what it does not know is a mistake. Currents says
//! `user.external_user_id`, and the properties stand in `properties.custom_properties`; Momentum and SparkPost wrap the fields of an
//! event in `msys` and the kind of the event. Both add fields as they like, which a receiver must ignore.

use super::Event;
use crate::data::document::Document;
use crate::diagnostic::{Diagnostic, code};
use crate::json::Step;
use crate::value::{Map, Value};

/// What the types of Currents' events begin with.
const CURRENTS: &str = "users.";

/// The type of Currents' custom events, whose name the brand gives.
const CUSTOM_EVENT: &str = "users.behaviors.CustomEvent";

/// The type of Currents' purchases.
const PURCHASE: &str = "users.behaviors.Purchase";

/// The fields of an event object of `/users/track`.
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

/// Who reports the event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Platform {
    Track,
    Currents,
    Momentum,
}

/// One event of a document.
#[derive(Clone)]
pub(in crate::data) struct Row<'r> {
    platform: Platform,
    /// The fields of the event: of Momentum those within the wrapper. None for Momentum's ping, which has no wrapper.
    fields: Option<&'r Map<'r>>,
    /// Where they stand.
    path: Vec<Step<'r>>,
}

impl<'r> Row<'r> {
    /// The row that `value`, which stands at `path`, is.
    pub fn new(
        document: &Document<'r, Value<'r>>,
        value: Value<'r>,
        path: &[Step<'r>],
    ) -> Result<Self, Box<Diagnostic>> {
        let Value::Map(row) = value else {
            return Err(Box::new(document.wrong_shape(path, "an object", value)));
        };
        let path = path.to_vec();
        if let Some(wrappers) = row.get("msys") {
            return Row::of_momentum(document, wrappers, path);
        }
        let platform = match row.get("event_type") {
            Some(Value::String(kind)) if kind.starts_with(CURRENTS) => Platform::Currents,
            _ => Platform::Track,
        };
        Ok(Row { platform, fields: Some(row), path })
    }

    fn of_momentum(
        document: &Document<'r, Value<'r>>,
        wrappers: Value<'r>,
        mut path: Vec<Step<'r>>,
    ) -> Result<Self, Box<Diagnostic>> {
        path.push(Step::Key("msys"));
        let Value::Map(wrappers) = wrappers else {
            return Err(Box::new(document.wrong_shape(&path, "an object", wrappers)));
        };
        let mut entries = wrappers.entries().iter();
        let Some(&(wrapper, fields)) = entries.next() else {
            return Ok(Row { platform: Platform::Momentum, fields: None, path });
        };
        if let Some((second, _)) = entries.next() {
            let message = format!("`msys` holds one event, and here both `{wrapper}` and `{second}`");
            path.push(Step::Key(second));
            let span = document.span(&path, true);
            return Err(Box::new(Diagnostic::new(&code::DATA_SHAPE, message).at(document.source, span, "")));
        }
        path.push(Step::Key(wrapper));
        match fields {
            Value::Map(fields) => Ok(Row { platform: Platform::Momentum, fields: Some(fields), path }),
            other => Err(Box::new(document.wrong_shape(&path, "an object", other))),
        }
    }

    /// Whether it has the shape of Currents, Momentum or SparkPost, which is known by a field of its own.
    pub fn is_reported(&self) -> bool {
        self.platform != Platform::Track
    }

    /// The object of the event, and where it stands.
    pub fn object(&self) -> Option<(&'r Map<'r>, &[Step<'r>])> {
        Some((self.fields?, &self.path))
    }

    pub fn is_of_momentum(&self) -> bool {
        self.platform == Platform::Momentum
    }

    /// Whether it is what Momentum sends to try an address: a row without an event.
    pub fn is_ping(&self) -> bool {
        self.fields.is_none()
    }

    /// What happened.
    pub fn name(&self) -> Option<&'r str> {
        let named = match self.platform {
            Platform::Track => self.field("name"),
            Platform::Currents => match self.field("properties") {
                Some(Value::Map(properties)) if self.currents_type() == Some(CUSTOM_EVENT) => {
                    properties.get("name")
                }
                _ => self.field("event_type"),
            },
            Platform::Momentum => self.field("type"),
        };
        named.and_then(Value::as_str)
    }

    /// When it happened, as it was written.
    pub fn time(&self) -> Option<Value<'r>> {
        let field = if self.is_of_momentum() { "timestamp" } else { "time" };
        self.field(field).filter(|time| !time.is_nil())
    }

    /// When it happened, as a list shows it.
    pub fn time_text(&self) -> Option<String> {
        match self.time()? {
            Value::String(text) => Some(text.to_owned()),
            Value::Integer(seconds) => Some(seconds.to_string()),
            _ => None,
        }
    }

    /// What the row gives to a render. Errors are among `findings`.
    pub fn event(
        &self,
        document: &Document<'r, Value<'r>>,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Event<'r>> {
        let mut reader = Reader { document, path: &self.path, findings };
        let fields = self.fields?;
        let (identifiers, properties) = match self.platform {
            Platform::Track => reader.track(fields),
            Platform::Currents => reader.currents(fields, self.currents_type()),
            Platform::Momentum => {
                let identifiers = [("rcpt_to", "email_address")];
                (reader.texts(fields, &[], &identifiers), fields.entries().to_vec())
            }
        };
        Some(Event { name: self.name(), time: self.time(), identifiers, properties })
    }

    fn field(&self, name: &str) -> Option<Value<'r>> {
        self.fields?.get(name)
    }

    fn currents_type(&self) -> Option<&'r str> {
        self.field("event_type").and_then(Value::as_str)
    }
}

/// Identifiers under Braze's names, and properties.
type Parts<'r> = (Vec<(&'static str, Value<'r>)>, Vec<(&'r str, Value<'r>)>);

/// Reads the fields of one row.
struct Reader<'d, 'r> {
    document: &'d Document<'r, Value<'r>>,
    path: &'d [Step<'r>],
    findings: &'d mut Vec<Diagnostic>,
}

impl<'r> Reader<'_, 'r> {
    fn track(&mut self, event: &'r Map<'r>) -> Parts<'r> {
        let identifiers = self.texts(event, &[], &[("external_id", "user_id"), ("email", "email_address")]);
        let properties = self.object(event, &[], "properties").map(Map::entries).unwrap_or_default().to_vec();
        let mut unknown = self.document.unknown_keys(
            self.path,
            "is no field of an event, and no template can read it",
            |key| FIELDS.contains(&key),
            FIELDS,
        );
        if let Some(first) = unknown.first_mut() {
            first
                .help
                .push("what templates read as `event_properties.${…}` stands in `properties`".to_owned());
        }
        self.findings.extend(unknown);
        (identifiers, properties)
    }

    /// The properties are the brand's own where the event has such, else those of Currents; a purchase has both.
    fn currents(&mut self, event: &'r Map<'r>, kind: Option<&str>) -> Parts<'r> {
        const USER: &[Step<'static>] = &[Step::Key("user")];
        const PROPERTIES: &[Step<'static>] = &[Step::Key("properties")];
        let names = [("external_user_id", "user_id"), ("user_id", "braze_id"), ("timezone", "time_zone")];
        let user = self.object(event, &[], "user");
        let identifiers = user.map(|user| self.texts(user, USER, &names)).unwrap_or_default();
        let Some(properties) = self.object(event, &[], "properties") else {
            return (identifiers, Vec::new());
        };
        let own = match kind {
            Some(CUSTOM_EVENT) => "custom_properties",
            Some(PURCHASE) => "purchase_properties",
            _ => return (identifiers, properties.entries().to_vec()),
        };
        let given = self.object(properties, PROPERTIES, own).map(Map::entries).unwrap_or_default();
        let mut entries = given.to_vec();
        if own == "purchase_properties" {
            let bought = ["product_id", "price", "currency", "quantity"];
            let is_new = |key: &str| bought.contains(&key) && !given.iter().any(|(known, _)| *known == key);
            entries.extend(properties.entries().iter().filter(|(key, _)| is_new(key)));
        }
        (identifiers, entries)
    }

    /// The texts among the fields of `object`, which stands at `within`, under other names.
    fn texts(
        &mut self,
        object: &'r Map<'r>,
        within: &[Step<'r>],
        names: &[(&'static str, &'static str)],
    ) -> Vec<(&'static str, Value<'r>)> {
        let mut found = Vec::new();
        for &(field, name) in names {
            match object.get(field) {
                None | Some(Value::Nil) => {}
                Some(value @ Value::String(_)) => found.push((name, value)),
                Some(other) => self.wrong(within, field, "text", other),
            }
        }
        found
    }

    /// The object `field` of `object`, which stands at `within`.
    fn object(
        &mut self,
        object: &'r Map<'r>,
        within: &[Step<'r>],
        field: &'static str,
    ) -> Option<&'r Map<'r>> {
        match object.get(field) {
            None | Some(Value::Nil) => None,
            Some(Value::Map(found)) => Some(found),
            Some(other) => {
                self.wrong(within, field, "an object", other);
                None
            }
        }
    }

    fn wrong(&mut self, within: &[Step<'r>], field: &'static str, expected: &str, found: Value<'r>) {
        let path = [self.path, within, &[Step::Key(field)]].concat();
        self.findings.push(self.document.wrong_shape(&path, expected, found));
    }
}
