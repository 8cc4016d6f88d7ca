//! The seeds of the fuzz targets and mutations of them, without a fuzzer.
#![allow(clippy::unwrap_used)]

mod edits;
#[path = "../../../fuzz/exercise.rs"]
mod exercise;

use exercise::{edit_bytes, parse_bytes};

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect()
}

/// What YAML gives a meaning to.
const TOKENS: &[&str] = &[
    "\n", "\r\n", "  ", "\t", "- ", ": ", ":", "? ", ", ", "[", "]", "{", "}", "#", " # c\n",
    "&x ", "*x", "!!str ", "!!int ", "|\n", ">-\n", "|+\n", "'", "\"", "---\n", "...\n",
    "<<: *x\n", "~", "\u{feff}", "\u{85}", "\u{2028}", "\\", "\\u00", "a: 1\n", "\n\n", "%", "@",
    "0x", "é", "😀", "\0",
];

/// A small generator of numbers: the same inputs on every run and every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

fn mutate(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut data = seeds[numbers.next(seeds.len())].clone();
    for _ in 0..=numbers.next(3) {
        let at = numbers.next(data.len() + 1);
        let end = (at + numbers.next(12)).min(data.len());
        match numbers.next(6) {
            0 | 1 => {
                let token = TOKENS[numbers.next(TOKENS.len())];
                data.splice(at..at, token.bytes());
            }
            2 => drop(data.drain(at..end)),
            3 => {
                let copy = data[at..end].to_vec();
                let to = numbers.next(data.len() + 1);
                data.splice(to..to, copy);
            }
            4 => {
                let other = &seeds[numbers.next(seeds.len())];
                let from = numbers.next(other.len());
                let part = &other[from..(from + 30).min(other.len())];
                data.splice(at..end, part.iter().copied());
            }
            _ => {
                if let Some(byte) = data.get_mut(at) {
                    *byte = u8::try_from(numbers.next(256)).unwrap();
                }
            }
        }
    }
    data
}

fn replay(target: &str, count: usize, exercise: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(seeds.len() > 10, "the seeds of {target} are missing");
    for seed in &seeds {
        exercise(seed);
    }
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..count {
        let data = mutate(&seeds, &mut numbers);
        let shown = std::panic::catch_unwind(|| exercise(&data));
        assert!(shown.is_ok(), "{:?}", String::from_utf8_lossy(&data));
    }
}

#[test]
fn reading_withstands_mutations() {
    replay("parse", 20_000, parse_bytes);
}

#[test]
fn editing_withstands_mutations() {
    replay("edit", 40_000, edit_bytes);
}
