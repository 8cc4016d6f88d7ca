//! The fast way of parsing gives what the general one gives, or leaves the document to it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "fast/cases.rs"]
mod cases;
#[path = "fast/made.rs"]
mod made;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use cases::{FAST, GENERAL};
use hnp_yaml::{Limits, Options, Road, parse};
use made::{BETWEEN, BODIES, MANIFESTS, SOUP, TAILS, apply, document, edit};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn options(road: Road, comments: bool, depth: usize) -> Options {
    Options {
        limits: Limits {
            depth,
            ..Limits::default()
        },
        comments,
        road,
    }
}

/// Compares the two ways with and without comments, and deep nesting allowed and not.
fn differs(text: &str) -> Option<String> {
    for (comments, depth) in [(true, 64), (false, 64), (true, 3)] {
        let read = |road| parse(text, &options(road, comments, depth)).tape_debug();
        let (general, both) = (read(Road::General), read(Road::Both));
        if general != both {
            return Some(format!(
                "comments {comments}, depth {depth}\n{text:?}\n--- general\n{general}--- both\n{both}"
            ));
        }
    }
    None
}

/// Tells whether every document of a text takes the fast way.
fn is_fast(text: &str) -> bool {
    let stream = parse(text, &options(Road::Fast, true, 64));
    stream.problems().is_empty() && stream.documents().all(|document| !document.is_broken())
}

fn same(text: &str) {
    if let Some(difference) = differs(text) {
        panic!("{difference}");
    }
}

#[test]
fn common_forms_take_the_fast_way_and_read_the_same() {
    for text in FAST {
        assert!(is_fast(text), "{text:?}");
        same(text);
    }
}

#[test]
fn other_forms_are_left_to_the_general_parser() {
    for text in GENERAL {
        same(text);
        let fast = parse(*text, &options(Road::Fast, true, 64));
        assert!(!is_fast(text), "{text:?}\n{}", fast.tape_debug());
    }
}

#[test]
fn lengths_at_the_limits_read_the_same() {
    for length in [999, 1000, 1001, 1022, 1023, 1024, 1025, 1026, 5000] {
        let long = "k".repeat(length);
        for text in [
            format!("{long}: 1\n"),
            format!("'{long}': 1\n"),
            format!("a: {{{long}: 1}}\n"),
            format!("- {long}\n"),
            format!("- '{long}'\n- [{long}]\n- {{a: {long}}}\n"),
            format!("- [{}]\n", "a, ".repeat(length) + "b"),
            format!("- {long}: 1\n  b: 2\n"),
            format!("a: {long} {long}\n"),
            format!("a:{}b\nc: d{}# e\n", " ".repeat(length), " ".repeat(length)),
            format!("{}a: b\n", " ".repeat(length)),
            format!("-{}a: b\n", " ".repeat(length)),
        ] {
            same(&text);
        }
    }
}

#[test]
fn depth_at_the_limit_reads_the_same() {
    for depth in 60..70 {
        let block: String = (0..depth)
            .map(|n| format!("{}k:\n", " ".repeat(n)))
            .collect();
        same(&block);
        same(&"- ".repeat(depth));
        same(&format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth)));
    }
}

#[test]
fn duplicates_are_found_in_small_and_large_maps() {
    use std::fmt::Write;
    for count in [1, 2, 15, 16, 17, 18, 100] {
        let mut text = String::new();
        for n in 0..count {
            writeln!(text, "k{n}: {{a: 1}}").unwrap();
        }
        assert!(is_fast(&text));
        same(&text);
        for twin in [0, count / 2, count - 1] {
            let doubled = format!("{text}k{twin}: 2\n");
            assert!(!is_fast(&doubled));
            same(&doubled);
        }
    }
}

fn yaml_files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml")
        {
            found.push(path);
        }
    }
}

#[test]
fn real_files_read_the_same() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let mut total = (0, 0);
    for part in [
        "corpus",
        "gitops-test-1",
        "merge-cases",
        "validation-cases",
        "crds",
    ] {
        let mut files = Vec::new();
        yaml_files(&root.join(part), &mut files);
        if files.is_empty() {
            eprintln!("skipped: {part} is not here");
        }
        let mut fast = 0;
        for file in &files {
            let bytes = std::fs::read(file).unwrap();
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            if let Some(difference) = differs(&text) {
                panic!("{}: {difference}", file.display());
            }
            fast += usize::from(is_fast(&text));
        }
        eprintln!("{part}: {fast} of {} files take the fast way", files.len());
        if matches!(part, "corpus" | "gitops-test-1") {
            total = (total.0 + fast, total.1 + files.len());
        }
    }
    assert!(total.0 * 10 >= total.1 * 7, "{total:?}");
}

fn config() -> ProptestConfig {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    ProptestConfig {
        cases: config.cases.max(2_000),
        ..config
    }
}

/// Compares the two ways on texts made by a strategy; `least` percent of them must take the fast way, or the comparison
/// would say little.
fn compare<S: Strategy>(least: usize, strategy: &S, text_of: impl Fn(S::Value) -> String) {
    let (all, fast) = (Cell::new(0usize), Cell::new(0usize));
    let run = TestRunner::new(config()).run(strategy, |value| {
        let text = text_of(value);
        if let Some(difference) = differs(&text) {
            return Err(TestCaseError::fail(difference));
        }
        all.set(all.get() + 1);
        fast.set(fast.get() + usize::from(!text.trim().is_empty() && is_fast(&text)));
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
    let share = fast.get() * 100 / all.get().max(1);
    eprintln!("{share} % of {} texts take the fast way", all.get());
    assert!(share >= least, "{share} %");
}

#[test]
fn generated_documents_read_the_same() {
    let choices = vec(any::<u8>(), 0..120);
    compare(10, &choices, |choices| document(&choices));
}

#[test]
fn edited_documents_read_the_same() {
    let edits = vec(edit(), 1..4);
    let strategy = (vec(any::<u8>(), 0..60), 0..MANIFESTS.len() * 2, edits);
    compare(10, &strategy, |(choices, base, edits)| {
        let mut text = MANIFESTS
            .get(base)
            .map_or_else(|| document(&choices), |text| (*text).to_owned());
        for edit in &edits {
            apply(&mut text, edit);
        }
        text
    });
}

#[test]
fn soup_reads_the_same() {
    let pieces = vec(prop::sample::select(SOUP), 0..14);
    compare(1, &pieces, |pieces| pieces.concat());
}

#[test]
fn lines_at_any_column_read_the_same() {
    let line = (
        prop_oneof![3 => Just(0usize), 2 => Just(2usize), 1 => 1..6usize],
        prop::sample::select(&["", "", "", "", "- ", "- ", "-  ", "- - ", "-"][..]),
        prop_oneof![3 => 0..13usize, 2 => 0..BODIES.len()],
        prop::sample::select(TAILS),
        prop::sample::select(BETWEEN),
    );
    compare(3, &vec(line, 0..9), |lines| {
        let line = |(indent, dashes, body, tail, between): (usize, &str, usize, &str, &str)| {
            let indent = " ".repeat(indent);
            format!("{indent}{dashes}{}{tail}\n{between}", BODIES[body])
        };
        lines.into_iter().map(line).collect()
    });
}
