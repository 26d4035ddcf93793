//! The rules of the house, held to by reading the source.

use regex::Regex;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Files that may be longer than 700 lines, with the reason.
const LONG: &[(&str, &str)] = &[];

/// One file of the program, without its tests.
struct File {
    /// From the package's folder, as `src/value/print.rs`.
    path: String,
    /// The module of `src/lib.rs` it belongs to; empty for `lib.rs` itself.
    module: String,
    /// With their numbers, the lines before the tests.
    lines: Vec<(usize, String)>,
    length: usize,
}

impl File {
    /// The lines that are not comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.lines.iter().map(|(number, line)| (*number, line.as_str()));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    let mut tests = Vec::new();
    let mut folders = vec!["src".to_owned()];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let test_module = Regex::new(r"#\[cfg\(test\)\]\s*mod (\w+)(;| \{)").unwrap();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).expect(&folder) {
            let name = entry.expect("an entry").file_name().into_string().expect("a name of letters");
            let path = format!("{folder}/{name}");
            if root.join(&path).is_dir() {
                folders.push(path);
                continue;
            }
            if !name.ends_with(".rs") {
                continue;
            }
            let text = fs::read_to_string(root.join(&path)).expect(&path);
            let inner = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(&path);
            let module = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs");
            let mut until = text.len();
            for found in test_module.captures_iter(&text) {
                match &found[2] {
                    ";" => tests.push(format!("{inner}/{}", &found[1])),
                    _ => until = until.min(found.get(0).map_or(until, |tests| tests.start())),
                }
            }
            files.push(File {
                module: if module == "lib" { String::new() } else { module.to_owned() },
                lines: (1..).zip(text[..until].lines().map(str::to_owned)).collect(),
                length: text.lines().count(),
                path,
            });
        }
    }
    assert!(files.len() > 100, "the source was not found");
    let is_test = |path: &str| {
        tests.iter().any(|test| {
            path.strip_prefix(test.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    };
    files.retain(|file| !is_test(&file.path));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Fails with every finding at once.
fn none(rule: &str, findings: Vec<String>) {
    assert!(findings.is_empty(), "{rule}:\n{}", findings.join("\n"));
}

/// Every line of code that matches, outside of the folder `except`.
fn naming(pattern: &str, except: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let files = files();
    let outside = files.iter().filter(|file| except.is_empty() || !file.path.starts_with(except));
    let lines = outside.flat_map(|file| file.code().map(move |(number, line)| (file, number, line)));
    lines
        .filter(|(.., line)| pattern.is_match(line))
        .map(|(file, number, line)| format!("{}:{number}: {}", file.path, line.trim()))
        .collect()
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let files = files();
    let root = files.iter().find(|file| file.path == "src/lib.rs").expect("src/lib.rs");
    let root: String = root.code().map(|(_, line)| format!("{line}\n")).collect();
    let order: HashMap<String, usize> = Regex::new(r"(?m)^(?:pub(?:\(crate\))? )?mod (\w+);")
        .unwrap()
        .captures_iter(&root)
        .enumerate()
        .map(|(at, found)| (found[1].to_owned(), at))
        .collect();
    let mut exported: HashMap<&str, &str> = HashMap::new();
    for found in Regex::new(r"pub use (\w+)::(?:\{([^}]*)\}|(\w+));").unwrap().captures_iter(&root) {
        let module = found.get(1).map_or("", |module| module.as_str());
        let names = found.get(2).or(found.get(3)).map_or("", |names| names.as_str());
        exported.extend(names.split(',').map(|name| (name.trim(), module)));
    }
    let used = Regex::new(r"\bcrate::(\w+)").unwrap();
    let mut upward = Vec::new();
    for file in files.iter().filter(|file| file.path != "src/lib.rs" && file.path != "src/main.rs") {
        let place = *order.get(&file.module).unwrap_or_else(|| panic!("{} is no module", file.path));
        for (number, line) in file.code() {
            assert!(!line.contains("crate::{"), "{}:{number}: one `use` a module, please", file.path);
            for found in used.captures_iter(line) {
                let name = found.get(1).map_or("", |name| name.as_str());
                let module = exported.get(name).copied().unwrap_or(name);
                match order.get(module) {
                    Some(other) if *other <= place => {}
                    _ => upward.push(format!("{}:{number}: {} uses {module}", file.path, file.module)),
                }
            }
        }
    }
    none("a module uses only modules above it in src/lib.rs", upward);
}

#[test]
fn files_are_short() {
    let long = files().into_iter().filter(|file| file.length > 700);
    let long = long.filter(|file| !LONG.iter().any(|(path, _)| *path == file.path));
    none(
        "a file has at most 700 lines",
        long.map(|file| format!("{}: {}", file.path, file.length)).collect(),
    );
}

#[test]
fn only_the_doors_name_the_crate_liquid() {
    // With or without a leading `::`, but not as a module of ours: `crate::liquid::`.
    let named = naming(r"(?:^|[^\w:])(?:::)?liquid(?:_core|_lib)?::", "src/liquid/");
    none("only src/liquid names the crate liquid", named);
}

#[test]
fn only_the_body_is_unsafe() {
    none("no unsafe code", naming(r"\bunsafe\b", "src/render/body.rs"));
}

/// What clippy denies in the library: what could panic, and arithmetic and casts that go wrong at the ends.
const DENIED: &[&str] = &[
    "unwrap_used",
    "expect_used",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "indexing_slicing",
    "string_slice",
    "arithmetic_side_effects",
    "cast_possible_truncation",
    "cast_sign_loss",
    "cast_possible_wrap",
    "allow_attributes_without_reason",
];

#[test]
fn what_could_panic_is_denied_and_never_allowed() {
    let root =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("src/lib.rs");
    let missing = DENIED.iter().filter(|lint| !root.contains(&format!("clippy::{lint}")));
    none("src/lib.rs denies what could panic", missing.map(|lint| (*lint).to_owned()).collect());
    // Where it is proven that nothing can go wrong, it is expected, with the proof for a reason.
    let allowed = naming(&format!(r"\ballow\(.*clippy::(?:{})\b", DENIED.join("|")), "");
    none("what could panic is expected with a reason, not allowed", allowed);
}
