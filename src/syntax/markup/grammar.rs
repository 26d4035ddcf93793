//! The matcher that `build.rs` makes of the files in `grammar/`: markup in, tokens out.
//!
//! A token stands for a rule that is not silent; the tokens of what it is made of follow it. The rules are pest's, and a
//! test holds the matcher to what pest's own parser makes of the same files.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and brackets of it, counted where they open"
)]

use crate::source::Span;
use memchr::memmem;

/// What a rule matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub rule: Rule,
    /// The first byte, in the markup.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// How many of the tokens that follow stand in it.
    pub inside: usize,
}

impl Token {
    /// Its place in the template, in which the markup begins at `base`.
    pub fn span(&self, base: usize) -> Span {
        Span::new(self.start, self.end).shifted(base)
    }

    /// What it matched.
    pub fn text<'m>(&self, markup: &'m str) -> &'m str {
        markup.get(self.start..self.end).unwrap_or_default()
    }
}

/// The tokens of `markup`, if `rule` matches all of it.
pub(super) fn parse(rule: Rule, markup: &str) -> Option<Vec<Token>> {
    let mut matcher = Matcher { markup, at: 0, tokens: Vec::with_capacity(16) };
    matcher.enter(rule).then_some(matcher.tokens)
}

struct Matcher<'m> {
    markup: &'m str,
    at: usize,
    tokens: Vec<Token>,
}

/// Where another try begins.
#[derive(Clone, Copy)]
struct Mark {
    at: usize,
    tokens: usize,
}

/// The parts of rules. All say whether something fits, and go past it if so.
impl Matcher<'_> {
    #[inline]
    fn mark(&self) -> Mark {
        Mark { at: self.at, tokens: self.tokens.len() }
    }

    #[inline]
    fn back(&mut self, mark: Mark) -> bool {
        self.at = mark.at;
        self.tokens.truncate(mark.tokens);
        true
    }

    fn rest(&self) -> &[u8] {
        self.markup.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn at_start(&self) -> bool {
        self.at == 0
    }

    fn at_end(&self) -> bool {
        self.at == self.markup.len()
    }

    /// Any character.
    fn any(&mut self) -> bool {
        let next = self.markup.get(self.at..).and_then(|rest| rest.chars().next());
        self.at += next.map_or(0, char::len_utf8);
        next.is_some()
    }

    #[inline]
    fn byte(&mut self, is_one: impl Fn(u8) -> bool) -> bool {
        let fits = self.rest().first().is_some_and(|byte| is_one(*byte));
        self.at += usize::from(fits);
        fits
    }

    #[inline]
    fn bytes(&mut self, is_one: impl Fn(u8) -> bool) -> bool {
        let rest = self.rest();
        self.at += rest.iter().position(|byte| !is_one(*byte)).unwrap_or(rest.len());
        true
    }

    #[inline]
    fn text(&mut self, text: &str) -> bool {
        let fits = self.rest().starts_with(text.as_bytes());
        self.at += if fits { text.len() } else { 0 };
        fits
    }

    /// Goes to the first of `ends`, or to the end of the markup.
    #[inline]
    fn until(&mut self, ends: &[&str]) -> bool {
        let rest = self.rest();
        let found = match ends {
            [end] => memmem::find(rest, end.as_bytes()),
            _ => (0..rest.len()).find(|at| {
                let here = rest.get(*at..).unwrap_or_default();
                ends.iter().any(|end| here.starts_with(end.as_bytes()))
            }),
        };
        self.at += found.unwrap_or(rest.len());
        true
    }

    #[inline]
    fn leaf(&mut self, rule: Rule, start: usize) -> bool {
        self.tokens.push(Token { rule, start, end: self.at, inside: 0 });
        true
    }

    #[inline]
    fn open(&mut self, rule: Rule) -> usize {
        self.tokens.push(Token { rule, start: self.at, end: self.at, inside: 0 });
        self.tokens.len()
    }

    /// Closes the token that `open` gave this number for.
    #[inline]
    fn close(&mut self, open: usize) -> bool {
        let inside = self.tokens.len() - open;
        if let Some(token) = self.tokens.get_mut(open - 1) {
            token.end = self.at;
            token.inside = inside;
        }
        true
    }
}

