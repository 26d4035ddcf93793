//! Tree to program: names become slots, filters become functions, blocks become jumps.
//!
//! What comes in is a [`Body`](crate::syntax::ast::Body); what goes out is a [`Program`], which is rendered any number
//! of times, and the diagnostics that only show here: filters that nobody defines.

mod build;
mod custom;
mod expression;
mod fetch;
mod liquidjs;
mod paths;
mod program;
mod text;
mod vendor;

pub(crate) use custom::CustomTag;
pub(crate) use fetch::{Call, Catalog, Fetch, Rows, TagText, TextPart};

pub(crate) use paths::projection;
pub(crate) use program::{
    Base, Chain, Comparison, Condition, Constant, CycleGroup, Expression, FilterCall, ForLoop, Interrupt,
    Key, LiquidJs, Lookup, LoopOffset, LoopProperty, Operation, Output, Partial, Program, Slot, SlotKey,
    SlotName, TableRow, Term, Vendor, behind,
};
pub(crate) use text::{BLOCK, Text};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Undefined};
use crate::filters::FilterSet;
use crate::source::Source;
use crate::syntax::Carried;
use crate::syntax::ast::Body;
use crate::tags::TagSet;
use std::sync::Arc;

/// What templates are compiled with.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'e> {
    pub dialect: &'static Dialect,
    pub undefined: Undefined,
    pub filters: &'e FilterSet,
    /// The host's tags.
    pub tags: &'e TagSet,
    /// Whether the program keeps the reference's scores.
    pub scored: bool,
}

/// Compiles the tree of a parse and what the parse carried beyond it.
pub(crate) fn compile(
    ast: &Body,
    carried: &Carried,
    source: &Arc<Source>,
    settings: Settings<'_>,
) -> (Program, Vec<Diagnostic>) {
    let mut builder = build::Builder::new(source, settings);
    builder.template(ast);
    builder.finish(carried.clone())
}
