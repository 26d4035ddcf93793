//! Partials from a folder, and from nowhere else.
//!
//! A name is judged before the disk is touched, and what was opened is judged again: only a regular file that lies
//! below the folder, links resolved, is read. The messages hold neither the folder nor anything of a file.

#![expect(clippy::disallowed_methods, reason = "the place for the files of partials")]

use super::files;
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::limits::{Limit, Limits};
use crate::loader::{LoadError, Loader};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

const ENDING: &str = ".liquid";
/// The longest name that is looked up, in bytes.
const LONGEST: usize = 255;
/// The most characters of a refused name that are repeated.
const LONGEST_SHOWN: usize = 80;

/// The partials of one folder: `a/b` is its file `a/b.liquid`.
#[derive(Debug)]
pub struct Folder {
    /// Without links.
    root: PathBuf,
    limits: Limits,
}

impl Folder {
    /// The folder at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, Error> {
        let root = fs::canonicalize(path).and_then(|root| match fs::metadata(&root)?.is_dir() {
            true => Ok(root),
            false => Err(io::Error::from(ErrorKind::NotADirectory)),
        });
        let root = root.map_err(|error| {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("there is no folder `{}`", path.display()),
                ErrorKind::NotADirectory => format!("`{}` is not a folder", path.display()),
                kind => format!("`{}` cannot be read: {kind}", path.display()),
            };
            Error::from(Diagnostic::new(&code::FILE_UNREADABLE, message))
        })?;
        Ok(Folder { root, limits: limits.clone() })
    }
}

impl Loader for Folder {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        if !is_plain(name) {
            let shown: String = name.chars().take(LONGEST_SHOWN).collect();
            return Err(LoadError::new(format!("Illegal template name '{shown}'")));
        }
        let file = self.open_below(name).map_err(|error| match error.kind() {
            ErrorKind::NotFound => LoadError::not_found(name),
            ErrorKind::PermissionDenied => LoadError::new(format!("Illegal template path '{name}'")),
            kind => LoadError::new(format!("cannot read '{name}': {kind}")),
        })?;
        files::read_text(file, &format!("`{name}`"), Limit::TemplateBytes, self.limits.template_bytes)
            .map_err(|error| LoadError::new(error.diagnostics().first().map_or("", |first| &first.message)))
    }
}

impl Folder {
    /// The regular file of the partial; permission is denied to what lies outside the folder.
    fn open_below(&self, name: &str) -> io::Result<File> {
        let ending = if name.ends_with(ENDING) { "" } else { ENDING };
        let path = fs::canonicalize(self.root.join(format!("{name}{ending}")))?;
        // Part by part, so that a folder whose name only begins like this one's is outside.
        if !path.starts_with(&self.root) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        // Before it is opened, since opening a pipe would wait for its writer.
        if !fs::metadata(&path)?.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        let file = File::open(&path)?;
        // A part of the path may have become a link since it was looked at.
        if fs::canonicalize(&path)? != path || !is_same(&file.metadata()?, &fs::metadata(&path)?) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(file)
    }
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    a.is_file() && b.is_file() && a.len() == b.len()
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
