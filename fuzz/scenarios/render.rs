//! A template, its data and partials: it ends within its limits, always in the same way, and what is recorded or left out
//! on the way changes nothing.

use super::{chosen, clock, limits, parts, places_are_true};
use carafe::json::{self, Projector};
use carafe::render::TraceMap;
use carafe::{Arena, Dialect, Engine, Limits, Outcome, Source, Status, Template, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// In all dialects, under each of the small limits in turn.
pub fn all(text: &str) {
    for dialect in 0..Dialect::all().len() {
        for limit in 0..SMALL_LIMITS {
            render(text, dialect, limit);
        }
    }
}

/// In the dialect that the first byte chooses, under the limit that the length does.
pub fn one(text: &str) {
    render(text, chosen(text.as_bytes(), Dialect::all().len()), text.len() % SMALL_LIMITS);
}

/// How many limits there are to be made small.
const SMALL_LIMITS: usize = 13;
const SCOPE_DEPTH: usize = 5;

/// One limit so small that it is met.
fn small(limit: usize) -> Limits {
    let mut limits = limits();
    match limit {
        0 => limits.steps = 20,
        1 => limits.value_bytes = 8,
        2 => limits.memory_bytes = 2_000,
        3 => limits.collection_items = 2,
        4 => limits.output_bytes = 10,
        SCOPE_DEPTH => limits.scope_depth = 2,
        6 => limits.partial_renders = 1,
        7 => limits.number_digits = 4,
        8 => limits.requests = 0,
        9 => limits.partial_depth = 1,
        10 => limits.date_width = 2,
        11 => limits.date_format_bytes = 3,
        _ => limits.template_bytes = 100,
    }
    limits
}

fn render(text: &str, dialect: usize, limit: usize) {
    let [template, data, a, b] = parts::<4>(text);
    let partials: BTreeMap<String, String> =
        [("a", a), ("b", b)].map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let with_partials = |limits| {
        Engine::builder()
            .dialect(Dialect::all()[dialect])
            .limits(limits)
            .clock(clock())
            .loader(partials.clone())
            .build()
    };
    let plain_engine = with_partials(limits());
    let source = Arc::new(Source::new("template", template));
    let Ok(template) = plain_engine.compile(&source) else { return };
    let arena = Arena::new(&limits());
    let (data, root) = match json::read(data, &arena) {
        Ok(root) => (data, root),
        Err(_) => ("{}", Value::Nil),
    };

    let plain = template.prepare().run(&root);
    holds(&template, &plain, &limits());
    let again = template.prepare().run(&root);
    same("a second render", &again, &plain);
    let warned = template.prepare().warnings(true).run(&root);
    same("a render with warnings", &warned, &plain);
    let buffered = template.prepare().buffer("x".repeat(100)).run(&root);
    same("a render into another's memory", &buffered, &plain);
    let traced = template.prepare().warnings(true).trace(true).run(&root);
    same("a render with a source map", &traced, &plain);
    holds(&template, &traced, &limits());
    covers(&traced.text, traced.trace.as_deref().expect("it was asked for"));
    if traced.status == Status::Complete {
        let found = traced.check_json();
        found.iter().for_each(places_are_true);
        traced.check_risks(&found).iter().for_each(places_are_true);
        plain.check_json().iter().for_each(places_are_true);
    }
    stops(&template, root, &plain);
    whole_and_part(&template, data, &plain);

    let small = small(limit);
    let Ok(template) = with_partials(small.clone()).compile(&source) else { return };
    let bounded = template.prepare().run(&root);
    holds(&template, &bounded, &small);
    if bounded.status == Status::Complete && plain.status == Status::Complete && bounded.text != plain.text {
        // Scopes too deep are an error that the reference prints in place, or leaves out where a block is blank.
        let met = bounded.diagnostics.iter().any(|found| found.code.name == "limit/scope-depth");
        assert!(met && limit == SCOPE_DEPTH, "limit {limit} changes the body: {:?}", bounded.text);
    }
}

/// What holds of every outcome.
fn holds(template: &Template, outcome: &Outcome, limits: &Limits) {
    assert!(outcome.text.len() <= limits.output_bytes, "{} bytes were written", outcome.text.len());
    outcome.diagnostics.iter().for_each(places_are_true);
    let last = outcome.diagnostics.iter().rfind(|found| found.is_error()).map(|found| found.code.name);
    match &outcome.status {
        Status::Complete => {}
        Status::Aborted(_) => assert_eq!(last, Some("render/aborted")),
        Status::Exceeded(exceeded) => assert_eq!(last, Some(exceeded.limit.code().name)),
        // In some dialects a name that is missing ends the render.
        _ => assert!(last.is_some(), "nothing says why the render ended"),
    }
    for request in &outcome.requests {
        let range = request.span.from()..request.span.to();
        assert!(request.source.text().get(range).is_some(), "{request:?} stands nowhere");
    }
    assert!(template.engine().limits() == limits);
}

fn same(what: &str, other: &Outcome, plain: &Outcome) {
    assert_eq!((&other.text, &other.status), (&plain.text, &plain.status), "{what} differs");
    assert_eq!(other.message_extras, plain.message_extras, "{what} attaches something else");
}

/// The map has a writer for each byte, in order, whose place lies in its template.
fn covers(text: &str, map: &TraceMap) {
    let mut at = 0;
    for segment in &map.segments {
        assert_eq!(segment.range.start, at, "the map has a gap or goes back");
        at = segment.range.end;
        assert!(text.get(segment.range.clone()).is_some(), "{segment:?} is no part of the body");
        assert!(!segment.path.is_empty(), "nothing wrote {segment:?}");
        for site in segment.path.iter().chain(&segment.filter).chain(&segment.origin) {
            let source = map.source(*site).expect("a template wrote it");
            let range = site.span.from()..site.span.to();
            assert!(source.text().get(range).is_some(), "{site:?} is no part of {:?}", source.name());
        }
    }
    assert_eq!(at, text.len(), "nothing wrote the end of the body");
    for event in &map.events {
        assert!(event.at <= text.len(), "{event:?} happened behind the body");
        let source = map.source(event.site).expect("a template has it");
        let range = event.site.span.from()..event.site.span.to();
        assert!(source.text().get(range).is_some(), "{event:?} is no part of its template");
    }
}

/// A render that stops at the first error gives the same where there is none.
fn stops(template: &Template, root: Value<'_>, plain: &Outcome) {
    let stopped = template.prepare().stop_at_error(true).run(&root);
    let has_error = plain.diagnostics.iter().any(|found| found.code.name.starts_with("render/error"));
    match &stopped.status {
        Status::Complete if plain.status == Status::Complete => {
            assert_eq!(stopped.text, plain.text, "stopping at errors changes a body without");
        }
        Status::Failed(..) => {}
        _ => assert_eq!(stopped.status, plain.status, "stopping at errors ends a render without otherwise"),
    }
    if has_error && plain.status == Status::Complete {
        assert!(matches!(stopped.status, Status::Failed(..)), "an error did not stop the render");
    }
}

/// Data read as far as the template wants it renders to the same.
fn whole_and_part(template: &Template, data: &str, plain: &Outcome) {
    let mut projector = Projector::new(&template.projection());
    let arena = Arena::new(&limits());
    // The second reading goes by the shape of the first.
    for _ in 0..2 {
        let part = Arena::new(&limits());
        let read = match (json::read(data, &arena), projector.read(data, &part)) {
            (Ok(_), Ok(read)) => read,
            (Err(whole), Err(part)) => return assert_eq!(part, whole, "the readers find different faults"),
            (whole, part) => panic!("one reader refuses: {:?} and {:?}", whole.err(), part.err()),
        };
        let outcome = template.prepare().run(&read);
        if outcome.status == Status::Complete && plain.status == Status::Complete {
            assert_eq!(outcome.text, plain.text, "{:?} is not enough", template.projection());
        }
    }
}
