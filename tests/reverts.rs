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

/// Edits what the GUI desires, without any draft.
fn in_place(repo: &Repo, name: &str, value: &str) {
    edit(repo, name, |one| {
        one["desired"]["spec"]["description"] = json!(value);
    });
}

fn delete(repo: &Repo, name: &str) {
    edit(repo, name, |one| one["deleted"] = json!(true));
}

fn has_branch(repo: &Repo) -> bool {
    repo.git(&["branch", "--list"]).contains("hnp-sync-lab")
}

/// Merges hnp's branch.
fn merge(repo: &Repo) {
    assert!(has_branch(repo));
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "hnp-sync-lab"]);
}

fn revert_merge(repo: &Repo) {
    repo.git(&["revert", "--no-edit", "-m", "1", "HEAD"]);
}

#[track_caller]
fn settled(repo: &Repo, name: &str, value: &str) {
    let run = repo.ok(BRANCH);
    assert_eq!(desired(repo, name), value, "{}{}", run.out, run.err);
    assert!(in_gui(repo, name).unwrap().get("draft").is_none());
    assert!(!has_branch(repo));
    idle(repo, BRANCH);
}

/// Three servers, synchronised and committed.
fn lab() -> Repo {
    let repo = files();
    repo.ok(COMMIT);
    repo
}

/// The same where a branch is the carrier from the beginning: the GUI has the commit that it took each value from.
fn on_branch() -> Repo {
    let repo = files();
    repo.ok(BRANCH);
    assert!(repo.read("gui.json").contains("desired_commit"));
    repo
}

