//! Two JSON documents by their meaning: what differs, path by path.
//!
//! The order of keys does not matter, numbers are equal if they are worth the same (`1` and `1.0`), of a key that stands
//! twice the last one counts.

use super::document::{Kind, Member, Node};
use std::collections::HashMap;
use std::ops::Range;

/// Differences that are kept.
const MOST: usize = 100;
/// Characters of a value that are quoted.
const QUOTED: usize = 60;

/// One difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// `properties.price: "1.99" → 1.99`: the expected value, then the rendered one.
    pub message: String,
    /// The value in the expected document, or the one that should hold it.
    pub expected: Range<usize>,
    /// The value in the rendered document, or the one that should hold it.
    pub rendered: Range<usize>,
    /// What happened to the value.
    pub change: Change,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Changed,
    Missing,
    Unexpected,
}

/// What differs, in the order of the expected document; what is unexpected follows, object by object.
pub(super) fn compare(expected: (&str, &Node), rendered: (&str, &Node)) -> Vec<Difference> {
    let mut comparison =
        Comparison { expected: expected.0, rendered: rendered.0, path: Vec::new(), differences: Vec::new() };
    comparison.values(expected.1, rendered.1);
    comparison.differences
}

enum Step<'n> {
    Key(&'n str),
    Index(usize),
}

struct Comparison<'n> {
    expected: &'n str,
    rendered: &'n str,
    path: Vec<Step<'n>>,
    differences: Vec<Difference>,
}

impl<'n> Comparison<'n> {
    /// The trees are no deeper than `document::read` makes them.
    fn values(&mut self, expected: &'n Node, rendered: &'n Node) {
        if self.differences.len() >= MOST {
            return;
        }
        match (&expected.kind, &rendered.kind) {
            (Kind::Object(expected_members), Kind::Object(rendered_members)) => {
                self.objects(expected, expected_members, rendered, rendered_members);
            }
            (Kind::Array(expected_items), Kind::Array(rendered_items)) => {
                if expected_items.len() != rendered_items.len() {
                    let change = format!("{} → {}", items(expected_items), items(rendered_items));
                    self.differ(&change, opening(expected), opening(rendered), Change::Changed);
                }
                for (at, (expected, rendered)) in expected_items.iter().zip(rendered_items).enumerate() {
                    self.path.push(Step::Index(at));
                    self.values(expected, rendered);
                    self.path.pop();
                }
            }
            _ if self.equal(expected, rendered) => {}
            _ => {
                let change = format!("{} → {}", shown(self.expected, expected), shown(self.rendered, rendered));
                self.differ(&change, place(expected), place(rendered), Change::Changed);
            }
        }
    }

    fn objects(
        &mut self,
        expected: &'n Node,
        expected_members: &'n [Member],
        rendered: &'n Node,
        rendered_members: &'n [Member],
    ) {
        let wanted = last_of_each(expected_members);
        let found = last_of_each(rendered_members);
        for member in expected_members {
            if !is_last(&wanted, member) {
                continue;
            }
            self.path.push(Step::Key(&member.key));
            match found.get(member.key.as_str()) {
                Some(value) => self.values(&member.value, value),
                None => {
                    let change = format!("{} → nothing", shown(self.expected, &member.value));
                    self.differ(&change, place(&member.value), opening(rendered), Change::Missing);
                }
            }
            self.path.pop();
        }
        for member in rendered_members {
            if wanted.contains_key(member.key.as_str()) || !is_last(&found, member) {
                continue;
            }
            self.path.push(Step::Key(&member.key));
            let change = format!("nothing → {}", shown(self.rendered, &member.value));
            self.differ(&change, opening(expected), place(&member.value), Change::Unexpected);
            self.path.pop();
        }
    }

