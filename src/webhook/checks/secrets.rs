//! The secrets that a webhook names: known, and in places where they can be filled in.

use crate::diagnostic::{Diagnostic, code, suggest};
use crate::syntax::ast::{Body, NodeKind};
use crate::webhook::draft::{Part, Role};
use crate::webhook::project::Project;
use crate::webhook::{secret, table};

/// The findings of one text.
pub(super) fn check(part: &Part, project: &Project) -> Vec<Diagnostic> {
    let source = &part.fragment.source;
    let mentions = secret::mentions(source.text());
    if mentions.is_empty() {
        return Vec::new();
    }
    if matches!(part.role, Role::Body | Role::Pair(_)) {
        let first = mentions.into_iter().take(1);
        let finding = first.map(|mention| {
            let message = format!("`<secret:{}>` is only filled in in the URL and in headers", mention.name);
            Diagnostic::new(&code::REQUEST_SECRET_PLACE, message)
                .at(source, mention.span(), "in the body it stays as it is")
                .help("most services take a key in a header")
        });
        return finding.collect();
    }
    let text = texts(part.template.ast());
    let names: Vec<&str> = project.secrets.iter().map(|secret| secret.name.as_str()).collect();
    let mut found = Vec::new();
    for mention in mentions {
        let span = mention.span();
        let next = text.partition_point(|(from, _)| *from <= span.start);
        let around = next.checked_sub(1).and_then(|at| text.get(at));
        if around.is_none_or(|(_, to)| span.end > *to) {
            let message = format!("`<secret:{}>` stands inside of a tag", mention.name);
            found.push(
                Diagnostic::new(&code::REQUEST_SECRET_PLACE, message)
                    .at(source, span, "here it is a text like any other")
                    .help(
                        "secrets never reach a template: keep the finished value, such as the base64 text, as \
                         the secret and name it outside of tags",
                    ),
            );
        } else if !names.contains(&mention.name.as_str()) {
            let message = format!("there is no secret `{}`", mention.name);
            let near = suggest::did_you_mean(&mention.name, names.iter().copied());
            let add = format!("`{0} = {{ env = \"{0}\" }}`", mention.name);
            let help = near.unwrap_or_else(|| match (&project.source, names.as_slice()) {
                (None, _) => format!("add a file carafe.toml with `[secrets]` and under it {add}"),
                (Some(_), []) => format!("add `[secrets]` and under it {add} to the carafe.toml"),
                (Some(_), names) => format!("the carafe.toml has {}", table::listed(names)),
            });
            found.push(
                Diagnostic::new(&code::REQUEST_UNKNOWN_SECRET, message).at(source, span, "").help(help),
            );
        }
    }
    found
}

/// The stretches of a template that are text, wherever in its blocks, from and to, in order.
fn texts(body: &Body) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut open = vec![body];
    while let Some(body) = open.pop() {
        for node in &body.nodes {
            match &node.kind {
                NodeKind::Text(text) => found.push((text.kept.start, text.kept.end)),
                NodeKind::Capture { body, .. } | NodeKind::IfChanged(body) => open.push(body),
                NodeKind::Case(case) => {
                    open.extend(case.branches.iter().map(|branch| &branch.body));
                }
                NodeKind::If(chosen) => open.extend(chosen.branches.iter().map(|branch| &branch.body)),
                NodeKind::For(turns) => {
                    open.push(&turns.body);
                    open.extend(&turns.otherwise);
                }
                NodeKind::TableRow(row) => open.push(&row.body),
                NodeKind::Custom(tag) => open.extend(tag.template()),
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found
}
