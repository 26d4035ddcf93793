//! What a template is compiled to.

use super::custom::CustomTag;
use super::fetch::Fetch;
use super::text::Text;
use crate::dialect::Dialect;
use crate::filters::Callee;
use crate::source::{Source, Span};
use crate::syntax::ast::{Connective, Operator, Sign};
use crate::syntax::{Carried, shift_at};
use crate::value::{KeyPlace, Value};
use std::sync::Arc;

/// A compiled template: operations in one flat list, with jumps for blocks.
#[derive(Debug)]
pub(crate) struct Program {
    /// The template it was compiled from.
    pub source: Arc<Source>,
    /// The dialect it was compiled for.
    pub dialect: &'static Dialect,
    /// The operations.
    pub operations: Vec<Operation>,
    /// For each operation the node it belongs to.
    pub spans: Vec<Span>,
    /// Where rendering goes on after an error, for the operations where that is not the next one; ordered by operation.
    pub recoveries: Vec<(u32, Recovery)>,
    /// For each node that others follow in its body: the address behind it, and the end of the body; ordered.
    pub body_ends: Vec<(Address, Address)>,
    /// The names of the slots.
    pub slots: Vec<SlotName>,
    /// Where the data had each of them last.
    pub places: Vec<KeyPlace>,
    /// The texts that stand otherwise in the template, because of escapes, one after another: they are the template's own.
    pub escaped: Box<str>,
    /// How long what it renders may well be, in bytes.
    pub expected_bytes: usize,
    /// What the reference's parser carried beyond the tree.
    pub carried: Carried,
}

/// A place in the list of operations.
pub(crate) type Address = u32;

/// The address behind that of an operation, which is never the last one that there is.
#[inline(always)]
pub(crate) const fn behind(at: Address) -> Address {
    at.wrapping_add(1)
}

/// The number of a name within a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub u32);

/// What a slot stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SlotName {
    /// A plain variable.
    Variable(Box<str>),
    /// Braze's `${name}` or `namespace.${name}`. Only content blocks are ever assigned: their text, once
    /// it is rendered.
    Attribute { namespace: Option<Box<str>>, name: Box<str> },
}

/// A slot's name, borrowed: names that only show at render are compared with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SlotKey<'p> {
    Variable(&'p str),
    Attribute { namespace: Option<&'p str>, name: &'p str },
}

/// Where to go on after an error, and whether its text is printed: not where the whole block is blank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovery {
    pub resume: Address,
    pub silent: bool,
}

