//! What a peering must say.

use hnp_yaml::Value;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::{VpcPeering, peerings::Permit};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "PEER-01",
        title: "number of entries and subnets of a peering",
        what: "The schema allows 1 to 10 entries in `permit`, and 1 to 10 `subnets` where a VPC lists any.",
        why: "The API server refuses more, and empty lists.",
        fix: "Leave `subnets` out to permit all subnets of the VPC.",
        check: Check::Never("the schema's bounds are reported as such"),
        ..NEW
    },
    Rule {
        code: "PEER-02",
        title: "peering where peering is off",
        what: "A VPCPeering stands in a fabric whose settings say that VPC peering is off.",
        why: "The admission webhook refuses every VPCPeering in such a fabric.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        right: Some(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayPeering
metadata:
  name: vpc-1--vpc-2
spec:
  peering:
    vpc-1: {}
    vpc-2: {}
",
        ),
        fix: "Take the peering out, or turn peering on in the fabric and in `network` of the fabric in .hnp/config.toml.",
        class: Class::Webhook,
        check: Check::One(One::VpcPeering(disabled)),
        ..NEW
    },
    Rule {
        code: "PEER-03",
        title: "remote peering",
        what: "`remote` is not empty.",
        why: "The admission webhook refuses the peering: peering by way of border switches is gone.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
  remote: border
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        fix: "Take `remote` out.",
        upstream: Some("remote field is deprecated and no longer supported"),
        releases: Some("Since 26.03; until 26.02 it named a SwitchGroup."),
        class: Class::Webhook,
        since: Release::R26_03Preview,
        check: Check::One(One::VpcPeering(remote)),
        ..NEW
    },
    Rule {
        code: "PEER-04",
        title: "a peering is of two VPCs",
        what: "An entry of `permit` does not name exactly two VPCs, or two entries name different ones.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
    vpc-3: {}
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        fix: "Name the same two VPCs in every entry, and make a peering of its own for each further pair.",
        class: Class::Webhook,
        check: Check::One(One::VpcPeering(pair)),
        ..NEW
    },
];

fn disabled(doc: &Doc<'_, VpcPeering>, report: &mut Report) {
    if doc.settings.network.vpc_peering_disabled {
        report.at(doc.name_span(), "VPC peering is off in this fabric");
    }
}

fn remote(doc: &Doc<'_, VpcPeering>, report: &mut Report) {
    if let Some((group, span)) = doc.facts.remote.at() {
        report.at(
            span,
            format!("peering by way of switch group `{group}` is no longer supported"),
        );
    }
}

fn pair(doc: &Doc<'_, VpcPeering>, report: &mut Report) {
    let permit = &doc.facts.permit;
    if permit.is_empty() {
        // A list without entries is the schema's to say.
        let written = doc.spec().and_then(|spec| spec.get("permit"));
        if written.is_none_or(Value::is_null) {
            report
                .at(doc.spec_span(), "the peering permits nothing")
                .field("spec.permit");
        }
        return;
    }
    for entry in permit.iter().filter(|entry| entry.vpcs.len() != 2) {
        let span = entry.vpcs.get(2).map_or(entry.span, |extra| extra.key);
        report.at(
            span,
            match entry.vpcs.len() {
                0 => "the entry names no VPC; it must name two".to_owned(),
                1 => format!(
                    "the entry names VPC `{}` alone; it must name two",
                    entry.vpcs[0].vpc
                ),
                count => format!("the entry names {count} VPCs; it must name two"),
            },
        );
    }
    let mut pairs = permit.iter().filter(|entry| entry.vpcs.len() == 2);
    let Some(first) = pairs.next() else { return };
    for other in pairs {
        if let Some(stranger) = other.vpcs.iter().find(|peer| !names(first, &peer.vpc)) {
            report
                .at(
                    stranger.key,
                    format!(
                        "the peering is of VPCs `{}` and `{}`, and this entry names `{}`",
                        first.vpcs[0].vpc, first.vpcs[1].vpc, stranger.vpc
                    ),
                )
                .with(first.span, "the first entry");
        }
    }
}

fn names(entry: &Permit, vpc: &str) -> bool {
    entry.vpcs.iter().any(|peer| peer.vpc == vpc)
}
