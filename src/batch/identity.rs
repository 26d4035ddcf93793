//! What a row is known by: the value that a path leads to in its text.

use crate::json::{self, Step};
use std::borrow::Cow;

/// The way to a text or a number in JSON: `external_id`, or keys with dots between them, such as `user.id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPath {
    text: String,
}

/// A text or a number by which a row or a profile is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The text, or the number as it was written. A number and a text of the same characters are the same.
    pub text: String,
    /// The same as it stands in JSON.
    pub json: String,
}

impl KeyPath {
    /// The path that `text` is.
    pub fn new(text: impl Into<String>) -> Self {
        KeyPath { text: text.into() }
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands there in `json`; of equal keys the last counts. `None` where nothing does, or nothing that anybody could
    /// be known by: null, an empty text, an object.
    ///
    /// ```
    /// use carafe::batch::KeyPath;
    ///
    /// let path = KeyPath::new("user.id");
    /// assert_eq!(path.identity(r#"{"user": {"id": 7}}"#).unwrap().text, "7");
    /// assert_eq!(path.identity(r#"{"user": null}"#), None);
    /// ```
    pub fn identity(&self, json: &str) -> Option<Identity> {
        let path: Vec<Step<'_>> = self.text.split('.').map(Step::Key).collect();
        let place = json::locate(json, &path)?.value;
        let written = json.get(place.from()..place.to())?;
        let text = match written.bytes().next()? {
            b'"' => serde_json::from_str::<Cow<'_, str>>(written).ok()?,
            b'-' | b'0'..=b'9' => {
                serde_json::from_str::<serde::de::IgnoredAny>(written).ok()?;
                Cow::Borrowed(written)
            }
            _ => return None,
        };
        (!text.is_empty()).then(|| Identity { text: text.into_owned(), json: written.to_owned() })
    }
}

impl Identity {
    /// A text.
    pub(super) fn of_text(text: String) -> Self {
        Identity { json: serde_json::Value::from(text.as_str()).to_string(), text }
    }
}
