//! The documents that are made from tables are up to date.

mod expected;

use carafe::diagnostic::code;
use std::fmt::Write;

const AREAS: &[(&str, &str)] = &[
    ("syntax", "The template does not read as Liquid."),
    ("filter", "A filter is unknown or has little to work with."),
    ("variable", "A name leads nowhere."),
    ("braze", "Braze reads the template otherwise than it looks."),
    ("render", "The template cannot be rendered as it is meant."),
    ("limit", "The template or its data ask for more than a limit allows."),
    ("json", "The rendered body is not the JSON it should be."),
    ("data", "The data that templates are given cannot be used."),
    ("file", "Files and names of webhooks."),
    ("case", "Recorded cases and what they expect."),
    ("internal", "Mistakes in Carafe itself."),
];

#[test]
fn diagnostics() {
    let mut text = String::from(
        "# Diagnostics\n\nEvery finding has a code, `area/name`, that stays the same over releases. This page is made \
         from the table in\n`src/diagnostic/code.rs` by the test `tests/docs.rs`; `CARAFE_UPDATE=1 cargo test --test \
         docs` writes it anew.\n\nAn *error* means that there is no body or that it must not be sent; a *warning* \
         that something is probably not what\nwas meant; a *note* is worth knowing. A mode may raise or lower the \
         severity given here.\n",
    );
    let mut written = 0;
    for (area, meaning) in AREAS {
        write!(text, "\n## {area}\n\n{meaning}\n\n| Code | Severity | Meaning |\n| --- | --- | --- |\n")
            .unwrap();
        for code in code::ALL.iter().filter(|code| code.name.split('/').next() == Some(*area)) {
            // A bar would end the cell, even in code.
            let summary = code.summary.replace('|', "\\|");
            writeln!(text, "| `{}` | {} | {summary} |", code.name, code.severity.name()).unwrap();
            written += 1;
        }
    }
    assert_eq!(written, code::ALL.len(), "an area has no heading");
    expected::expect("docs/diagnostics.md", &text);
}

#[test]
fn codes_are_found_by_name_and_stand_once() {
    for code in code::ALL {
        assert!(std::ptr::eq(code::Code::find(code.name).unwrap(), *code), "{} stands twice", code.name);
    }
}
