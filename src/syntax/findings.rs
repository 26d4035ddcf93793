//! What a parse found wrong: a bounded list of diagnostics, and the one error the reference would have stopped at.

use crate::diagnostic::{Diagnostic, code};
use crate::limits::{Exceeded, Limits};
use crate::source::{Source, Span};
use std::sync::Arc;

/// The error at which the reference implementation would have refused the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError {
    /// The reference's words, without `Liquid syntax error` and the line.
    pub message: String,
    /// The line it names, from 1.
    pub line: usize,
}

/// Names and markup longer than this are cut in messages.
const SHOWN: usize = 60;

/// The findings of one parse, in the order in which they are met.
pub(crate) struct Findings {
    source: Arc<Source>,
    list: Vec<Diagnostic>,
    /// More diagnostics than this are counted, not kept.
    most: usize,
    hidden: usize,
    /// Whether an error is in the list.
    refused: bool,
    pub reference: Option<ReferenceError>,
    pub limit: Option<Exceeded>,
    /// How many lines the reference is off at the piece being read.
    pub line_shift: isize,
    /// The tags and outputs read before at which it was off.
    pub line_shifts: Vec<LineShift>,
}

/// A tag or output whose line in errors is not the one it begins in: its markup stands below, or it stands right behind a
/// `liquid` tag, whose lines the reference still counts there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineShift {
    /// Where the tag begins.
    pub at: u32,
    /// How many lines further down the reference sees it.
    pub lines: isize,
}

/// The shift of the tag or output at `at`; `shifts` are in order.
pub(crate) fn shift_at(shifts: &[LineShift], at: u32) -> isize {
    let found = shifts.binary_search_by_key(&at, |shift| shift.at).ok();
    found.and_then(|found| shifts.get(found)).map_or(0, |shift| shift.lines)
}

impl Findings {
    pub fn new(source: &Arc<Source>, limits: &Limits) -> Self {
        Findings {
            source: source.clone(),
            list: Vec::new(),
            most: limits.diagnostics,
            hidden: 0,
            refused: false,
            reference: None,
            limit: None,
            line_shift: 0,
            line_shifts: Vec::new(),
        }
    }

    /// How many findings are kept so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds a finding; an error the reference does not know refuses the template in our words.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        if diagnostic.is_error() && self.reference.is_none() {
            let at = diagnostic.primary.as_ref().map_or(0, |label| label.span.from());
            self.reference =
                Some(ReferenceError { message: diagnostic.message.clone(), line: self.source.line(at) });
        }
        // The first error is kept whatever comes before it: it refuses the template.
        let first_error = diagnostic.is_error() && !std::mem::replace(&mut self.refused, true);
        if self.list.len() < self.most || first_error {
            self.list.push(diagnostic);
        } else {
            self.hidden = self.hidden.saturating_add(1);
        }
    }

    /// Adds an error for which the reference says `reference` on the line of byte `at`.
    pub fn error(&mut self, diagnostic: Diagnostic, reference: impl Into<String>, at: usize) {
        let reference = reference.into();
        let differs = !reference.is_empty() && reference != diagnostic.message;
        if self.reference.is_none() {
            let line = self.source.line(at).saturating_add_signed(self.line_shift);
            self.reference = Some(ReferenceError { message: reference.clone(), line });
        }
        if self.list.len() < self.most && differs {
            self.report(
                diagnostic.note(format!("Liquid itself says: {}", shown_up_to(&reference, 4 * SHOWN))),
            );
        } else {
            self.report(diagnostic);
        }
    }

    /// Adds the error that the bound `exceeded` was met at `span`.
    pub fn exceeded(&mut self, exceeded: Exceeded, span: Span, reference: &str, at: usize) {
        self.limit.get_or_insert(exceeded);
        self.error(exceeded.diagnostic().at(&self.source.clone(), span, ""), reference, at);
    }

    /// The diagnostics in the order of their places, with a last one for those that were not kept.
    pub fn into_list(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|found| found.primary.as_ref().map_or(0, |label| label.span.start));
        if self.hidden > 0 {
            let message = format!("{} more findings are not shown", self.hidden);
            self.list.push(Diagnostic::new(&code::SYNTAX_MORE, message));
        }
        self.list
    }
}

/// `text` as it may stand in a message: cut, and without control characters.
pub(crate) fn shown(text: &str) -> String {
    shown_up_to(text, SHOWN)
}

/// `text` cut to `length` characters, its control characters escaped.
pub(crate) fn shown_up_to(text: &str, length: usize) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    for c in rest.by_ref().take(length) {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    if rest.next().is_some() {
        out.push('…');
    }
    out
}
