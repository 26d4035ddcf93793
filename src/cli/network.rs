//! The network, for `connected_content`: only hosts that were allowed by name, only as far as Braze would go.
//!
//! A host is compared as it is parsed, so that no other way to write it passes. Its addresses are looked at after they
//! were resolved, and those that were looked at are dialled: none of a private network is, unless the user named it.

#![expect(clippy::disallowed_methods, reason = "requests are timed for whoever asks to see them")]

use crate::fetch::{Credential, Fetch, FetchError, MOST_BODY_BYTES, Method, PATIENCE, Request, Response};
use crate::webhook::Project;
use crate::webhook::project::StoredCredential;
use crate::webhook::request::Text;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fmt;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error, http};

/// Headers that a template cannot set, since the connection makes them.
const OWN_HEADERS: &[&str] = &["host", "content-length", "transfer-encoding", "connection"];
/// A secret that is shorter is not looked for in answers: it would be found everywhere.
const SHORTEST: usize = 4;

/// A host that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// As URLs are parsed: small letters, international names in their ASCII form, addresses in their usual form.
    host: String,
    /// The only port; without one 80 and 443.
    port: Option<u16>,
}

impl AllowedHost {
    /// Reads `HOST` or `HOST:PORT`.
    ///
    /// # Errors
    /// With a sentence on what is wrong.
    pub fn read(text: &str) -> Result<AllowedHost, String> {
        let wrong = || {
            "name a host such as `api.example.com`, or a host and port such as `localhost:8080`".to_owned()
        };
        if text.contains(['/', '@', '?', '#', '\\', '*']) || text.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let url = url::Url::parse(&format!("http://{text}/")).map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        // The parser drops the port that is usual for `http`.
        let port = if text.ends_with(":80") { Some(80) } else { url.port() };
        Ok(AllowedHost { host: host.to_owned(), port })
    }

    fn allows(&self, host: &str, port: u16) -> bool {
        self.host == host && self.port.map_or(matches!(port, 80 | 443), |own| own == port)
    }
}

/// The network, as far as it is allowed. It answers the requests of a second render as it did those of the first.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    hosts: Vec<AllowedHost>,
    project: Project,
    /// The value of an environment variable.
    variable: fn(&str) -> Option<String>,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    known: Vec<(Request, Result<Response, FetchError>)>,
    next: usize,
}

impl Network {
    /// A network of `hosts`, with the credentials of `project`, whose secrets `variable` knows.
    pub fn new(hosts: &[AllowedHost], project: &Project, variable: fn(&str) -> Option<String>) -> Self {
        Network(Arc::new(Inner {
            hosts: hosts.to_vec(),
            project: project.clone(),
            variable,
            answers: Mutex::default(),
        }))
    }

    /// Lets the next render be answered as the last was.
    pub fn rewind(&self) {
        self.0.answers.lock().unwrap_or_else(PoisonError::into_inner).next = 0;
    }
}

impl Fetch for Network {
    fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let mut answers = self.0.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let next = answers.next;
        answers.next = next.saturating_add(1);
        match answers.known.get(next) {
            Some((known, answer)) if known == request => return answer.clone(),
            // The renders differ from here on.
            _ => answers.known.truncate(next),
        }
        let answer = self.0.ask(request);
        answers.known.push((request.clone(), answer.clone()));
        answer
    }

    fn allows_port(&self, host: &str, port: u16) -> bool {
        self.0.hosts.iter().any(|allowed| allowed.port == Some(port) && allowed.host == host)
    }
}

