//! The crate's own engine beside ours: what it makes of a template, and why that is something else.
//!
//! [`DIFFERENCES`] is the one table of the reasons. Each stands with a template that shows it; tests render all of them
//! with both, and the table of `docs/liquid.md` is made from it.

use super::owned;
use crate::arena::Arena;
use crate::loader::Loader;
use crate::value::Value;
use ::liquid::partials::LazyCompiler;
use liquid_core::partials::PartialSource;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the crate makes of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Theirs {
    /// The text it renders.
    Text(String),
    /// The message of its error, with which there is no text.
    Error(String),
    /// It panics.
    Panic,
}

/// Renders with the crate, its standard tags and filters, and the partials of `loader`. `data` is the object of the
/// variables; values change sides as in the rest of this module.
pub fn render<'r>(
    template: &str,
    data: Value<'r>,
    arena: &'r Arena,
    loader: Option<Box<dyn Loader>>,
) -> Theirs {
    let globals = match owned::to_liquid(data, arena) {
        Ok(liquid_core::Value::Object(globals)) => globals,
        Ok(_) => liquid_core::Object::new(),
        Err(failure) => return Theirs::Error(owned::error(failure).to_string()),
    };
    let rendered = catch_unwind(AssertUnwindSafe(|| {
        let partials = LazyCompiler::new(Loaded { loader });
        let parser = ::liquid::ParserBuilder::with_stdlib().partials(partials).build()?;
        parser.parse(template)?.render(&globals)
    }));
    match rendered {
        Ok(Ok(text)) => Theirs::Text(text),
        Ok(Err(error)) => Theirs::Error(error.to_string().trim_end().to_owned()),
        Err(_) => Theirs::Panic,
    }
}

struct Loaded {
    loader: Option<Box<dyn Loader>>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").finish_non_exhaustive()
    }
}

impl PartialSource for Loaded {
    fn contains(&self, name: &str) -> bool {
        self.try_get(name).is_some()
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn try_get<'a>(&'a self, name: &str) -> Option<Cow<'a, str>> {
        self.loader.as_ref()?.load(name).ok().map(Cow::Owned)
    }
}

/// A class of templates that the crate renders otherwise.
pub struct Difference {
    /// Its name.
    pub name: &'static str,
    /// The reason, one sentence.
    pub reason: &'static str,
    /// A template that shows it.
    pub template: &'static str,
    /// The data of it, as JSON.
    pub data: &'static str,
    /// What Carafe renders.
    pub ours: &'static str,
    /// What the crate renders; of an error a part of its message. `None` where it differs from run to run.
    pub theirs: Option<Shown>,
    applies: fn(&Seen<'_>) -> bool,
}

/// What the crate does with the template of a [`Difference`].
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// It renders this.
    Text(&'static str),
    /// It fails, and its message has this in it.
    Error(&'static str),
    /// It panics.
    Panic,
}

/// What is known of one comparison.
struct Seen<'s> {
    template: &'s str,
    ours: &'s str,
    theirs: &'s Theirs,
}

impl Seen<'_> {
    fn error(&self) -> &str {
        if let Theirs::Error(message) = self.theirs { message } else { "" }
    }

    fn text(&self) -> Option<&str> {
        if let Theirs::Text(text) = self.theirs { Some(text) } else { None }
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|words| self.error().contains(words))
    }

    fn has(&self, words: &[&str]) -> bool {
        let template: String = self.template.split_whitespace().collect();
        words.iter().any(|words| template.contains(words))
    }

    /// Whether its parser refuses the template.
    fn unread(&self) -> bool {
        self.error().contains("-->")
    }

    fn has_long_number(&self) -> bool {
        [self.template, self.ours, self.text().unwrap_or_default()].iter().any(|text| {
            text.split(|character: char| !character.is_ascii_digit()).any(|digits| digits.len() >= 19)
        })
    }

    /// Whether the outputs are the same characters in another order.
    fn is_reordered(&self) -> bool {
        let sorted = |text: &str| {
            let mut characters: Vec<_> =
                text.chars().filter(|character| !character.is_whitespace()).collect();
            characters.sort_unstable();
            characters
        };
        self.text().is_some_and(|text| sorted(text) == sorted(self.ours))
    }

    /// Whether lines of the outputs differ by nothing but how floats are written.
    fn differs_by_floats(&self) -> bool {
        let Some(text) = self.text() else { return false };
        self.ours.lines().zip(text.lines()).any(|(ours, theirs)| {
            let (a, b) = (numbers(ours), numbers(theirs));
            let same = |(a, b): (&Piece<'_>, &Piece<'_>)| match (a, b) {
                (Piece::Number(a), Piece::Number(b)) => (a - b).abs() <= a.abs() * 1e-12,
                (Piece::Text(a), Piece::Text(b)) => a == b,
                _ => false,
            };
            ours != theirs && a.len() == b.len() && a.iter().zip(&b).all(same)
        })
    }

    /// Whether something `behind` stands directly behind `opening` in an output or a tag.
    fn follows(&self, opening: &[&str], behind: impl Fn(&str) -> bool) -> bool {
        opening.iter().any(|opening| {
            self.template.split(opening).skip(1).any(|rest| behind(rest.trim_start_matches('-').trim_start()))
        })
    }
}

