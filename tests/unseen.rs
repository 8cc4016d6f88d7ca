//! What Git has and the worktree does not show is not gone: nothing is deleted for it, and nothing is written over it.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::Value;

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--confirm-deletes"];

fn synced() -> Repo {
    let repo = Repo::lab();
    for name in ["a", "b", "c"] {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.write("lab/managed/switches/README", "Nothing yet.\n");
    repo.commit("Begin");
    repo.ok(SYNC);
    repo.commit("Synchronised");
    repo
}

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn in_gui(repo: &Repo) -> Vec<String> {
    let gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let all = gui["resources"].as_array().unwrap();
    all.iter()
        .filter(|one| one["deleted"] != true)
        .map(|one| {
            one["desired"]["metadata"]["name"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[track_caller]
fn keeps_all(repo: &Repo, why: &str) {
    let before = repo.read("gui.json");
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains(why), "{}", run.out);
    assert_eq!(in_gui(repo), ["a", "b", "c"], "{}", run.out);
    assert_eq!(repo.read("gui.json"), before);
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    for more in [&[][..], &["--sparse-index"]] {
        let repo = synced();
        let set = ["sparse-checkout", "set", "--cone"];
        repo.git(&[&set[..], more, &[".hnp", "lab/raw", "lab/managed/switches"]].concat());
        assert!(!repo.has(&managed("a")));
        keeps_all(&repo, "not checked out");
        // What is shown again is synchronised again.
        repo.git(&["sparse-checkout", "disable"]);
        repo.ok(SYNC);
    }
}

#[test]
fn a_file_that_git_was_told_to_leave_out_is_not_gone() {
    let repo = synced();
    repo.git(&["update-index", "--skip-worktree", &managed("b")]);
    std::fs::remove_file(repo.root().join(managed("b"))).unwrap();
    keeps_all(
        &repo,
        "lab/managed/servers/b.yaml is in Git and not checked out",
    );
    // One that is there all the same is read, and one that is really taken away is deleted.
    repo.git(&["update-index", "--no-skip-worktree", &managed("b")]);
    repo.ok(SYNC);
    assert_eq!(in_gui(&repo), ["a", "c"]);
}

#[test]
fn links_and_other_repositories_are_not_read_and_not_gone() {
    let repo = synced();
    let full = repo.root().join(managed("b"));
    std::fs::rename(&full, repo.root().join("elsewhere.yaml")).unwrap();
    std::os::unix::fs::symlink("../../../elsewhere.yaml", &full).unwrap();
    keeps_all(&repo, "lab/managed/servers/b.yaml is a link");
    repo.commit("Link");
    // The commit says the same.
    let run = repo.hnp(&[
        "sync",
        "--gui",
        "gui.json",
        "--to",
        "branch",
        "--confirm-deletes",
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(in_gui(&repo), ["a", "b", "c"]);

    let repo = synced();
    let servers = repo.root().join("lab/managed/servers");
    std::fs::rename(&servers, repo.root().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", &servers).unwrap();
    keeps_all(&repo, "lab/managed/servers is a link");

    let repo = synced();
    let servers = repo.root().join("lab/managed/servers");
    std::fs::rename(&servers, repo.root().join("elsewhere")).unwrap();
    repo.git(&["init", "--quiet", "lab/managed/servers"]);
    keeps_all(&repo, "a repository of its own");

    // A link that cannot hold a manifest is no reason to know nothing.
    let repo = synced();
    std::os::unix::fs::symlink("README", repo.root().join("lab/managed/switches/NOTES")).unwrap();
    std::fs::remove_file(repo.root().join(managed("b"))).unwrap();
    repo.ok(SYNC);
    assert_eq!(in_gui(&repo), ["a", "c"]);
}
