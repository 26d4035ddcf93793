//! ruby-liquid, as a child process that renders a batch of cases at a time.

use crate::case::{Case, Outcome};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the reference made of a case, and what it tripped over where it only says `internal`.
#[derive(Clone, Debug)]
pub struct Given {
    pub outcome: Outcome,
    pub internal: Vec<String>,
}

pub struct Reference {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Reference {
    /// Whether Ruby and ruby-liquid are there.
    pub fn is_installed() -> bool {
        let mut ruby = Command::new("ruby");
        // The rules for known changes are those since 5.4; Ruby 3.4 prints hashes in another way.
        let fits = "require 'liquid'; exit Liquid::VERSION.start_with?('5.4.') && RUBY_VERSION < '3.4'";
        ruby.args(["-e", fits]).stdout(Stdio::null()).stderr(Stdio::null());
        ruby.status().is_ok_and(|status| status.success())
    }

    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/reference.rb");
        let mut child = Command::new("ruby")
            .args(["-W0", script])
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("ruby starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Reference { child, input, output }
    }

    /// Hands over a batch, whose results are to be [received](Self::receive) next. False where the process is gone.
    pub fn send(&mut self, cases: &[Case]) -> bool {
        let requests: Vec<String> = cases.iter().map(Case::to_string).collect();
        writeln!(self.input, "[{}]", requests.join(",")).is_ok() && self.input.flush().is_ok()
    }

    /// The results of the batch that was sent; none where the process died of one of its cases.
    pub fn receive(&mut self) -> Option<Vec<Given>> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok()?;
        let results: Vec<serde_json::Value> = serde_json::from_str(&line).ok()?;
        Some(results.iter().map(read).collect())
    }

    /// Both. Where a batch kills the process, its cases are run one by one, so that only the one to blame is lost.
    pub fn run(&mut self, cases: &[Case]) -> Vec<Given> {
        if self.send(cases)
            && let Some(results) = self.receive()
        {
            return results;
        }
        self.run_singly(cases)
    }

    pub fn run_singly(&mut self, cases: &[Case]) -> Vec<Given> {
        let mut results = Vec::new();
        self.restart();
        for case in cases {
            let sent = self.send(std::slice::from_ref(case));
            let result = if sent { self.receive().and_then(|mut results| results.pop()) } else { None };
            results.push(result.unwrap_or_else(|| {
                self.restart();
                Given { outcome: Outcome::GaveUp("the process died".to_owned()), internal: Vec::new() }
            }));
        }
        results
    }

    fn restart(&mut self) {
        *self = Reference::start();
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(result: &serde_json::Value) -> Given {
    let text = |key: &str| result.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let outcome = text("output")
        .map(Outcome::Output)
        .or_else(|| text("refused").map(Outcome::Refused))
        .or_else(|| text("raised").map(Outcome::Raised))
        .unwrap_or_else(|| Outcome::GaveUp(text("gave_up").unwrap_or_default()));
    let internal = result.get("internal").and_then(|value| value.as_array()).cloned().unwrap_or_default();
    let internal = internal.iter().filter_map(|cause| cause.as_str().map(str::to_owned)).collect();
    Given { outcome, internal }
}
