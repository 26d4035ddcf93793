//! A template, data, a text: `cargo run --example first_render`.
//!
//! The engine is made once, a template is compiled once; both can be kept and used from every thread.

use carafe::{Engine, Error, dialect};
use serde_json::json;

fn main() -> Result<(), Error> {
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let template = engine.template(
        "Hello {{ customer.name }},

{% for item in items -%}
- {{ item.title }}: {{ item.price | times: item.count | round: 2 }}
{% endfor -%}
Thank you for {{ items | size }} articles!",
    )?;
    let body = template.render(&json!({
        "customer": {"name": "Ada"},
        "items": [
            {"title": "Mug", "price": 12.5, "count": 2},
            {"title": "Jug", "price": 30, "count": 1},
        ],
    }))?;
    println!("{body}");
    assert_eq!(body, "Hello Ada,\n\n- Mug: 25.0\n- Jug: 30\nThank you for 2 articles!");

    // Braze's dialect is the one an engine has unless told otherwise. Its data has a `profile` beside other namespaces.
    let template = Engine::default().template("Hi {{ ${first_name} | default: 'there' }}!")?;
    let body = template.render(&json!({"profile": {"first_name": "Ada"}}))?;
    println!("{body}");
    assert_eq!(body, "Hi Ada!");
    Ok(())
}
