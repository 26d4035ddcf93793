//! Where "now" comes from.
//!
//! The core never reads the system clock on its own: whoever builds an engine hands it a [`Clock`]. A [`FixedClock`] makes
//! every render repeatable; a [`SystemClock`] is the only place in the crate that asks the operating system for the time.

use super::Time;

/// Gives the current time, as `'now' | date: …` sees it.
pub trait Clock: Send + Sync {
    /// The current time. A render should ask once and keep the answer, so that two `'now'` in a template agree.
    fn now(&self) -> Time;
}

/// A clock that always shows the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedClock(
    /// The time shown.
    pub Time,
);

impl Clock for FixedClock {
    fn now(&self) -> Time {
        self.0
    }
}

/// The clock of the operating system, in UTC.
#[cfg(feature = "clock")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SystemClock;

#[cfg(feature = "clock")]
impl Clock for SystemClock {
    /// The system's time; the Unix epoch if the system's clock stands outside the years that [`Time`] covers.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now(&self) -> Time {
        let now = chrono::Utc::now();
        Time::from_unix_nanos(now.timestamp(), now.timestamp_subsec_nanos()).unwrap_or(Time::UNIX_EPOCH)
    }
}
