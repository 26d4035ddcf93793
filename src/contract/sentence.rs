//! What the validator says, in words for whoever writes templates.

use super::body::{Body, Spot, path_to};
use super::schema::{Annotations, UNIT, missing, target};
use crate::check::finding::on_one_line;
use crate::check::value::{About, Mend, MendEdit, ValueFinding};
use crate::diagnostic::{Code, code, suggest};
use crate::time::Time;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::{Map, Value};

/// Values of an enumeration that a sentence names.
const NAMED: usize = 12;

/// Makes findings of the errors of one body.
pub(super) struct Sentences<'s, 'b> {
    pub schema: &'s Value,
    pub body: &'s Body<'b>,
}

impl<'s> Sentences<'s, '_> {
    /// Adds what `error` says of the body.
    pub fn tell(&self, error: &ValidationError<'_>, findings: &mut Vec<ValueFinding>) {
        let Some(spot) = self.body.at(error.instance_path()) else { return };
        let annotations = Annotations::of(self.schema, error.evaluation_path());
        let first = findings.len();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                findings.extend(unexpected.iter().map(|key| self.unexpected(&spot, key)));
            }
            kind => findings.push(self.finding(error, kind, &spot, &annotations)),
        }
        for finding in findings.iter_mut().skip(first) {
            if let Some(severity) = annotations.severity {
                finding.severity = severity.min(finding.severity);
            }
            // Where the value itself can be mended, general advice is not wanted.
            if finding.mend.edit.is_none() {
                finding.help.extend(annotations.text("x-help").map(str::to_owned));
            }
        }
    }

    fn finding(
        &self,
        error: &ValidationError<'_>,
        kind: &ValidationErrorKind,
        spot: &Spot,
        annotations: &Annotations<'s>,
    ) -> ValueFinding {
        match kind {
            ValidationErrorKind::Required { property } => {
                self.missing(spot, property.as_str().unwrap_or_default(), annotations)
            }
            ValidationErrorKind::Type { kind } => self.wrong_type(spot, &types(kind), annotations),
            ValidationErrorKind::Custom { message, .. } => {
                self.wrong_unit(spot, message == "milliseconds", annotations)
            }
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.no_form(error, spot, context, annotations)
            }
            ValidationErrorKind::PropertyNames { error } => {
                let key = error.instance().as_str().unwrap_or_default().to_owned();
                let mut finding = self.finding(error, error.kind(), spot, annotations);
                finding.message = format!("`{}` is no name that is known here", on_one_line(&key));
                finding.code = &code::CONTRACT_UNEXPECTED;
                if let ValidationErrorKind::Enum { options } = error.kind() {
                    finding.help.clear();
                    finding.help.extend(near(&key, options));
                }
                self.at_key(finding, spot, &key)
            }
            kind => self.plain(kind, spot, annotations),
        }
    }

    /// `PATH must be WHAT, is VALUE`.
    fn plain(&self, kind: &ValidationErrorKind, spot: &Spot, annotations: &Annotations<'s>) -> ValueFinding {
        let value = self.body.scalar(spot);
        let text = value.as_ref().and_then(Value::as_str);
        let about_text = matches!(
            kind,
            ValidationErrorKind::Pattern { .. }
                | ValidationErrorKind::MinLength { .. }
                | ValidationErrorKind::Format { .. }
                | ValidationErrorKind::Enum { .. }
                | ValidationErrorKind::Constant { .. }
        );
        let (code, must) = words(kind);
        let code = if about_text && text.is_some_and(is_blank) { &code::CONTRACT_BLANK } else { code };
        let must = annotations.text("x-must").map_or(must, str::to_owned);
        let mut finding = self.body.finding(code, spot, self.must_be(spot, &must));
        if let (ValidationErrorKind::Enum { options }, Some(text)) = (kind, text) {
            finding.help.extend(near(text, options));
        }
        finding
    }

    /// `` `timestamp` must be an integer of milliseconds, is the string `"1"` ``.
    fn must_be(&self, spot: &Spot, must: &str) -> String {
        format!("{} must be {must}, is {}", subject(&spot.path), self.described(spot))
    }

    fn missing(&self, spot: &Spot, key: &str, annotations: &Annotations<'s>) -> ValueFinding {
        let member = annotations.schema.and_then(|schema| schema.get("properties")?.get(key));
        let member = member.map(|member| target(self.schema, member).unwrap_or(member));
        let must =
            member.and_then(|member| Some(format!(": it must be {}", member.get("x-must")?.as_str()?)));
        let path = subject(&path_to(&spot.path, key));
        let message = format!("{path} is missing{}", must.unwrap_or_default());
        self.body.absence(&code::CONTRACT_MISSING, spot, key, message)
    }

    fn wrong_type(&self, spot: &Spot, wanted: &[JsonType], annotations: &Annotations<'s>) -> ValueFinding {
        let must = match annotations.text("x-must") {
            Some(must) => must.to_owned(),
            None => listed(&wanted.iter().map(|kind| type_name(*kind).to_owned()).collect::<Vec<_>>(), "or"),
        };
        let mut message = self.must_be(spot, &must);
        let mut code = &code::CONTRACT_TYPE;
        let mut mend = Mend::default();
        let takes = |kind: JsonType| wanted.contains(&kind);
        match self.body.scalar(spot) {
            Some(Value::String(text)) => {
                let inner = serde_json::from_str::<Value>(&text).ok().filter(|_| text.trim() == text);
                let fits = match &inner {
                    Some(Value::Number(number)) => {
                        takes(JsonType::Number) || takes(JsonType::Integer) && is_whole(number)
                    }
                    Some(Value::Bool(_)) => takes(JsonType::Boolean),
                    Some(Value::Null) => takes(JsonType::Null),
                    Some(Value::Object(_)) => takes(JsonType::Object) && !self.written(spot).contains('\\'),
                    Some(Value::Array(_)) => takes(JsonType::Array) && !self.written(spot).contains('\\'),
                    _ => false,
                };
                if fits {
                    mend = Mend { unquoted: true, edit: Some(MendEdit::Unquote), ..mend };
                }
                if let Some(Value::Number(number)) = inner.filter(|_| fits) {
                    code = &code::CONTRACT_QUOTED_NUMBER;
                    let seconds = number.as_f64().is_some_and(|number| number > 0.0 && number < 1e11);
                    if seconds && annotations.text(UNIT) == Some("milliseconds") && is_digits(&text) {
                        mend.zeros = true;
                        message.push_str(" of seconds");
                    }
                }
            }
            Some(Value::Number(_) | Value::Bool(_))
                if takes(JsonType::String) && annotations.schema.is_none_or(is_any_text) =>
            {
                mend.edit = Some(MendEdit::Quote);
            }
            _ => {}
        }
        let mut finding = self.body.finding(code, spot, message);
        finding.mend = mend;
        finding
    }

    /// A time that counts something else than it must.
    fn wrong_unit(&self, spot: &Spot, milliseconds: bool, annotations: &Annotations<'s>) -> ValueFinding {
        let written = self.body.scalar(spot).unwrap_or(Value::Null);
        let is_text = written.is_string();
        let digits = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
        let shown = on_one_line(&digits);
        let path = subject(&spot.path);
        let takes_text = annotations.schema.is_some_and(|schema| match schema.get("type") {
            Some(Value::String(kind)) => kind == "string",
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "string"),
            _ => true,
        });
        let mut finding;
        if milliseconds {
            let day = as_day(&digits, 1_000);
            let message = format!("{path} must count milliseconds, and `{shown}` counts seconds{day}");
            finding = self.body.finding(&code::CONTRACT_SECONDS, spot, message);
            if is_digits(&digits) {
                finding.mend =
                    Mend { unquoted: is_text && !takes_text, zeros: true, edit: Some(MendEdit::Zeros) };
            } else {
                finding.help.push("multiply the seconds by 1000, and round".to_owned());
            }
        } else {
            let day = as_day(&digits, 1);
            let message = format!("{path} must count seconds, and `{shown}` counts milliseconds{day}");
            finding = self.body.finding(&code::CONTRACT_MILLISECONDS, spot, message);
            finding.help.push("divide the milliseconds by 1000, with `| divided_by: 1000`".to_owned());
        }
        finding
    }

    /// A value that has none of several forms.
    fn no_form(
        &self,
        error: &ValidationError<'_>,
        spot: &Spot,
        context: &[Vec<ValidationError<'static>>],
        annotations: &Annotations<'s>,
    ) -> ValueFinding {
        let here = error.instance_path();
        let lacks = |branch: &Vec<ValidationError<'_>>| -> Option<String> {
            let names: Option<Vec<String>> = branch
                .iter()
                .map(|error| missing(error).filter(|_| error.instance_path() == here))
                .map(|name| Some(format!("`{}`", on_one_line(&name?))))
                .collect();
            names.filter(|names| !names.is_empty()).map(|names| listed(&names, "and"))
        };
        let lacking: Option<Vec<String>> = context.iter().map(lacks).collect();
        if let Some(lacking) = lacking.filter(|lacking| !lacking.is_empty()) {
            let message = format!("{} needs {}", subject(&spot.path), listed(&lacking, "or"));
            let mut finding = self.body.finding(&code::CONTRACT_MISSING, spot, message);
            finding.about = About::Absent;
            return finding;
        }
        let must = annotations.text("x-must").unwrap_or("in one of the forms that the contract lists");
        let mut finding = self.body.finding(&code::CONTRACT_SHAPE, spot, self.must_be(spot, must));
        // The form that fits best tells most: one that is wrong only within.
        let is_other = |branch: &[ValidationError<'_>]| {
            branch.iter().any(|error| {
                let kind = error.kind();
                error.instance_path() == here
                    && matches!(
                        kind,
                        ValidationErrorKind::Type { .. }
                            | ValidationErrorKind::Constant { .. }
                            | ValidationErrorKind::Enum { .. }
                    )
            })
        };
        let branches = context.iter().filter(|branch| !branch.is_empty());
        let best = branches.min_by_key(|branch| (is_other(branch), branch.len()));
        let mut told = Vec::new();
        if let Some(error) = best.and_then(|branch| branch.first())
            && !matches!(
                error.kind(),
                ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. }
            )
        {
            self.tell(error, &mut told);
        }
        finding
            .help
            .extend(told.first().map(|told| format!("of the form that is nearest, {}", told.message)));
        finding
    }

    fn unexpected(&self, spot: &Spot, key: &str) -> ValueFinding {
        let path = subject(&path_to(&spot.path, key));
        let message = format!("{path} is not a member that the receiver takes");
        let mut finding = self.body.finding(&code::CONTRACT_UNEXPECTED, spot, message);
        finding.path = path_to(&spot.path, key);
        self.at_key(finding, spot, key)
    }

    fn at_key(&self, mut finding: ValueFinding, spot: &Spot, key: &str) -> ValueFinding {
        if let Some(place) = self.body.key(spot, key) {
            finding.span = place;
            finding.about = About::Key;
        }
        finding
    }

    /// What a value is, with an article.
    fn described(&self, spot: &Spot) -> String {
        match self.body.scalar(spot) {
            Some(Value::String(text)) if text.is_empty() => "an empty text".to_owned(),
            Some(Value::String(text)) if is_blank(&text) => "nothing but white space".to_owned(),
            Some(Value::String(_)) => format!("the string `{}`", self.written(spot)),
            Some(Value::Number(_)) => format!("the number `{}`", self.written(spot)),
            Some(_) => format!("`{}`", self.written(spot)),
            None if self.body.is_array(spot) => match self.body.items(spot).len() {
                0 => "an empty array".to_owned(),
                1 => "an array of 1 item".to_owned(),
                count => format!("an array of {count} items"),
            },
            None => "an object".to_owned(),
        }
    }

    fn written(&self, spot: &Spot) -> String {
        on_one_line(self.body.text.get(self.body.span_of(spot.number)).unwrap_or_default())
    }
}

