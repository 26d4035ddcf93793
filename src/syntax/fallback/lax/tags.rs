//! The markup of the tags that are neither outputs nor conditions.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use super::super::lexer::{is_segment, is_word, skip};
use super::super::{Rejected, literal, whole};
use super::{Reader, signature_end};
use crate::syntax::ast::{
    Binding, CycleMarkup, Expression, ForMarkup, Literal, Name, Offset, PartialMarkup, TableRowMarkup,
};
use std::iter::once;
use std::ops::Range;

impl Reader<'_> {
    #[cold]
    fn rejected(&self, reference: &str, message: &str) -> Rejected {
        Rejected::new(reference, whole(self.text, self.base), message)
    }

    fn everything(&self) -> Range<usize> {
        0..self.bytes.len()
    }

    /// The value a `case` compares: the first fragment.
    pub fn case_subject(&mut self) -> Result<Expression, Rejected> {
        let Some(subject) = self.find_fragment(self.everything()) else {
            let reference = "Syntax Error in 'case' - Valid syntax: case [condition]";
            return Err(self.rejected(reference, "`case` needs a value to compare"));
        };
        let value = self.value(subject.clone())?;
        self.ignore_between(self.everything(), vec![subject], b"");
        Ok(value)
    }

    /// The values of a `when`: fragments with commas or `or` between them, up to the first that has neither.
    pub fn when_values(&mut self) -> Result<Vec<Expression>, Rejected> {
        let end = self.bytes.len();
        let mut values = Vec::new();
        let mut kept = Vec::new();
        let mut at = 0;
        loop {
            let Some(fragment) = self.find_fragment(at..end) else {
                let reference = "Syntax Error in tag 'case' - Valid when condition: {% when [condition] [or condition2...] %}";
                return Err(self.rejected(reference, "`when` needs a value to compare with"));
            };
            kept.push(fragment.clone());
            values.push(self.value(fragment.clone())?);
            let comma = self.skip_blanks(fragment.end, end);
            let next = match self.word_between_blanks("or", fragment.end, end) {
                Some(next) => Some(next),
                None if self.byte(comma) == Some(b',') => Some(self.skip_blanks(comma + 1, end)),
                None => None,
            };
            match next.filter(|&next| self.fragment_end(next, end).is_some()) {
                Some(next) => {
                    kept.push(fragment.end..next);
                    at = next;
                }
                None => break,
            }
        }
        self.ignore_between(self.everything(), kept, b"");
        Ok(values)
    }

    /// What `for` says.
    pub fn for_loop(&mut self) -> Result<ForMarkup, Rejected> {
        let end = self.bytes.len();
        let start = self.skip_blanks(0, end);
        let item = start..skip(self.bytes, start, is_segment);
        let collection = self
            .word_between_blanks("in", item.end, end)
            .filter(|_| !item.is_empty())
            .and_then(|at| Some(at..self.fragments_end(at, end)?));
        let Some(collection) = collection else {
            let reference = "Syntax Error in 'for loop' - Valid syntax: for [item] in [collection]";
            let rejected = self.rejected(reference, "this is not the head of a loop");
            return Err(rejected.help("a loop is written `item in collection`"));
        };
        let mut kept = Vec::from_iter(once(item.start..collection.end));
        let after = self.skip_blanks(collection.end, end);
        let reversed = self.slice(after..end).starts_with("reversed");
        if reversed {
            kept.push(after..after + "reversed".len());
        }
        let mut markup = ForMarkup {
            item: self.name(item),
            collection: self.value(collection.clone())?,
            collection_text: literal::written(self.slice(collection)),
            reversed,
            limit: None,
            offset: None,
        };
        for (name, value) in self.attributes(self.everything()) {
            let place = name.start..value.end;
            match self.slice(name) {
                "limit" => markup.limit = Some(self.value(value)?),
                "offset" if self.slice(value.clone()) == "continue" => markup.offset = Some(Offset::Continue),
                "offset" => markup.offset = Some(Offset::Skip(self.value(value)?)),
                _ => continue,
            }
            kept.push(place);
        }
        self.ignore_between(self.everything(), kept, b",");
        Ok(markup)
    }

    /// What `tablerow` says.
    pub fn table_row(&mut self) -> Result<TableRowMarkup, Rejected> {
        let end = self.bytes.len();
        let Some((item, collection)) = self.row_head() else {
            let reference =
                "Syntax Error in 'table_row loop' - Valid syntax: table_row [item] in [collection] cols=3";
            let rejected = self.rejected(reference, "this is not the head of a loop");
            return Err(rejected.help("a loop is written `item in collection`"));
        };
        let mut kept = Vec::from_iter(once(item.start..collection.end));
        let (item, collection) = (self.name(item), self.value(collection)?);
        let mut row = TableRowMarkup { item, collection, columns: None, limit: None, offset: None };
        for (name, value) in self.attributes(0..end) {
            let place = name.start..value.end;
            match self.slice(name) {
                "cols" => row.columns = Some(self.value(value)?),
                "limit" => row.limit = Some(self.value(value)?),
                "offset" => row.offset = Some(self.value(value)?),
                "range" => {}
                _ => continue,
            }
            kept.push(place);
        }
        self.ignore_between(0..end, kept, b",");
        Ok(row)
    }

    fn row_head(&self) -> Option<(Range<usize>, Range<usize>)> {
        let end = self.bytes.len();
        let mut at = 0;
        while at < end {
            if !self.byte(at).is_some_and(is_word) {
                at += 1;
                continue;
            }
            let item = at..skip(self.bytes, at, is_word);
            let collection = self
                .word_between_blanks("in", item.end, end)
                .and_then(|start| Some(start..self.fragments_end(start, end)?));
            if let Some(collection) = collection {
                return Some((item, collection));
            }
            at = item.end;
        }
        None
    }

    /// What `cycle` says. Commas separate values wherever they stand, in quotes too, and nil is left out.
    pub fn cycle(&mut self) -> Result<CycleMarkup, Rejected> {
        let end = self.bytes.len();
        let start = self.skip_blanks(0, end);
        let mut kept = Vec::new();
        let mut rest = start;
        let mut group = None;
        if let Some((name, after)) = self.group(start, end) {
            kept.push(name.clone());
            group = Some(self.value(name)?);
            rest = after;
        } else if self.fragment_end(start, end).is_none() {
            return Err(super::super::no_cycle(whole(self.text, self.base)));
        }
        let mut values = Vec::new();
        while rest < end {
            let comma = self.comma(rest, end);
            if let Some(fragment) = self.find_fragment(rest..comma) {
                let text = self.slice(fragment.clone());
                if literal::word(text) != Some(Literal::Nil) {
                    kept.push(fragment.clone());
                    values.push(self.value(fragment)?);
                }
            }
            rest = comma + 1;
        }
        self.ignore_between(0..end, kept, b",:");
        Ok(CycleMarkup { group, values })
    }

    fn comma(&self, mut at: usize, end: usize) -> usize {
        while at < end && self.byte(at) != Some(b',') {
            at = self.brace_end(at, end).unwrap_or(at + 1);
        }
        at.min(end)
    }

    /// The fragment at `at` that a colon follows, and the offset behind the colon. A fragment may hold colons itself;
    /// the last one counts.
    fn group(&self, at: usize, end: usize) -> Option<(Range<usize>, usize)> {
        let colon = |at: usize| {
            let colon = self.skip_blanks(at, end);
            (self.byte(colon) == Some(b':')).then_some(colon + 1)
        };
        if let Some(close) = self.string_end(at, end)
            && let Some(after) = colon(close)
        {
            return Some((at..close, after));
        }
        let mut found = None;
        let mut to = at;
        while let Some(next) = self.atom_end(to, end) {
            to = next;
            if let Some(after) = colon(to) {
                found = Some((at..to, after));
            }
        }
        found
    }

    /// The variable of a `capture`: the first thing that may name one.
    pub fn capture_name(&mut self) -> Result<Name, Rejected> {
        let found = self.everything().find_map(|at| {
            let end = signature_end(self.bytes, at);
            (end > at).then_some(at..end)
        });
        let Some(name) = found else {
            let reference = "Syntax Error in 'capture' - Valid syntax: capture [var]";
            return Err(self.rejected(reference, "`capture` needs the name of a variable"));
        };
        self.ignore_between(self.everything(), vec![name.clone()], b"'\"");
        Ok(self.name(name))
    }

    /// The counter of an `increment` or `decrement`: all there is.
    pub fn counter_name(&mut self) -> Result<Name, Rejected> {
        Ok(self.name(self.stripped(self.everything())))
    }

    /// What `render` (`isolated`) and `include` say.
    pub fn partial(&mut self, isolated: bool) -> Result<PartialMarkup, Rejected> {
        let end = self.bytes.len();
        let found = self.everything().find_map(|at| {
            let to = if isolated { self.strings_end(at, end) } else { self.fragments_end(at, end) };
            Some(at..to?)
        });
        let Some(name) = found else {
            let reference = match isolated {
                true => "Syntax error in tag 'render' - Template name must be a quoted string",
                false => {
                    "Error in tag 'include' - Valid syntax: include '[template]' (with|for) [object|collection]"
                }
            };
            let rejected = self.rejected(reference, "there is no name of a partial here");
            return Err(rejected.help("the name of a partial is a text in quotes"));
        };
        let mut kept = vec![name.clone()];
        let mut at = name.end;
        let mut bound = None;
        for (word, each) in [("with", false), ("for", true)] {
            let start = self.word_between_blanks(word, at, end).filter(|_| bound.is_none());
            if let Some(value) = start.and_then(|start| Some(start..self.fragments_end(start, end)?)) {
                bound = Some((each, value));
            }
        }
        let mut binding = None;
        if let Some((each, value)) = bound {
            kept.push(at..value.end);
            at = value.end;
            binding = Some(Binding { each, value: self.value(value)? });
        }
        let alias = self
            .word_between_blanks("as", at, end)
            .map(|start| start..skip(self.bytes, start, is_segment))
            .filter(|alias| !alias.is_empty());
        if let Some(alias) = &alias {
            kept.push(at..alias.end);
        }
        let alias = alias.map(|alias| self.name(alias));
        let name = self.value(name)?;
        let mut arguments = Vec::new();
        for (name, value) in self.attributes(0..end) {
            kept.push(name.start..value.end);
            arguments.push((self.name(name), self.value(value)?));
        }
        self.ignore_between(0..end, kept, b",");
        Ok(PartialMarkup { isolated, name, binding, alias, arguments })
    }

    fn strings_end(&self, at: usize, end: usize) -> Option<usize> {
        let mut to = self.string_end(at, end)?;
        while let Some(next) = self.string_end(to, end) {
            to = next;
        }
        Some(to)
    }
}
