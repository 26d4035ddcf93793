//! The partials of one render, kept until it ends so that values may point into them.

use crate::compile::Program;
use crate::failure::Failure;
use elsa::FrozenBTreeMap;
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// Gives a compiled partial by name; its first text is trimmed if the second argument says so.
pub(crate) type Load<'e> = dyn Fn(&str, bool) -> Result<Arc<Program>, Failure> + 'e;

/// Partials that were loaded, by name.
pub(crate) struct Partials<'e> {
    load: &'e Load<'e>,
    loaded: OnceCell<FrozenBTreeMap<String, Arc<Program>>>,
    /// Whether the template loaded last ends in white-space control. The reference parses partials as they are first
    /// rendered, and trims the first text of the next one.
    trims: Cell<bool>,
}

impl<'e> Partials<'e> {
    /// The partials of a template, which ends in white-space control if `trims`.
    pub fn new(load: &'e Load<'e>, trims: bool) -> Self {
        Partials { load, loaded: OnceCell::new(), trims: Cell::new(trims) }
    }

    /// The partial called `name`.
    pub fn get(&self, name: &str) -> Result<&Program, Failure> {
        if let Some(program) = self.loaded.get().and_then(|loaded| loaded.get(name)) {
            return Ok(program);
        }
        let program = (self.load)(name, self.trims.get())?;
        self.trims.set(program.carried.trims);
        Ok(self.loaded.get_or_init(FrozenBTreeMap::new).insert(name.to_owned(), program))
    }
}
