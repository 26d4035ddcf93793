//! Times each stage on its own: `cargo bench --bench stages [-- FILTER]`, by criterion.
//!
//! On the built-in webhook `movable-ink/product_viewed`, and on the workloads where they lie beside the project.

mod webhook;
mod workload;

use carafe::json::{Projector, compact, read};
use carafe::{Arena, Engine, Limits, Outcome, Source, Template, dialect, syntax};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::mem;
use std::path::Path;
use std::sync::Arc;

/// A template with its engine and a document of data.
struct Subject {
    name: String,
    engine: Engine,
    text: String,
    data: String,
    /// Of a workload, what the render must give.
    expected: Option<String>,
}

fn subjects() -> Vec<Subject> {
    let mut subjects = vec![Subject {
        name: webhook::NAME.to_owned(),
        engine: webhook::engine(),
        text: webhook::template(),
        data: webhook::row(),
        expected: None,
    }];
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    for workload in workload::workloads(Path::new(workload::FOLDER)).unwrap_or_default() {
        let (name, text, data) = (workload.name, workload.template, workload.data);
        let expected = Some(workload.expected);
        subjects.push(Subject { name, engine: engine.clone(), text, data, expected });
    }
    subjects
}

fn stages(criterion: &mut Criterion) {
    for Subject { name, engine, text, data, expected } in subjects() {
        let source = Arc::new(Source::new("template", &*text));
        let limits = Limits::default();
        let mode = engine.error_mode();
        criterion.bench_function(&format!("parse/{name}"), |bencher| {
            bencher.iter(|| syntax::parse(black_box(&source), engine.dialect(), mode, &limits));
        });
        criterion.bench_function(&format!("compile/{name}"), |bencher| {
            bencher.iter(|| engine.compile(black_box(&source)));
        });

        let mut arena = Arena::new(&limits);
        criterion.bench_function(&format!("read/{name}"), |bencher| {
            bencher.iter(|| {
                arena.reset();
                black_box(read(black_box(&data), &arena)).is_ok()
            });
        });
        let template = engine.compile(&source).expect(&name);
        let mut projector = Projector::new(&template.projection());
        criterion.bench_function(&format!("read_projected/{name}"), |bencher| {
            bencher.iter(|| {
                arena.reset();
                black_box(projector.read(black_box(&data), &arena)).is_ok()
            });
        });

        for (stage, trace) in [("render", false), ("render_traced", true)] {
            render(criterion, &format!("{stage}/{name}"), &template, &data, trace);
        }

        arena.reset();
        let outcome = template.prepare().trace(true).run_in(&arena, read(&data, &arena).expect(&name));
        assert!(expected.is_none_or(|expected| outcome.text == expected), "{name} renders something else");
        finished(criterion, &name, &outcome);
    }
}

fn render(criterion: &mut Criterion, id: &str, template: &Template, data: &str, trace: bool) {
    let (data_arena, mut arena) = (Arena::new(&Limits::default()), Arena::new(&Limits::default()));
    let data = read(data, &data_arena).expect("data");
    let mut text = String::new();
    criterion.bench_function(id, |bencher| {
        bencher.iter(|| {
            arena.reset();
            let render = template.prepare().trace(trace).buffer(mem::take(&mut text));
            text = black_box(render.run_in(&arena, data)).text;
        });
    });
}

/// What is done with a body of JSON.
fn finished(criterion: &mut Criterion, name: &str, outcome: &Outcome) {
    let mut line = String::new();
    if compact(&outcome.text, &mut line).is_err() {
        return;
    }
    criterion.bench_function(&format!("check_json/{name}"), |bencher| {
        bencher.iter(|| black_box(outcome).check_json());
    });
    criterion.bench_function(&format!("compact/{name}"), |bencher| {
        bencher.iter(|| {
            line.clear();
            compact(black_box(&outcome.text), &mut line)
        });
    });
}

criterion_group!(benches, stages);
criterion_main!(benches);
