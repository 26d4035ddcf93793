//! The parse of the grammar to expressions, chains and comparisons.

use super::grammar::Rule;
use crate::source::Span;
use crate::syntax::ast::{
    self, Chain, Comparison, Expression, ExpressionKind, FilterCall, Literal, Lookup, Name, Operator, Root,
    Segment,
};
use crate::syntax::scan::is_blank;
use pest::iterators::{Pair, Pairs};

/// A walk over the flat pairs of one markup.
pub(super) struct Reader<'i> {
    pairs: Pairs<'i, Rule>,
    markup: &'i str,
    base: usize,
    references: bool,
    digits: usize,
}

impl<'i> Reader<'i> {
    pub fn new(
        pairs: Pairs<'i, Rule>,
        markup: &'i str,
        base: usize,
        references: bool,
        digits: usize,
    ) -> Self {
        Reader { pairs, markup, base, references, digits }
    }

    fn inside(&self, pair: Pair<'i, Rule>) -> Self {
        Reader { pairs: pair.into_inner(), ..*self }
    }

    fn span(&self, pair: &Pair<'i, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(span.start(), span.end()).shifted(self.base)
    }

    fn next_is(&self, rule: Rule) -> bool {
        self.pairs.peek().is_some_and(|pair| pair.as_rule() == rule)
    }

    /// The next pair, if it is of `rule`.
    pub fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.next_is(rule) { self.pairs.next() } else { None }
    }

    /// Whether all of the markup has been read.
    pub fn at_end(&self) -> bool {
        self.pairs.peek().is_none_or(|pair| pair.as_rule() == Rule::EOI)
    }

    /// The next pair as a name, if it is of `rule`.
    pub fn name(&mut self, rule: Rule) -> Option<Name> {
        let pair = self.take(rule)?;
        Some(Name { text: pair.as_str().to_owned(), span: self.span(&pair) })
    }

    /// The text of `span` without the blanks between its tokens, as the reference puts it together again.
    pub fn written(&self, span: Span) -> String {
        let from = span.from().saturating_sub(self.base);
        let to = span.to().saturating_sub(self.base);
        let mut quote = None;
        let keep = |&c: &char| {
            match quote {
                Some(open) if open == c => quote = None,
                None if c == '\'' || c == '"' => quote = Some(c),
                _ => {}
            }
            quote.is_some() || !is_blank(c)
        };
        self.markup.get(from..to).unwrap_or_default().chars().filter(keep).collect()
    }

    /// A value and the filters it goes through.
    pub fn chain(&mut self) -> Option<Chain> {
        let input = self.value()?;
        let mut span = input.span;
        let mut filters = Vec::new();
        while let Some(name) = self.name(Rule::filter_name) {
            let mut call = FilterCall { span: name.span, name, positional: Vec::new(), keyword: Vec::new() };
            loop {
                if let Some(keyword) = self.name(Rule::keyword) {
                    let value = self.value()?;
                    call.span = call.span.join(value.span);
                    call.keyword.push((keyword, value));
                } else if self.at_end() || self.next_is(Rule::filter_name) {
                    break;
                } else {
                    let value = self.value()?;
                    call.span = call.span.join(value.span);
                    call.positional.push(value);
                }
            }
            span = span.join(call.span);
            filters.push(call);
        }
        Some(Chain { span, input, filters })
    }

    /// A value, or two with an operator between them.
    pub fn comparison(&mut self) -> Option<Comparison> {
        let left = self.value()?;
        let right = match self.take(Rule::operator) {
            Some(operator) => Some((Operator::from(operator.as_str()), self.value()?)),
            None => None,
        };
        Some(Comparison { left, right })
    }

    /// One value.
    pub fn value(&mut self) -> Option<Expression> {
        let pair = self.pairs.next()?;
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::path => return self.path(pair.as_str(), span),
            Rule::string => {
                let text = pair.as_str();
                ExpressionKind::Literal(Literal::String(text.get(1..text.len() - 1)?.to_owned()))
            }
            Rule::number => ExpressionKind::Literal(self.number(pair.as_str())?),
            Rule::range => {
                let mut inside = self.inside(pair);
                let ends = (inside.value()?, inside.value()?);
                if ast::misplaced_range_end(&ends.0, &ends.1).is_some() {
                    return None;
                }
                ExpressionKind::Range(Box::new(ends))
            }
            Rule::attribute if self.references => {
                let root = Root::Reference { namespace: None, name: attribute(pair.as_str(), span) };
                return self.segments(root, Vec::new(), span);
            }
            Rule::inner if self.references => ExpressionKind::Inner(Box::new(self.inside(pair).chain()?)),
            _ => return None,
        };
        Some(Expression { span, kind })
    }

    fn path(&mut self, text: &str, span: Span) -> Option<Expression> {
        let (first, properties) = names(text, span)?;
        if properties.is_empty() {
            let follows =
                [Rule::index, Rule::property, Rule::attribute_property].map(|rule| self.next_is(rule));
            match (follows, literal(text)) {
                ([false, false, false], Some(literal)) => {
                    return Some(Expression { span, kind: ExpressionKind::Literal(literal) });
                }
                ([_, _, true], _) if self.references => {
                    let pair = self.pairs.next()?;
                    let end = self.span(&pair);
                    let inner = pair.into_inner().next()?;
                    let name = attribute(inner.as_str(), self.span(&inner));
                    let root = Root::Reference { namespace: Some(first), name };
                    return self.segments(root, Vec::new(), span.join(end));
                }
                _ => {}
            }
        }
        self.segments(Root::Name(first), properties, span)
    }

    fn segments(&mut self, root: Root, mut segments: Vec<Segment>, mut span: Span) -> Option<Expression> {
        while let Some(pair) = self.pairs.peek() {
            let segment = match pair.as_rule() {
                Rule::index => Segment::Index(self.inside(pair.clone()).value()?),
                Rule::property => {
                    let inner = pair.clone().into_inner().next()?;
                    Segment::Name(Name { text: inner.as_str().to_owned(), span: self.span(&inner) })
                }
                Rule::attribute_property if self.references => {
                    let inner = pair.clone().into_inner().next()?;
                    Segment::Reference(attribute(inner.as_str(), self.span(&inner)))
                }
                Rule::attribute_property => return None,
                _ => break,
            };
            span = span.join(self.span(&pair));
            segments.push(segment);
            self.pairs.next();
        }
        Some(Expression { span, kind: ExpressionKind::Lookup(Lookup { root, segments }) })
    }

    fn number(&self, text: &str) -> Option<Literal> {
        if text.len() > self.digits {
            return None;
        }
        if text.contains('.') {
            return text.parse().ok().map(Literal::Float);
        }
        if let Ok(integer) = text.parse() {
            return Some(Literal::Integer(integer));
        }
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
        Some(Literal::BigInteger(format!("{sign}{}", digits.trim_start_matches('0'))))
    }
}

