//! The cases as they stand in the files, and what one run of a case is to do.

use crate::ending::Ending;
use crate::pieces::Pieces;
use carafe::{Dialect, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The folder of the cases.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attacks");

/// Everything the files hold.
#[derive(Debug, Default)]
pub struct Cases {
    /// The cases, file after file.
    pub cases: Vec<Case>,
    /// Ids that other tests cover.
    pub elsewhere: Vec<Elsewhere>,
    /// Ids about what is not built.
    pub unbuilt: Vec<Unbuilt>,
}

/// One file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    case: Vec<Case>,
    elsewhere: Vec<Elsewhere>,
    unbuilt: Vec<Unbuilt>,
}

/// An id that a test outside of this folder covers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The id.
    pub id: String,
    /// The file and its function: `tests/network.rs::function`.
    pub test: String,
    /// What happens, for the table.
    pub what: String,
}

/// An id about what does not exist.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unbuilt {
    /// The id.
    pub id: String,
    /// What does not exist.
    pub why: String,
}

/// `[[case]]`; `README.md` says what each key is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Case {
    pub id: String,
    pub name: String,
    pub why: Option<String>,
    pub unix: bool,

    pub dialect: Option<String>,
    pub error_mode: Option<String>,
    pub format: Option<String>,
    pub limits: Option<String>,
    pub limit: BTreeMap<String, u64>,
    pub template: Option<Pieces>,
    pub data: Option<Pieces>,
    pub partials: BTreeMap<String, Pieces>,
    pub rows: Vec<Vec<Pieces>>,
    pub flags: Vec<String>,

    pub files: BTreeMap<String, Pieces>,
    pub folders: Vec<String>,
    pub links: BTreeMap<String, String>,
    pub pipes: Vec<String>,
    pub sizes: BTreeMap<String, u64>,
    pub modes: BTreeMap<String, u32>,
    pub args: Option<Vec<String>>,
    pub command: Option<String>,
    pub env: BTreeMap<String, String>,
    pub stdin: Option<Pieces>,
    pub ci: bool,
    pub memory_mib: Option<u64>,
    pub seconds: Option<u64>,

    pub exit: Option<i32>,
    pub stdout: Option<Pieces>,
    pub stdout_bytes: Option<usize>,
    pub stdout_contains: Vec<String>,
    pub stdout_lacks: Vec<String>,
    pub stderr_contains: Vec<String>,
    pub stderr_lacks: Vec<String>,
    pub code: Option<String>,
    pub at: Option<String>,
    pub message: Option<String>,
    pub after: BTreeMap<String, Pieces>,
    pub absent: Vec<String>,
    pub errors: Option<usize>,
}

/// One run of a case: its texts built, and what is expected of them.
#[derive(Debug)]
pub struct Row<'c> {
    pub case: &'c Case,
    /// What stands for `@@`, to say which row it is.
    value: Vec<u8>,
    pub template: Option<Vec<u8>>,
    pub data: Option<Vec<u8>>,
    exit: Option<i32>,
    stdout: Option<Vec<u8>>,
    code: Option<String>,
}

impl Cases {
    /// All files of the folder, in the order of their names.
    pub fn read() -> Result<Self, String> {
        let mut cases = Cases::default();
        let entries = std::fs::read_dir(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
        let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let file: File = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            cases.cases.extend(file.case);
            cases.elsewhere.extend(file.elsewhere);
            cases.unbuilt.extend(file.unbuilt);
        }
        Ok(cases)
    }
}

impl Case {
    /// The name of the trial.
    pub fn title(&self) -> String {
        format!("{} {}", self.id, self.name)
    }

    /// Whether a command line is given, rather than a template.
    pub fn is_command(&self) -> bool {
        self.args.is_some() || self.command.is_some()
    }

    /// The dialect of the template.
    pub fn dialect(&self) -> &'static Dialect {
        let name = self.dialect.as_deref().unwrap_or("liquid");
        Dialect::find(name).unwrap_or_else(|| panic!("there is no dialect {name}"))
    }

    /// The name of the preset.
    pub fn preset(&self) -> &str {
        self.limits.as_deref().unwrap_or("untrusted")
    }

    /// The limits of a run in this process.
    pub fn limits(&self) -> Limits {
        crate::here::limits(self.preset(), &self.limit)
    }

    /// The runs: one for each row, or one.
    pub fn rows(&self) -> Vec<Result<Row<'_>, String>> {
        match self.rows.is_empty() {
            true => vec![self.row(&[])],
            false => self.rows.iter().map(|row| self.row(row)).collect(),
        }
    }

    fn row(&self, row: &[Pieces]) -> Result<Row<'_>, String> {
        let value = row.first().map(|value| value.build(b"")).unwrap_or_default();
        let mut stdout = self.stdout.as_ref().map(|stdout| stdout.build(&value));
        let mut code = self.code.clone();
        let mut warns = false;
        if let Some(expected) = row.get(1).map(|expected| expected.build(&value)) {
            match expected.split_first() {
                Some((b'!' | b'?', name)) => code = Some(String::from_utf8_lossy(name).into_owned()),
                _ => stdout = Some(expected.clone()),
            }
            warns = expected.starts_with(b"?");
        }
        let expects = stdout.is_some()
            || code.is_some()
            || self.exit.is_some()
            || self.stdout_bytes.is_some()
            || !self.stdout_contains.is_empty();
        if !expects {
            return Err("the case expects nothing: give exit, stdout or code".to_owned());
        }
        Ok(Row {
            template: self.template.as_ref().map(|template| template.build(&value)),
            data: self.data.as_ref().map(|data| data.build(&value)),
            case: self,
            value,
            exit: self.exit.or(warns.then_some(0)),
            stdout,
            code,
        })
    }
}

