//! `connected_content`: a request, its answer, and what the template sees of it.

use super::request::{Asked, shown};
use super::rerender::Origin;
use crate::compile::{self, Program};
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::failure::Failure;
use crate::fetch::{
    Answerer, Caching, Exchange, FetchError, MOST_BODY_BYTES, Method, Request, Response, Use,
};
use crate::json;
use crate::render::machine::{Flow, Machine};
use crate::render::trace::Trace;
use crate::value::Value;

/// The key that holds the status in an answer that is an object.
const STATUS: &str = "__http_status_code__";

/// What came back: the answer, and its value where that is not to be read from its text.
struct Back<'r> {
    answered_by: Answerer,
    answer: Result<Response, FetchError>,
    value: Option<Value<'r>>,
}

/// What the template sees.
enum Seen<'r> {
    Value(Value<'r>),
    Text(&'r str),
    Nothing,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub fn call(&mut self, program: &'r Program, call: &'r compile::Call) -> Result<Flow, Failure> {
        let arena = self.arena;
        arena.budget().request()?;
        let Asked { request, caching, refused } = self.request(program, call)?;
        let back = match refused {
            Some(reason) => {
                let answer = Err(FetchError::Failed(reason));
                Back { answered_by: Answerer::Nobody, answer, value: None }
            }
            None => self.answer(call, &request)?,
        };
        let seen = self.seen(call, &back)?;
        let url = arena.text(&request.url)?;
        let (slot, name) = (self.number(call.save.0), call.save.1.to_string());
        let span = self.site().span;
        self.fetching.exchanges.push(Exchange {
            request,
            source: program.source.clone(),
            span,
            answered_by: back.answered_by,
            retry: call.retry,
            outcome: match seen {
                Seen::Value(_) => Use::Saved(name),
                Seen::Text(_) => Use::Written,
                Seen::Nothing => Use::Failed(name),
            },
            caching: match seen {
                Seen::Nothing => Caching::Off("the call failed"),
                _ => caching,
            },
            answer: back.answer,
        });
        let place = (self.scope_depth(), slot);
        if let Some(failed) = &mut self.fetching.failed {
            failed.remove(&place);
        }
        match seen {
            Seen::Value(value) if call.rerender => return self.rerender(value, slot, Origin::Answer(url)),
            Seen::Value(value) => self.scope().assign(slot, value),
            Seen::Text(text) => {
                self.scope().assign(slot, Value::Nil);
                if call.rerender {
                    return self.rerender_text(text, Origin::Answer(url));
                }
                self.write_value(Value::String(text))?;
            }
            Seen::Nothing => {
                self.scope().assign(slot, Value::Nil);
                self.fetching
                    .failed
                    .get_or_insert_default()
                    .insert(place, (std::ptr::from_ref(program) as usize, span));
            }
        }
        Ok(Flow::Next)
    }

    /// The answer: of the data, else of the engine's way to the network.
    fn answer(&mut self, call: &'r compile::Call, request: &Request) -> Result<Back<'r>, Failure> {
        let back = match (self.answer_of_data(request)?, self.outside.fetch) {
            (Some(found), _) => Back {
                answered_by: Answerer::StandIn(found.number),
                answer: found.answer,
                value: found.value,
            },
            (None, Some(fetch)) if self.arena.budget().limits().network_requests > 0 => {
                let budget = self.arena.budget();
                budget.may_ask_network()?;
                let answer = fetch.fetch(request);
                if !matches!(answer, Err(FetchError::NotAllowed(_))) {
                    budget.network_request()?;
                }
                if let Ok(response) = &answer {
                    budget.allocate(response.body.len())?;
                }
                let answered_by = match &answer {
                    Err(FetchError::NotAllowed(_)) => Answerer::Nobody,
                    _ => Answerer::Fetch,
                };
                Back { answered_by, answer, value: None }
            }
            (None, fetch) => {
                let reason = match fetch {
                    Some(_) => "nothing in the data stands in for it, and the limit `network-requests` is 0",
                    None => "nothing in the data stands in for it",
                };
                let answer = Err(FetchError::NotAllowed(reason.to_owned()));
                Back { answered_by: Answerer::Nobody, answer, value: None }
            }
        };
        let too_large = |response: &Response| response.body.len() > MOST_BODY_BYTES;
        let answer = match back.answer {
            Ok(response) if too_large(&response) => Err(FetchError::TooLarge),
            answer => answer,
        };
        let back = Back { answer, ..back };
        match (back.answered_by, &back.answer) {
            (Answerer::Nobody, Err(reason)) => self.warn_of_silence(request, reason),
            (Answerer::Fetch, Err(reason)) => {
                let message = format!("the call of `{}` failed: {reason}", shown(&request.url));
                self.warn(Diagnostic::new(&code::FETCH_FAILED, message), "asked here");
            }
            (Answerer::Fetch, Ok(response)) if !response.is_success() => {
                let message = format!("`{}` answered with status {}", shown(&request.url), response.status);
                let finding = Diagnostic::new(&code::FETCH_FAILED, message);
                self.warn(finding.note("of such an answer a template sees nothing"), "asked here");
            }
            _ => {}
        }
        let tried_again = match &back.answer {
            Ok(response) => response.status >= 500 || matches!(response.status, 408 | 429),
            Err(_) => back.answered_by != Answerer::Nobody,
        };
        self.fetching.exhausted |= call.retry && tried_again;
        Ok(back)
    }

    /// What the template sees of an answer.
    fn seen(&mut self, call: &'r compile::Call, back: &Back<'r>) -> Result<Seen<'r>, Failure> {
        let arena = self.arena;
        let Some(response) = back.answer.as_ref().ok().filter(|response| response.is_success()) else {
            return Ok(Seen::Nothing);
        };
        if let Some(value) = back.value {
            return Ok(Seen::Value(self.with_status(value, response.status)?));
        }
        let text = arena.text(&response.body)?;
        match json::read(text, arena) {
            Ok(value) => Ok(Seen::Value(self.with_status(value, response.status)?)),
            Err(error) => {
                if let Some(exceeded) = error.limit {
                    return Err(exceeded.into());
                }
                if call.named {
                    let name = &call.save.1;
                    let message =
                        format!("the answer is no JSON: it is written here, and `{name}` holds nothing");
                    let finding = Diagnostic::new(&code::FETCH_NOT_JSON, message);
                    self.warn(finding.note(error.message), "the text of the answer stands here");
                }
                Ok(Seen::Text(text))
            }
        }
    }

    /// An answer that is an object tells its status; no other kind does.
    fn with_status(&mut self, value: Value<'r>, status: u16) -> Result<Value<'r>, Failure> {
        let Value::Map(map) = value else { return Ok(value) };
        let status = (STATUS, Value::Integer(i64::from(status)));
        Ok(Value::Map(self.arena.map(&[map.entries(), &[status]].concat())?))
    }

    /// Nobody answers: says what is asked, and what to add to the data.
    fn warn_of_silence(&mut self, request: &Request, reason: &FetchError) {
        if !self.options.warn {
            return;
        }
        let (method, url) = (request.method, shown(&request.url));
        let message = format!("nothing answers `{method} {url}`, so that the call fails");
        let mut finding = Diagnostic::new(&code::FETCH_UNANSWERED, message).note(reason.to_string());
        if let Some(body) = &request.body {
            finding = finding.note(format!("its body is `{}`", shown(body)));
        }
        if self.searches < suggest::SUGGESTIONS {
            self.searches = self.searches.saturating_add(1);
            let urls = self.answered_urls();
            if urls.contains(&request.url.as_str()) {
                finding = finding.note("an answer for this URL is there, for another method or another body");
            } else if let Some(near) = suggest::did_you_mean(&request.url, urls) {
                finding = finding.help(near);
            }
        }
        let method = match method {
            Method::Get => "",
            Method::Post => "\"method\": \"post\", ",
        };
        let url = serde_json::Value::from(request.url.as_str());
        let entry = format!("{{{method}\"url\": {url}, \"status\": 200, \"body\": {{}}}}");
        self.warn(finding.help(format!("add to `connected_content` of the data: {entry}")), "asked here");
    }
}
