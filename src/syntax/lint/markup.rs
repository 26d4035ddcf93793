//! Why the grammar rejects markup: the forms people write that Liquid does not have.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "positions within a text in memory, and brackets of it, counted where they open"
)]

use super::edit;
use crate::diagnostic::{Code, Diagnostic, Severity, code};
use crate::dialect::Family;
use crate::source::Span;
use crate::syntax::context::{Context, Place};
use crate::syntax::findings::shown;
use crate::syntax::scan::is_blank;
use crate::syntax::tags::Tag;

/// Reports what is wrong with markup that only the forgiving reading makes sense of; `ignored` is what that left out.
pub(crate) fn doubtful_markup(context: &mut Context, place: Place, span: Span, ignored: &[Span]) {
    let doubts = match context.dialect.family {
        Family::LiquidJs if ignored.is_empty() => Vec::new(),
        _ => doubts(context, place, span),
    };
    if doubts.is_empty() {
        for &part in ignored {
            let message = format!("`{}` makes no sense here and is ignored", shown(context.slice(part)));
            let diagnostic = Diagnostic::new(&code::SYNTAX_IGNORED, message).at(context.source, part, "");
            context.findings.report(diagnostic);
        }
    }
    for diagnostic in doubts {
        context.findings.report(diagnostic);
    }
}

/// The finding that explains best why markup cannot be read, raised to an error.
pub(crate) fn reason_of_rejection(context: &Context, place: Place, span: Span) -> Option<Diagnostic> {
    let first = doubts(context, place, span).into_iter().next()?;
    Some(first.severity(Severity::Error))
}

/// Whether a finding about the markup as a whole says what is wrong with it.
pub(crate) fn is_explained(context: &Context, place: Place, span: Span) -> bool {
    !doubts(context, place, span).is_empty()
}

fn doubts(context: &Context, place: Place, span: Span) -> Vec<Diagnostic> {
    let mut found = Found { context, place, span, list: Vec::new() };
    found.braze_references();
    found.curly_quotes();
    found.tag_in_output();
    found.missing_colons();
    found.unclosed_quote();
    found.unspaced_operators();
    if context.dialect.references {
        found.triple_braces();
        found.references();
        found.name();
        found.operators();
    }
    found.list
}

struct Found<'c, 's> {
    context: &'c Context<'s>,
    place: Place,
    span: Span,
    list: Vec<Diagnostic>,
}

