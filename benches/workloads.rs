//! Times Carafe beside the crate `liquid`: `cargo bench --bench workloads [-- FOLDER [seconds]]`.
//!
//! For every workload the medians of parsing and rendering, in microseconds of processor time, and how often Carafe's
//! time goes into the other's. Data is parsed before: into Carafe's own values, and into liquid's `Object`, which Carafe
//! also renders as it is (`in place`). An output other than the expected one ends the run.

mod measure;
mod workload;

use carafe::liquid::View;
use carafe::{Arena, Engine, Limits, dialect, json};
use std::hint::black_box;
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let folder = arguments.first().map_or(workload::FOLDER, String::as_str);
    let seconds = arguments.get(1).map_or(0.5, |word| word.parse().expect("seconds for each figure"));
    let workloads = match workload::workloads(Path::new(folder)) {
        Ok(workloads) => workloads,
        Err(error) => return println!("no workloads in {folder} ({error}): nothing to time"),
    };
    println!("| workload | parse | liquid | ratio | render | in place | liquid | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let parser = liquid::ParserBuilder::with_stdlib().build().expect("liquid's parser");
    for workload in workloads {
        let name = &workload.name;
        let (template, text) = (engine.template(&workload.template).expect(name), &workload.template);
        let theirs = parser.parse(text).expect(name);
        let arena = Arena::new(&Limits::default());
        let data = json::read(&workload.data, &arena).expect(name);
        let object: liquid::Object = serde_json::from_str(&workload.data).expect(name);

        assert_eq!(template.render(&data).expect(name), workload.expected, "{name}");
        assert_eq!(template.render(&View::new(&object)).expect(name), workload.expected, "{name} in place");
        assert_eq!(theirs.render(&object).expect(name), workload.expected, "{name} by liquid");

        let mut render_arena = Arena::new(&Limits::default());
        let mut buffer = Vec::new();
        let times = measure::medians(
            &mut [
                &mut || drop(black_box(engine.template(black_box(text)))),
                &mut || drop(black_box(parser.parse(black_box(text)))),
                &mut || {
                    render_arena.reset();
                    black_box(template.prepare().run_in(&render_arena, data));
                },
                &mut || drop(black_box(template.render(&View::new(&object)))),
                &mut || {
                    buffer.clear();
                    theirs.render_to(&mut buffer, &object).expect("a body as before");
                    black_box(&buffer);
                },
            ],
            seconds,
        );
        let [parse, their_parse, render, in_place, their_render] = times[..] else { unreachable!() };
        println!(
            "| {name} | {parse:.1} | {their_parse:.1} | {:.1} | {render:.1} | {in_place:.1} | {their_render:.1} | {:.1} |",
            their_parse / parse,
            their_render / render,
        );
    }
}
