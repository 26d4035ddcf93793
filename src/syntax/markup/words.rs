//! The words and options of the tags that fetch something.
//!
//! What stands in double braces is only found here: it is an output of its own and read as one.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::Grammar;
use super::expression::{Reader, attribute};
use super::grammar::{self, Rule, Token};
use crate::dialect::NAMESPACES;
use crate::source::Span;
use crate::syntax::ast::{Expression, ExpressionKind, Lookup, Name, Root};

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
        let tokens = grammar::parse(Rule::words, markup)?;
        let mut read = Words { words: Vec::new(), options: Vec::new() };
        let mut rest = &*tokens;
        while let Some((token, after)) = rest.split_first() {
            let (inside, after) = after.split_at_checked(token.inside)?;
            rest = after;
            match token.rule {
                Rule::word => read.words.push(word(token, inside, markup, base)),
                Rule::option => {
                    let name = inside.first()?;
                    let name = Name { text: name.text(markup).to_owned(), span: name.span(base) };
                    let value = inside.iter().position(|token| token.rule == Rule::option_value);
                    let value = value.and_then(|at| inside.get(at..)?.split_first());
                    read.options.push((name, value.map(|(value, parts)| word(value, parts, markup, base))));
                }
                _ => {}
            }
        }
        Some(read)
    }

    /// The name of a promotion list, without its quotes.
    pub fn promotion(&self, markup: &str, base: usize) -> Option<Name> {
        let tokens = grammar::parse(Rule::promotion, markup)?;
        let token = tokens.first()?;
        let quoted = token.span(base);
        let text = token.text(markup);
        let text = text.get(1..text.len().checked_sub(1)?)?;
        let span = Span::new(quoted.from() + 1, quoted.from() + 1 + text.len());
        Some(Name { text: text.to_owned(), span })
    }

    /// The bound of a `random`; the inner `None` where there is none.
    pub fn random(&self, markup: &str, base: usize) -> Option<Option<Expression>> {
        if self.too_deep(markup) {
            return None;
        }
        let tokens = grammar::parse(Rule::random, markup)?;
        let mut reader =
            Reader::new(&tokens, markup, base, self.dialect.references, self.limits.number_digits);
        if reader.at_end() { Some(None) } else { reader.value().map(Some) }
    }
}

/// The text that `whole` matched; `parts` are the tokens in it.
fn word(whole: &Token, parts: &[Token], markup: &str, base: usize) -> Word {
    let whole = whole.span(base);
    let tokens = parts;
    let mut parts: Vec<Part> = Vec::new();
    for part in tokens {
        let at = part.span(base);
        match part.rule {
            Rule::embedded => {
                let inside = part.text(markup);
                let front = 2 + usize::from(inside.get(2..).is_some_and(|rest| rest.starts_with('-')));
                let back = 2 + usize::from(inside.len() > front + 2 && inside.ends_with("-}}"));
                parts.push(Part::Output(Span::new(at.from() + front, at.to() - back)));
            }
            Rule::attribute => {
                let name = attribute(part.text(markup), at);
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
    let written =
        markup.get(text.from().checked_sub(base)?..text.to().checked_sub(base)?)?.strip_suffix('.')?;
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