/// `` `a.b` ``, or what the whole is called.
pub(super) fn subject(path: &str) -> String {
    if path.is_empty() { "the body".to_owned() } else { format!("`{path}`") }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether a schema takes texts of any form, so that a number in quotes is one.
fn is_any_text(schema: &Map<String, Value>) -> bool {
    let pattern = schema.get("pattern").is_none_or(|pattern| pattern == "\\S");
    pattern && ["format", "enum", "const"].iter().all(|keyword| !schema.contains_key(*keyword))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The day that a count of seconds would be if it were divided by `divisor`, to show what a receiver makes of it.
fn as_day(digits: &str, divisor: i64) -> String {
    let read = digits.parse::<i64>().ok().and_then(|count| count.checked_div(divisor));
    let day = read.and_then(Time::from_unix).map(Time::to_rfc3339);
    match day.as_deref().and_then(|day| day.split('T').next()) {
        Some(day) if day.starts_with('+') => {
            let year = day.trim_start_matches('+').split('-').next().unwrap_or_default();
            format!(": the receiver reads a day in the year {year}")
        }
        Some(day) => format!(": the receiver reads {day}"),
        None => String::new(),
    }
}

fn types(kind: &TypeKind) -> Vec<JsonType> {
    let mut kinds: Vec<JsonType> = match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().collect(),
    };
    // What stands in for a value is named last.
    kinds.sort_by_key(|kind| *kind == JsonType::Null);
    kinds
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "an integer",
        JsonType::Null => "`null`",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a text in quotes",
    }
}

