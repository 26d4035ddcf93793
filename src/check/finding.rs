//! What the checks of a rendered body find: the rule, the bytes of the body, and the positions that are needed to
//! name the culprit in the template. Positions are byte offsets into the body.

use crate::diagnostic::{Code, Severity, code};
use std::ops::Range;

/// How many characters of the body a message quotes.
const QUOTED_CHARACTERS: usize = 60;

/// A rule that a rendered body can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The body begins with the character U+FEFF.
    ByteOrderMark,
    /// The body holds no value at all.
    EmptyBody,
    /// Text that is no comment stands before the document.
    TextBeforeDocument,
    /// Something stands after the end of the document.
    TextAfterDocument,
    /// `// …`, `/* … */` or `# …`, one finding a comment.
    Comment,
    /// Two members or values with no comma between them.
    MissingComma,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A comma before the first member or value, or a doubled one.
    ExtraComma,
    /// Nothing after a colon, or nothing between two commas of one line in an array.
    MissingValue,
    /// A member of an object that does not begin with a key.
    MissingKey,
    /// A key with no colon behind it.
    MissingColon,
    /// A colon where none can stand.
    ExtraColon,
    /// Text outside quotes that is no JSON value.
    BareWord,
    /// A key outside quotes.
    BareKey,
    /// Text in single, typographic or back quotes.
    WrongQuotes,
    /// A raw control character in a string, or an invisible character outside one.
    ControlCharacter,
    /// Quotes inside a string with no backslash before them.
    UnescapedQuote,
    /// A number in a form that JSON does not have.
    BadNumber,
    /// A backslash that begins no JSON escape, or half a surrogate pair.
    BadEscape,
    /// A key that its object has already.
    DuplicateKey,
    /// A string that does not end on its line.
    UnclosedString,
    /// A bracket that is never closed.
    UnclosedBracket,
    /// A closing bracket of the wrong kind, or one that closes nothing.
    MismatchedBracket,
    /// More nested brackets than the check follows; the check ends there.
    TooDeep,
    /// The text of a Liquid error, in the place of its output.
    LiquidError,
    /// A hash as Ruby prints it (`{"a"=>1}`).
    RubyInspect,
    /// A quote that came from data ends a string of the template.
    Injection,
    /// A backslash that came from data escapes a character of the template.
    SwallowedQuote,
    /// A backslash that came from data makes an escape with the data behind it.
    DataEscape,
    /// Data outside quotes wrote more than one value.
    ExtraValue,
}

impl Rule {
    /// The rule's entry in the table of diagnostics.
    pub fn entry(self) -> &'static Code {
        match self {
            Rule::ByteOrderMark => &code::JSON_BYTE_ORDER_MARK,
            Rule::EmptyBody => &code::JSON_EMPTY_BODY,
            Rule::TextBeforeDocument => &code::JSON_TEXT_BEFORE,
            Rule::TextAfterDocument => &code::JSON_TEXT_AFTER,
            Rule::Comment => &code::JSON_COMMENT,
            Rule::MissingComma => &code::JSON_MISSING_COMMA,
            Rule::TrailingComma => &code::JSON_TRAILING_COMMA,
            Rule::ExtraComma => &code::JSON_EXTRA_COMMA,
            Rule::MissingValue => &code::JSON_MISSING_VALUE,
            Rule::MissingKey => &code::JSON_MISSING_KEY,
            Rule::MissingColon => &code::JSON_MISSING_COLON,
            Rule::ExtraColon => &code::JSON_EXTRA_COLON,
            Rule::BareWord => &code::JSON_BARE_WORD,
            Rule::BareKey => &code::JSON_BARE_KEY,
            Rule::WrongQuotes => &code::JSON_WRONG_QUOTES,
            Rule::ControlCharacter => &code::JSON_CONTROL_CHARACTER,
            Rule::UnescapedQuote => &code::JSON_UNESCAPED_QUOTE,
            Rule::BadNumber => &code::JSON_BAD_NUMBER,
            Rule::BadEscape => &code::JSON_BAD_ESCAPE,
            Rule::DuplicateKey => &code::JSON_DUPLICATE_KEY,
            Rule::UnclosedString => &code::JSON_UNCLOSED_STRING,
            Rule::UnclosedBracket => &code::JSON_UNCLOSED_BRACKET,
            Rule::MismatchedBracket => &code::JSON_MISMATCHED_BRACKET,
            Rule::TooDeep => &code::JSON_TOO_DEEP,
            Rule::LiquidError => &code::JSON_LIQUID_ERROR,
            Rule::RubyInspect => &code::JSON_RUBY_INSPECT,
            Rule::Injection => &code::JSON_INJECTION,
            Rule::SwallowedQuote => &code::JSON_SWALLOWED_QUOTE,
            Rule::DataEscape => &code::JSON_DATA_ESCAPE,
            Rule::ExtraValue => &code::JSON_EXTRA_VALUE,
        }
    }

    /// The name of the rule's entry with no area before it, such as `missing-comma`.
    pub fn code(self) -> &'static str {
        let name = self.entry().name;
        name.strip_prefix("json/").unwrap_or(name)
    }
}

