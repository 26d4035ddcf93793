//! What a program can read of its data.
//!
//! What comes in is a [`Program`]; what goes out is a [`Projection`] of the data that a render with it can read, or more. Names
//! are taken for the data's wherever nothing but a loop may hide it: what `assign` makes hides the data only once it is run.

use super::fetch::{Fetch, TagText, TextPart};
use super::program::*;
use crate::dialect::DialectSet;
use crate::json::{PathStep, Projection};
use std::collections::HashSet;
use std::sync::Arc;

/// Where a render looks for plain variables, in dialects with references.
const VARIABLES: &str = "vars";

/// Where it looks for references without a namespace.
const PROFILE: &str = "profile";

/// Where stand-ins of Customer.io's tags are.
const TAGS: &str = "tags";

/// What a render of `program` can read of its data. `load` gives the partials that templates name in so many words.
pub(crate) fn projection(
    program: &Program,
    mut load: impl FnMut(&str) -> Option<Arc<Program>>,
) -> Projection {
    let mut seen = HashSet::new();
    let mut wanted = Projection::nothing();
    let mut open: Vec<Arc<Program>> = Vec::new();
    let mut named = Reader::new(program, &mut wanted).run();
    loop {
        for name in named {
            if !seen.insert(name.clone()) {
                continue;
            }
            match load(&name) {
                Some(partial) => open.push(partial),
                None => wanted = Projection::all(),
            }
        }
        match open.pop() {
            Some(partial) if !wanted.is_all() => named = Reader::new(&partial, &mut wanted).run(),
            _ => return wanted,
        }
    }
}

/// A path from the root of the data.
type Path<'p> = Vec<PathStep<'p>>;

/// Walks the operations in the order in which they stand; so loops enclose what lies between their two ends.
struct Reader<'p, 'w> {
    program: &'p Program,
    wanted: &'w mut Projection,
    /// The names that the loops around bind, innermost last, each with the items it stands for; none where these are not
    /// the data's or all of them are wanted already.
    bound: Vec<(Slot, Option<Path<'p>>)>,
    /// How many of them there were in front of each loop.
    loops: Vec<usize>,
    /// The partials that are named in so many words.
    named: Vec<String>,
}

impl<'p, 'w> Reader<'p, 'w> {
    fn new(program: &'p Program, wanted: &'w mut Projection) -> Self {
        Reader { program, wanted, bound: Vec::new(), loops: Vec::new(), named: Vec::new() }
    }

    fn run(mut self) -> Vec<String> {
        for operation in &self.program.operations {
            self.operation(operation);
            if self.wanted.is_all() {
                return Vec::new();
            }
        }
        self.named
    }

    fn operation(&mut self, operation: &'p Operation) {
        match operation {
            Operation::Output(output) => self.chain(&output.chain),
            Operation::Assign { chain, .. } => self.chain(chain),
            Operation::Branch { condition, .. } => {
                self.comparison(&condition.first);
                condition.rest.iter().for_each(|(_, comparison)| self.comparison(comparison));
            }
            Operation::CaseBegin(subject) => self.whole(subject),
            Operation::CaseWhen { values, .. } => self.all(values),
            Operation::LoopBegin { spec, .. } => self.begin_loop(spec),
            Operation::TableRowBegin { spec, .. } => self.begin_table(spec),
            Operation::LoopNext { .. } | Operation::TableRowNext { .. } => self.end_loop(),
            Operation::Cycle(cycle) => {
                if let CycleGroup::Named(group) = &cycle.group {
                    self.whole(group);
                }
                self.all(&cycle.values);
            }
            Operation::Partial(partial) => self.partial(partial),
            Operation::LiquidJs { node, .. } => self.liquidjs(node),
            Operation::Vendor(node) => match &**node {
                Vendor::StandIn(name) => {
                    let mut path = self.variable(TAGS);
                    path.push(PathStep::Key(name));
                    self.wanted.want(&path);
                }
                Vendor::Uuid => {}
                // The text of the data that is rendered reads more of it.
                Vendor::RenderLiquid(_) | Vendor::Snippet { .. } => self.everything(),
            },
            Operation::Fetch(fetch) => match &**fetch {
                Fetch::MessageExtras { key, value } => {
                    self.tag_text(key);
                    self.tag_text(value);
                }
                Fetch::Call(_) | Fetch::Catalog(_) | Fetch::Promotion(_) | Fetch::ShoppingCart { .. } => {
                    self.everything()
                }
            },
            Operation::ContentBlock(_) => self.everything(),
            // They may ask for any name.
            Operation::Custom(_) | Operation::CustomBegin { .. } => self.everything(),
            Operation::Random(bound) => bound.iter().for_each(|bound| self.whole(bound)),
            Operation::Text(_)
            | Operation::CaptureBegin
            | Operation::CustomEnd { .. }
            | Operation::CaptureEnd { .. }
            | Operation::Else { .. }
            | Operation::Jump(_)
            | Operation::CaseRepeat(_)
            | Operation::CaseElse { .. }
            | Operation::CaseEnd
            | Operation::Counter { .. }
            | Operation::IfChangedBegin
            | Operation::IfChangedEnd
            | Operation::Interrupt(_)
            | Operation::Abort(_)
            | Operation::ScoreTemplate { .. }
            | Operation::ScoreBody { .. }
            | Operation::ScoreCell { .. }
            | Operation::ScoreNode
            | Operation::ScoreAssign { .. } => {}
        }
    }

