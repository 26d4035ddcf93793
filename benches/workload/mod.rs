//! Workloads to time.

use std::fs;
use std::io;
use std::path::Path;

/// Where they lie beside the project.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/bench/workloads");

/// A template with its data and the text that the reference implementation renders of them.
pub struct Workload {
    pub name: String,
    pub template: String,
    /// One JSON object.
    pub data: String,
    pub expected: String,
}

/// The workloads in `folder`, by name: each is a folder with `template.liquid`, `data.json` and `expected.txt`.
pub fn workloads(folder: &Path) -> io::Result<Vec<Workload>> {
    let mut workloads = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.join("template.liquid").exists() {
            continue;
        }
        workloads.push(Workload {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            template: fs::read_to_string(path.join("template.liquid"))?,
            data: fs::read_to_string(path.join("data.json"))?,
            expected: fs::read_to_string(path.join("expected.txt"))?,
        });
    }
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(workloads)
}
