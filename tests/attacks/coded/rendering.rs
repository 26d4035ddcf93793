//! The cases R that need code.

use super::Coded;
use crate::here::in_small_stack;
use carafe::limits::{Cancel, Deadline, Limit};
use carafe::{Arena, Engine, Limits, Outcome, Status, Value, dialect, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const ALL: &[Coded] = &[
    ("R16", "a library prints the reference's error where scopes nest too deep", printed_depth),
    ("R16", "the error on depth names the circle", circle),
    ("R18", "the text of a partial counts once a render", partial_text),
    ("R18", "one budget serves many renders", one_budget),
    ("R26", "nothing is left of a render that met a limit", nothing_left),
    ("R28", "a deadline over many renders", shared_deadline),
    ("R28", "a clock that stands still stops no deadline", frozen_clock),
    ("R29", "another thread cancels a render", cancelled),
    ("R29", "a value of a million nodes is read, copied and dropped", million_nodes),
];

/// Longer than any of these takes on a slow machine, and much shorter than without what is tested.
const PROMPT: Duration = Duration::from_secs(10);

const ENDLESS: &str = "{% for i in (1..1000000000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}";

fn limits(set: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::local();
    limits.deadline = None;
    set(&mut limits);
    limits
}

fn unbounded() -> Limits {
    limits(|limits| limits.steps = u64::MAX)
}

fn engine(limits: Limits, partials: &[(&str, &str)]) -> Engine {
    let partials: BTreeMap<String, String> =
        partials.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Engine::builder().dialect(&dialect::LIQUID).limits(limits).loader(partials).build()
}

fn run(limits: Limits, partials: &[(&str, &str)], template: &str) -> Outcome {
    let (engine, template) = (engine(limits, partials), template.to_owned());
    in_small_stack(move || engine.template(template).expect("it parses").prepare().run(&()))
}

fn met(status: &Status) -> Option<Limit> {
    match status {
        Status::Exceeded(exceeded) => Some(exceeded.limit),
        _ => None,
    }
}

fn printed_depth() {
    const TOO_DEEP: &str = "Liquid error: Nesting too deep";
    for tag in ["include", "render"] {
        let call = |name: &str| format!("{{% {tag} '{name}' %}}");
        let text = |partials: &[(&str, &str)], template: &str| run(Limits::local(), partials, template).text;
        assert_eq!(text(&[("a", &call("a"))], &call("a")), TOO_DEEP, "{tag}");
        let back = format!("x{}", call("a"));
        // A rendered partial has a scope of its own from the start, an included one makes one.
        let deepest = if tag == "include" { 49 } else { 50 };
        let ring = text(&[("a", &call("b")), ("b", &back)], &call("a"));
        assert_eq!(ring, "x".repeat(deepest) + TOO_DEEP, "{tag}");
        let wrapped = "{% if true %}".repeat(99) + &call("a") + &"{% endif %}".repeat(99);
        assert_eq!(text(&[("a", &wrapped)], &wrapped), TOO_DEEP, "{tag}");
        let looped = "{% for i in (1..3) %}".to_owned() + &call("a") + "{% endfor %}";
        let end = run(Limits::local(), &[("a", &looped)], &looped);
        assert!(matches!(met(&end.status), Some(Limit::Steps | Limit::PartialRenders)), "{tag}: {end:?}");
    }
    let chain = |depth: usize| {
        let mut partials = vec![("x".to_owned(), "x".to_owned())];
        for at in 1..=depth {
            let next = if at == depth { "x".to_owned() } else { format!("{{% render 'p{}' %}}", at + 1) };
            partials.push((format!("p{at}"), next));
        }
        let partials: Vec<_> = partials.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        run(limits(|limits| limits.scope_depth = 10), &partials, "{% render 'p1' %}").text
    };
    assert_eq!(chain(10), "x");
    assert_eq!(chain(11), TOO_DEEP);
}

fn circle() {
    let partials = [("a", "{% render 'b' %}"), ("b", "{% render 'a' %}")];
    let end = run(limits(|limits| limits.partial_depth = 3), &partials, "{% render 'a' %}");
    let found = end.diagnostics.last().expect("a finding");
    assert_eq!(found.code.name, "limit/partial-depth");
    assert_eq!(found.notes, ["partials render each other in a circle: `a` > `b` > `a`"]);
}

fn partial_text() {
    let call = "{% include 'p' %}";
    let text = "x".repeat(100);
    let end = |most: usize| {
        run(limits(|limits| limits.template_bytes = most), &[("p", &text)], &call.repeat(3)).status
    };
    let bytes = 3 * call.len() + text.len();
    assert_eq!(end(bytes), Status::Complete);
    assert_eq!(met(&end(bytes - 1)), Some(Limit::TemplateBytes));
}

fn one_budget() {
    let limits = limits(|limits| limits.steps = 5_000);
    let template = engine(Limits::local(), &[]).template("{% for i in (1..999) %}{{ i }}{% endfor %}");
    let template = template.expect("it parses");
    let mut arena = Arena::new(&limits);
    let mut ended = Vec::new();
    for _ in 0..4 {
        ended.push(template.prepare().run_in(&arena, Value::Nil).status);
        arena.clear();
    }
    assert_eq!(ended[0], Status::Complete, "one fits");
    assert_eq!(met(&ended[3]), Some(Limit::Steps), "four do not");
    arena.reset();
    assert_eq!(template.prepare().run_in(&arena, Value::Nil).status, Status::Complete);
}

fn nothing_left() {
    let engine = engine(Limits::local(), &[]);
    let endless = engine
        .template("{% increment n %}{% assign a = 1 %}{% for i in (1..100000000) %}{% endfor %}")
        .expect("it parses");
    let after = engine
        .template("{% increment n %}{{ a }}{% for i in (1..3) offset:continue %}{{ i }}{% endfor %}")
        .expect("it parses");
    for _ in 0..2 {
        assert!(endless.render(&()).is_err());
        assert_eq!(after.render(&()).expect("it renders"), "0123");
    }
}

fn shared_deadline() {
    let deadline = Arc::new(Deadline::after(Duration::from_millis(50)));
    let template = engine(unbounded(), &[]).template(ENDLESS).expect("it parses");
    let started = Instant::now();
    for _ in 0..3 {
        let end = template.prepare().interrupt(deadline.clone()).run(&());
        assert_eq!(met(&end.status), Some(Limit::Deadline));
    }
    assert!(started.elapsed() < PROMPT);
}

fn frozen_clock() {
    let mut limits = unbounded();
    limits.deadline = Some(Duration::from_millis(20));
    let now = carafe::time::Time::from_rfc3339("2026-03-01T00:00:00Z").expect("a time");
    let clock = carafe::time::FixedClock(now);
    let engine = Engine::builder().dialect(&dialect::LIQUID).limits(limits).clock(clock).build();
    let started = Instant::now();
    let end = engine.template(ENDLESS).expect("it parses").prepare().run(&());
    assert_eq!(met(&end.status), Some(Limit::Deadline));
    assert!(started.elapsed() < PROMPT);
}

fn cancelled() {
    let cancel = Arc::new(Cancel::default());
    let template = engine(unbounded(), &[]).template(ENDLESS).expect("it parses");
    let render = {
        let cancel = cancel.clone();
        std::thread::spawn(move || template.prepare().interrupt(cancel).run(&()).status)
    };
    std::thread::sleep(Duration::from_millis(20));
    assert!(!render.is_finished());
    let started = Instant::now();
    cancel.cancel();
    let status = render.join().expect("no panic");
    assert_eq!(met(&status), Some(Limit::Cancelled));
    assert!(started.elapsed() < PROMPT);
}

fn million_nodes() {
    let row = "[1,{\"a\":[]},\"x\",null],";
    let data = format!("{{\"l\": [{}0]}}", row.repeat(150_000));
    let engine = engine(Limits::local(), &[]);
    let text = in_small_stack(move || {
        let template = engine
            .template("{% assign a = l | concat: l %}{{ a | size }} {{ a.last }} {{ a | uniq | size }}")
            .expect("it parses");
        template.render(&json::Text(&data)).expect("it renders")
    });
    assert_eq!(text, "750002 0 5");
}
