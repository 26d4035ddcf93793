//! Template text to tree: `scan` cuts the text into pieces, [`parse()`] nests them, `markup` (the grammar) and `fallback`
//! (what the grammar rejects) read what stands inside a tag, `liquidjs` does where that engine's rules hold, [`tags`] says which tags there are.

#[cfg(test)]
mod agreement;
pub mod ast;
mod context;
mod fallback;
mod findings;
mod lint;
mod liquidjs;
mod markup;
mod parse;
mod print;
mod scan;
pub mod tags;

pub use findings::ReferenceError;
pub(crate) use findings::{shift_at, shown_up_to};
pub(crate) use parse::{Carried, Language, parse_in};
pub use parse::{Parsed, parse};
pub use print::print;
