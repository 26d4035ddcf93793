//! Nodes and expressions by the rules of LiquidJS.

use super::loops::{ForLoop, Items, TableRowLoop};
use super::machine::{Flow, LoopObject, Machine};
use super::trace::{EventKind, Trace};
use crate::compile::{self, Chain, Constant, Expression, LiquidJs, LoopOffset, Program, Slot, Term};
use crate::failure::Failure;
use crate::number::Number;
use crate::syntax::ast::{Connective, Operator, Sign};
use crate::value::ecmascript::{self, Operand};
use crate::value::{Range, Value, convert};
use std::cell::Cell;
use std::cmp::Ordering;

impl<'r, T: Trace> Machine<'r, '_, T> {
    pub fn liquidjs(
        &mut self,
        program: &'r Program,
        node: &'r LiquidJs,
        otherwise: u32,
    ) -> Result<Flow, Failure> {
        match node {
            LiquidJs::Output(chain) => {
                // Looking a value up and printing it is the most work that one operation does.
                self.arena.budget().spend(1)?;
                let value = self.chain(program, chain)?;
                self.write_printed(value, ecmascript::write_text)?;
            }
            LiquidJs::Test { chain, negated, branch } => {
                let holds = self.truth(program, chain)? != *negated;
                self.branch(*branch, holds);
                if !holds {
                    return Ok(Flow::Jump(otherwise));
                }
            }
            LiquidJs::When { values, branch } => {
                let matches = self.fits(program, values)?;
                self.branch(*branch, matches);
                if !matches {
                    return Ok(Flow::Jump(otherwise));
                }
            }
            LiquidJs::For { spec, none } => return self.begin_walk(program, spec, *none, otherwise),
            LiquidJs::TableRow(spec) => return self.begin_table(program, spec, otherwise),
            LiquidJs::TableRowNext => return self.next_table_cell(otherwise),
            LiquidJs::Cycle { group, text, values } => {
                self.next_of_cycle(program, group.as_ref(), text, values)?
            }
            LiquidJs::Counter { slot, decrement } => self.step_counter(*slot, *decrement)?,
        }
        Ok(Flow::Next)
    }

    fn truth(&mut self, program: &'r Program, chain: &'r Chain) -> Result<bool, Failure> {
        Ok(self.chain(program, chain)?.resolve(self.arena)?.is_truthy())
    }

    /// The value of an operand, which remembers whether `nil` was written out.
    fn operand(&mut self, program: &'r Program, expression: &'r Expression) -> Result<Operand<'r>, Failure> {
        match expression {
            Expression::Constant(Constant::Nil) => Ok(Operand::Nil),
            other => self.expression(program, other).map(Operand::Value),
        }
    }

    /// Works the terms off. Operators that lack a value take nothing for it; of several values left the first counts.
    pub fn formula(&mut self, program: &'r Program, terms: &'r [Term]) -> Result<Value<'r>, Failure> {
        let arena = self.arena;
        let mut operands: Vec<Operand<'r>> = Vec::new();
        for term in terms {
            let sign = match term {
                Term::Operand(operand) => {
                    let operand = self.operand(program, operand)?;
                    operands.push(operand);
                    continue;
                }
                Term::Operator(sign) => sign,
            };
            arena.budget().spend(1)?;
            let right = operands.pop().unwrap_or(Operand::Value(Value::Nil));
            let is_true =
                |operand: Operand<'r>| Ok::<_, Failure>(operand.value().resolve(arena)?.is_truthy());
            if let Sign::Not = sign {
                operands.push(Operand::Value(Value::Bool(!is_true(right)?)));
                continue;
            }
            let left = operands.pop().unwrap_or(Operand::Value(Value::Nil));
            let holds = match sign {
                Sign::Join(Connective::And) => is_true(left)? && is_true(right)?,
                Sign::Join(Connective::Or) => is_true(left)? || is_true(right)?,
                Sign::Compare(operator) => match operator {
                    Operator::Equal => ecmascript::equal(left, right, arena)?,
                    Operator::NotEqual => !ecmascript::equal(left, right, arena)?,
                    Operator::Less => ecmascript::ordered(left, right, Ordering::is_lt, arena)?,
                    Operator::Greater => ecmascript::ordered(left, right, Ordering::is_gt, arena)?,
                    Operator::LessOrEqual => ecmascript::ordered(left, right, Ordering::is_le, arena)?,
                    Operator::GreaterOrEqual => ecmascript::ordered(left, right, Ordering::is_ge, arena)?,
                    Operator::Contains => ecmascript::contains(left, right, arena)?,
                    Operator::Unknown(_) => false,
                },
                Sign::Not => false,
            };
            operands.push(Operand::Value(Value::Bool(holds)));
        }
        Ok(operands.first().map_or(Value::Nil, |operand| operand.value()))
    }

    /// `(first..last)`: numbers one apart, from the first up to the last.
    pub fn stretch(
        &mut self,
        program: &'r Program,
        ends: &'r (Expression, Expression),
    ) -> Result<Value<'r>, Failure> {
        let arena = self.arena;
        let first = self.expression(program, &ends.0)?;
        let last = self.expression(program, &ends.1)?;
        let (first, last) = (ecmascript::to_number(first, arena)?, ecmascript::to_number(last, arena)?);
        if first.is_nan() || last.is_nan() || first > last + 1.0 {
            return Ok(Value::Array(&[]));
        }
        let whole = |number: f64| number.fract() == 0.0 && number.abs() < 9e15;
        if whole(first) && last.abs() < 9e15 {
            // As long as the next number is below the last and one.
            #[expect(clippy::cast_possible_truncation, reason = "whole, and below 9e15")]
            let range = Range::new(first as i64, last.ceil() as i64);
            return Ok(Value::Range(arena.put(range)?));
        }
        let mut numbers = arena.list();
        let mut at = first;
        while at < last + 1.0 {
            numbers.push(Value::Float(at))?;
            at += 1.0;
        }
        Ok(Value::Array(numbers.finish()))
    }

    /// Whether one of a `when`'s values equals the subject, whose value is taken once.
    fn fits(&mut self, program: &'r Program, values: &'r [Expression]) -> Result<bool, Failure> {
        let arena = self.arena;
        let Some(case) = self.cases.last() else { return Ok(false) };
        let subject = match case.value {
            Some(value) => value,
            None => match self.expression(program, case.subject)?.resolve(arena)? {
                Value::Empty | Value::Blank => Value::String(""),
                value => value,
            },
        };
        let mut found = false;
        for value in values {
            let value = self.operand(program, value)?;
            if ecmascript::equal(Operand::Value(subject), value, arena)? {
                found = true;
                break;
            }
        }
        if let Some(case) = self.cases.last_mut() {
            case.value = Some(subject);
            case.matched |= found;
        }
        Ok(found)
    }

    fn attribute(
        &mut self,
        program: &'r Program,
        attribute: Option<&'r Expression>,
    ) -> Result<Option<f64>, Failure> {
        let Some(attribute) = attribute else { return Ok(None) };
        let value = self.expression(program, attribute)?;
        ecmascript::to_number(value, self.arena).map(Some)
    }

    /// Begins a loop. Only a collection that is empty itself has an `else`.
    fn begin_walk(
        &mut self,
        program: &'r Program,
        spec: &'r compile::ForLoop,
        none: u32,
        empty: u32,
    ) -> Result<Flow, Failure> {
        let arena = self.arena;
        let collection = self.expression(program, &spec.collection)?;
        let all = Items::new(collection, 0, None, false, arena)?;
        if all.length == 0 {
            self.happened(EventKind::LoopEnd);
            return Ok(Flow::Jump(empty));
        }
        let (offset, remembers) = match &spec.offset {
            LoopOffset::Start => (None, true),
            LoopOffset::Skip(skip) => (self.attribute(program, Some(skip))?, true),
            // Where no loop has left a place, LiquidJS never remembers one either.
            LoopOffset::Continue => {
                let place = self.scope().more().places.get(&*spec.name).map(|place| *place as f64);
                (place, place.is_some())
            }
        };
        let limit = self.attribute(program, spec.limit.as_ref())?;
        let items = all.slice(offset.unwrap_or(0.0), limit, spec.reversed, arena)?;
        let length = i64::try_from(items.length).unwrap_or(i64::MAX);
        if remembers {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "fractions are cut, what is too large is at the end"
            )]
            let start = offset.filter(|offset| !offset.is_nan()).unwrap_or(0.0) as i64;
            self.scope().more().places.insert(&spec.name, start.saturating_add(length));
        }
        if items.length == 0 {
            self.happened(EventKind::LoopEnd);
            return Ok(Flow::Jump(none));
        }
        self.enter_scope(false)?;
        let object = match spec.forloop {
            None => LoopObject::None,
            Some(_) => {
                let forloop = ForLoop { name: &spec.name, length, index: Cell::new(0), parent: None };
                LoopObject::For(arena.object(forloop)?)
            }
        };
        let item = self.number(spec.item);
        let object_slot = spec.forloop.map(|slot| self.number(slot));
        self.enter_loop(items, item, object, object_slot)
    }

    fn begin_table(
        &mut self,
        program: &'r Program,
        spec: &'r compile::TableRow,
        empty: u32,
    ) -> Result<Flow, Failure> {
        let arena = self.arena;
        let collection = self.expression(program, &spec.collection)?;
        let all = Items::new(collection, 0, None, false, arena)?;
        let given = |number: &f64| *number != 0.0 && !number.is_nan();
        let offset = self.attribute(program, spec.offset.as_ref())?.filter(given).unwrap_or(0.0);
        let limit = self.attribute(program, spec.limit.as_ref())?;
        let columns = self.attribute(program, spec.columns.as_ref())?.filter(given);
        let items = all.slice(offset, limit, false, arena)?;
        if items.length == 0 {
            return Ok(Flow::Jump(empty));
        }
        let length = i64::try_from(items.length).unwrap_or(i64::MAX);
        self.enter_scope(false)?;
        let table = arena.object(TableRowLoop {
            length,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "fractions are cut, what is too large is at the end"
            )]
            columns: columns.map_or(length, |columns| columns as i64),
            index: Cell::new(0),
            row: Cell::new(1),
            column: Cell::new(1),
        })?;
        let (item, slot) = (self.number(spec.item), self.number(spec.tablerowloop));
        let flow = self.enter_loop(items, item, LoopObject::TableRow(table), Some(slot))?;
        self.write_markup("<tr class=\"row1\"><td class=\"col1\">")?;
        Ok(flow)
    }

    fn next_table_cell(&mut self, body: u32) -> Result<Flow, Failure> {
        self.write_markup("</td>")?;
        let Some(LoopObject::TableRow(table)) = self.loops.last().map(|state| state.object) else {
            return Ok(Flow::Next);
        };
        let ends_row = table.ends_row();
        table.advance();
        if !self.advance()? {
            self.write_markup("</tr>")?;
            self.leave_loop();
            return Ok(Flow::Next);
        }
        if ends_row {
            self.write_markup(&format!("</tr><tr class=\"row{}\">", table.row.get()))?;
        }
        self.write_markup(&format!("<td class=\"col{}\">", table.column.get()))?;
        Ok(Flow::Jump(body))
    }

    fn next_of_cycle(
        &mut self,
        program: &'r Program,
        group: Option<&'r Expression>,
        text: &'r str,
        values: &'r [Expression],
    ) -> Result<(), Failure> {
        let group = match group {
            Some(group) => {
                let value = self.expression(program, group)?;
                ecmascript::to_text(value, self.arena)?
            }
            None => "\0",
        };
        let key = format!("{group}:{text}");
        let turn = self.scope().more().cycles.get(&key).copied().unwrap_or(0);
        let next = turn.checked_add(1).filter(|next| *next < values.len()).unwrap_or(0);
        self.scope().more().cycles.insert(key, next);
        let value = match values.get(turn) {
            Some(value) => self.expression(program, value)?,
            None => Value::Nil,
        };
        self.write_printed(value, ecmascript::write_text)
    }

    fn step_counter(&mut self, slot: Slot, decrement: bool) -> Result<(), Failure> {
        let arena = self.arena;
        let number = self.number(slot);
        let known = match self.scope().counter(number) {
            Some(value) => Some(value),
            None => self.scope().given(number, arena)?,
        };
        let before = match known {
            Some(value @ (Value::Integer(_) | Value::BigInteger(_) | Value::Float(_))) => {
                convert::to_number(value, arena)?
            }
            _ => Number::Integer(0),
        };
        let step = Number::Integer(if decrement { -1 } else { 1 });
        let after = before.plus(&step).map_err(|error| convert::lower_error(error, arena))?;
        let after = convert::from_number(after, arena)?;
        let shown = if decrement { after } else { convert::from_number(before, arena)? };
        self.scope().set_counter(number, after);
        self.write_printed(shown, ecmascript::write_text)
    }
}
