//! Ingestion: what is dropped into raw/ becomes one resource a file, and nothing is ever lost.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, bad_server, documents, server};

const TWO: [&str; 2] = ["net/managed/servers/a.yaml", "net/managed/servers/b.yaml"];

#[test]
fn a_strict_file_with_one_bad_document_is_refused_whole_with_a_report() {
    let lab = Sandbox::with_fabric();
    let drop = documents(&[&server("a", "first"), &bad_server("b")]);
    lab.write("net/raw/drop.yaml", &drop);
    lab.write("net/raw/fine.yaml", server("c", "third"));
    let state = lab.read(".hnp/state.toml");

    lab.hnp(&["ingest", "drop.yaml"])
        .code(1)
        .says("net/raw/drop.yaml:13:3")
        .says("hnp ingest --retry");
    assert_eq!(lab.managed().len(), 0);
    assert_eq!(lab.read(".hnp/state.toml"), state, "nothing else changed");
    assert!(lab.has("net/raw/fine.yaml"), "the pattern left it alone");
    assert!(!lab.has("net/raw/drop.yaml"));
    assert_eq!(lab.read("net/raw/errors/drop.yaml"), drop);
    let report: serde_json::Value =
        serde_json::from_str(&lab.read("net/raw/errors/drop.yaml.report.json")).unwrap();
    assert_eq!(report["status"], "refused");
    assert_eq!(report["file"], "drop.yaml");
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "SCH-01");
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&13.into(), &3.into())
    );
    assert_eq!(finding["resource"], "Server/b");
    assert!(
        finding["fix"].as_str().unwrap().contains("description"),
        "{finding}"
    );
    assert!(report["help"].as_str().unwrap().contains("--retry"));
}

#[test]
fn not_strict_takes_the_good_documents_and_keeps_the_bad_ones() {
    let lab = Sandbox::with_fabric();
    let drop = documents(&[
        &server("a", "first"),
        "# about b\n",
        &bad_server("b"),
        "kind: [\n",
        &server("c", "third"),
    ])
    .replace("# about b\n---\n", "# about b\n");
    lab.write("net/raw/drop.yaml", &drop);
    lab.hnp(&["ingest", "--no-strict"])
        .code(1)
        .says("taken in part");
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        ["net/managed/servers/a.yaml", "net/managed/servers/c.yaml"]
    );
    assert_eq!(
        lab.read("net/raw/errors/drop.yaml"),
        documents(&[&format!("# about b\n{}", bad_server("b")), "kind: [\n"]),
        "what was refused stays, every word of it"
    );
    assert_eq!(lab.read("net/raw/processed/drop.yaml"), drop);
    let report = lab.read("net/raw/errors/drop.yaml.report.json");
    assert!(
        report.contains("\"partial\"") && report.contains("YAML-"),
        "{report}"
    );
    lab.hnp(&["validate"]).code(0);
    lab.hnp(&["state", "verify"]).code(0);
}

#[test]
fn what_was_refused_comes_back_once_it_is_mended() {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/drop.yaml",
        documents(&[&server("a", "x"), &bad_server("b")]),
    );
    lab.hnp(&["ingest", "--no-strict"]).code(1);
    let waiting = lab.snapshot();
    lab.hnp(&["ingest"]).code(0).says("nothing waits");
    assert_eq!(
        lab.snapshot(),
        waiting,
        "without --retry it stays where it is"
    );
    lab.hnp(&["ingest", "--retry"]).code(1);
    assert_eq!(lab.managed().len(), 1, "still wrong");
    assert!(lab.has("net/raw/errors/drop.yaml"));

    lab.write("net/raw/errors/drop.yaml", server("b", "x"));
    lab.hnp(&["ingest", "--retry"]).code(0);
    assert_eq!(lab.managed().into_keys().collect::<Vec<_>>(), TWO);
    assert!(!lab.has("net/raw/errors/drop.yaml"));
    assert!(!lab.has("net/raw/errors/drop.yaml.report.json"));
}

