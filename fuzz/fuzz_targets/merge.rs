#![no_main]

#[path = "../exercise_merge.rs"]
mod exercise_merge;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise_merge::merge_bytes(data));
