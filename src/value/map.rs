//! Keys and values in order, in an arena.

use super::Value;
use bumpalo::Bump;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// Above this many keys a sorted index is kept beside the entries.
const LINEAR: usize = 12;

/// Where an object had a key the last time: the next one most likely has it there, too. Only a guess, so it may be shared
/// between threads.
#[derive(Debug, Default)]
pub(crate) struct KeyPlace(AtomicU32);

/// An object of plain data: text keys and values, in the order they were written.
///
/// Made by [`crate::Arena::map`].
#[derive(Debug)]
pub struct Map<'v> {
    entries: &'v [(&'v str, Value<'v>)],
    /// The places of the entries, ordered by key; empty for small maps.
    sorted: &'v [u32],
}

impl<'v> Map<'v> {
    /// Of equal keys the last value wins, at the place of the first, as in every JSON reader that keeps order.
    pub(crate) fn new(entries: &[(&'v str, Value<'v>)], bump: &'v Bump) -> Self {
        if entries.len() <= LINEAR {
            let mut distinct: bumpalo::collections::Vec<(&str, Value)> =
                bumpalo::collections::Vec::with_capacity_in(entries.len(), bump);
            for &(key, value) in entries {
                match distinct.iter_mut().find(|(known, _)| *known == key) {
                    Some(known) => known.1 = value,
                    None => distinct.push((key, value)),
                }
            }
            return Map { entries: distinct.into_bump_slice(), sorted: &[] };
        }
        let mut order: Vec<u32> = (0..u32::try_from(entries.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|&at| key_at(entries, at));
        let same = |a: &u32, b: &u32| key_at(entries, *a) == key_at(entries, *b);
        if !order.windows(2).any(|pair| matches!(pair, [a, b] if same(a, b))) {
            return Map { entries: bump.alloc_slice_copy(entries), sorted: bump.alloc_slice_copy(&order) };
        }
        let mut last = entries.to_vec();
        let mut dropped = vec![false; entries.len()];
        // The sort is stable: within a run of equal keys the places ascend.
        for run in order.chunk_by(same) {
            let [first, others @ ..] = run else { continue };
            let winner = others.last().and_then(|winner| entries.get(*winner as usize));
            if let (Some(first), Some((_, value))) = (last.get_mut(*first as usize), winner) {
                first.1 = *value;
            }
            for other in others {
                dropped.get_mut(*other as usize).into_iter().for_each(|dropped| *dropped = true);
            }
        }
        let distinct: Vec<_> =
            last.into_iter().zip(dropped).filter(|(_, drop)| !drop).map(|(entry, _)| entry).collect();
        Map::new(&distinct, bump)
    }

    /// The entries as they are, which have no key twice.
    pub(crate) fn distinct(entries: &'v [(&'v str, Value<'v>)]) -> Self {
        Map { entries, sorted: &[] }
    }

    /// The value of `key`.
    #[inline]
    pub fn get(&self, key: &str) -> Option<Value<'v>> {
        if self.sorted.is_empty() {
            return self.entries.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        }
        self.entries.get(self.sorted_place(key)?).map(|(_, value)| *value)
    }

    /// The place of `key`, by the sorted index.
    fn sorted_place(&self, key: &str) -> Option<usize> {
        let found = self.sorted.binary_search_by(|&at| key_at(self.entries, at).cmp(&Some(key))).ok()?;
        self.sorted.get(found).map(|at| *at as usize)
    }

    /// The value of `key`, if it is where it was the last time.
    #[inline(always)]
    pub(crate) fn guess(&self, key: &str, place: &KeyPlace) -> Option<&'v Value<'v>> {
        match self.entries.get(place.0.load(Relaxed) as usize) {
            Some((known, value)) if same_text(known, key) => Some(value),
            _ => None,
        }
    }

    /// The value of `key`; the next guess is where it is now.
    pub(crate) fn find(&self, key: &str, place: &KeyPlace) -> Option<&'v Value<'v>> {
        let at = if self.sorted.is_empty() {
            self.entries.iter().position(|(known, _)| same_text(known, key))?
        } else {
            self.sorted_place(key)?
        };
        place.0.store(u32::try_from(at).unwrap_or(u32::MAX), Relaxed);
        self.entries.get(at).map(|(_, value)| value)
    }

    /// The entries in order.
    pub fn entries(&self) -> &'v [(&'v str, Value<'v>)] {
        self.entries
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &'v str> + use<'v> {
        self.entries.iter().map(|(key, _)| *key)
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The key at one of the places of a sorted index, which all are those of entries.
#[inline]
fn key_at<'v>(entries: &[(&'v str, Value<'v>)], at: u32) -> Option<&'v str> {
    entries.get(at as usize).map(|(key, _)| *key)
}

/// Whether two texts are the same that are most likely short, as keys are: what both begin and end with is compared as
/// numbers.
#[inline(always)]
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let length = a.len();
    if length != b.len() {
        return false;
    }
    if let (Some(start), Some(end)) = (a.first_chunk::<8>(), a.last_chunk::<8>()) {
        return b.first_chunk::<8>() == Some(start)
            && b.last_chunk::<8>() == Some(end)
            && (length <= 16 || a == b);
    }
    if let (Some(start), Some(end)) = (a.first_chunk::<4>(), a.last_chunk::<4>()) {
        return b.first_chunk::<4>() == Some(start) && b.last_chunk::<4>() == Some(end);
    }
    if let (Some(start), Some(end)) = (a.first_chunk::<2>(), a.last_chunk::<2>()) {
        return b.first_chunk::<2>() == Some(start) && b.last_chunk::<2>() == Some(end);
    }
    a.first() == b.first()
}
