//! Interfaces of a gateway.

use hnp_yaml::{Kind, Value};

use crate::catalogue::{Class, NEW, Rule};
use crate::engine::{Check, Doc, One, Report, Tree};
use crate::facts::{Field, Gateway, text};
use crate::net::{Addr, Prefix};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "GW-05",
        title: "interface of a gateway",
        what: "A gateway has no interface; an interface's name, or its `kernel` name, is not a letter, then letters, digits, `_`, `.` or `-`, then a letter or digit, 2 to 10 characters in all; `kernel` is the interface's own name; `pci` is not of the form 0000:02:00.0; or both are given.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(gateway!(
            "gateway-1",
            "  interfaces:
    e: {}
"
        )),
        right: Some(gateway!(
            "gateway-1",
            "  interfaces:
    enp2s1: {}
"
        )),
        fix: "Write the interface as Linux names it; `pci` is domain, bus, device and function.",
        upstream: Some(
            "interface name e must be a valid linux interface name (2-10 characters): invalid gateway",
        ),
        class: Class::Webhook,
        check: Check::One(One::Gateway(interfaces)),
        ..NEW
    },
    Rule {
        code: "GW-05-IP",
        title: "addresses of a gateway's interface",
        what: "An interface has no address in `ips`, or one that is not an IPv4 address with its length. Asked for only where the fabric is hydrated.",
        why: "The admission webhook refuses the gateway.",
        wrong: Some(gateway!(
            "gateway-1",
            "  asn: 65534
  protocolIP: 172.30.8.10/32
  vtepIP: 172.30.12.10/32
  vtepMAC: ca:fe:ba:be:00:01
  interfaces:
    enp2s1:
      ips: [172.30.128.1]
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
        fix: "Give the address of the link with its length, such as 172.30.128.1/31.",
        upstream: Some("interface enp2s1 must have at least one IP address: invalid gateway"),
        class: Class::Webhook,
        check: Check::Tree(addresses),
        ..NEW
    },
];

fn interfaces(doc: &Doc<'_, Gateway>, report: &mut Report) {
    let holder = doc.spec().and_then(|spec| spec.entry("interfaces"));
    if doc.facts.interfaces.is_empty() {
        let is_wrong = holder.is_some_and(|it| !it.value.is_null() && it.value.kind() != Kind::Map);
        if !is_wrong {
            let span = holder.map_or_else(|| doc.spec_span(), |it| it.key_span);
            report
                .at(span, "the gateway has no interface; it needs at least one")
                .field("spec.interfaces");
        }
        return;
    }
    for entry in holder.into_iter().flat_map(|it| it.value.entries()) {
        let name = entry.key;
        if !is_name(name) {
            report.at(
                entry.key_span,
                format!("`{name}` cannot be the name of an interface"),
            );
        }
        let (pci, kernel) = (of(entry.value, "pci"), of(entry.value, "kernel"));
        if let (Some((_, first)), Some((_, span))) = (pci.at(), kernel.at()) {
            report
                .at(
                    span,
                    format!(
                        "interface `{name}` has a PCI address and a kernel name; it can have one"
                    ),
                )
                .with(first, "the PCI address");
            continue;
        }
        if let Some((pci, span)) = pci.at()
            && !is_pci(pci)
        {
            report.at(
                span,
                format!("`{pci}` of interface `{name}` is not a PCI address such as 0000:02:00.0"),
            );
        }
        if let Some((kernel, span)) = kernel.at() {
            if !is_name(kernel) {
                report.at(
                    span,
                    format!("`{kernel}` of interface `{name}` cannot be the kernel's name of an interface"),
                );
            } else if kernel == name {
                report
                    .at(
                        span,
                        format!("interface `{name}` must not be called as the kernel calls it"),
                    )
                    .help(
                        "give the interface another name than the kernel's, or leave `kernel` out",
                    );
            }
        }
    }
}

fn of(interface: Value<'_>, key: &str) -> Field<crate::facts::Str> {
    interface.get(key).map_or(Field::Absent, text)
}

/// Tells whether a text can name an interface: a letter, up to eight more, a letter or digit.
fn is_name(name: &str) -> bool {
    let Some(([first], rest)) = name.as_bytes().split_at_checked(1) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    first.is_ascii_alphabetic()
        && middle.len() <= 8
        && middle
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        && last.is_ascii_alphanumeric()
}

/// Tells whether a text is a PCI address as admission reads it: hexadecimal numbers, twelve characters with what is
/// between them. A sign is taken, as Go's numbers have it.
fn is_pci(pci: &str) -> bool {
    let within = |number: &str, most: i64| {
        i64::from_str_radix(number, 16).is_ok_and(|number| (0..=most).contains(&number))
    };
    let mut parts = pci.split('.');
    let (Some(slot), Some(function), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let mut parts = slot.split(':');
    let (Some(domain), Some(bus), Some(device), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    pci.len() == 12
        && within(domain, 0xffff)
        && within(bus, 0xff)
        && within(device, 0x1f)
        && within(function, 7)
}

fn addresses(tree: &Tree<'_>, report: &mut Report) {
    if !tree.hydrated {
        return;
    }
    for gateway in tree.managed::<Gateway>() {
        for ((name, key), ips) in gateway.interfaces.iter().zip(&gateway.ips) {
            if ips.is_empty() {
                report.at(
                    gateway.spot(*key),
                    format!("interface `{name}` has no address in `ips`"),
                );
            }
            for (text, span) in ips.iter().filter_map(Field::set) {
                match Prefix::parse(text) {
                    Some(prefix) if prefix.addr.is_v4() => {}
                    Some(_) => {
                        report.at(
                            gateway.spot(span),
                            format!("`{text}` of interface `{name}` is not IPv4"),
                        );
                    }
                    None => {
                        let draft = report.at(
                            gateway.spot(span),
                            format!("`{text}` of interface `{name}` is not a prefix such as 172.30.128.1/31"),
                        );
                        if Addr::parse(text).is_some() {
                            draft.help("add the length of the link's network, `/31` mostly");
                        }
                    }
                }
            }
        }
    }
}
