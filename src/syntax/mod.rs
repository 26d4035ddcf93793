//! Template text to tree.
pub mod ast;
mod fallback;
mod markup;
mod scan;
