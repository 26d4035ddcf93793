//! What the grammar rejects: markup to tree by the rules of the reference's own parsers.
//!
//! In strict mode the token reader says what is wrong, in the reference's words and in ours. In lax mode the markup is
//! read as far as the reference's regular expressions make sense of it, and what they pass over is reported.

mod lax;
mod lexer;
mod literal;
mod strict;

use super::ast::{
    self, AssignMarkup, Chain, Comparison, Condition, CycleMarkup, Expression, ForMarkup, Name,
    PartialMarkup, TableRowMarkup,
};
use crate::dialect::{Dialect, ErrorMode, Family};
use crate::limits::{Exceeded, Limit, Limits};
use crate::source::Span;
use crate::syntax::liquidjs;

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
    pub fn new(reference: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Rejected { reference: reference.into(), span, message: message.into(), help: None, limit: None }
    }

    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    #[cold]
    pub fn limit(exceeded: Exceeded, span: Span) -> Self {
        let message = exceeded.to_string();
        let reference = match exceeded.limit {
            Limit::ExpressionDepth => "Nesting too deep".to_owned(),
            // The reference knows no bound of this kind.
            _ => message.clone(),
        };
        Rejected { reference, span, message, help: None, limit: Some(exceeded) }
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
    /// What LiquidJS makes of the markup, where its rules hold.
    fn by_liquidjs<T>(
        &self,
        markup: &str,
        base: usize,
        read: impl FnOnce(&mut liquidjs::Reader) -> Result<T, Rejected>,
    ) -> Option<Answer<T>> {
        if self.dialect.family != Family::LiquidJs {
            return None;
        }
        let mut reader = liquidjs::Reader::new(markup, base, self.limits);
        Some(read(&mut reader).map(|value| reader.reading(value)))
    }

    fn read<T>(
        &self,
        markup: &str,
        base: usize,
        since: Since,
        strict: impl FnOnce(&mut strict::Reader) -> Result<T, Rejected>,
        lax: impl FnOnce(&mut lax::Reader) -> Result<T, Rejected>,
    ) -> Answer<T> {
        let forgiving = match self.mode {
            ErrorMode::Lax => true,
            ErrorMode::Strict => since == Since::Strict2,
            ErrorMode::Strict2 => false,
        };
        if !forgiving {
            return match strict::Reader::new(markup, base, self).and_then(|mut reader| strict(&mut reader)) {
                Ok(value) => Ok(Reading { value, ignored: Vec::new() }),
                Err(rejected) => Err(rejected.within(stripped(markup))),
            };
        }
        let mut reader = lax::Reader::new(markup, base, self);
        let value = lax(&mut reader)?;
        Ok(Reading { value, ignored: reader.ignored() })
    }

    /// The chain of an output or an `echo`; `None` for empty markup.
    pub fn chain(&self, markup: &str, base: usize) -> Answer<Option<Chain>> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.output()) {
            return answer;
        }
        self.chain_at(markup, base, 0)
    }

    /// The chain in the part of `markup` from `start` on. Only for chains the reference asks its strict reader first in
    /// the lax mode, too.
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
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.assign()) {
            return answer;
        }
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
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.condition()) {
            return answer;
        }
        self.read(markup, base, Since::Strict, |reader| reader.condition(), |reader| reader.condition())
    }

    /// The value a `case` compares.
    pub fn case_subject(&self, markup: &str, base: usize) -> Answer<Expression> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.case_subject()) {
            return answer;
        }
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
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.when_values()) {
            return answer;
        }
        self.read(markup, base, Since::Strict2, |reader| reader.when_values(), |reader| reader.when_values())
    }

    /// What `for` says.
    pub fn for_loop(&self, markup: &str, base: usize) -> Answer<ForMarkup> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.for_loop()) {
            return answer;
        }
        self.read(markup, base, Since::Strict, |reader| reader.for_loop(), |reader| reader.for_loop())
    }

    /// What `tablerow` says.
    pub fn table_row(&self, markup: &str, base: usize) -> Answer<TableRowMarkup> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.table_row()) {
            return answer;
        }
        self.read(markup, base, Since::Strict2, |reader| reader.table_row(), |reader| reader.table_row())
    }

    /// What `cycle` says. In lax mode there may be no values at all.
    pub fn cycle(&self, markup: &str, base: usize) -> Answer<CycleMarkup> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.cycle()) {
            return answer;
        }
        self.read(markup, base, Since::Strict2, |reader| reader.cycle(), |reader| reader.cycle())
    }

    /// The variable of a `capture`.
    pub fn capture_name(&self, markup: &str, base: usize) -> Answer<Name> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.capture_name()) {
            return answer;
        }
        self.read(markup, base, Since::Strict2, |reader| reader.single_name(), |reader| reader.capture_name())
    }

    /// The counter of an `increment` or `decrement`; in lax mode all of the markup, even none.
    pub fn counter_name(&self, markup: &str, base: usize) -> Answer<Name> {
        if let Some(answer) = self.by_liquidjs(markup, base, |reader| reader.counter_name()) {
            return answer;
        }
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
    let start = markup.len().saturating_sub(markup.trim_start_matches(is_stripped).len());
    Span::new(start, start.saturating_add(stripped(markup).len())).shifted(base)
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
    let Some(end) = ast::misplaced_range_end(first, last) else { return Ok(()) };
    let text = written(end.span);
    let reference = format!("Invalid expression type '{text}' in range expression");
    Err(Rejected::new(reference, end.span, format!("`{}` cannot be the end of a range", shortened(&text))))
}

