//! `hnp conflicts`, `hnp resolve`, `hnp log --conflicts`; and every command of `docs/conflicts.md`.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod forms;
mod kit;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use forms::answers;
use kit::{HNP, Repo, Run, server};
use serde_json::{Value, json};

const SYNC: &[&str] = &["sync", "--gui", "gui.json"];
/// The time at which `Repo::hnp` runs.
const START: i64 = 1_700_000_000;
const HOUR: i64 = 3_600;

fn managed(name: &str) -> String {
    format!("lab/managed/servers/{name}.yaml")
}

/// A fabric whose servers are in conflict: in the description, in `more` annotations too.
fn conflicting(names: &[&str]) -> Repo {
    let repo = Repo::lab();
    for name in names {
        repo.write(&managed(name), server(name, "{description: x}"));
    }
    repo.commit("Begin");
    repo.ok(SYNC);
    for name in names {
        git_edit(&repo, name, "description: x", "description: git");
        gui_edit(&repo, name, |one| {
            one["desired"]["spec"]["description"] = json!("gui");
            one["updated"] = json!("2026-11-25T10:00:00Z");
        });
    }
    repo.commit("Say git");
    assert_eq!(repo.hnp(SYNC).code, 4);
    repo
}

fn git_edit(repo: &Repo, name: &str, from: &str, to: &str) {
    let text = repo.read(&managed(name));
    assert!(text.contains(from), "{text}");
    repo.write(&managed(name), text.replace(from, to));
}

