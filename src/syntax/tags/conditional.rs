//! `if`, `unless`, `case` and their branches.

use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, Edit, code};
use crate::dialect::{DialectSet, Family};
use crate::source::Span;
use crate::syntax::ast::{
    Body, Branch, Case, CaseBranch, Condition, Expression, ExpressionKind, If, Literal, NodeKind, Operator,
};
use crate::syntax::context::{Context, Place};
use crate::syntax::fallback::Fallback;
use crate::syntax::findings::{shift_at, shown};
use crate::syntax::lint;
use crate::syntax::markup::Grammar;
use crate::syntax::scan::{TagPiece, is_blank};

pub(super) const IF: Tag = Tag {
    name: "if",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Renders its body if the condition holds.",
    example: "{% if 2 > 1 %}yes{% endif %}",
    output: "yes",
    read: Read::Node(|context, piece| Some(read_if(context, piece, false))),
};

pub(super) const UNLESS: Tag = Tag {
    name: "unless",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Renders its body unless the condition holds.",
    example: "{% unless 2 > 1 %}no{% else %}yes{% endunless %}",
    output: "yes",
    read: Read::Node(|context, piece| Some(read_if(context, piece, true))),
};

pub(super) const ELSIF: Tag = Tag {
    name: "elsif",
    kind: TagKind::Branch,
    dialects: DialectSet::ALL,
    description: "Renders its branch if no branch before it was taken and the condition holds.",
    example: "{% if false %}a{% elsif true %}b{% endif %}",
    output: "b",
    read: Read::Branch { of: &["if", "unless"], read: elsif },
};

pub(super) const ELSE: Tag = Tag {
    name: "else",
    kind: TagKind::Branch,
    dialects: DialectSet::ALL,
    description: "Renders its branch if no branch before it was taken, or if there was nothing to loop over.",
    example: "{% if false %}a{% else %}b{% endif %}",
    output: "b",
    read: Read::Branch { of: &["if", "unless", "case", "for"], read: otherwise },
};

pub(super) const CASE: Tag = Tag {
    name: "case",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "Compares one value with the values of its `when` branches.",
    example: "{% case 2 %}{% when 1 %}a{% when 2, 3 %}b{% else %}c{% endcase %}",
    output: "b",
    read: Read::Node(case),
};

pub(super) const WHEN: Tag = Tag {
    name: "when",
    kind: TagKind::Branch,
    dialects: DialectSet::ALL,
    description: "Renders its branch if one of its values equals the value of the `case`.",
    example: "{% case 'x' %}{% when 'x' or 'y' %}found{% endcase %}",
    output: "found",
    read: Read::Branch { of: &["case"], read: when },
};

fn condition(context: &mut Context, piece: &TagPiece, line_at: usize) -> Option<Condition> {
    let span = piece.markup;
    let condition = context.read(Place::Condition, span, line_at, Grammar::condition, Fallback::condition)?;
    let comparisons = std::iter::once(&condition.first).chain(condition.rest.iter().map(|(_, next)| next));
    for comparison in comparisons {
        if let Some((Operator::Unknown(operator), _)) = &comparison.right
            && !lint::is_explained(context, Place::Condition, span)
        {
            let message = format!("`{}` is no operator", shown(operator));
            let diagnostic = Diagnostic::new(&code::UNKNOWN_OPERATOR, message)
                .at(context.source, span, "")
                .help("the operators are == != <> < > <= >= and contains");
            context.findings.report(diagnostic);
        }
    }
    lint::condition(context, &condition);
    Some(condition)
}

fn read_if(context: &mut Context, piece: &TagPiece, negated: bool) -> NodeKind {
    let condition = condition(context, piece, piece.markup.from());
    NodeKind::If(If { negated, branches: vec![Branch { tag: piece.span, condition, body: Body::default() }] })
}

fn elsif(context: &mut Context, piece: &TagPiece, block: &mut NodeKind) {
    // The strict parsers name the line of the block, which reads its branches.
    let open = match block {
        NodeKind::If(block) if !context.is_lax() => block.branches.first().map(|branch| branch.tag),
        _ => None,
    };
    let line_at = open.map_or(piece.markup.from(), Span::from);
    let shift = context.findings.line_shift;
    if let Some(open) = open {
        context.findings.line_shift = shift_at(&context.findings.line_shifts, open.start);
    }
    let condition = condition(context, piece, line_at);
    context.findings.line_shift = shift;
    if let NodeKind::If(block) = block {
        if is_liquidjs(context) && !block.negated && has_else(block) {
            let message = "`elsif` stands behind `else`, which nothing may follow";
            let diagnostic =
                Diagnostic::new(&code::UNEXPECTED_TAG, message).at(context.source, piece.span, "");
            context.findings.error(diagnostic, "unexpected elsif after else", piece.markup.from());
        }
        block.branches.push(Branch { tag: piece.span, condition, body: Body::default() });
    }
}

