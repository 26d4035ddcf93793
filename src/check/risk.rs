//! What other data would break, and identifiers without a value.
//!
//! In go a rendered body that is to be JSON and the source map of its render; out come warnings. The one is about
//! outputs inside JSON strings whose text is the data's, with nothing that escapes it: this data did no harm, and the
//! next quote or line break will. The other is about members such as `user_id` whose output wrote nothing, so that an
//! empty text goes out as an identity.

use super::blame::slots::Slots;
use super::fix::Mender;
use super::injection::strings;
use super::json::scan::Text;
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, code};
use crate::dialect::Dialect;
use crate::render::{EventKind, Site, TraceMap, Written};
use crate::source::{Source, Span};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// How many places one finding names.
const NAMED: usize = 20;

/// How many characters of an output are quoted in a message.
const QUOTED: usize = 60;

/// How many identifiers without a value are reported.
const REPORTED: usize = 100;

/// Makes the edits that mend the output at a place.
type Mend = fn(&Source, Span) -> Option<Vec<Edit>>;

/// What is at risk in `body`. `found` is what is wrong with it: the place of such a finding is not named again.
pub fn diagnose(
    body: &str,
    trace: &TraceMap,
    dialect: &'static Dialect,
    found: &[Diagnostic],
) -> Vec<Diagnostic> {
    let slots = Slots::new(trace);
    let strings = strings(body, slots.data());
    let mut risks = unescaped(trace, dialect, &strings, found);
    risks.extend(blank_identifiers(body, trace, &strings));
    risks
}

/// The string that byte `at` stands in.
fn string_at(strings: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let next = strings.partition_point(|string| string.end <= at);
    strings.get(next).filter(|string| string.start < at)
}

/// One finding for each template: its outputs that write text of the data into strings as it is.
fn unescaped(
    trace: &TraceMap,
    dialect: &'static Dialect,
    strings: &[Range<usize>],
    found: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut templates: Vec<(Arc<Source>, Vec<Site>)> = Vec::new();
    let segments = trace.segments.iter().filter(|segment| segment.exposed);
    for segment in segments.filter(|segment| string_at(strings, segment.range.start).is_some()) {
        let Some(site) = segment.path.last().copied() else { continue };
        let Some(source) = trace.source(site) else { continue };
        if !seen.insert((Arc::as_ptr(source), site.span.start, site.span.end))
            || is_known(found, source, site.span)
        {
            continue;
        }
        match templates.iter_mut().find(|(known, _)| Arc::ptr_eq(known, source)) {
            Some((_, sites)) => sites.push(site),
            None => templates.push((source.clone(), vec![site])),
        }
    }
    let finding = |(source, mut sites): (Arc<Source>, Vec<Site>)| {
        sites.sort_by_key(|site| site.span.start);
        slots_at_risk(&Mender { trace, dialect }, &source, &sites)
    };
    templates.into_iter().map(finding).collect()
}

/// Whether a finding has its place at `span`.
fn is_known(found: &[Diagnostic], source: &Arc<Source>, span: Span) -> bool {
    let places = found.iter().filter_map(|finding| finding.primary.as_ref());
    places.into_iter().any(|label| Arc::ptr_eq(&label.source, source) && label.span == span)
}

fn slots_at_risk(mender: &Mender<'_>, source: &Arc<Source>, sites: &[Site]) -> Diagnostic {
    let message = match sites {
        [site] => format!(
            "`{}` stands in a JSON string with nothing that escapes it: a quote, a backslash or a line break in the data \
             breaks the body",
            one_line(source.slice(site.span))
        ),
        _ => format!(
            "{} outputs stand in JSON strings with nothing that escapes them: a quote, a backslash or a line break in \
             the data breaks the body",
            sites.len()
        ),
    };
    let mut diagnostic = Diagnostic::new(&code::DATA_UNESCAPED_SLOT, message);
    let mut places = sites.iter();
    if let Some(site) = places.next() {
        diagnostic = diagnostic.at(source, site.span, "writes the data as it is");
    }
    for site in places.by_ref().take(NAMED) {
        diagnostic = diagnostic.and(source, site.span, "and this");
    }
    if places.len() > 0 {
        diagnostic = diagnostic.note(format!("and {} more", places.len()));
    }
    let (help, message, mended): (_, _, Mend) = if mender.has("json_escape") {
        (
            "`| json_escape` writes text as it must be inside the quotes of a JSON string",
            "escape the data",
            escaped,
        )
    } else if mender.has("to_json") {
        (
            "`| to_json` writes text with its quotes: take away those around it; of a text with more in it make one \
                 value first, by `capture`",
            "write the data as JSON, with its own quotes",
            with_own_quotes,
        )
    } else {
        (
            "this dialect has no filter that escapes text for JSON: keep such characters out of the data",
            "",
            |_, _| None,
        )
    };
    let edits: Option<Vec<_>> = sites.iter().map(|site| mended(source, site.span)).collect();
    diagnostic.fix = edits.map(|edits| Fix {
        message: message.to_owned(),
        source: source.clone(),
        edits: edits.into_iter().flatten().collect(),
    });
    diagnostic.help(help)
}

/// The output at `span` with `| json_escape` behind it.
fn escaped(source: &Source, span: Span) -> Option<Vec<Edit>> {
    Some(vec![super::fix::filtered(source, span, "json_escape")?])
}

