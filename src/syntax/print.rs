//! The tree back to a template, in one way of writing: what was read and written again reads to the same tree.
//!
//! White-space control is gone, since the text it removed is; comments are left out, and `liquid` tags become tags of
//! their own. Only trees without errors print to templates that mean the same.

use super::ast::{
    Body, CatalogRows, Chain, Condition, Connective, CredentialKind, Expression, ExpressionKind, FetchMarkup,
    Formula, Literal, Lookup, Name, Node, NodeKind, Offset, Operator, PartialMarkup, Root, Segment, Sign,
    TagText, Term, TextPart, VendorMarkup,
};
use crate::source::Source;

/// The template of `body`, whose texts stand in `source`.
pub fn print(body: &Body, source: &Source) -> String {
    let mut printer = Printer { out: String::new(), source };
    printer.body(body);
    printer.out
}

struct Printer<'s> {
    out: String,
    source: &'s Source,
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
                self.out.push_str(&chain.as_ref().map_or_else(String::new, |chain| print_chain(chain)));
                self.out.push_str(" }}");
            }
            NodeKind::Assign(assign) => {
                self.tag("assign", &format!("{} = {}", assign.name.text, print_chain(&assign.value)));
            }
            NodeKind::Capture { name, body } => self.block("capture", &name.text, body),
            NodeKind::Case(case) => {
                self.tag("case", &expression(&case.subject));
                for branch in &case.branches {
                    match &branch.values {
                        Some(values) => self.tag("when", &list(values)),
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
                            self.tag(name, &print_condition(condition));
                        }
                        None => self.tag("else", ""),
                    }
                    self.body(&branch.body);
                }
                self.tag(&format!("end{name}"), "");
            }
            NodeKind::For(block) => {
                let mut markup =
                    format!("{} in {}", block.markup.item.text, expression(&block.markup.collection));
                if block.markup.reversed {
                    markup.push_str(" reversed");
                }
                option(&mut markup, "limit", block.markup.limit.as_ref());
                match &block.markup.offset {
                    Some(Offset::Continue) => markup.push_str(" offset: continue"),
                    Some(Offset::Skip(offset)) => option(&mut markup, "offset", Some(offset)),
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
                let mut markup =
                    format!("{} in {}", block.markup.item.text, expression(&block.markup.collection));
                option(&mut markup, "cols", block.markup.columns.as_ref());
                option(&mut markup, "limit", block.markup.limit.as_ref());
                option(&mut markup, "offset", block.markup.offset.as_ref());
                self.block("tablerow", &markup, &block.body);
            }
            NodeKind::Cycle(cycle) => {
                let group = cycle.group.as_ref().map_or_else(String::new, |group| expression(group) + ": ");
                self.tag("cycle", &(group + &list(&cycle.values)));
            }
            NodeKind::Increment(name) => self.tag("increment", &name.text),
            NodeKind::Decrement(name) => self.tag("decrement", &name.text),
            NodeKind::Break => self.tag("break", ""),
            NodeKind::Continue => self.tag("continue", ""),
            NodeKind::IfChanged(body) => self.block("ifchanged", "", body),
            NodeKind::Partial(partial) => {
                self.tag(if partial.isolated { "render" } else { "include" }, &print_partial(partial));
            }
            NodeKind::Comment => {}
            NodeKind::Fetch(markup) => {
                let (name, markup) = print_fetch(markup, self.source);
                self.tag(name, &markup);
            }
            NodeKind::Random(bound) => {
                self.tag("random", &bound.as_ref().map_or_else(String::new, |bound| expression(bound)));
            }
            NodeKind::Vendor(VendorMarkup::StandIn(name)) => self.tag(&name.text, ""),
            NodeKind::Vendor(VendorMarkup::Uuid) => self.tag("generate_uuid", ""),
            NodeKind::Vendor(VendorMarkup::RenderLiquid(text)) => {
                self.tag("render_liquid", &expression(text))
            }
            NodeKind::Abort(None) => self.tag("abort_message", ""),
            NodeKind::Abort(Some(reason)) => self.tag(&format!("abort_message({})", quoted(reason)), ""),
        }
    }

    fn block(&mut self, name: &str, markup: &str, body: &Body) {
        self.tag(name, markup);
        self.body(body);
        self.tag(&format!("end{name}"), "");
    }
}

