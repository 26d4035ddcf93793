//! Nodes and expressions by the rules of LiquidJS.
//!
//! A missing value ends the render wherever it is not asked for leniently: conditions, `case`, `assign` and a `default` right
//! behind the value are lenient, and of these only the value itself, not what stands in its brackets or among the arguments.

use super::build::Builder;
use super::expression::Demand;
use super::program::*;
use crate::source::Span;
use crate::syntax::ast::{self, ExpressionKind, Literal, Root, Segment};

impl Builder<'_> {
    /// A chain that is written, or whose value is kept or tested.
    fn liquidjs_chain(&mut self, chain: &ast::Chain, written: bool) -> Chain {
        self.chain(chain, written)
    }

    pub fn liquidjs_output(&mut self, chain: &ast::Chain) -> LiquidJs {
        LiquidJs::Output(self.liquidjs_chain(chain, true))
    }

    /// The test of `if`, `unless` and `elsif`, whose condition is a chain.
    pub fn liquidjs_test(&mut self, condition: &ast::Condition, negated: bool, branch: Span) -> LiquidJs {
        let chain = match &condition.first.left.kind {
            ExpressionKind::Inner(chain) => self.liquidjs_chain(chain, false),
            _ => Chain {
                input: self.expression(&condition.first.left, Demand::Optional),
                filters: Box::default(),
            },
        };
        LiquidJs::Test { chain, negated, branch }
    }

    pub fn liquidjs_when(&mut self, values: &[ast::Expression], branch: Span) -> LiquidJs {
        let values = values.iter().map(|value| self.expression(value, Demand::Optional)).collect();
        LiquidJs::When { values, branch }
    }

    pub fn liquidjs_for(&mut self, markup: &ast::ForMarkup) -> LiquidJs {
        let spec = ForLoop {
            remembered: true,
            collection: self.expression(&markup.collection, Demand::Needed),
            limit: markup.limit.as_ref().map(|limit| self.expression(limit, Demand::Needed)),
            offset: match &markup.offset {
                None => LoopOffset::Start,
                Some(ast::Offset::Continue) => LoopOffset::Continue,
                Some(ast::Offset::Skip(skip)) => LoopOffset::Skip(self.expression(skip, Demand::Needed)),
            },
            item: self.variable(&markup.item.text),
            forloop: None,
            reversed: markup.reversed,
            name: format!("{}-{}", markup.item.text, markup.collection_text).into(),
        };
        LiquidJs::For { spec, none: 0 }
    }

    pub fn liquidjs_table_row(&mut self, markup: &ast::TableRowMarkup) -> LiquidJs {
        let mut count = |count: &Option<ast::Expression>| {
            count.as_ref().map(|count| self.expression(count, Demand::Needed))
        };
        let (columns, limit, offset) = (count(&markup.columns), count(&markup.limit), count(&markup.offset));
        LiquidJs::TableRow(TableRow {
            collection: self.expression(&markup.collection, Demand::Needed),
            columns,
            limit,
            offset,
            item: self.variable(&markup.item.text),
            tablerowloop: self.variable("tablerowloop"),
        })
    }

    pub fn liquidjs_cycle(&mut self, markup: &ast::CycleMarkup) -> LiquidJs {
        let written = |value: &ast::Expression| self.source.slice(value.span).to_owned();
        let text = markup.values.iter().map(written).collect::<Vec<_>>().join(",").into();
        let group = markup.group.as_ref().map(|group| self.expression(group, Demand::Needed));
        let values = markup.values.iter().map(|value| match &value.kind {
            ExpressionKind::Inner(chain) => Expression::Inner(Box::new(self.liquidjs_chain(chain, true))),
            _ => self.expression(value, Demand::Needed),
        });
        let values = values.collect();
        LiquidJs::Cycle { group, text, values }
    }

    pub fn liquidjs_expression(&mut self, expression: &ast::Expression, demand: Demand) -> Expression {
        match &expression.kind {
            ExpressionKind::Literal(literal) => Expression::Constant(match literal {
                Literal::Nil => Constant::Nil,
                Literal::Bool(value) => Constant::Bool(*value),
                Literal::Integer(value) => Constant::Integer(*value),
                Literal::BigInteger(digits) => Constant::BigInteger(digits.as_str().into()),
                Literal::Float(value) => Constant::Float(*value),
                Literal::String(text) => self.escaped(text, expression),
                Literal::Empty => Constant::Empty,
                Literal::Blank => Constant::Blank,
            }),
            ExpressionKind::Range(ends) => Expression::Stretch(Box::new((
                self.expression(&ends.0, Demand::Needed),
                self.expression(&ends.1, Demand::Needed),
            ))),
            ExpressionKind::Lookup(lookup) => {
                Expression::Lookup(self.liquidjs_lookup(lookup, expression.span, demand))
            }
            ExpressionKind::Inner(chain) => {
                Expression::Inner(Box::new(self.liquidjs_chain(chain, demand != Demand::Optional)))
            }
            ExpressionKind::Formula(formula) => {
                let terms = formula.terms.iter().map(|term| match term {
                    ast::Term::Operand(operand) => Term::Operand(self.expression(operand, demand)),
                    ast::Term::Operator(sign) => Term::Operator(sign.clone()),
                });
                Expression::Formula(terms.collect())
            }
        }
    }

    /// A quoted text: a stretch of the template unless escapes make it another.
    fn escaped(&mut self, text: &str, expression: &ast::Expression) -> Constant {
        if !self.source.slice(expression.span).contains('\\') {
            return self.text(text, expression);
        }
        let start = self.escaped.len();
        self.escaped.push_str(text);
        Constant::Escaped(Span::new(start, self.escaped.len()))
    }

    fn liquidjs_lookup(&mut self, lookup: &ast::Lookup, span: Span, demand: Demand) -> Lookup {
        let snippet = self.read_snippet(lookup, span, demand);
        let root = match &lookup.root {
            Root::Name(name) => Base::Slot(snippet.unwrap_or_else(|| self.variable(&name.text))),
            Root::Dynamic(name) => Base::Dynamic(Box::new(self.expression(name, Demand::Needed))),
            Root::Value(value) => Base::Value(Box::new(self.expression(value, demand))),
            // Only dialects with references read one.
            Root::Reference { name, .. } => Base::Slot(self.variable(&name.text)),
        };
        let keys = lookup.segments.iter().skip(usize::from(snippet.is_some())).map(|segment| match segment {
            Segment::Name(name) | Segment::Reference(name) => {
                Key::Own(Expression::Constant(Constant::Word(name.text.as_str().into())))
            }
            Segment::Index(index) => Key::Own(self.expression(index, Demand::Needed)),
        });
        let keys = keys.collect();
        let (watched, required) = (demand != Demand::Optional, demand == Demand::Needed);
        Lookup { root, keys, span, watched, required, spells_path: false, of_loop: None }
    }
}
