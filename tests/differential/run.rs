//! The run: batches of cases through both sides, the comparison, and what it comes to.

use crate::case::{Case, Outcome};
use crate::changes::{CHANGES, Difference};
use crate::reference::{Given, Reference};
use crate::subject;
use crate::values::{PARTIALS, environment};
use crate::{noise, shrink, tags};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;
use std::fmt;

/// So many cases go to the reference at a time.
const BATCH: usize = 256;

/// So many differences are shrunk in a run, and so many of those that look alike before they are; the others are counted.
const SHRUNK: usize = 1_500;
const SHRUNK_ALIKE: usize = 12;

/// So many cases are tried to make one smaller.
const TRIED: usize = 3_000;
const TRIED_AT_ONCE: usize = 12;

/// What a run came to.
#[derive(Default)]
pub struct Figures {
    templates: usize,
    agreed: usize,
    refused: usize,
    /// By the rule's name.
    excluded: BTreeMap<&'static str, usize>,
    differing: usize,
    /// By shape.
    groups: BTreeMap<String, Group>,
    /// Those not shrunk, by what they looked like.
    alike: BTreeMap<String, usize>,
    shrunk: usize,
}

/// Differences that come down to templates of the same shape.
struct Group {
    count: usize,
    case: Case,
    reference: Given,
    carafe: Outcome,
}

enum Verdict {
    Agrees,
    Excluded(&'static str),
    Differs,
}

impl Figures {
    pub fn is_clean(&self) -> bool {
        self.differing == 0
    }
}

/// Compares so many templates.
pub fn run(templates: usize, seed: u64) -> Figures {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = cases();
    let mut draw = |count: usize| -> Vec<Case> {
        let case = |_| strategy.new_tree(&mut runner).expect("nothing is filtered out").current();
        (0..count).map(case).collect()
    };
    let mut reference = Reference::start();
    let mut figures = Figures::default();
    let mut batch = draw(BATCH.min(templates));
    while !batch.is_empty() {
        let sent = reference.send(&batch);
        // Meanwhile the reference renders.
        let rendered: Vec<Outcome> = batch.iter().map(subject::run).collect();
        let next = draw(BATCH.min(templates - figures.templates - batch.len()));
        let received = if sent { reference.receive() } else { None };
        let given = received.unwrap_or_else(|| reference.run_singly(&batch));
        for ((case, given), rendered) in batch.into_iter().zip(given).zip(rendered) {
            figures.count(case, given, rendered, &mut reference);
        }
        batch = next;
    }
    figures
}

/// A case of either family.
fn cases() -> BoxedStrategy<Case> {
    let valid = |partials: usize| {
        prop_oneof![
            6 => tags::template(partials, 1),
            3 => tags::template(partials, 2),
            1 => tags::template(partials, 3),
        ]
        .boxed()
    };
    let some = |partials: usize| prop_oneof![12 => valid(partials), 1 => noise::faulty(valid(partials))];
    let template = prop_oneof![2 => valid(0), 1 => noise::faulty(valid(0))];
    let partials = (some(1), some(2), some(3));
    (template, partials, environment(), any::<bool>(), prop::bool::weighted(0.2))
        .prop_map(|(template, (one, two, three), data, strict, stop)| {
            let named = PARTIALS.map(str::to_owned).into_iter().zip([one, two, three]);
            Case { template, partials: named.collect(), data, strict, stop }
        })
        .boxed()
}

fn judge(case: &Case, reference: &Given, carafe: &Outcome) -> Verdict {
    if reference.outcome == *carafe && !matches!(reference.outcome, Outcome::GaveUp(_)) {
        return Verdict::Agrees;
    }
    let difference = Difference { case, reference, carafe };
    match CHANGES.iter().find(|change| (change.applies)(&difference)) {
        Some(change) => Verdict::Excluded(change.name),
        None => Verdict::Differs,
    }
}

impl Figures {
    fn count(&mut self, case: Case, given: Given, carafe: Outcome, reference: &mut Reference) {
        self.templates += 1;
        match judge(&case, &given, &carafe) {
            Verdict::Agrees => {
                self.agreed += 1;
                self.refused += usize::from(matches!(given.outcome, Outcome::Refused(_)));
            }
            Verdict::Excluded(rule) => *self.excluded.entry(rule).or_default() += 1,
            Verdict::Differs => {
                self.differing += 1;
                let look = look(&given.outcome, &carafe);
                let alike = self.alike.entry(look).or_default();
                *alike += 1;
                if self.shrunk < SHRUNK && *alike <= SHRUNK_ALIKE {
                    self.shrunk += 1;
                    *alike -= 1;
                    self.shrink(case, given, carafe, reference);
                }
            }
        }
    }

