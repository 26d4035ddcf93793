//! Cases that need code: threads, a host's own filters, servers. One module for each file of cases that has some.

mod limits;
mod parsing;
mod rendering;
mod values;

/// An id, what happens, and the test, which panics if it does not.
pub type Coded = (&'static str, &'static str, fn());

/// All of them.
pub fn all() -> Vec<Coded> {
    [limits::ALL, parsing::ALL, rendering::ALL, values::ALL].concat()
}
