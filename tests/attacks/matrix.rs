//! The cases of `matrix.toml`, run and measured: what `matrix.sh` prints.

use crate::case::Cases;
use crate::child;
use std::process::ExitCode;
use std::time::Duration;

/// The id of the cases of the matrix.
pub const ID: &str = "matrix";

/// No case may take longer of a processor, or by the clock where the system does not tell.
const LONGEST: Duration = Duration::from_secs(1);

/// Prints a table of the cases, and fails if one crashed, hung, ended otherwise than it should, or took too long.
pub fn measure(cases: &Cases) -> ExitCode {
    println!("| Case | Ends | Seconds | Processor | Peak MiB |\n| --- | --- | ---: | ---: | ---: |");
    let mut failed = 0;
    for case in cases.cases.iter().filter(|case| case.id == ID) {
        for row in case.rows() {
            let left = row.map_err(libtest_mimic::Failed::from).and_then(|row| Ok((child::run(&row)?, row)));
            let (left, row) = match left {
                Ok((Some(left), row)) => (left, row),
                Ok((None, _)) => continue,
                Err(error) => {
                    println!("| {} | {} | | | |", case.name, error.message().unwrap_or("not run"));
                    failed += 1;
                    continue;
                }
            };
            let ending = &left.ending;
            let mut how = match (ending.exit, ending.first()) {
                _ if left.hung => "HANG".to_owned(),
                (None, _) => "CRASH".to_owned(),
                (Some(0), _) => "ok".to_owned(),
                (Some(_), Some(first)) => format!("`{}`", first.code),
                (Some(exit), None) => format!("CRASH, exit {exit}"),
            };
            let differences = row.differences(ending);
            if !differences.is_empty() {
                how = format!("{how}, WRONG: {}", differences.join("; "));
            }
            if left.work.unwrap_or(left.time) > LONGEST {
                how.push_str(", SLOW");
            }
            failed += usize::from(how.chars().any(char::is_uppercase));
            let peak = left
                .peak
                .map_or_else(|| "?".to_owned(), |bytes| format!("{:.1}", bytes as f64 / 1_048_576.0));
            let [time, work] = [Some(left.time), left.work]
                .map(|time| time.map_or_else(|| "?".to_owned(), |time| format!("{:.2}", time.as_secs_f64())));
            println!("| {} | {how} | {time} | {work} | {peak} |", case.name);
        }
    }
    println!("\n{failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
