//! Nodes to operations.

use super::program::*;
use super::unwind::{Enclosing, LoopExits};
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::filters::FilterSet;
use crate::source::{Source, Span};
use crate::syntax::ast::{self, Body, NodeKind};
use std::collections::HashMap;
use std::sync::Arc;

/// A program under construction.
pub(super) struct Builder<'b> {
    pub source: &'b Arc<Source>,
    pub dialect: &'static Dialect,
    pub filters: &'b FilterSet,
    /// Whether the program keeps the reference's scores.
    scored: bool,
    pub diagnostics: Vec<Diagnostic>,
    pub(super) enclosing: Vec<Enclosing>,
    operations: Vec<Operation>,
    spans: Vec<Span>,
    recoveries: Vec<(Address, Recovery)>,
    slots: Vec<SlotName>,
    numbers: HashMap<SlotName, Slot>,
    exits: Vec<LoopExits>,
    /// Loops whose `forloop` may be read, decided at the end: by this template, or by one that it includes.
    loops: Vec<Address>,
    includes: bool,
}

impl<'b> Builder<'b> {
    pub fn new(
        source: &'b Arc<Source>,
        dialect: &'static Dialect,
        filters: &'b FilterSet,
        scored: bool,
    ) -> Self {
        Builder {
            source,
            dialect,
            filters,
            scored,
            diagnostics: Vec::new(),
            enclosing: Vec::new(),
            operations: Vec::new(),
            spans: Vec::new(),
            recoveries: Vec::new(),
            slots: Vec::new(),
            numbers: HashMap::new(),
            exits: Vec::new(),
            loops: Vec::new(),
            includes: false,
        }
    }

    pub fn finish(mut self) -> (Program, Vec<Diagnostic>) {
        let name = SlotName::variable("forloop");
        if self.includes || self.numbers.contains_key(&name) {
            let slot = self.slot(name);
            for at in std::mem::take(&mut self.loops) {
                if let Some(Operation::LoopBegin { spec, .. }) = self.operations.get_mut(at as usize) {
                    spec.forloop = Some(slot);
                }
            }
        }
        self.recoveries.sort_by_key(|(at, _)| *at);
        let program = Program {
            source: self.source.clone(),
            dialect: self.dialect,
            operations: self.operations,
            spans: self.spans,
            recoveries: self.recoveries,
            slots: self.slots,
        };
        (program, self.diagnostics)
    }

    pub fn slot(&mut self, name: SlotName) -> Slot {
        if let Some(slot) = self.numbers.get(&name) {
            return *slot;
        }
        let slot = Slot(self.slots.len() as u32);
        self.slots.push(name.clone());
        self.numbers.insert(name, slot);
        slot
    }

    fn variable(&mut self, name: &str) -> Slot {
        self.slot(SlotName::variable(name))
    }

    pub(super) fn emit(&mut self, operation: Operation, span: Span) -> Address {
        self.operations.push(operation);
        self.spans.push(span);
        (self.operations.len() - 1) as Address
    }

    pub(super) fn innermost_exits(&mut self) -> &mut LoopExits {
        if self.exits.is_empty() {
            self.exits.push(LoopExits::default());
        }
        let last = self.exits.len() - 1;
        &mut self.exits[last]
    }

    fn here(&self) -> Address {
        self.operations.len() as Address
    }

