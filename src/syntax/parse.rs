//! Pieces to tree: the nesting of blocks, and going on after an error.
//!
//! One pass over the pieces with a stack of open blocks of its own, so that no template drives recursion. Errors are
//! collected and parsing goes on: an unknown tag is left out, a stray end tag passed over, an open block closed.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and counts of what stands in it"
)]

mod lines;

use super::ast::{Body, CustomBody, Node, NodeKind};
use super::context::{Context, Place};
use super::fallback::Fallback;
use super::findings::{LineShift, ReferenceError, shown, shown_up_to};
use super::lint::{self, Blocks, TextLint};
use super::markup::Grammar;
use super::scan::{BodyEnd, Piece, Scanner, TagPiece, is_blank};
use super::tags::custom::{self, TagForm, TagForms};
use super::tags::{self, Tag, TagKind};
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::{Dialect, DialectSet, ErrorMode, Family};
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::{Source, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// Blocks inside blocks, whatever the limits say: trees are walked and dropped by calls that nest like them.
const DEEPEST: usize = 200;

/// What a parse gives.
#[derive(Debug)]
pub struct Parsed {
    /// The tree; where there are errors, what could be made of the template.
    pub ast: Body,
    /// What is wrong or doubtful, in the order of the template.
    pub diagnostics: Vec<Diagnostic>,
    /// The first error, as the reference implementation words it; set if and only if there is an error.
    pub reference_error: Option<ReferenceError>,
    /// The bound that was met, if one was.
    pub limit: Option<Exceeded>,
    /// What else of the parse counts in a render.
    pub(crate) carried: Carried,
    /// Names at the beginning of a path that another platform fills, or this one in other letters.
    pub(crate) strangers: Vec<Span>,
}

/// State of the reference's parser that shows beyond the tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    /// Where the reference is off by some lines in the errors of a render.
    pub line_shifts: Vec<LineShift>,
    /// Whether the template ends in `-%}` or `-}}`. The reference then trims the first text that it parses next, which is
    /// that of a partial.
    pub trims: bool,
}

/// What decides how a template is read.
#[derive(Clone, Copy)]
pub(crate) struct Language<'s> {
    pub dialect: &'static Dialect,
    pub mode: ErrorMode,
    pub limits: &'s Limits,
    /// The host's tags.
    pub tags: &'s TagForms,
}

/// Parses a template. Every error is found at once; the tree is fit for rendering only where there is none.
pub fn parse(source: &Arc<Source>, dialect: &'static Dialect, mode: ErrorMode, limits: &Limits) -> Parsed {
    parse_in(Language { dialect, mode, limits, tags: &TagForms::NONE }, source, false)
}

/// Parses a template or a partial; `trimmed` if a template that ended in white-space control was parsed before it.
pub(crate) fn parse_in(language: Language<'_>, source: &Arc<Source>, trimmed: bool) -> Parsed {
    let Language { dialect, mode, limits, tags } = language;
    let mut parser = Parser {
        context: Context::new(source, dialect, mode, limits, tags),
        text: TextLint::default(),
        outputs: Blocks::default(),
        blocks: Vec::new(),
        nodes: Vec::new(),
        unknown: HashSet::new(),
        trims: trimmed,
        next_shift: 0,
        stopped: false,
    };
    // A span has no place for what is beyond 4 GiB.
    let most = limits.template_bytes.min(u32::MAX as usize);
    if source.text().len() > most {
        let exceeded = Exceeded::new(Limit::TemplateBytes, most);
        let message = exceeded.to_string();
        parser.context.findings.exceeded(exceeded, Span::at(0), &message, 0);
    } else {
        parser.template();
    }
    let strangers = parser.context.strangers;
    let mut findings = parser.context.findings;
    let (reference_error, limit) = (findings.reference.take(), findings.limit);
    let line_shifts = std::mem::take(&mut findings.line_shifts);
    Parsed {
        ast: Body { nodes: parser.nodes },
        diagnostics: findings.into_list(),
        reference_error,
        limit,
        carried: Carried { line_shifts, trims: parser.trims },
        strangers,
    }
}

