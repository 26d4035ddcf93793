//! The limits as arguments.

use crate::diagnostic::suggest::did_you_mean;
use crate::limits::{Limit, Limits};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// How much templates and data may ask for.
#[derive(Debug, Args)]
pub struct LimitArguments {
    /// How much templates and data may ask for: local, ci or untrusted
    ///
    /// `local` suits work of one's own: every honest template fits, and hostile ones end within about a second. `ci` has a
    /// third of the time, and no network. `untrusted` is for templates and data of strangers. SECURITY.md has the table.
    ///
    /// Example: --limits untrusted
    #[arg(
        long = "limits",
        value_name = "PRESET",
        value_parser = presets(),
        default_value = "local",
        hide_possible_values = true
    )]
    preset: Limits,
    /// Set one limit: NAME=NUMBER
    #[arg(long = "limit", value_name = "NAME=NUMBER", value_parser = limit, long_help = help())]
    each: Vec<(Limit, u64)>,
}

impl LimitArguments {
    /// The preset with what was set beside it.
    pub fn limits(&self) -> Limits {
        let mut limits = self.preset.clone();
        for (limit, number) in &self.each {
            limits.set(*limit, *number);
        }
        limits
    }
}

fn presets() -> impl TypedValueParser<Value = Limits> {
    PossibleValuesParser::new(Limits::PRESETS)
        .try_map(|name| Limits::preset(&name).ok_or("there is no such preset"))
}

fn limit(text: &str) -> Result<(Limit, u64), String> {
    let (name, number) = text.split_once('=').ok_or("write NAME=NUMBER, such as steps=1000000")?;
    let limit = Limit::find(name).ok_or_else(|| {
        let near = did_you_mean(name, Limit::ALL.iter().map(|limit| limit.name()));
        near.map_or("there is no such limit".to_owned(), |near| format!("there is no such limit; {near}"))
    })?;
    let number = number.parse().map_err(|_| format!("write a whole number of {}", limit.unit()))?;
    Ok((limit, number))
}

fn help() -> String {
    let mut text = "Set one limit: NAME=NUMBER\n\nIt wins over the preset, and may be given many times. \
                    The names, and what they count:\n\n"
        .to_owned();
    for limit in Limit::ALL {
        text.push_str(&format!("{} ({}): {}\n", limit.name(), limit.unit(), limit.description()));
    }
    text.push_str("\nExample: --limit steps=1000000 --limit deadline=500");
    text
}
