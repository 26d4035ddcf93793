//! The tokens of the grammar to expressions, chains and comparisons.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::grammar::{Rule, Token};
use crate::source::Span;
use crate::syntax::ast::{
    self, Chain, Comparison, Expression, ExpressionKind, FilterCall, Literal, Lookup, Name, Operator, Root,
    Segment,
};
use crate::syntax::context::Arguments;
use crate::syntax::scan::is_blank;

/// A walk over the tokens of one markup.
pub(super) struct Reader<'i> {
    /// What has not been read yet.
    tokens: &'i [Token],
    markup: &'i str,
    base: usize,
    references: bool,
    digits: usize,
}

impl<'i> Reader<'i> {
    pub fn new(tokens: &'i [Token], markup: &'i str, base: usize, references: bool, digits: usize) -> Self {
        Reader { tokens, markup, base, references, digits }
    }

    /// A walk over what is in `token`, which is next.
    fn inside(&self, token: &Token) -> Self {
        Reader { tokens: self.tokens.get(1..=token.inside).unwrap_or_default(), ..*self }
    }

    fn peek(&self) -> Option<&'i Token> {
        self.tokens.first()
    }

    /// Goes past `token`, which is next, and what is in it.
    fn pass(&mut self, token: &Token) {
        self.tokens = self.tokens.get(1 + token.inside..).unwrap_or_default();
    }

    fn span(&self, token: &Token) -> Span {
        token.span(self.base)
    }

    fn text(&self, token: &Token) -> &'i str {
        token.text(self.markup)
    }

    fn next_is(&self, rule: Rule) -> bool {
        self.peek().is_some_and(|token| token.rule == rule)
    }

    /// The text of the next token, if it is of `rule`.
    pub fn take(&mut self, rule: Rule) -> Option<&'i str> {
        let token = self.peek().filter(|token| token.rule == rule)?;
        self.pass(token);
        Some(self.text(token))
    }

    /// Whether all of the markup has been read.
    pub fn at_end(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The next token as a name, if it is of `rule`.
    pub fn name(&mut self, rule: Rule) -> Option<Name> {
        let token = self.peek().filter(|token| token.rule == rule)?;
        self.pass(token);
        Some(Name { text: self.text(token).to_owned(), span: self.span(token) })
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

    /// Values by place and by name, up to the end.
    pub fn arguments(&mut self) -> Option<Arguments> {
        let (mut positional, mut keyword) = (Vec::new(), Vec::new());
        while !self.at_end() {
            match self.name(Rule::keyword) {
                Some(name) => keyword.push((name, self.value()?)),
                None => positional.push(self.value()?),
            }
        }
        Some((positional, keyword))
    }

    /// A value, or two with an operator between them.
    pub fn comparison(&mut self) -> Option<Comparison> {
        let left = self.value()?;
        let right = match self.take(Rule::operator) {
            Some(operator) => Some((Operator::from(operator), self.value()?)),
            None => None,
        };
        Some(Comparison { left, right })
    }

    /// One value.
    pub fn value(&mut self) -> Option<Expression> {
        let token = self.peek()?;
        let mut inside = self.inside(token);
        self.pass(token);
        let (text, span) = (self.text(token), self.span(token));
        let kind = match token.rule {
            Rule::path => return self.path(text, span),
            Rule::string => {
                ExpressionKind::Literal(Literal::String(text.get(1..text.len().checked_sub(1)?)?.to_owned()))
            }
            Rule::number => ExpressionKind::Literal(self.number(text)?),
            Rule::range => {
                let ends = (inside.value()?, inside.value()?);
                if ast::misplaced_range_end(&ends.0, &ends.1).is_some() {
                    return None;
                }
                ExpressionKind::Range(Box::new(ends))
            }
            Rule::attribute if self.references => {
                let root = Root::Reference { namespace: None, name: attribute(text, span) };
                return self.segments(root, Vec::new(), span);
            }
            Rule::inner if self.references => ExpressionKind::Inner(Box::new(inside.chain()?)),
            _ => return None,
        };
        Some(Expression { span, kind })
    }

    fn path(&mut self, text: &str, span: Span) -> Option<Expression> {
        let (first, properties) = names(text, span)?;
        if properties.is_empty() {
            let follows = self.peek().map(|token| token.rule);
            match (follows, literal(text)) {
                (Some(Rule::attribute_property), _) if self.references => {
                    let token = self.peek()?;
                    let inner = self.inside(token).peek()?;
                    self.pass(token);
                    let name = attribute(self.text(inner), self.span(inner));
                    let root = Root::Reference { namespace: Some(first), name };
                    return self.segments(root, Vec::new(), span.join(self.span(token)));
                }
                (Some(Rule::index | Rule::property | Rule::attribute_property), _) | (_, None) => {}
                (_, Some(literal)) => {
                    return Some(Expression { span, kind: ExpressionKind::Literal(literal) });
                }
            }
        }
        self.segments(Root::Name(first), properties, span)
    }

    fn segments(&mut self, root: Root, mut segments: Vec<Segment>, mut span: Span) -> Option<Expression> {
        while let Some(token) = self.peek() {
            let mut inside = self.inside(token);
            let segment = match token.rule {
                Rule::index => Segment::Index(inside.value()?),
                Rule::property => Segment::Name(inside.name(Rule::property_name)?),
                Rule::attribute_property if self.references => {
                    let inner = inside.peek()?;
                    Segment::Reference(attribute(self.text(inner), self.span(inner)))
                }
                Rule::attribute_property => return None,
                _ => break,
            };
            span = span.join(self.span(token));
            segments.push(segment);
            self.pass(token);
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
    let bytes = text.as_bytes();
    let dots = bytes.iter().filter(|byte| **byte == b'.').count();
    let mut at = 0;
    let mut names = bytes.split(|byte| *byte == b'.').map_while(|part| {
        let (from, to) = (at, at + part.len());
        at = to + 1;
        Some(Name { text: text.get(from..to)?.to_owned(), span: Span::new(from, to).shifted(span.from()) })
    });
    let first = names.next()?;
    let mut properties = Vec::with_capacity(dots);
    properties.extend(names.map(Segment::Name));
    Some((first, properties))
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
