//! Values that the host computes.

use super::Value;
use crate::arena::{Arena, Sink};
use crate::failure::Failure;

/// A value of the host program: an object with computed or lazy properties, or a view of the host's own data.
///
/// It follows what the reference calls a drop. Only [`get`](Object::get) is needed; the rest has defaults that suit an
/// object which is neither a list nor worth a plain value.
///
/// ```
/// use carafe::{Arena, Failure, Object, Value};
///
/// struct Squares;
///
/// impl Object for Squares {
///     fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
///         Ok(match key {
///             Value::Integer(n) => Some(Value::Integer(n * n)),
///             _ => None,
///         })
///     }
/// }
/// ```
pub trait Object {
    /// The property `key`: text for `object.key` and `object["key"]`, any value for `object[value]`.
    /// `None` where there is no such property.
    ///
    /// # Errors
    /// What stops the property from being computed; it is printed inline, as the reference does.
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure>;

    /// The items, if loops and array filters may walk the object as a list.
    ///
    /// # Errors
    /// What stops the items from being computed.
    fn items<'r>(&'r self, arena: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
        let _ = arena;
        Ok(None)
    }

    /// What the filter `first` gives, where the object is not one of plain data: the first of the items. The loop objects
    /// say whether the turn is the first, as in the reference.
    ///
    /// # Errors
    /// What stops it from being computed.
    fn first<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(self.items(arena)?.and_then(|items| items.first().copied()))
    }

    /// What the filter `last` gives: the last of the items, or whether the turn is the last one.
    ///
    /// # Errors
    /// What stops it from being computed.
    fn last<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(self.items(arena)?.and_then(|items| items.last().copied()))
    }

    /// The keys and values, if the object is to be walked, printed and searched as an object of plain data.
    ///
    /// # Errors
    /// What stops the entries from being computed.
    fn entries<'r>(&'r self, arena: &'r Arena) -> Result<Option<&'r [(&'r str, Value<'r>)]>, Failure> {
        let _ = arena;
        Ok(None)
    }

    /// The plain value this object stands for in conditions, comparisons, filters and output; `None` if it only
    /// stands for itself.
    ///
    /// # Errors
    /// What stops the value from being computed.
    fn to_value<'r>(&'r self, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        let _ = arena;
        Ok(None)
    }

    /// Writes the object as text, where it stands for no plain value.
    ///
    /// # Errors
    /// When a limit is met.
    fn write_text(&self, arena: &Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
        let _ = arena;
        sink.push(self.type_name())
    }

    /// The name of the object's type, for messages.
    fn type_name(&self) -> &str {
        "Object"
    }
}
