//! Values go where the path of a conflict says.
#![allow(clippy::unwrap_used)]

use hnp_merge::{Base, Choice, Rules, merge, merge_with, put};
use hnp_yaml::{Node, Options, parse};

fn node(text: &str) -> Node {
    let stream = parse(text.to_owned(), &Options::default());
    assert!(stream.problems().is_empty(), "{text}");
    Node::from(stream.documents().next().unwrap().root().unwrap())
}

const BASE: &str = "metadata: {annotations: {a.b/c: x}}
spec:
  subnets: {a: {vlan: 1, dhcp: {enable: true}}}
  staticRoutes:
  - {prefix: 10.0.0.0/8, nextHops: [10.0.0.1]}
";

/// For every conflict of a merge: putting the other side's value at its path in our value gives what the merge gives
/// when it is told to take theirs there.
#[track_caller]
fn as_the_merge(kind: (&str, &str), base: Option<&str>, ours: &str, theirs: &str) {
    let rules = Rules::of(kind.0, kind.1);
    let base = base.map(node);
    let (ours, theirs) = (node(ours), node(theirs));
    let base = base.as_ref().map_or(Base::Absent, Base::Value);
    let open = merge(rules, base, Some(&ours), Some(&theirs));
    assert!(!open.conflicts.is_empty());
    let expected = merge_with(rules, base, Some(&ours), Some(&theirs), &mut |_| {
        Choice::Theirs
    });
    let mut made = open.value.unwrap();
    for conflict in &open.conflicts {
        let path = conflict.path.to_string();
        let was = conflict.ours.as_ref();
        made = put(rules, &made, &path, was, conflict.theirs.as_ref())
            .unwrap_or_else(|| panic!("{path}"));
    }
    let difference = hnp_merge::diff(rules, expected.value.as_ref(), Some(&made));
    assert!(difference.is_empty(), "{difference:#?}");
}

const VPC: (&str, &str) = ("vpc.githedgehog.com", "VPC");

#[test]
fn changed_added_and_removed_fields() {
    for (ours, theirs) in [
        ("vlan: 1", "vlan: 2"),
        ("enable: true", "enable: false"),
        ("a.b/c: x", "a.b/c: y"),
    ] {
        let mine = BASE.replace(ours, &format!("{ours}7").replace("true7", "null"));
        as_the_merge(VPC, Some(BASE), &mine, &BASE.replace(ours, theirs));
    }
    let removed = BASE.replace(", dhcp: {enable: true}", "");
    let changed = BASE.replace("enable: true", "enable: true, relay: 10.9.9.9/32");
    as_the_merge(VPC, Some(BASE), &removed, &changed);
    as_the_merge(VPC, Some(BASE), &changed, &removed);
    let no_routes = BASE.split("  staticRoutes").next().unwrap();
    let other = BASE.replace("10.0.0.1", "10.0.0.9");
    as_the_merge(VPC, Some(BASE), no_routes, &other);
}

#[test]
fn fields_that_exclude_each_other() {
    let union = |text: &str| format!("spec: {{{text}}}\n");
    as_the_merge(
        ("wiring.githedgehog.com", "Connection"),
        Some(&union(
            "unbundled: {link: {server: {port: a/1}, switch: {port: b/1}}}",
        )),
        &union("bundled: {links: [{server: {port: a/1}, switch: {port: b/1}}]}"),
        &union("mclag: {links: [{server: {port: a/1}, switch: {port: b/1}}]}"),
    );
}

#[test]
fn a_path_that_leads_nowhere() {
    let rules = Rules::of(VPC.0, VPC.1);
    for path in [
        "",
        "spec.nothing.here",
        "spec.subnets.a.vlan.x",
        "spec[",
        "x[\"",
    ] {
        let value = Node::from(1);
        let put = put(rules, &node(BASE), path, None, Some(&value));
        assert_eq!(put, None, "{path}");
    }
}
