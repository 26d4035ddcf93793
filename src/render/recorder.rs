//! Builds a [`TraceMap`] while a template is rendered.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "places in a body and addresses of texts, all in memory; what is taken off is where something begins that holds the rest"
)]

use super::trace::{Event, EventKind, Frame, FrameNumber, Made, Segment, Site, Trace, TraceMap, Written};
use crate::compile::Program;
use crate::json;
use std::collections::BTreeMap;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

/// Writes and events kept of one render, some hundred megabytes of them. A body beyond that keeps its findings, but what
/// its last bytes came from is not known.
const KEPT: usize = 1 << 19;

/// Inside captures of captures origins are followed this deep.
const DEPTH: usize = 16;

/// Events of captures that are shown where the capture is printed. A capture full of tags that write nothing, printed
/// often, must not fill the memory.
const REPLAYED: usize = 1 << 18;

/// The source map of a render. What was recorded becomes a [`TraceMap`] when it is first looked at: a render that nothing is
/// wrong with never pays for it.
///
/// ```
/// let template = carafe::Engine::default().template("Hi {{ ${first_name} }}")?;
/// let outcome = template.prepare().trace(true).run(&serde_json::json!({"profile": {"first_name": "Ada"}}));
/// assert_eq!(outcome.trace.unwrap().segments.len(), 2);
/// # Ok::<(), carafe::Error>(())
/// ```
#[derive(Debug)]
pub struct SourceMap {
    recorder: Recorder,
    map: OnceLock<TraceMap>,
}

impl SourceMap {
    /// The map of what was recorded.
    pub(crate) fn new(recorder: Recorder) -> Self {
        SourceMap { recorder, map: OnceLock::new() }
    }
}

impl From<TraceMap> for SourceMap {
    fn from(map: TraceMap) -> Self {
        SourceMap { recorder: Recorder::default(), map: map.into() }
    }
}

impl Deref for SourceMap {
    type Target = TraceMap;

    fn deref(&self) -> &TraceMap {
        self.map.get_or_init(|| self.recorder.resolved())
    }
}

/// Records everything.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    frames: Vec<Frame>,
    /// Where the texts of the programs lie.
    programs: Vec<Range<usize>>,
    writes: Vec<Write>,
    events: Vec<Event>,
    /// How many events there were when the open captures began, outermost first.
    marks: Vec<usize>,
    /// Texts at known addresses, by their first byte. Arena memory is not used twice in a render.
    texts: BTreeMap<usize, Text>,
}

#[derive(Clone, Debug)]
struct Write {
    range: Range<usize>,
    site: Site,
    written: Written,
    address: usize,
}

impl Write {
    /// The part of the write between `from` and `to`, which lie in its range.
    fn part(&self, from: usize, to: usize) -> Write {
        let skipped = from - self.range.start;
        let mut part = Write { range: from..to, ..self.clone() };
        if self.address != 0 {
            part.address += skipped;
        }
        if self.written == Written::Template {
            let start = self.site.span.from() + skipped;
            part.site.span = crate::source::Span::new(start, start + (to - from));
        }
        part
    }
}

#[derive(Debug)]
struct Text {
    length: usize,
    kind: TextKind,
}

#[derive(Debug)]
enum TextKind {
    /// Captured output: what wrote it and what happened in it, relative to its start.
    Captured {
        writes: Vec<Write>,
        events: Vec<Event>,
    },
    Derived {
        site: Site,
        made: Made,
        origin: usize,
    },
}

/// The writes of a captured text that touch the bytes from `start` to `end` of it, with their numbers.
fn overlapping(writes: &[Write], start: usize, end: usize) -> impl Iterator<Item = (usize, &Write)> {
    let first = writes.partition_point(|write| write.range.end <= start);
    writes.iter().enumerate().skip(first).take_while(move |(_, write)| write.range.start < end)
}

/// Bytes of a body for each of its writes, more or less.
const BYTES_A_WRITE: usize = 8;

impl Recorder {
    /// A recorder for a body of about `bytes`.
    pub fn with_room(bytes: usize) -> Self {
        let writes = (bytes / BYTES_A_WRITE).min(KEPT);
        Recorder {
            writes: Vec::with_capacity(writes),
            events: Vec::with_capacity(writes / 2),
            ..Recorder::default()
        }
    }

