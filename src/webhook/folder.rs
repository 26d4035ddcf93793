//! The files of a webhook, wherever they come from.

use crate::source::Source;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of one webhook by their paths within its folder, with `/` between the parts: `cases/known_user.toml`.
///
/// Folders on disk, folders in the program and folders that a test makes up are all read as this.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    name: String,
    files: BTreeMap<String, Arc<Source>>,
}

impl Folder {
    /// An empty folder. `name` stands before the paths of its files in findings, as the user would type it.
    pub fn new(name: impl Into<String>) -> Self {
        Folder { name: name.into(), files: BTreeMap::new() }
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: &str, text: impl Into<String>) {
        let name = if self.name.is_empty() { path.to_owned() } else { format!("{}/{path}", self.name) };
        self.files.insert(path.to_owned(), Arc::new(Source::new(name, text)));
    }

    /// What the folder is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&Arc<Source>> {
        self.files.get(path)
    }

    /// The paths of all files, in the order of the alphabet.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl<P: AsRef<str>, T: Into<String>> Extend<(P, T)> for Folder {
    fn extend<I: IntoIterator<Item = (P, T)>>(&mut self, files: I) {
        for (path, text) in files {
            self.insert(path.as_ref(), text);
        }
    }
}