    fn liquidjs(&mut self, node: &'p LiquidJs) {
        match node {
            LiquidJs::Output(chain) | LiquidJs::Test { chain, .. } => self.chain(chain),
            LiquidJs::When { values, .. } => self.all(values),
            LiquidJs::For { spec, .. } => self.begin_loop(spec),
            LiquidJs::TableRow(spec) => self.begin_table(spec),
            LiquidJs::TableRowNext => self.end_loop(),
            LiquidJs::Cycle { group, values, .. } => {
                group.iter().for_each(|group| self.whole(group));
                self.all(values);
            }
            // A counter begins at the number that the data has, whatever hides it.
            LiquidJs::Counter { slot, .. } => {
                if let Some(SlotName::Variable(name)) = self.program.slots.get(slot.0 as usize) {
                    let path = self.variable(name);
                    self.wanted.want(&path);
                }
            }
        }
    }

    fn begin_loop(&mut self, spec: &'p ForLoop) {
        spec.limit.iter().for_each(|limit| self.whole(limit));
        if let LoopOffset::Skip(skip) = &spec.offset {
            self.whole(skip);
        }
        let items = self.items(&spec.collection);
        self.loops.push(self.bound.len());
        self.bound.extend(spec.forloop.map(|slot| (slot, None)));
        self.bound.push((spec.item, items));
    }

    fn begin_table(&mut self, spec: &'p TableRow) {
        for attribute in [&spec.columns, &spec.limit, &spec.offset].into_iter().flatten() {
            self.whole(attribute);
        }
        let items = self.items(&spec.collection);
        self.loops.push(self.bound.len());
        self.bound.push((spec.tablerowloop, None));
        self.bound.push((spec.item, items));
    }

    fn end_loop(&mut self) {
        self.bound.truncate(self.loops.pop().unwrap_or_default());
    }

