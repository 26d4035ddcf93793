//! The bytes of a body that were written from data, for the check for injection.

use crate::check::finding::{Detail, Finding, Rule};
use crate::check::injection::DataSlot;
use crate::render::{Segment, TraceMap, Written};

/// The stretches of data, and which segment of the source map each begins with.
pub(in crate::check) struct Slots {
    data: Vec<DataSlot>,
    segments: Vec<usize>,
}

impl Slots {
    /// What the outputs of `trace` wrote from data, and the JSON that filters wrote. Constants, template text and what
    /// other filters made of harmless data are the template's own.
    pub fn new(trace: &TraceMap) -> Self {
        let mut slots = Slots { data: Vec::new(), segments: Vec::new() };
        let mut before: Option<&Segment> = None;
        for (number, segment) in trace.segments.iter().enumerate() {
            let data = matches!(segment.written, Written::Data | Written::Derived { from_data: true });
            if !data && !writes_json(segment, trace) {
                before = None;
                continue;
            }
            // Arrays and objects are written piece by piece; another turn of a loop writes another value.
            let goes_on = before.is_some_and(|before| {
                before.range.end == segment.range.start
                    && before.path == segment.path
                    && trace.events_between(segment.range.start, segment.range.start).is_empty()
            });
            match slots.data.last_mut().filter(|_| goes_on) {
                Some(last) => last.range.end = segment.range.end,
                None => {
                    let slot = u32::try_from(slots.segments.len()).unwrap_or(u32::MAX);
                    slots.data.push(DataSlot { range: segment.range.clone(), slot });
                    slots.segments.push(number);
                }
            }
            before = Some(segment);
        }
        slots
    }

    pub fn data(&self) -> &[DataSlot] {
        &self.data
    }

    /// Whether a finding holds for what wrote its slot: only data as it is has backslashes that nobody meant, and JSON
    /// of harmless data is wrong inside quotes alone.
    pub fn counts(&self, finding: &Finding, trace: &TraceMap) -> bool {
        let Detail::Slot { slot, .. } = finding.detail else { return true };
        let Some(segment) = self.segment(slot, trace) else { return true };
        match finding.rule {
            Rule::DataEscape => segment.written == Written::Data,
            Rule::Injection => true,
            _ => segment.written != Written::Derived { from_data: false },
        }
    }

    /// The first segment of a slot.
    pub fn segment<'t>(&self, slot: u32, trace: &'t TraceMap) -> Option<&'t Segment> {
        trace.segments.get(*self.segments.get(slot as usize)?)
    }
}

/// Whether a filter wrote the segment as JSON.
fn writes_json(segment: &Segment, trace: &TraceMap) -> bool {
    let Some(site) = segment.filter else { return false };
    let written = trace.source(site).map_or("", |source| source.slice(site.span));
    is_json_writer(written.split([':', ' ']).next().unwrap_or_default())
}

/// Whether a filter writes a value as JSON, with its quotes.
pub(in crate::check) fn is_json_writer(filter: &str) -> bool {
    matches!(filter, "as_json_string" | "json" | "to_json")
}
