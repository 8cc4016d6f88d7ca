//! What two attachments cannot share.

use hnp_yaml::Span;

use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::VpcAttachment;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ATT-11",
        title: "subnet attached twice to one connection",
        what: "Two attachments name the same subnet and the same connection.",
        why: "The admission webhook refuses the second.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01--again
spec:
  connection: server-01--unbundled
  subnet: vpc-1
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
",
        ),
        fix: "Keep one of the two.",
        upstream: Some(
            "connection server-01--unbundled already attached to vpc subnet vpc-1/default",
        ),
        class: Class::Cross,
        check: Check::Tree(twice),
        ..NEW
    },
    Rule {
        code: "ATT-12",
        title: "two native VLANs on one connection",
        what: "Two attachments with `nativeVLAN` name the same connection.",
        why: "The admission webhook refuses the second: untagged frames can belong to one VLAN only.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
  nativeVLAN: true
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-2--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-2/default
  nativeVLAN: true
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-1/default
  nativeVLAN: true
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-2--server-01
spec:
  connection: server-01--unbundled
  subnet: vpc-2/default
",
        ),
        fix: "Keep `nativeVLAN` on one of the two.",
        class: Class::Cross,
        check: Check::Tree(native),
        ..NEW
    },
    Rule {
        code: "ATT-13",
        title: "one VLAN twice on a connection",
        what: "Two VPCs with one VLAN are attached to one connection.",
        why: "In one VLANNamespace they cannot have the same VLAN (VPC-38), and the namespaces of one switch cannot overlap (SW-06).",
        fix: "Mend what VPC-38 or SW-06 names.",
        class: Class::Gap,
        check: Check::Never("VPC-38 and SW-06 leave no room for it"),
        ..NEW
    },
];

fn twice(tree: &Tree<'_>, report: &mut Report) {
    let all = tree.all::<VpcAttachment>().filter_map(|attachment| {
        let key = (attachment.it.connection.text()?, attachment.it.target()?);
        Some((key, attachment))
    });
    repeated(all, |later, first| {
        let (vpc, subnet) = later.it.target().unwrap_or_default();
        let what = format!(
            "subnet `{vpc}/{subnet}` is attached to this connection by VPCAttachment `{}` already",
            first.name()
        );
        say(
            report,
            (later, later.it.subnet.span_or(later.facts.name_span)),
            (*first, first.it.subnet.span_or(first.facts.name_span)),
            what,
        );
    });
}

fn native(tree: &Tree<'_>, report: &mut Report) {
    let all = tree
        .all::<VpcAttachment>()
        .filter(|attachment| attachment.it.native_vlan)
        .filter_map(|attachment| Some((attachment.it.connection.text()?, attachment)));
    repeated(all, |later, first| {
        say(
            report,
            (later, later.it.native_span()),
            (*first, first.it.native_span()),
            format!(
                "the native VLAN of this connection is taken by VPCAttachment `{}` already",
                first.name()
            ),
        );
    });
}

type At<'f> = (Entry<'f, VpcAttachment>, Span);

fn say(report: &mut Report, (later, at): At<'_>, (first, there): At<'_>, what: String) {
    report
        .at(later.spot(at), what)
        .with(first.spot(there), format!("`{}` is here", first.name()));
}
