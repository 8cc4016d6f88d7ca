//! How addresses are translated.

use hnp_yaml::Span;

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::GatewayPeering;
use crate::facts::gateway_peering::{Nat, Party};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GWP-04",
        title: "translation of addresses",
        what: "An entry of `expose` has `as` without `nat` or `nat` without `as`; or `nat` does not have exactly one of `masquerade`, `portForward` and `static`.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/24 }]
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/24 }]
        nat: { static: {} }
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        fix: "Say with `as` what the other party sees and with `nat` how, or take both out.",
        upstream: Some(
            "expose.As and expose.NAT must both be set or both be empty in peering expose of VPC vpc-1",
        ),
        class: Class::Webhook,
        check: Check::One(One::GatewayPeering(complete)),
        ..NEW
    },
    Rule {
        code: "GWP-06",
        title: "translations that do not go together",
        what: "Both parties translate with state (`masquerade`, `portForward`), or one does and the other has `static`. On one side the two may stand together.",
        why: "The admission webhook refuses the peering.",
        wrong: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/31 }]
        nat: { masquerade: {} }
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
        as: [{ cidr: 192.168.2.0/24 }]
        nat: { static: {} }
"
        )),
        right: Some(peering!(
            "  peering:
    vpc-1:
      expose:
      - ips: [{ cidr: 10.1.0.0/24 }]
        as: [{ cidr: 192.168.1.0/31 }]
        nat: { masquerade: {} }
    vpc-2:
      expose:
      - ips: [{ cidr: 10.2.0.0/24 }]
"
        )),
        fix: "Where one side has `masquerade` or `portForward`, expose the other without translation.",
        upstream: Some(
            "unsupported configuration, one side of a peering using static NAT cannot peer with a side using stateful NAT",
        ),
        class: Class::Webhook,
        check: Check::One(One::GatewayPeering(together)),
        ..NEW
    },
];

fn complete(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    for party in &doc.facts.parties {
        let name = &party.name;
        // What stands beside `default: true` is GWP-03's to say.
        let exposes = party.exposes.iter().filter(|e| e.default.is_none());
        for expose in exposes.filter(|expose| expose.is_whole) {
            match (expose.translated.first(), &expose.nat) {
                (Some(block), None) => {
                    report
                        .at(
                            block.span,
                            format!("an entry of `expose` of `{name}` has `as` and no `nat`"),
                        )
                        .help("add `nat` with one of `static`, `masquerade` and `portForward`, or take `as` out");
                }
                (None, Some(nat)) => {
                    report
                        .at(
                            nat.key,
                            format!("an entry of `expose` of `{name}` has `nat` and no `as`"),
                        )
                        .help(
                            "add `as` with the blocks that the other party sees, or take `nat` out",
                        );
                }
                _ => {}
            }
            if let Some(nat) = &expose.nat {
                ways(name, nat, report);
            }
        }
    }
}

fn ways(name: &str, nat: &Nat, report: &mut Report) {
    let mut ways = nat.ways();
    match (ways.next(), ways.next()) {
        (None, _) => {
            report
                .at(nat.key, format!("`nat` of `{name}` does not say how"))
                .help("add one of `masquerade`, `portForward` and `static`; `static: {}` needs no more");
        }
        (Some((first, one)), Some((second, other))) => {
            report
                .at(
                    other,
                    format!("`nat` of `{name}` has `{first}` and `{second}`; it can have one"),
                )
                .with(one, format!("`{first}`"))
                .help("make an entry of `expose` for each");
        }
        _ => {}
    }
}

/// Where a party first translates with state, and where without. A `nat` that does not say how, or says so twice, is
/// GWP-04's.
fn kinds(party: &Party) -> [Option<(&'static str, Span)>; 2] {
    let mut kinds = [None; 2];
    let nats = party.exposes.iter().filter_map(|e| e.nat.as_ref());
    for nat in nats.filter(|nat| nat.ways().count() == 1) {
        for way in nat.ways() {
            kinds[usize::from(way.0 == "static")].get_or_insert(way);
        }
    }
    kinds
}

fn together(doc: &Doc<'_, GatewayPeering>, report: &mut Report) {
    let Some((a, b)) = doc.facts.pair() else {
        return;
    };
    let ([a_state, a_static], [b_state, b_static]) = (kinds(a), kinds(b));
    let pairs = [(a_state, b_state), (a_static, b_state), (a_state, b_static)];
    let clash = pairs.into_iter().find_map(|(one, other)| one.zip(other));
    if let Some(((first, one), (second, other))) = clash {
        report
            .at(
                other,
                format!(
                    "`{second}` of `{}` does not go together with `{first}` of `{}`",
                    b.name, a.name
                ),
            )
            .with(one, format!("`{}` has it here", a.name));
    }
}
