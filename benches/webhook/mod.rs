//! The built-in webhook `movable-ink/product_viewed`, which is there wherever the project is.

use carafe::data::Inputs;
use carafe::time::{FixedClock, Time};
use carafe::{Arena, Engine, Source, dialect, json};
use std::fs;
use std::sync::Arc;

pub const NAME: &str = "product_viewed";

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/movable-ink/product_viewed");

/// An engine at the time of the webhook's cases.
pub fn engine() -> Engine {
    let now = Time::from_rfc3339("2023-12-06T18:20:45Z").expect("a time");
    Engine::builder().clock(FixedClock(now)).build()
}

pub fn template() -> String {
    file("template.liquid")
}

/// A document of data on one line: the user and the event of the webhook's first case.
pub fn row() -> String {
    let source = |name: &str| Arc::new(Source::new(name, file(name)));
    let inputs = Inputs::new(&dialect::BRAZE)
        .profile(source("cases/profiles/known.json"))
        .event(source("cases/events/trigger.json"), None);
    let arena = Arena::default();
    let root = inputs.read(&arena).expect("the data of the case");
    let mut row = arena.builder();
    json::write(root.value, &arena, &mut row).expect("a row");
    row.finish().to_owned()
}

fn file(name: &str) -> String {
    let path = format!("{FOLDER}/{name}");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
