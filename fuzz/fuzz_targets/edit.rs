#![no_main]

#[path = "../../crates/yaml/tests/edits/mod.rs"]
mod edits;
#[path = "../exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise::edit_bytes(data));
