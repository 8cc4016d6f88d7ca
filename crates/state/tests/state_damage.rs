//! What can be had from a damaged state.toml, and what Git's line merge makes of two changes.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::process::Command;

use common::{LINEAGE, entry, states, vpcs};
use hnp_state::state_file::{State, parse, salvage, verify, write};
use proptest::prelude::*;

fn conflicted(ours: &State, theirs: &State) -> String {
    let (ours, theirs) = (write(ours), write(theirs));
    let head = ours.split("\n[").next().unwrap().to_owned();
    format!(
        "{head}\n<<<<<<< HEAD{}\n||||||| base\nbase stuff\n=======\n{}\n>>>>>>> other\n",
        &ours[head.len()..],
        &theirs[head.len()..]
    )
}

#[test]
fn a_sound_file_is_taken_whole() {
    let state = vpcs(20);
    let saved = salvage(&write(&state));
    assert_eq!((saved.unreadable, saved.disputed.len()), (0, 0));
    assert_eq!(saved.into_state("x"), state);
}

#[test]
fn both_sides_of_a_conflict_are_read() {
    let (mut ours, mut theirs) = (vpcs(10), vpcs(10));
    let keys: Vec<String> = ours.resources.keys().cloned().collect();
    ours.resources.insert(keys[0].clone(), entry(&keys[0], 1));
    theirs.resources.insert(keys[0].clone(), entry(&keys[0], 2));
    theirs.resources.insert(keys[1].clone(), entry(&keys[1], 2));
    ours.resources.remove(&keys[2]);
    let saved = salvage(&conflicted(&ours, &theirs));
    assert_eq!(saved.lineage.as_deref(), Some(LINEAGE));
    assert_eq!(saved.disputed, [keys[0].clone(), keys[1].clone()]);
    // Copies agree: all is kept.
    assert_eq!(saved.resources[&keys[3]], entry(&keys[3], 0));
    // Copies differ, or one side alone has it: no base, so nothing is ever deleted for it.
    for key in &keys[..3] {
        let entry = &saved.resources[key];
        assert_eq!((&entry.base, &entry.blob), (&None, &None), "{key}");
    }
    assert!(parse(&write(&saved.into_state(LINEAGE))).is_ok());
}

#[test]
fn a_broken_table_costs_only_itself() {
    let state = vpcs(10);
    let text = write(&state);
    let line = text
        .lines()
        .find(|line| line.starts_with("sha256"))
        .unwrap();
    let saved = salvage(&text.replacen(line, "sha256 = \"oops", 1));
    assert_eq!((saved.resources.len(), saved.unreadable), (9, 1));
    let twice = format!("{text}{}", &text[text.rfind("\n[").unwrap()..]);
    assert_eq!(salvage(&twice).into_state(""), state);
    // The lineage survives a broken line beside it.
    let saved = salvage(&text.replacen("canon = \"c1\"", "canon = ", 1));
    assert_eq!(saved.lineage.as_deref(), Some(LINEAGE));
    assert_eq!(saved.resources.len(), 10);
}

#[test]
fn of_a_newer_form_nothing_is_taken() {
    let newer = write(&vpcs(3)).replace("format = 1", "format = 2") + "[[[";
    assert!(salvage(&newer).resources.is_empty());
}

proptest! {
    /// T6, as far as texts go: nothing is invented. What is salvaged with a base stood in the file with that base, and
    /// rebuilding what was rebuilt changes nothing.
    #[test]
    fn nothing_is_invented(state in states(), from in 0usize..2_000, length in 0usize..300, with in "[a-z\"\\[\\]=<>\n ]{0,12}") {
        let text = write(&state);
        let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let from = floor(from % (text.len() + 1));
        let to = floor(from + length).max(from);
        let damaged = format!("{}{with}{}", &text[..from], &text[to..]);
        let saved = salvage(&damaged);
        for entry in saved.resources.values() {
            if let Some(base) = &entry.base {
                let known = state.resources.values().any(|old| old.base.as_ref() == Some(base));
                // A hash that the damage itself spelled, of the halves of two say, is none that salvage made up.
                let at = damaged.find(base.as_str());
                let spelled = at.is_some_and(|at| at <= from + with.len() && from <= at + base.len());
                prop_assert!(known || spelled);
            }
        }
        let rebuilt = write(&saved.into_state(LINEAGE));
        prop_assert_eq!(verify(&rebuilt, None), vec![]);
        prop_assert_eq!(write(&salvage(&rebuilt).into_state(LINEAGE)), rebuilt);
    }
}

/// Merges three texts as Git does without any driver; nothing where they conflict.
fn line_merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let output = Command::new("git")
        .args(["merge-file", "-p", "-q"])
        .args([
            file("ours", ours),
            file("base", base),
            file("theirs", theirs),
        ])
        .output()
        .unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

/// T3: two pull requests that change different resources merge without a driver, at least 95 of 100 times, and what
/// merges is the union of both.
#[test]
fn disjoint_changes_merge_by_lines() {
    if Command::new("git").arg("--version").output().is_err() {
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no git\n").unwrap();
        return;
    }
    let base = vpcs(5_000);
    let keys: Vec<String> = base.resources.keys().cloned().collect();
    let base_text = write(&base);
    let mut random: u64 = 42;
    let mut below = |limit: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % limit
    };
    let (trials, mut conflicts) = (40, 0);
    for trial in 0..trials {
        let (mut ours, mut theirs, mut union) = (base.clone(), base.clone(), base.clone());
        let mut taken = BTreeSet::new();
        for change in 0..10 {
            let side = if change % 2 == 0 {
                &mut ours
            } else {
                &mut theirs
            };
            // Five changes a side: three adds with neighbouring names, a change and a deletion.
            let (key, entry) = if change < 6 {
                let key = format!("fabric-1/VPC/default/vpc-{}", 9_000 + trial * 10 + change);
                let entry = entry(&key, 0);
                (key, Some(entry))
            } else {
                let key = loop {
                    let at = below(keys.len());
                    if taken.insert(at) {
                        break keys[at].clone();
                    }
                };
                let changed = (change < 8).then(|| entry(&key, 1));
                (key, changed)
            };
            for state in [side, &mut union] {
                match &entry {
                    Some(entry) => state.resources.insert(key.clone(), entry.clone()),
                    None => state.resources.remove(&key),
                };
            }
        }
        match line_merge(&base_text, &write(&ours), &write(&theirs)) {
            Some(merged) => match parse(&merged) {
                Ok(state) => assert_eq!(state, union, "a clean merge is the union"),
                Err(problems) => assert!(!problems.is_empty()),
            },
            None => conflicts += 1,
        }
    }
    assert!(
        conflicts * 20 <= trials,
        "{conflicts} of {trials} disjoint pairs conflict"
    );
}
