//! What `hnp sync` decides by strategies, time, the past, limits and policies, through the command line.
#![allow(clippy::unwrap_used)]

mod forms;
mod kit;

use std::process::Command;

use forms::answers;
use kit::{HNP, Repo, Run, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

fn lab(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    for name in names {
        repo.write(
            &managed(name),
            format!("# {name}\n{}", server(name, "{description: x}")),
        );
    }
    repo.commit("Begin");
    repo.ok(SYNC);
    repo
}

fn config(repo: &Repo, more: &str) {
    let text = repo.read(".hnp/config.toml");
    repo.write(".hnp/config.toml", format!("{text}\n{more}"));
}

fn gui(repo: &Repo, name: &str) -> Value {
    let all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let resources = all["resources"].as_array().unwrap();
    let found = resources
        .iter()
        .find(|one| one["desired"]["metadata"]["name"] == name);
    found.unwrap()["desired"]["spec"]["description"].clone()
}

fn draft(repo: &Repo, name: &str, description: &str, updated: Option<&str>) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    for one in all["resources"].as_array_mut().unwrap() {
        if one["desired"]["metadata"]["name"] == name {
            one["revision"] = json!(one["revision"].as_i64().unwrap() + 1);
            one["draft"] = one["desired"].clone();
            one["draft"]["spec"]["description"] = json!(description);
            one["updated"] = json!(updated);
        }
    }
    repo.write("gui.json", all.to_string());
}

