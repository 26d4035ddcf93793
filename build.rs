//! Compiles `grammar/*.pest` to the matcher that `src/syntax/markup/grammar.rs` includes.
//!
//! The notation is read, checked and optimised by pest's own `pest_meta`. What is written here differs from what pest's
//! derive writes in one thing: nothing is kept for error messages, which the reference's words give
//! (`syntax::fallback`), so that a rule that does not fit costs no more than the comparison that finds out. Tests hold
//! the two to the same trees.

use pest_meta::ast::RuleType;
use pest_meta::optimizer::{OptimizedExpr as Expr, OptimizedRule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

const FILES: &[&str] = &["grammar/markup.pest", "grammar/braze.pest"];

fn main() {
    let mut grammar = String::new();
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
        grammar += &fs::read_to_string(file).expect(file);
        grammar.push('\n');
    }
    let (_, rules) = pest_meta::unwrap_or_report(pest_meta::parse_and_optimize(&grammar));
    let folder = env::var("OUT_DIR").expect("cargo names the folder for what is generated");
    fs::write(Path::new(&folder).join("grammar.rs"), compile(&rules)).expect("a file in that folder");
}

/// What a rule does with blanks and tokens depends on the rules it is called from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    /// Blanks may stand between any two parts.
    Spaced,
    /// No blanks; the rules in it leave tokens: inside of `$`.
    Compound,
    /// No blanks, no tokens: inside of `@`.
    Atomic,
}

impl Mode {
    fn suffix(self) -> &'static str {
        match self {
            Mode::Spaced => "spaced",
            Mode::Compound => "compound",
            Mode::Atomic => "atomic",
        }
    }
}

struct Compiler<'r> {
    rules: BTreeMap<&'r str, &'r OptimizedRule>,
    /// Rules that are called, and in which modes.
    called: BTreeSet<(&'r str, Mode)>,
    open: Vec<(&'r str, Mode)>,
}

fn compile(rules: &[OptimizedRule]) -> String {
    let mut compiler = Compiler {
        rules: rules.iter().map(|rule| (rule.name.as_str(), rule)).collect(),
        called: BTreeSet::new(),
        open: Vec::new(),
    };
    let names: Vec<_> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let mut out = format!(
        "/// The rules of the grammar.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub(in crate::syntax::markup) enum Rule {{ {} }}\n",
        names.join(", ")
    );
    // What is read as a whole begins with the mark for it.
    let entries = rules.iter().filter(|rule| begins(&rule.expr));
    let entries: Vec<_> =
        entries.map(|rule| format!("Rule::{} => {},", rule.name, compiler.call(&rule.name))).collect();
    let skip = compiler.skip();
    writeln!(
        out,
        "impl Matcher<'_> {{\n\
         pub(super) fn enter(&mut self, rule: Rule) -> bool {{ match rule {{ {} _ => false }} }}\n\
         fn skip(&mut self) -> bool {{ {skip} }}",
        entries.join(" ")
    )
    .expect("text takes all");
    while let Some((name, mode)) = compiler.open.pop() {
        let function = compiler.function(name, mode);
        out += &function;
    }
    out + "}\n"
}

fn begins(expr: &Expr) -> bool {
    match expr {
        Expr::Seq(first, _) => begins(first),
        Expr::Ident(name) => name == "SOI",
        _ => false,
    }
}

fn alternatives(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Choice(first, second) => [alternatives(first), alternatives(second)].concat(),
        _ => vec![expr],
    }
}

/// A literal of Rust.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

