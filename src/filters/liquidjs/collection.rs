//! Arrays as a whole. Anything but an array or a range is an array of itself, nil is the empty one.

use super::text::{array, number_or_nan, stringify, write_text};
use super::value::{Step, from_f64, missing, order, property, property_of};
use super::{Call, Filter, NONE, Parameter, entry};
use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Value, lookup};
use std::cmp::Ordering;
use std::collections::HashSet;

const PROPERTY: &[Parameter] = &[
    Parameter::optional("property", "what to look at, instead of the items themselves; a path such as `a.b`"),
    Parameter::IGNORED,
];

const ITEM: &[Parameter] = &[Parameter::required("item", "what to add"), Parameter::IGNORED];

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "join",
        &[
            Parameter::optional("separator", "what to put between the items; a space if not given"),
            Parameter::IGNORED,
        ],
        "Gives the items as one text.",
        (r#"{{ "a,b,c" | split: "," | join: " - " }}"#, "a - b - c"),
        join,
    ),
    entry(
        "first",
        NONE,
        "Gives the first item of an array, or the first character of a text.",
        (r#"{{ "a,b,c" | split: "," | first }}"#, "a"),
        |call| end_of(call, "first"),
    ),
    entry(
        "last",
        NONE,
        "Gives the last item of an array, or the last character of a text.",
        (r#"{{ "a,b,c" | split: "," | last }}"#, "c"),
        |call| end_of(call, "last"),
    ),
    entry(
        "reverse",
        NONE,
        "Gives the items from last to first.",
        (r#"{{ "a,b,c" | split: "," | reverse | join: " " }}"#, "c b a"),
        |call| rebuilt(call, |items| items.reverse()),
    ),
    entry(
        "sort",
        PROPERTY,
        "Gives the items in order, nil last.",
        (r#"{{ "pear,fig,apple" | split: "," | sort | join: " " }}"#, "apple fig pear"),
        |call| sorted(call, Ok, order),
    ),
    entry(
        "sort_natural",
        PROPERTY,
        "Gives the items in alphabetical order, whatever the case of their letters, nil last.",
        (r#"{{ "pear,Fig,apple" | split: "," | sort_natural | join: " " }}"#, "apple Fig pear"),
        |call| {
            let lower = |value: Value<'_>| -> Result<_, Failure> {
                Ok(Value::String(call.arena.text(&super::joined_text(value, call.arena)?.to_lowercase())?))
            };
            sorted(call, lower, order)
        },
    ),
    entry(
        "size",
        NONE,
        "Counts the characters of a text or the items of an array.",
        (r#"{{ "a,b,c" | split: "," | size }}"#, "3"),
        size,
    ),
    entry(
        "map",
        &[Parameter::required("property", "the property to read; a path such as `a.b`"), Parameter::IGNORED],
        "Gives one property of each item.",
        (
            r#"{% assign list = '[{"sku":"a"},{"sku":"b"}]' | from_json %}{{ list | map: "sku" | join: " " }}"#,
            "a b",
        ),
        map,
    ),
    entry(
        "sum",
        PROPERTY,
        "Adds up the items; text that is a number counts as the number.",
        (r#"{{ "1,2,3" | split: "," | sum }}"#, "6"),
        sum,
    ),
    entry(
        "compact",
        NONE,
        "Gives the items that are not nil.",
        (r#"{% assign list = '[1,null,2]' | from_json %}{{ list | compact | join: " " }}"#, "1 2"),
        |call| rebuilt(call, |items| items.retain(|item| !item.is_nil())),
    ),
    entry(
        "concat",
        &[Parameter::required("array", "the array whose items come after"), Parameter::IGNORED],
        "Gives the items of two arrays, one after the other.",
        (
            r#"{% assign more = "c,d" | split: "," %}{{ "a,b" | split: "," | concat: more | join: " " }}"#,
            "a b c d",
        ),
        |call| {
            let more = array(call.argument(0), call.arena)?;
            rebuilt(call, |items| items.extend_from_slice(more))
        },
    ),
    entry(
        "push",
        ITEM,
        "Gives the array with one more item at the end.",
        (r#"{{ "a,b" | split: "," | push: "c" | join: " " }}"#, "a b c"),
        |call| rebuilt(call, |items| items.push(call.argument(0))),
    ),
    entry(
        "unshift",
        ITEM,
        "Gives the array with one more item at the start.",
        (r#"{{ "a,b" | split: "," | unshift: "c" | join: " " }}"#, "c a b"),
        |call| rebuilt(call, |items| items.insert(0, call.argument(0))),
    ),
    entry(
        "pop",
        NONE,
        "Gives the array without its last item.",
        (r#"{{ "a,b,c" | split: "," | pop | join: " " }}"#, "a b"),
        |call| {
            rebuilt(call, |items| {
                items.pop();
            })
        },
    ),
    entry(
        "shift",
        NONE,
        "Gives the array without its first item.",
        (r#"{{ "a,b,c" | split: "," | shift | join: " " }}"#, "b c"),
        |call| {
            let items = array(call.input, call.arena)?;
            Ok(Value::Array(items.get(1..).unwrap_or_default()))
        },
    ),
    entry(
        "uniq",
        NONE,
        "Gives the items without repetitions, each where it stood first. Objects are never alike.",
        (r#"{{ "red,blue,red" | split: "," | uniq | join: " " }}"#, "red blue"),
        uniq,
    ),
];

fn join<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let separator = match call.argument(0).resolve(arena)? {
        Value::Nil => " ",
        other => stringify(other, arena)?,
    };
    let mut out = arena.builder();
    for (at, item) in array(call.input, arena)?.iter().enumerate() {
        if at > 0 {
            out.push(separator)?;
        }
        write_text(*item, arena, &mut out)?;
    }
    Ok(Value::String(out.finish()))
}

/// What is neither array nor text has no end; LiquidJS gives the empty text for it.
fn end_of<'r>(call: &Call<'_, 'r>, which: &'static str) -> Result<Value<'r>, Failure> {
    Ok(match call.input.resolve(call.arena)? {
        input @ (Value::Array(_) | Value::Range(_) | Value::String(_)) => {
            lookup::property(input, which, call.arena)?.unwrap_or(Value::Nil)
        }
        Value::Object(host) => match (host.items(call.arena)?, which) {
            (Some(items), "first") => items.first().copied().into(),
            (Some(items), _) => items.last().copied().into(),
            (None, _) => Value::String(""),
        },
        _ => Value::String(""),
    })
}

/// The array that `change` makes of the input's items.
fn rebuilt<'r>(call: &Call<'_, 'r>, change: impl FnOnce(&mut Vec<Value<'r>>)) -> Result<Value<'r>, Failure> {
    let items = array(call.input, call.arena)?;
    call.arena.budget().allocate(std::mem::size_of_val(items))?;
    let mut items = items.to_vec();
    change(&mut items);
    call.arena.budget().spend_items(items.len())?;
    Ok(Value::Array(call.arena.array(&items)?))
}

/// The items by the order of their keys, nil last. Keys without an order stay as they stand.
fn sorted<'r>(
    call: &Call<'_, 'r>,
    key: impl Fn(Value<'r>) -> Result<Value<'r>, Failure>,
    order: impl Fn(Value<'r>, Value<'r>, &'r Arena) -> Result<Ordering, Failure>,
) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let items = array(call.input, arena)?;
    let steps = path(call, 0)?;
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        let raw = match &steps {
            Some(steps) => property_of(*item, steps, arena)?.unwrap_or(Value::Nil),
            None => *item,
        };
        let raw = raw.resolve(arena)?;
        entries.push((if raw.is_nil() { Value::Nil } else { key(raw)? }, *item));
    }
    crate::filters::sort::merge_sort(&mut entries, |a, b| {
        arena.budget().spend(1)?;
        Ok(match (a.0.is_nil(), b.0.is_nil()) {
            (false, false) => order(a.0, b.0, arena)?,
            (a, b) => a.cmp(&b),
        })
    })?;
    let items: Vec<_> = entries.into_iter().map(|(_, item)| item).collect();
    Ok(Value::Array(arena.array(&items)?))
}

/// The steps of the path in the argument at place `at`, if there is one.
pub(super) fn path<'r>(call: &Call<'_, 'r>, at: usize) -> Result<Option<Vec<Step<'r>>>, Failure> {
    match call.argument(at).resolve(call.arena)? {
        Value::Nil | Value::Bool(false) | Value::String("") => Ok(None),
        other => Ok(Some(property(stringify(other, call.arena)?))),
    }
}

/// Characters are counted as JavaScript counts them: those beyond the first plane are two.
fn size<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match call.input.resolve(call.arena)? {
        Value::String(text) => {
            call.arena.budget().spend_bytes(text.len())?;
            Value::from(text.encode_utf16().count())
        }
        Value::Array(items) => Value::from(items.len()),
        Value::Range(range) => Value::from(usize::try_from(range.len()).unwrap_or(usize::MAX)),
        Value::Map(map) => map.get("length").unwrap_or(Value::Integer(0)),
        Value::Object(host) => Value::from(host.items(call.arena)?.map_or(0, <[_]>::len)),
        _ => Value::Integer(0),
    })
}

fn map<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let steps = property(stringify(call.argument(0), call.arena)?);
    let mut list = call.arena.list();
    for item in array(call.input, call.arena)? {
        list.push(property_of(*item, &steps, call.arena)?.unwrap_or(Value::Nil))?;
    }
    Ok(Value::Array(list.finish()))
}

fn sum<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let steps = path(call, 0)?;
    let mut sum = 0.0;
    for item in array(call.input, call.arena)? {
        let value = match &steps {
            Some(steps) => match property_of(*item, steps, call.arena)? {
                Some(value) => value,
                None => continue,
            },
            None => *item,
        };
        let number = number_or_nan(value, call.arena)?;
        sum += if number.is_nan() { 0.0 } else { number };
    }
    Ok(from_f64(sum))
}

