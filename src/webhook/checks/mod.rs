//! What is wrong or doubtful about a request: before it is rendered, and after.
//!
//! In goes what was compiled, or rendered with a source map; out come findings on the texts that are to blame. The rule
//! behind all of them: the webhook says where a request goes and how it is made up, data only fills in values.

mod form;
mod headers;
mod placeholder;
mod secrets;
mod traced;
mod url;

pub(super) use traced::Traced;

use super::BodyKind;
use super::draft::{Compiled, Content, Rendered, Role};
use super::project::Project;
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::dialect::CLEVERTAP;
use crate::source::Span;
use std::collections::HashSet;
use std::sync::Arc;

/// What can be told without data.
pub(super) fn before(compiled: &Compiled, project: &Project) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for part in &compiled.parts {
        found.extend(secrets::check(part, project));
        found.extend(placeholder::check(part));
    }
    let draft = &compiled.draft;
    if let Some(home) = &draft.home {
        found.extend(headers::names(&draft.headers, home));
        if draft.method.value == "PATCH" && compiled.dialect == &CLEVERTAP {
            let message = "CleverTap sends POST, GET, PUT and DELETE only, not PATCH";
            found.push(Diagnostic::new(&code::REQUEST_METHOD, message).at(home, draft.method.span, ""));
        }
    }
    found.into_iter().map(|finding| compiled.relocate(finding)).collect()
}

/// What can be told of one render.
pub(super) fn after(rendered: &Rendered<'_>) -> Vec<Diagnostic> {
    let compiled = rendered.compiled();
    let mut found = Vec::new();
    let mut content_type = None;
    for (part, traced) in rendered.heads() {
        match part.role {
            Role::Url => found.extend(url::check(&traced)),
            Role::Header(at) => {
                let name = compiled.draft.headers.get(at).map_or("", |(name, _)| name.value.as_str());
                found.extend(headers::value(name, &traced));
                if name.eq_ignore_ascii_case("content-type") {
                    found.extend(headers::content_type(&traced, compiled.draft.kind));
                    content_type = Some(traced.text.to_ascii_lowercase());
                }
            }
            Role::Body | Role::Pair(_) => {}
        }
    }
    let is_form = compiled.draft.kind == Some(BodyKind::Form)
        || (compiled.draft.kind == Some(BodyKind::Text)
            && content_type.as_deref().is_some_and(|kind| kind.contains("x-www-form-urlencoded")));
    if let Some(body) = rendered.body().filter(|_| is_form) {
        found.extend(form::check(&body));
    }
    found.extend(of_the_whole(rendered, content_type.is_some()));
    once(found)
}

/// Whether method, headers and body go together.
fn of_the_whole(rendered: &Rendered<'_>, has_content_type: bool) -> Vec<Diagnostic> {
    let compiled = rendered.compiled();
    let draft = &compiled.draft;
    let mut found = Vec::new();
    let Some(home) = &draft.home else { return found };
    let has_body = !rendered.text.trim().is_empty();
    if draft.method.value == "GET" && has_body {
        let message = "a GET request has no body: the rendered body is not sent, or the receiver ignores it";
        found.push(
            Diagnostic::new(&code::REQUEST_BODY_WITH_GET, message)
                .at(home, draft.method.span, "")
                .help("use `method = \"POST\"`, or put the values into the URL"),
        );
    } else if has_body && !has_content_type && draft.url.is_some() {
        found.extend(headers::missing_content_type(draft, compiled.dialect, home));
    }
    if let (Content::Pairs(pairs), Some(BodyKind::Json | BodyKind::Form)) = (&draft.body, draft.kind)
        && pairs.is_empty()
    {
        let message = "the body has no keys";
        found.push(Diagnostic::new(&code::REQUEST_EMPTY_BODY, message).at(home, Span::at(0), ""));
    }
    found
}

/// Each finding once: turns of a loop repeat them, and beside an error a warning about the same place says no more.
fn once(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place =
        |finding: &Diagnostic| finding.primary.as_ref().map(|label| (Arc::as_ptr(&label.source), label.span));
    let errors: HashSet<_> = found.iter().filter(|finding| finding.is_error()).filter_map(place).collect();
    let mut seen = HashSet::new();
    let kept = found.into_iter().filter(|finding| match place(finding) {
        Some(place) if finding.severity < Severity::Error && errors.contains(&place) => false,
        Some(place) => seen.insert((finding.code.name, place)),
        None => true,
    });
    kept.collect()
}
