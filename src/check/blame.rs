//! Findings in the body to diagnostics on the template.
//!
//! In go a rendered body and the source map of its render, out come diagnostics whose primary place is what caused the
//! finding: the very character of template text, the whole `{{ … }}` of an output. Where captured text is printed the
//! primary place is inside the capture if the mistake is, and the output that printed it if the mistake is how the text
//! meets what stands around it; the other one is a secondary place. One mistake gives one diagnostic, however many
//! turns of a loop repeat it.

mod rules;
pub(in crate::check) mod slots;
mod turns;
mod values;
pub(in crate::check) mod writer;

use super::finding::Finding;
use super::injection::{check_injection, merge};
use super::json::{self, CheckLimits};
use super::value::{self, ValueFinding};
use crate::diagnostic::{Diagnostic, Label};
use crate::dialect::Dialect;
use crate::render::{Event, EventKind, Segment, Site, TraceMap};
use crate::source::{Source, Span};
use slots::Slots;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use turns::Turns;
use writer::Stretch;

/// How many calls of partials lead to a place before the rest is left out.
const CALLERS: usize = 8;

/// How many characters of an output are quoted in a message.
const QUOTED: usize = 60;

/// Checks that `body` is JSON that data cannot change, and says which places of the template are to blame for what is
/// wrong. `dialect` decides which filters are suggested. Without a source map the findings have no place but the one
/// in the body.
pub fn diagnose(body: &str, trace: &TraceMap, dialect: &'static Dialect) -> Vec<Diagnostic> {
    let slots = Slots::new(trace);
    let mut injection = check_injection(body, slots.data());
    injection.retain(|finding| slots.counts(finding, trace));
    let findings = merge(json::check(body, CheckLimits::default()), injection);
    let of_values = diagnose_values(body, trace, dialect, &value::quoted_nulls(body));
    if findings.is_empty() {
        return of_values;
    }
    let rendered = Arc::new(Source::new("rendered body", body));
    let blame = Blame { body, trace, dialect, slots, turns: Turns::new(trace), rendered };
    let mut found = once(&blame, findings.iter().map(|finding| (blame.diagnostic(finding), String::new())));
    found.extend(of_values);
    found
}

/// Says which places of the template are to blame for `findings` about the values of `body`. Without a source map they
/// have no place but the one in the body.
pub fn diagnose_values(
    body: &str,
    trace: &TraceMap,
    dialect: &'static Dialect,
    findings: &[ValueFinding],
) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let rendered = Arc::new(Source::new("rendered body", body));
    let blame = Blame { body, trace, dialect, slots: Slots::new(trace), turns: Turns::new(trace), rendered };
    once(&blame, findings.iter().map(|finding| (blame.valued(finding), without_indices(&finding.path))))
}

/// One diagnostic a mistake: what the turns of a loop repeat is counted with the first. Findings of one place that are
/// about different things carry different words.
fn once(blame: &Blame<'_>, diagnostics: impl Iterator<Item = (Diagnostic, String)>) -> Vec<Diagnostic> {
    let mut found: Vec<(Diagnostic, u64)> = Vec::new();
    let mut known = HashMap::new();
    for (diagnostic, about) in diagnostics {
        if let Some(label) = &diagnostic.primary {
            let place = (diagnostic.code.name, Arc::as_ptr(&label.source), label.span, about);
            let first = *known.entry(place).or_insert(found.len());
            if let Some((_, more)) = found.get_mut(first) {
                *more = more.saturating_add(1);
                continue;
            }
        }
        found.push((diagnostic, 0));
    }
    let finish = |(diagnostic, more): (Diagnostic, u64)| match more {
        0 => diagnostic,
        _ if blame.is_repeated(&diagnostic) => diagnostic.note(format!("and {more} more in later turns")),
        _ => diagnostic.note(format!("and {more} more from the same place")),
    };
    found.into_iter().map(finish).collect()
}

/// A path with the numbers of its items taken out: `events[2].id` becomes `events[].id`.
fn without_indices(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('[') {
        let digits = behind.trim_start_matches(|digit: char| digit.is_ascii_digit());
        out.push_str(before);
        out.push('[');
        rest = digits;
    }
    out.push_str(rest);
    out
}

/// What is known while findings are blamed.
struct Blame<'b> {
    body: &'b str,
    trace: &'b TraceMap,
    dialect: &'static Dialect,
    slots: Slots,
    turns: Turns,
    rendered: Arc<Source>,
}

