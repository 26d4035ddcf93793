//! Program and data to text.
//!
//! `render` runs a `Program` over data in an arena. With a recording trace it also gives the source map; without one
//! nothing is recorded and nothing is paid.

mod blocks;
mod body;
mod calls;
mod custom;
mod doubts;
mod evaluate;
mod fetch;
mod globals;
mod liquidjs;
mod loops;
mod machine;
mod missing;
mod outside;
mod output;
mod partials;
mod recorder;
mod report;
mod scope;
mod scorer;
mod scores;
mod steps;
mod trace;
mod vendor;

pub use trace::{Event, EventKind, Frame, Segment, Site, TraceMap, Written};

pub(crate) use globals::Globals;
pub(crate) use outside::{Compiled, Outside};
pub(crate) use partials::Partials;
pub use recorder::SourceMap;

pub(crate) use recorder::Recorder;
pub(crate) use scope::Data;
pub(crate) use trace::{NoTrace, Trace};

use crate::arena::Arena;
use crate::compile::Program;
use crate::diagnostic::Diagnostic;
use crate::failure::RenderError;
use crate::fetch::Exchange;
use crate::filters::Environment;
use crate::limits::{Exceeded, ReferenceLimits, Scores};

/// How a render is to behave where the reference leaves a choice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Whether inline error texts name the line: `Liquid error (line 2): …`.
    pub line_numbers: bool,
    /// Whether the first error ends the render instead of being printed.
    pub stop_at_error: bool,
    /// Whether what is missing or doubtful is reported.
    pub warn: bool,
    /// Whether a namespace that the data lacks is empty where what is missing ends the render.
    pub empty_namespaces: bool,
    /// What random numbers start from.
    pub seed: u64,
    /// The bounds of the scores, where the program keeps them.
    pub reference_limits: ReferenceLimits,
}

/// How a render ended.
#[derive(Debug)]
pub(crate) enum End {
    /// At the end of the template.
    Complete,
    /// By `abort_message`, with its reason.
    Aborted(String),
    /// At a limit.
    Exceeded(Exceeded),
    /// At the first error, where that was asked for: the error and its inline text.
    Failed(RenderError, String),
}

/// What a render gives.
pub(crate) struct Rendered {
    /// The text written up to the end.
    pub text: String,
    /// How it ended.
    pub end: End,
    /// Errors that were printed inline, limits, and what was missing or doubtful.
    pub diagnostics: Vec<Diagnostic>,
    /// The scores, where the program keeps them.
    pub scores: Scores,
    /// The requests made, in order.
    pub requests: Vec<Exchange>,
    /// What is attached to the send event.
    pub extras: Vec<(String, String)>,
}

/// Renders `program`; the text takes the memory of `buffer`.
#[expect(clippy::too_many_arguments, reason = "what a render is made of")]
pub(crate) fn render<'r, T: Trace>(
    program: &'r Program,
    data: Data<'r>,
    arena: &'r Arena,
    environment: &'r Environment<'r>,
    outside: &'r Outside<'r>,
    options: Options,
    buffer: String,
    trace: &mut T,
) -> Rendered {
    let mut machine = machine::Machine::new(program, data, arena, environment, outside, options, trace);
    machine.output.reuse(buffer);
    machine.run()
}
