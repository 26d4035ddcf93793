//! Names that nothing defines: `cargo run --example strict_undefined`.
//!
//! In plain Liquid and in Braze they print nothing. A message with a hole in it is worse than none: strict engines end the
//! render, and say which name it was.

use carafe::dialect::{LIQUID, Undefined};
use carafe::{Engine, Error};
use serde_json::json;

fn main() -> Result<(), Error> {
    let text = "Hi {{ name | default: 'there' }}, your code is {{ code }}.";
    let lenient = Engine::builder().dialect(&LIQUID).build().template(text)?;
    let strict = Engine::builder().dialect(&LIQUID).undefined(Undefined::Strict).build().template(text)?;

    let whole = json!({"name": "Ada", "code": "MUG10"});
    assert_eq!(lenient.render(&whole)?, strict.render(&whole)?);

    let hole = json!({"nmae": "Ada"});
    let body = lenient.render(&hole)?;
    println!("{body}");
    assert_eq!(body, "Hi there, your code is .");

    // A `default` is an answer to a missing name, and stays one.
    let error = strict.render(&hole).unwrap_err();
    println!("{error:#}");
    assert_eq!(error.to_string(), "template:1:51: error[variable/missing]: Variable 'code' is missing");

    // Lenient renders can tell of them too: `warnings` keeps the body and adds findings.
    let outcome = lenient.prepare().warnings(true).run(&hole);
    for finding in &outcome.diagnostics {
        println!("{finding}");
    }
    assert_eq!(outcome.text, "Hi there, your code is .");
    assert_eq!(outcome.diagnostics.len(), 1);
    Ok(())
}
