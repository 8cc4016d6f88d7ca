//! The JSON of the commands that put things right has the shape that its schemas say, in each of its forms.
#![allow(clippy::unwrap_used)]

mod kit;

use std::path::Path;

use kit::{Repo, server};
use serde_json::Value;

#[track_caller]
fn answers(repo: &Repo, args: &[&str]) -> Value {
    let value = repo.json(args);
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("schemas/output/{}.schema.json", args[0]));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "hnp {args:?}: {wrong:#?}\n{value:#}");
    value
}

#[test]
fn every_form_fits_its_schema() {
    let repo = Repo::lab();
    repo.commit("Begin");
    answers(&repo, &["cancel"]);
    answers(&repo, &["fabric", "list"]);
    answers(&repo, &["fabric", "add", "dc", "--dry-run"]);
    answers(&repo, &["fabric", "add", "dc", "--commit"]);
    repo.write("dc/raw/pending/a.yaml", server("a", "{description: one}"));
    repo.ok(&["ingest", "--commit"]);
    repo.write("dc/raw/pending/a.yaml", server("a", "{description: two}"));
    repo.ok(&["ingest", "--update", "--commit"]);
    let path = "dc/managed/servers/a.yaml";
    let two = repo.read(path);
    // With a conflict, without one, and with nothing left to do.
    repo.write(path, two.replace("two", "three"));
    let conflict = answers(&repo, &["undo", "last"]);
    assert_eq!(conflict["conflicts"][0]["fields"][0]["now"], "three");
    let id = repo.json(&["log", "--limit", "9"])["operations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["operation_type"] == "file_ingestion")
        .unwrap()["operation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.write(path, two);
    answers(&repo, &["undo", &id, "--dry-run"]);
    answers(&repo, &["restore", "--list"]);
    answers(&repo, &["restore", "--at", "HEAD~1", "--dry-run"]);
    answers(
        &repo,
        &["restore", "--at", "HEAD~1", "Server/a", "--commit"],
    );
    answers(&repo, &["restore", "--at", "HEAD", "Server/nobody"]);
    answers(&repo, &["drill", "dc"]);
    answers(&repo, &["fabric", "delete", "dc"]);
    answers(&repo, &["fabric", "delete", "dc", "--yes"]);
    answers(&repo, &["fabric", "list"]);
    answers(&repo, &["fabric", "recreate", "dc"]);
    answers(&repo, &["clean"]);
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[retention]\nledger = 1\nledger_days = 0\nbackups = 0\nbackups_days = 0\nprocessed_days = 0\n"),
    );
    let clean = answers(&repo, &["clean", "--yes"]);
    assert!(
        clean["ledger"]["dropped"].as_u64().unwrap() > 0,
        "{clean:#}"
    );
}
