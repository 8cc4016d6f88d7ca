//! state.toml: one text for one set of entries, and every fault found with its place.
#![allow(clippy::unwrap_used)]

mod common;

use common::{LINEAGE, entry, states, vpcs};
use hnp_state::state_file::{Field, State, parse, verify, write};
use proptest::prelude::*;

/// Renders problems as `line:column CODE message`.
fn problems(text: &str) -> Vec<String> {
    verify(text, None)
        .iter()
        .map(|problem| {
            let at = problem.position(text);
            format!("{}:{} {problem}", at.line, at.column)
        })
        .collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    verify(text, None)
        .iter()
        .map(|problem| problem.code)
        .collect()
}

/// Tables of a written state, with the blank line before each.
fn tables(text: &str) -> Vec<String> {
    let mut parts = text.split("\n[");
    parts.next();
    parts.map(|part| format!("\n[{part}")).collect()
}

fn head(text: &str) -> String {
    text.split("\n[").next().unwrap().to_owned()
}

#[test]
fn the_form_is_as_designed() {
    let mut state = vpcs(2);
    let first = state.resources.values_mut().next().unwrap();
    (first.base, first.blob) = (None, None);
    let text = |text: &str| Field::Text(text.to_owned());
    let fields = [
        ("resource".to_owned(), text("fabric-1/VPC/default/vpc-0001")),
        (
            "fields".to_owned(),
            Field::List(vec![
                "spec.mode".to_owned(),
                "spec.subnets.\"a b\"".to_owned(),
            ]),
        ),
    ];
    state.conflicts.insert("c-1".to_owned(), fields.into());
    state.resolutions.insert(
        "c-1".to_owned(),
        [("choice".to_owned(), text("gui"))].into(),
    );
    insta::assert_snapshot!("form", write(&state));
}

#[test]
fn a_state_without_entries_is_its_head() {
    let text = write(&State::new(LINEAGE));
    assert_eq!(text.lines().filter(|line| line.contains('=')).count(), 3);
    assert!(text.ends_with("\"\n"));
    assert_eq!(parse(&text).unwrap(), State::new(LINEAGE));
}

proptest! {
    /// T1: reading what was written gives the state, writing what was read gives the bytes.
    #[test]
    fn writing_and_reading_are_inverse(state in states()) {
        let text = write(&state);
        prop_assert_eq!(problems(&text), Vec::<String>::new());
        let read = parse(&text).unwrap();
        prop_assert_eq!(&read, &state);
        prop_assert_eq!(write(&read), text);
    }

    /// T2: the order in which tables stand does not matter for reading; verification minds it.
    #[test]
    fn order_does_not_matter_for_reading(state in states(), seed in any::<u64>()) {
        let text = write(&state);
        let mut tables = tables(&text);
        let mut random = seed;
        for at in (1..tables.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            tables.swap(at, usize::try_from(random >> 33).unwrap() % (at + 1));
        }
        let shuffled = format!("{}{}", head(&text), tables.concat());
        prop_assert_eq!(write(&parse(&shuffled).unwrap()), text.clone());
        prop_assert_eq!(codes(&shuffled).is_empty(), shuffled == text);
    }

    /// Both readers agree: one blank more sends the text to the other.
    #[test]
    fn the_quick_reader_reads_what_the_thorough_one_reads(state in states()) {
        let text = write(&state);
        let other = text.replacen("format = 1", "format =  1", 1);
        prop_assert_eq!(parse(&text), parse(&other));
        prop_assert_eq!(verify(&text, Some("x")).len(), verify(&other, Some("x")).len());
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "(?s)[a-z\\[\\]\"'=.<>{},0-9# \n\\\\é-]{0,200}") {
        for problem in verify(&text, None) {
            prop_assert!(problem.span.end <= text.len());
            let _ = problem.position(&text);
        }
    }

    /// T8: a marker, a line or a table put in twice is found wherever it stands.
    #[test]
    fn what_a_bad_merge_puts_in_is_found(state in states(), at in any::<prop::sample::Index>(), what in 0..3) {
        let text = write(&state);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let at = at.index(lines.len());
        let line = lines[at];
        let put = match what {
            0 => ["<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n", "||||||| base\n"][at % 4].to_owned(),
            1 if line.contains(" = ") => line.to_owned(),
            _ => match tables(&text).get(at) {
                Some(table) => format!("{}\n", table.trim_start()),
                None => return Ok(()),
            },
        };
        let damaged = format!("{}{line}{put}{}", lines[..at].concat(), lines[at + 1..].concat());
        prop_assert!(!codes(&damaged).is_empty(), "{}", damaged);
        prop_assert!(parse(&damaged).is_err(), "{}", damaged);
    }

    /// T8: whatever is cut out, doubled or overwritten in a written file is found, or changes nothing that is read.
    #[test]
    fn damage_is_found(from in 0usize..4_000, length in 1usize..200, with in "[\"\\[\\]=a0\n]{0,3}") {
        let state = vpcs(12);
        let text = write(&state);
        let from = from % text.len();
        let to = (from + length).min(text.len());
        let damaged = format!("{}{with}{}", &text[..from], &text[to..]);
        if codes(&damaged).is_empty() {
            // What is left is a well-formed state in order: only whole tables or optional lines can be gone, or a
            // value have been replaced by one of the same form.
            let read = parse(&damaged).unwrap();
            prop_assert!(read.resources.len() <= 12);
        }
    }
}

