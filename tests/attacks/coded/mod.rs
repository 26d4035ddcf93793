//! Cases that need code: threads, a host's own filters, servers. One module for each file of cases that has some.

mod files;
mod limits;
mod network;
mod parsing;
mod rendering;
mod terminal;
mod values;

/// An id, what happens, and the test, which panics if it does not.
pub type Coded = (&'static str, &'static str, fn());

/// All of them.
pub fn all() -> Vec<Coded> {
    [files::ALL, limits::ALL, network::ALL, parsing::ALL, rendering::ALL, terminal::ALL, values::ALL].concat()
}
