//! Every kind of file that holds data or settings. The first line says which, and in which dialect; the rest is the file.
//! It is read or refused, with places in it, and always in the same way.

use super::{clock, engine, limits, noon, places_are_true};
use carafe::batch::{KeyPath, ProfileIndex, Shape};
use carafe::data::{Inputs, StandIn};
use carafe::webhook::{Folder, Project, Webhook};
use carafe::{Arena, Diagnostic, Dialect, Source, golden, json};
use std::sync::Arc;

pub fn run(text: &str) {
    let (head, file) = text.split_once('\n').unwrap_or((text, ""));
    let mut words = head.split(' ');
    let kind = words.next().unwrap_or_default();
    let mut dialect = &carafe::dialect::BRAZE;
    let mut number = None;
    for word in words {
        dialect = Dialect::find(word).unwrap_or(dialect);
        number = word.parse().ok().or(number);
    }
    let source = || Arc::new(Source::new(if kind == "table" { "file.csv" } else { "file.json" }, file));
    let inputs = Inputs::new(dialect);
    let name = "games".to_owned();
    match kind {
        "data" => read(&inputs.data(source())),
        "profile" => read(&inputs.profile(source())),
        "event" => read(&inputs.event(source(), number)),
        "table" | "catalog" => read(&inputs.stand_in(StandIn::Catalog(name), source())),
        "selections" => read(&inputs.stand_in(StandIn::Selections(name), source())),
        "block" => read(&inputs.stand_in(StandIn::ContentBlock(name), source())),
        "answers" => read(&inputs.stand_in(StandIn::ConnectedContent, source())),
        "promotions" => read(&inputs.stand_in(StandIn::Promotions, source())),
        "carts" => read(&inputs.stand_in(StandIn::ShoppingCarts, source())),
        "defines" => read(&file.lines().fold(inputs, |inputs, line| inputs.define(line))),
        "profiles" => profiles(file, dialect),
        "project" => project(file),
        "webhook" => webhook(dialect, &[("webhook.toml", file)]),
        "case" => webhook(dialect, &[("cases/a.toml", file)]),
        "schema" => {
            webhook(dialect, &[("own.schema.json", file), ("webhook.toml", "contract = \"own.schema.json\"")])
        }
        // All files of a folder: `== PATH` stands before each.
        "folder" => webhook(dialect, &files(file)),
        _ => {}
    }
}

fn messages(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| found.message.as_str()).collect()
}

fn read(inputs: &Inputs) {
    let mut texts = Vec::new();
    for _ in 0..2 {
        let arena = Arena::new(&limits());
        match inputs.read(&arena) {
            Ok(root) => {
                assert!(!root.warnings.iter().any(Diagnostic::is_error), "{:?} is no warning", root.warnings);
                assert!(matches!(root.value, carafe::Value::Map(_)), "the root is no object");
                let mut text = arena.builder();
                // What is read may be too large to be written.
                let is_written = json::write(root.value, &arena, &mut text).is_ok();
                root.warnings.iter().for_each(places_are_true);
                texts.push(format!("{:?} {is_written} {}", messages(&root.warnings), text.as_str()));
            }
            Err(found) => {
                refused(&found);
                texts.push(format!("{:?}", messages(&found)));
            }
        }
    }
    assert_eq!(texts[0], texts[1], "it is read in two ways");
    renders(inputs);
}

/// A template that asks for everything a file may hold.
const ASKING: &str = "{{ profile }}{{ ${first_name} }}{{ vars }}{{ event_properties.${a} }}{{ content_blocks.${games} }}\
    {% catalog_items games 1 2 %}{{ items }}{% catalog_selection_items games s %}{{ items }}\
    {% connected_content https://example.com/a :save x %}{{ x }}{% promotion('a') %}{% shopping_cart a %}{{ shopping_cart }}\
    {% connected_content https://example.com/b :rerender %}";

fn renders(inputs: &Inputs) {
    let braze = Dialect::all().iter().position(|dialect| dialect.references).expect("Braze's");
    let template = engine(braze, None).template(ASKING).expect("it is right");
    let arena = Arena::new(&limits());
    let Ok(root) = inputs.read(&arena) else { return };
    let outcome = template.prepare().trace(true).warnings(true).run_in(&arena, root.value);
    outcome.diagnostics.iter().for_each(places_are_true);
    outcome.check_json().iter().for_each(places_are_true);
}

