//! A tag, a block and a function of one's own: `cargo run --example custom_tag`.

use carafe::tags::{CustomTag, TagCall, TagForm};
use carafe::{Engine, Error, Failure, dialect};
use serde_json::json;

/// `{% button "Buy", url: link %}` writes something where it stands.
struct Button;

impl CustomTag for Button {
    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        let (label,) = call.arguments::<(&str,)>()?;
        let url = call.keywords().get::<&str>("url")?;
        call.write(&format!(r#"<a class="button" href="{url}">{label}</a>"#))
    }
}

/// `{% quiet_hours hour %}…{% endquiet_hours %}` leaves out what it stands around from 22 to 8.
struct QuietHours;

impl CustomTag for QuietHours {
    fn form(&self) -> TagForm {
        TagForm::block()
    }

    fn enter(&self, call: &mut TagCall, turn: u64) -> Result<bool, Failure> {
        let (hour,) = call.arguments::<(i64,)>()?;
        // What is set here can be read inside, and behind.
        call.set("morning", hour < 12)?;
        Ok(turn == 0 && (8..22).contains(&hour))
    }

    fn render(&self, call: &mut TagCall) -> Result<(), Failure> {
        call.write(call.body())
    }
}

fn main() -> Result<(), Error> {
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        .tag("button", Button)
        .tag("quiet_hours", QuietHours)
        // For a tag that only makes a text of its arguments a closure is enough.
        .function("stars", |count: i64, sign: Option<&str>| {
            sign.unwrap_or("*").repeat(count.clamp(0, 5) as usize)
        })
        .build();

    let template = engine.template(
        "{% quiet_hours hour %}Good {% if morning %}morning{% else %}day{% endif %}! {% endquiet_hours -%}
{% stars 3 %} {% button label, url: link %}",
    )?;
    for (hour, expected) in [
        (9, r#"Good morning! *** <a class="button" href="https://example.com/rate">Rate</a>"#),
        (23, r#"*** <a class="button" href="https://example.com/rate">Rate</a>"#),
    ] {
        let data = json!({"hour": hour, "label": "Rate", "link": "https://example.com/rate"});
        let body = template.render(&data)?;
        println!("{body}");
        assert_eq!(body, expected);
    }

    // How many arguments a function takes is known before anything is rendered.
    let error = engine.template("{% stars %}").expect_err("is refused");
    println!("{error}");
    assert!(error.to_string().ends_with("wrong number of arguments (given 0, expected 1..2)"));
    Ok(())
}
