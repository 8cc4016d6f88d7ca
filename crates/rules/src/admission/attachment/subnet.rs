//! The VPC of an attachment, and its subnet.

use crate::admission::vpc_subnets::{lacks, report_lack};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Lookup, Report, Tree};
use crate::facts::{Vpc, VpcAttachment};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "ATT-05",
    title: "VPC or subnet of an attachment is missing",
    what: "`subnet` names a VPC that is not there, or one that has no such subnet. Without a slash it means the subnet `default`.",
    why: "The admission webhook refuses the attachment.",
    wrong: Some(
        "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    web:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1
",
    ),
    right: Some(
        "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    web:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: vpc-1--server-01
spec:
  connection: server-01--unbundled--leaf-01
  subnet: vpc-1/web
",
    ),
    fix: "Name a VPC that is there, and one of its subnets.",
    class: Class::Cross,
    check: Check::Tree(subnet),
    ..NEW
}];

fn subnet(tree: &Tree<'_>, report: &mut Report) {
    for attachment in tree.managed::<VpcAttachment>() {
        let (Some((vpc, subnet)), Some(span)) =
            (attachment.it.target(), attachment.it.subnet.span())
        else {
            continue;
        };
        // No name at all is ATT-02's to say.
        if vpc.is_empty() {
            continue;
        }
        let spot = attachment.spot(span);
        if subnet.is_empty() {
            report.at(spot, "there is no subnet after the slash");
            continue;
        }
        match tree.find::<Vpc>(vpc) {
            Lookup::Missing => tree.dangling::<Vpc>(report, spot, vpc),
            Lookup::Found(vpc) if lacks(vpc, subnet) => report_lack(report, spot, vpc, subnet),
            _ => {}
        }
    }
}