/// One step of a render.
#[derive(Debug)]
pub(crate) enum Operation {
    /// Writes a stretch of the template.
    Text(Text),
    /// Writes a value, and before it the stretch of the template in front of it.
    Output(Box<Output>),
    /// Sets a variable.
    Assign { slot: Slot, chain: Box<Chain> },
    /// Begins a stretch of output that becomes a value.
    CaptureBegin,
    /// Ends it and sets the variable.
    CaptureEnd { slot: Slot },
    /// Goes on at `otherwise` unless the condition holds. `branch` is the tag, for the source map.
    Branch { condition: Box<Condition>, negated: bool, otherwise: Address, branch: Span },
    /// Enters an `else`: only for the source map.
    Else { branch: Span },
    /// Goes on at the address.
    Jump(Address),
    /// Begins a `case` about a subject.
    CaseBegin(Box<Expression>),
    /// Runs the branch if the next of the values that have not been tried equals the subject; goes on at `otherwise` if none
    /// does.
    CaseWhen { values: Box<[Expression]>, otherwise: Address, branch: Span },
    /// Goes back to the `CaseWhen` at the address while it has values left to try.
    CaseRepeat(Address),
    /// Skips to the address if a branch was run before.
    CaseElse { otherwise: Address, branch: Span },
    /// Ends a `case`.
    CaseEnd,
    /// Runs a tag of the host.
    Custom(Box<CustomTag>),
    /// Begins the body of a host's block, or goes on at `end`.
    CustomBegin { tag: Box<CustomTag>, end: Address },
    /// Gives the block what its body wrote, and begins the body at `body` once more if the block asks for it.
    CustomEnd { body: Address },
    /// Begins a loop, or goes on at `empty`.
    LoopBegin { spec: Box<ForLoop>, empty: Address },
    /// Begins the next turn at `body`, or leaves the loop.
    LoopNext { body: Address },
    /// Begins a table; without items goes on at `empty`.
    TableRowBegin { spec: Box<TableRow>, empty: Address },
    /// Closes a cell and begins the next turn at `body`, or leaves the table.
    TableRowNext { body: Address },
    /// Writes the next value of a group.
    Cycle(Box<Cycle>),
    /// Adds `step` to a counter and writes it: after for -1, before for 1.
    Counter { slot: Slot, decrement: bool },
    /// Begins a stretch that is only written if it changed.
    IfChangedBegin,
    /// Ends it.
    IfChangedEnd,
    /// Renders a partial.
    Partial(Box<Partial>),
    /// `break` or `continue`: ends the bodies around it up to the next loop.
    Interrupt(Interrupt),
    /// Ends the message.
    Abort(Option<Box<str>>),
    /// A node by the rules of LiquidJS; some go on at `otherwise`.
    LiquidJs { node: Box<LiquidJs>, otherwise: Address },
    /// A tag of Customer.io's own, or a snippet.
    Vendor(Box<Vendor>),
    /// Fetches something.
    Fetch(Box<Fetch>),
    /// Renders the content block of this name.
    ContentBlock(Box<str>),
    /// Writes a random number below the bound.
    Random(Option<Box<Expression>>),
    /// Counts the nodes of the template that begins here. This and the following only stand in programs that keep scores.
    ScoreTemplate { nodes: u32 },
    /// Counts the nodes of the body that begins here.
    ScoreBody { nodes: u32 },
    /// Counts the nodes of the table's cell that begins here.
    ScoreCell { nodes: u32 },
    /// Counts what the node before has written.
    ScoreNode,
    /// Counts the variable that was set.
    ScoreAssign { slot: Slot },
}

/// A value that is written.
#[derive(Debug)]
pub(crate) struct Output {
    /// The text in front of it, and the node that is, white space that is taken off included; empty if there is none.
    pub before: Text,
    pub node: Span,
    pub chain: Chain,
}

/// What Customer.io adds to the language.
#[derive(Debug)]
pub(crate) enum Vendor {
    /// Writes what the data says the tag writes.
    StandIn(Box<str>),
    /// Writes a new UUID.
    Uuid,
    /// Renders a text with the variables of the template.
    RenderLiquid(Expression),
    /// Renders a snippet on its own; whether the render ends if there is none.
    Snippet { name: Box<str>, required: bool },
}

/// The nodes that LiquidJS renders in its own way.
#[derive(Debug)]
pub(crate) enum LiquidJs {
    /// Writes a value.
    Output(Chain),
    /// Goes on at `otherwise` unless the chain gives something that counts as true. `branch` is the tag, for the source map.
    Test { chain: Chain, negated: bool, branch: Span },
    /// Goes on at `otherwise` unless one of the values equals the subject of the `case`.
    When { values: Box<[Expression]>, branch: Span },
    /// Begins a loop, or goes on at `otherwise` if there is nothing to walk; without a turn, at `none`.
    For { spec: ForLoop, none: Address },
    /// Begins a table, or goes on at `otherwise`.
    TableRow(TableRow),
    /// Closes a cell and begins the next turn at `otherwise`, or leaves the table.
    TableRowNext,
    /// Writes the next value of the group that `text` and the value of `group` name.
    Cycle { group: Option<Expression>, text: Box<str>, values: Box<[Expression]> },
    /// Writes a counter, which starts at the number that the data has under its name.
    Counter { slot: Slot, decrement: bool },
}

/// What ends bodies before their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Break,
    Continue,
}

/// A value and the filters it goes through.
#[derive(Debug)]
pub(crate) struct Chain {
    pub input: Expression,
    pub filters: Box<[FilterCall]>,
}

