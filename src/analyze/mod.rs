//! What a template asks for, found without data.

mod variables;

pub(crate) use variables::variables;
pub use variables::{Place, Variable, VariableKind};