impl Blame<'_> {
    fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(finding.rule.entry(), finding.message(self.body)).severity(finding.severity());
        diagnostic.rendered = Some(self.in_rendered(&finding.span));
        self.explain(diagnostic, finding)
    }

    /// Bytes of the body as a place in it.
    fn in_rendered(&self, range: &Range<usize>) -> Label {
        // A `Source` has no byte order mark; the positions behind it move.
        let dropped = self.body.len().saturating_sub(self.rendered.text().len());
        let span = Span::new(range.start.saturating_sub(dropped), range.end.saturating_sub(dropped));
        Label { source: self.rendered.clone(), span, message: String::new() }
    }

    /// Whether a loop is among the places of a diagnostic.
    fn is_repeated(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.secondary.iter().any(|label| self.turns.is_loop(&label.source, label.span))
    }

    /// The same diagnostic with `site` as the place that caused it.
    fn blamed(&self, diagnostic: Diagnostic, site: Site, message: impl Into<String>) -> Diagnostic {
        match self.trace.source(site) {
            Some(source) => diagnostic.at(source, site.span, message),
            None => diagnostic,
        }
    }

    /// The same diagnostic with `site` as another place, unless it has the place already.
    fn also(&self, diagnostic: Diagnostic, site: Site, message: impl Into<String>) -> Diagnostic {
        let Some(source) = self.trace.source(site) else { return diagnostic };
        let mut labels = diagnostic.primary.iter().chain(&diagnostic.secondary);
        if labels.any(|label| label.span == site.span && Arc::ptr_eq(&label.source, source)) {
            return diagnostic;
        }
        diagnostic.and(source, site.span, message)
    }

    /// The places around the writer of byte `at`, which was blamed at `level` of its path: the capture, the filter, the
    /// loops, and the callers of partials.
    fn surroundings(&self, mut diagnostic: Diagnostic, at: usize, level: usize) -> Diagnostic {
        let Some(segment) = self.trace.segment_at(at) else { return diagnostic };
        if level < writer::innermost(segment)
            && let Some(inner) = self.stretch(self.character(at), writer::innermost(segment))
        {
            diagnostic = self.also(diagnostic, inner.site, "written here, and captured");
        }
        for outer in segment.path.iter().take(level).rev() {
            diagnostic = self.also(diagnostic, *outer, "the captured text is printed here");
        }
        diagnostic = self.filtered(diagnostic, segment);
        for (_, turn) in self.turns.at(self.trace, at).into_iter().rev() {
            let message = format!("in turn {} of this loop", turn.number);
            diagnostic = self.also(diagnostic, turn.site, message);
        }
        match segment.path.get(level) {
            Some(site) => self.called(diagnostic, *site),
            None => diagnostic,
        }
    }

    /// The filter that made the bytes of `segment`: a note if it stands in the output, else a place.
    fn filtered(&self, diagnostic: Diagnostic, segment: &Segment) -> Diagnostic {
        let Some(filter) = segment.filter else { return diagnostic };
        let name = self.text(filter).split([':', ' ', '\n']).next().unwrap_or_default();
        let within = |outer: &Site| {
            outer.frame == filter.frame
                && outer.span.start <= filter.span.start
                && filter.span.end <= outer.span.end
        };
        let diagnostic = if segment.path.iter().any(within) {
            diagnostic.note(format!("the filter `{name}` made this text"))
        } else {
            self.also(diagnostic, filter, format!("the filter `{name}` made the text"))
        };
        match segment.origin {
            Some(origin) => self.also(diagnostic, origin, "from text that was captured here"),
            None => diagnostic,
        }
    }

    /// The tags that called the partial `site` lies in.
    fn called(&self, mut diagnostic: Diagnostic, site: Site) -> Diagnostic {
        let caller = |site: Site| self.trace.frames.get(site.frame as usize).and_then(|frame| frame.caller);
        let chain = std::iter::successors(caller(site), |site| caller(*site));
        for site in chain.take(CALLERS) {
            diagnostic = self.also(diagnostic, site, "the partial is rendered from here");
        }
        diagnostic
    }

    fn stretch(&self, range: Range<usize>, level: usize) -> Option<Stretch> {
        writer::stretch(self.trace, self.body, range, level)
    }

    /// The bytes of the character at `at`.
    fn character(&self, at: usize) -> Range<usize> {
        let width = self.body.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        at..at.saturating_add(width)
    }

    /// The bytes of the character before `end`; none at the body's beginning.
    fn character_before(&self, end: usize) -> Range<usize> {
        let width = self.body.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
        end.saturating_sub(width)..end
    }

    /// What happened between the bytes `before` and `after`, of one kind.
    fn between(&self, before: usize, after: usize, kind: EventKind) -> impl Iterator<Item = &Event> {
        let events = self.trace.events_between(before, after).iter();
        events.filter(move |event| event.kind == kind)
    }

    /// The text of a place.
    fn text(&self, site: Site) -> &str {
        self.trace.source(site).map_or("", |source| source.slice(site.span))
    }

    /// The text of a place on one line, cut where it is long.
    fn quoted(&self, site: Site) -> String {
        let text = self.text(site);
        let mut words = String::new();
        for word in text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
            if words.len() > 4 * QUOTED {
                break;
            }
        }
        match words.char_indices().nth(QUOTED) {
            Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
            None => words,
        }
    }
}
