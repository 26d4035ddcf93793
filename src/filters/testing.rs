//! Filters by name, for the tests of their groups.

use super::{Call, Environment, find};
use crate::arena::Arena;
use crate::dialect::{BRAZE, DialectSet};
use crate::failure::Failure;
use crate::time::{FixedClock, Time};
use crate::value::{Value, print};

/// What `{{ input | name: arguments }}` prints in Braze's dialect, or the error text in its place. The clock stands at
/// 2026-03-10 12:00:00 UTC.
pub(super) fn printed(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> String {
    run(name, input, arguments).0
}

/// The doubts of such a call.
pub(super) fn doubts(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> Vec<String> {
    run(name, input, arguments).1
}

fn run(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> (String, Vec<String>) {
    let arena = Arena::default();
    let clock = FixedClock(Time::from_rfc3339("2026-03-10T12:00:00Z").unwrap());
    let environment = Environment::new(&BRAZE, &clock);
    let result = call(name, input, arguments, &arena, &environment).and_then(|value| {
        let mut out = arena.builder();
        print::write_output(value, &arena, &mut out)?;
        Ok(out.finish().to_owned())
    });
    let text = match result {
        Ok(text) => text,
        Err(Failure::Error(error)) => error.inline_text(None),
        Err(other) => format!("{other:?}"),
    };
    (text, environment.take_doubts().into_iter().map(|doubt| doubt.message).collect())
}

/// Calls a filter of any dialect.
pub(super) fn call<'r>(
    name: &str,
    input: Value<'r>,
    arguments: &[Value<'r>],
    arena: &'r Arena,
    environment: &Environment<'_>,
) -> Result<Value<'r>, Failure> {
    let filter = find(name, DialectSet::ALL).unwrap_or_else(|| panic!("no filter `{name}`"));
    super::parameter::check_count(filter.parameters, arguments.len())?;
    (filter.function)(&Call { input, positional: arguments, keyword: &[], arena, environment })
}