/// The code of an error, and what the value must be.
fn words(kind: &ValidationErrorKind) -> (&'static Code, String) {
    match kind {
        ValidationErrorKind::Enum { options } => (&code::CONTRACT_VALUE, options_of(options)),
        ValidationErrorKind::Constant { expected_value } => {
            (&code::CONTRACT_VALUE, format!("`{}`", on_one_line(&bare(expected_value))))
        }
        ValidationErrorKind::Pattern { pattern } if pattern == "\\S" => {
            (&code::CONTRACT_BLANK, "a text that is not empty".to_owned())
        }
        ValidationErrorKind::Pattern { pattern } => {
            (&code::CONTRACT_FORMAT, format!("a text that fits the pattern `{}`", on_one_line(pattern)))
        }
        ValidationErrorKind::Format { format } => (&code::CONTRACT_FORMAT, format_name(format)),
        ValidationErrorKind::ExclusiveMaximum { limit } => {
            (&code::CONTRACT_RANGE, format!("less than {limit}"))
        }
        ValidationErrorKind::ExclusiveMinimum { limit } => {
            (&code::CONTRACT_RANGE, format!("more than {limit}"))
        }
        ValidationErrorKind::Maximum { limit } => (&code::CONTRACT_RANGE, format!("{limit} at most")),
        ValidationErrorKind::Minimum { limit } => (&code::CONTRACT_RANGE, format!("{limit} at least")),
        ValidationErrorKind::MultipleOf { multiple_of } => {
            (&code::CONTRACT_RANGE, format!("a multiple of {multiple_of}"))
        }
        ValidationErrorKind::MaxLength { limit } => {
            (&code::CONTRACT_RANGE, format!("a text of {} at most", counted(*limit, "character")))
        }
        ValidationErrorKind::MinLength { limit } => {
            (&code::CONTRACT_RANGE, format!("a text of {} at least", counted(*limit, "character")))
        }
        ValidationErrorKind::MaxItems { limit } => {
            (&code::CONTRACT_RANGE, format!("an array of {} at most", counted(*limit, "item")))
        }
        ValidationErrorKind::AdditionalItems { limit } => {
            (&code::CONTRACT_RANGE, format!("an array of {limit} items at most"))
        }
        ValidationErrorKind::MinItems { limit } => {
            (&code::CONTRACT_RANGE, format!("an array of {} at least", counted(*limit, "item")))
        }
        ValidationErrorKind::MaxProperties { limit } => {
            (&code::CONTRACT_RANGE, format!("an object of {} at most", counted(*limit, "member")))
        }
        ValidationErrorKind::MinProperties { limit } => {
            (&code::CONTRACT_RANGE, format!("an object of {} at least", counted(*limit, "member")))
        }
        ValidationErrorKind::UniqueItems => {
            (&code::CONTRACT_SHAPE, "an array without repeated items".to_owned())
        }
        ValidationErrorKind::Contains => {
            (&code::CONTRACT_SHAPE, "an array with an item that the contract asks for".to_owned())
        }
        ValidationErrorKind::FalseSchema => (&code::CONTRACT_UNEXPECTED, "left out".to_owned()),
        ValidationErrorKind::Not { .. } => {
            (&code::CONTRACT_UNEXPECTED, "something that the contract does not rule out".to_owned())
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            (&code::CONTRACT_SHAPE, "in only one of the forms that the contract lists".to_owned())
        }
        _ => (&code::CONTRACT_SHAPE, "what the contract says".to_owned()),
    }
}

