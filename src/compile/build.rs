//! Nodes to operations.

use super::Settings;
use super::program::*;
use super::text::Text;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Family, Undefined};
use crate::filters::FilterSet;
use crate::source::{Source, Span};
use crate::syntax::Carried;
use crate::syntax::ast::{self, Body, CustomBody, NodeKind};
use crate::tags::TagSet;
use crate::value::KeyPlace;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// A program under construction.
pub(super) struct Builder<'b> {
    pub source: &'b Arc<Source>,
    pub dialect: &'static Dialect,
    pub undefined: Undefined,
    pub filters: &'b FilterSet,
    pub tags: &'b TagSet,
    /// Whether the program keeps the reference's scores.
    scored: bool,
    pub diagnostics: Vec<Diagnostic>,
    operations: Vec<Operation>,
    spans: Vec<Span>,
    recoveries: Vec<(Address, Recovery)>,
    body_ends: Vec<(Address, Address)>,
    slots: Vec<SlotName>,
    pub escaped: String,
    numbers: foldhash::HashMap<SlotName, Slot>,
    /// Loops whose `forloop` may be read, decided at the end: by this template, or by one that it includes.
    loops: Vec<Address>,
    pub includes: bool,
    /// The address that was last asked for: something may jump there.
    label: usize,
    /// Whether a loop goes on where another stopped.
    continues: bool,
}

impl<'b> Builder<'b> {
    pub fn new(source: &'b Arc<Source>, settings: Settings<'b>) -> Self {
        let Settings { dialect, undefined, filters, tags, scored } = settings;
        Builder {
            source,
            dialect,
            undefined,
            filters,
            tags,
            scored,
            diagnostics: Vec::new(),
            operations: Vec::new(),
            spans: Vec::new(),
            recoveries: Vec::new(),
            body_ends: Vec::new(),
            slots: Vec::new(),
            escaped: String::new(),
            numbers: Default::default(),
            loops: Vec::new(),
            includes: false,
            label: 0,
            continues: false,
        }
    }

    pub fn finish(mut self, carried: Carried) -> (Program, Vec<Diagnostic>) {
        let name = SlotName::variable("forloop");
        let forloop = (self.includes || self.numbers.contains_key(&name)).then(|| self.slot(name));
        // Texts that are only known at render share the scope, too.
        let calls = |operation: &Operation| {
            matches!(operation, Operation::ContentBlock(_) | Operation::Fetch(_) | Operation::Vendor(_))
        };
        let remembered = self.includes || self.continues || self.operations.iter().any(calls);
        for at in std::mem::take(&mut self.loops) {
            match self.operations.get_mut(at as usize) {
                Some(Operation::LoopBegin { spec, .. }) => {
                    (spec.forloop, spec.remembered) = (forloop, remembered)
                }
                Some(Operation::LiquidJs { node, .. }) => {
                    if let LiquidJs::For { spec, .. } = &mut **node {
                        spec.forloop = forloop;
                    }
                }
                _ => {}
            }
        }
        self.recoveries.sort_by_key(|(at, _)| *at);
        self.body_ends.sort_unstable();
        let expected = |operation: &Operation| match operation {
            Operation::Text(text) => text.len(),
            Operation::Output(output) => output.before.len().saturating_add(16),
            _ => 16,
        };
        let program = Program {
            expected_bytes: self.operations.iter().map(expected).sum(),
            source: self.source.clone(),
            dialect: self.dialect,
            operations: self.operations,
            spans: self.spans,
            recoveries: self.recoveries,
            body_ends: self.body_ends,
            places: self.slots.iter().map(|_| KeyPlace::default()).collect(),
            slots: self.slots,
            escaped: self.escaped.into(),
            carried,
        };
        (program, self.diagnostics)
    }

