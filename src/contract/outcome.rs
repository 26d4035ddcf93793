//! The check of a rendered body.

use super::Contract;
use crate::check::{blame, clock};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::Dialect;
use crate::render::TraceMap;
use crate::template::{Outcome, Status};
use crate::time::Time;

impl Contract {
    /// Checks a `body` that a template in `dialect` wrote, and blames what is wrong on the places of the template. Without a
    /// source map the findings know only their places in the body. `now` is when the body is sent, as for
    /// [`check`](Contract::check).
    pub fn blame(
        &self,
        body: &str,
        trace: Option<&TraceMap>,
        dialect: &'static Dialect,
        now: Option<Time>,
    ) -> Vec<Diagnostic> {
        let nothing = TraceMap::default();
        let trace = trace.unwrap_or(&nothing);
        let found = blame::diagnose_values(body, trace, dialect, &self.check(body, now));
        let noted = |finding: Diagnostic| match finding.code == &code::CONTRACT_SECONDS {
            true => clock::noted(finding, body, trace),
            false => finding,
        };
        found.into_iter().map(noted).collect()
    }
}

impl Outcome {
    /// Checks the body against `contract`, and blames what is wrong on the places of the template that wrote it. Without a
    /// [source map](crate::Render::trace) the findings know only their places in the body. `now` is when the body is
    /// sent. Of a render that did not complete there is no body to check.
    pub fn check_contract(&self, contract: &Contract, now: Option<Time>) -> Vec<Diagnostic> {
        match self.status {
            Status::Complete => contract.blame(&self.text, self.trace.as_deref(), self.dialect, now),
            _ => Vec::new(),
        }
    }
}
