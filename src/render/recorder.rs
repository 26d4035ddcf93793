//! Builds a [`TraceMap`] while a template is rendered.

use super::trace::{Event, EventKind, Frame, FrameNumber, Segment, Site, Trace, TraceMap, Written};
use crate::compile::Program;
use std::collections::BTreeMap;
use std::ops::Range;

/// Inside captures of captures origins are followed this deep.
const DEPTH: usize = 16;

/// Whether text may end or break a JSON string.
pub(crate) fn is_special(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
}

/// Records everything.
#[derive(Default)]
pub(crate) struct Recorder {
    frames: Vec<Frame>,
    /// Where the texts of the programs lie.
    programs: Vec<Range<usize>>,
    writes: Vec<Write>,
    events: Vec<Event>,
    /// Texts at known addresses, by their first byte. Arena memory is not used twice in a render.
    texts: BTreeMap<usize, Text>,
}

#[derive(Clone)]
struct Write {
    range: Range<usize>,
    site: Site,
    written: Written,
    address: usize,
}

struct Text {
    length: usize,
    kind: TextKind,
}

enum TextKind {
    /// Captured output: what wrote it, relative to its start.
    Captured(Vec<Write>),
    Derived {
        site: Site,
        from_data: bool,
        origin: usize,
    },
}

impl Recorder {
    /// The map, once the render is over.
    pub fn finish(self) -> TraceMap {
        let mut segments = Vec::new();
        for write in &self.writes {
            self.resolve(write, write.range.clone(), &[], DEPTH, &mut segments);
        }
        TraceMap { frames: self.frames, segments, events: self.events }
    }

    /// Adds the segments of `write`, whose bytes stand at `range` of the body.
    fn resolve(
        &self,
        write: &Write,
        range: Range<usize>,
        outer: &[Site],
        depth: usize,
        segments: &mut Vec<Segment>,
    ) {
        let mut path = outer.to_vec();
        path.push(write.site);
        let known =
            (write.written == Written::Data && depth > 0).then(|| self.text_at(write.address)).flatten();
        match known {
            Some((start, Text { kind: TextKind::Captured(writes), .. })) => {
                let offset = write.address - start;
                let mut covered = range.start;
                for inner in writes {
                    let from = inner.range.start.max(offset);
                    let to = inner.range.end.min(offset + range.len());
                    if from >= to {
                        continue;
                    }
                    let part = range.start + (from - offset)..range.start + (to - offset);
                    covered = part.end;
                    let skipped = from - inner.range.start;
                    let inner = Write {
                        address: if inner.address == 0 { 0 } else { inner.address + skipped },
                        ..inner.clone()
                    };
                    self.resolve(&inner, part, &path, depth - 1, segments);
                }
                if covered < range.end {
                    segments.push(Segment { range: covered..range.end, path, written: Written::Constant });
                }
            }
            Some((_, Text { kind: TextKind::Derived { site, from_data, origin }, .. })) => {
                path.push(*site);
                if let Some((_, Text { kind: TextKind::Captured(writes), .. })) = self.text_at(*origin)
                    && let Some(first) = writes.first()
                {
                    path.push(first.site);
                }
                segments.push(Segment { range, path, written: Written::Derived { from_data: *from_data } });
            }
            None => {
                let constant = write.written == Written::Data && self.in_program(write.address);
                let written = if constant { Written::Constant } else { write.written };
                segments.push(Segment { range, path, written });
            }
        }
    }

    fn text_at(&self, address: usize) -> Option<(usize, &Text)> {
        let (start, text) = self.texts.range(..=address).next_back()?;
        (address < start + text.length).then_some((*start, text))
    }

    fn in_program(&self, address: usize) -> bool {
        self.programs.iter().any(|program| program.contains(&address))
    }

    fn special_within(&self, text: &str, depth: usize) -> bool {
        let address = text.as_ptr() as usize;
        if text.is_empty() || !is_special(text) || self.in_program(address) {
            return false;
        }
        match self.text_at(address) {
            Some((_, Text { kind: TextKind::Derived { from_data, .. }, .. })) => *from_data,
            Some((start, Text { kind: TextKind::Captured(writes), .. })) if depth > 0 => {
                let offset = address - start;
                writes.iter().any(|write| {
                    let from = write.range.start.max(offset);
                    let to = write.range.end.min(offset + text.len());
                    if from >= to || write.written != Written::Data {
                        return false;
                    }
                    let part = text.get(from - offset..to - offset).unwrap_or_default();
                    is_special(part) && self.is_data(write.address, depth - 1)
                })
            }
            _ => true,
        }
    }

    /// Whether text at `address` is, or was made from, data.
    fn is_data(&self, address: usize, depth: usize) -> bool {
        if self.in_program(address) {
            return false;
        }
        match self.text_at(address) {
            Some((_, Text { kind: TextKind::Derived { from_data, .. }, .. })) => *from_data,
            Some((_, Text { kind: TextKind::Captured(writes), .. })) if depth > 0 => writes
                .iter()
                .any(|write| write.written == Written::Data && self.is_data(write.address, depth - 1)),
            _ => true,
        }
    }
}

impl Trace for Recorder {
    const ON: bool = true;

    fn frame(&mut self, program: &Program, caller: Option<Site>) -> FrameNumber {
        let text = program.source.text();
        let start = text.as_ptr() as usize;
        let range = start..start + text.len();
        if !self.programs.contains(&range) {
            self.programs.push(range);
        }
        self.frames.push(Frame { source: program.source.clone(), caller });
        (self.frames.len() - 1) as FrameNumber
    }

    fn write(&mut self, range: Range<usize>, site: Site, written: Written, address: usize) {
        if !range.is_empty() {
            self.writes.push(Write { range, site, written, address });
        }
    }

    fn event(&mut self, at: usize, site: Site, kind: EventKind) {
        self.events.push(Event { at, site, kind });
    }

    fn capture(&mut self, mark: usize, text: &str, site: Site) {
        let first = self.writes.partition_point(|write| write.range.start < mark);
        let mut writes = self.writes.split_off(first);
        for write in &mut writes {
            write.range = write.range.start - mark..write.range.end - mark;
        }
        self.events.truncate(self.events.partition_point(|event| event.at <= mark));
        if text.is_empty() {
            return;
        }
        if writes.is_empty() {
            writes.push(Write { range: 0..text.len(), site, written: Written::Constant, address: 0 });
        }
        let kind = TextKind::Captured(writes);
        self.texts.insert(text.as_ptr() as usize, Text { length: text.len(), kind });
    }

    fn discard(&mut self, mark: usize) {
        self.writes.truncate(self.writes.partition_point(|write| write.range.start < mark));
        self.events.truncate(self.events.partition_point(|event| event.at <= mark));
    }

    fn derive(&mut self, text: &str, site: Site, from_data: bool, origin: usize) {
        if !text.is_empty() {
            let kind = TextKind::Derived { site, from_data, origin };
            self.texts.insert(text.as_ptr() as usize, Text { length: text.len(), kind });
        }
    }

    fn holds_special_data(&self, text: &str) -> bool {
        self.special_within(text, DEPTH)
    }
}
