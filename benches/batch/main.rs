//! Times a batch: `cargo bench --bench batch -- ROWS.ndjson [seconds]`.
//!
//! Rows of the workload `webhook`, which stands beside the project, are rendered to a JSON body a line: by [`Batch`] on one
//! thread, by hand-written Rust over `serde_json`, and by the crate `liquid` over `serde`. Rows and bodies stay in memory. All
//! take turns, piece by piece, by processor time; what is said is the median of a row. Then by the wall clock, over all
//! rows, what a second thread gains. Before that, all must have given the same bytes for every row.

mod by_hand;
#[path = "../measure/mod.rs"]
mod measure;

use carafe::batch::{Batch, Expect};
use carafe::{Engine, Template, dialect};
use std::hint::black_box;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

const TEMPLATE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/bench/workloads/webhook/template.liquid");

/// So many rows are rendered at a time.
const PIECE: usize = 10_000;

/// So often all rows are rendered to see what a second thread gains.
const TURNS: usize = 11;

/// Bodies are let go whenever so many bytes are there.
const FLUSH: usize = 1 << 18;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let path = arguments.first().cloned().or_else(|| env::var("CARAFE_ROWS").ok());
    let Some(path) = path else {
        return println!("no rows: name a file of them, or set CARAFE_ROWS to one");
    };
    let seconds = arguments.get(1).map_or(3.0, |word| word.parse().expect("seconds for each figure"));
    if !Path::new(TEMPLATE).exists() {
        return println!("no {TEMPLATE}: nothing to time");
    }
    let text = fs::read_to_string(TEMPLATE).expect(TEMPLATE);
    let rows = fs::read(&path).expect("a file of rows");

    let template = Engine::builder().dialect(&dialect::LIQUID).build().template(&text).expect(TEMPLATE);
    let parser = liquid::ParserBuilder::with_stdlib().build().expect("liquid's parser");
    let theirs = parser.parse(&text).expect(TEMPLATE);
    let ways: [(&str, &Way); 5] = [
        ("Batch", &|rows, out| batch(&template, 1, rows, out)),
        ("serde_json::Value, by hand", &|rows, out| {
            each(rows, out, |row, out| {
                let row: serde_json::Value = serde_json::from_slice(row).expect("JSON");
                by_hand::from_value(&row, out);
            });
        }),
        ("typed serde_json, by hand", &|rows, out| {
            each(rows, out, |row, out| {
                let row: by_hand::Row<'_> = serde_json::from_slice(row).expect("JSON");
                by_hand::from_structs(&row, out);
            });
        }),
        ("liquid, by serde_json::Value", &|rows, out| {
            each(rows, out, |row, out| {
                let row: serde_json::Value = serde_json::from_slice(row).expect("JSON");
                let row = liquid::model::to_object(&row).expect("an object");
                theirs.render_to(out, &row).expect("a body");
            });
        }),
        ("liquid, its Object by serde", &|rows, out| {
            each(rows, out, |row, out| {
                let row: liquid::Object = serde_json::from_slice(row).expect("JSON");
                theirs.render_to(out, &row).expect("a body");
            });
        }),
    ];

    let pieces = pieces(&rows);
    assert_same(&pieces, &ways);
    let mut actions: Vec<Box<dyn FnMut()>> = Vec::new();
    for (_, way) in &ways {
        let mut piece = pieces.iter().cycle();
        actions.push(Box::new(move || way(black_box(piece.next().expect("rows")), &mut io::sink())));
    }
    let mut turns: Vec<&mut dyn FnMut()> = actions.iter_mut().map(|action| &mut **action as _).collect();
    let medians: Vec<f64> =
        measure::medians(&mut turns, seconds).into_iter().map(|time| time * 1e3 / PIECE as f64).collect();
    let row_bytes = rows.len() as f64 / count(&rows) as f64;
    let base = medians.get(1).copied().unwrap_or(f64::NAN);
    println!("{} rows of {row_bytes:.0} bytes, one thread, processor time", count(&rows));
    println!("| way | ns/row | krows/s | MB/s in | times Value by hand | Batch is faster |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for ((name, _), time) in ways.iter().zip(&medians) {
        let (speed, bytes) = (1e6 / time, row_bytes * 1e3 / time);
        let (ratio, gain) = (time / base, time / medians.first().copied().unwrap_or(f64::NAN));
        println!("| {name} | {time:.0} | {speed:.0} | {bytes:.0} | {ratio:.2} | {gain:.2}x |");
    }
    print_gain(&template, &rows);
}

