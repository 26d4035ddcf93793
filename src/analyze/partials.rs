//! The partials that a template names in so many words.

use crate::source::Span;
use crate::syntax::ast::*;

/// The names that `render` and `include` give as texts, each with its place, in order.
pub(crate) fn partials(body: &Body) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    collect(body, &mut found);
    found
}

/// The parser bounds how deep blocks nest.
fn collect(body: &Body, found: &mut Vec<(String, Span)>) {
    for node in &body.nodes {
        match &node.kind {
            NodeKind::Partial(markup) => {
                if let ExpressionKind::Literal(Literal::String(name)) = &markup.name.kind {
                    found.push((name.to_string(), markup.name.span));
                }
            }
            NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => collect(body, found),
            NodeKind::If(tag) => tag.branches.iter().for_each(|branch| collect(&branch.body, found)),
            NodeKind::Case(tag) => tag.branches.iter().for_each(|branch| collect(&branch.body, found)),
            NodeKind::For(tag) => {
                collect(&tag.body, found);
                tag.otherwise.iter().for_each(|body| collect(body, found));
            }
            NodeKind::TableRow(tag) => collect(&tag.body, found),
            NodeKind::Custom(tag) => tag.template().iter().for_each(|body| collect(body, found)),
            _ => {}
        }
    }
}