/// One filter with its arguments.
#[derive(Debug)]
pub(crate) struct FilterCall {
    pub callee: Callee,
    pub positional: Box<[Expression]>,
    pub keyword: Box<[(Box<str>, Expression)]>,
    /// Whether the filter takes that many arguments.
    pub fits: bool,
    pub span: Span,
}

/// A value to be computed.
#[derive(Debug)]
pub(crate) enum Expression {
    Constant(Constant),
    Range(Box<(Expression, Expression)>),
    Lookup(Lookup),
    Inner(Box<Chain>),
    /// LiquidJS's: text and fractions may be its ends.
    Stretch(Box<(Expression, Expression)>),
    /// LiquidJS's operators behind their operands.
    Formula(Box<[Term]>),
}

/// One term of a formula.
#[derive(Debug)]
pub(crate) enum Term {
    Operand(Expression),
    Operator(Sign),
}

/// A value written out in the template.
#[derive(Debug)]
pub(crate) enum Constant {
    Nil,
    Bool(bool),
    Integer(i64),
    BigInteger(Box<str>),
    Float(f64),
    /// A text, and the stretch of the template where it stands.
    Text(Box<str>, Span),
    /// A stretch of the program's [`escaped`](Program::escaped) texts.
    Escaped(Span),
    /// The name of a property.
    Word(Box<str>),
    Empty,
    Blank,
}

/// A variable lookup.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub root: Base,
    pub keys: Box<[Key]>,
    pub span: Span,
    /// Whether it is worth a warning if nothing is found.
    pub watched: bool,
    /// Whether the render ends if nothing is found.
    pub required: bool,
    /// Whether it starts at a reference whose name may be a key or spell a path.
    pub spells_path: bool,
    /// What it asks of the loop around it, where it starts at that loop's object.
    pub of_loop: Option<LoopProperty>,
}

/// What `forloop` tells of its loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopProperty {
    Index,
    Index0,
    Rindex,
    Rindex0,
    First,
    Last,
    Length,
    Name,
    ParentLoop,
}

impl LoopProperty {
    /// The property called `name`.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "index" => LoopProperty::Index,
            "index0" => LoopProperty::Index0,
            "rindex" => LoopProperty::Rindex,
            "rindex0" => LoopProperty::Rindex0,
            "first" => LoopProperty::First,
            "last" => LoopProperty::Last,
            "length" => LoopProperty::Length,
            "name" => LoopProperty::Name,
            "parentloop" => LoopProperty::ParentLoop,
            _ => return None,
        })
    }
}

/// Where a lookup starts.
#[derive(Debug)]
pub(crate) enum Base {
    Slot(Slot),
    /// The variable whose name is computed.
    Dynamic(Box<Expression>),
    /// A value written out.
    Value(Box<Expression>),
}

/// One property of a lookup.
#[derive(Debug)]
pub(crate) enum Key {
    /// `.name`, and where an object had it last.
    Name(Box<str>, KeyPlace),
    /// `[expression]`
    Index(Expression),
    /// `.${name}`
    Reference(Box<str>),
    /// `.name` and `[expression]` of LiquidJS, to which they are the same.
    Own(Expression),
}

/// Comparisons joined by `and` and `or`.
#[derive(Debug)]
pub(crate) struct Condition {
    pub first: Comparison,
    pub rest: Box<[(Connective, Comparison)]>,
}

/// One comparison.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub left: Expression,
    pub right: Option<(Operator, Expression)>,
}

/// A `for`.
#[derive(Debug)]
pub(crate) struct ForLoop {
    pub item: Slot,
    /// The slot of `forloop`, if anything may read it.
    pub forloop: Option<Slot>,
    pub collection: Expression,
    pub reversed: bool,
    pub limit: Option<Expression>,
    pub offset: LoopOffset,
    /// `item-collection`: the name under which the place is remembered.
    pub name: Box<str>,
    /// Whether a loop may go on where this one stops.
    pub remembered: bool,
}

