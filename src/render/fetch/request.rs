//! The request that a `connected_content` makes, as Braze would send it.

use crate::arena::Arena;
use crate::compile::{self, Program};
use crate::diagnostic::{Diagnostic, code};
use crate::failure::Failure;
use crate::fetch::{Caching, Credential, Method, Request};
use crate::json;
use crate::render::machine::Machine;
use crate::render::trace::Trace;
use crate::source::Span;
use crate::syntax::ast::CredentialKind;
use crate::value::{Value, print};
use url::{Url, form_urlencoded};

/// How long Braze keeps the answer to a GET, in seconds, unless the tag says otherwise.
const KEPT: u32 = 300;

/// How long the tag may ask Braze to keep it.
const KEPT_AT_MOST: u32 = 14_400;

/// A request, and whether Braze would keep the answer.
pub(super) struct Asked {
    pub request: Request,
    pub caching: Caching,
    /// Why Braze would not send it.
    pub refused: Option<String>,
}

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub(super) fn request(
        &mut self,
        program: &'r Program,
        call: &'r compile::Call,
    ) -> Result<Asked, Failure> {
        let url = self.tag_text(program, &call.url)?;
        self.arena.budget().allocate(url.len())?;
        let url = url.replace('\u{a0}', "");
        let mut refused = check_url(&url).err();
        if refused.is_some() && self.outside.allows_port(&url) {
            refused = None;
        }
        if let Some(reason) = &refused {
            let message = match url.trim() {
                "" => "the URL is empty".to_owned(),
                _ => format!("Braze does not call `{}`", shown(&url)),
            };
            let finding = Diagnostic::new(&code::FETCH_REQUEST, message);
            self.warn_at(finding.note(reason.clone()), call.url.span, "the call fails");
        }
        if refused.is_none() && url.contains(char::is_whitespace) {
            let finding = Diagnostic::new(&code::FETCH_REQUEST, "a blank stands in the URL")
                .help("put values into a URL through `| url_param_escape`");
            self.warn_at(finding, call.url.span, "Braze may not call it");
        }
        let method = match &call.method {
            None => Method::Get,
            Some(text) => {
                let name = self.tag_text(program, text)?.trim();
                name.parse().unwrap_or_else(|()| {
                    let message = format!("`connected_content` has no method `{}`", shown(name));
                    self.warn_at(
                        Diagnostic::new(&code::FETCH_REQUEST, message.clone()),
                        text.span,
                        "the call fails",
                    );
                    refused.get_or_insert(message);
                    Method::Get
                })
            }
        };
        let mut request = Request::new(method, url);
        let (content_type, accept) = match method {
            Method::Get => ("application/json", "*/*"),
            Method::Post => ("application/x-www-form-urlencoded", "*/*"),
        };
        request.set_header("Content-Type", content_type);
        request.set_header("Accept", accept);
        if let Some(text) = &call.content_type {
            let kind = self.tag_text(program, text)?.trim();
            if self.fits_header("Content-Type", kind, text.span) {
                request.set_header("Content-Type", kind);
                request.set_header("Accept", kind);
            }
        }
        if let Some(text) = &call.headers {
            let headers = self.tag_text(program, text)?;
            self.set_headers(&mut request, headers, text.span)?;
        }
        if let Some((kind, text)) = &call.credential {
            let name = self.tag_text(program, text)?.trim().to_owned();
            request.credential = Some(match kind {
                CredentialKind::Basic => Credential::Basic(name),
                CredentialKind::Token => Credential::Token(name),
            });
        }
        if let (Some(text), Method::Post) = (&call.body, method) {
            let body = self.tag_text(program, text)?;
            let kind = request.header("Content-Type").unwrap_or_default();
            request.body = Some(body_of(body, kind, self.arena)?);
        }
        let caching = self.caching(program, call, method)?;
        Ok(Asked { request, caching, refused })
    }

    /// Sets the headers that a text of JSON gives.
    fn set_headers(&mut self, request: &mut Request, text: &'r str, span: Span) -> Result<(), Failure> {
        let arena = self.arena;
        arena.budget().allocate(text.len())?;
        let headers = match json::read(text.trim(), arena) {
            Ok(Value::Map(headers)) => headers,
            Ok(_) => {
                let finding = Diagnostic::new(&code::FETCH_REQUEST, "the headers are no object");
                self.warn_at(finding.help(HEADERS), span, "they are left out");
                return Ok(());
            }
            Err(error) => {
                if let Some(exceeded) = error.limit {
                    return Err(exceeded.into());
                }
                let message = format!("the headers are no JSON: {}", error.message);
                let finding = Diagnostic::new(&code::FETCH_REQUEST, message).help(HEADERS);
                self.warn_at(finding, span, "they are left out");
                return Ok(());
            }
        };
        for &(name, value) in headers.entries() {
            let value = print::to_text(value, arena)?;
            if self.fits_header(name, value, span) {
                request.set_header(name, value);
            }
        }
        Ok(())
    }

    /// Whether name and value can be a header; a line break would begin another one.
    fn fits_header(&mut self, name: &str, value: &str, span: Span) -> bool {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let fault = if name.is_empty() || !name.bytes().all(token) {
            "its name is no name of a header"
        } else if value.chars().any(|c| c.is_control() && c != '\t') {
            "its value holds a line break or another control character"
        } else {
            return true;
        };
        let message = format!("the header `{}` cannot be sent: {fault}", shown(name));
        self.warn_at(Diagnostic::new(&code::FETCH_REQUEST, message), span, "it is left out");
        false
    }

    fn caching(
        &mut self,
        program: &'r Program,
        call: &'r compile::Call,
        method: Method,
    ) -> Result<Caching, Failure> {
        if call.no_cache {
            return Ok(Caching::Off("the tag says `:no_cache`"));
        }
        if call.personal {
            return Ok(Caching::Off(
                "the tag names a user's id, e-mail address, phone number or date of birth",
            ));
        }
        let age = match &call.cache_max_age {
            None => None,
            Some(text) => self.tag_text(program, text)?.trim().parse::<u32>().ok(),
        };
        Ok(match (age, method) {
            (Some(age), _) => Caching::Seconds(age.clamp(KEPT, KEPT_AT_MOST)),
            (None, Method::Get) => Caching::Seconds(KEPT),
            (None, Method::Post) => Caching::Off("answers to a POST are kept only with `:cache_max_age`"),
        })
    }
}

