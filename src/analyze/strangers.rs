//! Names of another platform: `customer.` in Braze, `Profile.` in Customer.io, `profile.` for CleverTap's `Profile.`.

use super::variables::made_names;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::Dialect;
use crate::source::{Source, Span};
use crate::syntax::ast::Body;
use std::sync::Arc;

/// What is doubtful about the names at `places` of the template, which begin a path, unless the template makes them itself.
pub(crate) fn strangers(
    places: &[Span],
    body: &Body,
    source: &Arc<Source>,
    dialect: &Dialect,
) -> Vec<Diagnostic> {
    if places.is_empty() {
        return Vec::new();
    }
    let made = made_names(body);
    let unmade = places.iter().filter(|place| !made.contains(source.slice(**place)));
    unmade.filter_map(|place| finding(*place, source, dialect)).collect()
}

fn finding(place: Span, source: &Arc<Source>, dialect: &Dialect) -> Option<Diagnostic> {
    let name = source.slice(place);
    let warning = |message: String| {
        Diagnostic::new(&code::DIALECT_OTHER, message).severity(Severity::Warning).at(source, place, "")
    };
    if let Some(root) = dialect.roots.iter().find(|root| root.name.eq_ignore_ascii_case(name)) {
        let message = format!("`{name}` is nothing that {} fills", dialect.title);
        let help = format!("write `{}`: names are told apart by capital and small letters", root.name);
        return Some(warning(message).help(help));
    }
    let home = dialect.home_of(name)?;
    let message = format!("`{name}.` is {}'s; {} fills nothing of that name", home.title, dialect.title);
    let help = match (dialect.references, dialect.roots) {
        (true, _) => {
            "write `{{${first_name}}}`, `{{custom_attribute.${plan}}}` or `{{event_properties.${price}}}`"
                .to_owned()
        }
        (_, [person, event, ..]) => format!("write `{}.` or `{}.`", person.name, event.name),
        _ => format!("choose the dialect `{}`", home.name),
    };
    Some(warning(message).help(help))
}
