//! What a template asks for, found without data.

mod partials;
mod parts;
mod place;
mod reads;
mod shape;
mod strangers;
mod uses;
mod variables;

pub(crate) use partials::partials;
pub(crate) use shape::Shape;
pub(crate) use strangers::strangers;
pub use uses::{Spot, Use};
pub(crate) use uses::{filters, tags, used_partials};
pub(crate) use variables::variables;
pub use variables::{Place, Variable, VariableKind};
