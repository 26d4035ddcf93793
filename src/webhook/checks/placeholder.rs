//! Words that were to be replaced by whoever uses an example: `[YOUR-KEY]`, `YOUR-KEY`, `MAILBOX-ID`.

use crate::diagnostic::{Diagnostic, code};
use crate::source::Span;
use crate::webhook::draft::{Part, Role};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// So many are reported of one text.
const MOST: usize = 20;

/// In brackets, with `YOUR` in front, or in capitals with what such words end in.
#[expect(clippy::expect_used, reason = "a pattern written out, which the tests compile")]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<sure>[\[<](?:YOUR|MY)[A-Z0-9 '._-]*[\]>]|\bYOUR(?:[_-][A-Z0-9]+)+\b)",
        r"|(?P<bracket>\[[A-Z][A-Z0-9]*(?:[ '_-]+[A-Z0-9]+)+\])",
        r"|(?P<word>\b[A-Z]{2,}-(?:[A-Z0-9]+-)*(?:ID|KEY|TOKEN|SECRET|PASSWORD|HERE)\b)",
    ))
    .expect("the pattern is a regular expression")
});

/// The words in `text` that were to be replaced. In a body less looks like one: it may be about anything.
pub(super) fn find(text: &str, is_body: bool) -> impl Iterator<Item = Range<usize>> {
    PLACEHOLDER.captures_iter(text).filter_map(move |found| {
        let range = found.get(0)?.range();
        let before = text.get(..range.start).and_then(|before| before.chars().next_back());
        let is_one = match (found.name("bracket"), found.name("word")) {
            (Some(_), _) => !is_body,
            (_, Some(_)) => match before {
                Some('-' | '_') => false,
                Some('"' | '\'') => !is_body,
                _ => true,
            },
            _ => true,
        };
        is_one.then_some(range)
    })
}

/// The placeholders in the text of one template, in its outputs and tags too: one may well stand in a string.
pub(super) fn check(part: &Part) -> Vec<Diagnostic> {
    let text = part.fragment.source.text();
    let what = match part.role {
        Role::Url => "the URL",
        Role::Header(_) => "the header",
        Role::Body | Role::Pair(_) => "the body",
    };
    let secrets = crate::webhook::secret::mentions(text);
    let is_secret = |found: &Range<usize>| {
        secrets.iter().any(|secret| secret.range.start <= found.start && found.end <= secret.range.end)
    };
    let is_body = matches!(part.role, Role::Body | Role::Pair(_));
    let found = find(text, is_body).filter(|found| !is_secret(found)).take(MOST);
    found
        .map(|range| {
            let word = text.get(range.clone()).unwrap_or_default();
            let message = format!("`{word}` in {what} was to be replaced");
            let finding = Diagnostic::new(&code::REQUEST_PLACEHOLDER, message).at(
                &part.fragment.source,
                Span::new(range.start, range.end),
                "",
            );
            match part.role {
                Role::Url | Role::Header(_) => finding.help(
                    "write your own value; what is secret is better named `<secret:NAME>` here and in the \
                     `[secrets]` of carafe.toml",
                ),
                Role::Body | Role::Pair(_) => finding.help("write your own value"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_published_examples_are_found_and_others_are_not() {
        for (text, words) in [
            (
                "https://[YOUR-EMAIL-ADDRESS]:[YOUR-PASSWORD]@x",
                &["[YOUR-EMAIL-ADDRESS]", "[YOUR-PASSWORD]"][..],
            ),
            ("?idList=[ID-OF-THE-LIST-YOU'RE-ADDING TO]&a", &["[ID-OF-THE-LIST-YOU'RE-ADDING TO]"]),
            ("https://[API-KEY]:@x", &["[API-KEY]"]),
            ("https://YOUR-API-KEY@x", &["YOUR-API-KEY"]),
            ("\"id\": MAILBOX-ID,", &["MAILBOX-ID"]),
            ("Basic YOUR-AUTHORIZATION", &["YOUR-AUTHORIZATION"]),
            ("YOUR_API_KEY", &["YOUR_API_KEY"]),
            ("Your key, [NULL], [\"A-B\"], UTF-8, ISO-8601, HTTP, KEY, [1, 2], {{ YOUR }}, X-API-KEY", &[]),
        ] {
            let found: Vec<&str> = find(text, false).map(|range| &text[range]).collect();
            assert_eq!(found, words, "{text}");
        }
    }

    #[test]
    fn a_body_may_hold_words_in_capitals() {
        for (text, words) in [
            ("\"id\": MAILBOX-ID,", &["MAILBOX-ID"][..]),
            ("\"ORDER-ID\": \"YOUR-KEY\"", &["YOUR-KEY"]),
            ("[LOW-PRIORITY ITEMS]", &[]),
        ] {
            let found: Vec<&str> = find(text, true).map(|range| &text[range]).collect();
            assert_eq!(found, words, "{text}");
        }
    }
}
