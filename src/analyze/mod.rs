//! What a template asks for, found without data.

mod partials;
mod strangers;
mod variables;

pub(crate) use partials::partials;
pub(crate) use strangers::strangers;
pub(crate) use variables::variables;
pub use variables::{Place, Variable, VariableKind};
