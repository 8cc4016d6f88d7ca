//! A VPC among the other resources of the fabric.

use std::collections::HashMap;

use hnp_model::Severity;

use crate::admission::common::{Held, overlapping};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Lookup, Report, Tree};
use crate::facts::{Ipv4Namespace, VlanNamespace, Vpc, vpc::Subnet};
use crate::net::in_ranges;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VPC-19",
        title: "VPC of the DHCP relay is missing",
        what: "`dhcp.relayVPC` names a VPC that is not there.",
        why: "The admission webhook refuses the VPC.",
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
      dhcp:
        relay: 10.99.0.1/32
        relayVPC: vpc-9
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relay: 10.99.0.1/32
        relayVPC: vpc-2
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.99.0.0/24
      vlan: 1002
",
        ),
        fix: "Name a VPC that is there.",
        class: Class::Cross,
        check: Check::Tree(relay),
        ..NEW
    },
    Rule {
        code: "VPC-19-G",
        severity: Severity::Warning,
        title: "DHCP relay through the VPC itself",
        what: "`dhcp.relayVPC` names the VPC it stands in.",
        why: "It is admitted and means what leaving it out means; most likely another VPC is meant.",
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
      dhcp:
        relay: 10.1.0.9/32
        relayVPC: vpc-1
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
      dhcp:
        relay: 10.1.0.9/32
",
        ),
        fix: "Name the VPC in which the server is, or take `relayVPC` out.",
        class: Class::Gap,
        check: Check::Tree(relay_self),
        ..NEW
    },
    Rule {
        code: "VPC-33",
        title: "IPv4Namespace is missing",
        what: "`ipv4Namespace` names one that is not there; absent means `default`.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: lab
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
",
        ),
        fix: "Name an IPv4Namespace that is there.",
        class: Class::Cross,
        check: Check::Tree(ipv4_namespace),
        ..NEW
    },
    Rule {
        code: "VPC-34",
        title: "VLANNamespace is missing",
        what: "`vlanNamespace` names one that is not there; absent means `default`.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: lab
spec:
  ranges:
  - { from: 1000, to: 1999 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1999 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Name a VLANNamespace that is there.",
        class: Class::Cross,
        check: Check::Tree(vlan_namespace),
        ..NEW
    },
    Rule {
        code: "VPC-35",
        title: "subnet outside its IPv4Namespace",
        what: "A subnet does not lie within one of the namespace's subnets; two that touch do not count as one.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata:
  name: default
spec:
  subnets: [10.0.0.0/16]
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
",
        ),
        fix: "Choose a prefix within the namespace, or widen the namespace.",
        upstream: Some(
            "vpc subnet default (10.1.0.0/24) doesn't belong to the IPv4Namespace default",
        ),
        releases: Some("Before 26.02 a prefix wider than the namespace's could slip in."),
        class: Class::Cross,
        check: Check::Tree(inside),
        ..NEW
    },
    Rule {
        code: "VPC-36",
        title: "VLAN outside its VLANNamespace",
        what: "A subnet's VLAN lies in none of the namespace's ranges; subnets with `hostBGP` are exempt.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1999 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 2001
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: default
spec:
  ranges:
  - { from: 1000, to: 1999 }
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/24
      vlan: 1001
",
        ),
        fix: "Choose a VLAN of the namespace, or widen the namespace.",
        class: Class::Cross,
        check: Check::Tree(vlan),
        ..NEW
    },
    Rule {
        code: "VPC-37",
        title: "subnets of two VPCs overlap",
        what: "A subnet shares addresses with one of another VPC in the same IPv4Namespace.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.0.0/16
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.1.2.0/24
      vlan: 1002
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.1.2.0/24
      vlan: 1002
",
        ),
        fix: "Choose prefixes that do not overlap, or put one of the VPCs in another IPv4Namespace.",
        upstream: Some(
            "subnet default: subnet 10.1.2.0/24 overlaps with subnet 10.1.0.0/16 of other VPC",
        ),
        class: Class::Cross,
        check: Check::Tree(overlap),
        ..NEW
    },
    Rule {
        code: "VPC-38",
        title: "VLAN used by two VPCs",
        what: "A VLAN is used by another VPC in the same VLANNamespace. A subnet with `hostBGP` that names a VLAN takes part.",
        why: "The admission webhook refuses the VPC.",
        wrong: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.1.2.0/24
      vlan: 1001
",
        ),
        right: Some(
            "apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default:
      subnet: 10.1.1.0/24
      vlan: 1001
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-2
spec:
  subnets:
    default:
      subnet: 10.1.2.0/24
      vlan: 1002
",
        ),
        fix: "Give each VPC its own VLANs, or put one of them in another VLANNamespace.",
        upstream: Some("vlan 1001 is already used by other VPC"),
        class: Class::Cross,
        check: Check::Tree(vlans),
        ..NEW
    },
    Rule {
        code: "VPC-39",
        title: "VPC deleted while in use",
        what: "A VPC goes while attachments, peerings or static externals refer to it.",
        why: "The webhook refuses the deletion. TR-03 says so when two trees are compared.",
        fix: "Take out what refers to it first.",
        class: Class::Update,
        check: Check::Never("TR-03 reports it, and the rules of what refers to it"),
        ..NEW
    },
    Rule {
        code: "VPC-40",
        title: "VPC changed under what refers to it",
        what: "Nothing of a VPC is immutable: its mode, namespaces and subnets may change while attachments and peerings refer to it.",
        why: "Admission lets it through; TR-06 says what breaks when two trees are compared.",
        fix: "Change what refers to it first.",
        class: Class::Update,
        check: Check::Never("TR-06 reports it"),
        ..NEW
    },
    Rule {
        code: "VPC-45",
        title: "what `hhfab validate` misses",
        what: "hhfab compares resources before their defaults are filled in, so it never sees two VPCs clash.",
        why: "A tree that hhfab accepts may still be refused by the cluster.",
        fix: "Nothing to do.",
        class: Class::Gap,
        check: Check::Never("about another tool: VPC-37 and VPC-38 say it here"),
        ..NEW
    },
];

