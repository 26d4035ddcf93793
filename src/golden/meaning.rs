//! Two JSON documents by their meaning: what differs, path by path.
//!
//! The order of keys does not matter, numbers are equal if they are worth the same (`1` and `1.0`), of a key that stands
//! twice the last one counts.

use crate::json::{self, Member};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::HashMap;

/// Differences that are kept.
const MOST: usize = 100;
/// Characters of a value that are quoted.
const QUOTED: usize = 60;
/// As deep as the strict check lets pass. What is deeper is compared as it is written.
const DEPTH: usize = 512;

/// One difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// `properties.price`.
    path: String,
    /// The rendered value in words; none where there is none.
    pub found: Option<String>,
    /// The expected value in words; none where there must be none.
    pub wanted: Option<String>,
    /// The value in the rendered document, or the object that should hold it.
    pub rendered: Span,
    /// The value in the expected document, or the object that does not hold it.
    pub expected: Span,
}

impl Difference {
    /// `properties.price: "1.99" → 1.99`: what is, and what must be.
    pub fn message(&self) -> String {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{}: {} → {}", self.path, side(&self.found), side(&self.wanted))
    }
}

/// What differs, in the order of the expected document; what is unexpected follows, object by object. Both texts must be
/// JSON that the strict check finds nothing wrong with.
pub(super) fn compare(expected: &str, rendered: &str) -> Vec<Difference> {
    let (Some(wanted), Some(found)) = (json::locate(expected, &[]), json::locate(rendered, &[])) else {
        return Vec::new();
    };
    let comparison =
        Comparison { expected, rendered, path: Vec::new(), pending: Vec::new(), differences: Vec::new() };
    comparison.run(wanted.value, found.value)
}

enum Step<'t> {
    Key(Cow<'t, str>),
    Index(usize),
}

/// What is still to be compared, below a value or an object of both documents.
enum Pending {
    Values {
        expected: Span,
        rendered: Span,
    },
    /// A member that the rendered object does not have.
    Missing {
        value: Span,
        rendered: Span,
    },
    /// A member that the expected object does not have.
    Unexpected {
        value: Span,
        expected: Span,
    },
}

struct Comparison<'t> {
    expected: &'t str,
    rendered: &'t str,
    path: Vec<Step<'t>>,
    /// The last one is next; with the length of the path above it and the step that leads to it.
    pending: Vec<(usize, Step<'t>, Pending)>,
    differences: Vec<Difference>,
}

impl<'t> Comparison<'t> {
    /// Compares what is pending instead of calling itself: documents are as deep as somebody makes them.
    fn run(mut self, expected: Span, rendered: Span) -> Vec<Difference> {
        self.values(expected, rendered);
        while let Some((depth, step, pending)) = self.pending.pop() {
            if self.differences.len() >= MOST {
                break;
            }
            self.path.truncate(depth);
            self.path.push(step);
            match pending {
                Pending::Values { expected, rendered } => self.values(expected, rendered),
                Pending::Missing { value, rendered } => {
                    let words = shown(self.expected, value);
                    self.differ(None, Some(words), (opening(rendered), place(self.expected, value)));
                }
                Pending::Unexpected { value, expected } => {
                    let words = shown(self.rendered, value);
                    self.differ(Some(words), None, (place(self.rendered, value), opening(expected)));
                }
            }
        }
        self.differences
    }

    fn values(&mut self, expected: Span, rendered: Span) {
        let goes_on = self.path.len() < DEPTH;
        let before = self.pending.len();
        match (first(self.expected, expected), first(self.rendered, rendered)) {
            (b'{', b'{') if goes_on => self.objects(expected, rendered),
            (b'[', b'[') if goes_on => self.arrays(expected, rendered),
            _ if equal(slice(self.expected, expected), slice(self.rendered, rendered)) => {}
            _ => {
                let words = (shown(self.rendered, rendered), shown(self.expected, expected));
                let places = (place(self.rendered, rendered), place(self.expected, expected));
                self.differ(Some(words.0), Some(words.1), places);
            }
        }
        if let Some(added) = self.pending.get_mut(before..) {
            added.reverse();
        }
    }

    fn arrays(&mut self, expected: Span, rendered: Span) {
        let wanted = json::items(self.expected, expected);
        let found = json::items(self.rendered, rendered);
        if wanted.len() != found.len() {
            let places = (opening(rendered), opening(expected));
            self.differ(Some(count(found.len())), Some(count(wanted.len())), places);
        }
        for (at, (expected, rendered)) in wanted.into_iter().zip(found).enumerate() {
            self.later(Step::Index(at), Pending::Values { expected, rendered });
        }
    }

    fn objects(&mut self, expected: Span, rendered: Span) {
        let wanted = json::members(self.expected, expected);
        let found = json::members(self.rendered, rendered);
        let last_wanted = last_of_each(&wanted);
        let last_found = last_of_each(&found);
        for member in wanted.iter().filter(|member| is_last(&last_wanted, member)) {
            let value = member.place.value;
            let pending = match last_found.get(&*member.key) {
                Some(found) => Pending::Values { expected: value, rendered: *found },
                None => Pending::Missing { value, rendered },
            };
            self.later(Step::Key(member.key.clone()), pending);
        }
        let new =
            |member: &&Member<'_>| !last_wanted.contains_key(&*member.key) && is_last(&last_found, member);
        for member in found.iter().filter(new) {
            let value = member.place.value;
            self.later(Step::Key(member.key.clone()), Pending::Unexpected { value, expected });
        }
    }

