//! Fixes: applied to the text, the finding is gone and nothing else is changed.
#![allow(clippy::unwrap_used)]

mod support;

use hnp_rules::Settings;

use support::{check, concise, mended};

const SERVER: &str = "apiVersion: wiring.githedgehog.com/v1beta1
kind: Server # the old one
metadata:
  name: server-01 # as in the rack plan

  namespace: default
# what it is
spec:
  description: \"rack 4\"
";

/// Applies the fix of the first finding with a code.
#[track_caller]
fn fix(text: &str, code: &str, safe: bool) -> String {
    let findings = check(text, &Settings::default());
    let finding = findings
        .iter()
        .find(|finding| finding.code == code)
        .unwrap_or_else(|| panic!("no {code} in:\n{text}\n{}", concise(&findings)));
    let fix = finding.fix.as_ref().expect("a fix");
    assert_eq!(fix.safe, safe, "{}", fix.title);
    let after = mended(text, fix);
    let left = check(after.as_str(), &Settings::default());
    assert!(
        !left
            .iter()
            .any(|other| other.code == code && other.message == finding.message),
        "still there after the fix:\n{after}\n{}",
        concise(&left)
    );
    assert!(
        left.len() < findings.len(),
        "the fix brought other findings:\n{after}\n{}",
        concise(&left)
    );
    after
}

/// Breaks the sound manifest and expects the fix to restore it to the byte.
#[track_caller]
fn restores(from: &str, to: &str, code: &str, safe: bool) {
    assert!(SERVER.contains(from));
    let broken = SERVER.replacen(from, to, 1);
    assert_eq!(fix(&broken, code, safe), SERVER);
}

#[test]
fn v1alpha2_becomes_v1beta1() {
    restores("/v1beta1", "/v1alpha2", "SCH-26", true);
    let quoted = SERVER.replacen(
        "wiring.githedgehog.com/v1beta1",
        "'wiring.githedgehog.com/v1alpha2'",
        1,
    );
    assert_eq!(fix(&quoted, "SCH-26", true), SERVER);
    let vpc = "apiVersion: vpc.githedgehog.com/v1alpha2\nkind: VPC\nmetadata: {name: vpc-1}\nspec:\n  subnets:\n    default: {subnet: 10.0.1.0/24, vlan: 1001}\n";
    assert_eq!(fix(vpc, "SCH-26", true), vpc.replace("v1alpha2", "v1beta1"));
}

#[test]
fn v1alpha2_is_judged_by_the_fields_of_v1beta1() {
    let text =
        SERVER
            .replacen("/v1beta1", "/v1alpha2", 1)
            .replacen("  description:", "  descripton:", 1);
    let codes: Vec<_> = check(text, &Settings::default())
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(codes, ["SCH-26", "SCH-01"]);
}

#[test]
fn an_unknown_version_is_replaced_by_the_known_one() {
    restores("/v1beta1", "/v1", "SCH-23", false);
}

#[test]
fn a_kind_is_put_right() {
    restores("kind: Server", "kind: Sever", "SCH-22", false);
    restores("kind: Server", "kind: server", "SCH-22", false);
    restores("wiring.g", "vpc.g", "SCH-22", false);
}

#[test]
fn status_is_taken_out() {
    let block = format!("{SERVER}status:\n  ready: true\n  conditions:\n  - type: Up\n");
    assert_eq!(fix(&block, "SCH-29", true), SERVER);
    let flow = format!("{SERVER}status: {{ready: true}}\n");
    assert_eq!(fix(&flow, "SCH-29", true), SERVER);
    let middle = SERVER.replacen(
        "# what it is\n",
        "status:\n  ready: true\n# what it is\n",
        1,
    );
    assert_eq!(fix(&middle, "SCH-29", true), SERVER);
    let second = format!(
        "{SERVER}---\n{}status: {{a: 1}}\n---\n{}",
        other(2),
        other(3)
    );
    assert_eq!(
        fix(&second, "SCH-29", true),
        format!("{SERVER}---\n{}---\n{}", other(2), other(3))
    );
}

fn other(n: u32) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: other-{n}\nspec: {{}}\n"
    )
}

#[test]
fn status_is_taken_out_of_an_item_of_a_list() {
    let list = |status: &str| {
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {{name: a}}\n  spec: {{}}\n- apiVersion: wiring.githedgehog.com/v1beta1\n  kind: Server\n  metadata: {{name: b}}\n  spec: {{}}\n{status}"
        )
    };
    assert_eq!(
        fix(&list("  status:\n    ready: true\n"), "SCH-29", true),
        list("")
    );
}

#[test]
fn metadata_of_the_server_is_taken_out() {
    for lines in [
        "  uid: 7d1c3a52-4f0e-4f8e-9a51-0d3b2f1c6e77\n",
        "  resourceVersion: \"4711\"\n",
        "  generation: 3\n",
        "  creationTimestamp: null\n",
        "  managedFields:\n  - manager: kubectl\n    operation: Update\n",
        "  selfLink: /a/b\n",
    ] {
        let key = lines.trim_start().split(':').next().unwrap();
        restores(
            "\n  namespace: default\n",
            &format!("\n  namespace: default\n{lines}"),
            "META-15",
            true,
        );
        let text = SERVER.replacen("\n  namespace", &format!("\n{lines}  namespace"), 1);
        let findings = check(text, &Settings::default());
        assert_eq!(
            findings[0].field.as_deref(),
            Some(&*format!("metadata.{key}"))
        );
    }
}

