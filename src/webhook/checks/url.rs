//! The URL of a request: whether it is one, and what data did to it.
//!
//! Its parts are told by the template's own characters alone. Where a character of data would part it differently, data
//! decides where the request goes or what it asks for, and that is an error.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::traced::{Owner, Traced};
use super::{placeholder, traced};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::BRAZE;
use crate::render::{Segment, Written};
use crate::webhook::secret;
use std::collections::HashSet;
use std::ops::Range;

/// So many findings are enough of one URL.
const MOST: usize = 100;

/// Keys of a query whose values are secrets.
const SECRET_KEYS: &[&str] = &[
    "key",
    "api_key",
    "apikey",
    "api-key",
    "token",
    "access_token",
    "auth",
    "auth_token",
    "secret",
    "client_secret",
    "password",
    "passwd",
    "pwd",
    "signature",
    "sig",
    "write_key",
    "writekey",
];

/// The parts of a URL, as ranges of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Layout {
    scheme: Range<usize>,
    user: Option<Range<usize>>,
    host: Range<usize>,
    port: Option<Range<usize>>,
    path: Range<usize>,
    query: Option<Range<usize>>,
    fragment: Option<Range<usize>>,
}

/// The findings of a rendered URL.
pub(super) fn check(url: &Traced<'_>) -> Vec<Diagnostic> {
    let text = url.text;
    if text.trim().is_empty() {
        let message = "the URL is empty: there is nowhere to send the request to".to_owned();
        return vec![url.finding(&code::REQUEST_URL, message, 0..text.len())];
    }
    let (masked, own) = masked(url);
    let mut checking = Checking { url, masked: &masked, own: &own, found: Vec::new() };
    let Some(layout) = layout(&masked, &own) else {
        checking.without_host();
        return checking.found;
    };
    checking.characters();
    checking.authority(&layout);
    checking.path(&layout.path);
    checking.query(&layout);
    checking.data(&layout);
    checking.blanks(&layout);
    if checking.found.iter().all(|finding| finding.severity < Severity::Error) {
        checking.as_a_whole(&layout);
    }
    checking.found
}

/// The URL with secrets and placeholders as so many letters, so that what stands in them is not taken for a part of it;
/// and for each byte whether the template wrote it.
fn masked(url: &Traced<'_>) -> (String, Vec<bool>) {
    let mut bytes = url.text.as_bytes().to_vec();
    let mut own = vec![false; bytes.len()];
    for (segment, owner) in url.stretches() {
        if owner != Owner::Own {
            continue;
        }
        if let Some(own) = own.get_mut(segment.range.clone()) {
            own.fill(true);
        }
        if segment.written != Written::Template {
            continue;
        }
        let written = url.text.get(segment.range.clone()).unwrap_or_default();
        let secrets = secret::mentions(written).into_iter().map(|mention| mention.range);
        for range in secrets.chain(placeholder::find(written, false)) {
            let range = segment.range.start + range.start..segment.range.start + range.end;
            if let Some(bytes) = bytes.get_mut(range) {
                bytes.fill(b'x');
            }
        }
    }
    // Only whole stretches of characters were replaced, by ASCII.
    (String::from_utf8(bytes).unwrap_or_else(|_| url.text.to_owned()), own)
}

/// The parts of a URL, told by the bytes that are the template's own; none where it names no host.
fn layout(text: &str, own: &[bool]) -> Option<Layout> {
    let is_own = |at: usize| own.get(at).copied().unwrap_or_default();
    let colon = text.match_indices("://").map(|(at, _)| at).find(|at| is_own(*at) && is_own(at + 2))?;
    let start = colon + 3;
    let first = |from: usize, to: usize, wanted: &[u8]| {
        let bytes = text.as_bytes().get(from..to)?;
        (bytes.iter().enumerate())
            .position(|(at, byte)| wanted.contains(byte) && is_own(from + at))
            .map(|at| from + at)
    };
    let last = |from: usize, to: usize, wanted: u8| {
        let bytes = text.as_bytes().get(from..to)?;
        (bytes.iter().enumerate())
            .rposition(|(at, byte)| *byte == wanted && is_own(from + at))
            .map(|at| from + at)
    };
    let end = first(start, text.len(), b"/\\?#").unwrap_or(text.len());
    let user = last(start, end, b'@').map(|at| start..at);
    let host_start = user.as_ref().map_or(start, |user| user.end + 1);
    let bracket = last(host_start, end, b']').map_or(host_start, |at| at + 1);
    let port = first(bracket, end, b":").map(|at| at + 1..end);
    let host = host_start..port.as_ref().map_or(end, |port| port.start - 1);
    let hash = first(end, text.len(), b"#").unwrap_or(text.len());
    let question = first(end, hash, b"?");
    Some(Layout {
        scheme: 0..colon,
        user,
        host,
        port,
        path: end..question.unwrap_or(hash),
        query: question.map(|at| at + 1..hash),
        fragment: (hash < text.len()).then_some(hash + 1..text.len()),
    })
}

