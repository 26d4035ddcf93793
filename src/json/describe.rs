//! What stands at a place of a text that is not the JSON it should be, in words.

/// What stands at byte `at`, as a message names it: a word, a character, or the end.
pub(super) fn found(text: &str, at: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return "the end of the text".to_owned();
    };
    match first {
        '\n' | '\r' => "the end of the line".to_owned(),
        control if control.is_control() || matches!(control, '\u{feff}' | '\u{a0}' | '\u{200b}') => {
            format!("the character U+{:04X}", u32::from(control))
        }
        _ => match word(rest) {
            "" => format!("`{first}`"),
            word => format!("`{word}`"),
        },
    }
}

/// Advice for a place where a value should begin.
pub(super) fn value_help(rest: &str) -> Option<&'static str> {
    Some(match rest.chars().next()? {
        '/' | '#' => "comments are not JSON; remove it",
        '\'' => "strings stand in double quotes",
        '“' | '”' | '„' | '‘' | '’' => "strings stand in straight double quotes",
        '+' => "a number has no `+` before it",
        '.' => "a number has a digit before its point, as in `0.5`",
        '{' | '}' | '[' | ']' | ',' | ':' => return None,
        _ => match word(rest) {
            "True" | "TRUE" => "write `true`",
            "False" | "FALSE" => "write `false`",
            "None" | "nil" | "NULL" | "Null" | "undefined" => "write `null`",
            "NaN" | "Infinity" | "-Infinity" | "inf" => {
                "JSON has no such number; write `null` or a number with digits"
            }
            "" => return None,
            _ => "text stands in double quotes",
        },
    })
}

/// The letters, digits and signs that `rest` begins with, at most 32.
fn word(rest: &str) -> &str {
    let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '$');
    let end = rest.char_indices().take(32).find(|(_, character)| !inside(*character));
    let end = end.or_else(|| rest.char_indices().nth(32)).map_or(rest.len(), |(at, _)| at);
    rest.get(..end).unwrap_or_default()
}
