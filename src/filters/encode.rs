//! Base64 and percent-encoding.

use super::pieces::Pieces;
use super::{Call, Filter};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// All but the characters that RFC 3986 calls unreserved.
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// All but unreserved characters and those that structure a URL.
const NOT_IN_URL: &AsciiSet = &NOT_UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'#')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

const BASE64_ENCODE: Filter = Filter {
    name: "base64_encode",
    parameters: &[],
    description: "Encodes the text in Base64.",
    example: r#"{{ "APIkey:" | base64_encode }}"#,
    output: "QVBJa2V5Og==",
    dialects: DialectSet::RUBY,
    function: base64,
};

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "url_encode",
        parameters: &[],
        description: "Encodes the text for a form or a query; a space becomes `+`.",
        example: r#"{{ "coffee & tea" | url_encode }}"#,
        output: "coffee+%26+tea",
        dialects: DialectSet::RUBY,
        function: url_encode,
    },
    Filter {
        name: "url_decode",
        parameters: &[],
        description: "Decodes percent-encoded text; a `+` becomes a space.",
        example: r#"{{ "coffee+%26+tea" | url_decode }}"#,
        output: "coffee & tea",
        dialects: DialectSet::RUBY,
        function: url_decode,
    },
    Filter {
        name: "url_escape",
        parameters: &[],
        description: "Encodes what may not stand in a URL and keeps what structures one, such as `/`, `?` and `&`.",
        example: r#"{{ "https://example.com/a b?c=d&e" | url_escape }}"#,
        output: "https://example.com/a%20b?c=d&e",
        dialects: DialectSet::BRAZE,
        function: |call| percent_encoded(call, NOT_IN_URL),
    },
    Filter {
        name: "url_param_escape",
        parameters: &[],
        description: "Encodes the text for one parameter of a URL; a space becomes `%20`.",
        example: r#"{{ "coffee & tea" | url_param_escape }}"#,
        output: "coffee%20%26%20tea",
        dialects: DialectSet::BRAZE,
        function: |call| percent_encoded(call, NOT_UNRESERVED),
    },
    BASE64_ENCODE,
    Filter {
        name: "base64",
        description: "Encodes the text in Base64; another name of `base64_encode`.",
        example: r#"{{ "blah" | base64 }}"#,
        output: "YmxhaA==",
        dialects: DialectSet::BRAZE,
        ..BASE64_ENCODE
    },
    Filter {
        name: "base64_decode",
        parameters: &[],
        description: "Decodes Base64 into text.",
        example: r#"{{ "YmxhaA==" | base64_decode }}"#,
        output: "blah",
        dialects: DialectSet::RUBY,
        function: |call| decoded(call, STANDARD.decode(call.text()?).ok(), "base64_decode"),
    },
    Filter {
        name: "base64_url_safe_encode",
        parameters: &[],
        description: "Encodes the text in Base64 with `-` and `_` in place of `+` and `/`.",
        example: r#"{{ "a?>b?>" | base64_url_safe_encode }}"#,
        output: "YT8-Yj8-",
        dialects: DialectSet::RUBY,
        function: base64_url_safe,
    },
    Filter {
        name: "base64_url_safe_decode",
        parameters: &[],
        description: "Decodes Base64 with `-` and `_`; the padding may be missing.",
        example: r#"{{ "YT8-Yj8-" | base64_url_safe_decode }}"#,
        output: "a?>b?>",
        dialects: DialectSet::RUBY,
        function: base64_url_safe_decoded,
    },
];

fn url_encode<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if input.is_nil() {
        return Ok(Value::Nil);
    }
    let mut out = Pieces::new(call.arena);
    for (at, word) in call.to_bytes(input)?.split(|byte| *byte == b' ').enumerate() {
        if at > 0 {
            out.push("+")?;
        }
        percent_encode(word, NOT_UNRESERVED).try_for_each(|piece| out.push(piece))?;
    }
    Ok(Value::String(out.finish()))
}

fn percent_encoded<'r>(call: &Call<'_, 'r>, escaped: &'static AsciiSet) -> Result<Value<'r>, Failure> {
    let mut out = Pieces::new(call.arena);
    percent_encode(call.bytes()?, escaped).try_for_each(|piece| out.push(piece))?;
    Ok(Value::String(out.finish()))
}

/// As Ruby's `CGI.unescape`: a `%` without two hexadecimal digits stays, and a `+` behind it if it ends the text.
fn url_decode<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let input = call.input.resolve(call.arena)?;
    if input.is_nil() {
        return Ok(Value::Nil);
    }
    let text = call.to_text(input)?;
    if !text.contains(['+', '%']) {
        return Ok(Value::String(text));
    }
    call.arena.budget().allocate(text.len())?;
    let mut bytes = Vec::with_capacity(text.len());
    let (text, end) = text.strip_suffix("%+").map_or((text, ""), |text| (text, "%+"));
    for (at, word) in text.split('+').enumerate() {
        if at > 0 {
            bytes.push(b' ');
        }
        bytes.extend(percent_decode_str(word));
    }
    bytes.extend_from_slice(end.as_bytes());
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Value::String(call.arena.text(text)?)),
        Err(_) => Err(Failure::argument("invalid byte sequence in UTF-8")),
    }
}

