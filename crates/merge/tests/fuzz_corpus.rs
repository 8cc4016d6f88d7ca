//! The seeds of the fuzz target and mutations of them, without a fuzzer.
#![allow(clippy::unwrap_used)]

mod support;

use support::Numbers;

#[path = "../../../fuzz/exercise_merge.rs"]
mod exercise_merge;

/// What YAML and the merge give a meaning to.
const TOKENS: &[&str] = &[
    "\n",
    "\r\n",
    "  ",
    "\t",
    "- ",
    ": ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "#",
    " # c\n",
    "&x ",
    "*x",
    "!!str ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "---\n",
    "...\n",
    "<<: *x\n",
    "null",
    "\u{feff}",
    "a: 1\n",
    "\n\n",
    "@@@\n",
    "<<<<<<< x\n",
    "=======\n",
    ">>>>>>> y\n",
    "é",
    "\0",
    "  name: w\n",
    "1002",
    "b",
    "kind: List\nitems:\n- ",
];

fn mutate(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut data = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(data.len() + 1);
        let end = (at + numbers.below(14)).min(data.len());
        match numbers.below(5) {
            0 | 1 => drop(data.splice(at..at, TOKENS[numbers.below(TOKENS.len())].bytes())),
            2 => drop(data.drain(at..end)),
            3 => {
                let copy = data[at..end].to_vec();
                let to = numbers.below(data.len() + 1);
                data.splice(to..to, copy);
            }
            _ => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len());
                data.splice(
                    at..end,
                    other[from..(from + 40).min(other.len())].iter().copied(),
                );
            }
        }
    }
    data
}

#[test]
fn the_merge_withstands_mutations() {
    let folder = format!("{}/../../fuzz/corpus/merge", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    assert!(seeds.len() > 10, "the seeds are missing");
    for seed in &seeds {
        exercise_merge::merge_bytes(seed);
    }
    let mut numbers = Numbers::new(1);
    for _ in 0..1_500 {
        let data = mutate(&seeds, &mut numbers);
        let shown = std::panic::catch_unwind(|| exercise_merge::merge_bytes(&data));
        assert!(shown.is_ok(), "{:?}", String::from_utf8_lossy(&data));
    }
}
