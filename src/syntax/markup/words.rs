//! The words and options of the tags that fetch something.
//!
//! What stands in double braces is only found here: it is an output of its own and read as one.

use super::Grammar;
use super::expression::{Reader, attribute};
use super::grammar::{Rule, Rules};
use crate::dialect::NAMESPACES;
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Lookup, Name, Root};
use pest::Parser;
use pest::iterators::Pair;

/// Words first, then options.
#[derive(Debug, PartialEq)]
pub(crate) struct Words {
    pub words: Vec<Word>,
    pub options: Vec<(Name, Option<Word>)>,
}

/// A text whose outputs are still to be read.
#[derive(Debug, PartialEq)]
pub(crate) struct Word {
    pub span: Span,
    pub parts: Vec<Part>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Text(Span),
    /// What stands in the braces of an output.
    Output(Span),
    /// `${name}`, with or without a namespace.
    Reference(Expression),
}

impl Grammar<'_> {
    /// The words and options of `markup`.
    pub fn words(&self, markup: &str, base: usize) -> Option<Words> {
        let mut read = Words { words: Vec::new(), options: Vec::new() };
        for pair in Rules::parse(Rule::words, markup).ok()? {
            match pair.as_rule() {
                Rule::word => read.words.push(word(pair, markup, base)),
                Rule::option => {
                    let mut inside = pair.into_inner();
                    let name = inside.next()?;
                    let name = Name { text: name.as_str().to_owned(), span: span(&name, base) };
                    let value = inside.find(|pair| pair.as_rule() == Rule::option_value);
                    read.options.push((name, value.map(|value| word(value, markup, base))));
                }
                _ => {}
            }
        }
        Some(read)
    }

    /// The name of a promotion list, without its quotes.
    pub fn promotion(&self, markup: &str, base: usize) -> Option<Name> {
        let pair = Rules::parse(Rule::promotion, markup).ok()?.next()?;
        let quoted = span(&pair, base);
        let text = pair.as_str().get(1..pair.as_str().len().checked_sub(1)?)?;
        let span = Span::new(quoted.from() + 1, quoted.from() + 1 + text.len());
        Some(Name { text: text.to_owned(), span })
    }

    /// The bound of a `random`; the inner `None` where there is none.
    pub fn random(&self, markup: &str, base: usize) -> Option<Option<Expression>> {
        if self.too_deep(markup) {
            return None;
        }
        let pairs = Rules::parse(Rule::random, markup).ok()?;
        let mut reader = Reader::new(pairs, markup, base, self.dialect.references, self.limits.number_digits);
        if reader.at_end() { Some(None) } else { reader.value().map(Some) }
    }
}

fn span(pair: &Pair<'_, Rule>, base: usize) -> Span {
    let span = pair.as_span();
    Span::new(span.start(), span.end()).shifted(base)
}

fn word(pair: Pair<'_, Rule>, markup: &str, base: usize) -> Word {
    let whole = span(&pair, base);
    let mut parts: Vec<Part> = Vec::new();
    for part in pair.into_inner() {
        let at = span(&part, base);
        match part.as_rule() {
            Rule::embedded => {
                let inside = part.as_str();
                let front = 2 + usize::from(inside.get(2..).is_some_and(|rest| rest.starts_with('-')));
                let back = 2 + usize::from(inside.len() > front + 2 && inside.ends_with("-}}"));
                parts.push(Part::Output(Span::new(at.from() + front, at.to() - back)));
            }
            Rule::attribute => {
                let name = attribute(part.as_str(), at);
                let namespace = namespace(&mut parts, markup, base);
                let span = namespace.as_ref().map_or(at, |namespace| namespace.span.join(at));
                let root = Root::Reference { namespace, name };
                let kind = ExpressionKind::Lookup(Lookup { root, segments: Vec::new() });
                parts.push(Part::Reference(Expression { span, kind }));
            }
            _ => match parts.last_mut() {
                Some(Part::Text(text)) => *text = text.join(at),
                _ => parts.push(Part::Text(at)),
            },
        }
    }
    Word { span: whole, parts }
}

/// The namespace in front of a reference, which the grammar takes for text: it is cut off there.
fn namespace(parts: &mut Vec<Part>, markup: &str, base: usize) -> Option<Name> {
    let Some(Part::Text(text)) = parts.last_mut() else { return None };
    let written = markup.get(text.from() - base..text.to() - base)?.strip_suffix('.')?;
    let name = written.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let known = NAMESPACES.iter().any(|namespace| namespace.name == name);
    if !known {
        return None;
    }
    let end = text.to() - 1;
    let span = Span::new(end - name.len(), end);
    if span.start == text.start {
        parts.pop();
    } else {
        text.end = span.start;
    }
    Some(Name { text: name.to_owned(), span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{BRAZE, ErrorMode};
    use crate::limits::Limits;

    /// The words and options, each text with its parts: `text`, `<output>`, `$reference`.
    fn read(markup: &str) -> Option<Vec<String>> {
        let limits = Limits::default();
        let grammar = Grammar { mode: ErrorMode::Lax, dialect: &BRAZE, limits: &limits };
        let shown = |word: &Word| {
            let slice = |span: &Span| &markup[span.from()..span.to()];
            let parts = word.parts.iter().map(|part| match part {
                Part::Text(span) => slice(span).to_owned(),
                Part::Output(span) => format!("<{}>", slice(span)),
                Part::Reference(expression) => format!("${}", slice(&expression.span)),
            });
            parts.collect::<Vec<_>>().join("|")
        };
        let words = grammar.words(markup, 0)?;
        let options = words.options.iter().map(|(name, value)| match value {
            Some(value) => format!(":{} {}", name.text, shown(value)),
            None => format!(":{}", name.text),
        });
        Some(words.words.iter().map(shown).chain(options).collect())
    }

    #[test]
    fn words_come_before_options() {
        for (markup, expected) in [
            ("", vec![]),
            ("games 1 {{ a | f: '}} ' }}", vec!["games", "1", "< a | f: '}} ' >"]),
            ("x/{{a}}/y?z=${b}", vec!["x/|<a>|/y?z=|$${b}"]),
            ("https://a:8080/:b :save c", vec!["https://a:8080/:b", ":save c"]),
            ("q=custom_attribute.${a b}&r=x.${c}", vec!["q=|$custom_attribute.${a b}|&r=x.|$${c}"]),
            (
                "u\n :headers { \"A\": \"{{b}}\",\n \"C\": \"d\" }\n :retry\n",
                vec!["u", ":headers { \"A\": \"|<b>|\",\n \"C\": \"d\" }", ":retry"],
            ),
            (":key a b :value {{c}} d", vec![":key a b", ":value <c>| d"]),
            ("{{-a-}}{{ b | plus: {{c}} }}}", vec!["<a>|< b | plus: {{c}} >|}"]),
            ("{\"a\":{\"b\":\"{{1|plus:1}}\"}}", vec!["{\"a\":{\"b\":\"|<1|plus:1>|\"}}"]),
            ("é{{a}}", vec!["é|<a>"]),
        ] {
            assert_eq!(
                read(markup).as_deref(),
                Some(&expected.iter().map(|s| s.to_string()).collect::<Vec<_>>()[..]),
                "{markup}"
            );
        }
    }

    #[test]
    fn braces_that_do_not_close_are_no_words() {
        for markup in ["x/{{a", "x {{ {{ {{ {{ a }} }} }} }}", "${a"] {
            assert_eq!(read(markup), None, "{markup}");
        }
    }
}