/// The names in `a.b.c`, which stands at `span`: the variable, and the properties.
fn names(text: &str, span: Span) -> Option<(Name, Vec<Segment>)> {
    let mut at = span.from();
    let mut names = text.split('.').map(|part| {
        let name = Name { text: part.to_owned(), span: Span::new(at, at + part.len()) };
        at += part.len() + 1;
        name
    });
    let first = names.next()?;
    Some((first, names.map(Segment::Name).collect()))
}

/// The chain of markup that is only a path of plain names, as most outputs are, without a call of the grammar. It
/// accepts a part of what the grammar accepts, and reads it to the same tree.
pub(super) fn bare_path(markup: &str, base: usize) -> Option<Chain> {
    let start = markup.len() - markup.trim_start_matches(is_blank).len();
    let path = markup.trim_matches(is_blank);
    let mut starts = true;
    for &byte in path.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => starts = false,
            b'0'..=b'9' | b'-' if !starts => {}
            b'.' if !starts => starts = true,
            _ => return None,
        }
    }
    if starts || path == "contains" || path.starts_with("contains.") || literal(path).is_some() {
        return None;
    }
    let span = Span::new(start, start + path.len()).shifted(base);
    let (first, segments) = names(path, span)?;
    let input =
        Expression { span, kind: ExpressionKind::Lookup(Lookup { root: Root::Name(first), segments }) };
    Some(Chain { span, input, filters: Vec::new() })
}

/// The name in `${name}`, which stands at `span`, without the blanks at its ends.
pub(super) fn attribute(text: &str, span: Span) -> Name {
    let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let rest = inside.trim_start_matches(is_blank);
    let start = span.from() + 2 + (inside.len() - rest.len());
    let name = rest.trim_end_matches(is_blank);
    Name { text: name.to_owned(), span: Span::new(start, start + name.len()) }
}

/// The value a word stands for when it stands alone.
fn literal(word: &str) -> Option<Literal> {
    match word {
        "nil" | "null" => Some(Literal::Nil),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "empty" => Some(Literal::Empty),
        "blank" => Some(Literal::Blank),
        _ => None,
    }
}