/// The output at `span` with `| to_json` behind it and without the quotes around it, if it is all that they hold.
fn with_own_quotes(source: &Source, span: Span) -> Option<Vec<Edit>> {
    let before = Span::new(span.from().checked_sub(1)?, span.from());
    let after = Span::new(span.to(), span.to().checked_add(1)?);
    let quoted = source.text().get(before.from()..before.to()) == Some("\"")
        && source.text().get(after.from()..after.to()) == Some("\"");
    let filter = super::fix::filtered(source, span, "to_json")?;
    let without = |span| Edit { span, text: String::new() };
    quoted.then(|| vec![without(before), filter, without(after)])
}

/// Members with the name of an identity, a time zone or an e-mail address whose output wrote nothing.
fn blank_identifiers(body: &str, trace: &TraceMap, strings: &[Range<usize>]) -> Vec<Diagnostic> {
    let text = Text::new(body);
    let mut rendered = Rendered::new(body);
    let inner = |string: &Range<usize>| {
        body.get(string.start.saturating_add(1)..string.end.saturating_sub(1)).unwrap_or_default()
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (key, value) in strings.iter().zip(strings.iter().skip(1)) {
        let colon = text.skip_space(key.end);
        let is_member =
            text.at(colon) == Some(b':') && text.skip_space(colon.saturating_add(1)) == value.start;
        if !is_member || !inner(value).trim().is_empty() || !is_identifier(inner(key)) {
            continue;
        }
        let Some(site) = blank_writer(trace, value) else { continue };
        let Some(source) = trace.source(site) else { continue };
        if !seen.insert((Arc::as_ptr(source), site.span.start)) {
            continue;
        }
        let (name, output) = (inner(key), one_line(source.slice(site.span)));
        let message = format!("`{name}` is sent as an empty text: `{output}` writes nothing");
        let mut diagnostic = Diagnostic::new(&code::DATA_BLANK_IDENTIFIER, message)
            .at(source, site.span, "there is no value here")
            .help(
                "an empty text is one and the same identity for everybody: leave the member out unless there is a value, \
                 test it with `!= blank`, or abort the message",
            );
        diagnostic.rendered = Some(rendered.label(value));
        found.push(diagnostic);
        if found.len() == REPORTED {
            break;
        }
    }
    found
}

/// The output that wrote nothing within the string `value`, or only white space, or the quotes as well.
fn blank_writer(trace: &TraceMap, value: &Range<usize>) -> Option<Site> {
    let data = |written: Written| !matches!(written, Written::Template | Written::Constant);
    if let Some(segment) = trace.segment_at(value.start)
        && data(segment.written)
    {
        return segment.path.last().copied();
    }
    let (first, last) = (value.start.saturating_add(1), value.end.saturating_sub(1));
    let blank = trace.events_between(first, last).iter().find(|event| event.kind == EventKind::BlankOutput);
    if let Some(event) = blank {
        return Some(event.site);
    }
    let segment = trace.segment_at(first).filter(|_| first < last)?;
    segment.path.last().copied().filter(|_| data(segment.written))
}

/// The body as a source for labels, made once it is needed.
struct Rendered<'b> {
    body: &'b str,
    source: Option<Arc<Source>>,
}

impl<'b> Rendered<'b> {
    fn new(body: &'b str) -> Self {
        Rendered { body, source: None }
    }

    fn label(&mut self, range: &Range<usize>) -> Label {
        let body = self.body;
        let source = self.source.get_or_insert_with(|| Arc::new(Source::new("rendered body", body))).clone();
        // A `Source` has no byte order mark; the positions behind it move.
        let dropped = body.len().saturating_sub(source.text().len());
        let span = Span::new(range.start.saturating_sub(dropped), range.end.saturating_sub(dropped));
        Label { source, span, message: String::new() }
    }
}

/// Whether a key names who or where someone is: its last word is `id`, `email` or `timezone`. A product's id counts:
/// without one the receiver knows no product.
fn is_identifier(key: &str) -> bool {
    let words = words(key);
    let mut words = words.iter().rev().map(String::as_str);
    let pair = (words.next(), words.next());
    matches!(pair, (Some("id" | "uid" | "uuid" | "guid" | "email" | "timezone"), _))
        || matches!(pair, (Some("zone"), Some("time")) | (Some("address"), Some("email")))
}

/// The words of a key in small letters: `externalUserId` and `external_user_id` have the same three.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for character in key.chars() {
        let begins = character.is_uppercase() && before_small;
        before_small = character.is_lowercase() || character.is_numeric();
        if !character.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The text of an output on one line, cut where it is long.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().take(QUOTED).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_by_their_last_word() {
        for (key, expected) in [
            ("id", true),
            ("user_id", true),
            ("externalUserId", true),
            ("userID", true),
            ("Anonymous-Id", true),
            ("email", true),
            ("email_address", true),
            ("emailAddress", true),
            ("timezone", true),
            ("time_zone", true),
            ("paid", false),
            ("valid", false),
            ("address", false),
            ("id_type", false),
            ("email_subject", false),
            ("", false),
        ] {
            assert_eq!(is_identifier(key), expected, "{key}");
        }
    }
}
