//! What commands print: JSON shapes, exit codes, the same bytes every time.
#![allow(clippy::unwrap_used)]

mod kit;

use kit::{HNP, Repo, server};
use serde_json::Value;

fn has(value: &Value, names: &[&str]) {
    for name in names {
        let pointer = format!("/{}", name.replace('.', "/"));
        assert!(
            value.pointer(&pointer).is_some(),
            "`{name}` is missing: {value:#}"
        );
    }
}

#[test]
fn show_has_every_field_of_a_resource() {
    let repo = Repo::lab();
    repo.write("lab/raw/a.yaml", server("a", "{description: x}"));
    repo.ok(&["ingest"]);
    repo.commit("Take a in");
    let show = repo.json(&["show", "srv/a"]);
    has(
        &show,
        &[
            "fabric",
            "name",
            "namespace",
            "kind",
            "api_version",
            "desired_spec",
            "desired_commit",
            "desired_file_path",
            "desired_updated",
            "draft_spec",
            "draft_updated",
            "draft_updated_by",
            "actual_spec",
            "actual_status",
            "actual_resource_version",
            "actual_updated",
            "managed_file_path",
            "file_hash",
            "last_file_sync",
            "file_size_bytes",
            "sync_direction",
            "auto_sync_enabled",
            "sync_priority",
            "conflict_status",
            "conflict_details",
            "conflict_detected_at",
            "conflict_resolution_attempts",
            "external_modifications",
            "last_external_check",
            "external_modification_count",
            "sync_metadata",
            "last_sync_duration_ms",
            "sync_error_count",
            "last_sync_error",
            "last_sync_error_at",
            "github_branch",
            "github_commit_sha",
            "github_pull_request_url",
            "github_file_url",
            "file_mapping.resource_id",
            "file_mapping.managed_file_path",
            "file_mapping.file_hash",
            "file_mapping.last_file_sync",
            "file_mapping.sync_status",
            "file_mapping.conflict_status",
            "file_mapping.external_modifications",
        ],
    );
    assert_eq!(show["desired_spec"]["description"], "x");
    assert_eq!(show["managed_file_path"], "managed/servers/a.yaml");
    let head = repo.git(&["rev-parse", "HEAD"]);
    assert_eq!(show["desired_commit"].as_str(), Some(head.trim()));
    assert!(
        repo.hnp(&["show", "Server/b"])
            .err
            .contains("no managed resource")
    );
    assert!(
        repo.hnp(&["show", "Sever/a"])
            .err
            .contains("did you mean `Server`")
    );
}

#[test]
fn requests_get_the_responses_of_the_specification() {
    let repo = Repo::new();
    let init = repo.json(&["init", "--fabric", "lab", "--directory", "lab"]);
    has(
        &init,
        &[
            "success",
            "message",
            "directories_created.0",
            "backup_location",
            "structure_validation.valid",
            "structure_validation.issues",
        ],
    );
    assert_eq!(init["success"], true);
    repo.write("lab/raw/a.yaml", server("a", "{}"));
    let status = repo.json(&["status"]);
    let fabric = &status["fabrics"][0];
    has(
        fabric,
        &[
            "initialized",
            "structure_valid",
            "directories.raw.exists",
            "directories.raw.file_count",
            "directories.raw.pending_ingestion",
            "directories.unmanaged.exists",
            "directories.unmanaged.file_count",
            "directories.managed.exists",
            "directories.managed.file_count",
            "directories.managed.last_sync",
            "issues",
        ],
    );
    assert_eq!(fabric["directories"]["raw"]["pending_ingestion"], 1);
    assert!(status["next"][0].as_str().unwrap().contains("hnp ingest"));
    let ingest = repo.json(&["ingest", "*.yaml"]);
    has(
        &ingest,
        &[
            "success",
            "file_patterns",
            "validation_strict",
            "archive_processed",
            "errors",
            "warnings",
            "fabrics.0.operation_id",
        ],
    );
    assert_eq!(ingest["fabrics"][0]["resources_created"], 1);
    let log = repo.json(&["log"]);
    has(
        &log["operations"][0],
        &[
            "operation_id",
            "operation_type",
            "sync_direction",
            "status",
            "trigger_type",
            "initiated_by",
            "started_at",
            "completed_at",
            "resources_created",
            "files_created",
            "conflicts_detected",
            "error_details",
            "warning_details",
            "result_summary",
            "operation_config",
            "commit_sha",
            "pull_request_url",
        ],
    );
    assert_eq!(log["operations"][0]["status"], "completed");
    assert_eq!(log["operations"][0]["trigger_type"], "cli");
}

