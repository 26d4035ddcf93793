//! `(1..3)`.

/// The integers from `start` to `end`, both included; none where `end` is below `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first integer.
    pub start: i64,
    /// The last integer.
    pub end: i64,
}

impl Range {
    /// How many integers there are.
    pub fn len(self) -> u64 {
        match u64::try_from(i128::from(self.end) - i128::from(self.start) + 1) {
            Ok(length) => length,
            Err(_) if self.end < self.start => 0,
            Err(_) => u64::MAX,
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.end < self.start
    }

    /// The integer at place `index`, counted from 0.
    pub fn nth(self, index: u64) -> Option<i64> {
        let value = i64::try_from(i128::from(self.start) + i128::from(index)).ok()?;
        (value <= self.end).then_some(value)
    }
}
