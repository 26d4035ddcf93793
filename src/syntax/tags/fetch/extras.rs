//! `promotion` and `message_extras`.

use super::options::{self, Table, Takes};
use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::{FetchMarkup, NodeKind};
use crate::syntax::context::Context;
use crate::syntax::scan::TagPiece;

pub(in crate::syntax::tags) const PROMOTION: Tag = Tag {
    name: "promotion",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Writes a code from a list of promotion codes, the same one throughout a message. Without a code left \
                  the message ends.",
    example: "{% if false %}{% promotion('spring-list') %}{% endif %}ok",
    output: "ok",
    read: Read::Node(promotion),
};

pub(in crate::syntax::tags) const MESSAGE_EXTRAS: Tag = Tag {
    name: "message_extras",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Attaches a key and a value to the send event; writes nothing.",
    example: "{% message_extras :key plan :value gold %}",
    output: "",
    read: Read::Node(extras),
};

const EXTRAS: &str = "{% message_extras :key plan :value {{custom_attribute.${plan}}} %}";

static OPTIONS: Table = &[("key", Takes::Value), ("value", Takes::Value)];

fn promotion(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let read = context.grammar().promotion(context.slice(piece.markup), piece.markup.from());
    let Some(list) = read.filter(|list| !list.text.trim().is_empty()) else {
        let message = "`promotion` needs the name of a list in quotes and parentheses";
        let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, message)
            .at(context.source, piece.span, "")
            .help("write `{% promotion('spring-list') %}`; the name is a static text");
        context.findings.report(diagnostic);
        return None;
    };
    Some(NodeKind::Fetch(Box::new(FetchMarkup::Promotion(list))))
}

/// What Braze cannot read of it, it does not send, and says nothing.
fn extras(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let words = options::words(context, piece, EXTRAS)?;
    options::surplus(context, &words.words, "the key stands behind `:key`");
    let first = words.options.first().map(|(name, _)| name.clone());
    let mut given = options::known(context, piece, words.options, OPTIONS);
    let mut value = |name| options::take(&mut given, name).and_then(|option| option.value);
    let (Some(key), Some(value)) = (value("key"), value("value")) else {
        let diagnostic = Diagnostic::new(
            &code::BRAZE_MESSAGE_EXTRAS,
            "`message_extras` needs a key and a value; nothing is sent",
        )
        .at(context.source, piece.span, "")
        .help(format!("write `{EXTRAS}`"));
        context.findings.report(diagnostic);
        return None;
    };
    if let Some(first) = first.filter(|first| first.text == "value") {
        let diagnostic =
            Diagnostic::new(&code::BRAZE_MESSAGE_EXTRAS, "`:value` stands before `:key`; nothing is sent")
                .at(context.source, first.span, "")
                .help("the key comes first: `:key … :value …`");
        context.findings.report(diagnostic);
        return None;
    }
    Some(NodeKind::Fetch(Box::new(FetchMarkup::MessageExtras { key, value })))
}
