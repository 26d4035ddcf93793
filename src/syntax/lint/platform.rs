//! What belongs to another platform's Liquid, and what the platforms without `${…}` do with a person's data.

use super::edit;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::{DialectSet, Family};
use crate::source::Span;
use crate::syntax::ast::{Chain, ExpressionKind, FilterCall, Literal, Lookup, Root};
use crate::syntax::context::Context;

/// A `${…}` in a dialect that has none.
pub(crate) fn of_braze(context: &Context, span: Span) -> Diagnostic {
    let here = match context.dialect.set.intersects(DialectSet::CLEVERTAP) {
        true => "`{{ Profile.name }}`",
        false => "`{{ customer.name }}`",
    };
    Diagnostic::new(&code::DIALECT_OTHER, format!("`${{…}}` is Braze's; {} has none", context.dialect.title))
        .severity(Severity::Warning)
        .at(context.source, span, "this is written as it stands")
        .help(format!("write {here}, or choose the dialect `braze`"))
}

/// Looks at a chain that is printed: is it all that is known of a person?
pub(crate) fn printed(context: &mut Context, chain: &Chain) {
    let ExpressionKind::Lookup(Lookup { root: Root::Name(root), segments }) = &chain.input.kind else {
        return;
    };
    let is_person = matches!(root.text.as_str(), "customer" | "Profile")
        && context.dialect.roots.iter().any(|known| known.name == root.text);
    if !is_person || !segments.is_empty() {
        return;
    }
    let kept = |filter: &FilterCall| {
        matches!(filter.name.text.as_str(), "replace" | "to_json" | "json" | "escape" | "strip" | "inspect")
    };
    if !chain.filters.iter().all(kept) {
        return;
    }
    let message = format!("all attributes of the person are written: `{}`", root.text);
    let diagnostic = Diagnostic::new(&code::VARIABLE_LEAK, message)
        .at(context.source, chain.span, "whatever is known of them leaves the house")
        .help("write the attributes that the receiver needs, one by one");
    context.findings.report(diagnostic);
    let arrow = chain.filters.iter().find(|filter| {
        let first = filter.positional.first().map(|argument| &argument.kind);
        filter.name.text == "replace"
            && matches!(first, Some(ExpressionKind::Literal(Literal::String(text))) if text == "=>")
    });
    let Some(arrow) = arrow else { return };
    let (code, message, note) = match context.dialect.family {
        Family::LiquidJs => (
            &code::DIALECT_OTHER,
            "replacing `=>` makes JSON of an object only on Customer.io's old engine",
            "here an object prints `[object Object]`",
        ),
        Family::Ruby => (
            &code::RENDER_OBJECT_TEXT,
            "replacing `=>` makes JSON of an object only as long as its values are plain",
            "null prints `nil`, `=>` in a value is replaced, and Ruby's escapes are not JSON's",
        ),
    };
    let whole = chain.span;
    let written = format!("{} | to_json", root.text);
    let diagnostic = Diagnostic::new(code, message)
        .severity(Severity::Warning)
        .at(context.source, arrow.span, "")
        .note(note)
        .help("write `| to_json`")
        .fix(context.source, "print it as JSON", vec![edit(whole, &written)]);
    context.findings.report(diagnostic);
}

/// Looks for an output that a quote hides: LiquidJS takes `"}} {{b"` in `{{a"}} {{b"}}` for a text.
pub(crate) fn hidden_output(context: &mut Context, span: Span, markup: Span) {
    if context.dialect.family != Family::LiquidJs {
        return;
    }
    let text = context.slice(markup);
    let Some(close) = text.find("}}") else { return };
    let Some(open) = text.get(..close).and_then(|before| before.rfind(['"', '\''])) else { return };
    if !text.get(close..).is_some_and(|rest| rest.contains("{{")) {
        return;
    }
    let quote = |at: usize| Span::new(at, at.saturating_add(1)).shifted(markup.from());
    let first = quote(open);
    let mut diagnostic =
        Diagnostic::new(&code::QUOTE_IN_OUTPUT, "a quote inside the braces hides what is behind them")
            .at(context.source, first, "the text that begins here holds `}}`")
            .help("put the quotes outside: `\"{{ a }} {{ b }}\"`");
    if let Some(last) = text.trim_end().strip_suffix(['"', '\'']) {
        let last = quote(last.len());
        let quote = context.slice(first).to_owned();
        let edits = vec![edit(first, ""), edit(last, ""), edit(Span::at(span.to()), &quote)];
        diagnostic = diagnostic.fix(context.source, "put the quote behind the braces", edits);
    }
    context.findings.report(diagnostic);
}