/// Renders rows to lines.
type Way<'w> = dyn Fn(&[u8], &mut (dyn Write + Send)) + 'w;

fn batch(template: &Template, threads: usize, rows: &[u8], out: &mut (dyn Write + Send)) {
    let threads = NonZeroUsize::new(threads).expect("threads");
    let summary = Batch::new(template).threads(threads).expects(Expect::Json).run(rows, out).expect("bodies");
    assert_eq!(summary.failed, 0, "rows have failed");
}

/// Renders row after row, and lets bodies go as a batch does.
fn each(rows: &[u8], out: &mut (dyn Write + Send), mut render: impl FnMut(&[u8], &mut Vec<u8>)) {
    let (mut bodies, mut start) = (Vec::with_capacity(FLUSH + (1 << 16)), 0);
    for end in memchr::memchr_iter(b'\n', rows) {
        render(&rows[start..end], &mut bodies);
        bodies.push(b'\n');
        start = end + 1;
        if bodies.len() >= FLUSH {
            out.write_all(&bodies).expect("bodies");
            bodies.clear();
        }
    }
    out.write_all(&bodies).expect("bodies");
}

/// Every way gives what the batch gives; `liquid` before the white space is taken out.
fn assert_same(pieces: &[&[u8]], ways: &[(&str, &Way)]) {
    for piece in pieces {
        let mut expected: Option<Vec<u8>> = None;
        for (name, way) in ways {
            let mut bodies = Vec::new();
            way(piece, &mut bodies);
            match &expected {
                None => expected = Some(bodies),
                Some(expected) if name.starts_with("liquid") => {
                    let bodies =
                        serde_json::Deserializer::from_slice(&bodies).into_iter::<serde_json::Value>();
                    let same =
                        serde_json::Deserializer::from_slice(expected).into_iter::<serde_json::Value>();
                    assert!(bodies.map(Result::ok).eq(same.map(Result::ok)), "{name} gives other bodies");
                }
                Some(expected) => assert!(*expected == bodies, "{name} gives other bodies"),
            }
        }
    }
}

/// The wall clock's time for all rows on one thread and on two, in turns.
fn print_gain(template: &Template, rows: &[u8]) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for (threads, times) in (1..).zip(&mut times) {
            let start = Instant::now();
            batch(template, threads, black_box(rows), &mut io::sink());
            times.push(start.elapsed().as_secs_f64());
        }
    }
    let fastest = times.each_ref().map(|times| times.iter().copied().fold(f64::INFINITY, f64::min));
    let medians = times.each_mut().map(|times| measure::median(times));
    println!(
        "Batch by the wall clock, one thread against two: {:.2}x by the medians",
        medians[0] / medians[1]
    );
    println!(
        "and {:.2}x by the fastest of {TURNS} turns ({:.3} s, {:.3} s)",
        fastest[0] / fastest[1],
        fastest[0],
        fastest[1]
    );
}

fn count(rows: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', rows).count()
}

/// The rows in pieces of the same number; what is over stays out.
fn pieces(rows: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for end in memchr::memchr_iter(b'\n', rows).skip(PIECE - 1).step_by(PIECE) {
        pieces.push(&rows[start..=end]);
        start = end + 1;
    }
    assert!(!pieces.is_empty(), "fewer than {PIECE} rows");
    pieces
}
