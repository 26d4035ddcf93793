//! Bodies against the contracts of their receivers: the files in `tests/contract/`, and the platforms' own cases where a
//! checkout of them lies beside the project.
//!
//! A file is named like its contract and holds sections: `--- NAME`, the body, and behind `--- findings` what is found, in
//! the order of the places. Between them may stand `--- now` with the time of sending. In `own.txt` a section begins with a
//! schema, and the body stands behind `--- body`.
//!
//! `CARAFE_UPDATE=1 cargo test --test contract` writes the findings anew. Read the difference.

use carafe::contract::{self, Contract};
use carafe::time::Time;
use carafe::{Diagnostic, Engine, Severity, Source, check, dialect};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/platforms.json");

/// One section of a file.
struct Section {
    name: String,
    /// What stands behind the name.
    text: String,
    /// The other parts, each with its heading.
    parts: Vec<(String, String)>,
}

impl Section {
    fn part(&self, heading: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| known == heading).map(|(_, text)| text.as_str())
    }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("--- "), sections.last_mut()) {
            (Some(heading @ ("findings" | "now" | "body")), Some(section)) => {
                section.parts.push((heading.to_owned(), String::new()));
            }
            (Some(name), _) => {
                sections.push(Section { name: name.to_owned(), text: String::new(), parts: Vec::new() });
            }
            (None, Some(section)) => {
                let part = section.parts.last_mut().map_or(&mut section.text, |(_, text)| text);
                part.push_str(line);
                part.push('\n');
            }
            (None, None) => panic!("a file begins with a section"),
        }
    }
    sections
}

fn written(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        let _ = write!(out, "--- {}\n{}", section.name, section.text);
        for (heading, text) in &section.parts {
            let _ = write!(out, "--- {heading}\n{text}");
        }
    }
    out
}

/// `line:column severity[code]: message`, with what helps below.
fn told(findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        let place = finding.primary.as_ref().map_or_else(String::new, |label| {
            let position = label.source.position(label.span.from());
            format!("{}:{} ", position.line, position.column)
        });
        let _ =
            writeln!(out, "{place}{}[{}]: {}", finding.severity.name(), finding.code.name, finding.message);
        for help in &finding.help {
            let _ = writeln!(out, "    {help}");
        }
    }
    out
}

fn found(contract: &str, section: &Section) -> String {
    let (contract, body) = match contract {
        "own" => {
            let source = Arc::new(Source::new("contract.schema.json", section.text.as_str()));
            (Contract::from_schema(&source), section.part("body").unwrap_or_default())
        }
        name => (Contract::find(name), section.text.as_str()),
    };
    let body = body.strip_suffix('\n').unwrap_or(body);
    match contract {
        Ok(contract) => {
            let now = section.part("now").map(|now| Time::from_rfc3339(now.trim()).expect("a time"));
            told(&contract.diagnose(&Arc::new(Source::new("body", body)), now))
        }
        Err(error) => told(error.diagnostics()),
    }
}

#[test]
fn bodies_have_the_findings_of_the_files() {
    let update = std::env::var_os("CARAFE_UPDATE").is_some_and(|value| value == "1");
    let mut differences = String::new();
    let mut count = 0;
    for entry in fs::read_dir(FOLDER).expect(FOLDER) {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("a text");
        let mut read = sections(&text);
        for section in &mut read {
            count += 1;
            let found = found(&name, section);
            let expected = section.part("findings").unwrap_or_default();
            if found != expected {
                let _ = write!(differences, "{name}/{}\n- {expected}+ {found}", section.name);
            }
            section.parts.retain(|(heading, _)| heading != "findings");
            section.parts.push(("findings".to_owned(), found));
        }
        if update {
            fs::write(&path, written(&read)).expect("written");
        }
    }
    assert!(count > 50, "the files were not found");
    assert!(update || differences.is_empty(), "\n{differences}");
}

#[test]
fn every_contract_has_a_file() {
    for known in contract::all() {
        assert!(Contract::find(known.name).is_ok(), "{}", known.name);
        let shared = ["sparkpost"];
        let path = Path::new(FOLDER).join(format!("{}.txt", known.name));
        assert!(shared.contains(&known.name) || path.exists(), "{} has no file", path.display());
    }
}

#[test]
fn a_name_is_found_however_it_is_spelt() {
    for name in ["movable-ink", "movableink", "Movable_Ink", "customer.io-reporting", "SparkPost"] {
        assert!(Contract::find(name).is_ok(), "{name}");
    }
    let error = Contract::find("movable-inc").expect_err("there is none");
    assert_eq!(error.diagnostics()[0].help, ["did you mean `movable-ink`?"]);
    let error = Contract::find("xyz").expect_err("there is none");
    assert!(error.diagnostics()[0].help[0].contains("movable-ink"), "{error}");
}