/// What kind of bare word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// `true`, `false` or `null` in another spelling (`True`, `nil`, `NULL`, `undefined`): the word JSON has for it.
    Misspelt(&'static str),
    /// `NaN`, `Infinity` and the like, for which JSON has no word.
    NotFinite,
    /// Any other text where a value is due.
    Text,
    /// Text where a key is due: quotes alone do not make a member of it.
    Stray,
}

/// The positions and facts that belong to one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// The span says it all.
    None,
    /// Something is missing, or too much, between two things: `before` is the end of the first (for a missing value,
    /// the end of the colon or comma), `after` the start of the second.
    Between {
        /// End of what stands before.
        before: usize,
        /// Start of what follows.
        after: usize,
    },
    /// The closing bracket that follows a trailing comma.
    Closing(usize),
    /// The bracket that is open where a closing bracket of the wrong kind stands; `None` where nothing is open.
    Opening(Option<usize>),
    /// How many brackets are open at the body's end, the reported (innermost) one among them.
    Unclosed(usize),
    /// The string that the finding is in.
    InString {
        /// Position of its opening quote.
        start: usize,
        /// Position behind the string: behind its closing quote, or where it is taken to end.
        end: usize,
    },
    /// What kind of bare word it is.
    Word(Word),
    /// The first use of a duplicate key, with its quotes.
    First(Range<usize>),
    /// The first `=>` of a Ruby hash.
    Arrow(Range<usize>),
    /// The data that changed the structure.
    Slot {
        /// The slot's number, as the caller gave it.
        slot: u32,
        /// The opening quote of the template's string, if the slot is in one.
        string: Option<usize>,
        /// The bytes in which a finding of the strict check only follows from this one.
        reach: Range<usize>,
    },
}

/// Something in a rendered body that its receiver would refuse or misread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The offending bytes of the body; empty where something is missing.
    pub span: Range<usize>,
    /// The positions and facts that belong to the rule.
    pub detail: Detail,
}

impl Finding {
    /// A warning for what still parses, an error for the rest. Liquid's error text *inside* a string is a warning:
    /// the body is valid, and the text may be meant.
    pub fn severity(&self) -> Severity {
        match (self.rule, &self.detail) {
            (Rule::DuplicateKey | Rule::DataEscape, _) | (Rule::LiquidError, Detail::InString { .. }) => {
                Severity::Warning
            }
            _ => Severity::Error,
        }
    }

