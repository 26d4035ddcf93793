//! `comment`, `#` and `doc`.

use super::{Read, SINCE_FIVE, Tag, TagKind};
use crate::diagnostic::{Diagnostic, code};
use crate::dialect::DialectSet;
use crate::syntax::ast::NodeKind;
use crate::syntax::scan::is_blank;

pub(super) const COMMENT: Tag = Tag {
    name: "comment",
    kind: TagKind::Verbatim,
    dialects: DialectSet::ALL,
    description: "Writes nothing; tags in it need not be valid.",
    example: "a{% comment %}b{% endcomment %}c",
    output: "ac",
    read: Read::Scanned,
};

pub(super) const DOC: Tag = Tag {
    name: "doc",
    kind: TagKind::Verbatim,
    dialects: DialectSet::LIQUID.union(DialectSet::BRAZE),
    description: "Documents a template; writes nothing.",
    example: "{% doc %}@param name{% enddoc %}",
    output: "",
    read: Read::Scanned,
};

pub(super) const INLINE: Tag = Tag {
    name: "#",
    kind: TagKind::Inline,
    dialects: SINCE_FIVE,
    description: "A comment in one tag; each of its lines starts with `#`.",
    example: "a{% # b %}c",
    output: "ac",
    read: Read::Node(|context, piece| {
        let markup = context.slice(piece.markup);
        let without_hash = |line: &&str| {
            let line = line.trim_start_matches(is_blank);
            !line.is_empty() && !line.starts_with('#')
        };
        if markup.split('\n').skip(1).any(|line| without_hash(&line)) {
            let diagnostic =
                Diagnostic::new(&code::SYNTAX_ERROR, "a line of the comment does not start with `#`")
                    .at(context.source, piece.span, "")
                    .help("start each line with `#`, or use `{% comment %}`");
            let reference =
                "Syntax error in tag '#' - Each line of comments must be prefixed by the '#' character";
            context.findings.error(diagnostic, reference, piece.markup.from());
        }
        Some(NodeKind::Comment)
    }),
};
