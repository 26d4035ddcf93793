//! What `README.md` shows: commands with what they print, and files.
//!
//! `TRYCMD=overwrite cargo test --test readme` writes the commands' output anew.
#![cfg(feature = "cli")]

use std::fs;
use std::path::Path;

#[test]
fn commands() {
    trycmd::TestCases::new().case("README.md").env("NO_COLOR", "1");
}

#[test]
fn the_first_command_runs_what_is_shown_behind_it() {
    let readme = read("README.md");
    let first = readme.split_once("$ cargo run --release -- ").expect("the first command").1;
    let arguments = first.lines().next().expect("its arguments");
    assert!(
        readme.contains(&format!("$ carafe {arguments}\n")),
        "`{arguments}` is not shown with its output"
    );
}

#[test]
fn shown_files_are_the_files() {
    let readme = read("README.md");
    let mut shown = 0;
    // A line that is only a path in backquotes, an empty line, a fenced block.
    for (at, _) in readme.match_indices("`:\n\n```") {
        let name = readme[..at].rsplit_once("\n`").expect("a line that begins with a path").1;
        let block = readme[at..].split_once("```").expect("a fence").1;
        let (_, content) = block.split_once('\n').expect("a line behind the language");
        let (content, _) = content.split_once("```").expect("the end of the block");
        assert_eq!(content, read(name), "{name}");
        shown += 1;
    }
    assert_eq!(shown, 3);
}

#[test]
fn linked_files_are_there() {
    let readme = read("README.md");
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists(), "{link}");
        let words = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        assert!(
            heading.is_empty()
                || read(file).lines().any(|line| line.starts_with('#') && words(line) == heading),
            "{link}"
        );
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}
