//! The documents that are made from tables are up to date.

mod expected;

use carafe::diagnostic::code;
use carafe::dialect::{Dialect, DialectSet, NAMESPACES, PROFILE_ATTRIBUTES};
use carafe::filters::{self, Filter, Need, Parameter};
use carafe::limits::Limit;
use carafe::syntax::tags::{TAGS, Tag, TagKind};
use carafe::time::{FixedClock, Time};
use carafe::{Engine, Limits, Status};
use std::collections::HashMap;
use std::fmt::Write;

const AREAS: &[(&str, &str)] = &[
    ("syntax", "The template does not read as Liquid."),
    ("filter", "A filter is unknown or has little to work with."),
    ("variable", "A name leads nowhere, or too far."),
    ("dialect", "The template is written for something else than the platform it goes to."),
    ("braze", "Braze reads the template otherwise than it looks."),
    ("fetch", "A request of `connected_content` does not go as it should."),
    ("render", "The template cannot be rendered as it is meant."),
    ("limit", "The template or its data ask for more than a limit allows."),
    ("json", "The rendered body is not the JSON it should be."),
    ("contract", "The body is not what its receiver expects."),
    ("data", "The data that templates are given cannot be used."),
    ("file", "Files and names of webhooks."),
    ("request", "The request that the body is sent with: URL, method and headers."),
    ("form", "The rendered body is not the form it should be."),
    ("project", "The project's file carafe.toml."),
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

#[test]
fn limits() {
    const BEGIN: &str = "<!-- limits -->\n";
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/SECURITY.md")).expect("SECURITY.md");
    let (before, rest) = kept.split_once(BEGIN).expect("the table's place");
    let (_, after) = rest.split_once("<!-- /limits -->").expect("the table's end");
    let presets: Vec<Limits> = Limits::PRESETS.iter().filter_map(|name| Limits::preset(name)).collect();
    let names: Vec<String> = Limits::PRESETS.iter().map(|name| format!("`{name}`")).collect();
    let mut table =
        format!("| Limit | of | {} |\n| --- | --- |{}\n", names.join(" | "), " ---: |".repeat(names.len()));
    for limit in Limit::ALL {
        write!(table, "| `{}` | {} |", limit.name(), limit.description()).unwrap();
        for limits in &presets {
            write!(table, " {} |", shown(limits.get(*limit).expect("it is set"), limit.unit())).unwrap();
        }
        table.push('\n');
    }
    expected::expect("SECURITY.md", &format!("{before}{BEGIN}{table}<!-- /limits -->{after}"));
}

/// A number as people read it.
fn shown(number: u64, unit: &str) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    match (unit, number) {
        ("bytes", 1_048_576..) => format!("{} MiB", number >> 20),
        ("bytes", 1_024..) => format!("{} KiB", number >> 10),
        ("milliseconds", _) => format!("{} ms", groups.join(",")),
        _ => groups.join(","),
    }
}

/// The partial of the examples of `render` and `include`, whose table says what they write without it: nothing.
const BUTTON: &str = "[{{ label }}]";

/// Braze's tags of this kind report that they are not supported yet, so that their examples cannot be rendered.
const TO_COME: &str = "is not supported yet";

#[test]
fn language() {
    let mut text = String::from(
        "# Tags and filters\n\nEvery tag and filter there is, with an example and what it renders to. This page is made \
         from the tables in\n`src/syntax/tags` and `src/filters` by the test `tests/docs.rs`, which renders every \
         example; `CARAFE_UPDATE=1 cargo test\n--test docs` writes it anew. `carafe check` knows the same tables: \
         it says where a filter is unknown, and which one was\nprobably meant.\n\nWhere nothing is said of dialects, \
         `braze` and `liquid` have the entry, and it does the same in both.\n\n## Tags\n",
    );
    for tag in TAGS {
        tag_entry(&mut text, tag);
    }
    text.push_str(
        "\n## Filters\n\nAn argument in brackets may be left out; one with a colon is given by its name.\n",
    );
    let others = DialectSet::ALL.except(DialectSet::CUSTOMERIO_ANY);
    let shared = |filter: &&Filter| filter.dialects.intersects(others);
    filters::all().filter(shared).for_each(|filter| filter_entry(&mut text, filter));
    text.push_str(
        "\n## Filters of Customer.io\n\nThose of the current engine, which is LiquidJS, of the older one where they differ \
         from the ones above, and the vendor's\nown in both.\n",
    );
    filters::all().filter(|filter| !shared(filter)).for_each(|filter| filter_entry(&mut text, filter));
    namespaces(&mut text);
    expected::expect("docs/language.md", &text);
}

