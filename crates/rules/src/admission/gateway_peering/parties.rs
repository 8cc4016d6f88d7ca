//! Who takes part in a GatewayPeering, and which gateways serve it.

use std::collections::HashSet;

use hnp_model::Severity;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report, Tree};
use crate::facts::{External, Field, Gateway, GatewayGroup, GatewayPeering, Vpc};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-02",
        title: "parties of a GatewayPeering",
        what: "`peering` does not have exactly two keys: names of VPCs, or `ext.` and the name of an External.",
        why: "The admission webhook refuses the peering. Where there are not two, it says that the gateway group is missing.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        fix: "Name two parties; of more make one peering for each pair.",
        upstream: Some("gateway group must be specified app--db"),
        class: Class::Webhook,
        check: Check::One(One::GatewayPeering(two)),
        ..NEW
    },
    Rule {
        code: "GWP-08",
        title: "GatewayGroup is missing",
        what: "`gatewayGroup` names a group that is not there. Absent means `default`, which is always there.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayGroup
metadata:
  name: edge
spec: {}
---
",
            peering!(
                "  gatewayGroup: egde
  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        right: Some(concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayGroup
metadata:
  name: edge
spec: {}
---
",
            peering!(
                "  gatewayGroup: edge
  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        fix: "Name a GatewayGroup that is there.",
        upstream: Some("gateway group egde not found"),
        class: Class::Cross,
        check: Check::Tree(group),
        ..NEW
    },
    Rule {
        code: "GWP-09",
        title: "party of a GatewayPeering is missing",
        what: "A key of `peering` names a VPC, or after `ext.` an External, that is not there.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(concat!(
            vpc!("vpc-1", "10.1.0.0/24", "1001"),
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        right: Some(concat!(
            vpc!("vpc-1", "10.1.0.0/24", "1001"),
            vpc!("vpc-2", "10.2.0.0/24", "1002"),
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        fix: "Name a VPC that is there, or `ext.` and an External that is there.",
        upstream: Some("VPC vpc-2 not found"),
        class: Class::Cross,
        check: Check::Tree(parties),
        ..NEW
    },
    Rule {
        code: "GWP-17",
        severity: Severity::Warning,
        title: "no gateway serves the peering",
        what: "No Gateway is a member of the peering's `gatewayGroup`.",
        why: "Admission looks for one to try the peering on and refuses the peering where there is none. A warning only, since gateways may come by another way than Git.",
        wrong: Some(concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Gateway
metadata:
  name: gateway-1
spec:
  interfaces:
    enp2s1: {}
  groups:
  - { name: edge, priority: 1 }
---
",
            peering!(
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        right: Some(concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: Gateway
metadata:
  name: gateway-1
spec:
  interfaces:
    enp2s1: {}
  groups:
  - { name: edge, priority: 1 }
---
",
            peering!(
                "  gatewayGroup: edge
  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
            )
        )),
        fix: "Name a group that has a gateway, or add a gateway to the group.",
        upstream: Some("gateway not found for gateway group: default"),
        class: Class::Cross,
        check: Check::Tree(served),
        ..NEW
    },
    Rule {
        code: "GWP-18",
        title: "nothing under a party",
        what: "A key of `peering` has no value.",
        why: "The admission webhook fails on it with an internal error, so the peering is refused. `{}` is admitted.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2:
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2: {}
"
        )),
        fix: "Write `{}`, or what the party exposes.",
        class: Class::Webhook,
        check: Check::One(One::GatewayPeering(nothing)),
        ..NEW
    },
];

fn two(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    let parties = &doc.facts.parties;
    let key = match &doc.facts.peering {
        Field::Wrong(_) => return,
        Field::Absent => doc.spec_span(),
        Field::Set((), key) => *key,
    };
    if let Some(third) = parties.get(2) {
        report.at(
            third.key,
            format!("the peering has {} parties; it needs two", parties.len()),
        );
    } else if parties.len() < 2 {
        let count = if parties.is_empty() { "no" } else { "one" };
        let what = if parties.is_empty() {
            "parties"
        } else {
            "party"
        };
        report
            .at(key, format!("the peering has {count} {what}; it needs two"))
            .field("spec.peering");
    }
}

fn nothing(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    // Of one party or three admission looks at none.
    let Some((a, b)) = doc.facts.pair() else {
        return;
    };
    for party in [a, b].into_iter().filter(|party| party.is_null) {
        report.at(
            party.key,
            format!(
                "nothing stands under `{}`; Hedgehog's webhook fails on it",
                party.name
            ),
        );
    }
}

fn group(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<GatewayPeering>() {
        if let Some((name, span)) = peering.group.at()
            && name != "default"
            && tree.find::<GatewayGroup>(name).is_missing()
        {
            tree.dangling::<GatewayGroup>(report, peering.spot(span), name);
        }
    }
}

fn parties(tree: &Tree<'_>, report: &mut Report) {
    for peering in tree.managed::<GatewayPeering>() {
        for party in &peering.parties {
            let spot = peering.spot(party.key);
            match party.external() {
                Some(name) if tree.find::<External>(name).is_missing() => {
                    tree.dangling::<External>(report, spot, name);
                }
                None if tree.find::<Vpc>(&party.name).is_missing() => {
                    tree.dangling::<Vpc>(report, spot, &party.name);
                }
                _ => {}
            }
        }
    }
}

fn served(tree: &Tree<'_>, report: &mut Report) {
    let mut peerings = tree.managed::<GatewayPeering>().peekable();
    if peerings.peek().is_none() || tree.is_outside("Gateway") {
        return;
    }
    let mut groups = HashSet::new();
    for gateway in tree.all::<Gateway>() {
        groups.extend(gateway.it.groups.iter().map(|(name, _)| name.as_str()));
        if gateway.it.groups.is_empty() {
            groups.insert("default");
        }
    }
    for peering in peerings {
        let Some(name) = peering.group_or_default() else {
            continue;
        };
        // A group that is not there is GWP-08's to say.
        let is_there = name == "default" || !tree.find::<GatewayGroup>(name).is_missing();
        if is_there && !groups.contains(name) {
            let spot = match peering.group.span() {
                Some(span) => peering.spot(span),
                None => peering.name_spot(),
            };
            report
                .at(
                    spot,
                    format!(
                        "no Gateway is in group `{name}`, which is to serve peering `{}`",
                        peering.name()
                    ),
                )
                .field("spec.gatewayGroup");
        }
    }
}
