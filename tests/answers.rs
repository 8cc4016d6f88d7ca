//! Answers to conflicts: what cannot be carried out is refused, or said to be void; what a conflict is about is shown.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::Repo;
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];
const WEB: &str = "lab/managed/vpcs/web.yaml";

fn vpc(name: &str, subnets: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  ipv4Namespace: default\n  vlanNamespace: default\n  subnets:\n{subnets}"
    )
}

fn synced() -> Repo {
    let repo = Repo::lab();
    for (name, net, vlan) in [("web", 1, 1001), ("app", 2, 1002), ("db", 3, 1003)] {
        repo.write(
            &format!("lab/managed/vpcs/{name}.yaml"),
            vpc(
                name,
                &format!("    default:\n      subnet: 10.0.{net}.0/24\n      vlan: {vlan}\n"),
            ),
        );
    }
    repo.commit("Begin");
    repo.ok(SYNC);
    repo.commit("Synchronised");
    repo
}

fn gui(repo: &Repo) -> Value {
    serde_json::from_str(&repo.read("gui.json")).unwrap()
}

fn one_of<'v>(all: &'v mut Value, name: &str) -> &'v mut Value {
    let list = all["resources"].as_array_mut().unwrap();
    list.iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap()
}

fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all = gui(repo);
    let one = one_of(&mut all, name);
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    edit(repo, name, |one| {
        one["draft"] = one["desired"].clone();
        change(&mut one["draft"]);
    });
}

fn git(repo: &Repo, from: &str, to: &str) {
    let text = repo.read(WEB);
    assert!(text.contains(from), "{text}");
    repo.write(WEB, text.replace(from, to));
    repo.commit("Edit");
}

#[track_caller]
fn run(repo: &Repo, args: &[&str], code: i32) -> String {
    let run = repo.hnp(args);
    assert_eq!(run.code, code, "{args:?}\n{}{}", run.out, run.err);
    format!("{}{}", run.out, run.err)
}

