//! What a template asks of web services while it renders, and how an answer comes in.
//!
//! Braze's `connected_content` makes a [`Request`]. The render first looks for a stand-in among its data; what has none
//! is put to the engine's [`Fetch`], which the program or a host implements: the core opens no connection itself. Whoever
//! answers, each request becomes an [`Exchange`], which tells what was asked, by which tag, what came back, and what the
//! template made of it.

use crate::source::{Source, Span};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The most bytes that Braze takes of an answer's body. A [`Fetch`] should stop reading there.
pub const MOST_BODY_BYTES: usize = 1 << 20;

/// How long Braze waits for an answer.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Answers requests: the way the network comes in.
///
/// ```
/// use carafe::Engine;
/// use carafe::fetch::{Fetch, FetchError, Request, Response};
///
/// struct Weather;
///
/// impl Fetch for Weather {
///     fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
///         match request.url.as_str() {
///             "https://weather.example/now" => Ok(Response::new(200, r#"{"sky": "clear"}"#)),
///             url => Err(FetchError::NotAllowed(format!("`{url}` is not the weather"))),
///         }
///     }
/// }
///
/// let engine = Engine::builder().fetch(Weather).build();
/// let template = engine.template("{% connected_content https://weather.example/now %}{{connected.sky}}")?;
/// assert_eq!(template.render(&())?, "clear");
/// # Ok::<(), carafe::Error>(())
/// ```
pub trait Fetch: Send + Sync {
    /// The answer to `request`, whatever its status. It is asked once for each request of a render, in the template's
    /// order; redirects are answers like any other and are not to be followed.
    ///
    /// # Errors
    /// When there is no answer, or it must not be asked for.
    fn fetch(&self, request: &Request) -> Result<Response, FetchError>;

    /// Whether `host` may be asked at `port`, which Braze would not call: it knows 80 and 443 only. Unless overridden, no.
    fn allows_port(&self, host: &str, port: u16) -> bool {
        let _ = (host, port);
        false
    }
}

/// One request, as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// `GET` or `POST`; Braze knows no other.
    pub method: Method,
    /// The URL as the template rendered it: `http` or `https`, a host, no port or 80 or 443.
    pub url: String,
    /// The headers in the order they are sent, those that Braze adds by itself first. Of names that differ only in case
    /// there is one.
    pub headers: Vec<(String, String)>,
    /// The body of a `POST`.
    pub body: Option<String>,
    /// The name of the stored credential that the tag asks for with `:basic_auth` or `:auth_credentials`.
    pub credential: Option<Credential>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

/// A credential by the name under which the platform stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// `:basic_auth`: a name and a password, sent in the header `Authorization`.
    Basic(String),
    /// `:auth_credentials`: a token, sent in the headers that the credential says.
    Token(String),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code. Only from 200 to 299 does a template see the body.
    pub status: u16,
    /// The headers in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body. Of more than [`MOST_BODY_BYTES`] a template sees nothing.
    pub body: String,
    /// How long the answer took, where that was measured.
    pub duration: Option<Duration>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// Nothing was sent, because nobody has allowed it; with the reason in words.
    NotAllowed(String),
    /// No answer came in time: Braze waits for [`PATIENCE`].
    Timeout,
    /// The answer is larger than [`MOST_BODY_BYTES`].
    TooLarge,
    /// Anything else, in words: no such host, no connection, a certificate that does not fit.
    Failed(String),
}

/// A request that a render made, and what came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// The template, content block or partial that asked.
    pub source: Arc<Source>,
    /// The place of the tag in it.
    pub span: Span,
    /// Who answered.
    pub answered_by: Answerer,
    /// The answer, or why there is none.
    pub answer: Result<Response, FetchError>,
    /// Whether Braze would keep the answer.
    pub caching: Caching,
    /// Whether the tag asks Braze to try again (`:retry`).
    pub retry: bool,
    /// What the template made of the answer.
    pub outcome: Use,
}

/// Who answered a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// A stand-in in the data: its number in the list `connected_content`, from 0.
    StandIn(usize),
    /// The engine's [`Fetch`].
    Fetch,
    /// Nobody: there is no stand-in, and no [`Fetch`] or one that does not allow the request.
    Nobody,
}

/// Whether Braze would keep an answer, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// For so many seconds.
    Seconds(u32),
    /// Not at all, for this reason.
    Off(&'static str),
}

/// What a template made of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was JSON and became this variable.
    Saved(String),
    /// It was text and was written at the tag.
    Written,
    /// Nothing: the call failed, and this variable is nil.
    Failed(String),
}

impl Response {
    /// An answer without headers.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Response { status, headers: Vec::new(), body: body.into(), duration: None }
    }

    /// Whether the status is one of success, from 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Request {
    /// A request with nothing but a method and a URL.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Request { method, url: url.into(), headers: Vec::new(), body: None, credential: None }
    }

    /// The value of the header `name`, in whatever case it is written.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Gives the header `name` the value `value`, in place of one of the same name.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }
}

impl Method {
    /// The method's name in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Method {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        [Method::Get, Method::Post]
            .into_iter()
            .find(|method| method.name().eq_ignore_ascii_case(name))
            .ok_or(())
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::NotAllowed(reason) | FetchError::Failed(reason) => f.write_str(reason),
            FetchError::Timeout => write!(f, "no answer came within {} seconds", PATIENCE.as_secs()),
            FetchError::TooLarge => write!(f, "the answer is larger than {MOST_BODY_BYTES} bytes"),
        }
    }
}

impl std::error::Error for FetchError {}
