//! Values that every render of an engine finds where its data has none.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Object, ToData, Value};
use std::collections::BTreeMap;

/// Values by name. Each becomes a value of a render when a template asks for it.
#[derive(Default)]
pub(crate) struct Globals {
    values: BTreeMap<String, Box<dyn ToData + Send + Sync>>,
}

impl Globals {
    /// Adds a value, in place of one of the same name.
    pub fn add(&mut self, name: String, value: Box<dyn ToData + Send + Sync>) {
        self.values.insert(name, value);
    }

    /// Whether there is a value of this name.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// What names are looked up in; nil where there are none.
    pub fn value<'r>(&'r self, arena: &'r Arena) -> Result<Value<'r>, Failure> {
        if self.values.is_empty() { Ok(Value::Nil) } else { Ok(Value::Object(arena.object(Names(self))?)) }
    }
}

struct Names<'g>(&'g Globals);

impl Object for Names<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        match key.as_str().and_then(|name| self.0.values.get(name)) {
            Some(value) => value.to_data(arena).map(Some),
            None => Ok(None),
        }
    }

    fn type_name(&self) -> &str {
        "Globals"
    }
}
