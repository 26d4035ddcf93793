//! Other template languages: recognised by what Liquid never has, and refused by name.
#![expect(clippy::arithmetic_side_effects, reason = "positions within a text in memory")]

use crate::diagnostic::{Diagnostic, code};
use crate::source::Span;
use crate::syntax::context::Context;
use memchr::{memchr, memchr3, memmem};

/// A template language that is not Liquid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    FreeMarker,
    Jinja,
    Handlebars,
    EmbeddedRuby,
    Velocity,
    AmpScript,
    SparkPost,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Language::FreeMarker => "FreeMarker",
            Language::Jinja => "Jinja or Nunjucks",
            Language::Handlebars => "Handlebars or Mustache",
            Language::EmbeddedRuby => "ERB or EJS",
            Language::Velocity => "Velocity",
            Language::AmpScript => "AMPscript",
            Language::SparkPost => "SparkPost's and Momentum's substitution language",
        }
    }

    fn home(self) -> &'static str {
        match self {
            Language::FreeMarker => "Amplitude's event streaming is written in it",
            Language::Jinja => "MoEngage's campaigns are written in Jinja",
            Language::Handlebars => "it looks much like Liquid, and means something else",
            Language::EmbeddedRuby => "`<% … %>` holds code of another language",
            Language::Velocity => "Marketo's scripts are written in it",
            Language::AmpScript => "Salesforce Marketing Cloud's messages are written in it",
            Language::SparkPost => "it is filled in when a message is sent",
        }
    }

    /// The finding that `span` is written in this language.
    pub fn finding(self, context: &Context, span: Span) -> Diagnostic {
        let message = format!("this is {}, not Liquid", self.name());
        Diagnostic::new(&code::DIALECT_FOREIGN, message)
            .at(context.source, span, "")
            .note(self.home())
            .help("render it where it comes from, or write it in Liquid: `{{ name }}`, `{% if … %}`")
    }
}

/// The first stretch of `text`, which stands between tags, that is another language.
pub(crate) fn in_text(text: &str) -> Option<(Span, Language)> {
    let bytes = text.as_bytes();
    // What needs a second sign behind it is looked for no further than the first time it is missing.
    let mut closes = Closes { text, missing: Vec::new() };
    let (mut hash, mut dollar) = (false, false);
    let mut at = 0;
    // Text is full of `<`, and hardly ever has one of these.
    while let Some(sign) = bytes.get(at..).and_then(|rest| memchr3(b'#', b'$', b'%', rest)) {
        let sign = at + sign;
        at = sign + 1;
        let (before, behind) = bytes.split_at_checked(sign).unwrap_or_default();
        let rest = |from: usize| text.get(from..).unwrap_or_default();
        hash |= behind.starts_with(b"#");
        dollar |= behind.starts_with(b"$");
        let angled = match (before, behind) {
            ([.., b'<'], [b'#' | b'%', ..]) => Some(sign - 1),
            ([.., b'<', b'/'], [b'#', ..]) => Some(sign - 2),
            _ => None,
        };
        let found = angled.and_then(|start| Some((start, angle(rest(start), &mut closes, start)?)));
        let found = found.or_else(|| match behind {
            [b'$', b'{', ..] => Some((sign, interpolation(rest(sign))?)),
            [b'%', b'%', ..] => Some((sign, percent(rest(sign), &mut closes, sign)?)),
            _ => None,
        });
        if let Some((start, (length, language))) = found {
            return Some((Span::new(start, start + length), language));
        }
    }
    let velocity = if hash && dollar { velocity(text) } else { None };
    velocity.map(|span| (span, Language::Velocity))
}

struct Closes<'t> {
    text: &'t str,
    missing: Vec<&'static str>,
}

impl Closes<'_> {
    fn follows(&mut self, from: usize, sign: &'static str) -> bool {
        if self.missing.contains(&sign) {
            return false;
        }
        let found = self.text.as_bytes().get(from..).and_then(|rest| memmem::find(rest, sign.as_bytes()));
        if found.is_none() {
            self.missing.push(sign);
        }
        found.is_some()
    }
}