fn is_liquidjs(context: &Context) -> bool {
    context.dialect.family == Family::LiquidJs
}

/// Whether the block has an `else`, or an `elsif` without a condition, which was reported.
fn has_else(block: &If) -> bool {
    block.branches.iter().any(|branch| branch.condition.is_none())
}

fn otherwise(context: &mut Context, piece: &TagPiece, block: &mut NodeKind) {
    let (tag, body) = (piece.span, Body::default());
    match block {
        NodeKind::If(If { negated: false, .. }) | NodeKind::For(_) if is_liquidjs(context) => {
            else_with_markup(context, piece, true);
        }
        NodeKind::Case(_) if !is_liquidjs(context) => {}
        _ => else_with_markup(context, piece, false),
    }
    match block {
        NodeKind::If(block) if is_liquidjs(context) && !block.negated && has_else(block) => {
            let message = "an `if` has only one `else`";
            let diagnostic =
                Diagnostic::new(&code::UNEXPECTED_TAG, message).at(context.source, piece.span, "");
            context.findings.error(diagnostic, "duplicated else", piece.markup.from());
        }
        NodeKind::Case(block) if is_liquidjs(context) => {
            // What stands behind a second `else` is never rendered.
            let again = block.branches.iter().any(|branch| branch.values.is_none());
            block.branches.push(CaseBranch { tag, values: again.then(Vec::new), body });
        }
        NodeKind::If(block) => block.branches.push(Branch { tag, condition: None, body }),
        NodeKind::Case(block) => {
            if !context.slice(piece.markup).trim_matches(is_blank).is_empty() {
                let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, "`else` takes no condition")
                    .at(context.source, piece.markup, "")
                    .help("use `when` for a branch with values");
                let reference =
                    "Syntax Error in tag 'case' - Valid else condition: {% else %} (no parameters) ";
                context.findings.error(diagnostic, reference, piece.markup.from());
            }
            block.branches.push(CaseBranch { tag, values: None, body });
        }
        NodeKind::For(block) => block.otherwise = Some(body),
        _ => {}
    }
}

/// The reference passes over what follows `else`; most of the time an `elsif` was meant. LiquidJS refuses it in places.
fn else_with_markup(context: &mut Context, piece: &TagPiece, is_error: bool) {
    let written = context.slice(piece.markup).trim_matches(is_blank);
    if written.is_empty() {
        return;
    }
    let mut diagnostic = if is_error {
        Diagnostic::new(&code::SYNTAX_ERROR, "`else` takes no condition").at(context.source, piece.markup, "")
    } else {
        let message = format!("`else` takes no condition; `{}` is ignored", shown(written));
        let always = "the branch is taken whenever no branch before it was";
        Diagnostic::new(&code::SYNTAX_IGNORED, message).at(context.source, piece.markup, always)
    };
    let condition = written.strip_prefix("if").filter(|rest| rest.starts_with(is_blank));
    if condition.is_some() {
        let wrong = Span::new(piece.name.from(), piece.markup.from().saturating_add("if".len()));
        let edits = vec![Edit { span: wrong, text: "elsif".to_owned() }];
        diagnostic =
            diagnostic.help("write `elsif`").fix(context.source, "write `elsif` for `else if`", edits);
    }
    if is_error {
        let reference = format!("unexpected \"{}\"", shown(written));
        context.findings.error(diagnostic, reference, piece.markup.from());
    } else {
        context.findings.report(diagnostic);
    }
}

fn case(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let span = piece.markup;
    let subject =
        context.read(Place::Condition, span, span.from(), Grammar::case_subject, Fallback::case_subject);
    let subject = subject.unwrap_or_else(|| nothing(span));
    Some(NodeKind::Case(Box::new(Case { subject, before: Body::default(), branches: Vec::new() })))
}

fn when(context: &mut Context, piece: &TagPiece, block: &mut NodeKind) {
    let span = piece.markup;
    let values =
        context.read(Place::Condition, span, span.from(), Grammar::when_values, Fallback::when_values);
    if let NodeKind::Case(block) = block {
        let elses = block.branches.iter().filter(|branch| branch.values.is_none()).count();
        let values = match elses {
            // To LiquidJS what follows belongs to the `else` before.
            1 if is_liquidjs(context) => None,
            _ => Some(values.unwrap_or_default()),
        };
        block.branches.push(CaseBranch { tag: piece.span, values, body: Body::default() });
    }
}

fn nothing(span: Span) -> Expression {
    Expression { span, kind: ExpressionKind::Literal(Literal::Nil) }
}
