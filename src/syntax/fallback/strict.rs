//! Tokens to tree by the rules of the reference's strictest parser, with its error messages.
//!
//! The whole markup must make sense: each method ends in [`Reader::finish`] or in an error that names the first token
//! that does not fit.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and depths that are left as often as they are entered"
)]

mod tags;

use super::lexer::{Kind, Token, tokenize};
use super::{Fallback, Rejected, literal, shortened};
use crate::dialect::ErrorMode;
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::Span;
use crate::syntax::ast::{
    Chain, Comparison, Condition, Connective, Expression, ExpressionKind, FilterCall, Literal, Lookup, Name,
    Operator, Root, Segment,
};

/// A walk over the tokens of one markup.
pub(super) struct Reader<'m> {
    text: &'m str,
    base: usize,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    limits: &'m Limits,
    strictest: bool,
}

impl<'m> Reader<'m> {
    /// A reader of `text`, which stands at `base` in the template.
    pub fn new(text: &'m str, base: usize, fallback: &Fallback<'m>) -> Result<Self, Rejected> {
        Ok(Reader {
            text,
            base,
            tokens: tokenize(text, base, fallback.dialect.references)?,
            at: 0,
            depth: 0,
            limits: fallback.limits,
            strictest: fallback.mode == ErrorMode::Strict2,
        })
    }

    fn ahead(&self, count: usize) -> Token {
        let end = Token { kind: Kind::End, start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.at.saturating_add(count)).copied().unwrap_or(end)
    }

    fn token(&self) -> Token {
        self.ahead(0)
    }

