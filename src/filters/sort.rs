//! `sort` and `sort_natural`: stable, nil last.

use super::items::Items;
use super::property::{Property, weight};
use super::{Call, Filter, Parameter};
use crate::arena::Arena;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::value::{Value, compare, print};
use std::cmp::Ordering;

pub(super) static FILTERS: &[Filter] = &[
    Filter {
        name: "sort",
        parameters: &[Parameter::optional(
            "property",
            "what to order objects by, instead of the items themselves",
        )],
        description: "Gives the items in ascending order, capital letters before small ones, nil last.",
        example: r#"{{ "pear,Fig,apple" | split: "," | sort | join: " " }}"#,
        output: "Fig apple pear",
        dialects: DialectSet::RUBY_3,
        function: sort,
    },
    Filter {
        name: "sort_natural",
        parameters: &[Parameter::optional(
            "property",
            "what to order objects by, instead of the items themselves",
        )],
        description: "Gives the items in alphabetical order, whatever the case of their letters, nil last.",
        example: r#"{{ "pear,Fig,apple" | split: "," | sort_natural | join: " " }}"#,
        output: "apple Fig pear",
        dialects: DialectSet::RUBY,
        function: sort_natural,
    },
];

pub(super) fn sort<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let order = |entries: &mut Vec<Entry<'r, Value<'r>>>| {
        if entries.iter().any(|entry| matches!(entry.0, Value::Object(_))) {
            for entry in entries.iter_mut() {
                entry.0 = entry.0.resolve(arena)?;
            }
        }
        charge(entries.len(), entries.iter().map(|entry| weight(entry.0, arena)), arena)?;
        if are_alike(entries.iter().map(|entry| entry.0)) {
            entries.sort_by(|a, b| {
                nil_last(a.0.is_nil(), b.0.is_nil())
                    .unwrap_or_else(|| compare::order(a.0, b.0).unwrap_or(Ordering::Equal))
            });
            Ok(())
        } else {
            merge_sort(entries, |a, b| compare_mixed(a.0, b.0, arena))
        }
    };
    sorted(call, Ok, order)
}

fn sort_natural<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let text = |value: Value<'r>| {
        Ok(match value.resolve(arena)? {
            Value::Nil => None,
            other => Some(print::to_text(other, arena)?),
        })
    };
    let order = |entries: &mut Vec<Entry<'r, Option<&'r str>>>| {
        let weights = entries.iter().map(|entry| Ok((entry.0.map_or(0, str::len) as u64).saturating_add(8)));
        charge(entries.len(), weights, arena)?;
        entries.sort_by(|a, b| match (a.0, b.0) {
            (Some(a), Some(b)) => compare_ignoring_case(a, b),
            (a, b) => nil_last(a.is_none(), b.is_none()).unwrap_or(Ordering::Equal),
        });
        // The reference takes nil for greater than nil, which turns their order around.
        let nils = entries.partition_point(|entry| entry.0.is_some());
        entries.get_mut(nils..).unwrap_or_default().reverse();
        Ok(())
    };
    sorted(call, text, order)
}

/// A key to order by, and the item it belongs to.
type Entry<'r, K> = (K, Value<'r>);

/// The items of the call in the order that `order` gives to the keys that `key` makes; nil where an item has no
/// properties but is to be ordered by one.
fn sorted<'r, K>(
    call: &Call<'_, 'r>,
    key: impl Fn(Value<'r>) -> Result<K, Failure>,
    order: impl FnOnce(&mut Vec<Entry<'r, K>>) -> Result<(), Failure>,
) -> Result<Value<'r>, Failure> {
    let arena = call.arena;
    let items = Items::of(call.input, arena)?;
    arena.budget().items(items.len())?;
    let property = Property::optional(call, 0)?;
    if property.is_some() && !items.walk(arena)?.all(Property::fits) {
        return Ok(Value::Nil);
    }
    // A single item is never compared, so that its key may be one that cannot be read.
    if items.len() < 2 {
        return Ok(Value::Array(items.laid_out(arena)?));
    }
    let mut entries = Vec::with_capacity(items.len());
    for item in items.walk(arena)? {
        let raw = match property {
            Some(property) => property.of(item)?.unwrap_or(Value::Nil),
            None => item,
        };
        entries.push((key(raw)?, item));
    }
    order(&mut entries)?;
    let mut list = arena.list();
    for (_, item) in entries {
        list.push(item)?;
    }
    Ok(Value::Array(list.finish()))
}

/// Charges a sort of `count` keys before it starts: each of its passes compares no more than every key once.
fn charge(
    count: usize,
    mut weights: impl Iterator<Item = Result<u64, Failure>>,
    arena: &Arena,
) -> Result<(), Failure> {
    let passes = u64::from(count.checked_ilog2().map_or(0, |log| log.saturating_add(1)));
    let sum = weights.try_fold(0u64, |sum, weight| Ok::<_, Failure>(sum.saturating_add(weight?)))?;
    Ok(arena.budget().spend(sum.saturating_mul(passes) / 64)?)
}

/// Whether every two of the keys have an order: all numbers, all texts or all times, and nil.
fn are_alike<'r>(keys: impl Iterator<Item = Value<'r>>) -> bool {
    let kind = |value| match value {
        Value::Nil => Some(0),
        Value::Integer(_) | Value::BigInteger(_) => Some(1),
        Value::Float(value) => (!value.is_nan()).then_some(1),
        Value::String(_) | Value::Binary(_) => Some(2),
        Value::Time(_) => Some(3),
        _ => None,
    };
    let mut seen = 0;
    for key in keys {
        match kind(key) {
            Some(0) => {}
            Some(kind) if seen == 0 || seen == kind => seen = kind,
            _ => return false,
        }
    }
    true
}

