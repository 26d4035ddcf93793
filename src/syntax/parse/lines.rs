//! The tag `liquid`, whose lines are tags.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::{Block, Parser};
use crate::source::Span;
use crate::syntax::scan::{BodyEnd, TagPiece, is_blank, read_name};
use crate::syntax::tags::Tag;

impl Parser<'_> {
    /// Reads the lines of a `liquid` tag; blocks opened in it must be closed in it.
    pub(super) fn lines(&mut self, tag: &'static Tag, piece: &TagPiece) {
        let keep = self.blocks.len();
        self.blocks.push(Block { tag, name: tag.name, open: piece.span, node: None, nodes: Vec::new() });
        let markup = self.context.slice(piece.markup);
        let mut comment: Option<(TagPiece, usize)> = None;
        let mut at = piece.markup.from();
        let mut lines = 0;
        for (number, line) in markup.split('\n').enumerate() {
            let span = Span::new(at, at + line.len());
            at = span.to() + 1;
            if !line.is_empty() {
                lines = number + 1;
            }
            if line.trim_matches(is_blank).is_empty() {
                continue;
            }
            let read = self.line(span);
            match (&mut comment, read) {
                (Some((open, depth)), Some(piece)) => match self.context.slice(piece.name) {
                    "comment" => *depth += 1,
                    "endcomment" if *depth == 1 => {
                        let (open, end) = (*open, piece.span);
                        self.verbatim(&open, Span::new(open.span.to(), end.from()), BodyEnd::Closed(end));
                        comment = None;
                    }
                    "endcomment" => *depth -= 1,
                    "raw" => {
                        let open = *open;
                        let body = Span::new(open.span.to(), piece.span.to());
                        self.verbatim(&open, body, BodyEnd::OpenRaw(piece.span));
                        comment = None;
                        break;
                    }
                    _ => {}
                },
                (Some(_), None) => {}
                (None, Some(piece)) => match self.context.slice(piece.name) {
                    "comment" => comment = Some((piece, 1)),
                    "liquid" => self.nested_lines(tag, piece),
                    _ => self.tag(&piece),
                },
                (None, None) => {
                    let name = line.trim_matches(is_blank);
                    let start = span.from() + (line.len() - line.trim_start_matches(is_blank).len());
                    let name_span = Span::new(start, start + name.len());
                    self.unknown_line(line, name, &TagPiece { span, name: name_span, markup: name_span });
                }
            }
            if self.stopped {
                break;
            }
        }
        if let Some((open, _)) = comment {
            self.verbatim(&open, Span::new(open.span.to(), piece.markup.to()), BodyEnd::Open);
        }
        // The reference counts a line for each it has read, whatever it ends with.
        let (start, shift) = (piece.markup.from(), self.context.findings.line_shift);
        self.context.findings.line_shift = shift.saturating_add_unsigned(lines);
        self.close_blocks(keep + 1, Span::at(piece.markup.to()), start);
        self.context.findings.line_shift = shift;
        self.close(piece.span);
        let counted = self.source().line(start) + lines;
        let actual = self.source().line(piece.span.to());
        self.next_shift = shift.saturating_add_unsigned(counted).saturating_sub_unsigned(actual);
    }

    fn line(&self, span: Span) -> Option<TagPiece> {
        let line = self.context.slice(span);
        let from = span.to() - line.trim_start_matches(is_blank).len();
        let to = span.from() + line.trim_end_matches(is_blank).len();
        // Blanks at the end belong to the markup, as those in front of `%}` do.
        let (name, markup) = read_name(self.source().text(), from, span.to())?;
        Some(TagPiece { span: Span::new(from, to), name, markup })
    }

    /// A line that starts with `liquid`, once or many times: a `liquid` tag of that one line.
    fn nested_lines(&mut self, tag: &'static Tag, mut piece: TagPiece) {
        while self.context.slice(piece.name) == "liquid" {
            match self.line(piece.markup) {
                Some(inside) => piece = inside,
                None => return,
            }
        }
        let keep = self.blocks.len();
        self.blocks.push(Block { tag, name: tag.name, open: piece.span, node: None, nodes: Vec::new() });
        self.tag(&piece);
        self.close_blocks(keep + 1, Span::at(piece.span.to()), piece.span.to());
        self.close(piece.span);
    }
}
