//! What several peerings expose to one VPC or External.

use std::collections::BTreeMap;

use hnp_model::Severity;

use crate::admission::common::{Held, overlapping};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Spot, Tree};
use crate::facts::gateway_peering::{Block, Party};
use crate::facts::{GatewayPeering, Vpc};
use crate::net::Prefix;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-11",
        title: "two peerings expose the same addresses",
        what: "Blocks that two peerings expose to the same VPC or External overlap: those of `as` where there are any, else those of `ips`. `not` is left out of account, a subnet named by `vpcSubnet` counts as its block.",
        why: "The admission webhook refuses the later of the two, since the gateway could not tell where to send a packet.",
        wrong: Some(concat!(
            peering!(
                "a",
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2: {}
---
"
            ),
            peering!(
                "b",
                "  peering:
    vpc-3:
      expose:
      - ips: [{ cidr: 10.3.0.0/24 }]
        as: [{ cidr: 10.1.0.128/25 }]
        nat: { static: {} }
    vpc-2: {}
"
            )
        )),
        right: Some(concat!(
            peering!(
                "a",
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2: {}
---
"
            ),
            peering!(
                "b",
                "  peering:
    vpc-3:
      expose:
      - ips: [{ cidr: 10.3.0.0/24 }]
        as: [{ cidr: 10.1.1.0/24 }]
        nat: { static: {} }
    vpc-2: {}
"
            )
        )),
        fix: "Expose other blocks, or translate one of them with `as` and `nat`.",
        upstream: Some(
            "overlap between existing exposed CIDR 10.1.0.0/24 and new exposed CIDR 10.1.0.128/25",
        ),
        class: Class::Cross,
        check: Check::Tree(overlap),
        ..NEW
    },
    Rule {
        code: "GWP-12",
        severity: Severity::Warning,
        title: "subnet by name beside another peering",
        what: "A peering exposes a subnet by name, or takes addresses out with `not`, and another peering exposes something to the same VPC or External.",
        why: "A flaw of Hedgehog's: where it compares the blocks of peerings it reads those two as an empty text, so that admission refuses the later peering whatever it exposes.",
        wrong: Some(concat!(
            peering!(
                "a",
                "  peering:
    vpc-1:
      expose:
      - ips: [{ vpcSubnet: default }]
    vpc-2: {}
---
"
            ),
            peering!(
                "b",
                "  peering:
    vpc-3:
      expose:
      - ips: [{ cidr: 10.3.0.0/24 }]
    vpc-2: {}
"
            )
        )),
        right: Some(concat!(
            peering!(
                "a",
                "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
    vpc-2: {}
---
"
            ),
            peering!(
                "b",
                "  peering:
    vpc-3:
      expose:
      - ips: [{ cidr: 10.3.0.0/24 }]
    vpc-2: {}
"
            )
        )),
        fix: "Write the blocks as `cidr`: the subnet's own, or those that remain without what `not` takes out.",
        upstream: Some("failed to parse exposed CIDR : netip.ParsePrefix(\"\"): no '/'"),
        class: Class::Cross,
        check: Check::Tree(unread),
        ..NEW
    },
];

/// Returns what each peering of two exposes, by the party to which.
fn to_each<'f>(peerings: &[Entry<'f, GatewayPeering>]) -> BTreeMap<&'f str, Vec<(u32, &'f Party)>> {
    let mut targets: BTreeMap<&str, Vec<(u32, &Party)>> = BTreeMap::new();
    for (n, peering) in (0u32..).zip(peerings) {
        if let Some((a, b)) = peering.it.pair() {
            for (origin, target) in [(a, b), (b, a)] {
                targets.entry(&target.name).or_default().push((n, origin));
            }
        }
    }
    targets.retain(|_, origins| origins.len() > 1);
    targets
}

fn overlap(tree: &Tree<'_>, report: &mut Report) {
    let peerings: Vec<_> = tree.all::<GatewayPeering>().collect();
    for (target, origins) in to_each(&peerings) {
        let mut held = Vec::new();
        for (owner, origin) in origins {
            let peering = &peerings[owner as usize];
            let vpc = match origin.external() {
                None => tree.find::<Vpc>(&origin.name).found(),
                Some(_) => None,
            };
            held.extend(origin.advertised().filter_map(|block| {
                Some(Held {
                    prefix: prefix(block, vpc.as_ref())?,
                    owner,
                    spot: peering.spot(place(block)),
                    context: peering.context,
                })
            }));
        }
        overlapping(&held, |later, earlier| {
            let name = |held: &Held| peerings[held.owner as usize].name();
            report
                .at(
                    later.spot,
                    format!(
                        "{} that peering `{}` exposes to `{target}` overlaps {} that peering `{}` exposes to it",
                        later.prefix,
                        name(later),
                        earlier.prefix,
                        name(earlier)
                    ),
                )
                .with(
                    earlier.spot,
                    format!("peering `{}` exposes it here", name(earlier)),
                );
        });
    }
}

/// Returns the block, or that of the subnet; none where it is taken out or cannot be read.
fn prefix(block: &Block, vpc: Option<&Entry<'_, Vpc>>) -> Option<Prefix> {
    match block.cidr.text() {
        Some(text) => Prefix::parse(text),
        None => vpc?.it.subnet(block.subnet.text()?)?.prefix,
    }
}

fn place(block: &Block) -> hnp_yaml::Span {
    let fields = [&block.cidr, &block.subnet, &block.not];
    let at = fields.into_iter().find_map(|field| field.at());
    at.map_or(block.span, |(_, span)| span)
}

fn unread(tree: &Tree<'_>, report: &mut Report) {
    let peerings: Vec<_> = tree.all::<GatewayPeering>().collect();
    for (target, origins) in to_each(&peerings) {
        // Each with the first block that it exposes, and the first that is read as empty.
        let exposing: Vec<_> = origins
            .into_iter()
            .filter_map(|(n, origin)| {
                let peering = &peerings[n as usize];
                let spot = |block: &Block| peering.spot(place(block));
                let first: Spot = origin.advertised().next().map(spot)?;
                let empty = origin.advertised().find(|block| {
                    block.cidr.is_missing()
                        && (block.subnet.text().is_some() || block.not.text().is_some())
                });
                Some((peering, first, empty.map(spot)))
            })
            .collect();
        for (peering, _, empty) in &exposing {
            let other = exposing
                .iter()
                .find(|(other, _, _)| other.index != peering.index);
            if let (Some(spot), Some((other, first, _))) = (empty, other) {
                report
                    .at(
                        *spot,
                        format!(
                            "peering `{}` exposes this to `{target}` without a `cidr`, and peering `{}` exposes something to it too",
                            peering.name(),
                            other.name()
                        ),
                    )
                    .with(*first, format!("peering `{}`", other.name()));
            }
        }
    }
}