impl Inner {
    fn ask(&self, request: &Request) -> Result<Response, FetchError> {
        let failed = |reason: &str| FetchError::Failed(reason.to_owned());
        let url = url::Url::parse(&request.url).map_err(|error| FetchError::Failed(error.to_string()))?;
        let (Some(host), Some(port), "http" | "https") =
            (url.host_str(), url.port_or_known_default(), url.scheme())
        else {
            return Err(failed("this is no URL of `http` or `https`"));
        };
        if !self.hosts.iter().any(|allowed| allowed.allows(host, port)) {
            let shown = if url.port().is_some() { format!("{host}:{port}") } else { host.to_owned() };
            return Err(FetchError::NotAllowed(format!(
                "the host is not allowed; allow it with --allow-host {shown}"
            )));
        }
        let mut sent = http::Request::builder().method(request.method.name()).uri(url.as_str());
        for (name, value) in &request.headers {
            if !OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                sent = sent.header(name, value);
            }
        }
        let mut secrets = Vec::new();
        if let Some(credential) = &request.credential {
            for (name, value) in self.credential(credential, host, &mut secrets)? {
                sent = sent.header(name, value);
            }
        }
        let named = request.header("user-agent").is_some();
        let agent =
            if named { String::new() } else { concat!("carafe/", env!("CARGO_PKG_VERSION")).to_owned() };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .user_agent(agent)
            .build();
        // A host that was named as an address, or as this machine, was named on purpose.
        let is_named =
            matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))) || host == "localhost";
        let agent = Agent::with_parts(config, DefaultConnector::default(), Guard { is_named });
        let start = Instant::now();
        let body = request.body.clone().filter(|_| request.method == Method::Post);
        let wrong = |_| failed("a header or the URL holds what cannot be sent");
        let answer = match body {
            Some(body) => agent.run(sent.body(body).map_err(wrong)?),
            None => agent.run(sent.body(()).map_err(wrong)?),
        };
        let answer = answer.map_err(|error| reason(&error))?;
        let status = answer.status().as_u16();
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let mut bytes = Vec::new();
        // One byte more than allowed is enough to know that there is too much.
        let most = u64::try_from(MOST_BODY_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        let reader = answer.into_body().into_reader();
        reader.take(most).read_to_end(&mut bytes).map_err(|error| reason(&Error::from(error)))?;
        if bytes.len() > MOST_BODY_BYTES {
            return Err(FetchError::TooLarge);
        }
        let mut body = String::from_utf8_lossy(&bytes).into_owned();
        // A service may send back what it was sent.
        for (secret, shown) in secrets.iter().filter(|(secret, _)| secret.len() >= SHORTEST) {
            body = body.replace(secret, shown);
        }
        let mut response = Response::new(status, body);
        response.headers = headers;
        response.duration = Some(start.elapsed());
        Ok(response)
    }

    /// The headers of a stored credential. What is secret in them goes to `secrets`, with what is shown instead.
    fn credential(
        &self,
        credential: &Credential,
        host: &str,
        secrets: &mut Vec<(String, String)>,
    ) -> Result<Vec<(String, String)>, FetchError> {
        let (name, is_basic) = match credential {
            Credential::Basic(name) => (name, true),
            Credential::Token(name) => (name, false),
        };
        let stored = self.project.credentials.iter().find(|stored| stored.name == *name);
        let fits = |stored: &&StoredCredential| stored.basic.is_some() == is_basic;
        let Some(stored) = stored.filter(fits) else {
            let kind = if is_basic { "`user` and `password`" } else { "`headers`" };
            let message = format!("carafe.toml has no credential `{name}` with {kind}");
            return Err(FetchError::NotAllowed(message));
        };
        if !stored.hosts.iter().any(|known| known == host) {
            return Err(FetchError::NotAllowed(format!(
                "the credential `{name}` may not be sent to `{host}`"
            )));
        }
        let mut reveal = |text: &str| {
            let text = Text::naming_secrets(text);
            let revealed = text.revealed(|name| {
                let value = (self.variable)(self.project.variable(name)?)?;
                secrets.push((value.clone(), format!("<secret:{name}>")));
                Some(value)
            });
            revealed.ok_or_else(|| {
                let names: Vec<&str> =
                    text.secrets().filter_map(|secret| self.project.variable(secret)).collect();
                FetchError::Failed(format!("the environment variable {} is not set", names.join(" or ")))
            })
        };
        if let Some((user, password)) = &stored.basic {
            let text = format!("{}:{}", reveal(user)?, reveal(password)?);
            let encoded = BASE64_STANDARD.encode(text);
            secrets.push((encoded.clone(), format!("<credential:{name}>")));
            return Ok(vec![("Authorization".to_owned(), format!("Basic {encoded}"))]);
        }
        stored.headers.iter().map(|(name, value)| Ok((name.clone(), reveal(value)?))).collect()
    }
}