    fn later(&mut self, step: Step<'t>, pending: Pending) {
        self.pending.push((self.path.len(), step, pending));
    }

    fn differ(&mut self, found: Option<String>, wanted: Option<String>, (rendered, expected): (Span, Span)) {
        if self.differences.len() < MOST {
            self.differences.push(Difference {
                path: written(&self.path),
                found,
                wanted,
                rendered,
                expected,
            });
        }
    }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.from()..span.to()).unwrap_or_default()
}

fn first(text: &str, value: Span) -> u8 {
    text.as_bytes().get(value.from()).copied().unwrap_or_default()
}

/// Whether two values, not both objects or both arrays, mean the same.
fn equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(b'"'), Some(b'"')) => {
            let meant = |text| serde_json::from_str::<String>(text).ok();
            matches!((meant(a), meant(b)), (Some(a), Some(b)) if a == b)
        }
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => {
            matches!((Worth::of(a), Worth::of(b)), (Some(a), Some(b)) if a == b)
        }
        _ => false,
    }
}

fn last_of_each<'m>(members: &'m [Member<'_>]) -> HashMap<&'m str, Span> {
    members.iter().map(|member| (&*member.key, member.place.value)).collect()
}

fn is_last(last: &HashMap<&str, Span>, member: &Member<'_>) -> bool {
    last.get(&*member.key) == Some(&member.place.value)
}

/// The bytes to point at: of an object or array the opening bracket.
fn place(text: &str, value: Span) -> Span {
    if matches!(first(text, value), b'{' | b'[') { opening(value) } else { value }
}

fn opening(value: Span) -> Span {
    Span::new(value.from(), value.from().saturating_add(1))
}

/// `properties.categories[0].id`; keys that are no plain words stand as `["two words"]`.
fn written(path: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(at) => text.push_str(&format!("[{at}]")),
            Step::Key(key) if is_word(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Key(key) => text.push_str(&format!("[{key:?}]")),
        }
    }
    if text.is_empty() { "the whole body".to_owned() } else { text }
}

fn is_word(key: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '$');
    !key.is_empty() && key.chars().all(plain)
}

fn count(items: usize) -> String {
    match items {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    }
}

/// A value as the document writes it, or what it is if that would be long.
fn shown(text: &str, value: Span) -> String {
    match first(text, value) {
        b'{' if json::members(text, value).is_empty() => "an empty object".to_owned(),
        b'{' => "an object".to_owned(),
        b'[' => format!("a list of {}", count(json::items(text, value).len())),
        _ => {
            let text = slice(text, value);
            match text.char_indices().nth(QUOTED) {
                Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
                None => text.to_owned(),
            }
        }
    }
}

/// What a JSON number is worth: its digits without zeros around them, times a power of ten. Numbers of any size compare
/// in time linear in their text.
#[derive(PartialEq, Eq)]
struct Worth {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Worth {
    fn of(text: &str) -> Option<Worth> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let dropped = digits.len().saturating_sub(significant.len());
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Worth { negative: false, digits: String::new(), exponent: 0 });
        }
        let shift = i64::try_from(dropped).ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        Some(Worth { negative, digits: significant.to_owned(), exponent: exponent.checked_add(shift)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_differs_path_by_path() {
        for (expected, rendered, messages) in [
            ("{\"a\": 1, \"b\": [true, null]}", "{\"b\":[true,null],\"a\":1}", &[][..]),
            ("[1, 100, -0.5, 0, 1e2]", "[1.0, 1E+2, -5e-1, -0.0, 100.00]", &[]),
            (
                "[12345678901234567890.1]",
                "[12345678901234567890.2]",
                &["[0]: 12345678901234567890.2 → 12345678901234567890.1"],
            ),
            ("\"\\u00e4\"", "\"ä\"", &[]),
            ("{\"a\": 2, \"a\": 1}", "{\"a\": 1}", &[]),
            ("{\"p\": {\"price\": \"1.99\"}}", "{\"p\": {\"price\": 1.99}}", &["p.price: 1.99 → \"1.99\""]),
            ("{\"a\": 1}", "{\"b\": 1}", &["a: nothing → 1", "b: 1 → nothing"]),
            ("{\"a b\": [[{\"c\": 1}]]}", "{\"a b\": [[{\"c\": 2}]]}", &["[\"a b\"][0][0].c: 2 → 1"]),
            (
                "{\"a\": {\"b\": 1, \"c\": [1]}, \"d\": 1}",
                "{\"a\": {\"b\": 2, \"c\": [2], \"x\": 0}, \"d\": 2, \"y\": 0}",
                &["a.b: 2 → 1", "a.c[0]: 2 → 1", "a.x: 0 → nothing", "d: 2 → 1", "y: 0 → nothing"],
            ),
            ("[1, 2]", "[3]", &["the whole body: 1 item → 2 items", "[0]: 3 → 1"]),
            ("{}", "[1]", &["the whole body: a list of 1 item → an empty object"]),
            ("null", "false", &["the whole body: false → null"]),
            ("1e999999999999", "1e999999999998", &["the whole body: 1e999999999998 → 1e999999999999"]),
        ] {
            let found: Vec<String> =
                compare(expected, rendered).into_iter().map(|difference| difference.message()).collect();
            assert_eq!(found, messages, "{expected} and {rendered}");
        }
    }
}
