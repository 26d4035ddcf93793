//! The tree a template is parsed to. Every node knows its [`Span`] in the template.
//!
//! What stands between the delimiters of a tag is its *markup*; the structs that end in `Markup` hold what was read from
//! it, whether the grammar read it or the reader for what the grammar rejects.

mod fetch;

pub use fetch::{
    CatalogMarkup, CatalogRows, ConnectedContentMarkup, CredentialKind, FetchMarkup, TagText, TextPart,
};

use crate::source::Span;

/// Nodes one after another: a whole template, or the inside of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The nodes in order.
    pub nodes: Vec<Node>,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The node's place: for blocks from the opening tag to the end of the closing tag.
    pub span: Span,
    /// The place of the opening tag, delimiters included; the same as `span` for nodes without a body.
    pub tag: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text that is copied to the output, `raw` bodies included.
    Text(Text),
    /// `{{ … }}` and `echo`. `None` where the markup is empty.
    Output(Option<Box<Chain>>),
    /// `{% assign name = … %}`
    Assign(Box<AssignMarkup>),
    /// `{% capture name %}…{% endcapture %}`
    Capture {
        /// The variable.
        name: Name,
        /// What is captured.
        body: Body,
    },
    /// `{% case … %}`
    Case(Box<Case>),
    /// `{% if … %}` and `{% unless … %}`
    If(If),
    /// `{% for … %}`
    For(Box<For>),
    /// `{% tablerow … %}`
    TableRow(Box<TableRow>),
    /// `{% cycle … %}`
    Cycle(Box<CycleMarkup>),
    /// `{% increment name %}`
    Increment(Name),
    /// `{% decrement name %}`
    Decrement(Name),
    /// `{% break %}`
    Break,
    /// `{% continue %}`
    Continue,
    /// `{% ifchanged %}…{% endifchanged %}`
    IfChanged(Body),
    /// `{% render … %}` and `{% include … %}`
    Partial(Box<PartialMarkup>),
    /// `{% comment %}`, `{% # … %}` and `{% doc %}`: writes nothing.
    Comment,
    /// The tags that Customer.io adds.
    Vendor(VendorMarkup),
    /// Braze's `{% abort_message('reason') %}`, CleverTap's `{% abort %}`
    Abort(Option<String>),
    /// Braze's tags that fetch something.
    Fetch(Box<FetchMarkup>),
    /// `{% random 10 %}`, which writes an integer from 0 to 9; without a bound a fraction from 0 up to 1.
    Random(Option<Box<Expression>>),
    /// A tag that the host added.
    Custom(Box<CustomMarkup>),
}

/// What a tag of the host says.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomMarkup {
    /// The tag's name.
    pub name: Name,
    /// All that follows the name.
    pub markup: Span,
    /// The arguments by place; none where the tag reads its markup itself.
    pub positional: Vec<Expression>,
    /// The arguments by name, in order.
    pub keyword: Vec<(Name, Expression)>,
    /// What it stands around.
    pub body: CustomBody,
}

/// What a tag of the host stands around.
#[derive(Clone, Debug, PartialEq)]
pub enum CustomBody {
    /// Nothing.
    None,
    /// A part of the template.
    Template(Body),
    /// Text that is not read as Liquid.
    Verbatim(Span),
}

impl CustomMarkup {
    /// The part of the template that it stands around, if it does.
    pub fn template(&self) -> Option<&Body> {
        match &self.body {
            CustomBody::Template(body) => Some(body),
            CustomBody::None | CustomBody::Verbatim(_) => None,
        }
    }
}

/// What Customer.io's own tags say.
#[derive(Clone, Debug, PartialEq)]
pub enum VendorMarkup {
    /// A tag whose value only the platform knows.
    StandIn(Name),
    /// `{% generate_uuid %}`
    Uuid,
    /// `{% render_liquid path.to.text %}`
    RenderLiquid(Box<Expression>),
}

/// Text between tags, and what white-space control took from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// What is written.
    pub kept: Span,
    /// White space removed in front by the `-%}` or `-}}` before it; may be empty.
    pub removed_before: Span,
    /// White space removed at the end by the `{%-` or `{{-` after it; may be empty.
    pub removed_after: Span,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A value and the filters it goes through.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// From the input to the end of the last filter.
    pub span: Span,
    /// The value the chain starts from.
    pub input: Expression,
    /// The filters in order.
    pub filters: Vec<FilterCall>,
}

