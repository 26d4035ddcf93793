//! HTML, URLs and Base64.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::text::stringify;
use super::{Call, Filter, NONE, Parameter, entry, with_text};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::filters::html::newline_to_br;
use crate::filters::pieces::{Pieces, part};
use crate::number::is_ecmascript_space;
use crate::value::Value;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};
use memchr::{memchr, memmem};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::Regex;
use std::sync::LazyLock;

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The same without the signs that old servers stumble over.
const STRICT: &AsciiSet = &COMPONENT.add(b'!').add(b'*').add(b'\'').add(b'(').add(b')');

/// What `encodeURI` leaves alone, and square brackets.
const WHOLE: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#')
    .remove(b'[')
    .remove(b']');

const ESCAPE: Filter = entry(
    "escape",
    NONE,
    "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities.",
    (r#"{{ '<b>"' | escape }}"#, "&lt;b&gt;&#34;"),
    |call| escaped(stringify(call.input, call.arena)?, call.arena),
);

pub(super) static FILTERS: &[Filter] = &[
    ESCAPE,
    Filter {
        name: "xml_escape",
        description: "Writes `<`, `>`, `&`, `\"` and `'` as entities; another name of `escape`.",
        example: r#"{{ "a < b" | xml_escape }}"#,
        output: "a &lt; b",
        ..ESCAPE
    },
    Filter {
        name: "htmlencode",
        description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities; the deprecated name of `escape`.",
        example: r#"{{ "a < b" | htmlencode }}"#,
        output: "a &lt; b",
        ..ESCAPE
    },
    entry(
        "escape_once",
        NONE,
        "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities and leaves those that are there alone.",
        ("{{ '1 < 2 &amp; 3' | escape_once }}", "1 &lt; 2 &amp; 3"),
        |call| escaped(unescaped(stringify(call.input, call.arena)?, call.arena)?, call.arena),
    ),
    entry(
        "newline_to_br",
        NONE,
        "Puts `<br />` before every line break.",
        ("{{ \"one\ntwo\" | newline_to_br }}", "one<br />\ntwo"),
        |call| with_text(call, newline_to_br),
    ),
    entry(
        "strip_html",
        NONE,
        "Takes out HTML tags, comments, scripts and styles.",
        (r#"{{ "Have <em>you</em> read it?<!-- no -->" | strip_html }}"#, "Have you read it?"),
        strip_html,
    ),
    entry(
        "url_encode",
        NONE,
        "Encodes the text for a form or a query; a space becomes `+`.",
        (r#"{{ "coffee & tea" | url_encode }}"#, "coffee+%26+tea"),
        |call| percent_encoded(call, COMPONENT, "+"),
    ),
    entry(
        "cgi_escape",
        NONE,
        "Encodes the text for a query, `!'()*` too; a space becomes `+`.",
        (r#"{{ "overview: (all)" | cgi_escape }}"#, "overview%3A+%28all%29"),
        |call| percent_encoded(call, STRICT, "+"),
    ),
    entry(
        "uri_escape",
        NONE,
        "Encodes what may not stand in a URL and keeps what structures one, such as `/`, `?` and `&`.",
        (r#"{{ "https://example.com/a b?c=d&e" | uri_escape }}"#, "https://example.com/a%20b?c=d&e"),
        |call| percent_encoded(call, WHOLE, "%20"),
    ),
    entry(
        "url_decode",
        NONE,
        "Decodes percent-encoded text; a `+` becomes a space.",
        (r#"{{ "coffee+%26+tea" | url_decode }}"#, "coffee & tea"),
        url_decode,
    ),
    entry(
        "slugify",
        &[
            Parameter::optional("mode", "`default`, `raw`, `pretty`, `ascii`, `latin` or `none`"),
            Parameter::optional("cased", "`true` to leave capitals as they are"),
            Parameter::IGNORED,
        ],
        "Makes a part of a URL of a text: lower case, and hyphens for all but letters and digits.",
        (r#"{{ "Hello, World!" | slugify }}"#, "hello-world"),
        slugify,
    ),
    entry(
        "base64_encode",
        NONE,
        "Encodes the text in Base64.",
        (r#"{{ "APIkey:" | base64_encode }}"#, "QVBJa2V5Og=="),
        |call| {
            let text = stringify(call.input, call.arena)?;
            let length = text.len().div_ceil(3).saturating_mul(4);
            call.arena.budget().text(length)?;
            call.arena.budget().allocate(length)?;
            Ok(Value::String(call.arena.text(&STANDARD.encode(text))?))
        },
    ),
    entry(
        "base64_decode",
        NONE,
        "Decodes Base64 into text.",
        (r#"{{ "YmxhaA==" | base64_decode }}"#, "blah"),
        base64_decode,
    ),
];

fn escaped<'r>(text: &'r str, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(arena);
    let mut kept = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&#34;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push(part(text, kept, at))?;
        out.push(entity)?;
        kept = at + 1;
    }
    out.push(part(text, kept, text.len()))?;
    Ok(Value::String(out.finish()))
}

fn unescaped<'r>(text: &'r str, arena: &'r Arena) -> Result<&'r str, Failure> {
    const ENTITIES: [(&str, &str); 5] =
        [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    let mut out = Pieces::new(arena);
    let mut kept = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let rest = part(text, at, text.len());
        if let Some((entity, sign)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
            out.push(part(text, kept, at))?;
            out.push(sign)?;
            kept = at + entity.len();
        }
    }
    out.push(part(text, kept, text.len()))?;
    Ok(out.finish())
}

/// What is taken out with all it holds: the start, in lower case only, and the end. A tag is the last of them.
const BLOCKS: [(&str, &str); 4] =
    [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">")];

fn strip_html<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?;
    let mut out = Pieces::new(call.arena);
    // Once an end is missing it is missing for all later starts.
    let mut unclosed = [false; BLOCKS.len()];
    let mut at = 0;
    while let Some(start) = memchr(b'<', part(text, at, text.len()).as_bytes()).map(|found| at + found) {
        out.push(part(text, at, start))?;
        let rest = part(text, start, text.len());
        let mut end = None;
        for ((open, close), unclosed) in BLOCKS.iter().zip(&mut unclosed) {
            if *unclosed || !rest.starts_with(open) {
                continue;
            }
            let inside = part(rest, open.len(), rest.len());
            end = memmem::find(inside.as_bytes(), close.as_bytes())
                .map(|found| start + open.len() + found + close.len());
            if end.is_some() {
                break;
            }
            *unclosed = true;
        }
        match end {
            Some(end) => at = end,
            None => {
                at = start;
                break;
            }
        }
    }
    out.push(part(text, at, text.len()))?;
    Ok(Value::String(out.finish()))
}

fn percent_encoded<'r>(
    call: &Call<'_, 'r>,
    escaped: &'static AsciiSet,
    space: &'static str,
) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(call.arena);
    for (at, word) in stringify(call.input, call.arena)?.split(' ').enumerate() {
        if at > 0 {
            out.push(space)?;
        }
        utf8_percent_encode(word, escaped).try_for_each(|piece| out.push(piece))?;
    }
    Ok(Value::String(out.finish()))
}

/// `decodeURIComponent`: what is not encoded as it should be is an error.
fn url_decode<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = stringify(call.input, call.arena)?;
    if !text.contains(['+', '%']) {
        return Ok(Value::String(text));
    }
    let malformed = || Failure::argument("URI malformed");
    for at in memchr::memchr_iter(b'%', text.as_bytes()) {
        let digits = text.as_bytes().get(at + 1..at + 3).ok_or_else(malformed)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(malformed());
        }
    }
    call.arena.budget().allocate(text.len().saturating_mul(2))?;
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| malformed())?;
    Ok(Value::String(call.arena.text(&decoded)?))
}

