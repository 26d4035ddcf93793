//! The cases T that need code: terminals, and what a host adds.

use super::Coded;
use carafe::batch::{Batch, Failed};
use carafe::diagnostic::code;
use carafe::report::{self, MessageFormat, Options};
use carafe::{Diagnostic, Engine, Limits, Source, Status, dialect};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

pub const ALL: &[Coded] = &[
    ("T01", "a body, a list, findings and arguments on a terminal", what_a_terminal_gets),
    ("T10", "terminals of every width", widths),
    ("T10", "findings for terminals of every width", findings_of_every_width),
    ("T11", "a filter of the host that panics", a_filter_that_panics),
    ("T11", "a filter of the host that panics in a batch costs its rows alone", a_row_that_panics),
    ("T12", "a filter of the host that renders, or returns too much", a_filter_that_goes_too_far),
];

/// What the program writes to a terminal of so many columns, and its exit status.
#[cfg(unix)]
fn on_terminal(columns: u16, folder: &std::path::Path, arguments: &[&str]) -> (String, Option<i32>) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    use std::io::Read;

    let host = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&host).unwrap();
    unlockpt(&host).unwrap();
    let path = ptsname(&host, Vec::new()).unwrap().into_string().unwrap();
    let terminal = std::fs::File::options().read(true).write(true).open(path).unwrap();
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).unwrap();
    let mut child = std::process::Command::new(crate::child::program())
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CI")
        .env("TERM", "xterm")
        .stdin(terminal.try_clone().unwrap())
        .stdout(terminal.try_clone().unwrap())
        .stderr(terminal)
        .spawn()
        .unwrap();
    let reader = std::thread::spawn(move || {
        let (mut host, mut read) = (std::fs::File::from(host), Vec::new());
        // A terminal whose last program has gone gives an error in place of an end.
        let _ = host.read_to_end(&mut read);
        read
    });
    let status = child.wait().unwrap();
    (String::from_utf8_lossy(&reader.join().unwrap()).into_owned(), status.code())
}

/// A folder with templates and data that act on a terminal.
#[cfg(unix)]
fn hostile() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("t.liquid", "{{ x }}");
    write("bad.liquid", "日本語 \u{1b}[2J{% if \u{202e}%} {{ x | nope }}");
    write("v.liquid", "{{ a['\u{1b}[2J'] }}{{ ${b\u{9b}c} }}");
    write("d.json", r#"{"x": "\u001b[2J\u009b2J\u202e\u0007\n\té"}"#);
    write("r.ndjson", "{\"x\": \"\\u001b[2J\\u009b2J\\u202e\\u007f\"}\n{\"x\": \u{1b}[2J}\n");
    folder
}

/// That nothing in `shown` acts but line breaks, tabs and colours.
#[cfg(unix)]
fn assert_harmless(shown: &str) {
    let mut rest = shown;
    while let Some(at) = rest.find('\u{1b}') {
        let sequence = rest[at + 1..].strip_prefix('[').unwrap_or_else(|| panic!("{shown:?}"));
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        assert_eq!(&sequence[end..=end], "m", "{shown:?}");
        rest = &sequence[end..];
    }
    for acts in ['\u{9b}', '\u{202e}', '\u{7}', '\u{7f}'] {
        assert!(!shown.contains(acts), "{shown:?}");
    }
}

#[cfg(unix)]
fn what_a_terminal_gets() {
    let folder = hostile();
    let run = |arguments: &[&str]| on_terminal(80, folder.path(), arguments);
    let liquid = ["--dialect", "liquid"];
    let (shown, status) =
        run(&["render", "t.liquid", "--data", "d.json", "--format", "text", liquid[0], liquid[1]]);
    assert_eq!((shown.as_str(), status), ("\\u001b[2J\\u009b2J\\u202e\\u0007\r\n\té\r\n", Some(0)));
    for arguments in [
        &["render", "bad.liquid"][..],
        &["render", "bad.liquid", "--message-format", "json"],
        &["check", "bad.liquid", "--message-format", "concise"],
        &["vars", "v.liquid"],
        &["vars", "v.liquid", "--message-format", "json"],
        &["render", "t.liquid", "--x\u{1b}[2J\u{202e}\u{9b}"],
        &["render", "t.liquid", "--format", "\u{1b}]0;x\u{7}"],
        &["\u{1b}[2J"],
        &[
            "batch",
            "t.liquid",
            "--rows",
            "r.ndjson",
            "--rows-are",
            "data",
            "--dialect",
            "liquid",
            "--format",
            "full",
        ],
    ] {
        let (shown, status) = run(arguments);
        assert!(matches!(status, Some(0..=3)) && !shown.is_empty(), "{arguments:?}: {shown:?}");
        if arguments[0] != "batch" {
            assert_harmless(&shown);
        } else {
            assert!(shown.contains("\\u009b2J\\u202e\\u007f"), "{shown:?}");
        }
    }
}

