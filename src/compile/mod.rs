//! Tree to program: names become slots, filters become functions, blocks become jumps.
//!
//! What comes in is a [`Body`](crate::syntax::ast::Body); what goes out is a [`Program`], which is rendered any number
//! of times, and the diagnostics that only show here: filters that nobody defines.

mod build;
mod expression;
mod fetch;
mod liquidjs;
mod paths;
mod program;
mod text;
mod vendor;

pub(crate) use fetch::{Call, Catalog, Fetch, Rows, TagText, TextPart};

pub(crate) use paths::projection;
pub(crate) use program::{
    Base, Chain, Comparison, Condition, Constant, CycleGroup, Expression, FilterCall, ForLoop, Interrupt,
    Key, LiquidJs, Lookup, LoopOffset, LoopProperty, Operation, Output, Partial, Program, Slot, SlotKey,
    SlotName, TableRow, Term, Vendor, behind,
};
pub(crate) use text::{BLOCK, Text};

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::filters::FilterSet;
use crate::source::Source;
use crate::syntax::Carried;
use crate::syntax::ast::Body;
use std::sync::Arc;

/// Compiles the tree of a parse and what the parse carried beyond it; with the operations that keep the reference's scores
/// if `scored`.
pub(crate) fn compile(
    ast: &Body,
    carried: &Carried,
    source: &Arc<Source>,
    dialect: &'static Dialect,
    filters: &FilterSet,
    scored: bool,
) -> (Program, Vec<Diagnostic>) {
    let mut builder = build::Builder::new(source, dialect, filters, scored);
    builder.template(ast);
    builder.finish(carried.clone())
}