fn slugify<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    static DEFAULT: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\p{M}\p{L}\p{Nd}]+"));
    static RAW: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\s\u{feff}]+"));
    static PRETTY: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\p{M}\p{L}\p{Nd}._~!$&'()+,;=@]+"));
    static ASCII: LazyLock<Regex> = LazyLock::new(|| pattern("[^A-Za-z0-9]+"));
    let text = stringify(call.input, call.arena)?;
    call.arena.budget().allocate(text.len().saturating_mul(3))?;
    let mode = call.given(0).map_or(Ok("default"), |mode| stringify(mode, call.arena))?;
    let replaced: Option<&Regex> = match mode {
        "default" | "latin" => Some(&DEFAULT),
        "raw" => Some(&RAW),
        "pretty" => Some(&PRETTY),
        "ascii" => Some(&ASCII),
        _ => None,
    };
    let mut slug = if mode == "latin" { without_accents(text) } else { text.to_owned() };
    if let Some(replaced) = replaced {
        let hyphened = replaced.replace_all(&slug, "-").into_owned();
        let trimmed = hyphened.strip_prefix('-').unwrap_or(&hyphened);
        slug = trimmed.strip_suffix('-').unwrap_or(trimmed).to_owned();
    }
    if !call.argument(1).resolve(call.arena)?.is_truthy() {
        slug = slug.to_lowercase();
    }
    Ok(Value::String(if slug == text { text } else { call.arena.text(&slug)? }))
}

fn pattern(text: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constants, compiled by the tests of this module")]
    Regex::new(text).expect("constant pattern")
}

/// The letters of western Europe without their accents, those in lower case as LiquidJS lists them.
fn without_accents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        out.push_str(match character {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
            'æ' => "ae",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ð' => "d",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
            'ù' | 'ú' | 'û' | 'ü' => "u",
            'ý' | 'ÿ' => "y",
            'ß' => "ss",
            'œ' => "oe",
            'þ' => "th",
            'ẞ' => "SS",
            'Œ' => "OE",
            'Þ' => "TH",
            other => {
                out.push(other);
                continue;
            }
        });
    }
    out
}

/// White space and missing padding are no matter; bytes that are no UTF-8 become U+FFFD.
fn base64_decode<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = stringify(call.input, call.arena)?;
    call.arena.budget().allocate(text.len().saturating_mul(2))?;
    let kept: String =
        text.chars().filter(|c| !(c.is_ascii() && is_ecmascript_space(*c) && *c != '\u{b}')).collect();
    match LENIENT.decode(&kept) {
        Ok(bytes) => Ok(Value::String(call.arena.text(&String::from_utf8_lossy(&bytes))?)),
        Err(_) => Err(Failure::argument("invalid base64 provided to base64_decode")),
    }
}
