//! What hnp tells: status, show, log and their kin, held against their published schemas.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;
mod forms;

use std::path::{Path, PathBuf};

use common::{Sandbox, bad_server, documents, server};
use forms::answers;
use serde_json::Value;

#[track_caller]
fn json(lab: &Sandbox, args: &[&str]) -> Value {
    lab.hnp(&[args, &["--format", "json"]].concat()).json()
}

/// A fabric with one of everything that can be told of.
fn lab() -> Sandbox {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/drop.yaml",
        documents(&[
            &server("a", "x").replace(
                "  name: a\n",
                "  name: a\n  labels: {rack: \"7\"}\n  annotations: {note: \"n\"}\n",
            ),
            &server("b", "x"),
        ]),
    );
    lab.hnp(&["ingest", "--commit"]).code(0);
    lab.write("net/raw/bad.yaml", bad_server("c"));
    lab.hnp(&["ingest"]).code(1);
    lab.write("net/raw/waits.yaml", server("d", "x"));
    lab
}

#[test]
fn status_says_what_waits_what_is_wrong_and_what_to_do() {
    let lab = lab();
    lab.hnp(&["status"])
        .code(0)
        .says("lab (net)")
        .says("2 resource(s), nothing wrong")
        .says("net/raw/waits.yaml")
        .says("net/raw/errors/bad.yaml")
        .says("Next: mend the files in raw/errors/, then `hnp ingest --retry`")
        .says("Next: `hnp ingest` takes in what waits in raw/");
    let report = json(&lab, &["status"]);
    answers(&report, "output/status.schema.json");
    let fabric = &report["fabrics"][0];
    assert_eq!(fabric["directories"]["raw"]["pending_ingestion"], 1);
    assert_eq!(fabric["directories"]["managed"]["file_count"], 2);
    assert_eq!(
        fabric["directories"]["managed"]["last_sync"],
        "2023-11-14T22:13:20Z"
    );
    assert_eq!(fabric["structure_valid"], true);
    assert_eq!(fabric["refused"][0], "net/raw/errors/bad.yaml");

    lab.write("net/managed/servers/a.yaml", bad_server("a"));
    lab.remove("net/managed/vpcs");
    lab.hnp(&["status"])
        .code(0)
        .says("1 error(s)")
        .says("Next: `hnp validate`")
        .says("Next: `hnp init --repair`");
    let report = json(&lab, &["status"]);
    answers(&report, "output/status.schema.json");
    assert_eq!(report["fabrics"][0]["structure_valid"], false);
    assert_eq!(report["fabrics"][0]["changed_by_hand"][0], "Server/a");
    let empty = Sandbox::new();
    answers(&json(&empty, &["status"]), "output/status.schema.json");
    lab.hnp(&["status", "--fabric", "lap"])
        .code(2)
        .says("did you mean `lab`");
}

#[test]
fn a_refused_drop_is_no_synchronisation() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/bad.yaml", bad_server("c"));
    lab.hnp(&["ingest"]).code(1);
    let report = json(&lab, &["status"]);
    assert_eq!(
        report["fabrics"][0]["directories"]["managed"]["last_sync"],
        Value::Null
    );
}