#[test]
fn validate_takes_files_directories_and_standard_input() {
    let repo = Repo::lab();
    repo.write("elsewhere/bad.yaml", server("a", "{nope: 1}"));
    assert_eq!(repo.hnp(&["validate"]).code, 0);
    let run = repo.hnp(&["validate", "elsewhere", "--format", "concise"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.starts_with("elsewhere/bad.yaml:5:8: error[SCH-01]"),
        "{}",
        run.out
    );
    assert_eq!(repo.hnp(&["validate", "nowhere.yaml"]).code, 2);

    use std::io::Write;
    let mut child = std::process::Command::new(HNP)
        .args(["validate", "-", "--format", "concise"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(server("a", "{nope: 1}").as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("<stdin>:5:8: error"));
}

#[test]
fn fix_applies_what_is_certain() {
    let repo = Repo::lab();
    let path = "lab/managed/servers/a.yaml";
    repo.write(
        path,
        format!(
            "{}status:\n  x: 1\n",
            server("a", "{descripton: x} # note").replace("name: a", "name: a\n  uid: 77")
        ),
    );
    assert_eq!(repo.hnp(&["validate"]).code, 1);
    let before = repo.read(path);
    repo.hnp(&["validate", "--fix", "--dry-run"]);
    assert_eq!(repo.read(path), before);
    let run = repo.hnp(&["validate", "--fix"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(repo.read(path), server("a", "{description: x} # note"));
}

#[test]
fn configuration_errors_have_their_place() {
    let repo = Repo::lab();
    let config = repo.read(".hnp/config.toml");
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[limts]\ndepth = 3\n"),
    );
    let run = repo.hnp(&["validate"]);
    assert_eq!(run.code, 2);
    let line = config.lines().count() + 2;
    assert!(
        run.err.contains(&format!(".hnp/config.toml:{line}:2:")) && run.err.contains("`limits`"),
        "{}",
        run.err
    );
    repo.write(
        ".hnp/config.toml",
        format!("{config}\n[rules.severity]\nSCH-01 = \"off\"\n"),
    );
    assert_eq!(
        repo.hnp(&["validate"]).code,
        2,
        "what Hedgehog refuses cannot be switched off"
    );
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let repo = Repo::lab();
    for n in 0..60 {
        repo.write(
            &format!("lab/managed/servers/s{n}.yaml"),
            server(&format!("s{}", n / 2), "{nope: 1, descripton: on}"),
        );
    }
    let run = |threads: &str, format: &str| {
        std::process::Command::new(HNP)
            .args(["validate", "--format", format])
            .current_dir(repo.root())
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap()
            .stdout
    };
    for format in ["human", "json", "sarif"] {
        let first = run("1", format);
        assert!(!first.is_empty());
        for threads in ["2", "16", "2", "16"] {
            assert!(
                run(threads, format) == first,
                "{format} on {threads} threads"
            );
        }
    }
}

#[test]
fn several_outputs_at_once_and_colours() {
    let repo = Repo::lab();
    repo.write("lab/managed/servers/a.yaml", server("a", "{nope: 1}"));
    let run = repo.hnp(&[
        "validate",
        "--output",
        "sarif=out.sarif",
        "--output",
        "junit=out.xml",
        "--color",
        "always",
    ]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("\u{1b}["));
    serde_json::from_str::<Value>(&repo.read("out.sarif")).unwrap();
    assert!(repo.read("out.xml").contains("<testsuite"));
    assert!(
        !repo.hnp(&["validate"]).out.contains('\u{1b}'),
        "no terminal, no colours"
    );
}

#[test]
fn help_texts_for_people() {
    let repo = Repo::new();
    assert!(repo.ok(&["explain", "yaml-05"]).out.contains("YAML-05"));
    assert!(repo.ok(&["explain"]).out.lines().count() > 60);
    assert!(
        repo.ok(&["schema", "list", "--release", "25.05"])
            .out
            .contains("VPC ")
    );
    assert!(
        repo.ok(&["schema", "show", "vpc"])
            .out
            .contains("spec.subnets.*.vlan: integer")
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(repo.ok(&["completions", shell]).out.contains("ingest"));
    }
    assert!(repo.ok(&["man"]).out.contains(".TH hnp"));
    let doctor = repo.json(&["doctor"]);
    assert_eq!(doctor["ok"], true, "{doctor}");
}

#[test]
fn an_imported_schema_judges_its_kind() {
    let repo = Repo::lab();
    repo.write(
        "crd.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: racks.example.org}\nspec:\n  group: example.org\n  names: {kind: Rack, plural: racks, singular: rack, listKind: RackList}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n              units: {type: integer, maximum: 48}\n",
    );
    repo.ok(&["schema", "import", "crd.yaml"]);
    let rack = |units: &str| {
        format!(
            "apiVersion: example.org/v1\nkind: Rack\nmetadata: {{name: r}}\nspec: {{units: {units}}}\n"
        )
    };
    repo.write("r.yaml", rack("40"));
    repo.ok(&["validate", "r.yaml"]);
    repo.write("r.yaml", rack("60"));
    assert!(repo.hnp(&["validate", "r.yaml"]).out.contains("SCH-06"));
}

#[test]
fn a_fix_that_makes_nothing_better_is_left_out() {
    let repo = Repo::lab();
    let path = "lab/managed/vpcs/v.yaml";
    let vpc = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: v\n  labels:\n    x: &n 1001\nspec:\n  subnets:\n    a: {subnet: 10.0.0.0/24, vlan: *n}\n    b: {subnet: 10.0.1.0/24, vlam: 1001, vlna: 1002}\n";
    repo.write(path, vpc);
    repo.hnp(&["validate", "--fix"]);
    let run = repo.hnp(&["validate", "--format", "concise"]);
    assert!(
        !run.out.contains("YAML-"),
        "{}\n{}",
        run.out,
        repo.read(path)
    );
    assert!(repo.read(path).contains("vlan: *n"), "{}", repo.read(path));
}
