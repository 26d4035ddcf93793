//! Values put together from the events of a walk, without recursion.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit};
use crate::value::Value;

/// A value under construction. Children of open arrays and objects wait on two stacks, so that each collection is
/// copied to the arena once, when its size is known.
pub(super) struct Builder<'r> {
    arena: &'r Arena,
    open: Vec<Open>,
    /// How many collections are around the whole.
    outside: usize,
    items: Vec<Value<'r>>,
    members: Vec<(&'r str, Value<'r>)>,
}

/// An array or object that is not closed yet, and where its children begin on their stack.
#[derive(Clone, Copy)]
pub(super) enum Open {
    Array(usize),
    Object(usize),
}

impl<'r> Builder<'r> {
    pub fn new(arena: &'r Arena) -> Self {
        Builder { arena, open: Vec::new(), outside: 0, items: Vec::new(), members: Vec::new() }
    }

    /// The whole stands inside of `depth` collections.
    pub fn enclosed(&mut self, depth: usize) {
        self.outside = depth;
    }

    pub fn arena(&self) -> &'r Arena {
        self.arena
    }

    /// The collection that the next value belongs to.
    pub fn innermost(&self) -> Option<Open> {
        self.open.last().copied()
    }

    pub fn open_array(&mut self) -> Result<(), Exceeded> {
        self.deeper()?;
        self.open.push(Open::Array(self.items.len()));
        Ok(())
    }

    pub fn open_object(&mut self) -> Result<(), Exceeded> {
        self.deeper()?;
        self.open.push(Open::Object(self.members.len()));
        Ok(())
    }

    /// Starts a member of the innermost object; [`Builder::add`] gives it its value.
    pub fn key(&mut self, key: &'r str) -> Result<(), Exceeded> {
        if self.members.len() == self.members.capacity() {
            self.check_scratch::<(&str, Value<'_>)>(self.members.len())?;
        }
        self.members.push((key, Value::Nil));
        Ok(())
    }

    /// Puts `value` into the innermost collection; without one it is the whole, and is handed back.
    #[inline]
    pub fn add(&mut self, value: Value<'r>) -> Result<Option<Value<'r>>, Exceeded> {
        match self.open.last() {
            None => return Ok(Some(value)),
            Some(Open::Array(_)) => {
                if self.items.len() == self.items.capacity() {
                    self.check_scratch::<Value<'_>>(self.items.len())?;
                }
                self.items.push(value);
            }
            Some(Open::Object(_)) => {
                if let Some(member) = self.members.last_mut() {
                    member.1 = value;
                }
            }
        }
        Ok(None)
    }

    /// Ends the innermost collection and hands it out; nil where none is open.
    pub fn close(&mut self) -> Result<Value<'r>, Failure> {
        Ok(match self.open.pop() {
            Some(Open::Array(start)) => {
                let array = self.arena.array(self.items.get(start..).unwrap_or_default())?;
                self.items.truncate(start);
                Value::Array(array)
            }
            Some(Open::Object(start)) => {
                let map = self.arena.map(self.members.get(start..).unwrap_or_default())?;
                self.members.truncate(start);
                Value::Map(map)
            }
            None => Value::Nil,
        })
    }

    fn deeper(&self) -> Result<(), Exceeded> {
        let most = self.arena.budget().limits().data_depth;
        if self.open.len().saturating_add(self.outside) >= most {
            return Err(Exceeded::new(Limit::DataDepth, most));
        }
        Ok(())
    }

    /// What waits here is charged only when it moves to the arena; until then it must not outgrow what the arena
    /// could ever take.
    #[cold]
    fn check_scratch<T>(&self, count: usize) -> Result<(), Exceeded> {
        let most = self.arena.budget().limits().memory_bytes;
        if count.saturating_mul(size_of::<T>()) > most {
            return Err(Exceeded::new(Limit::MemoryBytes, most));
        }
        Ok(())
    }
}
