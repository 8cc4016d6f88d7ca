//! `hnp sync`, `hnp conflicts` and `hnp resolve` on a file GUI, through the command line.
#![allow(clippy::unwrap_used)]

mod forms;
mod kit;

use forms::answers;
use kit::{Repo, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];

fn lab(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    for name in names {
        repo.write(
            &managed(name),
            format!("# {name}\n{}", server(name, "{description: x}")),
        );
    }
    repo.commit("Begin");
    repo
}

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn sync(repo: &Repo, code: i32) -> String {
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    run.out
}

fn gui(repo: &Repo) -> Value {
    serde_json::from_str(&repo.read("gui.json")).unwrap()
}

/// Changes one resource of the GUI as a person there does.
fn edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all = gui(repo);
    let one = all["resources"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .unwrap();
    one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
    change(one);
    repo.write("gui.json", all.to_string());
}

fn draft(repo: &Repo, name: &str, description: &str) {
    edit(repo, name, |one| {
        one["draft"] = one["desired"].clone();
        one["draft"]["spec"]["description"] = json!(description);
    });
}

fn in_gui(repo: &Repo, name: &str) -> Option<String> {
    gui(repo)["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["desired"]["metadata"]["name"] == name)
        .map(|one| {
            one["desired"]["spec"]["description"]
                .as_str()
                .unwrap()
                .to_owned()
        })
}

fn git_edit(repo: &Repo, name: &str, description: &str) {
    let text = repo.read(&managed(name));
    let start = text.find("description: ").unwrap() + "description: ".len();
    let end = start + text[start..].find('}').unwrap();
    repo.write(
        &managed(name),
        format!("{}{description}{}", &text[..start], &text[end..]),
    );
}

/// References, files, GUI: all that a run may change.
fn everything(repo: &Repo) -> impl PartialEq + std::fmt::Debug {
    (repo.git(&["for-each-ref"]), repo.files())
}

#[test]
fn the_loop() {
    let repo = lab(&["a", "b", "c", "d"]);
    sync(&repo, 0);
    answers(&gui(&repo), "gui.schema.json");
    assert_eq!(in_gui(&repo, "a").as_deref(), Some("x"));
    assert!(
        repo.git(&["status", "--short", "lab"]).is_empty(),
        "no file was touched"
    );
    repo.commit("Synchronised");

    // One edit on each side, one deletion on each side.
    draft(&repo, "a", "from the GUI");
    git_edit(&repo, "b", "from Git");
    edit(&repo, "c", |one| one["deleted"] = json!(true));
    std::fs::remove_file(repo.root().join(managed("d"))).unwrap();
    let dry = repo.json(&[SYNC, &["--dry-run"]].concat());
    answers(&dry, "output/sync.schema.json");
    assert_eq!(dry["statistics"]["resources_deleted"], 2);
    assert_eq!(
        in_gui(&repo, "b").as_deref(),
        Some("x"),
        "a dry run does nothing"
    );
    let done = repo.json(&[SYNC, &["--commit"]].concat());
    answers(&done, "output/sync.schema.json");
    assert_eq!(done["statistics"], dry["statistics"]);
    assert_eq!(
        repo.read(&managed("a")),
        format!("# a\n{}", server("a", "{description: from the GUI}"))
    );
    assert_eq!(in_gui(&repo, "b").as_deref(), Some("from Git"));
    assert!(!repo.has(&managed("c")) && in_gui(&repo, "c").is_none());
    assert!(in_gui(&repo, "d").is_none());
    assert!(
        gui(&repo)["resources"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one.get("draft").is_none())
    );
    // The deletion was preceded by a backup, and the commit names its operation.
    assert!(
        repo.git(&["for-each-ref", "refs/hnp/backup"])
            .contains("refs/hnp/backup/")
    );
    let message = repo.git(&["log", "-1", "--format=%B"]);
    let id = done["operation_id"].as_str().unwrap();
    assert!(
        message.starts_with("HNP Sync: lab") && message.contains(&format!("Hnp-Op: {id}")),
        "{message}"
    );
    let log = repo.json(&["log", id]);
    assert!(log.to_string().contains("\"bidirectional\""), "{log}");
}

#[test]
fn saves_that_mean_nothing_change_nothing() {
    let repo = lab(&["a", "b"]);
    sync(&repo, 0);
    assert!(sync(&repo, 0).contains("Nothing to do"));
    // Saves that mean nothing.
    edit(&repo, "a", |one| {
        one["updated"] = json!("2026-11-25T10:00:00Z");
        one["desired"]["metadata"]["annotations"] =
            json!({"hnp.githedgehog.com/last-synced": "now"});
    });
    let saved = (
        repo.read("gui.json"),
        repo.read(".hnp/state.toml"),
        repo.git(&["for-each-ref"]),
    );
    sync(&repo, 0);
    assert_eq!(
        saved,
        (
            repo.read("gui.json"),
            repo.read(".hnp/state.toml"),
            repo.git(&["for-each-ref"])
        )
    );
}

#[test]
fn idle_runs_leave_every_byte() {
    let repo = lab(&["a", "b"]);
    sync(&repo, 0);
    let before = everything(&repo);
    for _ in 0..5 {
        sync(&repo, 0);
    }
    assert!(everything(&repo) == before);
}

#[test]
fn a_conflict_from_both_sides() {
    let repo = lab(&["a", "b"]);
    sync(&repo, 0);
    draft(&repo, "a", "gui");
    git_edit(&repo, "a", "git");
    git_edit(&repo, "b", "goes on");
    let out = sync(&repo, 4);
    assert!(out.contains("hnp resolve"), "{out}");
    assert_eq!(in_gui(&repo, "b").as_deref(), Some("goes on"));
    assert!(repo.read(&managed("a")).contains("description: git"));
    assert_eq!(
        in_gui(&repo, "a").as_deref(),
        Some("x"),
        "the draft stays a draft"
    );
    // A conflict that is known already is no news.
    let before = everything(&repo);
    sync(&repo, 4);
    assert!(everything(&repo) == before);

    let listed = repo.hnp(&["conflicts", "--format", "json"]);
    assert_eq!(listed.code, 4);
    let list: Value = serde_json::from_str(&listed.out).unwrap();
    answers(&list, "output/conflicts.schema.json");
    let one = &list["conflicts"][0];
    assert_eq!(one["fields"][0]["field"], "spec.description");
    assert_eq!(one["fields"][0]["base"], "x");
    let id = one["id"].as_str().unwrap();
    let full = repo.hnp(&["conflicts", &id[..6]]);
    assert!(
        full.out.contains("base | gui   | git") && full.out.contains("\"x\"  | \"gui\" | \"git\""),
        "{}",
        full.out
    );

    let show = repo.json(&["show", "srv/a"]);
    answers(&show, "output/show.schema.json");
    assert_eq!(show["conflict_status"], "detected");
    assert_eq!(show["conflict_details"]["id"], id);

    // Refused: a field that is not in conflict, no answer at all, an unknown id.
    for bad in [
        &["resolve", id, "--field", "spec.other=gui"][..],
        &["resolve", id],
        &["resolve", "ffff", "--take", "gui"],
    ] {
        assert_eq!(repo.hnp(bad).code, 2, "{bad:?}");
    }
    repo.ok(&[
        "resolve",
        id,
        "--field",
        "spec.description=by hand",
        "--note",
        "asked Bob",
    ]);
    sync(&repo, 0);
    assert!(
        repo.read(&managed("a")).contains("# a\n") && repo.read(&managed("a")).contains("by hand")
    );
    assert_eq!(in_gui(&repo, "a").as_deref(), Some("by hand"));
    repo.ok(&["conflicts"]);
    assert!(!repo.read(".hnp/state.toml").contains("resolution"));
}

#[test]
fn all_conflicts_at_once() {
    let repo = lab(&["a", "b", "c"]);
    sync(&repo, 0);
    for name in ["a", "b"] {
        draft(&repo, name, "gui");
        git_edit(&repo, name, "git");
    }
    // Deleted here, changed there.
    edit(&repo, "c", |one| one["deleted"] = json!(true));
    git_edit(&repo, "c", "git");
    sync(&repo, 4);
    repo.ok(&["resolve", "--all", "--take", "gui"]);
    sync(&repo, 0);
    assert!(repo.read(&managed("a")).contains("gui") && repo.read(&managed("b")).contains("gui"));
    assert!(!repo.has(&managed("c")) && in_gui(&repo, "c").is_none());
}

#[test]
fn directions_and_filters() {
    let repo = lab(&["a", "b", "c"]);
    sync(&repo, 0);
    draft(&repo, "a", "gui");
    git_edit(&repo, "b", "git");
    git_edit(&repo, "c", "git");
    for word in ["gui_to_github", "gui_to_git"] {
        repo.ok(&[SYNC, &["--direction", word]].concat());
        assert!(repo.read(&managed("a")).contains("gui"));
        assert_eq!(in_gui(&repo, "b").as_deref(), Some("x"));
    }
    repo.ok(&[SYNC, &["srv/c", "--direction", "github_to_gui"]].concat());
    assert_eq!(in_gui(&repo, "c").as_deref(), Some("git"));
    assert_eq!(in_gui(&repo, "b").as_deref(), Some("x"));
    assert_eq!(
        repo.hnp(&[SYNC, &["--direction", "sideways"]].concat())
            .code,
        2
    );
    assert_eq!(repo.hnp(&[SYNC, &["Sever/a"]].concat()).code, 2);
}

#[test]
fn deletions_beyond_the_limit_need_a_word() {
    let names: Vec<String> = (0..8).map(|n| format!("s{n}")).collect();
    let repo = lab(&names.iter().map(String::as_str).collect::<Vec<_>>());
    sync(&repo, 0);
    for name in &names[..6] {
        std::fs::remove_file(repo.root().join(managed(name))).unwrap();
    }
    let out = sync(&repo, 1);
    assert!(out.contains("--confirm-deletes"), "{out}");
    assert_eq!(in_gui(&repo, "s0").as_deref(), Some("x"));
    repo.ok(&[SYNC, &["--confirm-deletes"]].concat());
    assert_eq!(in_gui(&repo, "s0"), None);
    assert_eq!(in_gui(&repo, "s7").as_deref(), Some("x"));
}

#[test]
fn a_gui_that_is_not_the_right_one() {
    let repo = lab(&["a"]);
    sync(&repo, 0);
    let before = repo.read("gui.json");
    repo.write(
        "gui.json",
        before.replace(kit::LINEAGE, "1b0c7a34-5a5c-4d3e-8f00-1d2c3b4a5f60"),
    );
    assert_eq!(repo.hnp(SYNC).code, 2, "another pairing");
    repo.write(
        "gui.json",
        before.replace("\"fabric\": \"lab\"", "\"fabric\": \"other\""),
    );
    assert_eq!(repo.hnp(SYNC).code, 2, "another fabric");
    for broken in [
        "",
        "{",
        "[]",
        r#"{"format": 2, "resources": []}"#,
        r#"{"format": 1, "resources": [{"desired": {}}]}"#,
    ] {
        repo.write("gui.json", broken);
        let run = repo.hnp(SYNC);
        assert_eq!(run.code, 3, "{broken}: {}{}", run.out, run.err);
        assert_eq!(repo.read("gui.json"), broken);
    }
    // Emptied, and still saying that it is complete: nothing proves that anybody deleted anything.
    repo.write(
        "gui.json",
        format!(
            r#"{{"format": 1, "lineage": "{}", "complete": true, "resources": []}}"#,
            kit::LINEAGE
        ),
    );
    sync(&repo, 1);
    assert!(repo.has(&managed("a")));
}

#[test]
fn a_yaml_gui_and_one_far_away() {
    let repo = lab(&["a"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("gui.yaml");
    let gui = path.to_str().unwrap();
    repo.ok(&["sync", "--gui", gui]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("description: x") && !text.contains('{'),
        "{text}"
    );
    let edited = text
        .replace("description: x", "description: yaml")
        .replace("revision: 1", "revision: 2");
    std::fs::write(&path, edited).unwrap();
    repo.ok(&["sync", "--gui", gui]);
    assert!(repo.read(&managed("a")).contains("yaml"));
}

#[test]
fn the_configuration_names_the_gui_where_the_command_line_does_not() {
    let repo = lab(&["s-1"]);
    let run = repo.hnp(&["sync"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("--gui FILE"), "{}", run.err);

    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[sync]\ngui = \"gui.json\"\n"),
    );
    let run = repo.hnp(&["-C", "lab/managed", "sync"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(in_gui(&repo, "s-1").as_deref(), Some("x"));

    // `show` looks there too.
    let run = repo.hnp(&["show", "server/s-1", "--format", "json"]);
    let shown: Value = serde_json::from_str(&run.out).unwrap();
    assert!(shown.to_string().contains("\"desired_spec\":{"), "{shown}");
}

#[test]
fn a_resource_that_stands_nowhere_is_named_with_its_nearest() {
    let repo = lab(&["web", "db"]);
    let asked = |args: &[&str], says: &str| {
        let run = repo.hnp(args);
        assert_eq!(run.code, 1, "{args:?}\n{}{}", run.out, run.err);
        assert!(
            run.err
                .contains(&format!("no managed resource is called {says}")),
            "{args:?}\n{}{}",
            run.out,
            run.err
        );
        assert!(!run.out.contains("othing"), "{args:?}\n{}", run.out);
        run
    };
    // The file is there, though nobody has recorded it yet.
    asked(
        &[SYNC, &["Server/wbe"]].concat(),
        "Server/wbe; did you mean `Server/web`?",
    );
    sync(&repo, 0);
    repo.commit("In step");
    let near = "Server/wbe; did you mean `Server/web`?";
    asked(&[SYNC, &["Server/wbe"]].concat(), near);
    asked(&[SYNC, &["Server/wbe", "--dry-run"]].concat(), near);
    asked(&["log", "Server/wbe"], near);
    asked(&["retry", "Server/wbe"], near);
    let run = repo.hnp(&["restore", "--at", "HEAD", "Server/wbe"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.out, "");
    let says = "Server/wbe is neither here nor in HEAD; did you mean `Server/web`?";
    assert!(run.err.contains(says), "{}", run.err);
    let json = repo.json(&[SYNC, &["Server/wbe"]].concat());
    answers(&json, "output/sync.schema.json");
    assert!(json["success"] == false && json["errors"][0].as_str().unwrap().contains(near));
    // What is there is no mistake, whatever there is to do.
    repo.ok(&[SYNC, &["Server/web"]].concat());
    assert!(
        repo.ok(&["retry", "Server/web"])
            .out
            .contains("None of these is on hold")
    );
    repo.ok(&["restore", "--at", "HEAD", "Server/web"]);
    // One of two: the other is done.
    git_edit(&repo, "web", "new");
    asked(
        &[SYNC, &["Server/web", "Server/bd"]].concat(),
        "Server/bd; did you mean `Server/db`?",
    );
    assert_eq!(in_gui(&repo, "web").as_deref(), Some("new"));
    // What is gone from both sides, and on record, can be asked for.
    std::fs::remove_file(repo.root().join(managed("db"))).unwrap();
    sync(&repo, 0);
    repo.ok(&["log", "Server/db"]);
}

#[test]
fn what_the_gui_refused_does_not_count_as_done() {
    let first = lab(&["a"]);
    sync(&first, 0);
    git_edit(&first, "a", "new");
    let refused = (1..30)
        .find_map(|at| {
            let repo = first.twin();
            let run = std::process::Command::new(kit::HNP)
                .args(SYNC)
                .args(["--format", "json"])
                .current_dir(repo.root())
                .env("HNP_FAULT", format!("refuse:{at}"))
                .output()
                .unwrap();
            let said: Value = serde_json::from_slice(&run.stdout).ok()?;
            let errors = said["errors"].as_array()?.clone();
            let one = errors.first()?.as_str()?.to_owned();
            (one.starts_with("lab/Server/default/a: ")).then_some((repo, said))
        })
        .expect("a write that is refused");
    let (repo, said) = refused;
    assert_eq!(said["statistics"]["resources_updated"], 0, "{said:#}");
    let log = repo.json(&["log"]);
    let record = &log["operations"][0];
    assert_eq!(record["resources_updated"], 0, "{record:#}");
    assert_eq!(record["resources_skipped"], 1);
    assert_eq!(record["failed_resources"], json!(["lab/Server/default/a"]));
}
