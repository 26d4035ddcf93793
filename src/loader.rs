//! Where partials come from.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// Gives the text of partials by name. The core reads no files; a loader is how they come in.
///
/// A map of names to texts is a loader, and so is an [`Arc`] of one that others hold too.
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

impl<K, V, S> Loader for HashMap<K, V, S>
where
    K: Borrow<str> + Eq + Hash + Send + Sync,
    V: AsRef<str> + Send + Sync,
    S: BuildHasher + Send + Sync,
{
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let text = self.get(name).ok_or_else(|| LoadError::not_found(name))?;
        Ok(text.as_ref().to_owned())
    }

    fn names(&self) -> Vec<String> {
        self.keys().map(|name| name.borrow().to_owned()).collect()
    }
}

impl<K, V> Loader for BTreeMap<K, V>
where
    K: Borrow<str> + Ord + Send + Sync,
    V: AsRef<str> + Send + Sync,
{
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let text = self.get(name).ok_or_else(|| LoadError::not_found(name))?;
        Ok(text.as_ref().to_owned())
    }

    fn names(&self) -> Vec<String> {
        self.keys().map(|name| name.borrow().to_owned()).collect()
    }
}

/// A loader that asks a function: it gives the text of a name, or `None` where there is none.
///
/// ```
/// use carafe::{Engine, loader};
///
/// let loader = loader::from_fn(|name| Ok((name == "sign").then(|| "Yours, Ada".to_owned())));
/// let engine = Engine::builder().dialect(&carafe::dialect::LIQUID).loader(loader).build();
/// assert_eq!(engine.template("{% render 'sign' %}")?.render(&())?, "Yours, Ada");
/// # Ok::<(), carafe::Error>(())
/// ```
pub fn from_fn<F>(load: F) -> impl Loader
where
    F: Fn(&str) -> Result<Option<String>, LoadError> + Send + Sync,
{
    FromFn(load)
}

struct FromFn<F>(F);

impl<F> Loader for FromFn<F>
where
    F: Fn(&str) -> Result<Option<String>, LoadError> + Send + Sync,
{
    fn load(&self, name: &str) -> Result<String, LoadError> {
        (self.0)(name)?.ok_or_else(|| LoadError::not_found(name))
    }
}

/// A loader that others hold too, or one of any type.
impl<L: Loader + ?Sized> Loader for Arc<L> {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        (**self).load(name)
    }

    fn names(&self) -> Vec<String> {
        (**self).names()
    }
}
