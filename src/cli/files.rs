//! Files in and out: texts that are checked to be UTF-8 and not too large, and output that is whole or not there.

#![expect(clippy::disallowed_methods, reason = "the place for files")]

use super::root::{Root, leads_out};
use crate::diagnostic::{Code, Diagnostic, code, suggest};
use crate::error::Error;
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::{Source, Span};
use crate::webhook::stubs::STUBS_FOLDER;
use crate::webhook::{CASES_FOLDER, Folder, SCHEMA_SUFFIX, TEMPLATE_FILE, WEBHOOK_FILE};
use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The name of standard input among the arguments.
pub const STDIN: &str = "-";

/// Names of a folder that are compared with a misspelt one.
const NEIGHBOURS: usize = 10_000;

/// Folders that are searched for webhooks.
const MOST_FOLDERS: usize = 100_000;

/// Held while a file is written, so that Ctrl-C ends the program before or after, never between.
static WRITING: Mutex<()> = Mutex::new(());

/// The files of one run of the program.
pub struct Files {
    limits: Limits,
    stdin_read: Cell<bool>,
    /// What was read, so that it is not written over.
    inputs: RefCell<Vec<PathBuf>>,
}

impl Files {
    /// The files of a run with these limits.
    pub fn new(limits: &Limits) -> Self {
        Files { limits: limits.clone(), stdin_read: Cell::default(), inputs: RefCell::default() }
    }

    /// The bounds on files, and on what is made of them.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The template at `path`; `-` is standard input.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8 or is over the limit for templates.
    pub fn template(&self, path: &str) -> Result<Arc<Source>, Error> {
        self.read(path, Limit::TemplateBytes)
    }

    /// The data at `path`; `-` is standard input.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8 or is over the limit for data.
    pub fn data(&self, path: &str) -> Result<Arc<Source>, Error> {
        self.read(path, Limit::DataBytes)
    }

