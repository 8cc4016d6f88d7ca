//! The merge of state files.
#![allow(clippy::unwrap_used)]

#[path = "../../../fuzz/exercise_merge.rs"]
mod exercise_merge;
#[path = "../../../fuzz/exercise_state.rs"]
mod exercise_state;

use std::collections::BTreeMap;

use hnp_merge::Labels;
use hnp_state::state_file::{Entry, Field, State, parse, verify, write};
use hnp_sync::merge_state::{MergedState, StateBase, merge_state_text, merge_states};
use proptest::prelude::*;

const LINEAGE: &str = "0b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";
const OTHER: &str = "1b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60";

fn entry(name: &str, value: u8) -> Entry {
    let hash = format!("{value:064x}");
    Entry {
        path: format!("lab/managed/vpcs/{name}.yaml"),
        sha256: hash.clone(),
        base: Some(format!("c1:{hash}")),
        blob: Some(format!("{value:040x}")),
    }
}

/// A state with these resources; the number is what was agreed on.
fn state(resources: &[(&str, u8)]) -> State {
    let mut state = State::new(LINEAGE);
    for (name, value) in resources {
        state
            .resources
            .insert(format!("lab/VPC/default/{name}"), entry(name, *value));
    }
    state
}

fn merged(base: &str, ours: &State, theirs: &State) -> MergedState {
    merge_state_text(
        base.as_bytes(),
        write(ours).as_bytes(),
        write(theirs).as_bytes(),
        Labels::default(),
    )
}

#[track_caller]
fn clean(base: &State, ours: &State, theirs: &State) -> State {
    let merged = merged(&write(base), ours, theirs);
    let text = String::from_utf8(merged.text).unwrap();
    assert!(!merged.conflicted, "{text}");
    assert_eq!(verify(&text, Some(LINEAGE)), Vec::new(), "{text}");
    parse(&text).unwrap()
}

fn agreed(state: &State, name: &str) -> Option<bool> {
    let entry = state.resources.get(&format!("lab/VPC/default/{name}"))?;
    assert_eq!(entry.base.is_some(), entry.blob.is_some());
    Some(entry.base.is_some())
}

#[test]
fn both_sides_add_one_table() {
    let base = state(&[]);
    // The same: once, with what was agreed on.
    let same = clean(&base, &state(&[("a", 1)]), &state(&[("a", 1), ("b", 2)]));
    assert_eq!(same, state(&[("a", 1), ("b", 2)]));
    // Different: once, and nothing is agreed on.
    let differs = clean(&base, &state(&[("a", 1)]), &state(&[("a", 2)]));
    assert_eq!(differs.resources.len(), 1);
    assert_eq!(agreed(&differs, "a"), Some(false));
    assert_eq!(
        differs.resources["lab/VPC/default/a"].path,
        "lab/managed/vpcs/a.yaml"
    );
}

#[test]
fn different_tables_in_one_gap() {
    // Enough of them that some are neighbours in the order of hashes.
    let base = state(&[("k", 1)]);
    let names: Vec<String> = (0..40).map(|n| format!("n{n}")).collect();
    let half = |odd: usize| -> State {
        let mut all = vec![("k", 1)];
        all.extend(
            names
                .iter()
                .enumerate()
                .filter(|(n, _)| n % 2 == odd)
                .map(|(_, name)| (name.as_str(), 7)),
        );
        state(&all)
    };
    let together = clean(&base, &half(0), &half(1));
    assert_eq!(together.resources.len(), 41);
    assert!(
        together
            .resources
            .values()
            .all(|entry| entry.base.is_some())
    );
    assert_eq!(together, clean(&base, &half(1), &half(0)));
}

#[test]
fn one_side_changes_what_the_other_removes() {
    let base = state(&[("a", 1), ("b", 1)]);
    for (ours, theirs) in [
        (state(&[("a", 2), ("b", 1)]), state(&[("b", 1)])),
        (state(&[("b", 1)]), state(&[("a", 2), ("b", 1)])),
    ] {
        let kept = clean(&base, &ours, &theirs);
        assert_eq!(agreed(&kept, "a"), Some(false));
        assert_eq!(agreed(&kept, "b"), Some(true));
    }
    // Removed by one, untouched by the other: gone.
    assert_eq!(clean(&base, &base, &state(&[("b", 1)])), state(&[("b", 1)]));
}

