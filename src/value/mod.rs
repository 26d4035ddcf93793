//! The values templates work on.
//!
//! A [`Value`] is small and `Copy`: text and collections are references into the caller's data, the program's
//! constants or the render's [`Arena`]. What values do is spread over the files beside this one:
//! [`lookup`] reads properties, [`compare`] decides equality and order, [`convert`] makes numbers, integers and
//! times of them, [`mod@print`] writes them as Ruby's `to_s` and `inspect` do.

mod build;
#[doc(hidden)]
pub mod compare;
#[doc(hidden)]
pub mod convert;
mod data;
#[doc(hidden)]
pub mod ecmascript;
#[doc(hidden)]
pub mod lookup;
mod map;
mod object;
#[doc(hidden)]
pub mod print;
mod range;

pub use crate::arena::{Sink, TextBuilder};
pub use build::ListBuilder;
pub use data::ToData;
pub use map::Map;
pub(crate) use map::{KeyPlace, same_text};
pub use object::Object;
pub use range::Range;

use crate::arena::Arena;
use crate::failure::Failure;
use crate::time::Time;

/// One value: a scalar, or a reference to text, a collection or a host object.
#[derive(Clone, Copy)]
// A tag as wide as what follows it: values are copied as three words.
#[repr(u64)]
#[non_exhaustive]
pub enum Value<'v> {
    /// No value: `nil`, `null`, or a name that nothing defines.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits.
    Integer(i64),
    /// A larger integer, as its decimal digits with an optional `-` and no leading zero.
    BigInteger(&'v str),
    /// A floating-point number.
    Float(f64),
    /// Text.
    String(&'v str),
    /// Text whose bytes are not UTF-8, as `base64_decode` may give; Ruby calls it binary. Made by
    /// [`Value::from_bytes`], so that what is UTF-8 is a [`Value::String`].
    Binary(&'v [u8]),
    /// An ordered list.
    Array(&'v [Value<'v>]),
    /// Keys and values in order.
    Map(&'v Map<'v>),
    /// `(1..3)`: integers that are never laid out unless something needs them all.
    Range(&'v Range<'v>),
    /// A point in time with the zone it is shown in.
    Time(&'v Time),
    /// The word `empty` as a side of a comparison, which equals every empty text and collection; elsewhere the word is
    /// the empty text. As data it comes only from a host that has such a value itself.
    Empty,
    /// The word `blank` as a side of a comparison, which equals nil, false, white space and every empty collection;
    /// otherwise as [`Empty`](Value::Empty).
    Blank,
    /// A value of the host: computed, lazy, or a view of the host's own data.
    Object(&'v (dyn Object + 'v)),
}

const _: () = assert!(size_of::<Value<'_>>() == 24);

impl<'v> Value<'v> {
    /// Whether a condition takes the value for true: all but nil and false (Ruby's rule; `''`, `0` and `[]` are true).
    #[inline]
    pub fn is_truthy(self) -> bool {
        !matches!(self, Value::Nil | Value::Bool(false))
    }

    /// Whether this is nil.
    #[inline]
    pub fn is_nil(self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Text of these bytes: a [`Value::String`] if they are UTF-8, else a [`Value::Binary`].
    pub fn from_bytes(bytes: &'v [u8]) -> Self {
        std::str::from_utf8(bytes).map_or(Value::Binary(bytes), Value::String)
    }

    /// The bytes of the text, if this is text, binary or not.
    pub fn as_bytes(self) -> Option<&'v [u8]> {
        match self {
            Value::String(text) => Some(text.as_bytes()),
            Value::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The text, if this is text that is UTF-8.
    pub fn as_str(self) -> Option<&'v str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What a host object is worth in conditions, comparisons and filters; any other value is itself.
    #[inline]
    pub fn resolve(self, arena: &'v Arena) -> Result<Value<'v>, Failure> {
        match self {
            Value::Object(object) => Ok(object.to_value(arena)?.unwrap_or(self)),
            other => Ok(other),
        }
    }

    /// The Ruby class name that the reference's messages give for such a value.
    pub fn class_name(self) -> &'v str {
        match self {
            Value::Nil => "NilClass",
            Value::Bool(true) => "TrueClass",
            Value::Bool(false) => "FalseClass",
            Value::Integer(_) | Value::BigInteger(_) => "Integer",
            Value::Float(_) => "Float",
            Value::String(_) | Value::Binary(_) => "String",
            Value::Array(_) => "Array",
            Value::Map(_) => "Hash",
            Value::Range(_) => "Range",
            Value::Time(_) => "Time",
            Value::Empty | Value::Blank => "Liquid::Condition::MethodLiteral",
            Value::Object(object) => object.type_name(),
        }
    }

    /// What a person calls such a value: `text`, `number`, `list`, …
    pub fn kind(self) -> &'static str {
        match self {
            Value::Nil => "nothing",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::BigInteger(_) | Value::Float(_) => "number",
            Value::String(_) | Value::Binary(_) => "text",
            Value::Array(_) => "array",
            Value::Map(_) | Value::Object(_) => "object",
            Value::Range(_) => "range",
            Value::Time(_) => "time",
            Value::Empty | Value::Blank => "keyword",
        }
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Nil => f.write_str("nil"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::BigInteger(digits) => f.write_str(digits),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::String(text) => write!(f, "{text:?}"),
            Value::Binary(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Value::Array(items) => write!(f, "[{} items]", items.len()),
            Value::Map(map) => write!(f, "{{{} keys}}", map.len()),
            Value::Range(range) => write!(f, "{range:?}"),
            Value::Time(time) => write!(f, "{time}"),
            Value::Empty => f.write_str("empty"),
            Value::Blank => f.write_str("blank"),
            Value::Object(object) => f.write_str(object.type_name()),
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(value: &'v str) -> Self {
        Value::String(value)
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(value: &'v String) -> Self {
        Value::String(value)
    }
}

impl<'v> From<&'v [Value<'v>]> for Value<'v> {
    fn from(value: &'v [Value<'v>]) -> Self {
        Value::Array(value)
    }
}

impl<'v> From<&'v Map<'v>> for Value<'v> {
    fn from(value: &'v Map<'v>) -> Self {
        Value::Map(value)
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Nil, Into::into)
    }
}
