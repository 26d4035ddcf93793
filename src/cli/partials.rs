//! Partials from a folder, and from nowhere else.
//!
//! A name is judged before the disk is touched, and only a regular file below the folder, links resolved, is opened. The
//! messages hold neither the folder nor anything of a file.

use super::files;
use super::root::{Root, leads_out};
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::limits::{Limit, Limits};
use crate::loader::{LoadError, Loader};
use std::io::ErrorKind;
use std::path::Path;

const ENDING: &str = ".liquid";
/// The longest name that is looked up, in bytes.
const LONGEST: usize = 255;
/// The most characters of a refused name that are repeated.
const LONGEST_SHOWN: usize = 80;

/// The partials of one folder: `a/b` is its file `a/b.liquid`.
#[derive(Debug)]
pub struct Folder {
    root: Root,
    template_bytes: u64,
}

impl Folder {
    /// The folder at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, Error> {
        let root = Root::open(path).map_err(|error| {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("there is no folder `{}`", path.display()),
                ErrorKind::NotADirectory => format!("`{}` is not a folder", path.display()),
                kind => format!("`{}` cannot be read: {kind}", path.display()),
            };
            Error::from(Diagnostic::new(&code::FILE_UNREADABLE, message))
        })?;
        let template_bytes = limits.get(Limit::TemplateBytes).unwrap_or(u64::MAX);
        Ok(Folder { root, template_bytes })
    }
}

impl Loader for Folder {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        if !is_plain(name) {
            let shown: String = name.chars().take(LONGEST_SHOWN).collect();
            return Err(LoadError::new(format!("Illegal template name '{shown}'")));
        }
        let ending = if name.ends_with(ENDING) { "" } else { ENDING };
        let file = self.root.file(format!("{name}{ending}")).map_err(|error| match error.kind() {
            ErrorKind::NotFound => LoadError::not_found(name),
            _ if leads_out(&error) => LoadError::new(format!("Illegal template path '{name}'")),
            ErrorKind::InvalidInput => LoadError::new(format!("'{name}' is no regular file")),
            kind => LoadError::new(format!("cannot read '{name}': {kind}")),
        })?;
        files::read_opened(file, name, Limit::TemplateBytes, self.template_bytes)
            .map_err(|error| LoadError::new(error.diagnostics().first().map_or("", |first| &first.message)))
    }
}

/// Whether every part of `name` is a plain file name on every system: letters, digits, `_`, `-`, and points and blanks
/// inside; no device of Windows.
fn is_plain(name: &str) -> bool {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    name.len() <= LONGEST
        && name.split('/').all(|part| {
            let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
            let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
            part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
                && !part.is_empty()
                && !part.starts_with(['.', ' '])
                && !part.ends_with(['.', ' '])
                && !DEVICES.contains(&stem.as_str())
                && !numbered
                    .is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_plain_files_are_refused() {
        let long = "a".repeat(256);
        let refused = [
            "",
            ".",
            "..",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            "C:\\x",
            "C:x",
            "\\\\host\\share",
            "file:///x",
            "CON",
            "nul.liquid",
            "com1",
            "lpt¹",
            "a\0b",
            "a\nb",
            "a.",
            "a ",
            " a",
            "%2e%2e/x",
            "．．/x",
            "..%c0%af",
            "~/x",
            long.as_str(),
        ];
        for name in refused {
            assert!(!is_plain(name), "{name:?}");
        }
        for name in ["footer", "a/b-c_d", "v1.2", "two words", "käse", "console", "com10", "footer.liquid"] {
            assert!(is_plain(name), "{name:?}");
        }
    }
}
