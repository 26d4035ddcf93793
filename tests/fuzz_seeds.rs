//! The fuzz targets' scenarios, over their seeds and over the templates of the package, and the dictionaries that the
//! fuzzer takes its words from.

#[path = "../fuzz/scenarios/mod.rs"]
#[allow(dead_code, reason = "the fuzzer chooses one dialect, these tests take all")]
mod scenarios;

use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder of the package, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Runs a scenario over the files below a folder of the package whose names end so.
#[cfg(feature = "batch")]
fn over_bytes(folder: &str, ending: &str, scenario: fn(&[u8])) {
    let mut count = 0;
    for path in files(folder).iter().filter(|path| path.to_string_lossy().ends_with(ending)) {
        println!("{}", path.display());
        scenario(&fs::read(path).expect("a file"));
        count += 1;
    }
    assert!(count > 0, "nothing in {folder}");
}

fn over(folder: &str, ending: &str, scenario: fn(&str)) {
    let mut count = 0;
    for path in files(folder).iter().filter(|path| path.to_string_lossy().ends_with(ending)) {
        println!("{}", path.display());
        scenario(&fs::read_to_string(path).expect("a text"));
        count += 1;
    }
    assert!(count > 0, "nothing in {folder}");
}

#[test]
fn parse() {
    over("fuzz/seeds/parse", "", scenarios::parse::all);
    over("templates", ".liquid", scenarios::parse::all);
}

#[test]
fn render() {
    over("fuzz/seeds/render", "", scenarios::render::all);
    over("templates", ".liquid", scenarios::render::all);
}

#[test]
fn json_check() {
    over("fuzz/seeds/json_check", "", scenarios::json_check::run);
    over("templates", ".json", scenarios::json_check::run);
    scenarios::json_check::limits_are_as_said();
}

#[test]
fn dates() {
    over("fuzz/seeds/dates", "", scenarios::dates::all);
}

#[test]
fn numbers() {
    over("fuzz/seeds/numbers", "", scenarios::numbers::all);
}

#[cfg(feature = "webhook")]
#[test]
fn data_files() {
    over("fuzz/seeds/data_files", "", scenarios::data_files::run);
    over("templates", "webhook.toml", |file| scenarios::data_files::run(&format!("webhook\n{file}")));
    over("templates", ".schema.json", |file| scenarios::data_files::run(&format!("schema\n{file}")));
}

#[cfg(feature = "batch")]
#[test]
fn batch_rows() {
    over_bytes("fuzz/seeds/batch_rows", "", scenarios::batch_rows::all);
}

/// The word of a line of a dictionary, in quotes; `None` where the fuzzer would refuse the line.
fn word(line: &str) -> Option<Vec<u8>> {
    let mut rest = line.trim().strip_prefix('"')?.strip_suffix('"')?.bytes();
    let mut word = Vec::new();
    while let Some(byte) = rest.next() {
        word.push(match byte {
            b'\\' => match rest.next()? {
                quoted @ (b'\\' | b'"') => quoted,
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                _ => return None,
            },
            b'"' => return None,
            printable @ b' '..=b'~' => printable,
            _ => return None,
        });
    }
    (!word.is_empty()).then_some(word)
}

#[test]
fn each_target_has_a_dictionary_and_seeds() {
    for path in files("fuzz/fuzz_targets") {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        let dictionary = format!("{}/fuzz/dictionaries/{name}.dict", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&dictionary).expect("a dictionary");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let words: Vec<_> =
            lines.map(|line| word(line).unwrap_or_else(|| panic!("{name}: {line}"))).collect();
        assert!(words.len() > 20, "{name} has {} words", words.len());
        assert!(!files(&format!("fuzz/seeds/{name}")).is_empty());
    }
}
