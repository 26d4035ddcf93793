//! `random`, of Braze and of Customer.io.

use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::context::Context;
use crate::syntax::lint;
use crate::syntax::scan::TagPiece;

pub(in crate::syntax::tags) const RANDOM: Tag = Tag {
    name: "random",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE.union(DialectSet::CUSTOMERIO).union(DialectSet::CUSTOMERIO_LEGACY),
    description: "Writes a random integer from 0 up to its bound, which is not reached; without a bound, a fraction from \
                  0 up to 1. The numbers depend on the seed alone.",
    example: "{% random 1 %}",
    output: "0",
    read: Read::Node(read),
};

fn read(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let Some(bound) = context.grammar().random(context.slice(piece.markup), piece.markup.from()) else {
        let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, "`random` takes one number")
            .at(context.source, piece.markup, "")
            .help("write `{% random 10 %}` for an integer from 0 to 9");
        context.findings.report(diagnostic);
        return None;
    };
    if let Some(bound) = &bound {
        lint::expressions(context, bound);
    }
    Some(NodeKind::Random(bound.map(Box::new)))
}