/// What a `Set` of JavaScript tells apart.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'r> {
    Nil,
    Bool(bool),
    Number(u64),
    Text(&'r str),
    Place(*const ()),
}

fn uniq<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let mut seen = HashSet::new();
    let mut list = arena.list();
    for item in array(call.input, arena)? {
        let identity = match item.resolve(arena)? {
            Value::Nil | Value::Empty | Value::Blank => Identity::Nil,
            Value::Bool(value) => Identity::Bool(value),
            Value::Array(items) => Identity::Place(items.as_ptr().cast()),
            Value::Map(map) => Identity::Place(std::ptr::from_ref(map).cast()),
            Value::Object(host) => Identity::Place(std::ptr::from_ref(host).cast()),
            Value::Time(time) => Identity::Place(std::ptr::from_ref(time).cast()),
            Value::String(text) => {
                arena.budget().spend_bytes(text.len())?;
                Identity::Text(text)
            }
            // Both zeros are one, and so are all values that are no number.
            number => Identity::Number((number_or_nan(number, arena)? + 0.0).to_bits()),
        };
        if seen.insert(identity) {
            list.push(*item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

/// The value of a property that every item must have, as in the strict engine of Customer.io.
pub(super) fn demanded<'r>(
    item: Value<'r>,
    steps: &[Step<'r>],
    written: &str,
    arena: &'r Arena,
) -> Result<Value<'r>, Failure> {
    // Nothing is no object that could be searched.
    let found = if item.is_nil() { None } else { property_of(item, steps, arena)? };
    found.ok_or_else(|| missing(written))
}
