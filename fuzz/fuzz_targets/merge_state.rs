#![no_main]

#[path = "../exercise_merge.rs"]
mod exercise_merge;
#[path = "../exercise_state.rs"]
mod exercise_state;

libfuzzer_sys::fuzz_target!(|data: &[u8]| exercise_state::merge_state_bytes(data));