fn nil_last(left: bool, right: bool) -> Option<Ordering> {
    (left || right).then(|| left.cmp(&right))
}

/// Ruby's `<=>` with nil after all else; collections of any kind are only ever equal.
fn compare_mixed<'r>(left: Value<'r>, right: Value<'r>, arena: &'r Arena) -> Result<Ordering, Failure> {
    if let Some(order) = nil_last(left.is_nil(), right.is_nil()).or_else(|| compare::order(left, right)) {
        return Ok(order);
    }
    let comparable = matches!(
        (left, right),
        (Value::Array(_), Value::Array(_))
            | (Value::Map(_), Value::Map(_))
            | (Value::Range(_), Value::Range(_))
            | (Value::Object(_), Value::Object(_))
    );
    if comparable && compare::equal(left, right, arena)? {
        return Ok(Ordering::Equal);
    }
    Err(Failure::argument("cannot sort values of incompatible types"))
}

/// Ruby's `casecmp`: only ASCII letters lose their case.
fn compare_ignoring_case(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

/// A stable merge sort whose comparison may fail: the first failure ends it. The standard sorts may panic on keys that
/// have no consistent order, and keys of mixed kinds have none.
pub(super) fn merge_sort<T: Copy>(
    items: &mut Vec<T>,
    compare: impl Fn(&T, &T) -> Result<Ordering, Failure>,
) -> Result<(), Failure> {
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        for pair in items.chunks(width.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
                if compare(a, b)?.is_le() {
                    merged.push(*a);
                    left = left_rest;
                } else {
                    merged.push(*b);
                    right = right_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(items, &mut merged);
        merged.clear();
        width = width.saturating_mul(2);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::filters::trial::outcome;

    #[test]
    fn orders_like_the_reference() {
        for (input, arguments, expected) in [
            ("[3, 1, 2.5, 20]", "[]", "[1, 2.5, 3, 20]"),
            ("[18446744073709551615, 1, 1e30, -2]", "[]", "[-2, 1, 18446744073709551615, 1.0e+30]"),
            (r#"["b", "A", "_", "a", "10", "9"]"#, "[]", r#"["10", "9", "A", "_", "a", "b"]"#),
            ("[null, 2, null, 1]", "[]", "[1, 2, nil, nil]"),
            ("[[3, [1]], 2]", "[]", "[1, 2, 3]"),
            ("[true, true]", "[]", "[true, true]"),
            (r#"[{"a": 1}, {"a": 1}]"#, "[]", r#"[{"a"=>1}, {"a"=>1}]"#),
            ("null", "[]", "[]"),
            (r#""abc""#, "[]", r#"["abc"]"#),
            (r#"[{"x": 2}, {"n": 1}, {"x": 1}]"#, r#"["x"]"#, r#"[{"x"=>1}, {"x"=>2}, {"n"=>1}]"#),
            (
                r#"[{"x": 1, "n": 1}, {"x": 0}, {"x": 1, "n": 2}]"#,
                r#"["x"]"#,
                r#"[{"x"=>0}, {"n"=>1, "x"=>1}, {"n"=>2, "x"=>1}]"#,
            ),
            (
                r#"[{"x": [2]}, {"x": [1, 9]}, {"x": [1]}]"#,
                r#"["x"]"#,
                r#"[{"x"=>[1]}, {"x"=>[1, 9]}, {"x"=>[2]}]"#,
            ),
            ("[5]", r#"["x"]"#, "[5]"),
            ("[5, 6]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
            ("[1.5, 2.5]", r#"["x"]"#, "nil"),
            (r#"[1, "a"]"#, "[]", "Liquid error: cannot sort values of incompatible types"),
            ("[true, false]", "[]", "Liquid error: cannot sort values of incompatible types"),
            (
                r#"[{"x": [1]}, {"x": ["a"]}, {"x": [2]}]"#,
                r#"["x"]"#,
                "Liquid error: cannot sort values of incompatible types",
            ),
        ] {
            assert_eq!(outcome("sort", input, arguments), expected, "{input} {arguments}");
        }
    }

    #[test]
    fn natural_order_ignores_ascii_case() {
        for (input, arguments, expected) in [
            (r#"["b", "A", "_", "a", "B"]"#, "[]", r#"["_", "A", "a", "b", "B"]"#),
            (r#"[10, "9", null, true]"#, "[]", r#"[10, "9", true, nil]"#),
            (r#"["é", "É", "z"]"#, "[]", r#"["z", "É", "é"]"#),
            (
                r#"[{"n": 1}, {"x": "b"}, {"n": 2}, {"x": "A"}]"#,
                r#"["x"]"#,
                r#"[{"x"=>"A"}, {"x"=>"b"}, {"n"=>2}, {"n"=>1}]"#,
            ),
            ("[5, 6]", r#"["x"]"#, "Liquid error: cannot select the property 'x'"),
        ] {
            assert_eq!(outcome("sort_natural", input, arguments), expected, "{input} {arguments}");
        }
    }

    #[test]
    fn many_mixed_keys_end_in_an_error_and_not_in_a_panic() {
        let input: Vec<String> = (0..1000)
            .map(|n| if n % 7 == 0 { format!("\"{n}\"") } else { format!("{}", n * 7919 % 1000) })
            .collect();
        let input = format!("[{}]", input.join(","));
        assert_eq!(outcome("sort", &input, "[]"), "Liquid error: cannot sort values of incompatible types");
    }

    #[test]
    fn long_keys_are_charged() {
        let text = "x".repeat(100_000);
        let input = format!("[{}]", vec![format!("{{\"x\": \"{text}\"}}"); 1500].join(","));
        assert_eq!(outcome("sort", &input, r#"["x"]"#), "the render takes more than 20000000 steps");
    }
}
