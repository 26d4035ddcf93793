//! How much work one template and one render may ask for.
//!
//! [`Limits`] is the setting, [`Budget`] what is left of it during a render, [`Exceeded`] the answer when it is
//! used up, [`Interrupt`] what ends a render from outside. Limits are on by default: templates are written by many hands
//! and data comes from strangers. [`ReferenceLimits`] are those of the reference implementation, for hosts that rely on
//! its scores.

mod budget;
mod interrupt;
mod limit;
mod reference;

pub use budget::Budget;
pub use interrupt::{Cancel, Deadline, Interrupt};
pub use limit::{Exceeded, Limit};
pub use reference::{ReferenceLimits, Scores};

use std::time::Duration;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The bounds of one parse and one render, cumulative over partials, captures and loops.
///
/// There are three presets, [`local`](Limits::local) being the default; each field can be set from there.
///
/// ```
/// use carafe::{Engine, Limits};
///
/// let mut limits = Limits::untrusted();
/// limits.steps = 10_000;
/// let engine = Engine::builder().limits(limits).build();
/// let template = engine.template("{% for i in (1..1000000000000) %}{% endfor %}")?;
/// let error = template.render(&()).unwrap_err();
/// assert_eq!(error.to_string(), "template:1:1: error[limit/steps]: the render takes more than 10000 steps");
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one template's text; of one render, those of the template, its partials and content blocks together, each
    /// counted once.
    pub template_bytes: usize,
    /// Blocks inside blocks; no more than 200 count.
    pub block_depth: usize,
    /// Brackets, ranges and inner braces inside one expression; no more than 200 count.
    pub expression_depth: usize,
    /// Scopes inside each other: that of the template, of each loop and of each partial. The reference has 100, and prints
    /// an error where there would be more.
    pub scope_depth: usize,
    /// Partials and content blocks inside each other.
    pub partial_depth: usize,
    /// Partials and content blocks rendered in all.
    pub partial_renders: u64,
    /// Steps of work: one for each tag and each output with the text in front of it, and one more for each filter that is
    /// called and each 32 bytes or 8 items that it walks. A template or partial is charged as a whole, and so is the body of a
    /// loop for each turn, whether or not all of it is run.
    pub steps: u64,
    /// Time of one render, by a clock that no template sees. It begins about a thousand steps into the render, so that
    /// small ones need not look at the clock, and is looked at as often. One call of a host's filter cannot be stopped.
    pub deadline: Option<Duration>,
    /// Bytes of one text value.
    pub value_bytes: usize,
    /// Bytes of all values made in a render.
    pub memory_bytes: usize,
    /// Items of one array.
    pub collection_items: usize,
    /// Bytes of the rendered body.
    pub output_bytes: usize,
    /// Bytes of a data document.
    pub data_bytes: usize,
    /// Arrays and objects inside each other in data.
    pub data_depth: usize,
    /// Digits of one number.
    pub number_digits: usize,
    /// Width of a directive in a date format, such as the 9 of `%9N`; no more than 65,535 count.
    pub date_width: usize,
    /// Bytes of a date format.
    pub date_format_bytes: usize,
    /// Requests made by `connected_content`, whoever answers them.
    pub requests: u64,
    /// Requests made by `connected_content` that nothing in the data stands in for.
    pub network_requests: u64,
    /// Findings kept of one parse, and of one render. More are counted and not kept.
    pub diagnostics: usize,
}

impl Default for Limits {
    /// [`Limits::local`].
    fn default() -> Self {
        Limits::local()
    }
}

impl Limits {
    /// The names of the presets, as the program's `--limits` knows them.
    pub const PRESETS: [&str; 3] = ["local", "ci", "untrusted"];

    /// The preset called `name`.
    pub fn preset(name: &str) -> Option<Limits> {
        match name {
            "local" => Some(Limits::local()),
            "ci" => Some(Limits::ci()),
            "untrusted" => Some(Limits::untrusted()),
            _ => None,
        }
    }

    /// For templates of one's own: every honest one fits, and hostile ones end within about a second.
    pub fn local() -> Self {
        Limits {
            template_bytes: 5 * MIB,
            block_depth: 100,
            expression_depth: 100,
            scope_depth: 100,
            partial_depth: 100,
            partial_renders: 100_000,
            steps: 20_000_000,
            deadline: Some(Duration::from_secs(30)),
            value_bytes: 64 * MIB,
            memory_bytes: 512 * MIB,
            collection_items: 10_000_000,
            output_bytes: 64 * MIB,
            data_bytes: 256 * MIB,
            data_depth: 128,
            number_digits: 4096,
            date_width: 1024,
            date_format_bytes: 4 * KIB,
            requests: 100,
            network_requests: 10,
            diagnostics: 1000,
        }
    }

    /// For builds: as [`local`](Limits::local), with less time and without the network.
    pub fn ci() -> Self {
        Limits { deadline: Some(Duration::from_secs(10)), network_requests: 0, ..Limits::local() }
    }

    /// For templates and data of strangers, on a machine that others share.
    pub fn untrusted() -> Self {
        Limits {
            template_bytes: 256 * KIB,
            block_depth: 100,
            expression_depth: 50,
            scope_depth: 100,
            partial_depth: 20,
            partial_renders: 1000,
            steps: 1_000_000,
            deadline: Some(Duration::from_millis(250)),
            value_bytes: MIB,
            memory_bytes: 16 * MIB,
            collection_items: 100_000,
            output_bytes: MIB,
            data_bytes: MIB,
            data_depth: 64,
            number_digits: 128,
            date_width: 128,
            date_format_bytes: 256,
            requests: 10,
            network_requests: 0,
            diagnostics: 100,
        }
    }
}
