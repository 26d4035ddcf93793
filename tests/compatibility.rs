//! What `docs/compatibility.md` says: every row of its tables is rendered, by Carafe and by the engines it is compared with.
//!
//! The columns of the crate `liquid` are checked with the feature of that name, those of Ruby where
//! `ruby -e 'require "liquid"'` works, and those of LiquidJS where `node` finds the version that the page names. It is
//! looked for in `node_modules` of this folder, or of the folder that `CARAFE_LIQUIDJS` names.

use carafe::diagnostic::code::{self, Code};
use carafe::{Dialect, Engine, Status, dialect, dialect::ErrorMode, json};
use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const PAGE: &str = "docs/compatibility.md";
/// The one partial there is, by name and text.
const PARTIAL: (&str, &str) = ("card", "[{{ x }}]");
/// The words by which a row says that the installed Ruby version may print something else.
const NEWER: &str = "not in 5.4";

/// What a column holds, by its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Template,
    Data,
    Note,
    Carafe,
    CarafeBraze,
    CarafeBoth,
    CarafeAndRuby,
    Ruby,
    LiquidCrate,
    LiquidJs,
    Prose,
}

impl Column {
    fn named(heading: &str) -> Option<Column> {
        Some(match heading {
            "Template" => Column::Template,
            "Data" => Column::Data,
            "Note" => Column::Note,
            "Carafe (liquid)" => Column::Carafe,
            "Carafe (braze)" => Column::CarafeBraze,
            "Carafe (both dialects)" => Column::CarafeBoth,
            "Carafe and Ruby" => Column::CarafeAndRuby,
            "Ruby" => Column::Ruby,
            "liquid crate" => Column::LiquidCrate,
            "LiquidJS" => Column::LiquidJs,
            "Point" | "What Braze says" | "Customer.io now" | "Customer.io before" => Column::Prose,
            _ => return None,
        })
    }
}

/// The columns of Carafe's dialects.
const LIQUID: [Column; 3] = [Column::Carafe, Column::CarafeBoth, Column::CarafeAndRuby];
const BRAZE: [Column; 2] = [Column::CarafeBraze, Column::CarafeBoth];

/// What an engine does with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Text(String),
    /// With the message, or on the page a part of it.
    Error(String),
    Panic,
}

impl Outcome {
    fn fits(&self, actual: &Outcome) -> bool {
        match (self, actual) {
            (Outcome::Error(part), Outcome::Error(message)) => message.contains(part),
            _ => self == actual,
        }
    }
}

/// One example.
struct Row {
    line: usize,
    template: String,
    data: String,
    note: String,
    expected: Vec<(Column, Outcome)>,
}

impl Row {
    fn expected(&self, of: &[Column]) -> Option<&Outcome> {
        self.expected.iter().find(|(column, _)| of.contains(column)).map(|(_, outcome)| outcome)
    }

    /// Fails unless `actual` is what the columns `of` say, where the row has one of them.
    fn compare(&self, engine: &str, of: &[Column], actual: &Outcome) -> Result<(), String> {
        match self.expected(of) {
            Some(expected) if !expected.fits(actual) => Err(format!(
                "{PAGE}:{}: {engine}: {}\n  the page says {expected:?}\n  it is        {actual:?}\n",
                self.line, self.template
            )),
            _ => Ok(()),
        }
    }
}

