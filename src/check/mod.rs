//! Checks of a rendered body: what its receiver would refuse or misread, as [`finding::Finding`]s at byte positions of
//! the body, and [`blame`]: the place in the template that wrote those bytes, and a change that mends it.

#[doc(hidden)]
pub mod blame;
#[cfg(feature = "contract")]
pub(crate) mod clock;
pub mod finding;
pub(crate) mod fix;
#[doc(hidden)]
pub mod injection;
pub mod json;
#[doc(hidden)]
pub mod risk;
#[doc(hidden)]
pub mod sniff;
#[doc(hidden)]
pub mod value;
