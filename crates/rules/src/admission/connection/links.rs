//! Addresses of links between switches, and between switches and gateways.

use std::collections::HashMap;

use hnp_model::Severity;

use super::called;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Entry, Report, Tree};
use crate::facts::connection::{End, Type};
use crate::facts::{Connection, Field};
use crate::net::{Addr, Prefix};
use crate::schema::Release;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "CON-22",
        title: "addresses of a link",
        what: "Of a fabric, mesh or gateway link whose ends both have an address: one is no /31, lies outside the fabric subnet, is used by another end, or the two do not lie in one /31. Holds in hydrated fabrics.",
        why: "The admission webhook refuses the connection.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1, ip: 172.30.128.1/31 }
      leaf: { port: leaf-1/E1/1, ip: 172.30.128.2/31 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1, ip: 172.30.128.0/31 }
      leaf: { port: leaf-1/E1/1, ip: 172.30.128.1/31 }
",
        ),
        fix: "Give the two ends of each link the two addresses of a /31 of its own, in the fabric subnet.",
        upstream: Some(
            "fabric connection spine-1--fabric--leaf-1 link 0 spine IP 172.30.128.1 and leaf IP 172.30.128.2 are not in the same subnet",
        ),
        class: Class::Cross,
        since: Release::R25_05,
        check: Check::Tree(addresses),
        ..NEW
    },
    Rule {
        code: "CON-22-G",
        severity: Severity::Warning,
        title: "link with one address",
        what: "One end of a fabric, mesh or gateway link has an address, and the other has none. Holds in hydrated fabrics.",
        why: "Admission looks at links with two addresses only; such a link carries no traffic.",
        wrong: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1, ip: 172.30.128.0/31 }
      leaf: { port: leaf-1/E1/1 }
",
        ),
        right: Some(
            "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: spine-1--fabric--leaf-1
spec:
  fabric:
    links:
    - spine: { port: spine-1/E1/1, ip: 172.30.128.0/31 }
      leaf: { port: leaf-1/E1/1, ip: 172.30.128.1/31 }
",
        ),
        fix: "Give the other end its address too, or take this one out.",
        class: Class::Gap,
        since: Release::R25_05,
        check: Check::Tree(half),
        ..NEW
    },
];

/// An address at an end of a link.
struct Use<'f> {
    connection: Entry<'f, Connection>,
    end: &'f End,
    addr: Addr,
    /// Whether the other end has an address too, so that admission judges the link.
    full: bool,
}

fn full(one: &End, other: &End) -> bool {
    !one.ip.is_missing() && !other.ip.is_missing()
}

/// Reads the address of an end. The form is the schema's to judge.
fn prefix(end: &End) -> Option<Prefix> {
    Prefix::parse(end.ip.text()?)
}

fn addresses(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let mut uses = Vec::new();
    for connection in tree.all::<Connection>() {
        for (one, other) in connection.it.numbered_pairs() {
            let full = full(one, other);
            if full && !connection.context {
                link(tree, connection, one, other, report);
            }
            for end in [one, other] {
                if let Some(prefix) = prefix(end) {
                    uses.push(Use {
                        connection,
                        end,
                        addr: prefix.addr,
                        full,
                    });
                }
            }
        }
    }
    once(&uses, report);
}

/// Judges the two ends of a link by themselves.
fn link(
    tree: &Tree<'_>,
    connection: Entry<'_, Connection>,
    one: &End,
    other: &End,
    report: &mut Report,
) {
    let fabric = tree.settings.network.fabric;
    let mut fit = true;
    for end in [one, other] {
        let (Some(prefix), Some(span)) = (prefix(end), end.ip.span()) else {
            fit = false;
            continue;
        };
        if prefix.bits != 31 {
            fit = false;
            report.at(
                connection.spot(span),
                format!("address {prefix} of a link is not a /31"),
            );
        } else if !fabric.contains(prefix.addr) {
            report.at(
                connection.spot(span),
                format!("address {prefix} of a link lies outside {fabric}, the fabric subnet"),
            );
        }
    }
    if let (true, Some(a), Some(b)) = (fit, prefix(one), prefix(other))
        && a.masked() != b.masked()
    {
        let at = |end: &End| connection.spot(end.ip.span_or(end.span));
        report
            .at(
                at(other),
                format!(
                    "addresses {} and {} of a link do not lie in one /31",
                    a.addr, b.addr
                ),
            )
            .with(at(one), "the other end");
    }
}

/// Reports addresses that are used more than once. Of two links that admission judges the later is blamed; of a link that it
/// does not judge, because it lacks an address, the other is.
fn once(uses: &[Use<'_>], report: &mut Report) {
    let mut keepers: HashMap<Addr, &Use<'_>> = HashMap::with_capacity(uses.len());
    for used in uses {
        let keeper = keepers.entry(used.addr).or_insert(used);
        if !used.full && keeper.full && !keeper.connection.context {
            *keeper = used;
        }
    }
    for used in uses {
        let Some(keeper) = keepers.get(&used.addr) else {
            continue;
        };
        let own = keeper.connection.index == used.connection.index;
        let same = own && std::ptr::eq(keeper.end, used.end);
        if same || !used.full || (own && !keeper.full) {
            continue;
        }
        let holder = if own {
            "this connection".to_owned()
        } else {
            format!("connection `{}`", keeper.connection.name())
        };
        let at = |used: &Use<'_>| used.connection.spot(used.end.ip.span_or(used.end.span));
        report
            .at(
                at(used),
                format!(
                    "address {} of a link is already used by {holder}",
                    used.addr
                ),
            )
            .with(at(keeper), "used here");
    }
}

fn half(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    for connection in tree.managed::<Connection>() {
        for (one, other) in connection.it.numbered_pairs() {
            let (set, missing) = match (one.ip.is_missing(), other.ip.is_missing()) {
                (true, false) => (other, one),
                (false, true) => (one, other),
                _ => continue,
            };
            if matches!(set.ip, Field::Wrong(_)) {
                continue;
            }
            let of = connection.it.of().unwrap_or(Type::Fabric);
            report
                .at(
                    connection.spot(set.ip.span_or(set.span)),
                    format!(
                        "the `{}` end of a link of {} has an address, and the `{}` end has none",
                        set.role,
                        called(of),
                        missing.role
                    ),
                )
                .with(connection.spot(missing.span), "the other end");
        }
    }
}