#[test]
fn show_tells_everything_of_a_resource() {
    let lab = lab();
    let head = lab.git(&["rev-parse", "HEAD"]);
    for words in [
        "Server/a",
        "server/a",
        "servers/a",
        "srv/a",
        "Server/default/a",
    ] {
        lab.hnp(&["show", words])
            .code(0)
            .says("Server/a in lab")
            .says("net/managed/servers/a.yaml");
    }
    let shown = json(&lab, &["show", "Server/a"]);
    answers(&shown, "output/show.schema.json");
    for (pointer, value) in [
        ("/key", "lab/Server/default/a".into()),
        ("/labels/rack", "7".into()),
        ("/annotations/note", "n".into()),
        ("/desired_spec/description", "x".into()),
        ("/desired_file_path", "net/managed/servers/a.yaml".into()),
        ("/managed_file_path", "managed/servers/a.yaml".into()),
        ("/desired_line", 4.into()),
        ("/desired_commit", head.trim().into()),
        ("/desired_updated", "2023-11-14T22:13:20Z".into()),
        ("/last_file_sync", "2023-11-14T22:13:20Z".into()),
        ("/github_branch", "main".into()),
        ("/sync_status_summary/status", "in_sync".into()),
        ("/file_mapping/resource_id", "lab/Server/default/a".into()),
        ("/sync_direction", "bidirectional".into()),
        ("/draft_spec", Value::Null),
        ("/actual_spec", Value::Null),
    ] {
        assert_eq!(shown.pointer(pointer), Some(&value), "{pointer}");
    }
    lab.write("net/managed/servers/b.yaml", bad_server("b"));
    let shown = json(&lab, &["show", "Server/b"]);
    answers(&shown, "output/show.schema.json");
    assert_eq!(shown["findings"][0]["code"], "SCH-01");
    assert_eq!(shown["sync_status_summary"]["status"], "modified");
    lab.hnp(&["show", "Server/b"]).says("error[SCH-01] line 6");

    lab.write("net/managed/servers/rack-7.yaml", server("rack-7", "x"));
    for (words, hint) in [
        ("Server/rack-8", "did you mean `Server/rack-7`"),
        ("Sever/a", "did you mean `Server`"),
        ("a", "write KIND/NAME"),
        ("a/b/c/d", "write KIND/NAME"),
        ("VPC/a", "no managed resource is called VPC/a"),
    ] {
        lab.hnp(&["show", words]).code(2).says(hint);
    }
    lab.hnp(&["init", "--fabric", "prod"]).code(0);
    lab.write("prod/raw/a.yaml", server("a", "z"));
    lab.hnp(&["ingest", "--fabric", "prod"]).code(0);
    let both = json(&lab, &["show", "Server/a"]);
    answers(&both, "output/show.schema.json");
    assert_eq!(both["resources"][1]["desired_spec"]["description"], "z");
    answers(
        &json(&lab, &["show", "Server/a", "--fabric", "prod"]),
        "output/show.schema.json",
    );
}

#[test]
fn show_has_every_field_of_hnps_resource() {
    let spec: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/database-schema.md");
    let Ok(spec) = std::fs::read_to_string(spec) else {
        eprintln!("skipped: the specification is not here");
        return;
    };
    let start = spec.find("class HedgehogResource(").unwrap();
    let end = start + spec[start..].find("class Meta:").unwrap();
    let fields: Vec<&str> = spec[start..end]
        .lines()
        .filter_map(|line| Some(line.strip_prefix("    ")?.split_once(" = models.")?.0))
        .collect();
    assert!(fields.len() > 30, "{fields:?}");
    let shown = json(&lab(), &["show", "Server/a"]);
    for field in fields {
        assert!(shown.get(field).is_some(), "{field} is missing");
    }
}

#[test]
fn a_policy_shows_in_the_resource() {
    let lab = lab();
    let config = lab.read(".hnp/config.toml");
    lab.write(
        ".hnp/config.toml",
        format!("{config}\n[[policy]]\nmatch = {{ kind = \"Server\", name = \"a*\" }}\ndirection = \"git_to_gui\"\nauto_sync = false\npriority = 7\n"),
    );
    let shown = json(&lab, &["show", "Server/a"]);
    assert_eq!(
        (
            &shown["sync_direction"],
            &shown["auto_sync_enabled"],
            &shown["sync_priority"]
        ),
        (&"git_to_gui".into(), &false.into(), &7.into())
    );
    assert_eq!(
        json(&lab, &["show", "Server/b"])["sync_direction"],
        "bidirectional"
    );
}

