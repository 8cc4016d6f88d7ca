//! `hnp undo`: the inverse of an operation, as a new change that keeps later edits.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{Repo, server};
use serde_json::{Value, json};

fn ingested(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    repo.commit("Make a fabric");
    for name in names {
        repo.write(
            &format!("lab/raw/pending/{name}.yaml"),
            format!("# about {name}\n{}", server(name, "\n  description: x\n")),
        );
    }
    repo.commit("Drop");
    repo
}

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn undo(repo: &Repo, code: i32) -> String {
    let run = repo.hnp(&["undo", "last"]);
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    run.out
}

#[test]
fn undoing_an_ingestion_gives_back_every_byte() {
    let repo = ingested(&["a", "b"]);
    let before = repo.files();
    repo.ok(&["ingest"]);
    assert_ne!(repo.files(), before);
    // Shown first, nothing done.
    let after = repo.files();
    let dry = repo.hnp(&["undo", "last", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(
        dry.out.contains("delete  lab/Server/default/a"),
        "{}",
        dry.out
    );
    assert_eq!(repo.files(), after);

    undo(&repo, 0);
    assert_eq!(repo.files(), before);
    // What was undone is an operation too, and can be undone.
    undo(&repo, 0);
    assert_eq!(repo.files(), after);
    assert_eq!(repo.ok(&["state", "verify"]).code, 0);
}

#[test]
fn later_edits_stay_and_only_what_clashes_stops() {
    let repo = Repo::lab();
    for name in ["a", "b", "c"] {
        repo.write(
            &format!("lab/raw/pending/{name}.yaml"),
            server(name, "\n  description: one\n  profile: p\n"),
        );
    }
    repo.ok(&["ingest", "--commit"]);
    for name in ["a", "b", "c"] {
        repo.write(
            &format!("lab/raw/pending/{name}.yaml"),
            server(name, "\n  description: two\n  profile: p\n"),
        );
    }
    repo.ok(&["ingest", "--update", "--commit"]);
    // a is edited elsewhere, b at the same place, c not at all.
    let edit = |name: &str, from: &str, to: &str| {
        let text = repo.read(&managed(name));
        assert!(text.contains(from), "{text}");
        repo.write(&managed(name), text.replace(from, to));
    };
    edit("a", "profile: p", "profile: q # mine");
    edit("b", "two", "three");
    let out = undo(&repo, 4);
    assert!(
        out.contains("lab/Server/default/b: it was changed since"),
        "{out}"
    );
    assert!(
        out.contains("spec.description: before \"one\", the operation left \"two\", now \"three\""),
        "{out}"
    );
    assert!(repo.read(&managed("a")).contains("description: one"));
    assert!(repo.read(&managed("a")).contains("profile: q # mine"));
    assert!(repo.read(&managed("b")).contains("description: three"));
    assert!(repo.read(&managed("c")).contains("description: one"));
    let log = repo.json(&["log", "-n", "1"]);
    let record = &log["operations"][0];
    assert_eq!(record["operation_type"], "undo");
    assert_eq!(record["conflicts_detected"], 1);
    assert_eq!(
        record["resources"],
        json!(["lab/Server/default/a", "lab/Server/default/c"])
    );
}

#[test]
fn an_id_its_beginning_and_last_name_an_operation() {
    let repo = ingested(&["a"]);
    let id = repo.json(&["ingest"])["fabrics"][0]["operation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let wrong = repo.hnp(&["undo", "zzzz"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("no operation's id starts with `zzzz`"));
    let said = repo.json(&["undo", &id[..6], "--dry-run"]);
    assert_eq!(said["undone_operation_id"], Value::from(id.clone()));
    assert_eq!(
        said["resources"],
        json!([{"resource": "lab/Server/default/a", "action": "delete"}])
    );
    repo.ok(&["undo", &id]);
    // What is undone is not undone again, and nothing is written for it.
    let before = (repo.files(), repo.git(&["for-each-ref"]));
    let again = repo.ok(&["undo", &id]);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    assert_eq!((repo.files(), repo.git(&["for-each-ref"])), before);
}

#[test]
fn tidy_and_init_are_undone_too() {
    let repo = Repo::new();
    repo.write("README", "mine\n");
    let bare = repo.files();
    repo.ok(&[
        "init",
        "--fabric",
        "lab",
        "--directory",
        "lab",
        "--lineage",
        kit::LINEAGE,
    ]);
    undo(&repo, 0);
    assert_eq!(repo.files(), bare);

    let repo = Repo::lab();
    repo.write("lab/managed/odd/here.yaml", server("a", "{}"));
    let before = repo.files();
    repo.ok(&["tidy"]);
    assert!(repo.has(&managed("a")));
    let out = undo(&repo, 0);
    assert!(out.contains("move    lab/Server/default/a"), "{out}");
    assert_eq!(repo.files(), before);
    // Edited after it was moved, it keeps its place and the edit.
    repo.ok(&["tidy"]);
    repo.write(&managed("a"), server("a", "{description: mine}"));
    undo(&repo, 0);
    assert_eq!(repo.paths("managed"), [managed("a")]);
    assert!(repo.read(&managed("a")).contains("mine"));
}

#[test]
fn what_the_tree_needs_is_not_undone() {
    let repo = Repo::lab();
    repo.write(
        "lab/managed/externals/ipv4namespace_default.yaml",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: [10.0.0.0/16]\n",
    );
    repo.write(
        "lab/managed/externals/vlannamespace_default.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges: [{from: 1000, to: 2999}]\n",
    );
    let vpc = |name: &str, net: u8| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  ipv4Namespace: default\n  vlanNamespace: default\n  subnets:\n    default: {{subnet: 10.0.{net}.0/24, vlan: 10{net:02}}}\n"
        )
    };
    repo.write("lab/raw/pending/one.yaml", vpc("vpc-1", 1));
    repo.write("lab/raw/pending/two.yaml", vpc("vpc-2", 2));
    repo.write("lab/raw/pending/three.yaml", vpc("vpc-3", 3));
    repo.ok(&["ingest"]);
    repo.write(
        "lab/managed/vpcs/vpcpeering_p.yaml",
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: p\nspec:\n  permit: [{vpc-1: {}, vpc-2: {}}]\n",
    );
    repo.ok(&["validate"]);
    let out = undo(&repo, 4);
    assert!(
        out.contains("lab/VPC/default/vpc-1: the tree would be in error"),
        "{out}"
    );
    assert!(repo.has("lab/managed/vpcs/vpc-1.yaml") && repo.has("lab/managed/vpcs/vpc-2.yaml"));
    assert!(!repo.has("lab/managed/vpcs/vpc-3.yaml"), "{out}");
    repo.ok(&["validate"]);
}

#[test]
fn undoing_a_sync_goes_to_the_gui_and_is_not_asserted_again() {
    let repo = Repo::lab();
    repo.write(&managed("a"), server("a", "{description: x}"));
    repo.commit("Begin");
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let one = &mut gui["resources"][0];
    one["draft"] = one["desired"].clone();
    one["draft"]["spec"]["description"] = json!("other");
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    repo.write("gui.json", gui.to_string());
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    assert!(repo.read(&managed("a")).contains("description: other"));

    let out = undo(&repo, 0);
    assert!(out.contains("Next: `hnp sync`"), "{out}");
    assert!(repo.read(&managed("a")).contains("description: x"));
    repo.ok(&["sync", "--gui", "gui.json"]);
    assert!(repo.read(&managed("a")).contains("description: x"));
    let gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    assert_eq!(gui["resources"][0]["desired"]["spec"]["description"], "x");
}

#[test]
fn an_answer_to_a_conflict_is_taken_back() {
    let repo = Repo::lab();
    repo.write(&managed("a"), server("a", "{description: x}"));
    repo.commit("Begin");
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    repo.write(&managed("a"), server("a", "{description: git}"));
    let mut gui: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    gui["resources"][0]["desired"]["spec"]["description"] = json!("gui");
    gui["resources"][0]["revision"] = json!(9);
    repo.write("gui.json", gui.to_string());
    assert_eq!(repo.hnp(&["sync", "--gui", "gui.json"]).code, 4);
    let open = repo.files();
    repo.ok(&["resolve", "--all", "--take", "gui"]);
    assert_ne!(repo.files(), open);
    undo(&repo, 0);
    assert_eq!(repo.files(), open);
    assert_eq!(repo.hnp(&["sync", "--gui", "gui.json"]).code, 4);
}

#[test]
fn an_operation_of_another_clone_is_found_by_its_commit() {
    let repo = ingested(&["a"]);
    repo.write("lab/raw/pending/b.yaml", server("b", "{}"));
    repo.commit("Drop more");
    let before = repo.files();
    let id = repo.json(&["ingest", "--commit"])["fabrics"][0]["operation_id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.git(&["update-ref", "-d", "refs/hnp/log"]);
    let said = repo.ok(&["undo", &id[..8], "--commit"]);
    assert!(said.out.contains("Committed as"), "{}", said.out);
    assert_eq!(repo.files(), before);
    assert_eq!(
        repo.git(&["log", "-1", "--format=%(trailers:key=Hnp-Action,valueonly)"])
            .trim(),
        "undo"
    );
}

#[test]
fn an_undone_init_comes_back_with_its_state() {
    for commit in [&[][..], &["--commit"]] {
        let repo = Repo::new();
        repo.git(&["config", "user.name", "Ann"]);
        repo.git(&["config", "user.email", "ann@example.org"]);
        repo.ok(&["init", "--fabric", "lab", "--commit"]);
        let (files, head) = (repo.files(), repo.git(&["rev-parse", "HEAD^{tree}"]));
        repo.ok(&[&["undo", "last"], commit].concat());
        assert!(!repo.has(".hnp/state.toml") && !repo.has(".hnp/config.toml"));
        repo.ok(&[&["undo", "last"], commit].concat());
        assert_eq!(repo.files(), files);
        assert_eq!(repo.git(&["status", "--short"]), "");
        assert_eq!(repo.git(&["rev-parse", "HEAD^{tree}"]), head);
        repo.ok(&["state", "verify"]);
    }
}

#[test]
fn an_undone_adoption_comes_back_with_its_state() {
    let repo =
        Repo::with(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/after-hnp"));
    let first = repo.files();
    let adopted = repo.hnp(&["init", "--adopt"]);
    assert_eq!(adopted.code, 0, "{}{}", adopted.out, adopted.err);
    let files = repo.files();
    undo(&repo, 0);
    assert_eq!(repo.files(), first);
    undo(&repo, 0);
    assert_eq!(repo.files(), files);
}

#[test]
fn what_stays_away_is_not_in_the_state_that_comes_back() {
    let repo = Repo::new();
    repo.write(
        "lab/managed/servers/a.yaml",
        server("a", "{description: x}"),
    );
    repo.ok(&["init", "--fabric", "lab"]);
    repo.ok(&["undo", "last"]);
    // Somebody uses the place of a placeholder that would come back.
    repo.write("lab/raw/pending/.gitkeep", "mine\n");
    let run = repo.hnp(&["undo", "last"]);
    assert_eq!(run.code, 4, "{}{}", run.out, run.err);
    assert!(repo.has(".hnp/state.toml"));
    repo.ok(&["state", "verify"]);
}

#[test]
fn records_say_which_fabric_and_which_resources() {
    let repo = Repo::lab();
    repo.write("lab/raw/pending/a.yaml", server("a", "{description: x}"));
    repo.ok(&["ingest"]);
    repo.ok(&["undo", "last"]);
    repo.write(
        "lab/managed/servers/b.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: b\nspec: {descripton: x}\n---\n".to_owned()
            + &server("c", "{description: x}"),
    );
    repo.hnp(&["validate", "--fix"]);
    assert!(
        repo.read("lab/managed/servers/b.yaml")
            .contains("description: x}\n---")
    );
    let said = |args: &[&str]| -> Vec<Value> {
        let log = repo.json(args);
        log["operations"].as_array().unwrap().clone()
    };
    let fix = &said(&["log", "Server/b"])[0];
    assert_eq!(fix["operation_type"], "fix");
    assert_eq!(fix["fabric"], "lab");
    assert_eq!(fix["resources"], json!(["lab/Server/default/b"]));
    assert_eq!(fix["resources_updated"], 1);
    assert!(
        said(&["log", "Server/a"])
            .iter()
            .any(|one| one["operation_type"] == "undo")
    );
    let all = said(&["log"]);
    assert_eq!(said(&["log", "--fabric", "lab"]).len(), all.len());
    assert!(all.iter().all(|one| one["fabric"] == "lab"), "{all:#?}");
}

#[test]
fn last_is_the_newest_operation_of_this_branch() {
    let repo = ingested(&["a"]);
    repo.ok(&["ingest", "--commit"]);
    repo.git(&["branch", "other", "HEAD~1"]);
    repo.git(&["branch", "same"]);
    let trees = tempfile::tempdir().unwrap();
    let add = |name: &str| {
        let place = trees.path().join(name);
        repo.git(&["worktree", "add", "--quiet", place.to_str().unwrap(), name]);
        place
    };
    let (other, same) = (add("other"), add("same"));
    let undo_in = |place: &std::path::Path| {
        repo.hnp(&["-C", place.to_str().unwrap(), "undo", "last", "--dry-run"])
    };
    // The fabric itself was made before both branches parted, without a commit of hnp's own.
    let run = undo_in(&other);
    assert!(
        !run.out.contains("delete  lab/Server/default/a"),
        "{}",
        run.out
    );
    let run = undo_in(&same);
    assert!(
        run.out.contains("delete  lab/Server/default/a"),
        "{}{}",
        run.out,
        run.err
    );

    // Where nothing was ever done it is told whose the newest is.
    let empty = repo.git(&[
        "commit-tree",
        "-m",
        "Nothing",
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    ]);
    repo.git(&["branch", "empty", empty.trim()]);
    let run = undo_in(&add("empty"));
    let branch = repo.git(&["branch", "--show-current"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains(branch.trim()), "{}", run.err);
}
