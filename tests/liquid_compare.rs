//! The table of what the crate `liquid` renders otherwise: every row is rendered with both, and `docs/liquid.md` has it.
//! `CARAFE_UPDATE=1` writes the page's table anew.
#![cfg(feature = "liquid")]

use carafe::liquid::compare::{DIFFERENCES, Difference, Shown, Theirs, reasons, render};
use carafe::{Arena, Engine, dialect, json};
use std::path::Path;

fn both(difference: &Difference) -> (String, Theirs) {
    let template = Engine::builder().dialect(&dialect::LIQUID).build().template(difference.template);
    let ours = template.expect(difference.name).render(&json::Text(difference.data)).expect(difference.name);
    let arena = Arena::default();
    let data = json::read(difference.data, &arena).expect(difference.name);
    (ours, render(difference.template, data, &arena, None))
}

#[test]
fn every_row_is_so_and_is_recognized() {
    std::panic::set_hook(Box::new(|_| ()));
    let mut wrong = Vec::new();
    for row in DIFFERENCES {
        let (ours, theirs) = both(row);
        let fits = match (row.theirs, &theirs) {
            (None, _) => true,
            (Some(Shown::Text(expected)), Theirs::Text(text)) => text == expected,
            (Some(Shown::Error(part)), Theirs::Error(message)) => message.contains(part),
            (Some(Shown::Panic), Theirs::Panic) => true,
            _ => false,
        };
        if ours != row.ours || !fits {
            wrong.push(format!("{}: {ours:?}, {theirs:?}", row.name));
        }
        // What changes from run to run may be the same this time.
        let recognized = reasons(row.template, &ours, &theirs).iter().any(|reason| reason.name == row.name);
        if row.theirs.is_some() && !recognized {
            wrong.push(format!("{} is not recognized", row.name));
        }
    }
    let _ = std::panic::take_hook();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_not_known_has_no_reason() {
    let theirs = Theirs::Text("b".to_owned());
    assert!(reasons("{{ x }}", "a", &theirs).is_empty());
    let order = Theirs::Text("ba".to_owned());
    assert_eq!(reasons("{{ x }}", "ab", &order)[0].name, "order of keys");
}

#[test]
fn the_page_has_the_table() {
    let shown = |text: &str| format!("`{}`", text.replace('|', "\\|").replace('\t', "⇥"));
    let mut table = String::from(
        "| What | Template | Data | Carafe | `liquid` 0.26 |\n| --- | --- | --- | --- | --- |\n",
    );
    for row in DIFFERENCES {
        let theirs = match row.theirs {
            None => "changes".to_owned(),
            Some(Shown::Text(text)) => shown(text),
            Some(Shown::Error("" | "-->")) => "error".to_owned(),
            Some(Shown::Error(part)) => format!("error {}", shown(part)),
            Some(Shown::Panic) => "panic".to_owned(),
        };
        let data = if row.data == "{}" { String::new() } else { shown(row.data) };
        let cells =
            [format!("**{}**: {}", row.name, row.reason), shown(row.template), data, shown(row.ours), theirs];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/liquid.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once("<!-- table -->\n").expect("where the table begins");
    let (old, after) = rest.split_once("<!-- end -->\n").expect("where it ends");
    if std::env::var_os("CARAFE_UPDATE").is_some() {
        let page = format!("{before}<!-- table -->\n{table}<!-- end -->\n{after}");
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    assert_eq!(old, table, "`CARAFE_UPDATE=1 cargo test --test liquid_compare` writes it");
}
