//! Items in groups of equal keys.

use super::collection::demanded;
use super::text::{array, stringify};
use super::value::{property, same};
use super::{Call, Filter, Parameter, entry};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Value, lookup};
use std::collections::HashMap;

pub(super) static FILTERS: &[Filter] = &[entry(
    "group_by",
    &[Parameter::required("property", "the property whose values make the groups"), Parameter::IGNORED],
    "Gives an array of groups, each with the `name` and the `items` that have it.",
    (
        r#"{% assign groups = '[{"n":1,"t":"x"},{"n":2,"t":"y"},{"n":3,"t":"x"}]' | from_json | group_by: "t" %}{% for group in groups %}{{ group.name }}:{{ group.items.size }} {% endfor %}"#,
        "x:2 y:1 ",
    ),
    group_by,
)];

fn group_by<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let written = stringify(call.argument(0), arena)?;
    let steps = property(written);
    let mut groups = Groups::new(arena);
    for item in enumerable(call.input, arena)? {
        groups.add(demanded(*item, &steps, written, arena)?, *item)?;
    }
    groups.finish()
}

/// The items of a value; of an object its pairs of key and value.
pub(super) fn enumerable<'r>(value: Value<'r>, arena: &'r Arena) -> Result<&'r [Value<'r>], Failure> {
    let entries = match value.resolve(arena)? {
        Value::Map(map) => map.entries(),
        Value::Object(host) => match host.entries(arena)? {
            Some(entries) => entries,
            None => return array(value, arena),
        },
        Value::String(text) if !text.is_empty() => return array(value, arena),
        Value::Array(_) | Value::Range(_) => return array(value, arena),
        _ => return Ok(&[]),
    };
    arena.budget().spend_items(entries.len())?;
    let mut list = arena.list();
    for (key, value) in entries {
        list.push(lookup::pair(key, *value, arena)?)?;
    }
    Ok(list.finish())
}

/// Groups in the order in which their keys came.
pub(super) struct Groups<'r> {
    arena: &'r Arena,
    groups: Vec<(Value<'r>, Vec<Value<'r>>)>,
    /// The groups of keys that are text.
    places: HashMap<&'r str, usize>,
}

impl<'r> Groups<'r> {
    pub fn new(arena: &'r Arena) -> Self {
        Groups { arena, groups: Vec::new(), places: HashMap::new() }
    }

    /// Puts `item` with those of the same key.
    pub fn add(&mut self, key: Value<'r>, item: Value<'r>) -> Result<(), Failure> {
        self.arena.budget().allocate(size_of::<Value<'_>>())?;
        let key = key.resolve(self.arena)?;
        let known = match key {
            Value::String(text) => {
                self.arena.budget().spend_bytes(text.len())?;
                self.places.get(text).copied()
            }
            other => self.place_of(other)?,
        };
        match known.and_then(|place| self.groups.get_mut(place)) {
            Some((_, items)) => items.push(item),
            None => {
                if let Value::String(text) = key {
                    self.places.insert(text, self.groups.len());
                }
                self.groups.push((key, vec![item]));
            }
        }
        Ok(())
    }

    fn place_of(&self, key: Value<'r>) -> Result<Option<usize>, Failure> {
        // Arrays and objects are never the same key but at the same place.
        let is_same = |known: Value<'r>| match (known, key) {
            (Value::Array(a), Value::Array(b)) => Ok(std::ptr::eq(a, b)),
            _ => same(known, key, self.arena),
        };
        self.arena.budget().spend_items(self.groups.len())?;
        for (at, (known, _)) in self.groups.iter().enumerate() {
            if is_same(*known)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The groups as objects.
    pub fn finish(self) -> Result<Value<'r>, Failure> {
        let mut list = self.arena.list();
        for (name, items) in self.groups {
            let items = Value::Array(self.arena.array(&items)?);
            list.push(Value::Map(self.arena.map(&[("name", name), ("items", items)])?))?;
        }
        Ok(Value::Array(list.finish()))
    }
}