pub(super) fn base64<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    encoded(call, |bytes| STANDARD.encode(bytes))
}

pub(super) fn base64_url_safe<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    encoded(call, |bytes| URL_SAFE.encode(bytes))
}

pub(super) fn base64_url_safe_decoded<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    decoded(call, url_safe_bytes(call.text()?), "base64_url_safe_decode")
}

fn encoded<'r>(call: &Call<'_, 'r>, encode: fn(&[u8]) -> String) -> Result<Value<'r>, Failure> {
    let bytes = call.bytes()?;
    let budget = call.arena.budget();
    let length = bytes.len().div_ceil(3).saturating_mul(4);
    budget.text(length)?;
    budget.allocate(length)?;
    Ok(Value::String(call.arena.text(&encode(bytes))?))
}

fn decoded<'r>(call: &Call<'_, 'r>, bytes: Option<Vec<u8>>, name: &str) -> Result<Value<'r>, Failure> {
    match bytes {
        Some(bytes) => {
            call.arena.budget().text(bytes.len())?;
            Ok(Value::from_bytes(call.arena.slice(&bytes)?))
        }
        None => Err(Failure::argument(format!("invalid base64 provided to {name}"))),
    }
}

/// Both alphabets are read. Without any padding the length may be anything; with some it must be right.
fn url_safe_bytes(text: &str) -> Option<Vec<u8>> {
    let mut standard = text.replace('-', "+").replace('_', "/");
    if !text.ends_with('=') {
        let padding = standard.len().wrapping_neg() % 4;
        standard.extend(std::iter::repeat_n('=', padding));
    }
    STANDARD.decode(standard).ok()
}

#[cfg(test)]
mod tests {
    use super::super::trial::printed;
    use crate::value::Value::{Binary, Integer, Nil, String as S};

    #[test]
    fn results_are_those_of_the_reference() {
        let invalid = |name| format!("Liquid error: invalid base64 provided to {name}");
        let (strict, safe) = (invalid("base64_decode"), invalid("base64_url_safe_decode"));
        let not_utf8 = "Liquid error: invalid byte sequence in UTF-8";
        for (name, input, expected) in [
            ("url_encode", S("*~-_.!'() é/\n+"), "%2A~-_.%21%27%28%29+%C3%A9%2F%0A%2B"),
            ("url_encode", Integer(5), "5"),
            ("url_encode", Nil, ""),
            ("url_decode", S("a+b%20%zz%4%c3%A9"), "a b %zz%4é"),
            ("url_decode", S("%+%+"), "% %+"),
            ("url_decode", S("%ff"), not_utf8),
            ("url_decode", Nil, ""),
            (
                "url_escape",
                S("hey<&>hi %é~:/?#[]@!$&'()*+,;="),
                "hey%3C&%3Ehi%20%25%C3%A9~:/?#[]@!$&'()*+,;=",
            ),
            ("url_param_escape", S("hey<&>hi @+"), "hey%3C%26%3Ehi%20%40%2B"),
            ("url_param_escape", Nil, ""),
            ("base64_encode", Nil, ""),
            ("base64_encode", S("é?>"), "w6k/Pg=="),
            ("base64_url_safe_encode", S("é?>"), "w6k_Pg=="),
            ("base64_decode", Nil, ""),
            ("base64_decode", S("YQ=="), "a"),
            ("base64_decode", S("YQ"), &strict),
            ("base64_decode", S("YR=="), &strict),
            ("base64_decode", S("YQ==\n"), &strict),
            ("base64_decode", S("w6k_Pg=="), &strict),
            ("base64_decode", S("/2E="), "\u{fffd}a"),
            ("base64_url_safe_decode", S("_2E"), "\u{fffd}a"),
            ("base64_encode", Binary(b"\xffa"), "/2E="),
            ("base64_url_safe_encode", Binary(b"\xffa"), "_2E="),
            ("url_encode", Binary(b"\xff a"), "%FF+a"),
            ("url_escape", Binary(b"\xff a"), "%FF%20a"),
            ("url_param_escape", Binary(b"\xff a"), "%FF%20a"),
            ("base64_url_safe_decode", S("w6k_Pg"), "é?>"),
            ("base64_url_safe_decode", S("w6k/Pg=="), "é?>"),
            ("base64_url_safe_decode", S("YQ="), &safe),
            ("base64_url_safe_decode", S("Y"), &safe),
        ] {
            assert_eq!(printed(name, input, &[]), expected, "{input:?} | {name}");
        }
    }
}
