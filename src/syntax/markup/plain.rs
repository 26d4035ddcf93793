//! Whether markup that the grammar accepts is written so that the reference's older readers take it for the same.
//!
//! The reference's lax reader is a set of regular expressions that split markup at blanks, commas and pipes. `a [0]`,
//! `a== b` and `(1 .. 3)` fall apart there, or stick together, while the strictest reader takes them for what they seem
//! to be. Only where blanks stand between words, and nowhere else, all readers agree.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::syntax::ast::{Condition, CycleMarkup, Expression, ExpressionKind, Literal, Root, TableRowMarkup};
use crate::syntax::scan::is_blank;
use memchr::memchr;

/// Whether every blank and every sign in `markup` stands where all readers expect it. In a `condition` operators stand
/// between blanks.
pub(super) fn is_plain(markup: &str, condition: bool) -> bool {
    let bytes = markup.as_bytes();
    let blank = |at: usize| bytes.get(at).is_none_or(|byte| is_blank(char::from(*byte)));
    let one_of = |at: Option<usize>, signs: &[u8]| {
        at.and_then(|at| bytes.get(at)).is_none_or(|byte| is_blank(char::from(*byte)) || signs.contains(byte))
    };
    let mut rounds = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let before = at.checked_sub(1);
        let blank_before = before.is_none_or(blank);
        let mut end = at + 1;
        let plain = match byte {
            b'\'' | b'"' => {
                let rest = bytes.get(end..).unwrap_or_default();
                end += memchr(byte, rest).map_or(rest.len(), |length| length + 1);
                rounds == 0 && one_of(before, b",:|[=<>{") && one_of(Some(end), b",:|]}")
            }
            b'$' => {
                let rest = bytes.get(end..).unwrap_or_default();
                end += memchr(b'}', rest).map_or(rest.len(), |length| length + 1);
                one_of(before, b",:|.[=<>({") && one_of(Some(end), b",:|.[])}=!<>")
            }
            b'(' => {
                rounds += 1;
                one_of(before, b",:|[=(") && !blank(end)
            }
            b'{' => one_of(before, b",:|[=<>({"),
            b'}' => one_of(Some(end), b",:|.[])}=!<>"),
            b')' => {
                rounds = rounds.saturating_sub(1);
                !blank_before && one_of(Some(end), b",:|].)}")
            }
            b'[' => !blank_before && !blank(end),
            b']' => !blank_before && one_of(Some(end), b",:|].)}["),
            b'.' => !blank_before && !blank(end),
            b'=' | b'<' | b'>' | b'!' => {
                while matches!(bytes.get(end), Some(b'=' | b'<' | b'>')) {
                    end += 1;
                }
                // Braces end a word, and an operator ends where no small letter goes on.
                let word = bytes.get(end).is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'_');
                !condition || (one_of(before, b"}") && !word)
            }
            b'?' => false,
            b':' | b',' => argument_follows(bytes, end),
            _ if is_word(byte) => {
                while bytes.get(end).copied().is_some_and(is_word) {
                    end += 1;
                }
                let word = bytes.get(at..end).unwrap_or_default();
                let number = byte.is_ascii_digit() || byte == b'-';
                !number || !word.iter().any(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            }
            _ => true,
        };
        if !plain {
            return false;
        }
        at = end;
    }
    true
}

/// Whether an argument follows every colon and comma in `markup`: only the strictest reader knows empty lists of
/// arguments, and a comma at their end. Nothing else tells the readers of a chain apart.
pub(super) fn has_every_argument(markup: &str) -> bool {
    let bytes = markup.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let rest = bytes.get(at..).unwrap_or_default();
        match byte {
            b'\'' | b'"' => at += memchr(byte, rest).map_or(rest.len(), |length| length + 1),
            b'$' => at += memchr(b'}', rest).map_or(rest.len(), |length| length + 1),
            b':' | b',' if !argument_follows(bytes, at) => return false,
            _ => {}
        }
    }
    true
}

fn argument_follows(bytes: &[u8], at: usize) -> bool {
    let next = bytes.iter().skip(at).find(|byte| !is_blank(char::from(**byte)));
    !matches!(next, None | Some(b'|' | b'}' | b','))
}

/// Whether all readers see the same loop variable: the lax one's has no hyphen.
pub(super) fn is_plain_row(row: &TableRowMarkup) -> bool {
    !row.item.text.contains('-')
}

/// Whether no value begins with a word that the lax reader takes for a connective wherever it stands.
pub(super) fn is_plain_condition(condition: &Condition) -> bool {
    let plain = |value: &Expression| {
        let ExpressionKind::Lookup(lookup) = &value.kind else { return true };
        let (Root::Name(name) | Root::Reference { namespace: Some(name), .. }) = &lookup.root else {
            return true;
        };
        let rest = name.text.strip_prefix("and").or_else(|| name.text.strip_prefix("or"));
        !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let rest = condition.rest.iter().map(|(_, comparison)| comparison);
    std::iter::once(&condition.first)
        .chain(rest)
        .all(|part| plain(&part.left) && part.right.as_ref().is_none_or(|(_, right)| plain(right)))
}

/// Whether all readers see the same values: the lax one splits texts at commas and leaves nil out.
pub(super) fn is_plain_cycle(cycle: &CycleMarkup) -> bool {
    cycle.values.iter().chain(&cycle.group).all(|value| match &value.kind {
        ExpressionKind::Literal(Literal::Nil) => false,
        ExpressionKind::Literal(Literal::String(text)) => !text.contains(','),
        _ => true,
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_readers_read_alike_is_plain() {
        for markup in [
            "a",
            "a.b[0]['c d']",
            "'s'",
            "item in (1..a.b) reversed limit: 2, offset:continue",
            "'p' with a as b, k: 1, l:'m'",
            "${a b}, n.${c}",
            "{{a | f: 'g'}}",
            "a-b",
            "-2.5",
        ] {
            assert!(is_plain(markup, false), "{markup}");
        }
        for markup in ["a == b", "a >0", "a =='x'", "{{a}}>0 and b", "a contains 'b c' or d"] {
            assert!(is_plain(markup, true), "{markup}");
        }
    }

    #[test]
    fn what_some_reader_reads_otherwise_is_not() {
        for markup in [
            "a [0]", "a. b", "a .b", "a[ 0 ]", "(1 ..2)", "( 1..2 )", "('a'..2)", "a?", "1in", "(1..2)b",
            "'a'b", "a'b'", "or(1..2)", "a: ", "a, | b", "{{a}}b", "${a}b",
        ] {
            assert!(!is_plain(markup, false), "{markup}");
        }
        for markup in ["a==b", "a== b", "a ==b", "1==1", "'a'=='b'"] {
            assert!(!is_plain(markup, true), "{markup}");
        }
    }

    #[test]
    fn arguments_are_looked_for_behind_colons_and_commas() {
        for (markup, every) in [
            ("a | f: 1, k: 2 | g", true),
            ("a | f: ':,'", true),
            ("a | f:", false),
            ("a | f: 1, | g", false),
            ("{{a | f: }}", false),
        ] {
            assert_eq!(has_every_argument(markup), every, "{markup}");
        }
    }
}
