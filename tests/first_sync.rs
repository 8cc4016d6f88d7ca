//! The first synchronisation, through the command line: it creates, it adopts, it asks, and it deletes nothing.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{LINEAGE, Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];
const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/// A repository that was never synchronised: files of its own, one with two documents, comments and all.
fn repository() -> Repo {
    let repo = Repo::lab();
    for name in &NAMES[..10] {
        repo.write(
            &format!("lab/managed/servers/{name}.yaml"),
            format!(
                "# {name}, by hand\n{}",
                server(name, "{description: x} # here")
            ),
        );
    }
    repo.write(
        "lab/managed/servers/two.yaml",
        format!(
            "# two of them\n{}---\n{}",
            server("k", "{description: x}"),
            server("l", "{description: x}")
        ),
    );
    repo.commit("Begin");
    repo
}

fn manifest(name: &str, text: &str) -> Value {
    json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "Server",
        "metadata": {"name": name},
        "spec": {"description": text},
    })
}

fn write_gui(repo: &Repo, resources: &[Value]) {
    let gui = json!({"format": 1, "complete": true, "resources": resources});
    repo.write("gui.json", gui.to_string());
}

fn gui(repo: &Repo) -> Value {
    serde_json::from_str(&repo.read("gui.json")).unwrap()
}

fn managed(repo: &Repo) -> Vec<(String, Vec<u8>)> {
    let files = repo.files().into_iter();
    files.filter(|(path, _)| path.starts_with("lab/")).collect()
}

/// How many resources are on record with what both sides hold.
fn entries(repo: &Repo) -> usize {
    let state = repo.read(".hnp/state.toml");
    let agreed = |line: &&str| line.starts_with("base") && line.contains("\"c1:");
    let agreed = state.lines().filter(agreed).count();
    repo.ok(&["state", "verify"]);
    agreed
}

#[track_caller]
fn idle(repo: &Repo, code: i32) {
    let before = (repo.files(), repo.git(&["for-each-ref"]));
    assert_eq!(repo.hnp(SYNC).code, code);
    assert!(
        before == (repo.files(), repo.git(&["for-each-ref"])),
        "a second run is idle"
    );
}

#[track_caller]
fn counts(done: &Value, [created, updated, deleted, conflicts]: [u64; 4]) {
    let statistics = &done["statistics"];
    for (name, expected) in [
        ("resources_created", created),
        ("resources_updated", updated),
        ("resources_deleted", deleted),
        ("conflicts_detected", conflicts),
    ] {
        assert_eq!(statistics[name], expected, "{name} of {statistics}");
    }
}

#[test]
fn an_empty_gui_gets_everything_and_nothing_is_deleted() {
    for empty in [
        None,
        Some(json!({"format": 1, "complete": true, "resources": []})),
        Some(json!({"format": 1, "lineage": LINEAGE, "complete": true, "resources": []})),
    ] {
        let repo = repository();
        if let Some(empty) = &empty {
            repo.write("gui.json", empty.to_string());
        }
        let files = managed(&repo);
        let done = repo.json(SYNC);
        counts(&done, [12, 0, 0, 0]);
        assert!(managed(&repo) == files, "Git's files stay byte for byte");
        let gui = gui(&repo);
        assert_eq!(gui["lineage"], LINEAGE);
        let names: std::collections::BTreeSet<&str> = gui["resources"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["desired"]["metadata"]["name"].as_str())
            .collect();
        assert_eq!(names, NAMES.into());
        assert_eq!(entries(&repo), 12);
        assert!(repo.git(&["for-each-ref", "refs/hnp/backup"]).is_empty());
        idle(&repo, 0);
    }
}

#[test]
fn an_empty_gui_that_may_not_be_all_of_it_gets_nothing() {
    let repo = repository();
    repo.write(
        "gui.json",
        json!({"format": 1, "resources": []}).to_string(),
    );
    let files = managed(&repo);
    assert_eq!(repo.hnp(SYNC).code, 1);
    assert!(managed(&repo) == files);
    assert_eq!(gui(&repo)["resources"], json!([]));
    idle(&repo, 1);
}

#[test]
fn an_empty_repository_gets_everything_and_the_gui_keeps_it() {
    let repo = Repo::lab();
    repo.commit("Begin");
    let all: Vec<Value> = NAMES
        .iter()
        .map(|name| json!({"revision": 7, "desired": manifest(name, "x")}))
        .collect();
    write_gui(&repo, &all);
    let done = repo.json(SYNC);
    counts(&done, [12, 0, 0, 0]);
    assert_eq!(repo.paths("lab/managed/servers/").len(), 12);
    assert_eq!(gui(&repo)["resources"].as_array().unwrap().len(), 12);
    assert_eq!(entries(&repo), 12);
    idle(&repo, 0);
}

