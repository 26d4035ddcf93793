//! A user as Braze's `/users/export` gives one, or as a flat object of profile attributes.

use super::document::Document;
use super::{CUSTOM_ATTRIBUTES, NO_ATTRIBUTE, PROFILE};
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::PROFILE_ATTRIBUTES;
use crate::failure::Failure;
use crate::json::Step;
use crate::value::{Map, Value};

/// So many users of an export are listed.
const LISTED: usize = 20;

/// What a user gives to a render.
pub(super) struct User<'r> {
    /// The entries of `profile`.
    pub attributes: Vec<(&'r str, Value<'r>)>,
    /// The entries of `custom_attribute`.
    pub custom_attributes: &'r [(&'r str, Value<'r>)],
}

/// The fields of an export that have another name in templates.
static RENAMED: &[(&str, &str)] = &[
    ("external_id", "user_id"),
    ("email", "email_address"),
    ("phone", "phone_number"),
    ("dob", "date_of_birth"),
    ("home_city", "city"),
    ("random_bucket", "random_bucket_number"),
];

/// The device's last place in an export: `[longitude, latitude]`, in this order.
const COORDINATES: &str = "last_coordinates";

/// The fields of an export that templates cannot read.
static UNREADABLE: &[&str] = &[
    "apps",
    "attributed_ad",
    "attributed_adgroup",
    "attributed_campaign",
    "attributed_source",
    "campaigns_received",
    "canvases_received",
    "cards_clicked",
    "created_at",
    "custom_events",
    "devices",
    "email_opted_in_at",
    "email_subscribe",
    "email_unsubscribed_at",
    "purchases",
    "push_opted_in_at",
    "push_subscribe",
    "push_tokens",
    "push_unsubscribed_at",
    "subscription_groups",
    "total_revenue",
    "uninstalled_at",
    "user_aliases",
];

/// The user of `document`; nothing with an error among `findings`.
///
/// # Errors
/// When a limit is met.
pub(super) fn read<'r>(
    document: &Document<'r>,
    arena: &'r Arena,
    findings: &mut Vec<Diagnostic>,
) -> Result<Option<User<'r>>, Failure> {
    let before = findings.len();
    let (user, path) = match pick(document) {
        Ok(picked) => picked,
        Err(finding) => {
            findings.push(*finding);
            return Ok(None);
        }
    };
    let to = |key| [path.as_slice(), &[Step::Key(key)]].concat();
    let mut attributes = Vec::new();
    let mut custom_attributes: &'r [(&'r str, Value<'r>)] = &[];
    for &(key, value) in user.entries() {
        if let Some((_, name)) = RENAMED.iter().find(|(field, _)| *field == key) {
            attributes.push((*name, value));
        } else if PROFILE_ATTRIBUTES.contains(&key) {
            attributes.push((key, value));
        } else if key == CUSTOM_ATTRIBUTES || key == "custom_attributes" {
            match value {
                Value::Nil => {}
                Value::Map(map) => custom_attributes = map.entries(),
                other => findings.push(document.wrong_shape(&to(key), "an object", other)),
            }
        } else if key == COORDINATES {
            match value {
                Value::Nil => {}
                Value::Array(&[longitude, latitude]) if is_number(longitude) && is_number(latitude) => {
                    let location = arena.map(&[("latitude", latitude), ("longitude", longitude)])?;
                    attributes.push(("most_recent_location", Value::Map(location)));
                }
                other => {
                    findings.push(document.wrong_shape(
                        &to(key),
                        "two numbers, [longitude, latitude]",
                        other,
                    ));
                }
            }
        }
    }
    let mut unknown = document.unknown_keys(&path, NO_ATTRIBUTE, is_known, &candidates());
    if let (Some(first), Some(Value::Map(_))) = (unknown.first_mut(), user.get(PROFILE)) {
        first.help.push("a document with namespaces is a data file: give it as that".to_owned());
    }
    findings.extend(unknown);
    let failed = findings.iter().skip(before).any(Diagnostic::is_error);
    Ok((!failed).then_some(User { attributes, custom_attributes }))
}

/// The name of a field of an export in templates.
#[cfg(feature = "batch")]
pub(super) fn name_in_templates(field: &str) -> &str {
    RENAMED.iter().find(|(renamed, _)| *renamed == field).map_or(field, |(_, name)| name)
}

fn is_number(value: Value<'_>) -> bool {
    matches!(value, Value::Integer(_) | Value::BigInteger(_) | Value::Float(_))
}

fn is_known(key: &str) -> bool {
    PROFILE_ATTRIBUTES.contains(&key)
        || UNREADABLE.contains(&key)
        || matches!(key, CUSTOM_ATTRIBUTES | "custom_attributes" | COORDINATES)
        || RENAMED.iter().any(|(field, _)| *field == key)
}

fn candidates() -> Vec<&'static str> {
    let renamed = RENAMED.iter().map(|(field, _)| *field);
    let names = PROFILE_ATTRIBUTES.iter().copied().chain(renamed);
    names.chain(["custom_attributes", COORDINATES]).collect()
}

/// The object of the user and the path to it.
fn pick<'r>(document: &Document<'r>) -> Result<(&'r Map<'r>, Vec<Step<'static>>), Box<Diagnostic>> {
    const USERS: Step<'static> = Step::Key("users");
    let users = match document.root.get("users") {
        None => return Ok((document.root, Vec::new())),
        Some(Value::Array(users)) => users,
        Some(other) => return Err(Box::new(document.wrong_shape(&[USERS], "an array of one user", other))),
    };
    match users {
        [Value::Map(user)] => Ok((user, vec![USERS, Step::Index(0)])),
        [other] => Err(Box::new(document.wrong_shape(&[USERS, Step::Index(0)], "an object", *other))),
        _ => {
            let message = match users.len() {
                0 => "`users` holds no user".to_owned(),
                count => format!("`users` holds {count} users, and a render is for one"),
            };
            let span = document.span(&[USERS], true);
            let mut finding = Diagnostic::new(&code::DATA_SHAPE, message).at(document.source, span, "");
            for (number, user) in (1..).zip(users.iter().take(LISTED)) {
                finding.notes.push(format!("{number}: {}", identity(*user)));
            }
            if users.len() > LISTED {
                finding.notes.push(format!("and {} more", users.len().saturating_sub(LISTED)));
            }
            if !users.is_empty() {
                finding.help.push("keep the one that is meant".to_owned());
            }
            Err(Box::new(finding))
        }
    }
}

/// What a user is known by.
fn identity<'r>(user: Value<'r>) -> &'r str {
    let Value::Map(user) = user else {
        return "not an object";
    };
    ["external_id", "user_id", "email", "email_address", "braze_id"]
        .iter()
        .find_map(|key| user.get(key).and_then(Value::as_str))
        .unwrap_or("without an id")
}
