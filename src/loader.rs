//! Where partials come from.

use std::collections::{BTreeMap, HashMap};

/// Gives the text of partials by name. The core reads no files; a loader is how they come in.
///
/// A map of names to texts is a loader.
pub trait Loader: Send + Sync {
    /// The text of the partial called `name`.
    ///
    /// # Errors
    /// When it cannot be had; the message is printed inline as the reference prints its own.
    fn load(&self, name: &str) -> Result<String, LoadError>;

    /// The names of the partials there are, for "did you mean"; none where they cannot be listed.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Why a partial cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadError {
    /// The message, as it is printed after `Liquid error: `.
    pub message: String,
}

impl LoadError {
    /// There is no partial of this name.
    pub fn not_found(name: &str) -> Self {
        LoadError { message: format!("No such template '{name}'") }
    }

    /// Any other reason.
    pub fn new(message: impl Into<String>) -> Self {
        LoadError { message: message.into() }
    }
}

/// The loader of an engine that was given none: it has nothing, as the reference's `BlankFileSystem`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoPartials;

impl Loader for NoPartials {
    fn load(&self, _: &str) -> Result<String, LoadError> {
        Err(LoadError::new("This liquid context does not allow includes."))
    }
}

impl Loader for HashMap<String, String> {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        self.get(name).cloned().ok_or_else(|| LoadError::not_found(name))
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

impl Loader for BTreeMap<String, String> {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        self.get(name).cloned().ok_or_else(|| LoadError::not_found(name))
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}
