//! Changes to a template that mend a finding: the edits, made only where the text they touch is what it must be.
//!
//! A filter is suggested only if the dialect has it.

use super::blame::slots::is_json_writer;
use super::blame::writer::{Piece, Stretch};
use crate::diagnostic::{Edit, Fix};
use crate::dialect::Dialect;
use crate::filters;
use crate::render::{Site, TraceMap};
use crate::source::{Source, Span};
use std::sync::Arc;

/// Makes fixes for one body.
#[derive(Clone, Copy)]
pub(super) struct Mender<'t> {
    pub trace: &'t TraceMap,
    pub dialect: &'static Dialect,
}

impl Stretch {
    /// The stretch that one output is.
    pub fn of(site: Site) -> Self {
        Stretch { site, pieces: vec![Piece { site, text: false }], whole: true }
    }

    fn text(&self) -> bool {
        self.pieces.iter().all(|piece| piece.text)
    }
}

impl Mender<'_> {
    /// Whether the dialect has a filter.
    pub fn has(&self, filter: &str) -> bool {
        filters::find(filter, self.dialect.set).is_some()
    }

    /// Puts `text` in the place of template text.
    pub fn replace(&self, stretch: &Stretch, text: &str, message: &str) -> Option<Fix> {
        let edits = vec![Edit { span: stretch.site.span, text: text.to_owned() }];
        self.fix(stretch, message, edits).filter(|_| stretch.text())
    }

    /// Puts `text` before the stretch.
    pub fn insert_before(&self, stretch: &Stretch, text: &str, message: &str) -> Option<Fix> {
        let span = Span::at(stretch.site.span.from());
        self.fix(stretch, message, vec![Edit { span, text: text.to_owned() }])
    }

    /// Puts `text` behind text or a tag.
    pub fn insert_after(&self, stretch: &Stretch, text: &str, message: &str) -> Option<Fix> {
        let source = self.source(stretch)?;
        let last = stretch.pieces.last()?;
        if !(last.text || is_tag(source.slice(last.site.span))) {
            return None;
        }
        let span = Span::at(stretch.site.span.to());
        self.fix(stretch, message, vec![Edit { span, text: text.to_owned() }])
    }

    /// Turns `// text` into a comment of Liquid's.
    pub fn comment(&self, stretch: &Stretch) -> Option<Fix> {
        let source = self.source(stretch)?;
        let written = source.slice(stretch.site.span);
        let starts_as_text = stretch.pieces.first().is_some_and(|piece| piece.text);
        if written.contains("{%") || !starts_as_text || !stretch.whole {
            return None;
        }
        let inner = match written.strip_prefix("/*") {
            Some(block) => block.strip_suffix("*/").unwrap_or(block),
            None => written.trim_start_matches(['/', '#']),
        };
        let text = format!("{{% comment %}} {} {{% endcomment %}}", inner.trim());
        self.fix(stretch, "make it a comment of Liquid's", vec![Edit { span: stretch.site.span, text }])
    }

    /// Takes the comma out and writes it first thing in the branch behind it.
    pub fn move_comma(&self, comma: &Stretch, branch: Site) -> Option<Fix> {
        let source = self.source(comma)?;
        let same = self.trace.source(branch).is_some_and(|other| Arc::ptr_eq(other, source));
        let behind = comma.site.span.end <= branch.span.start;
        if !same || !behind || !is_tag(source.slice(branch.span)) {
            return None;
        }
        let edits = vec![
            Edit { span: comma.site.span, text: String::new() },
            Edit { span: Span::at(branch.span.to()), text: ",".to_owned() },
        ];
        self.fix(comma, "move the comma into the branch", edits)
    }

    /// Puts the stretch in quotes, with its outputs escaped.
    pub fn quote(&self, stretch: &Stretch) -> Option<Fix> {
        let source = self.source(stretch)?;
        if !stretch.whole {
            return None;
        }
        let mut edits = vec![Edit { span: Span::at(stretch.site.span.from()), text: "\"".to_owned() }];
        for piece in &stretch.pieces {
            let written = source.slice(piece.site.span);
            if piece.text && !written.contains(['"', '\\', '\n']) {
                continue;
            }
            if piece.text || !is_tag(written) {
                return None;
            }
            if self.has("json_escape") {
                edits.push(filtered(source, piece.site.span, "json_escape")?);
            }
        }
        edits.push(Edit { span: Span::at(stretch.site.span.to()), text: "\"".to_owned() });
        self.fix(stretch, "put it in quotes", edits)
    }

    /// Takes the quotes around an output away, if its filter writes quotes of its own.
    pub fn unquote(&self, stretch: &Stretch, filter: &str) -> Option<Fix> {
        if !is_json_writer(filter) {
            return None;
        }
        self.bare(stretch)
    }

    /// Takes the quotes around the stretch away.
    pub fn bare(&self, stretch: &Stretch) -> Option<Fix> {
        let (source, span) = (self.source(stretch)?, stretch.site.span);
        let before = Span::new(span.from().checked_sub(1)?, span.from());
        let after = Span::new(span.to(), span.to().checked_add(1)?);
        if source.slice(before) != "\"" || source.slice(after) != "\"" {
            return None;
        }
        let edits = [before, after].map(|span| Edit { span, text: String::new() });
        self.fix(stretch, "leave out the quotes around it", edits.into())
    }

    /// Adds `| json_escape` to an output.
    pub fn escape_output(&self, stretch: &Stretch) -> Option<Fix> {
        self.append_filter(stretch, "json_escape", "escape the value")
    }

    /// Adds a filter to an output.
    pub fn append_filter(&self, stretch: &Stretch, filter: &str, message: &str) -> Option<Fix> {
        let source = self.source(stretch)?;
        let output = stretch.pieces.iter().find(|piece| !piece.text)?;
        let name = filter.split(':').next().unwrap_or(filter);
        if !self.has(name) || source.slice(output.site.span).contains(name) {
            return None;
        }
        let edit = filtered(source, output.site.span, filter)?;
        self.fix(stretch, message, vec![edit])
    }

    /// Gives an output that wrote nothing the word `null` to write instead.
    pub fn default_null(&self, stretch: &Stretch) -> Option<Fix> {
        let default = filters::find("default", self.dialect.set)?;
        let keeps_false = default.parameters.iter().any(|known| known.name == "allow_false");
        let filter = if keeps_false { "default: 'null', allow_false: true" } else { "default: 'null'" };
        self.append_filter(stretch, filter, "write `null` where there is no value")
    }

    /// Escapes control characters of template text.
    pub fn escape_controls(&self, stretch: &Stretch) -> Option<Fix> {
        let written = self.source(stretch)?.slice(stretch.site.span);
        let mut text = String::new();
        for character in written.chars() {
            match character {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                other => text.push_str(&format!("\\u{:04x}", u32::from(other))),
            }
        }
        self.replace(stretch, &text, "write it as an escape")
    }

    /// Escapes the quotes of template text.
    pub fn escape_quotes(&self, stretch: &Stretch) -> Option<Fix> {
        let written = self.source(stretch)?.slice(stretch.site.span);
        let mut edits = Vec::new();
        let mut escaped = false;
        for (offset, byte) in written.bytes().enumerate() {
            if byte == b'"' && !escaped {
                let span = Span::at(stretch.site.span.from().saturating_add(offset));
                edits.push(Edit { span, text: "\\".to_owned() });
            }
            escaped = byte == b'\\' && !escaped;
        }
        self.fix(stretch, "escape the quotes", edits).filter(|_| stretch.text())
    }

    /// Puts straight double quotes in the place of others.
    pub fn straighten(&self, stretch: &Stretch) -> Option<Fix> {
        let (first, last) = (stretch.pieces.first()?, stretch.pieces.last()?);
        if !first.text || !last.text || !stretch.whole {
            return None;
        }
        let written = self.source(stretch)?.slice(stretch.site.span);
        let (opening, closing) = (written.chars().next()?, written.chars().next_back()?);
        let inner = written.get(opening.len_utf8()..written.len().checked_sub(closing.len_utf8())?)?;
        if inner.contains('"') || inner.ends_with('\\') {
            return None;
        }
        let span = stretch.site.span;
        let straight = |span| Edit { span, text: "\"".to_owned() };
        let edits = vec![
            straight(Span::new(span.from(), span.from().saturating_add(opening.len_utf8()))),
            straight(Span::new(span.to().saturating_sub(closing.len_utf8()), span.to())),
        ];
        self.fix(stretch, "use straight double quotes", edits)
    }

    fn source(&self, stretch: &Stretch) -> Option<&Arc<Source>> {
        self.trace.source(stretch.site)
    }

    fn fix(&self, stretch: &Stretch, message: &str, mut edits: Vec<Edit>) -> Option<Fix> {
        let source = self.source(stretch)?.clone();
        for edit in &mut edits {
            keep_apart(source.text(), edit);
        }
        (!edits.is_empty()).then(|| Fix { message: message.to_owned(), source, edits })
    }
}

