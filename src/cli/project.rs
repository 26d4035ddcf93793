//! The project's file: where it lies, and what it says.

#![expect(clippy::disallowed_methods, reason = "the place for the project's files")]

use super::files::Files;
use crate::error::Error;
use crate::webhook::project::PROJECT_FILE;
use crate::webhook::{Project, embedded};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Folders above the present one that are looked into.
const MOST_ABOVE: usize = 64;

/// What a project says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What its file says.
    pub project: Project,
    /// The folder of the file; none without one, or of a project in the program.
    pub folder: Option<PathBuf>,
}

impl Settings {
    /// The settings of the nearest `carafe.toml` in `folder` or above; the empty path is the present folder.
    ///
    /// # Errors
    /// When the file cannot be read, or says something wrong.
    pub fn of_folder(folder: &Path, files: &Files) -> Result<Settings, Error> {
        let Some(path) = nearest(folder) else { return Ok(Settings::default()) };
        let project = Project::read(&files.data(&path.display().to_string().replace('\\', "/"))?)?;
        Ok(Settings { project, folder: Some(path.parent().unwrap_or(Path::new("")).to_owned()) })
    }

    /// The settings of a webhook in the program: those that are in the program too, or else those of the present folder.
    ///
    /// # Errors
    /// When the file cannot be read, or says something wrong.
    pub fn of_embedded(name: &str, files: &Files) -> Result<Settings, Error> {
        match embedded::project(name) {
            Some(source) => Ok(Settings { project: Project::read(&Arc::new(source))?, folder: None }),
            None => Settings::of_folder(Path::new(""), files),
        }
    }
}

/// The path of the nearest file, as the user would type it.
fn nearest(folder: &Path) -> Option<PathBuf> {
    // The folder above `a/..` is not `a`.
    let plain = folder.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let start = if plain { folder.to_owned() } else { std::fs::canonicalize(folder).ok()? };
    let own = start.ancestors().map(|folder| folder.join(PROJECT_FILE));
    let mut above = PathBuf::new();
    let depth = std::env::current_dir().map_or(0, |present| present.components().count());
    let above = (1..depth.min(MOST_ABOVE)).map(move |_| {
        above.push("..");
        above.join(PROJECT_FILE)
    });
    let above = above.filter(|_| plain);
    own.chain(above).find(|path| path.is_file())
}
