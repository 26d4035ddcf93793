//! What a template asks for, found without data.

mod partials;
mod variables;

pub(crate) use partials::partials;
pub(crate) use variables::variables;
pub use variables::{Place, Variable, VariableKind};
