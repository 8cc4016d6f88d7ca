//! BGP neighbors of a gateway.

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Report, Tree};
use crate::facts::Gateway;
use crate::net::Addr;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "GW-06",
    title: "BGP neighbor of a gateway",
    what: "A gateway has no neighbor; or a neighbor has no address, one that is not IPv4, is multicast or 0.0.0.0, or no ASN. Asked for only where the fabric is hydrated.",
    why: "The admission webhook refuses the gateway.",
    wrong: Some(gateway!(
        "gateway-1",
        "  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.10/32
  vtepMAC: ca:fe:ba:be:00:01
  interfaces:
    enp2s1:
      ips: [172.30.128.1/31]
  neighbors:
  - { ip: 172.30.128.0/31, asn: 65100 }
"
    )),
    right: Some(gateway!(
        "gateway-1",
        "  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.10/32
  vtepMAC: ca:fe:ba:be:00:01
  interfaces:
    enp2s1:
      ips: [172.30.128.1/31]
  neighbors:
  - { ip: 172.30.128.0, asn: 65100 }
"
    )),
    fix: "Write the neighbor's IPv4 address, without a length, and its ASN.",
    upstream: Some("invalid neighbor IP 172.30.128.0/31"),
    class: Class::Webhook,
    check: Check::Tree(neighbors),
    ..NEW
}];

fn neighbors(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    for gateway in tree.managed::<Gateway>() {
        if gateway.neighbors.is_empty() {
            let spot = match gateway.neighbors_key {
                Some(key) => gateway.spot(key),
                None => gateway.name_spot(),
            };
            report
                .at(
                    spot,
                    format!(
                        "gateway `{}` has no BGP neighbor; it needs at least one",
                        gateway.name()
                    ),
                )
                .field("spec.neighbors");
        }
        for neighbor in &gateway.it.neighbors {
            let at = |span| gateway.spot(span);
            if neighbor.ip.is_missing() {
                report.at(
                    at(neighbor.ip.span_or(neighbor.span)),
                    "a BGP neighbor has no address",
                );
            }
            if let Some((text, span)) = neighbor.ip.at() {
                let wrong = match Addr::parse(text) {
                    None => "is not an IP address",
                    Some(addr) if !addr.is_v4() => "is not IPv4",
                    Some(addr) if addr.is_multicast() => "is a multicast address",
                    Some(addr) if addr.is_unspecified() => "is no address of a neighbor",
                    Some(_) => "",
                };
                if !wrong.is_empty() {
                    report.at(at(span), format!("`{text}` of a BGP neighbor {wrong}"));
                }
            }
            if neighbor.asn.is_absent() || neighbor.asn.get() == Some(&0) {
                report.at(
                    at(neighbor.asn.span_or(neighbor.span)),
                    match neighbor.ip.text() {
                        Some(ip) => format!("BGP neighbor {ip} has no ASN"),
                        None => "a BGP neighbor has no ASN".to_owned(),
                    },
                );
            }
        }
    }
}
