//! What the grammar rejects: refused.

use super::ast::*;
use crate::dialect::{Dialect, ErrorMode};
use crate::limits::{Exceeded, Limits};
use crate::source::Span;

pub(crate) struct Fallback<'s> {
    pub mode: ErrorMode,
    pub dialect: &'static Dialect,
    pub limits: &'s Limits,
}
pub(crate) struct Reading<T> {
    pub value: T,
    pub ignored: Vec<Span>,
}
pub(crate) struct Rejected {
    pub reference: String,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
    pub limit: Option<Exceeded>,
}
type Answer<T> = Result<Reading<T>, Rejected>;
fn reject<T>(markup: &str, base: usize) -> Answer<T> {
    Err(Rejected {
        reference: format!("rejected in \"{markup}\""),
        span: Span::new(base, base + markup.len()),
        message: "rejected".into(),
        help: None,
        limit: None,
    })
}
impl Fallback<'_> {
    pub fn chain(&self, m: &str, b: usize) -> Answer<Option<Chain>> {
        reject(m, b)
    }
    pub fn assign(&self, m: &str, b: usize) -> Answer<AssignMarkup> {
        reject(m, b)
    }
    pub fn condition(&self, m: &str, b: usize) -> Answer<Condition> {
        reject(m, b)
    }
    pub fn case_subject(&self, m: &str, b: usize) -> Answer<Expression> {
        reject(m, b)
    }
    pub fn when_values(&self, m: &str, b: usize) -> Answer<Vec<Expression>> {
        reject(m, b)
    }
    pub fn for_loop(&self, m: &str, b: usize) -> Answer<ForMarkup> {
        reject(m, b)
    }
    pub fn table_row(&self, m: &str, b: usize) -> Answer<TableRowMarkup> {
        reject(m, b)
    }
    pub fn cycle(&self, m: &str, b: usize) -> Answer<CycleMarkup> {
        reject(m, b)
    }
    pub fn capture_name(&self, m: &str, b: usize) -> Answer<Name> {
        reject(m, b)
    }
    pub fn counter_name(&self, m: &str, b: usize) -> Answer<Name> {
        reject(m, b)
    }
    pub fn partial(&self, isolated: bool, m: &str, b: usize) -> Answer<PartialMarkup> {
        let _ = isolated;
        reject(m, b)
    }
}
