//! Times Carafe on a folder of workloads: `bench_workloads FOLDER [seconds-per-figure] [only-this-workload]`.
//!
//! Prints `carafe WORKLOAD PARSE RENDER` for each, medians in microseconds of processor time. Data is parsed before. An
//! output other than the expected one is named on the error stream, gets no line and makes the exit status 1.

#[path = "../benches/measure/mod.rs"]
mod measure;

use carafe::{Arena, Engine, Limits, dialect, json};
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        eprintln!("usage: bench_workloads FOLDER [seconds-per-figure] [only-this-workload]");
        return ExitCode::from(2);
    };
    let seconds = arguments.get(1).map_or(0.5, |word| word.parse().expect("seconds for each figure"));
    let only = arguments.get(2);
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let mut status = ExitCode::SUCCESS;
    println!("engine workload parse_us render_us");
    for workload in measure::workloads(Path::new(folder)).expect("a folder of workloads") {
        let (name, text) = (&workload.name, &workload.template);
        if only.is_some_and(|only| only != name) {
            continue;
        }
        let template = engine.template(text).expect(name);
        let arena = Arena::new(&Limits::default());
        let data = json::read(&workload.data, &arena).expect(name);
        if template.render(&data).expect(name) != workload.expected {
            eprintln!("carafe: {name}: output differs from expected.txt");
            status = ExitCode::FAILURE;
            continue;
        }
        let mut render_arena = Arena::new(&Limits::default());
        let times = measure::medians(
            &mut [&mut || drop(black_box(engine.template(black_box(text)))), &mut || {
                render_arena.reset();
                black_box(template.prepare().run_in(&render_arena, data));
            }],
            seconds,
        );
        println!("carafe {name} {:.3} {:.3}", times[0], times[1]);
    }
    status
}