/// The platforms' cases say of each body whether it is valid. What is wrong is found by the contract, or because the body
/// is no JSON.
#[test]
fn documented_payloads() {
    let Ok(text) = fs::read_to_string(CASES) else {
        println!("0 passed, 0 failed, the cases are not here");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let (mut passed, mut wrong) = (0, String::new());
    for case in &cases {
        let field = |name: &str| case.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let Some(platform) = field("platform").strip_prefix("payload-") else { continue };
        let contract = Contract::find(platform).expect("a contract");
        let source = Arc::new(Source::new("body", field("template")));
        let faults = check::json::check(source.text(), check::json::CheckLimits::default());
        let is_json = !faults.iter().any(|fault| fault.severity() == Severity::Error);
        let findings = contract.diagnose(&source, None);
        let valid = field("notes").starts_with("VALID");
        if valid == (is_json && findings.is_empty()) {
            passed += 1;
        } else {
            let _ = writeln!(wrong, "{platform}/{} ({})\n{}", field("name"), field("notes"), told(&findings));
        }
        println!("{platform}/{} ({})\n{}", field("name"), field("notes"), told(&findings));
    }
    println!("{passed} passed");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The findings of a rendered template, with the places that are to blame.
fn blamed(template: &str, profile: serde_json::Value, event: serde_json::Value) -> Vec<Diagnostic> {
    let engine = Engine::builder().dialect(&dialect::BRAZE).build();
    let template = engine.template(template).expect("a template");
    let data = serde_json::json!({"profile": profile, "event_properties": event});
    let outcome = template.prepare().trace(true).run(&data);
    outcome.check_contract(&Contract::find("movable-ink").expect("known"), None)
}

/// The template after the fixes of all findings.
fn mended(template: &str, findings: &[Diagnostic]) -> String {
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
    let mut edits: Vec<_> = fixes.flat_map(|fix| fix.edits.iter()).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = template.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.from()..edit.span.to(), &edit.text);
    }
    text
}

#[test]
fn what_is_wrong_is_blamed_on_the_output_that_wrote_it() {
    let template = r#"{
  "type": "track", "event": "product_viewed", "user_id": "u",
  "timestamp": "{{event_properties.${time}}}",
  "properties": {"id": "1", "price": "{{event_properties.${price}}}"}
}"#;
    let event = serde_json::json!({"time": 1701886845, "price": 1.99});
    let findings = blamed(template, serde_json::json!({}), event.clone());
    let shown: Vec<_> = findings
        .iter()
        .map(|finding| {
            let label = finding.primary.as_ref().expect("a place");
            (
                finding.code.name,
                label.source.slice(label.span),
                finding.message.as_str(),
                finding.help[0].as_str(),
            )
        })
        .collect();
    let output = "{{event_properties.${time}}}";
    assert_eq!(
        shown,
        [
            (
                "contract/quoted-number",
                output,
                "`timestamp` must be an integer of milliseconds, is the string `\"1701886845\"` of seconds",
                "write `{{event_properties.${time}}}000` without quotes",
            ),
            (
                "contract/seconds-for-milliseconds",
                output,
                "`timestamp` must count milliseconds, and `1701886845` counts seconds: the receiver reads 1970-01-20",
                "write `{{event_properties.${time}}}000` without quotes",
            ),
            (
                "contract/quoted-number",
                "{{event_properties.${price}}}",
                "`properties.price` must be a number without a currency sign, is the string `\"1.99\"`",
                "write `{{event_properties.${price}}}` without quotes",
            ),
        ]
    );
    let mended = mended(template, &findings);
    assert!(mended.contains(r#""timestamp": {{event_properties.${time}}}000,"#), "{mended}");
    assert!(blamed(&mended, serde_json::json!({}), event).is_empty(), "{mended}");
}

#[test]
fn what_is_missing_is_placed_at_the_object_that_lacks_it() {
    let template = r#"{% assign kind = "track" %}
{"type": "{{kind}}", "timestamp": 1701886845000, "properties": {}}"#;
    let findings = blamed(template, serde_json::json!({}), serde_json::json!({}));
    for name in
        ["`event` is missing: it must be the name of an event", "the body needs `user_id` or `anonymous_id`"]
    {
        let finding = findings.iter().find(|finding| finding.message == name).expect(name);
        let label = finding.primary.as_ref().expect("a place");
        assert_eq!((label.source.slice(label.span), label.source.line(label.span.from())), ("{", 2));
    }
    assert_eq!(findings.len(), 2);
}

#[test]
fn an_empty_text_is_blamed_on_the_output_that_wrote_nothing() {
    let template = r#"{% capture who %}"user_id": "{{${user_id}}}"{% endcapture %}
{ {{who}}, "type": "track", "event": "x", "timestamp": 1701886845000, "properties": {} }"#;
    let findings = blamed(template, serde_json::json!({"external_id": ""}), serde_json::json!({}));
    assert_eq!(findings.len(), 1, "{findings:?}");
    let label = findings[0].primary.as_ref().expect("a place");
    assert_eq!((findings[0].code.name, label.source.slice(label.span)), ("contract/blank", "{{${user_id}}}"));
    assert_eq!(findings[0].message, "`user_id` must be a text that is not empty, is an empty text");
}

#[test]
fn turns_of_a_loop_that_repeat_a_finding_count_as_one() {
    let template = r#"{"type": "track", "event": "order_completed", "user_id": "u", "timestamp": 1701886845000,
"properties": {"order_id": "1", "products": [{% for item in event_properties.${items} %}
{"id": "1", "price": "{{item}}"}{% unless forloop.last %},{% endunless %}{% endfor %}]}}"#;
    let event = serde_json::json!({"items": [1, 2, 3]});
    let findings = blamed(template, serde_json::json!({}), event);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].notes, ["and 2 more in later turns"]);
}

