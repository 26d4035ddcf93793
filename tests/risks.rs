//! What other data would break, by template and data: every warning with its place, and what stays silent.

use carafe::check::sniff::looks_like_json;
use carafe::diagnostic::Fix;
use carafe::{Diagnostic, Dialect, Engine, dialect};
use serde_json::{Value, json};

fn findings(dialect: &'static Dialect, template: &str, data: &Value) -> Vec<Diagnostic> {
    let partials = std::collections::BTreeMap::from([("name".to_owned(), "{{ name }}".to_owned())]);
    let engine = Engine::builder().dialect(dialect).loader(partials).build();
    let template = engine.template(template).expect(template);
    let outcome = template.prepare().trace(true).warnings(true).run(data);
    if !looks_like_json(&outcome.text) {
        return outcome.diagnostics;
    }
    let in_body = outcome.check_json();
    let risks = outcome.check_risks(&in_body);
    outcome.diagnostics.into_iter().chain(in_body).chain(risks).collect()
}

/// `code line:column`, and the columns of the other places.
fn listed(dialect: &'static Dialect, template: &str, data: &Value) -> Vec<String> {
    let place = |label: &carafe::diagnostic::Label| {
        let position = label.source.position(label.span.from());
        format!(" {}:{}", position.line, position.column)
    };
    let entry = |finding: &Diagnostic| {
        let places: String = finding.primary.iter().chain(&finding.secondary).map(place).collect();
        format!("{}{places}", finding.code.name)
    };
    findings(dialect, template, data).iter().map(entry).collect()
}

fn mended(template: &str, fix: &Fix) -> String {
    let mut text = template.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.from()..edit.span.to(), &edit.text);
    }
    text
}