#[test]
fn a_retry_may_succeed_in_part() {
    let lab = Sandbox::with_fabric();
    let drop = documents(&[&bad_server("a"), &bad_server("b")]);
    lab.write("net/raw/drop.yaml", &drop);
    lab.hnp(&["ingest"]).code(1);
    lab.write(
        "net/raw/errors/drop.yaml",
        documents(&[&server("a", "x"), &bad_server("b")]),
    );
    lab.hnp(&["ingest", "--retry", "--no-strict"]).code(1);
    assert_eq!(lab.managed().into_keys().collect::<Vec<_>>(), [TWO[0]]);
    assert_eq!(lab.read("net/raw/errors/drop.yaml"), bad_server("b"));
    assert!(lab.has("net/raw/errors/drop.yaml.report.json"));
}

#[test]
fn a_dry_run_changes_no_byte() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/good.yaml", server("a", "x"));
    lab.write("net/raw/bad.yaml", bad_server("b"));
    let before = lab.snapshot();
    lab.hnp(&["ingest", "--dry-run"])
        .code(1)
        .says("1 resource(s) would be new")
        .says("SCH-01");
    assert_eq!(lab.snapshot(), before);
    assert_eq!(
        lab.hnp(&["ingest", "--dry-run", "--format", "json"]).json()["dry_run"],
        true
    );
}

#[test]
fn without_archive_the_files_stay_and_a_second_run_is_idle() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/good.yaml", server("a", "x"));
    lab.hnp(&["ingest", "--no-archive"]).code(0);
    assert!(lab.has("net/raw/good.yaml") && lab.has(TWO[0]));
    let before = lab.snapshot();
    lab.hnp(&["ingest", "--no-archive"])
        .code(0)
        .says("1 the same");
    assert_eq!(lab.snapshot(), before);
    lab.write("net/raw/bad.yaml", bad_server("b"));
    lab.hnp(&["ingest", "--no-archive"]).code(1);
    assert!(lab.has("net/raw/bad.yaml") && !lab.has("net/raw/errors/bad.yaml"));
}

#[test]
fn the_same_value_again_is_archived_quietly() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", format!("# kept\n{}", server("a", "x")));
    lab.hnp(&["ingest"]).code(0);
    let managed = lab.managed();
    let state = lab.read(".hnp/state.toml");
    // Other words, the same value.
    let again = "{apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: a, namespace: default}, spec: {description: 'x'}}\n";
    lab.write("net/raw/again.yaml", again);
    let run = lab.hnp(&["ingest"]).code(0).says("1 the same");
    assert!(
        !run.out.contains("warning") && !run.out.contains("error"),
        "{}",
        run.out
    );
    assert_eq!(lab.managed(), managed);
    assert_eq!(lab.read(".hnp/state.toml"), state);
    assert_eq!(lab.read("net/raw/processed/again.yaml"), again);
}

#[test]
fn another_value_is_refused_with_a_field_diff_unless_it_may_update() {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/a.yaml",
        format!("# about a\n{}", server("a", "old # why")).replace("old # why", "old  # why"),
    );
    lab.hnp(&["ingest"]).code(0);
    let before = lab.read(TWO[0]);
    lab.write("net/raw/new.yaml", server("a", "new"));
    lab.hnp(&["ingest"])
        .code(1)
        .says("ING-06")
        .says("spec.description")
        .says("\"old\"")
        .says("\"new\"")
        .says("net/managed/servers/a.yaml:5:9");
    assert_eq!(lab.read(TWO[0]), before);
    assert!(lab.has("net/raw/errors/new.yaml"));

    lab.hnp(&["ingest", "--retry", "--update"])
        .code(0)
        .says("1 changed");
    assert_eq!(
        lab.read(TWO[0]),
        before.replace("old", "new"),
        "only the value changed"
    );
    lab.hnp(&["state", "verify"]).code(0);
    lab.hnp(&["status"]).code(0).never_says("changed ");
}

#[test]
fn an_update_reaches_into_a_file_of_several_documents() {
    let lab = Sandbox::with_fabric();
    let both = documents(&[
        &format!("# first\n{}", server("a", "one  # keep")),
        &format!("# second\n{}", server("b", "two  # this too")),
        &server("c", "three"),
    ]);
    lab.write("net/managed/servers/several.yaml", &both);
    lab.hnp(&["state", "refresh"]).code(0);
    lab.write(
        "net/raw/new.yaml",
        documents(&[&server("b", "zwei"), &server("c", "drei")]),
    );
    lab.hnp(&["ingest", "--update"]).code(0).says("2 changed");
    assert_eq!(
        lab.read("net/managed/servers/several.yaml"),
        both.replace("two", "zwei").replace("three", "drei")
    );
    assert_eq!(lab.managed().len(), 1);
    lab.hnp(&["state", "verify"]).code(0);
    lab.hnp(&["status"]).code(0).never_says("changed ");
}