fn profiles(file: &str, dialect: &'static Dialect) {
    for row in file.lines() {
        let shapes = (Shape::of(row, dialect), Shape::of_profile(row, dialect));
        assert!(!shapes.0.name().is_empty() && !shapes.1.name().is_empty());
    }
    for path in ["external_id", "a.b[0]", ""] {
        if let Ok(index) = ProfileIndex::read(file.as_bytes(), &KeyPath::new(path), dialect, &limits()) {
            let rows = file.lines().filter(|row| !row.trim_ascii().is_empty()).count() as u64;
            assert_eq!(index.len() as u64 + index.duplicates, rows, "a profile is lost");
        }
    }
}

fn project(file: &str) {
    let source = Arc::new(Source::new("carafe.toml", file));
    match Project::read(&source) {
        Ok(project) => {
            let folder = folder(&carafe::dialect::BRAZE, &[]);
            if let Ok(webhook) = Webhook::read(folder) {
                let case = webhook.case("a").expect("it is right");
                judged(&golden::run_in(&webhook, &case, &limits(), &project));
            }
        }
        Err(error) => refused(error.diagnostics()),
    }
}

fn refused(found: &[Diagnostic]) {
    assert!(found.iter().any(Diagnostic::is_error), "nothing says why it cannot be read");
    found.iter().for_each(places_are_true);
}

/// The files of a folder, written one after the other.
fn files(text: &str) -> Vec<(&str, &str)> {
    let files = text.split("== ").filter_map(|file| file.split_once('\n'));
    files.take(16).collect()
}

/// A good webhook, with `files` instead of its own.
fn folder(dialect: &Dialect, files: &[(&str, &str)]) -> Folder {
    let mut folder = Folder::new("webhook");
    folder.insert(
        "template.liquid",
        "{\"name\": \"{{ ${first_name} }}{{ customer.name }}\", \"n\": {{ n | default: 1 }}}",
    );
    let settings = format!(
        "dialect = \"{}\"\nurl = \"https://example.com/{{{{ n }}}}\"\nbody = \"json\"\n[headers]\nA = \"{{{{ n }}}}\"\n",
        dialect.name
    );
    folder.insert("webhook.toml", settings);
    folder.insert("cases/a.toml", "now = 2024-06-03T12:00:00Z\ndata = \"d.json\"\nexpected = \"e.json\"\n");
    folder.insert("cases/d.json", "{\"vars\": {\"n\": 3}, \"profile\": {\"first_name\": \"Ada\"}}");
    folder.insert("cases/e.json", "{\"name\": \"Ada\", \"n\": 3}");
    for (path, text) in files {
        folder.insert(path, *text);
    }
    folder
}

fn webhook(dialect: &Dialect, files: &[(&str, &str)]) {
    let webhook = match Webhook::read(folder(dialect, files)) {
        Ok(webhook) => webhook,
        Err(error) => return refused(error.diagnostics()),
    };
    let dialects = Dialect::all();
    let number = dialects.iter().position(|known| known.name == webhook.dialect.name).expect("a dialect");
    let draft = webhook.draft();
    draft.clone().check(engine(number, None), true, &Project::default()).iter().for_each(places_are_true);
    let compiled = draft.compile(engine(number, None));
    for variable in compiled.variables() {
        for place in &variable.places {
            assert!(place.source.text().get(place.span.from()..place.span.to()).is_some(), "{variable:?}");
        }
    }
    let _ = webhook.default_case();
    for name in webhook.case_names() {
        let case = match webhook.case(name) {
            Ok(case) => case,
            Err(error) => {
                refused(error.diagnostics());
                continue;
            }
        };
        let (first, second) =
            (golden::run(&webhook, &case, &limits()), golden::run(&webhook, &case, &limits()));
        judged(&first);
        assert_eq!(
            messages(&first.differences),
            messages(&second.differences),
            "{name} is judged in two ways"
        );
        if let Ok(applied) = golden::apply(&webhook, &first.updates)
            && let Ok(case) = applied.case(name)
        {
            judged(&golden::run(&applied, &case, &limits()));
        }
    }
    let arena = Arena::new(&limits());
    let root = json::read("{\"n\": 1}", &arena).expect("it is JSON");
    let at = clock();
    let rendered = compiled.render(&arena, root, |render| render.trace(true).clock(&at));
    rendered.check_request().iter().for_each(places_are_true);
    if let Some(contract) = &webhook.contract {
        rendered.check_contract(contract, Some(noon())).iter().for_each(places_are_true);
    }
}

fn judged(result: &golden::CaseResult) {
    result.findings.iter().chain(&result.differences).for_each(places_are_true);
}
