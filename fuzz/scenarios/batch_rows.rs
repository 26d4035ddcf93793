//! A template and rows of bytes, which need be no text: a batch gives what single renders give, row by row, whatever stands
//! in the other rows.

use super::{chosen, engine, limits};
use carafe::batch::{Batch, Expect, Failed, Format};
use carafe::json::{self, Projector, ReadOptions};
use carafe::{Arena, Dialect, Status, Template};
use std::num::NonZeroUsize;

/// In all dialects.
pub fn all(input: &[u8]) {
    (0..Dialect::all().len()).for_each(|dialect| batch(input, dialect));
}

/// In the dialect that the first byte chooses.
pub fn one(input: &[u8]) {
    batch(input, chosen(input, Dialect::all().len()));
}

fn batch(input: &[u8], dialect: usize) {
    let separator = b"\n---\n";
    let Some(at) = input.windows(separator.len()).position(|window| window == separator) else { return };
    let (template, rows) = (&input[..at], &input[at + separator.len()..]);
    // Blank lines at the end are no rows, and a byte order mark counts only at the begin of all: what is alone stands at one.
    let rows = rows.trim_ascii_end();
    if rows_of(rows).iter().any(|row| row.starts_with(b"\xef\xbb\xbf")) {
        return;
    }
    let Ok(template) = std::str::from_utf8(template) else { return };
    let Ok(template) = engine(dialect, None).template(template) else { return };
    for expect in [Expect::Auto, Expect::Json] {
        let whole = run(&template, rows, expect, 1 << 18, Format::Bodies);
        let pieces = run(&template, rows, expect, 7, Format::Bodies);
        assert!(whole == pieces, "how much is read at a time changes the lines");
        let lines: Vec<&str> = whole.lines().collect();
        let rows = rows_of(rows);
        assert_eq!(lines.len(), rows.len(), "{whole:?}");
        for (line, row) in lines.iter().zip(&rows) {
            assert!(
                serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok() || too_deep(line),
                "{line} is no JSON"
            );
            let alone = run(&template, row, expect, 1 << 18, Format::Bodies);
            let alone = if row.trim_ascii().is_empty() { "null\n" } else { &alone };
            assert_eq!(alone.strip_suffix('\n'), Some(*line), "other rows change the line of {row:?}");
            if expect == Expect::Json {
                assert_eq!(*line, single(&template, row), "a batch is not what a render is for {row:?}");
            }
        }
    }
    run(&template, rows, Expect::Text, 64, Format::Full).lines().for_each(|line| {
        assert!(
            serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok() || too_deep(line),
            "{line} is no JSON"
        );
    });
    projected(&template, rows);
}

/// `serde_json` follows one bracket less.
fn too_deep(line: &str) -> bool {
    line.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() > 120
}

fn rows_of(rows: &[u8]) -> Vec<&[u8]> {
    match rows.is_empty() {
        true => Vec::new(),
        false => rows.split(|byte| *byte == b'\n').collect(),
    }
}

fn run(template: &Template, rows: &[u8], expect: Expect, chunk: usize, format: Format) -> String {
    let (mut bodies, mut rejects) = (Vec::new(), Vec::new());
    let mut failures = 0;
    let batch = Batch::new(template)
        .threads(NonZeroUsize::MIN)
        .chunk_bytes(chunk)
        .expects(expect)
        .format(format)
        .rejects(&mut rejects)
        .on_failure(|failed: &Failed| {
            assert!(!failed.diagnostics.is_empty(), "nothing says why row {} failed", failed.row);
            failed.diagnostics.iter().for_each(super::places_are_true);
            failures += 1;
        });
    let summary = batch.run(rows, &mut bodies).expect("memory can be read and written");
    let rejects = String::from_utf8(rejects).expect("it is text");
    assert_eq!(rejects.lines().count() as u64, summary.failed + summary.aborted);
    assert!(failures <= summary.failed + summary.aborted);
    for reject in rejects.lines() {
        assert!(
            serde_json::from_str::<serde::de::IgnoredAny>(reject).is_ok() || too_deep(reject),
            "{reject}"
        );
    }
    let bodies = String::from_utf8(bodies).expect("it is text");
    assert_eq!(summary.rows(), bodies.lines().count() as u64);
    bodies
}

/// What a render of the row alone gives, as JSON on one line.
fn single(template: &Template, row: &[u8]) -> String {
    let none = "null".to_owned();
    let Ok(row) = std::str::from_utf8(row) else { return none };
    let arena = Arena::new(&limits());
    let inputs = carafe::data::Inputs::new(template.engine().dialect())
        .data(std::sync::Arc::new(carafe::Source::new("row", row.strip_suffix('\r').unwrap_or(row))));
    let Ok(root) = inputs.read(&arena) else { return none };
    if root.is_without_event {
        return none;
    }
    let outcome = template.prepare().run_in(&arena, root.value);
    let printed = ["render/error", "partial/missing", "render/object-as-text"];
    let is_good = outcome.status == Status::Complete
        && outcome.diagnostics.iter().all(|found| !found.is_error() && !printed.contains(&found.code.name));
    let mut line = String::new();
    match is_good && json::compact(&outcome.text, &mut line).is_ok() {
        true => line,
        false => none,
    }
}

/// Rows read as far as the template wants them, each by the shape of those before.
fn projected(template: &Template, rows: &[u8]) {
    let options = ReadOptions { times: true };
    let mut projector = Projector::with_options(&template.projection(), options);
    for row in rows_of(rows).into_iter().filter_map(|row| std::str::from_utf8(row).ok()) {
        let (whole, part) = (Arena::new(&limits()), Arena::new(&limits()));
        match (json::read_with(row, &whole, options), projector.read(row, &part)) {
            (Ok(all), Ok(some)) => {
                let (all, some) =
                    (template.prepare().run_in(&whole, all), template.prepare().run_in(&part, some));
                if all.status == Status::Complete {
                    assert_eq!(
                        (some.text, some.status),
                        (all.text, all.status),
                        "{:?}",
                        template.projection()
                    );
                }
            }
            (Err(all), Err(some)) => assert_eq!(some, all, "the readers find different faults in {row:?}"),
            (all, some) => panic!("one reader refuses {row:?}: {:?} and {:?}", all.err(), some.err()),
        }
    }
}
