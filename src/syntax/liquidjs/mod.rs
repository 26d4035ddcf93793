//! Markup to tree by the rules of LiquidJS: what a tokenizer of its own makes of it, from left to right.
//!
//! Operators may stand wherever a value may, and are all worked off; `and` and `or` have the same rank and associate to the
//! right, `not` binds tighter, comparisons tightest. Text in quotes has JavaScript's escapes. What LiquidJS reads past without
//! a word is told as ignored.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and depths that are left as often as they are entered"
)]

mod text;
mod words;

pub(super) use text::quote_end;

use super::ast::{
    AssignMarkup, Chain, Comparison, Condition, CycleMarkup, Expression, ExpressionKind, FilterCall,
    ForMarkup, Formula, Literal, Lookup, Name, Offset, Root, Segment, Sign, TableRowMarkup, Term,
};
use super::fallback::{Reading, Rejected};
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::Span;

type Answer<T> = Result<T, Rejected>;

/// Reads one markup.
pub(super) struct Reader<'m> {
    markup: &'m str,
    base: usize,
    at: usize,
    limits: &'m Limits,
    depth: usize,
    ignored: Vec<Span>,
}

/// The attributes of a loop: each with its value, which counts as true where none is written.
type Attributes = Vec<(Name, Option<Expression>)>;

impl<'m> Reader<'m> {
    /// A reader of `markup`, which begins at byte `base` of the template.
    pub fn new(markup: &'m str, base: usize, limits: &'m Limits) -> Self {
        Reader { markup, base, at: 0, limits, depth: 0, ignored: Vec::new() }
    }

    /// What was read, with what was read past.
    pub fn reading<T>(mut self, value: T) -> Reading<T> {
        self.skip_blanks();
        if !self.is_over() {
            self.ignored.push(self.span(self.at, self.markup.trim_end_matches(text::is_blank).len()));
        }
        Reading { value, ignored: self.ignored }
    }

    fn span(&self, from: usize, to: usize) -> Span {
        Span::new(from, to.max(from)).shifted(self.base)
    }

