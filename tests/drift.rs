//! `hnp drift`: what kubectl printed against Git.
#![allow(clippy::unwrap_used)]

mod common;
mod forms;

use common::{Sandbox, server};
use forms::answers;
use serde_json::{Value, json};

const VPC: &str = "# Ours.\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\nspec:\n  subnets:\n    a:\n      subnet: 10.0.1.0/24\n      vlan: 1001\n      dhcp:\n        enable: true\n        options:\n          dnsServers: [1.1.1.1, 1.0.0.1]\n";

/// The live object of [`VPC`] with a VLAN: defaults filled in, lists sorted, labels derived, metadata of the server.
fn live_vpc(vlan: u32) -> Value {
    json!({
        "apiVersion": "vpc.githedgehog.com/v1beta1",
        "kind": "VPC",
        "metadata": {
            "name": "vpc-1", "namespace": "default", "uid": "7", "generation": 3, "resourceVersion": "41",
            "creationTimestamp": "2026-05-05T10:00:00Z",
            "labels": {"fabric.githedgehog.com/ipv4ns": "default", "fabric.githedgehog.com/vlanns": "default"},
            "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:subnets": {}}}}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
        },
        "spec": {
            "ipv4Namespace": "default", "vlanNamespace": "default", "mode": "",
            "subnets": {"a": {
                "subnet": "10.0.1.0/24", "gateway": "10.0.1.1", "vlan": vlan,
                "dhcp": {
                    "enable": true, "range": {"start": "10.0.1.2", "end": "10.0.1.255"},
                    "options": {"dnsServers": ["1.0.0.1", "1.1.1.1"], "interfaceMTU": 9036, "leaseTimeSeconds": 3600},
                },
            }},
        },
        "status": {"ready": true},
    })
}

fn live_server(name: &str) -> Value {
    json!({
        "apiVersion": "wiring.githedgehog.com/v1beta1",
        "kind": "Server",
        "metadata": {"name": name, "namespace": "default", "resourceVersion": "9"},
        "spec": {"description": "x", "profile": ""},
    })
}

