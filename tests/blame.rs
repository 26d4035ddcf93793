//! Findings in rendered bodies, blamed on the template: the cases are the sections of `tests/blame/*.md`.
//!
//! A section holds a template (`liquid`), its partials (`liquid NAME`), the data (`json`), and what is found
//! (`findings`). `dialect: liquid` before the template renders plain Liquid, else it is Braze's. A finding is written
//!
//! ```text
//! error json/missing-comma 3:4 `{{ id }}` a comma is missing between two members
//!   label of the primary place
//!   and 1:21 `"` label of another place
//!   note: …
//!   help: …
//!   fix: what it does
//!     3 | the line afterwards
//! ```
//!
//! Every fix is applied as well: the finding must be gone then, and no other come in its place.

mod expected;

use carafe::diagnostic::{Diagnostic, Fix, Label};
use carafe::dialect::{BRAZE, Dialect};
use carafe::{Arena, Engine, Limits, Source, Status, json};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// One section of a file.
#[derive(Default)]
struct Case {
    /// The text before the findings, as it stands.
    text: String,
    title: String,
    dialect: Option<&'static Dialect>,
    template: String,
    partials: BTreeMap<String, String>,
    data: String,
}

fn cases(file: &str) -> (String, Vec<Case>) {
    let mut intro = String::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in file.lines() {
        if block.is_none() && line.starts_with("## ") {
            cases.push(Case { title: line.to_owned(), ..Case::default() });
        }
        let Some(case) = cases.last_mut() else {
            intro.push_str(line);
            intro.push('\n');
            continue;
        };
        let findings = block.as_ref().map_or(line, |(kind, _)| kind) == "findings" || line == "```findings";
        if !findings {
            case.text.push_str(line);
            case.text.push('\n');
        }
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(kind)) => block = Some((kind.to_owned(), String::new())),
            (None, None) => {
                if let Some(name) = line.strip_prefix("dialect: ") {
                    case.dialect = Some(Dialect::find(name).expect("a dialect"));
                }
            }
            (Some(_), Some("")) => {
                let (kind, text) = block.take().expect("open");
                match kind.split_once(' ') {
                    Some(("liquid", name)) => {
                        case.partials.insert(name.to_owned(), text);
                    }
                    _ if kind == "liquid" => case.template = text,
                    _ if kind == "json" => case.data = text,
                    _ => assert_eq!(kind, "findings", "{}", case.title),
                }
            }
            (Some((_, text)), _) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    (intro, cases)
}

impl Case {
    /// What is found, with `changed` in the place of the template or partial of that name.
    fn findings(&self, changed: Option<(&str, &str)>) -> Vec<Diagnostic> {
        let text = |name: &str, text: &str| match changed {
            Some((other, text)) if other == name => text.to_owned(),
            _ => unescaped(text),
        };
        let partials: BTreeMap<String, String> =
            self.partials.iter().map(|(name, partial)| (name.clone(), text(name, partial))).collect();
        let engine = Engine::builder().dialect(self.dialect.unwrap_or(&BRAZE)).loader(partials).build();
        let source = Arc::new(Source::new("template", text("template", &self.template)));
        let template = engine.compile(&source).unwrap_or_else(|error| panic!("{}: {error:#}", self.title));
        let arena = Arena::new(&Limits::default());
        let data = if self.data.is_empty() { "{}" } else { &self.data };
        let root = json::read(data, &arena).unwrap_or_else(|error| panic!("{}: {error:?}", self.title));
        let outcome = template.prepare().trace(true).run_in(&arena, root);
        assert_eq!(outcome.status, Status::Complete, "{}", self.title);
        outcome.check_json()
    }

    fn expected(&self) -> String {
        let mut out = String::new();
        let found = self.findings(None);
        for diagnostic in &found {
            write_finding(diagnostic, &mut out);
            if let Some(fix) = &diagnostic.fix {
                self.try_fix(&found, diagnostic, fix);
            }
        }
        if found.is_empty() {
            out.push_str("none\n");
        }
        out
    }