    /// The folder of a webhook at `path`: its template, what it says of itself, and the files of its cases.
    ///
    /// # Errors
    /// When one of the files cannot be read or is not UTF-8, or is a link that leads out of the folder, or out of the
    /// cases' own.
    pub fn webhook(&self, path: &Path) -> Result<Folder, Error> {
        let mut folder = Folder::new(shown(path));
        let unreadable = |path: &Path, error: io::Error| match leads_out(&error) {
            true => {
                Diagnostic::new(&code::FILE_UNREADABLE, leads_out_of_webhook(path)).help(OWN_FILES).into()
            }
            false => Error::from(unreadable(path, &shown(path), &error)),
        };
        let mut insert = |root: &Root, name: &str, within: &str, limit: Limit| -> Result<(), Error> {
            let file = path.join(name);
            let opened = match root.file(within) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                opened => opened.map_err(|error| unreadable(&file, error))?,
            };
            let most = self.limits.get(limit).unwrap_or(u64::MAX);
            folder.insert(name, read_opened(opened, &shown(&file), limit, most)?);
            self.inputs.borrow_mut().push(file);
            Ok(())
        };
        let root = Root::open(path).map_err(|error| unreadable(path, error))?;
        insert(&root, TEMPLATE_FILE, TEMPLATE_FILE, Limit::TemplateBytes)?;
        insert(&root, WEBHOOK_FILE, WEBHOOK_FILE, Limit::DataBytes)?;
        for Entry { name, is_folder, .. } in Listing::of(path).whole()? {
            if !is_folder && name.ends_with(SCHEMA_SUFFIX) {
                insert(&root, &name, &name, Limit::DataBytes)?;
            }
        }
        for own in [CASES_FOLDER, STUBS_FOLDER] {
            let start = path.join(own);
            // What links lead to from here must lie here too, not only in the webhook.
            let root = match root.folder(own) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                root => root.map_err(|error| unreadable(&start, error))?,
            };
            let mut open = vec![(String::new(), start)];
            while let Some((prefix, next)) = open.pop() {
                for Entry { name, path, is_folder } in Listing::of(&next).whole()? {
                    let within = format!("{prefix}{name}");
                    match is_folder {
                        true => open.push((format!("{within}/"), path)),
                        false => insert(&root, &format!("{own}/{within}"), &within, Limit::DataBytes)?,
                    }
                }
            }
        }
        Ok(folder)
    }

    /// The folders of the webhooks at `path` and below it, in the order of the alphabet, and what could not be looked
    /// into. Hidden folders and links to folders are left out.
    ///
    /// # Errors
    /// When there are too many folders to look into.
    pub fn webhooks_below(&self, path: &Path) -> Result<(Vec<String>, Vec<Diagnostic>), Error> {
        let mut found = Vec::new();
        let mut unread = Vec::new();
        let mut open = vec![path.to_owned()];
        let mut seen = 0usize;
        while let Some(folder) = open.pop() {
            seen = seen.saturating_add(1);
            if seen > MOST_FOLDERS {
                let message = format!("`{}` holds more than {MOST_FOLDERS} folders", path.display());
                return Err(Diagnostic::new(&code::FILE_UNREADABLE, message)
                    .help("name the webhooks")
                    .into());
            }
            if folder.join(WEBHOOK_FILE).is_file() {
                found.push(shown(&folder));
                continue;
            }
            let listing = Listing::of(&folder);
            unread.extend(listing.error);
            unread.extend(listing.odd.into_iter().filter(|odd| odd.is_folder).map(|odd| odd.finding));
            open.extend(listing.entries.into_iter().filter(|entry| entry.is_folder).map(|entry| entry.path));
        }
        found.sort();
        Ok((found, unread))
    }

    fn read(&self, path: &str, limit: Limit) -> Result<Arc<Source>, Error> {
        let most = self.limits.get(limit).unwrap_or(u64::MAX);
        if path != STDIN {
            let text = read_file(Path::new(path), path, limit, most)?;
            self.inputs.borrow_mut().push(PathBuf::from(path));
            return Ok(Arc::new(Source::new(path, text)));
        }
        self.take_stdin()?;
        let text = read_text(io::stdin().lock(), "standard input", limit, most)?;
        Ok(Arc::new(Source::new("<stdin>", text)))
    }

    /// The data in a file that was opened already, and lies at `path`.
    ///
    /// # Errors
    /// When it was not opened, cannot be read, is not UTF-8 or is over the limit for data.
    pub fn opened(&self, file: io::Result<File>, path: &Path) -> Result<Arc<Source>, Error> {
        let name = shown(path);
        let file = file.map_err(|error| unreadable(path, &name, &error))?;
        let text = read_opened(
            file,
            &name,
            Limit::DataBytes,
            self.limits.get(Limit::DataBytes).unwrap_or(u64::MAX),
        )?;
        self.inputs.borrow_mut().push(path.to_owned());
        Ok(Arc::new(Source::new(name, text)))
    }

    /// Holds the file at `path`, which is read elsewhere, for an input that is not to be written over.
    pub fn keep(&self, path: &Path) {
        self.inputs.borrow_mut().push(path.to_owned());
    }

    /// Holds standard input for read.
    ///
    /// # Errors
    /// When it has been read already.
    pub fn take_stdin(&self) -> Result<(), Error> {
        if self.stdin_read.replace(true) {
            let message = "standard input can be read only once";
            return Err(Diagnostic::new(&code::FILE_UNREADABLE, message)
                .help("name a file instead of `-`")
                .into());
        }
        Ok(())
    }

    /// Whether the file at `path` may be written.
    ///
    /// # Errors
    /// When it is one of the files that were read.
    pub fn check_is_no_input(&self, path: &Path) -> Result<(), Error> {
        let inputs = self.inputs.borrow();
        // Another name of the same file is that file too.
        if inputs.iter().any(|input| same_file::is_same_file(input, path).unwrap_or(false)) {
            let message = format!("`{}` is an input and is not written over", path.display());
            return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).into());
        }
        Ok(())
    }

    /// Writes `text` to the file at `path`, which is replaced as a whole or not at all. What is no regular file, such as a
    /// pipe, is written to.
    ///
    /// # Errors
    /// When it cannot be written, or is one of the files that were read.
    pub fn write(&self, path: &Path, text: &str) -> Result<(), Error> {
        self.check_is_no_input(path)?;
        self.rewrite(path, text)
    }

    /// Writes a file of the webhook at `folder`, inputs too: `name` is the path within it.
    ///
    /// # Errors
    /// When it cannot be written, or links would lead the text to a file outside.
    pub fn update(&self, folder: &Path, name: &str, text: &str) -> Result<(), Error> {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        // A file that is still to be made lies where its folder does.
        let target = if fs::symlink_metadata(&path).is_ok() { path.as_path() } else { parent };
        if parent.exists() && !is_within(folder, name, target) {
            return Err(Diagnostic::new(&code::FILE_UNWRITABLE, leads_out_of_webhook(&path))
                .help(OWN_FILES)
                .into());
        }
        if path.exists() && !path.is_file() {
            let message = format!("`{}` is no file", shown(&path));
            return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).into());
        }
        self.rewrite(&path, text)
    }

    /// Writes as [`write`](Files::write) does, inputs too.
    ///
    /// # Errors
    /// When it cannot be written.
    fn rewrite(&self, path: &Path, text: &str) -> Result<(), Error> {
        let failed = |error: io::Error| {
            let name = path.display();
            let message = match error.kind() {
                ErrorKind::NotFound => format!("`{name}` cannot be written: there is no such folder"),
                kind => format!("`{name}` cannot be written: {kind}"),
            };
            Error::from(Diagnostic::new(&code::FILE_UNWRITABLE, message))
        };
        // Of a link what it leads to is replaced, not the link.
        let target = fs::canonicalize(path);
        let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let present = target.as_ref().ok().and_then(|target| fs::metadata(target).ok());
        match present {
            Some(present) if present.is_dir() => Err(failed(io::Error::from(ErrorKind::IsADirectory))),
            Some(present) if !present.is_file() => fs::write(path, text).map_err(failed),
            present => replace(target.as_deref().unwrap_or(path), text, present).map_err(failed),
        }
    }
}

