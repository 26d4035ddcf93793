//! A server for liquid-spec's JSON-RPC protocol, built on the public API alone.
//!
//! One JSON object a line comes in on stdin and one goes out on stdout: `initialize`, `compile`, `render`, `quit`.
//! The test objects that cases name by `_instantiate` are host objects of this program.

mod objects;
mod server;

use carafe::{Arena, Value, json};
use server::{Server, field, text};
use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut server = Server::default();
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
