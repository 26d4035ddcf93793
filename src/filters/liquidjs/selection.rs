//! Filters that pick items by a property: where, where_not, reject, find, find_index, has.
//!
//! An item is picked if its property equals the value that is given, or, where none is, if it is neither nil nor false.
//! An item without the property is an error, since Customer.io runs the engine in its strict mode.

use super::collection::demanded;
use super::text::{array, stringify};
use super::value::{Step, property, same};
use super::{Call, Filter, Parameter, entry};
use crate::failure::Failure;
use crate::value::Value;

const CRITERIA: &[Parameter] = &[
    Parameter::required("property", "the property to look at; a path such as `a.b`"),
    Parameter::optional("value", "what the property must be; if not given, anything but nil and false"),
    Parameter::IGNORED,
];

const REJECT: Filter = entry(
    "reject",
    CRITERIA,
    "Gives the items whose property is nil or false, or is not the given value.",
    (
        r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | reject: "n", 2 | map: "n" | join }}"#,
        "1",
    ),
    |call| keep(call, false),
);

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "where",
        CRITERIA,
        "Gives the items whose property is the given value, or is neither nil nor false.",
        (
            r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | where: "n", 2 | map: "n" | join }}"#,
            "2",
        ),
        |call| keep(call, true),
    ),
    Filter {
        name: "where_not",
        description: "Gives the items whose property is nil or false, or is not the given value; another name of `reject`.",
        example: r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | where_not: "n", 2 | map: "n" | join }}"#,
        ..REJECT
    },
    REJECT,
    entry(
        "find",
        CRITERIA,
        "Gives the first item whose property is the given value, or is neither nil nor false.",
        (r#"{% assign found = '[{"n":1},{"n":2}]' | from_json | find: "n", 2 %}{{ found.n }}"#, "2"),
        |call| Ok(search(call)?.map_or(Value::Nil, |(_, item)| item)),
    ),
    entry(
        "find_index",
        CRITERIA,
        "Gives the place, counted from 0, of the first item whose property is the given value.",
        (r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | find_index: "n", 2 }}"#, "1"),
        |call| Ok(search(call)?.map_or(Value::Nil, |(at, _)| Value::from(at))),
    ),
    entry(
        "has",
        CRITERIA,
        "Says whether any item's property is the given value, or is neither nil nor false.",
        (r#"{% assign list = '[{"n":1},{"n":2}]' | from_json %}{{ list | has: "n", 2 }}"#, "true"),
        |call| Ok(Value::Bool(search(call)?.is_some())),
    ),
];

/// What is looked for.
struct Criteria<'c, 'r> {
    call: &'c Call<'c, 'r>,
    written: &'r str,
    steps: Vec<Step<'r>>,
}

impl<'c, 'r> Criteria<'c, 'r> {
    fn new(call: &'c Call<'c, 'r>) -> Result<Self, Failure> {
        let written = stringify(call.argument(0), call.arena)?;
        Ok(Criteria { call, written, steps: property(written) })
    }

    fn accept(&self, item: Value<'r>) -> Result<bool, Failure> {
        let arena = self.call.arena;
        let value = demanded(item, &self.steps, self.written, arena)?;
        match self.call.given(1) {
            Some(wanted) => same(value, wanted, arena),
            None => Ok(value.resolve(arena)?.is_truthy()),
        }
    }
}

fn keep<'r>(call: &Call<'_, 'r>, wanted: bool) -> Result<Value<'r>, Failure> {
    let criteria = Criteria::new(call)?;
    let mut list = call.arena.list();
    for item in array(call.input, call.arena)? {
        if criteria.accept(*item)? == wanted {
            list.push(*item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

fn search<'r>(call: &Call<'_, 'r>) -> Result<Option<(usize, Value<'r>)>, Failure> {
    let criteria = Criteria::new(call)?;
    for (at, item) in array(call.input, call.arena)?.iter().enumerate() {
        if criteria.accept(*item)? {
            return Ok(Some((at, *item)));
        }
    }
    Ok(None)
}
