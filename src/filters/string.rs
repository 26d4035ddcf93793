//! Text.
//!
//! Everything but text is taken as Ruby's `to_s` writes it. A result that is a part of the input is that part and not a
//! copy of it.

use super::binary::bytewise;
use super::pieces::{Pieces, part};
use super::{Call, Filter, Parameter, case, replace};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::{Value, convert};
use memchr::memmem;

const REMOVED: &[Parameter] = &[Parameter::required("text", "what to take out")];

const REPLACED: &[Parameter] = &[
    Parameter::required("text", "what to look for"),
    Parameter::optional("replacement", "what to put in its place; nothing if not given"),
];

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "append",
        parameters: &[Parameter::required("text", "what to put behind the input")],
        description: "Puts a text behind the input.",
        example: r#"{{ "car" | append: "afe" }}"#,
        output: "carafe",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, append),
    },
    Filter {
        name: "prepend",
        parameters: &[Parameter::required("text", "what to put before the input")],
        description: "Puts a text before the input.",
        example: r#"{{ "42" | prepend: "Order " }}"#,
        output: "Order 42",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, prepend),
    },
    Filter {
        name: "capitalize",
        parameters: &[],
        description: "Writes the first character as a capital and all others in lower case.",
        example: r#"{{ "hello WORLD" | capitalize }}"#,
        output: "Hello world",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, |call| Ok(Value::String(case::capital(call.text()?, call.arena)?))),
    },
    Filter {
        name: "downcase",
        parameters: &[],
        description: "Writes the text in lower case.",
        example: r#"{{ "Ada@Example.COM" | downcase }}"#,
        output: "ada@example.com",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, |call| Ok(Value::String(case::lower(call.text()?, call.arena)?))),
    },
    Filter {
        name: "upcase",
        parameters: &[],
        description: "Writes the text in upper case.",
        example: r#"{{ "usd" | upcase }}"#,
        output: "USD",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, |call| Ok(Value::String(case::upper(call.text()?, call.arena)?))),
    },
    Filter {
        name: "lstrip",
        parameters: &[],
        description: "Takes away white space at the start.",
        example: r#"[{{ "  a b  " | lstrip }}]"#,
        output: "[a b  ]",
        dialects: DialectSet::RUBY,
        function: |call| {
            bytewise(call, |call| Ok(Value::String(call.text()?.trim_start_matches(is_stripped))))
        },
    },
    Filter {
        name: "rstrip",
        parameters: &[],
        description: "Takes away white space at the end.",
        example: r#"[{{ "  a b  " | rstrip }}]"#,
        output: "[  a b]",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, |call| Ok(Value::String(call.text()?.trim_end_matches(is_stripped)))),
    },
    Filter {
        name: "strip",
        parameters: &[],
        description: "Takes away white space at the start and the end.",
        example: r#"[{{ "  a b  " | strip }}]"#,
        output: "[a b]",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, |call| Ok(Value::String(call.text()?.trim_matches(is_stripped)))),
    },
    Filter {
        name: "squish",
        parameters: &[],
        description: "Takes away white space at both ends and makes every other stretch of it one space.",
        example: r#"[{{ "  a 	 b  " | squish }}]"#,
        output: "[a b]",
        dialects: DialectSet::RUBY_3,
        function: |call| bytewise(call, squish),
    },
    Filter {
        name: "strip_newlines",
        parameters: &[],
        description: "Takes out all line breaks.",
        example: "{{ \"one\ntwo\" | strip_newlines }}",
        output: "onetwo",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, strip_newlines),
    },
    Filter {
        name: "truncate",
        parameters: &[
            Parameter::optional("length", "the most characters the result has, 50 if not given"),
            Parameter::optional("ellipsis", "what a cut text ends with, `...` if not given; it counts"),
        ],
        description: "Cuts the text to a number of characters, the ellipsis included.",
        example: r#"{{ "Ground control to Major Tom" | truncate: 17 }}"#,
        output: "Ground control...",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, truncate),
    },
    Filter {
        name: "truncatewords",
        parameters: &[
            Parameter::optional("words", "the most words the result has, 15 if not given"),
            Parameter::optional("ellipsis", "what a cut text ends with, `...` if not given"),
        ],
        description: "Cuts the text to a number of words.",
        example: r#"{{ "Ground control to Major Tom" | truncatewords: 2 }}"#,
        output: "Ground control...",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, truncatewords),
    },
    Filter {
        name: "replace",
        parameters: REPLACED,
        description: "Puts another text in the place of every occurrence of a text.",
        example: r#"{{ "1,234,567" | replace: ",", "." }}"#,
        output: "1.234.567",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::replace),
    },
    Filter {
        name: "replace_first",
        parameters: REPLACED,
        description: "Puts another text in the place of the first occurrence of a text.",
        example: r#"{{ "a-b-c" | replace_first: "-", "+" }}"#,
        output: "a+b-c",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::replace_first),
    },
    Filter {
        name: "replace_last",
        parameters: &[
            Parameter::required("text", "what to look for"),
            Parameter::required("replacement", "what to put in its place"),
        ],
        description: "Puts another text in the place of the last occurrence of a text.",
        example: r#"{{ "a-b-c" | replace_last: "-", "+" }}"#,
        output: "a-b+c",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::replace_last),
    },
    Filter {
        name: "remove",
        parameters: REMOVED,
        description: "Takes out every occurrence of a text.",
        example: r#"{{ "1,234,567" | remove: "," }}"#,
        output: "1234567",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::remove),
    },
    Filter {
        name: "remove_first",
        parameters: REMOVED,
        description: "Takes out the first occurrence of a text.",
        example: r#"{{ "a-b-c" | remove_first: "-" }}"#,
        output: "ab-c",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::remove_first),
    },
    Filter {
        name: "remove_last",
        parameters: REMOVED,
        description: "Takes out the last occurrence of a text.",
        example: r#"{{ "a-b-c" | remove_last: "-" }}"#,
        output: "a-bc",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, replace::remove_last),
    },
    Filter {
        name: "split",
        parameters: &[Parameter::required("separator", "what stands between the parts")],
        description: "Makes an array of the parts between separators, without empty parts at the end.",
        example: r#"{{ "red,green,blue" | split: "," | join: " + " }}"#,
        output: "red + green + blue",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, split),
    },
    Filter {
        name: "slice",
        parameters: &[
            Parameter::required("start", "the first place, counted from 0; from the end if negative"),
            Parameter::optional("length", "how many characters or items, 1 if not given"),
        ],
        description: "Gives a part of a text or an array.",
        example: r#"{{ "carafe" | slice: 0, 3 }}"#,
        output: "car",
        dialects: DialectSet::RUBY,
        function: |call| bytewise(call, slice),
    },
];

