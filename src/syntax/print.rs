//! The tree back to a template, in one way of writing: what was read and written again reads to the same tree.
//!
//! White-space control is gone, since the text it removed is; comments are left out, and `liquid` tags become tags of
//! their own. Only trees without errors print to templates that mean the same, and not all that lax mode reads can be
//! written: `{{ (1 }}` is the variable called `1` there.

use super::ast::{
    Body, CatalogRows, Chain, Condition, Connective, CredentialKind, CustomBody, CustomMarkup, Expression,
    ExpressionKind, FetchMarkup, Formula, Literal, Lookup, Name, Node, NodeKind, Offset, Operator,
    PartialMarkup, Root, Segment, Sign, TagText, Term, TextPart, VendorMarkup,
};
use super::tags::Tag;
use crate::dialect::{Dialect, Family};
use crate::source::Source;

/// The template of `body`, whose texts stand in `source` and are of `dialect`.
pub fn print(body: &Body, source: &Source, dialect: &Dialect) -> String {
    let mut printer = Printer { out: String::new(), source, dialect };
    printer.body(body);
    printer.out
}

struct Printer<'s> {
    out: String,
    source: &'s Source,
    dialect: &'s Dialect,
}

impl Printer<'_> {
    fn body(&mut self, body: &Body) {
        for node in &body.nodes {
            self.node(node);
        }
    }

    /// Opens a tag or output; a brace before it must not run into it.
    fn delimiter(&mut self, opening: &str) {
        let apart = self.out.ends_with('{');
        self.out.push_str(if apart { " " } else { "" });
        self.out.push_str(opening);
        self.out.push_str(if apart { "- " } else { " " });
    }

    fn tag(&mut self, name: &str, markup: &str) {
        self.delimiter("{%");
        self.out.push_str(name);
        if !markup.is_empty() {
            self.out.push(' ');
            self.out.push_str(markup);
        }
        self.out.push_str(" %}");
    }

    fn node(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Text(text) if node.tag != node.span => {
                self.tag("raw", "");
                self.out.push_str(self.source.slice(text.kept));
                self.out.push_str("{% endraw %}");
            }
            NodeKind::Text(text) => self.out.push_str(self.source.slice(text.kept)),
            NodeKind::Output(chain) => {
                self.delimiter("{{");
                self.out.push_str(
                    &chain.as_ref().map_or_else(String::new, |chain| print_chain(self.dialect.family, chain)),
                );
                self.out.push_str(" }}");
            }
            NodeKind::Assign(assign) => {
                self.tag(
                    "assign",
                    &format!("{} = {}", assign.name.text, print_chain(self.dialect.family, &assign.value)),
                );
            }
            NodeKind::Capture { name, body } => self.block("capture", &name.text, body),
            NodeKind::Case(case) => {
                self.tag("case", &expression(self.dialect.family, &case.subject));
                for branch in &case.branches {
                    match &branch.values {
                        Some(values) => self.tag("when", &list(self.dialect.family, values)),
                        None => self.tag("else", ""),
                    }
                    self.body(&branch.body);
                }
                self.tag("endcase", "");
            }
            NodeKind::If(block) => {
                let name = if block.negated { "unless" } else { "if" };
                for (number, branch) in block.branches.iter().enumerate() {
                    match &branch.condition {
                        Some(condition) => {
                            let name = if number == 0 { name } else { "elsif" };
                            self.tag(name, &print_condition(self.dialect.family, condition));
                        }
                        None => self.tag("else", ""),
                    }
                    self.body(&branch.body);
                }
                self.tag(&format!("end{name}"), "");
            }
            NodeKind::For(block) => {
                let mut markup = format!(
                    "{} in {}",
                    block.markup.item.text,
                    expression(self.dialect.family, &block.markup.collection)
                );
                if block.markup.reversed {
                    markup.push_str(" reversed");
                }
                option(self.dialect.family, &mut markup, "limit", block.markup.limit.as_ref());
                match &block.markup.offset {
                    Some(Offset::Continue) => markup.push_str(" offset: continue"),
                    Some(Offset::Skip(offset)) => {
                        option(self.dialect.family, &mut markup, "offset", Some(offset))
                    }
                    None => {}
                }
                self.tag("for", &markup);
                self.body(&block.body);
                if let Some(otherwise) = &block.otherwise {
                    self.tag("else", "");
                    self.body(otherwise);
                }
                self.tag("endfor", "");
            }
            NodeKind::TableRow(block) => {
                let mut markup = format!(
                    "{} in {}",
                    block.markup.item.text,
                    expression(self.dialect.family, &block.markup.collection)
                );
                option(self.dialect.family, &mut markup, "cols", block.markup.columns.as_ref());
                option(self.dialect.family, &mut markup, "limit", block.markup.limit.as_ref());
                option(self.dialect.family, &mut markup, "offset", block.markup.offset.as_ref());
                self.block("tablerow", &markup, &block.body);
            }
            NodeKind::Cycle(cycle) => {
                let group = cycle
                    .group
                    .as_ref()
                    .map_or_else(String::new, |group| expression(self.dialect.family, group) + ": ");
                self.tag("cycle", &(group + &list(self.dialect.family, &cycle.values)));
            }
            NodeKind::Increment(name) => self.tag("increment", &name.text),
            NodeKind::Decrement(name) => self.tag("decrement", &name.text),
            NodeKind::Break => self.tag("break", ""),
            NodeKind::Continue => self.tag("continue", ""),
            NodeKind::IfChanged(body) => self.block("ifchanged", "", body),
            NodeKind::Partial(partial) => {
                self.tag(
                    if partial.isolated { "render" } else { "include" },
                    &print_partial(self.dialect.family, partial),
                );
            }
            NodeKind::Comment => {}
            NodeKind::Fetch(markup) => {
                let (name, markup) = print_fetch(self.dialect.family, markup, self.source);
                self.tag(name, &markup);
            }
            NodeKind::Random(bound) => {
                self.tag(
                    "random",
                    &bound.as_ref().map_or_else(String::new, |bound| expression(self.dialect.family, bound)),
                );
            }
            NodeKind::Custom(markup) => self.custom(markup),
            NodeKind::Vendor(VendorMarkup::StandIn(name)) => self.tag(&name.text, ""),
            NodeKind::Vendor(VendorMarkup::Uuid) => self.tag("generate_uuid", ""),
            NodeKind::Vendor(VendorMarkup::RenderLiquid(text)) => {
                self.tag("render_liquid", &expression(self.dialect.family, text))
            }
            NodeKind::Abort(_) if Tag::find("abort_message", self.dialect).is_none() => self.tag("abort", ""),
            NodeKind::Abort(None) => self.tag("abort_message", ""),
            NodeKind::Abort(Some(reason)) => self.tag(&format!("abort_message({})", quoted(reason)), ""),
        }
    }

    fn custom(&mut self, markup: &CustomMarkup) {
        let CustomMarkup { name, positional, keyword, body, .. } = markup;
        let family = self.dialect.family;
        let by_place = positional.iter().map(|value| expression(family, value));
        let by_name =
            keyword.iter().map(|(name, value)| format!("{}: {}", name.text, expression(family, value)));
        let arguments: Vec<String> = by_place.chain(by_name).collect();
        // Without arguments it may be one that reads its markup itself.
        let written = match arguments.is_empty() {
            true => self.source.slice(markup.markup).trim().to_owned(),
            false => arguments.join(", "),
        };
        self.tag(&name.text, &written);
        match body {
            CustomBody::None => return,
            CustomBody::Template(body) => self.body(body),
            CustomBody::Verbatim(span) => self.out.push_str(self.source.slice(*span)),
        }
        self.tag(&format!("end{}", name.text), "");
    }

    fn block(&mut self, name: &str, markup: &str, body: &Body) {
        self.tag(name, markup);
        self.body(body);
        self.tag(&format!("end{name}"), "");
    }
}

