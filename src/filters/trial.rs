//! Calls of single filters, for the tests of the groups: JSON in, Ruby's notation out; or values in, printed text out.

use super::{Call, Environment, find, parameter};
use crate::arena::Arena;
use crate::dialect::{BRAZE, Dialect, DialectSet, LIQUID};
use crate::failure::Failure;
use crate::limits::Limits;
use crate::time::{FixedClock, Time};
use crate::value::{Value, print};

/// 2026-01-02 03:04:05 UTC, the time of every trial.
static CLOCK: std::sync::LazyLock<FixedClock> =
    std::sync::LazyLock::new(|| FixedClock(Time::from_unix(1_767_323_045).unwrap()));

/// The surroundings of a call.
pub(super) struct Trial {
    pub(super) arena: Arena,
    pub(super) environment: Environment<'static>,
}

impl Trial {
    pub(super) fn new(dialect: &'static Dialect) -> Self {
        Trial { arena: Arena::new(&Limits::default()), environment: Environment::new(dialect, Some(&*CLOCK)) }
    }

    pub(super) fn run<'r>(
        &'r self,
        name: &str,
        input: Value<'r>,
        positional: &[Value<'r>],
    ) -> Result<Value<'r>, Failure> {
        self.run_with(name, input, positional, &[])
    }

    fn run_with<'r>(
        &'r self,
        name: &str,
        input: Value<'r>,
        positional: &[Value<'r>],
        keyword: &[(&'r str, Value<'r>)],
    ) -> Result<Value<'r>, Failure> {
        let (arena, environment) = (&self.arena, &self.environment);
        let mut positional = positional.to_vec();
        if !keyword.is_empty() {
            positional.push(Value::Map(arena.map(keyword)?));
        }
        let call = Call { input, positional: &positional, keyword: &[], arena, environment };
        call_with(name, environment.dialect.set, &call)
    }

    pub(super) fn shown<'r>(&'r self, result: Result<Value<'r>, Failure>) -> String {
        match result {
            Ok(value) => {
                let mut text = self.arena.builder();
                print::write_inspected(value, &self.arena, &mut text).unwrap();
                text.finish().to_owned()
            }
            Err(Failure::Error(error)) => error.inline_text(None),
            Err(Failure::Limit(exceeded)) => exceeded.to_string(),
            Err(Failure::Abort(abort)) => abort.reason,
        }
    }

    fn value(&self, json: &serde_json::Value) -> Value<'_> {
        use serde_json::Value as Json;
        let arena = &self.arena;
        match json {
            Json::Null => Value::Nil,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => Value::Integer(value),
                (None, Some(value)) => Value::BigInteger(arena.text(&value.to_string()).unwrap()),
                (None, None) => Value::Float(number.as_f64().unwrap()),
            },
            Json::String(text) => Value::String(arena.text(text).unwrap()),
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item)).collect();
                Value::Array(arena.array(&items).unwrap())
            }
            Json::Object(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (arena.text(key).unwrap(), self.value(value)))
                    .collect();
                Value::Map(arena.map(&entries).unwrap())
            }
        }
    }
}

/// What the filter `name` makes of `input` with the arguments of the array `arguments`, all as JSON.
pub(super) fn outcome(name: &str, input: &str, arguments: &str) -> String {
    outcome_with(name, input, arguments, &[])
}

/// The same with arguments by name.
pub(super) fn outcome_with(
    name: &str,
    input: &str,
    arguments: &str,
    keyword: &[(&'static str, Value<'static>)],
) -> String {
    let trial = Trial::new(&LIQUID);
    let input = trial.value(&serde_json::from_str(input).unwrap());
    let arguments: Vec<serde_json::Value> = serde_json::from_str(arguments).unwrap();
    let arguments: Vec<_> = arguments.iter().map(|argument| trial.value(argument)).collect();
    trial.shown(trial.run_with(name, input, &arguments, keyword))
}

/// The same for a value that JSON cannot say, without arguments.
pub(super) fn outcome_of(name: &str, input: Value<'_>) -> String {
    let trial = Trial::new(&LIQUID);
    trial.shown(trial.run(name, input, &[]))
}

/// What `{{ input | name: arguments }}` prints in Braze's dialect, or the error text in its place. The clock stands at
/// 2026-03-10 12:00:00 UTC.
pub(super) fn printed(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> String {
    print(name, input, arguments).0
}

/// The doubts of such a call.
pub(super) fn doubts(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> Vec<String> {
    print(name, input, arguments).1
}

fn print(name: &str, input: Value<'_>, arguments: &[Value<'_>]) -> (String, Vec<String>) {
    let arena = Arena::default();
    let clock = FixedClock(Time::from_rfc3339("2026-03-10T12:00:00Z").unwrap());
    let environment = Environment::new(&BRAZE, Some(&clock));
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
    positional: &[Value<'r>],
    arena: &'r Arena,
    environment: &Environment<'_>,
) -> Result<Value<'r>, Failure> {
    call_with(name, DialectSet::ALL, &Call { input, positional, keyword: &[], arena, environment })
}

fn call_with<'r>(name: &str, dialects: DialectSet, call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    let filter = find(name, dialects).unwrap_or_else(|| panic!("no filter `{name}`"));
    parameter::check_count(filter.parameters, call.positional.len())?;
    (filter.function)(call)
}
