//! Where ruby-liquid 5.4 and Carafe, which follows 5.13, are known to differ. Every row is a rule with its reason; none
//! names a single case. What 5.13 changed in Ruby's own types, such as `blank?`, is not here: `reference.rb` adds it to
//! 5.4.

use crate::case::{Case, Data, Outcome};
use crate::reference::Given;
use crate::subject::Rendered;
use regex::Regex;
use std::sync::LazyLock;

/// What a rule looks at.
pub struct Difference<'d> {
    pub case: &'d Case,
    pub reference: &'d Given,
    pub carafe: &'d Rendered,
}

pub struct Change {
    pub name: &'static str,
    pub reason: &'static str,
    pub applies: fn(&Difference<'_>) -> bool,
}

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern"));
    };
}

pattern!(COMMENT_WITH_MARKUP, r"(?s)comment\b.*?(\{[{%]|\n).*?(endcomment|$)");
pattern!(COUNTER, r"(?:increment|decrement)\s*([\w-]+)");
pattern!(TRIMMED_ENDRAW, r"\{%-\s*endraw");
pattern!(PARTIAL_NAME, r"syntax error \([\w.]+ line");
pattern!(NESTED_BRACKETS, r"\[[^\]]*\[");
pattern!(INTERRUPT, r"\b(break|continue)\b");

impl Difference<'_> {
    /// The template and its partials.
    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.case.template).chain(self.case.partials.values()).map(String::as_str)
    }

    fn any_text(&self, pattern: &Regex) -> bool {
        self.texts().any(|text| pattern.is_match(text))
    }

    fn any_contains(&self, word: &str) -> bool {
        self.texts().any(|text| text.contains(word))
    }

    fn reference_says(&self, words: &str) -> bool {
        self.reference.outcome.text().contains(words)
    }

    /// The reference tripped over its own implementation, with these words.
    fn internal(&self, words: &str) -> bool {
        self.reference.internal.iter().any(|cause| cause.contains(words))
    }

    fn carafe_says(&self, words: &str) -> bool {
        self.carafe.outcome.text().contains(words)
    }

    /// A counter has the name of a variable of the data.
    fn counts_data(&self) -> bool {
        let Data::Hash(entries) = &self.case.data else { return false };
        let is_data = |name: &str| entries.iter().any(|(key, _)| key == name);
        self.texts().any(|text| COUNTER.captures_iter(text).any(|found| is_data(&found[1])))
    }

    fn same_without_partial_names(&self) -> bool {
        self.reference.outcome.kind() == self.carafe.outcome.kind()
            && PARTIAL_NAME.replace_all(self.carafe.outcome.text(), "syntax error (line")
                == self.reference.outcome.text()
    }
}

pub static CHANGES: &[Change] = &[
    Change {
        name: "reference gave up",
        reason: "the reference ran out of time or memory, or its output is no text",
        applies: |found| matches!(found.reference.outcome, Outcome::GaveUp(_)),
    },
    Change {
        name: "limit",
        reason: "Carafe's limits are on by default; the reference has none unless told",
        applies: |found| matches!(found.carafe.outcome, Outcome::GaveUp(_)),
    },
    Change {
        name: "bytes",
        reason: "`base64_decode` gives bytes in 5.4, text in 5.13; Carafe refuses bytes that are no text",
        applies: |found| found.internal("Encoding::CompatibilityError"),
    },
    Change {
        name: "unspaced operator",
        reason: "Carafe reads `a==b` as a comparison in lax mode too, and warns; the reference takes it for one name",
        applies: |found| !found.case.strict && found.carafe.codes.contains(&"syntax/unspaced-operator"),
    },
    Change {
        name: "comment bodies",
        reason: "5.13 skips what a comment holds, 5.4 parses it",
        applies: |found| {
            let refused = matches!(found.reference.outcome, Outcome::Refused(_))
                || found.reference_says("syntax error");
            refused && found.any_text(&COMMENT_WITH_MARKUP)
        },
    },
    Change {
        name: "names of partials",
        reason: "5.13 names the partial whose syntax is wrong, 5.4 only the line",
        applies: |found| found.same_without_partial_names(),
    },
    Change {
        name: "counters",
        reason: "5.4 counts in the data's variables, 5.13 apart from them",
        applies: |found| found.counts_data(),
    },
    Change {
        name: "trimmed endraw",
        reason: "5.4 does not see the end of `raw` in `{%- endraw`",
        applies: |found| {
            found.any_text(&TRIMMED_ENDRAW) && found.reference_says("'raw' tag was never closed")
        },
    },
    Change {
        name: "large slices",
        reason: "5.4 trips over integers beyond 64 bits in `slice`, 5.13 slices",
        applies: |found| {
            found.internal("bignum too big to convert into `long'") && found.any_contains("slice")
        },
    },
    Change {
        name: "commas in loops",
        reason: "5.13 takes commas between the options of `for` in strict modes",
        applies: |found| {
            found.case.strict && found.reference_says("found comma in") && found.any_contains("for")
        },
    },
    Change {
        name: "tablerow interrupts",
        reason: "in 5.4 `break` does not end a `tablerow`, and `continue` leaves its mark behind",
        applies: |found| found.any_contains("tablerow") && found.any_text(&INTERRUPT),
    },
    Change {
        name: "tablerow columns",
        reason: "in 5.13 a row without `cols` is as long as the collection; in 5.4 it has no last column",
        applies: |found| found.any_contains("tablerow") && found.any_contains("col_last"),
    },
    Change {
        name: "tablerow options",
        reason: "5.13 converts the options of `tablerow` as `for` does, 5.4 with `to_i`",
        applies: |found| {
            found.any_contains("tablerow")
                && (found.internal("to_i'") || found.carafe_says("invalid integer"))
        },
    },
    Change {
        name: "names that are no text",
        reason: "5.13 includes only what a text names; 5.4 turns numbers into names",
        applies: |found| {
            found.carafe_says("Illegal template name") && found.reference_says("Could not find asset")
        },
    },
    Change {
        name: "nested brackets",
        reason: "5.13 finds the end of `a[b[c]]` in lax mode, 5.4 does not",
        applies: |found| !found.case.strict && found.any_text(&NESTED_BRACKETS),
    },
];
