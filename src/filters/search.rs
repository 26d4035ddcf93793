//! Filters that pick items by a property: where, reject, find, find_index, has, sum.
//!
//! An item is picked if its property equals the value that is given, or, where none is, if it is neither nil nor false.

use super::items::Items;
use super::property::Property;
use super::{Call, Filter, Parameter};
use crate::arena::Arena;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::number::Sum;
use crate::value::{Value, compare, convert};

const CRITERIA: &[Parameter] = &[
    Parameter::required("property", "the property to look at; of texts, a part to look for"),
    Parameter::optional("value", "what the property must be; if not given, anything but nil and false"),
];

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "where",
        parameters: CRITERIA,
        description: "Gives the items that have the property, or have it with the given value.",
        example: r#"{{ "pear,fig,plum" | split: "," | where: "p" | join: " " }}"#,
        output: "pear plum",
        dialects: DialectSet::RUBY,
        function: |call| keep(call, true),
    },
    Filter {
        name: "reject",
        parameters: CRITERIA,
        description: "Gives the items that do not have the property, or not with the given value.",
        example: r#"{{ "pear,fig,plum" | split: "," | reject: "p" | join: " " }}"#,
        output: "fig",
        dialects: DialectSet::RUBY_3,
        function: |call| keep(call, false),
    },
    Filter {
        name: "find",
        parameters: CRITERIA,
        description: "Gives the first item that has the property, or has it with the given value.",
        example: r#"{{ "fig,pear,plum" | split: "," | find: "p" }}"#,
        output: "pear",
        dialects: DialectSet::RUBY,
        function: find,
    },
    Filter {
        name: "find_index",
        parameters: CRITERIA,
        description: "Gives the place, counted from 0, of the first item that has the property, or has it with the given value.",
        example: r#"{{ "fig,pear,plum" | split: "," | find_index: "p" }}"#,
        output: "1",
        dialects: DialectSet::RUBY_3,
        function: find_index,
    },
    Filter {
        name: "has",
        parameters: CRITERIA,
        description: "Says whether any item has the property, or has it with the given value.",
        example: r#"{{ "fig,pear,plum" | split: "," | has: "p" }}"#,
        output: "true",
        dialects: DialectSet::RUBY_3,
        function: has,
    },
    Filter {
        name: "sum",
        parameters: &[Parameter::optional("property", "what to add up, instead of the items themselves")],
        description: "Adds up the items.",
        example: r#"{{ "1.5,2.25" | split: "," | sum }}"#,
        output: "3.75",
        dialects: DialectSet::RUBY_3,
        function: sum,
    },
];

/// What a search looks for.
struct Search<'r> {
    property: Property<'r>,
    value: Option<Value<'r>>,
    items: Items<'r>,
    arena: &'r Arena,
}

/// Where a search ends.
enum Hit<'r> {
    /// At an item that has no properties.
    Unreadable,
    /// Behind the last item.
    Nowhere,
    /// At this place and item.
    At(usize, Value<'r>),
}

impl<'r> Search<'r> {
    fn new(call: &Call<'_, 'r>) -> Result<Self, Failure> {
        Ok(Search {
            property: Property::required(call, 0)?,
            value: Some(call.argument(1)).filter(|value| !value.is_nil()),
            items: Items::of(call.input, call.arena)?,
            arena: call.arena,
        })
    }

    /// Whether `item` is looked for; `None` where it has no properties.
    fn accepts(&self, item: Value<'r>) -> Result<Option<bool>, Failure> {
        let Some(found) = self.property.of(item)? else { return Ok(None) };
        Ok(Some(match self.value {
            // A host object is true here even if it stands for false: the reference does not ask it.
            None => found.is_truthy(),
            Some(wanted) => {
                if let (Value::String(found), Value::String(wanted)) = (found, wanted)
                    && found.len() == wanted.len()
                {
                    self.arena.budget().spend_bytes(found.len())?;
                }
                compare::equal(found, wanted, self.arena)?
            }
        }))
    }

    fn run(&self) -> Result<Hit<'r>, Failure> {
        for (at, item) in self.items.walk(self.arena)?.enumerate() {
            match self.accepts(item)? {
                None => return Ok(Hit::Unreadable),
                Some(true) => return Ok(Hit::At(at, item)),
                Some(false) => {}
            }
        }
        Ok(Hit::Nowhere)
    }
}

fn keep<'r>(call: &Call<'_, 'r>, wanted: bool) -> Result<Value<'r>, Failure> {
    let search = Search::new(call)?;
    let mut list = call.arena.list();
    for item in search.items.walk(call.arena)? {
        match search.accepts(item)? {
            None => return Ok(Value::Nil),
            Some(accepted) if accepted == wanted => list.push(item)?,
            Some(_) => {}
        }
    }
    Ok(Value::Array(list.finish()))
}

fn find<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match Search::new(call)?.run()? {
        Hit::At(_, item) => item,
        Hit::Unreadable | Hit::Nowhere => Value::Nil,
    })
}

fn find_index<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match Search::new(call)?.run()? {
        Hit::At(at, _) => Value::from(at),
        Hit::Unreadable | Hit::Nowhere => Value::Nil,
    })
}

