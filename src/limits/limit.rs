//! The limits there are: name, unit, presets, and the words for meeting one. One table that everything is made from.

use super::Limits;
use crate::diagnostic::{Code, Diagnostic, code};
use std::fmt;
use std::time::Duration;

/// A limit's number: a count, bytes, or milliseconds.
trait Amount: Sized {
    /// As a number; `None` where there is no bound.
    fn number(&self) -> Option<u64>;
    fn from_number(number: u64) -> Self;
}

impl Amount for usize {
    fn number(&self) -> Option<u64> {
        u64::try_from(*self).ok()
    }

    fn from_number(number: u64) -> Self {
        usize::try_from(number).unwrap_or(usize::MAX)
    }
}

impl Amount for u64 {
    fn number(&self) -> Option<u64> {
        Some(*self)
    }

    fn from_number(number: u64) -> Self {
        number
    }
}

impl Amount for Option<Duration> {
    fn number(&self) -> Option<u64> {
        self.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    fn from_number(number: u64) -> Self {
        Some(Duration::from_millis(number))
    }
}

macro_rules! limits {
    ({$(
        $limit:ident $name:literal in $unit:literal is $field:ident, $code:ident:
        $description:literal, $met:literal;
    )*} and {$(
        $other:ident $other_name:literal, $other_code:ident: $other_met:literal;
    )*}) => {
        /// Which bound was met.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Limit {
            $(
                #[doc = concat!("[`Limits::", stringify!($field), "`].")]
                $limit,
            )*
            /// The host ended the render: see [`Interrupt`](super::Interrupt).
            Cancelled,
            $(
                #[doc = concat!("[`", $other_name, "`](super::ReferenceLimits) of the reference.")]
                $other,
            )*
        }

        impl Limit {
            /// The bounds of [`Limits`], in the order of its fields.
            pub const ALL: &[Limit] = &[$(Limit::$limit),*];

            /// The limit's name, as in its diagnostic code `limit/NAME`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Limit::$limit => $name,)*
                    Limit::Cancelled => "cancelled",
                    $(Limit::$other => $other_name,)*
                }
            }

            /// The entry of the table of codes for meeting this limit.
            pub fn code(self) -> &'static Code {
                match self {
                    $(Limit::$limit => &code::$code,)*
                    Limit::Cancelled => &code::LIMIT_CANCELLED,
                    $(Limit::$other => &code::$other_code,)*
                }
            }

            /// What the limit counts, and in what: empty for what is no field of [`Limits`].
            pub fn unit(self) -> &'static str {
                match self {
                    $(Limit::$limit => $unit,)*
                    _ => "",
                }
            }

            /// What the limit bounds, in a few words: empty for what is no field of [`Limits`].
            pub fn description(self) -> &'static str {
                match self {
                    $(Limit::$limit => $description,)*
                    _ => "",
                }
            }
        }

        impl Limits {
            /// Where `limit` stands, in its [unit](Limit::unit); `None` where there is no bound.
            ///
            /// ```
            /// use carafe::Limits;
            /// use carafe::limits::Limit;
            ///
            /// assert_eq!(Limits::untrusted().get(Limit::Deadline), Some(250));
            /// ```
            pub fn get(&self, limit: Limit) -> Option<u64> {
                match limit {
                    $(Limit::$limit => self.$field.number(),)*
                    _ => None,
                }
            }

            /// Sets `limit` to `number` of its [units](Limit::unit). What is no field of [`Limits`] stays as it is.
            pub fn set(&mut self, limit: Limit, number: u64) {
                match limit {
                    $(Limit::$limit => self.$field = Amount::from_number(number),)*
                    _ => {}
                }
            }
        }

        impl fmt::Display for Exceeded {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let value = self.value;
                match self.limit {
                    $(Limit::$limit => write!(f, $met, value = value),)*
                    Limit::Cancelled => f.write_str("the render was cancelled"),
                    $(Limit::$other => write!(f, $other_met, value = value),)*
                }
            }
        }
    };
}

