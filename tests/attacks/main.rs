//! Attacks and bad input, one trial each, under the ids P01 to T14: what they do to an engine, and how Carafe ends.
//!
//! `README.md` beside this file describes the format of the cases. `docs/attacks.md` is made from them;
//! `CARAFE_UPDATE=1` writes it anew. With `CARAFE_MATRIX=1` the cases of `matrix.toml` are run and measured instead, as
//! `matrix.sh` does.

mod case;
mod pieces;
mod ending;
mod here;
mod child;
mod matrix;
mod coverage;
mod coded;
#[path = "../expected/mod.rs"]
mod expected;

use case::{Case, Cases};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = match Cases::read() {
        Ok(cases) => Arc::new(cases),
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::FAILURE;
        }
    };
    if std::env::var_os("CARAFE_MATRIX").is_some() {
        return matrix::measure(&cases);
    }
    let mut trials = Vec::new();
    for at in 0..cases.cases.len() {
        let cases = cases.clone();
        let title = cases.cases[at].title();
        trials.push(Trial::test(title, move || run(&cases.cases[at])));
    }
    for (id, name, test) in coded::all() {
        trials.push(Trial::test(format!("{id} {name}"), move || {
            test();
            Ok(())
        }));
    }
    let all = cases.clone();
    trials.push(Trial::test("every case is covered", move || coverage::complete(&all)));
    let all = cases.clone();
    trials.push(Trial::test("every limit is met and passed", move || coverage::limits(&all)));
    trials.push(Trial::test("docs/attacks.md is up to date", move || coverage::document(&cases)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Runs a case in this process, where that can be, and in a process of the program.
fn run(case: &Case) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for row in case.rows() {
        let row = row.map_err(Failed::from)?;
        let here = here::run(&row);
        let there = child::run(&row)?;
        if here.is_none() && there.is_none() {
            return Err("the case has neither a template nor a command".into());
        }
        if let Some(here) = &here {
            wrong.extend(
                row.differences(here).into_iter().map(|what| format!("{}in process: {what}", row.label())),
            );
        }
        if let Some(there) = &there {
            wrong.extend(
                row.differences(&there.ending)
                    .into_iter()
                    .map(|what| format!("{}as a program: {what}", row.label())),
            );
            wrong.extend(
                row.left_behind(&there.folder).into_iter().map(|what| format!("{}{what}", row.label())),
            );
        }
        if let (Some(here), Some(there)) = (&here, &there)
            && let Some(difference) = here.disagrees(&there.ending)
        {
            wrong.push(format!("{}in process and as a program: {difference}", row.label()));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
