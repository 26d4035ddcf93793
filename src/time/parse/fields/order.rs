//! Which of three numbers is the year, the month and the day.

use super::{Fields, number};

/// Sets year, month and day from the three places of a form of date, in which a text may have them in another order.
///
/// A number of more than two digits or with an apostrophe is the year, wherever it stands; of two numbers alone the first is
/// the month. A year with a sign or with more than two digits is meant as it is.
pub(super) fn set_year_month_day<'t>(
    fields: &mut Fields,
    mut year: Option<&'t str>,
    mut month: Option<&'t str>,
    mut day: Option<&'t str>,
) {
    if year.is_some() && month.is_some() && day.is_none() {
        (year, month, day) = (None, year, month);
    }
    if year.is_none() && day.is_some_and(looks_like_year) {
        (year, day) = (day, None);
    }
    // `3rd` in the year's place is the day.
    if let Some(text) = year {
        let (signed, rest) = first_number(text);
        if !rest.is_empty() {
            (year, day) = (day, Some(signed));
        }
    }
    if month.is_some_and(looks_like_year) {
        (year, month, day) = (month, day, year);
    }
    if day.is_some_and(looks_like_year) {
        (year, day) = (day, year);
    }

    if let Some(text) = year {
        let (signed, _) = first_number(text);
        if signed.starts_with(['-', '+']) || signed.len() > 2 {
            fields.whole_year = true;
        }
        fields.year = Some(number(signed));
    }
    if let Some(text) = month {
        fields.month = Some(number(unsigned(text)));
    }
    if let Some(text) = day {
        fields.day = Some(number(unsigned(text)));
    }
}

fn looks_like_year(text: &str) -> bool {
    text.starts_with('\'') || text.len() > 2
}

/// The first number of a text with its sign, and what follows it.
fn first_number(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-' && c != '+');
    let sign = usize::from(text.starts_with(['-', '+']));
    let end = text
        .bytes()
        .skip(sign)
        .position(|byte| !byte.is_ascii_digit())
        .map_or(text.len(), |digits| digits.saturating_add(sign));
    text.split_at(end)
}

/// The first number of a text without its sign.
fn unsigned(text: &str) -> &str {
    let (number, _) = first_number(text);
    number.trim_start_matches(['-', '+'])
}