    fn try_fix(&self, found: &[Diagnostic], mended: &Diagnostic, fix: &Fix) {
        let text = applied(fix);
        let left = self.findings(Some((fix.source.name(), &text)));
        let count = |all: &[Diagnostic]| {
            all.iter().filter(|other| other.code == mended.code).fold(0, |count, other| count + weight(other))
        };
        let all = |all: &[Diagnostic]| all.iter().map(weight).sum::<usize>();
        let context = || {
            let left: Vec<_> = left.iter().map(Diagnostic::to_string).collect();
            format!("{}: {mended}\nafter the fix:\n{text}\n{left:#?}", self.title)
        };
        assert!(count(&left) < count(found), "the fix does not mend it: {}", context());
        assert!(all(&left) < all(found), "the fix breaks something else: {}", context());
    }
}

/// How many findings a diagnostic stands for.
fn weight(diagnostic: &Diagnostic) -> usize {
    let more = diagnostic.notes.iter().find_map(|note| note.strip_prefix("and ")?.split_once(" more "));
    1 + more.map_or(0, |(count, _)| count.parse::<usize>().expect("a count"))
}

/// Templates may name characters that cannot be seen: `<U+FEFF>`.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<U+") {
        let (code, behind) = after.split_once('>').expect("closed");
        let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character");
        out.push_str(before);
        out.push(character);
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn applied(fix: &Fix) -> String {
    let mut text = fix.source.text().to_owned();
    for pair in fix.edits.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "edits are in order and apart: {:?}", fix.edits);
    }
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.from()..edit.span.to(), &edit.text);
    }
    text
}

fn write_place(label: &Label, out: &mut String) {
    let position = label.source.position(label.span.from());
    if label.source.name() != "template" {
        write!(out, "{}:", label.source.name()).expect("a string");
    }
    let text =
        label.source.slice(label.span).escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'");
    write!(out, "{}:{} `{text}`", position.line, position.column).expect("a string");
}

fn write_finding(diagnostic: &Diagnostic, out: &mut String) {
    let rendered = diagnostic.rendered.as_ref().expect("a place in the body");
    assert_eq!(rendered.source.name(), "rendered body");
    write!(out, "{} {} ", diagnostic.severity.name(), diagnostic.code.name).expect("a string");
    match &diagnostic.primary {
        Some(label) => {
            write_place(label, out);
            write!(out, " {}\n  {}\n", diagnostic.message, label.message).expect("a string");
        }
        None => writeln!(out, "- {}", diagnostic.message).expect("a string"),
    }
    for label in &diagnostic.secondary {
        out.push_str("  and ");
        write_place(label, out);
        writeln!(out, " {}", label.message).expect("a string");
    }
    for note in &diagnostic.notes {
        writeln!(out, "  note: {note}").expect("a string");
    }
    for help in &diagnostic.help {
        writeln!(out, "  help: {help}").expect("a string");
    }
    if let Some(fix) = &diagnostic.fix {
        writeln!(out, "  fix: {}", fix.message).expect("a string");
        let before: Vec<&str> = fix.source.text().lines().collect();
        let text = applied(fix);
        let changed = |(number, line): &(usize, &str)| before.get(*number) != Some(line);
        let from = text.lines().enumerate().find(changed).map_or(0, |(number, _)| number);
        let lines = text.lines().count();
        let same =
            text.lines().rev().zip(before.iter().rev()).take_while(|(line, other)| line == *other).count();
        let to = (lines - same.min(lines)).max(from + 1);
        for (number, line) in text.lines().enumerate().skip(from).take(to - from) {
            writeln!(out, "    {} | {line}", number + 1).expect("a string");
        }
    }
}

