//! The shape of the data that templates need, and its JSON Schema. [`Template::schema`](crate::Template::schema) has the rules.

use super::reads::{Read, Step, reads};
use crate::dialect::Dialect;
use crate::syntax::ast::{Body, Literal};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What is known of one value.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    keys: BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
    /// Whether a loop walks it.
    is_walked: bool,
    /// Whether an item is reached by its number.
    is_indexed: bool,
    /// Whether it must be there for what holds it to do.
    is_required: bool,
    /// What is taken where it is missing.
    fallback: Fallback,
}

#[derive(Debug, Default)]
enum Fallback {
    #[default]
    Unknown,
    One(Value),
    /// Places differ.
    Many,
}

impl Shape {
    /// Adds what a template reads. Plain names that `is_global` have a value where the data has none.
    pub fn add(&mut self, body: &Body, dialect: &Dialect, is_global: &dyn Fn(&str) -> bool) {
        reads(body, dialect, is_global).iter().for_each(|read| self.add_read(read));
    }

    fn add_read(&mut self, read: &Read<'_>) {
        // What a loop walks stands for itself; its items need what follows the last loop.
        let last_loop = read.steps.iter().rposition(|step| *step == Step::Each);
        let mut is_picked = false;
        let mut shape = self;
        for (at, step) in read.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    shape = shape.keys.entry(key.clone()).or_default();
                    let is_behind = last_loop.is_none_or(|last| at > last);
                    shape.is_required |= read.needed && is_behind && !is_picked;
                }
                Step::Each | Step::At | Step::End => {
                    shape.is_walked |= *step == Step::Each;
                    shape.is_indexed |= *step == Step::At;
                    is_picked |= *step != Step::Each;
                    shape = shape.items.get_or_insert_default();
                }
            }
        }
        if !read.is_whole {
            return;
        }
        if read.walked {
            shape.is_walked = true;
            shape.items.get_or_insert_default();
        }
        // Of an item that is picked nothing is said of the others.
        if let (Some(value), false) = (read.fallback.and_then(literal), is_picked) {
            shape.fallback = match std::mem::take(&mut shape.fallback) {
                Fallback::Unknown => Fallback::One(value),
                Fallback::One(known) if known == value => Fallback::One(known),
                _ => Fallback::Many,
            };
        }
    }

    /// The JSON Schema of a whole document.
    pub fn schema(&self) -> Value {
        let mut schema = self.body();
        schema.insert("$schema".to_owned(), json!(DRAFT));
        schema.insert("type".to_owned(), json!("object"));
        Value::Object(schema)
    }

    /// The keywords but `type`. Reads bound how deep shapes are.
    fn body(&self) -> Map<String, Value> {
        let mut schema = Map::new();
        if !self.keys.is_empty() {
            let properties =
                self.keys.iter().map(|(key, shape)| (key.clone(), shape.value(shape.is_required)));
            schema.insert("properties".to_owned(), Value::Object(properties.collect()));
            let required =
                self.keys.iter().filter(|(_, shape)| shape.is_required).map(|(key, _)| key.as_str());
            let required: Vec<&str> = required.collect();
            if !required.is_empty() {
                schema.insert("required".to_owned(), json!(required));
            }
        }
        if let Some(items) = &self.items {
            let items = items.value(items.keys.values().any(|shape| shape.is_required));
            if items.as_object().is_some_and(|items| !items.is_empty()) {
                schema.insert("items".to_owned(), items);
            }
        }
        schema
    }

    fn value(&self, is_required: bool) -> Value {
        let mut schema = self.body();
        let mut types = self.types();
        if !types.is_empty() && !is_required {
            types.push("null");
        }
        match types.as_slice() {
            [] => {}
            [one] => drop(schema.insert("type".to_owned(), json!(one))),
            several => drop(schema.insert("type".to_owned(), json!(several))),
        }
        if let (Fallback::One(value), false) = (&self.fallback, self.is_required) {
            schema.insert("default".to_owned(), value.clone());
        }
        Value::Object(schema)
    }

    /// The types that its uses leave; none where they leave all.
    fn types(&self) -> Vec<&'static str> {
        let Some(items) = &self.items else {
            return if self.keys.is_empty() { Vec::new() } else { vec!["object"] };
        };
        let holds_objects = self.is_walked && !items.keys.is_empty();
        match (self.is_indexed || holds_objects, self.keys.is_empty()) {
            (true, true) => vec!["array"],
            (false, false) => vec!["object"],
            _ => vec!["array", "object"],
        }
    }
}

/// A literal as JSON; none of what is no value, or none that JSON can hold.
fn literal(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Bool(value) => Some(json!(value)),
        Literal::Integer(value) => Some(json!(value)),
        Literal::Float(value) if value.is_finite() => Some(json!(value)),
        Literal::String(value) => Some(json!(value)),
        Literal::Float(_) | Literal::BigInteger(_) | Literal::Nil | Literal::Empty | Literal::Blank => None,
    }
}