impl<'s> Found<'_, 's> {
    fn markup(&self) -> &'s str {
        self.context.slice(self.span)
    }

    fn place(&self, from: usize, to: usize) -> Span {
        Span::new(from, to).shifted(self.span.from())
    }

    /// Adds a finding, unless one of its kind is there: one explanation is enough.
    fn add(&mut self, code: &'static Code, span: Span, message: &str, help: &str) {
        self.add_with(code, span, message, help, |finding| finding);
    }

    fn add_with(
        &mut self,
        code: &'static Code,
        span: Span,
        message: &str,
        help: &str,
        finish: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if self.list.iter().all(|other| !std::ptr::eq(other.code, code)) {
            self.list
                .push(finish(Diagnostic::new(code, message).at(self.context.source, span, "").help(help)));
        }
    }

    /// `${name}` in a dialect that has none; plain Liquid's users are told where the output breaks.
    fn braze_references(&mut self) {
        let context = self.context;
        let Some(open) = self.markup().find("${").filter(|_| !context.dialect.roots.is_empty()) else {
            return;
        };
        let message = format!("`${{…}}` is Braze's; {} has none", context.dialect.title);
        let help = "name the attribute behind its root, or choose the dialect `braze`";
        self.add(&code::DIALECT_OTHER, self.place(open, open + 2), &message, help);
    }

    /// Curly quotes outside of strings: the reference reads them as parts of names.
    fn curly_quotes(&mut self) {
        let straight = |c| match c {
            '\u{201c}' | '\u{201d}' | '\u{201e}' => Some("\""),
            '\u{2018}' | '\u{2019}' | '\u{201a}' => Some("'"),
            _ => None,
        };
        let edits: Vec<_> = outside_strings(self.markup())
            .filter_map(|(at, c)| Some(edit(self.place(at, at + c.len_utf8()), straight(c)?)))
            .collect();
        let Some(first) = edits.first() else { return };
        let (span, context) = (first.span, self.context);
        let message = "curly quotes do not begin a text";
        self.add_with(&code::CURLY_QUOTES, span, message, "write straight quotes: ' or \"", |finding| {
            let finding = finding.fix(context.source, "write straight quotes", edits);
            match context.dialect.references {
                true => finding,
                false => finding.severity(Severity::Warning),
            }
        });
    }

    /// `{{ abort_message('x') }}`, `{{ if x }}`.
    fn tag_in_output(&mut self) {
        let markup = self.markup();
        let name = markup.trim_start();
        let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
        let Some((name, rest)) = name.split_at_checked(length) else { return };
        let context = self.context;
        let follows = |c: char| matches!(c, '(' | '\'' | '"' | '$' | '{' | '_') || c.is_alphanumeric();
        if self.place != Place::Output
            || !rest.trim_start().starts_with(follows)
            || Tag::find(name, context.dialect).is_none()
        {
            return;
        }
        let start = markup.len() - markup.trim_start().len();
        let span = self.place(start, start + length);
        let (open, close) = (self.span.from().saturating_sub(2), self.span.to());
        let (open, close) = (Span::new(open, open + 2), Span::new(close, close + 2));
        let message = format!("`{name}` is a tag, not a value");
        let help = "write tags as `{% … %}`";
        self.add_with(&code::TAG_IN_OUTPUT, span, &message, help, |finding| {
            match context.slice(open) == "{{" && context.slice(close) == "}}" {
                true => {
                    let edits = vec![edit(open, "{%"), edit(close, "%}")];
                    finding.fix(context.source, "make it a tag", edits)
                }
                false => finding,
            }
        });
    }

    /// `a==b` and `a ==b`: Ruby's lax parser takes an operator for a part of the word it touches.
    fn unspaced_operators(&mut self) {
        if self.place != Place::Condition || !self.context.is_lax() {
            return;
        }
        let markup = self.markup();
        let sign = |c: char| matches!(c, '=' | '!' | '<' | '>');
        let mut edits = Vec::new();
        let mut first = None;
        let mut passed = 0;
        for (at, _) in outside_strings(markup).filter(|(_, c)| sign(*c)) {
            if at < passed {
                continue;
            }
            let (before, rest) = markup.split_at_checked(at).unwrap_or_default();
            let operator = rest.len() - rest.trim_start_matches(sign).len();
            passed = at + operator;
            let (operator, after) = rest.split_at_checked(operator).unwrap_or_default();
            if !matches!(operator, "==" | "!=" | "<>" | "<" | ">" | "<=" | ">=") {
                continue;
            }
            let free = |c: char| is_blank(c) || matches!(c, '\'' | '"' | '}');
            let touches_left = before.chars().next_back().is_some_and(|c| !free(c));
            let word = |c: char| c.is_ascii_lowercase() || c == '_';
            let touches_right = after.starts_with(word);
            if touches_left {
                edits.push(edit(self.place(at, at), " "));
            }
            if touches_right || (touches_left && after.starts_with(|c| !is_blank(c))) {
                edits.push(edit(self.place(passed, passed), " "));
            }
            if first.is_none() && (touches_left || touches_right) {
                let start = if touches_left { before.trim_end_matches(|c| !is_blank(c)).len() } else { at };
                let taken = after.len() - after.trim_start_matches(|c| !is_blank(c)).len();
                let words = after.len() - after.trim_start_matches(word).len();
                let end = passed + if touches_left { taken } else { words };
                first = Some((self.place(start, end), if touches_left { "a name" } else { "an operator" }));
            }
        }
        let Some((span, taken)) = first else { return };
        let context = self.context;
        let read = shown(context.slice(span));
        let message = format!("Ruby's lax parser reads `{read}` as {taken}");
        let help = "put spaces around the operator";
        self.add_with(&code::UNSPACED_OPERATOR, span, &message, help, |finding| {
            finding.fix(context.source, help, edits)
        });
    }

    /// `| append "x"`: without its colon a filter has no arguments.
    fn missing_colons(&mut self) {
        if !matches!(self.place, Place::Output | Place::Assign) {
            return;
        }
        let (markup, context) = (self.markup(), self.context);
        let mut brackets = 0_usize;
        for (at, c) in outside_strings(markup) {
            match c {
                '[' | '{' => brackets += 1,
                ']' | '}' => brackets = brackets.saturating_sub(1),
                '|' if brackets == 0 => {
                    let rest = markup.get(at + 1..).unwrap_or_default();
                    let filter = rest.trim_start();
                    let start = at + 1 + (rest.len() - filter.len());
                    let length = filter.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    let length = length.unwrap_or(filter.len());
                    let Some((name, after)) = filter.split_at_checked(length) else { continue };
                    let argument = |c: char| matches!(c, '\'' | '"' | '$' | '_') || c.is_alphanumeric();
                    if name.is_empty() || !after.trim_start().starts_with(argument) {
                        continue;
                    }
                    let message = format!("a colon is missing after `{}`", shown(name));
                    let help = "without it the filter gets no arguments";
                    let (span, end) =
                        (self.place(start, start + length), self.place(start + length, start + length));
                    self.add_with(&code::MISSING_COLON, span, &message, help, |finding| {
                        finding.fix(context.source, "add the colon", vec![edit(end, ":")])
                    });
                }
                _ => {}
            }
        }
    }

    /// A quote that no other of its kind follows: what it should begin is read as a name.
    fn unclosed_quote(&mut self) {
        let markup = self.markup();
        let mut at = 0;
        while let Some(open) =
            markup.get(at..).and_then(|rest| rest.find(['"', '\''])).map(|found| at + found)
        {
            let rest = markup.get(open + 1..).unwrap_or_default();
            let quote = if markup.get(open..).is_some_and(|rest| rest.starts_with('"')) { '"' } else { '\'' };
            match rest.find(quote) {
                Some(length) => at = open + length + 2,
                None => {
                    let span = self.place(open, open + 1);
                    let help = "close it with the same quote";
                    self.add(&code::UNCLOSED_QUOTE, span, "this quote is not closed", help);
                    return;
                }
            }
        }
    }

    /// `{{{x}}}`, and `{{{x} | filter}}`.
    fn triple_braces(&mut self) {
        let markup = self.markup();
        if self.place != Place::Output || !markup.starts_with('{') {
            return;
        }
        let source = self.context.source;
        let mut edits = vec![edit(self.place(0, 1), "")];
        let after_output = self.span.to() + 2;
        if let Some(close) = single_close(markup) {
            edits.push(edit(self.place(close, close + 1), ""));
        } else if source.text().get(after_output..).is_some_and(|rest| rest.starts_with('}')) {
            edits.push(edit(Span::new(after_output, after_output + 1), ""));
        }
        let span = self.place(0, 1);
        let help = "write `{{ … }}`; filters go inside the same pair";
        self.add_with(&code::BRAZE_TRIPLE_BRACES, span, "three braces where two belong", help, |finding| {
            finding.fix(source, "remove the extra braces", edits)
        });
    }

    /// `${}`, `${a${b}}`, `${a}b` and a `${` that is not closed.
    fn references(&mut self) {
        let markup = self.markup();
        let mut at = 0;
        while let Some(open) = markup.get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
            let rest = markup.get(open + 2..).unwrap_or_default();
            let Some(length) = rest.find('}') else {
                let span = self.place(open, markup.len());
                self.add(&code::BRAZE_REFERENCE, span, "a `${` has no `}`", "write `${name}`");
                return;
            };
            let close = open + 2 + length;
            let name = rest.get(..length).unwrap_or_default();
            let span = self.place(open, close + 1);
            if name.trim().is_empty() {
                let help = "name an attribute: `${first_name}`, `custom_attribute.${plan}`";
                self.add(&code::BRAZE_REFERENCE, span, "nothing stands in `${}`", help);
            } else if name.contains('{') {
                let help = "assign the inner attribute to a variable, and use brackets: `data[key]`";
                self.add(&code::BRAZE_REFERENCE, span, "a `${…}` must not stand in another", help);
            } else if rest.get(length + 1..).is_some_and(|after| after.starts_with(is_name_start)) {
                let help = "a dot, a bracket, a filter or the end must follow";
                self.add(&code::BRAZE_REFERENCE, span, "text directly after a `${…}`", help);
            }
            at = close + 1;
        }
    }

    /// Names in `assign` and `capture` that are not ASCII.
    fn name(&mut self) {
        let markup = self.markup();
        let name = match self.place {
            Place::Assign => markup.split('=').next().unwrap_or_default(),
            Place::Name => markup,
            _ => return,
        };
        if name.is_ascii() || name.contains(['"', '\'']) {
            return;
        }
        let span = self.place(0, name.trim_end().len());
        let help = "use letters from a to z, digits and `_`";
        self.add(&code::BRAZE_NON_ASCII_NAME, span, "the name has characters that are not ASCII", help);
    }

    /// Filters, grouping and operators where they do nothing.
    fn operators(&mut self) {
        let markup = self.markup();
        let value =
            if self.place == Place::Assign { markup.find('=').map_or(markup.len(), |at| at + 1) } else { 0 };
        let (mut brackets, mut braces) = (0_usize, 0_usize);
        let mut before = ' ';
        for (at, c) in outside_strings(markup) {
            let span = self.place(at, at + c.len_utf8());
            match c {
                '[' => brackets += 1,
                ']' => brackets = brackets.saturating_sub(1),
                '{' => braces += 1,
                '}' => braces = braces.saturating_sub(1),
                _ if braces > 0 => {}
                '|' if brackets > 0 => {
                    let help = "assign the filtered value to a variable first, and use it as the index";
                    self.add(&code::BRAZE_FILTER_IN_INDEX, span, "filters are not allowed in brackets", help);
                }
                '|' if self.place == Place::Condition => {
                    let help = "assign the filtered value to a variable first, and compare the variable";
                    self.add(
                        &code::BRAZE_FILTER_IN_CONDITION,
                        span,
                        "filters have no effect in a condition",
                        help,
                    );
                }
                '|' if self.place == Place::Loop => {
                    let help = "assign the filtered collection to a variable first, and loop over it";
                    self.add(&code::BRAZE_FILTER_IN_FOR, span, "filters have no effect in a `for`", help);
                }
                '&' if before == '&' && self.place == Place::Condition => {
                    let help = "write `and`; what follows `&&` is ignored";
                    let span = self.place(at - 1, at + 1);
                    self.add(&code::BRAZE_DOUBLE_AMPERSAND, span, "`&&` is no operator of Liquid", help);
                }
                '(' if self.place == Place::Condition && !is_range(markup, at) => {
                    let help = "nest `if` tags, or assign the result of a part to a variable first";
                    self.add(&code::BRAZE_PARENTHESES, span, "parentheses do not group conditions", help);
                }
                '<' | '>' | '=' | '!' | '+' | '*' | '/' if self.place == Place::Assign && at >= value => {
                    let help = "use filters such as `plus` and `times`, or an `if`";
                    self.add(
                        &code::BRAZE_OPERATOR_IN_ASSIGN,
                        span,
                        "operators have no effect in `assign`",
                        help,
                    );
                }
                _ => {}
            }
            before = c;
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether the parenthesis at `open` begins a range.
fn is_range(markup: &str, open: usize) -> bool {
    let rest = markup.get(open + 1..).unwrap_or_default();
    let inside = rest.find([')', '(']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    inside.contains("..")
}

/// Where the single brace that `markup` starts with is closed.
fn single_close(markup: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in outside_strings(markup) {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The characters of `markup` that stand in no string, with their offsets. A quote without its twin opens none.
fn outside_strings(markup: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut skip_to = 0;
    let (mut single, mut double) = (false, false);
    markup.char_indices().filter(move |&(at, c)| {
        if at < skip_to {
            return false;
        }
        let open_for_ever = if c == '"' { &mut double } else { &mut single };
        if matches!(c, '\'' | '"') && !*open_for_ever {
            match markup.get(at + 1..).and_then(|rest| rest.find(c)) {
                Some(length) => skip_to = at + length + 2,
                None => *open_for_ever = true,
            }
            return false;
        }
        true
    })
}
