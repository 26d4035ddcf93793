//! Catalogs and shopping carts.

use super::rerender;
use crate::compile::{Catalog, Program, Rows};
use crate::diagnostic::{Diagnostic, code};
use crate::failure::Failure;
use crate::render::machine::{Flow, Machine};
use crate::render::trace::Trace;
use crate::source::Span;
use crate::value::{Value, lookup, print};

/// The most rows that a selection gives.
const MOST_SELECTED: usize = 50;

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub fn catalog(&mut self, program: &'r Program, tag: &'r Catalog) -> Result<Flow, Failure> {
        let arena = self.arena;
        let name = self.tag_text(program, &tag.name)?.trim();
        let (catalog, all) = self.stand_in("catalogs", name)?;
        let number = self.number(tag.slot);
        let mut rows = arena.list();
        match catalog {
            None => {
                let help = self.near_keys(name, all, "catalogs");
                let message = match name {
                    "" => "the name of the catalog is empty".to_owned(),
                    name => format!("there is no catalog `{name}`"),
                };
                let finding = Diagnostic::new(&code::BRAZE_CATALOG_MISSING, message).help(help);
                self.warn_at(finding, tag.name.span, "`items` is empty");
            }
            Some(catalog) => {
                let table = match catalog {
                    Value::Array(_) => catalog,
                    _ => lookup::index(catalog, Value::String("items"), arena)?.unwrap_or(Value::Nil),
                };
                for (id, span) in self.row_ids(program, tag, catalog, name)? {
                    match self.row(table, id)? {
                        Some(row) => rows.push(row)?,
                        None => self.warn_of_row(name, id, span, table),
                    }
                }
            }
        }
        let rows = Value::Array(rows.finish());
        if tag.rerender {
            return self.rerender(rows, number, rerender::Origin::Catalog(name));
        }
        self.scope().assign(number, rows);
        Ok(Flow::Next)
    }

    /// The ids of the rows that are asked for, each with the place that asks.
    fn row_ids(
        &mut self,
        program: &'r Program,
        tag: &'r Catalog,
        catalog: Value<'r>,
        name: &str,
    ) -> Result<Vec<(Value<'r>, Span)>, Failure> {
        let arena = self.arena;
        let mut found = Vec::new();
        match &tag.rows {
            Rows::Ids(texts) => {
                for text in texts {
                    let ids = self.tag_text(program, text)?;
                    arena.budget().spend_bytes(ids.len())?;
                    found.extend(ids.split_whitespace().map(|id| (Value::String(id), text.span)));
                }
            }
            Rows::Selection(text) => {
                let selection = self.tag_text(program, text)?.trim();
                let all = lookup::index(catalog, Value::String("selections"), arena)?.unwrap_or(Value::Nil);
                match lookup::index(all, Value::String(selection), arena)? {
                    Some(Value::Array(ids)) => {
                        found.extend(ids.iter().take(MOST_SELECTED).map(|id| (*id, text.span)));
                    }
                    _ => {
                        let place = format!("catalogs.{name}.selections");
                        let help = self.near_keys(selection, all, &place);
                        let message = format!("the catalog `{name}` has no selection `{selection}`");
                        let finding = Diagnostic::new(&code::BRAZE_SELECTION_MISSING, message).help(help);
                        self.warn_at(finding, text.span, "`items` is empty");
                    }
                }
            }
        }
        arena.budget().spend(found.len() as u64)?;
        Ok(found)
    }

    /// The row `id` of a table: an object of rows by their ids, or a list of rows.
    fn row(&mut self, table: Value<'r>, id: Value<'r>) -> Result<Option<Value<'r>>, Failure> {
        let arena = self.arena;
        let id = print::to_text(id, arena)?;
        let Value::Array(rows) = table else {
            let row = lookup::index(table, Value::String(id), arena)?;
            return Ok(row.filter(|row| !row.is_nil()));
        };
        arena.budget().spend_items(rows.len())?;
        for row in rows {
            let known = lookup::index(*row, Value::String("id"), arena)?;
            let same = match known {
                Some(Value::String(known)) => known == id,
                Some(Value::Integer(known)) => id.parse() == Ok(known),
                _ => false,
            };
            if same {
                return Ok(Some(*row));
            }
        }
        Ok(None)
    }

    fn warn_of_row(&mut self, catalog: &str, id: Value<'r>, span: Span, table: Value<'r>) {
        if !self.options.warn {
            return;
        }
        let id = print::to_text(id, self.arena).unwrap_or_default();
        let help = self.near_keys(id, table, &format!("catalogs.{catalog}.items"));
        let message = format!("the catalog `{catalog}` has no row `{id}`");
        let finding = Diagnostic::new(&code::BRAZE_ROW_MISSING, message).help(help);
        self.warn_at(finding, span, "`items` goes without it");
    }

    /// The cart `id`. One whose stand-in says that it is not `abandoned` ends the message if it `must_be`.
    pub fn shopping_cart(&mut self, id: &'r str, must_be: bool) -> Result<Value<'r>, Failure> {
        let id = id.trim();
        let (cart, all) = self.stand_in("shopping_carts", id)?;
        let Some(cart) = cart else {
            let help = self.near_keys(id, all, "shopping_carts");
            let message = match id {
                "" => "the id of the shopping cart is empty".to_owned(),
                id => format!("there is no shopping cart `{id}`"),
            };
            let finding = Diagnostic::new(&code::BRAZE_CART_MISSING, message).help(help);
            self.warn(finding, "`shopping_cart` holds nothing");
            return Ok(Value::Nil);
        };
        let abandoned = lookup::index(cart, Value::String("abandoned"), self.arena)?;
        if must_be && matches!(abandoned, Some(Value::Bool(false))) {
            return Err(Failure::abort("shopping cart not abandoned"));
        }
        Ok(cart)
    }
}
