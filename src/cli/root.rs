//! A folder from which files are opened, and nothing above it or beside it.
//!
//! What is opened is judged on its handle, not on its path: the system resolves the links of a path below the folder and
//! opens in one step, so that there is no moment at which a link could be put in between.

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// A folder that nothing is read outside of.
#[derive(Debug)]
pub struct Root {
    dir: Dir,
}

impl Root {
    /// The folder at `path`, which the user has named and which may be a link.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path) -> io::Result<Root> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Root { dir: Dir::open_ambient_dir(path, ambient_authority())? })
    }

    /// The folder `name` of this one as a root of its own, unless it is a link.
    ///
    /// # Errors
    /// When there is none, or it is a link: see [`leads_out`].
    pub fn folder(&self, name: &str) -> io::Result<Root> {
        if self.dir.symlink_metadata(name)?.is_symlink() {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "a link"));
        }
        Ok(Root { dir: self.dir.open_dir(name)? })
    }

    /// The regular file at `path` below the folder.
    ///
    /// # Errors
    /// When it cannot be opened, is no regular file ([`ErrorKind::InvalidInput`]), or lies outside: see [`leads_out`].
    pub fn file(&self, path: impl AsRef<Path>) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true);
        // Opening a pipe would wait for its writer.
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::custom_flags(
            &mut options,
            rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
        );
        let file = self.dir.open_with(path, &options)?;
        if !file.metadata()?.is_file() {
            return Err(ErrorKind::InvalidInput.into());
        }
        Ok(file.into_std())
    }
}

/// Whether a file was not opened since it lies outside of its root. What the system denies has its own number.
pub fn leads_out(error: &io::Error) -> bool {
    error.kind() == ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}
