//! What arguments a filter takes.

use crate::failure::Failure;

/// One argument of a filter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name: for keyword arguments the one templates write, for others the one the documentation gives.
    pub name: &'static str,
    /// Whether it must be given, and how.
    pub need: Need,
    /// What it means, a few words.
    pub description: &'static str,
}

/// Whether and how an argument is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// By place, always.
    Required,
    /// By place, or not at all.
    Optional,
    /// By name, or not at all.
    Keyword,
    /// Any more arguments, which count for nothing: JavaScript does not count what a function is given.
    Ignored,
}

impl Parameter {
    /// An argument that must be given.
    pub const fn required(name: &'static str, description: &'static str) -> Self {
        Parameter { name, need: Need::Required, description }
    }

    /// An argument that may be left out.
    pub const fn optional(name: &'static str, description: &'static str) -> Self {
        Parameter { name, need: Need::Optional, description }
    }

    /// What stands last in the list of a filter that minds neither missing nor needless arguments.
    pub const IGNORED: Parameter = Parameter { name: "", need: Need::Ignored, description: "" };

    /// An argument given by name.
    pub const fn keyword(name: &'static str, description: &'static str) -> Self {
        Parameter { name, need: Need::Keyword, description }
    }
}

/// Whether `given` arguments by place fit `parameters`.
///
/// # Errors
/// `wrong number of arguments (given 2, expected 1)`; as in Ruby the input counts as the first argument.
pub(crate) fn check_count(parameters: &[Parameter], given: usize) -> Result<(), Failure> {
    if parameters.last().is_some_and(|last| last.need == Need::Ignored) {
        return Ok(());
    }
    let count = |need| parameters.iter().filter(|parameter| parameter.need == need).count();
    let least = count(Need::Required);
    let most = least.saturating_add(count(Need::Optional));
    let [least, most, given] = [least, most, given].map(|count| count.saturating_add(1));
    check_range(least, most, given)
}

/// Whether `given` arguments are neither too few nor too many.
///
/// # Errors
/// `wrong number of arguments (given 2, expected 1)`
pub(crate) fn check_range(least: usize, most: usize, given: usize) -> Result<(), Failure> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    let expected = if least == most { format!("{least}") } else { format!("{least}..{most}") };
    Err(Failure::argument(format!("wrong number of arguments (given {given}, expected {expected})")))
}
