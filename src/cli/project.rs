//! The project's file: where it lies, and what it says.

#![expect(clippy::disallowed_methods, reason = "the place for the project's files")]

use super::files::{Entry, Files, Listing, near_names};
use super::root::{Root, leads_out};
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::webhook::project::{PROJECT_FILE, Stub};
use crate::webhook::stubs::{self, StandIns};
use crate::webhook::{Project, embedded};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Folders above the present one that are looked into.
const MOST_ABOVE: usize = 64;

/// What a project says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What its file says, with the files that stand in for what is fetched.
    pub project: Project,
}

impl Settings {
    /// The settings of the nearest `carafe.toml` in `folder` or above; the empty path is the present folder.
    ///
    /// # Errors
    /// When the file cannot be read, or says something wrong.
    pub fn of_folder(folder: &Path, files: &Files) -> Result<Settings, Error> {
        let Some(path) = nearest(folder) else { return Ok(Settings::default()) };
        let folder = path.parent().unwrap_or(Path::new(""));
        let source = match Root::open(folder).and_then(|root| root.file(PROJECT_FILE)) {
            // An error in it would show lines of a file that is nobody's project.
            Err(error) if leads_out(&error) => {
                let message = format!("`{}` is a link that leads out of its folder", shown(&path));
                return Err(Diagnostic::new(&code::FILE_UNREADABLE, message).into());
            }
            opened => files.opened(opened, &path)?,
        };
        let mut project = Project::read(&source)?;
        let mut wrong = Vec::new();
        let mut stand_ins = StandIns::new();
        for stub in &project.stubs {
            match read(&project, stub, folder, files) {
                Ok(found) => stand_ins.extend(found),
                Err(error) => wrong.extend(error.into_diagnostics()),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::new(wrong));
        }
        project.stand_ins = stand_ins;
        Ok(Settings { project })
    }

    /// The settings of a webhook in the program: those that are in the program too, or else those of the present folder.
    ///
    /// # Errors
    /// When the file cannot be read, or says something wrong.
    pub fn of_embedded(name: &str, files: &Files) -> Result<Settings, Error> {
        match embedded::project(name) {
            Some(source) => Ok(Settings { project: Project::read(&Arc::new(source))? }),
            None => Settings::of_folder(Path::new(""), files),
        }
    }
}

/// The files that `stub` names, from the project's folder.
fn read(project: &Project, stub: &Stub, folder: &Path, files: &Files) -> Result<StandIns, Error> {
    let path = folder.join(&stub.path.value);
    let fault = |message: String| Error::from(project.finding(message, stub.path.span));
    let wanted = if stub.kind.endings().is_empty() { "file" } else { "folder" };
    let is_there = if wanted == "file" { path.is_file() } else { path.is_dir() };
    if !is_there {
        let message = format!("there is no {wanted} `{}`", shown(&path));
        let mut finding = project.finding(message, stub.path.span);
        finding.help.extend(near_names(&path, &[]));
        return Err(finding.into());
    }
    let root = Root::open(folder);
    let data = |within: &Path| match root
        .as_ref()
        .map_err(|error| error.kind().into())
        .and_then(|root| root.file(within))
    {
        Err(error) if leads_out(&error) => {
            Err(fault(format!("`{}` is a link that leads out of the project", shown(&folder.join(within)))))
        }
        opened => files.opened(opened, &folder.join(within)),
    };
    let own = Path::new(&stub.path.value);
    if let Some(whole) = stubs::whole(stub.kind) {
        return Ok(vec![(whole, data(own)?)]);
    }
    let mut found = StandIns::new();
    for Entry { name, is_folder, .. } in Listing::of(&path).whole()? {
        let Some(stand_in) = stubs::stand_in(stub.kind, &name).filter(|_| !is_folder) else { continue };
        found.push((stand_in, data(&own.join(name))?));
    }
    match stubs::rivals(&found) {
        Some((first, second)) => Err(project
            .finding(format!("`{first}` and `{second}` stand in for the same"), stub.path.span)
            .help("keep one of the two")
            .into()),
        None => Ok(found),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
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