impl Row<'_> {
    /// What stands for `@@`, shortened, where there is more than one row.
    pub fn label(&self) -> String {
        if self.case.rows.is_empty() {
            return String::new();
        }
        let value = String::from_utf8_lossy(&self.value);
        format!("`{}`: ", shortened(&value))
    }

    /// `text` with this row's value for `@@`.
    pub fn fill(&self, text: &str) -> String {
        text.replace("@@", &String::from_utf8_lossy(&self.value))
    }

    /// The bytes of `pieces` in this row.
    pub fn build(&self, pieces: &Pieces) -> Vec<u8> {
        pieces.build(&self.value)
    }

    /// The code that is expected of the first error.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The exit status that is expected: given, or as the code says.
    pub fn exit(&self) -> i32 {
        self.exit.unwrap_or_else(|| self.code.as_deref().map_or(0, exit_of))
    }

    /// Everything about `ending` that is not as expected.
    pub fn differences(&self, ending: &Ending) -> Vec<String> {
        let case = self.case;
        let mut wrong = Vec::new();
        let first = ending.first();
        if ending.exit != Some(self.exit()) {
            wrong.push(format!(
                "ended with {:?}, not {}; {}",
                ending.exit,
                self.exit(),
                shortened(&ending.stderr)
            ));
        }
        if let Some(expected) = &self.stdout
            && *expected != ending.stdout
        {
            let (expected, actual) =
                (String::from_utf8_lossy(expected), String::from_utf8_lossy(&ending.stdout));
            wrong.push(format!(
                "wrote `{}`, not `{}`; {}",
                shortened(&actual),
                shortened(&expected),
                shortened(&ending.stderr)
            ));
        }
        if let Some(bytes) = case.stdout_bytes
            && bytes != ending.stdout.len()
        {
            wrong.push(format!("wrote {} bytes, not {bytes}", ending.stdout.len()));
        }
        let stdout = String::from_utf8_lossy(&ending.stdout);
        for (text, stream, shown) in
            [(&case.stdout_contains, "stdout", &*stdout), (&case.stderr_contains, "stderr", &ending.stderr)]
        {
            for part in text.iter().filter(|part| !shown.contains(part.as_str())) {
                wrong.push(format!("{stream} lacks `{part}`: {}", shortened(shown)));
            }
        }
        for (text, stream, shown) in
            [(&case.stdout_lacks, "stdout", &*stdout), (&case.stderr_lacks, "stderr", &ending.stderr)]
        {
            for part in text.iter().filter(|part| shown.contains(part.as_str())) {
                wrong.push(format!("{stream} holds `{part}`: {}", shortened(shown)));
            }
        }
        // In a pipe the exit status of the program is lost; the words of its end are not.
        for crash in ["panicked at", "memory allocation of", "overflowed its stack", "fatal runtime error"] {
            if ending.stderr.contains(crash) {
                wrong.push(format!("crashed: {}", shortened(&ending.stderr)));
            }
        }
        if let Some(code) = &self.code
            && first.as_ref().map(|first| &first.code) != Some(code)
        {
            wrong.push(format!("found {first:?}, not {code}"));
        }
        if let Some(errors) = case.errors
            && errors != ending.errors()
        {
            wrong.push(format!("found {} errors, not {errors}", ending.errors()));
        }
        if let Some(at) = &case.at
            && first.as_ref().and_then(|first| first.at.as_ref()) != Some(at)
        {
            wrong.push(format!("found {first:?}, not at {at}"));
        }
        if let Some(message) = &case.message
            && !first.as_ref().is_some_and(|first| first.message.contains(&self.fill(message)))
        {
            wrong.push(format!("found {first:?}, not `{message}`"));
        }
        wrong
    }

    /// What lies in `folder` afterwards and should not, or should and does not.
    pub fn left_behind(&self, folder: &Path) -> Vec<String> {
        let mut wrong = Vec::new();
        for (path, expected) in &self.case.after {
            let actual = std::fs::read(folder.join(path)).ok();
            if actual.as_deref() != Some(&self.build(expected)) {
                let actual = actual.as_deref().map(String::from_utf8_lossy);
                wrong.push(format!("{path} holds {:?}", actual.as_deref().map(shortened)));
            }
        }
        for path in self.case.absent.iter().filter(|path| folder.join(path).symlink_metadata().is_ok()) {
            wrong.push(format!("{path} is there"));
        }
        wrong
    }
}

/// The exit status that an error of this code leads to.
pub fn exit_of(code: &str) -> i32 {
    match code {
        "render/aborted" => 5,
        "internal" => 70,
        _ => match code.split('/').next() {
            Some("limit") => 4,
            Some("data" | "file" | "case" | "project") => 2,
            Some("json" | "request" | "form" | "contract") => 1,
            _ => 3,
        },
    }
}

/// The begin of a text, in one line.
pub fn shortened(text: &str) -> String {
    let begin: String = text.chars().take(400).collect();
    let more = if begin.len() < text.len() { format!("… ({} bytes)", text.len()) } else { String::new() };
    carafe::report::visible_line(&begin) + &more
}
