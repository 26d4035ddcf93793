//! That every id is covered, and the page that says how.

use crate::case::{Case, Cases};
use crate::{coded, expected, matrix};
use carafe::limits::Limit;
use libtest_mimic::Failed;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// The letters, what they are about, and how many ids each has.
const PARTS: &[(char, &str, usize)] = &[
    ('P', "Parsing", 29),
    ('R', "Work, memory, recursion", 32),
    ('V', "Values, numbers, dates, text", 27),
    ('J', "JSON bodies, injection, delivery", 23),
    ('F', "Files", 8),
    ('N', "Network", 11),
    ('S', "Secrets", 6),
    ('T', "Terminal, reports, CI, hosts", 14),
];

fn ids() -> impl Iterator<Item = String> {
    PARTS.iter().flat_map(|(letter, _, count)| (1..=*count).map(move |number| format!("{letter}{number:02}")))
}

/// Every id is covered by a case, by a test elsewhere, or explained; and no other id is used.
pub fn complete(cases: &Cases) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let all: BTreeSet<String> = ids().collect();
    assert_eq!(all.len(), 150);
    let mut covered: BTreeSet<&str> = cases.cases.iter().map(|case| case.id.as_str()).collect();
    covered.extend(coded::all().iter().map(|(id, ..)| *id));
    for elsewhere in &cases.elsewhere {
        covered.insert(&elsewhere.id);
        let there = elsewhere.test.split_once("::").is_some_and(|(file, function)| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            std::fs::read_to_string(path).is_ok_and(|text| text.contains(&format!("fn {function}(")))
        });
        if !there {
            wrong.push(format!("{}: there is no test {}", elsewhere.id, elsewhere.test));
        }
    }
    for unbuilt in &cases.unbuilt {
        if covered.contains(unbuilt.id.as_str()) {
            wrong.push(format!("{} has cases and is said not to be built", unbuilt.id));
        }
    }
    covered.extend(cases.unbuilt.iter().map(|unbuilt| unbuilt.id.as_str()));
    for id in &all {
        if !covered.contains(id.as_str()) {
            wrong.push(format!("{id} is not covered"));
        }
    }
    for id in covered.iter().filter(|id| **id != matrix::ID && !all.contains(**id)) {
        wrong.push(format!("{id} is no id"));
    }
    let mut titles = BTreeSet::new();
    for title in cases.cases.iter().map(Case::title) {
        if let Some(twice) = titles.replace(title) {
            wrong.push(format!("`{twice}` stands twice"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Every limit is set by a case, alone or among others, with a row that ends at it and one that does not.
pub fn limits(cases: &Cases) -> Result<(), Failed> {
    // What time a render takes is no matter of a row; a call that is no longer allowed is one that fails.
    let bare = [Limit::Deadline, Limit::Diagnostics, Limit::NetworkRequests];
    let mut wrong = Vec::new();
    for limit in Limit::ALL {
        let code = limit.code().name;
        let setting = cases.cases.iter().filter(|case| case.limit.contains_key(limit.name()));
        let rows: Vec<_> = setting.flat_map(|case| case.rows()).collect::<Result<_, _>>()?;
        let met = rows.iter().any(|row| row.code() == Some(code));
        let passed = rows.iter().any(|row| row.exit() == 0);
        if rows.is_empty() || !(bare.contains(limit) || met && passed) {
            wrong.push(format!("{}: set {} times, met: {met}, passed: {passed}", limit.name(), rows.len()));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The page of what happens.
pub fn document(cases: &Cases) -> Result<(), Failed> {
    let mut text = String::from(
        "# Attacks and bad input\n\nWhat hostile templates and data do to Carafe. This page is made from the cases in \
         `tests/attacks/` by the test `attacks`;\n`CARAFE_UPDATE=1 cargo test --test attacks` writes it anew. Each case \
         that is a template is rendered through the library, in a\nthread with a stack of 256 KiB, and by the program, \
         in a process whose memory and time are capped; both must end the same way.\nUnless a case says otherwise, \
         the limits are those of `untrusted`.\n",
    );
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for case in &cases.cases {
        lines.entry(&case.id).or_default().push(format!("{}: {}", case.name, ending(case)));
    }
    for (id, name, _) in coded::all() {
        lines.entry(id).or_default().push(name.to_owned());
    }
    for elsewhere in &cases.elsewhere {
        lines.entry(&elsewhere.id).or_default().push(format!("{} (`{}`)", elsewhere.what, elsewhere.test));
    }
    for unbuilt in &cases.unbuilt {
        lines.entry(&unbuilt.id).or_default().push(format!("not built: {}", unbuilt.why));
    }
    for (letter, title, _) in PARTS {
        write!(text, "\n## {letter}: {title}\n\n| Id | What happens |\n| --- | --- |\n")?;
        for (id, lines) in lines.iter().filter(|(id, _)| id.starts_with(*letter)) {
            writeln!(text, "| {id} | {} |", lines.join("<br>").replace('|', "\\|"))?;
        }
        let reasons = cases.cases.iter().filter(|case| case.id.starts_with(*letter));
        let reasons: Vec<_> = reasons.filter_map(|case| Some((case, case.why.as_ref()?))).collect();
        for (at, (case, why)) in reasons.iter().enumerate() {
            writeln!(text, "{}- {}: {why}", if at == 0 { "\n" } else { "" }, case.title())?;
        }
    }
    text.push_str("\n## The matrix\n\nCases on which other engines crash or hang, with the program's default limits. `tests/attacks/matrix.sh` measures them.\n\n| Case | Ends |\n| --- | --- |\n");
    for line in lines.get(matrix::ID).into_iter().flatten() {
        if let Some((name, ending)) = line.rsplit_once(": ") {
            writeln!(text, "| {} | {ending} |", name.replace('|', "\\|"))?;
        }
    }
    expected::expect("docs/attacks.md", &text);
    Ok(())
}

/// How a case ends, in few words.
fn ending(case: &Case) -> String {
    let mut ways: Vec<String> = Vec::new();
    let rows = case.rows();
    for row in rows.iter().flatten() {
        let way = match (row.code(), row.exit()) {
            (Some(code), _) => format!("`{code}`"),
            (None, 0) if case.is_command() => "succeeds".to_owned(),
            (None, 0) => "renders".to_owned(),
            (None, exit) => format!("exit {exit}"),
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(", ")
}