fn relay(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        for subnet in &vpc.it.subnets {
            if let Some((name, span)) = subnet.relay_vpc.at()
                && tree.find::<Vpc>(name).is_missing()
            {
                tree.dangling::<Vpc>(report, vpc.spot(span), name);
            }
        }
    }
}

fn relay_self(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        for subnet in &vpc.it.subnets {
            if let Some((name, span)) = subnet.relay_vpc.at()
                && name == vpc.name()
            {
                report.at(
                    vpc.spot(span),
                    format!("subnet `{}` relays DHCP through its own VPC", subnet.name),
                );
            }
        }
    }
}

fn ipv4_namespace(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        if let Some(name) = vpc.ipv4ns()
            && tree.find::<Ipv4Namespace>(name).is_missing()
        {
            let span = vpc.ipv4_namespace.span_or(vpc.facts.name_span);
            tree.dangling::<Ipv4Namespace>(report, vpc.spot(span), name);
        }
    }
}

fn vlan_namespace(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        if let Some(name) = vpc.vlanns()
            && tree.find::<VlanNamespace>(name).is_missing()
        {
            let span = vpc.vlan_namespace.span_or(vpc.facts.name_span);
            tree.dangling::<VlanNamespace>(report, vpc.spot(span), name);
        }
    }
}

fn inside(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        let Some(Lookup::Found(namespace)) =
            vpc.ipv4ns().map(|name| tree.find::<Ipv4Namespace>(name))
        else {
            continue;
        };
        // What cannot be read of the namespace is IPNS-05's to say.
        if namespace
            .subnets
            .iter()
            .any(|subnet| subnet.prefix.is_none())
        {
            continue;
        }
        for subnet in &vpc.it.subnets {
            let Some(prefix) = subnet.prefix.filter(|prefix| prefix.bits <= 30) else {
                continue;
            };
            let mut within = namespace.subnets.iter().filter_map(|outer| outer.prefix);
            if !within.any(|outer| prefix.is_within(outer)) {
                report
                    .at(
                        vpc.spot(subnet.prefix_span()),
                        format!(
                            "{prefix} of subnet `{}` lies in no subnet of IPv4Namespace `{}`",
                            subnet.name,
                            namespace.name()
                        ),
                    )
                    .with(namespace.name_spot(), "the namespace");
            }
        }
    }
}