fn option(family: Family, markup: &mut String, name: &str, value: Option<&Expression>) {
    if let Some(value) = value {
        markup.push_str(&format!(" {name}: {}", expression(family, value)));
    }
}

fn print_partial(family: Family, partial: &PartialMarkup) -> String {
    let mut markup = expression(family, &partial.name);
    if let Some(binding) = &partial.binding {
        let word = if binding.each { "for" } else { "with" };
        markup.push_str(&format!(" {word} {}", expression(family, &binding.value)));
    }
    if let Some(alias) = &partial.alias {
        markup.push_str(&format!(" as {}", alias.text));
    }
    for argument in &partial.arguments {
        markup.push_str(", ");
        markup.push_str(&keyword(family, argument));
    }
    markup
}

/// The name of a tag that fetches something, and its markup.
fn print_fetch(family: Family, markup: &FetchMarkup, source: &Source) -> (&'static str, String) {
    let text = |text: &TagText| print_text(family, text, source);
    match markup {
        FetchMarkup::ConnectedContent(call) => {
            let credential = |wanted| call.credential.as_ref().filter(|(kind, _)| *kind == wanted);
            let named = |kind| credential(kind).map(|(_, name)| text(name));
            let values = [
                ("method", call.method.as_ref().map(text)),
                ("headers", call.headers.as_ref().map(text)),
                ("body", call.body.as_ref().map(text)),
                ("content_type", call.content_type.as_ref().map(text)),
                ("basic_auth", named(CredentialKind::Basic)),
                ("auth_credentials", named(CredentialKind::Token)),
                ("save", call.save.as_ref().map(|name| name.text.clone())),
                ("cache_max_age", call.cache_max_age.as_ref().map(text)),
            ];
            let flags = [("no_cache", call.no_cache), ("retry", call.retry), ("rerender", call.rerender)];
            let mut markup = text(&call.url);
            for (name, value) in values {
                markup.push_str(&value.map_or_else(String::new, |value| format!(" :{name} {value}")));
            }
            for (name, _) in flags.into_iter().filter(|(_, given)| *given) {
                markup.push_str(&format!(" :{name}"));
            }
            ("connected_content", markup)
        }
        FetchMarkup::Catalog(catalog) => {
            let (name, rows) = match &catalog.rows {
                CatalogRows::Ids(ids) => {
                    ("catalog_items", ids.iter().map(text).collect::<Vec<_>>().join(" "))
                }
                CatalogRows::Selection(name) => ("catalog_selection_items", text(name)),
            };
            let option = if catalog.rerender { " :rerender" } else { "" };
            (name, format!("{} {rows}{option}", text(&catalog.catalog)))
        }
        FetchMarkup::Promotion(list) => ("promotion", format!("({})", quoted(&list.text))),
        FetchMarkup::MessageExtras { key, value } => {
            ("message_extras", format!(":key {} :value {}", text(key), text(value)))
        }
        FetchMarkup::ShoppingCart { id, abort_if_not_abandoned } => {
            let option = if *abort_if_not_abandoned { "" } else { " :abort_if_not_abandoned false" };
            ("shopping_cart", text(id) + option)
        }
    }
}