const OWN_FILES: &str = "a webhook is one piece: put a copy of the file there instead of a link";

fn leads_out_of_webhook(path: &Path) -> String {
    format!("`{}` is a link that leads out of the webhook's folder", shown(path))
}

/// Whether `file`, links resolved, lies where a webhook at `root` may have its file `name`: those of cases below the
/// folder of the cases, others below the webhook's.
fn is_within(root: &Path, name: &str, file: &Path) -> bool {
    let Ok(mut own) = fs::canonicalize(root) else { return false };
    for folder in [CASES_FOLDER, STUBS_FOLDER] {
        if Path::new(name).starts_with(folder) {
            // Not resolved: the folder of the cases may not be a link to elsewhere itself.
            own.push(folder);
        }
    }
    fs::canonicalize(file).is_ok_and(|file| file.starts_with(&own))
}

/// A visible file or folder.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name in its folder.
    pub name: String,
    /// Its path, as far as that of its folder.
    pub path: PathBuf,
    /// Whether it is a folder, and no link to one.
    pub is_folder: bool,
}

/// A visible file or folder whose name is no text.
pub struct Odd {
    is_folder: bool,
    finding: Diagnostic,
}

/// What is in a folder. Links to folders, and what is neither file nor folder, are left out.
#[derive(Default)]
pub struct Listing {
    /// In the order of the alphabet.
    pub entries: Vec<Entry>,
    odd: Vec<Odd>,
    /// Why the folder cannot be read, if it is there.
    error: Option<Diagnostic>,
}

impl Listing {
    /// What is in `folder`.
    pub fn of(folder: &Path) -> Listing {
        let mut listing = Listing::default();
        let unread = |error: &io::Error| unreadable(folder, &shown(folder), error);
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return listing,
            Err(error) => return Listing { error: Some(unread(&error)), ..listing },
            Ok(entries) => entries,
        };
        for entry in entries {
            let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                Ok(found) => found,
                Err(error) => {
                    listing.error = Some(unread(&error));
                    continue;
                }
            };
            let path = entry.path();
            let is_file = kind.is_file() || (kind.is_symlink() && path.is_file());
            if !is_file && !kind.is_dir() {
                continue;
            }
            match entry.file_name().into_string() {
                Ok(name) if name.starts_with('.') => {}
                Ok(name) => listing.entries.push(Entry { name, path, is_folder: kind.is_dir() }),
                Err(_) => {
                    let message = format!("the name `{}` is not UTF-8", shown(&path));
                    let finding = Diagnostic::new(&code::FILE_UNREADABLE, message).help("rename it");
                    listing.odd.push(Odd { is_folder: kind.is_dir(), finding });
                }
            }
        }
        listing.entries.sort();
        listing
    }

    /// The files and folders.
    ///
    /// # Errors
    /// When the folder, or a name in it, cannot be read.
    pub fn whole(self) -> Result<Vec<Entry>, Error> {
        let errors: Vec<_> =
            self.error.into_iter().chain(self.odd.into_iter().map(|odd| odd.finding)).collect();
        if errors.is_empty() { Ok(self.entries) } else { Err(Error::new(errors)) }
    }
}

/// A path as the user would type it.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}

/// Runs `end` when no file is half written.
pub fn between_writes(end: impl FnOnce()) {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    end();
}