fn tag_entry(text: &mut String, tag: &Tag) {
    write!(
        text,
        "\n### `{}`\n\n{}{}",
        tag.name,
        only(|dialect| Tag::of(dialect).any(|own| own.name == tag.name)),
        tag.description
    )
    .unwrap();
    let ending = match tag.kind {
        TagKind::Inline | TagKind::Lines => String::new(),
        TagKind::Block => format!(" Ends at `end{}`.", tag.name),
        TagKind::Verbatim => format!(" Its inside is not read as Liquid. Ends at `end{}`.", tag.name),
        TagKind::Branch => " Stands inside the block it belongs to.".to_owned(),
    };
    text.push_str(&ending);
    match rendered(dialect_of(tag), tag.example) {
        Err(_) => {
            write!(text, " Carafe reports that it {TO_COME}.\n\n{}", fenced("liquid", tag.example)).unwrap()
        }
        Ok(output) if output == tag.output => write!(text, "\n\n{}", example(tag.example, &output)).unwrap(),
        Ok(output) => {
            write!(
                text,
                "\n\nWith a partial `button` that holds `{BUTTON}`:\n\n{}",
                example(tag.example, &output)
            )
            .unwrap();
        }
    }
}

fn dialect_of(tag: &Tag) -> &'static Dialect {
    Dialect::all().into_iter().find(|dialect| tag.dialects.intersects(dialect.set)).expect("a dialect has it")
}

/// What `example` writes; an error for a tag that is to come.
fn rendered(dialect: &'static Dialect, example: &str) -> Result<String, carafe::Error> {
    let engine = Engine::builder()
        .dialect(dialect)
        .loader(HashMap::from([("button".to_owned(), BUTTON.to_owned())]))
        .clock(FixedClock(Time::from_rfc3339("2026-03-09T12:00:00Z").expect("a time")))
        .build();
    let outcome = engine.template(example)?.prepare().run(&serde_json::json!({}));
    assert_eq!(outcome.status, Status::Complete, "{example}");
    Ok(outcome.text)
}

fn filter_entry(text: &mut String, filter: &Filter) {
    let mut usage = format!("… | {}", filter.name);
    for (at, parameter) in filter.parameters.iter().enumerate() {
        let before = if at == 0 { ": " } else { ", " };
        let shown = match parameter.need {
            Need::Required => parameter.name.to_owned(),
            Need::Optional => format!("[{}]", parameter.name),
            Need::Keyword => format!("[{}: …]", parameter.name),
            Need::Ignored => continue,
        };
        usage.push_str(before);
        usage.push_str(&shown);
    }
    let dialects =
        match Dialect::all().into_iter().filter(|dialect| filter.dialects.intersects(dialect.set)).count() {
            // All but one, which has a filter of its own for the name.
            4 if !filter.dialects.intersects(DialectSet::CUSTOMERIO) => String::new(),
            _ => only(|dialect| filter.dialects.intersects(dialect.set)),
        };
    write!(text, "\n### `{}`\n\n{dialects}{}\n\n", filter.name, filter.description).unwrap();
    if filter.parameters.iter().any(|parameter| parameter.need != Need::Ignored) {
        writeln!(text, "`{usage}`\n").unwrap();
        for Parameter { name, need, description } in filter.parameters {
            if *need != Need::Ignored {
                writeln!(text, "- `{name}`: {description}").unwrap();
            }
        }
        text.push('\n');
    }
    text.push_str(&example(filter.example, filter.output));
}

fn namespaces(text: &mut String) {
    text.push_str("\n## Attributes\n\nOnly in `braze`. `${name}` reads the profile, `namespace.${name}` a namespace.\n\n");
    text.push_str("| Namespace | What it holds |\n| --- | --- |\n");
    for namespace in NAMESPACES {
        writeln!(text, "| `{}` | {} |", namespace.name, namespace.description).unwrap();
    }
    text.push_str("\nThe attributes of the profile:\n\n");
    for attribute in PROFILE_ATTRIBUTES {
        writeln!(text, "- `{attribute}`").unwrap();
    }
}

/// `Only in …` where not every dialect has the entry.
fn only(has: impl Fn(&Dialect) -> bool) -> String {
    let names: Vec<_> =
        Dialect::all().into_iter().filter(|dialect| has(dialect)).map(|dialect| dialect.name).collect();
    match names.as_slice() {
        [most @ .., last] if names.len() < Dialect::all().len() && !most.is_empty() => {
            format!("Only in `{}` and `{last}`. ", most.join("`, `"))
        }
        [name] => format!("Only in `{name}`. "),
        _ => String::new(),
    }
}

fn example(template: &str, output: &str) -> String {
    let mut text = fenced("liquid", template);
    // A visible sign where an example writes nothing.
    text.push_str(if output.is_empty() { "\nThe example writes nothing.\n" } else { "\n" });
    if !output.is_empty() {
        text.push_str(&fenced("text", output));
    }
    text
}

fn fenced(language: &str, content: &str) -> String {
    format!("```{language}\n{}\n```\n", content.trim_end_matches('\n'))
}

#[test]
fn examples_render_to_what_they_say() {
    for dialect in Dialect::all() {
        let tags = Tag::of(dialect).map(|tag| (tag.name, tag.example, tag.output));
        let filters = filters::all().filter(|filter| filter.dialects.intersects(dialect.set));
        let filters = filters.map(|filter| (filter.name, filter.example, filter.output));
        for (name, example, output) in tags.chain(filters) {
            match rendered(dialect, example) {
                Ok(text) if matches!(name, "render" | "include") => assert_eq!(text, "[Buy]", "{name}"),
                Ok(text) => assert_eq!(text, output, "{name} in {}", dialect.name),
                Err(error) => assert!(error.to_string().contains(TO_COME), "{name}: {error}"),
            }
        }
    }
}
