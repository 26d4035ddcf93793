//! Guesses whether a body is meant as JSON, for `--format auto`.

/// Whether `body`, with leading comment lines (`// …`, `# …`, `/* … */`) and white space set aside, begins with `{`
/// before a `"`, a `}` or a comment, or with `[` before a JSON value, a `]` or a comment; a
/// number or word there must be the whole value. The rest of it is not looked at.
pub fn looks_like_json(body: &str) -> bool {
    let mut rest = body.strip_prefix('\u{feff}').unwrap_or(body).trim_ascii_start();
    while let Some(after) = after_comment(rest) {
        rest = after.trim_ascii_start();
    }
    opens_document(rest) && !is_bracketed_text(rest)
}

/// Whether `text` is a `[` with a number or a word of JSON behind it that only begins a text: `[5 days left]`.
fn is_bracketed_text(text: &str) -> bool {
    let Some(first) = text.strip_prefix('[').map(str::trim_ascii_start) else { return false };
    let scalar = |next: char| next.is_ascii_alphanumeric() || matches!(next, '-' | '+' | '.');
    let behind = first.trim_start_matches(scalar);
    let next = behind.trim_ascii_start();
    let goes_on = next.is_empty() || next.starts_with([',', ']']) || after_comment(next).is_some();
    behind.len() < first.len() && !goes_on
}

/// What stands behind the comment that `text` begins with.
fn after_comment(text: &str) -> Option<&str> {
    if let Some(inner) = text.strip_prefix("/*") {
        let end = memchr::memmem::find(inner.as_bytes(), b"*/")?;
        return inner.get(end.checked_add(2)?..);
    }
    if text.starts_with("//") || text.starts_with('#') {
        return Some(text.split_once('\n').map_or("", |(_, after)| after));
    }
    None
}

/// Whether `text` begins with a bracket and with what an object or an array holds.
pub(super) fn opens_document(text: &str) -> bool {
    if let Some(inner) = text.strip_prefix('{') {
        let first = inner.trim_ascii_start();
        // `{#` on one line is a comment of another template language.
        let new_line =
            inner.get(..inner.len().saturating_sub(first.len())).is_some_and(|space| space.contains('\n'));
        return first.starts_with(['"', '}'])
            || first.starts_with("//")
            || first.starts_with("/*")
            || (new_line && first.starts_with('#'));
    }
    let Some(first) = text.strip_prefix('[').map(str::trim_ascii_start) else { return false };
    let word = |word: &str| {
        first.strip_prefix(word).is_some_and(|after| !after.starts_with(|next: char| next.is_alphanumeric()))
    };
    first.starts_with(['"', '{', '[', ']'])
        || first.starts_with("//")
        || first.starts_with("/*")
        || first.strip_prefix('-').unwrap_or(first).starts_with(|digit: char| digit.is_ascii_digit())
        || ["true", "false", "null"].into_iter().any(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_json_from_the_first_bracket() {
        for (body, expected) in [
            ("{}", true),
            (" \r\n{ \"a\": 1}", true),
            ("\u{feff}{\n}", true),
            ("// a {{ b }}\n# c\n/* d\n */ {\n  \"a\"", true),
            ("{ // a\n", true),
            ("{\n  # a\n", true),
            ("[]", true),
            ("[ -1", true),
            ("[{", true),
            ("[ // a\n true]", true),
            ("[truest]", false),
            ("[Note] hi", false),
            ("[-]", false),
            ("[1, 2", true),
            ("[true ]", true),
            ("[1 // a\n]", true),
            ("[-20%] Sale", false),
            ("[5 days left] hurry", false),
            ("[true story] read", false),
            ("{a: 1}", false),
            ("{# a #}", false),
            ("{% if a %}", false),
            ("a=1&b=2", false),
            ("<a/>", false),
            ("\"a\"", false),
            ("/* {\"a\"", false),
            ("", false),
        ] {
            assert_eq!(looks_like_json(body), expected, "{body:?}");
        }
    }
}