/// Where a loop starts.
#[derive(Debug)]
pub(crate) enum LoopOffset {
    Start,
    Continue,
    Skip(Expression),
}

/// A `tablerow`.
#[derive(Debug)]
pub(crate) struct TableRow {
    pub item: Slot,
    pub tablerowloop: Slot,
    pub collection: Expression,
    pub columns: Option<Expression>,
    pub limit: Option<Expression>,
    pub offset: Option<Expression>,
}

/// A `cycle`.
#[derive(Debug)]
pub(crate) struct Cycle {
    pub group: CycleGroup,
    pub values: Box<[Expression]>,
}

/// The name of a cycle's group.
#[derive(Debug)]
pub(crate) enum CycleGroup {
    Named(Expression),
    /// A list of constants is its own name, however they are written.
    Values(Box<str>),
    /// Variables are told apart by the tag they stand in, so such a list is a group of its own.
    Tag,
}

/// A `render` or `include`.
#[derive(Debug)]
pub(crate) struct Partial {
    pub isolated: bool,
    pub name: Expression,
    pub binding: Option<(bool, Expression)>,
    pub alias: Option<Box<str>>,
    pub arguments: Box<[(Box<str>, Expression)]>,
}

impl Program {
    /// A constant as a value.
    #[inline(always)]
    pub fn constant<'p>(&'p self, constant: &'p Constant) -> Value<'p> {
        match constant {
            Constant::Integer(value) => Value::Integer(*value),
            Constant::Text(text, _) => Value::String(text),
            other => self.traced_constant(other),
        }
    }

    /// A constant as a value whose text, if it has one, is the template's own, so that its bytes are known to be that.
    pub fn traced_constant<'p>(&'p self, constant: &'p Constant) -> Value<'p> {
        match constant {
            Constant::Nil => Value::Nil,
            Constant::Bool(value) => Value::Bool(*value),
            Constant::Integer(value) => Value::Integer(*value),
            Constant::BigInteger(digits) => Value::BigInteger(digits),
            Constant::Float(value) => Value::Float(*value),
            Constant::Text(_, span) => Value::String(self.source.slice(*span)),
            Constant::Escaped(span) => {
                Value::String(self.escaped.get(span.from()..span.to()).unwrap_or_default())
            }
            Constant::Word(name) => Value::String(name),
            Constant::Empty => Value::Empty,
            Constant::Blank => Value::Blank,
        }
    }

    /// The line that the reference names in errors of the tag or output at `span`.
    pub fn line(&self, span: Span) -> usize {
        self.source.line(span.from()).saturating_add_signed(shift_at(&self.carried.line_shifts, span.start))
    }

    /// The end of the body in which a node ends in front of `address`; `None` where no node does, or the last one.
    pub fn body_end(&self, address: Address) -> Option<Address> {
        let found = self.body_ends.binary_search_by_key(&address, |(behind, _)| *behind).ok()?;
        self.body_ends.get(found).map(|(_, end)| *end)
    }

    /// Where to go on after an error in the operation at `address`.
    pub fn recovery(&self, address: Address) -> Recovery {
        let found = self.recoveries.binary_search_by_key(&address, |(at, _)| *at).ok();
        match found.and_then(|found| self.recoveries.get(found)) {
            Some((_, recovery)) => *recovery,
            None => {
                // `assign` prints nothing, so its errors print nothing either.
                let silent = matches!(self.operations.get(address as usize), Some(Operation::Assign { .. }));
                Recovery { resume: behind(address), silent }
            }
        }
    }
}

impl SlotName {
    /// The plain variable `name`.
    pub fn variable(name: &str) -> Self {
        SlotName::Variable(name.into())
    }

    /// The name, borrowed.
    pub fn key(&self) -> SlotKey<'_> {
        match self {
            SlotName::Variable(name) => SlotKey::Variable(name),
            SlotName::Attribute { namespace, name } => {
                SlotKey::Attribute { namespace: namespace.as_deref(), name }
            }
        }
    }
}
