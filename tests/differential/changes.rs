//! Where ruby-liquid 5.4 and Carafe, which follows 5.13, are known to differ. Every row is a rule with its reason; none
//! names a single case.

use crate::case::{Case, Outcome};
use crate::reference::Given;
use crate::subject::Rendered;

/// What a rule looks at.
pub struct Difference<'d> {
    pub case: &'d Case,
    pub reference: &'d Given,
    pub carafe: &'d Rendered,
}

pub struct Change {
    pub name: &'static str,
    pub reason: &'static str,
    pub applies: fn(&Difference<'_>) -> bool,
}

pub static CHANGES: &[Change] = &[
    Change {
        name: "reference gave up",
        reason: "the reference ran out of time or memory, or what it gave is no text (`base64_decode` may give bytes)",
        applies: |found| matches!(found.reference.outcome, Outcome::GaveUp(_)),
    },
    Change {
        name: "limit",
        reason: "Carafe's limits are on by default; the reference has none unless told",
        applies: |found| matches!(found.carafe.outcome, Outcome::GaveUp(_)),
    },
    Change {
        name: "unspaced operator",
        reason: "Carafe reads `a==b` as a comparison in lax mode too, and warns; the reference takes it for one name",
        applies: |found| !found.case.strict && found.carafe.codes.contains(&"syntax/unspaced-operator"),
    },
];
