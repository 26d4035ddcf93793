//! What the readers of tags work with: the source, the grammar with its fallback, and the findings.

use super::ast::{
    AssignMarkup, Binding, Chain, Condition, CycleMarkup, Expression, ExpressionKind, ForMarkup, Name,
    Offset, PartialMarkup, Root, Segment, TableRowMarkup, Term,
};
use super::fallback::{Fallback, Reading, Rejected};
use super::findings::Findings;
use super::lint;
use super::markup::Grammar;
use super::scan::TagPiece;
use super::tags::custom::{TagForms, unreadable};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::{Dialect, ErrorMode, Family};
use crate::limits::Limits;
use crate::source::{Source, Span};
use std::sync::Arc;

/// What kind of markup is read: decides what a doubtful part of it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Output,
    Assign,
    Condition,
    Loop,
    Name,
    Other,
}

/// The arguments of a host's tag, by place and by name.
pub(crate) type Arguments = (Vec<Expression>, Vec<(Name, Expression)>);

/// The surroundings of a tag.
pub(crate) struct Context<'s> {
    pub source: &'s Arc<Source>,
    pub dialect: &'static Dialect,
    pub limits: &'s Limits,
    pub findings: Findings,
    /// The host's tags.
    pub tags: &'s TagForms,
    mode: ErrorMode,
    /// Whether the template assigns a variable `now`, so that the bare word makes sense.
    pub assigns_now: bool,
    /// Names at the beginning of a path that another platform fills, or this one in other letters.
    pub strangers: Vec<Span>,
}

impl<'s> Context<'s> {
    pub fn new(
        source: &'s Arc<Source>,
        dialect: &'static Dialect,
        mode: ErrorMode,
        limits: &'s Limits,
        tags: &'s TagForms,
    ) -> Self {
        Context {
            source,
            dialect,
            limits,
            tags,
            findings: Findings::new(source, limits),
            mode,
            assigns_now: false,
            strangers: Vec::new(),
        }
    }

    /// Whether the reference would read markup with its lax parser.
    pub fn is_lax(&self) -> bool {
        self.mode == ErrorMode::Lax
    }

    /// The text of `span`.
    pub fn slice(&self, span: Span) -> &'s str {
        self.source.slice(span)
    }

    /// The reader of valid markup.
    pub fn grammar(&self) -> Grammar<'s> {
        Grammar { mode: self.mode, dialect: self.dialect, limits: self.limits }
    }

    /// Reads the markup at `span` through `grammar`, and through `fallback` what that rejects. `line_at` is the byte
    /// whose line the reference names in errors.
    pub fn read<T: Expressions>(
        &mut self,
        place: Place,
        span: Span,
        line_at: usize,
        grammar: impl FnOnce(&Grammar<'s>, &str, usize) -> Option<T>,
        fallback: impl FnOnce(&Fallback<'s>, &str, usize) -> Result<Reading<T>, Rejected>,
    ) -> Option<T> {
        let (dialect, limits, mode) = (self.dialect, self.limits, self.mode);
        let markup = self.slice(span);
        let by_grammar = match dialect.family {
            Family::Ruby => grammar(&Grammar { mode, dialect, limits }, markup, span.from()),
            Family::LiquidJs => None,
        };
        let value = match by_grammar {
            Some(value) => value,
            None => match fallback(&Fallback { mode, dialect, limits }, markup, span.from()) {
                Ok(reading) => {
                    lint::doubtful_markup(self, place, span, &reading.ignored);
                    reading.value
                }
                Err(rejected) => {
                    self.rejected(place, span, line_at, rejected);
                    return None;
                }
            },
        };
        lint::expressions(self, &value);
        Some(value)
    }

    /// Reads the arguments of the host's tag `name`.
    pub fn arguments(&mut self, name: &str, piece: &TagPiece) -> Option<Arguments> {
        let markup = self.slice(piece.markup);
        let arguments = self.grammar().arguments(markup, piece.markup.from());
        if arguments.is_none() {
            unreadable(self, name, piece.markup, piece.markup.from());
        }
        arguments
    }

    fn rejected(&mut self, place: Place, span: Span, line_at: usize, rejected: Rejected) {
        if let Some(exceeded) = rejected.limit {
            self.findings.exceeded(exceeded, rejected.span, &rejected.reference, line_at);
            return;
        }
        if let Some(diagnostic) = lint::reason_of_rejection(self, place, span) {
            self.findings.error(diagnostic, rejected.reference, line_at);
            return;
        }
        let mut diagnostic =
            Diagnostic::new(&code::SYNTAX_ERROR, rejected.message).at(self.source, rejected.span, "");
        diagnostic.help.extend(rejected.help);
        self.findings.error(diagnostic, rejected.reference, line_at);
    }
}

/// Markup that can be searched for the expressions in it.
pub(crate) trait Expressions {
    /// Calls `visit` with every expression, outer ones before the ones in them.
    fn visit(&self, visit: &mut dyn FnMut(&Expression));
}

impl Expressions for Expression {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        visit(self);
        match &self.kind {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Range(ends) => {
                ends.0.visit(visit);
                ends.1.visit(visit);
            }
            ExpressionKind::Lookup(lookup) => {
                if let Root::Dynamic(start) | Root::Value(start) = &lookup.root {
                    start.visit(visit);
                }
                for segment in &lookup.segments {
                    if let Segment::Index(index) = segment {
                        index.visit(visit);
                    }
                }
            }
            ExpressionKind::Inner(chain) => chain.visit(visit),
            ExpressionKind::Formula(formula) => {
                for term in &formula.terms {
                    if let Term::Operand(operand) = term {
                        operand.visit(visit);
                    }
                }
            }
        }
    }
}

impl Expressions for Chain {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.input.visit(visit);
        for call in &self.filters {
            call.positional.iter().for_each(|value| value.visit(visit));
            call.keyword.iter().for_each(|(_, value)| value.visit(visit));
        }
    }
}

impl<T: Expressions> Expressions for Option<T> {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        if let Some(value) = self {
            value.visit(visit);
        }
    }
}

impl<T: Expressions> Expressions for Vec<T> {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.iter().for_each(|value| value.visit(visit));
    }
}

impl Expressions for Name {
    fn visit(&self, _visit: &mut dyn FnMut(&Expression)) {}
}

impl Expressions for AssignMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.value.visit(visit);
    }
}

impl Expressions for Condition {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        for comparison in
            std::iter::once(&self.first).chain(self.rest.iter().map(|(_, comparison)| comparison))
        {
            comparison.left.visit(visit);
            if let Some((_, right)) = &comparison.right {
                right.visit(visit);
            }
        }
    }
}

impl Expressions for ForMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.collection.visit(visit);
        self.limit.visit(visit);
        if let Some(Offset::Skip(offset)) = &self.offset {
            offset.visit(visit);
        }
    }
}

impl Expressions for TableRowMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.collection.visit(visit);
        self.columns.visit(visit);
        self.limit.visit(visit);
        self.offset.visit(visit);
    }
}

impl Expressions for CycleMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.group.visit(visit);
        self.values.visit(visit);
    }
}

impl Expressions for PartialMarkup {
    fn visit(&self, visit: &mut dyn FnMut(&Expression)) {
        self.name.visit(visit);
        if let Some(Binding { value, .. }) = &self.binding {
            value.visit(visit);
        }
        self.arguments.iter().for_each(|(_, value)| value.visit(visit));
    }
}
