//! What is derived and not stored: the ledger's records in full, metrics, and everything of a resource.
#![allow(clippy::unwrap_used)]

mod common;
mod forms;

use common::{Sandbox, bad_server, server};
use forms::answers;
use serde_json::{Value, json};

#[track_caller]
fn show(lab: &Sandbox, more: &[&str]) -> Value {
    let args = [&["show", "Server/a", "--format", "json"], more].concat();
    let shown = lab.hnp(&args).code(0).json();
    answers(&shown, "output/show.schema.json");
    shown
}

const A: &str = "net/managed/servers/a.yaml";

/// A fabric with one server, taken in and committed by hnp.
fn lab() -> Sandbox {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.hnp(&["ingest", "--commit"]).code(0);
    lab
}

/// Puts records where hnp keeps those that it could not append.
fn records(lab: &Sandbox, records: &[Value]) {
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    lab.write(".git/hnp/log.jsonl", lines);
}

/// A synchronisation that failed at, or changed, a resource some minutes after the clock of the tests began.
fn sync_record(minute: u32, failed: &[&str], changed: &[&str]) -> Value {
    let details: Vec<Value> = failed
        .iter()
        .map(
            |key| json!({"type": "gui", "message": format!("no answer {minute}"), "resource": key}),
        )
        .collect();
    let at = format!("2023-11-14T22:{:02}:00Z", 13 + minute);
    json!({
        "version": 1, "operation_id": format!("op{minute}"), "fabric": "lab", "operation_type": "bidirectional",
        "sync_direction": "bidirectional", "status": if failed.is_empty() { "completed" } else { "failed" },
        "trigger_type": "scheduled", "started_at": at, "completed_at": at, "processing_time_seconds": 2.5,
        "resources_targeted": 4, "resources_processed": 4, "resources_skipped": failed.len(),
        "conflicts_detected": 2, "conflicts_resolved": 1, "conflicts_manual": 1,
        "resources": changed, "failed_resources": failed, "error_count": failed.len(), "error_details": details,
        "last_error_message": format!("no answer {minute}"), "pull_request_url": "https://github.example/o/r/pull/7",
    })
}