    /// The map, once the render is over.
    fn resolved(&self) -> TraceMap {
        let mut map = TraceMap { frames: self.frames.clone(), segments: Vec::new(), events: Vec::new() };
        let mut happened = self.events.iter().peekable();
        let mut replayed = REPLAYED;
        for (number, write) in self.writes.iter().enumerate() {
            // What happened in a captured text belongs between what happened before its output and what did after.
            while let Some(event) = happened.next_if(|event| event.at <= write.range.start) {
                map.events.push(event.clone());
            }
            let outer = Outer { path: &[], writes: &[], depth: DEPTH };
            self.resolve(write, number, write.range.start, &outer, &mut map, &mut replayed);
        }
        map.events.extend(happened.cloned());
        map
    }

    /// Adds the segments of `write`, the `number`th of its kind, whose bytes stand at `at` of the body.
    fn resolve(
        &self,
        write: &Write,
        number: usize,
        at: usize,
        outer: &Outer<'_>,
        map: &mut TraceMap,
        replayed: &mut usize,
    ) {
        let length = write.range.len();
        let mut path = outer.path.to_vec();
        path.push(write.site);
        let mut writes = outer.writes.to_vec();
        writes.push(u32::try_from(number).unwrap_or(u32::MAX));
        let mut segment = Segment {
            range: at..at + length,
            path,
            writes,
            written: write.written,
            filter: None,
            origin: None,
            exposed: false,
        };
        let known = (write.written == Written::Data && outer.depth > 0)
            .then(|| self.text_at(write.address))
            .flatten();
        match known {
            Some((start, Text { kind: TextKind::Captured { writes, events }, .. })) => {
                let offset = write.address - start;
                let inside = Outer { path: &segment.path, writes: &segment.writes, depth: outer.depth - 1 };
                let first = events.partition_point(|event| event.at < offset);
                let mut happened = events.iter().skip(first).peekable();
                // Of a part of a captured text the ends of loops may be missing.
                let mut open = Vec::new();
                let mut replay = |until: usize, map: &mut TraceMap, replayed: &mut usize| {
                    while let Some(event) = happened.next_if(|event| event.at <= until && *replayed > 0) {
                        *replayed -= 1;
                        let inside = open.iter().position(|site| *site == event.site);
                        match event.kind {
                            EventKind::LoopTurn if inside.is_none() => open.push(event.site),
                            EventKind::LoopEnd => open.truncate(inside.unwrap_or(open.len())),
                            _ => {}
                        }
                        map.events.push(Event { at: at + event.at.saturating_sub(offset), ..event.clone() });
                    }
                };
                for (number, inner) in overlapping(writes, offset, offset + length) {
                    let part =
                        inner.part(inner.range.start.max(offset), inner.range.end.min(offset + length));
                    replay(part.range.start, map, replayed);
                    let begins = at + (part.range.start - offset);
                    self.resolve(&part, number, begins, &inside, map, replayed);
                }
                replay(offset + length, map, replayed);
                for site in open.into_iter().rev() {
                    map.events.push(Event { at: at + length, site, kind: EventKind::LoopEnd });
                }
            }
            Some((_, Text { kind: TextKind::Derived { site, made, origin }, .. })) => {
                segment.filter = Some(*site);
                segment.origin = self.captured_site(*origin);
                segment.written = Written::Derived { from_data: made.from_data };
                segment.exposed = made.exposed;
                map.segments.push(segment);
            }
            None => {
                if write.written == Written::Data && self.in_program(write.address) {
                    segment.written = Written::Constant;
                }
                segment.exposed = segment.written == Written::Data && write.address != 0;
                map.segments.push(segment);
            }
        }
    }

    /// The site that wrote the byte at `address`, if it was captured.
    fn captured_site(&self, address: usize) -> Option<Site> {
        let (start, Text { kind: TextKind::Captured { writes, .. }, .. }) = self.text_at(address)? else {
            return None;
        };
        let offset = address - start;
        overlapping(writes, offset, offset + 1).next().map(|(_, write)| write.site)
    }

    fn text_at(&self, address: usize) -> Option<(usize, &Text)> {
        let (start, text) = self.texts.range(..=address).next_back()?;
        (address < start + text.length).then_some((*start, text))
    }

    fn in_program(&self, address: usize) -> bool {
        self.programs.iter().any(|program| program.contains(&address))
    }

