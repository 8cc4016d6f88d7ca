//! What a person answered a conflict with holds once its branch is merged, with and without the ledger.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const FILE: &str = "lab/managed/servers/a.yaml";

fn lab() -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\n");
    repo.write(FILE, server("a", "{description: x, profile: p}"));
    repo.write(
        "lab/managed/servers/b.yaml",
        server("b", "{description: b}"),
    );
    repo.commit("Begin");
    repo.ok(SYNC);
    repo
}

fn in_git(repo: &Repo, spec: &str) {
    repo.write(FILE, server("a", spec));
    repo.commit("Edit by hand");
}

fn edit(repo: &Repo, change: impl FnOnce(&mut Value)) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let one = &mut all["resources"][0];
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, spec: Value) {
    edit(repo, |one| {
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"] = spec;
    });
}

fn forget(repo: &Repo) {
    repo.git(&["update-ref", "-d", "refs/hnp/log"]);
    let _ = std::fs::remove_file(repo.root().join(".git/hnp/log.jsonl"));
}

/// Answers the one open conflict, merges what comes of it, and runs until nothing happens.
#[track_caller]
fn answered(repo: &Repo, words: &[&str], ledger: bool) -> Value {
    assert_eq!(repo.hnp(SYNC).code, 4);
    let list = repo.json(&["conflicts"]);
    let id = list["conflicts"][0]["id"].as_str().unwrap();
    repo.ok(&[&["resolve", id], words].concat());
    repo.ok(SYNC);
    // Before the merge the edit is proposed still, however often it is looked at.
    assert!(repo.ok(SYNC).out.contains("is as it was"));
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "hnp-sync-lab"]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    if !ledger {
        forget(repo);
    }
    let run = repo.ok(SYNC);
    let again = repo.ok(SYNC);
    assert!(
        again.out.contains("Nothing to do"),
        "{}{}",
        run.out,
        again.out
    );
    assert_eq!(repo.git(&["branch", "--list", "hnp-*"]), "", "{}", run.out);
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), head);
    let all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let one = all["resources"][0].clone();
    assert!(
        one.get("draft").is_none() && one.get("deleted").is_none(),
        "{one}"
    );
    one["desired"]["spec"].clone()
}

#[test]
fn an_answer_is_not_undone_after_the_merge() {
    for ledger in [true, false] {
        for (words, spec) in [
            (
                &["--take", "base"][..],
                json!({"description": "x", "profile": "p"}),
            ),
            (
                &["--field", "spec.description=own"],
                json!({"description": "own", "profile": "p"}),
            ),
            (
                &["--take", "gui"],
                json!({"description": "gui", "profile": "p"}),
            ),
        ] {
            let repo = lab();
            draft(&repo, json!({"description": "gui", "profile": "p"}));
            in_git(&repo, "{description: git, profile: p}");
            assert_eq!(answered(&repo, words, ledger), spec, "{words:?}, {ledger}");
        }
    }
}

#[test]
fn an_answer_of_both_sides_values_is_not_asked_for_again() {
    for ledger in [true, false] {
        let repo = lab();
        draft(&repo, json!({"description": "gui", "profile": "gui"}));
        in_git(&repo, "{description: git, profile: git}");
        let words = &[
            "--field",
            "spec.description=gui",
            "--field",
            "spec.profile=git",
        ];
        let spec = answered(&repo, words, ledger);
        assert_eq!(spec, json!({"description": "gui", "profile": "git"}));
    }
}

#[test]
fn an_answer_to_an_edit_in_place_holds() {
    for ledger in [true, false] {
        let repo = lab();
        edit(&repo, |one| {
            one["desired"]["spec"]["description"] = json!("gui");
        });
        in_git(&repo, "{description: git, profile: p}");
        let spec = answered(&repo, &["--take", "base"], ledger);
        assert_eq!(spec["description"], "x");
    }
}