fn format_name(format: &str) -> String {
    match format {
        "date-time" | "zoned-time" => "a time with its zone such as `2023-12-06T18:20:45Z`".to_owned(),
        "date" => "a date such as `2023-12-06`".to_owned(),
        "time-zone" => "the name of a time zone such as `America/New_York`".to_owned(),
        "uri" => "an absolute address such as `https://www.example.com`".to_owned(),
        "email" => "an e-mail address".to_owned(),
        "uuid" => "a UUID".to_owned(),
        other => format!("of the format `{}`", on_one_line(other)),
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `` `a`, `b` or `c` ``.
fn options_of(options: &Value) -> String {
    let Some(options) = options.as_array() else { return "what the contract lists".to_owned() };
    let named: Vec<String> =
        options.iter().take(NAMED).map(|option| format!("`{}`", on_one_line(&bare(option)))).collect();
    if options.len() > NAMED { format!("one of {}, …", named.join(", ")) } else { listed(&named, "or") }
}

/// A value without the quotes of a text.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn near(text: &str, options: &Value) -> Option<String> {
    suggest::did_you_mean(text, options.as_array()?.iter().filter_map(Value::as_str))
}

fn listed(words: &[String], last: &str) -> String {
    match words.split_last() {
        Some((word, [])) => word.clone(),
        Some((word, rest)) => format!("{} {last} {word}", rest.join(", ")),
        None => String::new(),
    }
}