/// The rows of the tables of `page`. The table of the engines themselves, whose heading is `Engine`, holds none.
fn rows(page: &str) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut columns: Option<Vec<Column>> = None;
    let mut skipped = false;
    for (at, line) in page.lines().enumerate() {
        let wrong = |reason: String| format!("{PAGE}:{}: {reason}", at + 1);
        if !line.starts_with('|') {
            (columns, skipped) = (None, false);
            continue;
        }
        let cells = cells(line);
        match &columns {
            _ if skipped => {}
            None if cells.first().is_some_and(|heading| heading == "Engine") => skipped = true,
            None => {
                let known = |heading: &String| {
                    Column::named(heading).ok_or_else(|| wrong(format!("the heading `{heading}` is unknown")))
                };
                columns = Some(cells.iter().map(known).collect::<Result<_, _>>()?);
            }
            Some(_) if cells.iter().all(|cell| cell == "---") => {}
            Some(columns) if columns.len() != cells.len() => {
                return Err(wrong(format!("{} cells under {} headings", cells.len(), columns.len())));
            }
            Some(columns) => rows.push(row(at + 1, columns, &cells).map_err(wrong)?),
        }
    }
    Ok(rows)
}

fn row(line: usize, columns: &[Column], cells: &[String]) -> Result<Row, String> {
    let mut row =
        Row { line, template: String::new(), data: "{}".into(), note: String::new(), expected: vec![] };
    for (column, cell) in columns.iter().zip(cells) {
        match column {
            Column::Prose => {}
            Column::Template => row.template = whole_span(cell).ok_or("a row without a template")?,
            Column::Data if cell.is_empty() => {}
            Column::Data => row.data = whole_span(cell).ok_or("the data is no code")?,
            Column::Note => row.note = cell.clone(),
            _ => row.expected.push((*column, outcome(cell)?)),
        }
    }
    if row.template.is_empty() {
        return Err("a row without a template".into());
    }
    row.expected(&LIQUID).or(row.expected(&BRAZE)).ok_or("a row that does not say what Carafe does")?;
    Ok(row)
}

/// The cells of a table's line. A bar in a cell is written `\|`, in code as well.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.replace("\\|", "\0").split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// The texts in backquotes in `cell`. As in CommonMark, one blank at each end belongs to the quotes.
fn spans(cell: &str) -> Vec<String> {
    let inside = cell.split('`').skip(1).step_by(2);
    let bare = |text: &str| match text.strip_prefix(' ').and_then(|rest| rest.strip_suffix(' ')) {
        Some(bare) if !bare.trim().is_empty() => bare.to_owned(),
        _ => text.to_owned(),
    };
    inside.map(bare).collect()
}

/// The text of a cell that is code and nothing else.
fn whole_span(cell: &str) -> Option<String> {
    let whole = cell.starts_with('`') && cell.ends_with('`') && cell.matches('`').count() == 2;
    whole.then(|| spans(cell).remove(0))
}

fn outcome(cell: &str) -> Result<Outcome, String> {
    let message = cell.strip_prefix("error: ").and_then(whole_span);
    Ok(match cell {
        "nothing" => Outcome::Text(String::new()),
        "error" => Outcome::Error(String::new()),
        "panic" => Outcome::Panic,
        _ => match (message, whole_span(cell)) {
            (Some(message), _) => Outcome::Error(message),
            (None, Some(text)) => Outcome::Text(text),
            (None, None) => return Err(format!("`{cell}` is no output")),
        },
    })
}

fn page() -> String {
    std::fs::read_to_string(in_package(PAGE)).expect(PAGE)
}