fn print_text(family: Family, text: &TagText, source: &Source) -> String {
    let mut markup = String::new();
    for part in &text.parts {
        match part {
            TextPart::Text(span) => markup.push_str(source.slice(*span)),
            TextPart::Output(chain) => markup.push_str(&format!("{{{{ {} }}}}", print_chain(family, chain))),
        }
    }
    markup
}

fn print_condition(family: Family, condition: &Condition) -> String {
    let comparisons = std::iter::once((None, &condition.first))
        .chain(condition.rest.iter().map(|(word, comparison)| (Some(*word), comparison)));
    let mut markup = String::new();
    for (word, comparison) in comparisons {
        match word {
            None => {}
            Some(Connective::And) => markup.push_str(" and "),
            Some(Connective::Or) => markup.push_str(" or "),
        }
        markup.push_str(&expression(family, &comparison.left));
        if let Some((operator, right)) = &comparison.right {
            markup.push_str(&format!(" {} {}", sign(operator), expression(family, right)));
        }
    }
    markup
}

fn sign(operator: &Operator) -> &str {
    match operator {
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::Greater => ">",
        Operator::LessOrEqual => "<=",
        Operator::GreaterOrEqual => ">=",
        Operator::Contains => "contains",
        Operator::Unknown(text) => text,
    }
}

