//! What a render reaches beyond its template and its data: partials, texts that are only known now, and the network.

use super::partials::Partials;
use crate::compile::Program;
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::fetch::Fetch;
use crate::source::Source;
use elsa::{FrozenBTreeMap, FrozenVec};
use std::cell::OnceCell;
use std::sync::Arc;

/// Compiles a text that comes in while a template is rendered.
pub(crate) type Compile<'e> = dyn Fn(&Arc<Source>) -> Result<Compiled, Failure> + 'e;

/// What became of such a text.
pub(crate) struct Compiled {
    /// The program; none where the text does not parse.
    pub program: Option<Arc<Program>>,
    /// What is wrong or doubtful about it.
    pub diagnostics: Vec<Diagnostic>,
}

/// The outside of one render. Programs are kept until it ends so that values may point into them.
pub(crate) struct Outside<'e> {
    pub partials: Partials<'e>,
    /// What answers requests that nothing in the data stands in for.
    pub fetch: Option<&'e dyn Fetch>,
    compile: &'e Compile<'e>,
    /// Content blocks, by name.
    blocks: OnceCell<FrozenBTreeMap<String, Arc<Program>>>,
    /// Fetched texts that are rendered.
    texts: FrozenVec<Arc<Program>>,
}

impl<'e> Outside<'e> {
    /// The outside of a render with these partials.
    pub fn new(partials: Partials<'e>, fetch: Option<&'e dyn Fetch>, compile: &'e Compile<'e>) -> Self {
        Outside { partials, fetch, compile, blocks: OnceCell::new(), texts: FrozenVec::new() }
    }

    /// Whether the user allowed the host and port of `url` by name, which are not those that Braze calls.
    pub fn allows_port(&self, url: &str) -> bool {
        let Some(fetch) = self.fetch else { return false };
        url::Url::parse(url).is_ok_and(|url| match (url.scheme(), url.host_str(), url.port()) {
            ("http" | "https", Some(host), Some(port)) => fetch.allows_port(host, port),
            _ => false,
        })
    }

    /// The content block `name`, if it was compiled before.
    pub fn known_block(&self, name: &str) -> Option<&Program> {
        self.blocks.get()?.get(name)
    }

    /// The content block `name`, whose text is `text`, and what is to be said about it.
    pub fn block(&self, name: &str, text: &str) -> Result<(Option<&Program>, Vec<Diagnostic>), Failure> {
        let compiled = (self.compile)(&Arc::new(Source::new(name, text)))?;
        let program = compiled
            .program
            .map(|program| self.blocks.get_or_init(FrozenBTreeMap::new).insert(name.to_owned(), program));
        Ok((program, compiled.diagnostics))
    }

    /// A fetched text as a program, and what is to be said about it.
    pub fn text(&self, name: &str, text: &str) -> Result<(Option<&Program>, Vec<Diagnostic>), Failure> {
        let compiled = (self.compile)(&Arc::new(Source::new(name, text)))?;
        Ok((compiled.program.map(|program| self.texts.push_get(program)), compiled.diagnostics))
    }
}
