//! How much work one template and one render may ask for.
//!
//! [`Limits`] is the setting, [`Budget`] what is left of it during a render, [`Exceeded`] the answer when it is
//! used up. Limits are on by default: templates are written by many hands and data comes from strangers.
//! [`ReferenceLimits`] are those of the reference implementation, for hosts that rely on its scores.

mod reference;

pub use reference::{ReferenceLimits, Scores};

use crate::diagnostic::{Code, code};
use std::cell::Cell;
use std::fmt;

/// The bounds of one parse and one render, cumulative over partials, captures and loops.
///
/// The default suits work on one's own machine: every honest template fits, and hostile ones end within a second.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one template's text.
    pub template_bytes: usize,
    /// Blocks inside blocks.
    pub block_depth: usize,
    /// Brackets, ranges and inner braces inside one expression.
    pub expression_depth: usize,
    /// Scopes inside each other: that of the template, of each loop and of each partial. The reference has 100.
    pub scope_depth: usize,
    /// Partials rendered in all.
    pub partial_renders: u64,
    /// Requests made by `connected_content`, whoever answers them.
    pub requests: u64,
    /// Steps of work: one for each tag and each output with the text in front of it, and one more for each filter that is
    /// called and each 32 bytes or 8 items that it walks. A template or partial is charged as a whole, and so is the body of a
    /// loop for each turn, whether or not all of it is run.
    pub steps: u64,
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
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1 << 20;
        Limits {
            template_bytes: 5 * MIB,
            block_depth: 100,
            expression_depth: 100,
            scope_depth: 100,
            partial_renders: 100_000,
            requests: 100,
            steps: 20_000_000,
            value_bytes: 64 * MIB,
            memory_bytes: 512 * MIB,
            collection_items: 10_000_000,
            output_bytes: 64 * MIB,
            data_bytes: 256 * MIB,
            data_depth: 128,
            number_digits: 4096,
        }
    }
}

/// Which bound was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// [`Limits::template_bytes`].
    TemplateBytes,
    /// [`Limits::block_depth`].
    BlockDepth,
    /// [`Limits::expression_depth`].
    ExpressionDepth,
    /// [`Limits::scope_depth`].
    ScopeDepth,
    /// [`Limits::partial_renders`].
    PartialRenders,
    /// [`Limits::requests`].
    Requests,
    /// [`Limits::steps`].
    Steps,
    /// [`Limits::value_bytes`].
    ValueBytes,
    /// [`Limits::memory_bytes`].
    MemoryBytes,
    /// [`Limits::collection_items`].
    CollectionItems,
    /// [`Limits::output_bytes`].
    OutputBytes,
    /// [`Limits::data_bytes`].
    DataBytes,
    /// [`Limits::data_depth`].
    DataDepth,
    /// [`Limits::number_digits`].
    NumberDigits,
    /// The width or length of a date format, fixed at 1,024 and 4,096 bytes.
    DateFormat,
    /// [`ReferenceLimits::render_score`].
    RenderScore,
    /// [`ReferenceLimits::assign_score`].
    AssignScore,
    /// [`ReferenceLimits::render_length`].
    RenderLength,
    /// [`ReferenceLimits::cumulative_render_score`].
    CumulativeRenderScore,
    /// [`ReferenceLimits::cumulative_assign_score`].
    CumulativeAssignScore,
}