#[test]
fn a_deletion_that_was_turned_down_does_not_come_back() {
    for ledger in [true, false] {
        let repo = lab();
        edit(&repo, |one| one["deleted"] = json!(true));
        in_git(&repo, "{description: git, profile: p}");
        let spec = answered(&repo, &["--take", "base"], ledger);
        assert_eq!(spec["description"], "x");
        assert!(repo.has(FILE));
    }
}

#[test]
fn an_edit_after_the_answer_is_a_new_edit() {
    for ledger in [true, false] {
        let repo = lab();
        draft(&repo, json!({"description": "gui", "profile": "p"}));
        in_git(&repo, "{description: git, profile: p}");
        assert_eq!(repo.hnp(SYNC).code, 4);
        repo.ok(&["resolve", "--all", "--take", "base"]);
        repo.ok(SYNC);
        repo.git(&["merge", "-q", "hnp-sync-lab"]);
        if !ledger {
            forget(&repo);
        }
        // Saved once more, with the very same words: somebody insists.
        edit(&repo, |_| {});
        repo.ok(SYNC);
        let there = repo.git(&["show", &format!("hnp-sync-lab:{FILE}")]);
        assert!(there.contains("description: gui"), "{there}");
    }
}

#[test]
fn an_answer_whose_merge_is_reverted_is_open_again() {
    for ledger in [true, false] {
        let repo = lab();
        draft(&repo, json!({"description": "gui", "profile": "p"}));
        in_git(&repo, "{description: git, profile: p}");
        assert_eq!(repo.hnp(SYNC).code, 4);
        repo.ok(&["resolve", "--all", "--take", "base"]);
        repo.ok(SYNC);
        repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "hnp-sync-lab"]);
        repo.git(&["revert", "--no-edit", "-m", "1", "HEAD"]);
        repo.git(&["branch", "-D", "hnp-sync-lab"]);
        if !ledger {
            forget(&repo);
        }
        let run = repo.hnp(SYNC);
        assert_eq!(run.code, 4, "{}{}", run.out, run.err);
    }
}

#[test]
fn an_undone_branch_stays_undone() {
    for way in ["--ff-only", "--no-ff"] {
        let repo = lab();
        draft(&repo, json!({"description": "gui", "profile": "p"}));
        repo.ok(SYNC);
        repo.git(&["merge", "-q", way, "-m", "Merge", "hnp-sync-lab"]);
        repo.ok(&["undo", "last", "--commit"]);
        repo.ok(SYNC);
        assert_eq!(repo.git(&["branch", "--list", "hnp-*"]), "", "{way}");
        let all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
        assert_eq!(all["resources"][0]["desired"]["spec"]["description"], "x");
        assert!(repo.ok(SYNC).out.contains("Nothing to do"));
    }
}

#[test]
fn a_branch_with_nothing_but_conflicts_is_not_to_be_merged() {
    let repo = lab();
    draft(&repo, json!({"description": "gui", "profile": "p"}));
    in_git(&repo, "{description: git, profile: p}");
    let run = repo.hnp(SYNC);
    assert!(run.out.contains("open conflicts"), "{}", run.out);
    assert!(!run.out.contains("merge it"), "{}", run.out);
}

#[test]
fn an_answer_in_the_worktree_counts_once_it_is_committed() {
    let repo = lab();
    draft(&repo, json!({"description": "gui", "profile": "p"}));
    in_git(&repo, "{description: git, profile: p}");
    assert_eq!(repo.hnp(SYNC).code, 4);
    // Somebody merges the record of the conflict, so it is in the files now.
    repo.git(&["merge", "-q", "hnp-sync-lab"]);
    assert_eq!(repo.hnp(SYNC).code, 4);
    let said = repo.ok(&["resolve", "--all", "--take", "gui"]).out;
    assert!(
        said.contains("after `git commit .hnp/state.toml`"),
        "{said}"
    );
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, 4, "{}", run.out);
    assert!(run.err.contains("is not committed"), "{}", run.err);
    repo.git(&["commit", "-q", "-m", "Answer", ".hnp/state.toml"]);
    repo.ok(SYNC);
    let there = repo.git(&["show", &format!("hnp-sync-lab:{FILE}")]);
    assert!(there.contains("description: gui"), "{there}");
}