    pub fn slot(&mut self, name: SlotName) -> Slot {
        if let Some(slot) = self.numbers.get(&name) {
            return *slot;
        }
        // A name takes more memory than the numbers that are left for it.
        let slot = Slot(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
        self.slots.push(name.clone());
        self.numbers.insert(name, slot);
        slot
    }

    pub fn variable(&mut self, name: &str) -> Slot {
        self.slot(SlotName::variable(name))
    }

    pub fn emit(&mut self, operation: Operation, span: Span) -> Address {
        let address = self.end();
        self.operations.push(operation);
        self.spans.push(span);
        address
    }

    /// The address of the next operation. A source has at most 4 GiB, and with it a program not so many operations as there
    /// are addresses.
    fn end(&self) -> Address {
        Address::try_from(self.operations.len()).unwrap_or(Address::MAX)
    }

    pub fn here(&mut self) -> Address {
        self.label = self.operations.len();
        self.end()
    }

    /// Takes the text back that was laid out last, if nothing jumps behind it, and where its node stands.
    fn text_before(&mut self) -> (Text, Span) {
        let is_text = matches!(self.operations.last(), Some(Operation::Text(_)));
        if is_text
            && self.label < self.operations.len()
            && let (Some(Operation::Text(text)), Some(node)) = (self.operations.pop(), self.spans.pop())
        {
            return (text, node);
        }
        Default::default()
    }

    /// Points the jump laid out at `at` to the next operation.
    pub fn land(&mut self, at: Address) {
        let here = self.here();
        self.point(at, here);
    }

    fn point(&mut self, at: Address, target: Address) {
        match self.operations.get_mut(at as usize) {
            Some(
                Operation::Jump(to)
                | Operation::Branch { otherwise: to, .. }
                | Operation::CaseWhen { otherwise: to, .. }
                | Operation::CaseElse { otherwise: to, .. }
                | Operation::LoopBegin { empty: to, .. }
                | Operation::LiquidJs { otherwise: to, .. }
                | Operation::CustomBegin { end: to, .. }
                | Operation::TableRowBegin { empty: to, .. },
            ) => *to = target,
            _ => debug_assert!(false, "no jump at {at}"),
        }
    }

    /// Lays out a template.
    pub fn template(&mut self, body: &Body) {
        self.lay_out_body(body, false, Span::at(0), |nodes| Operation::ScoreTemplate { nodes });
    }

    /// Lays out the body of a block. Of one that holds nothing to print, texts are dropped (the reference's blank bodies).
    pub fn body(&mut self, body: &Body, blank: bool, tag: Span) {
        self.lay_out_body(body, blank, tag, |nodes| Operation::ScoreBody { nodes });
    }

    fn lay_out_body(&mut self, body: &Body, blank: bool, tag: Span, score: fn(u32) -> Operation) {
        // An empty `raw` is blank too, and stays a node.
        let dropped = |node: &ast::Node| blank && is_plain_text(node);
        if self.scored {
            let nodes = body.nodes.iter().filter(|node| !dropped(node)).count();
            self.emit(score(u32::try_from(nodes).unwrap_or(u32::MAX)), tag);
        }
        let mut behind = Vec::new();
        for node in body.nodes.iter().filter(|node| !dropped(node)) {
            self.node(node);
            if !is_plain_text(node) {
                behind.push(self.here());
            }
            if self.scored {
                self.emit(Operation::ScoreNode, node.tag);
            }
        }
        let end = self.here();
        self.body_ends.extend(behind.into_iter().filter(|at| *at < end).map(|at| (at, end)));
    }

    fn node(&mut self, node: &ast::Node) {
        let span = node.tag;
        match &node.kind {
            NodeKind::Capture { name, body } => {
                let slot = self.variable(&name.text);
                self.emit(Operation::CaptureBegin, span);
                self.body(body, false, span);
                self.emit(Operation::CaptureEnd { slot }, span);
            }
            NodeKind::If(tag) => self.conditional(tag, span),
            NodeKind::Case(tag) => self.case(tag, span),
            NodeKind::For(tag) => self.for_loop(tag, span),
            NodeKind::TableRow(tag) => self.table_row(tag, span),
            NodeKind::IfChanged(body) => {
                self.emit(Operation::IfChangedBegin, span);
                self.body(body, false, span);
                self.emit(Operation::IfChangedEnd, span);
            }
            NodeKind::Custom(markup) => match &markup.body {
                CustomBody::Template(body) => self.custom_block(markup, body, span),
                CustomBody::None | CustomBody::Verbatim(_) => self.custom_tag(markup, span),
            },
            _ => self.leaf(node),
        }
    }

    /// A node without a body. It stands apart, lest what it takes of the stack is taken by every block around it.
    #[inline(never)]
    fn leaf(&mut self, node: &ast::Node) {
        let span = node.tag;
        match &node.kind {
            NodeKind::Text(text) => {
                let raw = node.tag != node.span;
                let span = if raw { text.kept } else { node.span };
                if !span.is_empty() {
                    let text = Text::new(self.source.slice(text.kept), text.kept);
                    self.emit(Operation::Text(text), span);
                }
            }
            NodeKind::Output(None) | NodeKind::Comment => {}
            NodeKind::Output(Some(chain)) if self.printed_snippet(chain, span) => {}
            NodeKind::Output(Some(chain)) if self.is_liquidjs() => {
                let node = self.liquidjs_output(chain);
                self.emit_liquidjs(node, span);
            }
            NodeKind::Output(Some(chain)) => {
                if let Some(name) = self.written_block(chain) {
                    return self.write_block(name, span);
                }
                let chain = self.printed_chain(chain);
                let (before, node) = self.text_before();
                self.emit(Operation::Output(Box::new(Output { before, node, chain })), span);
            }
            NodeKind::Assign(markup) => {
                let chain = Box::new(self.assigned_chain(&markup.value));
                let slot = self.variable(&markup.name.text);
                let at = self.emit(Operation::Assign { slot, chain }, span);
                if self.scored {
                    self.emit(Operation::ScoreAssign { slot }, span);
                    self.recover(at, true, behind(behind(at)));
                }
            }
            NodeKind::Cycle(markup) => self.cycle(markup, span),
            NodeKind::Increment(name) => self.counter(name, false, span),
            NodeKind::Decrement(name) => self.counter(name, true, span),
            NodeKind::Break => {
                self.emit(Operation::Interrupt(Interrupt::Break), span);
            }
            NodeKind::Continue => {
                self.emit(Operation::Interrupt(Interrupt::Continue), span);
            }
            NodeKind::Partial(markup) => self.partial(markup, span),
            NodeKind::Vendor(markup) => self.vendor(markup, span),
            NodeKind::Abort(reason) => {
                self.emit(Operation::Abort(reason.as_deref().map(Into::into)), span);
            }
            NodeKind::Fetch(markup) => self.fetch(markup, span),
            NodeKind::Random(bound) => {
                let bound = bound.as_ref().map(|bound| Box::new(self.printed(bound)));
                self.emit(Operation::Random(bound), span);
            }
            NodeKind::Capture { .. }
            | NodeKind::If(_)
            | NodeKind::Case(_)
            | NodeKind::For(_)
            | NodeKind::TableRow(_)
            | NodeKind::IfChanged(_)
            | NodeKind::Custom(_) => {}
        }
    }

    fn is_liquidjs(&self) -> bool {
        self.dialect.family == Family::LiquidJs
    }

    fn emit_liquidjs(&mut self, node: LiquidJs, span: Span) -> Address {
        self.emit(Operation::LiquidJs { node: Box::new(node), otherwise: 0 }, span)
    }

    fn counter(&mut self, name: &ast::Name, decrement: bool, span: Span) {
        let slot = self.variable(&name.text);
        match self.is_liquidjs() {
            true => self.emit_liquidjs(LiquidJs::Counter { slot, decrement }, span),
            false => self.emit(Operation::Counter { slot, decrement }, span),
        };
    }

    /// Whether a body prints nothing whatever the data is; never where white space of its own counts.
    fn is_blank(&self, body: &Body) -> bool {
        !self.dialect.keeps_blank_blocks && is_blank(body, self.source)
    }

    pub fn recover(&mut self, at: Address, silent: bool, resume: Address) {
        self.recoveries.push((at, Recovery { resume, silent }));
    }

    fn conditional(&mut self, tag: &ast::If, span: Span) {
        let blank = tag.branches.iter().all(|branch| self.is_blank(&branch.body));
        let mut tests = Vec::new();
        let mut ends = Vec::new();
        for (at, branch) in tag.branches.iter().enumerate() {
            let test = match &branch.condition {
                Some(condition) if self.is_liquidjs() => {
                    let node = self.liquidjs_test(condition, tag.negated && at == 0, branch.tag);
                    Some(self.emit_liquidjs(node, span))
                }
                Some(condition) => {
                    let condition = Box::new(self.condition(condition));
                    let negated = tag.negated && at == 0;
                    let operation =
                        Operation::Branch { condition, negated, otherwise: 0, branch: branch.tag };
                    Some(self.emit(operation, span))
                }
                None => {
                    self.emit(Operation::Else { branch: branch.tag }, span);
                    None
                }
            };
            self.body(&branch.body, blank, branch.tag);
            if at.saturating_add(1) < tag.branches.len() {
                ends.push(self.emit(Operation::Jump(0), span));
            }
            if let Some(test) = test {
                self.land(test);
                tests.push(test);
            }
        }
        ends.into_iter().for_each(|end| self.land(end));
        let end = self.here();
        tests.into_iter().for_each(|test| self.recover(test, blank, end));
    }

    fn case(&mut self, tag: &ast::Case, span: Span) {
        let blank = !self.dialect.keeps_blank_blocks && is_blank_case(tag, self.source);
        let subject = Box::new(match self.is_liquidjs() {
            true => self.walked(&tag.subject),
            false => self.compared(&tag.subject),
        });
        self.emit(Operation::CaseBegin(subject), span);
        let mut tests = Vec::new();
        for branch in &tag.branches {
            let mut repeated = false;
            let at = match &branch.values {
                Some(values) if self.is_liquidjs() => {
                    let node = self.liquidjs_when(values, branch.tag);
                    self.emit_liquidjs(node, span)
                }
                Some(values) => {
                    repeated = values.len() > 1;
                    let values = values.iter().map(|value| self.candidate(value)).collect();
                    self.emit(Operation::CaseWhen { values, otherwise: 0, branch: branch.tag }, span)
                }
                None => self.emit(Operation::CaseElse { otherwise: 0, branch: branch.tag }, span),
            };
            self.body(&branch.body, blank, branch.tag);
            if repeated {
                self.emit(Operation::CaseRepeat(at), span);
            }
            self.land(at);
            tests.push(at);
        }
        let end = self.emit(Operation::CaseEnd, span);
        tests.into_iter().for_each(|test| self.recover(test, blank, end));
    }

    fn for_loop(&mut self, tag: &ast::For, span: Span) {
        if self.is_liquidjs() {
            self.liquidjs_for_loop(tag, span);
            return;
        }
        let markup = &tag.markup;
        let blank = self.is_blank(&tag.body)
            && tag.otherwise.as_ref().is_none_or(|otherwise| self.is_blank(otherwise));
        let spec = Box::new(ForLoop {
            collection: self.walked(&markup.collection),
            limit: markup.limit.as_ref().map(|limit| self.walked(limit)),
            offset: match &markup.offset {
                None => LoopOffset::Start,
                Some(ast::Offset::Continue) => LoopOffset::Continue,
                Some(ast::Offset::Skip(skip)) => LoopOffset::Skip(self.walked(skip)),
            },
            item: self.variable(&markup.item.text),
            forloop: None,
            reversed: markup.reversed,
            name: [markup.item.text.as_str(), "-", &markup.collection_text].concat().into(),
            remembered: false,
        });
        self.continues |= matches!(spec.offset, LoopOffset::Continue);
        let begin = self.emit(Operation::LoopBegin { spec, empty: 0 }, span);
        self.loops.push(begin);
        let body = self.here();
        self.body(&tag.body, blank, span);
        self.emit(Operation::LoopNext { body }, span);
        if let Some(otherwise) = &tag.otherwise {
            let end = self.emit(Operation::Jump(0), span);
            self.land(begin);
            self.body(otherwise, blank, span);
            self.land(end);
        } else {
            self.land(begin);
        }
        let end = self.here();
        self.recover(begin, blank, end);
    }

    /// LiquidJS runs the `else` only where there is nothing to walk, not where the attributes leave nothing.
    fn liquidjs_for_loop(&mut self, tag: &ast::For, span: Span) {
        let node = self.liquidjs_for(&tag.markup);
        let begin = self.emit_liquidjs(node, span);
        self.loops.push(begin);
        let body = self.here();
        self.body(&tag.body, false, span);
        self.emit(Operation::LoopNext { body }, span);
        if let Some(otherwise) = &tag.otherwise {
            let end = self.emit(Operation::Jump(0), span);
            self.land(begin);
            self.body(otherwise, false, span);
            self.land(end);
        } else {
            self.land(begin);
        }
        let end = self.here();
        if let Some(Operation::LiquidJs { node, .. }) = self.operations.get_mut(begin as usize)
            && let LiquidJs::For { none, .. } = &mut **node
        {
            *none = end;
        }
    }

    fn liquidjs_table(&mut self, tag: &ast::TableRow, span: Span) {
        let node = self.liquidjs_table_row(&tag.markup);
        let begin = self.emit_liquidjs(node, span);
        let body = self.here();
        self.body(&tag.body, false, span);
        let next = self.emit_liquidjs(LiquidJs::TableRowNext, span);
        self.point(next, body);
        self.land(begin);
    }

    fn table_row(&mut self, tag: &ast::TableRow, span: Span) {
        if self.is_liquidjs() {
            self.liquidjs_table(tag, span);
            return;
        }
        let markup = &tag.markup;
        let spec = Box::new(TableRow {
            collection: self.walked(&markup.collection),
            columns: markup.columns.as_ref().map(|columns| self.walked(columns)),
            limit: markup.limit.as_ref().map(|limit| self.walked(limit)),
            offset: markup.offset.as_ref().map(|offset| self.walked(offset)),
            item: self.variable(&markup.item.text),
            tablerowloop: self.variable("tablerowloop"),
        });
        let begin = self.emit(Operation::TableRowBegin { spec, empty: 0 }, span);
        let body = self.here();
        self.lay_out_body(&tag.body, false, span, |nodes| Operation::ScoreCell { nodes });
        self.emit(Operation::TableRowNext { body }, span);
        self.land(begin);
        let end = self.here();
        self.recover(begin, self.is_blank(&tag.body), end);
    }

    fn cycle(&mut self, markup: &ast::CycleMarkup, span: Span) {
        if self.is_liquidjs() {
            let node = self.liquidjs_cycle(markup);
            self.emit_liquidjs(node, span);
            return;
        }
        let group = match &markup.group {
            Some(group) => CycleGroup::Named(self.walked(group)),
            None => match markup.values.iter().map(constant_name).collect::<Option<Vec<_>>>() {
                Some(names) => CycleGroup::Values(names.join(", ").into()),
                None => CycleGroup::Tag,
            },
        };
        let values = markup.values.iter().map(|value| self.printed(value)).collect();
        self.emit(Operation::Cycle(Box::new(Cycle { group, values })), span);
    }

    fn partial(&mut self, markup: &ast::PartialMarkup, span: Span) {
        self.includes |= !markup.isolated;
        let partial = Partial {
            isolated: markup.isolated,
            name: self.walked(&markup.name),
            binding: markup
                .binding
                .as_ref()
                .filter(|binding| !is_no_binding(&binding.value))
                .map(|binding| (binding.each, self.walked(&binding.value))),
            alias: markup.alias.as_ref().map(|alias| alias.text.as_str().into()),
            arguments: once_each(&markup.arguments)
                .map(|(name, value)| (name.text.as_str().into(), self.walked(value)))
                .collect(),
        };
        self.emit(Operation::Partial(Box::new(partial)), span);
    }
}

/// Whether a node is text to the reference; to it `raw` is a tag.
fn is_plain_text(node: &ast::Node) -> bool {
    node.tag == node.span && matches!(node.kind, NodeKind::Text(_))
}

/// What a constant is called in the name of a list of constants; `None` for what is none.
fn constant_name(value: &ast::Expression) -> Option<String> {
    match &value.kind {
        // Outside of comparisons these words are empty texts.
        ast::ExpressionKind::Literal(ast::Literal::Empty | ast::Literal::Blank) => {
            Some(format!("{:?}", ast::Literal::String(String::new())))
        }
        ast::ExpressionKind::Literal(literal) => Some(format!("{literal:?}")),
        ast::ExpressionKind::Range(ends) => {
            Some(format!("({}..{})", constant_name(&ends.0)?, constant_name(&ends.1)?))
        }
        _ => None,
    }
}

/// Whether the reference takes `with` or `for` for not written: it asks if the value is there before it evaluates it.
fn is_no_binding(value: &ast::Expression) -> bool {
    matches!(value.kind, ast::ExpressionKind::Literal(ast::Literal::Nil | ast::Literal::Bool(false)))
}

/// Whether a `case` prints nothing, what stands in front of its branches included.
fn is_blank_case(tag: &ast::Case, source: &Source) -> bool {
    is_blank(&tag.before, source) && tag.branches.iter().all(|branch| is_blank(&branch.body, source))
}

/// Whether text is white space to the reference, which knows that of ASCII alone.
fn is_blank_text(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace() || byte == b'\x0B')
}

