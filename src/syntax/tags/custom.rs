//! Tags that a host adds: how their markup and what follows them is read.

use super::super::ast::{Body, CustomBody, CustomMarkup, Name, NodeKind};
use super::super::context::{Context, Expressions};
use super::super::lint;
use super::super::scan::TagPiece;
use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::source::Span;
use std::collections::BTreeMap;

/// How a tag of the host is written: what its markup is, and what follows it.
///
/// | | the tag | its markup |
/// | --- | --- | --- |
/// | [`inline`](TagForm::inline) | `{% name … %}` | arguments |
/// | [`block`](TagForm::block) | `{% name … %}…{% endname %}` around tags, outputs and text | arguments |
/// | [`verbatim`](TagForm::verbatim) | the same around text in which nothing is read as Liquid | arguments |
///
/// Arguments are written as those of a filter: values after commas, by place or by name, as in `{% card product, 2, title: 'Now' %}`.
/// [`with_text`](TagForm::with_text) leaves the markup to the tag instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagForm {
    body: BodyForm,
    text: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyForm {
    None,
    Template,
    Verbatim,
}

impl TagForm {
    /// A tag that stands for itself.
    pub const fn inline() -> Self {
        TagForm { body: BodyForm::None, text: false }
    }

    /// A tag around a part of the template.
    pub const fn block() -> Self {
        TagForm { body: BodyForm::Template, text: false }
    }

    /// A tag around text that is not read as Liquid, as that of `raw`.
    pub const fn verbatim() -> Self {
        TagForm { body: BodyForm::Verbatim, text: false }
    }

    /// The same, but its markup is any text, which the tag reads itself.
    pub const fn with_text(self) -> Self {
        TagForm { text: true, ..self }
    }

    pub(in crate::syntax) fn is_verbatim(self) -> bool {
        self.body == BodyForm::Verbatim
    }

    /// What the parser takes a tag of this form for.
    pub(in crate::syntax) fn kind(self) -> TagKind {
        match self.body {
            BodyForm::None => TagKind::Inline,
            BodyForm::Template => TagKind::Block,
            BodyForm::Verbatim => TagKind::Verbatim,
        }
    }

    /// Reads the tag to a node; `None` where its arguments cannot be read.
    pub(in crate::syntax) fn node(self, context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
        let name = Name { text: context.slice(piece.name).to_owned(), span: piece.name };
        let (positional, keyword) =
            if self.text { Default::default() } else { context.arguments(&name.text, piece)? };
        let body = match self.body {
            BodyForm::Template => CustomBody::Template(Body::default()),
            _ => CustomBody::None,
        };
        let markup = CustomMarkup { name, markup: piece.markup, positional, keyword, body };
        lint::expressions(context, &markup);
        Some(NodeKind::Custom(Box::new(markup)))
    }
}

/// The names that make up the language's own structure: no tag of a host is called by them.
const RESERVED: &[&str] = &["#", "raw", "comment", "doc", "liquid", "else", "elsif", "when"];

/// The forms of a host's tags, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagForms {
    forms: BTreeMap<Box<str>, TagForm>,
}

impl TagForms {
    /// No tags.
    pub const NONE: TagForms = TagForms { forms: BTreeMap::new() };

    /// Adds a tag, unless its name is one of the language's own.
    pub fn add(&mut self, name: &str, form: TagForm) {
        if !RESERVED.contains(&name) && !name.starts_with("end") {
            self.forms.insert(name.into(), form);
        }
    }

    /// How the tag `name` is written, if the host has it.
    pub fn find(&self, name: &str) -> Option<TagForm> {
        if self.forms.is_empty() { None } else { self.forms.get(name).copied() }
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.forms.keys().map(|name| &**name)
    }
}

/// Stands for a tag of the host on the parser's stack of open blocks.
pub(in crate::syntax) static OPEN: Tag = Tag {
    name: "",
    kind: TagKind::Block,
    dialects: DialectSet::ALL,
    description: "",
    example: "",
    output: "",
    read: Read::Scanned,
};

/// What is reported of arguments that the grammar does not read.
pub(in crate::syntax) fn unreadable(context: &mut Context, name: &str, span: Span, line_at: usize) {
    let diagnostic =
        Diagnostic::new(&code::SYNTAX_ERROR, format!("the arguments of `{name}` cannot be read"))
            .at(context.source, span, "")
            .help(format!("write values after commas, by place or by name: `{{% {name} 'a', b, key: c %}}`"));
    context.findings.error(diagnostic, format!("Syntax Error in '{name}'"), line_at);
}

impl Expressions for CustomMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&crate::syntax::ast::Expression)) {
        self.positional.iter().for_each(|value| value.visit(visit));
        self.keyword.iter().for_each(|(_, value)| value.visit(visit));
    }
}
