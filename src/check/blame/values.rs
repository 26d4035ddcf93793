//! Findings about values to diagnostics on the template: the output that wrote the value, or the object that lacks one.

use super::Blame;
use super::writer;
use crate::check::finding::on_one_line;
use crate::check::fix::Mender;
use crate::check::value::{About, MendEdit, ValueFinding, content, is_container, opening};
use crate::diagnostic::{Diagnostic, Fix};
use crate::render::EventKind;
use std::ops::Range;

impl Blame<'_> {
    /// The finding, blamed on what wrote the value.
    pub(super) fn valued(&self, finding: &ValueFinding) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(finding.code, finding.message.clone()).severity(finding.severity);
        let inner = content(self.body, &finding.span);
        let container = is_container(self.body.get(finding.span.clone()).unwrap_or_default());
        let shown = match finding.about {
            About::Absent => opening(&finding.span),
            About::Value if container => opening(&finding.span),
            About::Value | About::Key => finding.span.clone(),
        };
        diagnostic.rendered = Some(self.in_rendered(&shown));
        match finding.about {
            About::Absent => {
                let level = writer::level(self.trace, &[shown.start]);
                diagnostic = self.written(diagnostic, &shown, level, "begun here, without it");
            }
            About::Value if !container && inner.is_empty() => {
                diagnostic = self.blank(diagnostic, &finding.span, inner.start);
            }
            About::Value if !container => diagnostic = self.value_written(diagnostic, finding, inner),
            About::Value | About::Key => {
                let level = self.level_of(&shown);
                diagnostic = self.written(diagnostic, &shown, level, "written here");
            }
        }
        diagnostic.help.extend(finding.help.iter().cloned());
        diagnostic
    }

    /// A text or scalar that is not what it must be.
    fn value_written(
        &self,
        mut diagnostic: Diagnostic,
        finding: &ValueFinding,
        inner: Range<usize>,
    ) -> Diagnostic {
        let level = self.level_of(&inner);
        let Some(stretch) = self.stretch(inner.clone(), level) else {
            let value = self.body.get(inner).unwrap_or_default();
            diagnostic.help.extend(finding.written_as(&on_one_line(value)));
            return diagnostic;
        };
        let text = stretch.pieces.iter().all(|piece| piece.text);
        let label = if text { "written here" } else { "written by this" };
        diagnostic = self.blamed(diagnostic, stretch.site, label);
        diagnostic.help.extend(finding.written_as(&self.quoted(stretch.site)));
        if stretch.whole {
            diagnostic.fix = finding.mend.edit.and_then(|edit| {
                let mender = Mender { trace: self.trace, dialect: self.dialect };
                self.quotes_are_outside(finding, &inner, level, edit).then_some(())?;
                mender.value(&stretch, edit)
            });
        }
        self.surroundings(diagnostic, inner.start, level)
    }

    /// Whether the quotes that an edit touches stand in the same template text as what wrote the value.
    fn quotes_are_outside(
        &self,
        finding: &ValueFinding,
        inner: &Range<usize>,
        level: usize,
        edit: MendEdit,
    ) -> bool {
        if edit != MendEdit::Unquote {
            return true;
        }
        let around = [finding.span.start, inner.start, inner.end.saturating_sub(1), inner.end];
        writer::level(self.trace, &around) == level
    }

    /// A text of no characters: the output that wrote none, else its quotes.
    fn blank(&self, diagnostic: Diagnostic, span: &Range<usize>, at: usize) -> Diagnostic {
        let silent = self.between(at, at, EventKind::BlankOutput).next();
        let Some(silent) = silent else {
            let level = self.level_of(span);
            return self.written(diagnostic, span, level, "written here");
        };
        let diagnostic = self.blamed(diagnostic, silent.site, "this wrote nothing");
        let around =
            self.trace.segment_at(span.start).map(|first| (first.path.as_slice(), writer::innermost(first)));
        let (path, level) = around.unwrap_or_default();
        let diagnostic =
            path.iter().take(level).rev().fold(diagnostic, |found, outer| {
                self.also(found, *outer, "the captured text is printed here")
            });
        self.called(self.in_turns(diagnostic, span.start), silent.site)
    }

    fn in_turns(&self, diagnostic: Diagnostic, at: usize) -> Diagnostic {
        let turns = self.turns.at(self.trace, at).into_iter().rev();
        turns.fold(diagnostic, |found, (_, turn)| {
            self.also(found, turn.site, format!("in turn {} of this loop", turn.number))
        })
    }

    /// At which level of their paths one site wrote all of `range`.
    fn level_of(&self, range: &Range<usize>) -> usize {
        writer::level(self.trace, &[range.start, range.end.saturating_sub(1).max(range.start)])
    }
}

impl Mender<'_> {
    /// The edit of a value that `stretch` wrote all of.
    fn value(&self, stretch: &writer::Stretch, edit: MendEdit) -> Option<Fix> {
        match edit {
            MendEdit::Unquote => self.bare(stretch),
            MendEdit::Quote => self.quote(stretch),
            MendEdit::Zeros => self.insert_after(stretch, "000", "make milliseconds of the seconds"),
        }
    }
}
