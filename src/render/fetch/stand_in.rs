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

/// An answer of the data's own.
pub(super) struct StandIn<'r> {
    /// Its place in the list.
    pub number: usize,
    pub answer: Result<Response, FetchError>,
    /// The body, where the data gives it as a value and not as text.
    pub value: Option<Value<'r>>,
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
        arena.budget().spend((answers.len() as u64).saturating_mul(2))?;
        for (number, answer) in answers.iter().enumerate() {
            if fits(*answer, request, arena)? {
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

fn fits<'r>(answer: Value<'r>, request: &Request, arena: &'r Arena) -> Result<bool, Failure> {
    let Some(Value::String(url)) = field(answer, "url", arena)? else { return Ok(false) };
    if url != request.url && !same_url(url, &request.url) {
        return Ok(false);
    }
    if let Some(Value::String(method)) = field(answer, "method", arena)?
        && method.parse() != Ok(request.method)
    {
        return Ok(false);
    }
    let Some(wanted) = field(answer, "request_body", arena)? else { return Ok(true) };
    let body = request.body.as_deref().unwrap_or_default();
    if wanted.as_str().is_some_and(|wanted| wanted.trim() == body.trim()) {
        return Ok(true);
    }
    let wanted = match wanted {
        Value::String(wanted) => json::read(wanted, arena).ok(),
        value => Some(value),
    };
    let body = json::read(arena.text(body)?, arena).ok();
    match (wanted, body) {
        (Some(wanted), Some(body)) => compare::equal(wanted, body, arena),
        _ => Ok(false),
    }
}

/// Whether two URLs that are written differently are one: `HTTPS://A.example` and `https://a.example/`.
fn same_url(one: &str, other: &str) -> bool {
    matches!((check_url(one), check_url(other)), (Ok(one), Ok(other)) if one == other)
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
