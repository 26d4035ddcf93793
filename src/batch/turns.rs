//! Results that are made in any order, and written in theirs.
//!
//! Whoever finishes a chunk hands it over; one of those who do so writes what is due, while the others work on. How much
//! waits to be written is bounded.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What waits to be written, and whose turn it is.
pub(super) struct Turns<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    /// So many may wait.
    most: usize,
}

struct State<T> {
    next: u64,
    waiting: BTreeMap<u64, T>,
    /// What was written, to be filled again.
    spare: Vec<T>,
    is_writing: bool,
    is_halted: bool,
}

/// Halts the turns when its holder panics: nobody is to wait for a chunk that never comes.
pub(super) struct Guard<'t, T>(pub &'t Turns<T>);

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.halt();
        }
    }
}

impl<T: Default> Turns<T> {
    /// Of things counted from 0, so many may wait.
    pub fn new(most: usize) -> Self {
        let state = State {
            next: 0,
            waiting: BTreeMap::new(),
            spare: Vec::new(),
            is_writing: false,
            is_halted: false,
        };
        Turns { state: Mutex::new(state), changed: Condvar::new(), most: most.max(1) }
    }

    /// Hands over the thing counted `number`, and writes it and what waits behind it if it is due and nobody else does.
    /// In its place comes one that was written before. `false` once nothing more is to be made; so after `write` has said
    /// so.
    pub fn hand_over(&self, number: u64, thing: &mut T, mut write: impl FnMut(&T) -> bool) -> bool {
        let mut state = self.lock();
        while !state.is_halted && state.next != number && state.waiting.len() >= self.most {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let empty = state.spare.pop().unwrap_or_default();
        state.waiting.insert(number, mem::replace(thing, empty));
        while !state.is_halted && !state.is_writing {
            let next = state.next;
            let Some(due) = state.waiting.remove(&next) else { break };
            state.is_writing = true;
            drop(state);
            let goes_on = write(&due);
            state = self.lock();
            state.is_writing = false;
            state.is_halted |= !goes_on;
            state.next = state.next.saturating_add(1);
            state.spare.push(due);
            self.changed.notify_all();
        }
        !state.is_halted
    }
}

impl<T> Turns<T> {
    /// Writes a part of the thing counted `number`, as soon as that is due; what follows is due once the rest of it was
    /// handed over. `false` once nothing more is to be made.
    pub fn write_part(&self, number: u64, part: &T, mut write: impl FnMut(&T) -> bool) -> bool {
        let mut state = self.lock();
        while !state.is_halted && state.next != number {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_halted {
            return false;
        }
        // Nothing else is due until this number is handed over, so nobody else writes.
        drop(state);
        let goes_on = write(part);
        if !goes_on {
            self.halt();
        }
        goes_on
    }

    /// Lets nobody wait or write any more.
    pub fn halt(&self) {
        self.lock().is_halted = true;
        self.changed.notify_all();
    }

    /// Whether nothing more is to be made.
    pub fn is_halted(&self) -> bool {
        self.lock().is_halted
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn what_is_made_in_any_order_is_written_in_its_own() {
        for most in [1, 3] {
            let (turns, taken, written) =
                (Turns::<u64>::new(most), AtomicU64::new(0), Mutex::new(Vec::new()));
            thread::scope(|scope| {
                for thread in 0..4 {
                    let (turns, taken, written) = (&turns, &taken, &written);
                    scope.spawn(move || {
                        loop {
                            let number = taken.fetch_add(1, Ordering::SeqCst);
                            if number >= 500 {
                                return;
                            }
                            if (number + thread) % 7 == 0 {
                                thread::yield_now();
                            }
                            let mut thing = number;
                            let write = |due: &u64| {
                                written.lock().unwrap().push(*due);
                                true
                            };
                            if number.is_multiple_of(3) {
                                assert!(turns.write_part(number, &thing, write));
                            }
                            turns.hand_over(number, &mut thing, write);
                        }
                    });
                }
            });
            let parts = |number: u64| if number.is_multiple_of(3) { 2 } else { 1 };
            let expected: Vec<u64> =
                (0..500).flat_map(|number| std::iter::repeat_n(number, parts(number))).collect();
            assert_eq!(*written.lock().unwrap(), expected);
        }
    }

    #[test]
    fn nothing_is_written_once_writing_has_failed() {
        let turns = Turns::<u64>::new(1);
        assert!(turns.hand_over(1, &mut 1, |_| true));
        assert!(!turns.hand_over(0, &mut 0, |_| false));
        assert!(!turns.hand_over(2, &mut 2, |_| unreachable!()));
        assert!(!turns.write_part(2, &2, |_| unreachable!()));
        let turns = Turns::<u64>::new(1);
        assert!(turns.write_part(0, &0, |_| true));
        assert!(!turns.write_part(0, &0, |_| false));
        assert!(!turns.hand_over(0, &mut 0, |_| unreachable!()));
    }

    #[test]
    fn nobody_waits_for_one_who_panicked() {
        let turns = Turns::<u64>::new(1);
        thread::scope(|scope| {
            let waiting =
                scope.spawn(|| turns.hand_over(1, &mut 1, |_| true) && turns.hand_over(2, &mut 2, |_| true));
            let panicked = scope.spawn(|| {
                let _guard = Guard(&turns);
                panic!("the chunk 0 never comes");
            });
            assert!(panicked.join().is_err());
            assert!(!waiting.join().unwrap());
        });
    }
}