/// Puts a space before what an edit writes where it would make a tag's delimiter with the brace before it.
fn keep_apart(text: &str, edit: &mut Edit) {
    let before = text.get(..edit.span.from()).unwrap_or_default();
    let behind = text.get(edit.span.to()..).unwrap_or_default();
    let next = edit.text.chars().chain(behind.chars()).next();
    if before.ends_with('{') && matches!(next, Some('{' | '%' | '#')) {
        edit.text.insert(0, ' ');
    }
}

/// Whether the text of a place is a tag with its delimiters; the lines of a `liquid` tag have none.
fn is_tag(written: &str) -> bool {
    written.starts_with("{{") || written.starts_with("{%")
}

/// The edit that adds a filter to the output at `span`.
pub(crate) fn filtered(source: &Source, span: Span, filter: &str) -> Option<Edit> {
    let written = source.slice(span);
    let markup = match written.strip_suffix("}}") {
        Some(markup) if written.starts_with("{{") => markup,
        _ => written.strip_suffix("%}").filter(|markup| is_echo(markup))?,
    };
    let markup = markup.strip_suffix('-').unwrap_or(markup).trim_end();
    let at = span.from().saturating_add(markup.len());
    Some(Edit { span: Span::at(at), text: format!(" | {filter}") })
}

fn is_echo(tag: &str) -> bool {
    let name = tag.trim_start_matches("{%").trim_start_matches('-').trim_start();
    name.strip_prefix("echo").is_some_and(|markup| markup.starts_with(char::is_whitespace))
}
