//! What the tags that fetch have in common: words and options, and text that is rendered before the tag does its work.

use crate::diagnostic::suggest::{SUGGESTIONS, did_you_mean};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::source::Span;
use crate::syntax::ast::{Chain, Name, TagText, TextPart};
use crate::syntax::context::{Context, Place};
use crate::syntax::fallback::Fallback;
use crate::syntax::findings::shown;
use crate::syntax::lint;
use crate::syntax::markup::{Grammar, Part, Word, Words};
use crate::syntax::scan::TagPiece;

/// What an option takes behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Value,
    Nothing,
}

/// The options of a tag, by name.
pub(super) type Table = &'static [(&'static str, Takes)];

/// An option that was given.
pub(super) struct Given {
    pub name: Name,
    /// The value; always there where the option takes one.
    pub value: Option<TagText>,
}

/// The words and options of a tag, which is written like `usage`. `None` where they cannot be read, which is reported.
pub(super) fn words(context: &mut Context, piece: &TagPiece, usage: &str) -> Option<Words> {
    let words = context.grammar().words(context.slice(piece.markup), piece.markup.from());
    if words.is_none() {
        let message = format!("`{}` is not written as Braze reads it", context.slice(piece.name));
        malformed(context, piece.markup, &message, usage);
    }
    words
}

/// Reports that a tag lacks or has something that it must or must not.
pub(super) fn malformed(context: &mut Context, span: Span, message: &str, usage: &str) {
    let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, message)
        .at(context.source, span, "")
        .help(format!("write `{usage}`; double braces in it must be closed"));
    context.findings.report(diagnostic);
}

/// Reports words that a tag has no use for.
pub(super) fn surplus(context: &mut Context, words: &[Word], why: &str) {
    if let [first, .., last] | [first @ last] = words {
        let diagnostic = Diagnostic::new(&code::SYNTAX_IGNORED, "this part of the tag is ignored").at(
            context.source,
            first.span.join(last.span),
            why,
        );
        context.findings.report(diagnostic);
    }
}

/// The options that `table` knows, each once; what is wrong with them and the others is reported.
pub(super) fn known(
    context: &mut Context,
    piece: &TagPiece,
    options: Vec<(Name, Option<Word>)>,
    table: Table,
) -> Vec<Given> {
    let tag = context.slice(piece.name);
    let mut given: Vec<Given> = Vec::new();
    for (name, value) in options {
        let shown = shown(&name.text);
        let finding = match table.iter().find(|(known, _)| *known == name.text) {
            None => {
                let message = format!("`{tag}` has no option `:{shown}`");
                let mut finding = Diagnostic::new(&code::BRAZE_OPTION_UNKNOWN, message).at(
                    context.source,
                    name.span,
                    "it is ignored",
                );
                let names = table.iter().map(|(known, _)| *known);
                let near =
                    if context.findings.len() < SUGGESTIONS { did_you_mean(&name.text, names) } else { None };
                finding.help.push(near.unwrap_or_else(|| format!("its options are {}", listed(table))));
                Some(finding)
            }
            Some(_) if given.iter().any(|other| other.name.text == name.text) => {
                let message = format!("`:{shown}` is given twice; the first one counts");
                Some(Diagnostic::new(&code::BRAZE_OPTION_VALUE, message).at(context.source, name.span, ""))
            }
            Some((_, Takes::Value)) if value.is_none() => {
                let message = format!("`:{shown}` needs a value");
                Some(Diagnostic::new(&code::BRAZE_OPTION_VALUE, message).severity(Severity::Error).at(
                    context.source,
                    name.span,
                    "",
                ))
            }
            Some((_, Takes::Nothing)) => {
                let finding = value.map(|value| {
                    Diagnostic::new(&code::BRAZE_OPTION_VALUE, format!("`:{shown}` takes no value")).at(
                        context.source,
                        value.span,
                        "this is ignored",
                    )
                });
                given.push(Given { name, value: None });
                finding
            }
            Some((_, Takes::Value)) => {
                let value = value.map(|value| text(context, value));
                given.push(Given { name, value });
                None
            }
        };
        if let Some(finding) = finding {
            context.findings.report(finding);
        }
    }
    given
}

fn listed(table: Table) -> String {
    table.iter().map(|(name, _)| format!("`:{name}`")).collect::<Vec<_>>().join(", ")
}

/// Takes the option `name` out of `given`.
pub(super) fn take(given: &mut Vec<Given>, name: &str) -> Option<Given> {
    let at = given.iter().position(|option| option.name.text == name)?;
    Some(given.remove(at))
}

/// Reads the outputs in `word`.
pub(super) fn text(context: &mut Context, word: Word) -> TagText {
    let mut parts = Vec::with_capacity(word.parts.len());
    for part in word.parts {
        match part {
            Part::Text(span) => parts.push(TextPart::Text(span)),
            Part::Output(span) => {
                let read = context.read(Place::Output, span, span.from(), Grammar::chain, Fallback::chain);
                if let Some(Some(chain)) = read {
                    lint::chain(context, &chain);
                    parts.push(TextPart::Output(chain));
                }
            }
            Part::Reference(input) => {
                lint::expressions(context, &input);
                parts.push(TextPart::Output(Chain { span: input.span, input, filters: Vec::new() }));
            }
        }
    }
    TagText { span: word.span, parts }
}

/// The words of `text` without anything to render in it; `None` where there is.
pub(super) fn plain<'s>(context: &Context<'s>, text: &TagText) -> Option<&'s str> {
    text.plain().map(|span| context.slice(span))
}