enum Piece<'t> {
    Number(f64),
    Text(&'t str),
}

/// A text as its numbers and what stands between them.
fn numbers(text: &str) -> Vec<Piece<'_>> {
    let belongs = |character: char| character.is_ascii_digit() || ".e+-".contains(character);
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first.is_ascii_digit() {
            true => rest.find(|character| !belongs(character)),
            false => rest.find(|character: char| character.is_ascii_digit()),
        };
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece.parse().map_or(Piece::Text(piece), Piece::Number));
        rest = behind;
    }
    pieces
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The reasons that there are, of which several may apply.
pub static DIFFERENCES: &[Difference] = &[
    Difference {
        name: "undefined",
        reason: "A name that nothing defines is nil; for `liquid` it is an error that ends the render, even in front of `default`.",
        template: "[{{ missing | default: 'x' }}]",
        data: "{}",
        ours: "[x]",
        theirs: Some(Shown::Error("Unknown variable")),
        applies: |seen| seen.says(&["Unknown variable", "Unknown index"]),
    },
    Difference {
        name: "order of keys",
        reason: "The keys of an object come in the order of the data; `liquid` has no order, and it changes from run to run.",
        template: "{% for pair in o %}{{ pair[0] }}{% endfor %}",
        data: r#"{"o": {"z": 1, "y": 2, "x": 3, "w": 4, "v": 5, "u": 6, "t": 7, "s": 8}}"#,
        ours: "zyxwvuts",
        theirs: None,
        applies: |seen| seen.is_reordered() && seen.text() != Some(seen.ours),
    },
    Difference {
        name: "printed objects",
        reason: "An object prints as Ruby's `inspect` has it; `liquid` prints its keys and values run together.",
        template: "{{ o }}",
        data: r#"{"o": {"z": 1}}"#,
        ours: r#"{"z"=>1}"#,
        theirs: Some(Shown::Text("z1")),
        applies: |seen| seen.ours.contains("=>") && seen.text().is_some_and(|text| !text.contains("=>")),
    },
    Difference {
        name: "large integers",
        reason: "Integers have no bound; those of `liquid` have 64 bits and overflow, and larger ones are text or floats to it.",
        template: "{{ n | plus: 1 }}",
        data: r#"{"n": 12345678901234567890}"#,
        ours: "12345678901234567891",
        theirs: Some(Shown::Text("12345678901234567000")),
        applies: |seen| seen.has_long_number() && !matches!(seen.theirs, Theirs::Panic),
    },
    Difference {
        name: "large literals",
        reason: "An integer of more than 64 bits in the template is a number; it makes `liquid` panic.",
        template: "{{ 99999999999999999999 }}",
        data: "{}",
        ours: "99999999999999999999",
        theirs: Some(Shown::Panic),
        applies: |seen| matches!(seen.theirs, Theirs::Panic) && seen.has_long_number(),
    },
    Difference {
        name: "floats",
        reason: "Floats print as in Ruby and decimals compute exactly; `liquid` drops a `.0` and shows the rest of binary fractions.",
        template: "{{ 4.0 }} {{ 0.1 | plus: 0.2 }}",
        data: "{}",
        ours: "4.0 0.3",
        theirs: Some(Shown::Text("4 0.30000000000000004")),
        applies: |seen| seen.differs_by_floats(),
    },
    Difference {
        name: "names like words",
        reason: "A name may begin with a word of the language, as `trueish` and `nilly` do; the grammar of `liquid` refuses it.",
        template: "{{ nilly }}",
        data: r#"{"nilly": 1}"#,
        ours: "1",
        theirs: Some(Shown::Error("-->")),
        applies: |seen| {
            let words = ["nil", "null", "empty", "blank", "true", "false"];
            let longer = |rest: &str| {
                let first = rest.split(|character| !is_word(character)).next().unwrap_or_default();
                words.iter().any(|word| first.len() > word.len() && first.starts_with(word))
            };
            seen.unread() && seen.follows(&["{{", " "], longer)
        },
    },
    Difference {
        name: "tabs",
        reason: "Tabs and carriage returns are white space; the grammar of `liquid` knows spaces and line breaks only.",
        template: "{{\tx }}",
        data: r#"{"x": 1}"#,
        ours: "1",
        theirs: Some(Shown::Error("-->")),
        applies: |seen| seen.unread() && seen.template.contains(['\t', '\r']),
    },
    Difference {
        name: "missing forms",
        reason: "Names with `?`, `['a key']` at the front, ranges in outputs, `{% # remarks %}` and `1e20` are read; the grammar of `liquid` lacks them.",
        template: "{{ ['a key'] }}",
        data: r#"{"a key": 1}"#,
        ours: "1",
        theirs: Some(Shown::Error("-->")),
        applies: |seen| {
            let number = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
            seen.unread()
                && (seen.follows(&["{{"], |rest| rest.starts_with(['[', '(']))
                    || seen.follows(&["{%"], |rest| rest.starts_with('#'))
                    || seen.follows(&["{{", ":", "="], number)
                    || seen.has(&["?"]))
        },
    },
    Difference {
        name: "missing tags",
        reason: "The tag is part of Liquid; `liquid` does not have it.",
        template: "{% echo 'a' %}",
        data: "{}",
        ours: "a",
        theirs: Some(Shown::Error("Unknown tag")),
        applies: |seen| seen.says(&["Unknown tag", "Unknown block"]),
    },
    Difference {
        name: "missing filters",
        reason: "The filter is part of Liquid; `liquid` does not have it.",
        template: "{{ 'a' | base64_encode }}",
        data: "{}",
        ours: "YQ==",
        theirs: Some(Shown::Error("Unknown filter")),
        applies: |seen| seen.says(&["Unknown filter"]),
    },
    Difference {
        name: "strict filters",
        reason: "Filters take what they are given for what they need, as text for a number; those of `liquid` fail.",
        template: "{{ 'a' | plus: 1 }}",
        data: "{}",
        ours: "1",
        theirs: Some(Shown::Error("Invalid argument")),
        applies: |seen| seen.says(&["Invalid input", "Invalid argument"]),
    },
    Difference {
        name: "true in comparisons",
        reason: "Only `true` equals `true`; to `liquid` every value does that a condition takes for true.",
        template: "{% if x == true %}yes{% else %}no{% endif %}",
        data: r#"{"x": "text"}"#,
        ours: "no",
        theirs: Some(Shown::Text("yes")),
        applies: |seen| seen.text().is_some() && seen.has(&["==true", "!=true", "==false", "!=false"]),
    },
    Difference {
        name: "empty and blank",
        reason: "Nothing equals `empty` but what is empty; to `liquid` nil does, too.",
        template: "{% if x == empty %}yes{% else %}no{% endif %}",
        data: r#"{"x": null}"#,
        ours: "no",
        theirs: Some(Shown::Text("yes")),
        applies: |seen| seen.text().is_some() && seen.has(&["=empty", "=blank", "empty==", "blank=="]),
    },
    Difference {
        name: "sizes of texts",
        reason: "The size of a text counts characters; the property `size` of `liquid` counts bytes.",
        template: "{{ x.size }}",
        data: r#"{"x": "é"}"#,
        ours: "1",
        theirs: Some(Shown::Text("2")),
        applies: |seen| seen.text().is_some() && seen.has(&[".size"]),
    },
    Difference {
        name: "dates",
        reason: "Dates are read and written as Ruby does, Unix times included; `liquid` reads six forms, and leaves the rest as it is.",
        template: "{{ 1152098955 | date: '%Y' }}",
        data: "{}",
        ours: "2006",
        theirs: Some(Shown::Text("1152098955")),
        applies: |seen| seen.text().is_some() && seen.has(&["|date"]),
    },
    Difference {
        name: "blank blocks",
        reason: "A block with nothing but white space and assignments in it prints nothing; `liquid` prints its white space.",
        template: "[{% if true %} {% assign x = 1 %} {% endif %}]",
        data: "{}",
        ours: "[]",
        theirs: Some(Shown::Text("[  ]")),
        applies: |seen| {
            let solid = |text: &str| text.split_whitespace().collect::<String>();
            seen.text().is_some_and(|text| text != seen.ours && solid(text) == solid(seen.ours))
        },
    },
    Difference {
        name: "errors",
        reason: "An error of a single node is printed in its place and the render goes on; in `liquid` the first error ends it.",
        template: "a {{ 1 | divided_by: 0 }} b",
        data: "{}",
        ours: "a Liquid error: divided by 0 b",
        theirs: Some(Shown::Error("")),
        applies: |seen| seen.ours.contains("Liquid error") && !matches!(seen.theirs, Theirs::Text(_)),
    },
];

/// The reasons why the crate renders `template` otherwise, as far as they are known.
pub fn reasons(template: &str, ours: &str, theirs: &Theirs) -> Vec<&'static Difference> {
    let seen = Seen { template, ours, theirs };
    DIFFERENCES.iter().filter(|difference| (difference.applies)(&seen)).collect()
}
