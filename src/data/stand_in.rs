//! What stands in for the things that Braze fetches while it renders: their shapes, and the files they may come from.

use super::document::{self, Document};
use crate::arena::Arena;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::failure::Failure;
use crate::fetch::Method;
use crate::json::Step;
use crate::source::Source;
use crate::value::{Map, Value};
use std::sync::Arc;

/// What one file stands in for. `docs/data.md` says how each is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// The catalog of this name: JSON, or CSV where the file's name ends in `.csv`.
    Catalog(String),
    /// The selections of the catalog of this name: JSON.
    Selections(String),
    /// The content block of this name: its text as it is.
    ContentBlock(String),
    /// Answers to `connected_content`: JSON.
    ConnectedContent,
    /// Codes of promotion lists: JSON.
    Promotions,
    /// Shopping carts: JSON.
    ShoppingCarts,
}

/// The fields of a stand-in for an answer.
static ANSWER_FIELDS: &[&str] = &["method", "url", "request_body", "status", "headers", "body", "timeout"];

/// The fields of a catalog.
static CATALOG_FIELDS: &[&str] = &["items", "selections"];

/// A file read: the key of the root it belongs under, and what it adds there.
pub(super) struct Read<'r> {
    pub key: &'static str,
    pub value: Value<'r>,
}

/// Reads the file `source`. `None` where its shape is wrong, with an error among `findings`.
pub(super) fn read<'r>(
    stand_in: &'r StandIn,
    source: &'r Arc<Source>,
    arena: &'r Arena,
    findings: &mut Vec<Diagnostic>,
) -> Option<Read<'r>> {
    let before = findings.len();
    let made = make(stand_in, source, arena, findings);
    let read = match made {
        Ok(read) => read,
        Err(diagnostic) => {
            findings.push(*diagnostic);
            return None;
        }
    };
    (!findings.iter().skip(before).any(Diagnostic::is_error)).then_some(read)
}

fn make<'r>(
    stand_in: &'r StandIn,
    source: &'r Arc<Source>,
    arena: &'r Arena,
    findings: &mut Vec<Diagnostic>,
) -> Result<Read<'r>, Box<Diagnostic>> {
    let failed = |failure| Box::new(document::failed(failure, Some(source)));
    let one = |name: &'r str, value| arena.map(&[(name, value)]).map(Value::Map).map_err(failed);
    let mut shapes = Shapes { source, findings };
    Ok(match stand_in {
        StandIn::ContentBlock(name) => {
            Read { key: "content_blocks", value: one(name, Value::String(source.text()))? }
        }
        StandIn::Catalog(name) => {
            let is_table =
                source.name().rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
            let catalog = match is_table {
                true => super::table::read(source, arena, shapes.findings)?,
                false => {
                    let value = document::read(source, arena)?;
                    shapes.catalog(&[], value);
                    value
                }
            };
            Read { key: "catalogs", value: one(name, catalog)? }
        }
        StandIn::Selections(name) => {
            let value = document::read(source, arena)?;
            shapes.selections(&[], value);
            Read { key: "catalogs", value: one(name, one("selections", value)?)? }
        }
        StandIn::ConnectedContent => whole("connected_content", source, arena, &mut shapes)?,
        StandIn::Promotions => whole("promotions", source, arena, &mut shapes)?,
        StandIn::ShoppingCarts => whole("shopping_carts", source, arena, &mut shapes)?,
    })
}

fn whole<'r>(
    key: &'static str,
    source: &'r Arc<Source>,
    arena: &'r Arena,
    shapes: &mut Shapes<'_, 'r>,
) -> Result<Read<'r>, Box<Diagnostic>> {
    let value = document::read(source, arena)?;
    shapes.of(key, &[], value);
    Ok(Read { key, value })
}

/// Checks what stands under `key` of a data document.
pub(super) fn check<'r>(
    document: &Document<'r>,
    key: &'r str,
    value: Value<'r>,
    findings: &mut Vec<Diagnostic>,
) {
    Shapes { source: document.source, findings }.of(key, &[Step::Key(key)], value);
}

