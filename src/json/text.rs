//! JSON text and anything serde can serialize, as the data of a render.

use super::{from_serde, from_serialize, read};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::value::{ToData, Value};

/// JSON text that is read when a template is rendered with it.
///
/// ```
/// use carafe::{Engine, dialect, json};
///
/// let template = Engine::builder().dialect(&dialect::LIQUID).build().template("{{ id }}")?;
/// assert_eq!(template.render(&json::Text(r#"{"id": 12345678901234567890}"#))?, "12345678901234567890");
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Text<'t>(pub &'t str);

impl ToData for Text<'_> {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        let most = arena.budget().limits().data_bytes;
        if self.0.len() > most {
            return Err(Failure::limit(Exceeded::new(Limit::DataBytes, most)));
        }
        read(self.0, arena).map_err(|error| match error.limit {
            Some(exceeded) => Failure::limit(exceeded),
            None => {
                Failure::argument(format!("the data is not JSON: {} at byte {}", error.message, error.at))
            }
        })
    }
}

/// Anything that implements `serde::Serialize`.
///
/// ```
/// use carafe::{Engine, dialect, json};
///
/// #[derive(serde::Serialize)]
/// struct User { name: &'static str }
///
/// let template = Engine::builder().dialect(&dialect::LIQUID).build().template("Hi {{ name }}")?;
/// assert_eq!(template.render(&json::Serialized(User { name: "Ada" }))?, "Hi Ada");
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Serialized<T>(pub T);

impl<T: serde::Serialize> ToData for Serialized<T> {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        from_serialize(&self.0, arena)
    }
}

impl ToData for serde_json::Value {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        from_serde(self, arena)
    }
}