#[test]
fn an_update_of_an_item_in_a_list_leaves_the_other_items_as_they_were() {
    let lab = Sandbox::with_fabric();
    let item = |name: &str, description: &str| {
        format!(
            "# about {name}\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {{name: {name}}}\n  spec: {{description: {description}}}  # keep\n"
        )
    };
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n{}{}{}",
        item("a", "one"),
        item("b", "two"),
        item("c", "three")
    );
    lab.write("net/managed/servers/list.yaml", &list);
    lab.hnp(&["state", "refresh"]).code(0);
    lab.write(
        "net/raw/new.yaml",
        documents(&[&server("a", "eins"), &server("b", "zwei")]),
    );
    lab.hnp(&["ingest", "--update"]).code(0).says("2 changed");
    assert_eq!(
        lab.read("net/managed/servers/list.yaml"),
        list.replace("one", "eins").replace("two", "zwei")
    );
    lab.hnp(&["status"]).code(0).never_says("changed ");
    lab.hnp(&["state", "refresh"]).code(0).says("Nothing to do");
}

#[test]
fn an_update_takes_out_what_the_drop_no_longer_has() {
    let lab = Sandbox::with_fabric();
    let vpc = |subnets: &str| {
        format!(
            "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: v\n  labels: {{keep: me}}\nspec:\n  subnets:\n{subnets}"
        )
    };
    let desk = "    # the desk\n    desk: {subnet: 10.1.0.0/24, vlan: 1001}\n";
    let lamp = "    # the lamp\n    lamp: {subnet: 10.2.0.0/24, vlan: 1002}\n";
    lab.write("net/raw/v.yaml", vpc(&format!("{desk}{lamp}")));
    lab.hnp(&["ingest"]).code(0);
    lab.write("net/raw/v.yaml", vpc(lamp));
    lab.hnp(&["ingest", "--update"]).code(0);
    let text = lab.read("net/managed/vpcs/v.yaml");
    assert!(
        !text.contains("10.1.0.0") && text.contains("# the lamp\n    lamp:"),
        "{text}"
    );
    assert_eq!(
        lab.hnp(&["show", "VPC/v", "--format", "json"]).json()["desired_spec"],
        serde_json::json!({"subnets": {"lamp": {"subnet": "10.2.0.0/24", "vlan": 1002}}})
    );
}

#[test]
fn a_drop_that_repeats_itself_is_taken_once_and_one_that_contradicts_itself_not_at_all() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/1.yaml", server("a", "x"));
    lab.write(
        "net/raw/2.yaml",
        documents(&[&server("b", "x"), &server("a", "x")]),
    );
    lab.hnp(&["ingest"])
        .code(0)
        .says("warning[ING-07]")
        .says("net/raw/2.yaml:11:9")
        .says("net/raw/1.yaml:4:9");
    assert_eq!(lab.managed().into_keys().collect::<Vec<_>>(), TWO);

    lab.write(
        "net/raw/3.yaml",
        documents(&[&server("c", "x"), &server("d", "left")]),
    );
    lab.write("net/raw/4.yaml", server("d", "right"));
    lab.hnp(&["ingest"])
        .code(1)
        .says("error[ING-08]")
        .says("net/raw/3.yaml:11:9")
        .says("net/raw/4.yaml:4:9")
        .says("spec.description")
        .says("\"left\"")
        .says("\"right\"");
    assert_eq!(lab.managed().len(), 2, "both files are refused whole");
    assert!(lab.has("net/raw/errors/3.yaml") && lab.has("net/raw/errors/4.yaml"));
    for (name, line, other) in [("3", 11, "4.yaml:4:9"), ("4", 4, "3.yaml:11:9")] {
        let report = lab.read(&format!("net/raw/errors/{name}.yaml.report.json"));
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let finding = &report["findings"][0];
        assert_eq!(finding["code"], "ING-08", "{report}");
        assert_eq!(finding["line"], line, "{report}");
        let related = finding["related"][0].as_str().unwrap();
        assert!(related.contains(other), "{report}");
    }
}