#[cfg(unix)]
fn widths() {
    let folder = hostile();
    for columns in [0, 1, 2, 5, 20, 40, u16::MAX] {
        for arguments in [
            &["render", "bad.liquid"][..],
            &["render", "--help"],
            &["vars", "v.liquid"],
            &[
                "batch",
                "t.liquid",
                "--rows",
                "r.ndjson",
                "--rows-are",
                "data",
                "--dialect",
                "liquid",
                "-o",
                "out",
                "--force",
            ],
        ] {
            let (shown, status) = on_terminal(columns, folder.path(), arguments);
            assert!(matches!(status, Some(0..=3)) && !shown.is_empty(), "{columns} {arguments:?}: {shown:?}");
            assert!(!shown.contains("this is a bug"), "{columns} {arguments:?}: {shown:?}");
        }
    }
}

#[cfg(not(unix))]
fn what_a_terminal_gets() {}

#[cfg(not(unix))]
fn widths() {}

fn findings_of_every_width() {
    let text = "日本語\t{{ x | nope }} 👩‍👩‍👧\u{301}\u{1b} ".repeat(20);
    let source = Arc::new(Source::new("t\u{202e}.liquid", text.as_str()));
    let engine = Engine::default();
    let template = engine.inspect(&source);
    let found = template.diagnostics();
    assert!(!found.is_empty());
    let widths = (0..40).chain([usize::MAX / 2, usize::MAX]).map(Some).chain([None]);
    for width in widths {
        for (color, unicode) in [(false, false), (true, true)] {
            let mut shown = String::new();
            report::write(found, MessageFormat::Full, &Options { color, unicode, width }, &mut shown);
            assert!(shown.contains("nope") || width.is_some_and(|width| width < 40), "{width:?}: {shown}");
        }
    }
}

/// A panic that the test's output says nothing of.
fn fall() -> ! {
    panic::resume_unwind(Box::new("ada@example.com"))
}

fn a_filter_that_panics() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .filter("fall", |text: &str| -> String {
            if text == "x" { fall() } else { text.to_owned() }
        })
        .build();
    let template = engine.template("{{ a | fall }}").unwrap();
    let render = |a: &str| template.render(&serde_json::json!({ "a": a }));
    for _ in 0..3 {
        assert!(panic::catch_unwind(AssertUnwindSafe(|| render("x"))).is_err());
        assert_eq!(render("y").unwrap(), "y");
    }
}

fn a_row_that_panics() {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .filter("fall", |text: &str| -> String {
            if text == "x" { fall() } else { text.to_owned() }
        })
        .build();
    let template = engine.template("{% assign b = a | fall %}{{ b }}").unwrap();
    let rows: String =
        (0..30).map(|n| format!("{{\"a\": \"{}\"}}\n", if n % 3 == 0 { "x" } else { "y" })).collect();
    let mut bodies = Vec::new();
    let mut codes = Vec::new();
    let batch = Batch::new(&template).chunk_bytes(64).on_failure(|failed: &Failed| {
        let finding: &Diagnostic = &failed.diagnostics[0];
        assert!(!finding.message.contains("ada@"));
        codes.push(finding.code);
    });
    let summary = batch.run(rows.as_bytes(), &mut bodies).unwrap();
    assert_eq!((summary.rendered, summary.failed), (20, 10));
    assert!(!codes.is_empty() && codes.iter().all(|found| *found == &code::INTERNAL), "{codes:?}");
    assert_eq!(String::from_utf8(bodies).unwrap(), "null\n\"y\"\n\"y\"\n".repeat(10));
}

fn a_filter_that_goes_too_far() {
    let inner = Engine::builder().dialect(&dialect::LIQUID).limits(Limits::untrusted()).build();
    let again = inner.template("{% for i in (1..n) %}{% endfor %}done").unwrap();
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .limits(Limits::untrusted())
        .filter("many", |count: i64| "x".repeat(usize::try_from(count).unwrap_or(0)))
        .filter("again", move |turns: i64| match again.render(&serde_json::json!({ "n": turns })) {
            Ok(text) => text,
            Err(error) => error.to_string(),
        })
        .build();
    let run = |text: &str| engine.template(text).unwrap().prepare().run(&());
    let limit = Limits::untrusted().value_bytes;
    assert_eq!(run(&format!("{{{{ {limit} | many | size }}}}")).text, limit.to_string());
    for (size, name) in [(limit + 1, "value-bytes"), (1 << 30, "value-bytes")] {
        let outcome = run(&format!("{{{{ {size} | many | size }}}}"));
        let Status::Exceeded(exceeded) = outcome.status else { panic!("{:?}", outcome.status) };
        assert_eq!(exceeded.limit.code().name, format!("limit/{name}"));
    }
    // A render inside of a filter has a budget of its own: its host bounds it, and it can spend nothing of this one.
    assert_eq!(run("{{ 5 | again }}").text, "done");
    assert!(run("{{ 100000000 | again }}").text.contains("steps"));
}
