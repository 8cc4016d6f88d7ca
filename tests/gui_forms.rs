//! GUIs of other forms than one file: a directory, and events.
#![allow(clippy::unwrap_used)]

mod kit;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kit::{HNP, LINEAGE, Repo, Run, server};
use serde_json::{Value, json};

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn lab(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    repo.write(".gitignore", "gui/\nevent*\n");
    for name in names {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.commit("Begin");
    repo
}

#[track_caller]
fn hnp(repo: &Repo, args: &[&str], code: i32) -> Run {
    let run = repo.hnp(args);
    assert_eq!(run.code, code, "{args:?}: {}{}", run.out, run.err);
    run
}

fn everything(repo: &Repo) -> impl PartialEq + std::fmt::Debug {
    (repo.git(&["for-each-ref"]), repo.files())
}

fn manifest(name: &str, description: &str) -> Value {
    json!({"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
        "metadata": {"name": name}, "spec": {"description": description}})
}

#[track_caller]
fn answers(value: &Value, definition: &str) {
    answers_of("gui.schema.json", value, definition);
}

#[track_caller]
fn answers_of(file: &str, value: &Value, definition: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schemas")
        .join(file);
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    if !definition.is_empty() {
        schema = json!({"$schema": schema["$schema"], "$defs": schema["$defs"],
            "$ref": format!("#/$defs/{definition}")});
    }
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

const SYNC: &[&str] = &["sync", "--gui", "gui/"];

#[test]
fn a_directory_holds_a_file_for_each_resource() {
    let repo = lab(&["a", "b", "c"]);
    hnp(&repo, SYNC, 0);
    let names: Vec<String> = repo.paths("gui/");
    assert_eq!(
        names,
        ["a", "b", "c"]
            .map(|name| format!("gui/lab_server_default_{name}.json"))
            .into_iter()
            .rev()
            .chain(["gui/index.json".to_owned()])
            .rev()
            .collect::<Vec<_>>()
    );
    let index: Value = serde_json::from_str(&repo.read("gui/index.json")).unwrap();
    assert_eq!(
        (&index["lineage"], &index["complete"]),
        (&json!(LINEAGE), &json!(true))
    );
    answers(&index, "");
    let a: Value = serde_json::from_str(&repo.read("gui/lab_server_default_a.json")).unwrap();
    answers(&a, "resource");
    let before = everything(&repo);
    hnp(&repo, SYNC, 0);
    assert!(everything(&repo) == before, "idle");

    // A draft in its own file, two new ones in a file of somebody's own, in YAML; a deletion from either side.
    let mut drafted = a.clone();
    drafted["draft"] = manifest("a", "gui");
    drafted["revision"] = json!(2);
    repo.write("gui/lab_server_default_a.json", drafted.to_string());
    let two = json!({"format": 1, "resources": [
        {"revision": 1, "draft": manifest("m", "one")}, {"revision": 1, "draft": manifest("n", "two")}]});
    repo.write("gui/mine.yaml", two.to_string());
    let mut c: Value = serde_json::from_str(&repo.read("gui/lab_server_default_c.json")).unwrap();
    c["deleted"] = json!(true);
    repo.write("gui/lab_server_default_c.json", c.to_string());
    std::fs::remove_file(repo.root().join(managed("b"))).unwrap();
    let untouched = repo.read("gui/index.json");
    hnp(&repo, SYNC, 0);
    assert!(repo.read(&managed("a")).contains("gui") && repo.has(&managed("m")));
    assert!(!repo.has(&managed("c")) && !repo.has("gui/lab_server_default_c.json"));
    assert!(!repo.has("gui/lab_server_default_b.json"));
    assert_eq!(repo.read("gui/index.json"), untouched);
    let mine = repo.read("gui/mine.yaml");
    assert!(
        mine.contains("name: m") && mine.contains("two") && !mine.contains("draft"),
        "{mine}"
    );
    assert!(
        !repo.has("gui/lab_server_default_m.json"),
        "a resource stays in its file"
    );
    let before = everything(&repo);
    hnp(&repo, SYNC, 0);
    assert!(everything(&repo) == before, "idle");
}

#[test]
fn a_directory_that_somebody_filled() {
    let repo = lab(&["a"]);
    repo.write(
        "gui/a.yaml",
        "desired: ".to_owned() + &manifest("a", "x").to_string(),
    );
    repo.write("gui/notes.txt", "not a resource");
    repo.write("gui/.hidden.json", "{");
    hnp(&repo, SYNC, 0);
    repo.write(&managed("a"), server("a", "{description: new}"));
    hnp(&repo, SYNC, 0);
    assert!(repo.read("gui/a.yaml").contains("description: new"));
    let index: Value = serde_json::from_str(&repo.read("gui/index.json")).unwrap();
    assert!(
        index["complete"] != json!(true),
        "nobody said that these are all: {index}"
    );
    repo.write(&managed("b"), server("b", "{description: x}"));
    hnp(&repo, SYNC, 1);
    assert!(
        !repo.has("gui/lab_server_default_b.yaml"),
        "of what is missing in an incomplete GUI nothing is known"
    );
    // New ones follow the look of those that are there.
    repo.write(
        "gui/index.json",
        json!({"format": 1, "lineage": LINEAGE, "complete": true, "resources": []}).to_string(),
    );
    hnp(&repo, SYNC, 0);
    assert!(
        repo.read("gui/lab_server_default_b.yaml")
            .contains("description: x")
    );
    for (name, text, words) in [
        (
            "gui/twice.json",
            json!({"desired": manifest("a", "y")}).to_string(),
            "is in",
        ),
        ("gui/broken.json", "{".to_owned(), "broken.json"),
        (
            "gui/other.json",
            json!({"format": 1, "lineage": "other", "resources": []}).to_string(),
            "lineage",
        ),
    ] {
        repo.write(name, &text);
        let run = hnp(&repo, SYNC, 3);
        assert!(run.err.contains(words), "{name}: {}", run.err);
        std::fs::remove_file(repo.root().join(name)).unwrap();
    }
}

fn event(repo: &Repo, resources: &Value) {
    let payload = json!({"action": "hnp-sync", "repository": {"id": 1, "full_name": "a/b"},
        "client_payload": {"format": 1, "lineage": LINEAGE, "resources": resources, "sender": "netbox"}});
    repo.write("event.json", payload.to_string());
    answers_of("gui-event.schema.json", &payload["client_payload"], "");
    answers(&json!({"format": 1, "resources": resources}), "");
}

fn edited(name: &str, base: &str, now: &str, revision: i64) -> Value {
    json!({"fabric": "lab", "revision": revision, "desired": manifest(name, base), "draft": manifest(name, now)})
}

const EVENT: &[&str] = &["sync", "--gui", "event:event.json"];

#[test]
fn an_event_goes_to_git_once() {
    let repo = lab(&["a", "b", "c"]);
    event(&repo, &json!([edited("a", "x", "first", 2)]));
    let run = hnp(&repo, EVENT, 0);
    assert!(
        run.out.contains("1 resource(s)"),
        "nothing is said of others: {}",
        run.out
    );
    assert!(repo.read(&managed("a")).contains("first"));
    let before = everything(&repo);
    let again = hnp(&repo, EVENT, 0);
    assert!(everything(&repo) == before, "twice is once");
    assert!(again.err.contains("taken in already"), "{}", again.err);
    // Later ones overtake: the older says nothing any more, whatever it says.
    event(&repo, &json!([edited("a", "x", "third", 4)]));
    hnp(&repo, EVENT, 0);
    let third = repo.read(&managed("a"));
    assert!(
        third.contains("first") || third.contains("third"),
        "{third}"
    );
    event(&repo, &json!([edited("b", "x", "newest", 9)]));
    hnp(&repo, EVENT, 0);
    event(&repo, &json!([edited("b", "x", "late", 8)]));
    let before = everything(&repo);
    hnp(&repo, EVENT, 0);
    assert!(everything(&repo) == before);
    assert!(repo.read(&managed("b")).contains("newest"));
    // A person takes it back in Git; a duplicate does not bring it again.
    repo.write(&managed("b"), server("b", "{description: x}"));
    event(&repo, &json!([edited("b", "x", "newest", 9)]));
    hnp(&repo, EVENT, 0);
    assert!(repo.read(&managed("b")).contains("x}"));
}

#[test]
fn a_lost_event_is_made_up_for_by_a_whole_run() {
    let repo = lab(&["a", "b"]);
    hnp(&repo, SYNC, 0);
    // The drafts of two edits; of one the event arrived.
    for (name, value) in [("a", "arrived"), ("b", "lost")] {
        let path = format!("gui/lab_server_default_{name}.json");
        let mut one: Value = serde_json::from_str(&repo.read(&path)).unwrap();
        one["draft"] = manifest(name, value);
        one["revision"] = json!(2);
        repo.write(&path, one.to_string());
    }
    event(&repo, &json!([edited("a", "x", "arrived", 2)]));
    hnp(&repo, EVENT, 0);
    assert!(repo.read(&managed("b")).contains("x}"));
    hnp(&repo, SYNC, 0);
    assert!(
        repo.read(&managed("a")).contains("arrived") && repo.read(&managed("b")).contains("lost")
    );
    assert!(!repo.read("gui/lab_server_default_a.json").contains("draft"));
}

#[test]
fn events_gather_on_the_branch() {
    let repo = lab(&["a", "b", "c"]);
    let on_branch = |name: &str| repo.git(&["show", &format!("hnp-sync-lab:{}", managed(name))]);
    for (name, n) in [("a", 2), ("b", 2)] {
        event(&repo, &json!([edited(name, "x", "by event", n)]));
        hnp(&repo, &[EVENT, &["--to", "branch"]].concat(), 0);
    }
    assert!(on_branch("a").contains("by event") && on_branch("b").contains("by event"));
    let before = everything(&repo);
    hnp(&repo, &[EVENT, &["--to", "branch"]].concat(), 0);
    assert!(everything(&repo) == before);
    assert_eq!(
        repo.git(&["rev-list", "--count", "HEAD..hnp-sync-lab"])
            .trim(),
        "1"
    );
}

#[test]
fn an_event_is_evidence_of_nothing_but_itself() {
    let repo = lab(&["a", "b"]);
    hnp(&repo, SYNC, 0);
    let before = everything(&repo);
    event(&repo, &json!([]));
    hnp(&repo, EVENT, 0);
    let mut gone = edited("a", "x", "x", 3);
    gone["deleted"] = json!(true);
    gone.as_object_mut().unwrap().remove("draft");
    event(&repo, &json!([gone]));
    let run = hnp(&repo, EVENT, 1);
    assert!(run.out.contains("nothing proves"), "{}", run.out);
    std::fs::remove_file(repo.root().join("event.json")).unwrap();
    assert!(everything(&repo) == before);
    let run = hnp(
        &repo,
        &[EVENT, &["--direction", "github_to_gui"]].concat(),
        2,
    );
    assert!(run.err.contains("only be read"), "{}", run.err);
}

#[test]
fn standard_input_is_an_event_too() {
    let repo = lab(&["a"]);
    let mut child = Command::new(HNP)
        .args(["sync", "--gui", "event:-"])
        .current_dir(repo.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let payload = json!({"resources": [edited("a", "x", "piped", 2)]}).to_string();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(payload.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert!(repo.read(&managed("a")).contains("piped"));
}

#[test]
fn hostile_events_are_refused_in_words() {
    let repo = lab(&["a"]);
    let files = repo.files();
    let deep = "[".repeat(100_000);
    let named = |name: &str| json!({"resources": [{"draft": manifest(name, "y")}]}).to_string();
    let huge = format!(
        "{{\"resources\": [], \"client_payload\": \"{}\"}}",
        "x".repeat(5 << 20)
    );
    let many = json!({"resources": vec![json!({"draft": 1}); 5000]}).to_string();
    for (text, words) in [
        ("", "documents"),
        ("[]", "map"),
        ("null", "map"),
        ("{\"client_payload\": []}", "client_payload"),
        ("{\"client_payload\": {}}", "resources"),
        ("{\"resources\": {}}", "list"),
        ("{\"resources\": [1, null, \"x\"]}", "map"),
        ("{\"format\": 2, \"resources\": []}", "format"),
        ("{\"resources\": [{\"revision\": 1e999}]}", "resources[0]"),
        (
            "{\"resources\": [{\"revision\": -1, \"draft\": {}}]}",
            "revision",
        ),
        (&deep, "event.json"),
        (&huge, "larger"),
        (&many, "and "),
        (&named("../../../outside"), "name"),
        (&named("a/b"), "name"),
        (&named(".git"), "name"),
        (&named("\\u0000"), "name"),
        (&named(&"n".repeat(300)), "name"),
        ("\u{feff}\u{202e}{", "event.json"),
    ] {
        repo.write("event.json", text);
        let run = hnp(&repo, EVENT, 3);
        let shown = &text[..text.len().min(60)];
        assert!(run.err.contains(words), "{shown}: {}", run.err);
        assert!(
            !run.err.contains("panicked") && run.err.len() < 10_000,
            "{shown}"
        );
    }
    // A kind that nobody knows, and a value of another type than the kind has, are for the rules to refuse.
    let mut odd = manifest("a", "y");
    odd["kind"] = json!("Sever");
    let mut wrong = edited("a", "x", "y", 2);
    wrong["draft"]["spec"] = json!([1, 2]);
    for resource in [json!({"draft": odd}), wrong] {
        repo.write("event.json", json!({"resources": [resource]}).to_string());
        let run = hnp(&repo, EVENT, 4);
        assert!(!run.err.contains("panicked"));
    }
    std::fs::remove_file(repo.root().join("event.json")).unwrap();
    let mut after = repo.files();
    after.insert(
        ".hnp/state.toml".to_owned(),
        files[".hnp/state.toml"].clone(),
    );
    assert!(after == files, "not one file");
}
