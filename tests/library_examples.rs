//! The programs of `examples/` that show one idea each: they run, and print what `tests/expected/examples` holds.
//!
//! `cargo test` builds them beside the tests. `CARAFE_UPDATE=1` writes what they print.

mod expected;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Every program, and whether these tests were built with the features that it needs.
const EXAMPLES: &[(&str, bool)] = &[
    ("axum_handler", true),
    ("batch", cfg!(feature = "batch")),
    ("check_json", true),
    ("custom_filter", true),
    ("custom_tag", true),
    ("first_render", true),
    ("from_liquid", cfg!(feature = "liquid")),
    ("lazy_object", true),
    ("partials", true),
    ("strict_undefined", true),
];

/// Not examples of the library but programs that judges and benches drive.
const OTHERS: &[&str] = &["bench_workloads"];

/// `target/PROFILE/examples`, where this test is in `target/PROFILE/deps`.
fn folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its file");
    test.ancestors().nth(2).expect("a test lies in a folder of a profile").join("examples")
}

#[test]
fn examples_print_what_is_expected() {
    for (name, _) in EXAMPLES.iter().filter(|(_, built)| *built) {
        let program = folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        // A run of this test alone builds no examples.
        assert!(
            is_built(name, &program),
            "{name} is not built: `cargo build --examples`, or all of `cargo test`"
        );
        let run = Command::new(&program).output().expect(name);
        assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{name}");
        let printed = String::from_utf8(run.stdout).expect("examples print text");
        expected::expect(&format!("tests/expected/examples/{name}.txt"), &printed);
    }
}

/// Whether `program` was made of the example as it is now.
fn is_built(name: &str, program: &Path) -> bool {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"));
    let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified());
    changed(program).is_ok_and(|built| changed(&source).is_ok_and(|written| built >= written))
}

#[test]
fn every_example_is_run_and_says_how() {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).expect("examples") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name of letters").to_owned();
        if path.extension().is_none_or(|extension| extension != "rs") || OTHERS.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(
            head.contains("`cargo run ") && head.contains(&format!("--example {name}`")),
            "{name}: {head}"
        );
        found.push(name);
    }
    found.sort();
    let listed: Vec<_> = EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, listed);
}
