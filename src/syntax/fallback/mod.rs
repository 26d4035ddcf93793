//! What the grammar rejects: markup to tree by the rules of the reference's own parsers.
//!
//! In strict mode the token reader says what is wrong, in the reference's words and in ours. In lax mode the markup is
//! read as far as the reference's regular expressions make sense of it, and what they pass over is reported. Where the
//! token reader accepts the markup, its tree is taken in every mode.

mod lax;
mod lexer;
mod literal;
mod strict;

use super::ast::{
    AssignMarkup, Chain, Comparison, Condition, CycleMarkup, Expression, ForMarkup, Name, PartialMarkup,
    TableRowMarkup,
};
use crate::dialect::{Dialect, ErrorMode};
use crate::limits::{Exceeded, Limits};
use crate::source::Span;

/// The reader of markup that the grammar rejects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fallback<'s> {
    /// How forgiving to be.
    pub mode: ErrorMode,
    /// The dialect, which decides whether `${…}` and inner braces are known.
    pub dialect: &'static Dialect,
    /// The bounds on depth and on the length of numbers.
    pub limits: &'s Limits,
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading<T> {
    /// The tree.
    pub value: T,
    /// The stretches of the template that were passed over, in order.
    pub ignored: Vec<Span>,
}

/// Why nothing could be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rejected {
    /// The reference's message without `Liquid syntax error` and line, with ` in "markup"` where the reference adds it.
    pub reference: String,
    /// Where.
    pub span: Span,
    /// What is wrong, in our words.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The bound that was met, where that is the reason.
    pub limit: Option<Exceeded>,
}

impl Rejected {
    #[cold]
    fn new(reference: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Rejected { reference: reference.into(), span, message: message.into(), help: None, limit: None }
    }

    fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    #[cold]
    fn limit(exceeded: Exceeded, span: Span) -> Self {
        // The reference counts any of these as a stack that is too deep.
        let message = exceeded.to_string();
        Rejected {
            reference: "Nesting too deep".to_owned(),
            span,
            message,
            help: None,
            limit: Some(exceeded),
        }
    }

    /// The same with the reference's ` in "markup"` after its message.
    fn within(mut self, markup: &str) -> Self {
        if self.limit.is_none() {
            self.reference.push_str(&format!(" in \"{markup}\""));
        }
        self
    }
}

type Answer<T> = Result<Reading<T>, Rejected>;

/// Which modes have a strict parser for a tag in the reference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    Strict,
    Strict2,
}

impl<'s> Fallback<'s> {
    fn read<T>(
        &self,
        markup: &str,
        base: usize,
        since: Since,
        strict: impl FnOnce(&mut strict::Reader) -> Result<T, Rejected>,
        lax: impl FnOnce(&mut lax::Reader) -> Result<T, Rejected>,
    ) -> Answer<T> {
        let rejected =
            match strict::Reader::new(markup, base, self).and_then(|mut reader| strict(&mut reader)) {
                Ok(value) => return Ok(Reading { value, ignored: Vec::new() }),
                Err(rejected) => rejected,
            };
        let forgiving = match self.mode {
            ErrorMode::Lax => true,
            ErrorMode::Strict => since == Since::Strict2,
            ErrorMode::Strict2 => false,
        };
        if rejected.limit.is_some() || !forgiving {
            return Err(rejected.within(stripped(markup)));
        }
        let mut reader = lax::Reader::new(markup, base, self);
        let value = lax(&mut reader)?;
        Ok(Reading { value, ignored: reader.ignored() })
    }

    /// The chain of an output or an `echo`; `None` for empty markup.
    pub fn chain(&self, markup: &str, base: usize) -> Answer<Option<Chain>> {
        self.chain_at(markup, base, 0)
    }

    /// The chain in the part of `markup` from `start` on.
    fn chain_at(&self, markup: &str, base: usize, start: usize) -> Answer<Option<Chain>> {
        let part = markup.get(start..).unwrap_or_default();
        let reader = strict::Reader::new(part, base.saturating_add(start), self);
        let rejected = match reader.and_then(|mut reader| reader.output()) {
            Ok(value) => return Ok(Reading { value, ignored: Vec::new() }),
            Err(rejected) => rejected,
        };
        if rejected.limit.is_some() || self.mode != ErrorMode::Lax {
            return Err(rejected.within(&format!("{{{{{part}}}}}")));
        }
        let mut reader = lax::Reader::new(markup, base, self);
        let value = reader.output(start)?;
        Ok(Reading { value, ignored: reader.ignored() })
    }