    fn text_of(&self, token: Token) -> &'m str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn span_of(&self, token: Token) -> Span {
        Span::new(token.start, token.end).shifted(self.base)
    }

    fn next_is(&self, kind: Kind) -> bool {
        self.token().kind == kind
    }

    fn next_is_keyword(&self) -> bool {
        self.next_is(Kind::Id) && self.ahead(1).kind == Kind::Colon
    }

    /// Goes past the next token.
    fn pass(&mut self) {
        self.at += 1;
    }

    /// The next token, if it is of `kind`.
    fn take(&mut self, kind: Kind) -> Option<Token> {
        let token = self.token();
        if token.kind != kind {
            return None;
        }
        self.at += 1;
        Some(token)
    }

    /// The next token, if it is the word `word`.
    fn take_word(&mut self, word: &str) -> Option<Token> {
        if self.text_of(self.token()) == word { self.take(Kind::Id) } else { None }
    }

    fn expect(&mut self, kind: Kind) -> Result<Token, Rejected> {
        self.take(kind).ok_or_else(|| self.expected(kind))
    }

    /// The next token, a name.
    fn name(&mut self) -> Result<Name, Rejected> {
        let token = self.expect(Kind::Id)?;
        Ok(Name { text: self.text_of(token).to_owned(), span: self.span_of(token) })
    }

    /// Nothing may follow.
    fn finish<T>(&mut self, value: T) -> Result<T, Rejected> {
        self.expect(Kind::End)?;
        Ok(value)
    }

    #[cold]
    fn found(&self) -> String {
        let token = self.token();
        match token.kind {
            Kind::End => "the end".to_owned(),
            _ => format!("`{}`", shortened(self.text_of(token))),
        }
    }

    #[cold]
    fn expected(&self, kind: Kind) -> Rejected {
        let token = self.token();
        let reference = format!("Expected {} but found {}", kind.name(), token.kind.name());
        let message = match kind {
            Kind::End => format!("unexpected {}", self.found()),
            _ => format!("expected {}, found {}", kind.words(), self.found()),
        };
        let rejected = Rejected::new(reference, self.span_of(token), message);
        match (kind, token.kind) {
            (Kind::DotDot, _) => rejected.help("parentheses only write ranges, such as `(1..5)`"),
            (Kind::End, Kind::Pipe) => rejected.help(
                "filters work in outputs and in `assign`: assign the filtered value to a variable, then use that",
            ),
            (Kind::End, Kind::Comparison) => rejected.help("compare in `if`, `elsif` and `unless`"),
            _ => rejected,
        }
    }

    #[cold]
    fn no_value(&self) -> Rejected {
        let token = self.token();
        let reference = match token.kind {
            Kind::End => "[:end_of_string] is not a valid expression".to_owned(),
            kind => format!("[:{}, {:?}] is not a valid expression", kind.name(), self.text_of(token)),
        };
        Rejected::new(reference, self.span_of(token), format!("expected a value, found {}", self.found()))
    }

    /// One level further into brackets, ranges or inner braces.
    fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Rejected>) -> Result<T, Rejected> {
        let deepest = super::deepest(self.limits);
        if self.depth >= deepest {
            let exceeded = Exceeded::new(Limit::ExpressionDepth, deepest);
            return Err(Rejected::limit(exceeded, self.span_of(self.token())));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// One value.
    fn value(&mut self) -> Result<Expression, Rejected> {
        let token = self.token();
        let span = self.span_of(token);
        let text = self.text_of(token);
        let kind = match token.kind {
            Kind::Id => return self.variable(),
            Kind::OpenSquare => return self.bare_brackets(),
            Kind::Reference => {
                self.at += 1;
                let root = Root::Reference { namespace: None, name: super::attribute(text, span) };
                return self.segments(root, span);
            }
            Kind::String => {
                self.at += 1;
                let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
                ExpressionKind::Literal(Literal::String(inside.to_owned()))
            }
            Kind::Number => {
                self.at += 1;
                let number = literal::number(text, self.limits);
                let number = number.map_err(|exceeded| Rejected::limit(exceeded, span))?;
                ExpressionKind::Literal(number.map_or(Literal::Nil, |(number, _)| number))
            }
            Kind::OpenRound => return self.range(),
            Kind::OpenBraces => {
                self.at += 1;
                let chain = self.inside(|reader| reader.chain())?;
                let close = self.expect(Kind::CloseBraces)?;
                let span = span.join(self.span_of(close));
                return Ok(Expression { span, kind: ExpressionKind::Inner(Box::new(chain)) });
            }
            _ => return Err(self.no_value()),
        };
        Ok(Expression { span, kind })
    }

    fn variable(&mut self) -> Result<Expression, Rejected> {
        let name = self.name()?;
        let span = name.span;
        let follows = self.token().kind;
        if follows == Kind::Dot && self.ahead(1).kind == Kind::Reference {
            let token = self.ahead(1);
            self.at += 2;
            let end = self.span_of(token);
            let attribute = super::attribute(self.text_of(token), end);
            return self.segments(Root::Reference { namespace: Some(name), name: attribute }, span.join(end));
        }
        if !matches!(follows, Kind::Dot | Kind::OpenSquare)
            && let Some(literal) = literal::word(&name.text)
        {
            return Ok(Expression { span, kind: ExpressionKind::Literal(literal) });
        }
        self.segments(Root::Name(name), span)
    }

    fn bare_brackets(&mut self) -> Result<Expression, Rejected> {
        let open = self.token();
        if self.strictest {
            let reference = "Bare bracket access is not allowed. Use self['...'] instead";
            let message = "a variable cannot start with a bracket";
            return Err(Rejected::new(reference, self.span_of(open), message)
                .help("read a variable by a computed name with `self[…]`"));
        }
        self.at += 1;
        let inner = self.inside(|reader| reader.value())?;
        let close = self.expect(Kind::CloseSquare)?;
        self.segments(Root::Dynamic(Box::new(inner)), self.span_of(open).join(self.span_of(close)))
    }

    fn segments(&mut self, root: Root, mut span: Span) -> Result<Expression, Rejected> {
        let mut segments = Vec::new();
        loop {
            if self.take(Kind::OpenSquare).is_some() {
                let index = self.inside(|reader| reader.value())?;
                let close = self.expect(Kind::CloseSquare)?;
                span = span.join(self.span_of(close));
                segments.push(Segment::Index(index));
            } else if self.take(Kind::Dot).is_some() {
                let segment = match self.take(Kind::Reference) {
                    Some(token) => {
                        let place = self.span_of(token);
                        span = span.join(place);
                        Segment::Reference(super::attribute(self.text_of(token), place))
                    }
                    None => {
                        let name = self.name()?;
                        span = span.join(name.span);
                        Segment::Name(name)
                    }
                };
                segments.push(segment);
            } else {
                return Ok(Expression { span, kind: ExpressionKind::Lookup(Lookup { root, segments }) });
            }
        }
    }

    fn range(&mut self) -> Result<Expression, Rejected> {
        let open = self.expect(Kind::OpenRound)?;
        let first = self.inside(|reader| reader.value())?;
        self.expect(Kind::DotDot)?;
        let last = self.inside(|reader| reader.value())?;
        let close = self.expect(Kind::CloseRound)?;
        super::check_range(&first, &last, |span| self.written(span))?;
        let span = self.span_of(open).join(self.span_of(close));
        Ok(Expression { span, kind: ExpressionKind::Range(Box::new((first, last))) })
    }

    /// The markup at `span` as the reference puts it together from its tokens.
    fn written(&self, span: Span) -> String {
        let from = span.from().saturating_sub(self.base);
        let to = span.to().saturating_sub(self.base);
        literal::written(self.text.get(from..to).unwrap_or_default())
    }

    /// A value and its filters.
    fn chain(&mut self) -> Result<Chain, Rejected> {
        let input = self.value()?;
        let mut span = input.span;
        let mut filters = Vec::new();
        while self.take(Kind::Pipe).is_some() {
            let call = self.filter()?;
            span = span.join(call.span);
            filters.push(call);
        }
        Ok(Chain { span, input, filters })
    }

    fn filter(&mut self) -> Result<FilterCall, Rejected> {
        let name = self.name()?;
        let mut call = FilterCall { span: name.span, name, positional: Vec::new(), keyword: Vec::new() };
        if self.take(Kind::Colon).is_none() {
            return Ok(call);
        }
        // The strictest reader accepts that there is no argument, and a comma after the last one.
        while !self.strictest || !matches!(self.token().kind, Kind::Pipe | Kind::End | Kind::CloseBraces) {
            let keyword = if self.next_is_keyword() {
                let name = self.name()?;
                self.expect(Kind::Colon)?;
                Some(name)
            } else {
                None
            };
            let value = self.value()?;
            call.span = call.span.join(value.span);
            match keyword {
                Some(name) => call.keyword.push((name, value)),
                None => call.positional.push(value),
            }
            if self.take(Kind::Comma).is_none() {
                break;
            }
        }
        Ok(call)
    }

    /// The chain of an output; `None` for empty markup.
    pub fn output(&mut self) -> Result<Option<Chain>, Rejected> {
        if self.next_is(Kind::End) {
            return Ok(None);
        }
        let chain = self.chain()?;
        self.finish(Some(chain))
    }

    /// The condition of `if`, `elsif` and `unless`.
    pub fn condition(&mut self) -> Result<Condition, Rejected> {
        let first = self.comparison()?;
        let mut span = super::comparison_span(&first);
        let mut rest = Vec::new();
        loop {
            let connective = if self.take_word("and").is_some() {
                Connective::And
            } else if self.take_word("or").is_some() {
                Connective::Or
            } else {
                break;
            };
            let comparison = self.comparison()?;
            span = span.join(super::comparison_span(&comparison));
            rest.push((connective, comparison));
        }
        self.finish(Condition { span, first, rest })
    }

    fn comparison(&mut self) -> Result<Comparison, Rejected> {
        let left = self.value()?;
        let Some(token) = self.take(Kind::Comparison) else { return Ok(Comparison { left, right: None }) };
        let operator = Operator::from(self.text_of(token));
        Ok(Comparison { left, right: Some((operator, self.value()?)) })
    }
}
