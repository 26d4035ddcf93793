//! What `break` and `continue` must close on their way out.
//!
//! The blocks around a `break` are known when it is compiled. A `capture` between it and its loop still sets its
//! variable, an `ifchanged` still compares, a `case` forgets its subject; so the closing operations are laid out in
//! front of the jump.

use super::build::Builder;
use super::program::{Address, Interrupt, Operation, Slot};
use crate::source::Span;

/// A block that is open at the point being compiled.
#[derive(Clone, Copy, Debug)]
pub(super) enum Enclosing {
    Capture(Slot),
    Case,
    IfChanged,
    Loop,
    TableRow,
}

/// The jumps out of one loop that wait for their addresses.
#[derive(Debug, Default)]
pub(super) struct LoopExits {
    pub breaks: Vec<Address>,
    pub continues: Vec<Address>,
}

impl Builder<'_> {
    /// Lays out the way out of the innermost loop, or out of the template where there is none.
    pub(super) fn interrupt(&mut self, interrupt: Interrupt, span: Span) {
        for open in self.enclosing.clone().into_iter().rev() {
            match open {
                Enclosing::Capture(slot) => self.emit(Operation::CaptureEnd { slot }, span),
                Enclosing::Case => self.emit(Operation::CaseEnd, span),
                Enclosing::IfChanged => self.emit(Operation::IfChangedEnd, span),
                Enclosing::Loop | Enclosing::TableRow => {
                    let jump = match (interrupt, open) {
                        (Interrupt::Continue, _) => {
                            let jump = self.emit(Operation::Jump(0), span);
                            self.innermost_exits().continues.push(jump);
                            return;
                        }
                        (Interrupt::Break, Enclosing::Loop) => Operation::LoopLeave,
                        (Interrupt::Break, _) => Operation::TableRowLeave,
                    };
                    self.emit(jump, span);
                    let jump = self.emit(Operation::Jump(0), span);
                    self.innermost_exits().breaks.push(jump);
                    return;
                }
            };
        }
        self.emit(Operation::Interrupt(interrupt), span);
    }
}
