//! A case in a process of the program, whose memory and time are capped.

use crate::case::{Case, Row};
use crate::ending::Ending;
use crate::here::DEADLINE;
use crate::pieces::Pieces;
use libtest_mimic::Failed;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Seconds of a processor that a process may take; at one second more the system ends it.
const SECONDS: u64 = 20;

/// So many times longer a process may take by the clock, since other work slows it down.
const SLACK: u64 = 6;

/// What a process left.
#[derive(Debug)]
pub struct Left {
    pub ending: Ending,
    /// Where it ran; gone when this is dropped.
    pub folder: Folder,
    /// By the clock, on which other work counts too.
    pub time: Duration,
    /// Of a processor, where the system tells: up to hundredths of a second, and up to the last look.
    pub work: Option<Duration>,
    /// The most memory it held at once, in bytes, where the system tells.
    pub peak: Option<u64>,
    /// Whether the clock ended it.
    pub hung: bool,
}

/// A folder of one run's own.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("attacks-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl std::ops::Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that nobody may read is made readable, or it would stay for ever.
        if fs::remove_dir_all(&self.0).is_err() {
            let _ = Command::new("chmod").arg("-R").arg("u+rwx").arg(&self.0).status();
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// The program.
pub fn program() -> PathBuf {
    std::env::var_os("CARAFE_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_carafe").into(), PathBuf::from)
}

/// Runs the row as a program. `None` where that cannot be done on this system.
pub fn run(row: &Row) -> Result<Option<Left>, Failed> {
    let case = row.case;
    if case.unix && !cfg!(unix) {
        return Ok(None);
    }
    let folder = Folder::new()?;
    furnish(row, &folder)?;
    let child = start(row, &folder)?;
    Ok(Some(wait(child, case, folder)?))
}

/// Puts the files of the case into its folder.
fn furnish(row: &Row, folder: &Path) -> io::Result<()> {
    let case = row.case;
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)
    };
    for path in &case.folders {
        fs::create_dir_all(folder.join(path))?;
    }
    for (path, text) in &case.files {
        write(path, &row.build(text))?;
    }
    for (name, text) in &case.partials {
        write(&format!("partials/{name}.liquid"), &row.build(text))?;
    }
    if let Some(template) = &row.template {
        write("template.liquid", template)?;
    }
    if let Some(data) = &row.data {
        write("data.json", data)?;
    }
    for (path, length) in &case.sizes {
        fs::File::create(folder.join(path))?.set_len(*length)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        for (path, target) in &case.links {
            symlink(target.replace("$FOLDER", &folder.to_string_lossy()), folder.join(path))?;
        }
        for path in &case.pipes {
            Command::new("mkfifo").arg(folder.join(path)).status()?;
        }
        for (path, mode) in &case.modes {
            fs::set_permissions(folder.join(path), fs::Permissions::from_mode(*mode))?;
        }
    }
    Ok(())
}

/// The program's arguments for a case that is a template.
fn arguments(row: &Row) -> Vec<String> {
    let case = row.case;
    let mut arguments: Vec<String> = ["render", "template.liquid"].map(str::to_owned).to_vec();
    let mut flag = |name: &str, value: &str| arguments.extend([name.to_owned(), value.to_owned()]);
    flag("--dialect", case.dialect.as_deref().unwrap_or("liquid"));
    flag("--format", case.format.as_deref().unwrap_or("text"));
    flag("--message-format", "concise");
    if let Some(mode) = &case.error_mode {
        flag("--error-mode", &row.fill(mode));
    }
    if case.data.is_some() {
        flag("--data", "data.json");
    }
    if !case.partials.is_empty() {
        flag("--partials", "partials");
    }
    // Those of one's own machine are the program's default.
    if case.preset() != "local" {
        flag("--limits", case.preset());
        if !case.limit.contains_key("deadline") {
            flag("--limit", &format!("deadline={DEADLINE}"));
        }
    }
    for (name, value) in &case.limit {
        flag("--limit", &format!("{name}={value}"));
    }
    arguments.extend(case.flags.iter().cloned());
    arguments
}

fn start(row: &Row, folder: &Path) -> Result<Child, Failed> {
    let case = row.case;
    let mut command = match &case.command {
        Some(line) => shell(&row.fill(line), case),
        None => {
            let arguments = match &case.args {
                Some(arguments) => arguments.iter().map(|argument| row.fill(argument)).collect(),
                None => arguments(row),
            };
            let mut command = shell("exec \"$CARAFE\" \"$@\"", case);
            if cfg!(unix) {
                command.arg("carafe");
            }
            command.args(arguments);
            command
        }
    };
    command.current_dir(folder).env("CARAFE", program()).env("NO_COLOR", "1");
    command.env("FOLDER", folder).env_remove("CLICOLOR_FORCE").env_remove("CI");
    if case.ci {
        command.env("CI", "true");
    }
    command.envs(case.env.iter().map(|(name, value)| (name, row.fill(value))));
    // Into files, so that no pipe is ever full.
    command.stdout(fs::File::create(folder.join(".stdout"))?);
    command.stderr(fs::File::create(folder.join(".stderr"))?);
    command.stdin(if case.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        let bytes = row.build(case.stdin.as_ref().unwrap_or(&Pieces::default()));
        // A program that has ended reads no further.
        std::thread::spawn(move || stdin.write_all(&bytes));
    }
    Ok(child)
}

/// A shell that caps its memory and time and goes on as `line`; on Windows, which has no such cap, the program itself.
fn shell(line: &str, case: &Case) -> Command {
    if cfg!(windows) {
        return Command::new(program());
    }
    let mebibytes = case.memory_mib.unwrap_or(match case.preset() {
        "untrusted" if !case.is_command() => 512,
        _ => 1_024,
    });
    let mut command = Command::new("sh");
    let seconds = case.seconds.unwrap_or(SECONDS);
    command.arg("-c").arg(format!("ulimit -v {}; ulimit -t {seconds}; {line}", mebibytes << 10));
    command
}

/// Waits until the process ends, or ends it.
fn wait(mut child: Child, case: &Case, folder: Folder) -> Result<Left, Failed> {
    let cap = Duration::from_secs(case.seconds.unwrap_or(SECONDS) * SLACK);
    let started = Instant::now();
    let (mut peak, mut work) = (None, None);
    let mut hung = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = memory(child.id()).or(peak);
        work = processor(child.id()).or(work);
        if started.elapsed() > cap {
            hung = true;
            stop(&mut child)?;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let time = started.elapsed();
    let stdout = fs::read(folder.join(".stdout"))?;
    let mut stderr = String::from_utf8_lossy(&fs::read(folder.join(".stderr"))?).into_owned();
    if hung {
        stderr.push_str(&format!("\nended after {} seconds", cap.as_secs()));
    }
    let exit = if hung { None } else { status.code() };
    Ok(Left { ending: Ending { exit, stdout, stderr }, folder, time, work, peak, hung })
}

/// Ends the process with all it started: its group.
fn stop(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    {
        let group = format!("-{}", child.id());
        Command::new("sh").args(["-c", "kill -s KILL -- \"$0\"", &group]).status()?;
        Ok(())
    }
    #[cfg(not(unix))]
    child.kill()
}

/// The most memory that the process has held so far.
fn memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

/// The time that the process has had of processors so far.
fn processor(id: u32) -> Option<Duration> {
    let line = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program, in brackets, may hold blanks; eleven fields follow before the times.
    let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut hundredths = || fields.next()?.parse::<u64>().ok();
    let (user, system) = (hundredths()?, hundredths()?);
    Some(Duration::from_millis(10 * (user + system)))
}
