//! From the crate `liquid` to Carafe, one step at a time: `cargo run --example from_liquid`. Every step prints the same line, but
//! for the float of the last.

use carafe::liquid::{ParserBuilderExt, Partials};
use carafe::{Engine, dialect};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The example of liquid's README, unchanged.
    let template =
        liquid::ParserBuilder::with_stdlib().build().unwrap().parse("Liquid! {{num | minus: 2}}").unwrap();

    let globals = liquid::object!({
        "num": 4f64
    });

    let output = template.render(&globals).unwrap();
    assert_eq!(output, "Liquid! 2".to_string());
    println!("{output}");

    // The parser stays, the filters are Carafe's.
    let parser = liquid::ParserBuilder::with_stdlib().with_carafe_filters(&dialect::LIQUID).build()?;
    println!("{}", parser.parse("Liquid! {{num | minus: 2}}")?.render(&globals)?);

    // One partial is Carafe's.
    let engine = Engine::builder().dialect(&dialect::LIQUID).build();
    let partials = Partials::new().with("rest", engine.template("{{ num | minus: 2 | round }}")?);
    let parser = liquid::ParserBuilder::with_stdlib().partials(partials).build()?;
    println!("{}", parser.parse("Liquid! {% include 'rest' %}")?.render(&globals)?);

    // The engine is Carafe's, and a filter of liquid comes along. The data stays.
    let engine = Engine::builder().dialect(&dialect::LIQUID).liquid_filter(liquid_lib::stdlib::Minus).build();
    println!("{}", engine.template("Liquid! {{num | minus: 2}}")?.render(&globals)?);
    Ok(())
}
