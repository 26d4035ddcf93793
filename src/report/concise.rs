//! One line a finding: `name:line:column: error[code]: message`.

use super::{place::Locator, shown, visible};
use crate::diagnostic::Diagnostic;
use std::fmt::Write;

pub(super) fn write(diagnostics: &[Diagnostic], out: &mut String) {
    let (shown, rest) = shown(diagnostics);
    let mut locator = Locator::default();
    for diagnostic in shown {
        out.push_str(&line(diagnostic, &mut locator));
        out.push('\n');
    }
    if rest > 0 {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{rest} more");
    }
}

pub(super) fn line(diagnostic: &Diagnostic, locator: &mut Locator) -> String {
    let mut line = String::new();
    if let Some(label) = &diagnostic.primary {
        let position = locator.position(&label.source, label.span.from());
        let name = visible::line(label.source.name());
        // Writing to a `String` cannot fail.
        let _ = write!(line, "{name}:{}:{}: ", position.line, position.column);
    }
    line.push_str(diagnostic.severity.name());
    let _ = write!(line, "[{}]: {}", diagnostic.code.name, visible::line(&diagnostic.message));
    line
}
