//! The event that triggers a message, in the shape of whoever reports it.
//!
//! In goes a document: an event as Braze's `/users/track` takes it, a batch of them, a batch of Braze Currents, or one
//! of Momentum or SparkPost. Out comes an [`Event`] that knows nothing of its origin. What each platform calls its
//! fields is the business of [`row`].

mod row;

use super::document::Document;
use crate::diagnostic::{Code, Diagnostic, code};
use crate::json::Step;
use crate::value::Value;
use row::Row;

/// So many events of a batch are listed.
const LISTED: usize = 20;

const EVENTS: &str = "events";

/// What an event gives to a render.
pub(super) struct Event<'r> {
    /// What happened: `product_viewed`, of a Currents event that has no name of its own its type, of a Momentum event
    /// `click` and the like. Braze's templates cannot read it.
    pub name: Option<&'r str>,
    /// When, as it was written: ISO text, or seconds since 1970 as a number or as a text.
    pub time: Option<Value<'r>>,
    /// Attributes of the user, under Braze's names: `user_id`, `email_address`, `time_zone`, `braze_id`.
    pub identifiers: Vec<(&'static str, Value<'r>)>,
    /// What templates read as the event's properties. Of two entries with one key the first counts.
    pub properties: Vec<(&'r str, Value<'r>)>,
}

/// What a document of events holds.
pub(super) enum Batch<E> {
    /// The event, or the one that was chosen.
    Event(E),
    /// No event at all, as a valid batch may: there is nothing to send.
    Nothing,
}

/// The event of `document`, the one counted `number` from 1 where it holds several. `None` with an error among
/// `findings`.
pub(super) fn read<'r>(
    document: &Document<'r, Value<'r>>,
    number: Option<usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Batch<Event<'r>>> {
    let before = findings.len();
    let read = match choose(document, number, findings)? {
        Batch::Event(row) => Batch::Event(row.event(document, findings)?),
        Batch::Nothing => Batch::Nothing,
    };
    let failed = findings.iter().skip(before).any(Diagnostic::is_error);
    Some(read).filter(|_| !failed)
}

/// The row of `document` counted `number` from 1, or its only one. `None` with an error among `findings`.
pub(super) fn choose<'r>(
    document: &Document<'r, Value<'r>>,
    number: Option<usize>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Batch<Row<'r>>> {
    match rows(document).and_then(|rows| pick(document, &rows, number)) {
        Ok(Some(row)) => Some(Batch::Event(row)),
        Ok(None) => {
            findings.push(nothing(document));
            Some(Batch::Nothing)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// The rows of a document, in order.
struct Rows<'r> {
    rows: Vec<Row<'r>>,
    /// What holds them, where they are a batch: `events`, or nothing for the document itself.
    within: Option<&'static [Step<'static>]>,
}

fn rows<'r>(document: &Document<'r, Value<'r>>) -> Result<Rows<'r>, Box<Diagnostic>> {
    const IN_EVENTS: &[Step<'static>] = &[Step::Key(EVENTS)];
    let (items, within): (&[Value<'r>], _) = match document.root {
        Value::Array(items) => (items, &[][..]),
        Value::Map(root) => match root.get(EVENTS) {
            Some(Value::Array(items)) => (items, IN_EVENTS),
            Some(other) => {
                return Err(Box::new(document.wrong_shape(IN_EVENTS, "an array of events", other)));
            }
            None => return Ok(Rows { rows: vec![Row::new(document, document.root, &[])?], within: None }),
        },
        other => {
            let expected = "an event, a batch {\"events\": […]}, or a batch of Momentum's";
            return Err(Box::new(document.wrong_shape(&[], expected, other)));
        }
    };
    let row = |(at, item): (usize, &Value<'r>)| {
        let path = [within, &[Step::Index(at)]].concat();
        let row = Row::new(document, *item, &path)?;
        if within.is_empty() && !row.is_of_momentum() {
            let message = "a list of events must stand in an object: {\"events\": […]}; only Momentum and SparkPost send \
                           a bare list";
            let span = document.span(&path, false);
            return Err(Box::new(Diagnostic::new(&code::DATA_SHAPE, message).at(
                document.source,
                crate::source::Span::new(span.from(), span.to().min(span.from().saturating_add(1))),
                "",
            )));
        }
        Ok(row)
    };
    let rows = items.iter().enumerate().map(row).collect::<Result<_, _>>()?;
    Ok(Rows { rows, within: Some(within) })
}

/// The row counted `number` from 1, or the only one; none where no row holds an event.
fn pick<'r>(
    document: &Document<'r, Value<'r>>,
    rows: &Rows<'r>,
    number: Option<usize>,
) -> Result<Option<Row<'r>>, Box<Diagnostic>> {
    let count = rows.rows.len();
    if let Some(number) = number {
        let row = number.checked_sub(1).and_then(|at| rows.rows.get(at));
        let message = match count {
            0 => format!("there is no event {number}: the batch is empty"),
            1 => format!("there is no event {number}: there is only one"),
            _ => format!("there is no event {number}: there are {count}"),
        };
        let row = row.ok_or_else(|| listed(document, &code::DATA_SHAPE, &message, rows))?;
        return Ok(Some(row.clone()).filter(|row| !row.is_ping()));
    }
    let mut events = rows.rows.iter().filter(|row| !row.is_ping());
    match (events.next(), events.count()) {
        (row, 0) => Ok(row.cloned()),
        (_, others) => {
            let name = document.source.name();
            let what = if rows.within == Some(&[]) { "the batch" } else { "`events`" };
            let message = format!("{what} holds {} events, and none was chosen", others.saturating_add(1));
            let mut finding = listed(document, &code::DATA_SEVERAL_EVENTS, &message, rows);
            finding.help.push(format!("choose one by its number: `{name}#1`"));
            Err(finding)
        }
    }
}

/// A note that a batch holds no event.
fn nothing(document: &Document<'_, Value<'_>>) -> Diagnostic {
    let message = "the batch holds no event: there is nothing to send";
    Diagnostic::new(&code::DATA_EMPTY_BATCH, message).at(document.source, document.span(&[], false), "")
}

/// A finding on the whole batch, with a list of it.
fn listed(
    document: &Document<'_, Value<'_>>,
    code: &'static Code,
    message: &str,
    rows: &Rows<'_>,
) -> Box<Diagnostic> {
    let place = rows.within.filter(|within| !within.is_empty());
    let span = match place {
        Some(within) => document.span(within, true),
        None => crate::source::Span::at(0),
    };
    let mut finding = Diagnostic::new(code, message).at(document.source, span, "");
    if rows.within.is_none() {
        return Box::new(finding);
    }
    for (at, row) in rows.rows.iter().enumerate().take(LISTED) {
        let name = row.name().unwrap_or("without a name");
        let time = row.time_text().map(|time| format!(", {time}")).unwrap_or_default();
        finding.notes.push(format!("#{}: {name}{time}", at.saturating_add(1)));
    }
    if rows.rows.len() > LISTED {
        finding.notes.push(format!("and {} more", rows.rows.len().saturating_sub(LISTED)));
    }
    Box::new(finding)
}
