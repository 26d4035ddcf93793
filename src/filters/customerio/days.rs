//! Days, months and years onwards and back, and the zone of the older engine.

use super::{Call, Filter, Parameter, is_latest, liquidjs, number};
use crate::diagnostic::code;
use crate::dialect::DialectSet;
use crate::failure::Failure;
use crate::filters::{Function, date};
use crate::time::Time;
use crate::value::Value;

const COUNT: &[Parameter] = &[Parameter::optional("count", "how many; 1 if not given"), Parameter::IGNORED];

const fn entry(
    name: &'static str,
    description: &'static str,
    (example, output): (&'static str, &'static str),
    function: Function,
) -> Filter {
    super::entry(name, COUNT, description, (example, output), function)
}

pub(super) static FILTERS: &[Filter] = &[
    entry(
        "add_day",
        "Gives the seconds since 1970 so many days later.",
        (r#"{{ 1701886845 | add_day: 1 | date: "%Y-%m-%d" }}"#, "2023-12-07"),
        |call| moved(call, 1, add_days),
    ),
    entry(
        "subtract_day",
        "Gives the seconds since 1970 so many days earlier.",
        (r#"{{ 1701886845 | subtract_day: 6 | date: "%Y-%m-%d" }}"#, "2023-11-30"),
        |call| moved(call, -1, add_days),
    ),
    entry(
        "add_month",
        "Gives the seconds since 1970 so many months later; a day that the month does not have is its last.",
        (r#"{{ 1706659200 | add_month: 1 | date: "%Y-%m-%d" }}"#, "2024-02-29"),
        |call| moved(call, 1, Time::plus_months),
    ),
    entry(
        "subtract_month",
        "Gives the seconds since 1970 so many months earlier; a day that the month does not have is its last.",
        (r#"{{ 1706659200 | subtract_month: 2 | date: "%Y-%m-%d" }}"#, "2023-11-30"),
        |call| moved(call, -1, Time::plus_months),
    ),
    entry(
        "add_year",
        "Gives the seconds since 1970 so many years later.",
        (r#"{{ 1701886845 | add_year: 1 | date: "%Y-%m-%d" }}"#, "2024-12-06"),
        |call| moved(call, 12, Time::plus_months),
    ),
    entry(
        "subtract_year",
        "Gives the seconds since 1970 so many years earlier.",
        (r#"{{ 1701886845 | subtract_year: 1 | date: "%Y-%m-%d" }}"#, "2022-12-06"),
        |call| moved(call, -12, Time::plus_months),
    ),
    Filter {
        dialects: DialectSet::CUSTOMERIO_ANY,
        ..super::entry(
            "timezone",
            &[
                Parameter::required(
                    "zone",
                    "an IANA name, a long name such as `(GMT-10:00) Hawaii`, or hours from UTC",
                ),
                Parameter::IGNORED,
            ],
            "Shows a time in another zone; `date` behind it writes it so. The current engine prefers the second argument of `date`.",
            (r#"{{ 1483272000 | timezone: "America/New_York" | date: "%H:%M" }}"#, "07:00"),
            timezone,
        )
    },
];

fn add_days(time: Time, days: i64) -> Option<Time> {
    Time::from_unix(time.unix_seconds().checked_add(days.checked_mul(86_400)?)?)
}

/// The input as an instant, as the engine at work reads it.
fn read(call: &Call<'_, '_>) -> Result<Option<Time>, Failure> {
    if is_latest(call) {
        return liquidjs::read_date(call);
    }
    let time = call.to_time(call.input)?;
    date::doubt_input(call, call.input, time.is_some());
    Ok(time)
}

/// What is no date stays as it is.
fn moved<'r>(
    call: &Call<'_, 'r>,
    unit: i64,
    add: fn(Time, i64) -> Option<Time>,
) -> Result<Value<'r>, Failure> {
    let Some(time) = read(call)? else { return Ok(call.input) };
    let count = call.given(0).map_or(Ok(1.0), |count| number(call, count))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "fractions are cut, and what is too large is out of range"
    )]
    let there = (count as i64).checked_mul(unit).and_then(|count| add(time, count));
    let there = there.ok_or_else(|| Failure::argument("the date is out of range"))?;
    Ok(Value::Integer(there.unix_seconds()))
}

fn timezone<'r>(call: &Call<'_, 'r>) -> Result<Value<'r>, Failure> {
    if is_latest(call) {
        call.doubt(
            &code::FILTER_WARNING,
            "`timezone` is deprecated in the current engine",
            Some("give the zone as the second argument of `date`".to_owned()),
        );
    }
    let Some(time) = read(call)? else { return Ok(call.input) };
    let shown = time.with_zone(date::zone(call, call.argument(0))?);
    Ok(Value::Time(call.arena.put(shown)?))
}