impl<'r> Compiler<'r> {
    fn rule(&self, name: &str) -> &'r OptimizedRule {
        self.rules.get(name).unwrap_or_else(|| panic!("no rule is called {name}"))
    }

    fn call(&mut self, name: &str) -> String {
        self.call_in(name, Mode::Spaced)
    }

    fn call_in(&mut self, name: &str, mode: Mode) -> String {
        let name = self.rule(name).name.as_str();
        if self.called.insert((name, mode)) {
            self.open.push((name, mode));
        }
        format!("self.{name}_{}()", mode.suffix())
    }

    /// Passes over blanks.
    fn skip(&mut self) -> String {
        let blank = Expr::Rep(Box::new(Expr::Ident("WHITESPACE".to_owned())));
        self.expression(&blank, Mode::Atomic)
    }

    fn function(&mut self, name: &str, mode: Mode) -> String {
        let rule = self.rule(name);
        let inside = match rule.ty {
            RuleType::Atomic => Mode::Atomic,
            RuleType::CompoundAtomic => Mode::Compound,
            RuleType::NonAtomic => Mode::Spaced,
            RuleType::Normal | RuleType::Silent => mode,
        };
        let body = self.expression(&rule.expr, inside);
        let leaves_token = rule.ty != RuleType::Silent && mode != Mode::Atomic;
        let body = match (leaves_token, inside) {
            (false, _) => body,
            (true, Mode::Atomic) => {
                format!("let from = self.at; ({body}) && self.leaf(Rule::{name}, from)")
            }
            (true, _) => format!("let open = self.open(Rule::{name}); ({body}) && self.close(open)"),
        };
        format!("fn {name}_{}(&mut self) -> bool {{ {body} }}\n", mode.suffix())
    }

    /// An expression of Rust that says whether `expr` fits here. Where it does not, the place and the tokens are left as
    /// they may be: whoever tries something else goes back first.
    fn expression(&mut self, expr: &Expr, mode: Mode) -> String {
        if let Some(class) = self.class(expr) {
            return format!("self.byte(|byte| matches!(byte, {class}))");
        }
        match expr {
            Expr::Str(text) => format!("self.text({})", quoted(text)),
            Expr::Ident(name) => match name.as_str() {
                "SOI" => "self.at_start()".to_owned(),
                "EOI" => "self.at_end()".to_owned(),
                "ANY" => "self.any()".to_owned(),
                _ => self.call_in(name, mode),
            },
            Expr::Seq(first, second) => {
                let between = if mode == Mode::Spaced { " && self.skip() && " } else { " && " };
                format!("({}{between}{})", self.expression(first, mode), self.expression(second, mode))
            }
            Expr::Choice(..) => {
                let tries: Vec<_> =
                    alternatives(expr).into_iter().map(|inner| self.expression(inner, mode)).collect();
                format!("{{ let mark = self.mark(); {} }}", tries.join(" || self.back(mark) && "))
            }
            Expr::Opt(inner) => {
                let inner = self.expression(inner, mode);
                format!("{{ let mark = self.mark(); {inner} || self.back(mark) }}")
            }
            Expr::Rep(inner) => self.repetition(inner, mode),
            Expr::PosPred(inner) => {
                let inner = self.expression(inner, mode);
                format!("{{ let mark = self.mark(); let fits = {inner}; self.back(mark) && fits }}")
            }
            Expr::NegPred(inner) => {
                let inner = self.expression(inner, mode);
                format!("{{ let mark = self.mark(); let fits = {inner}; self.back(mark) && !fits }}")
            }
            Expr::Skip(ends) => {
                let ends: Vec<_> = ends.iter().map(|end| quoted(end)).collect();
                format!("self.until(&[{}])", ends.join(", "))
            }
            _ => panic!("no rule needed this so far: {expr:?}"),
        }
    }

    fn repetition(&mut self, inner: &Expr, mode: Mode) -> String {
        if mode != Mode::Spaced
            && let Some(class) = self.class(inner)
        {
            return format!("self.bytes(|byte| matches!(byte, {class}))");
        }
        let once = self.expression(inner, mode);
        let again = match mode {
            Mode::Spaced => format!("self.skip() && {once}"),
            _ => once.clone(),
        };
        format!(
            "{{ let mut mark = self.mark(); if {once} {{ mark = self.mark(); while {again} {{ mark = self.mark(); }} }} self.back(mark) }}"
        )
    }

    /// The pattern of the single bytes that `expr` is one of, if that is all it says.
    fn class(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Str(text) => match text.as_bytes() {
                [byte] if byte.is_ascii() => Some(byte.to_string()),
                _ => None,
            },
            Expr::Range(first, last) if first.is_ascii() && last.is_ascii() => {
                Some(format!("{}..={}", first.as_bytes().first()?, last.as_bytes().first()?))
            }
            Expr::Choice(first, second) => Some(format!("{} | {}", self.class(first)?, self.class(second)?)),
            Expr::Ident(name) => match name.as_str() {
                "ASCII_DIGIT" => Some("b'0'..=b'9'".to_owned()),
                "ASCII_ALPHA" => Some("b'a'..=b'z' | b'A'..=b'Z'".to_owned()),
                "ASCII_ALPHANUMERIC" => Some("b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9'".to_owned()),
                _ => match self.rules.get(name.as_str()) {
                    Some(rule) if rule.ty == RuleType::Silent => self.class(&rule.expr),
                    _ => None,
                },
            },
            _ => None,
        }
    }
}
