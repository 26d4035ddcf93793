//! The places of values in the text they were read from.
//!
//! Values carry no places: the few that a message speaks of are looked up afterwards, by walking the text once more.
//! The text must be JSON that [`read`](super::read()) accepts; of any other the answers are meaningless, but harmless.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::source::Span;
use std::borrow::Cow;

/// One step on the way to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// To the member of this key; of several the last, whose value wins.
    Key(&'s str),
    /// To the item at this place, counted from 0.
    Index(usize),
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key with its quotes, if the value is that of a member.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'t> {
    /// The key as it is meant: escapes are resolved.
    pub key: Cow<'t, str>,
    /// Where it stands.
    pub place: Place,
}

/// The place of the value that `path` leads to from the whole of `text`; `None` where it leads nowhere.
pub fn locate(text: &str, path: &[Step<'_>]) -> Option<Place> {
    let start = skip_space(text, 0);
    let mut place = Place { key: None, value: Span::new(start, skip_value(text, start)) };
    for step in path {
        place = match step {
            Step::Key(wanted) => {
                let found = members(text, place.value).into_iter().rfind(|member| member.key == *wanted);
                found?.place
            }
            Step::Index(at) => Place { key: None, value: *items(text, place.value).get(*at)? },
        };
    }
    Some(place)
}

/// The members of the object at `object`; none of anything else.
pub fn members(text: &str, object: Span) -> Vec<Member<'_>> {
    let mut found = Vec::new();
    let mut at = object.from();
    if byte(text, at) != Some(b'{') {
        return found;
    }
    loop {
        let key = skip_space(text, at + 1);
        if byte(text, key) != Some(b'"') {
            return found;
        }
        let key_end = skip_value(text, key);
        let value = skip_space(text, skip_space(text, key_end) + 1);
        let value_end = skip_value(text, value);
        let place = Place { key: Some(Span::new(key, key_end)), value: Span::new(value, value_end) };
        found.push(Member { key: unquoted(text.get(key..key_end).unwrap_or_default()), place });
        at = skip_space(text, value_end);
        if byte(text, at) != Some(b',') {
            return found;
        }
    }
}

/// The items of the array at `array`; none of anything else.
pub fn items(text: &str, array: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = array.from();
    if byte(text, at) != Some(b'[') {
        return found;
    }
    loop {
        let item = skip_space(text, at + 1);
        if matches!(byte(text, item), None | Some(b']')) {
            return found;
        }
        let end = skip_value(text, item);
        found.push(Span::new(item, end));
        at = skip_space(text, end);
        if byte(text, at) != Some(b',') {
            return found;
        }
    }
}

fn unquoted(quoted: &str) -> Cow<'_, str> {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    match inner.contains('\\') {
        false => Cow::Borrowed(inner),
        true => Cow::Owned(serde_json::from_str(quoted).unwrap_or_default()),
    }
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count()
}

/// The end of the value that begins at `at`.
fn skip_value(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = at;
    loop {
        match byte(text, at) {
            None => return text.len(),
            Some(b'"') => at = skip_string(bytes, at),
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
                continue;
            }
            Some(b'}' | b']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') => {
                at += 1;
                continue;
            }
            Some(_) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let scalar = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
                at += rest.iter().take_while(scalar).count().max(1);
            }
        }
        if depth == 0 {
            return at;
        }
    }
}

/// The end of the string whose first quote stands at `at`.
fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', rest) {
            None => return bytes.len(),
            Some(run) if rest.get(run) == Some(&b'"') => return at + run + 1,
            Some(run) => at += run + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_the_value_that_wins() {
        let text =
            r#" { "a" : [1, {"b,]": "x\"}", "k\u0065y": -1.5e3}], "e": [], "a2": {}, "d": 1, "d": null } "#;
        let slice = |span: Span| &text[span.from()..span.to()];
        for (path, key, value) in [
            (&[][..], None, Some(text.trim())),
            (&[Step::Key("a"), Step::Index(0)], None, Some("1")),
            (&[Step::Key("a"), Step::Index(1), Step::Key("b,]")], Some("\"b,]\""), Some(r#""x\"}""#)),
            (&[Step::Key("a"), Step::Index(1), Step::Key("key")], Some(r#""k\u0065y""#), Some("-1.5e3")),
            (&[Step::Key("e")], Some("\"e\""), Some("[]")),
            (&[Step::Key("e"), Step::Index(0)], None, None),
            (&[Step::Key("a2"), Step::Key("x")], None, None),
            (&[Step::Key("d")], Some("\"d\""), Some("null")),
            (&[Step::Key("d"), Step::Key("x")], None, None),
        ] {
            let place = locate(text, path);
            assert_eq!(place.map(|place| slice(place.value)), value, "{path:?}");
            assert_eq!(place.and_then(|place| place.key).map(slice), key, "{path:?}");
        }
    }

    #[test]
    fn other_text_does_no_harm() {
        for text in ["", "{", "{\"a", "{\"a\":", "[1,", "[\"\\", "}{", "\u{1}"] {
            let _ = locate(text, &[Step::Key("a"), Step::Index(0)]);
            let whole = Span::new(0, text.len());
            assert!(members(text, whole).len() + items(text, whole).len() <= 1, "{text}");
        }
    }
}
