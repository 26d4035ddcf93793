//! What the older engine of Customer.io does otherwise than the Ruby Liquid it stems from.

use super::html::escape;
use super::items::Items;
use super::property::Property;
use super::sort::sort;
use super::{Call, Filter, Parameter};
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::filters::pieces::Pieces;
use crate::value::Value;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand in a URL. HTML's `&` and `;` may.
const NOT_IN_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

const ESCAPE: Filter = Filter {
    name: "escape",
    parameters: &[],
    description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities and percent-encodes what may not stand in a URL.",
    example: r#"{{ "a b & <c>" | escape }}"#,
    output: "a%20b%20&amp;%20&lt;c&gt;",
    dialects: DialectSet::CUSTOMERIO_LEGACY,
    function: escape_for_url,
};

pub(super) static FILTERS: &[Filter] = &[
    ESCAPE,
    Filter {
        name: "h",
        description: "Writes HTML entities and percent-encodes what may not stand in a URL; another name of `escape`.",
        example: r#"{{ "a b & <c>" | h }}"#,
        ..ESCAPE
    },
    Filter {
        name: "htmlencode",
        parameters: &[],
        description: "Writes `<`, `>`, `&`, `\"` and `'` as HTML entities.",
        example: r#"{{ "a b & <c>" | htmlencode }}"#,
        output: "a b &amp; &lt;c&gt;",
        dialects: DialectSet::CUSTOMERIO_LEGACY,
        function: escape,
    },
    Filter {
        name: "sort",
        parameters: &[Parameter::optional("property", "what to order by, instead of the items themselves")],
        description: "Gives the items in order; nil among them is an error.",
        example: r#"{{ "pear,fig,apple" | split: "," | sort | join: " " }}"#,
        output: "apple fig pear",
        dialects: DialectSet::CUSTOMERIO_LEGACY,
        function: sort_without_nil,
    },
];

/// The vendor says only that both is done.
fn escape_for_url<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let Value::String(text) = escape(call)? else { return Ok(Value::Nil) };
    let mut out = Pieces::new(call.arena);
    utf8_percent_encode(text, NOT_IN_URL).try_for_each(|piece| out.push(piece))?;
    Ok(Value::String(out.finish()))
}

fn sort_without_nil<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let items = Items::of(call.input, arena)?;
    let property = Property::optional(call, 0)?;
    let (mut nil, mut other) = (false, None);
    for item in items.walk(arena)? {
        let key = property.map_or(Ok(Some(item)), |property| property.of(item))?.unwrap_or(Value::Nil);
        match key.resolve(arena)? {
            Value::Nil => nil = true,
            key => other = other.or(Some(key)),
        }
    }
    match other {
        Some(key) if nil => {
            Err(Failure::argument(format!("comparison of {} with nil failed", key.class_name())))
        }
        _ => sort(call),
    }
}