fn list(items: &[Value]) -> String {
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

/// A committed fabric with one VPC and two servers.
fn lab() -> Sandbox {
    let lab = Sandbox::with_fabric();
    lab.write("net/managed/vpcs/vpc-1.yaml", VPC);
    for name in ["a", "b"] {
        lab.write(
            &format!("net/managed/servers/{name}.yaml"),
            server(name, "x"),
        );
    }
    lab.commit("Begin");
    lab
}

#[test]
fn a_cluster_that_runs_what_git_says_has_no_drift() {
    let lab = lab();
    let all = list(&[live_vpc(1001), live_server("a"), live_server("b")]);
    let run = lab.hnp_reading(&["drift", "-"], all.as_bytes()).code(0);
    assert_eq!(run.out, "3 resource(s): 3 in_sync.\n");
    // In YAML, and in several files.
    lab.write("vpcs.json", list(&[live_vpc(1001)]));
    lab.write("a.yaml", server("a", "x"));
    let before = lab.snapshot();
    let report = lab
        .hnp(&["drift", "vpcs.json", "a.yaml", "--format", "json"])
        .code(0)
        .json();
    answers(&report, "output/drift.schema.json");
    assert_eq!(report["summary"]["in_sync"], 2);
    assert_eq!(
        report["not_compared"],
        json!([{"resource": "lab/Server/default/b", "reason": "not_asked"}])
    );
    assert_eq!(
        lab.snapshot(),
        before,
        "drift writes nothing, no record either"
    );
}

#[test]
fn each_state_is_told_with_place_fields_and_severity() {
    let lab = lab();
    let mut going = live_server("b");
    going["metadata"]["deletionTimestamp"] = json!("2026-05-05T10:00:00Z");
    lab.write("net/managed/servers/new.yaml", server("new", "x"));
    lab.write("net/managed/servers/gone.yaml", server("gone", "x"));
    lab.write("net/managed/servers/lost.yaml", server("lost", "x"));
    lab.git(&[
        "add",
        "net/managed/servers/gone.yaml",
        "net/managed/servers/lost.yaml",
    ]);
    lab.git(&["commit", "--quiet", "--message", "Two more"]);
    lab.remove("net/managed/servers/gone.yaml");
    lab.write(
        "cluster.json",
        list(&[
            live_vpc(1002),
            live_server("a"),
            going,
            live_server("gone"),
            live_server("stray"),
        ]),
    );
    let run = lab
        .hnp(&["drift", "cluster.json", "--color", "never"])
        .code(1);
    assert_eq!(
        run.out,
        "Server/b deletion_pending (critical): the cluster is deleting what Git wants  net/managed/servers/b.yaml:4\n\
         Server/gone deletion_pending (low): not in Git any more, and on its way out of the cluster\n\
         Server/lost desired_only (high): in Git, not in the cluster  net/managed/servers/lost.yaml:4\n\
         Server/new creation_pending (low): in Git and not committed, so not in the cluster yet  net/managed/servers/new.yaml:4\n\
         Server/stray actual_only (high): in the cluster, not in Git\n\
         VPC/vpc-1 spec_drift (medium): the cluster differs from Git  net/managed/vpcs/vpc-1.yaml:5\n\
         \x20 spec.subnets.a.vlan: git 1001, cluster 1002\n\
         7 resource(s): 1 in_sync, 1 spec_drift, 1 desired_only, 1 actual_only, 1 creation_pending, 2 deletion_pending.\n"
    );
    let report = lab
        .hnp(&["drift", "cluster.json", "--format", "json"])
        .code(1)
        .json();
    answers(&report, "output/drift.schema.json");
    let vpc = &report["resources"].as_array().unwrap()[5];
    assert_eq!(
        *vpc,
        json!({
            "resource": "lab/VPC/default/vpc-1",
            "drift_status": "spec_drift",
            "drift_severity": "medium",
            "has_drift": true,
            "file": "net/managed/vpcs/vpc-1.yaml",
            "line": 5,
            "actual_resource_version": "41",
            "fields": [{"path": "spec.subnets.a.vlan", "desired": 1001, "actual": 1002}],
        })
    );
    // The last commit is what the cluster was given.
    let report = lab
        .hnp(&["drift", "cluster.json", "--rev", "HEAD", "--format", "json"])
        .code(1)
        .json();
    answers(&report, "output/drift.schema.json");
    assert_eq!(
        report["summary"]["in_sync"], 2,
        "a, and gone, which the commit still has"
    );
    assert_eq!(report["summary"]["creation_pending"], 0);
    let rev = lab.git(&["rev-parse", "HEAD"]);
    assert_eq!(report["rev"], rev.trim());
}

#[test]
fn what_is_only_on_its_way_is_no_drift() {
    let lab = lab();
    lab.write("net/managed/servers/new.yaml", server("new", "x"));
    lab.remove("net/managed/servers/b.yaml");
    let all = list(&[live_server("a"), live_server("b")]);
    lab.hnp_reading(&["drift", "-"], all.as_bytes())
        .code(0)
        .says("Server/new creation_pending")
        .says("Server/b deletion_pending");
    lab.commit("Deliver");
    lab.hnp_reading(&["drift", "-"], all.as_bytes())
        .code(1)
        .says("Server/new desired_only")
        .says("Server/b actual_only");
}

#[test]
fn what_cannot_be_read_is_never_taken_for_absent() {
    let lab = lab();
    lab.write("net/managed/servers/b.yaml", "kind: [\n");
    let all = list(&[live_server("a"), live_server("b")]);
    let run = lab.hnp_reading(&["drift", "-"], all.as_bytes()).code(1);
    assert!(!run.out.contains("actual_only"), "{}", run.out);
    run.says("net/managed/servers/b.yaml:1: cannot be read")
        .says("that Git may hold in a file that cannot be read");
    let report = lab
        .hnp_reading(&["drift", "-", "--format", "json"], all.as_bytes())
        .code(1)
        .json();
    answers(&report, "output/drift.schema.json");
    for (input, words) in [
        (
            "",
            "standard input cannot be read, so nothing was compared: it is empty",
        ),
        ("NAME AGE\n", "no resource"),
        (
            "{\"kind\": \"Status\", \"message\": \"forbidden\"}",
            "forbidden",
        ),
    ] {
        lab.hnp_reading(&["drift", "-"], input.as_bytes())
            .code(3)
            .says(words);
    }
    lab.hnp(&["drift", "nowhere.json"])
        .code(3)
        .says("nowhere.json");
    lab.hnp(&["drift", "-", "-"]).code(2);
    lab.hnp(&["drift"]).code(2);
    lab.hnp(&["drift", "--gui", "nowhere.json"]).code(3);
}

#[test]
fn a_cluster_is_one_fabrics() {
    let lab = lab();
    lab.hnp(&["init", "--fabric", "prod", "--directory", "prod"])
        .code(0);
    let all = list(&[live_server("a"), live_server("b")]);
    lab.hnp_reading(&["drift", "-"], all.as_bytes())
        .code(2)
        .says("--fabric");
    lab.hnp_reading(&["drift", "-", "--fabric", "lab"], all.as_bytes())
        .code(0);
    lab.hnp_reading(
        &["drift", "-", "--fabric", "lab", "--rev", "HEAD"],
        all.as_bytes(),
    )
    .code(0);
}

#[test]
fn names_from_the_cluster_obey_no_terminal() {
    let lab = lab();
    let mut hostile = live_server("x\u{1b}[2Jy");
    hostile["spec"]["description"] = json!("\u{1b}]0;x\u{7}");
    let run = lab
        .hnp_reading(
            &["drift", "-", "-v"],
            list(&[hostile, live_server("a"), live_server("b")]).as_bytes(),
        )
        .code(1);
    assert!(
        !run.out.contains('\u{1b}') && !run.out.contains('\u{7}'),
        "{:?}",
        run.out
    );
}

#[test]
fn a_gui_that_knows_the_cluster_tells_of_drift() {
    let lab = lab();
    let plain = lab
        .hnp(&["sync", "--gui", "gui.json", "--format", "json"])
        .code(0)
        .json();
    answers(&plain, "output/sync.schema.json");
    assert_eq!(
        plain["fabrics"][0]["drift"],
        Value::Null,
        "nothing is known of the cluster"
    );

    let mut other = live_server("a");
    other["spec"]["description"] = json!("by hand");
    let mut gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    gui["resources"][0]["actual"] = other.clone();
    lab.write("gui.json", gui.to_string());
    let run = lab.hnp(&["drift", "--gui", "gui.json"]).code(1);
    run.says("Server/a spec_drift (medium)")
        .says("Server/b desired_only");
    let synced = lab
        .hnp(&["sync", "--gui", "gui.json", "--format", "json"])
        .code(0)
        .json();
    answers(&synced, "output/sync.schema.json");
    let drift = &synced["fabrics"][0]["drift"];
    assert_eq!(drift["has_drift"], true);
    assert_eq!(drift["summary"]["spec_drift"], 1);
    assert_eq!(
        drift["resources"][0]["fields"][0]["path"],
        "spec.description"
    );
    lab.hnp(&["sync", "--gui", "gui.json"])
        .code(0)
        .says("Drift: 2 resource(s) differ between Git and the cluster");
    // What the cluster holds is never synchronised, and stays in the GUI's file.
    assert!(
        lab.read("net/managed/servers/a.yaml")
            .contains("description: x")
    );
    let gui: Value = serde_json::from_str(&lab.read("gui.json")).unwrap();
    answers(&gui, "gui.schema.json");
    assert_eq!(gui["resources"][0]["actual"], other);
}
