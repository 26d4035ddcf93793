//! A request in the forms that other programs read. Secrets are never in them: they are named.

use super::args::As;
use crate::diagnostic::{Diagnostic, code};
use crate::error::Error;
use crate::time::Time;
use crate::webhook::request::{Piece, Text};
use crate::webhook::{Project, Request};
use serde_json::{Value, json};

/// The request as `form` has it; `None` is for people to read.
///
/// # Errors
/// When a shell could not be given the request.
pub fn written(request: &Request, form: Option<As>, project: &Project, now: Time) -> Result<String, Error> {
    Ok(match form {
        None => request.to_string(),
        Some(As::Json) => request.to_json(),
        Some(As::Curl) => curl(request, project)?,
        Some(As::Har) => lines(&har(request, now)),
        Some(As::BrazeWebhookObject) => braze(request),
    })
}

fn lines(value: &Value) -> String {
    // Texts and numbers: nothing that serde_json can refuse.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A command for a POSIX shell. Secrets are the environment variables that hold them.
fn curl(request: &Request, project: &Project) -> Result<String, Error> {
    let mut words = vec![format!("curl --request {}", request.method)];
    // Brackets and braces in a URL mean something to curl, and it would walk the steps of a path.
    words.push(format!("--globoff --path-as-is --url {}", quoted(&request.url, project)?));
    for header in &request.headers {
        let mut text = Text::from(format!("{}:", header.name).as_str());
        if header.value.to_string().is_empty() {
            // This is how curl is told of a header without a value.
            text = Text::from(format!("{};", header.name).as_str());
        } else {
            text.append(" ", &header.value);
        }
        words.push(format!("--header {}", quoted(&text, project)?));
    }
    if !request.body.is_empty() {
        if request.header("content-type").is_none() {
            // Of its own curl would call the body a form.
            words.push("--header 'Content-Type:'".to_owned());
        }
        words.push(format!("--data-raw {}", word(&request.body)?));
    }
    Ok(format!("{}\n", words.join(" \\\n  ")))
}

/// A text as one word of the shell.
fn quoted(text: &Text, project: &Project) -> Result<String, Error> {
    let mut quoted = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Plain(text) => quoted.push_str(&word(text)?),
            Piece::Secret(name) => match project.variable(name) {
                Some(variable) => quoted.push_str(&format!("\"${variable}\"")),
                None => quoted.push_str(&word(&format!("<secret:{name}>"))?),
            },
        }
    }
    Ok(if quoted.is_empty() { "''".to_owned() } else { quoted })
}

fn word(text: &str) -> Result<String, Error> {
    let quoted = shlex::try_quote(text).map_err(|_| {
        let message = "the request holds a NUL character, which no command can be given";
        Error::from(
            Diagnostic::new(&code::FILE_UNWRITABLE, message).help("write it as `--as json` or `--as har`"),
        )
    })?;
    Ok(quoted.into_owned())
}

/// The object by which Braze's messaging API is given a webhook.
fn braze(request: &Request) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    format!(
        "{{\n  \"url\": {},\n  \"request_method\": {},\n  \"request_headers\": {},\n  \"body\": {}\n}}\n",
        quoted(&request.url.to_string()),
        quoted(&request.method),
        request.headers_json().replace('\n', "\n  "),
        quoted(&request.body),
    )
}

/// An HTTP archive, version 1.2, with the one request and no answer.
fn har(request: &Request, now: Time) -> Value {
    let url = request.url.to_string();
    let query = url.split('#').next().and_then(|url| Some(url.split_once('?')?.1)).unwrap_or_default();
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"name": name, "value": value})
        })
        .collect();
    let headers: Vec<Value> = request
        .headers
        .iter()
        .map(|header| json!({"name": header.name, "value": header.value.to_string()}))
        .collect();
    let mut asked = json!({
        "method": request.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.len(),
    });
    if !request.body.is_empty()
        && let Some(asked) = asked.as_object_mut()
    {
        let kind = request.header("content-type").map(Text::to_string).unwrap_or_default();
        asked.insert("postData".to_owned(), json!({"mimeType": kind, "text": request.body}));
    }
    json!({"log": {
        "version": "1.2",
        "creator": {"name": "carafe", "version": env!("CARGO_PKG_VERSION")},
        "entries": [{
            "startedDateTime": now.to_rfc3339(),
            "time": 0,
            "request": asked,
            "response": {
                "status": 0,
                "statusText": "",
                "httpVersion": "",
                "cookies": [],
                "headers": [],
                "content": {"size": 0, "mimeType": ""},
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
            "comment": "made by carafe and not sent",
        }],
    }})
}