/// Equal is what means the same: order of keys, what a server adds, `namespace: default`, tools' annotations.
#[test]
fn an_equal_gui_is_adopted() {
    let repo = repository();
    let all: Vec<Value> = NAMES
        .iter()
        .rev()
        .map(|name| {
            json!({"revision": 7, "updated": "2026-11-25T10:00:00Z", "desired": {
                "spec": {"description": "x"},
                "metadata": {
                    "uid": "1", "resourceVersion": "77", "generation": 3, "namespace": "default", "name": name,
                    "annotations": {"hnp.githedgehog.com/last-synced": "2025-08-06T17:36:28.287162+00:00"},
                },
                "status": {"applied": true},
                "kind": "Server",
                "apiVersion": "wiring.githedgehog.com/v1beta1",
            }})
        })
        .collect();
    write_gui(&repo, &all);
    let files = managed(&repo);
    let done = repo.json(SYNC);
    counts(&done, [0, 0, 0, 0]);
    assert!(managed(&repo) == files, "Git's files stay byte for byte");
    assert_eq!(
        gui(&repo)["resources"],
        json!(all),
        "and so does what the GUI holds"
    );
    assert_eq!(entries(&repo), 12);
    idle(&repo, 0);
}

/// What was adopted is paired: a person's deletion in the GUI counts as one.
#[test]
fn an_adopted_gui_is_paired() {
    let repo = repository();
    let all: Vec<Value> = NAMES
        .iter()
        .map(|name| json!({"revision": 7, "desired": manifest(name, "x")}))
        .collect();
    write_gui(&repo, &all);
    repo.ok(SYNC);
    assert_eq!(gui(&repo)["lineage"], LINEAGE);
    let mut now = gui(&repo);
    now["resources"][0]["deleted"] = json!(true);
    now["resources"][0]["revision"] = json!(8);
    repo.write("gui.json", now.to_string());
    repo.ok(SYNC);
    assert!(!repo.has("lab/managed/servers/a.yaml"));
}

/// Nothing says which side is newer: both keep what they have, a field that only one side has too.
#[test]
fn a_gui_that_differs_is_asked_about() {
    let repo = repository();
    let mut all: Vec<Value> = NAMES
        .iter()
        .map(|name| json!({"fabric": "lab", "revision": 7, "desired": manifest(name, "x")}))
        .collect();
    all[0]["desired"]["spec"]["description"] = json!("other");
    all[1]["desired"]["spec"]["profile"] = json!("p");
    // Only in Git: c. Only in the GUI: m.
    all[2] = json!({"fabric": "lab", "revision": 7, "desired": manifest("m", "x")});
    write_gui(&repo, &all);
    let files = managed(&repo);
    let run = repo.hnp(&[SYNC, &["--format", "json"]].concat());
    assert_eq!(run.code, 4, "{}", run.out);
    counts(&serde_json::from_str(&run.out).unwrap(), [2, 0, 0, 2]);
    let after = managed(&repo);
    for (path, bytes) in &files {
        assert!(after.contains(&(path.clone(), bytes.clone())), "{path}");
    }
    assert!(
        repo.has("lab/managed/servers/m.yaml"),
        "what only the GUI has came"
    );
    let gui = gui(&repo);
    let now = gui["resources"].as_array().unwrap();
    for one in &all {
        let without_word = |now: &Value| {
            let mut now = now.clone();
            now.as_object_mut().unwrap().remove("synced");
            now
        };
        let same = now.iter().map(without_word).any(|now| now == *one);
        assert!(same, "{one} stays as it is");
    }
    assert_eq!(now.len(), 13, "what only Git has came");
    assert_eq!(entries(&repo), 11);
    idle(&repo, 4);
}

/// What was in conflict, or not asked for, at the first sync has no known base at the next one either.
#[test]
fn what_the_first_sync_left_alone_is_no_better_known_to_the_next() {
    let repo = repository();
    let mut all: Vec<Value> = NAMES
        .iter()
        .map(|name| json!({"fabric": "lab", "revision": 7, "desired": manifest(name, "x")}))
        .collect();
    all[1]["desired"]["spec"]["profile"] = json!("p");
    write_gui(&repo, &all);
    repo.ok(&[SYNC, &["srv/a"]].concat());
    assert_eq!(entries(&repo), 1);
    let files = managed(&repo);
    assert_eq!(
        repo.hnp(SYNC).code,
        4,
        "a field that only the GUI has is a question"
    );
    assert!(managed(&repo) == files);
    idle(&repo, 4);
}

/// A run whose files were thrown away leaves no record; what a person then deletes in the GUI does not come back.
#[test]
fn a_deletion_without_a_record_is_asked_about() {
    let repo = repository();
    repo.ok(SYNC);
    repo.write(
        "lab/managed/servers/late.yaml",
        server("late", "{description: x}"),
    );
    repo.commit("Synchronised, and one more");
    repo.ok(SYNC);
    repo.git(&["checkout", "--", ".hnp"]);
    let mut now = gui(&repo);
    let late = now["resources"].as_array_mut().unwrap();
    let late = late
        .iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == "late")
        .unwrap();
    late["deleted"] = json!(true);
    late["revision"] = json!(9);
    repo.write("gui.json", now.to_string());
    assert_eq!(repo.hnp(SYNC).code, 1);
    assert!(repo.has("lab/managed/servers/late.yaml"));
    assert_eq!(gui(&repo), now);
    idle(&repo, 1);
}