    /// Whether the `length` bytes at `address` are text of the data that no filter has escaped or encoded.
    fn exposed_within(&self, address: usize, length: usize, depth: usize) -> bool {
        if length == 0 || address == 0 || self.in_program(address) {
            return false;
        }
        match self.text_at(address) {
            Some((_, Text { kind: TextKind::Derived { made, .. }, .. })) => made.exposed,
            Some((start, Text { kind: TextKind::Captured { writes, .. }, .. })) if depth > 0 => {
                let offset = address - start;
                overlapping(writes, offset, offset + length).any(|(_, write)| {
                    let part =
                        write.part(write.range.start.max(offset), write.range.end.min(offset + length));
                    part.written == Written::Data
                        && self.exposed_within(part.address, part.range.len(), depth - 1)
                })
            }
            known => known.is_none(),
        }
    }

    /// Whether `text`, which lies at `address`, holds special characters that come from data.
    fn special_within(&self, text: &str, address: usize, depth: usize) -> bool {
        if json::is_plain(text) || self.in_program(address) {
            return false;
        }
        match self.text_at(address) {
            Some((_, Text { kind: TextKind::Derived { made, .. }, .. })) => made.from_data,
            Some((start, Text { kind: TextKind::Captured { writes, .. }, .. })) if depth > 0 => {
                let offset = address - start;
                overlapping(writes, offset, offset + text.len()).any(|(_, write)| {
                    let part =
                        write.part(write.range.start.max(offset), write.range.end.min(offset + text.len()));
                    let bytes = text.get(part.range.start - offset..part.range.end - offset);
                    part.written == Written::Data
                        && self.special_within(bytes.unwrap_or_default(), part.address, depth - 1)
                })
            }
            _ => true,
        }
    }
}

/// What the writes of a captured text are resolved in.
struct Outer<'p> {
    path: &'p [Site],
    writes: &'p [u32],
    depth: usize,
}

impl Trace for Recorder {
    const ON: bool = true;

    fn frame(&mut self, program: &Program, caller: Option<Site>) -> FrameNumber {
        for text in [program.source.text(), &program.escaped] {
            let start = text.as_ptr() as usize;
            let range = start..start + text.len();
            if !text.is_empty() && !self.programs.contains(&range) {
                self.programs.push(range);
            }
        }
        let number = FrameNumber::try_from(self.frames.len()).unwrap_or(FrameNumber::MAX);
        self.frames.push(Frame { source: program.source.clone(), caller });
        number
    }

    fn write(&mut self, range: Range<usize>, site: Site, written: Written, address: usize) {
        if !range.is_empty() && self.writes.len() < KEPT {
            self.writes.push(Write { range, site, written, address });
        }
    }

    fn begin(&mut self) {
        self.marks.push(self.events.len());
    }

    fn event(&mut self, at: usize, site: Site, kind: EventKind) {
        if self.events.len() < KEPT {
            self.events.push(Event { at, site, kind });
        }
    }

    fn capture(&mut self, mark: usize, text: &str) {
        let first = self.writes.partition_point(|write| write.range.start < mark);
        let mut writes = self.writes.split_off(first);
        for write in &mut writes {
            write.range = write.range.start.saturating_sub(mark)..write.range.end.saturating_sub(mark);
        }
        let before = self.marks.pop().unwrap_or(self.events.len());
        let mut events = self.events.split_off(before.min(self.events.len()));
        for event in &mut events {
            event.at = event.at.saturating_sub(mark);
        }
        if text.is_empty() {
            return;
        }
        let kind = TextKind::Captured { writes, events };
        self.texts.insert(text.as_ptr() as usize, Text { length: text.len(), kind });
    }

    fn keep(&mut self) {
        self.marks.pop();
    }

    fn discard(&mut self, mark: usize) {
        self.writes.truncate(self.writes.partition_point(|write| write.range.start < mark));
        let before = self.marks.pop().unwrap_or(self.events.len());
        self.events.truncate(before);
    }

    fn derive(&mut self, text: &str, site: Site, made: Made, origin: usize) {
        if !text.is_empty() {
            let kind = TextKind::Derived { site, made, origin };
            self.texts.insert(text.as_ptr() as usize, Text { length: text.len(), kind });
        }
    }

    fn holds_special_data(&self, text: &str) -> bool {
        self.special_within(text, text.as_ptr() as usize, DEPTH)
    }

    fn is_exposed(&self, text: &str) -> bool {
        self.exposed_within(text.as_ptr() as usize, text.len(), DEPTH)
    }

    fn is_template_text(&self, text: &str) -> bool {
        self.in_program(text.as_ptr() as usize)
    }
}