#[test]
fn without_strict_only_the_contradicted_document_stays_behind() {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/3.yaml",
        documents(&[
            &server("c", "x"),
            &server("d", "left"),
            &server("d", "right"),
        ]),
    );
    lab.hnp(&["ingest", "--no-strict"]).code(1).says("ING-08");
    assert_eq!(lab.managed().len(), 1);
    assert_eq!(
        lab.read("net/raw/errors/3.yaml"),
        documents(&[&server("d", "left"), &server("d", "right")])
    );
}

#[test]
fn unmanaged_files_stay_and_a_repeated_identity_is_a_warning() {
    let lab = Sandbox::with_fabric();
    let override_ = format!("# by hand\n{}", server("a", "mine"));
    lab.write("net/unmanaged/manual-overrides/a.yaml", &override_);
    lab.write("net/unmanaged/external-configs/broken.yaml", "kind: [\n");
    lab.write("net/raw/a.yaml", server("a", "theirs"));
    lab.hnp(&["ingest"])
        .code(0)
        .says("warning[ING-02]")
        .says("net/unmanaged/manual-overrides/a.yaml:5:9");
    assert_eq!(lab.read("net/unmanaged/manual-overrides/a.yaml"), override_);
    assert_eq!(
        lab.read("net/unmanaged/external-configs/broken.yaml"),
        "kind: [\n"
    );
    assert!(lab.has(TWO[0]));
    lab.hnp(&["validate"]).code(0).says("ING-02");
}

#[test]
fn patterns_choose_the_files() {
    let lab = Sandbox::with_fabric();
    for name in ["vpc-a.yaml", "srv-a.yml", "pending/vpc-b.yaml", "notes.txt"] {
        let stem = name.rsplit('/').next().unwrap().split('.').next().unwrap();
        lab.write(&format!("net/raw/{name}"), server(stem, "x"));
    }
    lab.hnp(&["ingest", "vpc-*.yaml"]).code(0);
    assert_eq!(
        lab.managed().into_keys().collect::<Vec<_>>(),
        [
            "net/managed/servers/vpc-a.yaml",
            "net/managed/servers/vpc-b.yaml"
        ]
    );
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(lab.managed().len(), 3);
    lab.write("net/raw/LOUD.YAML", server("loud", "x"));
    lab.hnp(&["ingest"])
        .code(0)
        .says("net/raw/LOUD.YAML is passed over")
        .never_says("notes.txt");
    lab.hnp(&["ingest", "LOUD.YAML"]).code(0);
    assert_eq!(lab.managed().len(), 4);
    assert!(
        lab.has("net/raw/notes.txt"),
        "no YAML by its name, so it is left alone"
    );
    let config = lab.read(".hnp/config.toml");
    lab.write(
        ".hnp/config.toml",
        format!("{config}\n[ingest]\npatterns = [\"*.txt\"]\n"),
    );
    lab.write("net/raw/other.yaml", server("other", "x"));
    lab.hnp(&["ingest", "--dry-run"]).never_says("other.yaml");
}

#[test]
fn a_name_taken_in_the_archive_gets_part_of_the_hash() {
    let lab = Sandbox::with_fabric();
    for (name, area, texts) in [
        (
            "good.yaml",
            "processed",
            [server("a", "x"), server("b", "x")],
        ),
        ("bad.yaml", "errors", [bad_server("c"), bad_server("d")]),
    ] {
        for text in &texts {
            lab.write(&format!("net/raw/{name}"), text);
            lab.hnp(&["ingest"]);
        }
        let hash = sha256(&lab, texts[1].as_bytes());
        let stem = name.strip_suffix(".yaml").unwrap();
        let second = format!("net/raw/{area}/{stem}.{}.yaml", &hash[..8]);
        assert_eq!(lab.read(&format!("net/raw/{area}/{name}")), texts[0]);
        assert_eq!(lab.read(&second), texts[1]);
        if area == "errors" {
            assert!(lab.has(&format!("{second}.report.json")));
        }
    }
    // The very same bytes again need no second copy.
    lab.write("net/raw/good.yaml", server("a", "x"));
    let before = lab.files().len();
    lab.hnp(&["ingest"]).code(0);
    assert_eq!(lab.files().len(), before - 1);
}

