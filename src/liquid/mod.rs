//! Doors to and from the crate [`liquid`](https://docs.rs/liquid).
//!
//! Nothing of that crate runs in a render that does not ask for it, and no module outside of this folder names it.
//! Through [`View`] go data in: whatever implements the crate's `ObjectView` renders as it is.

mod view;

pub use view::{View, view};