/// A block whose end tag has not come yet, or a `liquid` tag whose lines are being read.
struct Block<'s> {
    tag: &'static Tag,
    /// The tag's name.
    name: &'s str,
    open: Span,
    /// The node with the bodies read so far; none where its markup could not be read and for `liquid`, whose inside
    /// then becomes part of what is around.
    node: Option<NodeKind>,
    /// The nodes of the body being read.
    nodes: Vec<Node>,
}

impl Block<'_> {
    fn is_lines(&self) -> bool {
        self.tag.kind == TagKind::Lines
    }
}

struct Parser<'s> {
    context: Context<'s>,
    text: TextLint,
    outputs: Blocks<'s>,
    blocks: Vec<Block<'s>>,
    /// The nodes outside of all blocks.
    nodes: Vec<Node>,
    /// Names reported as unknown, so that their end tags are not reported again.
    unknown: HashSet<&'s str>,
    /// Whether the next text is trimmed.
    trims: bool,
    /// How many lines the reference is off at the next piece.
    next_shift: isize,
    stopped: bool,
}

impl<'s> Parser<'s> {
    fn source(&self) -> &'s Arc<Source> {
        self.context.source
    }

    fn template(&mut self) {
        let text = self.source().text();
        let mut pieces = Scanner::of(text, self.context.dialect, self.context.tags).after_trim(self.trims);
        while !self.stopped
            && let Some(piece) = pieces.next()
        {
            self.piece(piece);
        }
        self.trims = pieces.trims();
        let end = text.len();
        self.context.findings.line_shift = self.next_shift;
        self.close_blocks(0, Span::at(end), end);
    }

    fn piece(&mut self, piece: Piece) {
        let shift = std::mem::take(&mut self.next_shift);
        self.context.findings.line_shift = if matches!(piece, Piece::Text(_)) { 0 } else { shift };
        match piece {
            Piece::Text(text) => {
                let span = text.removed_before.join(text.removed_after);
                self.text.text(&mut self.context, span);
                self.push(span, span, NodeKind::Text(text));
            }
            Piece::Output { span, markup } => {
                self.text.liquid(&mut self.context, span);
                self.output(span, markup);
            }
            Piece::Tag(piece) => {
                self.text.liquid(&mut self.context, piece.span);
                self.tag(&piece);
            }
            Piece::Verbatim { open, body, end } => self.verbatim(&open, body, end),
            Piece::BrokenOutput(span) => {
                let token = self.context.slice(span);
                let message = "the output is not closed properly";
                let mut diagnostic = Diagnostic::new(&code::UNCLOSED_OUTPUT, message).at(
                    self.source(),
                    Span::new(span.from(), span.from() + 2),
                    "opened here",
                );
                let is_braze = token.contains("${") && !self.context.dialect.references;
                if is_braze && !self.context.dialect.roots.is_empty() {
                    diagnostic = lint::of_braze(&self.context, span).severity(Severity::Error);
                } else {
                    diagnostic = match is_braze {
                        true => diagnostic.help("`${…}` is Braze's: choose the dialect `braze` to read it"),
                        false => diagnostic.help("close it with `}}`"),
                    };
                }

                let token = self.token_in_message(token);
                let reference =
                    format!("Variable '{token}' was not properly terminated with regexp: /\\}}\\}}/");
                self.context.findings.error(diagnostic, reference, span.from());
            }
            Piece::BrokenTag(span) => {
                let token = self.context.slice(span);
                let (message, help) = match token.ends_with("%}") {
                    true if token.starts_with("{%-") => (
                        "hyphens in delimiters are not known here",
                        "write `{%` and `%}`; take white space out of the template itself",
                    ),
                    true => ("the tag has no name", "a tag starts with its name: `{% if … %}`"),
                    false => ("the tag is not closed", "close it with `%}`"),
                };
                let diagnostic =
                    Diagnostic::new(&code::UNCLOSED_TAG, message).at(self.source(), span, "").help(help);

                let token = self.token_in_message(token);
                let end = self.by_dialect("\\%\\}", "\\%}");
                let reference = format!("Tag '{token}' was not properly terminated with regexp: /{end}/");
                self.context.findings.error(diagnostic, reference, span.from());
            }
        }
    }

    /// A token as the reference's message quotes it. Only the first message counts: in those behind it the token is cut,
    /// since many tokens may reach to the end of the template.
    fn token_in_message(&self, token: &str) -> String {
        match self.context.findings.reference {
            None => token.to_owned(),
            Some(_) => shown_up_to(token, 200),
        }
    }

    /// The words of Ruby's Liquid today, or those that Customer.io's composer shows, which are of an older one.
    fn by_dialect(&self, today: &'static str, older: &'static str) -> &'static str {
        let composer = DialectSet::CUSTOMERIO.union(DialectSet::CUSTOMERIO_LEGACY);
        if self.context.dialect.set.intersects(composer) { older } else { today }
    }

    fn never_closed(&self, name: &str) -> String {
        let quote = self.by_dialect("'", "");
        format!("{quote}{name}{quote} tag was never closed")
    }

    fn push(&mut self, span: Span, tag: Span, kind: NodeKind) {
        let nodes = self.blocks.last_mut().map_or(&mut self.nodes, |block| &mut block.nodes);
        nodes.push(Node { span, tag, kind });
    }

    /// Remembers how many lines from its beginning the reference sees the tag or output at `at`: it names the line of the
    /// markup.
    fn note_shift(&mut self, at: Span, markup: Span) {
        let between = self.context.slice(Span::new(at.from(), markup.from()));
        let below = between.bytes().filter(|byte| *byte == b'\n').count();
        let lines = self.context.findings.line_shift.saturating_add_unsigned(below);
        if lines != 0 {
            self.context.findings.line_shifts.push(LineShift { at: at.start, lines });
        }
    }

    fn output(&mut self, span: Span, markup: Span) {
        self.note_shift(span, span);
        let text = self.context.slice(markup);
        let ended = self.outputs.end(text);
        if let Some(language) = lint::in_output(text).or(ended) {
            let finding = language.finding(&self.context, span);
            self.context.findings.report(finding);
            return;
        }
        lint::hidden_output(&mut self.context, span, markup);
        let read = self.context.read(Place::Output, markup, span.from(), Grammar::chain, Fallback::chain);
        if let Some(None) = read
            && self.context.dialect.family == Family::LiquidJs
        {
            let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, "the output is empty")
                .at(self.source(), span, "")
                .help("name what is to be printed: `{{ customer.email }}`");
            self.context.findings.error(diagnostic, "invalid value expression: \"\"", span.from());
        }
        if let Some(chain) = read {
            if let Some(chain) = &chain {
                lint::output(&mut self.context, chain);
                lint::printed(&mut self.context, chain);
                lint::chain(&mut self.context, chain);
            }
            self.push(span, span, NodeKind::Output(chain.map(Box::new)));
        }
    }

    fn tag(&mut self, piece: &TagPiece) {
        self.note_shift(piece.span, piece.markup);
        let name = self.context.slice(piece.name);
        if let Some(form) = self.context.tags.find(name) {
            return self.custom(form, name, piece);
        }
        match Tag::find(name, self.context.dialect) {
            Some(tag) => match tag.kind {
                TagKind::Inline => {
                    if let Some(node) = tag.node(&mut self.context, piece) {
                        self.push(piece.span, piece.span, node);
                    }
                }
                TagKind::Block => self.open(tag, piece),
                TagKind::Branch => self.branch(tag, piece),
                TagKind::Lines => self.lines(tag, piece),
                // In a template the scanner finds these with their bodies; a line of `liquid` cannot close them.
                TagKind::Verbatim => self.verbatim(piece, Span::at(piece.span.to()), BodyEnd::Open),
            },
            None => match name.strip_prefix("end") {
                Some(block) => self.end(block, piece),
                None => self.unknown_tag(name, piece),
            },
        }
    }

    /// A tag of the host.
    fn custom(&mut self, form: TagForm, name: &'s str, piece: &TagPiece) {
        if form.kind() == TagKind::Verbatim {
            // As with the language's own, a line of `liquid` cannot close it.
            return self.verbatim(piece, Span::at(piece.span.to()), BodyEnd::Open);
        }
        let node = form.node(&mut self.context, piece);
        match (form.kind(), node) {
            (TagKind::Block, node) if !self.too_deep(piece) => {
                self.blocks.push(Block {
                    tag: &custom::OPEN,
                    name,
                    open: piece.span,
                    node,
                    nodes: Vec::new(),
                });
            }
            (TagKind::Inline, Some(node)) => self.push(piece.span, piece.span, node),
            _ => {}
        }
    }

    fn depth(&self) -> usize {
        self.blocks.iter().filter(|block| !block.is_lines()).count()
    }

    /// Whether another block would be too deep; then parsing stops, as the reference's does.
    fn too_deep(&mut self, piece: &TagPiece) -> bool {
        let deepest = self.context.limits.block_depth.min(DEEPEST);
        let too_deep = self.depth() >= deepest;
        if too_deep {
            let exceeded = Exceeded::new(Limit::BlockDepth, deepest);
            self.context.findings.exceeded(exceeded, piece.span, "Nesting too deep", piece.markup.from());
            self.stopped = true;
        }
        too_deep
    }

    fn open(&mut self, tag: &'static Tag, piece: &TagPiece) {
        let node = tag.node(&mut self.context, piece);
        if !self.too_deep(piece) {
            self.blocks.push(Block { tag, name: tag.name, open: piece.span, node, nodes: Vec::new() });
        }
    }

    fn branch(&mut self, tag: &'static Tag, piece: &TagPiece) {
        if let Some(block) = self.blocks.last_mut().filter(|block| tag.is_branch_of(block.name)) {
            let mut ends = false;
            if let Some(node) = &mut block.node {
                ends = matches!(node, NodeKind::For(block) if block.otherwise.is_some());
                let nodes = std::mem::take(&mut block.nodes);
                tags::fill(node, nodes);
                tag.branch(&mut self.context, piece, node);
            }
            if ends {
                self.second_else(piece);
            }
            return;
        }
        let name = tag.name;
        let (message, reference) = match (self.blocks.last(), name) {
            (Some(block), "else") => (
                format!("a `{}` has no `else`", block.name),
                format!("{} tag does not expect {} tag", block.name, self.by_dialect("'else'", "else")),
            ),
            (Some(block), _) => {
                (format!("`{name}` does not belong to `{}`", block.name), format!("Unknown tag '{name}'"))
            }
            (None, "else") => {
                ("`else` stands in no block".to_owned(), "Unexpected outer 'else' tag".to_owned())
            }
            (None, _) => (format!("`{name}` stands in no block"), format!("Unknown tag '{name}'")),
        };
        let mut diagnostic =
            Diagnostic::new(&code::UNEXPECTED_TAG, message).at(self.source(), piece.span, "");
        if let Some(block) = self.blocks.last() {
            diagnostic = diagnostic.and(self.source(), block.open, "the open block");
        }
        self.context.findings.error(diagnostic, reference, piece.markup.from());
    }

    /// A second `else` of a `for`. The reference ends the loop there, and forgets what stands behind the first one.
    fn second_else(&mut self, piece: &TagPiece) {
        let severity = match self.context.dialect.family {
            Family::Ruby => Severity::Warning,
            Family::LiquidJs => Severity::Error,
        };
        let diagnostic = Diagnostic::new(&code::UNEXPECTED_TAG, "a `for` has only one `else`")
            .severity(severity)
            .at(self.source(), piece.span, "Liquid ends the loop here")
            .help("remove one of them");
        self.context.findings.report(diagnostic);
        self.close(piece.span);
    }

    /// Closes the block named `name`, and the open blocks inside it, which are errors.
    fn end(&mut self, name: &'s str, piece: &TagPiece) {
        let barrier = self.blocks.iter().rposition(Block::is_lines).map_or(0, |at| at + 1);
        let inner = self.blocks.get(barrier..).unwrap_or_default();
        let Some(at) = inner.iter().rposition(|block| block.name == name).map(|at| barrier + at) else {
            self.stray_end(name, piece);
            return;
        };
        if at + 1 < self.blocks.len() {
            let reference = self.wrong_end(name);
            while self.blocks.len() > at + 1 {
                self.close_unclosed(Some(piece.span), &reference, piece.markup.from(), piece.span);
            }
        }
        self.close(piece.span);
    }

    /// What the reference says of the end tag `endNAME` that does not fit the innermost block.
    fn wrong_end(&self, name: &str) -> String {
        match self.blocks.last() {
            Some(block) if block.is_lines() => {
                format!("'end{name}' is not a valid delimiter for liquid tags. use %}}")
            }
            Some(block) => {
                format!("'end{name}' is not a valid delimiter for {0} tags. use end{0}", block.name)
            }
            None if name.is_empty() => "Unexpected outer 'end' tag".to_owned(),
            None => format!("Unknown tag 'end{}'", shown_up_to(name, 200)),
        }
    }

    fn stray_end(&mut self, name: &'s str, piece: &TagPiece) {
        if self.unknown.contains(name) {
            return;
        }
        let reference = self.wrong_end(name);
        let custom = self.context.tags.find(name).is_some_and(|form| form.kind() != TagKind::Inline);
        let has_end = custom || Tag::find(name, self.context.dialect).is_some_and(Tag::has_end);
        let message = match has_end {
            true => format!("no `{name}` is open for this `end{name}`"),
            false => format!("no tag is called `end{}`", shown(name)),
        };
        let mut diagnostic =
            Diagnostic::new(&code::UNEXPECTED_TAG, message).at(self.source(), piece.span, "");
        let mut meant = false;
        if let Some(block) = self.blocks.last().filter(|block| !block.is_lines()) {
            let end = format!("end{}", block.name);
            let written = format!("end{name}");
            let suggestion = did_you_mean(&written, [end.as_str()]);
            meant = suggestion.is_some();
            diagnostic.help.push(suggestion.unwrap_or_else(|| format!("the open block ends with `{end}`")));
            diagnostic = diagnostic.and(self.source(), block.open, "the open block");
        }
        self.context.findings.error(diagnostic, reference, piece.markup.from());
        if meant || name.is_empty() {
            self.close_innermost(piece.span);
        }
    }

    fn close_innermost(&mut self, end: Span) {
        if self.blocks.last().is_some_and(|block| !block.is_lines()) {
            self.close(end);
        }
    }

    /// Takes the innermost block from the stack and makes it a node.
    fn close(&mut self, end: Span) {
        let Some(block) = self.blocks.pop() else { return };
        match block.node {
            Some(mut node) => {
                tags::fill(&mut node, block.nodes);
                self.push(block.open.join(end), block.open, node);
            }
            None => {
                let around = self.blocks.last_mut().map_or(&mut self.nodes, |outer| &mut outer.nodes);
                around.extend(block.nodes);
            }
        }
    }

    /// Reports the innermost block as not closed, and closes it at `end`.
    fn close_unclosed(&mut self, wrong: Option<Span>, reference: &str, line_at: usize, end: Span) {
        if let Some(block) = self.blocks.last() {
            let name = block.name;
            let mut diagnostic = Diagnostic::new(&code::UNCLOSED_BLOCK, format!("`{name}` is never closed"))
                .at(self.source(), block.open, "opened here")
                .help(format!("close it with `{{% end{name} %}}`"));
            if let Some(wrong) = wrong {
                diagnostic = diagnostic.and(self.source(), wrong, "this closes a block around it");
            }
            self.context.findings.error(diagnostic, reference, line_at);
        }
        self.close(end);
    }

    /// Closes the blocks above the first `keep`; unless parsing was stopped, each is an error.
    fn close_blocks(&mut self, keep: usize, end: Span, line_at: usize) {
        while self.blocks.len() > keep {
            match self.blocks.last() {
                Some(block) if !self.stopped && !block.is_lines() => {
                    let reference = self.never_closed(block.name);
                    self.close_unclosed(None, &reference, line_at, end);
                }
                _ => self.close(end),
            }
        }
    }

    fn unknown_tag(&mut self, name: &'s str, piece: &TagPiece) {
        self.unknown_line(name, name, piece);
    }

    /// An unknown tag for which the reference says `written`: of a line that starts with no word, all of it.
    fn unknown_line(&mut self, written: &str, name: &'s str, piece: &TagPiece) {
        let dialect = self.context.dialect;
        let elsewhere = tags::TAGS.iter().find(|tag| tag.name == name);
        let span = piece.name;
        let homes: Vec<&Dialect> =
            Dialect::all().into_iter().filter(|home| Tag::find(name, home).is_some()).collect();
        let diagnostic = if let (None, Some(language)) = (elsewhere, lint::of_tag(name)) {
            language.finding(&self.context, span)
        } else if !dialect.roots.is_empty() && !homes.is_empty() {
            let titles: Vec<&str> = homes.iter().map(|home| home.title).collect();
            let message =
                format!("`{name}` is a tag of {}; {} has none", titles.join(" and "), dialect.title);
            Diagnostic::new(&code::DIALECT_OTHER, message).at(self.source(), span, "")
        } else if elsewhere.is_some() && !dialect.partials && matches!(name, "render" | "include") {
            Diagnostic::new(&code::BRAZE_PARTIAL, format!("Braze has no `{name}`"))
                .at(self.source(), span, "")
                .help("put the text into a content block and write `{{content_blocks.${name}}}`")
        } else {
            let message = format!("no tag is called `{}`", shown(name));
            let mut diagnostic = Diagnostic::new(&code::UNKNOWN_TAG, message).at(self.source(), span, "");
            diagnostic.notes.extend(homes.iter().map(|home| format!("the dialect `{}` has it", home.name)));
            let end = self.blocks.last().map(|block| format!("end{}", block.name));
            let names = Tag::of(dialect).map(|tag| tag.name).chain(self.context.tags.names());
            diagnostic.help.extend(did_you_mean(name, names.chain(end.as_deref())));
            diagnostic
        };
        self.unknown.insert(name);
        let reference = format!("Unknown tag '{}'", self.token_in_message(written));
        self.context.findings.error(diagnostic, reference, piece.markup.from());
    }

    fn verbatim(&mut self, open: &TagPiece, body: Span, end: BodyEnd) {
        let name = self.context.slice(open.name);
        let form = self.context.tags.find(name);
        if form.is_none() && Tag::find(name, self.context.dialect).is_none() {
            self.unknown_tag(name, open);
            return;
        }
        let line_at = open.markup.from();
        let has_markup = form.is_none() && !self.context.slice(open.markup).trim_matches(is_blank).is_empty();
        if has_markup && name != "comment" {
            let message = format!("`{name}` takes no markup");
            let diagnostic = Diagnostic::new(&code::SYNTAX_ERROR, message).at(self.source(), open.markup, "");
            let reference = format!("Syntax Error in '{name}' - Valid syntax: {name}");
            self.context.findings.error(diagnostic, reference, line_at);
        }
        if name == "comment" && self.too_deep(open) {
            return;
        }
        let whole = match end {
            BodyEnd::Closed(close) => open.span.join(close),
            _ => open.span.join(body),
        };
        match end {
            BodyEnd::Closed(_) => {}
            BodyEnd::Open => {
                let diagnostic = Diagnostic::new(&code::UNCLOSED_BLOCK, format!("`{name}` is never closed"))
                    .at(self.source(), open.span, "opened here")
                    .help(format!("close it with `{{% end{name} %}}`"));
                let reference = self.never_closed(name);
                self.context.findings.error(diagnostic, reference, line_at);
            }
            BodyEnd::OpenRaw(raw) => {
                let diagnostic = Diagnostic::new(&code::UNCLOSED_BLOCK, "`raw` is never closed")
                    .at(self.source(), raw, "opened here")
                    .and(self.source(), open.span, "in this comment")
                    .help("close it with `{% endraw %}`: it must be closed in a comment too");
                self.context.findings.error(diagnostic, "'raw' tag was never closed", line_at);
            }
            BodyEnd::NestedDoc(nested) => {
                let diagnostic = Diagnostic::new(&code::UNEXPECTED_TAG, "a `doc` must not stand in another")
                    .at(self.source(), nested, "")
                    .and(self.source(), open.span, "the outer one");
                let reference = "Syntax Error in 'doc' - Nested doc tags are not allowed";
                self.context.findings.error(diagnostic, reference, line_at);
            }
        }
        if let Some(form) = form {
            if let Some(NodeKind::Custom(mut markup)) = form.node(&mut self.context, open) {
                markup.body = CustomBody::Verbatim(body);
                self.push(whole, open.span, NodeKind::Custom(markup));
            }
            return;
        }
        let kind = match name {
            "raw" => NodeKind::Text(super::ast::Text {
                kept: body,
                removed_before: Span::at(body.from()),
                removed_after: Span::at(body.to()),
            }),
            _ => NodeKind::Comment,
        };
        self.push(whole, open.span, kind);
    }
}
