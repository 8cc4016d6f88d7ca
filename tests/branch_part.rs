//! Runs that do not speak of every resource: events, named resources, a GUI that is not complete.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{LINEAGE, Repo, Run, server};
use serde_json::{Value, json};

const EVENT: &[&str] = &["sync", "--gui", "event:event.json", "--to", "branch"];
const SYNC: &[&str] = &["sync", "--gui", "gui.json", "--to", "branch"];
const BRANCH: &str = "hnp-sync-lab";

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn files() -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui.json\nevent.json\n");
    for name in ["a", "b", "c"] {
        let text = format!("# {name}\n{}", server(name, "{description: x}"));
        repo.write(&managed(name), text);
    }
    repo.commit("Begin");
    repo
}

fn lab() -> Repo {
    let repo = files();
    // On record, so that a deletion is known for one.
    repo.ok(&["sync", "--gui", "gui.json", "--commit"]);
    repo
}

fn value(name: &str, text: &str) -> Value {
    json!({"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
        "metadata": {"name": name}, "spec": {"description": text}})
}

fn event(repo: &Repo, name: &str, revision: i64, text: &str) -> Run {
    let resources = json!([{"fabric": "lab", "revision": revision,
        "desired": value(name, "x"), "draft": value(name, text)}]);
    let payload = json!({"format": 1, "lineage": LINEAGE, "resources": resources});
    repo.write(
        "event.json",
        json!({ "client_payload": payload }).to_string(),
    );
    repo.hnp(EVENT)
}

fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let mut found = all["resources"].as_array_mut().unwrap().iter_mut();
    let one = found
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, text: &str) {
    edit(repo, name, |one| one["draft"] = value(name, text));
}

fn has_branch(repo: &Repo) -> bool {
    !repo.git(&["branch", "--list", BRANCH]).is_empty()
}

fn on_branch(repo: &Repo, name: &str) -> String {
    repo.git(&["show", &format!("{BRANCH}:{}", managed(name))])
}

fn is_one_commit(repo: &Repo) {
    let count = repo.git(&["rev-list", "--count", &format!("HEAD..{BRANCH}")]);
    assert_eq!(count.trim(), "1");
}

#[test]
fn a_later_event_moves_the_branch_on() {
    let repo = lab();
    assert_eq!(event(&repo, "a", 2, "two").code, 0);
    assert_eq!(event(&repo, "b", 2, "other").code, 0);
    let run = event(&repo, "a", 3, "three");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(
        on_branch(&repo, "a"),
        format!("# a\n{}", server("a", "{description: three}"))
    );
    assert!(on_branch(&repo, "b").contains("other"));
    is_one_commit(&repo);
    assert_eq!(repo.json(&["conflicts"])["conflicts"], json!([]));
    let message = repo.git(&["log", "-1", "--format=%B", BRANCH]);
    assert!(
        message.contains("Hnp-Resource: lab/Server/default/b"),
        "{message}"
    );

    // Withdrawn: the branch loses it, and keeps the other.
    assert_eq!(event(&repo, "a", 4, "x").code, 0);
    assert!(on_branch(&repo, "a").contains("description: x"));
    assert!(on_branch(&repo, "b").contains("other"));
    assert_eq!(event(&repo, "b", 3, "x").code, 0);
    assert!(!has_branch(&repo), "nothing is left to carry");
}

#[test]
fn named_resources_move_on_and_are_withdrawn() {
    for in_place in [false, true] {
        let repo = if in_place { files() } else { lab() };
        // Without a record the GUI has the commit that it took each value from.
        repo.ok(SYNC);
        let set = |name: &str, text: &str| {
            if in_place {
                edit(&repo, name, |one| {
                    one["desired"]["spec"]["description"] = json!(text);
                });
            } else {
                draft(&repo, name, text);
            }
        };
        let named = [SYNC, &["srv/a"]].concat();
        set("a", "one");
        set("b", "other");
        repo.ok(SYNC);
        set("a", "two");
        repo.ok(&named);
        assert!(on_branch(&repo, "a").contains("two"), "{in_place}");
        assert!(on_branch(&repo, "b").contains("other"));
        is_one_commit(&repo);
        // A whole run makes the very same tree of it; the first record of a fabric alone depends on what was asked for.
        let tree = || repo.git(&["rev-parse", &format!("{BRANCH}^{{tree}}")]);
        let before = tree();
        repo.ok(SYNC);
        assert!(in_place || tree() == before);
        set("a", "x");
        repo.ok(&named);
        assert!(
            on_branch(&repo, "a").contains("description: x"),
            "{in_place}"
        );
        set("b", "x");
        repo.ok(&[SYNC, &["srv/b"]].concat());
        assert!(!has_branch(&repo), "{in_place}");
    }
}

#[test]
fn a_gui_that_is_not_complete_moves_on() {
    let repo = lab();
    let incomplete = || {
        let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
        all["complete"] = json!(false);
        repo.write("gui.json", all.to_string());
    };
    let part = [SYNC, &["--direction", "gui_to_github"]].concat();
    draft(&repo, "a", "one");
    incomplete();
    repo.ok(&part);
    draft(&repo, "a", "two");
    incomplete();
    repo.ok(&part);
    assert!(on_branch(&repo, "a").contains("two"));
    draft(&repo, "a", "x");
    incomplete();
    repo.ok(&part);
    assert!(!has_branch(&repo));
}

#[test]
fn what_the_run_does_not_speak_of_stays_whatever_it_is() {
    let repo = lab();
    edit(&repo, "b", |one| one["deleted"] = json!(true));
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let new = json!({"revision": 1, "fabric": "lab", "draft": value("n", "new")});
    all["resources"].as_array_mut().unwrap().push(new);
    repo.write("gui.json", all.to_string());
    // A conflict of a third one is on the branch too.
    draft(&repo, "c", "gui");
    repo.write(&managed("c"), server("c", "{description: git}"));
    repo.commit("Edit by hand");
    assert_eq!(repo.hnp(SYNC).code, 4);
    let state = |repo: &Repo| repo.git(&["show", &format!("{BRANCH}:.hnp/state.toml")]);
    let before = state(&repo);
    assert!(before.contains("[conflict."), "{before}");
    draft(&repo, "a", "one");
    let run = repo.ok(&[SYNC, &["srv/a"]].concat());
    assert!(
        !run.out.contains("Server/b") && !run.out.contains("Server/n"),
        "{}",
        run.out
    );
    let names = repo.git(&["ls-tree", "-r", "--name-only", BRANCH]);
    assert!(
        names.contains(&managed("n")) && !names.contains(&managed("b")),
        "{names}"
    );
    assert!(on_branch(&repo, "a").contains("one"));
    assert!(state(&repo).contains("[conflict."));
    draft(&repo, "a", "x");
    repo.ok(&[SYNC, &["srv/a"]].concat());
    assert_eq!(state(&repo), before);
    assert_eq!(repo.hnp(SYNC).code, 4);
    assert_eq!(state(&repo), before);
}
