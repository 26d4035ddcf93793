//! Hashes, keyed hashes and Base64.

use super::digest::{hexadecimal, keyed, plain};
use super::{Call, Filter, Parameter, entry, is_latest, liquidjs, text};
use crate::failure::Failure;
use crate::filters::{Function, encode};
use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

const KEY: &[Parameter] = &[Parameter::required("key", "the secret both sides know"), Parameter::IGNORED];
const NONE: &[Parameter] = &[Parameter::IGNORED];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "md5",
        NONE,
        "Gives the MD5 hash of the text in hexadecimal digits.",
        (r#"{{ "Customer.io" | md5 }}"#, "d52b6a207bf5255c05b1d0056230617e"),
        |call| as_text(call, plain::<Md5>),
    ),
    entry(
        "sha1",
        NONE,
        "Gives the SHA-1 hash of the text in hexadecimal digits.",
        (r#"{{ "Customer.io" | sha1 }}"#, "c197ff0ae0a41983362f35ca972c544061c54d4c"),
        |call| as_text(call, plain::<Sha1>),
    ),
    entry(
        "sha256",
        NONE,
        "Gives the SHA-256 hash of the text in hexadecimal digits.",
        (
            r#"{{ "Customer.io" | sha256 }}"#,
            "652a28d5b3227c50362dbb903742957e97c75821f5350916360a2eb40105df31",
        ),
        |call| as_text(call, plain::<Sha256>),
    ),
    entry(
        "hmac_sha1",
        KEY,
        "Gives the HMAC-SHA-1 of the text in hexadecimal digits.",
        (r#"{{ "Customer.io" | hmac_sha1: "some_key" }}"#, "2bdf556c9a75766f258d1e2824f6d0e31d1beedc"),
        |call| as_text(call, |call| keyed::<Sha1>(call, hexadecimal)),
    ),
    entry(
        "hmac_sha256",
        KEY,
        "Gives the HMAC-SHA-256 of the text in hexadecimal digits.",
        (
            r#"{{ "Customer.io" | hmac_sha256: "some_key" }}"#,
            "6dddb773238216bce273133bc3f6a12a824f41dd184d09452f05c7659dae7d57",
        ),
        |call| as_text(call, |call| keyed::<Sha256>(call, hexadecimal)),
    ),
    entry(
        "hmac_sha512",
        KEY,
        "Gives the HMAC-SHA-512 of the text in hexadecimal digits.",
        (
            r#"{{ "hey" | hmac_sha512: "secret_key" }}"#,
            "77559e110f13ef5700f9085728484653bd6365fb9426537f9b842f05a744f12f\
             5f1f957aa966bd7296238e947461be739ad5417364f1737a58f7b464317c03ed",
        ),
        |call| as_text(call, |call| keyed::<Sha512>(call, hexadecimal)),
    ),
    entry(
        "base64",
        NONE,
        "Encodes the text in Base64.",
        (r#"{{ "Customer.io" | base64 }}"#, "Q3VzdG9tZXIuaW8="),
        |call| as_text(call, encode::base64),
    ),
    entry(
        "hex_base64",
        NONE,
        "Writes bytes that stand there in hexadecimal digits, such as a hash, in Base64.",
        (
            r#"{{ "Customer.io" | hmac_sha256: "some_key" | hex_base64 }}"#,
            "bd23cyOCFrzicxM7w/ahKoJPQd0YTQlFLwXHZZ2ufVc=",
        ),
        hex_base64,
    ),
    Filter {
        dialects: crate::dialect::DialectSet::CUSTOMERIO,
        ..entry(
            "base64_url_safe_encode",
            NONE,
            "Encodes the text in Base64 with `-` and `_` in place of `+` and `/`.",
            (r#"{{ "a?>b?>" | base64_url_safe_encode }}"#, "YT8-Yj8-"),
            |call| as_text(call, encode::base64_url_safe),
        )
    },
    Filter {
        dialects: crate::dialect::DialectSet::CUSTOMERIO,
        ..entry(
            "base64_url_safe_decode",
            NONE,
            "Decodes Base64 with `-` and `_`; the padding may be missing.",
            (r#"{{ "YT8-Yj8-" | base64_url_safe_decode }}"#, "a?>b?>"),
            |call| as_text(call, encode::base64_url_safe_decoded),
        )
    },
];

/// Calls a filter of the other dialects with the text that the engine at work makes of the values.
fn as_text<'r>(call: &Call<'_, 'r>, function: Function) -> Result<Value<'r>, Failure> {
    if is_latest(call) { liquidjs::with_text(call, function) } else { function(call) }
}

fn hex_base64<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let digits = text(call)?.trim();
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match *pair {
        [high, low] => Some(nibble(high)? << 4 | nibble(low)?),
        _ => None,
    };
    call.arena.budget().allocate(digits.len())?;
    let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(pair).collect();
    match bytes {
        Some(bytes) => Ok(Value::String(call.arena.text(&STANDARD.encode(bytes))?)),
        None => Err(Failure::argument("hex_base64 needs pairs of hexadecimal digits")),
    }
}
