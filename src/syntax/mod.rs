//! Template text to tree.
pub mod ast;
mod fallback;
