//! Anything that is `serde::Serialize`, written straight into an arena.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::value::{ListBuilder, Value};
use serde::ser::{self, Serialize};
use std::fmt;

/// The value that `value` serializes to, by the rules of `serde_json`: structs are objects, enums without data are
/// their name, bytes are arrays of integers, keys of maps are text. Integers are exact, of any size.
///
/// ```
/// use carafe::{Arena, Value, json};
///
/// #[derive(serde::Serialize)]
/// struct Order {
///     id: u64,
/// }
///
/// let arena = Arena::default();
/// let value = json::from_serialize(&Order { id: 7 }, &arena).unwrap();
/// assert!(matches!(value, Value::Map(map) if map.len() == 1));
/// ```
///
/// # Errors
/// When a limit is met, a key of a map is no text, or `value` itself refuses to be serialized.
pub fn from_serialize<'r, T: Serialize + ?Sized>(value: &T, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    value.serialize(Serializer { arena, depth: 0 }).map_err(|Error(failure)| failure)
}

/// A failure that serde can make, too.
#[derive(Debug)]
struct Error(Failure);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Failure::Error(error) => error.fmt(f),
            Failure::Limit(exceeded) => exceeded.fmt(f),
            Failure::Abort(abort) => f.write_str(&abort.reason),
        }
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(Failure::argument(message.to_string()))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error(failure)
    }
}

impl From<Exceeded> for Error {
    fn from(exceeded: Exceeded) -> Self {
        Error(Failure::limit(exceeded))
    }
}

#[derive(Clone, Copy)]
struct Serializer<'r> {
    arena: &'r Arena,
    depth: usize,
}

impl<'r> Serializer<'r> {
    /// The serializer of what is inside a collection.
    fn inside(self) -> Result<Self, Error> {
        let most = self.arena.budget().limits().data_depth;
        if self.depth >= most {
            return Err(Exceeded::new(Limit::DataDepth, most).into());
        }
        Ok(Serializer { depth: self.depth.saturating_add(1), ..self })
    }

    fn items(self, variant: Option<&'static str>) -> Result<Items<'r>, Error> {
        let outer = if variant.is_some() { self.inside()? } else { self };
        Ok(Items { serializer: outer.inside()?, items: self.arena.list(), variant })
    }

    fn members(self, variant: Option<&'static str>) -> Result<Members<'r>, Error> {
        let outer = if variant.is_some() { self.inside()? } else { self };
        Ok(Members { serializer: outer.inside()?, members: Vec::new(), key: "", variant })
    }

    fn number(self, value: impl fmt::Display) -> Result<Value<'r>, Error> {
        Ok(Value::BigInteger(self.arena.text(&value.to_string())?))
    }

    /// `value`, as the one member `variant` of an object if there is a variant.
    fn wrapped(self, variant: Option<&'static str>, value: Value<'r>) -> Result<Value<'r>, Error> {
        Ok(match variant {
            Some(variant) => Value::Map(self.arena.map(&[(variant, value)])?),
            None => value,
        })
    }
}

impl<'r> ser::Serializer for Serializer<'r> {
    type Ok = Value<'r>;
    type Error = Error;
    type SerializeSeq = Items<'r>;
    type SerializeTuple = Items<'r>;
    type SerializeTupleStruct = Items<'r>;
    type SerializeTupleVariant = Items<'r>;
    type SerializeMap = Members<'r>;
    type SerializeStruct = Members<'r>;
    type SerializeStructVariant = Members<'r>;

