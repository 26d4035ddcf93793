//! Carafe against ruby-liquid, on random templates.
//!
//! Both render each template with the same data; what they refuse, print and raise must be the same, except where a
//! rule of [`changes`] says why it is not. A difference is shrunk before it is shown.
//!
//! `CARAFE_DIFFERENTIAL=N` runs N templates, `CARAFE_DIFFERENTIAL_SEED=N` others than CI does. Needs ruby-liquid 5.4
//! (`apt-get install ruby-liquid`), without which nothing is compared.

mod case;
mod values;
mod expressions;
mod tags;
mod noise;
mod reference;
mod subject;
mod changes;
mod shrink;
mod run;

use libtest_mimic::{Arguments, Failed, Trial};

/// So many templates a plain `cargo test` compares.
const TEMPLATES: usize = 2_000;

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("carafe_renders_what_the_reference_renders", compare);
    libtest_mimic::run(&arguments, vec![trial]).exit();
}

fn setting(name: &str, default: usize) -> Result<usize, Failed> {
    match std::env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name} must be a number, not `{text}`").into()),
        Err(_) => Ok(default),
    }
}

fn compare() -> Result<(), Failed> {
    if !reference::Reference::is_installed() {
        println!("differential test skipped: ruby-liquid 5.4 is not installed");
        return Ok(());
    }
    let templates = setting("CARAFE_DIFFERENTIAL", TEMPLATES)?;
    let seed = setting("CARAFE_DIFFERENTIAL_SEED", 0)?;
    let figures = run::run(templates, seed as u64);
    println!("{figures}");
    if figures.is_clean() { Ok(()) } else { Err("Carafe and ruby-liquid differ".into()) }
}
