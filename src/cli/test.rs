//! `carafe test`: the cases of webhooks.

use super::args::Test;
use super::exchanges;
use super::exit::Status;
use super::files::{self, Files};
use super::project::Settings;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::golden::{self, CaseResult};
use crate::report::{MessageFormat, visible_line};
use crate::webhook::{WEBHOOK_FILE, Webhook, embedded};
use serde::Serialize;
use std::path::Path;

const SCHEMA_VERSION: u32 = 1;

/// What came of a case, as one line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'t> {
    schema_version: u32,
    webhook: &'t str,
    case: Option<&'t str>,
    outcome: &'t str,
}

/// Runs every case of every webhook, whatever becomes of the others.
pub fn run(arguments: &Test, terminal: &Terminal) -> Result<Status, Error> {
    if arguments.update && is_build() {
        let message = "expectations are not rewritten where the environment variable CI is set";
        let help = "run `carafe test --update` on your own machine and look at what it changed";
        return Err(Diagnostic::new(&code::FILE_UNWRITABLE, message).help(help).into());
    }
    let files = Files::new(&arguments.limits.limits());
    let paths = if arguments.paths.is_empty() { vec![".".to_owned()] } else { arguments.paths.clone() };
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for path in &paths {
        found.extend(webhooks(path, &files, &mut unread)?);
    }
    let mut tally = Tally {
        terminal,
        files: &files,
        update: arguments.update,
        shows_requests: arguments.requests.show,
        passed: 0,
        updated: 0,
        failed: 0,
        unparsed: Vec::new(),
    };
    terminal.report(&unread, None);
    let mut status = Status::of(&unread);
    for tested in &found {
        status = status.worse(tally.webhook(tested)?);
    }
    terminal.product(&tally.summary())?;
    Ok(status)
}

/// Whether the environment says that this is a build, where nobody looks at changes.
#[expect(clippy::disallowed_methods, reason = "the program's environment is the program's business")]
fn is_build() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// A webhook to test.
enum Tested {
    /// A folder on disk, as the user would type it.
    Folder(String),
    /// A webhook in the program.
    Embedded(String),
}

impl Tested {
    fn name(&self) -> &str {
        match self {
            Tested::Folder(name) | Tested::Embedded(name) => name,
        }
    }

    fn read(&self, files: &Files) -> Result<Webhook, Error> {
        let folder = match self {
            Tested::Folder(path) => files.webhook(Path::new(path))?,
            Tested::Embedded(name) => embedded::folder(name).unwrap_or_default(),
        };
        Webhook::read(folder)
    }

    fn settings(&self, files: &Files) -> Result<Settings, Error> {
        match self {
            Tested::Folder(path) => Settings::of_folder(Path::new(path), files),
            Tested::Embedded(name) => Settings::of_embedded(name, files),
        }
    }
}

/// The webhooks at `path`: itself, those below it, or those in the program whose names begin with it. What could not be
/// looked into is added to `unread`.
#[expect(clippy::disallowed_methods, reason = "the argument names a folder")]
fn webhooks(path: &str, files: &Files, unread: &mut Vec<Diagnostic>) -> Result<Vec<Tested>, Error> {
    let none = |message: String| Diagnostic::new(&code::FILE_UNKNOWN_WEBHOOK, message);
    if Path::new(path).exists() {
        let (found, mut more) = files.webhooks_below(Path::new(path))?;
        unread.append(&mut more);
        if found.is_empty() && unread.is_empty() {
            let help = format!("a webhook is a folder with a `{WEBHOOK_FILE}`");
            return Err(none(format!("there is no webhook in `{path}`")).help(help).into());
        }
        return Ok(found.into_iter().map(Tested::Folder).collect());
    }
    let within = |name: &String| {
        name.strip_prefix(path.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let names = embedded::names();
    let found: Vec<Tested> =
        names.iter().filter(|name| within(name)).cloned().map(Tested::Embedded).collect();
    if found.is_empty() {
        let mut finding = none(format!("there is neither a folder nor an embedded webhook called `{path}`"));
        finding.help.extend(files::near_names(Path::new(path), &names));
        return Err(finding.into());
    }
    Ok(found)
}

/// Whether two findings say the same of the same place.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let place =
        |found: &Diagnostic| found.primary.as_ref().map(|label| (label.source.name().to_owned(), label.span));
    a.message == b.message && place(a) == place(b)
}

/// How many cases came to what.
struct Tally<'t> {
    terminal: &'t Terminal,
    files: &'t Files,
    update: bool,
    shows_requests: bool,
    passed: usize,
    updated: usize,
    failed: usize,
    /// What was said of the present webhook's template, which does not parse.
    unparsed: Vec<Diagnostic>,
}

