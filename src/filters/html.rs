//! HTML: escaping, stripping, line breaks.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::pieces::{Pieces, part};
use super::{Call, Filter};
use crate::arena::Arena;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::Value;
use memchr::{memchr, memchr2, memchr3, memmem};

const ESCAPE: Filter = Filter {
    name: "escape",
    parameters: &[],
    description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities.",
    example: "{{ \"Tom & 'Jerry' <3\" | escape }}",
    output: "Tom &amp; &#39;Jerry&#39; &lt;3",
    dialects: DialectSet::RUBY_3,
    function: escape,
};

pub(super) static FILTERS: &[Filter] = &[
    ESCAPE,
    Filter {
        name: "h",
        description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities; another name of `escape`.",
        example: r#"{{ "<b>" | h }}"#,
        output: "&lt;b&gt;",
        ..ESCAPE
    },
    Filter {
        name: "escape_once",
        parameters: &[],
        description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities and leaves entities that are there alone.",
        example: r#"{{ "1 &lt; 2 & 3" | escape_once }}"#,
        output: "1 &lt; 2 &amp; 3",
        dialects: DialectSet::RUBY,
        function: |call| escaped(call.text()?, call.arena, true),
    },
    Filter {
        name: "newline_to_br",
        parameters: &[],
        description: "Puts `<br />` before every line break.",
        example: "{{ \"one\ntwo\" | newline_to_br }}",
        output: "one<br />\ntwo",
        dialects: DialectSet::RUBY,
        function: newline_to_br,
    },
    Filter {
        name: "strip_html",
        parameters: &[],
        description: "Takes out HTML tags, comments, scripts and styles.",
        example: r#"{{ "Have <em>you</em> read it?<!-- no -->" | strip_html }}"#,
        output: "Have you read it?",
        dialects: DialectSet::RUBY,
        function: strip_html,
    },
];

pub(super) fn escape<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    match call.input.resolve(call.arena)? {
        Value::Nil => Ok(Value::Nil),
        other => escaped(call.to_text(other)?, call.arena, false),
    }
}

fn escaped<'r>(text: &'r str, arena: &'r Arena, once: bool) -> Result<Value<'r>, Failure> {
    let bytes = text.as_bytes();
    if memchr3(b'&', b'<', b'>', bytes).is_none() && memchr2(b'"', b'\'', bytes).is_none() {
        return Ok(Value::String(text));
    }
    let mut out = Pieces::with_room(arena, text.len() + text.len() / 4 + 16);
    let mut kept = 0;
    let mut start = 0;
    #[expect(clippy::indexing_slicing, reason = "there is a place for every byte")]
    let is_special = |byte: &u8| SPECIAL[usize::from(*byte)];
    while let Some(found) = bytes.get(start..).and_then(|rest| rest.iter().position(is_special)) {
        let at = start + found;
        start = at + 1;
        let entity = match bytes.get(at) {
            Some(b'&') if once && starts_with_entity(bytes.get(start..).unwrap_or_default()) => continue,
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        };
        out.push(part(text, kept, at))?;
        out.push(entity)?;
        kept = start;
    }
    out.push(part(text, kept, text.len()))?;
    Ok(Value::String(out.finish()))
}

/// The bytes that become entities.
#[expect(clippy::indexing_slicing, reason = "computed when the program is built")]
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut at = 0;
    while at < 5 {
        special[b"&<>\"'"[at] as usize] = true;
        at += 1;
    }
    special
};

/// Whether the rest of an entity, `name;` or `#123;`, stands at the start. Hexadecimal references do not count.
fn starts_with_entity(rest: &[u8]) -> bool {
    let (rest, is_part): (_, fn(&u8) -> bool) = match rest {
        [b'#', digits @ ..] => (digits, u8::is_ascii_digit),
        letters => (letters, u8::is_ascii_alphabetic),
    };
    let length = rest.iter().take_while(|byte| is_part(byte)).count();
    length > 0 && rest.get(length) == Some(&b';')
}