fn in_package(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn all_rows() -> Vec<Row> {
    rows(&page()).unwrap_or_else(|reason| panic!("{reason}"))
}

/// Fails with everything that differs.
fn assert_none(differences: impl Iterator<Item = Result<(), String>>) {
    let differences: Vec<_> = differences.filter_map(Result::err).collect();
    assert!(differences.is_empty(), "{}", differences.concat());
}

/// What Carafe writes, and the codes of all findings.
fn carafe(dialect: &'static Dialect, template: &str, data: &str) -> (Outcome, BTreeSet<&'static str>) {
    let partials = HashMap::from([(PARTIAL.0.to_owned(), PARTIAL.1.to_owned())]);
    let engine = Engine::builder().dialect(dialect).loader(partials).build();
    let template = match engine.template(template) {
        Ok(template) => template,
        Err(error) => {
            let codes = error.diagnostics().iter().map(|finding| finding.code.name).collect();
            return (Outcome::Error(format!("{error:#}")), codes);
        }
    };
    let outcome = template.prepare().warnings(true).run(&json::Text(data));
    let findings = template.diagnostics().iter().chain(&outcome.diagnostics);
    let codes = findings.map(|finding| finding.code.name).collect();
    let outcome = match outcome.status {
        Status::Complete => Outcome::Text(outcome.text),
        status => Outcome::Error(format!("{status:?}")),
    };
    (outcome, codes)
}

#[test]
fn carafe_does_what_every_row_says() {
    let rows = all_rows();
    assert!(rows.len() > 150, "only {} rows are found", rows.len());
    assert_none(rows.iter().map(|row| {
        let only_braze = row.expected(&LIQUID).is_none();
        let mut found = BTreeSet::new();
        if !only_braze {
            let (actual, codes) = carafe(&dialect::LIQUID, &row.template, &row.data);
            row.compare("Carafe (liquid)", &LIQUID, &actual)?;
            found.extend(codes);
        }
        if row.expected(&BRAZE).is_some() {
            // Beside plain Liquid the data is that of plain Liquid, and every key a variable.
            let variables = format!("{{\"vars\": {}}}", row.data);
            let data = if only_braze { &row.data } else { &variables };
            let (actual, codes) = carafe(&dialect::BRAZE, &row.template, data);
            row.compare("Carafe (braze)", &BRAZE, &actual)?;
            found.extend(codes);
        }
        let spans = spans(&row.note);
        let named: BTreeSet<_> =
            spans.iter().filter_map(|span| Code::find(span)).map(|code| code.name).collect();
        let fits = if only_braze { named == found } else { named.is_subset(&found) };
        if fits {
            return Ok(());
        }
        Err(format!("{PAGE}:{}: {}: found {found:?}, not {named:?}\n", row.line, row.template))
    }));
}

#[test]
fn rows_say_what_they_must() {
    let table = |heading: &str, row: &str| rows(&format!("{heading}\n|---|\n{row}\n")).map(|rows| rows.len());
    assert_eq!(table("| Template | Carafe (liquid) |", "| `a` | `a` |"), Ok(1));
    assert!(table("| Template | Carafe (liquid) |", "| a | `a` |").is_err(), "a template that is no code");
    assert!(table("| Point | Carafe (liquid) |", "| a | `a` |").is_err(), "no template");
    assert!(table("| Template | Note |", "| `a` | `a` |").is_err(), "nothing about Carafe");
    assert!(table("| Template | Carafe (liquid) |", "| `a` | some text |").is_err(), "no output");
    assert!(table("| Template | Carafes |", "| `a` | `a` |").is_err(), "an unknown heading");
    assert!(table("| Template | Carafe (liquid) |", "| `a` | `a` | `a` |").is_err(), "a cell too many");
}

#[test]
fn cells_are_read_as_markdown() {
    let cells = cells(r"| `{{ x \| size }}` | | ` a ` | error: `no`|");
    assert_eq!(cells, ["`{{ x | size }}`", "", "` a `", "error: `no`"]);
    assert_eq!(spans(&cells[0]), ["{{ x | size }}"]);
    assert_eq!(outcome(&cells[2]), Ok(Outcome::Text("a".into())));
    assert_eq!(outcome("`  `"), Ok(Outcome::Text("  ".into())));
    assert_eq!(outcome(&cells[3]), Ok(Outcome::Error("no".into())));
    assert!(outcome("`a` or `b`").is_err());
}

#[test]
fn points_that_no_template_shows_name_their_tests() {
    let page = page();
    let attacks = std::fs::read_to_string(in_package("docs/attacks.md")).expect("docs/attacks.md");
    let mut named = 0;
    for item in page.split("\n- ").skip(1) {
        let item = item.split("\n\n").next().expect("an item");
        let mut tests = 0;
        for (name, file) in item.split("[`").skip(1).filter_map(|link| link.split_once("`](../")) {
            let file = file.split(')').next().expect("a file");
            let text = std::fs::read_to_string(in_package(file)).expect(file);
            assert!(text.contains(&format!("fn {name}(")), "{file} has no test `{name}`");
            tests += 1;
        }
        for id in item.split('[').skip(1).filter_map(|link| Some(link.split_once("](attacks.md)")?.0)) {
            assert!(attacks.contains(&format!("| {id} |")), "docs/attacks.md has no case `{id}`");
            tests += 1;
        }
        assert!(tests > 0, "no test is named: {item}");
        named += tests;
    }
    assert!(named > 5, "only {named} tests are found");
}

#[test]
fn undefined_variables_are_nil_in_every_mode() {
    for mode in [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2] {
        let engine = Engine::builder().dialect(&dialect::LIQUID).error_mode(mode).build();
        let outcome = engine.template("[{{ x.y }}]").expect("parses").prepare().warnings(true).run(&());
        assert_eq!((outcome.text.as_str(), outcome.status), ("[]", Status::Complete), "{mode:?}");
        assert_eq!(outcome.diagnostics[0].code.name, code::VARIABLE_UNDEFINED.name, "{mode:?}");
    }
}

#[test]
fn the_page_names_its_versions() {
    let lock = std::fs::read_to_string(in_package("Cargo.lock")).expect("Cargo.lock");
    let version = lock.split_once("name = \"liquid\"\nversion = \"").expect("the crate liquid").1;
    assert_eq!(version_of("liquid crate"), version.split('"').next().expect("a version"));
    let (name, text) = PARTIAL;
    assert!(page().contains(&format!("The partial `{name}` is `{text}`.")), "the partial");
}

/// The version that the table of engines gives.
fn version_of(engine: &str) -> String {
    let page = page();
    let start = format!("| {engine} | ");
    let line = page.lines().find_map(|line| line.strip_prefix(&start)).expect(engine);
    line.split(" |").next().expect("a version").to_owned()
}

#[cfg(feature = "liquid")]
#[test]
fn the_crate_liquid_does_what_its_columns_say() {
    use liquid::partials::{EagerCompiler, InMemorySource};

    let render = |row: &Row| {
        let mut source = InMemorySource::new();
        source.add(PARTIAL.0, PARTIAL.1);
        let parser = liquid::ParserBuilder::with_stdlib().partials(EagerCompiler::new(source)).build();
        let data: liquid::Object = serde_json::from_str(&row.data).expect("JSON");
        parser.and_then(|parser| parser.parse(&row.template)).and_then(|template| template.render(&data))
    };
    assert_none(all_rows().iter().map(|row| {
        let columns = [Column::LiquidCrate];
        if row.expected(&columns).is_none() {
            return Ok(());
        }
        // Its parser has no other way to refuse numbers that are too long.
        let actual = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| render(row))) {
            Ok(Ok(text)) => Outcome::Text(text),
            Ok(Err(error)) => Outcome::Error(error.to_string()),
            Err(_) => Outcome::Panic,
        };
        row.compare("liquid crate", &columns, &actual)
    }));
}

