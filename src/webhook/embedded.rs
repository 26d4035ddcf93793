//! The webhooks that are part of the program, by names such as `movable-ink/product_viewed`.

use super::project::PROJECT_FILE;
use super::{Folder, WEBHOOK_FILE};
use crate::source::Source;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// The names of all webhooks in the program, in the order of the alphabet.
pub fn names() -> Vec<String> {
    let suffix = format!("/{WEBHOOK_FILE}");
    let mut names: Vec<String> =
        Templates::iter().filter_map(|path| path.strip_suffix(&suffix).map(str::to_owned)).collect();
    names.sort();
    names
}

/// The folder of the webhook called `name`; none if the program has no such webhook.
pub fn folder(name: &str) -> Option<Folder> {
    let prefix = format!("{name}/");
    let mut folder = Folder::new(name);
    for path in Templates::iter() {
        let Some(within) = path.strip_prefix(&prefix) else { continue };
        let Some(file) = Templates::get(&path) else { continue };
        if let Ok(text) = std::str::from_utf8(&file.data) {
            folder.insert(within, text);
        }
    }
    folder.file(WEBHOOK_FILE).is_some().then_some(folder)
}

/// The `carafe.toml` of the webhook called `name`: the nearest in its folder or above.
pub fn project(name: &str) -> Option<Source> {
    let mut folder = Some(name);
    loop {
        let path = match folder {
            Some(folder) => format!("{folder}/{PROJECT_FILE}"),
            None => PROJECT_FILE.to_owned(),
        };
        if let Some(file) = Templates::get(&path)
            && let Ok(text) = std::str::from_utf8(&file.data)
        {
            return Some(Source::new(path, text));
        }
        folder = folder?.rsplit_once('/').map(|(above, _)| above);
    }
}