#[test]
fn both_sides_change_one_table() {
    let base = state(&[("a", 1)]);
    let kept = clean(&base, &state(&[("a", 2)]), &state(&[("a", 3)]));
    assert_eq!(agreed(&kept, "a"), Some(false));
    // Who moved the file alone is right about its place.
    let mut moved = state(&[("a", 1)]);
    moved.resources.get_mut("lab/VPC/default/a").unwrap().path = "lab/managed/x.yaml".to_owned();
    let kept = clean(&base, &moved, &state(&[("a", 3)]));
    assert_eq!(
        kept.resources["lab/VPC/default/a"].path,
        "lab/managed/x.yaml"
    );
    assert_eq!(agreed(&kept, "a"), Some(false));
}

#[test]
fn conflicts_and_resolutions_are_joined() {
    let fields = |word: &str| BTreeMap::from([("field".to_owned(), Field::Text(word.to_owned()))]);
    let with = |conflicts: &[(&str, &str)], resolutions: &[(&str, &str)]| {
        let mut state = state(&[]);
        for (id, word) in conflicts {
            state.conflicts.insert((*id).to_owned(), fields(word));
        }
        for (id, word) in resolutions {
            state.resolutions.insert((*id).to_owned(), fields(word));
        }
        state
    };
    let base = with(&[("gone", "x")], &[]);
    let merged = clean(
        &base,
        &with(&[("gone", "x"), ("o", "a")], &[("r", "gui"), ("s", "git")]),
        &with(&[("t", "b")], &[("r", "git"), ("s", "git")]),
    );
    // Two answers to one question: it is asked again.
    assert_eq!(merged, with(&[("o", "a"), ("t", "b")], &[("s", "git")]));
}

#[test]
fn without_a_base_nothing_is_agreed_on_that_differs() {
    let (ours, theirs) = (state(&[("a", 1), ("b", 1)]), state(&[("a", 1), ("c", 1)]));
    // Empty: both made the file, and each entry was agreed on.
    let made = merged("", &ours, &theirs);
    assert_eq!(
        parse(&String::from_utf8(made.text).unwrap()).unwrap(),
        state(&[("a", 1), ("b", 1), ("c", 1)])
    );
    // With markers, or of another lineage: who knows.
    let mut other = state(&[("b", 1)]);
    other.lineage = OTHER.to_owned();
    for base in ["<<<<<<< x\n=======\n>>>>>>> y\n".to_owned(), write(&other)] {
        let merged = merged(&base, &ours, &theirs);
        assert!(!merged.conflicted);
        let merged = parse(&String::from_utf8(merged.text).unwrap()).unwrap();
        assert_eq!(agreed(&merged, "a"), Some(true));
        assert_eq!(agreed(&merged, "b"), Some(false));
        assert_eq!(agreed(&merged, "c"), Some(false));
    }
}