limits! {
    {
    TemplateBytes "template-bytes" in "bytes" is template_bytes, LIMIT_TEMPLATE_BYTES:
        "a template; of one render also all its partials together", "the template is larger than {value} bytes";
    BlockDepth "block-depth" in "blocks" is block_depth, LIMIT_BLOCK_DEPTH:
        "blocks inside blocks; more than 200 count as 200", "blocks are nested more than {value} deep";
    ExpressionDepth "expression-depth" in "levels" is expression_depth, LIMIT_EXPRESSION_DEPTH:
        "brackets, ranges and inner braces inside one expression; more than 200 count as 200", "an expression is nested more than {value} deep";
    ScopeDepth "scope-depth" in "scopes" is scope_depth, LIMIT_SCOPE_DEPTH:
        "loops and partials inside each other", "loops and partials are nested more than {value} deep";
    PartialDepth "partial-depth" in "partials" is partial_depth, LIMIT_PARTIAL_DEPTH:
        "partials and content blocks inside each other", "partials are nested more than {value} deep";
    PartialRenders "partial-renders" in "partials" is partial_renders, LIMIT_PARTIAL_RENDERS:
        "partials and content blocks rendered in all", "more than {value} partials are rendered";
    Steps "steps" in "steps" is steps, LIMIT_STEPS:
        "work: tags, outputs, filters, and what they walk", "the render takes more than {value} steps";
    Deadline "deadline" in "milliseconds" is deadline, LIMIT_DEADLINE:
        "time of a render", "the render takes longer than {value} milliseconds";
    ValueBytes "value-bytes" in "bytes" is value_bytes, LIMIT_VALUE_BYTES:
        "one text", "one value is larger than {value} bytes";
    MemoryBytes "memory-bytes" in "bytes" is memory_bytes, LIMIT_MEMORY_BYTES:
        "all values of a render", "the render's values take more than {value} bytes";
    CollectionItems "collection-items" in "items" is collection_items, LIMIT_COLLECTION_ITEMS:
        "one array", "an array has more than {value} items";
    OutputBytes "output-bytes" in "bytes" is output_bytes, LIMIT_OUTPUT_BYTES:
        "the body", "the body is larger than {value} bytes";
    DataBytes "data-bytes" in "bytes" is data_bytes, LIMIT_DATA_BYTES:
        "a data document, or one row of many", "the data is larger than {value} bytes";
    DataDepth "data-depth" in "levels" is data_depth, LIMIT_DATA_DEPTH:
        "arrays and objects inside each other in data", "the data is nested more than {value} deep";
    NumberDigits "number-digits" in "digits" is number_digits, LIMIT_NUMBER_DIGITS:
        "one number", "a number has more than {value} digits";
    DateWidth "date-width" in "characters" is date_width, LIMIT_DATE_WIDTH:
        "the width of a directive in a date format", "a directive of a date format is wider than {value} characters";
    DateFormatBytes "date-format-bytes" in "bytes" is date_format_bytes, LIMIT_DATE_FORMAT_BYTES:
        "a date format", "a date format is longer than {value} bytes";
    Requests "requests" in "requests" is requests, LIMIT_REQUESTS:
        "requests of `connected_content`, whoever answers them", "more than {value} requests are made";
    NetworkRequests "network-requests" in "requests" is network_requests, LIMIT_NETWORK_REQUESTS:
        "requests of `connected_content` that go to the network", "more than {value} requests go to the network";
    Diagnostics "diagnostics" in "findings" is diagnostics, LIMIT_DIAGNOSTICS:
        "findings kept of a parse, and of a render; more are counted", "there are more than {value} findings";
    } and {
    RenderScore "render-score", LIMIT_RENDER_SCORE: "the render score is higher than {value}";
    AssignScore "assign-score", LIMIT_ASSIGN_SCORE: "the assign score is higher than {value}";
    RenderLength "render-length", LIMIT_RENDER_LENGTH: "the render is longer than {value} bytes";
    CumulativeRenderScore "cumulative-render-score", LIMIT_CUMULATIVE_RENDER_SCORE:
        "the cumulative render score is higher than {value}";
    CumulativeAssignScore "cumulative-assign-score", LIMIT_CUMULATIVE_ASSIGN_SCORE:
        "the cumulative assign score is higher than {value}";
    }
}

impl Limit {
    /// The bound of [`Limits`] called `name`.
    pub fn find(name: &str) -> Option<Limit> {
        Limit::ALL.iter().copied().find(|limit| limit.name() == name)
    }

    /// Whether it is one of [`ReferenceLimits`](super::ReferenceLimits).
    pub fn is_reference(self) -> bool {
        self != Limit::Cancelled && !Limit::ALL.contains(&self)
    }
}

/// A bound was met: which, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// The bound.
    pub limit: Limit,
    /// Its value.
    pub value: u64,
}

impl Exceeded {
    /// The bound `limit`, set at `value`, was met.
    pub fn new(limit: Limit, value: usize) -> Self {
        Exceeded { limit, value: value as u64 }
    }

    /// The bound `limit` of `limits` was met.
    pub(crate) fn of(limit: Limit, limits: &Limits) -> Self {
        Exceeded { limit, value: limits.get(limit).unwrap_or(u64::MAX) }
    }

    /// The error that says so, with how the bound is set.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.limit.code(), self.to_string());
        if !Limit::ALL.contains(&self.limit) {
            return diagnostic;
        }
        let name = self.limit.name();
        let field = name.replace('-', "_");
        diagnostic.help(format!(
            "if it is right that way, allow more with `--limit {name}=NUMBER`, in Rust with `Limits::{field}`"
        ))
    }
}