#[test]
fn ruby_does_what_its_columns_say() {
    const PROGRAM: &str = r#"
        require "json"
        require "liquid"
        name, text = JSON.parse(STDIN.gets)
        files = Object.new
        files.define_singleton_method(:read_template_file) do |wanted|
          wanted == name ? text : raise(Liquid::FileSystemError, "No such template '#{wanted}'")
        end
        Liquid::Template.file_system = files
        puts JSON.generate(Liquid::VERSION)
        STDIN.each_line do |line|
          template, data = JSON.parse(line)
          answer = begin
            ["text", Liquid::Template.parse(template, error_mode: :lax).render(JSON.parse(data)).scrub]
          rescue StandardError => error
            ["error", error.message]
          end
          puts JSON.generate(answer)
        end
    "#;
    let rows = all_rows();
    let columns = [Column::Ruby, Column::CarafeAndRuby];
    let rows: Vec<_> = rows.iter().filter(|row| row.expected(&columns).is_some()).collect();
    let mut ruby = Command::new("ruby");
    ruby.args(["-W0", "-e", PROGRAM]);
    let Some((version, outcomes)) = answers(ruby, &rows) else {
        eprintln!("skipped: `ruby -e 'require \"liquid\"'` does not work");
        return;
    };
    let old = version.starts_with("5.4.");
    let newest = version.starts_with("5.13.");
    assert_none(rows.iter().zip(&outcomes).map(|(row, actual)| {
        let newer = row.note.contains(NEWER);
        if newer && old && row.compare("", &columns, actual).is_ok() {
            return Err(format!("{PAGE}:{}: Ruby {version} does the same\n", row.line));
        }
        if newer && !newest { Ok(()) } else { row.compare(&format!("Ruby {version}"), &columns, actual) }
    }));
}