/// `| name: positional, keyword: value`
#[derive(Clone, Debug, PartialEq)]
pub struct FilterCall {
    /// From the name to the end of the last argument.
    pub span: Span,
    /// The filter's name.
    pub name: Name,
    /// The arguments without a name, in order.
    pub positional: Vec<Expression>,
    /// The arguments with a name, in order.
    pub keyword: Vec<(Name, Expression)>,
}

/// A value: a literal, a variable lookup, a range, or a chain in inner braces.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// The place.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// A value written out.
    Literal(Literal),
    /// `(first..last)`
    Range(Box<(Expression, Expression)>),
    /// `a.b[c]`, `['a b']`, `namespace.${name}.b`
    Lookup(Lookup),
    /// Braze's `{{ … }}` inside a tag, an argument or another output; of LiquidJS the chain of a condition.
    Inner(Box<Chain>),
    /// Operators where a value may stand, as LiquidJS has them.
    Formula(Formula),
}

/// Values and operators in the order in which they are worked off: operators stand behind their operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The terms; the first value left when all are worked off is the formula's.
    pub terms: Vec<Term>,
}

/// One term of a [`Formula`].
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A value.
    Operand(Expression),
    /// An operator for the values before it.
    Operator(Sign),
}

/// The operators of a [`Formula`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A comparison of two values.
    Compare(Operator),
    /// `and`, `or`: both sides are evaluated.
    Join(Connective),
    /// `not`
    Not,
}

impl Expression {
    /// Whether the value is known without data.
    pub(crate) fn is_constant(&self) -> bool {
        match &self.kind {
            ExpressionKind::Literal(_) => true,
            ExpressionKind::Range(ends) => ends.0.is_constant() && ends.1.is_constant(),
            ExpressionKind::Lookup(_) | ExpressionKind::Inner(_) | ExpressionKind::Formula(_) => false,
        }
    }
}

/// The end that makes a range of constants an error of the reference, which turns both ends into integers while it
/// parses: booleans and ranges cannot be turned. Where one end is computed there is none.
pub(crate) fn misplaced_range_end<'e>(first: &'e Expression, last: &'e Expression) -> Option<&'e Expression> {
    if !first.is_constant() || !last.is_constant() {
        return None;
    }
    let fits = |end: &&Expression| {
        !matches!(end.kind, ExpressionKind::Literal(Literal::Bool(_)) | ExpressionKind::Range(_))
    };
    [first, last].into_iter().find(|end| !fits(end))
}

/// A value written out in the template.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `nil`, `null`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// An integer of 64 bits.
    Integer(i64),
    /// A larger integer: its decimal digits with an optional `-`, without leading zeros.
    BigInteger(String),
    /// A number with a fraction.
    Float(f64),
    /// Text in quotes, without them.
    String(String),
    /// `empty`
    Empty,
    /// `blank`
    Blank,
}

/// A variable lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Where it starts.
    pub root: Root,
    /// The properties it goes through.
    pub segments: Vec<Segment>,
}

/// The first part of a variable lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// `name`
    Name(Name),
    /// `[expression]`: the variable whose name the expression gives.
    Dynamic(Box<Expression>),
    /// The properties of a value written out: LiquidJS's `'text'.size`.
    Value(Box<Expression>),
    /// Braze's `${name}` or `namespace.${name}`. The name is all that stands in the braces, trimmed.
    Reference {
        /// The namespace; none for profile attributes.
        namespace: Option<Name>,
        /// The attribute.
        name: Name,
    },
}

/// One property of a variable lookup.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// `.name`
    Name(Name),
    /// `[expression]`
    Index(Expression),
    /// Braze's `.${name}`
    Reference(Name),
}

/// Comparisons joined by `and` and `or`, which associate to the right with equal rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The place.
    pub span: Span,
    /// The first comparison.
    pub first: Comparison,
    /// The others, each with the word before it.
    pub rest: Vec<(Connective, Comparison)>,
}

/// `and` or `or`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    /// `and`
    And,
    /// `or`
    Or,
}

/// `left operator right`, or only `left`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The value compared, or tested for truth.
    pub left: Expression,
    /// The operator and what stands on its right; a missing right side is nil.
    pub right: Option<(Operator, Expression)>,
}