    /// The items of a collection, of which nothing is wanted yet.
    fn items(&mut self, collection: &'p Expression) -> Option<Path<'p>> {
        let Expression::Lookup(lookup) = collection else {
            self.whole(collection);
            return None;
        };
        let mut path = self.place(lookup)?;
        path.push(PathStep::Items(usize::MAX));
        self.wanted.reach(&path);
        Some(path)
    }

    fn partial(&mut self, partial: &'p Partial) {
        match &partial.name {
            Expression::Constant(constant) => match self.program.constant(constant).as_str() {
                Some(name) => {
                    // What an `include` is given when nothing else is: the variable of its own name.
                    let path = self.variable(name);
                    self.wanted.want(&path);
                    self.named.push(name.to_owned());
                }
                None => self.everything(),
            },
            _ => self.everything(),
        }
        partial.binding.iter().for_each(|(_, value)| self.whole(value));
        partial.arguments.iter().for_each(|(_, value)| self.whole(value));
        if !partial.isolated {
            // It sees the names that the loops around bind.
            for path in self.bound.iter().filter_map(|(_, items)| items.as_ref()) {
                self.wanted.want(path);
            }
        }
    }

    fn tag_text(&mut self, text: &'p TagText) {
        for part in &text.parts {
            if let TextPart::Output(chain) = part {
                self.chain(chain);
            }
        }
    }

    fn chain(&mut self, chain: &'p Chain) {
        self.whole(&chain.input);
        for filter in &chain.filters {
            self.all(&filter.positional);
            filter.keyword.iter().for_each(|(_, value)| self.whole(value));
        }
    }

    fn comparison(&mut self, comparison: &'p Comparison) {
        self.whole(&comparison.left);
        comparison.right.iter().for_each(|(_, right)| self.whole(right));
    }

    fn all(&mut self, values: &'p [Expression]) {
        values.iter().for_each(|value| self.whole(value));
    }

    /// Wants all that an expression reads. The parser bounds how deep expressions nest.
    fn whole(&mut self, expression: &'p Expression) {
        match expression {
            Expression::Constant(_) => {}
            Expression::Range(ends) | Expression::Stretch(ends) => {
                self.whole(&ends.0);
                self.whole(&ends.1);
            }
            Expression::Lookup(lookup) => {
                if let Some(path) = self.place(lookup) {
                    self.wanted.want(&path);
                }
            }
            Expression::Inner(chain) => self.chain(chain),
            Expression::Formula(terms) => {
                for term in terms {
                    if let Term::Operand(operand) = term {
                        self.whole(operand);
                    }
                }
            }
        }
    }

    /// The place in the data that a lookup reads; none where it is not one place, or none of the data's, and what may be read is
    /// wanted already.
    fn place(&mut self, lookup: &'p Lookup) -> Option<Path<'p>> {
        let Some(mut path) = self.root(&lookup.root) else {
            self.indexes(&lookup.keys);
            return None;
        };
        for (at, key) in lookup.keys.iter().enumerate() {
            let step = match key {
                Key::Name(name, _) if is_command(name) => None,
                Key::Name(name, _) => Some(PathStep::Key(name)),
                Key::Index(Expression::Constant(index)) => self.index(index),
                Key::Own(Expression::Constant(key)) => self.index(key).filter(|step| match step {
                    PathStep::Key(key) => !is_own_command(key),
                    PathStep::Items(_) => true,
                }),
                Key::Index(_) | Key::Own(_) | Key::Reference(_) => None,
            };
            match step {
                Some(step) => path.push(step),
                None => {
                    self.wanted.want(&path);
                    self.indexes(lookup.keys.get(at..).unwrap_or_default());
                    return None;
                }
            }
        }
        Some(path)
    }

    /// Wants what the brackets of a lookup read.
    fn indexes(&mut self, keys: &'p [Key]) {
        for key in keys {
            if let Key::Index(index) | Key::Own(index) = key {
                self.whole(index);
            }
        }
    }

    /// What is written in brackets, as a step.
    fn index(&self, index: &'p Constant) -> Option<PathStep<'p>> {
        match index {
            Constant::Integer(at) => Some(items_up_to(*at)),
            other => self.program.constant(other).as_str().map(PathStep::Key),
        }
    }

    fn root(&mut self, root: &'p Base) -> Option<Path<'p>> {
        let slot = match root {
            Base::Slot(slot) => *slot,
            Base::Value(value) => {
                self.whole(value);
                return None;
            }
            Base::Dynamic(name) => {
                let name = match &**name {
                    Expression::Constant(name) => self.program.constant(name).as_str(),
                    _ => None,
                };
                if name.is_none() || self.bound.iter().any(|(slot, _)| self.is_called(*slot, name)) {
                    self.everything();
                }
                return name.map(|name| self.variable(name));
            }
        };
        if let Some((_, items)) = self.bound.iter().rev().find(|(bound, _)| *bound == slot) {
            return items.clone();
        }
        match self.program.slots.get(slot.0 as usize)? {
            SlotName::Variable(name) => {
                let has_itself = self.program.dialect.set.intersects(DialectSet::LIQUID);
                if has_itself && **name == *"self" {
                    self.everything();
                }
                Some(self.variable(name))
            }
            SlotName::Attribute { namespace, name } => {
                let namespace = PathStep::Key(namespace.as_deref().unwrap_or(PROFILE));
                if !name.contains(['.', '[']) {
                    return Some(vec![namespace, PathStep::Key(name)]);
                }
                // The name may be a key, or else spell a path.
                self.wanted.want(&[namespace, PathStep::Key(name)]);
                self.wanted.want(&spelled(namespace, name));
                None
            }
        }
    }

    fn is_called(&self, slot: Slot, name: Option<&str>) -> bool {
        match self.program.slots.get(slot.0 as usize) {
            Some(SlotName::Variable(known)) => Some(&**known) == name,
            _ => false,
        }
    }

    /// Where the data has a plain variable.
    fn variable<'n>(&self, name: &'n str) -> Path<'n> {
        match self.program.dialect.references {
            true => vec![PathStep::Key(VARIABLES), PathStep::Key(name)],
            false => vec![PathStep::Key(name)],
        }
    }

    fn everything(&mut self) {
        *self.wanted = Projection::all();
    }
}

/// The path that `a.b[0]` in braces spells, up to where it asks for more than a part.
fn spelled<'p>(namespace: PathStep<'p>, name: &'p str) -> Path<'p> {
    let mut path = vec![namespace];
    for step in name.split(['.', '[']) {
        path.push(match step.strip_suffix(']') {
            Some(index) => match index.trim().parse::<i64>() {
                Ok(at) => items_up_to(at),
                Err(_) => PathStep::Key(index.trim_matches(['"', '\''])),
            },
            None if is_command(step) => break,
            None => PathStep::Key(step),
        });
    }
    path
}

/// The items that must be there for the one at place `at` to be found; a place counted from the end needs all.
fn items_up_to<'p>(at: i64) -> PathStep<'p> {
    PathStep::Items(usize::try_from(at).map_or(usize::MAX, |at| at.saturating_add(1)))
}

/// Whether `.name` asks for more than a key.
fn is_command(name: &str) -> bool {
    matches!(name, "size" | "first" | "last")
}

/// The same by the rules of LiquidJS, to which a number in quotes is a place.
fn is_own_command(name: &str) -> bool {
    is_command(name) || name == "length" || name.bytes().all(|byte| byte.is_ascii_digit())
}