    fn shrink(&mut self, mut case: Case, mut given: Given, mut carafe: Outcome, reference: &mut Reference) {
        let kinds = (given.outcome.kind(), carafe.kind());
        let mut tried = 0;
        // Where one step helped, those after it are tried next: those before it have just failed.
        let mut from = 0;
        'simpler: while tried < TRIED {
            let steps = shrink::simpler(&case);
            let order: Vec<usize> = (from..steps.len()).chain(0..from.min(steps.len())).collect();
            for some in order.chunks(TRIED_AT_ONCE) {
                tried += some.len();
                let cases: Vec<Case> = some.iter().map(|at| steps[*at].clone()).collect();
                let results = reference.run(&cases);
                for ((other, result), at) in cases.into_iter().zip(results).zip(some) {
                    let rendered = subject::run(&other);
                    if (result.outcome.kind(), rendered.kind()) == kinds
                        && matches!(judge(&other, &result, &rendered), Verdict::Differs)
                    {
                        (case, given, carafe, from) = (other, result, rendered, *at);
                        continue 'simpler;
                    }
                }
            }
            break;
        }
        let shape = format!("{} {} {}", shape(&case.template), kinds.0, kinds.1);
        let group = self.groups.entry(shape).or_insert(Group { count: 0, case, reference: given, carafe });
        group.count += 1;
    }
}

/// The template with its variables, texts and numbers made alike.
fn shape(template: &str) -> String {
    const VARIABLES: [&str; 17] = [
        "x", "y", "s", "t", "num", "n", "m", "list", "items", "user", "v", "w", "i", "item", "missing",
        "name", "price",
    ];
    let tokens = noise::tokens(template).into_iter().map(|token| match token {
        _ if token.trim().is_empty() => "",
        _ if VARIABLES.contains(&token) => "v",
        _ if token.starts_with(['\'', '"']) && token.len() > 1 => "'a'",
        _ if token.starts_with(|c: char| c.is_ascii_digit()) => "1",
        _ => token,
    });
    tokens.collect()
}

/// What two outcomes look like where they part, with numbers made alike.
fn look(one: &Outcome, other: &Outcome) -> String {
    let (a, b) = (one.text(), other.text());
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| -> String {
        let part = text.chars().skip(same.saturating_sub(3)).take(12);
        part.map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
    };
    format!("{} {:?} {} {:?}", one.kind(), part(a), other.kind(), part(b))
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: Vec<(&String, &Group)> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        for (_, group) in groups {
            writeln!(f, "{group}")?;
        }
        let alike: usize = self.alike.values().sum();
        writeln!(f, "{} templates compared", self.templates)?;
        writeln!(f, "{:8} agreed, {} of them refused by both", self.agreed, self.refused)?;
        for change in CHANGES {
            if let Some(count) = self.excluded.get(change.name) {
                writeln!(f, "{count:8} excluded by `{}`: {}", change.name, change.reason)?;
            }
        }
        writeln!(f, "{:8} differ in {} ways, {alike} of them not shrunk", self.differing, self.groups.len())
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} x {:?}", self.count, self.case.template)?;
        for (name, partial) in &self.case.partials {
            writeln!(f, "    {name}: {partial:?}")?;
        }
        let mode = if self.case.strict { "strict" } else { "lax" };
        let stop = if self.case.stop { ", ends at the first error" } else { "" };
        writeln!(f, "    {} ({mode}{stop})", self.case.data)?;
        let internal = &self.reference.internal;
        let internal = if internal.is_empty() { String::new() } else { format!(" {internal:?}") };
        writeln!(
            f,
            "    reference {} {:?}{internal}",
            self.reference.outcome.kind(),
            self.reference.outcome.text()
        )?;
        writeln!(f, "    carafe    {} {:?}", self.carafe.kind(), self.carafe.text())
    }
}
