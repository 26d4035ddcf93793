//! Markup to tree through the grammar: what every valid output and tag goes through.
//!
//! A [`Grammar`] has one method for each kind of markup. Each takes the markup and its offset in the template, and
//! gives `None` where the grammar does not accept it; then it is the fallback's turn.

mod expression;
mod grammar;
mod plain;
mod words;

use super::ast::{
    AssignMarkup, Binding, Chain, Condition, Connective, CycleMarkup, Expression, ExpressionKind, ForMarkup,
    Name, Offset, PartialMarkup, Root, TableRowMarkup,
};
use super::context::Arguments;
use crate::dialect::{Dialect, ErrorMode};
use crate::limits::Limits;
use expression::Reader;
use grammar::Rule;
use memchr::memchr3_iter;

pub(crate) use words::{Part, Word, Words};

/// The reader of valid markup. Outside the strictest mode it reads only what the reference's other readers take for the
/// same.
#[derive(Clone, Copy)]
pub(crate) struct Grammar<'s> {
    /// How forgiving the reference is asked to be.
    pub mode: ErrorMode,
    /// The dialect, which decides whether Braze's forms are accepted.
    pub dialect: &'static Dialect,
    /// The bounds on depth and on the length of numbers.
    pub limits: &'s Limits,
}

/// The parser made from the grammar calls itself for each level of brackets, so deeper markup never reaches it,
/// however high the limit is set.
const DEEPEST: usize = 200;

