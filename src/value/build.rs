//! Arrays and objects, made in an arena and charged to its budget.

use super::{Map, Value};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::limits::Budget;
use bumpalo::collections::Vec as BumpVec;

impl Arena {
    /// A copy of `items`.
    ///
    /// # Errors
    /// When the array or the memory of the render is over its limit; so do all methods here.
    pub fn array<'r>(&'r self, items: &[Value<'r>]) -> Result<&'r [Value<'r>], Failure> {
        self.charge_items::<Value<'r>>(items.len())?;
        Ok(self.bump().alloc_slice_copy(items))
    }

    /// An array that is written item by item.
    pub fn list(&self) -> ListBuilder<'_> {
        ListBuilder { items: BumpVec::new_in(self.bump()), budget: self.budget() }
    }

    /// An object of these entries, in this order. Of equal keys the last value wins, at the place of the first.
    pub fn map<'r>(&'r self, entries: &[(&'r str, Value<'r>)]) -> Result<&'r Map<'r>, Failure> {
        self.charge_items::<(&str, Value<'r>)>(entries.len())?;
        let map = Map::new(entries, self.bump());
        Ok(self.bump().alloc(map))
    }

    /// Room for so many values.
    pub(crate) fn values<'r>(&'r self, count: usize) -> Result<&'r mut [Value<'r>], Failure> {
        self.charge_items::<Value<'r>>(count)?;
        Ok(self.bump().alloc_slice_fill_copy(count, Value::Nil))
    }

    /// Room for so many entries of an object, to be given to [`distinct_map`](Arena::distinct_map).
    pub(crate) fn entries<'r>(&'r self, count: usize) -> Result<&'r mut [(&'r str, Value<'r>)], Failure> {
        self.charge_items::<(&str, Value<'r>)>(count)?;
        Ok(self.bump().alloc_slice_fill_copy(count, ("", Value::Nil)))
    }

    /// An object of entries that lie here and have no key twice. It has no index, so there must not be many.
    pub(crate) fn distinct_map<'r>(
        &'r self,
        entries: &'r [(&'r str, Value<'r>)],
    ) -> Result<&'r Map<'r>, Failure> {
        self.budget().allocate(size_of::<Map<'r>>())?;
        Ok(self.bump().alloc(Map::distinct(entries)))
    }

    fn charge_items<T>(&self, count: usize) -> Result<(), Failure> {
        self.budget().items(count)?;
        Ok(self.budget().allocate(count.saturating_mul(size_of::<T>()))?)
    }
}

/// An array under construction in an arena.
#[derive(Debug)]
pub struct ListBuilder<'r> {
    items: BumpVec<'r, Value<'r>>,
    budget: &'r Budget,
}

impl<'r> ListBuilder<'r> {
    /// Adds one item.
    #[inline]
    pub fn push(&mut self, item: Value<'r>) -> Result<(), Failure> {
        if self.items.len() == self.items.capacity() {
            self.grow()?;
        }
        self.items.push(item);
        Ok(())
    }

    /// Adds all of `items`.
    pub fn extend(&mut self, items: &[Value<'r>]) -> Result<(), Failure> {
        items.iter().try_for_each(|item| self.push(*item))
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item yet.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items so far, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [Value<'r>] {
        &mut self.items
    }

    /// The finished array.
    pub fn finish(self) -> &'r [Value<'r>] {
        self.items.into_bump_slice()
    }

    #[cold]
    fn grow(&mut self) -> Result<(), Failure> {
        let length = self.items.len();
        self.budget.items(length.saturating_add(1))?;
        // No room beyond the limit, so that the item that meets it comes here.
        let more = length.max(8).min(self.budget.limits().collection_items.saturating_sub(length));
        self.budget.allocate(length.saturating_add(more).saturating_mul(size_of::<Value<'r>>()))?;
        self.items.reserve_exact(more);
        Ok(())
    }
}
