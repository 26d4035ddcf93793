//! The webhooks that are part of the program, by names such as `movable-ink/product_viewed`.

use super::{Folder, WEBHOOK_FILE};
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
