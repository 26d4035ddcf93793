//! A server for liquid-spec's JSON-RPC protocol, built on the public API alone.
//!
//! One JSON object a line comes in on stdin and one goes out on stdout: `initialize`, `compile`, `render`, `quit`.
//! The test objects that cases name by `_instantiate` are host objects of this program.

use carafe::time::{FixedClock, Time};
use carafe::value::print::write_text;
use carafe::{
    Arena, Engine, ErrorMode, Failure, LoadError, Loader, Object, ReferenceLimits, RenderErrorKind, Sink,
    Source, Status, Template, Value, dialect, json,
};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::sync::Arc;

fn main() -> std::io::Result<()> {
    let mut server = Server { templates: Vec::new() };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let arena = Arena::default();
        let Ok(request) = json::read(&line, &arena) else { continue };
        let method = text(field(request, "method"));
        if method == "quit" {
            break;
        }
        let mut reply = match server.answer(method, field(request, "params"), &arena) {
            Ok(result) => serde_json::json!({"jsonrpc": "2.0", "result": result}),
            Err(error) => serde_json::json!({"jsonrpc": "2.0", "error": error}),
        };
        reply["id"] = match field(request, "id") {
            Value::Integer(id) => id.into(),
            other => text(other).into(),
        };
        writeln!(out, "{reply}")?;
        out.flush()?;
    }
    Ok(())
}

struct Server {
    templates: Vec<Template>,
}

impl Server {
    fn answer<'r>(
        &mut self,
        method: &str,
        params: Value<'r>,
        arena: &'r Arena,
    ) -> Result<serde_json::Value, serde_json::Value> {
        match method {
            "initialize" => Ok(serde_json::json!({
                "version": "1.0",
                "implementation": "carafe",
                "liquid_version": "5.13.0",
                "features": ["core", "strict2_parsing", "strict_parsing", "lax_parsing", "inline_errors", "drops"],
            })),
            "compile" => Ok(self.compile(params)),
            "render" => self.render(params, arena),
            other => Err(serde_json::json!({"code": -32601, "message": format!("no method `{other}`")})),
        }
    }

    fn compile(&mut self, params: Value<'_>) -> serde_json::Value {
        let mode = text(field(field(params, "options"), "error_mode")).parse().unwrap_or(ErrorMode::Lax);
        let engine = Engine::builder()
            .dialect(&dialect::LIQUID)
            .error_mode(mode)
            .loader(Files::new(field(params, "filesystem")))
            .build();
        let template = engine.inspect(&Arc::new(Source::new("template", text(field(params, "template")))));
        if let Some(error) = template.reference_error() {
            return serde_json::json!({
                "template_id": null,
                "error": {"type": "parse_error", "line": error.line, "message": error.message},
            });
        }
        self.templates.push(template);
        serde_json::json!({"template_id": self.templates.len() - 1})
    }

    fn render<'r>(
        &mut self,
        params: Value<'r>,
        arena: &'r Arena,
    ) -> Result<serde_json::Value, serde_json::Value> {
        let template = match field(params, "template_id") {
            Value::Integer(id) => usize::try_from(id).ok().and_then(|id| self.templates.get(id)),
            _ => None,
        };
        let Some(template) = template else {
            return Err(serde_json::json!({"code": -32602, "message": "no such template"}));
        };
        let options = field(params, "options");
        let clock = FixedClock(
            Time::from_rfc3339(text(field(field(options, "registers"), "current_time")))
                .unwrap_or(Time::UNIX_EPOCH),
        );
        let environment = match instantiate(field(params, "environment"), arena) {
            Ok(environment) => environment,
            Err(failure) => {
                return Err(serde_json::json!({"code": -32603, "message": format!("{failure:?}")}));
            }
        };
        let mut render = template
            .prepare()
            .line_numbers(true)
            .stop_at_error(matches!(field(options, "strict_errors"), Value::Bool(true)))
            .clock(&clock);
        if let limits @ Value::Map(_) = field(options, "resource_limits") {
            render = render.reference_limits(reference_limits(limits));
        }
        let outcome = render.run_in(arena, environment);
        let error = |message: String, line: Option<usize>| {
            Err(serde_json::json!({
                "code": -32001,
                "message": message,
                "data": {"type": "render_error", "line": line, "message": message},
            }))
        };
        match outcome.status {
            Status::Failed(cause, message) => error(message, cause.line),
            Status::Exceeded(exceeded) => {
                error(format!("Liquid error: Memory limits exceeded: {exceeded}"), None)
            }
            _ => Ok(serde_json::json!({"output": outcome.text, "errors": []})),
        }
    }
}

fn reference_limits(limits: Value<'_>) -> ReferenceLimits {
    let limit = |name| match field(limits, name) {
        Value::Integer(most) => u64::try_from(most).ok(),
        _ => None,
    };
    let mut limits = ReferenceLimits::default();
    limits.render_score = limit("render_score_limit");
    limits.assign_score = limit("assign_score_limit");
    limits.render_length = limit("render_length_limit");
    limits.cumulative_render_score = limit("cumulative_render_score_limit");
    limits.cumulative_assign_score = limit("cumulative_assign_score_limit");
    limits
}

