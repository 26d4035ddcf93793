//! The check of a rendered body.

use super::Contract;
use crate::check::blame;
use crate::diagnostic::Diagnostic;
use crate::render::TraceMap;
use crate::template::{Outcome, Status};
use crate::time::Time;

impl Outcome {
    /// Checks the body against `contract`, and blames what is wrong on the places of the template that wrote it. Without a
    /// [source map](crate::Render::trace) the findings know only their places in the body. `now` is when the body is
    /// sent. Of a render that did not complete there is no body to check.
    pub fn check_contract(&self, contract: &Contract, now: Option<Time>) -> Vec<Diagnostic> {
        if self.status != Status::Complete {
            return Vec::new();
        }
        let nothing = TraceMap::default();
        let trace = self.trace.as_ref().unwrap_or(&nothing);
        blame::diagnose_values(&self.text, trace, self.dialect, &contract.check(&self.text, now))
    }
}
