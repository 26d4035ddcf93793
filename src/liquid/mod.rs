//! Doors to and from the crate [`liquid`](https://docs.rs/liquid).
//!
//! Nothing of that crate runs in a render that does not ask for it, and no module outside of this folder names it.
//!
//! | | Door |
//! | --- | --- |
//! | data in | [`View`]: whatever implements the crate's `ObjectView` renders as it is |
//! | filters in | [`filter()`]: a `ParseFilter` is a filter of the engine |
//! | tags in | [`Builder::liquid_tag`](crate::Builder::liquid_tag), [`Builder::liquid_block`](crate::Builder::liquid_block) |
//! | filters out | [`ParserBuilderExt`]: ours, for a `ParserBuilder` |
//! | templates out | [`Partial`] is a `Renderable`, [`Partials`] a `PartialCompiler` |

#[doc(hidden)]
pub mod compare;
mod export;
mod filter;
mod lent;
mod owned;
mod partial;
mod tag;
mod view;

pub use export::{ParserBuilderExt, filters};
pub use filter::filter;
pub use partial::{Partial, Partials};
pub use view::{View, view};

#[doc = include_str!("../../docs/liquid.md")]
pub mod guide {}