struct Checking<'u> {
    url: &'u Traced<'u>,
    masked: &'u str,
    own: &'u [bool],
    found: Vec<Diagnostic>,
}

impl Checking<'_> {
    fn slice(&self, range: &Range<usize>) -> &str {
        self.masked.get(range.clone()).unwrap_or_default()
    }

    fn is_own(&self, range: &Range<usize>) -> bool {
        self.own.get(range.clone()).is_some_and(|own| own.iter().all(|own| *own))
    }

    /// There is no `://` of the template's own.
    fn without_host(&mut self) {
        let url = self.url;
        let data = url.stretches().find(|(_, owner)| *owner != Owner::Own);
        if let (Some((segment, _)), true) = (data, url.text.contains("://")) {
            let message = "data decides where the request goes: the whole URL comes from it".to_owned();
            let finding = url.finding(&code::REQUEST_DYNAMIC_HOST, message, segment.range.clone());
            self.found.push(finding.help(HOST_HELP));
            return;
        }
        let message = "the URL does not begin with `https://` and the name of a host".to_owned();
        self.found.push(url.finding(&code::REQUEST_URL, message, 0..url.text.len()));
    }

    /// Characters that no URL has. Secrets and placeholders are letters here.
    fn characters(&mut self) {
        let is_wrong = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        };
        let mut blamed = HashSet::new();
        for (at, c) in self.masked.char_indices() {
            if !is_wrong(c) && c.is_ascii() {
                continue;
            }
            let segment = self.url.trace.segment_at(at);
            // One finding a place.
            let known = segment.map_or((0, at), |segment| match segment.written {
                Written::Template => (segment.range.start, at),
                _ => (segment.range.start, 0),
            });
            if !blamed.insert(known) || blamed.len() > 20 {
                continue;
            }
            let name = match c {
                ' ' => "a space".to_owned(),
                '\n' | '\r' => "a line break".to_owned(),
                '\t' => "a tab".to_owned(),
                c if c.is_control() || c.is_whitespace() => format!("the character U+{:04X}", u32::from(c)),
                c => format!("`{c}`"),
            };
            let (code, message) = match is_wrong(c) {
                true => (&code::REQUEST_URL, format!("{name} cannot stand in a URL")),
                false => {
                    (&code::REQUEST_URL_UNENCODED, format!("{name} stands in the URL without being encoded"))
                }
            };
            let finding = self.url.finding(code, message, at..at + c.len_utf8());
            let is_data = segment.filter(|segment| segment.written != Written::Template);
            self.found.push(match is_data {
                Some(segment) => self.url.encode(finding, segment),
                None if c == '\n' || c == '\r' => finding.help("put the URL on one line"),
                None => {
                    let mut buffer = [0; 4];
                    let bytes = c.encode_utf8(&mut buffer).bytes();
                    let encoded: String = bytes.map(|byte| format!("%{byte:02X}")).collect();
                    finding.help(format!("write it as `{encoded}`"))
                }
            });
        }
    }

    fn authority(&mut self, layout: &Layout) {
        let scheme = self.slice(&layout.scheme).to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            let message = format!("webhooks go to `https` or `http`, not to `{scheme}`");
            self.found.push(self.url.finding(&code::REQUEST_URL, message, layout.scheme.clone()));
        }
        if self.slice(&layout.host).is_empty() {
            let message = "the URL names no host".to_owned();
            let at = layout.host.start.saturating_sub(3)..layout.host.end;
            self.found.push(self.url.finding(&code::REQUEST_URL, message, at));
        }
        if let Some(port) = &layout.port {
            self.port(port, &scheme);
        }
        if let Some(user) = &layout.user {
            self.user(user);
        }
    }

    fn port(&mut self, port: &Range<usize>, scheme: &str) {
        let written = self.slice(port).to_owned();
        if !self.is_own(port) || self.slice(port).contains('x') {
            return;
        }
        let usual = if scheme == "http" { 80 } else { 443 };
        let message = match written.parse::<u16>() {
            Ok(number) if self.url.dialect == &BRAZE && number != usual => {
                format!("Braze sends webhooks to port 80 of `http` and 443 of `https` only, not to {number}")
            }
            Ok(0) | Err(_) => format!("`{written}` is no port"),
            Ok(_) => return,
        };
        self.found.push(self.url.finding(&code::REQUEST_PORT, message, port.clone()));
    }

    fn user(&mut self, user: &Range<usize>) {
        let url = self.url;
        let written = url.text.get(user.clone()).unwrap_or_default();
        let is_placeholder = placeholder::find(written, false).next().is_some();
        if let Some(at) = self.slice(user).find('@').filter(|at| self.own.get(user.start + at) == Some(&true))
        {
            let at = user.start + at..user.start + at + 1;
            let message = "an `@` in a user name ends it: the host would begin behind it".to_owned();
            let finding = url.finding(&code::REQUEST_URLS_USER, message, at).severity(Severity::Error);
            let fix = finding.primary.as_ref().map(|label| (label.source.clone(), label.span));
            let finding = finding.help("write the `@` of the user name as `%40`");
            self.found.push(match fix {
                Some((source, span)) => finding.fix(&source, "encode it", traced::replaced(span, "%40")),
                None => finding,
            });
            return;
        }
        if !secret::mentions(written).is_empty() || !self.is_own(user) {
            return;
        }
        let message = "user name and password stand in the URL for everyone to read".to_owned();
        let mut finding = url
            .finding(&code::REQUEST_URLS_USER, message, user.clone())
            .help("name them `<secret:NAME>` here and in the `[secrets]` of carafe.toml");
        if is_placeholder {
            finding = finding.help("write an `@` in a user name as `%40`");
        }
        if written.ends_with(':') || !written.contains(':') {
            finding =
                finding.note("without a password the service sees an empty one, with or without the `:`");
        }
        self.found.push(finding);
    }

    /// `.` and `..` lead elsewhere.
    fn path(&mut self, path: &Range<usize>) {
        let mut start = path.start;
        let text = self.slice(path).to_owned();
        for step in text.split('/') {
            let range = start..start + step.len();
            start = range.end + 1;
            let plain = step.to_ascii_lowercase().replace("%2e", ".");
            if plain == "." || plain == ".." {
                let message =
                    format!("`{step}` in the path leads elsewhere: the receiver takes it as a way up");
                let code = if self.is_own(&range) { &code::REQUEST_URL } else { &code::REQUEST_URL_DATA };
                let finding = self.url.finding(code, message, range);
                self.found.push(finding.help("give the value a form that cannot be a step, such as an id"));
            }
        }
    }

    fn query(&mut self, layout: &Layout) {
        if let Some(fragment) = &layout.fragment {
            let message = "what stands behind `#` is not sent".to_owned();
            let range = fragment.start - 1..fragment.end;
            let finding = self.url.finding(&code::REQUEST_URL_FRAGMENT, message, range);
            self.found.push(finding.help("a `#` in a value is written `%23`"));
        }
        let Some(query) = &layout.query else { return };
        let mut start = query.start;
        let text = self.slice(query).to_owned();
        for pair in text.split('&') {
            let range = start..start + pair.len();
            start = range.end + 1;
            let Some((key, value)) = pair.split_once('=') else { continue };
            if !SECRET_KEYS.contains(&key.to_ascii_lowercase().as_str()) || value.is_empty() {
                continue;
            }
            let place = range.start + key.len() + 1..range.end;
            let written = self.url.text.get(place.clone()).unwrap_or_default();
            if !self.is_own(&place) {
                continue;
            }
            let message =
                format!("a secret stands in the URL: `{key}`. Servers and proxies write URLs to their logs");
            let finding = self.url.finding(&code::REQUEST_SECRET_IN_QUERY, message, place);
            // Named, it is at least no one's to read here, and some services want it so.
            self.found.push(match secret::mentions(written).is_empty() {
                true => {
                    finding.help("send it in a header if the service takes one, and name it `<secret:NAME>`")
                }
                false => finding.severity(Severity::Note),
            });
        }
    }

    /// What data did, and what it could do.
    fn data(&mut self, layout: &Layout) {
        for (segment, owner) in self.url.stretches() {
            if owner == Owner::Own || segment.range.is_empty() || self.found.len() > MOST {
                continue;
            }
            let at = segment.range.start;
            let is_in_head =
                at < layout.path.start || (at == layout.path.start && segment.range.end <= layout.path.start);
            if is_in_head {
                self.in_head(segment, owner, layout);
            } else if owner != Owner::Safe {
                self.in_tail(segment, owner, layout);
            }
        }
    }

    /// Data in front of the path.
    fn in_head(&mut self, segment: &Segment, owner: Owner, layout: &Layout) {
        let url = self.url;
        let text = url.text.get(segment.range.clone()).unwrap_or_default();
        let parting = text.find(['/', '\\', '?', '#', '@', ':']).filter(|_| owner != Owner::Safe);
        if let Some(at) = parting {
            let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            let is_user = layout.user.as_ref().is_some_and(|user| user.contains(&segment.range.start));
            // The `:` between a user and a password may well come with them.
            if !(is_user && c == ':') {
                let message = format!("a `{c}` in the data changes the host that the request goes to");
                let range = segment.range.start + at..segment.range.start + at + c.len_utf8();
                let finding = url.finding(&code::REQUEST_URL_DATA, message, range);
                self.found.push(url.encode(finding, segment));
                return;
            }
        }
        if layout.host.contains(&segment.range.start) {
            let message = "data decides which host the request goes to".to_owned();
            let finding = url.finding(&code::REQUEST_DYNAMIC_HOST, message, segment.range.clone());
            self.found.push(finding.help(HOST_HELP));
        }
    }

    /// Data in the path, the query or the fragment.
    fn in_tail(&mut self, segment: &Segment, owner: Owner, layout: &Layout) {
        let url = self.url;
        let text = url.text.get(segment.range.clone()).unwrap_or_default();
        let is_in_query = layout.query.as_ref().is_some_and(|query| query.start <= segment.range.start);
        let parting: &[char] = if is_in_query { &['&', '#', '+'] } else { &['/', '\\', '?', '#'] };
        let found = text.find(parting).filter(|_| owner != Owner::Mixed);
        if let Some(at) = found {
            let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            let does = match c {
                '&' => "begins another parameter",
                '+' => "is read as a space",
                '#' => "cuts off the rest of the URL",
                '?' => "begins the parameters",
                _ => "adds a step to the path",
            };
            let message = format!("a `{c}` in the data {does}");
            let range = segment.range.start + at..segment.range.start + at + c.len_utf8();
            let finding = url.finding(&code::REQUEST_URL_DATA, message, range);
            self.found.push(url.encode(finding, segment));
        } else if owner != Owner::Partly {
            let message = "data stands in the URL without being encoded".to_owned();
            let finding = url
                .finding(&code::REQUEST_URL_UNENCODED, message, segment.range.clone())
                .note("a `/`, `?`, `&`, `#`, `+` or space in the data would change the URL");
            self.found.push(url.encode(finding, segment));
        }
    }

    /// Missing data that leaves a hole.
    fn blanks(&mut self, layout: &Layout) {
        for (at, site) in self.url.blanks() {
            if self.found.len() > MOST {
                return;
            }
            let byte = |at: Option<usize>| at.and_then(|at| self.masked.as_bytes().get(at)).copied();
            let (before, behind) = (byte(at.checked_sub(1)), byte(Some(at)));
            let is_in_query = layout.query.as_ref().is_some_and(|query| query.start <= at);
            let what = if at <= layout.host.end {
                "the host"
            } else if is_in_query && before == Some(b'=') && matches!(behind, None | Some(b'&' | b'#')) {
                "the parameter"
            } else if !is_in_query
                && before == Some(b'/')
                && matches!(behind, None | Some(b'/' | b'?' | b'#'))
            {
                "the step of the path"
            } else {
                continue;
            };
            let message = format!("the data is missing, and {what} is empty");
            let finding = self.url.finding_at(&code::REQUEST_URL_BLANK, message, site, at);
            self.found.push(finding.help("give it a `default`, or end the message where it is missing"));
        }
    }

    /// What the standard reader of URLs says.
    fn as_a_whole(&mut self, layout: &Layout) {
        if let Err(error) = url::Url::parse(self.masked) {
            let message = format!("this is no URL: {error}");
            let finding = self.url.finding(&code::REQUEST_URL, message, layout.host.clone());
            self.found.push(finding);
        }
    }
}

const HOST_HELP: &str = "write the host yourself; where it must differ, choose between hosts with `case`, so that no data can name another";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_templates_own_characters_part_a_url() {
        let url = "https://a:b@c.d:8/e/f?g=h#i";
        let parts = layout(url, &vec![true; url.len()]).unwrap();
        let slice = |range: &Range<usize>| &url[range.clone()];
        assert_eq!(slice(&parts.scheme), "https");
        assert_eq!(parts.user.as_ref().map(slice), Some("a:b"));
        assert_eq!(slice(&parts.host), "c.d");
        assert_eq!(parts.port.as_ref().map(slice), Some("8"));
        assert_eq!(slice(&parts.path), "/e/f");
        assert_eq!(parts.query.as_ref().map(slice), Some("g=h"));
        assert_eq!(parts.fragment.as_ref().map(slice), Some("i"));

        let url = "https://a/b?c#d";
        let mut own = vec![true; url.len()];
        own[9..].fill(false);
        let parts = layout(url, &own).unwrap();
        assert_eq!((&url[parts.host], &url[parts.path], parts.query), ("a/b?c#d", "", None));
        assert_eq!(layout("a/b", &[true; 3]), None);
    }
}
