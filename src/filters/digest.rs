//! Hashes and keyed hashes, of the bytes of the text.

use super::{Call, Filter, Parameter};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::{Value, compare};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

const KEY: &[Parameter] = &[Parameter::required("key", "the secret both sides know")];

const HMAC_SHA1_HEX: Filter = Filter {
    name: "hmac_sha1_hex",
    parameters: KEY,
    description: "Gives the HMAC-SHA-1 of the text in hexadecimal digits.",
    example: r#"{{ "hey" | hmac_sha1_hex: "secret_key" }}"#,
    output: "2a3969bed25bfeefb00aca4063eb9590b4df8f0e",
    dialects: DialectSet::BRAZE,
    function: |call| keyed::<Sha1>(call, hexadecimal),
};

const HMAC_SHA256_HEX: Filter = Filter {
    name: "hmac_sha256_hex",
    parameters: KEY,
    description: "Gives the HMAC-SHA-256 of the text in hexadecimal digits.",
    example: r#"{{ "hey" | hmac_sha256_hex: "secret_key" }}"#,
    output: "8df897f8da3d7992fe57c8dbc6f27578cfbf2dcc4d0fbb4000b8c924841d508e",
    dialects: DialectSet::BRAZE,
    function: |call| keyed::<Sha256>(call, hexadecimal),
};

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "md5",
        parameters: &[],
        description: "Gives the MD5 hash of the text in hexadecimal digits.",
        example: r#"{{ "hey" | md5 }}"#,
        output: "6057f13c496ecf7fd777ceb9e79ae285",
        dialects: DialectSet::BRAZE,
        function: plain::<Md5>,
    },
    Filter {
        name: "sha1",
        parameters: &[],
        description: "Gives the SHA-1 hash of the text in hexadecimal digits.",
        example: r#"{{ "hey" | sha1 }}"#,
        output: "7f550a9f4c44173a37664d938f1355f0f92a47a7",
        dialects: DialectSet::BRAZE,
        function: plain::<Sha1>,
    },
    Filter {
        name: "sha2",
        parameters: &[],
        description: "Gives the SHA-256 hash of the text in hexadecimal digits.",
        example: r#"{{ "hey" | sha2 }}"#,
        output: "fa690b82061edfd2852629aeba8a8977b57e40fcb77d1a7a28b26cba62591204",
        dialects: DialectSet::BRAZE,
        function: plain::<Sha256>,
    },
    HMAC_SHA1_HEX,
    Filter {
        name: "hmac_sha1",
        description: "Gives the HMAC-SHA-1 of the text in hexadecimal digits; the old name of `hmac_sha1_hex`.",
        example: r#"{{ "hey" | hmac_sha1: "secret_key" }}"#,
        ..HMAC_SHA1_HEX
    },
    Filter {
        name: "hmac_sha1_base64",
        parameters: KEY,
        description: "Gives the HMAC-SHA-1 of the text in Base64.",
        example: r#"{{ "hey" | hmac_sha1_base64: "secret_key" }}"#,
        output: "KjlpvtJb/u+wCspAY+uVkLTfjw4=",
        dialects: DialectSet::BRAZE,
        function: |call| keyed::<Sha1>(call, |bytes| STANDARD.encode(bytes)),
    },
    HMAC_SHA256_HEX,
    Filter {
        name: "hmac_sha256",
        description: "Gives the HMAC-SHA-256 of the text in hexadecimal digits; another name of `hmac_sha256_hex`.",
        example: r#"{{ "hey" | hmac_sha256: "secret_key" }}"#,
        ..HMAC_SHA256_HEX
    },
    Filter {
        name: "hmac_sha256_base64",
        parameters: KEY,
        description: "Gives the HMAC-SHA-256 of the text in Base64.",
        example: r#"{{ "hey" | hmac_sha256_base64: "secret_key" }}"#,
        output: "jfiX+No9eZL+V8jbxvJ1eM+/LcxND7tAALjJJIQdUI4=",
        dialects: DialectSet::BRAZE,
        function: |call| keyed::<Sha256>(call, |bytes| STANDARD.encode(bytes)),
    },
    Filter {
        name: "hmac_sha512",
        parameters: KEY,
        description: "Gives the HMAC-SHA-512 of the text in hexadecimal digits.",
        example: r#"{{ "hey" | hmac_sha512: "secret_key" }}"#,
        output: "77559e110f13ef5700f9085728484653bd6365fb9426537f9b842f05a744f12f\
                 5f1f957aa966bd7296238e947461be739ad5417364f1737a58f7b464317c03ed",
        dialects: DialectSet::BRAZE,
        function: |call| keyed::<Sha512>(call, hexadecimal),
    },
];