#[test]
fn a_record_says_what_ran_it_and_what_it_took() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.write("net/raw/bad.yaml", bad_server("b"));
    // Without the clock that stands still.
    let mut command = lab.command(&["ingest", "*.yaml", "--no-strict", "--commit", "-v"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    common::run(&mut command).code(1);
    let log = lab.hnp(&["log", "--format", "json"]).code(0).json();
    answers(&log, "output/log.schema.json");
    let one = &log["operations"][0];
    answers(one, "ledger.schema.json");
    assert_eq!(
        one["operation_config"],
        json!({"command": "ingest", "arguments": {"patterns": ["*.yaml"], "no_strict": true, "commit": true}}),
        "what was printed, and how, decided nothing"
    );
    assert!(
        one["client_info"]["user_agent"]
            .as_str()
            .unwrap()
            .starts_with("hnp/")
    );
    assert!(one["memory_peak_mb"].as_u64().unwrap() > 0, "{one}");
    assert!(one["cpu_time_seconds"].as_f64().unwrap() >= 0.0, "{one}");
    assert!(
        one["processing_time_seconds"].as_f64().unwrap() > 0.0,
        "{one}"
    );
    let performance = &one["performance_summary"];
    assert_eq!(performance["memory_peak_mb"], one["memory_peak_mb"]);
    assert_eq!(one["is_active"], false);
    let rate = one["success_rate"].as_f64().unwrap();
    assert!((rate - 0.5).abs() < 1e-9, "one of two was refused: {one}");
    assert!(one["error_details"][0]["timestamp"].is_string(), "{one}");
    // With it, the same run gives the same record.
    let still = lab.hnp(&["log", "-n", "9", "--format", "json"]).json();
    let init = still["operations"].as_array().unwrap().last().unwrap();
    assert_eq!(init["memory_peak_mb"], Value::Null);
    assert_eq!(init["operation_config"]["command"], "init");
}

#[test]
fn a_record_says_which_event_set_it_off_and_who() {
    let lab = Sandbox::with_fabric();
    for (n, (event, trigger)) in [
        ("push", "automatic"),
        ("schedule", "scheduled"),
        ("repository_dispatch", "webhook"),
        ("workflow_dispatch", "manual"),
    ]
    .into_iter()
    .enumerate()
    {
        lab.write("net/raw/a.yaml", server(&format!("a{n}"), "x"));
        let mut command = lab.command(&["ingest"]);
        command
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_ACTOR", "bob");
        common::run(&mut command).code(0);
        let log = lab.hnp(&["log", "-n", "1", "--format", "json"]).json();
        assert_eq!(log["operations"][0]["trigger_type"], trigger);
        assert_eq!(log["operations"][0]["initiated_by"], "bob");
    }
}

#[test]
fn one_operation_is_told_in_full() {
    let lab = lab();
    lab.write("net/raw/bad.yaml", bad_server("b"));
    lab.hnp(&["ingest"]).code(1);
    let log = lab.hnp(&["log", "--format", "json"]).json();
    let id = log["operations"][0]["operation_id"].as_str().unwrap();
    let run = lab.hnp(&["log", &id[..6]]).code(0);
    for words in [
        format!("operation {id}\n"),
        "status                       failed".to_owned(),
        "trigger_type                 cli".to_owned(),
        "error_count                  1".to_owned(),
        "error[SCH-01] net/raw/bad.yaml:6".to_owned(),
    ] {
        assert!(run.out.contains(&words), "{words}: {}", run.out);
    }
    lab.hnp(&["log", "--fabric", "other"])
        .code(0)
        .says("Nothing was done here yet");
    let of_lab = lab.hnp(&["log", "--fabric", "lab"]).code(0).out;
    let list = lab.hnp(&["log"]).code(0).out;
    assert_eq!(of_lab.lines().count(), 3, "{of_lab}");
    let first = list.lines().next().unwrap();
    assert!(
        first.starts_with(id) && first.ends_with("1 error(s)"),
        "{first}"
    );
}

#[test]
fn the_newest_hundred_errors_and_fifty_warnings_are_kept_and_all_are_counted() {
    let lab = Sandbox::with_fabric();
    for n in 0..120 {
        lab.write(
            &format!("net/raw/bad{n}.yaml"),
            bad_server(&format!("b{n}")),
        );
    }
    lab.hnp(&["ingest"]).code(1);
    let log = lab.hnp(&["log", "--format", "json"]).json();
    let one = &log["operations"][0];
    assert_eq!(one["error_count"], 120);
    assert_eq!(one["error_details"].as_array().unwrap().len(), 100);
    assert_eq!(one["result_summary"]["errors"], 120);
    lab.hnp(&["log", one["operation_id"].as_str().unwrap()])
        .code(0)
        .says("120 error(s), the newest 100 of them:");
}

#[test]
fn metrics_sum_up_the_ledger() {
    let lab = lab();
    records(
        &lab,
        &[
            sync_record(1, &[], &["lab/Server/default/a"]),
            sync_record(2, &["lab/Server/default/a"], &[]),
            json!({"version": 1, "operation_id": "old", "operation_type": "cleanup", "started_at": "2023-01-01T00:00:00Z"}),
        ],
    );
    let metrics = lab.hnp(&["metrics", "--format", "json"]).code(0).json();
    answers(&metrics, "output/metrics.schema.json");
    assert_eq!(
        metrics["count"], 4,
        "init, ingest and two syncs; the old one is out"
    );
    let sync = |status: &str| {
        let all = metrics["operations"].as_array().unwrap();
        all.iter()
            .find(|one| one["operation_type"] == "bidirectional" && one["status"] == status)
            .unwrap()
            .clone()
    };
    assert_eq!(sync("completed")["success_rate"], 1.0);
    assert_eq!(sync("failed")["success_rate"], 0.75);
    assert_eq!(sync("failed")["avg_duration"], 2.5);
    assert_eq!(
        metrics["conflicts"],
        json!({"detected": 4, "resolved": 2, "manual": 2, "resolution_rate": 0.5})
    );
    assert_eq!(metrics["success_rate"], 0.75);
    lab.hnp(&["metrics"])
        .code(0)
        .says("4 operation(s) in 30 day(s), 75.0 % of them without an error");
    let more = lab
        .hnp(&["metrics", "--days", "400", "--format", "json"])
        .code(0)
        .json();
    assert_eq!(more["count"], 5);
    let none = lab
        .hnp(&["metrics", "--fabric", "other", "--format", "json"])
        .code(0)
        .json();
    answers(&none, "output/metrics.schema.json");
    assert_eq!(none["count"], 0);
    lab.hnp(&["metrics", "--fabric", "other"])
        .code(0)
        .says("Nothing was done");
}

#[test]
fn the_ten_newest_changes_without_hnp_are_shown() {
    let lab = lab();
    assert_eq!(
        show(&lab, &[])["external_modification_count"],
        0,
        "hnp made it"
    );
    for n in 0..12 {
        lab.write(A, server("a", &format!("y{n}")));
        lab.commit(&format!("By hand {n}"));
    }
    // Notes and moves say nothing new.
    lab.write(A, format!("# a note\n{}", server("a", "y11")));
    lab.commit("A note");
    lab.git(&["mv", A, "net/managed/servers/b.yaml"]);
    lab.commit("A move");
    let shown = show(&lab, &[]);
    assert_eq!(shown["external_modification_count"], 12);
    let newest = shown["external_modifications"].as_array().unwrap();
    assert_eq!(newest.len(), 10);
    assert_eq!(newest[9]["details"]["subject"], "By hand 11");
    assert_eq!(newest[0]["details"]["subject"], "By hand 2");
    assert_eq!(newest[9]["details"]["author"], "Ann");
    assert_eq!(newest[9]["details"]["fields"], json!(["spec.description"]));
    assert_eq!(newest[9]["details"]["change"], "modified");
    assert_eq!(
        shown["file_mapping"]["external_modifications"],
        shown["external_modifications"]
    );
    assert_eq!(shown["sync_status_summary"]["external_modifications"], 12);
    lab.hnp(&["show", "Server/a"])
        .code(0)
        .says("12 time(s) without hnp")
        .says("Ann: By hand 11");
    // Somebody who made it is told too.
    lab.write("net/managed/servers/c.yaml", server("c", "x"));
    lab.commit("Make c");
    let made = lab.hnp(&["show", "Server/c", "--format", "json"]).json();
    assert_eq!(
        made["external_modifications"][0]["details"]["change"],
        "created"
    );
}

#[test]
fn failures_in_a_row_show_in_health_and_hold() {
    let lab = lab();
    let key = "lab/Server/default/a";
    let healthy = show(&lab, &[]);
    assert_eq!(
        (&healthy["is_sync_healthy"], &healthy["on_hold"]),
        (&true.into(), &false.into())
    );
    let failures = |count: u32| -> Vec<Value> {
        std::iter::once(sync_record(1, &[], &[key]))
            .chain((2..2 + count).map(|minute| sync_record(minute, &[key], &[])))
            .collect()
    };
    for (count, is_healthy, on_hold) in [(2, true, false), (3, false, false), (5, false, true)] {
        records(&lab, &failures(count));
        let shown = show(&lab, &[]);
        assert_eq!(shown["sync_error_count"], count);
        assert_eq!(shown["is_sync_healthy"], is_healthy, "{count}");
        assert_eq!(shown["on_hold"], on_hold, "{count}");
        assert_eq!(shown["auto_sync_enabled"], !on_hold);
        assert_eq!(shown["last_sync_error"], format!("no answer {}", count + 1));
        assert_eq!(
            shown["last_sync_error_at"],
            format!("2023-11-14T22:{}:00Z", 14 + count)
        );
        assert_eq!(shown["last_sync_duration_ms"], 2500.0);
        assert_eq!(
            shown["github_pull_request_url"],
            "https://github.example/o/r/pull/7"
        );
        assert_eq!(shown["sync_status_summary"]["sync_errors"], count);
        assert_eq!(shown["sync_status_summary"]["sync_healthy"], is_healthy);
    }
    lab.hnp(&["show", "Server/a"])
        .code(0)
        .says("on hold after 5 failures in a row");
    // A success counts from nothing again.
    let mut after = failures(5);
    after.push(sync_record(9, &[], &[key]));
    records(&lab, &after);
    let shown = show(&lab, &[]);
    assert_eq!(shown["sync_error_count"], 0);
    assert_eq!(shown["last_sync_error"], Value::Null);
}

#[test]
fn the_gui_and_the_cluster_fill_in_what_they_know() {
    let lab = lab();
    let plain = show(&lab, &[]);
    assert_eq!(plain["resource_state"], "committed");
    assert_eq!(
        plain["sync_status_summary"]["needs_gui_sync"],
        Value::Null,
        "never synchronised"
    );
    lab.hnp(&["sync", "--gui", "gui.json"]).code(0);
    lab.commit("Synchronised");
    let synced = show(&lab, &["--gui", "gui.json"]);
    assert_eq!(synced["resource_state"], "synced");
    assert_eq!(synced["sync_status_summary"]["needs_gui_sync"], false);
    assert_eq!(synced["sync_status_summary"]["needs_github_sync"], false);

    let mut gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    let one = &mut gui["resources"][0];
    one["draft"] = one["desired"].clone();
    one["draft"]["spec"]["description"] = json!("draft");
    one["updated"] = json!("2023-11-14T23:00:00Z");
    one["revision"] = json!(9);
    lab.write("gui.json", gui.to_string());
    let live = json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server",
        "metadata": {"name": "a", "resourceVersion": "77", "creationTimestamp": "2023-01-01T00:00:00Z",
                     "managedFields": [{"manager": "kubectl", "time": "2023-02-01T00:00:00Z"}]},
        "spec": {"description": "live"}, "status": {"up": true},
    });
    lab.write("live.json", live.to_string());
    let shown = show(&lab, &["--gui", "gui.json", "--actual", "live.json"]);
    for (pointer, value) in [
        ("/draft_spec", json!({"description": "draft"})),
        ("/draft_updated", json!("2023-11-14T23:00:00Z")),
        ("/actual_spec", json!({"description": "live"})),
        ("/actual_status", json!({"up": true})),
        ("/actual_resource_version", json!("77")),
        ("/actual_updated", json!("2023-02-01T00:00:00Z")),
        ("/drift/drift_status", json!("spec_drift")),
        ("/resource_state", json!("draft")),
        ("/sync_status_summary/needs_github_sync", json!(true)),
    ] {
        assert_eq!(shown.pointer(pointer), Some(&value), "{pointer}");
    }
    let drifted = show(&lab, &["--actual", "live.json"]);
    assert_eq!(drifted["resource_state"], "drifted");
    lab.hnp(&["show", "Server/a", "--actual", "live.json"])
        .code(0)
        .says("spec_drift (medium)")
        .says("spec.description: git \"x\", cluster \"live\"");
    lab.write(A, server("a", "y"));
    let pending = show(&lab, &[]);
    assert_eq!(pending["resource_state"], "pending");
    assert_eq!(pending["sync_status_summary"]["needs_gui_sync"], true);
}

