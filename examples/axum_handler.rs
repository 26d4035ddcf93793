//! A service around an engine: `cargo run --example axum_handler`.
//!
//! `POST /render` takes a template with data and answers with the body, or with 422 and the findings. The engine is the state
//! of the application: it is made once, and shared by all requests. It is for templates of strangers.

use axum::body::{self, Body};
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use carafe::{Diagnostic, Engine, Error, Limits, dialect};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

#[derive(Deserialize)]
struct Job {
    template: String,
    data: Value,
}

/// The findings as the answer to a request.
struct Rejection(Vec<Diagnostic>);

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Rejection(error.into_diagnostics())
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(self.0)).into_response()
    }
}

async fn render(State(engine): State<Engine>, Json(job): Json<Job>) -> Result<String, Rejection> {
    let template = engine.template(job.template)?;
    Ok(template.prepare().stop_at_error(true).run(&job.data).into_body()?)
}

fn application() -> Router {
    let engine = Engine::builder().dialect(&dialect::LIQUID).limits(Limits::untrusted()).build();
    Router::new().route("/render", post(render)).with_state(engine)
}

/// Calls the application as a client would, without a connection.
async fn call(job: Value) -> (StatusCode, String) {
    let request = Request::post("/render").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(job.to_string())).expect("a request");
    let response = application().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = body::to_bytes(response.into_body(), usize::MAX).await.expect("the whole answer");
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (status, body) = call(json!({"template": "Hi {{ name }}!", "data": {"name": "Ada"}})).await;
    println!("{status}: {body}");
    assert_eq!((status, body.as_str()), (StatusCode::OK, "Hi Ada!"));

    let (status, body) = call(json!({"template": "Hi {{ name }", "data": {}})).await;
    let findings: Value = serde_json::from_str(&body).expect("findings are JSON");
    println!("{status}: {}", findings[0]["message"]);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(findings[0]["span"]["column"], 4);

    let endless = "{% for i in (1..1000000000) %}{% endfor %}";
    let (status, body) = call(json!({"template": endless, "data": {}})).await;
    let findings: Value = serde_json::from_str(&body).expect("findings are JSON");
    println!("{status}: {}", findings[0]["message"]);
    assert_eq!((status, &findings[0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("limit/steps")));
}