/// Whether a body prints nothing whatever the data is: white space and tags that only compute.
fn is_blank(body: &Body, source: &Source) -> bool {
    body.nodes.iter().all(|node| match &node.kind {
        NodeKind::Text(text) => {
            let raw = node.tag != node.span;
            if raw { text.kept.is_empty() } else { is_blank_text(source.slice(text.kept)) }
        }
        NodeKind::Assign(_) | NodeKind::Capture { .. } | NodeKind::Comment => true,
        NodeKind::If(tag) => tag.branches.iter().all(|branch| is_blank(&branch.body, source)),
        NodeKind::Case(tag) => is_blank_case(tag, source),
        NodeKind::For(tag) => {
            is_blank(&tag.body, source) && tag.otherwise.as_ref().is_none_or(|body| is_blank(body, source))
        }
        NodeKind::TableRow(tag) => is_blank(&tag.body, source),
        NodeKind::IfChanged(body) => is_blank(body, source),
        _ => false,
    })
}

/// The arguments by name, each name once: its last value in the place of the first.
pub(super) fn once_each(
    arguments: &[(ast::Name, ast::Expression)],
) -> impl Iterator<Item = (&ast::Name, &ast::Expression)> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(arguments.len());
    let mut kept: Vec<(&ast::Name, &ast::Expression)> = Vec::with_capacity(arguments.len());
    for (name, value) in arguments {
        match places.entry(&name.text) {
            Entry::Occupied(place) => {
                if let Some(first) = kept.get_mut(*place.get()) {
                    first.1 = value;
                }
            }
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push((name, value));
            }
        }
    }
    kept.into_iter()
}