fn print_chain(family: Family, chain: &Chain) -> String {
    let mut markup = expression(family, &chain.input);
    for call in &chain.filters {
        markup.push_str(&format!(" | {}", call.name.text));
        let positional = call.positional.iter().map(|value| expression(family, value));
        let arguments: Vec<String> =
            positional.chain(call.keyword.iter().map(|argument| keyword(family, argument))).collect();
        if !arguments.is_empty() {
            markup.push_str(&format!(": {}", arguments.join(", ")));
        }
    }
    markup
}

fn keyword(family: Family, (name, value): &(Name, Expression)) -> String {
    format!("{}: {}", name.text, expression(family, value))
}

fn list(family: Family, values: &[Expression]) -> String {
    values.iter().map(|value| expression(family, value)).collect::<Vec<_>>().join(", ")
}

fn expression(family: Family, expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Literal(literal) => print_literal(family, literal),
        ExpressionKind::Range(ends) => {
            format!("({}..{})", self::expression(family, &ends.0), self::expression(family, &ends.1))
        }
        ExpressionKind::Lookup(lookup) => print_lookup(family, lookup),
        // LiquidJS reads filters wherever a value may stand, without braces.
        ExpressionKind::Inner(chain) if family == Family::LiquidJs => print_chain(family, chain),
        ExpressionKind::Inner(chain) => format!("{{{{{}}}}}", print_chain(family, chain)),
        ExpressionKind::Formula(formula) => print_formula(family, formula),
    }
}

/// LiquidJS's operators between their operands again. It knows no grouping, so that the order is that of the ranks alone.
fn print_formula(family: Family, formula: &Formula) -> String {
    let mut operands: Vec<String> = Vec::new();
    for term in &formula.terms {
        let text = match term {
            Term::Operand(operand) => expression(family, operand),
            Term::Operator(Sign::Not) => format!("not {}", operands.pop().unwrap_or_default()),
            Term::Operator(sign) => {
                let word = match sign {
                    Sign::Compare(operator) => self::sign(operator),
                    Sign::Join(Connective::And) => "and",
                    Sign::Join(Connective::Or) => "or",
                    Sign::Not => "not",
                };
                let right = operands.pop().unwrap_or_default();
                format!("{} {word} {right}", operands.pop().unwrap_or_default())
            }
        };
        operands.push(text);
    }
    operands.join(" ")
}

fn print_lookup(family: Family, lookup: &Lookup) -> String {
    let mut markup = match &lookup.root {
        Root::Name(name) => name.text.clone(),
        Root::Dynamic(name) => format!("[{}]", expression(family, name)),
        Root::Value(value) => expression(family, value),
        Root::Reference { namespace: None, name } => format!("${{{}}}", name.text),
        Root::Reference { namespace: Some(namespace), name } => {
            format!("{}.${{{}}}", namespace.text, name.text)
        }
    };
    for segment in &lookup.segments {
        markup.push_str(&match segment {
            Segment::Name(name) => format!(".{}", name.text),
            Segment::Index(index) => format!("[{}]", expression(family, index)),
            Segment::Reference(name) => format!(".${{{}}}", name.text),
        });
    }
    markup
}

fn print_literal(family: Family, literal: &Literal) -> String {
    match literal {
        Literal::Nil => "nil".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::BigInteger(digits) => digits.clone(),
        Literal::Float(value) => {
            let digits = value.to_string();
            if digits.contains('.') { digits } else { digits + ".0" }
        }
        Literal::String(text) if family == Family::LiquidJs => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Literal::String(text) => quoted(text),
        Literal::Empty => "empty".to_owned(),
        Literal::Blank => "blank".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') { '"' } else { '\'' };
    format!("{quote}{text}{quote}")
}