fn sha256(lab: &Sandbox, bytes: &[u8]) -> String {
    let path = lab.beside("hashed");
    std::fs::write(&path, bytes).unwrap();
    let output = std::process::Command::new("sha256sum")
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn unknown_kinds_are_refused_and_named() {
    let lab = Sandbox::with_fabric();
    lab.write(
        "net/raw/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {}\n",
    );
    lab.write(
        "net/raw/typo.yaml",
        server("b", "x").replace("Server", "Sever"),
    );
    lab.write("net/raw/text.yaml", "just a text\n");
    lab.hnp(&["ingest"])
        .code(1)
        .says("ING-09")
        .says("SCH-22")
        .says("did you mean `Server`")
        .says("SCH-27");
    assert_eq!(lab.managed().len(), 0);
    for name in ["map", "typo", "text"] {
        assert!(
            lab.has(&format!("net/raw/errors/{name}.yaml.report.json")),
            "{name}"
        );
    }
}

#[test]
fn a_commit_holds_what_was_done_and_nothing_else() {
    let lab = Sandbox::with_fabric();
    lab.write("net/raw/a.yaml", server("a", "x"));
    lab.write("notes.md", "mine\n");
    lab.git(&["add", "notes.md"]);
    lab.hnp(&["ingest", "--commit"])
        .code(0)
        .says("Committed as");
    assert_eq!(lab.git(&["rev-list", "--count", "HEAD"]).trim(), "2");
    assert_eq!(lab.git(&["status", "--porcelain"]).trim(), "A  notes.md");
    let names = lab.git(&["show", "--name-only", "--format=", "HEAD"]);
    assert_eq!(
        names.lines().collect::<Vec<_>>(),
        [
            ".hnp/state.toml",
            "net/managed/servers/a.yaml",
            "net/raw/processed/a.yaml"
        ]
    );
    let message = lab.git(&["log", "-1", "--format=%B"]);
    for trailer in ["Hnp-Op: ", "Hnp-Action: file_ingestion", "Hnp-Resource: "] {
        assert!(message.contains(trailer), "{message}");
    }
    lab.hnp(&["ingest", "--commit"]).code(0);
    assert_eq!(
        lab.git(&["rev-list", "--count", "HEAD"]).trim(),
        "2",
        "an idle run commits nothing"
    );
    let log = lab.hnp(&["log", "--format", "json"]).json();
    assert_eq!(
        log["operations"][0]["commit_sha"],
        lab.git(&["rev-parse", "HEAD"]).trim()
    );
}

#[test]
fn the_feature_can_be_switched_off() {
    let lab = Sandbox::with_fabric();
    let config = lab.read(".hnp/config.toml");
    lab.write(
        ".hnp/config.toml",
        format!("{config}\n[features]\ndirectory_management = false\n"),
    );
    lab.write("net/raw/a.yaml", server("a", "x"));
    let before = lab.snapshot();
    lab.hnp(&["ingest"])
        .code(2)
        .says("features.directory_management");
    assert_eq!(lab.snapshot(), before);
}

#[test]
fn what_config_says_holds_unless_the_command_line_says_otherwise() {
    let lab = Sandbox::with_fabric();
    let config = lab.read(".hnp/config.toml");
    lab.write(
        ".hnp/config.toml",
        format!("{config}\n[ingest]\nstrict = false\narchive = false\n"),
    );
    lab.write(
        "net/raw/drop.yaml",
        documents(&[&server("a", "x"), &bad_server("b")]),
    );
    let run = lab.hnp(&["ingest", "--strict", "--format", "json"]).code(1);
    assert_eq!(run.json()["validation_strict"], true);
    assert_eq!(run.json()["archive_processed"], false);
    assert_eq!(lab.managed().len(), 0);
    let run = lab.hnp(&["ingest", "--format", "json"]).code(1);
    assert_eq!(run.json()["validation_strict"], false);
    assert_eq!(lab.managed().len(), 1);
    assert!(lab.has("net/raw/drop.yaml"));
}