impl Limit {
    /// The limit's name, as in its diagnostic code `limit/NAME`.
    pub fn name(self) -> &'static str {
        match self {
            Limit::TemplateBytes => "template-bytes",
            Limit::BlockDepth => "block-depth",
            Limit::ExpressionDepth => "expression-depth",
            Limit::ScopeDepth => "scope-depth",
            Limit::PartialRenders => "partial-renders",
            Limit::Requests => "requests",
            Limit::Steps => "steps",
            Limit::ValueBytes => "value-bytes",
            Limit::MemoryBytes => "memory-bytes",
            Limit::CollectionItems => "collection-items",
            Limit::OutputBytes => "output-bytes",
            Limit::DataBytes => "data-bytes",
            Limit::DataDepth => "data-depth",
            Limit::NumberDigits => "number-digits",
            Limit::DateFormat => "date-format",
            Limit::RenderScore => "render-score",
            Limit::AssignScore => "assign-score",
            Limit::RenderLength => "render-length",
            Limit::CumulativeRenderScore => "cumulative-render-score",
            Limit::CumulativeAssignScore => "cumulative-assign-score",
        }
    }

    /// Whether it is one of [`ReferenceLimits`].
    pub fn is_reference(self) -> bool {
        matches!(
            self,
            Limit::RenderScore
                | Limit::AssignScore
                | Limit::RenderLength
                | Limit::CumulativeRenderScore
                | Limit::CumulativeAssignScore
        )
    }

    /// The entry of the table of codes for meeting this limit.
    pub fn code(self) -> &'static Code {
        match self {
            Limit::TemplateBytes => &code::LIMIT_TEMPLATE_BYTES,
            Limit::BlockDepth => &code::LIMIT_BLOCK_DEPTH,
            Limit::ExpressionDepth => &code::LIMIT_EXPRESSION_DEPTH,
            Limit::ScopeDepth => &code::LIMIT_SCOPE_DEPTH,
            Limit::PartialRenders => &code::LIMIT_PARTIAL_RENDERS,
            Limit::Requests => &code::LIMIT_REQUESTS,
            Limit::Steps => &code::LIMIT_STEPS,
            Limit::ValueBytes => &code::LIMIT_VALUE_BYTES,
            Limit::MemoryBytes => &code::LIMIT_MEMORY_BYTES,
            Limit::CollectionItems => &code::LIMIT_COLLECTION_ITEMS,
            Limit::OutputBytes => &code::LIMIT_OUTPUT_BYTES,
            Limit::DataBytes => &code::LIMIT_DATA_BYTES,
            Limit::DataDepth => &code::LIMIT_DATA_DEPTH,
            Limit::NumberDigits => &code::LIMIT_NUMBER_DIGITS,
            Limit::DateFormat => &code::LIMIT_DATE_FORMAT,
            Limit::RenderScore => &code::LIMIT_RENDER_SCORE,
            Limit::AssignScore => &code::LIMIT_ASSIGN_SCORE,
            Limit::RenderLength => &code::LIMIT_RENDER_LENGTH,
            Limit::CumulativeRenderScore => &code::LIMIT_CUMULATIVE_RENDER_SCORE,
            Limit::CumulativeAssignScore => &code::LIMIT_CUMULATIVE_ASSIGN_SCORE,
        }
    }
}

/// A bound was met: which, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// The bound.
    pub limit: Limit,
    /// Its value.
    pub value: u64,
}

impl Exceeded {
    /// The bound `limit`, set at `value`, was met.
    pub fn new(limit: Limit, value: usize) -> Self {
        Exceeded { limit, value: value as u64 }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        match self.limit {
            Limit::TemplateBytes => write!(f, "the template is larger than {value} bytes"),
            Limit::BlockDepth => write!(f, "blocks are nested more than {value} deep"),
            Limit::ExpressionDepth => write!(f, "an expression is nested more than {value} deep"),
            Limit::ScopeDepth => write!(f, "loops and partials are nested more than {value} deep"),
            Limit::PartialRenders => write!(f, "more than {value} partials are rendered"),
            Limit::Requests => write!(f, "more than {value} requests are made"),
            Limit::Steps => write!(f, "the render takes more than {value} steps"),
            Limit::ValueBytes => write!(f, "one value is larger than {value} bytes"),
            Limit::MemoryBytes => write!(f, "the render's values take more than {value} bytes"),
            Limit::CollectionItems => write!(f, "an array has more than {value} items"),
            Limit::OutputBytes => write!(f, "the body is larger than {value} bytes"),
            Limit::DataBytes => write!(f, "the data is larger than {value} bytes"),
            Limit::DataDepth => write!(f, "the data is nested more than {value} deep"),
            Limit::NumberDigits => write!(f, "a number has more than {value} digits"),
            Limit::DateFormat => write!(f, "a date format is longer or wider than {value}"),
            Limit::RenderScore => write!(f, "the render score is higher than {value}"),
            Limit::AssignScore => write!(f, "the assign score is higher than {value}"),
            Limit::RenderLength => write!(f, "the render is longer than {value} bytes"),
            Limit::CumulativeRenderScore => write!(f, "the cumulative render score is higher than {value}"),
            Limit::CumulativeAssignScore => write!(f, "the cumulative assign score is higher than {value}"),
        }
    }
}

