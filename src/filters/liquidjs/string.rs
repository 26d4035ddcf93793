//! Text.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::text::{array, given, number, stringify, write_text};
use super::{Call, Filter, NONE, Parameter, entry, with_text};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::filters::pieces::{Pieces, part};
use crate::filters::string as ruby;
use crate::number::is_ecmascript_space as is_space;
use crate::value::Value;
use memchr::memmem;

const CHARACTERS: &[Parameter] =
    &[Parameter::optional("characters", "what to take away instead of white space"), Parameter::IGNORED];
const REMOVED: &[Parameter] = &[Parameter::required("text", "what to take out"), Parameter::IGNORED];
const REPLACED: &[Parameter] = &[
    Parameter::required("text", "what to look for"),
    Parameter::optional("replacement", "what to put in its place; nothing if not given"),
    Parameter::IGNORED,
];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "append",
        &[Parameter::required("text", "what to put behind the input"), Parameter::IGNORED],
        "Puts a text behind the input.",
        (r#"{{ "car" | append: "afe" }}"#, "carafe"),
        |call| needs_text(call, "append", ruby::append),
    ),
    entry(
        "prepend",
        &[Parameter::required("text", "what to put before the input"), Parameter::IGNORED],
        "Puts a text before the input.",
        (r#"{{ "42" | prepend: "Order " }}"#, "Order 42"),
        |call| needs_text(call, "prepend", ruby::prepend),
    ),
    entry(
        "capitalize",
        NONE,
        "Writes the first character as a capital and all others in lower case.",
        (r#"{{ "hello WORLD" | capitalize }}"#, "Hello world"),
        |call| changed(call, capital),
    ),
    entry(
        "downcase",
        NONE,
        "Writes the text in lower case.",
        (r#"{{ "Ada@Example.COM" | downcase }}"#, "ada@example.com"),
        |call| changed(call, str::to_lowercase),
    ),
    entry("upcase", NONE, "Writes the text in upper case.", (r#"{{ "usd" | upcase }}"#, "USD"), |call| {
        changed(call, str::to_uppercase)
    }),
    entry(
        "lstrip",
        CHARACTERS,
        "Takes away white space at the start.",
        (r#"[{{ "  a b  " | lstrip }}]"#, "[a b  ]"),
        |call| strip(call, true, false),
    ),
    entry(
        "rstrip",
        CHARACTERS,
        "Takes away white space at the end.",
        (r#"[{{ "  a b  " | rstrip }}]"#, "[  a b]"),
        |call| strip(call, false, true),
    ),
    entry(
        "strip",
        CHARACTERS,
        "Takes away white space, or the given characters, at the start and the end.",
        (r#"[{{ "  a b  " | strip }}] {{ "--a-b--" | strip: "-" }}"#, "[a b] a-b"),
        |call| strip(call, true, true),
    ),
    entry(
        "normalize_whitespace",
        NONE,
        "Makes every stretch of white space one space.",
        (r#"[{{ " a 	 b" | normalize_whitespace }}]"#, "[ a b]"),
        |call| Ok(Value::String(normalized(stringify(call.input, call.arena)?, call.arena)?)),
    ),
    entry(
        "squish",
        NONE,
        "Takes away white space at both ends and makes every other stretch of it one space.",
        (r#"[{{ "  a 	 b  " | squish }}]"#, "[a b]"),
        |call| {
            let text = stringify(call.input, call.arena)?.trim_matches(is_space);
            Ok(Value::String(normalized(text, call.arena)?))
        },
    ),
    entry(
        "strip_newlines",
        NONE,
        "Takes out all line breaks.",
        ("{{ \"one\ntwo\" | strip_newlines }}", "onetwo"),
        |call| with_text(call, ruby::strip_newlines),
    ),
    entry(
        "truncate",
        &[
            Parameter::optional("length", "the most characters the result has, 50 if not given"),
            Parameter::optional("ellipsis", "what a cut text ends with, `...` if not given; it counts"),
            Parameter::IGNORED,
        ],
        "Cuts the text to a number of characters, the ellipsis included.",
        (r#"{{ "Ground control to Major Tom" | truncate: 17 }}"#, "Ground control..."),
        truncate,
    ),
    entry(
        "truncatewords",
        &[
            Parameter::optional("words", "how many words to keep, 15 if not given"),
            Parameter::optional("ellipsis", "what the text ends with, `...` if not given"),
            Parameter::IGNORED,
        ],
        "Cuts the text to a number of words. A text of just as many words gets the ellipsis too.",
        (r#"{{ "Ground control to Major Tom" | truncatewords: 2 }}"#, "Ground control..."),
        truncatewords,
    ),
    entry(
        "replace",
        REPLACED,
        "Puts another text in the place of every occurrence of a text.",
        (r#"{{ "1,234,567" | replace: ",", "." }}"#, "1.234.567"),
        |call| replace(call, true),
    ),
    entry(
        "replace_first",
        REPLACED,
        "Puts another text in the place of the first occurrence of a text.",
        (r#"{{ "a-b-c" | replace_first: "-", "+" }}"#, "a+b-c"),
        |call| replace_one(call, memmem::find, true),
    ),
    entry(
        "replace_last",
        REPLACED,
        "Puts another text in the place of the last occurrence of a text.",
        (r#"{{ "a-b-c" | replace_last: "-", "+" }}"#, "a-b+c"),
        |call| replace_one(call, memmem::rfind, true),
    ),
    entry(
        "remove",
        REMOVED,
        "Takes out every occurrence of a text.",
        (r#"{{ "1,234,567" | remove: "," }}"#, "1234567"),
        |call| replace(call, false),
    ),
    entry(
        "remove_first",
        REMOVED,
        "Takes out the first occurrence of a text.",
        (r#"{{ "a-b-c" | remove_first: "-" }}"#, "ab-c"),
        |call| replace_one(call, memmem::find, false),
    ),
    entry(
        "remove_last",
        REMOVED,
        "Takes out the last occurrence of a text.",
        (r#"{{ "a-b-c" | remove_last: "-" }}"#, "a-bc"),
        |call| replace_one(call, memmem::rfind, false),
    ),
    entry(
        "split",
        &[Parameter::required("separator", "what stands between the parts"), Parameter::IGNORED],
        "Makes an array of the parts between separators, without empty parts at the end.",
        (r#"{{ "red,green,blue" | split: "," | join: " + " }}"#, "red + green + blue"),
        split,
    ),
    entry(
        "number_of_words",
        &[
            Parameter::optional(
                "mode",
                "`cjk` to count each Chinese, Japanese or Korean character; `auto` to do so where there are any",
            ),
            Parameter::IGNORED,
        ],
        "Counts the words of a text.",
        (r#"{{ "Hello big world" | number_of_words }}"#, "3"),
        number_of_words,
    ),
    entry(
        "array_to_sentence_string",
        &[
            Parameter::optional("connector", "the word before the last item, `and` if not given"),
            Parameter::IGNORED,
        ],
        "Writes the items as an enumeration.",
        (r#"{{ "a,b,c" | split: "," | array_to_sentence_string: "or" }}"#, "a, b, or c"),
        array_to_sentence_string,
    ),
    entry(
        "slice",
        &[
            Parameter::required("start", "the first place, counted from 0; from the end if negative"),
            Parameter::optional("length", "how many characters or items, 1 if not given"),
            Parameter::IGNORED,
        ],
        "Gives a part of a text or an array.",
        (r#"{{ "Customer.io" | slice: "-4", 3 }}"#, "r.i"),
        slice,
    ),
];

fn needs_text<'r>(
    call: &Call<'_, 'r>,
    name: &str,
    function: crate::filters::Function,
) -> Result<Value<'r>, Failure> {
    if call.positional.is_empty() {
        return Err(Failure::argument(format!("{name} expect 2 arguments")));
    }
    with_text(call, function)
}

/// The text as `change` makes it; the input itself where nothing changes.
fn changed<'r>(call: &Call<'_, 'r>, change: impl Fn(&str) -> String) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?;
    call.arena.budget().allocate(text.len())?;
    let other = change(text);
    Ok(Value::String(if other == text { text } else { call.arena.text(&other)? }))
}

/// Characters beyond the first plane are two units to JavaScript, neither of which has a capital.
fn capital(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let (first, rest) = text.split_at(first.len_utf8());
    let mut out = if first.len() == 4 { first.to_owned() } else { first.to_uppercase() };
    out.push_str(&rest.to_lowercase());
    out
}

fn strip<'r>(call: &Call<'_, 'r>, start: bool, end: bool) -> Result<Value<'r>, Failure> {
    let mut text = stringify(call.input, call.arena)?;
    let characters = match call.given(0) {
        Some(value) if value.is_truthy() => stringify(value, call.arena)?,
        _ => "",
    };
    // Enough for any set of characters one would take away, and no work that grows with both texts.
    let set: Vec<char> = characters.chars().take(256).collect();
    let taken = |character: char| if set.is_empty() { is_space(character) } else { set.contains(&character) };
    if start {
        text = text.trim_start_matches(taken);
    }
    if end {
        text = text.trim_end_matches(taken);
    }
    Ok(Value::String(text))
}

fn normalized<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    let mut out = Pieces::new(arena);
    let (mut kept, mut at) = (0, 0);
    while let Some(start) = part(text, at, text.len()).find(is_space).map(|found| at + found) {
        let rest = part(text, start, text.len());
        let end = text.len() - rest.trim_start_matches(is_space).len();
        at = end;
        if part(text, start, end) != " " {
            out.push(part(text, kept, start))?;
            out.push(" ")?;
            kept = end;
        }
    }
    out.push(part(text, kept, text.len()))?;
    Ok(out.finish())
}

/// The place in bytes of the character at place `count`, if the text has more.
fn place_of(text: &str, count: f64) -> Option<usize> {
    if count.is_nan() || count <= 0.0 {
        return (!text.is_empty()).then_some(0);
    }
    if count >= text.len() as f64 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a length")]
    text.char_indices().nth(count.ceil() as usize).map(|(at, _)| at)
}

fn ellipsis<'r>(call: &Call<'_, 'r>) -> Result<&'r str, Failure> {
    call.given(1).map_or(Ok("..."), |value| stringify(value, call.arena))
}

fn truncate<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?;
    let length = given(call, 0, 50.0)?;
    let ellipsis = ellipsis(call)?;
    if place_of(text, length).is_none() {
        return Ok(call.input);
    }
    let kept = place_of(text, length - ellipsis.chars().count() as f64).unwrap_or(0);
    Ok(Value::String(call.arena.concat(&[part(text, 0, kept), ellipsis])?))
}

fn truncatewords<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?.trim_start_matches(is_space);
    let wanted = given(call, 0, 15.0)?;
    let wanted = if wanted <= 0.0 { 1.0 } else { wanted };
    let ellipsis = ellipsis(call)?;
    let mut out = Pieces::new(call.arena);
    let mut count = 0.0;
    for word in words(text) {
        if count < wanted.trunc() {
            if count > 0.0 {
                out.push(" ")?;
            }
            out.push(word)?;
        }
        count += 1.0;
    }
    if count >= wanted {
        out.push(ellipsis)?;
    }
    Ok(Value::String(out.finish()))
}

/// What `split(/\s+/)` gives: white space at an end leaves an empty word there.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(is_space) else {
            rest = None;
            return Some(text);
        };
        let (word, after) = text.split_at(at);
        rest = Some(after.trim_start_matches(is_space));
        Some(word)
    })
}

/// Every occurrence of the first argument becomes the second. The empty text stands between any two characters.
fn replace<'r>(call: &Call<'_, 'r>, replaced: bool) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let (text, pattern) = (stringify(call.input, arena)?, stringify(call.argument(0), arena)?);
    let replacement = if replaced { stringify(call.argument(1), arena)? } else { "" };
    let mut out = Pieces::new(arena);
    if pattern.is_empty() {
        for (at, character) in text.char_indices() {
            if at > 0 {
                out.push(replacement)?;
            }
            out.push(part(text, at, at + character.len_utf8()))?;
        }
        // Put together from all its pieces a text is the same, but not at the same place.
        return Ok(Value::String(if replacement.is_empty() { text } else { out.finish() }));
    }
    let mut kept = 0;
    for at in memmem::find_iter(text.as_bytes(), pattern.as_bytes()) {
        out.push(part(text, kept, at))?;
        out.push(replacement)?;
        kept = at + pattern.len();
    }
    out.push(part(text, kept, text.len()))?;
    Ok(Value::String(out.finish()))
}

fn replace_one<'r>(
    call: &Call<'_, 'r>,
    find: fn(&[u8], &[u8]) -> Option<usize>,
    replaced: bool,
) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let (text, pattern) = (stringify(call.input, arena)?, stringify(call.argument(0), arena)?);
    let replacement = if replaced { stringify(call.argument(1), arena)? } else { "" };
    let Some(at) = find(text.as_bytes(), pattern.as_bytes()) else { return Ok(Value::String(text)) };
    let mut out = Pieces::new(arena);
    out.push(part(text, 0, at))?;
    out.push(replacement)?;
    out.push(part(text, at + pattern.len(), text.len()))?;
    Ok(Value::String(out.finish()))
}

fn split<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let (text, separator) = (stringify(call.input, arena)?, stringify(call.argument(0), arena)?);
    let mut list = arena.list();
    if separator.is_empty() {
        for (at, character) in text.char_indices() {
            list.push(Value::String(part(text, at, at + character.len_utf8())))?;
        }
        return Ok(Value::Array(list.finish()));
    }
    let mut start = 0;
    let mut kept = 0;
    for end in memmem::find_iter(text.as_bytes(), separator.as_bytes()).chain([text.len()]) {
        list.push(Value::String(part(text, start, end)))?;
        if start < end {
            kept = list.len();
        }
        start = end + separator.len();
    }
    let parts = list.finish();
    Ok(Value::Array(parts.get(..kept).unwrap_or_default()))
}

/// Characters of the scripts that write without spaces.
fn is_cjk(character: char) -> bool {
    matches!(
        character,
        '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{3040}'..='\u{30FF}'
            | '\u{AC00}'..='\u{D7AF}'
    )
}

fn number_of_words<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?.trim_matches(is_space);
    let cjk = match call.argument(0) {
        Value::String("cjk") => true,
        Value::String("auto") => text.contains(is_cjk),
        _ => false,
    };
    let spaced = text.split(is_space).filter(|word| !word.is_empty());
    Ok(Value::from(match cjk {
        false => spaced.count(),
        true => {
            let others = text.split(|c: char| is_space(c) || is_cjk(c)).filter(|word| !word.is_empty());
            text.chars().filter(|c| is_cjk(*c)).count() + others.count()
        }
    }))
}

fn array_to_sentence_string<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let connector = call.given(0).map_or(Ok("and"), |value| stringify(value, arena))?;
    let mut out = arena.builder();
    match array(call.input, arena)? {
        [] => {}
        [only] => return Ok(*only),
        [first, second] => {
            write_literal(*first, arena, &mut out)?;
            ["", connector, ""].iter().enumerate().try_for_each(|(at, word)| {
                if at > 0 {
                    out.push(" ")?;
                }
                out.push(word)
            })?;
            write_literal(*second, arena, &mut out)?;
        }
        [most @ .., last] => {
            for item in most {
                write_text(*item, arena, &mut out)?;
                out.push(", ")?;
            }
            out.push(connector)?;
            out.push(" ")?;
            write_literal(*last, arena, &mut out)?;
        }
    }
    Ok(Value::String(out.finish()))
}

/// A value as a template literal of JavaScript writes it: nil is the word `null`.
fn write_literal<'r>(
    value: Value<'r>,
    arena: &'r Arena,
    out: &mut crate::arena::TextBuilder<'r>,
) -> Result<(), Failure> {
    if value.is_nil() { out.push("null") } else { write_text(value, arena, out) }
}

/// Text that is a number counts as the number, which Customer.io adds to the engine.
fn slice<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let (start, length) = (number(call.argument(0), arena)?, given(call, 1, 1.0)?);
    let input = call.input.resolve(arena)?;
    let bounds = |size: usize| {
        let start = if start < 0.0 { size as f64 + start } else { start };
        (start >= 0.0 && length >= 0.0).then_some((start, start + length))
    };
    match input {
        Value::Nil => Ok(Value::Array(&[])),
        Value::Array(_) | Value::Range(_) | Value::Object(_) => {
            let items = array(input, arena)?;
            let Some((start, end)) = bounds(items.len()) else { return Ok(Value::Array(&[])) };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "neither end is below 0, and what is too large is held at the bound"
            )]
            let place = |at: f64| (at as usize).min(items.len());
            Ok(Value::Array(items.get(place(start)..place(end)).unwrap_or_default()))
        }
        other => {
            let text = stringify(other, arena)?;
            let Some((start, _)) = bounds(text.chars().count()) else { return Ok(Value::String("")) };
            let from = place_of(text, start).unwrap_or(text.len());
            let rest = part(text, from, text.len());
            Ok(Value::String(part(rest, 0, place_of(rest, length).unwrap_or(rest.len()))))
        }
    }
}
