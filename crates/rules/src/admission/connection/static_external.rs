//! The addresses of a static external connection.

use hnp_yaml::{Span, Value};

use crate::admission::common::{Held, overlapping};
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report};
use crate::facts::connection::Type;
use crate::facts::{Connection, Field, Str, map, text};
use crate::net::{Addr, Prefix};

pub(super) const RULES: &[Rule] = &[Rule {
    code: "CON-12",
    title: "addresses of a static external connection",
    what: "`ip` or `nextHop` is missing, the next hop does not lie in the network of `ip`, or a subnet cannot be read, has host bits set, overlaps another or one that the fabric reserves. `0.0.0.0/0` stands alone or not at all.",
    why: "The admission webhook refuses the connection.",
    wrong: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--static-external
spec:
  staticExternal:
    link:
      switch:
        port: leaf-1/E1/1
        ip: 192.168.1.2/24
        nextHop: 192.168.2.1
        subnets: [10.99.0.0/16]
",
    ),
    right: Some(
        "apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata:
  name: leaf-1--static-external
spec:
  staticExternal:
    link:
      switch:
        port: leaf-1/E1/1
        ip: 192.168.1.2/24
        nextHop: 192.168.1.1
        subnets: [10.99.0.0/16]
",
    ),
    fix: "Give the switch an address with its prefix length, a next hop in that network, and subnets that are free.",
    upstream: Some("next hop 192.168.2.1 is not in cidr 192.168.1.0/24"),
    class: Class::Webhook,
    check: Check::One(One::Connection(addresses)),
    ..NEW
}];

const DEFAULT_ROUTE: &str = "0.0.0.0/0";

/// Where the type does not count it is looked at too, as admission does.
fn addresses(doc: &Doc<'_, Connection>, report: &mut Report) {
    let Some(key) = doc.facts.key_of(Type::StaticExternal) else {
        return;
    };
    if doc.facts.is_mclag() {
        return;
    }
    let Some(value) = doc.spec().and_then(|spec| spec.get("staticExternal")) else {
        return;
    };
    let (mut holder, mut end) = (key, None);
    let mut inner = Some(value);
    for name in ["link", "switch"] {
        let entry = inner.and_then(|value| value.entry(name));
        inner = match entry {
            Some(entry) if !entry.value.is_null() => {
                // Of what is no map nothing is known.
                let Some(value) = map(entry.value) else {
                    return;
                };
                holder = entry.key_span;
                Some(value)
            }
            _ => None,
        };
        if name == "switch" {
            end = inner;
        }
    }
    let known = ["port", "ip", "nextHop", "subnets", "vlan"];
    if end.is_some_and(|end| end.entries().any(|entry| !known.contains(&entry.key))) {
        return;
    }
    let field = |name: &str| {
        end.and_then(|end| end.get(name))
            .map_or(Field::Absent, text)
    };
    next_hop(&field("ip"), &field("nextHop"), holder, report);
    if let Some(list) = end.and_then(|end| end.get("subnets")) {
        subnets(doc, list, report);
    }
}

/// The form of both is the schema's to judge, which has a pattern for each.
fn next_hop(ip: &Field<Str>, hop: &Field<Str>, holder: Span, report: &mut Report) {
    for (field, name, what) in [(ip, "ip", "address"), (hop, "nextHop", "next hop")] {
        if field.is_missing() {
            report
                .at(
                    field.span_or(holder),
                    format!("a static external connection needs `{name}`, the {what}"),
                )
                .field(format!("spec.staticExternal.link.switch.{name}"));
        }
    }
    if let (Some((ip, at)), Some((hop, span))) = (ip.at(), hop.at())
        && let (Some(network), Some(addr)) = (Prefix::parse_cidr(ip), Addr::parse(hop))
        && !network.contains(addr)
    {
        report
            .at(
                span,
                format!("next hop {addr} lies outside {}", network.masked()),
            )
            .with(at, "the switch's address");
    }
}

fn subnets(doc: &Doc<'_, Connection>, list: Value<'_>, report: &mut Report) {
    let items: Vec<_> = list.items().map(|item| (item, text(item))).collect();
    let default = items
        .iter()
        .find(|(_, field)| field.text() == Some(DEFAULT_ROUTE));
    if let Some((route, _)) = default
        && items.len() > 1
    {
        report.at(
            route.span(),
            format!("the default route {DEFAULT_ROUTE} has to be the only subnet"),
        );
    }
    let mut held: Vec<Held> = Vec::new();
    for (owner, (item, field)) in (0u32..).zip(&items) {
        let Some(written) = field.text() else {
            if field.is_missing() {
                report.at(item.span(), "a subnet is empty");
            }
            continue;
        };
        let span = item.span();
        let Some(prefix) = Prefix::parse(written) else {
            report.at(
                span,
                format!("subnet `{written}` is not a prefix such as 10.99.0.0/16"),
            );
            continue;
        };
        if !prefix.is_masked() {
            let masked = prefix.masked().to_string();
            report
                .at(
                    span,
                    format!("subnet `{written}` has host bits set; the network is {masked}"),
                )
                .fix(format!("write {masked}"), false, span, masked);
        }
        // With other subnets beside it the default route has been reported already; alone it is compared with nothing.
        if written == DEFAULT_ROUTE {
            continue;
        }
        if let Some(reserved) = doc
            .settings
            .network
            .reserved
            .iter()
            .find(|reserved| reserved.overlaps(prefix))
        {
            report.at(
                span,
                format!(
                    "subnet {prefix} overlaps {reserved}, which the fabric reserves for itself"
                ),
            );
        }
        held.push(Held {
            prefix,
            owner,
            spot: span.into(),
            context: false,
        });
    }
    overlapping(&held, |later, earlier| {
        report
            .at(
                later.spot,
                format!("subnet {} overlaps {}", later.prefix, earlier.prefix),
            )
            .with(earlier.spot, "which stands here");
    });
}