    /// One line in plain words. `body` is the text that was checked; what is quoted from it is cut at 60 characters,
    /// with control characters escaped.
    pub fn message(&self, body: &str) -> String {
        let text = quoted(body, &self.span);
        match (self.rule, &self.detail) {
            (Rule::ByteOrderMark, _) => "an invisible byte order mark stands before the body".into(),
            (Rule::EmptyBody, _) => "the body is empty: there is no JSON in it".into(),
            (Rule::TextBeforeDocument, _) => format!("text is sent before the JSON begins: `{text}`"),
            (Rule::TextAfterDocument, _) => format!("something is sent after the JSON has ended: `{text}`"),
            (Rule::Comment, _) => {
                format!("a comment is sent as part of the body, and JSON has none: `{text}`")
            }
            (Rule::MissingComma, _) => "a comma is missing between two members".into(),
            (Rule::TrailingComma, _) => "a comma stands after the last member".into(),
            (Rule::ExtraComma, _) => "a comma too many: there is nothing before it".into(),
            (Rule::MissingValue, _) => "a value is missing here".into(),
            (Rule::MissingKey, _) => "a key is missing here: a member is written `\"key\": value`".into(),
            (Rule::MissingColon, _) => "a colon is missing after a key".into(),
            (Rule::ExtraColon, _) => "a colon stands where none can be".into(),
            (Rule::BareWord, Detail::Word(Word::Misspelt(json))) => {
                format!("`{text}` is not JSON; it is written `{json}`")
            }
            (Rule::BareWord, Detail::Word(Word::NotFinite)) => {
                format!("`{text}` is not a number that JSON can carry")
            }
            (Rule::BareWord, _) => format!("text is not in double quotes: `{text}`"),
            (Rule::BareKey, _) => format!("a key is not in double quotes: `{text}`"),
            (Rule::WrongQuotes, _) => format!("only straight double quotes can be used: `{text}`"),
            (Rule::ControlCharacter, Detail::InString { .. }) => {
                format!("{} inside a string must be escaped", control_name(body, &self.span))
            }
            (Rule::ControlCharacter, _) => {
                format!("an invisible character stands between the values: `{text}`")
            }
            (Rule::UnescapedQuote, _) => {
                "a quote inside a string must be escaped, or it ends the string".into()
            }
            (Rule::BadNumber, _) => format!("`{text}` is not how JSON writes a number"),
            (Rule::BadEscape, _) => format!("`{text}` is not an escape that JSON knows"),
            (Rule::DuplicateKey, _) => {
                format!("the key {text} is used twice in one object; the last one wins")
            }
            (Rule::UnclosedString, _) => "a string has no closing quote".into(),
            (Rule::UnclosedBracket, Detail::Unclosed(count)) if *count > 1 => {
                format!("{count} brackets are never closed, the last of them this `{text}`")
            }
            (Rule::UnclosedBracket, _) => format!("this `{text}` is never closed"),
            (Rule::MismatchedBracket, Detail::Opening(Some(open))) => {
                let open = quoted(body, &(*open..open.saturating_add(1)));
                format!("`{text}` cannot close the `{open}` that is open here")
            }
            (Rule::MismatchedBracket, _) => format!("`{text}` closes nothing"),
            (Rule::TooDeep, _) => "too many nested brackets; the rest is not checked".into(),
            (Rule::LiquidError, _) => format!("the text of an error is sent: `{text}`"),
            (Rule::RubyInspect, _) => {
                format!("an object was printed as Ruby writes it, not as JSON: `{text}`")
            }
            (Rule::Injection, _) => {
                "a quote in the data ends the string, so the data can change the body".into()
            }
            (Rule::SwallowedQuote, _) => {
                "a backslash in the data swallows the character after it in the template".into()
            }
            (Rule::DataEscape, _) => {
                format!("a backslash in the data is read as the escape `{text}`, which changes the text")
            }
            (Rule::ExtraValue, _) => format!("the data wrote more than one value: `{text}`"),
        }
    }
}

/// The control character in words, by its first character: the span may be a run of them.
fn control_name(body: &str, span: &Range<usize>) -> String {
    match body.get(span.clone()).and_then(|run| run.chars().next()) {
        Some('\n' | '\r') => "a line break".into(),
        Some('\t') => "a tab".into(),
        Some(other) => format!("the control character U+{:04X}", u32::from(other)),
        None => "a control character".into(),
    }
}

/// The bytes of `span` on one line, cut at [`QUOTED_CHARACTERS`].
fn quoted(body: &str, span: &Range<usize>) -> String {
    on_one_line(body.get(span.clone()).unwrap_or_default())
}

/// A text on one line, cut at [`QUOTED_CHARACTERS`], for a message.
pub(crate) fn on_one_line(text: &str) -> String {
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == QUOTED_CHARACTERS {
            out.push('…');
            break;
        }
        if is_invisible(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a character cannot be seen in a message: control characters, spaces that look like a plain one, marks of
/// width zero and of direction, line separators.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(character,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