fn has<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    Ok(match Search::new(call)?.run()? {
        Hit::At(..) => Value::Bool(true),
        Hit::Nowhere => Value::Bool(false),
        Hit::Unreadable => Value::Nil,
    })
}

fn sum<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let mut items = Items::of(call.input, arena)?;
    if let Some(property) = Property::optional(call, 0)? {
        let mut list = arena.list();
        for item in items.walk(arena)? {
            list.push(property.of(item)?.unwrap_or(Value::Integer(0)))?;
        }
        items = Items::of(Value::Array(list.finish()), arena)?;
    }
    let mut sum = Sum::default();
    for item in items.walk(arena)? {
        sum.add(&call.to_number(item)?).map_err(|error| convert::lower_error(error, arena))?;
    }
    convert::from_number(sum.total(), arena)
}

#[cfg(test)]
mod tests {
    use crate::arena::Arena;
    use crate::dialect::LIQUID;
    use crate::failure::Failure;
    use crate::filters::trial::{Trial, outcome};
    use crate::value::{Object, Value};

    #[test]
    fn items_are_picked_by_a_property() {
        let items = r#"[{"n": 1, "x": false}, {"n": 2, "x": 1}, {"n": 3}, {"n": 4, "x": 1.0}]"#;
        for (name, arguments, expected) in [
            ("where", r#"["x"]"#, r#"[{"n"=>2, "x"=>1}, {"n"=>4, "x"=>1.0}]"#),
            ("where", r#"["x", null]"#, r#"[{"n"=>2, "x"=>1}, {"n"=>4, "x"=>1.0}]"#),
            ("where", r#"["x", false]"#, r#"[{"n"=>1, "x"=>false}]"#),
            ("where", r#"["x", 1]"#, r#"[{"n"=>2, "x"=>1}, {"n"=>4, "x"=>1.0}]"#),
            ("where", r#"["x", "1"]"#, "[]"),
            ("reject", r#"["x"]"#, r#"[{"n"=>1, "x"=>false}, {"n"=>3}]"#),
            ("reject", r#"["n", 3]"#, r#"[{"n"=>1, "x"=>false}, {"n"=>2, "x"=>1}, {"n"=>4, "x"=>1.0}]"#),
            ("find", r#"["x"]"#, r#"{"n"=>2, "x"=>1}"#),
            ("find", r#"["n", 9]"#, "nil"),
            ("find_index", r#"["x", 1]"#, "1"),
            ("find_index", r#"["n", 9]"#, "nil"),
            ("has", r#"["x", 1]"#, "true"),
            ("has", r#"["y"]"#, "false"),
        ] {
            assert_eq!(outcome(name, items, arguments), expected, "{name}: {arguments}");
        }
    }

    #[test]
    fn items_without_properties_end_the_search() {
        for (name, input, expected) in [
            ("where", "null", "[]"),
            ("reject", "null", "[]"),
            ("has", "null", "false"),
            ("find", "[]", "nil"),
            ("where", r#"["axe", "bee"]"#, r#"["axe"]"#),
            ("where", r#"{"x": 1}"#, r#"[{"x"=>1}]"#),
            ("where", r#"[{"x": 1}, null]"#, "nil"),
            ("reject", r#"[{"x": 1}, 1.5]"#, "nil"),
            ("has", "[true]", "nil"),
            ("has", r#"[{"x": 1}, true]"#, "true"),
            ("find", r#"[{"x": 1}, 5]"#, r#"{"x"=>1}"#),
            ("where", r#"[{"x": 1}, 5]"#, "Liquid error: cannot select the property 'x'"),
            ("find_index", "[5]", "Liquid error: cannot select the property 'x'"),
        ] {
            assert_eq!(outcome(name, input, r#"["x"]"#), expected, "{input} | {name}");
        }
    }

    #[test]
    fn sums_are_exact() {
        for (input, arguments, expected) in [
            ("[1, [2, [3]]]", "[]", "6"),
            (r#"[0.1, "0.2", 3, "4 apples", null, {}]"#, "[]", "7.3"),
            ("[0.1, 0.2, -0.3]", "[]", "0.0"),
            ("[9223372036854775807, 1]", "[]", "9223372036854775808"),
            ("null", "[]", "0"),
            ("7", "[]", "7"),
            (r#"[{"x": 1}, {"x": "2.5"}, {}, null, {"x": [1, [1]]}]"#, r#"["x"]"#, "5.5"),
            ("[1]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
        ] {
            assert_eq!(outcome("sum", input, arguments), expected, "{input} {arguments}");
        }
    }

    #[test]
    fn host_objects_are_true_whatever_they_stand_for() {
        struct False;

        impl Object for False {
            fn get<'r>(&'r self, _: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
                Ok(None)
            }

            fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
                Ok(Some(Value::Bool(false)))
            }
        }

        let trial = Trial::new(&LIQUID);
        let item = Value::Map(trial.arena.map(&[("x", Value::Object(&False))]).unwrap());
        for (arguments, expected) in
            [(&[Value::String("x")][..], "true"), (&[Value::String("x"), Value::Bool(false)], "true")]
        {
            let found = trial.run("has", item, arguments);
            assert_eq!(trial.shown(found), expected, "{arguments:?}");
        }
    }
}
