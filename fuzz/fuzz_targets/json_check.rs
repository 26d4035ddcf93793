#![no_main]

#[path = "../mutator.rs"]
mod mutator;
#[path = "../scenarios/mod.rs"]
#[allow(dead_code, reason = "each target runs one of the scenarios")]
mod scenarios;

libfuzzer_sys::fuzz_target!(|input: &str| scenarios::json_check::run(input));

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutator::mutate(data, size, max_size, seed, mutator::Kind::Json, libfuzzer_sys::fuzzer_mutate)
});
