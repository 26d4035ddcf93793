#![no_main]

#[path = "../scenarios/mod.rs"]
#[allow(dead_code, reason = "each target runs one of the scenarios")]
mod scenarios;

libfuzzer_sys::fuzz_target!(|input: &str| scenarios::dates::one(input));
