//! The cases F that need code: Ctrl-C, and stores that were damaged.

use super::Coded;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const ALL: &[Coded] = &[
    (
        "F07",
        "Ctrl-C while profiles are imported leaves neither a store nor a draft",
        an_import_that_is_interrupted,
    ),
    ("F07", "a store of profiles that was damaged is told of as such", a_store_that_was_damaged),
];

fn carafe() -> Command {
    let mut command = Command::new(crate::child::program());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(unix)]
fn an_import_that_is_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..400_000).map(|n| format!("{{\"external_id\": \"{n}\"}}\n")).collect();
    fs::write(folder.path().join("p.ndjson"), rows).unwrap();
    let child = carafe()
        .args(["profiles", "import", "p.ndjson", "--key", "external_id", "-o", "p.db"])
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let entries = || fs::read_dir(folder.path()).unwrap().count();
    let start = Instant::now();
    // Until the draft is there.
    while entries() < 2 && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let id = child.id().to_string();
    Command::new("sh").args(["-c", "kill -s INT \"$0\"", &id]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(entries(), 1);
}

#[cfg(not(unix))]
fn an_import_that_is_interrupted() {}

fn a_store_that_was_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let run = |arguments: &[&str]| carafe().args(arguments).current_dir(folder.path()).output().unwrap();
    write("p.ndjson", b"{\"external_id\": \"a\"}\n{\"external_id\": \"b\"}\n");
    write("rows.ndjson", b"{\"external_id\": \"a\"}\n{\"external_id\": \"c\"}\n");
    write("t.liquid", b"{{ ${user_id} }}");
    let made = run(&["profiles", "import", "p.ndjson", "--key", "external_id", "-o", "p.db"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let whole = fs::read(folder.path().join("p.db")).unwrap();
    // Numbers as random as need be, the same in every run.
    let mut state = 7u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for turn in 0..60 {
        let mut store = whole.clone();
        for _ in 0..[1, 5, 200][turn % 3] {
            let at = random(if turn % 2 == 0 { store.len() } else { 20_000 });
            store[at] = random(256) as u8;
        }
        store.truncate([whole.len(), whole.len(), whole.len() / 2, 5_000][turn % 4]);
        write("p.db", &store);
        let output = run(&[
            "batch",
            "t.liquid",
            "--rows",
            "rows.ndjson",
            "--profiles",
            "p.db",
            "--join",
            "external_id",
        ]);
        let said = String::from_utf8_lossy(&output.stderr);
        // Some damage does not matter, and then the second row has no profile.
        assert!(matches!(output.status.code(), Some(1 | 2)), "{turn}: {:?} {said}", output.status);
        assert!(!said.contains("bug in Carafe"), "{turn}: {said}");
    }
}