    fn rest(&self) -> &'m str {
        self.markup.get(self.at..).unwrap_or_default()
    }

    fn is_over(&self) -> bool {
        self.at >= self.markup.len()
    }

    fn byte(&self) -> Option<u8> {
        self.markup.as_bytes().get(self.at).copied()
    }

    fn byte_after(&self, distance: usize) -> Option<u8> {
        self.markup.as_bytes().get(self.at.checked_add(distance)?).copied()
    }

    fn skip_blanks(&mut self) {
        self.at = self.markup.len() - self.rest().trim_start_matches(text::is_blank).len();
    }

    #[cold]
    fn refused(&self, reference: &str, message: impl Into<String>) -> Rejected {
        let end = self.rest().chars().next().map_or(self.at, |c| self.at + c.len_utf8());
        Rejected::new(reference, self.span(self.at, end), message)
    }

    /// A word: letters, digits, `_`, `-`, `?` and whatever is beyond ASCII. It may be empty.
    fn word(&mut self) -> Name {
        self.skip_blanks();
        let start = self.at;
        let length = self.rest().find(|c| !text::is_word(c)).unwrap_or(self.rest().len());
        self.at = start + length;
        Name {
            text: self.markup.get(start..self.at).unwrap_or_default().to_owned(),
            span: self.span(start, self.at),
        }
    }

    /// The chain of an output or an `echo`; `None` for empty markup.
    pub fn output(&mut self) -> Answer<Option<Chain>> {
        self.skip_blanks();
        if self.is_over() { Ok(None) } else { self.chain().map(Some) }
    }

    /// A value, with or without operators, and its filters.
    fn chain(&mut self) -> Answer<Chain> {
        self.skip_blanks();
        let start = self.at;
        let input = self.formula()?;
        let filters = self.filters()?;
        let end = filters.last().map_or(input.span.to(), |filter| filter.span.to());
        Ok(Chain { span: Span::new(self.base + start, end), input, filters })
    }

    /// A value with operators. A second value that no operator joins to the first is evaluated, and thrown away.
    fn formula(&mut self) -> Answer<Expression> {
        let mut terms = Vec::new();
        let mut signs: Vec<Sign> = Vec::new();
        let mut operands = 0_usize;
        let mut joined = true;
        self.skip_blanks();
        let start = self.at;
        let mut end = start;
        loop {
            self.skip_blanks();
            if let Some(sign) = self.sign() {
                while signs.last().is_some_and(|before| rank(before) > rank(&sign)) {
                    terms.extend(signs.pop().map(Term::Operator));
                }
                joined = true;
                signs.push(sign);
            } else if let Some(value) = self.value()? {
                if !joined {
                    self.ignored.push(value.span);
                }
                joined = false;
                operands += 1;
                terms.push(Term::Operand(value));
            } else {
                break;
            }
            end = self.at;
        }
        terms.extend(signs.into_iter().rev().map(Term::Operator));
        if terms.is_empty() {
            return Err(self.refused("invalid value expression", "a value is missing here"));
        }
        if terms.len() == 1
            && operands == 1
            && let Some(Term::Operand(value)) = terms.pop()
        {
            return Ok(value);
        }
        Ok(Expression { span: self.span(start, end), kind: ExpressionKind::Formula(Formula { terms }) })
    }

    fn sign(&mut self) -> Option<Sign> {
        let rest = self.rest();
        let (written, sign) = words::SIGNS.iter().find(|(written, _)| rest.starts_with(written))?;
        let follows = rest.get(written.len()..).and_then(|after| after.chars().next());
        if written.ends_with(text::is_word) && follows.is_some_and(text::is_word) {
            return None;
        }
        self.at += written.len();
        Some(sign.clone())
    }

    /// A literal, a text, a number, a range or a variable, with its properties.
    fn value(&mut self) -> Answer<Option<Expression>> {
        self.skip_blanks();
        let start = self.at;
        if self.depth >= self.limits.expression_depth.min(200) {
            let exceeded = Exceeded::new(Limit::ExpressionDepth, self.limits.expression_depth);
            return Err(Rejected::limit(exceeded, self.span(start, start)));
        }
        self.depth += 1;
        let read = self.value_here(start);
        self.depth -= 1;
        read
    }

    fn value_here(&mut self, start: usize) -> Answer<Option<Expression>> {
        let literal = match self.literal() {
            Some(literal) => Some(literal),
            None => match self.quoted() {
                Some(text) => Some(Literal::String(text)),
                None => self.number()?,
            },
        };
        let written = match literal {
            Some(literal) => Some(ExpressionKind::Literal(literal)),
            None if self.byte() == Some(b'(') => Some(self.range()?),
            None => None,
        };
        let (root, segments) = match written {
            Some(kind) => {
                let value = Expression { span: self.span(start, self.at), kind };
                let segments = self.properties()?;
                if segments.is_empty() {
                    return Ok(Some(value));
                }
                (Root::Value(Box::new(value)), segments)
            }
            None if self.byte() == Some(b'[') => {
                let Segment::Index(name) = self.bracket()? else { return Ok(None) };
                (Root::Dynamic(Box::new(name)), self.properties()?)
            }
            None => {
                // A point before a name is passed over.
                let dotted = self.byte() == Some(b'.') && self.byte_after(1) != Some(b'.');
                self.at += usize::from(dotted);
                let name = self.word();
                if name.text.is_empty() {
                    return Ok(None);
                }
                (Root::Name(name), self.properties()?)
            }
        };
        let kind = ExpressionKind::Lookup(Lookup { root, segments });
        Ok(Some(Expression { span: self.span(start, self.at), kind }))
    }

    /// A value where there must be one.
    fn needed(&mut self) -> Answer<Expression> {
        match self.value()? {
            Some(value) => Ok(value),
            None => Err(self.refused("unexpected token, value expected", "a value is missing here")),
        }
    }

    fn properties(&mut self) -> Answer<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            match self.byte() {
                Some(b'[') => segments.push(self.bracket()?),
                Some(b'.') if self.byte_after(1) != Some(b'.') => {
                    self.at += 1;
                    let name = self.word();
                    if name.text.is_empty() {
                        return Ok(segments);
                    }
                    segments.push(Segment::Name(name));
                }
                _ => return Ok(segments),
            }
        }
    }

    /// `[value]`; what stands between the value and the bracket is read past.
    fn bracket(&mut self) -> Answer<Segment> {
        let open = self.at;
        self.at += 1;
        let inside = self.value()?;
        let from = self.at;
        let Some(length) = self.rest().find(']') else {
            let message = "a bracket is not closed";
            return Err(
                Rejected::new("[ not closed", self.span(open, open + 1), message).help("close it with `]`")
            );
        };
        let skipped = self.rest().get(..length).unwrap_or_default().trim_matches(text::is_blank);
        if !skipped.is_empty() {
            self.ignored.push(self.span(from, from + length));
        }
        self.at = from + length + 1;
        let nothing = || Expression {
            span: self.span(from, from),
            kind: ExpressionKind::Literal(Literal::String(String::new())),
        };
        Ok(Segment::Index(inside.unwrap_or_else(nothing)))
    }

    fn range(&mut self) -> Answer<ExpressionKind> {
        let open = self.at;
        self.at += 1;
        let first = self.needed()?;
        self.skip_blanks();
        if !self.rest().starts_with("..") {
            let span = self.span(open, open + 1);
            let message = "parentheses hold a range, such as `(1..3)`; they do not group";
            return Err(Rejected::new("invalid range syntax", span, message)
                .help("nest `if` tags, or assign the result of a part to a variable first"));
        }
        self.at += 2;
        let last = self.needed()?;
        self.skip_blanks();
        if self.byte() != Some(b')') {
            return Err(self
                .refused("invalid range syntax", "the range is not closed")
                .help("close it with `)`"));
        }
        self.at += 1;
        Ok(ExpressionKind::Range(Box::new((first, last))))
    }

    fn literal(&mut self) -> Option<Literal> {
        let rest = self.rest();
        let length = rest.find(|c| !text::is_word(c)).unwrap_or(rest.len());
        let literal = words::literal(rest.get(..length)?)?;
        self.at += length;
        Some(literal)
    }

    /// A text in quotes. One without its second quote reaches to the end, less one character.
    fn quoted(&mut self) -> Option<String> {
        let (text, length) = text::quoted(self.rest())?;
        self.at += length;
        Some(text)
    }

    /// A number, unless letters follow it: then it is the start of a name.
    fn number(&mut self) -> Answer<Option<Literal>> {
        let Some(length) = words::number_length(self.rest()) else { return Ok(None) };
        if length > self.limits.number_digits {
            let exceeded = Exceeded::new(Limit::NumberDigits, self.limits.number_digits);
            return Err(Rejected::limit(exceeded, self.span(self.at, self.at + length)));
        }
        let written = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        Ok(Some(words::number(written)))
    }

    fn filters(&mut self) -> Answer<Vec<FilterCall>> {
        let mut filters = Vec::new();
        loop {
            self.skip_blanks();
            match self.byte() {
                None | Some(b')' | b',') => return Ok(filters),
                Some(b'|') => self.at += 1,
                Some(_) => {
                    let message = "this makes no sense behind a value";
                    return Err(self
                        .refused("expected \"|\" before filter", message)
                        .help("filters begin with `|`"));
                }
            }
            let name = self.word();
            if name.text.is_empty() {
                return match self.is_over() {
                    true => Ok(filters),
                    false => Err(self.refused("expected filter name", "a filter's name is missing here")),
                };
            }
            filters.push(self.filter(name)?);
        }
    }

    fn filter(&mut self, name: Name) -> Answer<FilterCall> {
        let start = name.span;
        let mut call = FilterCall { span: start, name, positional: Vec::new(), keyword: Vec::new() };
        self.skip_blanks();
        match self.byte() {
            None | Some(b'|' | b')' | b',') => return Ok(call),
            Some(b':') => {}
            Some(_) => {
                return Err(self
                    .refused("expected \":\" after filter name", "a colon is missing after the filter's name")
                    .help("write arguments behind a colon: `| append: 'x'`"));
            }
        }
        loop {
            self.at += 1;
            self.argument(&mut call)?;
            call.span = start.join(self.span(self.at, self.at));
            self.skip_blanks();
            match self.byte() {
                Some(b',') => {}
                None | Some(b'|' | b')') => return Ok(call),
                Some(_) => {
                    return Err(
                        self.refused("unexpected character", "a comma is missing between two arguments")
                    );
                }
            }
        }
    }

    /// `value` or `name: value`; nothing is no argument.
    fn argument(&mut self, call: &mut FilterCall) -> Answer<()> {
        self.skip_blanks();
        let start = self.at;
        let Some(value) = self.value()? else { return Ok(()) };
        let end = self.at;
        self.skip_blanks();
        if self.byte() != Some(b':') {
            self.at = end;
            call.positional.push(value);
            return Ok(());
        }
        self.at += 1;
        let text = self.markup.get(start..end).unwrap_or_default().to_owned();
        let name = Name { text, span: self.span(start, end) };
        let nothing =
            Expression { span: self.span(self.at, self.at), kind: ExpressionKind::Literal(Literal::Nil) };
        let value = self.value()?.unwrap_or(nothing);
        call.keyword.push((name, value));
        Ok(())
    }

    /// `name = chain`
    pub fn assign(&mut self) -> Answer<AssignMarkup> {
        const HELP: &str = "write `assign variable = value`";
        let name = self.word();
        if name.text.is_empty() {
            let message = "an assignment needs a variable, `=` and a value";
            return Err(self.refused("expected variable name", message).help(HELP));
        }
        self.skip_blanks();
        if self.byte() != Some(b'=') {
            return Err(self.refused("expected \"=\"", "`=` is missing behind the variable").help(HELP));
        }
        self.at += 1;
        Ok(AssignMarkup { name, value: self.chain()? })
    }

    /// What stands in `if`, `unless` and `elsif`: a whole chain.
    pub fn condition(&mut self) -> Answer<Condition> {
        let chain = self.chain().map_err(|refused| match refused.limit {
            Some(_) => refused,
            None if self.markup.trim_matches(text::is_blank).is_empty() => {
                let reference = "Syntax Error in tag 'if' - Valid syntax: if [expression]";
                Rejected {
                    reference: reference.to_owned(),
                    message: "a condition is missing".to_owned(),
                    ..refused
                }
            }
            None => refused,
        })?;
        let span = chain.span;
        let left = Expression { span, kind: ExpressionKind::Inner(Box::new(chain)) };
        Ok(Condition { span, first: Comparison { left, right: None }, rest: Vec::new() })
    }

    /// What a `case` compares.
    pub fn case_subject(&mut self) -> Answer<Expression> {
        let chain = self.chain().map_err(|refused| match refused.limit {
            Some(_) => refused,
            None => Rejected {
                reference: "Syntax Error in 'case' - Valid syntax: case [condition]".to_owned(),
                ..refused
            },
        })?;
        Ok(match chain.filters.is_empty() {
            true => chain.input,
            false => Expression { span: chain.span, kind: ExpressionKind::Inner(Box::new(chain)) },
        })
    }

    /// The values of a `when`, with commas or `or` between them.
    pub fn when_values(&mut self) -> Answer<Vec<Expression>> {
        let mut values = Vec::new();
        while !self.is_over() {
            values.push(self.needed()?);
            self.skip_blanks();
            let from = self.at;
            self.at = match self.byte() {
                None => break,
                Some(b',') => self.at + 1,
                // LiquidJS goes on behind the next two letters `or`, wherever they are.
                Some(_) => self.rest().find("or").map_or(self.markup.len(), |found| self.at + found + 2),
            };
            let skipped = self.markup.get(from..self.at).unwrap_or_default();
            if !matches!(skipped, "," | "or") {
                self.ignored.push(self.span(from, self.at));
            }
        }
        Ok(values)
    }

    /// `item in collection` and the attributes behind it, with the collection as it is written.
    fn walk(&mut self, reference: &str) -> Answer<(Name, Expression, String, Attributes)> {
        const HELP: &str = "write `for item in list`";
        let item = self.word();
        let within = self.word();
        if item.text.is_empty() || within.text != "in" {
            let message = "a loop needs a variable, `in` and what it walks";
            return Err(Rejected::new(reference, within.span, message).help(HELP));
        }
        self.skip_blanks();
        let start = self.at;
        let Some(collection) = self.value()? else {
            return Err(self.refused(reference, "what the loop walks is missing").help(HELP));
        };
        let written = self.markup.get(start..self.at).unwrap_or_default().to_owned();
        Ok((item, collection, written, self.attributes()?))
    }

    fn attributes(&mut self) -> Answer<Attributes> {
        let mut attributes: Attributes = Vec::new();
        loop {
            self.skip_blanks();
            if self.byte() == Some(b',') {
                self.at += 1;
            }
            let name = self.word();
            if name.text.is_empty() {
                return Ok(attributes);
            }
            self.skip_blanks();
            let mut value = None;
            if self.byte() == Some(b':') {
                self.at += 1;
                value = self.value()?;
            }
            attributes.retain(|(known, _)| known.text != name.text);
            attributes.push((name, value));
        }
    }

    /// What `for` says.
    pub fn for_loop(&mut self) -> Answer<ForMarkup> {
        let reference = "Syntax Error in 'for loop' - Valid syntax: for [item] in [collection]";
        let (item, collection, collection_text, attributes) = self.walk(reference)?;
        let mut markup =
            ForMarkup { item, collection, collection_text, reversed: false, limit: None, offset: None };
        for (name, value) in attributes {
            let value = value.unwrap_or_else(|| always(name.span));
            match name.text.as_str() {
                "reversed" => markup.reversed = true,
                "limit" => markup.limit = Some(value),
                "offset" if words::is_bare(&value, "continue") => markup.offset = Some(Offset::Continue),
                "offset" => markup.offset = Some(Offset::Skip(value)),
                _ => self.ignored.push(name.span),
            }
        }
        Ok(markup)
    }

    /// What `tablerow` says.
    pub fn table_row(&mut self) -> Answer<TableRowMarkup> {
        let reference =
            "Syntax Error in 'table_row loop' - Valid syntax: table_row [item] in [collection] cols=3";
        let (item, collection, _, attributes) = self.walk(reference)?;
        let mut markup = TableRowMarkup { item, collection, columns: None, limit: None, offset: None };
        for (name, value) in attributes {
            let value = Some(value.unwrap_or_else(|| always(name.span)));
            match name.text.as_str() {
                "cols" => markup.columns = value,
                "limit" => markup.limit = value,
                "offset" => markup.offset = value,
                _ => self.ignored.push(name.span),
            }
        }
        Ok(markup)
    }

    /// `group: chain, chain`
    pub fn cycle(&mut self) -> Answer<CycleMarkup> {
        self.skip_blanks();
        let start = self.at;
        let mut group = self.value()?;
        self.skip_blanks();
        match self.byte() {
            Some(b':') if group.is_some() => self.at += 1,
            _ => {
                group = None;
                self.at = start;
            }
        }
        let mut values = Vec::new();
        self.skip_blanks();
        while !self.is_over() {
            let chain = self.chain()?;
            values.push(match chain.filters.is_empty() {
                true => chain.input,
                false => Expression { span: chain.span, kind: ExpressionKind::Inner(Box::new(chain)) },
            });
            self.at = self.rest().find(',').map_or(self.markup.len(), |found| self.at + found + 1);
        }
        if values.is_empty() {
            return Err(self
                .refused("empty candidates", "`cycle` needs at least one value")
                .help("write `cycle 'one', 'two'`"));
        }
        Ok(CycleMarkup { group, values })
    }

    /// The variable of a `capture`: a word, or a text in quotes.
    pub fn capture_name(&mut self) -> Answer<Name> {
        let name = self.word();
        if !name.text.is_empty() {
            return Ok(name);
        }
        let start = self.at;
        match self.quoted() {
            Some(text) => Ok(Name { text, span: self.span(start, self.at) }),
            None => Err(self
                .refused("invalid capture name", "a variable's name is missing")
                .help("write `capture variable`")),
        }
    }

    /// The name of a counter, which may be empty.
    pub fn counter_name(&mut self) -> Answer<Name> {
        Ok(self.word())
    }
}

/// How tight an operator binds.
fn rank(sign: &Sign) -> u8 {
    match sign {
        Sign::Compare(_) => 2,
        Sign::Not => 1,
        Sign::Join(_) => 0,
    }
}

/// The value of an attribute that is written without one.
fn always(span: Span) -> Expression {
    Expression { span, kind: ExpressionKind::Literal(Literal::Bool(true)) }
}
