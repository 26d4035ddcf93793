//! Doubts about the text between tags.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::foreign::in_text;
use super::{edit, platform};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::PROFILE_ATTRIBUTES;
use crate::source::Span;
use crate::syntax::context::Context;
use memchr::memmem;

/// Follows HTML comments over the pieces of a template, and looks for references outside of braces.
#[derive(Default)]
pub(crate) struct TextLint {
    comment: Option<Span>,
    /// Whether another language was found, which is said once.
    foreign: bool,
}

impl TextLint {
    /// Takes note of a stretch of text.
    pub fn text(&mut self, context: &mut Context, span: Span) {
        if !self.foreign
            && let Some((found, language)) = in_text(context.slice(span))
        {
            self.foreign = true;
            let finding = language.finding(context, found.shifted(span.from()));
            context.findings.report(finding);
        }
        if context.dialect.roots.is_empty() && !context.dialect.references {
            return;
        }
        if context.dialect.references {
            self.follow_comments(context.slice(span), span.from());
        }
        references(context, span);
    }

    /// Takes note of an output or tag at `span`.
    pub fn liquid(&mut self, context: &mut Context, span: Span) {
        let Some(comment) = self.comment.take() else { return };
        let diagnostic = Diagnostic::new(&code::BRAZE_HTML_COMMENT, "Liquid in an HTML comment")
            .at(context.source, span, "Braze may not render this")
            .and(context.source, comment, "the comment starts here")
            .help("to leave something out, use `{% comment %}`");
        context.findings.report(diagnostic);
    }

    fn follow_comments(&mut self, text: &str, base: usize) {
        let bytes = text.as_bytes();
        let last_close = memmem::rfind(bytes, b"-->");
        let from = match last_close {
            Some(at) => {
                self.comment = None;
                at + 3
            }
            None => 0,
        };
        if let Some(found) = bytes.get(from..).and_then(|rest| memmem::find(rest, b"<!--")) {
            let start = base + from + found;
            self.comment.get_or_insert(Span::new(start, start + 4));
        }
    }
}

/// Reports each `${name}` in the text: Braze's documentation is of two minds, Carafe prints it as it stands.
fn references(context: &mut Context, span: Span) {
    let text = context.slice(span);
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
        let rest = text.get(open + 2..).unwrap_or_default();
        at = open + 2;
        let Some(length) = rest.find(['}', '{', '\n']) else { continue };
        let name = rest.get(..length).unwrap_or_default();
        if rest.as_bytes().get(length) != Some(&b'}') || name.trim().is_empty() {
            continue;
        }
        let before = text.get(..open).unwrap_or_default();
        let namespace = before.strip_suffix('.').map_or(0, |path| {
            let word =
                path.len() - path.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
            if word > 0 { word + 1 } else { 0 }
        });
        let place = Span::new(open - namespace, open + 3 + length).shifted(span.from());
        at = open + 3 + length;
        if !context.dialect.references {
            // Another language may mean something else by it, unless it is one of Braze's own names.
            if namespace > 0 || PROFILE_ATTRIBUTES.contains(&name.trim()) {
                let finding = platform::of_braze(context, place);
                context.findings.report(finding);
            }
            continue;
        }
        let edits = vec![edit(Span::at(place.from()), "{{"), edit(Span::at(place.to()), "}}")];
        let diagnostic = Diagnostic::new(&code::BRAZE_REFERENCE_IN_TEXT, "a `${…}` outside of double braces")
            .at(context.source, place, "this is printed as it stands")
            .help("write `{{${name}}}`")
            .fix(context.source, "put it in double braces", edits);
        context.findings.report(diagnostic);
    }
}
