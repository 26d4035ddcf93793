//! Where ruby-liquid 5.4 and Carafe, which follows 5.13, are known to differ. Every row is a rule with its reason; none
//! names a single case. What 5.13 changed in Ruby's own types, such as `blank?`, is not here: `reference.rb` adds it to
//! 5.4.

use crate::case::{Case, Outcome};
use crate::reference::Given;
use regex::Regex;
use std::sync::LazyLock;

/// What a rule looks at.
pub struct Difference<'d> {
    pub case: &'d Case,
    pub reference: &'d Given,
    pub carafe: &'d Outcome,
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
pattern!(TRIMMED_RAW, r"\{%-\s*endraw|\braw\s*-%\}|endraw[^%]*\{%-");
pattern!(PARTIAL_NAME, r"syntax error \([\w.]+ line");
pattern!(NESTED_BRACKETS, r"\[[^\]]*\[|\[\s*\]");
pattern!(TAG_IN_OUTPUT, r"\{\{[^}]*\{%");
pattern!(CONTAINS_UNSPACED, r"contains(?:[^\s\w-]|\s*(?:-?[%}]\}|\n|$))|\.\s*contains");
pattern!(LARGE_NUMBER, r"\d{15}|\de\d\d");
pattern!(INTERRUPT, r"\b(break|continue)\b");

impl Difference<'_> {
    /// The template and the partials it can come to.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let Case { template, partials, .. } = self.case;
        let dynamic = template.contains("include partial") || template.contains("include x");
        let named =
            move |name: &str| template.contains(name) || partials.values().any(|text| text.contains(name));
        let partials = partials.iter().filter(move |(name, _)| dynamic || named(name)).map(|(_, text)| text);
        std::iter::once(template).chain(partials).map(String::as_str)
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
        self.carafe.text().contains(words)
    }

    /// But for the names of partials.
    fn same_words(&self) -> bool {
        self.reference.outcome.kind() == self.carafe.kind()
            && PARTIAL_NAME.replace_all(self.carafe.text(), "syntax error (line")
                == PARTIAL_NAME.replace_all(self.reference.outcome.text(), "syntax error (line")
    }

    /// One side does not parse.
    fn is_refused(&self) -> bool {
        let refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused(_));
        refused(&self.reference.outcome) || refused(self.carafe)
    }
}

pub static CHANGES: &[Change] = &[
    Change {
        name: "reference gave up",
        reason: "the reference ran out of time or memory, or its output is no text",
        applies: |found| matches!(found.reference.outcome, Outcome::GaveUp(_)),
    },
    Change {
        name: "bytes",
        reason: "`base64_decode` gives bytes in 5.4, text in 5.13; Carafe prints U+FFFD for bytes that are no text",
        applies: |found| found.internal("Encoding::CompatibilityError") || found.carafe_says("\u{fffd}"),
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
        name: "words of syntax errors",
        reason: "5.13 names the partial whose syntax is wrong, 5.4 only the line",
        applies: |found| found.same_words(),
    },
    Change {
        name: "trimmed raw",
        reason: "5.4 does not see the end of `raw` in `{%- endraw`, and `raw -%}` trims what follows the end",
        applies: |found| {
            let unclosed = "'raw' tag was never closed";
            found.any_text(&TRIMMED_RAW) && (found.reference_says(unclosed) || found.carafe_says(unclosed))
        },
    },
    Change {
        name: "nested liquid",
        reason: "in 5.13 a line of `liquid` may be a `liquid` tag",
        applies: |found| found.reference_says("Unknown tag 'liquid'"),
    },
    Change {
        name: "large slices",
        reason: "5.4 trips over integers beyond 64 bits in `slice`, 5.13 slices",
        applies: |found| {
            found.internal("bignum too big to convert into `long'") && found.any_contains("slice")
        },
    },
    Change {
        name: "large truncatewords",
        reason: "5.4 raises an error where a count of words is large, 5.13 truncates nothing",
        applies: |found| found.reference_says("too big for truncatewords"),
    },
    Change {
        name: "far times",
        reason: "Carafe's times lie within the years -262000 to 262000",
        // `date` leaves such a number as it is.
        applies: |found| found.any_contains("date") && LARGE_NUMBER.is_match(found.carafe.text()),
    },
    Change {
        name: "tags in outputs",
        reason: "5.13 has another scanner: a tag that starts in an output ends it",
        applies: |found| found.any_text(&TAG_IN_OUTPUT),
    },
    Change {
        name: "commas in loops",
        reason: "5.13 takes commas between the options of `for` in strict modes, and every word for an option",
        applies: |found| {
            let comma = found.reference_says("found comma in") && found.any_contains("for");
            let word = found.reference_says("Expected end_of_string but found")
                && (found.carafe_says("Invalid attribute in for loop")
                    || found.carafe_says("Expected colon"));
            found.case.strict && (comma || word)
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
        name: "contains",
        reason: "in strict modes of 5.13 `contains` is an operator wherever no point precedes it, in 5.4 only before a blank",
        applies: |found| found.case.strict && found.is_refused() && found.any_text(&CONTAINS_UNSPACED),
    },
    Change {
        name: "nested brackets",
        reason: "5.13 finds the ends of `a[b[c]]` and `a[]` where it reads with regular expressions, 5.4 does not",
        applies: |found| found.any_text(&NESTED_BRACKETS),
    },
];