impl Grammar<'_> {
    fn read<T>(
        &self,
        rule: Rule,
        markup: &str,
        base: usize,
        convert: impl FnOnce(&mut Reader) -> Option<T>,
    ) -> Option<T> {
        let plain = || match rule {
            Rule::output | Rule::assign => plain::has_every_argument(markup),
            _ => plain::is_plain(markup, rule == Rule::condition),
        };
        if self.too_deep(markup) || !self.every_reader(plain) {
            return None;
        }
        let tokens = grammar::parse(rule, markup)?;
        convert(&mut Reader::new(&tokens, markup, base, self.dialect.references, self.limits.number_digits))
    }

    /// Whether the mode is the grammar's own, or `plain` says that all readers agree.
    fn every_reader(&self, plain: impl FnOnce() -> bool) -> bool {
        self.mode == ErrorMode::Strict2 || plain()
    }

    fn too_deep(&self, markup: &str) -> bool {
        let deepest = self.limits.expression_depth.min(DEEPEST);
        let bytes = markup.as_bytes();
        if bytes.len() <= deepest || memchr3_iter(b'[', b'(', b'{', bytes).nth(deepest).is_none() {
            return false;
        }
        let mut depth = 0_usize;
        let mut quote = None;
        for &byte in bytes {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'[' | b'(' | b'{') => depth = depth.saturating_add(1),
                (None, b']' | b')' | b'}') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > deepest {
                return true;
            }
        }
        false
    }

    /// The chain of an output or an `echo`; the inner `None` stands for empty markup.
    pub fn chain(&self, markup: &str, base: usize) -> Option<Option<Chain>> {
        if markup.trim_matches(super::scan::is_blank).is_empty() {
            return Some(None);
        }
        let chain = expression::bare_path(markup, base);
        chain.or_else(|| self.read(Rule::output, markup, base, |reader| reader.chain())).map(Some)
    }

    /// The arguments of a host's tag. There is no other reader that they could mean something else to.
    pub fn arguments(&self, markup: &str, base: usize) -> Option<Arguments> {
        if self.too_deep(markup) {
            return None;
        }
        let tokens = grammar::parse(Rule::arguments, markup)?;
        let (references, digits) = (self.dialect.references, self.limits.number_digits);
        Reader::new(&tokens, markup, base, references, digits).arguments()
    }

    /// What `assign` says.
    pub fn assign(&self, markup: &str, base: usize) -> Option<AssignMarkup> {
        self.read(Rule::assign, markup, base, |reader| {
            Some(AssignMarkup { name: reader.name(Rule::target)?, value: reader.chain()? })
        })
    }

    /// The condition of `if`, `elsif` and `unless`.
    pub fn condition(&self, markup: &str, base: usize) -> Option<Condition> {
        self.read(Rule::condition, markup, base, |reader| {
            let first = reader.comparison()?;
            let mut rest = Vec::new();
            while let Some(word) = reader.take(Rule::connective) {
                let connective = if word == "and" { Connective::And } else { Connective::Or };
                rest.push((connective, reader.comparison()?));
            }
            let start = first.left.span;
            let last = rest.last().map_or(&first, |(_, comparison)| comparison);
            let end = last.right.as_ref().map_or(last.left.span, |(_, right)| right.span);
            let span = start.join(end);
            Some(Condition { span, first, rest })
        })
        .filter(|condition| self.every_reader(|| plain::is_plain_condition(condition)))
    }

    /// The value a `case` compares.
    pub fn case_subject(&self, markup: &str, base: usize) -> Option<Expression> {
        self.read(Rule::subject, markup, base, |reader| reader.value())
    }

    /// The values of a `when`.
    pub fn when_values(&self, markup: &str, base: usize) -> Option<Vec<Expression>> {
        self.read(Rule::candidates, markup, base, |reader| {
            let mut values = vec![reader.value()?];
            while !reader.at_end() {
                reader.take(Rule::or_word);
                values.push(reader.value()?);
            }
            Some(values)
        })
    }

    /// What `for` says.
    pub fn for_loop(&self, markup: &str, base: usize) -> Option<ForMarkup> {
        self.read(Rule::for_loop, markup, base, |reader| {
            let item = reader.name(Rule::name)?;
            reader.take(Rule::in_word)?;
            let collection = reader.value()?;
            let collection_text = reader.written(collection.span);
            let reversed = reader.take(Rule::reversed).is_some();
            let (mut limit, mut offset) = (None, None);
            while let Some(option) = reader.take(Rule::for_option) {
                let value = reader.value()?;
                match option {
                    "limit" => limit = Some(value),
                    _ if is_word(&value, "continue") => offset = Some(Offset::Continue),
                    _ => offset = Some(Offset::Skip(value)),
                }
            }
            Some(ForMarkup { item, collection, collection_text, reversed, limit, offset })
        })
    }

    /// What `tablerow` says; its option `range` has no effect, in the reference either.
    pub fn table_row(&self, markup: &str, base: usize) -> Option<TableRowMarkup> {
        self.read(Rule::table_row, markup, base, |reader| {
            let item = reader.name(Rule::name)?;
            reader.take(Rule::in_word)?;
            let collection = reader.value()?;
            let mut row = TableRowMarkup { item, collection, columns: None, limit: None, offset: None };
            while let Some(option) = reader.take(Rule::row_option) {
                let value = Some(reader.value()?);
                match option {
                    "cols" => row.columns = value,
                    "limit" => row.limit = value,
                    "offset" => row.offset = value,
                    _ => {}
                }
            }
            Some(row)
        })
        .filter(|row| self.every_reader(|| plain::is_plain_row(row)))
    }

    /// What `cycle` says.
    pub fn cycle(&self, markup: &str, base: usize) -> Option<CycleMarkup> {
        self.read(Rule::cycle, markup, base, |reader| {
            let mut values = vec![reader.value()?];
            let mut group = None;
            if reader.take(Rule::group_colon).is_some() {
                group = values.pop();
                values.push(reader.value()?);
            }
            while !reader.at_end() {
                values.push(reader.value()?);
            }
            Some(CycleMarkup { group, values })
        })
        .filter(|cycle| self.every_reader(|| plain::is_plain_cycle(cycle)))
    }

    /// The variable of a `capture`.
    pub fn capture_name(&self, markup: &str, base: usize) -> Option<Name> {
        self.read(Rule::single_name, markup, base, |reader| reader.name(Rule::name))
    }

    /// The counter of an `increment` or `decrement`.
    pub fn counter_name(&self, markup: &str, base: usize) -> Option<Name> {
        self.capture_name(markup, base)
    }

    /// What `render` (`isolated`) or `include` says.
    pub fn partial(&self, isolated: bool, markup: &str, base: usize) -> Option<PartialMarkup> {
        let rule = if isolated { Rule::render } else { Rule::include };
        self.read(rule, markup, base, |reader| {
            let name = reader.value()?;
            let mut binding = None;
            if reader.take(Rule::for_word).is_some() {
                binding = Some(Binding { each: true, value: reader.value()? });
            } else if reader.take(Rule::with_word).is_some() {
                binding = Some(Binding { each: false, value: reader.value()? });
            }
            let mut alias = None;
            if reader.take(Rule::as_word).is_some() {
                alias = Some(reader.name(Rule::name)?);
            }
            let mut arguments = Vec::new();
            while !reader.at_end() {
                arguments.push((reader.name(Rule::keyword)?, reader.value()?));
            }
            Some(PartialMarkup { isolated, name, binding, alias, arguments })
        })
    }
}

