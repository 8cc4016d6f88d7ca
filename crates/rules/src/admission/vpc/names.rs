//! A VPC's name and mode.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::Vpc;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-08",
        title: "VPC name too long",
        what: "The name of a VPC has more than 11 characters.",
        why: "It becomes part of a VRF's name on the switches, which has no more room. The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: production-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: prod-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Shorten the name to 11 characters, here and in all that refers to it.",
        upstream: Some("name production-1 is too long, must be <= 11 characters"),
        class: Class::Webhook,
        check: Check::One(One::Vpc(length)),
        ..NEW
    },
    Rule {
        code: "VPC-09",
        title: "VPC name starts with `ext.`",
        what: "The name of a VPC starts with `ext.`.",
        why: "In a GatewayPeering, `ext.` before a name means an External. The admission webhook refuses such a VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: ext.lab
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: ext-lab
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Choose a name that does not start with `ext.`.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(prefix)),
        ..NEW
    },
    Rule {
        code: "VPC-11",
        title: "VPC mode not supported",
        what: "`spec.mode` is neither absent or empty (VXLAN with layer 2 and 3) nor `l3vni`.",
        why: "The admission webhook refuses every other mode, `l3flat` too, which it knows by name.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  mode: l3flat
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  mode: l3vni
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Take `mode` out, or write `l3vni`.",
        class: Class::Webhook,
        check: Check::One(One::Vpc(mode)),
        ..NEW
    },
];

fn length(doc: &Doc<'_, Vpc>, report: &mut Report) {
    let name = doc.name();
    if name.len() > 11 {
        report.at(
            doc.name_span(),
            format!(
                "the name has {} characters; a VPC's has at most 11",
                name.len()
            ),
        );
    }
}

fn prefix(doc: &Doc<'_, Vpc>, report: &mut Report) {
    if doc.name().starts_with("ext.") {
        report.at(
            doc.name_span(),
            "a VPC's name must not start with `ext.`, which marks Externals",
        );
    }
}

fn mode(doc: &Doc<'_, Vpc>, report: &mut Report) {
    if let Some((mode, span)) = doc.facts.mode.at()
        && mode != "l3vni"
    {
        report.at(
            span,
            format!("there is no VPC mode `{mode}`; there are `l3vni` and none at all"),
        );
    }
}
