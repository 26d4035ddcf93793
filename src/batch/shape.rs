//! What rows are: documents of data, users, or events.

use crate::data::{STAND_INS, is_namespace};
use crate::dialect::Dialect;
use crate::json::{self, Step};

/// What each row is, as `carafe render` knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A document of data, as for `--data`: in Braze's dialect an object of namespaces, else of variables.
    #[default]
    Data,
    /// A user, as for `--profile`: as Braze exports one, or a flat object of attributes.
    Users,
    /// An event, as for `--event`.
    Events,
}

impl Shape {
    /// What `row` looks like. Only Braze's names are known; in other dialects every row looks like data.
    ///
    /// - It is data with a namespace among its keys, such as `custom_attribute`, or `profile` or `vars`.
    /// - It is an event with a list `events`, an `event_type`, the wrapper `msys` of Momentum and SparkPost, or a `name`
    ///   beside `time` or `properties`; so is a list.
    /// - It is a user with one of the fields by which Braze's export is known: `external_id`, `braze_id`, `email`,
    ///   `custom_attributes`, `user_aliases` or `users`.
    ///
    /// ```
    /// use carafe::{batch::Shape, dialect::BRAZE};
    ///
    /// assert_eq!(Shape::of(r#"{"external_id": "7", "email": null}"#, &BRAZE), Shape::Users);
    /// assert_eq!(Shape::of(r#"{"external_id": "7", "name": "viewed", "time": 0}"#, &BRAZE), Shape::Events);
    /// assert_eq!(Shape::of(r#"{"profile": {"email": null}}"#, &BRAZE), Shape::Data);
    /// ```
    pub fn of(row: &str, dialect: &Dialect) -> Shape {
        if !dialect.references {
            return Shape::Data;
        }
        if has_namespace(row) {
            return Shape::Data;
        }
        let has = |key: &str| json::locate(row, &[Step::Key(key)]).is_some();
        let is_named = has("name") && (has("time") || has("properties"));
        let is_list = row.trim_ascii_start().starts_with('[');
        if is_list || is_named || ["events", "event_type", "msys"].into_iter().any(has) {
            return Shape::Events;
        }
        let of_users = ["external_id", "braze_id", "email", "custom_attributes", "user_aliases", "users"];
        if of_users.into_iter().any(has) { Shape::Users } else { Shape::Data }
    }

    /// What a profile looks like: data, if one of its keys is a name that templates begin with, else a user.
    pub fn of_profile(profile: &str, dialect: &Dialect) -> Shape {
        if dialect.references {
            return if has_namespace(profile) { Shape::Data } else { Shape::Users };
        }
        let has = |path: &[&str]| {
            let path: Vec<Step<'_>> = path.iter().map(|key| Step::Key(key)).collect();
            json::locate(profile, &path).is_some()
        };
        let is_wrapped = has(&["attributes"]) || has(&["customer", "attributes"]);
        let is_data = dialect.roots.iter().any(|root| has(&[root.name]));
        if is_data && !is_wrapped { Shape::Data } else { Shape::Users }
    }

    /// The word for it: `data`, `users` or `events`.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Data => "data",
            Shape::Users => "users",
            Shape::Events => "events",
        }
    }
}

/// Whether a key of the object `json` is one that a document of data in Braze's dialect may have.
fn has_namespace(json: &str) -> bool {
    let whole = json::locate(json, &[]).map(|place| place.value).unwrap_or_default();
    let members = json::members(json, whole);
    members.iter().any(|member| is_namespace(&member.key) || STAND_INS.contains(&member.key.as_ref()))
}
