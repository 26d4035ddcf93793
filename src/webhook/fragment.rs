//! A Liquid text, and the file it stands in.
//!
//! The body of a webhook is a file of its own; its URL and its headers are texts within `webhook.toml`. Such a text is
//! compiled as it is meant, without quotes and escapes, and its findings are led back to where it is written.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::diagnostic::{Diagnostic, Edit, Label};
use crate::source::{Source, Span};
use std::ops::Range;
use std::sync::Arc;

/// A Liquid text.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The text as it is meant.
    pub source: Arc<Source>,
    home: Option<Home>,
}

/// Where a text stands that is no file of its own.
#[derive(Clone, Debug)]
struct Home {
    source: Arc<Source>,
    /// The text with its quotes.
    span: Span,
    quotes: Quotes,
    /// Which bytes of the text stand where. Empty where that could not be told.
    runs: Vec<Run>,
}

/// How a text is written in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quotes {
    /// Single quotes: no escapes.
    literal: bool,
    /// Three of them.
    multiline: bool,
}

/// A stretch of the text, and the bytes of the file that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    text: Range<usize>,
    file: Range<usize>,
}

impl Run {
    /// Whether the bytes of the file are those of the text.
    fn is_plain(&self) -> bool {
        self.text.len() == self.file.len()
    }
}

impl Fragment {
    /// A text that is a whole file.
    pub fn file(source: &Arc<Source>) -> Self {
        Fragment { source: source.clone(), home: None }
    }

    /// The text `value` that stands, quotes included, at `span` of the TOML file `home`.
    pub(super) fn of_toml(home: &Arc<Source>, span: Span, value: &str) -> Self {
        let source = Arc::new(Source::new(home.name(), value));
        let (quotes, runs) = unquote(home.slice(span), value).unwrap_or_default();
        let runs = runs.into_iter().map(|run| {
            let file = run.file.start.saturating_add(span.from())..run.file.end.saturating_add(span.from());
            Run { text: run.text, file }
        });
        let home = Home { source: home.clone(), span, quotes, runs: runs.collect() };
        Fragment { source, home: Some(home) }
    }

    /// Where `span` of the text is written: the file, and the place in it.
    pub fn place(&self, span: Span) -> (Arc<Source>, Span) {
        match &self.home {
            Some(home) => (home.source.clone(), home.place(span)),
            None => (self.source.clone(), span),
        }
    }

    /// The finding with all places in this text led to the file it stands in.
    pub fn relocate(&self, mut finding: Diagnostic) -> Diagnostic {
        let Some(home) = &self.home else { return finding };
        let is_here = |source: &Arc<Source>| Arc::ptr_eq(source, &self.source);
        for label in finding.primary.iter_mut().chain(&mut finding.secondary) {
            if is_here(&label.source) {
                *label = Label {
                    source: home.source.clone(),
                    span: home.place(label.span),
                    message: std::mem::take(&mut label.message),
                };
            }
        }
        finding.fix = finding.fix.and_then(|mut fix| {
            if is_here(&fix.source) {
                fix.edits = fix.edits.iter().map(|edit| home.edit(edit)).collect::<Option<_>>()?;
                fix.source = home.source.clone();
            }
            Some(fix)
        });
        finding
    }
}

impl Default for Quotes {
    fn default() -> Self {
        Quotes { literal: true, multiline: false }
    }
}

impl Home {
    /// Where the file says `span` of the text.
    fn place(&self, span: Span) -> Span {
        let start = self.position(span.from(), false);
        let end = if span.is_empty() { start } else { self.position(span.to(), true) };
        match (start, end) {
            (Some(start), Some(end)) => Span::new(start, end),
            _ => self.span,
        }
    }

    /// Where the file says the place `at` of the text: as an end that of the character before it, else that of the one
    /// behind it.
    fn position(&self, at: usize, is_end: bool) -> Option<usize> {
        let first =
            self.runs.partition_point(|run| if is_end { run.text.end < at } else { run.text.end <= at });
        let holds = |run: &&Run| if is_end { run.text.start < at } else { run.text.start <= at };
        match self.runs.get(first).filter(holds) {
            Some(run) if run.is_plain() => Some(run.file.start.saturating_add(at - run.text.start)),
            Some(run) if is_end => Some(run.file.end),
            Some(run) => Some(run.file.start),
            None => self.runs.last().filter(|run| run.text.end == at).map(|run| run.file.end),
        }
    }

    /// An edit of the text as one of the file; none where the text could not be written there.
    fn edit(&self, edit: &Edit) -> Option<Edit> {
        if self.runs.is_empty() {
            return None;
        }
        let text = match (self.quotes.literal, self.quotes.multiline) {
            (true, _) if edit.text.contains('\'') => return None,
            (true, false) if edit.text.contains('\n') => return None,
            (true, _) => edit.text.clone(),
            (false, _) => edit
                .text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', if self.quotes.multiline { "\n" } else { "\\n" }),
        };
        Some(Edit { span: self.place(edit.span), text })
    }
}