fn gui_edit(repo: &Repo, name: &str, change: impl FnOnce(&mut Value)) {
    let mut all: Value = serde_json::from_str(&repo.read("gui.json")).unwrap();
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

/// Runs hnp at a time, with something to read.
fn at(repo: &Repo, time: i64, args: &[&str], input: Option<&str>) -> Run {
    let mut command = Command::new(HNP);
    command
        .args(args)
        .current_dir(repo.root())
        .env("SOURCE_DATE_EPOCH", time.to_string())
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ann");
        command.env(format!("GIT_{who}_EMAIL"), "ann@example.org");
    }
    if input.is_some() {
        command.env("HNP_ASK", "1");
    }
    let mut child = command.spawn().unwrap();
    let _ = child
        .stdin
        .take()
        .unwrap()
        .write_all(input.unwrap_or_default().as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn answer(repo: &Repo, args: &[&str], input: &str) -> Run {
    at(
        repo,
        START,
        &[&["resolve", "--interactive"], args].concat(),
        Some(input),
    )
}

fn ids(repo: &Repo) -> Vec<String> {
    repo.json(&["conflicts"])["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

fn everything(repo: &Repo) -> impl PartialEq + std::fmt::Debug {
    (repo.git(&["for-each-ref"]), repo.files())
}

#[test]
fn the_list_and_its_filters() {
    let repo = conflicting(&["a", "b"]);
    gui_edit(&repo, "b", |one| one["deleted"] = json!(true));
    assert_eq!(repo.hnp(SYNC).code, 4);
    let all = repo.json(&["conflicts"]);
    answers(&all, "output/conflicts.schema.json");
    assert_eq!(all["conflicts"].as_array().unwrap().len(), 2);
    let a = &all["conflicts"][0];
    assert_eq!(a["status"], "detected");
    assert_eq!(a["detected_at"], "2023-11-14T22:13:20Z");
    assert_eq!(a["gui_modification_time"], "2026-11-25T10:00:00Z");
    let b = &all["conflicts"][1];
    assert_eq!(
        (&b["type"], &b["severity"]),
        (&json!("delete_modify"), &json!("high"))
    );
    for (filter, wanted) in [
        (&["--severity", "high"][..], &b["id"]),
        (&["--severity", "medium"], &a["id"]),
        (&["--type", "concurrent_modification"], &a["id"]),
        (&["--resource", "srv/b"], &b["id"]),
    ] {
        let run = repo.hnp(&[&["conflicts", "--format", "json"], filter].concat());
        let list: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(run.code, 4);
        assert_eq!(list["conflicts"].as_array().unwrap().len(), 1, "{filter:?}");
        assert_eq!(&list["conflicts"][0]["id"], wanted, "{filter:?}");
    }
    repo.ok(&["conflicts", "--severity", "low"]);
    repo.ok(&["conflicts", "--type", "semantic", "--fabric", "lab"]);
    for bad in [
        &["conflicts", "--fabric", "other"][..],
        &["conflicts", "--severity", "bad"],
        &["conflicts", "--resource", "Sever/a"],
    ] {
        assert_eq!(repo.hnp(bad).code, 2, "{bad:?}");
    }
    // Three hours later it is three hours old.
    let later = at(&repo, START + 3 * HOUR, &["conflicts"], None);
    assert!(later.out.contains("open for 3 hours"), "{}", later.out);
}

#[test]
fn one_in_full() {
    let repo = conflicting(&["a"]);
    let id = ids(&repo).remove(0);
    git_edit(&repo, "a", "description: git", "description: git and more");
    assert_eq!(repo.hnp(SYNC).code, 4);
    let gone = repo.hnp(&["conflicts", &id]);
    assert_eq!(gone.code, 2, "another value is another conflict");
    let id = ids(&repo).remove(0);
    let full = repo.json(&["conflicts", &id]);
    answers(&full, "output/conflicts.schema.json");
    assert_eq!(full["file"], managed("a"));
    let history = full["fields"][0]["history"].as_array().unwrap();
    let steps: Vec<_> = history
        .iter()
        .map(|one| {
            (
                one["author"].as_str(),
                one["title"].as_str(),
                one["new"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        steps[..2],
        [
            (None, None, Some("git and more")),
            (Some("Ann"), Some("Say git"), Some("git"))
        ]
    );
    assert_eq!(history[2]["title"], "Begin");
    assert_eq!(history[2]["was_there"], false);
    // Whatever the width, no line is longer, and all of the text is there.
    gui_edit(&repo, "a", |one| {
        one["desired"]["spec"]["description"] = json!("a long word ".repeat(20).trim_end());
    });
    assert_eq!(repo.hnp(SYNC).code, 4);
    let id = ids(&repo).remove(0);
    for width in [60, 100] {
        let output = Command::new(HNP)
            .args(["conflicts", &id])
            .current_dir(repo.root())
            .env("COLUMNS", width.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let table: Vec<&str> = text.lines().filter(|line| line.contains(" | ")).collect();
        assert!(table.len() > 5, "{text}");
        assert!(
            table.iter().all(|line| line.chars().count() <= width),
            "{text}"
        );
        let middle: Vec<&str> = table
            .iter()
            .map(|line| line.split(" | ").nth(1).unwrap().trim())
            .collect();
        let words = middle.join(" ").matches("word").count();
        assert_eq!(words, 20, "{text}");
    }
}

#[test]
fn a_resource_that_others_refer_to() {
    let repo = Repo::lab();
    let connection = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata: {name: a--unbundled}\nspec: {unbundled: {link: {server: {port: a/eth0}, switch: {port: leaf/E1/1}}}}\n";
    repo.write("lab/managed/connections/a--unbundled.yaml", connection);
    repo.write(&managed("a"), server("a", "{description: x}"));
    repo.commit("Begin");
    repo.ok(SYNC);
    git_edit(&repo, "a", "description: x", "description: git");
    gui_edit(&repo, "a", |one| {
        one["desired"]["spec"]["description"] = json!("gui");
    });
    assert_eq!(repo.hnp(SYNC).code, 4);
    let id = ids(&repo).remove(0);
    let full = repo.json(&["conflicts", &id]);
    answers(&full, "output/conflicts.schema.json");
    assert_eq!(full["referred_by"][0]["name"], "a--unbundled");
    let run = answer(&repo, &[&id], "q\n");
    assert!(run.out.contains("Connection/a--unbundled"), "{}", run.out);
}

#[test]
fn field_by_field() {
    let repo = conflicting(&["a", "b"]);
    let run = answer(
        &repo,
        &["--all", "--note", "asked Bob"],
        "x\ne\n[\nedit 'by hand'\ng\n",
    );
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    for shown in [
        "Conflict 1 of 2",
        "Field 1 of 1: spec.description",
        "take the GUI's value",
        "is no YAML value",
        "The rules have nothing against it.",
        "Say git",
        "Conflict 2 of 2",
        "2 conflict(s)",
    ] {
        assert!(run.out.contains(shown), "{shown}\n{}", run.out);
    }
    repo.ok(SYNC);
    assert!(repo.read(&managed("a")).contains("by hand"));
    assert!(repo.read(&managed("b")).contains("description: gui"));
    let log = repo.json(&["log", "--conflicts"]);
    assert_eq!(log["conflicts"][0]["user_feedback"], "asked Bob");
}

#[test]
fn nothing_is_written_before_the_last_answer() {
    let repo = conflicting(&["a", "b"]);
    let before = everything(&repo);
    for input in ["", "g\n", "g\nq\n", "i\ne\n", "g\ns", "s\ns\n"] {
        let run = answer(&repo, &["--all"], input);
        let wrote = input == "g\ns";
        assert_eq!(run.code, 0, "{input:?}: {}{}", run.out, run.err);
        assert_eq!(
            everything(&repo) == before,
            !wrote,
            "{input:?}: {}",
            run.out
        );
        if wrote {
            // The second was left open, the first is answered.
            let states = repo.json(&["conflicts"]);
            assert_eq!(states["conflicts"][0]["status"], "resolving");
            assert_eq!(states["conflicts"][1]["status"], "detected");
            return;
        }
    }
}

#[test]
fn nobody_is_asked_where_nobody_is() {
    let repo = conflicting(&["a"]);
    let run = at(&repo, START, &["resolve", "--all", "--interactive"], None);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--take"), "{}", run.err);
    assert_eq!(answer(&repo, &["--all", "--take", "gui"], "").code, 2);
    // A program's output is not mixed with questions.
    let run = answer(&repo, &["--all", "--format", "json"], "g\n");
    answers(
        &serde_json::from_str(&run.out).unwrap(),
        "output/resolve.schema.json",
    );
    assert!(run.err.contains("Field 1 of 1"), "{}", run.err);
}

const NAMESPACES: &str = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata: {name: default}\nspec: {subnets: [10.0.0.0/8]}\n---\napiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata: {name: default}\nspec: {ranges: [{from: 1000, to: 2999}]}\n";

/// Two VPCs, one of them in conflict over its VLAN.
fn vpcs() -> (Repo, String) {
    let repo = Repo::lab();
    repo.write("lab/managed/externals/namespaces.yaml", NAMESPACES);
    let vpc = |name: &str, n: u32| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {{name: {name}}}\nspec:\n  subnets:\n    default: {{subnet: 10.0.{n}.0/24, vlan: 100{n}}}\n"
        )
    };
    repo.write("lab/managed/vpcs/web.yaml", vpc("web", 1));
    repo.write("lab/managed/vpcs/db.yaml", vpc("db", 2));
    repo.commit("Begin");
    repo.ok(SYNC);
    let text = repo.read("lab/managed/vpcs/web.yaml");
    repo.write("lab/managed/vpcs/web.yaml", text.replace("1001", "1020"));
    gui_edit(&repo, "web", |one| {
        one["desired"]["spec"]["subnets"]["default"]["vlan"] = json!(1010);
    });
    assert_eq!(repo.hnp(SYNC).code, 4);
    let id = ids(&repo).remove(0);
    (repo, id)
}

#[test]
fn a_value_that_would_not_be_valid() {
    let (repo, id) = vpcs();
    let before = everything(&repo);
    for value in ["1002", "none", "9999"] {
        let field = format!("spec.subnets.default.vlan={value}");
        let run = repo.hnp(&["resolve", &id, "--field", &field]);
        assert_eq!(run.code, 1, "{value}: {}{}", run.out, run.err);
        assert!(run.out.contains("error["), "{}", run.out);
        let run = repo.hnp(&["resolve", &id, "--field", &field, "--format", "json"]);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        answers(&value, "output/resolve.schema.json");
        assert_eq!(value["success"], false);
        assert!(!value["findings"].as_array().unwrap().is_empty());
    }
    let run = answer(&repo, &[&id], "e 1002\nq\n");
    assert!(
        run.out.contains("VPC-38") && run.out.contains("it is not taken"),
        "{}",
        run.out
    );
    assert!(everything(&repo) == before);
    let field = "spec.subnets.default.vlan=1030";
    let done = repo.json(&["resolve", &id, "--field", field]);
    answers(&done, "output/resolve.schema.json");
    repo.ok(SYNC);
    assert!(
        repo.read("lab/managed/vpcs/web.yaml")
            .contains("vlan: 1030")
    );
}

#[test]
fn some_of_them_at_once() {
    let repo = conflicting(&["a", "b", "c"]);
    gui_edit(&repo, "c", |one| one["deleted"] = json!(true));
    assert_eq!(repo.hnp(SYNC).code, 4);
    let all = ["resolve", "--all", "--take", "git"];
    let state = repo.read(".hnp/state.toml");
    let dry = repo.ok(&[&all[..], &["--dry-run"]].concat());
    assert!(dry.out.contains("3 conflict(s)"), "{}", dry.out);
    assert_eq!(repo.read(".hnp/state.toml"), state);
    repo.ok(&[&all[..], &["--type", "delete_modify"]].concat());
    repo.ok(&[&all[..], &["--resource", "srv/a"]].concat());
    let none = repo.ok(&[&all[..], &["--severity", "critical"]].concat());
    assert!(none.out.contains("No open conflict"), "{}", none.out);
    let list = repo.json(&["conflicts"]);
    let states: Vec<_> = list["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["resolving", "detected", "resolving"]);
    assert_eq!(repo.hnp(SYNC).code, 4, "one is still open");
    assert_eq!(ids(&repo).len(), 1);
}

#[test]
fn the_history_of_conflicts() {
    let repo = conflicting(&["a", "b"]);
    let [a, b] = &ids(&repo)[..] else { panic!() };
    at(
        &repo,
        START + HOUR,
        &["resolve", a, "--take", "gui", "--note", "Bob knows"],
        None,
    );
    let open = repo.json(&["log", "--conflicts"]);
    answers(&open, "output/log.schema.json");
    let status = |log: &Value, id: &str| {
        let found = log["conflicts"].as_array().unwrap().iter();
        let mut found = found.filter(|one| one["conflict_id"] == id);
        found.next().unwrap()["resolution_status"].clone()
    };
    assert_eq!(status(&open, a), "in_progress");
    assert_eq!(status(&open, b), "pending");
    // Of the other one, Git goes back to what both started from.
    git_edit(&repo, "b", "description: git", "description: x");
    let run = at(&repo, START + 2 * HOUR, SYNC, None);
    assert_eq!(run.code, 0, "{}", run.out);
    let log = repo.json(&["log", "--conflicts"]);
    answers(&log, "output/log.schema.json");
    assert_eq!(status(&log, b), "abandoned");
    let one = &repo.json(&["log", "srv/a", "--conflicts"])["conflicts"][0];
    assert_eq!(one["resolution_status"], "resolved");
    assert_eq!(one["resolution_strategy"], "user_decision");
    assert_eq!(one["resolved_by"], "Ann");
    assert_eq!(one["detected_at"], "2023-11-14T22:13:20Z");
    assert_eq!(one["resolution_attempted_at"], "2023-11-14T23:13:20Z");
    assert_eq!(one["resolved_at"], "2023-11-15T00:13:20Z");
    assert_eq!(one["resolution_duration_seconds"], HOUR);
    assert_eq!(
        one["resolution_details"]["lost"]["spec.description"]["git"],
        "git"
    );
    assert_eq!(one["resolved_state"]["spec.description"], "gui");
    let text = repo.ok(&["log", "--conflicts", a]).out;
    assert!(
        text.contains("git had \"git\"") && text.contains("Bob knows"),
        "{text}"
    );
    // The file that lost was backed up before.
    assert!(
        repo.git(&["for-each-ref", "refs/hnp/backup"])
            .contains("backup")
    );
}

#[test]
fn what_a_strategy_settles_is_history_too() {
    let repo = Repo::lab();
    repo.write(&managed("a"), server("a", "{description: x}"));
    repo.commit("Begin");
    repo.ok(SYNC);
    git_edit(&repo, "a", "description: x", "description: git");
    gui_edit(&repo, "a", |one| {
        one["desired"]["spec"]["description"] = json!("gui");
    });
    repo.ok(&[SYNC, &["--strategy", "gui_wins"]].concat());
    let log = repo.json(&["log", "--conflicts"]);
    answers(&log, "output/log.schema.json");
    let one = &log["conflicts"][0];
    assert_eq!(one["resource"], "lab/Server/default/a");
    assert_eq!(one["resolution_strategy"], "gui_wins");
    assert_eq!(one["resolution_status"], "resolved");
    assert_eq!(one["resolved_by"], Value::Null);
    let lost = &one["resolution_details"]["lost"]["spec.description"];
    assert_eq!(lost["git"], "git");
    let text = repo.ok(&["log", "--conflicts"]).out;
    assert!(
        text.contains("gui_wins") && text.contains("git had \"git\""),
        "{text}"
    );
}

#[test]
fn open_for_too_long() {
    let repo = conflicting(&["a"]);
    let week = START + 8 * 24 * HOUR;
    let status = at(&repo, week, &["status"], None);
    assert_eq!(status.code, 4, "{}", status.out);
    assert!(
        status.out.contains("STATE-14") && status.out.contains("escalated"),
        "{}",
        status.out
    );
    let list = at(&repo, week, &["conflicts", "--format", "json"], None);
    let list: Value = serde_json::from_str(&list.out).unwrap();
    answers(&list, "output/conflicts.schema.json");
    assert_eq!(list["conflicts"][0]["status"], "escalated");
    assert_eq!(list["findings"][0]["code"], "STATE-14");
    assert_eq!(list["findings"][0]["file"], ".hnp/state.toml");
    let line = list["findings"][0]["line"].as_u64().unwrap();
    let state = repo.read(".hnp/state.toml");
    let line = state
        .lines()
        .nth(usize::try_from(line).unwrap() - 1)
        .unwrap();
    assert!(line.starts_with("[conflict."), "{line}");
    // Time is no matter of validation.
    assert_eq!(at(&repo, week, &["validate"], None).code, 0);
    // By now it is young, and the configuration decides.
    assert_eq!(at(&repo, START + HOUR, &["status"], None).code, 0);
    let config = repo.read(".hnp/config.toml");
    let limit = |text: &str| {
        let table = format!("{config}\n[conflicts]\nescalate_after = {{ medium = \"{text}\" }}\n");
        repo.write(".hnp/config.toml", table);
    };
    limit("59m");
    let status = at(&repo, START + HOUR, &["status", "--format", "json"], None);
    assert_eq!(status.code, 4);
    answers(
        &serde_json::from_str(&status.out).unwrap(),
        "output/status.schema.json",
    );
    limit("never");
    assert_eq!(at(&repo, week, &["status"], None).code, 0);
    limit("soon");
    assert_eq!(at(&repo, week, &["status"], None).code, 2);
    limit("59m");
    // An answer ends the alarm.
    repo.ok(&["resolve", "--all", "--take", "git"]);
    assert_eq!(at(&repo, week, &["status"], None).code, 0);
}

#[test]
fn a_file_that_cannot_be_read() {
    for side in ["base", "gui"] {
        let repo = Repo::lab();
        let text = format!("# kept\n{}", server("a", "{description: x}"));
        let two = format!("{text}---\n{}", server("b", "{description: z}"));
        repo.write(&managed("a"), &two);
        repo.commit("Begin");
        repo.ok(SYNC);
        gui_edit(&repo, "a", |one| {
            one["desired"]["spec"]["description"] = json!("gui");
        });
        repo.write(&managed("a"), "<<<<<<< what: [is this\n");
        let run = repo.hnp(SYNC);
        assert_eq!(run.code, 4, "{}", run.out);
        let list = repo.json(&["conflicts"]);
        answers(&list, "output/conflicts.schema.json");
        let one = &list["conflicts"][0];
        assert_eq!(
            (&one["type"], &one["status"]),
            (&json!("file_corruption"), &json!("requires_manual"))
        );
        let id = one["id"].as_str().unwrap().to_owned();
        let before = everything(&repo);
        for bad in [
            &["resolve", &id, "--take", "git"][..],
            &["resolve", &id, "--field", "=gui"],
        ] {
            assert_eq!(repo.hnp(bad).code, 2, "{bad:?}");
        }
        let all = repo.ok(&["resolve", "--all", "--take", "gui"]);
        assert!(all.err.contains("cannot be read"), "{}", all.err);
        let args = ["resolve", &id, "--take", side, "--gui", "gui.json"];
        repo.ok(&[&args[..], &["--dry-run"]].concat());
        assert!(everything(&repo) == before);
        let done = repo.json(&args);
        answers(&done, "output/resolve.schema.json");
        let after = repo.read(&managed("a"));
        if side == "base" {
            assert_eq!(after, two);
        } else {
            assert!(
                after.contains("description: gui") && after.contains("name: b"),
                "{after}"
            );
        }
        let backup = done["backup"].as_str().unwrap();
        let kept = repo.git(&["show", &format!("{backup}:{}", managed("a"))]);
        assert!(kept.contains("what: [is this"), "{kept}");
        repo.ok(&["validate"]);
        repo.ok(SYNC);
        assert!(repo.read(&managed("a")).contains("description: gui"));
        assert!(ids(&repo).is_empty());
        let log = repo.json(&["log", "--conflicts"]);
        answers(&log, "output/log.schema.json");
        assert_eq!(log["conflicts"][0]["resolution_status"], "resolved");
    }
}

/// A command of the page with what it is said to print.
struct Step {
    command: String,
    shown: String,
    /// Lines of the page that `shown` stands on.
    lines: std::ops::Range<usize>,
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conflicts.md")
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (n, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if !inside {
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                shown: String::new(),
                lines: n + 1..n + 1,
            });
        } else {
            let step = steps.last_mut().unwrap();
            match line.strip_prefix("> ").filter(|_| step.shown.is_empty()) {
                Some(more) => {
                    step.command.push('\n');
                    step.command.push_str(more);
                    step.lines = n + 1..n + 1;
                }
                None => {
                    step.shown.push_str(line);
                    step.shown.push('\n');
                    step.lines.end = n + 1;
                }
            }
        }
    }
    steps
}

/// What was typed at the questions that the page shows.
fn typed(shown: &str) -> String {
    let questions = ["[?]: ", "value: ", "[y/n]: "];
    shown
        .lines()
        .filter_map(|line| {
            let is_question = line.starts_with("[g]ui")
                || line.starts_with("value: ")
                || line.contains("[y/n]: ");
            let answer = questions.iter().find_map(|end| line.split_once(end))?.1;
            is_question.then(|| format!("{answer}\n"))
        })
        .collect()
}

/// What ends a word.
const ENDS: [char; 7] = [' ', '(', ')', ',', ':', '/', '.'];

/// Ids of operations and commits, and times, differ from machine to machine; the ids of conflicts do not.
fn normal(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let words = line.split_inclusive(ENDS).map(|word| {
            let end = word.trim_end_matches(ENDS);
            let tail = &word[end.len()..];
            let is_hex = end.len() >= 7
                && end.len() != 16
                && end
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            let starts_time = end.len() >= 13 && end.starts_with("20") && end.contains('T');
            let ends_time = end.len() == 3 && end.ends_with('Z');
            if is_hex || starts_time || ends_time {
                format!("<>{tail}")
            } else {
                word.to_owned()
            }
        });
        out.extend(words);
        out.push('\n');
    }
    out
}

/// Every command of the page, in its order, prints what stands below it. With UPDATE_DOCS set the page is written anew.
#[test]
fn the_page_shows_what_happens() {
    let text = std::fs::read_to_string(page()).unwrap();
    let repo = Repo::new();
    repo.git(&["config", "user.name", "Ann"]);
    repo.git(&["config", "user.email", "ann@example.org"]);
    let directory = Path::new(HNP).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(directory.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    )
    .unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let steps = steps(&text);
    assert!(steps.len() > 30);
    let mut wrong = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        // Ten minutes pass from one command to the next.
        let time = START + 600 * i64::try_from(n).unwrap();
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{}", step.command)])
            .current_dir(repo.root())
            .env("PATH", &path)
            .env("SOURCE_DATE_EPOCH", time.to_string())
            .env("GIT_AUTHOR_DATE", format!("@{time} +0000"))
            .env("GIT_COMMITTER_DATE", format!("@{time} +0000"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("HNP_ASK", "1")
            .env("COLUMNS", "100")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child
            .stdin
            .take()
            .unwrap()
            .write_all(typed(&step.shown).as_bytes());
        let output = child.wait_with_output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let code = output.status.code().unwrap();
        assert!(
            code <= 4 && code != 2 && code != 3,
            "$ {}\n{out}",
            step.command
        );
        if normal(&out) != normal(&step.shown) {
            wrong.push((
                step.lines.clone(),
                step.command.clone(),
                step.shown.clone(),
                out,
            ));
        }
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for (at, _, _, out) in wrong.into_iter().rev() {
            lines.splice(at, out.lines().map(str::to_owned));
        }
        std::fs::write(page(), format!("{}\n", lines.join("\n"))).unwrap();
        return;
    }
    let wrong: Vec<String> = wrong
        .into_iter()
        .map(|(_, command, shown, out)| format!("$ {command}\n--- the page\n{shown}--- hnp\n{out}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "UPDATE_DOCS=1 writes the page anew\n{}",
        wrong.join("\n")
    );
}