fn commit_at(repo: &Repo, time: &str) {
    repo.git(&["add", "--all"]);
    let done = Command::new("git")
        .args([
            "-c",
            "user.name=Ann",
            "-c",
            "user.email=ann@example.org",
            "commit",
            "--quiet",
            "-m",
            "At",
        ])
        .env("GIT_COMMITTER_DATE", time)
        .env("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z")
        .current_dir(repo.root())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

fn with_event(repo: &Repo, args: &[&str], event: &str) -> Run {
    let output = Command::new(HNP)
        .args(args)
        .current_dir(repo.root())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .env("GITHUB_EVENT_NAME", event)
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_strategy_for_one_run_and_what_gave_way() {
    let repo = lab(&["a", "b"]);
    draft(&repo, "a", "gui", None);
    repo.write(&managed("a"), server("a", "{description: git}"));
    assert_eq!(
        repo.hnp(&[SYNC, &["--strategy", "user_guided"]].concat())
            .code,
        4
    );
    assert_eq!(
        repo.hnp(&[SYNC, &["--strategy", "loudest_wins"]].concat())
            .code,
        2
    );
    let done = repo.json(&[SYNC, &["--strategy", "gui_wins"]].concat());
    answers(&done, "output/sync.schema.json");
    let settled = &done["fabrics"][0]["resources"][0]["settled"][0];
    assert_eq!(settled["lost_git"], "git", "{done:#}");
    assert_eq!(settled["by"], "gui_wins");
    assert!(repo.read(&managed("a")).contains("gui"));
    let log = repo.json(&["log", done["operation_id"].as_str().unwrap()]);
    let record = &log["operations"][0];
    assert_eq!(
        record["details"]["settled"][0]["lost_git"], "git",
        "{record:#}"
    );
    assert_eq!(record["conflict_resolution_strategy"], "gui_wins");
    assert_eq!(record["trigger_type"], "cli");
}

/// Both sides changed `a`; Git at 12:00, and what follows there changes nothing that it says.
fn changed_at_noon() -> Repo {
    let repo = lab(&["a", "b"]);
    config(&repo, "[sync]\nstrategy = \"timestamp_wins\"\n");
    commit_at(&repo, "2026-03-01T10:00:00Z");
    repo.write(&managed("a"), server("a", "{description: git}"));
    commit_at(&repo, "2026-03-01T12:00:00Z");
    repo.write(
        &managed("a"),
        format!("# said anew\n{}", server("a", "\n  description: \"git\"")),
    );
    commit_at(&repo, "2026-03-01T14:00:00Z");
    std::fs::rename(
        repo.root().join(managed("a")),
        repo.root().join("lab/managed/servers/moved.yaml"),
    )
    .unwrap();
    commit_at(&repo, "2026-03-01T16:00:00Z");
    repo.write(
        &managed("b"),
        format!("# about b\n{}", repo.read(&managed("b"))),
    );
    commit_at(&repo, "2026-03-01T18:00:00Z");
    repo
}

#[test]
fn the_later_change_wins_by_what_a_file_says() {
    for (time, wins) in [
        ("2026-03-01T13:00:00Z", "gui"),
        ("2026-03-01T11:00:00Z", "git"),
    ] {
        let repo = changed_at_noon();
        draft(&repo, "a", "gui", Some(time));
        let run = repo.ok(SYNC);
        assert!(run.out.contains("by timestamp_wins"), "{}", run.out);
        assert_eq!(gui(&repo, "a"), wins, "{time}");
        assert!(repo.read("lab/managed/servers/moved.yaml").contains(wins));
    }
}

#[test]
fn time_asks_where_it_does_not_know() {
    let near = changed_at_noon();
    draft(&near, "a", "gui", Some("2026-03-01T12:01:59Z"));
    let run = near.hnp(SYNC);
    assert_eq!(run.code, 4);
    assert!(run.out.contains("within 120 seconds"), "{}", run.out);
    // Not committed: no commit says when.
    let dirty = changed_at_noon();
    dirty.write(
        "lab/managed/servers/moved.yaml",
        server("a", "{description: newest}"),
    );
    draft(&dirty, "a", "gui", Some("2026-03-01T13:00:00Z"));
    let run = dirty.hnp(SYNC);
    assert!(
        run.code == 4 && run.out.contains("it is not committed"),
        "{}",
        run.out
    );
    // A history that was cut off before the change.
    let whole = changed_at_noon();
    draft(&whole, "a", "gui", Some("2026-03-01T13:00:00Z"));
    let shallow = Repo::new();
    let from = format!("file://{}", whole.root().display());
    shallow.git(&["fetch", "--quiet", "--depth=2", &from, "HEAD"]);
    shallow.git(&["checkout", "--quiet", "FETCH_HEAD"]);
    shallow.write("gui.json", whole.read("gui.json"));
    let run = shallow.hnp(SYNC);
    assert!(
        run.code == 4 && run.out.contains("the history at hand"),
        "{}{}",
        run.out,
        run.err
    );
    whole.ok(SYNC);
    // Nobody looks on, and only the run asks for it.
    let asked = changed_at_noon();
    let text = asked
        .read(".hnp/config.toml")
        .replace("timestamp_wins", "merge");
    asked.write(".hnp/config.toml", text);
    draft(&asked, "a", "gui", Some("2026-03-01T13:00:00Z"));
    let by_time = [SYNC, &["--strategy", "timestamp_wins"]].concat();
    let run = with_event(&asked, &by_time, "schedule");
    assert!(
        run.code == 4 && run.out.contains("unattended only"),
        "{}",
        run.out
    );
    asked.ok(&by_time);
    assert_eq!(gui(&asked, "a"), "gui");
}

#[test]
fn triggers_count() {
    let repo = lab(&["a", "b"]);
    config(
        &repo,
        "[[policy]]\nmatch = { name = \"a\" }\ndirection = \"manual_only\"\n",
    );
    draft(&repo, "a", "gui", None);
    let named = [SYNC, &["srv/a", "--format", "json"]].concat();
    for event in ["schedule", "push", "repository_dispatch"] {
        let run = with_event(&repo, &named, event);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(
            value["fabrics"][0]["resources"][0]["code"], "manual_only",
            "{event}"
        );
    }
    assert_eq!(repo.hnp(&[SYNC, &["--trigger", "whim"]].concat()).code, 2);
    let done = repo.json(&[SYNC, &["srv/a", "--trigger", "manual"]].concat());
    let log = repo.json(&["log", done["operation_id"].as_str().unwrap()]);
    assert_eq!(log["operations"][0]["trigger_type"], "manual");
    assert!(repo.read(&managed("a")).contains("gui"));
}

#[test]
fn failures_end_in_a_hold_and_retry_lets_go() {
    let repo = lab(&["a", "b"]);
    // The new file belongs on a list that cannot be read.
    repo.write(
        "lab/managed/servers/kustomization.yaml",
        "resources: [a.yaml\n",
    );
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    let draft = json!({"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": {"name": "new"}, "spec": {"description": "x"}});
    all["resources"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fabric": "lab", "revision": 1, "draft": draft}));
    repo.write("gui.json", all.to_string());
    for n in 0..5 {
        let run = repo.hnp(SYNC);
        assert_eq!(run.code, 3, "{n}: {}", run.out);
        assert!(run.out.contains("cannot be changed"), "{}", run.out);
    }
    let held = repo.ok(SYNC);
    assert!(held.out.contains("hnp retry Server/new"), "{}", held.out);
    let before = (repo.git(&["for-each-ref"]), repo.files());
    repo.ok(SYNC);
    assert!(
        (repo.git(&["for-each-ref"]), repo.files()) == before,
        "a hold is idle"
    );
    let status = repo.json(&["status"]);
    answers(&status, "output/status.schema.json");
    assert_eq!(
        status["fabrics"][0]["holds"],
        json!([{"resource": "lab/Server/default/new", "reason": "hold", "failures": 5,
            "command": "hnp retry Server/new"}])
    );
    let shown = repo.ok(&["status"]).out;
    for words in [
        "on hold    1 resource(s) wait",
        "Server/new: failed 5 times in a row; `hnp retry Server/new` lets it go",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    let listed = repo.json(&["retry"]);
    answers(&listed, "output/retry.schema.json");
    assert_eq!(listed["resources"][0]["failures"], 5);
    assert!(
        repo.ok(&["retry", "srv/a"])
            .out
            .contains("nothing was done")
    );
    assert!((repo.git(&["for-each-ref"]), repo.files()) == before);
    answers(
        &repo.json(&["retry", "srv/new", "--dry-run"]),
        "output/retry.schema.json",
    );
    assert!(
        !repo.hnp(&["validate"]).out.contains("kustomization"),
        "it is no manifest"
    );
    repo.ok(&["retry", "srv/new"]);
    let status = repo.json(&["status"]);
    assert_eq!(status["fabrics"][0]["holds"], json!([]));
    assert_eq!(repo.hnp(SYNC).code, 3, "it tries again");
    repo.write(
        "lab/managed/servers/kustomization.yaml",
        "resources: [a.yaml] # all\n",
    );
    repo.ok(SYNC);
    assert!(repo.has(&managed("new")));
    assert!(repo.ok(&["retry"]).out.contains("Nothing is on hold"));
    assert_eq!(
        repo.read("lab/managed/servers/kustomization.yaml"),
        "resources: [a.yaml, new.yaml] # all\n"
    );
}

#[test]
fn two_robots_that_undo_each_other_are_stopped() {
    let repo = lab(&["a", "b"]);
    for n in 0..3 {
        let value = ["w", "x"][n % 2];
        repo.write(
            &managed("a"),
            server("a", &format!("{{description: {value}}}")),
        );
        repo.ok(SYNC);
        assert_eq!(gui(&repo, "a"), value);
    }
    repo.write(&managed("a"), server("a", "{description: x}"));
    let run = repo.ok(SYNC);
    assert!(run.out.contains("hnp retry Server/a"), "{}", run.out);
    assert_eq!(gui(&repo, "a"), "w");
    let hold = &repo.json(&["status"])["fabrics"][0]["holds"][0];
    assert_eq!(hold["reason"], "fight");
    repo.ok(&[SYNC, &["--force", "--dry-run"]].concat());
    repo.ok(&["retry", "srv/a"]);
    repo.ok(SYNC);
    assert_eq!(gui(&repo, "a"), "x");
}

#[test]
fn a_limit_leaves_the_rest_to_the_next_run() {
    let repo = lab(&["a", "b", "c"]);
    config(
        &repo,
        "[limits]\nchanges = 2\n[[policy]]\nmatch = { name = \"c\" }\npriority = 5\n",
    );
    for name in ["a", "b", "c"] {
        draft(&repo, name, "gui", None);
    }
    let run = repo.json(SYNC);
    answers(&run, "output/sync.schema.json");
    assert_eq!(run["statistics"]["resources_updated"], 2);
    assert!(repo.read(&managed("c")).contains("gui") && repo.read(&managed("b")).contains("x"));
    repo.ok(SYNC);
    assert!(repo.read(&managed("b")).contains("gui"));
    assert!(repo.ok(SYNC).out.contains("Nothing to do"));
}

#[test]
fn a_broken_file_is_a_conflict_and_a_list_at_the_root_follows() {
    let repo = lab(&["a", "b"]);
    repo.write(
        "lab/kustomization.yaml",
        "resources:\n  - managed/servers/a.yaml\n  - managed/servers/b.yaml\n",
    );
    repo.write(&managed("a"), "a: [");
    let run = repo.hnp(SYNC);
    assert_eq!(run.code, 4, "{}", run.out);
    let list: Value =
        serde_json::from_str(&repo.hnp(&["conflicts", "--format", "json"]).out).unwrap();
    answers(&list, "output/conflicts.schema.json");
    assert_eq!(list["conflicts"][0]["type"], "file_corruption");
    repo.write(&managed("a"), server("a", "{description: x}"));
    repo.ok(SYNC);
    assert_eq!(repo.ok(&["conflicts"]).out, "No open conflict.\n");
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
    for one in all["resources"].as_array_mut().unwrap() {
        if one["desired"]["metadata"]["name"] == "b" {
            one["deleted"] = json!(true);
        }
    }
    repo.write("gui.json", all.to_string());
    repo.ok(SYNC);
    assert_eq!(
        repo.read("lab/kustomization.yaml"),
        "resources:\n  - managed/servers/a.yaml\n"
    );
}
