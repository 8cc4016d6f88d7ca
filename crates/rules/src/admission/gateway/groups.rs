//! Groups of a gateway.

use std::collections::HashMap;

use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report, Spot, Tree};
use crate::facts::{Gateway, GatewayGroup};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GW-07",
        title: "group named twice",
        what: "`groups` names a group twice, whatever the priorities.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(gateway!(
            "gateway-1",
            "  interfaces:
    enp2s1: {}
  groups:
  - { name: default, priority: 1 }
  - { name: default, priority: 2 }
"
        )),
        right: Some(gateway!(
            "gateway-1",
            "  interfaces:
    enp2s1: {}
  groups:
  - { name: default, priority: 1 }
"
        )),
        fix: "Keep one of the two.",
        upstream: Some("gateway gateway-1 group default is duplicate: invalid gateway"),
        class: Class::Webhook,
        check: Check::One(One::Gateway(twice)),
        ..NEW
    },
    Rule {
        code: "GW-09",
        title: "group of a gateway",
        what: "`groups` names a GatewayGroup that is not there, or names none; or a group has more gateways than the fabric has communities for them. No groups mean `default`, which is always there.",
        why: "The admission webhook refuses the gateway. Each member announces routes with a community of its own, so that its priority counts.",
        wrong: Some(concat!(
            "apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayGroup
metadata:
  name: edge
spec: {}
---
",
            gateway!(
                "gateway-1",
                "  interfaces:
    enp2s1: {}
  groups:
  - { name: egde, priority: 1 }
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
            gateway!(
                "gateway-1",
                "  interfaces:
    enp2s1: {}
  groups:
  - { name: edge, priority: 1 }
"
            )
        )),
        fix: "Name a group that is there and has room; the fabric's `gatewayCommunities` say how many gateways fit.",
        upstream: Some("gateway group egde not found: invalid gateway"),
        class: Class::Cross,
        check: Check::Tree(groups),
        ..NEW
    },
];

fn twice(doc: &Doc<'_, Gateway>, report: &mut Report) {
    let named = doc.facts.groups.iter().filter(|(name, _)| !name.is_empty());
    let named = named.map(|(name, span)| (name, (name, *span)));
    repeated(named, |(name, span), (_, first)| {
        report
            .at(span, format!("group `{name}` is named twice"))
            .with(*first, "first here");
    });
}

fn groups(tree: &Tree<'_>, report: &mut Report) {
    let limit = tree.settings.network.gateway_communities;
    let mut members: HashMap<&str, Vec<(&str, Spot)>> = HashMap::new();
    for gateway in tree.all::<Gateway>() {
        let named = &gateway.it.groups;
        let default = named.is_empty().then(|| ("default", gateway.name_spot()));
        let named = named.iter().enumerate().filter_map(|(n, (name, span))| {
            // A group that is named twice is GW-07's to say.
            let again = !name.is_empty() && named[..n].iter().any(|(other, _)| other == name);
            (!again).then(|| (name.as_str(), gateway.spot(*span)))
        });
        for (name, spot) in named.chain(default) {
            if name.is_empty() {
                report
                    .at(spot, "an entry of `groups` names no group")
                    .help("add the `name` of the group");
                continue;
            }
            if name != "default" && tree.find::<GatewayGroup>(name).is_missing() {
                tree.dangling::<GatewayGroup>(report, spot, name);
                continue;
            }
            let members = members.entry(name).or_default();
            if limit == 0 || members.len() < limit {
                members.push((gateway.name(), spot));
                continue;
            }
            let draft = report.at(
                spot,
                format!(
                    "group `{name}` has no room for gateway `{}`: the fabric has communities for {limit}",
                    gateway.name()
                ),
            );
            for (member, spot) in members {
                draft.with(*spot, format!("gateway `{member}` is in it"));
            }
        }
    }
}