/// `<#if …>`, `</#if>`, `<#-- … -->`, `<%= … %>`, `<% … %>`.
fn angle(rest: &str, closes: &mut Closes, start: usize) -> Option<(usize, Language)> {
    const DIRECTIVES: &[&str] = &[
        "if", "else", "elseif", "list", "assign", "switch", "case", "default", "include", "import", "macro",
        "function", "local", "global", "setting", "escape", "noparse", "compress", "attempt", "recover",
        "sep", "items", "break", "return", "ftl", "nested", "t", "stop",
    ];
    let inside = rest.strip_prefix("</#").or_else(|| rest.strip_prefix("<#"));
    if let Some(inside) = inside {
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let (word, after) = inside.split_at_checked(length)?;
        let ends = after.starts_with([' ', '>', '/', '\n', '\t', '\r']);
        let known = DIRECTIVES.contains(&word) && ends || inside.starts_with("--");
        return known.then_some((rest.len() - after.len(), Language::FreeMarker));
    }
    let inside = rest.strip_prefix("<%")?;
    let opens = inside.starts_with(['=', '-', '#', '@', ' ', '\n']);
    (opens && closes.follows(start, "%>")).then_some((2, Language::EmbeddedRuby))
}

/// `${input.event_type}`, `${x?c}`, `${x!"default"}`, `${x??}`.
fn interpolation(rest: &str) -> Option<(usize, Language)> {
    const LONGEST: usize = 200;
    let inside = rest.strip_prefix("${")?;
    let end = memchr(b'}', inside.as_bytes().get(..LONGEST.min(inside.len()))?)?;
    let inside = inside.get(..end)?;
    let name = inside.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '$'));
    let (name, after) = inside.split_at_checked(name.unwrap_or(inside.len()))?;
    let is_path = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let built_in = after
        .strip_prefix('?')
        .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_lowercase() || c == '?'));
    let default =
        after.strip_prefix('!').is_some_and(|text| text.is_empty() || text.starts_with(['"', '\'']));
    let is_event = name.starts_with("input.") && !name.ends_with('.') && after.is_empty();
    (is_path && (built_in || default || is_event)).then_some((end + 3, Language::FreeMarker))
}

/// `%%[ … ]%%`, `%%=v(@x)=%%`.
fn percent(rest: &str, closes: &mut Closes, start: usize) -> Option<(usize, Language)> {
    let found = match rest {
        _ if rest.starts_with("%%[") => closes.follows(start, "]%%"),
        _ if rest.starts_with("%%=") => closes.follows(start, "=%%"),
        _ => false,
    };
    found.then_some((3, Language::AmpScript))
}

/// `#if( … ) … #end`, `#foreach( … )`, `#set( … )`.
fn velocity(text: &str) -> Option<Span> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut block = None;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'#', rest)) {
        let start = at + found;
        at = start + 1;
        let rest = text.get(at..).unwrap_or_default();
        let opens = |word: &str| {
            rest.strip_prefix(word).is_some_and(|rest| rest.trim_start_matches(' ').starts_with("($"))
                || rest.strip_prefix(word).is_some_and(|rest| rest.trim_start_matches(' ').starts_with("( $"))
        };
        if opens("set") {
            return Some(Span::new(start, start + 4));
        }
        if block.is_none() && (opens("if") || opens("foreach")) {
            block = Some(Span::new(start, start + 3));
        }
        let ends = rest.strip_prefix("end").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        if ends && block.is_some() {
            return block;
        }
    }
    None
}

/// Whether the markup of an output is another language's, by itself.
pub(crate) fn in_output(markup: &str) -> Option<Language> {
    let markup = markup.trim_start();
    if let Some(rest) = markup.strip_prefix(['#', '/']) {
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let helper = matches!(rest.get(..length)?, "if" | "each" | "unless" | "with");
        return helper.then_some(Language::Handlebars);
    }
    (markup.strip_prefix("super")?.trim_start().starts_with("()")).then_some(Language::Jinja)
}