    fn equal(&self, expected: &Node, rendered: &Node) -> bool {
        match (&expected.kind, &rendered.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Boolean(a), Kind::Boolean(b)) => a == b,
            (Kind::String(a), Kind::String(b)) => a == b,
            (Kind::Number, Kind::Number) => {
                let a = self.expected.get(expected.span.clone()).unwrap_or_default();
                let b = self.rendered.get(rendered.span.clone()).unwrap_or_default();
                a == b || matches!((Worth::of(a), Worth::of(b)), (Some(a), Some(b)) if a == b)
            }
            _ => false,
        }
    }

    fn differ(&mut self, change: &str, expected: Range<usize>, rendered: Range<usize>, kind: Change) {
        if self.differences.len() < MOST {
            let message = format!("{}: {change}", written(&self.path));
            self.differences.push(Difference { message, expected, rendered, change: kind });
        }
    }
}

fn last_of_each(members: &[Member]) -> HashMap<&str, &Node> {
    members.iter().map(|member| (member.key.as_str(), &member.value)).collect()
}

fn is_last(last: &HashMap<&str, &Node>, member: &Member) -> bool {
    last.get(member.key.as_str()).is_some_and(|value| std::ptr::eq(*value, &member.value))
}

/// The bytes to point at: of an object or array the opening bracket.
fn place(node: &Node) -> Range<usize> {
    match node.kind {
        Kind::Object(_) | Kind::Array(_) => opening(node),
        _ => node.span.clone(),
    }
}

fn opening(node: &Node) -> Range<usize> {
    node.span.start..node.span.start + 1
}

/// `properties.categories[0].id`; keys that are no plain words stand as `["two words"]`.
fn written(path: &[Step]) -> String {
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
    !key.is_empty() && key.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '$'))
}

fn items(items: &[Node]) -> String {
    match items.len() {
        0 => "no items".to_owned(),
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    }
}

/// A value as the document writes it, or what it is if that would be long.
fn shown(text: &str, node: &Node) -> String {
    match &node.kind {
        Kind::Object(members) if members.is_empty() => "an empty object".to_owned(),
        Kind::Object(_) => "an object".to_owned(),
        Kind::Array(list) => format!("a list of {}", items(list)),
        _ => {
            let text = text.get(node.span.clone()).unwrap_or_default();
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
        let dropped = digits.len() - significant.len();
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
    use super::super::document;
    use super::*;

    #[test]
    fn tells_what_differs_path_by_path() {
        for (expected, rendered, messages) in [
            ("{\"a\": 1, \"b\": [true, null]}", "{\"b\":[true,null],\"a\":1}", &[][..]),
            ("[1, 100, -0.5, 0, 1e2]", "[1.0, 1E+2, -5e-1, -0.0, 100.00]", &[]),
            ("[12345678901234567890.1]", "[12345678901234567890.2]", &["[0]: 12345678901234567890.1 → 12345678901234567890.2"]),
            ("\"\\u00e4\"", "\"ä\"", &[]),
            ("{\"a\": 2, \"a\": 1}", "{\"a\": 1}", &[]),
            ("{\"p\": {\"price\": \"1.99\"}}", "{\"p\": {\"price\": 1.99}}", &["p.price: \"1.99\" → 1.99"]),
            ("{\"a\": 1}", "{\"b\": 1}", &["a: 1 → nothing", "b: nothing → 1"]),
            ("{\"a b\": [[{\"c\": 1}]]}", "{\"a b\": [[{\"c\": 2}]]}", &["[\"a b\"][0][0].c: 1 → 2"]),
            ("[1, 2]", "[3]", &["the whole body: 2 items → 1 item", "[0]: 1 → 3"]),
            ("{}", "[1]", &["the whole body: an empty object → a list of 1 item"]),
            ("null", "false", &["the whole body: null → false"]),
            ("1e999999999999", "1e999999999998", &["the whole body: 1e999999999999 → 1e999999999998"]),
        ] {
            let nodes = (document::read(expected).unwrap(), document::read(rendered).unwrap());
            let found: Vec<String> = compare((expected, &nodes.0), (rendered, &nodes.1))
                .into_iter()
                .map(|difference| difference.message)
                .collect();
            assert_eq!(found, messages, "{expected} and {rendered}");
        }
    }
}
