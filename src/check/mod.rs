//! Checks of a rendered body: what its receiver would refuse or misread, as [`finding::Finding`]s at byte
//! positions of the body. Finding the place in the template that wrote those bytes is the next stage's work.

pub mod finding;
pub mod injection;
pub mod json;
pub mod sniff;
