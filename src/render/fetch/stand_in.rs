//! The answers that the data gives in place of the network: a list of objects, of which the first that fits counts.
//!
//! A stand-in fits a request if its `url` is the request's, its `method` too where it has one, and its `request_body`
//! where it has one. It answers with `status`, `headers` and `body`, or not at all with `timeout`.

use super::request::check_url;
use crate::arena::Arena;
use crate::failure::Failure;
use crate::fetch::{FetchError, Request, Response};
use crate::json;
use crate::render::machine::Machine;
use crate::render::trace::Trace;
use crate::value::{Value, compare, lookup, print};
use std::cell::OnceCell;
use url::Url;

/// An answer of the data's own.
pub(super) struct StandIn<'r> {
    /// Its place in the list.
    pub number: usize,
    pub answer: Result<Response, FetchError>,
    /// The body, where the data gives it as a value and not as text.
    pub value: Option<Value<'r>>,
}

/// A request as it is compared with stand-ins.
struct Wanted<'q, 'r> {
    request: &'q Request,
    url: Option<Url>,
    /// The body as JSON, once it was asked for.
    body: OnceCell<Option<Value<'r>>>,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    /// What stands in for the answer to `request`.
    pub(super) fn answer_of_data(&mut self, request: &Request) -> Result<Option<StandIn<'r>>, Failure> {
        let arena = self.arena;
        let attributes = self.scope().data.attributes;
        let Some(answers) = lookup::index(attributes, Value::String("connected_content"), arena)? else {
            return Ok(None);
        };
        let answers = match answers.resolve(arena)? {
            Value::Array(answers) => answers,
            Value::Object(host) => host.items(arena)?.unwrap_or_default(),
            _ => &[],
        };
        let wanted = Wanted { request, url: check_url(&request.url).ok(), body: OnceCell::new() };
        for (number, answer) in answers.iter().enumerate() {
            arena.budget().spend(2)?;
            if wanted.fits(*answer, arena)? {
                return read(number, *answer, arena).map(Some);
            }
        }
        Ok(None)
    }

    /// The URLs that the data has answers for.
    pub(super) fn answered_urls(&mut self) -> Vec<&'r str> {
        let arena = self.arena;
        let attributes = self.scope().data.attributes;
        let answers = lookup::index(attributes, Value::String("connected_content"), arena);
        let Ok(Some(Value::Array(answers))) = answers else { return Vec::new() };
        let url = |answer: &Value<'r>| lookup::index(*answer, Value::String("url"), arena).ok()??.as_str();
        answers.iter().filter_map(url).collect()
    }
}

fn field<'r>(answer: Value<'r>, name: &'static str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    Ok(lookup::index(answer, Value::String(name), arena)?.filter(|value| !value.is_nil()))
}

impl<'r> Wanted<'_, 'r> {
    fn fits(&self, answer: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
        let Some(Value::String(url)) = field(answer, "url", arena)? else { return Ok(false) };
        arena.budget().spend_bytes(url.len())?;
        if url != self.request.url && !self.is_same_url(url) {
            return Ok(false);
        }
        if let Some(Value::String(method)) = field(answer, "method", arena)?
            && method.parse() != Ok(self.request.method)
        {
            return Ok(false);
        }
        match field(answer, "request_body", arena)? {
            None => Ok(true),
            Some(body) => self.has_body(body, arena),
        }
    }

    /// Whether a URL that is written differently is the same: `HTTPS://A.example` and `https://a.example/`.
    fn is_same_url(&self, url: &str) -> bool {
        self.url.as_ref().is_some_and(|wanted| check_url(url).is_ok_and(|url| url == *wanted))
    }

    /// Whether the body is this text, but for blanks around it, or JSON with this meaning.
    fn has_body(&self, given: Value<'r>, arena: &'r Arena) -> Result<bool, Failure> {
        let body = self.request.body.as_deref().unwrap_or_default();
        arena.budget().spend_bytes(body.len())?;
        let given = match given {
            Value::String(text) if text.trim() == body.trim() => return Ok(true),
            Value::String(text) => json::read(text, arena).ok(),
            value => Some(value),
        };
        let wanted = match self.body.get() {
            Some(known) => *known,
            None => {
                let read = json::read(arena.text(body)?, arena).ok();
                *self.body.get_or_init(|| read)
            }
        };
        match (given, wanted) {
            (Some(given), Some(wanted)) => compare::equal(given, wanted, arena),
            _ => Ok(false),
        }
    }
}

fn read<'r>(number: usize, answer: Value<'r>, arena: &'r Arena) -> Result<StandIn<'r>, Failure> {
    if field(answer, "timeout", arena)?.is_some_and(Value::is_truthy) {
        return Ok(StandIn { number, answer: Err(FetchError::Timeout), value: None });
    }
    let status = match field(answer, "status", arena)? {
        Some(Value::Integer(status)) => u16::try_from(status).unwrap_or(200),
        _ => 200,
    };
    let (value, body) = match field(answer, "body", arena)? {
        None => (None, ""),
        Some(Value::String(text)) => (None, text),
        Some(value) => {
            let mut text = arena.builder();
            json::write(value, arena, &mut text)?;
            (Some(value), text.finish())
        }
    };
    arena.budget().allocate(body.len())?;
    let mut response = Response::new(status, body);
    if let Some(Value::Map(headers)) = field(answer, "headers", arena)? {
        for &(name, value) in headers.entries() {
            response.headers.push((name.to_owned(), print::to_text(value, arena)?.to_owned()));
        }
    }
    Ok(StandIn { number, answer: Ok(response), value })
}
