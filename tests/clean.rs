//! `hnp clean`: what is old goes, what is young or new stays; and ledgers that are joined after it.
#![allow(clippy::unwrap_used)]

mod kit;

use std::process::Command;

use kit::{HNP, Repo, server};
use serde_json::Value;

/// Long after everything else that these tests do.
const LATER: &str = "2000000000";

fn later(repo: &Repo, args: &[&str]) -> (i32, String) {
    let output = Command::new(HNP)
        .args(args)
        .current_dir(repo.root())
        .env("SOURCE_DATE_EPOCH", LATER)
        .env("GIT_AUTHOR_NAME", "Ann")
        .env("GIT_AUTHOR_EMAIL", "ann@example.org")
        .env("GIT_COMMITTER_NAME", "Ann")
        .env("GIT_COMMITTER_EMAIL", "ann@example.org")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    (output.status.code().unwrap(), out + &err)
}

/// Five records, a backup, two archived files of which one is committed.
fn used() -> Repo {
    let repo = Repo::lab();
    for name in ["a", "b"] {
        repo.write(&format!("lab/raw/pending/{name}.yaml"), server(name, "{}"));
        repo.ok(&["ingest"]);
        if name == "a" {
            repo.commit("Take a in");
        }
    }
    repo.ok(&["fabric", "add", "dc"]);
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    repo.ok(&["fabric", "recreate", "dc"]);
    repo
}

fn retention(repo: &Repo, text: &str) {
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[retention]\n{text}\n"),
    );
}