const HEADERS: &str = "write `:headers {\"Name\": \"value\"}`";

/// The body of a POST. Pairs become JSON where the content type is that of JSON.
fn body_of(body: &str, content_type: &str, arena: &Arena) -> Result<String, Failure> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    arena.budget().allocate(body.len().saturating_mul(2))?;
    if !kind.eq_ignore_ascii_case("application/json") || !body.contains('=') {
        return Ok(body.to_owned());
    }
    match json::read(body, arena) {
        Ok(_) => return Ok(body.to_owned()),
        Err(error) => {
            if let Some(exceeded) = error.limit {
                return Err(exceeded.into());
            }
        }
    }
    if body.trim_start().starts_with(['{', '[', '"']) {
        return Ok(body.to_owned());
    }
    let mut pairs = Vec::new();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        pairs.push((arena.text(&name)?, Value::String(arena.text(&value)?)));
    }
    let mut text = arena.builder();
    json::write(Value::Map(arena.map(&pairs)?), arena, &mut text)?;
    Ok(text.finish().to_owned())
}

/// Whether Braze calls this URL; the error says why not.
pub(super) fn check_url(url: &str) -> Result<Url, String> {
    let parsed = Url::parse(url).map_err(|error| format!("it is no URL: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(format!("`{}` is neither `http` nor `https`", parsed.scheme()));
    }
    match parsed.port_or_known_default() {
        Some(80 | 443) => Ok(parsed),
        port => Err(format!("it calls the ports 80 and 443 alone, not {}", port.unwrap_or_default())),
    }
}

/// `text` as a message shows it.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(200).is_some() {
        shown.push('…');
    }
    shown
}
