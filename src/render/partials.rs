//! The partials of one render, kept until it ends so that values may point into them.

use crate::compile::Program;
use crate::failure::Failure;
use crate::limits::{Exceeded, Limit, Limits};
use elsa::FrozenBTreeMap;
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// Gives a compiled partial by name; its first text is trimmed if the second argument says so.
pub(crate) type Load<'e> = dyn Fn(&str, bool) -> Result<Arc<Program>, Failure> + 'e;

/// Partials that were loaded, by name.
pub(crate) struct Partials<'e> {
    load: &'e Load<'e>,
    loaded: OnceCell<FrozenBTreeMap<String, Arc<Program>>>,
    /// What is left of the bytes that the template and its partials may have together.
    template_bytes: Cell<usize>,
    most_template_bytes: usize,
    /// Whether the template loaded last ends in white-space control. The reference parses partials as they are first
    /// rendered, and trims the first text of the next one.
    trims: Cell<bool>,
}

impl<'e> Partials<'e> {
    /// The partials of the template `program`.
    pub fn new(load: &'e Load<'e>, program: &Program, limits: &Limits) -> Self {
        let most_template_bytes = limits.template_bytes;
        Partials {
            load,
            loaded: OnceCell::new(),
            template_bytes: Cell::new(most_template_bytes.saturating_sub(program.source.text().len())),
            most_template_bytes,
            trims: Cell::new(program.carried.trims),
        }
    }

    /// Charges a text of `bytes` that is a template of this render too.
    pub fn charge(&self, bytes: usize) -> Result<(), Failure> {
        match self.template_bytes.get().checked_sub(bytes) {
            Some(left) => {
                self.template_bytes.set(left);
                Ok(())
            }
            None => Err(Failure::limit(Exceeded::new(Limit::TemplateBytes, self.most_template_bytes))),
        }
    }

    /// The partial called `name`.
    pub fn get(&self, name: &str) -> Result<&Program, Failure> {
        if let Some(program) = self.loaded.get().and_then(|loaded| loaded.get(name)) {
            return Ok(program);
        }
        let program = (self.load)(name, self.trims.get())?;
        self.charge(program.source.text().len())?;
        self.trims.set(program.carried.trims);
        Ok(self.loaded.get_or_init(FrozenBTreeMap::new).insert(name.to_owned(), program))
    }
}
