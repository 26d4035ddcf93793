//! Whether a server's answer is what a case asks for, by the rules of the suite the case belongs to.

use super::server::{Server, field, text};
use carafe::{Arena, Value, json};
use regex::{Regex, RegexBuilder};

/// Runs a case of liquid-spec; the error says what came instead of what is asked for.
pub fn liquid_spec(case: &str) -> Result<(), String> {
    let arena = Arena::default();
    let case = json::read(case, &arena).map_err(|error| error.to_string())?;
    let mut judge = Judge::new(&arena);
    let wanted = field(case, "errors");
    let inline = field(case, "render_errors").is_truthy();
    let id = match judge.compile(case, field(case, "error_mode"), field(case, "filesystem"))? {
        Ok(id) => id,
        Err(error) => {
            let message = match error["line"].as_u64() {
                Some(line) => format!("Liquid syntax error (line {line}): {}", message(&error)),
                None => format!("Liquid syntax error: {}", message(&error)),
            };
            let patterns = field(wanted, "parse_error");
            let passed = if patterns.is_nil() {
                inline && same(&message, field(case, "expected"))
            } else {
                all_match(patterns, &[&message, core(&message), "LiquidSyntaxError"])
            };
            return verdict(passed, &message);
        }
    };
    if !field(wanted, "parse_error").is_nil() {
        return Err("no parse error".to_owned());
    }
    let registers = judge.map(&[("current_time", field(case, "current_time"))]);
    let options = judge.map(&[
        ("strict_errors", Value::Bool(!inline)),
        ("registers", registers),
        ("resource_limits", field(case, "resource_limits")),
    ]);
    let output = match judge.render(id, field(case, "environment"), options) {
        Ok(output) => output,
        Err(error) if inline => format!("Liquid error: {error}"),
        Err(error) => {
            let patterns = field(wanted, "render_error");
            let passed = if patterns.is_nil() {
                let patterns = field(wanted, "output");
                !patterns.is_nil() && all_match(patterns, &[&format!("Liquid error: {error}")])
            } else {
                all_match(patterns, &[&error, core(&error)])
            };
            return verdict(passed, &error);
        }
    };
    let passed = if let patterns @ Value::Array(_) = field(wanted, "render_error") {
        output.contains("Liquid error") && all_match(patterns, &[&output, core(&output)])
    } else if let patterns @ Value::Array(_) = field(wanted, "output") {
        all_match(patterns, &[&output])
    } else if let Value::String(pattern) = field(case, "expected_pattern") {
        // In the suite's own patterns `(?m)` lets a point match a line break.
        pattern_of(&pattern.replace("(?m)", "(?s)"), |regex| regex.multi_line(true)).is_match(&output)
    } else {
        same(&output, field(case, "expected"))
    };
    verdict(passed, &output)
}

/// Runs a case of golden-liquid; the error says what came instead of what is asked for.
pub fn golden_liquid(case: Value<'_>) -> Result<(), String> {
    let arena = Arena::default();
    let mut judge = Judge::new(&arena);
    let tags = items(field(case, "tags"));
    let mode = tags.iter().map(|tag| text(*tag)).find(|tag| matches!(*tag, "strict" | "strict2"));
    let mut files = Vec::new();
    if let Value::Map(templates) = field(case, "templates") {
        for (name, content) in templates.entries() {
            let ending = if name.ends_with(".liquid") { "" } else { ".liquid" };
            files.push((format!("{name}{ending}"), *content));
        }
    }
    let files: Vec<_> = files.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let files = judge.map(&files);
    let invalid = field(case, "invalid").is_truthy();
    let rendered = match judge.compile(case, Value::String(mode.unwrap_or("lax")), files)? {
        Ok(id) => {
            let options = judge.map(&[("strict_errors", Value::Bool(invalid))]);
            judge.render(id, field(case, "data"), options)
        }
        Err(error) => Err(message(&error).to_owned()),
    };
    match rendered {
        Ok(output) => {
            let results = match field(case, "result") {
                Value::Nil => items(field(case, "results")).to_vec(),
                result => vec![result],
            };
            verdict(!invalid && results.iter().any(|result| result.as_str() == Some(&output)), &output)
        }
        Err(error) => verdict(invalid, &error),
    }
}