/// Which bytes of `raw`, a text as TOML writes it, say which of `value`, what it means; none where they do not agree.
fn unquote(raw: &str, value: &str) -> Option<(Quotes, Vec<Run>)> {
    let (delimiter, literal, multiline) =
        [("\"\"\"", false, true), ("'''", true, true), ("\"", false, false), ("'", true, false)]
            .into_iter()
            .find(|(quotes, ..)| raw.starts_with(quotes))?;
    let end = raw.strip_suffix(delimiter)?.len();
    let mut at = delimiter.len();
    if multiline {
        let rest = raw.get(at..end)?;
        let broken = ["\r\n", "\n"].into_iter().find(|line_break| rest.starts_with(line_break));
        at += broken.map_or(0, str::len);
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut read = 0;
    while at < end {
        let rest = raw.get(at..end)?;
        let next = rest.chars().next()?;
        if next == '\\' && !literal {
            let behind = rest.get(1..)?;
            if multiline && behind.starts_with(['\n', '\r', ' ', '\t']) {
                at += rest.len() - behind.trim_start().len();
                continue;
            }
            let length = match behind.chars().next()? {
                'x' => 4,
                'u' => 6,
                'U' => 10,
                _ => 2,
            };
            let meant = value.get(read..)?.chars().next()?.len_utf8();
            runs.push(Run { text: read..read + meant, file: at..at + length });
            (at, read) = (at + length, read + meant);
            continue;
        }
        if next == '\r' && rest.starts_with("\r\n") && value.get(read..)?.starts_with('\n') {
            runs.push(Run { text: read..read + 1, file: at..at + 2 });
            (at, read) = (at + 2, read + 1);
            continue;
        }
        if !value.get(read..)?.starts_with(next) {
            return None;
        }
        let width = next.len_utf8();
        match runs.last_mut() {
            Some(run) if run.is_plain() && run.file.end == at => {
                run.text.end += width;
                run.file.end += width;
            }
            _ => runs.push(Run { text: read..read + width, file: at..at + width }),
        }
        (at, read) = (at + width, read + width);
    }
    if runs.is_empty() {
        runs.push(Run { text: 0..0, file: at..at });
    }
    (read == value.len()).then_some((Quotes { literal, multiline }, runs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::code;

    fn led_back(toml: &str, value: &str, wanted: &str) -> String {
        let home = Arc::new(Source::new("webhook.toml", toml));
        let start = toml.find(['"', '\'']).unwrap();
        let fragment = Fragment::of_toml(&home, Span::new(start, toml.len()), value);
        let at = value.find(wanted).unwrap();
        let finding = Diagnostic::new(&code::RENDER_ERROR, "").at(
            &fragment.source,
            Span::new(at, at + wanted.len()),
            "",
        );
        let label = fragment.relocate(finding).primary.unwrap();
        label.source.slice(label.span).to_owned()
    }

    #[test]
    fn places_lead_to_what_says_them_in_the_file() {
        for (toml, value, wanted, place) in [
            ("url = 'a{{ b }}'", "a{{ b }}", "{{ b }}", "{{ b }}"),
            (r#"url = "a\"{{ b }}""#, "a\"{{ b }}", "{{ b }}", "{{ b }}"),
            (r#"url = "a\"{{ b }}""#, "a\"{{ b }}", "\"", "\\\""),
            (r#"url = "\u00e4{{ b }}""#, "ä{{ b }}", "ä", r"\u00e4"),
            ("url = '''\nä\r\n{{ b }}'''", "ä\n{{ b }}", "{{ b }}", "{{ b }}"),
            ("url = \"\"\"a\\\n   b\"\"\"", "ab", "b", "b"),
            ("url = \"\"\"a\\\n   b\"\"\"", "ab", "ab", "a\\\n   b"),
        ] {
            assert_eq!(led_back(toml, value, wanted), place, "{toml}");
        }
    }

    #[test]
    fn texts_that_do_not_agree_with_the_file_lead_to_all_of_it() {
        assert_eq!(led_back("url = 'abc'", "abd", "b"), "'abc'");
    }

    #[test]
    fn edits_are_written_as_the_file_writes_texts() {
        for (toml, new, written) in [
            ("url = '{{ a }}'", " | b: \"c\"", Some(" | b: \"c\"")),
            ("url = \"{{ a }}\"", " | b: \"c\\\"", Some(" | b: \\\"c\\\\\\\"")),
            ("url = '{{ a }}'", " | b: 'c'", None),
        ] {
            let home = Arc::new(Source::new("webhook.toml", toml));
            let fragment = Fragment::of_toml(&home, Span::new(6, toml.len()), "{{ a }}");
            let edits = vec![Edit { span: Span::at(4), text: new.to_owned() }];
            let finding = Diagnostic::new(&code::RENDER_ERROR, "").fix(&fragment.source, "", edits);
            let fix = fragment.relocate(finding).fix;
            let edit = fix.as_ref().map(|fix| (&fix.edits[0].text[..], fix.edits[0].span));
            assert_eq!(edit, written.map(|text| (text, Span::at(11))), "{toml}");
        }
    }
}
