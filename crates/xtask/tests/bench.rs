//! The benchmark runner, with a shell script in the place of hnp.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Does of each command just what the runner relies on: `ingest` fails where the drop is gone already, `validate` where
/// an earlier run left something to remember.
const STAND_IN: &str = r#"#!/bin/sh
set -e
case "$1" in
  --version) echo hnp 0 ;;
  init) mkdir .hnp && echo > .hnp/config.toml ;;
  validate) test ! -e .git/hnp; test -e .hnp/config.toml; mkdir .git/hnp; find fabric-1/managed -type f | wc -l ;;
  ingest) rm fabric-1/raw/pending/*.yaml ;;
  sync) [ -f gui.json ] || echo '{"resources":[{"desired":{"metadata":{}},"revision":1}]}' > gui.json ;;
  *) exit 2 ;;
esac
"#;

fn xtask() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
}

fn bench(directory: &Path, stand_in: &str, only: &str) -> (Output, Value) {
    let hnp = directory.join("hnp");
    fs::write(&hnp, stand_in).unwrap();
    fs::set_permissions(&hnp, fs::Permissions::from_mode(0o755)).unwrap();
    let json = directory.join("report.json");
    let output = xtask()
        .args(["bench", "--size", "400", "--runs", "1", "--only", only])
        .arg("--hnp")
        .arg(&hnp)
        .arg("--json")
        .arg(&json)
        .output()
        .unwrap();
    let report =
        fs::read_to_string(&json).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    (output, report)
}

fn tools_are_missing() -> bool {
    let missing = ["git", "sha256sum"]
        .iter()
        .any(|tool| Command::new(tool).arg("--version").output().is_err());
    if missing {
        println!("skipped: git or sha256sum is not installed");
    }
    missing
}

#[test]
fn rows_are_measured_beside_their_yardsticks() {
    if tools_are_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let only = "validate-quarter,validate-half,ingest,version-start,binary-size,sync-idle,sync-first-50,sync-one";
    let (output, report) = bench(directory.path(), STAND_IN, only);
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{table}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for line in report["rows"].as_array().unwrap() {
        let outcome = &line["outcome"];
        match line["id"].as_str().unwrap() {
            "binary-size" => assert_eq!(outcome["bytes"], STAND_IN.len() as f64),
            id => {
                assert_eq!(outcome["state"], "measured", "{id}");
                for side in ["hnp", "yardstick"] {
                    assert!(
                        outcome[side]["cpu_ms"].as_f64().unwrap() > 0.0,
                        "{id} {side}"
                    );
                    assert!(
                        outcome[side]["peak_kib"].as_f64().unwrap() > 0.0,
                        "{id} {side}"
                    );
                }
                assert_eq!(outcome["doubling"].is_f64(), id == "validate-half", "{id}");
            }
        }
    }
    assert!(table.contains("sync-one"));
}

#[test]
fn a_failing_command_is_no_measurement() {
    if tools_are_missing() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let broken = STAND_IN.replace("--version) echo hnp 0", "--version) exit 1");
    let (output, report) = bench(directory.path(), &broken, "version-start");
    assert!(!output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("exit code 1")
    );
    assert_eq!(report["rows"][0]["verdict"], "open");
}

#[test]
fn peak_memory_is_that_of_the_command_alone() {
    let directory = tempfile::tempdir().unwrap();
    let used = |script: &str| -> Value {
        let out = directory.path().join("used.json");
        let status = xtask()
            .args(["measure", "--out"])
            .arg(&out)
            .args(["--", "sh", "-c", script])
            .status()
            .unwrap();
        assert!(status.success());
        serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap()
    };
    // A shell variable of 32 MB has to be held in memory.
    let large = used("x=$(head -c 32000000 /dev/zero | tr '\\0' x); exit 3");
    assert!(large["peak_kib"].as_f64().unwrap() > 30_000.0, "{large}");
    assert_eq!(large["exit"], 3);
    let small = used("exit 0");
    assert!(small["peak_kib"].as_f64().unwrap() < 15_000.0, "{small}");
    let slept = used("sleep 0.2");
    assert!(
        slept["wall_ms"].as_f64().unwrap() >= 200.0 && slept["cpu_ms"].as_f64().unwrap() < 150.0,
        "{slept}"
    );
}

#[test]
fn corpus_is_written_and_never_into_something_else() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("corpus");
    let run = |layout: &str| {
        xtask()
            .args(["corpus", "--size", "50", "--layout", layout, "--out"])
            .arg(&out)
            .output()
            .unwrap()
    };
    assert!(run("drop").status.success());
    assert!(out.join("raw/pending/vpcs.yaml").is_file());
    let again = run("managed");
    assert_eq!(again.status.code(), Some(2));
    assert!(
        String::from_utf8(again.stderr)
            .unwrap()
            .contains("not empty")
    );
    assert_eq!(run("tree").status.code(), Some(2));
}
