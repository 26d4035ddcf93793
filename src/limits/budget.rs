//! What a render may still use.

use super::{Deadline, Exceeded, Interrupt, Limit, Limits};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

/// Steps between two looks at the clock.
const SLICE: u64 = 1024;

/// What a render may still use. Counted down in place, so that partials and captures share it; renders in one
/// [`Arena`](crate::Arena) share it too.
pub struct Budget {
    limits: Limits,
    /// Steps until the interrupts are asked again.
    steps: Cell<u64>,
    /// Steps beyond those.
    later_steps: Cell<u64>,
    memory: Cell<usize>,
    partials: Cell<u64>,
    requests: Cell<u64>,
    network_requests: Cell<u64>,
    /// Runs from the first time that it is asked, so that small renders never look at the clock.
    deadline: Cell<Option<Deadline>>,
    interrupt: RefCell<Option<Arc<dyn Interrupt>>>,
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Budget {
    /// A full budget.
    pub fn new(limits: &Limits) -> Self {
        let budget = Budget {
            steps: Cell::new(0),
            later_steps: Cell::new(0),
            memory: Cell::new(0),
            partials: Cell::new(0),
            requests: Cell::new(0),
            network_requests: Cell::new(0),
            deadline: Cell::new(None),
            interrupt: RefCell::new(None),
            limits: limits.clone(),
        };
        budget.fill();
        budget
    }

    /// Fills the budget again. An interrupt stays.
    pub(crate) fn fill(&self) {
        let slice = self.limits.steps.min(SLICE);
        self.steps.set(slice);
        self.later_steps.set(self.limits.steps.saturating_sub(slice));
        self.memory.set(self.limits.memory_bytes);
        self.partials.set(self.limits.partial_renders);
        self.requests.set(self.limits.requests);
        self.network_requests.set(self.limits.network_requests);
        self.deadline.set(None);
    }

    /// The bounds this budget started from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Asks `interrupt` from now on whether to go on, beside the deadline.
    pub fn set_interrupt(&self, interrupt: Arc<dyn Interrupt>) {
        *self.interrupt.borrow_mut() = Some(interrupt);
    }

    /// Charges `count` steps of work.
    #[inline]
    pub fn spend(&self, count: u64) -> Result<(), Exceeded> {
        match self.steps.get().checked_sub(count) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => self.next_slice(count),
        }
    }

    #[cold]
    fn next_slice(&self, count: u64) -> Result<(), Exceeded> {
        let left = self.steps.get().saturating_add(self.later_steps.get());
        let Some(left) = left.checked_sub(count) else {
            return Err(Exceeded::of(Limit::Steps, &self.limits));
        };
        self.go_on()?;
        let slice = left.min(SLICE);
        self.steps.set(slice);
        self.later_steps.set(left.saturating_sub(slice));
        Ok(())
    }

    /// Asks the deadline and the interrupt.
    pub(crate) fn go_on(&self) -> Result<(), Exceeded> {
        if let Some(time) = self.limits.deadline {
            let deadline = self.deadline.get().unwrap_or_else(|| Deadline::after(time));
            self.deadline.set(Some(deadline));
            deadline.check()?;
        }
        match &*self.interrupt.borrow() {
            Some(interrupt) => interrupt.check(),
            None => Ok(()),
        }
    }

    /// Charges the walk over `bytes` of text.
    #[inline]
    pub fn spend_bytes(&self, bytes: usize) -> Result<(), Exceeded> {
        self.spend(bytes as u64 / 32)
    }

    /// Charges the walk over `count` items.
    #[inline]
    pub fn spend_items(&self, count: usize) -> Result<(), Exceeded> {
        self.spend(count as u64 / 8)
    }

    /// Charges `bytes` of memory, before it is taken.
    #[inline]
    pub fn allocate(&self, bytes: usize) -> Result<(), Exceeded> {
        match self.memory.get().checked_sub(bytes) {
            Some(left) => {
                self.memory.set(left);
                Ok(())
            }
            None => Err(Exceeded::new(Limit::MemoryBytes, self.limits.memory_bytes)),
        }
    }

    /// Whether a text of `bytes` may be made.
    #[inline]
    pub fn text(&self, bytes: usize) -> Result<(), Exceeded> {
        if bytes > self.limits.value_bytes {
            return Err(Exceeded::new(Limit::ValueBytes, self.limits.value_bytes));
        }
        Ok(())
    }

    /// Whether an array of `count` items may be made.
    #[inline]
    pub fn items(&self, count: usize) -> Result<(), Exceeded> {
        if count > self.limits.collection_items {
            return Err(Exceeded::new(Limit::CollectionItems, self.limits.collection_items));
        }
        Ok(())
    }

    /// Charges the render of one partial.
    pub fn partial(&self) -> Result<(), Exceeded> {
        self.count(&self.partials, Limit::PartialRenders)
    }

    /// Charges one request.
    pub fn request(&self) -> Result<(), Exceeded> {
        self.count(&self.requests, Limit::Requests)
    }

    /// Whether one more request may go to the network. It may take long, so this is where the interrupts are asked.
    pub(crate) fn may_ask_network(&self) -> Result<(), Exceeded> {
        match self.network_requests.get() {
            0 => Err(Exceeded::of(Limit::NetworkRequests, &self.limits)),
            _ => self.go_on(),
        }
    }

    /// Charges one request that went to the network.
    pub(crate) fn network_request(&self) -> Result<(), Exceeded> {
        self.count(&self.network_requests, Limit::NetworkRequests)?;
        self.go_on()
    }

    fn count(&self, left: &Cell<u64>, limit: Limit) -> Result<(), Exceeded> {
        match left.get().checked_sub(1) {
            Some(less) => {
                left.set(less);
                Ok(())
            }
            None => Err(Exceeded::of(limit, &self.limits)),
        }
    }
}
