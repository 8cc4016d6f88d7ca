//! What goes along with a commit: a committed state never speaks of files that are not committed with it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod forms;
mod kit;

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use forms::answers;
use kit::{HNP, Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];
const COMMIT: &[&str] = &["sync", "--gui", "gui.json", "--commit"];

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

/// A fabric that is in step with its GUI, all of it committed.
fn lab(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.org"]);
    for name in names {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.write(".gitignore", "gui.json\n");
    repo.commit("Begin");
    repo.ok(SYNC);
    repo.commit("In step");
    repo
}

fn draft(repo: &Repo, name: &str, description: &str) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let one = all["resources"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    one["draft"] = one["desired"].clone();
    one["draft"]["spec"]["description"] = json!(description);
    repo.write("gui.json", all.to_string());
}

fn status(repo: &Repo) -> String {
    repo.git(&["status", "--short"])
}

fn in_head(repo: &Repo, path: &str) -> String {
    repo.git(&["show", &format!("HEAD:{path}")])
}

/// Fails unless a clone of HEAD and the GUI hold the same: a sync there finds nothing to do on either side.
#[track_caller]
fn a_clone_agrees(repo: &Repo) {
    let dir = tempfile::tempdir().unwrap();
    let clone = dir.path().join("clone");
    repo.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    std::fs::write(clone.join("gui.json"), repo.read("gui.json")).unwrap();
    let output = Command::new(HNP)
        .args(["sync", "--gui", "gui.json", "--dry-run", "--format", "json"])
        .current_dir(&clone)
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    for item in said["fabrics"][0]["resources"].as_array().unwrap() {
        assert_eq!(item["row"], "synced", "{item}");
    }
    for entry in Command::new("git")
        .args(["status", "--short"])
        .current_dir(&clone)
        .output()
        .unwrap()
        .stdout
        .split(|byte| *byte == b'\n')
    {
        assert!(entry.is_empty() || entry == b"?? gui.json");
    }
}

#[test]
fn what_a_sync_without_a_commit_wrote_goes_along_with_the_next_one() {
    let repo = lab(&["a", "b", "c"]);
    draft(&repo, "a", "first");
    repo.ok(SYNC);
    draft(&repo, "b", "second");
    repo.write("notes.txt", "a person's\n");
    repo.write("staged.txt", "a person's too\n");
    repo.git(&["add", "staged.txt"]);
    repo.write(&managed("c"), server("c", "{description: not yet}"));
    repo.git(&["add", &managed("c")]);
    repo.write(&managed("c"), server("c", "{description: x}"));
    let run = repo.ok(COMMIT);
    assert!(
        run.err
            .contains("committed what earlier runs left: lab/managed/servers/a.yaml"),
        "{}",
        run.err
    );
    assert!(in_head(&repo, &managed("a")).contains("first"));
    assert!(in_head(&repo, &managed("b")).contains("second"));
    // What is a person's stays out, and what was staged stays staged.
    assert_eq!(
        status(&repo),
        format!("MM {}\nA  staged.txt\n?? notes.txt\n", managed("c"))
    );
    a_clone_agrees(&repo);
    let log = repo.json(&["log"]);
    assert_eq!(
        log["operations"][0]["details"]["also_committed"],
        json!([managed("a")])
    );
}

#[test]
fn an_idle_run_commits_what_waits_and_a_really_idle_one_does_nothing() {
    let repo = lab(&["a"]);
    draft(&repo, "a", "first");
    repo.ok(SYNC);
    let before = repo.git(&["rev-parse", "HEAD"]);
    let said = repo.json(&["status"]);
    answers(&said, "output/status.schema.json");
    assert_eq!(
        said["uncommitted"],
        json!({
            "resources": ["lab/Server/default/a"],
            "files": [".hnp/state.toml", managed("a")],
        })
    );
    let text = repo.ok(&["status"]).out;
    assert!(
        text.contains("Not committed: .hnp/state.toml, lab/managed/servers/a.yaml\n")
            && text.contains(
                "Next: `hnp sync --commit`, or `git add -- .hnp/state.toml lab/managed/servers/a.yaml && git commit`"
            ),
        "{text}"
    );
    let run = repo.ok(COMMIT);
    assert!(
        run.err.contains(
            "committed what earlier runs left: .hnp/state.toml, lab/managed/servers/a.yaml"
        ) && run.out.contains("Committed as "),
        "{}{}",
        run.out,
        run.err
    );
    assert_eq!(status(&repo), "");
    assert!(!repo.ok(&["status"]).out.contains("ommit"));
    let message = repo.git(&["log", "-1", "--format=%B"]);
    let log = repo.json(&["log"]);
    answers(&log, "output/log.schema.json");
    let id = log["operations"][0]["operation_id"].as_str().unwrap();
    assert!(
        message.starts_with("hnp: Commit what earlier runs left\n")
            && message.contains(&format!("Hnp-Op: {id}\n"))
            && message.contains("Hnp-Action: bidirectional\nHnp-Resource: lab/Server/default/a"),
        "{message}"
    );
    assert_eq!(log["operations"][0]["fabric"], "lab");
    assert_eq!(
        log["operations"][0]["commit_sha"],
        repo.git(&["rev-parse", "HEAD"]).trim()
    );
    a_clone_agrees(&repo);
    let now = (repo.files(), repo.git(&["for-each-ref"]));
    assert!(repo.ok(COMMIT).out.starts_with("Nothing to do"));
    for idle in [
        &["ingest", "--commit"][..],
        &["tidy", "--commit"],
        &["init", "--fabric", "lab", "--directory", "lab", "--commit"],
        &["state", "refresh", "--commit"],
    ] {
        repo.ok(idle);
        assert_eq!(now, (repo.files(), repo.git(&["for-each-ref"])), "{idle:?}");
    }
    // Taking it back takes back what it committed.
    repo.ok(&["undo", "last", "--commit"]);
    assert_eq!(repo.git(&["diff", before.trim(), "HEAD", "--", "lab"]), "");
}

#[test]
fn a_refused_commit_is_made_by_the_run_after() {
    let repo = lab(&["a", "b"]);
    let hook = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho no >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    draft(&repo, "a", "first");
    for _ in 0..2 {
        let run = repo.hnp(COMMIT);
        assert_eq!(run.code, 3, "{}{}", run.out, run.err);
        assert!(
            run.err.contains(
                "Next: mend what kept Git from committing, then run the same again with --commit"
            ),
            "{}",
            run.err
        );
    }
    std::fs::remove_file(&hook).unwrap();
    repo.ok(COMMIT);
    assert_eq!(status(&repo), "");
    a_clone_agrees(&repo);

    // The same where another operation comes first.
    draft(&repo, "a", "second");
    repo.git(&["config", "commit.gpgSign", "true"]);
    repo.git(&["config", "gpg.program", "false"]);
    assert_eq!(repo.hnp(COMMIT).code, 3);
    repo.git(&["config", "commit.gpgSign", "false"]);
    draft(&repo, "b", "third");
    repo.ok(COMMIT);
    assert_eq!(status(&repo), "");
    a_clone_agrees(&repo);
}

#[test]
fn a_run_killed_anywhere_loses_nothing() {
    let first = lab(&["a"]);
    draft(&first, "a", "first");
    let tree = |repo: &Repo| repo.git(&["rev-parse", "HEAD^{tree}"]);
    let whole = first.twin();
    whole.ok(COMMIT);
    a_clone_agrees(&whole);
    for at in 1.. {
        let repo = first.twin();
        let killed = Command::new(HNP)
            .args(COMMIT)
            .current_dir(repo.root())
            .env("HNP_FAIL_AT", at.to_string())
            .output()
            .unwrap();
        repo.ok(COMMIT);
        assert_eq!(status(&repo), "", "{at}");
        assert_eq!(tree(&repo), tree(&whole), "{at}");
        if killed.status.success() {
            assert!(at > 10, "{at}");
            break;
        }
    }
}

#[test]
fn what_could_not_be_written_is_committed_once_it_can() {
    let repo = lab(&["a"]);
    let directory = repo.root().join("lab/managed/servers");
    let mode = |mode| {
        std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    draft(&repo, "a", "first");
    mode(0o555);
    if std::fs::write(directory.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        mode(0o755);
        return;
    }
    let refused = repo.hnp(COMMIT);
    mode(0o755);
    assert_eq!(refused.code, 3);
    repo.ok(COMMIT);
    assert_eq!(status(&repo), "");
    a_clone_agrees(&repo);
}

#[test]
fn an_edit_that_a_sync_carries_is_committed_with_the_state_that_records_it() {
    let repo = lab(&["a", "b"]);
    repo.write(&managed("a"), server("a", "{description: mine}"));
    std::fs::remove_file(repo.root().join(managed("b"))).unwrap();
    let run = repo.ok(COMMIT);
    // It is what the run was about, so there is nothing to tell.
    assert!(!run.err.contains("earlier runs"), "{}", run.err);
    assert_eq!(status(&repo), "");
    a_clone_agrees(&repo);
}

#[test]
fn the_first_commit_holds_the_whole_fabric() {
    let repo = Repo::lab();
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.org"]);
    repo.write("lab/raw/pending/a.yaml", server("a", "{description: x}"));
    repo.ok(&["ingest"]);
    repo.write("lab/raw/pending/b.yaml", server("b", "{description: x}"));
    repo.write("other.txt", "a person's\n");
    repo.ok(&["ingest", "--commit"]);
    assert_eq!(status(&repo), "?? other.txt\n");
    let files = repo.git(&["ls-files"]);
    for path in [
        ".gitattributes",
        ".hnp/config.toml",
        ".hnp/state.toml",
        "lab/managed/servers/a.yaml",
        "lab/raw/processed/a.yaml",
        "lab/raw/pending/.gitkeep",
    ] {
        assert!(files.lines().any(|line| line == path), "{path}: {files}");
    }

    // `hnp init --commit` does it too, where all is in place but not committed.
    let repo = Repo::lab();
    let run = repo.ok(&["init", "--fabric", "lab", "--directory", "lab", "--commit"]);
    assert!(run.out.contains("Committed as "), "{}", run.out);
    assert_eq!(status(&repo), "");

    // Where the ledger does not know of it, HEAD does.
    let repo = Repo::lab();
    repo.git(&["update-ref", "-d", "refs/hnp/log"]);
    repo.write("lab/raw/pending/a.yaml", server("a", "{description: x}"));
    repo.ok(&["ingest", "--commit"]);
    assert_eq!(status(&repo), "");
}

#[test]
fn a_file_that_somebody_changed_since_stays_theirs() {
    let repo = Repo::lab();
    repo.commit("Begin");
    repo.write("lab/raw/pending/a.yaml", server("a", "{description: x}"));
    repo.ok(&["ingest"]);
    repo.write("lab/raw/processed/a.yaml", "# mine now\n");
    repo.write("lab/raw/pending/b.yaml", server("b", "{description: x}"));
    repo.ok(&["ingest", "--commit"]);
    assert_eq!(status(&repo), "?? lab/raw/processed/a.yaml\n");
    assert!(in_head(&repo, &managed("a")).contains("name: a"));
}

#[test]
fn a_state_that_people_commit_alone_is_warned_of() {
    let repo = lab(&["a", "b"]);
    draft(&repo, "a", "first");
    repo.ok(SYNC);
    repo.git(&["commit", "--quiet", "--message", "half", ".hnp/state.toml"]);
    let alone = repo.json(&["validate", "--diff", "HEAD~1..HEAD"]);
    let found = alone["findings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{alone:#}");
    assert_eq!(found[0]["code"], "STATE-15");
    assert_eq!(found[0]["severity"], "warning");
    repo.git(&["commit", "--quiet", "--all", "--message", "the other half"]);
    for whole in ["HEAD~1..HEAD", "HEAD~2..HEAD"] {
        let whole = repo.json(&["validate", "--diff", whole]);
        assert_eq!(whole["findings"], json!([]), "{whole:#}");
    }
    // The hook says it too, and lets it pass.
    draft(&repo, "b", "second");
    repo.ok(SYNC);
    repo.git(&["add", ".hnp/state.toml"]);
    let run = repo.ok(&["hook", "pre-commit"]);
    assert!(
        (run.out + &run.err).contains("STATE-15"),
        "the hook passes it over"
    );
    repo.git(&["add", &managed("b")]);
    let run = repo.ok(&["hook", "pre-commit"]);
    assert!(!(run.out + &run.err).contains("STATE-15"));
}
