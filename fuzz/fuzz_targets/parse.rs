#![no_main]

#[path = "../scenarios.rs"]
#[allow(dead_code, reason = "each target runs one of the scenarios")]
mod scenarios;

libfuzzer_sys::fuzz_target!(|text: &str| scenarios::parse(text));
