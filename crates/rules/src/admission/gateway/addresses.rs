//! What hydration gives a gateway: its addresses and its ASN.

use hnp_model::Severity;

use super::spot;
use crate::admission::common::repeated;
use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, Draft, Entry, One, Report, Spot, Tree};
use crate::facts::{Field, Gateway, Str, Switch};
use crate::net::{Addr, Mac, Prefix};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GW-03",
        title: "addresses of a gateway",
        what: "`protocolIP` or `vtepIP` is missing or not one IPv4 address with /32, or `vtepIP` is multicast, loopback or 0.0.0.0. Asked for only where the fabric is hydrated.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(gateway!(
            "gateway-1",
            "  asn: 65534
  protocolIP: 172.30.8.10
  vtepIP: 172.30.12.10/32
  vtepMAC: ca:fe:ba:be:00:01
  interfaces:
    enp2s1:
      ips: [172.30.128.1/31]
  neighbors:
  - { ip: 172.30.128.0, asn: 65100 }
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
        fix: "Write one IPv4 address with `/32`.",
        upstream: Some("invalid ProtocolIP 172.30.8.10"),
        class: Class::Webhook,
        check: Check::Tree(hosts),
        ..NEW
    },
    Rule {
        code: "GW-04",
        title: "hardware address or ASN of a gateway",
        what: "`vtepMAC` is missing, is no hardware address, is all zeros or one of a group; or `asn` is missing or zero. Asked for only where the fabric is hydrated.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(gateway!(
            "gateway-1",
            "  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.10/32
  vtepMAC: cb:fe:ba:be:00:01
  interfaces:
    enp2s1:
      ips: [172.30.128.1/31]
  neighbors:
  - { ip: 172.30.128.0, asn: 65100 }
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
        fix: "Give an address whose first octet is even, and the ASN of the fabric's gateways.",
        upstream: Some("VTEPMAC cb:fe:ba:be:00:01 must be a unicast MAC address: invalid gateway"),
        class: Class::Webhook,
        check: Check::Tree(mac_and_asn),
        ..NEW
    },
    Rule {
        code: "GW-08",
        title: "address of a gateway used twice",
        what: "`protocolIP` or `vtepIP` is also the one of another gateway or of a switch, or `vtepMAC` the one of another gateway. Asked for only where the fabric is hydrated.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(concat!(
            gateway!(
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
---
"
            ),
            gateway!(
                "gateway-2",
                "  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.11/32
  vtepMAC: ca:fe:ba:be:00:02
  interfaces:
    enp2s1:
      ips: [172.30.128.3/31]
  neighbors:
  - { ip: 172.30.128.2, asn: 65100 }
"
            )
        )),
        right: Some(concat!(
            gateway!(
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
---
"
            ),
            gateway!(
                "gateway-2",
                "  asn: 65534
  protocolIP: 172.30.8.11/32
  vtepIP: 172.30.12.11/32
  vtepMAC: ca:fe:ba:be:00:02
  interfaces:
    enp2s1:
      ips: [172.30.128.3/31]
  neighbors:
  - { ip: 172.30.128.2, asn: 65100 }
"
            )
        )),
        fix: "Give each gateway and switch addresses of its own.",
        upstream: Some("gateway gateway-2 protocol IP 172.30.8.10/32 is already in use"),
        class: Class::Cross,
        check: Check::Tree(unique),
        ..NEW
    },
    Rule {
        code: "GW-10",
        severity: Severity::Warning,
        title: "gateway outside the fabric's plan",
        what: "`asn` is not the ASN of the fabric's gateways, or `protocolIP` or `vtepIP` lies outside the subnet that the fabric has for it.",
        why: "Admission lets it through; `hhfab validate` does not.",
        wrong: Some(gateway!(
            "gateway-1",
            "  asn: 65000
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
        fix: "Use what the fabric's configuration says; where hnp is told another one than the fabric has, correct `.hnp/config.toml`.",
        class: Class::Gap,
        check: Check::One(One::Gateway(plan)),
        ..NEW
    },
];

/// What is wrong with a text that should be one IPv4 address with /32, without the text itself.
fn fault(text: &str) -> Option<&'static str> {
    match Prefix::parse(text) {
        None => Some("is not a prefix such as 172.30.8.10/32"),
        Some(prefix) if prefix.bits != 32 => Some("is not one address with /32"),
        Some(prefix) if !prefix.addr.is_v4() => Some("is not IPv4"),
        Some(_) => None,
    }
}

/// Returns the address where the field is one with /32.
fn host(field: &Field<Str>) -> Option<Addr> {
    let text = field.text().filter(|text| fault(text).is_none())?;
    Some(Prefix::parse(text)?.addr)
}

/// What an address is that no host has.
fn no_host(addr: Addr) -> Option<&'static str> {
    if addr.is_multicast() {
        Some("is a multicast address")
    } else if addr.is_loopback() {
        Some("is a loopback address")
    } else {
        addr.is_unspecified().then_some("is no address of a host")
    }
}

fn missing<'r>(
    gateway: &Entry<'_, Gateway>,
    spot: Spot,
    name: &str,
    report: &'r mut Report,
) -> &'r mut Draft {
    report
        .at(spot, format!("gateway `{}` has no {name}", gateway.name()))
        .field(format!("spec.{name}"))
}

