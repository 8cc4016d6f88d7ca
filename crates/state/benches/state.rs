//! Reading and writing a state of 5,000 entries, each beside the SHA-256 of the same bytes.
//!
//! `cargo bench -p hnp-state --bench state`. Of several rounds the best counts.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use hnp_model::canonical::sha256_hex;
use hnp_state::state_file::{Entry, State, parse, verify, write};

const ROUNDS: usize = 20;

fn best(work: &dyn Fn() -> usize) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let mut state = State::new("7b1f0c52-6a1d-4a7e-9a57-0e5b0f3a1c11");
    for n in 0..5_000 {
        state.resources.insert(
            format!("fabric-1/VPC/default/vpc-{n:04}"),
            Entry {
                path: format!("gitops/fabric-1/managed/vpcs/vpc-{n:04}.yaml"),
                sha256: sha256_hex(format!("{n}").as_bytes()),
                base: Some(format!("c1:{}", sha256_hex(format!("base {n}").as_bytes()))),
                blob: Some(sha256_hex(format!("blob {n}").as_bytes())[..40].to_owned()),
            },
        );
    }
    let text = write(&state);
    // Another form of the same: hnp's own form is read by a reader of its own.
    let other = text.replacen("format = 1", "format =  1", 1);
    let yardstick = best(&|| sha256_hex(text.as_bytes()).len());
    println!("{} bytes; sha256 {yardstick:?}", text.len());
    let row = |what: &str, time: Duration| {
        println!(
            "{what:20} {time:?}  {:.1} x",
            time.as_secs_f64() / yardstick.as_secs_f64()
        );
    };
    row("write", best(&|| write(&state).len()));
    row(
        "parse, own form",
        best(&|| parse(&text).unwrap().resources.len()),
    );
    row(
        "parse, other form",
        best(&|| parse(&other).unwrap().resources.len()),
    );
    row("verify", best(&|| verify(&text, None).len()));
}