fn option(markup: &mut String, name: &str, value: Option<&Expression>) {
    if let Some(value) = value {
        markup.push_str(&format!(" {name}: {}", expression(value)));
    }
}

fn print_partial(partial: &PartialMarkup) -> String {
    let mut markup = expression(&partial.name);
    if let Some(binding) = &partial.binding {
        let word = if binding.each { "for" } else { "with" };
        markup.push_str(&format!(" {word} {}", expression(&binding.value)));
    }
    if let Some(alias) = &partial.alias {
        markup.push_str(&format!(" as {}", alias.text));
    }
    for argument in &partial.arguments {
        markup.push_str(", ");
        markup.push_str(&keyword(argument));
    }
    markup
}

/// The name of a tag that fetches something, and its markup.
fn print_fetch(markup: &FetchMarkup, source: &Source) -> (&'static str, String) {
    let text = |text: &TagText| print_text(text, source);
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

fn print_text(text: &TagText, source: &Source) -> String {
    let mut markup = String::new();
    for part in &text.parts {
        match part {
            TextPart::Text(span) => markup.push_str(source.slice(*span)),
            TextPart::Output(chain) => markup.push_str(&format!("{{{{ {} }}}}", print_chain(chain))),
        }
    }
    markup
}

fn print_condition(condition: &Condition) -> String {
    let comparisons = std::iter::once((None, &condition.first))
        .chain(condition.rest.iter().map(|(word, comparison)| (Some(*word), comparison)));
    let mut markup = String::new();
    for (word, comparison) in comparisons {
        match word {
            None => {}
            Some(Connective::And) => markup.push_str(" and "),
            Some(Connective::Or) => markup.push_str(" or "),
        }
        markup.push_str(&expression(&comparison.left));
        if let Some((operator, right)) = &comparison.right {
            markup.push_str(&format!(" {} {}", sign(operator), expression(right)));
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

fn print_chain(chain: &Chain) -> String {
    let mut markup = expression(&chain.input);
    for call in &chain.filters {
        markup.push_str(&format!(" | {}", call.name.text));
        let positional = call.positional.iter().map(expression);
        let arguments: Vec<String> = positional.chain(call.keyword.iter().map(keyword)).collect();
        if !arguments.is_empty() {
            markup.push_str(&format!(": {}", arguments.join(", ")));
        }
    }
    markup
}

fn keyword((name, value): &(Name, Expression)) -> String {
    format!("{}: {}", name.text, expression(value))
}

fn list(values: &[Expression]) -> String {
    values.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn expression(expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Literal(literal) => print_literal(literal),
        ExpressionKind::Range(ends) => {
            format!("({}..{})", self::expression(&ends.0), self::expression(&ends.1))
        }
        ExpressionKind::Lookup(lookup) => print_lookup(lookup),
        ExpressionKind::Inner(chain) => format!("{{{{{}}}}}", print_chain(chain)),
        ExpressionKind::Formula(formula) => print_formula(formula),
    }
}

/// LiquidJS's operators between their operands again. It knows no grouping, so that the order is that of the ranks alone.
fn print_formula(formula: &Formula) -> String {
    let mut operands: Vec<String> = Vec::new();
    for term in &formula.terms {
        let text = match term {
            Term::Operand(operand) => expression(operand),
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

fn print_lookup(lookup: &Lookup) -> String {
    let mut markup = match &lookup.root {
        Root::Name(name) => name.text.clone(),
        Root::Dynamic(name) => format!("[{}]", expression(name)),
        Root::Value(value) => expression(value),
        Root::Reference { namespace: None, name } => format!("${{{}}}", name.text),
        Root::Reference { namespace: Some(namespace), name } => {
            format!("{}.${{{}}}", namespace.text, name.text)
        }
    };
    for segment in &lookup.segments {
        markup.push_str(&match segment {
            Segment::Name(name) => format!(".{}", name.text),
            Segment::Index(index) => format!("[{}]", expression(index)),
            Segment::Reference(name) => format!(".${{{}}}", name.text),
        });
    }
    markup
}

fn print_literal(literal: &Literal) -> String {
    match literal {
        Literal::Nil => "nil".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::BigInteger(digits) => digits.clone(),
        Literal::Float(value) => {
            let digits = value.to_string();
            if digits.contains('.') { digits } else { digits + ".0" }
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