#[test]
fn the_last_applied_annotation_is_taken_out() {
    let annotated = |more: &str| {
        SERVER.replacen(
            "  namespace: default\n",
            &format!("  namespace: default\n  annotations:\n    example.com/owner: me\n{more}"),
            1,
        )
    };
    let line =
        "    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"kind\":\"Server\"}\n";
    assert_eq!(fix(&annotated(line), "META-15", true), annotated(""));
}

#[test]
fn names_and_namespaces_are_put_right() {
    restores("server-01", "Server_01", "META-03", false);
    restores("default", "rack-4", "META-02", false);
    let fab = "apiVersion: fabricator.githedgehog.com/v1beta1\nkind: Fabricator\nmetadata:\n  name: default\n  namespace: default\nspec: {}\n";
    assert_eq!(
        fix(fab, "META-02", false),
        fab.replace("namespace: default", "namespace: fab")
    );
    let hopeless = SERVER.replacen("server-01", "\"Grüße\"", 1);
    let findings = check(hopeless, &Settings::default());
    assert_eq!((findings[0].code, &findings[0].fix), ("META-03", &None));
}

#[test]
fn keys_are_renamed_to_the_nearest() {
    restores("namespace:", "nmaespace:", "META-11", false);
    restores("spec:", "specs:", "SCH-28", false);
    // What is there already is no suggestion to rename to.
    let twice = SERVER.replacen("\n  namespace", "\n  nmespace: x\n  namespace", 1);
    let findings = check(twice, &Settings::default());
    assert_eq!((findings[0].code, &findings[0].fix), ("META-11", &None));
    assert!(findings[0].help.as_ref().unwrap().contains("`namespace`"));
}

#[test]
fn values_of_labels_and_annotations_are_quoted() {
    for field in ["labels", "annotations"] {
        for value in ["5", "on", "1e3", "0755"] {
            let with = |value: &str| {
                SERVER.replacen(
                    "  namespace: default\n",
                    &format!("  namespace: default\n  {field}:\n    a: {value} # why\n    b: x\n"),
                    1,
                )
            };
            assert_eq!(
                fix(&with(value), "META-12", true),
                with(&format!("\"{value}\""))
            );
        }
    }
    let null = SERVER.replacen("  namespace: default\n", "  labels:\n    a: ~ # none\n", 1);
    let after = fix(&null, "META-12", true);
    assert_eq!(after, null.replacen("a: ~", "a: \"\"", 1));
    let empty = SERVER.replacen("  namespace: default\n", "  labels:\n    a:\n    b: x\n", 1);
    let findings = check(empty, &Settings::default());
    let at = findings[0].place.start;
    assert_eq!((at.line, at.column, &findings[0].fix), (7, 5, &None));
    let flow = SERVER.replacen("  namespace: default\n", "  labels: {a: 5, b: x}\n", 1);
    assert_eq!(
        fix(&flow, "META-12", true),
        flow.replacen("a: 5", "a: \"5\"", 1)
    );
    let name = SERVER.replacen("server-01", "12", 1);
    assert_eq!(
        fix(&name, "META-12", true),
        SERVER.replacen("server-01", "\"12\"", 1)
    );
}

#[test]
fn a_value_with_a_tag_or_an_alias_has_no_fix() {
    for labels in ["    a: !!int 5\n", "    a: &five \"5\"\n    b: !!int 5\n"] {
        let text = SERVER.replacen("  namespace: default\n", &format!("  labels:\n{labels}"), 1);
        let findings = check(text, &Settings::default());
        assert_eq!((findings[0].code, &findings[0].fix), ("META-12", &None));
    }
    let alias = SERVER
        .replacen("namespace: default", "labels: {a: *n}", 1)
        .replacen("metadata:", "x: &n 5\nmetadata:", 1);
    let findings = check(alias, &Settings::default());
    let own = findings.iter().find(|finding| finding.code == "META-12");
    assert_eq!(own.unwrap().fix, None);
}

#[test]
fn a_value_with_an_anchor_keeps_it() {
    let text = SERVER.replacen(
        "  namespace: default\n",
        "  labels:\n    a: &n 5\n  annotations:\n    b: *n\n",
        1,
    );
    let findings = check(text.as_str(), &Settings::default());
    for finding in findings.iter().filter(|finding| finding.code == "META-12") {
        if let Some(fix) = &finding.fix {
            let after = mended(&text, fix);
            let left = check(after.as_str(), &Settings::default());
            assert!(
                left.iter().all(|left| !left.code.starts_with("YAML")),
                "{after}"
            );
        }
    }
}

#[test]
fn text_after_the_separator_goes_to_its_own_line() {
    let line = "{apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {name: x}, spec: {}}\n";
    let after = fix(&format!("--- {line}"), "YAML-06", false);
    assert_eq!(after, format!("--- \n{line}"));
}
