//! The source map: which place of which template wrote each stretch of the output.
//!
//! The machine tells a [`Trace`] what it writes. [`NoTrace`] costs nothing. [`Recorder`] keeps for every stretch the site
//! that wrote it and, for text values, the address of the bytes: captured text and the results of filters live at known
//! addresses, so that an output leads back into the capture that filled it. When the map is first looked at, the addresses
//! are resolved to a plain [`TraceMap`].

use crate::compile::Program;
use crate::source::{Source, Span};
use std::ops::Range;
use std::sync::Arc;

/// One call of a template or partial during a render.
pub(crate) type FrameNumber = u32;

/// A place that writes, in one call of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The call of the template the place lies in: an index into [`TraceMap::frames`].
    pub frame: FrameNumber,
    /// The place.
    pub span: Span,
}

/// One call of a template: the first is the template rendered, the others are partials.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The template.
    pub source: Arc<Source>,
    /// The tag that called it.
    pub caller: Option<Site>,
}

/// What kind of bytes a site wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Written {
    /// Text of the template.
    Template,
    /// A value: text from the data or a host, or a number, time or other scalar.
    Data,
    /// A text literal or another constant of the template.
    Constant,
    /// What filters made of other values. `from_data` says whether data that holds `"`, `\` or a control character
    /// went in.
    Derived {
        /// Whether special characters of data may be among the bytes.
        from_data: bool,
    },
    /// An error's text.
    Error,
}

/// What a filter made its text of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    /// Whether data with special characters went in.
    pub from_data: bool,
    /// Whether text of the data went in, and the filter lets any character pass.
    pub exposed: bool,
}

/// A stretch of the body and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// The bytes of the body.
    pub range: Range<usize>,
    /// The sites that wrote it: first the one in the body, then, where that printed a captured variable, the one in the
    /// capture, and so on inwards. The last site of template text is exactly the text that was written.
    pub path: Vec<Site>,
    /// For each site of the path the number of its write: tells two runs of one site from each other.
    pub(crate) writes: Vec<u32>,
    /// What it is.
    pub written: Written,
    /// The filter that made the bytes, where they are derived.
    pub filter: Option<Site>,
    /// The place in a capture whose text the filter was given, where it was given captured text.
    pub origin: Option<Site>,
    /// Whether it is text of the data that nothing on its way has escaped or encoded: other data would bring other
    /// characters here, `"` and `\` among them.
    pub exposed: bool,
}

/// Something that wrote nothing, or decided what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Where in the body.
    pub at: usize,
    /// The place in the template.
    pub site: Site,
    /// What happened.
    pub kind: EventKind,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// An output wrote nothing.
    BlankOutput,
    /// A branch was taken.
    BranchTaken,
    /// A branch was not taken.
    BranchSkipped,
    /// A turn of a loop began.
    LoopTurn,
    /// A loop ended, or had nothing to walk.
    LoopEnd,
    /// White-space control removed the text of the site.
    WhitespaceRemoved,
}

/// Who wrote what: the source map of one body.
#[derive(Clone, Debug, Default)]
pub struct TraceMap {
    /// The calls of templates, the rendered one first.
    pub frames: Vec<Frame>,
    /// The body's bytes in order, without gaps.
    pub segments: Vec<Segment>,
    /// What happened between them, in order.
    pub events: Vec<Event>,
}

impl TraceMap {
    /// The segment that wrote byte `at` of the body.
    pub fn segment_at(&self, at: usize) -> Option<&Segment> {
        let found = self.segments.partition_point(|segment| segment.range.end <= at);
        self.segments.get(found).filter(|segment| segment.range.contains(&at))
    }

    /// The segment that wrote the last byte before `at`.
    pub fn segment_before(&self, at: usize) -> Option<&Segment> {
        self.segment_at(at.checked_sub(1)?)
    }

    /// The events at the places from `start` to `end` of the body, both included.
    pub fn events_between(&self, start: usize, end: usize) -> &[Event] {
        let from = self.events.partition_point(|event| event.at < start);
        let to = self.events.partition_point(|event| event.at <= end);
        self.events.get(from..to).unwrap_or_default()
    }

    /// The template a site lies in.
    pub fn source(&self, site: Site) -> Option<&Arc<Source>> {
        self.frames.get(site.frame as usize).map(|frame| &frame.source)
    }
}

/// What the machine reports while it writes.
pub(crate) trait Trace {
    /// Whether anything is recorded; where not, the machine spares itself the questions.
    const ON: bool;

    /// A template is entered.
    fn frame(&mut self, program: &Program, caller: Option<Site>) -> FrameNumber;

    /// `range` of the output was written by `site`. `address` is where text was copied from, 0 for other values.
    fn write(&mut self, range: Range<usize>, site: Site, written: Written, address: usize);

    /// A capture, or a stretch that may be thrown away, begins.
    fn begin(&mut self);

    /// Something happened at `at`.
    fn event(&mut self, at: usize, site: Site, kind: EventKind);

    /// The output from `mark` on, where the innermost [`begin`](Trace::begin) was, was captured and now lives at `text`.
    fn capture(&mut self, mark: usize, text: &str);

    /// The output since the innermost [`begin`](Trace::begin) stays.
    fn keep(&mut self);

    /// The output from `mark` on, where the innermost [`begin`](Trace::begin) was, was thrown away.
    fn discard(&mut self, mark: usize);

    /// A filter made `text` of `made`; `origin` is the address of the text it came from.
    fn derive(&mut self, text: &str, site: Site, made: Made, origin: usize);

    /// What the bytes of `text` are, if they lie in the programs, in captures or in filters' results; else data.
    fn holds_special_data(&self, text: &str) -> bool;

    /// Whether `text` is text of the data that no filter has escaped or encoded.
    fn is_exposed(&self, text: &str) -> bool;

    /// Whether `text` lies in a template, as constants do.
    fn is_template_text(&self, text: &str) -> bool;
}

/// Records nothing.
pub(crate) struct NoTrace;

impl Trace for NoTrace {
    const ON: bool = false;

    fn frame(&mut self, _: &Program, _: Option<Site>) -> FrameNumber {
        0
    }
    fn write(&mut self, _: Range<usize>, _: Site, _: Written, _: usize) {}
    fn begin(&mut self) {}
    fn event(&mut self, _: usize, _: Site, _: EventKind) {}
    fn capture(&mut self, _: usize, _: &str) {}
    fn keep(&mut self) {}
    fn discard(&mut self, _: usize) {}
    fn derive(&mut self, _: &str, _: Site, _: Made, _: usize) {}
    fn holds_special_data(&self, _: &str) -> bool {
        false
    }
    fn is_exposed(&self, _: &str) -> bool {
        false
    }
    fn is_template_text(&self, _: &str) -> bool {
        false
    }
}
