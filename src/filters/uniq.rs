//! `uniq`: items told apart by Ruby's `eql?`, in which `1` and `1.0` differ and objects are compared by content.
#![expect(clippy::arithmetic_side_effects, reason = "only depths are counted, up to `DEPTH`")]

use super::items::Items;
use super::property::{Property, weight};
use super::{Call, Filter, Parameter};
use crate::arena::Arena;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::Value;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

pub(super) static FILTERS: &[Filter] = &[Filter {
    name: "uniq",
    parameters: &[Parameter::optional("property", "what tells objects apart, instead of the whole items")],
    description: "Gives the items without repetitions, each where it stood first.",
    example: r#"{{ "red,blue,red" | split: "," | uniq | join: " " }}"#,
    output: "red blue",
    dialects: DialectSet::RUBY,
    function: uniq,
}];

fn uniq<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let property = Property::optional(call, 0)?;
    let items = Items::of(call.input, arena)?;
    // A single item is never asked for its property, so that it may be one that cannot be read.
    if items.len() < 2 {
        return Ok(Value::Array(items.laid_out(arena)?));
    }
    let mut seen: HashSet<Key<'r>, BuildHasherDefault<DefaultHasher>> = HashSet::default();
    let mut list = arena.list();
    for item in items.walk(arena)? {
        let value = match property.map_or(Ok(Some(item)), |property| property.of(item))? {
            Some(value) => plain(value, arena)?,
            None => return Ok(Value::Nil),
        };
        // Hashed once, and compared once with its like.
        let cost = weight(value, arena)?.saturating_mul(2);
        arena.budget().spend(cost / 64)?;
        if seen.insert(Key(value)) {
            list.push(item)?;
        }
    }
    Ok(Value::Array(list.finish()))
}

/// What a host object is told apart by: the plain data it shows, where it shows any.
fn plain<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    Ok(match value.resolve(arena)? {
        Value::Object(host) => match (host.entries(arena)?, host.items(arena)?) {
            (Some(entries), _) => Value::Map(arena.map(entries)?),
            (None, Some(items)) => Value::Array(items),
            (None, None) => Value::Object(host),
        },
        other => other,
    })
}

/// A value with the equality of `eql?`.
struct Key<'r>(Value<'r>);

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        is_same(self.0, other.0, 0)
    }
}

impl Eq for Key<'_> {}

impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        digest(self.0, 0, state);
    }
}

/// Deeper than this, collections are told apart by identity; no data is so deep.
const DEPTH: usize = 200;

fn is_same(left: Value<'_>, right: Value<'_>, depth: usize) -> bool {
    match (left, right) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::BigInteger(a), Value::BigInteger(b)) | (Value::String(a), Value::String(b)) => a == b,
        (Value::Binary(a), Value::Binary(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => float_bits(a) == float_bits(b),
        (Value::Range(a), Value::Range(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => std::ptr::addr_eq(a, b),
        (Value::Array(a), Value::Array(b)) => {
            std::ptr::eq(a, b)
                || depth < DEPTH
                    && a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| is_same(*a, *b, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            std::ptr::eq(a, b)
                || depth < DEPTH
                    && a.len() == b.len()
                    && a.entries()
                        .iter()
                        .all(|(key, value)| b.get(key).is_some_and(|other| is_same(*value, other, depth + 1)))
        }
        _ => false,
    }
}

fn digest<H: Hasher>(value: Value<'_>, depth: usize, state: &mut H) {
    std::mem::discriminant(&value).hash(state);
    match value {
        Value::Nil | Value::Empty | Value::Blank => {}
        Value::Bool(value) => value.hash(state),
        Value::Integer(value) => value.hash(state),
        Value::BigInteger(text) | Value::String(text) => text.hash(state),
        Value::Binary(bytes) => bytes.hash(state),
        Value::Float(value) => float_bits(value).hash(state),
        Value::Range(range) => range.hash(state),
        Value::Time(time) => time.hash(state),
        Value::Object(host) => std::ptr::from_ref(host).cast::<()>().hash(state),
        Value::Array(items) => {
            items.len().hash(state);
            if depth < DEPTH {
                items.iter().for_each(|item| digest(*item, depth + 1, state));
            }
        }
        Value::Map(map) => {
            map.len().hash(state);
            if depth < DEPTH {
                // The order of keys does not count.
                let sum = map.entries().iter().fold(0u64, |sum, (key, value)| {
                    let mut entry = DefaultHasher::new();
                    key.hash(&mut entry);
                    digest(*value, depth + 1, &mut entry);
                    sum.wrapping_add(entry.finish())
                });
                sum.hash(state);
            }
        }
    }
}

/// The bits of a float, the same for both zeros.
fn float_bits(value: f64) -> u64 {
    if value == 0.0 { 0 } else { value.to_bits() }
}

#[cfg(test)]
mod tests {
    use crate::filters::trial::outcome;

    #[test]
    fn repetitions_go() {
        for (input, arguments, expected) in [
            (r#"[1, 1.0, "1", 1, null, null, 0.0, -0.0]"#, "[]", r#"[1, 1.0, "1", nil, 0.0]"#),
            ("[[1, [2]], 1, 2]", "[]", "[1, 2]"),
            (
                r#"[{"a": 1, "b": [2]}, {"b": [2], "a": 1}, {"a": 1, "b": [2.0]}]"#,
                "[]",
                r#"[{"a"=>1, "b"=>[2]}, {"a"=>1, "b"=>[2.0]}]"#,
            ),
            (r#"[{"x": 1, "n": 1}, {"x": 1}, {"n": 2}, {}]"#, r#"["x"]"#, r#"[{"n"=>1, "x"=>1}, {"n"=>2}]"#),
            ("null", r#"["x"]"#, "[]"),
            ("[1.5]", r#"["x"]"#, "[1.5]"),
            ("[1.5, 2]", r#"["x"]"#, "nil"),
            ("[1, 2]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
        ] {
            assert_eq!(outcome("uniq", input, arguments), expected, "{input} {arguments}");
        }
    }

    #[test]
    fn a_hundred_thousand_items_take_linear_time() {
        let input: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
        let output = outcome("uniq", &format!("[{}]", input.join(",")), "[]");
        assert_eq!(output.split(',').count(), 100_000);
    }
}
