//! Words of a sentence.

use super::{Call, Filter, Parameter, entry, number, text, text_of};
use crate::failure::Failure;
use crate::value::Value;

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "titlecase",
        &[Parameter::IGNORED],
        "Writes the first letter of every word as a capital and all others in lower case.",
        (r#"{{ "hello WORLD" | titlecase }}"#, "Hello World"),
        titlecase,
    ),
    entry(
        "pluralize",
        &[
            Parameter::required("singular", "the word for one"),
            Parameter::optional(
                "plural",
                "the word for any other number; the singular with an `s` if not given",
            ),
            Parameter::IGNORED,
        ],
        "Writes a number and the form of the word that goes with it.",
        (r#"{{ 3 | pluralize: "item", "items" }}, {{ 1 | pluralize: "item", "items" }}"#, "3 items, 1 item"),
        pluralize,
    ),
];

fn titlecase<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let text = text(call)?;
    call.arena.budget().allocate(text.len())?;
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            out.extend(character.to_lowercase());
        } else {
            out.extend(character.to_uppercase());
        }
        // A quote within a word is a part of it: `don't`.
        inside = character.is_alphanumeric() || inside && matches!(character, '\'' | '’');
    }
    Ok(Value::String(if out == text { text } else { call.arena.text(&out)? }))
}

fn pluralize<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let (shown, singular) = (text(call)?, text_of(call, call.argument(0))?);
    let arena = call.arena;
    let word = match (number(call, call.input.resolve(arena)?)? == 1.0, call.given(1)) {
        (true, _) => singular,
        (false, Some(plural)) => text_of(call, plural)?,
        (false, None) => arena.concat(&[singular, "s"])?,
    };
    Ok(Value::String(arena.concat(&[shown, " ", word])?))
}
