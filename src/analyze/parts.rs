//! What a node is made of: the values it is given and the nodes inside it.

use crate::syntax::ast::*;

/// One part of a node.
pub(super) enum Part<'t> {
    Chain(&'t Chain),
    Value(&'t Expression),
    Body(&'t Body),
}

/// Gives `visit` the parts of a node in the order of the text. What stands before the first branch of a `case` is never
/// rendered, and left out.
pub(super) fn parts<'t>(node: &'t NodeKind, visit: &mut dyn FnMut(Part<'t>)) {
    match node {
        NodeKind::Output(chain) => chain.iter().for_each(|chain| visit(Part::Chain(chain))),
        NodeKind::Assign(markup) => visit(Part::Chain(&markup.value)),
        NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => visit(Part::Body(body)),
        NodeKind::Case(tag) => {
            visit(Part::Value(&tag.subject));
            for branch in &tag.branches {
                branch.values.iter().flatten().for_each(|value| visit(Part::Value(value)));
                visit(Part::Body(&branch.body));
            }
        }
        NodeKind::If(tag) => {
            for branch in &tag.branches {
                branch.condition.iter().for_each(|condition| condition_values(condition, visit));
                visit(Part::Body(&branch.body));
            }
        }
        NodeKind::For(tag) => {
            visit(Part::Value(&tag.markup.collection));
            tag.markup.limit.iter().for_each(|limit| visit(Part::Value(limit)));
            if let Some(Offset::Skip(skip)) = &tag.markup.offset {
                visit(Part::Value(skip));
            }
            visit(Part::Body(&tag.body));
            tag.otherwise.iter().for_each(|body| visit(Part::Body(body)));
        }
        NodeKind::TableRow(tag) => {
            let TableRowMarkup { collection, columns, limit, offset, .. } = &tag.markup;
            let counts = [columns, limit, offset].into_iter().flatten();
            std::iter::once(collection).chain(counts).for_each(|value| visit(Part::Value(value)));
            visit(Part::Body(&tag.body));
        }
        NodeKind::Cycle(markup) => {
            markup.group.iter().chain(&markup.values).for_each(|value| visit(Part::Value(value)));
        }
        NodeKind::Partial(markup) => {
            visit(Part::Value(&markup.name));
            markup.binding.iter().for_each(|binding| visit(Part::Value(&binding.value)));
            markup.arguments.iter().for_each(|(_, value)| visit(Part::Value(value)));
        }
        NodeKind::Fetch(markup) => {
            let texts = markup.texts().into_iter();
            texts.flat_map(|text| text.chains()).for_each(|chain| visit(Part::Chain(chain)));
        }
        NodeKind::Custom(tag) => {
            let arguments = tag.positional.iter().chain(tag.keyword.iter().map(|(_, value)| value));
            arguments.for_each(|argument| visit(Part::Value(argument)));
            tag.template().into_iter().for_each(|body| visit(Part::Body(body)));
        }
        NodeKind::Random(bound) => bound.iter().for_each(|bound| visit(Part::Value(bound))),
        NodeKind::Vendor(VendorMarkup::RenderLiquid(text)) => visit(Part::Value(text)),
        NodeKind::Text(_)
        | NodeKind::Vendor(VendorMarkup::StandIn(_) | VendorMarkup::Uuid)
        | NodeKind::Increment(_)
        | NodeKind::Decrement(_)
        | NodeKind::Break
        | NodeKind::Continue
        | NodeKind::Comment
        | NodeKind::Abort(_) => {}
    }
}

fn condition_values<'t>(condition: &'t Condition, visit: &mut dyn FnMut(Part<'t>)) {
    let comparisons = std::iter::once(&condition.first).chain(condition.rest.iter().map(|(_, next)| next));
    for comparison in comparisons {
        visit(Part::Value(&comparison.left));
        comparison.right.iter().for_each(|(_, right)| visit(Part::Value(right)));
    }
}

/// Gives `visit` the nodes of `body` and of every body inside it. The parser bounds how deep blocks nest.
pub(super) fn nodes<'t>(body: &'t Body, visit: &mut dyn FnMut(&'t Node)) {
    for node in &body.nodes {
        visit(node);
        parts(&node.kind, &mut |part| {
            if let Part::Body(body) = part {
                nodes(body, visit);
            }
        });
    }
}