/// A server and the memory its requests are built in.
struct Judge<'r> {
    server: Server,
    arena: &'r Arena,
}

impl<'r> Judge<'r> {
    fn new(arena: &'r Arena) -> Self {
        Judge { server: Server::default(), arena }
    }

    fn map(&self, entries: &[(&str, Value<'r>)]) -> Value<'r> {
        let entries: Vec<_> = entries
            .iter()
            .map(|(key, value)| (self.arena.text(key).expect("a test's text fits"), *value))
            .collect();
        Value::Map(self.arena.map(&entries).expect("a test's object fits"))
    }

    /// The template's id, or the protocol's account of why there is none.
    fn compile(
        &mut self,
        case: Value<'_>,
        mode: Value<'_>,
        files: Value<'_>,
    ) -> Result<Result<Value<'r>, serde_json::Value>, String> {
        let arena = Arena::default();
        let judge = Judge::new(&arena);
        let options = judge.map(&[("error_mode", mode), ("line_numbers", Value::Bool(true))]);
        let params =
            judge.map(&[("template", field(case, "template")), ("options", options), ("filesystem", files)]);
        let reply = self.server.answer("compile", params, &arena).map_err(|error| error.to_string())?;
        Ok(match reply["template_id"].as_i64() {
            Some(id) => Ok(Value::Integer(id)),
            None => Err(reply["error"].clone()),
        })
    }

    /// The output, or the message of the error that was raised.
    fn render(
        &mut self,
        id: Value<'r>,
        environment: Value<'r>,
        options: Value<'r>,
    ) -> Result<String, String> {
        let params = self.map(&[("template_id", id), ("environment", environment), ("options", options)]);
        match self.server.answer("render", params, self.arena) {
            Ok(reply) => Ok(reply["output"].as_str().unwrap_or_default().to_owned()),
            Err(error) => Err(message(&error).to_owned()),
        }
    }
}

fn message(error: &serde_json::Value) -> &str {
    error["message"].as_str().unwrap_or_default()
}

fn items<'v>(value: Value<'v>) -> &'v [Value<'v>] {
    match value {
        Value::Array(items) => items,
        _ => &[],
    }
}

fn verdict(passed: bool, got: &str) -> Result<(), String> {
    if passed { Ok(()) } else { Err(format!("got {got:?}")) }
}

/// An error's text without its kind and line.
fn core(text: &str) -> &str {
    ["):", ":"]
        .iter()
        .filter_map(|mark| text.split_once(mark).map(|(_, rest)| rest.trim()))
        .find(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// Whether `output` is what is expected; of two errors only the texts count.
fn same(output: &str, expected: Value<'_>) -> bool {
    let Value::String(expected) = expected else { return false };
    let is_error = |text: &str| text.contains("Liquid error");
    output == expected || (is_error(output) && is_error(expected) && core(output) == core(expected))
}

/// Whether each pattern is found in one of the texts.
fn all_match(patterns: Value<'_>, texts: &[&str]) -> bool {
    items(patterns).iter().all(|pattern| {
        let regex = match field(*pattern, "text") {
            Value::String(text) => pattern_of(&regex::escape(text), |regex| regex.case_insensitive(true)),
            _ => pattern_of(text(field(*pattern, "regex")), |regex| {
                regex
                    .case_insensitive(field(*pattern, "ignore_case").is_truthy())
                    .dot_matches_new_line(field(*pattern, "multiline").is_truthy())
                    .multi_line(true)
            }),
        };
        texts.iter().any(|text| regex.is_match(text))
    })
}

fn pattern_of(pattern: &str, set: impl Fn(&mut RegexBuilder) -> &mut RegexBuilder) -> Regex {
    set(&mut RegexBuilder::new(pattern)).build().expect("a pattern of a case is a regular expression")
}
