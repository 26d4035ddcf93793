//! `connected_content`.

use super::options::{self, Given, Table, Takes};
use super::{Read, Tag, TagKind};
use crate::diagnostic::{Diagnostic, Edit, Severity, code};
use crate::dialect::DialectSet;
use crate::fetch::Method;
use crate::source::Span;
use crate::syntax::ast::{
    ConnectedContentMarkup, CredentialKind, FetchMarkup, Name, NodeKind, TagText, TextPart,
};
use crate::syntax::context::Context;
use crate::syntax::findings::shown;
use crate::syntax::scan::{TagPiece, is_blank};

pub(in crate::syntax::tags) const CONNECTED_CONTENT: Tag = Tag {
    name: "connected_content",
    kind: TagKind::Inline,
    dialects: DialectSet::BRAZE,
    description: "Calls a web service. An answer in JSON becomes the variable `connected`, or the one of `:save`; any \
                  other is written. Nothing is called but what stands in for it in the data, or the host allows.",
    example: "{% connected_content https://example.com/offers.json :save offers %}{{ offers.size | default: 'none' }}",
    output: "none",
    read: Read::Node(read),
};

const USAGE: &str = "{% connected_content https://example.com/data.json :save data %}";

static OPTIONS: Table = &[
    ("save", Takes::Value),
    ("method", Takes::Value),
    ("headers", Takes::Value),
    ("body", Takes::Value),
    ("content_type", Takes::Value),
    ("basic_auth", Takes::Value),
    ("auth_credentials", Takes::Value),
    ("cache_max_age", Takes::Value),
    ("no_cache", Takes::Nothing),
    ("retry", Takes::Nothing),
    ("rerender", Takes::Nothing),
];

fn read(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let words = options::words(context, piece, USAGE)?;
    let mut given = options::known(context, piece, words.options, OPTIONS);
    let mut positional = words.words.into_iter();
    let Some(url) = positional.next() else {
        options::malformed(context, piece.span, "`connected_content` has no URL", USAGE);
        return None;
    };
    options::surplus(context, positional.as_slice(), "a URL ends at the first blank");
    let mut url = options::text(context, url);
    strip_brackets(context, &mut url);
    let mut value = |name| options::take(&mut given, name).and_then(|option| option.value);
    let (method, headers, body) = (value("method"), value("headers"), value("body"));
    let (content_type, cache_max_age) = (value("content_type"), value("cache_max_age"));
    let basic = value("basic_auth").map(|name| (CredentialKind::Basic, name));
    let credential = basic.or_else(|| Some((CredentialKind::Token, value("auth_credentials")?)));
    let save = options::take(&mut given, "save").and_then(|option| variable(context, option));
    let has = |name: &str| given.iter().any(|option| option.name.text == name);
    let call = ConnectedContentMarkup {
        url,
        method,
        headers,
        body,
        content_type,
        credential,
        save,
        cache_max_age,
        no_cache: has("no_cache"),
        retry: has("retry"),
        rerender: has("rerender"),
    };
    check_method(context, &call);
    check_body(context, &call);
    check_age(context, &call);
    Some(NodeKind::Fetch(Box::new(FetchMarkup::ConnectedContent(call))))
}

/// One page of Braze's documentation writes a URL in brackets: a slip.
fn strip_brackets(context: &mut Context, url: &mut TagText) {
    let first = context.slice(url.span).starts_with('[');
    let last = context.slice(url.span).ends_with(']');
    let whole = url.span;
    if !first || !last || whole.len() < 2 {
        return;
    }
    let open = Span::new(whole.from(), whole.from().saturating_add(1));
    let close = Span::new(whole.to().saturating_sub(1), whole.to());
    if let Some(TextPart::Text(span)) = url.parts.first_mut() {
        span.start = open.end;
    }
    if let Some(TextPart::Text(span)) = url.parts.last_mut() {
        span.end = close.start;
    }
    url.span = Span { start: open.end, end: close.start };
    let edits = [open, close].map(|span| Edit { span, text: String::new() }).into();
    let diagnostic = Diagnostic::new(&code::SYNTAX_IGNORED, "the brackets around the URL are ignored")
        .at(context.source, whole, "")
        .fix(context.source, "remove the brackets", edits);
    context.findings.report(diagnostic);
}

/// The variable that `:save` names.
fn variable(context: &mut Context, option: Given) -> Option<Name> {
    let text = option.value?;
    let written = options::plain(context, &text);
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let Some(name) = written.filter(is_name) else {
        let what = shown(context.slice(text.span));
        let diagnostic = Diagnostic::new(
            &code::BRAZE_OPTION_VALUE,
            format!("`:save` needs a variable's name, found `{what}`"),
        )
        .severity(Severity::Error)
        .at(context.source, text.span, "")
        .help("a name is made of letters, digits and `_`");
        context.findings.report(diagnostic);
        return None;
    };
    Some(Name { text: name.to_owned(), span: text.span })
}

fn check_method(context: &mut Context, call: &ConnectedContentMarkup) {
    let Some(text) = &call.method else { return };
    let Some(name) = options::plain(context, text) else { return };
    if name.parse::<Method>().is_err() {
        let message = format!("`connected_content` has no method `{}`", shown(name));
        let diagnostic = Diagnostic::new(&code::BRAZE_OPTION_VALUE, message)
            .severity(Severity::Error)
            .at(context.source, text.span, "")
            .help("Braze sends `get`, which is the default, and `post`");
        context.findings.report(diagnostic);
    }
}

fn check_body(context: &mut Context, call: &ConnectedContentMarkup) {
    let Some(body) = &call.body else { return };
    let method = call.method.as_ref().map(|method| options::plain(context, method));
    if method.unwrap_or(Some("get")).is_some_and(|name| name.eq_ignore_ascii_case("get")) {
        let diagnostic = Diagnostic::new(&code::BRAZE_OPTION_VALUE, "a GET has no body: it is not sent")
            .at(context.source, body.span, "")
            .help("add `:method post`");
        context.findings.report(diagnostic);
    }
    let blank = body.parts.iter().find_map(|part| match part {
        TextPart::Text(span) => {
            let at = context.slice(*span).find(is_blank)?;
            Some(Span::new(at, at.saturating_add(1)).shifted(span.from()))
        }
        TextPart::Output(_) => None,
    });
    if let Some(blank) = blank {
        let diagnostic = Diagnostic::new(&code::BRAZE_OPTION_VALUE, "a blank stands in the body")
            .at(context.source, blank, "Braze may read the body up to here")
            .help("write the body in a `{% capture %}` before the tag, and give it as `:body {{body}}`");
        context.findings.report(diagnostic);
    }
}

fn check_age(context: &mut Context, call: &ConnectedContentMarkup) {
    let Some(text) = &call.cache_max_age else { return };
    let Some(age) = options::plain(context, text) else { return };
    if !age.parse().is_ok_and(|age: u32| (300..=14_400).contains(&age)) {
        let message =
            format!("`:cache_max_age` is a number of seconds from 300 to 14400, not `{}`", shown(age));
        let diagnostic =
            Diagnostic::new(&code::BRAZE_OPTION_VALUE, message).at(context.source, text.span, "");
        context.findings.report(diagnostic);
    }
}
