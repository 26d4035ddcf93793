//! Checks a body before it is sent: `cargo run --example check_json`.
//!
//! A service renders the template of a webhook. What is wrong with the JSON that comes out is found at the place of the
//! template that wrote it, even where the data did it.

use carafe::diagnostic::Severity;
use carafe::{Diagnostic, Engine, Error, Template};
use serde_json::json;

/// What a service does with one message: the body to send, or why it is not sent.
fn body(template: &Template, data: &serde_json::Value) -> Result<String, Vec<Diagnostic>> {
    let outcome = template.prepare().trace(true).run(data);
    let findings = outcome.check_json();
    let body = outcome.into_body().map_err(Error::into_diagnostics)?;
    if findings.iter().any(Diagnostic::is_error) { Err(findings) } else { Ok(body) }
}

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let template = engine.template(
        r#"{
  "name": "{{ ${first_name} }}",
  "plan": "{{ custom_attribute.${plan} | json_escape }}"
}"#,
    )?;
    let ada = json!({"profile": {"first_name": "Ada"}, "custom_attribute": {"plan": "gold"}});
    let sent = body(&template, &ada).expect("nothing is wrong");
    println!("{sent}\n");
    assert_eq!(sent, "{\n  \"name\": \"Ada\",\n  \"plan\": \"gold\"\n}");

    // A name that ends the string it stands in, and adds a member.
    let eve = json!({"profile": {"first_name": r#"Eve", "admin": "yes"#}});
    let findings = body(&template, &eve).unwrap_err();
    println!("{:#}\n", Error::new(findings.clone()));
    assert_eq!(findings[0].code.name, "json/injection");
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(findings[0].primary.as_ref().map(|label| label.source.name()), Some("template"));

    // Findings are data: a service hands them on as JSON.
    let report = serde_json::to_value(&findings).expect("findings are JSON");
    println!("{}", json!({"code": report[0]["code"], "span": report[0]["span"]}));
    assert_eq!(report[0]["span"]["line"], 2);

    // `check` says all of it in one call: about the template, the render, the body, and what other data would break.
    for finding in template.check(&ada) {
        println!("{finding}");
    }
    Ok(())
}