fn records(repo: &Repo) -> Vec<String> {
    let log = repo.json(&["log", "-n", "100"]);
    log["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["operation_type"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_defaults_keep_all_of_a_young_repository_and_what_is_new() {
    let repo = used();
    let before = (repo.files(), repo.git(&["for-each-ref"]));
    let run = repo.ok(&["clean", "--yes"]);
    assert!(run.out.contains("Nothing to clean"), "{}", run.out);
    assert_eq!((repo.files(), repo.git(&["for-each-ref"])), before);
}

#[test]
fn it_shows_first_and_then_does_what_it_showed() {
    let repo = used();
    retention(&repo, "backups = 0\nledger = 3\nledger_days = 30");
    let before = (repo.files(), repo.git(&["for-each-ref"]));
    let (code, said) = later(&repo, &["clean"]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "1 backup(s)",
        "4 record(s) of the ledger",
        "2 archived file(s)",
        "lab/raw/processed/a.yaml",
        "hnp clean --yes",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert_eq!((repo.files(), repo.git(&["for-each-ref"])), before);

    let (code, said) = later(&repo, &["clean", "--yes", "--commit"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(repo.git(&["for-each-ref", "refs/hnp/backup"]), "");
    assert!(repo.paths("raw/processed").is_empty());
    assert!(repo.has("lab/raw/processed/.gitkeep") && repo.has("lab/managed/servers/a.yaml"));
    assert_eq!(
        records(&repo),
        ["cleanup", "fabric_change", "fabric_change"]
    );
    assert!(
        repo.git(&["log", "-1", "--format=%B"])
            .contains("Hnp-Action: cleanup")
    );
    // The records' own words, authors and times are what they were, on a root of their own.
    let log = repo.git(&["log", "--format=%s|%an|%ct", "refs/hnp/log"]);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert_eq!(lines[1], "hnp: Recreate the fabric dc|Ann|1700000000");
    assert_eq!(lines[3], "hnp: The ledger begins here|Ann|1700000000");
    let (_, again) = later(&repo, &["clean", "--yes"]);
    assert!(again.contains("Nothing to clean"), "{again}");
    // The clean-up itself can be undone as far as files go.
    repo.ok(&["undo", "last"]);
    assert_eq!(repo.paths("raw/processed").len(), 2);
}

#[test]
fn the_last_archive_of_a_fabric_that_is_gone_stays() {
    let repo = used();
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    repo.ok(&["fabric", "recreate", "dc"]);
    repo.ok(&["fabric", "delete", "dc", "--yes"]);
    retention(&repo, "backups = 0");
    let (code, said) = later(&repo, &["clean", "--yes"]);
    assert_eq!(code, 0, "{said}");
    let left = repo.git(&["for-each-ref", "--format=%(subject)", "refs/hnp/backup"]);
    assert_eq!(left.trim(), "Archive of the fabric dc");
    repo.ok(&["fabric", "recreate", "dc"]);
}

#[test]
fn what_one_clone_cleaned_away_does_not_come_back_from_another() {
    let here = used();
    let there = Repo::new();
    let from = here.root().to_str().unwrap();
    there.git(&[
        "fetch",
        "--quiet",
        from,
        "refs/heads/*:refs/heads/*",
        "--update-head-ok",
    ]);
    there.git(&["reset", "--quiet", "--hard"]);
    there.git(&["fetch", "--quiet", from, "refs/hnp/log"]);
    there.ok(&["log", "--join", "FETCH_HEAD"]);
    assert_eq!(records(&there), records(&here));
    // Both go on, then one cleans.
    there.write("lab/raw/pending/c.yaml", server("c", "{}"));
    assert_eq!(later(&there, &["ingest"]).0, 0);
    here.write("lab/raw/pending/d.yaml", server("d", "{}"));
    assert_eq!(later(&here, &["ingest"]).0, 0);
    retention(&here, "ledger = 2\nledger_days = 30");
    assert_eq!(later(&here, &["clean", "--yes"]).0, 0);
    assert_eq!(records(&here), ["cleanup", "file_ingestion"]);

    here.git(&[
        "fetch",
        "--quiet",
        there.root().to_str().unwrap(),
        "refs/hnp/log",
    ]);
    here.ok(&["log", "--join", "FETCH_HEAD"]);
    let mut joined = records(&here);
    joined.sort();
    assert_eq!(
        joined,
        ["cleanup", "file_ingestion", "file_ingestion"],
        "the old records stay away, the new one came"
    );
    let tip = here.git(&["rev-parse", "refs/hnp/log"]);
    here.ok(&["log", "--join", "FETCH_HEAD"]);
    assert_eq!(
        here.git(&["rev-parse", "refs/hnp/log"]),
        tip,
        "joined once is joined"
    );
    // The other side moves on to the joined ledger, and both say the same.
    there.git(&["fetch", "--quiet", from, "refs/hnp/log"]);
    there.ok(&["log", "--join", "FETCH_HEAD"]);
    assert_eq!(there.git(&["rev-parse", "refs/hnp/log"]), tip);
    // What is appended after a join is found, and so is what can be undone.
    here.write("lab/raw/pending/e.yaml", server("e", "{}"));
    here.ok(&["ingest"]);
    assert_eq!(records(&here).len(), 4);
    let log: Value = here.json(&["log", "-n", "1"]);
    assert_eq!(log["operations"][0]["status"], "completed");
    let wrong = here.hnp(&["log", "--join", "HEAD"]);
    assert_eq!(wrong.code, 2, "{}", wrong.out);
    assert!(wrong.err.contains("this is no ledger"), "{}", wrong.err);
}

#[test]
fn what_had_no_place_to_go_is_kept_as_long_as_a_backup() {
    let repo = Repo::lab();
    retention(
        &repo,
        "backups = 1\nbackups_days = 30\nledger = 1\nledger_days = 30",
    );
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for (n, id) in ["older", "old"].into_iter().enumerate() {
        let file = format!(".git/hnp/lost/{id}/lab/managed/servers/a.yaml");
        repo.write(&file, id);
        let mut path = repo.root().join(&file);
        let time = old + std::time::Duration::from_secs(n as u64);
        while !path.ends_with("lost") {
            std::fs::File::open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
            path.pop();
        }
    }
    let record = |time: &str| {
        serde_json::json!({"version": 1, "operation_id": "x", "operation_type": "fix",
            "status": "completed", "started_at": time})
        .to_string()
    };
    let lines = [
        record("2020-01-01T00:00:00Z"),
        "{\"cut short".to_owned(),
        record("2033-05-01T00:00:00Z"),
        record("2020-01-02T00:00:00Z"),
    ];
    repo.write(".git/hnp/log.jsonl", lines.join("\n") + "\n");
    let hold = |repo: &Repo| {
        (
            repo.read(".git/hnp/log.jsonl"),
            repo.has(".git/hnp/lost/older"),
        )
    };
    let before = hold(&repo);
    let (code, said) = later(&repo, &["clean"]);
    assert_eq!(code, 0, "{said}");
    for words in [
        "1 operation(s) whose files had no place to go, in .git/hnp/lost",
        "older 1 file(s), 2020-09-13",
        "3 record(s) in .git/hnp/log.jsonl; 1 stay",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert_eq!(hold(&repo), before, "shown, not done");
    let (code, said) = later(&repo, &["clean", "--yes", "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let done: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(done["lost"][0]["operation"], "older");
    assert_eq!(done["log"]["dropped"], 3);
    assert!(!repo.has(".git/hnp/lost/older"));
    assert_eq!(
        repo.read(".git/hnp/lost/old/lab/managed/servers/a.yaml"),
        "old"
    );
    assert_eq!(repo.read(".git/hnp/log.jsonl"), lines[2].clone() + "\n");
    let (_, again) = later(&repo, &["clean", "--yes"]);
    assert!(!again.contains(".git/hnp"), "{again}");
}
