//! The partials that a template names in so many words.

use super::parts::nodes;
use crate::source::Span;
use crate::syntax::ast::*;

/// The names that `render` and `include` give as texts, each with its place, in order.
pub(crate) fn partials(body: &Body) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    nodes(body, &mut |node| {
        if let NodeKind::Partial(markup) = &node.kind
            && let ExpressionKind::Literal(Literal::String(name)) = &markup.name.kind
        {
            found.push((name.to_string(), markup.name.span));
        }
    });
    found
}
