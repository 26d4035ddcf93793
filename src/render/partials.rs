//! The partials of one render, kept until it ends so that values may point into them.

use crate::compile::Program;
use crate::failure::Failure;
use elsa::FrozenMap;
use std::sync::Arc;

/// Gives a compiled partial by name.
pub(crate) type Load<'e> = dyn Fn(&str) -> Result<Arc<Program>, Failure> + 'e;

/// Partials that were loaded, by name.
pub(crate) struct Partials<'e> {
    load: &'e Load<'e>,
    loaded: FrozenMap<String, Arc<Program>>,
}

impl<'e> Partials<'e> {
    pub fn new(load: &'e Load<'e>) -> Self {
        Partials { load, loaded: FrozenMap::new() }
    }

    /// The partial called `name`.
    pub fn get(&self, name: &str) -> Result<&Program, Failure> {
        if let Some(program) = self.loaded.get(name) {
            return Ok(program);
        }
        let program = (self.load)(name)?;
        Ok(self.loaded.insert(name.to_owned(), program))
    }
}
