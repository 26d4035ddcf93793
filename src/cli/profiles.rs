//! `carafe profiles import`, and the store that it makes: profiles on the disk by their keys.

#![expect(clippy::disallowed_methods, reason = "arguments name files")]

use super::args::Import;
use super::batch::{Input, duplicates};
use super::exit::Status;
use super::files::Files;
use super::terminal::Terminal;
use crate::batch::{KeyPath, Profiles, ProfilesError, Shape, each_profile};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::BRAZE;
use crate::error::Error;
use crate::report::visible_line;
use redb::{Database, ReadOnlyTable, ReadableDatabase, TableDefinition};
use std::borrow::Cow;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Profiles by their keys, each as it was read.
const PROFILES: TableDefinition<&str, &str> = TableDefinition::new("profiles");

/// What the store says of itself.
const ABOUT: TableDefinition<&str, &str> = TableDefinition::new("about");

/// The version of the tables.
const FORMAT: &str = "1";

/// So many profiles are made lasting at once, which bounds the memory that they take until then.
const AT_ONCE: u64 = 50_000;

/// So much memory the store may keep pages in.
const CACHE_BYTES: usize = 256 << 20;

/// Whether profiles are being imported, so that Ctrl-C is to leave no draft behind.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C was pressed since.
static STOP: AtomicBool = AtomicBool::new(false);

/// Tells a running import to stop; `false` if there is none, or it was told before.
pub fn is_told_to_stop() -> bool {
    RUNNING.load(Ordering::SeqCst) && !STOP.swap(true, Ordering::SeqCst)
}

/// A store of profiles, to be read by many threads.
pub struct Store {
    profiles: ReadOnlyTable<&'static str, &'static str>,
    shape: Shape,
    /// It is held as long as its table is read.
    _database: Database,
}

/// Puts profiles into a store.
pub fn import(arguments: &Import, terminal: &Terminal) -> Result<Status, Error> {
    let limits = arguments.limits.limits();
    let files = Files::new(&limits);
    let input = Input::open(&arguments.profiles, &files, &STOP)?;
    let path = arguments.output.as_path();
    files.check_is_no_input(path)?;
    if path.exists() && !arguments.force {
        let message = format!("`{}` is there already", path.display());
        return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).help("--force replaces it").into());
    }
    if path.exists() && !path.is_file() {
        let message = format!("`{}` is no file, and a store is one", path.display());
        return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).into());
    }
    // Of a link what it leads to is replaced, not the link.
    let resolved = std::fs::canonicalize(path);
    let path = resolved.as_deref().unwrap_or(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable = |error: &dyn std::fmt::Display| {
        Error::from(Diagnostic::new(
            &code::FILE_UNWRITABLE,
            format!("`{}` cannot be written: {error}", path.display()),
        ))
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".carafe-");
    // Without this the file could be read by its owner only, whatever the folder's rules are.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let draft = builder.tempfile_in(folder);
    let draft = draft.map_err(|error| unwritable(&error.kind()))?;
    let key = KeyPath::new(&arguments.key);
    let dialect = arguments.language.dialect.unwrap_or(&BRAZE);
    let mut count = Count::default();
    RUNNING.store(true, Ordering::SeqCst);
    let database = Database::builder().set_cache_size(CACHE_BYTES).create(draft.path());
    let database = database.map_err(|error| unwritable(&error))?;
    let filled = fill(&database, &mut count, |take| {
        let mut shape = None;
        let read = each_profile(input.reader, &key, &limits, |id, profile| {
            shape.get_or_insert_with(|| Shape::of_profile(profile, dialect));
            // The message is of no use: nobody is told of it.
            if STOP.load(Ordering::SeqCst) {
                return Err(String::new());
            }
            take(id, profile).map_err(|error| error.0)
        });
        read.map(|()| shape.unwrap_or(Shape::Users))
    });
    // Behind the last profile nothing takes long.
    RUNNING.store(false, Ordering::SeqCst);
    if STOP.load(Ordering::SeqCst) {
        return Ok(Status::Interrupted);
    }
    let about = |shape: Shape| -> Result<(), Unstored> {
        let writing = database.begin_write()?;
        {
            let mut about = writing.open_table(ABOUT)?;
            about.insert("format", FORMAT)?;
            about.insert("key", key.as_str())?;
            about.insert("shape", shape.name())?;
        }
        Ok(writing.commit()?)
    };
    match filled {
        Ok(shape) => about(shape).map_err(|error| unwritable(&error.0))?,
        Err(Fault::Store(error)) => return Err(unwritable(&error.0)),
        Err(Fault::Rows(error)) => {
            let message = format!("`{}`: {error}", input.name);
            return Err(Diagnostic::new(&code::DATA_INVALID, message).into());
        }
    }
    drop(database);
    draft.persist(path).map_err(|error| unwritable(&error.error.kind()))?;
    if count.duplicates > 0 {
        terminal.report(&[duplicates(&input.name, count.duplicates, &arguments.key)], None);
    }
    let profiles = count.profiles.saturating_sub(count.duplicates);
    let noun = if profiles == 1 { "profile" } else { "profiles" };
    let said = format!("{profiles} {noun} by `{}` in `{}`", arguments.key, arguments.output.display());
    terminal.remark(&format!("{}\n", visible_line(&said)));
    Ok(Status::Good)
}