mod rules {
    #![allow(
        non_camel_case_types,
        dead_code,
        unused_parens,
        clippy::all,
        reason = "generated; the rules are documented where they are written, in grammar/*.pest"
    )]

    use super::Matcher;

    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}

pub(super) use rules::Rule;

#[cfg(test)]
mod tests {
    use super::*;
    use pest::Parser;
    use pest::iterators::Pair;
    use proptest::prelude::*;

    /// What pest's own derive makes of the same files.
    mod derived {
        #![allow(missing_docs, reason = "generated")]

        #[derive(pest_derive::Parser)]
        #[grammar = "../grammar/markup.pest"]
        #[grammar = "../grammar/braze.pest"]
        pub struct Rules;
    }

    macro_rules! entries {
        ($($name:ident)*) => { &[$((Rule::$name, derived::Rule::$name)),*] };
    }

    const ENTRIES: &[(Rule, derived::Rule)] = entries! {
        output assign condition subject candidates for_loop table_row cycle single_name render include words
        promotion random
    };

    /// A token with its name instead of its rule.
    type Shown = (String, usize, usize, usize);

    fn flatten(pair: Pair<derived::Rule>, out: &mut Vec<Shown>) {
        let at = out.len();
        let span = pair.as_span();
        out.push((format!("{:?}", pair.as_rule()), span.start(), span.end(), 0));
        pair.into_inner().for_each(|inner| flatten(inner, out));
        out[at].3 = out.len() - at - 1;
    }

    /// The rules that both accept `markup` as.
    fn agree(markup: &str) -> Vec<Rule> {
        let mut accepted = Vec::new();
        for (rule, derived) in ENTRIES {
            let own = parse(*rule, markup).map(|tokens| {
                let shown =
                    |token: &Token| (format!("{:?}", token.rule), token.start, token.end, token.inside);
                tokens.iter().map(shown).collect::<Vec<_>>()
            });
            let pest = derived::Rules::parse(*derived, markup).ok().map(|pairs| {
                let mut out = Vec::new();
                let pairs = pairs.filter(|pair| pair.as_rule() != derived::Rule::EOI);
                pairs.for_each(|pair| flatten(pair, &mut out));
                out
            });
            accepted.extend(own.is_some().then_some(*rule));
            assert_eq!(own, pest, "{markup:?} as {rule:?}");
        }
        accepted
    }

    #[test]
    fn markup_is_matched_as_pest_matches_it() {
        for (markup, rule) in [
            ("", Rule::random),
            ("a.b[0]['c d'] . e", Rule::subject),
            ("a | f: 1, k : 'x', | g: | h", Rule::output),
            ("name = a.b? | f", Rule::assign),
            ("a == 'é' and b contains c or d<>1.5", Rule::condition),
            ("i in (1..a.b[ -2 ]) reversed limit: 2, offset:continue", Rule::for_loop),
            ("i in a cols: 2 limit:3,", Rule::table_row),
            ("'p' with a as b, k: 1, l: {{ m }}", Rule::render),
            ("p for a, with: 1", Rule::include),
            ("g: 'a', 'b',", Rule::cycle),
            ("1, 2 or 'c'", Rule::candidates),
            ("contained", Rule::single_name),
            ("https://a/{{ b | f: '}}' }}/${ c } :save d :headers {\"A\": \"{{b}}\"}", Rule::words),
            ("custom_attribute.${a b}.${c}[\"d\"]", Rule::output),
            ("contains", Rule::words),
            ("('list')", Rule::promotion),
        ] {
            assert!(agree(markup).contains(&rule), "{markup:?}");
        }
    }

    const WORDS: &[&str] = &[
        "a", "b-1", "_c?", ".", "..", "[", "]", "(", ")", "{{", "}}", "${", "}", "$", "|", ":", ",", "=",
        "==", "<>", "<", "contains", "and", "or", "in", "as", "for", "with", "reversed", "limit", "offset",
        "cols", "nil", "1", "-2.5", "'x'", "\"y z\"", "'", "\"", " ", " ", "  ", "\n", "\t", "é", "{{ d }}",
        "${e f}", "a.b", "| f: ", "(1..2)", "[0]", " = ", " in ", ":key",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_in_any_order_are_matched_as_pest_matches_them(
            words in proptest::collection::vec(proptest::sample::select(WORDS), 0..12)
        ) {
            agree(&words.concat());
            agree(&words.join(" "));
        }
    }
}