impl Tally<'_> {
    fn webhook(&mut self, tested: &Tested) -> Result<Status, Error> {
        let read = tested.read(self.files).and_then(|webhook| Ok((webhook, tested.settings(self.files)?)));
        let (webhook, settings) = match read {
            Ok(read) => read,
            Err(error) => return self.fail(tested.name(), None, error.diagnostics()),
        };
        let mut status = Status::Good;
        if webhook.case_names().next().is_none() {
            let message = format!("`{}` has no case, so nothing of it is tested", tested.name());
            let finding = Diagnostic::new(&code::CASE_INVALID, message).help("add one as `cases/NAME.toml`");
            return self.fail(tested.name(), None, &[finding]);
        }
        self.unparsed.clear();
        for name in webhook.case_names() {
            status = status.worse(self.case(tested, &webhook, &settings, name)?);
        }
        Ok(status)
    }

    fn case(
        &mut self,
        tested: &Tested,
        webhook: &Webhook,
        settings: &Settings,
        name: &str,
    ) -> Result<Status, Error> {
        let case = match webhook.case(name) {
            Ok(case) => case,
            Err(error) => return self.fail(tested.name(), Some(name), error.diagnostics()),
        };
        let mut result = golden::run_in(webhook, &case, self.files.limits(), &settings.project);
        if self.shows_requests {
            exchanges::show(&result.requests, self.terminal);
        }
        let Tested::Folder(folder) = tested else {
            return self.judge(tested.name(), &result, false);
        };
        let updates = std::mem::take(&mut result.updates);
        if !self.update || updates.is_empty() {
            return self.judge(tested.name(), &result, false);
        }
        let updated = golden::apply(webhook, &updates)?;
        let after = golden::run_in(&updated, &updated.case(name)?, self.files.limits(), &settings.project);
        for update in &updates {
            self.files.update(Path::new(folder), &update.path, &update.text)?;
        }
        self.judge(tested.name(), &after, true)
    }

    fn judge(&mut self, webhook: &str, result: &CaseResult, updated: bool) -> Result<Status, Error> {
        if !result.passed() {
            if result.is_parsed {
                return self.fail(webhook, Some(&result.name), &result.differences);
            }
            // The errors of a template are the same in every case: once is enough.
            let is_new = |found: &&Diagnostic| !self.unparsed.iter().any(|said| is_same(said, found));
            let new: Vec<Diagnostic> = result.differences.iter().filter(is_new).cloned().collect();
            self.unparsed.extend_from_slice(&new);
            return self.fail(webhook, Some(&result.name), &new);
        }
        let outcome = match updated {
            true => {
                self.updated = self.updated.saturating_add(1);
                "updated"
            }
            false => {
                self.passed = self.passed.saturating_add(1);
                "passed"
            }
        };
        self.line(webhook, Some(&result.name), outcome)?;
        Ok(Status::Good)
    }

    fn fail(&mut self, webhook: &str, case: Option<&str>, findings: &[Diagnostic]) -> Result<Status, Error> {
        self.failed = self.failed.saturating_add(1);
        self.line(webhook, case, "failed")?;
        self.terminal.report(findings, None);
        if self.terminal.format() == MessageFormat::Full {
            self.terminal.remark("\n");
        }
        Ok(Status::of(findings).worse(Status::Findings))
    }

    fn line(&self, webhook: &str, case: Option<&str>, outcome: &str) -> Result<(), Error> {
        let text = if self.terminal.format() == MessageFormat::Json {
            let line = Line { schema_version: SCHEMA_VERSION, webhook, case, outcome };
            // Texts and a number: nothing that serde_json can refuse.
            serde_json::to_string(&line).unwrap_or_default()
        } else {
            let (slash, case) = case.map_or(("", ""), |case| ("/", case));
            format!("{outcome:7} {}", visible_line(&format!("{webhook}{slash}{case}")))
        };
        self.terminal.list(&format!("{text}\n"))
    }

    /// `12 passed, 1 failed`, for people only.
    fn summary(&self) -> String {
        if self.terminal.format() == MessageFormat::Json {
            return String::new();
        }
        let parts = [(self.passed, "passed"), (self.updated, "updated"), (self.failed, "failed")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        format!("{}\n", parts.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", "))
    }
}