/// Whether `value` is the bare variable `word`.
fn is_word(value: &Expression, word: &str) -> bool {
    match &value.kind {
        ExpressionKind::Lookup(lookup) if lookup.segments.is_empty() => {
            matches!(&lookup.root, Root::Name(name) if name.text == word)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{BRAZE, LIQUID};
    use crate::source::Span;
    use crate::syntax::ast::{Literal, Lookup, Segment};

    fn chain(markup: &str, dialect: &'static Dialect) -> Option<Chain> {
        let limits = Limits::default();
        Grammar { mode: ErrorMode::Strict2, dialect, limits: &limits }.chain(markup, 10).flatten()
    }

    fn lookup(markup: &str, dialect: &'static Dialect) -> Option<(Span, Lookup)> {
        match chain(markup, dialect)?.input {
            Expression { span, kind: ExpressionKind::Lookup(lookup) } => Some((span, lookup)),
            _ => None,
        }
    }

    fn name(text: &str, at: usize) -> Name {
        Name { text: text.to_owned(), span: Span::new(at, at + text.len()) }
    }

    #[test]
    fn the_short_cut_reads_what_the_grammar_reads() {
        let limits = Limits::default();
        let grammar = Grammar { mode: ErrorMode::Strict2, dialect: &LIQUID, limits: &limits };
        let parts =
            ["a", "b-1", "_", "nil", "contains", "size", "-", ".", "..", " ", "1", "?", "true", "\n", "é"];
        let mut taken = 0;
        for first in parts {
            for second in parts {
                for third in parts {
                    let markup = format!("{first}{second}{third}");
                    let Some(short) = expression::bare_path(&markup, 3) else { continue };
                    taken += 1;
                    let whole = grammar.read(Rule::output, &markup, 3, |reader| reader.chain());
                    assert_eq!(Some(short), whole, "{markup}");
                }
            }
        }
        assert!(taken > 100);
    }

    #[test]
    fn values_are_read() {
        for (markup, expected) in [
            ("nil", Literal::Nil),
            ("false", Literal::Bool(false)),
            ("empty", Literal::Empty),
            ("-12", Literal::Integer(-12)),
            ("9223372036854775808", Literal::BigInteger("9223372036854775808".into())),
            ("-0099999999999999999999", Literal::BigInteger("-99999999999999999999".into())),
            ("1.50", Literal::Float(1.5)),
            ("'a \"b\"'", Literal::String("a \"b\"".into())),
        ] {
            let input = chain(markup, &LIQUID).map(|chain| chain.input.kind);
            assert_eq!(input, Some(ExpressionKind::Literal(expected)), "{markup}");
        }
        for markup in [
            "[a]",
            "a b",
            "1.",
            ".5",
            "'a",
            "a[",
            "a..b",
            "contains",
            "a | contains",
            "${a}",
            "{{a}}",
            "a | b: ,",
        ] {
            assert_eq!(chain(markup, &LIQUID), None, "{markup}");
        }
    }

    #[test]
    fn paths_know_their_places() {
        let (span, path) = lookup(" a.b[c] . d ", &LIQUID).unwrap();
        assert_eq!(span, Span::new(11, 21));
        assert_eq!(path.root, Root::Name(name("a", 11)));
        assert_eq!(path.segments[0], Segment::Name(name("b", 13)));
        assert!(matches!(&path.segments[1], Segment::Index(index) if index.span == Span::new(15, 16)));
        assert_eq!(path.segments[2], Segment::Name(name("d", 20)));
    }

    #[test]
    fn references_are_read_in_braze_only() {
        for (markup, namespace, attribute, segments) in [
            ("${ zip code }", None, name("zip code", 13), 0),
            ("custom_attribute.${a.b}[0].c", Some(name("custom_attribute", 10)), name("a.b", 29), 2),
            ("a.${b}.${c}", Some(name("a", 10)), name("b", 14), 1),
        ] {
            let (_, path) = lookup(markup, &BRAZE).unwrap();
            assert_eq!(path.root, Root::Reference { namespace, name: attribute }, "{markup}");
            assert_eq!(path.segments.len(), segments);
            assert_eq!(lookup(markup, &LIQUID), None);
        }
    }

    #[test]
    fn filters_keep_their_arguments_apart() {
        let chain = chain("a | f: 1, k: b, {{c | g}}, | h", &BRAZE).unwrap();
        let [f, h] = &chain.filters[..] else { panic!("{chain:?}") };
        assert_eq!((f.name.text.as_str(), f.positional.len(), f.keyword.len()), ("f", 2, 1));
        assert_eq!(f.span, Span::new(14, 35));
        assert_eq!((h.name.text.as_str(), h.positional.len()), ("h", 0));
        assert_eq!(chain.span, Span::new(10, 40));
    }

    #[test]
    fn loops_remember_what_was_written() {
        let limits = Limits::default();
        let grammar = Grammar { mode: ErrorMode::Strict2, dialect: &LIQUID, limits: &limits };
        let read =
            grammar.for_loop("i in ( 1 .. a[ 'x y' ] ) reversed limit: 2, offset: continue", 0).unwrap();
        assert_eq!(read.collection_text, "(1..a['x y'])");
        assert!(read.reversed && read.limit.is_some());
        assert_eq!(read.offset, Some(Offset::Continue));
    }

    #[test]
    fn deep_markup_is_refused() {
        let nested = |depth: usize| format!("{}0{}", "a[".repeat(depth), "]".repeat(depth));
        assert!(chain(&nested(100), &LIQUID).is_some());
        assert!(chain(&nested(101), &LIQUID).is_none());
        assert!(chain(&format!("'{}'", "[".repeat(5_000)), &LIQUID).is_some());
    }
}