#[derive(Default)]
struct Count {
    profiles: u64,
    duplicates: u64,
}

/// What the store says of why it cannot be read or written.
struct Unstored(String);

impl<E: std::error::Error> From<E> for Unstored {
    fn from(error: E) -> Self {
        Unstored(error.to_string())
    }
}

/// Why a store was not filled.
enum Fault {
    Rows(ProfilesError),
    Store(Unstored),
}

/// Puts into the database what `read` hands over.
fn fill(
    database: &Database,
    count: &mut Count,
    read: impl FnOnce(&mut dyn FnMut(&str, &str) -> Result<(), Unstored>) -> Result<Shape, ProfilesError>,
) -> Result<Shape, Fault> {
    let mut pending: Vec<(String, String)> = Vec::new();
    let mut store = |pending: &mut Vec<(String, String)>| -> Result<(), Unstored> {
        let writing = database.begin_write()?;
        {
            let mut table = writing.open_table(PROFILES)?;
            for (id, profile) in pending.drain(..) {
                count.profiles = count.profiles.saturating_add(1);
                let known = table.insert(id.as_str(), profile.as_str())?.is_some();
                count.duplicates = count.duplicates.saturating_add(u64::from(known));
            }
        }
        Ok(writing.commit()?)
    };
    let mut bytes = 0usize;
    let mut failed = None;
    let read = read(&mut |id, profile| {
        bytes = bytes.saturating_add(profile.len());
        pending.push((id.to_owned(), profile.to_owned()));
        if pending.len() as u64 >= AT_ONCE || bytes > CACHE_BYTES / 4 {
            bytes = 0;
            return store(&mut pending).inspect_err(|error| failed = Some(error.0.clone()));
        }
        Ok(())
    });
    match (failed, read) {
        (Some(message), _) => Err(Fault::Store(Unstored(message))),
        (None, Err(error)) => Err(Fault::Rows(error)),
        (None, Ok(shape)) => store(&mut pending).map(|()| shape).map_err(Fault::Store),
    }
}

impl Store {
    /// Opens the store at `path`.
    ///
    /// # Errors
    /// When it cannot be opened, or is none that `carafe profiles import` has made.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let name = path.display();
        let failed = |error: Unstored| {
            let message = format!("`{name}` cannot be opened as a store of profiles: {}", error.0);
            let help = "`carafe profiles import` makes one; one run at a time can read it";
            Error::from(Diagnostic::new(&code::FILE_UNREADABLE, message).help(help))
        };
        if !path.exists() {
            let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(super::files::unreadable(path, &name.to_string(), &missing).into());
        }
        let open = || -> Result<Option<Store>, Unstored> {
            let database = Database::builder().set_cache_size(CACHE_BYTES).open(path)?;
            let reading = database.begin_read()?;
            let about = reading.open_table(ABOUT)?;
            let said = |key: &str| -> Result<Option<String>, Unstored> {
                Ok(about.get(key)?.map(|value| value.value().to_owned()))
            };
            let shape = match said("shape")?.as_deref() {
                Some("data") => Shape::Data,
                _ => Shape::Users,
            };
            if said("format")?.as_deref() != Some(FORMAT) {
                return Ok(None);
            }
            let profiles = reading.open_table(PROFILES)?;
            Ok(Some(Store { profiles, shape, _database: database }))
        };
        let damaged = || Err(Unstored("it is damaged".to_owned()));
        trusting(open).unwrap_or_else(damaged).map_err(failed)?.ok_or_else(|| {
            let message = format!("`{name}` was made by another version of Carafe");
            let help = "make it anew with `carafe profiles import`";
            Diagnostic::new(&code::FILE_UNREADABLE, message).help(help).into()
        })
    }
}

/// What `read` gives, or `None` where the database trips over what a damaged store says: it takes its files on trust.
fn trusting<T>(read: impl FnOnce() -> T) -> Option<T> {
    ON_TRUST.set(true);
    let read = panic::catch_unwind(AssertUnwindSafe(read)).ok();
    ON_TRUST.set(false);
    read
}

/// Whether a panic of this thread is the store's fault, and no bug.
pub fn is_store_read() -> bool {
    ON_TRUST.get()
}

thread_local! {
    static ON_TRUST: Cell<bool> = const { Cell::new(false) };
}

impl Profiles for Store {
    fn profile(&self, id: &str) -> Result<Option<Cow<'_, str>>, String> {
        let read = || match self.profiles.get(id) {
            Ok(found) => Ok(found.map(|profile| Cow::Owned(profile.value().to_owned()))),
            Err(error) => Err(format!("the profiles cannot be read: {error}")),
        };
        trusting(read).unwrap_or_else(|| Err("the profiles cannot be read: the store is damaged".to_owned()))
    }

    fn shape(&self) -> Shape {
        self.shape
    }
}
