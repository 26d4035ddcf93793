//! What the protocol's methods do: `initialize`, `compile` and `render`.

use super::objects::instantiate;
use carafe::time::{FixedClock, Time};
use carafe::{
    Arena, Engine, Loader, Source, Status, Template, Value, dialect, dialect::ErrorMode,
    limits::ReferenceLimits, loader::LoadError,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The templates compiled so far; a template's id is its place in the list.
#[derive(Default)]
pub struct Server {
    templates: Vec<Template>,
}

impl Server {
    /// The result of a method, or its JSON-RPC error.
    pub fn answer<'r>(
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

/// The value at `key`, nil where there is none.
pub fn field<'r>(object: Value<'r>, key: &str) -> Value<'r> {
    match object {
        Value::Map(map) => map.get(key).unwrap_or(Value::Nil),
        _ => Value::Nil,
    }
}

/// The text, empty for what is none.
pub fn text(value: Value<'_>) -> &str {
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
