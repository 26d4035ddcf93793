//! Partials from a map and from a database: `cargo run --example partials`.
//!
//! The library reads no files. Whatever gives a text for a name is a `Loader`; it is asked once for each name.

use carafe::loader::LoadError;
use carafe::{Engine, Error, Loader, dialect};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;

/// A stand-in for a table of snippets behind a connection.
struct Snippets {
    connection: Mutex<Vec<(&'static str, &'static str)>>,
}

impl Loader for Snippets {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let rows = self.connection.lock().map_err(|_| LoadError::new("the database is gone"))?;
        let row = rows.iter().find(|(key, _)| *key == name);
        row.map(|(_, text)| (*text).to_owned()).ok_or_else(|| LoadError::not_found(name))
    }
}

fn main() -> Result<(), Error> {
    // A map is a loader.
    let texts = [
        ("greeting", "Hi {{ name }}!"),
        ("footer", "{% render 'address' %}"),
        ("address", "Mugs, 1 High St"),
    ];
    let engine = Engine::builder().dialect(&dialect::LIQUID).loader(HashMap::from(texts)).build();
    let template = engine.template("{% render 'greeting', name: user.name %} -- {% render 'footer' %}")?;
    let body = template.render(&json!({"user": {"name": "Ada"}}))?;
    println!("{body}");
    assert_eq!(body, "Hi Ada! -- Mugs, 1 High St");

    // So is a type of one's own.
    let rows = vec![("price", "{{ price }} EUR"), ("offer", "Now {% render 'price', price: price %}!")];
    let engine =
        Engine::builder().dialect(&dialect::LIQUID).loader(Snippets { connection: Mutex::new(rows) }).build();
    // `load` takes the template itself from there.
    let body = engine.load("offer")?.render(&json!({"price": 12}))?;
    println!("{body}");
    assert_eq!(body, "Now 12 EUR!");

    // One that is missing is said in its place, and found by a check without data.
    let template = engine.template("Buy now{% render 'countdown' %}")?;
    let body = template.render(&())?;
    println!("{body}");
    assert_eq!(body, "Buy nowLiquid error: No such template 'countdown'");
    for finding in engine.check_with_partials(template.source()) {
        println!("{finding}");
        assert_eq!(finding.code.name, "render/missing-partial");
    }
    Ok(())
}