fn hosts(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    for gateway in tree.managed::<Gateway>() {
        for (name, field) in [
            ("protocolIP", &gateway.it.protocol_ip),
            ("vtepIP", &gateway.it.vtep_ip),
        ] {
            if field.is_missing() {
                missing(&gateway, spot(&gateway, field), name, report);
                continue;
            }
            let Some((text, span)) = field.at() else {
                continue;
            };
            let at = gateway.spot(span);
            if let Some(fault) = fault(text) {
                let draft = report.at(at, format!("{name} `{text}` {fault}"));
                if let Some(addr) = Addr::parse(text).filter(|addr| addr.is_v4()) {
                    let prefix = Prefix::host(addr).to_string();
                    draft.fix(format!("write `{prefix}`"), true, at, prefix);
                }
            } else if name == "vtepIP"
                && let Some(wrong) = host(field).and_then(no_host)
            {
                report.at(at, format!("vtepIP `{text}` {wrong}"));
            }
        }
    }
}

fn mac_and_asn(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    for gateway in tree.managed::<Gateway>() {
        let mac = &gateway.it.vtep_mac;
        if mac.is_missing() {
            missing(&gateway, spot(&gateway, mac), "vtepMAC", report);
        } else if let Some((text, span)) = mac.at() {
            let wrong = match Mac::parse(text) {
                None => "is not a hardware address such as ca:fe:ba:be:00:01",
                // Longer addresses that are all zeros pass.
                Some(mac) if mac.is_zero() && mac.octets().len() == 6 => "is all zeros",
                Some(mac) if mac.is_multicast() => "addresses a group: its first octet is odd",
                Some(_) => "",
            };
            if !wrong.is_empty() {
                report.at(gateway.spot(span), format!("vtepMAC `{text}` {wrong}"));
            }
        }
        let asn = &gateway.it.asn;
        if asn.is_absent() || asn.get() == Some(&0) {
            missing(&gateway, spot(&gateway, asn), "asn", report);
        }
    }
}

/// Who has an address.
#[derive(Clone, Copy)]
struct Owner<'f> {
    kind: &'static str,
    name: &'f str,
    spot: Spot,
    /// Whether admission would get as far as comparing it.
    is_good: bool,
}

fn unique(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    let of_gateways = |field: fn(&Gateway) -> &Field<Str>| {
        tree.all::<Gateway>()
            .filter_map(move |gateway| owned("gateway", &gateway, field(gateway.it)))
    };
    let of_switches = |field: fn(&Switch) -> &Field<Str>| {
        tree.all::<Switch>()
            .filter_map(move |switch| owned("switch", &switch, field(switch.it)))
    };
    // A switch is never blamed here: two of them that clash are SW-17's and SW-19's to say.
    let protocol = of_switches(|switch| &switch.protocol_ip);
    let protocol = protocol.chain(of_gateways(|gateway| &gateway.protocol_ip));
    repeated(protocol, |later, first| {
        say("protocolIP", later, first, report);
    });
    let vtep = of_switches(|switch| &switch.vtep_ip);
    let vtep = vtep.chain(of_gateways(|gateway| &gateway.vtep_ip));
    repeated(vtep, |later, first| say("vtepIP", later, first, report));
    let macs = tree.all::<Gateway>().filter_map(|gateway| {
        let (text, span) = gateway.it.vtep_mac.at()?;
        let owner = Owner {
            kind: "gateway",
            name: gateway.name(),
            spot: gateway.spot(span),
            is_good: true,
        };
        let mac = Mac::parse(text).filter(|mac| !mac.is_zero() && !mac.is_multicast())?;
        Some((mac, owner))
    });
    repeated(macs, |later, first| say("vtepMAC", later, first, report));
}

fn owned<'f, T>(
    kind: &'static str,
    entry: &Entry<'f, T>,
    field: &Field<Str>,
) -> Option<(Addr, Owner<'f>)> {
    let (text, span) = field.at()?;
    let owner = Owner {
        kind,
        name: entry.name(),
        spot: entry.spot(span),
        is_good: fault(text).is_none(),
    };
    Some((Prefix::parse(text)?.addr, owner))
}

fn say(what: &str, later: Owner<'_>, first: &Owner<'_>, report: &mut Report) {
    if later.kind != "gateway" || !later.is_good {
        return;
    }
    report
        .at(
            later.spot,
            format!(
                "{what} of gateway `{}` is the one of {} `{}`",
                later.name, first.kind, first.name
            ),
        )
        .with(
            first.spot,
            format!("{} `{}` has it here", first.kind, first.name),
        );
}

fn plan(doc: &Doc<'_, Gateway>, report: &mut Report) {
    let network = &doc.settings.network;
    if let Some((asn, span)) = doc.facts.asn.set()
        && *asn != 0
        && *asn != i64::from(network.gateway_asn)
    {
        report.at(
            span,
            format!(
                "ASN {asn} is not the one of the fabric's gateways, {}",
                network.gateway_asn
            ),
        );
    }
    for (name, field, subnet) in [
        ("protocolIP", &doc.facts.protocol_ip, network.protocol),
        ("vtepIP", &doc.facts.vtep_ip, network.vtep),
    ] {
        if let (Some(addr), Some(span)) = (host(field), field.span())
            && !subnet.contains(addr)
            && (name != "vtepIP" || no_host(addr).is_none())
        {
            report.at(
                span,
                format!("{name} {addr} lies outside {subnet}, which the fabric has for it"),
            );
        }
    }
}
