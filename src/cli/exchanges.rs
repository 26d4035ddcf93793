//! The requests that a render made, for people and programs to read. What may be a secret is hidden.

use super::terminal::Terminal;
use crate::fetch::{Answerer, Caching, Exchange, Use};
use crate::report::{self, MessageFormat};
use serde::Serialize;

const SCHEMA_VERSION: u32 = 1;
/// Characters of an answer that are shown.
const MOST: usize = 200;
/// Headers whose values are hidden; others with these words in them too.
const HIDDEN: &[&str] = &["authorization", "cookie", "token", "secret", "key", "password", "signature"];

/// One request as a line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    schema_version: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    method: &'static str,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    file: String,
    line: usize,
    column: usize,
    answered_by: String,
    status: Option<u16>,
    error: Option<String>,
    milliseconds: Option<u128>,
    answer: Option<String>,
}

/// Writes the requests to standard error.
pub fn show(requests: &[Exchange], terminal: &Terminal) {
    let mut text = String::new();
    for made in requests {
        text.push_str(&match terminal.format() {
            MessageFormat::Json => json(made),
            MessageFormat::Full | MessageFormat::Concise => lines(made),
        });
    }
    if requests.is_empty() && terminal.format() != MessageFormat::Json {
        text.push_str("no requests were made\n");
    }
    terminal.remark(&text);
}

fn answerer(made: &Exchange) -> String {
    match made.answered_by {
        Answerer::StandIn(number) => format!("stand-in {}", number.saturating_add(1)),
        Answerer::Fetch => "the network".to_owned(),
        Answerer::Nobody => "nobody".to_owned(),
    }
}

fn lines(made: &Exchange) -> String {
    let position = made.source.position(made.span.from());
    let mut text = format!(
        "request: {} {}\n  made at {}:{}:{}\n",
        made.request.method,
        report::visible_line(&hidden_url(&made.request.url)),
        report::visible_line(made.source.name()),
        position.line,
        position.column
    );
    for (name, value) in &made.request.headers {
        let line = format!("{name}: {}", hidden(name, value));
        text.push_str(&format!("  {}\n", report::visible_line(&line)));
    }
    if let Some(body) = &made.request.body {
        text.push_str(&format!("  body: {}\n", short(body)));
    }
    let who = answerer(made);
    match &made.answer {
        Ok(answer) => {
            let took = answer.duration.map(|took| format!(" after {} ms", took.as_millis()));
            let took = took.unwrap_or_default();
            text.push_str(&format!(
                "  answered by {who}{took}: {}, {}\n",
                answer.status,
                short(&answer.body)
            ));
        }
        Err(error) => {
            let error = report::visible_line(&error.to_string());
            text.push_str(&format!("  answered by {who}: {error}\n"));
        }
    }
    let outcome = match &made.outcome {
        Use::Saved(name) => format!("saved as `{name}`"),
        Use::Written => "written at the tag".to_owned(),
        Use::Failed(name) => format!("failed: `{name}` is nil"),
    };
    let caching = match made.caching {
        Caching::Seconds(seconds) => format!("Braze keeps it for {seconds} s"),
        Caching::Off(reason) => format!("not kept: {reason}"),
    };
    text.push_str(&format!("  {}\n", report::visible_line(&format!("{outcome}; {caching}"))));
    text
}

fn json(made: &Exchange) -> String {
    let position = made.source.position(made.span.from());
    let line = Line {
        schema_version: SCHEMA_VERSION,
        kind: "request",
        method: made.request.method.name(),
        url: hidden_url(&made.request.url),
        headers: (made.request.headers.iter())
            .map(|(name, value)| (name.clone(), hidden(name, value)))
            .collect(),
        body: made.request.body.as_deref().map(cut),
        file: made.source.name().to_owned(),
        line: position.line,
        column: position.column,
        answered_by: answerer(made),
        status: made.answer.as_ref().ok().map(|answer| answer.status),
        error: made.answer.as_ref().err().map(ToString::to_string),
        milliseconds: made
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| answer.duration)
            .map(|duration| duration.as_millis()),
        answer: made.answer.as_ref().ok().map(|answer| cut(&answer.body)),
    };
    // Texts and numbers: nothing that serde_json can refuse.
    let text = serde_json::to_string(&line).unwrap_or_default();
    format!("{}\n", report::escaped(&text))
}

/// The value of a header, unless its name says that it is a secret.
fn hidden(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    match HIDDEN.iter().any(|word| name.contains(word)) {
        true => format!("({} characters, hidden)", value.chars().count()),
        false => value.to_owned(),
    }
}

/// The URL without the values that are secrets by their place or key.
fn hidden_url(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        // Up to the last `@` stands whoever asks, perhaps with a password.
        return url
            .rsplit_once('@')
            .map_or(url, |(_, rest)| rest)
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
    };
    let is_secret = |key: &str| HIDDEN.iter().any(|word| key.to_ascii_lowercase().contains(word));
    let has_user = !parsed.username().is_empty() || parsed.password().is_some();
    let pairs: Vec<(String, String)> = parsed
        .query_pairs()
        .map(|(key, value)| {
            let shown = if is_secret(&key) { "hidden".to_owned() } else { value.into_owned() };
            (key.into_owned(), shown)
        })
        .collect();
    let has_secret_fragment = parsed.fragment().is_some_and(is_secret);
    if !has_user && !has_secret_fragment && !pairs.iter().any(|(key, _)| is_secret(key)) {
        return url.to_owned();
    }
    if has_secret_fragment {
        parsed.set_fragment(Some("hidden"));
    }
    if has_user {
        // A URL of `http` or `https` can have both.
        let _ = parsed.set_username("hidden");
        let _ = parsed.set_password(None);
    }
    if !pairs.is_empty() {
        parsed.query_pairs_mut().clear().extend_pairs(pairs);
    }
    parsed.to_string()
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        cut.push('…');
    }
    cut
}

fn short(text: &str) -> String {
    match text.is_empty() {
        true => "empty".to_owned(),
        false => report::visible_line(&cut(text)),
    }
}