#[test]
fn liquidjs_does_what_its_columns_say() {
    const PROGRAM: &str = r#"
        const { Liquid } = require("liquidjs");
        const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(line => line);
        const [name, text] = JSON.parse(lines.shift());
        const engine = new Liquid({ templates: { [name]: text } });
        console.log(JSON.stringify(require("liquidjs/package.json").version));
        for (const line of lines) {
          const [template, data] = JSON.parse(line);
          let answer;
          try {
            answer = ["text", engine.parseAndRenderSync(template, JSON.parse(data))];
          } catch (error) {
            answer = ["error", error.message];
          }
          console.log(JSON.stringify(answer));
        }
    "#;
    let rows = all_rows();
    let columns = [Column::LiquidJs];
    let rows: Vec<_> = rows.iter().filter(|row| row.expected(&columns).is_some()).collect();
    let folder = std::env::var_os("CARAFE_LIQUIDJS").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let mut node = Command::new("node");
    node.args(["-e", PROGRAM]).current_dir(folder);
    let Some((version, outcomes)) = answers(node, &rows) else {
        eprintln!("skipped: `node` does not find the package liquidjs; CARAFE_LIQUIDJS names its folder");
        return;
    };
    if version != version_of("LiquidJS") {
        eprintln!("skipped: LiquidJS is {version}, on the page it is {}", version_of("LiquidJS"));
        return;
    }
    let compare = |(row, actual): (&&Row, &Outcome)| row.compare("LiquidJS", &columns, actual);
    assert_none(rows.iter().zip(&outcomes).map(compare));
}

/// Sends the partial and then template and data of every row to `program`, a line each; it answers with its version and
/// then with what it makes of each row. `None` where there is no such program or the engine is not there.
fn answers(mut program: Command, rows: &[&Row]) -> Option<(String, Vec<Outcome>)> {
    let mut input = serde_json::json!([PARTIAL.0, PARTIAL.1]).to_string();
    for row in rows {
        input.push('\n');
        input.push_str(&serde_json::json!([row.template, row.data]).to_string());
    }
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    // Times on the page are those of a machine in UTC.
    let mut child = piped.env("TZ", "UTC").env("LC_ALL", "C.UTF-8").spawn().ok()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that ends at once, since its engine is not there, reads nothing.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().expect("output");
    writer.join().expect("the writer ends");
    let output = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines = output.lines();
    let version = serde_json::from_str(lines.next()?).expect("a version");
    let outcomes: Vec<_> = lines
        .map(|line| {
            let (kind, text): (String, String) = serde_json::from_str(line).expect("an answer");
            if kind == "text" { Outcome::Text(text) } else { Outcome::Error(text) }
        })
        .collect();
    assert_eq!(outcomes.len(), rows.len(), "an answer is missing");
    Some((version, outcomes))
}
