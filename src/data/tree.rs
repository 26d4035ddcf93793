//! The root while the inputs are laid over each other.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Map, Value};

/// An object that grows: values in the arena never change, so a change makes the objects on its way anew.
pub(super) struct Tree<'r> {
    arena: &'r Arena,
    root: Option<&'r Map<'r>>,
}

/// One step of a path to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'r> {
    /// To a member; in an array, a key of digits is an index.
    Key(&'r str),
    /// To an item, counted from 0.
    Index(usize),
}

/// Why a value cannot be set.
pub(super) enum Refusal<'r> {
    /// So many segments lead to this value, which has no members or no such item.
    Shape { walked: usize, found: Value<'r> },
    /// A limit was met.
    Failure(Failure),
}

impl From<Failure> for Refusal<'_> {
    fn from(failure: Failure) -> Self {
        Refusal::Failure(failure)
    }
}

impl<'r> Tree<'r> {
    pub fn new(arena: &'r Arena) -> Self {
        Tree { arena, root: None }
    }

    /// The whole.
    pub fn root(&self) -> Result<Value<'r>, Failure> {
        Ok(Value::Map(self.map()?))
    }

    /// Makes `root` the whole.
    pub fn replace(&mut self, root: &'r Map<'r>) {
        self.root = Some(root);
    }

    /// The member `key` of the root.
    pub fn get(&self, key: &str) -> Option<Value<'r>> {
        self.root?.get(key)
    }

    /// Gives the member `key` of the root the value `value`.
    pub fn put(&mut self, key: &'r str, value: Value<'r>) -> Result<(), Failure> {
        self.root = Some(with(self.map()?, key, value, self.arena)?);
        Ok(())
    }

    /// Lays `entries` over the object at the member `key` of the root.
    pub fn merge(&mut self, key: &'r str, entries: &[(&'r str, Value<'r>)]) -> Result<(), Failure> {
        if entries.is_empty() {
            return Ok(());
        }
        let before = match self.map()?.get(key) {
            Some(Value::Map(before)) => before.entries(),
            _ => &[],
        };
        let merged = self.arena.map(&[before, entries].concat())?;
        self.put(key, Value::Map(merged))
    }

    /// Gives the value at `path` the value `value`; objects that are missing on the way are made.
    pub fn set(&mut self, path: &[Segment<'r>], value: Value<'r>) -> Result<(), Refusal<'r>> {
        let root = Value::Map(self.map()?);
        if let Value::Map(root) = set(root, path, 0, value, self.arena)? {
            self.root = Some(root);
        }
        Ok(())
    }

    fn map(&self) -> Result<&'r Map<'r>, Failure> {
        match self.root {
            Some(root) => Ok(root),
            None => self.arena.map(&[]),
        }
    }
}

/// The callers hold paths to the limit on the depth of data, and so this recursion.
fn set<'r>(
    base: Value<'r>,
    path: &[Segment<'r>],
    walked: usize,
    value: Value<'r>,
    arena: &'r Arena,
) -> Result<Value<'r>, Refusal<'r>> {
    let Some(segment) = path.get(walked) else {
        return Ok(value);
    };
    let index = match segment {
        Segment::Index(at) => Some(*at),
        Segment::Key(key) => key.parse().ok(),
    };
    let deeper = |inner| set(inner, path, walked.saturating_add(1), value, arena);
    match (base, *segment, index) {
        (Value::Map(map), Segment::Key(key), _) => {
            let inner = deeper(map.get(key).unwrap_or(Value::Nil))?;
            Ok(Value::Map(with(map, key, inner, arena)?))
        }
        (Value::Nil, Segment::Key(key), _) => Ok(Value::Map(arena.map(&[(key, deeper(Value::Nil)?)])?)),
        (Value::Nil, Segment::Index(0), _) => Ok(Value::Array(arena.array(&[deeper(Value::Nil)?])?)),
        (Value::Array(items), _, Some(at)) if at <= items.len() => {
            let inner = deeper(items.get(at).copied().unwrap_or(Value::Nil))?;
            let mut items = items.to_vec();
            match items.get_mut(at) {
                Some(item) => *item = inner,
                None => items.push(inner),
            }
            Ok(Value::Array(arena.array(&items)?))
        }
        _ => Err(Refusal::Shape { walked, found: base }),
    }
}

fn with<'r>(
    map: &'r Map<'r>,
    key: &'r str,
    value: Value<'r>,
    arena: &'r Arena,
) -> Result<&'r Map<'r>, Failure> {
    arena.map(&[map.entries(), &[(key, value)]].concat())
}