/// Why there is no answer, without anything of the request.
fn reason(error: &Error) -> FetchError {
    match error {
        Error::Timeout(_) => FetchError::Timeout,
        Error::HostNotFound => {
            FetchError::Failed("there is no such host, or its address may not be asked".to_owned())
        }
        Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(inner) => reason(inner),
            None => FetchError::Failed(format!("the connection failed: {}", error.kind())),
        },
        Error::ConnectionFailed => FetchError::Failed("the connection failed".to_owned()),
        Error::Protocol(_) => FetchError::Failed("the answer is no HTTP".to_owned()),
        Error::Tls(_) | Error::Rustls(_) => FetchError::Failed("the certificate does not fit".to_owned()),
        _ => FetchError::Failed("the request failed".to_owned()),
    }
}

/// Resolves names, and leaves out the addresses that may not be dialled.
struct Guard {
    /// Whether the user named the address itself.
    is_named: bool,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found.iter().filter(|address| self.is_named || is_public(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() { Err(Error::HostNotFound) } else { Ok(kept) }
    }
}

/// Whether an address is one of the open network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_special =
        a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && (18..20).contains(&b));
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || is_shared
        || is_special)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let halves = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    // Addresses of the old kind in the clothes of the new: mapped, compatible, translated, and through relays.
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, ..) => {
            return is_public_v4(halves(g, h));
        }
        (0x2002, ..) => return is_public_v4(halves(b, c)),
        (0x2001, 0, ..) => return false,
        _ => {}
    }
    let is_unique_local = a & 0xfe00 == 0xfc00;
    let is_link_local = a & 0xff80 == 0xfe80;
    let is_documentation = a == 0x2001 && b == 0xdb8;
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || is_unique_local
        || is_link_local
        || is_documentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_open_network_are_public() {
        for address in
            ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "100.128.0.1", "198.20.0.1"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::1",
            "2001::1",
            "fd00::8",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn hosts_are_compared_as_they_are_parsed() {
        for (allowed, url, expected) in [
            ("api.example.com", "https://api.example.com/", true),
            ("API.example.com", "HTTPS://Api.Example.COM/", true),
            ("api.example.com", "http://api.example.com:443/", true),
            ("api.example.com", "https://api.example.com:22/", false),
            ("api.example.com:8080", "https://api.example.com:8080/", true),
            ("api.example.com:8080", "https://api.example.com/", false),
            ("api.example.com:80", "https://api.example.com/", false),
            ("api.example.com", "https://api.example.com.evil.com/", false),
            ("api.example.com", "https://api.example.com@evil.com/", false),
            ("api.example.com", "https://api.example.com./", false),
            ("localhost", "http://localhost./", false),
            ("example.com", "https://api.example.com/", false),
            ("bücher.example", "https://xn--bcher-kva.example/", true),
            ("bucher.example", "https://bücher.example/", false),
            ("127.0.0.1", "http://0x7f.1/", true),
            ("::1", "http://[::1]/", false),
            ("[::1]", "http://[::1]/", true),
        ] {
            let url = url::Url::parse(url).unwrap();
            let allows = AllowedHost::read(allowed).is_ok_and(|allowed| {
                allowed.allows(url.host_str().unwrap(), url.port_or_known_default().unwrap())
            });
            assert_eq!(allows, expected, "{allowed} {url}");
        }
        for wrong in ["", "https://a.b", "a.b/c", "*", "*.a.b", "u@a.b", "a b", "a.b:x"] {
            assert!(AllowedHost::read(wrong).is_err(), "{wrong}");
        }
    }
}