#[test]
fn text_of_the_data_in_a_json_string_is_a_risk() {
    let data = json!({
        "vars": {"name": "Ada", "names": ["Ada", "Bea"], "price": 1.5, "day": "2026-03-01", "who": {"name": "Ada"}},
        "profile": {"first_name": "Ada"}
    });
    for (template, expected) in [
        (r#"{"a": "{{ ${first_name} }}"}"#, &["data/unescaped-slot 1:8"][..]),
        (r#"{"a": "{{ name }}", "b": "{{ who.name }}"}"#, &["data/unescaped-slot 1:8 1:27"]),
        (r#"{"a": "Hi {{ name }} there"}"#, &["data/unescaped-slot 1:11"]),
        (r#"{"{{ name }}": 1}"#, &["data/unescaped-slot 1:3"]),
        (r#"{"a": "{{ name | upcase | append: '!' }}"}"#, &["data/unescaped-slot 1:8"]),
        (r#"{"a": "{{ 'Hi ' | append: name }}"}"#, &["data/unescaped-slot 1:8"]),
        (r#"{"a": "{{ name | json_escape | upcase }}"}"#, &[]),
        (r#"{"a": "{{ name | replace: '"', "'" }}", "b": "{{ name | remove: '"' | upcase }}"}"#, &[]),
        (r#"{"a": "{{ name | replace: 'a', 'b' }}"}"#, &["data/unescaped-slot 1:8"]),
        (r#"{"a": "{{ name | escape }}"}"#, &["data/unescaped-slot 1:8"]),
        (r#"{"a": "{{ nobody | default: name }}"}"#, &["data/unescaped-slot 1:8"]),
        (r#"{% assign n = name | strip %}{"a": "{{ n }}"}"#, &["data/unescaped-slot 1:37"]),
        (r#"{% capture n %}-{{ name }}-{% endcapture %}{"a": "{{ n }}"}"#, &["data/unescaped-slot 1:17"]),
        (r#"{% capture m %}"a": "{{ name }}"{% endcapture %}{ {{ m }} }"#, &["data/unescaped-slot 1:22"]),
        (
            r#"[{% for n in names %}"{{ n }}"{% unless forloop.last %},{% endunless %}{% endfor %}]"#,
            &["data/unescaped-slot 1:23"],
        ),
        (r#"{"a": "{{ names | join: ', ' }}"}"#, &["data/unescaped-slot 1:8"]),
        (
            r#"// {{ name }}
            {"a": {{ price }}}"#,
            &["json/comment 1:1"],
        ),
        // Escaped, encoded, no text, or no data.
        (r#"{"a": "{{ name | json_escape }}"}"#, &[]),
        (r#"{% assign n = name | json_escape %}{"a": "{{ n }}"}"#, &[]),
        (
            r#"{% assign n = name | json_escape %}{"a": "{{ n }}", "b": "{{ name }}"}"#,
            &["data/unescaped-slot 1:59"],
        ),
        (r#"{"a": {{ name | as_json_string }}}"#, &[]),
        (
            r#"{"a": "{{ name | url_encode }}", "b": "{{ name | md5 }}", "c": "{{ name | base64_encode }}"}"#,
            &[],
        ),
        (r#"{"a": "{{ day | date: '%Y' }}", "b": "{{ price }}", "c": "{{ price | plus: 1 }}"}"#, &[]),
        (
            r#"{"a": "{{ name | size }}", "b": "{{ 'constant' | upcase }}", "c": "{{ nobody | default: 'x' }}"}"#,
            &[],
        ),
        (r#"{% capture n %}constant{% endcapture %}{"a": "{{ n }}"}"#, &[]),
    ] {
        assert_eq!(listed(&dialect::BRAZE, template, &data), expected, "{template}");
    }
}

#[test]
fn what_breaks_already_is_said_once() {
    let data = json!({"vars": {"bad": "a\"b", "good": "c"}});
    let template = r#"{"a": "{{ bad }}", "b": "{{ good }}"}"#;
    assert_eq!(
        listed(&dialect::BRAZE, template, &data),
        ["json/injection 1:8 1:7", "data/unescaped-slot 1:26"]
    );
}

#[test]
fn a_place_counts_once_and_partials_have_their_own() {
    let data = json!({"name": "Ada"});
    let template = r#"["{% include 'name' %}", "{% include 'name' %}", "{{ name }}"]"#;
    let expected = ["data/unescaped-slot 1:1", "data/unescaped-slot 1:51"];
    assert_eq!(listed(&dialect::LIQUID, template, &data), expected);
}

#[test]
fn the_fix_mends_all_outputs() {
    let template = r#"{"a": "{{ name }}", "b": "{{ who | upcase }}"}"#;
    let data = json!({"vars": {"name": "Ada", "who": "Bea"}});
    let found = findings(&dialect::BRAZE, template, &data);
    let fix = found[0].fix.as_ref().expect("a fix");
    let mended = mended(template, fix);
    assert_eq!(mended, r#"{"a": "{{ name | json_escape }}", "b": "{{ who | upcase | json_escape }}"}"#);
    assert_eq!(listed(&dialect::BRAZE, &mended, &data), [""; 0]);
}

#[test]
fn blank_texts_that_count_as_present() {
    let data = json!({"vars": {"gap": " ", "set": "x", "no": false}, "profile": {"user_id": ""}});
    for (template, expected) in [
        ("{% if gap %}a{% endif %}", &["data/blank-is-truthy 1:7"][..]),
        ("{% if ${user_id} %}a{% endif %}", &["data/blank-is-truthy 1:7"]),
        ("{% if {{${user_id}}} %}a{% endif %}", &["data/blank-is-truthy 1:9"]),
        ("{% unless gap %}a{% endunless %}", &["data/blank-is-truthy 1:11"]),
        ("{% if set and gap %}a{% endif %}", &["data/blank-is-truthy 1:15"]),
        ("{% if no %}{% elsif gap %}a{% endif %}", &["data/blank-is-truthy 1:21"]),
        ("{% for i in (1..3) %}{% if gap %}a{% endif %}{% endfor %}", &["data/blank-is-truthy 1:28"]),
        ("{% if gap and gap != blank %}a{% endif %}", &[]),
        ("{% if gap and no %}a{% endif %}", &[]),
        ("{% if gap != blank %}a{% endif %}", &[]),
        ("{% if gap == '' %}a{% endif %}", &[]),
        ("{% if set %}a{% endif %}{% if nobody %}a{% endif %}{% if '' %}a{% endif %}", &[]),
    ] {
        assert_eq!(listed(&dialect::BRAZE, template, &data), expected, "{template}");
    }
    let template = "{% if {{${user_id}}} %}a{% endif %}";
    let found = findings(&dialect::BRAZE, template, &data);
    let mended = mended(template, found[0].fix.as_ref().expect("a fix"));
    assert_eq!(mended, "{% if {{${user_id}}} != blank %}a{% endif %}");
    assert_eq!(listed(&dialect::BRAZE, &mended, &data), [""; 0]);
}

#[test]
fn identifiers_that_go_out_empty() {
    let data = json!({"vars": {"none": "", "space": " ", "title": ""}, "profile": {"user_id": ""}});
    for (template, expected) in [
        (r#"{"user_id": "{{ ${user_id} }}"}"#, &["data/blank-identifier 1:14"][..]),
        (r#"{"timezone" : "{{ none }}"}"#, &["data/blank-identifier 1:16"]),
        (r#"{"a": {"externalId": "{{ none }}{{ none }}"}}"#, &["data/blank-identifier 1:23"]),
        (r#"{"id": "{{ space }}"}"#, &["data/unescaped-slot 1:9", "data/blank-identifier 1:9"]),
        (
            r#"{% capture m %}"email": "{{ none }}"{% endcapture %}{ {{ m }} }"#,
            &["data/blank-identifier 1:26"],
        ),
        (
            r#"[{% for i in (1..2) %}{"id": "{{ none }}"}{% unless forloop.last %},{% endunless %}{% endfor %}]"#,
            &["data/blank-identifier 1:31"],
        ),
        (r#"{"title": "{{ title }}", "paid": "{{ none }}"}"#, &[]),
        (r#"{"id": "", "user_id": "x{{ none }}"}"#, &[]),
        (r#"["id", "{{ none }}"]"#, &[]),
        (r#"{"id": "{% if none != blank %}{{ none }}{% endif %}"}"#, &[]),
    ] {
        assert_eq!(listed(&dialect::BRAZE, template, &data), expected, "{template}");
    }
}

#[test]
fn hashes_of_nothing_and_of_what_was_typed() {
    let data = json!({"vars": {"gap": " ", "typed": "Ada@Example.com ", "plain": "ada@example.com"}});
    for (template, expected) in [
        ("{{ gap | md5 }}", &["data/hash-of-missing 1:10"][..]),
        ("{{ typed | sha1 }}", &["data/hash-of-spelling 1:12"]),
        ("{{ typed | hmac_sha256_hex: 'k' }}", &["data/hash-of-spelling 1:12"]),
        ("{{ typed | downcase | md5 }}", &["data/hash-of-spelling 1:23"]),
        ("{{ typed | downcase | strip | md5 }}", &[]),
        ("{{ plain | md5 }}{{ 'Ada' | md5 }}", &[]),
    ] {
        assert_eq!(listed(&dialect::BRAZE, template, &data), expected, "{template}");
    }
}
