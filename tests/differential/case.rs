//! What is given to both sides: a template with its data and partials, and how it is to be read and rendered.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// A value of the data. Numbers keep their spelling, and hashes their order, which `serde_json` would lose.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Nil,
    Bool(bool),
    Number(String),
    Text(String),
    Array(Vec<Data>),
    Hash(Vec<(String, Data)>),
}

/// One template to be rendered by both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub template: String,
    pub partials: BTreeMap<String, String>,
    /// A hash.
    pub data: Data,
    pub strict: bool,
    /// The first render error is raised instead of printed.
    pub stop: bool,
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The template does not parse.
    Refused(String),
    Output(String),
    /// The render ended with this error.
    Raised(String),
    /// Neither: out of time or memory, or a bug of the reference.
    GaveUp(String),
}

impl Outcome {
    pub fn text(&self) -> &str {
        match self {
            Outcome::Refused(text)
            | Outcome::Output(text)
            | Outcome::Raised(text)
            | Outcome::GaveUp(text) => text,
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Outcome::Refused(_) => "refused",
            Outcome::Output(_) => "output",
            Outcome::Raised(_) => "raised",
            Outcome::GaveUp(_) => "gave up",
        }
    }
}

pub fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// As JSON.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Nil => f.write_str("null"),
            Data::Bool(value) => write!(f, "{value}"),
            Data::Number(number) => f.write_str(number),
            Data::Text(text) => f.write_str(&json_text(text)),
            Data::Array(items) => {
                f.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at == 0 { "" } else { ", " })?;
                }
                f.write_char(']')
            }
            Data::Hash(entries) => {
                f.write_char('{')?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{}: {value}", if at == 0 { "" } else { ", " }, json_text(key))?;
                }
                f.write_char('}')
            }
        }
    }
}

/// As JSON, the request that `reference.rb` reads.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"template\": {}, \"data\": {}", json_text(&self.template), self.data)?;
        write!(f, ", \"partials\": {}", serde_json::json!(self.partials))?;
        let mode = if self.strict { "strict" } else { "lax" };
        write!(f, ", \"mode\": \"{mode}\", \"stop\": {}}}", self.stop)
    }
}