fn vlan(tree: &Tree<'_>, report: &mut Report) {
    for vpc in tree.managed::<Vpc>() {
        let Some(Lookup::Found(namespace)) =
            vpc.vlanns().map(|name| tree.find::<VlanNamespace>(name))
        else {
            continue;
        };
        let ranges: Vec<_> = namespace.valid_ranges().collect();
        // A namespace with a range that cannot be read is VLNS-02's to blame.
        if ranges.len() < namespace.ranges.len() {
            continue;
        }
        for subnet in vpc.it.subnets.iter().filter(|subnet| !subnet.host_bgp) {
            if let Some((vlan, span)) = subnet.vlan.set()
                && *vlan != 0
                && !u16::try_from(*vlan).is_ok_and(|vlan| in_ranges(&ranges, vlan))
            {
                report
                    .at(
                        vpc.spot(span),
                        format!(
                            "VLAN {vlan} of subnet `{}` lies in no range of VLANNamespace `{}`",
                            subnet.name,
                            namespace.name()
                        ),
                    )
                    .with(namespace.name_spot(), "the namespace");
            }
        }
    }
}

fn overlap(tree: &Tree<'_>, report: &mut Report) {
    let mut by_namespace: HashMap<&str, Vec<Held>> = HashMap::new();
    let vpcs: Vec<_> = tree.all::<Vpc>().collect();
    for (owner, vpc) in (0u32..).zip(&vpcs) {
        let Some(namespace) = vpc.it.ipv4ns() else {
            continue;
        };
        let held = by_namespace.entry(namespace).or_default();
        held.extend(vpc.it.subnets.iter().filter_map(|subnet| {
            Some(Held {
                prefix: subnet.prefix?,
                owner,
                spot: vpc.spot(subnet.prefix_span()),
                context: vpc.context,
            })
        }));
    }
    let mut namespaces: Vec<_> = by_namespace.into_iter().collect();
    namespaces.sort_by_key(|(name, _)| *name);
    for (_, held) in namespaces {
        overlapping(&held, |later, earlier| {
            let name = |held: &Held| vpcs[held.owner as usize].name();
            report
                .at(
                    later.spot,
                    format!(
                        "{} of VPC `{}` overlaps {} of VPC `{}`",
                        later.prefix,
                        name(later),
                        earlier.prefix,
                        name(earlier)
                    ),
                )
                .with(earlier.spot, format!("VPC `{}` has it here", name(earlier)));
        });
    }
}

fn vlans(tree: &Tree<'_>, report: &mut Report) {
    // Of each VLAN the first user is remembered; further ones in the same VPC are VPC-29's to say.
    let mut users: HashMap<(&str, i64), (Entry<'_, Vpc>, &Subnet)> = HashMap::new();
    for vpc in tree.all::<Vpc>() {
        let Some(namespace) = vpc.it.vlanns() else {
            continue;
        };
        for subnet in &vpc.it.subnets {
            let Some((vlan, span)) = subnet.vlan.set() else {
                continue;
            };
            if *vlan == 0 {
                continue;
            }
            let (first, other) = users.entry((namespace, *vlan)).or_insert((vpc, subnet));
            if first.index != vpc.index {
                report
                    .at(
                        vpc.spot(span),
                        format!(
                            "VLAN {vlan} of VPC `{}` is used by VPC `{}` in the same VLANNamespace",
                            vpc.name(),
                            first.name()
                        ),
                    )
                    .with(
                        first.spot(other.vlan.span_or(other.key)),
                        format!("VPC `{}` has it here", first.name()),
                    );
            }
        }
    }
}
