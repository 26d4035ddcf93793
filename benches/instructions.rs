//! Counts instructions and compares them with `benches/instructions.txt`: `cargo bench --bench instructions`.
//!
//! An action is done a few times and many times under `valgrind --tool=callgrind`; the difference is what one takes, whatever
//! else the machine does. More than [`TOLERANCE`] over the committed count is a failure; `CARAFE_UPDATE=1` commits to what is
//! counted now. Actions: compiling and rendering, and a row of a batch, for the built-in webhook
//! `movable-ink/product_viewed` and for the workloads that lie beside the project.

mod webhook;
mod workload;

use carafe::batch::{Batch, Expect};
use carafe::{Arena, Engine, Limits, dialect, json};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io, mem};

const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");

/// So much more than the baseline is a failure.
const TOLERANCE: f64 = 0.03;

/// The word after which the program, called by itself, does an action so many times.
const MEASURE: &str = "--measure";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [word, name, stage, times] = &arguments[..]
        && word == MEASURE
    {
        measure(name, stage, times.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("valgrind is not installed: nothing is counted");
        return ExitCode::SUCCESS;
    }
    let mut counts = Counts::new();
    for subject in subjects() {
        for stage in subject.stages() {
            counts.insert(format!("{} {stage}", subject.name), count(&subject.name, stage));
        }
    }
    let baseline = fs::read_to_string(BASELINE).unwrap_or_default();
    let known = if baseline.starts_with(&title()) { read(&baseline) } else { Counts::new() };
    if env::var_os("CARAFE_UPDATE").is_some() {
        let all: Counts = known.into_iter().chain(counts).collect();
        let lines: String = all.iter().map(|(action, count)| format!("{action} {count}\n")).collect();
        fs::write(BASELINE, format!("{}\n{lines}", title())).expect(BASELINE);
        return ExitCode::SUCCESS;
    }
    if known.is_empty() {
        println!("{BASELINE} knows no counts of {}: nothing is compared", title());
    }
    compare(&counts, &known)
}

/// Instructions by action.
type Counts = BTreeMap<String, u64>;

/// The first line of the baseline: counts of another kind of processor are others.
fn title() -> String {
    format!("# {} {}: instructions of each action", env::consts::ARCH, env::consts::OS)
}

fn read(baseline: &str) -> Counts {
    let counts = baseline.lines().filter_map(|line| {
        let (action, count) = line.rsplit_once(' ')?;
        Some((action.to_owned(), count.parse().ok()?))
    });
    counts.collect()
}

/// Prints all counts, and fails if one is over the tolerance.
fn compare(counts: &Counts, baseline: &Counts) -> ExitCode {
    let mut grown = 0;
    println!("| action | instructions | baseline | change | |");
    println!("| --- | ---: | ---: | ---: | --- |");
    for (action, count) in counts {
        let Some(known) = baseline.get(action) else {
            println!("| {action} | {count} | | | new |");
            continue;
        };
        let change = *count as f64 / *known as f64 - 1.0;
        let verdict = match change {
            change if change > TOLERANCE => "too many",
            change if change < -TOLERANCE => "fewer",
            _ => "",
        };
        grown += u32::from(change > TOLERANCE);
        println!("| {action} | {count} | {known} | {:+.1} % | {verdict} |", change * 100.0);
    }
    if grown == 0 {
        return ExitCode::SUCCESS;
    }
    let most = TOLERANCE * 100.0;
    println!(
        "{grown} of them take over {most} % more; where that is meant, CARAFE_UPDATE=1 writes a new baseline"
    );
    ExitCode::FAILURE
}

/// The instructions that doing an action once takes.
fn count(name: &str, stage: &str) -> u64 {
    let (few, many) = if stage == "batch_row" { (400, 2400) } else { (10, 60) };
    let collected = |times: u64| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().expect("the program"))
            .args([MEASURE, name, stage, &times.to_string()])
            .output()
            .expect("valgrind runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} {stage}: {said}");
        let line = said.lines().find_map(|line| line.split_once("Collected :"));
        line.and_then(|(_, count)| count.trim().parse::<u64>().ok())
            .expect("callgrind says what it collected")
    };
    collected(many).saturating_sub(collected(few)) / (many - few)
}

/// A template with its engine and a document of data.
struct Subject {
    name: String,
    engine: Engine,
    template: String,
    data: String,
    /// Of a workload, what the render must give.
    expected: Option<String>,
}

impl Subject {
    /// What is counted of it: rows of a batch are JSON bodies.
    fn stages(&self) -> &[&'static str] {
        match &*self.name {
            webhook::NAME | "webhook" => &["compile", "render", "batch_row"],
            _ => &["compile", "render"],
        }
    }
}

fn subjects() -> Vec<Subject> {
    let mut subjects = vec![Subject {
        name: webhook::NAME.to_owned(),
        engine: webhook::engine(),
        template: webhook::template(),
        data: webhook::row(),
        expected: None,
    }];
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    for workload in workload::workloads(Path::new(workload::FOLDER)).unwrap_or_default() {
        let (name, template, data) = (workload.name, workload.template, workload.data);
        let expected = Some(workload.expected);
        subjects.push(Subject { name, engine: engine.clone(), template, data, expected });
    }
    subjects
}

/// Does an action so many times.
fn measure(name: &str, stage: &str, times: usize) {
    let Subject { engine, template: text, data, expected, .. } =
        subjects().into_iter().find(|subject| subject.name == name).expect("a subject");
    let template = engine.template(&*text).expect(name);
    match stage {
        "compile" => (0..times).for_each(|_| drop(black_box(engine.template(black_box(&*text))))),
        "render" => {
            let data_arena = Arena::new(&Limits::default());
            let mut arena = Arena::new(&Limits::default());
            let data = json::read(&data, &data_arena).expect(name);
            let mut body = String::new();
            for _ in 0..times {
                arena.reset();
                let render = template.prepare().buffer(mem::take(&mut body));
                body = black_box(render.run_in(&arena, data)).text;
            }
            assert!(expected.is_none_or(|expected| body == expected), "{name} renders something else");
        }
        "batch_row" => {
            let mut row = String::new();
            json::compact(&data, &mut row).expect(name);
            row.push('\n');
            let batch = Batch::new(&template).threads(NonZeroUsize::MIN).expects(Expect::Json);
            let summary = batch.run(row.repeat(times).as_bytes(), io::sink()).expect("bodies");
            assert_eq!(summary.rendered, times as u64, "{name}");
        }
        _ => panic!("no stage {stage}"),
    }
}