/// The operators of conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
    /// `contains`
    Contains,
    /// Anything else that lax mode lets through: an error when it is evaluated.
    Unknown(String),
}

impl From<&str> for Operator {
    /// The operator written `text`; `=` and words that are no operators are unknown.
    fn from(text: &str) -> Self {
        match text {
            "==" => Operator::Equal,
            "!=" | "<>" => Operator::NotEqual,
            "<" => Operator::Less,
            ">" => Operator::Greater,
            "<=" => Operator::LessOrEqual,
            ">=" => Operator::GreaterOrEqual,
            "contains" => Operator::Contains,
            other => Operator::Unknown(other.to_owned()),
        }
    }
}

/// `name = chain`
#[derive(Clone, Debug, PartialEq)]
pub struct AssignMarkup {
    /// The variable.
    pub name: Name,
    /// Its value.
    pub value: Chain,
}

/// `{% if %}` or `{% unless %}` with its branches.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// Whether the first condition is negated: `unless`.
    pub negated: bool,
    /// The branches in order; one without a condition is `else`.
    pub branches: Vec<Branch>,
}

/// One branch of an `if` or `unless`.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The tag that opens it.
    pub tag: Span,
    /// When it is taken; `None` for `else`.
    pub condition: Option<Condition>,
    /// What it holds.
    pub body: Body,
}

/// `{% case %}` with its branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What is compared.
    pub subject: Expression,
    /// What stands before the first branch; it is never rendered.
    pub before: Body,
    /// The branches in order.
    pub branches: Vec<CaseBranch>,
}

/// One branch of a `case`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBranch {
    /// The tag that opens it.
    pub tag: Span,
    /// The values of a `when`; `None` for `else`.
    pub values: Option<Vec<Expression>>,
    /// What it holds.
    pub body: Body,
}

/// `{% for %}` with its bodies.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// What the tag says.
    pub markup: ForMarkup,
    /// What is repeated.
    pub body: Body,
    /// What is rendered instead where there is nothing to repeat.
    pub otherwise: Option<Body>,
}

/// `item in collection reversed limit: n offset: n`
#[derive(Clone, Debug, PartialEq)]
pub struct ForMarkup {
    /// The loop variable.
    pub item: Name,
    /// What is walked.
    pub collection: Expression,
    /// The collection as written, part of the name under which `offset: continue` remembers its place.
    pub collection_text: String,
    /// Whether the chosen stretch is walked backwards.
    pub reversed: bool,
    /// At most this many turns.
    pub limit: Option<Expression>,
    /// Where to start.
    pub offset: Option<Offset>,
}

/// The start of a loop.
#[derive(Clone, Debug, PartialEq)]
pub enum Offset {
    /// `offset: continue`: where the last loop of the same name stopped.
    Continue,
    /// After this many items.
    Skip(Expression),
}

/// `{% tablerow %}` with its body.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// What the tag says.
    pub markup: TableRowMarkup,
    /// What is repeated.
    pub body: Body,
}

/// `item in collection cols: n limit: n offset: n`
#[derive(Clone, Debug, PartialEq)]
pub struct TableRowMarkup {
    /// The loop variable.
    pub item: Name,
    /// What is walked.
    pub collection: Expression,
    /// Cells in a row; all in one without it.
    pub columns: Option<Expression>,
    /// At most this many turns.
    pub limit: Option<Expression>,
    /// Where to start.
    pub offset: Option<Expression>,
}

/// `group: value, value`
#[derive(Clone, Debug, PartialEq)]
pub struct CycleMarkup {
    /// What names the group, where given.
    pub group: Option<Expression>,
    /// The values taken in turn.
    pub values: Vec<Expression>,
}

/// What `render` and `include` say.
#[derive(Clone, Debug, PartialEq)]
pub struct PartialMarkup {
    /// Whether the partial sees only what it is given: `render`.
    pub isolated: bool,
    /// The partial's name.
    pub name: Expression,
    /// The value given by `with` or `for`.
    pub binding: Option<Binding>,
    /// The name after `as`.
    pub alias: Option<Name>,
    /// `name: value` pairs.
    pub arguments: Vec<(Name, Expression)>,
}

/// The value of `with` or `for` in `render` and `include`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Whether the partial is rendered once for each item: `for`.
    pub each: bool,
    /// The value.
    pub value: Expression,
}