pub(super) fn newline_to_br<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(call.arena);
    for line in call.text()?.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(line) => {
                out.push(line.strip_suffix('\r').unwrap_or(line))?;
                out.push("<br />\n")?;
            }
            None => out.push(line)?,
        }
    }
    Ok(Value::String(out.finish()))
}

/// As in the reference, blocks go first and tags second: what stands on both sides of a block may form a tag.
fn strip_html<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(Value::String(without_tags(without_blocks(call.text()?, call.arena)?, call.arena)?))
}

/// What is taken out with all it holds: the start, in lower case only, and the end.
const BLOCKS: [(&str, &str); 3] = [("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>")];

fn without_blocks<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let mut out = Pieces::new(arena);
    // Once an end is missing it is missing for all later starts: without this memory the search would be quadratic.
    let mut unclosed = [false; BLOCKS.len()];
    let (mut kept, mut at) = (0, 0);
    while let Some(start) = find_from(text, at, |rest| memchr(b'<', rest)) {
        at = start + 1;
        let rest = part(text, start, text.len());
        for ((open, close), unclosed) in BLOCKS.iter().zip(&mut unclosed) {
            if *unclosed || !rest.starts_with(open) {
                continue;
            }
            let inside = start + open.len();
            match find_from(text, inside, |rest| memmem::find(rest, close.as_bytes())) {
                Some(end) => {
                    out.push(part(text, kept, start))?;
                    at = end + close.len();
                    kept = at;
                }
                None => *unclosed = true,
            }
            break;
        }
    }
    out.push(part(text, kept, text.len()))?;
    Ok(out.finish())
}

fn without_tags<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let mut out = Pieces::with_room(arena, text.len());
    let mut kept = 0;
    while let Some(start) = find_from(text, kept, |rest| memchr(b'<', rest)) {
        let Some(end) = find_from(text, start + 1, |rest| memchr(b'>', rest)) else {
            break;
        };
        out.push(part(text, kept, start))?;
        kept = end + 1;
    }
    out.push(part(text, kept, text.len()))?;
    Ok(out.finish())
}

/// The place that `find` gives in the text from `start` on, counted from the text's start.
fn find_from(text: &str, start: usize, find: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    find(text.as_bytes().get(start..)?).map(|at| start + at)
}

#[cfg(test)]
mod tests {
    use super::super::trial::printed;
    use crate::value::Value::{Nil, String as S};

    #[test]
    fn results_are_those_of_the_reference() {
        for (name, input, expected) in [
            ("escape", S("'\"&<>`é"), "&#39;&quot;&amp;&lt;&gt;`é"),
            ("escape", S("&lt;"), "&amp;lt;"),
            ("escape", Nil, ""),
            ("h", S("a<b"), "a&lt;b"),
            (
                "escape_once",
                S("&lt;&#39;&#x27;&;&#;&a b;&a1;&"),
                "&lt;&#39;&amp;#x27;&amp;;&amp;#;&amp;a b;&amp;a1;&amp;",
            ),
            ("escape_once", S("<\"'>"), "&lt;&quot;&#39;&gt;"),
            ("newline_to_br", S("a\r\nb\nc\rd"), "a<br />\nb<br />\nc\rd"),
            ("strip_html", S("a<b\nc>d<>e<"), "ade<"),
            ("strip_html", S("<script>a<style></script>b</style>"), "b"),
            ("strip_html", S("<<<script </script>script>foo;</script>"), "foo;"),
            ("strip_html", S("<!-->a-->b"), "b"),
            ("strip_html", S("<!-->a"), "a"),
            ("strip_html", S("<SCRIPT>a</SCRIPT>"), "a"),
            ("strip_html", S("<style>a<!-- b --><style>c"), "ac"),
            ("strip_html", S("é<ü>é"), "éé"),
        ] {
            assert_eq!(printed(name, input, &[]), expected, "{input:?} | {name}");
        }
    }

    #[test]
    fn unclosed_blocks_take_linear_time() {
        let text = "<script<!--<style".repeat(200_000);
        assert_eq!(printed("strip_html", S(&text), &[]), text);
    }
}