fn id(repo: &Repo) -> String {
    repo.json(&["conflicts"])["conflicts"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Deleted in the GUI, changed in Git.
fn deleted_and_changed() -> Repo {
    let repo = synced();
    edit(&repo, "web", |one| one["deleted"] = json!(true));
    git(&repo, "vlan: 1001", "vlan: 1610");
    run(&repo, SYNC, 4);
    repo
}

#[test]
fn a_whole_resource_becomes_nothing_but_itself() {
    let repo = deleted_and_changed();
    let id = id(&repo);
    let before = repo.files();
    for empty in ["=", "=null", "=~"] {
        let said = run(&repo, &["resolve", &id, "--field", empty], 2);
        assert!(said.contains("take the side that deleted it"), "{said}");
    }
    let other = "={apiVersion: vpc.githedgehog.com/v1beta1, kind: VPC, metadata: {name: other}, spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}}";
    let secret = "={apiVersion: v1, kind: Secret, metadata: {name: web}}";
    for (value, why) in [
        (other, "another resource"),
        (secret, "another resource"),
        ("=7", "no resource"),
    ] {
        let said = run(&repo, &["resolve", &id, "--field", value], 2);
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(repo.files(), before);
    // The deletion itself is taken by its side's name, and this resource by its own value.
    let own = other.replace("other", "web").replace("1001", "1611");
    repo.ok(&["resolve", &id, "--field", &own]);
    repo.ok(SYNC);
    assert!(repo.read(WEB).contains("1611"), "{}", repo.read(WEB));
    assert_eq!(
        one_of(&mut gui(&repo), "web")["desired"]["spec"]["subnets"]["default"]["vlan"],
        1611
    );
}

#[test]
fn an_answer_on_record_that_is_no_resource_is_void() {
    let repo = deleted_and_changed();
    let id = id(&repo);
    repo.ok(&["resolve", &id, "--take", "git"]);
    let text = repo.read(".hnp/state.toml");
    let void = text.replace("choice = [\"git\"]", "choice = [\"=null\"]");
    assert_ne!(void, text);
    repo.write(".hnp/state.toml", void);
    let said = run(&repo, SYNC, 4);
    assert!(
        said.contains("void") && said.contains("no resource"),
        "{said}"
    );
    assert!(repo.read(WEB).contains("1610"));
    let status = run(&repo, &["status"], 0);
    assert!(!status.contains("resolving"), "{status}");
    let before = repo.files();
    run(&repo, SYNC, 4);
    assert_eq!(repo.files(), before);
}

#[test]
fn only_what_overlaps_is_in_conflict_and_the_rest_merges() {
    let repo = synced();
    git(
        &repo,
        "      vlan: 1001\n",
        "      vlan: 1600\n    a:\n      subnet: 10.0.50.0/24\n      vlan: 1550\n",
    );
    draft(&repo, "web", |draft| {
        draft["spec"]["subnets"]["b"] = json!({"subnet": "10.0.51.0/24", "vlan": 1550});
    });
    run(&repo, SYNC, 4);
    let found = repo.json(&["conflicts"]);
    let one = &found["conflicts"][0];
    let fields: Vec<&str> = one["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["spec.subnets.a", "spec.subnets.b"]);
    assert_eq!(
        one["message"],
        "spec.subnets.a and spec.subnets.b both have vlan 1550"
    );
    let listed = run(&repo, &["conflicts"], 4);
    assert!(listed.contains("both have vlan 1550"), "{listed}");
    let before = repo.files();
    run(&repo, SYNC, 4);
    assert_eq!(repo.files(), before);
    repo.ok(&[SYNC, &["--strategy", "gui_wins"]].concat());
    let text = repo.read(WEB);
    assert!(
        text.contains("1600") && text.contains("10.0.51.0/24"),
        "{text}"
    );
    assert!(!text.contains("10.0.50.0/24"), "{text}");
    let mut all = gui(&repo);
    let spec = &one_of(&mut all, "web")["desired"]["spec"]["subnets"];
    assert_eq!(spec["default"]["vlan"], 1600);
    assert!(spec["b"].is_object() && spec["a"].is_null(), "{spec}");
}

#[test]
fn what_the_rules_refuse_in_any_case_is_refused_at_once() {
    let repo = synced();
    draft(&repo, "web", |draft| {
        draft["spec"]["subnets"]["default"]["foo"] = json!(1);
    });
    run(&repo, SYNC, 4);
    let said = run(&repo, &["resolve", "--all", "--take", "gui"], 1);
    assert!(
        said.contains("SCH-") && said.contains("nothing is written"),
        "{said}"
    );
    let status = run(&repo, &["status"], 0);
    assert!(
        !status.contains("resolving") && !status.contains("carries out"),
        "{status}"
    );
}

#[test]
fn an_answer_that_comes_to_the_same_conflict_again_is_void() {
    let repo = synced();
    // VLANs of one namespace are used once; the GUI takes another VPC's.
    draft(&repo, "web", |draft| {
        draft["spec"]["subnets"]["default"]["subnet"] = json!("10.0.2.0/24");
    });
    run(&repo, SYNC, 4);
    run(&repo, &["resolve", "--all", "--take", "gui"], 0);
    let said = run(&repo, SYNC, 4);
    assert!(said.contains("cannot be carried out and is void"), "{said}");
    let listed = run(&repo, &["conflicts"], 4);
    assert!(!listed.contains("waits for"), "{listed}");
    let status = run(&repo, &["status"], 0);
    assert!(!status.contains("carries out"), "{status}");
    let before = repo.files();
    run(&repo, SYNC, 4);
    assert_eq!(repo.files(), before);
}

#[test]
fn a_file_that_cannot_be_read_is_shown_with_what_is_known() {
    let repo = synced();
    repo.write(WEB, "kind: VPC\n\tbroken: [\n");
    run(&repo, SYNC, 4);
    let id = id(&repo);
    let shown = run(&repo, &["conflicts", &id], 4);
    assert!(shown.contains("(cannot be read)"), "{shown}");
    assert!(!shown.contains("(deleted)"), "{shown}");
    let one = &repo.json(&["conflicts", &id])["fields"][0];
    assert_eq!(one["gui"]["spec"]["subnets"]["default"]["vlan"], 1001);
    assert_eq!(one["base"]["spec"]["subnets"]["default"]["vlan"], 1001);
    assert_eq!(one["in_git"], false);
    let listed = run(&repo, &["conflicts"], 4);
    assert!(listed.contains("git (cannot be read)"), "{listed}");
}

#[test]
fn a_deletion_against_a_change_is_one_though_the_base_is_lost() {
    let repo = synced();
    draft(&repo, "web", |draft| {
        draft["spec"]["subnets"]["default"]["vlan"] = json!(1777);
    });
    std::fs::remove_file(repo.root().join(WEB)).unwrap();
    // What both sides last held is in no commit any more.
    let text = repo.read(".hnp/state.toml");
    let blob = repo.git(&["rev-parse", &format!("HEAD:{WEB}")]);
    repo.write(
        ".hnp/state.toml",
        text.replace(blob.trim(), &"1".repeat(40)),
    );
    edit(&repo, "web", |one| {
        one["desired"]["spec"]["subnets"]["default"]["vlan"] = json!(1778);
    });
    run(&repo, SYNC, 4);
    let found = repo.json(&["conflicts"]);
    let one = &found["conflicts"][0];
    assert_eq!(one["type"], "delete_modify", "{found:#}");
    assert_eq!(one["severity"], "high");
    assert_eq!(one["options"], json!(["gui", "git", "value"]));
}

#[test]
fn an_empty_id_answers_nothing_and_a_time_that_is_none_is_told() {
    let repo = synced();
    git(&repo, "vlan: 1001", "vlan: 1600");
    draft(&repo, "web", |draft| {
        draft["spec"]["subnets"]["default"]["vlan"] = json!(1700);
    });
    edit(&repo, "web", |one| one["updated"] = json!("2020-01-01"));
    let said = run(
        &repo,
        &[SYNC, &["--strategy", "timestamp_wins"]].concat(),
        4,
    );
    assert!(
        said.contains("2020-01-01") && said.contains("RFC 3339"),
        "{said}"
    );
    let said = run(&repo, &["resolve", "", "--take", "gui"], 2);
    assert!(said.contains("empty"), "{said}");
}

#[test]
fn a_recorded_resource_of_a_kind_that_is_not_known_is_there() {
    let repo = synced();
    repo.write(
        "lab/managed/more/settings.yaml",
        "apiVersion: example.org/v1\nkind: Setting\nmetadata:\n  name: one\nspec: {}\n",
    );
    run(&repo, SYNC, 0);
    assert!(repo.read(".hnp/state.toml").contains("Setting"));
    let status = repo.json(&["status"]);
    assert_eq!(status["fabrics"][0]["gone"], json!([]), "{status:#}");
}
