//! Closures as filters: `cargo run --example custom_filter`.
//!
//! The first argument is the text or value before the `|`, the others are the filter's own. Their types say what a template
//! may give, and must be written out.

use carafe::filters::Keywords;
use carafe::{Engine, Error, Failure, dialect};
use serde_json::json;

fn main() -> Result<(), Error> {
    let currency = "€".to_owned();
    let engine = Engine::builder()
        .dialect(&dialect::LIQUID)
        // A closure may hold what it needs.
        .filter("price", move |cents: i64| format!("{currency}{}.{:02}", cents / 100, cents % 100))
        // An argument that may be left out is an `Option`.
        .filter("initials", |name: &str, mark: Option<&str>| {
            let initials = name.split_whitespace().filter_map(|word| word.chars().next());
            initials.map(|initial| format!("{initial}{}", mark.unwrap_or_default())).collect::<String>()
        })
        // An array comes as a `Vec`, and a `Vec` goes back as an array.
        .filter("largest", |numbers: Vec<f64>| numbers.into_iter().reduce(f64::max))
        // The arguments by name stand last.
        .filter("link", |text: &str, url: &str, options: Keywords| -> Result<String, Failure> {
            options.only(&["class"])?;
            let class = options.get::<Option<&str>>("class")?.unwrap_or("plain");
            Ok(format!(r#"<a class="{class}" href="{url}">{text}</a>"#))
        })
        // Any error that can be printed will do.
        .filter("port", |text: &str| text.parse::<u16>().map(i64::from))
        .build();

    let data = json!({"name": "Ada King", "cents": 1250, "scores": [3, 9.5, 4], "port": "eighty"});
    for (text, expected) in [
        ("{{ cents | price }}", "€12.50"),
        ("{{ name | initials }} {{ name | initials: '.' }}", "AK A.K."),
        ("{{ scores | largest }}", "9.5"),
        ("{{ name | link: '/ada', class: 'big' }}", r#"<a class="big" href="/ada">Ada King</a>"#),
        // What is wrong is printed where it happens, as Liquid does …
        ("{{ port | port }}", "Liquid error: invalid digit found in string"),
        ("{{ name | link: '/', id: 1 }}", "Liquid error: unknown keyword: id"),
    ] {
        let body = engine.template(text)?.render(&data)?;
        println!("{body}");
        assert_eq!(body, expected);
    }

    // … and can end the render instead, with its place.
    let template = engine.template("Port {{ port | port }}")?;
    let error = template.prepare().stop_at_error(true).run(&data).into_body().unwrap_err();
    println!("{error}");
    assert_eq!(error.to_string(), "template:1:6: error[render/error]: invalid digit found in string");
    Ok(())
}