#[test]
fn order_is_by_the_hash_of_the_key() {
    let text = write(&vpcs(50));
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("[resource.\"")?.strip_suffix("\"]"))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort_by_key(|key| common::sha256(key));
    assert_eq!(keys, sorted);
    assert_ne!(
        keys,
        vpcs(50)
            .resources
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
    );
    let mut swapped = tables(&text);
    swapped.swap(3, 4);
    let swapped = format!("{}{}", head(&text), swapped.concat());
    let found = verify(&swapped, None);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].repairable), ("STATE-07", true));
    assert!(
        swapped[found[0].span.clone()].starts_with("\"fabric-1/VPC"),
        "{}",
        &swapped[found[0].span.clone()]
    );
    assert!(parse(&swapped).is_ok());
}

#[test]
fn a_table_twice_is_found_and_said_whether_it_is_the_same() {
    let state = vpcs(3);
    let text = write(&state);
    let all = tables(&text);
    let again = format!("{text}{}", all[1]);
    let found = verify(&again, None);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code, found[0].repairable), ("STATE-08", true));
    assert_eq!(found[0].position(&again).line, 25);
    assert!(found[0].message.contains("line 13"), "{}", found[0].message);
    let changed = format!(
        "{text}{}",
        all[1]
            .replace("sha256 = \"", "sha256 = \"0")
            .replacen("0\"\n", "\"\n", 1)
    );
    assert!(!codes(&changed).is_empty());
    let key = state.resources.keys().next().unwrap();
    let mut other = State::new(LINEAGE);
    other.resources.insert(key.clone(), entry(key, 7));
    let changed = format!("{text}{}", tables(&write(&other))[0]);
    assert_eq!(codes(&changed), ["STATE-09"]);
    assert!(parse(&changed).is_err());
}

#[test]
fn a_key_twice_is_found() {
    let text = write(&vpcs(3));
    for name in [
        "path   = ",
        "sha256 = ",
        "base   = ",
        "blob   = ",
        "format = ",
        "lineage = ",
    ] {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        let again = text.replacen(line, &format!("{line}\n{line}"), 1);
        assert_eq!(codes(&again), ["STATE-01"], "{name}");
    }
}

