//! What ends a render from outside, whatever its template does.

use super::{Exceeded, Limit};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Asked about every thousand [steps](super::Limits::steps) of a render whether to go on, before each request, and after it.
///
/// It has nothing to do with the [`Clock`](crate::time::Clock) that templates read: a clock that stands still stops no
/// deadline.
pub trait Interrupt: Send + Sync {
    /// Whether to go on.
    ///
    /// # Errors
    /// The bound that ends the render here.
    fn check(&self) -> Result<(), Exceeded>;
}

/// Ends renders on demand, from any thread: share it in an [`Arc`](std::sync::Arc).
///
/// ```
/// use carafe::limits::{Cancel, Limit};
/// use carafe::{Engine, Status};
/// use std::sync::Arc;
///
/// let template = Engine::default().template("{% for i in (1..1000000) %}{{ i }}{% endfor %}")?;
/// let cancel = Arc::new(Cancel::default());
/// cancel.cancel();
/// let outcome = template.prepare().interrupt(cancel).run(&());
/// assert!(matches!(outcome.status, Status::Exceeded(met) if met.limit == Limit::Cancelled));
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Cancel {
    cancelled: AtomicBool,
}

impl Cancel {
    /// Ends every render that asks, now and from now on.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Interrupt for Cancel {
    fn check(&self) -> Result<(), Exceeded> {
        if self.is_cancelled() { Err(Exceeded { limit: Limit::Cancelled, value: 0 }) } else { Ok(()) }
    }
}

/// Ends renders at a moment: for one deadline over many of them, say over all that answer one request.
/// [`Limits::deadline`](super::Limits::deadline) bounds each render by itself.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    start: Instant,
    time: Duration,
}

impl Deadline {
    /// The moment `time` from now.
    #[expect(clippy::disallowed_methods, reason = "deadlines are measured where they are set")]
    pub fn after(time: Duration) -> Self {
        Deadline { start: Instant::now(), time }
    }
}

impl Interrupt for Deadline {
    fn check(&self) -> Result<(), Exceeded> {
        if self.start.elapsed() < self.time {
            return Ok(());
        }
        let value = u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX);
        Err(Exceeded { limit: Limit::Deadline, value })
    }
}