#[test]
fn lineages_are_never_joined() {
    let base = state(&[("a", 1)]);
    let mut theirs = state(&[("a", 1), ("b", 1)]);
    theirs.lineage = OTHER.to_owned();
    assert_eq!(merge_states(StateBase::Known(&base), &base, &theirs), None);
    let ours = state(&[("a", 2)]);
    let merged = merged(&write(&base), &ours, &theirs);
    let text = String::from_utf8(merged.text).unwrap();
    assert!(
        merged.conflicted && text.contains("<<<<<<< ours\nlineage"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_read_is_merged_as_lines() {
    let base = write(&state(&[("a", 1)]));
    let newer = |text: &str| text.replace("format = 1", "format = 9");
    let (ours, theirs) = (state(&[("a", 1), ("x1", 1)]), state(&[("a", 2)]));
    let merged = merge_state_text(
        newer(&base).as_bytes(),
        newer(&write(&ours)).as_bytes(),
        newer(&write(&theirs)).as_bytes(),
        Labels::default(),
    );
    let text = String::from_utf8(merged.text).unwrap();
    assert_eq!(merged.conflicted, text.contains("<<<<<<<"));
    assert!(text.contains("format = 9"));
}

fn some_state() -> impl Strategy<Value = State> {
    (
        prop::collection::btree_map(0..6_u8, (0..3_u8, any::<bool>(), 0..2_u8), 0..5),
        prop::collection::btree_map(0..3_u8, 0..2_u8, 0..2),
        any::<bool>(),
    )
        .prop_map(|(resources, resolutions, lineage)| {
            let mut state = State::new(if lineage { LINEAGE } else { OTHER });
            for (name, (value, agreed, path)) in resources {
                let mut entry = entry(&format!("p{path}"), value);
                if !agreed {
                    entry.base = None;
                    entry.blob = None;
                }
                state
                    .resources
                    .insert(format!("lab/VPC/default/r{name}"), entry);
            }
            for (id, choice) in resolutions {
                let fields =
                    BTreeMap::from([("choice".to_owned(), Field::Text(choice.to_string()))]);
                state.resolutions.insert(format!("c{id}"), fields);
            }
            state
        })
}

/// What an entry becomes, told without the merge.
fn expected(
    b: Option<&Entry>,
    o: Option<&Entry>,
    t: Option<&Entry>,
) -> Option<(bool, Option<Entry>)> {
    match () {
        () if o == t => Some((true, o.cloned())),
        () if b == o => Some((true, t.cloned())),
        () if b == t => Some((true, o.cloned())),
        () => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t4_the_driver_is_the_merge_of_entries(
        base in some_state(),
        ours in some_state(),
        theirs in some_state(),
        kind in 0..3_u8,
    ) {
        let base_text = match kind {
            0 => write(&base),
            1 => String::new(),
            _ => format!("<<<<<<< a\n{}=======\n>>>>>>> b\n", write(&base)),
        };
        let none = State::new(&ours.lineage);
        let merged = merged(&base_text, &ours, &theirs);
        let text = String::from_utf8(merged.text).unwrap();
        prop_assert_eq!(merged.conflicted, text.contains("<<<<<<< ours"));
        if write(&ours) == write(&theirs) || base_text == write(&ours) || base_text == write(&theirs) {
            prop_assert!(!merged.conflicted);
            return Ok(());
        }
        prop_assert_eq!(merged.conflicted, ours.lineage != theirs.lineage);
        if merged.conflicted {
            return Ok(());
        }
        prop_assert_eq!(verify(&text, None), Vec::new());
        let merged = parse(&text).unwrap();
        let known = kind == 1 || kind == 0 && base.lineage == ours.lineage;
        let base = if kind == 0 && known { &base } else { &none };
        let mut keys: Vec<&String> = ours.resources.keys().chain(theirs.resources.keys()).collect();
        keys.extend(base.resources.keys());
        for key in keys {
            let (b, o, t) = (base.resources.get(key), ours.resources.get(key), theirs.resources.get(key));
            let found = merged.resources.get(key);
            let sure = if known { expected(b, o, t) } else if o == t { Some((true, o.cloned())) } else { None };
            match sure {
                Some((_, wanted)) => prop_assert_eq!(found, wanted.as_ref()),
                None => {
                    let found = found.unwrap();
                    prop_assert!(found.base.is_none() && found.blob.is_none());
                    prop_assert!([o, t].into_iter().flatten().any(|side| side.path == found.path));
                }
            }
        }
        // The other way round it is the same.
        let back = merge_state_text(base_text.as_bytes(), write(&theirs).as_bytes(), write(&ours).as_bytes(), Labels::default());
        prop_assert_eq!(String::from_utf8(back.text).unwrap(), text);
    }

    #[test]
    fn t5_whatever_comes_a_conflict_has_markers(
        states in prop::collection::vec(some_state(), 3),
        cuts in prop::collection::vec((0..3_usize, 0..600_usize, 0..40_usize, "[\\[\\]\"=a-c\\n<>]{0,12}"), 0..4),
    ) {
        let mut texts: Vec<String> = states.iter().map(write).collect();
        for (which, at, length, with) in cuts {
            let text = &mut texts[which];
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.replace_range(at..end, &with);
        }
        let merged = merge_state_text(texts[0].as_bytes(), texts[1].as_bytes(), texts[2].as_bytes(), Labels::default());
        let text = String::from_utf8(merged.text).unwrap();
        if merged.conflicted {
            for marker in ["<<<<<<< ours", "=======", ">>>>>>> theirs"] {
                prop_assert!(text.lines().any(|line| line == marker), "{}", text);
            }
        } else if parse(&texts[1]).is_ok() && parse(&texts[2]).is_ok() {
            prop_assert!(parse(&text).is_ok(), "{}", text);
        }
    }
}

#[test]
fn the_seeds_of_the_fuzz_target_keep_to_it() {
    let folder = format!(
        "{}/../../fuzz/corpus/merge_state",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let seed = std::fs::read(file.unwrap().path()).unwrap();
        exercise_state::merge_state_bytes(&seed);
        // And with each line gone once.
        let lines: Vec<&[u8]> = seed.split_inclusive(|byte| *byte == b'\n').collect();
        for gone in 0..lines.len() {
            let cut: Vec<&[u8]> = (0..lines.len())
                .filter(|at| *at != gone)
                .map(|at| lines[at])
                .collect();
            exercise_state::merge_state_bytes(&cut.concat());
        }
        count += 1;
    }
    assert!(count > 10, "the seeds are missing");
}
