//! What keeps a branch from being written is said, and no resource is blamed for it.
#![allow(clippy::unwrap_used)]

mod kit;

use std::process::Command;

use kit::{HNP, Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const LOCK: &str = ".git/refs/heads/hnp-sync-lab.lock";

fn lab() -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\n");
    let file = "lab/managed/servers/a.yaml";
    repo.write(file, server("a", "{description: x}"));
    repo.commit("Begin");
    repo.ok(SYNC);
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let one = &mut all["resources"][0];
    one["draft"] = one["desired"].clone();
    one["draft"]["spec"]["description"] = json!("gui");
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    repo.write("gui.json", all.to_string());
    repo
}

/// Runs as somebody of whom Git does not know who it is.
fn nobody(repo: &Repo, args: &[&str]) -> (i32, String) {
    let nowhere = repo.root().join(".git/no-such-file");
    let output = Command::new(HNP)
        .args(args)
        .current_dir(repo.root())
        .env("GIT_CONFIG_GLOBAL", &nowhere)
        .env("GIT_CONFIG_SYSTEM", &nowhere)
        .env("HOME", repo.root().join(".git"))
        .env("XDG_CONFIG_HOME", repo.root().join(".git"))
        .env_remove("EMAIL")
        .envs([("GITHUB_ACTIONS", ""), ("GITHUB_EVENT_NAME", "")])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

#[test]
fn without_a_name_no_branch_is_made_and_nothing_is_put_on_hold() {
    let repo = lab();
    for _ in 0..6 {
        let (code, text) = nobody(&repo, SYNC);
        assert_eq!(code, 3, "{text}");
        assert!(text.contains("git config user.name"), "{text}");
        assert!(text.contains("0 updated"), "{text}");
        assert!(!text.contains("Branch hnp-sync-lab is at"), "{text}");
    }
    let (_, text) = nobody(&repo, &[SYNC, &["--format", "json"]].concat());
    assert!(text.contains("\"resources_updated\": 0"), "{text}");
    assert!(text.contains("\"success\": false"), "{text}");
    let run = repo.ok(SYNC);
    assert!(run.out.contains("1 updated"), "{}", run.out);
}

#[test]
fn a_branch_whose_name_is_in_the_way_is_named() {
    let repo = lab();
    repo.git(&["branch", "hnp-sync-lab/x"]);
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("hnp-sync-lab/x is there"), "{}", run.err);
    assert!(run.out.contains("0 updated"), "{}", run.out);
    repo.git(&["branch", "-m", "hnp-sync-lab/x", "x"]);
    repo.ok(SYNC);
}

#[test]
fn somebody_elses_lock_on_the_branch_stays() {
    let repo = lab();
    repo.write(LOCK, "");
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(run.err.contains("hnp-sync-lab.lock"), "{}", run.err);
    assert!(repo.has(LOCK));
    std::fs::remove_file(repo.root().join(LOCK)).unwrap();
    repo.ok(SYNC);
}