#[cold]
fn no_cycle(span: Span) -> Rejected {
    let reference = "Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...]";
    Rejected::new(reference, span, "`cycle` needs at least one value").help("write `cycle 'one', 'two'`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{BRAZE, LIQUID};
    use std::fmt::Debug;

    /// Reads `markup` as `tag` says: the tree in words and the ignored texts, or the refusal.
    fn read(
        tag: &str,
        markup: &str,
        mode: ErrorMode,
        dialect: &'static Dialect,
    ) -> Result<(String, Vec<String>), Rejected> {
        fn told<T: Debug>(answer: Answer<T>, markup: &str) -> Result<(String, Vec<String>), Rejected> {
            let reading = answer?;
            let ignored =
                reading.ignored.iter().map(|span| markup[span.from()..span.to()].to_owned()).collect();
            Ok((format!("{:?}", reading.value), ignored))
        }
        let limits = Limits::default();
        let fallback = Fallback { mode, dialect, limits: &limits };
        match tag {
            "output" => told(fallback.chain(markup, 0), markup),
            "assign" => told(fallback.assign(markup, 0), markup),
            "if" => told(fallback.condition(markup, 0), markup),
            "case" => told(fallback.case_subject(markup, 0), markup),
            "when" => told(fallback.when_values(markup, 0), markup),
            "for" => told(fallback.for_loop(markup, 0), markup),
            "tablerow" => told(fallback.table_row(markup, 0), markup),
            "cycle" => told(fallback.cycle(markup, 0), markup),
            "capture" => told(fallback.capture_name(markup, 0), markup),
            "increment" => told(fallback.counter_name(markup, 0), markup),
            "render" => told(fallback.partial(true, markup, 0), markup),
            "include" => told(fallback.partial(false, markup, 0), markup),
            _ => panic!("no tag {tag}"),
        }
    }

    #[test]
    fn lax_mode_reads_what_makes_sense_and_tells_what_it_passed_over() {
        // The third column is well-formed markup with the same values at the same offsets.
        let cases: &[(&str, &str, &str, &[&str])] = &[
            ("output", "'x' y | upcase", "'x'   | upcase", &["y"]),
            ("output", "a b", "a", &["b"]),
            ("output", "'hello' || upcase", "'hello'  | upcase", &["|"]),
            ("output", "a | f 1: 2", "a | f  : 2", &["1"]),
            ("output", "| upcase", "  upcase", &["|"]),
            ("output", "foo=>bar", "foo. bar", &["=>"]),
            ("output", "['foo'", "  foo ", &["['", "'"]),
            ("output", "a.b «!»", "a.b", &["«!»"]),
            ("output", "1.2.3", "1.2", &[".3"]),
            ("output", ",|", "", &[",|"]),
            ("assign", "v = total > 100", "v = total", &["> 100"]),
            ("assign", "? v = 1 | plus: 2", "  v = 1 | plus: 2", &["?"]),
            ("if", "arr | size > 3", "arr", &["| size > 3"]),
            ("if", "a >= 19 && a < 20", "a >= 19", &["&& a < 20"]),
            ("if", "a == 1 b and c == 2, d", "a == 1   and c == 2", &["b", ", d"]),
            ("if", "(a and b) or c", " a and b  or c", &["(", ")"]),
            ("if", "a and b ,c or 'd'", "a and b    or 'd'", &[",c"]),
            ("case", "a b", "a", &["b"]),
            ("when", "1 or 2, 3 and 4", "1 or 2, 3", &["and 4"]),
            ("for", "i in a | reverse limit: 2", "i in a           limit: 2", &["| reverse"]),
            (
                "for",
                "i in a limit:2 reversed offset:continue",
                "i in a limit:2          offset:continue",
                &["reversed"],
            ),
            ("tablerow", "1 i in a cols:2 x:3", "  i in a cols:2", &["1", "x:3"]),
            ("cycle", "name: 'a' b, 'c'", "name: 'a'  , 'c'", &["b"]),
            ("capture", "x y", "x", &["y"]),
            ("render", "x 'p' for a as b, c: 1 d", "  'p' for a as b, c: 1", &["x", "d"]),
            ("include", "'p' with | a: 1", "'p'        a: 1", &["with |"]),
        ];
        for (tag, markup, plain, passed) in cases {
            let (tree, ignored) = read(tag, markup, ErrorMode::Lax, &LIQUID).unwrap();
            assert_eq!(ignored, *passed, "{tag} {markup}");
            let (expected, _) = read(tag, plain, ErrorMode::Strict2, &LIQUID).unwrap();
            assert_eq!(tree, expected, "{tag} {markup}");
        }
    }

    #[test]
    fn braces_are_read_whatever_they_hold() {
        let cases: &[(&str, &str, &str, &[&str])] = &[
            ("if", "{{x | size}} == 1 && y", "{{x | size}} == 1", &["&& y"]),
            ("if", "custom_attribute.${a b} == 1 ,", "custom_attribute.${a b} == 1", &[","]),
            ("if", "a.${b}.${c d}[0] | size", "a.${b}.${c d}[0]", &["| size"]),
            (
                "for",
                "w in {{words | sort}} | reverse limit:1",
                "w in {{words | sort}}           limit:1",
                &["| reverse"],
            ),
            ("case", "${zip code} !", "${zip code}", &["!"]),
            ("cycle", "{{a | f: 1, 2}} c, 'x'", "{{a | f: 1, 2}}  , 'x'", &["c"]),
            (
                "output",
                "a | plus: {{b | minus: ${c d}}} ! | f",
                "a | plus: {{b | minus: ${c d}}}   | f",
                &["!"],
            ),
            ("output", "a[{{b}}] !", "a[{{b}}]", &["!"]),
            ("assign", "v = {{a | plus: 50}} > 1", "v = {{a | plus: 50}}", &["> 1"]),
        ];
        for (tag, markup, plain, passed) in cases {
            let (tree, ignored) = read(tag, markup, ErrorMode::Lax, &BRAZE).unwrap();
            assert_eq!(ignored, *passed, "{tag} {markup}");
            let (expected, _) = read(tag, plain, ErrorMode::Strict, &BRAZE).unwrap();
            assert_eq!(tree, expected, "{tag} {markup}");
        }
        assert!(read("output", "${a}", ErrorMode::Strict, &LIQUID).is_err());
    }

    #[test]
    fn what_no_lax_reading_saves_is_refused_in_the_words_of_the_reference() {
        let cases = [
            ("assign", "x", "Syntax Error in 'assign' - Valid syntax: assign [var] = [source]"),
            ("if", "", "Syntax Error in tag 'if' - Valid syntax: if [expression]"),
            ("if", "a and or b", "Syntax Error in tag 'if' - Valid syntax: if [expression]"),
            ("case", ",", "Syntax Error in 'case' - Valid syntax: case [condition]"),
            (
                "when",
                "",
                "Syntax Error in tag 'case' - Valid when condition: {% when [condition] [or condition2...] %}",
            ),
            ("for", "i of a", "Syntax Error in 'for loop' - Valid syntax: for [item] in [collection]"),
            (
                "tablerow",
                "i",
                "Syntax Error in 'table_row loop' - Valid syntax: table_row [item] in [collection] cols=3",
            ),
            ("cycle", ",", "Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...]"),
            ("capture", "?", "Syntax Error in 'capture' - Valid syntax: capture [var]"),
            ("render", "x", "Syntax error in tag 'render' - Template name must be a quoted string"),
            (
                "include",
                "",
                "Error in tag 'include' - Valid syntax: include '[template]' (with|for) [object|collection]",
            ),
            ("output", "(true..3)", "Invalid expression type 'true' in range expression"),
        ];
        for (tag, markup, reference) in cases {
            let rejected = read(tag, markup, ErrorMode::Lax, &LIQUID).unwrap_err();
            assert_eq!(rejected.reference, reference, "{tag} {markup}");
        }
        assert!(read("increment", "", ErrorMode::Lax, &LIQUID).is_ok());
    }

    #[test]
    fn strict_modes_name_the_token_that_does_not_fit() {
        let both = [
            ("output", " foo | ", "Expected id but found end_of_string in \"{{ foo | }}\"", 7..7),
            ("output", "a é", "Unexpected character é in \"{{a é}}\"", 2..4),
            ("output", "- 1", "[:dash, \"-\"] is not a valid expression in \"{{- 1}}\"", 0..1),
            ("assign", "x = 1 2", "Expected end_of_string but found number in \"{{1 2}}\"", 6..7),
            ("if", "a b ", "Expected end_of_string but found id in \"a b\"", 2..3),
            ("if", "(a and b)", "Expected dotdot but found id in \"(a and b)\"", 3..6),
            ("for", "i of a", "For loops require an 'in' clause in \"i of a\"", 2..4),
            (
                "for",
                "i in a limit: 2 reversed",
                "Invalid attribute in for loop. Valid attributes are limit and offset in \"i in a limit: 2 reversed\"",
                16..24,
            ),
        ];
        let newest = [
            ("assign", "x ] = x", "Expected id but found close_square in \"x ] = x\"", 2..3),
            (
                "output",
                "[a]",
                "Bare bracket access is not allowed. Use self['...'] instead in \"{{[a]}}\"",
                0..1,
            ),
            ("case", "x extra", "Expected end_of_string but found id in \"x extra\"", 2..7),
            ("when", "x,", "[:end_of_string] is not a valid expression in \"x,\"", 2..2),
            (
                "tablerow",
                "x in x y",
                "Invalid attribute 'y' in tablerow loop. Valid attributes are cols, limit, offset, and range in \"x in x y\"",
                7..8,
            ),
            ("cycle", "a: ]", "[:close_square, \"]\"] is not a valid expression in \"a: ]\"", 3..4),
            ("capture", "42", "Expected id but found number in \"42\"", 0..2),
            ("increment", "", "Expected id but found end_of_string in \"\"", 0..0),
            ("render", "x", "Expected string but found id in \"x\"", 0..1),
            ("include", "x y, z", "Expected colon but found comma in \"x y, z\"", 3..4),
        ];
        for (tag, markup, reference, place) in both.iter().chain(&newest) {
            let rejected = read(tag, markup, ErrorMode::Strict2, &LIQUID).unwrap_err();
            assert_eq!(rejected.reference, *reference);
            assert_eq!(rejected.span, Span::new(place.start, place.end), "{tag} {markup}");
        }
        for (tag, markup, reference, _) in &both {
            let rejected = read(tag, markup, ErrorMode::Strict, &LIQUID).unwrap_err();
            assert_eq!(rejected.reference, *reference);
        }
        // The reference has a strict parser for these only since its strictest mode.
        for (tag, markup, _, _) in newest.iter().filter(|(tag, _, _, _)| !matches!(*tag, "render")) {
            assert!(read(tag, markup, ErrorMode::Strict, &LIQUID).is_ok(), "{tag} {markup}");
        }
    }

    #[test]
    fn bounds_hold_in_every_mode() {
        let deep = |open: &str, close: &str| format!("{}a{} !", open.repeat(150), close.repeat(150));
        for mode in [ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2] {
            for (markup, limit) in [
                (deep("a[", "]"), Limit::ExpressionDepth),
                (deep("(", "..1)"), Limit::ExpressionDepth),
                (deep("{{", "}}"), Limit::ExpressionDepth),
                ("1".repeat(5000) + " x", Limit::NumberDigits),
            ] {
                let met = |rejected: Rejected| rejected.limit.map(|exceeded| exceeded.limit);
                match read("output", &markup, mode, &BRAZE) {
                    Err(rejected) => {
                        assert!(mode != ErrorMode::Lax || met(rejected) == Some(limit), "{limit:?}")
                    }
                    Ok(_) => panic!("{limit:?} in {mode:?}"),
                }
            }
            let long = format!("a{}", " and b".repeat(20_000));
            assert!(read("if", &long, mode, &LIQUID).is_ok());
            let long = format!("a{}", " | f: 1".repeat(50_000));
            assert!(read("output", &long, mode, &LIQUID).is_ok());
        }
        let long = format!("a{} |", " and b".repeat(20_000));
        assert_eq!(read("if", &long, ErrorMode::Lax, &LIQUID).unwrap().1, ["|"]);
        let long = format!("a {}", " ||f: 1".repeat(50_000));
        assert!(read("output", &long, ErrorMode::Lax, &LIQUID).is_ok());
    }

    #[test]
    fn hostile_markup_is_read() {
        // A quadratic scan of one of these would take minutes.
        for piece in [
            "{{", "}}", "${", "'", "\"", "[", "]", "(", "a:", "a ", "..", "|", ",", "and ", "é", "x in ",
            "'\" ",
        ] {
            let markup = piece.repeat(200_000 / piece.len());
            for tag in [
                "output", "assign", "if", "case", "when", "for", "tablerow", "cycle", "capture", "render",
                "include",
            ] {
                if let Ok((_, ignored)) = read(tag, &markup, ErrorMode::Lax, &BRAZE) {
                    assert!(ignored.iter().all(|ignored| markup.contains(ignored)), "{tag} {piece}");
                }
            }
        }
    }
}
