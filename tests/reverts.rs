//! What Git takes back stays taken back, and what Git never held is no base, through the command line.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];
const COMMIT: &[&str] = &["sync", "--gui", "gui.json", "--commit"];
const BRANCH: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

/// Three servers, synchronised and committed.
fn lab() -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\n");
    for name in ["a", "b", "c"] {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.commit("Begin");
    repo.ok(COMMIT);
    repo
}

fn gui(repo: &Repo) -> Value {
    serde_json::from_str(&repo.read("gui.json")).unwrap()
}

fn in_gui(repo: &Repo, name: &str) -> Option<Value> {
    let all = gui(repo);
    let mut all = all["resources"].as_array().unwrap().iter();
    all.find(|one| one["desired"]["metadata"]["name"] == name)
        .cloned()
}

#[track_caller]
fn desired(repo: &Repo, name: &str) -> String {
    let spec = &in_gui(repo, name).unwrap()["desired"]["spec"];
    spec["description"].as_str().unwrap().to_owned()
}

fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all = gui(repo);
    let mut found = all["resources"].as_array_mut().unwrap().iter_mut();
    let one = found
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, field: &str, value: &str) {
    edit(repo, name, |one| {
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"][field] = json!(value);
    });
}

fn create(repo: &Repo, name: &str, text: &str) {
    let mut all = gui(repo);
    all["resources"].as_array_mut().unwrap().push(json!({
        "fabric": "lab", "revision": 1,
        "draft": {
            "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
            "metadata": {"name": name}, "spec": {"description": text},
        },
    }));
    repo.write("gui.json", all.to_string());
}

fn revert(repo: &Repo) {
    repo.git(&["revert", "--no-edit", "HEAD"]);
}

#[track_caller]
fn idle(repo: &Repo, args: &[&str]) {
    let before = (repo.files(), repo.git(&["for-each-ref"]));
    repo.ok(args);
    assert!(before == (repo.files(), repo.git(&["for-each-ref"])));
}

#[test]
fn a_revert_is_a_change_of_git() {
    let repo = lab();
    for value in ["new", "other"] {
        draft(&repo, "a", "description", value);
        repo.ok(COMMIT);
        assert!(repo.read(&managed("a")).contains(value));
        revert(&repo);
        // What others did since is in the way of nothing.
        repo.write("note", value);
        repo.commit("Something else");
        repo.ok(COMMIT);
        assert_eq!(desired(&repo, "a"), "x");
        assert!(!repo.read(&managed("a")).contains(value));
        idle(&repo, COMMIT);
    }
    // Taking the revert back is a change of Git too.
    draft(&repo, "a", "description", "newer");
    repo.ok(COMMIT);
    revert(&repo);
    repo.ok(SYNC);
    assert_eq!(desired(&repo, "a"), "x");
    revert(&repo);
    repo.ok(SYNC);
    assert_eq!(desired(&repo, "a"), "newer");
    idle(&repo, SYNC);
}

#[test]
fn a_reverted_creation_goes_from_the_gui() {
    let repo = lab();
    create(&repo, "d", "new");
    repo.ok(COMMIT);
    assert!(repo.has(&managed("d")));
    revert(&repo);
    repo.ok(&[COMMIT, &["--confirm-deletes"]].concat());
    assert!(in_gui(&repo, "d").is_none());
    assert!(!repo.has(&managed("d")));
    idle(&repo, COMMIT);
}

#[test]
fn an_edit_after_a_revert_is_an_edit() {
    let repo = lab();
    draft(&repo, "a", "description", "new");
    repo.ok(COMMIT);
    revert(&repo);
    // Another field than the one that was reverted: both happen.
    draft(&repo, "a", "profile", "p");
    repo.ok(COMMIT);
    let text = repo.read(&managed("a"));
    assert!(
        text.contains("profile: p") && text.contains("description: x"),
        "{text}"
    );
    // Saved again in the GUI, the value is the GUI's will.
    draft(&repo, "b", "description", "new");
    repo.ok(COMMIT);
    revert(&repo);
    edit(&repo, "b", |one| {
        one["updated"] = json!("2025-08-06T17:36:00Z");
    });
    repo.ok(COMMIT);
    assert!(repo.read(&managed("b")).contains("new"));
}

#[test]
fn a_clone_that_is_behind_does_not_roll_the_gui_back() {
    let repo = lab();
    draft(&repo, "a", "description", "new");
    repo.ok(COMMIT);
    draft(&repo, "a", "description", "newer");
    repo.ok(COMMIT);
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.ok(SYNC);
    assert_eq!(desired(&repo, "a"), "newer");
}

#[test]
fn a_merge_that_is_reverted_stays_so() {
    let repo = lab();
    draft(&repo, "a", "description", "new");
    repo.ok(BRANCH);
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "hnp-sync-lab"]);
    repo.ok(BRANCH);
    assert_eq!(desired(&repo, "a"), "new");
    repo.git(&["revert", "--no-edit", "-m", "1", "HEAD"]);
    for carrier in [BRANCH, COMMIT] {
        repo.ok(carrier);
        assert_eq!(desired(&repo, "a"), "x");
        assert!(!repo.git(&["branch", "--list"]).contains("hnp-sync"));
        idle(&repo, carrier);
    }
    // Carried by a branch, reverted, and synchronised with the worktree.
    draft(&repo, "b", "description", "new");
    repo.ok(BRANCH);
    repo.git(&["merge", "-q", "--squash", "hnp-sync-lab"]);
    repo.commit("Merge by squash");
    repo.ok(BRANCH);
    revert(&repo);
    repo.ok(COMMIT);
    assert_eq!(desired(&repo, "b"), "x");
}

#[test]
fn what_git_never_held_is_no_base() {
    let repo = lab();
    create(&repo, "d", "gui");
    repo.ok(SYNC);
    repo.git(&["checkout", "-q", "--", "."]);
    repo.git(&["clean", "-qfd"]);
    assert!(!repo.has(&managed("d")));
    draft(&repo, "d", "profile", "p");
    // Git makes one of the same name by itself.
    repo.write(&managed("d"), server("d", "{description: git}"));
    repo.commit("Create d");
    assert_eq!(repo.hnp(SYNC).code, 4, "nobody knows better");
    let one = in_gui(&repo, "d").unwrap();
    assert_eq!(one["draft"]["spec"]["description"], "gui");
    assert!(repo.read(&managed("d")).contains("git"));
}

#[test]
fn what_was_thrown_away_in_git_is_the_gui_s_edit_still() {
    let repo = lab();
    draft(&repo, "a", "description", "new");
    repo.ok(SYNC);
    repo.git(&["checkout", "-q", "--", "."]);
    draft(&repo, "a", "profile", "p");
    repo.ok(SYNC);
    let text = repo.read(&managed("a"));
    assert!(
        text.contains("profile: p") && text.contains("new"),
        "{text}"
    );
    // Without any commit, run after run.
    draft(&repo, "a", "description", "newer");
    repo.ok(SYNC);
    draft(&repo, "a", "description", "newest");
    repo.ok(SYNC);
    assert!(repo.read(&managed("a")).contains("newest"));
    idle(&repo, SYNC);
}
