//! `hnp diff`.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{Sandbox, documents};
use serde_json::{Value, json};

fn vpc(name: &str, vlan: u16, servers: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    a:\n      subnet: 10.0.1.0/24\n      vlan: {vlan}\n      dhcp: {{options: {{dnsServers: {servers}}}}}\n"
    )
}

fn diff(repo: &Sandbox, args: &[&str], code: i32) -> Value {
    let mut all = vec!["diff", "--format", "json"];
    all.extend(args);
    let report = repo.hnp(&all).code(code).json();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output/diff.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
    report
}

#[test]
fn fields_that_differ_are_named() {
    let repo = Sandbox::plain();
    repo.write("a.yaml", vpc("v", 1, "[1.1.1.1, 8.8.8.8]"));
    repo.write("b.yaml", vpc("v", 2, "[9.9.9.9, 8.8.8.8]"));
    let report = diff(&repo, &["a.yaml", "b.yaml"], 1);
    assert_eq!(
        report["resources"][0]["fields"],
        json!([
            {"path": "spec.subnets.a.dhcp.options.dnsServers[\"1.1.1.1\"]", "old": "1.1.1.1"},
            {"path": "spec.subnets.a.dhcp.options.dnsServers[\"9.9.9.9\"]", "new": "9.9.9.9"},
            {"path": "spec.subnets.a.vlan", "old": 1, "new": 2},
        ])
    );
    let run = repo.hnp(&["diff", "a.yaml", "b.yaml"]).code(1);
    assert_eq!(
        run.out,
        "VPC/v changed\n  - spec.subnets.a.dhcp.options.dnsServers[\"1.1.1.1\"]\n  + spec.subnets.a.dhcp.options.dnsServers[\"9.9.9.9\"]\n  ~ spec.subnets.a.vlan: 1 -> 2\n"
    );
}

#[test]
fn order_notation_and_place_are_no_difference_of_value() {
    let repo = Sandbox::plain();
    let (one, two) = (vpc("v", 10, "[1.1.1.1, 8.8.8.8]"), vpc("w", 2, "[1.1.1.1]"));
    repo.write("a/x.yaml", documents(&[&one, &two]));
    let other = vpc("v", 10, "[8.8.8.8, 1.1.1.1]").replace("vlan: 10", "vlan: 0xA # ten");
    repo.write("b/x.yaml", documents(&[&two, &other]));
    let report = diff(&repo, &["a", "b"], 0);
    assert_eq!(report["summary"]["same"], 2);
    repo.hnp(&["diff", "a", "b"])
        .code(0)
        .says("No difference in 2");
    // In another file is a move, which is shown.
    repo.remove("b/x.yaml");
    repo.write("b/x.yaml", &two);
    repo.write("b/deep/y.yml", &other);
    let report = diff(&repo, &["a", "b"], 1);
    assert_eq!(
        report["summary"],
        json!({"added": 0, "removed": 0, "changed": 0, "moved": 1, "same": 1})
    );
    assert_eq!(report["resources"][0]["new_path"], "deep/y.yml");
}