/// Lays `new` over what stands in already under a key: objects key by key, of catalogs their parts; of lists the new
/// items first, since the first that fits counts.
pub(super) fn laid_over<'r>(
    key: &str,
    before: Option<Value<'r>>,
    new: Value<'r>,
    arena: &'r Arena,
) -> Result<Value<'r>, Failure> {
    Ok(match (before, new) {
        (Some(Value::Array(before)), Value::Array(new)) => {
            Value::Array(arena.array(&[new, before].concat())?)
        }
        (Some(Value::Map(before)), Value::Map(new)) if key == "catalogs" => {
            let mut entries = before.entries().to_vec();
            for &(name, catalog) in new.entries() {
                let catalog = match (before.get(name), catalog) {
                    (Some(Value::Map(old)), Value::Map(parts)) => {
                        Value::Map(arena.map(&[old.entries(), parts.entries()].concat())?)
                    }
                    // A catalog may be its rows alone.
                    (Some(rows @ Value::Array(_)), Value::Map(parts)) if parts.get("items").is_none() => {
                        Value::Map(arena.map(&[&[("items", rows)], parts.entries()].concat())?)
                    }
                    _ => catalog,
                };
                entries.push((name, catalog));
            }
            Value::Map(arena.map(&entries)?)
        }
        (Some(Value::Map(before)), Value::Map(new)) => {
            Value::Map(arena.map(&[before.entries(), new.entries()].concat())?)
        }
        (_, new) => new,
    })
}

/// Finds what is wrong with the shape of values of one document.
struct Shapes<'f, 'r> {
    source: &'r Arc<Source>,
    findings: &'f mut Vec<Diagnostic>,
}