pub(super) fn append<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    joined(call, call.text()?, call.text_argument(0)?)
}

pub(super) fn prepend<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    joined(call, call.text_argument(0)?, call.text()?)
}

fn joined<'r>(call: &Call<'_, 'r>, left: &'r str, right: &'r str) -> Result<Value<'r>, Failure> {
    Ok(Value::String(match (left, right) {
        (only, "") | ("", only) => only,
        _ => call.arena.concat(&[left, right])?,
    }))
}

/// What Ruby's `strip` takes away.
fn is_stripped(character: char) -> bool {
    character == '\0' || is_space(character)
}

/// What Ruby's `split(" ")` and `\s` take for white space: that of ASCII, no other.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}

/// As `strip`, and then white space of ASCII becomes one blank each.
fn squish<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(call.arena);
    let words = call.text()?.trim_matches(is_stripped).split(is_space).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(" ")?;
        }
        out.push(word)?;
    }
    Ok(Value::String(out.finish()))
}

pub(super) fn strip_newlines<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(call.arena);
    for line in call.text()?.split_inclusive('\n') {
        let kept = line.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        out.push(kept.unwrap_or(line))?;
    }
    Ok(Value::String(out.finish()))
}

/// The place in bytes of the character at place `at`; the end of the text if it has fewer.
fn byte_place(text: &str, at: usize) -> usize {
    let start = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    if start.is_ascii() {
        return start.len();
    }
    text.char_indices().nth(at).map_or(text.len(), |(place, _)| place)
}

