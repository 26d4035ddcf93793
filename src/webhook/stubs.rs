//! Files that stand in for what is fetched, named in a `[stubs]`.
//!
//! In go the files of a folder by their names, out comes what each stands in for.

use super::Folder;
use super::project::{Stub, StubKind};
use super::table::Reader;
use crate::data::StandIn;
use crate::diagnostic::suggest;
use crate::source::Source;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stands in for what.
pub type StandIns = Vec<(StandIn, Arc<Source>)>;

/// The folder of a webhook's own stubs.
pub const STUBS_FOLDER: &str = "stubs";

/// What the file called `name`, in a folder of `kind`, stands in for; `None` if it is none of the kind's files.
pub fn stand_in(kind: StubKind, name: &str) -> Option<StandIn> {
    let (stem, ending) = name.rsplit_once('.')?;
    if stem.is_empty() || !kind.endings().contains(&ending) {
        return None;
    }
    Some(match (kind, stem.strip_suffix(".selections")) {
        (StubKind::Catalogs, Some(catalog)) if ending == "json" => StandIn::Selections(catalog.to_owned()),
        (StubKind::Catalogs, _) => StandIn::Catalog(stem.to_owned()),
        _ => StandIn::ContentBlock(stem.to_owned()),
    })
}

/// What a single file of `kind` stands in for.
pub fn whole(kind: StubKind) -> Option<StandIn> {
    match kind {
        StubKind::ConnectedContent => Some(StandIn::ConnectedContent),
        StubKind::Promotions => Some(StandIn::Promotions),
        StubKind::ShoppingCarts => Some(StandIn::ShoppingCarts),
        StubKind::ContentBlocks | StubKind::Catalogs => None,
    }
}

/// Two files that stand in for the same, which nobody could choose between.
pub fn rivals(found: &StandIns) -> Option<(&str, &str)> {
    let mut known = BTreeMap::new();
    for (stand_in, source) in found {
        if let Some(first) = known.insert(format!("{stand_in:?}"), source) {
            return Some((first.name(), source.name()));
        }
    }
    None
}

/// What the `[stubs]` of a file of a webhook name: paths below `base` of its folder.
pub(super) fn of_folder(reader: &mut Reader<'_>, stubs: &[Stub], folder: &Folder, base: &str) -> StandIns {
    let mut all = StandIns::new();
    for Stub { kind, path } in stubs {
        let full = if base.is_empty() { path.value.clone() } else { format!("{base}/{}", path.value) };
        if base.is_empty() && full != STUBS_FOLDER && !full.starts_with(&format!("{STUBS_FOLDER}/")) {
            let message = format!("the stubs of a webhook lie in its folder `{STUBS_FOLDER}`");
            reader.fault(path.span, message, "this leads elsewhere");
            continue;
        }
        let below = format!("{full}/");
        let files = folder.paths().filter_map(|file| {
            let name = file.strip_prefix(&below).filter(|name| !name.contains('/'))?;
            Some((stand_in(*kind, name)?, folder.file(file)?.clone()))
        });
        let found: StandIns = match whole(*kind) {
            Some(whole) => folder.file(&full).map(|file| (whole, file.clone())).into_iter().collect(),
            None => files.collect(),
        };
        if found.is_empty() {
            let what = match kind.endings() {
                [] => "there is no file".to_owned(),
                endings => format!("there is no file of the kind `.{}` in", endings.join("`, `.")),
            };
            reader.fault(path.span, format!("{what} `{full}`"), "nothing is there");
            if let Some(near) = suggest::did_you_mean(&full, folder.paths()) {
                reader.advise(near);
            }
        }
        if let Some((first, second)) = rivals(&found) {
            let message = format!("`{first}` and `{second}` stand in for the same");
            reader.fault(path.span, message, "in this folder");
        }
        all.extend(found);
    }
    all
}
