//! The profiles that rows are joined to.

use super::identity::KeyPath;
use super::lines::{Chunk, Lines};
use super::shape::Shape;
use crate::dialect::Dialect;
use crate::limits::Limits;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read};

/// So many bytes of profiles are read at a time.
const CHUNK_BYTES: usize = 1 << 18;

/// Where the profile of an id comes from. It is asked from many threads at once.
pub trait Profiles: Sync {
    /// The profile of the user `id`: one JSON object, of the shape that [`shape`](Profiles::shape) says. `None` if there is
    /// no such user.
    ///
    /// # Errors
    /// When the store cannot be read: the row then fails, with this message.
    fn profile(&self, id: &str) -> Result<Option<Cow<'_, str>>, String>;

    /// What the profiles are: [`Shape::Users`] as Braze exports them, or [`Shape::Data`].
    fn shape(&self) -> Shape;
}

/// Profiles in memory, by their ids.
///
/// ```
/// use carafe::batch::{KeyPath, Profiles, ProfileIndex};
/// use carafe::{Limits, dialect};
///
/// let rows = "{\"external_id\": \"7\", \"first_name\": \"Ada\"}\n{\"external_id\": \"8\"}\n";
/// let key = KeyPath::new("external_id");
/// let profiles = ProfileIndex::read(rows.as_bytes(), &key, &dialect::BRAZE, &Limits::default()).unwrap();
/// assert_eq!(profiles.profile("7").unwrap().unwrap(), r#"{"external_id": "7", "first_name": "Ada"}"#);
/// assert_eq!(profiles.profile("9"), Ok(None));
/// ```
#[derive(Debug)]
pub struct ProfileIndex {
    text: String,
    places: HashMap<Box<str>, (usize, usize)>,
    shape: Shape,
    /// How many profiles had the id of another; of such the last counts.
    pub duplicates: u64,
}

/// Why profiles cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProfilesError {
    /// Reading failed.
    Read(io::Error),
    /// The row of this number is no profile, or none with an id; the text says why.
    Row(u64, String),
}

impl fmt::Display for ProfilesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProfilesError::Read(error) => write!(f, "the profiles cannot be read: {}", error.kind()),
            ProfilesError::Row(number, message) => write!(f, "profile {number}: {message}"),
        }
    }
}

impl std::error::Error for ProfilesError {}

impl ProfileIndex {
    /// Reads profiles, one JSON object a line, that are known by what stands at `key`. Blank lines are passed over.
    ///
    /// # Errors
    /// When reading fails, or a line is no JSON object, or holds nothing at `key`.
    pub fn read(
        rows: impl Read,
        key: &KeyPath,
        dialect: &Dialect,
        limits: &Limits,
    ) -> Result<Self, ProfilesError> {
        let mut index =
            ProfileIndex { text: String::new(), places: HashMap::new(), shape: Shape::Users, duplicates: 0 };
        let mut shape = None;
        each(rows, key, limits, |id, profile| {
            shape.get_or_insert_with(|| Shape::of_profile(profile, dialect));
            let start = index.text.len();
            index.text.push_str(profile);
            let known = index.places.insert(id.into(), (start, index.text.len()));
            index.duplicates = index.duplicates.saturating_add(u64::from(known.is_some()));
            Ok(())
        })?;
        index.shape = shape.unwrap_or(Shape::Users);
        Ok(index)
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl Profiles for ProfileIndex {
    fn profile(&self, id: &str) -> Result<Option<Cow<'_, str>>, String> {
        let text = self.places.get(id).and_then(|&(start, end)| self.text.get(start..end));
        Ok(text.map(Cow::Borrowed))
    }

    fn shape(&self) -> Shape {
        self.shape
    }
}

/// Hands each profile of `rows` to `take`, with its id. Blank lines are passed over.
///
/// # Errors
/// When reading fails, a line is no JSON object or holds nothing at `key`, or `take` says why it does not take one.
pub fn each(
    rows: impl Read,
    key: &KeyPath,
    limits: &Limits,
    mut take: impl FnMut(&str, &str) -> Result<(), String>,
) -> Result<(), ProfilesError> {
    let mut lines = Lines::new(rows, CHUNK_BYTES, limits.data_bytes, 0, None);
    let mut chunk = Chunk::default();
    while lines.next(&mut chunk, usize::MAX).map_err(ProfilesError::Read)? {
        let wrong = |number, message: String| Err(ProfilesError::Row(number, message));
        if chunk.is_overlong {
            return wrong(chunk.first, format!("it has more than {} bytes", limits.data_bytes));
        }
        for (number, row) in (chunk.first..).zip(chunk.rows()) {
            let Ok(text) = std::str::from_utf8(row) else {
                return wrong(number, "it is not UTF-8".to_owned());
            };
            let text = text.trim_ascii();
            if text.is_empty() {
                continue;
            }
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                return wrong(number, format!("it is not valid JSON: {error}"));
            }
            let Some(id) = key.identity(text) else {
                return wrong(
                    number,
                    format!("it has no `{}`, a text or a number to know it by", key.as_str()),
                );
            };
            take(&id.text, text).or_else(|message| wrong(number, message))?;
        }
    }
    Ok(())
}