    /// Points the jump laid out at `at` to the next operation.
    fn land(&mut self, at: Address) {
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
                | Operation::TableRowBegin { empty: to, .. },
            ) => *to = target,
            _ => debug_assert!(false, "no jump at {at}"),
        }
    }

    /// Lays out a template.
    pub fn template(&mut self, body: &Body) {
        self.scored_body(body, false, Span::at(0), |nodes| Operation::ScoreTemplate { nodes });
    }

    /// Lays out the body of a block. Of one that holds nothing to print, texts are dropped (the reference's blank bodies).
    fn body(&mut self, body: &Body, blank: bool, tag: Span) {
        self.scored_body(body, blank, tag, |nodes| Operation::ScoreBody { nodes });
    }

    fn scored_body(&mut self, body: &Body, blank: bool, tag: Span, score: fn(u32) -> Operation) {
        // An empty `raw` is blank too, and stays a node.
        let dropped =
            |node: &ast::Node| blank && node.tag == node.span && matches!(node.kind, NodeKind::Text(_));
        if self.scored {
            let nodes = body.nodes.iter().filter(|node| !dropped(node)).count();
            self.emit(score(u32::try_from(nodes).unwrap_or(u32::MAX)), tag);
        }
        for node in body.nodes.iter().filter(|node| !dropped(node)) {
            self.node(node);
            if self.scored {
                self.emit(Operation::ScoreNode, node.tag);
            }
        }
    }

    fn node(&mut self, node: &ast::Node) {
        let span = node.tag;
        match &node.kind {
            NodeKind::Text(text) => {
                let raw = node.tag != node.span;
                let span = if raw { text.kept } else { node.span };
                if !span.is_empty() {
                    self.emit(Operation::Text(text.kept), span);
                }
            }
            NodeKind::Output(None) | NodeKind::Comment => {}
            NodeKind::Output(Some(chain)) => {
                let chain = self.printed_chain(chain);
                self.emit(Operation::Output(Box::new(chain)), span);
            }
            NodeKind::Assign(markup) => {
                let chain = Box::new(self.assigned_chain(&markup.value));
                let slot = self.variable(&markup.name.text);
                let at = self.emit(Operation::Assign { slot, chain }, span);
                if self.scored {
                    self.emit(Operation::ScoreAssign { slot }, span);
                    self.recover(at, true, at + 2);
                }
            }
            NodeKind::Capture { name, body } => {
                let slot = self.variable(&name.text);
                self.emit(Operation::CaptureBegin, span);
                self.within(Enclosing::Capture(slot), |builder| builder.body(body, false, span));
                self.emit(Operation::CaptureEnd { slot }, span);
            }
            NodeKind::If(tag) => self.conditional(tag, span),
            NodeKind::Case(tag) => self.case(tag, span),
            NodeKind::For(tag) => self.for_loop(tag, span),
            NodeKind::TableRow(tag) => self.table_row(tag, span),
            NodeKind::Cycle(markup) => self.cycle(markup, span),
            NodeKind::Increment(name) => {
                let slot = self.variable(&name.text);
                self.emit(Operation::Counter { slot, decrement: false }, span);
            }
            NodeKind::Decrement(name) => {
                let slot = self.variable(&name.text);
                self.emit(Operation::Counter { slot, decrement: true }, span);
            }
            NodeKind::Break => self.interrupt(Interrupt::Break, span),
            NodeKind::Continue => self.interrupt(Interrupt::Continue, span),
            NodeKind::IfChanged(body) => {
                self.emit(Operation::IfChangedBegin, span);
                self.within(Enclosing::IfChanged, |builder| builder.body(body, false, span));
                self.emit(Operation::IfChangedEnd, span);
            }
            NodeKind::Partial(markup) => self.partial(markup, span),
            NodeKind::Abort(reason) => {
                self.emit(Operation::Abort(reason.as_deref().map(Into::into)), span);
            }
        }
    }

    fn within(&mut self, open: Enclosing, lay_out: impl FnOnce(&mut Self)) {
        self.enclosing.push(open);
        lay_out(self);
        self.enclosing.pop();
    }

    fn recover(&mut self, at: Address, silent: bool, resume: Address) {
        self.recoveries.push((at, Recovery { resume, silent }));
    }

    fn conditional(&mut self, tag: &ast::If, span: Span) {
        let blank = tag.branches.iter().all(|branch| is_blank(&branch.body, self.source));
        let mut tests = Vec::new();
        let mut ends = Vec::new();
        for (at, branch) in tag.branches.iter().enumerate() {
            let test = match &branch.condition {
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
            if at + 1 < tag.branches.len() {
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
        let blank = tag.branches.iter().all(|branch| is_blank(&branch.body, self.source));
        let subject = Box::new(self.compared(&tag.subject));
        let begin = self.emit(Operation::CaseBegin(subject), span);
        let mut tests = Vec::new();
        self.enclosing.push(Enclosing::Case);
        for branch in &tag.branches {
            let at = match &branch.values {
                Some(values) => {
                    let values = values.iter().map(|value| self.candidate(value)).collect();
                    self.emit(Operation::CaseWhen { values, otherwise: 0, branch: branch.tag }, span)
                }
                None => self.emit(Operation::CaseElse { otherwise: 0, branch: branch.tag }, span),
            };
            let start = self.here();
            self.body(&branch.body, blank, branch.tag);
            if branch.values.is_some() {
                self.emit(Operation::CaseRepeat(start), span);
            }
            self.land(at);
            tests.push(at);
        }
        self.enclosing.pop();
        let end = self.emit(Operation::CaseEnd, span);
        tests.into_iter().for_each(|test| self.recover(test, blank, end));
        self.recover(begin, blank, end + 1);
    }

    fn for_loop(&mut self, tag: &ast::For, span: Span) {
        let markup = &tag.markup;
        let blank = is_blank(&tag.body, self.source)
            && tag.otherwise.as_ref().is_none_or(|otherwise| is_blank(otherwise, self.source));
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
            name: format!("{}-{}", markup.item.text, markup.collection_text).into(),
        });
        let begin = self.emit(Operation::LoopBegin { spec, empty: 0 }, span);
        self.loops.push(begin);
        self.turns(Enclosing::Loop, &tag.body, blank, span, |body| Operation::LoopNext { body });
        if let Some(otherwise) = &tag.otherwise {
            let end = self.emit(Operation::Jump(0), span);
            let exits = self.exits.pop().unwrap_or_default();
            self.land(begin);
            self.body(otherwise, blank, span);
            self.land(end);
            exits.breaks.into_iter().for_each(|exit| self.land(exit));
        } else {
            let exits = self.exits.pop().unwrap_or_default();
            self.land(begin);
            exits.breaks.into_iter().for_each(|exit| self.land(exit));
        }
        let end = self.here();
        self.recover(begin, blank, end);
    }

    fn table_row(&mut self, tag: &ast::TableRow, span: Span) {
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
        self.turns(Enclosing::TableRow, &tag.body, false, span, |body| Operation::TableRowNext { body });
        let exits = self.exits.pop().unwrap_or_default();
        self.land(begin);
        exits.breaks.into_iter().for_each(|exit| self.land(exit));
        let end = self.here();
        self.recover(begin, is_blank(&tag.body, self.source), end);
    }

    /// Lays out the body of a loop and its next turn. The loop's exits stay on the stack for the caller.
    fn turns(
        &mut self,
        kind: Enclosing,
        body: &Body,
        blank: bool,
        span: Span,
        next: fn(Address) -> Operation,
    ) {
        let start = self.here();
        self.exits.push(LoopExits::default());
        let score = match kind {
            Enclosing::TableRow => |nodes| Operation::ScoreCell { nodes },
            _ => |nodes| Operation::ScoreBody { nodes },
        };
        self.within(kind, |builder| builder.scored_body(body, blank, span, score));
        let continues = std::mem::take(&mut self.innermost_exits().continues);
        continues.into_iter().for_each(|exit| self.land(exit));
        self.emit(next(start), span);
    }

    fn cycle(&mut self, markup: &ast::CycleMarkup, span: Span) {
        let group = match &markup.group {
            Some(group) => CycleGroup::Named(self.walked(group)),
            // Variables in a group are told apart by the tag they stand in, so such a group is its tag's own.
            None if markup
                .values
                .iter()
                .all(|value| matches!(value.kind, ast::ExpressionKind::Literal(_))) =>
            {
                CycleGroup::Unnamed(markup.text.as_str().into())
            }
            None => CycleGroup::Unnamed(format!("{}@{}", markup.text, span.start).into()),
        };
        let values = markup.values.iter().map(|value| self.printed(value)).collect();
        self.emit(Operation::Cycle { group, values }, span);
    }

    fn partial(&mut self, markup: &ast::PartialMarkup, span: Span) {
        self.includes |= !markup.isolated;
        let partial = Partial {
            isolated: markup.isolated,
            name: self.walked(&markup.name),
            binding: markup.binding.as_ref().map(|binding| (binding.each, self.walked(&binding.value))),
            alias: markup.alias.as_ref().map(|alias| alias.text.as_str().into()),
            arguments: markup
                .arguments
                .iter()
                .map(|(name, value)| (name.text.as_str().into(), self.walked(value)))
                .collect(),
            on_break: 0,
            on_continue: 0,
        };
        let at = self.emit(Operation::Partial(Box::new(partial)), span);
        if markup.isolated {
            return;
        }
        let end = self.emit(Operation::Jump(0), span);
        let breaks = self.here();
        self.interrupt(Interrupt::Break, span);
        let continues = self.here();
        self.interrupt(Interrupt::Continue, span);
        self.land(end);
        if let Some(Operation::Partial(partial)) = self.operations.get_mut(at as usize) {
            partial.on_break = breaks;
            partial.on_continue = continues;
        }
    }
}

/// Whether a body prints nothing whatever the data is: white space and tags that only compute.
fn is_blank(body: &Body, source: &Source) -> bool {
    body.nodes.iter().all(|node| match &node.kind {
        NodeKind::Text(text) => {
            let raw = node.tag != node.span;
            if raw { text.kept.is_empty() } else { source.slice(text.kept).trim().is_empty() }
        }
        NodeKind::Assign(_) | NodeKind::Capture { .. } | NodeKind::Comment => true,
        NodeKind::If(tag) => tag.branches.iter().all(|branch| is_blank(&branch.body, source)),
        NodeKind::Case(tag) => tag.branches.iter().all(|branch| is_blank(&branch.body, source)),
        NodeKind::For(tag) => {
            is_blank(&tag.body, source) && tag.otherwise.as_ref().is_none_or(|body| is_blank(body, source))
        }
        NodeKind::TableRow(tag) => is_blank(&tag.body, source),
        NodeKind::IfChanged(body) => is_blank(body, source),
        _ => false,
    })
}
