//! Braze's `abort_message` and CleverTap's `abort`.

use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::context::Context;
use crate::syntax::scan::{TagPiece, is_blank};

pub(super) const ABORT_MESSAGE: Tag = Tag {
    name: "abort_message",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Ends the message: nothing is sent, and the reason is logged.",
    example: "{% if false %}{% abort_message('no coupon left') %}{% endif %}ok",
    output: "ok",
    read: Read::Node(read),
};

pub(super) const ABORT: Tag = Tag {
    name: "abort",
    kind: TagKind::Inline,
    dialects: DialectSet::CLEVERTAP,
    description: "Ends the message: nothing is sent, and the report says `LiquidLogicAborted`.",
    example: "{% if false %}{% abort %}{% endif %}ok",
    output: "ok",
    read: Read::Node(|_, _| Some(NodeKind::Abort(Some("LiquidLogicAborted".to_owned())))),
};

/// The forms are `abort_message`, `abort_message()`, and a reason in parentheses, quoted or bare.
fn read(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let markup = context.slice(piece.markup).trim_matches(is_blank);
    if markup.is_empty() {
        return Some(NodeKind::Abort(None));
    }
    let reason = markup.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).and_then(reason);
    let Some(reason) = reason else {
        let diagnostic =
            Diagnostic::new(&code::SYNTAX_ERROR, "`abort_message` is not written as Braze reads it")
                .at(context.source, piece.markup, "")
                .help(
                    "write `{% abort_message('reason') %}`; the reason must not hold its own kind of quote",
                );
        context.findings.report(diagnostic);
        return None;
    };
    if reason.contains("{{") || reason.contains("${") {
        let diagnostic = Diagnostic::new(&code::BRAZE_ABORT_LIQUID, "Liquid in the reason is not rendered")
            .at(context.source, piece.markup, "")
            .help("the reason is logged as it stands; leave the Liquid out");
        context.findings.report(diagnostic);
    }
    Some(NodeKind::Abort((!reason.is_empty()).then(|| reason.to_owned())))
}

fn reason(inside: &str) -> Option<&str> {
    let inside = inside.trim_matches(is_blank);
    match inside.chars().next() {
        None => Some(""),
        Some(quote @ ('\'' | '"')) => {
            let text = inside.get(1..)?.strip_suffix(quote)?;
            (!text.contains(quote)).then_some(text)
        }
        Some(_) => (!inside.contains(['\'', '"', '(', ')'])).then_some(inside),
    }
}