/// Whether a tag that nobody knows is another language's.
pub(crate) fn of_tag(name: &str) -> Option<Language> {
    const TAGS: &[&str] = &[
        "set",
        "endset",
        "block",
        "endblock",
        "extends",
        "macro",
        "endmacro",
        "import",
        "from",
        "elif",
        "call",
        "endcall",
        "filter",
        "endfilter",
        "with",
        "endwith",
        "autoescape",
    ];
    TAGS.contains(&name).then_some(Language::Jinja)
}

/// Follows blocks that outputs open and close: `{{if x}} … {{end}}` of SparkPost, `{{#items}} … {{/items}}` of Mustache.
#[derive(Default)]
pub(crate) struct Blocks<'s> {
    conditions: bool,
    sections: Vec<&'s str>,
}

impl<'s> Blocks<'s> {
    /// The language in which the markup of this output ends a block that another output opened.
    pub fn end(&mut self, markup: &'s str) -> Option<Language> {
        const MOST: usize = 100;
        let markup = markup.trim();
        if let Some(name) = markup.strip_prefix('#')
            && self.sections.len() < MOST
        {
            self.sections.push(name.trim());
        }
        if let Some(name) = markup.strip_prefix('/') {
            let name = name.trim();
            let is_open = !name.is_empty() && self.sections.contains(&name);
            return is_open.then_some(Language::Handlebars);
        }
        self.conditions |= markup.starts_with("if ") || markup.starts_with("each ");
        (self.conditions && markup == "end").then_some(Language::SparkPost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_are_known_by_their_signs() {
        for (text, expected) in [
            (r#"{"e":"${input.event_type}"}"#, Some(Language::FreeMarker)),
            ("<#if input.user_id??>x<#else>anon</#if>", Some(Language::FreeMarker)),
            (r#"${device!"none"}"#, Some(Language::FreeMarker)),
            ("${price?c}", Some(Language::FreeMarker)),
            ("<%= user.name %>", Some(Language::EmbeddedRuby)),
            ("%%[ set @x = 1 ]%%", Some(Language::AmpScript)),
            ("%%=v(@first)=%%", Some(Language::AmpScript)),
            ("#set($x = 1)", Some(Language::Velocity)),
            ("#if($x)a#end", Some(Language::Velocity)),
            ("it costs $5, ${price} or $ {x}", None),
            ("const f = (x) => `${x.name}`; `${y ? 1 : 2}` `${a!=b}` `${input.value + 1}`", None),
            ("a <# b, <#12>, <!-- #if --> <a href='#end'>", None),
            ("100%% sure, 5 <% 6, 20 % of 30", None),
            ("color: #ifa; #if (x) #endless", None),
            ("<p class=\"a\">$</p>", None),
        ] {
            assert_eq!(in_text(text).map(|(_, language)| language), expected, "{text}");
        }
        for (markup, expected) in [
            ("#if x", Some(Language::Handlebars)),
            ("/if", Some(Language::Handlebars)),
            ("# ", None),
            ("#note", None),
            (" super() ", Some(Language::Jinja)),
            ("customer.name", None),
            ("super", None),
            ("-1", None),
            ("'#if'", None),
        ] {
            assert_eq!(in_output(markup), expected, "{markup}");
        }
    }

    #[test]
    fn blocks_of_outputs_are_known_where_they_end() {
        let mut blocks = Blocks::default();
        let ends =
            ["end", "/items", "#items", "name", "/other", "/items", "if x", "end"].map(|it| blocks.end(it));
        assert_eq!(ends[..5], [None; 5]);
        assert_eq!(ends[5..], [Some(Language::Handlebars), None, Some(Language::SparkPost)]);
    }

    #[test]
    fn hostile_text_is_searched() {
        for text in ["<%= ", "<#if", "${a", "%%[", "#if($", "#if( "] {
            in_text(&text.repeat(50_000));
        }
    }
}