#[test]
fn resources_come_and_go() {
    let repo = Sandbox::plain();
    repo.write("a/x.yaml", vpc("old", 1, "[]"));
    repo.write("b/x.yaml", vpc("new", 1, "[]"));
    let report = diff(&repo, &["a", "b"], 1);
    assert_eq!(report["summary"]["added"], 1);
    assert_eq!(report["summary"]["removed"], 1);
    let run = repo.hnp(&["diff", "a", "b"]).code(1);
    assert_eq!(
        run.out,
        "VPC/new added (x.yaml)\nVPC/old removed (x.yaml)\n"
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let repo = Sandbox::plain();
    let one = vpc("v", 1, "[]");
    repo.write("a.yaml", format!("{one}---\na: [\n"));
    repo.write("b.yaml", &one);
    let report = diff(&repo, &["a.yaml", "b.yaml"], 1);
    assert_eq!(report["unreadable"][0]["side"], "old");
    assert_eq!(report["summary"]["same"], 1);
    repo.write("a.yaml", documents(&[&one, &one]));
    let report = diff(&repo, &["a.yaml", "b.yaml"], 1);
    assert_eq!(report["ambiguous"][0]["name"], "v");
    repo.hnp(&["diff", "a.yaml", "b.yaml"])
        .code(1)
        .says("more than once");
    repo.hnp(&["diff", "a.yaml"]).code(2);
    repo.hnp(&["diff", "a.yaml", "missing.yaml"])
        .code(3)
        .says("missing.yaml");
}

#[test]
fn names_cannot_act_on_the_terminal() {
    let repo = Sandbox::plain();
    repo.write("a.yaml", "a: 1\n");
    repo.write("b.yaml", "\"a\\e[2J\": \"\\e[31m\"\n");
    let run = repo.hnp(&["diff", "a.yaml", "b.yaml"]).code(1);
    assert!(!run.out.contains('\u{1b}'), "{}", run.out);
}

#[test]
fn textconv_shows_what_is_said_and_nothing_else() {
    let repo = Sandbox::plain();
    repo.write("a.yaml", vpc("v", 10, "[1.1.1.1, 8.8.8.8]"));
    repo.write(
        "b.yaml",
        vpc("v", 10, "[8.8.8.8, \"1.1.1.1\"]").replace("vlan: 10", "vlan: 0xA"),
    );
    let text = |file: &str| repo.hnp(&["diff", "--textconv", "--", file]).code(0).out;
    assert_eq!(text("a.yaml"), text("b.yaml"));
    assert!(
        text("a.yaml").contains("VPC/v spec.subnets.a.vlan: 10\n"),
        "{}",
        text("a.yaml")
    );
    // Comments are part of the file, and what cannot be read is shown as it is.
    repo.write(
        "b.yaml",
        format!("{} # why\n", vpc("v", 10, "[]").trim_end()),
    );
    assert!(text("b.yaml").contains("VPC/v # why\n"));
    repo.write("c.yaml", "a: [\n");
    assert_eq!(text("c.yaml"), "a: [\n");
}

#[test]
fn revisions_are_compared_too() {
    let repo = Sandbox::with_fabric();
    let file = "net/managed/vpcs/v.yaml";
    repo.write(file, vpc("v", 1, "[]"));
    // Only what is managed counts: the same resource lies in the archive too.
    repo.write("net/raw/processed/v.yaml", vpc("v", 1, "[]"));
    repo.commit("One");
    repo.write(file, vpc("v", 2, "[]"));
    repo.commit("Two");
    repo.write(file, vpc("v", 3, "[]"));
    let vlan = |args: &[&str]| {
        let report = diff(&repo, args, 1);
        let field = &report["resources"][0]["fields"][0];
        (field["old"].clone(), field["new"].clone())
    };
    assert_eq!(vlan(&["HEAD~1", "HEAD"]), (json!(1), json!(2)));
    assert_eq!(
        vlan(&["HEAD:net/managed", "net/managed"]),
        (json!(2), json!(3))
    );
    assert_eq!(
        vlan(&[&format!("HEAD~1:{file}"), file]),
        (json!(1), json!(3))
    );
    assert_eq!(diff(&repo, &["HEAD", "main"], 0)["summary"]["same"], 1);
    for wrong in [
        "nonsense",
        "HEAD:nonsense",
        "HEAD~9",
        "--",
        ":",
        "HEAD:../x",
    ] {
        let run = repo.hnp(&["diff", "HEAD", "--", wrong]);
        assert!(matches!(run.code, 2 | 3), "{wrong}: {}", run.code);
    }
}

#[test]
fn two_revisions_are_one_word() {
    let repo = Sandbox::with_fabric();
    let file = "net/managed/vpcs/v.yaml";
    repo.write(file, vpc("v", 1, "[]"));
    repo.commit("One");
    repo.git(&["branch", "base"]);
    repo.write(file, vpc("v", 2, "[]"));
    repo.commit("Two");
    repo.git(&["switch", "--quiet", "base"]);
    repo.write("net/managed/vpcs/w.yaml", vpc("w", 9, "[]"));
    repo.commit("Meanwhile");
    let summary = |range: &str| diff(&repo, &[range], 1)["summary"].clone();
    assert_eq!(
        summary("base..main"),
        json!({"added": 0, "removed": 1, "changed": 1, "moved": 0, "same": 0})
    );
    // From the merge base on, what the other side did is no difference.
    assert_eq!(
        summary("base...main"),
        json!({"added": 0, "removed": 0, "changed": 1, "moved": 0, "same": 0})
    );
    diff(&repo, &["base..base"], 0);
    repo.hnp(&["diff", "base..nowhere"]).code(2).says("nowhere");
    // A file of that name is a file.
    repo.write("a..b", vpc("v", 1, "[]"));
    repo.write("c", vpc("v", 2, "[]"));
    diff(&repo, &["a..b", "c"], 1);
    repo.hnp(&["diff", "a..b"]).code(2);
    repo.hnp(&["diff", "a..b", "c", "--format", "markdown"])
        .code(2)
        .says("A..B");
    repo.hnp(&["diff", "base..main", "--format", "junit"])
        .code(2);
}

/// One name in two fabrics is two resources, and a fabric that moved is the same one.
#[test]
fn two_revisions_are_compared_fabric_by_fabric() {
    let repo = Sandbox::with_fabric();
    repo.hnp(&["init", "--fabric", "two", "--directory", "two"])
        .code(0);
    repo.write("net/managed/v.yaml", vpc("v", 1, "[]"));
    repo.write("two/managed/v.yaml", vpc("v", 1, "[]"));
    repo.commit("Both");
    repo.write("two/managed/v.yaml", vpc("v", 7, "[]"));
    repo.commit("One of them");
    let report = diff(&repo, &["HEAD~1..HEAD"], 1);
    assert_eq!(report["summary"]["same"], 1);
    assert_eq!(
        report["resources"][0]["new_path"], "two/managed/v.yaml",
        "{report:#}"
    );
    let run = repo
        .hnp(&["diff", "HEAD~1..HEAD", "--format", "markdown"])
        .code(1)
        .says("<code>VPC/v &#40;two&#41;</code> changed");
    assert!(
        run.out.starts_with("<!-- hnp changed=1 -->\n"),
        "{}",
        run.out
    );
}

#[test]
fn a_change_shows_what_it_touches() {
    let repo = Sandbox::with_fabric();
    let attachment = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata:\n  name: att\nspec:\n  connection: con\n  subnet: v/a\n";
    repo.write("net/managed/v.yaml", vpc("v", 1, "[]"));
    repo.write("net/managed/w.yaml", vpc("w", 2, "[]"));
    repo.write("net/managed/att.yaml", attachment);
    repo.commit("One");
    repo.remove("net/managed/v.yaml");
    repo.write("net/managed/w.yaml", vpc("w", 3, "[]"));
    repo.commit("Two");
    let text = repo
        .hnp(&["diff", "HEAD~1..HEAD", "--format", "markdown"])
        .code(1)
        .out;
    let (removed, changed) = text.split_once("<code>VPC/w</code>").unwrap();
    let refers =
        "Referred to by: <code>VPCAttachment/att</code> (<code>net/managed/att.yaml</code>)";
    assert!(removed.contains("<code>VPC/v</code> removed"), "{text}");
    assert!(
        removed.contains(refers),
        "what refers to nothing now: {text}"
    );
    assert!(!changed.contains("Referred to by"), "{text}");
    assert!(
        changed.contains("Refers to: <code>IPv4Namespace/default</code>"),
        "{text}"
    );
}