#[test]
fn values_in_captures_and_partials_are_mended_where_they_stand() {
    let template = r#"{% capture time %}"timestamp": "{{event_properties.${time}}}"{% endcapture -%}
{ {{time}}, "type": "track", "event": "x", "user_id": "u", "properties": {} }"#;
    let event = serde_json::json!({"time": 1701886845});
    let findings = blamed(template, serde_json::json!({}), event.clone());
    let mended = mended(template, &findings);
    assert!(
        mended.starts_with(r#"{% capture time %}"timestamp": {{event_properties.${time}}}000{%"#),
        "{mended}"
    );
    assert!(blamed(&mended, serde_json::json!({}), event).is_empty());
}

#[test]
fn a_null_in_quotes_is_a_warning() {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let template = engine
        .template(r#"{"due": "null", "to": "{{ to | default: 'nil' }}", "on": null, "of": "nullable"}"#);
    let outcome = template.expect("a template").prepare().trace(true).run(&serde_json::json!({}));
    let findings = outcome.check_json();
    let shown: Vec<_> =
        findings.iter().map(|finding| (finding.code.name, finding.message.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("json/quoted-null", "the text `\"null\"` is sent, which is not `null`"),
            ("json/quoted-null", "the text `\"nil\"` is sent, which is not `null`"),
        ]
    );
    let fix = findings[0].fix.as_ref().expect("a change");
    assert_eq!(fix.edits.len(), 2);
    assert!(findings.iter().all(|finding| !finding.is_error()));
}

/// Nesting, size and numbers of a body, and schemas that turn on themselves, take neither the stack nor much time.
#[test]
fn hostile_bodies_and_schemas_do_no_harm() {
    let contract = Contract::find("movable-ink").expect("known");
    for body in [
        "[".repeat(100_000),
        r#"{"a":"#.repeat(100_000),
        format!(r#"{{"events":[{}]}}"#, vec!["1"; 50_000].join(",")),
        format!(r#"{{"events":[{}]}}"#, vec![r#"{"type":"#; 2_000].join(",")),
        r#"{"type":"track","timestamp":1e999,"user_id":"u","event":"x","properties":{}}"#.to_owned(),
        format!(r#"{{"timestamp":{}}}"#, "9".repeat(100_000)),
        format!("{{{}}}", vec![r#""type":1"#; 20_000].join(",")),
        "\u{feff}{}".to_owned(),
        String::new(),
        "\"".to_owned(),
    ] {
        let _ = contract.check(&body, Some(Time::UNIX_EPOCH));
    }
    let wide: Vec<String> = (0..20_000).map(|at| format!(r#""k{at}":1"#)).collect();
    let source = Arc::new(Source::new("own", r#"{"additionalProperties":{"type":"string"}}"#));
    let own = Contract::from_schema(&source).expect("a schema");
    assert_eq!(own.check(&format!("{{{}}}", wide.join(",")), None).len(), 1_001);
    for schema in [
        r##"{"$ref":"#"}"##,
        r##"{"allOf":[{"$ref":"#"}]}"##,
        r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##,
        r##"{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"string"}]}},"$ref":"#/$defs/a"}"##,
        r##"{"items":{"$ref":"#"},"type":"array"}"##,
        r##"{"pattern":"(a+)+$"}"##,
    ] {
        let source = Arc::new(Source::new("own", schema));
        if let Ok(contract) = Contract::from_schema(&source) {
            for body in ["1", "[]", r#""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!""#, &"[".repeat(200)] {
                let _ = contract.check(body, None);
            }
        }
    }
}