/// What a render may still use. Counted down in place, so that partials and captures share it.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    steps: Cell<u64>,
    memory: Cell<usize>,
    partials: Cell<u64>,
    requests: Cell<u64>,
}

impl Budget {
    /// A full budget.
    pub fn new(limits: &Limits) -> Self {
        Budget {
            steps: Cell::new(limits.steps),
            memory: Cell::new(limits.memory_bytes),
            partials: Cell::new(limits.partial_renders),
            requests: Cell::new(limits.requests),
            limits: limits.clone(),
        }
    }

    /// Fills the budget again.
    pub(crate) fn reset(&mut self) {
        self.steps.set(self.limits.steps);
        self.memory.set(self.limits.memory_bytes);
        self.partials.set(self.limits.partial_renders);
        self.requests.set(self.limits.requests);
    }

    /// The bounds this budget started from.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Charges `count` steps of work.
    #[inline]
    pub fn spend(&self, count: u64) -> Result<(), Exceeded> {
        match self.steps.get().checked_sub(count) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(Exceeded { limit: Limit::Steps, value: self.limits.steps }),
        }
    }

    /// Charges the walk over `bytes` of text.
    #[inline]
    pub fn spend_bytes(&self, bytes: usize) -> Result<(), Exceeded> {
        self.spend(bytes as u64 / 32)
    }

    /// Charges the walk over `count` items.
    #[inline]
    pub fn spend_items(&self, count: usize) -> Result<(), Exceeded> {
        self.spend(count as u64 / 8)
    }

    /// Charges `bytes` of memory, before it is taken.
    #[inline]
    pub fn allocate(&self, bytes: usize) -> Result<(), Exceeded> {
        match self.memory.get().checked_sub(bytes) {
            Some(left) => {
                self.memory.set(left);
                Ok(())
            }
            None => Err(Exceeded::new(Limit::MemoryBytes, self.limits.memory_bytes)),
        }
    }

    /// Whether a text of `bytes` may be made.
    #[inline]
    pub fn text(&self, bytes: usize) -> Result<(), Exceeded> {
        if bytes > self.limits.value_bytes {
            return Err(Exceeded::new(Limit::ValueBytes, self.limits.value_bytes));
        }
        Ok(())
    }

    /// Whether an array of `count` items may be made.
    #[inline]
    pub fn items(&self, count: usize) -> Result<(), Exceeded> {
        if count > self.limits.collection_items {
            return Err(Exceeded::new(Limit::CollectionItems, self.limits.collection_items));
        }
        Ok(())
    }

    /// Charges the render of one partial.
    pub fn partial(&self) -> Result<(), Exceeded> {
        match self.partials.get().checked_sub(1) {
            Some(left) => {
                self.partials.set(left);
                Ok(())
            }
            None => Err(Exceeded { limit: Limit::PartialRenders, value: self.limits.partial_renders }),
        }
    }
    /// Charges one request.
    pub fn request(&self) -> Result<(), Exceeded> {
        match self.requests.get().checked_sub(1) {
            Some(left) => {
                self.requests.set(left);
                Ok(())
            }
            None => Err(Exceeded { limit: Limit::Requests, value: self.limits.requests }),
        }
    }
}
