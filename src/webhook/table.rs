//! Reads a TOML file key by key: each value with its place, each mistake as a finding.

use crate::diagnostic::{Diagnostic, code, suggest};
use crate::source::{Source, Span};
use crate::time::Time;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// A value and where it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its place, quotes and brackets included.
    pub span: Span,
}

/// The keys of one file that were not asked for yet, and what is wrong with those that were.
pub(super) struct Reader<'t> {
    source: &'t Arc<Source>,
    table: DeTable<'t>,
    /// The keys that may stand in the file.
    known: &'static [&'static str],
    findings: Vec<Diagnostic>,
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

impl<'t> Reader<'t> {
    /// The keys of `source`; `known` are those it may have.
    pub fn new(source: &'t Arc<Source>, known: &'static [&'static str]) -> Self {
        let (table, errors) = DeTable::parse_recoverable(source.text());
        let mut reader = Reader { source, table: table.into_inner(), known, findings: Vec::new() };
        for error in errors {
            let place = error.span().map_or_else(Span::default, span);
            // The message of the parser may go on over several lines; the first says what is wrong.
            let message = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
            reader.fault(place, message, "this is not TOML");
        }
        reader
    }

    /// Reports something wrong at `place`.
    pub fn fault(&mut self, place: Span, message: impl Into<String>, label: &str) {
        self.findings.push(Diagnostic::new(&code::CASE_INVALID, message).at(self.source, place, label));
    }

    /// Adds what was found in another file that this one names.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        self.findings.extend(findings);
    }

    /// Says what to do about the fault reported last.
    pub fn advise(&mut self, help: impl Into<String>) {
        if let Some(last) = self.findings.last_mut() {
            last.help.push(help.into());
        }
    }

    /// Whether the file has `key`, and it was not asked for yet.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of `key` stands, if the file has it and it was not asked for yet.
    pub fn place(&self, key: &str) -> Option<Span> {
        self.table.get(key).map(|value| span(value.span()))
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Option<Placed<String>> {
        let (place, value) = self.take(key)?;
        match value {
            DeValue::String(text) => Some(Placed { value: text.into_owned(), span: place }),
            other => self.wrong_type(key, place, "a text in quotes", &other),
        }
    }

    /// An instant: an RFC 3339 text, in quotes or not.
    pub fn time(&mut self, key: &str) -> Option<Placed<Time>> {
        let (place, value) = self.take(key)?;
        let text = match &value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            other => return self.wrong_type(key, place, "a time", other),
        };
        let Some(time) = Time::from_rfc3339(&text) else {
            self.fault(place, format!("`{key}` is not a time with a zone"), "this is no RFC 3339 time");
            self.advise("write it like `2023-12-06T18:20:45Z` or `2023-12-06T19:20:45+01:00`");
            return None;
        };
        Some(Placed { value: time, span: place })
    }

    /// A count from 1 on.
    pub fn number(&mut self, key: &str) -> Option<Placed<usize>> {
        let (place, value) = self.take(key)?;
        let number = match &value {
            DeValue::Integer(digits) => integer(digits).and_then(|number| usize::try_from(number).ok()),
            _ => None,
        };
        match number {
            Some(number) if number > 0 => Some(Placed { value: number, span: place }),
            _ => self.wrong_type(key, place, "a whole number, the first being 1", &value),
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &str) -> Option<Placed<Vec<Placed<String>>>> {
        let (place, value) = self.take(key)?;
        let items = match value {
            DeValue::Array(items) => items,
            other => return self.wrong_type(key, place, "a list of texts", &other),
        };
        let mut texts = Vec::new();
        for item in items {
            let at = span(item.span());
            match item.into_inner() {
                DeValue::String(text) => texts.push(Placed { value: text.into_owned(), span: at }),
                other => return self.wrong_type(key, at, "texts in quotes", &other),
            }
        }
        Some(Placed { value: texts, span: place })
    }

    /// A table of any keys, in the order of the file.
    pub fn entries(&mut self, key: &str) -> Vec<(Placed<String>, Placed<serde_json::Value>)> {
        let Some((place, value)) = self.take(key) else { return Vec::new() };
        let entries = match value {
            DeValue::Table(entries) => entries,
            other => {
                self.wrong_type::<()>(key, place, "a table", &other);
                return Vec::new();
            }
        };
        let mut read = Vec::new();
        for (name, value) in entries {
            let at = span(value.span());
            let name = Placed { span: span(name.span()), value: name.into_inner().into_owned() };
            match json(value.into_inner()) {
                Some(value) => read.push((name, Placed { value, span: at })),
                None => {
                    self.fault(
                        at,
                        format!("`{key}.{}` cannot be read", name.value),
                        "this number is out of range",
                    );
                }
            }
        }
        read.sort_by_key(|(name, _)| name.span.start);
        read
    }

    /// What was wrong, the keys that no one knows included.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        let mut unknown: Vec<(Span, String)> =
            self.table.keys().map(|key| (span(key.span()), key.get_ref().to_string())).collect();
        unknown.sort();
        for (place, name) in unknown {
            let near = suggest::did_you_mean(&name, self.known.iter().copied());
            let help = near.unwrap_or_else(|| format!("the keys are {}", listed(self.known)));
            self.fault(place, format!("unknown key `{name}`"), "no such key");
            self.advise(help);
        }
        self.findings
    }

    fn take(&mut self, key: &str) -> Option<(Span, DeValue<'t>)> {
        let value: Spanned<DeValue<'t>> = self.table.remove(key)?;
        Some((span(value.span()), value.into_inner()))
    }

    fn wrong_type<T>(&mut self, key: &str, place: Span, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        self.fault(
            place,
            format!("`{key}` must be {wanted}"),
            &format!("this is {}", article(found.type_str())),
        );
        None
    }
}

fn article(kind: &str) -> Cow<'static, str> {
    match kind {
        "string" => "a text".into(),
        "array" => "a list".into(),
        "integer" | "inline table" => format!("an {kind}").into(),
        other => format!("a {other}").into(),
    }
}

/// `` `a`, `b` and `c` ``.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn integer(digits: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(digits.as_str(), digits.radix()).ok()
}

/// The value as JSON has it; `None` for numbers that JSON does not have. The parser bounds how deep values nest.
fn json(value: DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => serde_json::Value::String(text.into_owned()),
        DeValue::Integer(digits) => integer(&digits)?.into(),
        DeValue::Float(digits) => {
            serde_json::Number::from_f64(digits.as_str().parse().ok()?).map(serde_json::Value::Number)?
        }
        DeValue::Boolean(boolean) => boolean.into(),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> = items.into_iter().map(|item| json(item.into_inner())).collect();
            items?.into()
        }
        DeValue::Table(entries) => {
            let mut map = serde_json::Map::new();
            for (key, value) in entries {
                map.insert(key.into_inner().into_owned(), json(value.into_inner())?);
            }
            map.into()
        }
    })
}