#[test]
fn the_log_has_a_record_for_each_operation_and_none_for_idle_runs() {
    let lab = lab();
    let log = json(&lab, &["log"]);
    answers(&log, "output/log.schema.json");
    let operations = log["operations"].as_array().unwrap();
    for operation in operations {
        answers(operation, "ledger.schema.json");
    }
    let told: Vec<_> = operations
        .iter()
        .map(|one| {
            (
                one["operation_type"].as_str().unwrap(),
                one["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("file_ingestion", "failed"),
            ("file_ingestion", "completed"),
            ("directory_init", "completed")
        ]
    );
    assert_eq!(operations[1]["resources_created"], 2);
    assert_eq!(
        operations[1]["resources"],
        serde_json::json!(["lab/Server/default/a", "lab/Server/default/b"])
    );
    assert_eq!(operations[0]["error_count"], 1);
    let id = operations[1]["operation_id"].as_str().unwrap();
    let one = json(&lab, &["log", &id[..6]]);
    assert_eq!(one["operations"][0]["operation_id"], id);
    assert!(
        lab.git(&["log", "-1", "--format=%B"])
            .contains(&format!("Hnp-Op: {id}"))
    );
    lab.hnp(&["log", "zzz"]).code(2).says("hnp log");
    assert_eq!(lab.hnp(&["log", "-n", "1"]).out.lines().count(), 1);
    let about = json(&lab, &["log", "server/a"]);
    assert_eq!(about["operations"].as_array().unwrap().len(), 1);
    assert_eq!(about["operations"][0]["operation_id"], id);
    lab.hnp(&["log", "Server/zz"])
        .code(1)
        .says("no managed resource is called Server/zz")
        .never_says("No operation");

    let before = lab.git(&["rev-parse", "refs/hnp/log"]);
    for idle in [
        &["init", "--fabric", "lab", "--directory", "net"][..],
        &["tidy"],
        &["state", "refresh"],
        &["validate"],
        &["status"],
        &["doctor"],
    ] {
        lab.hnp(idle).code(0);
    }
    assert_eq!(lab.git(&["rev-parse", "refs/hnp/log"]), before);
}

#[test]
fn init_and_ingest_answer_to_their_schemas() {
    let lab = Sandbox::new();
    for args in [
        &["init", "--fabric", "lab", "--directory", "net", "--dry-run"][..],
        &["init", "--fabric", "lab", "--directory", "net", "--commit"],
        &["init", "--fabric", "lab", "--directory", "net"],
        &["init", "--repair"],
    ] {
        answers(&json(&lab, args), "output/init.schema.json");
    }
    for (name, text) in [
        ("good", documents(&[&server("a", "x"), &server("a", "x")])),
        ("mixed", documents(&[&server("b", "x"), &bad_server("c")])),
        ("bad", "kind: [\n".to_owned()),
    ] {
        lab.write(&format!("net/raw/{name}.yaml"), text);
    }
    for args in [
        &["ingest", "--dry-run"][..],
        &["ingest", "--no-strict"],
        &["ingest"],
        &["ingest", "--retry", "*.yaml"],
        &["ingest", "--no-archive", "--update"],
    ] {
        answers(&json(&lab, args), "output/ingest.schema.json");
    }
    let run = lab.hnp(&[
        "ingest",
        "--retry",
        "--format",
        "json",
        "--output",
        "sarif=o.sarif",
    ]);
    answers(&run.json(), "output/ingest.schema.json");
    assert!(lab.read("o.sarif").contains("YAML-"));
    let recreated = json(&lab, &["init", "--force-recreate", "--fabric", "lab"]);
    answers(&recreated, "output/init.schema.json");
    assert!(recreated["backup_location"].is_string());
    answers(
        &json(&lab, &["init", "--remove"]),
        "output/init.schema.json",
    );
    let hnp = Sandbox::with(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/after-hnp"));
    let adopted = json(&hnp, &["init", "--adopt"]);
    answers(&adopted, "output/init.schema.json");
    assert_eq!(adopted["fabrics"].as_array().unwrap().len(), 2);
    answers(&json(&hnp, &["init", "--adopt"]), "output/init.schema.json");
}

#[test]
fn validate_answers_to_its_schema() {
    let lab = lab();
    lab.write("net/managed/servers/a.yaml", bad_server("a"));
    lab.write("net/managed/servers/e.yaml", "kind: [\n");
    for args in [
        &["validate"][..],
        &["validate", "net/raw"],
        &["state", "verify"],
    ] {
        answers(&json(&lab, args), "output/validate.schema.json");
    }
}

#[test]
fn a_format_that_a_command_does_not_have_is_refused_before_anything_is_done() {
    let lab = lab();
    let before = lab.snapshot();
    for args in [
        &["status", "--format", "sarif"][..],
        &["init", "--fabric", "x", "--format", "junit"],
        &["tidy", "--output", "json=x.json"],
        &["ingest", "--output", "xml=x.xml"],
        &["ingest", "--output", "x.json"],
    ] {
        let run = lab.hnp(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.out, run.err);
    }
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn explain_knows_every_code_that_it_lists() {
    let place = Sandbox::plain();
    let list = place.hnp(&["explain"]).code(0).out;
    let codes: Vec<&str> = list
        .lines()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert!(codes.len() > 50, "{codes:?}");
    for code in codes.iter().step_by(7) {
        let run = place.hnp(&["explain", code]).code(0);
        assert!(
            run.out.starts_with(code) || run.out.contains(code),
            "{}",
            run.out
        );
        assert!(run.out.lines().count() > 5, "{}", run.out);
    }
    place
        .hnp(&["explain", "ing-01"])
        .code(0)
        .says("stands twice");
    place
        .hnp(&["explain", "SCG-01"])
        .code(2)
        .says("did you mean");
    let all = place.hnp(&["explain", "--format", "json"]).json();
    for rule in all["rules"].as_array().unwrap() {
        for field in ["code", "severity", "title", "what", "why", "fix"] {
            assert!(
                rule[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field}: {rule}"
            );
        }
    }
}

#[test]
fn doctor_names_what_is_wrong() {
    let lab = lab();
    let report = json(&lab, &["doctor"]);
    assert_eq!(
        (&report["version"], &report["ok"]),
        (&1.into(), &true.into())
    );
    lab.write(".gitattributes", "");
    lab.hnp(&["doctor"])
        .code(3)
        .says("FAIL attributes")
        .says("hnp init --repair");
    lab.hnp(&["init", "--repair"]).code(0);
    lab.write(".hnp/config.toml", "relase = 1\n");
    lab.hnp(&["doctor"])
        .code(3)
        .says("FAIL config")
        .says(".hnp/config.toml:1:1");
    Sandbox::plain()
        .hnp(&["doctor"])
        .code(3)
        .says("FAIL repository");
}

#[test]
fn schemas_are_listed_and_shown() {
    let lab = lab();
    for release in [
        "beta-1",
        "24.09",
        "25.03",
        "25.04",
        "25.05",
        "26.01",
        "26.02",
        "26.03-preview",
    ] {
        lab.hnp(&["schema", "list", "--release", release])
            .code(0)
            .says("VPCAttachment")
            .says(release);
        lab.hnp(&["schema", "show", "vpc", "--release", release])
            .code(0)
            .says("spec.subnets");
    }
    lab.hnp(&["schema", "list", "--release", "25.01"]).code(0);
    let shown = json(&lab, &["schema", "show", "Connection"]);
    assert_eq!(
        (&shown["version"], &shown["kind"]),
        (&1.into(), &"Connection".into())
    );
    lab.hnp(&["schema", "show", "vcp"])
        .code(2)
        .says("did you mean");
}

#[test]
fn completions_and_the_manual_page_know_the_commands() {
    let place = Sandbox::plain();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = place.hnp(&["completions", shell]).code(0);
        for word in ["ingest", "no-strict", "force-recreate"] {
            assert!(run.out.contains(word), "{shell} {word}");
        }
    }
    let man = place.hnp(&["man"]).code(0);
    for word in [".TH hnp 1", "ingest", "validate"] {
        assert!(man.out.contains(word), "{word}");
    }
    let version = place.hnp(&["--version"]).code(0);
    assert_eq!(version.out, format!("hnp {}\n", env!("CARGO_PKG_VERSION")));
}