impl<'r> Shapes<'_, 'r> {
    fn of(&mut self, key: &str, path: &[Step<'_>], value: Value<'r>) {
        match key {
            "catalogs" => {
                for &(name, catalog) in self.object(path, "an object of catalogs, by name", value) {
                    self.catalog(&to(path, Step::Key(name)), catalog);
                }
            }
            "connected_content" => match value {
                Value::Nil => {}
                Value::Array(items) => {
                    for (at, item) in items.iter().enumerate() {
                        self.answer(&to(path, Step::Index(at)), *item);
                    }
                }
                other => self.wrong(path, "a list of answers, each with its `url`", other),
            },
            "promotions" => {
                let expected = "a code, or a list of codes that are left";
                for &(name, codes) in self.object(path, "an object of promotion lists, by name", value) {
                    let path = to(path, Step::Key(name));
                    match codes {
                        Value::String(_) | Value::Nil => {}
                        Value::Array(codes) => {
                            for (at, code) in codes.iter().enumerate() {
                                if code.as_str().is_none() {
                                    self.wrong(&to(&path, Step::Index(at)), "a code, as text", *code);
                                }
                            }
                        }
                        other => self.wrong(&path, expected, other),
                    }
                }
            }
            "shopping_carts" => {
                for &(id, cart) in self.object(path, "an object of shopping carts, by id", value) {
                    if !matches!(cart, Value::Map(_)) {
                        self.wrong(&to(path, Step::Key(id)), "an object with the fields of a cart", cart);
                    }
                }
            }
            "content_blocks" => {
                for &(name, text) in self.object(path, "an object of content blocks, by name", value) {
                    if text.as_str().is_none() {
                        self.wrong(&to(path, Step::Key(name)), "the text of a content block", text);
                    }
                }
            }
            _ => {}
        }
    }

    fn catalog(&mut self, path: &[Step<'_>], value: Value<'r>) {
        let parts = match value {
            Value::Array(_) => return self.rows(path, value),
            Value::Map(parts) => parts,
            other => return self.wrong(path, "a catalog: {\"items\": …}, or a list of rows", other),
        };
        if let Some(rows) = parts.get("items") {
            self.rows(&to(path, Step::Key("items")), rows);
        }
        if let Some(selections) = parts.get("selections") {
            self.selections(&to(path, Step::Key("selections")), selections);
        }
        self.unknown(path, parts, "is no part of a catalog", CATALOG_FIELDS);
    }

    fn rows(&mut self, path: &[Step<'_>], value: Value<'r>) {
        match value {
            Value::Nil => {}
            Value::Map(rows) => {
                for &(id, row) in rows.entries() {
                    if !matches!(row, Value::Map(_)) {
                        self.wrong(&to(path, Step::Key(id)), "a row: an object of cells, by column", row);
                    }
                }
            }
            Value::Array(rows) => {
                for (at, row) in rows.iter().enumerate() {
                    let path = to(path, Step::Index(at));
                    match row {
                        Value::Map(cells) => match cells.get("id") {
                            Some(Value::String(_) | Value::Integer(_)) => {}
                            Some(other) => self.wrong(&to(&path, Step::Key("id")), "the id of a row", other),
                            None => self.wrong(&path, "a row with an `id`", *row),
                        },
                        other => self.wrong(&path, "a row with an `id`", *other),
                    }
                }
            }
            other => self.wrong(path, "rows by id, or a list of rows with an `id`", other),
        }
    }

    fn selections(&mut self, path: &[Step<'_>], value: Value<'r>) {
        for &(name, ids) in self.object(path, "an object of selections, by name", value) {
            let path = to(path, Step::Key(name));
            let Value::Array(ids) = ids else {
                self.wrong(&path, "a list of ids", ids);
                continue;
            };
            for (at, id) in ids.iter().enumerate() {
                if !matches!(id, Value::String(_) | Value::Integer(_)) {
                    self.wrong(&to(&path, Step::Index(at)), "the id of a row", *id);
                }
            }
        }
    }

    fn answer(&mut self, path: &[Step<'_>], value: Value<'r>) {
        let Value::Map(fields) = value else {
            return self.wrong(path, "an answer: an object with a `url`", value);
        };
        match fields.get("url") {
            Some(Value::String(_)) => {}
            Some(other) => self.wrong(&to(path, Step::Key("url")), "a URL", other),
            None => self.wrong(path, "an answer with a `url`", value),
        }
        for (key, value) in fields.entries().iter().copied().filter(|(_, value)| !value.is_nil()) {
            let expected = match (key, value) {
                ("method", Value::String(name)) if name.parse::<Method>().is_err() => "`get` or `post`",
                ("method", Value::String(_)) => continue,
                ("method", _) => "`get` or `post`",
                ("status", Value::Integer(100..=599)) => continue,
                ("status", _) => "a status from 100 to 599",
                ("timeout", Value::Bool(_)) => continue,
                ("timeout", _) => "`true` or `false`",
                ("headers", Value::Map(headers)) => {
                    for &(name, value) in headers.entries() {
                        if value.as_str().is_none() {
                            let path = to(&to(path, Step::Key("headers")), Step::Key(name));
                            self.wrong(&path, "the text of a header", value);
                        }
                    }
                    continue;
                }
                ("headers", _) => "an object of headers",
                _ => continue,
            };
            self.wrong(&to(path, Step::Key(key)), expected, value);
        }
        self.unknown(path, fields, "is no field of an answer", ANSWER_FIELDS);
    }

    /// The entries of `value`, which must be an object.
    fn object(&mut self, path: &[Step<'_>], expected: &str, value: Value<'r>) -> &'r [(&'r str, Value<'r>)] {
        match value {
            Value::Map(map) => map.entries(),
            Value::Nil => &[],
            other => {
                self.wrong(path, expected, other);
                &[]
            }
        }
    }

    fn wrong(&mut self, path: &[Step<'_>], expected: &str, found: Value<'r>) {
        // Finding the place walks the text: of many findings of one kind the first ones do.
        if self.findings.len() < suggest::SUGGESTIONS {
            self.findings.push(document::wrong_shape(self.source, path, expected, found));
        }
    }

    fn unknown(&mut self, path: &[Step<'_>], map: &Map<'_>, words: &str, known: &[&str]) {
        let Some(key) = map.keys().find(|key| !known.contains(key)) else { return };
        if self.findings.len() >= suggest::SUGGESTIONS {
            return;
        }
        let span = document::span(self.source, &to(path, Step::Key(key)), true);
        let message = format!("`{key}` {words}");
        let mut warning = Diagnostic::new(&code::DATA_UNKNOWN_KEY, message).at(self.source, span, "");
        warning.help.push(match suggest::did_you_mean(key, known.iter().copied()) {
            Some(near) => near,
            None => format!("there are {}", listed(known)),
        });
        self.findings.push(warning);
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn to<'s>(path: &[Step<'s>], step: Step<'s>) -> Vec<Step<'s>> {
    [path, &[step]].concat()
}
