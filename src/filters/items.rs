//! A filter's input as a list: any value goes in, its items come out.
//!
//! Arrays are flattened all the way down, a range gives its integers one by one, nil is the empty list, and anything
//! else, objects of plain data among them, is a list of itself.

use crate::arena::Arena;
use crate::failure::Failure;
use crate::value::{Range, Value};
use std::slice;

/// The items of a value. Ranges are not laid out until [`Items::laid_out`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Items<'r> {
    /// Items that stand somewhere.
    List(&'r [Value<'r>]),
    /// The integers of a range.
    Range(Range<'r>),
}

impl<'r> Items<'r> {
    /// The items of `input`. The walk over a list is charged.
    pub(super) fn of(input: Value<'r>, arena: &'r Arena) -> Result<Self, Failure> {
        Ok(match input.resolve(arena)? {
            Value::Nil => Items::List(&[]),
            Value::Array(items) => Items::List(flatten(items, arena)?),
            Value::Range(range) => Items::Range(*range),
            Value::Object(host) => match host.items(arena)? {
                Some(items) => {
                    arena.budget().spend_items(items.len())?;
                    Items::List(items)
                }
                None => Items::List(arena.array(&[input])?),
            },
            other => Items::List(arena.array(&[other])?),
        })
    }

    /// How many items there are.
    pub(super) fn len(self) -> usize {
        match self {
            Items::List(items) => items.len(),
            Items::Range(range) => usize::try_from(range.len()).unwrap_or(usize::MAX),
        }
    }

    /// The items one after another. The integers of a range are charged, and bounded as an array would be.
    pub(super) fn walk(self, arena: &'r Arena) -> Result<impl Iterator<Item = Value<'r>>, Failure> {
        let (list, range) = match self {
            Items::List(items) => (items, None),
            Items::Range(range) => {
                arena.budget().items(self.len())?;
                arena.budget().spend_items(self.len())?;
                match range.small() {
                    Some((start, end)) => (&[][..], Some(start..=end)),
                    None => {
                        let mut list = arena.list();
                        (0..range.len()).try_for_each(|at| list.push(range.nth(at, arena)?))?;
                        (list.finish(), None)
                    }
                }
            }
        };
        Ok(list.iter().copied().chain(range.into_iter().flatten().map(Value::Integer)))
    }

    /// The items as a slice.
    pub(super) fn laid_out(self, arena: &'r Arena) -> Result<&'r [Value<'r>], Failure> {
        match self {
            Items::List(items) => Ok(items),
            Items::Range(_) => {
                let mut list = arena.list();
                for item in self.walk(arena)? {
                    list.push(item)?;
                }
                Ok(list.finish())
            }
        }
    }
}

/// The array that `item` is, itself or as a host's view.
fn nested<'r>(item: Value<'r>, arena: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
    match item {
        Value::Array(items) => Ok(Some(items)),
        Value::Object(_) => match item.resolve(arena)? {
            Value::Array(items) => Ok(Some(items)),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The items with the items of arrays among them in their place; the slice itself where there are none.
fn flatten<'r>(items: &'r [Value<'r>], arena: &'r Arena) -> Result<&'r [Value<'r>], Failure> {
    arena.budget().spend_items(items.len())?;
    let mut flat = None;
    for (at, item) in items.iter().enumerate() {
        if nested(*item, arena)?.is_some() {
            flat = Some(at);
            break;
        }
    }
    let Some((before, rest)) = flat.and_then(|at| items.split_at_checked(at)) else {
        return Ok(items);
    };
    let mut list = arena.list();
    list.extend(before)?;
    let mut open: Vec<slice::Iter<'r, Value<'r>>> = vec![rest.iter()];
    while let Some(level) = open.last_mut() {
        let Some(item) = level.next() else {
            open.pop();
            continue;
        };
        match nested(*item, arena)? {
            Some(inner) => {
                arena.budget().spend(1)?;
                arena.budget().spend_items(inner.len())?;
                open.push(inner.iter());
            }
            None => list.push(*item)?,
        }
    }
    Ok(list.finish())
}

#[cfg(test)]
mod tests {
    use crate::arena::Arena;
    use crate::failure::Failure;
    use crate::filters::trial::outcome_of;
    use crate::value::{Object, Value};

    /// An object that walks like a list or stands for a plain value.
    struct Host {
        items: Option<&'static [Value<'static>]>,
        plain: Option<Value<'static>>,
    }

    impl Object for Host {
        fn get<'r>(&'r self, key: Value<'r>, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
            Ok((key.as_str() == Some("x")).then_some(Value::Integer(7)))
        }

        fn items<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
            Ok(self.items)
        }

        fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
            Ok(self.plain)
        }
    }

    #[test]
    fn host_objects_are_what_they_stand_for() {
        let walked = Host { items: Some(&[Value::String("b"), Value::String("a")]), plain: None };
        let array = Host { items: None, plain: Some(Value::Array(&[Value::Integer(2), Value::Integer(1)])) };
        let number = Host { items: None, plain: Some(Value::Integer(5)) };
        let nothing = Host { items: None, plain: Some(Value::Nil) };
        for (name, host, expected) in [
            ("join", &walked, r#""b a""#),
            ("sort", &walked, r#"["a", "b"]"#),
            ("size", &walked, "2"),
            ("last", &walked, r#""a""#),
            ("join", &array, r#""2 1""#),
            ("sum", &array, "3"),
            ("first", &array, "2"),
            ("size", &array, "2"),
            ("join", &number, r#""5""#),
            ("abs", &number, "5"),
            ("compact", &nothing, "[]"),
            ("default", &nothing, r#""""#),
        ] {
            assert_eq!(outcome_of(name, Value::Object(host)), expected, "{name}");
        }
        let nested = [Value::Integer(9), Value::Object(&array), Value::Object(&number)];
        assert_eq!(outcome_of("sum", Value::Array(&nested)), "17");
        assert_eq!(outcome_of("sort", Value::Array(&nested)), "[1, 2, 5, 9]");
    }

    #[test]
    fn deep_nesting_is_flattened_without_recursion() {
        let arena = Arena::default();
        let mut value = Value::Integer(1);
        for _ in 0..100_000 {
            value = Value::Array(arena.array(&[value]).unwrap());
        }
        assert_eq!(outcome_of("join", value), r#""1""#);
    }
}