#[test]
fn conflict_markers_are_found_and_text_that_looks_like_them_is_not() {
    let text = write(&vpcs(3));
    let all = tables(&text);
    let merged = format!(
        "{}\n<<<<<<< ours{}\n||||||| base\n=======\n>>>>>>> theirs{}",
        head(&text),
        all[0],
        all[1]
    );
    assert_eq!(codes(&merged), ["STATE-02"; 4]);
    assert_eq!(verify(&merged, None)[0].position(&merged).line, 7);
    let crlf = merged.replace('\n', "\r\n");
    assert_eq!(codes(&crlf), ["STATE-02"; 4]);
    // One marker that was left over is enough.
    assert_eq!(
        codes(&text.replacen(&all[1], &format!("\n=======\n{}", all[1]), 1)),
        ["STATE-02"]
    );

    let mut state = vpcs(3);
    let fields = [
        ("a".to_owned(), Field::Text("=======".to_owned())),
        (
            "b".to_owned(),
            Field::Text("x\n<<<<<<< ours\n=======\n>>>>>>> theirs".to_owned()),
        ),
    ];
    state.conflicts.insert("=======".to_owned(), fields.into());
    assert_eq!(codes(&write(&state)), [""; 0]);
    let long = format!(
        "{text}\n[conflict.c]\nnote = \"\"\"\n=======\n>>>>>>> theirs\n\"\"\"\n# =======\n"
    );
    assert!(parse(&long).is_ok());
    assert!(
        codes(&long).iter().all(|code| *code == "STATE-07"),
        "{:?}",
        codes(&long)
    );
}

#[test]
fn every_fault_has_its_place() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let text = format!(
        "format = 1
canon = \"c1\"
lineage = \"not-a-uuid\"
serial = 4

[resource.\"fabric-1/VPC/default/vpc-1\"]
path = \"../vpc-1.yaml\"
sha256 = \"{hash}\"
base = \"{hash}\"
blob = \"{}\"
synced = \"today\"

[resource.\"VPC/vpc-2\"]
path = \"a.yaml\"
sha256 = \"{hash}\"

[resource.\"fabric-1/VPC/default/vpc-3\"]
path = 3

[conflict.x]
depth = 3

[op.\"1\"]
",
        &hash[..39]
    );
    insta::assert_snapshot!("faults", problems(&text).join("\n"));
    assert!(parse(&text).is_err());
    assert_eq!(codes(""), ["STATE-03", "STATE-04", "STATE-05"]);
}

#[test]
fn newer_forms_are_refused_and_nothing_else_is_said() {
    let text = write(&vpcs(1));
    let newer = text
        .replace("format = 1", "format = 2")
        .replace("path   =", "file   =");
    let found = verify(&newer, None);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, "STATE-03");
    assert!(found[0].message.contains("format 2"));
    assert_eq!(codes(&text.replace("\"c1\"", "\"c2\"")), ["STATE-04"]);
    assert_eq!(
        codes(&text.replace("format = 1", "format = \"1\"")),
        ["STATE-03"]
    );
}

#[test]
fn the_lineage_is_that_of_the_parent() {
    let text = write(&vpcs(1));
    assert_eq!(verify(&text, Some(LINEAGE)), []);
    let found = verify(&text, Some("11111111-1111-4111-8111-111111111111"));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].code, found[0].position(&text).line),
        ("STATE-06", 5)
    );
    assert_eq!(&text[found[0].span.clone()], LINEAGE);
}

#[test]
fn other_line_ends_are_read() {
    let state = vpcs(3);
    assert_eq!(parse(&write(&state).replace('\n', "\r\n")).unwrap(), state);
}

#[test]
fn hostile_text_is_only_a_problem() {
    assert!(!verify(&"[".repeat(100_000), None).is_empty());
    assert!(!verify(&format!("a = {}", "[".repeat(100_000)), None).is_empty());
    let many: String = (0..5_000)
        .map(|n| format!("[resource.\"{n}\"]\n"))
        .collect();
    assert!(verify(&many, None).len() <= 100);
    let twice = "[resource.\"a\"]\n".repeat(5_000);
    assert!(verify(&twice, None).len() <= 100);
}