/// The ellipsis of `truncate` and `truncatewords`.
fn ellipsis<'r>(call: &Call<'_, 'r>) -> Result<&'r str, Failure> {
    call.given(1).map_or(Ok("..."), |value| call.to_text(value))
}

fn truncate<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    if call.input.resolve(call.arena)?.is_nil() {
        return Ok(Value::Nil);
    }
    let text = call.text()?;
    let length = call.given(0).map_or(Ok(50), |value| convert::to_integer(value, call.arena))?;
    let ellipsis = ellipsis(call)?;
    // A negative length cuts every text, even an empty one.
    let fits = |length: usize| text.len() <= length || byte_place(text, length) == text.len();
    if usize::try_from(length).is_ok_and(fits) {
        return Ok(Value::String(text));
    }
    let kept = usize::try_from(length).unwrap_or(0).saturating_sub(ellipsis.chars().count());
    joined(call, part(text, 0, byte_place(text, kept)), ellipsis)
}

fn truncatewords<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    if call.input.resolve(call.arena)?.is_nil() {
        return Ok(Value::Nil);
    }
    let text = call.text()?;
    let most = call.given(0).map_or(Ok(15), |value| convert::to_integer(value, call.arena))?;
    let most = usize::try_from(most).unwrap_or(0).max(1);
    let ellipsis = ellipsis(call)?;
    let Some(end) = end_of_words(text, most) else {
        return Ok(Value::String(text));
    };
    let mut out = Pieces::new(call.arena);
    for (at, word) in part(text, 0, end).split(is_space).filter(|word| !word.is_empty()).enumerate() {
        if at > 0 {
            out.push(" ")?;
        }
        out.push(word)?;
    }
    out.push(ellipsis)?;
    Ok(Value::String(out.finish()))
}

/// Where the first `count` words end, if white space follows them: what comes after is cut, even if it is nothing more.
fn end_of_words(text: &str, count: usize) -> Option<usize> {
    let mut words = 0usize;
    let mut inside = false;
    for (at, character) in text.char_indices() {
        if !is_space(character) {
            inside = true;
        } else if inside {
            inside = false;
            words = words.saturating_add(1);
            if words == count {
                return Some(at);
            }
        }
    }
    None
}

fn split<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let (text, separator) = (call.text()?, call.text_argument(0)?);
    let mut parts = call.arena.list();
    match separator {
        "" => {
            let ends =
                text.char_indices().map(|(at, character)| (at, at.saturating_add(character.len_utf8())));
            for (start, end) in ends {
                parts.push(Value::String(part(text, start, end)))?;
            }
        }
        " " => {
            for word in text.split(is_space).filter(|word| !word.is_empty()) {
                parts.push(Value::String(word))?;
            }
        }
        _ => {
            let mut start = 0;
            let mut empty = 0usize;
            let ends = memmem::find_iter(text.as_bytes(), separator.as_bytes());
            for end in ends.chain([text.len()]) {
                // Empty parts count only once another part follows.
                if start == end {
                    empty = empty.saturating_add(1);
                } else {
                    for _ in 0..std::mem::take(&mut empty) {
                        parts.push(Value::String(part(text, start, start)))?;
                    }
                    parts.push(Value::String(part(text, start, end)))?;
                }
                start = end.saturating_add(separator.len());
            }
        }
    }
    Ok(Value::Array(parts.finish()))
}

