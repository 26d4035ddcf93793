//! The markup of the tags that are neither outputs nor conditions, by the rules of Liquid 5.13's strictest parser.

use super::super::Rejected;
use super::super::lexer::Kind;
use super::Reader;
use crate::syntax::ast::{
    Binding, CycleMarkup, Expression, ForMarkup, Name, Offset, PartialMarkup, TableRowMarkup,
};

impl Reader<'_> {
    /// One name and nothing else: what `capture`, `increment` and `decrement` say, and the variable of an `assign`.
    pub fn single_name(&mut self) -> Result<Name, Rejected> {
        let name = self.name()?;
        self.finish(name)
    }

    /// The value a `case` compares.
    pub fn case_subject(&mut self) -> Result<Expression, Rejected> {
        let value = self.value()?;
        self.finish(value)
    }

    /// The values of a `when`.
    pub fn when_values(&mut self) -> Result<Vec<Expression>, Rejected> {
        let mut values = vec![self.value()?];
        while self.take_word("or").or_else(|| self.take(Kind::Comma)).is_some() {
            values.push(self.value()?);
        }
        self.finish(values)
    }

    /// The loop variable and the `in` after it.
    fn item(&mut self) -> Result<Name, Rejected> {
        let item = self.name()?;
        if self.take_word("in").is_some() {
            return Ok(item);
        }
        let message = format!("expected `in` after the loop variable, found {}", self.found());
        let span = self.span_of(self.token());
        Err(Rejected::new("For loops require an 'in' clause", span, message)
            .help("a loop is written `item in collection`"))
    }

    /// What `for` says.
    pub fn for_loop(&mut self) -> Result<ForMarkup, Rejected> {
        let item = self.item()?;
        let collection = self.value()?;
        let collection_text = self.written(collection.span);
        let reversed = self.take_word("reversed").is_some();
        let (mut limit, mut offset) = (None, None);
        while matches!(self.token().kind, Kind::Comma | Kind::Id) {
            self.take(Kind::Comma);
            let option = self.token();
            match self.text_of(option) {
                "limit" | "offset" if option.kind == Kind::Id => self.pass(),
                _ => return Err(self.no_loop_option()),
            }
            self.expect(Kind::Colon)?;
            let value = self.value()?;
            match self.text_of(option) {
                "limit" => limit = Some(value),
                _ if self.written(value.span) == "continue" => offset = Some(Offset::Continue),
                _ => offset = Some(Offset::Skip(value)),
            }
        }
        self.finish(ForMarkup { item, collection, collection_text, reversed, limit, offset })
    }

    #[cold]
    fn no_loop_option(&self) -> Rejected {
        let reference = "Invalid attribute in for loop. Valid attributes are limit and offset";
        let message = format!("expected `limit` or `offset`, found {}", self.found());
        let rejected = Rejected::new(reference, self.span_of(self.token()), message);
        match self.text_of(self.token()) {
            "reversed" => rejected.help("`reversed` stands right after the collection"),
            _ => rejected,
        }
    }

    /// What `tablerow` says; `range` is accepted and has no effect.
    pub fn table_row(&mut self) -> Result<TableRowMarkup, Rejected> {
        let item = self.item()?;
        let collection = self.value()?;
        self.take(Kind::Comma);
        let mut row = TableRowMarkup { item, collection, columns: None, limit: None, offset: None };
        while self.next_is(Kind::Id) {
            let option = self.token();
            let name = self.text_of(option);
            if !matches!(name, "cols" | "limit" | "offset" | "range") {
                let reference = format!(
                    "Invalid attribute '{name}' in tablerow loop. Valid attributes are cols, limit, offset, and range"
                );
                let message = format!("expected `cols`, `limit` or `offset`, found {}", self.found());
                return Err(Rejected::new(reference, self.span_of(option), message));
            }
            self.pass();
            self.expect(Kind::Colon)?;
            let value = self.value()?;
            match name {
                "cols" => row.columns = Some(value),
                "limit" => row.limit = Some(value),
                "offset" => row.offset = Some(value),
                _ => {}
            }
            self.take(Kind::Comma);
        }
        self.finish(row)
    }

    /// What `cycle` says.
    pub fn cycle(&mut self) -> Result<CycleMarkup, Rejected> {
        if self.next_is(Kind::End) {
            return Err(super::super::no_cycle(self.span_of(self.token())));
        }
        let mut values = vec![self.value()?];
        let mut group = None;
        if self.take(Kind::Colon).is_some() {
            group = values.pop();
            values.push(self.value()?);
        }
        while self.take(Kind::Comma).is_some() && !self.next_is(Kind::End) {
            values.push(self.value()?);
        }
        self.finish(CycleMarkup { group, values })
    }

    /// What `render` (`isolated`) and `include` say.
    pub fn partial(&mut self, isolated: bool) -> Result<PartialMarkup, Rejected> {
        let name = match isolated {
            true if self.next_is(Kind::String) => self.value()?,
            true => {
                return Err(self.expected(Kind::String).help("the name of a partial is a text in quotes"));
            }
            false => self.value()?,
        };
        let mut binding = None;
        if let Some(word) = self.take_word("for").or_else(|| self.take_word("with")) {
            binding = Some(Binding { each: self.text_of(word) == "for", value: self.value()? });
        }
        let mut alias = None;
        if self.take_word("as").is_some() {
            alias = Some(self.name()?);
        }
        self.take(Kind::Comma);
        let mut arguments = Vec::new();
        while self.next_is(Kind::Id) {
            let name = self.name()?;
            self.expect(Kind::Colon)?;
            arguments.push((name, self.value()?));
            self.take(Kind::Comma);
        }
        self.finish(PartialMarkup { isolated, name, binding, alias, arguments })
    }
}
