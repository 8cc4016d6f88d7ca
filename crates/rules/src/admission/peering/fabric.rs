//! The VPCs of a peering.

use std::collections::HashSet;

use hnp_model::Severity;

use crate::admission::common::repeated;
use crate::admission::vpc_subnets::{lacks, report_lack};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::{Field, Str, Vpc, VpcPeering, peerings::Peer};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "PEER-05",
        title: "VPC of a peering is missing",
        what: "`permit` names a VPC that is not there.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        right: Some(PAIR),
        fix: "Name VPCs that are there.",
        class: Class::Cross,
        check: Check::Tree(vpcs),
        ..NEW
    },
    Rule {
        code: "PEER-06",
        title: "VPCs of a peering in different namespaces",
        what: "The two VPCs have different IPv4Namespaces or different VLANNamespaces.",
        why: "The admission webhook refuses the peering: between namespaces addresses and VLANs may be the same.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  ipv4Namespace: lab
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        right: Some(PAIR),
        fix: "Put both VPCs in the same namespaces, or peer them through a gateway.",
        class: Class::Cross,
        check: Check::Tree(namespaces),
        ..NEW
    },
    Rule {
        code: "PEER-07",
        title: "subnet of a peering is missing",
        what: "`subnets` names one that its VPC does not have.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: { subnets: [web] }
    vpc-2: {}
",
        ),
        right: Some(PAIR),
        fix: "Name subnets of the VPC, or leave `subnets` out to permit all of them.",
        class: Class::Cross,
        check: Check::Tree(subnets),
        ..NEW
    },
    Rule {
        code: "PEER-08",
        severity: Severity::Warning,
        title: "two peerings of one pair of VPCs",
        what: "Two VPCPeerings are of the same two VPCs.",
        why: "Admission lets it through. What the pair may do then stands in two places, and taking one of them out does not end it.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-2--vpc-1
spec:
  permit:
  - vpc-2: {}
    vpc-1: {}
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
        fix: "Make one of the two.",
        class: Class::Gap,
        check: Check::Tree(twice),
        ..NEW
    },
    Rule {
        code: "PEER-09",
        title: "VPCs of a peering with different modes",
        what: "One of the two VPCs has mode `l3vni` and the other has not.",
        why: "The admission webhooks of 25.03 to 26.01 refuse the peering.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  mode: l3vni
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
",
        ),
        right: Some(PAIR),
        fix: "Give both VPCs the same mode, or go to 26.02 or later.",
        upstream: Some("peering is only allowed between VPCs with the same mode"),
        releases: Some("Only from 25.03 to 26.01."),
        class: Class::Cross,
        since: Release::R25_03,
        until: Some(Release::R26_02),
        check: Check::Tree(modes),
        ..NEW
    },
];

/// A peering to which there is nothing to say.
const PAIR: &str = "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.2.0.0/24
      vlan: 1002
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: vpc-1--vpc-2
spec:
  permit:
  - vpc-1: {}
    vpc-2: {}
";

fn vpcs(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<VpcPeering>() {
        let mut missing: HashSet<&str> = HashSet::new();
        for peer in peering.it.peers() {
            let name = peer.vpc.as_str();
            if tree.find::<Vpc>(name).is_missing() && missing.insert(name) {
                tree.dangling::<Vpc>(report, peering.spot(peer.key), name);
            }
        }
    }
}

/// One of the two VPCs of a peering.
struct End<'f> {
    peer: &'f Peer,
    vpc: Entry<'f, Vpc>,
}

/// Passes on the peerings of exactly two VPCs that are there.
fn pairs<'f>(tree: &Tree<'f>, mut each: impl FnMut(Entry<'f, VpcPeering>, End<'f>, End<'f>)) {
    for peering in tree.managed::<VpcPeering>() {
        if peering.it.pair().is_none() {
            continue;
        }
        let mut peers = peering.it.peers();
        let Some(first) = peers.next() else { continue };
        let Some(second) = peers.find(|peer| peer.vpc != first.vpc) else {
            continue;
        };
        let find = |peer: &'f Peer| {
            let vpc = tree.find::<Vpc>(&peer.vpc).found()?;
            Some(End { peer, vpc })
        };
        if let (Some(first), Some(second)) = (find(first), find(second)) {
            each(peering, first, second);
        }
    }
}

fn namespaces(tree: &Tree<'_>, report: &mut Report) {
    pairs(tree, |peering, first, second| {
        type Namespace = fn(&Vpc) -> &Field<Str>;
        let fields: [(&str, Namespace); 2] = [
            ("IPv4Namespace", |vpc| &vpc.ipv4_namespace),
            ("VLANNamespace", |vpc| &vpc.vlan_namespace),
        ];
        for (kind, field) in fields {
            let of = |end: &End<'_>| field(end.vpc.it).or_default("default").map(str::to_owned);
            let (Some(a), Some(b)) = (of(&first), of(&second)) else {
                continue;
            };
            if a != b {
                let place = |end: &End<'_>| {
                    let name = end.vpc.facts.name_span;
                    end.vpc.spot(field(end.vpc.it).span_or(name))
                };
                report
                    .at(
                        peering.spot(second.peer.key),
                        format!(
                            "VPC `{}` is in {kind} `{b}`, VPC `{}` in `{a}`",
                            second.vpc.name(),
                            first.vpc.name()
                        ),
                    )
                    .with(place(&first), format!("VPC `{}`", first.vpc.name()))
                    .with(place(&second), format!("VPC `{}`", second.vpc.name()));
            }
        }
    });
}

fn modes(tree: &Tree<'_>, report: &mut Report) {
    pairs(tree, |peering, first, second| {
        let layer_3 = |end: &End<'_>| end.vpc.it.mode.text() == Some("l3vni");
        if layer_3(&first) != layer_3(&second) {
            let (with, without) = if layer_3(&first) {
                (&first, &second)
            } else {
                (&second, &first)
            };
            let mode = with.vpc.it.mode.span_or(with.vpc.facts.name_span);
            report
                .at(
                    peering.spot(second.peer.key),
                    format!(
                        "VPC `{}` has mode l3vni, and VPC `{}` has not",
                        with.vpc.name(),
                        without.vpc.name()
                    ),
                )
                .with(with.vpc.spot(mode), "the mode");
        }
    });
}

fn subnets(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<VpcPeering>() {
        for peer in peering.it.peers().filter(|peer| !peer.subnets.is_empty()) {
            let Some(vpc) = tree.find::<Vpc>(&peer.vpc).found() else {
                continue;
            };
            for (name, span) in &peer.subnets {
                if lacks(vpc, name) {
                    report_lack(report, peering.spot(*span), vpc, name);
                }
            }
        }
    }
}

fn twice(tree: &Tree<'_>, report: &mut Report) {
    let all = tree
        .all::<VpcPeering>()
        .filter_map(|peering| Some((peering.it.pair()?, peering)));
    repeated(all, |later, first| {
        let (a, b) = later.it.pair().unwrap_or_default();
        report
            .at(
                later.name_spot(),
                format!(
                    "VPCs `{a}` and `{b}` are peered by VPCPeering `{}` already",
                    first.name()
                ),
            )
            .with(first.name_spot(), format!("`{}` is here", first.name()));
    });
}
