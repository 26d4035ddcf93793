//! The filters: one table, one file a group.
//!
//! A [`Filter`] says everything about itself: name, parameters, what it does, an example, the dialects that have it, and
//! the function that does it. Documentation, completion and "did you mean" are made from the table.

mod array;
mod binary;
mod braze;
mod call;
mod case;
mod custom;
mod customerio;
mod date;
mod digest;
mod encode;
mod general;
mod html;
mod items;
mod json;
mod legacy;
mod liquidjs;
mod math;
mod parameter;
mod pieces;
mod property;
mod replace;
mod search;
mod set;
mod sort;
mod string;
#[cfg(test)]
mod trial;
mod uniq;

pub use call::{Call, Doubt, Environment};
pub use custom::{Argument, Arguments, CustomFilter, FilterFunction, FilterResult, Keywords};
pub use parameter::{Need, Parameter};

pub(crate) use parameter::check_count;
pub(crate) use set::{Callee, FilterSet};

use crate::dialect::{Dialect, DialectSet};
use crate::failure::Failure;
use crate::limits::Limits;
use crate::time;
use crate::value::Value;

/// What a filter does with its input and arguments.
pub type Function = for<'c, 'r> fn(&Call<'c, 'r>) -> Result<Value<'r>, Failure>;

/// One filter.
#[derive(Debug)]
pub struct Filter {
    /// The name after the `|`.
    pub name: &'static str,
    /// The arguments it takes, required ones first.
    pub parameters: &'static [Parameter],
    /// What it gives, one sentence.
    pub description: &'static str,
    /// A template that uses it.
    pub example: &'static str,
    /// What the example renders to.
    pub output: &'static str,
    /// Where it exists.
    pub dialects: DialectSet,
    /// What it does.
    pub function: Function,
}

/// The groups of the table, in the order of the documentation.
static GROUPS: &[&[Filter]] = &[
    string::FILTERS,
    html::FILTERS,
    encode::FILTERS,
    digest::FILTERS,
    math::FILTERS,
    array::FILTERS,
    sort::FILTERS,
    uniq::FILTERS,
    search::FILTERS,
    general::FILTERS,
    date::FILTERS,
    json::FILTERS,
    braze::FILTERS,
    legacy::FILTERS,
];

/// Every filter. Where engines differ a name stands several times, for different dialects.
pub fn all() -> impl Iterator<Item = &'static Filter> {
    let groups = GROUPS.iter().chain(customerio::GROUPS).chain(liquidjs::GROUPS);
    groups.copied().flatten()
}

/// The names of the dialects that have a filter called `name`.
pub fn dialects_of(name: &str) -> Vec<&'static str> {
    let has = |dialect: &&Dialect| find(name, dialect.set).is_some();
    Dialect::all().into_iter().filter(has).map(|dialect| dialect.name).collect()
}

/// The filter called `name` in one of the dialects of `set`.
pub fn find(name: &str, set: DialectSet) -> Option<&'static Filter> {
    all().find(|filter| filter.name == name && filter.dialects.intersects(set))
}

/// Whether `name` is a filter that reads a notation, so that what it writes need not stand in its input.
pub(crate) fn decodes(name: &str) -> bool {
    matches!(name, "url_decode" | "base64_decode" | "base64_url_safe_decode" | "json_parse" | "from_json")
}

/// The variables that the expression in the second argument of the filter `name` reads, besides the item that the first
/// argument names; none of a filter that takes no expression.
pub(crate) fn expression_variables(name: &str, item: &str, expression: &str) -> Vec<String> {
    if !liquidjs::takes_expression(name) {
        return Vec::new();
    }
    liquidjs::free_names(item, expression, &Limits::default())
}

/// The directives of the date format that a filter called `name` is given in `dialect`, as far as its engine does not
/// know them and prints them as they are written.
pub fn unknown_directives<'f>(name: &str, dialect: &Dialect, format: &'f str) -> Vec<&'f str> {
    match name {
        "date" if dialect.set.intersects(DialectSet::CUSTOMERIO) => time::unknown_to_liquidjs(format),
        "date" | "date_tz" if find(name, dialect.set).is_some() => time::unknown_to_ruby(format),
        _ => Vec::new(),
    }
}

/// Whether the filter `name` escapes or encodes text for somewhere else, so that its result is safe inside the quotes of a
/// JSON string whatever went in. JSON with its own quotes counts too: what may be wrong with it is no lack of escaping.
pub(crate) fn escapes(name: &str) -> bool {
    matches!(
        name,
        "as_json_string"
            | "cgi_escape"
            | "json"
            | "json_escape"
            | "slugify"
            | "to_json"
            | "uri_escape"
            | "url_encode"
            | "url_escape"
            | "url_param_escape"
    )
}

/// Whether the filter `name` writes digits and fixed words only, where it can do its work at all, or escapes.
pub(crate) fn seals(name: &str) -> bool {
    let exact = matches!(
        name,
        "base64"
            | "base64_encode"
            | "base64_url_safe_encode"
            | "currency"
            | "date"
            | "format_number"
            | "hex_base64"
            | "md5"
            | "money"
            | "number_with_delimiter"
            | "rounded_currency"
            | "sha1"
            | "sha2"
            | "sha256"
            | "time_zone"
    );
    exact || name.starts_with("hmac_") || name.starts_with("date_") || is_arithmetic(name) || escapes(name)
}

/// Whether `name` is one of the filters that compute with numbers.
pub(crate) fn is_arithmetic(name: &str) -> bool {
    math::FILTERS.iter().any(|filter| filter.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialect_has_a_name_once() {
        for dialect in Dialect::all() {
            let mut names: Vec<_> = all()
                .filter(|filter| filter.dialects.intersects(dialect.set))
                .map(|filter| filter.name)
                .collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", dialect.name);
        }
    }

    #[test]
    fn unknown_directives_depend_on_the_engine() {
        use crate::dialect::{BRAZE, CLEVERTAP, CUSTOMERIO, CUSTOMERIO_LEGACY};
        for (name, dialect, expected) in [
            ("date", &CUSTOMERIO, &["%F", "%T"][..]),
            ("date", &CUSTOMERIO_LEGACY, &["%q"]),
            ("date", &BRAZE, &["%q"]),
            ("date_tz", &CLEVERTAP, &["%q"]),
            ("date_tz", &CUSTOMERIO, &[]),
            ("upcase", &CUSTOMERIO, &[]),
        ] {
            assert_eq!(unknown_directives(name, dialect, "%Y %F %q %T"), expected, "{name} {}", dialect.name);
        }
    }
}
