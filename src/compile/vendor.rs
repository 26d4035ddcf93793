//! Customer.io's own tags, and snippets: texts of the data that are rendered where they are named.

use super::build::Builder;
use super::expression::Demand;
use super::program::{Operation, Slot, SlotName, Vendor};
use crate::dialect::DialectSet;
use crate::source::Span;
use crate::syntax::ast::{self, ExpressionKind, Literal, Root, Segment, VendorMarkup};

/// The root under which snippets are named.
const SNIPPETS: &str = "snippets";

impl Builder<'_> {
    pub fn vendor(&mut self, markup: &VendorMarkup, span: Span) {
        let node = match markup {
            VendorMarkup::StandIn(name) => Vendor::StandIn(name.text.as_str().into()),
            VendorMarkup::Uuid => Vendor::Uuid,
            VendorMarkup::RenderLiquid(text) => Vendor::RenderLiquid(self.expression(text, Demand::Needed)),
        };
        self.emit(Operation::Vendor(Box::new(node)), span);
    }

    /// `{{ snippets.name }}` as it is; whether it was one.
    pub fn printed_snippet(&mut self, chain: &ast::Chain, span: Span) -> bool {
        let ExpressionKind::Lookup(lookup) = &chain.input.kind else { return false };
        if !chain.filters.is_empty() || lookup.segments.len() != 1 {
            return false;
        }
        let Some(name) = self.snippet(lookup).map(str::to_owned) else { return false };
        let node = Vendor::Snippet { name: name.into(), required: true };
        self.emit(Operation::Vendor(Box::new(node)), span);
        true
    }

    /// Where a lookup reads a snippet, renders it into a slot that no variable has, which is to be read instead.
    pub fn read_snippet(&mut self, lookup: &ast::Lookup, span: Span, demand: Demand) -> Option<Slot> {
        let name = self.snippet(lookup)?;
        let slot = self.slot(SlotName::variable(&format!("{SNIPPETS}.{name}")));
        let node = Vendor::Snippet { name: name.into(), required: demand == Demand::Needed };
        self.emit(Operation::CaptureBegin, span);
        self.emit(Operation::Vendor(Box::new(node)), span);
        self.emit(Operation::CaptureEnd { slot }, span);
        Some(slot)
    }

    fn snippet<'l>(&self, lookup: &'l ast::Lookup) -> Option<&'l str> {
        let customerio = DialectSet::CUSTOMERIO.union(DialectSet::CUSTOMERIO_LEGACY);
        let Root::Name(root) = &lookup.root else { return None };
        if root.text != SNIPPETS || !self.dialect.set.intersects(customerio) {
            return None;
        }
        match lookup.segments.first()? {
            Segment::Name(name) => Some(&name.text),
            Segment::Index(index) => match &index.kind {
                ExpressionKind::Literal(Literal::String(name)) => Some(name),
                _ => None,
            },
            Segment::Reference(_) => None,
        }
    }
}
