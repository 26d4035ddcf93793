//! Times Carafe on a folder of workloads: `bench_workloads [FOLDER [seconds-per-figure [only-this-workload]]]`.
//!
//! Prints `carafe WORKLOAD PARSE RENDER` for each, medians in microseconds of processor time, and as `carafe-trace` renders
//! with the source map. Data is parsed before, and a render writes into the memory of the last one's text. An output
//! other than the expected one is named on the error stream, gets no line and makes the exit status 1.

#[path = "../benches/measure/mod.rs"]
mod measure;
#[path = "../benches/workload/mod.rs"]
mod workload;

use carafe::{Arena, Engine, Limits, dialect, json};
use std::hint::black_box;
use std::mem;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().map_or(workload::FOLDER, String::as_str);
    let seconds = arguments.get(1).map_or(0.5, |word| word.parse().expect("seconds for each figure"));
    let only = arguments.get(2);
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let mut status = ExitCode::SUCCESS;
    println!("engine workload parse_us render_us");
    for workload in workload::workloads(Path::new(folder)).expect("a folder of workloads") {
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
        let arenas = [Arena::new(&Limits::default()), Arena::new(&Limits::default())];
        let [mut plain_arena, mut traced_arena] = arenas;
        let (mut plain, mut traced) = (String::new(), String::new());
        let times = measure::medians(
            &mut [
                &mut || drop(black_box(engine.template(black_box(text)))),
                &mut || {
                    plain_arena.reset();
                    let render = template.prepare().buffer(mem::take(&mut plain));
                    plain = black_box(render.run_in(&plain_arena, data)).text;
                },
                &mut || {
                    traced_arena.reset();
                    let render = template.prepare().trace(true).buffer(mem::take(&mut traced));
                    traced = black_box(render.run_in(&traced_arena, data)).text;
                },
            ],
            seconds,
        );
        println!("carafe {name} {:.3} {:.3}", times[0], times[1]);
        println!("carafe-trace {name} 0 {:.3}", times[2]);
    }
    status
}
