//! The fuzz targets' scenarios, over their seeds and over the templates of the package.

#[path = "../fuzz/scenarios.rs"]
mod scenarios;

use std::fs;
use std::path::Path;

/// Runs a scenario over the files below a folder of the package that have a name as wanted.
fn over(folder: &str, wanted: fn(&str) -> bool, scenario: fn(&str)) {
    let mut count = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().and_then(|name| name.to_str()).is_some_and(wanted) {
                println!("{}", path.display());
                scenario(&fs::read_to_string(&path).expect("a text"));
                count += 1;
            }
        }
    }
    assert!(count > 0, "nothing in {folder}");
}

#[test]
fn parse() {
    over("fuzz/seeds/parse", |_| true, scenarios::parse);
    over("templates", |name| name.ends_with(".liquid"), scenarios::parse);
}

#[test]
fn render() {
    over("fuzz/seeds/render", |_| true, scenarios::render);
    over("templates", |name| name.ends_with(".liquid"), scenarios::render);
}

#[test]
fn json_check() {
    over("fuzz/seeds/json_check", |_| true, scenarios::json_check);
    over("templates", |name| name.ends_with(".json"), scenarios::json_check);
}