    fn serialize_bool(self, value: bool) -> Result<Value<'r>, Error> {
        Ok(Value::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value))
    }

    fn serialize_i128(self, value: i128) -> Result<Value<'r>, Error> {
        i64::try_from(value).map_or_else(|_| self.number(value), |small| Ok(Value::Integer(small)))
    }

    fn serialize_u8(self, value: u8) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Result<Value<'r>, Error> {
        Ok(Value::Integer(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Result<Value<'r>, Error> {
        i64::try_from(value).map_or_else(|_| self.number(value), |small| Ok(Value::Integer(small)))
    }

    fn serialize_u128(self, value: u128) -> Result<Value<'r>, Error> {
        i64::try_from(value).map_or_else(|_| self.number(value), |small| Ok(Value::Integer(small)))
    }

    /// Through the shortest decimal: 0.1 stays 0.1, as it does in JSON text.
    fn serialize_f32(self, value: f32) -> Result<Value<'r>, Error> {
        Ok(Value::Float(value.to_string().parse().unwrap_or_else(|_| f64::from(value))))
    }

    fn serialize_f64(self, value: f64) -> Result<Value<'r>, Error> {
        Ok(Value::Float(value))
    }

    fn serialize_char(self, value: char) -> Result<Value<'r>, Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Value<'r>, Error> {
        Ok(Value::String(self.arena.text(value)?))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value<'r>, Error> {
        let mut items = self.inside()?.arena.list();
        value.iter().try_for_each(|byte| items.push(Value::Integer((*byte).into())))?;
        Ok(Value::Array(items.finish()))
    }

    fn serialize_none(self) -> Result<Value<'r>, Error> {
        Ok(Value::Nil)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value<'r>, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value<'r>, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value<'r>, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value<'r>, Error> {
        Ok(Value::String(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value<'r>, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value<'r>, Error> {
        self.wrapped(Some(variant), value.serialize(self.inside()?)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'r>, Error> {
        self.items(None)
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'r>, Error> {
        self.items(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'r>, Error> {
        self.items(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'r>, Error> {
        self.items(Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'r>, Error> {
        self.members(None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'r>, Error> {
        self.members(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'r>, Error> {
        self.members(Some(variant))
    }
}

/// An array under construction.
struct Items<'r> {
    serializer: Serializer<'r>,
    items: ListBuilder<'r>,
    variant: Option<&'static str>,
}

impl<'r> Items<'r> {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        Ok(self.items.push(value.serialize(self.serializer)?)?)
    }

    fn finish(self) -> Result<Value<'r>, Error> {
        self.serializer.wrapped(self.variant, Value::Array(self.items.finish()))
    }
}

/// An object under construction.
struct Members<'r> {
    serializer: Serializer<'r>,
    members: Vec<(&'r str, Value<'r>)>,
    /// The key whose value comes next.
    key: &'r str,
    variant: Option<&'static str>,
}

impl<'r> Members<'r> {
    fn add<T: Serialize + ?Sized>(&mut self, key: &'r str, value: &T) -> Result<(), Error> {
        self.serializer.arena.budget().items(self.members.len().saturating_add(1))?;
        self.members.push((key, value.serialize(self.serializer)?));
        Ok(())
    }

    fn finish(self) -> Result<Value<'r>, Error> {
        let map = self.serializer.arena.map(&self.members)?;
        self.serializer.wrapped(self.variant, Value::Map(map))
    }
}

macro_rules! array_like {
    ($($kind:ident $add:ident),*) => {
        $(impl<'r> ser::$kind for Items<'r> {
            type Ok = Value<'r>;
            type Error = Error;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.add(value)
            }

            fn end(self) -> Result<Value<'r>, Error> {
                self.finish()
            }
        })*
    };
}

array_like!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

macro_rules! struct_like {
    ($($kind:ident),*) => {
        $(impl<'r> ser::$kind for Members<'r> {
            type Ok = Value<'r>;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.add(key, value)
            }

            fn end(self) -> Result<Value<'r>, Error> {
                self.finish()
            }
        })*
    };
}

struct_like!(SerializeStruct, SerializeStructVariant);

impl<'r> ser::SerializeMap for Members<'r> {
    type Ok = Value<'r>;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let arena = self.serializer.arena;
        self.key = match key.serialize(self.serializer)? {
            Value::String(text) | Value::BigInteger(text) => text,
            Value::Integer(value) => arena.text(&value.to_string())?,
            Value::Bool(value) => {
                if value {
                    "true"
                } else {
                    "false"
                }
            }
            other => {
                return Err(Error(Failure::argument(format!("a key must be text, not {}", other.kind()))));
            }
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.add(self.key, value)
    }

    fn end(self) -> Result<Value<'r>, Error> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use crate::limits::Limits;
    use serde::Serialize;
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    enum Kind {
        Unit,
        New(i8),
        Tuple(u8, char),
        Struct { a: Option<()> },
    }

    #[derive(Serialize)]
    struct Everything<'a> {
        zuletzt: &'a str,
        float: f32,
        large: u64,
        huge: i128,
        kinds: Vec<Kind>,
        pair: (bool, ()),
        keys: BTreeMap<i32, [u8; 2]>,
    }

    fn written<T: Serialize>(value: &T) -> String {
        let arena = Arena::default();
        let mut sink = arena.builder();
        let value = from_serialize(value, &arena).expect("in limits");
        json::write(value, &arena, &mut sink).expect("in limits");
        sink.finish().to_owned()
    }

    #[test]
    fn values_serialize_as_serde_json_has_them() {
        let everything = Everything {
            zuletzt: "ß",
            float: 0.1,
            large: u64::MAX,
            huge: i128::MIN,
            kinds: vec![Kind::Unit, Kind::New(-1), Kind::Tuple(2, 'x'), Kind::Struct { a: None }],
            pair: (true, ()),
            keys: BTreeMap::from([(7, [1, 2])]),
        };
        assert_eq!(written(&everything), serde_json::to_string(&everything).expect("JSON"));
        assert_eq!(written(&Some(serde_json::json!({"a": [1.5, null]}))), r#"{"a":[1.5,null]}"#);
    }

    #[test]
    fn refusals_are_failures() {
        let arena = Arena::new(&Limits { data_depth: 2, ..Limits::default() });
        assert!(from_serialize(&[[1]], &arena).is_ok());
        assert!(matches!(from_serialize(&[[[1]]], &arena), Err(Failure::Limit(_))));
        assert!(matches!(from_serialize(&[[Kind::New(1)]], &arena), Err(Failure::Limit(_))));
        let keys = BTreeMap::from([([1], 1)]);
        assert!(matches!(from_serialize(&keys, &Arena::default()), Err(Failure::Error(_))));
    }
}