fn field<'r>(object: Value<'r>, key: &str) -> Value<'r> {
    match object {
        Value::Map(map) => map.get(key).unwrap_or(Value::Nil),
        _ => Value::Nil,
    }
}

fn text(value: Value<'_>) -> &str {
    value.as_str().unwrap_or_default()
}

/// The partials of a case. Names are compared without case, and end in `.liquid`.
struct Files(HashMap<String, String>);

impl Files {
    fn new(filesystem: Value<'_>) -> Self {
        let mut files = HashMap::new();
        if let Value::Map(map) = filesystem {
            for (name, content) in map.entries() {
                files.insert(name.to_lowercase(), text(*content).to_owned());
            }
        }
        Files(files)
    }
}

impl Loader for Files {
    fn load(&self, name: &str) -> Result<String, LoadError> {
        let mut file = name.to_lowercase();
        if !file.ends_with(".liquid") {
            file.push_str(".liquid");
        }
        self.0.get(&file).cloned().ok_or_else(|| LoadError::new(format!("Could not find asset {name}")))
    }
}

/// The environment with its test objects put in place.
fn instantiate<'r>(value: Value<'r>, arena: &'r Arena) -> Result<Value<'r>, Failure> {
    match value {
        Value::Map(map) => {
            if let Some(name) = map.get("_instantiate") {
                let params = map.get("params").unwrap_or(Value::Nil);
                return Ok(Value::Object(arena.object(TestObject {
                    name: text(name),
                    value: instantiate(field(params, "value"), arena)?,
                })?));
            }
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in map.entries() {
                entries.push((*key, instantiate(*value, arena)?));
            }
            Ok(Value::Map(arena.map(&entries)?))
        }
        Value::Array(items) => {
            let mut list = arena.list();
            for item in items {
                list.push(instantiate(*item, arena)?)?;
            }
            Ok(Value::Array(list.finish()))
        }
        other => Ok(other),
    }
}

/// One of the objects that cases describe by name.
struct TestObject<'v> {
    name: &'v str,
    value: Value<'v>,
}

const SEQUENCE: [Value<'static>; 3] =
    [Value::String("first"), Value::String("second"), Value::String("third")];

impl Object for TestObject<'_> {
    fn get<'r>(&'r self, key: Value<'r>, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match (self.name, key) {
            ("ErrorDrop", _) => {
                return Err(Failure::error(
                    RenderErrorKind::Argument,
                    "ErrorDrop: access triggered an error",
                ));
            }
            ("IndexDrop", Value::Integer(0)) => Some(Value::String("zero")),
            ("IndexDrop", Value::Integer(1)) => Some(Value::String("one")),
            ("IndexDrop", Value::Integer(2)) => Some(Value::String("two")),
            ("IndexDrop", Value::String(_)) => Some(key),
            ("MethodDrop", Value::String(name)) => method(name, arena)?,
            ("SequenceDrop", Value::Integer(at)) => {
                Some(usize::try_from(at).ok().and_then(|at| SEQUENCE.get(at)).copied().into())
            }
            ("NestedDrop", Value::String("nested")) => Some(Value::Object(self)),
            ("NestedDrop", Value::String("square")) => match self.value {
                Value::Integer(value) => {
                    let square = TestObject { name: self.name, value: Value::Integer(value * value) };
                    Some(Value::Object(arena.object(square)?))
                }
                _ => None,
            },
            _ => None,
        })
    }

    fn items<'r>(&'r self, _: &'r Arena) -> Result<Option<&'r [Value<'r>]>, Failure> {
        Ok((self.name == "SequenceDrop").then_some(&SEQUENCE))
    }

    fn to_value<'r>(&'r self, _: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
        Ok(match self.name {
            "BooleanDrop" | "NumberDrop" | "StringDrop" => Some(self.value),
            "NilDrop" => Some(Value::Nil),
            _ => None,
        })
    }

    fn write_text(&self, arena: &Arena, sink: &mut dyn Sink) -> Result<(), Failure> {
        match self.name {
            "OpaqueDrop" => sink.push("opaque"),
            "NestedDrop" => write_text(self.value, arena, sink),
            other => sink.push(other),
        }
    }

    fn type_name(&self) -> &str {
        self.name
    }
}

/// `echo_N`, `square_N` and `double_N`, as text.
fn method<'r>(name: &str, arena: &'r Arena) -> Result<Option<Value<'r>>, Failure> {
    let Some((operation, number)) = name.split_once('_') else { return Ok(None) };
    let Ok(number) = number.parse::<i64>() else { return Ok(None) };
    let result = match operation {
        "echo" => number,
        "square" => number * number,
        "double" => number * 2,
        _ => return Ok(None),
    };
    Ok(Some(Value::String(arena.text(&result.to_string())?)))
}
