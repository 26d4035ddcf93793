//! Expressions, chains and conditions; which lookups deserve a warning when they find nothing.
//!
//! A missing value is worth a warning only where it reaches the output, arithmetic or a comparison. `default`, a bare
//! `if x`, and comparisons with `nil`, `blank` or `empty` ask for it to be missing, so they stay silent.

use super::build::{Builder, once_each};
use super::program::*;
use crate::diagnostic::{Diagnostic, code, suggest};
use crate::dialect::{DialectSet, Family, Undefined};
use crate::filters::{self, Callee};
use crate::number::Number;
use crate::source::Span;
use crate::syntax::ast::{self, ExpressionKind, Literal, Root, Segment};
use crate::value::KeyPlace;

/// What a lookup asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// Nothing is as good as a value.
    Optional,
    /// A value that is missing deserves a warning.
    Wanted,
    /// A value that is missing ends the render, where the dialect is so strict; elsewhere it deserves a warning.
    Needed,
}

impl Demand {
    fn wanted(wanted: bool) -> Self {
        if wanted { Demand::Wanted } else { Demand::Optional }
    }
}

impl Builder<'_> {
    /// A chain whose result is written.
    pub fn printed_chain(&mut self, chain: &ast::Chain) -> Chain {
        self.chain(chain, true)
    }

    /// A chain whose result is kept: only arithmetic in it minds a missing value.
    pub fn assigned_chain(&mut self, chain: &ast::Chain) -> Chain {
        self.chain(chain, false)
    }

    pub fn chain(&mut self, chain: &ast::Chain, printed: bool) -> Chain {
        let names = || chain.filters.iter().map(|filter| filter.name.text.as_str());
        let first_default = names().position(|name| name == "default");
        let first_arithmetic = names().position(filters::is_arithmetic);
        let watched = match (first_arithmetic, first_default) {
            (Some(arithmetic), default) if default.is_none_or(|default| arithmetic < default) => true,
            (_, default) => printed && default.is_none(),
        };
        let last_default = names().rposition(|name| name == "default");
        // Only a `default` right behind the value rescues it.
        let needed = printed && names().next() != Some("default");
        let demand = |needed, watched| if needed { Demand::Needed } else { Demand::wanted(watched) };
        let input = self.expression(&chain.input, self.tempered(demand(needed, watched), watched));
        let filters = chain.filters.iter().enumerate().map(|(at, filter)| {
            let watched = filters::is_arithmetic(&filter.name.text)
                || printed && last_default.is_none_or(|default| default <= at);
            let needed = printed || self.dialect.family == Family::LiquidJs;
            self.filter(filter, self.tempered(demand(needed, watched), watched))
        });
        let filters = filters.collect();
        Chain { input, filters }
    }

    /// What is needed, in a dialect where what is missing is nil, is only wanted.
    fn tempered(&self, demand: Demand, watched: bool) -> Demand {
        match (demand, self.undefined) {
            (Demand::Needed, Undefined::Lenient) => Demand::wanted(watched),
            _ => demand,
        }
    }

    fn filter(&mut self, filter: &ast::FilterCall, demand: Demand) -> FilterCall {
        self.check_format(filter);
        let keyword = once_each(&filter.keyword)
            .map(|(name, value)| (name.text.as_str().into(), self.expression(value, demand)))
            .collect();
        let keyword = self.with_expression_variables(filter, keyword);
        let callee = self.callee(&filter.name);
        // As in Ruby, the arguments by name arrive as one more argument, an object.
        let given = filter.positional.len().saturating_add(usize::from(!keyword.is_empty()));
        let fits = match &callee {
            Callee::Table(filter) => filters::check_count(filter.parameters, given).is_ok(),
            Callee::Custom(_) | Callee::Unknown => true,
        };
        FilterCall {
            callee,
            positional: filter.positional.iter().map(|argument| self.expression(argument, demand)).collect(),
            keyword,
            fits,
            span: filter.span,
        }
    }

    /// What an expression in quotes, such as that of `where_exp`, reads besides the item, as arguments by name: only here
    /// are the variables known.
    fn with_expression_variables(
        &mut self,
        filter: &ast::FilterCall,
        mut keyword: Box<[(Box<str>, Expression)]>,
    ) -> Box<[(Box<str>, Expression)]> {
        let text = |at: usize| match filter.positional.get(at).map(|argument| &argument.kind) {
            Some(ExpressionKind::Literal(Literal::String(text))) => Some(text.as_str()),
            _ => None,
        };
        if let (Some(item), Some(expression)) = (text(0), text(1)) {
            let names = filters::expression_variables(&filter.name.text, item, expression);
            if !names.is_empty() {
                let span = filter.span;
                let lookup = |name: String| {
                    let root = Base::Slot(self.slot(SlotName::variable(&name)));
                    let lookup = Lookup {
                        root,
                        keys: Default::default(),
                        span,
                        watched: false,
                        required: false,
                        spells_path: false,
                        of_loop: None,
                    };
                    (name.into(), Expression::Lookup(lookup))
                };
                keyword = keyword.into_vec().into_iter().chain(names.into_iter().map(lookup)).collect();
            }
        }
        keyword
    }

    /// Warns of directives in a date format that the engine does not know.
    fn check_format(&mut self, filter: &ast::FilterCall) {
        // Ruby's engines know nearly all directives there are, and what these two print is nobody's surprise.
        if self.dialect.set.intersects(DialectSet::LIQUID.union(DialectSet::BRAZE)) {
            return;
        }
        let Some(format) = filter.positional.first() else { return };
        let ExpressionKind::Literal(Literal::String(text)) = &format.kind else { return };
        for directive in filters::unknown_directives(&filter.name.text, self.dialect, text) {
            let message = format!("`{directive}` is no directive of this engine and is printed as it stands");
            let instead = match directive {
                "%F" => Some("%Y-%m-%d"),
                "%D" => Some("%m/%d/%y"),
                "%R" => Some("%H:%M"),
                "%T" => Some("%H:%M:%S"),
                "%r" => Some("%I:%M:%S %p"),
                "%Q" => Some("%s000"),
                "%v" => Some("%e-%b-%Y"),
                "%+" => Some("%a %b %e %H:%M:%S %Z %Y"),
                _ => None,
            };
            let mut diagnostic =
                Diagnostic::new(&code::FILTER_STRFTIME, message).at(self.source, format.span, "");
            if let Some(instead) = instead {
                diagnostic = diagnostic.help(format!("write `{instead}`"));
            }
            self.diagnostics.push(diagnostic);
        }
    }

    fn callee(&mut self, name: &ast::Name) -> Callee {
        if let Some(callee) = self.filters.find(&name.text) {
            return callee;
        }
        let mut shown: String = name.text.chars().take(60).collect();
        if shown.len() < name.text.len() {
            shown.push('…');
        }
        let elsewhere = filters::all().find(|filter| filter.name == name.text);
        let mut diagnostic = match elsewhere {
            Some(_) => Diagnostic::new(
                &code::FILTER_NOT_IN_DIALECT,
                format!("the dialect `{}` has no filter `{shown}`", self.dialect.name),
            ),
            None => Diagnostic::new(&code::FILTER_UNKNOWN, format!("unknown filter `{shown}`")),
        };
        diagnostic = diagnostic.at(self.source, name.span, "the value passes through unchanged");
        let json = ["json", "to_json", "tojson", "jsonify", "json_encode"].contains(&name.text.as_str());
        if json && self.filters.find("as_json_string").is_some() {
            diagnostic = diagnostic.help("did you mean `as_json_string`?");
        } else if elsewhere
            .is_some_and(|filter| !filter.dialects.intersects(DialectSet::LIQUID.union(DialectSet::BRAZE)))
        {
            let owners = filters::dialects_of(&name.text).join("` and `");
            diagnostic = diagnostic.help(format!("it is a filter of `{owners}`"));
        } else if elsewhere.is_none() && self.diagnostics.len() < suggest::SUGGESTIONS {
            diagnostic.help.extend(suggest::did_you_mean(&name.text, self.filters.names()));
        }
        self.diagnostics.push(diagnostic);
        Callee::Unknown
    }

    /// A value that is written as it is.
    pub fn printed(&mut self, expression: &ast::Expression) -> Expression {
        self.expression(expression, Demand::Wanted)
    }

    /// A value that is compared.
    pub fn compared(&mut self, expression: &ast::Expression) -> Expression {
        self.expression(expression, Demand::Wanted)
    }

    /// A value that `case` is compared with; see [`operand`](Self::operand).
    pub fn candidate(&mut self, expression: &ast::Expression) -> Expression {
        self.operand(expression, true)
    }

    /// A value that is looped over, passed on or counts something: nothing is as good as a value here.
    pub fn walked(&mut self, expression: &ast::Expression) -> Expression {
        self.expression(expression, Demand::Optional)
    }

    pub fn condition(&mut self, condition: &ast::Condition) -> Condition {
        Condition {
            first: self.comparison(&condition.first),
            rest: condition
                .rest
                .iter()
                .map(|(connective, comparison)| (*connective, self.comparison(comparison)))
                .collect(),
        }
    }

    fn comparison(&mut self, comparison: &ast::Comparison) -> Comparison {
        let Some((operator, right)) = &comparison.right else {
            return Comparison { left: self.operand(&comparison.left, false), right: None };
        };
        let tests_for_nothing = |side: &ast::Expression| {
            matches!(side.kind, ExpressionKind::Literal(Literal::Nil | Literal::Blank | Literal::Empty))
        };
        let watched = !tests_for_nothing(&comparison.left) && !tests_for_nothing(right);
        Comparison {
            left: self.operand(&comparison.left, watched),
            right: Some((operator.clone(), self.operand(right, watched))),
        }
    }

    /// A side of a comparison. Only here `empty` and `blank` ask for a property; anywhere else they are the empty text.
    fn operand(&mut self, expression: &ast::Expression, watched: bool) -> Expression {
        match &expression.kind {
            ExpressionKind::Literal(Literal::Empty) => Expression::Constant(Constant::Empty),
            ExpressionKind::Literal(Literal::Blank) => Expression::Constant(Constant::Blank),
            _ => self.expression(expression, Demand::wanted(watched)),
        }
    }

    pub fn expression(&mut self, expression: &ast::Expression, demand: Demand) -> Expression {
        match self.dialect.family {
            Family::Ruby => self.ruby_expression(expression, demand),
            Family::LiquidJs => self.liquidjs_expression(expression, demand),
        }
    }

    fn ruby_expression(&mut self, expression: &ast::Expression, demand: Demand) -> Expression {
        match &expression.kind {
            ExpressionKind::Literal(literal) => Expression::Constant(match literal {
                Literal::Nil => Constant::Nil,
                Literal::Bool(value) => Constant::Bool(*value),
                Literal::Integer(value) => Constant::Integer(*value),
                Literal::BigInteger(digits) => Constant::BigInteger(digits.as_str().into()),
                Literal::Float(value) => Constant::Float(*value),
                Literal::String(text) => self.text(text, expression),
                Literal::Empty | Literal::Blank => {
                    Constant::Text("".into(), Span::at(expression.span.from()))
                }
            }),
            ExpressionKind::Range(ends) => {
                let constant = expression.is_constant();
                Expression::Range(Box::new((
                    self.range_end(&ends.0, constant, demand),
                    self.range_end(&ends.1, constant, demand),
                )))
            }
            ExpressionKind::Lookup(lookup) => Expression::Lookup(self.lookup(lookup, expression, demand)),
            ExpressionKind::Inner(chain) => {
                Expression::Inner(Box::new(self.chain(chain, demand != Demand::Optional)))
            }
            // Only LiquidJS's reader makes one.
            ExpressionKind::Formula(_) => Expression::Constant(Constant::Nil),
        }
    }

    /// An end of a range. The ends of a constant range are cut to integers here; a float beside a computed end is an error
    /// at render, wherever it comes from.
    fn range_end(&mut self, end: &ast::Expression, constant: bool, demand: Demand) -> Expression {
        match &end.kind {
            ExpressionKind::Literal(Literal::Float(value)) if constant => {
                Expression::Constant(match Number::from_integer_part(*value) {
                    Some(Number::Integer(value)) => Constant::Integer(value),
                    Some(Number::BigInteger(value)) => Constant::BigInteger(value.to_string().into()),
                    // Infinity, of a literal that is longer than any number, has no integer part.
                    _ => Constant::Integer(if *value < 0.0 { i64::MIN } else { i64::MAX }),
                })
            }
            _ => self.expression(end, demand),
        }
    }

    /// A quoted text as the stretch of the template between its quotes.
    pub fn text(&self, text: &str, expression: &ast::Expression) -> Constant {
        let written = self.source.slice(expression.span);
        match written.find(text) {
            Some(at) => {
                let start = expression.span.from().saturating_add(at);
                Constant::Text(text.into(), Span::new(start, start.saturating_add(text.len())))
            }
            None => Constant::Text("".into(), Span::at(expression.span.from())),
        }
    }

    fn lookup(&mut self, lookup: &ast::Lookup, expression: &ast::Expression, demand: Demand) -> Lookup {
        let snippet = self.read_snippet(lookup, expression.span, demand);
        let root = match &lookup.root {
            Root::Name(name) => Base::Slot(match snippet {
                Some(slot) => slot,
                None => self.slot(SlotName::variable(&name.text)),
            }),
            Root::Dynamic(name) => Base::Dynamic(Box::new(self.expression(name, demand))),
            Root::Value(value) => Base::Value(Box::new(self.expression(value, demand))),
            Root::Reference { namespace, name } => {
                let slot = self.slot(SlotName::Attribute {
                    namespace: namespace.as_ref().map(|namespace| namespace.text.as_str().into()),
                    name: name.text.as_str().into(),
                });
                self.read_block(&lookup.root, slot, expression.span);
                Base::Slot(slot)
            }
        };
        let spells_path =
            matches!(&lookup.root, Root::Reference { name, .. } if name.text.contains(['.', '[']));
        let read = usize::from(snippet.is_some());
        let keys = lookup.segments.iter().skip(read).map(|segment| match segment {
            Segment::Name(name) => Key::Name(name.text.as_str().into(), KeyPlace::default()),
            Segment::Index(index) => Key::Index(self.expression(index, demand)),
            Segment::Reference(name) => Key::Reference(name.text.as_str().into()),
        });
        let keys: Box<[Key]> = keys.collect();
        let of_loop = match (&lookup.root, &*keys) {
            (Root::Name(name), [Key::Name(property, _)]) if name.text == "forloop" => {
                LoopProperty::of(property)
            }
            _ => None,
        };
        let watched = demand != Demand::Optional;
        let required = demand == Demand::Needed;
        Lookup { root, keys, span: expression.span, watched, required, spells_path, of_loop }
    }
}
