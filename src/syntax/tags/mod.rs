//! The table of tags: every tag there is, in which dialects, and how its markup becomes a node.
//!
//! A block tag is read to a node with empty bodies; the parser fills them as it meets branches and the end tag.

mod abort;
mod assignment;
mod comment;
mod conditional;
mod counter;
pub(crate) mod custom;
mod fetch;
mod iteration;
mod output;
mod partial;
mod vendor;

use super::ast::{Body, CustomBody, Name, Node, NodeKind};
use super::context::Context;
use super::scan::TagPiece;
use crate::dialect::{Dialect, DialectSet};
use crate::source::Span;

/// One tag.
#[derive(Debug)]
pub struct Tag {
    /// The name after `{%`.
    pub name: &'static str,
    /// What it is in the structure of a template.
    pub kind: TagKind,
    /// The dialects that have it.
    pub dialects: DialectSet,
    /// What it does, one sentence.
    pub description: &'static str,
    /// A template that uses it.
    pub example: &'static str,
    /// What the example writes, without data.
    pub output: &'static str,
    read: Read,
}

/// What a tag is in the structure of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// It stands for itself.
    Inline,
    /// It opens a block that ends at the tag `endNAME`.
    Block,
    /// It opens another branch of the block it stands in.
    Branch,
    /// It opens a block whose inside is not read as Liquid.
    Verbatim,
    /// It holds tags, one a line.
    Lines,
}

/// Reads a tag to a node; `None` where nothing is to be rendered, errors having been reported.
type ReadNode = fn(&mut Context, &TagPiece) -> Option<NodeKind>;

/// Adds a branch to the block it stands in.
type ReadBranch = fn(&mut Context, &TagPiece, &mut NodeKind);

#[derive(Debug)]
enum Read {
    Node(ReadNode),
    Branch { of: &'static [&'static str], read: ReadBranch },
    Scanned,
}

/// The dialects of engines that have what Liquid 5 added.
const SINCE_FIVE: DialectSet =
    DialectSet::ALL.except(DialectSet::CUSTOMERIO_LEGACY.union(DialectSet::CLEVERTAP));

/// Every tag, in the order of the reference manual's chapters.
pub static TAGS: &[Tag] = &[
    conditional::IF,
    conditional::UNLESS,
    conditional::ELSIF,
    conditional::ELSE,
    conditional::CASE,
    conditional::WHEN,
    iteration::FOR,
    iteration::BREAK,
    iteration::CONTINUE,
    iteration::CYCLE,
    iteration::TABLEROW,
    iteration::IFCHANGED,
    assignment::ASSIGN,
    assignment::CAPTURE,
    counter::INCREMENT,
    counter::DECREMENT,
    output::ECHO,
    output::LIQUID,
    output::RAW,
    comment::COMMENT,
    comment::INLINE,
    comment::DOC,
    partial::RENDER,
    partial::INCLUDE,
    abort::ABORT_MESSAGE,
    abort::ABORT,
    vendor::CIO_LINK,
    vendor::CIO_LINK_ID,
    vendor::VIEW_IN_BROWSER_URL,
    vendor::UNSUBSCRIBE,
    vendor::UNSUBSCRIBE_URL,
    vendor::MANAGE_PREFERENCES_URL,
    vendor::TRACKING_CONSENT_URL,
    vendor::SUBSCRIPTION_TOPIC_NAME,
    vendor::COUNTDOWN,
    vendor::GENERATE_UUID,
    vendor::RENDER_LIQUID,
    fetch::CONNECTED_CONTENT,
    fetch::CATALOG_ITEMS,
    fetch::CATALOG_SELECTION_ITEMS,
    fetch::PROMOTION,
    fetch::MESSAGE_EXTRAS,
    fetch::SHOPPING_CART,
    fetch::RANDOM,
];

impl Tag {
    /// The tag `name` of `dialect`.
    pub fn find(name: &str, dialect: &Dialect) -> Option<&'static Tag> {
        TAGS.iter().find(|tag| tag.name == name && tag.dialects.intersects(dialect.set))
    }

    /// The tags of `dialect`.
    pub fn of(dialect: &Dialect) -> impl Iterator<Item = &'static Tag> {
        let set = dialect.set;
        TAGS.iter().filter(move |tag| tag.dialects.intersects(set))
    }

    /// Whether it is closed by `endNAME`.
    pub fn has_end(&self) -> bool {
        matches!(self.kind, TagKind::Block | TagKind::Verbatim)
    }

    /// Reads a tag that is no branch.
    pub(super) fn node(&self, context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
        match self.read {
            Read::Node(read) => read(context, piece),
            _ => None,
        }
    }

    /// Whether it is a branch of the block `name`.
    pub(super) fn is_branch_of(&self, name: &str) -> bool {
        matches!(self.read, Read::Branch { of, .. } if of.contains(&name))
    }

    /// Adds the branch to `block`, whose finished body is in its place already.
    pub(super) fn branch(&self, context: &mut Context, piece: &TagPiece, block: &mut NodeKind) {
        if let Read::Branch { read, .. } = self.read {
            read(context, piece, block);
        }
    }
}

/// Puts `nodes` into the body of `block` that was opened last.
pub(super) fn fill(block: &mut NodeKind, nodes: Vec<Node>) {
    let filled = Body { nodes };
    match block {
        NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => *body = filled,
        NodeKind::If(block) => {
            if let Some(branch) = block.branches.last_mut() {
                branch.body = filled;
            }
        }
        NodeKind::Case(block) => match block.branches.last_mut() {
            Some(branch) => branch.body = filled,
            None => block.before = filled,
        },
        NodeKind::For(block) => match &mut block.otherwise {
            Some(otherwise) => *otherwise = filled,
            None => block.body = filled,
        },
        NodeKind::TableRow(block) => block.body = filled,
        NodeKind::Custom(block) => block.body = CustomBody::Template(filled),
        _ => {}
    }
}

/// Stands in the tree for a name that could not be read.
fn no_name(span: Span) -> Name {
    Name { text: String::new(), span }
}
