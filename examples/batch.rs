//! Rows in, bodies out, over all cores: `cargo run --features batch --example batch`.
//!
//! Rows are NDJSON from any reader, bodies go to any writer in the same order. Here both are in memory.

use carafe::batch::Batch;
use carafe::{Engine, Error};

const ROWS: &str = r#"{"profile": {"first_name": "Ada"}, "event_properties": {"price": 12.5}}
{"profile": {"first_name": "Bob"}, "event_properties": {}}
{"profile": {"first_name": "Lin"}, "event_properties": {"price": 8
{"profile": {"first_name": "Mae"}, "event_properties": {"price": 30}}
"#;

fn main() -> Result<(), Error> {
    let template = Engine::default().template(
        r#"{
  "name": "{{ ${first_name} | json_escape }}",
  "price": {{ event_properties.${price} }}
}"#,
    )?;
    let mut bodies = Vec::new();
    let mut failures = Vec::new();
    let summary = Batch::new(&template)
        .name("rows.ndjson")
        .on_failure(|failed| failures.push(format!("row {}: {}", failed.row, failed.diagnostics[0])))
        .run(ROWS.as_bytes(), &mut bodies)
        .expect("memory can be written to");

    // A row without a body is `null`, so that lines stay with their rows.
    let bodies = String::from_utf8(bodies).expect("bodies are text");
    print!("{bodies}");
    assert_eq!(bodies, "{\"name\":\"Ada\",\"price\":12.5}\nnull\nnull\n{\"name\":\"Mae\",\"price\":30}\n");
    println!("{} rendered, {} failed", summary.rendered, summary.failed);
    assert_eq!((summary.rendered, summary.failed), (2, 2));
    for failure in &failures {
        println!("{failure}");
    }
    assert_eq!(failures.len(), 2);
    Ok(())
}
