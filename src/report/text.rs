//! The picture of a finding, in the look of rustc.
//!
//! `annotate-snippets` draws. It is given excerpts, never whole sources, and would count columns in them. So it
//! gets a marker in place of each source's name, and the picture's places are put in afterwards: see [`Places`].

use super::excerpt::{self, Cut, Excerpt};
use super::{Options, place::Locator, shown, visible};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::source::Source;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

/// The most secondary places, notes and pieces of advice that are drawn, each.
const MOST_PARTS: usize = 16;
/// The longest text of a fix that is drawn, in bytes; of a longer one only the message is shown.
const LONGEST_PATCH: usize = 2_000;
/// The columns of a terminal that is not known.
const WIDTH: usize = 140;

pub(super) fn write(diagnostics: &[Diagnostic], options: &Options, out: &mut String) {
    let mut locator = Locator::default();
    let (shown, rest) = shown(diagnostics);
    for (at, diagnostic) in shown.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        draw(diagnostic, options, &mut locator, out);
    }
    if rest > 0 {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "\n{rest} more");
    }
}

fn draw(diagnostic: &Diagnostic, options: &Options, locator: &mut Locator, out: &mut String) {
    let cut = Cut {
        width: options.width.unwrap_or(WIDTH).saturating_sub(8).clamp(40, 200),
        mark: if options.unicode { "…" } else { "..." },
    };
    let title = level(diagnostic.severity)
        .primary_title(visible::line(&diagnostic.message))
        .id(visible::line(diagnostic.code.name));
    let mut main = Group::with_title(title);

    let primary = diagnostic.primary.iter().map(|label| (label, AnnotationKind::Primary));
    let secondary =
        diagnostic.secondary.iter().take(MOST_PARTS).map(|label| (label, AnnotationKind::Context));
    let labels: Vec<_> = primary.chain(secondary).collect();
    let mut places = Places { locator, texts: Vec::new() };
    main = point(main, &labels, cut, &mut places);

    let unshown = diagnostic.secondary.len().saturating_sub(MOST_PARTS);
    if unshown > 0 {
        main = main.element(Level::NOTE.message(format!("{unshown} more places took part")));
    }
    for note in diagnostic.notes.iter().take(MOST_PARTS) {
        main = main.element(Level::NOTE.message(visible::paragraph(note)));
    }
    for help in diagnostic.help.iter().take(MOST_PARTS) {
        main = main.element(Level::HELP.message(visible::paragraph(help)));
    }

    let mut report = vec![main];
    if let Some(label) = &diagnostic.rendered {
        let group = Group::with_title(
            Level::NOTE.secondary_title(format!("the {}", visible::line(label.source.name()))),
        );
        report.push(point(group, &[(label, AnnotationKind::Primary)], cut, &mut places));
    }
    if let Some(fix) = &diagnostic.fix {
        report.push(mend(fix, diagnostic.primary.as_ref(), cut, &mut places));
    }

    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if options.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    // Long lines are already cut; a second cut could only hide what is pointed at.
    let renderer = renderer.decor_style(decor).term_width(1 << 20);
    places.put_in(&renderer.render(&report), out);
    out.push('\n');
}

/// The `name:line:column` texts of one picture.
struct Places<'l> {
    locator: &'l mut Locator,
    texts: Vec<String>,
}

impl Places<'_> {
    /// Starts a marker. No other text of a picture holds it, since `visible` escapes it.
    const MARK: char = '\u{1}';

    /// A marker that stands for byte `offset` of `source`.
    fn marker(&mut self, source: &Source, offset: usize) -> String {
        let position = self.locator.position(source, offset);
        let marker = format!("{}{}", Self::MARK, self.texts.len());
        self.texts.push(format!("{}:{}:{}", visible::line(source.name()), position.line, position.column));
        marker
    }

    /// Appends `picture` to `out` with each marker, and the line and column drawn after it, replaced.
    fn put_in(&self, picture: &str, out: &mut String) {
        let mut parts = picture.split(Self::MARK);
        out.push_str(parts.next().unwrap_or(""));
        for part in parts {
            let end = part.find(|c: char| c != ':' && !c.is_ascii_digit()).unwrap_or(part.len());
            let (marker, rest) = part.split_at(end);
            let number = marker.split(':').next().and_then(|number| number.parse::<usize>().ok());
            out.push_str(number.and_then(|number| self.texts.get(number)).map_or("", String::as_str));
            out.push_str(rest);
        }
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Adds the lines that `labels` lie in, source by source in the order of the labels.
fn point<'a>(
    mut group: Group<'a>,
    labels: &[(&Label, AnnotationKind)],
    cut: Cut,
    origins: &mut Places<'_>,
) -> Group<'a> {
    let mut sources: Vec<&Arc<Source>> = Vec::new();
    for (label, _) in labels {
        if !sources.iter().any(|source| Arc::ptr_eq(source, &label.source)) {
            sources.push(&label.source);
        }
    }
    for source in sources {
        let labels: Vec<_> = labels.iter().filter(|(label, _)| Arc::ptr_eq(source, &label.source)).collect();
        let places: Vec<_> = labels.iter().map(|(label, _)| excerpt::pointed(source, label.span)).collect();
        let mut excerpts = excerpt::excerpts(source, &places, cut);
        // The excerpt with the first label goes first: for the first source that is what caused it all.
        excerpts.sort_by_key(|excerpt| excerpt.places.iter().map(|(label, _)| *label).min());
        for excerpt in excerpts {
            let leading = excerpt.places.iter().min_by_key(|(label, _)| *label);
            let at = leading.and_then(|(label, _)| places.get(*label)).map_or(0, |place| place.start);
            let mut snippet =
                Snippet::source(excerpt.text).line_start(excerpt.first_line).path(origins.marker(source, at));
            for (at, place) in excerpt.places {
                let Some((label, kind)) = labels.get(at) else { continue };
                let words = Some(visible::line(&label.message)).filter(|words| !words.is_empty());
                snippet = snippet.annotation(kind.span(place).label(words));
            }
            group = group.element(snippet);
        }
    }
    group
}

/// The fix as a patch; only its message if a picture would be too large or its edits make no sense together.
fn mend<'a>(fix: &Fix, primary: Option<&Label>, cut: Cut, origins: &mut Places<'_>) -> Group<'a> {
    let mut group = Group::with_title(Level::HELP.secondary_title(visible::line(&fix.message)));
    let places: Vec<Range<usize>> =
        fix.edits.iter().map(|edit| excerpt::clamp(&fix.source, edit.span)).collect();
    let apart = places.windows(2).all(|pair| matches!(pair, [a, b] if a.end <= b.start));
    let written: usize = fix.edits.iter().map(|edit| edit.text.len()).sum();
    let removed: usize = places.iter().map(Range::len).sum();
    if !apart || written > LONGEST_PATCH || removed > LONGEST_PATCH {
        return group;
    }
    let elsewhere = primary.is_none_or(|label| !Arc::ptr_eq(&label.source, &fix.source));
    for Excerpt { text, first_line, places: moved } in excerpt::excerpts(&fix.source, &places, cut) {
        let mut snippet = Snippet::source(text).line_start(first_line);
        if elsewhere && let Some(place) = moved.first().and_then(|(at, _)| places.get(*at)) {
            snippet = snippet.path(origins.marker(&fix.source, place.start));
        }
        for (at, place) in moved {
            let text = fix.edits.get(at).map_or("", |edit| &edit.text);
            snippet = snippet.patch(Patch::new(place, visible::block(text)));
        }
        group = group.element(snippet);
    }
    group
}
