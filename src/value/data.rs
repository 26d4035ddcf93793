//! What templates are rendered with.

use super::Value;
use crate::arena::Arena;
use crate::failure::Failure;

/// Anything that can be the data of a render, or a part of it.
///
/// Values are themselves; `serde_json::Value`s are read in place; [`crate::json::Text`] is JSON text, and
/// [`crate::json::Serialized`] anything that implements `serde::Serialize`.
///
/// A host implements it for types that hold [`Object`](super::Object)s, or whose values are worth borrowing:
///
/// ```
/// use carafe::{Arena, Engine, Failure, ToData, Value, dialect};
///
/// struct User { name: String, visits: i64 }
///
/// impl ToData for User {
///     fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
///         Ok(Value::Map(arena.map(&[("name", self.name.as_str().into()), ("visits", self.visits.into())])?))
///     }
/// }
///
/// let template = Engine::builder().dialect(&dialect::LIQUID).build().template("{{ name }}: {{ visits }}")?;
/// assert_eq!(template.render(&User { name: "Ada".into(), visits: 3 })?, "Ada: 3");
/// # Ok::<(), carafe::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not data that a template can be rendered with",
    label = "this is not `ToData`",
    note = "whatever implements `serde::Serialize` is data as `carafe::json::Serialized(&value)`",
    note = "JSON text is data as `carafe::json::Text(text)`, and `&()` is no data at all"
)]
pub trait ToData {
    /// The data as a value. It may borrow from `self` and live in `arena`.
    ///
    /// # Errors
    /// When a limit is met, or the data is not what it should be.
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure>;
}

impl ToData for Value<'_> {
    fn to_data<'r>(&'r self, _: &'r Arena) -> Result<Value<'r>, Failure> {
        Ok(*self)
    }
}

impl<T: ToData + ?Sized> ToData for &T {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        (**self).to_data(arena)
    }
}

/// No data at all.
impl ToData for () {
    fn to_data<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        Ok(Value::Map(arena.map(&[])?))
    }
}
