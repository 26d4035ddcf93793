//! A request as it would be sent.

use std::fmt::{self, Write};

/// A whole request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method, in capital letters.
    pub method: String,
    /// The address, as it was rendered.
    pub url: Text,
    /// The headers, in the order of the file.
    pub headers: Vec<Header>,
    /// The body; empty where there is none.
    pub body: String,
    /// Whether the body is JSON, as the webhook says.
    pub has_json: bool,
}

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, as the file writes it.
    pub name: String,
    /// Its value.
    pub value: Text,
}

/// A text that may hold secrets, which are known by their names only. Printed, a secret is `<secret:NAME>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<Piece>,
}

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters as they are.
    Plain(String),
    /// The name of a secret.
    Secret(String),
}

impl Request {
    /// The value of the first header of this name, whatever its capitals.
    pub fn header(&self, name: &str) -> Option<&Text> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| &header.value)
    }

    /// The request as one JSON object with `method`, `url`, `headers` and `body`, in lines. A body that is JSON is a value,
    /// any other a text. Secrets are `<secret:NAME>`.
    pub fn to_json(&self) -> String {
        let mut text = String::from("{\n");
        let mut member = |key: &str, value: &str, end: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  \"{key}\": {value}{end}");
        };
        member("method", &quoted(&self.method), ",");
        member("url", &quoted(&self.url.to_string()), ",");
        member("headers", &indented(&self.headers_json()), ",");
        // The body's own text, so that its numbers and the order of its keys stay as they are.
        let is_value = self.has_json && serde_json::from_str::<serde::de::IgnoredAny>(&self.body).is_ok();
        member("body", &if is_value { indented(self.body.trim()) } else { quoted(&self.body) }, "");
        text.push_str("}\n");
        text
    }
}

impl Request {
    /// The headers as one JSON object, in their order.
    pub fn headers_json(&self) -> String {
        let headers = self.headers.iter();
        let members = headers
            .map(|header| format!("\n  {}: {}", quoted(&header.name), quoted(&header.value.to_string())));
        let members: Vec<String> = members.collect();
        let end = if members.is_empty() { "" } else { "\n" };
        format!("{{{}{end}}}", members.join(","))
    }
}

impl fmt::Display for Request {
    /// The request as people read one: method and address, the headers, and behind a blank line the body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for header in &self.headers {
            writeln!(f, "{}: {}", header.name, header.value)?;
        }
        if self.body.is_empty() {
            return Ok(());
        }
        let end = if self.body.ends_with('\n') { "" } else { "\n" };
        write!(f, "\n{}{end}", self.body)
    }
}

impl Text {
    /// What it is made of.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The names of the secrets in it.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Secret(name) => Some(name.as_str()),
            Piece::Plain(_) => None,
        })
    }

    /// The text with its secrets as `reveal` knows them; `None` where it does not know one.
    pub fn revealed(&self, mut reveal: impl FnMut(&str) -> Option<String>) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => Some(text.clone()),
                Piece::Secret(name) => reveal(name),
            })
            .collect()
    }

    /// The text `written`, in which every `<secret:NAME>` names a secret.
    pub fn naming_secrets(written: &str) -> Self {
        let mut text = Text::default();
        let mut done = 0;
        for mention in super::secret::mentions(written) {
            text.push(written.get(done..mention.range.start).unwrap_or_default());
            text.push_secret(&mention.name);
            done = mention.range.end;
        }
        text.push(written.get(done..).unwrap_or_default());
        text
    }

    /// Writes `text` and another text behind it.
    pub fn append(&mut self, text: &str, other: &Text) {
        self.push(text);
        for piece in &other.pieces {
            match piece {
                Piece::Plain(text) => self.push(text),
                Piece::Secret(name) => self.push_secret(name),
            }
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Plain(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(Piece::Plain(text.to_owned())),
        }
    }

    pub(super) fn push_secret(&mut self, name: &str) {
        self.pieces.push(Piece::Secret(name.to_owned()));
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut made = Text::default();
        made.push(text);
        made
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Plain(text) => f.write_str(text),
            Piece::Secret(name) => write!(f, "<secret:{name}>"),
        })
    }
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The lines of a value within an object: those behind the first are moved in.
fn indented(json: &str) -> String {
    // JSON has no line break inside of a text.
    json.replace('\n', "\n  ")
}