#[test]
fn a_file_on_github_has_its_address() {
    let lab = lab();
    assert_eq!(show(&lab, &[])["github_file_url"], Value::Null);
    for url in [
        "git@github.com:o/r.git",
        "https://ann:secret@github.com/o/r",
        "ssh://git@github.com/o/r.git",
    ] {
        lab.git(&["config", "remote.origin.url", url]);
        let commit = lab.git(&["rev-parse", "HEAD"]);
        assert_eq!(
            show(&lab, &[])["github_file_url"],
            format!("https://github.com/o/r/blob/{}/{A}", commit.trim()),
            "{url}"
        );
    }
    lab.git(&["config", "remote.origin.url", "https://git.example/o/r.git"]);
    assert_eq!(show(&lab, &[])["github_file_url"], Value::Null);
}

#[test]
fn a_conflict_shows_since_when_and_how_often_it_was_answered() {
    let lab = lab();
    lab.hnp(&["sync", "--gui", "gui.json"]).code(0);
    lab.commit("Synchronised");
    let mut gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    gui["resources"][0]["desired"]["spec"]["description"] = json!("gui");
    gui["resources"][0]["revision"] = json!(9);
    lab.write("gui.json", gui.to_string());
    lab.write(A, server("a", "git"));
    lab.hnp(&["sync", "--gui", "gui.json"]).code(4);
    let shown = show(&lab, &[]);
    assert_eq!(shown["conflict_status"], "detected");
    assert_eq!(shown["conflict_detected_at"], "2023-11-14T22:13:20Z");
    assert_eq!(shown["conflict_resolution_attempts"], 0);
    assert_eq!(shown["has_pending_conflicts"], true);
    assert_eq!(shown["is_sync_healthy"], false);
    lab.hnp(&["show", "Server/a"])
        .says("not good: a conflict is open");
    lab.hnp(&["resolve", "--all", "--take", "git"]).code(0);
    let shown = show(&lab, &[]);
    assert_eq!(shown["conflict_status"], "resolving");
    assert_eq!(shown["conflict_resolution_attempts"], 1);
    lab.hnp(&["sync", "--gui", "gui.json"]).code(0);
    let shown = show(&lab, &[]);
    assert_eq!(shown["conflict_status"], "resolved");
    assert_eq!(shown["conflict_detected_at"], Value::Null);
}