fn files() -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\n");
    for name in ["a", "b", "c"] {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.commit("Begin");
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

#[test]
fn an_edit_in_place_that_is_reverted_stays_so() {
    for without_ledger in [false, true] {
        let repo = lab();
        in_place(&repo, "a", "new");
        let before = in_gui(&repo, "a").unwrap();
        repo.ok(COMMIT);
        let mut after = in_gui(&repo, "a").unwrap();
        // Word is left once, and nothing else of it is touched.
        assert_eq!(after["synced"]["revision"], before["revision"]);
        assert_ne!(after["synced"]["base"], before["synced"]["base"]);
        after["synced"] = before["synced"].clone();
        assert_eq!(after, before);
        idle(&repo, COMMIT);
        if without_ledger {
            repo.git(&["update-ref", "-d", "refs/hnp/log"]);
        }
        revert(&repo);
        repo.ok(COMMIT);
        assert_eq!(desired(&repo, "a"), "x");
        assert!(repo.read(&managed("a")).contains("description: x"));
        idle(&repo, COMMIT);
        // The same once more, and on purpose.
        in_place(&repo, "a", "new");
        repo.ok(COMMIT);
        assert!(repo.read(&managed("a")).contains("new"));
        idle(&repo, COMMIT);
    }
}

#[test]
fn a_creation_in_place_that_is_reverted_goes() {
    let repo = lab();
    create(&repo, "d", "new");
    let mut all = gui(&repo);
    let one = all["resources"].as_array_mut().unwrap().last_mut().unwrap();
    one["desired"] = one.as_object_mut().unwrap().remove("draft").unwrap();
    repo.write("gui.json", all.to_string());
    repo.ok(COMMIT);
    revert(&repo);
    repo.ok(&[COMMIT, &["--confirm-deletes"]].concat());
    assert!(in_gui(&repo, "d").is_none());
    assert!(!repo.has(&managed("d")));
    idle(&repo, COMMIT);
}

#[test]
fn word_is_left_in_a_directory_and_none_in_an_event() {
    let repo = files();
    repo.write(".gitignore", "many/\n");
    repo.commit("Ignore");
    let sync = &["sync", "--gui", "many/", "--commit"];
    repo.ok(sync);
    let file = "many/lab_server_default_a.json";
    let mut one: Value = serde_json::from_str(&repo.read(file)).unwrap();
    one["desired"]["spec"]["description"] = json!("new");
    one["revision"] = json!(7);
    repo.write(file, one.to_string());
    repo.ok(sync);
    let after: Value = serde_json::from_str(&repo.read(file)).unwrap();
    assert_eq!(after["synced"]["revision"], 7);
    revert(&repo);
    repo.ok(sync);
    assert!(repo.read(file).contains("\"x\""));
    // An event is not written to.
    let event = json!({"client_payload": {"format": 1, "resources": [{
        "fabric": "lab", "revision": 9, "desired": {
            "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
            "metadata": {"name": "b"}, "spec": {"description": "event"}}}]}});
    repo.write("many/.event", event.to_string());
    let run = repo.ok(&["sync", "--gui", "event:many/.event", "--commit"]);
    assert!(!run.err.contains("warning"), "{}", run.err);
    assert_eq!(repo.read("many/.event"), event.to_string());
}

#[test]
fn a_branch_that_is_merged_and_reverted_between_two_runs_stays_so() {
    type Edit = fn(&Repo, &str, &str);
    let edits: [Edit; 2] = [
        |repo, name, value| draft(repo, name, "description", value),
        in_place,
    ];
    for (edit, start) in [lab, on_branch]
        .into_iter()
        .flat_map(|start| edits.map(|edit| (edit, start)))
    {
        let repo = start();
        repo.ok(BRANCH);
        edit(&repo, "a", "new");
        repo.ok(BRANCH);
        merge(&repo);
        revert_merge(&repo);
        settled(&repo, "a", "x");
        // Set again on purpose it is proposed again, and stays so for as long as nobody merges it.
        edit(&repo, "a", "new");
        for n in 0..3 {
            repo.ok(BRANCH);
            assert!(has_branch(&repo), "run {n}");
            repo.write("note", n.to_string());
            repo.commit("Something else");
        }
        repo.ok(BRANCH);
        merge(&repo);
        settled(&repo, "a", "new");
        // With a run between merge and revert, and the revert taken back.
        edit(&repo, "b", "new");
        repo.ok(BRANCH);
        merge(&repo);
        settled(&repo, "b", "new");
        // Saves that mean nothing leave no word.
        for n in 0..3 {
            for name in ["a", "b", "c"] {
                self::edit(&repo, name, |one| {
                    one["updated"] = json!(n.to_string());
                    let mut manifest = one["desired"].as_object().unwrap().clone();
                    let kind = manifest.remove("kind").unwrap();
                    manifest.insert("kind".to_owned(), kind);
                    one["desired"] = Value::Object(manifest);
                });
            }
            idle(&repo, BRANCH);
        }
        in_place(&repo, "b", "newer");
        repo.ok(BRANCH);
        merge(&repo);
        settled(&repo, "b", "newer");
        // The word that was left is enough.
        repo.git(&["update-ref", "-d", "refs/hnp/log"]);
        revert_merge(&repo);
        settled(&repo, "b", "new");
        revert(&repo);
        settled(&repo, "b", "newer");
        edit(&repo, "c", "new");
        repo.ok(BRANCH);
        merge(&repo);
        settled(&repo, "c", "new");
        revert_merge(&repo);
        settled(&repo, "c", "x");
        revert(&repo);
        settled(&repo, "c", "new");
    }
}

#[test]
fn a_draft_is_set_again_on_purpose_before_any_run() {
    let repo = on_branch();
    draft(&repo, "a", "description", "new");
    repo.ok(BRANCH);
    merge(&repo);
    revert_merge(&repo);
    // Saved again since: another edit.
    draft(&repo, "a", "description", "new");
    for _ in 0..2 {
        repo.ok(BRANCH);
        assert!(has_branch(&repo));
    }
    assert_eq!(
        in_gui(&repo, "a").unwrap()["draft"]["spec"]["description"],
        "new"
    );
    // A branch that nobody merged is no revert, whatever else moves.
    let repo = on_branch();
    draft(&repo, "a", "description", "new");
    repo.ok(BRANCH);
    repo.write("note", "1");
    repo.commit("Something else");
    repo.git(&["branch", "-D", "hnp-sync-lab"]);
    repo.ok(BRANCH);
    assert!(has_branch(&repo));
}

#[test]
fn what_git_changes_beside_a_revert_comes_too_and_another_value_is_a_conflict() {
    let repo = on_branch();
    draft(&repo, "a", "description", "new");
    draft(&repo, "b", "description", "new");
    repo.ok(BRANCH);
    merge(&repo);
    revert_merge(&repo);
    repo.write(&managed("a"), server("a", "{description: x, profile: p}"));
    repo.write(&managed("b"), server("b", "{description: third}"));
    repo.commit("Edit on");
    assert_eq!(repo.hnp(BRANCH).code, 4);
    assert_eq!(desired(&repo, "a"), "x");
    assert_eq!(
        in_gui(&repo, "a").unwrap()["desired"]["spec"]["profile"],
        "p"
    );
    let b = in_gui(&repo, "b").unwrap();
    assert_eq!(b["draft"]["spec"]["description"], "new");
}

#[test]
fn going_back_in_the_gui_is_seen() {
    // Before the branch is merged: nothing is left to carry.
    let repo = on_branch();
    in_place(&repo, "a", "new");
    repo.ok(BRANCH);
    assert!(has_branch(&repo));
    in_place(&repo, "a", "x");
    settled(&repo, "a", "x");
    // The same while Git moved on with something else.
    in_place(&repo, "a", "new");
    repo.ok(BRANCH);
    in_place(&repo, "a", "x");
    repo.write(&managed("b"), server("b", "{description: moved}"));
    repo.commit("Move on");
    settled(&repo, "a", "x");
    // After it was merged: what was merged is the base of it, with and without a ledger.
    for without_ledger in [false, true] {
        in_place(&repo, "a", "new");
        repo.ok(BRANCH);
        merge(&repo);
        in_place(&repo, "a", "x");
        if without_ledger {
            repo.git(&["update-ref", "-d", "refs/hnp/log"]);
        }
        repo.ok(BRANCH);
        assert_eq!(desired(&repo, "a"), "x");
        let carried = repo.git(&["show", &format!("hnp-sync-lab:{}", managed("a"))]);
        assert!(carried.contains("description: x"), "{carried}");
        merge(&repo);
        settled(&repo, "a", "x");
    }
}

#[test]
fn an_edit_in_place_that_was_merged_starts_from_what_was_merged() {
    let repo = on_branch();
    in_place(&repo, "a", "new");
    repo.ok(BRANCH);
    merge(&repo);
    in_place(&repo, "a", "newer");
    repo.write(
        &managed("a"),
        server("a", "{description: new, profile: git}"),
    );
    repo.commit("Another field");
    repo.ok(BRANCH);
    let carried = repo.git(&["show", &format!("hnp-sync-lab:{}", managed("a"))]);
    assert!(
        carried.contains("newer") && carried.contains("profile: git"),
        "{carried}"
    );
}

#[test]
fn a_deletion_that_is_reverted_comes_back_in_the_gui() {
    let repo = lab();
    delete(&repo, "a");
    repo.ok(COMMIT);
    assert!(!repo.has(&managed("a")) && in_gui(&repo, "a").is_none());
    idle(&repo, COMMIT);
    revert(&repo);
    repo.ok(COMMIT);
    assert!(repo.has(&managed("a")));
    assert_eq!(desired(&repo, "a"), "x");
    idle(&repo, COMMIT);
    // Deleted once more it goes, and a GUI that merely lost it is another matter.
    delete(&repo, "a");
    repo.ok(COMMIT);
    assert!(!repo.has(&managed("a")));
    let mut all = gui(&repo);
    let list = all["resources"].as_array_mut().unwrap();
    list.retain(|one| one["desired"]["metadata"]["name"] != "b");
    repo.write("gui.json", all.to_string());
    assert_eq!(repo.hnp(COMMIT).code, 1);
    assert!(in_gui(&repo, "b").is_none() && repo.has(&managed("b")));
}

#[test]
fn a_deletion_by_git_that_is_reverted_comes_back_in_the_gui() {
    let repo = lab();
    repo.git(&["rm", "-q", &managed("a")]);
    repo.ok(SYNC);
    assert!(in_gui(&repo, "a").is_none());
    // File and record in one commit.
    repo.commit("Delete a");
    revert(&repo);
    repo.ok(COMMIT);
    assert_eq!(desired(&repo, "a"), "x");
    idle(&repo, COMMIT);
}

#[test]
fn a_deletion_by_a_branch_that_is_reverted_comes_back_in_the_gui() {
    for (run_between, start) in [
        (true, lab as fn() -> Repo),
        (false, lab),
        (true, on_branch),
        (false, on_branch),
    ] {
        let repo = start();
        repo.ok(BRANCH);
        delete(&repo, "a");
        repo.ok(BRANCH);
        merge(&repo);
        assert!(!repo.has(&managed("a")));
        if run_between {
            repo.ok(BRANCH);
            assert!(in_gui(&repo, "a").is_none());
        }
        revert_merge(&repo);
        settled(&repo, "a", "x");
        assert!(in_gui(&repo, "a").unwrap()["deleted"].is_null());
        // Deleted on purpose once more, it is proposed until somebody merges it.
        delete(&repo, "a");
        for n in 0..2 {
            repo.ok(BRANCH);
            assert!(has_branch(&repo), "run {n}");
            repo.write("note", n.to_string());
            repo.commit("Something else");
        }
        repo.ok(BRANCH);
        merge(&repo);
        repo.ok(BRANCH);
        assert!(in_gui(&repo, "a").is_none());
        idle(&repo, BRANCH);
    }
}

#[test]
fn what_both_sides_changed_is_merged_and_reverted() {
    let repo = on_branch();
    draft(&repo, "a", "description", "new");
    repo.write(&managed("a"), server("a", "{description: x, profile: git}"));
    repo.commit("Another field");
    repo.ok(BRANCH);
    let carried = repo.git(&["show", &format!("hnp-sync-lab:{}", managed("a"))]);
    assert!(
        carried.contains("new") && carried.contains("git"),
        "{carried}"
    );
    merge(&repo);
    revert_merge(&repo);
    settled(&repo, "a", "x");
    assert_eq!(
        in_gui(&repo, "a").unwrap()["desired"]["spec"]["profile"],
        "git"
    );
}
