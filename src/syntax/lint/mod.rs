//! Warnings about markup that reads, but not as its writer meant it.
//!
//! Most of them are Braze's: forms its documentation calls wrong, of which the reference in lax mode makes something
//! else without a word. `markup` looks at markup the grammar rejects, this file at what was read, `text` at the
//! text between tags.

mod foreign;
mod markup;
mod platform;
mod text;

pub(crate) use foreign::{Blocks, in_output, of_tag};
pub(crate) use markup::{doubtful_markup, is_explained, reason_of_rejection};
pub(crate) use platform::{hidden_output, of_braze, printed};
pub(crate) use text::TextLint;

use super::ast::{Chain, Condition, Expression, ExpressionKind, Literal, Lookup, Name, Root};
use super::context::{Context, Expressions};
use super::findings::shown;
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Diagnostic, Edit, code};
use crate::dialect::NAMESPACES;
use crate::source::Span;

/// Looks at every expression in what was read.
pub(crate) fn expressions(context: &mut Context, read: &impl Expressions) {
    if !context.dialect.roots.is_empty() || context.dialect.references {
        strangers(context, read);
    }
    if !context.dialect.references {
        return;
    }
    let mut found = Vec::new();
    read.visit(&mut |expression| match &expression.kind {
        ExpressionKind::Literal(Literal::String(text)) => {
            let liquid = text.contains("{{") || text.contains("${") || text.contains("{%");
            if liquid {
                let message = "Liquid inside a quoted text is not rendered";
                let diagnostic = Diagnostic::new(&code::BRAZE_LIQUID_IN_STRING, message)
                    .at(context.source, expression.span, "this is written as it stands")
                    .help("put the parts together with `append`, or use `{% capture %}`");
                found.push(diagnostic);
            }
        }
        ExpressionKind::Lookup(Lookup {
            root: Root::Reference { namespace: Some(namespace), .. }, ..
        }) => {
            found.extend(namespace_doubt(context, namespace));
        }
        _ => {}
    });
    for diagnostic in found {
        context.findings.report(diagnostic);
    }
}

/// Takes note of names that another platform fills; whether the template makes them is only known at its end.
fn strangers(context: &mut Context, read: &impl Expressions) {
    const MOST: usize = 100;
    let dialect = context.dialect;
    let mut found = Vec::new();
    read.visit(&mut |expression| {
        if let ExpressionKind::Lookup(Lookup { root: Root::Name(name), segments }) = &expression.kind
            && !segments.is_empty()
        {
            let is_variant = dialect
                .roots
                .iter()
                .any(|root| root.name != name.text && root.name.eq_ignore_ascii_case(&name.text));
            if is_variant || dialect.home_of(&name.text).is_some() {
                found.push(name.span);
            }
        }
    });
    found.truncate(MOST.saturating_sub(context.strangers.len()));
    context.strangers.extend(found);
}

fn namespace_doubt(context: &Context, namespace: &Name) -> Option<Diagnostic> {
    let known = NAMESPACES.iter().any(|known| known.name == namespace.text);
    if known {
        return None;
    }
    let message = format!("no namespace is called `{}`", shown(&namespace.text));
    let mut diagnostic =
        Diagnostic::new(&code::BRAZE_NAMESPACE, message).at(context.source, namespace.span, "");
    diagnostic.help.extend(did_you_mean(&namespace.text, NAMESPACES.iter().map(|known| known.name)));
    Some(diagnostic)
}

/// Looks at the chain of an output, an `echo` or an `assign` as a whole.
pub(crate) fn chain(context: &mut Context, chain: &Chain) {
    if !context.dialect.references {
        return;
    }
    if let Some(name) = bare_name(&chain.input)
        && name == "now"
        && !context.assigns_now
    {
        let diagnostic = Diagnostic::new(&code::BRAZE_UNQUOTED_NOW, "`now` without quotes is a variable")
            .at(context.source, chain.input.span, "nothing defines it")
            .help("write `'now'` for the current time")
            .fix(context.source, "put `now` in quotes", vec![edit(chain.input.span, "'now'")]);
        context.findings.report(diagnostic);
    }
    let mut attributes = Vec::new();
    let mut count = |expression: &Expression| {
        if let ExpressionKind::Lookup(Lookup { root: Root::Reference { namespace: Some(name), .. }, .. }) =
            &expression.kind
            && name.text == "custom_attribute"
        {
            attributes.push(expression.span);
        }
    };
    chain.input.visit(&mut count);
    for call in chain.filters.iter().filter(|call| call.name.text != "default") {
        call.positional.iter().for_each(|value| value.visit(&mut count));
    }
    if let [first, second, ..] = attributes[..] {
        let diagnostic =
            Diagnostic::new(&code::BRAZE_TWO_ATTRIBUTES, "two custom attributes in one expression")
                .at(context.source, second, "the second one")
                .and(context.source, first, "the first one")
                .note("Braze documents that this does not work")
                .help("assign one of them to a variable first");
        context.findings.report(diagnostic);
    }
}

/// Looks at a condition as a whole.
pub(crate) fn condition(context: &mut Context, condition: &Condition) {
    if !context.dialect.references {
        return;
    }
    let mut filtered = Vec::new();
    condition.visit(&mut |expression| {
        if let ExpressionKind::Inner(chain) = &expression.kind
            && !chain.filters.is_empty()
        {
            filtered.push(expression.span);
        }
    });
    for span in filtered {
        let diagnostic = Diagnostic::new(&code::BRAZE_INNER_FILTER, "a filter inside braces in a condition")
            .at(context.source, span, "Braze may ignore the filter")
            .help("assign the filtered value to a variable first, and compare the variable");
        context.findings.report(diagnostic);
    }
}

/// Looks at an output whose value stands in braces of its own: `{{ {{x}} }}`.
pub(crate) fn output(context: &mut Context, chain: &Chain) {
    if let ExpressionKind::Inner(inner) = &chain.input.kind {
        let (outer, inner) = (chain.input.span, inner.span);
        let edits = vec![
            edit(Span::new(outer.from(), inner.from()), ""),
            edit(Span::new(inner.to(), outer.to()), ""),
        ];
        let diagnostic = Diagnostic::new(&code::BRAZE_TRIPLE_BRACES, "braces inside the braces of an output")
            .at(context.source, outer, "")
            .help("one pair of double braces is enough")
            .fix(context.source, "remove the inner braces", edits);
        context.findings.report(diagnostic);
    }
}

fn bare_name(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Lookup(Lookup { root: Root::Name(name), segments }) if segments.is_empty() => {
            Some(&name.text)
        }
        _ => None,
    }
}

fn edit(span: Span, text: &str) -> Edit {
    Edit { span, text: text.to_owned() }
}