pub(super) fn plain<'r, D: Digest>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let hash = D::digest(message(call)?);
    Ok(Value::String(call.arena.text(&hexadecimal(&hash))?))
}

/// # Errors
/// When the key is nil: a signature that anybody can make must not pass for one.
pub(super) fn keyed<'r, D: EagerHash>(
    call: &Call<'_, 'r>,
    write: fn(&[u8]) -> String,
) -> Result<Value<'r>, Failure> {
    let key = call.argument(0).resolve(call.arena)?;
    if key.is_nil() {
        return Err(Failure::argument("the key of the signature is nil"));
    }
    let key = call.to_bytes(key)?;
    if std::str::from_utf8(key).is_ok_and(|key| key.trim().is_empty()) {
        call.doubt(
            &code::FILTER_WARNING,
            "the key is blank: anybody can make this signature",
            Some("put the secret in place of the key".to_owned()),
        );
    }
    let message = message(call)?;
    // HMAC takes keys of any length, so that this error never shows.
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(key)
        .map_err(|_| Failure::argument("the key of the signature has a wrong length"))?;
    mac.update(message);
    Ok(Value::String(call.arena.text(&write(&mac.finalize().into_bytes()))?))
}

/// The bytes to hash. The hash costs more than one walk over it.
fn message<'r>(call: &Call<'_, 'r>) -> Result<&'r [u8], Failure> {
    if compare::is_blank(call.input, call.arena)? {
        call.doubt(
            &code::DATA_HASH_OF_MISSING,
            format!("the input is {}: everyone without a value gets the same hash", blank_word(call.input)),
            Some("test the value for `blank` first".to_owned()),
        );
    }
    if call.input.as_str().is_some_and(is_address_as_typed) {
        call.doubt(
            &code::DATA_HASH_OF_SPELLING,
            "the e-mail address is hashed as it was typed: written otherwise, the same person has another hash",
            Some("hash it in small letters and without white space around it: `| downcase | strip` first".to_owned()),
        );
    }
    let bytes = call.bytes()?;
    call.arena.budget().spend_bytes(bytes.len().saturating_mul(4))?;
    Ok(bytes)
}

/// No mail system takes an address longer than this.
const LONGEST_ADDRESS: usize = 320;

/// Whether `text` is an e-mail address with capital letters or with white space around it.
fn is_address_as_typed(text: &str) -> bool {
    let address = text.trim();
    let parts = address.split_once('@');
    address.len() <= LONGEST_ADDRESS
        && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !address.contains(char::is_whitespace)
        && (address.len() < text.len() || address.contains(char::is_uppercase))
}

fn blank_word(value: Value<'_>) -> &'static str {
    if value.is_nil() { "nil" } else { "blank" }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    // Four bits are always a digit.
    let digit = |bits: u8| char::from_digit(u32::from(bits), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::trial::{doubts, printed};
    use super::FILTERS;
    use crate::value::Value::{Nil, String as S};

    #[test]
    fn the_examples_hold() {
        for filter in FILTERS {
            let key = &[S("secret_key")][..filter.parameters.len()];
            assert_eq!(printed(filter.name, S("hey"), key), filter.output, "{}", filter.name);
            assert_eq!(doubts(filter.name, S("hey"), key), [""; 0], "{}", filter.name);
        }
    }

    #[test]
    fn missing_values_are_hashed_with_a_doubt_and_missing_keys_fail() {
        assert_eq!(printed("md5", Nil, &[]), "d41d8cd98f00b204e9800998ecf8427e");
        let nil = "the input is nil: everyone without a value gets the same hash";
        assert_eq!(doubts("md5", Nil, &[]), [nil]);
        assert_eq!(doubts("hmac_sha256", Nil, &[S("k")]), [nil]);
        assert_eq!(doubts("sha2", S(" "), &[]).len(), 1);
        assert_eq!(doubts("hmac_sha1", S("a"), &[S("")]).len(), 1);
        for (text, doubted) in [
            ("Test@Braze.com", 1),
            (" test@braze.com\n", 1),
            ("test@braze.com", 0),
            ("Write to Test@Braze.com", 0),
            ("A@B", 0),
            ("Ada", 0),
        ] {
            assert_eq!(doubts("md5", S(text), &[]).len(), doubted, "{text}");
        }
        assert_eq!(printed("hmac_sha1", S("a"), &[Nil]), "Liquid error: the key of the signature is nil");
        let long_key = "k".repeat(200);
        assert_eq!(
            printed("hmac_sha256", S("hey"), &[S(&long_key)]),
            "1de4dc7c33c4658d69c31b27456d72697c936146c596e418915184927d77bf05"
        );
    }
}
