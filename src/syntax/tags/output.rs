//! `echo`, `liquid` and `raw`.

use super::{Read, SINCE_FIVE, Tag, TagKind};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::context::Place;
use crate::syntax::fallback::Fallback;
use crate::syntax::lint;
use crate::syntax::markup::Grammar;

pub(super) const ECHO: Tag = Tag {
    name: "echo",
    kind: TagKind::Inline,
    dialects: SINCE_FIVE,
    description: "Writes a value, as `{{ … }}` does.",
    example: "{% echo 'hi' | upcase %}",
    output: "HI",
    read: Read::Node(|context, piece| {
        let span = piece.markup;
        let chain = context.read(Place::Output, span, span.from(), Grammar::chain, Fallback::chain)?;
        if let Some(chain) = &chain {
            lint::chain(context, chain);
        }
        Some(NodeKind::Output(chain.map(Box::new)))
    }),
};

pub(super) const LIQUID: Tag = Tag {
    name: "liquid",
    kind: TagKind::Lines,
    dialects: SINCE_FIVE,
    description: "Holds tags without their delimiters, one a line.",
    example: "{% liquid\n  assign n = 2\n  echo n | times: 3\n%}",
    output: "6",
    read: Read::Scanned,
};

pub(super) const RAW: Tag = Tag {
    name: "raw",
    kind: TagKind::Verbatim,
    dialects: DialectSet::ALL,
    description: "Writes its body as it stands.",
    example: "{% raw %}{{ x }}{% endraw %}",
    output: "{{ x }}",
    read: Read::Scanned,
};