fn slice<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let start = convert::to_integer(call.argument(0), call.arena)?;
    let length = match call.argument(1).resolve(call.arena)? {
        Value::Nil | Value::Bool(false) => 1,
        length => convert::to_integer(length, call.arena)?,
    };
    let input = call.input.resolve(call.arena)?;
    if let Value::Array(items) = input {
        let (start, end) = bounds(items.len(), start, length).unwrap_or((0, 0));
        return Ok(Value::Array(items.get(start..end).unwrap_or_default()));
    }
    let text = call.to_text(input)?;
    let characters = if text.is_ascii() { text.len() } else { text.chars().count() };
    let (start, end) = bounds(characters, start, length).unwrap_or((0, 0));
    let rest = part(text, byte_place(text, start), text.len());
    Ok(Value::String(part(rest, 0, byte_place(rest, end.saturating_sub(start)))))
}

/// The places from `start` on, at most `length` of them, in something of `size` places; `None` where Ruby's `slice` gives
/// nil.
fn bounds(size: usize, start: i64, length: i64) -> Option<(usize, usize)> {
    let length = usize::try_from(length).ok()?;
    let start = if start < 0 {
        size.checked_sub(usize::try_from(start.unsigned_abs()).ok()?)?
    } else {
        usize::try_from(start).ok()?
    };
    (start <= size).then(|| (start, size.min(start.saturating_add(length))))
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use super::super::trial::{call, printed};
    use crate::arena::Arena;
    use crate::dialect::LIQUID;
    use crate::limits::Limits;
    use crate::time::{FixedClock, Time};
    use crate::value::Value::{self, Array, Bool, Float, Integer, Nil, String as S};

    #[test]
    fn results_are_those_of_the_reference() {
        let letters = [S("a"), S("b"), S("c")];
        for (name, input, arguments, expected) in [
            ("append", Nil, &[Integer(5)][..], "5"),
            ("append", S("a"), &[Float(1.0)], "a1.0"),
            ("prepend", S("a"), &[Nil], "a"),
            ("append", S("a"), &[], "Liquid error: wrong number of arguments (given 1, expected 2)"),
            ("capitalize", S("ÉCLAIR ΣΑΣ"), &[], "Éclair σασ"),
            ("capitalize", S("ǆ"), &[], "ǅ"),
            ("capitalize", S("ﬁn"), &[], "Fin"),
            ("capitalize", S("ßa"), &[], "Ssa"),
            ("capitalize", S("ᾳ"), &[], "ᾼ"),
            ("capitalize", S("აბ"), &[], "აბ"),
            ("downcase", S("ΑΣ İ"), &[], "ασ i̇"),
            ("upcase", S("straße ა"), &[], "STRASSE Ა"),
            ("upcase", Array(&letters), &[], r#"["A", "B", "C"]"#),
            ("upcase", Nil, &[], ""),
            ("lstrip", S("\0 \u{b}\u{c}\u{a0}a \0"), &[], "\u{a0}a \0"),
            ("rstrip", S(" a\u{a0} \0 \n"), &[], " a\u{a0}"),
            ("strip", S(" \t\r\n "), &[], ""),
            ("strip_newlines", S("a\r\nb\nc\rd\r\r\n"), &[], "abc\rd\r"),
            ("truncate", S("1234567890"), &[Integer(7)], "1234..."),
            ("truncate", S("1234567890"), &[Integer(5), Integer(1)], "12341"),
            ("truncate", S("1234567890"), &[Integer(10)], "1234567890"),
            ("truncate", S("测试测试测试测试"), &[Integer(5)], "测试..."),
            ("truncate", S("测试"), &[Integer(2)], "测试"),
            ("truncate", S("abc"), &[S("2"), S("")], "ab"),
            ("truncate", S("abc"), &[Integer(2), S("é…é")], "é…é"),
            ("truncate", S(""), &[Integer(-1)], "..."),
            ("truncate", S("a"), &[Integer(i64::MIN)], "..."),
            ("truncate", S("a"), &[Integer(i64::MAX)], "a"),
            ("truncate", S("a"), &[Float(1.0)], "Liquid error: invalid integer"),
            ("truncate", S("a"), &[Nil], "Liquid error: invalid integer"),
            ("truncate", Nil, &[Nil], ""),
            ("truncatewords", S(" one  two\tthree "), &[Integer(2)], "one two..."),
            ("truncatewords", S(" one  two\tthree"), &[Integer(3)], " one  two\tthree"),
            ("truncatewords", S("one two "), &[Integer(2)], "one two..."),
            ("truncatewords", S("one two"), &[Integer(0), S("!")], "one!"),
            ("truncatewords", S("one two"), &[Integer(i64::MIN)], "one..."),
            ("truncatewords", S("one two "), &[Integer(i64::MAX)], "one two "),
            ("truncatewords", S("a\u{202f}b c"), &[Integer(1)], "a\u{202f}b..."),
            ("replace", S("foo"), &[S(""), S("-")], "-f-o-o-"),
            ("replace", S("héé"), &[S("é")], "h"),
            ("replace", S("hello"), &[S("l"), S(r"[\0\&\1\9\+]")], "he[ll][ll]o"),
            ("replace", S("hello"), &[S("l"), S(r"[\`|\']")], "he[he|lo][hel|o]o"),
            ("replace", S(r#"a"b"#), &[S("\""), S("\\\"")], r#"a\"b"#),
            ("replace", S(r"a\b"), &[S("\\"), S("\\\\")], r"a\b"),
            ("replace", S("a"), &[S("a"), S(r"\x\\0\")], r"\x\0\"),
            ("replace", S("a"), &[S("a"), S(r"\k<b>")], "Liquid error: internal"),
            ("replace", S("a"), &[S("b"), S(r"\k<b>")], "a"),
            ("replace_first", S("hello"), &[S("l"), S(r"<\'>")], "he<lo>lo"),
            ("replace_first", S("ab"), &[Nil, S("#")], "#ab"),
            ("replace_last", S("aaa"), &[S("aa"), S(r"\0")], r"a\0"),
            ("replace_last", S("ab"), &[Nil, S("#")], "ab#"),
            ("replace_last", S("ab"), &[S("c"), S("#")], "ab"),
            ("remove", S("rain train"), &[S("rain")], " t"),
            ("remove_first", S("rain train"), &[S("rain")], " train"),
            ("remove_last", S("rain train"), &[S("rain")], "rain t"),
            ("slice", S("héllo"), &[Integer(1), Integer(3)], "éll"),
            ("slice", S("héllo"), &[Integer(-4)], "é"),
            ("slice", S("hello"), &[Integer(5), Integer(1)], ""),
            ("slice", S("hello"), &[Integer(-6), Integer(9)], ""),
            ("slice", S("hello"), &[Integer(0), Integer(-1)], ""),
            ("slice", S("hello"), &[Integer(i64::MIN), Integer(i64::MAX)], ""),
            ("slice", S("hello"), &[Integer(1), Integer(i64::MAX)], "ello"),
            ("slice", S("hello"), &[Integer(1), Bool(false)], "e"),
            ("slice", S("hello"), &[Nil], "Liquid error: invalid integer"),
            ("slice", Integer(1234), &[S("-2"), S("2")], "34"),
            ("slice", Array(&letters), &[Integer(-2), Integer(9)], "bc"),
            ("slice", Array(&letters), &[Integer(3), Integer(9)], ""),
            ("slice", Array(&letters), &[Integer(i64::MIN)], ""),
        ] {
            assert_eq!(printed(name, input, arguments), expected, "{input:?} | {name}: {arguments:?}");
        }
    }

    #[test]
    fn split_gives_the_parts() {
        let environment = Environment::new(&LIQUID, Some(&FixedClock(Time::UNIX_EPOCH)));
        for (text, separator, expected) in [
            ("a,b,,c,,", ",", &["a", "b", "", "c"][..]),
            (",a", ",", &["", "a"]),
            (",,", ",", &[]),
            ("", ",", &[]),
            ("", "", &[]),
            ("héy", "", &["h", "é", "y"]),
            ("  a b\t\nc\0 ", " ", &["a", "b", "c\0"]),
            ("a--b", "  ", &["a--b"]),
            ("aaa", "aa", &["", "a"]),
        ] {
            let arena = Arena::default();
            let Ok(Array(parts)) = call("split", S(text), &[S(separator)], &arena, &environment) else {
                panic!("{text:?} is not split at {separator:?}");
            };
            let parts: Vec<&str> = parts.iter().filter_map(|part| part.as_str()).collect();
            assert_eq!(parts, expected, "{text:?} at {separator:?}");
            let inside = |part: &&str| text.as_bytes().as_ptr_range().contains(&part.as_ptr());
            assert!(parts.iter().filter(|part| !part.is_empty()).all(inside), "{text:?} is copied");
        }
    }

    #[test]
    fn parts_of_the_input_are_not_copied() {
        let environment = Environment::new(&LIQUID, Some(&FixedClock(Time::UNIX_EPOCH)));
        let arena = Arena::default();
        let text = " 1 two 3 ";
        for (name, arguments, offset) in [
            ("append", &[S("")][..], 0),
            ("prepend", &[Nil], 0),
            ("lstrip", &[], 1),
            ("rstrip", &[], 0),
            ("strip", &[], 1),
            ("downcase", &[], 0),
            ("slice", &[Integer(3), Integer(3)], 3),
            ("truncate", &[], 0),
            ("truncatewords", &[], 0),
            ("replace", &[S("x"), S("y")], 0),
            ("replace_first", &[S("x"), S("y")], 0),
            ("replace_last", &[S("x"), S("y")], 0),
            ("remove", &[S(" 1 ")], 3),
            ("remove_first", &[S(" ")], 1),
            ("remove_last", &[S(" ")], 0),
            ("strip_newlines", &[], 0),
            ("escape", &[], 0),
            ("escape_once", &[], 0),
            ("newline_to_br", &[], 0),
            ("strip_html", &[], 0),
        ] {
            let result = call(name, S(text), arguments, &arena, &environment).unwrap();
            let start = result.as_str().map(str::as_ptr);
            assert_eq!(start, Some(text[offset..].as_ptr()), "{name}");
        }
        let items = [Integer(1), Integer(2), Integer(3)];
        let result = call("slice", Array(&items), &[Integer(1), Integer(9)], &arena, &environment);
        assert!(matches!(result, Ok(Array(part)) if std::ptr::eq(part, &items[1..])));
    }

    #[test]
    fn what_grows_is_held_by_the_limits() {
        let environment = Environment::new(&LIQUID, Some(&FixedClock(Time::UNIX_EPOCH)));
        let limits = Limits { value_bytes: 4096, memory_bytes: 1 << 16, ..Limits::default() };
        let text = "a".repeat(1024);
        for (name, arguments) in [
            ("append", &[Value::String("b")][..]),
            ("replace", &[S("a"), S("12345")]),
            ("replace", &[S(""), S(r"\`\'")]),
            ("split", &[S("")]),
            ("url_encode", &[]),
        ] {
            let arena = Arena::new(&limits);
            let input = if name == "append" { "b".repeat(4096) } else { text.replace('a', "a ") };
            let input = if name == "url_encode" { input.replace('a', "é") } else { input };
            let result = call(name, S(arena.text(&input).unwrap()), arguments, &arena, &environment);
            assert!(matches!(result, Err(crate::Failure::Limit(_))), "{name}: {result:?}");
        }
    }
}
