//! What receivers expect of a body, and the check against it.
//!
//! A [`Contract`] is a JSON Schema (draft 2020-12 unless it says otherwise), with annotations for what a schema cannot
//! say (`docs/contracts.md` lists them), and for the contracts in the program rules across members. In goes a body,
//! JSON or not: of a broken one is checked what can be read. Out come [`ValueFinding`]s, each with the path of the value,
//! its place in the body and a plain sentence; [`Outcome::check_contract`](crate::Outcome::check_contract) leads them
//! back to the template.
//!
//! No reference leads out of a schema, patterns take linear time, and a body is followed to a fixed depth.

mod body;
mod names;
mod outcome;
mod rules;
mod schema;
mod sentence;

pub use names::{Name, all};

use crate::check::value::ValueFinding;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::error::Error;
use crate::source::Source;
use crate::time::Time;
use body::Body;
use rules::Rules;
use schema::Schema;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// How many findings of one body are kept.
const MOST: usize = 1_000;

/// What a receiver expects.
#[derive(Clone)]
pub struct Contract {
    parts: Arc<Parts>,
}

struct Parts {
    name: String,
    schema: Schema,
    rules: Option<Rules>,
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract").field("name", &self.parts.name).finish_non_exhaustive()
    }
}

impl Contract {
    /// The contract of the program that is called `name`; case, hyphens and points do not matter.
    ///
    /// # Errors
    /// When there is none ([`CONTRACT_UNKNOWN`](code::CONTRACT_UNKNOWN)): the nearest names are its help.
    pub fn find(name: &str) -> Result<Contract, Error> {
        let Some(known) = names::find(name) else {
            let message = format!("there is no contract `{name}`");
            let names: Vec<&str> = names::all().iter().map(|known| known.name).collect();
            let help = suggest::did_you_mean(name, names.iter().copied())
                .unwrap_or_else(|| format!("the contracts are {}", names.join(", ")));
            return Err(Diagnostic::new(&code::CONTRACT_UNKNOWN, message).help(help).into());
        };
        let source = Arc::new(Source::new(format!("contracts/{}", known.file), known.schema));
        let schema = Schema::read(&source)?;
        Ok(Contract { parts: Arc::new(Parts { name: known.name.to_owned(), schema, rules: known.rules }) })
    }

    /// A contract of one's own: a JSON Schema.
    ///
    /// # Errors
    /// With one finding ([`CONTRACT_INVALID`](code::CONTRACT_INVALID)) at its place: the text is no JSON or no schema, it refers to
    /// something outside of itself, or a pattern in it cannot be used.
    pub fn from_schema(source: &Arc<Source>) -> Result<Contract, Error> {
        let schema = Schema::read(source)?;
        Ok(Contract { parts: Arc::new(Parts { name: source.name().to_owned(), schema, rules: None }) })
    }

    /// What it is called: the name, or the name of the schema's source.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// What is wrong with `body`, in the order of the places. `now` is when the body is sent: with it the age of events is
    /// judged, where the contract has a rule on it.
    ///
    /// Of a body that is not JSON everything is checked that can be read, and where members may have been swallowed by a mistake none
    /// is called missing. What keeps the body from being JSON is not reported; [`check::json`](crate::check::json) does.
    pub fn check(&self, body: &str, now: Option<Time>) -> Vec<ValueFinding> {
        let Some(body) = Body::read(body) else { return Vec::new() };
        let mut findings = Vec::new();
        self.parts.schema.check(&body, &mut findings);
        if let Some(rules) = self.parts.rules {
            rules(&body, now, &mut findings);
        }
        findings.retain(|finding| body.counts(finding));
        findings.sort_by(|a, b| {
            (a.span.start, a.span.end, a.code.name).cmp(&(b.span.start, b.span.end, b.code.name))
        });
        let mut known = HashSet::new();
        findings.retain(|finding| {
            // Of two types that a value must have one is enough to know.
            let words = if finding.code == &code::CONTRACT_TYPE { "" } else { &finding.message };
            known.insert((finding.span.clone(), finding.code.name, words.to_owned()))
        });
        let more = findings.len().saturating_sub(MOST);
        findings.truncate(MOST);
        if more > 0 {
            let message = format!("the body breaks the contract in {more} more places");
            findings.push(ValueFinding::new(&code::CONTRACT_MORE, body.span(), message));
        }
        findings
    }

    /// As [`check`](Contract::check), with the findings at their places in `body`, for a body that no template here wrote.
    pub fn diagnose(&self, body: &Arc<Source>, now: Option<Time>) -> Vec<Diagnostic> {
        self.check(body.text(), now).iter().map(|finding| finding.in_body(body)).collect()
    }
}