/// Writes a file beside `path` and gives it the name.
fn replace(path: &Path, text: &str, present: Option<fs::Metadata>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".carafe-");
    // Without this the file could be read by its owner only, whatever the folder's rules are.
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        let mode = present.map_or(0o666, |present| present.permissions().mode());
        builder.permissions(fs::Permissions::from_mode(mode & 0o777))
    };
    #[cfg(not(unix))]
    let _ = present;
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The text of the file at `path`, which messages call `name`.
fn read_file(path: &Path, name: &str, limit: Limit, most: u64) -> Result<String, Error> {
    match File::open(path) {
        Ok(file) => read_opened(file, name, limit, most),
        Err(error) => Err(unreadable(path, name, &error).into()),
    }
}

/// The text of a file, which messages call `name`. Too large a file is not read at all.
pub fn read_opened(file: File, name: &str, limit: Limit, most: u64) -> Result<String, Error> {
    let about = file.metadata().and_then(|about| match about.is_dir() {
        true => Err(io::Error::from(ErrorKind::IsADirectory)),
        false => Ok(about),
    });
    match about {
        Ok(about) if about.is_file() && about.len() > most => {
            Err(too_large(&format!("`{name}`"), limit, most).into())
        }
        Ok(_) => read_text(file, &format!("`{name}`"), limit, most),
        Err(error) => Err(unreadable(Path::new(name), name, &error).into()),
    }
}

fn too_large(name: &str, limit: Limit, most: u64) -> Diagnostic {
    let mut diagnostic = Exceeded { limit, value: most }.diagnostic();
    diagnostic.message = format!("{name}: {}", diagnostic.message);
    diagnostic
}

/// The file at `path` cannot be opened.
pub fn unreadable(path: &Path, name: &str, error: &io::Error) -> Diagnostic {
    let message = match error.kind() {
        ErrorKind::NotFound => format!("there is no file `{name}`"),
        ErrorKind::IsADirectory => format!("`{name}` is a folder, not a file"),
        // So says `Root::file`.
        ErrorKind::InvalidInput => format!("`{name}` is no regular file"),
        kind => format!("`{name}` cannot be read: {kind}"),
    };
    let mut diagnostic = Diagnostic::new(&code::FILE_UNREADABLE, message);
    if error.kind() == ErrorKind::NotFound {
        diagnostic.help.extend(near_names(path, &[]));
    }
    diagnostic
}

/// `did you mean …?` with names in the folder of `path` and `others`.
pub fn near_names(path: &Path, others: &[String]) -> Option<String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(listed).into_iter().flatten().flatten().take(NEIGHBOURS);
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(folder.join(entry.file_name()).to_str()?.to_owned())).collect();
    names.extend_from_slice(others);
    // The folder's name is right and would make every short name look near.
    let name = path.file_name()?.to_str()?;
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let lasts: Vec<String> = names.iter().map(|name| last(name)).collect();
    let near = suggest::nearest(name, lasts.iter().map(String::as_str));
    let mut found: Vec<String> = Vec::new();
    for near in near {
        found.extend(names.iter().filter(|name| last(name) == near).take(1).map(|name| format!("`{name}`")));
    }
    (!found.is_empty()).then(|| format!("did you mean {}?", found.join(" or ")))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Everything that `reader` gives, which messages call `name`. A byte order mark, which editors put there, is left out.
///
/// # Errors
/// When reading fails, or the bytes are not UTF-8 or more than `most`.
pub fn read_text(reader: impl Read, name: &str, limit: Limit, most: u64) -> Result<String, Error> {
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that there is too much.
    if let Err(error) = reader.take(most.saturating_add(1)).read_to_end(&mut bytes) {
        let message = format!("{name} cannot be read: {}", error.kind());
        return Err(Diagnostic::new(&code::FILE_UNREADABLE, message).into());
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(too_large(name, limit, most).into());
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|error| Error::from(not_utf8(error.as_bytes(), error.utf8_error(), name)))?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    Ok(text)
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error, name: &str) -> Diagnostic {
    let at = error.valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let message = format!("{name} is not UTF-8: byte 0x{byte:02x} at offset {at} begins no character");
    let kind: &'static Code = &code::FILE_ENCODING;
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it looks like UTF-16; save it as UTF-8",
        _ => "save it as UTF-8",
    };
    let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
    let source = Arc::new(Source::new(name, before));
    let position = source.position(Span::at(at).from());
    Diagnostic::new(kind, message)
        .note(format!("line {}, column {}", position.line, position.column))
        .help(help)
}
