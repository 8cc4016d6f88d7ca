//! Stopping a run: `hnp cancel`, Ctrl-C and SIGTERM leave a whole tree and a record.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod kit;

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use kit::{HNP, Repo, server};

fn start(repo: &Repo, args: &[&str], pause: &str) -> Child {
    Command::new(HNP)
        .args(args)
        .current_dir(repo.root())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .env("HNP_PAUSE_MS", pause)
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.org")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.org")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "{what} never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a run says in the lock's file that it is at work.
fn at_work(repo: &Repo, command: &str) {
    let path = repo.root().join(".git/hnp/lock");
    wait_until("the lock", || {
        std::fs::read_to_string(&path).is_ok_and(|text| text.contains(command))
    });
    // The handler is set right after the name is written.
    std::thread::sleep(Duration::from_millis(200));
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

fn words(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn dropped() -> Repo {
    let repo = Repo::lab();
    repo.write("lab/raw/pending/a.yaml", server("a", "{}"));
    repo.commit("Drop");
    repo
}

#[test]
fn status_says_who_is_at_work_and_cancel_stops_it() {
    let repo = dropped();
    let before = repo.files();
    let idle = repo.ok(&["cancel"]);
    assert!(idle.out.contains("Nothing is at work here"), "{}", idle.out);
    let child = start(&repo, &["ingest"], "60000");
    at_work(&repo, "ingest");
    let status = repo.json(&["status"]);
    assert_eq!(status["running"], true);
    let running = &status["running_operation"];
    assert_eq!(running["command"], "ingest");
    assert_eq!(running["by"], "Ann");
    assert_eq!(running["pid"], child.id());
    assert_eq!(running["since"], "2023-11-14T22:13:20Z");
    let text = repo.ok(&["status"]).out;
    assert!(text.contains("At work here: hnp ingest, by Ann"), "{text}");

    let said = repo.ok(&["cancel"]);
    assert!(
        said.out.contains("Stopped hnp ingest of Ann"),
        "{}",
        said.out
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", words(&output));
    assert_eq!(repo.files(), before);
    let log = repo.json(&["log", "-n", "1"]);
    assert_eq!(log["operations"][0]["status"], "cancelled");
    assert_eq!(log["operations"][0]["operation_type"], "file_ingestion");
    assert_eq!(log["operations"][0]["initiated_by"], "Ann");
    // Nothing keeps the next run from doing it all, and what was cancelled is nothing to undo.
    repo.ok(&["ingest"]);
    repo.ok(&["undo", "last"]);
    assert_eq!(repo.files(), before);
    assert!(repo.json(&["status"])["running_operation"].is_null());
}

#[test]
fn a_signal_while_thinking_ends_at_once() {
    for name in ["INT", "TERM"] {
        let repo = dropped();
        let before = repo.files();
        let child = start(&repo, &["ingest"], "60000");
        at_work(&repo, "ingest");
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(130),
            "{name}: {}",
            words(&output)
        );
        assert!(
            words(&output).contains("nothing was done"),
            "{}",
            words(&output)
        );
        assert_eq!(repo.files(), before);
        let log = repo.json(&["log", "-n", "1"]);
        assert_eq!(log["operations"][0]["status"], "cancelled", "{name}");
    }
}

#[test]
fn a_signal_while_acting_lets_it_finish() {
    use std::os::unix::fs::PermissionsExt;
    let repo = dropped();
    let hook = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ntouch .git/in-hook\nsleep 2\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let child = start(&repo, &["ingest", "--commit"], "0");
    wait_until("the hook", || repo.has(".git/in-hook"));
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert!(
        words(&output).contains("what was begun is finished first"),
        "{}",
        words(&output)
    );
    assert!(repo.has("lab/managed/servers/a.yaml"));
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let log = repo.json(&["log", "-n", "1"]);
    assert_eq!(log["operations"][0]["status"], "completed");
    assert!(log["operations"][0]["commit_sha"].is_string());
}

#[test]
fn ctrl_c_that_reaches_git_too_still_ends_in_a_commit() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let repo = dropped();
    let hook = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ntouch .git/in-hook\nsleep 2\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    // A terminal sends SIGINT to everything that runs in the foreground: to hnp, to git and to its hook.
    let child = Command::new(HNP)
        .args(["ingest", "--commit"])
        .current_dir(repo.root())
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.org")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.org")
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("the hook", || repo.has(".git/in-hook"));
    let sent = Command::new("kill")
        .args(["-INT", "--", &format!("-{}", child.id())])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let log = repo.json(&["log", "-n", "1"]);
    assert_eq!(log["operations"][0]["status"], "completed");
    assert!(log["operations"][0]["commit_sha"].is_string());
}

#[test]
fn of_several_fabrics_the_rest_is_not_begun() {
    use std::os::unix::fs::PermissionsExt;
    let repo = dropped();
    repo.ok(&["fabric", "add", "zone"]);
    repo.write("zone/raw/pending/z.yaml", server("z", "{}"));
    repo.commit("Drop more");
    let hook = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ntouch .git/in-hook\nsleep 2\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let child = start(&repo, &["ingest", "--commit"], "0");
    wait_until("the hook", || repo.has(".git/in-hook"));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", words(&output));
    assert!(repo.has("lab/managed/servers/a.yaml") && repo.has("zone/raw/pending/z.yaml"));
    let log = repo.json(&["log", "-n", "2"]);
    let statuses: Vec<&str> = log["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert!(
        statuses.contains(&"cancelled") && statuses.contains(&"completed"),
        "{statuses:?}"
    );
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    repo.ok(&["state", "verify"]);
}

#[test]
fn a_drill_that_is_stopped_leaves_no_scratch() {
    let repo = dropped();
    let temporary = tempfile::tempdir().unwrap();
    let child = Command::new(HNP)
        .args(["drill", "lab"])
        .current_dir(repo.root())
        .env("TMPDIR", temporary.path())
        .env("HNP_PAUSE_MS", "60000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lock = temporary
        .path()
        .join(format!("hnp-drill-{}/.git/hnp/lock", child.id()));
    wait_until("the scratch clone", || {
        std::fs::read_to_string(&lock).is_ok_and(|text| text.contains("drill"))
    });
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", words(&output));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}
