//! The test objects that cases name by `_instantiate`: host objects, built on the engine's public object trait.

use carafe::value::print::write_text;
use carafe::{Arena, Failure, Object, Value, failure::RenderErrorKind, value::Sink};

/// The environment with its test objects put in place.
pub fn instantiate<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    match value {
        Value::Map(map) => {
            if let Some(name) = map.get("_instantiate") {
                let value = match map.get("params") {
                    Some(Value::Map(params)) => params.get("value").unwrap_or(Value::Nil),
                    _ => Value::Nil,
                };
                return Ok(Value::Object(arena.object(TestObject {
                    name: name.as_str().unwrap_or_default(),
                    value: instantiate(value, arena)?,
                })?));
            }
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in map.entries() {
                entries.push((*key, instantiate(*value, arena)?));
            }
            Ok(Value::Map(arena.map(&entries)?))
        }
        Value::Array(items) => {
            let mut list = arena.list();
            for item in items {
                list.push(instantiate(*item, arena)?)?;
            }
            Ok(Value::Array(list.finish()))
        }
        other => Ok(other),
    }
}

/// One of the objects that cases describe by name.
struct TestObject<'v> {
    name: &'v str,
    value: Value<'v>,
}

const SEQUENCE: [Value<'static>; 3] =
    [Value::String("first"), Value::String("second"), Value::String("third")];

impl Object for TestObject<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match (self.name, key) {
            ("ErrorDrop", _) => {
                return Err(Failure::error(
                    RenderErrorKind::Argument,
                    "ErrorDrop: access triggered an error",
                ));
            }
            ("IndexDrop", Value::Integer(0)) => Some(Value::String("zero")),
            ("IndexDrop", Value::Integer(1)) => Some(Value::String("one")),
            ("IndexDrop", Value::Integer(2)) => Some(Value::String("two")),
            ("IndexDrop", Value::String(_)) => Some(key),
            ("MethodDrop", Value::String(name)) => method(name, arena)?,
            ("SequenceDrop", Value::Integer(at)) => {
                Some(usize::try_from(at).ok().and_then(|at| SEQUENCE.get(at)).copied().into())
            }
            ("NestedDrop", Value::String("nested")) => Some(Value::Object(self)),
            ("NestedDrop", Value::String("square")) => match self.value {
                Value::Integer(value) => {
                    let square = TestObject { name: self.name, value: Value::Integer(value * value) };
                    Some(Value::Object(arena.object(square)?))
                }
                _ => None,
            },
            _ => None,
        })
    }

    fn items<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
        Ok((self.name == "SequenceDrop").then_some(&SEQUENCE))
    }

    fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match self.name {
            "BooleanDrop" | "NumberDrop" | "StringDrop" => Some(self.value),
            "NilDrop" => Some(Value::Nil),
            _ => None,
        })
    }

    fn write_text(&self, arena: &Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
        match self.name {
            "OpaqueDrop" => sink.push("opaque"),
            "NestedDrop" => write_text(self.value, arena, sink),
            other => sink.push(other),
        }
    }

    fn type_name(&self) -> &str {
        self.name
    }
}

/// `echo_N`, `square_N` and `double_N`, as text.
fn method<'r>(name: &str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    let Some((operation, number)) = name.split_once('_') else { return Ok(None) };
    let Ok(number) = number.parse::<i64>() else { return Ok(None) };
    let result = match operation {
        "echo" => number,
        "square" => number * number,
        "double" => number * 2,
        _ => return Ok(None),
    };
    Ok(Some(Value::String(arena.text(&result.to_string())?)))
}
