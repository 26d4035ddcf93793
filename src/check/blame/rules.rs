//! One rule after another: which place is to blame, which others took part, and what is to be done.

use super::Blame;
use super::turns::Turn;
use super::writer::{self, Stretch};
use crate::check::finding::{Detail, Finding, Rule, Word};
use crate::check::fix::Mender;
use crate::check::json::scan::Text;
use crate::diagnostic::{Diagnostic, Fix};
use crate::render::{Event, EventKind, Site, Written};
use std::ops::Range;

/// How many places of one kind are named.
const NAMED: usize = 4;

const LAST: &str = "{% unless forloop.last %},{% endunless %}";
const FIRST: &str = "{% unless forloop.first %},{% endunless %}";

impl Blame<'_> {
    pub(super) fn explain(&self, diagnostic: Diagnostic, finding: &Finding) -> Diagnostic {
        match (finding.rule, &finding.detail) {
            (
                Rule::Injection | Rule::SwallowedQuote | Rule::DataEscape | Rule::ExtraValue,
                Detail::Slot { slot, .. },
            ) => self.injected(diagnostic, finding, *slot),
            (Rule::MissingComma, Detail::Between { before, after }) => {
                self.missing_comma(diagnostic, *before, *after)
            }
            (Rule::TrailingComma, Detail::Closing(closing)) => {
                self.trailing_comma(diagnostic, finding.span.clone(), *closing)
            }
            (Rule::ExtraComma, Detail::Between { before, .. }) => {
                self.extra_comma(diagnostic, finding.span.clone(), *before)
            }
            (Rule::MissingValue | Rule::MissingKey, Detail::Between { before, after }) => {
                self.missing_value(diagnostic, finding.rule, *before, *after)
            }
            (Rule::MissingColon, Detail::Between { before, after }) => {
                self.missing_colon(diagnostic, finding.span.clone(), *before, *after)
            }
            (Rule::EmptyBody, _) => self.empty_body(diagnostic),
            (Rule::DuplicateKey, Detail::First(first)) => {
                let level = writer::level(self.trace, &[finding.span.start, first.start]);
                let diagnostic = self.written(diagnostic, &finding.span, level, "used again here");
                self.beside(diagnostic, first.clone(), level, "first used here")
                    .help("give each key once: receivers keep only one of the values, most of them the last")
            }
            (Rule::MismatchedBracket, Detail::Opening(Some(open))) => {
                let level = writer::level(self.trace, &[finding.span.start, *open]);
                let diagnostic = self.written(diagnostic, &finding.span, level, "this bracket");
                self.beside(diagnostic, *open..open.saturating_add(1), level, "this is open here")
                    .help("close it with the bracket of its own kind")
            }
            _ => self.at_bytes(diagnostic, finding),
        }
    }

    /// Rules about the very bytes of the finding.
    fn at_bytes(&self, diagnostic: Diagnostic, finding: &Finding) -> Diagnostic {
        let span = &finding.span;
        // A long string or a whole object is blamed on its beginning.
        let range = match finding.rule {
            Rule::UnclosedString | Rule::RubyInspect => self.character(span.start),
            _ => span.clone(),
        };
        let level = writer::level(self.trace, &[range.start, range.end.saturating_sub(1).max(range.start)]);
        let Some(stretch) = self.stretch(range, level) else { return diagnostic };
        let mender = self.mender();
        let text = stretch.pieces.iter().all(|piece| piece.text);
        let data = self.trace.segment_at(span.start).is_some_and(|first| first.written == Written::Data);
        let in_string = matches!(finding.detail, Detail::InString { .. });
        let (label, help, mended) = match finding.rule {
            Rule::BareWord | Rule::TextAfterDocument if text && self.without_semicolon(span).is_some() => (
                "written here",
                "take the semicolon out: JSON has none between or behind values",
                self.without_semicolon(span)
                    .and_then(|value| mender.replace(&stretch, value, "take the semicolon out")),
            ),
            Rule::Comment => (
                "sent as a part of the body",
                "Liquid's own comments are not sent: `{% comment %}…{% endcomment %}`",
                mender.comment(&stretch),
            ),
            Rule::TextBeforeDocument | Rule::TextAfterDocument => {
                ("sent as a part of the body", "take it out, or put it in a string of the body", None)
            }
            Rule::ByteOrderMark => (
                "the byte order mark is written here",
                "take it out",
                mender.replace(&stretch, "", "remove it"),
            ),
            Rule::ControlCharacter if in_string && text => {
                ("written here", "JSON writes it as an escape", mender.escape_controls(&stretch))
            }
            Rule::ControlCharacter if in_string => {
                ("written by this", self.escape_help(), mender.escape_output(&stretch))
            }
            Rule::ControlCharacter => (
                "written here",
                "take it out, or write a plain space",
                mender.replace(&stretch, " ", "write a plain space"),
            ),
            Rule::UnescapedQuote if text => {
                ("these quotes", "write `\\\"` for a quote in a string", mender.escape_quotes(&stretch))
            }
            Rule::UnescapedQuote => match mender.unquote(&stretch, self.filter_name(span.start)) {
                Some(mended) => ("writes its own quotes", "leave out the quotes around it", Some(mended)),
                None => ("written by this", self.escape_help(), mender.escape_output(&stretch)),
            },
            Rule::BadEscape if text => (
                "written here",
                "write `\\\\` for a backslash",
                if self.is_surrogate(span) {
                    None
                } else {
                    mender.insert_before(&stretch, "\\", "double the backslash")
                },
            ),
            Rule::BadEscape => ("written by this", self.escape_help(), mender.escape_output(&stretch)),
            Rule::BareWord => match finding.detail {
                Detail::Word(Word::Misspelt(word)) if text => (
                    "written here",
                    "JSON has `true`, `false` and `null`",
                    mender.replace(&stretch, word, "write it as JSON does"),
                ),
                Detail::Word(Word::Misspelt(_) | Word::NotFinite) => (
                    "written by this",
                    "give a value that JSON has: `true`, `false`, `null`, a number or a text in quotes",
                    None,
                ),
                Detail::Word(Word::Stray) => (
                    if text { "written here" } else { "written by this" },
                    "write a member, `\"key\": value`, or take it out",
                    None,
                ),
                _ => (
                    if text { "written here" } else { "written by this" },
                    "put text between double quotes",
                    mender.quote(&stretch),
                ),
            },
            Rule::BadNumber => (
                if text { "written here" } else { "written by this" },
                "write digits only, without leading zeros or groups, or send it as a text in quotes",
                mender.quote(&stretch),
            ),
            Rule::BareKey => {
                let half = self.body.get(span.clone()).is_some_and(|key| key.ends_with('"'));
                let mended = if half {
                    mender.insert_before(&stretch, "\"", "add the opening quote")
                } else {
                    mender.quote(&stretch)
                };
                ("this key", "put keys between double quotes", mended)
            }
            Rule::WrongQuotes => {
                ("in these quotes", "use straight double quotes", mender.straighten(&stretch))
            }
            Rule::LiquidError if data => {
                ("written by this", "the text comes from the data; nothing failed here", None)
            }
            Rule::LiquidError => {
                ("this failed, and Liquid writes the error into the body", "mend what the error names", None)
            }
            Rule::RubyInspect => (
                "an object or array is printed here",
                if mender.has("as_json_string") {
                    "`as_json_string` writes objects and arrays as JSON"
                } else {
                    "print the object's values one by one"
                },
                mender.append_filter(&stretch, "as_json_string", "write it as JSON").filter(|_| data),
            ),
            Rule::UnclosedString => {
                ("opened here and not closed", "add the closing quote", self.closing_quote(finding, level))
            }
            Rule::UnclosedBracket => ("opened here and not closed", "add the closing bracket", None),
            Rule::MismatchedBracket => ("closes nothing", "take it out, or add its opening bracket", None),
            Rule::ExtraColon => ("this colon", "take it out, or put the text around it in quotes", None),
            Rule::TooDeep => ("the bracket that is one too many", "nest objects and arrays less deep", None),
            _ => ("written here", "", None),
        };
        let mut diagnostic = self.blamed(diagnostic, stretch.site, label);
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        diagnostic.fix = mended;
        self.surroundings(diagnostic, span.start, level)
    }

    /// The closing quote where an unclosed string is taken to end, at `level` of the writers' paths.
    fn closing_quote(&self, finding: &Finding, level: usize) -> Option<Fix> {
        let Detail::InString { start, end } = finding.detail else { return None };
        let ending = self.character_before(end);
        let last = ending.start;
        if writer::level(self.trace, &[start, last]) < level {
            return None;
        }
        let stretch = self.stretch(ending, level)?;
        let text = stretch.pieces.iter().all(|piece| piece.text);
        let ends = text || self.trace.segment_at(last).is_some_and(|segment| segment.range.end == end);
        self.mender().insert_after(&stretch, "\"", "add the closing quote").filter(|_| ends)
    }

    fn mender(&self) -> Mender<'_> {
        Mender { trace: self.trace, dialect: self.dialect }
    }

    /// Whether the escape at `span` is half of a surrogate pair: a doubled backslash would not say what is meant.
    fn is_surrogate(&self, span: &Range<usize>) -> bool {
        self.body.get(span.clone()).is_some_and(|escape| escape.starts_with("\\u"))
    }

    /// What is left of `;`, or of a number or word of JSON with a `;` behind it.
    fn without_semicolon(&self, span: &Range<usize>) -> Option<&str> {
        let value = self.body.get(span.clone())?.strip_suffix(';')?;
        let scalar = matches!(value, "" | "true" | "false" | "null")
            || Text::new(value).number_end(0).is_some_and(|end| end == value.len());
        scalar.then_some(value)
    }

    fn filter_name(&self, at: usize) -> &str {
        let filter = self.trace.segment_at(at).and_then(|segment| segment.filter);
        filter.map_or("", |site| self.text(site).split([':', ' ']).next().unwrap_or_default())
    }

    fn escape_help(&self) -> &'static str {
        if self.mender().has("json_escape") {
            "`json_escape` writes text as it must be inside the quotes of a JSON string"
        } else {
            "this dialect has no filter that escapes text for JSON: keep such characters out of the data"
        }
    }

    /// Blames what wrote `range`, at `level`.
    pub(super) fn written(
        &self,
        diagnostic: Diagnostic,
        range: &Range<usize>,
        level: usize,
        message: &str,
    ) -> Diagnostic {
        match self.stretch(range.clone(), level) {
            Some(stretch) => {
                let diagnostic = self.blamed(diagnostic, stretch.site, message);
                self.surroundings(diagnostic, range.start, level)
            }
            None => diagnostic,
        }
    }

    /// Names what wrote `range`, at `level`, as another place.
    fn beside(&self, diagnostic: Diagnostic, range: Range<usize>, level: usize, message: &str) -> Diagnostic {
        match self.stretch(range, level) {
            Some(stretch) => self.also(diagnostic, stretch.site, message),
            None => diagnostic,
        }
    }

    /// Data that ends or swallows quotes, or writes more than a value: the innermost output decides.
    fn injected(&self, mut diagnostic: Diagnostic, finding: &Finding, slot: u32) -> Diagnostic {
        let Some(segment) = self.slots.segment(slot, self.trace) else { return diagnostic };
        let Some(site) = segment.path.last().copied() else { return diagnostic };
        let output = self.quoted(site);
        let harmless = segment.written == Written::Derived { from_data: false };
        if harmless {
            diagnostic.code = Rule::UnescapedQuote.entry();
        }
        diagnostic.message = match finding.rule {
            Rule::Injection if harmless => {
                "a quote inside a string must be escaped, or it ends the string".to_owned()
            }
            Rule::Injection => {
                format!(
                    "a quote in the data of `{output}` ends the string, so that the data can change the body"
                )
            }
            Rule::SwallowedQuote => {
                format!("a backslash at the end of the data of `{output}` swallows the character behind it")
            }
            Rule::DataEscape => {
                let escape = self.body.get(finding.span.clone()).unwrap_or_default();
                format!(
                    "a backslash in the data of `{output}` is read as the escape `{escape}`, which changes the text"
                )
            }
            _ => format!("the data of `{output}` writes more than one value, so that it can change the body"),
        };
        let mender = self.mender();
        let stretch = Stretch::of(site);
        let level = writer::innermost(segment);
        let (label, help, mended) = if finding.rule == Rule::ExtraValue {
            let structure =
                matches!(&finding.detail, Detail::Slot { reach, .. } if reach.start == finding.span.start);
            let help = if structure {
                "write keys, commas and brackets in the template, and only values from data"
            } else if mender.has("as_json_string") {
                "`as_json_string` writes one JSON value, whatever the data is"
            } else {
                "put it in quotes, and keep quotes out of the data"
            };
            let one_value =
                mender.append_filter(&stretch, "as_json_string", "write the data as one JSON value");
            let one_value = one_value.filter(|_| !structure);
            ("writes the data as it is", help, one_value)
        } else {
            let unquoted = mender.unquote(&stretch, self.filter_name(segment.range.start));
            match unquoted {
                Some(mended) => ("writes its own quotes", "leave out the quotes around it", Some(mended)),
                None => ("writes the data as it is", self.escape_help(), mender.escape_output(&stretch)),
            }
        };
        diagnostic = self.blamed(diagnostic, site, label).help(help);
        diagnostic.fix = mended;
        if let Detail::Slot { string: Some(string), .. } = finding.detail {
            let own = writer::level(self.trace, &[string]);
            diagnostic =
                self.beside(diagnostic, string..string.saturating_add(1), own, "the string begins here");
        }
        self.surroundings(diagnostic, segment.range.start, level)
    }

    fn missing_comma(&self, diagnostic: Diagnostic, before: usize, after: usize) -> Diagnostic {
        let ending = self.character_before(before);
        let last = ending.start;
        let level = writer::level(self.trace, &[last, after]);
        let Some(stretch) = self.stretch(ending.clone(), level) else { return diagnostic };
        let text = stretch.pieces.iter().all(|piece| piece.text);
        let label = if text {
            "a comma is missing behind this"
        } else {
            "a comma is missing behind what this writes"
        };
        let mut diagnostic = self.blamed(diagnostic, stretch.site, label);
        let (ended, begun) = (self.turns.at(self.trace, last), self.turns.at(self.trace, after));
        let skipped: Vec<&Event> = self.between(before, after, EventKind::BranchSkipped).collect();
        let comma = skipped.iter().find(|event| self.holds_comma(event.site));
        let next = self.stretch(self.character(after), level);
        if let Some(next) = &next {
            diagnostic = self.also(diagnostic, next.site, "what follows begins here");
        }
        let mender = self.mender();
        if let Some(repeated) = changed_turn(&ended, &begun) {
            let inner = ended.last().is_some_and(|(_, turn)| turn.site == repeated);
            diagnostic = self
                .also(diagnostic, repeated, "each turn of this loop writes one, with nothing between them")
                .help(format!("let every turn but the last write a comma: `{LAST}`"));
            diagnostic.fix = mender
                .insert_after(&stretch, LAST, "write a comma in every turn but the last")
                .filter(|_| inner);
        } else if let Some(branch) = comma {
            diagnostic = self
                .also(diagnostic, branch.site, "this branch writes the comma, and was not taken")
                .help("write the comma where it is needed in every case");
        } else {
            let again = next.is_some_and(|next| {
                next.site.frame == stretch.site.frame && next.site.span.start <= stretch.site.span.start
            });
            diagnostic = diagnostic.help("separate members and values by commas");
            diagnostic.fix = mender.insert_after(&stretch, ",", "add a comma").filter(|_| !again);
        }
        self.surroundings(diagnostic, last, level)
    }

    /// Whether the branch that begins with the tag at `site` starts and ends with a comma, as one does that writes the
    /// separator.
    fn holds_comma(&self, site: Site) -> bool {
        let Some(source) = self.trace.source(site) else { return false };
        let behind = source.text().get(site.span.to()..).unwrap_or_default();
        let end = memchr::memmem::find(behind.as_bytes(), b"{%").unwrap_or(behind.len());
        let branch = behind.get(..end).unwrap_or_default().trim();
        branch.starts_with(',') && branch.ends_with(',')
    }

    fn trailing_comma(&self, diagnostic: Diagnostic, comma: Range<usize>, closing: usize) -> Diagnostic {
        let level = writer::level(self.trace, &[comma.start, closing]);
        let Some(stretch) = self.stretch(comma.clone(), level) else { return diagnostic };
        let mut diagnostic = self.blamed(diagnostic, stretch.site, "nothing follows this comma");
        let turns = self.turns.at(self.trace, comma.start);
        let outside = self.turns.at(self.trace, closing);
        let left = turns
            .get(outside.len())
            .filter(|_| turns.iter().zip(&outside).all(|((one, _), (other, _))| one == other));
        let mender = self.mender();
        let by_text = stretch.pieces.iter().all(|piece| piece.text);
        if let Some((_, turn)) = left {
            let innermost = turns.len() == outside.len().saturating_add(1);
            let later =
                self.between(comma.end, closing, EventKind::LoopTurn).any(|event| event.site == turn.site);
            if later {
                let message =
                    format!("written in turn {} of this loop; the later ones wrote nothing", turn.number);
                diagnostic = self.also(diagnostic, turn.site, message).help(
                    "write the comma before an item that follows another, or walk only the items that are written",
                );
            } else {
                diagnostic = self
                    .also(
                        diagnostic,
                        turn.site,
                        format!("written in turn {}, the last of this loop", turn.number),
                    )
                    .help(format!("let every turn but the last write the comma: `{LAST}`"));
            }
            let own = self.stretch(comma.clone(), writer::level(self.trace, &[comma.start]));
            diagnostic.fix = own
                .filter(|own| {
                    let inside =
                        turn.site.frame == own.site.frame && turn.site.span.end <= own.site.span.start;
                    !later && innermost && (by_text || inside)
                })
                .and_then(|own| mender.replace(&own, LAST, "write the comma in every turn but the last"));
        } else {
            let silent = self.silent(comma.end, closing);
            for (event, message) in &silent {
                diagnostic = self.also(diagnostic, event.site, *message);
            }
            diagnostic.fix = match silent.as_slice() {
                [] if by_text => mender.replace(&stretch, "", "remove the comma"),
                [(branch, _)] if by_text && branch.kind == EventKind::BranchSkipped => {
                    mender.move_comma(&stretch, branch.site)
                }
                _ => None,
            };
            diagnostic = diagnostic.help(if silent.is_empty() {
                "remove the comma"
            } else {
                "write the comma together with what follows it, so that both are there or neither"
            });
        }
        self.surroundings(diagnostic, comma.start, level)
    }

    /// What could have written something between `before` and `after` and did not.
    fn silent(&self, before: usize, after: usize) -> Vec<(&Event, &'static str)> {
        let mut found: Vec<(&Event, &'static str)> = Vec::new();
        for (event, unwalked) in self.turns.events(self.trace, before, after) {
            let message = match event.kind {
                EventKind::BlankOutput => "this wrote nothing",
                EventKind::BranchSkipped => "this branch was not taken",
                EventKind::LoopEnd if unwalked => "this loop had no turns",
                _ => continue,
            };
            if !found.iter().any(|(known, _)| known.site == event.site) {
                found.push((event, message));
            }
            if found.len() >= NAMED {
                break;
            }
        }
        found
    }

    fn extra_comma(&self, diagnostic: Diagnostic, comma: Range<usize>, before: usize) -> Diagnostic {
        let ending = self.character_before(before);
        let last = ending.start;
        let level = writer::level(self.trace, &[comma.start, last]);
        let Some(stretch) = self.stretch(comma.clone(), level) else { return diagnostic };
        let silent = self.silent(before, comma.start);
        let by_text = stretch.pieces.iter().all(|piece| piece.text);
        let mut diagnostic = diagnostic;
        if let Some((blank, _)) = silent.iter().find(|(event, _)| event.kind == EventKind::BlankOutput) {
            diagnostic = self.blamed(diagnostic, blank.site, "this wrote nothing");
            diagnostic = self.also(diagnostic, stretch.site, "so that this comma has nothing before it");
        } else {
            diagnostic = self.blamed(diagnostic, stretch.site, "there is nothing before this comma");
        }
        for (event, message) in &silent {
            diagnostic = self.also(diagnostic, event.site, *message);
        }
        let turns = self.turns.at(self.trace, comma.start);
        let outside = self.turns.at(self.trace, last);
        let begun = turns.get(outside.len()).filter(|(_, turn)| {
            turn.number == 1 && turns.iter().zip(&outside).all(|((one, _), (other, _))| one == other)
        });
        let mender = self.mender();
        match begun {
            Some((_, turn)) if silent.is_empty() => {
                let innermost = turns.len() == outside.len().saturating_add(1);
                diagnostic = self
                    .also(diagnostic, turn.site, "written in the first turn of this loop")
                    .help(format!("let every turn but the first write the comma: `{FIRST}`"));
                if by_text && innermost {
                    diagnostic.fix =
                        mender.replace(&stretch, FIRST, "write the comma in every turn but the first");
                }
            }
            _ if silent.is_empty() => {
                diagnostic = diagnostic.help("remove the comma");
                if by_text && turns.is_empty() {
                    diagnostic.fix = mender.replace(&stretch, "", "remove the comma");
                }
            }
            _ => {
                diagnostic = diagnostic.help(
                    "write the comma together with what stands before it, so that both are there or neither",
                );
            }
        }
        self.surroundings(diagnostic, comma.start, level)
    }

    /// A value or a key that nothing wrote: the output that was blank, the branch that was skipped, the loop that had
    /// no turns; else the text around the gap.
    fn missing_value(&self, diagnostic: Diagnostic, rule: Rule, before: usize, after: usize) -> Diagnostic {
        let ending = self.character_before(before);
        let last = ending.start;
        let silent = self.silent(before, after);
        let mut outputs = silent.iter().filter(|(event, _)| event.kind == EventKind::BlankOutput);
        let first = outputs.next().or_else(|| silent.first());
        let (message, help) = if rule == Rule::MissingKey {
            ("a key is missing", "begin every member with a key in double quotes")
        } else {
            ("a value is missing", "write a value between the colon or comma and what follows")
        };
        let Some((cause, what)) = first else {
            let spaces = self.spaces(before, after);
            let wrong = if rule == Rule::MissingKey { self.character(after) } else { ending.clone() };
            let level = writer::level(self.trace, &[wrong.start, last, after]);
            return match spaces {
                Some(site) => {
                    let diagnostic = self.blamed(diagnostic, site, "this wrote only white space");
                    self.called(diagnostic.help(help), site)
                }
                None => self.written(diagnostic, &wrong, level, message).help(help),
            };
        };
        let mut diagnostic = self.blamed(diagnostic, cause.site, *what);
        for (event, message) in &silent {
            diagnostic = self.also(diagnostic, event.site, *message);
        }
        let (gap, due) = if rule == Rule::MissingKey {
            (self.character(after), "and a key is due before this")
        } else {
            (ending.clone(), "and a value is due here")
        };
        let level = writer::level(self.trace, &[gap.start]);
        diagnostic = self.beside(diagnostic, gap.clone(), level, due);
        let around =
            self.trace.segment_at(gap.start).map(|segment| segment.path.as_slice()).unwrap_or_default();
        for outer in around.iter().take(level).rev() {
            diagnostic = self.also(diagnostic, *outer, "the captured text is printed here");
        }
        let mender = self.mender();
        let single = outputs.next().is_none();
        if cause.kind == EventKind::BlankOutput && rule == Rule::MissingValue {
            diagnostic.fix = mender.default_null(&Stretch::of(cause.site)).filter(|_| single);
            diagnostic = diagnostic.help(
                "give it a `default`: `null` keeps the type of the value where there is one; \
                 `0`, `\"\"` or quotes around the output if the receiver takes no `null`",
            );
        } else {
            diagnostic = diagnostic.help(match cause.kind {
                EventKind::BranchSkipped => "write a value in every case: add an `else`",
                EventKind::LoopEnd => "write a value where the loop has nothing to walk: add an `else`",
                _ => help,
            });
        }
        for (_, turn) in self.turns.at(self.trace, last).into_iter().rev() {
            diagnostic = self.also(diagnostic, turn.site, format!("in turn {} of this loop", turn.number));
        }
        self.called(diagnostic, cause.site)
    }

    /// The output that wrote nothing but white space between `before` and `after`.
    fn spaces(&self, before: usize, after: usize) -> Option<Site> {
        let mut at = before;
        while at < after {
            let segment = self.trace.segment_at(at)?;
            if segment.written != Written::Template {
                return segment.path.first().copied();
            }
            at = segment.range.end;
        }
        None
    }

    fn missing_colon(
        &self,
        diagnostic: Diagnostic,
        span: Range<usize>,
        before: usize,
        after: usize,
    ) -> Diagnostic {
        let ending = self.character_before(before);
        let last = ending.start;
        let level = writer::level(self.trace, &[last, after]);
        let mender = self.mender();
        let (range, label) = if span.is_empty() {
            (ending.clone(), "a colon is missing behind this")
        } else {
            (span.clone(), "this is no colon")
        };
        let Some(stretch) = self.stretch(range.clone(), level) else { return diagnostic };
        let mut diagnostic = self.blamed(diagnostic, stretch.site, label);
        let follows = self.body.as_bytes().get(after).is_some_and(|byte| !b",}]".contains(byte));
        if !span.is_empty() {
            diagnostic.fix = mender.replace(&stretch, ":", "write a colon");
        } else if follows {
            diagnostic.fix = mender.insert_after(&stretch, ":", "add a colon");
        }
        diagnostic = diagnostic.help(if follows {
            "write `\"key\": value`"
        } else {
            "give the key a value: `\"key\": value`"
        });
        self.surroundings(diagnostic, range.start, level)
    }

    fn empty_body(&self, diagnostic: Diagnostic) -> Diagnostic {
        let silent = self.silent(0, self.body.len());
        let Some(((cause, what), others)) = silent.split_first() else {
            let diagnostic = match self.trace.frames.first() {
                Some(frame) => {
                    diagnostic.at(&frame.source, crate::source::Span::at(0), "this template wrote nothing")
                }
                None => diagnostic,
            };
            return diagnostic.help("write a JSON document, or stop the message");
        };
        let mut diagnostic = self.blamed(diagnostic, cause.site, *what);
        for (event, message) in others {
            diagnostic = self.also(diagnostic, event.site, *message);
        }
        self.called(diagnostic.help("write a JSON document in every case, or stop the message"), cause.site)
    }
}

/// The loop whose turn ended between two bytes and another began: the outermost.
fn changed_turn(before: &[(usize, Turn)], after: &[(usize, Turn)]) -> Option<Site> {
    let (one, other) = before.iter().zip(after).find(|((one, _), (other, _))| one != other)?;
    (one.1.site == other.1.site).then_some(one.1.site)
}
