//! `hnp validate --staged` and `--rev`: the verdict is that of the tree, whatever stands in the worktree.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};

const PATH: &str = "lab/managed/servers/a.yaml";

fn bad() -> String {
    server("a", "{wrong: 1}")
}

fn good() -> String {
    server("a", "{description: x}")
}

#[test]
fn the_index_is_judged_and_not_the_worktree() {
    let repo = Repo::lab();
    repo.write(PATH, good());
    repo.commit("good");
    repo.write(PATH, bad());
    repo.ok(&["validate", "--staged"]);
    repo.git(&["add", "."]);
    repo.write(PATH, good());
    repo.ok(&["validate"]);
    let run = repo.hnp(&["validate", "--staged"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("lab/managed/servers/a.yaml:5"),
        "{}",
        run.out
    );
}

#[test]
fn a_commit_is_judged_by_its_own_tree_and_configuration() {
    let repo = Repo::lab();
    repo.write(PATH, bad());
    repo.commit("bad");
    repo.git(&["mv", "lab", "other"]);
    let config = repo
        .read(".hnp/config.toml")
        .replace("\"lab\"", "\"other\"");
    repo.write(".hnp/config.toml", config);
    repo.write("other/managed/servers/a.yaml", good());
    repo.commit("good");
    for (rev, code, path) in [("HEAD", 0, ""), ("HEAD~1", 1, PATH)] {
        let run = repo.hnp(&["validate", "--rev", rev, "--format", "concise"]);
        assert_eq!(run.code, code, "{rev}: {}{}", run.out, run.err);
        assert!(run.out.contains(path), "{rev}: {}", run.out);
    }
    let run = repo.hnp(&["validate", "--rev", "nowhere"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("nowhere"), "{}", run.err);
}

#[test]
fn a_tree_without_configuration_says_so() {
    let repo = Repo::new();
    repo.write("README", "x");
    repo.commit("one");
    for arguments in [
        ["validate", "--rev", "HEAD"].as_slice(),
        &["validate", "--staged"],
    ] {
        let run = repo.hnp(arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("config.toml"), "{}", run.err);
    }
}

#[test]
fn a_bare_repository_has_commits_to_judge() {
    let repo = Repo::lab();
    repo.write(PATH, bad());
    repo.commit("bad");
    repo.git(&["clone", "-q", "--bare", ".", "bare.git"]);
    let run = repo.hnp(&[
        "-C", "bare.git", "validate", "--rev", "HEAD", "--format", "json",
    ]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["findings"][0]["file"], PATH);
}