    /// What `assign` says.
    pub fn assign(&self, markup: &str, base: usize) -> Answer<AssignMarkup> {
        let Some((target, source)) = lax::assignment(markup) else {
            let reference = "Syntax Error in 'assign' - Valid syntax: assign [var] = [source]";
            let message = "an assignment needs a variable, `=` and a value";
            return Err(Rejected::new(reference, whole(markup, base), message)
                .help("write `assign variable = value`; names are made of letters, digits, `_` and `-`"));
        };
        let text = markup.get(target.clone()).unwrap_or_default();
        let span = Span::new(target.start, target.end).shifted(base);
        let name = match self.mode {
            ErrorMode::Strict2 => strict::Reader::new(text, span.from(), self)
                .and_then(|mut reader| reader.single_name())
                .map_err(|rejected| rejected.within(stripped(markup)))?,
            ErrorMode::Lax | ErrorMode::Strict => Name { text: text.to_owned(), span },
        };
        let chain = self.chain_at(markup, base, source)?;
        let nothing = || lax::nothing_at(base.saturating_add(markup.len()));
        let value = chain.value.unwrap_or_else(nothing);
        let mut ignored = chain.ignored;
        let before = lax::trimmed(markup, 0..target.start);
        if !before.is_empty() {
            ignored.insert(0, Span::new(before.start, before.end).shifted(base));
        }
        Ok(Reading { value: AssignMarkup { name, value }, ignored })
    }

    /// The condition of `if`, `elsif` and `unless`.
    pub fn condition(&self, markup: &str, base: usize) -> Answer<Condition> {
        self.read(markup, base, Since::Strict, |reader| reader.condition(), |reader| reader.condition())
    }

    /// The value a `case` compares.
    pub fn case_subject(&self, markup: &str, base: usize) -> Answer<Expression> {
        self.read(
            markup,
            base,
            Since::Strict2,
            |reader| reader.case_subject(),
            |reader| reader.case_subject(),
        )
    }

    /// The values of a `when`.
    pub fn when_values(&self, markup: &str, base: usize) -> Answer<Vec<Expression>> {
        self.read(markup, base, Since::Strict2, |reader| reader.when_values(), |reader| reader.when_values())
    }

    /// What `for` says.
    pub fn for_loop(&self, markup: &str, base: usize) -> Answer<ForMarkup> {
        self.read(markup, base, Since::Strict, |reader| reader.for_loop(), |reader| reader.for_loop())
    }

    /// What `tablerow` says.
    pub fn table_row(&self, markup: &str, base: usize) -> Answer<TableRowMarkup> {
        self.read(markup, base, Since::Strict2, |reader| reader.table_row(), |reader| reader.table_row())
    }

    /// What `cycle` says. In lax mode no value may be left.
    pub fn cycle(&self, markup: &str, base: usize) -> Answer<CycleMarkup> {
        self.read(markup, base, Since::Strict2, |reader| reader.cycle(), |reader| reader.cycle())
    }

    /// The variable of a `capture`.
    pub fn capture_name(&self, markup: &str, base: usize) -> Answer<Name> {
        self.read(markup, base, Since::Strict2, |reader| reader.single_name(), |reader| reader.capture_name())
    }

    /// The counter of an `increment` or `decrement`; in lax mode all of the markup, even none.
    pub fn counter_name(&self, markup: &str, base: usize) -> Answer<Name> {
        self.read(markup, base, Since::Strict2, |reader| reader.single_name(), |reader| reader.counter_name())
    }

    /// What `render` (`isolated`) or `include` says.
    pub fn partial(&self, isolated: bool, markup: &str, base: usize) -> Answer<PartialMarkup> {
        let strict = |reader: &mut strict::Reader| reader.partial(isolated);
        self.read(markup, base, Since::Strict2, strict, |reader| reader.partial(isolated))
    }
}

/// The readers call themselves for each level of brackets, ranges and inner braces, so they go no deeper than this,
/// however high the limit is set.
fn deepest(limits: &Limits) -> usize {
    limits.expression_depth.min(200)
}

fn is_stripped(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| lexer::is_blank(byte) || byte == 0)
}

fn stripped(markup: &str) -> &str {
    markup.trim_matches(is_stripped)
}

/// The place of `markup` without the blanks at its ends.
fn whole(markup: &str, base: usize) -> Span {
    let start = markup.len() - markup.trim_start_matches(is_stripped).len();
    Span::new(start, start + stripped(markup).len()).shifted(base)
}

/// `text`, cut where it is too long for a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The name in `${name}`, which stands at `span`, without the blanks at its ends.
fn attribute(text: &str, span: Span) -> Name {
    let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let place = whole(inside, span.from().saturating_add(2));
    Name { text: stripped(inside).to_owned(), span: place }
}

fn comparison_span(comparison: &Comparison) -> Span {
    let left = comparison.left.span;
    comparison.right.as_ref().map_or(left, |(_, right)| left.join(right.span))
}

/// Rejects a range of constants one of which is no number; `written` gives the text at a place.
fn check_range(
    first: &Expression,
    last: &Expression,
    written: impl Fn(Span) -> String,
) -> Result<(), Rejected> {
    if !literal::is_constant(first) || !literal::is_constant(last) {
        return Ok(());
    }
    let Some(end) = [first, last].into_iter().find(|end| literal::is_no_range_end(end)) else {
        return Ok(());
    };
    let text = written(end.span);
    let reference = format!("Invalid expression type '{text}' in range expression");
    Err(Rejected::new(reference, end.span, format!("`{}` cannot be the end of a range", shortened(&text))))
}

#[cold]
fn no_cycle(span: Span) -> Rejected {
    let reference = "Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...]";
    Rejected::new(reference, span, "`cycle` needs at least one value").help("write `cycle 'one', 'two'`")
}