#[test]
fn findings_are_blamed_on_the_template() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blame");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("folder").map(|file| file.expect("file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let (mut text, cases) = cases(&std::fs::read_to_string(&path).expect("a text"));
        assert!(!cases.is_empty(), "{name}");
        for case in cases {
            let before = case.text.trim_end();
            write!(text, "{before}\n\n```findings\n{}```\n\n", case.expected()).expect("a string");
        }
        expected::expect(&format!("tests/blame/{name}"), &format!("{}\n", text.trim_end()));
    }
}

/// Parts of templates that mean something together, in any order.
const PARTS: &[&str] = &[
    "{ ",
    " }",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    " ",
    "é😀",
    "\"a\": 1",
    "// x\n",
    "01",
    "Ann",
    "'q'",
    "{{ name }}",
    "{{- text -}}",
    "{{ text | json_escape }}",
    "{{ text | upcase }}",
    "{{ nothing }}",
    "{{ list }}",
    "{{ list | join: ',' }}",
    "{{ map }}",
    "{{ map | as_json_string }}",
    "{{ 1 | divided_by: 0 }}",
    "{% capture c %}\"k\": {{ text }},{{ nothing }} é{% endcapture %}",
    "{{ c }}",
    "{{ c | strip }}",
    "{{ c | slice: 2, 5 }}",
    "{{ c | upcase }}",
    "{% capture c %}<{{ c }}>{% endcapture %}",
    "{% for x in list %}{{ x }},{% endfor %}",
    "{% for x in list %}\"{{ x }}\"{% break %}{% endfor %}",
    "{% for x in none %}{% else %}{{ c }}{% endfor %}",
    "{% if name %}{{ c }}{% endif %}",
    "{% if no %},{% endif %}",
    "{% capture d %}{% for x in list %}{{ c }}{{ nothing }}{% endfor %}{% endcapture %}",
    "{{ d }}",
    "{{ d | slice: 3, 9 }}",
    "{% assign p = d | split: ',' %}{{ p[1] }}",
    "{% cycle 'a', 'b' %}",
    "{% ifchanged %}{{ nothing }}{{ c }}{% endifchanged %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% liquid\n  assign e = text | append: '\"'\n  echo e\n%}",
    "{% tablerow x in list %}{{ x }}{% endtablerow %}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The source map covers the body, template text stands where it says, and all places of findings and edits exist.
    #[test]
    fn source_maps_tell_the_truth(parts in prop::collection::vec(prop::sample::select(PARTS), 0..24)) {
        let text = parts.concat();
        let engine = Engine::default();
        let arena = Arena::new(&Limits::default());
        let data = r#"{"vars": {"name": "Ann", "text": "a\"b\\ \n", "list": ["x", "y\"", ""], "map": {"k": "v"}}}"#;
        let root = json::read(data, &arena).expect("JSON");
        let template = engine.template(text.as_str()).expect("a template");
        let outcome = template.prepare().trace(true).run_in(&arena, root);
        let plain = template.prepare().run_in(&arena, root);
        prop_assert_eq!(&outcome.text, &plain.text);
        let trace = outcome.trace.as_ref().expect("a map");
        let mut at = 0;
        for segment in &trace.segments {
            prop_assert_eq!(segment.range.start, at);
            at = segment.range.end;
            let site = segment.path.last().expect("a site");
            if segment.written == carafe::render::Written::Template {
                prop_assert_eq!(&outcome.text[segment.range.clone()], &text[site.span.from()..site.span.to()]);
            }
        }
        prop_assert_eq!(at, outcome.text.len());
        prop_assert!(trace.events.is_sorted_by_key(|event| event.at));
        prop_assert!(trace.events.last().is_none_or(|event| event.at <= outcome.text.len()));
        for diagnostic in outcome.check_json() {
            prop_assert!(diagnostic.primary.is_some(), "{}", diagnostic);
            let rendered = diagnostic.rendered.iter();
            for label in diagnostic.primary.iter().chain(&diagnostic.secondary).chain(rendered) {
                prop_assert!(label.source.text().get(label.span.from()..label.span.to()).is_some());
            }
            if let Some(fix) = &diagnostic.fix {
                prop_assert!(applied(fix) != text);
            }
        }
    }
}
